"""One patient moved: by hand, as R finds on aml, and by brute force over random groups with ties."""

import numpy as np
import pytest

from core.survival.hazard_ratios import hazard_ratios
from core.survival.life_table import life_table
from core.survival.log_rank_permutation import permutation_log_rank
from core.survival.what_if import is_exact, median_of, p_value, ratio_of, what_if, with_one_moved
from tests.reference.cohorts import group_tables


def test_three_and_three_by_hand():
    # All six have the event, first all of one group: two of the twenty groupings lie as far apart.
    tables = {n: life_table(np.array(m), [1, 1, 1], [0, 0, 0]) for n, m in enumerate(([1.0, 2, 3], [4.0, 5, 6]))}
    found = what_if(tables, p_value)
    assert is_exact(tables)
    assert found.observed == pytest.approx(2 / 20)
    assert len(found.moved) == 6
    assert found.moved[0].left_out == pytest.approx(1 / 10), "of ten groupings no other lies as far apart"
    medians = what_if(tables, median_of(0, "log-log", "print"))
    assert medians.observed == 2
    assert [(one.changed, one.left_out) for one in medians.moved[:3]] == [(2.5, 2.5), (3.0, 2.0), (2.0, 1.5)]
    assert all((one.changed, one.left_out) == (2.0, 2.0) for one in medians.moved[3:]), "of the other group"


def test_aml_as_in_r():
    # R: survdiff(Surv(time, status) ~ x, aml): p = 0.0653; with each status changed in turn the p-values lie between
    # 0.033 and 0.133, with each patient left out between 0.038 and 0.147.
    tables = dict(enumerate(group_tables("aml", "group", ["Maintained", "Nonmaintained"])))
    assert not is_exact(tables)
    found = what_if(tables, p_value)
    assert found.observed == pytest.approx(0.0653, abs=5e-5)
    for kind, low, high in (("changed", 0.033, 0.133), ("left_out", 0.038, 0.147)):
        values = found.values(kind)
        assert len(values) == 23
        assert (round(min(values), 3), round(max(values), 3)) == (low, high)


@pytest.mark.parametrize("seed", range(8))
def test_every_value_is_that_of_the_rows_so_changed(seed):
    rng = np.random.default_rng(seed)
    group, months = rng.integers(0, 2, 30), rng.integers(1, 8, 30).astype(float)
    status = rng.integers(0, 2, 30)

    def tables_of(group, months, status):
        return {
            n: life_table(months[group == n], status[group == n], 1 - status[group == n]) for n in (0, 1)
        }  # fmt: skip

    tables = tables_of(group, months, status)
    for measure in (p_value, ratio_of(0, 1), median_of(1, "log-log", "print")):
        found = what_if(tables, measure)
        assert sum(one.patients for one in found.moved) == 30
        by_cell = {(one.group, one.months, one.event): one for one in found.moved}
        for row in range(30):
            one = by_cell[int(group[row]), float(months[row]), bool(status[row])]
            flipped, rest = status.copy(), np.arange(30) != row
            flipped[row] = 1 - flipped[row]
            assert one.changed == pytest.approx(measure(tables_of(group, months, flipped)))
            assert one.left_out == pytest.approx(measure(tables_of(group[rest], months[rest], status[rest])))


def test_a_competing_event_stays_and_nothing_left_has_no_number():
    alone = life_table(np.array([1.0, 3]), [0, 1], [0, 0], [1, 0])
    other = life_table(np.array([2.0, 4]), [1, 1], [0, 0])
    found = what_if({0: alone, 1: other}, p_value)
    assert [(one.group, one.months) for one in found.moved] == [(0, 3), (1, 2), (1, 4)]
    assert found.observed == permutation_log_rank([alone, other]).p
    single = {0: life_table(np.array([1.0]), [1], [0]), 1: life_table(np.array([2.0]), [1], [0])}
    assert what_if(single, p_value).moved[0].left_out is None
    assert what_if(single, ratio_of(0, 1)).observed == hazard_ratios(list(single.values()))[1].ratio


def test_whose_move_goes_furthest_stands_first():
    tables = dict(enumerate(group_tables("aml", "group", ["Maintained", "Nonmaintained"])))
    found = what_if(tables, p_value)
    first = found.furthest_first()[0]
    every = [*found.values("changed"), *found.values("left_out")]
    furthest = max(every, key=lambda p: abs(np.log(p / found.observed)))
    assert furthest in (first.changed, first.left_out)
    assert len(found.furthest_first()) == len(found.moved)


def test_a_patient_is_moved_as_the_strips_say():
    tables = dict(enumerate(group_tables("aml", "group", ["Maintained", "Nonmaintained"])))
    for one in what_if(tables, p_value).moved:
        for kind in ("changed", "left_out"):
            after = with_one_moved(tables, one.group, one.months, one.event, kind)
            assert p_value(after) == pytest.approx(getattr(one, kind))
    with pytest.raises(ValueError, match="Nobody of this group left"):
        with_one_moved(tables, 0, 1.25, True, "changed")
