"""What was brought twice: the rows of a sheet that an earlier one holds already, which count once."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.findings import Findings
from core.importers.levels import is_missing
from core.importers.patients import Row, SheetRows

_ALL_BUT = 0.9
"""Share of the smaller sheet that the other holds, from which on they are one: single undated events can be alike."""


def without_copies(sheet: SheetRows, earlier: list[SheetRows], found: Findings) -> SheetRows:
    """
    A sheet with one row an event, measurement or assessment without the rows that an earlier one of that kind holds
    in every column that both have, which are listed: those of a day, and where nearly all are the same the others too.
    """
    if sheet.choice.holds in (m.PATIENTS, m.NOTHING) or not sheet.rows:
        return sheet
    for before in earlier:
        used = [c.column for c in sheet.choice.columns if c.role not in (m.LEFT_OUT, m.PRIVATE, m.PATIENT)]
        if before.choice.holds != sheet.choice.holds or not set(used) <= set(before.headings):
            continue
        names = [name for name in sheet.headings if name in before.headings and name != _names_patients(sheet)]
        held = dict(zip(_told(before, names), before.rows, strict=True))
        copies = [(row, held.get(told)) for row, told in zip(sheet.rows, _told(sheet, names), strict=True)]
        same = len({told for told in _told(sheet, names) if told in held})
        is_one = same >= _ALL_BUT * min(len(set(_told(sheet, names))), len(held))
        dated = _dated(sheet)
        kept = []
        for row, first in copies:
            if first is None or not (is_one or row.place in dated):
                kept.append(row)
                continue
            place = f"row {first.place + 1} of {before.choice.sheet}"
            found.unused(sheet.table.sheet.title, row.place, f"the same as {place}, which counts")
        sheet = replace(sheet, rows=tuple(kept))
    return sheet


def _names_patients(sheet: SheetRows) -> str:
    column = sheet.choice.column(m.PATIENT)
    return "" if column is None else column.column


def _told(sheet: SheetRows, names: list[str]) -> list[tuple[str, ...]]:
    """What each row tells: its patient, and the cells of the columns of these names."""
    cells = zip(*(sheet.cells(m.ColumnChoice(name)) for name in names), strict=True)
    return [(row.patient, *told) for row, told in zip(sheet.rows, cells, strict=True)]


def _dated(sheet: SheetRows) -> set[int]:
    """The places of the rows that tell a day."""
    days = [c for c in sheet.choice.columns if c.role in (m.DAY, m.ONSET) and c.column in sheet.headings]
    told: list[tuple[Row, str]] = [one for c in days for one in zip(sheet.rows, sheet.cells(c), strict=True)]
    return {row.place for row, text in told if not is_missing(text)}
