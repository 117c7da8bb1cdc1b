"""What is asked of a status: which number is the event, and what an empty cell says where no cell says none."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.asked import Question
from core.importers.levels import folded, is_missing
from core.importers.patients import SheetRows

_OTHER = {m.EVENT: m.CENSORED, m.CENSORED: m.EVENT}


def statuses(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Which number of a status is the event, where it is a code; and of one that is a number alone what that is."""
    asked = []
    for column in sheet.choice.columns:
        asked += _untold(sheet, mapping, column)
        codes = {text: level for text, level in column.levels if text.isdecimal() and level}
        is_status = column.role in (m.STATUS, m.PROGRESSED, m.VITAL) and column.column in sheet.headings
        held = {level for _, level in column.levels if level}
        alone = column.role == m.STATUS and len(codes) == 1 == len(held) and held <= set(_OTHER)
        if not is_status or not (alone or {m.EVENT, m.CENSORED} <= set(codes.values())):
            continue
        turned = replace(column, levels=tuple((text, _OTHER.get(level, level)) for text, level in column.levels))
        said, otherwise = (
            ", ".join(f"{code} {level}" for code, level in sorted(one.levels) if code in codes)
            for one in (column, turned)
        )
        answers = {said: mapping, otherwise: mapping.with_column(sheet.choice.sheet, turned)}
        answers = dict(sorted(answers.items()))  # the same two whichever of them holds
        what = column.of or ("progression" if column.role == m.PROGRESSED else "death")
        cells = [text.strip() for text in sheet.cells(column)]
        counted = ", ".join(f"{cells.count(code)} cells hold {code}" for code in sorted(codes))
        words = f"{column.column}: which number is the event ({what})?"
        if alone:
            words = f"{column.column} holds {', '.join(codes)} alone: is that the event ({what})?"
        asked.append(Question(f"status {sheet.choice.sheet} {column.column}", words, counted, answers, said))
    return asked


def _untold(sheet: SheetRows, mapping: m.Mapping, column: m.ColumnChoice) -> list[Question]:
    """Which number is the event of a status of 1 alone, or of two numbers, where nothing tells it."""
    if column.role not in (m.STATUS, m.PROGRESSED, m.VITAL) or column.column not in sheet.headings or column.levels:
        return []
    cells = [text.strip() for text in sheet.cells(column) if not is_missing(text)]
    codes = sorted(set(cells))
    if codes not in (["1"], ["0", "1"], ["1", "2"]):
        return []
    answers = {}
    for said in ((m.EVENT, m.CENSORED), (m.CENSORED, m.EVENT)):
        levels = tuple(zip(codes, said, strict=False))
        words = ", ".join(f"{code} {level}" for code, level in levels)
        answers[words] = mapping.with_column(sheet.choice.sheet, replace(column, levels=levels))
    what = column.of or ("progression" if column.role == m.PROGRESSED else "death")
    words = f"{column.column} holds {' and '.join(codes)} alone: which is the event ({what})?"
    counted = ", ".join(f"{cells.count(code)} cells hold {code}" for code in codes)
    return [
        Question(f"status {sheet.choice.sheet} {column.column}", words, f"{counted}; nothing tells it", answers, "")
    ]


CENSORED, NOT_KNOWN = "No event until then", "Not known: leave them out"


def empty_statuses(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """What an empty cell of a status says where no cell of it says that there was no event."""
    asked = []
    for column in sheet.choice.columns:
        if column.role != m.STATUS or column.column not in sheet.headings:
            continue
        empty = [text for text in sheet.cells(column) if is_missing(text)]
        held = {level for text, level in column.levels if level and not is_missing(text)}
        if not empty or held != {m.EVENT}:
            continue
        marks = {folded(text): m.CENSORED for text in empty if text.strip()}
        as_none = tuple((dict(column.levels) | marks).items())
        kept = tuple((text, level) for text, level in column.levels if text not in marks)
        answers = {
            CENSORED: mapping.with_column(sheet.choice.sheet, replace(column, empty=m.CENSORED, levels=as_none)),
            NOT_KNOWN: mapping.with_column(sheet.choice.sheet, replace(column, empty=m.NOT_KNOWN, levels=kept)),
        }
        answer = {m.CENSORED: CENSORED, m.NOT_KNOWN: NOT_KNOWN}.get(column.empty, "")
        words = f"{len(empty)} empty cells in {column.column}: no event until then?"
        evidence = f"{len(sheet.rows) - len(empty)} cells say that there was an event, and none that there was not"
        asked.append(Question(f"no status {sheet.choice.sheet} {column.column}", words, evidence, answers, answer))
    return asked
