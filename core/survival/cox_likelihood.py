"""Cox's likelihood with Efron's ties, on counts: value, score and information, and with Firth's penalty."""

from functools import cache

import numpy as np
import pandas as pd

from core.survival.life_table import LifeTable, at_event_times, life_tables

_NODES = 8
"""
Entries that stand for any number of tied events where they are a quarter of each group at most: what is summed is then
so smooth that the sum is exact to the last digits.
"""


class Likelihood:
    """
    Efron's partial likelihood of coefficients that make up the groups' log hazard ratios, the first the reference.

    `design` has a row a group but the first and a column a coefficient; without it each other group has its own.
    """

    def __init__(self, tables: list[LifeTable], design: np.ndarray | None = None) -> None:
        others = np.eye(len(tables) - 1) if design is None else design
        self.design = np.vstack([np.zeros(others.shape[1]), others])
        at_risk, events = (np.ascontiguousarray(counts.T) for counts in at_event_times(tables))
        died = events.sum(1).astype(int)
        self.at_risk, self.events, self.observed = at_risk, events, events.sum(0)
        # The l-th of d tied events counts those tied as (1 - l/d) at risk: an entry each, or some that stand for all.
        most = np.where((events <= at_risk / 4).all(1), _NODES, died)
        each = [_tied(*one) for one in zip(died.tolist(), most.tolist(), strict=True)]
        self.entries = np.array([len(gone) for gone, _ in each])
        self.first = np.cumsum(self.entries) - self.entries
        self.gone, self.weight = (np.concatenate(part) for part in zip(*each, strict=True))

    def __call__(self, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """
        Log likelihood, score and information at `beta`.

        The events tied at a time differ only in how many of them are gone, so
        their sums are taken over one number an entry, and the groups meet
        only once a time.
        """
        full = self.design @ beta
        risk, tied = self.at_risk * np.exp(full), self.events * np.exp(full)
        total = np.repeat(risk.sum(1), self.entries) - self.gone * np.repeat(tied.sum(1), self.entries)
        once = 1 / total
        gone = once * self.gone
        each, each_gone, both, both_gone, both_twice_gone = (
            np.add.reduceat(self.weight * part, self.first)
            for part in (once, gone, once * once, once * gone, gone * gone)
        )
        value = float(self.observed @ full - self.weight @ np.log(total))
        expected = risk.T @ each - tied.T @ each_gone
        risk, tied = risk @ self.design, tied @ self.design
        crossed = risk.T @ (both_gone[:, None] * tied)
        shared = risk.T @ (both[:, None] * risk) - crossed - crossed.T + tied.T @ (both_twice_gone[:, None] * tied)
        score = self.design.T @ (self.observed - expected)
        return value, score, self.design.T @ (expected[:, None] * self.design) - shared

    def penalised(self, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Log likelihood and score with Firth's penalty, half the log determinant of the information, and that."""
        value, score, information = self(beta)
        sign, log_determinant = np.linalg.slogdet(information)
        if sign <= 0:
            return -np.inf, score, information
        share, inverse = self._shares(beta), np.linalg.inv(information)
        # Third moments of the risk shares are the derivatives of the information.
        mean, inside = share @ self.design, self.design @ inverse
        own, crossed = (inside * self.design).sum(1), mean @ inside.T
        squared = share * (own - 2 * crossed + (mean @ inverse * mean).sum(1)[:, None])
        slope = squared @ self.design - squared.sum(1)[:, None] * mean
        return value + log_determinant / 2, score + self.weight @ slope / 2, information

    def _shares(self, beta: np.ndarray) -> np.ndarray:
        """Each entry's risk shares of the groups."""
        at_risk, events = (np.repeat(counts, self.entries, axis=0) for counts in (self.at_risk, self.events))
        risk = (at_risk - events * self.gone[:, None]) * np.exp(self.design @ beta)
        return risk / risk.sum(1)[:, None]

    def by_time(self, beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each time with events adds to the score, and to the information: shapes (times, n) and (times, n, n)."""
        share = self._shares(beta)
        mean = share @ self.design
        spread = np.einsum("eg,gi,gj->eij", share, self.design, self.design) - mean[:, :, None] * mean[:, None, :]
        expected = np.add.reduceat(self.weight[:, None] * mean, self.first)
        return self.events @ self.design - expected, np.add.reduceat(self.weight[:, None, None] * spread, self.first)


def of_patients(values: np.ndarray, months: np.ndarray, event: np.ndarray) -> Likelihood:
    """The likelihood of patients, a row of `values` each (a column a coefficient), with how their follow-up ended."""
    patterns, pattern = np.unique(values, axis=0, return_inverse=True)
    ended = np.asarray(event, int)
    rows = {"pattern": pattern.ravel(), "months": months, "events": ended, "censored": 1 - ended, "competing": 0}
    tables = life_tables(pd.DataFrame(rows), "pattern")
    return Likelihood(list(tables.values()), patterns[1:] - patterns[0])


@cache
def _tied(died: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """
    What share of `died` tied events is gone as each comes, 0, 1/d .. (d-1)/d, and the weight of each entry.

    Beyond `most` of them, the `most` nodes of the Gaussian quadrature of that
    sum stand for all (discrete Chebyshev polynomials: Gautschi 2004,
    "Orthogonal Polynomials", table 1.2).
    """
    if died <= most:
        return np.arange(died) / died, np.ones(died)
    order = np.arange(1, most)
    off = order / 2 * np.sqrt((died**2 - order**2) / (4 * order**2 - 1))
    nodes, vectors = np.linalg.eigh(np.diag(np.full(most, (died - 1) / 2)) + np.diag(off, 1) + np.diag(off, -1))
    return nodes / died, died * vectors[0] ** 2
