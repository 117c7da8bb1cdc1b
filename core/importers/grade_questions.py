"""What is asked of what a cell does not say: an empty grade, a 1 that is a grade or a yes, a dash for no or unknown."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.asked import Question
from core.importers.levels import ANY_GRADE, folded, grade_in
from core.importers.patients import SheetRows

NONE, NOT_ASSESSED = "None: looked for, not seen", "Not assessed"


def empty_grades(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """What an empty grade means where no cell of the column says that there was none."""
    asked = []
    for column in sheet.choice.columns:
        beside = any((c.role, c.of) == (m.LOOKED_FOR, column.of) for c in sheet.choice.columns)
        of_patients = sheet.choice.holds == m.PATIENTS and column.column in sheet.headings
        of_one = column.at is not None and column.at > min(c.at or 0 for c in sheet.choice.columns if c.of == column.of)
        if (
            column.role != m.GRADE or not of_patients or beside or of_one
        ):  # yes and no beside it say what an empty one means
            continue
        cells = sheet.cells(column)
        empty = sum(not text.strip() for text in cells)
        levels = dict(column.levels)
        grades = [grade_in(levels.get(folded(text), text)) for text in dict.fromkeys(cells) if text.strip()]
        if not empty or any(grade is not None and grade.high == 0 for grade in grades):
            continue
        answers = {
            NONE: mapping.with_column(sheet.choice.sheet, replace(column, empty="0")),
            NOT_ASSESSED: mapping.with_column(sheet.choice.sheet, replace(column, empty="not assessed")),
        }
        answer = {"0": NONE, "not assessed": NOT_ASSESSED}.get(column.empty, "")
        words = f"{empty} empty cells in {column.column}: had these patients none?"
        evidence = f"{len(cells) - empty} cells hold a grade, and none of them says that there was none"
        asked.append(Question(f"empty {sheet.choice.sheet} {column.column}", words, evidence, answers, answer))
    return asked


GRADES, YES_AND_NO = "Grades 0 and 1", "No and yes: the grade is not told"


def zero_or_one(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether the 1 of a column of 0 and 1 is a grade, where its heading does not say grade; until then it is a yes."""
    asked = []
    for column in sheet.choice.columns:
        levels = dict(column.levels)
        if column.role != m.GRADE or column.column not in sheet.headings or levels.get("1") not in ("1", ANY_GRADE):
            continue
        ones = sum(text.strip() == "1" for text in sheet.cells(column))
        answers = {
            name: mapping.with_column(
                sheet.choice.sheet, replace(column, levels=tuple((levels | {"1": level}).items()))
            )
            for name, level in ((GRADES, "1"), (YES_AND_NO, ANY_GRADE))
        }
        answer = GRADES if levels["1"] == "1" else YES_AND_NO
        words = f"{column.column} holds 0 and 1 only: grades, or no and yes?"
        evidence = f"{ones} cells hold 1; as a yes each may be any grade from 1 to 5"
        asked.append(Question(f"ones {sheet.choice.sheet} {column.column}", words, evidence, answers, answer))
    return asked


_DASHES = ("-", "–", "—")
_FEWEST_DASHES = 2


def dashes(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether a dash says no, or that it is not known, in a column that asks whether there was any; until then that."""
    asked = []
    for column in sheet.choice.columns:
        no = "No EMD" if column.of in ("emd", "emd_any") else "No"
        asks = column.role == m.VARIABLE and (column.kind == "flag" or no != "No")
        if not asks or column.column not in sheet.headings:
            continue
        cells = [text.strip() for text in sheet.cells(column)]
        often = sum(text in _DASHES for text in cells)
        levels = dict(column.levels)
        if often < _FEWEST_DASHES or no in levels.values() or any(folded(text) in _NOES for text in cells):
            continue
        told = {f"{no}": no, "Not known": ""}
        answers = {
            words: mapping.with_column(
                sheet.choice.sheet, replace(column, levels=(*column.levels, *((dash, level) for dash in _DASHES)))
            )
            for words, level in told.items()
        }
        answer = "Not known" if levels.get("-") == "" else ""
        words = f"{often} cells of {column.column} hold a dash: is that {no}, or not known?"
        evidence = "no other cell of the column says no; until it is said they are missing"
        asked.append(Question(f"dash {sheet.choice.sheet} {column.column}", words, evidence, answers, answer))
    return asked


_NOES = ("no", "n", "nein", "non", "0", "false")
