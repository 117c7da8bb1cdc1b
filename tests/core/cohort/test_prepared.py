"""What is worked out once when a cohort is opened, against pandas on the same files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cohort.ask import ask
from core.cohort.database import Database, open_cohort
from core.cohort.prepared import BINS
from core.cohort.problems import CohortError
from core.cohort.selection import Comparison, Selection
from core.cohort.simulated import write
from tests.conftest import COHORT_CSV

PATIENTS = 300


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> tuple[Database, Path]:
    folder = tmp_path_factory.mktemp("prepared")
    write(folder, PATIENTS, seed=11)
    return open_cohort(folder), folder


def file(folder: Path, table: str) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{table}.parquet")


def test_endpoints_stand_beside_the_patients_in_the_order_of_their_file(opened):
    database, folder = opened
    beside = database.ask('select * from patients order by "patient: number"')
    assert beside["patient_id"].tolist() == file(folder, "patients")["patient_id"].tolist()
    assert database.ask("select patient_id from patients")["patient_id"].equals(beside["patient_id"])
    for endpoint in ("PFS", "OS"):
        mine = (
            file(folder, "endpoints").query("endpoint == @endpoint").set_index("patient_id").loc[beside["patient_id"]]
        )
        assert beside[f"{endpoint}: months"].tolist() == mine["months"].tolist()
        assert beside[f"{endpoint}: status"].tolist() == mine["status"].tolist()
        ends = database.ask("select * from ends").set_index("ending").loc[beside[f"{endpoint}: ending"]]
        assert set(ends["endpoint"]) == {endpoint}
        assert ends["months"].tolist() == mine["months"].tolist()
        assert ends["status"].tolist() == mine["status"].tolist()


def test_bins_are_equal_over_the_range_and_the_highest_value_is_in_the_last(opened):
    database, folder = opened
    beside, patients = database.ask("select * from patients"), file(folder, "patients")
    for name in ("bcma_percent", "age_years"):
        values = patients[name]
        edges = np.linspace(values.min(), values.max(), BINS + 1)
        expected = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, BINS - 1)
        assert (abs(beside[f"{name}: bin"] - expected) <= np.isclose(values.to_numpy()[:, None], edges).any(1)).all()
        assert set(beside.loc[beside[name] == values.max(), f"{name}: bin"]) == {BINS - 1}


def test_worst_grades_are_the_worst_of_each_term_category_and_of_any(opened):
    database, folder = opened
    numbers = {patient: number for number, patient in enumerate(file(folder, "patients")["patient_id"])}
    events = file(folder, "adverse_events").assign(number=lambda rows: rows["patient_id"].map(numbers))
    found = database.ask(
        """select "patient: number" as number, category, term, grade_min, onset, duration
        from worst_grades join worst_grade_kinds using (kind)"""
    )
    for columns, rows in (
        (["number", "category", "term"], found[found["term"].notna()]),
        (["number", "category"], found[found["term"].isna() & found["category"].notna()]),
        (["number"], found[found["category"].isna()]),
    ):
        expected = events.groupby(columns)["grade_min"].max()
        assert rows.set_index(columns)["grade_min"].sort_index().tolist() == expected.sort_index().tolist()
    terms = found[found["term"].notna()].set_index(["number", "term"]).sort_index()
    mine = events.set_index(["number", "term"]).sort_index()
    assert terms["onset"].tolist() == mine["onset_day"].tolist()
    assert terms["duration"].tolist() == (mine["end_day"] - mine["onset_day"] + 1).tolist()


def test_odd_names_of_endpoints_meet_no_other_column(tmp_path):
    endpoints = "patient_id,endpoint,months,status\n" + "".join(
        f"{patient},{name},{patient},1\n"
        for name in ("followed", "response", "progressed", "patient", "age", 'O\'S "x"', "os")
        for patient in (1, 2)
    )
    texts = {
        "cohort": COHORT_CSV,
        "variables": "name,label,kind,section\nage,Age,number,first\nmonths,Months,number,first\n",
        "patients": "patient_id,age,months\n1,50,7\n2,60,8\n",
        "endpoints": endpoints,
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    beside = open_cohort(tmp_path).ask("select * from patients")
    for name in ("followed", "response", "progressed", "patient", "age", 'O\'S "x"', "OS"):
        assert beside[f"{name}: months"].tolist() == [1, 2]
    assert beside["months"].tolist() == [7, 8]
    (tmp_path / "endpoints.csv").write_text(endpoints + "1,OS,3,1\n", encoding="utf-8")
    with pytest.raises(CohortError, match=r"row 16, column patient_id: patient_id and endpoint must not be repeated"):
        open_cohort(tmp_path)  # os is OS


def test_a_name_has_no_colon(tmp_path):
    texts = {
        "cohort": COHORT_CSV,
        "variables": "name,label,kind,section\nPFS: months,Months,number,first\n",
        "patients": "patient_id,PFS: months\n1,50\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CohortError, match="a name has no colon"):
        open_cohort(tmp_path)


@pytest.mark.parametrize("name", ["best", "affected", "response", "months", "status", "category", "number"])
def test_a_variable_may_be_called_as_a_column_of_the_questions(tmp_path, name):
    texts = {
        "cohort": COHORT_CSV,
        "variables": f"name,label,kind,levels,section\n{name},Named so,category,a|b,first\n",
        "patients": f"patient_id,{name}\n1,a\n2,b\n3,a\n",
        "endpoints": "patient_id,endpoint,months,status\n1,PFS,3,1\n2,PFS,4,0\n3,PFS,5,1\n",
        "responses": "patient_id,month,response\n1,1,PR\n2,1,SD\n",
        "adverse_events": "patient_id,term,grade_min,grade_max\n1,Fever,3,3\n1,Fever,1,1\n2,Fever,1,1\n",
    }
    for table, text in texts.items():
        (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
    database = open_cohort(tmp_path)
    subgroups = (Comparison(name),)
    answered = {
        "overall": ask(database, "subgroups/responses", Selection("x"), subgroups=subgroups),
        "events": ask(database, "subgroups/survival", Selection("x"), subgroups=subgroups, endpoint="PFS"),
        "affected": ask(
            database, "subgroups/adverse_events", Selection("x"), subgroups=subgroups, term="Fever", lowest=3
        ),
    }
    for counted, expected in (("overall", {0: 1, 1: 0}), ("events", {0: 2, 1: 0}), ("affected", {0: 1, 1: 0})):
        rows = answered[counted]
        assert set(rows["variable"]) == {name}
        assert rows.groupby("subgroup")[counted].sum().to_dict() == expected
    selection = Selection("x", (), Comparison(name))
    assert ask(database, "response/best", selection)["patients"].sum() == 3
    assert ask(database, "adverse_events/patients", selection).query("term == 'Fever'")["counted"].sum() == 2
