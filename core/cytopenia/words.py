"""Cytopenias in words: what was found, and by which definition."""

from core import text
from core.cytopenia.icaht import LONGEST_GAP, UNSTABLE
from core.cytopenia.result import Asked, PatientCounts
from core.kinetics.analytes import Analyte

ICAHT = (
    "ICAHT (EHA/EBMT 2023). Early, days 0–30: the longest streak of neutrophils at or below 500 and 100 per µL; "
    f"{UNSTABLE} days above between two streaks join them, up to {LONGEST_GAP} days without a count are read off a "
    "straight line; grade 4 also where the count never rose above 500, or had fallen by day 3 and not recovered when "
    "the patient died. Of who was lost or treated anew before day 30 it is a range. "
    "Late, days 31–100 or to progression or new therapy: the lowest count, if a second is low. "
    "Platelets: all days below 50 and 20 ×10⁹/L together. G-CSF and transfusions are not in the grade."
)


def icaht_finding(patients: tuple[PatientCounts, ...]) -> str:
    """In how many the grade of early ICAHT is certainly 3 or more, and of how many that cannot be told."""
    grades = [patient.early().grade for patient in patients]
    severe = sum((grade.lowest or 0) >= 3 for grade in grades)
    unclear = sum(grade.lowest is None or grade.lowest < 3 <= (grade.highest or 0) for grade in grades)
    told = f"; {unclear} more cannot be told" if unclear else ""
    return f"Early ICAHT of grade 3 or more in {severe} of {text.patients(len(patients))}{told}"


def left_out(analytes: tuple[Analyte, ...]) -> str:
    """Which counts no grade is of, since their unit is none of counts; empty without any."""
    named = [f"{one.name} in {one.unit}" if one.unit else f"{one.name} without a unit" for one in analytes]
    return f"Not graded, for their unit: {text.listed(named)}." if named else ""


def lasting_method(asked: Asked) -> str:
    """What is taken as a prolonged cytopenia."""
    counts = text.listed([one.lower() for one in asked.lineages])
    return (
        f"Prolonged cytopenia: grade {asked.least} or more by CTCAE 5.0 in {counts}, not resolved to a milder grade by "
        f"day {text.number(asked.day)}; recovered with the first milder count after the last so low in days 0–100. Who "
        "died or left before that day, still so low, is a line of its own."
    )


def grades_method(version: str) -> str:
    """By which version worst grades are, and of which days."""
    return (
        f"Worst grade in days 0–100, or to progression or new therapy, by CTCAE {version}. Neutrophils are a grade "
        "milder in 6.0 than in 5.0; for other counts only 5.0 has a rule here."
    )
