"""
Interaction: does the difference between two groups differ from subgroup to subgroup?

For proportions the odds ratios of the subgroups are compared, exactly where
the tables can be counted; for survival the hazard ratios.
"""

from dataclasses import dataclass

import numpy as np

from core.statistics.distributions import chi_squared_p
from core.statistics.proportions import TIE, Proportion, hypergeometric
from core.survival.cox import cox
from core.survival.hazard_ratios import FEW_EVENTS, MOST_MODELLED
from core.survival.life_table import LifeTable

MOST_TABLES = 200_000


@dataclass(frozen=True)
class Interaction:
    """The p-value of a test of no interaction and its method, or the reason why there is none."""

    p: float | None
    method: str = ""
    reason: str = ""


def odds_ratio_interaction(subgroups: list[tuple[Proportion, Proportion]]) -> Interaction:
    """
    Whether the odds ratio between two groups is the same in every subgroup.

    `subgroups` holds the two groups' proportions in each. Zelen's exact test
    (1971): given every margin and how many of the first group had the outcome
    over all subgroups, the probability of allocations no more likely than this
    one, up to 200,000 allocations; beyond that the likelihood ratio test of
    the interaction in a logistic model, chi-squared. Subgroups where only one
    outcome or only one group occurs say nothing and are left out; where the
    totals leave only one allocation there is no test.
    """
    informative = [(a, b) for a, b in subgroups if a.total and b.total and 0 < a.count + b.count < a.total + b.total]
    if len(informative) < 2:
        return Interaction(None, reason="fewer than two subgroups hold both groups and both outcomes")
    # The longest range comes last, where it costs nothing: it takes what the others leave.
    informative.sort(key=lambda pair: min(pair[0].total, pair[1].total, *_drawn(*pair)))
    ranges = [hypergeometric(a.total, b.total, a.count + b.count) for a, b in informative]
    observed = [a.count for a, _ in informative]
    if sum(observed) in (sum(int(v[0]) for v, _ in ranges), sum(int(v[-1]) for v, _ in ranges)):
        return Interaction(None, reason="the totals leave only one way to share out the outcome")
    if np.prod([float(len(values)) for values, _ in ranges[:-1]]) <= MOST_TABLES:
        return Interaction(_zelen(ranges, observed), "exact")
    return Interaction(_logistic(informative), "likelihood ratio")


def _drawn(first: Proportion, second: Proportion) -> tuple[int, int]:
    """How many of both groups have the outcome, and how many do not."""
    drawn = first.count + second.count
    return drawn, first.total + second.total - drawn


def _zelen(ranges: list[tuple[np.ndarray, np.ndarray]], observed: list[int]) -> float:
    """Every allocation of the total is a path through the subgroups; the last one takes what is left."""
    sums, logs = np.zeros(1, int), np.zeros(1)
    for values, chances in ranges[:-1]:
        sums = (sums[:, None] + values).ravel()
        logs = (logs[:, None] + chances).ravel()
    values, chances = ranges[-1]
    place = sum(observed) - sums - values[0]
    possible = (place >= 0) & (place < len(values))
    logs = logs[possible] + chances[place[possible]]
    log_chance = sum(chance[count - span[0]] for (span, chance), count in zip(ranges, observed, strict=True))
    weights = np.exp(logs - logs.max())
    return float(min(1.0, weights[logs <= log_chance + TIE].sum() / weights.sum()))


def _logistic(subgroups: list[tuple[Proportion, Proportion]]) -> float:
    """Twice the log likelihood that subgroups' own odds ratios add to a common one."""
    from scipy.optimize import brentq  # not before they are needed: they slow the start
    from scipy.special import expit

    counts = np.array([[a.count, a.total, b.count, b.total] for a, b in subgroups], float)
    first, n_first, second, n_second = counts.T

    def expected(log_ratio: float) -> np.ndarray:
        """Of the first group in each subgroup, who have the outcome under a common odds ratio."""

        def short_of(base: float, i: int) -> float:
            return n_first[i] * expit(base + log_ratio) + n_second[i] * expit(base) - first[i] - second[i]

        bases = [brentq(short_of, -60, 60, args=(i,), xtol=1e-12) for i in range(len(first))]
        return n_first * expit(np.array(bases) + log_ratio)

    common = brentq(lambda ratio: float((first - expected(ratio)).sum()), -30, 30, xtol=1e-10)
    fitted = expected(common)
    cells = (
        (first, fitted),
        (n_first - first, n_first - fitted),
        (second, first + second - fitted),
        (n_second - second, n_second - first - second + fitted),
    )
    deviance = 2 * sum(_times_log(seen, seen / np.maximum(fit, 1e-300)).sum() for seen, fit in cells)
    return chi_squared_p(max(0.0, deviance), len(subgroups) - 1)


def _times_log(count: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    return np.where(count > 0, count * np.log(np.where(count > 0, ratio, 1.0)), 0.0)


def hazard_ratio_interaction(subgroups: list[tuple[LifeTable, LifeTable]]) -> Interaction:
    """
    Whether the hazard ratio between two groups is the same in every subgroup:
    the likelihood ratio test of the interaction in Cox's model with Efron's
    ties (R: `anova` of `coxph` with and without `group:subgroup`).

    Not estimable with fewer than ten events, or where a group of a subgroup
    has no event or events separate the groups. Subgroups that hold only one of the groups are left out.
    """
    both = [(a, b) for a, b in subgroups if a.patients and b.patients]
    if len(both) < 2:
        return Interaction(None, reason="fewer than two subgroups hold both groups")
    if len(both) > MOST_MODELLED:
        return Interaction(None, reason=f"more than {MOST_MODELLED} subgroups are described, not modelled")
    tables = [table for pair in both for table in pair]
    if sum(table.total_events for table in tables) < FEW_EVENTS:
        return Interaction(None, reason=f"fewer than {FEW_EVENTS} events")
    # Rows are the groups of each subgroup, the first the reference; columns subgroups, then the second group.
    subgroup = np.repeat(np.eye(len(both)), 2, axis=0)[1:, 1:]
    second = np.tile([0.0, 1.0], len(both))[1:, None]
    try:
        apart, common = cox(tables), cox(tables, np.hstack([subgroup, second]))
    except ValueError:
        without = any(not table.total_events for table in tables)
        reason = "a group of a subgroup had no event" if without else "events separate the groups of a subgroup"
        return Interaction(None, reason=reason)
    statistic = max(0.0, 2 * (apart.log_likelihood - common.log_likelihood))
    return Interaction(chi_squared_p(statistic, len(both) - 1), "likelihood ratio")
