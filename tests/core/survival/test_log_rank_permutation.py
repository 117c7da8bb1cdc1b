"""The permutation log-rank test: every grouping counted where it can be, drawn where it cannot."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from core.survival import log_rank_permutation as permutation
from core.survival.life_table import life_table
from core.survival.log_rank import log_rank
from core.survival.log_rank_permutation import permutation_log_rank
from tests.reference.cohorts import REFERENCE, group_tables, patients, table_of


def table(months, events):
    died = np.array(events)
    return life_table(np.array(months), died, 1 - died)


def tables_by_group(times, events, groups):
    rows = pd.DataFrame({"time": times, "event": events, "group": groups})
    return [table_of(rows[rows["group"] == name]) for name in sorted(set(groups))]


def test_two_groups_by_hand():
    # Events at 1, 2, 3 and one censored at 4; A has the first two. O - E = 2 - (1/2 + 1/3) = 7/6, variance
    # 1/4 + 2/9 = 17/36: chi-squared (49/36) / (17/36) = 49/17. Of the 6 ways to choose two, by who is taken:
    #   1,2: 49/17   1,3: (1 - 1/2 - 1/3 + 1 - 1/2)^2 / (1/4 + 2/9 + 1/4) = (2/3)^2 / (13/18) = 8/13
    #   1,4: (1 - 1/2 - 1/3 - 1/2)^2 / (13/18) = 2/13   2,3: (2 - 1/2 - 2/3 - 1/2)^2 / (13/18) = 2/13
    #   2,4: (1 - 1/2 - 2/3 - 1/2)^2 / (13/18) = 8/13   3,4: (1 - 1/2 - 2/3 - 1)^2 / (17/36) = 49/17
    test = permutation_log_rank([table([1, 2], [1, 1]), table([3, 4], [1, 0])])
    np.testing.assert_allclose(test.observed - test.expected, [7 / 6, -7 / 6], rtol=0, atol=1e-14)
    assert test.statistic == pytest.approx(49 / 17, abs=1e-12)
    assert (test.method, test.permutations) == ("exact", 6)
    assert test.p == pytest.approx(2 / 6, abs=1e-15)


def test_who_dies_first_of_eleven_is_as_rare_as_it_is():
    # Two of eleven die first. The opposite extreme, the last two, is not as surprising: 1 of 55, where ordering the
    # groupings by observed minus expected events alone says 7 of 55. Prism and R's survdiff print p = 0.0004.
    test = permutation_log_rank([table([1.5, 2], [1, 1]), table([2.5, 4, 6, 7, 3, 39, 47, 55, 63], [1] * 5 + [0] * 4)])
    assert test.p == pytest.approx(1 / 55, abs=1e-15)
    assert test.asymptotic_p < 0.001


@pytest.mark.parametrize("name", REFERENCE["exact"])
def test_the_exact_p_equals_r(name):
    # R: the share of all groupings whose survdiff(Surv(time, event) ~ group)$chisq is at least the observed.
    case = REFERENCE["exact"][name]
    test = permutation_log_rank(tables_by_group(case["time"], case["event"], case["group"]))
    assert (test.method, test.permutations) == ("exact", case["groupings"])
    assert test.statistic == pytest.approx(case["chi_squared"], rel=1e-9)
    assert test.p == pytest.approx(case["p"], abs=1e-9)


def test_eight_against_three_is_less_certain_than_chi_squared_says():
    # R: survdiff gives 0.00645; 3 of the 165 groupings have a chi-squared as large.
    test = permutation_log_rank(group_tables("cohort11", "responder", ["0", "1"]))
    assert test.p == pytest.approx(3 / 165, abs=1e-15)
    assert test.asymptotic_p == pytest.approx(0.00645222365692577, abs=1e-9)


# -- against an enumeration of its own: log-rank chi-squared from the patients' rows, label by label ----


def chi_squared(times, events, labels, names):
    """From the rows: at each event time deaths less deaths x share at risk, with the hypergeometric covariance."""
    difference, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for moment in sorted({t for t, e in zip(times, events, strict=True) if e}):
        here = [g for t, g in zip(times, labels, strict=True) if t >= moment]
        died = [g for t, e, g in zip(times, events, labels, strict=True) if t == moment and e]
        share = np.array([here.count(name) / len(here) for name in names])
        difference += [died.count(name) for name in names] - len(died) * share
        if len(here) > 1:
            spread = len(died) * (len(here) - len(died)) / (len(here) - 1)
            covariance += spread * (np.diag(share) - np.outer(share, share))
    return float(difference @ np.linalg.pinv(covariance, rcond=1e-10, hermitian=True) @ difference)


def counted_p(times, events, labels):
    names = sorted(set(labels))
    observed = chi_squared(times, events, labels, names)
    arrangements = set(permutations(labels))
    extreme = sum(chi_squared(times, events, those, names) >= observed * (1 - 1e-9) for those in arrangements)
    return extreme / len(arrangements), len(arrangements)


@pytest.mark.parametrize("labels", ["AABBBB", "AAABBB", "AABBCC", "ABCCCC", "ABBCDD"])
@pytest.mark.parametrize("seed", range(4))
def test_the_exact_p_equals_counting_every_arrangement_of_the_labels(seed, labels):
    random = np.random.default_rng(seed)
    times, events = [1, *random.integers(1, 5, 5).tolist()], [1, 1, *random.integers(0, 2, 4).tolist()]
    test = permutation_log_rank(tables_by_group(times, events, list(labels)))
    p, arrangements = counted_p(times, events, list(labels))
    assert (test.method, test.permutations) == ("exact", arrangements)
    assert test.p == pytest.approx(p, abs=1e-12)


# -- drawn instead of counted ----------------------------------------------------------------------


def margin(p):
    """Four standard errors of the difference of two shares of p, each among as many groupings drawn."""
    return 4 * (2 * p * (1 - p) / permutation.SIMULATIONS) ** 0.5


def test_the_simulated_p_of_two_groups_is_near_rs():
    # R: mean(replicate(20000, chisq of survdiff(Surv(time, event) ~ sample(group), aml)) >= observed)
    expected = REFERENCE["simulated"]["aml_group"]
    test = permutation_log_rank(group_tables("aml", "group", ["Maintained", "Nonmaintained"]))
    assert (test.method, test.permutations) == ("Monte Carlo", 20_000)
    assert test.p == pytest.approx(expected, abs=margin(expected))


def test_the_simulated_p_of_four_groups_is_near_rs():
    # R: the same for celltype in subset(veteran, trt == 1)
    expected = REFERENCE["simulated"]["veteran_trt_1_celltype"]
    rows = patients("veteran").query("trt == 1")
    test = permutation_log_rank([table_of(group) for _, group in rows.groupby("celltype")])
    assert (test.method, test.degrees) == ("Monte Carlo", 3)
    assert test.p == pytest.approx(expected, abs=margin(expected))


@pytest.mark.parametrize("name", REFERENCE["exact"])
def test_the_simulated_p_is_near_the_counted_one(name, monkeypatch):
    monkeypatch.setattr(permutation, "MOST_GROUPINGS", 0)
    case = REFERENCE["exact"][name]
    test = permutation_log_rank(tables_by_group(case["time"], case["event"], case["group"]))
    assert test.method == "Monte Carlo"
    assert test.p == pytest.approx(case["p"], abs=margin(case["p"]))


def test_the_simulated_p_counts_the_observed_grouping_and_never_changes():
    groups = group_tables("aml", "group", ["Maintained", "Nonmaintained"])
    first, again = permutation_log_rank(groups), permutation_log_rank(groups)
    extreme = first.p * 20_001 - 1
    assert extreme == pytest.approx(round(extreme), abs=1e-9)
    assert first.p == again.p


def test_a_difference_no_drawn_grouping_reaches_has_the_smallest_p_there_is():
    early, late = table(np.arange(1, 21), np.ones(20, int)), table(np.arange(41, 61), np.ones(20, int))
    assert permutation_log_rank([early, late]).p == 1 / 20_001


@pytest.mark.parametrize(
    ("sizes", "method", "groupings"),
    [
        ((10, 10), "exact", 184_756),  # 20! / (10! 10!)
        ((10, 11), "Monte Carlo", 20_000),  # 352,716 of them
        ((3, 3, 4), "exact", 4_200),  # 10! / (3! 3! 4!)
        ((5, 5, 5), "Monte Carlo", 20_000),  # 756,756 of them
        ((500, 500), "Monte Carlo", 20_000),
        ((500, 501), "asymptotic", 0),
        ((2, 600), "Monte Carlo", 20_000),  # 180,901 of 602 patients each
        ((166,) * 6, "asymptotic", 0),
        ((3,) * 8, "Monte Carlo", 20_000),
        ((3,) * 9, "asymptotic", 0),
    ],
)
def test_groupings_are_counted_to_200000_then_drawn_to_1000_patients_in_8_groups_then_left(sizes, method, groupings):
    groups = [table(np.arange(size) % 7 + 1, np.arange(size) % 3 > 0) for size in sizes]
    test = permutation_log_rank(groups)
    assert (test.method, test.permutations) == (method, groupings)


def test_the_rest_of_the_test_is_the_log_rank_test_itself():
    groups = group_tables("cohort11", "responder", ["0", "1"])
    exact, asymptotic = permutation_log_rank(groups), log_rank(groups)
    np.testing.assert_array_equal(exact.observed, asymptotic.observed)
    np.testing.assert_array_equal(exact.expected, asymptotic.expected)
    assert (exact.statistic, exact.degrees) == (asymptotic.statistic, asymptotic.degrees)
    assert exact.asymptotic_p == asymptotic.p


def test_a_group_gone_before_the_first_event_leaves_nothing_to_permute():
    test = permutation_log_rank([table([5, 6], [1, 1]), table([1, 2], [0, 0])])
    assert (test.p, test.method, test.permutations) == (1.0, "asymptotic", 0)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_group_of_nobody_changes_no_counted_p(place):
    groups = tables_by_group(*(REFERENCE["exact"]["cohort11"][part] for part in ("time", "event", "group")))
    groups.insert(place, table([], []))
    assert permutation_log_rank(groups).p == pytest.approx(3 / 165, abs=1e-15)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_group_of_nobody_changes_no_simulated_p(place):
    groups = group_tables("aml", "group", ["Maintained", "Nonmaintained"])
    without = permutation_log_rank(groups).p
    groups.insert(place, table([], []))
    assert permutation_log_rank(groups).p == pytest.approx(without, abs=margin(without))


def test_one_group_is_not_compared():
    with pytest.raises(ValueError, match=r"The log-rank test compares at least two groups."):
        permutation_log_rank([table([1, 2], [1, 1])])


def test_without_an_event_nothing_is_compared():
    with pytest.raises(ValueError, match=r"The log-rank test needs at least one event."):
        permutation_log_rank([table([1, 2], [0, 0]), table([1, 2], [0, 0])])


def test_who_had_the_event_all_at_once_cannot_be_told_apart():
    test = permutation_log_rank([table([2, 2], [1, 1]), table([2, 1], [1, 0])])
    assert (test.degrees, test.p) == (0, 1.0)


# -- how often it is wrong where there is nothing to find --------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "follow_up"),
    [((34, 18), (20, 20)), ((34, 18), (20, 5)), ((40, 10), (24, 4)), ((9, 2), (20, 20)), ((20, 15, 10), (20, 12, 5))],
)
def test_a_true_null_is_rejected_about_as_often_as_it_should_be(sizes, follow_up, monkeypatch):
    # Exponential survival of median 10 months, the same in all groups, each group followed up to its own end. Ordering
    # by observed minus expected events rejected 0 to 0.3% where follow-up differs. 5% of 300 is 15, 8 to 24 with
    # a chance of 95%; few patients in few groupings cannot reach 5% exactly and stay below.
    monkeypatch.setattr(permutation, "SIMULATIONS", 1_000)
    random = np.random.default_rng(2)
    rejected = 0
    for _ in range(300):
        tables = []
        for size, longest in zip(sizes, follow_up, strict=True):
            died, left = random.exponential(10 / np.log(2), size), random.uniform(longest / 2, longest, size)
            tables.append(table(np.minimum(died, left), (died <= left).astype(int)))
        rejected += permutation_log_rank(tables).p < 0.05
    assert 4 <= rejected <= 26
