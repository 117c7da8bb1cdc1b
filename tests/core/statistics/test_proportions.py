"""Proportions with exact (Clopper-Pearson) and score (Wilson) limits."""

import numpy as np
import pytest
from scipy.stats import binom, fisher_exact, hypergeom, norm

from core.statistics.proportions import METHODS, difference, difference_of_limits, fisher, hypergeometric, proportion
from tests.reference.cohorts import REFERENCE

Z = norm.ppf(0.975)


def share_name(share):
    return f"{share['count']} of {share['total']} at {share['confidence']}"


def test_one_of_two_by_hand():
    # Exact: 1 - (1 - p)^2 = 1/40 gives p = 1 - sqrt(39/40), and p^2 = 39/40 the upper limit.
    exact = proportion(1, 2)
    assert exact.value == 0.5
    assert exact.lower == pytest.approx(1 - (39 / 40) ** 0.5, abs=1e-12)
    assert exact.upper == pytest.approx((39 / 40) ** 0.5, abs=1e-12)
    # Score: |1/2 - p| = z sqrt(p (1 - p) / 2) gives p = 1/2 -+ z / (2 sqrt(2 + z^2)).
    score = proportion(1, 2, "Wilson")
    assert score.lower == pytest.approx(0.5 - Z / (2 * (2 + Z**2) ** 0.5), abs=1e-12)
    assert score.upper == pytest.approx(0.5 + Z / (2 * (2 + Z**2) ** 0.5), abs=1e-12)


@pytest.mark.parametrize("total", [1, 2, 3, 8, 11, 100])
def test_none_or_all_by_hand(total):
    # Exact: (1 - p)^n = 1/40. Score: the interval ends at z^2 / (n + z^2).
    none, every = proportion(0, total), proportion(total, total)
    assert (none.lower, every.upper) == (0.0, 1.0)
    assert none.upper == pytest.approx(1 - (1 / 40) ** (1 / total), abs=1e-12)
    assert every.lower == pytest.approx((1 / 40) ** (1 / total), abs=1e-12)
    none, every = proportion(0, total, "Wilson"), proportion(total, total, "Wilson")
    assert (none.lower, every.upper) == (0.0, 1.0)
    assert none.upper == pytest.approx(Z**2 / (total + Z**2), abs=1e-12)
    assert every.lower == pytest.approx(total / (total + Z**2), abs=1e-12)


@pytest.mark.parametrize("share", REFERENCE["shares"], ids=share_name)
def test_the_exact_interval_equals_r(share):
    # R: binom.test(count, total, conf.level = confidence)$conf.int
    found = proportion(share["count"], share["total"], level=share["confidence"])
    assert found.value == share["count"] / share["total"]
    assert [found.lower, found.upper] == pytest.approx(share["clopper_pearson"], abs=1e-9)


@pytest.mark.parametrize("share", REFERENCE["shares"], ids=share_name)
def test_the_score_interval_equals_r(share):
    # R: prop.test(count, total, conf.level = confidence, correct = FALSE)$conf.int
    found = proportion(share["count"], share["total"], "Wilson", share["confidence"])
    assert [found.lower, found.upper] == pytest.approx(share["wilson"], abs=1e-9)


@pytest.mark.parametrize("total", [1, 5, 11, 40])
@pytest.mark.parametrize("method", METHODS)
def test_limits_bracket_the_proportion_rise_with_the_count_and_mirror_its_complement(method, total):
    found = [proportion(count, total, method) for count in range(total + 1)]
    for one, complement in zip(found, reversed(found), strict=True):
        assert 0 <= one.lower <= one.value <= one.upper <= 1
        assert one.lower == pytest.approx(1 - complement.upper, abs=1e-12)
    assert np.all(np.diff([one.lower for one in found]) > 0)
    assert np.all(np.diff([one.upper for one in found]) > 0)


@pytest.mark.parametrize("total", [3, 8, 11])
def test_the_exact_interval_covers_every_true_proportion_at_its_level(total):
    found = [proportion(count, total) for count in range(total + 1)]
    for truth in np.linspace(0.001, 0.999, 499):
        covered = [one.lower <= truth <= one.upper for one in found]
        assert binom.pmf(range(total + 1), total, truth) @ covered >= 0.95


@pytest.mark.parametrize("method", METHODS)
def test_nobody_has_no_proportion(method):
    found = proportion(0, 0, method)
    assert (found.value, found.lower, found.upper, found.method) == (None, None, None, method)


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5), (1, 0), (0, -1)])
def test_a_count_outside_its_total_is_refused(count, total):
    message = f"A proportion needs a count from 0 to {total}, but was {count}."
    with pytest.raises(ValueError, match=message):
        proportion(count, total)


