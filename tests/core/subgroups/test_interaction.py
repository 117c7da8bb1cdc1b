"""Interaction: odds ratios exactly or by likelihood ratio, hazard ratios by likelihood ratio."""

from itertools import product
from math import log

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from scipy.optimize import minimize_scalar
from scipy.stats import chi2, hypergeom

from core.statistics.proportions import proportion
from core.subgroups import interaction
from core.subgroups.interaction import hazard_ratio_interaction, odds_ratio_interaction
from core.survival.life_table import life_table
from tests.reference.cohorts import REFERENCE, group_tables, level_names, patients, table_of

every_seed = pytest.mark.parametrize("seed", range(20))


def subgroups(tables):
    """A row is a subgroup: how many of the first group had the outcome, of how many, and of the second."""
    return [(proportion(int(a), int(n)), proportion(int(b), int(m))) for a, n, b, m in tables]


def odds(*tables):
    return odds_ratio_interaction(subgroups(tables))


@pytest.fixture
def nothing_counted(monkeypatch):
    """No allocation is counted, so that odds ratios are compared in the logistic model."""
    monkeypatch.setattr(interaction, "MOST_TABLES", 0)


def named(records):
    return [pytest.param(record, id=record["name"]) for record in records]


# -- odds ratios, exactly --------------------------------------------------------------------------


def test_the_exact_test_by_hand():
    # Two of four have the outcome in each subgroup: 0, 1 or 2 of them in the first group, with probability
    # 1/6, 4/6 and 1/6. Two in all are 0 + 2, 1 + 1 or 2 + 0: 1, 16 and 1 of 36.
    opposite = odds((2, 2, 0, 2), (0, 2, 2, 2))
    assert opposite.p == pytest.approx(2 / 18, abs=1e-12)
    assert (opposite.method, opposite.reason) == ("exact", "")
    assert odds((1, 2, 1, 2), (1, 2, 1, 2)).p == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        (3, 0, 1 / 46),
        (1, 2, 10 / 46),
        (2, 1, 1),
    ],
)
def test_the_exact_test_of_subgroups_of_different_size_by_hand(first, second, p):
    # Three of six: 0 to 3 of them in the first group, 1, 9, 9 and 1 of 20. Two of four, as above: 1, 4 and 1 of 6.
    # Three in all are 1 + 2, 2 + 1 or 3 + 0: 9 x 1, 9 x 4 and 1 x 1 of 46.
    assert odds((first, 3, 3 - first, 3), (second, 2, 2 - second, 2)).p == pytest.approx(p, abs=1e-12)


ONE_WAY = "a group all, a group none"
counted = [record for record in REFERENCE["odds_ratio_interactions"] if record["exact"] is not None]


@pytest.mark.parametrize("record", named(counted))
def test_the_exact_test_equals_every_allocation_listed_in_r(record):
    # R: zelen in reference.R, dhyper over expand.grid
    found = odds(*record["tables"])
    if record["name"] == ONE_WAY:
        assert (found.p, record["exact"]) == (None, 1), "R's only allocation has probability 1"
        return
    assert found.p == pytest.approx(record["exact"], abs=1e-9)
    assert found.method == "exact"


def every_allocation(tables):
    """Zelen's p-value with each allocation written out, from scipy's hypergeometric distribution."""
    first = [hypergeom(n + m, a + b, n) for a, n, b, m in tables]
    chances = {
        counts: np.prod([one.pmf(count) for one, count in zip(first, counts, strict=True)])
        for counts in product(*[range(n + 1) for _, n, _, _ in tables])
        if sum(counts) == sum(a for a, *_ in tables)
    }
    mine = chances[tuple(a for a, *_ in tables)]
    return sum(p for p in chances.values() if p <= mine * (1 + 1e-7)) / sum(chances.values())


def cohort_of_proportions(seed, most=9):
    """Two to four subgroups that each hold both groups and both outcomes."""
    random = np.random.default_rng(seed)
    tables = []
    for _ in range(random.integers(2, 5)):
        n, m = (int(size) for size in random.integers(1, most, 2))
        drawn = int(random.integers(1, n + m))
        a = int(random.integers(max(0, drawn - m), min(n, drawn) + 1))
        tables.append((a, n, drawn - a, m))
    return tables


@every_seed
def test_the_exact_test_counts_every_allocation(seed):
    tables = cohort_of_proportions(seed)
    assert odds(*tables).p == pytest.approx(every_allocation(tables), abs=1e-10)


