"""Words that mean the same, which assessments count, and what is said when a cohort is opened."""

import pandas as pd
import pytest

from core.cohort.ask import ask
from core.cohort.database import open_cohort
from core.cohort.problems import CohortError
from core.cohort.selection import Comparison, Levels, Selection
from core.cohort.spelling import respelled
from core.cohort.variables import KnownAt
from core.response.result import response_result
from tests.conftest import COHORT_CSV

VARIABLES = (
    "name,label,kind,unit,levels,section,default_cut,known_at\n"
    "age,Age,number,years,,first,,\nresponder,Responder,flag,,,after infusion,,responses.responder\n"
    "depth,Depth,category,,CR|VGPR/PR|SD/PD,after infusion,,responses.response\nlate,Late,flag,,,after infusion,,\n"
)
PATIENTS = "patient_id,age,responder,depth,late\nA,50,Yes,CR,No\nB,60,Yes,VGPR/PR,Yes\nC,70,No,SD/PD,\nD,80,No,,\n"


@pytest.fixture
def opened(tmp_path):
    def write(**tables: str):
        for name, text in ({"cohort": COHORT_CSV, "variables": VARIABLES, "patients": PATIENTS} | tables).items():
            header = {
                "endpoints": "patient_id,endpoint,months,status,cause\n",
                "responses": "patient_id,month,response,mrd\n",
                "milestones": "patient_id,month,event\n",
                "adverse_events": "patient_id,term,grade_min,grade_max,onset_day,end_day\n",
            }.get(name, "")
            (tmp_path / f"{name}.csv").write_text(header + text, encoding="utf-8")
        return open_cohort(tmp_path)

    return write


def text_of(database) -> dict[str, tuple[str, ...]]:
    return {check.words: check.patients for check in database.checks}


def concerned(database, words: str) -> tuple[str, ...]:
    return next((patients for said_words, patients in text_of(database).items() if words in said_words), ())


# -- words -----------------------------------------------------------------------------------------


def test_words_are_known_whatever_their_capitals_and_blanks():
    assert respelled(["cr", " CR", "sCR", "SCR ", "x"], ["sCR", "CR"]) == {"cr": "CR", " CR": "CR", "SCR ": "sCR"}
    assert respelled(["Neutropenia", "NEUTROPENIA", "neutro  penia"]) == {
        "NEUTROPENIA": "Neutropenia",
        "neutro  penia": "neutro penia",
    }
    assert respelled(["1.0", "2", "3.5", "01"], ["1", "2", "3"]) == {"1.0": "1"}


def test_what_was_taken_together_is_told(opened):
    database = opened(
        endpoints="A,pfs,5,1,Progression\nA,Os,9,0,\nB,time to next therapy,3,1,\nC,Time to next Therapy,4,0,\n",
        responses="A,1,cr,Negative\nB,1,VGPR,\n",
        milestones="A,6,Second Infusion\n",
        adverse_events="A,cytokine release syndrome,1,1,,\nB,Fever,1,1,,\nC,fever,2,2,,\n",
    )
    endpoints = database.ask("select endpoint, count(*) as n from endpoints group by endpoint order by endpoint")
    assert dict(zip(endpoints["endpoint"], endpoints["n"], strict=True)) == {
        "OS": 1, "PFS": 1, "Relapse": 1, "time to next therapy": 2,
    }  # fmt: skip
    terms = database.ask("select term, count(*) as n from adverse_events group by term order by term")
    assert terms.to_numpy().tolist() == [["Cytokine release syndrome", 1], ["Fever", 2]]
    words = "\n".join(text_of(database))
    assert "endpoints.csv, column endpoint: read “pfs” as PFS (1 row), “Os” as OS (1 row)" in words
    assert "adverse_events.csv, column term: read “cytokine release syndrome” as Cytokine release syndrome" in words
    assert "“fever” as Fever (1 row)" in words
    assert "responses.csv, column mrd: read “Negative” as negative (1 row)." in words


