"""What a mapping leaves open, or answers by itself and says so: one click each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from core.importers import mapping as m
from core.importers.columns import named_apart
from core.importers.dates import DAY_FIRST, order_of, when
from core.importers.findings import first_words
from core.importers.layout import SheetTable
from core.importers.numbers import number_in
from core.importers.patients import SheetRows, doubled, proposed, rows_of
from core.importers.units import STANDARD, factor_to_standard
from core.importers.values import fractions_in, is_in_fractions

_LEAST_ROWS, _NEAR_TEN = 4, (0.7, 1.35)
"""Rows of each unit that a change of unit needs, and between which powers of ten it lies."""


@dataclass(frozen=True)
class Question:
    """
    What is asked: its words, the evidence, the answers by name with what each
    does to the mapping, and the one that holds; "" where none does. `by_file` where the file answers it.
    """

    key: str
    words: str
    evidence: str
    answers: dict[str, Callable[[m.Mapping], m.Mapping]]
    answer: str
    by_file: bool = False


def questions_of(tables: dict[str, SheetTable], mapping: m.Mapping) -> list[Question]:
    """Every question about sheets and a mapping of them, the open ones first."""
    asked: list[Question] = []
    for choice in mapping.sheets:
        table = tables.get(choice.sheet)
        if table is None or choice.holds == m.NOTHING:
            continue
        rows, column = rows_of(table, choice, {})
        if column is not None:
            asked += [*_dates(rows, mapping), *_doubled(rows), *_fractions(rows), *_units(rows), *_statuses(rows)]
    asked += _sources(mapping)
    return sorted(asked, key=lambda question: (question.answer != "", question.key))


def _changed(sheet: str, **fields: object) -> Callable[[m.Mapping], m.Mapping]:
    return lambda mapping: mapping.with_sheet(sheet, lambda one: replace(one, **fields))  # type: ignore[arg-type]


def _dates(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether 03/05/22 is in March or in May, where a date leaves that open."""
    title, year = sheet.choice.sheet, int(mapping.last_day[:4])
    columns = [c for c in sheet.choice.columns if c.role in (*m.DATES, m.DAY, m.ONSET, m.ENDS) and c.column in sheet.headings]
    texts = [text for column in columns for text in sheet.cells(column)]
    opened = [text for text in dict.fromkeys(texts) if (day := when(text, year)) is not None and day.is_open]
    if not opened:
        return []
    order, for_it, against = order_of(texts, year)
    evidence = f"{len(opened)} dates can be read both ways, and nothing proves one"
    if order is not None:
        other = "month first" if order == DAY_FIRST else "day first"
        evidence = f"{for_it} cells fit {order} only, {against or 'none'} {other}"
    answers = {
        "Day first": _changed(title, day_first=True),
        "Month first": _changed(title, day_first=False),
    }
    answer = {True: "Day first", False: "Month first", None: ""}[sheet.choice.day_first]
    words = f"{opened[0]} in {first_words(c.column for c in columns)}: day or month first?"
    by_file = order is not None and (order == DAY_FIRST) == sheet.choice.day_first
    return [Question(f"dates {title}", words, evidence, answers, answer, by_file)]


def _doubled(sheet: SheetRows) -> list[Question]:
    """Which of two rows of a patient counts."""
    pairs = doubled(sheet) if sheet.choice.holds == m.PATIENTS else []
    if not pairs:
        return []
    title = sheet.choice.sheet
    first, second = pairs[0]
    cells = sheet.table.sheet.rows
    differ = sum(a != b for a, b in zip(cells[first.place], cells[second.place], strict=True))
    more = f", and {len(pairs) - 1} more patients stand twice" if len(pairs) > 1 else ""
    one = len(pairs) == 1
    later = f"Row {second.place + 1}" if one else "The later rows"
    earlier = f"Row {first.place + 1}" if one else "The earlier rows"
    answers = {later: _changed(title, keeps="last"), earlier: _changed(title, keeps="first")}
    marked = sheet.choice.keeps != "" and sheet.choice.keeps == proposed(sheet, first, second)
    answer = {"last": later, "first": earlier}.get(sheet.choice.keeps, "")
    words = f"Patient {first.patient} stands in rows {first.place + 1} and {second.place + 1}: which counts?"
    return [Question(f"rows {title}", words, f"they differ in {differ} cells{more}", answers, answer, marked)]


