"""
Who was never infused: screened only, apheresed only, or dead before it.

Every time and adverse event here counts from the infusion, so they are in no denominator. Where somebody asks for them
they are patients with what was known before, and *No* in the variable "Infused".
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from core.cohort.validation import LONGEST_NAME
from core.cohort.vocabulary import INFUSED
from core.importers import mapping as m
from core.importers.dates import when
from core.importers.findings import CONTRADICTION, MISSING_VALUE, Findings
from core.importers.found_variables import FoundVariable, level_named
from core.importers.levels import folded, grade_in, is_missing, yes_or_no
from core.importers.meanings import WORDS
from core.importers.patients import Row, SheetRows, alike

NEVER = re.compile(
    r"\b(not|never|nicht|nie|non|niet|no) (\w+ )?(infus|infund|ge.?infund|treated|behandelt|traité|tratad|trattat)"
    r"|\bno (car.?t )?infusion|\bscreen(ing)?.?(fail|versag)|\bbefore (the )?(car.?t )?infusion"
    r"|\bvor (der )?infusion|\bavant (l.)?(infusion|injection)|\bprima dell.infusione|\bantes de la infusi"
    r"|\b(manufactur|production|herstellungs)\w*.?(fail|versag|fehl)|\bout of spec|\boos\b|\bapheres\w* only"
    r"|\bkeine? infusion|\bnon perfus|\bavant r[ée]inj|\bannul"
    r"|\bgeplant|\bplanned|\bcancell?ed|\babgelehnt|\babgesagt|\bdeclined|\bwithdrew|\bwithdrawn"
    r"|\bnon (r[ée])?inj|未回输|未输注",
    re.IGNORECASE,
)
"""What says in a cell that there was no infusion."""
_NO_DAY = re.compile(
    r"\b(?:verstorben|gestorben|died|deceased|dead|décéd\w*|fallec\w*|decedut\w*|abgebrochen|abbruch|tbd|tba|awaiting"
    r"|waiting|pending|ausstehend|en attente|in attesa|pendiente|pd|progress\w*"
    r"|pas (?:de |d.)?(?:perfusion|r[ée]inj\w*))\b",
    re.IGNORECASE,
)
"""What says so in place of the date alone; beside one it is what happened later."""
_INFUSED = re.compile(
    r"(?:n/?a\W+)?(?:(?:was |were )?(?:re)?infus(?:ed|iert|é|o)|(?:r[ée])?inject[ée]|已回输|infund(?:iert|ido)"
    r"|ge.?nfundeerd|(?:was )?treated|behandelt)(?!\w)",
    re.IGNORECASE,
)
"""What says in the first words of a cell that there was one, whatever is remarked behind it."""
_STARTS_WITH_A_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\s?\d{1,2}[-./]\s?\d{2,4}")
_DIED = re.compile(
    r"\b(?:died|death|dead|verstorben|tod|décès|décéd|decess|decedut|fallec|muert|overled)", re.IGNORECASE
)
AFTER = (m.MONTHS, m.PROGRESSION, m.BEST_RESPONSE, m.BEST_RESPONSE_DATE, m.RESPONSE, m.ONSET)
"""Columns that are filled of who was infused alone."""
_BLANK, _DATED, _TOLD = range(3)
"""How much a cell says about an infusion: nothing, a date, yes or no."""
WHY = "not infused: no patient of the cohort"


def levels_of(texts: Iterable[str], codes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What the texts of a column that say it in words, or by a code, mean for "infused"; yes and no need none."""
    levels = []
    for text in dict.fromkeys(map(folded, texts)):
        word = folded(codes.get(text, text))
        answer = yes_or_no(word)
        level = "Yes" if _INFUSED.match(word) else "No" if NEVER.search(word) else ""
        level = level or ("" if answer is None or text not in codes else "Yes" if answer[0] else "No")
        if level:
            levels.append((text, level))
    return tuple(levels)


def tells_infused(texts: dict[str, int]) -> bool:
    """Whether the words of a column, with how often each stands there, say of nearly everybody who was infused."""
    told = dict(levels_of(texts, {}))
    said = sum(often for text, often in texts.items() if folded(text) in told)
    return set(told.values()) == {"Yes", "No"} and said >= 0.8 * sum(texts.values())


def never_infused(sheets: Iterable[SheetRows]) -> frozenset[str]:
    """The names of the patients of whom the sheets say that there was no infusion, and none says more surely that."""
    said: dict[str, tuple[int, bool]] = {}
    for sheet in sheets:
        for row, told in zip(sheet.rows, told_of(sheet), strict=True):
            if told is not None and row.patient:
                said[row.patient] = max(told, said.get(row.patient, told))
    return frozenset(name for name, (_, infused) in said.items() if not infused)


