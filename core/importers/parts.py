"""Several sheets with one row a patient: parts of one cohort, or more of the same patients."""

from dataclasses import replace
from typing import NamedTuple

from core.importers import mapping as m
from core.importers.asked import Question, of_sheet
from core.importers.findings import CONTRADICTION, Findings
from core.importers.found_variables import FoundVariable
from core.importers.layout import SheetTable
from core.importers.levels import folded, is_missing
from core.importers.patients import SheetRows, alike, rows_of

_SHARED = 0.6
"""Share of the used columns of the narrower sheet that both have, from which on one may go on with the other."""
_ANYTIME = (m.LEFT_OUT, m.PRIVATE, m.PATIENT, m.UNIT_BESIDE, m.LOOKED_FOR, m.MEASUREMENT)
"""Roles that several columns can have."""
_TOGETHER = (*m.DATES, m.BEFORE, m.PROGRESSED, m.VITAL, m.CAUSE, m.VARIABLE, m.ISOTYPE)
"""Roles of which a cell of one sheet fills what is empty in another."""
THE_SAME, OTHERS = "The same patients", "Other patients"


def joined(choices: list[m.SheetChoice], tables: dict[str, SheetTable]) -> list[m.SheetChoice]:
    """The sheets of patients, those that go on with another and share no name with it as parts of one cohort."""
    goes_on = _going_on(choices, tables)
    return [replace(one, adds=m.OWN) if one.sheet in goes_on and not goes_on[one.sheet][1] else one for one in choices]


def _going_on(choices: list[m.SheetChoice], tables: dict[str, SheetTable]) -> dict[str, tuple[str, int]]:
    """The sheets with the columns of the first, each with that one's title and how many names both have."""
    sheets = [one for one in choices if one.holds == m.PATIENTS and one.sheet in tables and one.column(m.PATIENT)]
    if len(sheets) < 2:
        return {}
    first, found = sheets[0], {}
    names = _names(first, tables)
    for other in sheets[1:]:
        used, of_first = _used(other), _used(first)
        if used and len(used & of_first) >= _SHARED * min(len(used), len(of_first)):
            found[other.sheet] = first.sheet, len(names & _names(other, tables))
    return found


def _used(choice: m.SheetChoice) -> set[tuple]:
    """What the columns of a sheet are taken for."""
    return {(column.role, column.of, column.at) for column in choice.columns if column.role not in _ANYTIME}


def _names(choice: m.SheetChoice, tables: dict[str, SheetTable]) -> set[str]:
    rows, _ = rows_of(tables[choice.sheet], replace(choice, adds=""), {})
    return {alike(row.patient) for row in rows.rows if row.patient}


def parts(tables: dict[str, SheetTable], mapping: m.Mapping) -> list[Question]:
    """Whether two sheets with the same columns are of the same patients."""
    asked = []
    for sheet, (first, shared) in _going_on(list(mapping.sheets), tables).items():
        choice = next(one for one in mapping.sheets if one.sheet == sheet)
        said = {OTHERS: m.APART if shared else m.OWN, THE_SAME: m.SAME}
        answers, answer = of_sheet(mapping, choice, "adds", said)
        evidence = f"{shared} names stand in both; of the same patients an earlier sheet counts"
        evidence = evidence if shared else "they have the same columns, and no name stands in both"
        words = f"{sheet} and {first}: the same patients, or others?"
        asked.append(Question(f"parts {sheet}", words, evidence, answers, answer, not shared and answer == OTHERS))
    return asked


def of_its_part(sheet: SheetRows, column: m.ColumnChoice, parts: list[SheetRows], found: Findings) -> SheetRows:
    """
    The rows of a sheet beside patients of several sheets of whom two may have one name: they are of those in its own
    file; where none are, a name that two sheets have is listed, for it says not who is meant.
    """
    if sheet.choice.holds == m.PATIENTS or not any(one.choice.adds == m.APART for one in parts):
        return sheet
    names = [{alike(row.patient.removeprefix(f"{one.choice.sheet} ")) for row in one.rows} for one in parts]
    here = [one for one in parts if one.table.sheet.file == sheet.table.sheet.file]
    kept = []
    for row in sheet.rows:
        sharing = sum(alike(row.patient) in of_one for of_one in names)
        if len(here) == 1 and sharing:
            before = f"{here[0].choice.sheet} " if here[0].choice.adds == m.APART else ""
            kept.append(row._replace(patient=f"{before}{row.patient}"))
        elif sharing < 2 or not row.patient:
            kept.append(row)
        else:
            found.unused(sheet.table.sheet.title, row.place, "two sheets have a patient of this name")
            found.problem(sheet.place(row, column, row.patient), CONTRADICTION, "a name that one patient has",
                          "Write the sheet's name before it, as among the patients", "row left out")  # fmt: skip
    return replace(sheet, rows=tuple(kept))


