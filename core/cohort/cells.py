"""Every table of a cohort as cells of text with their rows, from CSV, Parquet or a `.duckdb` file."""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from core.cohort.problems import CohortError, Problem
from core.cohort.questions import quoted, text
from core.cohort.reading import read_csv
from core.cohort.schema import NEEDED, TABLES


@dataclass(frozen=True)
class Read:
    """
    What was read: the name of each table's file, what is told of them, and
    whether times were stored in single precision.
    """

    files: dict[str, str]
    remarks: tuple[str, ...]
    single: bool = False


def read(connection: duckdb.DuckDBPyConnection, path: Path, files: dict[str, Path]) -> Read:
    """
    Every table as cells_<table> of text with its row.

    Raises CohortError with whatever keeps a file from being read whole.
    """
    if path.is_file():
        return read_duckdb(connection, path, path.name)
    remarks: list[str] = []
    problems: list[Problem] = []
    single = False
    for table, file in files.items():
        try:
            if file.suffix.casefold() == ".csv":
                cells = read_csv(file, tuple(column.name for column in TABLES[table] if column.required))
                connection.register("cells", cells.table)
                connection.execute(f"create table cells_{table} as select * from cells")
                connection.unregister("cells")
                remarks += cells.remarks
            else:
                literal = re.sub(r"([\[*?])", r"[\1]", str(file))  # or DuckDB takes the path for a pattern
                single |= _as_text(connection, table, f"read_parquet({text(literal)}, hive_partitioning = false)")
        except CohortError as error:
            problems += error.problems
        except duckdb.Error:
            problems.append(Problem(file.name, "this file cannot be read as Parquet; write it again."))
    if problems:
        raise CohortError(problems)
    return Read({table: file.name for table, file in files.items()}, tuple(remarks), single)


def held(
    connection: duckdb.DuckDBPyConnection, columns: dict[str, tuple[str, ...]], tables: dict[str, list[tuple]]
) -> Read:
    """Tables of text in memory as cells_<table>, each row with its number as if a header stood above the first."""
    for table, rows in tables.items():
        cells = {
            name: pa.array([row[place] or None for row in rows], pa.string())
            for place, name in enumerate(columns[table])
        }
        numbers = pa.array(range(2, len(rows) + 2), pa.int64())
        connection.register("cells", pa.table({"file_row": numbers} | cells))
        connection.execute(f"create table cells_{table} as select * from cells")
        connection.unregister("cells")
    return Read({table: table for table in tables}, ())


def read_duckdb(connection: duckdb.DuckDBPyConnection, path: Path, file: str) -> Read:
    """Every table of a `.duckdb` file that is called `file`. Raises CohortError."""
    try:
        connection.execute(f"attach {text(path)} as file_to_read (read_only)")
    except duckdb.Error as error:
        reason = "this file cannot be read as a DuckDB database."
        if "lock" in str(error).casefold():
            reason = "this file is open in another program; close it there, or give a copy."
        raise CohortError([Problem(file, reason)]) from None
    connection.execute("set enable_external_access = false")  # a view of the file may name other files
    listed = """select schema_name, table_name from duckdb_tables() where database_name = 'file_to_read'
        union all
        select schema_name, view_name from duckdb_views() where database_name = 'file_to_read' and not internal
        order by all"""
    names: dict[str, str] = {}
    remarks = []
    single = False
    for schema, name in connection.execute(listed).fetchall():
        table = name.casefold()
        if table not in TABLES:
            remarks.append(f"{file}: {name} is not one of the tables of a cohort and was not read.")
        elif table in names:
            raise CohortError([Problem(f"{file}: {name}", "this table stands here twice; keep one of the two.")])
        else:
            single |= _as_text(connection, table, f"file_to_read.{quoted(schema)}.{quoted(name)}")
            names[table] = f"{file}: {name}"
    absent = [f"{file}: {table}" for table in NEEDED if table not in names]
    missing = [Problem(name, "this table is needed and was not found.") for name in absent]
    if missing:
        raise CohortError(missing)
    return Read(names, tuple(remarks), single)


def _as_text(connection: duckdb.DuckDBPyConnection, table: str, source: str) -> bool:
    """
    What is typed already as text with its row: true and false are a flag's Yes and No, 1.0 is 1, and what is no
    number is missing. It is read anew for each check: as text in memory it would be many times its size. Returns
    whether its times are in single precision.
    """
    known = {column.name for column in TABLES[table]}
    cells = []
    single = False
    for name, kind, *_ in connection.execute(f"describe select * from {source}").fetchall():
        single |= kind == "FLOAT" and name.casefold() in ("month", "months")
        column = quoted(name)
        cell = f"nullif(trim(cast({column} as varchar), {_BLANKS}), '')"
        if kind == "BOOLEAN":
            cell = f"case when {column} then 'Yes' when not {column} then 'No' end"
        elif kind in ("DOUBLE", "FLOAT"):
            whole = f"{column} = trunc({column}) and abs({column}) < 1e15"
            cell = f"case when isnan({column}) then null when {whole} then cast(cast({column} as bigint) as varchar) "
            cell += f"else cast({column} as varchar) end"
        cells.append(f"{cell} as {quoted(name.casefold() if name.casefold() in known else name)}")
    connection.execute(
        f"create view cells_{table} as select row_number() over () + 1 as file_row, {', '.join(cells)} from {source}"
    )
    return single


_BLANKS = " || ".join(f"chr({code})" for code in (9, 10, 11, 12, 13, 32, 160))
