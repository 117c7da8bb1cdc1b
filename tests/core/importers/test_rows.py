"""Whose a row is, and which are a table's: names written otherwise or not at all, tables below, columns as patients."""

import pytest

from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.questions import questions_of
from tests.core.importers.test_shapes import answered, brought, endpoints

PATIENTS = "ID,Age,OS months,OS status\n"


def patients(found, mapping=None) -> list[str]:
    return [row[0] for row in applied(found.tables, mapping or found.mapping).tables["patients"]]


def sums_hold(found, mapping=None) -> bool:
    made = applied(found.tables, mapping or found.mapping)
    return all(one.rows == one.used + one.listed for one in made.sums)


def test_names_that_are_alike_are_asked_about_and_told_until_then():
    found = brought(sheet=PATIENTS + "1,60,5,1\n01,61,6,0\nP2,62,7,1\np2 ,63,8,0\n3,64,9,1\n")
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("alike")]
    assert question.answer == ""
    assert "1 in row 2 and 01 in row 3" in question.words
    assert patients(found) == ["1", "01", "P2", "p2", "3"]
    told = [(p.row, p.effect) for p in applied(found.tables, found.mapping).problems]
    assert told == [(3, "a patient of its own"), (5, "a patient of its own")]
    apart = question.answers["Different patients"]
    assert (patients(found, apart), applied(found.tables, apart).problems) == (["1", "01", "P2", "p2", "3"], ())
    one = question.answers["One patient"]
    assert patients(found, one) == ["1", "P2", "3"]
    assert [q.answer for q in questions_of(found.tables, one) if q.key.startswith("alike")] == ["One patient"]
    assert any(q.key.startswith("rows") and q.answer == "" for q in questions_of(found.tables, one))
    assert sums_hold(found, one)
    assert sums_hold(found, apart)


EVENTS = "ID,Term,Grade,Start\nA,Anaemia,2,1\n,Fever,3,4\nB,Fever,1,2\n,CMV,2,9\n,Anaemia,3,3\n"


def test_rows_below_a_name_are_asked_about_and_left_out_until_then():
    found = brought(patients=PATIENTS + "A,60,5,1\nB,61,6,0\n", toxicity=EVENTS)
    assert [sheet.holds for sheet in found.mapping.sheets] == [m.PATIENTS, m.EVENTS]
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("names")]
    assert (question.answer, question.evidence) == ("", "3 rows stand below one that names its patient")
    assert len(applied(found.tables, found.mapping).tables["adverse_events"]) == 2
    assert sums_hold(found)
    events = applied(found.tables, question.answers["The patient above"]).tables["adverse_events"]
    assert [(row[0], row[1]) for row in events] == [
        ("A", "Anaemia"), ("A", "Fever"), ("B", "Fever"), ("B", "CMV reactivation"), ("B", "Anaemia"),
    ]  # fmt: skip
    nobody = question.answers["Leave them out"]
    assert [q.answer for q in questions_of(found.tables, nobody) if q.key.startswith("names")] == ["Leave them out"]


def test_a_table_below_another_is_read_apart_and_its_cells_stand_where_they_stand():
    below = "\n\nID,Term,Grade,Start\nA,Fever,2,1\nB,Fever,ten,4\n"
    found = brought(sheet=PATIENTS + "A,60,5,1\nB,61,6,0\nC,62,7,1\n" + below)
    assert [sheet.sheet for sheet in found.mapping.sheets] == ["sheet.csv", "sheet.csv, from row 7"]
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["A", "B", "C"]
    assert [row[:2] for row in made.tables["adverse_events"]] == [("A", "Fever")]
    [problem] = made.problems
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("sheet.csv", 9, "C", "ten")
    mended = m.Correction("sheet.csv", 9, "C", "3")
    again = applied(found.tables, m.replace(found.mapping, corrections=(mended,)))
    assert [row[4] for row in again.tables["adverse_events"]] == ["2", "3"]
    assert sums_hold(found)


def test_patients_after_a_blank_row_are_no_table():
    found = brought(sheet=PATIENTS + "A,60,5,1\nB,61,6,0\n\nC,screen failure,not infused,\nD,62,7,1\n")
    assert patients(found) == ["A", "B", "C", "D"]


TURNED = (
    "Patient,P1,P2,P3,P4\nAge,60,61,62,63\nSex,m,f,f,m\nInfusion date,2022-01-01,2022-02-01,2022-03-01,2022-04-01\n"
    "Progression date,2022-07-01,,,\nLast contact,2023-01-01,2023-01-01,2023-01-01,soon\n"
    "Dead,no,no,no,no\nCRS grade,1,2,0,3\n"
)


