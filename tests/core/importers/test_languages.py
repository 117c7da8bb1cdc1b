"""Sheets of other centres: headings in other languages, units told beside or in a legend, names written otherwise."""

import pytest

from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.names import name_of
from core.importers.patients import alike
from core.importers.questions import questions_of
from tests.core.importers.test_shapes import brought, endpoints


def measured(found, mapping=None) -> list[tuple]:
    rows = applied(found.tables, mapping or found.mapping).tables["measurements"]
    return [(row[0], row[1], float(row[2]), float(row[3]), row[4]) for row in rows]


INFUSED = "Patient,Infusion date\nP1,2022-01-05\nP2,2022-02-05\n"


def test_the_unit_beside_a_value_counts_for_each_row():
    labs = (
        "ID,Day,CRP,CRP unit,Ferritin (ng/mL)\nP1,0,52,mg/L,300\nP1,7,40,mg/L,900\nP2,0,5.2,mg/dL,400\nP2,7,4.1,,800\n"
    )
    found = brought(patients=INFUSED, labs=labs)
    crp = [row for row in measured(found) if row[1] == "CRP"]
    assert crp == [("P1", "CRP", 0, 52, "mg/L"), ("P1", "CRP", 7, 40, "mg/L"), ("P2", "CRP", 0, 52, "mg/L")]
    [problem] = applied(found.tables, found.mapping).problems
    assert (problem.row, problem.value, problem.effect) == (5, "4.1", "value left out")


@pytest.mark.parametrize("legend", ["Spalte,Bedeutung / Einheit\nCRP,mg/dl\nNeutrophile,/µl\n",
                                    "Column,Unit\nCRP,in mg/dl\nNeutrophile,/µl\n"])  # fmt: skip
def test_units_of_a_legend(legend):
    sheet = "Patient,Infusion,CRP d0,Neutrophile d0\nP1,2022-01-05,5.2,1500\nP2,2022-02-05,6,150\n"
    found = brought(patients=sheet, legend=legend)
    told = {(row[0], row[1]): row[3] for row in measured(found)}
    assert told == {("P1", "CRP"): 52, ("P2", "CRP"): 60, ("P1", "ANC"): 1.5, ("P2", "ANC"): 0.15}


def test_the_unit_in_the_cell_that_names_the_analyte():
    labs = "Patient,Day,test,value\nP1,0,CRP (mg/L),52\nP1,7,CRP (mg/dL),4\nP2,7,Neutrophile (/µl),4100\nP2,9,CRP,7\n"
    found = brought(patients=INFUSED, labs=labs)
    assert measured(found) == [("P1", "CRP", 0, 52, "mg/L"), ("P1", "CRP", 7, 40, "mg/L"),
                               ("P2", "ANC", 7, 4.1, "10^9/L")]  # fmt: skip
    assert [one.why for one in applied(found.tables, found.mapping).unused] == ["has no unit"]


def test_a_unit_that_nothing_tells_is_asked_where_the_sizes_leave_it_open():
    found = brought(sheet="Patient,Infusion date,CRP d0,IgG d0\nP1,2022-01-05,5.2,4\nP2,2022-01-06,8,6\n")
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("no unit")]
    assert question.answer == ""
    assert question.words == "No unit is told in sheet.csv: is CRP in mg/L?", "IgG of 5 is g/L and nothing else"
    said = question.answers["Yes"]
    assert not [q for q in questions_of(found.tables, said) if q.key.startswith("no unit")]
    assert ("P1", "CRP", 0, 5.2, "mg/L") in measured(found, said)
    left = question.answers["Not known: leave them out"]
    assert {row[1] for row in measured(found, left)} == {"IgG"}


def test_of_thousands_of_neutrophils_the_unit_is_proposed():
    found = brought(sheet="Patient,Infusion date,ANC d0,ANC d7\nP1,2022-01-05,3500,1200\nP2,2022-01-06,2800,150\n")
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("no unit")]
    assert "ANC in /µL" in question.words
    assert ("P2", "ANC", 7, 0.15, "10^9/L") in measured(found, question.answers["Yes"])


