"""What was brought twice: the rows of a sheet that an earlier one holds already, which count once."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.findings import Findings
from core.importers.patients import SheetRows

_MOSTLY = 0.5
"""Share of a sheet's rows that another sheet holds, from which on it is that one again: single events can be alike."""


def without_copies(sheet: SheetRows, earlier: list[SheetRows], found: Findings) -> SheetRows:
    """
    A sheet with one row an event, measurement or assessment without the rows that an earlier one of that kind
    holds, which are listed: the export of the month before brought beside this month's, or a file twice.
    """
    if sheet.choice.holds in (m.PATIENTS, m.NOTHING) or not sheet.rows:
        return sheet
    for before in earlier:
        if before.choice.holds != sheet.choice.holds:
            continue
        used = [c for c in sheet.choice.columns if c.role not in (m.LEFT_OUT, m.PRIVATE, m.PATIENT)]
        names = {column.column: column for column in before.choice.columns}
        if any(
            c.column not in sheet.headings or c.column not in names or c.column not in before.headings for c in used
        ):
            continue
        held = dict(zip(_told(before, [names[c.column] for c in used]), before.rows, strict=True))
        copies = [(row, held.get(told)) for row, told in zip(sheet.rows, _told(sheet, used), strict=True)]
        if sum(first is not None for _, first in copies) < _MOSTLY * len(copies):
            continue
        for row, first in copies:
            if first is not None:
                place = f"row {first.place + 1} of {before.choice.sheet}"
                found.unused(sheet.table.sheet.title, row.place, f"the same as {place}, which counts")
        sheet = replace(sheet, rows=tuple(row for row, first in copies if first is None))
    return sheet


def _told(sheet: SheetRows, columns: list[m.ColumnChoice]) -> list[tuple[str, ...]]:
    """What each row tells: its patient, and the cells of the columns that are used."""
    cells = zip(*(sheet.cells(column) for column in columns), strict=True) if columns else [()] * len(sheet.rows)
    return [(row.patient, *told) for row, told in zip(sheet.rows, cells, strict=True)]