def test_a_column_a_patient_is_turned_and_says_so():
    found = brought(sheet=TURNED)
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["P1", "P2", "P3", "P4"]
    assert {(p, name, status) for p, name, _, status in endpoints(found, found.mapping)} == {
        ("P1", "PFS", "1"), ("P1", "OS", "0"), ("P2", "PFS", "0"), ("P2", "OS", "0"),
        ("P3", "PFS", "0"), ("P3", "OS", "0"),
    }  # fmt: skip
    assert [(p.sheet, f"{p.column}{p.row}", p.value) for p in made.problems] == [("sheet.csv", "E6", "soon")]
    assert found.remarks == ["sheet.csv has a column a patient: it was turned."]
    assert sums_hold(found)


@pytest.mark.parametrize("text", ["ID,Age\nA,60\nB,61\n", "Age,Sex,EMD\n60,m,yes\n61,f,no\n62,f,no\n"])
def test_an_ordinary_sheet_is_not_turned(text):
    assert brought(sheet=text).remarks == []


FERRITIN = "ID;Ferritin;Age\n"


def _ferritin(found, mapping):
    made = applied(found.tables, mapping)
    place = made.columns["patients"].index("ferritin")
    return [row[place] for row in made.tables["patients"]]


def test_what_a_point_before_three_digits_is_follows_the_size_of_the_others_or_is_asked():
    by_size = brought(sheet=FERRITIN + "A;500;60\nB;800;61\nC;1.200;62\nD;640;63\n")
    assert _ferritin(by_size, by_size.mapping) == ["500", "800", "1200", "640"]
    [question] = [q for q in questions_of(by_size.tables, by_size.mapping) if q.key.startswith("decimals")]
    assert (question.answer, question.by_file, question.words) == ("1200", True, "1.200 in Ferritin: 1.2 or 1200?")
    asked = brought(sheet=FERRITIN + "A;2;60\nB;800;61\nC;1.200;62\nD;640;63\n")
    assert _ferritin(asked, asked.mapping) == ["2", "800", None, "640"]
    assert _ferritin(asked, answered(asked, decimals="1.2")) == ["2", "800", "1.2", "640"]
    assert _ferritin(asked, answered(asked, decimals="1200")) == ["2", "800", "1200", "640"]
    proved = brought(sheet="ID;Ferritin;LDH\nA;5;200,5\nB;800;310,25\nC;1.200;150\n")
    assert _ferritin(proved, proved.mapping) == ["5", "800", "1200"]


@pytest.mark.parametrize(
    ("heading", "statuses"),
    [
        ("OS status (0=dead)", ["1", "0"]), ("OS status (1=dead)", ["0", "1"]), ("OS status (0=alive)", ["0", "1"]),
        ("OS status (0=event)", ["1", "0"]), ("Alive (1=yes)", ["1", "0"]), ("Alive (1=yes, 0=no)", ["1", "0"]),
        ("OS censored (1=yes)", ["1", "0"]), ("OS censored (1=yes, 0=no)", ["1", "0"]),
    ],
)  # fmt: skip
def test_a_code_that_a_heading_tells_is_heard_and_the_other_is_its_opposite(heading, statuses):
    found = brought(sheet=f"ID,OS months,{heading.replace(', ', '; ')}\nA,10,0\nB,20,1\n")
    assert [row[3] for row in endpoints(found, found.mapping)] == statuses


@pytest.mark.parametrize("heading", ["MRD (1=neg)", "MRD negative (1=yes)", "MRD negative (1=yes; 0=no)"])
def test_codes_of_mrd_in_a_heading(heading):
    [choice] = [
        c for c in brought(sheet=f"ID,Age,{heading}\nA,60,0\nB,61,1\n").mapping.sheets[0].columns if c.role == m.MRD
    ]
    assert dict(choice.levels) == {"0": "positive", "1": "negative"}


def test_rows_that_are_the_same_but_for_a_name_above_them_are_of_two_patients():
    found = brought(
        patients=PATIENTS + "A,60,5,1\nB,61,6,0\n",
        toxicity="ID,Term,Grade,Start\nA,CMV,2,1\n,ICANS,1,3\nB,Fever,1,2\n,ICANS,1,3\n",
    )
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("names")]
    made = applied(found.tables, question.answers["The patient above"])
    assert {row[0] for row in made.tables["adverse_events"] if row[1] == "ICANS"} == {"A", "B"}
    assert made.problems == ()
    [blank] = [p for p in applied(found.tables, found.mapping).problems if not p.patient]
    assert blank.effect == "2 rows left out"


def test_a_table_with_a_title_below_another_is_read_apart():
    below = "\n\nAdverse events,,,\nID,Term,Grade,Start\nA,Fever,2,1\nB,Fever,1,4\n"
    found = brought(sheet=PATIENTS + "A,60,5,1\nB,61,6,0\nC,62,7,1\n3 patients,,,\n" + below)
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["A", "B", "C"]
    assert [row[:2] for row in made.tables["adverse_events"]] == [("A", "Fever"), ("B", "Fever")]
    assert sums_hold(found)


