"""How clinics write what a programmer would not think of: each as a sheet of a few lines, with what is right."""

import io

import openpyxl
import pytest

from core.importers.apply import applied
from core.importers.never_infused import WHY
from core.importers.questions import questions_of
from core.importers.recognise import recognised
from core.importers.taking import taken
from tests.core.importers.test_shapes import brought, endpoints

DATES = "Infusion date,Date of death,Last contact"


def told(**texts: str):
    found = brought(**texts)
    made = applied(found.tables, found.mapping)
    assert all(one.rows == one.used + one.listed for one in made.sums)
    return found, made


def values(made, name: str) -> list[str | None]:
    at = made.columns["patients"].index(name)
    return [row[at] for row in made.tables["patients"]]


def grades(made, term: str = "Cytokine release syndrome") -> dict[str, int]:
    worst: dict[str, int] = {}
    for patient, of, _, low, *_ in made.tables.get("adverse_events", ()):
        if of == term:
            worst[patient] = max(int(low), worst.get(patient, 0))
    return worst


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("x", "no"), ("ja", "nein")])
def test_a_column_a_grade_marks_who_had_it_in_that_grade(yes, no):
    rows = "".join(
        f"{n},2022-03-15,,2024-03-15,{','.join(yes if mark == '1' else no for mark in marks)}\n"
        for n, marks in enumerate(("100", "010", "001", "000"), 1)
    )
    _, made = told(a=f"ID,{DATES},CRS grade 1,CRS grade 2,CRS grade 3\n{rows}")
    assert grades(made) == {"1": 1, "2": 2, "3": 3}
    assert "not_assessed" not in made.tables
    _, made = told(a=f"ID,{DATES},ICANS G1,ICANS G2,ICANS G3\n{rows}")
    assert grades(made, "ICANS") == {"1": 1, "2": 2, "3": 3}


@pytest.mark.parametrize("alive", ["lebt", "vivant", "alive", "no", "n"])
@pytest.mark.parametrize("free", ["NED", "in CR", "not yet", "ongoing remission", "nein", "none"])
def test_a_column_of_dates_and_words_for_none_is_one_of_dates(alive, free):
    _, made = told(
        a="ID,Infusion date,Date of progression,Date of death,Last contact,OS months\n"
        f"1,2022-03-01,{free},{alive},2024-03-01,24.0\n2,2022-03-02,2022-09-10,2022-12-15,2022-12-15,9.5\n"
        f"3,2022-03-03,{free},{alive},2023-03-03,12.0\n4,2022-03-04,{free},{alive},2023-05-20,14.2\n"
    )
    status = {(row[0], row[1]): row[3] for row in made.tables["endpoints"]}
    assert status == {("1", "OS"): "0", ("1", "PFS"): "0", ("2", "OS"): "1", ("2", "PFS"): "1",
                      ("3", "OS"): "0", ("3", "PFS"): "0", ("4", "OS"): "0", ("4", "PFS"): "0"}  # fmt: skip


def test_who_died_without_progression_has_an_event_of_pfs_whatever_the_column_of_months_says():
    found, _ = told(
        a="ID,Infusion date,Progression,Date of death,Last contact,PFS (months)\n1,2022-01-01,no,,2023-01-01,12.0\n"
        "2,2022-01-01,2022-09-01,2022-12-01,2022-12-01,8.0\n3,2022-01-01,no,2022-12-02,2022-12-02,11.0\n"
        "4,2022-01-01,no,,2023-02-01,13.0\n"
    )
    of_pfs = {patient: status for patient, name, _, status in endpoints(found, found.mapping) if name == "PFS"}
    assert of_pfs == {"1": "0", "2": "1", "3": "1", "4": "0"}


@pytest.mark.parametrize(
    "words",
    ["no data", "no info", "No PET done", "no imaging", "no follow up", "No sample", "no biopsy", "non évalué",
     "no consta",
     "no evaluado", "keine Daten", "keine Unterlagen", "keine Bildgebung", "none recorded", "none available",
     "not documented", "nicht durchgeführt"],
)  # fmt: skip
def test_words_that_say_that_nobody_knows_are_no_no(words):
    _, made = told(
        a=f"ID,{DATES},EMD,Prior ASCT,CRS grade\n1,2022-01-01,,2023-01-01,Yes,Yes,1\n2,2022-01-01,,2023-01-01,No,No,0\n"
        f"3,2022-01-01,,2023-01-01,No,Yes,2\n4,2022-01-01,,2023-01-01,Yes,No,1\n"
        f"5,2022-01-01,,2023-01-01,{words},{words},{words}\n"
    )
    assert values(made, "emd_any")[4] is None
    assert values(made, "prior_asct")[4] is None
    assert ("5", "Cytokine release syndrome") in made.tables["not_assessed"]


@pytest.mark.parametrize("unknown", ["n.a.", "?", ""])
def test_an_event_without_a_grade_is_no_none(unknown):
    _, made = told(
        p=f"Patient,{DATES}\n1,2022-01-01,,2023-01-01\n2,2022-01-01,,2023-01-01\n3,2022-01-01,,2023-01-01\n",
        ae=f"Patient,Adverse event,Grade\n1,CRS,3\n2,ICANS,2\n3,ICANS,{unknown}\n2,CRS,{unknown}\n2,ICANS,{unknown}\n",
    )
    assert set(made.tables["not_assessed"]) == {("3", "ICANS"), ("2", "Cytokine release syndrome")}


