"""Sheets of other shapes, small and by hand: no names of patients, coded statuses, competing deaths, endpoints."""

import pytest

from core.cohort.database import open_tables
from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.mapping import Mapping, mapping_of, recipe
from core.importers.patients import rows_of
from core.importers.questions import questions_of
from core.importers.recognise import Recognised, recognised, taken_as
from core.importers.redcap import unfolded
from core.importers.sheets import Sheet
from core.importers.table_files import read_dataset_json
from core.importers.text_files import read_text
from core.importers.unit_changes import change_of_unit
from core.importers.used_sheets import NoPatients
from tests.core.importers.clinic_sheets import LAST_DAY


def brought(**texts: str) -> Recognised:
    return recognised([read_text(f"{name}.csv", text.encode()) for name, text in texts.items()], LAST_DAY)


def answered(found: Recognised, **answers: str) -> Mapping:
    mapping = found.mapping
    for kind, answer in answers.items():
        for question in questions_of(found.tables, mapping):
            if question.key.startswith(kind):
                mapping = next(q for q in questions_of(found.tables, mapping) if q.key == question.key).answers[answer]
    return mapping


def endpoints(found: Recognised, mapping: Mapping) -> list[tuple]:
    return [(p, name, round(float(months), 2), status) for p, name, months, status, _ in
            applied(found.tables, mapping).tables.get("endpoints", [])]  # fmt: skip


LUNG = "time,status,age,sex\n306,2,74,1\n455,2,68,1\n1010,1,56,2\n210,2,57,1\n883,2,60,2\n"


def test_each_row_is_a_patient_where_nothing_names_them():
    found = brought(lung=LUNG)
    applied_rows = applied(found.tables, found.mapping)
    assert [row[0] for row in applied_rows.tables["patients"]] == [f"Row {n}" for n in range(2, 7)]


def test_a_time_without_a_unit_makes_no_endpoint_until_it_is_said():
    found = brought(lung=LUNG)
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("time")]
    assert (question.answer, list(question.answers)) == ("", ["Days", "Weeks", "Months", "Years"])
    assert "more than twenty years" in question.evidence
    assert "endpoints" not in applied(found.tables, found.mapping).tables
    told = answered(found, time="Days")
    assert endpoints(found, told)[:3] == [
        ("Row 2", "OS", 10.05, "1"),
        ("Row 3", "OS", 14.95, "1"),
        ("Row 4", "OS", 33.18, "0"),
    ]
    assert endpoints(found, answered(found, time="Weeks"))[0][2] == round(306 * 7 / 30.4375, 2)


def test_of_one_and_two_the_larger_is_the_event_and_can_be_turned():
    found = brought(lung=LUNG)
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("status")]
    assert question.answer == "1 censored, 2 event"
    turned = answered(found, time="Days", status="1 event, 2 censored")
    assert [row[3] for row in endpoints(found, turned)] == ["0", "0", "1", "0", "0"]


def test_a_death_in_the_month_of_censoring_competes_with_progression():
    text = "id,ptime,pstat,futime,death\nA,30,0,30,1\nB,25,1,40,1\nC,12,0,12,0\nD,9,0,20,1\n"
    found = brought(mgus=text)
    told = answered(found, **{"time mgus.csv ptime": "Months", "time mgus.csv futime": "Months"})
    assert [row[3] for row in endpoints(found, told) if row[1] == "TTP"] == ["2", "1", "0", "0"]


ADTTE = (
    "STUDYID,USUBJID,TRT01P,PARAMCD,PARAM,AVAL,AVALU,CNSR,EVNTDESC\n"
    "S,1,A,OS,Overall Survival,20,MONTHS,0,Death\nS,1,A,PFS,Progression-Free,10,MONTHS,0,Disease Progression\n"
    "S,2,B,OS,Overall Survival,12,MONTHS,2,Lost\nS,2,B,PFS,Progression-Free,15,MONTHS,1,Alive\n"
    "S,3,B,OS,Overall Survival,730.5,DAYS,1,Alive\nS,3,B,TNE,Number of events,3,COUNT,0,\n"
)