class Doubled(NamedTuple):
    """The column that counts instead of one: of a sheet, or in other words."""

    sheet: str
    column: str
    words: str


def once_each(choices: list[m.SheetChoice]) -> tuple[list[m.SheetChoice], dict[tuple[str, str], Doubled]]:
    """
    The sheets of patients without the columns that an earlier column is already (of the same patients, and of one
    sheet where several sheets are taken together cell by cell); and those columns, each with the one that counts.
    """
    of_the_first: dict[tuple, Doubled] = {}
    changed, doubled = [], {}
    for choice in choices:
        seen = {} if choice.adds in (m.OWN, m.APART) else of_the_first
        columns = []
        for column in choice.columns:
            if column.role in (m.GRADE, m.LOOKED_FOR) and not column.of and choice.holds == m.PATIENTS:
                column = replace(column, of=column.column)  # of a sheet that was said to hold something else
            of_sheet = choice.sheet if column.role in _TOGETHER else ""
            key = (column.role, column.of, column.at, column.column if column.role == m.MEASUREMENT else of_sheet)
            several = column.role == m.MEASUREMENT or column.role not in (*_ANYTIME, *m.OF_SEVERAL)
            if choice.holds == m.PATIENTS and several:
                here = Doubled(choice.sheet, column.column, f"{column.column} of {choice.sheet}")
                first = seen.setdefault(key, here)
                worse = (column.role == m.GRADE and column.at is None) or column.role == m.BEST_RESPONSE
                if first != here and not (worse and first.sheet == choice.sheet):  # the worse, or the best, counts
                    doubled[choice.sheet, column.column] = seen[key]
                    column = m.ColumnChoice(column.column)
            columns.append(column)
        changed.append(replace(choice, columns=tuple(columns)))
    return changed, doubled


def compared(sheets: list[SheetRows], doubled: dict[tuple[str, str], Doubled], found: Findings) -> None:
    """Lists each cell of a column that another one counts for, of another sheet, where it says something else."""
    of_title = {sheet.choice.sheet: sheet for sheet in sheets}
    for (title, name), first in doubled.items():
        here, there = of_title.get(title), of_title.get(first.sheet)
        if here is None or there is None or here is there or name not in here.headings:
            continue
        before = dict(zip((r.patient for r in there.rows), there.cells(m.ColumnChoice(first.column)), strict=True))
        column = m.ColumnChoice(name)
        for row, text in zip(here.rows, here.cells(column), strict=True):
            other = before.get(row.patient, "")
            if not is_missing(text) and folded(text) != folded(other):
                expected = f"{other or 'nothing'}, as in {first.words}"
                found.problem(here.place(row, column, text), CONTRADICTION, expected, "Correct one of the two",
                              f"{first.words} counts")  # fmt: skip


def merged(variables: list[tuple[SheetRows, FoundVariable]], found: Findings) -> list[FoundVariable]:
    """The variables of all sheets, those under one name as one; where two sheets differ the first counts."""
    known: dict[tuple[str, str, str], FoundVariable] = {}
    for sheet, one in variables:
        key = (one.name, one.kind, one.unit)
        before = known.get(key)
        if before is None:
            known[key] = one
            continue
        _unlike(sheet, before, one, found)
        levels = (*before.levels, *(level for level in one.levels if level not in before.levels))
        known[key] = replace(before, levels=levels, of=one.of | before.of)
    return list(known.values())


def _unlike(sheet: SheetRows, before: FoundVariable, one: FoundVariable, found: Findings) -> None:
    """Lists each cell that says something else of a patient than an earlier sheet."""
    column = next((c for c in sheet.choice.columns if c.of == one.name and c.column in sheet.headings), None)
    if column is None:
        return
    for row, text in zip(sheet.rows, sheet.cells(column), strict=True):
        first = before.of.get(row.patient)
        if first is not None and one.of.get(row.patient, first) != first:
            found.problem(sheet.place(row, column, text), CONTRADICTION, f"{first}, as in an earlier sheet",
                          "Correct one of the two", "the earlier one counts")  # fmt: skip
