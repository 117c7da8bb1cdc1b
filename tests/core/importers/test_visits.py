"""What stands beside a response, a box or a date and changes what it says: its visit, its number, its order."""

import pytest

from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.questions import questions_of
from tests.core.importers.test_shapes import brought, endpoints


def patients(*lines: str) -> dict[str, list]:
    """The variables of a sheet by name, patient by patient."""
    found = brought(sheet="\n".join(lines))
    made = applied(found.tables, found.mapping)
    names = made.columns["patients"]
    return {name: [row[place] for row in made.tables["patients"]] for place, name in enumerate(names)}


def roles(*lines: str) -> dict[str, tuple[str, str]]:
    found = brought(sheet="\n".join(lines))
    return {column.column: (column.role, column.of) for column in found.mapping.sheets[0].columns}


def test_of_numbered_responses_the_best_counts():
    told = patients("ID,Infusion date,Response 1,Response 2,Response 3", "A,2022-05-01,PR,CR,SD", "B,2022-02-05,SD,,PD")
    assert told["best_response"] == ["CR", "SD"]


def test_what_is_seen_on_the_day_of_infusion_is_no_response_to_it():
    head = "ID,Infusion date,Response M0,Response M3,MRD M0,MRD M3"
    told = patients(head, "A,2022-01-05,CR,PR,neg,pos", "B,2022-01-05,PD,PR,pos,pos")
    assert (told["best_response"], told["mrd_negative"]) == (["PR", "PR"], ["No", "No"])
    assert told["response_m0"] == ["CR", "PD"]
    found = brought(p="ID,Infusion date\nA,2022-01-05\n", r="ID,Date,Response\nA,2022-01-05,CR\nA,2022-02-05,PR\n")
    made = applied(found.tables, found.mapping)
    assert [row[2] for row in made.tables["responses"]] == ["PR"]
    assert [(one.rows, one.used, one.listed) for one in made.sums][1] == (2, 1, 1)


@pytest.mark.parametrize("heading", ["Date CR", "CR date", "Date of CR", "Date of first response", "CRS days"])
def test_a_day_of_something_else_is_no_onset_and_no_best_response(heading):
    cells = ("5", "7", "9") if heading == "CRS days" else ("2022-04-20", "2022-03-20", "")
    head = f"ID,Infusion date,CRS grade,Best response,{heading}"
    lines = [f"{name},2022-01-05,{n + 1},CR,{cell}" for n, (name, cell) in enumerate(zip("ABC", cells, strict=True))]
    assert roles(head, *lines)[heading][0] == m.LEFT_OUT


def test_nr_is_no_response_or_not_reported_and_is_listed():
    found = brought(p="ID,Best response\nA,CR\nB,NR\nC,PR\nD,\n")
    assert [(p.row, p.value) for p in applied(found.tables, found.mapping).problems] == [(3, "NR")]


@pytest.mark.parametrize("name", ["del17p", "del(17p)", "17p deletion", "t(4;14)", "TP53 mutation"])
def test_one_aberration_is_not_the_risk_of_all(name):
    heading = f"High risk cyto: {name}"
    assert roles(f"ID,{heading}", "A,1", "B,0", "C,0", "D,1")[heading][1] != "high_risk"


def test_a_box_without_its_dictionary_is_a_yes_or_no_of_its_own():
    boxes = ["EMD (choice=None)", "EMD (choice=Paraskeletal)", "High-risk cytogenetics (choice=none)"]
    told = patients(f"ID,{','.join(boxes)},emd___1", "A,Checked,Unchecked,Checked,1", "B,Unchecked,Checked,Unchecked,0")
    assert told["emd_none"] == ["Yes", "No"]
    assert told["emd_paraskeletal"] == ["No", "Yes"]
    assert not {"emd", "emd_any", "high_risk"} & set(told)


