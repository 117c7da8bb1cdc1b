"""The columns of a model of several variables: a number each, or one for each level of a category but the first."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.cohort.variables import Variable
from core.survival.cox_per_unit import readable_step

_OF_ITS_OWN = 1e-4
"""The least share of a column's variance that the others may leave: with less, no data can tell them apart."""


@dataclass(frozen=True)
class Column:
    """What a coefficient is of: a number over `per` of its units, or a `level` against its `reference`."""

    variable: str
    level: str
    reference: str
    per: float
    values: np.ndarray


def columns_of(known: pd.DataFrame, variables: tuple[Variable, ...]) -> tuple[list[Column], dict[str, str]]:
    """The model's columns, and why a variable has none."""
    columns: list[Column] = []
    left_out: dict[str, str] = {}
    for variable in variables if len(known) else ():
        values, more = known[variable.name], []
        if variable.is_number:
            numbers = values.to_numpy(float)
            if np.ptp(numbers) > 0:
                more = [Column(variable.name, "", "", readable_step(numbers), numbers)]
        else:
            texts = values.astype(str).to_numpy()
            present = [name for name in variable.levels if (texts == name).any()]
            more = [Column(variable.name, name, present[0], 1.0, (texts == name).astype(float)) for name in present[1:]]
        if not more:
            left_out[variable.name] = "all of these patients have the same value"
        elif _of_their_own([*columns, *more]) < _OF_ITS_OWN:
            left_out[variable.name] = "the other variables say all, or nearly all, that it says"
        else:
            columns += more
    return columns, left_out


def _of_their_own(columns: list[Column]) -> float:
    """The least share of its variance that a column has beside those before it."""
    values = standardised(columns)[0]
    if values.shape[1] >= len(values):
        return 0.0
    return float((np.diag(np.linalg.qr(values, "r")) ** 2).min() / len(values))


def standardised(columns: list[Column]) -> tuple[np.ndarray, np.ndarray]:
    """A row a patient and a column a coefficient, each around 0 in standard deviations, and these."""
    values = np.column_stack([column.values for column in columns])
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / spread, spread
