"""Adverse events: counted again in pandas on studies of three arms, as the article prints them, by hand, as figures."""

import re

import pandas as pd
import pytest
from scipy.stats import fisher_exact

from core.adverse_events import words
from core.adverse_events.figure_grades import grades_chart
from core.adverse_events.figure_groups import groups_chart
from core.adverse_events.figure_patients import grid_chart
from core.adverse_events.figure_rows import MOST_LINES
from core.adverse_events.result import (
    ANY_EVENT,
    BANDS,
    ORDERS,
    Tally,
    Term,
    adverse_events,
    compare_line,
    shown_lines,
    terms_of,
)
from core.adverse_events.tables import (
    _of_band,
    flag_table,
    grades_table,
    grid_table,
    groups_table,
    own_scale_table,
    reported_share,
    who_table,
)
from core.cohort.ask import ask
from core.cohort.database import open_cohort
from core.cohort.labels import group_labels
from core.cohort.problems import CohortError
from core.cohort.selection import AGAINST_REST, Comparison, Levels, Selection
from core.figures.export import as_svg, for_file
from core.figures.frame import rows_of
from core.small_cells import WITHHELD, withheld
from core.statistics.proportions import difference, proportion
from tests.conftest import BUNDLED
from tests.core.adverse_events import cdisc

SEEDS = range(5)

RECORDED = ["reported"]


def asked(database, selection, counted="patients"):
    """The terms and the counts of a selection, as its questions answer them."""
    terms = terms_of(ask(database, "adverse_events/recorded_terms", Selection(database.fingerprint)))
    question = "adverse_events/patients" if counted == "patients" else "adverse_events/episodes"
    sizes = ask(database, "cohort/group_sizes", selection)
    numbers = {int(group): int(patients) for group, patients in zip(sizes["group"], sizes["patients"], strict=True)}
    return terms, ask(database, question, selection), numbers, group_labels(selection, database.variables)


def result_of(database, selection=None, counted="patients", method="Clopper–Pearson"):
    terms, counts, sizes, labels = asked(database, selection or Selection(database.fingerprint), counted)
    return adverse_events(terms, counts, sizes, labels, counted, method)


def line_of(result, name):
    return next(line for line in result.lines if line.name == name)


def who(database, selection, line, band="any", number=None, treatments=(), most=1000):
    _, lowest, highest = BANDS[band]
    values = {"term": line.term, "category": line.category, "number": number, "lowest": lowest, "highest": highest}
    return ask(database, "adverse_events/who", selection, **values, treatments=treatments, most=most)


# -- counted again in pandas, on studies of three arms -----------------------------------------------

VIEWS = ((None, False), ("ARM", False), ("BMRKR2", True), ("AGE", True))
every_view = pytest.mark.parametrize(("by", "filtered"), VIEWS)


@pytest.fixture(scope="module", params=cdisc.SOURCES)
def study(request, tmp_path_factory):
    return cdisc.cohort(request.param, tmp_path_factory.mktemp("study"))


def recorded(study, by, filtered):
    """The events of the selected patients with the number of their group."""
    groups = study.groups(by, filtered)
    events = study.adverse_events[study.adverse_events["patient_id"].isin(groups.index)]
    return events.assign(group=events["patient_id"].map(groups))


def of_line(events, line):
    mine = events if line.term is None else events[events["term"] == line.term]
    return mine if line.category is None else mine[mine["category"] == line.category]


def by_band(grades):
    """How many of exact grades lie within each band."""
    return {band: int(grades.between(low, high).sum()) for band, (_, low, high) in BANDS.items()}


def cells_of(frame):
    return frame.astype(object).where(frame.notna(), "–").to_numpy().tolist()


def test_the_study_is_of_the_size_that_is_said(study):
    assert len(study.patients) == 400
    assert len(study.adverse_events) == 1934
    assert study.adverse_events["term"].nunique() == 10
    assert study.adverse_events["category"].nunique() == 7
    assert study.adverse_events["patient_id"].nunique() < 400


@every_view
def test_groups_hold_every_selected_patient_with_an_event_or_without(study, by, filtered):
    result = result_of(study.database, study.selection(by, filtered))
    groups = study.groups(by, filtered)
    assert {group.number: group.patients for group in result.groups} == groups.value_counts().to_dict()
    assert result.patients == len(groups)


def test_a_line_for_any_event_for_categories_of_several_terms_and_for_terms(study):
    first = study.adverse_events.drop_duplicates("term").groupby("category", sort=False)["term"].agg(list)
    expected = [ANY_EVENT]
    for category in study.adverse_events["category"].drop_duplicates():
        expected += [f"{category}, any"] * (len(first[category]) > 1) + first[category]
    assert [line.name for line in result_of(study.database).lines] == expected
    assert len(expected) == 1 + 3 + 10


@every_view
def test_each_patient_counts_once_a_line_at_the_worst_grade(study, by, filtered):
    events = recorded(study, by, filtered)
    result = result_of(study.database, study.selection(by, filtered))
    for line in result.lines:
        worst = of_line(events, line).sort_values("grade_min").drop_duplicates("patient_id", keep="last")
        for group, tally in zip(result.groups, line.tallies, strict=True):
            assert tally.bands == by_band(worst.loc[worst["group"] == group.number, "grade_min"]), line.name
            assert (tally.unclear, tally.patients) == (0, group.patients)
        assert line.everyone.bands == by_band(worst["grade_min"])


@every_view
def test_each_episode_counts_where_events_are_counted(study, by, filtered):
    events = recorded(study, by, filtered)
    result = result_of(study.database, study.selection(by, filtered), "events")
    for line in result.lines:
        mine = of_line(events, line)
        for group, tally in zip(result.groups, line.tallies, strict=True):
            assert tally.bands == by_band(mine.loc[mine["group"] == group.number, "grade_min"]), line.name
        assert line.everyone.bands == by_band(mine["grade_min"])
    assert result.lines[0].everyone.bands["any"] == len(events)


