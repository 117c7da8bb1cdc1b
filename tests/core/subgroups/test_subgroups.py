"""Subgroups: their counts in pandas again, their effects by other roads, by hand on tiny cohorts, as figures."""

import re
from math import exp, log

import numpy as np
import pandas as pd
import pytest

from core.cohort.ask import ask
from core.cohort.database import open_cohort
from core.cohort.labels import short_labels
from core.cohort.selection import AGAINST_REST, Comparison, Levels, Range, Selection
from core.cohort.vocabulary import RESPONSES
from core.figures.frame import rows_of as rows_drawn
from core.statistics.proportions import difference, difference_of_limits, proportion
from core.subgroups.figure import forest_chart
from core.subgroups.interaction import Interaction, hazard_ratio_interaction, odds_ratio_interaction
from core.subgroups.outcome import ForestRow
from core.subgroups.result import NO_REST, ONE_GROUP, Effect, Forest, hazard_forest, rate_forest, survival_forest
from core.subgroups.tables import forest_table
from core.subgroups.words import effect_text
from core.survival.comparison import compare
from core.survival.hazard_ratios import hazard_ratios
from core.survival.kaplan_meier import kaplan_meier, survival_at
from core.survival.life_table import life_table
from core.survival.result import SurvivalOptions, survival_result
from tests.core.adverse_events import cdisc

EXACT = "Clopper–Pearson"
COMPARISONS = tuple(cdisc.comparison(name) for name in cdisc.VARIABLES)
OTHERS = tuple(one for one in COMPARISONS if one.variable != "ARM")


def life_table_of(rows):
    """One row a patient: months and status."""
    return life_table(rows["months"], rows["status"] == 1, rows["status"] == 0, rows["status"] == 2)


def as_rows(frame):
    """A question's answer as a set of tuples, whatever its order."""
    return set(frame.astype(object).itertuples(index=False, name=None))


# -- counts again in pandas, on studies of three arms ------------------------------------------------

only_made = pytest.mark.parametrize("study", ["made"], indirect=True)
every_view = pytest.mark.parametrize(("by", "filtered"), [(None, False), ("ARM", False), ("ARM", True)])


@pytest.fixture(scope="module", params=cdisc.SOURCES)
def study(request, tmp_path_factory):
    return cdisc.cohort(request.param, tmp_path_factory.mktemp("study"))


def placed(cohort, by, filtered, names):
    """One row a patient and variable: group, variable, subgroup."""
    groups = cohort.groups(by, filtered)
    parts = [
        pd.DataFrame({"variable": name, "subgroup": cdisc.place(cohort.patients, name), "group": groups}).loc[
            groups.index
        ]
        for name in names
    ]
    return pd.concat(parts).rename_axis("patient_id").reset_index()


@every_view
def test_who_responded_in_every_subgroup(study, by, filtered):
    stop = study.endpoints[(study.endpoints["endpoint"] == "PFS") & (study.endpoints["status"] == 1)]
    again = study.milestones.loc[study.milestones["event"] == "second infusion", ["patient_id", "month"]]
    until = pd.concat([stop.set_index("patient_id")["months"], again.set_index("patient_id")["month"].astype(float)])
    until = until.dropna().groupby(level=0).min()
    rows = study.responses[study.responses["month"] <= study.responses["patient_id"].map(until).fillna(np.inf)]
    best = rows.dropna(subset=["response"])["response"].map(RESPONSES.index).groupby(rows["patient_id"]).min()
    expected = placed(study, by, filtered, cdisc.VARIABLES)
    depth = expected["patient_id"].map(best)
    expected = expected.assign(overall=depth <= RESPONSES.index("PR"), complete=depth <= RESPONSES.index("CR"))
    expected = expected.groupby(["variable", "subgroup", "group"])[["overall", "complete"]].agg(["size", "sum"])
    expected.columns = ["patients", "overall", "again", "complete"]
    found = ask(study.database, "subgroups/responses", study.selection(by, filtered), subgroups=COMPARISONS)
    columns = ["variable", "subgroup", "group", "patients", "overall", "complete"]
    assert as_rows(found[columns]) == as_rows(expected.reset_index()[columns])
    assert set(found["variable"]) == set(cdisc.VARIABLES)


@pytest.mark.parametrize(("term", "lowest"), [(None, 1), (None, 3), (0, 1), (0, 2), (1, 5)])
@every_view
def test_who_had_an_event_in_every_subgroup(study, by, filtered, term, lowest):
    term = None if term is None else study.adverse_events["term"].unique()[term]
    events = study.adverse_events[study.adverse_events["grade_min"] >= lowest]
    affected = set(events.loc[events["term"] == term, "patient_id"] if term else events["patient_id"])
    expected = placed(study, by, filtered, cdisc.VARIABLES)
    expected = expected.assign(affected=expected["patient_id"].isin(affected))
    expected = expected.groupby(["variable", "subgroup", "group"])["affected"].agg(["size", "sum"]).reset_index()
    values = {"subgroups": COMPARISONS, "term": term, "lowest": lowest}
    found = ask(study.database, "subgroups/adverse_events", study.selection(by, filtered), **values)
    assert as_rows(found[["variable", "subgroup", "group", "patients", "affected"]]) == as_rows(expected)


