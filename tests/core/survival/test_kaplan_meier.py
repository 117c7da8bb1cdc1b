"""Kaplan-Meier curves, survival at a time, restricted mean, log-rank and cumulative incidence."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

from core.statistics.distributions import normal_quantile
from core.survival.competing import cumulative_incidence, incidence_at
from core.survival.kaplan_meier import INTERVALS, kaplan_meier, survival_at
from core.survival.life_table import life_table
from core.survival.log_rank import log_rank
from core.survival.restricted_mean import restricted_mean
from tests.reference.cohorts import (
    REFERENCE,
    curve_name,
    curve_table,
    group_tables,
    level_names,
    numbers,
    patients,
    restricted_mean_error,
    table_of,
)

Z = normal_quantile(0.95)


def table(months, status):
    """One row a patient: status 0 censored, 1 event, 2 competing event."""
    kind = np.array(status)
    return life_table(np.array(months), kind == 1, kind == 0, kind == 2)


# Six patients, worked by hand; at 2 an event and a censoring fall together.
#   month  at risk  events  survival           Greenwood's sum d / (n (n - d))
#     1       6        1    5/6                1/30
#     2       5        1    5/6 · 4/5 = 2/3    1/30 + 1/20 = 1/12
#     3       3        1    2/3 · 2/3 = 4/9    1/12 + 1/6 = 1/4
#     4       2        0    4/9                1/4
#     5       1        1    0                  undefined
SIX = ([1, 2, 2, 3, 4, 5], [1, 1, 0, 1, 0, 1])
SURVIVAL = [5 / 6, 2 / 3, 4 / 9, 4 / 9, 0]
GREENWOOD = [1 / 30, 1 / 12, 1 / 4, 1 / 4]


# -- Kaplan-Meier ----------------------------------------------------------------------------------


def test_kaplan_meier_by_hand():
    curve = kaplan_meier(table(*SIX))
    assert curve.months.tolist() == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(curve.survival, SURVIVAL, rtol=0, atol=1e-15)
    np.testing.assert_allclose(curve.std_error[:4], SURVIVAL[:4] * np.sqrt(GREENWOOD), rtol=0, atol=1e-15)
    assert curve.survival[-1] == 0.0
    assert np.isnan([curve.std_error[-1], curve.lower[-1], curve.upper[-1]]).all()


@pytest.mark.parametrize(
    ("interval", "lower", "upper"),
    [
        # At month 3 survival is 4/9 with a standard error of 4/9 · 1/2 = 2/9; log survival has 1/2.
        ("plain", max(0, 4 / 9 - Z * 2 / 9), 4 / 9 + Z * 2 / 9),
        ("log", 4 / 9 * np.exp(-Z / 2), 1.0),  # 4/9 · exp(0.98) = 1.18 is cut to 1
        # log(-log S) has 1/2 divided by log(9/4), so each limit is 4/9 to a power.
        ("log-log", (4 / 9) ** np.exp(Z / 2 / np.log(9 / 4)), (4 / 9) ** np.exp(-Z / 2 / np.log(9 / 4))),
    ],
)
def test_limits_by_hand(interval, lower, upper):
    curve = kaplan_meier(table(*SIX), interval)
    assert curve.interval == interval
    assert curve.lower[2] == pytest.approx(lower, abs=1e-14)
    assert curve.upper[2] == pytest.approx(upper, abs=1e-14)


@pytest.mark.parametrize("curve", REFERENCE["curves"], ids=curve_name)
def test_kaplan_meier_equals_r(curve):
    # R: summary(survfit(Surv(time, event) ~ 1), times)$surv, $std.err, $n.risk
    estimated = kaplan_meier(curve_table(curve), level=curve["confidence"])
    months = numbers(curve["months"])
    last = np.searchsorted(estimated.months, months, side="right") - 1
    assert (estimated.table.patients, estimated.table.total_events) == (curve["patients"], curve["events"])
    assert estimated.table.at_risk_at(months).tolist() == curve["at_risk"]
    np.testing.assert_allclose(estimated.survival[last], numbers(curve["survival"]), rtol=0, atol=1e-9)
    np.testing.assert_allclose(estimated.std_error[last], numbers(curve["std_error"]), rtol=0, atol=1e-9)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("curve", REFERENCE["curves"], ids=curve_name)
def test_limits_equal_r(curve, interval):
    # R: summary(survfit(Surv(time, event) ~ 1, conf.type = interval, conf.int = confidence), times)$lower, $upper
    estimated = kaplan_meier(curve_table(curve), interval, curve["confidence"])
    last = np.searchsorted(estimated.months, numbers(curve["months"]), side="right") - 1
    lower, upper = numbers(curve["lower"][interval]), numbers(curve["upper"][interval])
    if interval == "log-log":
        # Censored before the first event: R has NA there, and 1 before the first time; here 1 for both.
        whole = estimated.survival[last] == 1
        assert np.isnan(lower[whole]).all()
        lower[whole] = upper[whole] = 1.0
    np.testing.assert_allclose(estimated.lower[last], lower, rtol=0, atol=1e-9)
    np.testing.assert_allclose(estimated.upper[last], upper, rtol=0, atol=1e-9)


@pytest.mark.parametrize("cohort", ["aml", "lung", "veteran", "tie_ev_cens", "cohort11", "flat8"])
def test_kaplan_meier_and_its_log_log_limits_equal_lifelines(cohort):
    rows = patients(cohort)
    curve = kaplan_meier(table_of(rows))
    fitted = KaplanMeierFitter().fit(rows["time"], rows["event"])
    reached = curve.survival > 0  # at 0 lifelines has limits of 0, R none
    months = curve.months[reached]
    theirs = fitted.confidence_interval_.loc[months].to_numpy()
    survival = fitted.survival_function_.loc[curve.months, "KM_estimate"]
    np.testing.assert_allclose(curve.survival, survival, rtol=0, atol=1e-9)
    np.testing.assert_allclose(curve.lower[reached], theirs[:, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(curve.upper[reached], theirs[:, 1], rtol=0, atol=1e-9)


@pytest.mark.parametrize("interval", INTERVALS)
def test_before_the_first_event_survival_and_its_limits_are_one(interval):
    curve = kaplan_meier(table([1, 2, 3], [0, 1, 0]), interval)
    assert (curve.survival[0], curve.std_error[0], curve.lower[0], curve.upper[0]) == (1, 0, 1, 1)


def test_the_curve_of_nobody_is_empty():
    curve = kaplan_meier(table([], []))
    assert [len(part) for part in (curve.months, curve.survival, curve.std_error, curve.lower)] == [0, 0, 0, 0]


def test_everyone_dying_at_infusion_leaves_survival_at_zero():
    curve = kaplan_meier(table([0, 0], [1, 1]))
    assert (curve.months.tolist(), curve.survival.tolist()) == ([0.0], [0.0])


def test_a_competing_event_leaves_the_curve_like_a_censoring():
    as_competing, as_censored = table([1, 2, 3, 4], [1, 2, 1, 2]), table([1, 2, 3, 4], [1, 0, 1, 0])
    np.testing.assert_array_equal(kaplan_meier(as_competing).survival, kaplan_meier(as_censored).survival)


def test_an_unknown_interval_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"The interval must be one of log-log, log, plain, but was 'logit'."):
        kaplan_meier(table(*SIX), "logit")


@pytest.mark.parametrize(("level", "quantile"), [(0.95, 1.959963984540054), (0.9, 1.6448536269514722)])
def test_the_normal_quantile_is_two_sided(level, quantile):
    # R: qnorm(0.975), qnorm(0.95)
    assert normal_quantile(level) == pytest.approx(quantile, abs=1e-14)


# -- survival at a time ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "at_risk", "survival"),
    [(1, 6, 5 / 6), (1.5, 5, 5 / 6), (2, 5, 2 / 3), (2.5, 3, 2 / 3), (3, 3, 4 / 9), (4.9, 1, 4 / 9)],
)
def test_survival_at_a_time_is_that_of_the_last_event_with_those_at_risk_just_before(months, at_risk, survival):
    curve = kaplan_meier(table(*SIX))
    found = survival_at(curve, months)
    step = np.searchsorted(curve.months, months, side="right") - 1
    assert (found.months, found.at_risk, found.reason, found.exact_bound) == (months, at_risk, "", False)
    assert found.survival == pytest.approx(survival, abs=1e-15)
    assert (found.lower, found.upper) == (curve.lower[step], curve.upper[step])


@pytest.mark.parametrize("curve", REFERENCE["curves"], ids=curve_name)
def test_survival_at_every_reference_time_equals_r(curve):
    # R: summary(survfit(Surv(time, event) ~ 1, conf.type = "log-log"), times)
    estimated = kaplan_meier(curve_table(curve), level=curve["confidence"])
    limits = zip(curve["lower"]["log-log"], curve["upper"]["log-log"], strict=True)
    rows = zip(curve["months"], curve["at_risk"], curve["survival"], limits, strict=True)
    for months, at_risk, survival, (lower, upper) in rows:
        found = survival_at(estimated, months)
        assert found.at_risk == at_risk
        assert found.survival == pytest.approx(survival, abs=1e-9)
        if not found.exact_bound:
            np.testing.assert_allclose(numbers([found.lower, found.upper]), numbers([lower, upper]), rtol=0, atol=1e-9)


@pytest.mark.parametrize("share", [s for s in REFERENCE["shares"] if s["count"] == s["total"]])
def test_while_nobody_has_had_the_event_the_lower_limit_is_exact(share):
    # R: binom.test(n, n, conf.level = confidence)$conf.int[1], by hand (alpha / 2)^(1 / n)
    total = share["total"]
    curve = kaplan_meier(table(np.arange(1, total + 1), [0] * (total - 1) + [1]), level=share["confidence"])
    found = survival_at(curve, 0.5)
    assert (found.at_risk, found.survival, found.upper, found.exact_bound) == (total, 1.0, 1.0, True)
    assert found.lower == pytest.approx(share["clopper_pearson"][0], abs=1e-9)
    assert found.lower == pytest.approx(((1 - share["confidence"]) / 2) ** (1 / total), abs=1e-12)


@pytest.mark.parametrize(("months", "at_risk"), [(0, 4), (1, 4), (1.5, 3), (3, 2), (4, 1)])
def test_the_exact_bound_rests_on_those_still_at_risk(months, at_risk):
    found = survival_at(kaplan_meier(table([1, 2, 3, 4], [0, 0, 0, 0])), months)
    assert (found.at_risk, found.survival, found.upper, found.exact_bound) == (at_risk, 1.0, 1.0, True)
    assert found.lower == pytest.approx(0.025 ** (1 / at_risk), abs=1e-15)


def test_survival_is_not_extended_beyond_the_last_follow_up():
    curve = kaplan_meier(table([1, 2, 5], [1, 1, 0]))
    assert survival_at(curve, 5).survival == pytest.approx(1 / 3, abs=1e-15)
    found = survival_at(curve, 5.01)
    assert (found.at_risk, found.survival, found.lower, found.upper) == (0, None, None, None)
    assert found.reason == "beyond the last follow-up"


def test_a_curve_that_has_reached_zero_stays_there_without_limits():
    curve = kaplan_meier(table([1, 2], [1, 1]))
    for months in (2, 9):
        found = survival_at(curve, months)
        assert (found.survival, found.lower, found.upper) == (0.0, None, None)
        assert found.reason == "every patient had the event: no limits"


def test_nobody_has_no_survival_at_any_time():
    found = survival_at(kaplan_meier(table([], [])), 0)
    assert (found.at_risk, found.survival, found.lower, found.upper) == (0, None, None, None)
    assert found.reason == "no patients"


# -- restricted mean -------------------------------------------------------------------------------


def test_restricted_mean_by_hand():
    # To month 4: 1 + 5/6 + 2/3 + 4/9 = 53/18. After 1, 2 and 3 are still to come 35/18, 10/9 and 4/9;
    # the variance is (35/18)^2 / 30 + (10/9)^2 / 20 + (4/9)^2 / 6 = 143/648.
    expected, error = 53 / 18, (143 / 648) ** 0.5
    found = restricted_mean(table(*SIX), 4)
    assert found.value == pytest.approx(expected, abs=1e-14)
    assert found.lower == pytest.approx(expected - Z * error, abs=1e-14)
    assert found.upper == pytest.approx(min(4, expected + Z * error), abs=1e-14)
    assert restricted_mean_error(table(*SIX), 4) == pytest.approx(error, abs=1e-14)


def test_restricted_mean_between_two_times_adds_the_part_of_the_last_step():
    # To 2.5: 1 + 5/6 + 1/2 · 2/3 = 13/6.
    assert restricted_mean(table(*SIX), 2.5).value == pytest.approx(13 / 6, abs=1e-14)


@pytest.mark.parametrize("curve", REFERENCE["curves"], ids=curve_name)
def test_restricted_mean_and_its_error_equal_r(curve):
    # R: summary(survfit(Surv(time, event) ~ 1), rmean = horizon)$table[c("rmean", "se(rmean)")]
    followed = curve_table(curve)
    for expected in curve["restricted_mean"]:
        found = restricted_mean(followed, expected["horizon"])
        error = restricted_mean_error(followed, expected["horizon"])
        assert found.value == pytest.approx(expected["value"], abs=1e-9)
        if expected["error"] == 0:  # R's 0 where nothing varies is no standard error
            assert (error, found.lower, found.upper) == (None, None, None)
            assert found.reason == "no event before the horizon leaves a spread to estimate limits from"
        else:
            assert error == pytest.approx(expected["error"], abs=1e-9)


@pytest.mark.parametrize("cohort", ["uncens4", "uncens5"])
def test_without_censoring_the_restricted_mean_is_the_mean_with_its_error(cohort):
    # The sum of squared deviations over n^2: no n - 1, as in R's survmean.
    rows = patients(cohort)
    found = restricted_mean_error(table_of(rows), float(rows["time"].max()))
    assert restricted_mean(table_of(rows), 99).value == pytest.approx(rows["time"].mean(), abs=1e-14)
    assert found == pytest.approx(rows["time"].std(ddof=0) / len(rows) ** 0.5, abs=1e-14)


def test_restricted_mean_is_not_extended_beyond_the_last_follow_up():
    found = restricted_mean(table([1, 2, 5], [1, 1, 0]), 5.01)
    assert (found.value, found.lower, found.upper) == (None, None, None)
    assert found.reason == "the horizon lies beyond the last follow-up"
    assert restricted_mean_error(table([1, 2, 5], [1, 1, 0]), 5.01) is None


def test_restricted_mean_limits_stay_between_zero_and_the_horizon():
    # Two patients, one event at 1: S = 1/2 to 10, so 1 + 9/2 = 11/2 with an error of 9/2 · sqrt(1/2) = 3.18.
    found = restricted_mean(table([1, 10], [1, 0]), 10)
    assert found.value == 5.5
    assert (found.lower, found.upper) == (0.0, 10.0)


def test_nobody_has_no_restricted_mean():
    found = restricted_mean(table([], []), 12)
    assert (found.value, found.lower, found.upper, found.reason) == (None, None, None, "no patients")


# -- log-rank --------------------------------------------------------------------------------------


def test_log_rank_by_hand():
    # A: events at 1 and 2, censored at 4. B: events at 2, 3 and 5.
    #   month   n   A   d   expected in A   variance d · A/n · B/n · (n - d)/(n - 1)
    #     1     6   3   1   1/2             1/4
    #     2     5   2   2   4/5             2 · 2/5 · 3/5 · 3/4 = 9/25
    #     3     3   1   1   1/3             2/9
    #     5     1   0   1   0               0
    # O - E = 2 - 49/30 = 11/30, the variance 749/900, so chi-squared is 121/749.
    test = log_rank([table([1, 2, 4], [1, 1, 0]), table([2, 3, 5], [1, 1, 1])])
    assert test.observed.tolist() == [2, 3]
    np.testing.assert_allclose(test.expected, [49 / 30, 101 / 30], rtol=0, atol=1e-14)
    assert test.statistic == pytest.approx(121 / 749, abs=1e-14)
    assert (test.degrees, test.method, test.permutations) == (1, "asymptotic", 0)
    assert test.p == test.asymptotic_p


@pytest.mark.parametrize("test", REFERENCE["log_ranks"], ids=lambda t: f"{t['cohort']} {t['column']}")
def test_log_rank_equals_r(test):
    # R: survdiff(Surv(time, event) ~ by)$chisq, $obs, $exp; pchisq(chisq, degrees, lower.tail = FALSE)
    found = log_rank(group_tables(test["cohort"], test["column"], test["levels"]))
    np.testing.assert_array_equal(found.observed, test["observed"])
    np.testing.assert_allclose(found.expected, test["expected"], rtol=0, atol=1e-9)
    assert found.statistic == pytest.approx(test["statistic"], abs=1e-9)
    assert found.degrees == test["degrees"]
    assert found.asymptotic_p == pytest.approx(test["p"], abs=1e-9)


@pytest.mark.parametrize("test", REFERENCE["log_ranks"], ids=lambda t: f"{t['cohort']} {t['column']}")
def test_log_rank_equals_lifelines(test):
    rows = patients(test["cohort"]).dropna(subset=[test["column"]])
    groups = level_names(rows[test["column"]])
    theirs = multivariate_logrank_test(rows["time"].to_numpy(), groups.to_numpy(), rows["event"].to_numpy())
    found = log_rank(group_tables(test["cohort"], test["column"], test["levels"]))
    assert found.statistic == pytest.approx(theirs.test_statistic, abs=1e-9)
    assert found.p == pytest.approx(theirs.p_value, abs=1e-9)


def test_a_group_gone_before_the_first_event_takes_no_degree_of_freedom():
    # The third group leaves at 1 and 2, the first event is at 3; without it the test is the same.
    one, other = table([3, 4, 5, 8], [1, 1, 0, 1]), table([3, 6, 7, 8], [1, 0, 1, 1])
    two, three = log_rank([one, other]), log_rank([one, other, table([1, 2], [0, 0])])
    assert three.expected[2] == 0
    assert three.degrees == two.degrees == 1
    assert three.statistic == pytest.approx(two.statistic, abs=1e-14)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_group_of_nobody_changes_nothing_wherever_it_stands(place):
    groups = [table([3, 4, 5, 8], [1, 1, 0, 1]), table([3, 6, 7, 8], [1, 0, 1, 1])]
    without = log_rank(groups)
    groups.insert(place, table([], []))
    found = log_rank(groups)
    assert found.degrees == 1
    assert found.statistic == pytest.approx(without.statistic, abs=1e-14)
    assert found.observed[place] == found.expected[place] == 0


def test_groups_never_at_risk_together_cannot_be_compared():
    test = log_rank([table([5, 6], [1, 1]), table([1, 2], [0, 0])])
    assert (test.degrees, test.statistic, test.p) == (0, 0.0, 1.0)


def test_everyone_dying_at_once_says_nothing_about_the_groups():
    # The variance is 0 (R's survdiff stops at a singular matrix).
    test = log_rank([table([1, 1], [1, 1]), table([1, 1, 1], [1, 1, 1])])
    assert (test.statistic, test.p) == (0.0, 1.0)
    np.testing.assert_allclose(test.expected, [2, 3], rtol=0, atol=1e-14)


def test_one_group_is_not_compared():
    with pytest.raises(ValueError, match=r"The log-rank test compares at least two groups."):
        log_rank([table([1, 2], [1, 1])])


def test_without_an_event_nothing_is_compared():
    with pytest.raises(ValueError, match=r"The log-rank test needs at least one event."):
        log_rank([table([1, 2], [0, 0]), table([1, 2], [0, 2])])


# -- cumulative incidence --------------------------------------------------------------------------

# Six patients, worked by hand; at 2 one has the event and one the competing event.
#   month  at risk  event  competing   free before   incidence                    competing
#     1       6       1        0        1             1/6                          0
#     2       5       1        1        5/6           1/6 + 5/6 · 1/5 = 1/3        1/6
#     3       3       0        0        1/2           1/3                          1/6
#     4       2       1        0        1/2           1/3 + 1/2 · 1/2 = 7/12       1/6
#     5       1       0        0        1/4           7/12                         1/6
COMPETING = ([1, 2, 2, 3, 4, 5], [1, 1, 2, 0, 1, 0])


def test_cumulative_incidence_by_hand():
    found = cumulative_incidence(table(*COMPETING))
    np.testing.assert_allclose(found.event, [1 / 6, 1 / 3, 1 / 3, 7 / 12, 7 / 12], rtol=0, atol=1e-15)
    np.testing.assert_allclose(found.competing, [0, 1 / 6, 1 / 6, 1 / 6, 1 / 6], rtol=0, atol=1e-15)
    # Nobody is censored before 3, so the variances are binomial: 1/6 · 5/6 / 6, and 1/3 · 2/3 / 6.
    np.testing.assert_allclose(found.event_error[:2], [(5 / 216) ** 0.5, (1 / 27) ** 0.5], rtol=0, atol=1e-15)
    np.testing.assert_allclose(found.competing_error[:2], [0, (5 / 216) ** 0.5], rtol=0, atol=1e-15)


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_cumulative_incidence_limits_by_hand(level):
    # At 2 the incidence is 1/3 with an error of sqrt(1/27); log(-log F) has it divided by 1/3 · log 3,
    # so each limit is 1/3 to a power.
    found = cumulative_incidence(table(*COMPETING), level)
    power = np.exp(normal_quantile(level) * (1 / 27) ** 0.5 / (1 / 3 * np.log(3)))
    assert found.lower[1] == pytest.approx((1 / 3) ** power, abs=1e-14)
    assert found.upper[1] == pytest.approx((1 / 3) ** (1 / power), abs=1e-14)


def incidence_rows(expected):
    rows = patients(expected["cohort"])
    return rows[rows["sex"] == expected["sex"]] if expected["sex"] else rows


incidences = pytest.mark.parametrize(
    "expected", REFERENCE["incidences"], ids=lambda r: f"{r['cohort']} {r['sex']}".strip()
)


@incidences
def test_cumulative_incidence_and_its_errors_equal_r(expected):
    # R: summary(survfit(Surv(time, factor(status, 0:2)) ~ 1), times)$pstate, $std.err, $n.risk
    found = cumulative_incidence(table_of(incidence_rows(expected)))
    months = numbers(expected["months"])
    last = np.searchsorted(found.months, months, side="right") - 1
    assert found.table.at_risk_at(months).tolist() == expected["at_risk"]
    np.testing.assert_allclose(found.event[last], expected["first"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.competing[last], expected["second"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.event_error[last], expected["first_error"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.competing_error[last], expected["second_error"], rtol=0, atol=1e-9)


@incidences
def test_cumulative_incidence_equals_cmprsk(expected):
    # R: timepoints(cmprsk::cuminc(time, status, cencode = 0), times)$est
    found = cumulative_incidence(table_of(incidence_rows(expected)))
    last = np.searchsorted(found.months, numbers(expected["months"]), side="right") - 1
    np.testing.assert_allclose(found.event[last], expected["first_cmprsk"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.competing[last], expected["second_cmprsk"], rtol=0, atol=1e-9)


@pytest.mark.parametrize(("kind", "of_interest"), [("first", 1), ("second", 2)])
@incidences
def test_cumulative_incidence_limits_equal_r_for_either_kind_of_event(expected, kind, of_interest):
    # R: summary(survfit(Surv(time, factor(status, 0:2)) ~ 1, conf.type = "log-log"), times)$lower, $upper
    rows = incidence_rows(expected)
    status = rows["status"]
    followed = life_table(rows["time"], status == of_interest, status == 0, status == 3 - of_interest)
    found = cumulative_incidence(followed)
    last = np.searchsorted(found.months, numbers(expected["months"]), side="right") - 1
    np.testing.assert_allclose(found.lower[last], numbers(expected[f"{kind}_lower"]), rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.upper[last], numbers(expected[f"{kind}_upper"]), rtol=0, atol=1e-9)


@incidences
def test_incidence_at_a_time_equals_r(expected):
    # R: as above, at each of `months`
    found = cumulative_incidence(table_of(incidence_rows(expected)))
    for place, months in enumerate(expected["months"]):
        at = incidence_at(found, months)
        assert (at.months, at.at_risk, at.reason) == (months, expected["at_risk"][place], "")
        assert at.survival == pytest.approx(expected["first"][place], abs=1e-9)
        if expected["first"][place] > 0:
            assert not at.exact_bound
            assert at.lower == pytest.approx(expected["first_lower"][place], abs=1e-9)
            assert at.upper == pytest.approx(expected["first_upper"][place], abs=1e-9)


@pytest.mark.parametrize(("months", "at_risk"), [(0, 5), (1, 5), (2, 4), (3, 3)])
def test_before_the_first_event_the_upper_limit_of_incidence_is_exact(months, at_risk):
    # By hand 1 - (1/40)^(1/n); at 2 and 3 patients have left, by a competing event and by censoring.
    found = incidence_at(cumulative_incidence(table([1, 2, 3, 4, 5], [2, 0, 0, 1, 0])), months)
    assert (found.at_risk, found.survival, found.lower, found.exact_bound) == (at_risk, 0.0, 0.0, True)
    assert found.upper == pytest.approx(1 - (1 / 40) ** (1 / at_risk), abs=1e-15)


@pytest.mark.parametrize("level", [0.9, 0.99])
def test_the_exact_upper_limit_of_incidence_keeps_the_level_asked_for(level):
    found = incidence_at(cumulative_incidence(table([5, 6], [1, 0]), level), 1)
    assert found.upper == pytest.approx(1 - ((1 - level) / 2) ** (1 / 2), abs=1e-15)


def test_incidence_is_not_extended_beyond_the_last_follow_up():
    found = incidence_at(cumulative_incidence(table(*COMPETING)), 5.01)
    assert (found.at_risk, found.survival, found.lower, found.upper) == (0, None, None, None)
    assert found.reason == "beyond the last follow-up"


def test_nobody_has_no_incidence_at_any_time():
    found = incidence_at(cumulative_incidence(table([], [])), 0)
    assert (found.at_risk, found.survival, found.lower, found.upper) == (0, None, None, None)
    assert found.reason == "no patients"


@pytest.mark.parametrize(
    "total",
    [
        1,
        2,
        3,
        4,
        5,
        6,
    ],
)
def test_an_incidence_of_one_has_no_limits(total):
    found = incidence_at(cumulative_incidence(table(np.arange(1, total + 1), [1] * total)), total)
    assert found.survival == pytest.approx(1, abs=1e-12)
    assert (found.lower, found.upper) == (None, None)
    assert found.reason == "every patient had the event: no limits"
