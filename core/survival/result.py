"""
One survival result: the counts of an endpoint by group, turned into all that a page shows of it.

Chart, tables, sentence and files are functions of this result, so they cannot
disagree.
"""

from dataclasses import dataclass
from itertools import combinations
from math import floor, log10

import numpy as np
import pandas as pd

from core.survival.competing import Incidence, cumulative_incidence, incidence_at
from core.survival.cox import HazardRatio, hazard_ratios
from core.survival.cox_per_unit import hazard_ratio_per_unit
from core.survival.kaplan_meier import (
    Curve,
    Estimate,
    LogRank,
    Median,
    SurvivalAt,
    exact_bound,
    kaplan_meier,
    log_rank,
    log_rank_trend,
    median_follow_up,
    median_survival,
    product_limit,
    restricted_mean,
    survival_at,
)
from core.survival.life_table import LifeTable, life_tables, pooled
from core.survival.log_rank_permutation import permutation_log_rank

MOST_PAIRED = 6
"""Groups that are compared in pairs; more would be fishing, and slow."""


@dataclass(frozen=True)
class SurvivalOptions:
    """How an endpoint is estimated: interval type, median rule, times and horizon in months."""

    interval: str = "log-log"
    median_rule: str = "print"
    times: tuple[float, ...] = (6.0, 12.0, 24.0)
    horizon: float | None = None


@dataclass(frozen=True)
class GroupSurvival:
    """What one group shows: `number` is its place in the clinical order, and so its colour."""

    number: int
    label: str
    table: LifeTable
    curve: Curve
    incidence: Incidence | None
    median: Median
    at_times: tuple[SurvivalAt, ...]
    mean: Estimate


@dataclass(frozen=True)
class SurvivalResult:
    """An endpoint in each group, and in all of them together; `horizon` is in months."""

    endpoint: str
    groups: tuple[GroupSurvival, ...]
    everyone: GroupSurvival
    options: SurvivalOptions
    horizon: float
    longest_horizon: float

    @property
    def competing(self) -> bool:
        """Whether another event competes, so that incidence is shown and not survival."""
        return self.everyone.incidence is not None


def survival_result(
    endpoint: str, counts: pd.DataFrame, labels: tuple[str, ...], options: SurvivalOptions, competing: bool
) -> SurvivalResult | None:
    """
    Everything a page shows of one endpoint; None where nobody is selected.

    `counts` answers survival/counts; `labels` name the groups by
    number; `competing` says that the endpoint has a competing event in this
    cohort. The horizon of the restricted mean defaults to 36 months, and is
    never beyond what every group's follow-up supports.
    """
    tables = life_tables(counts, "group")
    if not tables:
        return None
    everyone = pooled(list(tables.values()))
    longest = longest_horizon(list(tables.values()))
    horizon = min(options.horizon if options.horizon is not None else 36.0, longest)

    def group(number: int, label: str, table: LifeTable) -> GroupSurvival:
        curve = kaplan_meier(table, options.interval)
        incidence = cumulative_incidence(table) if competing else None
        at_times = tuple(
            incidence_at(incidence, month) if incidence is not None else survival_at(curve, month)
            for month in options.times
        )
        median = median_survival(curve, options.median_rule)
        return GroupSurvival(number, label, table, curve, incidence, median, at_times, restricted_mean(table, horizon))

    groups = tuple(group(number, labels[number], table) for number, table in tables.items())
    return SurvivalResult(endpoint, groups, group(0, "All", everyone), options, horizon, longest)


def longest_horizon(tables: list[LifeTable]) -> float:
    """The latest month to which a restricted mean can be estimated in every group."""
    open_ended = [t.last_follow_up for t in tables if product_limit(t)[-1] > 0]
    return min(open_ended) if open_ended else max(t.last_follow_up for t in tables)


# -- follow-up -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FollowUp:
    """How long a group was followed, in months: by reverse Kaplan-Meier, and as observed with its range."""

    number: int
    label: str
    patients: int
    reverse: Median
    observed: Median
    shortest: float
    longest: float


def follow_up(counts: pd.DataFrame, labels: tuple[str, ...]) -> tuple[FollowUp, ...]:
    """Follow-up of each group from the counts of an endpoint (overall survival where there is one)."""
    found = []
    for number, table in life_tables(counts, "group").items():
        reverse = median_survival(kaplan_meier(table.reversed()))
        shortest = float(table.months[0])
        found.append(
            FollowUp(
                number,
                labels[number],
                table.patients,
                reverse,
                median_follow_up(table),
                shortest,
                table.last_follow_up,
            )
        )
    return tuple(found)


# -- comparison ------------------------------------------------------------------------------------


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
    number; without one it is the largest group (the first of equals).
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
    largest = max(groups, key=lambda g: g.table.patients).number
    place = numbers.index(reference if reference in numbers else largest)
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
    # A step that a reader can imagine: 10 years or 10%, not 1 of 98 percentage points.
    width = float(values.max() - values.min()) if len(values) else 0.0
    per = 10.0 ** floor(log10(width / 2)) if width > 0 else 1.0
    per = max(1.0, per) if (values == values.round()).all() else per  # nobody differs by a part of a whole number
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


def holm(p_values: list[float | None]) -> list[float | None]:
    """Holm's (1979) adjustment of a family of p-values, in the same order; None stays None."""
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        adjusted[i] = highest
    return adjusted


def curve_table(result: SurvivalResult, most: int | None = None) -> pd.DataFrame:
    """
    The curves as they are taken away and drawn, one row a group and step,
    starting at month 0: `group`, `label`, `months`, `at_risk`, `events`,
    `censored`, `competing`, `estimate`, `lower`, `upper`, and for competing
    events `competing_estimate`. With `most`, about as many steps a group at the
    most, for a figure.

    Where no event has happened yet the lower limit is the exact one-sided
    97.5% bound from the number at risk.
    """
    return pd.concat([_steps(group, result.competing, most) for group in result.groups], ignore_index=True)


def _steps(group: GroupSurvival, competing: bool, most: int | None) -> pd.DataFrame:
    table, curve = group.table, group.curve
    incidence = group.incidence
    if competing and incidence is not None:
        estimate, lower, upper, start = incidence.event, incidence.lower, incidence.upper, 0.0
        upper = np.where(estimate == 0, 1 - exact_bound(table.at_risk, curve.level), upper)
        lower = np.where(estimate == 0, 0.0, lower)
        first_lower, first_upper = 0.0, 1 - float(exact_bound(table.patients, curve.level))
    else:
        estimate, start = curve.survival, 1.0
        lower = np.where(estimate == 1, exact_bound(table.at_risk, curve.level), curve.lower)
        upper = np.where(estimate == 1, 1.0, curve.upper)
        first_lower, first_upper = float(exact_bound(table.patients, curve.level)), 1.0
    frame = pd.DataFrame(
        {
            "group": group.number,
            "label": group.label,
            "months": np.append(0.0, table.months),
            "at_risk": np.append(table.patients, table.at_risk),
            "events": np.append(0, table.events),
            "censored": np.append(0, table.censored),
            "competing": np.append(0, table.competing),
            "estimate": np.append(start, estimate),
            "lower": np.append(first_lower, lower),
            "upper": np.append(first_upper, upper),
            "competing_estimate": np.append(0.0, incidence.competing) if incidence is not None else np.nan,
        }
    )
    if most is not None and len(frame) > most:
        keep = np.unique(np.linspace(0, len(frame) - 1, most).round().astype(int))
        frame = frame.iloc[keep]
    return frame
