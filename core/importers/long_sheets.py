"""Sheets with one row an adverse event, an assessment, a measurement or an endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from core.importers import mapping as m
from core.importers.findings import (
    DATE,
    GRADE,
    MISSING_VALUE,
    UNIT,
    Findings,
)
from core.importers.happenings import Clock, Happenings, onset_reader
from core.importers.levels import GradeBand, folded, is_missing, yes_or_no
from core.importers.meanings import POSSIBLE
from core.importers.measured import factor_of, limit_of, measured
from core.importers.names import analyte_named, name_of, unit_in
from core.importers.numbers import Number
from core.importers.patients import Row, SheetRows
from core.importers.timed_columns import term_named
from core.importers.units import STANDARD
from core.importers.values import flag_reader, grade_reader, number_reader, values

ROW = "row left out"


@dataclass(frozen=True)
class LongSheet:
    """A sheet with many rows a patient, its columns by role, and what is found in it."""

    sheet: SheetRows
    columns: dict[str, m.ColumnChoice]
    clock: Clock
    found: Findings

    @classmethod
    def of(cls, sheet: SheetRows, clock: Clock, found: Findings) -> "LongSheet":
        columns = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
        return cls(sheet, columns, clock, found)

    def texts(self, role: str) -> list[str]:
        """The cells of a role as they are; empty where no column has it."""
        return self.sheet.cells(self.columns[role]) if role in self.columns else [""] * len(self.sheet.rows)

    def days(self, role: str, effect: str) -> list:
        """The dates or days of a role, as they are read."""
        if role not in self.columns:
            return [None] * len(self.sheet.rows)
        reader = onset_reader(self.sheet, self.columns[role], self.clock)
        return values(self.sheet, self.columns[role], reader, self.found, effect)

    def wrong(self, row: Row, role: str, text: str, kind: str, expected: str, mend: str, effect: str = ROW) -> None:
        """A problem with a cell of a row."""
        self.found.problem(self.sheet.place(row, self.columns[role], text), kind, expected, mend, effect)

    def nothing(self, why: str) -> None:
        """That no row of the sheet is used."""
        for row in self.sheet.rows:
            self.unused(row, why)

    def unused(self, row: Row, why: str) -> None:
        """That a row is used for nothing."""
        self.found.unused(self.sheet.table.sheet.title, row.place, why)


def of_events(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Adverse events, one a row."""
    of = LongSheet.of(sheet, clock, found)
    if not {m.TERM, m.GRADE} <= set(of.columns):
        of.nothing("no column is taken for adverse event and grade")
        return
    grades = values(sheet, of.columns[m.GRADE], grade_reader(of.columns[m.GRADE]), found, ROW)
    starts, ends = of.days(m.ONSET, "day left out"), of.days(m.ENDS, "day left out")
    cells = zip(*(of.texts(role) for role in (m.TERM, m.GRADE, m.ENDS, m.CATEGORY, m.GRADING)), strict=True)
    serious = _serious(of)
    for row, grade, start, end, told, is_serious in zip(sheet.rows, grades, starts, ends, cells, serious, strict=True):
        term, written, end_written, group, scale = told
        if grade is None or grade.high > 0:
            into.serious.setdefault(row.patient, set()).add(is_serious)
        why = _why_none(of, row, term, written, grade)
        if why:
            of.unused(row, why)
            if why == UNGRADED:
                into.ungraded.append((row.patient, into.spelled(term_named(term))))
        else:
            begins, stops = clock.day(row.patient, start), clock.day(row.patient, end)
            if begins is not None and stops is not None and stops < begins:
                of.wrong(row, m.ENDS, end_written, DATE, "not before its start", "Correct one of the two",
                         "end left out")  # fmt: skip
                stops = None
            named = into.spelled(term_named(term))
            if named != term.strip():
                found.convert(sheet.place(row, of.columns[m.TERM], term), named)
            event = (row.patient, named, _words(group), max(1, grade.low), grade.high, _words(scale))
            into.adverse_events.append((*event, begins, stops))


UNGRADED = "an adverse event without a grade"


