"""
Which patients, compared how: a frozen value that every question, cache and
caption takes, and what the guard asks of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.cohort.variables import Variable, adverse_event_named
from core.text import digits

MISSING = "Missing"
"""The level of an empty cell: a level of its own in filters, comparisons and tables."""

ALL, CHOSEN, SELECTED, REST = "All patients", "Selected patients", "Selected", "Rest"

AGAINST_REST = "selection against the rest"
"""In place of a variable's name in a Comparison."""

SPLITS = ("cut", "median", "tertiles")


@dataclass(frozen=True)
class Levels:
    """Keep the patients whose category or flag is one of `levels` (MISSING for an empty cell)."""

    variable: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Range:
    """Keep the patients whose number lies in [low, high]; those with an empty cell if `missing`."""

    variable: str
    low: float
    high: float
    missing: bool = False


@dataclass(frozen=True)
class Without:
    """Leave out single patients, by their identifiers, which its label names or not."""

    patients: tuple[str, ...]
    variable: str = "single: patients"  # no variable has a colon
    named: bool = True


Filter = Levels | Range | Without


@dataclass(frozen=True)
class Comparison:
    """
    The groups: the levels of a variable, a number cut at `cuts` (a patient at
    the cut belongs to the upper group), or AGAINST_REST.

    `split` says where the cuts come from: moved by the user ("cut"), or the
    median or tertiles of the patients selected. `shown` has the cuts as labels
    show them, where that is shorter than they are.
    """

    variable: str
    split: str = ""
    cuts: tuple[float, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The cuts as labels show them."""
        return self.shown or tuple(map(digits, self.cuts))


@dataclass(frozen=True)
class Selection:
    """
    Which cohort (by fingerprint), which filters, which comparison.

    With a `landmark` (months), what is known only after infusion is taken as
    known by then; without one, as it turned out.
    """

    cohort: str
    filters: tuple[Filter, ...] = ()
    comparison: Comparison | None = None
    landmark: float | None = None

    def without(self, variable: str) -> "Selection":
        """The same selection with no filter on `variable`."""
        return replace(self, filters=tuple(f for f in self.filters if f.variable != variable))

    @property
    def filtered(self) -> "Selection":
        """Only whom the filters keep, as they turned out, with nothing compared."""
        return Selection(self.cohort, self.filters)

    @property
    def choosing(self) -> tuple[Filter, ...]:
        """The filters by which a selection is set against the rest: who is left out by name is in neither."""
        return tuple(f for f in self.filters if not isinstance(f, Without))

    @property
    def leaving_out(self) -> tuple[Filter, ...]:
        """The filters that leave out single patients."""
        return tuple(f for f in self.filters if isinstance(f, Without))

    @property
    def as_one_group(self) -> "Selection":
        """The same patients with nothing compared."""
        return replace(self, filters=self.leaving_out if self.against_rest else self.filters, comparison=None)

    @property
    def against_rest(self) -> bool:
        return self.comparison is not None and self.comparison.variable == AGAINST_REST


def variable_named(name: str, variables: Iterable[Variable]) -> Variable:
    """The variable of that name, or whether a patient had the adverse event of that name. Raises KeyError."""
    for variable in variables:
        if variable.name == name:
            return variable
    event = adverse_event_named(name)
    if event is None:
        raise KeyError(name)
    return event.variable


def set_against(selection: Selection, groups: list[int]) -> tuple[int, int]:
    """
    Of two groups by number, whose result is taken less whose: a level less the
    one before it in clinical order, and the selection less the rest.
    """
    first, second = sorted(groups)
    return (first, second) if selection.against_rest else (second, first)


def known_later(selection: Selection, variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """The variables of the filters and the comparison that are known only after infusion."""
    names = {f.variable for f in selection.filters}
    if selection.comparison is not None:
        names.add(selection.comparison.variable)
    events = sorted(name for name in names if adverse_event_named(name))
    known = (*variables, *(variable_named(name, variables) for name in events))
    return tuple(variable for variable in known if variable.name in names and variable.known_at)


def earliest_landmark(late: Iterable[Variable]) -> float | None:
    """
    The first month at which all of `late` can be known: 0 where each is dated,
    the stated month where one is; None where one has no date at all.
    """
    known = [variable.known_at for variable in late if variable.known_at is not None]
    if not all(when.dated for when in known):
        return None
    return max((when.month or 0.0 for when in known), default=0.0)
