"""
Where the table stands in a sheet: its header below titles, its rows, and what is none of them.

Every row that holds anything is the header's, a row of the table, or listed with
what it is taken for; nothing is dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.importers.dates import when
from core.importers.levels import is_missing
from core.importers.mapping import PATIENT
from core.importers.meanings import KNOWN, LONG
from core.importers.names import SURE, known_by, plain
from core.importers.numbers import number_in
from core.importers.other_rows import (
    BLANK,
    LEGEND,
    MOST_COMPARED,
    TITLE,
    UNITS,
    is_of_codes,
    is_unit,
    ordinary_in,
    taken_for_what,
)
from core.importers.sheets import Sheet, letters

_SEARCHED = 40
"""Rows among which the header is looked for."""
_WORDS_OF_A_HEADER, _FILLED_OF_A_HEADER = 0.75, 0.6
"""Shares: of a header that are words and no values, and of the widest row that it fills."""


@dataclass(frozen=True)
class Heading:
    """
    A column of a table: its place in the sheet, its name, what stands over several
    columns with it, and what its file says of it beside its name.
    """

    column: int
    name: str
    group: str = ""
    label: str = ""

    @property
    def words(self) -> str:
        return f"{self.group}: {self.name}" if self.group and self.name else self.name or self.group


@dataclass(frozen=True)
class SheetTable:
    """
    The table of a sheet: its headings (of the columns that hold anything), the
    places of its rows counted from 0, and each other row that holds anything
    with what it is taken for. `units` are those of a row of units, by column; `next_header` is the row of another
    table's header below, whose rows are none of these.
    """

    sheet: Sheet
    headings: tuple[Heading, ...]
    header_rows: tuple[int, ...]
    rows: tuple[int, ...]
    others: dict[int, str]
    units: dict[int, str]
    next_header: int | None = None


def table_in(sheet: Sheet) -> SheetTable | None:
    """The table of a sheet; None where it holds none: a title page, a legend, a list of one column."""
    filled = [len(row) - row.count("") for row in sheet.rows]
    header = _header(sheet, filled)
    if header is None:
        return None
    end = _next_header(sheet, header, filled)
    sheet, filled = replace(sheet, rows=sheet.rows[:end]), filled[:end]
    over = header - 1 if header and _is_over(sheet, header - 1, filled) else None
    sheet = _filled_down(sheet, header)
    headings = _headings(sheet, header, over)
    others = {row: TITLE for row in range(header) if filled[row] and row != over}
    ordinary = ordinary_in(sheet, header, filled)
    rows: list[int] = []
    units: dict[int, str] = {}
    for row in range(header + 1, len(sheet.rows)):
        taken_for = taken_for_what(sheet, row, header, filled[row], ordinary)
        if taken_for == "" and others.get(row - 1) == LEGEND and not sheet.rows[row][headings[0].column]:
            taken_for = LEGEND  # its next line
        if taken_for == "" and filled[row] == 1 and sheet.rows[row + 1 : row + 2] == (sheet.rows[header],):
            taken_for = TITLE
        if taken_for == UNITS:
            cells = {heading.column: sheet.rows[row][heading.column] for heading in headings}
            units = {column: cell for column, cell in cells.items() if is_unit(cell)}
        if taken_for == "":
            rows.append(row)
        elif taken_for != BLANK:
            others[row] = taken_for
    header_rows = (header,) if over is None else (over, header)
    return SheetTable(sheet, headings, header_rows, tuple(rows), others, units, end) if rows else None


_ANY = (*KNOWN, *LONG)


def _next_header(sheet: Sheet, header: int, filled: list[int]) -> int | None:
    """
    The row of known headings below a blank one (or of the title over them), where most of the rows above have values in
    its columns: another table begins there.
    """
    for row in range(header + 3, len(sheet.rows) - 1):
        titled = filled[row - 1] == 1 and not filled[row - 2]
        apart = not filled[row - 1] or titled
        if not apart or filled[row] < 2 or not filled[row + 1] or not _has_words(sheet.rows[row]):
            continue
        above = [sheet.rows[place] for place in range(header + 1, row - 1) if filled[place]][-MOST_COMPARED:]
        named = [column for column, cell in enumerate(sheet.rows[row]) if cell]
        valued = [column for column in named if _mostly_values([cells[column] for cells in above])]
        told = [known_by([plain(sheet.rows[row][column])], _ANY) for column in named]
        known = {(one.role, one.of) for one, sure in told if one is not None and sure == SURE}
        if sheet.rows[row] != sheet.rows[header] and 2 * len(valued) >= len(named) and len(known) > 1:
            return row - titled
    return None


def _mostly_values(cells: list[str]) -> bool:
    """Whether more of the cells that are filled are values than words."""
    told = [cell for cell in cells if cell]
    return 2 * sum(map(is_value, told)) > len(told)


def _filled_down(sheet: Sheet, header: int) -> Sheet:
    """A cell that is merged over several rows below the header stands in each of them."""
    tall = [span for span in sheet.merged if span[0] > header and span[2] > span[0] and span[1] == span[3]]
    if not tall:
        return sheet
    rows = [list(row) for row in sheet.rows]
    for top, column, bottom, _ in tall:
        for row in range(top + 1, min(bottom + 1, len(rows))):
            rows[row][column] = rows[top][column]
    return replace(sheet, rows=tuple(map(tuple, rows)))


def _header(sheet: Sheet, filled: list[int]) -> int | None:
    """The first row that is nearly as wide as the widest and holds words, with a row under it."""
    if max(filled, default=0) < 2:
        return _header_of_names(sheet, filled)
    wide = sorted(set(filled), reverse=True)
    widest = next((n for n in wide if n > 1 and not is_of_codes(sheet.rows[filled.index(n)])), 2)
    for row in range(min(_SEARCHED, len(sheet.rows) - 1)):
        if filled[row] >= max(2, _FILLED_OF_A_HEADER * widest) and _has_words(sheet.rows[row]):
            is_over = _spans(sheet, row) and _has_words(sheet.rows[row + 1]) and row + 2 < len(sheet.rows)
            return row + 1 if is_over else row
    return None


def _header_of_names(sheet: Sheet, filled: list[int]) -> int | None:
    """The header of a list of names alone: it is called as what names patients, and nobody stands in it twice."""
    first = next((row for row, count in enumerate(filled) if count), None)
    if first is None or first + 2 > len(sheet.rows):
        return None
    [name] = [cell for cell in sheet.rows[first] if cell]
    known, sure = known_by([plain(name)], KNOWN)
    told = [cell for cells in sheet.rows[first + 1 :] for cell in cells if cell]
    is_name = known is not None and known.role == PATIENT and sure == SURE
    return first if is_name and len(told) == len(set(told)) else None


def _has_words(row: tuple[str, ...]) -> bool:
    """Whether the cells of a row are words, as those of a header are."""
    cells = [cell for cell in row if cell]
    return bool(cells) and sum(not is_value(cell) for cell in cells) >= _WORDS_OF_A_HEADER * len(cells)


def _spans(sheet: Sheet, row: int) -> list[tuple[int, int]]:
    """From where to where cells of a row are merged beside each other, but not over nearly all of it, as a title is."""
    spans = [(first, last) for top, first, bottom, last in sheet.merged if top <= row <= bottom and first < last]
    return [(first, last) for first, last in spans if last - first < 0.8 * sheet.width]


def is_value(cell: str) -> bool:
    """Whether a cell is a number, a date or missing, and no heading."""
    number = number_in(cell)
    return (number is not None and not number.rest) or when(cell, 2100) is not None or is_missing(cell)


def _is_over(sheet: Sheet, row: int, filled: list[int]) -> bool:
    """Whether a row over the header groups its columns: more than a title, and narrower than the header or merged."""
    narrower = _spans(sheet, row) or filled[row] < filled[row + 1]
    return filled[row] > 1 and bool(narrower) and not any(is_value(cell) for cell in sheet.rows[row] if cell)


def _headings(sheet: Sheet, header: int, over: int | None) -> tuple[Heading, ...]:
    groups = _groups(sheet, over) if over is not None else [""] * sheet.width
    found = []
    for column, name in enumerate(sheet.rows[header]):
        below = any(row[column] for row in sheet.rows[header + 1 :] if row[column] and not is_of_codes(row))
        if name or below:
            group = groups[column] if name != groups[column] else ""
            label = sheet.labels[column] if column < len(sheet.labels) else ""
            found.append(Heading(column, name, group, label) if name else Heading(column, group))
    return tuple(found)


def _groups(sheet: Sheet, over: int) -> list[str]:
    """What stands over each column: as far as it is merged, or where nothing is merged up to the next."""
    row, spans = sheet.rows[over], _spans(sheet, over)
    groups, group = [], ""
    for column, cell in enumerate(row):
        span = next((span for span in spans if span[0] <= column <= span[1]), None)
        if span is not None:
            group = row[span[0]]
        elif cell or spans:
            group = cell
        groups.append(group)
    return groups


def named_apart(headings: Iterable[Heading]) -> dict[Heading, str]:
    """What each column is called: by its heading, with its letter where it has none or shares it."""
    headings = tuple(headings)
    said = [heading.words for heading in headings]
    return {
        heading: heading.words
        if heading.words and said.count(heading.words) == 1
        else f"{heading.words or 'Column'} ({letters(heading.column)})"
        for heading in headings
    }


def headings_of(table: SheetTable) -> dict[str, int]:
    """The place of each column of a table by its name."""
    return {name: heading.column for heading, name in named_apart(table.headings).items()}
