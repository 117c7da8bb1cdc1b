"""The variables of patients that the columns of a sheet become."""

import re
from collections.abc import Callable
from dataclasses import replace

from core.importers import mapping as m
from core.importers.codes import level_of
from core.importers.findings import LEVEL, NUMBER, UNIT, Findings
from core.importers.found_variables import FoundVariable, level_named
from core.importers.levels import folded, is_missing
from core.importers.meanings import Known, variable_called
from core.importers.names import analyte_named
from core.importers.numbers import written_as_it_is
from core.importers.patients import SheetRows
from core.importers.units import STANDARD, factor_to_standard
from core.importers.values import (
    Read,
    flag_reader,
    level_reader,
    number_reader,
    percent_reader,
    shown,
    values,
)

_DOSES = {
    "10^6": 0.01,
    "10⁶": 0.01,
    "e6": 0.01,
    "10^8": 1.0,
    "10⁸": 1.0,
    "e8": 1.0,
    "mio": 0.01,
    "million": 0.01,
    "cells": 1e-8,
}
_LEAST_CELLS = 1e5
"""From here on a dose is a number of cells, whatever unit its column names."""
_ISOTYPE = re.compile(r"(?P<heavy>.+?)(?:[\s-]*(?P<light>kappa|lambda|lam|kap|κ|λ|k|l))?")
_LIGHT_FIRST = re.compile(r"(kappa|lambda|κ|λ)[\s-]*(?:lc|light chains?|leichtketten?|bj|bence.jones)(?:\s+only)?")
"""An isotype of light chains alone, which come first: lambda LC."""
_EXACT = ("prior_lines", "age_years")
"""Variables of which a limit (≥5) is no value."""


def variables_in(sheet: SheetRows, found: Findings) -> list[FoundVariable]:
    """The variables of a sheet with one row a patient, in the order of its columns; one without any value is none."""
    variables: list[FoundVariable] = []
    for column in sheet.choice.columns:
        if column.column not in sheet.headings:
            continue
        if column.role == m.ISOTYPE:
            variables += _isotype(sheet, column, found)
        elif column.role == m.MRD and column.at is None:
            variables.append(_levels(sheet, column, found, "mrd_best", "Best MRD result", ("negative", "positive")))
        elif column.role == m.CAUSE:
            read = values(sheet, column, level_reader(column), Findings())  # its problems are told with the dates
            read = [value and level_named(value) for value in read]
            levels = tuple(sorted({value for value in read if value}))
            variables.append(_found(sheet, column, "cause_of_death", "Cause of death", "category", "", levels, read))
        elif column.role == m.VARIABLE:
            variables.append(_variable(sheet, column, found))
    return [variable for variable in variables if variable.of]


def _variable(sheet: SheetRows, column: m.ColumnChoice, found: Findings) -> FoundVariable:
    known = variable_called(column.of)
    if column.kind == "number":
        return _number(sheet, column, known, found)
    if column.kind == "flag":
        read = values(sheet, column, flag_reader(column), found)
        return _found(sheet, column, column.of, column.label, "flag", "", (), read)
    order = tuple(level for level, _ in known.levels) if known is not None and known.levels else ()
    return _levels(sheet, column, found, column.of, column.label, order)


def _found(
    sheet: SheetRows, column: m.ColumnChoice, name: str, label: str, kind: str, unit: str, levels: tuple[str, ...],
    read: list,
) -> FoundVariable:  # fmt: skip
    of = {row.patient: value for row, value in zip(sheet.rows, read, strict=True) if value is not None}
    later = column.section == "after infusion" or column.role in (m.MRD, m.CAUSE)
    section = "after infusion" if later else column.section
    return FoundVariable(name, label, kind, unit, levels, section, "undated" if later else "", of)


