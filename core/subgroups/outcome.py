"""What a forest shows of each subgroup, how it is measured, and its rows."""

from dataclasses import dataclass

from core.subgroups.interaction import Interaction
from core.subgroups.result import Effect

OUTCOMES = {
    "overall": ("ORR", "Overall response", "Responses"),
    "complete": ("CR", "Complete response", "Responses"),
    "PFS": ("PFS", "PFS", "Events"),
    "OS": ("OS", "OS", "Deaths"),
    "adverse": ("Adverse event", "", "Affected"),
}
"""Each outcome as it is chosen, as a title says it, and what its events are called."""

MEASURES = {"hazard": "HR", "6": "6 mo", "12": "12 mo", "24": "24 mo"}
"""How an endpoint is measured: a hazard ratio, or survival at a month."""


@dataclass(frozen=True)
class Outcome:
    """
    What is shown of each subgroup: a name of OUTCOMES, how it is measured
    ("rate", a name of MEASURES, or a band of grades), in words, and for an
    adverse event its term (empty: any).
    """

    name: str
    measure: str
    words: str
    event: str = ""

    @property
    def is_ratio(self) -> bool:
        return self.measure == "hazard"

    @property
    def counted(self) -> str:
        """What its events are called."""
        return OUTCOMES[self.name][2]


Pair = tuple[str, str] | None
"""The names of two groups of which the first is taken less, or against, the second."""


@dataclass(frozen=True)
class ForestRow:
    """
    A row of the figure: the whole selection (no variable), a variable's
    heading (no number) with its interaction, or one of its levels.
    """

    label: str
    variable: str = ""
    number: int | None = None
    effect: Effect | None = None
    interaction: Interaction | None = None

    @property
    def heading(self) -> bool:
        return self.effect is None