def test_endpoints_alone_bring_their_patients():
    found = brought(adtte=ADTTE)
    made = applied(found.tables, found.mapping)
    assert made.columns["patients"] == ("patient_id", "planned_arm")
    assert [row[:2] for row in made.tables["patients"]] == [("1", "A"), ("2", "B"), ("3", "B")]
    assert endpoints(found, found.mapping) == [("1", "OS", 20, "1"), ("1", "PFS", 10, "1"), ("3", "OS", 24, "0")]
    assert {(one.row, one.why) for one in made.unused} == {(7, "no time: its unit is none")}
    assert [(one.row, one.column, one.value) for one in made.problems] == [(5, "F", "15")], "PFS longer than OS"
    kept = answered(found, order="Keep them as they stand")
    assert ("2", "PFS", 15, "0") in endpoints(found, kept)
    assert [row[4] for row in made.tables["endpoints"]] == ["death", "progression", None]


@pytest.mark.parametrize(
    ("yes", "no", "name"),
    [("EMD", "No EMD", "emd_any"), ("present", "absent", "emd_any"), ("ja", "nein", "emd_any"),
     ("EMD+", "EMD-", "emd_any"), ("1", "0", "emd_any"),
     ("EM-B", "none", "emd"), ("extramedullary", "no", "emd")],
)  # fmt: skip
def test_extramedullary_disease_of_an_unnamed_kind_is_any(yes, no, name):
    found = brought(a="ID,EMD\n" + "".join(f"P{row},{yes if row % 3 else no}\n" for row in range(9)))
    made = applied(found.tables, found.mapping)
    at = made.columns["patients"].index(name)
    assert {row[at] for row in made.tables["patients"]} == {"No EMD", "EMD" if name == "emd_any" else
                                                           {"EM-B": "EM-B"}.get(yes, "EM-E")}  # fmt: skip
    assert not made.problems


def test_a_change_of_unit_in_a_baseline_column_is_asked_about_and_each_row_read_in_its_own():
    cells = [*(f"{10 + row % 5}" for row in range(8)), *(f"{101 + 7 * (row % 4)}" for row in range(8))]
    found = brought(a="ID,Hb,Sex\n" + "".join(f"P{row},{cell},m\n" for row, cell in enumerate(cells)))

    def haemoglobin(mapping):
        made = applied(found.tables, mapping)
        at = made.columns["patients"].index("hb")
        return [float(row[at]) for row in made.tables["patients"]]

    assert haemoglobin(found.mapping) == list(map(float, cells)), "never converted unasked"
    [question] = questions_of(found.tables, found.mapping)
    assert question.words == "Haemoglobin in rows 10 to 17: g/dL, or g/l?"
    assert question.answer == ""
    mended = haemoglobin(question.answers["g/l"])
    assert mended[:8] == list(map(float, cells[:8]))
    assert mended[8:] == [float(cell) / 10 for cell in cells[8:]]
    assert haemoglobin(question.answers["g/dL"]) == list(map(float, cells))


def test_values_of_no_unit_are_left_out_until_it_is_said_where_they_leave_it_open():
    """Neutrophils of 10 to 3,800 are per µL: read as 10^9/L the highest would be impossible, and the lowest normal."""
    cells = [30, 10, 250, 3800, 20, 45, 900, 60]
    found = brought(a="ID,ANC d0,ANC d7\n" + "".join(f"P{n},{cell},{cell + 5}\n" for n, cell in enumerate(cells)))
    made = applied(found.tables, found.mapping)
    assert "measurements" not in made.tables
    assert [(one.column, one.expected, one.effect) for one in made.problems] == [
        ("B", "a unit: nothing tells it", "8 values left out"), ("C", "a unit: nothing tells it", "8 values left out"),
    ]  # fmt: skip
    [question] = questions_of(found.tables, found.mapping)
    assert question.words == "No unit is told in a.csv: is ANC in /µL?"
    made = applied(found.tables, question.answers["Yes"])
    assert [float(row[3]) for row in made.tables["measurements"][:8]] == [cell / 1000 for cell in cells]
    assert not made.problems


