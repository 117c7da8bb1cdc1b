"""What is asked of units: of values whose unit nothing tells, and of rows that look like another unit."""

import re
from dataclasses import replace
from statistics import median

from core.importers import mapping as m
from core.importers.asked import Question
from core.importers.findings import UNIT, Findings
from core.importers.levels import folded, is_missing
from core.importers.meanings import TYPICAL
from core.importers.measured import factor_of
from core.importers.names import analyte_named, name_of, unit_in
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


def _untold(sheet: SheetRows) -> dict[str, tuple[str, list[m.ColumnChoice]]]:
    """Of which analytes nothing tells the unit, and their values leave it open: the likeliest, and their columns."""
    beside = {column.of for column in sheet.choice.columns if column.role == m.UNIT_BESIDE}
    found = {}
    for analyte, columns in _of_analytes(sheet).items():
        columns = [one for one in columns if not one.unit and one.column not in beside]
        if not columns:
            continue
        units, likeliest = _fitting(analyte, [text for column in columns for text in sheet.cells(column)])
        if units != [STANDARD[analyte][0]]:
            found[analyte] = (likeliest, columns)
    return found


def without_untold(sheet: SheetRows, found: Findings) -> SheetRows:
    """The sheet without the values whose unit is asked for: they are left out until it is said."""
    open_ones = [one for _, columns in _untold(sheet).values() for one in columns] + _open_doses(sheet)
    names = {column.column for column in open_ones}
    for column in open_ones:
        cells = zip(sheet.rows, sheet.cells(column), strict=True)
        filled = [(row, text) for row, text in cells if not is_missing(text)]
        if filled:
            place = sheet.place(filled[0][0], column, filled[0][1])
            found.problem(place, UNIT, "a unit: nothing tells it", "Say it above", f"{len(filled)} values left out")
    kept = tuple(one for one in sheet.choice.columns if one.column not in names)
    return replace(sheet, choice=replace(sheet.choice, columns=kept)) if names else sheet


