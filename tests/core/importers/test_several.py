"""Several columns of one meaning in a sheet: whose status each is, which day counts, and in which unit all are."""

from dataclasses import replace

import pytest

from core.importers import mapping as m
from core.importers.apply import applied
from core.importers.mapping import mapping_of, recipe
from core.importers.questions import questions_of
from core.importers.recipes import refitted
from core.importers.recognise import recognised
from core.importers.sheets import Sheet
from tests.core.importers.clinic_sheets import LAST_DAY
from tests.core.importers.test_shapes import brought, endpoints


def sheet(head: str, *rows: str):
    return brought(sheet="\n".join((head, *rows)))


def statuses(found) -> dict[tuple[str, str], str]:
    return {(patient, name): status for patient, name, _, status in endpoints(found, found.mapping)}


BY_PLACE = {
    ("A", "PFS"): "1", ("A", "OS"): "0", ("B", "PFS"): "1", ("B", "OS"): "1", ("C", "PFS"): "0", ("C", "OS"): "0",
}  # fmt: skip


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("ID,PFS months,Event,OS months,Event", ("A,4,1,12,0", "B,3,1,3,1", "C,5,0,5,0")),
        ("ID,PFS months,Status,OS months,Status", ("A,4,1,12,0", "B,3,1,3,1", "C,5,0,5,0")),
        ("ID,PFS months,event,OS months,dead", ("A,4,yes,12,no", "B,3,yes,3,yes", "C,5,no,5,no")),
        ("ID,OS months,Death,PFS months,Event", ("A,12,0,4,1", "B,3,1,3,1", "C,5,0,5,0")),
        ("ID,Event,PFS months,Event,OS months", ("A,1,4,0,12", "B,1,3,1,3", "C,0,5,0,5")),
        ("ID,PFS months,Censored,OS months,Censored", ("A,4,no,12,yes", "B,3,no,3,no", "C,5,yes,5,yes")),
        ("ID,OS months,OS status,PFS months,PFS status", ("A,12,0,4,1", "B,3,1,3,1", "C,5,0,5,0")),
    ],
)
def test_a_status_that_says_not_of_what_is_of_the_time_beside_it(head, rows):
    assert statuses(sheet(head, *rows)) == BY_PLACE


def test_a_time_and_an_event_make_patients_of_rows_that_nobody_names():
    rows = [f"GSM{50986 + n},type {n % 3},{n % 2},{60 + n}.24,{100 * n + 7}.5" for n in range(12)]
    found = sheet("GSM,molecular_group,event,time,CCND1", *rows)
    made = applied(
        found.tables, found.mapping.with_column("sheet.csv", m.ColumnChoice("time", m.MONTHS, "OS", unit="months"))
    )
    assert (made.patients, len(made.tables["endpoints"])) == (12, 12)


def test_the_latest_contact_counts_and_what_happened_at_any_visit():
    head = "ID,Infusion date,FU M3,FU M6,Progression M3,Progression M6,Date of death"
    found = sheet(head, "A,2022-01-05,2022-04-05,2022-07-06,no,no,", "B,2022-01-05,2022-04-05,,no,,",
                  "C,2022-01-05,2022-04-05,2022-07-06,no,yes,")  # fmt: skip
    told = {(patient, name): months for patient, name, months, _ in endpoints(found, found.mapping)}
    assert (told["A", "OS"], told["B", "OS"], told["A", "PFS"]) == (5.98, 2.96, 5.98)
    assert ("C", "PFS") not in told, "a progression has no date"
    assert any(p.expected == "a date: the patient progressed" for p in applied(found.tables, found.mapping).problems)


def test_of_the_statuses_of_several_visits_the_last_is_that_of_the_time():
    found = sheet("ID,Status M12,Status M24,OS months", "A,alive,dead,20", "B,alive,alive,25", "C,dead,dead,4")
    assert statuses(found) == {("A", "OS"): "1", ("B", "OS"): "0", ("C", "OS"): "1"}


@pytest.mark.parametrize(
    "heads",
    ["CRS grade (day 1-7),CRS grade (day 8-28)", "CRS 1 grade,CRS 2 grade", "CRS grade (local),CRS grade (central)",
     "CRS,CRS", "CRS D1,CRS D14"],
)  # fmt: skip
def test_of_two_grades_of_an_event_the_worse_counts(heads):
    made = applied(*(lambda f: (f.tables, f.mapping))(sheet(f"ID,{heads}", "A,1,3", "B,2,0", "C,0,0", "D,,2")))
    worst: dict[str, str] = {}
    for patient, _, _, grade, *_ in made.tables["adverse_events"]:
        worst[patient] = max(grade, worst.get(patient, ""))
    assert worst == {"A": "3", "B": "2", "D": "2"}


