"""Opening a cohort: what loads, what is refused and how it is named, and that the door is shut behind it."""

import threading
from pathlib import Path

import duckdb
import pytest

from core.cohort.database import QuestionError, open_cohort, write_database
from core.cohort.problems import CohortError
from core.cohort.schema import TAKEN_NAMES
from pages.shared import choices
from tests.conftest import BUNDLED

VARIABLES = """name,label,kind,unit,levels,section,default_cut,known_at
emd,EMD,category,,None|EM-B,first,,
prior_asct,Prior ASCT,flag,,,first,,
dose,Dose,number,cells,,more,1.5,
"""
PATIENTS = "patient_id,emd,prior_asct,dose\nA,None,Yes,1.5\nB,EM-B,No,\nC,,Yes,2\n"
ENDPOINTS = "patient_id,endpoint,months,status,cause\nA,PFS,3,1,progression\nB,PFS,5.5,0,\n"


def problems(folder: Path) -> list[str]:
    with pytest.raises(CohortError) as error:
        open_cohort(folder)
    return [str(problem) for problem in error.value.problems]


def test_a_folder_of_csv_opens(cohort_folder):
    database = open_cohort(cohort_folder(variables=VARIABLES, patients=PATIENTS, endpoints=ENDPOINTS))
    rows = database.ask("select patient_id, emd::varchar as emd, dose from patients order by patient_id")
    assert rows["patient_id"].tolist() == ["A", "B", "C"]
    assert rows["emd"].tolist()[:2] == ["None", "EM-B"], "the text None is a level, not a missing value"
    assert rows["emd"].isna().tolist() == [False, False, True]
    assert rows["dose"].isna().tolist() == [False, True, False]
    assert database.ask("select count(*) as n from responses")["n"].item() == 0, "an absent table is empty"
    assert database.about["data_cutoff"] == "2025-01-31"
    assert database.variables[1].levels == ("No", "Yes")


def test_parquet_and_csv_open_alike(cohort_folder, tmp_path):
    folder = cohort_folder(variables=VARIABLES, patients=PATIENTS, endpoints=ENDPOINTS)
    expected = open_cohort(folder).ask("from patients order by patient_id")
    duckdb.sql(f"copy (from read_csv('{folder}/patients.csv')) to '{folder}/patients.parquet'")
    (folder / "patients.csv").unlink()
    assert open_cohort(folder).ask("from patients order by patient_id").equals(expected)


def test_a_duckdb_file_opens_as_its_folder(tmp_path):
    file = tmp_path / "cohort.duckdb"
    write_database(BUNDLED, file)
    one, other = open_cohort(BUNDLED), open_cohort(file)
    for table in ("patients", "endpoints", "responses", "adverse_events", "provenance", "claims"):
        assert one.ask(f"from {table}").equals(other.ask(f"from {table}")), table
    assert one.variables == other.variables
    assert one.about == other.about
    with pytest.raises(FileExistsError, match="exists already"):
        write_database(BUNDLED, file)


def test_the_fingerprint_follows_the_content(cohort_folder):
    folder = cohort_folder(variables=VARIABLES, patients=PATIENTS)
    before = open_cohort(folder).fingerprint
    assert open_cohort(folder).fingerprint == before
    (folder / "patients.csv").write_text(PATIENTS.replace("1.5", "1.6"))
    assert open_cohort(folder).fingerprint != before


