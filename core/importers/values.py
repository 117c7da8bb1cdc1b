"""The cells of a column as values: numbers, days, grades and levels, each text read once, every doubt a problem."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.cohort.schema import LEAST, MOST
from core.importers import mapping as m
from core.importers.findings import ERROR, FORMULA, GRADE, LEVEL, NUMBER, RESPONSE, Findings
from core.importers.levels import HIGHEST_GRADE, GradeBand, folded, grade_in, is_missing, yes_or_no
from core.importers.numbers import POINT, Number, decimals_of, doubt_of, number_in, written_as_it_is
from core.importers.patients import SheetRows

_ERROR = re.compile(r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE)
_DAY = re.compile(
    r"(?:d|day|tag|t|j|jour|g|giorno|día|dia|dag|第)?\s*(?P<sign>[+\-−]?)\s*(?P<day>\d{1,4})(?:[.,]0+)?"
    r"\s*(?:d|days?|tage?|jours?|giorni|d[ií]as?|天|日)?",
    re.IGNORECASE,
)
_DAYS = {"d": 1.0, "t": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25, "h": 1 / 24}


@dataclass(frozen=True)
class Read:
    """
    What a text says: a value (None where it says there is none); how it is written where it is read otherwise;
    and what is wrong with it: the kind, what was expected and how to mend it.
    """

    value: Any = None
    becomes: str = ""
    wrong: tuple[str, str, str] | None = None


READ_ALL_THE_SAME = "used as it is read"
"""What becomes of a cell that is doubted and has a value."""


def values(
    sheet: SheetRows, column: m.ColumnChoice, read: Callable[[str], Read], found: Findings, effect: str = "missing"
) -> list:
    """What each cell of a column says by `read`; errors and doubts are found."""
    cells = sheet.cells(column)
    known = {text: _read(text, read) for text in dict.fromkeys(cells)}
    told = {text for text, said in known.items() if said.becomes or said.wrong is not None}
    place, unstored = sheet.headings[column.column].column, sheet.table.sheet.unstored
    for row, text in zip(sheet.rows, cells, strict=True) if told or unstored else ():
        if unstored and not text and (row.place, place) in unstored:
            found.problem(sheet.place(row, column, text), FORMULA, "the result of its formula",
                          "Open the file in a spreadsheet, save it and take it again", effect)  # fmt: skip
        if text not in told:
            continue
        said = known[text]
        if said.becomes:
            found.convert(sheet.place(row, column, text), said.becomes)
        if said.wrong is not None:
            found.problem(
                sheet.place(row, column, text), *said.wrong, effect if said.value is None else READ_ALL_THE_SAME
            )
    return [known[text].value for text in cells]


def _read(text: str, read: Callable[[str], Read]) -> Read:
    if _ERROR.fullmatch(text.strip()):
        return Read(wrong=(ERROR, "a value; this is an error of the spreadsheet", "Correct its formula"))
    return read(text)


def shown(number: float) -> str:
    """A number as the shortest text that is this number."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def decimal_in(sheet: SheetRows, column: m.ColumnChoice) -> tuple[str, bool]:
    """What stands before the decimals in a column, and whether that is told: by its cells, or for its sheet."""
    decimal, proved = decimals_of(sheet.cells(column))
    return (decimal, True) if proved else (sheet.choice.decimal or POINT, sheet.choice.decimal != "")


