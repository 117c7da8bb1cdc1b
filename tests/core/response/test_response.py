"""Response: counted again in pandas on studies of three arms, as the article prints it, by hand, as figures."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from core.article.claims import POPULATIONS
from core.cohort.ask import ask
from core.cohort.database import open_cohort
from core.cohort.labels import group_labels
from core.cohort.selection import AGAINST_REST, Comparison, Levels, Range, Selection, set_against
from core.cohort.vocabulary import RESPONSES
from core.figures.frame import rows_of
from core.response import tables, words
from core.response.figure import response_chart
from core.response.result import (
    NOT_ASSESSED,
    RATES,
    compare_responses,
    response_rates,
    response_result,
    two_way_rates,
)
from core.small_cells import WITHHELD, withheld
from core.statistics.proportions import difference, proportion
from core.survival.result import SurvivalOptions, survival_result
from tests.conftest import BUNDLED
from tests.core.adverse_events import cdisc

EXACT = "Clopper–Pearson"
RESPONDED = ("sCR", "CR", "VGPR", "PR")


def result_of(database, selection=None, of="all", method=EXACT):
    selection = selection or Selection(database.fingerprint)
    labels = group_labels(selection, database.variables)
    return response_result(ask(database, "response/best", selection), labels, of, method)


# -- counted again in pandas, on studies of three arms -----------------------------------------------

every_view = pytest.mark.parametrize(("by", "filtered"), [(None, False), ("ARM", False), ("BMRKR2", True)])


@pytest.fixture(scope="module", params=cdisc.SOURCES)
def study(request, tmp_path_factory):
    return cdisc.cohort(request.param, tmp_path_factory.mktemp("study"))


def assessed(cohort):
    """
    The assessments up to progression or death (an event of PFS or OS) or a second infusion, whichever is first; the
    progression itself counts whenever it was found, unless after a second infusion; its MRD does not.
    """
    progressed = cohort.endpoints[cohort.endpoints["endpoint"].isin(["PFS", "OS"]) & (cohort.endpoints["status"] > 0)]
    again = cohort.milestones[cohort.milestones["event"] == "second infusion"].rename(columns={"month": "months"})
    both = pd.concat([progressed[["patient_id", "months"]], again[["patient_id", "months"]].astype({"months": float})])
    stop = both.dropna().groupby("patient_id")["months"].min()
    until = cohort.responses["patient_id"].map(stop).fillna(np.inf)
    before = cohort.responses["month"] <= until
    first_infusion = cohort.responses["month"] <= cohort.responses["patient_id"].map(
        again.dropna(subset=["months"]).groupby("patient_id")["months"].min().astype(float)
    ).fillna(np.inf)
    kept = cohort.responses[before | (first_infusion & (cohort.responses["response"] == "PD"))]
    return kept.assign(mrd=kept["mrd"].where(before))


def best_of(cohort):
    """The deepest response of each patient who was assessed for response."""
    rows = assessed(cohort).dropna(subset=["response"])
    depth = rows["response"].map(RESPONSES.index)
    return depth.groupby(rows["patient_id"]).min().map(RESPONSES.__getitem__)


@every_view
def test_best_response_by_group(study, by, filtered):
    groups, best = study.groups(by, filtered), best_of(study)
    result = result_of(study.database, study.selection(by, filtered))
    assert {group.number for group in result.groups} == set(groups)
    for group in result.groups:
        mine = groups.index[groups == group.number]
        found = best.reindex(mine)
        assert group.rates.patients == len(mine)
        assert group.rates.evaluable == found.notna().sum()
        assert group.rates.best == found.value_counts().to_dict()
        for name, (_, levels) in RATES.items():
            rate = getattr(group.rates, name)
            assert (rate.count, rate.total) == (found.isin(levels).sum(), len(mine))
    assert 0 < result.everyone.evaluable < result.everyone.patients == len(groups)


@pytest.mark.parametrize("study", ["made"], indirect=True)
def test_mrd_by_group(study):
    tested = assessed(study).dropna(subset=["mrd"])
    negative = set(tested.loc[tested["mrd"] == "negative", "patient_id"])
    groups = study.groups("ARM")
    for group in result_of(study.database, study.selection("ARM")).groups:
        mine = set(groups.index[groups == group.number])
        rates = group.rates
        assert (rates.mrd_negative.count, rates.mrd_negative.total) == (
            len(negative & mine),
            len(set(tested["patient_id"]) & mine),
        )
        assert (rates.mrd_negative_of_all.count, rates.mrd_negative_of_all.total) == (len(negative & mine), len(mine))
        assert rates.mrd_negative.total < len(mine)


def test_two_groupings_at_once(study):
    down, across, best = study.groups("AGE"), study.groups("BMRKR1"), best_of(study)
    counts = ask(study.database, "response/by_two", study.selection("AGE"), across=study.selection("BMRKR1"))
    for rate, (_, levels) in RATES.items():
        found = two_way_rates(counts, rate, EXACT)
        responded = best.reindex(down.index).isin(levels)
        expected = responded.groupby([down, across.reindex(down.index)]).agg(["sum", "size"])
        assert {cell: (p.count, p.total) for cell, p in found.items()} == {
            cell: (row["sum"], row["size"]) for cell, row in expected.iterrows()
        }
        assert sum(p.total for p in found.values()) == 400


def test_duration_runs_from_the_first_response_to_the_end_of_pfs(study):
    responses = assessed(study).loc[lambda rows: rows["response"].isin(RESPONDED)]
    pfs = study.endpoints[study.endpoints["endpoint"] == "PFS"].set_index("patient_id")
    each = pfs.assign(start=responses.groupby("patient_id")["month"].min(), group=study.groups("ARM"))
    each = each[each["start"] <= each["months"]]
    each["months"] -= each["start"]
    expected = each.groupby(["group", "months"])["status"].agg(events="sum", patients="size").reset_index()
    counts = ask(study.database, "response/duration", study.selection("ARM"))
    found = counts.assign(patients=counts["events"] + counts["censored"])[expected.columns]
    assert found.to_numpy().tolist() == expected.to_numpy().tolist()
    assert counts["competing"].sum() == 0
    assert (each[each["status"] == 1].groupby("group").size() > 10).all()


def test_what_became_of_them(study):
    """Deaths are OS events; a PFS event in the month of the OS event is a death, any other a progression, as PD is."""
    by_endpoint = {name: rows.set_index("patient_id") for name, rows in study.endpoints.groupby("endpoint")}
    os, pfs = by_endpoint["OS"], by_endpoint["PFS"]
    died = os["status"] == 1
    progressed = (pfs["status"] == 1) & ~(died & (pfs["months"] == os["months"]))
    best = best_of(study).reindex(study.patients["patient_id"]).fillna(NOT_ASSESSED)
    fates = ask(study.database, "response/fates", study.selection()).fillna({"response": NOT_ASSESSED})
    assert set(fates["response"]) == set(best)
    for row in fates.itertuples():
        mine = best.index[best == row.response]
        ended, ill = died.reindex(mine).dropna().astype(bool), progressed.reindex(mine).dropna().astype(bool)
        ill |= row.response == "PD"
        assert (row.patients, row.followed) == (len(mine), len(ended))
        assert (row.died, row.progressed, row.died_free) == (ended.sum(), ill.sum(), (ended & ~ill).sum())


# -- the article -----------------------------------------------------------------------------------

CLAIMS = pd.read_csv(BUNDLED / "claims.csv", dtype=str, keep_default_na=False).set_index("claim_id")


def counted_in_article(bundled, claim):
    """What is counted of a claim's population: (how many, of how many)."""
    row = CLAIMS.loc[claim]
    selection = Selection(bundled.fingerprint, POPULATIONS[row["population"]])
    rates = result_of(bundled, selection).everyone
    fates = ask(bundled, "response/fates", selection).sum(numeric_only=True)
    levels = {
        "overall response rate": RESPONDED,
        "complete response": ("sCR", "CR"),
        "partial or very good partial response": ("VGPR", "PR"),
        "stable disease": ("SD",),
    }
    if row["quantity"] in levels:
        return sum(rates.best.get(level, 0) for level in levels[row["quantity"]]), rates.patients
    if row["quantity"].startswith("MRD negative"):
        return rates.mrd_negative.count, rates.mrd_negative.total
    ended = {"relapse-free at cutoff": "progressed", "alive at cutoff": "died"}[row["quantity"]]
    return fates["followed"] - fates[ended], fates["followed"]


