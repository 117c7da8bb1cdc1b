"""
Events and censorings per time -> numbers at risk. Every survival estimate stands on this.

A life table is what the database answers with (counts, not patients), so the
same code serves 11 patients and 10 million.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd


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
    months: "np.ndarray | pd.Series",
    events: "np.ndarray | pd.Series",
    censored: "np.ndarray | pd.Series",
    competing: "np.ndarray | pd.Series | None" = None,
) -> LifeTable:
    """
    Build a life table from counts, in any order and with times repeated.

    Parameters: arrays of the same length, one row a time (or a patient):
    `months` >= 0, and how many had the event, were censored or had a
    competing event there.

    Raises ValueError where a time is negative, missing or infinite, or a count
    is not a whole number of 0 or more.
    """
    time = np.asarray(months, float)
    if time.size and not ((time >= 0) & np.isfinite(time)).all():
        raise ValueError("Follow-up must be a number of months, 0 or more, in every row.")
    distinct, position = np.unique(time, return_inverse=True)
    parts = [events, censored, np.zeros(len(time)) if competing is None else competing]
    if any(((counts := np.asarray(part, float)) < 0).any() or (counts % 1 != 0).any() for part in parts):
        raise ValueError("Events and censorings are counted in whole patients.")
    ended, left, other = (
        np.bincount(position, weights=np.asarray(part, float), minlength=len(distinct)).astype(np.int64)
        for part in parts
    )
    leaving = ended + left + other
    at_risk = leaving[::-1].cumsum()[::-1]
    return LifeTable(distinct, ended, left, other, at_risk)


def pooled(tables: "list[LifeTable] | tuple[LifeTable, ...]") -> LifeTable:
    """All groups as one."""
    return life_table(
        np.concatenate([t.months for t in tables]),
        np.concatenate([t.events for t in tables]),
        np.concatenate([t.censored for t in tables]),
        np.concatenate([t.competing for t in tables]),
    )
