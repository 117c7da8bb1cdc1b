"""What a sheet holds: one row a patient, or one an event, a measurement, an assessment or an endpoint."""

import re
from collections import Counter
from dataclasses import replace

from core.importers import mapping as m
from core.importers.codes import levels_for
from core.importers.layout import Heading, SheetTable, named_apart
from core.importers.legends import unit_told
from core.importers.levels import is_missing, response_in
from core.importers.meanings import LONG, known_as
from core.importers.names import LIKELY, SURE, analyte_named, holds_units, known_by, name_of, plain, unit_in
from core.importers.patients import alike
from core.importers.profile import Profile
from core.importers.said_besides import measured_in

_REPEATED = 1.3
"""Rows a patient from which a sheet is of assessments and not of patients."""
_NUMBERS, _FEWEST_VALUES = 0.5, 2
"""Share of a column of measurements that are numbers, and columns of days without which a row is no analyte's."""
_FEWEST_COLUMNS = 5
_FEW_COLUMNS = 12
"""Columns up to which a sheet is a long one by its names alone, whether or not patients repeat."""

_SHAPES: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    m.ENDPOINTS: (frozenset({m.ENDPOINT, m.MONTHS, m.STATUS}), (m.ENDPOINT, m.MONTHS, m.STATUS, m.UNIT, m.CAUSE)),
    m.EVENTS: (
        frozenset({m.TERM, m.GRADE}),
        (m.TERM, m.GRADE, m.ONSET, m.ENDS, m.CATEGORY, m.GRADING, m.SERIOUS),
    ),
    m.RESPONSES: (frozenset({m.RESPONSE, m.DAY}), (m.KIND, m.RESPONSE, m.MRD, m.DAY)),
    m.MEASUREMENTS: (frozenset({m.ANALYTE, m.VALUE}), (m.ANALYTE, m.VALUE, m.UNIT, m.DAY, m.BELOW)),
}
"""The roles without which a sheet is not of this shape, and all that it can have; the first that fits counts."""
_PRIVATE = known_as(m.PRIVATE)
_PATIENT = known_as(m.PATIENT)
_PATIENT_NAMES = ["usubjid", *(plain(name) for one in _PATIENT for name in one.names)]
"""What names patients, an identifier that no two studies share first."""


def patient_column(table: SheetTable, profiles: dict[Heading, Profile]) -> Heading | None:
    """The column that names the patients: by its name, filled in nearly every row, with the most different cells."""
    best: tuple[tuple[int, int, int], Heading] | None = None
    for place, heading in enumerate(table.headings):
        words = plain(heading.name)
        known, sure = known_by([words, plain(heading.label)], _PATIENT)
        profile = profiles[heading]
        if (
            known is None
            or sure < LIKELY
            or (profile.missing > 0.2 * len(table.rows) and not _names_groups(table, heading, sure))
            or (profile.different < 2 and sure < SURE)
        ):
            continue
        rank = (sure, profile.different, -_PATIENT_NAMES.index(words) if words in _PATIENT_NAMES else -place)
        if best is None or rank > best[0]:
            best = (rank, heading)
    if best is None and (first := table.headings[0]).name.strip().casefold().rstrip(".:") in _NUMBERED:
        profile = profiles[first]
        return first if not profile.missing and profile.numbers == 1 else None
    return None if best is None else best[1]


_NUMBERED = ("nr", "no", "#", "nº", "n°", "nummer", "lfd. nr", "lfd nr", "numéro", "case", "fall")
"""What a first column is called whose numbers are the patients' where no other column names them."""
_OF_NAMES = 0.6
"""Share of the different cells of a column that are names of another sheet's patients, from which on it names them."""


def named_elsewhere(tables: dict[str, SheetTable], named: dict[str, str], unnamed: list[str]) -> dict[str, Heading]:
    """
    The column of each of the `unnamed` sheets whose cells are the names of the patients of other
    sheets, by what the column of these is called.
    """
    names: set[str] = set()
    for title, column in named.items() if unnamed else ():
        heading = next((h for h, name in named_apart(tables[title].headings).items() if name == column), None)
        names |= set() if heading is None else _names_in(tables[title], heading)
    found: dict[str, Heading] = {}
    for title in unnamed if len(names) > 2 else ():
        for heading in tables[title].headings:
            cells = _names_in(tables[title], heading)
            if len(cells) > 2 and len(cells & names) >= _OF_NAMES * len(cells):
                found.setdefault(title, heading)
    return found