@pytest.mark.parametrize("claim", ["C19", "C20", "C21", "C22", "C29", "C30", "C31"])
def test_the_article_prints(bundled, claim):
    row = CLAIMS.loc[claim]
    assert row["kind"] == "recompute"
    count, total = counted_in_article(bundled, claim)
    assert (count, total) == (int(row["numerator"]), int(row["denominator"]))
    decimals = len(row["value"].partition(".")[2])
    assert f"{100 * count / total:.{decimals}f}" == row["value"]


def test_the_article_prints_the_months_to_mrd_negativity(bundled):
    complete = Selection(bundled.fingerprint, POPULATIONS["complete responders"])
    months = ask(bundled, "response/mrd_months", complete).set_index("died")
    printed = CLAIMS["value"]
    assert months.loc[False, "median"] == float(printed["C32"])
    assert months.loc[False, ["lowest", "highest"]].tolist() == [float(x) for x in printed["C33"].split(";")]
    assert months.loc[True, ["lowest", "highest"]].tolist() == [float(x) for x in printed["C34"].split(";")]
    assert months["patients"].to_dict() == {False: 4, True: 2}
    assert tables.mrd_months_table(months.reset_index())[1] == [
        ["Alive at last contact", "4", "9 (6–12)"],
        ["Died", "2", "3 (1–5)"],
    ]


