"""
A mapping applied to sheets: the tables of a cohort, what could not be taken as it is, and where each row went.

A pure function: the same sheets and mapping give the same tables. Every row of a sheet's table is used or listed.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from core import text
from core.cohort.schema import NEEDED, TABLES
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers import never_infused
from core.importers.assessments import of_assessments
from core.importers.best_responses import best_response, settled
from core.importers.collector import collected_later
from core.importers.copies import without_copies
from core.importers.courses import Courses, courses_in, progressed_by_response
from core.importers.endpoint_rows import of_endpoints
from core.importers.endpoints import (
    Endpoint,
    from_dates,
    too_late,
    without_deaths,
    without_infusion,
)
from core.importers.findings import CellProblem, Conversion, Findings, RowListed
from core.importers.found_variables import FoundVariable, serious
from core.importers.happenings import (
    Clock,
    Happenings,
    looked_for,
    not_assessed,
    of_patients,
)
from core.importers.intervals import intervals_in
from core.importers.layout import SheetTable
from core.importers.long_sheets import of_events, of_measurements
from core.importers.other_rows import EXAMPLE
from core.importers.parts import Doubled, compared, merged, of_its_part
from core.importers.patients import (
    Row,
    SheetRows,
    added,
    matched,
    patients_in,
    second_infusions,
)
from core.importers.times import from_times
from core.importers.used_sheets import NoPatients, first_of, sheets_used
from core.importers.values import shown
from core.importers.variables import variables_in


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
    used for nothing; for each sheet where its rows went; and the columns (sheet and name) that another column is
    already, which counts.
    """

    columns: dict[str, tuple[str, ...]]
    tables: dict[str, list[tuple[Any, ...]]]
    problems: tuple[CellProblem, ...]
    conversions: tuple[Conversion, ...]
    unused: tuple[RowListed, ...]
    sums: tuple[Sum, ...]
    doubled: dict[tuple[str, str], Doubled] = field(default_factory=dict)

    @property
    def patients(self) -> int:
        return len(self.tables["patients"])


@collected_later
def applied(tables: dict[str, SheetTable], mapping: m.Mapping) -> Applied:
    """
    The cohort that sheets hold by a mapping. Raises NoPatients where none of them names patients one a row.
    """
    found = Findings()
    sheets, doubled = sheets_used(tables, mapping, found)
    first = first_of(sheets)
    main, again = patients_in(never_infused.infused_first(first[0], found), first[1], found)
    of_all, patients = [main], {row.patient: row for row in main.rows}
    for sheet, column in sheets:
        if sheet.choice.adds in (m.OWN, m.APART) and sheet.table is not first[0].table:
            of_all.append(added(never_infused.infused_first(sheet, found), column, patients, found))
            patients |= {row.patient: row for row in of_all[-1].rows}
    for sheet, _ in sheets:
        patients |= never_infused.counted_here(sheet, patients)
    of_parts = list(of_all)
    done = {sheet.choice.sheet for sheet in of_all}
    for sheet, column in sheets:
        if sheet.choice.sheet not in done:
            kept = matched(of_its_part(sheet, column, of_parts, found), column, patients, again, found)
            if sheet.choice.holds == m.PATIENTS:
                kept, _ = patients_in(kept, column, found)
            of_all.append(without_copies(kept, of_all, found))
    of_all, never = never_infused.settled(of_all, found)
    patients = {name: row for name, row in patients.items() if name in never.counted or name not in never.names}
    if not patients:
        raise NoPatients("no row names a patient: say which column does.")
    compared(of_all, doubled, found)
    made = _told(of_all, mapping, found, patients, second_infusions(first[0], again), never.counted)
    return _with_passed_over(replace(made, doubled=doubled), tables, mapping)


