"""Sheets that have no single header with one row a patient: a column a patient, or a table or a legend beside it."""

import itertools
from dataclasses import replace

from core.importers.layout import SheetTable, is_value, table_in
from core.importers.legends import is_code_list, line_tells_codes, lists_codes, names_told
from core.importers.mapping import PATIENT
from core.importers.meanings import KNOWN
from core.importers.names import LIKELY, known_by, name_of, plain
from core.importers.sheets import Sheet, letters, squared

_MOST_TURNED = 2_000
"""Rows and columns of a sheet that may have a column a patient."""
_CORNERS = ("variable", "parameter", "item", "merkmal", "characteristic", "feature", "field", "feld", "name")
_TOP = 12
"""Rows in which the headings of tables beside each other stand."""
_LONGEST_LEGEND = 200
"""Lines of a legend beside a table."""
_VALUES = 0.4
"""Share of the cells beside its names that are values: those of a list of variables are words."""
_FEWEST_NAMES = 3
"""Meanings that the first column names, at least, where it is the header."""


def tables_of(sheet: Sheet) -> list[SheetTable]:
    """The tables of a sheet, beside and below each other; of one with a column a patient, turned to have a row each."""
    found = []
    for part in _side_by_side(sheet):
        found += _below_each_other(part)
    return found


def legends_beside(sheet: Sheet) -> list[Sheet]:
    """What stands beside the table of a sheet, behind a blank column, and tells codes."""
    return [_block(sheet, *block) for block in _blocks(sheet) if _is_legend(sheet, *block)]


def _blocks(sheet: Sheet) -> list[tuple[int, int]]:
    """From where to where columns stand between blank ones."""
    blank = [c for c in range(sheet.width) if not any(row[c] for row in sheet.rows)]
    starts = [c for c in range(sheet.width) if c not in blank and (c == 0 or c - 1 in blank or _holds_codes(sheet, c))]
    return [(start, min([*(b for b in (*blank, *starts) if b > start), sheet.width])) for start in starts]


def _holds_codes(sheet: Sheet, column: int) -> bool:
    """Whether each cell of a column below its first is a name and its codes: a legend with no blank column before."""
    cells = (cell for row in sheet.rows if (cell := row[column]))
    next(cells, "")
    below = list(itertools.islice(cells, _LONGEST_LEGEND + 1))
    names = {cell.partition(":")[0] for cell in below}  # each line is of another column; data repeat theirs
    told = 0 < len(below) <= _LONGEST_LEGEND and len(names) == len(below)
    return told and all(cell[0].isalpha() and lists_codes(cell) for cell in below)


def _block(sheet: Sheet, start: int, end: int) -> Sheet:
    name = f"{sheet.title}, from column {letters(start)}"
    return Sheet(sheet.file, name, squared([list(row[start:end]) for row in sheet.rows]))


def _is_legend(sheet: Sheet, start: int, end: int) -> bool:
    """
    Whether at least half of the lines of a part tell codes, or it has a row a code, and they are of columns of the
    rest: 1=CR in a column of data is of none.
    """
    if sheet.width == end - start or _names_patients(sheet, start, end):
        return False
    lines = list(itertools.islice(filter(any, (row[start:end] for row in sheet.rows)), _LONGEST_LEGEND + 1))
    if len(lines) > _LONGEST_LEGEND:
        return False
    block = _block(sheet, start, end)
    if 2 * sum(map(line_tells_codes, lines)) < len(lines):
        table = table_in(block)
        if table is None or not is_code_list(table):
            return False
    others = {plain(cell) for row in sheet.rows[:_TOP] for cell in (*row[:start], *row[end:]) if cell}
    return any(name in others or any(one.endswith(f" {name}") for one in others) for name in names_told(block))


