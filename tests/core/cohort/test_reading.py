"""Files are read whole, or refused with row and cause."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from core.cohort.database import open_cohort, write_database
from core.cohort.files import MOST_FILES
from core.cohort.problems import CohortError
from core.cohort.reading import LONGEST_CELL
from tests.conftest import BUNDLED, COHORT_CSV

VARIABLES = "name,label,kind,levels,section,known_at\nrisk,Risk,category,low|high,first,\nage,Age,number,,first,\n"
PATIENTS = "patient_id,risk,age\nA,low,50\nB,high,60\nC,low,61\n"


@pytest.fixture
def folder(tmp_path):
    """A function that writes a cohort of bytes or texts, a file a name, and returns its folder."""

    def write(**files: str | bytes) -> Path:
        place = tmp_path / "cohort"
        place.mkdir(exist_ok=True)
        for name, content in ({"cohort": COHORT_CSV, "variables": VARIABLES, "patients": PATIENTS} | files).items():
            (place / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    return write


def refused(path: Path) -> list[str]:
    with pytest.raises(CohortError) as error:
        open_cohort(path)
    return [str(problem) for problem in error.value.problems]


def ids(path: Path) -> list[str]:
    return open_cohort(path).ask('select patient_id from patients order by "patient: number"')["patient_id"].tolist()


def told(path: Path) -> str:
    return "\n".join(check.words for check in open_cohort(path).checks)


# -- rows ------------------------------------------------------------------------------------------


def test_an_id_that_begins_with_a_hash_is_an_id(folder):
    assert ids(folder(patients=PATIENTS.replace("A,", "#7,"))) == ["#7", "B", "C"]
    assert ids(folder(patients="patient_id,risk,age\n" + "".join(f"#{n},low,5{n}\n" for n in range(9)))) == [
        f"#{n}" for n in range(9)
    ]


@pytest.mark.parametrize(
    ("rows", "row", "cause"),
    [
        ("A,low,50\nB,high\n", 3, "too few cells"),
        ("A,low,50\nB,high,60,x\n", 3, "too many cells"),
        ("A,low,50\nB,high,,\n", 3, "too many cells"),
        ("A,low,50\n\n\nB,high\n", 5, "too few cells"),
        ("A,low,50\npatient_id,risk,age\nB,high,60\n", 3, "a header stands here again"),
        ('A,low,50\n"B,high,60\nC,low,61\n', 3, "a quote of this row is not closed"),
        ('A,low,50\nB,"hi"gh,60\n', 3, "a quote of this row is not closed"),
        ('"A\nB,high,60\n",low,50\n', 2, "a cell of this row holds whole rows"),
        (f"A,low,50\n{'x' * (LONGEST_CELL + 1)},low,50\n", 3, "a cell of this row is too long"),
        ("A,low,50\nB\x00,high,60\n", 3, "a control character, which is no text"),
        ("A,low,50\n\nB,hihg,60\n", 4, "the value must be one of low, high. Found 'hihg'"),
    ],
)
def test_what_keeps_a_file_from_being_read_is_named_with_its_row(folder, rows, row, cause):
    [problem] = refused(folder(patients=f"patient_id,risk,age\n{rows}"))
    assert problem.startswith(f"patients.csv, row {row}")
    assert cause in problem


def test_rows_of_one_fault_are_one_message(folder):
    [problem] = refused(folder(patients="patient_id,risk,age\n" + "A,low\n" * 25))
    assert problem.startswith("patients.csv, rows 2, 3, 4,")
    assert "and 5 more: this row has too few cells: 3 are needed" in problem


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_blank_rows_and_trailing_separators_are_read(folder, end):
    lines = ["patient_id,risk,age,,", "", "A,low,50,,", " , ,,,", "B,high,60,,", "C,low,61,,", "", ""]
    assert ids(folder(patients=end.join(lines))) == ["A", "B", "C"]


def test_mixed_line_ends_are_read(folder):
    assert ids(folder(patients="patient_id,risk,age\r\nA,low,50\nB,high,60\rC,low,61")) == ["A", "B", "C"]


def test_a_line_above_the_header_is_told_and_rows_are_counted_from_the_top(folder):
    assert "patients.csv: 1 row above its header, not read." in told(folder(patients=f"Export of May\n{PATIENTS}"))
    [problem] = refused(folder(patients=f"Export of May\n{PATIENTS.replace('high', 'hihg')}"))
    assert problem.startswith("patients.csv, row 4, column risk")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_those_of_the_header(folder, separator):
    assert ids(folder(patients=PATIENTS.replace(",", separator))) == ["A", "B", "C"]


def test_decimal_commas_are_one_message(folder):
    [problem] = refused(folder(patients="patient_id;risk;age\nA;low;50,5\nB;high;60,1\n"))
    assert problem == (
        "patients.csv, rows 2 and 3, column age: the value must be a number, with a point for decimals."
        " Found '50,5', '60,1'."
    )


def test_a_quoted_separator_line_break_and_quote_are_a_cells_own(folder):
    place = folder(patients='patient_id,risk,age\n"A, the ""first""",low,50\n"B\nsecond",high,60\n')
    assert ids(place) == ['A, the "first"', "B\nsecond"]


