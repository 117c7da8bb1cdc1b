"""The groups of a survival result compared: test, hazard ratios, pairs, and what a number says uncut."""

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from core.statistics.multiplicity import holm
from core.survival.cox import HazardRatio
from core.survival.cox_per_unit import hazard_ratio_per_unit, readable_step
from core.survival.hazard_ratios import hazard_ratios
from core.survival.kaplan_meier import kaplan_meier
from core.survival.life_table import LifeTable, pooled
from core.survival.log_rank import LogRank, log_rank, log_rank_trend
from core.survival.log_rank_permutation import permutation_log_rank
from core.survival.medians import Median, median_survival
from core.survival.result import GroupSurvival, SurvivalResult

MOST_PAIRED = 6
"""Groups that are compared in pairs; more would be fishing, and slow."""


@dataclass(frozen=True)
class Pair:
    """Two groups against each other: the log-rank test, and its p-value adjusted by Holm for all pairs."""

    first: GroupSurvival
    second: GroupSurvival
    test: LogRank | None
    adjusted_p: float | None


@dataclass(frozen=True)
class Gradient:
    """
    What a number says uncut, beside the groups that it is cut into: the hazard
    ratio over `per` of its units, and p of the test for trend over the groups
    (None where there are two, which is the log-rank test, or nothing to test).
    """

    ratio: HazardRatio
    per: float
    trend_p: float | None


@dataclass(frozen=True)
class SurvivalComparison:
    """
    The groups of a result compared: one log-rank test, hazards against the
    reference, each pair where there are more than two groups, and where they
    are cut from a number what it says uncut. `unlike_follow_up` holds each
    group's median follow-up by reverse Kaplan-Meier where these differ clearly,
    `without_value` the patients whom nobody can place in a group.
    """

    test: LogRank | None
    reference: GroupSurvival
    ratios: tuple[tuple[GroupSurvival, HazardRatio], ...]
    pairs: tuple[Pair, ...]
    events: int
    gradient: Gradient | None = None
    unlike_follow_up: tuple[Median, ...] = ()
    without_value: int = 0

    @property
    def together(self) -> bool:
        """Whether everybody who was left at the first event had it there, which no test can tell apart."""
        groups = [self.reference, *(group for group, _ in self.ratios)]
        everyone = pooled([group.table for group in groups])
        first = everyone.events > 0
        return bool(first.any() and everyone.events[first][0] == everyone.at_risk[first][0])


def compare(
    result: SurvivalResult,
    reference: int | None = None,
    by_number: pd.DataFrame | None = None,
    missing: int | None = None,
) -> SurvivalComparison | None:
    """
    Compare the groups; None with fewer than two. `reference` is a group's
    number; without one it is the first in clinical order: without the disease,
    below the cut, whoever is left by the filters, as on every other page.
    `missing` is the group of the empty cells, which is drawn and not compared:
    nobody knows to which group its patients belong. `by_number` answers
    survival/by_number where the groups are cut from a number.

    Where an event competes, the test and the hazard ratio are of its own
    cause's hazard, the competing event counted as the end of follow-up.
    """
    groups = tuple(group for group in result.groups if group.number != missing)
    if len(groups) < 2:
        return None
    numbers = [group.number for group in groups]
    place = numbers.index(reference) if reference in numbers else 0
    tables = [group.table for group in groups]
    ratios = hazard_ratios(tables, place)
    test = _test(tables)
    return SurvivalComparison(
        test,
        groups[place],
        tuple((g, r) for g, r in zip(groups, ratios, strict=True) if g is not groups[place]),
        _pairs(groups) if 2 < len(groups) <= MOST_PAIRED else (),
        sum(table.total_events for table in tables),
        None if by_number is None else _gradient(by_number, tables),
        _unlike_follow_up(tables) if test is not None else (),
        sum(group.table.patients for group in result.groups if group.number == missing),
    )


def _gradient(by_number: pd.DataFrame, cut: list[LifeTable]) -> Gradient:
    values = by_number["value"]
    per = readable_step(values.to_numpy(float))
    ratio = hazard_ratio_per_unit(values, by_number["months"], by_number["events"], by_number["without_event"], per)
    tested = len(cut) > 2 and any(table.total_events for table in cut)
    return Gradient(ratio, per, log_rank_trend(cut)[1] if tested else None)


UNLIKE = 0.01
"""Follow-up differs clearly where chance alone would make it differ as much less often than this."""


def _unlike_follow_up(tables: list[LifeTable]) -> tuple[Median, ...]:
    """Each group's median follow-up where a log-rank test of follow-up (censoring as the event) finds them apart."""
    followed = [table.reversed() for table in tables]
    if not sum(table.total_events for table in followed) or log_rank(followed).asymptotic_p >= UNLIKE:
        return ()
    return tuple(median_survival(kaplan_meier(table)) for table in followed)


def _test(tables: list[LifeTable]) -> LogRank | None:
    """The log-rank test; None without an event, or where nobody of a second group was left at the first one."""
    if not sum(table.total_events for table in tables):
        return None
    test = permutation_log_rank(tables)
    return test if test.degrees else None


def _pairs(groups: tuple[GroupSurvival, ...]) -> tuple[Pair, ...]:
    couples = list(combinations(groups, 2))
    tests = [_test([a.table, b.table]) for a, b in couples]
    adjusted = holm([test.p if test else None for test in tests])
    return tuple(Pair(a, b, test, p) for (a, b), test, p in zip(couples, tests, adjusted, strict=True))
