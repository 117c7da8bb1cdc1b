"""Every printed result has a verdict that what is recomputed bears out, and one that is changed has another."""

import shutil
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from core.article.recompute import Recomputed, recompute
from core.article.verdicts import VERDICTS, counted, finding, published, verdict_of
from core.cohort.ask import Cohort
from core.cohort.database import open_cohort
from tests.conftest import BUNDLED


@pytest.fixture(scope="module")
def claims():
    return published(Cohort(open_cohort(BUNDLED)))


def by_id(claims) -> dict:
    return {claim.claim_id: claim for claim in claims}


def test_every_result_is_listed_and_none_is_without_a_reason(claims):
    printed = pd.read_csv(BUNDLED / "claims.csv", keep_default_na=False)
    assert [claim.claim_id for claim in claims] == list(printed["claim_id"])
    for claim in claims:
        assert claim.verdict in VERDICTS
        assert claim.verdict == "reproduced" or claim.reason, claim.claim_id


def test_the_verdicts_as_read_off_the_article(claims):
    """Counted by hand from the notes: nine conflicts, two plateau medians, eight roundings, eleven without a number."""
    assert counted(claims) == {"contradicted": 9, "rule": 2, "rounding": 8, "missing": 11, "reproduced": 68}
    assert (
        finding(claims)
        == "68 of 98 printed results are reproduced, 10 more but for rule or rounding; 9 contradict each other"
    )


def test_what_can_be_recomputed_is(claims):
    printed = pd.read_csv(BUNDLED / "claims.csv", keep_default_na=False)
    can = set(printed.loc[printed["kind"] == "recompute", "claim_id"])
    found = by_id(claims)
    assert len(can) > 70
    for claim_id in can:
        assert found[claim_id].verdict in ("reproduced", "rule", "rounding"), claim_id
        assert found[claim_id].recomputed != "–", claim_id
        assert found[claim_id].page, claim_id


@pytest.mark.parametrize(
    ("claim_id", "recomputed", "verdict"),
    [
        ("C19", "8 of 11 (72.7%)", "reproduced"),
        ("C05", "5 of 11 (45.5%)", "rounding"),
        ("C45", "1 of 11 (9.1%)", "rounding"),
        ("C15", "66.23%", "reproduced"),
        ("C26", "1.5–63 months", "reproduced"),
        ("C27", "35 months", "rule"),
        ("C58", "6 of 11 (54.5%) without prolonged cytopenia", "contradicted"),
        ("C70", "PR; relapsed; second infusion; died one month later", "reproduced"),
        ("C75", "5.25 years", "reproduced"),
        ("C17", "–", "missing"),
    ],
)
def test_single_results(claims, claim_id, recomputed, verdict):
    claim = by_id(claims)[claim_id]
    assert (claim.recomputed, claim.verdict) == (recomputed, verdict)


def test_how_a_rounding_differs_is_said(claims):
    found = by_id(claims)
    assert found["C05"].reason == "cut off after one decimal; 45.5% when rounded"
    assert found["C45"].reason == "printed without a decimal; 9.1%"
    assert found["C26"].reason == "1.5 prints as 2"


def test_a_changed_result_is_not_reproduced(tmp_path):
    """Each printed value moved by a tenth of itself and one: none of those with a number is reproduced any more."""
    shutil.copytree(BUNDLED, tmp_path / "cohort")
    printed = pd.read_csv(BUNDLED / "claims.csv", keep_default_na=False, dtype=str)
    numbers = printed["kind"].eq("recompute") & printed["value"].ne("")
    moved = [
        ";".join(f"{float(part) * 1.1 + 1:.2f}" for part in value.split(";")) if change else value
        for value, change in zip(printed["value"], numbers, strict=True)
    ]
    printed.assign(value=moved).to_csv(tmp_path / "cohort" / "claims.csv", index=False)
    changed = published(Cohort(open_cohort(tmp_path / "cohort")))
    verdicts = Counter(c.verdict for c, was in zip(changed, numbers, strict=True) if was)
    assert verdicts["different"] == numbers.sum()


def test_a_changed_cohort_is_found_out(tmp_path):
    shutil.copytree(BUNDLED, tmp_path / "cohort")
    patients = pd.read_csv(tmp_path / "cohort" / "patients.csv", dtype=str, keep_default_na=False)
    patients.loc[0, "sex"], patients.loc[3, "age_years"] = "Female", "99"
    patients.to_csv(tmp_path / "cohort" / "patients.csv", index=False)
    found = by_id(published(Cohort(open_cohort(tmp_path / "cohort"))))
    assert found["C04"].verdict == found["C03"].verdict == "different"
    assert found["C02"].verdict == "reproduced"  # 58 is still in the middle


@pytest.mark.parametrize(
    ("values", "n", "of", "wanted", "unit", "verdict"),
    [
        ((100 / 3,), 1, 3, (33.3,), "%", "reproduced"),
        ((200 / 3,), 2, 3, (66.6,), "%", "rounding"),
        ((200 / 3,), 2, 3, (67.0,), "%", "rounding"),
        ((200 / 3,), 2, 3, (66.0,), "%", "different"),
        ((6.5,), None, None, (7.0,), "months", "reproduced"),
        ((6.5,), None, None, (6.0,), "months", "different"),
        ((8.0, 12.0), None, None, (7.0, 14.0), "days", "reproduced"),
        ((6.0, 12.0), None, None, (7.0, 14.0), "days", "different"),
        ((np.nan,), None, None, (7.0,), "months", "different"),
        ((1.0, 2.0), None, None, (1.0,), "months", "different"),
    ],
)
def test_a_verdict_by_hand(values, n, of, wanted, unit, verdict):
    assert verdict_of(Recomputed(values, (), "", (), n, of), wanted, unit)[0] == verdict


