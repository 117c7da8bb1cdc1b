"""Medians of a curve, under named rules: software differs on a curve that stands at 50% for a while."""

from dataclasses import dataclass

import numpy as np

from core.survival.kaplan_meier import Curve
from core.survival.life_table import LifeTable

TOLERANCE = 1.5e-8
"""How close to 50% counts as 50%: R's sqrt(.Machine$double.eps), so that n/2 of n is exactly half."""

MEDIAN_RULES = {
    "print": "midpoint of a plateau at 50% if the curve drops again, otherwise its start (as R prints it)",
    "first": "first time at or below 50%",
    "midpoint to last": "midpoint of a plateau at 50%, a final one included (R quantile, GraphPad Prism)",
    "strict": "midpoint of a plateau at 50% if the curve drops again, otherwise not estimable (SAS)",
}


@dataclass(frozen=True)
class Median:
    """
    A median time in months with the limits of the same curve, by a named rule.

    `plateau` is set where the curve stands at 50% for a while: the two ends in
    months, and `final` tells whether the curve ends there.
    """

    months: float | None
    lower: float | None
    upper: float | None
    rule: str
    plateau: tuple[float, float] | None = None
    final: bool = False


def median_survival(curve: Curve, rule: str = "print") -> Median:
    """
    Median time by one of MEDIAN_RULES; None where it is not reached.

    Limits are where the curve's own limits cross 50% (Brookmeyer and Crowley
    1982), as R prints them whatever the rule. R's `print` and `quantile` are
    the rules "print" and "midpoint to last".

    Raises ValueError for an unknown rule.

    >>> from core.survival.kaplan_meier import kaplan_meier
    >>> from core.survival.life_table import life_table
    >>> died, left = np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1])
    >>> curve = kaplan_meier(life_table(np.array([2.0, 5, 5, 9]), died, left))
    >>> [median_survival(curve, rule).months for rule in ('print', 'midpoint to last', 'strict')]
    [5.0, 7.0, None]
    """
    if rule not in MEDIAN_RULES:
        raise ValueError(f"The rule must be one of {', '.join(MEDIAN_RULES)}, but was {rule!r}.")
    limits = (_crossing(curve.months, curve.lower), _crossing(curve.months, curve.upper))
    start, end, final = _plateau(curve.months, curve.survival)
    if start is None:
        return Median(None, *limits, rule)
    if end is None:
        return Median(start, *limits, rule)
    plateau = (start, end) if end > start else None
    middle = (start + end) / 2
    by_rule = {
        "first": start,
        "print": start if final else middle,
        "midpoint to last": middle,
        "strict": None if final else middle,
    }
    return Median(by_rule[rule], *limits, rule, plateau, final)


def _plateau(months: np.ndarray, survival: np.ndarray) -> tuple[float | None, float | None, bool]:
    """First time at or below 50%; where that stretch ends if it is exactly 50%, and whether the curve does."""
    below = np.flatnonzero(survival < 0.5 + TOLERANCE)
    if not len(below):
        return None, None, False
    first = below[0]
    start = float(months[first])
    if abs(survival[first] - 0.5) >= TOLERANCE:
        return start, None, False
    drops = np.flatnonzero(survival < 0.5 - TOLERANCE)
    if len(drops):
        return start, float(months[drops[0]]), False
    return start, float(months[-1]), True


def _crossing(months: np.ndarray, limit: np.ndarray) -> float | None:
    """Where a limit crosses 50%: first time at or below, the midpoint if it rests there and drops again."""
    known = ~np.isnan(limit)
    start, end, final = _plateau(months[known], limit[known])
    return start if start is None or end is None or final else (start + end) / 2


def median_follow_up(table: LifeTable) -> Median:
    """
    Plain median of observed follow-up, whatever ended it, with no limits.

    The mean of the two middle values for an even number of patients.
    Deaths shorten it: reverse Kaplan-Meier (`kaplan_meier(table.reversed())`,
    Schemper and Smith 1996) is what potential follow-up is read from.
    """
    leaving = table.events + table.censored + table.competing
    total = int(leaving.sum())
    if not total:
        return Median(None, None, None, "plain")
    reached = np.cumsum(leaving)
    middle = [table.months[np.searchsorted(reached, k)] for k in ((total + 1) // 2, total // 2 + 1)]
    return Median(float(np.mean(middle)), None, None, "plain")
