"""Cytopenias as tables, the same on screen and in a file."""

from collections import Counter

import numpy as np

from core import text
from core.cytopenia.ctcae import Grade
from core.cytopenia.result import LEFT, NEVER, PROLONGED, RESOLVED, UNKNOWN, Asked, PatientCounts
from core.statistics.numbers import n_limits
from core.statistics.proportions import proportion
from core.text import Table

Patients = tuple[PatientCounts, ...]
Groups = dict[int, str]
"""The groups' names by number."""


def grade_text(grade: Grade) -> str:
    """A grade, a range of grades, or that it cannot be told."""
    if grade.lowest is None:
        return "–"
    return text.Numeral(grade.lowest) if grade.known is not None else f"{grade.lowest}–{grade.highest}"


def icaht_patients(patients: Patients, groups: Groups) -> Table:
    """One row a patient: days at or below each threshold in a row, and the grades of neutrophils and platelets."""
    header = ["Patient", *(["Group"] if len(groups) > 1 else []), "Longest streak ≤ 500/µL, days", "≤ 100/µL, days"]
    header += ["Early ICAHT", "Late ICAHT", "Platelets, early", "Platelets, late", "Remark"]
    rows = []
    for patient in patients:
        early, late = patient.early(), patient.late()
        platelets = (patient.early_platelets(), patient.late_platelets())
        told = {"neutrophils": (early.grade, late), "platelets": platelets}
        streaks = [text.Numeral(0 if s is None else s.days) for s in (early.below_500, early.below_100)]
        known = early.grade.lowest is not None
        reasons = [f"{of}: {grade.reason}" for of, grades in told.items() for grade in grades if grade.reason]
        ended = [_left(patient)] if patient.left_early else []
        cells = [*(streaks if known else ["–", "–"]), *(grade_text(grade) for grade in (early.grade, late, *platelets))]
        name = [groups[patient.group]] if len(groups) > 1 else []
        rows.append([patient.patient_id, *name, *cells, "; ".join([*ended, *reasons])])
    return header, rows


def _left(patient: PatientCounts) -> str:
    how = (
        "died"
        if patient.died and patient.late_until == patient.last_day
        else "progression, new therapy or last seen by"
    )
    return f"{how} day {text.number(patient.late_until, 0)}"


def icaht_groups(patients: Patients, groups: Groups, limits: str) -> Table:
    """
    How many of each group have which grade of neutrophils, early and late; those
    whose grade is a range, who left before it, and who have no count are lines
    of their own.
    """
    header, rows = ["Grade", *_heads(patients, groups)], []
    kinds = {
        "Early ICAHT": {patient.number: _line(patient.early().grade) for patient in patients},
        "Late ICAHT": {patient.number: _line(patient.late(), patient.left_early) for patient in patients},
    }
    for name, told in kinds.items():
        found = set(told.values())
        for line in ("0", "1", "2", "3", "4", *(line for line in (LEFT, "a range", "no count") if line in found)):
            rows.append(
                [
                    f"{name}, grade {line}" if line.isdecimal() else f"{name}: {line}",
                    *_shares(patients, groups, told, line, limits),
                ]
            )
    return header, rows


def _line(grade: Grade, left: bool = False) -> str:
    if grade.lowest is None:
        return LEFT if left else "no count"
    return "a range" if grade.known is None else str(grade.known)


def worst_grades(patients: Patients, lineages: tuple[str, ...], groups: Groups, version: str, limits: str) -> Table:
    """How many of each group have which worst CTCAE grade of each lineage in days 0 to 100."""
    header, rows = [f"Worst grade, CTCAE {version}", *_heads(patients, groups)], []
    for lineage in lineages:
        told = {patient.number: str(grade_text(patient.worst(lineage, version))) for patient in patients}
        for line in sorted(set(told.values()), key=lambda words: (words == "–", words)):
            name = "no count or no rule" if line == "–" else f"grade {line}"
            rows.append([f"{lineage}: {name}", *_shares(patients, groups, told, line, limits)])
    return header, rows


def lasting_groups(patients: Patients, groups: Groups, asked: Asked, limits: str) -> Table:
    """What had become of a cytopenia by the day of assessment, by group; nobody is taken as recovered unseen."""
    header, rows = [f"By day {text.number(asked.day)}", *_heads(patients, groups)], []
    told = {patient.number: patient.lasting(asked).status for patient in patients}
    for status in (PROLONGED, RESOLVED, NEVER, LEFT, UNKNOWN):
        rows.append([status.capitalize(), *_shares(patients, groups, told, status, limits)])
    grade = text.number(asked.least - 1)
    rows.append([f"Median day of recovery to grade {grade} or less (range)", *_days(patients, groups, asked)])
    return header, rows


def _days(patients: Patients, groups: Groups, asked: Asked) -> list[str]:
    """When those of each group recovered of whom it was seen."""
    cells = []
    for number in groups:
        days = [patient.lasting(asked).recovered for patient in patients if patient.group == number]
        seen = sorted(day for day in days if day is not None)
        if not seen:
            cells.append("–")
            continue
        median = float(np.median(seen))
        words = f"{text.number(median)} ({text.number(seen[0])}–{text.number(seen[-1])}), n = {len(seen)}"
        cells.append(text.Shown(words, median=median, lowest=seen[0], highest=seen[-1]))
    return cells


def lasting_patients(patients: Patients, groups: Groups, asked: Asked) -> Table:
    """One row a patient: what had become of its cytopenias by the day of assessment, and the day of recovery."""
    header = ["Patient", *(["Group"] if len(groups) > 1 else []), f"By day {text.number(asked.day)}", "Recovered, day"]
    rows = []
    for patient in patients:
        found = patient.lasting(asked)
        recovered = "–" if found.recovered is None else text.Numeral(found.recovered, text.number(found.recovered))
        name = [groups[patient.group]] if len(groups) > 1 else []
        rows.append([patient.patient_id, *name, found.status, recovered])
    return header, rows


def _heads(patients: Patients, groups: Groups) -> list[str]:
    sizes = Counter(patient.group for patient in patients)
    return [f"{label} (N = {sizes[number]})" for number, label in groups.items()]


def _shares(patients: Patients, groups: Groups, told: dict[int, str], line: str, limits: str) -> list[str]:
    cells = []
    for number in groups:
        of = [patient for patient in patients if patient.group == number]
        cells.append(n_limits(proportion(sum(told[patient.number] == line for patient in of), len(of), limits)))
    return cells
