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

from core.cohort.schema import LONGEST_MONTHS
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.courses import Course, Courses, effect_of
from core.importers.findings import BOTH, CONTRADICTION, LATE, MISSING_VALUE, Findings


@dataclass(frozen=True)
class Endpoint:
    """
    A row of `endpoints`: months from infusion, status 0 censored, 1 event, 2 competing event, cause of the event;
    whether it was worked out `by_dates`.
    """

    patient: str
    endpoint: str
    months: float
    status: int
    cause: str = ""
    by_dates: bool = False


def from_dates(courses: Courses, found: Findings) -> list[Endpoint]:
    """PFS and OS of each patient from the dates. What cannot be told is found, with its cell."""
    if m.INFUSION not in courses.roles or not {m.LAST_CONTACT, m.DEATH} & courses.roles or not courses.says_who_died:
        return []
    if not {m.LAST_CONTACT, m.LAST_ASSESSMENT} & courses.roles and not _all_died(courses):
        return _without_last_contact(courses, found)
    undated = m.DEATH not in courses.roles and any(c.said.get(m.VITAL) == m.EVENT for c in courses.of.values())
    endpoints = []
    for course in courses.of.values():
        if undated and courses.dies_at_last_contact and course.said.get(m.VITAL) == m.EVENT:
            course.days.update({m.DEATH: course.days[m.LAST_CONTACT]} if m.LAST_CONTACT in course.days else {})
        endpoints += _of_patient(_Judged(courses.roles, course, found))
    if undated and not courses.dies_at_last_contact:
        # Nobody's death has a date: the OS of those alone who live would say that nobody dies.
        return [one for one in endpoints if one.endpoint != "OS"]
    return endpoints


def _all_died(courses: Courses) -> bool:
    return all(m.DEATH in course.days for course in courses.of.values() if m.INFUSION in course.days)


def _without_last_contact(courses: Courses, found: Findings) -> list[Endpoint]:
    """Times of those alone who had an event would say that everybody has one: it is told once, and none are made."""
    course = next((one for one in courses.of.values() if m.DEATH not in one.days and m.INFUSION in one.days), None)
    if course is not None and m.INFUSION in course.cells:
        of = _Judged(courses.roles, course, found)
        told = "a column of last contacts: until when was followed who had no event?"
        of.wrong(m.INFUSION, told, "OS and PFS of all left out", MISSING_VALUE)
    return []


@dataclass
class _Judged:
    """A patient's dates under judgement, beside the roles that any column has."""

    roles: frozenset[str]
    course: Course
    found: Findings

    def day(self, role: str) -> date | None:
        return self.course.days.get(role)

    def said(self, role: str) -> str:
        return self.course.said.get(role, "")

    def wrong(self, role: str, expected: str, effect: str, kind: str = CONTRADICTION) -> None:
        """That the cell of a role cannot be as it is; said once of each cell."""
        beside = m.VITAL if role == m.DEATH else m.INFUSION
        cell = self.course.cells.get(role) or self.course.cells.get(beside) or self.course.cells.get(m.INFUSION)
        cell = cell or next(iter(self.course.cells.values()), None)
        if cell is None:
            return
        sheet, row, column = cell
        heading = sheet.headings[column.column].column
        text = sheet.mended.get((row.place, heading), sheet.table.sheet.rows[row.place][heading])
        mend = "Add the date" if kind == MISSING_VALUE else "Correct one of the two"
        self.found.problem(sheet.place(row, column, text), kind, expected, mend, effect)


def _of_patient(of: _Judged) -> list[Endpoint]:
    infused = of.day(m.INFUSION)
    if infused is None:
        if m.INFUSION not in of.course.bad:
            of.wrong(m.INFUSION, "a date: no time can be counted without it", "no endpoints, no days", MISSING_VALUE)
        return []
    if not _in_order(of, infused):
        return []
    before = len(of.found.problems)
    survival, free = _survival(of, infused), _progression_free(of, infused)
    if survival is None and free is None and {m.PROGRESSION, m.PROGRESSED} & of.roles:
        of.found.of_both(before)
    return [endpoint for endpoint in (survival, free) if endpoint is not None]


