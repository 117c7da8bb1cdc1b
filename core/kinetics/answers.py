"""What is known of values in time in a selection."""

from core.cohort.answers import group_sizes
from core.cohort.ask import Cohort
from core.cohort.labels import group_labels
from core.cohort.selection import Selection
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.kinetics.analytes import Analyte, analytes
from core.kinetics.result import Kinetics, kinetics

MOST_PATIENTS = 400
"""Patients of the file whose courses are asked for, and of whom all numbers are: each takes a millisecond."""


def measured(cohort: Cohort) -> tuple[Analyte, ...]:
    """What the cohort measures in time."""
    return analytes(cohort.ask("kinetics/analytes", Selection(cohort.fingerprint)))


def courses(cohort: Cohort, selection: Selection, shown: tuple[Analyte, ...]) -> tuple[Kinetics, ...]:
    """The courses of analytes in the groups of the selection."""
    asked = {
        "analytes": tuple(analyte.key for analyte in shown),
        "days": DAYS_PER_MONTH,
        "first": 0,
        "last": MOST_PATIENTS - 1,
    }
    rows = cohort.ask("kinetics/courses", selection, **asked)
    labels, sizes = group_labels(selection, cohort.variables), _sizes(cohort, selection)
    return tuple(kinetics(analyte, rows, labels, sizes) for analyte in shown)


def _sizes(cohort: Cohort, selection: Selection) -> dict[int, int]:
    """The patients of each group, of those whose courses are asked for."""
    if sum(cohort.know(group_sizes, Selection(cohort.fingerprint)).values()) <= MOST_PATIENTS:
        return cohort.know(group_sizes, selection)
    who = cohort.ask("cohort/who", selection, most=MOST_PATIENTS)
    return {int(group): int(patients) for group, patients in who.groupby("group").size().items()}
