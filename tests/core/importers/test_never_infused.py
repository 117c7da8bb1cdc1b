"""Who was screened or apheresed and never infused: in no denominator unless asked for, and never silently."""

from dataclasses import replace

import pytest

from core.adverse_events.answers import adverse_events
from core.cohort.ask import Cohort
from core.cohort.database import open_tables
from core.cohort.selection import Selection
from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.mapping import mapping_of, recipe
from core.importers.questions import questions_of
from core.importers.recipes import refitted
from core.response.answers import response_result
from tests.core.importers.test_shapes import answered, brought, endpoints

PATIENTS = """\
ID,Age,Disposition,Apheresis date,Infusion date,Progression date,Last contact,Dead,Best response,CRS grade
P1,60,Infused,2023-12-01,2024-01-01,2024-06-01,2024-09-01,no,CR,2
P2,61,Screen failure,,,,2024-05-01,no,,
P3,62,Infused,2023-11-15,2024-01-01,,2024-09-01,no,PR,0
P4,63,Manufacturing failure,2023-12-01,,,2024-06-01,no,,
P5,64,Infused,2023-12-05,2024-01-11,,2024-09-01,no,PD,1
"""
EVENTS = "ID,Event,Grade\nP1,Fever,2\nP2,Rash,1\nP3,Fever,1\n"


def tables(found, mapping):
    made = applied(found.tables, mapping)
    assert all(one.rows == one.used + one.listed for one in made.sums)
    return made, [row[0] for row in made.tables["patients"]]


def test_they_are_left_out_and_listed():
    found = brought(a=PATIENTS, ae=EVENTS)
    made, patients = tables(found, found.mapping)
    assert patients == ["P1", "P3", "P5"]
    assert [(one.sheet, one.row, one.why) for one in made.unused] == [
        ("a.csv", 3, "not infused: no patient of the cohort"),
        ("a.csv", 5, "not infused: no patient of the cohort"),
        ("ae.csv", 3, "this patient was not infused"),
    ]
    [question] = [one for one in questions_of(found.tables, found.mapping) if one.key.startswith("not infused")]
    assert question.words == "2 of 5 patients were not infused: leave them out, or count them?"
    assert question.answer == "Leave them out"


def test_counted_they_are_patients_with_what_was_known_before():
    found = brought(a=PATIENTS, ae=EVENTS)
    mapping = answered(found, **{"not infused a.csv": "Count them"})
    made, patients = tables(found, mapping)
    assert patients == ["P1", "P2", "P3", "P4", "P5"]
    named = {name: place for place, name in enumerate(made.columns["patients"])}
    of = {row[0]: row for row in made.tables["patients"]}
    assert [of[name][named["infused"]] for name in patients] == ["Yes", "No", "Yes", "No", "Yes"]
    assert [of[name][named["not_infused_because"]] for name in ("P2", "P4")] == [
        "Screen failure",
        "Manufacturing failure",
    ]
    assert [of[name][named["age_years"]] for name in ("P2", "P4")] == ["61", "63"]
    assert {row[0] for row in endpoints(found, mapping)} == {"P1", "P3", "P5"}
    assert {row[0] for row in made.tables["adverse_events"]} == {"P1", "P3", "P5"}
    assert [(one.sheet, one.row) for one in made.unused] == [("ae.csv", 3)]