def test_of_a_grade_beside_the_patient_and_one_among_the_events_the_worse_counts_and_is_told():
    _, made = told(
        p=f"ID,{DATES},CRS grade\n1,2022-01-01,,2023-01-01,2\n2,2022-01-01,,2023-01-01,4\n3,2022-01-01,,2023-01-01,1\n"
        "4,2022-01-01,,2023-01-01,0\n",
        ae="ID,Adverse event,Grade\n2,CRS,2\n3,CRS,3\n",
    )
    assert grades(made) == {"1": 2, "2": 4, "3": 3}
    assert {(one.patient, one.expected, one.effect) for one in made.problems} == {
        ("1", "none, as among the adverse events", "the worse counts"),
        ("2", "2, as among the adverse events", "the worse counts"),
        ("3", "3, as among the adverse events", "the adverse events count"),
    }


def test_a_number_that_is_scaled_is_read_so_or_listed():
    _, made = told(
        a=f"ID,{DATES},Ferritin (ng/mL),LDH (U/L)\n1,2022-01-01,,2023-01-01,2.5k,2xULN\n"
        "2,2022-01-01,,2023-01-01,800,250\n"
        "3,2022-01-01,,2023-01-01,569.3↑,1.5 ULN\n4,2022-01-01,,2023-01-01,＜30,10 => 20\n"
        "5,2022-01-01,,2023-01-01,3.1 T,300\n"
    )
    assert values(made, "ferritin") == ["2500", "800", "569.3", "30", None]
    assert values(made, "ldh") == [None, "250", None, None, "300"]
    assert {one.value for one in made.problems} == {"2xULN", "1.5 ULN", "10 => 20", "3.1 T"}


def test_a_dose_that_no_patient_was_given_is_listed():
    _, made = told(a=f"ID,{DATES},Dose (x10^6)\n1,2022-01-01,,2023-01-01,4.5\n2,2022-01-01,,2023-01-01,415M\n"
                     "3,2022-01-01,,2023-01-01,430\n")  # fmt: skip
    assert values(made, "dose_1e8_cells") == [None, "4.15", "4.3"]
    assert [one.value for one in made.problems] == ["4.5"]


def test_a_sheet_of_names_and_slash_dates_is_no_legend():
    found, made = told(
        a="Patient;Infusion date\nP1;15/03/2022\nP2;16/03/2022\nP3;17/03/2022\n",
        b="Patient;Date of death;Last contact\nP1;;15/03/2024\nP2;;15/03/2024\nP3;;15/03/2024\n",
    )
    assert len(made.sums) == 2
    assert {name for _, name, *_ in endpoints(found, found.mapping)} == {"OS"}


@pytest.mark.parametrize("again", ["P1 (2nd)", "P1 #2", "P1*", "P1 (2. Inf.)", "P1b", "P1-R"])
def test_a_second_infusion_is_no_patient(again):
    _, made = told(
        a=f"Patient,{DATES}\nP1,2022-01-01,,2023-09-01\n{again},2022-10-01,,2023-09-01\nP2,2022-01-01,,2023-09-01\n"
    )
    assert [row[0] for row in made.tables["patients"]] == ["P1", "P2"]
    assert {row[2] for row in made.tables["milestones"]} == {"second infusion"}


@pytest.mark.parametrize("footer", ["n (%),,,,2", "MW ± SD,,,,1", "Median,,,,1", "Mean (SD),,,,1",
                                    "Example,2022-01-01,,2023-01-01,3",
                                    "Beispiel,2022-01-01,,2023-01-01,3"])  # fmt: skip
def test_a_row_that_sums_up_or_shows_how_is_no_patient(footer):
    _, made = told(a=f"ID,{DATES},CRS grade\n1,2022-01-01,,2023-01-01,1\n2,2022-01-02,,2023-01-02,0\n"
                     f"3,2022-01-03,,2023-01-03,2\n{footer}\n")  # fmt: skip
    assert [row[0] for row in made.tables["patients"]] == ["1", "2", "3"]


def test_a_response_with_a_remark_is_one():
    _, made = told(
        a="ID,Infusion date,D30,M3,M6,Last contact\nP1,2022-01-01,PR,VGPR,CR MRD-,2023-09-01\n"
        "P2,2022-01-01,SD,SD,PR*,2023-09-01\n"
        "P3,2022-01-01,VGPR,VGPR,CR (MRD neg),2023-09-01\nP4,2022-01-01,SD,PR,sCR/MRD-,2023-09-01\n"
        "P5,2022-01-01,SD,MR,Complete response (CR),2023-09-01\nP6,2022-01-01,SD,VGPR?,PD (PR),2023-09-01\n"
    )
    at_six = {row[0]: row[2] for row in made.tables["responses"] if row[1] is not None and float(row[1]) == 6}
    assert at_six == {"P1": "CR", "P2": "PR", "P3": "CR", "P4": "sCR", "P5": "CR"}
    assert {one.value for one in made.problems} == {"VGPR?", "PD (PR)"}


def test_a_status_with_a_remark_is_one():
    found, _ = told(
        a="ID,Infusion date,Status,Date of death or last follow-up\n1,2022-01-01,Alive,2023-09-01\n"
        '2,2022-01-01,Dead - PD,2022-09-01\n3,2022-01-01,"Alive, on tx",2023-09-01\n'
        "4,2022-01-01,Dead (infxn),2022-07-01\n"
        "5,2022-01-01,Died of PD,2022-09-01\n6,2022-01-01,A&W,2023-09-01\n7,2022-01-01,Alive w/ disease,2023-09-01\n"
        "8,2022-01-01,Dead?,2023-09-01\n"
    )
    of_os = {patient: status for patient, name, _, status in endpoints(found, found.mapping) if name == "OS"}
    assert of_os == {"1": "0", "2": "1", "3": "0", "4": "1", "5": "1", "6": "0", "7": "0"}