@pytest.mark.parametrize("endpoint", ["OS", "PFS"])
@every_view
def test_how_follow_up_ended_in_every_subgroup(study, by, filtered, endpoint):
    followed = study.endpoints[study.endpoints["endpoint"] == endpoint]
    expected = placed(study, by, filtered, cdisc.VARIABLES).merge(followed, on="patient_id")
    keys = ["variable", "subgroup", "group", "months"]
    expected = expected.assign(events=expected["status"] == 1, censored=expected["status"] == 0, competing=False)
    expected = expected.groupby(keys)[["events", "censored", "competing"]].sum().reset_index()
    values = {"subgroups": COMPARISONS, "endpoint": endpoint}
    found = ask(study.database, "subgroups/survival", study.selection(by, filtered), **values)
    assert as_rows(found[expected.columns]) == as_rows(expected)


def test_the_subgroups_of_each_variable_hold_everybody_once(study):
    found = ask(study.database, "subgroups/responses", study.selection("ARM", True), subgroups=OTHERS)
    everybody = len(study.groups("ARM", True))
    assert found.groupby("variable")["patients"].sum().to_dict() == {one.variable: everybody for one in OTHERS}


# -- effects by other roads ------------------------------------------------------------------------


def rates_of(study, by=None, subgroups=COMPARISONS):
    return ask(study.database, "subgroups/responses", study.selection(by), subgroups=subgroups)


@pytest.mark.parametrize("method", [EXACT, "Wilson"])
def test_a_rate_alone_is_the_subgroups_proportion(study, method):
    counts = rates_of(study)
    forest = rate_forest(counts, "complete", method)
    assert (forest.scale, forest.interactions) == ("share", {})
    assert set(forest.effects) == {(row.variable, row.subgroup) for row in counts.itertuples()}
    for row in counts.itertuples():
        share = proportion(int(row.complete), int(row.patients), method)
        found = forest.effects[row.variable, row.subgroup]
        assert found == Effect(share.total, share.count, share.value, share.lower, share.upper)
    mine = counts[counts["variable"] == "SEX"]
    whole = proportion(int(mine["complete"].sum()), 400, method)
    assert forest.whole == Effect(400, whole.count, whole.value, whole.lower, whole.upper)
    parted = rate_forest(rates_of(study, "ARM"), "complete", method)
    assert parted == forest, "without two groups to compare, groups are pooled"


def test_two_arms_differ_within_each_level_as_newcombe_says(study):
    chosen = study.database.fingerprint, (Levels("ARM", ("A: Drug X", "C: Combination")),)
    counts = ask(study.database, "subgroups/responses", Selection(*chosen, Comparison("ARM")), subgroups=OTHERS)
    missing = {one.variable: len(cdisc.levels_of(one.variable)) - 1 for one in OTHERS}
    forest = rate_forest(counts, "overall", EXACT, (2, 0), missing)
    assert forest.scale == "difference"
    arms = study.groups("ARM")
    for (name, number), found in forest.effects.items():
        rows = counts[(counts["variable"] == name) & (counts["subgroup"] == number)].set_index("group")
        shares = [proportion(*(int(rows[c].get(arm, 0)) for c in ("overall", "patients"))) for arm in (2, 0)]
        expected = difference(*shares)
        assert (found.value, found.lower, found.upper) == (expected.value, expected.lower, expected.upper)
        level = cdisc.place(study.patients, name) == number
        assert found.patients == (level & arms.isin([0, 2])).sum()
        assert found.events == sum(share.count for share in shares)
        assert found.reason == ("" if all(share.total for share in shares) else ONE_GROUP)
    assert forest.whole.patients == 266
    for name in ("BMRKR2", "REGION1"):
        rows = counts[(counts["variable"] == name) & (counts["subgroup"] != missing[name])]
        pairs = [
            tuple(
                proportion(*(int(part.loc[part["group"] == arm, c].sum()) for c in ("overall", "patients")))
                for arm in (2, 0)
            )
            for _, part in rows.groupby("subgroup")
        ]
        assert forest.interactions[name] == odds_ratio_interaction(pairs)
    assert set(forest.interactions) == {one.variable for one in OTHERS}


@pytest.mark.parametrize("interval", ["log-log", "plain"])
def test_survival_at_a_month_is_read_off_each_levels_curve(study, interval):
    counts = ask(study.database, "subgroups/survival", study.selection(), subgroups=COMPARISONS, endpoint="OS")
    forest = survival_forest(counts, 9.0, interval)
    followed = study.endpoints[study.endpoints["endpoint"] == "OS"].set_index("patient_id")[["months", "status"]]
    for (name, number), found in forest.effects.items():
        level = cdisc.place(study.patients, name)
        rows = followed[followed.index.isin(level.index[level == number])]
        expected = survival_at(kaplan_meier(life_table_of(rows), interval), 9.0)
        assert (found.value, found.lower, found.upper) == (expected.survival, expected.lower, expected.upper)
        assert found.patients == len(rows)
        assert found.events == ((rows["months"] <= 9) & (rows["status"] == 1)).sum()
    everyone = survival_at(kaplan_meier(life_table_of(followed), interval), 9.0)
    assert (forest.whole.value, forest.whole.lower, forest.whole.upper) == (
        everyone.survival, everyone.lower, everyone.upper,
    )  # fmt: skip
    assert forest.whole.patients == len(followed)


