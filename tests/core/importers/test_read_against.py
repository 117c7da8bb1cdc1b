"""Headings and words that were read as their opposite, or as something else: each is told apart, asked or listed."""

import json
from dataclasses import replace

import pytest

from core.cohort.database import open_tables
from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.mapping import BadRecipe, mapping_of, recipe
from core.importers.questions import questions_of
from core.importers.recipes import refitted
from tests.core.importers.clinic_sheets import LAST_DAY
from tests.core.importers.test_shapes import answered, brought, endpoints

DATED = "ID,Infusion date,{},Last contact,Progression date\n"


def columns(text: str) -> dict[str, m.ColumnChoice]:
    found = brought(sheet=text)
    return {column.column: column for column in found.mapping.sheets[0].columns}


def events(text: str) -> dict[tuple[str, str], str]:
    found = brought(sheet=text)
    return {(patient, name): status for patient, name, _, status in endpoints(found, found.mapping)}


@pytest.mark.parametrize("heading", ["MRD negative", "MRD neg", "MRD negativity", "MRD neg at M3", "MRD M1 neg?"])
@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("1", "0")])
def test_a_yes_under_mrd_negative_is_negative(heading, yes, no):
    [choice] = [c for c in columns(f"ID,Age,{heading}\nA,60,{yes}\nB,61,{no}\n").values() if c.role == m.MRD]
    assert dict(choice.levels) == {yes: "negative", no: "positive"}


@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("1", "0")])
def test_a_yes_under_alive_is_no_death_beside_a_time_and_beside_dates(yes, no):
    beside_time = f"ID,OS months,Alive\nA,10,{yes}\nB,20,{no}\n"
    assert events(beside_time) == {("A", "OS"): "0", ("B", "OS"): "1"}
    dated = "ID,Infusion date,Alive,Date of death,Last contact\nA,2022-01-01,{},,2023-01-01\nB,2022-01-01,{},2022-07-01,2022-07-01\n"  # noqa: E501
    assert events(dated.format(yes, no)) == {("A", "OS"): "0", ("B", "OS"): "1"}


@pytest.mark.parametrize("word", ["perhaps", "Exitus por progresión", "see letter"])
def test_who_has_a_status_that_nothing_explains_is_not_censored(word):
    text = DATED.format("Status,Date of death") + (
        f"A,2022-01-01,{word},,2023-01-01,\nB,2022-01-01,alive,,2023-01-01,\nC,2022-01-01,dead,2022-08-01,2022-08-01,\n"
        "D,2022-01-01,alive,,2023-01-01,2022-09-01\n"
    )
    assert {key for key in events(text) if key[0] == "A"} == set()


@pytest.mark.parametrize("word", ["?", "unknown", "unbekannt"])
def test_an_unknown_death_or_progression_is_none_that_did_not_happen(word):
    text = (
        DATED.format("Date of death") + f"A,2022-01-01,{word},2023-01-01,\nB,2022-01-01,2022-08-01,2022-08-01,\n"
        f"C,2022-01-01,,2023-01-01,{word}\nD,2022-01-01,,2023-01-01,2022-10-01\n"
    )
    found = events(text)
    assert {key for key in found if key[0] in "AC"} == {("C", "OS")}
    sheet = brought(sheet=text)
    said = [(p.row, p.expected) for p in applied(sheet.tables, sheet.mapping).problems]
    assert said == [(2, "whether it happened"), (4, "whether it happened")]


def test_who_has_a_cause_of_death_and_no_date_of_it_is_not_censored():
    text = (
        DATED.format("Date of death,Cause of death")
        + "A,2022-01-01,,Sepsis,2023-01-01,\nB,2022-01-01,2022-08-01,PD,2022-08-01,2022-05-01\n"
    )
    assert events(text) == {("B", "OS"): "1", ("B", "PFS"): "1"}


def test_progression_after_the_last_contact_is_listed():
    text = DATED.format("Date of death") + "A,2022-06-01,,2023-01-01,2023-03-01\nB,2022-06-01,,2023-01-01,2022-09-01\n"
    found = brought(sheet=text)
    assert {patient for patient, *_ in endpoints(found, found.mapping)} == {"B"}
    [problem] = applied(found.tables, found.mapping).problems
    assert (problem.row, problem.expected) == (2, "not after the last contact, 2023-01-01")


