"""
Kaplan-Meier curves from life tables, with limits, and survival at a time.

Conventions, each named wherever its result is shown: log-log limits by
default; at risk at t counts time >= t; nothing is extended beyond the last
follow-up.
"""

from dataclasses import dataclass

import numpy as np

from core.statistics.distributions import normal_quantile
from core.survival.life_table import LifeTable

FEW_AT_RISK = 5
"""Below this many at risk a curve is drawn thin."""

INTERVALS = ("log-log", "log", "plain")


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
class SurvivalAt:
    """Survival at a time: probabilities, the number at risk, and where the lower limit comes from."""

    months: float
    at_risk: int
    survival: float | None
    lower: float | None
    upper: float | None
    reason: str = ""
    exact_bound: bool = False


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

    >>> from core.survival.life_table import life_table
    >>> died, left = np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1])
    >>> kaplan_meier(life_table(np.array([2.0, 5, 5, 9]), died, left)).survival.tolist()
    [0.75, 0.5, 0.5]
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
