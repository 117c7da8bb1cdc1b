"""What somebody's sheets hold, guessed from names of columns and from cells: a mapping to be looked at."""

import re
from dataclasses import dataclass, replace

from core.importers import mapping as m
from core.importers.beside import (
    by_their_place,
    of_the_column_before,
    statuses_of_times,
    units_beside,
    units_of_sisters,
)  # fmt: skip
from core.importers.collector import collected_later
from core.importers.columns import NAMED_ELSEWHERE, guess_column, names_no_grade
from core.importers.dates import DAY_FIRST, order_of, when
from core.importers.layout import Heading, SheetTable, named_apart
from core.importers.legends import is_legend, legend_of
from core.importers.names import LIKELY, SURE, ends_either_way, name_of
from core.importers.numbered import unnumbered
from core.importers.numbers import COMMA, decimal_by_size, decimals_of, number_in
from core.importers.one_of_each import one_of_each
from core.importers.other_rows import TITLE
from core.importers.parts import joined
from core.importers.patients import alike
from core.importers.patients_of_rows import patients_among
from core.importers.profile import Profile, profile_of
from core.importers.redcap import unfolded
from core.importers.seen import Guess, codes_of
from core.importers.shapes import long_column, named_elsewhere, patient_column, shape_of
from core.importers.sheets import Sheet
from core.importers.timed_columns import term_named
from core.importers.turned import legends_beside, tables_of
from core.importers.years_first import with_years_first


@dataclass(frozen=True)
class Recognised:
    """The tables that were found, what they are taken for, and how sure that is: a guess for each sheet and column."""

    sheets: tuple[Sheet, ...]
    tables: dict[str, SheetTable]
    mapping: m.Mapping
    guesses: dict[tuple[str, str], Guess]
    legend: dict[str, dict[str, str]]

    @property
    def remarks(self) -> list[str]:
        """What is to be told of how the sheets were read, a sentence each."""
        of_all = (*self.sheets, *(table.sheet for table in self.tables.values()))
        return list(dict.fromkeys(remark for sheet in of_all for remark in sheet.remarks))


@collected_later
def recognised(sheets: list[Sheet], last_day: str) -> Recognised:
    """The sheets of one or several files, and what each column of them is taken for on `last_day` (ISO)."""
    sheets = unfolded(sheets)
    found = {part.sheet.title: part for sheet in sheets for table in tables_of(sheet) for part in unnumbered(table)}
    found = with_years_first(found, int(last_day[:4]))
    if (patients := patients_among(list(found.values()))) is not None:
        found = {patients.sheet.title: patients} | found
    beside = [legend for sheet in sheets for legend in legends_beside(sheet)]
    legend = legend_of([*sheets, *beside], list(found.values()))
    tables = {title: table for title, table in found.items() if not is_legend(table)}
    guesses: dict[tuple[str, str], Guess] = {}
    choices = []
    read = {title: _sheet(table, legend) for title, table in tables.items()}
    if not any(holds == m.PATIENTS for holds, _ in read.values()) and tables:
        longest = max(tables, key=lambda title: len(tables[title].rows))
        of_rows = _sheet(tables[longest], legend, unnamed=True)
        surely = [guess.choice.role for guess in of_rows[1] if guess.sure == SURE and guess.choice.role != m.LEFT_OUT]
        if read[longest][0] == m.NOTHING and len(surely) > 1:
            read[longest] = of_rows
    named = {title: _patient_of(guesses) for title, (holds, guesses) in read.items() if holds == m.PATIENTS}
    unnamed = [title for title, (holds, _) in read.items() if holds == m.NOTHING]
    read |= {
        title: _sheet(tables[title], legend, named_by=heading)
        for title, heading in named_elsewhere(tables, named, unnamed).items()
    }
    for title, (holds, of_columns) in read.items():
        table = tables[title]
        guesses |= {(title, guess.choice.column): guess for guess in of_columns}
        columns = tuple(guess.choice for guess in of_columns)
        dies = True if any(c.role == m.LAST_CONTACT and ends_either_way(c.column) for c in columns) else None
        day_first = _day_first(table, columns, last_day)
        choices.append(
            m.SheetChoice(title, holds, columns, day_first, dies_at_last_contact=dies, decimal=_decimal(table))
        )
    choices = joined(_looked_for(choices, tables, guesses), tables)
    cutoff = next(filter(None, (_cutoff(table, last_day) for table in tables.values())), "")
    mapping = m.Mapping(tuple(choices), last_day, _name(sheets), cutoff=cutoff)
    return Recognised(tuple(sheets), tables, mapping, guesses, legend)


