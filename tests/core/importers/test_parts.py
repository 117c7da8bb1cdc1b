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
    assert made.doubled["sheet.csv", "OS months"].words == "OS by the dates"
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


BASE = "ID,Age,Sex,Infusion date,Date of death\nA,60,m,2022-01-01,2022-09-01\nB,61,f,2022-01-01,\nC,62,f,2022-01-01,\n"


def test_what_is_empty_in_one_sheet_is_filled_by_another_and_what_differs_is_listed():
    later = "ID,Sex,Last contact,Date of death\nA,m,2022-09-01,2022-09-01\nB,m,2023-01-01,2023-01-01\nC,,2023-01-01,\n"
    found = brought(base=BASE, later=later)
    assert {(p, status) for p, name, _, status in endpoints(found, found.mapping) if name == "OS"} == {
        ("A", "1"), ("B", "1"), ("C", "0"),
    }  # fmt: skip
    told = [(p.sheet, p.row, p.value, p.expected) for p in applied(found.tables, found.mapping).problems]
    assert told == [("later.csv", 3, "m", "Female, as in an earlier sheet")]


def test_of_two_follow_ups_the_later_contact_counts_and_of_two_infusions_neither():
    first = "ID,Infusion date,Last contact,Status\nA,2022-01-01,2022-06-01,alive\nB,2022-01-01,2022-06-01,alive\n"
    second = "ID,Infusion date,Last contact,Status\nA,2022-01-01,2023-06-01,alive\nB,2022-01-02,2023-06-01,alive\n"
    found = brought(first=first, second=second)
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("parts")]
    same = question.answers["The same patients"]
    assert [(row[0], row[2]) for row in endpoints(found, same)] == [("A", round(516 / 30.4375, 2))]
    told = [(p.row, p.value, p.expected) for p in applied(found.tables, same).problems]
    assert told == [(3, "2022-01-02", "2022-01-01, as in first.csv")]


def test_a_column_that_stands_in_two_sheets_is_compared():
    found = brought(
        first="ID,Age,Best response,CRS grade\nA,60,PR,1\nB,61,CR,0\n",
        second="ID,Best response,CRS grade\nA,CR,1\nB,CR,2\n",
    )
    made = applied(found.tables, found.mapping)
    told = [(p.sheet, p.row, p.value, p.expected) for p in made.problems]
    assert told == [
        ("second.csv", 2, "CR", "PR, as in Best response of first.csv"),
        ("second.csv", 3, "2", "0, as in CRS grade of first.csv"),
    ]
    assert [row[3:5] for row in made.tables["adverse_events"]] == [("1", "1")]


ALL = "ID,Infusion date,Last follow-up,{}\nA,2022-01-01,2023-01-01,{}\nB,2022-01-01,2023-01-01,{}\n"


def test_where_no_column_says_who_died_nobody_is_alive_until_it_is_said():
    found = brought(sheet=ALL.format("Age", "60", "61"))
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key == "living"]
    assert question.answer == ""
    assert endpoints(found, found.mapping) == []
    alive = question.answers["Everybody is alive"]
    assert {(row[0], row[1], row[3]) for row in endpoints(found, alive)} == {("A", "OS", "0"), ("B", "OS", "0")}
    assert endpoints(found, question.answers["Not known: make no OS and no PFS"]) == []
    empty = brought(sheet=ALL.format("Date of death", "", ""))
    assert len(endpoints(empty, empty.mapping)) == 2, "nobody has a date of death"


def test_an_os_event_without_a_time_says_who_died_and_with_one_it_counts():
    found = brought(sheet=ALL.format("OS event", "1", "0"))
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("deaths")]
    assert endpoints(found, found.mapping) == []
    died = question.answers["On that day"]
    assert {(row[0], row[3]) for row in endpoints(found, died)} == {("A", "1"), ("B", "0")}
    timed = brought(sheet=ALL.format("OS (months),OS event", "6,1", "12,0"))
    assert {(row[0], row[2], row[3]) for row in endpoints(timed, timed.mapping)} == {("A", 6.0, "1"), ("B", 12.0, "0")}
    assert not any(q.key in ("living", "sources") for q in questions_of(timed.tables, timed.mapping))


def test_the_last_day_of_the_dead_and_the_living_is_of_nobody_until_a_status_says_whose():
    text = "ID,CAR-T date,{}Date of death or last FU\nA,2022-01-01,{}2022-07-01\nB,2022-01-01,{}2023-07-01\n"
    status = brought(sheet=text.format("Status at last FU (0=alive; 1=dead),", "1,", "0,"))
    assert {(row[0], row[3]) for row in endpoints(status, status.mapping)} == {("A", "1"), ("B", "0")}
    without = brought(sheet=text.format("", "", ""))
    assert endpoints(without, without.mapping) == []
    assert [q.answer for q in questions_of(without.tables, without.mapping) if q.key == "living"] == [""]


def test_days_without_an_infusion_are_asked_about():
    found = brought(sheet="ID,Treated when,Seen,Status\nA,2022-01-01,2023-01-01,alive\nB,2022-01-01,2023-01-01,dead\n")
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key == "infusion"]
    assert list(question.answers) == ["Treated when", "Seen", "None of them"]
    said = question.answers["Treated when"]
    assert said.sheets[0].columns[1].role == m.INFUSION
    none = question.answers["None of them"]
    assert [q.answer for q in questions_of(found.tables, none) if q.key == "infusion"] == ["None of them"]


def test_a_status_or_a_time_alone_says_that_it_is_not_used():
    found = brought(sheet="ID,PFS months,PFS event,EFS months\nA,5,yes,4\nB,,yes,3\nC,7,unknown,2\n")
    made = applied(found.tables, found.mapping)
    assert [(p.column, p.row, p.expected) for p in made.problems] == [
        ("B", 3, "a time: a status stands beside it"), ("C", 4, "censored or event: a time stands beside it"),
    ]  # fmt: skip
    index, sheet = Index.of(made, found), found.mapping.sheets[0]
    assert becomes(index, sheet, sheet.columns[3]).words == "Not used: no status of EFS stands beside it"


def test_endpoints_that_stand_in_two_sheets_are_not_doubled():
    rows = "USUBJID,PARAMCD,AVAL,AVALU,CNSR\nA,OS,10,MONTHS,0\nB,OS,12,MONTHS,1\n"
    found = brought(adsl="USUBJID,AGE\nA,60\nB,61\n", adtte=rows, adtte2=rows)
    made = applied(found.tables, found.mapping)
    assert len(made.tables["endpoints"]) == 2
    assert [(one.used, one.listed) for one in made.sums] == [(2, 0), (2, 0), (0, 2)]


def test_a_third_sheet_of_the_first_patients_is_compared_with_theirs_and_not_with_those_of_a_part():
    found = brought(first=FIRST, second=SECOND, third="ID,CRS grade\nA1,2\nA2,0\n")
    told = [(p.sheet, p.row, p.expected) for p in applied(found.tables, found.mapping).problems]
    assert told == [("third.csv", 2, "1, as in CRS grade of first.csv")]