def test_spellings_of_one_endpoint_that_repeat_a_patient_are_refused(opened):
    with pytest.raises(CohortError, match="row 3, column patient_id: patient_id and endpoint must not be repeated"):
        opened(endpoints="A,PFS,5,1,\nA,pfs,6,1,\n")


# -- when a value is known -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("", None),
        ("undated", KnownAt()),
        ("Month 1.5", KnownAt(month=1.5)),
        ("responses.MRD", KnownAt(table="responses", what="mrd")),
        ("adverse_events.Infection, n.o.s.", KnownAt(table="adverse_events", what="Infection, n.o.s.")),
    ],
)
def test_when_a_value_is_known_is_read_once_into_a_value(words, known):
    assert KnownAt.parsed(words) == known


@pytest.mark.parametrize("words", ["month", "month 1.5.2", "month -1", "responses.depth", "adverse_events.", "1"])
def test_any_other_words_are_refused(words):
    with pytest.raises(ValueError, match="does not say when"):
        KnownAt.parsed(words)


def test_a_variable_of_after_infusion_is_undated_until_the_dictionary_says_otherwise(opened):
    late = opened().variables[-1]
    assert late.known_at == KnownAt()


def test_a_level_may_name_several_responses_and_scr_is_a_cr(opened):
    responses = "A,1,sCR,\nB,1,PR,\nB,4,VGPR,\nC,1,SD,\nD,8,CR,\n"
    database = opened(responses=responses, endpoints="A,PFS,20,0,\nB,PFS,20,0,\nC,PFS,20,0,\nD,PFS,20,0,\n")
    rows = ask(database, "cohort/who", Selection("x", (), Comparison("depth"), landmark=3.0), most=9)
    # 0 CR, 1 VGPR/PR, 2 SD/PD, 3 Missing
    assert dict(zip(rows["patient_id"], rows["group"], strict=True)) == {"A": 0, "B": 1, "C": 2, "D": 3}


@pytest.mark.parametrize("levels", ["good|bad", "CR|CR/VGPR|PR", "CR or better|PR"])
def test_levels_that_name_no_response_are_refused(opened, levels):
    with pytest.raises(CohortError, match=r"levels by responses.response name responses, each once"):
        opened(variables=VARIABLES.replace("CR|VGPR/PR|SD/PD", levels))


def test_a_response_without_a_level_is_named(opened):
    with pytest.raises(CohortError, match=r"row 3, column response: depth in variables is by responses\.response"):
        opened(responses="A,1,CR,\nB,1,MR,\n")


# -- which assessments count -----------------------------------------------------------------------


COUNTED = {
    "before": ("A,1,SD,\nA,5,CR,negative\n", "A,OS,20,0,\n", "", "CR"),
    "after a second infusion": ("A,1,SD,\nA,5,CR,negative\n", "A,OS,20,0,\n", "A,4,second infusion\n", "SD"),
    "after new therapy": ("A,1,SD,\nA,5,CR,negative\n", "A,OS,20,0,\n", "A,4,New  therapy\n", "SD"),
    "after progression": ("A,1,SD,\nA,5,CR,negative\n", "A,PFS,4,1,progression\n", "", "SD"),
    "after a relapse": ("A,1,SD,\nA,5,CR,negative\n", "A,Relapse,4,1,\n", "", "SD"),
    "after a dated relapse": ("A,1,SD,\nA,5,CR,negative\n", "A,OS,20,0,\n", "A,4,relapse\n", "SD"),
    "after death": ("A,1,SD,\nA,5,CR,negative\n", "A,OS,4,1,\n", "", "SD"),
}


