"""What is asked of units: of values whose unit nothing tells, and of rows that look like another unit."""

import re
from dataclasses import replace
from statistics import median

from core.importers import mapping as m
from core.importers.asked import Question
from core.importers.meanings import TYPICAL
from core.importers.measured import factor_of
from core.importers.names import analyte_named
from core.importers.numbers import number_in
from core.importers.patients import SheetRows
from core.importers.unit_changes import change_of_unit, unit_of
from core.importers.units import STANDARD

_LEAST_CELLS = 1e5
"""From here on a number is one of cells."""
_SAYS_CELLS = re.compile(r"10.?[68⁶⁸]|e[68]\b|mio|million", re.IGNORECASE)
_DOSES = {"10⁸ cells": "10^8", "10⁶ cells (millions)": "10^6"}
UNTOLD = "Not known: leave them out"


def _of_analytes(sheet: SheetRows) -> dict[str, list[m.ColumnChoice]]:
    """The columns of measurements of each analyte whose units are known."""
    by_analyte: dict[str, list[m.ColumnChoice]] = {}
    for column in sheet.choice.columns:
        if column.role == m.MEASUREMENT and column.column in sheet.headings and column.of in STANDARD:
            by_analyte.setdefault(column.of, []).append(column)
    return by_analyte


def _of_variables(sheet: SheetRows) -> list[tuple[str, list[m.ColumnChoice]]]:
    """The variables that are values of an analyte whose units are known, each with its column, without units beside."""
    beside = {column.of for column in sheet.choice.columns if column.role == m.UNIT_BESIDE}
    numbers = [
        column
        for column in sheet.choice.columns
        if column.role == m.VARIABLE and column.kind == "number" and column.column in sheet.headings
    ]
    named = [(analyte_named(column.label), column) for column in numbers if column.column not in beside]
    return [(analyte, [column]) for analyte, column in named if analyte in STANDARD]


def untold(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """In which unit values are of which neither heading, legend nor a column beside tells one."""
    beside = {column.of for column in sheet.choice.columns if column.role == m.UNIT_BESIDE}
    open_ones: dict[str, list[m.ColumnChoice]] = {}
    proposed: dict[str, str] = {}
    for analyte, columns in _of_analytes(sheet).items():
        told = any(one.unit or one.column in beside for one in columns)
        if not told and (units := _fitting(sheet, analyte, columns)) != [STANDARD[analyte][0]]:
            open_ones[analyte], proposed[analyte] = columns, (units or [STANDARD[analyte][0]])[0]
    if not open_ones:
        return []
    as_told = without = mapping
    for analyte, columns in open_ones.items():
        for column in columns:
            as_told = as_told.with_column(sheet.choice.sheet, replace(column, unit=proposed[analyte]))
            without = without.with_column(sheet.choice.sheet, m.ColumnChoice(column.column))
    said = ", ".join(f"{analyte} in {_shown(unit)}" for analyte, unit in proposed.items())
    words = f"No unit is told in {sheet.choice.sheet}: is {said}?"
    evidence = "until that is said they are read so; another unit is chosen at the column"
    return [Question(f"no unit {sheet.choice.sheet}", words, evidence, {"Yes": as_told, UNTOLD: without}, "")]


def _fitting(sheet: SheetRows, analyte: str, columns: list[m.ColumnChoice]) -> list[str]:
    """The units, of several by one factor the first, in which the median of the values is one that a cohort has."""
    numbers = (number_in(text) for column in columns for text in sheet.cells(column))
    values = [one.value for one in numbers if one is not None and not one.limit]
    low, high = TYPICAL.get(analyte, (0.0, float("inf")))
    by_factor: dict[float, str] = {}
    for unit in (STANDARD[analyte][0], *STANDARD[analyte][1]):
        by_factor.setdefault(factor_of(analyte)(unit) or 1.0, unit)
    if len(by_factor) == 1:
        return [STANDARD[analyte][0]]
    return [unit for factor, unit in by_factor.items() if values and low <= median(values) * factor <= high]


def _shown(unit: str) -> str:
    """A unit as it is written: mg/dL, /µL."""
    return (
        re.sub(r"(?<=/)u(?=l)|^u(?=g|mol|kat)", "µ", unit)
        .replace("/µl", "/µL")
        .replace("/dl", "/dL")
        .replace("/l", "/L")
    )


def doses(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """What a dose counts, where neither its heading nor its cells say so."""
    asked = []
    for column in sheet.choice.columns:
        if (
            column.of != "dose_1e8_cells"
            or column.role != m.VARIABLE
            or column.unit
            or column.column not in sheet.headings
        ):
            continue
        numbers = [one for text in sheet.cells(column) if (one := number_in(text)) is not None]
        small = [one.value for one in numbers if one.value < _LEAST_CELLS and not one.rest]
        if not small or _SAYS_CELLS.search(column.column):
            continue
        answers = {
            name: mapping.with_column(sheet.choice.sheet, replace(column, unit=unit)) for name, unit in _DOSES.items()
        }
        per_kg = m.ColumnChoice(column.column)
        answers["Per kg of weight: no dose of cells"] = mapping.with_column(sheet.choice.sheet, per_kg)
        words = f"{column.column}: {min(small):g} to {max(small):g} of what?"
        evidence = "until that is said they are read as 10⁸ cells"
        asked.append(Question(f"dose {sheet.choice.sheet} {column.column}", words, evidence, answers, ""))
    return asked


def changed(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether rows whose values of an analyte are ten times smaller or larger are in another unit."""
    asked = []
    for analyte, columns in (*_of_analytes(sheet).items(), *_of_variables(sheet)):
        found = change_of_unit(sheet, analyte, columns)
        if found is None:
            continue
        first, last, other = found
        unit = unit_of(analyte, columns)
        told = next((column.other_unit for column in columns if column.other_rows == (first, last)), "")
        answers = {name: _in_unit(mapping, sheet, columns, name, (first, last)) for name in (unit, other)}
        words = f"{analyte} in rows {first} to {last}: {unit}, or {other}?"
        evidence = "values there are about ten times smaller or larger than in the other rows"
        of = analyte if columns[0].role == m.MEASUREMENT else columns[0].column
        asked.append(Question(f"unit {sheet.choice.sheet} {of}", words, evidence, answers, told))
    return asked


def _in_unit(
    mapping: m.Mapping, sheet: SheetRows, columns: list[m.ColumnChoice], unit: str, rows: tuple[int, int]
) -> m.Mapping:
    for column in columns:
        mapping = mapping.with_column(sheet.choice.sheet, replace(column, other_unit=unit, other_rows=rows))
    return mapping