def test_an_unknown_method_is_refused_with_the_known_ones():
    message = "The method must be one of Clopper–Pearson, Wilson, but was 'Wald'."
    with pytest.raises(ValueError, match=message):
        proportion(1, 2, "Wald")


# -- a difference ----------------------------------------------------------------------------------


def groups(first, n, second, m):
    """The proportions of two groups from their counts."""
    return proportion(int(first), int(n)), proportion(int(second), int(m))


def group_names(record):
    return "{:.0f} of {:.0f} and {:.0f} of {:.0f}".format(*record["counts"])


def cohort_of_two(seed):
    """The counts of two groups of 1 to 40."""
    random = np.random.default_rng(seed)
    n, m = random.integers(1, 41, 2)
    return random.integers(0, n + 1), n, random.integers(0, m + 1), m


every_seed = pytest.mark.parametrize("seed", range(40))


def test_a_difference_by_hand():
    # One of two in both: the score interval is 1/2 -+ h as above, so the difference is 0 -+ h sqrt(2).
    half = Z / (2 * (2 + Z**2) ** 0.5)
    none = difference(*groups(1, 2, 1, 2))
    assert none.value == 0
    assert [none.lower, none.upper] == pytest.approx([-half * 2**0.5, half * 2**0.5], abs=1e-12)
    # All of n against none of n: both intervals are as wide as z^2 / (n + z^2), inwards alone.
    whole = difference(*groups(10, 10, 0, 10))
    assert (whole.value, whole.upper) == (1, 1)
    assert whole.lower == pytest.approx(1 - 2**0.5 * Z**2 / (10 + Z**2), abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "lower", "upper"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_has_the_limits_that_newcombe_published(counts, lower, upper):
    # Newcombe 1998, Statistics in Medicine 17:873-890, Table II, method 10
    found = difference(*groups(*counts))
    assert [found.lower, found.upper] == pytest.approx([lower, upper], abs=5.1e-5)


@pytest.mark.parametrize("record", REFERENCE["differences"], ids=group_names)
def test_a_difference_equals_r(record):
    # R: newcombe in reference.R, from prop.test(count, total, conf.level = confidence, correct = FALSE)$conf.int
    found = difference(*groups(*record["counts"]), level=record["confidence"])
    assert found.value == pytest.approx(record["value"], abs=1e-12)
    assert [found.lower, found.upper] == pytest.approx([record["lower"], record["upper"]], abs=1e-9)


def test_a_difference_does_not_depend_on_the_method_of_the_proportions():
    score = [proportion(count, 11, "Wilson", 0.9) for count in (3, 8)]
    assert difference(*score) == difference(*groups(3, 11, 8, 11))


@every_seed
def test_a_difference_lies_within_its_limits_and_they_within_one(seed):
    found = difference(*groups(*cohort_of_two(seed)))
    assert -1 <= found.lower <= found.value <= found.upper <= 1
    assert found.lower < found.upper


@every_seed
def test_a_difference_changes_its_sign_with_the_groups_and_with_the_outcome(seed):
    a, n, b, m = cohort_of_two(seed)
    found = difference(*groups(a, n, b, m))
    for other in (difference(*groups(b, m, a, n)), difference(*groups(n - a, n, m - b, m))):
        assert [other.value, other.lower, other.upper] == pytest.approx(
            [-found.value, -found.upper, -found.lower], abs=1e-12
        )


@every_seed
def test_the_limits_of_a_difference_narrow_with_the_level(seed):
    pair = groups(*cohort_of_two(seed))
    wide, narrow = difference(*pair, level=0.95), difference(*pair, level=0.9)
    assert wide.value == narrow.value
    assert wide.upper - wide.lower > narrow.upper - narrow.lower


@pytest.mark.parametrize("counts", [(0, 0, 3, 5), (3, 5, 0, 0), (0, 0, 0, 0)])
def test_a_group_of_nobody_has_no_difference(counts):
    found = difference(*groups(*counts))
    assert (found.value, found.lower, found.upper) == (None, None, None)


def test_limits_of_a_difference_by_hand():
    # Down: the first's 0.03 and the second's 0.04 upwards, 0.05 together; up: 0.12 and 0.05 downwards, 0.13.
    found = difference_of_limits((0.6, 0.57, 0.72), (0.5, 0.45, 0.54))
    assert [found.value, found.lower, found.upper] == pytest.approx([0.1, 0.05, 0.23], abs=1e-12)


def test_limits_of_a_difference_stop_at_one():
    found = difference_of_limits((0.9, -0.4, 1.6), (0.2, -0.9, 1.3))
    assert (found.lower, found.upper) == (-1, 1)


@pytest.mark.parametrize("place", [(0, 1), (0, 2), (1, 1), (1, 2)])
def test_without_a_limit_a_difference_has_none(place):
    estimates = [[0.6, 0.5, 0.7], [0.4, 0.3, 0.6]]
    estimates[place[0]][place[1]] = None
    found = difference_of_limits(*estimates)
    assert (found.value, found.lower, found.upper) == (pytest.approx(0.2), None, None)


@pytest.mark.parametrize("place", [0, 1])
def test_without_an_estimate_there_is_no_difference(place):
    estimates = [(0.6, 0.5, 0.7), (0.4, 0.3, 0.6)]
    estimates[place] = (None, None, None)
    found = difference_of_limits(*estimates)
    assert (found.value, found.lower, found.upper) == (None, None, None)


# -- Fisher's test ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "p"),
    [
        # The lady tasting tea: 0 to 4 of four cups, 1, 16, 36, 16 and 1 of 70.
        ((4, 4, 0, 4), 2 / 70),
        ((3, 4, 1, 4), 34 / 70),
        ((2, 4, 2, 4), 1),
        # Three of five, 0 to 2 of them among the first two: 1, 6 and 3 of 10.
        ((0, 2, 3, 3), 1 / 10),
        ((2, 2, 1, 3), 4 / 10),
        ((1, 2, 2, 3), 1),
        ((1, 1, 0, 1), 1),
    ],
)
def test_fishers_test_by_hand(counts, p):
    assert fisher(*groups(*counts)) == pytest.approx(p, abs=1e-12)