DEAD_WITHOUT_DATE = "ID,Infusion date,Status,{}\nA,2022-01-01,DOD,2022-10-01\nB,2022-01-01,AWD,2023-10-01\n"


def test_without_dates_of_death_no_os_is_of_the_living_alone():
    text = DEAD_WITHOUT_DATE.format("Date of last follow up")
    assert events(text) == {}
    found = brought(sheet=text)
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("deaths")]
    assert (question.answer, list(question.answers)) == ("", ["On that day", "Not known: make no OS"])
    told = answered(found, deaths="On that day")
    assert endpoints(found, told) == [("A", "OS", 8.97, "1"), ("B", "OS", 20.96, "0")]
    assert endpoints(found, answered(found, deaths="Not known: make no OS")) == []
    assert mapping_of(recipe(told), told.last_day).sheets == told.sheets


@pytest.mark.parametrize(
    "heading",
    ["Date of death or last follow-up", "Last FU or death", "Letzter Kontakt oder Tod", "Date last seen or died"],
)
def test_a_column_of_the_last_day_dead_or_alive_is_no_date_of_death(heading):
    text = DEAD_WITHOUT_DATE.format(heading)
    assert events(text) == {("A", "OS"): "1", ("B", "OS"): "0"}


@pytest.mark.parametrize(
    "heading",
    ["Time to CRS (days)", "Time from diagnosis (months)", "Time since last therapy (months)", "Time to ANC recovery"],
)
def test_another_time_is_no_survival(heading):
    assert columns(f"ID,{heading},Status\nA,1,alive\nB,3,dead\n")[heading].role != m.MONTHS


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("CRS duration (days)", "3 1 2"), ("CRS end day", "3 1 2"), ("CRS treatment day", "2 4 5"),
        ("ICE", "4 3 5"), ("CRS onset (hours)", "24 12 36"),
        ("Remission status at infusion", "PR CR SD"), ("Response (M3)", "PR CR SD"), ("CRS any", "1 0 1"),
        ("Response before CAR-T", "PR CR SD"), ("Response to bridging", "PR CR SD"),
        ("Toci-naive", "yes no yes"), ("Steroid-refractory", "yes no yes"), ("Steroids before infusion", "yes no yes"),
    ],
)  # fmt: skip
def test_a_name_that_only_begins_like_another_is_not_that(heading, cells):
    rows = "\n".join(f"P{n},{cell}" for n, cell in enumerate(cells.split(), 1))
    assert columns(f"Patient,{heading}\n{rows}\n")[heading].role not in (
        m.GRADE, m.BEST_RESPONSE, m.TREATMENT, m.ONSET,
    )  # fmt: skip


@pytest.mark.parametrize(
    "heading",
    ["Dose (x10^6/kg)", "Dose (mg)", "Weight (lb)", "LDH (xULN)", "Age (months)", "BCMA (MFI)"],
)
def test_a_number_in_a_unit_that_is_not_its_own_is_another_variable(heading):
    other = columns(f"Patient,{heading}\nP1,20\nP2,30.5\nP3,44\n")[heading]
    plain = columns(f"Patient,{heading.partition(' (')[0]}\nP1,20\nP2,30.5\nP3,44\n")[heading.partition(" (")[0]]
    assert (plain.role, other.role) == (m.VARIABLE, m.VARIABLE)
    assert other.of != plain.of or other.label != plain.label


@pytest.mark.parametrize("heading", ["Full name", "Birth", "Naissance", "SVNR", "NHC", "IPP", "Postal code", "Doctor"])
def test_what_names_a_person_is_not_loaded(heading):
    assert columns(f"Patient,{heading},Age\nP1,6641,60\nP2,6642,61\nP3,6643,62\n")[heading].role == m.PRIVATE


def test_two_centres_with_the_same_numbers_are_different_patients_when_it_is_said():
    found = brought(
        patients="Site,ID,Age\nA,1,60\nA,2,61\nB,1,50\nB,2,55\n",
        lab="Site,ID,Analyte,Value,Unit,Day\nB,1,CRP,5,mg/L,3\n",
    )
    assert [row[0] for row in applied(found.tables, found.mapping).tables["patients"]] == ["1", "2"]
    told = answered(found, rows="Different patients: Site tells them apart")
    assert [row[0] for row in applied(found.tables, told).tables["patients"]] == ["A 1", "A 2", "B 1", "B 2"]
    assert mapping_of(recipe(told), told.last_day).sheets == told.sheets


