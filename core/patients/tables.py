"""The lanes of the swimmer plot in words, for who reads and does not point; and all patients, to find one."""

import pandas as pd

from core.cohort.ask import covariates_of
from core.cohort.variables import Variable
from core.patients.figure_swimmer_data import courses, marks, swimmer_bars
from core.text import Numeral, Table, digits


def courses_table(
    lanes: pd.DataFrame,
    responses: pd.DataFrame,
    milestones: pd.DataFrame,
    causes: pd.DataFrame,
    values: pd.DataFrame,
    variables: tuple[Variable, ...],
    sources: pd.DataFrame,
) -> Table:
    """
    One row a lane: each of `variables` by its column of `values` (a row a lane),
    each response and what happened by month, with what is not firm of it, and
    of what the patient died. The others are as for `swimmer_chart`; `causes`
    answers patients/causes.
    """
    told = courses(lanes, swimmer_bars(lanes, responses, sources), marks(lanes, responses, milestones, sources))
    died = dict(zip(causes["patient_id"], causes["cause"], strict=True))
    header = ["Patient", *(variable.heading for variable in variables), "Course", "Cause of death"]
    rows = []
    for place, (patient, words) in enumerate(zip(lanes["patient_id"], told, strict=True)):
        own = [_value(variable, values[variable.name].iloc[place]) for variable in variables]
        rows.append([str(patient), *own, words, str(died.get(patient, ""))])
    return header, rows


def _value(variable: Variable, value: object) -> str:
    if pd.isna(value):
        return "–"
    return Numeral(float(str(value)), digits(float(str(value)))) if variable.is_number else str(value)


def patients_table(lanes: pd.DataFrame, variables: tuple[Variable, ...], groups: tuple[str, ...]) -> pd.DataFrame:
    """
    A frame with a row a patient: the group (by `groups`, where there are any),
    `variables`, months to progression and of follow-up, and how that ended.
    `lanes` answers patients/lanes with the variables as its covariates.
    """
    columns: dict[str, object] = {"Patient": lanes["patient_id"].astype(str).to_numpy()}
    if groups:
        columns["Group"] = [groups[int(number)] for number in lanes["group"]]
    for variable in variables:
        values = covariates_of(lanes, (variable.name,))[variable.name]
        columns[variable.heading] = values.to_numpy() if variable.is_number else values.astype(object).to_numpy()
    columns |= {
        "Ended": lanes["ended"].to_numpy(),
        "Followed, months": lanes["followed_months"].to_numpy(),
        "Progressed, months": lanes["progressed_months"].to_numpy(),
    }
    return pd.DataFrame(columns)