@pytest.mark.parametrize("claim", ["C87", "C88"])
def test_the_article_prints_that_nobody_had(bundled, claim):
    level = {"IgM subtype": "IgM", "non-secretory": "Non-secretory"}[CLAIMS.loc[claim, "quantity"]]
    counts = ask(bundled, "cohort/level_counts", Selection(bundled.fingerprint))
    mine = counts[(counts["variable"] == "monoclonal_protein") & (counts["level"] == level)]
    assert mine["patients"].sum() == int(CLAIMS.loc[claim, "numerator"])
    everyone = counts.loc[counts["variable"] == "monoclonal_protein", "patients"].sum()
    assert everyone == int(CLAIMS.loc[claim, "denominator"])


def test_the_tables_read_as_the_article(bundled):
    result = result_of(bundled)
    header, rows = tables.rates_table(result, None)
    assert header == ["Group", "PR or better", "VGPR or better", "CR or better"]
    # R: binom.test(8, 11), binom.test(7, 11) and binom.test(6, 11)
    assert rows == [
        ["All patients", "8/11, 72.7% (39.0–94.0)", "7/11, 63.6% (30.8–89.1)", "6/11, 54.5% (23.4–83.3)"],
    ]
    assert words.finding(result) == "8 of 11 patients responded (72.7%; 95% CI 39.0–94.0)"
    groups = result_of(bundled, Selection(bundled.fingerprint, (), Comparison("prior_asct")))
    pair = compare_responses(groups.groups[1], groups.groups[0])
    counted = "7 of 9 (No prior ASCT) and 1 of 2 (Prior ASCT) responded"
    assert words.finding(groups) == counted
    assert words.finding(groups, pair) == f"{counted}: too few to tell"
    assert words.key_numbers(pair)[1] == ("Fisher's exact test, p", "0.49")  # R: fisher.test(matrix(c(7, 2, 1, 1), 2))
    header, rows = tables.fates_table(ask(bundled, "response/fates", Selection("x")), EXACT)
    assert rows[0] == [
        "Responders, PR or better", "8", "6/8, 75.0% (34.9–96.8)", "4/8, 50.0% (15.7–84.3)", "2/8, 25.0% (3.2–65.1)",
    ]  # fmt: skip
    assert rows[1:] == [
        ["CR", "6", "6/6, 100.0% (54.1–100.0)", "4/6, 66.7% (22.3–95.7)", "2/6, 33.3% (4.3–77.7)"],
        ["VGPR", "1", "0/1, 0.0% (0.0–97.5)", "0/1, 0.0% (0.0–97.5)", "0/1, 0.0% (0.0–97.5)"],
        ["PR", "1", "0/1, 0.0% (0.0–97.5)", "0/1, 0.0% (0.0–97.5)", "0/1, 0.0% (0.0–97.5)"],
        ["SD", "3", "0/3, 0.0% (0.0–70.8)", "0/3, 0.0% (0.0–70.8)", "0/3, 0.0% (0.0–70.8)"],
    ]
    # R: binom.test(2, 11)
    assert tables.best_table(result)[1][-1] == ["PR or VGPR, together", "2, 18.2% (2.3–51.8)"]
    told = words.results_sentence(result, None, "All patients", True, "")
    assert told.startswith("Among 11 patients, 8 of 11 (72.7%; 95% CI 39.0–94.0) reached PR or better, 7 of 11")
    assert "6 of 6 (100.0%; 95% CI 54.1–100.0) were negative." in told
    assert told.endswith("Outcomes were reconstructed from published summaries.")


# -- by hand ---------------------------------------------------------------------------------------