@pytest.mark.parametrize("corner", ["", "Variable", "Parameter"])
def test_a_turned_sheet_needs_no_patient_in_its_corner(corner):
    found = brought(sheet=TURNED.replace("Patient,", f"{corner},", 1))
    assert patients(found) == ["P1", "P2", "P3", "P4"]


EVENTS_OF_A_STUDY = (
    "record_id,redcap_event_name,age,infusion_date,last_contact,death_date,pd_date\n1,baseline,60,2022-01-01,,,\n"
    "1,followup,,,2023-01-01,,\n2,baseline,61,2022-01-01,,,\n2,followup,{},,2022-09-01,2022-09-01,2022-07-01\n"
)


def test_rows_of_a_patient_that_complete_each_other_are_taken_together():
    found = brought(sheet=EVENTS_OF_A_STUDY.format(""))
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("rows")]
    assert (question.answer, question.by_file) == ("Both together", True)
    assert {(row[0], row[1], row[3]) for row in endpoints(found, found.mapping)} == {
        ("1", "OS", "0"), ("1", "PFS", "0"), ("2", "OS", "1"), ("2", "PFS", "1"),
    }  # fmt: skip
    made = applied(found.tables, found.mapping)
    assert (made.problems, [(one.rows, one.used) for one in made.sums]) == ((), [(4, 4)])


def test_rows_of_a_patient_that_contradict_each_other_are_asked_about_and_told_where_taken_together():
    found = brought(sheet=EVENTS_OF_A_STUDY.format("67"))
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("rows")]
    assert question.answer == ""
    together = question.answers["Both together"]
    told = [(p.column, p.row, p.value, p.expected) for p in applied(found.tables, together).problems]
    assert told == [("C", 5, "67", "61, as in row 4")]
    assert len(endpoints(found, together)) == 4


def test_tables_beside_each_other_are_read_apart_and_their_cells_stand_where_they_stand():
    found = brought(
        side="ID,Age,OS months,OS status,,ID,Adverse event,Grade\nA,60,5,1,,A,Fever,2\nB,61,6,0,,A,CMV,ten\n"
        "C,62,7,0,,B,Fever,3\nD,63,8,1,,,,\n"
    )
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["A", "B", "C", "D"]
    assert [row[:2] for row in made.tables["adverse_events"]] == [("A", "Fever"), ("B", "Fever")]
    assert [(p.sheet, f"{p.column}{p.row}", p.value) for p in made.problems] == [("side.csv", "H3", "ten")]
    assert sums_hold(found)


def test_a_title_over_a_repeated_header_is_no_patient():
    text = "Patients of 2023,,,\n" + PATIENTS + "A,60,5,1\nB,61,6,0\nPatients of 2024,,,\n" + PATIENTS + "C,62,7,1\n"
    assert patients(brought(sheet=text)) == ["A", "B", "C"]


def test_two_infusions_of_one_patient_are_named_where_it_is_asked_which_row_counts():
    rows = "P2,2023-01-13,2024-02-12\nP2,2023-06-13,2024-12-12\nP3,2023-01-13,2024-02-12\n"
    found = brought(sheet="ID,Infusion date,Last contact\n" + rows)
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("rows")]
    assert question.evidence == "they differ in 2 cells, the day of infusion among them: a second infusion?"


@pytest.mark.parametrize("name", ["P1", "Anna"])
def test_a_row_of_another_infusion_can_be_a_second_infusion(name):
    found = brought(
        sheet="ID,Infusion date,Progression date,Last contact,Death\n"
        f"{name},2022-01-05,2022-06-05,2023-01-05,\nB2,2022-02-05,,2024-01-05,\n{name},2022-07-05,,2023-01-05,\n"
    )
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("rows")]
    assert "a second infusion?" in question.evidence
    again = question.answers["A second infusion"]
    assert [q.answer for q in questions_of(found.tables, again) if q.key.startswith("rows")] == ["A second infusion"]
    made = applied(found.tables, again)
    assert [row[0] for row in made.tables["patients"]] == [name, "B2"]
    assert [(row[0], round(float(row[1]), 2), row[2]) for row in made.tables["milestones"]] == [
        (name, 5.95, "second infusion")
    ]
    told = {(row[0], row[1]): (round(float(row[2]), 2), int(row[3])) for row in made.tables["endpoints"]}
    assert told[name, "PFS"] == (4.96, 1), "of the first infusion"
    assert told[name, "OS"] == (11.99, 0)
    assert sums_hold(found, again)
