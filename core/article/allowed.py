"""
The cohorts that the article allows, of a selection and comparison: what they have in common, and how far they differ.

An allowed cohort hands the told fates to patients (an assignment) and dates
what happened (core/article/open_outcomes.py). Shares count all of them alike:
they are shares of what is allowed, not probabilities.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np

from core.article.open_outcomes import PLACES, Part, parts
from core.survival import many_cohorts as many

AT = (12.0, 24.0)
"""Months at which survival is compared."""


@dataclass(frozen=True)
class Spread:
    """The values that a result takes among the allowed cohorts, ascending, and the share of them that has each."""

    values: np.ndarray
    shares: np.ndarray

    @property
    def lowest(self) -> float:
        return float(self.values[0])

    @property
    def highest(self) -> float:
        return float(self.values[-1])

    def share(self, holds: Callable[[np.ndarray], np.ndarray]) -> float:
        """The share of cohorts whose value `holds`."""
        return float(self.shares[holds(self.values)].sum())


@dataclass(frozen=True)
class Ways:
    """Ways to date an endpoint in some places, a row each: `weights` are how many full ways a row stands for."""

    months: np.ndarray
    events: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class AllowedGroup:
    """One group of the selection in all allowed cohorts, by its number: patients, responders, median and survival."""

    number: int
    patients: Spread
    responders: Spread
    median: Spread
    at: tuple[Spread, ...]


@dataclass(frozen=True)
class AllowedComparison:
    """The groups compared in all allowed cohorts: exact log-rank p, and of two the hazard ratio of second to first."""

    p: Spread
    ratio: Spread | None


@dataclass(frozen=True)
class Allowed:
    """What the allowed cohorts say of an endpoint: `assignments` and the `ways` to date it that each may have."""

    endpoint: str
    assignments: int
    ways: int
    groups: tuple[AllowedGroup, ...]
    comparison: AllowedComparison | None


def allowed(endpoint: str, group_of: np.ndarray, places: np.ndarray, compared: tuple[int, ...]) -> Allowed:
    """
    An endpoint ("PFS" or "OS") in every allowed cohort.

    `group_of` has a row an assignment and a column a patient: the number of the
    patient's group, `many_cohorts.ABSENT` where not selected. `places` has the
    patient, by column of `group_of`, in each of PLACES. `compared` are the
    groups that a test compares, the first the reference of a hazard ratio.
    """
    in_places = np.take_along_axis(group_of, places, 1)
    labels, counts = np.unique(in_places, axis=0, return_counts=True)
    shares = counts / counts.sum()
    numbers = [number for number in np.unique(labels).tolist() if number != many.ABSENT]
    groups = tuple(_group(endpoint, number, labels, shares) for number in numbers)
    total = int(np.prod([part.weights.sum() for part in parts(endpoint)]).round())
    tested = len(set(compared) & set(numbers)) == len(compared) > 1
    comparison = _comparison(endpoint, labels, shares, compared) if tested else None
    return Allowed(endpoint, len(group_of), total, groups, comparison)


def compare_allowed(
    endpoint: str, group_of: np.ndarray, places: np.ndarray, compared: tuple[int, ...]
) -> AllowedComparison:
    """Test and hazard ratio alone, of groups that each have patients in every assignment; otherwise as `allowed`."""
    labels, counts = np.unique(np.take_along_axis(group_of, places, 1), axis=0, return_counts=True)
    return _comparison(endpoint, labels, counts / counts.sum(), compared)


def _group(endpoint: str, number: int, labels: np.ndarray, shares: np.ndarray) -> AllowedGroup:
    inside, of = np.unique(labels == number, axis=0, return_inverse=True)
    weight = np.bincount(of.ravel(), shares)
    responds = np.array([fate != "SD" for fate, _ in PLACES])
    each = [_of_places(endpoint, tuple(np.flatnonzero(row).tolist())) for row in inside]
    median, *at = (_together([spreads[n] for spreads in each], weight) for n in range(1 + len(AT)))
    patients = spread(inside.sum(1).astype(float), weight)
    return AllowedGroup(number, patients, spread((inside & responds).sum(1).astype(float), weight), median, tuple(at))


@lru_cache(4_000)
def _of_places(endpoint: str, places: tuple[int, ...]) -> tuple[Spread, ...]:
    """The median, and survival at each month of AT, of the patients in these places."""
    if not places:
        return (spread(np.array([np.nan]), np.ones(1)),) * (1 + len(AT))
    all_ways = ways_in(endpoint, places)
    months, events, weights = all_ways.months, all_ways.events, all_ways.weights
    median = spread(many.medians(months, events), weights)
    return median, *(spread(many.survival_at(months, events, month), weights) for month in AT)


def _comparison(endpoint: str, labels: np.ndarray, shares: np.ndarray, compared: tuple[int, ...]) -> AllowedComparison:
    """Test and ratio, from the cohorts that differ in the order of events."""
    p, ratio, weights = [], [], []
    for one in tested(endpoint, labels, compared):
        of_cell = np.zeros(len(one.p))
        ways = one.orders.weights / one.orders.weights.sum()
        np.add.at(of_cell, one.cell, shares[one.rows][:, None] * ways)
        weights.append(of_cell)
        p.append(one.p)
        ratio += [] if one.ratio is None else [one.ratio]
    share = np.concatenate(weights)
    ratios = spread(np.concatenate(ratio), share) if ratio else None
    return AllowedComparison(spread(np.concatenate(p), share), ratios)


@dataclass(frozen=True)
class Tested:
    """
    The cohorts in which the same `places` are compared: `rows` of the labels,
    the `orders` to date them, and of each row and order the `cell` among the
    distinct ones, of which `p` and the hazard `ratio` (of two groups) are.
    """

    places: tuple[int, ...]
    rows: np.ndarray
    orders: Ways
    cell: np.ndarray
    p: np.ndarray
    ratio: np.ndarray | None


def tested(endpoint: str, labels: np.ndarray, compared: tuple[int, ...]) -> tuple[Tested, ...]:
    """Test and ratio of the `compared` groups in every cohort, by the places that they have; kept for who asks next."""
    numbers = np.full(labels.shape, many.ABSENT, np.int8)
    for place, number in enumerate(compared):
        numbers[labels == number] = place
    return _tested(endpoint, numbers.tobytes(), labels.shape[1], len(compared))


@lru_cache(64)
def _tested(endpoint: str, numbers: bytes, width: int, groups: int) -> tuple[Tested, ...]:
    labels = np.frombuffer(numbers, np.int8).reshape(-1, width).astype(int)
    present, of = np.unique(labels != many.ABSENT, axis=0, return_inverse=True)
    parts = []
    for number, mask in enumerate(present):
        mine, where = of.ravel() == number, tuple(np.flatnonzero(mask).tolist())
        if where:
            orders = ordered_ways(endpoint, where)
            parts.append((where, mine, orders, many.grouped(orders.months, orders.events, labels[mine][:, mask])))
    found = []
    for size in {len(where) for where, *_ in parts}:
        alike = [part for part in parts if len(part[0]) == size]
        whole, at = many.together([part[3] for part in alike])
        p = many.permutation_p(whole)
        ratio = np.exp(many.log_hazard_ratio(whole)) if groups == 2 and whole.groups == 2 else None
        ratio = np.full(len(p), np.nan) if groups == 2 and ratio is None else ratio
        for (where, mine, orders, grouped), cells in zip(alike, at, strict=True):
            of_cells = None if ratio is None else ratio[cells]
            found.append(Tested(where, mine, orders, grouped.cell, p[cells], of_cells))
    return tuple(found)


def spread(values: np.ndarray, weights: np.ndarray) -> Spread:
    """The distinct values with their shares; values that differ by less than a rounding are one, NaN the last."""
    distinct, place = np.unique(np.round(values, 10), return_inverse=True)
    shares = np.bincount(place.ravel(), weights)
    return Spread(distinct, shares / shares.sum())


def _together(spreads: list[Spread], weights: np.ndarray) -> Spread:
    values = np.concatenate([one.values for one in spreads])
    return spread(values, np.concatenate([w * one.shares for w, one in zip(weights, spreads, strict=True)]))


@lru_cache(4_000)
def ways_in(endpoint: str, places: tuple[int, ...]) -> Ways:
    """Every way to date an endpoint in some places, a column each in their order."""
    return _in_order(places, reduce(_combined, [_within(part, places) for part in parts(endpoint)]))


@lru_cache(400)
def ordered_ways(endpoint: str, places: tuple[int, ...]) -> Ways:
    """The ways to date an endpoint in some places that differ in the order of what happened: one of each order."""
    several = [_within(part, places) for part in parts(endpoint)]
    combined, ways = several[0][0], several[0][1]
    for number, (of, one) in enumerate(several[1:], 1):
        combined, ways = _combined((combined, ways), (of, one))
        later = np.unique(np.concatenate([other.months.ravel() for _, other in several[number + 1 :]] or [np.zeros(0)]))
        ways = _one_of_each_order(ways, later)
    return _in_order(places, (combined, ways))


def _within(part: Part, places: tuple[int, ...]) -> tuple[tuple[int, ...], Ways]:
    """A part's ways in those of its places that are asked for, each once."""
    kept = [column for column, place in enumerate(part.places) if place in places]
    both = np.concatenate([part.months[:, kept], part.events[:, kept]], axis=1)
    rows, of = np.unique(both, axis=0, return_inverse=True)
    weights = np.bincount(of.ravel(), part.weights)
    held = tuple(part.places[column] for column in kept)
    return held, Ways(rows[:, : len(kept)], rows[:, len(kept) :] > 0, weights)


