"""Dates of six digits with the year first, as they are written in Sweden, Hungary, Canada and China: 22-01-05."""

import re
from dataclasses import replace
from datetime import date

from core.importers.layout import SheetTable
from core.importers.meanings import known_as
from core.importers.names import SURE, known_by, plain

_SIX_DIGITS = re.compile(r"(\d\d)([-/.])(\d\d)\2(\d\d)")
_LOOKED_AT = 200
"""Rows among which a column must hold one."""
_MOSTLY = 0.9
"""Share of a column's dates of six digits that must be dates with the year first: one may be mistyped."""
_WIDER, _APART = 2, 3
"""How many times further the last numbers lie apart than the first where they are days, and years of a few patients."""
_FIRST_INFUSED = 12
"""The year, without its hundreds, before which nobody was given CAR-T cells."""
_INFUSION = known_as("infusion date")


def with_years_first(tables: dict[str, SheetTable], last_year: int) -> dict[str, SheetTable]:
    """
    The tables with their dates of six digits written out (2022-01-05) where their first number is the year: in most
    cells of a column it can be that; and either the last numbers lie much further apart than the first, over all
    tables, or the infusions would else be of years before CAR-T cells.
    """
    dated: dict[tuple[str, int], list[str]] = {}
    for title, table in tables.items():
        for heading in table.headings:
            texts = _dates(table, heading.column)
            if texts and sum(_day(text, last_year) is not None for text in texts) >= _MOSTLY * len(texts):
                dated[title, heading.column] = [text for text in texts if _day(text, last_year)]
    parts = [_SIX_DIGITS.fullmatch(text) for texts in dated.values() for text in texts]
    years, days = ([int(one[place]) for one in parts if one is not None] for place in (1, 4))
    if not years:
        return tables
    wider = max(days) - min(days) > _WIDER * (max(years) - min(years)) + _APART
    if not wider and not _too_early(tables, dated, last_year % 100):
        return tables
    columns = {title: {column for of, column in dated if of == title} for title in tables}
    return {title: _written_out(table, columns[title], last_year) for title, table in tables.items()}


def _too_early(tables: dict[str, SheetTable], dated: dict[tuple[str, int], list[str]], last: int) -> bool:
    """Whether infusions would be of years without CAR-T cells if the last of their numbers were the year."""
    for (title, column), texts in dated.items():
        heading = next(one for one in tables[title].headings if one.column == column)
        if known_by([plain(heading.name)], _INFUSION)[1] == SURE:
            ends = [int(text[-2:]) for text in texts]
            starts = [int(text[:2]) for text in texts]
            if min(starts) >= _FIRST_INFUSED and not all(_FIRST_INFUSED <= end <= last for end in ends):
                return True
    return False


def _dates(table: SheetTable, column: int) -> list[str]:
    """The dates of six digits in a column; none where its first rows hold none."""
    cells = [table.sheet.rows[row][column] for row in table.rows[:_LOOKED_AT]]
    if not any(map(_SIX_DIGITS.fullmatch, cells)):
        return []
    cells += [table.sheet.rows[row][column] for row in table.rows[_LOOKED_AT:]]
    return [cell for cell in cells if _SIX_DIGITS.fullmatch(cell)]


def _day(text: str, last_year: int) -> date | None:
    """The day of a text whose first number is the year; None where it is no date so, or of a year to come."""
    found = _SIX_DIGITS.fullmatch(text)
    if found is None or int(found[1]) > last_year % 100:
        return None
    try:
        return date(last_year - last_year % 100 + int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def _written_out(table: SheetTable, columns: set[int], last_year: int) -> SheetTable:
    if not columns:
        return table

    def written(cell: str) -> str:
        day = _day(cell, last_year) if len(cell) == len("22-01-05") else None
        return cell if day is None else day.isoformat()

    rows = tuple(
        tuple(written(cell) if place in columns else cell for place, cell in enumerate(row)) for row in table.sheet.rows
    )
    told = f"{table.sheet.title}: the year comes first in its dates of six digits, as in 22-01-05."
    return replace(table, sheet=replace(table.sheet, rows=rows, remarks=(*table.sheet.remarks, told)))