def test_one_odd_word_does_not_take_every_yes_of_emd():
    _, made = told(a=f"ID,{DATES},EMD\n1,2022-01-01,,2023-01-01,Yes\n2,2022-01-01,,2023-01-01,No\n"
                     "3,2022-01-01,,2023-01-01,No\n4,2022-01-01,,2023-01-01,Yes (liver)\n"
                     "5,2022-01-01,,2023-01-01,suspected\n")  # fmt: skip
    assert values(made, "emd_any") == ["EMD", "No EMD", "No EMD", "EMD", None]
    assert [one.value for one in made.problems] == ["suspected"]


def test_none_of_it_is_a_grade():
    rows = "".join(f"{n},2022-01-01,,2023-01-01,{grade}\n" for n, grade in enumerate(
        ["No ICANS"] * 5 + ["Grade 1", "Grade 2", "2级"], 1))  # fmt: skip
    _, made = told(a=f"ID,{DATES},ICANS grade\n{rows}")
    assert grades(made, "ICANS") == {"6": 1, "7": 2, "8": 2}


def test_headings_in_chinese_and_french_that_name_the_course():
    found, made = told(
        a="编号,回输日期,CRS分级,最佳疗效,进展日期,死亡日期,末次随访日期,性别,年龄\n001,2022.5.3,2级,CR,/,/,2023.5.3,男,60\n"
        "002,2022.6.3,1级,VGPR,2022.12.1,2023.2.1,2023.2.1,女,61\n003,2022.7.3,无,PR,/,/,2023.8.1,女,62\n"
    )
    assert {(patient, name): status for patient, name, _, status in endpoints(found, found.mapping)} == {
        ("001", "OS"): "0", ("001", "PFS"): "0", ("002", "OS"): "1", ("002", "PFS"): "1",
        ("003", "OS"): "0", ("003", "PFS"): "0",
    }  # fmt: skip
    assert grades(made) == {"001": 2, "002": 1}
    _, made = told(a="N° inclusion;Date injection CAR-T;Statut;Date dernières nouvelles\n"
                     "CHU-001;08/08/2022;Vivant;25/08/2023\nCHU-002;28/08/2022;DCD;25/12/2022\n")  # fmt: skip
    assert [row[0] for row in made.tables["patients"]] == ["CHU-001", "CHU-002"]


def test_a_column_of_other_sheets_names_joins_whatever_it_is_called():
    _found, made = told(
        a="Patient,Age,Infusion date\nAl Smith,60,2022-03-10\nBo Jones,61,2022-03-11\nCy Brown,62,2022-03-12\n",
        b="Name,Best response,Last contact,Dead\nAl Smith,CR,2024-03-15,no\nBo Jones,PR,2024-03-15,no\n"
        "Cy Brown,SD,2024-03-15,yes\nNobody,SD,2024-03-15,no\n",
    )
    assert [row[0] for row in made.tables["patients"]] == ["Al Smith", "Bo Jones", "Cy Brown"]
    assert values(made, "best_response") == ["CR", "PR", "SD"]
    assert [(one.sheet, one.row) for one in made.unused] == [("b.csv", 5)]


@pytest.mark.parametrize(("three", "none"), [("G3", "N"), ("Gr 3", "no"), ("3", "0"), ("grade 3", "none")])
def test_a_column_called_as_an_adverse_event_holds_its_grades(three, none):
    _, made = told(a=f"ID,{DATES},Neutropenia,Anemia\n1,2022-01-01,,2023-01-01,{three},{none}\n"
                     f"2,2022-01-01,,2023-01-01,{none},{three}\n3,2022-01-01,,2023-01-01,{none},{none}\n")  # fmt: skip
    assert grades(made, "Neutropenia") == {"1": 3}
    assert {row[1] for row in made.tables["adverse_events"]} == {"Neutropenia", "Anemia"}
    assert "not_assessed" not in made.tables
    assert not made.problems


def test_who_progressed_did_so_on_the_day_of_progression_or_last_assessment():
    found, _ = told(
        a="ID,Infusion date,Progressed,Date of PD or last assessment,Dead,Date of death or last contact\n"
        "1,2022-01-01,Yes,2022-06-01,No,2023-01-01\n2,2022-01-01,No,2022-12-01,No,2023-01-01\n"
        "3,2022-01-01,No,2022-10-01,Yes,2023-01-01\n"
    )
    of_pfs = {
        patient: (time, status) for patient, name, time, status in endpoints(found, found.mapping) if name == "PFS"
    }
    assert of_pfs == {"1": (4.96, "1"), "2": (10.97, "0"), "3": (11.99, "1")}