def test_counted_they_are_in_all_patients_and_in_no_denominator_of_an_event():
    """By hand: CR and PR of 5 patients, of whom 3 could be assessed; CRS in 2 of the 3 infused."""
    found = brought(a=PATIENTS, ae=EVENTS)
    made, _ = tables(found, answered(found, **{"not infused a.csv": "Count them"}))
    cohort = Cohort(open_tables(made.columns, made.tables))
    rates = response_result(cohort, Selection(cohort.fingerprint), "all", "Wilson").everyone
    assert (rates.overall.count, rates.patients, rates.evaluable) == (2, 5, 3)
    events = adverse_events(cohort, Selection(cohort.fingerprint), "patients", "Wilson")
    of_term = {line.term: line.everyone for line in events.lines if line.term is not None}
    assert {name: (of.bands["any"], of.patients) for name, of in of_term.items()} == {
        "Cytokine release syndrome": (2, 3), "Fever": (2, 3),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "left"), [("Infused, the date is missing", ["A", "B", "C"]), ("Not infused", ["A", "C"])]
)
def test_whoever_has_no_date_of_infusion_is_asked_about(answer, left):
    found = brought(a="ID,Age,Infusion date,Last contact,Dead\nA,60,2024-01-01,2024-05-01,no\nB,61,,2024-05-01,no\n"
                      "C,62,2024-01-01,2024-06-01,no\n")  # fmt: skip
    asked = {one.key: one for one in questions_of(found.tables, found.mapping)}
    assert asked["blank infusion a.csv"].words == "Patient B has no date of infusion: infused?"
    assert asked["blank infusion a.csv"].answer == ""
    assert "not infused a.csv" not in asked
    assert tables(found, found.mapping)[1] == ["A", "B", "C"], "nobody is left out unasked"
    assert tables(found, answered(found, blank=answer))[1] == left


@pytest.mark.parametrize("after", ["Best response", "Progression date", "OS months"])
def test_who_has_what_follows_an_infusion_is_not_asked_about(after):
    value = {"Best response": "CR", "Progression date": "2024-04-01", "OS months": "4"}[after]
    found = brought(a=f"ID,Age,Infusion date,Last contact,Dead,{after}\nA,60,2024-01-01,2024-05-01,no,{value}\n"
                      f"B,61,,2024-05-01,no,{value}\nC,62,2024-01-01,2024-06-01,no,\n")  # fmt: skip
    assert not [one for one in questions_of(found.tables, found.mapping) if one.key.startswith("blank")]


@pytest.mark.parametrize(
    ("heading", "of_b", "of_a"),
    [("Infused", "no", "yes"), ("Infused", "0", "1"), ("Infundiert", "nein", "ja"), ("Screen failure", "x", ""),
     ("Screen failure", "yes", "no"), ("Reason not infused", "progression", ""), ("Reason not infused", "died", "n.a."),
     ("Course", "screening failure", "infused"), ("Verlauf", "nicht infundiert", "infundiert"),
     ("State", "died before infusion", "Infused"), ("State", "out of specification", "infused")],
)  # fmt: skip
def test_how_clinics_say_that_there_was_no_infusion(heading, of_b, of_a):
    found = brought(a=f"ID,Age,{heading},Infusion date,Last contact,Dead\nA,60,{of_a},2024-01-01,2024-05-01,no\n"
                      f"B,61,{of_b},,2024-05-01,no\nC,62,{of_a},2024-01-01,2024-06-01,no\n")  # fmt: skip
    assert tables(found, found.mapping)[1] == ["A", "C"]


def test_words_in_place_of_the_date_say_it():
    found = brought(a="ID,Age,Infusion date,Last contact,Dead\nA,60,2024-01-01,2024-05-01,no\n"
                      "B,61,not infused,2024-05-01,no\nC,62,2024-01-01,2024-06-01,no\n")  # fmt: skip
    made, patients = tables(found, found.mapping)
    assert patients == ["A", "C"]
    assert [(one.row, one.value) for one in made.problems] == [(3, "not infused")]


def test_another_sheet_may_say_it():
    found = brought(a="ID,Age,Sex\nA,60,m\nB,61,f\nC,62,m\n", b="Patient,Infused,Reason\nA,yes,\nB,no,PD\nC,yes,\n")
    assert tables(found, found.mapping)[1] == ["A", "C"]


def test_who_was_screened_twice_and_infused_once_is_a_patient():
    found = brought(a="ID,Age,Infused,Infusion date,Last contact,Dead\nA,60,no,,2024-01-01,no\n"
                      "A,60,yes,2024-03-01,2024-05-01,no\nB,61,yes,2024-01-01,2024-05-01,no\n")  # fmt: skip
    made, patients = tables(found, found.mapping)
    assert patients == ["A", "B"]
    assert [(one.row, one.why) for one in made.unused] == [(2, "not infused then: another row of this patient is")]


