"""What happened to patients, from wide and long sheets alike: adverse events, treatments, responses, measurements."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.columns import term_named
from core.importers.endpoints import Course
from core.importers.findings import CONTRADICTION, DATE, GRADE, MISSING_VALUE, NUMBER, UNIT, Findings
from core.importers.levels import GradeBand, folded, is_missing
from core.importers.meanings import POSSIBLE
from core.importers.names import analyte_named
from core.importers.numbers import Number
from core.importers.patients import Row, SheetRows
from core.importers.units import STANDARD, factor_to_standard
from core.importers.values import (
    Read,
    day_number_reader,
    day_reader,
    flag_reader,
    grade_reader,
    level_reader,
    number_reader,
    response_reader,
    values,
)

Table = list[tuple]


@dataclass
class Happenings:
    """
    Rows of the cohort's tables in the order of their columns in core/cohort/schema.py, as values; `looked_for`
    are the patients in whom each term was looked for, where a sheet says so.
    """

    responses: Table = field(default_factory=list)
    milestones: Table = field(default_factory=list)
    adverse_events: Table = field(default_factory=list)
    measurements: Table = field(default_factory=list)
    looked_for: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Clock:
    """When each patient was infused, and the day of the import."""

    infused: dict[str, date]
    last_day: date

    def day(self, patient: str, value: date | float | None) -> float | None:
        """Days from infusion of a date or of a day; None where the patient has no day of infusion."""
        if not isinstance(value, date):
            return value
        infused = self.infused.get(patient)
        return None if infused is None else float((value - infused).days)


def of_patients(sheet: SheetRows, courses: dict[str, Course], clock: Clock, found: Findings, into: Happenings) -> None:
    """What a sheet with one row a patient tells: grades, treatments, responses and measurements in columns."""
    onsets = {column.of: column for column in sheet.choice.columns if column.role == m.ONSET}
    of_month: dict[float | None, dict[str, m.ColumnChoice]] = {}
    for column in sheet.choice.columns:
        if column.column not in sheet.headings:
            continue
        if column.role == m.GRADE:
            _grades(sheet, column, onsets.get(column.of), clock, found, into)
        elif column.role == m.TREATMENT:
            _treatments(sheet, column, found, into)
        elif column.role == m.MEASUREMENT:
            _measured(sheet, column, found, into)
        elif column.role in (m.RESPONSE, m.MRD) and column.at is not None:
            of_month.setdefault(column.at, {})[column.role] = column
    for month, columns in of_month.items():
        _assessed(sheet, month or 0.0, columns, found, into)


def onset_reader(sheet: SheetRows, column: m.ColumnChoice, clock: Clock):  # type: ignore[no-untyped-def]
    """A reader of days that are dates or days from infusion, whichever the column has."""
    dates = day_reader(sheet, column, clock.last_day)
    days = day_number_reader(column.unit)

    def read(text: str) -> Read:
        said = days(text)
        return dates(text) if said.wrong is not None else said

    return read


def _grades(
    sheet: SheetRows, column: m.ColumnChoice, onset: m.ColumnChoice | None, clock: Clock, found: Findings,
    into: Happenings,
) -> None:  # fmt: skip
    read = values(sheet, column, grade_reader(column), found, f"no {column.of}, and not looked for")
    days: list = [None] * len(read)
    if onset is not None and onset.column in sheet.headings:
        days = values(sheet, onset, onset_reader(sheet, onset, clock), found)
    looked_for = into.looked_for.setdefault(column.of, set())
    for row, grade, day in zip(sheet.rows, read, days, strict=True):
        if grade is None:
            continue
        looked_for.add(row.patient)
        if grade.high > 0:
            begins = clock.day(row.patient, day if day is not None else grade.day)
            low = max(1, grade.low)
            into.adverse_events.append((row.patient, column.of, None, low, grade.high, None, begins, None))


_DOSES = re.compile(r"([1-9]\d?)\s*(?:x|×|doses?|gaben?|mal|times)\b", re.IGNORECASE)


def _treatments(sheet: SheetRows, column: m.ColumnChoice, found: Findings, into: Happenings) -> None:
    """Who was given it: yes, or a number of doses."""
    flag = flag_reader(column)

    def read(text: str) -> Read:
        text = text.strip()
        if text.isdecimal():
            return Read(None if text == "0" else text if int(text) > 1 or not column.levels else "")
        doses = _DOSES.match(text)
        if doses is not None:
            return Read(doses[1], doses[1])
        said = flag(text)
        if said.value == "Yes":
            return Read("", said.becomes)
        return Read(None, said.becomes, said.wrong)

    for row, given in zip(sheet.rows, values(sheet, column, read, found), strict=True):
        if given is not None:
            into.milestones.append((row.patient, None, column.of, given or None))


def _assessed(
    sheet: SheetRows, month: float, columns: dict[str, m.ColumnChoice], found: Findings, into: Happenings
) -> None:
    """Responses and MRD of one month."""
    nothing: list = [None] * len(sheet.rows)
    response = columns.get(m.RESPONSE)
    mrd = columns.get(m.MRD)
    responses = values(sheet, response, response_reader(response), found, "not evaluable then") if response else nothing
    results = values(sheet, mrd, level_reader(mrd, expected="negative or positive"), found) if mrd else nothing
    for row, best, result in zip(sheet.rows, responses, results, strict=True):
        if best is not None or result is not None:
            into.responses.append((row.patient, month, best, result, None))


def looked_for(sheet: SheetRows, found: Findings, into: Happenings) -> None:
    """Who was looked at for a term whose grades stand among the adverse events, and where the two say otherwise."""
    worst: dict[tuple[str, str], int] = {}
    for patient, term, _, _, grade, *_ in into.adverse_events:
        worst[patient, term] = max(grade, worst.get((patient, term), 0))
    for column in sheet.choice.columns:
        if column.role != m.LOOKED_FOR or column.column not in sheet.headings:
            continue
        read = values(sheet, column, grade_reader(column), found, "not looked for")
        for row, text, grade in zip(sheet.rows, sheet.cells(column), read, strict=True):
            if grade is None:
                continue
            into.looked_for.setdefault(column.of, set()).add(row.patient)
            among = worst.get((row.patient, column.of), 0)
            if not grade.low <= among <= grade.high:
                wanted = f"{among or 'none'}, as among the adverse events"
                place = sheet.place(row, column, text)
                found.problem(place, CONTRADICTION, wanted, "Correct one of the two", "the adverse events count")


def _factor(analyte: str) -> Callable[[str], float | None]:
    def factor(unit: str) -> float | None:
        known = factor_to_standard(analyte, unit.partition(" ")[0]) or factor_to_standard(analyte, unit)
        return known

    return factor


def kept_unit(analyte: str, unit: str) -> str:
    """The unit that values of an analyte in a unit are kept in."""
    known = STANDARD.get(analyte)
    if known is None or unit.startswith("log10"):
        return unit
    return known[0] if not unit or _factor(analyte)(unit) is not None else unit


def _measured(sheet: SheetRows, column: m.ColumnChoice, found: Findings, into: Happenings) -> None:
    """The values of an analyte on one day; rows in another unit are read in that."""
    first, last = column.other_rows or (0, -1)
    other = [row for row in sheet.rows if first <= row.place + 1 <= last]
    if other:
        rows = tuple(row for row in sheet.rows if not first <= row.place + 1 <= last)
        _in_one_unit(replace(sheet, rows=tuple(other)), replace(column, unit=column.other_unit), found, into)
        sheet = replace(sheet, rows=rows)
    _in_one_unit(sheet, column, found, into)


def _in_one_unit(sheet: SheetRows, column: m.ColumnChoice, found: Findings, into: Happenings) -> None:
    analyte, levels = column.of, dict(column.levels)
    reader = number_reader(sheet, column, _factor(analyte))
    factor = _factor(analyte)(column.unit) or 1.0
    unit = kept_unit(analyte, column.unit)
    possible = POSSIBLE.get(analyte, (0.0, float("inf"))) if unit == STANDARD.get(analyte, ("",))[0] else None

    def read(text: str) -> Read:
        said = reader(levels.get(folded(text), text))
        if isinstance(said.value, Number) and possible and not _is_possible(said.value, possible):
            return Read(wrong=(NUMBER, f"{analyte} from {possible[0]:g} to {possible[1]:g} {unit}", "Correct the value"))
        return said

    for row, number in zip(sheet.rows, values(sheet, column, read, found, "value left out"), strict=True):
        if number is not None:
            value = number.value * factor if number.limit else number.value
            into.measurements.append((row.patient, analyte, column.at, value, unit, _limit(number), None, None))


def _is_possible(number: Number, possible: tuple[float, float]) -> bool:
    return bool(number.limit) or possible[0] <= number.value <= possible[1]


def _limit(number: Number) -> str | None:
    return "Yes" if number.limit == "below" else None


def of_events(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Adverse events, one a row."""
    columns = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
    if m.TERM not in columns or m.GRADE not in columns:
        return
    nothing: list = [None] * len(sheet.rows)
    terms = sheet.cells(columns[m.TERM])
    grades = values(sheet, columns[m.GRADE], grade_reader(columns[m.GRADE]), found, "row left out")
    starts, ends = (
        values(sheet, columns[role], onset_reader(sheet, columns[role], clock), found, "day left out")
        if role in columns
        else nothing
        for role in (m.ONSET, m.ENDS)
    )
    category, grading = (
        sheet.cells(columns[role]) if role in columns else nothing for role in (m.CATEGORY, m.GRADING)
    )
    written = sheet.cells(columns[m.GRADE])
    rows = zip(sheet.rows, terms, written, grades, starts, ends, category, grading, strict=True)
    for row, term, text, grade, start, end, group, scale in rows:
        used = _event(sheet, columns, row, term, text, grade, found)
        if not used:
            continue
        begins, stops = clock.day(row.patient, start), clock.day(row.patient, end)
        if begins is not None and stops is not None and stops < begins:
            found.problem(
                sheet.place(row, columns[m.ENDS], sheet.table.sheet.rows[row.place][
                    sheet.headings[columns[m.ENDS].column].column]),
                DATE, "not before its start", "Correct one of the two", "end left out",
            )  # fmt: skip
            stops = None
        named = term_named(term)
        if grade.high > 0:
            low = max(1, grade.low)
            into.adverse_events.append(
                (row.patient, named, _words(group), low, grade.high, _words(scale), begins, stops)
            )