def test_a_row_a_value_without_units_is_asked_about_once_for_all_analytes():
    labs = "".join(f"P{n},{day},{test},{value + n / 10}\n" for n in range(6) for day in (0, 7)
                   for test, value in (("CRP", 5), ("Hb", 9), ("ANC (/µl)", 800), ("Foo", 3)))  # fmt: skip
    found = brought(p="ID,Infusion\n" + "".join(f"P{n},2024-01-0{n + 1}\n" for n in range(6)),
                    labs=f"ID,Day,Test,Value\n{labs}")  # fmt: skip
    made = applied(found.tables, found.mapping)
    assert {row[1] for row in made.tables["measurements"]} == {"ANC", "Foo"}
    [question] = [one for one in questions_of(found.tables, found.mapping) if one.key.startswith("no unit")]
    assert question.words == "No unit is told in labs.csv: is CRP in mg/L, Haemoglobin in g/dL?"
    assert question.answer == ""
    mapping = mapping_of(recipe(question.answers["Yes"]), "2026-11-27")
    made = applied(found.tables, mapping)
    kept = {(row[1], row[4]) for row in made.tables["measurements"]}
    assert kept == {("ANC", "10^9/L"), ("Foo", None), ("CRP", "mg/L"), ("Haemoglobin", "g/dL")}
    [again] = [one for one in questions_of(found.tables, mapping) if one.key.startswith("no unit")]
    assert again.answer == "Yes"
    without = applied(found.tables, question.answers["Not known: leave them out"])
    assert {row[1] for row in without.tables["measurements"]} == {"ANC", "Foo"}


@pytest.mark.parametrize("cells", [(10, 40, 110, 90, 30), (100, 400, 900, 1100, 250), (0.1, 0.4, 1.1, 3, 0.2)])
def test_the_unit_that_is_proposed_is_the_one_in_which_a_cohort_has_such_values(cells):
    found = brought(a="ID,ANC d0\n" + "".join(f"P{n},{cell}\n" for n, cell in enumerate(cells)))
    asked = [one.words.rpartition(" in ")[2] for one in questions_of(found.tables, found.mapping)]
    assert asked == ([] if cells[0] < 1 else ["/µL?"])


@pytest.mark.parametrize(
    ("heading", "times", "unit"),
    [("Creatinine (mg/dL)", 88.42, "umol/l"), ("LDH (U/L)", 1 / 60, "ukat/l"), ("Ferritin (ng/mL)", 0.001, "ug/ml"),
     ("ANC (10^9/L)", 1000, "/ul")],
)  # fmt: skip
def test_other_units_are_further_apart_than_ten_times(heading, times, unit):
    values = [1.1, 0.8, 1.4, 0.9, 1.2, 1.0, 0.7, 1.3]
    cells = [f"{value * (times if row > 3 else 1):.6g}" for row, value in enumerate(values)]
    found = brought(a=f"ID,{heading},Sex\n" + "".join(f"P{row},{cell},m\n" for row, cell in enumerate(cells)))
    asked = [one for one in questions_of(found.tables, found.mapping) if "rows 6 to 9" in one.words]
    assert [one.words.rpartition(" or ")[2] for one in asked] == [f"{unit}?"]


def test_a_column_that_is_sorted_by_its_values_has_no_change_of_unit():
    cells = [1.1, 2, 3, 4, 5, 30, 45, 60, 70, 80]
    found = brought(a="ID,CRP,Sex\n" + "".join(f"P{row},{cell},m\n" for row, cell in enumerate(cells)))
    assert not questions_of(found.tables, found.mapping)


def test_who_was_not_infused_is_no_patient():
    text = "ID,Infused,Infusion date,Last contact,Status\nP1,yes,2024-01-01,2024-05-01,alive\nP2,no,,2024-05-01,alive\n"
    text += "P3,,2024-01-01,2024-06-01,alive\nP4,,,2024-06-01,alive\n"
    found = brought(a=text)
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["P1", "P3"]
    assert {one.row for one in made.unused} == {3, 5}


