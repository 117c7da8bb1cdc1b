"""What somebody's sheets hold, guessed from names of columns and from cells: a mapping to be looked at."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from core.importers import mapping as m
from core.importers.codes import levels_for
from core.importers.columns import Guess, guess_column, named_apart, term_named
from core.importers.dates import DAY_FIRST, order_of, when
from core.importers.layout import TITLE, Heading, SheetTable, table_in
from core.importers.legends import is_legend, legend_of
from core.importers.levels import is_missing
from core.importers.meanings import KNOWN, LONG, Known
from core.importers.names import LIKELY, SURE, holds_units, known_by, name_of, plain
from core.importers.profile import Profile, profile_of
from core.importers.sheets import Sheet

_REPEATED = 1.3
"""Rows a patient from which a sheet is of assessments and not of patients."""

_SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    (m.ENDPOINTS, frozenset({m.ENDPOINT, m.MONTHS, m.STATUS})),
    (m.EVENTS, frozenset({m.TERM, m.GRADE})),
    (m.MEASUREMENTS, frozenset({m.ANALYTE, m.VALUE})),
)
"""The roles that make a sheet a long one, the first that fits."""
_OF_LONG = {
    m.EVENTS: (m.TERM, m.GRADE, m.ONSET, m.ENDS, m.CATEGORY, m.GRADING, m.SERIOUS),
    m.MEASUREMENTS: (m.ANALYTE, m.VALUE, m.UNIT, m.DAY),
    m.RESPONSES: (m.RESPONSE, m.MRD, m.DAY),
    m.ENDPOINTS: (m.ENDPOINT, m.MONTHS, m.STATUS, m.UNIT),
}


@dataclass(frozen=True)
class Recognised:
    """The tables that were found, what they are taken for, and how sure that is: a guess for each sheet and column."""

    sheets: tuple[Sheet, ...]
    tables: dict[str, SheetTable]
    mapping: m.Mapping
    guesses: dict[tuple[str, str], Guess]


def recognised(sheets: list[Sheet], last_day: str) -> Recognised:
    """The sheets of one or several files, and what each column of them is taken for on `last_day` (ISO)."""
    found = {sheet.title: table for sheet in sheets if (table := table_in(sheet)) is not None}
    legend = legend_of(sheets, list(found.values()))
    tables = {title: table for title, table in found.items() if not is_legend(table)}
    guesses: dict[tuple[str, str], Guess] = {}
    choices = []
    for title, table in tables.items():
        holds, of_columns = _sheet(table, legend)
        guesses |= {(title, guess.choice.column): guess for guess in of_columns}
        columns = tuple(guess.choice for guess in of_columns)
        choices.append(m.SheetChoice(title, holds, columns, _day_first(table, columns, last_day)))
    choices = _looked_for(choices, tables, guesses)
    cutoff = next(filter(None, (_cutoff(table, last_day) for table in tables.values())), "")
    return Recognised(tuple(sheets), tables, m.Mapping(tuple(choices), last_day, cutoff=cutoff), guesses)


def _looked_for(
    choices: list[m.SheetChoice], tables: dict[str, SheetTable], guesses: dict[tuple[str, str], Guess]
) -> list[m.SheetChoice]:
    """A grade of the patients' sheet that stands among adverse events as well says only who was looked at."""
    terms = set()
    for choice in choices:
        column = choice.column(m.TERM) if choice.holds == m.EVENTS else None
        if column is not None:
            table = tables[choice.sheet]
            heading = next(h for h, name in named_apart(table.headings).items() if name == column.column)
            terms |= {term_named(table.sheet.rows[row][heading.column]) for row in table.rows}
    changed = []
    for choice in choices:
        columns = []
        for column in choice.columns:
            if choice.holds == m.PATIENTS and column.of in terms and column.role in (m.GRADE, m.ONSET):
                role = m.LOOKED_FOR if column.role == m.GRADE else m.LEFT_OUT
                column = replace(column, role=role)
                reason = f"{column.of} stands among the adverse events; that counts"
                guesses[choice.sheet, column.column] = Guess(column, LIKELY, reason)
            columns.append(column)
        changed.append(replace(choice, columns=tuple(columns)))
    return changed


def _day_first(table: SheetTable, columns: tuple[m.ColumnChoice, ...], last_day: str) -> bool | None:
    """Whether the day comes first in the dates of a sheet, by all of them together; None where nothing proves it."""
    headings = {name: heading for heading, name in named_apart(table.headings).items()}
    places = [headings[c.column].column for c in columns if c.role in (*m.DATES, m.DAY, m.ONSET, m.ENDS)]
    texts = (table.sheet.rows[row][place] for place in places for row in table.rows)
    order, _, _ = order_of(texts, int(last_day[:4]))
    return None if order is None else order == DAY_FIRST


_CUTOFF = re.compile(r"(?:cut.?off|datenschnitt|data as of|stand)\b[\s:.]*(.+)", re.IGNORECASE)


def _cutoff(table: SheetTable, last_day: str) -> str:
    """The data cutoff that a title over a table names, as ISO."""
    for row, why in table.others.items():
        for cell in table.sheet.rows[row] if why == TITLE else ():
            found = _CUTOFF.search(cell)
            day = when(found[1].strip(), int(last_day[:4])) if found else None
            if day is not None and day.day_first is not None and not day.is_open:
                return day.day_first.isoformat()
    return ""


