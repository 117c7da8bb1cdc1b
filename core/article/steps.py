"""Single cohorts of those that the article allows, spread evenly over them: what the player steps through."""

from dataclasses import dataclass

import numpy as np

from core.article.allowed import ordered_ways
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
    present, of = np.unique(labels != many.ABSENT, axis=0, return_inverse=True)
    found: list[tuple[np.ndarray, np.ndarray, list[Step]]] = []
    for number, mask in enumerate(present):
        mine = of.ravel() == number
        found.append(_of_mask(endpoint, labels[mine][:, mask], counts[mine], mask, compared, most))
    order = np.argsort(np.concatenate([keys for keys, _, _ in found]), kind="stable")
    reached = np.cumsum(np.concatenate([weights for _, weights, _ in found])[order])
    every = [step for _, _, of_mask in found for step in of_mask]
    wanted = (np.arange(most) + 0.5) / most * reached[-1]
    return tuple(every[order[place]] for place in np.searchsorted(reached, wanted))


def _of_mask(
    endpoint: str, labels: np.ndarray, counts: np.ndarray, mask: np.ndarray, compared: tuple[int, ...], most: int
) -> tuple[np.ndarray, np.ndarray, list[Step]]:
    """So many of the cohorts with these places selected, evenly spread: what orders them, their weights, and they."""
    orders = ordered_ways(endpoint, tuple(np.flatnonzero(mask).tolist()))
    tested = np.zeros_like(labels)
    for place, number in enumerate(compared):
        tested[labels == number] = place
    grouped = many.grouped(orders.months, orders.events, tested)
    p = many.permutation_p(grouped)[grouped.cell] if len(compared) > 1 else None
    ratio = np.exp(many.log_hazard_ratio(grouped))[grouped.cell] if len(compared) == 2 else None
    if ratio is not None:
        key = -ratio
    elif p is not None:
        key = p
    else:
        key = np.tile(many.medians(orders.months, orders.events), (len(labels), 1))
    weight = counts[:, None] * orders.weights
    order = np.argsort(key.ravel(), kind="stable")
    reached = np.cumsum(weight.ravel()[order])
    picked = order[np.searchsorted(reached, (np.arange(most) + 0.5) / most * reached[-1])]
    rows, ways = np.unravel_index(picked, key.shape)
    made = [
        Step(
            orders.months[way],
            orders.events[way],
            labels[row],
            None if p is None else float(p[row, way]),
            None if ratio is None else float(ratio[row, way]),
        )
        for row, way in zip(rows, ways, strict=True)
    ]
    return key[rows, ways], np.full(most, weight.sum() / most), made
