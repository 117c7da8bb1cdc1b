"""Peak, area and last detection of one course: by hand, against PKNCA, and over random courses."""

import numpy as np
import pytest

from core.kinetics.course import NO_START, area, course, last_detected, lowest, peak


def of(days, values, below=()):
    return course(np.array(days), np.array(values, float), np.isin(np.arange(len(days)), list(below)))


def test_area_as_in_pknca():
    # PKNCA, tests/testthat/test-auc.R: conc 0,2,0,1,2,1 at 0..5, linear up and logarithmic down: 1+1+0.5+1.5+1/ln 2
    oracle = of(range(6), [0, 2, 0, 1, 2, 1])
    assert area(oracle, to=5).value == pytest.approx(1 + 1 + 0.5 + 1.5 + 1 / np.log(2), rel=1e-12)
    # With 0, 0 after it the fall to 0 is one triangle more: AUCall + 0.5.
    longer = of(range(8), [0, 2, 0, 1, 2, 1, 0, 0], below=(6, 7))
    assert area(longer, to=7).value == pytest.approx(area(oracle, to=5).value + 0.5, rel=1e-12)


def test_a_value_on_day_28_is_read_off_the_same_curve():
    # 8 at day 24 and 2 at day 32 halve every four days: 4 at day 28, and (8 - 4) x 4 / ln 2 between.
    falling = of([0, 24, 32], [8, 8, 2])
    assert area(falling).value == pytest.approx(24 * 8 + 4 * 4 / np.log(2), rel=1e-12)
    rising = of([0, 24, 32], [0, 0, 8], below=(0, 1))
    assert area(rising).value == pytest.approx(4 * 4 / 2)


def test_below_the_limit_is_0_before_and_after_and_passed_over_between():
    limit = 5.0
    values = of([0, 4, 8, 12, 16, 20, 30], [limit, limit, 10, limit, 20, limit, limit], below=(0, 1, 3, 5, 6))
    # rise to 10 from day 4 (20), on to 20 at day 16 past the value below (120), down to 0 at day 20 (40)
    assert area(values).value == pytest.approx(20 + 120 + 40)
    assert peak(values) == (20, 16)
    assert last_detected(values) == 16
    assert lowest(values) == (0, 0)


@pytest.mark.parametrize(
    ("days", "values", "below", "value", "reason"),
    [
        ([0, 7, 14], [0, 9, 3], (0,), None, "day 28"),  # still detected when sampling ends
        ([0, 7, 14], [1, 9, 1], (0, 2), 63, ""),  # 31.5 up, 31.5 down to 0
        ([0, 3], [1, 1], (0, 1), None, "day 28"),  # not detected yet
        ([0, 28], [1, 1], (0, 1), 0.0, ""),
        ([3, 28], [4, 4], (), None, NO_START),
        ([-5, 28], [4, 4], (), 112, ""),  # the last value before infusion stands at day 0
        ([], [], (), None, "nothing"),
    ],
)
def test_where_sampling_begins_late_or_ends_early(days, values, below, value, reason):
    found = area(of(days, values, below))
    assert found.value == (None if value is None else pytest.approx(value))
    assert reason in found.reason


def test_cells_that_were_not_there_before_start_at_0():
    assert area(of([7, 28], [8, 8]), from_zero=True).value == pytest.approx(7 * 8 / 2 + 21 * 8)


def test_peak_is_the_first_of_equal_values_since_infusion():
    assert peak(of([-5, 7, 10], [99, 30, 30])) == (30, 7)
    assert peak(of([0, 7], [2, 2], below=(0, 1))) == (0, None)
    assert np.isnan(peak(of([-5], [3]))[0])
    assert peak(of([1, 2], [-3, -1])) == (-1, 2)
    assert last_detected(of([0, 7], [2, 2], below=(0, 1))) is None


@pytest.mark.parametrize("seed", range(20))
def test_the_area_grows_with_the_values_and_adds_up(seed):
    rng = np.random.default_rng(seed)
    days = np.unique(np.concatenate([[0], rng.integers(1, 40, 8), [45]])).astype(float)
    values = rng.integers(1, 50, len(days)).astype(float)
    whole = area(of(days, values)).value
    assert area(of(days, values * 3)).value == pytest.approx(3 * whole)
    # Between the linear trapezoids and the rectangles under the lower of two values.
    kept = np.append(days[days < 28], 28)
    at_28 = np.interp(28, days, values)
    linear = np.append(values[days < 28], at_28)
    assert whole <= np.trapezoid(linear, kept) + 1e-9
    assert whole >= values.min() * 28 - 1e-9
    shuffled = rng.permutation(len(days))
    assert area(of(days[shuffled], values[shuffled])).value == pytest.approx(whole)