def _fractions(sheet: SheetRows) -> list[Question]:
    """Whether 0.63 among percentages is 63%."""
    asked = []
    for column in sheet.choice.columns:
        is_percent = column.kind == "number" and (column.unit == "%" or column.of.endswith("_percent"))
        if column.role != m.VARIABLE or not is_percent or column.column not in sheet.headings:
            continue
        below, above, example = fractions_in(sheet, column)
        if not below or is_in_fractions(sheet, column):
            continue
        value = number_in(example, "," if "," in example else ".")
        number = value.value if value is not None else 0.0
        as_fraction, as_percent = f"{number * 100:.4g}%", f"{number:.4g}%"
        answers = {
            as_fraction: _column(sheet, replace(column, fractions=True)),
            as_percent: _column(sheet, replace(column, fractions=False)),
        }
        answer = {True: as_fraction, False: as_percent, None: ""}[column.fractions]
        words = f"{example} in {column.column}: is that {as_fraction} or {as_percent}?"
        evidence = f"{below} cells below 1 beside {above} above it"
        asked.append(Question(f"fractions {sheet.choice.sheet} {column.column}", words, evidence, answers, answer))
    return asked


def _column(sheet: SheetRows, column: m.ColumnChoice) -> Callable[[m.Mapping], m.Mapping]:
    return lambda mapping: mapping.with_column(sheet.choice.sheet, column)


def _units(sheet: SheetRows) -> list[Question]:
    """Whether the rows from one on are in another unit: their values of an analyte are ten times smaller or larger."""
    asked = []
    by_analyte: dict[str, list[m.ColumnChoice]] = {}
    for column in sheet.choice.columns:
        if column.role == m.MEASUREMENT and column.column in sheet.headings and column.of in STANDARD:
            by_analyte.setdefault(column.of, []).append(column)
    for analyte, columns in by_analyte.items():
        unit = next((c.unit for c in columns if c.unit), STANDARD[analyte][0])
        told = next(((c.other_rows, c.other_unit) for c in columns if c.other_rows), None)
        found = told[0] if told else _change(sheet, columns)
        if found is None:
            continue
        first, last, ratio = (*found[:2], None) if told else found  # type: ignore[misc]
        other = told[1] if told else _other_unit(analyte, unit, ratio)
        if other is None:
            continue
        rows = (first, last)
        same, changed = f"{unit} as the others", other

        def apply(mapping: m.Mapping, rows: tuple | None = rows, other: str = other, of: list = columns) -> m.Mapping:
            for column in of:
                mapping = mapping.with_column(
                    sheet.choice.sheet, replace(column, other_unit=other if rows else unit, other_rows=rows)
                )
            return mapping

        answers = {changed: apply, same: lambda mapping, apply=apply, unit=unit, rows=rows: apply(mapping, rows, unit)}
        answer = "" if told is None else same if other == unit else changed
        if told is not None and other == unit:
            answers = {same: answers[same]}
        words = f"{analyte} in rows {first} to {last}: {unit}, or {other}?"
        evidence = "values there are about ten times smaller or larger than in the other rows"
        asked.append(Question(f"unit {sheet.choice.sheet} {analyte}", words, evidence, answers, answer))
    return asked