@pytest.mark.parametrize(("number", "bands"), [(None, ("any", "3+")), (1, ("2",))])
def test_who_is_behind_a_count_is_who_was_counted(study, number, bands):
    selection, events = study.selection("ARM"), recorded(study, "ARM", False)
    result = result_of(study.database, selection)
    for line in result.lines:
        mine = of_line(events, line)
        mine = mine if number is None else mine[mine["group"] == number]
        each = mine.groupby("patient_id").agg(
            group=("group", "first"),
            grade=("grade_min", "max"),
            episodes=("term", "size"),
            terms=("term", lambda terms: ", ".join(sorted(set(terms)))),
            onset=("onset_day", "min"),
            end=("end_day", "max"),
        )
        for band in bands:
            _, low, high = BANDS[band]
            expected = each[each["grade"].between(low, high)].reset_index()
            expected = expected.sort_values(["grade", "patient_id"], ascending=[False, True])
            found = who(study.database, selection, line, band, number)
            columns = ["patient_id", "group", "grade_min", "episodes", "terms", "onset_day", "end_day"]
            assert cells_of(found[columns]) == cells_of(expected)
            assert (found["grade_min"] == found["grade_max"]).all()
            assert found["given"].isna().all()
            counted = line.everyone if number is None else line.tallies[number]
            assert len(found) == counted.bands[band]


def test_onset_is_of_the_first_episode_and_duration_of_the_longest(study):
    events = recorded(study, "ARM", False)
    events["duration"] = events["end_day"] - events["onset_day"] + 1
    each = events.groupby(["group", "patient_id", "term"])[["onset_day", "duration"]].agg(
        {"onset_day": "min", "duration": "max"}
    )
    found = ask(study.database, "adverse_events/days", study.selection("ARM")).set_index(["group", "term"])
    assert len(found) == 30
    for (group, term), row in found.iterrows():
        mine = each.xs((group, term), level=("group", "term"))
        assert row["patients"] == len(mine)
        for name, count, days in (("onset", "dated", mine["onset_day"]), ("duration", "ended", mine["duration"])):
            assert row[count] == days.notna().sum()
            assert row[f"{name}_median"] == days.median()
            assert (row[f"{name}_lowest"], row[f"{name}_highest"]) == (days.min(), days.max())


@pytest.mark.parametrize("most", [60, 1000])
def test_the_grid_holds_the_worst_grade_of_the_most_burdened(study, most):
    events = recorded(study, "ARM", False)
    terms = tuple(events["term"].unique()[2:7])
    worst = events[events["term"].isin(terms)].groupby(["patient_id", "term"])["grade_min"].max().unstack()
    groups = study.groups("ARM")
    worst = worst.reindex(groups.index)
    order = pd.DataFrame({"severe": (worst >= 3).sum(axis=1), "terms": worst.notna().sum(axis=1), "group": groups})
    order = order.rename_axis("patient_id").sort_values(
        ["severe", "terms", "patient_id"], ascending=[False, False, True]
    )
    order = order.head(most).sort_values("group", kind="stable")
    found = ask(study.database, "adverse_events/grid", study.selection("ARM"), terms=terms, most=most)
    assert found["patient_id"].drop_duplicates().tolist() == order.index.tolist()
    cells = {(r.patient_id, r.term): r.grade_min for r in found.dropna(subset=["term"]).itertuples()}
    expected = worst.loc[order.index].stack()
    assert cells == expected.to_dict()
    assert set(found.loc[found["term"].isna(), "patient_id"]) == set(order.index[order["terms"] == 0])


# -- the article -----------------------------------------------------------------------------------

CLAIMS = pd.read_csv(BUNDLED / "claims.csv", dtype=str, keep_default_na=False).set_index("claim_id")
NAMES = pd.read_csv(BUNDLED / "adverse_event_terms.csv", dtype=str)["term"].tolist()


SHORT = {"immune effector cell-associated neurotoxicity syndrome": "ICANS", "secondary neoplasms": "Secondary neoplasm"}


def term_and_band(quantity):
    """What a printed count is of: the term as the cohort names it and the band; no term where it names none."""
    name, low, high = re.fullmatch(r"(.+?)(?: any grade| grade (\d)–(\d))?", quantity).groups()
    terms = [term for term in NAMES if term.casefold() in (name.casefold(), SHORT.get(name, "").casefold())]
    bands = [band for band, (_, *ends) in BANDS.items() if ends == [int(low or 1), int(high or 5)]]
    return (terms[0] if terms else None), bands[0]


PRINTED = [
    claim
    for claim, row in CLAIMS.iterrows()
    if row["kind"] == "recompute" and row["numerator"] and row["population"] == "all infused"
    and term_and_band(row["quantity"])[0]
]  # fmt: skip


def test_no_cell_of_table_3_is_left_out():
    recomputed = CLAIMS[CLAIMS["kind"] == "recompute"]
    assert set(recomputed.index[recomputed["section"] == "Table 3"]) <= set(PRINTED)
    assert set(PRINTED) == {f"C{n}" for n in (35, *range(36, 57), *range(80, 87))}


@pytest.fixture(scope="module")
def article(bundled):
    return result_of(bundled)


@pytest.mark.parametrize("claim", PRINTED)
def test_the_article_prints(article, claim):
    row = CLAIMS.loc[claim]
    term, band = term_and_band(row["quantity"])
    share = line_of(article, term).everyone.share(band, "Clopper–Pearson")
    assert (share.count, share.total) == (int(row["numerator"]), int(row["denominator"]))
    decimals = len(row["value"].partition(".")[2])
    assert f"{100 * share.value:.{decimals}f}" == row["value"]


def test_a_count_of_the_article_is_of_those_it_names(bundled):
    everyone = Selection(bundled.fingerprint)
    result = result_of(bundled)
    severe = who(bundled, everyone, line_of(result, "Cytokine release syndrome"), "3+")
    assert re.findall(r"\d+", CLAIMS.loc["C37", "note"]) == severe["patient_id"].tolist()


def test_prolonged_cytopenia_as_reported(bundled):
    row = CLAIMS.loc["C59"]
    variable = next(v for v in bundled.variables if v.name == "prolonged_cytopenia")
    counts = ask(bundled, "cohort/level_counts", Selection(bundled.fingerprint))
    share = reported_share(variable, counts, 0, "Clopper–Pearson")
    assert (share.count, share.total) == (int(row["numerator"]), int(row["denominator"]))
    by = Selection(bundled.fingerprint, (), Comparison("prior_asct"))
    table = flag_table(variable, ask(bundled, "cohort/level_counts", by), result_of(bundled, by))
    assert table[1] == [["Prolonged cytopenia", "3/9, 33.3% (7.5–70.1)", "2/2, 100.0% (15.8–100.0)"]]


