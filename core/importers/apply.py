"""
A mapping applied to sheets: the tables of a cohort, what could not be taken as it is, and where each row went.

A pure function: the same sheets and mapping give the same tables. Every row of a sheet's table is used or listed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.cohort.schema import NEEDED, TABLES
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.assessments import of_assessments
from core.importers.best_responses import best_response, settled
from core.importers.collector import collected_later
from core.importers.endpoint_rows import of_endpoints
from core.importers.endpoints import (
    Course,
    Endpoint,
    courses_in,
    from_dates,
    too_late,
    without_deaths,
    without_infusion,
)
from core.importers.findings import CellProblem, Conversion, Findings, RowListed
from core.importers.found_variables import FoundVariable
from core.importers.happenings import (
    Clock,
    Happenings,
    looked_for,
    of_patients,
)
from core.importers.layout import SheetTable
from core.importers.long_sheets import of_events, of_measurements
from core.importers.patients import Row, SheetRows, infused_only, matched, patients_in, rows_of, second_infusions
from core.importers.sheets import number_of
from core.importers.times import from_times
from core.importers.values import shown
from core.importers.variables import variables_in


class NoPatients(ValueError):
    """No sheet of a mapping holds one row a patient: the words say what is needed."""


@dataclass(frozen=True)
class Sum:
    """Where the rows of a sheet went: `rows` = `used` + `listed`."""

    sheet: str
    holds: str
    rows: int
    used: int
    listed: int


@dataclass(frozen=True)
class Applied:
    """
    The tables of a cohort as rows of text in the order of `columns`; the problems, conversions and rows that were
    used for nothing; and for each sheet where its rows went.
    """

    columns: dict[str, tuple[str, ...]]
    tables: dict[str, list[tuple[Any, ...]]]
    problems: tuple[CellProblem, ...]
    conversions: tuple[Conversion, ...]
    unused: tuple[RowListed, ...]
    sums: tuple[Sum, ...]

    @property
    def patients(self) -> int:
        return len(self.tables["patients"])


@collected_later
def applied(tables: dict[str, SheetTable], mapping: m.Mapping) -> Applied:
    """
    The cohort that sheets hold by a mapping. Raises NoPatients where none of them names patients one a row.
    """
    found = Findings()
    sheets = _sheets(tables, mapping)
    first = _first(sheets)
    last_day = date.fromisoformat(mapping.last_day)
    main, again = patients_in(infused_only(first[0], found), first[1], found)
    if not main.rows:
        raise NoPatients("no row names a patient: say which column does.")
    patients = {row.patient: row for row in main.rows}
    of_all = [main]
    for sheet, column in sheets:
        if sheet.table is not first[0].table:
            kept = matched(sheet, column, patients, again, found)
            if sheet.choice.holds == m.PATIENTS:
                kept = _one_row_each(kept, column, found)
            of_all.append(kept)
    return _told(of_all, mapping, last_day, found, patients, second_infusions(first[0], again))


def _told(
    sheets: list[SheetRows], mapping: m.Mapping, last_day: date, found: Findings, patients: dict[str, Row],
    again: SheetRows,
) -> Applied:  # fmt: skip
    """Everything that the sheets tell of the patients."""
    courses = [_courses(sheet, mapping, last_day, found) for sheet in sheets]
    clock = Clock(_infused(courses), last_day)
    into = Happenings()
    rows: list[Endpoint] = []
    for sheet in sheets:
        if sheet.choice.holds == m.ENDPOINTS:
            rows += of_endpoints(sheet, mapping.strict, found)
        elif sheet.choice.holds in _LONG:
            _LONG[sheet.choice.holds](sheet, clock, found, into)
    endpoints, variables = _of_patients(sheets, courses, mapping, clock, found, into, bool(rows))
    for sheet, of_sheet in zip(sheets, courses, strict=True):
        rows = without_deaths(rows, sheet, of_sheet, found) if of_sheet and mapping.strict else rows
        looked_for(sheet, found, into)
    in_rows = {one.endpoint for one in rows}
    endpoints = [*rows, *(one for one in endpoints if one.endpoint not in in_rows)]
    _again(again, clock, into)
    return _assembled(sheets, mapping, found, patients, endpoints, into, settled(variables, into, endpoints))


_LONG = {m.EVENTS: of_events, m.MEASUREMENTS: of_measurements, m.RESPONSES: of_assessments}
"""Which reader a sheet with many rows a patient has, by what it holds."""


def _courses(sheet: SheetRows, mapping: m.Mapping, last_day: date, found: Findings) -> dict[str, Course]:
    """The dates of each patient of a sheet, without those that lie after the day of the import."""
    if sheet.choice.holds != m.PATIENTS:
        return {}
    courses = courses_in(sheet, last_day, found)
    cutoff = next((course.days[m.CUTOFF] for course in courses.values() if m.CUTOFF in course.days), None)
    cutoff = date.fromisoformat(mapping.cutoff) if mapping.cutoff and cutoff is None else cutoff
    too_late(sheet, courses, last_day, cutoff, found)
    return courses


def _of_patients(
    sheets: list[SheetRows], courses: list[dict[str, Course]], mapping: m.Mapping, clock: Clock, found: Findings,
    into: Happenings, has_rows: bool,
) -> tuple[list[Endpoint], list[FoundVariable]]:  # fmt: skip
    """The endpoints and variables of the sheets with one row a patient; dates make none where endpoints have rows."""
    endpoints: list[Endpoint] = []
    variables: list[FoundVariable] = []
    for sheet, of_sheet in zip(sheets, courses, strict=True):
        if sheet.choice.holds != m.PATIENTS:
            continue
        times = from_times(sheet, mapping.strict, found) if _has_times(sheet.choice) else []
        if has_rows:
            without_infusion(sheet, of_sheet, found)
        dates = [] if has_rows else from_dates(sheet, of_sheet, found)
        endpoints += _chosen(dates, times, mapping.from_dates)
        of_patients(sheet, clock, found, into)
        variables += variables_in(sheet, found)
        variables += best_response(sheet, clock, found, into)
    return endpoints, variables


def _not_assessed(patients: dict[str, Row], into: Happenings) -> list[tuple]:
    """Who was not looked at for a term that others were looked at for, and has none recorded."""
    had = {(row[0], row[1]) for row in into.adverse_events}
    return [
        (patient, term)
        for term, looked_at in into.looked_for.items()
        for patient in patients
        if patient not in looked_at and (patient, term) not in had
    ]


def _again(sheet: SheetRows, clock: Clock, into: Happenings) -> None:
    """Second infusions as milestones, in the month of their date."""
    for patient, course in courses_in(sheet, clock.last_day, Findings()).items():
        day = clock.day(patient, course.days.get(m.INFUSION))
        month = None if day is None or day < 0 else day / DAYS_PER_MONTH
        into.milestones.append((patient, month, "second infusion", None))


def _sheets(tables: dict[str, SheetTable], mapping: m.Mapping) -> list[tuple[SheetRows, m.ColumnChoice]]:
    """The sheets that hold anything, with the column that names their patients."""
    sheets = []
    for choice in mapping.sheets:
        table = tables.get(choice.sheet)
        if table is None or choice.holds == m.NOTHING:
            continue
        rows, column = rows_of(table, choice, _mended(table, mapping.corrections))
        if column is not None:
            sheets.append((rows, column))
    return sheets


def _mended(table: SheetTable, corrections: tuple[m.Correction, ...]) -> dict[tuple[int, int], str]:
    """What is read instead of what stands in cells of a sheet, by their places in it."""
    sheet, mended = table.sheet, {}
    if not corrections:
        return {}
    inside = {place: at for at, place in sheet.places.items()}
    for one in corrections:
        column = number_of(one.column)
        if one.sheet == (sheet.source or sheet.title) and column is not None:
            mended[inside.get((one.row - 1, column), (one.row - 1, column))] = one.value
    return mended


def _first(sheets: list[tuple[SheetRows, m.ColumnChoice]]) -> tuple[SheetRows, m.ColumnChoice]:
    """The sheet that the patients come from: of those with one row a patient the one that tells most of them."""
    ofp = [one for one in sheets if one[0].choice.holds == m.PATIENTS]
    if not ofp:
        raise NoPatients("no sheet has one row a patient: choose which one does, and which column names the patients.")

    def told(sheet: SheetRows) -> tuple[bool, int]:
        roles = [column.role for column in sheet.choice.columns]
        dated = m.INFUSION in roles or m.MONTHS in roles
        return dated, sum(role not in (m.LEFT_OUT, m.PRIVATE, m.MEASUREMENT, m.RESPONSE, m.GRADE) for role in roles)

    return max(ofp, key=lambda one: told(one[0]))


def _one_row_each(sheet: SheetRows, column: m.ColumnChoice, found: Findings) -> SheetRows:
    kept, _ = patients_in(sheet, column, found)
    return kept


def _infused(courses: list[dict[str, Course]]) -> dict[str, date]:
    infused: dict[str, date] = {}
    for of_sheet in courses:
        for patient, course in of_sheet.items():
            if m.INFUSION in course.days:
                infused.setdefault(patient, course.days[m.INFUSION])
    return infused


def _has_times(choice: m.SheetChoice) -> bool:
    return any(column.role == m.STATUS for column in choice.columns)


def _chosen(dates: list, times: list, from_dates: bool) -> list:
    """The endpoints of one source where both have one: dates before times, unless chosen otherwise."""
    first, second = (dates, times) if from_dates else (times, dates)
    has = {one.endpoint for one in first}
    return [*first, *(one for one in second if one.endpoint not in has)]


def _assembled(
    sheets: list[SheetRows], mapping: m.Mapping, found: Findings, patients: dict[str, Row], endpoints: list,
    into: Happenings, variables: list[FoundVariable],
) -> Applied:  # fmt: skip
    columns = {name: tuple(column.name for column in of) for name, of in TABLES.items()}
    columns["patients"] = ("patient_id", *(variable.name for variable in variables))
    rows: dict[str, list[tuple]] = {
        "cohort": [(mapping.name, "yours", None, None, mapping.cutoff or None, "infusion", None)],
        "variables": [variable.row for variable in variables],
        "patients": [(name, *(variable.of.get(name) for variable in variables)) for name in patients],
        "endpoints": [(e.patient, e.endpoint, e.months, e.status, e.cause or None) for e in endpoints],
        "responses": into.responses,
        "milestones": into.milestones,
        "adverse_events": into.adverse_events,
        "adverse_event_terms": [(term, None, None, None) for term in into.looked_for],
        "not_assessed": _not_assessed(patients, into),
        "measurements": into.measurements,
    }
    rows = {name: _as_text(of) for name, of in rows.items() if of or name in NEEDED}
    unused = found.unused_rows()
    found.show_where({sheet.table.sheet.title: sheet.table.sheet for sheet in sheets})
    listed = {sheet.table.sheet.title: 0 for sheet in sheets}
    for row in unused:
        listed[row.sheet] += 1
    sums = tuple(
        Sum(title, sheet.choice.holds, len(sheet.table.rows), len(sheet.table.rows) - listed[title], listed[title])
        for sheet in sheets
        for title in (sheet.table.sheet.title,)
    )
    return Applied(columns, rows, tuple(found.problems), found.conversions(), found.unused_rows(), sums)


def _as_text(rows: list[tuple]) -> list[tuple]:
    """Rows as text, column by column: a column of words or of nothing stays as it is."""
    columns = []
    for column in zip(*rows, strict=True):
        kinds = {type(value) for value in column} - {type(None), str}
        columns.append([_text(value) for value in column] if kinds else column)
    return list(zip(*columns, strict=True))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return shown(float(value))  # type: ignore[arg-type]
