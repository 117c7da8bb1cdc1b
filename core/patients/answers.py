"""What is known of one patient."""

from typing import Any

import pandas as pd

from core.cohort.answers import group_sizes
from core.cohort.ask import Cohort
from core.cohort.selection import Selection
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.kinetics.analytes import Analyte
from core.kinetics.result import kinetics
from core.patients.profile import Profile

FEW = 60
"""Patients of a cohort of whom all are asked for together."""


def profile(cohort: Cohort, number: int, names: tuple[str, ...], shown: tuple[Analyte, ...]) -> Profile:
    """The patient at a place of the file, with the variables of these names and the courses of analytes."""
    among, size = Selection(cohort.fingerprint), sum(cohort.know(group_sizes, Selection(cohort.fingerprint)).values())
    # Of few patients all are asked for, once: then the next one is there without a question.
    asked = tuple(range(size)) if size <= FEW else (number,)
    courses = {"analytes": tuple(analyte.key for analyte in shown), "days": DAYS_PER_MONTH}

    def of(question: str, **values: Any) -> pd.DataFrame:
        rows = cohort.ask(question, among, **values)
        return rows[rows["number"] == number].reset_index(drop=True)

    lane = of("patients/one", numbers=asked, covariates=names)
    values = of("kinetics/courses", first=asked[0], last=asked[-1], **courses)
    dated = (cohort.ask(f"patients/{question}", among, numbers=asked) for question in ("responses", "milestones"))
    responses, milestones = (rows[rows["patient_id"] == lane["patient_id"].iloc[0]] for rows in dated)
    there = set(values["analyte"])
    measured = tuple(kinetics(analyte, values, ("",), {0: 1}) for analyte in shown if analyte.key in there)
    episodes, happened = (of(f"patients/{question}", numbers=asked) for question in ("episodes", "treatments"))
    return Profile(lane, responses, milestones, episodes, happened, measured)