def test_the_table_reads_as_the_article_with_exact_limits(bundled):
    result = result_of(bundled)
    header, rows = grades_table(result, result.lines)
    assert header == ["Adverse event, N = 11", "Any grade", "Grade 1–2", "Grade 3 or more"]
    read = {row[0]: row[1:] for row in rows}
    # R: binom.test(11, 11)$conf.int is 0.715 1.000; binom.test(2, 11)$conf.int is 0.023 0.518
    assert read["Cytokine release syndrome"] == [
        "11, 100.0% (71.5–100.0)",
        "9, 81.8% (48.2–97.7)",
        "2, 18.2% (2.3–51.8)",
    ]
    assert read["Neurologic events"] == ["0, 0.0% (0.0–28.5)"] * 3
    label, share = words.headline(result)
    assert label.startswith("CRS, ")
    assert share == proportion(2, 11)
    told = words.results_sentence(result, "All patients", True, "")
    # R: binom.test(9, 11), (8, 11), (6, 11) and (5, 11); only patients 4 and 11 had nothing of grade 3 or more
    assert re.findall(r"\d+ of 11 \([^)]+\)", told) == [
        "11 of 11 (100.0%; 95% CI 71.5–100.0)", "9 of 11 (81.8%; 95% CI 48.2–97.7)",
        "11 of 11 (100.0%; 95% CI 71.5–100.0)", "2 of 11 (18.2%; 95% CI 2.3–51.8)",
        "8 of 11 (72.7%; 95% CI 39.0–94.0)", "6 of 11 (54.5%; 95% CI 23.4–83.3)", "5 of 11 (45.5%; 95% CI 16.7–76.6)",
    ]  # fmt: skip
    named = [term for term in NAMES[1:] if term in told]
    assert named == ["Leukopenia", "Anemia", "Thrombocytopenia"]
    assert told.endswith("reconstructed from published summaries.")


def test_the_sentence_says_what_is_compared(bundled):
    """Grade 3 or more of any event by prior ASCT."""
    result = result_of(bundled, Selection(bundled.fingerprint, (), Comparison("prior_asct")))
    sentence = words.results_sentence(result, "All patients", False, "", (1, 0))
    both = [tally.bands["3+"] for tally in result.lines[0].tallies]
    assert both == [7, 2]
    # R: fisher.test(matrix(c(2, 0, 7, 2), 2))$p.value is 1; binom.test(7, 9)$conf.int is 0.400 0.972
    shares = "7 of 9 (77.8%; 95% CI 40.0–97.2) in No prior ASCT and 2 of 2"
    assert f"Any adverse event of grade 3 or more by group: {shares}" in sentence
    assert "; Prior ASCT minus No prior ASCT: +22 (" in sentence
    assert "percentage points (Newcombe); Fisher's exact test, p = 1.00." in sentence
    assert "minus" not in words.results_sentence(result, "All patients", False, "")


def test_a_scale_that_grades_many_terms_is_no_syndromes_own():
    columns = ["term", "category", "gradings", "exact", "dated", "note", "unlooked"]
    scales = ["WHO", "WHO", "WHO", "WHO", "ASTCT", "ASTCT", "CTCAE 5.0", ""]
    rows = pd.DataFrame(
        [(f"T{n}", "", scale, True, True, "", False) for n, scale in enumerate(scales)], columns=columns
    )
    assert [term.own_scale for term in terms_of(rows)] == [False] * 4 + [True] * 2 + [False] * 2


def test_the_syndrome_stands_with_what_was_given_for_it(bundled):
    by = Selection(bundled.fingerprint, (), Comparison("prior_asct"))
    result = result_of(bundled, by)
    line = line_of(result, "Cytokine release syndrome")
    assert [each.name for each in result.lines if each.own_scale] == ["Cytokine release syndrome"]
    given = ask(bundled, "adverse_events/treatments", by, treatments=("corticosteroids", "tocilizumab", "anakinra"))
    header, rows = own_scale_table(line, "Lee 2014", result, given, ask(bundled, "adverse_events/days", by))
    assert header == ["Cytokine release syndrome, Lee 2014", "No prior ASCT (N = 9)", "Prior ASCT (N = 2)"]
    assert rows[-2:] == [
        ["Corticosteroids", "1, 11.1% (0.3–48.2)", "1, 50.0% (1.3–98.7)"],
        ["Tocilizumab", "1, 11.1% (0.3–48.2)", "0, 0.0% (0.0–84.2)"],
    ], "neither day nor duration is recorded"


# -- by hand ---------------------------------------------------------------------------------------

HAND = {
    "cohort": "name,kind\nBy hand,yours\n",
    "variables": "name,label,kind,levels,section\narm,Arm,category,A|B|C,first\nage,Age,number,,first\n",
    "patients": "patient_id,arm,age\n1,A,50\n2,A,61\n3,A,62\n4,A,\n5,B,64\n6,B,65\n7,B,66\n8,,67\n",
    "adverse_event_terms": (
        "term,category,grading,note\nCRS,Cytokines,ASTCT,\nFever,General,CTCAE 5.0,noted with care\n"
        "Fatigue,General,CTCAE 5.0,\nInfection,Infections,CTCAE 5.0,\nICANS,,ASTCT,\n"
    ),
    "adverse_events": """patient_id,term,category,grade_min,grade_max,grading,onset_day,end_day
7,Neuropathy,,2,3,,,
1,Fever,General,1,2,CTCAE 5.0,10,12
1,Fever,General,2,2,CTCAE 5.0,4,5
2,Fever,General,1,5,CTCAE 5.0,8,
3,Fever,General,3,5,CTCAE 5.0,,
3,Fever,General,1,2,CTCAE 5.0,,
4,Fever,General,1,1,CTCAE 5.0,2,2
4,Fever,General,1,1,CTCAE 5.0,20,29
5,Fever,General,1,1,CTCAE 5.0,7,7
5,Fatigue,General,3,3,CTCAE 5.0,30,40
6,Infection,Infections,5,5,CTCAE 5.0,60,60
1,CRS,Cytokines,4,4,ASTCT,1,6
5,CRS,Cytokines,1,1,ASTCT,3,4
""",
    "milestones": "patient_id,month,event\n1,,tocilizumab\n1,0.1,anakinra\n1,0.2,tocilizumab\n5,1,transplant\n",
}


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hand")
    for name, text in HAND.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_cohort(folder)


def tallied(result):
    """Line -> (any, 1–2, 3+, unclear) of all groups together."""
    found = {}
    for line in result.lines:
        found[line.name] = (*(line.everyone.bands[band] for band in ("any", "1–2", "3+")), line.everyone.unclear)
    return found