def test_boxes_of_aberrations_of_a_redcap_dictionary_are_the_risk_together():
    dictionary = (
        'Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels"\n'
        "record_id,baseline,text,Record ID,\ninfusion_date,baseline,text,Infusion date,\n"
        'cyto,baseline,checkbox,Cytogenetics,"1, del17p | 2, t(4;14) | 3, none"\n'
        'emd,baseline,checkbox,EMD,"1, None | 2, EM-B | 3, EM-E"\n'
    )
    export = (
        "record_id,infusion_date,cyto___1,cyto___2,cyto___3,emd___1,emd___2,emd___3\n"
        "1,2022-01-05,1,0,0,1,0,0\n2,2022-02-05,0,0,1,0,1,0\n3,2022-03-05,0,1,0,0,0,1\n"
    )
    found = brought(dictionary=dictionary, export=export)
    made = applied(found.tables, found.mapping)
    names = made.columns["patients"]
    assert [row[names.index("high_risk")] for row in made.tables["patients"]] == ["Yes", "No", "Yes"]
    assert not {"emd", "emd_any"} & set(names), "None that is ticked is no EMD"


@pytest.mark.parametrize("sign", "-/.")
def test_six_digits_with_the_year_first(sign):
    days = ("22-01-05,23-09-20,", "20-02-05,22-09-22,22-09-22")
    text = "ID,Infusion date,Last contact,Date of death\n" + "".join(f"P{n},{d}\n" for n, d in enumerate(days))
    found = brought(p=text.replace("-", sign))
    assert [months for _, name, months, _ in endpoints(found, found.mapping) if name == "OS"] == [20.47, 31.54]
    assert "the year comes first" in found.remarks[0]


@pytest.mark.parametrize("days", [("05-01-22,20-09-23,", "05-02-20,22-09-22,22-09-22"),
                                  ("21-01-22,21-09-23,", "22-02-21,22-09-22,")])  # fmt: skip
def test_six_digits_with_the_day_first_stay_so(days):
    found = brought(
        p="ID,Infusion date,Last contact,Date of death\n" + "".join(f"P{n},{d}\n" for n, d in enumerate(days))
    )
    assert found.remarks == []


def test_a_row_of_units_in_a_sheet_of_visits_and_units_by_whole_headings_count():
    infused = "ID,Infusion date\nA,2022-01-05\nB,2022-01-05\n"
    found = brought(p=infused, labs="ID,Day,CRP,ANC\n,,mg/dL,/µL\nA,0,5.2,1500\nA,7,12,300\nB,0,0.3,2400\n")
    values = [(r[1], float(r[3])) for r in applied(found.tables, found.mapping).tables["measurements"]]
    assert values == [("CRP", 52), ("CRP", 120), ("CRP", 3), ("ANC", 1.5), ("ANC", 0.3), ("ANC", 2.4)]
    wide = brought(
        p="ID,Infusion date,CRP d0\nA,2022-01-05,5\nB,2022-01-05,4\n", legend="Spalte,Einheit\nCRP d0,mg/dl\n"
    )
    assert [c.unit for c in wide.mapping.sheets[0].columns if c.role == m.MEASUREMENT] == ["mg/dl"]


def test_a_portuguese_sheet():
    head = "Paciente;Data da infusão;Data do óbito;Último contato;Óbito;Melhor resposta;Grau SLC;Grau ICANS"
    found = brought(p=f"{head}\n1;05/01/2022;;20/09/2023;não;RC;2;1\n2;15/01/2022;01/09/2022;01/09/2022;sim;RP;1;0\n")
    assert [(patient, status) for patient, name, _, status in endpoints(found, found.mapping)] == [
        ("1", "0"),
        ("2", "1"),
    ]
    assert len(applied(found.tables, found.mapping).tables["adverse_events"]) == 3
    assert not [q for q in questions_of(found.tables, found.mapping) if "alive" in q.words]


