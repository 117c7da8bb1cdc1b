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


def load(connection: duckdb.DuckDBPyConnection, found: Read) -> tuple[tuple[Variable, ...], list[str]]:
    """
    Checks the tables of text and puts typed ones in their place; returns the
    dictionary, and what is told of words that were read as others.

    Raises CohortError with everything that is wrong.
    """

    def ask(sql: str) -> list[tuple]:
        return connection.execute(sql).fetchall()

    files = found.files
    spelling = Spelling(connection, files)
    for table in files:
        if table != "patients":
            spelling.put_right(table, {c.name: c.levels for c in TABLES[table] if c.levels})
    variables, problems = variables_from(ask, files["variables"])
    if problems:
        raise CohortError(problems)  # without the dictionary nothing can be said of the patients
    spelling.put_right("patients", {v.name: v.levels for v in variables if v.levels}, [v.name for v in variables])
    columns = TABLES | {"patients": patients_columns(variables)}
    problems = _problems(ask, files, columns, variables)
    if problems:
        raise CohortError(problems)
    for table, wanted in columns.items():
        present = _columns(ask, f"raw_{table}") if table in files else []
        fields = ", ".join(_typed(column, column.name in present) for column in wanted)
        source = f"from raw_{table} order by file_row" if table in files else "limit 0"
        connection.execute(f"create table {table} as select {fields} {source}")
    _forget_text(connection, files)
    _tie_times(connection, found.single)
    return terms_as_spelled(variables, ask), spelling.told


def _problems(
    ask: Ask, files: dict[str, str], columns: dict[str, tuple[Column, ...]], variables: tuple[Variable, ...]
) -> list[Problem]:
    """Everything that is wrong; of tables that rest on another only where that one is right."""
    wrong = {table: problems_in(ask, table, columns[table], file) for table, file in files.items()}
    problems = [problem for found in wrong.values() for problem in found]
    others = [table for table in files if table != "patients"] if not wrong["patients"] else []
    for table in others:
        problems += unknown_patients(ask, table, files[table])
    if wrong.get("responses") == []:
        problems += responses_without_level(ask, variables, files["responses"])
    return problems


def _columns(ask: Ask, table: str) -> list[str]:
    return [row[0] for row in ask(f"describe {table}")]


def _forget_text(connection: duckdb.DuckDBPyConnection, files: dict[str, str]) -> None:
    """Rows in are rows used; then what was text is dropped, and the file let go."""
    for table in files:
        rows = connection.execute(
            f"select (select count(*) from cells_{table}), (select count(*) from {table})"
        ).fetchone()
        if rows is None or rows[0] != rows[1]:
            raise CohortError([Problem(files[table], "not every row of this table could be used; please report this.")])
        connection.execute(f"drop view raw_{table}")
        kind = connection.execute(
            "select table_type from information_schema.tables where table_name = $name", {"name": f"cells_{table}"}
        ).fetchone()
        connection.execute(f"drop {'view' if kind == ('VIEW',) else 'table'} cells_{table}")
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
