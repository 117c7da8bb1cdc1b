"""REDCap exports that come without their dictionary, of codes and of labels."""

import pytest

from core.importers.apply import applied
from core.importers.questions import questions_of
from tests.core.importers.test_shapes import brought

CODES = "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance"
LABELS = "Record ID,Event Name,Repeat Instrument,Repeat Instance"
FORMS = """,age,infusion_date,last_contact,dead,ae_term,ae_grade
1,baseline_arm_1,,,60,2022-01-05,2023-01-05,0,,
1,baseline_arm_1,adverse_events,1,,,,,CRS,2
1,baseline_arm_1,adverse_events,2,,,,,Neutropenia,3
2,baseline_arm_1,,,61,2022-02-05,2023-01-05,0,,
3,baseline_arm_1,,,62,2022-02-05,2023-01-05,0,,
"""


@pytest.mark.parametrize("head", [CODES, LABELS])
@pytest.mark.parametrize("events", [True, False])
def test_a_form_that_repeats_is_a_sheet_of_its_own(head, events):
    text = head + FORMS
    if not events:
        text = "\n".join(",".join(row.split(",")[:1] + row.split(",")[2:]) for row in text.split("\n"))
    found = brought(export=text)
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["1", "2", "3"]
    assert made.columns["patients"] == ("patient_id", "age_years")
    assert len(made.tables["endpoints"]) == 3
    terms = [(row[0], row[1], row[3]) for row in made.tables["adverse_events"]]
    assert terms == [("1", "Cytokine release syndrome", "2"), ("1", "Neutropenia", "3")]
    assert [(one.rows, one.used) for one in made.sums] == [(3, 3), (2, 2)]


VISITS = """record_id,redcap_event_name,age,infusion_date,last_contact,dead,response
1,baseline_arm_1,60,2022-01-05,,,
1,month_1_arm_1,,,,,PR
1,month_3_arm_1,,,2023-01-05,0,CR
2,baseline_arm_1,61,2022-01-05,,,
2,month_1_arm_1,,,2022-02-02,0,PD
"""


def test_what_is_filled_at_several_visits_is_of_their_months():
    found = brought(export=VISITS)
    made = applied(found.tables, found.mapping)
    assert sorted(row[:3] for row in made.tables["responses"]) == [
        ("1", "1", "PR"), ("1", "3", "CR"), ("2", "1", "PD"),
    ]  # fmt: skip
    assert [row[0] for row in made.tables["endpoints"] if row[1] == "OS"] == ["1", "2"], "of whichever visit tells it"


def test_a_cell_of_a_visit_is_listed_where_it_stands_in_the_export():
    found = brought(export=VISITS.replace("month_1_arm_1,,,,,PR", "month_1_arm_1,,,,,better"))
    made = applied(found.tables, found.mapping)
    assert [(p.sheet, p.column, p.row, p.value) for p in made.problems] == [("export.csv", "G", 3, "better")]


def test_a_record_that_stands_twice_at_one_visit_is_asked_about():
    found = brought(export=VISITS + "2,month_1_arm_1,,,2022-03-02,0,PR\n")
    assert any(question.key.startswith("rows") for question in questions_of(found.tables, found.mapping))


def test_visits_without_a_month_are_rows_of_a_sheet_of_their_own():
    found = brought(
        export="record_id,redcap_event_name,infusion_date,visit_date,response,crs_grade\n1,baseline_arm_1,2022-01-05,,,2\n"
        "1,visit_1_arm_1,,2022-02-05,PR,\n1,visit_2_arm_1,,2022-04-05,CR,\n2,baseline_arm_1,2022-02-05,,,1\n"
        "2,visit_1_arm_1,,2022-03-05,PD,\n"
    )
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["1", "2"]
    assert [(row[0], round(float(row[1])), row[2]) for row in made.tables["responses"]] == [
        ("1", 1, "PR"), ("1", 3, "CR"), ("2", 1, "PD"),
    ]  # fmt: skip
    assert [(row[0], row[3]) for row in made.tables["adverse_events"]] == [("1", "2"), ("2", "1")]
