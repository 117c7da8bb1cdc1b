"""Cytopenias of a selection: each patient's ICAHT grades, worst CTCAE grades, and how long a cytopenia lasted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.cytopenia.ctcae import NEUTROPHILS, PLATELETS, Grade, ctcae_grade
from core.cytopenia.icaht import (
    LATE_FROM,
    LATE_TO,
    Early,
    early_icaht,
    early_platelet_icaht,
    late_icaht,
    late_platelet_icaht,
)

RESOLVED, PROLONGED, NEVER, LEFT, UNKNOWN = (
    "resolved",
    "prolonged",
    "never so low",
    "died or left before",
    "not evaluable",
)
"""What became of a cytopenia by its day of assessment."""
NO_COUNT = Grade(None, None, "no count")


@dataclass(frozen=True)
class Asked:
    """A definition of prolonged cytopenia: in which lineages, from which CTCAE 5.0 grade on, assessed on which day."""

    lineages: tuple[str, ...]
    least: int
    day: float


@dataclass(frozen=True)
class Lasting:
    """What became of a patient's cytopenias by the day of assessment, and the day of recovery where there is one."""

    status: str
    recovered: float | None = None


@dataclass(frozen=True)
class PatientCounts:
    """
    One patient's counts as they are graded: `counts` has a frame a lineage (day,
    value and lower_normal in 10⁹/L or g/L, days ascending); `last_day` is that
    of follow-up (infinite where none is recorded), `late_until` the first of
    it, progression, a second infusion and new therapy, `early_until` the same but for progression.
    """

    patient_id: str
    number: int
    group: int
    last_day: float
    died: bool
    late_until: float
    early_until: float
    counts: dict[str, pd.DataFrame]

    def early(self) -> Early:
        """Early ICAHT of neutrophils."""
        days, values = self._of(NEUTROPHILS)
        return early_icaht(days, values * 1000, self.early_until, self._died_by(self.early_until))

    def late(self) -> Grade:
        """Late ICAHT of neutrophils."""
        days, values = self._of(NEUTROPHILS)
        return late_icaht(days, values * 1000, self.late_until)

    def early_platelets(self) -> Grade:
        """Early ICAHT of platelets."""
        return early_platelet_icaht(*self._of(PLATELETS), self.late_until, self._died_by(self.late_until))

    def late_platelets(self) -> Grade:
        """Late ICAHT of platelets."""
        return late_platelet_icaht(*self._of(PLATELETS), self.late_until)

    def _died_by(self, day: float) -> bool:
        return self.died and day == self.last_day

    @property
    def left_early(self) -> bool:
        """Whether follow-up, or the first infusion's time, ended before late grades begin."""
        return self.late_until < LATE_FROM

    def worst(self, lineage: str, version: str) -> Grade:
        """The worst CTCAE grade of a lineage from infusion to day 100."""
        grades = [grade for day, grade in self._graded(lineage, version) if 0 <= day <= min(LATE_TO, self.late_until)]
        if not grades:
            return NO_COUNT
        if any(grade.lowest is None for grade in grades):
            return grades[0]
        lowest, highest = max(g.lowest or 0 for g in grades), max(g.highest or 0 for g in grades)
        return Grade(lowest, highest, next((g.reason for g in grades if g.reason), "") if lowest != highest else "")

    def lasting(self, asked: Asked) -> Lasting:
        """
        Whether a cytopenia that is asked about had resolved by its day: each
        lineage recovers with its first milder count after the last so low by
        that day, the patient with the last of them; a later one does not undo
        that. Who was still so low then recovers after the last so low in days
        0 to 100. Who left before that
        day and was still so low is a group of its own; so is who has no count
        of one of the lineages.
        """
        found = [self._lasting(lineage, asked.least, asked.day) for lineage in asked.lineages]
        status = next(one for one in (PROLONGED, LEFT, UNKNOWN, RESOLVED, NEVER) if one in {of.status for of in found})
        low = [one.recovered for one in found if one.status in (PROLONGED, RESOLVED)]
        is_over = status in (PROLONGED, RESOLVED) and None not in low
        return Lasting(status, max(day for day in low if day is not None) if is_over else None)

    def _lasting(self, lineage: str, least: int, day: float) -> Lasting:
        graded = [(at, grade) for at, grade in self._graded(lineage, "5.0") if 0 <= at <= LATE_TO]
        if not graded:
            return Lasting(UNKNOWN)
        low = [at for at, grade in graded if (grade.lowest or 0) >= least]
        by_day = [at for at in low if at <= day]
        if not by_day:
            return Lasting(NEVER) if graded[-1][0] >= min(day, self.last_day) - 7 else Lasting(UNKNOWN)
        milder = [at for at, grade in graded if (grade.lowest or 0) < least and at > by_day[-1]]
        if milder and milder[0] <= day:
            return Lasting(RESOLVED, milder[0])
        if graded[-1][0] < day:
            return Lasting(LEFT if self.last_day <= day else UNKNOWN)
        return Lasting(PROLONGED, next((at for at in milder if at > low[-1]), None))

    def _graded(self, lineage: str, version: str) -> list[tuple[float, Grade]]:
        rows = self.counts.get(lineage)
        if rows is None:
            return []
        normal = rows["lower_normal"].to_numpy(float)
        return [
            (day, ctcae_grade(lineage, value, version, None if np.isnan(limit) else limit))
            for day, value, limit in zip(rows["day"], rows["value"], normal, strict=True)
        ]

    def _of(self, lineage: str) -> tuple[np.ndarray, np.ndarray]:
        rows = self.counts.get(lineage)
        if rows is None:
            return np.array([]), np.array([])
        return rows["day"].to_numpy(float), rows["value"].to_numpy(float)


def patient_counts(values: dict[str, pd.DataFrame], followed: pd.DataFrame) -> tuple[PatientCounts, ...]:
    """
    The patients of `followed` (cytopenia/followed) with their counts: `values`
    has a frame a lineage, in 10⁹/L (haemoglobin g/L), with `number`, `day`,
    `value` and `lower_normal`.
    """
    by_patient = {lineage: dict(tuple(rows.groupby("number"))) for lineage, rows in values.items()}
    made = []
    for row in followed.itertuples():
        last = float("inf") if pd.isna(row.last_day) else float(row.last_day)
        other = float("inf") if pd.isna(row.other_day) else float(row.other_day)
        again = float("inf") if pd.isna(row.again_day) else float(row.again_day)
        counts = {lineage: of[row.number].sort_values("day") for lineage, of in by_patient.items() if row.number in of}
        made.append(
            PatientCounts(
                str(row.patient_id),
                int(row.number),
                int(row.group),
                last,
                bool(row.died),
                min(last, other),
                min(last, again),
                counts,
            )
        )
    return tuple(made)