@pytest.mark.parametrize(
    "heading", ["Alive (1) / Dead (0)", "Alive/Dead (1/0)", "Dead (0), Alive (1)", "lebt (1) / tot (0)"]
)
def test_a_heading_of_its_answers_says_which_number_is_which(heading):
    found = brought(sheet=f'Patient,OS months,"{heading}"\nP1,8.1,0\nP2,24,1\n')
    assert [(one[0], int(one[3])) for one in endpoints(found, found.mapping)] == [("P1", 1), ("P2", 0)]


def test_a_progression_without_a_date_leaves_pfs_out_in_french_too():
    found = brought(
        sheet="Patient;Date injection;Rechute / progression;Date progression;Statut vital;Date dernières nouvelles;"
        "Dernière évaluation\nP1;05/01/2022;oui;;vivant;20/09/2023;01/09/2023\n"
        "P2;15/02/2022;non;;vivant;25/09/2023;01/09/2023\n"
    )
    told = {(one[0], one[1]): round(one[2], 2) for one in endpoints(found, found.mapping)}
    assert told == {("P1", "OS"): 20.47, ("P2", "OS"): 19.29, ("P2", "PFS"): 18.5}, "PFS ends with the last assessment"


def test_an_italian_workbook_of_three_sheets():
    found = brought(
        pazienti="Codice paz.,Data infusione,CRS (grado),CRS (giorno insorgenza),Risposta: 1 mese,Risposta: 3 mesi,"
        "PCR g0 (mg/L)\n"
        "UZ01,2022-01-05,2,3,RC,RCs,5.2\nUZ02,2022-02-05,0,,RP,MP,1\n",
        tossicita="Paz.,Evento avverso,Grado\nUZ-01,Anemia,3\nUZ 2,Anaemia,2\n1,Febbre,1\n",
    )
    assert [sheet.holds for sheet in found.mapping.sheets] == [m.PATIENTS, m.EVENTS]
    tables = applied(found.tables, found.mapping).tables
    events = [(row[0], row[1], int(row[3])) for row in tables["adverse_events"]]
    assert sorted(events) == [("UZ01", "Anemia", 3), ("UZ01", "Cytokine release syndrome", 2), ("UZ01", "Fever", 1),
                              ("UZ02", "Anemia", 2)]  # fmt: skip
    assert {(row[0], float(row[1]), row[2]) for row in tables["responses"]} == {
        ("UZ01", 1, "CR"), ("UZ01", 3, "sCR"), ("UZ02", 1, "PR"), ("UZ02", 3, "PD")}  # fmt: skip
    assert {row[1] for row in tables["measurements"]} == {"CRP"}


def test_a_sheet_that_is_taken_for_nothing_is_in_the_sum_with_each_row():
    found = brought(patients=INFUSED, other="Colour,Weight,Thing\nred,3,a\nblue,4,b\n")
    made = applied(found.tables, found.mapping)
    assert [(one.rows, one.used, one.listed) for one in made.sums] == [(2, 2, 0), (2, 0, 2)]
    assert [(one.sheet, one.row) for one in made.unused] == [("other.csv", 2), ("other.csv", 3)]


@pytest.mark.parametrize(
    ("first", "second"), [("UZ01", "UZ-01"), ("UZ01", "uz 1"), ("LYO-001", "LYO 1"), ("CT102", "ct_102"), ("P01", "1")]
)
def test_names_that_are_alike(first, second):
    assert alike(first) == alike(second)


@pytest.mark.parametrize(
    ("first", "second"), [("UZ01", "UZ10"), ("HD01", "LE01"), ("A1", "B1"), ("LE-01-02", "LE-01-03")]
)
def test_names_that_are_not(first, second):
    assert alike(first) != alike(second)


@pytest.mark.parametrize(
    ("heading", "day", "month"),
    [("12M resp", 365.25, 12), ("1 year response", 365.25, 12), ("Ansprechen nach 2 Jahren", 730.5, 24),
     ("6-month response", 182.625, 6), ("CRP 7d", 7, None), ("Age 3 y", None, None), ("1y PFS", None, None),
     ("PCR g7", 7, None), ("CRP J+14", 14, None), ("Risposta: 3 mesi", 91.3125, 3), ("Réponse M3", 91.3125, 3),
     ("CRS G3", None, None), ("PFS 12 months", None, None), ("12 Monate", 365.25, 12)],
)  # fmt: skip
def test_days_and_months_of_headings(heading, day, month):
    assert (name_of(heading).day, name_of(heading).month) == (day, month)


