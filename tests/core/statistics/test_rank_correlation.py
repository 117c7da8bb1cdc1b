"""Spearman's correlation: by hand, against R and SciPy, and over random numbers with ties."""

import numpy as np
import pytest
from scipy import stats

from core.statistics.rank_correlation import MOST_EXACT, rank_correlation


def test_four_patients_by_hand():
    # One neighbouring pair exchanged: 1 - 6 * 2 / (4 * 15) = 0.8; 8 of the 24 orders lie as far from 0: itself, the
    # two other exchanges of neighbours, no exchange, and the mirrors of these four.
    found = rank_correlation(np.array([1, 2, 3, 4]), np.array([1, 2, 4, 3]))
    assert (found.rho, found.p, found.method) == (pytest.approx(0.8), pytest.approx(8 / 24), "exact")


def test_seven_patients_as_in_r():
    # R: cor.test(c(44.4,45.9,41.9,53.3,44.7,44.1,50.7), c(2.6,3.1,2.5,5.0,3.6,4.0,5.2), method = "spearman"):
    # rho = 0.7142857, p-value = 0.0881 (exact)
    x, y = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7], [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2]
    found = rank_correlation(np.array(x), np.array(y))
    assert found.rho == pytest.approx(0.7142857, abs=1e-7)
    assert found.p == pytest.approx(0.0881, abs=5e-5)
    assert found.lower < 0 < found.rho < found.upper < 1


@pytest.mark.parametrize("seed", range(10))
def test_with_ties_as_scipy_and_whatever_the_order_and_the_scale(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 13))
    x, y = rng.integers(0, 6, n).astype(float), rng.integers(0, 5, n).astype(float)
    found = rank_correlation(x, y)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert (found.rho, found.p) == (None, None)
        return
    assert found.rho == pytest.approx(stats.spearmanr(x, y).statistic)
    assert found.method == ("exact" if n <= MOST_EXACT else "Monte Carlo")
    order = rng.permutation(n)
    again = rank_correlation(np.exp(x[order]), 3 * y[order] - 7)
    assert again.rho == pytest.approx(found.rho)
    assert again.p == pytest.approx(found.p, abs=0 if found.method == "exact" else 0.01)
    assert rank_correlation(x, -y).rho == pytest.approx(-found.rho)
    assert 0 < found.p <= 1


def test_of_many_the_sample_agrees_with_the_usual_approximation():
    rng = np.random.default_rng(3)
    x = rng.normal(size=60)
    y = 0.25 * x + rng.normal(size=60)
    found = rank_correlation(x, y)
    assert found.p == pytest.approx(stats.spearmanr(x, y).pvalue, abs=0.01)
    assert rank_correlation(x, y) == found, "the same each time"


def test_too_few_and_what_does_not_vary():
    assert rank_correlation(np.ones(5), np.arange(5)).rho is None
    assert rank_correlation(np.array([1.0]), np.array([2.0])).p is None
    assert rank_correlation(np.arange(3), np.arange(3)).lower is None
    with pytest.raises(ValueError, match="3 and 2"):
        rank_correlation(np.arange(3), np.arange(2))


def test_of_many_patients_p_is_of_students_distribution():
    """R: set.seed(1); x <- 1:300; y <- (x * 7) %% 300 + x / 10; cor.test(x, y, method = "spearman", exact = FALSE)."""
    x = np.arange(1, 301)
    found = rank_correlation(x, (x * 7) % 300 + x / 10)
    assert found.method == "asymptotic"
    assert (found.rho, found.p) == (pytest.approx(0.226132734808), pytest.approx(7.76011168672e-05, rel=1e-6))


def test_the_sample_and_students_distribution_agree():
    rng = np.random.default_rng(3)
    x = rng.normal(size=200)
    y = x * 0.15 + rng.normal(size=200)
    sampled = rank_correlation(x, y)
    more = rank_correlation(np.append(x, 9), np.append(y, 0.1))
    assert (sampled.method, more.method) == ("Monte Carlo", "asymptotic")
    assert sampled.p == pytest.approx(more.p, rel=0.5)