@pytest.mark.parametrize("case", COUNTED)
def test_one_rule_says_which_assessments_count_everywhere(opened, case):
    responses, endpoints, milestones, best = COUNTED[case]
    # So that A, who had died, stays in a landmark analysis of the questions asked here, nothing of survival is asked.
    database = opened(responses=responses, endpoints=endpoints, milestones=milestones)
    everyone = Selection("x")
    result = response_result(ask(database, "response/best", everyone), ("All",), "all", "Wilson").everyone
    late = best == "SD"
    assert result.best == {best: 1}
    assert result.mrd_negative.count == (0 if late else 1)
    at_6 = Selection("x", (Levels("responder", ("Yes",)),), landmark=6.0)
    assert ask(database, "cohort/who", at_6, most=9)["patient_id"].tolist() == ([] if late else ["A"])
    depth = ask(database, "cohort/who", Selection("x", (), Comparison("depth"), landmark=6.0), most=9).set_index(
        "patient_id"
    )
    assert depth.loc["A", "group"] == (2 if late else 0)
    drawn = ask(database, "patients/responses", everyone, numbers=(0,))
    assert drawn["response"].tolist() == (["SD"] if late else ["SD", "CR"])
    assert ask(database, "response/mrd_thresholds", everyone)["tested"].sum() == (0 if late else 1)
    contradicted = concerned(database, "Responder: not what the assessments that count say")
    assert ("A" in contradicted) == late, "the cell says Yes"


def test_who_was_assessed_only_too_late_is_told_beside_the_count(opened):
    database = opened(responses="A,9,CR,\nB,1,SD,\n", endpoints="A,PFS,4,1,progression\nB,PFS,9,0,\n")
    result = response_result(ask(database, "response/best", Selection("x")), ("All",), "all", "Wilson").everyone
    assert (result.evaluable, result.too_late) == (1, 1)
    assert concerned(database, "assessed for response only after progression") == ("A",)