def test_worst_grades_by_hand(hand):
    assert tallied(result_of(hand)) == {
        # 1: CRS 4; 2: fever 1–5; 3: fever 3–5; 4: fever 1; 5: fatigue 3; 6: infection 5; 7: neuropathy 2–3; 8: nothing
        ANY_EVENT: (7, 1, 4, 2),
        "CRS": (2, 1, 1, 0),
        # 1: 1–2 and 2 make 2; 2: 1–5; 3: 3–5; 4 and 5: 1
        "General, any": (5, 2, 2, 1),
        "Fever": (5, 3, 1, 1),
        "Fatigue": (1, 0, 1, 0),
        "Infection": (1, 0, 1, 0),
        "ICANS": (0, 0, 0, 0),
        "Neuropathy": (1, 0, 0, 1),
    }
    fever = line_of(result_of(hand), "Fever").everyone.bands
    assert [fever[grade] for grade in "12345"] == [2, 1, 0, 0, 0], "a grade that is known although the term has bands"


def test_events_by_hand(hand):
    found = tallied(result_of(hand, counted="events"))
    assert found["Fever"] == (8, 6, 1, 1)
    assert found["General, any"] == (9, 6, 2, 1)
    assert found["CRS"] == (2, 1, 1, 0)
    assert found["ICANS"] == (0, 0, 0, 0)
    assert found[ANY_EVENT] == (13, 7, 4, 2)


def test_groups_by_hand(hand):
    result = result_of(hand, Selection("x", (), Comparison("arm")))
    assert [(g.number, g.label, g.patients) for g in result.groups] == [
        (0, "Arm A", 4),
        (1, "Arm B", 3),
        (3, "Missing", 1),
    ]
    assert [t.bands["any"] for t in line_of(result, ANY_EVENT).tallies] == [4, 3, 0]
    assert [t.bands["any"] for t in line_of(result, "Fever").tallies] == [4, 1, 0]
    assert [t.patients for t in line_of(result, "Fever").tallies] == [4, 3, 1]
    rest = result_of(hand, Selection("x", (Levels("arm", ("A",)),), Comparison(AGAINST_REST)))
    assert [(g.label, g.patients) for g in rest.groups] == [("Selected", 4), ("Rest", 4)]
    assert [t.bands["3+"] for t in line_of(rest, ANY_EVENT).tallies] == [2, 2]


def test_terms_are_described_as_recorded_or_as_looked_for(hand):
    terms = {term.name: term for term in terms_of(ask(hand, "adverse_events/recorded_terms", Selection("x")))}
    assert list(terms) == ["CRS", "Fever", "Fatigue", "Infection", "ICANS", "Neuropathy"]
    assert [term.name for term in terms.values() if not term.exact] == ["Fever", "Neuropathy"]
    assert [term.name for term in terms.values() if term.dated] == ["CRS", "Fever", "Fatigue", "Infection"]
    assert [term.name for term in terms.values() if term.own_scale] == ["CRS", "ICANS"]
    assert (terms["Neuropathy"].category, terms["Neuropathy"].grading) == ("", "")
    by_scale = "Graded by CTCAE 5.0. CRS is graded by ASTCT. ICANS is graded by ASTCT."
    assert words.scales(tuple(terms.values())) == by_scale
    lines = result_of(hand).lines
    assert words.remarks(lines, tuple(terms.values())) == [
        "Fever: noted with care.",
        "Recorded only as a band across grades 2 and 3: Fever in 1 and Neuropathy in 1. They count in any grade, and "
        "in neither of the others.",
    ]


def test_a_category_of_one_term_and_a_term_without_a_category_have_no_line_of_their_own(hand):
    lines = result_of(hand).lines
    assert [(line.name, line.inset) for line in lines if line.category == "General"] == [
        ("General, any", False), ("Fever", True), ("Fatigue", True),
    ]  # fmt: skip
    assert not {"Cytokines, any", "Infections, any", ", any"} & {line.name for line in lines}
    assert [line.name for line in lines if line.category == ""] == ["ICANS", "Neuropathy"]


def test_days_by_hand(hand):
    days = ask(hand, "adverse_events/days", Selection("x")).set_index("term")
    # fever began on days 4, 8, 2 and 7 (undated in patient 3); the longest of 1, 4 and 5 lasted 3, 10 and 1 days
    fever = days.loc["Fever"]
    assert fever[["patients", "dated", "ended"]].tolist() == [5, 4, 3]
    assert fever[["onset_median", "onset_lowest", "onset_highest"]].tolist() == [5.5, 2, 8]
    assert fever[["duration_median", "duration_lowest", "duration_highest"]].tolist() == [3, 1, 10]
    assert days.loc["Neuropathy", ["dated", "ended"]].tolist() == [0, 0]
    result = result_of(hand, Selection("x", (), Comparison("arm")))
    given = ask(hand, "adverse_events/treatments", Selection("x", (), Comparison("arm")), treatments=("tocilizumab",))
    by_arm = ask(hand, "adverse_events/days", Selection("x", (), Comparison("arm")))
    header, rows = own_scale_table(line_of(result, "CRS"), "ASTCT", result, given, by_arm)
    assert header == ["CRS, ASTCT", "Arm A (N = 4)", "Arm B (N = 3)", "Missing (N = 1)"]
    read = {row[0]: row[1:] for row in rows}
    assert list(read) == [
        "Any grade", *(f"Grade {grade}" for grade in range(1, 6)), "Tocilizumab",
        "Onset, day, median (range)", "Duration, days, median (range)",
    ]  # fmt: skip
    assert read["Tocilizumab"] == ["1, 25.0% (0.6–80.6)", "0, 0.0% (0.0–70.8)", "0, 0.0% (0.0–97.5)"]
    assert read["Onset, day, median (range)"] == ["1 (1–1), 1 dated", "3 (3–3), 1 dated", "–"]
    assert read["Duration, days, median (range)"] == ["6 (6–6), 1 dated", "2 (2–2), 1 dated", "–"]


