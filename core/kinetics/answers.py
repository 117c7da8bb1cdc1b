"""What is known of values in time in a selection."""

from core.cohort.ask import Cohort
from core.cohort.labels import group_labels
from core.cohort.selection import Selection
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.kinetics.analytes import Analyte, analytes
from core.kinetics.result import Kinetics, kinetics

MOST_PATIENTS = 400
"""Patients of the file whose courses are asked for: more lines cannot be told apart."""


def measured(cohort: Cohort) -> tuple[Analyte, ...]:
    """What the cohort measures in time."""
    return analytes(cohort.ask("kinetics/analytes", Selection(cohort.fingerprint)))


def courses(cohort: Cohort, selection: Selection, shown: tuple[Analyte, ...]) -> tuple[Kinetics, ...]:
    """The courses of analytes in the groups of the selection."""
    asked = {"analytes": tuple(analyte.key for analyte in shown), "days": DAYS_PER_MONTH, "most": MOST_PATIENTS}
    rows = cohort.ask("kinetics/courses", selection, **asked)
    sizes = cohort.ask("cohort/group_sizes", selection)
    by_number = dict(zip(sizes["group"].astype(int), sizes["patients"].astype(int), strict=True))
    labels = group_labels(selection, cohort.variables)
    return tuple(kinetics(analyte, rows, labels, by_number) for analyte in shown)
