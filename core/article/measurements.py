"""
Measurements in time, simulated from what the article describes: it draws cytokines, CAR-T cells, B cells, IgG and blood
counts (its figures 3, 4, S1–S3) and prints no value of them.

Each patient's course goes through a few points that the description fixes (when the peak is, who is above normal, when
counts recover, that IgG stays low in remission and rises at relapse) and varies around them at random, from one seed.
What the description leaves open is drawn without looking at baseline or outcome. Nothing is measured after death.

Source of the descriptions: Hao et al., Front. Immunol. 2025;16:1650568. Normal ranges and limits of detection are those
of common laboratories, not the article's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.article.adverse_events import PROLONGED_CYTOPENIA, SEVERE_CRS
from core.cohort.vocabulary import DAYS_PER_MONTH

SEED = 20250228
NOTE = "simulated from the published description; no value is printed"

_BEFORE = -5  # a sample before lymphodepletion
_CYTOKINE_DAYS = (0, 4, 7, 10, 13, 21, 28, 45)
_CELL_DAYS = (0, 4, 7, 10, 14, 21, 30, 60, 90, 150)
_HUMORAL_DAYS = (_BEFORE, 14, 28, 60, 90, 120, 150, 180, 270, 360, 540, 720, 900, 1080, 1260, 1440, 1620, 1800)
_COUNT_DAYS = (_BEFORE, *range(0, 29, 2), 31, 38, 45, 52, 60, 75, 90, 120, 180, 270, 360, 540, 720, 1080, 1440, 1800)
_PEAK_DAYS = (7, 10, 13)

# Cytokines: unit, limit of detection, upper limit of normal, and in how many patients it was raised within 31 days.
_CYTOKINES: dict[str, tuple[str, float, float, int]] = {
    "IL-6": ("pg/mL", 0.5, 5.4, 11),
    "IL-10": ("pg/mL", 0.5, 12.9, 8),
    "TNF-α": ("pg/mL", 0.5, 16.5, 4),
    "IFN-γ": ("pg/mL", 0.5, 23.1, 7),
    "IL-2": ("pg/mL", 0.5, 7.5, 2),
    "IL-4": ("pg/mL", 0.5, 8.6, 1),
    "CRP": ("mg/L", 0.5, 10.0, 10),
}
_DETECTED_AT_DAY_30 = 3  # of the eight responders; the others are undetectable by then, all by month 5
_NORMAL_B_CELLS_AT_MONTH_6 = 7
_NEVER_RECOVERED = 7  # of those with prolonged cytopenia; the other four recover by month 3
_RECOVERED_ON_DAY_31 = 9  # who makes both printed counts true: five not within a month, seven within 31 days


@dataclass(frozen=True)
class _Lineage:
    """A blood count: what grades it, the least value of grade 2 by CTCAE 5.0, and how low it falls when severe."""

    unit: str
    lower: float
    upper: float
    term: str
    grade_2: float
    severe: tuple[float, float]


_COUNTS = {
    "Leukocytes": _Lineage("10⁹/L", 4.0, 10.0, "Leukopenia", 2.0, (0.6, 1.0)),
    "Haemoglobin": _Lineage("g/L", 120.0, 160.0, "Anemia", 80.0, (66.0, 76.0)),
    "Platelets": _Lineage("10⁹/L", 125.0, 350.0, "Thrombocytopenia", 50.0, (16.0, 26.0)),
}


@dataclass(frozen=True)
class _Analyte:
    name: str
    unit: str
    limit: float
    lower: float | None = None
    upper: float | None = None
    decimals: int = 1


def measurements(outcome: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """
    The table `measurements` of the bundled cohort, the same bytes each time:
    patient_id, analyte, day since infusion, value (where `below_limit` the
    limit), unit, below_limit, lower_normal, upper_normal.

    `outcome` is `core.article.reconstruction.outcomes` (a row a patient),
    `events` the adverse events handed to the patients: blood counts keep to
    their grades.
    """
    rng = np.random.default_rng(SEED)
    rows = [*_cytokines(outcome, rng), *_car_t_cells(outcome, rng), *_b_cells(outcome, rng)]
    rows += [*_igg(outcome, rng), *_blood_counts(outcome, events, rng)]
    columns = ["patient_id", "analyte", "day", "value", "unit", "below_limit", "lower_normal", "upper_normal"]
    return pd.DataFrame(rows, columns=columns)


def provenance() -> list[tuple]:
    """Where every value of the table comes from."""
    normal = "as in common laboratories; not the article's"
    columns = dict.fromkeys(("analyte", "day", "value", "unit", "below_limit"), NOTE)
    columns |= {"lower_normal": normal, "upper_normal": normal}
    return [("measurements", column, "", "simulated", note) for column, note in columns.items()]


# -- what each analyte does ------------------------------------------------------------------------


def _cytokines(outcome: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple]:
    for name, (unit, limit, upper, raised) in _CYTOKINES.items():
        analyte = _Analyte(name, unit, limit, None, upper)
        severe = rng.permutation(SEVERE_CRS).tolist()
        others = rng.permutation([p for p in outcome.index if p not in SEVERE_CRS]).tolist()
        high = set((severe + others)[:raised])
        for patient in outcome.index:
            times = (
                rng.uniform(*(12, 25) if name == "CRP" else (20, 60)) if patient in SEVERE_CRS else rng.uniform(1.6, 8)
            )
            peak = upper * (times if patient in high else rng.uniform(0.4, 0.85))
            rest = min(upper * rng.uniform(0.1, 0.35), peak / 2)
            top = float(rng.choice(_PEAK_DAYS))
            points = [(0, rest), (4, (rest * peak) ** 0.5), (top, peak), (top + 8, (rest * peak) ** 0.4), (45, rest)]
            days = _followed(_CYTOKINE_DAYS, outcome, patient)
            yield from _rows(analyte, patient, days, _through(points, days, rng, rest / 3, peak, top))


def _car_t_cells(outcome: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple]:
    analyte = _Analyte("CAR-T cells", "cells/µL", 1.0)
    responders = outcome.index[outcome["best_response"] != "SD"]
    detected = set(rng.permutation(responders)[:_DETECTED_AT_DAY_30].tolist())
    for patient in outcome.index:
        top, peak = float(rng.choice((7, 10, 14))), 10 ** rng.uniform(0.8, 2.7)
        at_30 = rng.uniform(1.5, 5) if patient in detected else rng.uniform(0.2, 0.7)
        points = [(0, 0.1), (4, 0.5), (top, peak), (30, at_30), (60, at_30 / 4), (150, 0.05)]
        days = _followed(_CELL_DAYS, outcome, patient)
        yield from _rows(analyte, patient, days, _through(points, days, rng, 0.01, peak, top))


def _b_cells(outcome: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple]:
    """Absent in month 1, back in the normal range at month 6 in seven, earlier without a response."""
    analyte = _Analyte("B cells", "cells/µL", 1.0, 90.0, 560.0)
    seen = [p for p in outcome.index if outcome["os_months"][p] > 6]
    late = [p for p in seen if outcome["best_response"][p] != "SD"]
    back = set(seen) - set(rng.permutation(late)[: len(seen) - _NORMAL_B_CELLS_AT_MONTH_6].tolist())
    for patient in outcome.index:
        early = outcome["best_response"][patient] == "SD"
        day = rng.uniform(85, 115) if early else rng.uniform(130, 170) if patient in back else rng.uniform(250, 300)
        level = rng.uniform(130, 320)
        points = [(_BEFORE, rng.uniform(20, 90)), (7, 0.3), (28, 4 if early else 0.3), (day, 100), (day + 60, level)]
        days = _followed(_HUMORAL_DAYS, outcome, patient)
        values = _through(points, days, rng, 0.1, 540)
        values[days >= day] = values[days >= day].clip(95)
        yield from _rows(analyte, patient, days, values)


def _igg(outcome: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple]:
    """
    Low for years in remission, behind the B cells; up fast at relapse. It holds
    the M-protein of IgG myeloma, which hardly falls where the disease stays stable.
    """
    analyte = _Analyte("IgG", "g/L", 0.3, 7.0, 16.0)
    for patient in outcome.index:
        relapse = outcome["pfs_months"][patient] * DAYS_PER_MONTH if outcome["relapsed"][patient] else None
        myeloma = patient in (3, 8, 10, 11)  # Table 1: monoclonal protein IgG
        first = rng.uniform(22, 40) if myeloma else rng.uniform(3, 6)
        nadir, later = rng.uniform(1.4, 2.8), rng.uniform(4.2, 6.2)
        points = [(_BEFORE, first), (28, (first * nadir) ** 0.5), (90, nadir), (360, nadir * 1.2), (1800, later)]
        days = _followed(_HUMORAL_DAYS, outcome, patient)
        if relapse is not None:
            until = outcome["os_months"][patient] * DAYS_PER_MONTH
            days = np.union1d(days, np.floor([d for d in (relapse, relapse + 14, relapse + 45) if d < until]))
            points = [p for p in points if p[0] < relapse - 20] + [(relapse - 15, min(first, 2.6)), (relapse, 8.5)]
            points += [(relapse + 45, rng.uniform(24, 36) if myeloma else rng.uniform(11, 15))]
        if myeloma and relapse is not None and outcome["best_response"][patient] == "SD":
            points = [
                (_BEFORE, first),
                (min(14, relapse / 2), first * 0.8),
                (relapse, first),
                (relapse + 45, first * 1.3),
            ]
        remission = np.inf if relapse is not None else 6.6
        values = _through(points, days, rng, 0.5, 60)
        yield from _rows(analyte, patient, days, np.where(days > 60, values.clip(None, remission), values))


def _blood_counts(outcome: pd.DataFrame, events: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple]:
    worst = events.set_index(["patient_id", "term"])["grade_min"]
    for patient in outcome.index:
        days = _followed(_COUNT_DAYS, outcome, patient)
        leukocytes = np.zeros(0)
        for name, lineage in _COUNTS.items():
            analyte = _Analyte(name, lineage.unit, 0.01, lineage.lower, lineage.upper, 2 if name == "Leukocytes" else 0)
            grade = int(worst.get((patient, lineage.term), 0))
            long = patient in PROLONGED_CYTOPENIA and (name == "Leukocytes" or patient == _NEVER_RECOVERED)
            values = _count(patient, lineage, days, grade, long and grade == 3, rng)
            leukocytes = values if name == "Leukocytes" else leukocytes
            yield from _rows(analyte, patient, days, values)
        share = np.where(leukocytes < 2, 0.35, 0.58) * np.exp(rng.normal(0, 0.04, len(days)))
        neutrophils = _Analyte("Neutrophils", "10⁹/L", 0.01, 1.8, 6.3, 2)
        yield from _rows(neutrophils, patient, days, leukocytes * share)


def _count(
    patient: int, lineage: _Lineage, days: np.ndarray, grade: int, long: bool, rng: np.random.Generator
) -> np.ndarray:
    """
    One lineage: down after lymphodepletion as far as its worst grade has it (0;
    1, for a band of 1–2; 3 for one of 3 or more), and up again when it recovers.
    """
    lower, grade_2 = lineage.lower, lineage.grade_2
    first = rng.uniform(lower * 1.05, lower * 1.4)
    nadir = {0: (lower * 1.13, lower * 1.22), 1: (grade_2 * 1.15, grade_2 * 1.35), 3: lineage.severe}[grade]
    low = rng.uniform(*nadir)
    recovers = rng.uniform(40, 58) if long else rng.uniform(16, 27)
    if long and patient in (_RECOVERED_ON_DAY_31, _NEVER_RECOVERED):
        recovers = 31 if patient == _RECOVERED_ON_DAY_31 else np.inf
    later = lower * rng.uniform(0.9, 1.3) if grade else first
    up = min(recovers, 90)
    points = [(_BEFORE, first), (1, first * 0.8), (9, low), (up - 3, (low * grade_2) ** 0.5 if grade == 3 else low)]
    points += [(up, grade_2 * 1.15 if grade == 3 else low * 1.05), (up + 60, later), (1800, later)]
    values = _through(points, days, rng, low * 0.9, lineage.upper * 0.95)
    if grade < 3:
        return values
    recovered = (days >= recovers) | (days < 0)
    values = np.where(recovered, values.clip(grade_2 * 1.04), values)
    return np.where((days >= 9) & ~recovered, values.clip(None, grade_2 * 0.96), values)


# -- how a course is drawn -------------------------------------------------------------------------


def _followed(days: Sequence[int], outcome: pd.DataFrame, patient: int) -> np.ndarray:
    """The days of a schedule on which a patient is still followed."""
    last = outcome["os_months"][patient] * DAYS_PER_MONTH
    return np.array([day for day in days if day < last], float)


def _through(
    points: Sequence[tuple[float, float]],
    days: np.ndarray,
    rng: np.random.Generator,
    lowest: float,
    highest: float,
    top: float | None = None,
) -> np.ndarray:
    """Values on a course through points (straight in logarithms), about 6% around it, but exact at its `top`."""
    at, values = zip(*points, strict=True)
    course = np.exp(np.interp(days, at, np.log(values)) + rng.normal(0, 0.06, len(days)))
    course = course.clip(lowest, highest if top is None else highest * 0.96)
    return course if top is None else np.where(days == top, highest, course)


def _rows(analyte: _Analyte, patient: int, days: np.ndarray, values: np.ndarray) -> Iterator[tuple]:
    for day, value in zip(days, np.round(values, analyte.decimals), strict=True):
        below = value < analyte.limit
        yield (
            patient,
            analyte.name,
            int(day),
            analyte.limit if below else float(value),
            analyte.unit,
            "Yes" if below else "No",
            analyte.lower,
            analyte.upper,
        )
