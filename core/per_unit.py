"""
The hazard ratio per unit of a number as it is, uncut: Cox's model with Efron's ties for one covariate.

It stands beside groups cut from the number, whose p-value depends on where the cut was put.
"""

import numpy as np

from core.life_table import Counts
from core.regression import FEW_EVENTS, HazardRatio, profile_limit
from core.survival import chi_squared_p, normal_quantile

MOST_ROWS = 5_000
"""Different values and times that are modelled: the likelihood goes over all of them at each step."""

_FURTHEST = 20.0
"""A log hazard ratio per standard deviation that no cohort has."""
_NEAR = 1e-8
"""A Newton step this short, in standard errors, is the last."""


class _Likelihood:
    """Efron's partial likelihood of one coefficient, from rows sorted by time."""

    def __init__(self, x: np.ndarray, months: np.ndarray, events: np.ndarray, leaving: np.ndarray) -> None:
        order = np.argsort(months, kind="stable")
        self.x, months, self.events, self.leaving = x[order], months[order], events[order], leaving[order]
        times = np.unique(months[self.events > 0])
        self.first = np.searchsorted(months, times, side="left")
        self.last = np.searchsorted(months, times, side="right")
        died = np.add.reduceat(np.append(self.events, 0), np.ravel((self.first, self.last), "F"))[::2]
        self.entry = np.repeat(np.arange(len(times)), died)
        self.gone = np.concatenate([np.arange(d) / d for d in died])

    def __call__(self, beta: float) -> tuple[float, float, float, float]:
        """Log likelihood, score, information, and the information's own slope."""
        risk = np.exp(self.x * beta)
        powers = self.x ** np.arange(4)[:, None] * risk
        still = np.cumsum((powers * self.leaving)[:, ::-1], axis=1)[:, ::-1][:, self.first]
        tied = np.cumsum(np.pad(powers * self.events, ((0, 0), (1, 0))), axis=1)
        tied = tied[:, self.last] - tied[:, self.first]
        total, *moments = still[:, self.entry] - self.gone * tied[:, self.entry]
        one, two, three = (moment / total for moment in moments)
        value = float(self.events @ (self.x * beta) - np.log(total).sum())
        score = float(self.events @ self.x - one.sum())
        return value, score, float((two - one**2).sum()), float((three - 3 * two * one + 2 * one**3).sum())

    def penalised(self, beta: float) -> tuple[float, float]:
        """Log likelihood and score with Firth's penalty, half the log of the information."""
        value, score, information, slope = self(beta)
        return value + np.log(information) / 2, score + slope / information / 2


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
    while abs(beta) < _FURTHEST and information > 0:
        step = float(np.clip(score / information, -1, 1))
        distance = abs(score) / information**0.5
        trial = likelihood(beta + step)
        while trial[1] * step < -score * step:  # the likelihood is concave: the step went too far
            step /= 2
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
