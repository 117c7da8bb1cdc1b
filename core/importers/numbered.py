"""Adverse events in numbered columns beside each other (AE 1, AE 1 grade, AE 2, …), as rows of their own."""

import re
from dataclasses import replace

from core.importers import mapping as m
from core.importers.layout import Heading, SheetTable
from core.importers.levels import is_missing, yes_or_no
from core.importers.meanings import LONG
from core.importers.names import plain
from core.importers.profile import profile_of
from core.importers.shapes import patient_column
from core.importers.sheets import Sheet

_NUMBER = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_GRADED = re.compile(
    r"(?P<term>.*?\w)\W*\b(?:(?:ctcae )?(?:grade|grad|gr|g)[\s.:°]*)(?P<grade>[1-5])°?\W*|(?P<named>.*?\w)\s*[(,;]\s*"
    r"(?P<alone>[1-5])°?\)?",
    re.IGNORECASE,
)
"""A term with its grade behind it: Fever G2, Rash (1), Pneumonia, grade 3."""
_OF_TERMS = 0.5
"""Share of the cells of a column of terms that are words."""
_ROLES = (m.TERM, m.GRADE, m.ONSET, m.ENDS, m.SERIOUS)
_NAMES = {one.role: frozenset(map(plain, one.names)) for one in LONG if one.role in _ROLES}
_TITLES = {m.TERM: "Adverse event", m.GRADE: "Grade", m.ONSET: "Start", m.ENDS: "End", m.SERIOUS: "Serious"}


Group = dict[str, Heading]
"""The columns of one number, by what they are of an event."""


def unnumbered(table: SheetTable) -> list[SheetTable]:
    """The table without the numbered columns of its adverse events, and those as a table with a row an event."""
    groups = _groups(table)
    if len(groups) < 2 or not (any(m.GRADE in group for group in groups) or _grade_in_cells(table, groups)):
        return [table]
    patient = patient_column(table, {heading: profile_of(table, heading) for heading in table.headings})
    if patient is None:
        return [table]
    used = {heading for group in groups for heading in group.values()}
    rest = tuple(heading for heading in table.headings if heading not in used)
    return [replace(table, headings=rest), _events(table, patient, groups)]


def _groups(table: SheetTable) -> list[Group]:
    """The columns of each numbered event, in their order; a column without a number is of the event before it."""
    groups: dict[str, Group] = {}
    number = ""
    for heading in table.headings:
        words = plain(heading.words)
        own = _NUMBER.search(words)
        rest = " ".join(_NUMBER.sub(" ", words, count=1).split())
        role = _role(rest)
        if role == m.TERM and own is not None and _holds_terms(table, heading):
            number = own[1]
            groups[number] = {m.TERM: heading}
        elif role in (None, m.TERM) or number == "" or (own is not None and own[1] not in groups):
            number = number if own is not None and role is None and own[1] in groups else ""
        else:
            groups[own[1] if own is not None else number].setdefault(role, heading)
    return _of_each(list(groups.values()))


def _of_each(groups: list[Group]) -> list[Group]:
    """The groups without what stands behind the last alone: a column of the patient, as whether any was serious."""
    of_others = {role for group in groups[:-1] for role in group}
    last = {role: heading for role, heading in groups[-1].items() if role in of_others} if groups[1:] else {}
    return [*groups[:-1], last] if last else groups


def _role(words: str) -> str | None:
    """What of an event a heading without its number is."""
    for role in _ROLES:
        if words in _NAMES[role]:
            return role
    for term in sorted(_NAMES[m.TERM], key=len, reverse=True):  # AE grade, start of AE
        for left in (words.removeprefix(f"{term} "), words.removesuffix(f" {term}")):
            found = next((role for role in _ROLES[1:] if left != words and left in _NAMES[role]), None)
            if found is not None:
                return found
    return None


def _holds_terms(table: SheetTable, heading: Heading) -> bool:
    cells = [table.sheet.rows[row][heading.column] for row in table.rows]
    told = [cell for cell in cells if not is_missing(cell) and not ((said := yes_or_no(cell)) and not said[0])]
    words = [cell for cell in told if len(re.sub(r"[\W\d_]", "", cell)) > 2 and yes_or_no(cell) is None]
    return not told or len(words) > _OF_TERMS * len(told)


def _grade_in_cells(table: SheetTable, groups: list[Group]) -> bool:
    cells = [table.sheet.rows[row][group[m.TERM].column] for row in table.rows for group in groups]
    told = [cell for cell in cells if not is_missing(cell)]
    return bool(told) and sum(_GRADED.fullmatch(cell) is not None for cell in told) > _OF_TERMS * len(told)


def _events(table: SheetTable, patient: Heading, groups: list[Group]) -> SheetTable:
    """The numbered events as a sheet with a row each, whose cells are where they stand in the first."""
    sheet = table.sheet
    roles = [role for role in _ROLES if role == m.GRADE or any(role in group for group in groups)]
    rows = [[patient.name, *(_TITLES[role] for role in roles)]]
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for row in table.rows:
        for group in groups:
            cells = {role: sheet.rows[row][heading.column] for role, heading in group.items()}
            if all(map(is_missing, cells.values())):
                continue
            graded = _GRADED.fullmatch(cells[m.TERM]) if m.GRADE not in cells else None
            if graded is not None:
                cells |= {m.TERM: graded["term"] or graded["named"], m.GRADE: graded["grade"] or graded["alone"]}
            rows.append([sheet.rows[row][patient.column], *(cells.get(role, "") for role in roles)])
            columns = [patient.column, *(group.get(role, group[m.TERM]).column for role in roles)]
            places |= {(len(rows) - 1, place): (row, column) for place, column in enumerate(columns)}
    made = Sheet(
        sheet.file, f"{sheet.title}: adverse events", tuple(map(tuple, rows)), source=sheet.source or sheet.title,
        places={at: sheet.shown_at(*place)[1:] for at, place in places.items()},
        remarks=(f"{sheet.title} has {len(groups)} numbered adverse events a patient: each is a row.",),
    )  # fmt: skip
    headings = tuple(Heading(place, name) for place, name in enumerate(rows[0]))
    return SheetTable(made, headings, (0,), tuple(range(1, len(rows))), {}, {})