def test_both_answers_are_in_the_recipe():
    found = brought(a=PATIENTS.replace("P5,64,Infused,2023-12-05,2024-01-11", "P5,64,,2023-12-05,"))
    mapping = answered(found, **{"not infused": "Count them"})
    kept = mapping_of(recipe(mapping), mapping.last_day)
    assert kept == mapping
    assert m.COUNTED in {sheet.not_infused for sheet in kept.sheets}


def test_a_cohort_that_says_so_of_somebody_with_an_endpoint_is_told():
    columns = {
        "cohort": ("name", "kind"), "variables": ("name", "label", "kind", "section"),
        "patients": ("patient_id", "infused"), "endpoints": ("patient_id", "endpoint", "months", "status"),
    }  # fmt: skip
    rows = {"cohort": [("x", "yours")], "variables": [("infused", "Infused", "flag", "first")],
            "patients": [("A", "Yes"), ("B", "No"), ("C", "No")],
            "endpoints": [("A", "OS", "3", "0"), ("B", "OS", "4", "1")]}  # fmt: skip
    [check] = [one for one in open_tables(columns, rows).checks if "not infused" in one.words]
    assert check.patients == ("B",)


def test_a_sheet_of_their_own_is_counted_where_somebody_asks():
    found = brought(a="Pt,Infusion date,Death date,Last contact\n1,2022-03-15,,2024-03-15\n2,2022-03-16,2022-12-20,\n",
                    b="Pt,Apheresis,Reason not infused,Vital status\nSF-1,2022-04-15,PD,Dead\n"
                      "SF-2,2022-04-16,Mfg failure,Alive\n")  # fmt: skip
    assert tables(found, found.mapping)[1] == ["1", "2"]
    made, patients = tables(found, answered(found, **{"not infused b.csv": "Count them"}))
    assert patients == ["1", "2", "SF-1", "SF-2"]
    named = {name: place for place, name in enumerate(made.columns["patients"])}
    of = {row[0]: row for row in made.tables["patients"]}
    assert [of["SF-1"][named[name]] for name in ("infused", "not_infused_because", "died_without_infusion")] == [
        "No", "PD", "Yes",
    ]  # fmt: skip
    assert of["SF-2"][named["died_without_infusion"]] == "No"


def test_what_cannot_have_happened_to_them_is_listed():
    text = PATIENTS.replace("P4,63,Manufacturing failure,2023-12-01,,,2024-06-01,no,,",
                            "P4,63,Manufacturing failure,2023-12-01,,2024-03-01,2024-06-01,no,CR,2")  # fmt: skip
    found = brought(a=text)
    made, _ = tables(found, answered(found, **{"not infused a.csv": "Count them"}))
    assert {(one.row, one.value) for one in made.problems} == {(5, "2024-03-01"), (5, "CR"), (5, "2")}
    assert {row[0] for row in made.tables["adverse_events"]} == {"P1", "P5"}


def test_reasons_are_of_single_patients_and_stand_in_no_recipe():
    found = brought(a="ID,Age,Disposition,Reason not infused,Infusion date\nA,60,Infused,,2024-01-01\n"
                      "B,61,Not infused,EF 35%,\n"
                      "C,62,Infused,,2024-01-03\nD,63,Not infused,active hepatitis B,\n")  # fmt: skip
    mapping = answered(found, **{"not infused a.csv": "Count them"})
    made, _ = tables(found, mapping)
    named = {name: place for place, name in enumerate(made.columns["patients"])}
    why = {row[0]: row[named["not_infused_because"]] for row in made.tables["patients"]}
    assert why == {"A": "Infused", "B": "EF 35%", "C": "Infused", "D": "active hepatitis B"}
    assert "hepatitis" not in recipe(mapping)
    assert "35" not in recipe(mapping)