def test_who_by_hand(hand):
    selection = Selection("x", (), Comparison("arm"))
    result = result_of(hand, selection)

    def behind(name, band="any", number=None, most=9):
        return who(hand, selection, line_of(result, name), band, number, most=most)["patient_id"].tolist()

    assert behind("Fever") == ["3", "2", "1", "4", "5"]
    assert behind("Fever", "3+") == ["3"]
    assert behind("Fever", "1–2") == ["1", "4", "5"]
    assert behind("Fever", "2") == ["1"]
    assert behind("Fever", number=1) == ["5"]
    assert behind("General, any", "3+") == ["3", "5"]
    assert behind("Neuropathy") == ["7"]
    assert behind("Neuropathy", "3+") == behind("Neuropathy", "1–2") == []
    assert behind("ICANS") == []
    assert behind(ANY_EVENT, number=3) == []
    assert behind(ANY_EVENT, "3+", most=2) == ["6", "3"]
    treatments = ("tocilizumab", "corticosteroids", "anakinra")
    patients = ask(hand, "cohort/selected_patients", Selection("x"), patients=tuple("12345678"))
    table = who(hand, selection, line_of(result, ANY_EVENT), "4", treatments=treatments)
    labels = group_labels(selection, hand.variables)
    header, rows = who_table(table, labels, True, True, hand.variables, patients, RECORDED)
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {
            "Patient": "1", "Group": "Arm A", "Worst grade": "4", "Episodes": "3", "Best response": "–",
            "What became of them": "–", "Events": "CRS, Fever",
            "First onset, day": "1", "Last end, day": "12", "Given": "anakinra, tocilizumab", "Arm": "A", "Age": "50",
        }
    ]  # fmt: skip
    bands = who(hand, Selection("x"), line_of(result, "Neuropathy"), treatments=treatments)
    header, rows = who_table(bands, ("All patients",), False, True, hand.variables, patients, RECORDED)
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {
            "Patient": "7", "Worst grade": "2–3", "Episodes": "1", "Best response": "–",
            "What became of them": "–", "First onset, day": "–", "Last end, day": "–",
            "Arm": "B", "Age": "66",
        }
    ]  # fmt: skip
    fourth = who(hand, Selection("x"), line_of(result, "Fever"), "1", treatments=treatments)
    header, rows = who_table(fourth, ("All patients",), False, False, hand.variables, patients, RECORDED)
    assert header == ["Patient", "Worst grade", "Episodes", "Best response", "What became of them", "Arm", "Age"]
    assert rows == [["4", "1", "2", "–", "–", "A", "–"], ["5", "1", "1", "–", "–", "B", "64"]]


def test_a_detail_is_of_the_treatment_that_it_was_recorded_for(tmp_path):
    milestones = "patient_id,month,event,detail\n1,,tocilizumab,for CRS\n1,,anakinra,\n2,,tocilizumab,for fever\n"
    database = written(tmp_path, milestones=milestones)
    fever = line_of(result_of(database), "Fever")
    given = who(database, Selection("x"), fever, treatments=("tocilizumab", "anakinra")).set_index("patient_id")[
        "given"
    ]
    assert given["2"] == "tocilizumab for fever"
    assert not given["1"].startswith("anakinra, tocilizumab for"), "anakinra has no detail"


def test_the_grid_by_hand(hand):
    selection = Selection("x", (), Comparison("arm"))
    cells = ask(hand, "adverse_events/grid", selection, terms=("Fever", "CRS"), most=60)
    header, rows = grid_table(cells, group_labels(selection, hand.variables), RECORDED * len(cells))
    assert header == ["Patient", "Group", "Adverse event", "Worst grade"]
    assert rows == [
        ["1", "Arm A", "CRS", "4"], ["1", "Arm A", "Fever", "2"], ["3", "Arm A", "Fever", "≥ 3"],
        ["2", "Arm A", "Fever", "1–5"], ["4", "Arm A", "Fever", "1"],
        ["5", "Arm B", "CRS", "1"], ["5", "Arm B", "Fever", "1"],
    ]  # fmt: skip
    assert cells.loc[cells["term"].isna(), "patient_id"].tolist() == ["6", "7", "8"]


# -- what a reader asks for ------------------------------------------------------------------------


def names(lines):
    return [line.name for line in lines]


AS_RECORDED = [ANY_EVENT, "CRS", "General, any", "Fever", "Fatigue", "Infection", "ICANS", "Neuropathy"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("category", AS_RECORDED),
        # CRS and ICANS have scales of their own and come first; equals stay as recorded
        ("any", [ANY_EVENT, "CRS", "ICANS", "Fever", "Fatigue", "Infection", "Neuropathy"]),
        ("3+", [ANY_EVENT, "CRS", "ICANS", "Fever", "Fatigue", "Infection", "Neuropathy"]),
        ("name", [ANY_EVENT, "CRS", "ICANS", "Fatigue", "Fever", "Infection", "Neuropathy"]),
        # any grade in A (4), B (3) and Missing (1): fever 4/4, 1/3, 0; CRS 1/4, 1/3, 0; the others 1/3 at the most
        ("difference", [ANY_EVENT, "CRS", "ICANS", "Fever", "Fatigue", "Infection", "Neuropathy"]),
    ],
)
def test_each_order(hand, order, expected):
    result = result_of(hand, Selection("x", (), Comparison("arm")))
    assert names(shown_lines(result, result, order)) == expected
    assert set(ORDERS) == {"category", "any", "3+", "difference", "name"}


def test_an_order_is_of_what_is_counted(bundled):
    result = result_of(bundled)
    by_severe = names(shown_lines(result, result, "3+"))
    assert by_severe[:5] == [ANY_EVENT, "Cytokine release syndrome", "Leukopenia", "Thrombocytopenia", "Anemia"]
    severe = [line_of(result, name).everyone.bands["3+"] for name in by_severe[2:]]
    assert severe == sorted(severe, reverse=True)
    by = result_of(bundled, Selection("x", (), Comparison("prior_asct")))
    for band in ("any", "3+"):
        spread = [
            abs(line.tallies[0].bands[band] / 9 - line.tallies[1].bands[band] / 2)
            for line in shown_lines(by, by, "difference", band=band)[2:]
        ]
        assert spread == sorted(spread, reverse=True)
        assert spread[0] > spread[-1]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("fev", ["Fever"]),
        (" GENER ", ["General, any", "Fever", "Fatigue"]),
        ("any", [ANY_EVENT, "General, any"]),
        ("infections", ["Infection"]),
        ("no such event", []),
        ("", AS_RECORDED),
    ],
)
def test_a_search_finds_terms_and_categories(hand, search, expected):
    result = result_of(hand)
    assert names(shown_lines(result, result, search=search)) == expected


@pytest.mark.parametrize(
    ("least", "expected"),
    [
        (0, AS_RECORDED),
        (33.4, [ANY_EVENT, "General, any", "Fever"]),
        (100 / 3, [ANY_EVENT, "CRS", "General, any", "Fever", "Fatigue", "Infection", "Neuropathy"]),
        (100, [ANY_EVENT, "General, any", "Fever"]),
    ],
)
def test_least_percent_is_reached_in_any_group(hand, least, expected):
    by_arm = Selection("x", (), Comparison("arm"))
    incidence = result_of(hand, by_arm)
    assert names(shown_lines(incidence, incidence, least_percent=least)) == expected
    events = result_of(hand, by_arm, "events")
    assert names(shown_lines(events, incidence, least_percent=least)) == expected, "of patients, whatever is counted"


