"""Adverse events in numbered columns of a sheet with one row a patient."""

import pytest

from core.importers.apply import applied
from tests.core.importers.test_shapes import brought


def events(made) -> list[tuple]:
    return [(row[0], row[1], row[3], row[6]) for row in made.tables["adverse_events"]]


def rows_add_up(made) -> bool:
    return all(one.rows == one.used + one.listed for one in made.sums)


@pytest.mark.parametrize(
    "header",
    ["AE 1,AE 1 grade,AE 2,AE 2 grade", "AE1,AE1 Grade,AE2,AE2 Grade", "AE_1,grade_1,AE_2,grade_2",
     "Adverse event 1,Grade,Adverse event 2,Grade", "Toxicity #1,Grade #1,Toxicity #2,Grade #2",
     "Nebenwirkung 1,Grad 1,Nebenwirkung 2,Grad 2", "Event 1,Event 1 CTCAE grade,Event 2,Event 2 CTCAE grade"],
)  # fmt: skip
def test_each_is_a_row_of_its_own(header):
    made = applied(*told(f"ID,Age,{header},Sex\nP1,60,Fever,2,Rash,1,m\nP2,61,Anaemia,3,,,f\nP3,62,,,,,f\n"))
    assert events(made) == [("P1", "Fever", "2", None), ("P1", "Rash", "1", None), ("P2", "Anaemia", "3", None)]
    assert made.columns["patients"] == ("patient_id", "age_years", "sex")
    assert not made.problems
    assert rows_add_up(made)


def told(text: str):
    found = brought(a=text)
    return found.tables, found.mapping


def test_their_days_go_with_them():
    made = applied(*told(
        "ID;Infusion;UE 1;Grad;Beginn;UE 2;Grad;Beginn\nP1;01.02.2024;Fieber;2;03.02.2024;Exanthem;1;11.02.2024\n"
        "P2;01.03.2024;Pneumonie;3;31.03.2024;;;\n"
    ))  # fmt: skip
    assert events(made) == [("P1", "Fever", "2", "2"), ("P1", "Exanthem", "1", "10"), ("P2", "Pneumonia", "3", "30")]


def test_the_grade_may_stand_behind_the_term():
    made = applied(*told('ID,Age,AE1,AE2,AE3\nP1,60,Fever G2,Rash (1),\nP2,61,"Pneumonia, grade 3",,\nP3,62,Fever,,\n'))
    assert events(made) == [("P1", "Fever", "2", None), ("P1", "Rash", "1", None), ("P2", "Pneumonia", "3", None)]
    [problem] = made.problems
    assert (problem.sheet, problem.row, problem.column, problem.expected) == ("a.csv", 4, "C", "a grade from 1 to 5")


def test_none_is_no_event_and_no_problem():
    made = applied(
        *told("ID,Age,AE 1,AE 1 grade,AE 2,AE 2 grade\nP1,60,none,,,\nP0,60,no AE,,,\nP2,61,Fever,7,Rash,1\n")
    )
    assert events(made) == [("P2", "Rash", "1", None)]
    assert [(one.row, one.column, one.value) for one in made.problems] == [(4, "D", "7")]
    assert rows_add_up(made)


@pytest.mark.parametrize(
    "header", ["Line 1,Grade,Line 2,Grade", "AE 1 day,AE 1 x,AE 2 day,AE 2 x", "CRS 1,Grade 1,CRS 2,Grade 2"]
)
def test_other_numbered_columns_stay_as_they_are(header):
    tables, _ = told(f"ID,Age,{header}\nP1,60,VRd,2,KRd,1\nP2,61,VRd,3,DPd,1\nP3,62,VRd,3,KRd,2\n")
    assert list(tables) == ["a.csv"]


def test_infections_are_events_and_what_stands_behind_the_last_alone_is_of_the_patient():
    made = applied(*told(
        "ID,Infusion,Infection 1,Grade,Date,Infection 2,Grade,Date,SAE\n"
        "P1,2024-01-05,Pneumonia,3,2024-02-01,Sepsis,4,2024-03-01,yes\nP2,2024-01-05,Zoster,2,2024-01-25,,,,no\n"
        "P3,2024-01-05,none,,,,,,no\nP4,2024-01-05,,,,,,,\n"
    ))  # fmt: skip
    assert events(made) == [("P1", "Pneumonia", "3", "27"), ("P1", "Sepsis", "4", "56"), ("P2", "Zoster", "2", "20")]
    assert made.columns["patients"] == ("patient_id", "sae")
    assert made.tables["patients"] == [("P1", "Yes"), ("P2", "No"), ("P3", "No"), ("P4", None)]
    assert not made.problems
    assert rows_add_up(made)
