"""Times from a day before infusion to the infusion: apheresis, lymphodepletion, bridging, diagnosis."""

from collections.abc import Callable

from core.importers import mapping as m
from core.importers.dates import middle_of
from core.importers.day_cells import day_reader
from core.importers.findings import CONTRADICTION, Findings
from core.importers.found_variables import FoundVariable
from core.importers.happenings import Clock
from core.importers.patients import SheetRows
from core.importers.times import days_in
from core.importers.values import Read, shown, values


def _reader(sheet: SheetRows, column: m.ColumnChoice, clock: Clock) -> Callable[[str], Read]:
    """A reader of days; where the interval is in years a month is enough, and its middle counts."""
    by_day = day_reader(sheet, column, clock.last_day)

    def read(text: str) -> Read:
        middle = middle_of(text) if column.unit == "years" else None
        return by_day(text) if middle is None else Read(middle, middle.isoformat())

    return read


def intervals_in(sheet: SheetRows, clock: Clock, found: Findings) -> list[FoundVariable]:
    """
    The columns of days before infusion as variables, in the unit of each. A day after the infusion is a problem; of who
    has no day of infusion there is none, as is said there.
    """
    variables = []
    for column in sheet.choice.columns:
        if column.role != m.BEFORE or column.column not in sheet.headings:
            continue
        of: dict[str, str] = {}
        days = values(sheet, column, _reader(sheet, column, clock), found)
        for row, text, day in zip(sheet.rows, sheet.cells(column), days, strict=True):
            infused = clock.infused.get(row.patient)
            if day is None or infused is None:
                continue
            if day > infused:
                place = sheet.place(row, column, text)
                found.problem(place, CONTRADICTION, f"by the infusion, {infused}", "Correct one of the two")
            else:
                of[row.patient] = shown(round((infused - day).days / (days_in(column.unit) or 1.0), 2))
        if of:
            unit = column.unit or "days"
            what = (column.of, column.label, "number", unit, (), "more", "", of)
            variables.append(FoundVariable(*what, derived=f"from {column.column} to the infusion"))
    return variables