@pytest.mark.parametrize(
    ("table", "text", "expected"),
    [
        (
            "patients",
            "patient_id,emd,prior_asct,dose\nA,None,Yes,abc\n",
            "patients.csv, row 2, column dose: the value must be a number, with a point for decimals. Found 'abc'.",
        ),
        (
            "patients",
            "patient_id,emd,prior_asct,dose\nA,None,Yes,1\nB,Soft,No,2\n",
            "patients.csv, row 3, column emd: the value must be one of None, EM-B. Found 'Soft'.",
        ),
        (
            "patients",
            "patient_id,emd,prior_asct,dose\nA,None,Yes,1\nA,None,No,2\n",
            "patients.csv, row 3, column patient_id: patient_id must not be repeated; it stands in an earlier row."
            " Found 'A'.",
        ),
        (
            "patients",
            "patient_id,emd,prior_asct,dose\n,None,Yes,1\n",
            "patients.csv, row 2, column patient_id: this cell must not be empty.",
        ),
        (
            "patients",
            "patient_id,emd,prior_asct,dose,age\nA,None,Yes,1,50\n",
            "patients.csv, column age: this column is not described in variables: add a row for it there, or"
            " remove it.",
        ),
        (
            "patients",
            "patient_id,emd,dose\nA,None,1\n",
            "patients.csv, column prior_asct: this column is needed and was not found among patient_id, emd, dose.",
        ),
        (
            "patients",
            "patient_id,emd,prior_asct,dose\nA,None,Yes,inf\n",
            "patients.csv, row 2, column dose: the value must be a number, with a point for decimals. Found 'inf'.",
        ),
        (
            "endpoints",
            "patient_id,endpoint,months,status,cause\nA,PFS,-1,1,\n",
            "endpoints.csv, row 2, column months: the value must be from 0 to 1,200; is it another unit or a date?"
            " Found '-1'.",
        ),
        (
            "endpoints",
            "patient_id,endpoint,months,status,cause\nA,PFS,1,3,\n",
            "endpoints.csv, row 2, column status: the value must be 0 (censored), 1 (event) or 2 (competing event)."
            " Found '3'.",
        ),
        (
            "endpoints",
            "patient_id,endpoint,months,status,cause\nZ,PFS,1,0,\n",
            "endpoints.csv, row 2, column patient_id: this patient is not in patients. Found 'Z'.",
        ),
        (
            "responses",
            "patient_id,month,response,mrd,mrd_threshold\nA,1,great,,\n",
            "responses.csv, row 2, column response: the value must be one of sCR, CR, VGPR, PR, MR, SD, PD."
            " Found 'great'.",
        ),
        (
            "adverse_events",
            "patient_id,term,category,grade_min,grade_max,grading,onset_day,end_day\nA,Fever,,3,2,,,\n",
            "adverse_events.csv, row 2, column grade_min: grade_min must not be above grade_max. Found '3'.",
        ),
        (
            "cohort",
            "name,kind,citation,licence,data_cutoff,time_origin,description\nX,yours,,,31.12.2024,,\n",
            "cohort.csv, row 2, column data_cutoff: the value must be a date from 1900 on, written as 2025-02-28."
            " Found '31.12.2024'.",
        ),
        (
            "variables",
            "name,label,kind,unit,levels,section,default_cut,known_at\nemd,EMD,category,,,first,,\n",
            "variables.csv, row 2, column levels: a category needs its levels, separated by |.",
        ),
        (
            "variables",
            "name,label,kind,unit,levels,section,default_cut,known_at\ngroup,Group,number,,,first,,\n",
            "variables.csv, row 2, column name: this name is taken by the app; choose another. Found 'group'.",
        ),
        (
            "variables",
            "name,label,kind,unit,levels,section,default_cut,known_at\nx,X,flag,,,more,,someday\n",
            "variables.csv, row 2, column known_at: the value must be empty, undated, month N, responses.mrd, "
            "responses.response, responses.responder or adverse_events.TERM. Found 'someday'.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_row_column_and_value(cohort_folder, table, text, expected):
    tables = {"variables": VARIABLES, "patients": PATIENTS} | {table: text}
    assert expected in problems(cohort_folder(**tables))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Cut,Cut,number,,,more,,", "column name: this name is taken by the app; choose another. Found 'Cut'."),
        ("x,X,flag,,0|1,more,,", "column levels: a flag's levels are No|Yes. Found '0|1'."),
        ("x,X,category,,a|missing,more,,", "column levels: Missing is what an empty cell is called"),
        ("x,X,number,,,more,,responses.mrd", "column kind: responses.mrd needs a flag. Found 'number'."),
        ("x,X,flag,,,more,,responses.response", "column kind: responses.response needs a category. Found 'flag'."),
        ("x,X,category,,a|a,more,,", "column levels: a level is named twice. Found 'a|a'."),
    ],
)
def test_a_variable_that_the_app_could_not_use_is_refused(cohort_folder, row, expected):
    header = "name,label,kind,unit,levels,section,default_cut,known_at"
    found = problems(cohort_folder(variables=f"{header}\n{row}\n", patients="patient_id\n1\n"))
    assert any(expected in problem for problem in found), found


def test_a_cohort_needs_a_patient(cohort_folder):
    found = problems(cohort_folder(variables=VARIABLES, patients="patient_id,emd,prior_asct,dose\n"))
    assert found == ["patients.csv: this table has no patient; it needs at least one."]


def test_the_words_of_links_cannot_be_variables():
    assert set(choices.CHOICES) | {"by", "cut", "split"} <= set(TAKEN_NAMES)


def test_every_problem_is_named_at_once(cohort_folder):
    bad = "patient_id,emd,prior_asct,dose\nA,Soft,Perhaps,abc\nA,None,Yes,1\n"
    assert len(problems(cohort_folder(variables=VARIABLES, patients=bad))) >= 3


def test_missing_tables_and_folders_are_named(tmp_path, cohort_folder):
    assert problems(tmp_path / "nowhere") == [
        "nowhere: there is no such folder or .duckdb file, or it may not be read."
    ]
    assert problems(cohort_folder(variables=VARIABLES)) == ["patients.csv: this table is needed and was not found."]


def test_a_file_that_is_no_database_is_refused(tmp_path):
    file = tmp_path / "cohort.duckdb"
    file.write_text("not a database")
    assert problems(file)[0].startswith("cohort.duckdb: this file cannot be read as a DuckDB database")


@pytest.mark.parametrize(
    "sql",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/hostname')",
        "attach '/tmp/other.duckdb'",
        "copy patients to '/tmp/patients.csv'",
        "install httpfs",
        "set threads = 8",
        "set enable_external_access = true",
        "from cohort_folder",
    ],
)
def test_the_door_is_shut(bundled, sql, cohort_folder):
    with pytest.raises(QuestionError) as error:
        bundled.ask(sql)
    assert "/" not in str(error.value), "an error says nothing of files, questions or values"