def grid_name(grid):
    return f"{grid['first']} and {grid['second']}"


@pytest.mark.parametrize("grid", REFERENCE["fishers"]["grids"], ids=grid_name)
def test_fishers_test_equals_r_for_every_pair_of_counts(grid):
    # R: fisher.test(matrix(c(a, n - a, b, m - b), 2))$p.value
    n, m = grid["first"], grid["second"]
    found = [[fisher(*groups(a, n, b, m)) for b in range(m + 1)] for a in range(n + 1)]
    np.testing.assert_allclose(found, grid["p"], rtol=1e-9, atol=0)


@pytest.mark.parametrize("record", REFERENCE["fishers"]["large"], ids=group_names)
def test_fishers_test_of_large_groups_equals_r(record):
    # R: as above
    assert fisher(*groups(*record["counts"])) == pytest.approx(record["p"], rel=1e-7)


@every_seed
def test_fishers_test_equals_scipy_and_changes_neither_with_the_groups_nor_with_the_outcome(seed):
    a, n, b, m = cohort_of_two(seed)
    p = fisher(*groups(a, n, b, m))
    assert 0 < p <= 1
    assert p == pytest.approx(fisher_exact([[a, n - a], [b, m - b]])[1], rel=1e-9)
    assert fisher(*groups(b, m, a, n)) == pytest.approx(p, rel=1e-9)
    assert fisher(*groups(n - a, n, m - b, m)) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize("size", [1, 7, 1_000, 1_000_000])
def test_the_same_proportion_or_one_outcome_alone_has_a_p_value_of_one(size):
    for counts in ((0, size, 0, 3), (size, size, 3, 3), (size, 2 * size, size, 2 * size)):
        assert fisher(*groups(*counts)) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("size", [500, 1_000_000])
def test_all_against_none_of_large_groups_has_a_p_value_next_to_nothing(size):
    assert 0 <= fisher(*groups(size, size, 0, size)) < 1e-290


@pytest.mark.parametrize("counts", [(0, 0, 3, 5), (3, 5, 0, 0), (0, 0, 0, 0)])
def test_a_group_of_nobody_has_no_test(counts):
    assert fisher(*groups(*counts)) is None


@pytest.mark.parametrize(
    ("first", "second", "drawn"), [(3, 3, 3), (2, 7, 4), (7, 2, 4), (4, 4, 0), (4, 5, 9), (1, 1, 1)]
)
def test_draws_equal_scipy_and_are_certain_together(first, second, drawn):
    values, logs = hypergeometric(first, second, drawn)
    assert values.tolist() == [k for k in range(first + 1) if 0 <= drawn - k <= second]
    np.testing.assert_allclose(logs, hypergeom.logpmf(values, first + second, drawn, first), rtol=0, atol=1e-12)
    assert np.exp(logs).sum() == pytest.approx(1, abs=1e-12)


def test_draws_by_hand():
    # Three of six: 0 to 3 of them among the first three, 1 x 1, 3 x 3, 3 x 3 and 1 x 1 of 20.
    values, logs = hypergeometric(3, 3, 3)
    assert values.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(np.exp(logs), np.array([1, 9, 9, 1]) / 20, rtol=0, atol=1e-12)