def test_columns_that_are_days_alone_are_of_the_analyte_over_them_or_of_their_sheet():
    for name, title in (("Ferritin", "Patient,D0,D+7\n"), ("labs", "Ferritin (ng/mL),,\nPatient,D0,D+7\n")):
        found, _ = told(p=f"Patient,{DATES}\n1,2022-01-01,,2023-01-01\n2,2022-01-01,,2023-01-01\n",
                        **{name: f"{title}1,400,1300\n2,350,1200\n"})  # fmt: skip
        asked = [one for one in questions_of(found.tables, found.mapping) if one.key.startswith("no unit")]
        made = applied(found.tables, asked[0].answers["Yes"] if asked else found.mapping)
        assert {(row[1], row[2], row[3]) for row in made.tables["measurements"]} == {
            ("Ferritin", "0", "400"), ("Ferritin", "0", "350"), ("Ferritin", "7", "1300"), ("Ferritin", "7", "1200"),
        }  # fmt: skip


def test_a_best_response_with_its_date_is_no_telephone_number():
    _, made = told(a=f"ID,{DATES},Best response (date)\n1,2022-01-01,,2023-01-01,CR (2022-04-01)\n"
                     "2,2022-01-01,,2023-01-01,PR (2022-03-01)\n3,2022-01-01,,2023-01-01,SD\n")  # fmt: skip
    assert values(made, "best_response") == ["CR", "PR", "SD"]


@pytest.mark.parametrize(
    ("pfs", "asked"), [("9", []), ("30", ["1 patient has a PFS that is longer than OS: what of these times?"])]
)
def test_times_that_contradict_each_other_are_asked_about_where_there_are_any(pfs, asked):
    found, _ = told(a=f"ID,PFS months,PFS event,OS months,OS event\n1,5,1,12,1\n2,{pfs},0,20,0\n3,7,1,22,0\n")
    assert [one.words for one in questions_of(found.tables, found.mapping) if one.key == "order"] == asked


def test_progressive_disease_without_a_date_of_progression_is_listed_and_no_freedom_from_it():
    patients = "Patient,Infusion date,Date of progression,Date of death,Last contact\nP1,2022-01-01,,,2024-01-01\n"
    patients += "P2,2022-01-01,2022-09-18,2022-12-20,\nP3,2022-01-01,,,2023-01-01\n"
    found, made = told(
        p=patients,
        r="Patient,Date,Response\nP1,2022-02-01,PR\nP1,2022-06-01,PD\nP1,2022-08-01,PD\nP2,2022-02-01,VGPR\nP3,2022-02-01,PR\n",
    )
    of_pfs = {
        patient: (time, status) for patient, name, time, status in endpoints(found, found.mapping) if name == "PFS"
    }
    assert of_pfs == {"P2": (8.54, "1"), "P3": (11.99, "0")}
    [problem] = made.problems
    assert (problem.patient, problem.column, problem.effect) == ("P1", "C", "PFS left out")
    assert problem.expected == "a date: PD on 2022-06-01 among the responses"
    [question] = [one for one in questions_of(found.tables, found.mapping) if one.key == "undated progression"]
    assert question.words == "1 patient has PD among the responses and no date of progression: is that it?"
    assert question.answer == ""
    as_progression = question.answers["Yes, that day"]
    of_pfs = {
        patient: (time, status) for patient, name, time, status in endpoints(found, as_progression) if name == "PFS"
    }
    assert of_pfs == {"P1": (4.96, "1"), "P2": (8.54, "1"), "P3": (11.99, "0")}
    made = applied(found.tables, as_progression)
    assert not made.problems
    assert [one.becomes for one in made.conversions if one.heading == "Date of progression"] == [
        "2022-06-01: PD among the responses"
    ]


@pytest.mark.parametrize("codes", [("1", "2", "2 (PD)", "1 (lost)"), ("1 - alive", "2 - dead", "2 - dead", "1"),
                                   ("1", "2 (sepsis)", "2", "1 - alive")])  # fmt: skip
def test_codes_with_remarks_are_codes(codes):
    rows = "".join(f"{n},60,{10 + n},{codes[n % 4]}\n" for n in range(8))
    found, made = told(a=f"Pt,Age,OS months,OS status\n{rows}")
    assert [status for *_, status in endpoints(found, found.mapping)] == ["0", "1", "1", "0"] * 2
    assert not made.problems


@pytest.mark.parametrize(
    "heading", ["OS status (1=dead 2=alive)", "OS status (1=dead, 2=alive)", "OS status (1 = dead; 2 = alive)"]
)
def test_a_legend_in_a_heading_says_what_codes_are(heading):
    found, _ = told(a=f'Pt,Age,OS months,"{heading}"\n1,60,10,2\n2,61,12,1\n3,62,14,2\n')
    assert [status for *_, status in endpoints(found, found.mapping)] == ["0", "1", "0"]


def test_os_is_censored_at_the_last_assessment_where_no_column_has_a_last_contact():
    found, _ = told(a="Pt,Infusion date,Last assessment,Date of death\n1,2022-01-01,2022-12-01,\n"
                      "2,2022-01-01,2022-06-01,2022-07-01\n3,2022-01-01,2023-01-01,\n")  # fmt: skip
    of_os = {patient: status for patient, name, _, status in endpoints(found, found.mapping) if name == "OS"}
    assert of_os == {"1": "0", "2": "1", "3": "0"}


def test_plasma_cells_in_the_marrow_are_no_expression_of_bcma():
    _, made = told(a=f"ID,{DATES},BM plasma cells (%),BCMA+ plasma cells (%)\n1,2022-01-01,,2023-01-01,30,80\n"
                     "2,2022-01-01,,2023-01-01,45,60\n3,2022-01-01,,2023-01-01,50,70\n")  # fmt: skip
    assert values(made, "bcma_percent") == ["80", "60", "70"]


