"""What must hold for every cohort, tried on random ones full of ties."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

from core.survival.competing import cumulative_incidence, incidence_at
from core.survival.cox import cox
from core.survival.hazard_ratios import hazard_ratios
from core.survival.kaplan_meier import INTERVALS, kaplan_meier, survival_at
from core.survival.life_table import life_table, pooled
from core.survival.log_rank import log_rank
from core.survival.log_rank_permutation import permutation_log_rank
from core.survival.medians import MEDIAN_RULES, median_follow_up, median_survival
from core.survival.restricted_mean import restricted_mean
from tests.reference.cohorts import restricted_mean_error, table_of

SEEDS = range(20)
every_seed = pytest.mark.parametrize("seed", SEEDS)


def cohort(seed, patients=None, groups=2, competing=True):
    """5 to 60 patients with times on a grid of halves from 0 to 9, so that most of them are tied."""
    random = np.random.default_rng(seed)
    size = patients or int(random.integers(5, 61))
    kinds = [0, 1, 2] if competing else [0, 1]
    return pd.DataFrame(
        {
            "time": random.integers(0, 19, size) / 2,
            "status": random.choice(kinds, size, p=[0.35, 0.45, 0.2] if competing else [0.4, 0.6]),
            "group": np.append(np.arange(groups), random.integers(0, groups, size - groups)),
        }
    )


def by_group(rows):
    return [table_of(group) for _, group in rows.groupby("group")]


def assert_same_tables(one, other):
    for part in ("months", "events", "censored", "competing", "at_risk"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part), err_msg=part)


# -- life tables -----------------------------------------------------------------------------------


@every_seed
def test_at_risk_is_a_plain_count_of_times_not_yet_past(seed):
    rows = cohort(seed)
    followed = table_of(rows)
    moments = np.arange(-1, 12, 0.25)
    assert followed.at_risk_at(moments).tolist() == [(rows["time"] >= moment).sum() for moment in moments]
    assert followed.at_risk.tolist() == [(rows["time"] >= moment).sum() for moment in followed.months]


@every_seed
def test_every_patient_leaves_exactly_once(seed):
    rows = cohort(seed)
    followed = table_of(rows)
    assert (followed.events + followed.censored + followed.competing).sum() == followed.patients == len(rows)
    assert followed.total_events == (rows["status"] == 1).sum()
    assert followed.last_follow_up == rows["time"].max()
    for status, counts in enumerate((followed.censored, followed.events, followed.competing)):
        up_to = [((rows["status"] == status) & (rows["time"] <= month)).sum() for month in np.arange(0, 12, 0.75)]
        assert followed.up_to(counts, np.arange(0, 12, 0.75)).tolist() == up_to


@every_seed
def test_neither_row_order_nor_aggregation_matters(seed):
    rows = cohort(seed)
    followed = table_of(rows)
    assert_same_tables(table_of(rows.sample(frac=1, random_state=seed)), followed)
    counts = pd.crosstab(rows["time"], rows["status"]).reindex(columns=[0, 1, 2], fill_value=0)
    assert_same_tables(life_table(counts.index.to_numpy(), counts[1], counts[0], counts[2]), followed)
    assert_same_tables(pooled(by_group(rows)), followed)


# -- Kaplan-Meier ----------------------------------------------------------------------------------


@pytest.mark.parametrize("interval", INTERVALS)
@every_seed
def test_survival_never_rises_and_its_limits_bracket_it(seed, interval):
    curve = kaplan_meier(table_of(cohort(seed)), interval)
    steps = np.concatenate([[1], curve.survival, [0]])
    assert (np.diff(steps) <= 0).all()
    known = curve.survival > 0
    assert np.isnan(curve.lower[~known]).all()
    assert np.isnan(curve.upper[~known]).all()
    lower, survival, upper = curve.lower[known], curve.survival[known], curve.upper[known]
    assert ((lower >= 0) & (lower <= survival) & (survival <= upper) & (upper <= 1)).all()


@every_seed
def test_survival_is_the_product_over_the_patients_rows(seed):
    rows = cohort(seed)
    curve = kaplan_meier(table_of(rows))
    died = rows.loc[rows["status"] == 1, "time"]
    for month, survival in zip(curve.months, curve.survival, strict=True):
        steps = [1 - (died == t).sum() / (rows["time"] >= t).sum() for t in sorted(set(died)) if t <= month]
        assert survival == pytest.approx(np.prod(steps), abs=1e-12)


@every_seed
def test_kaplan_meier_equals_lifelines(seed):
    rows = cohort(seed, competing=False)
    curve = kaplan_meier(table_of(rows))
    fitted = KaplanMeierFitter().fit(rows["time"], rows["status"])
    theirs = fitted.survival_function_.loc[curve.months, "KM_estimate"]
    np.testing.assert_allclose(curve.survival, theirs, rtol=0, atol=1e-9)
    known = curve.survival > 0
    limits = fitted.confidence_interval_.loc[curve.months[known]].to_numpy()
    np.testing.assert_allclose(curve.lower[known], limits[:, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(curve.upper[known], limits[:, 1], rtol=0, atol=1e-9)


@every_seed
def test_without_censoring_survival_is_the_share_still_free_with_its_binomial_error(seed):
    rows = cohort(seed).assign(status=1)
    curve = kaplan_meier(table_of(rows))
    free = np.array([(rows["time"] > month).mean() for month in curve.months])
    np.testing.assert_allclose(curve.survival, free, rtol=0, atol=1e-12)
    error = np.sqrt(free * (1 - free) / len(rows))
    np.testing.assert_allclose(curve.std_error[:-1], error[:-1], rtol=0, atol=1e-12)


@every_seed
def test_survival_at_a_time_is_read_off_the_curve(seed):
    curve = kaplan_meier(table_of(cohort(seed)))
    for place, month in enumerate(curve.months):
        for found in (survival_at(curve, month), survival_at(curve, month + 0.1)):
            beyond = found.months > curve.table.last_follow_up and curve.survival[-1] > 0
            assert found.survival == (None if beyond else curve.survival[place])


# -- medians and restricted mean -------------------------------------------------------------------


@every_seed
def test_the_rules_differ_only_on_a_plateau_at_half(seed):
    curve = kaplan_meier(table_of(cohort(seed, patients=seed + 5)))
    found = {rule: median_survival(curve, rule) for rule in MEDIAN_RULES}
    first = found["first"].months
    if found["first"].plateau is None:
        assert {median.months for median in found.values()} == {first}
    else:
        start, end = found["first"].plateau
        middle, final = (start + end) / 2, found["first"].final
        expected = {"first": start, "print": start if final else middle, "midpoint to last": middle}
        assert {rule: found[rule].months for rule in expected} == expected
        assert found["strict"].months == (None if final else middle)


@every_seed
def test_the_median_is_where_survival_crosses_half(seed):
    curve = kaplan_meier(table_of(cohort(seed)))
    first = median_survival(curve, "first").months
    below = curve.survival <= 0.5 + 1e-9
    assert first == (curve.months[below][0] if below.any() else None)


@pytest.mark.parametrize("factor", [12, 1 / 30.4375, 0.25])
@every_seed
def test_medians_and_restricted_means_scale_with_the_unit_of_time(seed, factor):
    rows = cohort(seed)
    scaled = rows.assign(time=rows["time"] * factor)
    one, other = table_of(rows), table_of(scaled)
    horizon = one.last_follow_up * 0.75
    for rule in MEDIAN_RULES:
        before, after = (median_survival(kaplan_meier(table), rule) for table in (one, other))
        for part in ("months", "lower", "upper"):
            expected = getattr(before, part)
            assert getattr(after, part) == (None if expected is None else pytest.approx(expected * factor))
    mean, mean_scaled = restricted_mean(one, horizon), restricted_mean(other, horizon * factor)
    assert mean_scaled.value == pytest.approx(mean.value * factor, rel=1e-12)
    error, error_scaled = restricted_mean_error(one, horizon), restricted_mean_error(other, horizon * factor)
    assert error_scaled == (None if error is None else pytest.approx(error * factor, rel=1e-9))
    assert median_follow_up(other).months == pytest.approx(median_follow_up(one).months * factor)


@every_seed
def test_plain_median_follow_up_is_the_median_of_all_times(seed):
    rows = cohort(seed)
    assert median_follow_up(table_of(rows)).months == rows["time"].median()


@every_seed
def test_without_censoring_the_restricted_mean_is_the_mean_of_the_cut_times(seed):
    rows = cohort(seed).assign(status=1)
    for horizon in (2.25, 5, rows["time"].max(), 20):
        cut = rows["time"].clip(upper=horizon)
        assert restricted_mean(table_of(rows), horizon).value == pytest.approx(cut.mean(), abs=1e-12)
        error = restricted_mean_error(table_of(rows), horizon)
        assert error == pytest.approx(cut.std(ddof=0) / len(rows) ** 0.5, abs=1e-12)


# -- log-rank --------------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [2, 3, 4])
@every_seed
def test_observed_and_expected_events_have_the_same_sum(seed, groups):
    rows = cohort(seed, patients=30, groups=groups)
    test = log_rank(by_group(rows))
    assert test.observed.sum() == (rows["status"] == 1).sum()
    assert test.expected.sum() == pytest.approx(test.observed.sum(), abs=1e-12)
    assert 0 < test.p <= 1
    assert test.statistic >= 0


@pytest.mark.parametrize("groups", [2, 3, 4])
@every_seed
def test_log_rank_equals_lifelines(seed, groups):
    rows = cohort(seed, patients=40, groups=groups, competing=False)
    theirs = multivariate_logrank_test(*(rows[part].to_numpy() for part in ("time", "group", "status")))
    test = log_rank(by_group(rows))
    assert test.statistic == pytest.approx(theirs.test_statistic, abs=1e-9)
    assert test.p == pytest.approx(theirs.p_value, abs=1e-9)


@every_seed
def test_log_rank_does_not_depend_on_the_order_of_the_groups_or_the_unit_of_time(seed):
    rows = cohort(seed, patients=30, groups=3)
    test, back = log_rank(by_group(rows)), log_rank(by_group(rows)[::-1])
    assert back.statistic == pytest.approx(test.statistic, abs=1e-10)
    np.testing.assert_allclose(back.expected[::-1], test.expected, rtol=0, atol=1e-12)
    scaled = log_rank(by_group(rows.assign(time=rows["time"] * 30.4375)))
    assert scaled.statistic == pytest.approx(test.statistic, abs=1e-10)


@every_seed
def test_a_group_against_itself_differs_by_nothing(seed):
    followed = table_of(cohort(seed))
    test = log_rank([followed, followed])
    np.testing.assert_allclose(test.observed, test.expected, rtol=0, atol=1e-12)
    assert test.p == pytest.approx(1, abs=1e-6)


# -- permutation -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("patients", "groups"), [(10, 2), (8, 3)])
@every_seed
def test_the_exact_p_is_a_share_of_the_groupings_and_ignores_the_labels(seed, patients, groups):
    rows = cohort(seed, patients=patients, groups=groups)
    rows.loc[0, ["time", "status"]] = 9.0, 1
    tables = by_group(rows)
    test = permutation_log_rank(tables)
    assert test.method == "exact"
    extreme = test.p * test.permutations
    assert extreme == pytest.approx(round(extreme), abs=1e-9)
    assert 1 <= round(extreme) <= test.permutations
    for shift in range(1, groups):
        relabelled = permutation_log_rank(tables[shift:] + tables[:shift])
        assert relabelled.p == pytest.approx(test.p, abs=1e-12)
    scaled = permutation_log_rank(by_group(rows.assign(time=rows["time"] * 30.4375)))
    assert scaled.p == test.p


@every_seed
def test_the_simulated_p_lies_above_zero_and_at_most_at_one(seed):
    test = permutation_log_rank(by_group(cohort(seed, patients=40)))
    assert test.method == "Monte Carlo"
    assert 1 / 20_001 <= test.p <= 1
    # The two approximations agree to the first digit or so in cohorts of this size.
    assert test.p == pytest.approx(test.asymptotic_p, abs=0.06)


# -- hazard ratios ---------------------------------------------------------------------------------


def assert_reciprocal(one, other):
    assert other.ratio == pytest.approx(1 / one.ratio, rel=1e-6)
    assert other.lower == pytest.approx(1 / one.upper, rel=1e-6)
    assert other.upper == pytest.approx(1 / one.lower, rel=1e-6)
    assert other.p == pytest.approx(one.p, abs=1e-6)


@every_seed
def test_the_ratio_of_the_swapped_reference_is_the_reciprocal(seed):
    tables = by_group(cohort(seed, patients=40))
    one, other = hazard_ratios(tables, reference=0)[1], hazard_ratios(tables, reference=1)[0]
    assert one.method == other.method == "Cox"
    assert_reciprocal(one, other)


@every_seed
def test_the_penalised_ratio_of_the_swapped_reference_is_the_reciprocal(seed):
    rows = cohort(seed, patients=16)
    few = rows.assign(status=np.where(rows.index < 8, 1, 0))
    tables = by_group(few)
    one, other = hazard_ratios(tables, reference=0)[1], hazard_ratios(tables, reference=1)[0]
    assert one.method == other.method == "Firth"
    assert_reciprocal(one, other)


@every_seed
def test_ratios_do_not_depend_on_aggregation_or_the_unit_of_time(seed):
    rows = cohort(seed, patients=40, groups=3)
    fit = cox(by_group(rows))
    counted = []
    for _, group in rows.groupby("group"):
        counts = pd.crosstab(group["time"], group["status"]).reindex(columns=[0, 1, 2], fill_value=0)
        counted.append(life_table(counts.index.to_numpy() * 30.4375, counts[1], counts[0], counts[2]))
    np.testing.assert_allclose(cox(counted).coefficients, fit.coefficients, rtol=0, atol=1e-9)
    np.testing.assert_allclose(cox(counted).covariance, fit.covariance, rtol=0, atol=1e-9)


@every_seed
def test_a_limit_excludes_one_exactly_where_p_is_below_five_percent(seed):
    for found in hazard_ratios(by_group(cohort(seed, patients=40, groups=3)))[1:]:
        assert found.lower < found.ratio < found.upper
        assert (found.lower > 1 or found.upper < 1) == (found.p < 0.05)


# -- cumulative incidence --------------------------------------------------------------------------


@every_seed
def test_the_two_incidences_and_being_free_of_both_add_up_to_one(seed):
    rows = cohort(seed)
    found = cumulative_incidence(table_of(rows))
    free = kaplan_meier(table_of(rows.assign(status=rows["status"].replace(2, 1)))).survival
    np.testing.assert_allclose(found.event + found.competing + free, 1, rtol=0, atol=1e-12)
    for incidence in (found.event, found.competing):
        assert (np.diff(np.concatenate([[0], incidence, [1 + 1e-12]])) >= 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_without_competing_events_incidence_is_one_minus_kaplan_meier(seed):
    rows = cohort(seed, competing=False)
    found, curve = cumulative_incidence(table_of(rows)), kaplan_meier(table_of(rows))
    np.testing.assert_allclose(found.event, 1 - curve.survival, rtol=0, atol=1e-12)
    assert (found.competing == 0).all()
    assert (found.competing_error == 0).all()
    alive = curve.survival > 0
    np.testing.assert_allclose(found.event_error[alive], curve.std_error[alive], rtol=0, atol=1e-12)


@every_seed
def test_incidence_never_exceeds_what_censoring_the_competing_events_would_claim(seed):
    followed = table_of(cohort(seed))
    found, curve = cumulative_incidence(followed), kaplan_meier(followed)
    assert (found.event <= 1 - curve.survival + 1e-12).all()


@every_seed
def test_the_limits_of_incidence_bracket_it(seed):
    found = cumulative_incidence(table_of(cohort(seed)))
    known = found.event > 0
    assert np.isnan(found.lower[~known]).all()
    assert np.isnan(found.upper[~known]).all()
    assert (found.lower[known] < found.event[known]).all()
    assert (found.event[known] < found.upper[known]).all()
    for place, month in enumerate(found.months):
        assert incidence_at(found, month).survival == found.event[place]


@every_seed
def test_swapping_the_two_kinds_of_event_swaps_their_incidences(seed):
    rows = cohort(seed)
    found = cumulative_incidence(table_of(rows))
    swapped = cumulative_incidence(table_of(rows.assign(status=rows["status"].map({0: 0, 1: 2, 2: 1}))))
    np.testing.assert_allclose(swapped.event, found.competing, rtol=0, atol=1e-14)
    np.testing.assert_allclose(swapped.event_error, found.competing_error, rtol=0, atol=1e-14)


@every_seed
def test_without_censoring_incidence_is_a_share_of_all_with_its_binomial_error(seed):
    rows = cohort(seed)
    rows["status"] = rows["status"].replace(0, 2)
    found = cumulative_incidence(table_of(rows))
    share = np.array([((rows["time"] <= month) & (rows["status"] == 1)).mean() for month in found.months])
    np.testing.assert_allclose(found.event, share, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.event_error, np.sqrt(share * (1 - share) / len(rows)), rtol=0, atol=1e-12)
