"""
PFS and OS from dates, or from times and statuses, patient by patient.

PFS ends with progression or death, whichever comes first (IMWG), and is
censored at the last assessment, or where there is none at the last contact; OS
ends with death and is censored at the last contact. What rests on dates that
contradict each other, or on one that is missing, is left out until it is
mended, with the reason.
"""

from dataclasses import dataclass
from datetime import date

from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.findings import CONTRADICTION, LATE, LEVEL, MISSING_VALUE, NUMBER, UNIT, Findings
from core.importers.patients import Row, SheetRows
from core.importers.values import Read, day_reader, level_reader, number_reader, values

BOTH = "PFS and OS left out"


@dataclass(frozen=True)
class Endpoint:
    """A row of `endpoints`: months from infusion, status 0 censored, 1 event, 2 competing event, cause of the event."""

    patient: str
    endpoint: str
    months: float
    status: int
    cause: str = ""


@dataclass
class Course:
    """The days and words of one patient; `bad` are the roles whose cell could not be read, and is no missing one."""

    row: Row
    days: dict[str, date]
    said: dict[str, str]
    bad: set[str]


def courses_in(sheet: SheetRows, last_day: date, found: Findings) -> dict[str, Course]:
    """The dates and statuses of each patient of a sheet."""
    courses = {row.patient: Course(row, {}, {}, set()) for row in sheet.rows}
    for column in sheet.choice.columns:
        if column.column not in sheet.headings:
            continue
        if column.role in m.DATES and column.unit == "":
            effect = _effect(column.role)
            reader = day_reader(sheet, column, last_day)
        elif column.role in (m.PROGRESSED, m.VITAL, m.CAUSE):
            effect = "left open"
            reader = level_reader(column, expected="whether it happened" if column.role != m.CAUSE else "a cause")
        else:
            continue
        before = len(found.problems)
        read = values(sheet, column, reader, found, effect)
        unread = {p.row - 1 for p in found.problems[before:]}
        for row, value in zip(sheet.rows, read, strict=True):
            course = courses[row.patient]
            if value is None:
                if row.place in unread:
                    course.bad.add(column.role)
            elif column.role in m.DATES:
                course.days[column.role] = value
            else:
                course.said[column.role] = value
    return courses


def _effect(role: str) -> str:
    effects = {
        m.INFUSION: "no endpoints, no days", m.PROGRESSION: "PFS left out", m.DEATH: "OS left out",
        m.LAST_CONTACT: "OS and PFS left out where they end with it", m.LAST_ASSESSMENT: "PFS left out",
    }  # fmt: skip
    return effects.get(role, "missing")


def from_dates(sheet: SheetRows, courses: dict[str, Course], found: Findings) -> list[Endpoint]:
    """PFS and OS of each patient from the dates. What cannot be told is found, with its cell."""
    columns = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
    if m.INFUSION not in columns or not {m.LAST_CONTACT, m.DEATH} & set(columns):
        return []
    endpoints = []
    for course in courses.values():
        endpoints += _of_patient(_Judged(sheet, columns, course, found))
    return endpoints


@dataclass
class _Judged:
    """A patient's dates under judgement."""

    sheet: SheetRows
    columns: dict[str, m.ColumnChoice]
    course: Course
    found: Findings

    def day(self, role: str) -> date | None:
        return self.course.days.get(role)

    def said(self, role: str) -> str:
        return self.course.said.get(role, "")

    def wrong(self, role: str, expected: str, effect: str, kind: str = CONTRADICTION) -> None:
        """That the cell of a role cannot be as it is; said once of each cell."""
        column = self.columns.get(role) or self.columns[m.INFUSION]
        heading = self.sheet.headings[column.column].column
        row = self.course.row
        text = self.sheet.mended.get((row.place, heading), self.sheet.table.sheet.rows[row.place][heading])
        mend = "Add the date" if kind == MISSING_VALUE else "Correct one of the two"
        self.found.problem(self.sheet.place(row, column, text), kind, expected, mend, effect)


def _of_patient(of: _Judged) -> list[Endpoint]:
    infused = of.day(m.INFUSION)
    if infused is None:
        if m.INFUSION not in of.course.bad:
            of.wrong(m.INFUSION, "a date: no time can be counted without it", "no endpoints, no days", MISSING_VALUE)
        return []
    if not _in_order(of, infused):
        return []
    endpoints = [_survival(of, infused), _progression_free(of, infused)]
    return [endpoint for endpoint in endpoints if endpoint is not None]


