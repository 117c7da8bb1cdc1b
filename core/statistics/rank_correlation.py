"""How far two numbers rise together: Spearman's rank correlation, its limits, and its test over permutations."""

from dataclasses import dataclass
from itertools import permutations
from math import atanh, sqrt, tanh

import numpy as np

from core.statistics.distributions import normal_quantile

MOST_EXACT = 8
"""Patients up to whom all orders are gone through (40,320)."""
MOST_SAMPLED = 200
"""Patients up to whom orders are drawn; beyond them p is of Student's distribution."""
SIMULATIONS, SEED = 100_000, 20250912
_AT_ONCE = 500_000
FEWEST = 4
"""Patients from whom on limits can be given."""
_TIED = 1e-9


@dataclass(frozen=True)
class RankCorrelation:
    """
    Spearman's rho of `patients` with its limits (None of too few) and p; None
    for all where a number does not vary. `method` says how p was found: exact
    (of all orders), Monte Carlo (of a sample of them) or asymptotic.
    """

    patients: int
    rho: float | None
    lower: float | None
    upper: float | None
    p: float | None
    method: str


def rank_correlation(x: np.ndarray, y: np.ndarray, level: float = 0.95) -> RankCorrelation:
    """
    Spearman's rank correlation of two arrays of the same length, ties at their
    mean rank.

    p is the share of orders of one of them whose correlation is as far from 0:
    of all up to MOST_EXACT patients, beyond that of 100,000 with a fixed seed,
    this one among them, and beyond MOST_SAMPLED by Student's distribution with
    n - 2 degrees of freedom (R's `cor.test(exact = FALSE)`). Limits by Fisher's transformation with the variance
    (1 + rho^2 / 2) / (n - 3) of Bonett and Wright (Psychometrika 2000).

    Raises ValueError where the arrays differ in length.

    >>> found = rank_correlation(np.array([1, 2, 3, 4]), np.array([1, 2, 4, 3]))
    >>> found.rho, round(found.p, 3)
    (0.8, 0.333)
    """
    if len(x) != len(y):
        raise ValueError(f"Both numbers are needed of each patient, but there are {len(x)} and {len(y)}.")
    n = len(x)
    first, second = _centred_ranks(np.asarray(x, float)), _centred_ranks(np.asarray(y, float))
    scale = sqrt(float(first @ first) * float(second @ second))
    if n < 2 or not scale:
        return RankCorrelation(n, None, None, None, None, "exact")
    rho = min(1.0, max(-1.0, float(first @ second) / scale))
    p, method = _p(first, second, rho, scale)
    lower, upper = _limits(rho, n, level) if n >= FEWEST and abs(rho) < 1 else (None, None)
    return RankCorrelation(n, rho, lower, upper, p, method)


def rank_correlations(x: np.ndarray, several: np.ndarray, level: float = 0.95) -> list[RankCorrelation]:
    """
    `rank_correlation` of x with each row of `several`, all of which hold the
    same values in other orders: one sample of orders serves all of them.

    Raises ValueError where the rows hold other values.
    """
    if not (np.sort(several, axis=1) == np.sort(several[0])).all():
        raise ValueError("The rows are not the same values in other orders.")
    first, n = _centred_ranks(np.asarray(x, float)), len(x)
    ranks = [_centred_ranks(np.asarray(row, float)) for row in several]
    scale = sqrt(float(first @ first) * float(ranks[0] @ ranks[0]))
    if n < 2 or not scale:
        return [RankCorrelation(n, None, None, None, None, "exact")] * len(ranks)
    drawn = np.sort(np.abs(_products(first, ranks[0])))
    found = []
    for row in ranks:
        rho = min(1.0, max(-1.0, float(first @ row) / scale))
        p = float((len(drawn) - np.searchsorted(drawn, abs(first @ row) - _TIED * scale)) / len(drawn))
        lower, upper = _limits(rho, n, level) if n >= FEWEST and abs(rho) < 1 else (None, None)
        found.append(RankCorrelation(n, rho, lower, upper, p, "exact" if n <= MOST_EXACT else "Monte Carlo"))
    return found


def _products(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """What the correlation of all orders, or of a sample of them and this one, is made of."""
    n = len(first)
    if n <= MOST_EXACT:
        return second[np.array(list(permutations(range(n))))] @ first
    rng, left, parts = np.random.default_rng(SEED), SIMULATIONS, [np.array([first @ second])]
    while left:
        rows = min(left, max(1, _AT_ONCE // n))
        parts.append(rng.permuted(np.tile(second, (rows, 1)), axis=1) @ first)
        left -= rows
    return np.concatenate(parts)


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[group]
    return ranks - ranks.mean() if len(ranks) else ranks


def _p(first: np.ndarray, second: np.ndarray, rho: float, scale: float) -> tuple[float, str]:
    n, far = len(first), abs(first @ second) - _TIED * scale
    if n > MOST_SAMPLED:
        from scipy.special import stdtr  # not before it is needed: it slows the start

        t = rho * sqrt((n - 2) / (1 - rho**2)) if abs(rho) < 1 else np.inf
        return float(2 * stdtr(n - 2, -abs(t))), "asymptotic"
    p = float((np.abs(_products(first, second)) >= far).mean())
    return p, "exact" if n <= MOST_EXACT else "Monte Carlo"


def _limits(rho: float, n: int, level: float) -> tuple[float, float]:
    half = normal_quantile(level) * sqrt((1 + rho**2 / 2) / (n - 3))
    return tanh(atanh(rho) - half), tanh(atanh(rho) + half)
