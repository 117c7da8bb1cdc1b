"""
Events and censorings per time -> numbers at risk. Every survival estimate stands on this.

A life table is what the database answers with (counts, not patients), so the
same code serves 11 patients and 10 million.
"""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Counts: TypeAlias = np.ndarray | pd.Series


@dataclass(frozen=True)
class LifeTable:
    """
    One group's follow-up, one entry per distinct time, times ascending.

    All arrays have shape (times,). `months` is time from infusion (or from
    the landmark); `events`, `censored` and `competing` count the patients
    whose follow-up ends there and how; `at_risk` counts those still followed
    just before that time (time >= months).
    """

    months: np.ndarray
    events: np.ndarray
    censored: np.ndarray
    competing: np.ndarray
    at_risk: np.ndarray

    @property
    def patients(self) -> int:
        return int(self.at_risk[0]) if len(self.at_risk) else 0

    @property
    def total_events(self) -> int:
        return int(self.events.sum())

    @property
    def last_follow_up(self) -> float:
        """Months at which the last patient leaves; 0 without patients."""
        return float(self.months[-1]) if len(self.months) else 0.0

    def at_risk_at(self, months: np.ndarray) -> np.ndarray:
        """Patients with time >= each of `months` (any shape)."""
        position = np.searchsorted(self.months, np.asarray(months, float), side="left")
        return np.append(self.at_risk, 0)[position]

    def up_to(self, counts: np.ndarray, months: np.ndarray) -> np.ndarray:
        """How many of `counts` (events, censored or competing) fall at or before each of `months`."""
        position = np.searchsorted(self.months, np.asarray(months, float), side="right")
        return np.concatenate([[0], np.cumsum(counts)])[position]

    def reversed(self) -> "LifeTable":
        """
        Censoring as the event, for the reverse Kaplan-Meier estimate of
        follow-up. At tied times the simple exchange of the two (R's
        `Surv(time, 1 - event)`); a competing event ends follow-up as an event does.
        """
        ended = self.events + self.competing
        return replace(self, events=self.censored, censored=ended, competing=np.zeros_like(ended))


def life_table(
    months: Counts,
    events: Counts,
    censored: Counts,
    competing: Counts | None = None,
) -> LifeTable:
    """
    Build a life table from counts, in any order and with times repeated.

    Parameters: arrays of the same length, one row a time (or a patient):
    `months` >= 0, and how many had the event, were censored or had a
    competing event there.

    Raises ValueError where a time is negative, missing or infinite, or a count
    is not a whole number of 0 or more.

    >>> table = life_table(np.array([2.0, 5, 5, 9]), np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1]))
    >>> table.months.tolist(), table.at_risk.tolist(), table.events.tolist()
    ([2.0, 5.0, 9.0], [4, 3, 1], [1, 1, 0])
    """
    none = np.zeros(np.shape(months))
    return _tables(np.zeros(len(none), int), 1, months, events, censored, none if competing is None else competing)[0]


def life_tables(counts: pd.DataFrame, by: str | list[str]) -> dict[Any, LifeTable]:
    """
    A life table of every group in `counts`, in order, keyed by its value of the column `by` or its values of several.

    `counts` has the columns `months`, `events`, `censored` and `competing` and
    any number of rows a group and time. Raises ValueError as `life_table`.
    """
    groups = counts.groupby(by, sort=True, observed=True)
    keys = groups.size().index
    ends = (counts[column] for column in ("months", "events", "censored", "competing"))
    return dict(zip(keys, _tables(groups.ngroup().to_numpy(), len(keys), *ends), strict=True))


def _tables(group: np.ndarray, groups: int, months: Counts, *ends: Counts) -> list[LifeTable]:
    """A life table of each of the `groups`, numbered from 0, all of them in one pass."""
    time = np.asarray(months, float)
    if not ((time >= 0) & np.isfinite(time)).all():
        raise ValueError("Follow-up must be a number of months, 0 or more, in every row.")
    counts = [np.asarray(count, float) for count in ends]
    if not all(((count >= 0) & np.isfinite(count) & (count == np.floor(count))).all() for count in counts):
        raise ValueError("Events and censorings are counted in whole patients.")
    distinct, position = np.unique(time, return_inverse=True)
    cells, row = np.unique(group * len(distinct) + position, return_inverse=True)
    ended, left, other = (np.bincount(row, count, len(cells)).astype(np.int64) for count in counts)
    leaving, month = ended + left + other, distinct[cells % max(len(distinct), 1)]
    bounds = np.searchsorted(cells, np.arange(groups + 1) * len(distinct))
    return [
        LifeTable(month[rows], ended[rows], left[rows], other[rows], leaving[rows][::-1].cumsum()[::-1])
        for rows in map(slice, bounds[:-1], bounds[1:])
    ]


def at_event_times(tables: "list[LifeTable] | tuple[LifeTable, ...]") -> tuple[np.ndarray, np.ndarray]:
    """Patients at risk, and events, in each of `tables` at every time that any has an event: shape (tables, times)."""
    own = [table.months[table.events > 0] for table in tables]
    times = np.unique(np.concatenate(own))
    events = np.zeros((len(tables), len(times)))
    for of_group, months, table in zip(events, own, tables, strict=True):
        of_group[np.searchsorted(times, months)] = table.events[table.events > 0]
    return np.array([table.at_risk_at(times) for table in tables], float), events


def pooled(tables: "list[LifeTable] | tuple[LifeTable, ...]") -> LifeTable:
    """All groups as one."""
    return life_table(
        np.concatenate([t.months for t in tables]),
        np.concatenate([t.events for t in tables]),
        np.concatenate([t.censored for t in tables]),
        np.concatenate([t.competing for t in tables]),
    )