def _in_order(of: _Judged, infused: date) -> bool:
    """Whether the days of a patient can be true together, as far as both PFS and OS rest on them."""
    contact, death = of.day(m.LAST_CONTACT), of.day(m.DEATH)
    progression, assessed = of.day(m.PROGRESSION), of.day(m.LAST_ASSESSMENT)
    if contact is not None and contact < infused:
        of.wrong(m.LAST_CONTACT, f"on or after the infusion, {infused}", BOTH)
        return False
    if death is not None and death < infused:
        of.wrong(m.DEATH, f"on or after the infusion, {infused}", BOTH)
        return False
    if death is not None and progression is not None and death < progression:
        of.wrong(m.DEATH, f"not before progression, {progression}", BOTH)
        return False
    if assessed is not None and contact is not None and assessed > contact and death is None:
        of.wrong(m.LAST_ASSESSMENT, f"not after the last contact, {contact}", BOTH)
        return False
    return True


def _survival(of: _Judged, infused: date) -> Endpoint | None:
    death, contact, said = of.day(m.DEATH), of.day(m.LAST_CONTACT), of.said(m.VITAL)
    if m.DEATH in of.course.bad:
        return None
    if death is not None and said == m.CENSORED:
        of.wrong(m.VITAL, f"dead: a date of death stands beside it, {death}", "OS left out")
        return None
    if death is not None and contact is not None and contact > death:
        of.wrong(m.LAST_CONTACT, f"not after death, {death}", "OS left out")
        return None
    if death is not None:
        return _endpoint(of, "OS", infused, death, 1, of.said(m.CAUSE))
    if said == m.EVENT:
        of.wrong(m.DEATH, "a date: the status is dead", "OS left out", MISSING_VALUE)
        return None
    if contact is None:
        if m.LAST_CONTACT in of.columns and m.LAST_CONTACT not in of.course.bad:
            of.wrong(m.LAST_CONTACT, "a date: until then the patient is followed", "OS left out", MISSING_VALUE)
        return None
    return _endpoint(of, "OS", infused, contact, 0)


def _progression_free(of: _Judged, infused: date) -> Endpoint | None:
    if m.PROGRESSION not in of.columns and m.PROGRESSED not in of.columns:
        return None
    progression, said = of.day(m.PROGRESSION), of.said(m.PROGRESSED)
    if m.PROGRESSION in of.course.bad:
        return None
    if progression is not None and said == m.CENSORED:
        of.wrong(m.PROGRESSED, f"progressed: a date of progression stands beside it, {progression}", "PFS left out")
        return None
    if progression is None and said == m.EVENT:
        of.wrong(m.PROGRESSION, "a date: the patient progressed", "PFS left out", MISSING_VALUE)
        return None
    if progression is not None and progression < infused:
        of.wrong(m.PROGRESSION, f"on or after the infusion, {infused}", "PFS left out")
        return None
    if progression is not None:
        return _endpoint(of, "PFS", infused, progression, 1, "progression")
    death, contact = of.day(m.DEATH), of.day(m.LAST_CONTACT)
    dead = of.said(m.VITAL)
    if m.DEATH in of.course.bad or (death is None and dead == m.EVENT) or (death is not None and dead == m.CENSORED):
        return None  # its end cannot be told; said already of OS
    if death is not None:
        if contact is not None and contact > death:
            return None
        return _endpoint(of, "PFS", infused, death, 1, "death")
    until = of.day(m.LAST_ASSESSMENT) or contact
    if m.LAST_ASSESSMENT in of.course.bad or until is None:
        return None
    if until < infused:
        of.wrong(m.LAST_ASSESSMENT, f"on or after the infusion, {infused}", "PFS left out")
        return None
    return _endpoint(of, "PFS", infused, until, 0)


def _endpoint(of: _Judged, name: str, infused: date, until: date, status: int, cause: str = "") -> Endpoint:
    return Endpoint(of.course.row.patient, name, (until - infused).days / DAYS_PER_MONTH, status, cause)