def _change(sheet: SheetRows, columns: list[m.ColumnChoice]) -> tuple[int, int, float] | None:
    """From which row to the last values are of another size, and how many times the others they are."""
    logs: list[list[float]] = [[] for _ in sheet.rows]
    for column in columns:
        for place, text in enumerate(sheet.cells(column)):
            number = number_in(text)
            if number is not None and number.value > 0 and not number.rest and not number.limit:
                logs[place].append(float(np.log10(number.value)))
    levels = [(place, median(of)) for place, of in enumerate(logs) if of]
    if len(levels) < 2 * _LEAST_ROWS or len(columns) < 2:
        return None
    values = np.array([level for _, level in levels])
    best, gap = None, 0.0
    for split in range(_LEAST_ROWS, len(values) - _LEAST_ROWS + 1):
        before, after = values[:split], values[split:]
        apart = abs(float(np.median(after) - np.median(before)))
        spread = float(np.std(before) + np.std(after))
        if apart - spread > gap and _NEAR_TEN[0] <= apart <= _NEAR_TEN[1]:
            best, gap = split, apart - spread
    if best is None:
        return None
    ratio = float(10 ** (np.median(values[best:]) - np.median(values[:best])))
    return sheet.rows[levels[best][0]].place + 1, sheet.rows[levels[-1][0]].place + 1, ratio


def _other_unit(analyte: str, unit: str, ratio: float | None) -> str | None:
    """The unit in which values are about so many times those of the one that is told."""
    own = factor_to_standard(analyte, unit)
    if own is None or ratio is None:
        return None
    for name, factor in STANDARD[analyte][1].items():
        if 0.2 < ratio * factor / own < 5 and abs(np.log10(factor / own)) > 0.5:
            return name
    return None


def _statuses(sheet: SheetRows) -> list[Question]:
    """Which number of a status is the event, where it is a code."""
    asked = []
    for column in sheet.choice.columns:
        codes = {text: level for text, level in column.levels if text.isdecimal() and level}
        if column.role not in (m.STATUS, m.PROGRESSED, m.VITAL) or set(codes.values()) < {m.EVENT, m.CENSORED}:
            continue
        said = ", ".join(f"{code} {level}" for code, level in sorted(codes.items()))
        turned = {m.EVENT: m.CENSORED, m.CENSORED: m.EVENT}
        other = tuple((text, turned.get(level, level)) for text, level in column.levels)
        otherwise = ", ".join(f"{code} {turned.get(level, level)}" for code, level in sorted(codes.items()))
        answers = {said: _column(sheet, column), otherwise: _column(sheet, replace(column, levels=other))}
        what = column.of or ("progression" if column.role == m.PROGRESSED else "death")
        cells = [text.strip() for text in sheet.cells(column)]
        counted = ", ".join(f"{cells.count(code)} cells hold {code}" for code in sorted(codes))
        words = f"{column.column}: which number is the event ({what})?"
        key = f"status {sheet.choice.sheet} {column.column}"
        asked.append(Question(key, words, counted, answers, said, by_file=True))
    return asked


def _sources(mapping: m.Mapping) -> list[Question]:
    """Whether PFS and OS come from dates or from columns of times, where a file has both."""
    for sheet in mapping.sheets:
        roles = {column.role for column in sheet.columns}
        times = [column.column for column in sheet.columns if column.role == m.MONTHS]
        if {m.INFUSION, m.LAST_CONTACT, m.STATUS, m.MONTHS} <= roles:
            answers: dict[str, Callable[[m.Mapping], m.Mapping]] = {
                "The dates": lambda of: replace(of, from_dates=True),
                "The columns": lambda of: replace(of, from_dates=False),
            }
            answer = "The dates" if mapping.from_dates else "The columns"
            words = f"PFS and OS: from the dates, or from {first_words(times)}?"
            evidence = "both stand in the sheet; a month is 30.4375 days"
            return [Question("sources", words, evidence, answers, answer, by_file=mapping.from_dates)]
    return []


def headings_of(table: SheetTable) -> dict[str, int]:
    """The place of each column of a table by its name."""
    return {name: heading.column for heading, name in named_apart(table.headings).items()}
