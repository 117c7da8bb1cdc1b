"""
A mapping applied to sheets: the tables of a cohort, what could not be taken as it is, and where each row went.

A pure function: the same sheets and mapping give the same tables. Every row of a sheet's table is used or listed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.cohort.schema import TABLES
from core.cohort.vocabulary import DAYS_PER_MONTH, RESPONSES
from core.importers import mapping as m
from core.importers.endpoints import Course, Endpoint, courses_in, from_dates, too_late, without_deaths
from core.importers.findings import CellProblem, Conversion, Findings, RowListed
from core.importers.happenings import (
    Clock,
    Happenings,
    looked_for,
    of_patients,
    onset_reader,
)
from core.importers.layout import SheetTable
from core.importers.long_sheets import of_assessments, of_endpoints, of_events, of_measurements
from core.importers.patients import Row, SheetRows, infused_only, matched, patients_in, rows_of, second_infusions
from core.importers.sheets import number_of
from core.importers.times import from_times
from core.importers.values import response_reader, shown, values
from core.importers.variables import FoundVariable, compared, derived, later, variables_in


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
    courses = [courses_in(s, last_day, found) if s.choice.holds == m.PATIENTS else {} for s in sheets]
    clock = Clock(_infused(courses), last_day)
    into = Happenings()
    endpoints: list[Endpoint] = []
    given: list[Endpoint] = []
    variables: list[FoundVariable] = []
    for sheet, of_sheet in zip(sheets, courses, strict=True):
        if sheet.choice.holds == m.PATIENTS:
            cutoff = next((c.days[m.CUTOFF] for c in of_sheet.values() if m.CUTOFF in c.days), None)
            cutoff = date.fromisoformat(mapping.cutoff) if mapping.cutoff and cutoff is None else cutoff
            too_late(sheet, of_sheet, last_day, cutoff, found)
            times = from_times(sheet, found) if _has_times(sheet.choice) else []
            dates = from_dates(sheet, of_sheet, found)
            endpoints += _chosen(dates, times, mapping.from_dates)
            of_patients(sheet, of_sheet, clock, found, into)
            variables += variables_in(sheet, found)
            _best(sheet, clock, found, into, variables)
        elif sheet.choice.holds == m.EVENTS:
            of_events(sheet, clock, found, into)
        elif sheet.choice.holds == m.MEASUREMENTS:
            of_measurements(sheet, clock, found, into)
        elif sheet.choice.holds == m.RESPONSES:
            of_assessments(sheet, clock, found, into)
        elif sheet.choice.holds == m.ENDPOINTS:
            given += of_endpoints(sheet, found)
    for sheet, of_sheet in zip(sheets, courses, strict=True):
        given = without_deaths(given, sheet, of_sheet, found) if of_sheet else given
    endpoints = [*given, *(one for one in endpoints if one.endpoint not in {each.endpoint for each in given})]
    for sheet in sheets:
        looked_for(sheet, found, into)
    _again(again, clock, into)
    into.responses = _merged(into.responses)
    if into.best:
        levels = tuple(response for response in RESPONSES if response in into.best.values())
        variables.append(later("best_response", "Best response", "category", levels, "undated", into.best))
    variables = [*variables, *derived(variables, into.responses, endpoints)]
    _undated(variables, into)
    variables = [compared(variable, into.responses) for variable in variables]
    return _assembled(sheets, mapping, found, patients, endpoints, into, variables)


def _merged(responses: list[tuple]) -> list[tuple]:
    """A response and an MRD result of one patient and month, which stand in two rows, as one assessment."""
    waiting: dict[tuple, int] = {}
    merged: list[tuple] = []
    for row in responses:
        key = (row[0], row[1], row[2] is None)
        other = (
            waiting.pop((row[0], row[1], row[2] is not None), None) if (row[2] is None) != (row[3] is None) else None
        )
        if other is None:
            if (row[2] is None) != (row[3] is None):
                waiting.setdefault(key, len(merged))
            merged.append(row)
        else:
            merged[other] = (*row[:2], row[2] or merged[other][2], row[3] or merged[other][3], row[4])
    return merged


def _undated(variables: list[FoundVariable], into: Happenings) -> None:
    """A best response and an MRD result without a date are assessments without a month, of who has no dated one."""
    for name, place in (("best_response", 2), ("mrd_best", 3)):
        has = {row[0] for row in into.responses if row[place] is not None}
        given = next((variable.of for variable in variables if variable.name == name), {})
        for patient, value in given.items():
            if patient not in has:
                assessment = (patient, None, value, None, None) if place == 2 else (patient, None, None, value, None)
                into.responses.append(assessment)


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


def _best(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings, variables: list[FoundVariable]) -> None:
    """The best response: a variable, and where it has a date an assessment."""
    column = next((c for c in sheet.choice.columns if c.role == m.BEST_RESPONSE and c.column in sheet.headings), None)
    if column is None:
        return
    read = values(sheet, column, response_reader(column), found, "not evaluable")
    of = {row.patient: response for row, response in zip(sheet.rows, read, strict=True) if response is not None}
    levels = tuple(response for response in RESPONSES if response in of.values())
    if levels:
        variables.append(later("best_response", "Best response", "category", levels, "undated", of))
    dated = next(
        (c for c in sheet.choice.columns if c.role == m.BEST_RESPONSE_DATE and c.column in sheet.headings), None
    )
    if dated is None:
        return
    days = values(sheet, dated, onset_reader(sheet, dated, clock), found)
    for row, response, day in zip(sheet.rows, read, days, strict=True):
        since = clock.day(row.patient, day)
        if response is not None and since is not None and since >= 0:
            into.responses.append((row.patient, since / DAYS_PER_MONTH, response, None, None))


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
    rows = {name: [tuple(map(_text, row)) for row in of] for name, of in rows.items() if of}
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


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return shown(float(value))  # type: ignore[arg-type]