# -- letters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_tried_in_their_order(folder, encoding):
    place = folder(patients=PATIENTS.replace("A,", "José,").encode(encoding))
    assert ids(place)[0] == "José"
    assert ("was read as Windows-1252" in told(place)) == (encoding == "cp1252")


def test_a_broken_letter_in_utf_8_is_named_and_not_taken_for_another_encoding(folder):
    content = PATIENTS.replace("A,", "José,").replace("B,", "Zoë,").encode()
    [problem] = refused(folder(patients=content.replace("ë".encode(), b"\xc3")))
    assert problem == "patients.csv, row 3: this row has a letter that is not UTF-8; save the file as CSV UTF-8."


def test_blanks_of_any_kind_around_a_cell_are_none_of_it(folder):
    assert ids(folder(patients="patient_id,risk,age\n\u00a0A \t,low, 50\n")) == ["A"]


# -- columns ---------------------------------------------------------------------------------------


def test_names_of_columns_are_known_whatever_their_capitals(folder):
    place = folder(patients=PATIENTS.replace("patient_id,risk,age", " Patient_ID,RISK,Age "))
    assert ids(place) == ["A", "B", "C"]


def test_two_columns_of_one_name_are_refused(folder):
    place = folder(patients="patient_id,risk,age,AGE\nA,low,50,51\n")
    assert refused(place) == [
        "patients.csv, column AGE: two columns have this name; rename or remove one.",
        "patients.csv, column age: two columns have this name; rename or remove one.",
    ]


def test_a_fault_of_the_dictionary_is_not_repeated_for_every_column_of_the_patients(folder):
    [problem] = refused(folder(variables=VARIABLES.replace("number", "numeric")))
    assert problem.startswith("variables.csv, row 3, column kind")


def test_an_empty_file_says_what_it_needs(folder):
    assert refused(folder(patients="")) == ["patients.csv: this file is empty; it needs a header with patient_id."]
    assert "no header was found" in refused(folder(patients="1,2,3\n4,5,6\n"))[0]


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["20250228", "1e9", "1e300", "-1", "nan", "inf", "1_000", "0x10", "1,5", "١٢", "five"]
)
def test_months_that_nobody_lives_are_refused(folder, value):
    [problem] = refused(folder(endpoints=f'patient_id,endpoint,months,status\nA,OS,"{value}",1\n'))
    assert problem.startswith("endpoints.csv, row 2, column months")


@pytest.mark.parametrize("value", ["1e300", "-1e13", "1e-300"])
def test_numbers_that_no_unit_makes_are_refused(folder, value):
    [problem] = refused(folder(patients=PATIENTS.replace("50", value)))
    assert "is it another unit" in problem


@pytest.mark.parametrize("value", ["12025-01-01", "infinity", "epoch", "28.02.2025", "2025-02-30", "0001-01-01"])
def test_a_cutoff_that_is_no_date_is_refused(folder, value):
    cohort = f"name,kind,data_cutoff\nX,yours,{value}\n"
    assert refused(folder(cohort=cohort))[0].startswith("cohort.csv, row 2, column data_cutoff")


def test_a_whole_number_may_be_written_with_decimals(folder):
    events = "patient_id,term,grade_min,grade_max\nA,Fever,3.0,3\n"
    place = folder(endpoints="patient_id,endpoint,months,status\nA,OS,1,1.0\n", adverse_events=events)
    assert open_cohort(place).ask("select status from endpoints")["status"].tolist() == [1]
    assert "Fever" not in told(place)


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Endpoints.csv", "endpoints.CSV", "ENDPOINTS.csv"])
def test_a_tables_file_is_known_whatever_its_capitals(folder, name):
    place = folder()
    (place / name).write_text("patient_id,endpoint,months,status\nA,OS,1,1\n")
    assert open_cohort(place).ask("select count(*) as n from endpoints")["n"].item() == 1


@pytest.mark.parametrize(
    "name", ["endpoint.csv", "endpoints.tsv", "endpoints.txt", "end_points.csv", "endpoints (1).csv", "Endpoints.xlsx"]
)
def test_a_file_that_is_almost_a_table_is_refused(folder, name):
    place = folder()
    (place / name).write_text("patient_id,endpoint,months,status\nA,OS,1,1\n")
    assert refused(place) == [f"{name}: save this file as endpoints.csv, or remove it: it would not be read."]