@pytest.mark.parametrize(
    ("heading", "free"),
    [("PFS status (0=censored 1=PD 2=death)", ("0",)), ("Progressed/dead", ("no",)), ("PD or death", ("no",)),
     ("Progression-free", ("yes",)), ("Événement SSP", ("non",)), ("Censor", ("yes",))],
)  # fmt: skip
def test_a_status_of_pfs_however_it_is_called(heading, free):
    ended = {"0": ("1", "2"), "no": ("yes", "yes"), "yes": ("no", "no"), "non": ("oui", "oui")}[free[0]]
    found = brought(p=f"ID,PFS months,{heading}\nA,4,{free[0]}\nB,5,{ended[0]}\nC,3,{ended[1]}\n")
    assert [status for *_, status in endpoints(found, found.mapping)] == ["0", "1", "1"]


@pytest.mark.parametrize(
    "name", ["ORR", "≥VGPR", "Sustained MRD neg", "EMR", "Toci doses", "Grade 3-4 neutropenia", "DOR"]
)
def test_an_outcome_is_known_only_after_infusion(name):
    found = brought(p=f"ID,{name}\n" + "".join(f"P{n},{'yes' if n % 2 else 'no'}\n" for n in range(6)))
    [column] = [c for c in found.mapping.sheets[0].columns if c.column == name]
    assert column.role != m.VARIABLE or column.section == "after infusion"


def test_the_second_revision_of_the_stage_is_its_own_and_a_grade_beside_a_yes_is_read():
    told = patients("ID,R2-ISS", "A,II", "B,IV", "C,I")
    assert told["r2iss_stage"] == ["II", "IV", "I"]
    found = brought(p="ID,CRS grade\nA,yes (2)\nB,yes (1)\nC,no\n")
    assert [row[3:5] for row in applied(found.tables, found.mapping).tables["adverse_events"]] == [
        ("2", "2"),
        ("1", "1"),
    ]


def test_zeros_on_the_day_of_infusion_are_values_as_those_of_later_days_are():
    series = ("CAR-T Kopien/µg DNA d0", "CAR-T Kopien/µg DNA d7", "CAR-T-Zellen/µl d0", "CAR-T-Zellen/µl d14")
    head = ",".join(("ID,Infusion date", *series, "CD3+CAR+ d0,CD3+CAR+ d7"))
    found = brought(p=f"{head}\nA,2022-01-05,0,1200,0,33,0,12.5\nB,2022-02-05,0,800,0,12,0,4.5\n")
    made = applied(found.tables, found.mapping)
    assert made.columns["patients"] == ("patient_id",)
    read = {(row[1], row[2], row[4]) for row in made.tables["measurements"]}
    assert {("CAR-T copies", "0", "copies/µg"), ("CAR-T copies", "7", "copies/µg"), ("CAR-T cells", "0", "cells/µL"),
            ("CAR-T cells", "14", "cells/µL"), ("cd3+car+", "0", ""), ("cd3+car+", "7", "")} == read  # fmt: skip
    fever = brought(p="ID,Infusion date,Fever d1,Fever d2\nA,2022-01-05,0,1\nB,2022-02-05,1,0\n")
    assert {c.role for c in fever.mapping.sheets[0].columns[2:]} == {m.VARIABLE}, "a yes or no at each visit is none"


@pytest.mark.parametrize("heading", ["N° xy", "Ref", "Numéro dossier", "Aktennummer"])
def test_long_numbers_that_never_repeat_are_left_out_as_record_numbers(heading):
    rows = "".join(f"P{n},{100200 + 7 * n},{150000 + 1000 * n},{n + 40}\n" for n in range(8))
    found = brought(p=f"ID,{heading},Platelets d0 (/µL),Age\n{rows}")
    told = {c.column: c.role for c in found.mapping.sheets[0].columns}
    assert told[heading] == m.PRIVATE
    assert (told["Platelets d0 (/µL)"], told["Age"]) == (m.MEASUREMENT, m.VARIABLE)