def test_without_a_last_contact_nothing_is_made_of_those_alone_who_had_an_event():
    rows = ("A,2022-01-05,,", "B,2022-02-05,2022-06-05,", "C,2022-02-05,,2022-12-05")
    found = sheet("ID,Infusion date,PD date,Date of death", *rows)
    made = applied(found.tables, found.mapping)
    assert "endpoints" not in made.tables
    assert [p.effect for p in made.problems] == ["OS and PFS of all left out"]
    followed = sheet("ID,Infusion date,PD date,Date of death,Last contact", *(f"{row},2023-01-05" for row in rows))
    assert set(statuses(followed)) == {("A", "OS"), ("A", "PFS"), ("B", "OS"), ("B", "PFS")}, "C was seen after death"
    dead = sheet("ID,Infusion date,PD date,Date of death", *(row[:-1] + ",2022-12-05" for row in rows[:2]))
    assert statuses(dead)["A", "OS"] == "1"


@pytest.mark.parametrize(
    ("status", "legend"),
    [("NRM", None), ("non-relapse mortality", None), ("death without progression", None), ("2", "2 = NRM")],
)
def test_a_death_without_relapse_is_a_death(status, legend):
    head = "ID,OS months,OS status,PFS months,PFS status,Relapse months,Relapse status"
    alive, dead = ("0", "1") if legend else ("alive", "dead")
    text = "\n".join((head, f"A,9,{alive},9,{alive},9,{alive}", f"B,3,{status},3,{status},3,{status}",
                      f"C,5,{dead},5,{dead},5,{dead}"))  # fmt: skip
    codes = f'"0 = alive, 1 = relapse or death, {legend}"'
    lines = "".join(f"{name} status,{codes}\n" for name in ("OS", "PFS", "Relapse"))
    more = {"legend": f"Variable,Codes\n{lines}"} if legend else {}
    told = statuses(brought(sheet=text, **more))
    assert (told["B", "OS"], told["B", "PFS"], told["B", "Relapse"]) == ("1", "1", "2")


def test_an_analyte_is_in_one_unit_in_all_its_columns():
    head = "ID,CRP d0 (mg/dL),CRP d7,ANC d0 (/µL),ANC d7,Ferritin d0,Ferritin d7"
    found = sheet(head, "A,0.5,8.2,2500,120,300,400", "B,1.5,12.2,1500,90,310,420")
    values = {(r[0], r[1], r[2]): float(r[3]) for r in applied(found.tables, found.mapping).tables["measurements"]}
    assert (values["A", "CRP", "7"], values["A", "ANC", "7"]) == (82, 0.12)
    apart = sheet("ID,CRP d0 (mg/dL),CRP d7 (mg/L),CRP d14", "A,0.5,82,30", "B,1.5,122,40")
    assert [column.unit for column in apart.mapping.sheets[0].columns[1:]] == ["mg/dL", "mg/L", ""]


# -- next month's file -----------------------------------------------------------------------------


def replayed(first, second):
    """The mapping of a first file kept, and refitted to a second."""
    return refitted(second, mapping_of(recipe(first.mapping), LAST_DAY))


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("1 = male, 2 = female", "1 = female, 2 = male"),
        ("", "1 = female, 2 = male"),
    ],
)
def test_a_legend_that_changed_counts_and_is_told(then, now):
    def month(codes: str):
        more = {"legend": f'Variable,Codes\nSex,"{codes}"\nBest response,"1=PR, 2=CR"\n'} if codes else {}
        return brought(p="ID,Sex,Best response\nA,1,1\nB,2,2\nC,1,1\n", **more)

    found = month(now)
    mapping, told = replayed(month(then), found)
    assert [row[1] for row in applied(found.tables, mapping).tables["patients"]] == ["Female", "Male", "Female"]
    assert any("codes of Sex mean otherwise" in words for words in told)


def test_a_sheet_of_another_visit_is_of_its_own_month():
    def visit(name: str, *responses: str):
        patients = Sheet("w.xlsx", "Baseline", (("ID", "Infusion date"), ("A", "2022-01-05"), ("B", "2022-01-05")))
        rows = (("ID", "Response"), *zip("AB", responses, strict=True))
        return recognised([patients, Sheet("w.xlsx", name, rows)], LAST_DAY)

    found = visit("Month 3", "CR", "PD")
    mapping, _ = replayed(visit("Month 1", "PR", "VGPR"), found)
    rows = applied(found.tables, mapping).tables["responses"]
    assert sorted(row[:3] for row in rows) == [("A", "3", "CR"), ("B", "3", "PD")]