def _names_in(table: SheetTable, heading: Heading) -> set[str]:
    return {alike(cell) for row in table.rows if (cell := table.sheet.rows[row][heading.column]).strip()}


def _names_groups(table: SheetTable, heading: Heading, sure: int) -> bool:
    """Whether the first column names a patient once, over the rows that follow."""
    cells = [table.sheet.rows[row][heading.column] for row in table.rows]
    return sure == SURE and heading is table.headings[0] and len(cells) > 1 and not is_missing(cells[0])


def shape_of(
    table: SheetTable, profiles: dict[Heading, Profile], patient: Heading, holds: str = ""
) -> tuple[str, dict[Heading, str]]:
    """What a sheet holds, or is said to hold, and of a long one the role of each column that it needs."""
    if holds:
        found = _roles(table, profiles, patient, _SHAPES[holds][1]) if holds in _SHAPES else {}
        if holds == m.MEASUREMENTS and not _SHAPES[holds][0] <= set(found.values()):
            found = in_columns(table, profiles, patient) or found
        return holds, found
    rows = Counter(table.sheet.rows[row][patient.column] for row in table.rows)
    named = [text for text in rows if not is_missing(text)]
    repeated = len(table.rows) / max(1, len(named)) >= _REPEATED  # a row that names nobody may be of the one above
    for holds, (needed, possible) in _SHAPES.items():
        roles = _roles(table, profiles, patient, possible)
        if not needed <= set(roles.values()):
            continue
        short = repeated or len(table.headings) <= _FEWEST_COLUMNS
        if holds == m.RESPONSES and not (short and _holds_responses(profiles, roles)):
            continue
        if holds == m.RESPONSES and not repeated and any(_is_infusion(heading) for heading in table.headings):
            continue  # one row a patient, in which a month may be anything
        said = all(
            (_rank(role, _said(heading), 0) or (1, 0)) < (1, 0) for heading, role in roles.items() if role in needed
        )
        if repeated or len(table.headings) <= _FEW_COLUMNS or (said and holds == m.ENDPOINTS):
            more = in_columns(table, profiles, patient) if holds == m.RESPONSES else {}
            return holds, {h: role for h, role in more.items() if role == m.MEASUREMENT} | roles
    roles = in_columns(table, profiles, patient) if repeated else {}
    return (m.MEASUREMENTS, roles) if roles else (m.PATIENTS, {})


_INFUSION = known_as(m.INFUSION)


def _is_infusion(heading: Heading) -> bool:
    return known_by([plain(heading.name)], _INFUSION)[1] == SURE


def in_columns(table: SheetTable, profiles: dict[Heading, Profile], patient: Heading) -> dict[Heading, str]:
    """
    The roles of a sheet whose measurements stand in several columns: one row a visit with a column an analyte,
    or one row an analyte with a column a day; empty where it is neither.
    """
    roles = _roles(table, profiles, patient, (m.ANALYTE, m.UNIT, m.DAY))
    numbers = [h for h in table.headings if h not in roles and h != patient and profiles[h].numbers >= _NUMBERS]
    by_day = [h for h in numbers if name_of(h.name).day is not None and analyte_named(name_of(h.name).plain) is None]
    by_analyte = [h for h in numbers if analyte_named(h.name) is not None and name_of(h.name).day is None]
    held = set(roles.values())
    if m.ANALYTE in held and len(by_day) >= _FEWEST_VALUES:
        return {h: role for h, role in roles.items() if role != m.DAY} | dict.fromkeys(by_day, m.MEASUREMENT)
    if m.DAY in held and m.ANALYTE not in held and by_analyte:
        found = {h: role for h, role in roles.items() if role == m.DAY} | dict.fromkeys(by_analyte, m.MEASUREMENT)
        return found | {
            h: m.UNIT_BESIDE for h in table.headings if h not in found and holds_units([*profiles[h].texts])
        }
    return {}


