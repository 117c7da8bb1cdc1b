"""A kept mapping on next month's sheets: what still fits is taken from it, what is new is guessed and said."""

from dataclasses import replace
from statistics import median

from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.layout import SheetTable, headings_of, named_apart
from core.importers.levels import ANY_GRADE
from core.importers.names import name_of
from core.importers.numbers import number_in
from core.importers.patients import rows_of
from core.importers.recognise import Recognised
from core.importers.seen import codes_of
from core.importers.times import LONGEST_FOLLOWED, days_in
from core.importers.unit_questions import as_they_changed


def refitted(found: Recognised, kept: m.Mapping) -> tuple[m.Mapping, tuple[str, ...]]:
    """
    The mapping of the sheets that were found by a kept one: a sheet is that of the
    same name, or the one that shares most columns; a column that of the same name.

    Returns it with what no longer fits, in words: new columns, as they were guessed, and columns that are gone.
    """
    left = list(kept.sheets)
    sheets: list[m.SheetChoice] = []
    told: list[str] = []
    for guessed in found.mapping.sheets:
        known = _same(guessed, left)
        if known is None:
            told.append(f"{guessed.sheet}: the recipe knows no such sheet; its columns are guessed.")
            sheets.append(guessed)
            continue
        left.remove(known)
        sheets.append(_as_kept(found, guessed, known, told))
    told += [f"{sheet.sheet} of the recipe is not among the sheets." for sheet in left if sheet.holds != m.NOTHING]
    changed = replace(found.mapping, sheets=tuple(sheets), from_dates=kept.from_dates, strict=kept.strict,
                      pd_progresses=kept.pd_progresses)  # fmt: skip
    return changed, tuple(told)


def _as_kept(found: Recognised, guessed: m.SheetChoice, known: m.SheetChoice, told: list[str]) -> m.SheetChoice:
    """A sheet of the recipe as it is now. What was said of the patients of then is asked anew of others."""
    names = [column.column for column in guessed.columns]
    of_kept = {column.column: column for column in known.columns}
    if [*of_kept] != names:
        moved = [name for name in of_kept if name in _by_letter(found.tables[guessed.sheet])]
        told += [f"{guessed.sheet}: {', '.join(moved)} share a name and stand elsewhere: guessed."] if moved else []
        of_kept = {name: column for name, column in of_kept.items() if name not in moved}
    columns = tuple(
        _kept(found, column, _of_this_visit(column, of_kept[column.column], known.sheet), guessed.sheet, told)
        if column.column in of_kept
        else column
        for column in guessed.columns
    )
    before = {column.column for column in known.columns}
    new = [name for name in names if name not in before]
    gone = [c.column for c in known.columns if c.column not in names and c.role != m.LEFT_OUT]
    told += [f"{guessed.sheet}: {', '.join(new)} is new, and guessed."] if new else []
    told += [f"{guessed.sheet}: {', '.join(gone)} of the recipe is gone."] if gone else []
    day_first = known.day_first if guessed.day_first is None else guessed.day_first
    if day_first != known.day_first and known.day_first is not None:
        order = "the day comes" if day_first else "the month comes"
        told.append(f"{guessed.sheet}: {order} first in the dates here; in the recipe it did not.")
    now = replace(known, sheet=guessed.sheet, columns=columns, day_first=day_first, blank_infusion="", all_alive=None)
    if any(column.other_rows for column in columns):
        return as_they_changed(rows_of(found.tables[guessed.sheet], now, {})[0])
    return now


def beside(found: Recognised, before: Recognised, kept: m.Mapping) -> m.Mapping:
    """The mapping of sheets to which others came: what was said of those that were there holds, the rest is guessed."""
    said, guessed = ({one.sheet: one for one in mapping.sheets} for mapping in (kept, before.mapping))
    sheets = []
    for one in found.mapping.sheets:
        old, first = said.get(one.sheet), guessed.get(one.sheet)
        if old is None or first is None:
            sheets.append(one)
            continue
        unsaid = {column.column for column in old.columns if column in first.columns}
        now = {column.column: column for column in one.columns}
        columns = tuple(now.get(c.column, c) if c.column in unsaid else c for c in old.columns)
        sheets.append(replace(old, columns=columns))
    return replace(kept, sheets=tuple(sheets))


def _by_letter(table: SheetTable) -> set[str]:
    """The columns that are called by their letter beside their name, which others have as well."""
    return {name for heading, name in named_apart(table.headings).items() if heading.words != name}


def _of_this_visit(guessed: m.ColumnChoice, known: m.ColumnChoice, sheet: str) -> m.ColumnChoice:
    """A column of the recipe on the day of the sheet that it stands in now, where sheets are called by their visits."""
    is_visit = name_of(sheet).day is not None and guessed.at is not None and known.at is not None
    return replace(known, at=guessed.at) if is_visit else known


