"""
Five hundred random views of five random cohorts, against R: filters, comparisons, endpoints, landmarks, with ties, days
as months by three formulas, and missing values. tests/reference/views has the cohorts, the views and R's script.
"""

import json
from collections.abc import Iterator
from functools import cache
from math import isclose, isnan
from pathlib import Path

import pytest

from core.cohort.ask import ask
from core.cohort.database import Database, open_cohort
from core.cohort.labels import group_labels
from core.cohort.selection import AGAINST_REST, Comparison, Levels, Range, Selection
from core.survival import comparison
from core.survival import result as survival
from core.survival.comparison import SurvivalComparison, compare
from core.survival.follow_up import follow_up
from core.survival.hazard_ratios import HazardRatio
from core.survival.medians import Median

HERE = Path(__file__).parents[1] / "reference" / "views"
VIEWS, EXPECTED = (json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")) for name in ("views", "expected"))
RELATIVE, COX = 1e-9, 1e-6
ABSOLUTE = 1e-12
"""What is 0 on paper differs by rounding."""
LEFT_OUT = ("hazards", "per_unit")
"""What R leaves out where the app estimates otherwise, by Firth's penalty."""


@pytest.fixture(autouse=True)
def without_permutations(monkeypatch):
    """The statistic is compared, not p by permutation; and no pairs."""
    monkeypatch.setattr(comparison, "permutation_log_rank", comparison.log_rank)
    monkeypatch.setattr(comparison, "MOST_PAIRED", 0)


@cache
def opened(cohort: str) -> Database:
    return open_cohort(HERE / "cohorts" / cohort)


def selection_of(view: dict) -> Selection:
    filters = tuple(
        Levels(one["variable"], tuple(one["levels"]))
        if "levels" in one
        else Range(one["variable"], one["low"], one["high"], one["missing"])
        for one in view["filters"]
    )
    by = view["comparison"]
    if by is not None:
        name = AGAINST_REST if by["variable"] == "rest" else by["variable"]
        by = Comparison(name, "cut" if by["cuts"] else "", tuple(by["cuts"]))
    return Selection(opened(view["cohort"]).fingerprint, filters, by, view["landmark"])


def found_in(view: dict, expected: dict) -> dict:
    """The app's answer in the shape of R's, whose hazard ratios are against the largest group."""
    database, selection, endpoint = opened(view["cohort"]), selection_of(view), view["endpoint"]
    labels = group_labels(selection, database.variables)
    cuts = selection.comparison.cuts if selection.comparison else ()
    since = {"endpoint": endpoint, "landmark": view["landmark"] or 0}
    by_number = None
    if endpoint == "DOR":
        counts, competing = ask(database, "response/duration", selection), False
    else:
        counts = ask(database, "survival/counts", selection, **since)
        everyone = ask(database, "survival/endpoints", Selection(selection.cohort)).set_index("endpoint")
        competing = bool(everyone.loc[endpoint, "competing"] > 0)
        if cuts:
            by_number = ask(database, "survival/by_number", selection, measured=selection.comparison.variable, **since)
    options = survival.SurvivalOptions(view["interval"], times=tuple(view["times"]))
    result = survival.survival_result(endpoint, counts, labels, options, competing)
    missing = len(labels) - 1 if selection.comparison and not selection.against_rest else None
    largest = (expected.get("hazards") or {}).get("reference")
    compared = result and compare(result, largest, by_number, missing)
    followed = {one.number: one.reverse for one in follow_up(counts, labels)}
    groups = {str(g.number): group_of(g, followed[g.number]) for g in result.groups} if result else {}
    return {"groups": groups} | (comparison_of(compared) if compared else {"test": None})


def comparison_of(compared: SurvivalComparison) -> dict:
    test, gradient = compared.test, compared.gradient
    ratios = {str(group.number): limits(ratio) for group, ratio in compared.ratios}
    return {
        "test": test and {"statistic": test.statistic, "degrees": test.degrees},
        "hazards": {"reference": compared.reference.number, "ratios": ratios},
        "per_unit": gradient and limits(gradient.ratio),
    }


def group_of(group: survival.GroupSurvival, followed: Median) -> dict:
    return {
        "patients": group.table.patients,
        "events": group.table.total_events,
        "median": [group.median.months, group.median.lower, group.median.upper],
        "follow_up": [followed.months, followed.lower, followed.upper],
        "at_times": [
            {"months": at.months, "at_risk": at.at_risk, "value": at.survival, "lower": at.lower, "upper": at.upper}
            for at in group.at_times
        ],
    }


def limits(ratio: HazardRatio) -> list[float | None]:
    return [ratio.ratio, ratio.lower, ratio.upper]


def differences(expected: object, found: object, path: str = "") -> Iterator[str]:
    """Where `found` is not what is expected, and what both are; what R left out is not compared."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if path == "groups" and expected.keys() != found.keys():
            yield f"groups: R {sorted(expected)}, app {sorted(found)}"
            return
        for key, value in expected.items():
            if value is not None or key not in LEFT_OUT:
                yield from differences(value, found.get(key), f"{path}.{key}".strip("."))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{path}.{place}")
    elif not same(expected, found, COX if path.startswith(LEFT_OUT) else RELATIVE):
        yield f"{path}: R {expected}, app {found}"


def same(expected: object, found: object, relative: float) -> bool:
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return isclose(expected, found, rel_tol=relative, abs_tol=ABSOLUTE)
    return expected is None and (found is None or (isinstance(found, float) and isnan(found)))


@pytest.mark.parametrize("number", range(len(VIEWS)))
def test_a_random_view_equals_r(number):
    found = list(differences(EXPECTED[number], found_in(VIEWS[number], EXPECTED[number])))
    assert not found, VIEWS[number]


def test_the_views_compare_what_they_should():
    """Two in three compare groups, one in three starts at a landmark, and each kind of number is among them."""
    assert len(VIEWS) == len(EXPECTED) == 500
    for part, least in (("test", 300), ("hazards", 200), ("per_unit", 50)):
        assert sum(one[part] is not None for one in EXPECTED) >= least
    assert sum(len(one["groups"]) for one in EXPECTED) > 1_000
    assert sum(view["landmark"] is not None for view in VIEWS) > 150


def test_a_wrong_number_is_a_difference():
    other = json.loads(json.dumps(EXPECTED[0]))
    next(iter(other["groups"].values()))["patients"] += 1
    assert list(differences(other, found_in(VIEWS[0], other)))