HAND = {
    "cohort": "name,kind\nBy hand,yours\n",
    "variables": (
        "name,label,kind,levels,section,default_cut\narm,Arm,category,A|B|C,first,\n"
        "dose,Dose,number,,first,2\nbcma,BCMA,number,,first,50\n"
    ),
    "patients": (
        "patient_id,arm,dose,bcma\n1,A,1,10\n2,A,2,10\n3,A,3,90\n4,A,1,10\n5,B,1,90\n6,B,2,50\n7,B,3,\n8,B,1,49\n9,,,\n"
    ),
    "responses": """patient_id,month,response,mrd,mrd_threshold
1,1,PR,,
1,5,CR,negative,1e-6
2,1,SD,,
2,5,CR,negative,1e-5
4,2,,negative,1e-5
5,2,sCR,positive,1e-5
5,9,sCR,negative,1e-5
6,2,PR,,
6,6,VGPR,negative,
7,8,PR,,
8,1,MR,,
8,3,PD,,
9,1,PR,,
9,4,VGPR,positive,1e-5
""",
    "endpoints": """patient_id,endpoint,months,status,cause
1,PFS,4,1,progression
1,OS,10,1,
2,PFS,10,0,
2,OS,12,0,
3,PFS,7,1,
3,OS,7,1,
5,PFS,8,1,death
5,OS,8,1,
6,PFS,6,1,progression
6,OS,20,0,
7,PFS,6,1,
7,OS,9,1,
8,PFS,3,1,progression
8,OS,4,0,
9,PFS,30,0,
9,OS,30,0,
""",
    "milestones": "patient_id,month,event\n2,3,second infusion\n9,,second infusion\n6,1,tocilizumab\n",
}
BY_ARM = Selection("x", (), Comparison("arm"))


