"""
The rules a cohort's files must keep, asked as SQL over their text, so that every bad cell can be named.
"""

import re
from collections.abc import Callable

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
    for name in present:
        if name in wanted:
            problems += _cell_problems(ask, table, wanted[name], file)
    if problems:
        return problems
    problems += _repeated(ask, table, file)
    if "patient_id" in present and table != "patients":
        problems += _unknown_patients(ask, table, file)
    if table in ("adverse_events", "adverse_event_terms"):
        total = f"lower(term) = lower({_list((ANY_EVENT,))}) or term like '%{ANY_OF}'"
        taken = f"select file_row, term from raw_{table} where {total}"
        problems += _found(ask, taken, file, "term", "this name is taken by a total; choose another.")
    if table == "adverse_events":
        if {"onset_day", "end_day"} <= set(present):
            ends = "try_cast(end_day as double) < try_cast(onset_day as double)"
            bad = f"select file_row, end_day from raw_{table} where {ends}"
            problems += _found(ask, bad, file, "end_day", "end_day must not be before onset_day.")
        above = "cast(grade_min as int) > cast(grade_max as int)"
        bad = f"select file_row, grade_min from raw_{table} where {above}"
        problems += _found(ask, bad, file, "grade_min", "grade_min must not be above grade_max.")
    if table == "patients" and ask("select count(*) from raw_patients") == [(0,)]:
        problems.append(Problem(file, "this table has no patient; it needs at least one."))
    if table == "cohort" and ask("select count(*) from raw_cohort") != [(1,)]:
        problems.append(Problem(file, "this table describes the cohort in exactly one row."))
    return problems


def _cell_problems(ask: Ask, table: str, column: Column, file: str) -> list[Problem]:
    name = quoted(column.name)
    select = f"select file_row, {name} from raw_{table} where"
    problems = []
    if column.required:
        problems += _found(ask, f"{select} {name} is null", file, column.name, "this cell must not be empty.")
    if column.levels:
        allowed = ", ".join(column.levels)
        bad = f"{select} {name} is not null and {name} not in ({_list(column.levels)})"
        problems += _found(ask, bad, file, column.name, f"the value must be one of {allowed}.")
    elif column.type == "number":
        number = f"try_cast({name} as double)"
        bad = f"{select} {name} is not null and not coalesce(isfinite({number}), false)"
        problems += _found(ask, bad, file, column.name, "the value must be a number, with a point for decimals.")
        if column.lowest is not None:
            bad = f"{select} {number} < {column.lowest}"
            problems += _found(ask, bad, file, column.name, f"the value must be {column.lowest:g} or more.")
    elif column.type == "date":
        bad = f"{select} {name} is not null and try_cast({name} as date) is null"
        problems += _found(ask, bad, file, column.name, "the value must be a date written as 2025-02-28.")
    return problems


def _repeated(ask: Ask, table: str, file: str) -> list[Problem]:
    if table not in KEYS:
        return []
    key = ", ".join(quoted(name) for name in KEYS[table])
    sql = f"""select file_row, {quoted(KEYS[table][0])} from raw_{table}
        where ({key}) in (select ({key}) from raw_{table} group by {key} having count(*) > 1)
        qualify row_number() over (partition by {key} order by file_row) > 1"""
    what = " and ".join(KEYS[table])
    return _found(ask, sql, file, KEYS[table][0], f"{what} must not be repeated; it stands in an earlier row.")


def _unknown_patients(ask: Ask, table: str, file: str) -> list[Problem]:
    sql = f"""select file_row, patient_id from raw_{table}
        where patient_id is not null
        and patient_id not in (select patient_id from raw_patients where patient_id is not null)"""
    return _found(ask, sql, file, "patient_id", "this patient is not in patients.")


def _found(ask: Ask, sql: str, file: str, column: str, message: str) -> list[Problem]:
    rows = ask(f"select * from ({sql}) order by file_row limit {_MOST}")
    return [Problem(file, message, row, column, value) for row, value in rows]
