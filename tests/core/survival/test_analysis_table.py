"""The analysis data set that is taken away: what it holds gives the very curve and test that are shown."""

import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

from core.cohort.ask import Cohort
from core.cohort.selection import Comparison, Selection
from core.survival.answers import comparison, survival_result
from core.survival.result import SurvivalOptions
from core.survival.tables import analysis_table


@pytest.mark.parametrize(("endpoint", "landmark"), [("PFS", None), ("OS", None), ("OS", 3.0), ("Relapse", None)])
def test_the_data_set_gives_the_curve_again(bundled, endpoint, landmark):
    cohort = Cohort(bundled)
    selection = Selection(cohort.fingerprint, (), Comparison("emd"), landmark=landmark)
    result = survival_result(cohort, selection, endpoint, SurvivalOptions())
    rows = cohort.ask("survival/analysed", selection, endpoint=endpoint, landmark=landmark or 0)
    header, table = analysis_table(rows, result)
    assert header[0] == "Patient"
    assert len({row[0] for row in table}) == len(table) == result.everyone.table.patients
    for group in result.groups:
        of = [row for row in table if row[3] == group.label]
        months, status = [row[1].number for row in of], [row[2].number for row in of]
        assert len(of) == group.table.patients
        assert sum(one == 1 for one in status) == group.table.total_events
        assert sum(one == 2 for one in status) == int(group.table.competing.sum())
        if not result.competing:
            fitted = KaplanMeierFitter().fit(months, [one == 1 for one in status])
            for month, share in zip(group.curve.months, group.curve.survival, strict=True):
                assert fitted.predict(month) == pytest.approx(share, abs=1e-12)
    if not result.competing and landmark is None:
        test = multivariate_logrank_test(
            [r[1].number for r in table], [r[3] for r in table], [r[2].number for r in table]
        )
        compared = comparison(cohort, selection, endpoint, SurvivalOptions(), None)
        assert compared.test.statistic == pytest.approx(test.test_statistic, rel=1e-9)