def number_reader(sheet: SheetRows, column: m.ColumnChoice, factor: Callable[[str], float | None]):  # type: ignore[no-untyped-def]
    """
    A reader of numbers in the unit they are kept in: `factor` gives what a value of a unit is multiplied by, None
    for a unit it does not know.
    """
    decimal, is_told = decimal_in(sheet, column)
    by_column = factor(column.unit)

    def read(text: str) -> Read:
        if is_missing(text):
            return Read()
        number = number_in(text, decimal)
        if number is None:
            return Read(wrong=(NUMBER, "one number", "Type the number"))
        if (doubt := doubt_of(number, text, column.unit, is_told)) is not None:
            return Read(wrong=(NUMBER, *doubt))
        if number.limit:
            return Read(
                number, f"{shown(number.value)}, where more was not measured" if number.limit == "above" else ""
            )
        by = by_column
        if number.rest:
            of_the_cell = factor(number.rest)
            if of_the_cell is not None:
                by = of_the_cell
            elif "/" in number.rest or by is None:
                return Read(wrong=(_UNIT, f"a number, not {number.rest[:20]!r}", "Give it in the unit of the column"))
        value = float(f"{number.value * (1.0 if by is None else by):.12g}")
        if abs(value) > MOST or 0 < abs(value) < LEAST:
            return Read(wrong=(NUMBER, "a number of a size that can be true", "Correct the number"))
        becomes = "" if written_as_it_is(value, text.strip()) else shown(value)
        return Read(Number(value, is_percent=number.is_percent), becomes)

    return read


_UNIT = "unit"


def percent_reader(sheet: SheetRows, column: m.ColumnChoice):  # type: ignore[no-untyped-def]
    """
    A reader of percentages: 63.58% is 63.58, and 0.63 as well where the column's are fractions. Where a column holds
    both and nobody has said whether these are fractions, they stay missing.
    """
    decimal, _ = decimal_in(sheet, column)
    all_fractions = is_in_fractions(column)

    def read(text: str) -> Read:
        if is_missing(text):
            return Read()
        number = number_in(text, decimal)
        if number is None or (number.rest and not number.is_percent):
            return Read(wrong=(NUMBER, "a percentage", "Type the percentage"))
        if number.limit:
            return Read(number)
        value = number.value
        if not number.is_percent and (all_fractions or (0 < value <= 1 and column.fractions)):
            value = float(f"{value * 100:.12g}")
        elif not number.is_percent and 0 < value < 1 and column.fractions is None:
            return Read(wrong=(_UNIT, "a percentage; this may be a fraction", "Say above whether it is one"))
        if not 0 <= value <= 100:
            return Read(wrong=(NUMBER, "from 0 to 100%", "Type the percentage"))
        return Read(Number(value), "" if written_as_it_is(value, text.strip()) else shown(value))

    return read


def is_in_fractions(column: m.ColumnChoice) -> bool:
    """Whether a column of percentages is in fractions throughout: its unit says so."""
    return column.unit.casefold() in ("frac", "fraction", "proportion")


def fractions_in(sheet: SheetRows, column: m.ColumnChoice) -> tuple[int, int, str]:
    """How many cells of a column of percentages are below 1 without a percent sign, how many are above, and one."""
    decimal, _ = decimal_in(sheet, column)
    often = Counter(sheet.cells(column))
    numbers = {text: one for text in often if (one := number_in(text, decimal)) is not None}
    plain = {text: one.value for text, one in numbers.items() if not one.is_percent and not one.limit}
    below = [text for text, value in plain.items() if 0 < value < 1]
    above = sum(often[text] for text, value in plain.items() if value > 1)
    return sum(often[text] for text in below), above, next(iter(below), "")


_PERIOD = re.compile(
    r"(?:(?P<weeks>w|wk|weeks?|wochen?|sem\w*|settiman\w*)|m|mo|months?|monate?|mois|mes\w*)[\s.]*\+?(?P<number>\d{1,3})",
    re.IGNORECASE,
)
"""A time in weeks or months from infusion: W4, M3."""


def day_number_reader(unit: str = ""):  # type: ignore[no-untyped-def]
    """A reader of days from infusion: 7, d+7, day 7; weeks and months by the column's unit."""
    small = unit.strip().casefold()
    factor = (
        7.0
        if small.startswith(("sem", "settim"))
        else _DAYS.get("h" if small in ("ore", "stunden") else small[:1], 1.0)
    )

    def read(text: str) -> Read:
        if is_missing(text):
            return Read()
        if (period := _PERIOD.fullmatch(text.strip())) is not None and factor == 1:
            days = int(period["number"]) * (_DAYS["w"] if period["weeks"] else _DAYS["m"])
            return Read(days, shown(days))
        found = _DAY.fullmatch(text.strip())
        if found is None:
            number = number_in(text)
            if number is None or number.limit or number.rest:
                return Read(wrong=(NUMBER, "a day from infusion", "Type the day as a number"))
            return Read(float(f"{number.value * factor:.12g}"))
        day = float(found["day"]) * (-1 if found["sign"] in ("-", "−") else 1) * factor
        return Read(day, shown(day) if shown(day) != text.strip() else "")

    return read