def test_what_was_brought_twice_counts_once_and_is_listed():
    people = "ID,Infusion date,CRP d0 (mg/L)\nA,2022-01-05,3\nB,2022-02-05,4\nC,2022-02-05,5\n"
    events = "ID,Term,Grade,Start\nA,Fever,2,1\nA,Rash,1,3\nB,Fever,2,5\nC,Anaemia,3,9\n"
    once = brought(p=people, ae=events)
    twice = brought(p=people, ae=events, ae_new=events + "C,Rash,2,4\n")
    made, before = (applied(one.tables, one.mapping) for one in (twice, once))
    assert made.tables["adverse_events"] == [
        *before.tables["adverse_events"],
        ("C", "Rash", None, "2", "2", None, "4", None),
    ]
    assert [(one.rows, one.used, one.listed) for one in made.sums] == [(3, 3, 0), (4, 4, 0), (5, 1, 4)]
    assert made.unused[0].why == "the same as row 2 of ae.csv, which counts"
    again = brought(p=people, p2=people)
    [question] = [q for q in questions_of(again.tables, again.mapping) if q.key.startswith("parts")]
    same = applied(again.tables, question.answers["The same patients"])
    assert len(same.tables["measurements"]) == 3


def test_events_of_another_year_that_are_like_one_before_are_none_of_it():
    people = "ID,Infusion date\nA,2022-01-05\nB,2022-02-05\n"
    found = brought(
        p=people, ae1="ID,Term,Grade\nA,Fever,2\nB,Rash,1\n", ae2="ID,Term,Grade\nA,Fever,2\nA,Rash,3\nB,Nausea,1\n"
    )
    assert len(applied(found.tables, found.mapping).tables["adverse_events"]) == 5


@pytest.mark.parametrize(
    ("cell", "grade"),
    [("2 (Toci)", "2"), ("3 (Steroide)", "3"), ("II (tocilizumab given)", "2"), ("2 (not CRS)", None),
     ("1 (prior)", None), ("2 (max 3)", None), ("2 (?)", None)],
)  # fmt: skip
def test_a_note_behind_a_grade_is_told_and_one_that_doubts_it_is_listed(cell, grade):
    found = brought(p=f"ID,CRS grade\nA,{cell}\nB,1\nC,0\nD,3\nE,2\n")
    made = applied(found.tables, found.mapping)
    told = {row[0]: row[3] for row in made.tables["adverse_events"]}
    assert told.get("A") == grade
    assert [(p.row, p.value) for p in made.problems] == ([] if grade else [(2, cell)])
    assert any(one.value == cell for one in made.conversions) == (grade is not None)


def test_who_is_asked_about_a_point_hears_of_every_column_that_it_holds_for():
    rows = "A,3.000,1.200\nB,3.000,1.850\nC,3.000,1.420\n"
    found = brought(p=f"ID,Dose,Ferritin (ng/mL)\n{rows}")
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("decimals")]
    assert question.evidence.endswith("so for Ferritin (ng/mL) too")


@pytest.mark.parametrize(
    ("heads", "threshold"),
    [("MRD (10^-5)", "1e-5"), ("MRD 10-5 M3", "1e-5"), ("MRD M3 (10⁻⁶)", "1e-6"), ("MRD M3", None),
     ("MRD M3 (10^-5),MRD M6 (10^-6)", None), ("MRD M3 (1e-4),MRD M6 (10-4)", "1e-4")],
)  # fmt: skip
def test_the_threshold_of_mrd_is_that_of_its_headings(heads, threshold):
    cells = ",neg" * len(heads.split(","))
    found = brought(p=f"ID,{heads}\nA{cells}\nB{cells.replace('neg', 'pos')}\n")
    assert {row[4] for row in applied(found.tables, found.mapping).tables["responses"]} == {threshold}


