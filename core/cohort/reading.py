"""
CSV read whole or refused: a file as cells of text.

Nothing is guessed that could lose a row: a file's separator is the one that
its header has, its encoding the first of a named order that fits, its rows are
numbered as a spreadsheet shows them, and each is used or told of.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from core.cohort.problems import CohortError, Problem
from core.cohort.schema import TABLES

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}

MOST_BYTES = 100_000_000
"""Of a CSV file; a larger table is for Parquet."""

LONGEST_CELL = 10_000

_SEARCHED = 20
"""Rows among which the header is looked for."""

_TOLD = 20
"""Rows that are named for one fault."""

_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Cells:
    """A table's cells as text (null where empty), with `file_row` as a spreadsheet counts, and what is to be told."""

    table: pa.Table
    remarks: tuple[str, ...] = ()


def read_csv(file: Path, needed: tuple[str, ...]) -> Cells:
    """
    A CSV file's cells, blanks around them removed. Its header is the first row
    that has every column of `needed`; a column's name is in small letters
    where it is one of those of core/cohort/schema.py.

    Read are UTF-8, UTF-16 with its mark and Windows-1252 (in this order),
    commas, semicolons or tabs, any line ends; rows without any cell are
    skipped, as in a spreadsheet.

    Raises CohortError with the row of whatever keeps the file from being read
    whole.
    """
    try:
        content = file.read_bytes()
    except OSError:
        kind = (
            "this is a folder; a file is needed"
            if file.is_dir()
            else "this file may not be read: it is locked, or a link that leads nowhere"
        )
        raise CohortError([Problem(file.name, f"{kind}.")]) from None
    if len(content) > MOST_BYTES:
        large = f"this file has more than {MOST_BYTES // 1_000_000} MB; save the table as Parquet."
        raise CohortError([Problem(file.name, large)])
    words, remarks = _decoded(content, file.name)
    separator, skipped = _header(words, needed, file.name)
    records = _records(words, separator, file.name)
    for _ in range(skipped):
        next(records)
    _, header = next(records)
    if skipped:
        remarks += [f"{file.name}: {_counted(skipped, 'row')} above its header, not read."]
    names = _names(header, file.name)
    rows, numbers = _rows(records, names, needed, separator, '"' in words, file.name)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    if len(words) > LONGEST_CELL:
        _not_too_long(columns, numbers, file.name)
    arrays = [_cells(pa.array(column, pa.string())) for column, name in zip(columns, names, strict=True) if name]
    table = pa.table([pa.array(numbers, pa.int64()), *arrays], ["file_row", *filter(None, names)])
    return Cells(table, tuple(remarks))


def unreadable(file: Path) -> CohortError:
    """What is said of a file that cannot be opened."""
    if file.is_dir():
        return CohortError([Problem(file.name, "this is a folder; a file is needed.")])
    return CohortError([Problem(file.name, "this file may not be read: it is locked, or a link that leads nowhere.")])


def _cells(column: pa.Array) -> pa.Array:
    stripped = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(stripped, ""), pa.scalar(None, pa.string()), stripped)


def _decoded(content: bytes, file: str) -> tuple[str, list[str]]:
    """The file's text, and what is to be told of its encoding."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _plain(_decode(content, encoding, file), file), []
    words = content.decode("utf-8", errors="surrogateescape")
    broken = re.search("[\udc80-\udcff]", words)
    if broken is None:
        return _plain(words, file), []
    if re.search("[\x80-\ud7ff\ue000-\U0010ffff]", words):
        row = _row_at(words, broken.start())
        raise CohortError(
            [Problem(file, "this row has a letter that is not UTF-8; save the file as CSV UTF-8.", (row,))]
        )
    remark = f"{file} is not UTF-8 and was read as Windows-1252: look at the accents in it, or save it as CSV UTF-8."
    return _plain(_decode(content, "cp1252", file), file), [remark]


def _decode(content: bytes, encoding: str, file: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise CohortError([Problem(file, "the file's encoding is not known; save it as CSV UTF-8.")]) from None


def _plain(words: str, file: str) -> str:
    unreadable = _UNREADABLE.search(words)
    if unreadable is not None:
        row = _row_at(words, unreadable.start())
        raise CohortError([Problem(file, "this row has a control character, which is no text; remove it.", (row,))])
    return words


def _row_at(words: str, place: int) -> int:
    """The row of a place in a file, as near as can be told without its separator."""
    return 1 + len(re.findall(r"\r\n|\r|\n", words[:place]))


def _header(words: str, needed: tuple[str, ...], file: str) -> tuple[str, int]:
    """The separator of the header, and how many rows stand above it."""
    for separator in SEPARATORS:
        for place, row in zip(range(_SEARCHED), _rows_as_they_are(words, separator), strict=False):
            if set(needed) <= set(map(_known, row)):
                return separator, place
    first = next((row for row in _rows_as_they_are(words, ",") if any(row)), [])
    if not first:
        raise CohortError([Problem(file, f"this file is empty; it needs a header with {', '.join(needed)}.")])
    absent = [name for name in needed if name not in set(map(_known, first))]
    if len(absent) == len(needed):
        raise CohortError(
            [Problem(file, f"no header was found: a row with the columns {', '.join(needed)}, separated by commas.")]
        )
    raise CohortError([Problem(file, "this column is needed and was not found.", column=name) for name in absent])


def _rows_as_they_are(words: str, separator: str) -> Iterator[list[str]]:
    """Rows of a file whose quotes may be broken, for a look at its head."""
    try:
        yield from csv.reader(io.StringIO(words, newline=""), delimiter=separator)
    except csv.Error:
        return


def _records(words: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, as a spreadsheet counts: a row without cells is one as well."""
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            broken = "a quote of this row is not closed, or stands inside a cell; double it there, or remove it."
            raise CohortError([Problem(file, broken, (number,))]) from None
        yield number, row


