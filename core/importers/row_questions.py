"""What is asked of the rows of a sheet: which of two of one patient counts, who is meant by 1 and 01, or by no name."""

import re
from dataclasses import replace

from core.importers import mapping as m
from core.importers.asked import Question, of_sheet
from core.importers.patients import Row, SheetRows, doubled, proposed, written_alike
from core.importers.together import are_together

_OF_A_GROUP = re.compile(r"\b(site|cent(?:re|er)|hospital|cohort|study|arm|zentrum|klinik|standort|kohorte)\b", re.I)


_BOTH, _SECOND = "Both together", "A second infusion"


def doubled_rows(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Which of two rows of a patient counts."""
    pairs = doubled(sheet) if sheet.choice.holds == m.PATIENTS else []
    if not pairs:
        return []
    first, second = pairs[0]
    cells = sheet.table.sheet.rows
    differ = sum(a != b for a, b in zip(cells[first.place], cells[second.place], strict=True))
    infusion = sheet.choice.column(m.INFUSION)
    at = sheet.headings[infusion.column].column if infusion is not None and infusion.column in sheet.headings else None
    differs = at is not None and _differ(cells, pairs[0], at)
    again = ", the day of infusion among them: a second infusion?" if differs else ""
    more = f", and {len(pairs) - 1} more patients stand twice" if len(pairs) > 1 else ""
    later = f"Row {second.place + 1}" if len(pairs) == 1 else "The later rows"
    earlier = f"Row {first.place + 1}" if len(pairs) == 1 else "The earlier rows"
    said = {later: "last", earlier: "first", _BOTH: m.TOGETHER} | ({_SECOND: m.SECOND} if differs else {})
    answers, answer = of_sheet(mapping, sheet.choice, "keeps", said)
    answers |= {f"Different patients: {name} tells them apart": _by(mapping, name) for name in _apart_by(sheet, pairs)}
    by_file = sheet.choice.keeps != "" and sheet.choice.keeps == proposed(sheet, first, second)
    if sheet.choice.keeps == "" and are_together(sheet):
        answer, by_file = _BOTH, True
    words = f"Patient {first.patient} stands in rows {first.place + 1} and {second.place + 1}: which counts?"
    return [
        Question(
            f"rows {sheet.choice.sheet}", words, f"they differ in {differ} cells{again}{more}", answers, answer, by_file
        )
    ]


def _differ(cells: tuple[tuple[str, ...], ...], pair: tuple[Row, Row], at: int) -> bool:
    """Whether both rows of a pair hold something at a place, and not the same."""
    first, second = (cells[row.place][at] for row in pair)
    return bool(first) and bool(second) and first != second


def _apart_by(sheet: SheetRows, pairs: list[tuple[Row, Row]]) -> list[str]:
    """The column of a centre, or of a cohort, that differs in every pair of rows that name the same patient."""
    names = [c.column for c in sheet.choice.columns if c.of == "centre" or _OF_A_GROUP.search(c.column)]
    cells = sheet.table.sheet.rows
    places = {name: sheet.headings[name].column for name in names if name in sheet.headings}
    return [name for name, at in places.items() if all(cells[a.place][at] != cells[b.place][at] for a, b in pairs)]


def _by(mapping: m.Mapping, name: str) -> m.Mapping:
    """The mapping in which a column stands before the patients' names, in each sheet that has it."""
    has = {sheet.sheet for sheet in mapping.sheets if any(column.column == name for column in sheet.columns)}
    sheets = tuple(replace(sheet, by=name) if sheet.sheet in has else sheet for sheet in mapping.sheets)
    return replace(mapping, sheets=sheets)


def names_alike(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether rows whose names differ in a prefix, capitals or zeros only are of one patient."""
    if sheet.choice.holds != m.PATIENTS:
        return []
    pairs = written_alike(sheet)
    if not pairs and not sheet.choice.alike_are_one:
        return []
    answers, answer = of_sheet(
        mapping, sheet.choice, "alike_are_one", {"One patient": True, "Different patients": False}
    )
    if not pairs:  # they bear one name already
        words = "Names that differ in a prefix, capitals or zeros only: one patient each?"
        return [Question(f"alike {sheet.choice.sheet}", words, "taken for one", answers, answer)]
    (first, second), more = pairs[0], len(pairs) - 1
    words = f"{first.patient} in row {first.place + 1} and {second.patient} in row {second.place + 1}: one patient?"
    evidence = f"the names differ in a prefix, capitals or zeros only{f'; {more} more pairs do' if more else ''}"
    return [Question(f"alike {sheet.choice.sheet}", words, evidence, answers, answer)]


def rows_without_a_name(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether rows below a patient's that name nobody are of that patient, in a sheet with many rows each."""
    if sheet.choice.holds == m.PATIENTS:
        return []
    named = [bool(row.patient) for row in sheet.rows]
    blank = sum(not one for one in named[named.index(True) :]) if True in named else 0
    if not blank and not sheet.choice.fills_down:
        return []
    answers, answer = of_sheet(
        mapping, sheet.choice, "fills_down", {"The patient above": True, "Leave them out": False}
    )
    words = f"{sheet.choice.sheet}: whose are rows that name no patient?"
    evidence = f"{blank or 'such'} rows stand below one that names its patient"
    return [Question(f"names {sheet.choice.sheet}", words, evidence, answers, answer)]
