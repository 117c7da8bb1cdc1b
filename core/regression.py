"""
Hazard ratios between groups, from life tables: Cox's model with Efron's ties.

The likelihood needs only who was at risk and who had the event at each time in
each group, so it is computed on counts, with each of d tied events entering as
Efron's method says for d patients. Where a group has no event, or there are
fewer than ten, the maximum is at infinity or far off; Firth's penalty keeps it
finite, with limits from the penalised profile likelihood.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri

from core.life_table import LifeTable
from core.survival import normal_quantile

FEW_EVENTS = 10
_FARTHEST = 30.0
"""Log hazard ratio beyond which a profile limit counts as open: a ratio of 1e13."""


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


@dataclass(frozen=True)
class CoxFit:
    """Coefficients (log hazard ratios against the first group), their covariance, and log likelihoods."""

    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    null_log_likelihood: float


class _Likelihood:
    """Efron's partial likelihood of group indicators, the first group the reference."""

    def __init__(self, tables: list[LifeTable]) -> None:
        times = np.unique(np.concatenate([t.months[t.events > 0] for t in tables]))
        at_risk = np.array([t.at_risk_at(times) for t in tables], float).T
        events = np.array([_events_at(t, times) for t in tables], float).T
        died = events.sum(1).astype(int)
        # One row an event: the l-th of d tied events counts those tied as (1 - l/d) at risk.
        row = np.repeat(np.arange(len(times)), died)
        rank = np.arange(len(row)) - np.repeat(np.cumsum(died) - died, died)
        self.weights = at_risk[row] - events[row] * (rank / died[row])[:, None]
        self.observed = events.sum(0)

    def __call__(self, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        """Log likelihood, score, information and each event's risk shares at `beta`."""
        full = np.concatenate([[0.0], beta])
        risk = self.weights * np.exp(full)
        total = risk.sum(1)
        share = (risk / total[:, None])[:, 1:]
        value = float(self.observed @ full - np.log(total).sum())
        score = self.observed[1:] - share.sum(0)
        information = np.diag(share.sum(0)) - share.T @ share
        return value, score, information, share

    def penalised(self, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """The same with Firth's penalty, half the log determinant of the information."""
        value, score, information, share = self(beta)
        sign, log_determinant = np.linalg.slogdet(information)
        if sign <= 0:
            return -np.inf, score, information
        inverse = np.linalg.inv(information)
        # Third cumulants of the risk shares are the derivatives of the information.
        diagonal = np.diag(inverse)
        quadratic = np.einsum("ij,jk,ik->i", share, inverse, share)
        linear = share @ diagonal
        product = share @ inverse
        slope = share * (diagonal - 2 * product) + share * (2 * quadratic - linear)[:, None]
        return value + log_determinant / 2, score + slope.sum(0) / 2, information


def _events_at(table: LifeTable, times: np.ndarray) -> np.ndarray:
    return table.up_to(table.events, times) - np.concatenate([[0], table.up_to(table.events, times)[:-1]])


def cox(tables: list[LifeTable]) -> CoxFit:
    """
    Fit Cox's model (1972) with Efron's ties to group indicators.

    `tables` holds one life table a group, the first the reference; each group
    must have an event, or the coefficients run away. Equals R's `coxph` and
    lifelines on the patients' rows.

    Raises ValueError where a group has no event, or there is only one.
    """
    if len(tables) < 2:
        raise ValueError("A hazard ratio compares at least two groups.")
    if any(table.total_events == 0 for table in tables):
        raise ValueError("Cox's model has no maximum where a group has no event; use Firth's penalty.")
    likelihood = _Likelihood(tables)
    beta = np.zeros(len(tables) - 1)
    null = value = likelihood(beta)[0]
    for _ in range(100):
        _, score, information, _ = likelihood(beta)
        step = np.linalg.solve(information, score)
        while likelihood(beta + step)[0] < value - 1e-12 and np.abs(step).max() > 1e-12:
            step /= 2
        beta = beta + step
        value = likelihood(beta)[0]
        if np.abs(step).max() < 1e-11:
            break
    return CoxFit(beta, np.linalg.inv(likelihood(beta)[2]), value, null)


def hazard_ratios(tables: list[LifeTable], reference: int = 0, level: float = 0.95) -> list[HazardRatio]:
    """
    Hazard of every group against `tables[reference]`, in the order of `tables`
    (the reference's own place holds a ratio of 1 without limits).

    Wald limits from Cox's model; with fewer than ten events, or a group
    without one, Firth's penalised estimate (Heinze and Schemper 2001) with
    profile limits and the penalised likelihood ratio test. Not estimable with
    no event at all, or where two groups were never at risk together at an event.
    """
    order = [reference, *(i for i in range(len(tables)) if i != reference)]
    arranged = [tables[i] for i in order]
    events = [table.total_events for table in arranged]
    if len(tables) < 2 or not sum(events):
        return [HazardRatio(None, reason="no event in any group")] * len(tables)
    try:
        penalised = min(events) == 0 or sum(events) < FEW_EVENTS
        found = _firth(arranged, level) if penalised else _wald(arranged, level)
    except np.linalg.LinAlgError:
        found = [HazardRatio(None, reason="the groups were never at risk together at an event")] * (len(tables) - 1)
    ratios = dict(zip(order, [HazardRatio(1.0, method="reference"), *found], strict=True))
    return [ratios[i] for i in range(len(tables))]


def _wald(tables: list[LifeTable], level: float) -> list[HazardRatio]:
    fit = cox(tables)
    z = normal_quantile(level)
    found = []
    for beta, error in zip(fit.coefficients, np.sqrt(np.diag(fit.covariance)), strict=True):
        p = float(chdtrc(1, (beta / error) ** 2))
        ratio, lower, upper = (float(np.exp(beta + side * z * error)) for side in (0, -1, 1))
        found.append(HazardRatio(ratio, lower, upper, p))
    return found


def _firth(tables: list[LifeTable], level: float) -> list[HazardRatio]:
    likelihood = _Likelihood(tables)
    free = np.ones(len(tables) - 1, bool)
    best, top = _maximise(likelihood, np.zeros(len(free)), free)
    drop = float(chdtri(1, 1 - level)) / 2
    found = []
    for j in range(len(free)):
        others = free.copy()
        others[j] = False

        def short_of(value: float, j: int = j, others: np.ndarray = others) -> float:
            start = best.copy()
            start[j] = value
            return _maximise(likelihood, start, others)[1] - (top - drop)

        lower, upper = (_profile_limit(short_of, float(best[j]), side) for side in (-1, 1))
        p = float(chdtrc(1, max(0.0, 2 * (drop - short_of(0.0)))))
        found.append(
            HazardRatio(
                float(np.exp(best[j])),
                None if lower is None else float(np.exp(lower)),
                None if upper is None else float(np.exp(upper)),
                p,
                "Firth",
            )
        )
    return found


def _profile_limit(short_of: Callable[[float], float], best: float, side: int) -> float | None:
    """Where the profile likelihood has dropped far enough; None where it never does."""
    step = 1.0
    while short_of(best + side * step) > 0:
        step *= 1.6
        if step > _FARTHEST:
            return None
    return float(brentq(short_of, *sorted((best, best + side * step)), xtol=1e-11, rtol=1e-13))


def _maximise(likelihood: _Likelihood, start: np.ndarray, free: np.ndarray) -> tuple[np.ndarray, float]:
    """The penalised maximum over the `free` coefficients, the others held, and its value."""
    beta = start.copy()
    value, score, information = likelihood.penalised(beta)
    if not np.isfinite(value):
        raise np.linalg.LinAlgError
    if not free.any():
        return beta, value
    for _ in range(200):
        step = np.linalg.solve(information[np.ix_(free, free)], score[free])
        step *= min(1.0, 5 / max(np.abs(step).max(), 1e-300))
        while True:
            trial = beta.copy()
            trial[free] += step
            moved, moved_score, moved_information = likelihood.penalised(trial)
            if moved >= value - 1e-13 or np.abs(step).max() < 1e-13:
                break
            step = step / 2
        beta, value, score, information = trial, moved, moved_score, moved_information
        if np.abs(step).max() < 1e-11:
            break
    return beta, value
