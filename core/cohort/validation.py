"""
The rules a cohort's files must keep, asked as SQL over their text, so that every bad cell can be named.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from core.cohort.problems import Problem
from core.cohort.questions import listed, quoted, text
from core.cohort.schema import KEYS, LEAST, MOST, Column
from core.cohort.variables import Variable
from core.cohort.vocabulary import ANY_EVENT, ANY_OF

Ask = Callable[[str], list[tuple]]

_MOST, _MOST_VALUES = 20, 3
"""Rows and values that are named for each rule and column: enough to see the pattern."""

_MOST_SOUGHT = 2_000
"""Patients among whom one that is meant is looked for."""

LONGEST_NAME = 200
"""Of a variable, a level, a patient or whatever else stands in a figure."""

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?"

_FIRST_DATE, _LAST_DATE = "1900-01-01", "2100-01-01"

_MEANINGS = {"status": "0 (censored), 1 (event) or 2 (competing event)"}
"""What the levels of a column stand for, where their names do not say it."""


@dataclass(frozen=True)
class _Rule:
    """What is wrong with the rows of a table that a condition holds for."""

    column: str
    condition: str
    message: str


def problems_in(ask: Ask, table: str, columns: tuple[Column, ...], names: list[str], file: str) -> list[Problem]:
    """
    Everything that is wrong in raw_<table> by itself, each problem with its rows, column and values. `columns` is what
    is wanted of it, `names` what it has.
    """
    present = [name for name in names if name != "file_row"]
    wanted = {column.name: column for column in columns}
    known = ", ".join(wanted)
    where = (
        "is not described in variables: add a row for it there, or remove it"
        if table == "patients"
        else f"is not one of {known}"
    )
    problems = [Problem(file, f"this column {where}.", column=name) for name in present if name not in wanted]
    problems += [
        Problem(file, f"this column is needed and was not found among {', '.join(present)}.", column=name)
        for name, column in wanted.items()
        if name not in present and (column.required or table == "patients")
    ]
    problems += _broken(ask, table, [rule for name in present if name in wanted for rule in _rules(wanted[name])], file)
    return problems or _wrong_together(ask, table, present, file)


def _wrong_together(ask: Ask, table: str, present: list[str], file: str) -> list[Problem]:
    """What is wrong with cells that are right one by one."""
    key = ", ".join(f"lower({quoted(name)})" if table == "variables" else quoted(name) for name in KEYS.get(table, ()))
    repeated = f"count(*) > count(distinct ({key}))" if key else "false"
    [(rows, is_repeated)] = ask(f"select count(*), {repeated} from raw_{table}")
    problems = _repeated(ask, table, key, file) if is_repeated else []
    problems += _broken(ask, table, _rules_between(table, present), file)
    if table == "patients" and rows == 0:
        problems.append(Problem(file, "this table has no patient; it needs at least one."))
    if table == "cohort" and rows != 1:
        problems.append(Problem(file, "this table describes the cohort in exactly one row."))
    return problems


def _broken(ask: Ask, table: str, rules: list[_Rule], file: str) -> list[Problem]:
    """The rows that break each rule: all rules are asked in one pass, and rows only of those that are broken."""
    if not rules:
        return []
    broken = ask(f"select {', '.join(f'coalesce(bool_or({r.condition}), false)' for r in rules)} from raw_{table}")[0]
    problems = []
    for rule in (rule for rule, is_broken in zip(rules, broken, strict=True) if is_broken):
        sql = f"select file_row, {quoted(rule.column)} from raw_{table} where {rule.condition}"
        problems += _named(ask, sql, file, rule.column, rule.message)
    return problems


def _rules(column: Column) -> list[_Rule]:
    """What a cell of the column must keep."""
    name = quoted(column.name)
    rules = [_Rule(column.name, f"{name} is null", "this cell must not be empty.")] if column.required else []
    if column.levels:
        bad = f"{name} is not null and {name} not in ({listed(column.levels)})"
        meaning = _MEANINGS.get(column.name, f"one of {_some(column.levels)}")
        rules.append(_Rule(column.name, bad, f"the value must be {meaning}."))
    elif column.type == "number":
        number, right = f"try_cast({name} as double)", f"regexp_full_match({name}, {text(_NUMBER)})"
        rules.append(_Rule(column.name, f"not {right}", "the value must be a number, with a point for decimals."))
        between = "the value is too large, or too near 0, to be true; is it another unit or a date?"
        if column.highest < MOST:
            between = (
                f"the value must be from {column.lowest:,.0f} to {column.highest:,.0f}; is it another unit or a date?"
            )
        small = f"{number} != 0 and abs({number}) < {LEAST!r}"
        outside = f"{number} < {column.lowest!r} or {number} > {column.highest!r}"
        rules.append(_Rule(column.name, f"{right} and coalesce({outside} or {small}, true)", between))
    elif column.type == "date":
        day = f"try_cast({name} as date)"
        inside = f"{day} between date {text(_FIRST_DATE)} and date {text(_LAST_DATE)}"
        bad = f"{name} is not null and not coalesce(regexp_full_match({name}, {text(_DATE)}) and {inside}, false)"
        written = f"the value must be a date from {_FIRST_DATE[:4]} on, written as 2025-02-28."
        rules.append(_Rule(column.name, bad, written))
    elif column.required:
        long = f"length({name}) > {LONGEST_NAME}"
        rules.append(_Rule(column.name, long, f"a name has {LONGEST_NAME} letters at most."))
    return rules


def _some(levels: tuple[str, ...]) -> str:
    return ", ".join(levels) if len(levels) <= 12 else f"{', '.join(levels[:12])} or {len(levels) - 12} more"


def _rules_between(table: str, present: list[str]) -> list[_Rule]:
    """What the cells of a row must keep together, and names that are taken by totals."""
    rules = []
    if table in ("adverse_events", "adverse_event_terms"):
        total = f"lower(term) = lower({text(ANY_EVENT)}) or term like '%{ANY_OF}'"
        rules.append(_Rule("term", total, "this name is taken by a total; choose another."))
    if table == "adverse_events":
        if {"onset_day", "end_day"} <= set(present):
            ends = "try_cast(end_day as double) < try_cast(onset_day as double)"
            rules.append(_Rule("end_day", ends, "end_day must not be before onset_day."))
        above = "cast(grade_min as int) > cast(grade_max as int)"
        rules.append(_Rule("grade_min", above, "grade_min must not be above grade_max."))
    if table == "responses" and not {"response", "mrd"} & set(present):
        neither = "an assessment needs a response or an MRD result: there is neither column."
        rules.append(_Rule("patient_id", "true", neither))
    return rules


def _repeated(ask: Ask, table: str, key: str, file: str) -> list[Problem]:
    sql = f"""select file_row, {quoted(KEYS[table][0])} from raw_{table}
        where ({key}) in (select ({key}) from raw_{table} group by {key} having count(*) > 1)
        qualify row_number() over (partition by {key} order by file_row) > 1"""
    what = " and ".join(KEYS[table])
    return _named(ask, sql, file, KEYS[table][0], f"{what} must not be repeated; it stands in an earlier row.")


def unknown_patients(ask: Ask, files: dict[str, str]) -> list[Problem]:
    """The rows of raw_<table>, of each table of `files`, whose patient is not in raw_patients."""
    if not files:
        return []
    unknown = {
        table: f"""select file_row, patient_id from raw_{table}
        where patient_id is not null
        and patient_id not in (select patient_id from raw_patients where patient_id is not null)"""
        for table in files
    }
    has_unknown = ask(f"select {', '.join(f'exists({sql})' for sql in unknown.values())}")[0]
    problems = []
    for table in (table for table, is_found in zip(files, has_unknown, strict=True) if is_found):
        [problem] = _named(ask, unknown[table], files[table], "patient_id", "this patient is not in patients.")
        patients = [row[0] for row in ask(f"select patient_id from raw_patients limit {_MOST_SOUGHT}")]
        meant = get_close_matches(problem.values[0], patients, 1, 0.7)
        words = f"this patient is not in patients; is it {meant[0]}?" if meant else problem.message
        problems.append(replace(problem, message=words))
    return problems


def responses_without_level(ask: Ask, variables: tuple[Variable, ...], file: str) -> list[Problem]:
    """The responses of raw_responses that a variable by responses.response has no level for."""
    problems = []
    for variable in variables:
        known = variable.known_at
        if known is not None and (known.table, known.what) == ("responses", "response"):
            message = f"{variable.name} in variables is by responses.response and has no level for this response."
            sql = f"select file_row, response from raw_responses where response not in ({listed(variable.responses)})"
            problems += _named(ask, sql, file, "response", message)
    return problems


def _named(ask: Ask, sql: str, file: str, column: str, message: str) -> list[Problem]:
    """One problem for all the rows that `sql` gives, the first of them named."""
    rows = ask(f"select *, count(*) over () from ({sql}) order by file_row limit {_MOST}")
    if not rows:
        return []
    values = tuple(dict.fromkeys(str(value) for _, value, _ in rows if value is not None))[:_MOST_VALUES]
    return [Problem(file, message, tuple(row for row, _, _ in rows), column, values, rows[0][2] - len(rows))]
