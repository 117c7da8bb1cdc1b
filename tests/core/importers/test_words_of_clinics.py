"""Words of ordinary sheets: who lives with a disease, statuses in other languages, names of columns of departments."""

import pytest

from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.questions import questions_of
from tests.core.importers.test_shapes import brought, endpoints

DATED = (
    "Patient,Infusion,{},Date of last FU or death,PD date\n1,2022-01-10,{},2024-01-10,\n"
    "2,2022-02-10,{},2023-01-10,2022-09-09\n3,2022-03-10,{},2022-12-01,2022-05-05\n4,2022-03-11,{},2024-12-01,\n"
)


def statuses(text: str, endpoint: str = "OS", **more: str) -> str:
    found = brought(p=text, **more)
    return "".join(status for _, name, _, status in endpoints(found, found.mapping) if name == endpoint)


@pytest.mark.parametrize(
    "codes",
    ["1=lebt ohne Progress; 2=lebt mit Progress; 3=tot", "1=vivo sin progresión, 2=vivo con progresión, 3=muerto",
     "1=alive without PD; 2=alive with PD; 3=dead", "1=in Remission, 2=Progress, 3=verstorben",
     "1=CR, 2=relapse, 3=dead", "1=vivant en RC, 2=vivant en rechute, 3=décédé"],
)  # fmt: skip
def test_who_lives_with_a_progression_lives(codes):
    assert statuses(f'Patient,OS (months),"Status ({codes})"\n1,24,1\n2,11,2\n3,8,3\n4,33,1\n') == "0010"
    assert statuses(DATED.format(f'"Status ({codes})"', 1, 2, 3, 1)) == "0010"


def test_a_progression_is_no_death_where_death_has_a_word_of_its_own():
    assert statuses(DATED.format("Status", "in Remission", "Progress", "verstorben", "in Remission")) == "0010"


@pytest.mark.parametrize(
    "legend",
    [
        "Code,Status\n1,alive in remission\n2,alive with relapse\n3,dead\n",
        "Column,Code,Meaning\nStatus,1,alive in remission\n,2,alive with relapse\n,3,dead\n",
    ],
)
def test_a_legend_of_one_column_is_of_the_column_that_it_names(legend):
    assert statuses(DATED.format("Status", 1, 2, 3, 1), Legend=legend) == "0010"


def test_three_numbers_of_a_status_without_a_legend_are_told_by_nothing():
    text = DATED.format("Status", 1, 2, 3, 1)
    assert statuses(text) == ""
    found = brought(p=text + "1 = alive,,,,\n2 = relapsed,,,,\n3 = dead,,,,\n")
    assert applied(found.tables, found.mapping).patients == 4, "a line of a legend is no patient"


@pytest.mark.parametrize(
    ("progression", "survival"),
    [("Événement PFS", "Événement OS"), ("PFS événement", "OS événement"), ("Évènement PFS", "SG statut"),
     ("Evenement PFS", "Décès"), ("SSP statut", "SG statut"), ("Estado SLP", "Estado SG"), ("Evt PFS", "Evt OS"),
     ("PFS stato", "OS stato")],
)  # fmt: skip
def test_a_status_is_of_the_endpoint_in_its_name(progression, survival):
    times = ("SSP (mois)", "SG (mois)") if "S" in progression.split()[0][:3] else ("PFS (mois)", "OS (mois)")
    text = f"Patient,{times[0]},{progression},{times[1]},{survival}\n1,12,1,20,0\n2,6,1,8,1\n3,30,0,31,0\n"
    assert (statuses(text, "PFS"), statuses(text)) == ("110", "010")


def test_alive_and_dead_are_no_status_of_pfs():
    assert statuses("Patient,PFS (mo),Status\n1,12.3,alive\n2,6.1,alive\n3,4.4,dead\n", "PFS") == ""


@pytest.mark.parametrize("heading", ["Follow-up (months)", "Nachbeobachtung (Monate)", "Suivi (mois)"])
def test_a_follow_up_in_months_beside_who_died_is_os(heading):
    assert statuses(f"Patient,{heading},Dead\n1,24.0,no\n2,23.9,no\n3,9.0,yes\n") == "001"


@pytest.mark.parametrize("heading", ["Month", "Months after infusion", "Mois", "Mese", "Monat", "Mes"])
def test_responses_by_month_are_assessments(heading):
    rows = "1,1,PR\n1,3,VGPR\n1,6,CR\n2,1,PR\n2,3,PD\n"
    found = brought(p="Patient,Infusion\n1,2022-01-10\n2,2022-02-10\n", r=f"Patient,{heading},Response\n{rows}")
    made = applied(found.tables, found.mapping)
    assert [(row[0], row[1], row[2]) for row in made.tables["responses"]] == [
        ("1", "1", "PR"), ("1", "3", "VGPR"), ("1", "6", "CR"), ("2", "1", "PR"), ("2", "3", "PD"),
    ]  # fmt: skip


