"""Dates of six digits with the year first, as they are written in Sweden, Hungary, Canada and China: 22-01-05."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from core.importers.layout import SheetTable

_SIX_DIGITS = re.compile(r"(\d\d)([-/.])(\d\d)\2(\d\d)")
_LOOKED_AT = 200
"""Rows among which a column must hold one."""
_EARLIEST = 10
"""The first year, without its hundreds, that is taken for one: of an infusion of CAR-T cells, or what led to it."""
_WIDER = 2
"""How many times further the last numbers lie apart than the first, where they are days and the first are years."""
_APART = 3
"""Years that patients are infused over in a small sheet, whose days say little."""


def with_years_first(table: SheetTable, last_year: int) -> SheetTable:
    """
    The table with its dates of six digits written out (2022-01-05) where their first number is the year: in each
    column all of them can be that, and over the table the last numbers lie much further apart than the first.
    """
    columns = [heading.column for heading in table.headings]
    found = {column: _dates(table, column) for column in columns}
    may_be = {column: texts for column, texts in found.items() if texts and all(_day(t, last_year) for t in texts)}
    parts = [_SIX_DIGITS.fullmatch(text) for texts in may_be.values() for text in texts]
    years, days = ([int(one[place]) for one in parts if one is not None] for place in (1, 4))
    if not years or max(days) - min(days) <= _WIDER * (max(years) - min(years)) + _APART:
        return table
    example = next(iter(next(iter(may_be.values()))))
    told = f"{table.sheet.title}: the year comes first in dates such as {example}: {_day(example, last_year)}."
    rows = tuple(
        tuple(_written_out(cell, last_year) if place in may_be else cell for place, cell in enumerate(row))
        for row in table.sheet.rows
    )
    return replace(table, sheet=replace(table.sheet, rows=rows, remarks=(*table.sheet.remarks, told)))


def _dates(table: SheetTable, column: int) -> set[str]:
    """The dates of six digits in a column; none where its first rows hold none."""
    if not any(map(_SIX_DIGITS.fullmatch, _cells(table, column, table.rows[:_LOOKED_AT]))):
        return set()
    return {cell for cell in _cells(table, column, table.rows) if _SIX_DIGITS.fullmatch(cell)}


def _cells(table: SheetTable, column: int, rows: Iterable[int]) -> Iterable[str]:
    return (table.sheet.rows[row][column] for row in rows)


def _day(text: str, last_year: int) -> date | None:
    """The day of a text whose first number is the year; None where it is no date so, or of no year that can be."""
    found = _SIX_DIGITS.fullmatch(text)
    if found is None or not _EARLIEST <= int(found[1]) <= last_year % 100:
        return None
    try:
        return date(last_year - last_year % 100 + int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def _written_out(cell: str, last_year: int) -> str:
    day = _day(cell, last_year) if len(cell) == len("22-01-05") else None
    return cell if day is None else day.isoformat()