# -- what cannot be --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "words", "patients"),
    [
        ({"endpoints": "A,PFS,9,0,\nA,OS,5,1,\nB,PFS,5,1,\nB,OS,5,1,\n"}, "is shorter than another endpoint", ("A",)),
        ({"endpoints": "A,PFS,5,0,\nA,OS,5,1,\nB,PFS,4,0,\nB,OS,5,1,\n"}, "but PFS is censored at death", ("A",)),
        (
            {"endpoints": "A,Relapse,5,1,\nA,PFS,6,1,\nB,Relapse,5,1,\nB,PFS,5,1,\n"},
            "relapse and PFS contradict each other",
            ("A",),
        ),
        ({"endpoints": "A,PFS,5,1,infection\nB,PFS,5,1,PD\nC,PFS,5,1,Death of sepsis\n"}, "neither death nor", ("A",)),
        ({"endpoints": "A,OS,5,1,\nB,OS,5,1,\n", "responses": "A,6,CR,\nB,5,CR,\n"}, "response after death", ("A",)),
        (
            {"endpoints": "A,OS,5,1,\nB,OS,5,1,\n", "milestones": "A,6,transplant\nB,5,death\n"},
            "milestone after death",
            ("A",),
        ),
        (
            {"endpoints": "A,OS,1,1,\nB,OS,1,1,\n", "adverse_events": "A,Fever,1,1,33,\nB,Fever,1,1,30,\n"},
            "begins after death",
            ("A",),
        ),
        (
            {"endpoints": "A,OS,5,0,\nB,OS,5,0,\n", "responses": "A,6,CR,\nB,5,CR,\n"},
            "after the end of follow-up",
            ("A",),
        ),
        (
            {"endpoints": "A,OS,5,0,\nB,OS,5,0,\n", "milestones": "A,6,visit\nB,5,visit\n"},
            "milestone after the end",
            ("A",),
        ),
        (
            {"endpoints": "A,OS,5,0,\nB,OS,5,1,\n", "adverse_events": "A,Sepsis,5,5,,\nB,Sepsis,5,5,,\n"},
            "but alive by OS",
            ("A",),
        ),
        (
            {"responses": "A,1,CR,\nA,1,PR,\nB,1,PR,\nB,1,PR,\n"},
            "two different responses or MRD results in one month",
            ("A",),
        ),
        (
            {"adverse_events": "A,Fever,1,1,3,4\nA,Fever,1,1,3,4\nB,Fever,1,1,3,4\n"},
            "the same adverse event twice",
            ("A",),
        ),
        ({"endpoints": "A,OS,134,0,\nB,OS,130,0,\n"}, "longer than BCMA CAR-T cells exist", ("A",)),
        ({"endpoints": "B,OS,5,0,\nC,OS,5,0,\nD,OS,5,0,\n"}, "no endpoint is known", ("A",)),
        ({"patients": PATIENTS.replace("B,", "a,")}, "differ only by capitals", ("A", "a")),
        (
            {"variables": VARIABLES.replace("years", "%"), "patients": PATIENTS.replace("50", "101")},
            "below 0 or above 100",
            ("A",),
        ),
        (
            {"endpoints": "A,PFS,5,1,death\nA,OS,20,0,\nB,PFS,5,1,death\nB,OS,5,1,\n"},
            "a death by its cause, but OS does not end in death",
            ("A",),
        ),
        (
            {"endpoints": "A,PFS,9,0,\nB,PFS,3,1,PD\nC,PFS,9,1,PD\n", "responses": "A,3,PD,\nB,3,PD,\nC,3,PD,\n"},
            "progressive disease or relapse is recorded, but PFS has no event then",
            ("A", "C"),
        ),
        (
            {"endpoints": "A,PFS,9,0,\nB,PFS,9,0,\n", "milestones": "A,3,Relapse\n"},
            "progressive disease or relapse is recorded, but PFS has no event then",
            ("A",),
        ),
        (
            {"endpoints": "A,PFS,3,0,\nA,OS,9,0,\nB,PFS,3,0,\nB,OS,9,0,\n", "responses": "A,4,CR,\nB,3,CR,\n"},
            "assessed for response after PFS was censored",
            ("A",),
        ),
        ({"endpoints": "A,OS,5,0,\nB,OS,5,1,\n", "milestones": "A,5,death\nB,5,death\n"}, "a milestone death", ("A",)),
        ({"milestones": "A,,second infusion\nB,4,second infusion\n"}, "without a month", ("A",)),
        (
            {"endpoints": "A,OS,1,0,\nB,OS,1,0,\n", "adverse_events": "A,Fever,1,1,40,\nB,Fever,1,1,30,\n"},
            "begins after the end of follow-up",
            ("A",),
        ),
        (
            {"responses": "A,1,,negative\nA,1,,positive\nB,1,,negative\n"},
            "responses or MRD results in one month",
            ("A",),
        ),
        ({"responses": "B,1,PR,\nC,1,SD,\n"}, "Responder: not what the assessments that count say", ("A",)),
        ({"responses": "B,1,PR,\nC,1,SD,\n"}, "Depth: not what the assessments that count say", ("A",)),
    ],
)
def test_what_cannot_be_is_named_with_its_patients(opened, tables, words, patients):
    assert concerned(opened(**tables), words) == patients


def test_relapse_is_derived_from_the_causes_of_pfs_and_told(opened):
    database = opened(endpoints="A,PFS,5,1,progression\nB,PFS,6,1,Death\nC,PFS,7,0,\n")
    rows = database.ask(
        "select patient_id, months, status from endpoints where endpoint = 'Relapse' order by patient_id"
    )
    assert rows.to_numpy().tolist() == [["A", 5, 1], ["B", 6, 2], ["C", 7, 0]]
    assert "Relapse is derived from the causes of PFS events" in "\n".join(text_of(database))
    source = database.ask("""select source::varchar as source from provenance where "column" = 'Relapse'""")
    assert source["source"].tolist() == ["derived"]


@pytest.mark.parametrize(
    "endpoints",
    ["A,PFS,5,1,\nB,PFS,6,1,death\n", "A,PFS,5,1,infection\n", "A,PFS,5,1,PD\nA,TTP,5,1,\n", "A,PFS,5,0,\n"],
)
def test_relapse_is_not_derived_where_a_cause_is_missing_or_unknown_or_it_is_there(opened, endpoints):
    assert opened(endpoints=endpoints).ask("select 1 from endpoints where endpoint = 'Relapse'").empty