@pytest.mark.parametrize("times", [2, 3, 5])
@pytest.mark.parametrize("table", [(3, 8, 5, 9), (1, 4, 3, 4), (1, 2, 1, 2)])
def test_alike_subgroups_are_the_likeliest_allocation(times, table):
    # The hypergeometric distribution is log-concave: no shares of a total are likelier than equal ones.
    assert odds(*[table] * times).p == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("tables", [[(30, 60, 30, 60), (30, 58, 28, 58)], [(29, 60, 31, 60), (30, 58, 27, 58)]])
def test_allocations_that_are_only_just_likelier_are_not_counted(tables):
    # Around the mode of large subgroups the chances of neighbours differ by parts in a hundred.
    assert odds(*tables).p == pytest.approx(every_allocation(tables), abs=1e-10)


# -- odds ratios, by likelihood ratio --------------------------------------------------------------


@pytest.mark.usefixtures("nothing_counted")
def test_the_likelihood_ratio_of_odds_by_hand():
    # Opposite subgroups have a common odds ratio of 1, so two of four are expected everywhere. The statistic is
    # twice the sum of observed x log(observed / expected): 3 log(3/2) + 1 log(1/2) for each of the four groups.
    found = odds((3, 4, 1, 4), (1, 4, 3, 4))
    assert found.p == pytest.approx(chi2.sf(8 * (3 * log(3 / 2) + log(1 / 2)), 1), abs=1e-9)
    assert (found.method, found.reason) == ("likelihood ratio", "")


@pytest.mark.usefixtures("nothing_counted")
def test_the_likelihood_ratio_of_odds_with_empty_cells_by_hand():
    # As above with all or none: 2 log 2 for each of the four groups.
    found = odds((2, 2, 0, 2), (0, 2, 2, 2))
    assert found.p == pytest.approx(chi2.sf(2 * 4 * 2 * log(2), 1), abs=1e-9)


@pytest.mark.usefixtures("nothing_counted")
@pytest.mark.parametrize("record", named(REFERENCE["odds_ratio_interactions"]))
def test_the_likelihood_ratio_of_odds_equals_r(record):
    # R: anova(glm(cbind(yes, no) ~ subgroup + group, binomial), glm(... subgroup * group), test = "Chisq")
    found = odds(*record["tables"])
    if record["name"] == ONE_WAY:
        assert found.p is None
        return
    assert found.p == pytest.approx(record["likelihood_ratio"], rel=1e-6)
    assert found.method == "likelihood ratio"


@pytest.mark.usefixtures("nothing_counted")
@pytest.mark.parametrize("times", [2, 3, 5])
@pytest.mark.parametrize("table", [(3, 8, 5, 9), (1, 2, 1, 2), (400_000, 1_000_000, 1, 900_000)])
def test_alike_subgroups_have_their_common_odds_ratio(times, table):
    assert odds(*[table] * times).p == pytest.approx(1, abs=1e-4)


def separated(size, times, far):
    """The outcome in all of the first group and none of the second, or the other way round."""
    return [(size, size, 0, size) if far else (0, size, size, size)] * times


@pytest.mark.parametrize("far", [True, False])
@pytest.mark.parametrize("size", [1, 10, 100_000])
@pytest.mark.parametrize("times", [2, 4, 5])
def test_totals_that_leave_only_one_allocation_are_not_tested(size, far, times):
    # All of one group and none of the other in every subgroup: no other way to share out the outcome.
    found = odds(*separated(size, times, far))
    assert (found.p, found.reason) == (None, "the totals leave only one way to share out the outcome")


@pytest.mark.parametrize("size", [1, 2, 10, 300, 100_000])
def test_the_whole_first_group_in_every_subgroup_leaves_only_one_allocation(size):
    assert odds((size, size, 1, 3 * size), (2 * size, 2 * size, size, 2 * size)).p is None
    assert odds((0, size, 1, 3 * size), (0, 2 * size, size, 2 * size)).p is None


# -- which of the two ------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "method"), [(3, "exact"), (2, "likelihood ratio")])
def test_allocations_are_counted_up_to_the_most(most, method, monkeypatch):
    # Each of three subgroups has 0 or 1 of its outcomes in the first group, the last one what the total leaves: 2 x 2
    # allocations; two subgroups with 0, 1 or 2 have 3.
    monkeypatch.setattr(interaction, "MOST_TABLES", most)
    assert odds((1, 2, 1, 2), (2, 2, 0, 2)).method == method
    monkeypatch.setattr(interaction, "MOST_TABLES", most + 1)
    assert odds((1, 1, 0, 1), (1, 1, 0, 1), (0, 1, 1, 1)).method == method


