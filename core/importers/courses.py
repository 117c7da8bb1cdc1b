"""The dates and words that the sheets with one row a patient hold of each, from which endpoints are judged."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.day_cells import day_reader
from core.importers.findings import CONTRADICTION, MISSING_VALUE, Findings
from core.importers.levels import UNKNOWN, folded
from core.importers.patients import Row, SheetRows
from core.importers.values import Read, level_reader, values

Cell = tuple[SheetRows, Row, m.ColumnChoice]


@dataclass
class Course:
    """
    The days and words of one patient by role, and the cell of each; `bad` are the roles whose cell could not be read,
    and is no missing one.
    """

    patient: str
    days: dict[str, date] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Courses:
    """The course of each patient over all sheets with one row a patient, and the roles that any column has."""

    of: dict[str, Course]
    roles: frozenset[str]
    dies_at_last_contact: bool | None
    all_alive: bool

    @property
    def says_who_died(self) -> bool:
        """Whether anything tells the dead from the living: without it nobody is alive at the last contact."""
        return bool({m.DEATH, m.VITAL} & self.roles) or self.all_alive


def courses_in(sheets: list[SheetRows], last_day: date, found: Findings, judged: bool = True) -> Courses:
    """The dates and statuses of each patient; `judged` is whether endpoints rest on them."""
    of = {row.patient: Course(row.patient) for sheet in sheets for row in sheet.rows}
    for sheet in sheets:
        for column in sheet.choice.columns:
            if column.column in sheet.headings:
                _read(sheet, column, last_day, of, found, judged)
    _ended_or_assessed(sheets, of)
    for course in of.values():
        for role in course.bad:
            course.days.pop(role, None)
            course.said.pop(role, None)
    roles = {c.role for sheet in sheets for c in sheet.choice.columns if c.column in sheet.headings}
    dies = next((s.choice.dies_at_last_contact for s in sheets if s.choice.dies_at_last_contact is not None), None)
    return Courses(of, frozenset(roles), dies, any(sheet.choice.all_alive for sheet in sheets))


_PROGRESSION = re.compile(r"\b(pd|progress\w*|relaps\w*|rezidiv|récidive|recidiva|rechute)\b", re.IGNORECASE)


def _ended_or_assessed(sheets: list[SheetRows], of: dict[str, Course]) -> None:
    """Of a column that holds the day of progression or of the last assessment, who progressed did so on that day."""
    last = [c.column for s in sheets for c in s.choice.columns if c.role == m.LAST_ASSESSMENT]
    if not any(map(_PROGRESSION.search, last)):
        return
    for course in of.values():
        day = course.days.get(m.LAST_ASSESSMENT)
        if course.said.get(m.PROGRESSED) == m.EVENT and day is not None:
            course.days.setdefault(m.PROGRESSION, day)


def progressed_by_response(
    courses: Courses, responses: list[tuple], found: Findings, progresses: bool | None = None
) -> None:
    """
    Who has no date of progression, and progressive disease on a day of a sheet of responses, is not free of it: where
    it `progresses` that is the day, else the cell that is empty is listed, and PFS left out until one is mended.
    """
    for patient, month, response, *_ in sorted(responses, key=lambda one: -1 if one[1] is None else one[1]):
        course = courses.of.get(patient)
        if response != "PD" or not month or course is None or m.INFUSION not in course.days:
            continue
        cell = course.cells.get(m.PROGRESSION)
        if cell is None or m.PROGRESSION in course.days or m.PROGRESSION in course.bad:
            continue
        if course.said.get(m.PROGRESSED) == m.EVENT:
            continue  # which asks for the date itself
        day = course.days[m.INFUSION] + timedelta(round(month * DAYS_PER_MONTH))
        sheet, row, column = cell
        if progresses:
            course.days[m.PROGRESSION] = day
            found.convert(sheet.place(row, column, ""), f"{day}: PD among the responses")
            continue
        course.bad.add(m.PROGRESSION)
        found.problem(sheet.place(row, column, ""), MISSING_VALUE, f"a date: PD on {day} among the responses",
                      "Say above whether that is it, fill it in, or correct the response", "PFS left out")  # fmt: skip


def _read(
    sheet: SheetRows, column: m.ColumnChoice, last_day: date, of: dict[str, Course], found: Findings, judged: bool
) -> None:
    """Reads a column of days or of words into the courses; any other is none."""
    role = column.role
    if role in m.DATES and column.unit == "":
        effect = effect_of(role)
        reader = day_reader(sheet, column, last_day)
    elif role in (m.PROGRESSED, m.VITAL, m.CAUSE):
        effect = effect_of(role)
        reader = level_reader(column, expected="whether it happened" if role != m.CAUSE else "a cause")
    else:
        return
    if role in (m.DEATH, m.PROGRESSION, m.PROGRESSED):
        reader = _not_unknown(reader)
    effect = effect if judged or role == m.INFUSION else "missing; no endpoint rests on it"
    before = len(found.problems)
    read = values(sheet, column, reader, found, effect)
    unread = {p.row - 1 for p in found.problems[before:]}
    is_day = role in m.DATES
    for row, value in zip(sheet.rows, read, strict=True):
        course = of[row.patient]
        held: dict = course.days if is_day else course.said
        if value is not None and role not in held:
            held[role], course.cells[role] = value, (sheet, row, column)
        elif value is not None:
            _take(course, role, value, (sheet, row, column), found)
        else:
            if row.place in unread:
                course.bad.add(role)
            course.cells.setdefault(role, (sheet, row, column))


def _take(course: Course, role: str, value: date | str, cell: Cell, found: Findings) -> None:
    """
    Takes what a cell says of a patient of whom another sheet has said it: the later contact counts, and that
    something happened; of anything else that differs neither.
    """
    held: dict = course.days if role in m.DATES else course.said
    before = held[role]
    if (role in _LATEST and value > before) or (role in _HAPPENED and value == m.EVENT):
        held[role], course.cells[role] = value, cell
    elif before != value and role not in (*_LATEST, *_HAPPENED):
        sheet, row, column = cell
        place = sheet.headings[column.column].column
        text = sheet.mended.get((row.place, place), sheet.table.sheet.rows[row.place][place])
        other = course.cells[role][0].table.sheet.title
        found.problem(sheet.place(row, column, text), CONTRADICTION, f"{before}, as in {other}",
                      "Correct one of the two", effect_of(role))  # fmt: skip
        course.bad.add(role)


_LATEST = (m.LAST_CONTACT, m.LAST_ASSESSMENT)
_HAPPENED = (m.PROGRESSED, m.VITAL)


def _not_unknown(reader: Callable[[str], Read]) -> Callable[[str], Read]:
    """The reader, to which unknown is no missing cell: it may have happened, so nobody is followed without it."""

    def read(text: str) -> Read:
        if folded(text) in UNKNOWN:
            return Read(wrong=(MISSING_VALUE, "whether it happened", "Fill it in, or clear it if it did not"))
        return reader(text)

    return read


OS_AND_PFS = "OS left out, and PFS where no progression ends it"


def effect_of(role: str) -> str:
    """What holds until a day of that role can be read."""
    effects = {
        m.INFUSION: "no endpoints, no days", m.PROGRESSION: "PFS left out", m.PROGRESSED: "PFS left out",
        m.DEATH: OS_AND_PFS, m.VITAL: OS_AND_PFS, m.LAST_ASSESSMENT: "PFS left out",
        m.LAST_CONTACT: "OS and PFS left out where they end with it",
    }  # fmt: skip
    return effects.get(role, "missing")
