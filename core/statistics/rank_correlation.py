"""How far two numbers rise together: Spearman's rank correlation, its limits, and its test over permutations."""

from dataclasses import dataclass
from itertools import permutations
from math import atanh, sqrt, tanh

import numpy as np

from core.statistics.distributions import normal_quantile

MOST_EXACT = 8
"""Patients up to whom all orders are gone through (40,320)."""
SIMULATIONS, SEED = 100_000, 20250912
FEWEST = 4
"""Patients from whom on limits can be given."""
_TIED = 1e-9


@dataclass(frozen=True)
class RankCorrelation:
    """
    Spearman's rho of `patients` with its limits (None of too few) and p; None
    for all where a number does not vary. `exact` says that p is of all orders,
    and not of a sample of them.
    """

    patients: int
    rho: float | None
    lower: float | None
    upper: float | None
    p: float | None
    exact: bool


def rank_correlation(x: np.ndarray, y: np.ndarray, level: float = 0.95) -> RankCorrelation:
    """
    Spearman's rank correlation of two arrays of the same length, ties at their
    mean rank.

    p is the share of orders of one of them whose correlation is as far from 0:
    of all up to MOST_EXACT patients, beyond that of 100,000 with a fixed seed,
    this one among them. Limits by Fisher's transformation with the variance
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
        return RankCorrelation(n, None, None, None, None, True)
    rho = min(1.0, max(-1.0, float(first @ second) / scale))
    products = _exact(first, second) if n <= MOST_EXACT else _sampled(first, second)
    p = float((np.abs(products) >= abs(first @ second) - _TIED * scale).mean())
    lower, upper = _limits(rho, n, level) if n >= FEWEST and abs(rho) < 1 else (None, None)
    return RankCorrelation(n, rho, lower, upper, p, n <= MOST_EXACT)


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[group]
    return ranks - ranks.mean() if len(ranks) else ranks


def _exact(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    orders = np.array(list(permutations(range(len(second)))))
    return second[orders] @ first


def _sampled(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(SEED)
    drawn = rng.permuted(np.tile(second, (SIMULATIONS, 1)), axis=1) @ first
    return np.append(drawn, first @ second)


def _limits(rho: float, n: int, level: float) -> tuple[float, float]:
    half = normal_quantile(level) * sqrt((1 + rho**2 / 2) / (n - 3))
    return tanh(atanh(rho) - half), tanh(atanh(rho) + half)