def _roles(
    table: SheetTable, profiles: dict[Heading, Profile], patient: Heading, possible: tuple[str, ...]
) -> dict[Heading, str]:
    """The role of each column by its name: of several that a role could have, the one whose name is known best."""
    left = [heading for heading in table.headings if heading != patient and profiles[heading].values]
    said = {heading: _said(heading) for heading in left}
    roles: dict[Heading, str] = {}
    for role in possible:
        ranks = ((_rank(role, said[heading], heading.column), heading) for heading in left)
        ranked = [(rank, heading) for rank, heading in ranks if rank is not None]
        if ranked:
            best = min(ranked, key=lambda one: one[0])[1]
            roles[best] = role
            left.remove(best)
    return roles


_LONG_OF = {one.role: (one,) for one in reversed(LONG)}
_LONG_NAMES = {role: [plain(name) for name in one.names] for role, (one,) in _LONG_OF.items()}


def _said(heading: Heading) -> list[str]:
    """What a heading says, in its own words and in those that its file has beside it."""
    return [plain(heading.name), name_of(heading.name).plain, plain(heading.label), name_of(heading.label).plain]


def _rank(role: str, said: list[str], column: int) -> tuple[int, int] | None:
    """How early a column's name stands among those of a role, after them what is only like one; None for neither."""
    names = _LONG_NAMES[role]
    for words in said:
        if words in names:
            return 0, names.index(words)
    _, sure = known_by(said, _LONG_OF[role])
    return (1, column) if sure >= LIKELY else None


def _holds_responses(profiles: dict[Heading, Profile], roles: dict[Heading, str]) -> bool:
    texts = next(profiles[heading].texts for heading, role in roles.items() if role == m.RESPONSE)
    return sum(often for text, often in texts.items() if response_in(text)) > 0.3 * sum(texts.values())


_OF_TIME = re.compile(
    r"(?<![^\W\d_])(hours?|hrs?|stunden|heures|ore|horas|weeks?|wks?|wochen?|semaines|settimane|semanas|months?|mos?|monate?"
    r"|mois|mesi|meses|mese|mes)(?![^\W\d_])",
    re.IGNORECASE,
)
"""In what a column of days counts that its heading says is in no days: Visit (month), Onset (hours)."""


def long_column(
    column: m.ColumnChoice, heading: Heading, profile: Profile, role: str, legend: dict[str, dict[str, str]]
) -> m.ColumnChoice:
    """A column of a long sheet in its role; one that has none is left out, and marked where it is private."""
    if role in (m.STATUS, m.RESPONSE, m.MRD, m.CAUSE):
        told = legend.get(heading.name.casefold(), {})
        texts = profile.texts if role != m.RESPONSE else [text for text in profile.texts if response_in(text)]
        return replace(column, role=role, levels=levels_for(role, "", texts, told, plain(heading.name)))
    if role == m.MEASUREMENT:
        return _of_analyte(column, heading, legend)
    if role in (m.DAY, m.ONSET, m.ENDS) and (found := _OF_TIME.search(heading.name)) is not None:
        return replace(column, role=role, unit=found[1].casefold())
    if role:
        return replace(column, role=role)
    if known_by([plain(heading.name)], _PATIENT)[1]:
        return column
    named = known_by([plain(heading.name)], _PRIVATE)[0] is not None
    is_private = named or profile.is_personal or profile.is_free_text
    return replace(column, role=m.PRIVATE if is_private else m.LEFT_OUT)


def _of_analyte(column: m.ColumnChoice, heading: Heading, legend: dict[str, dict[str, str]]) -> m.ColumnChoice:
    """A column of the values of one analyte, or of one day, of a sheet that holds measurements in several columns."""
    name = name_of(heading.name)
    if name.day is not None:
        return replace(column, role=m.MEASUREMENT, at=float(round(name.day)))
    unit = unit_in(heading.name, name, "") or unit_told(legend, name.plain)
    analyte, unit = measured_in(name, name_of(heading.group), unit)
    return replace(column, role=m.MEASUREMENT, of=analyte or heading.name, unit=unit)
