"""
The hazard ratio per unit of a number as it is, uncut: Cox's model with Efron's ties for one covariate.

It stands beside groups cut from the number, whose p-value depends on where the cut was put.
"""

from math import floor, log10

import numpy as np

from core.statistics.distributions import chi_squared_p, normal_quantile
from core.survival.cox import HazardRatio
from core.survival.firth import profile_limit
from core.survival.hazard_ratios import FEW_EVENTS
from core.survival.life_table import Counts

MOST_ROWS = 2_000
"""Different values and times that are modelled: each event is set against all who were at risk."""

_FURTHEST = 20.0
"""A log hazard ratio per standard deviation that no cohort has."""
_NEAR = 1e-8
"""A Newton step this short, in standard errors, is the last."""
_MOST_STEPS = 100
_NOTHING = 1e-300
"""Information that is none: the risk is one patient's alone at every event."""


class _Likelihood:
    """Efron's partial likelihood of one coefficient, a row an event and a column a value and time."""

    def __init__(self, x: np.ndarray, months: np.ndarray, events: np.ndarray, leaving: np.ndarray) -> None:
        times, died = np.unique(np.repeat(months, events), return_counts=True)
        entry = np.repeat(np.arange(len(times)), died)
        gone = np.concatenate([np.arange(d) / d for d in died])[:, None]
        at_risk = leaving * (months >= times[:, None])
        tied = events * (months == times[:, None])
        self.x, self.events = x, events
        self.weight = at_risk[entry] - gone * tied[entry]  # the l-th of d tied events counts those tied as 1 - l/d

    def __call__(self, beta: float) -> tuple[float, float, float, float]:
        """
        Log likelihood, score, information, and the information's own slope.

        Moments are about each event's own mean, and risks relative to its
        largest: as differences of sums they would be lost to rounding where
        the risk is almost one patient's.
        """
        log_risk = np.where(self.weight > 0, self.x * beta, -np.inf)
        most = log_risk.max(axis=1)
        risk = self.weight * np.exp(log_risk - most[:, None])
        total = risk.sum(axis=1)
        share = risk / total[:, None]
        mean = share @ self.x
        apart = self.x - mean[:, None]
        second, third = ((share * apart**power).sum() for power in (2, 3))
        value = float(self.events @ (self.x * beta) - (np.log(total) + most).sum())
        return value, float(self.events @ self.x - mean.sum()), float(second), float(third)

    def penalised(self, beta: float) -> tuple[float, float]:
        """Log likelihood and score with Firth's penalty, half the log of the information."""
        value, score, information, slope = self(beta)
        if information <= _NOTHING:
            return -np.inf, -np.sign(beta) * 1e300
        return value + np.log(information) / 2, score + slope / information / 2


def readable_step(values: np.ndarray) -> float:
    """A step of these numbers that a reader can imagine: 10 years or 10%, not 1 of 98 percentage points."""
    width = float(np.ptp(values)) if len(values) else 0.0
    per = 10.0 ** floor(log10(width / 2)) if width > 0 else 1.0
    return max(1.0, per) if (values == values.round()).all() else per  # nobody differs by a part of a whole number


def hazard_ratio_per_unit(
    number: Counts, months: Counts, events: Counts, left: Counts, per: float = 1.0, level: float = 0.95
) -> HazardRatio:
    """
    The ratio of the hazards of patients whose `number` lies `per` of its units apart.

    Parameters: arrays of the same length, one row a number and time (or a
    patient): the number, months, and how many had the event there and how many
    left without it. Wald limits from Cox's model (1972), R's `coxph`; with
    fewer than ten events, or where there is no maximum, Firth's penalised
    estimate (Heinze and Schemper 2001) with profile limits.
    """
    value, ended = np.asarray(number, float), np.asarray(events, int)
    if not ended.any():
        return HazardRatio(None, reason="no event")
    if len(value) > MOST_ROWS:
        return HazardRatio(None, reason=f"more than {MOST_ROWS:,} different values and times")
    leaving = ended + np.asarray(left, int)
    middle = float(np.average(value, weights=leaving))
    spread = float(np.average((value - middle) ** 2, weights=leaving)) ** 0.5
    likelihood = _Likelihood((value - middle) / (spread or 1.0), np.asarray(months, float), ended, leaving)
    if spread == 0 or likelihood(0.0)[2] <= 1e-12 * ended.sum():
        return HazardRatio(None, reason="all who were left at each event had the same value")
    units = per / spread
    best = _maximum(likelihood) if ended.sum() >= FEW_EVENTS else None
    if best is None:
        return _firth(likelihood, units, level)
    error = likelihood(best)[2] ** -0.5
    z = normal_quantile(level)
    ratio, lower, upper = (float(np.exp((best + side * z * error) * units)) for side in (0, -1, 1))
    return HazardRatio(ratio, lower, upper, chi_squared_p((best / error) ** 2, 1))


def _maximum(likelihood: _Likelihood) -> float | None:
    """The coefficient at the maximum; None where the likelihood has none."""
    beta = 0.0
    _, score, information, _ = likelihood(beta)
    for _ in range(_MOST_STEPS):
        if abs(beta) > _FURTHEST or information <= _NOTHING:
            return None
        step, distance = float(np.clip(score / information, -1, 1)), abs(score) / information**0.5
        slope = score * step
        trial = likelihood(beta + step)
        while trial[1] * step < -slope:  # the likelihood is concave: the step went too far
            step, slope = step / 2, slope / 2
            trial = likelihood(beta + step)
        beta, (_, score, information, _) = beta + step, trial
        if distance < _NEAR:
            return beta
    return None


def _firth(likelihood: _Likelihood, units: float, level: float) -> HazardRatio:
    from scipy.optimize import brentq  # what few cohorts need does not slow the start of all

    def slope(beta: float) -> float:
        return likelihood.penalised(beta)[1]

    reach = next((far for far in (1.0, 2.0, 4.0, 8.0, 16.0) if slope(-far) > 0 > slope(far)), None)
    if reach is None:
        return HazardRatio(None, reason="the likelihood has no maximum")
    best = float(brentq(slope, -reach, reach, xtol=1e-12, rtol=1e-14))
    top, drop = likelihood.penalised(best)[0], normal_quantile(level) ** 2 / 2

    def short_of(beta: float) -> float:
        return likelihood.penalised(beta)[0] - (top - drop)

    lower, upper = (profile_limit(short_of, best, side) for side in (-1, 1))
    p = chi_squared_p(max(0.0, 2 * (drop - short_of(0.0))), 1)
    low, high = (None if end is None else float(np.exp(end * units)) for end in (lower, upper))
    return HazardRatio(float(np.exp(best * units)), low, high, p, "Firth")
