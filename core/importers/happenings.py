"""What happened to patients, from wide and long sheets alike: adverse events, treatments, responses, measurements."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from core.cohort.schema import LONGEST_DAYS
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.day_cells import day_reader
from core.importers.findings import CONTRADICTION, NUMBER, Findings
from core.importers.levels import folded
from core.importers.measured import measured
from core.importers.names import plain
from core.importers.patients import SheetRows
from core.importers.values import (
    Read,
    day_number_reader,
    flag_reader,
    grade_reader,
    level_reader,
    response_reader,
    values,
)

Table = list[tuple]


@dataclass
class Happenings:
    """
    Rows of the cohort's tables in the order of their columns in core/cohort/schema.py, as values; `looked_for`
    are the patients in whom each term was looked for, where a sheet says so, `ungraded` who had one of unknown grade,
    `best`
    best responses that stand in rows of their own, `serious` what is said of each patient's events: Yes, No or nothing.
    """

    responses: Table = field(default_factory=list)
    milestones: Table = field(default_factory=list)
    adverse_events: Table = field(default_factory=list)
    measurements: Table = field(default_factory=list)
    looked_for: dict[str, set[str]] = field(default_factory=dict)
    best: dict[str, str] = field(default_factory=dict)
    serious: dict[str, set[str | None]] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)
    ungraded: Table = field(default_factory=list)
    not_assessed: Table = field(default_factory=list)

    def spelled(self, term: str) -> str:
        """An adverse event as it is spelled where it stands first: Anemia is Anaemia, and fever Fever."""
        return self.spelling.setdefault(re.sub("[ao]e", "e", plain(term)), term)


@dataclass(frozen=True)
class Clock:
    """When each patient was infused, and the day of the import."""

    infused: dict[str, date]
    last_day: date

    def day(self, patient: str, value: date | float | None) -> float | None:
        """Days from infusion of a date or of a day; None where the patient has no day of infusion."""
        if not isinstance(value, date):
            return None if value is None or abs(value) > LONGEST_DAYS else value
        infused = self.infused.get(patient)
        day = None if infused is None else float((value - infused).days)
        return None if day is None or abs(day) > LONGEST_DAYS else day


def of_patients(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """What a sheet with one row a patient tells: grades, treatments, responses and measurements in columns."""
    onsets = {column.of: column for column in sheet.choice.columns if column.role == m.ONSET}
    of_month: dict[float | None, dict[str, m.ColumnChoice]] = {}
    for column in sheet.choice.columns:
        if column.column not in sheet.headings:
            continue
        if column.role == m.GRADE:
            _grades(sheet, column, onsets.get(column.of), clock, found, into)
        elif column.role == m.TREATMENT:
            _treatments(sheet, column, clock, found, into)
        elif column.role == m.MEASUREMENT:
            measured(sheet, column, found, into.measurements)
        elif column.role in (m.RESPONSE, m.MRD, m.DAY) and column.at is not None:
            of_month.setdefault(column.at, {})[column.role] = column
    for month, columns in of_month.items():
        _assessed(sheet, month or 0.0, columns, clock, found, into)


_YEARS = (1950, 2100)
_STUDY_DAYS = ("ady", "astdy", "aendy", "study day", "lbdy")
"""Columns of CDISC, in which the day of the first treatment is 1 and no day is 0."""


def onset_reader(sheet: SheetRows, column: m.ColumnChoice, clock: Clock):  # type: ignore[no-untyped-def]
    """A reader of days that are dates or days from infusion, whichever the column has; a study day 1 is day 0."""
    dates = day_reader(sheet, column, clock.last_day)
    days = day_number_reader(column.unit)
    of_study = column.column.strip().casefold() in _STUDY_DAYS

    def read(text: str) -> Read:
        said = days(text)
        if said.wrong is not None or (said.value is not None and said.value > LONGEST_DAYS):
            return dates(text)  # a date without its format is a number of five digits
        if column.role == m.ONSET and said.value is not None and _YEARS[0] <= said.value <= _YEARS[1]:
            return Read(wrong=(NUMBER, "a day from infusion; this is a year", "Type the day"))
        if of_study and said.value is not None and said.value > 0:
            return Read(said.value - 1, f"day {said.value - 1:g} from infusion")
        return said

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


_GIVEN_ON = re.compile(r"\b(?:d|day|tag)\s*\+?(\d{1,3})", re.IGNORECASE)
_DOSES = re.compile(r"([1-9]\d?)\s*(?:x|×|doses?|gaben?|mal|times)\b", re.IGNORECASE)


def _treatments(sheet: SheetRows, column: m.ColumnChoice, clock: Clock, found: Findings, into: Happenings) -> None:
    """Who was given it: yes, or a number of doses, with the month of the first where a day is written."""
    flag, levels = flag_reader(column), dict(column.levels)
    in_milligrams = re.search(r"\bmg\b", f"{column.column} {column.unit}", re.IGNORECASE) is not None

    def read(text: str) -> Read:
        text = text.strip()
        if folded(text) in levels:
            said = flag(text)
            return Read(("", None) if said.value == "Yes" else None, said.becomes)
        day = _GIVEN_ON.search(text)
        month = None if day is None else int(day[1]) / DAYS_PER_MONTH
        if text.isdecimal():
            doses = "" if in_milligrams else text
            return Read(None if text == "0" else (doses, None))
        given = _DOSES.match(text)
        if given is not None:
            return Read((given[1], month), f"{given[1]} doses")
        said = flag(text)
        return Read(("", month) if said.value == "Yes" else None, said.becomes, said.wrong)

    dated = next((c for c in sheet.choice.columns if (c.role, c.of) == (m.TREATED, column.of)), None)
    days: list = [None] * len(sheet.rows)
    if dated is not None and dated.column in sheet.headings:
        days = values(sheet, dated, onset_reader(sheet, dated, clock), found)
    for row, given, day in zip(sheet.rows, values(sheet, column, read, found), days, strict=True):
        if given is not None:
            doses, month = given
            since = clock.day(row.patient, day)
            month = since / DAYS_PER_MONTH if month is None and since is not None and since >= 0 else month
            into.milestones.append((row.patient, month, column.of, doses or None))


def _assessed(
    sheet: SheetRows, month: float, columns: dict[str, m.ColumnChoice], clock: Clock, found: Findings, into: Happenings
) -> None:
    """Responses and MRD of one month, or of the day of each patient that a column beside them tells."""
    nothing: list = [None] * len(sheet.rows)
    response = columns.get(m.RESPONSE)
    mrd = columns.get(m.MRD)
    responses = values(sheet, response, response_reader(response), found, "not evaluable then") if response else nothing
    results = values(sheet, mrd, level_reader(mrd, expected="negative or positive"), found) if mrd else nothing
    dated = columns.get(m.DAY)
    days = (
        values(sheet, dated, onset_reader(sheet, dated, clock), found, f"taken as month {month:g}")
        if dated
        else nothing
    )
    for row, best, result, day in zip(sheet.rows, responses, results, days, strict=True):
        since = clock.day(row.patient, day)
        at = month if since is None or since < 0 else since / DAYS_PER_MONTH
        if (best is not None or result is not None) and at > 0:
            into.responses.append((row.patient, at, best, result, None))


def looked_for(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """
    Who was looked at for a term whose grades stand among the adverse events, or in a column beside, and where the two
    say otherwise. A yes beside an empty grade is an event of any.
    """
    graded = {c.of for c in sheet.choice.columns if c.role == m.GRADE}
    worst: dict[tuple[str, str], int] = {}
    for patient, term, _, _, grade, *_ in into.adverse_events:
        worst[patient, term] = max(grade, worst.get((patient, term), 0))
    for column in sheet.choice.columns:
        if column.role != m.LOOKED_FOR or column.column not in sheet.headings:
            continue
        read = values(sheet, column, grade_reader(column), found, "not looked for")
        onsets = _onsets(sheet, column.of, clock)
        for row, text, grade, onset in zip(sheet.rows, sheet.cells(column), read, onsets, strict=True):
            if grade is None:
                continue
            told = row.patient in into.looked_for.setdefault(column.of, set())
            into.looked_for[column.of].add(row.patient)
            among = worst.get((row.patient, column.of), 0)
            if grade.low > among:
                begins, low = clock.day(row.patient, onset), max(1, grade.low)
                into.adverse_events.append((row.patient, column.of, None, low, grade.high, None, begins, None))
                if told or column.of not in graded:
                    found.problem(sheet.place(row, column, text), CONTRADICTION, f"{among or 'none'}, as among the "
                                  "adverse events", "Correct one of the two", "the worse counts")  # fmt: skip
                continue
            if among > grade.high:
                wanted = f"{among or 'none'}, as among the adverse events"
                place = sheet.place(row, column, text)
                found.problem(place, CONTRADICTION, wanted, "Correct one of the two", "the adverse events count")


def not_assessed(patients: Collection[str], never: frozenset[str], into: Happenings) -> list[tuple]:
    """
    Who was not looked at for a term that others were looked at for, or had it in an unknown grade, and has none
    recorded; and who was never infused, for every term.
    """
    had = dict.fromkeys((row[0], row[1]) for row in into.adverse_events)
    recorded = {term: set(patients) - never for _, term in had} if never else {}
    unknown = [one for one in dict.fromkeys(into.ungraded) if one not in had]
    for patient, term in unknown:
        into.looked_for.get(term, set()).discard(patient)
    told = [one for one in unknown if one[1] not in {**recorded, **into.looked_for}]
    return told + [
        (patient, term)
        for term, looked_at in (recorded | into.looked_for).items()
        for patient in patients
        if patient not in looked_at and (patient, term) not in had
    ]


def _onsets(sheet: SheetRows, term: str, clock: Clock) -> list:
    """The onset of a term in each row, whose problems are told with the grades."""
    column = next((c for c in sheet.choice.columns if (c.role, c.of) == (m.ONSET, term)), None)
    if column is None or column.column not in sheet.headings:
        return [None] * len(sheet.rows)
    return values(sheet, column, onset_reader(sheet, column, clock), Findings())
