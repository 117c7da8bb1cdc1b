"""What a mapping leaves open, or answers by itself and says so: one click each."""

from collections import Counter
from dataclasses import replace

from core.importers import mapping as m
from core.importers.asked import Question, of_sheet
from core.importers.collector import collected_later
from core.importers.course_questions import deaths, infusion, living, undated_progressions
from core.importers.dates import DAY_FIRST, order_of, when
from core.importers.day_cells import turned_round
from core.importers.findings import Findings, first_words
from core.importers.grade_questions import dashes, empty_grades, zero_or_one
from core.importers.infusion_questions import infusions
from core.importers.layout import SheetTable
from core.importers.names import name_of, unit_in
from core.importers.numbers import COMMA, POINT, decimal_by_size, decimals_of, is_open, number_in
from core.importers.parts import parts
from core.importers.patients import SheetRows, rows_of
from core.importers.row_questions import doubled_rows, names_alike, rows_without_a_name
from core.importers.status_questions import empty_statuses, statuses
from core.importers.times import LONGEST_FOLLOWED, from_times, largest_of
from core.importers.unit_questions import changed, doses, untold, untold_rows
from core.importers.values import fractions_in, is_in_fractions, shown


@collected_later
def questions_of(tables: dict[str, SheetTable], mapping: m.Mapping) -> list[Question]:
    """Every question about sheets and a mapping of them, the open ones first."""
    asked: list[Question] = []
    for choice in mapping.sheets:
        table = tables.get(choice.sheet)
        if table is None or choice.holds == m.NOTHING:
            continue
        rows, column = rows_of(table, choice, {})
        if column is not None:
            for ask in (
                _dates,
                _turned_round,
                doubled_rows,
                names_alike,
                infusions,
                rows_without_a_name,
                _decimals,
                _fractions,
                untold,
                untold_rows,
                changed,
                doses,
                dashes,
                statuses,
                empty_statuses,
                deaths,
                empty_grades,
                zero_or_one,
                _time_units,
            ):
                asked += ask(rows, mapping)
    asked += [
        *parts(tables, mapping),
        *infusion(tables, mapping),
        *undated_progressions(tables, mapping),
        *living(mapping),
        *_sources(mapping),
        *_order(tables, mapping),
    ]
    return sorted(asked, key=lambda question: (question.answer != "", question.key))


