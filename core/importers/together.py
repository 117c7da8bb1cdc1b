"""Rows of one patient that complete each other, as those of several events or visits do."""

import re
from dataclasses import replace

from core.importers import mapping as m
from core.importers.findings import CONTRADICTION, Findings
from core.importers.levels import folded, is_missing
from core.importers.patients import Row, SheetRows, doubled

_OF_THE_ROW = re.compile(r"event|visit|instrument|instance|time.?point|zeitpunkt|besuch|visita", re.IGNORECASE)
"""Headings of what names the row and not the patient."""


def completes(sheet: SheetRows, first: Row, second: Row) -> bool:
    """Whether no cell of two rows of a patient says otherwise than the other, and each has what the other lacks."""
    a, b = (sheet.table.sheet.rows[row.place] for row in (first, second))
    places = [heading.column for name, heading in sheet.headings.items() if not _OF_THE_ROW.search(name)]
    pairs = [(a[place], b[place]) for place in places]
    told = [(is_missing(one), is_missing(other)) for one, other in pairs]
    clash = any(not (x or y) and folded(one) != folded(other) for (one, other), (x, y) in zip(pairs, told, strict=True))
    return not clash and (True, False) in told and (False, True) in told


def are_together(sheet: SheetRows) -> bool:
    """Whether the rows of each patient are to be taken together: as it is said, or because all complete each other."""
    if sheet.choice.keeps:
        return sheet.choice.keeps == m.TOGETHER
    pairs = doubled(sheet)
    return bool(pairs) and all(completes(sheet, first, second) for first, second in pairs)


def taken_together(sheet: SheetRows, found: Findings) -> SheetRows:
    """
    The rows of a sheet of patients with what later rows of a patient fill in the first, where they are to be taken
    together; where both say something else the first counts, and it is told.
    """
    if sheet.choice.holds != m.PATIENTS or not are_together(sheet):
        return sheet
    rows: dict[str, Row] = {}
    mended = dict(sheet.mended)
    for row in sheet.rows:
        first = rows.setdefault(row.patient, row) if row.patient else row
        if first is not row:
            _fill(sheet, first, row, mended, found)
    kept = tuple(row for row in sheet.rows if not row.patient or rows[row.patient] is row)
    return replace(sheet, rows=kept, mended=mended)


def _fill(sheet: SheetRows, first: Row, other: Row, mended: dict[tuple[int, int], str], found: Findings) -> None:
    for name, heading in sheet.headings.items():
        column, cells = heading.column, sheet.table.sheet.rows
        text = sheet.mended.get((other.place, column), cells[other.place][column])
        before = mended.get((first.place, column), cells[first.place][column])
        if is_missing(before) and not is_missing(text):
            mended[first.place, column] = text
        elif not is_missing(text) and folded(before) != folded(text) and not _OF_THE_ROW.search(name):
            is_name = name == getattr(sheet.choice.column(m.PATIENT), "column", "")
            if not is_name:
                found.problem(
                    sheet.place(other, m.ColumnChoice(name), text), CONTRADICTION,
                    f"{before}, as in row {first.place + 1}", "Correct one of the two", f"row {first.place + 1} counts",
                )  # fmt: skip


def infused_again(sheet: SheetRows) -> SheetRows:
    """The later rows of a patient that tell of another infusion, as of who stands there a second time (P1 (2))."""
    infusion = sheet.choice.column(m.INFUSION)
    if sheet.choice.keeps != m.SECOND or infusion is None or infusion.column not in sheet.headings:
        return sheet
    first: dict[str, str] = {}
    rows = []
    for row, day in zip(sheet.rows, sheet.cells(infusion), strict=True):
        before = first.setdefault(row.patient, day) if row.patient and day else day
        rows.append(row if before == day else Row(row.place, f"{row.patient} (2)"))
    return replace(sheet, rows=tuple(rows))
