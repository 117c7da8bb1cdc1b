"""The courses of one analyte in a selection: each patient's numbers, and each group's median in scheduled windows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.kinetics.analytes import Analyte
from core.kinetics.course import AREA_TO, Area, Course, area, course, last_detected, lowest, peak
from core.statistics.rank_sum import RankSum, rank_sum

EARLY = 31
"""The last day of the first month, in which values above normal are counted."""

WINDOWS: tuple[tuple[float, float], ...] = (
    (0, 1), (3, 5), (7, 8), (10, 11), (14, 17), (21, 24), (28, 36), (45, 52), (60, 74), (90, 119), (150, 164),
    (180, 224), (270, 314), (360, 449),
)  # fmt: skip
"""Scheduled days, each with the last day that is its own: a window begins after the one before."""
_YEARLY = 180.0
FEW_FOR_QUARTILES, FEW_FOR_MEDIAN = 5, 3
"""Patients of a group in a window from whom on it has quartiles, and a median."""


@dataclass(frozen=True)
class PatientCourse:
    """
    One patient's numbers: `extreme` is the peak, or of an analyte that falls
    the lowest value, with its day (None where nothing was above the limit),
    and 0 where it was `below` the limit of the assay;
    `outside` whether a value was above normal (or below) within 31 days, None
    without such a limit; `back` the first day after the extreme within normal,
    None where there is none by `last_day`.
    """

    patient_id: str
    number: int
    group: int
    samples: int
    last_day: float
    extreme: float
    extreme_day: float | None
    below: bool
    area: Area
    last_detected: float | None
    outside: bool | None
    back: float | None


@dataclass(frozen=True)
class Group:
    """A group that is shown: its number in clinical order, its name, its patients, and of whom there is a value."""

    number: int
    label: str
    patients: int
    measured: int


@dataclass(frozen=True)
class Kinetics:
    """
    `values` has a row a value (patient_id, number, group, day, value, below,
    lower_normal, upper_normal, later); `windows` a row a group and scheduled
    day: day, at (where its samples were taken), measured, detected, median, lower and upper quartile (missing of
    too few patients).
    """

    analyte: Analyte
    values: pd.DataFrame
    windows: pd.DataFrame
    patients: tuple[PatientCourse, ...]
    groups: tuple[Group, ...]

    def measured(self, group: int, measure: str) -> np.ndarray:
        """
        A measure ("extreme", "area" in days times the unit, or "last_detected" in days) in the patients of a group;
        without whoever has no such number. In whom nothing was ever detected, it was so for no day.
        """
        of = {
            "extreme": lambda patient: patient.extreme,
            "area": lambda patient: patient.area.value,
            "last_detected": lambda patient: patient.last_detected or 0.0,
        }[measure]
        found = [of(patient) for patient in self.patients if patient.group == group]
        return np.array([value for value in found if value is not None and not np.isnan(value)], float)


def kinetics(analyte: Analyte, rows: pd.DataFrame, labels: tuple[str, ...], sizes: dict[int, int]) -> Kinetics:
    """
    An analyte in the groups of a selection. `rows` are those of kinetics/courses,
    `labels` name the groups by number, `sizes` are their patients by number.

    Values after a second infusion or new therapy are drawn, and count in nothing else.
    """
    values = rows[rows["analyte"] == analyte.key].drop(columns="analyte")
    counted = values[~values["later"]]
    patients = tuple(_of_patient(analyte, of) for _, of in counted.groupby("number", sort=True))
    measured = counted.groupby("group")["patient_id"].nunique()
    groups = tuple(Group(n, labels[n], size, int(measured.get(n, 0))) for n, size in sizes.items())
    return Kinetics(analyte, values, _windows(counted), patients, groups)


def of_value(results: tuple[Kinetics, ...]) -> int:
    """The patients of whom there is a value since infusion that counts, of any of the analytes."""
    return len({p.number for result in results for p in result.patients if not np.isnan(p.extreme)})


def compare(result: Kinetics, measure: str, first: int, second: int) -> RankSum:
    """A measure in the group of number `first` against that of `second`: shift and test."""
    return rank_sum(result.measured(first, measure), result.measured(second, measure))


def _of_patient(analyte: Analyte, rows: pd.DataFrame) -> PatientCourse:
    of = course(rows["day"].to_numpy(), rows["value"].to_numpy(), rows["below"].to_numpy())
    extreme, day = lowest(of) if analyte.falls else peak(of)
    outside = _outside(analyte, of, rows)
    first = rows.iloc[0]
    return PatientCourse(
        str(first["patient_id"]),
        int(first["number"]),
        int(first["group"]),
        len(rows),
        float(of.days[-1]),
        extreme,
        day,
        bool(of.below[of.days == day].any()) if day is not None else bool(of.below[of.days >= 0].any()),
        area(of, AREA_TO, analyte.is_of_the_product),
        last_detected(of),
        _ever(outside, of.days),
        _back(outside, of.days, day),
    )


def _outside(analyte: Analyte, of: Course, rows: pd.DataFrame) -> np.ndarray | None:
    """Of each value whether it is above normal, or of an analyte that falls below it; None without a limit for each."""
    limits = rows.sort_values("day", kind="stable")["lower_normal" if analyte.falls else "upper_normal"].to_numpy(float)
    if np.isnan(limits).any():
        return None
    return of.values < limits if analyte.falls else of.values > limits


def _ever(outside: np.ndarray | None, days: np.ndarray) -> bool | None:
    early = (days >= 0) & (days <= EARLY)
    return None if outside is None or not early.any() else bool(outside[early].any())


def _back(outside: np.ndarray | None, days: np.ndarray, extreme_day: float | None) -> float | None:
    """The first day after the extreme, itself outside of normal, on which a value was within it."""
    if outside is None or extreme_day is None or not outside[days == extreme_day].any():
        return None
    back = days[(days > extreme_day) & ~outside]
    return float(back[0]) if len(back) else None


def window_of(day: float) -> float | None:
    """The scheduled day in whose window a day lies; None before infusion and between windows."""
    if day < 0:
        return None
    begins = -1.0
    for scheduled, last in WINDOWS:
        if begins < day <= last:
            return scheduled
        begins = last
    return round(day / _YEARLY) * _YEARLY


def nearest_to_schedule(values: pd.DataFrame) -> pd.DataFrame:
    """
    Each patient's value nearest to each scheduled day in its window, with that
    day as `window`; `at` is the middle of the days on which these were sampled.
    """
    rows = values.assign(window=[window_of(day) for day in values["day"]]).dropna(subset=["window"])
    rows = rows.assign(away=(rows["day"] - rows["window"]).abs()).sort_values("away", kind="stable")
    nearest = rows.drop_duplicates(["number", "window"])
    return nearest.assign(at=nearest.groupby("window")["day"].transform("median"))


def _windows(values: pd.DataFrame) -> pd.DataFrame:
    """Each group in each scheduled window, by each patient's value nearest to the scheduled day."""
    columns = ["group", "day", "at", "measured", "detected", "median", "lower", "upper"]
    nearest, found = nearest_to_schedule(values), []
    for (group, day), of in nearest.groupby(["group", "window"], sort=True):
        shown = np.where(of["below"], 0.0, of["value"])
        middle = float(np.median(shown)) if len(of) >= FEW_FOR_MEDIAN else np.nan
        quartiles = np.quantile(shown, [0.25, 0.75]) if len(of) >= FEW_FOR_QUARTILES else (np.nan, np.nan)
        found.append((group, day, float(of["at"].iloc[0]), len(of), int((~of["below"]).sum()), middle, *quartiles))
    return pd.DataFrame(found, columns=columns)
