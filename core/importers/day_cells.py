"""The dates of a column, in the order of its sheet, and those that a spreadsheet turned round."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from core.importers import mapping as m
from core.importers.dates import DAY_FIRST, MONTH_FIRST, order_of, when
from core.importers.findings import DATE
from core.importers.levels import folded, is_missing
from core.importers.meanings import WORDS
from core.importers.patients import SheetRows
from core.importers.values import Read

_SERIAL = re.compile(r"[2-6]\d{4}(?:\.0)?")
"""A day as a spreadsheet counts it, where the cell lost its format: of 1954 to 2091."""
_FIRST_YEAR = 1900
"""Before which no date of a patient lies."""
_AFTER_A_WORD = re.compile(r"[^\W\d_]{1,12}[.,:]?\s+(\d.*)")
_NOT_THEN = re.compile(
    r"\s*(?:stable|sd|pr|s?cr|vgpr|mr|ned|cens\w*|zensiert|until|bis|jusqu\w*|fino|hasta|before|vor|avant|prima|antes|after"
    r"|nach|après|dopo|no|not|kein\w*|ongoing|alive|lebt|last|letzte\w*|free|planned|geplant|not?\s|>|<)\b",
    re.IGNORECASE,
)
"""Before a date of progression or death: that it was another day, or did not happen by then."""
_REAL = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: .*)?")
"""A date that a workbook holds as one."""
_FEWEST_REAL, _FEWEST_WRITTEN = 4, 2


@dataclass(frozen=True)
class Turned:
    """How many dates of a workbook are dates, and how many texts, where it looks as if the first were turned round."""

    real: int
    written: int


def turned_round(sheet: SheetRows) -> Turned | None:
    """
    Dates that a spreadsheet of the other order took for dates where it could, and left as texts where it could not:
    those that are dates are of the 1st to the 12th alone, and texts of later days alone. None for any others.
    """
    if not sheet.table.sheet.name:
        return None  # a file of text holds no dates of its own
    columns = [c for c in sheet.choice.columns if c.role in (*m.DATES, m.DAY, m.ONSET) and c.column in sheet.headings]
    texts = [text for column in columns for text in sheet.cells(column) if text]
    real = [found for text in texts if (found := _REAL.fullmatch(text)) is not None]
    written = [day for text in texts if not _REAL.fullmatch(text) and (day := when(text, 2100)) and not day.month_only]
    could_be = all(int(found[3]) <= 12 for found in real)
    could_not = all((day.day_first is None) != (day.month_first is None) for day in written)
    enough = len(real) >= _FEWEST_REAL and len(written) >= _FEWEST_WRITTEN
    return Turned(len(real), len(written)) if enough and could_be and could_not else None


def day_reader(sheet: SheetRows, column: m.ColumnChoice, last_day: date):  # type: ignore[no-untyped-def]
    """
    A reader of dates, in the order of the sheet, or of the column where more than
    one of its cells prove another. "no", "alive" and "ongoing" say that there is none.
    """
    proved, cells_for, _ = order_of(sheet.cells(column), last_day.year)
    by_sheet = {True: DAY_FIRST, False: MONTH_FIRST, None: None}[sheet.choice.day_first]
    epoch = date(1904, 1, 1) if sheet.table.sheet.from_1904 else date(1899, 12, 30)
    order = proved if by_sheet is None or cells_for > 1 else by_sheet

    def read(text: str) -> Read:
        if is_missing(text) or folded(text) in WORDS["no day"]:
            return Read()
        after = _AFTER_A_WORD.fullmatch(text.strip())
        if _SERIAL.fullmatch(text) and (serial := epoch + timedelta(int(text.partition(".")[0]))) <= last_day:
            return Read(serial, serial.isoformat())
        said = when(text, last_day.year) or (when(after[1], last_day.year) if after else None)
        if said is None:
            return Read(wrong=(DATE, "a date", "Type the date, as 2024-05-31"))
        if said.month_only:
            return Read(wrong=(DATE, "a day, too", "Add the day"))
        if said.is_open and order is None:
            return Read(wrong=(DATE, "a date that can be read one way only", "Say above whether the day comes first"))
        day = said.by(order or DAY_FIRST)
        if day is None or day.year < _FIRST_YEAR:
            return Read(wrong=(DATE, "a day that exists", "Correct the date"))
        if order is not None and not said.fits(order) and said.day_first != said.month_first:
            other = "month" if order == DAY_FIRST else "day"
            return Read(day, day.isoformat(), (DATE, f"{order}, as the other dates of the column",
                                               f"Look at it: it was read with the {other} first"))  # fmt: skip
        return Read(day, "" if text.strip() == day.isoformat() else day.isoformat())

    told = _of_then(read) if column.role in (m.PROGRESSION, m.DEATH) else read
    if sheet.choice.turned_round is False or turned_round(sheet) is None:
        return told
    return _turned_back(told, sheet.choice.turned_round)


def _of_then(read: Callable[[str], Read]) -> Callable[[str], Read]:
    """A reader that takes no date for that of an event before which a word says that it is of something else."""
    doubt = Read(wrong=(DATE, "a date alone: the word before it says another", "Type the date, or empty the cell"))
    return lambda text: doubt if _NOT_THEN.match(text) and read(text).value is not None else read(text)


def _turned_back(read: Callable[[str], Read], is_said: bool | None) -> Callable[[str], Read]:
    """A reader that turns the dates of a workbook back where it `is_said`, and leaves them out until then."""

    def turned(text: str) -> Read:
        real = _REAL.fullmatch(text)
        if real is None:
            return read(text)
        if not is_said:
            return Read(wrong=(DATE, "a date whose day and month were not turned round", "Say above whether they were"))
        day = date(int(real[1]), int(real[3]), int(real[2]))
        return Read(day, day.isoformat() if day.isoformat() != text else "")

    return turned
