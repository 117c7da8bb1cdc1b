"""The sheets of a mapping that hold anything, and which of them the patients come from."""

from core.importers import mapping as m
from core.importers.findings import Findings, first_words
from core.importers.layout import SheetTable
from core.importers.parts import Doubled, once_each
from core.importers.patients import SheetRows, rows_of
from core.importers.sheets import number_of
from core.importers.together import infused_again, taken_together
from core.importers.unit_questions import without_untold


class NoPatients(ValueError):
    """No sheet of a mapping holds one row a patient: the words say what is needed."""


def sheets_used(
    tables: dict[str, SheetTable], mapping: m.Mapping, found: Findings
) -> tuple[list[tuple[SheetRows, m.ColumnChoice]], dict[tuple[str, str], Doubled]]:
    """The sheets that hold anything, with the column that names their patients; and the columns that stand twice."""
    sheets = []
    choices, doubled = once_each(list(mapping.sheets))
    doubled |= _unused_times(choices) if mapping.from_dates else {}
    for choice in choices:
        table = tables.get(choice.sheet)
        if table is None or choice.holds == m.NOTHING:
            continue
        rows, column = rows_of(table, choice, _mended(table, mapping.corrections))
        if column is not None:
            sheets.append((without_untold(infused_again(taken_together(rows, found)), found), column))
    return sheets, doubled


def _unused_times(choices: list[m.SheetChoice]) -> dict[tuple[str, str], Doubled]:
    """The columns of PFS and OS as times where dates make them."""
    roles = {column.role for one in choices for column in one.columns if one.holds == m.PATIENTS}
    died = {m.DEATH, m.VITAL} & roles or any(one.all_alive for one in choices)
    if m.INFUSION not in roles or not {m.LAST_CONTACT, m.DEATH} & roles or not died:
        return {}
    told = {"OS": "OS by the dates"}
    told |= {"PFS": "PFS by the dates"} if {m.PROGRESSION, m.PROGRESSED} & roles else {}
    return {
        (one.sheet, column.column): Doubled("", "", told[column.of])
        for one in choices
        for column in one.columns
        if one.holds == m.PATIENTS and column.role in (m.MONTHS, m.STATUS) and column.of in told
    }


def _mended(table: SheetTable, corrections: tuple[m.Correction, ...]) -> dict[tuple[int, int], str]:
    """What is read instead of what stands in cells of a sheet, by their places in it."""
    sheet, mended = table.sheet, {}
    if not corrections:
        return {}
    inside = {place: at for at, place in sheet.places.items()}
    for one in corrections:
        column = number_of(one.column)
        if one.sheet == (sheet.source or sheet.title) and column is not None:
            mended[inside.get((one.row - 1, column), (one.row - 1, column))] = one.value
    return mended


def first_of(sheets: list[tuple[SheetRows, m.ColumnChoice]]) -> tuple[SheetRows, m.ColumnChoice]:
    """The sheet that the patients come from: of those with one row a patient the one that tells most of them."""
    ofp = [one for one in sheets if one[0].choice.holds == m.PATIENTS]
    ofp = [one for one in ofp if one[0].choice.adds not in (m.OWN, m.APART)] or ofp
    if not ofp and sheets:
        held = first_words(list(dict.fromkeys(one[0].choice.holds for one in sheets)))
        raise NoPatients(
            f"these sheets hold {held}, and none says who was treated: of how many nobody knows. Bring a sheet with "
            "every patient as well, one a row: a column of names is enough."
        )
    if not ofp:
        raise NoPatients("no sheet has one row a patient: choose which one does, and which column names the patients.")

    def told(sheet: SheetRows) -> tuple[bool, int]:
        roles = [column.role for column in sheet.choice.columns]
        dated = m.INFUSION in roles or m.MONTHS in roles
        return dated, sum(role not in (m.LEFT_OUT, m.PRIVATE, m.MEASUREMENT, m.RESPONSE, m.GRADE) for role in roles)

    return max(ofp, key=lambda one: told(one[0]))
