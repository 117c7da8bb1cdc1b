"""What is known of one patient."""

from typing import Any

import pandas as pd

from core.cohort.answers import group_sizes
from core.cohort.ask import Cohort
from core.cohort.selection import Selection
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
    keys = tuple(analyte.key for analyte in shown)

    def of(question: str, **values: Any) -> pd.DataFrame:
        rows = cohort.ask(f"patients/{question}", among, numbers=asked, **values)
        return rows[rows["number"] == number].reset_index(drop=True)

    lane, values = of("one", covariates=names), of("measured", analytes=keys)
    dated = (cohort.ask(f"patients/{question}", among, numbers=asked) for question in ("responses", "milestones"))
    responses, milestones = (rows[rows["patient_id"] == lane["patient_id"].iloc[0]] for rows in dated)
    there = set(values["analyte"])
    courses = tuple(kinetics(analyte, values, ("",), {0: 1}) for analyte in shown if analyte.key in there)
    return Profile(lane, responses, milestones, of("episodes"), of("treatments"), courses)