_LONGEST_NAME = 60


def _name(sheets: list[Sheet]) -> str:
    """What the cohort is called: as its file, or the first of its files."""
    files = list(dict.fromkeys(sheet.file.rpartition(".")[0] or sheet.file for sheet in sheets))
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{files[0][:_LONGEST_NAME].strip()}{more}" if files and files[0].strip() else "Your cohort"


def taken_as(found: Recognised, choice: m.SheetChoice, holds: str) -> m.SheetChoice:
    """A sheet as it is said to hold something else: its columns are guessed anew, for that."""
    if holds in (m.NOTHING, choice.holds):
        return replace(choice, holds=holds)
    table = found.tables[choice.sheet]
    unnamed = holds == m.PATIENTS and choice.column(m.PATIENT) is None
    guesses = _sheet(table, found.legend, unnamed, holds)[1]
    found.guesses.update({(choice.sheet, guess.choice.column): guess for guess in guesses})
    return replace(choice, holds=holds, columns=tuple(guess.choice for guess in guesses))


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


_MOST_PROOFS = 2_000
"""Rows in which a decimal sign is looked for."""


def _decimal(table: SheetTable) -> str:
    """
    What stands before the decimals of a sheet: of a file of text by what any column proves (the numbers of a workbook
    say nothing of its texts), else by the sizes of numbers.
    """
    rows = [table.sheet.rows[row] for row in table.rows[:_MOST_PROOFS]]
    columns = [dict.fromkeys(row[heading.column] for row in rows) for heading in table.headings]
    numbers = [[text for text in texts if number_in(text, COMMA) is not None] for texts in columns]
    proofs = [decimals_of(texts) for texts in numbers]
    told = {decimal for decimal, proved in proofs if proved and not table.sheet.name}
    if not told:
        open_columns = (texts for texts, (_, proved) in zip(numbers, proofs, strict=True) if not proved)
        told = set(filter(None, map(decimal_by_size, open_columns)))
    return told.pop() if len(told) == 1 else ""


def _day_first(table: SheetTable, columns: tuple[m.ColumnChoice, ...], last_day: str) -> bool | None:
    """Whether the day comes first in the dates of a sheet, by all of them together; None where nothing proves it."""
    headings = {name: heading for heading, name in named_apart(table.headings).items()}
    places = [headings[c.column].column for c in columns if c.role in (*m.DATES, m.BEFORE, m.DAY, m.ONSET, m.ENDS)]
    texts = (table.sheet.rows[row][place] for place in places for row in table.rows)
    order, _, _ = order_of(texts, int(last_day[:4]))
    return None if order is None else order == DAY_FIRST


_CUTOFF = re.compile(
    r"(?:cut.?off|datenschnitt|data\s?(?:base)?\s?lock(?:ed)?(?:\s+on)?|dco|as of|stand|date de gel)\b[\s:.]*(.+)",
    re.IGNORECASE,
)


def _cutoff(table: SheetTable, last_day: str) -> str:
    """The data cutoff that a title over a table names, as ISO."""
    for row, why in table.others.items():
        for cell in table.sheet.rows[row] if why == TITLE else ():
            found = _CUTOFF.search(cell)
            day = when(found[1].strip(), int(last_day[:4])) if found else None
            if day is not None and day.day_first is not None and not day.is_open:
                return day.day_first.isoformat()
    return ""


def _patient_of(guesses: list[Guess]) -> str:
    return next((one.choice.column for one in guesses if one.choice.role == m.PATIENT), "")