def _levels(
    sheet: SheetRows, column: m.ColumnChoice, found: Findings, name: str, label: str, order: tuple[str, ...]
) -> FoundVariable:
    read = values(sheet, column, level_reader(column), found)
    spelled: dict[str, str] = {}
    named = {value: level_named(value) for value in dict.fromkeys(read) if value is not None}
    named = {value: spelled.setdefault(folded(name), name) for value, name in named.items()}
    read = [named.get(value) for value in read]
    held = set(named.values())
    levels = [level for level in order if level in held]
    levels += sorted((level for level in held if level not in order), key=_in_order)
    return _found(sheet, column, name, label, "category", "", tuple(levels), read)


def _in_order(level: str) -> tuple[bool, float, str]:
    """Numbers by size, then words by the alphabet, but what says none before all others."""
    try:
        return False, float(level), level
    except ValueError:
        return True, float(_NONE.match(level) is None), level.casefold()


_NONE = re.compile(
    r"(?:no|none|not|absent|negative|kein\w*|ohne|nein|sans|aucun\w*|non|nessun\w*|sin|ningun\w*)\b", re.I
)


_YEARS = re.compile(r"y|yrs?|years?|yo|y/?o|ans|anni|años|j\.?|jahre?|jaar", re.IGNORECASE)
"""A unit of age after its number."""


def _number(sheet: SheetRows, column: m.ColumnChoice, known: Known | None, found: Findings) -> FoundVariable:
    analyte = analyte_named(column.label)
    unit = known.unit if known is not None else column.unit
    if known is None and analyte in STANDARD:
        unit = STANDARD[analyte][0] if _is_told(sheet, column, analyte) else unit
    between = known.between if known is not None and known.between else (-1e12, 1e12)

    def finish(reader: Callable[[str], Read]) -> Callable[[str], Read]:
        return _plain(reader, column, between, unit)

    if unit == "%":
        reader = percent_reader(sheet, column)
    elif column.of == "dose_1e8_cells":
        reader = _dose_reader(sheet, column)
    elif analyte in STANDARD:
        by_row = _by_row(sheet, column, analyte, found, finish)
        if by_row is not None:
            return _found(sheet, column, column.of, column.label or column.of, "number", unit, (), by_row)
        reader = _limits_too(sheet, column, analyte)
    else:
        reader = number_reader(sheet, column, lambda told: 1.0 if unit == "years" and _YEARS.fullmatch(told) else None)
    read = values(sheet, column, finish(reader), found)
    return _found(sheet, column, column.of, column.label or column.of, "number", unit, (), read)


def _plain(
    reader: Callable[[str], Read], column: m.ColumnChoice, between: tuple[float, float], unit: str
) -> Callable[[str], Read]:
    """A reader of numbers as text, within what can be true; a limit of the laboratory stands for the value."""

    def read(text: str) -> Read:
        said = reader(text)
        number = said.value
        if number is None:
            return said
        if number.limit and column.of in _EXACT:
            return Read(wrong=(NUMBER, "one number", "Type the number"))
        if not between[0] <= number.value <= between[1]:
            wanted = f"from {between[0]:g} to {between[1]:g}{'' if unit == '%' else ' ' if unit else ''}{unit}"
            return Read(wrong=(NUMBER, wanted, "Correct the value"))
        plain = shown(number.value)
        return Read(plain, "" if written_as_it_is(number.value, text.strip()) else plain)

    return read


def _dose_reader(sheet: SheetRows, column: m.ColumnChoice) -> Callable[[str], Read]:
    """A dose in 10⁸ cells, by the column's unit, or in cells where it is a large number; per kg it is no dose."""
    factor = next((by for unit, by in _DOSES.items() if unit in column.unit.casefold()), 1.0)
    reader = number_reader(sheet, column, lambda unit: 1e6 if unit == "M" else None)

    def read(text: str) -> Read:
        if "/kg" in text.casefold().replace(" ", ""):
            return Read(wrong=(UNIT, "cells, not cells per kg", "Give the weight, or the cells"))
        said = reader(text)
        if said.value is None:
            return said
        value = said.value.value * (1e-8 if said.value.value >= _LEAST_CELLS else factor)
        value = float(f"{value:.12g}")
        number = type(said.value)(value, said.value.limit)
        return Read(number, shown(value))

    return read