def _sheet(table: SheetTable, legend: dict[str, dict[str, str]]) -> tuple[str, list[Guess]]:
    """What a sheet holds, and a guess for each of its columns."""
    profiles = {heading: profile_of(table, heading) for heading in table.headings}
    names = named_apart(table.headings)
    patient = _patient(table, profiles)
    if patient is None:
        return m.NOTHING, [
            Guess(m.ColumnChoice(names[heading]), 0, "no column names the patients") for heading in table.headings
        ]
    long = _long(table, profiles, patient)
    holds = _holds(table, profiles, patient, set(long.values()))
    if holds == m.PATIENTS:
        is_grid = _is_grid(table, profiles)
        guessed = []
        for heading in table.headings:
            column = m.ColumnChoice(names[heading])
            if heading == patient:
                different = profiles[heading].different
                guessed.append(Guess(replace(column, role=m.PATIENT), SURE, f"{different} different values"))
                continue
            guessed.append(guess_column(table, heading, column, profiles[heading], legend, is_grid))
        return holds, _one_of_each(_units_beside(guessed))
    used = {heading: role for heading, role in long.items() if role in _OF_LONG[holds]}
    return holds, [
        Guess(
            _long_choice(m.ColumnChoice(names[heading]), profiles[heading], used, patient, heading, legend),
            SURE if heading == patient or heading in used else LIKELY,
            "by its name" if heading == patient or heading in used else "not needed",
        )
        for heading in table.headings
    ]


def _long_choice(
    column: m.ColumnChoice,
    profile: Profile,
    used: dict[Heading, str],
    patient: Heading,
    heading: Heading,
    legend: dict[str, dict[str, str]],
) -> m.ColumnChoice:
    if heading == patient:
        return replace(column, role=m.PATIENT)
    role = used.get(heading, m.LEFT_OUT)
    if role in (m.STATUS, m.RESPONSE, m.MRD):
        told = legend.get(heading.name.casefold(), {})
        return replace(column, role=role, levels=levels_for(role, "", profile.texts, told, plain(heading.name)))
    named = known_by([plain(heading.name)], _private())[0] is not None
    if role == m.LEFT_OUT and (named or profile.is_personal or profile.is_free_text):
        return replace(column, role=m.PRIVATE)
    return replace(column, role=role)


def _private() -> tuple[Known, ...]:
    return tuple(one for one in KNOWN if one.role == m.PRIVATE)


def _patient(table: SheetTable, profiles: dict[Heading, Profile]) -> Heading | None:
    """The column that names the patients: by its name, filled in nearly every row; of several the first."""
    patients = tuple(one for one in KNOWN if one.role == m.PATIENT)
    best: tuple[int, int, Heading] | None = None
    for place, heading in enumerate(table.headings):
        known, sure = known_by([plain(heading.name)], patients)
        filled = known is not None and profiles[heading].missing <= 0.2 * len(table.rows)
        if filled and (best is None or (sure, -place) > (best[0], best[1])):
            best = (sure, -place, heading)
    return None if best is None else best[2]


def _long(table: SheetTable, profiles: dict[Heading, Profile], patient: Heading) -> dict[Heading, str]:
    """The roles that columns of a long sheet would have by their names, each once."""
    roles: dict[Heading, str] = {}
    for heading in table.headings:
        if heading == patient or not profiles[heading].values:
            continue
        words = plain(heading.name)
        for one in LONG:
            if one.role not in roles.values() and known_by([words], (one,))[1] >= LIKELY:
                roles[heading] = one.role
                break
    return roles


def _holds(table: SheetTable, profiles: dict[Heading, Profile], patient: Heading, roles: set[str]) -> str:
    rows = Counter(table.sheet.rows[row][patient.column] for row in table.rows)
    named = [text for text in rows if not is_missing(text)]
    repeated = sum(rows[text] for text in named) / max(1, len(named)) >= _REPEATED
    for holds, needed in _SHAPES:
        if needed <= roles and (repeated or len(table.headings) <= 12):
            return holds
    if repeated and m.DAY in roles and (m.RESPONSE in roles or m.MRD in roles):
        return m.RESPONSES
    return m.PATIENTS


def _is_grid(table: SheetTable, profiles: dict[Heading, Profile]) -> bool:
    """Whether a sheet is a grid of terms with grades: most columns hold grades and little else."""
    filled = [one for one in profiles.values() if one.values]
    grades = [one for one in filled if one.grades > 0.8 and set(map(str.strip, one.texts)) != {"0", "1"}]
    days = [h for h in table.headings if name_of(h.name).day is not None]
    return len(grades) >= 6 and len(grades) > len(filled) / 2 and not days


def _units_beside(guesses: list[Guess]) -> list[Guess]:
    """A column that only holds units belongs to the column before it."""
    found: list[Guess] = []
    for guess in guesses:
        if guess.choice.kind == "category" and found and holds_units([text for text, _ in guess.choice.levels]):
            guess = Guess(
                replace(m.ColumnChoice(guess.choice.column), role=m.UNIT_BESIDE, of=found[-1].choice.column),
                LIKELY,
                "its cells are units",
            )
        found.append(guess)
    return found


def _one_of_each(guesses: list[Guess]) -> list[Guess]:
    """Of two columns of one meaning the surer one counts, the first where both are alike; the other is left out."""
    best: dict[tuple, Guess] = {}
    for guess in guesses:
        choice = guess.choice
        if choice.role not in (m.LEFT_OUT, m.PRIVATE, m.MEASUREMENT):
            key = (choice.role, choice.of, choice.at)
            if key not in best or guess.sure > best[key].sure:
                best[key] = guess
    kept = {id(guess) for guess in best.values()}
    free = (m.LEFT_OUT, m.PRIVATE, m.MEASUREMENT)
    return [
        guess
        if guess.choice.role in free or id(guess) in kept
        else Guess(m.ColumnChoice(guess.choice.column), LIKELY, f"another column is the {guess.choice.role}")
        for guess in guesses
    ]