@pytest.mark.parametrize(
    "day", ["2022-03-15 (planned 2022-03-01)", "15.06.2022 (out of spec product)", "2022-05-15 OOS"]
)
def test_a_day_of_infusion_with_a_remark_is_one(day):
    found = brought(a=f"ID,Age,Infusion date\nA,60,2024-01-01\nB,61,{day}\nC,62,not infused\nD,63,2024-01-04\n")
    assert tables(found, found.mapping)[1] == ["A", "B", "D"]


@pytest.mark.parametrize("word", ["Infused (OOS)", "Infused as planned", "infused; withdrew consent later"])
def test_infused_with_a_remark_is_infused(word):
    found = brought(
        a=f"ID,Age,Status of CAR-T\nA,60,Infused\nB,61,{word}\nC,62,Not infused\nD,63,Infused\nE,64,Infused\n"
    )
    assert tables(found, found.mapping)[1] == ["A", "B", "D", "E"]


def test_a_no_beside_a_day_of_infusion_is_listed_and_the_patient_stays():
    found = brought(a="ID,Age,Infused,Infusion date,Last contact,Dead\nA,60,yes,2024-01-01,2024-05-01,no\n"
                      "B,61,no,2024-01-03,2024-05-01,no\nC,62,no,,2024-05-01,no\n")  # fmt: skip
    made, patients = tables(found, found.mapping)
    assert patients == ["A", "B"]
    assert {(one.row, one.effect) for one in made.problems} == {
        (3, "taken as infused"),
        (4, "not a patient of the cohort"),
    }


def test_screen_failures_of_their_own_numbers_are_not_the_infused_of_those():
    found = brought(a="ID,Age,Infusion date\nP01,60,2024-01-01\nP02,61,2024-01-02\nP03,62,2024-01-03\n",
                    b="ID,Age,Reason not infused\nS01,70,EF 35%\nS02,71,died of PD\n")  # fmt: skip
    assert tables(found, found.mapping)[1] == ["P01", "P02", "P03"]
    made, patients = tables(found, answered(found, **{"not infused b.csv": "Count them"}))
    assert patients == ["P01", "P02", "P03", "S01", "S02"]
    died = made.columns["patients"].index("died_without_infusion")
    assert {row[0]: row[died] for row in made.tables["patients"]} == {
        "P01": "No", "P02": "No", "P03": "No", "S01": None, "S02": "Yes",
    }, "of whom nothing says whether they died it is missing, and never No"  # fmt: skip


def test_who_was_infused_is_asked_anew_of_next_months_patients():
    """The answer was about the patients of then: another empty date may be one who is waiting."""
    rows = "".join(f"P{n},2022-01-{n + 5:02d},2023-01-01,alive\n" for n in range(1, 7))
    head = "ID,Infusion date,Last contact,Status\n"
    first = brought(a=f"{head}{rows}P7,,,\n")
    [question] = [one for one in questions_of(first.tables, first.mapping) if one.key.startswith("blank")]
    kept = mapping_of(recipe(question.answers["Not infused"]), "2026-11-27")
    second = brought(a=f"{head}{rows}P7,,,\nP8,,,\n")
    mapping, _ = refitted(second, kept)
    [again] = [one for one in questions_of(second.tables, mapping) if one.key.startswith("blank")]
    assert again.answer == ""


def test_a_name_that_is_too_long_is_nobody_also_where_who_was_not_infused_is_counted():
    log = f"ID,Infused,Age\nA,yes,60\nB,no,61\n{'x' * 300},no,62\n"
    found = brought(sheet=log)
    mapping = found.mapping.with_sheet("sheet.csv", lambda one: replace(one, not_infused=m.COUNTED))
    made = applied(found.tables, mapping)
    assert [row[0] for row in made.tables["patients"]] == ["A", "B"]
    assert [(one.rows, one.used, one.listed) for one in made.sums] == [(3, 2, 1)]