def test_rows_of_another_unit_are_asked_about_anew_where_they_changed():
    def month(*values: float):
        rows = "".join(f"P{n % 3},{30 * (n // 3)},{value}\n" for n, value in enumerate(values))
        return brought(p="ID,Infusion date\nP0,2022-01-05\nP1,2022-02-05\nP2,2022-02-05\n",
                       labs=f"ID,Day,IgG (g/L)\n{rows}")  # fmt: skip

    small, large = (6.2, 4.1, 7.1, 5.3, 6.0), (620.0, 410.0, 710.0, 530.0)
    first = month(*small, *large)
    [question] = [q for q in questions_of(first.tables, first.mapping) if q.key.startswith("unit")]
    said = replace(first, mapping=question.answers["mg/dl"])
    again = month(*small, *large)
    assert applied(again.tables, replayed(said, again)[0]).tables == applied(first.tables, said.mapping).tables
    mended = month(*small, *(value / 100 for value in large))
    values = [float(row[3]) for row in applied(mended.tables, replayed(said, mended)[0]).tables["measurements"]]
    assert values == [*small, *(value / 100 for value in large)]


def test_what_is_left_out_by_hand_stays_so():
    first = sheet("ID,FU M3,FU M6,OS months,OS status", "A,2022-01-05,2022-02-05,4,1", "B,2022-01-05,2022-02-05,5,0")
    changed = first.mapping.with_column("sheet.csv", m.ColumnChoice("FU M6"))
    mapping, _ = refitted(first, mapping_of(recipe(changed), LAST_DAY))
    assert [c.role for c in mapping.sheets[0].columns if c.column == "FU M6"] == [m.LEFT_OUT]


@pytest.mark.parametrize(
    ("head", "rows", "survival"),
    [
        ("ID,OS months,PFS months,Status", ("A,8,3,dead", "B,24,24,alive", "C,20,5,alive"), "100"),
        ("ID,Status,PFS months,OS months", ("A,dead,3,8", "B,alive,24,24", "C,alive,5,20"), "100"),
        ("ID,DOR months,Event,OS months,Status", ("A,3,1,8,1", "B,24,0,24,0", "C,5,1,20,0"), "100"),
        ("ID,PFS months,PFS event,DOR months,Event,OS months,Death",
         ("A,3,1,2,1,8,1", "B,9,0,8,0,9,0", "C,5,1,4,1,20,0"), "100"),
        ("ID,PFS months,PFS date,Event,OS months,OS date,Event",
         ("A,3,2022-04-01,1,8,2022-09-01,1", "B,24,2024-01-01,0,24,2024-01-01,0", "C,5,2022-06-01,1,20,2023-09-01,0"),
         "100"),
        ("ID,Status,OS months,Vital status", ("A,PD,8,dead", "B,CR,24,alive", "C,PD,20,alive"), "100"),
        ("ID,OS months,Status M12,Status M24", ("A,8,dead,dead", "B,24,alive,alive", "C,20,dead,alive"), "100"),
        ("ID,OS months,Status D100,Status 1 year", ("A,8,alive,dead", "B,24,alive,alive", "C,20,dead,alive"), "100"),
        ("ID,OS months,Dead,Date of death", ("A,8,yes,2022-09-05", "B,24,no,", "C,20,no,"), "100"),
        ("ID,Infusion date,OS months,Dead,Date of death",
         ("A,2022-01-05,8,yes,2022-09-05", "B,2022-01-05,24,no,", "C,2022-01-05,20,no,"), "100"),
    ],
)  # fmt: skip
def test_no_status_of_something_else_is_that_of_os(head, rows, survival):
    told = statuses(sheet(head, *rows))
    assert "".join(told[name, "OS"] for name in "ABC") == survival
    made = applied(*(lambda f: (f.tables, f.mapping))(sheet(head, *rows)))
    assert not [p for p in made.problems if "all left out" in p.effect]


def test_who_died_on_the_day_to_which_pfs_is_told_had_an_event_and_it_is_listed():
    found = sheet("ID,PFS months,Progressed,OS months,Dead", "A,3,yes,8,yes", "B,24,no,24,no", "C,5,no,5,yes")
    told = statuses(found)
    assert "".join(told[name, "PFS"] for name in "ABC") == "101"
    made = applied(found.tables, found.mapping)
    assert [(p.row, p.value, p.effect) for p in made.problems] == [(4, "no", "counted as an event")]


