"""
Immune effector cell-associated haematotoxicity (ICAHT): early and late grades of neutrophils, by streaks of low counts,
and the same of platelets, by all days with low counts together. Two rules that share no streak.
"""

from dataclasses import dataclass

import numpy as np

from core.cytopenia.ctcae import Grade

EARLY_TO, LATE_FROM, LATE_TO = 30, 31, 100
LONGEST_GAP = 7
"""Days without a count between which counts are read off a straight line; of more nothing is known."""
UNSTABLE = 2
"""Days above a threshold between two streaks that are one: recovery takes three days in a row."""
NO_EARLY, NO_LATE = f"no count in days 0–{EARLY_TO}", f"no count in days {LATE_FROM}–{LATE_TO}"


@dataclass(frozen=True)
class Streak:
    """Days in a row, from `first` to `last`, both of them counted."""

    first: int
    last: int

    @property
    def days(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Early:
    """A grade of days 0 to 30, with the longest streak at or below each threshold; None where there is none."""

    grade: Grade
    below_500: Streak | None
    below_100: Streak | None


def daily(days: np.ndarray, counts: np.ndarray, first: int, last: int, to: float = 0) -> np.ndarray:
    """
    A count for each day from `first` to `last`: the lowest of a day, and between
    two with no more than LONGEST_GAP days without a count, and as long before
    the first and after the last, a straight line, rounded `to` so much; NaN for
    any other day.
    """
    whole = np.floor(days).astype(int)
    inside = (whole >= first) & (whole <= last) & ~np.isnan(counts)
    found = np.full(last - first + 1, np.nan)
    for day, count in zip(whole[inside], counts[inside], strict=True):
        found[day - first] = np.fmin(found[day - first], count)
    known = np.flatnonzero(~np.isnan(found))
    if not len(known):
        return found
    read_off = np.interp(np.arange(len(found)), known, found[known])
    read_off = np.round(read_off / to) * to if to else read_off
    filled = np.where(np.isnan(found), read_off, found)
    for start, end in _runs(np.isnan(found)):
        if end - start + 1 > LONGEST_GAP:
            filled[start : end + 1] = np.nan
    return filled


def early_icaht(days: np.ndarray, per_ul: np.ndarray, until: float, died: bool = True) -> Early:
    """
    Early ICAHT of neutrophils in /µL, followed (or alive, or before new therapy)
    until that day; of the days after it nothing is known unless the patient had
    `died`: grade 1 to 3 by the longest streak at 500 or less (up to 6, 13, 30
    days) and at 100 or less (3 from 7 days, 4 from 14);
    grade 4 also where the count was never above 500, or had fallen by day 3 and
    not recovered at the end. A day of which nothing is known makes the grade a
    range. (EHA/EBMT: Rejeski et al., Blood 2023;142:865; how days between
    counts, gaps and early deaths are taken: Liang et al. 2024.)
    """
    counts = _early_days(days, per_ul, until, died, to=10)
    if np.isnan(counts).all():
        return Early(Grade(None, None, NO_EARLY), None, None)
    unknown = np.isnan(counts)
    least = _early_grade(np.where(unknown, np.inf, counts))
    most = _early_grade(np.where(unknown, 0, counts)) if unknown.any() else least
    reason = f"{int(unknown.sum())} days without a count" if least != most else ""
    shown = np.where(unknown, np.inf, counts)
    return Early(Grade(least, most, reason), _longest(shown <= 500), _longest(shown <= 100))


def _early_days(days: np.ndarray, counts: np.ndarray, until: float, died: bool, to: float = 0) -> np.ndarray:
    """The counts of days 0 to 30, or to death; NaN from the day on that ends what is known of whoever lives."""
    found = daily(days, counts, 0, int(min(EARLY_TO, max(until, 0))), to)
    return found if died else np.append(found, np.full(EARLY_TO + 1 - len(found), np.nan))


def _early_grade(counts: np.ndarray) -> int:
    streaks = {limit: _longest(counts <= limit) for limit in (500, 100)}
    long, deep = (0 if streak is None else streak.days for streak in streaks.values())
    lasting = any(start <= 3 and end == len(counts) - 1 for start, end in _joined(counts <= 500))
    if deep >= 14 or long > EARLY_TO or lasting:
        return 4
    if long >= 14 or deep >= 7:
        return 3
    return 2 if long >= 7 else int(long > 0)


def late_icaht(days: np.ndarray, per_ul: np.ndarray, until: float) -> Grade:
    """
    Late ICAHT of neutrophils in /µL, days 31 to 100 or `until`: by the lowest of
    the days' lowest counts (at or below 1500, 1000, 500, 100), if the second
    lowest is at or below 1500 as well; of a single count by it alone. Not
    evaluable without a count. (Source as `early_icaht`.)
    """
    lowest = np.sort(_minima(days, per_ul, LATE_FROM, min(LATE_TO, until)))
    if not len(lowest):
        return Grade(None, None, NO_LATE)
    if len(lowest) > 1 and lowest[1] > 1500:
        return Grade(0, 0)
    grade = late_grade(lowest[0])
    return Grade(grade, grade)


def late_grade(per_ul: float) -> int:
    """The late grade of one neutrophil count in /µL."""
    return sum(bool(per_ul <= limit) for limit in (1500, 1000, 500, 100))


def early_platelet_icaht(days: np.ndarray, per_nl: np.ndarray, until: float, died: bool = True) -> Grade:
    """
    The same of platelets in 10⁹/L, days 0 to 30: by all days below 50 (up to 6:
    grade 1; more: 2) and below 20 (up to 13: 3; more: 4), those of recoveries
    shorter than three days with them. A day of which nothing is known makes the
    grade a range. (T-ICAHT, ASH-SAP Table 1.)
    """
    counts = _early_days(days, per_nl, until, died)
    if np.isnan(counts).all():
        return Grade(None, None, NO_EARLY)
    unknown = np.isnan(counts)
    least, most = (_platelet_grade(np.where(unknown, of, counts)) for of in (np.inf, 0))
    return Grade(least, most, f"{int(unknown.sum())} days without a count" if least != most else "")


def _platelet_grade(counts: np.ndarray) -> int:
    below_50, below_20 = (_days(counts < limit) for limit in (50, 20))
    if below_20:
        return 4 if below_20 >= 14 else 3
    return 2 if below_50 >= 7 else int(below_50 > 0)


def late_platelet_icaht(days: np.ndarray, per_nl: np.ndarray, until: float) -> Grade:
    """
    The same of platelets in 10⁹/L, days 31 to 100 or `until`: below 100, 50 and
    20 on two days at least (a single count below makes a range from 0), and of
    those below 20 grade 4 from 14 days on. (Source as `early_platelet_icaht`.)
    """
    end = min(LATE_TO, until)
    lowest = np.sort(_minima(days, per_nl, LATE_FROM, end))
    if not len(lowest):
        return Grade(None, None, NO_LATE)
    twice = [limit for limit in (100, 50, 20) if len(lowest) > 1 and lowest[1] < limit]
    once = [limit for limit in (100, 50, 20) if lowest[0] < limit]
    if len(lowest) == 1 and once:
        return Grade(0, len(once), "one count only")
    if len(twice) < 3:
        return Grade(len(twice), len(twice))
    counts = daily(days, per_nl, LATE_FROM, int(end))
    unknown = np.isnan(counts)
    least, most = (3 + (_days(np.where(unknown, of, counts) < 20) >= 14) for of in (np.inf, 0))
    return Grade(least, most, f"{int(unknown.sum())} days without a count" if least != most else "")


def _minima(days: np.ndarray, counts: np.ndarray, first: float, last: float) -> np.ndarray:
    """The lowest count of each day of a period that has one."""
    whole = np.floor(days)
    inside = (whole >= first) & (whole <= last) & ~np.isnan(counts)
    return np.array([counts[inside & (whole == day)].min() for day in np.unique(whole[inside])])


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Where flags are true in a row, from and to."""
    edges = np.diff(np.concatenate([[0], flags.astype(int), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True))


def _joined(below: np.ndarray) -> list[tuple[int, int]]:
    """Streaks, those between which recovery was not stable as one."""
    joined: list[tuple[int, int]] = []
    for start, end in _runs(below):
        if joined and start - joined[-1][1] - 1 <= UNSTABLE:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _days(below: np.ndarray) -> int:
    """The days of all streaks together."""
    return sum(end - start + 1 for start, end in _joined(below))


def _longest(below: np.ndarray) -> Streak | None:
    streaks = [Streak(*ends) for ends in _joined(below)]
    return max(streaks, key=lambda streak: streak.days, default=None)
