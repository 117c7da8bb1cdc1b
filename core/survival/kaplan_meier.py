"""
Survival from life tables: Kaplan-Meier, medians under named rules, log-rank,
restricted mean, follow-up, cumulative incidence.

Conventions, each named wherever its result is shown: log-log limits by
default; a median by one of four rules; at risk at t counts time >= t; nothing
is extended beyond the last follow-up.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from core.survival.life_table import LifeTable, at_event_times

TOLERANCE = 1.5e-8
"""How close to 50% counts as 50%: R's sqrt(.Machine$double.eps), so that n/2 of n is exactly half."""

FEW_AT_RISK = 5
"""Below this many at risk a curve is drawn thin."""

INTERVALS = ("log-log", "log", "plain")

MEDIAN_RULES = {
    "print": "midpoint of a plateau at 50% if the curve drops again, otherwise its start (as R prints it)",
    "first": "first time at or below 50%",
    "midpoint to last": "midpoint of a plateau at 50%, a final one included (R quantile, GraphPad Prism)",
    "strict": "midpoint of a plateau at 50% if the curve drops again, otherwise not estimable (SAS)",
}


@dataclass(frozen=True)
class Curve:
    """
    A Kaplan-Meier curve, one entry per distinct time of its life table.

    `survival`, `lower` and `upper` are probabilities after that time;
    `std_error` is Greenwood's. Limits are NaN where survival is 0, and 1 where
    it is still 1; what to show there instead, `survival_at` says.
    """

    table: LifeTable
    survival: np.ndarray
    std_error: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    interval: str
    level: float

    @property
    def months(self) -> np.ndarray:
        return self.table.months


@dataclass(frozen=True)
class Estimate:
    """A number with its limits; None where it is not estimable, and then `reason` says why."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Median:
    """
    A median time in months with the limits of the same curve, by a named rule.

    `plateau` is set where the curve stands at 50% for a while: the two ends in
    months, and `final` tells whether the curve ends there.
    """

    months: float | None
    lower: float | None
    upper: float | None
    rule: str
    plateau: tuple[float, float] | None = None
    final: bool = False


@dataclass(frozen=True)
class SurvivalAt:
    """Survival at a time: probabilities, the number at risk, and where the lower limit comes from."""

    months: float
    at_risk: int
    survival: float | None
    lower: float | None
    upper: float | None
    reason: str = ""
    exact_bound: bool = False


def normal_quantile(level: float) -> float:
    """Two-sided normal quantile: 1.96 for a level of 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def chi_squared_p(statistic: float, degrees: int) -> float:
    """Chance of a chi-squared statistic at least as large, with so many degrees of freedom (R's `pchisq`)."""
    from scipy.special import chdtrc  # no curve needs it, and it takes 0.2 s to load

    return float(chdtrc(degrees, statistic))


def exact_bound(at_risk: "int | np.ndarray", level: float = 0.95) -> np.ndarray:
    """
    Lower limit of a proportion of n of n: (alpha/2)^(1/n), Clopper and
    Pearson's, used one-sided where nobody at risk has had the event yet.
    """
    return np.asarray(((1 - level) / 2) ** (1 / np.maximum(at_risk, 1)))


def product_limit(table: LifeTable) -> np.ndarray:
    """Survival after each time of the table, without limits: the product of (n - d) / n (Kaplan and Meier 1958)."""
    at_risk = table.at_risk.astype(float)
    return np.cumprod((at_risk - table.events) / np.maximum(at_risk, 1))


def kaplan_meier(table: LifeTable, interval: str = "log-log", level: float = 0.95) -> Curve:
    """
    Estimate survival over time by the product limit (Kaplan and Meier 1958).

    `interval` is one of INTERVALS: limits on the log(-log) scale (Borgan and
    Liestol 1990), the log scale (R's default) or the plain scale, each from
    Greenwood's variance and cut to [0, 1]. As in R they are NaN once survival
    is 0. Where no event has happened they are 1; R gives NA on the log-log
    scale at a censoring time there, and 1 before the first time.

    Raises ValueError for an unknown interval.
    """
    if interval not in INTERVALS:
        raise ValueError(f"The interval must be one of {', '.join(INTERVALS)}, but was {interval!r}.")
    at_risk, events = table.at_risk.astype(float), table.events.astype(float)
    survival = product_limit(table)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard_variance = np.cumsum(np.where(events > 0, events / (at_risk * (at_risk - events)), 0.0))
        relative = np.sqrt(hazard_variance)  # standard error of log survival
        std_error = survival * relative
        lower, upper = _limits(survival, relative, interval, normal_quantile(level))
    return Curve(table, survival, std_error, lower, upper, interval, level)