def _combined(
    first: tuple[tuple[int, ...], Ways], second: tuple[tuple[int, ...], Ways]
) -> tuple[tuple[int, ...], Ways]:
    (of_first, a), (of_second, b) = first, second
    n, m = len(a.weights), len(b.weights)
    months = np.concatenate([np.repeat(a.months, m, axis=0), np.tile(b.months, (n, 1))], axis=1)
    events = np.concatenate([np.repeat(a.events, m, axis=0), np.tile(b.events, (n, 1))], axis=1)
    return (*of_first, *of_second), Ways(months, events, np.repeat(a.weights, m) * np.tile(b.weights, n))


def _one_of_each_order(ways: Ways, later: np.ndarray) -> Ways:
    """One way for each order of months, among each other and among those that come `later`."""
    if not ways.months.shape[1]:
        return Ways(ways.months[:1], ways.events[:1], ways.weights.sum(keepdims=True))
    among = np.searchsorted(later, ways.months) + np.searchsorted(later, ways.months, side="right")
    ranks = (ways.months[:, :, None] > ways.months[:, None, :]).sum(2)
    key = np.concatenate([among, ranks, ways.events], axis=1).astype(np.int16)
    whole = np.ascontiguousarray(key).view(np.dtype((np.void, key.dtype.itemsize * key.shape[1]))).ravel()
    _, first, of = np.unique(whole, return_index=True, return_inverse=True)
    return Ways(ways.months[first], ways.events[first], np.bincount(of.ravel(), ways.weights))


def _in_order(places: tuple[int, ...], combined: tuple[tuple[int, ...], Ways]) -> Ways:
    of, ways = combined
    order = [of.index(place) for place in places]
    return Ways(ways.months[:, order], ways.events[:, order], ways.weights)