@pytest.mark.parametrize(("field", "word"), [("holds", "banana"), ("role", "banana")])
def test_a_recipe_with_words_of_no_meaning_is_refused(field, word):
    found = brought(sheet="Patient,Age\nP1,60\nP2,61\n")
    kept = json.loads(recipe(found.mapping))
    of = kept["sheets"][0] if field == "holds" else kept["sheets"][0]["columns"][0]
    of[field] = word
    with pytest.raises(BadRecipe):
        mapping_of(json.dumps(kept), found.mapping.last_day)


def test_a_month_in_brackets_is_when_a_response_was_seen():
    choice = columns("Patient,Response (M3)\nP1,PR\nP2,CR\nP3,SD\n")["Response (M3)"]
    assert (choice.role, choice.at) == (m.RESPONSE, 3.0)


def test_a_limit_above_is_listed_as_it_is_used():
    found = brought(sheet="Patient,Age,CRP_d3 (mg/L)\nP1,60,>150\nP2,61,12\n")
    made = applied(found.tables, found.mapping)
    assert [(one.value, one.becomes) for one in made.conversions if one.value == ">150"] == [
        (">150", "150, where more was not measured")
    ]


def test_a_doubted_cell_that_is_used_is_not_said_to_be_left_out():
    rows = "".join(f"P{n},{day}/0{n % 9 + 1}/2022,2023-01-01,\n" for n, day in enumerate(range(13, 28)))
    found = brought(sheet=f"ID,Infusion date,Last contact,Date of death\n{rows}P99,09/26/2021,2023-01-01,\n")
    said = {p.value: p.effect for p in applied(found.tables, found.mapping).problems}
    assert said == {"09/26/2021": "used as it is read"}


def test_a_one_among_zeros_is_a_yes_of_any_grade_until_it_is_said_to_be_a_grade():
    found = brought(sheet="Patient,CRS,ICANS grade\nP1,0,0\nP2,1,1\nP3,1,0\n")

    def graded(mapping):
        return [(row[0], row[1], row[3], row[4]) for row in applied(found.tables, mapping).tables["adverse_events"]]

    crs, icans = "Cytokine release syndrome", ("P2", "ICANS", "1", "1")
    assert sorted(graded(found.mapping)) == sorted([("P2", crs, "1", "5"), ("P3", crs, "1", "5"), icans])
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("ones")]
    assert question.answer == "No and yes: the grade is not told"
    told = answered(found, ones="Grades 0 and 1")
    assert sorted(graded(told)) == sorted([("P2", crs, "1", "1"), ("P3", crs, "1", "1"), icans])
    back = questions_of(found.tables, told)
    assert graded(next(q for q in back if q.key.startswith("ones")).answers[question.answer]) == graded(found.mapping)


def test_a_grade_from_none_to_one_is_neither():
    found = brought(sheet="Patient,CRS grade\nP1,0-1\nP2,2\nP3,0\n")
    made = applied(found.tables, found.mapping)
    assert [(row[0], row[3]) for row in made.tables["adverse_events"]] == [("P2", "2")]
    assert [(p.value, p.expected) for p in made.problems] == [("0-1", "0, or a grade above it")]
    assert made.tables["not_assessed"] == [("P1", "Cytokine release syndrome")]


def test_a_table_beside_another_is_read_by_its_names_where_a_blank_column_parts_them_and_else_not():
    beside = "Patient,Infusion date,Last contact{}Patient,Age,CRS grade\nP1,2022-01-01,2024-01-01{}P2,70,3\n"
    beside += "P2,2022-02-01,2024-01-01{}P1,50,0\n"
    found = brought(sheet=beside.format(",,", ",,", ",,"))
    assert applied(found.tables, found.mapping).tables["patients"] == [("P1", "50"), ("P2", "70")]
    gap = ","
    beside = f"Patient,Infusion date,Last contact{gap}Patient,Age,CRS grade\n"
    other = beside + f"P1,2022-01-01,2024-01-01{gap}P2,70,3\nP2,2022-02-01,2024-01-01{gap}P1,50,0\n"
    same = beside + f"P1,2022-01-01,2024-01-01{gap}P1,50,0\nP2,2022-02-01,2024-01-01{gap}P2,70,3\n"
    found = brought(sheet=other)
    made = applied(found.tables, found.mapping)
    assert made.columns["patients"] == ("patient_id",)
    assert "adverse_events" not in made.tables
    assert "put it in a sheet of its own" in found.guesses["sheet.csv", "Age"].reason
    found = brought(sheet=same)
    made = applied(found.tables, found.mapping)
    assert made.tables["patients"] == [("P1", "50"), ("P2", "70")]
    assert [(row[0], row[3]) for row in made.tables["adverse_events"]] == [("P2", "3")]