def too_late(sheet: SheetRows, courses: dict[str, Course], last_day: date, cutoff: date | None, found: Findings) -> None:
    """Takes away days after the day of the import, which cannot be true, and lists those after the data cutoff."""
    columns = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
    for course in courses.values():
        of = _Judged(sheet, columns, course, found)
        for role, day in tuple(course.days.items()):
            if role == m.CUTOFF:
                continue
            if day > last_day:
                of.wrong(role, f"by the day of this import, {last_day}", _effect(role))
                del course.days[role]
                course.bad.add(role)
            elif cutoff is not None and day > cutoff:
                of.wrong(role, f"by the data cutoff, {cutoff}", "kept as it stands", LATE)


_UNITS = {"d": 1.0, "t": 1.0, "w": 7.0, "m": DAYS_PER_MONTH, "y": 365.25, "j": 365.25}
_OUTLYING, _MOST_OF_A_KIND = 2.5, 10
"""How many times the largest of the others a time is that must be of another unit, in columns of so many at least."""


def from_times(sheet: SheetRows, found: Findings) -> list[Endpoint]:
    """Each endpoint that has a column of times and one of statuses, in months."""
    times = {column.of: column for column in sheet.choice.columns if column.role == m.MONTHS}
    states = {column.of: column for column in sheet.choice.columns if column.role == m.STATUS}
    of_all: dict[str, dict[str, Endpoint]] = {}
    for name in (name for name in times if name in states):
        if times[name].column in sheet.headings and states[name].column in sheet.headings:
            of_all[name] = _timed(sheet, name, times[name], states[name], found)
    _longer(sheet, times, of_all, found)
    return [endpoint for endpoints in of_all.values() for endpoint in endpoints.values()]


def _timed(
    sheet: SheetRows, name: str, times: m.ColumnChoice, states: m.ColumnChoice, found: Findings
) -> dict[str, Endpoint]:
    effect = f"{name} left out"
    days = _UNITS.get(times.unit.strip().casefold()[:1], DAYS_PER_MONTH)
    reader = number_reader(sheet, times, lambda unit: None)
    read = values(sheet, times, _whole(reader), found, effect)
    status = values(sheet, states, level_reader(states, LEVEL, "censored or event"), found, effect)
    largest = [0.0, *sorted(value for value in read if value is not None)]
    endpoints = {}
    cells = zip(sheet.rows, sheet.cells(times), read, sheet.cells(states), status, strict=True)
    for row, text, value, state, said in cells:
        if value is None:
            continue
        place = sheet.place(row, times, text)
        if value < 0:
            found.problem(place, CONTRADICTION, "0 or more", "Correct the time", effect)
        elif len(largest) > _MOST_OF_A_KIND and value == largest[-1] and value > _OUTLYING * largest[-2]:
            found.problem(place, UNIT, "a time like the others; is it in days?", "Correct the time", effect)
        elif said is not None:
            endpoints[row.patient] = Endpoint(row.patient, name, value * days / DAYS_PER_MONTH, _STATUS[said])
        elif not state.strip():
            wanted = "censored or event: a time stands beside it"
            found.problem(sheet.place(row, states, state), MISSING_VALUE, wanted, "Fill it in", effect)
    return endpoints


_STATUS = {m.CENSORED: 0, m.EVENT: 1, m.COMPETING: 2}


def _whole(reader):  # type: ignore[no-untyped-def]
    """A reader of numbers as plain values: a limit is no time."""

    def read(text: str) -> Read:
        said = reader(text)
        if said.value is None:
            return said
        if said.value.limit:
            return Read(wrong=(NUMBER, "one number", "Type the number"))
        return Read(said.value.value, said.becomes)

    return read


def _longer(
    sheet: SheetRows, times: dict[str, m.ColumnChoice], of_all: dict[str, dict[str, Endpoint]], found: Findings
) -> None:
    """Nobody is followed for longer without progression than alive: both are left out."""
    survival = of_all.get("OS", {})
    for row in sheet.rows:
        ends = survival.get(row.patient)
        free = of_all.get("PFS", {}).get(row.patient)
        if ends is None or free is None or free.months <= ends.months + 0.1:
            continue
        text = sheet.cells(times["PFS"])[sheet.rows.index(row)]
        found.problem(sheet.place(row, times["PFS"], text), CONTRADICTION,
                      f"not longer than OS, {ends.months:.1f} months", "Correct one of the two", BOTH)  # fmt: skip
        del survival[row.patient], of_all["PFS"][row.patient]