def _told(
    whole: list[SheetRows], mapping: m.Mapping, found: Findings, patients: dict[str, Row], again: SheetRows,
    never: frozenset[str],
) -> Applied:  # fmt: skip
    """Everything that the sheets tell of the patients; of who was never infused only what was known before."""
    sheets = [never_infused.without(sheet, never) for sheet in whole]
    last_day = date.fromisoformat(mapping.last_day)
    courses = _courses([sheet for sheet in sheets if sheet.choice.holds == m.PATIENTS], mapping, last_day, found)
    clock = Clock({name: c.days[m.INFUSION] for name, c in courses.of.items() if m.INFUSION in c.days}, last_day)
    into = Happenings()
    rows: list[Endpoint] = []
    for sheet in sheets:
        if sheet.choice.holds == m.ENDPOINTS:
            rows += of_endpoints(sheet, mapping.strict, found, rows)
        elif sheet.choice.holds in _LONG:
            _LONG[sheet.choice.holds](sheet, clock, found, into)
    progressed_by_response(courses, into.responses, found, mapping.pd_progresses)
    endpoints = _endpoints(sheets, courses, mapping, found, bool(rows))
    variables = never_infused.variables(whole, never, patients)
    variables += [*_variables(sheets, whole, clock, found, into), *serious(patients.keys() - never, into.serious)]
    rows = without_deaths(rows, courses, found) if mapping.strict else rows
    for sheet in sheets:
        looked_for(sheet, clock, found, into)
    in_rows = {one.endpoint for one in rows}
    endpoints = [*rows, *(one for one in endpoints if one.endpoint not in in_rows)]
    _again(again, clock, into)
    into.not_assessed = not_assessed(patients, never, into)
    return _assembled(
        whole, mapping, found, patients, endpoints, into, settled(variables, into, endpoints, sheets, found)
    )


_LONG = {m.EVENTS: of_events, m.MEASUREMENTS: of_measurements, m.RESPONSES: of_assessments}
"""Which reader a sheet with many rows a patient has, by what it holds."""


def _courses(sheets: list[SheetRows], mapping: m.Mapping, last_day: date, found: Findings) -> Courses:
    """The dates of each patient, without those that lie after the day of the import."""
    times = any(_has_times(sheet.choice) for sheet in sheets)
    in_rows = any(sheet.holds == m.ENDPOINTS for sheet in mapping.sheets)
    judged = not in_rows and (mapping.from_dates or not times)
    courses = courses_in(sheets, last_day, found, judged)
    cutoff = next((course.days[m.CUTOFF] for course in courses.of.values() if m.CUTOFF in course.days), None)
    cutoff = date.fromisoformat(mapping.cutoff) if mapping.cutoff and cutoff is None else cutoff
    too_late(courses, last_day, cutoff, found)
    return courses


def _endpoints(
    sheets: list[SheetRows], courses: Courses, mapping: m.Mapping, found: Findings, has_rows: bool
) -> list[Endpoint]:
    """The endpoints from dates and from times; dates make none where endpoints have rows of their own."""
    of_times, of_dates = Findings(), Findings()
    times = [
        endpoint
        for sheet in sheets
        if sheet.choice.holds == m.PATIENTS and _has_times(sheet.choice)
        for endpoint in from_times(sheet, mapping.strict, of_times)
    ]
    if has_rows:
        without_infusion(courses, found)
        return times
    part = {row.patient: sheet.choice.sheet for sheet in reversed(sheets) for row in sheet.rows if sheet.choice.adds}
    dates = from_dates(courses, of_dates)
    chosen = _chosen(dates, times, part, mapping.from_dates)
    used = set(map(id, chosen))
    first = dates if mapping.from_dates else times
    for source, told in ((dates, of_dates), (times, of_times)):
        if (source is first and (first or not chosen)) or any(id(one) in used for one in source):
            found.add(told)  # what is wrong with times that nothing rests on is no problem
    return chosen


def _variables(
    sheets: list[SheetRows], whole: list[SheetRows], clock: Clock, found: Findings, into: Happenings
) -> list[FoundVariable]:
    """The variables of the sheets with one row a patient, and what else their columns tell of who was infused."""
    variables: list[tuple[SheetRows, FoundVariable]] = []
    for sheet, of_everybody in zip(sheets, whole, strict=True):
        if sheet.choice.holds == m.PATIENTS:
            of_patients(sheet, clock, found, into)
            of_sheet = [*variables_in(of_everybody, found), *intervals_in(sheet, clock, found)]
            of_sheet += best_response(sheet, clock, found, into)
            variables += [(sheet, variable) for variable in of_sheet]
    return merged(variables, found)


