"""Where an association of something known at infusion with an outcome goes in the cohorts that the article allows."""

from dataclasses import dataclass

import numpy as np

from core.article.allowed import Spread, compare_allowed, spread
from core.article.allowed_tests import RESPONDED, response_p
from core.article.open_outcomes import PLACES
from core.article.steps import steps
from core.statistics.rank_correlation import rank_correlations
from core.statistics.rank_sum import rank_sum
from core.survival.cox_per_unit import hazard_ratio_per_unit, readable_step
from core.survival.many_cohorts import ABSENT

MOST_MODELLED = 100
"""Cohorts in which Cox's model is fitted, spread evenly over all."""
_DEPTH = {"SD": 0.0, "PR or VGPR": 1.0, "CR, died": 3.0, "CR, alive": 3.0}
_OR_VGPR = 2.0
"""Of the patient whose partial response is printed as PR or VGPR."""


@dataclass(frozen=True)
class AllowedAssociation:
    """Where p of an association goes, and its effect (None of two shares); of a `sample` of all cohorts, or of all."""

    p: Spread
    effect: Spread | None
    sample: int | None = None


def with_response(x: np.ndarray, two: bool, places: np.ndarray) -> AllowedAssociation:
    """
    Response against `x` (a patient each, missing as NaN; 0 and 1 where it is
    `two` groups), as `core.associations` tests it, in each assignment (`places`).
    """
    known = ~np.isnan(x)
    if two:
        sides = np.where(known, x, ABSENT).astype(int)
        return AllowedAssociation(response_p(np.tile(sides, (len(places), 1)), places, (1, 0), "overall"), None)
    responded = np.array([fate in RESPONDED["overall"] for fate, _ in PLACES])
    rows, times = np.unique(_of_patients(responded, places)[:, known], axis=0, return_counts=True)
    tests = [rank_sum(x[known][row], x[known][~row]) for row in rows]
    return AllowedAssociation(
        spread(np.array([np.nan if test.p is None else test.p for test in tests]), times.astype(float)),
        spread(np.array([np.nan if t.difference is None else t.difference for t in tests]), times.astype(float)),
    )


def with_depth(x: np.ndarray, two: bool, places: np.ndarray) -> AllowedAssociation:
    """Depth of response (SD, PR, VGPR, CR) against `x`, as `with_response`; of one patient it may be PR or VGPR."""
    known = ~np.isnan(x)
    p: list[float | None] = []
    effect: list[float | None] = []
    weights: list[int] = []
    for partial in (_DEPTH["PR or VGPR"], _OR_VGPR):
        depth = [partial if fate == "PR or VGPR" and of is None else _DEPTH[fate] for fate, of in PLACES]
        rows, times = np.unique(_of_patients(np.array(depth), places)[:, known], axis=0, return_counts=True)
        # Who is left out makes the values of some assignments others: those alike are gone through together.
        alike, of_row = np.unique(np.sort(rows, axis=1), axis=0, return_inverse=True)
        for number in range(len(alike)):
            mine = of_row.ravel() == number
            weights += times[mine].tolist()
            if two:
                tests = [rank_sum(row[x[known] == 1], row[x[known] == 0]) for row in rows[mine]]
                p, effect = [*p, *(t.p for t in tests)], [*effect, *(t.difference for t in tests)]
            else:
                found = rank_correlations(x[known], rows[mine])
                p, effect = [*p, *(one.p for one in found)], [*effect, *(one.rho for one in found)]
    values = (np.array([np.nan if value is None else value for value in of], float) for of in (p, effect))
    p_of, effect_of = (spread(value, np.array(weights, float)) for value in values)
    return AllowedAssociation(p_of, effect_of)


def with_time(x: np.ndarray, two: bool, places: np.ndarray, endpoint: str) -> AllowedAssociation:
    """PFS or OS against `x`, as `with_response`: a hazard ratio of two groups, or per `readable_step` of a number."""
    known = ~np.isnan(x)
    if two:
        sides = np.where(known, x, ABSENT).astype(int)
        found = compare_allowed(endpoint, np.tile(sides, (len(places), 1)), places, (0, 1))
        return AllowedAssociation(found.p, found.ratio)
    who = np.where(known, np.arange(len(x)), ABSENT)
    per, p, ratios = readable_step(x[known]), [], []
    for step in steps(endpoint, np.tile(who, (len(places), 1)), places, (), MOST_MODELLED):
        events = step.events.astype(int)
        ratio = hazard_ratio_per_unit(x[step.groups], step.months, events, 1 - events, per)
        p.append(np.nan if ratio.p is None else ratio.p)
        ratios.append(np.nan if ratio.ratio is None else ratio.ratio)
    each = np.ones(len(p))
    return AllowedAssociation(spread(np.array(p), each), spread(np.array(ratios), each), len(p))


def _of_patients(of_places: np.ndarray, places: np.ndarray) -> np.ndarray:
    """What is told of places as it is of patients, a row an assignment and a column a patient."""
    found = np.empty(places.shape, of_places.dtype)
    np.put_along_axis(found, places, np.tile(of_places, (len(places), 1)), axis=1)
    return found