def test_survival_of_two_arms_differs_within_each_level_as_zou_and_donner_say(study):
    chosen = Selection("x", (Levels("ARM", ("A: Drug X", "C: Combination")),), Comparison("ARM"))
    counts = ask(study.database, "subgroups/survival", chosen, subgroups=OTHERS, endpoint="PFS")
    forest = survival_forest(counts, 6.0, "log-log", (2, 0))
    followed = study.endpoints[study.endpoints["endpoint"] == "PFS"].set_index("patient_id")[["months", "status"]]
    arms, level = study.groups("ARM"), cdisc.place(study.patients, "STRATA1")
    for number in range(3):
        mine = [followed[followed.index.isin(arms.index[(arms == arm) & (level == number)])] for arm in (2, 0)]
        at = [survival_at(kaplan_meier(life_table_of(rows)), 6.0) for rows in mine]
        expected = difference_of_limits(*((a.survival, a.lower, a.upper) for a in at))
        found = forest.effects["STRATA1", number]
        assert (found.value, found.lower, found.upper) == (expected.value, expected.lower, expected.upper)
        assert found.patients == sum(map(len, mine))
    assert forest.interactions == {}


def chosen_level(name, number):
    """A level of a variable as a filter."""
    if name not in cdisc.CUTS:
        return Levels(name, (cdisc.levels_of(name)[number],))
    cut = cdisc.CUTS[name]
    ends = {0: (-1e9, np.nextafter(cut, -np.inf)), 1: (cut, 1e9), 2: (1e9, 1e9)}[number]
    return Range(name, *map(float, ends), missing=number == 2)


@only_made
def test_the_hazard_of_a_level_is_that_of_the_selection_against_the_rest(study):
    subgroups = tuple(cdisc.comparison(name) for name in ("BMRKR2", "AGE"))
    counts = ask(study.database, "subgroups/survival", study.selection(), subgroups=subgroups, endpoint="OS")
    forest = hazard_forest(counts)
    assert (forest.scale, forest.whole.value) == ("ratio", None)
    for (name, number), found in forest.effects.items():
        selection = Selection("x", (chosen_level(name, number),), Comparison(AGAINST_REST))
        rows = ask(study.database, "survival/counts", selection, endpoint="OS", landmark=0)
        result = survival_result("OS", rows, ("Selected", "Rest"), SurvivalOptions(), False)
        expected = compare(result, reference=1).ratios[0][1]
        assert expected.ratio is not None
        assert [found.value, found.lower, found.upper] == pytest.approx(
            [expected.ratio, expected.lower, expected.upper], rel=1e-9
        )
        assert found.patients == result.groups[0].table.patients
        assert found.events == result.groups[0].table.total_events


def test_the_hazard_of_every_level_against_everybody_else(study):
    counts = ask(study.database, "subgroups/survival", study.selection(), subgroups=COMPARISONS, endpoint="PFS")
    followed = study.endpoints[study.endpoints["endpoint"] == "PFS"].set_index("patient_id")[["months", "status"]]
    for (name, number), found in hazard_forest(counts).effects.items():
        level = cdisc.place(study.patients, name).reindex(followed.index) == number
        expected = hazard_ratios([life_table_of(followed[~level]), life_table_of(followed[level])])[1]
        assert [found.value, found.lower, found.upper] == pytest.approx(
            [expected.ratio, expected.lower, expected.upper], rel=1e-9
        )
        assert (found.patients, found.events) == (level.sum(), followed.loc[level, "status"].sum())


def test_the_hazard_of_two_arms_within_each_level(study):
    chosen = Selection("x", (Levels("ARM", ("A: Drug X", "C: Combination")),), Comparison("ARM"))
    counts = ask(study.database, "subgroups/survival", chosen, subgroups=OTHERS, endpoint="OS")
    missing = {one.variable: len(cdisc.levels_of(one.variable)) - 1 for one in OTHERS}
    forest = hazard_forest(counts, (2, 0), missing)
    followed = study.endpoints[study.endpoints["endpoint"] == "OS"].set_index("patient_id")[["months", "status"]]
    arms, level = study.groups("ARM"), cdisc.place(study.patients, "STRATA1")
    pairs = []
    for number in range(3):
        first, second = (
            life_table_of(followed[followed.index.isin(arms.index[(arms == arm) & (level == number)])])
            for arm in (2, 0)
        )
        expected = hazard_ratios([second, first])[1]
        found = forest.effects["STRATA1", number]
        assert [found.value, found.lower, found.upper] == pytest.approx(
            [expected.ratio, expected.lower, expected.upper]
        )
        assert (found.patients, found.events) == (
            first.patients + second.patients,
            first.total_events + second.total_events,
        )
        pairs.append((second, first))
    assert forest.interactions["STRATA1"].p == pytest.approx(hazard_ratio_interaction(pairs).p)
    whole = hazard_ratios([life_table_of(followed[followed.index.isin(arms.index[arms == arm])]) for arm in (0, 2)])[1]
    assert [forest.whole.value, forest.whole.lower] == pytest.approx([whole.ratio, whole.lower])


