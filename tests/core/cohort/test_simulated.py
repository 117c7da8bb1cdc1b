"""Simulated cohorts: the effects that they state, the same for the same seed, and open to every page."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from core.cohort import simulated
from core.cohort.database import open_cohort
from core.cohort.simulated import EVENTS, HAZARD_RATIOS, MONTHLY_HAZARDS, simulated_cohort, write
from tests.pages.the_app import open_app, shows_no_nonsense, squeezed


@pytest.fixture(scope="module")
def large() -> dict[str, pd.DataFrame]:
    return simulated_cohort(20_000, seed=3)


@pytest.mark.parametrize("endpoint", ["PFS", "OS"])
def test_the_stated_hazard_ratios_are_the_cohorts(large, endpoint):
    rows = large["endpoints"][large["endpoints"]["endpoint"] == endpoint].merge(large["patients"], on="patient_id")
    frame = pd.DataFrame(
        {
            "months": rows["months"],
            "status": rows["status"],
            "emd": (rows["emd"] != "No EMD").astype(float),
            "prior_asct": (rows["prior_asct"] == "Yes").astype(float),
            "dose_doubled": np.log2(rows["dose_1e8_cells"] / 1.5),
            "male": (rows["sex"] == "Male").astype(float),
        }
    )
    fit = CoxPHFitter().fit(frame, "months", "status")
    for name, ratio in {**HAZARD_RATIOS, "male": 1.0}.items():
        # Four standard errors: a right simulation fails once in 16,000.
        assert abs(fit.params_[name] - np.log(ratio)) < 4 * fit.standard_errors_[name], name


def test_the_baseline_hazards_are_as_stated(large):
    # Constant hazards: events over months lived, here of patients without EMD and ASCT at about 1.5.
    plain = large["patients"].query("emd == 'No EMD' and prior_asct == 'No' and 1.4 <= dose_1e8_cells <= 1.6")
    mine = large["endpoints"][large["endpoints"]["patient_id"].isin(plain["patient_id"])].groupby("endpoint")
    rate = mine["status"].sum() / mine["months"].sum()
    assert rate["OS"] == pytest.approx(MONTHLY_HAZARDS["death"], rel=0.15)
    assert rate["PFS"] == pytest.approx(sum(MONTHLY_HAZARDS.values()), rel=0.1)


def test_pfs_never_outlasts_os(large):
    wide = large["endpoints"].pivot(index="patient_id", columns="endpoint", values="months")
    assert (wide["PFS"] <= wide["OS"]).all()


def test_grades_come_as_often_as_stated(large):
    events = large["adverse_events"]
    assert (events["grade_min"] == events["grade_max"]).all()
    assert not events.duplicated(["patient_id", "term"]).any()
    for term, _, _, chances in EVENTS[1:]:
        share = events[events["term"] == term]["grade_min"].value_counts() / 20_000
        for grade, chance in enumerate(chances, start=1):
            assert share.get(grade, 0) == pytest.approx(chance, abs=4 * (0.25 / 20_000) ** 0.5)


def test_severe_cytokine_release_and_deep_response_come_with_dose(large):
    patients = large["patients"].set_index("patient_id")
    high = patients.index[patients["dose_1e8_cells"] >= 2.5]
    severe = large["adverse_events"].query("term == 'Cytokine release syndrome' and grade_min >= 3")["patient_id"]
    assert severe.isin(high).sum() / len(high) > 1.5 * (~severe.isin(high)).sum() / (len(patients) - len(high))
    assert (patients.loc[high, "responder"] == "Yes").mean() > (patients["responder"] == "Yes").mean()


def test_the_same_seed_gives_the_same_patients():
    one, two, other = simulated_cohort(50, 7), simulated_cohort(50, 7), simulated_cohort(50, 8)
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, two[name])
    assert not one["patients"].equals(other["patients"])


@pytest.mark.parametrize("patients", [0, -1])
def test_a_cohort_needs_a_patient(patients):
    with pytest.raises(ValueError, match="A cohort needs a patient"):
        simulated_cohort(patients)


@pytest.mark.parametrize("patients", [1, 300])
def test_a_written_cohort_opens_and_says_that_it_is_simulated(tmp_path, monkeypatch, patients):
    write(tmp_path / "made", patients, seed=5)
    database = open_cohort(tmp_path / "made")
    assert database.ask("select count(*) as n from patients")["n"].iloc[0] == patients
    assert database.about["kind"] == "simulated"
    monkeypatch.setenv("CARTOGRAPH_COHORT", str(tmp_path / "made"))
    for page in ("overview", "survival", "response", "adverse_events", "subgroups"):
        app = open_app(page)
        shows_no_nonsense(app)
        assert "Simulated cohort" in squeezed(app)
    overview = squeezed(open_app())
    assert "Simulated values: they describe no patient." in overview


def test_a_cohort_drawn_in_parts_is_the_same_in_memory_and_in_files(tmp_path, monkeypatch):
    monkeypatch.setattr(simulated, "AT_ONCE", 40)
    in_memory = simulated_cohort(100, seed=5)
    assert in_memory["patients"]["patient_id"].tolist() == [f"S{number}" for number in range(1, 101)]
    write(tmp_path, 100, seed=5)
    for name, table in in_memory.items():
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / f"{name}.parquet"), table, check_dtype=False)
    write(tmp_path / "without", 100, seed=5, adverse_events=False)
    assert open_cohort(tmp_path / "without").ask("from adverse_events").empty
    patients = 'select * exclude ("worst: kinds") from patients'
    assert open_cohort(tmp_path / "without").ask(patients).equals(open_cohort(tmp_path).ask(patients))