def test_a_grade_that_nobody_wrote_is_any_and_the_event_counts():
    found = brought(
        sheet="ID,Age,CRS grade,ICANS grade\nA,60,2,0\nB,61,yes,yes\nC,62,0,1\nD,63,Ja,2\nE,64,1,grade unknown\n"
    )
    assert {column.role for column in found.mapping.sheets[0].columns} >= {m.GRADE}
    events = {(row[0], row[1]): row[3:5] for row in applied(found.tables, found.mapping).tables["adverse_events"]}
    assert events["B", "Cytokine release syndrome"] == ("1", "5")
    assert events["D", "Cytokine release syndrome"] == ("1", "5")
    assert {key: bounds for key, bounds in events.items() if key[1] == "ICANS"} == {
        ("B", "ICANS"): ("1", "5"), ("C", "ICANS"): ("1", "1"), ("D", "ICANS"): ("2", "2"), ("E", "ICANS"): ("1", "5"),
    }  # fmt: skip


def test_a_code_that_the_legend_calls_seen_without_a_grade_is_an_event():
    sheet = "ID,Age,CRS grade\nA,60,2\nB,61,9\nC,62,0\nD,63,8\n"
    key = 'Column,Codes\nCRS grade,"0=none, 9=seen; grade not recorded, 8=unknown"\n'
    found = brought(sheet=sheet, key=key.replace("seen; grade", "seen grade"))
    made = applied(found.tables, found.mapping)
    assert [(row[0], row[3], row[4]) for row in made.tables["adverse_events"]] == [("A", "2", "2"), ("B", "1", "5")]
    assert made.tables["not_assessed"] == [("D", "Cytokine release syndrome")]


@pytest.mark.parametrize(
    ("heading", "cells", "statuses"),
    [
        ("Dead (1=yes; 2=no)", "12", "10"), ("Dead (0=yes; 1=no)", "01", "10"), ("Dead (0=yes)", "01", "10"),
        ("Alive (0=yes)", "01", "01"), ("Alive (1=yes; 2=no)", "12", "01"), ("OS censored", ("yes", "no"), "01"),
        ("OS cens", ("no", "yes"), "10"), ("OS censored (0=yes)", "01", "01"), ("OS censored (1=no)", "01", "01"),
        ("OS status (dead=0; alive=1)", "01", "10"), ("OS status (alive 1; dead 0)", "01", "10"),
        ("OS status (0: Tod; 1: lebt)", "01", "10"), ("Verstorben", ("ja", "nein"), "10"),
        ("Lebt noch", ("ja", "nein"), "01"), ("OS zensiert", ("ja", "nein"), "01"),
    ],
)  # fmt: skip
def test_a_status_is_what_heading_and_legend_say_together(heading, cells, statuses):
    found = events(f"ID,OS months,{heading}\nA,10,{cells[0]}\nB,20,{cells[1]}\n")
    assert found == {("A", "OS"): statuses[0], ("B", "OS"): statuses[1]}


@pytest.mark.parametrize(
    "heading", ["Verstorben", "Tod", "Décès", "Fallecido", "Patient died?", "Deceduto", "Overleden", "Patient died"]
)
def test_a_yes_under_a_heading_of_death_is_no_patient_who_lives(heading):
    text = f"ID,Infusion date,{heading},Last follow-up,Date of death\n"
    text += "A,2022-01-01,ja,2022-09-01,\nB,2022-01-01,nein,2023-01-01,\nC,2022-01-01,ja,2022-08-01,2022-08-01\n"
    assert events(text) == {("B", "OS"): "0", ("C", "OS"): "1"}