def _why_none(of: LongSheet, row: Row, term: str, written: str, grade: GradeBand | None) -> str:
    """Why a row is no adverse event, which is told where it ought to be one; empty where it is."""
    if is_missing(term):
        of.wrong(row, m.TERM, term, MISSING_VALUE, "an adverse event", "Name it")
        return "names no adverse event"
    if grade is not None:
        return "grade 0: no adverse event" if grade.high == 0 else ""
    if (said := yes_or_no(term)) is not None and not said[0]:
        return "says that there was no adverse event"
    if is_missing(written):
        of.wrong(row, m.GRADE, written, GRADE, "a grade from 1 to 5", "Type the grade")
    return UNGRADED


def _serious(of: LongSheet) -> list[str | None]:
    """Whether each event was serious, where a column says so."""
    if m.SERIOUS not in of.columns:
        return [None] * len(of.sheet.rows)
    return values(of.sheet, of.columns[m.SERIOUS], flag_reader(of.columns[m.SERIOUS]), of.found)


def _words(text: str) -> str | None:
    return None if is_missing(text) else text.strip()


def of_measurements(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Measurements, one a row or several in columns."""
    of = LongSheet.of(sheet, clock, found)
    columns = [c for c in sheet.choice.columns if c.role == m.MEASUREMENT and c.column in sheet.headings]
    if columns and m.VALUE not in of.columns:
        in_columns(of, columns, into)
        return
    if not {m.ANALYTE, m.VALUE, m.DAY} <= set(of.columns):
        of.nothing("no column is taken for analyte, value and day")
        return
    _one_a_row(of, into)


def _one_a_row(of: LongSheet, into: Happenings) -> None:
    """Measurements, one a row: the unit of each row says what it is converted by."""
    undated: dict[str, list[Row]] = {}
    below = of.texts(m.BELOW)
    for (row, day, number, analyte, unit, kept), is_below in zip(_measured(of), below, strict=True):
        if is_below and number is not None and (limited := yes_or_no(is_below)) is not None and limited[0]:
            number = replace(number, limit="below")
        since = of.clock.day(row.patient, day)
        if not analyte:
            of.unused(row, "names no analyte")
        elif number is None:
            of.unused(row, "holds no value that can be read")
        elif day is None:
            of.unused(row, "has no day that can be read")
        elif since is None:
            undated.setdefault(row.patient, []).append(row)
        elif kept is None:
            if m.UNIT in of.columns:
                of.wrong(row, m.UNIT, unit, UNIT, "a unit", "Fill in the unit")
            of.unused(row, "has no unit")
        else:
            _keep(of, into, (row, since, number, analyte), kept)
    _undated(of, undated)


def in_columns(of: LongSheet, columns: list[m.ColumnChoice], into: Happenings) -> None:
    """Measurements in several columns: of analytes in rows of a day, or of days in rows of an analyte."""
    if m.ANALYTE in of.columns:
        _by_analyte(of, [column for column in columns if column.at is not None], into)
    elif m.DAY not in of.columns:
        of.nothing("no column is taken for the day")
    else:
        _by_visit(of, columns, into)


def _by_visit(of: LongSheet, columns: list[m.ColumnChoice], into: Happenings) -> None:
    days = of.days(m.DAY, ROW)
    held = of_visits(of, columns, days, into)
    undated: dict[str, list[Row]] = {}
    for row, day in zip(of.sheet.rows, days, strict=True):
        if day is None:
            of.unused(row, "has no day that can be read")
        elif of.clock.day(row.patient, day) is None:
            undated.setdefault(row.patient, []).append(row)
        elif row.place not in held:
            of.unused(row, "holds no value")
    _undated(of, undated)


def of_visits(of: LongSheet, columns: list[m.ColumnChoice], days: list, into: Happenings) -> set[int]:
    """Reads the values of analytes in rows of these days. Returns the places of the rows that hold any."""
    since = {row.place: of.clock.day(row.patient, day) for row, day in zip(of.sheet.rows, days, strict=True)}
    known = {place: day for place, day in since.items() if day is not None}
    dated = replace(of.sheet, rows=tuple(row for row in of.sheet.rows if row.place in known))
    held = set()
    for column in columns:
        held |= {row.place for row, text in zip(dated.rows, dated.cells(column), strict=True) if not is_missing(text)}
        measured(dated, column, of.found, into.measurements, known)
    return held


def _by_analyte(of: LongSheet, columns: list[m.ColumnChoice], into: Happenings) -> None:
    """Rows of an analyte each, with a column a day."""
    analytes, units = of.texts(m.ANALYTE), of.texts(m.UNIT)
    held = set()
    for column in columns:
        numbers = values(of.sheet, column, number_reader(of.sheet, column, lambda unit: None), of.found, "left out")
        for row, number, text, unit in zip(of.sheet.rows, numbers, analytes, units, strict=True):
            kept = _kept_in(analyte_named(text) or text.strip(), unit)
            if number is None or is_missing(text) or kept is None:
                continue
            held.add(row.place)
            _keep(of, into, (row, column.at or 0.0, number, analyte_named(text) or text.strip()), kept, column)
    for row, text, unit in zip(of.sheet.rows, analytes, units, strict=True):
        if row.place in held:
            continue
        if m.UNIT in of.columns and not is_missing(text) and _kept_in(analyte_named(text) or "", unit) is None:
            of.wrong(row, m.UNIT, unit, UNIT, "a unit", "Fill in the unit")
        of.unused(row, "names no analyte, has no unit, or holds no value that can be read")


def _undated(of: LongSheet, undated: dict[str, list[Row]]) -> None:
    """The rows of patients of whom no day can be counted, told once of each."""
    for patient, rows in undated.items():
        left_out = f"{len(rows)} row{'' if len(rows) == 1 else 's'} left out"
        expected = f"a day of infusion of {patient}: no day can be counted"
        of.wrong(rows[0], m.DAY, "", MISSING_VALUE, expected, "Fill it in", left_out)
        for row in rows:
            of.unused(row, "the patient has no day of infusion")


def _measured(of: LongSheet) -> Iterator[tuple]:
    """Each row with its day, number, analyte, unit as written, and the factor and unit it is kept in."""
    value = of.columns[m.VALUE]
    numbers = values(of.sheet, value, number_reader(of.sheet, value, lambda unit: None), of.found, ROW)
    texts, units, days = of.texts(m.ANALYTE), of.texts(m.UNIT), of.days(m.DAY, ROW)
    if m.UNIT not in of.columns:
        said = dict(value.levels)
        told = {text: unit_in(text, name_of(text), "") or said.get(folded(text), "") for text in set(texts)}
        units = [told[text] for text in texts]  # CRP (mg/L), or as it was answered
    named = {text: analyte_named(name_of(text).plain) or analyte_named(text) or text.strip() for text in set(texts)}
    kept = {(text, unit): _kept_in(named[text], unit) for text, unit in set(zip(texts, units, strict=True))}
    for row, day, number, text, unit in zip(of.sheet.rows, days, numbers, texts, units, strict=True):
        yield row, day, number, named[text], unit, kept[text, unit]


class Kept(NamedTuple):
    """What a value is multiplied by, the unit it is kept in, and the least and the most that a patient can have."""

    factor: float
    unit: str
    least: float = -inf
    most: float = inf


def _kept_in(analyte: str, unit: str) -> Kept | None:
    """How a value of an analyte in a unit is kept; None where it has no unit and needs one."""
    if analyte not in STANDARD:
        unit = "" if is_missing(unit) else unit.strip()
        return Kept(1.0, unit, *(() if unit else POSSIBLE.get(analyte, ())))
    if is_missing(unit):
        return None
    factor, kept = factor_of(analyte)(unit), STANDARD[analyte][0]
    factor, unit = (1.0, unit.strip()) if factor is None else (factor, kept)
    return Kept(factor, unit, *(POSSIBLE.get(analyte, ()) if unit == kept else ()))


def _keep(
    of: LongSheet, into: Happenings, told: tuple[Row, float, Number, str], kept: Kept,
    column: m.ColumnChoice | None = None,
) -> None:  # fmt: skip
    """A measurement in the unit it is kept in, unless no patient can have such a value."""
    row, since, number, analyte = told
    value = number.value if kept.factor == 1 else float(f"{number.value * kept.factor:.12g}")
    if not number.limit and not kept.least <= value <= kept.most:
        column = column or of.columns[m.VALUE]
        place = of.sheet.headings[column.column].column
        text = of.sheet.mended.get((row.place, place), of.sheet.table.sheet.rows[row.place][place])
        expected = f"{analyte} from {kept.least:g} to {kept.most:g} {kept.unit}: is the unit right?"
        of.found.problem(of.sheet.place(row, column, text), UNIT, expected, "Correct the value or its unit", ROW)
        if column.role == m.VALUE:
            of.unused(row, "holds an impossible value")
        return
    into.measurements.append((row.patient, analyte, since, value, kept.unit or None, limit_of(number), None, None))