def _event(
    sheet: SheetRows, columns: dict[str, m.ColumnChoice], row: Row, term: str, text: str, grade: GradeBand | None,
    found: Findings,
) -> bool:  # fmt: skip
    """Whether a row of adverse events can be used; what is missing is found and the row listed."""
    title = sheet.table.sheet.title
    if is_missing(term):
        found.problem(sheet.place(row, columns[m.TERM], term), MISSING_VALUE, "an adverse event", "Name it",
                      "row left out")  # fmt: skip
        found.unused(title, row.place, "names no adverse event")
        return False
    if grade is None:
        if is_missing(text):
            found.problem(sheet.place(row, columns[m.GRADE], text), GRADE, "a grade from 1 to 5", "Type the grade",
                          "row left out")  # fmt: skip
        found.unused(title, row.place, "an adverse event without a grade")
        return False
    if grade.high == 0:
        found.unused(title, row.place, "grade 0: no adverse event")
    return True


def _words(text: str | None) -> str | None:
    return None if text is None or is_missing(text) else text.strip()


def of_assessments(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Responses and MRD, one assessment a row."""
    columns = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
    if m.DAY not in columns or not {m.RESPONSE, m.MRD} & set(columns):
        return
    nothing: list = [None] * len(sheet.rows)
    days = values(sheet, columns[m.DAY], onset_reader(sheet, columns[m.DAY], clock), found, "row left out")
    said, result = columns.get(m.RESPONSE), columns.get(m.MRD)
    responses = values(sheet, said, response_reader(said), found, "not evaluable then") if said else nothing
    results = values(sheet, result, level_reader(result), found) if result else nothing
    title = sheet.table.sheet.title
    for row, day, response, mrd in zip(sheet.rows, days, responses, results, strict=True):
        since = clock.day(row.patient, day)
        if response is None and mrd is None:
            found.unused(title, row.place, "neither a response nor an MRD result")
        elif since is None:
            found.unused(title, row.place, "no day of the assessment, or no day of infusion")
        elif since < 0:
            text = sheet.table.sheet.rows[row.place][sheet.headings[columns[m.DAY].column].column]
            found.problem(sheet.place(row, columns[m.DAY], text), DATE, "on or after the infusion", "Correct the date",
                          "row left out")  # fmt: skip
            found.unused(title, row.place, "an assessment before infusion")
        else:
            into.responses.append((row.patient, since / DAYS_PER_MONTH, response, mrd, None))


def of_measurements(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Measurements, one a row: the unit of each row says what it is converted by."""
    columns = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
    if not {m.ANALYTE, m.VALUE, m.DAY} <= set(columns):
        return
    days = values(sheet, columns[m.DAY], onset_reader(sheet, columns[m.DAY], clock), found, "row left out")
    numbers = values(sheet, columns[m.VALUE], number_reader(sheet, columns[m.VALUE], lambda unit: None), found,
                     "row left out")  # fmt: skip
    analytes = sheet.cells(columns[m.ANALYTE])
    units = sheet.cells(columns[m.UNIT]) if m.UNIT in columns else [""] * len(analytes)
    named = {text: analyte_named(text) or text.strip() for text in set(analytes)}
    factors: dict[tuple[str, str], tuple[float, str] | None] = {}
    undated: dict[str, list[Row]] = {}
    title = sheet.table.sheet.title
    for row, day, number, text, unit in zip(sheet.rows, days, numbers, analytes, units, strict=True):
        analyte = named[text]
        if (analyte, unit) not in factors:
            factors[analyte, unit] = _kept_in(analyte, unit)
        known, since = factors[analyte, unit], clock.day(row.patient, day)
        if not analyte or number is None or day is None:
            found.unused(title, row.place, "names no analyte" if not analyte else "holds no value that can be read"
                         if number is None else "has no day that can be read")  # fmt: skip
        elif since is None:
            undated.setdefault(row.patient, []).append(row)
        elif known is None:
            found.problem(sheet.place(row, columns[m.UNIT], unit), UNIT, "a unit", "Fill in the unit", "row left out")
            found.unused(title, row.place, "has no unit")
        else:
            factor, kept = known
            value = number.value if factor == 1 else float(f"{number.value * factor:.12g}")
            possible = POSSIBLE.get(analyte) if kept == STANDARD.get(analyte, ("",))[0] else None
            if possible and not number.limit and not possible[0] <= value <= possible[1]:
                wanted = f"{analyte} from {possible[0]:g} to {possible[1]:g} {kept}: is the unit right?"
                place = sheet.place(row, columns[m.VALUE], _text(sheet, row, columns[m.VALUE]))
                found.problem(place, UNIT, wanted, "Correct the value or its unit", "row left out")
                found.unused(title, row.place, "holds an impossible value")
                continue
            into.measurements.append((row.patient, analyte, since, value, kept or None, _limit(number), None, None))
    for patient, rows in undated.items():
        found.problem(sheet.place(rows[0], columns[m.DAY], ""), MISSING_VALUE,
                      f"a day of infusion of {patient}: no day can be counted", "Fill it in",
                      f"{len(rows)} row{'' if len(rows) == 1 else 's'} left out")  # fmt: skip
        for row in rows:
            found.unused(title, row.place, "the patient has no day of infusion")


def _text(sheet: SheetRows, row: Row, column: m.ColumnChoice) -> str:
    place = sheet.headings[column.column].column
    return sheet.mended.get((row.place, place), sheet.table.sheet.rows[row.place][place])


def _kept_in(analyte: str, unit: str) -> tuple[float, str] | None:
    """What a value in a unit is multiplied by, and the unit it is kept in; None where an analyte needs one and has none."""
    if analyte not in STANDARD:
        return 1.0, "" if is_missing(unit) else unit.strip()
    if is_missing(unit):
        return None
    factor = _factor(analyte)(unit)
    return (1.0, unit.strip()) if factor is None else (factor, STANDARD[analyte][0])
