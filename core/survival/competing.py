"""
Cumulative incidence where events compete.

1 - Kaplan-Meier would count a patient who died in remission as one who may
yet relapse; the incidences of the two events are estimated side by side.
"""

from dataclasses import dataclass

import numpy as np

from core.statistics.distributions import normal_quantile
from core.survival.kaplan_meier import SurvivalAt, exact_bound
from core.survival.life_table import LifeTable

_ALL = 1 - 1e-9
"""An incidence this high is 1: summing sixths gives 0.9999999999999999."""


@dataclass(frozen=True)
class Incidence:
    """
    Cumulative incidence of the event of interest and of the competing event,
    one entry per distinct time; standard errors by the delta method, limits on
    the log-log scale (NaN while the incidence is 0).
    """

    table: LifeTable
    event: np.ndarray
    competing: np.ndarray
    event_error: np.ndarray
    competing_error: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float

    @property
    def months(self) -> np.ndarray:
        return self.table.months


def cumulative_incidence(table: LifeTable, level: float = 0.95) -> Incidence:
    """
    Cumulative incidence where events compete (Aalen and Johansen 1978), with
    the variance of Marubini and Valsecchi (1995), which equals R's `survfit`.

    Ties between the two kinds of event are left as they are. 1 - Kaplan-Meier
    would count a patient who died in remission as one who may yet relapse.
    """
    at_risk = table.at_risk.astype(float)
    all_events = (table.events + table.competing).astype(float)
    free = np.cumprod((at_risk - all_events) / np.maximum(at_risk, 1))
    before = np.concatenate([[1.0], free[:-1]])
    event, event_error = _incidence(table.events.astype(float), all_events, at_risk, before)
    competing, competing_error = _incidence(table.competing.astype(float), all_events, at_risk, before)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where((event <= 0) | (event >= _ALL), np.nan, event)
        shift = normal_quantile(level) * event_error / (inside * np.log(inside))
        lower = np.exp(-np.exp(np.log(-np.log(inside)) - shift))
        upper = np.exp(-np.exp(np.log(-np.log(inside)) + shift))
    return Incidence(table, event, competing, event_error, competing_error, lower, upper, level)


def _incidence(
    own: np.ndarray, all_events: np.ndarray, at_risk: np.ndarray, before: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    n = np.maximum(at_risk, 1)
    incidence = np.cumsum(before * own / n)
    # The last patients at risk all having the event adds nothing: no incidence is left to come.
    left = n - all_events
    spread = np.divide(all_events, n * left, out=np.zeros_like(n), where=left > 0)
    a, b, c = np.cumsum(spread), np.cumsum(incidence * spread), np.cumsum(incidence**2 * spread)
    first = incidence**2 * a - 2 * incidence * b + c
    second = np.cumsum(before**2 * own * (n - own) / n**3)
    weight = before * own / n**2
    third = incidence * np.cumsum(weight) - np.cumsum(incidence * weight)
    return incidence, np.sqrt(np.maximum(first + second - 2 * third, 0))


def incidence_at(incidence: Incidence, months: float) -> SurvivalAt:
    """
    Cumulative incidence of the event at one time, in the fields of `SurvivalAt`.

    Before the first event the upper limit is the exact one-sided 97.5% bound
    1 - (alpha/2)^(1/n) for n at risk. Not estimable beyond the last follow-up,
    unless everybody has had one of the events.
    """
    table = incidence.table
    at_risk = int(table.at_risk_at(np.array(months)))
    if not table.patients:
        return SurvivalAt(months, 0, None, None, None, "no patients")
    everybody_had_one = incidence.event[-1] + incidence.competing[-1] >= _ALL
    if months > table.last_follow_up and not everybody_had_one:
        return SurvivalAt(months, at_risk, None, None, None, "beyond the last follow-up")
    position = int(np.searchsorted(table.months, months, side="right")) - 1
    value = float(incidence.event[position]) if position >= 0 else 0.0
    if value == 0:
        upper = 1 - float(exact_bound(at_risk, incidence.level))
        return SurvivalAt(months, at_risk, 0.0, 0.0, upper, exact_bound=True)
    if value >= _ALL:
        return SurvivalAt(months, at_risk, 1.0, None, None, "every patient had the event: no limits")
    return SurvivalAt(months, at_risk, value, float(incidence.lower[position]), float(incidence.upper[position]))