def test_a_flag_beside_a_column_a_grade_counts_no_event_twice():
    _, made = told(a=f"ID,{DATES},CRS,CRS G1,CRS G2,CRS G3-4\n1,2022-01-01,,2023-01-01,yes,x,,\n"
                     "2,2022-01-01,,2023-01-01,yes,,x,\n"
                     "3,2022-01-01,,2023-01-01,yes,,,x\n4,2022-01-01,,2023-01-01,no,,,\n"
                     "5,2022-01-01,,2023-01-01,yes,,,\n")  # fmt: skip
    events = {row[0]: row[3:5] for row in made.tables["adverse_events"]}
    assert len(events) == len(made.tables["adverse_events"])
    assert events == {"1": ("1", "1"), "2": ("2", "2"), "3": ("3", "4"), "5": ("1", "5")}


@pytest.mark.parametrize("words", ["non renseigné", "no se sabe", "no valorable", "no FISH", "keine FISH"])
def test_more_words_that_say_that_nobody_knows(words):
    _, made = told(a=f"ID,{DATES},EMD,High risk\n1,2022-01-01,,2023-01-01,Yes,yes\n2,2022-01-01,,2023-01-01,No,no\n"
                     f"3,2022-01-01,,2023-01-01,No,yes\n4,2022-01-01,,2023-01-01,{words},{words}\n")  # fmt: skip
    assert values(made, "emd_any")[3] is None


def test_thousands_in_a_unit_that_counts_in_them_are_listed():
    _, made = told(a=f"ID,{DATES},Platelets (10^9/L),Ferritin (ng/mL)\n1,2022-01-01,,2023-01-01,120k,1.2k\n"
                     "2,2022-01-01,,2023-01-01,95,400\n3,2022-01-01,,2023-01-01,80,500\n")  # fmt: skip
    assert [one.value for one in made.problems] == ["120k"]
    assert values(made, "ferritin") == ["1200", "400", "500"]


def test_an_example_is_in_the_sum_and_listed():
    _, made = told(
        a=f"ID,{DATES}\nExample,2022-01-01,,2023-01-01\n1,2022-01-01,,2023-01-01\n2,2022-01-01,,2023-01-01\n"
    )
    [one] = made.sums
    assert (one.rows, one.used, one.listed) == (3, 2, 1)
    assert [(row.row, row.why) for row in made.unused] == [(2, "an example")]


@pytest.mark.parametrize(
    ("heading", "event"),
    [("PFS event 0=yes 1=no", "0"), ("PFS event 1=yes 0=no", "1"), ("PFS status: 0=event, 1=censored", "0")],
)
def test_a_legend_behind_a_heading_says_what_codes_are_without_brackets_too(heading, event):
    rows = "\n".join(f"P{number},{number}.5,{number % 2}" for number in range(1, 9))
    _, made = told(a=f'ID,PFS months,"{heading}"\n{rows}\n')
    assert {row[0]: row[3] for row in made.tables["endpoints"]} == {
        f"P{number}": str(int(str(number % 2) == event)) for number in range(1, 9)
    }


def test_yes_and_no_beside_the_grades_of_an_event_say_who_was_looked_at():
    rows = "P1,yes,3\nP2,no,\nP3,yes,\nP4,yes,2\nP5,,\n"
    _, made = told(a=f"ID,Infection,Infection grade\n{rows}")
    held = sorted((row[0], row[3], row[4]) for row in made.tables["adverse_events"])
    assert held == [("P1", "3", "3"), ("P3", "1", "5"), ("P4", "2", "2")]
    assert made.tables["not_assessed"] == [("P5", "Infection")]


def test_without_a_relapse_there_is_no_emd_at_it_nor_its_absence():
    cells = ["no relapse", "yes", "no", "no relapse", "no", "yes"]
    _, made = told(a="ID,EMD at relapse\n" + "".join(f"P{n},{cell}\n" for n, cell in enumerate(cells)))
    assert values(made, "emd_at_relapse") == [None, "EMD", "No EMD", None, "No EMD", "EMD"]


def test_what_is_graded_in_a_tissue_is_no_adverse_event():
    _, made = told(a="ID,Fibrosis grade,Nausea grade\nP1,1,1\nP2,2,0\nP3,0,2\nP4,3,3\n")
    assert {row[1] for row in made.tables["adverse_events"]} == {"Nausea"}


@pytest.mark.parametrize("day", ["Day", "Tag", "Study day", "Date"])
def test_the_day_of_an_adverse_event_is_its_onset(day):
    on = {"Day": "3", "Tag": "3", "Study day": "4", "Date": "2024-01-08"}[day]
    _, made = told(p="ID,Infusion\nP1,2024-01-05\nP2,2024-01-05\n", ae=f"ID,{day},AE,Grade\nP1,{on},Fever,2\n")
    assert [row[6] for row in made.tables["adverse_events"]] == ["3"]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [("Sexo", {"H": "Male", "M": "Female"}), ("Sexo", {"V": "Male", "M": "Female"}),
     ("Geslacht", {"V": "Female", "M": "Male"}), ("Sex", {"F": "Female", "M": "Male"}),
     ("Sexe", {"H": "Male", "F": "Female"}), ("Geschlecht", {"w": "Female", "m": "Male"})],
)  # fmt: skip
def test_what_a_letter_of_a_sex_means_is_told_by_the_other_and_the_language(heading, cells):
    _, made = told(a=f"ID,{heading}\n" + "".join(f"{n},{[*cells][n % 2]}\n" for n in range(6)))
    assert values(made, "sex") == [[*cells.values()][n % 2] for n in range(6)]


