"""Restricted mean survival: months lived without the event, on average, up to a horizon."""

from dataclasses import dataclass

import numpy as np

from core.statistics.distributions import normal_quantile
from core.statistics.verdicts import FEWEST
from core.survival.kaplan_meier import product_limit
from core.survival.life_table import LifeTable


@dataclass(frozen=True)
class Estimate:
    """A number with its limits; None where it is not estimable, and then `reason` says why."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    reason: str = ""


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


def without_limits_of_few(mean: Estimate, patients: int) -> Estimate:
    """Of fewer than FEWEST patients the normal limits are far too narrow (two deaths: 1.4 to 2.1), and are left out."""
    if patients >= FEWEST or mean.lower is None:
        return mean
    return Estimate(mean.value, reason=f"fewer than {FEWEST} patients leave no limits")
