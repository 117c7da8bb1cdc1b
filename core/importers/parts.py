"""Several sheets with one row a patient: parts of one cohort, or more of the same patients."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.asked import Question
from core.importers.found_variables import FoundVariable
from core.importers.layout import SheetTable
from core.importers.patients import alike, rows_of

_SHARED = 0.6
"""Share of the used columns of the narrower sheet that both have, from which on one may go on with the other."""
_ANYTIME = (m.LEFT_OUT, m.PRIVATE, m.PATIENT, m.UNIT_BESIDE, m.LOOKED_FOR, m.MEASUREMENT)
"""Roles that several columns can have."""
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
        others = m.APART if shared else m.OWN
        said = {OTHERS: others, THE_SAME: m.SAME}
        now = next(one.adds for one in mapping.sheets if one.sheet == sheet)
        answers = {
            words: mapping.with_sheet(sheet, lambda one, adds=adds: replace(one, adds=adds))  # type: ignore[misc]
            for words, adds in said.items()
        }
        answer = next((words for words, adds in said.items() if adds == now), "")
        evidence = f"{shared} names stand in both; of the same patients the first sheet counts"
        evidence = evidence if shared else "they have the same columns, and no name stands in both"
        words = f"{sheet} and {first}: the same patients, or others?"
        asked.append(Question(f"parts {sheet}", words, evidence, answers, answer, not shared and answer == OTHERS))
    return asked


def once_each(choices: list[m.SheetChoice]) -> tuple[list[m.SheetChoice], dict[tuple[str, str], str]]:
    """
    The sheets of patients without the columns that an earlier column is already (of the same patients); and those
    columns, each with the column that counts.
    """
    seen: dict[tuple, str] = {}
    changed, doubled = [], {}
    for choice in choices:
        seen = {} if choice.adds in (m.OWN, m.APART) else seen
        columns = []
        for column in choice.columns:
            key = (column.role, column.of, column.at)
            if choice.holds == m.PATIENTS and column.role not in _ANYTIME:
                here = f"{column.column} of {choice.sheet}"
                if seen.setdefault(key, here) != here:
                    doubled[choice.sheet, column.column] = seen[key]
                    column = m.ColumnChoice(column.column)
            columns.append(column)
        changed.append(replace(choice, columns=tuple(columns)))
    return changed, doubled


def merged(variables: list[FoundVariable]) -> list[FoundVariable]:
    """The variables of all sheets, those of parts under one name as one."""
    known: dict[tuple[str, str, str], FoundVariable] = {}
    for one in variables:
        key = (one.name, one.kind, one.unit)
        before = known.get(key)
        if before is None:
            known[key] = one
            continue
        levels = (*before.levels, *(level for level in one.levels if level not in before.levels))
        known[key] = replace(before, levels=levels, of=one.of | before.of)
    return list(known.values())
