"""A cohort from tables of text in memory, and what its tables can say: no month, not looked for."""

import pytest

from core.adverse_events.answers import adverse_events
from core.adverse_events.words import not_looked_for
from core.cohort.answers import group_sizes
from core.cohort.ask import Cohort
from core.cohort.database import Database, open_tables
from core.cohort.problems import CohortError
from core.cohort.selection import Comparison, Levels, Selection
from core.cohort.variables import AdverseEvent
from core.patients.figure_swimmer_data import swimmer_bars
from core.response.answers import response_result

COLUMNS = {
    "cohort": ("name", "kind"),
    "variables": ("name", "label", "kind", "levels", "section", "known_at"),
    "patients": ("patient_id", "best_response"),
    "endpoints": ("patient_id", "endpoint", "months", "status", "cause"),
    "responses": ("patient_id", "month", "response", "mrd"),
    "adverse_events": ("patient_id", "term", "category", "grade_min", "grade_max", "onset_day"),
    "not_assessed": ("patient_id", "term"),
}
TABLES: dict[str, list[tuple]] = {
    "cohort": [("Mine", "yours")],
    "variables": [("best_response", "Best", "category", "CR|PR|SD", "after infusion", "responses.response")],
    "patients": [("P1", "CR"), ("P2", "PR"), ("P3", "SD"), ("P4", None), ("P5", "PR")],
    "endpoints": [("P1", "PFS", "9", "0", None), ("P2", "PFS", "3", "1", "progression"), ("P3", "PFS", "2", "1", None)],
    "responses": [
        ("P1", "1", "CR", None), ("P2", None, "PR", "negative"), ("P3", "1", "SD", None), ("P5", None, "PR", None),
    ],
    "adverse_events": [("P1", "ICANS", "Nerves", "3", "3", "4"), ("P2", "Headache", "Nerves", "1", "1", "4")],
    "not_assessed": [("P3", "ICANS"), ("P4", "ICANS"), ("P4", "Headache"), ("P1", "ICANS")],
}  # fmt: skip


def opened(**tables: list[tuple]) -> Database:
    return open_tables(COLUMNS, TABLES | tables)


def test_a_cohort_of_tables_is_one_like_any_other():
    database = opened()
    assert [variable.name for variable in database.variables] == ["best_response"]
    assert database.ask("select count(*) as n from patients")["n"][0] == 5
    assert opened().fingerprint != database.fingerprint, "two cohorts in memory never share answers"


def test_what_is_wrong_is_named_by_its_table_and_row():
    with pytest.raises(CohortError) as error:
        opened(endpoints=[("P1", "PFS", "9", "0", None), ("P9", "PFS", "x", "0", None)])
    assert "endpoints, row 3, column months" in str(error.value)


def test_a_response_without_a_month_counts_and_is_in_no_figure_over_time():
    cohort = Cohort(opened())
    rates = response_result(cohort, Selection(cohort.fingerprint), "all", "Wilson").everyone
    assert (rates.overall.count, rates.evaluable, rates.patients) == (3, 4, 5)
    drawn = cohort.ask("patients/responses", Selection(cohort.fingerprint), numbers=(0, 1, 2, 3, 4))
    assert list(drawn.dropna(subset=["month"])["patient_id"]) == ["P1", "P3"]
    lanes = cohort.ask("patients/lanes", Selection(cohort.fingerprint), most=9, covariates=()).sort_values("number")
    bars = swimmer_bars(lanes, drawn, cohort.ask("cohort/sources", Selection(cohort.fingerprint)))
    assert set(bars.loc[bars["response"] != "", "patient_id"]) == {"P1", "P3"}
    assert set(bars.loc[bars["said"].str.contains("without a date"), "patient_id"]) <= {"P2", "P5"}
    lasted = cohort.database.ask("select patient_id from durations order by all")
    assert list(lasted["patient_id"]) == ["P1"]


def test_at_a_landmark_nothing_is_known_of_a_response_without_a_month():
    cohort = Cohort(opened())
    sizes = group_sizes(cohort, Selection(cohort.fingerprint, (), Comparison("best_response"), landmark=2.0))
    assert sizes == {0: 1, 2: 1, 3: 3}, "CR and SD by then; P2 and P5 without a month, P4 without a response"


def test_who_was_not_looked_at_is_in_no_denominator_of_a_term():
    """P1 had ICANS whatever not_assessed says; P4 was looked at for neither of the two terms."""
    cohort = Cohort(opened())
    result = adverse_events(cohort, Selection(cohort.fingerprint), "patients", "Wilson")
    held = {line.name: (line.everyone.bands["any"], line.everyone.patients) for line in result.lines}
    assert held == {"Any adverse event": (2, 4), "Nerves, any": (2, 4), "ICANS": (1, 3), "Headache": (1, 4)}
    assert "ICANS in 2 patients, Headache in 1 patient" in not_looked_for(result)


def test_neither_had_it_nor_had_it_not():
    cohort = Cohort(opened())
    icans = AdverseEvent("ICANS", 1, 5, True).name
    for level, patients in (("Yes", 1), ("No", 2), ("Missing", 2)):
        assert sum(group_sizes(cohort, Selection(cohort.fingerprint, (Levels(icans, (level,)),))).values()) == patients
    with_landmark = Selection(cohort.fingerprint, (), Comparison(icans), landmark=1.0)
    assert group_sizes(cohort, with_landmark) == {0: 2, 1: 1, 2: 2}


def test_a_group_of_whom_nobody_was_looked_at_has_no_share():
    cohort = Cohort(opened(not_assessed=[(f"P{n}", "Fever") for n in range(1, 6)]))
    result = adverse_events(cohort, Selection(cohort.fingerprint), "patients", "Wilson")
    fever = next(line for line in result.lines if line.term == "Fever")
    assert (fever.everyone.patients, fever.everyone.share("any", "Wilson").value) == (0, None)
