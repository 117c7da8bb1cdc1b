"""
Cox's model with Efron's ties, between groups, from life tables.

The likelihood needs only who was at risk and who had the event at each time in
each group, so it is computed on counts, with each of d tied events entering as
Efron's method says for d patients.
"""

from dataclasses import dataclass

import numpy as np

from core.survival.cox_likelihood import Likelihood
from core.survival.life_table import LifeTable

_INFINITE = 20.0
"""A log hazard ratio between two patients that no cohort has (5e8): the likelihood is climbing without end."""

LONGEST_STEP = 5.0
"""Newton's step on the log scale: a longer one overflows before it can be halved."""

_NO_MAXIMUM = "Cox's model has no maximum where events separate the groups; use Firth's penalty."
_SINGULAR = 1e13
"""Condition of the information, each coefficient in its own units, beyond which it cannot be inverted."""

NEAR = 1e-8
"""A Newton step this short, in standard errors, is the last: what is left after it is in the order of its square."""

MOST_STEPS = 100


@dataclass(frozen=True)
class CoxFit:
    """Coefficients (log hazard ratios against the first group), their covariance, and log likelihoods."""

    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    null_log_likelihood: float


def cox(tables: list[LifeTable], design: np.ndarray | None = None) -> CoxFit:
    """
    Fit Cox's model (1972) with Efron's ties to group indicators.

    `tables` holds one life table a group, the first the reference; `design`
    says what each other group's log hazard ratio is made of, one row a group
    and one column a coefficient (without it each group has its own). Equals
    R's `coxph` and lifelines on the patients' rows.

    Raises ValueError where the likelihood has no maximum: a group without an
    event, or one whose events all come before or after the others', or that
    was at risk at none.
    """
    if len(tables) < 2:
        raise ValueError("A hazard ratio compares at least two groups.")
    if any(table.total_events == 0 for table in tables):
        raise ValueError(_NO_MAXIMUM)
    return maximum(Likelihood(tables, design))


def maximum(likelihood: Likelihood) -> CoxFit:
    """The maximum of a likelihood, by Newton's method. Raises ValueError where it has none."""
    null, score, information = likelihood(np.zeros(likelihood.design.shape[1]))
    beta, value = np.zeros(len(score)), null
    for _ in range(MOST_STEPS):
        if _is_singular(information) or np.ptp(likelihood.design @ beta) > _INFINITE:
            raise ValueError(_NO_MAXIMUM)
        newton = np.linalg.solve(information, score)
        step = newton / max(1.0, np.abs(newton).max() / LONGEST_STEP)
        slope, distance = score @ step, length_in_errors(score, newton)
        trial = likelihood(beta + step)
        # The likelihood is concave: a step went too far if it now falls faster than it rose before. Its slope says so
        # to the last digit, where the likelihood of many events would be compared below its own rounding.
        while trial[1] @ step < -slope:
            step, slope = step / 2, slope / 2
            trial = likelihood(beta + step)
        beta = beta + step
        value, score, information = trial
        if distance < NEAR:
            return CoxFit(beta, np.linalg.inv(information), value, null)
    raise ValueError(_NO_MAXIMUM)


def length_in_errors(score: np.ndarray, newton: np.ndarray) -> float:
    """Of a Newton step, in standard errors."""
    return max(0.0, float(score @ newton)) ** 0.5


def _is_singular(information: np.ndarray) -> bool:
    """Whether the information has no inverse, whatever the units of its coefficients."""
    scale = np.sqrt(np.maximum(np.diag(information), 0))
    return not scale.all() or bool(np.linalg.cond(information / np.outer(scale, scale)) > _SINGULAR)


@dataclass(frozen=True)
class HazardRatio:
    """
    Hazard of one group against the reference: ratio, limits (None where
    open-ended) and p-value; `method` is "Cox" or "Firth"; `reason` is set
    instead where nothing can be estimated.
    """

    ratio: float | None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    method: str = "Cox"
    reason: str = ""
