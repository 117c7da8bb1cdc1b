"""The reference values of reference.json and the cohorts they were computed from."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from core.survival.life_table import LifeTable, life_table
from core.survival.restricted_mean import restricted_mean

HERE = Path(__file__).parent
REFERENCE = json.loads((HERE / "reference.json").read_text())


def patients(cohort: str) -> pd.DataFrame:
    """The rows of a cohort: `time`, and `event` (0, 1) or `status` (0 censored, 1 event, 2 competing)."""
    return pd.read_csv(HERE / "data" / f"{cohort}.csv")


def table_of(rows: pd.DataFrame) -> LifeTable:
    """One row a patient, in any order; status 2, where there is one, is the competing event."""
    status = rows["status"] if "status" in rows else rows["event"]
    return life_table(rows["time"], status == 1, status == 0, status == 2)


def group_tables(cohort: str, column: str, levels: list[str]) -> list[LifeTable]:
    """One life table for each of `levels`, in that order; a missing value belongs to none."""
    rows = patients(cohort)
    return [table_of(rows[level_names(rows[column]) == level]) for level in levels]


def level_names(column: pd.Series) -> pd.Series:
    """Levels as R prints them: 1, not 1.0."""
    return column.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value))


def numbers(values: list[float | None]) -> np.ndarray:
    """R's NA, which the JSON holds as null, becomes NaN."""
    return np.array(values, float)


def curve_table(curve: dict) -> LifeTable:
    """The life table of one entry of REFERENCE["curves"]."""
    if not curve["column"]:
        return table_of(patients(curve["cohort"]))
    return group_tables(curve["cohort"], curve["column"], [curve["level"]])[0]


def curve_name(curve: dict) -> str:
    """A readable test id."""
    return " ".join(str(curve[key]) for key in ("cohort", "column", "level", "confidence") if curve[key])


def restricted_mean_error(table: LifeTable, horizon: float) -> float | None:
    """Standard error of `restricted_mean`, in months, from limits one of it away; None where there are none."""
    estimate = restricted_mean(table, horizon, level=0.6826894921370859)
    return None if estimate.value is None or estimate.lower is None else estimate.value - estimate.lower