def _limits(s: np.ndarray, relative: np.ndarray, interval: str, z: float) -> tuple[np.ndarray, np.ndarray]:
    if interval == "plain":
        lower, upper = s - z * relative * s, s + z * relative * s
    elif interval == "log":
        lower, upper = s * np.exp(-z * relative), s * np.exp(z * relative)
    else:
        shift = z * relative / np.log(s)
        lower, upper = (
            np.exp(-np.exp(np.log(-np.log(s)) - shift)),
            np.exp(-np.exp(np.log(-np.log(s)) + shift)),
        )
        lower, upper = np.where(s == 1, 1.0, lower), np.where(s == 1, 1.0, upper)
    dead = s <= 0
    return (
        np.where(dead, np.nan, np.clip(lower, 0, 1)),
        np.where(dead, np.nan, np.clip(upper, 0, 1)),
    )


NO_LIMITS = "every patient had the event: no limits"
"""Why survival of 0 stands alone."""


def survival_at(curve: Curve, months: float) -> SurvivalAt:
    """
    Survival at one time with its limits and the number at risk.

    Not estimable beyond the last follow-up (unless the curve has reached 0).
    While no event has happened the scale has no limits: the lower one is then
    the exact one-sided 97.5% bound (alpha/2)^(1/n) for n at risk, that is
    Clopper and Pearson's for n of n. A curve at 0 has no limits.
    """
    table = curve.table
    at_risk = int(table.at_risk_at(np.array(months)))
    if not table.patients:
        return SurvivalAt(months, 0, None, None, None, "no patients")
    position = int(np.searchsorted(table.months, months, side="right")) - 1
    survival = float(curve.survival[position]) if position >= 0 else 1.0
    if months > table.last_follow_up and survival > 0:
        return SurvivalAt(months, at_risk, None, None, None, "beyond the last follow-up")
    if survival == 1:
        return SurvivalAt(months, at_risk, 1.0, float(exact_bound(at_risk, curve.level)), 1.0, exact_bound=True)
    if survival == 0:
        return SurvivalAt(months, at_risk, 0.0, None, None, NO_LIMITS)
    return SurvivalAt(months, at_risk, survival, float(curve.lower[position]), float(curve.upper[position]))


# -- medians ---------------------------------------------------------------------------------------


def median_survival(curve: Curve, rule: str = "print") -> Median:
    """
    Median time by one of MEDIAN_RULES; None where it is not reached.

    Limits are where the curve's own limits cross 50% (Brookmeyer and Crowley
    1982), as R prints them whatever the rule. R's `print` and `quantile` are
    the rules "print" and "midpoint to last".

    Raises ValueError for an unknown rule.
    """
    if rule not in MEDIAN_RULES:
        raise ValueError(f"The rule must be one of {', '.join(MEDIAN_RULES)}, but was {rule!r}.")
    limits = (_crossing(curve.months, curve.lower), _crossing(curve.months, curve.upper))
    start, end, final = _plateau(curve.months, curve.survival)
    if start is None:
        return Median(None, *limits, rule)
    if end is None:
        return Median(start, *limits, rule)
    plateau = (start, end) if end > start else None
    middle = (start + end) / 2
    by_rule = {
        "first": start,
        "print": start if final else middle,
        "midpoint to last": middle,
        "strict": None if final else middle,
    }
    return Median(by_rule[rule], *limits, rule, plateau, final)


def _plateau(months: np.ndarray, survival: np.ndarray) -> tuple[float | None, float | None, bool]:
    """First time at or below 50%; where that stretch ends if it is exactly 50%, and whether the curve does."""
    below = np.flatnonzero(survival < 0.5 + TOLERANCE)
    if not len(below):
        return None, None, False
    first = below[0]
    start = float(months[first])
    if abs(survival[first] - 0.5) >= TOLERANCE:
        return start, None, False
    drops = np.flatnonzero(survival < 0.5 - TOLERANCE)
    if len(drops):
        return start, float(months[drops[0]]), False
    return start, float(months[-1]), True


def _crossing(months: np.ndarray, limit: np.ndarray) -> float | None:
    """Where a limit crosses 50%: first time at or below, the midpoint if it rests there and drops again."""
    known = ~np.isnan(limit)
    start, end, final = _plateau(months[known], limit[known])
    return start if start is None or end is None or final else (start + end) / 2