def written(folder, **tables):
    for name, text in (HAND | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_cohort(folder)


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    return written(tmp_path_factory.mktemp("hand"))


def test_best_response_by_hand(hand):
    # 1: the CR came after progression; 2: after a second infusion; 3 never assessed, 4 only for MRD; 6: at the month
    # of progression; 7: only after progression; 9: the second infusion has no date
    everyone = result_of(hand).everyone
    assert everyone.best == {"sCR": 1, "VGPR": 2, "PR": 1, "MR": 1, "SD": 1}
    assert list(everyone.best) == ["sCR", "VGPR", "PR", "MR", "SD"], "deepest first"
    assert (everyone.patients, everyone.evaluable) == (9, 6)
    by_arm = {group.label: group.rates.best for group in result_of(hand, BY_ARM).groups}
    assert by_arm == {
        "Arm A": {"PR": 1, "SD": 1},
        "Arm B": {"sCR": 1, "VGPR": 1, "MR": 1},
        "Missing": {"VGPR": 1},
    }


@pytest.mark.parametrize(("of", "total"), [("all", 9), ("evaluable", 6)])
def test_rates_are_of_the_denominator_asked_for(hand, of, total):
    rates = result_of(hand, of=of).everyone
    assert rates.total == total
    assert rates.overall == proportion(4, total)
    assert rates.very_good == proportion(3, total)
    assert rates.complete == proportion(1, total)
    assert rates.mrd_negative_of_all == proportion(2, 9), "of all patients, whatever the rates are of"


def test_mrd_is_of_the_tested_and_of_all(hand):
    # tested in time: 4 negative, 5 positive (negative only after progression), 6 negative, 9 positive
    rates = result_of(hand).everyone
    assert rates.mrd_negative == proportion(2, 4)
    header, rows = tables.mrd_table(result_of(hand, BY_ARM), ask(hand, "response/mrd_thresholds", BY_ARM))
    assert header[1:4] == ["Tested", "Negative, of those tested", "Negative, of all patients"]
    assert rows == [
        ["Arm A", "1 of 4", "1/1, 100.0% (2.5–100.0)", "1/4, 25.0% (0.6–80.6)", "10⁻⁵"],
        ["Arm B", "2 of 4", "1/2, 50.0% (1.3–98.7)", "1/4, 25.0% (0.6–80.6)", "10⁻⁵"],
        ["Missing", "1 of 1", "0/1, 0.0% (0.0–97.5)", "0/1, 0.0% (0.0–97.5)", "10⁻⁵"],
    ]
    untested = Selection("x", (Levels("arm", ("A",)),), Comparison("dose", "cut", (3.0,)))
    _, rows = tables.mrd_table(result_of(hand, untested), ask(hand, "response/mrd_thresholds", untested))
    assert rows[1] == ["Dose ≥ 3", "0 of 1", "–", "–", "not recorded"]


def test_nobody_of_these_was_assessed(hand):
    nobody = Selection("x", (Levels("arm", ("C",)),))
    rates = response_rates(ask(hand, "response/best", nobody))
    assert (rates.patients, rates.evaluable, rates.best) == (0, 0, {})
    assert rates.overall.value is None
    never = Selection("x", (Levels("arm", ("A",)),), Comparison("dose", "cut", (3.0,)))
    result = result_of(hand, never, "evaluable")
    assert [group.rates.total for group in result.groups] == [2, 0]
    _, rows = tables.rates_table(result, compare_responses(*result.groups))
    assert rows[1] == ["Dose ≥ 3", "no patient", "no patient", "no patient"]
    assert rows[-2][0].startswith("Dose < 3 minus Dose ≥ 3")
    assert rows[-2][1:] == ["not estimable"] * 3
    alone = Selection("x", (Levels("arm", ("A",)), Range("dose", 3, 3)))
    assert result_of(hand, alone).everyone.patients == 1
    assert words.finding(result_of(hand, alone)) == "No response is recorded for these patients"


def test_who_was_never_assessed_stands_in_the_table_of_all_patients_only(hand):
    header, rows = tables.best_table(result_of(hand, BY_ARM))
    assert header == ["Best response", "Arm A (N = 4)", "Arm B (N = 4)", "Missing (N = 1)"]
    assert [row[0] for row in rows] == ["sCR", "VGPR", "PR", "MR", "SD", NOT_ASSESSED, "PR or VGPR, together"]
    assert rows[-2][1:] == ["2, 50.0% (6.8–93.2)", "1, 25.0% (0.6–80.6)", "0, 0.0% (0.0–97.5)"]
    header, rows = tables.best_table(result_of(hand, BY_ARM, "evaluable"))
    assert header[1:] == ["Arm A (N = 2)", "Arm B (N = 3)", "Missing (N = 1)"]
    assert [row[0] for row in rows] == ["sCR", "VGPR", "PR", "MR", "SD", "PR or VGPR, together"]


def test_a_later_level_less_the_one_before_and_the_selection_less_the_rest(hand):
    chosen = Selection("x", (Levels("arm", ("A", "B")),), Comparison("arm"))
    groups = {group.number: group for group in result_of(hand, chosen).groups}
    first, second = set_against(chosen, list(groups))
    assert (groups[first].label, groups[second].label) == ("Arm B", "Arm A")
    compared = compare_responses(groups[first], groups[second])
    overall = compared.rates["overall"]
    assert overall.difference == difference(proportion(2, 4), proportion(1, 4))
    assert overall.difference.value == 0.25
    assert overall.p == pytest.approx(fisher_exact([[2, 2], [1, 3]]).pvalue)
    back = compare_responses(groups[second], groups[first]).rates["overall"]
    assert (back.difference.value, back.p) == (-0.25, overall.p)
    assert back.difference.lower == pytest.approx(-overall.difference.upper)
    told = words.tested(compared)
    assert "Arm B minus that in Arm A: +25 (−32 to 66)" in told
    assert told.endswith("p = 1.00.")
    rest = Selection("x", (Levels("arm", ("B",)),), Comparison(AGAINST_REST))
    groups = {group.number: group for group in result_of(hand, rest).groups}
    first, second = set_against(rest, list(groups))
    assert (groups[first].label, groups[second].label) == ("Selected", "Rest")
    assert [groups[n].rates.overall for n in (first, second)] == [proportion(2, 4), proportion(2, 5)]


def test_two_numbers_at_once_by_hand(hand):
    dose, bcma = (Selection("x", (), Comparison(name, "cut", (cut,))) for name, cut in (("dose", 2.0), ("bcma", 50.0)))
    cells = two_way_rates(ask(hand, "response/by_two", dose, across=bcma), "overall", EXACT)
    # dose < 2: 1, 4, 5, 8; from 2: 2, 3, 6, 7; 9 has neither. BCMA < 50: 1, 2, 4, 8; from 50: 3, 5, 6; 7 has none
    assert {cell: (p.count, p.total) for cell, p in cells.items()} == {
        (0, 0): (1, 3), (0, 1): (1, 1), (1, 0): (0, 1), (1, 1): (1, 2), (1, 2): (0, 1), (2, 2): (1, 1),
    }  # fmt: skip
    complete = two_way_rates(ask(hand, "response/by_two", dose, across=bcma), "complete", EXACT)
    assert [cell for cell, p in complete.items() if p.count] == [(0, 1)]
    labels = group_labels(dose, hand.variables), group_labels(bcma, hand.variables)
    header, rows = tables.two_way_table("PR or better", cells, *labels)
    assert header == ["PR or better", "BCMA < 50", "BCMA ≥ 50", "Missing"]
    assert rows[0] == ["Dose < 2", "1/3, 33.3% (0.8–90.6)", "1/1, 100.0% (2.5–100.0)", "no patient"]
    assert [row[0] for row in rows] == ["Dose < 2", "Dose ≥ 2", "Missing"]


def test_fates_by_hand(hand):
    # 3: PFS and OS end in the same month without a cause: died free; 5: dead by the cause; 7: OS later: progressed
    fates = ask(hand, "response/fates", Selection("x"))
    header, rows = tables.fates_table(fates, EXACT)
    assert header == ["Best response", "Patients", "No relapse or progression", "Alive", "Died without relapse"]
    assert rows == [
        ["Responders, PR or better", "4", "2/4, 50.0% (6.8–93.2)", "2/4, 50.0% (6.8–93.2)", "1/4, 25.0% (0.6–80.6)"],
        ["sCR", "1", "1/1, 100.0% (2.5–100.0)", "0/1, 0.0% (0.0–97.5)", "1/1, 100.0% (2.5–100.0)"],
        ["VGPR", "2", "1/2, 50.0% (1.3–98.7)", "2/2, 100.0% (15.8–100.0)", "0/2, 0.0% (0.0–84.2)"],
        ["PR", "1", "0/1, 0.0% (0.0–97.5)", "0/1, 0.0% (0.0–97.5)", "0/1, 0.0% (0.0–97.5)"],
        ["MR", "1", "0/1, 0.0% (0.0–97.5)", "1/1, 100.0% (2.5–100.0)", "0/1, 0.0% (0.0–97.5)"],
        ["SD", "1", "1/1, 100.0% (2.5–100.0)", "1/1, 100.0% (2.5–100.0)", "0/1, 0.0% (0.0–97.5)"],
        # 3 died free, 7 progressed and died; 4 was never followed
        [NOT_ASSESSED, "3", "1/2, 50.0% (1.3–98.7)", "0/2, 0.0% (0.0–84.2)", "1/2, 50.0% (1.3–98.7)"],
    ]


def test_relapse_and_time_to_progression_are_progressions_too(tmp_path):
    endpoints = """patient_id,endpoint,months,status,cause
1,Relapse,4,1,
2,TTP,4,1,
3,Relapse,4,2,death
5,PFS,4,2,death
6,EFS,4,1,
"""
    fates = ask(written(tmp_path, endpoints=endpoints), "response/fates", Selection("x"))
    assert fates[["followed", "progressed", "died", "died_free"]].sum().tolist() == [5, 2, 2, 2]


def test_duration_of_response_by_hand(tmp_path):
    # 1: PR at 1, progression at 4; 5: sCR at 2, death at 8; 6: PR at 2, progression at 6; 9: PR at 1, followed to 30.
    # 2 and 8 never responded, 7 only after progression.
    milestones = "patient_id,month,event\n9,,second infusion\n"
    responses = HAND["responses"].replace("2,5,CR,negative,1e-5\n", "")
    database = written(tmp_path, responses=responses, milestones=milestones)
    counts = ask(database, "response/duration", Selection("x"))
    assert counts[["months", "events", "censored", "competing"]].to_numpy().tolist() == [
        [3, 1, 0, 0], [4, 1, 0, 0], [6, 1, 0, 0], [29, 0, 1, 0],
    ]  # fmt: skip
    duration = survival_result("DOR", counts, ("All patients",), SurvivalOptions(), False)
    assert duration.everyone.table.patients == 4 == result_of(database).everyone.overall.count
    # 3/4, 2/4, 1/4 free after 3, 4 and 6 months: at half from 4 to 6, so its middle
    assert duration.everyone.median.months == 5


def test_months_to_mrd_negativity_by_hand(tmp_path):
    responses = (
        "patient_id,month,mrd\n1,2,negative\n1,3,negative\n6,5,negative\n9,7,negative\n4,1,negative\n2,1,positive\n"
    )
    months = ask(written(tmp_path, responses=responses), "response/mrd_months", Selection("x"))
    assert tables.mrd_months_table(months)[1] == [
        ["Alive at last contact", "2", "6 (5–7)"],
        ["Died", "1", "2 (2–2)"],
        ["Fate not recorded", "1", "1 (1–1)"],
    ]


def test_a_response_after_a_second_infusion_has_no_duration(hand):
    by_arm = ask(hand, "response/duration", BY_ARM)
    ended = by_arm.groupby("group")[["events", "censored"]].sum().sum(axis=1)
    responders = {group.number: group.rates.overall.count for group in result_of(hand, BY_ARM).groups}
    assert ended.to_dict() == responders == {0: 1, 1: 2, 3: 1}


def test_who_is_mrd_negative_in_one_table_is_so_in_the_other(hand):
    # 1 and 5 were negative only after progression, 2 only after a second infusion
    months = ask(hand, "response/mrd_months", Selection("x"))
    assert months["patients"].sum() == result_of(hand).everyone.mrd_negative.count == 2
    assert (months["lowest"].min(), months["highest"].max()) == (2, 6)


def test_thresholds_are_of_the_assays_that_count(hand):
    thresholds = ask(hand, "response/mrd_thresholds", Selection("x"))
    assert set(thresholds["threshold"].dropna()) == {"1e-5"}


def test_who_progressed_before_the_first_assessment_is_evaluable(tmp_path):
    # Progression is dated at month 1, the assessment that found it a few days later: a failure, not a missing value.
    responses = "patient_id,month,response\n1,1,CR\n2,1.1,PD\n"
    database = written(tmp_path, responses=responses, endpoints="patient_id,endpoint,months,status\n2,PFS,1,1\n")
    rates = result_of(database, of="evaluable").everyone
    assert (rates.overall.count, rates.overall.total) == (1, 2)


def test_progression_after_a_second_infusion_is_not_of_the_first(tmp_path):
    responses = "patient_id,month,response\n1,1,CR\n2,8,PD\n"
    endpoints = "patient_id,endpoint,months,status\n1,PFS,9,0\n2,PFS,9,0\n"
    milestones = "patient_id,month,event\n2,3,second infusion\n"
    database = written(tmp_path, responses=responses, endpoints=endpoints, milestones=milestones)
    assert result_of(database).everyone.best == {"CR": 1}


@pytest.mark.parametrize("name", ["best", "response", "month"])
def test_a_variable_may_be_called_as_a_column_of_the_outcomes(tmp_path, name):
    variables, patients = (HAND[table].replace("arm", name, 1) for table in ("variables", "patients"))
    database = written(tmp_path, variables=variables, patients=patients)
    selection = Selection("x", (), Comparison(name))
    assert result_of(database, selection).everyone.best == {"sCR": 1, "VGPR": 2, "PR": 1, "MR": 1, "SD": 1}
    for question in ("response/duration", "response/mrd_months", "response/mrd_thresholds", "response/fates"):
        assert len(ask(database, question, selection)) > 1
    assert ask(database, "response/by_two", selection, across=selection)["patients"].sum() == 9


# -- what must hold for every cohort -----------------------------------------------------------------


@pytest.fixture(scope="module", params=range(5))
def small(request, tmp_path_factory):
    return cdisc.small(request.param, tmp_path_factory.mktemp("small"))


@pytest.mark.parametrize("by", ["arm", "stage", "flag"])
def test_the_groups_add_up_to_everybody(small, by):
    whole = result_of(small.database)
    parted = result_of(small.database, Selection("x", (), Comparison(by)))
    assert parted.everyone == whole.everyone
    for part in ("patients", "evaluable"):
        assert sum(getattr(group.rates, part) for group in parted.groups) == getattr(whole.everyone, part)
    assert whole.everyone.patients == len(small.patients)


def test_rates_are_nested_and_equal_pandas(small):
    rates = result_of(small.database).everyone
    assert rates.complete.count <= rates.very_good.count <= rates.overall.count <= rates.evaluable <= rates.patients
    assert rates.best == best_of(small).value_counts().to_dict()
    rows = assessed(small).dropna(subset=["mrd"])
    assert rates.mrd_negative.total == rows["patient_id"].nunique()
    assert rates.mrd_negative.count == rows.loc[rows["mrd"] == "negative", "patient_id"].nunique()
    of_evaluable = result_of(small.database, of="evaluable").everyone
    assert of_evaluable.overall.count == rates.overall.count
    if rates.evaluable:
        assert of_evaluable.overall.value >= rates.overall.value


def test_the_cells_of_two_groupings_add_up(small):
    down, across = (Selection("x", (), Comparison(name)) for name in ("arm", "stage"))
    for rate in RATES:
        cells = two_way_rates(ask(small.database, "response/by_two", down, across=across), rate, EXACT)
        for group in result_of(small.database, down).groups:
            mine = [p for (row, _), p in cells.items() if row == group.number]
            expected = getattr(group.rates, rate)
            assert (sum(p.count for p in mine), sum(p.total for p in mine)) == (expected.count, expected.total)


# -- figures ---------------------------------------------------------------------------------------


def test_one_group_as_a_figure(bundled):
    figure = response_chart(result_of(bundled))
    texts = cdisc.drawn(figure)
    assert "PR or better 8/11, 72.7% (39.0–94.0)" in texts
    assert {"CR 6", "SD 3", "n = 11"} <= set(texts)
    assert cdisc.colours(figure, "segments") == {"CR", "VGPR", "PR", "SD"}
    assert cdisc.colours(figure, "groups") == {"ink"}
    ends = [row["end"] for row in rows_of(figure, "segments")]
    assert ends == pytest.approx([6 / 11, 7 / 11, 8 / 11, 1])


def test_three_groups_and_the_missing_as_a_figure(hand):
    result = result_of(hand, BY_ARM)
    figure = response_chart(result)
    texts = cdisc.drawn(figure)
    assert {"Arm A", "Arm B", "Missing", NOT_ASSESSED, "PR or better 2/4, 50.0% (6.8–93.2)"} <= set(texts)
    segments = pd.DataFrame(rows_of(figure, "segments"))
    for place, group in enumerate(result.groups):
        mine = segments[segments["place"] == place]
        assert mine["count"].sum() == group.rates.patients
        assert mine["end"].iloc[-1] == pytest.approx(1)
        assert (mine["start"].iloc[1:].to_numpy() == mine["end"].iloc[:-1].to_numpy()).all()
    assert cdisc.colours(figure, "groups") == {"group0", "group1", "group3"}


def test_a_group_without_anybody_evaluable_as_a_figure(hand):
    never = Selection("x", (Levels("arm", ("A",)),), Comparison("dose", "cut", (3.0,)))
    figure = response_chart(result_of(hand, never, "evaluable"))
    texts = cdisc.drawn(figure)
    assert "PR or better no patient" in texts
    assert [text for text in texts if text.startswith("Share of evaluable patients")]
    assert {row["place"] for row in rows_of(figure, "segments")} == {0}


@pytest.mark.parametrize("study", ["made"], indirect=True)
def test_the_arms_of_a_study_as_a_figure(study):
    result = result_of(study.database, study.selection("ARM"), method="Wilson")
    figure = response_chart(result)
    texts = cdisc.drawn(figure)
    assert {"A: Drug X", "B: Placebo", "C: Combination"} <= set(texts)
    for group, row in zip(result.groups, rows_of(figure, "groups"), strict=True):
        assert (row["rate"], row["lower"], row["upper"]) == (
            group.rates.overall.value, group.rates.overall.lower, group.rates.overall.upper,
        )  # fmt: skip
        assert row["lower"] == proportion(group.rates.overall.count, group.rates.total, "Wilson").lower


def test_a_difference_that_the_unassessed_make_is_named_so():
    """24 of 27 against 5 of 10, of whom 1 and 2 were not assessed: of 26 and 8 the test finds none."""
    rows = [(0, "PR", 24), (0, "SD", 2), (0, None, 1), (1, "PR", 5), (1, "SD", 3), (1, None, 2)]
    counts = pd.DataFrame(rows, columns=["group", "response", "patients"])
    counts = counts.assign(mrd_tested=0, mrd_negative=0, too_late=0)
    result = response_result(counts, ("No EMD", "EMD"), "all", EXACT)
    compared = compare_responses(*result.groups)
    assert compared.rates["overall"].p == pytest.approx(fisher_exact([[24, 3], [5, 5]])[1], rel=1e-9)
    assert compared.of_evaluable.p == pytest.approx(fisher_exact([[24, 2], [5, 3]])[1], rel=1e-9)
    assert compared.rates["overall"].p < 0.05 < compared.of_evaluable.p
    assert words.finding(result, compared).endswith("more often in No EMD, not among the evaluable")
    evaluable = response_result(counts, ("No EMD", "EMD"), "evaluable", EXACT)
    assert "evaluable" not in words.finding(evaluable, compare_responses(*evaluable.groups))


def test_withheld_responders_are_not_told_by_the_sum_or_by_the_others_who_did_not_respond():
    """17 of 23 and 5 of 7 responded; of 8 without a response 7 had PD, and so one SD."""
    rows = [(0, "PR", 17), (0, "SD", 1), (0, "PD", 5), (1, "PR", 5), (1, "PD", 2)]
    counts = pd.DataFrame(rows, columns=["group", "response", "patients"]).assign(
        mrd_tested=0, mrd_negative=0, too_late=0
    )
    result = response_result(counts, ("No EMD", "EMD"), "all", EXACT)
    _, rates = withheld(tables.rates_table(result, None), 5)
    assert [row[1] for row in rates] == ["17/23, 73.9% (51.6–89.8)", WITHHELD, WITHHELD]
    alone = response_result(counts.assign(group=0), ("All",), "all", EXACT)
    best = dict(withheld(tables.best_table(alone), 5)[1])
    assert (best["SD"], best["PD"]) == (WITHHELD, WITHHELD)
    assert best["PR"].startswith("22, ")


def test_a_small_response_holds_back_the_others_that_the_rates_would_tell_it_by():
    rows = [(0, "sCR", 7), (0, "CR", 7), (0, "VGPR", 7), (0, "PR", 3), (0, "SD", 6), (0, "PD", 6)]
    counts = pd.DataFrame(rows, columns=["group", "response", "patients"]).assign(
        mrd_tested=0, mrd_negative=0, too_late=0
    )
    best = dict(withheld(tables.best_table(response_result(counts, ("All",), "all", EXACT)), 5)[1])
    assert [best[level] for level in ("sCR", "CR", "VGPR", "PR")] == [WITHHELD] * 4
    assert best["SD"].startswith("6, ")
