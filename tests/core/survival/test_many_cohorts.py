"""Many small cohorts at once give what each of them gives alone."""

import numpy as np
import pytest

from core.survival.hazard_ratios import hazard_ratios
from core.survival.kaplan_meier import kaplan_meier, survival_at
from core.survival.life_table import life_table
from core.survival.log_rank_permutation import permutation_log_rank
from core.survival.many_cohorts import grouped, log_hazard_ratio, medians, permutation_p, together
from core.survival.many_cohorts import survival_at as many_at
from core.survival.medians import median_survival


def random_cohorts(seed: int, cohorts: int = 60, patients: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """Cohorts with many ties, and a third of the patients censored."""
    random = np.random.default_rng(seed)
    months = random.integers(1, 8, (cohorts, patients)) / 2
    return months, random.random((cohorts, patients)) < 0.65


def table_of(months, events):
    return life_table(months, events.astype(int), (~events).astype(int))


def random_labels(seed: int, groups: int, patients: int = 9) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.array([random.permutation(np.arange(patients) % groups) for _ in range(4)])


@pytest.mark.parametrize("seed", range(4))
def test_medians_and_survival_are_those_of_each_curve(seed):
    months, events = random_cohorts(seed)
    found, at = medians(months, events), many_at(months, events, 2.0)
    for row in range(len(months)):
        curve = kaplan_meier(table_of(months[row], events[row]))
        alone = median_survival(curve, "print").months
        assert found[row] == (np.inf if alone is None else pytest.approx(alone))
        estimate = survival_at(curve, 2.0).survival
        assert np.isnan(at[row]) if estimate is None else at[row] == pytest.approx(estimate)


@pytest.mark.parametrize(("seed", "groups"), [(1, 2), (2, 2), (3, 3)])
def test_p_is_that_of_each_cohort(seed, groups):
    months, events = random_cohorts(seed, cohorts=25)
    labels = random_labels(seed, groups)
    of = grouped(months, events, labels)
    p = permutation_p(of)[of.cell]
    for way, label in enumerate(labels):
        for row in range(len(months)):
            own = [table_of(months[row, label == g], events[row, label == g]) for g in range(groups)]
            assert p[way, row] == pytest.approx(permutation_log_rank(own).p, abs=1e-12)


@pytest.mark.parametrize("seed", [5, 6])
def test_the_hazard_ratio_is_firths_of_each_cohort(seed):
    months, events = random_cohorts(seed, cohorts=25)
    labels = random_labels(seed, 2)
    of = grouped(months, events, labels)
    ratios = log_hazard_ratio(of)[of.cell]
    compared = 0
    for way, label in enumerate(labels):
        for row in range(len(months)):
            own = [table_of(months[row, label == g], events[row, label == g]) for g in range(2)]
            alone = hazard_ratios(own, 0)[1]
            if alone.ratio is None:
                continue
            assert np.exp(ratios[way, row]) == pytest.approx(alone.ratio, rel=1e-6)
            compared += 1
    assert compared > 80


def test_a_hazard_ratio_by_hand():
    """One event in group 1 against one at risk in group 0: the penalised score of b is 1 - s + (1 - 2s)/2."""
    of = grouped(np.array([[1.0, 2.0]]), np.array([[True, False]]), np.array([[1, 0]]))
    assert np.exp(log_hazard_ratio(of))[0] == pytest.approx(3)  # 3/2 = 2s, so s = 3/4, and odds of 3


def test_what_is_the_same_is_worked_out_once():
    months = np.array([[1.0, 2, 3, 3], [5, 6, 7, 7], [2, 1, 3, 3]])
    of = grouped(months, np.ones((3, 4), bool), np.array([[0, 0, 1, 1]]))
    assert len(of.labels) == 1
    assert of.cell.tolist() == [[0, 0, 0]]


def test_three_groups_have_no_hazard_ratio():
    of = grouped(np.array([[1.0, 2, 3]]), np.ones((1, 3), bool), np.array([[0, 1, 2]]))
    with pytest.raises(ValueError, match="two groups"):
        log_hazard_ratio(of)


def test_what_several_groupings_share_is_worked_out_once_and_stays_in_its_place():
    several = [
        grouped(*random_cohorts(seed, cohorts=12, patients=7), random_labels(seed, 2, patients=7)) for seed in (1, 2, 3)
    ]
    whole, places = together(several)
    assert len(whole.labels) < sum(len(one.labels) for one in several)
    p, ratio = permutation_p(whole), log_hazard_ratio(whole)
    for one, place in zip(several, places, strict=True):
        np.testing.assert_allclose(p[place], permutation_p(one))
        np.testing.assert_allclose(ratio[place], log_hazard_ratio(one))