@pytest.mark.parametrize(
    ("heading", "day"),
    [("CRP 3 d before", -3), ("CRP 3 d after", 3), ("CRP 3 Tage vor CAR-T", -3), ("CRP 5 jours avant", -5),
     ("CRP d7 pre-infusion", -7), ("CRP d-7", -7), ("CRP 2 weeks prior", -14), ("CRP d7", 7)],
)  # fmt: skip
def test_a_day_before_infusion_is_one_before_it(heading, day):
    found = brought(p=f"ID,Infusion date,{heading} (mg/L)\nA,2022-01-05,4\nB,2022-01-05,5\n")
    [column] = [c for c in found.mapping.sheets[0].columns if c.role == m.MEASUREMENT]
    assert (column.of, column.at) == ("CRP", day)


def test_the_year_comes_first_in_all_sheets_or_in_none():
    people = "ID,Infusion date,Last contact,Dead\nA,22-01-05,23-06-08,no\nB,22-02-05,23-07-10,no\n"
    found = brought(p=people, ae="ID,Event,Grade,Onset date\nA,Anaemia,3,22-01-06\nB,Fever,2,22-02-07\n")
    assert [months for _, _, months, _ in endpoints(found, found.mapping)] == [17.05, 17.08]
    events = applied(found.tables, found.mapping).tables["adverse_events"]
    assert [row[6] for row in events] == ["1", "2"]


def test_one_date_of_long_ago_or_mistyped_does_not_turn_the_others_round():
    head = "ID,Infusion date,Diagnosis date,Last contact,Dead\n"
    days = ["22-01-05,18-03-08", "22-02-15,08-04-12", "21-12-26,15-05-10", "21-11-26,12-01-05"] * 3
    rows = "".join(f"P{n},{day},23-07-30,no\n" for n, day in enumerate(days))
    found = brought(p=head + rows.replace("08-04-12", "17-13-12", 1))
    made = applied(found.tables, found.mapping)
    at = made.columns["patients"].index("diagnosis_to_infusion_years")
    assert [row[at] for row in made.tables["patients"][2:5]] == ["6.63", "9.89", "3.83"]
    assert [p.value for p in made.problems] == ["17-13-12"]


@pytest.mark.parametrize("name", ["CAR-T peak", "sBCMA baseline", "CD34 count", "B cells", "Antigen density", "AUC"])
def test_long_values_that_never_repeat_are_no_record_numbers(name):
    cells = (18234, 90412, 23981, 55120, 71002, 45210)
    found = brought(p=f"ID,{name}\n" + "".join(f"P{n},{cell}\n" for n, cell in enumerate(cells)))
    assert found.mapping.sheets[0].columns[1].role == m.VARIABLE


@pytest.mark.parametrize(
    "name",
    ["Event-free before", "Prior grade", "Infection history", "Steroids at baseline", "PD at apheresis",
     "Neutropenia at baseline", "Response to last line", "Worst cytogenetics", "Best prior response"],
)  # fmt: skip
def test_what_was_before_is_known_at_infusion(name):
    found = brought(p=f"ID,{name}\n" + "".join(f"P{n},{'yes' if n % 2 else 'no'}\n" for n in range(6)))
    [column] = [c for c in found.mapping.sheets[0].columns if c.column == name]
    assert column.section != "after infusion"


@pytest.mark.parametrize(
    "cell", ["1 (später III°)", "2 (max. IV)", "2 (later III)", "1 (worsened to four)", "1 (rule out)"]
)
def test_a_note_that_says_another_grade_is_listed(cell):
    found = brought(p=f"ID,CRS grade\nA,{cell}\nB,1\nC,0\nD,3\nE,2\n")
    assert [p.value for p in applied(found.tables, found.mapping).problems] == [cell]


def test_a_grade_of_an_earlier_treatment_is_no_event_of_this_one():
    found = brought(p="ID,CRS grade (bridging),CRS max grade,Prior CRS grade\nA,3,1,4\nB,0,1,4\n")
    events = applied(found.tables, found.mapping).tables["adverse_events"]
    assert [(row[0], row[3]) for row in events] == [("A", "1"), ("B", "1")]
