"""
Firth's penalised Cox model.

Where a group has no event, or there are fewer than ten, the maximum of Cox's
likelihood is at infinity or far off; Firth's penalty keeps it finite, with
limits from the penalised profile likelihood.
"""

from collections.abc import Callable

import numpy as np

from core.statistics.distributions import chi_squared_p, normal_quantile
from core.survival.cox import LONGEST_STEP, MOST_STEPS, NEAR, HazardRatio, length_in_errors
from core.survival.cox_likelihood import Likelihood
from core.survival.life_table import LifeTable

_NOT_TOLD_APART = "the variables say nearly the same, and events separate the patients"


def firth(tables: list[LifeTable], level: float = 0.95) -> list[HazardRatio]:
    """
    Hazard of every group but the first against the first (Heinze and Schemper
    2001): profile limits, and the penalised likelihood ratio test.

    `tables` holds one life table a group, with an event in one of them at least.
    """
    return penalised_ratios(Likelihood(tables), level)


def penalised_ratios(likelihood: Likelihood, level: float = 0.95) -> list[HazardRatio]:
    """
    The hazard ratio of each coefficient of a likelihood, as `firth` has it for groups; without one where a profile
    comes to where the other coefficients have no maximum of their own.
    """
    free = np.ones(likelihood.design.shape[1], bool)
    try:
        best, top = penalised_maximum(likelihood, np.zeros(len(free)), free)
    except np.linalg.LinAlgError:
        return [HazardRatio(None, reason=_NOT_TOLD_APART)] * len(free)
    drop = normal_quantile(level) ** 2 / 2

    def ratio(j: int) -> HazardRatio:
        others = free.copy()
        others[j] = False

        def short_of(value: float) -> float:
            start = best.copy()
            start[j] = value
            return penalised_maximum(likelihood, start, others)[1] - (top - drop)

        low, high = (profile_limit(short_of, float(best[j]), side) for side in (-1, 1))
        p = chi_squared_p(max(0.0, 2 * (drop - short_of(0.0))), 1)
        lower, upper = (None if end is None else float(np.exp(end)) for end in (low, high))
        return HazardRatio(float(np.exp(best[j])), lower, upper, p, "Firth")

    ratios = []
    for j in range(len(free)):
        try:
            ratios.append(ratio(j))
        except np.linalg.LinAlgError:
            ratios.append(HazardRatio(None, reason=_NOT_TOLD_APART))
    return ratios


def profile_limit(short_of: Callable[[float], float], best: float, side: int) -> float | None:
    """Where the profile likelihood has dropped far enough; None where it does not within a ratio of 1e13."""
    from scipy.optimize import brentq  # what few cohorts need does not slow the start of all

    for step in (1, 2, 4, 8, 16, 32):
        if short_of(best + side * step) < 0:
            return float(brentq(short_of, *sorted((best, best + side * step)), xtol=1e-11, rtol=1e-13))
    return None


def penalised_maximum(likelihood: Likelihood, start: np.ndarray, free: np.ndarray) -> tuple[np.ndarray, float]:
    """
    The penalised maximum over the `free` coefficients, the others held, and its
    value: from the inverse of the information without the penalty's share
    (Heinze and Schemper 2001), which each step then corrects (BFGS).
    """
    beta = start.copy()
    value, score, information = likelihood.penalised(beta)
    if not free.any():
        return beta, value
    inverse = np.linalg.inv(information[np.ix_(free, free)])
    for _ in range(MOST_STEPS):
        newton = inverse @ score[free]
        distance = length_in_errors(score[free], newton)
        step = np.zeros(len(beta))
        step[free] = newton / max(1.0, np.abs(newton).max() / LONGEST_STEP)
        slope, before = score @ step, score[free]
        trial = likelihood.penalised(beta + step)
        while not trial[1] @ step >= -slope and np.abs(step).max() > 0:
            step, slope = step / 2, slope / 2
            trial = likelihood.penalised(beta + step)
        beta, (value, score, _) = beta + step, trial
        if distance < NEAR:
            break
        gone, fallen = step[free], before - score[free]
        if gone @ fallen > 0:
            keep = np.eye(len(gone)) - np.outer(gone, fallen) / (gone @ fallen)
            inverse = keep @ inverse @ keep.T + np.outer(gone, gone) / (gone @ fallen)
    return beta, value