def test_two_cohorts_do_not_see_each_other(bundled, cohort_folder):
    other = open_cohort(cohort_folder(variables=VARIABLES, patients=PATIENTS))
    assert other.ask("select count(*) as n from patients")["n"].item() == 3
    assert bundled.ask("select count(*) as n from patients")["n"].item() == 11


def test_threads_asking_at_once_get_their_own_answers(bundled):
    wrong = []

    def ask_often(number: int) -> None:
        for _ in range(40):
            if bundled.ask("select $number as n, count(*) as patients from patients", {"number": number}).iloc[
                0
            ].tolist() != [number, 11]:
                wrong.append(number)

    threads = [threading.Thread(target=ask_often, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_damaged_file_is_named_and_its_values_are_not(cohort_folder):
    folder = cohort_folder(variables=VARIABLES, patients=PATIENTS)
    many = "range(200000) as numbers(number)"
    duckdb.sql(f"copy (select number::varchar as patient_id, 'None' as emd from {many}) to '{folder}/patients.parquet'")
    (folder / "patients.csv").unlink()
    content = bytearray((folder / "patients.parquet").read_bytes())
    content[1000:60_000] = bytes(59_000)
    (folder / "patients.parquet").write_bytes(bytes(content))
    [problem] = problems(folder)
    assert problem.startswith("cohort: it cannot be read to its end (")


def test_views_and_other_files_beside_a_cohort_do_no_harm(cohort_folder, tmp_path):
    folder = cohort_folder(variables=VARIABLES, patients=PATIENTS)
    (folder / ".#patients.csv").symlink_to("nowhere")
    open_cohort(folder)
    file = tmp_path / "source.duckdb"
    write_database(folder, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create view raw_patients as from patients")
    assert open_cohort(file).ask("select count(*) as n from patients")["n"].item() == 3
    write_database(file, tmp_path / "again.duckdb")


def test_a_question_may_not_take_for_ever_and_opening_may(bundled):
    assert bundled.ask("select current_setting('max_execution_time') as most")["most"].item() == 20_000