def _again(sheet: SheetRows, clock: Clock, into: Happenings) -> None:
    """Second infusions as milestones, in the month of their date."""
    for patient, course in courses_in([sheet], clock.last_day, Findings()).of.items():
        day = clock.day(patient, course.days.get(m.INFUSION))
        month = None if day is None or day < 0 else day / DAYS_PER_MONTH
        into.milestones.append((patient, month, "second infusion", None))


def _has_times(choice: m.SheetChoice) -> bool:
    return any(column.role == m.STATUS for column in choice.columns)


def _chosen(dates: list[Endpoint], times: list[Endpoint], part: dict[str, str], from_dates: bool) -> list[Endpoint]:
    """The endpoints of one source where a part of the cohort has two: dates before times, unless chosen otherwise."""
    first, second = (dates, times) if from_dates else (times, dates)
    has = {(one.endpoint, part.get(one.patient, "")) for one in first}
    return [*first, *(one for one in second if (one.endpoint, part.get(one.patient, "")) not in has)]


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
        "not_assessed": into.not_assessed,
        "measurements": into.measurements,
        "provenance": _provenance(endpoints, variables),
    }
    rows = {name: _as_text(of) for name, of in rows.items() if of or name in NEEDED}
    examples = [(sheet.table.sheet.title, place) for sheet in sheets for place, why in sheet.table.others.items()
                if why == EXAMPLE]  # fmt: skip
    for title, place in examples:
        found.unused(title, place, EXAMPLE)
    unused = found.unused_rows()
    found.show_where({sheet.table.sheet.title: sheet.table.sheet for sheet in sheets})
    listed = {sheet.table.sheet.title: 0 for sheet in sheets}
    for row in unused:
        listed[row.sheet] += 1
    sums = tuple(
        Sum(title, sheet.choice.holds, rows_in, rows_in - listed[title], listed[title])
        for sheet in sheets
        for title in (sheet.table.sheet.title,)
        for rows_in in (len(sheet.table.rows) + sum(of == title for of, _ in examples),)
    )
    return Applied(columns, rows, tuple(found.problems), found.conversions(), found.unused_rows(), sums)


def _with_passed_over(made: Applied, tables: dict[str, SheetTable], mapping: m.Mapping) -> Applied:
    """What was made, with the sheets that are taken for nothing, each of whose rows is listed."""
    passed = [(one, tables[one.sheet]) for one in mapping.sheets if one.holds == m.NOTHING and one.sheet in tables]
    sums = tuple(Sum(one.sheet, one.holds, len(table.rows), 0, len(table.rows)) for one, table in passed)
    rows = [
        RowListed(one.sheet, table.sheet.shown_at(row, 0)[1] + 1, "the sheet is taken for nothing")
        for one, table in passed
        for row in table.rows
    ]
    return replace(made, sums=(*made.sums, *sums), unused=(*made.unused, *rows))


def _provenance(endpoints: list[Endpoint], variables: list[FoundVariable]) -> list[tuple]:
    """What was worked out and does not stand in the sheets, and from what."""
    by_dates = text.listed(sorted({one.endpoint for one in endpoints if one.by_dates}))
    of_dates = f"{by_dates} by the dates of infusion, progression, death and last contact (IMWG)"
    rows = [("endpoints", column, None, "derived", of_dates, None) for column in ("months", "status") if by_dates]
    return rows + [("patients", one.name, None, "derived", one.derived, None) for one in variables if one.derived]


def _as_text(rows: list[tuple]) -> list[tuple]:
    """Rows as text, column by column: a column of words or of nothing stays as it is."""
    columns = []
    for column in zip(*rows, strict=True):
        kinds = set(map(type, column)) - {type(None), str}
        texts = {value: _text(value) for value in set(column)} if kinds else {}
        columns.append([texts[value] for value in column] if kinds else column)
    return list(zip(*columns, strict=True))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return shown(float(value))  # type: ignore[arg-type]
