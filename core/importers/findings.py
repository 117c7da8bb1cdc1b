"""What applying a mapping finds: cells that are not understood, what was read otherwise than written, rows not used."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from core.importers.sheets import Sheet, letters, number_of

MISSING_VALUE, ERROR, FORMULA, NUMBER, DATE, GRADE, RESPONSE, LEVEL, UNIT, CONTRADICTION, DUPLICATE, UNKNOWN, LATE = (
    "missing", "error cell", "formula", "number", "date", "grade", "response", "level", "unit", "contradiction",
    "duplicate", "unknown patient", "after the cutoff",
)  # fmt: skip
"""Kinds of problems."""
BOTH = "PFS and OS left out"


@dataclass(frozen=True)
class CellProblem:
    """
    A cell that could not be taken as it is: its place as the spreadsheet shows it, what stands there, what was
    expected, how to mend it, and what holds until then.
    """

    sheet: str
    row: int
    column: str
    heading: str
    patient: str
    value: str
    kind: str
    expected: str
    mend: str
    effect: str


@dataclass(frozen=True)
class Conversion:
    """A text of a column that was read as something else than it is written as, in these rows."""

    sheet: str
    column: str
    heading: str
    value: str
    becomes: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class RowListed:
    """A row that is used for nothing, and why."""

    sheet: str
    row: int
    why: str


@dataclass
class Findings:
    """Collects what is found while sheets are read."""

    problems: list[CellProblem] = field(default_factory=list)
    converted: dict[tuple[str, str, str, str, str], list[int]] = field(default_factory=dict)
    rows: dict[tuple[str, int], str] = field(default_factory=dict)

    def problem(
        self, place: "Place", kind: str, expected: str, mend: str, effect: str = "missing", value: str | None = None
    ) -> None:
        """A problem with the cell of a place."""
        said = place.value if value is None else value
        self.problems.append(
            CellProblem(
                place.sheet, place.row + 1, letters(place.column), place.heading, place.patient, said, kind, expected,
                mend, effect,
            )
        )  # fmt: skip

    def add(self, others: "Findings") -> None:
        """Takes what was found elsewhere as well."""
        self.problems += others.problems
        self.rows |= others.rows
        for key, rows in others.converted.items():
            self.converted.setdefault(key, []).extend(rows)

    def of_both(self, since: int) -> None:
        """That what was found of OS since then holds for PFS, too, which has no reason of its own."""
        if not any("PFS" in one.effect for one in self.problems[since:]):
            self.problems[since:] = [
                replace(one, effect=one.effect.replace("OS left out", BOTH)) for one in self.problems[since:]
            ]

    def convert(self, place: "Place", becomes: str) -> None:
        """That a cell is read as something else."""
        key = (place.sheet, letters(place.column), place.heading, place.value, becomes)
        self.converted.setdefault(key, []).append(place.row + 1)

    def unused(self, sheet: str, row: int, why: str) -> None:
        """That a row is used for nothing."""
        self.rows[(sheet, row + 1)] = why

    def show_where(self, sheets: dict[str, Sheet]) -> None:
        """Puts everything where who brought the sheets finds it, of sheets that were made of others."""
        if not any(sheet.places for sheet in sheets.values()):
            return

        def where(title: str, row: int, column: str) -> tuple[str, int, str]:
            shown, at_row, at_column = sheets[title].shown_at(row - 1, number_of(column) or 0)
            return shown, at_row + 1, letters(at_column)

        self.problems = [
            replace(one, sheet=sheet, row=row, column=column)
            for one in self.problems
            for sheet, row, column in (where(one.sheet, one.row, one.column),)
        ]
        converted: dict[tuple[str, str, str, str, str], list[int]] = {}
        for (title, column, heading, value, becomes), rows in self.converted.items():
            for row in rows:
                sheet, at_row, at_column = where(title, row, column)
                converted.setdefault((sheet, at_column, heading, value, becomes), []).append(at_row)
        self.converted = converted
        self.rows = {(title, sheets[title].shown_at(row - 1, 0)[1] + 1): why for (title, row), why in self.rows.items()}

    def conversions(self) -> tuple[Conversion, ...]:
        """Every conversion, with all its rows."""
        return tuple(Conversion(*key, tuple(rows)) for key, rows in self.converted.items())

    def unused_rows(self) -> tuple[RowListed, ...]:
        """Every row that is used for nothing."""
        return tuple(RowListed(sheet, row, why) for (sheet, row), why in sorted(self.rows.items()))


@dataclass(frozen=True)
class Place:
    """A cell: its sheet, row and column counted from 0, heading, patient and text."""

    sheet: str
    row: int
    column: int
    heading: str
    patient: str
    value: str


def first_words(words: Iterable[str], most: int = 3) -> str:
    """The first few of some words, and how many more there are."""
    words = list(words)
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"
