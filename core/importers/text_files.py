"""CSV and its kin: the encoding is the first of a named order that fits, the separator the one that makes a table."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from core.importers.sheets import MOST_CELLS, Sheet, UnreadableFile, squared

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

_TRIED = 200
"""Rows that say which separator a file has."""

_LONGEST_CELL = 100_000


def read_text(file: str, content: bytes) -> Sheet:
    """
    The cells of a text file, blanks around them removed. Raises UnreadableFile.

    The separator is the one by which most rows have one and the same number of cells, more than one; quoted line breaks
    stay within their cell, so a row is what a spreadsheet shows as one.
    """
    words, remarks = decoded(file, content)
    separator = _separator(words)
    rows = _rows(file, words, separator)
    if sum(map(len, rows)) > MOST_CELLS:
        raise UnreadableFile(f"{file} has more than {MOST_CELLS:,} cells: split it, or save it as Parquet.")
    return Sheet(file, "", squared(_whole_as_whole(rows)), remarks=tuple(remarks))


_WHOLE, _NUMBER = re.compile(r"(-?\d{1,6})\.0"), re.compile(r"-?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


_MOST_HEADED = 500
"""Rows of which one is empty or a whole number with a point, in a column that has any such."""


def _whole_as_whole(rows: list[list[str]]) -> list[list[str]]:
    """
    The rows with 1 for 1.0 in each column whose numbers are all whole and written so, as programs write codes and
    grades beside missing ones.
    """
    first = rows[:_MOST_HEADED]
    for column in range(max(map(len, rows), default=0)):
        if not any(column < len(row) and (not row[column] or _WHOLE.fullmatch(row[column])) for row in first):
            continue  # as nearly every column: a million rows are not looked through
        cells = {row[column] for row in rows if column < len(row)}
        whole = {cell: found[1] for cell in cells if (found := _WHOLE.fullmatch(cell)) is not None}
        if not whole or any(_NUMBER.fullmatch(cell) for cell in cells - set(whole)):
            continue
        for row in rows:
            if column < len(row):
                row[column] = whole.get(row[column], row[column])
    return rows


def decoded(file: str, content: bytes) -> tuple[str, list[str]]:
    """A file's text by its encoding, and what is to be told of that. Raises UnreadableFile."""
    mark = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None) or _without_mark(content)
    if mark is not None:
        try:
            return _plain(file, content.decode(mark)), []
        except UnicodeDecodeError:
            raise UnreadableFile(f"{file} ends within a letter or is no text: save it again as CSV UTF-8.") from None
    try:
        return _plain(file, content.decode("utf-8")), []
    except UnicodeDecodeError:
        told = f"{file} is not UTF-8 and was read as Windows-1252: look at the accents in it."
        return _plain(file, content.decode("cp1252", errors="replace")), [told]


def _without_mark(content: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of what a spreadsheet writes first is nothing."""
    start = content[:400]
    first, second = (start[place::2].count(0) for place in (0, 1))
    if max(first, second) <= 0.8 * (len(start) // 2) or min(first, second):
        return None
    return "utf-16-be" if first else "utf-16-le"


def _plain(file: str, words: str) -> str:
    if "\x00" in words:
        raise UnreadableFile(
            f"{file} is not a text file, whatever its name: open it in a spreadsheet and save it as XLSX."
        )
    return words


def _reader(words: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(io.StringIO(words, newline=""), delimiter=separator)


def _separator(words: str) -> str:
    """Of the separators the one by which most of the first rows are equally wide; a comma where none makes a table."""

    def fit(separator: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in islice(_reader(words, separator), _TRIED))
        except csv.Error:
            return 0, 0
        return max(((rows, width) for width, rows in widths.items() if width > 1), default=(0, 0))

    return max(SEPARATORS, key=fit)


def _rows(file: str, words: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in _reader(words, separator):
            rows.append([cell.strip() for cell in row])
    except csv.Error:
        told = f"{file}, after row {len(rows)}: a cell has more than {_LONGEST_CELL:,} letters; is a quote not closed?"
        raise UnreadableFile(told) from None
    return rows