@pytest.mark.parametrize(
    "heading", ["No high-risk cytogenetics", "Not refractory", "No tocilizumab", "Tocilizumab not given", "Ohne ASCT"]
)
def test_a_heading_that_denies_is_a_question_of_its_own(heading):
    found, made = told(a=f"ID,Age,{heading}\n1,60,yes\n2,61,no\n3,62,yes\n4,63,no\n")
    [column] = [one for one in found.mapping.sheets[0].columns if one.column == heading]
    assert (column.role, column.label) == ("variable", heading)
    assert not made.tables.get("milestones")


@pytest.mark.parametrize("heading", ["D0", "Tag 0", "J0", "Day 0", "CAR-T infusion (D0)", "Infusion (d0)"])
def test_the_dates_of_day_0_are_those_of_the_infusion(heading):
    found, made = told(a=f"ID,{heading},2. Infusion,Last contact,Status\n1,2022-01-05,2022-09-01,2023-01-05,alive\n"
                         "2,2022-02-05,,2023-02-05,alive\n3,2022-02-07,,2023-03-05,alive\n")  # fmt: skip
    assert found.mapping.sheets[0].column("infusion date").column == heading
    assert {(patient, months) for patient, _, months, _ in endpoints(found, found.mapping)} >= {("1", 11.99)}
    assert len(made.tables["patients"]) == 3


def test_what_stands_beside_a_known_event_makes_it_no_other():
    words = ["CRS", "CRS (ASTCT)", "CRS (Lee 2014)", "CRS grade 2", "CRS second episode", "细胞因子释放综合征"]
    _, made = told(
        p="ID,Age\n" + "".join(f"{n},60\n" for n in range(7)),
        ae="ID,AE,Grade\n" + "".join(f"{n},{word},2\n" for n, word in enumerate(words)) + "6,ICANS (ASTCT),1\n",
    )
    assert [row[1] for row in made.tables["adverse_events"]] == ["Cytokine release syndrome"] * 6 + ["ICANS"]


@pytest.mark.parametrize(
    "footer", ["Durchschnitt", "Gesamtzahl", "Zwischensumme", "Promedio", "合计", "平均", "Totaux", "Effectif",
               "Subtotal", "%", "12 patients", "Insgesamt", "Total"],
)  # fmt: skip
def test_a_row_that_sums_up_in_any_language_is_no_patient(footer):
    _, made = told(a=f"ID,Age,CRS grade\n1,60,1\n2,61,2\n3,65,0\n{footer},62,3\n")
    assert [row[0] for row in made.tables["patients"]] == ["1", "2", "3"]


@pytest.mark.parametrize("word", ["verstorben", "abgebrochen", "PD", "pas de perfusion", "tbd", "died before"])
def test_a_word_in_place_of_the_date_of_infusion_says_that_there_was_none(word):
    rows = "".join(f"{n},2022-01-{n + 5:02d},2023-01-01,alive\n" for n in range(1, 9))
    _, made = told(a=f"ID,Infusion date,Last contact,Status\n{rows}9,{word},,\n")
    assert len(made.tables["patients"]) == 8
    assert [(row.row, row.why) for row in made.unused] == [(10, WHY)]


def test_any_other_word_there_is_asked_about_as_an_empty_cell_is():
    rows = "".join(f"{n},2022-01-{n + 5:02d},2023-01-01,alive\n" for n in range(1, 9))
    found, _ = told(a=f"ID,Infusion date,Last contact,Status\n{rows}9,qwertz,,\n")
    assert [one.words for one in questions_of(found.tables, found.mapping) if one.key.startswith("blank")] == [
        "Patient 9 has no date of infusion: infused?"
    ]


def test_who_is_counted_from_a_log_of_screening_stands_in_no_other_sheet():
    log = "ID,Outcome\n" + "".join(f"{n},{'infused' if n < 4 else 'screen failure'}\n" for n in range(1, 7))
    found, made = told(treated="ID,Infusion date,Age\n1,2022-01-05,60\n2,2022-01-06,61\n3,2022-01-07,62\n", log=log)
    assert len(made.tables["patients"]) == 3
    [question] = [one for one in questions_of(found.tables, found.mapping) if "Count them" in one.answers]
    made = applied(found.tables, question.answers["Count them"])
    assert [(row[0], row[1]) for row in made.tables["patients"]] == [
        ("1", "Yes"), ("2", "Yes"), ("3", "Yes"), ("4", "No"), ("5", "No"), ("6", "No"),
    ]  # fmt: skip
    assert all(one.rows == one.used + one.listed for one in made.sums)


def test_a_best_response_that_no_assessment_reaches_counts_and_one_that_they_exceed_is_told():
    text = (
        f"ID,{DATES},Progression date,Best response,Best MRD,Month 1,Month 3\n"
        "1,2022-01-01,,2023-01-01,,CR,negative,PR,VGPR\n"
        "2,2022-01-01,,2023-01-01,2022-06-01,PD,positive,PR,PD\n"
        "3,2022-01-01,,2023-01-01,,VGPR,,PR,VGPR\n"
        "4,2022-01-01,,2023-01-01,2022-01-20,SD,,PR,PR\n"
    )
    _, made = told(a=text)
    undated = [(row[0], row[2], row[3]) for row in made.tables["responses"] if row[1] is None]
    assert undated == [("1", "CR", "negative"), ("4", "SD", None), ("2", None, "positive")]
    of_best = [one for one in made.problems if one.column == "F"]
    assert [(one.patient, one.value, one.expected, one.effect) for one in of_best] == [
        ("2", "PD", "PR or better, as an assessment says", "PR counts")
    ]
    told_of_best = {one.value: one.becomes for one in made.conversions if one.column == "F"}
    assert told_of_best == {"CR": "CR without a date: the assessments reach VGPR"}