# -- the article's cohort --------------------------------------------------------------------------


def bundled_forest(bundled, question, **values):
    names = ("emd", "prior_asct", "iss_stage")
    comparisons = (*(Comparison(name) for name in names), Comparison("bcma_percent", "cut", (50.0,)))
    return ask(bundled, question, Selection("x"), subgroups=comparisons, **values)


def test_the_articles_patients_by_hand(bundled):
    forest = rate_forest(bundled_forest(bundled, "subgroups/responses"), "overall", EXACT)
    # responders: 1, 2, 4, 5, 6, 7, 8, 11; prior ASCT: 7 and 10; EM-B: 10, EM-E: 2; BCMA below 50: 3, 5, 8, 10
    counted = {place: (e.events, e.patients) for place, e in forest.effects.items()}
    assert counted == {
        ("emd", 0): (7, 9), ("emd", 1): (0, 1), ("emd", 2): (1, 1),
        ("prior_asct", 0): (7, 9), ("prior_asct", 1): (1, 2),
        ("iss_stage", 0): (1, 1), ("iss_stage", 1): (4, 6), ("iss_stage", 2): (3, 4),
        ("bcma_percent", 0): (2, 4), ("bcma_percent", 1): (6, 7),
    }  # fmt: skip
    assert (forest.whole.events, forest.whole.patients) == (8, 11)
    severe = bundled_forest(bundled, "subgroups/adverse_events", term="Infection", lowest=3)
    forest = rate_forest(severe, "affected", EXACT)  # severe infections: 2, 7 and 8
    assert [forest.effects["prior_asct", n].events for n in (0, 1)] == [2, 1]


@pytest.mark.parametrize(("variable", "number", "levels"), [("prior_asct", 1, ("Yes",)), ("emd", 1, ("EM-B",))])
@pytest.mark.parametrize("endpoint", ["PFS", "OS"])
def test_few_events_are_penalised_as_on_the_survival_page(bundled, variable, number, levels, endpoint):
    found = hazard_forest(bundled_forest(bundled, "subgroups/survival", endpoint=endpoint)).effects[variable, number]
    selection = Selection("x", (Levels(variable, levels),), Comparison(AGAINST_REST))
    counts = ask(bundled, "survival/counts", selection, endpoint=endpoint, landmark=0)
    result = survival_result(endpoint, counts, ("Selected", "Rest"), SurvivalOptions(), False)
    expected = compare(result, reference=1).ratios[0][1]
    assert expected.method == "Firth"
    assert (found.value, found.lower, found.upper) == (expected.ratio, expected.lower, expected.upper)


# -- by hand ---------------------------------------------------------------------------------------

HAND = {
    "cohort": "name,kind\nBy hand,yours\n",
    "variables": (
        "name,label,kind,levels,section,default_cut\narm,Arm,category,A|B,first,\nstage,Stage,category,I|II|III,first,\n"
        "age,Age,number,,first,60\nalike,Alike,flag,,first,\n"
    ),
    "patients": (
        "patient_id,arm,stage,age,alike\n1,A,I,50,Yes\n2,A,I,60,Yes\n3,A,II,70,Yes\n4,B,I,59.9,Yes\n5,B,II,,Yes\n"
        "6,B,II,61,Yes\n7,B,,62,Yes\n8,,II,63,Yes\n"
    ),
    "responses": "patient_id,month,response\n1,1,CR\n2,1,PR\n3,1,SD\n4,1,PR\n5,1,CR\n6,1,PD\n8,1,VGPR\n",
    "endpoints": """patient_id,endpoint,months,status
1,PFS,2,1
2,PFS,8,0
3,PFS,4,1
4,PFS,6,1
5,PFS,3,1
6,PFS,9,0
7,PFS,5,2
""",
    "adverse_events": (
        "patient_id,term,grade_min,grade_max\n1,Fever,1,5\n1,Rash,3,3\n2,Fever,3,3\n2,Fever,1,1\n5,Fever,1,2\n7,Fever,4,5\n"
    ),
}
SUBGROUPS = (Comparison("stage"), Comparison("age", "cut", (60.0,)), Comparison("alike"))
ARMS = Selection("x", (Levels("arm", ("A", "B")),), Comparison("arm"))
EVERYBODY = Selection("x")


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    return written(tmp_path_factory.mktemp("hand"))


