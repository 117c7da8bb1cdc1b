"""Several sheets with one row a patient: what one lacks another tells, and a second cohort joins the first."""

from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.becomes import Index, becomes
from core.importers.mapping import mapping_of, recipe
from core.importers.questions import questions_of
from tests.core.importers.test_shapes import LAST_DAY, brought, endpoints

BASELINE = "ID,Age,Sex,Infusion date\nP1,60,m,2022-01-01\nP2,61,f,2022-02-01\nP3,62,f,2022-03-01\n"
OUTCOME = (
    "ID,Progression date,Date of death,Last contact\n2,,,2023-02-01\n1,2022-07-01,2022-10-01,2022-10-01\n"
    "3,2022-01-01,,2023-03-01\n"
)


def test_dates_of_one_course_may_stand_in_several_sheets():
    found = brought(baseline=BASELINE, outcome=OUTCOME)
    assert {(p, name, status) for p, name, _, status in endpoints(found, found.mapping)} == {
        ("P1", "PFS", "1"), ("P1", "OS", "1"), ("P2", "PFS", "0"), ("P2", "OS", "0"), ("P3", "OS", "0"),
    }  # fmt: skip
    [months] = [row[2] for row in endpoints(found, found.mapping) if row[:2] == ("P1", "OS")]
    assert months == round(273 / 30.4375, 2)
    [problem] = applied(found.tables, found.mapping).problems
    assert (problem.sheet, problem.row, problem.column) == ("outcome.csv", 4, "B")
    assert problem.expected == "on or after the infusion, 2022-03-01"


def test_who_is_missing_in_the_sheet_of_outcomes_is_told_where_the_infusion_stands():
    found = brought(baseline=BASELINE, outcome=OUTCOME.rpartition("3,")[0])
    assert "P3" not in {row[0] for row in endpoints(found, found.mapping)}
    told = [(p.sheet, p.row, p.effect) for p in applied(found.tables, found.mapping).problems]
    assert told == [("baseline.csv", 4, "PFS and OS left out")]


WHOLE = "ID,Age,OS months,OS status,CRS grade\n"
FIRST, SECOND = WHOLE + "A1,60,5,1,1\nA2,61,6,0,0\n", WHOLE + "B1,70,7,1,2\nB2,71,8,0,3\nA2x,72,9,0,1\n"


def test_a_sheet_with_the_same_columns_and_other_names_goes_on_with_the_first():
    found = brought(first=FIRST, second=SECOND)
    made = applied(found.tables, found.mapping)
    assert [row[:2] for row in made.tables["patients"]] == [
        ("A1", "60"), ("A2", "61"), ("B1", "70"), ("B2", "71"), ("A2x", "72"),
    ]  # fmt: skip
    assert len(made.tables["endpoints"]) == 5
    assert [(one.rows, one.used) for one in made.sums] == [(2, 2), (3, 3)]
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("parts")]
    assert (question.answer, question.by_file) == ("Other patients", True)


def test_two_sheets_that_share_names_are_asked_about():
    found = brought(first=WHOLE + "1,60,5,1,1\n2,61,6,0,0\n", second=WHOLE + "1,70,7,1,2\n2,71,8,0,3\n3,72,9,0,1\n")
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("parts")]
    assert (question.answer, list(question.answers)) == ("", ["Other patients", "The same patients"])
    until = applied(found.tables, found.mapping)
    assert [row[:2] for row in until.tables["patients"]] == [("1", "60"), ("2", "61")]
    assert [row[2] for row in endpoints(found, found.mapping)] == [5.0, 6.0]
    assert [(one.rows, one.used, one.listed) for one in until.sums] == [(2, 2, 0), (3, 2, 1)]
    index, second = Index.of(until, found), found.mapping.sheets[1]
    months = next(column for column in second.columns if column.role == m.MONTHS)
    assert becomes(index, second, months).words == "Not used: OS months of first.csv counts"
    others = applied(found.tables, question.answers["Other patients"])
    assert [row[:2] for row in others.tables["patients"]] == [
        ("1", "60"), ("2", "61"), ("second.csv 1", "70"), ("second.csv 2", "71"), ("second.csv 3", "72"),
    ]  # fmt: skip
    assert len(others.tables["endpoints"]) == 5
    kept = mapping_of(recipe(question.answers["Other patients"]), LAST_DAY)
    assert applied(found.tables, kept) == others


def test_of_two_columns_of_one_meaning_the_first_counts_and_the_other_says_so():
    found = brought(sheet="ID,Age,OS months,OS status,OS mo 2\nA,60,5,1,9\nB,61,6,0,8\n")
    sheet = found.mapping.sheets[0]
    again = found.mapping.with_column(sheet.sheet, m.ColumnChoice("OS mo 2", m.MONTHS, "OS", unit="months"))
    assert [row[2] for row in endpoints(found, again)] == [5.0, 6.0]
    told = becomes(Index.of(applied(found.tables, again), found), again.sheets[0], again.sheets[0].columns[-1])
    assert told.words == "Not used: OS months of sheet.csv counts"


BOTH = (
    "ID,Infusion date,Progression date,Date of death,Last contact,OS months,OS status,PFS months,PFS status\n"
    "A,2022-01-01,,2022-07-01,2022-09-01,7,1,9,1\nB,2022-01-01,2022-03-01,,2023-01-01,12,0,2,1\n"
    "C,2022-01-01,soon,,2023-01-01,twelve,0,12,0\n"
)


def test_of_dates_and_times_only_what_counts_has_problems():
    found = brought(sheet=BOTH)
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key == "sources"]
    made = applied(found.tables, question.answers["The dates"])
    told = [(p.column, p.value, p.effect) for p in made.problems]
    assert told == [("C", "soon", "PFS left out"), ("E", "2022-09-01", "PFS and OS left out")]
    assert made.doubled["sheet.csv", "OS months"] == "OS by the dates"
    made = applied(found.tables, question.answers["The columns"])
    told = [(p.column, p.value, p.effect) for p in made.problems]
    assert told == [
        ("C", "soon", "missing; no endpoint rests on it"), ("F", "twelve", "OS left out"),
        ("H", "9", "PFS and OS left out"),
    ]  # fmt: skip
    assert made.doubled == {}
    assert {(row[0], row[1]) for row in made.tables["endpoints"]} == {("B", "OS"), ("B", "PFS"), ("C", "PFS")}


def test_a_death_before_the_last_contact_leaves_out_what_ends_with_it():
    found = brought(sheet="\n".join(line.rpartition(",")[0] for line in BOTH.splitlines()[:3]))
    told = {p.column: p.effect for p in applied(found.tables, found.mapping).problems}
    assert told["E"] == "PFS and OS left out"
    progressed = brought(
        sheet="ID,Infusion date,Progression date,Date of death,Last contact\n"
        "A,2022-01-01,2022-03-01,2022-07-01,2022-09-01\nB,2022-01-01,,,2023-01-01\n"
    )
    assert [p.effect for p in applied(progressed.tables, progressed.mapping).problems] == ["OS left out"]