@pytest.mark.parametrize(
    ("cells", "grades_of"),
    [(["yes G1", "2 (ASTCT)", "oui, grade 3", "absent"], {"1": 1, "2": 2, "3": 3}),
     (["ja, I°", "G2 (CTCAE)", "ninguno", "nessuna"], {"1": 1, "2": 2}),
     (["1 (Lee)", "yes, 2", "aucun", "0"], {"1": 1, "2": 2})],
)  # fmt: skip
def test_what_stands_beside_a_grade_makes_it_no_other(cells, grades_of):
    _, made = told(a="ID,Age,CRS grade\n" + "".join(f'{n},60,"{cell}"\n' for n, cell in enumerate(cells, 1)))
    assert grades(made) == grades_of
    assert not made.problems


@pytest.mark.parametrize("header", ["EA,Grado", "AE,CTCAE", "Toxicity,CTCAE", "不良事件,分级"])
def test_adverse_events_under_other_headings(header):
    _, made = told(p="ID,Age\n1,60\n2,61\n", ae=f"ID,{header}\n1,Fever,2\n2,Rash,3\n1,Nausea,1\n")
    assert [row[:2] for row in made.tables["adverse_events"]] == [("1", "Fever"), ("2", "Rash"), ("1", "Nausea")]


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        ("J0", "J7", 7),
        ("Día 0", "Día 7", 7),
        ("第0天", "第7天", 7),
        ("W0", "W4", 28),
        ("M0", "M3", 91.3125),
        ("0 d", "7 d", 7),
    ],
)
def test_days_of_measurements_in_other_languages_and_units(first, second, day):
    rows = f"1,{first},CRP,5,mg/L\n1,{second},CRP,50,mg/L\n2,{first},CRP,6,mg/L\n"
    _, made = told(p="ID,Age\n1,60\n2,61\n", lab=f"ID,Day,Test,Value,Unit\n{rows}")
    assert [float(row[2]) for row in made.tables["measurements"]] == [0, day, 0]


@pytest.mark.parametrize(
    ("header", "event"),
    [("PFS duration (months),PFS Zensur", "0"), ("PFS（months）,PFS事件", "1"), ("PFS months,PFS_s", "1"),
     ("无进展生存期 (months),PFS状态", "1")],
)  # fmt: skip
def test_times_and_statuses_under_other_headings(header, event):
    _, made = told(a=f"ID,{header}\n" + "".join(f"{n},{n + 3}.5,{n % 2}\n" for n in range(8)))
    assert {row[0]: row[3] for row in made.tables["endpoints"]} == {
        str(n): str(int(str(n % 2) == event)) for n in range(8)
    }


@pytest.mark.parametrize("start", ["SD", "MW", "Max", "MEAN", "SUM", "AVG", "IQR", "STD", "COUNT", "Total", "Min"])
def test_a_patient_is_no_total_whatever_the_name_begins_with(start):
    _, made = told(
        a=f"Patient,Infusion date,Age\n{start}-01,2020-01-01,60\n{start} 2b,2020-02-01,61\nLA-3,2020-03-01,62\n"
    )
    assert len(made.tables["patients"]) == 3


@pytest.mark.parametrize(
    "footer", ["Mean (SD)", "Median [range]", "Total: 3", "Total 3", "n = 3", "Mean ± SD", "Sum of all"]
)
def test_a_word_that_sums_up_with_what_it_is_of_is_no_patient(footer):
    _, made = told(a=f"Patient,Infusion date,Age\nP1,2020-01-01,60\nP2,2020-02-01,61\n{footer},,60.5\n")
    assert len(made.tables["patients"]) == 2


@pytest.mark.parametrize(
    "heading",
    ["Status (0 = dead / 1 = alive)", "Verstorben (0 = ja / 1 = nein)", "Status (1/0 = alive/dead)",
     "Dead (0/1 = yes/no)", "OS status (0=dead; 1=alive)"],
)  # fmt: skip
def test_codes_with_strokes_between_them(heading):
    found, _ = told(a=f'ID,OS months,"{heading}"\n' + "".join(f"{n},{n + 9},{n % 2}\n" for n in range(8)))
    assert {who: status for who, *_, status in endpoints(found, found.mapping)} == {
        str(n): "1" if n % 2 == 0 else "0" for n in range(8)
    }


def test_two_stroked_codes_of_a_grade_are_no_and_yes():
    _, made = told(a="ID,ICANS (1=yes / 2=no)\n1,1\n2,2\n3,2\n4,1\n")
    assert grades(made, "ICANS") == {"1": 1, "4": 1}
    assert {row[4] for row in made.tables["adverse_events"]} == {"5"}, "of whatever grade"


