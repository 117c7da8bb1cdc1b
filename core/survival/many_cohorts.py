"""
Statistics of many small cohorts at once, which differ in who is in which group and in when what happened.

Each function takes the months and ends of `cohorts` of the same patients, a row
a cohort and a column a patient, and the groups that patients may be in, a row a
way to group them. What is the same up to the order of times is worked out once.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.survival.life_table import LifeTable
from core.survival.log_rank_permutation import chi_squared_of_groupings, every_grouping

ABSENT = -1
"""In place of a group, of a patient who is in none."""

_TIED = 1e-9
_HALF = 0.5 + 1.5e-8
"""Half of the patients, with R's tolerance."""
_STEPS = 48
_STEEPEST = 20.0
"""A log hazard ratio beyond which none is looked for."""


def medians(months: np.ndarray, events: np.ndarray) -> np.ndarray:
    """
    The Kaplan-Meier median of each cohort, as R prints it: the middle of a
    plateau at 50% if the curve drops again, otherwise where it begins; infinity
    where it is not reached.

    `months` and `events` (true or false) have shape (cohorts, patients).

    >>> medians(np.array([[1.0, 2, 3, 9], [4, 5, 8, 9]]), np.array([[1, 1, 1, 0], [1, 0, 0, 0]], bool)).tolist()
    [2.5, inf]
    """
    months, events, survival = _curve(months, events)
    reached = survival <= _HALF
    first = reached.argmax(1)
    rows = np.arange(len(months))
    begins = np.where(reached.any(1), months[rows, first], np.inf)
    level = np.where(months <= begins[:, None], survival, 1.0).min(1)  # after all who had it at that time
    later = np.where(events & (months > begins[:, None]), months, np.inf).min(1)
    on_plateau = np.isclose(level, 0.5, rtol=0, atol=1.5e-8) & np.isfinite(later)
    return np.where(on_plateau, (begins + np.where(np.isfinite(later), later, 0)) / 2, begins)


def survival_at(months: np.ndarray, events: np.ndarray, month: float) -> np.ndarray:
    """
    The Kaplan-Meier estimate of each cohort at a month; NaN where follow-up ends before it above 0.

    `months` and `events` have shape (cohorts, patients).
    """
    months, events, survival = _curve(months, events)
    estimate = np.where(months <= month, survival, 1.0).min(1)
    return np.where((months.max(1) >= month) | (survival[:, -1] <= 0), estimate, np.nan)


