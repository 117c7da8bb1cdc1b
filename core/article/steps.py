"""Single cohorts of those that the article allows, spread evenly over them: what the player steps through."""

from dataclasses import dataclass

import numpy as np

from core.article.allowed import Tested, ordered_ways, tested
from core.survival import many_cohorts as many


@dataclass(frozen=True)
class Step:
    """
    One allowed cohort: `months`, `events` and `groups` of its selected
    patients, and where groups are compared the exact p and of two groups the
    hazard ratio.
    """

    months: np.ndarray
    events: np.ndarray
    groups: np.ndarray
    p: float | None
    ratio: float | None

    @property
    def worse(self) -> bool:
        """Whether the hazard of the second group is higher than the reference's."""
        return self.ratio is not None and self.ratio > 1


def steps(
    endpoint: str, group_of: np.ndarray, places: np.ndarray, compared: tuple[int, ...], most: int
) -> tuple[Step, ...]:
    """
    At most so many of the allowed cohorts (the arguments are those of
    `core.article.allowed.allowed`), in the order of the hazard ratio, highest
    first, of p, or without a comparison of the median: from one to the next lies
    the same share of all of them.
    """
    labels, counts = np.unique(np.take_along_axis(group_of, places, 1), axis=0, return_counts=True)
    if len(compared) > 1:
        found = [_tested_ones(one, labels, counts, most) for one in tested(endpoint, labels, compared)]
    else:
        present, of = np.unique(labels != many.ABSENT, axis=0, return_inverse=True)
        rows = [(mask, of.ravel() == number) for number, mask in enumerate(present)]
        found = [_untested(endpoint, labels[mine][:, mask], counts[mine], mask, most) for mask, mine in rows]
    order = np.argsort(np.concatenate([keys for keys, _, _ in found]), kind="stable")
    reached = np.cumsum(np.concatenate([weights for _, weights, _ in found])[order])
    every = [step for _, _, of_mask in found for step in of_mask]
    wanted = (np.arange(most) + 0.5) / most * reached[-1]
    return tuple(every[order[place]] for place in np.searchsorted(reached, wanted))


Found = tuple[np.ndarray, np.ndarray, list[Step]]
"""Cohorts with what orders them, and their weights."""


def _tested_ones(of: Tested, labels: np.ndarray, counts: np.ndarray, most: int) -> Found:
    """So many of the cohorts with the same places, evenly spread by the hazard ratio, or by p."""
    p, ratio = of.p[of.cell], None if of.ratio is None else of.ratio[of.cell]
    key = p if ratio is None else -ratio
    weight = counts[of.rows][:, None] * of.orders.weights
    rows, ways = _evenly(key, weight, most)
    groups = labels[of.rows][:, list(of.places)]
    made = [
        Step(of.orders.months[way], of.orders.events[way], groups[row], float(p[row, way]),
             None if ratio is None else float(ratio[row, way]))
        for row, way in zip(rows, ways, strict=True)
    ]  # fmt: skip
    return key[rows, ways], np.full(most, weight.sum() / most), made


def _untested(endpoint: str, labels: np.ndarray, counts: np.ndarray, mask: np.ndarray, most: int) -> Found:
    """So many of the cohorts with these places selected, evenly spread by the median."""
    orders = ordered_ways(endpoint, tuple(np.flatnonzero(mask).tolist()))
    key = np.tile(many.medians(orders.months, orders.events), (len(labels), 1))
    weight = counts[:, None] * orders.weights
    rows, ways = _evenly(key, weight, most)
    made = [
        Step(orders.months[way], orders.events[way], labels[row], None, None)
        for row, way in zip(rows, ways, strict=True)
    ]
    return key[rows, ways], np.full(most, weight.sum() / most), made


def _evenly(key: np.ndarray, weight: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows and columns of so many cells of a table, in the order of `key`, with as much weight between any two."""
    order = np.argsort(key.ravel(), kind="stable")
    reached = np.cumsum(weight.ravel()[order])
    picked = order[np.searchsorted(reached, (np.arange(most) + 0.5) / most * reached[-1])]
    rows, columns = np.unravel_index(picked, key.shape)
    return rows, columns