def grade_reader(column: m.ColumnChoice):  # type: ignore[no-untyped-def]
    """A reader of grades: Gr 2, 2°, II, 1–2, ≥3, 4 (d12); codes of a legend that are no grades are missing."""
    levels = dict(column.levels)

    def read(text: str) -> Read:
        if not text.strip() and column.empty == "0":
            return Read(GradeBand(0, 0), "0")
        said = levels.get(folded(text), text)
        if is_missing(said):
            return Read()
        grade = grade_in(said)
        if grade is None:
            return Read(wrong=(GRADE, f"a grade from 0 to {HIGHEST_GRADE}", "Type the grade"))
        if not grade.exists:
            return Read(wrong=(GRADE, f"a grade from 0 to {HIGHEST_GRADE}", "Correct the grade"))
        if grade.low == 0 < grade.high:  # whether there was any is what it leaves open
            return Read(wrong=(GRADE, "0, or a grade above it", "Type whether there was one"))
        plain = _grade_words(grade)
        return Read(grade, plain if plain != text.strip() else "")

    return read


def _grade_words(grade: GradeBand) -> str:
    band = str(grade.low) if grade.low == grade.high else f"{grade.low}–{grade.high}"
    return band if grade.day is None else f"{band}, day {grade.day}"


def level_reader(column: m.ColumnChoice, kind: str = LEVEL, expected: str = ""):  # type: ignore[no-untyped-def]
    """A reader of words by the levels of the column; an empty cell is what the choice says it is."""
    levels = dict(column.levels)
    named = sorted({level for level in levels.values() if level})
    wanted = expected or f"one of {', '.join(named[:8])}"

    def read(text: str) -> Read:
        if not text.strip():
            return Read() if column.empty == m.NOT_KNOWN else Read(column.empty or None, column.empty)
        small = folded(text)
        if small not in levels:
            return Read() if is_missing(text) else Read(wrong=(kind, wanted, "Say what it means, or correct it"))
        level = levels[small]
        if not level:
            return Read()
        return Read(level, level if level != text.strip() else "")

    return read


def response_reader(column: m.ColumnChoice):  # type: ignore[no-untyped-def]
    """A reader of responses by the levels of the column; what may say that there is none or no response is listed."""
    read, levels = level_reader(column, RESPONSE, "one response"), dict(column.levels)
    doubts = {
        text: Read(wrong=(RESPONSE, f"one response: {text.upper()} is {either}", "Type SD or PD, or leave it empty"))
        for text, either in _DOUBTED.items()
        if text not in levels
    }
    return lambda text: doubts.get(folded(text)) or read(text)


_DOUBTED = {
    "nc": "no change, or not known",
    "nr": "no response, or not reported",
    "n.r.": "no response, or not reported",
}


def flag_reader(column: m.ColumnChoice):  # type: ignore[no-untyped-def]
    """A reader of Yes and No; what its levels say comes first, an empty cell is what the choice says it is."""
    levels = dict(column.levels)

    def read(text: str) -> Read:
        if not text.strip():
            return Read(column.empty or None, column.empty)
        if folded(text) in levels:
            level = levels[folded(text)]
            return Read(level or None, level if level and level != text.strip() else "")
        if is_missing(text) and not (text.strip() == "-" and column.empty):
            return Read()
        said = yes_or_no(text)
        if said is None:
            return Read(wrong=(LEVEL, "yes or no", "Say what it means, or correct it"))
        level = "Yes" if said[0] else "No"
        return Read(level, level if level != text.strip() else "")

    return read
