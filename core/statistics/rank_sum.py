"""A number in two groups: the exact Mann–Whitney test, and by how much the groups are shifted (Hodges–Lehmann)."""

from dataclasses import dataclass

import numpy as np

from core.statistics.distributions import normal_quantile

MOST_EXACT = 80
"""Patients of both groups together up to whom the test goes through every way to share out the ranks."""


@dataclass(frozen=True)
class RankSum:
    """
    `first` and `second` are how many patients each group has. `difference`
    (first minus second, in the values' unit) is how far one group would have to
    be shifted to lie like the other, with its limits, which are None where too
    few patients leave none; all are None where a group is empty.
    """

    first: int
    second: int
    difference: float | None
    lower: float | None
    upper: float | None
    p: float | None
    exact: bool


def rank_sum(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> RankSum:
    """
    The Wilcoxon rank-sum (Mann–Whitney) test of two arrays of numbers, and the
    Hodges–Lehmann shift between them.

    p is the share of all ways to deal the ranks, ties at their mean, whose sum
    lies as far from its expectation as this one; beyond MOST_EXACT patients by
    the normal approximation, corrected for ties and continuity (Lehmann,
    Nonparametrics 1975; R's `wilcox.test`, with ties `coin::wilcox_test`). The
    shift is the median of all differences, its limits the differences at which
    the test without ties turns (Hollander and Wolfe 1973); ties make them wider
    than they need be.

    >>> shift = rank_sum(np.array([78, 40, 13, 80, 25, 104]), np.array([411, 300, 4, 10, 61]))
    >>> shift.difference, shift.lower, shift.upper, shift.p
    (-9.0, -333.0, 74.0, 1.0)
    """
    m, n = len(first), len(second)
    if not m or not n:
        return RankSum(m, n, None, None, None, None, True)
    exact = m + n <= MOST_EXACT
    ranks = _doubled_ranks(np.concatenate([first, second]))
    differences = np.sort(np.subtract.outer(first, second), axis=None).astype(float)
    place = (_place_exact if exact else _place_normal)(m, n, (1 - level) / 2)
    return RankSum(
        m,
        n,
        float(np.median(differences)),
        float(differences[place - 1]) if place else None,
        float(differences[m * n - place]) if place else None,
        _p_exact(ranks, m) if exact else _p_normal(ranks, m),
        exact,
    )


def _doubled_ranks(values: np.ndarray) -> np.ndarray:
    """Twice each value's rank, those of ties at their mean: whole numbers, so that sums of them compare exactly."""
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    return (2 * last - sizes + 1)[group]


def _ways(ranks: np.ndarray, chosen: int) -> np.ndarray:
    """In how many ways so many of these whole numbers add up to 0, 1, 2, …"""
    total = int(ranks.sum())
    ways = np.zeros((chosen + 1, total + 1))
    ways[0, 0] = 1
    for rank in ranks.tolist():
        ways[1:, rank:] += ways[:-1, : total + 1 - rank].copy()
    return ways[chosen]


def _p_exact(ranks: np.ndarray, m: int) -> float:
    n = len(ranks)
    ways = _ways(ranks, m)
    # Sums times n, against m times the sum of all ranks: whole numbers, so that what lies as far is counted as far.
    away = np.abs(np.arange(len(ways)) * n - m * int(ranks.sum()))
    observed = abs(int(ranks[:m].sum()) * n - m * int(ranks.sum()))
    return float(ways[away >= observed].sum() / ways.sum())


def _p_normal(ranks: np.ndarray, m: int) -> float | None:
    from scipy.special import ndtr  # not before it is needed: it slows the start

    size, n = len(ranks), len(ranks) - m
    _, ties = np.unique(ranks, return_counts=True)
    spread = np.sqrt(m * n / 12 * (size + 1 - (ties**3 - ties).sum() / (size * (size - 1))))
    if not spread:
        return 1.0
    away = abs(ranks[:m].sum() / 2 - m * (size + 1) / 2)
    return float(min(1.0, 2 * ndtr(-max(away - 0.5, 0.0) / spread)))


def _place_exact(m: int, n: int, tail: float) -> int:
    """Which of the sorted differences is the lower limit, from 1; 0 where none of them can be (R's `qwilcox`)."""
    ways = _ways(np.arange(1, m + n + 1), m)
    return int(np.searchsorted(np.cumsum(ways[m * (m + 1) // 2 :]) / ways.sum(), tail))


def _place_normal(m: int, n: int, tail: float) -> int:
    spread = np.sqrt(m * n * (m + n + 1) / 12)
    return max(0, int(np.floor(m * n / 2 + 0.5 - normal_quantile(1 - 2 * tail) * spread)))