def curve(months: np.ndarray, events: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    The Kaplan-Meier curve of each cohort: its months in order, and the estimate
    after each patient; of several at one time the last one is that of the time.

    `months` and `events` have shape (cohorts, patients).
    """
    months, _, survival = _curve(months, events)
    return months, survival


def _curve(months: np.ndarray, events: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each cohort in order of time, events before what is censored there, with survival after each patient."""
    order = np.lexsort((~events, months), axis=1)
    months, events = np.take_along_axis(months, order, 1), np.take_along_axis(events, order, 1)
    left = np.arange(months.shape[1], 0, -1)
    # One after the other, tied events take the curve as far down as together.
    return months, events, np.cumprod(np.where(events, 1 - 1 / left, 1.0), axis=1)


@dataclass(frozen=True)
class Grouped:
    """
    Cohorts in each way to group them, as often as they differ: `cell` has the
    place of each (shape groupings, cohorts) among the distinct ones, of which
    `labels` holds the groups in order of time and `order_of` the place in
    `orders` of how events and censorings follow each other.
    """

    cell: np.ndarray
    labels: np.ndarray
    order_of: np.ndarray
    orders: tuple[LifeTable, ...]
    groups: int


def grouped(months: np.ndarray, events: np.ndarray, labels: np.ndarray) -> Grouped:
    """
    Cohorts (shape cohorts, patients) in each way to group their patients
    (`labels`, shape groupings, patients: 0, 1, ...), and nobody ABSENT.
    """
    order = np.lexsort((~events, months), axis=1)
    months, events = np.take_along_axis(months, order, 1), np.take_along_axis(events, order, 1)
    new_time = np.diff(months, axis=1, prepend=-1) > 0
    alike = np.cumsum(new_time | (np.diff(events.astype(int), axis=1, prepend=0) != 0), axis=1)
    patterns, of = np.unique(np.concatenate([new_time, events], axis=1), axis=0, return_inverse=True)
    of = of.ravel()
    groups = int(labels.max()) + 1
    # Who had the same at the same time stands in the order of the groups, so that the same is written once.
    inside = np.sort(alike[None] * groups + labels[:, order], axis=2) % groups
    width = labels.shape[1]
    key = inside @ (groups ** np.arange(width, dtype=np.int64)) + of[None] * np.int64(groups) ** width
    _, first, cell = np.unique(key, return_index=True, return_inverse=True)
    rows = inside.reshape(-1, width)[first].astype(np.int8)
    tables = tuple(_life_table(pattern[:width], pattern[width:]) for pattern in patterns)
    return Grouped(cell.reshape(key.shape), rows, of[first % len(of)], tables, groups)


def _life_table(new_time: np.ndarray, events: np.ndarray) -> LifeTable:
    place = np.cumsum(new_time) - 1
    died, left = (np.bincount(place, of).astype(np.int64) for of in (events, ~events))
    leaving = died + left
    return LifeTable(np.arange(1.0, len(died) + 1), died, left, np.zeros_like(died), leaving[::-1].cumsum()[::-1])


def together(several: list[Grouped]) -> tuple[Grouped, list[np.ndarray]]:
    """
    Cohorts of as many patients each, that were grouped by themselves, so that
    what is the same in several is once: its `labels` and `orders`, and for each
    of `several` the place of its distinct cohorts among them.
    """
    known: dict[tuple[bytes, bytes], int] = {}
    tables: list[LifeTable] = []
    order_of = []
    for one in several:
        numbers = []
        for table in one.orders:
            key = (table.events.tobytes(), table.censored.tobytes())
            if key not in known:
                known[key] = len(tables)
                tables.append(table)
            numbers.append(known[key])
        order_of.append(np.array(numbers)[one.order_of])
    rows = np.column_stack([np.concatenate(order_of), np.concatenate([one.labels for one in several])])
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    sizes = np.cumsum([len(one.labels) for one in several])[:-1]
    groups = max(one.groups for one in several)
    labels = distinct[:, 1:].astype(np.int8)
    whole = Grouped(np.arange(len(distinct))[None], labels, distinct[:, 0], tuple(tables), groups)
    return whole, np.split(place.ravel(), sizes)


def permutation_p(of: Grouped) -> np.ndarray:
    """
    The exact p-value of the log-rank test of each distinct cohort, as
    `core.survival.log_rank_permutation` has it for one; its statistics for all
    groupings are kept, because few orders of events differ.
    """
    p = np.ones(len(of.labels))
    sizes = np.array([np.bincount(row, minlength=of.groups) for row in of.labels])
    alike, kind = np.unique(np.column_stack([of.order_of, np.sort(sizes, 1)]), axis=0, return_inverse=True)
    for number, (order, *ordered) in enumerate(alike.tolist()):
        mine = np.flatnonzero(kind.ravel() == number)
        table, present = of.orders[order], tuple(size for size in ordered if size)
        if len(present) < 2 or not table.total_events:
            p[mine] = np.nan
            continue
        every = _every_statistic(tuple(table.events.tolist()), tuple(table.censored.tolist()), present)
        own = chi_squared_of_groupings(table, of.labels[mine], of.groups)
        p[mine] = (len(every) - np.searchsorted(every, own * (1 - _TIED))) / len(every)
    return p


@lru_cache(4_000)
def _every_statistic(events: tuple[int, ...], censored: tuple[int, ...], sizes: tuple[int, ...]) -> np.ndarray:
    """The log-rank statistics of all groupings into groups of these sizes, in ascending order."""
    died, left = np.array(events), np.array(censored)
    leaving = died + left
    table = LifeTable(np.arange(1.0, len(died) + 1), died, left, np.zeros_like(died), leaving[::-1].cumsum()[::-1])
    return np.sort(chi_squared_of_groupings(table, _every_grouping(sizes), len(sizes)))


@lru_cache(40)
def _every_grouping(sizes: tuple[int, ...]) -> np.ndarray:
    """All groupings into groups of these sizes at once: of small cohorts they are few."""
    return np.concatenate(list(every_grouping(list(sizes))))


def log_hazard_ratio(of: Grouped) -> np.ndarray:
    """
    Firth's penalised log hazard ratio (Heinze and Schemper 2001) of group 1
    against group 0 in each distinct cohort; NaN where nobody of one of them was
    left at the first event.

    Raises ValueError with more than two groups.
    """
    if of.groups != 2:
        raise ValueError("A hazard ratio of many cohorts is of two groups.")
    second = of.labels == 1
    before = np.cumsum(second, axis=1) - second
    everyone = np.arange(of.labels.shape[1])
    risk, other, observed = (np.zeros(of.labels.shape) for _ in range(3))
    for number, table in enumerate(of.orders):
        rows = np.flatnonzero(of.order_of == number)
        starts = np.cumsum(table.events + table.censored) - table.events - table.censored
        for start, died in zip(starts[table.events > 0], table.events[table.events > 0], strict=True):
            tied = second[rows, start : start + died].sum(1)
            at_risk = second[rows].sum(1) - before[rows, start]
            for entry in range(died):
                place = start + entry
                risk[rows, place] = at_risk - tied * entry / died
                other[rows, place] = (len(everyone) - start - at_risk) - (died - tied) * entry / died
                observed[rows, place] = second[rows, place]
    return _penalised_root(risk, other, observed.sum(1))


def _penalised_root(risk: np.ndarray, other: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Where the penalised score is 0: it falls from a positive to a negative value, and the place is halved."""
    told = ((risk > 0) & (other > 0)).any(1)
    low, high = np.full(len(risk), -_STEEPEST), np.full(len(risk), _STEEPEST)
    filled = np.where(risk + other > 0, other, 1.0)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        part = risk * np.exp(middle)[:, None]
        share = part / (part + filled)
        spread = share * (1 - share)
        information = spread.sum(1)
        skew = (spread * (1 - 2 * share)).sum(1)
        penalty = np.divide(skew, information, out=np.zeros_like(skew), where=information > 0) / 2
        rises = observed - share.sum(1) + penalty > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    return np.where(told, (low + high) / 2, np.nan)
