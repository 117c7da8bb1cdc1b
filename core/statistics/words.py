"""A comparison's title: how many of each group, and what that says."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.text import listed

LONGEST_TITLE = 120
"""Letters of a title that states counts: two lines of a laptop's screen."""


@dataclass(frozen=True)
class By:
    """
    What is compared, as a title names it: its `label`; `cut`, the same where it
    is a number, with which its groups' labels begin; and whether its cut was
    `moved` while looking at the groups.
    """

    label: str = ""
    cut: str = ""
    moved: bool = False

    def short(self, label: str) -> str:
        """A group's label without what a title says once."""
        return label.removeprefix(f"{self.cut} ")

    @property
    def aside(self) -> str:
        """What follows a difference between the groups."""
        return ", by a cut chosen here" * self.moved

    def title(
        self, counts: Iterable[tuple[int, int, str]], says: str, what: str, before: str = "", after: str = ""
    ) -> str:
        """
        How many of each group (a count, of how many, the group's label) between the words `before` and `after`, and
        what that `says`; where that is too long only `what` is compared.
        """
        shares = [f"{count} of {total} ({self.short(label)})" for count, total, label in counts]
        whole = f"{f'{self.cut}: ' if self.cut else ''}{before}{listed(shares)}{after}{says}"
        return whole if len(whole) <= LONGEST_TITLE else f"{what} by {self.label or 'group'}{says}"
