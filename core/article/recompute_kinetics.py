"""What the cohort gives now for printed results of what was measured in time."""

from collections.abc import Callable

import numpy as np

from core.article.recomputed import Recomputed, filters_of, of_count
from core.cohort.ask import Cohort
from core.cohort.selection import Selection
from core.kinetics import answers as of_kinetics
from core.kinetics.result import nearest_to_schedule

CYTOKINES = ("IL-2", "IL-4", "IL-6", "IL-10", "TNF-α", "IFN-γ")
CAR_T, CRP, B_CELLS = "CAR-T cells", "CRP", "B cells"
MONTH_OF_DAYS = 28.0
"""The scheduled day that stands for day 30."""
HALF_A_YEAR = 180.0


def _analyte(cohort: Cohort, name: str) -> tuple:
    return tuple(analyte for analyte in cohort.know(of_kinetics.measured) if analyte.name == name)


def _raised(cohort: Cohort, selection: Selection, _: str, name: str) -> tuple[Recomputed, ...]:
    known = _analyte(cohort, CRP if name == "C-reactive protein" else name)
    if not known:
        return ()
    course = cohort.know(of_kinetics.courses, selection, known)[0]
    told = [patient.outside for patient in course.patients if patient.outside is not None]
    query = (("family", known[0].family), ("analyte", known[0].label))
    return of_count(sum(told), len(told), ("measurements.value",), "kinetics", query)


def _peak_days(cohort: Cohort, selection: Selection, _: str, what: str) -> tuple[Recomputed, ...]:
    names = CYTOKINES if what == "of cytokine peak" else (CAR_T,)
    known = tuple(analyte for name in names for analyte in _analyte(cohort, name))
    if not known:
        return ()
    courses = cohort.know(of_kinetics.courses, selection, known)
    cytokines = what == "of cytokine peak"
    days = [
        patient.extreme_day
        for course in courses
        for patient in course.patients
        if patient.extreme_day is not None and (patient.outside or not cytokines)
    ]
    if not days:
        return ()
    # "Most" peaks: the middle nine of ten.
    ends = np.quantile(days, [0.05, 0.95]) if cytokines else (min(days), max(days))
    query = (*filters_of(selection), ("family", known[0].family))
    return (Recomputed(tuple(map(float, ends)), ("measurements.value",), "kinetics", query),)


def _undetected(cohort: Cohort, selection: Selection, _: str) -> tuple[Recomputed, ...]:
    known = _analyte(cohort, CAR_T)
    if not known:
        return ()
    windows = cohort.know(of_kinetics.courses, selection, known)[0].windows
    windows = windows[windows["day"] == MONTH_OF_DAYS]
    if windows.empty:
        return ()
    row = windows.iloc[0]
    query = (*filters_of(selection), ("family", known[0].family), ("tab", "Scheduled days"))
    n, of = int(row["measured"] - row["detected"]), int(row["measured"])
    return of_count(n, of, ("measurements.value",), "kinetics", query)


def _back_to_normal(cohort: Cohort, selection: Selection, _: str) -> tuple[Recomputed, ...]:
    known = _analyte(cohort, B_CELLS)
    if not known:
        return ()
    values = nearest_to_schedule(cohort.know(of_kinetics.courses, selection, known)[0].values)
    values = values[(values["window"] == HALF_A_YEAR) & values["lower_normal"].notna()]
    if values.empty:
        return ()
    normal = ~values["below"] & (values["value"] >= values["lower_normal"])
    query = (("family", known[0].family), ("analyte", known[0].label))
    n = int(normal.sum())
    what = "measured then"
    return (Recomputed((float(n),), ("measurements.value",), "kinetics", query, n, len(values), what=what),)


MEASURED: dict[str, Callable[..., tuple[Recomputed, ...]]] = {
    r"(?:day )(of peak CAR-T expansion|of cytokine peak)": _peak_days,
    r"(.+?) elevated(?: within 31 days)?": _raised,
    "CAR-T undetectable at day 30": _undetected,
    "B-cell counts back in the normal range at 6 months": _back_to_normal,
}
"""How each quantity is computed, by a pattern of its whole name."""