def _columns(sheet: SheetRows) -> list[m.ColumnChoice]:
    """The columns that tell who was infused, those that tell who was not, or why, behind the others."""
    told = [one for one in sheet.choice.columns if one.role == m.INFUSED and one.column in sheet.headings]
    return sorted(told, key=lambda column: column.of)


def told_of(sheet: SheetRows) -> list[tuple[int, bool] | None]:
    """How much each row says, and whether there was an infusion; None where it says nothing."""
    columns, dated = _columns(sheet), sheet.choice.column(m.INFUSION)
    answers = [[_answer(text, column) for text in sheet.cells(column)] for column in columns]
    days: list = [None] * len(sheet.rows)
    if dated is not None and dated.column in sheet.headings:
        days = sheet.cells(dated)
    is_blank_no = any(column.of != "not" for column in columns) or sheet.choice.blank_infusion == m.NOT_INFUSED
    told: list[tuple[int, bool] | None] = []
    for place, day in enumerate(days):
        said = next((of[place] for of in answers if of[place] is not None), None)
        is_dated = day is not None and _STARTS_WITH_A_DATE.match(day) is not None
        if is_dated and said is False:
            told.append((_TOLD, True))  # a day of infusion says it against a word; it is listed
        elif said is not None:
            told.append((_TOLD, said))
        elif day is not None and not is_dated and (NEVER.search(day) or _NO_DAY.search(day)):
            told.append((_TOLD, False))
        elif day is not None and any(map(str.isdigit, day)):  # a word alone is asked about, as an empty cell is
            told.append((_DATED, True))
        else:
            told.append((_BLANK, False) if is_blank_no else None)
    return told


class Never(NamedTuple):
    """The names of who was never infused, and of those among them who are counted: all or nobody."""

    names: frozenset[str]
    counted: frozenset[str]


def _contradicted(sheet: SheetRows, found: Findings) -> None:
    """Lists who has a date of infusion and is said not to have been infused."""
    dated = sheet.choice.column(m.INFUSION)
    if dated is None or dated.column not in sheet.headings:
        return
    for column in _columns(sheet):
        for row, text, day in zip(sheet.rows, sheet.cells(column), sheet.cells(dated), strict=True):
            if _STARTS_WITH_A_DATE.match(day) and _answer(text, column) is False:
                found.problem(sheet.place(row, column, text), CONTRADICTION, f"no date of infusion; {day} stands there",
                              "Correct one of the two", "taken as infused")  # fmt: skip


def settled(sheets: list[SheetRows], found: Findings) -> tuple[list[SheetRows], Never]:
    """
    The sheets as they are used, and who was never infused: their rows are listed; where they are counted those
    alone that tell what happened after an infusion.
    """
    of_patients = [sheet for sheet in sheets if sheet.choice.holds == m.PATIENTS]
    names = never_infused(of_patients)
    for sheet in of_patients:
        _contradicted(sheet, found)
    counted = any(sheet.choice.not_infused == m.COUNTED for sheet in of_patients)
    if names and not counted:
        told = next(sheet for sheet in of_patients if names & never_infused([sheet]))
        _listed(told, names, found)
    used = []
    for sheet in sheets:
        is_of_patients = sheet.choice.holds == m.PATIENTS
        if not (counted and is_of_patients):
            why = WHY if is_of_patients else "this patient was not infused"
            for row in sheet.rows:
                if row.patient in names:
                    found.unused(sheet.table.sheet.title, row.place, why)
            sheet = without(sheet, names)
        elif names:
            _nothing_after(sheet, names, found)
        used.append(sheet)
    return used, Never(names, names if counted else frozenset())


def _answer(word: str, column: m.ColumnChoice) -> bool | None:
    """
    What a cell says of an infusion: where its column tells who had none (screen failure, reason), anything but a no
    says so. Such reasons are of single patients, and stand in no recipe.
    """
    if is_missing(word):
        return None
    answer = yes_or_no(dict(column.levels).get(folded(word), word))
    if column.of == "not":
        return (answer is not None and not answer[0]) or _INFUSED.match(word) is not None
    return None if answer is None else answer[0]


def without(sheet: SheetRows, names: frozenset[str]) -> SheetRows:
    """The rows of a sheet without those of some patients."""
    return replace(sheet, rows=tuple(row for row in sheet.rows if row.patient not in names)) if names else sheet


def counted_here(sheet: SheetRows, patients: Iterable[str]) -> dict[str, Row]:
    """Who was never infused, is counted, and stands in this sheet and not among those patients: a screening log."""
    if sheet.choice.holds != m.PATIENTS or sheet.choice.not_infused != m.COUNTED:
        return {}
    known, never = set(map(alike, patients)), never_infused([sheet])
    named = (row for row in sheet.rows if row.patient in never and len(row.patient) <= LONGEST_NAME)
    return {row.patient: row for row in named if alike(row.patient) not in known}


