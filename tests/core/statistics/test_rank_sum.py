"""Two groups' numbers against each other: by hand, against R, and over random values with ties."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from core.statistics.rank_sum import MOST_EXACT, rank_sum


def test_two_against_two_by_hand():
    # 1, 2 against 3, 4: of the six ways to deal the ranks, two lie as far apart; no interval of 95% from so few.
    shift = rank_sum(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert shift.p == pytest.approx(2 / 6)
    assert (shift.difference, shift.lower, shift.upper) == (-2.0, None, None)


@pytest.mark.parametrize(
    ("first", "second", "p", "difference", "limits"),
    [
        # R 4: wilcox.test(first, second, conf.int = TRUE, exact = TRUE)
        ([78, 40, 13, 80, 25, 104], [411, 300, 4, 10, 61], 1.0, -9, (-333, 74)),
        # R warns that 3 against 4 cannot give 95%, and prints limits all the same (-5.5 to 2.8); here there are none.
        ([1.1, 2.2, 3.3], [0.5, 4.4, 5.5, 6.6], 0.4, -2.75, (None, None)),
    ],
)
def test_small_groups_as_in_r(first, second, p, difference, limits):
    shift = rank_sum(np.array(first), np.array(second))
    assert shift.exact
    assert shift.p == pytest.approx(p, rel=1e-9)
    assert shift.difference == pytest.approx(difference)
    assert (shift.lower, shift.upper) == limits


@pytest.mark.parametrize(("m", "n", "place"), [(3, 3, 0), (5, 6, 4), (2, 9, 1), (10, 12, 30), (25, 25, 212)])
def test_limits_stand_at_the_difference_of_r_qwilcox(m, n, place):
    # qwilcox(0.025, m, n) in R. With these values all differences are distinct and in the order of their size.
    first, second = np.arange(m) * 1000.0, np.arange(n) * -1.0
    differences = np.sort(np.subtract.outer(first, second), axis=None)
    shift = rank_sum(first, second)
    assert (shift.lower is None) == (place == 0)
    if place:
        assert (shift.lower, shift.upper) == (differences[place - 1], differences[m * n - place])


def test_ties_as_all_ways_to_deal_the_ranks():
    # R: combn over rank(c(0,0,1,2, 0,2,3,3,5)), share of sums as far from 20 as the observed: 0.126984126984
    shift = rank_sum(np.array([0, 0, 1, 2]), np.array([0, 2, 3, 3, 5]))
    assert shift.p == pytest.approx(0.126984126984, rel=1e-11)


@pytest.mark.parametrize("seed", range(12))
def test_p_is_the_share_of_all_dealings_and_does_not_depend_on_the_order(seed):
    rng = np.random.default_rng(seed)
    m, n = rng.integers(1, 6, 2)
    values = rng.integers(0, 4, m + n).astype(float)
    ranks = stats.rankdata(values)
    sums = [sum(ranks[list(some)]) for some in combinations(range(m + n), m)]
    expected = m * (m + n + 1) / 2
    share = np.mean([abs(total - expected) >= abs(ranks[:m].sum() - expected) - 1e-9 for total in sums])
    shift, back = rank_sum(values[:m], values[m:]), rank_sum(values[m:], values[:m])
    assert shift.p == pytest.approx(share) == back.p
    assert shift.difference == -back.difference
    assert 0 < shift.p <= 1
    moved = rank_sum(values[:m] + 3, values[m:])
    assert moved.difference == pytest.approx(shift.difference + 3)
    if shift.lower is not None:
        assert shift.lower <= shift.difference <= shift.upper
        assert (moved.lower, moved.upper) == (shift.lower + 3, shift.upper + 3)


def test_large_groups_by_the_normal_approximation_as_in_scipy():
    rng = np.random.default_rng(5)
    first, second = rng.normal(0, 1, MOST_EXACT).round(1), rng.normal(0.3, 1, 70).round(1)
    shift = rank_sum(first, second)
    expected = stats.mannwhitneyu(first, second, method="asymptotic")
    assert not shift.exact
    assert shift.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert shift.lower < shift.difference < shift.upper


def test_nothing_varies_or_nobody_is_there():
    assert rank_sum(np.ones(3), np.ones(4)).p == 1.0
    assert rank_sum(np.ones(60), np.ones(60)).p == 1.0
    nobody = rank_sum(np.array([]), np.array([1.0, 2.0]))
    assert (nobody.p, nobody.difference, nobody.first, nobody.second) == (None, None, 0, 2)