def _sheet(
    table: SheetTable, legend: dict[str, dict[str, str]], unnamed: bool = False, said: str = "",
    named_by: Heading | None = None,
) -> tuple[str, list[Guess]]:  # fmt: skip
    """
    What a sheet holds (as it is `said`, where it is), and a guess for each of its columns; `unnamed` where each row is
    a patient without a name, `named_by` the column that names them whatever it is called.
    """
    profiles = {heading: profile_of(table, heading) for heading in table.headings}
    columns = {heading: m.ColumnChoice(name) for heading, name in named_apart(table.headings).items()}
    patient = None if unnamed else named_by or patient_column(table, profiles)
    if patient is None and not unnamed:
        return said or m.NOTHING, [Guess(column, 0, "no column names the patients") for column in columns.values()]
    holds, roles, guesses = m.PATIENTS, dict[Heading, str](), dict[Heading, Guess]()
    if patient is not None:
        holds, roles = shape_of(table, profiles, patient, said)
        told = f"{profiles[patient].different} different values"
        guesses[patient] = Guess(replace(columns[patient], role=m.PATIENT), SURE, told)
    is_grid = holds == m.PATIENTS and _is_grid(table, profiles)
    for heading, column in columns.items():
        if heading == patient:
            continue
        if holds == m.PATIENTS:
            guesses[heading] = guess_column(table, heading, column, profiles[heading], legend, is_grid)
            continue
        role = roles.get(heading, "")
        choice = long_column(column, heading, profiles[heading], role, legend)
        choice = choice if choice.unit else replace(choice, unit=table.units.get(heading.column, ""))
        guesses[heading] = Guess(choice, SURE if role else LIKELY, "by its name" if role else "not needed")
    if patient is not None and (beside := _table_beside(table, patient, guesses)) is not None:
        why = f"beside {columns[patient].column} stands another table: put it in a sheet of its own"
        guesses |= {h: Guess(columns[h], SURE, why) for h in table.headings[table.headings.index(beside) :]}
    in_order = [guesses[heading] for heading in table.headings]
    if holds != m.PATIENTS:
        return holds, of_the_column_before(in_order)
    by_name = {columns[heading].column: profile for heading, profile in profiles.items()}
    codes = {columns[heading].column: codes_of(legend, heading) for heading in profiles}
    placed = by_their_place(units_of_sisters(units_beside(in_order), by_name), by_name, codes)
    return holds, one_of_each(statuses_of_times(placed, by_name, codes))


def _table_beside(table: SheetTable, patient: Heading, guesses: dict[Heading, Guess]) -> Heading | None:
    """The column in which a second table names the same patients in other rows: what follows it is of those."""
    rows = [table.sheet.rows[row] for row in table.rows]
    may_be = [h for h in table.headings if h.column > patient.column and guesses[h].reason == NAMED_ELSEWHERE]
    named = [alike(row[patient.column]) for row in rows] if may_be else []
    for heading in may_be:
        again = [alike(row[heading.column]) for row in rows]
        shared = set(again) & set(named) - {""}
        if 2 * len(shared) >= len(set(named) - {""}) and again != named:
            return heading
    return None


_FEWEST_GRADES, _FEWEST_TITLED = 6, 2
"""Columns of grades that make a sheet a grid of terms; of one that is called so fewer do."""
_OF_EVENTS = re.compile(
    r"tox|adverse|\baes?\b|\buaw\b|nebenwirk|indésirable|\bei\b|avvers|advers|complic|komplik", re.I
)


def _is_grid(table: SheetTable, profiles: dict[Heading, Profile]) -> bool:
    """Whether a sheet is a grid of terms with grades: most columns hold grades and little else."""
    filled = [one for one in profiles.values() if one.values]
    may_be = {h: one for h, one in profiles.items() if one.values and one.grades > 0.8 and not names_no_grade(h)}
    grades = [one for one in may_be.values() if set(map(str.strip, one.texts)) != {"0", "1"}]
    days = [h for h in table.headings if name_of(h.name).day is not None]
    fewest = _FEWEST_TITLED if _OF_EVENTS.search(table.sheet.title) else _FEWEST_GRADES
    return len(grades) >= fewest and len(grades) > len(filled) / 2 and not days