def _limits_too(sheet: SheetRows, column: m.ColumnChoice, analyte: str) -> Callable[[str], Read]:
    """A reader of an analyte in the unit it is kept in, also of an end that is no value: < 0.3 mg/dL is < 3 mg/L."""
    reader = number_reader(sheet, column, lambda unit: factor_to_standard(analyte, unit))
    factor = factor_to_standard(analyte, column.unit) or 1.0

    def read(text: str) -> Read:
        said = reader(text)
        if said.value is None or not said.value.limit:
            return said
        return replace(said, value=replace(said.value, value=float(f"{said.value.value * factor:.12g}")))

    return read


def _is_told(sheet: SheetRows, column: m.ColumnChoice, analyte: str) -> bool:
    """Whether the unit of a column is told, by itself or of its rows, as one that can be converted."""
    return _units(sheet, column, analyte) is not None or factor_to_standard(analyte, column.unit) is not None


def _units(sheet: SheetRows, column: m.ColumnChoice, analyte: str) -> list[str] | None:
    """The unit of each row, from the column after or where some rows are in another; None where all are in one."""
    beside = next((c for c in sheet.choice.columns if c.role == m.UNIT_BESIDE and c.of == column.column), None)
    if beside is not None:
        levels = dict(beside.levels)
        return [levels.get(folded(unit), unit) for unit in sheet.cells(beside)]
    if column.other_rows is None:
        return None
    (first, last), usual = column.other_rows, column.unit or STANDARD[analyte][0]
    return [column.other_unit if first <= row.place + 1 <= last else usual for row in sheet.rows]


def _by_row(sheet: SheetRows, column: m.ColumnChoice, analyte: str, found: Findings, finish: Callable) -> list | None:
    """The values of a column whose rows are in units of their own; None where all are in one."""
    told = _units(sheet, column, analyte)
    if told is None:
        return None
    read: list = [None] * len(sheet.rows)
    cells = list(zip(sheet.rows, sheet.cells(column), told, strict=True))
    for unit in {unit for _, _, unit in cells}:
        factor = factor_to_standard(analyte, unit)
        places = [place for place, (_, _, beside) in enumerate(cells) if beside == unit]
        part = replace(sheet, rows=tuple(cells[place][0] for place in places))
        if factor is None:
            for row, text, _ in (cells[place] for place in places):
                if not is_missing(text):
                    found.problem(sheet.place(row, column, text), UNIT, "a unit beside it", "Fill in the unit")
            continue
        reader = _limits_too(part, replace(column, unit=unit), analyte)
        for place, value in zip(places, values(part, column, finish(reader), found), strict=True):
            read[place] = value
    return read


def _isotype(sheet: SheetRows, column: m.ColumnChoice, found: Findings) -> list[FoundVariable]:
    """Monoclonal protein and light chain of one cell: IgG kappa, LC λ."""
    protein, chain = variable_called("monoclonal_protein"), variable_called("light_chain")

    def read(text: str) -> Read:
        if is_missing(text):
            return Read()
        turned = _LIGHT_FIRST.fullmatch(folded(text))
        parts = _ISOTYPE.fullmatch(f"lc {turned[1]}" if turned else folded(text))
        light = level_of(chain, parts["light"] or "") if parts else ""
        heavy = level_of(protein, parts["heavy"].strip(" -")) if parts else ""
        if not heavy:
            return Read(wrong=(LEVEL, "an isotype, as IgG kappa", "Correct it"))
        return Read((heavy, light or None), f"{heavy} {light}".strip())

    read_all = values(sheet, column, read, found)
    variables = []
    for place, known in enumerate((protein, chain)):
        if known is not None:
            of = [None if said is None else said[place] for said in read_all]
            order = tuple(level for level, _ in known.levels if level in of)
            variables.append(_found(sheet, column, known.of, known.label, "category", "", order, of))
    return variables
