"""What the cohorts that the article allows say of a selection."""

from dataclasses import replace
from functools import cache

import numpy as np

from core.article.allowed import Allowed, AllowedComparison, Spread, allowed
from core.article.allowed_associations import AllowedAssociation, with_depth, with_response, with_time
from core.article.allowed_events import TERMS
from core.article.allowed_tests import RESPONDED, against_others, event_p, response_p
from core.article.claims import is_of_the_article
from core.article.open_outcomes import columns_of, places_of
from core.article.reconstruction import PATIENTS, Assignment, assignments, patient_8_survives
from core.article.steps import Step, steps
from core.cohort.ask import Cohort
from core.cohort.labels import missing_group
from core.cohort.selection import Comparison, Selection, known_later
from core.survival import answers as of_survival
from core.survival.many_cohorts import ABSENT
from core.survival.result import SurvivalOptions

ENDPOINTS = ("PFS", "OS")
"""Endpoints whose months are known to be open."""
MOST_STEPS = 100
"""Cohorts that are shown one by one."""


def leaves_open(cohort: Cohort) -> bool:
    """Whether this is the cohort of the article, of which it is known what is open."""
    return cohort.know(is_of_the_article)


def has_claims(cohort: Cohort) -> bool:
    """Whether results are printed of this cohort."""
    return not cohort.ask("article/claims", Selection(cohort.fingerprint)).empty


@cache
def _assignments(survivor: bool) -> tuple[Assignment, ...]:
    """Every assignment, or with the `survivor` those in which patient 8 is one."""
    return tuple(one for one in assignments() if not survivor or patient_8_survives(one))


@cache
def _told(survivor: bool) -> dict[str, tuple]:
    """The assignments as the question of who is selected takes them."""
    every = _assignments(survivor)
    columns = [columns_of(fate, patient) for one in every for patient, fate in zip(PATIENTS, one, strict=True)]
    named = {name: tuple(column[name] for column in columns) for name in columns[0]}
    places = np.arange(len(columns))
    return named | {
        "assignments": tuple((places // len(PATIENTS)).tolist()),
        "numbers": tuple((places % len(PATIENTS)).tolist()),
    }


@cache
def places(survivor: bool) -> np.ndarray:
    """Which patient has each place, a row an assignment."""
    return np.array([places_of(one) for one in _assignments(survivor)])


def group_of(cohort: Cohort, selection: Selection, survivor: bool) -> np.ndarray:
    """The group of each patient (a column) in each assignment (a row), ABSENT where not selected."""
    told = _told(survivor)
    rows = cohort.ask("article/allowed_groups", selection, **told)
    found = np.full((len(_assignments(survivor)), len(PATIENTS)), ABSENT)
    found[rows["assignment"], rows["number"]] = rows["group"]
    return found


def _placed(cohort: Cohort, selection: Selection, survivor: bool) -> np.ndarray:
    """The same without those whom nobody can place in a group."""
    who, missing = group_of(cohort, selection, survivor), missing_group(selection, cohort.variables)
    return who if missing is None else np.where(who == missing, ABSENT, who)


def compared_groups(
    cohort: Cohort, selection: Selection, endpoint: str, reference: int | None = None
) -> tuple[int, ...]:
    """The groups that the survival page tests, the `reference` of its hazard ratio first; none where nothing is."""
    if known_later(selection, cohort.variables):
        return ()
    tested = cohort.know(of_survival.comparison, selection, endpoint, SurvivalOptions(), reference)
    return () if tested is None else (tested.reference.number, *(group.number for group, _ in tested.ratios))


def allowed_outcomes(
    cohort: Cohort, selection: Selection, endpoint: str, survivor: bool = True, reference: int | None = None
) -> Allowed | None:
    """
    An endpoint of the selection in every cohort that the article allows, with
    the `survivor` of those in which patient 8 is one, hazards against the group
    `reference` as on the survival page; None where nothing of it is known to be
    open, and from a landmark.
    """
    if not leaves_open(cohort) or selection.landmark is not None or endpoint not in ENDPOINTS:
        return None
    who = _placed(cohort, selection, survivor)
    if (who == ABSENT).all():
        return None
    return allowed(endpoint, who, places(survivor), compared_groups(cohort, selection, endpoint, reference))


def allowed_response(
    cohort: Cohort, selection: Selection, pair: tuple[int, int], survivor: bool = True
) -> dict[str, Spread]:
    """Where Fisher's p of each response rate goes for a pair of groups; empty where nothing is known to be open."""
    if not leaves_open(cohort) or selection.landmark is not None:
        return {}
    who = group_of(cohort, selection, survivor)
    return {rate: response_p(who, places(survivor), pair, rate) for rate in RESPONDED}


def allowed_events(cohort: Cohort, selection: Selection, pair: tuple[int, int], severe_only: bool) -> dict[str, Spread]:
    """Where Fisher's p of each term of Table 3 goes for a pair of groups; empty where nothing is known to be open."""
    if not leaves_open(cohort) or selection.landmark is not None or known_later(selection, cohort.variables):
        return {}
    who = cohort.ask("cohort/who", selection, most=len(PATIENTS))
    first, second = (frozenset(who.loc[who["group"] == group, "patient_id"].astype(int)) for group in pair)
    return {term: event_p(term, first, second, severe_only) for term in TERMS}


def allowed_subgroups(
    cohort: Cohort, selection: Selection, subgroups: tuple[tuple[Comparison, int], ...], endpoint: str
) -> tuple[AllowedComparison | None, ...]:
    """Where the hazard ratio of each subgroup (of a comparison the group by number) against all others goes."""
    if not leaves_open(cohort) or selection.landmark is not None or endpoint not in ENDPOINTS:
        return ()
    found: list[AllowedComparison | None] = []
    of_comparison: dict[Comparison, np.ndarray] = {}
    for comparison, number in subgroups:
        if comparison not in of_comparison:
            of_comparison[comparison] = group_of(cohort, replace(selection, comparison=comparison), True)
        who = of_comparison[comparison]
        both = (who == number).any() and ((who != number) & (who != ABSENT)).any()
        found.append(against_others(endpoint, who, places(True), number) if both else None)
    return tuple(found)


def allowed_association(
    cohort: Cohort, values: tuple[tuple[str, float], ...], two: bool, outcome: str
) -> AllowedAssociation | None:
    """
    Where an association of "response", "depth", PFS or OS goes with what is
    known at infusion of these patients (`values`: patient and number, 0 or 1
    where it is of `two` groups); None of another outcome, or where nothing is open.
    """
    if not leaves_open(cohort) or len(values) < 2:
        return None
    known = {int(patient): value for patient, value in values}
    x = np.array([known.get(patient, np.nan) for patient in PATIENTS], float)
    if outcome in ENDPOINTS:
        return with_time(x, two, places(True), outcome)
    ways = {"response": with_response, "depth": with_depth}
    return ways[outcome](x, two, places(True)) if outcome in ways else None


def allowed_steps(cohort: Cohort, selection: Selection, endpoint: str, survivor: bool = True) -> tuple[Step, ...]:
    """Single cohorts of those of `allowed_outcomes`, spread evenly over them; none where there are none."""
    if cohort.know(allowed_outcomes, selection, endpoint, survivor) is None:
        return ()
    who, compared = _placed(cohort, selection, survivor), compared_groups(cohort, selection, endpoint)
    return steps(endpoint, who, places(survivor), compared, MOST_STEPS)
