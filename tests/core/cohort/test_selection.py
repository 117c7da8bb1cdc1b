"""`selected`: every kind of filter and group, at its boundary, with empty cells; and its words."""

import pytest

from core.cohort.ask import ask, selected
from core.cohort.database import open_cohort
from core.cohort.labels import comparison_label, filter_label, group_labels, sentence, short_labels
from core.cohort.selection import AGAINST_REST, Comparison, Levels, Range, Selection, earliest_landmark, known_later

VARIABLES = '''name,label,kind,unit,levels,section,default_cut,known_at
emd,EMD site,category,,No EMD|EM-B|EM-E,first,,
prior_asct,Prior ASCT,flag,,,first,,
bcma,BCMA expression,number,%,,first,50,
"odd ""name""",Odd name,number,,,more,,
months,A name that tables use too,category,,a|b,more,,
responder,Responder,flag,,,after infusion,,responses.responder
depth,Best response,category,,sCR|CR|VGPR|PR|MR|SD|PD,after infusion,,responses.response
mrd,MRD negative,flag,,,after infusion,,responses.mrd
crs,Severe CRS,flag,,,after infusion,,adverse_events.CRS
cytopenia,Prolonged cytopenia,flag,,,after infusion,,month 1
grade,Undated,flag,,,after infusion,,undated
'''
PATIENTS = '''patient_id,emd,prior_asct,bcma,"odd ""name""",months,responder,depth,mrd,crs,cytopenia,grade
1,No EMD,No,10,1,a,Yes,CR,Yes,No,No,No
2,No EMD,Yes,50,2,a,Yes,PR,No,Yes,Yes,No
3,EM-B,No,50.1,3,b,No,SD,No,No,No,Yes
4,EM-E,,90,4,b,Yes,CR,Yes,No,No,No
5,,Yes,,5,,No,SD,,No,No,No
'''
ENDPOINTS = """patient_id,endpoint,months,status,cause
1,PFS,12,0,
2,PFS,6,1,progression
3,PFS,2,1,progression
4,PFS,3,2,death
5,PFS,4,1,death
"""
RESPONSES = """patient_id,month,response,mrd,mrd_threshold
1,1,PR,positive,1e-5
1,6,CR,negative,1e-5
2,3,PR,,
3,1,SD,,
4,2,CR,negative,1e-5
5,1,SD,,
"""
EVENTS = """patient_id,term,category,grade_min,grade_max,grading,onset_day,end_day
2,CRS,,3,3,ASTCT,5,9
3,CRS,,2,2,ASTCT,2,4
4,CRS,,3,4,ASTCT,,
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    texts = {"variables": VARIABLES, "patients": PATIENTS, "endpoints": ENDPOINTS, "responses": RESPONSES}
    texts |= {"adverse_events": EVENTS, "cohort": "name,kind\nTest,yours\n"}
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_cohort(folder)


def who(database, *filters, comparison=None, landmark=None) -> dict[str, str]:
    """Patient -> label of their group."""
    selection = Selection(database.fingerprint, tuple(filters), comparison, landmark)
    sql, bound = selected(selection, database.variables)
    rows = database.ask(f'select patient_id, "group" from ({sql})', bound)
    labels = group_labels(selection, database.variables)
    return {patient: labels[group] for patient, group in zip(rows["patient_id"], rows["group"], strict=True)}


@pytest.mark.parametrize(
    ("chosen", "patients"),
    [
        (Levels("emd", ("No EMD",)), "12"),
        (Levels("emd", ("EM-B", "EM-E")), "34"),
        (Levels("emd", ("Missing",)), "5"),
        (Levels("emd", ("EM-B", "Missing")), "35"),
        (Levels("emd", ()), ""),
        (Levels("prior_asct", ("Yes",)), "25"),
        (Levels("prior_asct", ("No", "Missing")), "134"),
        (Range("bcma", 50, 90), "234"),
        (Range("bcma", 50.05, 89.9), "3"),
        (Range("bcma", 10, 10), "1"),
        (Range("bcma", 50, 90, missing=True), "2345"),
        (Range('odd "name"', 2, 3), "23"),
        (Levels("months", ("b",)), "34"),
    ],
)
def test_a_filter_keeps(database, chosen, patients):
    assert set(who(database, chosen)) == set(patients)


def test_filters_are_all_required(database):
    assert set(who(database, Levels("emd", ("No EMD",)), Range("bcma", 40, 100))) == {"2"}


def test_groups_by_a_category_have_missing_as_their_own(database):
    assert who(database, comparison=Comparison("emd")) == {
        "1": "No EMD", "2": "No EMD", "3": "EM-B", "4": "EM-E", "5": "Missing",
    }  # fmt: skip


def test_a_patient_at_the_cut_belongs_to_the_upper_group(database):
    assert who(database, comparison=Comparison("bcma", "cut", (50.0,))) == {
        "1": "BCMA expression < 50%", "2": "BCMA expression ≥ 50%", "3": "BCMA expression ≥ 50%",
        "4": "BCMA expression ≥ 50%", "5": "Missing",
    }  # fmt: skip
    tertiles = who(database, comparison=Comparison("bcma", "tertiles", (50.0, 60.0)))
    assert tertiles["3"] == "BCMA expression 50 to < 60%"
    assert tertiles["4"] == "BCMA expression ≥ 60%"


def test_against_the_rest_nobody_is_left_out(database):
    chosen = Range("bcma", 40, 100)
    groups = who(database, chosen, comparison=Comparison(AGAINST_REST))
    assert groups == {"1": "Rest", "2": "Selected", "3": "Selected", "4": "Selected", "5": "Rest"}


@pytest.mark.parametrize(
    ("variable", "landmark", "expected"),
    [
        ("responder", None, {"1": "Responder", "3": "No responder", "2": "Responder"}),
        ("responder", 1.0, {"1": "Responder", "2": "No responder", "4": "No responder"}),
        ("responder", 3.0, {"2": "Responder", "4": "Responder", "3": "No responder"}),
        ("depth", 1.0, {"1": "PR", "2": "Missing", "3": "SD"}),
        ("depth", 6.0, {"1": "CR", "2": "PR", "4": "CR"}),
        ("mrd", 2.0, {"1": "No MRD negative", "4": "MRD negative"}),
        ("mrd", 6.0, {"1": "MRD negative"}),
        ("crs", 0.1, {"2": "No severe CRS"}),
        ("mrd", 6.0, {"5": "Missing"}),
        ("crs", 1.0, {"4": "Missing"}),
        ("crs", 1.0, {"2": "Severe CRS", "3": "No severe CRS"}),
        ("cytopenia", 1.0, {"2": "Prolonged cytopenia", "1": "No prolonged cytopenia"}),
    ],
)
def test_a_landmark_takes_what_was_known_by_then(database, variable, landmark, expected):
    groups = who(database, comparison=Comparison(variable), landmark=landmark)
    by_then = "" if landmark is None or variable == "cytopenia" else f" by month {landmark:g}"
    expected = {patient: f"{level}{by_then}" for patient, level in expected.items()}
    assert {patient: groups[patient] for patient in expected} == expected


def test_a_filter_at_a_landmark_takes_what_was_known_by_then(database):
    assert set(who(database, Levels("mrd", ("Yes",)), landmark=3.0)) == {"4"}
    assert set(who(database, Levels("mrd", ("Yes",)))) == {"1", "4"}


def test_survival_counts_restart_the_clock_at_the_landmark(database):
    selection = Selection(database.fingerprint, landmark=3.0)
    rows = ask(database, "survival/counts", selection, endpoint="PFS", landmark=3.0)
    assert rows["months"].tolist() == [1.0, 3.0, 9.0]  # patients 5, 2 and 1; 3 and 4 had left by month 3
    assert rows[["events", "censored", "competing"]].to_numpy().tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0]]
    left = ask(database, "survival/left_before_landmark", selection, endpoint="PFS", landmark=3.0)
    assert dict(zip(left["status"], left["patients"], strict=True)) == {1: 1, 2: 1}


def test_names_with_quotes_are_asked_for(database):
    for question, values in (("cohort/number_summaries", {}), ("cohort/level_counts", {}), ("cohort/quantiles", {})):
        rows = ask(database, question, Selection(database.fingerprint), **values)
        assert 'odd "name"' in set(rows["variable"])


def test_a_name_that_a_table_uses_too_does_no_harm(database):
    selection = Selection(database.fingerprint, (Levels("months", ("a",)),), Comparison("months"))
    rows = ask(database, "survival/counts", selection, endpoint="PFS", landmark=0)
    assert rows["months"].tolist() == [6.0, 12.0]


def test_best_response_stops_at_progression(database):
    rows = ask(database, "response/best", Selection(database.fingerprint))
    counts = {None if r != r else r: n for r, n in zip(rows["response"], rows["patients"], strict=True)}
    assert counts == {"CR": 2, "PR": 1, "SD": 2}
    assert rows["mrd_tested"].sum() == 2
    assert rows["mrd_negative"].sum() == 2


def test_the_guard_knows_what_is_known_only_later(database):
    variables = database.variables
    plain = Selection("x", (Levels("emd", ("EM-B",)),), Comparison("bcma", "cut", (50.0,)))
    assert known_later(plain, variables) == ()
    late = known_later(Selection("x", (Levels("mrd", ("Yes",)),), Comparison("cytopenia")), variables)
    assert [v.name for v in late] == ["mrd", "cytopenia"]
    assert earliest_landmark(late) == 1.0
    undated = known_later(Selection("x", (Levels("grade", ("Yes",)),)), variables)
    assert earliest_landmark(undated) is None


def test_a_selection_in_words(database):
    variables = database.variables
    selection = Selection("x", (Levels("emd", ("EM-B", "EM-E")), Range("bcma", 20, 80)), Comparison("prior_asct"))
    assert sentence(selection, variables) == ("EMD site: EM-B or EM-E; BCMA expression 20–80%, compared by Prior ASCT")
    assert sentence(Selection("x"), variables) == "All patients"
    assert filter_label(Range("bcma", 20, 80, missing=True), variables) == "BCMA expression 20–80% or missing"
    assert filter_label(Levels("prior_asct", ("No",)), variables) == "Prior ASCT: no"
    cut = Comparison("bcma", "median", (66.2,))
    assert comparison_label(cut, variables) == "BCMA expression at the median (66.2%)"
    assert short_labels(Selection("x", (), cut), variables) == ("< 66.2%", "≥ 66.2%", "Missing")
    assert sentence(Selection("x", (Range("bcma", 1, 2),), Comparison(AGAINST_REST)), variables) == (
        "BCMA expression 1–2%, against the rest of the cohort"
    )


def test_selections_are_values():
    one = Selection("x", (Levels("emd", ("EM-B",)), Range("bcma", 1, 2)), Comparison("emd"))
    assert one == Selection("x", (Levels("emd", ("EM-B",)), Range("bcma", 1, 2)), Comparison("emd"))
    assert hash(one) == hash(Selection("x", (Levels("emd", ("EM-B",)), Range("bcma", 1, 2)), Comparison("emd")))
    assert one.without("emd").filters == (Range("bcma", 1, 2),)
    assert one.as_one_group == Selection("x", one.filters)
