"""Rows from which on the values of an analyte are of another size: a change of unit in mid-column."""

from math import log10
from statistics import median

import numpy as np

from core.importers import mapping as m
from core.importers.numbers import number_in
from core.importers.patients import SheetRows
from core.importers.units import STANDARD, factor_to_standard

_LEAST_ROWS = 4
"""Rows of each unit without which nothing is said."""
_SORTED = 0.9
"""Share of neighbours in order from which on a column is sorted by its values, which change then without a unit."""
_LEAST_APART = 0.7
"""Powers of ten that the two parts are apart at least: mg/dL and mg/L are one, mg/dL and µmol/L of creatinine two."""
_MOST_STRAYED = 0.1
"""Share of the values of a part that may lie nearer to the other."""
_SAME_SIZE = 0.7
"""Powers of ten that the values in the other unit may be from those in the one that is told, once converted."""


def change_of_unit(sheet: SheetRows, analyte: str, columns: list[m.ColumnChoice]) -> tuple[int, int, str] | None:
    """
    The first and last row, as the spreadsheet shows them, whose values of an
    analyte look like another unit, and that unit; None where none does.
    """
    levels = _levels(sheet, columns)
    if len(levels) < 2 * _LEAST_ROWS:
        return None
    values = np.array([level for _, level in levels])
    rising = float(np.mean(np.diff(values) >= 0))
    if not 1 - _SORTED < rising < _SORTED:
        return None
    splits = range(_LEAST_ROWS, len(values) - _LEAST_ROWS + 1)
    gaps = {split: _gap(values[:split], values[split:]) for split in splits}
    split = max(gaps, key=lambda one: gaps[one])
    if gaps[split] <= 0:
        return None
    times = float(10 ** (np.median(values[split:]) - np.median(values[:split])))
    unit = _other_unit(analyte, unit_of(analyte, columns), times)
    return None if unit is None else (levels[split][0] + 1, levels[-1][0] + 1, unit)


def unit_of(analyte: str, columns: list[m.ColumnChoice]) -> str:
    """The unit that is told for an analyte in any of its columns, or the one it is kept in."""
    return next((column.unit for column in columns if column.unit), STANDARD[analyte][0])


def _levels(sheet: SheetRows, columns: list[m.ColumnChoice]) -> list[tuple[int, float]]:
    """The row of each patient who has a value, and the median of the logarithms of the values in it."""
    logs: list[list[float]] = [[] for _ in sheet.rows]
    for column in columns:
        for of_row, text in zip(logs, sheet.cells(column), strict=True):
            number = number_in(text)
            if number is not None and number.value > 0 and not number.rest and not number.limit:
                of_row.append(float(np.log10(number.value)))
    return [(row.place, median(of_row)) for row, of_row in zip(sheet.rows, logs, strict=True) if of_row]


def _gap(before: np.ndarray, after: np.ndarray) -> float:
    """How much further two parts are apart than they are wide; 0 where that is no change of unit."""
    apart = abs(float(np.median(after) - np.median(before)))
    middle = (np.median(after) + np.median(before)) / 2
    strayed = [float(np.mean((part > middle) != (np.median(part) > middle))) for part in (before, after)]
    if max(strayed) > _MOST_STRAYED:
        return 0.0
    return apart - float(before.std() + after.std()) if apart >= _LEAST_APART else 0.0


def _other_unit(analyte: str, unit: str, times: float) -> str | None:
    """The unit in which values would be nearest to so many times those of the one that is told, if any is near."""
    told = factor_to_standard(analyte, unit)
    if told is None:
        return None
    off = {name: abs(log10(times * factor / told)) for name, factor in STANDARD[analyte][1].items() if factor != told}
    nearest = min(off, key=lambda name: off[name], default="")
    return nearest if nearest and off[nearest] < _SAME_SIZE else None