def _turned_round(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether a spreadsheet of the other order took days for months, where its dates look like that."""
    found = turned_round(sheet)
    if found is None:
        return []
    said = {"Yes: turn them back": True, "No: they are right": False}
    answers, answer = of_sheet(mapping, sheet.choice, "turned_round", said)
    words = f"{sheet.choice.sheet}: were day and month of {found.real} dates turned round?"
    evidence = (
        f"these are of the 1st to the 12th alone, and {found.written} dates that the spreadsheet left as text of later "
        "days alone: so it is where one of the other order read them"
    )
    return [Question(f"turned {sheet.choice.sheet}", words, evidence, answers, answer)]


def _dates(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether 03/05/22 is in March or in May, where a date leaves that open."""
    year = int(mapping.last_day[:4])
    roles = (*m.DATES, m.BEFORE, m.DAY, m.ONSET, m.ENDS)
    columns = [c for c in sheet.choice.columns if c.role in roles and c.column in sheet.headings]
    cells = {column.column: sheet.cells(column) for column in columns}
    texts = [text for of_column in cells.values() for text in of_column]
    days = {text: day for text in dict.fromkeys(texts) if (day := when(text, year)) is not None}
    opened = [text for text, day in days.items() if day.is_open]
    if not opened:
        return []
    order, for_it, against = order_of(texts, year)
    evidence = f"{len(opened)} dates can be read both ways, and nothing proves one"
    if order is not None:
        other = "month first" if order == DAY_FIRST else "day first"
        evidence = f"{for_it} cells fit {order} only, {against or 'none'} {other}"
    answers, answer = of_sheet(mapping, sheet.choice, "day_first", {"Day first": True, "Month first": False})
    names = [name for name, of_column in cells.items() if any(text in days for text in of_column)]
    words = f"{opened[0]} in {first_words(names)}: day or month first?"
    by_file = order is not None and (order == DAY_FIRST) == sheet.choice.day_first
    return [Question(f"dates {sheet.choice.sheet}", words, evidence, answers, answer, by_file)]


_NUMBERS = (m.MEASUREMENT, m.VALUE, m.MONTHS)


def _decimals(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether 1.200 is a thousand and more, where nothing proves it."""
    numbered = [
        column
        for column in sheet.choice.columns
        if (column.role in _NUMBERS or (column.role == m.VARIABLE and column.kind == "number"))
        and column.column in sheet.headings
    ]
    counted = {column.column: Counter(sheet.cells(column)) for column in numbered}
    every = {
        name: {text: often[text] for text in often if is_open(text)}
        for name, often in counted.items()
        if not decimals_of(often)[1] and any(map(is_open, often))
    }
    if not every:
        return []
    (name, opened), *others = every.items()
    often = counted[name]
    numbers = [one.value for text in often if text not in opened and (one := number_in(text))]
    first = next(iter(opened))
    read = {sign: number_in(first, sign) for sign in (POINT, COMMA)}
    said = {shown(one.value): sign for sign, one in read.items() if one is not None}
    answers, answer = of_sheet(mapping, sheet.choice, "decimal", said)
    beside = f"its other numbers go from {min(numbers):g} to {max(numbers):g}" if numbers else "all are written so"
    evidence = f"{sum(opened.values())} cells can be read both ways, {beside}; it holds for the whole sheet"
    evidence += f", so for {first_words([other for other, _ in others])} too" if others else ""
    words = f"{first} in {name}: {' or '.join(answers)}?"
    by_file = answer != "" and decimal_by_size(often) == sheet.choice.decimal
    return [Question(f"decimals {sheet.choice.sheet}", words, evidence, answers, answer, by_file)]


def _fractions(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """Whether 0.63 among percentages is 63%."""
    asked = []
    for column in sheet.choice.columns:
        is_percent = column.kind == "number" and (column.unit == "%" or column.of.endswith("_percent"))
        if column.role != m.VARIABLE or not is_percent or column.column not in sheet.headings:
            continue
        below, above, example = fractions_in(sheet, column)
        value = number_in(example, COMMA if "," in example else POINT)
        if value is None or is_in_fractions(column):
            continue
        as_fraction, as_percent = f"{value.value * 100:.4g}%", f"{value.value:.4g}%"
        answers = {
            as_fraction: mapping.with_column(sheet.choice.sheet, replace(column, fractions=True)),
            as_percent: mapping.with_column(sheet.choice.sheet, replace(column, fractions=False)),
        }
        answer = {True: as_fraction, False: as_percent, None: ""}[column.fractions]
        words = f"{example} in {column.column}: is that {as_fraction} or {as_percent}?"
        evidence = f"{below} cells below 1 beside {above} above it"
        asked.append(Question(f"fractions {sheet.choice.sheet} {column.column}", words, evidence, answers, answer))
    return asked


def _time_units(sheet: SheetRows, mapping: m.Mapping) -> list[Question]:
    """In what a column of times counts, where neither it nor a column of units says so."""
    if sheet.choice.column(m.UNIT) is not None:
        return []
    asked = []
    for column in sheet.choice.columns:
        if column.role != m.MONTHS or column.column not in sheet.headings:
            continue
        name = sheet.headings[column.column].name
        if unit_in(name, name_of(name), "") == column.unit and column.unit:
            continue
        largest = largest_of(sheet.cells(column))
        answers = {
            name: mapping.with_column(sheet.choice.sheet, replace(column, unit=name.casefold()))
            for name in ("Days", "Weeks", "Months", "Years")
        }
        answer = next((name for name in answers if name.casefold() == column.unit), "")
        hint = " (as months these would be more than twenty years)" if largest > LONGEST_FOLLOWED else ""
        words = f"{column.column}: days, weeks, months or years?"
        evidence = f"values up to {largest:g}{hint}"
        asked.append(Question(f"time {sheet.choice.sheet} {column.column}", words, evidence, answers, answer))
    return asked


def _sources(mapping: m.Mapping) -> list[Question]:
    """Whether PFS and OS come from dates or from columns of times, where a file has both."""
    columns = [column for sheet in mapping.sheets if sheet.holds == m.PATIENTS for column in sheet.columns]
    times = [column.column for column in columns if column.role == m.MONTHS]
    roles = {column.role for column in columns}
    died = {m.DEATH, m.VITAL} & roles or any(sheet.all_alive for sheet in mapping.sheets)
    if not {m.INFUSION, m.LAST_CONTACT, m.STATUS, m.MONTHS} <= roles or not died:
        return []
    answers = {"The dates": replace(mapping, from_dates=True), "The columns": replace(mapping, from_dates=False)}
    answer = "The dates" if mapping.from_dates else "The columns"
    words = f"PFS and OS: from the dates, or from {first_words(times)}?"
    evidence = "both stand there; a month is 30.4375 days"
    return [Question("sources", words, evidence, answers, answer, mapping.from_dates)]


LEFT_OUT, KEPT = "Leave them out", "Keep them as they stand"


def _order(tables: dict[str, SheetTable], mapping: m.Mapping) -> list[Question]:
    """What becomes of PFS that is longer than OS, where any is among times that are given."""
    given = [sheet for sheet in mapping.sheets if sheet.sheet in tables]
    in_rows = any(sheet.holds == m.ENDPOINTS for sheet in given)
    longer = 0 if in_rows else sum(_longer(tables[one.sheet], one) for one in given if one.holds == m.PATIENTS)
    if not longer and not in_rows:
        return []
    answers = {LEFT_OUT: replace(mapping, strict=True), KEPT: replace(mapping, strict=False)}
    words = "PFS longer than OS, and deaths without a date: what of these times?"
    if longer:
        words = (
            f"{longer} patient{'s have' if longer > 1 else ' has'} a PFS that is longer than OS: what of these times?"
        )
    answer = LEFT_OUT if mapping.strict else KEPT
    return [Question("order", words, "a death ends PFS as well, so one of two such times is wrong", answers, answer)]


def _longer(table: SheetTable, choice: m.SheetChoice) -> int:
    """Of how many patients of a sheet the times contradict each other."""
    both = {(role, name) for role in (m.MONTHS, m.STATUS) for name in ("PFS", "OS")}
    if not both <= {(column.role, column.of) for column in choice.columns}:
        return 0
    rows, _ = rows_of(table, choice, {})
    kept, all_of_them = (
        {one.patient for one in from_times(rows, strict, Findings()) if one.endpoint == "PFS"}
        for strict in (True, False)
    )
    return len(all_of_them - kept)
