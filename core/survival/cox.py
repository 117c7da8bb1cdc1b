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
from functools import cache

import numpy as np

from core.statistics.distributions import chi_squared_p, normal_quantile
from core.survival.life_table import LifeTable, at_event_times

FEW_EVENTS = 10
MOST_MODELLED = 12
"""Groups that a model takes: more cannot be told apart, neither by so few patients nor by eye."""
_INFINITE = 20.0
"""A log hazard ratio that no cohort has (5e8): the likelihood is climbing without end."""
_LONGEST_STEP = 5.0
"""Newton's step on the log scale: a longer one overflows before it can be halved."""
_NODES = 8
"""
Entries that stand for any number of tied events where they are a quarter of each group at most: what is summed is then
so smooth that the sum is exact to the last digits.
"""
_SINGULAR = 1e13
"""Condition of the information, each coefficient in its own units, beyond which it cannot be inverted."""
_NEAR = 1e-8
"""A Newton step this short, in standard errors, is the last: what is left after it is in the order of its square."""
_MOST_STEPS = 100


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
    """
    Efron's partial likelihood of coefficients that make up the groups' log hazard ratios, the first the reference.

    Without a `design` each other group has its own, as Firth's penalty takes it.
    """

    def __init__(self, tables: list[LifeTable], design: np.ndarray | None = None) -> None:
        others = np.eye(len(tables) - 1) if design is None else design
        self.design = np.vstack([np.zeros(others.shape[1]), others])
        at_risk, events = (np.ascontiguousarray(counts.T) for counts in at_event_times(tables))
        died = events.sum(1).astype(int)
        self.at_risk, self.events, self.observed = at_risk, events, events.sum(0)
        # The l-th of d tied events counts those tied as (1 - l/d) at risk: an entry each, or some that stand for all.
        most = np.where((events <= at_risk / 4).all(1), _NODES, died)
        each = [_tied(*one) for one in zip(died.tolist(), most.tolist(), strict=True)]
        self.entries = np.array([len(gone) for gone, _ in each])
        self.first = np.cumsum(self.entries) - self.entries
        self.gone, self.weight = (np.concatenate(part) for part in zip(*each, strict=True))

    def __call__(self, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """
        Log likelihood, score and information at `beta`.

        The events tied at a time differ only in how many of them are gone, so
        their sums are taken over one number an entry, and the groups meet
        only once a time.
        """
        full = self.design @ beta
        risk, tied = self.at_risk * np.exp(full), self.events * np.exp(full)
        total = np.repeat(risk.sum(1), self.entries) - self.gone * np.repeat(tied.sum(1), self.entries)
        once = 1 / total
        gone = once * self.gone
        each, each_gone, both, both_gone, both_twice_gone = (
            np.add.reduceat(self.weight * part, self.first)
            for part in (once, gone, once * once, once * gone, gone * gone)
        )
        value = float(self.observed @ full - self.weight @ np.log(total))
        expected = risk.T @ each - tied.T @ each_gone
        risk, tied = risk @ self.design, tied @ self.design
        crossed = risk.T @ (both_gone[:, None] * tied)
        shared = risk.T @ (both[:, None] * risk) - crossed - crossed.T + tied.T @ (both_twice_gone[:, None] * tied)
        score = self.design.T @ (self.observed - expected)
        return value, score, self.design.T @ (expected[:, None] * self.design) - shared

    def _shares(self, beta: np.ndarray) -> np.ndarray:
        """Each entry's risk shares of the groups but the first."""
        at_risk, events = (np.repeat(counts, self.entries, axis=0) for counts in (self.at_risk, self.events))
        weights = at_risk - events * self.gone[:, None]
        risk = weights * np.exp(np.concatenate([[0.0], beta]))
        return (risk / risk.sum(1)[:, None])[:, 1:]

    def penalised(self, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Log likelihood and score with Firth's penalty, half the log determinant of the information, and that."""
        value, score, information = self(beta)
        sign, log_determinant = np.linalg.slogdet(information)
        if sign <= 0:
            return -np.inf, score, information
        inverse, share = np.linalg.inv(information), self._shares(beta)
        # Third cumulants of the risk shares are the derivatives of the information.
        diagonal = np.diag(inverse)
        product = share @ inverse
        quadratic, linear = (product * share).sum(1), share @ diagonal
        slope = share * (diagonal - 2 * product) + share * (2 * quadratic - linear)[:, None]
        return value + log_determinant / 2, score + self.weight @ slope / 2, information


@cache
def _tied(died: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """
    What share of `died` tied events is gone as each comes, 0, 1/d .. (d-1)/d, and the weight of each entry.

    Beyond `most` of them, the `most` nodes of the Gaussian quadrature of that
    sum stand for all (discrete Chebyshev polynomials: Gautschi 2004,
    "Orthogonal Polynomials", table 1.2).
    """
    if died <= most:
        return np.arange(died) / died, np.ones(died)
    order = np.arange(1, most)
    off = order / 2 * np.sqrt((died**2 - order**2) / (4 * order**2 - 1))
    nodes, vectors = np.linalg.eigh(np.diag(np.full(most, (died - 1) / 2)) + np.diag(off, 1) + np.diag(off, -1))
    return nodes / died, died * vectors[0] ** 2


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
    no_maximum = "Cox's model has no maximum where events separate the groups; use Firth's penalty."
    if any(table.total_events == 0 for table in tables):
        raise ValueError(no_maximum)
    likelihood = _Likelihood(tables, design)
    null, score, information = likelihood(np.zeros(likelihood.design.shape[1]))
    beta, value = np.zeros(len(score)), null
    for _ in range(_MOST_STEPS):
        if _is_singular(information) or np.abs(beta).max() > _INFINITE:
            raise ValueError(no_maximum)
        newton = np.linalg.solve(information, score)
        step = newton / max(1.0, np.abs(newton).max() / _LONGEST_STEP)
        slope, distance = score @ step, _length(score, newton)
        trial = likelihood(beta + step)
        # The likelihood is concave: a step went too far if it now falls faster than it rose before. Its slope says so
        # to the last digit, where the likelihood of many events would be compared below its own rounding.
        while trial[1] @ step < -slope:
            step, slope = step / 2, slope / 2
            trial = likelihood(beta + step)
        beta = beta + step
        value, score, information = trial
        if distance < _NEAR:
            return CoxFit(beta, np.linalg.inv(information), value, null)
    raise ValueError(no_maximum)


def _length(score: np.ndarray, newton: np.ndarray) -> float:
    """Of a Newton step, in standard errors."""
    return max(0.0, float(score @ newton)) ** 0.5


def _is_singular(information: np.ndarray) -> bool:
    """Whether the information has no inverse, whatever the units of its coefficients."""
    scale = np.sqrt(np.maximum(np.diag(information), 0))
    return not scale.all() or bool(np.linalg.cond(information / np.outer(scale, scale)) > _SINGULAR)


def hazard_ratios(tables: list[LifeTable], reference: int = 0, level: float = 0.95) -> list[HazardRatio]:
    """
    Hazard of every group against `tables[reference]`, in the order of `tables`
    (the reference's own place holds a ratio of 1 without limits).

    Wald limits from Cox's model; with fewer than ten events, or where events
    separate the groups, Firth's penalised estimate (Heinze and Schemper 2001)
    with profile limits and the penalised likelihood ratio test. A group that
    nobody was left in at the first event is not estimable, and the others are
    estimated without it. Beyond MOST_MODELLED groups none is estimated.
    """
    if len(tables) < 2 or not sum(table.total_events for table in tables):
        reason = "no event in any group" if len(tables) > 1 else "only one group"
        return [HazardRatio(None, reason=reason)] * len(tables)
    if len(tables) > MOST_MODELLED:
        reason = f"more than {MOST_MODELLED} groups are described, not modelled"
        return [HazardRatio(None, reason=reason)] * len(tables)
    first_event = min(float(table.months[table.events > 0][0]) for table in tables if table.total_events)
    followed = [int(table.at_risk_at(np.array(first_event))) > 0 for table in tables]
    gone = HazardRatio(None, reason="nobody of the group was left at the first event")
    if not followed[reference]:
        return [HazardRatio(None, reason="nobody of the reference was left at the first event")] * len(tables)
    order = [reference, *(i for i in range(len(tables)) if followed[i] and i != reference)]
    found = _against_first([tables[i] for i in order], level) if len(order) > 1 else []
    ratios = dict(zip(order, [HazardRatio(1.0, method="reference"), *found], strict=True))
    return [ratios.get(i, gone) for i in range(len(tables))]


def _against_first(tables: list[LifeTable], level: float) -> list[HazardRatio]:
    if sum(table.total_events for table in tables) >= FEW_EVENTS:
        try:
            return _wald(tables, level)
        except ValueError:
            pass  # no maximum: the penalised likelihood has one
    return _firth(tables, level)


def _wald(tables: list[LifeTable], level: float) -> list[HazardRatio]:
    fit = cox(tables)
    z = normal_quantile(level)
    found = []
    for beta, error in zip(fit.coefficients, np.sqrt(np.diag(fit.covariance)), strict=True):
        p = chi_squared_p((beta / error) ** 2, 1)
        ratio, lower, upper = (float(np.exp(beta + side * z * error)) for side in (0, -1, 1))
        found.append(HazardRatio(ratio, lower, upper, p))
    return found


def _firth(tables: list[LifeTable], level: float) -> list[HazardRatio]:
    likelihood = _Likelihood(tables)
    free = np.ones(len(tables) - 1, bool)
    best, top = _maximise(likelihood, np.zeros(len(free)), free)
    drop = normal_quantile(level) ** 2 / 2
    found = []
    for j in range(len(free)):
        others = free.copy()
        others[j] = False

        def short_of(value: float, j: int = j, others: np.ndarray = others) -> float:
            start = best.copy()
            start[j] = value
            return _maximise(likelihood, start, others)[1] - (top - drop)

        lower, upper = (profile_limit(short_of, float(best[j]), side) for side in (-1, 1))
        p = chi_squared_p(max(0.0, 2 * (drop - short_of(0.0))), 1)
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


def profile_limit(short_of: Callable[[float], float], best: float, side: int) -> float | None:
    """Where the profile likelihood has dropped far enough; None where it does not within a ratio of 1e13."""
    from scipy.optimize import brentq  # what few cohorts need does not slow the start of all

    for step in (1, 2, 4, 8, 16, 32):
        if short_of(best + side * step) < 0:
            return float(brentq(short_of, *sorted((best, best + side * step)), xtol=1e-11, rtol=1e-13))
    return None


def _maximise(likelihood: _Likelihood, start: np.ndarray, free: np.ndarray) -> tuple[np.ndarray, float]:
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
    for _ in range(_MOST_STEPS):
        newton = inverse @ score[free]
        distance = _length(score[free], newton)
        step = np.zeros(len(beta))
        step[free] = newton / max(1.0, np.abs(newton).max() / _LONGEST_STEP)
        slope, before = score @ step, score[free]
        trial = likelihood.penalised(beta + step)
        while not trial[1] @ step >= -slope and np.abs(step).max() > 0:
            step, slope = step / 2, slope / 2
            trial = likelihood.penalised(beta + step)
        beta, (value, score, _) = beta + step, trial
        if distance < _NEAR:
            break
        gone, fallen = step[free], before - score[free]
        if gone @ fallen > 0:
            keep = np.eye(len(gone)) - np.outer(gone, fallen) / (gone @ fallen)
            inverse = keep @ inverse @ keep.T + np.outer(gone, gone) / (gone @ fallen)
    return beta, value