def median_follow_up(table: LifeTable) -> Median:
    """
    Plain median of observed follow-up, whatever ended it, with no limits.

    The mean of the two middle values for an even number of patients.
    Deaths shorten it: reverse Kaplan-Meier (`kaplan_meier(table.reversed())`,
    Schemper and Smith 1996) is what potential follow-up is read from.
    """
    leaving = table.events + table.censored + table.competing
    total = int(leaving.sum())
    if not total:
        return Median(None, None, None, "plain")
    reached = np.cumsum(leaving)
    middle = [table.months[np.searchsorted(reached, k)] for k in ((total + 1) // 2, total // 2 + 1)]
    return Median(float(np.mean(middle)), None, None, "plain")


# -- restricted mean -------------------------------------------------------------------------------


def restricted_mean(table: LifeTable, horizon: float, level: float = 0.95) -> Estimate:
    """
    Restricted mean survival time in months: the area under the curve to `horizon`.

    Variance as R's `survmean`: the sum over events of (area still to come)^2
    d / (n (n - d)). Not estimable beyond the last follow-up, unless the curve
    has reached 0 there. Raises ValueError for a horizon before 0.
    """
    if horizon < 0:
        raise ValueError(f"The horizon must be 0 months or more, but was {horizon}.")
    if not table.patients:
        return Estimate(None, reason="no patients")
    survival = product_limit(table)
    if horizon > table.last_follow_up and survival[-1] > 0:
        return Estimate(None, reason="the horizon lies beyond the last follow-up")
    within = table.months <= horizon
    times = np.concatenate([[0.0], table.months[within], [horizon]])
    steps = np.concatenate([[1.0], survival[within]])
    areas = np.diff(times) * steps
    value = float(areas.sum())
    to_come = value - np.cumsum(areas)[: within.sum()]  # area after each time
    at_risk, events = table.at_risk[within].astype(float), table.events[within].astype(float)
    scale = at_risk * (at_risk - events)
    variance = float(np.sum(np.divide(to_come**2 * events, scale, out=np.zeros_like(scale), where=scale > 0)))
    if variance <= (1e-12 * value) ** 2:  # areas that are 0 on paper
        return Estimate(value, reason="no event before the horizon leaves a spread to estimate limits from")
    half = normal_quantile(level) * variance**0.5
    return Estimate(value, max(0.0, value - half), min(horizon, value + half))


# -- comparison ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogRank:
    """
    A log-rank test over groups: `observed` and `expected` events per group, the
    asymptotic `statistic` (chi-squared) with `degrees` of freedom, and the
    p-value to show with the name of how it was found.
    """

    observed: np.ndarray
    expected: np.ndarray
    statistic: float
    degrees: int
    asymptotic_p: float
    p: float
    method: str
    permutations: int = 0


def log_rank(tables: list[LifeTable]) -> LogRank:
    """
    Test that survival is the same in all groups (Mantel 1966; Peto and Peto 1972).

    `tables` holds one life table a group. The statistic is (O-E)' V^- (O-E)
    with the hypergeometric variance, chi-squared on (groups with any expected
    event - 1) degrees of freedom; p is asymptotic here, see
    `core.survival.log_rank_permutation.permutation_log_rank` for the exact one. Without a
    degree of freedom there is nothing to test: one group alone was left at the
    first event, or all who were left had it at once.

    Raises ValueError with fewer than two groups or without an event.
    """
    test, _ = _log_rank(tables)
    return test


def log_rank_trend(tables: list[LifeTable]) -> tuple[float, float]:
    """
    Whether the hazard rises or falls from group to group, in the order of
    `tables` and by equal steps (Tarone 1975): chi-squared on one degree of
    freedom, and its p-value. For two groups it is the log-rank test.

    Raises ValueError as `log_rank`.
    """
    test, variance = _log_rank(tables)
    score = np.arange(len(tables), dtype=float)
    spread = float(score @ variance @ score)
    if test.degrees == 0 or spread <= 0:
        return 0.0, 1.0
    statistic = float(score @ (test.observed - test.expected)) ** 2 / spread
    return statistic, chi_squared_p(statistic, 1)


def _log_rank(tables: list[LifeTable]) -> tuple[LogRank, np.ndarray]:
    """The test, and the variance of observed minus expected events."""
    if len(tables) < 2:
        raise ValueError("The log-rank test compares at least two groups.")
    if not sum(table.total_events for table in tables):
        raise ValueError("The log-rank test needs at least one event.")
    at_risk, events = at_event_times(tables)
    total, died = at_risk.sum(0), events.sum(0)
    share = at_risk / total
    expected = (share * died).sum(1)
    factor = died * np.divide(total - died, total - 1, out=np.zeros_like(total), where=total > 1)
    variance = np.diag((factor * share).sum(1)) - (factor * share) @ share.T
    observed = events.sum(1)
    kept = expected > 0
    degrees = int(kept.sum()) - 1 if factor.any() else 0  # if all who are left have the event at once, nothing is said
    statistic = 0.0
    if degrees:
        difference, inner = (observed - expected)[kept][:-1], variance[np.ix_(kept, kept)][:-1, :-1]
        statistic = float(difference @ np.linalg.solve(inner, difference))
    p = chi_squared_p(statistic, degrees) if degrees else 1.0
    return LogRank(observed, expected, statistic, degrees, p, p, "asymptotic"), variance