def _other_codes(found: Recognised, sheet: str, guessed: m.ColumnChoice, known: m.ColumnChoice) -> bool:
    """Whether the codes of a status are others than those of the recipe, or a legend says that they mean another."""
    table = found.tables[sheet]
    place = headings_of(table).get(guessed.column)
    if guessed.role not in _HAPPENED or place is None:
        return False
    numbers = {text for row in table.rows if (text := table.sheet.rows[row][place].strip()).isdecimal()}
    before = {text: level for text, level in known.levels if text.isdecimal()}
    return bool(before) and bool(numbers - set(before)) and bool(set(before) - numbers)


def _other_legend(found: Recognised, sheet: str, guessed: m.ColumnChoice, known: m.ColumnChoice) -> bool:
    """Whether a legend says of a text of the column something else than the recipe does."""
    heading = next((h for h, name in named_apart(found.tables[sheet].headings).items() if name == guessed.column), None)
    codes = {} if heading is None else codes_of(found.legend, heading)
    before = dict(known.levels)
    return any(text in codes and before.get(text, level) != level for text, level in guessed.levels)


def _too_long(table: SheetTable, times: m.ColumnChoice) -> bool:
    """Whether times are longer, in the unit of the recipe, than patients are followed: they count in another."""
    place = headings_of(table).get(times.column)
    texts = [] if place is None else [table.sheet.rows[row][place] for row in table.rows]
    numbers = [one.value for text in texts if (one := number_in(text)) is not None] or [0.0]
    months = (days_in(times.unit) or 0) / DAYS_PER_MONTH
    return max(numbers) * months > LONGEST_FOLLOWED or median(numbers) * months > _LONG_MEDIAN


def _kept(
    found: Recognised, guessed: m.ColumnChoice, known: m.ColumnChoice, sheet: str, told: list[str]
) -> m.ColumnChoice:
    """A column of the recipe, with the unit that the file says now, and with what is guessed of its new words."""
    kept = known
    if guessed.role == known.role and guessed.of == known.of:
        if _other_legend(found, sheet, guessed, known):
            told.append(
                f"{sheet}: the codes of {known.column} mean otherwise in the legend than in the recipe; it counts."
            )
            return replace(kept, levels=guessed.levels)
        if _other_codes(found, sheet, guessed, known):
            told.append(f"{sheet}: the codes of {known.column} are others than in the recipe: say anew what they mean.")
            return replace(kept, levels=guessed.levels)
        if guessed.unit and guessed.unit.casefold() != known.unit.casefold():
            said = f"{sheet}: {known.column} is in {guessed.unit} here; the recipe said {known.unit or 'nothing'}."
            told.append(said)
            kept = replace(kept, unit=guessed.unit)
        if known.role == m.GRADE and ("1", ANY_GRADE) in known.levels and ("1", ANY_GRADE) not in guessed.levels:
            told.append(f"{sheet}: {known.column} holds grades here, and 1 is one of them; in the recipe it was a yes.")
            kept = replace(kept, levels=tuple(pair for pair in known.levels if pair != ("1", ANY_GRADE)))
        if known.role == m.MONTHS and not guessed.unit and _too_long(found.tables[sheet], known):
            told.append(f"{sheet}: {known.column} would be too long in {known.unit}, as in the recipe: say its unit.")
            return replace(kept, unit="")
        if not guessed.unit and known.unit and known.role in (m.MEASUREMENT, m.VARIABLE, m.VALUE, m.MONTHS):
            told.append(f"{sheet}: {known.column} names no unit here; {known.unit} is assumed, as in the recipe.")
        new = tuple(
            (text, level)
            for text, level in guessed.levels
            if text not in dict(kept.levels) and not (known.role in _HAPPENED and text.isdecimal())
        )
        if new:
            words = ", ".join(f"{text} as {level or 'missing'}" for text, level in new[:_MOST_TOLD])
            told.append(f"{sheet}: {known.column} holds words that the recipe does not know: {words}.")
        kept = replace(kept, levels=(*kept.levels, *new))
    return kept


_MOST_TOLD = 5
_LONG_MEDIAN = 84
"""Months that half of the patients are hardly followed for."""
_HAPPENED = (m.STATUS, m.VITAL, m.PROGRESSED, m.MRD)
"""Roles of which a number that the recipe does not know is not guessed."""


def _same(guessed: m.SheetChoice, kept: list[m.SheetChoice]) -> m.SheetChoice | None:
    """The kept sheet that a sheet is: by its name, or by most of its columns."""
    names = {column.column for column in guessed.columns}

    def shared(sheet: m.SheetChoice) -> float:
        return len(names & {column.column for column in sheet.columns}) / max(1, len(names))

    by_name = next((sheet for sheet in kept if sheet.sheet == guessed.sheet), None)
    if by_name is not None and shared(by_name) > 0:
        return by_name
    best = max(kept, key=shared, default=None)
    return best if best is not None and shared(best) >= 0.5 else None