def test_severities_are_grades():
    ae = "USUBJID,AEDECOD,AESEV\n1,Fever,MILD\n1,Rash,MODERATE\n2,Fever,SEVERE\n2,Sepsis,what\n"
    found = brought(adsl="USUBJID,AGE,SEX\n1,60,F\n2,61,M\n", adae=ae)
    made = applied(found.tables, found.mapping)
    assert [(row[0], row[1], row[3]) for row in made.tables["adverse_events"]] == [
        ("1", "Fever", "1"), ("1", "Rash", "2"), ("2", "Fever", "3"),
    ]  # fmt: skip
    assert [one.value for one in made.problems] == ["what"]


def test_a_row_that_stands_twice_counts_once():
    ae = "ID,Event,Grade,Start\nP1,Fever,2,2024-01-03\nP1,Fever,2,2024-01-03\nP1,Fever,2,2024-01-09\n"
    found = brought(p="ID,Infusion date,Age\nP1,2024-01-01,60\n", ae=ae)
    made = applied(found.tables, found.mapping)
    assert [row[6] for row in made.tables["adverse_events"]] == ["2", "8"]
    assert [(one.sheet, one.row) for one in made.unused] == [("ae.csv", 3)]


def test_names_of_patients_match_by_their_numbers_only_where_one_is_meant():
    found = brought(p="ID,Age\nP01,60\nP02,61\n", ae="Patient,Event,Grade\n1,Fever,2\nPat 2,Rash,1\nP3,Rash,1\n")
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["adverse_events"]] == ["P01", "P02"]
    assert [(one.value, one.kind) for one in made.problems] == [("P3", "unknown patient")]
    assert {(one.value, one.becomes) for one in made.conversions} == {("1", "P01"), ("Pat 2", "P02")}
    both = brought(p="ID,Age\nP01,60\n1,61\n", ae="Patient,Event,Grade\n001,Fever,2\n")
    assert "adverse_events" not in applied(both.tables, both.mapping).tables, "P01 or 1: nobody knows"


def test_empty_grades_are_asked_about_where_none_says_none():
    text = "ID,Age,CRS grade\nP1,60,2\nP2,61,\nP3,62,1\n"
    found = brought(a=text)
    [question] = questions_of(found.tables, found.mapping)
    assert (question.answer, question.words) == ("", "1 empty cells in CRS grade: had these patients none?")
    assert applied(found.tables, found.mapping).tables["not_assessed"] == [("P2", "Cytokine release syndrome")]
    told = answered(found, empty="None: looked for, not seen")
    assert "not_assessed" not in applied(found.tables, told).tables
    assert questions_of(*[brought(a=text.replace("P2,61,", "P2,61,0")).tables, found.mapping]) == []


def test_a_change_of_unit_is_seen_from_four_rows_on_and_not_in_few_or_noisy_values():
    def change(values: list[float]):
        text = "ID,CRP_d0 (mg/L),CRP_d3\n" + "".join(f"P{n},{v},{v * 2}\n" for n, v in enumerate(values))
        found = brought(a=text)
        [choice] = found.mapping.sheets
        rows, _ = rows_of(found.tables["a.csv"], choice, {})
        return change_of_unit(rows, "CRP", [c for c in choice.columns if c.role == m.MEASUREMENT])

    assert change([50, 60, 70, 55, 5, 6, 7, 5.5]) == (6, 9, "mg/dl")
    assert change([50, 60, 70, 55, 52, 6, 7, 5.5]) is None
    assert change([50, 6, 70, 5.5, 5, 60, 7, 55]) is None
    assert change([50, 60, 70, 55, 45, 60, 70, 55]) is None


def test_nothing_that_names_a_patient_or_a_time_is_no_cohort():
    found = brought(notes="colour,shape\nred,round\nblue,square\ngreen,flat\n")
    with pytest.raises(NoPatients):
        applied(found.tables, found.mapping)
    with pytest.raises(NoPatients):
        applied({}, Mapping((), LAST_DAY))


