"""Numbers as clinicians read them, at their edges."""

import pytest

from core import text
from core.statistics.proportions import proportion
from core.survival.cox import HazardRatio
from core.survival.kaplan_meier import SurvivalAt
from core.survival.life_table import life_table
from core.survival.log_rank_permutation import permutation_log_rank
from core.survival.medians import Median
from core.survival.numbers import estimate_text, log_rank_name, median_text, ratio_text, survival_text
from core.survival.restricted_mean import Estimate


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7.0, "7"), (1.5, "1.5"), (1.75, "1.8"), (0.05, "0.1"), (-0.25, "−0.3"), (0, "0"), (-0.01, "0"), (66.25, "66.3")],
)
def test_numbers_are_rounded_half_up(value, expected):
    assert text.number(value) == expected


def test_proportions_carry_count_and_limits():
    eight = proportion(8, 11)
    assert text.percent_range(eight.lower, eight.upper) == "39.0–94.0"
    assert text.percent_range(None, None) == "no limits"
    assert text.n_percent(2, 11) == "2 (18.2%)"
    assert text.n_percent(0, 11) == "0"
    assert text.percent(None) == "–"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (66.23, "66.23"),
        (0.00123, "0.00123"),
        (58.0, "58"),
        (12345.6, "12,346"),
        (-1.5, "−1.5"),
        (4.55, "4.55"),
        (1234.5, "1,235"),
        (1235.5, "1,236"),
        (10.125, "10.13"),
        (-1234.5, "−1,235"),
        (0, "0"),
        (2e-7, "2e−07"),
        (999.95, "1,000"),
        (999.94, "999.9"),
    ],
)
def test_measured_values_keep_their_precision(value, expected):
    assert text.figures(value) == expected


@pytest.mark.parametrize(
    ("median", "expected"),
    [
        (Median(6.0, 1.5, None, "print"), "6 (1.5–NR)"),
        (Median(None, 4.0, None, "print"), "not reached (4–NR)"),
        (Median(None, None, None, "print"), "not reached (NR)"),
        (Median(None, 1.5, None, "strict", (7.0, 63.0), True), "not estimable (1.5–NR)"),
        (Median(23.0, None, None, "plain"), "23"),
    ],
)
def test_medians(median, expected):
    assert median_text(median) == expected


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (0.0004, "p < 0.001"), (0.001, "p = 0.001"), (0.0424, "p = 0.042"), (0.0994, "p = 0.099"),
        (0.0995, "p = 0.10"), (0.625, "p = 0.63"), (1.0, "p = 1.00"), (None, "p not estimable"),
    ],
)  # fmt: skip
def test_p_values(p, expected):
    assert text.p_value(p) == expected


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (HazardRatio(2.498, 0.916, 6.813), "2.50 (0.92–6.81)"),
        (HazardRatio(0.1031, 0.00974, 0.65), "0.10 (0.01–0.65)"),
        (HazardRatio(34.2, 2.62, 4759.0), "34 (2.62–4,759)"),
        (HazardRatio(0.24, 0.0018, None), "0.24 (0.002–open)"),
        (HazardRatio(12.0, None, 1e6), "12 (0 to > 10,000)"),
        (HazardRatio(None, reason="no event"), "not estimable"),
    ],
)
def test_hazard_ratios_never_read_as_infinite(ratio, expected):
    assert ratio_text(ratio) == expected


def test_survival_at_a_time():
    assert survival_text(SurvivalAt(6, 5, 0.4545, 0.167, 0.707)) == "45.5% (16.7–70.7)"
    assert survival_text(SurvivalAt(6, 0, None, None, None, "beyond the last follow-up")) == "not estimable"
    assert survival_text(SurvivalAt(6, 0, 0.0, None, None)) == "0.0% (no limits)"
    assert estimate_text(Estimate(14.875, 2.08, 27.67)) == "14.9 (2.1–27.7)"
    assert estimate_text(Estimate(None, reason="no patients")) == "not estimable"


def test_a_test_is_named_by_how_its_p_was_found():
    small = [life_table([1, 2], [1, 1], [0, 0]), life_table([3, 4], [1, 0], [0, 1])]
    assert log_rank_name(permutation_log_rank(small)) == "exact log-rank test over all 6 groupings"


def test_lists_and_plurals():
    assert text.listed(["a"]) == "a"
    assert text.listed(["a", "b", "c"]) == "a, b and c"
    assert text.listed([]) == ""
    assert text.patients(1) == "1 patient"
    assert text.patients(1200) == "1,200 patients"