def _known(name: str) -> str:
    """A column's name: as the schema has it where it is one of its own, whatever its capitals."""
    name = name.strip()
    return name.casefold() if name.casefold() in _COLUMNS else name


_COLUMNS = {column.name for columns in TABLES.values() for column in columns}


def _names(header: list[str], file: str) -> list[str]:
    """The columns' names, the empty ones of trailing separators left out later."""
    names = [_known(name) for name in header]
    folded = [name.casefold() for name in names if name]
    twice = sorted({name for name in names if folded.count(name.casefold()) > 1})
    if "file_row" in folded:
        raise CohortError([Problem(file, "this name is taken by the app; choose another.", column="file_row")])
    if twice:
        raise CohortError(
            [Problem(file, "two columns have this name; rename or remove one.", column=name) for name in twice]
        )
    return names


def _rows(
    records: Iterator[tuple[int, list[str]]],
    names: list[str],
    needed: tuple[str, ...],
    separator: str,
    quoted: bool,
    file: str,
) -> tuple[list[list[str]], list[int]]:
    """The rows under the header, with their numbers. Raises CohortError with every row that is not of its width."""
    width, rows, numbers = len(names), [], []
    again, begins = {name.casefold() for name in needed}, {name.casefold() for name in names}
    faults: dict[str, list[int]] = {}
    for number, row in records:
        if row and row[0].strip().casefold() in begins and again <= {cell.strip().casefold() for cell in row}:
            twice = "a header stands here again, as where two exports follow each other; make one table of them."
            raise CohortError([Problem(file, twice, (number,))])
        if not any(row) or not any(map(str.strip, row)):
            continue
        if len(row) != width or "" in names:
            row, fault = _of_width(row, names)
            if fault:
                faults.setdefault(fault, []).append(number)
        rows.append(row)
        numbers.append(number)
        if quoted and any("\n" in cell and _holds_rows(cell, separator, width) for cell in row):
            swallowed = "a cell of this row holds whole rows; a quote is not closed."
            faults.setdefault(swallowed, []).append(number)
    if faults:
        raise CohortError([_fault(file, words, numbers_of_fault) for words, numbers_of_fault in faults.items()])
    return rows, numbers


def _of_width(row: list[str], names: list[str]) -> tuple[list[str], str]:
    """The row's cells under the header's names, and what is wrong with it."""
    width = len(names)
    if len(row) < width:
        return row, f"this row has too few cells: {width} are needed; a separator is missing."
    if len(row) > width:  # be it by an empty cell: another may have shifted to make room for one too many
        return row, f"this row has too many cells: {width} are needed; put quotes around a cell that holds a separator."
    if any(cell.strip() for cell, name in zip(row, names, strict=False) if not name):
        return row, "a cell of this row stands under no name; name its column in the header, or empty it."
    return row, ""


def _not_too_long(columns: Sequence[tuple[str, ...]], numbers: list[int], file: str) -> None:
    """Raises CohortError where a cell is longer than any word or note."""
    long = [
        number
        for column in columns
        if max(map(len, column), default=0) > LONGEST_CELL
        for number, cell in zip(numbers, column, strict=True)
        if len(cell) > LONGEST_CELL
    ]
    if long:
        raise CohortError([_fault(file, "a cell of this row is too long; is a quote not closed?", sorted(set(long)))])


def _holds_rows(cell: str, separator: str, width: int) -> bool:
    """Whether a cell of several lines has a line that would be a row: a quote that was never closed."""
    return any(line.count(separator) >= max(1, width - 1) for line in cell.splitlines()[1:])


def _fault(file: str, words: str, numbers: list[int]) -> Problem:
    return Problem(file, words, rows=tuple(numbers[:_TOLD]), more=max(0, len(numbers) - _TOLD))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
