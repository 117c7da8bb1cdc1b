"""
The rules a cohort's files must keep, asked as SQL over their text, so that every bad cell can be named.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.schema import ANY_EVENT, ANY_OF, FLAG_LEVELS, KEYS, TABLES, TAKEN_NAMES, Column, Problem, Variable

Ask = Callable[[str], list[tuple]]
_MOST = 20
"""Bad cells named for each rule and column: enough to see the pattern."""
_KNOWN_AT = r"|undated|month \d+(\.\d+)?|responses\.(mrd|response|responder)|adverse_events\..+"
_KNOWN_AT_WORDS = (
    "empty, undated, month N, responses.mrd, responses.response, responses.responder or adverse_events.TERM"
)


def quoted(name: str) -> str:
    """A column or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(words: object) -> str:
    """Words as an SQL text."""
    return "'" + str(words).replace("'", "''") + "'"


def _list(values: "tuple[str, ...]") -> str:
    return ", ".join(map(text, values))


def variables_from(ask: Ask, file: str) -> tuple[tuple[Variable, ...], list[Problem]]:
    """The dictionary as raw_variables gives it, and what is wrong with it."""
    problems = problems_in(ask, "variables", TABLES["variables"], file)
    if problems:
        return (), problems
    present = {row[0] for row in ask("select column_name from (describe raw_variables)")}
    names = [c.name for c in TABLES["variables"]]
    fields = ", ".join(quoted(name) if name in present else "null" for name in names)
    variables = []
    for row, *cells in ask(f"select file_row, {fields} from raw_variables order by file_row"):
        cell = dict(zip(names, ("" if value is None else value for value in cells), strict=True))
        levels = tuple(level.strip() for level in cell["levels"].split("|")) if cell["levels"] else ()
        if cell["kind"] == "flag":
            levels = levels or FLAG_LEVELS
        problems += _variable_problems(cell, levels, file, row)
        variables.append(
            Variable(
                name=cell["name"],
                label=cell["label"],
                kind=cell["kind"],
                unit=cell["unit"],
                levels=() if cell["kind"] == "number" else levels,
                section=cell["section"],
                default_cut=float(cell["default_cut"]) if cell["default_cut"] else None,
                known_at=cell["known_at"],
            )
        )
    return tuple(variables), problems


def _variable_problems(cell: dict[str, str], levels: tuple[str, ...], file: str, row: int) -> list[Problem]:
    """What is wrong with one row of `variables`."""
    name, kind, known_at = cell["name"], cell["kind"], cell["known_at"]
    needed = "flag" if re.fullmatch(r"responses\.(mrd|responder)|adverse_events\..+", known_at) else kind
    needed = "category" if known_at == "responses.response" else needed
    rules = [
        (":" in name, "a name has no colon; choose another.", "name", name),
        (name.lower() in TAKEN_NAMES, "this name is taken by the app; choose another.", "name", name),
        (kind == "category" and not levels, "a category needs its levels, separated by |.", "levels", None),
        (len(set(levels)) < len(levels), "a level is named twice.", "levels", cell["levels"]),
        (
            "missing" in {level.lower() for level in levels},
            "Missing is what an empty cell is called; leave the cell empty instead.",
            "levels",
            cell["levels"],
        ),
        (kind == "flag" and levels != FLAG_LEVELS, "a flag's levels are No|Yes.", "levels", cell["levels"]),
        (not re.fullmatch(_KNOWN_AT, known_at), f"the value must be {_KNOWN_AT_WORDS}.", "known_at", known_at),
        (kind != needed, f"{known_at} needs a {needed}.", "kind", kind),
    ]
    return [Problem(file, message, row, column, value) for wrong, message, column, value in rules if wrong]


@dataclass(frozen=True)
class _Rule:
    """What is wrong with the rows of a table that a condition holds for."""

    column: str
    condition: str
    message: str


