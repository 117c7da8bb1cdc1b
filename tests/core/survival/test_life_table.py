"""Life tables: who is at risk when, from counts or from patients."""

import numpy as np
import pandas as pd
import pytest

from core.survival.life_table import at_event_times, life_table, life_tables, pooled

# Nine patients, worked by hand; months 2 and 5 hold ties of different kinds.
#   months      1   2   5   7
#   events      1   2   1   0     = 4
#   censored    0   1   0   2     = 3
#   competing   0   0   2   0     = 2
#   at risk     9   8   5   2     (9, then 9 - 1, 8 - 3, 5 - 3)
MONTHS = [1, 2, 5, 7]
EVENTS, CENSORED, COMPETING = [1, 2, 1, 0], [0, 1, 0, 2], [0, 0, 2, 0]
AT_RISK = [9, 8, 5, 2]


@pytest.fixture
def table():
    return life_table(np.array(MONTHS), np.array(EVENTS), np.array(CENSORED), np.array(COMPETING))


def assert_same(one, other):
    for part in ("months", "events", "censored", "competing", "at_risk"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part), err_msg=part)


def test_at_risk_counts_those_whose_time_is_not_yet_past(table):
    assert table.at_risk.tolist() == AT_RISK
    assert table.patients == 9
    assert table.total_events == 4
    assert table.last_follow_up == 7.0


def test_one_row_a_patient_in_any_order_gives_the_table_of_the_counts(table):
    months = pd.Series([7, 2, 5, 1, 2, 7, 5, 2, 5])
    status = pd.Series([0, 1, 2, 1, 0, 0, 1, 1, 2])
    assert_same(life_table(months, status == 1, status == 0, status == 2), table)


def test_counts_split_over_repeated_rows_add_up(table):
    split = life_table(
        np.array([7, 2, 1, 2, 5, 5]),
        np.array([0, 1, 1, 1, 0, 1]),
        np.array([2, 0, 0, 1, 0, 0]),
        np.array([0, 0, 0, 0, 2, 0]),
    )
    assert_same(split, table)


def test_without_competing_events_the_column_is_zero():
    table = life_table(np.array([3.0, 4.0]), np.array([1, 0]), np.array([0, 1]))
    assert table.competing.tolist() == [0, 0]
    assert table.at_risk.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("months", "at_risk"),
    [(0, 9), (1, 9), (1.5, 8), (2, 8), (2.01, 5), (5, 5), (7, 2), (7.01, 0), (100, 0)],
)
def test_at_risk_at_a_time_includes_those_who_leave_at_it(table, months, at_risk):
    assert table.at_risk_at(np.array(months)) == at_risk


def test_at_risk_at_keeps_the_shape_of_its_times(table):
    times = np.array([[0, 2, 3], [6, 7, 8]])
    assert table.at_risk_at(times).tolist() == [[9, 8, 5], [2, 2, 0]]


def test_up_to_counts_at_or_before_each_time(table):
    times = np.array([0, 1, 1.9, 2, 5, 6, 7, 99])
    assert table.up_to(table.events, times).tolist() == [0, 1, 1, 3, 4, 4, 4, 4]
    assert table.up_to(table.censored, times).tolist() == [0, 0, 0, 1, 1, 1, 3, 3]
    assert table.up_to(table.competing, times).tolist() == [0, 0, 0, 0, 2, 2, 2, 2]


def test_reversed_takes_censoring_as_the_event_and_both_kinds_of_event_as_the_end_of_follow_up(table):
    back = table.reversed()
    assert back.events.tolist() == CENSORED
    assert back.censored.tolist() == [1, 2, 3, 0]
    assert back.competing.tolist() == [0, 0, 0, 0]
    assert back.at_risk.tolist() == AT_RISK


def test_pooled_groups_are_the_table_of_all_their_patients():
    one = life_table(np.array([1, 2, 5]), np.array([1, 0, 1]), np.array([0, 1, 0]), np.array([0, 0, 1]))
    other = life_table(np.array([2, 5, 7]), np.array([2, 0, 0]), np.array([0, 0, 2]), np.array([0, 1, 0]))
    everyone = life_table(np.array(MONTHS), np.array(EVENTS), np.array(CENSORED), np.array(COMPETING))
    assert_same(pooled([one, other]), everyone)


def test_tables_of_many_groups_are_those_of_each_alone():
    chance = np.random.default_rng(4)
    rows = pd.DataFrame(
        {
            "subgroup": chance.choice(["a", "b", "c"], 200),
            "group": chance.choice([0, 2], 200),
            "months": chance.integers(0, 9, 200) / 2,
            "events": chance.integers(0, 3, 200),
            "censored": chance.integers(0, 3, 200),
            "competing": chance.integers(0, 2, 200),
        }
    )
    together = life_tables(rows, ["subgroup", "group"])
    assert list(together) == [(subgroup, group) for subgroup in "abc" for group in (0, 2)]
    for (subgroup, group), found in together.items():
        mine = rows[(rows["subgroup"] == subgroup) & (rows["group"] == group)]
        assert_same(found, life_table(mine["months"], mine["events"], mine["censored"], mine["competing"]))
    assert [int(number) for number in life_tables(rows, "group")] == [0, 2]
    assert life_tables(rows.iloc[:0], "group") == {}


@pytest.mark.parametrize("count", [-1, 0.5, np.nan, np.inf])
def test_what_is_no_count_of_patients_is_refused(count):
    with pytest.raises(ValueError, match="counted in whole patients"):
        life_table(np.array([1.0, 2.0]), np.array([1, count]), np.array([0, 0]))


def test_at_every_event_time_each_group_has_its_own_at_risk_and_events():
    # events at 1 and 3 in the first, at 2 and 3 in the second; nobody in the third
    first = life_table(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 2]), np.array([0, 4, 1]))
    second = life_table(np.array([2.0, 3.0, 9.0]), np.array([3, 1, 0]), np.array([0, 0, 1]))
    nobody = life_table(np.array([]), np.array([]), np.array([]))
    at_risk, events = at_event_times([first, second, nobody])
    assert at_risk.tolist() == [[8, 7, 3], [5, 5, 2], [0, 0, 0]]
    assert events.tolist() == [[1, 0, 2], [0, 3, 1], [0, 0, 0]]


def test_a_table_of_nobody_is_empty_and_has_nobody_at_risk():
    empty = life_table(np.array([]), np.array([]), np.array([]))
    assert (empty.patients, empty.total_events, empty.last_follow_up) == (0, 0, 0.0)
    assert empty.at_risk_at(np.array([0.0, 3.0])).tolist() == [0, 0]
    assert empty.up_to(empty.events, np.array([0.0, 3.0])).tolist() == [0, 0]
    assert_same(empty.reversed(), empty)


def test_pooling_with_nobody_changes_nothing(table):
    assert_same(pooled([table, life_table(np.array([]), np.array([]), np.array([]))]), table)


def test_follow_up_of_zero_months_counts():
    table = life_table(np.array([0, 0, 3]), np.array([1, 0, 0]), np.array([0, 1, 1]))
    assert table.months.tolist() == [0.0, 3.0]
    assert table.at_risk.tolist() == [3, 1]


@pytest.mark.parametrize("months", [[1, -0.5], [1, np.nan], [1, None]])
def test_a_negative_or_missing_time_is_refused(months):
    with pytest.raises(ValueError, match=r"Follow-up must be a number of months, 0 or more, in every row."):
        life_table(np.array(months, float), np.array([1, 1]), np.array([0, 0]))