def test_grades_under_a_heading_that_says_so_and_births_by_their_years():
    found = brought(
        sheet="ID,DDN,Infusion,Neutropenie °,Infezione (grado)\n"
        "A,07/10/1959,05/01/2022,3,0\nB,19/03/1956,15/01/2022,0,2\n"
    )
    roles = {column.column: (column.role, column.of) for column in found.mapping.sheets[0].columns}
    assert roles["DDN"][0] == m.PRIVATE
    assert roles["Neutropenie °"] == (m.GRADE, "Neutropenia")
    assert roles["Infezione (grado)"] == (m.GRADE, "Infection")


def test_a_codebook_in_sentences():
    found = brought(
        sheet="ID,PFS_days,PFS_status\nA,100,1\nB,300,0\nC,200,1\n",
        codebook='Variable,Coding\nPFS_status,"0 = censored, 1 = progression or death"\nsex,"1 = male, 2 = female"\n',
    )
    assert [(one[0], int(one[3])) for one in endpoints(found, found.mapping)] == [("A", 1), ("B", 0), ("C", 1)]


def test_a_dose_in_millions():
    found = brought(
        sheet="ID,Infusion date,Dose\nA,2022-01-05,371 Mio\nB,2022-01-06,450 million\nC,2022-01-07,3.5e8\n",
    )
    made = applied(found.tables, found.mapping)
    place = made.columns["patients"].index("dose_1e8_cells")
    assert [float(row[place]) for row in made.tables["patients"]] == [3.71, 4.5, 3.5]


def test_responses_of_months_with_their_dates():
    found = brought(
        sheet="ID,Infusion date,Month 1: Date,Month 1: Response,M3 date,M3 response\n"
        "A,2024-01-01,2024-02-03,PR,2024-04-01,CR\nB,2024-01-02,,VGPR,,\nC,2024-01-03,2024-02-05,NE,2024-04-04,PD\n"
    )
    rows = applied(found.tables, found.mapping).tables["responses"]
    told = [(row[0], round(float(row[1]), 3), row[2]) for row in rows]
    assert sorted(told) == [("A", 1.084, "PR"), ("A", 2.99, "CR"), ("B", 1.0, "VGPR"), ("C", 3.023, "PD")]


def test_units_beside_values_as_codes_of_a_legend():
    found = brought(
        sheet="id,infusion date,age,crp,crp_u\nP1,2022-01-05,51,6.87,2\nP2,2022-01-05,52,22.6,1\nP3,2022-01-05,53,31,\n"
        '\nCodes:,,,,\n"crp_u: 1 mg/L, 2 mg/dL",,,,\n'
    )
    made = applied(found.tables, found.mapping)
    place = made.columns["patients"].index("crp")
    assert [row[place] for row in made.tables["patients"]] == ["68.7", "22.6", None]
    assert [(one.row, one.value) for one in made.problems] == [(4, "31")]


@pytest.mark.parametrize("again", ["MC02-R", "MC02b", "MC02 (2)", "MC02-2", "MC02_II", "MC02 2nd", "MC02 re-infusion"])
def test_a_second_infusion_is_no_patient_of_its_own(again):
    found = brought(
        sheet="Pat. ID,CAR-T date,last FU,dead,date of death\nMC01,2022-01-05,2024-01-05,0,\n"
        f"MC02,2022-02-05,2023-01-05,1,2023-01-05\n{again},2022-09-05,2023-01-05,1,2023-01-05\n"
    )
    made = applied(found.tables, found.mapping)
    assert [row[0] for row in made.tables["patients"]] == ["MC01", "MC02"]
    assert [(row[0], row[2]) for row in made.tables["milestones"]] == [("MC02", "second infusion")]
    assert (made.sums[0].used, made.sums[0].listed) == (2, 1)


def test_a_mark_whose_absence_a_key_explains():
    found = brought(
        sheet="ID,Infusion date,del17p,Best response\nA,2022-01-05,+,NC\nB,2022-01-06,,CR\n",
        key='Key\n"+ = present, empty = absent"\n',
    )
    made = applied(found.tables, found.mapping)
    place = made.columns["patients"].index("del17p")
    assert [row[place] for row in made.tables["patients"]] == ["Yes", "No"]
    assert [one.value for one in made.problems] == ["NC"], "no change, or not known"