def test_compared_lines_are_first_less_second(hand):
    result = result_of(hand, Selection("x", (), Comparison("arm")))
    fever = line_of(result, "Fever")
    forth, back = compare_line(fever, 0, 1, "any"), compare_line(fever, 1, 0, "any")
    assert forth.difference == difference(proportion(4, 4), proportion(1, 3))
    assert forth.difference.value == pytest.approx(2 / 3)
    assert (back.difference.value, back.p) == (-forth.difference.value, forth.p)
    assert forth.p == pytest.approx(fisher_exact([[4, 0], [1, 2]]).pvalue)
    none = compare_line(line_of(result, "ICANS"), 0, 1, "any")
    assert none.difference.lower < 0 == none.difference.value < none.difference.upper
    assert none.p is None, "nobody had it, so there is nothing to test"
    assert compare_line(line_of(result, ANY_EVENT), 0, 1, "any").p is None, "everybody had one"
    header, rows = groups_table(result, (fever,), "any", (0, 1))
    assert header[-2].startswith("Arm A minus Arm B")
    # Newcombe: Wilson's limits of 4/4 are 51.0 to 100, of 1/3 6.1 to 79.2
    assert rows == [
        ["Fever", "4, 100.0% (39.8–100.0)", "1, 33.3% (0.8–90.6)", "0, 0.0% (0.0–97.5)", "+67 (0 to 94)", "p = 0.14"]
    ]


def test_a_group_of_nobody_is_compared_with_nobody(hand):
    terms, counts, _, _ = asked(hand, Selection("x"))
    result = adverse_events(terms, counts, {0: 8, 1: 0}, ("A", "B"))
    fever = compare_line(line_of(result, "Fever"), 0, 1, "any")
    assert (fever.difference.value, fever.p) == (None, None)
    _, rows = groups_table(result, (line_of(result, "Fever"),), "any", (0, 1))
    assert rows[0][:4] == ["Fever", "5, 62.5% (24.5–91.5)", "–", "not estimable"]
    assert names(shown_lines(result, result, "difference", least_percent=60)) == [ANY_EVENT, "Fever"]


def test_events_have_neither_percentages_nor_limits_nor_tests(hand):
    by_arm = Selection("x", (), Comparison("arm"))
    result = result_of(hand, by_arm, "events")
    for header, rows in (
        grades_table(result, result.lines),
        groups_table(result, result.lines, "3+", None),
    ):
        assert not re.search(r"%|test|points", " ".join(header))
        assert all(re.fullmatch(r"\d+|–", cell) for row in rows for cell in row[1:])
    header, rows = grades_table(result, result.lines)
    assert header[0] == "Adverse event (events), N = 8"
    assert ["Fever", "8", "6", "1", *"–––––"] in rows
    assert words.method(result).endswith("so counts of events have no interval and no test.")


def test_single_grades_stand_only_where_every_grade_is_known(hand):
    result = result_of(hand)
    header, rows = grades_table(result, result.lines)
    assert header == [
        "Adverse event, N = 8", "Any grade", "Grade 1–2", "Grade 3 or more", *(f"Grade {g}" for g in range(1, 6)),
    ]  # fmt: skip
    read = {row[0]: row[4:] for row in rows}
    assert read["Fever"] == read[ANY_EVENT] == read["General, any"] == ["–"] * 5
    assert read["CRS"][3] == "1, 12.5% (0.3–52.7)"
    assert read["ICANS"] == ["0, 0.0% (0.0–36.9)"] * 5


def test_limits_are_by_the_method_asked_for(hand):
    line = line_of(result_of(hand, method="Wilson"), "Fever")
    wilson = line.everyone.share("any", "Wilson")
    assert wilson == proportion(5, 8, "Wilson")
    assert "Wilson score" in words.method(result_of(hand, method="Wilson"))
    assert "exact (Clopper–Pearson)" in words.method(result_of(hand))


# -- what would be wrong ---------------------------------------------------------------------------


