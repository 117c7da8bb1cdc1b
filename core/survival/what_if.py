"""
What one patient decides: a result again with one patient's status changed, or one patient left out. Shown as all its
values, not as an index: which of them is far is seen, and of whom.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np

from core.survival.hazard_ratios import hazard_ratios
from core.survival.kaplan_meier import kaplan_meier
from core.survival.life_table import LifeTable, life_table
from core.survival.log_rank import log_rank
from core.survival.log_rank_permutation import permutation_log_rank
from core.survival.medians import median_survival

MOST_PATIENTS = 300
MOST_GROUPINGS = 20_000
"""Groupings up to which p is by permutation, as on the page; each patient asks for it twice."""

MOVES = {"changed": "one status changed", "left_out": "one patient left out"}
"""How a patient is moved, by the name that `Moved` has for what comes of it."""

Tables = dict[int, LifeTable]
"""Life tables of the groups by their numbers."""
Measure = Callable[[Tables], float | None]


@dataclass(frozen=True)
class Moved:
    """
    A patient's end of follow-up (group, months, `event`), alike for `patients`
    of them, and the result with one of these changed from event to censored or
    back, and with one left out; None where it then has no such number.
    """

    group: int
    months: float
    event: bool
    patients: int
    changed: float | None
    left_out: float | None


@dataclass(frozen=True)
class WhatIf:
    """A result as it is, and with each patient moved."""

    observed: float | None
    moved: tuple[Moved, ...]

    def values(self, kind: str) -> list[float]:
        """All values with one patient "changed" or "left_out", one a patient, where there is one."""
        found = [(getattr(one, kind), one.patients) for one in self.moved]
        return [value for value, times in found if value is not None for _ in range(times)]

    def furthest_first(self) -> list[Moved]:
        """In the order of how far the result goes with them moved, by its logarithm where it has one."""

        def far(one: Moved) -> float:
            values = [value for value in (one.changed, one.left_out) if value is not None]
            if self.observed and all(value > 0 for value in values):
                return max((abs(float(np.log(value / self.observed))) for value in values), default=0.0)
            return max((abs(value - (self.observed or 0)) for value in values), default=0.0)

        return sorted(self.moved, key=far, reverse=True)


def what_if(tables: Tables, measure: Measure) -> WhatIf:
    """
    A `measure` of the groups with each patient who had the event counted as
    censored then, each censored one as having had it, and each left out, one at
    a time. Who had a competing event stays as he is.
    """
    moved = []
    for number, table in tables.items():
        for place in range(len(table.months)):
            for event, count in ((True, table.events[place]), (False, table.censored[place])):
                if count:
                    changed, left_out = (
                        measure(tables | {number: _without(table, place, event, again)}) for again in (True, False)
                    )
                    moved.append(Moved(number, float(table.months[place]), event, int(count), changed, left_out))
    return WhatIf(measure(tables), tuple(moved))


def with_one_moved(tables: Tables, group: int, months: float, event: bool, kind: str) -> Tables:
    """
    The tables with one patient moved who left `group` at `months` with the
    `event` or without: the status "changed", or the patient "left_out".

    Raises ValueError where nobody left so.
    """
    table = tables[group]
    places = np.flatnonzero(np.isclose(table.months, months, rtol=0, atol=1e-9))
    if not len(places) or not (table.events if event else table.censored)[places[0]]:
        raise ValueError("Nobody of this group left at that time in that way.")
    return tables | {group: _without(table, int(places[0]), event, kind == "changed")}


def _without(table: LifeTable, place: int, event: bool, again: bool) -> LifeTable:
    """A life table without one of those who left at a place, or with him `again` and the other status."""
    events, censored = table.events.copy(), table.censored.copy()
    events[place] += -1 if event else int(again)
    censored[place] += int(again) if event else -1
    kept = events + censored + table.competing > 0
    return life_table(table.months[kept], events[kept], censored[kept], table.competing[kept])


def p_value(tables: Tables) -> float | None:
    """
    The log-rank test's p: by permutation where there are few groupings, else by
    chi-squared (`is_exact`); None where there is nothing to test.
    """
    followed = [table for table in tables.values() if table.patients]
    if len(followed) < 2 or not sum(table.total_events for table in followed):
        return None
    test = permutation_log_rank(followed) if is_exact(tables) else log_rank(followed)
    return test.p if test.degrees else None


def is_exact(tables: Tables) -> bool:
    """Whether p is by permutation, with each patient moved as without."""
    sizes = [table.patients for table in tables.values()]
    groupings, left = 1, sum(sizes)
    for size in sizes:
        groupings *= comb(left, size)
        left -= size
    return groupings <= MOST_GROUPINGS


def ratio_of(reference: int, group: int) -> Measure:
    """The hazard ratio of one group against another, by their numbers; None where it is not estimable."""

    def ratio(tables: Tables) -> float | None:
        pair = [tables[reference], tables[group]]
        if not all(table.patients for table in pair):
            return None
        return hazard_ratios(pair)[1].ratio

    return ratio


def median_of(group: int, interval: str, rule: str) -> Measure:
    """The median of one group, by its number; None where it is not reached."""

    def median(tables: Tables) -> float | None:
        return median_survival(kaplan_meier(tables[group], interval), rule).months if tables[group].patients else None

    return median