@pytest.mark.parametrize(
    "heading",
    ["MRD undetectable M3", "MRD clearance d28", "MRD eradicated M12", "MRD free M6", "MRD- M3", "MRD M3 <10-5",
     "MRD neg d28"],
)  # fmt: skip
def test_a_yes_of_good_mrd_is_negative_also_at_a_month(heading):
    [choice] = [c for c in columns(f"ID,Age,{heading}\nA,60,yes\nB,61,no\n").values() if c.role == m.MRD]
    assert dict(choice.levels) == {"yes": "negative", "no": "positive"}


def test_a_yes_of_mrd_alone_is_for_the_viewer_to_say_and_minus_beside_plus_is_negative():
    [choice] = [c for c in columns("ID,Age,MRD M3\nA,60,yes\nB,61,no\n").values() if c.role == m.MRD]
    assert choice.levels == ()
    [choice] = [c for c in columns("ID,Age,MRD positive\nA,60,yes\nB,61,no\n").values() if c.role == m.MRD]
    assert dict(choice.levels) == {"yes": "positive", "no": "negative"}
    found = brought(sheet="ID,Age,MRD\nA,60,+\nB,61,-\nC,62,-\nD,63,\n")
    made = applied(found.tables, found.mapping)
    place = made.columns["patients"].index("mrd_best")
    assert [row[place] for row in made.tables["patients"]] == ["positive", "negative", "negative", None]


@pytest.mark.parametrize(
    ("heading", "cells", "grades"),
    [
        ("CRS (1=yes; 2=no)", "12", {"A": ("1", "5")}),
        ("ICANS (1=no; 2=grade 1; 3=grade 2)", "23", {"A": ("1", "1"), "B": ("2", "2")}),
        ("CRS (0=none; 1=grade 1-2; 2=grade 3-4)", "12", {"A": ("1", "2"), "B": ("3", "4")}),
        ("ICANS (0=yes;1=no)", "01", {"A": ("1", "5")}), ("CRS grade (0=no CRS; 1=any)", "01", {"B": ("1", "5")}),
    ],
)  # fmt: skip
def test_codes_of_grades_are_what_their_legend_says(heading, cells, grades):
    found = brought(sheet=f"ID,Age,{heading}\nA,60,{cells[0]}\nB,61,{cells[1]}\n")
    made = applied(found.tables, found.mapping)
    assert {row[0]: row[3:5] for row in made.tables["adverse_events"]} == grades


@pytest.mark.parametrize(
    ("heading", "cells", "given"),
    [("Tocilizumab (1=yes; 2=no)", "12", {"A": None}), ("Tocilizumab (0=yes)", "01", {"A": None}),
     ("Tocilizumab (mg)", ("560", "0"), {"A": None}), ("Tocilizumab", "20", {"A": "2"})],
)  # fmt: skip
def test_codes_of_treatments_are_heard_and_milligrams_are_no_doses(heading, cells, given):
    found = brought(sheet=f"ID,Age,{heading}\nA,60,{cells[0]}\nB,61,{cells[1]}\n")
    rows = applied(found.tables, found.mapping).tables["milestones"]
    assert {row[0]: row[3] for row in rows if row[2] == "tocilizumab"} == given


@pytest.mark.parametrize(
    ("heading", "cell", "kept"),
    [
        ("CRP mg/dl d0", "3", ("CRP", 30.0, "mg/L")), ("CRP_mgdl_d0", "3", ("CRP", 30.0, "mg/L")),
        ("LDH d0 (µkat/l)", "4.2", ("LDH", 252.0, "U/L")), ("LDH d0 (xULN)", "1.1", ("LDH", 1.1, "xULN")),
        ("Ferritin d0 x1000", "2.5", ("ferritin x1000", 2.5, "")),
        ("Ferritin fold change d7", "2", ("ferritin fold change", 2.0, "")),
        ("Platelets d0 (10E4/µL)", "15", ("Platelets", 15.0, "10E4/µL")),
        ("CRP serum d0 (mg/L)", "5", ("CRP", 5.0, "mg/L")),
    ],
)  # fmt: skip
def test_a_unit_that_nobody_knows_is_no_other_one(heading, cell, kept):
    found = brought(sheet=f"ID,Age,{heading}\nA,60,{cell}\nB,61,{cell}\n")
    [row, _] = applied(found.tables, found.mapping).tables["measurements"]
    assert (row[1], float(row[3]), row[4]) == kept


