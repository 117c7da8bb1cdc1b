"""A question about what somebody's sheets mean, with the mapping that each answer makes."""

from dataclasses import dataclass

from core.importers import mapping as m


@dataclass(frozen=True)
class Question:
    """
    What is asked: its words, the evidence, the answers by name with the mapping that
    each makes, and the one that holds ("" where none does); `by_file` where the file answers it.
    """

    key: str
    words: str
    evidence: str
    answers: dict[str, m.Mapping]
    answer: str
    by_file: bool = False