@pytest.mark.parametrize("none", ["none", "alive", "0", "keine"])
def test_a_cause_of_death_that_says_none_is_none(none):
    head = "ID,Infusion date,Last contact,Vital status,Death date,Cause of death"
    found = sheet(head, f"A,2022-01-05,2023-01-05,alive,,{none}", "B,2022-02-05,2022-09-05,dead,2022-09-05,PD")
    assert statuses(found) == {("A", "OS"): "0", ("B", "OS"): "1"}
    assert not applied(found.tables, found.mapping).problems


def test_a_unit_of_another_size_is_asked_about_and_one_of_time_is_none():
    head = "ID,Infusion date,Lymphocytes d0 (%),Lymphocytes d7,CRP 1 d,LDH 7 days"
    found = sheet(head, "A,2022-01-05,25,300,4,300", "B,2022-01-05,6,1100,5,310")
    units = {column.column: column.unit for column in found.mapping.sheets[0].columns}
    assert (units["Lymphocytes d7"], units["CRP 1 d"], units["LDH 7 days"]) == ("", "", "")
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("no unit")]
    assert "Lymphocytes in /µL" in question.words
    assert "CRP in mg/L" in question.words


def test_columns_that_share_a_name_and_stand_elsewhere_are_guessed_anew():
    rows = ("A,3.1,1,8.1,1", "B,24,0,24,0", "C,5,1,20,0")
    turned = ("A,8.1,1,3.1,1", "B,24,0,24,0", "C,20,0,5,1")
    first = sheet("ID,PFS months,Event,OS months,Event", *rows)
    found = sheet("ID,OS months,Event,PFS months,Event", *turned)
    mapping, told = replayed(first, found)
    assert {(p, n): s for p, n, _, s in endpoints(found, mapping)} == statuses(first)
    assert any("share a name and stand elsewhere" in words for words in told)
    assert replayed(first, first)[1] == ()


# -- what is brought twice -------------------------------------------------------------------------

PEOPLE = "ID,Infusion date\nA,2022-01-05\nB,2022-02-05\nC,2022-02-06\n"


@pytest.mark.parametrize(
    ("head", "first", "second", "events"),
    [
        ("ID,Event,Onset,Grade", "A,Fever,2022-02-01,2\nB,Anaemia,2022-03-01,3\n",
         "A,Fever,2022-02-01,2\nB,Anaemia,2022-03-01,3\nC,Anaemia,2022-03-01,3\nA,Rash,2022-03-01,1\n", 4),
        ("ID,Event,Grade,Episode", "A,Fever,2,first\nB,Fever,2,first\n", "A,Fever,2,second\nB,Fever,2,second\n", 4),
        ("ID,Event,Grade", "A,Fever,2\nB,Fever,2\nC,Fever,1\n", "A,Fever,2\nB,Fever,2\nC,Fever,2\n", 6),
        ("ID,Event,Grade", "A,Fever,2\nB,Fever,2\nC,Fever,1\n", "A,Fever,2\nB,Fever,2\nC,Fever,1\nA,Rash,2\n", 4),
    ],
)  # fmt: skip
def test_what_an_earlier_sheet_holds_in_all_columns_counts_once(head, first, second, events):
    found = brought(p=PEOPLE, one=f"{head}\n{first}", two=f"{head}\n{second}")
    made = applied(found.tables, found.mapping)
    assert len(made.tables["adverse_events"]) == events
    assert all(one.rows == one.used + one.listed for one in made.sums)


def test_whose_events_these_are_is_told_by_their_file_or_listed():
    centre = "ID,Infusion date,Last contact,Dead\n1,2022-01-05,2023-06-28,no\n2,2022-02-05,2023-07-30,no\n"
    found = brought(a=centre, b=centre, ae="ID,Event,Grade\n1,Anaemia,3\n2,Fever,1\n")
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("parts")]
    made = applied(found.tables, question.answers["Other patients"])
    assert "adverse_events" not in made.tables
    assert [(p.row, p.value, p.expected) for p in made.problems] == [
        (2, "1", "a name that one patient has"), (3, "2", "a name that one patient has"),
    ]  # fmt: skip
    rows = [tuple(line.split(",")) for line in centre.strip().split("\n")]
    events = (("ID", "Event", "Grade"), ("1", "Anaemia", "3"))
    books = [Sheet(f"{name}.xlsx", of, cells) for name in "ab"
             for of, cells in ((f"Patients {name}", tuple(rows)), (f"AE {name}", events))]  # fmt: skip
    found = recognised(books, LAST_DAY)
    [question] = [q for q in questions_of(found.tables, found.mapping) if q.key.startswith("parts")]
    made = applied(found.tables, question.answers["Other patients"])
    assert [row[0] for row in made.tables["adverse_events"]] == ["1", "Patients b 1"]