@pytest.mark.parametrize(
    "heading", ["Ferritin d0 >1000", "Platelets d30 <50", "Hb d0 transfused", "IgG d90 substitution"]
)
def test_a_yes_about_an_analyte_is_no_value_of_it(heading):
    found = brought(sheet=f"ID,Age,{heading}\nA,60,1\nB,61,0\nC,62,1\n")
    made = applied(found.tables, found.mapping)
    assert "measurements" not in made.tables
    assert [row[2] for row in made.tables["variables"]] == ["number", "flag"]


def test_an_ldh_in_katals_is_converted_and_del17p_is_neither_a_yes_nor_missing():
    found = brought(sheet="ID,LDH (µkat/l),High risk cyto\nA,4,del17p\nB,5,no\nC,6,t(4;14)\nD,7,del17p\n")
    made = applied(found.tables, found.mapping)
    of = {row[0]: row[1:] for row in made.tables["patients"]}
    assert of["A"] == ("240", "del17p")
    assert of["C"] == ("360", "t(4;14)")


def test_a_name_that_the_app_derives_is_not_taken_by_a_column():
    found = brought(sheet="ID,Age,Best response\n1,60,1\n2,61,2\n3,62,3\n4,63,4\n")
    made = applied(found.tables, found.mapping)
    open_tables(made.columns, made.tables)


def test_a_recipe_hears_the_unit_and_the_grades_of_the_new_file():
    text = "ID,PFS (days),PFS event,CRS\n{}"
    first = brought(sheet=text.format("A,30,1,1\nB,60,0,0\n"))
    kept = mapping_of(recipe(first.mapping), LAST_DAY)
    second = brought(sheet=text.replace("(days)", "(months)").format("A,30,1,2\nB,60,0,1\n"))
    changed = replace(kept.sheets[0], columns=tuple(
        replace(c, column="PFS (months)") if c.column == "PFS (days)" else c for c in kept.sheets[0].columns
    ))  # fmt: skip
    mapping, told = refitted(second, replace(kept, sheets=(changed,)))
    units = {column.column: column.unit for column in mapping.sheets[0].columns}
    assert units["PFS (months)"] == "months"
    assert any("is in months here; the recipe said days" in words for words in told)
    assert any("1 is one of them" in words for words in told)
    events = {row[0]: row[3:5] for row in applied(second.tables, mapping).tables["adverse_events"]}
    assert events == {"A": ("2", "2"), "B": ("1", "1")}


def test_a_legend_with_a_row_a_code_is_read():
    key = "Variable,Code,Meaning\nResponse M3,1,CR\n,2,PR\n,9,not evaluable\nSex,1,male\nSex,2,female\n"
    found = brought(sheet="ID,Age,Sex,Response M3\nA,60,1,1\nB,61,2,2\nC,62,1,9\n", key=key)
    made = applied(found.tables, found.mapping)
    assert [(row[0], row[2]) for row in made.tables["responses"]] == [("A", "CR"), ("B", "PR")]
    place = made.columns["patients"].index("sex")
    assert [row[place] for row in made.tables["patients"]] == ["Male", "Female", "Male"]


def test_crs_yes_and_no_are_an_event_of_any_grade_with_its_onset():
    found = brought(
        sheet="ID,Infusion date,CRS,CRS onset\nA,2022-01-01,yes,2022-01-03\nB,2022-01-01,no,\nC,2022-01-01,,\n"
    )
    made = applied(found.tables, found.mapping)
    [event] = made.tables["adverse_events"]
    assert (event[0], event[3:5], event[6]) == ("A", ("1", "5"), "2")
    assert made.tables["not_assessed"] == [("C", "Cytokine release syndrome")]


def test_a_study_day_of_one_is_the_day_of_the_infusion():
    adlb = "USUBJID,PARAM,AVAL,AVALU,ADY\nA,CRP,5,mg/L,1\nA,CRP,6,mg/L,-3\nA,CRP,7,mg/L,8\n"
    found = brought(adsl="USUBJID,AGE,TRTSDT\nA,60,2022-01-01\nB,61,2022-01-01\n", adlb=adlb)
    made = applied(found.tables, found.mapping)
    assert [float(row[2]) for row in made.tables["measurements"]] == [0.0, -3.0, 7.0]


