"""The simulated cohort resembles what larger cohorts report, is the same each time, and says what it is."""

import pandas as pd
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter

from core.cohort.ask import Cohort
from core.cohort.database import open_tables
from core.cohort.resembling import HAZARD_RATIOS, simulated_tables
from core.cohort.selection import Selection
from core.response.answers import response_result

LARGE = 20_000


def patients_of(patients: int, seed: int = 136) -> pd.DataFrame:
    columns, tables = simulated_tables(patients, seed)
    who = pd.DataFrame(tables["patients"], columns=columns["patients"]).set_index("patient_id")
    ends = pd.DataFrame(tables["endpoints"], columns=columns["endpoints"])
    pfs = ends[ends["endpoint"] == "PFS"].set_index("patient_id")
    emd, asct = (who["emd"] != "No EMD").astype(int), (who["prior_asct"] == "Yes").astype(int)
    ended = {"months": pfs["months"].astype(float), "event": pfs["status"].astype(int)}
    return who.assign(**ended, emd_any=emd, asct=asct)


def test_the_141_patients_are_the_same_each_time_and_open_without_a_fault():
    assert simulated_tables(141) == simulated_tables(141)
    cohort = Cohort(open_tables(*simulated_tables(141)))
    assert cohort.database.about["kind"] == "simulated"
    assert "no patient is described" in cohort.database.about["description"]
    assert [check.words for check in cohort.database.checks if check.patients] == []
    rates = response_result(cohort, Selection(cohort.fingerprint), "all", "Wilson").everyone
    assert rates.overall.value == pytest.approx(0.95, abs=0.02)
    assert rates.complete.value == pytest.approx(0.50, abs=0.02)
    sources = cohort.database.ask("from provenance")
    assert set(sources["source"]) == {"simulated", "derived"}, "Relapse is derived of what was simulated"


def test_the_141_patients_have_the_median_and_the_ratios_that_are_promised():
    patients = patients_of(141)
    assert KaplanMeierFitter().fit(patients["months"], patients["event"]).median_survival_time_ == pytest.approx(
        15, abs=2
    )
    ratios = {"emd_any": HAZARD_RATIOS["emd"], "asct": HAZARD_RATIOS["prior_asct"]}
    model = CoxPHFitter().fit(patients[["months", "event", *ratios]], "months", "event")
    for name, ratio in ratios.items():
        assert model.hazard_ratios_[name] == pytest.approx(ratio, abs=0.3)


def test_in_many_patients_the_ratios_are_what_they_are_drawn_with():
    patients = patients_of(LARGE, 7)
    model = CoxPHFitter().fit(patients[["months", "event", "emd_any", "asct"]], "months", "event")
    assert model.hazard_ratios_["emd_any"] == pytest.approx(2.1, rel=0.05)
    assert model.hazard_ratios_["asct"] == pytest.approx(2.3, rel=0.05)


def test_one_patient_is_no_cohort_to_compare():
    with pytest.raises(ValueError, match="two patients"):
        simulated_tables(1)