def test_a_redcap_dictionary_alone_is_no_cohort_and_an_export_without_it_stays_as_it_is():
    dictionary = Sheet("d.csv", "", (("Variable / Field Name", "Form Name"), ("record_id", "demographics")))
    export = Sheet("e.csv", "", (("record_id", "age"), ("1", "50")))
    assert unfolded([dictionary]) == []
    assert unfolded([export]) == [export]


@pytest.mark.parametrize(
    ("codes", "names"),
    [("0=no, 1=yes", ["No EMD", "EMD"]), ("1=EMD, 0=no EMD", ["No EMD", "EMD"]),
     ("0=none, 1=EM-B", ["No EMD", "EM-B"])],
)  # fmt: skip
def test_codes_of_extramedullary_disease_tell_its_kind_or_none(codes, names):
    found = brought(a=f'ID,"EMD ({codes})"\n' + "".join(f"P{row},{row % 2}\n" for row in range(6)))
    made = applied(found.tables, found.mapping)
    assert [row[1] for row in made.tables["patients"]] == names * 3


def test_dataset_json_of_both_versions():
    columns = '[{"name": "USUBJID", "label": "Subject"}, {"name": "AGE", "label": "Age"}]'
    newer = read_dataset_json("a.json", f'{{"columns": {columns}, "rows": [["1", 60], ["2", null]]}}'.encode())
    inside = f'{{"items": {columns}, "itemData": [["1", 60.0], ["2", null]]}}'
    older = read_dataset_json("a.json", f'{{"clinicalData": {{"itemGroupData": {{"IG.A": {inside}}}}}}}'.encode())
    assert newer.rows == older.rows == (("USUBJID", "AGE"), ("1", "60"), ("2", ""))
    assert newer.labels == ("Subject", "Age")


def test_days_before_infusion_become_the_time_until_it():
    text = (
        "ID,Infusion date,Apheresis date,Diagnosis date,Bridging,Response to bridging\n"
        "A,2022-03-01,2022-01-30,2018-03-01,yes,PR\nB,2022-03-01,2022-03-05,09.2020,no,\nC,,2022-01-01,2019-01-01,yes,SD\n"
    )
    found = brought(sheet=text)
    made = applied(found.tables, found.mapping)
    places = {name: place for place, name in enumerate(made.columns["patients"])}
    of = {row[0]: row for row in made.tables["patients"]}
    assert [of[p][places["apheresis_to_infusion_days"]] for p in "ABC"] == ["30", None, None]
    assert [of[p][places["diagnosis_to_infusion_years"]] for p in "ABC"] == ["4", "1.46", None]
    assert [of[p][places["bridging_response"]] for p in "ABC"] == ["PR", None, "SD"]
    assert ("C", 3, "by the infusion, 2022-03-01") in {(p.column, p.row, p.expected) for p in made.problems}
    assert not {"2022-01-30", "2018-03-01"} & {cell for rows in made.tables.values() for row in rows for cell in row}


def test_no_emd_is_the_first_level_of_every_cohort():
    found = brought(sheet="ID,EMD,Any EMD\nA,yes,x\nB,no,no\nC,yes,yes\n")
    made = applied(found.tables, found.mapping)
    assert [row[4] for row in made.tables["variables"] if row[0].startswith("emd")] == ["No EMD|EMD"]
    other = brought(sheet="ID,Age,Any EMD\nA,60,x\nB,61,no\nC,62,yes\n")
    made = applied(other.tables, other.mapping)
    assert [row[4] for row in made.tables["variables"] if row[0] == "emd_any"] == ["No EMD|EMD"]