def written(folder, **tables):
    for name, text in (HAND | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_cohort(folder)


@pytest.mark.parametrize("name", ["term", "grade_min", "category"])
def test_a_variable_may_be_called_as_a_column_of_the_events(tmp_path, name):
    variables, patients = (HAND[table].replace("arm", name, 1) for table in ("variables", "patients"))
    database = written(tmp_path, variables=variables, patients=patients)
    selection = Selection("x", (), Comparison(name))
    assert tallied(result_of(database, selection))["Fever"] == (5, 3, 1, 1)
    assert tallied(result_of(database, selection, "events"))["Fever"] == (8, 6, 1, 1)
    assert len(who(database, selection, line_of(result_of(database), "Fever"))) == 5
    assert len(ask(database, "adverse_events/grid", selection, terms=("Fever",), most=60)) == 8
    assert ask(database, "adverse_events/days", selection)["patients"].sum() == 10


@pytest.mark.parametrize("term", ["Any adverse event", "General, any"])
def test_a_term_cannot_be_called_as_a_total(tmp_path, term):
    with pytest.raises(CohortError, match="column term"):
        written(tmp_path, adverse_events=f'patient_id,term,grade_min,grade_max\n1,"{term}",1,1\n')
    with pytest.raises(CohortError, match="column term"):
        written(
            tmp_path, adverse_events="patient_id,term,grade_min,grade_max\n", adverse_event_terms=f'term\n"{term}"\n'
        )


def test_no_event_ends_before_it_began(tmp_path):
    events = (
        "patient_id,term,grade_min,grade_max,onset_day,end_day\n1,Fever,1,1,5,5\n2,Fever,1,1,10,9\n3,Fever,1,1,,3\n"
    )
    with pytest.raises(CohortError) as refused:
        written(tmp_path, adverse_events=events)
    assert [(problem.rows, problem.column) for problem in refused.value.problems] == [((3,), "end_day")]


# -- what must hold for every cohort -----------------------------------------------------------------


@pytest.fixture(scope="module", params=SEEDS)
def small(request, tmp_path_factory):
    return cdisc.small(request.param, tmp_path_factory.mktemp("small"))


def counted_by_hand(events):
    """(any, 1–2, 3+, unclear) of events or of patients at their worst: pairs of lowest and highest grade."""
    pairs = list(events)
    return (
        len(pairs),
        sum(high <= 2 for _, high in pairs),
        sum(low >= 3 for low, _ in pairs),
        sum(low <= 2 and high >= 3 for low, high in pairs),
    )


def tally(of: Tally):
    return (of.bands["any"], of.bands["1–2"], of.bands["3+"], of.unclear)


def test_bands_are_counted_patient_by_patient(small):
    patients, events = result_of(small.database), result_of(small.database, counted="events")
    for line, episodes in zip(patients.lines, events.lines, strict=True):
        mine = of_line(small.adverse_events, line)
        pairs = {}
        for row in mine.itertuples():
            low, high = pairs.get(row.patient_id, (0, 0))
            pairs[row.patient_id] = (max(low, row.grade_min), max(high, row.grade_max))
        assert tally(line.everyone) == counted_by_hand(pairs.values())
        assert tally(episodes.everyone) == counted_by_hand(zip(mine["grade_min"], mine["grade_max"], strict=True))
        for grade in range(1, 6):
            assert line.everyone.bands[str(grade)] == list(pairs.values()).count((grade, grade))


def test_the_bands_add_up_and_patients_are_at_most_events(small):
    for by in (None, "arm"):
        selection = Selection("x", (), Comparison(by) if by else None)
        patients, events = (result_of(small.database, selection, counted) for counted in ("patients", "events"))
        for line, episodes in zip(patients.lines, events.lines, strict=True):
            for one, many in zip((*line.tallies, line.everyone), (*episodes.tallies, episodes.everyone), strict=True):
                for each in (one, many):
                    anything, low, severe, unclear = tally(each)
                    assert anything == low + severe + unclear
                    assert sum(each.bands[grade] for grade in "12345") <= anything
                assert all(a <= b for a, b in zip(tally(one), tally(many), strict=True))
                assert one.bands["any"] <= one.patients


def test_a_category_lies_between_its_commonest_term_and_the_sum_of_its_terms(small):
    result = result_of(small.database)
    for band in ("any", "3+"):
        of = {line.name: line.everyone.bands[band] for line in result.lines}
        general = [of[term] for term in ("Fever", "Fatigue", "Chills") if term in of]
        if "General, any" in of:
            assert max(general) <= of["General, any"] <= sum(general)
        terms = [line.everyone.bands[band] for line in result.lines if line.term is not None]
        assert max(terms, default=0) <= of[ANY_EVENT] <= sum(terms)


@pytest.mark.parametrize("counted", ["patients", "events"])
def test_the_groups_add_up_to_everybody(small, counted):
    whole = result_of(small.database, counted=counted)
    for by in ("arm", "stage", "flag"):
        parted = result_of(small.database, Selection("x", (), Comparison(by)), counted)
        assert parted.patients == whole.patients == len(small.patients)
        assert tallied(parted) == tallied(whole)


def test_as_many_are_behind_a_count_as_were_counted(small):
    selection = Selection("x", (), Comparison("stage"))
    result = result_of(small.database, selection)
    for line in result.lines[:2]:
        for group, counted in zip(result.groups, line.tallies, strict=True):
            found = who(small.database, selection, line, "3+", group.number)
            assert len(found) == counted.bands["3+"]
            assert (found["group"] == group.number).all()


# -- figures ---------------------------------------------------------------------------------------


only_made = pytest.mark.parametrize("study", ["made"], indirect=True)


def test_bands_as_a_figure(bundled):
    result = result_of(bundled)
    figure = grades_chart(result, result.lines, indented=True)
    texts = cdisc.drawn(figure)
    assert {"11, 100.0% (71.5–100.0)", "2, 18.2% (2.3–51.8)", "Leukopenia", "Any grade (95% CI)"} <= set(texts)
    assert cdisc.colours(figure, "segments") == {"grade2", "grade3"}
    widths = pd.DataFrame(rows_of(figure, "segments")).groupby("name").agg(end=("end", "max"), count=("count", "sum"))
    for line in result.lines:
        if line.everyone.bands["any"]:
            assert widths.loc[line.name].tolist() == [line.everyone.bands["any"] / 11, line.everyone.bands["any"]]


@only_made
def test_exact_grades_as_a_figure_have_five_colours(study):
    result = result_of(study.database)
    figure = grades_chart(result, shown_lines(result, result, "any"), indented=False, turn=3)
    cdisc.drawn(figure)
    assert cdisc.colours(figure, "segments") == {f"grade{grade}" for grade in range(1, 6)}
    assert [key["label"] for key in rows_of(figure, "keys")] == list("54321"), "most severe first"
    assert {row["turn"] for row in rows_of(figure, "segments")} == {3}


def test_unclear_grades_and_lines_without_an_event_as_a_figure(hand):
    result = result_of(hand)
    figure = grades_chart(result, result.lines, indented=True)
    assert "Across 2 and 3" in cdisc.drawn(figure)
    assert cdisc.colours(figure, "segments") == {"grade2", "grade3", "panel"}
    assert "ICANS" not in {row["name"] for row in rows_of(figure, "segments")}
    nothing = (line_of(result, "ICANS"),)
    texts = cdisc.drawn(grades_chart(result, nothing, indented=True))
    assert texts.count("0, 0.0% (0.0–36.9)") == 2


@only_made
def test_events_as_a_figure(study):
    result = result_of(study.database, study.selection("ARM"), "events")
    figure = grades_chart(result, result.lines, indented=True)
    texts = cdisc.drawn(figure)
    assert "Events" in texts
    assert "1934" in texts
    assert not [text for text in texts if re.search(r"\d%(?! CI)", text)]
    assert max(row["end"] for row in rows_of(figure, "segments")) == 1934


def test_events_as_a_figure_promise_no_interval(hand):
    for counted, promised in (("patients", True), ("events", False)):
        result = result_of(hand, counted=counted)
        assert ("95% CI" in str(grades_chart(result, result.lines, indented=True))) is promised


def test_two_groups_as_a_figure_with_their_difference(bundled):
    result = result_of(bundled, Selection("x", (), Comparison("prior_asct")))
    figure = groups_chart(result, result.lines, "3+", (1, 0), indented=True)
    texts = cdisc.drawn(figure)
    assert [text for text in texts if text.startswith("Prior ASCT minus No prior ASCT")]
    assert "Patients, grade 3 or more" in texts
    assert {"No prior ASCT, n = 9", "Prior ASCT, n = 2"} <= set(texts)
    for line, row in zip(result.lines, rows_of(figure, "differences"), strict=True):
        assert row["value"] == pytest.approx(line.tallies[1].bands["3+"] / 2 - line.tallies[0].bands["3+"] / 9)
        assert row["lower"] <= row["value"] <= row["upper"]
        assert row["said"] in texts
    assert cdisc.colours(figure, "dots") == {"group0", "group1"}


@only_made
def test_three_groups_as_a_figure(study):
    result = result_of(study.database, study.selection("ARM"))
    figure = groups_chart(result, result.lines, "any", None, indented=True)
    cdisc.drawn(figure)
    assert cdisc.colours(figure, "dots") == {"group0", "group1", "group2"}
    dots = pd.DataFrame(rows_of(figure, "dots"))
    assert len(dots) == 3 * len(result.lines)
    for line, span in zip(result.lines, rows_of(figure, "spans"), strict=True):
        shares = [tally.bands["any"] / tally.patients for tally in line.tallies]
        assert (span["low"], span["high"]) == (min(shares), max(shares))
    assert "differences" not in figure["datasets"]


def test_one_group_and_a_group_of_nobody_as_a_figure(hand):
    alone = result_of(hand)
    figure = groups_chart(alone, alone.lines, "any", None, indented=True)
    assert "All patients, n = 8" in cdisc.drawn(figure)
    terms, counts, _, _ = asked(hand, Selection("x"))
    empty = adverse_events(terms, counts, {0: 8, 1: 0}, ("A", "B"))
    figure = groups_chart(empty, empty.lines, "any", (0, 1), indented=True)
    assert cdisc.drawn(figure).count("not estimable") == len(empty.lines)
    assert cdisc.colours(figure, "dots") == {"group0"}, "nobody has no share"


def test_events_of_groups_as_a_figure(hand):
    result = result_of(hand, Selection("x", (), Comparison("arm")), "events")
    figure = groups_chart(result, result.lines, "any", None, indented=True)
    texts = cdisc.drawn(figure)
    assert "Events, any grade" in texts
    assert not [text for text in texts if "%" in text]
    fever = [row["share"] for row in rows_of(figure, "dots") if row["name"] == "Fever"]
    assert fever == [7, 1, 0]


def test_few_events_have_an_axis_of_whole_events(hand):
    result = result_of(hand, Selection("x", (), Comparison("arm")), "events")
    lines = tuple(line for line in result.lines if line.name in ("CRS", "ICANS"))
    texts = cdisc.drawn(groups_chart(result, lines, "any", None, indented=True))
    ticks = [text for text in texts if text.isdecimal()]
    assert len(ticks) == len(set(ticks))


def test_patients_by_term_as_a_figure(bundled):
    selection = Selection("x", (), Comparison("prior_asct"))
    result = result_of(bundled, selection)
    terms = tuple(line.term for line in result.lines if line.term)
    cells = ask(bundled, "adverse_events/grid", selection, terms=terms, most=60)
    sources = ["reported" if patient == "8" else "reconstructed" for patient in cells["patient_id"]]
    figure = grid_chart(cells, result.lines, group_labels(selection, bundled.variables), sources)
    texts = cdisc.drawn(figure)
    assert {"No prior ASCT", "Prior ASCT", "≥ 3", "1–2"} <= set(texts)
    assert len(rows_of(figure, "grid")) == cells["term"].notna().sum()
    assert len(rows_of(figure, "patients")) == 11
    assert len(rows_of(figure, "empty")) == 11 * len(terms)
    assert cdisc.colours(figure, "grid") == {"grade2", "grade3"}, "bands are drawn as their milder or severer half"
    pale = {row["patient_id"]: (row["assigned"], row["who"]) for row in rows_of(figure, "grid")}
    assert (pale["8"], pale["1"]) == ((False, "as printed"), (True, "assigned, not printed"))
    assert "Dashed, pale: assigned" in texts


@pytest.mark.parametrize(("width", "names", "grades"), [(720, 11, True), (520, 11, False), (400, 0, False)])
def test_grades_and_names_of_patients_are_all_shown_or_none(bundled, width, names, grades):
    terms = tuple(term.name for term in terms_of(ask(bundled, "adverse_events/recorded_terms", Selection("x"))))
    cells = ask(bundled, "adverse_events/grid", Selection("x"), terms=terms, most=60)
    figure = for_file(grid_chart(cells, result_of(bundled).lines, ("All patients",), RECORDED * len(cells)), "", ())
    texts = re.findall(r">([^<>]+)</text>", as_svg(figure | {"width": width}).decode())
    assert len([text for text in texts if text.isdecimal()]) == names + 3 * grades, "three grades are exactly 3"
    assert ("1–2" in texts) == grades


@only_made
def test_sixty_patients_by_term_as_a_figure(study):
    selection = study.selection("ARM")
    result = result_of(study.database, selection)
    terms = tuple(line.term for line in result.lines if line.term)
    cells = ask(study.database, "adverse_events/grid", selection, terms=terms, most=60)
    figure = grid_chart(cells, result.lines, group_labels(selection, study.database.variables), RECORDED * len(cells))
    cdisc.drawn(figure)
    assert len(rows_of(figure, "patients")) == 60
    columns = [row["column"] for row in rows_of(figure, "patients")]
    assert columns == sorted(columns)
    assert columns[-1] == pytest.approx(59 + 2 * 0.6), "three groups stand apart"
    assert cdisc.colours(figure, "heads") == {"group0", "group1", "group2"}


def test_patients_without_any_of_the_terms_are_drawn_empty(hand):
    cells = ask(hand, "adverse_events/grid", Selection("x"), terms=("ICANS",), most=60)
    figure = grid_chart(cells, (line_of(result_of(hand), "ICANS"),), ("All patients",), RECORDED * len(cells))
    assert {"1", "8", "ICANS"} <= set(cdisc.drawn(figure))
    assert rows_of(figure, "grid") == []
    assert len(rows_of(figure, "empty")) == 8


def test_only_so_many_lines_are_drawn(hand):
    terms, counts, sizes, labels = asked(hand, Selection("x"))
    many = [Term(f"Term {n}", "", "", True, False, "") for n in range(60)]
    result = adverse_events((*terms, *many), counts, sizes, labels)
    assert len(rows_of(grades_chart(result, result.lines, True), "rows")) == MOST_LINES
    assert len(rows_of(groups_chart(result, result.lines, "any", None, True), "rows")) == MOST_LINES


def test_what_few_did_not_have_is_not_told_by_the_bands():
    """22 of 26 had it, 17 of grade 1-2 and 5 of grade 3 or more: the last is told, and neither 22 nor 17."""
    tally = Tally({"any": 22, "1–2": 17, "3+": 5}, 0, 26)
    cells = [_of_band(tally, band, "Wilson", 26) for band in ("any", "1–2", "3+")]
    [[_, *shown]] = withheld((["Term", "Any grade", "Grade 1–2", "Grade 3 or more"], [["CRS", *cells]]), 5)[1]
    assert shown[:2] == [WITHHELD, WITHHELD]
    assert shown[2].startswith("5, ")