@pytest.mark.parametrize(("more", "method"), [(0, "exact"), (1, "likelihood ratio")])
def test_two_hundred_thousand_allocations_are_counted(more, method):
    # 399 with the outcome, 0 to 399 of them in the first group, times 0 to 499; the last subgroup takes what is left.
    first = (199, 399 + more, 200 + more, 800)
    assert odds(first, (250, 499, 249, 800), (240, 499, 259, 800)).method == method


def test_subgroups_of_hundreds_are_counted_and_of_more_are_not():
    assert odds((130, 200, 90, 180), (60, 150, 88, 170)).method == "exact"
    assert odds(*[(130, 200, 90, 180)] * 4).method == "likelihood ratio"
    assert odds(*[(400_000, 1_000_000, 500_000, 1_000_000)] * 3).method == "likelihood ratio"


def test_what_is_counted_does_not_depend_on_the_order_of_subgroups():
    # Once one of the two large subgroups takes what is left, 10 x 441 allocations remain.
    large, other, small = (250, 500, 191, 500), (250, 500, 240, 500), (3, 9, 5, 9)
    assert odds(large, small, other).method == "exact"
    assert odds(large, other, small) == odds(large, small, other)


@pytest.mark.parametrize(
    "tables", [[(130, 200, 90, 180), (88, 150, 98, 170)], [(600, 990, 410, 950), (380, 900, 240, 800)]]
)
def test_the_two_methods_agree_where_subgroups_are_large(tables, monkeypatch):
    exact = odds(*tables)
    monkeypatch.setattr(interaction, "MOST_TABLES", 0)
    assert odds(*tables).p == pytest.approx(exact.p, abs=0.02)


# -- odds ratios: what must hold for every cohort --------------------------------------------------


@pytest.mark.parametrize("most", [200_000, 0], ids=["exact", "likelihood ratio"])
@every_seed
def test_odds_do_not_depend_on_the_order_of_subgroups_groups_or_outcomes(seed, most, monkeypatch):
    monkeypatch.setattr(interaction, "MOST_TABLES", most)
    tables = [(2, 6, 3, 5), *cohort_of_proportions(seed), (1, 5, 4, 6)]  # so that odds do not all separate
    p = odds(*tables).p
    assert 0 < p <= 1
    order = np.random.default_rng(seed).permutation(len(tables))
    assert odds(*[tables[i] for i in order]).p == pytest.approx(p, abs=1e-8)
    assert odds(*[(b, m, a, n) for a, n, b, m in tables]).p == pytest.approx(p, abs=1e-8)
    assert odds(*[(n - a, n, m - b, m) for a, n, b, m in tables]).p == pytest.approx(p, abs=1e-8)


@pytest.mark.parametrize("most", [200_000, 0], ids=["exact", "likelihood ratio"])
@pytest.mark.parametrize(
    "silent",
    [(0, 4, 0, 3), (4, 4, 3, 3), (2, 4, 0, 0), (0, 0, 1, 3), (0, 0, 0, 0)],
    ids=["no outcome", "all", "no second group", "no first group", "nobody"],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_subgroups_that_say_nothing_are_left_out(place, silent, most, monkeypatch):
    monkeypatch.setattr(interaction, "MOST_TABLES", most)
    tables = [(3, 4, 1, 4), (1, 5, 4, 6)]
    expected = odds(*tables)
    tables.insert(place, silent)
    assert odds(*tables) == expected
    assert expected.p < 0.5


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [(3, 4, 1, 4)],
        [(3, 4, 1, 4), (0, 4, 0, 3)],
        [(3, 4, 1, 4), (4, 4, 3, 3)],
        [(3, 4, 1, 4), (0, 0, 1, 3)],
        [(3, 4, 1, 4), (1, 3, 0, 0)],
        [(0, 0, 0, 0), (0, 0, 0, 0)],
    ],
)
def test_fewer_than_two_subgroups_have_no_odds_to_compare(tables):
    found = odds(*tables)
    assert (found.p, found.method) == (None, "")
    assert found.reason == "fewer than two subgroups hold both groups and both outcomes"


# -- hazard ratios ---------------------------------------------------------------------------------


def table(months, events):
    died = np.array(events)
    return life_table(np.array(months), died, 1 - died)


def hazards(rows):
    """The interaction of `arm` (0, 1) and `level` in the patients' rows."""
    pairs = [[table_of(own[own["arm"] == arm]) for arm in (0, 1)] for _, own in rows.groupby("level")]
    return hazard_ratio_interaction([(first, second) for first, second in pairs])