def test_a_sheet_that_is_said_to_hold_something_else_is_guessed_anew():
    found = brought(
        patients="ID,Age\nA,60\nB,61\n", toxicity="ID,Term,Grade,Start\nA,Fever,2,1\nA,CMV,3,9\nB,Fever,1,2\n"
    )
    sheet = next(one for one in found.mapping.sheets if one.holds == m.EVENTS)
    roles = [column.role for column in sheet.columns]
    for holds in (m.PATIENTS, m.MEASUREMENTS, m.RESPONSES, m.NOTHING):
        other = taken_as(found, sheet, holds)
        mapping = found.mapping.with_sheet(sheet.sheet, lambda _, other=other: other)
        made = applied(found.tables, mapping)
        open_tables(made.columns, made.tables)
        assert all(one.rows == one.used + one.listed for one in made.sums)
        assert [column.role for column in taken_as(found, other, m.EVENTS).columns] == roles


def test_who_had_a_serious_event_is_told_where_events_say_so():
    events = "ID,Term,Grade,Start,Serious\nA,Fever,2,1,yes\nA,CMV,3,9,no\nB,Fever,1,2,no\nC,Fever,1,2,\nC,CMV,1,2,N\n"
    found = brought(patients="ID,Age\nA,60\nB,61\nC,62\nD,63\n", toxicity=events)
    made = applied(found.tables, found.mapping)
    place = made.columns["patients"].index("serious_event")
    assert [row[place] for row in made.tables["patients"]] == ["Yes", "No", None, "No"]
    nothing = brought(patients="ID,Age\nA,60\nB,61\n", toxicity="ID,Term,Grade,Start\nA,Fever,2,1\nA,CMV,3,9\n")
    assert "serious_event" not in applied(nothing.tables, nothing.mapping).columns["patients"]


COHORT = "ID,Infusion date,Last contact,Date of death\nA,2022-01-01,2023-01-01,\nB,2022-02-01,2023-01-01,\n"
VISITS = (
    "Patient,Date,CRP (mg/dl),Ferritin (µg/l),Hb g/dl,Remark\nA,2022-01-02,1,500,10,\nA,2022-01-08,4,800,9,\n"
    "A,soon,2,1,1,\n"
    "B,2022-02-01,<0.5,400,112,\nB,2022-02-15,,,,\n"
)


def test_a_sheet_with_a_row_a_visit_and_a_column_an_analyte_holds_measurements():
    found = brought(cohort=COHORT, labs=VISITS)
    assert [sheet.holds for sheet in found.mapping.sheets] == [m.PATIENTS, m.MEASUREMENTS]
    made = applied(found.tables, found.mapping)
    rows = [(row[0], row[1], float(row[2]), float(row[3]), row[4], row[5]) for row in made.tables["measurements"]]
    assert rows == [
        ("A", "CRP", 1.0, 10.0, "mg/L", None), ("A", "CRP", 7.0, 40.0, "mg/L", None),
        ("B", "CRP", 0.0, 5.0, "mg/L", "Yes"),
        ("A", "Ferritin", 1.0, 500.0, "ng/mL", None), ("A", "Ferritin", 7.0, 800.0, "ng/mL", None),
        ("B", "Ferritin", 0.0, 400.0, "ng/mL", None),
        ("A", "Haemoglobin", 1.0, 10.0, "g/dL", None), ("A", "Haemoglobin", 7.0, 9.0, "g/dL", None),
    ]  # fmt: skip
    assert [(p.column, p.row) for p in made.problems] == [("B", 4), ("E", 5)]
    assert [(row.row, row.why) for row in made.unused] == [(4, "has no day that can be read"), (6, "holds no value")]
    assert [(one.rows, one.used, one.listed) for one in made.sums] == [(2, 2, 0), (5, 3, 2)]


def test_a_sheet_with_a_row_an_analyte_and_a_column_a_day_holds_measurements():
    labs = (
        "Patient,Parameter,Einheit,Tag 0,Tag 7,Tag 14\nA,CRP,mg/dl,1,2,\nA,Ferritin,ng/ml,500,700,900\nB,CRP,,3,4,5\n"
    )
    found = brought(cohort=COHORT, labs=labs)
    assert found.mapping.sheets[1].holds == m.MEASUREMENTS
    made = applied(found.tables, found.mapping)
    rows = [(row[0], row[1], float(row[2]), float(row[3])) for row in made.tables["measurements"]]
    assert rows == [
        ("A", "CRP", 0.0, 10.0), ("A", "Ferritin", 0.0, 500.0), ("A", "CRP", 7.0, 20.0), ("A", "Ferritin", 7.0, 700.0),
        ("A", "Ferritin", 14.0, 900.0),
    ]  # fmt: skip
    assert [(p.row, p.expected) for p in made.problems] == [(4, "a unit")]
    assert [(one.rows, one.used, one.listed) for one in made.sums] == [(2, 2, 0), (3, 2, 1)]