def without_infusion(courses: Courses, found: Findings) -> None:
    """Says of whom no day can be counted, where endpoints do not come from dates."""
    for course in courses.of.values() if m.INFUSION in courses.roles else ():
        if m.INFUSION not in course.days and m.INFUSION not in course.bad:
            of = _Judged(courses.roles, course, found)
            of.wrong(m.INFUSION, "a date: no day can be counted without it", "no days", MISSING_VALUE)


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
    for role, day in ((m.LAST_ASSESSMENT, assessed), (m.PROGRESSION, progression)):
        if day is not None and contact is not None and day > contact and death is None:
            of.wrong(role, f"not after the last contact, {contact}", BOTH)
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
    if said == m.EVENT or of.said(m.CAUSE):
        effect = "OS left out" if m.DEATH in of.roles else "OS of all left out: no death has a date"
        of.wrong(m.DEATH, "a date: the status is dead", effect, MISSING_VALUE)
        return None
    if m.VITAL in of.course.bad:
        return None  # who may be dead is not alive at the last contact
    if m.LAST_CONTACT not in of.roles:
        contact = of.day(m.LAST_ASSESSMENT)
    if contact is None:
        if m.LAST_CONTACT in of.roles and m.LAST_CONTACT not in of.course.bad:
            of.wrong(m.LAST_CONTACT, "a date: until then the patient is followed", "OS left out", MISSING_VALUE)
        return None
    return _endpoint(of, "OS", infused, contact, 0)


def _progression_free(of: _Judged, infused: date) -> Endpoint | None:
    if m.PROGRESSION not in of.roles and m.PROGRESSED not in of.roles:
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
    if progression is None and m.PROGRESSED in of.course.bad:
        return None
    if progression is not None and progression < infused:
        of.wrong(m.PROGRESSION, f"on or after the infusion, {infused}", "PFS left out")
        return None
    if progression is not None:
        return _endpoint(of, "PFS", infused, progression, 1, "progression")
    return _free_of_progression(of, infused)


def _free_of_progression(of: _Judged, infused: date) -> Endpoint | None:
    """PFS of who did not progress: until death, or censored; None where its end cannot be told, as is said of OS."""
    death, contact, dead = of.day(m.DEATH), of.day(m.LAST_CONTACT), of.said(m.VITAL)
    if death is None and (m.VITAL in of.course.bad or of.said(m.CAUSE)):
        return None
    if m.DEATH in of.course.bad or (death is None and dead == m.EVENT) or (death is not None and dead == m.CENSORED):
        return None
    if death is not None:
        seen_later = contact is not None and contact > death
        return None if seen_later else _endpoint(of, "PFS", infused, death, 1, "death")
    until = of.day(m.LAST_ASSESSMENT) or contact
    if m.LAST_ASSESSMENT in of.course.bad or until is None:
        return None
    if until < infused:
        of.wrong(m.LAST_ASSESSMENT, f"on or after the infusion, {infused}", "PFS left out")
        return None
    return _endpoint(of, "PFS", infused, until, 0)


def _endpoint(of: _Judged, name: str, infused: date, until: date, status: int, cause: str = "") -> Endpoint | None:
    months = (until - infused).days / DAYS_PER_MONTH
    if months > LONGEST_MONTHS:
        of.wrong(m.INFUSION, f"within a hundred years of {until}", f"{name} left out")
        return None
    return Endpoint(of.course.patient, name, months, status, cause, by_dates=True)


def too_late(courses: Courses, last_day: date, cutoff: date | None, found: Findings) -> None:
    """Takes away days after the day of the import, which cannot be true, and lists those after the data cutoff."""
    for course in courses.of.values():
        of = _Judged(courses.roles, course, found)
        for role, day in tuple(course.days.items()):
            if role == m.CUTOFF:
                continue
            if day > last_day:
                of.wrong(role, f"by the day of this import, {last_day}", effect_of(role))
                del course.days[role]
                course.bad.add(role)
            elif cutoff is not None and day > cutoff:
                of.wrong(role, f"by the data cutoff, {cutoff}", "kept as it stands", LATE)


def without_deaths(given: list[Endpoint], courses: Courses, found: Findings) -> list[Endpoint]:
    """Endpoints that stand in rows of their own, without each OS of whose death the patients' sheet has no date."""
    if m.DEATH not in courses.roles:
        return given
    kept = []
    for one in given:
        course = courses.of.get(one.patient)
        died = course is None or one.endpoint != "OS" or one.status != 1 or m.DEATH in course.days
        if not died and course is not None:
            of = _Judged(courses.roles, course, found)
            of.wrong(m.DEATH, "a date: OS ends in death", "OS left out", CONTRADICTION)
        else:
            kept.append(one)
    return kept
