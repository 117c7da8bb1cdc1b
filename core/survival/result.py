"""
One survival result: the counts of an endpoint by group, turned into all that a page shows of it.

Chart, tables, sentence and files are functions of this result, so they cannot
disagree.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.survival.competing import Incidence, cumulative_incidence, incidence_at
from core.survival.kaplan_meier import Curve, SurvivalAt, exact_bound, kaplan_meier, product_limit, survival_at
from core.survival.life_table import LifeTable, life_tables, pooled
from core.survival.medians import Median, median_survival
from core.survival.restricted_mean import Estimate, restricted_mean, without_limits_of_few


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
    """
    An endpoint in each group, and in all of them together; `horizon` is in
    months, as all times since `origin`, or since the `landmark` at that month.
    """

    endpoint: str
    groups: tuple[GroupSurvival, ...]
    everyone: GroupSurvival
    options: SurvivalOptions
    horizon: float
    longest_horizon: float
    origin: str = "infusion"
    landmark: float | None = None

    @property
    def competing(self) -> bool:
        """Whether another event competes, so that incidence is shown and not survival."""
        return self.everyone.incidence is not None


def survival_result(
    endpoint: str, counts: pd.DataFrame, labels: tuple[str, ...], options: SurvivalOptions, competing: bool,
    missing: int | None = None,
) -> SurvivalResult | None:  # fmt: skip
    """
    Everything a page shows of one endpoint; None where nobody is selected.

    `counts` answers survival/counts; `labels` name the groups by
    number; `competing` says that the endpoint has a competing event in this
    cohort. The horizon of the restricted mean defaults to 36 months, and is
    never beyond what every group's follow-up supports, but for that of the empty
    cells (`missing`), which is not compared.
    """
    tables = life_tables(counts, "group")
    if not tables:
        return None
    everyone = pooled(list(tables.values()))
    longest = longest_horizon([table for number, table in tables.items() if number != missing] or [everyone])
    horizon = min(options.horizon if options.horizon is not None else 36.0, longest)

    def group(number: int, label: str, table: LifeTable) -> GroupSurvival:
        curve = kaplan_meier(table, options.interval)
        incidence = cumulative_incidence(table) if competing else None
        at_times = tuple(
            incidence_at(incidence, month) if incidence is not None else survival_at(curve, month)
            for month in options.times
        )
        median = median_survival(curve, options.median_rule)
        mean = without_limits_of_few(restricted_mean(table, horizon), table.patients)
        return GroupSurvival(number, label, table, curve, incidence, median, at_times, mean)

    groups = tuple(group(number, labels[number], table) for number, table in tables.items())
    return SurvivalResult(endpoint, groups, group(0, "All", everyone), options, horizon, longest)


def longest_horizon(tables: list[LifeTable]) -> float:
    """The latest month to which a restricted mean can be estimated in every group."""
    open_ended = [t.last_follow_up for t in tables if product_limit(t)[-1] > 0]
    return min(open_ended) if open_ended else max(t.last_follow_up for t in tables)


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


def while_enough(steps: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """
    The steps of `curve_table` while at least the `smallest` number that may be shown are at risk, and where each curve
    begins; all of them where it is 0. Else without the times at which somebody was censored, which are those of
    single patients: each curve goes on to the whole month before the last of them.
    """
    if not smallest:
        return steps
    shown = steps[(steps["at_risk"] >= smallest) | (steps["months"] == 0)]
    happened = (shown["events"] + shown["competing"] > 0) | (shown["months"] == 0)
    last = ~happened & ~shown["group"].duplicated(keep="last")
    months = shown["months"].where(~last, np.floor(shown["months"])).groupby(shown["group"]).cummax()
    return shown.assign(months=months)[happened | last].reset_index(drop=True)


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