@pytest.mark.parametrize("heading", ["Nr.", "No.", "#", "N°", "Lfd. Nr.", "ID patient", "Case"])
def test_numbers_name_the_patients_where_nothing_else_does(heading):
    people = f"{heading},Age,Infusion date\n" + "".join(f"{n},{50 + n},2022-01-05\n" for n in range(1, 5))
    found = brought(p=people, ae=f"{heading},Adverse event,Grade\n2,Fever,2\n2,Anaemia,3\n4,Fever,1\n")
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["1", "2", "3", "4"]
    assert [row[0] for row in made.tables["adverse_events"]] == ["2", "2", "4"]


@pytest.mark.parametrize(
    ("heading", "cells", "role", "of"),
    [
        ("Grado máximo CRS", ("2", "0", "3"), m.GRADE, "Cytokine release syndrome"),
        ("Highest CRS grade (ASTCT)", ("2", "0", "3"), m.GRADE, "Cytokine release syndrome"),
        ("Peak ICANS grade", ("2", "0", "3"), m.GRADE, "ICANS"),
        ("Meilleure rép.", ("RP", "RC", "RP"), m.BEST_RESPONSE, ""),
        ("Extramedullärer Befall", ("ja", "nein", "ja"), m.VARIABLE, "emd_any"),
        ("Líneas de tratamiento", ("3", "4", "6"), m.VARIABLE, "prior_lines"),
        ("Alto rischio citogenetico", ("sì", "no", "no"), m.VARIABLE, "high_risk"),
        ("Auto-SZT", ("ja", "nein", "ja"), m.VARIABLE, "prior_asct"),
        ("gest. am", ("", "01.09.2022", ""), m.DEATH, ""),
        ("Statut aux DN", ("vivant", "décédé", "vivant"), m.VITAL, ""),
    ],
)
def test_columns_of_departments_are_what_they_are_called(heading, cells, role, of):
    lines = "".join(f"P{n},2022-01-05,{cell}\n" for n, cell in enumerate(cells))
    found = brought(p=f"Patient,Infusion,{heading}\n{lines}")
    assert [(c.role, c.of) for c in found.mapping.sheets[0].columns][2] == (role, of)


def test_thousands_per_microlitre_without_brackets():
    found = brought(p="Patient,Infusion,Plt K/uL D0,Plt K/uL D7\n1,2022-01-10,120,15\n2,2022-02-10,220,40\n")
    rows = applied(found.tables, found.mapping).tables["measurements"]
    assert [(row[3], row[4]) for row in rows] == [
        ("120", "10^9/L"),
        ("220", "10^9/L"),
        ("15", "10^9/L"),
        ("40", "10^9/L"),
    ]
    assert not [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("no unit")]


def test_a_response_of_a_month_before_infusion_is_none_to_it():
    found = brought(p="Patient,Infusion,Response 3 months before,Response M3\n1,2022-01-10,CR,PR\n2,2022-02-10,PD,PR\n")
    assert [row[1:3] for row in applied(found.tables, found.mapping).tables["responses"]] == [("3", "PR"), ("3", "PR")]


@pytest.mark.parametrize(
    ("heading", "alive", "dead"),
    [("Situación", "vivo", "muerto"), ("État", "vivante", "décédée"), ("Patient is", "alive", "dead"),
     ("État (1=vivant, 2=décédé)", "1", "2")],
)  # fmt: skip
def test_a_column_of_alive_and_dead_is_that_whatever_it_is_called(heading, alive, dead):
    found = brought(
        p=f'Patient,Infusion,"{heading}"\n1,2022-01-10,{alive}\n2,2022-02-10,{dead}\n3,2022-02-10,{alive}\n'
    )
    column = found.mapping.sheets[0].columns[2]
    assert (column.role, sorted(level for _, level in column.levels)) == (m.VITAL, [m.CENSORED, m.EVENT])


@pytest.mark.parametrize("brackets", ["0/1", "yes/no", "event"])
def test_an_endpoint_in_brackets_of_two_is_its_status(brackets):
    yes, no = ("1", "0") if brackets != "yes/no" else ("yes", "no")
    head = f"Patient,OS (mo),OS ({brackets}),PFS (mo),PFS ({brackets})"
    text = f"{head}\n1,8,{yes},3,{yes}\n2,9,{no},9,{no}\n3,20,{no},5,{yes}\n"
    assert (statuses(text), statuses(text, "PFS")) == ("100", "101")


@pytest.mark.parametrize(("alive", "dead"), ["VD", "VM", "LV", "LT", "AD"])
def test_of_two_letters_of_a_status_one_tells_the_other(alive, dead):
    assert statuses(f"Patient,OS (mo),Status\n1,8,{dead}\n2,9,{alive}\n3,20,{alive}\n") == "100"


def test_a_sheet_with_infusions_is_of_patients_whatever_its_months_are():
    found = brought(p="Patient,Infusion date,Month,Response\n1,2022-01-01,1,CR\n2,2022-01-01,2,PR\n3,2022-01-01,3,PR\n")
    assert found.mapping.sheets[0].holds == m.PATIENTS
    assert applied(found.tables, found.mapping).patients == 3
