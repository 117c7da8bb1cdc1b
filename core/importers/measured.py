"""The values of an analyte in a column of a sheet, in the unit of the column, or of each row."""

from collections.abc import Callable
from dataclasses import replace

from core.importers import mapping as m
from core.importers.findings import NUMBER, UNIT, Findings
from core.importers.levels import folded, is_missing
from core.importers.meanings import POSSIBLE
from core.importers.numbers import Number
from core.importers.patients import Row, SheetRows
from core.importers.units import STANDARD, factor_to_standard
from core.importers.values import Read, number_reader, values

Measurements = list[tuple]
"""Rows of `measurements` in the order of their columns in core/cohort/schema.py, as values."""


def factor_of(analyte: str) -> Callable[[str], float | None]:
    """What a value of an analyte is multiplied by, as a function of its unit: /µl blood is /µl."""

    def factor(unit: str) -> float | None:
        return factor_to_standard(analyte, unit.partition(" ")[0]) or factor_to_standard(analyte, unit)

    return factor


def kept_unit(analyte: str, unit: str) -> str:
    """The unit that values of an analyte in a unit are kept in."""
    known = STANDARD.get(analyte)
    if known is None or unit.startswith("log10"):
        return unit
    return known[0] if not unit or factor_of(analyte)(unit) is not None else unit


def measured(
    sheet: SheetRows, column: m.ColumnChoice, found: Findings, into: Measurements, days: dict[int, float] | None = None
) -> None:
    """The values of an analyte on one day, or on the day of each row; rows in another unit are read in that."""
    beside = next((c for c in sheet.choice.columns if c.role == m.UNIT_BESIDE and c.of == column.column), None)
    if beside is not None and beside.column in sheet.headings:
        _by_unit(sheet, column, beside, found, into, days)
        return
    first, last = column.other_rows or (0, -1)
    other = [row for row in sheet.rows if first <= row.place + 1 <= last]
    if other:
        rows = tuple(row for row in sheet.rows if not first <= row.place + 1 <= last)
        _in_one_unit(replace(sheet, rows=tuple(other)), replace(column, unit=column.other_unit), found, into, days)
        sheet = replace(sheet, rows=rows)
    _in_one_unit(sheet, column, found, into, days)


def _by_unit(
    sheet: SheetRows, column: m.ColumnChoice, beside: m.ColumnChoice, found: Findings, into: Measurements,
    days: dict[int, float] | None,
) -> None:  # fmt: skip
    """The values of a column in the unit that stands beside each."""
    by_unit: dict[str, list[Row]] = {}
    levels = dict(beside.levels)
    for row, unit in zip(sheet.rows, sheet.cells(beside), strict=True):
        by_unit.setdefault(levels.get(folded(unit), unit.strip()), []).append(row)
    for unit, rows in by_unit.items():
        of_unit = replace(sheet, rows=tuple(rows))
        if is_missing(unit):
            _without_a_unit(of_unit, column, found)
        else:
            _in_one_unit(of_unit, replace(column, unit=unit), found, into, days)


def _without_a_unit(sheet: SheetRows, column: m.ColumnChoice, found: Findings) -> None:
    for row, text in zip(sheet.rows, sheet.cells(column), strict=True):
        if not is_missing(text):
            found.problem(
                sheet.place(row, column, text), UNIT, "a unit beside it", "Fill in the unit", "value left out"
            )


def _in_one_unit(
    sheet: SheetRows, column: m.ColumnChoice, found: Findings, into: Measurements, days: dict[int, float] | None
) -> None:
    analyte, levels = column.of, dict(column.levels)
    reader = number_reader(sheet, column, factor_of(analyte))
    factor = factor_of(analyte)(column.unit) or 1.0
    unit = kept_unit(analyte, column.unit)
    possible = POSSIBLE.get(analyte, (0.0, float("inf"))) if unit == STANDARD.get(analyte, ("",))[0] else None

    def read(text: str) -> Read:
        said = reader(levels.get(folded(text), text))
        if isinstance(said.value, Number) and possible and not _is_possible(said.value, possible):
            return Read(
                wrong=(NUMBER, f"{analyte} from {possible[0]:g} to {possible[1]:g} {unit}", "Correct the value")
            )
        return said

    for row, number in zip(sheet.rows, values(sheet, column, read, found, "value left out"), strict=True):
        if number is not None:
            value = number.value * factor if number.limit else number.value
            at = column.at if days is None else days[row.place]
            into.append((row.patient, analyte, at, value, unit, limit_of(number), None, None))


def _is_possible(number: Number, possible: tuple[float, float]) -> bool:
    return bool(number.limit) or possible[0] <= number.value <= possible[1]


def limit_of(number: Number) -> str | None:
    """What `measurements` says of a value that is below a limit."""
    return "Yes" if number.limit == "below" else None