def test_any_other_file_is_told(folder):
    place = folder()
    (place / "laboratory 2024.csv").write_text("x\n")
    assert "laboratory 2024.csv is not one of the tables of a cohort and was not read." in told(place)


def test_two_files_of_one_table_are_refused(folder):
    place = folder()
    duckdb.sql(f"copy (select 'A' as patient_id) to '{place}/patients.parquet'")
    assert refused(place) == ["patients.parquet: this table stands in patients.csv as well; keep one of the two."]


@pytest.mark.parametrize("name", ["cohort [1]", "cohort?", "cohort*", "cutoff=2025-02-28", "O'Brien", "Ä ö"])
def test_the_folders_name_is_only_a_name(tmp_path, name):
    for sibling, patients in ((name, PATIENTS), ("cohort 1", PATIENTS.replace("A,", "OTHER,"))):
        (tmp_path / sibling).mkdir()
        (tmp_path / sibling / "cohort.csv").write_text(COHORT_CSV)
        (tmp_path / sibling / "variables.csv").write_text(VARIABLES)
        (tmp_path / sibling / "patients.csv").write_text(patients)
    assert ids(tmp_path / name) == ["A", "B", "C"]
    rows = "select * from (values ('A', 'low', 50), ('Z', 'high', 60)) as t(patient_id, risk, age)"
    duckdb.sql(f"copy ({rows}) to '{tmp_path}/patients.parquet'")
    (tmp_path / name / "patients.csv").unlink()
    shutil.move(tmp_path / "patients.parquet", tmp_path / name / "patients.parquet")
    assert ids(tmp_path / name) == ["A", "Z"]


def test_a_folder_in_place_of_a_file_an_endless_link_and_a_huge_folder_are_named(folder, tmp_path):
    place = folder()
    (place / "responses.csv").mkdir()
    assert refused(place) == ["responses.csv: this is a folder; a file is needed."]
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (loop, tmp_path / ("x" * 300), tmp_path / "no\x00name"):
        assert "there is no such folder" in refused(path)[0]
    huge = tmp_path / "huge"
    huge.mkdir()
    for number in range(MOST_FILES + 1):
        os.close(os.open(huge / f"{number}", os.O_CREAT))
    assert "holds more than 10,000 files" in refused(huge)[0]


def test_no_message_says_where_the_cohort_lies(folder):
    for problem in refused(folder(patients="patient_id,risk,age\nA,low\n")):
        assert "/" not in problem


def test_a_duckdb_file_may_hold_views_of_its_own_tables_and_of_nothing_else(folder, tmp_path):
    file = tmp_path / "source.duckdb"
    write_database(folder(), file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("drop table endpoints")
        rows = "select patient_id, 'OS' as endpoint, 1 as months, 1 as status from patients"
        connection.execute(f"create view Endpoints as {rows}")
        connection.execute("create table other as select 1 as x")
    database = open_cohort(file)
    assert database.ask("select count(*) as n from endpoints")["n"].item() == 3
    assert "source.duckdb: other is not one of the tables of a cohort and was not read." in told(file)
    outside = tmp_path / "outside.csv"
    outside.write_text("patient_id,month,response\nA,1,CR\n")
    with duckdb.connect(str(file)) as connection:
        connection.execute("drop table responses")
        connection.execute(f"create view responses as from read_csv('{outside}')")
    assert "it cannot be read to its end" in refused(file)[0]


def test_a_duckdb_file_that_is_open_elsewhere_says_so(folder, tmp_path):
    import subprocess
    import sys

    file = tmp_path / "source.duckdb"
    write_database(folder(), file)
    hold = f"import duckdb, sys; c = duckdb.connect({str(file)!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert refused(file) == ["source.duckdb: this file is open in another program; close it there, or give a copy."]
        other.communicate(b"")


def test_typed_files_have_missing_numbers_and_flags_as_they_are(folder):
    rows = "risk,Risk,category,1|2,first\nold,Old,flag,,first\nage,Age,number,,first\n"
    place = folder(variables=f"name,label,kind,levels,section\n{rows}")
    (place / "patients.csv").unlink()
    duckdb.sql(
        "copy (select * from (values (1.0::double, 1.0::float, true, 'nan'::double), (2.0, 2.0, null, 5.2))"
        f" as t(patient_id, risk, old, age)) to '{place}/patients.parquet'"
    )
    rows = open_cohort(place).ask("select patient_id, risk::varchar as risk, old::varchar as old, age from patients")
    assert rows["patient_id"].tolist() == ["1", "2"]
    assert rows["risk"].tolist() == ["1", "2"]
    assert rows["old"].fillna("").tolist() == ["Yes", ""]
    assert rows["age"].fillna(0).tolist() == [0, 5.2]


def test_the_bundled_cohort_has_nothing_to_check():
    assert open_cohort(BUNDLED).checks == ()
