"""Which rows are of which patient: names matched across sheets, rows of one patient, second infusions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.cohort.validation import LONGEST_NAME
from core.importers import mapping as m
from core.importers.findings import DUPLICATE, MISSING_VALUE, UNKNOWN, Findings, Place
from core.importers.layout import Heading, SheetTable, named_apart
from core.importers.levels import is_missing

_PREFIX = re.compile(
    r"^(?:patienten|patient|pat|pt|subject|subj|case|id|nr|no|p)?[\s.:#_-]*(?:nr|no)?[\s.:#_-]*0*(?=\d)"
)
_OF_LETTERS = re.compile(r"^([^\W\d_]+)[\s._-]*0*(?=\d)")
"""Letters before a number, as of a centre, with the signs and zeros between them."""
_AGAIN = re.compile(
    r"(.+\d|.+(?= \(2\)$))(?:[_/](?:\d{1,2})|[-.]2|\s*\(2\)|[\s_/-]*(?:r|b|ii|2nd|re-?inf\w*|re-?treat\w*|second)"
    r"|\s*\((?:2nd|2\.|second|zweite|2e|2ª)[^()]*\)|\s*#\s?2|\*)",
    re.IGNORECASE,
)
"""A name that is another one with a second infusion: P22_1, P22-R, P22 (2)."""
_CORRECTED = re.compile(r"correct|korrig|berichtigt|update|amend", re.IGNORECASE)
_WHOLE = re.compile(r"(\d+)\.0+")


class Row(NamedTuple):
    """A row of a sheet that is used, counted from 0, and its patient."""

    place: int
    patient: str


@dataclass(frozen=True)
class SheetRows:
    """The rows of a sheet that are used, its headings by the names of its columns, and the mended cells."""

    table: SheetTable
    choice: m.SheetChoice
    rows: tuple[Row, ...]
    headings: dict[str, Heading]
    mended: dict[tuple[int, int], str]

    def cells(self, column: m.ColumnChoice) -> list[str]:
        """The texts of a column, row by row."""
        place = self.headings[column.column].column
        return cells_of(self.table, place, [row.place for row in self.rows], self.mended)

    def place(self, row: Row, column: m.ColumnChoice, value: str) -> Place:
        """Where a cell stands."""
        heading = self.headings[column.column]
        return Place(self.table.sheet.title, row.place, heading.column, column.column, row.patient, value)


def cells_of(table: SheetTable, column: int, places: Iterable[int], mended: dict[tuple[int, int], str]) -> list[str]:
    """The texts of a column of a table in some of its rows, the mended ones as they are mended."""
    rows = table.sheet.rows
    if not mended:
        return [rows[place][column] for place in places]
    return [mended.get((place, column), rows[place][column]) for place in places]


def alike(name: str) -> str:
    """
    A patient's name without what does not tell patients apart: blanks, capitals, a prefix, zeros before its number.

    >>> alike("Pat 01"), alike("P-1"), alike("00417"), alike("UZ-07")
    ('1', '1', '417', 'uz7')
    """
    small = " ".join(name.casefold().split())
    whole = _WHOLE.fullmatch(small)
    return _OF_LETTERS.sub(r"\1", _PREFIX.sub("", whole[1] if whole else small))


def rows_of(
    table: SheetTable, choice: m.SheetChoice, mended: dict[tuple[int, int], str]
) -> tuple[SheetRows, m.ColumnChoice | None]:
    """
    All rows of a sheet with the patient's name as it is written, and the column that
    names them; without one each row of patients is one, called by its number.
    """
    names = named_apart(table.headings)
    headings = {name: heading for heading, name in names.items()}
    column = choice.column(m.PATIENT)
    if column is None and choice.holds == m.PATIENTS and choice.columns:
        unnamed = tuple(Row(row, f"Row {table.sheet.shown_at(row, 0)[1] + 1}") for row in table.rows)
        return SheetRows(table, choice, unnamed, headings, mended), choice.columns[0]
    if column is None or column.column not in headings:
        return SheetRows(table, choice, (), headings, mended), None
    written = cells_of(table, headings[column.column].column, table.rows, mended)
    if choice.by in headings:
        before = cells_of(table, headings[choice.by].column, table.rows, mended)
        both = ((of.strip(), name.strip()) for of, name in zip(before, written, strict=True))
        written = [f"{of} {name}" if of and name else name for of, name in both]
    named = {text: "" if is_missing(text) else text.strip() for text in dict.fromkeys(written)}
    if choice.adds == m.APART:
        named = {text: f"{choice.sheet} {name}" if name else "" for text, name in named.items()}
    if choice.alike_are_one:
        named = _as_written_first(written, named)
    if choice.fills_down:
        written = _filled_down(written, named)
    rows = tuple(map(Row, table.rows, (named[text] for text in written)))
    return SheetRows(table, choice, rows, headings, mended), column


def _as_written_first(written: list[str], named: dict[str, str]) -> dict[str, str]:
    """Names that are alike under the one that stands first."""
    first: dict[str, str] = {}
    return {text: first.setdefault(alike(named[text]), named[text]) for text in written}


def _filled_down(written: list[str], named: dict[str, str]) -> list[str]:
    """Each row that names nobody under the name above it."""
    filled, above = [], ""
    for text in written:
        above = text if named[text] else above or text
        filled.append(above)
    return filled


def written_alike(sheet: SheetRows) -> list[tuple[Row, Row]]:
    """Pairs of rows whose names differ in what tells no patients apart: 1 and P01."""
    seen: dict[str, Row] = {}
    pairs = []
    for row in sheet.rows:
        before = seen.setdefault(alike(row.patient), row) if row.patient else row
        if before.patient != row.patient:
            pairs.append((before, row))
    return pairs


def patients_in(sheet: SheetRows, column: m.ColumnChoice, found: Findings) -> tuple[SheetRows, dict[str, str]]:
    """
    The rows of the sheet that the patients come from, one a patient; and who stands there again after a second
    infusion (P22_1), with the patient meant. Every other row is listed.
    """
    title = sheet.table.sheet.title
    rows: dict[str, Row] = {}
    written = {row.patient for row in sheet.rows if row.patient}
    names = {alike(name) for name in written}
    again: dict[str, str] = {}
    for row in sheet.rows:
        if not row.patient or len(row.patient) > LONGEST_NAME:
            expected = f"a patient, in {LONGEST_NAME} letters at most"
            place = sheet.place(row, column, row.patient[:LONGEST_NAME])
            found.problem(place, MISSING_VALUE, expected, "Name the patient of this row", "row left out")
            found.unused(title, row.place, "names no patient")
            continue
        second = _AGAIN.fullmatch(row.patient)
        if second is not None and alike(second[1]) in names:
            again[row.patient] = next(name for name in written if alike(name) == alike(second[1]))
            why = f"{second[1]} a second time: a second infusion, not a patient of its own"
            found.problem(sheet.place(row, column, row.patient), DUPLICATE, "one row a patient",
                          "Name the patient otherwise if it is another one", "not a patient of its own")  # fmt: skip
            found.unused(title, row.place, why)
            continue
        before = rows.get(row.patient)
        if before is None:
            rows[row.patient] = row
            continue
        rows[row.patient] = _one_of(sheet, column, before, row, found)
    for first, other in written_alike(sheet) if sheet.choice.alike_are_one is None else ():
        if rows.get(other.patient) is other:
            expected = f"another name than {first.patient} in row {first.place + 1}, or the same one"
            found.problem(sheet.place(other, column, other.patient), DUPLICATE, expected, "Say above who is meant",
                          "a patient of its own")  # fmt: skip
    kept = tuple(sorted(rows.values(), key=lambda row: row.place))
    return replace(sheet, rows=kept), again


def second_infusions(sheet: SheetRows, again: dict[str, str]) -> SheetRows:
    """The rows of who stands there again, under the names of the patients meant."""
    return replace(sheet, rows=tuple(Row(r.place, again[r.patient]) for r in sheet.rows if r.patient in again))


def _one_of(sheet: SheetRows, column: m.ColumnChoice, first: Row, second: Row, found: Findings) -> Row:
    """Which of two rows of a patient counts; the other is listed."""
    cells = sheet.table.sheet.rows
    title = sheet.table.sheet.title
    if cells[first.place] == cells[second.place]:
        found.unused(title, second.place, f"the same as row {first.place + 1}")
        found.problem(sheet.place(second, column, second.patient), DUPLICATE, "one row a patient",
                      "Delete one of the two", "counted once")  # fmt: skip
        return first
    keeps = sheet.choice.keeps or proposed(sheet, first, second)
    kept, other = (first, second) if keeps == "first" else (second, first)
    found.unused(title, other.place, f"patient {first.patient} stands in row {kept.place + 1} too, which counts")
    found.problem(
        sheet.place(other, column, other.patient), DUPLICATE, "one row a patient",
        f"Delete this row or row {kept.place + 1}", f"row {kept.place + 1} is used",
    )  # fmt: skip
    return kept


def proposed(sheet: SheetRows, first: Row, second: Row) -> str:
    """Which of two rows of one patient a word in it marks as the correction; else the last."""
    marked = [_CORRECTED.search(" ".join(sheet.table.sheet.rows[row.place])) for row in (first, second)]
    return "first" if marked[0] and not marked[1] else "last"


def doubled(sheet: SheetRows) -> list[tuple[Row, Row]]:
    """Pairs of rows that name the same patient and differ."""
    seen: dict[str, Row] = {}
    pairs = []
    for row in sheet.rows:
        before = seen.setdefault(row.patient, row) if row.patient else row
        if before is not row and sheet.table.sheet.rows[before.place] != sheet.table.sheet.rows[row.place]:
            pairs.append((before, row))
    return pairs


def added(sheet: SheetRows, column: m.ColumnChoice, before: dict[str, Row], found: Findings) -> SheetRows:
    """The rows of a sheet whose patients join those of others; who stands there under the same name is listed."""
    kept, _ = patients_in(sheet, column, found)
    for row in kept.rows:
        if row.patient in before:
            found.problem(sheet.place(row, column, row.patient), DUPLICATE, "a patient of no other sheet",
                          "Say above whether the sheets are of the same patients", "row left out")  # fmt: skip
            found.unused(sheet.table.sheet.title, row.place, "this patient stands in another sheet too")
    return replace(kept, rows=tuple(row for row in kept.rows if row.patient not in before))


def _twice(sheet: SheetRows, column: m.ColumnChoice, row: Row, first: int, found: Findings) -> None:
    """Lists a row that holds the same cells as an earlier one of the same patient."""
    found.unused(sheet.table.sheet.title, row.place, f"the same as row {first + 1}")
    found.problem(sheet.place(row, column, row.patient), DUPLICATE, "each row once", "Delete one of the two",
                  "counted once")  # fmt: skip


def _listed(sheet: SheetRows, column: m.ColumnChoice, row: Row, again: set[str], found: Findings) -> None:
    """A row of nobody in the table of patients, with the reason."""
    if alike(row.patient) in again:
        why, kind = "of a second infusion", DUPLICATE
    elif not row.patient:
        why, kind = "names no patient", MISSING_VALUE
    else:
        why, kind = "this patient is not in the table of patients", UNKNOWN
    found.unused(sheet.table.sheet.title, row.place, why)
    place = sheet.place(row, column, row.patient)
    found.problem(place, kind, "a patient of the table of patients", "Correct the name, or add the patient",
                  "row left out")  # fmt: skip


def matched(
    sheet: SheetRows, column: m.ColumnChoice, patients: dict[str, Row], again: dict[str, str], found: Findings
) -> SheetRows:
    """The rows of another sheet with the patients' names as they are in the first; rows of nobody are listed."""
    by_likeness: dict[str, list[str]] = {}
    for name in patients:
        by_likeness.setdefault(alike(name), []).append(name)
    again_alike = {alike(name) for name in again}
    of_all = {start[1] if (start := _OF_LETTERS.match(name)) else "" for name in by_likeness}
    before_all = of_all.pop() if len(of_all) == 1 else ""  # letters before every number, which a sheet may leave out
    title = sheet.table.sheet.title
    meant: dict[str, str | None] = {}
    kept = []
    long = sheet.choice.holds != m.PATIENTS
    seen: dict[tuple, int] = {}
    cells = sheet.table.sheet.rows
    nameless: list[Row] = []
    for row in sheet.rows:
        first = seen.setdefault((row.patient, cells[row.place]), row.place) if long and row.patient else row.place
        if first != row.place:
            _twice(sheet, column, row, first, found)
            continue
        if row.patient not in meant:
            near = [row.patient]
            if row.patient not in patients:
                small = alike(row.patient)
                near = by_likeness.get(small, by_likeness.get(f"{before_all}{small}", []))
            meant[row.patient] = near[0] if len(near) == 1 else None
        known = meant[row.patient]
        if known is not None:
            kept.append(row if known == row.patient else Row(row.place, known))
            if known != row.patient:
                found.convert(sheet.place(row, column, row.patient), known)
            continue
        if long and not row.patient:
            found.unused(title, row.place, "names no patient")
            nameless.append(row)
        else:
            _listed(sheet, column, row, again_alike, found)
    if nameless:
        effect = f"{len(nameless)} row{'' if len(nameless) == 1 else 's'} left out"
        found.problem(sheet.place(nameless[0], column, ""), MISSING_VALUE, "a patient in each row",
                      "Name them, or say above whose they are", effect)  # fmt: skip
    return replace(sheet, rows=tuple(kept))
