"""The hazard ratio per unit of a number, and the test for trend over groups in order."""

import numpy as np
import pytest

from core.survival.cox_per_unit import MOST_ROWS, hazard_ratio_per_unit
from core.survival.hazard_ratios import hazard_ratios
from core.survival.life_table import life_table
from core.survival.log_rank import log_rank, log_rank_trend
from tests.reference.cohorts import REFERENCE, group_tables, patients


@pytest.mark.parametrize("case", REFERENCE["per_units"], ids=lambda c: f"{c['cohort']} {c['column']} {c['events']}")
def test_the_ratio_per_unit_equals_r(case):
    # R: coxph(Surv(time, event) ~ I(column / per)); with fewer than ten events coxph's likelihood penalised
    rows = patients(case["cohort"]).dropna(subset=[case["column"]])
    last = case["last"] or np.inf
    events = (rows["event"] == 1) & (rows["time"] <= last)
    found = hazard_ratio_per_unit(rows[case["column"]], rows["time"].clip(upper=last), events, ~events, case["per"])
    assert found.method == ("Cox" if case["events"] >= 10 else "Firth")
    for name in ("ratio", "lower", "upper", "p"):
        assert getattr(found, name) == pytest.approx(case[name], rel=2e-6), name


@pytest.mark.parametrize("case", REFERENCE["trends"], ids=lambda c: f"{c['cohort']} {c['column']}")
def test_the_trend_equals_r(case):
    # R: score <- seq_along(obs); sum(score * (obs - exp))^2 / (score %*% var %*% score) of survdiff
    rows = patients(case["cohort"])[case["column"]].dropna().unique()
    levels = sorted(f"{v:g}" if isinstance(v, float) else str(v) for v in rows)
    statistic, p = log_rank_trend(group_tables(case["cohort"], case["column"], levels))
    assert statistic == pytest.approx(case["trend"]["chi_squared"], rel=1e-9)
    assert p == pytest.approx(case["trend"]["p"], rel=1e-9)


def test_the_trend_of_two_groups_is_the_log_rank_test():
    tables = group_tables("aml", "group", ["Maintained", "Nonmaintained"])
    test = log_rank(tables)
    assert log_rank_trend(tables) == (pytest.approx(test.statistic), pytest.approx(test.asymptotic_p))


def test_a_number_of_two_values_has_the_ratio_of_the_two_groups():
    rows = patients("lung")
    found = hazard_ratio_per_unit(rows["sex"], rows["time"], rows["event"], 1 - rows["event"])
    groups = hazard_ratios(group_tables("lung", "sex", ["1", "2"]))[1]
    assert found.ratio == pytest.approx(groups.ratio, rel=1e-9)
    assert (found.lower, found.upper) == (pytest.approx(groups.lower, rel=1e-9), pytest.approx(groups.upper, rel=1e-9))


@pytest.mark.parametrize("seed", range(10))
def test_neither_the_unit_nor_the_origin_nor_counting_rows_together_changes_it(seed):
    random = np.random.default_rng(seed)
    number, months = random.integers(0, 5, 60).astype(float), random.integers(1, 9, 60).astype(float)
    events = random.integers(0, 2, 60)
    one = hazard_ratio_per_unit(number, months, events, 1 - events)
    other = hazard_ratio_per_unit(1000 * number - 7e6, months, events, 1 - events, per=1000)
    assert other.ratio == pytest.approx(one.ratio, rel=1e-8)
    cells, place = np.unique(np.stack([number, months]), axis=1, return_inverse=True)
    counted = [np.bincount(place, weights) for weights in (events, 1 - events)]
    assert hazard_ratio_per_unit(*cells, *counted).ratio == pytest.approx(one.ratio, rel=1e-9)


def test_what_cannot_be_estimated_says_why():
    months, events = np.arange(1.0, 13.0), np.ones(12, int)
    nothing, one = (
        hazard_ratio_per_unit(months, months, 0 * events, events),
        hazard_ratio_per_unit(events, months, events, 0 * events),
    )
    assert (nothing.ratio, nothing.reason) == (None, "no event")
    assert (one.ratio, one.reason) == (None, "all who were left at each event had the same value")
    many = np.arange(MOST_ROWS + 1.0)
    assert hazard_ratio_per_unit(many, many, many > 0, many == 0).reason.startswith("more than 2,000")


def test_a_number_that_orders_the_deaths_has_no_maximum_and_is_penalised():
    months = np.arange(1.0, 13.0)
    found = hazard_ratio_per_unit(-months, months, np.ones(12), np.zeros(12))
    assert found.method == "Firth"
    assert found.lower > 1


def test_a_trend_that_nothing_can_show_has_p_1():
    at_once = life_table([2.0], [2], [0])
    assert log_rank_trend([at_once, at_once]) == (0.0, 1.0)


# A number nearly parallel to time, as days in months, where all the risk is soon one patient's.
# R: coxph(Surv(t, s) ~ x, ties = "efron"): coefficient and standard error of one unit.
PARALLEL = [
    (
        [625, 654, 729, 209, 680, 565, 199, 884, 38, 490, 722, 602, 332, 154, 65, 19],
        [21, 22, 24, 7, 22, 19, 7, 29, 1, 16, 24, 20, 11, 5, 2, 1],
        [0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1],
        (-0.05537, 0.02445),
    ),
    (
        [631, 202, 362, 831, 734, 458, 182, 59, 842, 231, 414, 554,
         148, 651, 609, 72, 126, 549, 860, 712, 552, 417, 508, 304],
        [22, 7, 12, 28, 26, 16, 7, 2, 28, 9, 15, 18, 7, 22, 20, 3, 5, 19, 29, 25, 19, 14, 18, 11],
        [1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1],
        (np.log(0.00558) / 100, 1.60 / 100),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("number", "months", "events", "expected"), PARALLEL)
def test_a_number_parallel_to_time_is_estimated_as_in_r(number, months, events, expected):
    events = np.array(events)
    found = hazard_ratio_per_unit(np.array(number), np.array(months, float), events, 1 - events)
    assert np.log(found.ratio) == pytest.approx(expected[0], rel=1e-3)
    assert np.log(found.upper / found.lower) / 2 / 1.959964 == pytest.approx(expected[1], rel=2e-2)


@pytest.mark.parametrize("seed", range(60))
def test_a_number_parallel_to_time_never_hangs_nor_fails(seed):
    random = np.random.default_rng(seed)
    days = random.integers(1, 900, random.integers(5, 40))
    months, events = np.ceil(days / 30.4375), random.integers(0, 2, len(days))
    number = days - random.integers(0, [3, 60][seed % 2], len(days))
    found = hazard_ratio_per_unit(number.astype(float), months, events, 1 - events, per=100)
    assert found.ratio is None or found.ratio < 1