def test_labels_that_two_variables_share_are_told_apart(opened):
    header = "name,label,kind,unit,levels,section,default_cut,known_at\n"
    rows = "age,Dose,number,,,first,,\ndose,dose,number,,,first,,\nx,Nothing: one group,number,,,first,,\n"
    database = opened(variables=header + rows, patients="patient_id,age,dose,x\nA,1,2,3\n")
    assert [v.label for v in database.variables] == ["Dose (age)", "dose (dose)", "Nothing: one group (x)"]


def test_rows_in_are_rows_used(opened):
    database = opened(endpoints="A,OS,5,1,\nB,OS,6,0,\n", responses="A,1,CR,\nA,1,CR,\n")
    for table, rows in (("patients", 4), ("endpoints", 2), ("responses", 2)):
        assert database.ask(f"select count(*) as n from {table}")["n"].item() == rows
    assert isinstance(database.ask("from patients"), pd.DataFrame)


def test_a_flag_by_an_adverse_event_is_held_against_the_events(opened):
    variables = f"{VARIABLES}severe,Severe CRS,flag,,,after infusion,,adverse_events.CRS\n"
    patients = "patient_id,age,responder,depth,late,severe\nA,50,,,,Yes\nB,60,,,,No\nC,70,,,,Yes\nD,80,,,,\n"
    events = "A,CRS,1,2,,\nB,CRS,3,4,2,\nC,CRS,3,3,2,\nD,CRS,4,4,2,\n"
    database = opened(variables=variables, patients=patients, adverse_events=events)
    assert concerned(database, "not what adverse_events say of CRS of grade 3 or more") == ("A", "B")
    other = opened(variables=variables, patients=patients, adverse_events=events.replace("CRS", "Cytokine release"))
    assert "Severe CRS: known_at names CRS, which is no term of adverse_events." in text_of(other)


def test_a_default_cut_beyond_all_values_is_told(opened):
    rows = "age,Age,number,years,,first,90,\n"
    header = "name,label,kind,unit,levels,section,default_cut,known_at\n"
    database = opened(variables=header + rows, patients="patient_id,age\nA,50\nB,60\n")
    assert "Age: default_cut 90 years leaves nobody on one side; the middle of the range is used." in text_of(database)
    inside = opened(variables=header + rows.replace("90", "60"), patients="patient_id,age\nA,50\nB,60\n")
    assert inside.checks == ()


@pytest.mark.parametrize("name", ["Duration", "response", "Followed", "patient", "progressed"])
def test_an_endpoint_of_any_name_leaves_the_apps_own_columns_alone(opened, name):
    responses, pfs = "A,1,CR,\nC,2,PR,\nB,1,SD,\n", "A,PFS,10,1,\nB,PFS,11,1,\nC,PFS,12,1,\nD,PFS,13,1,\n"
    other = "".join(f"{patient},{name},{30 + n},0,\n" for n, patient in enumerate("ABCD"))
    for endpoints in (pfs, other + pfs, pfs + other):
        counts = ask(opened(responses=responses, endpoints=endpoints), "response/duration", Selection("x"))
        assert counts[["months", "events"]].to_numpy().tolist() == [[9, 1], [10, 1]]


@pytest.mark.parametrize(
    "cause", ["Progression/relapse", "PD.", "Relapse: biochemical", "PD-confirmed", "progressed", "recurrent"]
)
def test_a_cause_is_known_by_how_it_begins(opened, cause):
    database = opened(endpoints=f"A,PFS,5,1,{cause}\nA,OS,5,1,\n")
    assert (
        database.ask("select \"progressed: month\" as month from patients where patient_id = 'A'")["month"].item() == 5
    )


def test_a_misspelt_patient_is_named_with_who_is_meant(opened):
    with pytest.raises(CohortError, match="this patient is not in patients; is it Patient-010"):
        opened(patients=PATIENTS.replace("A,", "Patient-010,"), endpoints="Patient-10,OS,5,1,\n")
