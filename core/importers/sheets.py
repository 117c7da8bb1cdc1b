"""
What every reader makes of a file: sheets of cells of text, as a spreadsheet shows them.

A date is written 2021-09-26, a number as it is shown ("007" where its format says so, "63.58%" where it is formatted as
a percentage), an error by its name (#DIV/0!), an empty cell as "".
"""

import re
from dataclasses import dataclass, field

MOST_BYTES = 200_000_000
"""Of a file, and of what it holds when it is decompressed."""

MOST_CELLS = 20_000_000
"""Of a file: a million measurements have a few columns each."""


class UnreadableFile(ValueError):
    """A file that cannot be read: the words say why and what to do, and quote nothing of it but its name."""


HAS_A_PASSWORD = "{} has a password: save it without one, and take this copy away again."


@dataclass(frozen=True)
class Sheet:
    """
    The cells of a sheet (or of a file that has no sheets: `name` is then empty), every row as wide as the widest.

    Row 1 and column A are the first of the sheet even where they are empty, so that a place in it is the place that a
    spreadsheet shows. `merged` are ranges (first row, first column, last row, last column) counted from 0, `hidden`
    columns too; `unstored` are cells (row, column) with a formula whose result the file does not hold; `from_1904`
    is whether a date without its format counts days from 1904; `labels` are what a file says
    of its columns beside their names. A sheet that was made of another has its
    title as `source`, and in `places` where its cells stand there. `remarks` is what the reader tells of it.
    """

    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: frozenset[int] = frozenset()
    unstored: frozenset[tuple[int, int]] = frozenset()
    from_1904: bool = False
    labels: tuple[str, ...] = ()
    source: str = ""
    places: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict, compare=False)
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def shown_at(self, row: int, column: int) -> tuple[str, int, int]:
        """The sheet, row and column under which a cell is found by who brought it, counted from 0."""
        return (self.source or self.title, *self.places.get((row, column), (row, column)))

    @property
    def title(self) -> str:
        """What it is called on screen: the sheet's name, or the file's where it has none."""
        return self.name or self.file


def squared(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """
    The rows, each as wide as the widest that holds anything, without empty rows at the end. Cells that are alike are
    one text in memory: of a million rows that is a quarter of the room, and half the time of what follows.
    """
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((next((n for n in range(len(row), 0, -1) if row[n - 1]), 0) for row in rows), default=0)
    one: dict[str, str] = {}
    return tuple(tuple(map(one.setdefault, row[:width], row)) + ("",) * (width - len(row)) for row in rows)


class Built:
    """A sheet as it is built of another, an export: its rows of text, and where each cell stands in that."""

    def __init__(self, export: Sheet, name: str, headings: list[str], labels: list[str]) -> None:
        self.export, self.name = export, name
        self.labels = tuple(labels)
        self.rows: list[list[str]] = [headings]
        self.places: dict[tuple[int, int], tuple[int, int]] = {}

    def add(self, cells: list[tuple[str, int, int]]) -> None:
        """A row of cells, each with its row and column in the export."""
        for column, (_, row, place) in enumerate(cells):
            self.places[len(self.rows), column] = (row, place)
        self.rows.append([text for text, _, _ in cells])

    def sheet(self) -> Sheet:
        title = self.export.title
        rows = squared([list(row) for row in self.rows])
        return Sheet(
            self.export.file, f"{title}: {self.name}", rows, labels=self.labels, places=self.places, source=title
        )


_LIKE_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")


def number_shown(value: float) -> str:
    """
    A number that a file holds as one, as text: without a point where it is whole. Behind three decimals stands a
    zero, because 1.234 as text could be a thousand.
    """
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value!r}0" if _LIKE_THOUSANDS.fullmatch(repr(value)) else repr(value)


def number_of(name: str) -> int | None:
    """The place of a column by the letters that a spreadsheet shows: A is 0, AA is 26; None for what is no column."""
    if not name.isascii() or not name.isalpha() or len(name) > 4:
        return None
    number = 0
    for letter in name.upper():
        number = 26 * number + ord(letter) - 64
    return number - 1


def letters(column: int) -> str:
    """The name of a column as a spreadsheet shows it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
