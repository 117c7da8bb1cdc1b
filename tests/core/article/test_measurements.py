"""The simulated measurements keep to every description that the article prints, and say that they are simulated."""

import pandas as pd
import pytest

from core.article.adverse_events import PROLONGED_CYTOPENIA
from core.cohort.provenance import sources_sentence
from core.cohort.vocabulary import DAYS_PER_MONTH

# CTCAE 5.0: the least value of grade 2, in the unit of the table, and the term that it grades.
GRADE_2 = {"Leukocytes": (2.0, "Leukopenia"), "Haemoglobin": (80, "Anemia"), "Platelets": (50, "Thrombocytopenia")}


@pytest.fixture(scope="module")
def measured(bundled):
    rows = bundled.ask("select * from measurements")
    died = bundled.ask("select patient_id, months as last, status from endpoints where endpoint = 'OS'")
    patients = bundled.ask("select patient_id, responder from patients")
    return rows.merge(died, on="patient_id").merge(patients, on="patient_id")


def of(measured, analyte):
    return measured[measured["analyte"] == analyte]


@pytest.mark.parametrize(
    ("analyte", "raised"),
    [("IL-6", 11), ("IL-10", 8), ("TNF-α", 4), ("IFN-γ", 7), ("IL-2", 2), ("IL-4", 1), ("CRP", 10)],  # C60 to C66
)
def test_as_many_are_above_normal_within_31_days_as_printed(measured, analyte, raised):
    early = of(measured, analyte).query("0 <= day <= 31")
    above = early[early["value"] > early["upper_normal"]].groupby("patient_id")["value"].max()
    assert len(above) == raised
    peaks = early.loc[early.groupby("patient_id")["value"].idxmax()].set_index("patient_id")
    assert peaks.loc[above.index, "day"].between(7, 14).all()
    severe = above[above.index.isin(["7", "8"])]
    if raised > len(severe):
        assert severe.min() > above.drop(severe.index).max()
    assert (of(measured, "CRP").query("day >= 45")["value"] <= 10).all()


def test_car_t_cells_peak_and_go_as_described(measured):
    cells = of(measured, "CAR-T cells")
    peaks = cells.loc[cells.groupby("patient_id")["value"].idxmax()]
    assert peaks["day"].between(7, 15).all()
    at_30 = cells[(cells["day"] == 30) & (cells["responder"] == "Yes")]
    assert (len(at_30), (at_30["below_limit"] == "Yes").sum()) == (8, 5)
    assert (cells.query("day >= 150")["below_limit"] == "Yes").all()


def test_b_cells_come_back_and_igg_lags(measured):
    cells = of(measured, "B cells")
    at_6 = cells[cells["day"] == 180]
    assert at_6["value"].between(at_6["lower_normal"], at_6["upper_normal"]).sum() == 7  # C69
    assert (cells.query("14 <= day <= 28")["value"] < 10).all()
    back = cells[cells["value"] >= cells["lower_normal"]].groupby("patient_id")["day"].min()
    answered = cells.drop_duplicates("patient_id").set_index("patient_id")["responder"]
    assert back[answered.reindex(back.index) == "No"].max() < back[answered.reindex(back.index) == "Yes"].min()
    igg = of(measured, "IgG")
    in_remission = igg[(igg["status"] == 0) & (igg["day"] > 60)]
    assert (in_remission["value"] < in_remission["lower_normal"]).all()
    stable = igg[igg["patient_id"].isin(["3", "10"])]  # IgG myeloma whose best response is SD: no fall as of a VGPR
    assert (stable.groupby("patient_id")["value"].min() > 0.5 * stable.groupby("patient_id")["value"].first()).all()
    relapsed = igg[igg["patient_id"].isin(["4", "5", "9"])]
    lowest = relapsed.groupby("patient_id")["value"].min()
    assert (relapsed.groupby("patient_id")["value"].last() > 3 * lowest).all()


@pytest.mark.parametrize("lineage", GRADE_2)
def test_counts_keep_to_the_grades_and_recover_as_described(measured, bundled, lineage):
    least, term = GRADE_2[lineage]
    graded = bundled.ask(f"select patient_id, grade_min from adverse_events where term = '{term}'")
    grades = graded.set_index("patient_id")["grade_min"]
    counts = of(measured, lineage)
    lowest = counts.groupby("patient_id")["value"].min()
    for patient, value in lowest.items():
        grade = grades.get(patient, 0)
        assert (value < least) == (grade >= 3), (patient, value)
        assert (value < counts["lower_normal"].iloc[0]) == (grade >= 1), (patient, value)
    low = counts[counts["value"] < least].groupby("patient_id")["day"].max()
    for patient, last_low in low.items():
        if int(patient) not in PROLONGED_CYTOPENIA:
            assert last_low <= 28


def test_prolonged_cytopenia_is_that_of_the_five_printed(measured):
    low = pd.concat([c[c["value"] < least] for name, (least, _) in GRADE_2.items() for c in [of(measured, name)]])
    last = low.groupby("patient_id")["day"].max()
    assert set(last[last >= 28].index.astype(int)) == set(PROLONGED_CYTOPENIA)
    recovered_by_31 = set(measured["patient_id"]) - set(last[last >= 31].index)
    assert len(recovered_by_31) == 7  # C58, with five of whom it is printed that they took longer than a month
    assert (last.drop("7") < 91).all()
    assert (measured["day"] < measured["last"] * DAYS_PER_MONTH).all(), "nothing after death or cutoff"


def test_they_say_that_they_are_simulated(bundled):
    sources = bundled.ask("select * from provenance")
    of_values = sources[(sources["table"] == "measurements") & (sources["column"] == "value")]
    assert of_values["source"].tolist() == ["simulated"]
    assert sources_sentence(sources, ("measurements",), "published").startswith("Simulated values")