@pytest.mark.parametrize(("heading", "days"), [("Visit (month)", 30.4375), ("Visit (weeks)", 7), ("Day", 1)])
def test_a_heading_of_months_or_weeks_counts_in_them(heading, days):
    rows = "".join(f"{n},{at},CRP,{5 + at},mg/L\n" for n in (1, 2) for at in (1, 3, 6))
    _, made = told(p="ID,Age\n1,60\n2,61\n", lab=f"ID,{heading},Test,Value,Unit\n{rows}")
    assert [float(row[2]) for row in made.tables["measurements"]] == pytest.approx([days, 3 * days, 6 * days] * 2)


@pytest.mark.parametrize("word", ["stable", "PR", "censored", "until", "before", "after", "bis", "no PD"])
def test_a_word_before_a_date_of_progression_may_say_that_it_was_none(word):
    rows = f"1,2020-01-01,{word} 2020-06-01,,2021-01-01\n2,2020-01-01,2020-05-01,,2021-01-01\n"
    rows += "3,2020-01-01,PD 2020-07-01,,2021-01-01\n"
    found, made = told(a=f"ID,Infusion,Date of progression,Date of death,Last contact\n{rows}")
    of_pfs = {who: status for who, name, _, status in endpoints(found, found.mapping) if name == "PFS"}
    assert of_pfs == {"2": "1", "3": "1"}
    assert [(one.patient, one.column) for one in made.problems] == [("1", "C")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("second", ["Date of 2nd progression", "Second progression date", "Zweite Progression Datum"])
def test_the_first_progression_counts(order, second):
    columns, cells = ("Date of progression", second), ("2020-06-01", "2020-12-01")
    heads, dates = ",".join(columns[at] for at in order), ",".join(cells[at] for at in order)
    found, _ = told(a=f"ID,Infusion,{heads},Date of death,Last contact\n1,2020-01-01,{dates},,2021-01-01\n"
                      f"2,2020-01-01,{dates},,2021-01-01\n")  # fmt: skip
    assert {time for _, name, time, _ in endpoints(found, found.mapping) if name == "PFS"} == {4.99}


@pytest.mark.parametrize(
    "heading", ["CRS (choice=No)", "CRS no. of days", "Number of infections", "ICE score", "CRS hours"]
)
def test_a_number_or_a_box_beside_adverse_events_is_no_grade(heading):
    rows = "".join(f"{n},{n % 3},{n % 4},{n % 2}\n" for n in range(8))
    _, made = told(a=f"ID,CRS grade,ICANS grade,{heading}\n{rows}")
    assert {row[1] for row in made.tables["adverse_events"]} == {"Cytokine release syndrome", "ICANS"}
    assert grades(made) == {str(n): n % 3 for n in range(8) if n % 3}


def test_of_any_grade_is_a_yes_and_of_several_days_the_worst_counts():
    _, made = told(a="ID,CRS any grade,ICANS grade D1,ICANS grade D3\n1,1,1,3\n2,0,0,0\n3,1,2,1\n4,0,0,4\n")
    assert {row[0]: (row[3], row[4]) for row in made.tables["adverse_events"] if row[1].startswith("Cyt")} == {
        "1": ("1", "5"), "3": ("1", "5"),
    }  # fmt: skip
    worst: dict[str, int] = {}
    for row in made.tables["adverse_events"]:
        if row[1] == "ICANS":
            worst[row[0]] = max(worst.get(row[0], 0), int(row[4]))
    assert worst == {"1": 3, "3": 2, "4": 4}


@pytest.mark.parametrize("unit", ["GI/L", "Gpt/L", "G/L", "10^9/L"])
def test_counts_of_blood_cells_in_thousand_millions_a_litre(unit):
    _, made = told(
        p="ID,Age\n1,60\n2,61\n", lab=f"ID,Day,Test,Value\n1,0,Leukocytes ({unit}),5\n2,0,Leukocytes ({unit}),6\n"
    )
    assert {(row[3], row[4]) for row in made.tables["measurements"]} == {("5", "10^9/L"), ("6", "10^9/L")}


@pytest.mark.parametrize(
    ("first", "second"), [("Month 1", "Month 3"), ("M1", "M3"), ("Monat 1", "Monat 3"), ("Visit M1", "Visit M3")]
)
def test_a_sheet_a_visit_is_of_its_month(first, second):
    def book(*sheets):
        made, out = openpyxl.Workbook(), io.BytesIO()
        made.remove(made.active)
        for title, rows in sheets:
            page = made.create_sheet(title)
            for row in rows:
                page.append(row)
        made.save(out)
        return out.getvalue()

    people = [("ID", "Infusion date", "Last contact", "Status")]
    people += [(f"P{n}", f"2022-01-{n + 5:02d}", "2023-02-01", "alive") for n in range(6)]
    head = ("ID", "Response", "MRD", "CRP (mg/L)")
    at_one = [head, *((f"P{n}", "PR", "positive", 10 + n) for n in range(6))]
    at_three = [head, *((f"P{n}", "CR", "negative", 2 + n) for n in range(6))]
    content = book(("Patients", people), (first, at_one), (second, at_three))
    found = recognised(taken([("a.xlsx", content)]).sheets, "2026-11-27")
    made = applied(found.tables, found.mapping)
    assert {(round(float(row[1])), row[2], row[3]) for row in made.tables["responses"]} == {
        (1, "PR", "positive"), (3, "CR", "negative"),
    }  # fmt: skip
    assert {(round(float(row[2]) / 30.4375), float(row[3]) > 9) for row in made.tables["measurements"]} == {
        (1, True),
        (3, False),
    }
    assert not made.problems
    assert all(one.rows == one.used for one in made.sums)