CODED = (
    "ID,CAR-T Infusion,Last FU,Status,Best response{},CRS grade,ICANS grade,R-ISS,ECOG,Sex (0=f;1=m)\n"
    "1,2023-01-10,2024-01-10,1,1,0,0,1,0,0\n2,2023-01-12,2024-02-10,2,2,1,1,2,1,1\n"
    "3,2023-01-12,2024-02-10,1,3,2,0,3,1,1\n4,2023-01-12,2024-02-10,1,4,2,0,3,2,0\n"
)


@pytest.mark.parametrize("legend", ["", " (1 CR; 2 VGPR; 3 PR; 4 SD)"])
def test_stages_and_statuses_in_numbers_are_no_grades_of_adverse_events(legend):
    found = brought(sheet=CODED.format(legend))
    made = applied(found.tables, found.mapping)
    assert {row[1] for row in made.tables["adverse_events"]} == {"Cytokine release syndrome", "ICANS"}
    roles = {column.column.partition(" (")[0]: column.role for column in found.mapping.sheets[0].columns}
    assert (roles["Status"], roles["R-ISS"], roles["ECOG"]) == (m.VITAL, m.VARIABLE, m.VARIABLE)
    assert ("responses" in made.tables) == bool(legend)


@pytest.mark.parametrize(
    ("heading", "unit", "value"),
    [("Ferritin (ug/ml)", "ng/mL", "2000"), ("Ferritin (µg/ml)", "ng/mL", "2000"), ("Ferritin (pmol/l)", "pmol/l", "2"),
     ("LDH (nkat/l)", "nkat/l", "2"), ("LDH (µkat/l)", "U/L", "120")],
)  # fmt: skip
def test_a_variable_is_in_the_unit_that_its_heading_says(heading, unit, value):
    made = applied(*_mapped(brought(sheet=f"ID,Age,{heading}\nA,60,2\nB,61,2\n")))
    assert [(row[3], made.tables["patients"][0][2]) for row in made.tables["variables"][1:]] == [(unit, value)]


def _mapped(found):
    return found.tables, found.mapping


def test_an_end_that_is_no_value_is_converted_as_a_value_is():
    made = applied(*_mapped(brought(sheet="ID,CRP (mg/dl),LDH (µkat/l)\nA,1.2,3\nB,< 0.3,< 2\nC,2,4\n")))
    assert [row[1:] for row in made.tables["patients"]] == [("12", "180"), ("3", "120"), ("20", "240")]


def test_a_serious_event_without_a_grade_is_serious_all_the_same():
    events = (
        "ID,Adverse event,Grade,Onset day,Serious\n1,CRS,2,1,no\n2,ICANS,unknown,2,yes\n3,Infection,,3,yes\n4,CMV,,1,\n"
    )
    found = brought(patients="ID,Age\n1,60\n2,61\n3,62\n4,63\n5,64\n", toxicity=events)
    made = applied(found.tables, found.mapping)
    place = made.columns["patients"].index("serious_event")
    assert [row[place] for row in made.tables["patients"]] == ["No", "Yes", "Yes", None, "No"]


def test_yes_and_no_beside_grades_say_who_was_looked_at():
    found = brought(
        sheet="ID,Infusion date,CRS yes/no,CRS grade,CRS onset\n1,2023-01-10,yes,2,2023-01-12\n"
        "2,2023-01-10,yes,,2023-01-13\n"
        "3,2023-01-10,no,1,\n4,2023-01-10,no,,\n5,2023-01-10,,3,2023-01-15\n6,2023-01-10,,,\n"
    )
    made = applied(found.tables, found.mapping)
    events = {row[0]: (row[3], row[4], row[6]) for row in made.tables["adverse_events"]}
    assert events == {"1": ("2", "2", "2"), "2": ("1", "5", "3"), "3": ("1", "1", None), "5": ("3", "3", "5")}
    assert made.tables["not_assessed"] == [("6", "Cytokine release syndrome")]
    assert [(p.row, p.expected) for p in made.problems] == [(4, "1, as among the adverse events")]
    assert not any(q.key.startswith("empty") for q in questions_of(found.tables, found.mapping))


