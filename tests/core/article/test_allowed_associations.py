"""Where associations go in the cohorts that the article allows, against testing each cohort by itself."""

import numpy as np
import pandas as pd
import pytest

from core.article import reconstruction as rec
from core.article.allowed_associations import with_depth, with_response, with_time
from core.article.answers import allowed_association, allowed_outcomes, places
from core.cohort.ask import Cohort
from core.cohort.selection import Comparison, Selection
from core.statistics.rank_correlation import rank_correlation, rank_correlations
from core.statistics.rank_sum import rank_sum
from tests.conftest import BUNDLED

TABLE_1 = pd.read_csv(BUNDLED / "article" / "table1.csv", keep_default_na=False)
BCMA = TABLE_1["bcma_percent"].to_numpy(float)
SURVIVOR = [one for one in rec.assignments() if rec.patient_8_survives(one)]


def test_response_against_a_number_is_that_of_each_assignment():
    found = with_response(BCMA, False, places(True))
    tests = []
    for assignment in SURVIVOR:
        responds = np.array([fate != "SD" for fate in assignment])
        tests.append(rank_sum(BCMA[responds], BCMA[~responds]))
    assert found.p.lowest == pytest.approx(min(test.p for test in tests))
    assert found.p.highest == pytest.approx(max(test.p for test in tests))
    assert found.effect.lowest == pytest.approx(min(test.difference for test in tests))
    assert found.p.share(lambda p: p < 0.2) == pytest.approx(sum(test.p < 0.2 for test in tests) / 180)


def test_depth_is_that_of_each_assignment():
    """The partial response that is printed as PR or VGPR may be either; patient 4's is PR."""
    found = with_depth(BCMA, False, places(True))
    depth = {"SD": 0.0, "PR or VGPR": 1.0, "CR, died": 3.0, "CR, alive": 3.0}
    for one in SURVIVOR[::20]:
        told = np.array([depth[fate] for fate in one])
        for partial in (1.0, 2.0):
            told[[place for place, fate in enumerate(one) if fate == "PR or VGPR" and place != 3]] = partial
            assert np.isclose(found.effect.values, rank_correlation(BCMA, told).rho).any()


@pytest.mark.parametrize("y", ["response", "depth"])
def test_the_bundled_association_is_one_of_them(bundled, y):
    """Of every number and two-sided variable: p and effect as the page of associations has them."""
    from core.associations.answers import associations

    compared = 0
    for one in associations(Cohort(bundled), Selection(bundled.fingerprint), y):
        if one.x.late:
            continue
        values = tuple(zip(one.patients["patient_id"], one.patients["x"], strict=True))
        found = allowed_association(Cohort(bundled), values, one.x.kind == "two groups", y)
        assert np.isclose(found.p.values, one.p, atol=0.01).any(), one.x.key
        if found.effect is not None:
            assert np.isclose(found.effect.values, one.effect).any(), one.x.key
        compared += 1
    assert compared > 8


def test_patients_without_a_value_leave_what_remains_to_each_assignment():
    some = np.where(np.arange(11) < 8, BCMA, np.nan)
    found = with_depth(some, False, places(True))
    assert found.p.lowest < found.p.highest
    assert found.p.shares.sum() == pytest.approx(1)


def test_several_orders_at_once_are_each_by_itself():
    random = np.random.default_rng(2)
    x = random.normal(size=7)
    rows = np.array([random.permutation([0.0, 0, 1, 2, 2, 2, 3]) for _ in range(5)])
    for row, one in zip(rows, rank_correlations(x, rows), strict=True):
        assert (one.rho, one.p) == pytest.approx((rank_correlation(x, row).rho, rank_correlation(x, row).p))
    with pytest.raises(ValueError, match="other orders"):
        rank_correlations(x, np.array([[1.0] * 7, [2.0] * 7]))


def test_two_groups_against_a_time_are_as_when_compared(bundled):
    asct = np.where(TABLE_1["prior_asct"] == "Yes", 1.0, 0.0)
    found = with_time(asct, True, places(True), "PFS")
    selection = Selection(bundled.fingerprint, (), Comparison("prior_asct"))
    assert found.effect.values == pytest.approx(
        allowed_outcomes(Cohort(bundled), selection, "PFS").comparison.ratio.values
    )


def test_a_number_against_a_time_is_fitted_in_a_sample_that_says_so(bundled):
    found = with_time(BCMA, False, places(True), "PFS")
    assert found.sample == 100
    assert 0 < found.effect.lowest < 1 < found.effect.highest


def test_what_is_missing_is_left_out(bundled):
    values = tuple((str(patient), value) for patient, value in zip(rec.PATIENTS, BCMA, strict=True))
    cohort = Cohort(bundled)
    whole = allowed_association(cohort, values, False, "response")
    assert allowed_association(cohort, values[:9], False, "response").p.highest != pytest.approx(whole.p.lowest)
    assert allowed_association(cohort, values, False, "crs") is None
    assert allowed_association(cohort, values[:1], False, "response") is None
