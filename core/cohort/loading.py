"""
From cells of text to typed tables: words put right, every rule asked, times tied.

What is wrong is named with its file, rows, column and values; what was read
otherwise than it is written is told.
"""

import duckdb
import numpy as np
import pyarrow as pa

from core.cohort.cells import Read
from core.cohort.dictionary import variables_from
from core.cohort.problems import CohortError, Problem
from core.cohort.questions import quoted, text
from core.cohort.respelling import Spelling, terms_as_spelled
from core.cohort.schema import TABLES, Column
from core.cohort.times import tied
from core.cohort.validation import Ask, problems_in, responses_without_level, unknown_patients
from core.cohort.variables import Variable, patients_columns

_TYPES = {"text": "varchar", "number": "double", "whole": "tinyint", "date": "date"}


def load(connection: duckdb.DuckDBPyConnection, cells: Read) -> tuple[tuple[Variable, ...], list[str]]:
    """
    Checks the tables of text and puts typed ones in their place; returns the
    dictionary, and what is told of words that were read as others.

    Raises CohortError with everything that is wrong.
    """

    def ask(sql: str) -> list[tuple]:
        return connection.execute(sql).fetchall()

    files = cells.files
    spelling = Spelling(connection, files)
    present = {
        table: spelling.put_right(table, {column.name: column.levels for column in TABLES[table] if column.levels})
        for table in files
        if table != "patients"
    }
    variables, problems = variables_from(ask, present["variables"], files["variables"])
    if problems:
        raise CohortError(problems)  # without the dictionary nothing can be said of the patients
    levels = {variable.name: variable.levels for variable in variables if variable.levels}
    present["patients"] = spelling.put_right("patients", levels, [variable.name for variable in variables])
    columns = TABLES | {"patients": patients_columns(variables)}
    problems = _problems(ask, files, present, columns, variables)
    if problems:
        raise CohortError(problems)
    for table, wanted in columns.items():
        fields = ", ".join(_typed(column, column.name in present.get(table, ())) for column in wanted)
        source = f"from raw_{table} order by file_row" if table in files else "limit 0"
        connection.execute(f"create table {table} as select {fields} {source}")
    _forget_text(connection, files)
    _tie_times(connection, cells.single)
    return terms_as_spelled(variables, ask), spelling.remarks


def _problems(
    ask: Ask,
    files: dict[str, str],
    present: dict[str, list[str]],
    columns: dict[str, tuple[Column, ...]],
    variables: tuple[Variable, ...],
) -> list[Problem]:
    """Everything that is wrong; of tables that rest on another only where that one is right."""
    wrong = {table: problems_in(ask, table, columns[table], present[table], file) for table, file in files.items()}
    problems = [problem for of_table in wrong.values() for problem in of_table]
    if not wrong["patients"]:
        of_patients = [table for table in files if table != "patients" and "patient_id" in present[table]]
        problems += unknown_patients(ask, {table: files[table] for table in of_patients})
    if wrong.get("responses") == []:
        problems += responses_without_level(ask, variables, files["responses"])
    return problems


def _forget_text(connection: duckdb.DuckDBPyConnection, files: dict[str, str]) -> None:
    """Rows in are rows used; then what was text is dropped, and the file let go."""
    same = [f"(select count(*) from cells_{table}) = (select count(*) from {table})" for table in files]
    used = connection.execute(f"select {', '.join(same)}").fetchone() or ()
    if not all(used):
        lost = [file for file, all_used in zip(files.values(), used, strict=True) if not all_used]
        words = "not every row of this table could be used; please report this."
        raise CohortError([Problem(file, words) for file in lost])
    views = {row[0] for row in connection.execute("select view_name from duckdb_views() where not internal").fetchall()}
    for table in files:
        connection.execute(f"drop view raw_{table}")
        connection.execute(f"drop {'view' if f'cells_{table}' in views else 'table'} cells_{table}")
    if connection.execute("select 1 from duckdb_databases() where database_name = 'file_to_read'").fetchone():
        connection.execute("detach file_to_read")


def _tie_times(connection: duckdb.DuckDBPyConnection, single: bool) -> None:
    """Times that are equal but for their last digits are one time, in all tables together."""
    columns = {"endpoints": "months", "responses": "month", "milestones": "month"}
    union = " union ".join(f"select {column} as month from {table}" for table, column in columns.items())
    months = np.array(
        connection.execute(f"select month from ({union}) where month is not null").fetchall(), float
    ).ravel()
    one = tied(months, single)
    moved = one != months
    if not moved.any():
        return
    connection.register("moved", pa.table({"month": months[moved], "tied": one[moved]}))
    for table, column in columns.items():
        connection.execute(
            f"""create or replace table {table} as
            select {table}.* replace (coalesce(moved.tied, {table}.{column}) as {column})
            from {table} left join moved on moved.month = {table}.{column}
            order by {table}.rowid"""
        )
    connection.unregister("moved")


def _typed(column: Column, present: bool) -> str:
    kind = _TYPES[column.type]
    if column.levels and column.type == "text":
        kind = f"enum ({', '.join(map(text, column.levels))})"
    return f"cast({quoted(column.name) if present else 'null'} as {kind}) as {quoted(column.name)}"