def written(folder, **tables):
    for name, text in (HAND | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_cohort(folder)


def counted(forest):
    return {place: (effect.events, effect.patients) for place, effect in forest.effects.items()}


def test_rates_by_hand_with_missing_levels(hand):
    forest = rate_forest(ask(hand, "subgroups/responses", EVERYBODY, subgroups=SUBGROUPS), "overall", EXACT)
    assert counted(forest) == {
        ("stage", 0): (3, 3), ("stage", 1): (2, 4), ("stage", 3): (0, 1),  # nobody in III; 7 has no stage
        ("age", 0): (2, 2), ("age", 1): (2, 5), ("age", 2): (1, 1),  # 2 is 60 and stands with the older; 5 has no age
        ("alike", 1): (5, 8),
    }  # fmt: skip
    assert (forest.whole.events, forest.whole.patients) == (5, 8)
    complete = rate_forest(ask(hand, "subgroups/responses", EVERYBODY, subgroups=SUBGROUPS), "complete", EXACT)
    assert [complete.effects["stage", n].events for n in (0, 1, 3)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("term", "lowest", "stages", "everybody"),
    [
        ("Fever", 1, (2, 1, 1), 4),
        ("Fever", 3, (1, 0, 1), 2),  # the fever of 1 may have been of grade 3 and is not counted
        (None, 3, (2, 0, 1), 3),
        ("Rash", 1, (1, 0, 0), 1),
        ("Cough", 1, (0, 0, 0), 0),
    ],
)
def test_events_by_hand(hand, term, lowest, stages, everybody):
    counts = ask(hand, "subgroups/adverse_events", EVERYBODY, subgroups=SUBGROUPS, term=term, lowest=lowest)
    forest = rate_forest(counts, "affected", EXACT)
    assert tuple(forest.effects["stage", n].events for n in (0, 1, 3)) == stages
    assert (forest.whole.events, forest.whole.patients) == (everybody, 8)


def test_two_groups_by_hand(hand):
    counts = ask(hand, "subgroups/responses", ARMS, subgroups=SUBGROUPS)
    forest = rate_forest(counts, "overall", EXACT, (1, 0), {"stage": 3, "age": 2, "alike": 2})
    # B less A, stage I: 1/1 - 2/2; II: 1/2 - 0/1; without a stage only B
    assert counted(forest) == {
        ("stage", 0): (3, 3), ("stage", 1): (1, 3), ("stage", 3): (0, 1),
        ("age", 0): (2, 2), ("age", 1): (1, 4), ("age", 2): (1, 1), ("alike", 1): (4, 7),
    }  # fmt: skip
    assert forest.effects["stage", 0].value == 0
    assert forest.effects["stage", 1].value == 0.5
    assert forest.effects["stage", 3] == Effect(1, 0, None, reason=ONE_GROUP)
    assert forest.whole.value == pytest.approx(2 / 4 - 2 / 3)
    swapped = rate_forest(counts, "overall", EXACT, (0, 1))
    assert swapped.effects["stage", 1].value == -0.5
    assert swapped.effects["stage", 1].lower == pytest.approx(-forest.effects["stage", 1].upper)
    assert {name: test.p for name, test in forest.interactions.items()} == {"stage": None, "age": None, "alike": None}
    assert forest.interactions["stage"].reason == "fewer than two subgroups hold both groups and both outcomes"


def test_an_interaction_by_hand_leaves_the_missing_out():
    # Fisher's exact test of 2 of 2 against 0 of 2 in stage I, the other way round in II: of the ways to have two
    # responders of four in each with two in the first group in all, 1 + 16 + 1, two are as likely as this one.
    rows = [("stage", 0, 1, 2, 2), ("stage", 0, 0, 2, 0), ("stage", 1, 1, 2, 0), ("stage", 1, 0, 2, 2)]
    rows += [("stage", 3, 1, 9, 9), ("stage", 3, 0, 9, 0)]
    counts = pd.DataFrame(rows, columns=["variable", "subgroup", "group", "patients", "overall"])
    forest = rate_forest(counts, "overall", EXACT, (1, 0), {"stage": 3})
    assert forest.interactions["stage"] == Interaction(pytest.approx(2 / 18), "exact")
    kept = rate_forest(counts, "overall", EXACT, (1, 0))
    assert kept.interactions["stage"].p != pytest.approx(2 / 18, abs=0.01)


def test_survival_by_hand(hand):
    counts = ask(hand, "subgroups/survival", EVERYBODY, subgroups=SUBGROUPS, endpoint="PFS")
    forest = survival_forest(counts, 6.0, "log-log")
    # stage I: events at 2 and 6 of three; II: at 3 and 4 of three (8 is not followed); without one: a competing event
    assert counted(forest) == {
        ("stage", 0): (2, 3), ("stage", 1): (2, 3), ("stage", 3): (0, 1),
        ("age", 0): (2, 2), ("age", 1): (1, 4), ("age", 2): (1, 1), ("alike", 1): (4, 7),
    }  # fmt: skip
    assert forest.effects["stage", 0].value == pytest.approx(1 / 3)
    assert forest.effects["stage", 3] == Effect(1, 0, None, None, None, "beyond the last follow-up")
    gone = forest.effects["age", 0]
    assert (gone.value, gone.lower, gone.upper, gone.reason) == (
        0,
        None,
        None,
        "every patient had the event: no limits",
    )
    # six at risk at 3 after 2, 5 at 4, 4 at 5 (competing), 3 at 6: 6/7 * 5/6 * 4/5 * 2/3
    assert forest.whole.value == pytest.approx(6 / 7 * 5 / 6 * 4 / 5 * 2 / 3)


def test_survival_of_two_groups_by_hand(hand):
    counts = ask(hand, "subgroups/survival", ARMS, subgroups=SUBGROUPS, endpoint="PFS")
    forest = survival_forest(counts, 3.0, "log-log", (1, 0))
    # at month 3, stage I: B 1/1, A 1/2 (event at 2); II: B 1/2 (event at 3), A 1/1
    assert [forest.effects["stage", n].value for n in (0, 1)] == pytest.approx([0.5, -0.5])
    assert forest.effects["stage", 3] == Effect(1, 0, None, None, None, ONE_GROUP)
    later = survival_forest(counts, 6.0, "log-log", (1, 0)).effects["stage", 0]
    assert (later.value, later.lower, later.upper) == (None, None, None), "B is at 0, and so without limits"
    assert later.reason.endswith("every patient had the event: no limits")


def test_hazard_ratios_by_hand(tmp_path):
    # Ten copies of four patients, a little apart so that no times are tied: Cox's likelihood as a plain product over
    # the events of e^b or 1 by the sum over those at risk, the highest found on a grid.
    stages = {1: ("I", 1, 1), 2: ("II", 2, 1), 3: ("I", 3, 1), 4: ("II", 4, 0)}
    copies = [(10 * n + k, *stages[n]) for n in stages for k in range(10)]
    database = written(
        tmp_path,
        patients="patient_id,arm,stage,age,alike\n" + "".join(f"{i},,{stage},,\n" for i, stage, _, _ in copies),
        endpoints="patient_id,endpoint,months,status\n"
        + "".join(f"{i},PFS,{months + i % 10 / 1000},{status}\n" for i, _, months, status in copies),
        responses="patient_id,month\n",
        adverse_events="patient_id,term,grade_min,grade_max\n",
    )
    counts = ask(database, "subgroups/survival", EVERYBODY, subgroups=(Comparison("stage"),), endpoint="PFS")
    found = hazard_forest(counts).effects

    def log_likelihood(beta):
        value, ones, twos = 0.0, 20, 20
        for _, stage, _, status in sorted(copies, key=lambda row: (row[2], row[0])):
            value += status * ((beta if stage == "I" else 0) - log(ones * exp(beta) + twos))
            ones, twos = ones - (stage == "I"), twos - (stage == "II")
        return value

    grid = np.linspace(0, 3, 3001)
    best = grid[np.argmax([log_likelihood(beta) for beta in grid])]
    assert log(found["stage", 0].value) == pytest.approx(best, abs=6e-4)
    assert found["stage", 0].value * found["stage", 1].value == pytest.approx(1, rel=1e-6)
    assert (found["stage", 0].events, found["stage", 1].events) == (20, 10)


def test_hazard_ratios_that_cannot_be(hand):
    counts = ask(hand, "subgroups/survival", EVERYBODY, subgroups=SUBGROUPS, endpoint="PFS")
    forest = hazard_forest(counts)
    assert forest.effects["alike", 1] == Effect(7, 4, None, None, None, NO_REST)
    assert (forest.whole.patients, forest.whole.events, forest.whole.value) == (7, 4, None)
    assert forest.effects["stage", 3].value is not None, "the missing are a level against the rest too"
    arms = ask(hand, "subgroups/survival", ARMS, subgroups=SUBGROUPS, endpoint="PFS")
    compared = hazard_forest(arms, (1, 0), {"stage": 3, "age": 2, "alike": 2})
    assert compared.effects["stage", 3].reason == ONE_GROUP
    assert compared.interactions["stage"].reason == "fewer than 10 events"
    assert compared.interactions["alike"].reason == "fewer than two subgroups hold both groups"


# -- in words and as a table -----------------------------------------------------------------------


def rows_of(forest, labels):
    """The whole selection, then each variable with its levels."""
    rows = [ForestRow("All selected patients", effect=forest.whole)]
    for name in dict.fromkeys(variable for variable, _ in forest.effects):
        rows.append(ForestRow(name.capitalize(), name, interaction=forest.interactions.get(name)))
        rows += [
            ForestRow(labels[name][n], name, n, e) for (variable, n), e in forest.effects.items() if variable == name
        ]
    return tuple(rows)


def labels_of(database, comparisons):
    return {one.variable: short_labels(Selection("", (), one), database.variables) for one in comparisons}


def test_the_table_by_hand(hand):
    counts = ask(hand, "subgroups/responses", ARMS, subgroups=SUBGROUPS[:1])
    forest = rate_forest(counts, "overall", EXACT, (1, 0), {"stage": 3})
    rows = rows_of(forest, labels_of(hand, SUBGROUPS))
    header, body = forest_table(rows, forest.scale, "Points", "Responses")
    assert header == ["Variable", "Subgroup", "Patients", "Responses", "Points (95% CI)", "Remark"]
    assert body == [
        ["All selected patients", "", "7", "4", "−17 (−61 to 41)", ""],
        ["Stage", "", "", "", "",
         "interaction not estimable: fewer than two subgroups hold both groups and both outcomes"],
        ["Stage", "Stage I", "3", "3", "0 (−79 to 66)", ""],
        ["Stage", "Stage II", "3", "1", "+50 (−39 to 91)", ""],
        ["Stage", "Missing", "1", "0", "not estimable", "only one of the two groups"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("effect", "scale", "words"),
    [
        (Effect(11, 8, 8 / 11, 0.39026, 0.93978), "share", "72.7% (39.0–94.0)"),
        (Effect(2, 2, 0.0, None, None, "no limits"), "share", "0.0% (no limits)"),
        (Effect(4, 1, 0.225, -0.43, 0.65), "difference", "+23 (−43 to 65)"),
        (Effect(4, 1, -0.04, -0.5, 0.4), "difference", "−4 (−50 to 40)"),
        (Effect(4, 1, 2.5, 0.8, 7.9), "ratio", "2.50 (0.80–7.90)"),
        (Effect(4, 1, 2.5, None, None), "ratio", "2.50 (0–open)"),
        (Effect(4, 1, 0.4, 0.001, None), "ratio", "0.40 (0.001–open)"),
        (Effect(4, 0, None, reason=NO_REST), "ratio", "not estimable"),
    ],
)
def test_an_effect_in_words(effect, scale, words):
    assert effect_text(effect, scale) == words


# -- what must hold for every cohort -----------------------------------------------------------------

SMALL = (Comparison("stage"), Comparison("flag"), Comparison("marker", "cut", (5.0,)))


@pytest.fixture(scope="module", params=range(5))
def small(request, tmp_path_factory):
    return cdisc.small(request.param, tmp_path_factory.mktemp("small"))


def test_the_levels_of_each_variable_add_up_to_the_selection(small):
    for selection in (EVERYBODY, Selection("x", (), Comparison("arm")), Selection("x", (Levels("arm", ("A", "B")),))):
        everybody = ask(small.database, "cohort/group_sizes", selection)["patients"].sum()
        responses = ask(small.database, "subgroups/responses", selection, subgroups=SMALL)
        values = {"subgroups": SMALL, "term": None, "lowest": 3}
        events = ask(small.database, "subgroups/adverse_events", selection, **values)
        for counts, column in ((responses, "overall"), (events, "affected")):
            sums = counts.groupby("variable")[["patients", column]].sum()
            assert (sums["patients"] == everybody).all()
            assert sums[column].nunique() <= 1
            forest = rate_forest(counts, column, EXACT)
            assert forest.whole.patients == everybody
            for name in sums.index:
                mine = [effect for (variable, _), effect in forest.effects.items() if variable == name]
                assert sum(effect.events for effect in mine) == forest.whole.events


def test_follow_up_adds_up_and_the_whole_is_no_other_for_another_first_variable(small):
    for subgroups in (SMALL, SMALL[::-1]):
        counts = ask(small.database, "subgroups/survival", EVERYBODY, subgroups=subgroups, endpoint="PFS")
        followed = small.endpoints
        assert (
            counts.groupby("variable")[["events", "censored", "competing"]].sum().sum(axis=1) == len(followed)
        ).all()
        at = survival_at(kaplan_meier(life_table_of(followed)), 3.0)
        whole = survival_forest(counts, 3.0, "log-log").whole
        assert (whole.value, whole.lower, whole.upper) == (at.survival, at.lower, at.upper)
        hazards = hazard_forest(counts)
        assert hazards.whole.events == (followed["status"] == 1).sum()
        for name in {variable for variable, _ in hazards.effects}:
            mine = [effect for (variable, _), effect in hazards.effects.items() if variable == name]
            assert sum(effect.patients for effect in mine) == len(followed)
            if len(mine) == 2 and all(effect.value for effect in mine):
                assert mine[0].value * mine[1].value == pytest.approx(1, rel=1e-4)


def test_limits_bracket_and_the_other_order_mirrors(small):
    by_flag = Selection("x", (Levels("flag", ("No", "Yes")),), Comparison("flag"))
    subgroups = (Comparison("stage"), Comparison("arm"))
    counts = ask(small.database, "subgroups/responses", by_flag, subgroups=subgroups)
    forth, back = (rate_forest(counts, "overall", EXACT, pair) for pair in ((1, 0), (0, 1)))
    for place, effect in forth.effects.items():
        other = back.effects[place]
        if effect.value is None:
            assert other.value is None
            assert effect.reason == other.reason == ONE_GROUP
        else:
            assert -1 <= effect.lower <= effect.value <= effect.upper <= 1
            assert (other.value, other.lower) == pytest.approx((-effect.value, -effect.upper))
    for name, test in forth.interactions.items():
        assert test.p is None or 0 < test.p <= 1
        assert back.interactions[name].p == (None if test.p is None else pytest.approx(test.p))


@pytest.mark.parametrize("name", ["variable", "subgroup", "overall"])
def test_a_variable_may_be_called_as_a_column_of_the_counts(tmp_path, name):
    variables, patients = (HAND[table].replace("stage", name) for table in ("variables", "patients"))
    database = written(tmp_path, variables=variables, patients=patients)
    subgroups = (Comparison(name), *SUBGROUPS[1:])
    forest = rate_forest(ask(database, "subgroups/responses", EVERYBODY, subgroups=subgroups), "overall", EXACT)
    assert [forest.effects[name, n].events for n in (0, 1, 3)] == [3, 2, 0]
    values = {"subgroups": subgroups, "term": "Fever", "lowest": 1}
    forest = rate_forest(ask(database, "subgroups/adverse_events", EVERYBODY, **values), "affected", EXACT)
    assert [forest.effects[name, n].events for n in (0, 1, 3)] == [2, 1, 1]
    counts = ask(database, "subgroups/survival", EVERYBODY, subgroups=subgroups, endpoint="PFS")
    assert [survival_forest(counts, 6.0, "log").effects[name, n].events for n in (0, 1, 3)] == [2, 2, 0]


# -- figures ---------------------------------------------------------------------------------------


def figure_of(forest, labels, **options):
    rows = rows_of(forest, labels)
    return forest_chart(forest, rows, "Measure", "Events", **options), rows


@only_made
def test_shares_as_a_figure(study):
    forest = rate_forest(rates_of(study), "overall", EXACT)
    figure, rows = figure_of(forest, labels_of(study.database, COMPARISONS), turn=2)
    texts = cdisc.drawn(figure)
    assert {"All selected patients", "LOW", "≥ 35", "Patients", "Events", "Measure (95% CI)", "100%"} <= set(texts)
    drawn = {(row["variable"], row["number"]): row for row in rows_drawn(figure, "rows") if row["number"] >= 0}
    assert len(drawn) == len(forest.effects)
    for place, effect in forest.effects.items():
        row = drawn[place]
        assert (row["value"], row["lower"], row["upper"]) == (effect.value, effect.lower, effect.upper)
        assert (row["patients"], row["events"], row["turn"]) == (str(effect.patients), str(effect.events), 2)
        assert row["told"] in texts
    assert [row.heading for row in rows].count(True) == len(cdisc.VARIABLES)


def test_differences_as_a_figure(hand):
    counts = ask(hand, "subgroups/responses", ARMS, subgroups=SUBGROUPS)
    forest = rate_forest(counts, "overall", EXACT, (1, 0), {"stage": 3, "age": 2, "alike": 2})
    figure, _ = figure_of(forest, labels_of(hand, SUBGROUPS), sides=("higher in A", "higher in B"))
    texts = cdisc.drawn(figure)
    assert {"← higher in A", "higher in B →", "+50", "−50", "not estimable", "interaction not estimable"} <= set(texts)
    missing = next(row for row in rows_drawn(figure, "rows") if (row["variable"], row["number"]) == ("stage", 3))
    assert (missing["value"], missing["lower"], missing["reason"]) == (None, None, ONE_GROUP)


@only_made
def test_ratios_as_a_figure(study):
    counts = ask(study.database, "subgroups/survival", study.selection(), subgroups=COMPARISONS, endpoint="OS")
    figure, _ = figure_of(hazard_forest(counts), labels_of(study.database, COMPARISONS))
    texts = cdisc.drawn(figure)
    assert {"1/4", "1/2", "1", "2", "4"} <= set(texts)
    whole = rows_drawn(figure, "rows")[0]
    assert (whole["told"], whole["value"], whole["events"]) == (
        "",
        None,
        str(counts.loc[counts["variable"] == "SEX", "events"].sum()),
    )
    for row in rows_drawn(figure, "rows"):
        assert row["over_left"] is None or row["told"]


def test_open_ends_run_off_the_axis_with_an_arrow():
    effects = {
        ("stage", 0): Effect(5, 5, 0.5, None, 3.0),
        ("stage", 1): Effect(5, 5, 2.0, 0.25, None),
        ("stage", 2): Effect(5, 5, 500.0, 90.0, 1e12),
        ("stage", 3): Effect(5, 0, None, None, None, "no event in any group"),
    }
    forest = Forest("ratio", Effect(20, 15, 1.0, 0.5, 2.0), effects, {"stage": Interaction(0.0004, "likelihood ratio")})
    figure, rows = figure_of(forest, {"stage": ("I", "II", "III", "a name that is much too long for the room it has")})
    texts = cdisc.drawn(figure)
    assert {
        "0.50 (0–3.00)",
        "2.00 (0.25–open)",
        "500 (90 to > 10,000)",
        "interaction p < 0.001 (likelihood ratio)",
    } <= set(texts)
    assert "a name that is much too long for …" in texts
    low, high = 2**-9, 2**9  # as wide as the ratio of 500 needs, not its limit
    drawn = [
        [row[part] for part in ("lower", "value", "upper", "over_left", "over_right")]
        for row in rows_drawn(figure, "rows")
    ]
    assert drawn == [
        [0.5, 1.0, 2.0, None, None],
        [None] * 5,
        [low, 0.5, 3.0, low, None],
        [0.25, 2.0, high, None, high],
        [90.0, 500.0, high, None, high],
        [None] * 5,
    ]
    assert not re.search(r"inf", " ".join(texts))
    assert rows[1].interaction.p == 0.0004


def test_a_cohort_alike_in_everything_as_a_figure(hand):
    counts = ask(hand, "subgroups/survival", EVERYBODY, subgroups=SUBGROUPS[2:], endpoint="PFS")
    for forest in (survival_forest(counts, 6.0, "log-log"), survival_forest(counts, 99.0, "log-log")):
        figure, _ = figure_of(forest, labels_of(hand, SUBGROUPS))
        texts = cdisc.drawn(figure)
        assert "Alike" in texts
        assert ("not estimable" in texts) == (forest.whole.value is None)