def problems_in(ask: Ask, table: str, columns: tuple[Column, ...], file: str) -> list[Problem]:
    """Everything that is wrong in raw_<table>, each problem with its row, column and value."""
    present = [row[0] for row in ask(f"select column_name from (describe raw_{table})") if row[0] != "file_row"]
    wanted = {column.name: column for column in columns}
    known = ", ".join(wanted)
    where = "is not described in variables" if table == "patients" else f"is not one of {known}"
    problems = [Problem(file, f"this column {where}.", column=name) for name in present if name not in wanted]
    optional = table not in ("patients",)
    problems += [
        Problem(file, "this column is needed and was not found.", column=name)
        for name, column in wanted.items()
        if name not in present and (column.required or not optional)
    ]
    problems += _broken(ask, table, [rule for name in present if name in wanted for rule in _rules(wanted[name])], file)
    if problems:
        return problems
    problems += _repeated(ask, table, file)
    if "patient_id" in present and table != "patients":
        problems += _unknown_patients(ask, table, file)
    if table == "endpoints":
        problems += _written_otherwise(ask, file)
    problems += _broken(ask, table, _rules_between(table, present), file)
    if table == "patients" and ask("select count(*) from raw_patients") == [(0,)]:
        problems.append(Problem(file, "this table has no patient; it needs at least one."))
    if table == "cohort" and ask("select count(*) from raw_cohort") != [(1,)]:
        problems.append(Problem(file, "this table describes the cohort in exactly one row."))
    return problems


def _broken(ask: Ask, table: str, rules: list[_Rule], file: str) -> list[Problem]:
    """The rows that break each rule: all rules are asked in one pass, and rows only of those that are broken."""
    if not rules:
        return []
    broken = ask(f"select {', '.join(f'coalesce(bool_or({r.condition}), false)' for r in rules)} from raw_{table}")[0]
    problems = []
    for rule in (rule for rule, found in zip(rules, broken, strict=True) if found):
        sql = f"select file_row, {quoted(rule.column)} from raw_{table} where {rule.condition}"
        problems += _found(ask, sql, file, rule.column, rule.message)
    return problems


def _rules(column: Column) -> list[_Rule]:
    """What a cell of the column must keep."""
    name = quoted(column.name)
    rules = [_Rule(column.name, f"{name} is null", "this cell must not be empty.")] if column.required else []
    if column.levels:
        bad = f"{name} is not null and {name} not in ({_list(column.levels)})"
        rules.append(_Rule(column.name, bad, f"the value must be one of {', '.join(column.levels)}."))
    elif column.type == "number":
        number = f"try_cast({name} as double)"
        bad = f"{name} is not null and not coalesce(isfinite({number}), false)"
        rules.append(_Rule(column.name, bad, "the value must be a number, with a point for decimals."))
        if column.lowest is not None:
            least = f"the value must be {column.lowest:g} or more."
            rules.append(_Rule(column.name, f"{number} < {column.lowest}", least))
    elif column.type == "date":
        bad = f"{name} is not null and try_cast({name} as date) is null"
        rules.append(_Rule(column.name, bad, "the value must be a date written as 2025-02-28."))
    return rules


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
    return rules


def _repeated(ask: Ask, table: str, file: str) -> list[Problem]:
    if table not in KEYS:
        return []
    key = ", ".join(quoted(name) for name in KEYS[table])
    sql = f"""select file_row, {quoted(KEYS[table][0])} from raw_{table}
        where ({key}) in (select ({key}) from raw_{table} group by {key} having count(*) > 1)
        qualify row_number() over (partition by {key} order by file_row) > 1"""
    what = " and ".join(KEYS[table])
    return _found(ask, sql, file, KEYS[table][0], f"{what} must not be repeated; it stands in an earlier row.")


def _written_otherwise(ask: Ask, file: str) -> list[Problem]:
    sql = """select min(file_row) as file_row, endpoint from raw_endpoints
        where lower(endpoint) in (
            select lower(endpoint) from raw_endpoints group by lower(endpoint) having count(distinct endpoint) > 1
        ) group by endpoint"""
    return _found(ask, sql, file, "endpoint", "an endpoint is written in one way only, capitals included.")


def _unknown_patients(ask: Ask, table: str, file: str) -> list[Problem]:
    sql = f"""select file_row, patient_id from raw_{table}
        where patient_id is not null
        and patient_id not in (select patient_id from raw_patients where patient_id is not null)"""
    return _found(ask, sql, file, "patient_id", "this patient is not in patients.")


def _found(ask: Ask, sql: str, file: str, column: str, message: str) -> list[Problem]:
    rows = ask(f"select * from ({sql}) order by file_row limit {_MOST}")
    return [Problem(file, message, row, column, value) for row, value in rows]
