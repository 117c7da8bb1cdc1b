"""Medians under each rule, their limits, and follow-up."""

from dataclasses import replace

import numpy as np
import pytest

from core.survival.kaplan_meier import INTERVALS, kaplan_meier
from core.survival.life_table import life_table
from core.survival.medians import MEDIAN_RULES, median_follow_up, median_survival
from tests.reference.cohorts import REFERENCE, curve_name, curve_table, numbers, patients, table_of

# By hand. flat8: 8 patients, deaths at 1.5, 4, 5, 7, so survival is 7/8, 6/8, 5/8, 4/8 and stays 1/2 to 63.
# flat_mid: deaths at 1, 2, 3, 4 of 8 (4/8), two censored, then 1/2 · 1/2 at 7. uncens4: 3/4, 2/4, 1/4, 0.
# flat24_tail: 12 deaths of 24 at 1 to 12, then none to 24. flat38_mid: 19 of 38 at 1 to 19, the next at 25.
# uncens5: 4/5, 3/5, 2/5: past 1/2 at 3 without resting there.
BY_HAND = {
    "flat8": {"first": 7, "print": 7, "midpoint to last": 35, "strict": None},  # (7 + 63) / 2
    "flat_mid": {"first": 4, "print": 5.5, "midpoint to last": 5.5, "strict": 5.5},  # (4 + 7) / 2
    "uncens4": {"first": 2, "print": 2.5, "midpoint to last": 2.5, "strict": 2.5},  # (2 + 3) / 2
    "uncens5": {"first": 3, "print": 3, "midpoint to last": 3, "strict": 3},
    "flat24_tail": {"first": 12, "print": 12, "midpoint to last": 18, "strict": None},  # (12 + 24) / 2
    "flat38_mid": {"first": 19, "print": 22, "midpoint to last": 22, "strict": 22},  # (19 + 25) / 2
    "one_event": {"first": 3, "print": 3, "midpoint to last": 3, "strict": 3},
    "noevent5": {"first": None, "print": None, "midpoint to last": None, "strict": None},
}
PLATEAUS = {
    "flat8": ((7, 63), True),
    "flat_mid": ((4, 7), False),
    "uncens4": ((2, 3), False),
    "uncens5": (None, False),
    "flat24_tail": ((12, 24), True),
    "flat38_mid": ((19, 25), False),
    "one_event": (None, False),
    "noevent5": (None, False),
}


def table(months, events):
    died = np.array(events)
    return life_table(np.array(months), died, 1 - died)


def as_numbers(median):
    return numbers([median.months, median.lower, median.upper])


@pytest.mark.parametrize("rule", MEDIAN_RULES)
@pytest.mark.parametrize("cohort", BY_HAND)
def test_each_rule_gives_the_median_worked_by_hand(cohort, rule):
    median = median_survival(kaplan_meier(table_of(patients(cohort))), rule)
    assert median.months == BY_HAND[cohort][rule]
    assert median.rule == rule