def test_dates_by_a_word_in_their_headings():
    found = brought(
        sheet="ID,Infusion date,Datum des Rückfalls,Date died,Date last seen,Second infusion on,Status\n"
        "P1,2022-01-05,2022-09-05,2023-01-01,2023-01-01,2022-10-01,RIP\nP2,2022-01-05,,,2024-01-05,,alive\n"
    )
    roles = {column.column: column.role for column in found.mapping.sheets[0].columns}
    assert roles["Datum des Rückfalls"] == m.PROGRESSION
    assert roles["Date died"] == m.DEATH
    assert roles["Second infusion on"] == m.LEFT_OUT
    told = {(one[0], one[1]): int(one[3]) for one in endpoints(found, found.mapping)}
    assert told == {("P1", "OS"): 1, ("P1", "PFS"): 1, ("P2", "OS"): 0, ("P2", "PFS"): 0}


def test_a_line_of_codes_below_a_table_is_no_patient():
    found = brought(
        sheet='ID,hr,os_mo,os_st\nA,1,5,1\nB,2,6,0\nC,8,7,0\n\n"hr: high-risk cytogenetics 1 yes, 2 no, 8 unknown",,,\n'
    )
    rows = applied(found.tables, found.mapping).tables["patients"]
    assert [row[0] for row in rows] == ["A", "B", "C"]
    assert [row[1] for row in rows] == ["yes", "no", None]


def test_terse_statuses_and_grades():
    found = brought(sheet="id,pfs_mo,pfs_ev,os_mo,os_ev,crsg\nP1,10.1,1,20,1,2\nP2,11,0,22,0,0\n")
    assert len(endpoints(found, found.mapping)) == 4
    events = applied(found.tables, found.mapping).tables["adverse_events"]
    assert [(row[0], row[1]) for row in events] == [("P1", "Cytokine release syndrome")]


def test_a_redcap_form_of_events_names_none_that_is_none():
    found = brought(sheet="subject_no,age,ae_gr,tox_grade\n1,60,2,1\n2,61,0,3\n3,62,1,0\n")
    events = applied(found.tables, found.mapping).tables.get("adverse_events", [])
    assert not {row[1] for row in events} & {"ae_", "ae", "tox_", "tox"}


@pytest.mark.parametrize(
    ("told", "status"),
    [("death without relapse (competing)", 2), ("death in remission", 2), ("dead", 2), ("relapse or progression", 1),
     ("no relapse", 0), ("censored at last contact", 0)],
)  # fmt: skip
def test_what_a_legend_says_of_a_code_of_relapse(told, status):
    found = brought(
        sheet="id,rel_mo,rel_ev\nP1,10.1,1\nP2,11,0\nP3,12,7\n",
        codebook=f'Variable,Coding\nrel_ev,"0 = censored, 1 = relapse, 7 = {told}"\n',
    )
    assert {one[0]: int(one[3]) for one in endpoints(found, found.mapping)} == {"P1": 1, "P2": 0, "P3": status}


def test_a_dash_and_a_dose_without_a_unit_are_asked_about():
    found = brought(
        sheet="ID,Infusion date,EMD,ASCT,Dose\nA,2022-01-05,-,ja,3.5\nB,2022-01-06,paraskelettal,nein,4.1\n"
        "C,2022-01-07,-,-,450 Mio\nD,2022-01-08,Weichteil,-,2\n"
    )
    asked = {q.key.split(" ")[0]: q for q in questions_of(found.tables, found.mapping)}
    assert set(asked) == {"dash", "dose"}, "a column that says no itself means something else by a dash"
    assert {q.answer for q in asked.values()} == {""}

    def column(name: str, mapping) -> list:
        made = applied(found.tables, mapping)
        return [row[made.columns["patients"].index(name)] for row in made.tables["patients"]]

    assert column("emd", found.mapping) == [None, "EM-B", None, "EM-E"], "until it is said it is missing, never No"
    assert column("emd", asked["dash"].answers["No EMD"]) == ["No EMD", "EM-B", "No EMD", "EM-E"]
    assert column("emd", asked["dash"].answers["Not known"]) == [None, "EM-B", None, "EM-E"]
    millions = asked["dose"].answers["10⁶ cells (millions)"]
    assert column("dose_1e8_cells", millions) == [None, None, "4.5", None], "3.5 million cells are no dose"