@pytest.mark.parametrize("holds", [m.EVENTS, m.MEASUREMENTS, m.RESPONSES, m.ENDPOINTS])
def test_rows_of_a_sheet_without_the_columns_it_needs_are_not_used(holds):
    found = brought(cohort=COHORT, more="ID,Colour,Town\nA,red,X\nA,blue,Y\nB,red,X\n")
    sheet = found.mapping.sheets[1]
    mapping = found.mapping.with_sheet(sheet.sheet, lambda one: taken_as(found, one, holds))
    assert [(one.used, one.listed) for one in applied(found.tables, mapping).sums] == [(2, 0), (0, 3)]


def test_why_there_is_no_best_response_is_kept_as_it_is_said():
    found = brought(
        sheet="ID,Infusion,Best response,Last contact,Death\n"
        "A,2024-01-01,CR,2024-09-01,\nB,2024-01-02,NE,2024-09-01,\nC,2024-01-03,not done,2024-09-01,\n"
        "D,2024-01-04,,2024-09-01,2024-09-01\nE,2024-01-05,n.x.,2024-09-01,\nF,2024-01-05,VGPR,2024-09-01,\n"
    )
    made = applied(found.tables, found.mapping)
    place = made.columns["patients"].index("no_response_why")
    best = made.columns["patients"].index("best_response")
    told = {row[0]: (row[best], row[place]) for row in made.tables["patients"]}
    assert told == {"A": ("CR", None), "B": (None, "Not evaluable"), "C": (None, "Not done"), "D": (None, None),
                    "E": (None, None), "F": ("VGPR", None)}  # fmt: skip
    assert [(p.row, p.value) for p in made.problems if p.column == "C"] == [(6, "n.x.")]
    opened = open_tables(made.columns, made.tables)
    assert next(v for v in opened.variables if v.name == "no_response_why").levels == ("Not evaluable", "Not done")


def test_what_was_worked_out_says_from_what():
    found = brought(
        patients="ID,Infusion,Progression,Last contact,Death,Leukapheresis date\n"
        "A,2024-01-01,2024-05-01,2024-09-01,,2023-12-01\nB,2024-01-02,,2024-09-01,2024-09-01,2023-12-01\n",
        responses="ID,Date,Response\nA,2024-02-01,PR\nB,2024-02-01,CR\n",
    )
    made = applied(found.tables, found.mapping)
    sources = {(row[0], row[1]): (row[3], row[4]) for row in made.tables["provenance"]}
    by_dates = ("derived", "OS and PFS by the dates of infusion, progression, death and last contact (IMWG)")
    assert sources["endpoints", "months"] == sources["endpoints", "status"] == by_dates
    assert sources["patients", "best_response"] == ("derived", "the deepest of the assessments up to progression")
    assert ("derived", "from Leukapheresis date to the infusion") in sources.values()
    assert "provenance" not in applied(*times_alone()).tables, "times that stand in the sheet are reported"


def times_alone() -> tuple:
    found = brought(sheet="ID,Age,OS months,OS status\nA,60,5,1\nB,61,6,0\nC,70,9,0\n")
    return found.tables, found.mapping


def test_events_alone_do_not_say_of_how_many():
    found = brought(ae="Patient,Adverse event,Grade\nP1,Fever,1\nP2,Anaemia,3\nP1,Anaemia,2\n")
    with pytest.raises(NoPatients, match="hold adverse events, and none says who was treated"):
        applied(found.tables, found.mapping)
