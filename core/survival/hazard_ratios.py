"""Hazard ratios between groups: Cox's model, or Firth's penalised one where events are few."""

import numpy as np

from core.statistics.distributions import chi_squared_p, normal_quantile
from core.survival.cox import HazardRatio, cox
from core.survival.firth import firth
from core.survival.life_table import LifeTable

FEW_EVENTS = 10

MOST_MODELLED = 12
"""Groups that a model takes: more cannot be told apart, neither by so few patients nor by eye."""


def hazard_ratios(tables: list[LifeTable], reference: int = 0, level: float = 0.95) -> list[HazardRatio]:
    """
    Hazard of every group against `tables[reference]`, in the order of `tables`
    (the reference's own place holds a ratio of 1 without limits).

    Wald limits from Cox's model; with fewer than ten events, or where events
    separate the groups, Firth's penalised estimate (Heinze and Schemper 2001)
    with profile limits and the penalised likelihood ratio test. A group that
    nobody was left in at the first event is not estimable, and the others are
    estimated without it. Beyond MOST_MODELLED groups none is estimated.
    """
    if len(tables) < 2 or not sum(table.total_events for table in tables):
        reason = "no event in any group" if len(tables) > 1 else "only one group"
        return [HazardRatio(None, reason=reason)] * len(tables)
    if len(tables) > MOST_MODELLED:
        reason = f"more than {MOST_MODELLED} groups are described, not modelled"
        return [HazardRatio(None, reason=reason)] * len(tables)
    first_event = min(float(table.months[table.events > 0][0]) for table in tables if table.total_events)
    followed = [int(table.at_risk_at(np.array(first_event))) > 0 for table in tables]
    gone = HazardRatio(None, reason="nobody of the group was left at the first event")
    if not followed[reference]:
        return [HazardRatio(None, reason="nobody of the reference was left at the first event")] * len(tables)
    order = [reference, *(i for i in range(len(tables)) if followed[i] and i != reference)]
    against_first = _against_first([tables[i] for i in order], level) if len(order) > 1 else []
    ratios = dict(zip(order, [HazardRatio(1.0, method="reference"), *against_first], strict=True))
    return [ratios.get(i, gone) for i in range(len(tables))]


def _against_first(tables: list[LifeTable], level: float) -> list[HazardRatio]:
    if sum(table.total_events for table in tables) >= FEW_EVENTS:
        try:
            return _wald(tables, level)
        except ValueError:
            pass  # no maximum: the penalised likelihood has one
    return firth(tables, level)


def _wald(tables: list[LifeTable], level: float) -> list[HazardRatio]:
    fit = cox(tables)
    z = normal_quantile(level)
    ratios = []
    for beta, error in zip(fit.coefficients, np.sqrt(np.diag(fit.covariance)), strict=True):
        p = chi_squared_p((beta / error) ** 2, 1)
        ratio, lower, upper = (float(np.exp(beta + side * z * error)) for side in (0, -1, 1))
        ratios.append(HazardRatio(ratio, lower, upper, p))
    return ratios
