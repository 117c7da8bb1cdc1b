"""The log-rank test over groups, and its test for trend."""

from dataclasses import dataclass

import numpy as np

from core.statistics.distributions import chi_squared_p
from core.survival.life_table import LifeTable, at_event_times


@dataclass(frozen=True)
class LogRank:
    """
    A log-rank test over groups: `observed` and `expected` events per group, the
    asymptotic `statistic` (chi-squared) with `degrees` of freedom, and the
    p-value to show with the name of how it was found.
    """

    observed: np.ndarray
    expected: np.ndarray
    statistic: float
    degrees: int
    asymptotic_p: float
    p: float
    method: str
    permutations: int = 0


def log_rank(tables: list[LifeTable]) -> LogRank:
    """
    Test that survival is the same in all groups (Mantel 1966; Peto and Peto 1972).

    `tables` holds one life table a group. The statistic is (O-E)' V^- (O-E)
    with the hypergeometric variance, chi-squared on (groups with any expected
    event - 1) degrees of freedom; p is asymptotic here, see
    `core.survival.log_rank_permutation.permutation_log_rank` for the exact one. Without a
    degree of freedom there is nothing to test: one group alone was left at the
    first event, or all who were left had it at once.

    Raises ValueError with fewer than two groups or without an event.
    """
    test, _ = _log_rank(tables)
    return test


def log_rank_trend(tables: list[LifeTable]) -> tuple[float, float]:
    """
    Whether the hazard rises or falls from group to group, in the order of
    `tables` and by equal steps (Tarone 1975): chi-squared on one degree of
    freedom, and its p-value. For two groups it is the log-rank test.

    Raises ValueError as `log_rank`.
    """
    test, variance = _log_rank(tables)
    score = np.arange(len(tables), dtype=float)
    spread = float(score @ variance @ score)
    if test.degrees == 0 or spread <= 0:
        return 0.0, 1.0
    statistic = float(score @ (test.observed - test.expected)) ** 2 / spread
    return statistic, chi_squared_p(statistic, 1)


def _log_rank(tables: list[LifeTable]) -> tuple[LogRank, np.ndarray]:
    """The test, and the variance of observed minus expected events."""
    if len(tables) < 2:
        raise ValueError("The log-rank test compares at least two groups.")
    if not sum(table.total_events for table in tables):
        raise ValueError("The log-rank test needs at least one event.")
    at_risk, events = at_event_times(tables)
    total, died = at_risk.sum(0), events.sum(0)
    share = at_risk / total
    expected = (share * died).sum(1)
    factor = died * np.divide(total - died, total - 1, out=np.zeros_like(total), where=total > 1)
    variance = np.diag((factor * share).sum(1)) - (factor * share) @ share.T
    observed = events.sum(1)
    kept = expected > 0
    degrees = int(kept.sum()) - 1 if factor.any() else 0  # if all who are left have the event at once, nothing is said
    statistic = 0.0
    if degrees:
        difference, inner = (observed - expected)[kept][:-1], variance[np.ix_(kept, kept)][:-1, :-1]
        statistic = float(difference @ np.linalg.solve(inner, difference))
    p = chi_squared_p(statistic, degrees) if degrees else 1.0
    return LogRank(observed, expected, statistic, degrees, p, p, "asymptotic"), variance