def _side_by_side(sheet: Sheet) -> list[Sheet]:
    """The parts of a sheet between columns that are blank, where each of them names patients at its top."""
    every = _blocks(sheet)
    blocks = [block for block in every if not _is_legend(sheet, *block)] if len(every) > 1 else every
    if blocks and len(blocks) < len(every):
        inside = {column for block in blocks for column in range(*block)}
        rows = [[cell if c in inside else "" for c, cell in enumerate(row)] for row in sheet.rows]
        sheet = replace(sheet, rows=squared(rows))
    if len(blocks) < 2 or not all(_names_patients(sheet, *block) for block in blocks):
        return [sheet]
    parts, starts = [], [start for start, _ in blocks]
    for start, end in blocks:
        places = {(r, c - start): sheet.shown_at(r, c)[1:] for r in range(len(sheet.rows)) for c in range(start, end)}
        name = sheet.name if start == starts[0] else f"{sheet.title}, from column {letters(start)}"
        merged = tuple((a, b - start, c, d - start) for a, b, c, d in sheet.merged if start <= b and d < end)
        parts.append(replace(
            sheet, name=name, rows=squared([list(row[start:end]) for row in sheet.rows]), merged=merged, labels=(),
            hidden=frozenset(c - start for c in sheet.hidden if start <= c < end), places=places, source=sheet.title,
            unstored=frozenset((r, c - start) for r, c in sheet.unstored if start <= c < end),
        ))  # fmt: skip
    return parts


def _names_patients(sheet: Sheet, start: int, end: int) -> bool:
    known = (known_by([plain(cell)], KNOWN)[0] for row in sheet.rows[:_TOP] for cell in row[start:end] if cell)
    return any(one is not None and one.role == PATIENT for one in known)


def _below_each_other(sheet: Sheet) -> list[SheetTable]:
    found = []
    left: Sheet | None = _turned(sheet)
    while left is not None:
        table = table_in(left)
        found += [table] if table is not None else []
        left = None if table is None or table.next_header is None else _from(left, table.next_header)
    return found


def _from(sheet: Sheet, row: int) -> Sheet:
    """What stands from a row on, as a sheet of its own."""
    places = {
        (at - row, column): sheet.shown_at(at, column)[1:]
        for at in range(row, len(sheet.rows))
        for column in range(sheet.width)
    }
    merged = tuple((a - row, b, c - row, d) for a, b, c, d in sheet.merged if a >= row)
    name = f"{sheet.source or sheet.title}, from row {sheet.shown_at(row, 0)[1] + 1}"
    rows = squared([list(cells) for cells in sheet.rows[row:]])
    return replace(
        sheet, name=name, rows=rows, merged=merged, source=sheet.source or sheet.title, places=places,
        unstored=frozenset((at - row, column) for at, column in sheet.unstored if at >= row),
    )  # fmt: skip


def _turned(sheet: Sheet) -> Sheet:
    """The sheet with rows and columns changed where its first column is the header, and none of its rows is."""
    if not 2 < len(sheet.rows) <= _MOST_TURNED or not 1 < sheet.width <= _MOST_TURNED:
        return sheet
    filled = next((place for place in range(sheet.width) if sum(bool(row[place]) for row in sheet.rows) > 1), 0)
    down = _meanings(row[filled] for row in sheet.rows)
    across = max(len(_meanings(row)) for row in sheet.rows)
    told = [cell for row in sheet.rows for cell in row[filled + 1 :] if cell]
    if len(down) < max(_FEWEST_NAMES, 2 * across) or sum(map(is_value, told)) < _VALUES * len(told):
        return sheet
    columns = range(filled, sheet.width)
    turned = [[row[column] for row in sheet.rows] for column in columns]
    if not turned[0][0] or plain(turned[0][0]) in _CORNERS:
        turned[0][0] = "Patient"  # what stands over the names of the rows names no column
    rows = squared(turned)
    places = {
        (column - filled, at): sheet.shown_at(at, column)[1:] for at in range(len(sheet.rows)) for column in columns
    }
    return replace(
        sheet, rows=rows, merged=(), hidden=frozenset(), unstored=frozenset(), labels=(), places=places,
        source=sheet.source or sheet.title,
        remarks=(*sheet.remarks, f"{sheet.title} has a column a patient: it was turned."),
    )  # fmt: skip


def _meanings(cells) -> set[tuple[str, str]]:  # type: ignore[no-untyped-def]
    """The known meanings that cells name."""
    said = (known_by([plain(cell), name_of(cell).plain], KNOWN) for cell in cells if cell and len(cell) < 60)
    return {(known.role, known.of) for known, sure in said if known is not None and sure > LIKELY}