def test_what_nobody_knows_to_compute_is_left(bundled):
    assert recompute(Cohort(bundled), "hair colour", "all infused") == ()
    assert recompute(Cohort(bundled), "PFS median", "patients on Mars") == ()


def test_a_cohort_without_measurements_has_none_of_their_results(tmp_path):
    shutil.copytree(BUNDLED, tmp_path / "cohort")
    (tmp_path / "cohort" / "measurements.csv").unlink()
    found = by_id(published(Cohort(open_cohort(tmp_path / "cohort"))))
    assert found["C60"].verdict == found["C67"].verdict == "missing"
    assert found["C19"].verdict == "reproduced"


def test_a_cohort_that_has_little_is_asked_for_no_more(tmp_path):
    """The same claims of a cohort of ages and sexes: what it lacks cannot be recomputed, and nothing breaks."""
    (tmp_path / "cohort").mkdir()
    for name in ("cohort", "claims"):
        shutil.copy(BUNDLED / f"{name}.csv", tmp_path / "cohort" / f"{name}.csv")
    kept = ["age_years", "sex"]
    pd.read_csv(BUNDLED / "patients.csv")[["patient_id", *kept]].to_csv(tmp_path / "cohort/patients.csv", index=False)
    variables = pd.read_csv(BUNDLED / "variables.csv", dtype=str, keep_default_na=False)
    variables[variables["name"].isin(kept)].to_csv(tmp_path / "cohort/variables.csv", index=False)
    found = by_id(published(Cohort(open_cohort(tmp_path / "cohort"))))
    assert found["C02"].verdict == found["C03"].verdict == "reproduced"
    assert {claim.verdict for claim in found.values()} <= {"reproduced", "rounding", "missing", "contradicted"}
    assert sum(claim.verdict == "missing" for claim in found.values()) > 70


def own_cohort(tmp_path, claims: str, citation: str = "Our clinic") -> Cohort:
    """The bundled files as somebody's own, with other claims."""
    shutil.copytree(BUNDLED, tmp_path / "own")
    about = pd.read_csv(tmp_path / "own/cohort.csv", dtype=str, keep_default_na=False).assign(citation=citation)
    about.to_csv(tmp_path / "own/cohort.csv", index=False)
    head = "claim_id,section,population,quantity,printed,value,numerator,denominator,unit,kind,note"
    (tmp_path / "own/claims.csv").write_text(f"{head}\n{claims}\n", encoding="utf-8")
    return Cohort(open_cohort(tmp_path / "own"))


@pytest.mark.parametrize("value", ["", "about 5", "3,5", "54%", "1–5", "5;", "nan"])
def test_a_value_that_is_no_number_is_said_and_breaks_nothing(tmp_path, value):
    (claim,) = published(own_cohort(tmp_path, f'X1,Results,all infused,age median,58,"{value}",,,years,recompute,'))
    assert (claim.verdict, claim.recomputed) == ("missing", "58 years")
    assert "no number" in claim.reason


def test_the_articles_facts_are_of_its_own_patients_only(tmp_path):
    rows = [
        "X1,Results,patient 4,outcome,CR; alive at month 60,,,,,recompute,",
        "X2,Results,all infused,neutropenia grade 3-5,3,3,,,patients,recompute,",
        "X3,Results,all infused,dose vs toxicity,none,,,,,association,",
    ]
    course, unknown, association = published(own_cohort(tmp_path, "\n".join(rows)))
    assert (course.verdict, course.recomputed) == ("missing", "–")
    assert "not known here" in unknown.reason
    assert (association.page, association.recomputed) == ("", "–")


def test_a_level_or_population_that_a_cohort_lacks_is_not_counted_as_none(tmp_path):
    cohort = own_cohort(tmp_path, "X1,Results,all infused,male,6,6,,,patients,recompute,")
    shutil.copytree(tmp_path / "own", tmp_path / "other")
    for name in ("patients", "variables"):
        words = (tmp_path / f"other/{name}.csv").read_text(encoding="utf-8")
        words = words.replace("Female", "F").replace("Male", "M")
        (tmp_path / f"other/{name}.csv").write_text(words, encoding="utf-8")
    (claim,) = published(Cohort(open_cohort(tmp_path / "other")))
    assert (claim.verdict, claim.recomputed) == ("missing", "–")
    assert published(cohort)[0].verdict == "reproduced"


def test_patients_under_other_numbers_are_not_the_articles(tmp_path):
    """Fewer of them, or by other names, under the article's own citation: nothing of them is known to be open."""
    from core.article.answers import leaves_open

    cited = "Hao et al. doi: 10.3389/fimmu.2025.1650568"
    cohort = own_cohort(tmp_path, "X1,Results,all infused,patients,11,11,,,patients,recompute,", cited)
    assert leaves_open(cohort)
    for name in ("patients", "endpoints", "responses", "milestones", "adverse_events", "measurements", "provenance"):
        rows = pd.read_csv(tmp_path / f"own/{name}.csv", dtype=str, keep_default_na=False)
        rows["patient_id"] = [f"P{who}" if who else "" for who in rows["patient_id"]]
        rows.to_csv(tmp_path / f"own/{name}.csv", index=False)
    assert not leaves_open(Cohort(open_cohort(tmp_path / "own")))
