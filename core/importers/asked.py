"""A question about what somebody's sheets mean, with the mapping that each answer makes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

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


def of_sheet(
    mapping: m.Mapping, choice: m.SheetChoice, field: str, said: Mapping[str, object]
) -> tuple[dict[str, m.Mapping], str]:
    """The mapping that each answer by name makes, by a field of the choice for a sheet; and the one that holds."""

    def taken(value: object) -> m.Mapping:
        return mapping.with_sheet(choice.sheet, lambda one: replace(one, **{field: value}))  # type: ignore[arg-type]

    now = getattr(choice, field)
    return {words: taken(value) for words, value in said.items()}, next((w for w, v in said.items() if v == now), "")