def infused_first(sheet: SheetRows, found: Findings) -> SheetRows:
    """Without the rows in which a patient was not infused who was infused by another row: a second screening."""
    if len({row.patient for row in sheet.rows}) == len(sheet.rows):
        return sheet
    told = list(zip(sheet.rows, told_of(sheet), strict=True))
    infused = {row.patient for row, said in told if said is not None and said[1]}
    failed = {row for row, said in told if said is not None and not said[1] and row.patient in infused}
    for row in sorted(failed):
        found.unused(sheet.table.sheet.title, row.place, "not infused then: another row of this patient is")
    return replace(sheet, rows=tuple(row for row in sheet.rows if row not in failed)) if failed else sheet


def _nothing_after(sheet: SheetRows, names: frozenset[str], found: Findings) -> None:
    """Lists what a sheet says of an outcome or an adverse event of who is counted and was never infused."""
    for column in sheet.choice.columns:
        if column.role not in (*AFTER, m.GRADE) or column.column not in sheet.headings:
            continue
        for row, text in zip(sheet.rows, sheet.cells(column), strict=True):
            grade = grade_in(text) if column.role == m.GRADE else None
            is_none = folded(text) in WORDS["no day"] or (grade is not None and grade.high == 0)
            if row.patient in names and not is_missing(text) and not is_none:
                found.problem(sheet.place(row, column, text), CONTRADICTION, "nothing: this patient was not infused",
                              "Correct one of the two", "not used")  # fmt: skip


def _listed(sheet: SheetRows, names: frozenset[str], found: Findings) -> None:
    """Says of whom a sheet with one row a patient tells that there was no infusion."""
    column = next(iter(_columns(sheet)), sheet.choice.column(m.INFUSION))
    if column is None or column.column not in sheet.headings:
        return
    for row, text in zip(sheet.rows, sheet.cells(column), strict=True):
        if row.patient in names:
            found.problem(sheet.place(row, column, text), MISSING_VALUE, "an infusion", "Correct it if there was one",
                          "not a patient of the cohort")  # fmt: skip


def variables(sheets: list[SheetRows], names: frozenset[str], patients: Iterable[str]) -> list[FoundVariable]:
    """Who was infused, where some were not and are counted, and why they were not where a column says it in words."""
    if not names:
        return []
    patients = list(patients)
    of = {name: "No" if name in names else "Yes" for name in patients}
    why: dict[str, str] = {}
    columns = [(sheet, column) for sheet in sheets for column in _columns(sheet)]
    for sheet, column in sorted(columns, key=lambda one: one[1].of):  # a column of reasons says it best
        told = zip(sheet.rows, sheet.cells(column), strict=True)
        why |= {row.patient: level_named(text) for row, text in told
                if row.patient in names and not is_missing(text) and yes_or_no(text) is None}  # fmt: skip
    found = [FoundVariable(INFUSED, "Infused", "flag", "", (), "first", "", of)]
    levels = ("Infused", *sorted(set(why.values()) - {"Infused"}))
    why = {name: why.get(name, "" if name in names else "Infused") for name in patients}
    why = {name: reason for name, reason in why.items() if reason}
    if set(why.values()) - {"Infused"}:
        label = "Not infused because"
        found.append(FoundVariable("not_infused_because", label, "category", "", levels, "more", "", why))
    said = _died(sheets)
    died = {name: "Yes" if said.get(name) else "No" for name in patients if name not in names or name in said}
    if "Yes" in died.values():
        found.append(FoundVariable("died_without_infusion", "Died without infusion", "flag", "", (), "more", "", died))
    return found


def _died(sheets: list[SheetRows]) -> dict[str, bool]:
    """Of whom a sheet says that they died, by a date or in words, or that they did not; of nobody else anything."""
    died: dict[str, bool] = {}
    for sheet in sheets:
        for column in sheet.choice.columns:
            if column.role not in (m.INFUSED, m.DEATH, m.VITAL) or column.column not in sheet.headings:
                continue
            levels = dict(column.levels)
            for row, text in zip(sheet.rows, sheet.cells(column), strict=True):
                says_so = {m.INFUSED: _DIED.search(text) is not None, m.DEATH: when(text, 2100) is not None}
                if says_so.get(column.role, levels.get(folded(text)) == m.EVENT):
                    died[row.patient] = True
                elif column.role == m.VITAL and levels.get(folded(text)) == m.CENSORED:
                    died.setdefault(row.patient, False)
    return died
