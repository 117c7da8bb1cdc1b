"""What is asked of infusions: whether who has no date of one was infused, and whether who was not is counted."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.asked import Question, of_sheet
from core.importers.levels import is_missing
from core.importers.never_infused import AFTER, never_infused, told_of
from core.importers.patients import SheetRows


def infusions(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether who has no date of infusion was infused; and whether who was not is counted."""
    if sheet.choice.holds != m.PATIENTS:
        return []
    told = told_of(sheet)
    not_infused = any(said is not None and not said[1] for said in told)
    if sheet.choice.blank_infusion:
        told = told_of(replace(sheet, choice=replace(sheet.choice, blank_infusion="")))
    return [*_blank(sheet, mapping, told), *(_counted(sheet, mapping) if not_infused else [])]


def _blank(sheet: SheetRows, mapping: m.Mapping, told: list[tuple[int, bool] | None]) -> list[Question]:
    """Whether there was an infusion where its date is empty, and so is all that follows one, by what rows told."""
    dated, title = sheet.choice.column(m.INFUSION), sheet.choice.sheet
    if dated is None or dated.column not in sheet.headings:
        return []
    if None not in told:
        return []
    after = [sheet.cells(column) for column in sheet.choice.columns if _is_after(column, sheet)]
    unsaid = [
        row.patient
        for row, said, *cells in zip(sheet.rows, told, *after, strict=True)
        if said is None and row.patient and all(map(is_missing, cells))
    ]
    if not unsaid or not any(said is not None and said[1] for said in told):
        return []
    named = {"Infused, the date is missing": m.INFUSED, "Not infused": m.NOT_INFUSED}
    answers, answer = of_sheet(mapping, sheet.choice, "blank_infusion", named)
    who = f"{len(unsaid)} of {len(sheet.rows)} patients have" if len(unsaid) > 1 else f"Patient {unsaid[0]} has"
    evidence = "nor anything that follows one in this sheet; until that is said they count among the patients"
    return [Question(f"blank infusion {title}", f"{who} no date of infusion: infused?", evidence, answers, answer)]


def _is_after(column: m.ColumnChoice, sheet: SheetRows) -> bool:
    """Whether a column is filled of who was infused alone."""
    is_later = column.role in AFTER or (column.role in (m.MEASUREMENT, m.GRADE) and (column.at or 0) > 0)
    return is_later and column.column in sheet.headings


def _counted(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether who was not infused is left out or counted."""
    never = never_infused([sheet])
    if not never:
        return []
    said = {"Leave them out": "", "Count them": m.COUNTED}
    answers, answer = of_sheet(mapping, sheet.choice, "not_infused", said)
    were = "was" if len(never) == 1 else "were"
    of = f" of {sheet.choice.sheet}" if sum(one.holds == m.PATIENTS for one in mapping.sheets) > 1 else ""
    words = f"{len(never)} of {len(sheet.rows)} patients{of} {were} not infused: leave them out, or count them?"
    evidence = "counted, they are among all patients; times and events stay those of the infused"
    return [Question(f"not infused {sheet.choice.sheet}", words, evidence, answers, answer)]
