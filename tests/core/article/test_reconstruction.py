"""Every statement that the article makes of outcomes, proved on the bundled files; and the rule that chose them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.article import reconstruction as rec
from core.article.adverse_events import PROLONGED_CYTOPENIA, SEVERE_CRS, TABLE_3
from core.article.bundled_cohort import write
from core.article.statements import STATEMENTS
from core.cohort.ask import ask
from core.cohort.selection import Selection
from tests.conftest import BUNDLED

TABLE_1 = pd.read_csv(BUNDLED / "article" / "table1.csv", keep_default_na=False).set_index("patient_id")


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(BUNDLED / f"{name}.csv", keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    """The outcomes as the files hold them, not as the code made them."""
    patients, endpoints = read("patients").set_index("patient_id"), read("endpoints")
    by = {name: rows.set_index("patient_id") for name, rows in endpoints.groupby("endpoint")}
    responses, milestones = read("responses"), read("milestones")
    negative = responses[responses["mrd"] == "negative"].groupby("patient_id")["month"].min()
    again = milestones[milestones["event"] == "second infusion"].set_index("patient_id")["month"]
    return pd.DataFrame(
        {
            "best_response": patients["best_response"],
            "pfs_months": by["PFS"]["months"],
            "relapsed": by["Relapse"]["status"] == 1,
            "os_months": by["OS"]["months"],
            "died": by["OS"]["status"] == 1,
            "cause_of_death": by["OS"]["cause"].fillna(""),
            "mrd_month": negative.reindex(patients.index),
            "second_infusion_month": again.reindex(patients.index),
        }
    )


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"{s.number} {s.text}")
def test_the_bundled_cohort_satisfies(statement, outcomes):
    assert statement.holds(outcomes)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.number)
def test_a_statement_can_fail(statement, outcomes):
    """Each statement is broken by some cohort: otherwise it would bind nothing."""
    broken = []
    for change in (
        {"best_response": "SD"},
        {"best_response": "CR"},
        {"relapsed": True, "pfs_months": 4.0},
        {"died": True, "os_months": 10.0, "pfs_months": 10.0},
        {"os_months": 2.0, "pfs_months": 2.0},
        {"pfs_months": 20.0, "os_months": 20.0},
        {"mrd_month": 3.0},
        {"mrd_month": np.nan},
        {"died": False, "relapsed": False, "os_months": 70.0, "pfs_months": 70.0},
        {"os_months": 30.0},
    ):
        for patient in outcomes.index:
            cohort = outcomes.copy()
            for column, value in change.items():
                cohort.loc[patient, column] = value
            broken.append(not statement.holds(cohort))
    assert any(broken)


def test_there_are_420_assignments_and_180_with_patient_8_alive():
    every = list(rec.assignments())
    assert len(every) == len(set(every)) == 420
    assert sum(map(rec.patient_8_survives, every)) == 180


def test_every_assignment_admits_times_that_satisfy_every_statement():
    for assignment in rec.assignments():
        cohort = rec.outcomes(assignment)
        failed = [s.number for s in STATEMENTS if s.number != "10" and not s.holds(cohort)]
        assert failed == []


def test_the_chosen_assignment_is_the_least_associated():
    chosen = rec.bundled_assignment(TABLE_1)
    least = min(rec.association(a, TABLE_1) for a in rec.assignments() if rec.patient_8_survives(a))
    assert rec.association(chosen, TABLE_1) == least
    # Spearman's rho by R's cor(depth, x, method = "spearman") on the chosen depth: all below 0.04.
    depth = pd.Series([rec.FATES.index(fate) for fate in chosen], index=TABLE_1.index)
    for column in ("bcma_percent", "prior_lines", "dose_1e8_cells"):
        assert abs(depth.corr(TABLE_1[column], method="spearman")) <= least + 1e-9


def test_rank_correlation_by_hand():
    # ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: sum of products 4.5 over sqrt(4.5 * 5)
    assert rec.rank_correlation(np.array([1, 5, 5, 9]), np.array([1, 2, 3, 4])) == pytest.approx(4.5 / 22.5**0.5)
    assert rec.rank_correlation(np.ones(4), np.arange(4)) == 0


def test_writing_again_gives_the_same_bytes(tmp_path: Path):
    (tmp_path / "article").mkdir()
    (tmp_path / "article" / "table1.csv").write_bytes((BUNDLED / "article" / "table1.csv").read_bytes())
    write(tmp_path)
    names = sorted(file.name for file in tmp_path.glob("*.csv"))
    assert names == [
        "adverse_event_terms.csv", "adverse_events.csv", "endpoints.csv", "measurements.csv", "milestones.csv",
        "patients.csv", "provenance.csv", "responses.csv",
    ]  # fmt: skip
    for name in names:
        assert (tmp_path / name).read_bytes() == (BUNDLED / name).read_bytes(), name


# -- adverse events --------------------------------------------------------------------------------


@pytest.mark.parametrize("row", TABLE_3, ids=lambda row: row[0])
def test_table_3_counts_are_as_printed(row):
    term, category, low, high, *_ = row
    events = read("adverse_events")
    mine = events[events["term"] == term]
    assert (mine["grade_max"] <= 2).sum() == low
    assert (mine["grade_min"] >= 3).sum() == high
    assert mine["patient_id"].is_unique
    assert set(mine["category"]) == {category}


def test_what_is_documented_of_a_patient_is_kept():
    events = read("adverse_events")
    severe = events[events["grade_min"] >= 3].groupby("term")["patient_id"].agg(set)
    assert severe["Cytokine release syndrome"] == set(SEVERE_CRS) == {7, 8}
    cytopenias = severe["Leukopenia"] | severe["Anemia"] | severe["Thrombocytopenia"]
    assert set(PROLONGED_CYTOPENIA) == {3, 6, 7, 9, 10}
    assert set(PROLONGED_CYTOPENIA) <= cytopenias
    assert 7 in severe["Leukopenia"] & severe["Thrombocytopenia"] & severe["Infection"]
    fatal = events[(events["patient_id"] == 7) & (events["term"] == "Infection")]
    assert (fatal["grade_min"].item(), fatal["grade_max"].item()) == (3, 5)
    assert severe["Hypotension"] | severe["Hypoxaemia"] <= {7, 8}


def test_adverse_events_make_little_association_of_their_own():
    """Where who had a term is free, it hangs on no baseline value: for most terms |rho| stays below a quarter."""
    events = read("adverse_events")
    band = events.assign(grade=np.where(events["grade_min"] >= 3, 2, 1)).pivot(
        index="patient_id", columns="term", values="grade"
    )
    band = band.reindex(TABLE_1.index).fillna(0)
    covariates = pd.DataFrame(
        {
            "emd": TABLE_1["emd"].ne("No"),
            "asct": TABLE_1["prior_asct"].eq("Yes"),
            "bcma": TABLE_1["bcma_percent"],
            "dose": TABLE_1["dose_1e8_cells"],
        }
    ).astype(float)
    largest = {
        term: max(abs(rec.rank_correlation(band[term].to_numpy(), covariates[c].to_numpy())) for c in covariates)
        for term in ("Anemia", "Thrombocytopenia", "Fever", "Infection")
    }
    assert max(largest.values()) < 0.25


# -- provenance ------------------------------------------------------------------------------------


def test_every_value_has_its_provenance(bundled):
    """Every column of every table that holds anything of a patient says where it comes from."""
    sources = ask(bundled, "cohort/sources", Selection(bundled.fingerprint))
    stated = set(zip(sources["table"], sources["column"], strict=True))
    for table in ("patients", "endpoints", "responses", "milestones", "adverse_events", "measurements"):
        rows = read(table)
        for column in rows.columns:
            if column not in ("patient_id", "endpoint") and rows[column].notna().any():
                assert (table, column) in stated, (table, column)
    assert set(sources["source"]) == {"reported", "derived", "reconstructed", "assumed", "simulated"}


def test_only_patient_7s_times_are_reported(bundled):
    sources = ask(bundled, "cohort/sources", Selection(bundled.fingerprint))
    months = sources[(sources["table"] == "endpoints") & (sources["column"] == "months")]
    assert dict(zip(months["patient_id"], months["source"], strict=True)) == {
        str(patient): "reported" if patient == 7 else "reconstructed" for patient in rec.PATIENTS
    }