@pytest.mark.parametrize("cohort", PLATEAUS)
def test_a_plateau_at_half_is_reported_with_its_ends_and_whether_the_curve_ends_on_it(cohort):
    median = median_survival(kaplan_meier(table_of(patients(cohort))))
    assert (median.plateau, median.final) == PLATEAUS[cohort]


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("curve", REFERENCE["curves"], ids=curve_name)
def test_the_print_rule_and_its_limits_equal_r(curve, interval):
    # R: summary(survfit(Surv(time, event) ~ 1, conf.type = interval))$table[c("median", "0.95LCL", "0.95UCL")]
    estimated = kaplan_meier(curve_table(curve), interval, curve["confidence"])
    expected = numbers(curve["median_print"][interval])
    np.testing.assert_allclose(as_numbers(median_survival(estimated, "print")), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("curve", REFERENCE["curves"], ids=curve_name)
def test_the_midpoint_to_last_equals_r_quantile(curve):
    # R: quantile(survfit(Surv(time, event) ~ 1), c(0.25, 0.5, 0.75))$quantile[2]
    median = median_survival(kaplan_meier(curve_table(curve)), "midpoint to last")
    expected = numbers([curve["median_quantile"]])
    np.testing.assert_allclose(numbers([median.months]), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("rule", MEDIAN_RULES)
@pytest.mark.parametrize("cohort", ["flat8", "flat_mid", "flat24_tail", "aml"])
def test_the_limits_are_the_same_whatever_the_rule(cohort, rule):
    curve = kaplan_meier(table_of(patients(cohort)))
    np.testing.assert_array_equal(as_numbers(median_survival(curve, rule))[1:], as_numbers(median_survival(curve))[1:])


def test_a_limit_that_dips_and_rises_again_counts_where_it_first_crosses():
    # aml, type log: summary(fit)$upper is 0.515 at 43, 0.458 at 45 and 0.462 at 48. R's print(fit) says 45;
    # quantile(fit, 0.5)$upper says 48, although the limit has crossed 1/2 before.
    curve = kaplan_meier(table_of(patients("aml")), "log")
    assert median_survival(curve).upper == 45.0


def test_a_limit_resting_at_half_counts_at_its_midpoint_if_it_drops_again_and_at_its_start_if_not():
    # The lower limit stands at 1/2 from 2 to 4, so (2 + 4) / 2; the upper one from 3 to the end, so 3.
    curve = kaplan_meier(table([1, 2, 3, 4], [1, 1, 1, 1]))
    curve = replace(curve, lower=np.array([0.7, 0.5, 0.5, 0.3]), upper=np.array([0.9, 0.8, 0.5, 0.5]))
    median = median_survival(curve)
    assert (median.lower, median.upper) == (3.0, 3.0)


@pytest.mark.parametrize("patients_in_all", range(2, 201, 2))
def test_half_of_the_patients_dying_is_exactly_a_plateau_whatever_the_rounding(patients_in_all):
    # True survival after n/2 of n deaths is 1/2; the product of the n/2 factors often lands beside it.
    half = patients_in_all // 2
    months = np.arange(1, patients_in_all + 1)
    curve = kaplan_meier(table(months, months <= half))
    found = {rule: median_survival(curve, rule) for rule in MEDIAN_RULES}
    assert {median.plateau for median in found.values()} == {(half, patients_in_all)}
    assert {median.final for median in found.values()} == {True}
    assert found["first"].months == half
    assert found["print"].months == half
    assert found["midpoint to last"].months == (half + patients_in_all) / 2
    assert found["strict"].months is None


@pytest.mark.parametrize("patients_in_all", range(2, 201, 2))
def test_without_censoring_the_median_is_the_mean_of_the_two_middle_times(patients_in_all):
    months = np.arange(1, patients_in_all + 1) ** 2
    curve = kaplan_meier(table(months, np.ones(patients_in_all, int)))
    for rule in ("print", "midpoint to last", "strict"):
        assert median_survival(curve, rule).months == np.median(months)
    assert median_survival(curve, "first").months == (patients_in_all // 2) ** 2


def test_a_curve_that_reaches_half_at_the_very_end_has_its_median_there():
    # Two patients leave at 5, one with the event: survival is 1/2 at the last moment of follow-up.
    curve = kaplan_meier(table([5, 5], [1, 0]))
    for rule in ("first", "print", "midpoint to last"):
        assert median_survival(curve, rule).months == 5.0


def test_the_strict_rule_gives_no_median_where_survival_never_falls_below_half():
    assert median_survival(kaplan_meier(table([5, 5], [1, 0])), "strict").months is None


def test_nobody_has_no_median():
    median = median_survival(kaplan_meier(table([], [])))
    assert (median.months, median.lower, median.upper, median.plateau) == (None, None, None, None)


def test_a_single_patient_with_the_event_is_the_median_without_limits():
    # R: print(survfit(Surv(3, 1) ~ 1)) gives 3, NA, NA
    median = median_survival(kaplan_meier(table([3], [1])))
    assert (median.months, median.lower, median.upper) == (3.0, None, None)


def test_a_median_is_not_reached_while_survival_stays_above_half():
    median = median_survival(kaplan_meier(table([1, 2, 3, 4, 5], [1, 1, 0, 0, 0])))
    assert (median.months, median.upper) == (None, None)


def test_an_unknown_rule_is_refused_with_the_known_ones():
    message = "The rule must be one of print, first, midpoint to last, strict, but was 'mean'."
    with pytest.raises(ValueError, match=message):
        median_survival(kaplan_meier(table([1, 2], [1, 1])), "mean")


# -- follow-up -------------------------------------------------------------------------------------


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("curve", REFERENCE["curves"], ids=curve_name)
def test_reverse_kaplan_meier_follow_up_equals_r(curve, interval):
    # R: summary(survfit(Surv(time, 1 - event) ~ 1, conf.type = interval))$table[c("median", "0.95LCL", "0.95UCL")]
    back = kaplan_meier(curve_table(curve).reversed(), interval, curve["confidence"])
    expected = numbers(curve["follow_up"][interval])
    np.testing.assert_allclose(as_numbers(median_survival(back)), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("incidence", REFERENCE["incidences"], ids=lambda r: f"{r['cohort']} {r['sex']}")
def test_a_competing_event_ends_follow_up_as_an_event_does(incidence):
    # R: summary(survfit(Surv(time, status == 0) ~ 1, conf.type = "log-log"))$table
    rows = patients(incidence["cohort"])
    rows = rows[rows["sex"] == incidence["sex"]] if incidence["sex"] else rows
    median = median_survival(kaplan_meier(table_of(rows).reversed()))
    np.testing.assert_allclose(as_numbers(median), numbers(incidence["follow_up"]), rtol=0, atol=1e-9)


@pytest.mark.parametrize("curve", REFERENCE["curves"], ids=curve_name)
def test_plain_median_follow_up_equals_r(curve):
    # R: median(time)
    assert median_follow_up(curve_table(curve)).months == curve["follow_up_plain"]


def test_plain_follow_up_counts_every_patient_whatever_ended_it():
    # Times 1, 2, 2, 6, 8, 9 (one event, two competing, three censored): (2 + 6) / 2.
    months = np.array([1, 2, 6, 8, 9])
    followed = life_table(months, np.array([1, 0, 0, 0, 0]), np.array([0, 1, 0, 1, 1]), np.array([0, 1, 1, 0, 0]))
    median = median_follow_up(followed)
    assert (median.months, median.lower, median.upper, median.rule) == (4.0, None, None, "plain")


def test_nobody_has_no_follow_up():
    assert median_follow_up(table([], [])).months is None


def test_a_cohort_without_censoring_has_no_reverse_median():
    # R: print(survfit(Surv(1:5, rep(0, 5)) ~ 1)) gives NA
    assert median_survival(kaplan_meier(table_of(patients("uncens5")).reversed())).months is None
