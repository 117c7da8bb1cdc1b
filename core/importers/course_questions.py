"""What is asked of the days of a course: which is the infusion, when the dead died, and whether everybody lives."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.asked import Question, of_sheet
from core.importers.findings import Findings
from core.importers.layout import SheetTable, named_apart
from core.importers.levels import folded, is_missing
from core.importers.names import ends_either_way
from core.importers.patients import SheetRows, alike, rows_of
from core.importers.profile import profile_of
from core.importers.values import response_reader, values

_MOST_OFFERED = 4
_DATES = 0.5
"""Share of a column's cells that are dates, from which on it may be the infusion."""


def _of_patients(mapping: m.Mapping) -> list[tuple[m.SheetChoice, m.ColumnChoice]]:
    return [(one, column) for one in mapping.sheets if one.holds == m.PATIENTS for column in one.columns]


def deaths(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """When who is dead died, where only the last contact has a date."""
    roles = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
    vital, contact = roles.get(m.VITAL), roles.get(m.LAST_CONTACT)
    every = {column.role for one in mapping.sheets if one.holds == m.PATIENTS for column in one.columns}
    if vital is None or contact is None or m.DEATH in every or m.INFUSION not in every:
        return []
    levels = dict(vital.levels)
    dead = sum(levels.get(folded(text)) == m.EVENT for text in sheet.cells(vital))
    if not dead:
        return []
    named = {"On that day": True, "Not known: make no OS": False}
    answers, answer = of_sheet(mapping, sheet.choice, "dies_at_last_contact", named)
    words = f"No column has dates of death: did the {dead} who are dead die on {contact.column}?"
    evidence = "without their dates OS would be of the living alone, and is left out"
    by_file = bool(sheet.choice.dies_at_last_contact) and ends_either_way(contact.column)
    return [Question(f"deaths {sheet.choice.sheet}", words, evidence, answers, answer, by_file)]


def infusion(tables: dict[str, SheetTable], mapping: m.Mapping) -> list[Question]:
    """Which column of days is the infusion, where none is taken for it and no time is given either."""
    columns = _of_patients(mapping)
    if {m.INFUSION, m.MONTHS} & {column.role for _, column in columns}:
        return []
    dated = [
        (sheet, column)
        for sheet, column in columns
        if column.role in (m.LEFT_OUT, m.DAY) and _holds_dates(tables.get(sheet.sheet), column.column)
    ][:_MOST_OFFERED]
    if not dated:
        return []
    answers = {
        column.column: mapping.with_column(sheet.sheet, replace(column, role=m.INFUSION)) for sheet, column in dated
    }
    none, answer = of_sheet(mapping, dated[0][0], "undated", {"None of them": True})
    answers |= none
    evidence = "without it there is no PFS, no OS and no day of anything"
    return [Question("infusion", "Which column holds the day of infusion?", evidence, answers, answer)]


def undated_progressions(tables: dict[str, SheetTable], mapping: m.Mapping) -> list[Question]:
    """Whether progressive disease among the responses of who has no date of progression is the progression."""
    progressive: set[str] = set()
    undated: set[str] = set()
    told = [one for one in mapping.sheets if one.holds in (m.PATIENTS, m.RESPONSES) and one.sheet in tables]
    for choice in told if any(one.column(m.RESPONSE) for one in told) else ():
        rows, names = rows_of(tables[choice.sheet], choice, {})
        if names is None:
            continue
        for column in (one for one in choice.columns if one.column in rows.headings):
            if column.role == m.PROGRESSION and choice.holds == m.PATIENTS:
                cells = zip(rows.rows, rows.cells(column), strict=True)
                undated |= {alike(row.patient) for row, text in cells if is_missing(text)}
            elif column.role == m.RESPONSE:
                read = values(rows, column, response_reader(column), Findings())
                progressive |= {alike(row.patient) for row, said in zip(rows.rows, read, strict=True) if said == "PD"}
    who = progressive & undated - {""}
    if not who:
        return []
    said = {"Yes, that day": True, "No: leave PFS out": False}
    answers = {words: replace(mapping, pd_progresses=value) for words, value in said.items()}
    answer = next((words for words, value in said.items() if value == mapping.pd_progresses), "")
    have = f"{len(who)} patients have" if len(who) > 1 else "1 patient has"
    words = f"{have} PD among the responses and no date of progression: is that it?"
    evidence = "until that is said their PFS is left out, and early progressions are missing from it"
    return [Question("undated progression", words, evidence, answers, answer)]


def _holds_dates(table: SheetTable | None, name: str) -> bool:
    if table is None:
        return False
    heading = next((heading for heading, one in named_apart(table.headings).items() if one == name), None)
    return heading is not None and profile_of(table, heading).dates >= _DATES


def living(mapping: m.Mapping) -> list[Question]:
    """Whether everybody lives, where patients are followed and no column says who died."""
    columns = _of_patients(mapping)
    roles = {column.role for _, column in columns}
    timed = {column.of for _, column in columns if column.role == m.MONTHS} & {
        column.of for _, column in columns if column.role == m.STATUS
    }
    if not {m.INFUSION, m.LAST_CONTACT} <= roles or {m.DEATH, m.VITAL} & roles or "OS" in timed:
        return []
    sheet, contact = next((sheet, column) for sheet, column in columns if column.role == m.LAST_CONTACT)
    said = {"Everybody is alive": True, "Not known: make no OS and no PFS": False}
    answers, answer = of_sheet(mapping, sheet, "all_alive", said)
    words = f"No column says who died: is everybody alive on {contact.column}?"
    evidence = "until that is said there is no OS and no PFS: a death would count as alive"
    return [Question("living", words, evidence, answers, answer)]
