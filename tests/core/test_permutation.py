"""The permutation log-rank test: every grouping counted where it can be, drawn where it cannot."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from core import permutation
from core.life_table import life_table
from core.permutation import permutation_log_rank
from core.survival import log_rank
from tests.reference.cohorts import REFERENCE, group_tables, patients, table_of


def table(months, events):
    died = np.array(events)
    return life_table(np.array(months), died, 1 - died)


def tables_by_group(times, events, groups):
    rows = pd.DataFrame({"time": times, "event": events, "group": groups})
    return [table_of(rows[rows["group"] == name]) for name in sorted(set(groups))]


def test_two_groups_by_hand():
    # Events at 1, 2, 3 and one censored at 4. The pooled hazard runs 1/4, 7/12, 13/12, 13/12, so the scores
    # event - hazard are 9/12, 5/12, -1/12 and -13/12. A has the first two: O - E = 14/12. Of the 6 ways to
    # choose two, the sums are 14, 8, -4, 4, -8 and -14 twelfths: 2 of 6 are as far from 0.
    test = permutation_log_rank([table([1, 2], [1, 1]), table([3, 4], [1, 0])])
    np.testing.assert_allclose(test.observed - test.expected, [14 / 12, -14 / 12], rtol=0, atol=1e-14)
    assert (test.method, test.permutations) == ("exact", 6)
    assert test.p == pytest.approx(2 / 6, abs=1e-15)


def test_three_groups_by_hand():
    # The same four patients as one, one and two. Sum (O - E)^2 / n in 144ths: 81 + 25 + 98 = 204 as observed;
    # by the pair taken out first: {9, -1} 114, {9, -13} 258, {5, -1} 34, {5, -13} 226, {-1, -13} 268.
    # Four of the six pairs are at least 204, each in two orders: 8 of 12 groupings.
    test = permutation_log_rank([table([1], [1]), table([2], [1]), table([3, 4], [1, 0])])
    assert (test.method, test.permutations) == ("exact", 12)
    assert test.p == pytest.approx(8 / 12, abs=1e-15)


@pytest.mark.parametrize("name", REFERENCE["exact"])
def test_the_exact_p_equals_r(name):
    # R, two groups: the share of all groupings whose |O - E| in survdiff is at least the observed;
    # more groups: the same of statistic(coin::logrank_test(..., teststat = "quadratic")).
    case = REFERENCE["exact"][name]
    test = permutation_log_rank(tables_by_group(case["time"], case["event"], case["group"]))
    assert (test.method, test.permutations) == ("exact", case["groupings"])
    assert test.p == pytest.approx(case["p"], abs=1e-9)


@pytest.mark.parametrize("name", [name for name, case in REFERENCE["exact"].items() if "coin" in case])
def test_the_exact_p_of_two_groups_equals_coin(name):
    # R: pvalue(coin::logrank_test(Surv(time, event) ~ factor(group), distribution = "exact"))
    case = REFERENCE["exact"][name]
    test = permutation_log_rank(tables_by_group(case["time"], case["event"], case["group"]))
    assert test.p == pytest.approx(case["coin"], abs=1e-9)


def test_eight_against_three_is_far_less_certain_than_chi_squared_says():
    # R: survdiff gives 0.00645, coin's exact test 0.0424 (7 of 165 groupings).
    test = permutation_log_rank(group_tables("cohort11", "responder", ["0", "1"]))
    assert test.p == pytest.approx(7 / 165, abs=1e-15)
    assert test.asymptotic_p == pytest.approx(0.00645222365692577, abs=1e-9)


# -- against an enumeration of its own: log-rank differences from the patients' rows, label by label ----


def differences(times, events, labels, names):
    """O - E per group from the rows: at each event time, deaths there less deaths x share at risk."""
    found = dict.fromkeys(names, 0.0)
    for moment in sorted({t for t, e in zip(times, events, strict=True) if e}):
        here = [g for t, g in zip(times, labels, strict=True) if t >= moment]
        died = [g for t, e, g in zip(times, events, labels, strict=True) if t == moment and e]
        for name in names:
            found[name] += died.count(name) - len(died) * here.count(name) / len(here)
    return found


def counted_p(times, events, labels):
    names = sorted(set(labels))

    def spread(those):
        found = differences(times, events, those, names)
        return sum(found[name] ** 2 / labels.count(name) for name in names)

    observed = spread(labels)
    arrangements = set(permutations(labels))
    return sum(spread(those) >= observed - 1e-9 for those in arrangements) / len(arrangements), len(arrangements)


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
    """Four standard errors of a share of p among the groupings drawn."""
    return 4 * (p * (1 - p) / permutation.SIMULATIONS) ** 0.5


def test_the_simulated_p_of_two_groups_is_near_coins_exact_one():
    # R: pvalue(coin::logrank_test(Surv(time, event) ~ factor(group), data = aml, distribution = "exact"))
    expected = REFERENCE["simulated"]["aml_group"]
    test = permutation_log_rank(group_tables("aml", "group", ["Maintained", "Nonmaintained"]))
    assert (test.method, test.permutations) == ("Monte Carlo", 20_000)
    assert test.p == pytest.approx(expected, abs=margin(expected))


def test_the_simulated_p_of_four_groups_is_near_coins():
    # R: logrank_test(Surv(time, event) ~ factor(celltype), subset(veteran, trt == 1),
    #      distribution = approximate(nresample = 200000))
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
    ],
)
def test_groupings_are_counted_to_200000_then_drawn_to_a_thousand_patients_then_left(sizes, method, groupings):
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
    assert permutation_log_rank(groups).p == pytest.approx(7 / 165, abs=1e-15)


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