def test_a_third_number_of_survival_is_no_competing_event():
    found = brought(sheet="ID,OS (months),OS status\nA,10,0\nB,12,1\nC,14,2\n")
    made = applied(found.tables, found.mapping)
    assert [(row[0], row[3]) for row in made.tables["endpoints"]] == [("A", "0"), ("B", "1")]
    assert [(p.row, p.value) for p in made.problems] == [(4, "2")]


def test_a_year_is_no_day_of_onset_and_a_date_without_its_format_is_one():
    found = brought(
        sheet="ID,Infusion date,ICANS grade,ICANS onset (day)\nA,2023-03-10,2,2022\n"
        "B,2023-03-10,1,45000\nC,2023-03-10,1,4\n"
    )
    made = applied(found.tables, found.mapping)
    assert [row[6] for row in made.tables["adverse_events"]] == [None, "5", "4"]
    assert [(p.row, p.expected) for p in made.problems] == [(2, "a day from infusion; this is a year")]


def test_a_recipe_says_what_it_assumes_and_guesses_no_new_number_of_a_status():
    first = brought(sheet="ID,CRP,OS months,Dead (1=dead)\n,mg/dl,months,\nA,1,10,0\nB,2,12,1\n")
    kept = mapping_of(recipe(first.mapping), LAST_DAY)
    second = brought(sheet="ID,CRP,OS months,Dead (1=dead)\nA,1,10,2\nB,2,12,1\nC,2,12,0\n")
    mapping, told = refitted(second, kept)
    assert any("names no unit here; mg/dl is assumed" in words for words in told)
    assert [row[3] for row in applied(second.tables, mapping).tables["endpoints"]] == ["1", "0"]


def test_a_visit_has_a_response_and_laboratory_values():
    visits = "ID,Date,CRP mg/dl,Hb,Response\nA,2022-02-01,1,10,PR\nA,2022-03-01,2,11,\nB,2022-02-01,,,CR\n"
    found = brought(patients="ID,Age,Infusion date\nA,60,2022-01-01\nB,61,2022-01-01\n", visits=visits)
    made = applied(found.tables, found.mapping)
    assert [(row[0], row[2]) for row in made.tables["responses"] if row[1] is not None] == [("A", "PR"), ("B", "CR")]
    assert [(row[0], row[1], float(row[3])) for row in made.tables["measurements"]] == [
        ("A", "CRP", 10.0), ("A", "CRP", 20.0), ("A", "Haemoglobin", 10.0), ("A", "Haemoglobin", 11.0),
    ]  # fmt: skip
    assert [(one.rows, one.used) for one in made.sums] == [(2, 2), (3, 3)]


def test_an_italian_and_a_spanish_sheet_have_their_courses():
    italian = "Paziente,Data infusione,Data di progressione,Stato,Data ultimo contatto,Risposta migliore\n"
    italian += "1,2022-01-01,2022-06-01,vivo,2023-01-01,CR\n2,2022-01-01,,vivo,2023-01-01,PR\n"
    assert set(events(italian)) == {("1", "PFS"), ("1", "OS"), ("2", "PFS"), ("2", "OS")}
    spanish = "Paciente,Meses SLP,SLP evento,Éxitus\n1,5,sí,sí\n2,9,no,no\n"
    assert events(spanish) == {("1", "PFS"): "1", ("2", "PFS"): "0"}


def test_a_recipe_asks_for_the_unit_of_times_that_would_be_too_long_in_its_own():
    first = brought(sheet="ID,OS,Dead (1=dead)\nA,10,0\nB,12,1\n")
    kept = mapping_of(recipe(answered(first, time="Months")), LAST_DAY)
    second = brought(sheet="ID,OS,Dead (1=dead)\nA,310,0\nB,365,1\nC,24,0\n")
    mapping, told = refitted(second, kept)
    assert [words for words in told if "would be too long" in words]
    assert "endpoints" not in {table for table, rows in applied(second.tables, mapping).tables.items() if rows}
    [question] = [one for one in questions_of(second.tables, mapping) if one.key.startswith("time")]
    assert question.answer == ""
    again, told = refitted(first, kept)
    assert told == ("sheet.csv: OS names no unit here; months is assumed, as in the recipe.",)
    assert len(applied(first.tables, again).tables["endpoints"]) == 2