def untold(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """In which unit values are of which neither heading, legend nor a column beside tells one."""
    open_ones = _untold(sheet)
    if not open_ones:
        return []
    as_told = without = mapping
    for unit, columns in open_ones.values():
        for column in columns:
            as_told = as_told.with_column(sheet.choice.sheet, replace(column, unit=unit))
            without = without.with_column(sheet.choice.sheet, m.ColumnChoice(column.column))
    said = ", ".join(f"{analyte} in {_shown(unit)}" for analyte, (unit, _) in open_ones.items())
    words = f"No unit is told in {sheet.choice.sheet}: is {said}?"
    evidence = "until that is said these values are left out; another unit is chosen at the column"
    return [Question(f"no unit {sheet.choice.sheet}", words, evidence, {"Yes": as_told, UNTOLD: without}, "")]


def untold_rows(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """The same of a sheet with a row a value, where no column has units and analytes stand without theirs."""
    columns = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
    if sheet.choice.holds != m.MEASUREMENTS or m.UNIT in columns or not {m.ANALYTE, m.VALUE} <= set(columns):
        return []
    value, of_text = columns[m.VALUE], dict[str, list[str]]()
    for text, cell in zip(sheet.cells(columns[m.ANALYTE]), sheet.cells(value), strict=True):
        of_text.setdefault(text, []).append(cell)
    units: dict[str, tuple[str, str]] = {}
    for text, cells in of_text.items():
        analyte = analyte_named(name_of(text).plain) or analyte_named(text) or ""
        if analyte in STANDARD and not unit_in(text, name_of(text), ""):
            units[folded(text)] = (analyte, _fitting(analyte, cells)[1])
    if not units:
        return []
    as_told = replace(value, levels=tuple((text, unit) for text, (_, unit) in units.items()), empty="")
    answers = {
        "Yes": mapping.with_column(sheet.choice.sheet, as_told),
        UNTOLD: mapping.with_column(sheet.choice.sheet, replace(value, levels=(), empty=m.NOT_KNOWN)),
    }
    answer = "Yes" if value.levels else UNTOLD if value.empty == m.NOT_KNOWN else ""
    said = ", ".join(f"{analyte} in {_shown(unit)}" for analyte, unit in dict.fromkeys(units.values()))
    words = f"No unit is told in {sheet.choice.sheet}: is {said}?"
    evidence = "until that is said these values are left out; a column of units beside them tells it too"
    return [Question(f"no unit {sheet.choice.sheet}", words, evidence, answers, answer)]


def _fitting(analyte: str, cells: list[str]) -> tuple[list[str], str]:
    """
    The units, of several by one factor the first, in which the median of the values is one that a cohort has; and the
    likeliest: the first of them, or the one that comes nearest to it.
    """
    numbers = map(number_in, cells)
    values = [one.value for one in numbers if one is not None and not one.limit]
    low, high = TYPICAL.get(analyte, (0.0, float("inf")))
    by_factor: dict[float, str] = {}
    for unit in (STANDARD[analyte][0], *STANDARD[analyte][1]):
        by_factor.setdefault(factor_of(analyte)(unit) or 1.0, unit)
    middle = median(values) if values else 0.0
    if len(by_factor) == 1 or middle <= 0:
        return [STANDARD[analyte][0]], STANDARD[analyte][0]
    off = {unit: max(low / (middle * by), middle * by / high) for by, unit in by_factor.items()}
    fitting = [unit for unit in by_factor.values() if off[unit] <= 1]
    return fitting, fitting[0] if fitting else min(off, key=lambda unit: off[unit])


def _shown(unit: str) -> str:
    """A unit as it is written: mg/dL, /µL."""
    return (
        re.sub(r"(?<=/)u(?=l)|^u(?=g|mol|kat)", "µ", unit)
        .replace("/µl", "/µL")
        .replace("/dl", "/dL")
        .replace("/l", "/L")
    )


def _small(sheet: SheetRows, column: m.ColumnChoice) -> list[float]:
    """The doses of a column that are no numbers of cells, in no unit."""
    numbers = [one for text in sheet.cells(column) if (one := number_in(text)) is not None]
    return [one.value for one in numbers if one.value < _LEAST_CELLS and not one.rest]


def _open_doses(sheet: SheetRows) -> list[m.ColumnChoice]:
    """The columns of doses of which neither heading nor cells say what they count."""
    doses = [one for one in sheet.choice.columns if (one.of, one.role, one.unit) == ("dose_1e8_cells", m.VARIABLE, "")]
    said = [one for one in doses if one.column in sheet.headings and not _SAYS_CELLS.search(one.column)]
    return [one for one in said if _small(sheet, one)]


def doses(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """What a dose counts, where neither its heading nor its cells say so."""
    asked = []
    for column in _open_doses(sheet):
        small = _small(sheet, column)
        answers = {
            name: mapping.with_column(sheet.choice.sheet, replace(column, unit=unit)) for name, unit in _DOSES.items()
        }
        per_kg = m.ColumnChoice(column.column)
        answers["Per kg: leave out"] = mapping.with_column(sheet.choice.sheet, per_kg)
        words = f"{column.column}: {min(small):g} to {max(small):g} of what?"
        evidence = "until that is said they are left out"
        asked.append(Question(f"dose {sheet.choice.sheet} {column.column}", words, evidence, answers, ""))
    return asked


def _changes(sheet: SheetRows) -> list[tuple[str, list[m.ColumnChoice], tuple[int, int, str]]]:
    """The analytes with rows of another size: their columns, the first and last of these rows, and the likely unit."""
    every = (
        (name, of, change_of_unit(sheet, name, of))
        for name, of in (*_of_analytes(sheet).items(), *_of_variables(sheet))
    )
    return [(name, of, change) for name, of, change in every if change is not None]


def as_they_changed(sheet: SheetRows) -> m.SheetChoice:
    """The sheet with another unit of rows only where they look like one still: a recipe says it of rows of then."""
    now = {(one.column, change[:2]) for _, columns, change in _changes(sheet) for one in columns}
    return replace(
        sheet.choice,
        columns=tuple(
            one
            if one.other_rows is None or (one.column, one.other_rows) in now
            else replace(one, other_unit="", other_rows=None)
            for one in sheet.choice.columns
        ),
    )


def changed(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether rows whose values of an analyte are many times smaller or larger are in another unit."""
    asked = []
    for analyte, columns, (first, last, other) in _changes(sheet):
        unit = unit_of(analyte, columns)
        told = next((column.other_unit for column in columns if column.other_rows == (first, last)), "")
        answers = {name: _in_unit(mapping, sheet, columns, name, (first, last)) for name in (unit, other)}
        words = f"{analyte} in rows {first} to {last}: {unit}, or {other}?"
        evidence = "values there are many times smaller or larger than in the other rows"
        of = analyte if columns[0].role == m.MEASUREMENT else columns[0].column
        asked.append(Question(f"unit {sheet.choice.sheet} {of}", words, evidence, answers, told))
    return asked


def _in_unit(
    mapping: m.Mapping, sheet: SheetRows, columns: list[m.ColumnChoice], unit: str, rows: tuple[int, int]
) -> m.Mapping:
    for column in columns:
        mapping = mapping.with_column(sheet.choice.sheet, replace(column, other_unit=unit, other_rows=rows))
    return mapping