def test_the_likelihood_ratio_of_hazards_by_hand(monkeypatch):
    # Opposite subgroups of six: A of the one and B of the other have an event at 2 and 3, the others at 1 and 2;
    # one of each group is censored at 9. Whatever the subgroup and the group, exchanging both changes nothing, so
    # the common hazard ratio and the subgroups' are 1, and apart A and B have hazards 1 and r, then r and 1.
    monkeypatch.setattr(interaction, "FEW_EVENTS", 1)
    late, early = table([2, 3, 9], [1, 1, 0]), table([1, 2, 9], [1, 1, 0])
    found = hazard_ratio_interaction([(late, early), (early, late)])

    def log_likelihood(r):
        return (
            # At 1, two of hazard r among 6 and 6; Efron counts the second against half of those two.
            log(r**2 / ((6 + 6 * r) * (6 + 5 * r)))
            # At 2, two of hazard 1 and two of r among 6 and 4, taken away by quarters.
            + log(r**2 / ((6 + 4 * r) * (5.5 + 3.5 * r) * (5 + 3 * r) * (4.5 + 2.5 * r)))
            # At 3, two of hazard 1 among 4 and 2.
            + log(1 / ((4 + 2 * r) * (3 + 2 * r)))
        )

    best = minimize_scalar(lambda r: -log_likelihood(r), bounds=(0.1, 100), method="bounded", options={"xatol": 1e-10})
    assert best.x > 1.4
    assert found.p == pytest.approx(chi2.sf(2 * (log_likelihood(best.x) - log_likelihood(1)), 1), abs=1e-9)
    assert (found.method, found.reason) == ("likelihood ratio", "")


def cohort_name(record):
    return f"{record['cohort']}: {record['group']} by {record['subgroup']} in {record['unit']}s"


@pytest.mark.parametrize("record", REFERENCE["hazard_ratio_interactions"], ids=cohort_name)
def test_the_likelihood_ratio_of_hazards_equals_r(record):
    # R: anova(coxph(Surv(time, event) ~ level + arm), coxph(Surv(time, event) ~ arm * level)), ties = "efron"
    rows = patients(record["cohort"])
    rows["time"] = rows["time"] // record["unit"]
    arm, level = level_names(rows[record["group"]]), level_names(rows[record["subgroup"]])
    pairs = [
        tuple(table_of(rows[(arm == group) & (level == subgroup)]) for group in record["groups"])
        for subgroup in record["subgroups"]
    ]
    found = hazard_ratio_interaction(pairs)
    assert found.p == pytest.approx(record["p"], abs=1e-7)
    assert found.method == "likelihood ratio"


def cohort_of_hazards(seed, levels=3, size=90):
    """Patients in every group of every subgroup, their times on a grid of halves, so that most are tied."""
    random = np.random.default_rng(seed)
    arm, level = np.arange(size) % 2, np.arange(size) // 2 % levels
    return pd.DataFrame(
        {
            "time": random.integers(0, 19, size) / 2,
            "event": random.choice([0, 1], size, p=[0.3, 0.7]),
            "arm": arm,
            "level": level,
        }
    )


@every_seed
def test_the_likelihood_ratio_of_hazards_equals_lifelines_on_the_patients_rows(seed):
    rows = cohort_of_hazards(seed)
    found = hazards(rows)
    common = rows[["time", "event", "arm"]].assign(two=rows["level"] == 1, three=rows["level"] == 2).astype(float)
    apart = common.assign(arm_two=common["arm"] * common["two"], arm_three=common["arm"] * common["three"])
    likelihoods = [
        CoxPHFitter().fit(design, "time", "event", fit_options={"precision": 1e-12}).log_likelihood_
        for design in (common, apart)
    ]
    assert found.p == pytest.approx(chi2.sf(2 * (likelihoods[1] - likelihoods[0]), 2), abs=1e-7)


@pytest.mark.parametrize("levels", [2, 3, 4])
@every_seed
def test_hazards_do_not_depend_on_the_order_of_subgroups_or_groups_or_the_unit_of_time(seed, levels):
    rows = cohort_of_hazards(seed, levels)
    p = hazards(rows).p
    assert 0 < p <= 1
    assert hazards(rows.assign(level=-rows["level"])).p == pytest.approx(p, abs=1e-9)
    assert hazards(rows.assign(arm=1 - rows["arm"])).p == pytest.approx(p, abs=1e-9)
    assert hazards(rows.assign(time=rows["time"] * 30.4375)).p == pytest.approx(p, abs=1e-9)
    assert hazards(rows.sample(frac=1, random_state=seed)).p == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize("levels", [2, 3])
