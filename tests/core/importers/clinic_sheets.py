"""The invented workbooks of tests/reference/sheets, read, and with the questions answered that each leaves open."""

import json
from functools import cache
from pathlib import Path

from core.importers.apply import Applied, applied
from core.importers.files import sheets_of
from core.importers.mapping import Mapping
from core.importers.questions import questions_of
from core.importers.recognise import Recognised, recognised

FOLDER = Path(__file__).parents[2] / "reference" / "sheets"
EXPECTED: dict[str, dict] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
LAST_DAY = "2026-11-27"

ANSWERS = {
    "A1": {"fractions": "82.17%", "rows": "Row 37"},
    "A2": {"fractions": "72%"},
    "A3": {"dates": "Day first", "undated": "No: leave PFS out"},
    "A4": {"unit": "mg/dl", "undated": "No: leave PFS out"},
    "A5": {},
    "A6": {},
    "A7": {},
}
"""What is answered of the questions that each workbook leaves open, by the kind of question."""
LEVELS = {("A2", "Bestes Ansprechen", "pr/vgpr"): "PR"}
"""What a text is said to mean that nothing explains."""


@cache
def found(workbook: str) -> Recognised:
    """The sheets of a workbook as they are recognised."""
    files = [FOLDER / name for name in EXPECTED[workbook]["files"]]
    return recognised([sheet for file in files for sheet in sheets_of(file.name, file.read_bytes())], LAST_DAY)


@cache
def answered(workbook: str) -> Mapping:
    """The mapping of a workbook with its open questions answered; an answer too many is a mistake."""
    mapping, left = found(workbook).mapping, dict(ANSWERS[workbook])
    while asked := [q for q in questions_of(found(workbook).tables, mapping) if not q.answer]:
        mapping = asked[0].answers[left.pop(asked[0].key.split(" ")[0])]
    assert left == {}
    for (of, column, text), level in LEVELS.items():
        for sheet in mapping.sheets if of == workbook else ():
            for one in sheet.columns:
                if one.column == column:
                    levels = (*one.levels, (text, level))
                    mapping = mapping.with_column(sheet.sheet, type(one)(**{**vars(one), "levels": levels}))
    return mapping


@cache
def made(workbook: str) -> Applied:
    """What the mapping makes of the workbook."""
    return applied(found(workbook).tables, answered(workbook))
