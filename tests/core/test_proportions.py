"""Proportions with exact (Clopper-Pearson) and score (Wilson) limits."""

import numpy as np
import pytest
from scipy.stats import binom, norm

from core.proportions import METHODS, proportion
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