@every_seed
def test_alike_subgroups_have_their_common_hazard_ratio(seed, levels):
    # The likelihood has one maximum and subgroups can be exchanged, so that apart they are as together.
    first, second = (table_of(rows) for _, rows in cohort_of_hazards(seed).groupby("arm"))
    assert hazard_ratio_interaction([(first, second)] * levels).p == pytest.approx(1, abs=1e-5)


FOUR = (
    [1, 4, 6, 9],
    [2, 3, 6, 8],
    [2, 5, 7, 9],
    [1, 3, 7, 8],
)


@pytest.mark.parametrize(("censored", "method"), [(6, "likelihood ratio"), (7, "")])
def test_ten_events_are_enough(censored, method):
    # The last patients in each group are censored, so that 10 or 9 of 16 have the event, some in each group.
    kept = np.array([4, 4, 4, 4]) - np.array([2, 2, 1, 1]) - np.array([0, 0, 0, censored - 6])
    one, two, three, four = (table(times, np.arange(4) < events) for times, events in zip(FOUR, kept, strict=True))
    found = hazard_ratio_interaction([(one, two), (three, four)])
    assert found.method == method
    assert (found.p is None) == (not method)
    assert found.reason == ("" if method else "fewer than 10 events")


@pytest.mark.parametrize("silent", range(4))
def test_a_group_without_an_event_has_no_hazard_ratio_to_compare(silent):
    # Twelve events in the other three groups
    groups = [table(times, np.full(4, place != silent)) for place, times in enumerate(FOUR)]
    found = hazard_ratio_interaction([(groups[0], groups[1]), (groups[2], groups[3])])
    assert (found.p, found.method) == (None, "")
    assert found.reason == "a group of a subgroup had no event"


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("missing", [[0], [1], [0, 1]], ids=["first", "second", "both"])
def test_subgroups_that_hold_only_one_group_are_left_out(place, missing):
    one, two, three, four = (table(times, np.ones(4, int)) for times in FOUR)
    expected = hazard_ratio_interaction([(one, two), (three, four)])
    assert expected.p is not None
    alone = tuple(table([], []) if group in missing else table([1, 5, 8], [1, 1, 0]) for group in (0, 1))
    pairs = [(one, two), (three, four)]
    pairs.insert(place, alone)
    assert hazard_ratio_interaction(pairs) == expected


@pytest.mark.parametrize("alone", [[], [0], [1], [0, 1]], ids=["none", "first", "second", "nobody"])
def test_fewer_than_two_subgroups_have_no_hazards_to_compare(alone):
    full = (table([1, 2, 3, 4, 5, 6, 7], [1] * 7), table([1, 3, 4, 6, 8, 9, 9], [1] * 7))
    other = [tuple(table([], []) if group in alone else full[group] for group in (0, 1))] if alone else []
    for pairs in ([full, *other], [*other, full], other):
        found = hazard_ratio_interaction(pairs)
        assert (found.p, found.method) == (None, "")
        assert found.reason == "fewer than two subgroups hold both groups"


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("separated_first", [False, True])
def test_events_that_separate_the_groups_have_no_hazard_ratio_to_compare(separated_first, swapped):
    # Everybody of one group of one subgroup has the event before anybody else
    random = np.random.default_rng(0)
    one, two, three = (table(random.integers(10, 40, 6), [1] * 6) for _ in range(3))
    pairs = [(one, two), (three, table([1, 2, 2, 5], [1] * 4))]
    pairs = [(b, a) if swapped else (a, b) for a, b in (pairs[::-1] if separated_first else pairs)]
    found = hazard_ratio_interaction(pairs)
    assert (found.p, found.method) == (None, "")
    assert found.reason


def test_events_that_separate_the_groups_are_not_said_to_be_missing():
    random = np.random.default_rng(0)
    one, two, three = (table(random.integers(10, 40, 6), [1] * 6) for _ in range(3))
    found = hazard_ratio_interaction([(one, two), (three, table([1, 2, 2, 5], [1] * 4))])
    assert found.reason != "a group of a subgroup had no event"


@pytest.mark.parametrize(
    "order",
    [
        "ABCD",
        "CDAB",
        "BADC",
        "DCBA",
    ],
)
def test_hazards_far_from_the_reference_do_not_depend_on_the_order(order):
    # R: as above; A and B are the groups of one subgroup, C and D of the other
    record = next(record for record in REFERENCE["hazard_ratio_interactions"] if record["cohort"] == "far")
    one, two, three, four = group_tables("far", "group", list(order))
    assert hazard_ratio_interaction([(one, two), (three, four)]).p == pytest.approx(record["p"], abs=1e-7)
