"""
The only importer of DuckDB: opens a cohort's files in memory, checks and locks them, answers SQL.

A cohort is a folder of CSV or Parquet files, one a table, or one `.duckdb`
file. Cells are read as text first, so that a bad one can be named with its
row, and only the empty cell is missing ("None" and "NA" are text). Once loaded
the database can reach no file, network or extension, and no setting of it can
change.

    python -m core.database data/bcma_cart_2025 cohort.duckdb     # a folder as one file
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from core.prepared import statements
from core.schema import NEEDED, TABLES, CohortError, Column, Problem, Variable, patients_columns
from core.validation import problems_in, quoted, text, variables_from

# Size limits are generous for a cohort of patients, and stop a runaway question.
_LEAST_MEMORY, _MEMORY_FOR_EACH_BYTE = 1_000_000_000, 60
_LONGEST_QUESTION_MS = 20_000
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": "2",
    "async_threads": "1",  # the default of 8 starts eight system threads for each database
    "perfect_ht_threshold": "16",  # bits: groups and the ends of follow-up are counted in an array, not a hash table
    "temp_directory": "",  # nothing of a cohort is ever written to disk
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_TYPES = {"text": "varchar", "number": "double", "whole": "tinyint", "date": "date"}


class QuestionError(RuntimeError):
    """A question that the database refused or could not answer."""


@dataclass(frozen=True)
class Database:
    """
    An open cohort: locked tables in memory, what it says of itself, its dictionary.

    `fingerprint` identifies the content of its files, so it can key a cache.
    """

    connection: duckdb.DuckDBPyConnection
    fingerprint: str
    about: dict[str, str]
    variables: tuple[Variable, ...]

    def ask(self, sql: str, values: dict | None = None) -> pd.DataFrame:
        """
        The rows that answer `sql`, with `values` bound to its named parameters.

        Raises QuestionError, which names the kind of error and nothing else.

        Every question has a cursor of its own: a connection shared between
        threads gives one viewer another viewer's answer.
        """
        with self.connection.cursor() as cursor:
            try:
                return cursor.execute(sql, values or {}).df()
            except duckdb.Error as error:
                # DuckDB's message quotes the question and its values, which must not reach a log.
                raise QuestionError(type(error).__name__) from None


def open_cohort(path: Path | str) -> Database:
    """
    Open a cohort from a folder of CSV or Parquet files or from a `.duckdb` file.

    Returns a locked in-memory Database; the files are not touched again.

    Raises CohortError with every problem found: file, row, column, value and
    what is needed instead.
    """
    path = Path(path)
    if not path.exists():
        raise CohortError([Problem(path.name, "there is no such folder or .duckdb file.")])
    tables = [path / f"{table}{ending}" for table in TABLES for ending in (".csv", ".parquet")]
    size = sum(file.stat().st_size for file in (path, *tables) if file.is_file())
    memory = max(_LEAST_MEMORY, size * _MEMORY_FOR_EACH_BYTE)
    connection = duckdb.connect(":memory:", config=_SETTINGS | {"memory_limit": f"{memory}B"})
    try:
        files = _read_as_text(connection, path)
        variables = _load(connection, files)
        _prepare(connection, variables)
        connection.execute("set enable_external_access = false")
        connection.execute(f"set global max_execution_time = {_LONGEST_QUESTION_MS}")  # opening may take what it takes
        connection.execute("set lock_configuration = true")
        about = connection.execute("from cohort").df().astype(object).where(lambda f: f.notna(), "").iloc[0]
    except duckdb.Error as error:
        connection.close()
        # DuckDB's own message may quote a value, which must not reach a log.
        reason = f"it cannot be read to its end ({type(error).__name__})."
        if isinstance(error, duckdb.OutOfMemoryException):
            reason = f"it takes more memory than the {memory / 1e9:.0f} GB it may."
        raise CohortError([Problem(path.name, reason)]) from None
    except BaseException:
        connection.close()
        raise
    texts = {str(k): str(v)[:10] if k == "data_cutoff" else str(v) for k, v in about.items()}
    return Database(connection, _fingerprint(path, files), texts, variables)


def _read_as_text(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Every table that the path holds as raw_<table> of text with its row; returns table -> file name."""
    found: dict[str, str] = {}
    if path.is_file():
        try:
            connection.execute(f"attach {text(path)} as file_to_read (read_only)")
        except duckdb.Error:
            raise CohortError([Problem(path.name, "the file cannot be read as a DuckDB database.")]) from None
        present = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
        for table in TABLES:
            if table in present:
                _raw(connection, table, f"file_to_read.{quoted(table)}")
                found[table] = f"{path.name}: {table}"
    else:
        for table in TABLES:
            for ending, reader in (
                (".csv", "read_csv({}, all_varchar = true, header = true, delim = ',', quote = '\"')"),
                (".parquet", "read_parquet({})"),
            ):
                file = path / (table + ending)
                if table not in found and file.exists():
                    _read_file(connection, table, file, reader)
                    found[table] = file.name
    missing = [
        Problem(f"{table}.csv", "this table is needed and was not found.") for table in NEEDED if table not in found
    ]
    if missing:
        raise CohortError(missing)
    return found


def _read_file(connection: duckdb.DuckDBPyConnection, table: str, file: Path, reader: str) -> None:
    try:
        _raw(connection, table, reader.format(text(file)))
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise CohortError([Problem(file.name, f"the file cannot be read as a table: {reason}")]) from None


def _raw(connection: duckdb.DuckDBPyConnection, table: str, source: str) -> None:
    """
    The table as text with the row of its file; a Parquet file's true and false are a flag's Yes and No.

    What is typed already is read anew for each check: as text in memory it would be many times its size.
    """
    flag = "case cast(columns(*) as varchar) when 'true' then 'Yes' when 'false' then 'No' end"
    words = "nullif(trim(cast(columns(*) as varchar)), '')"
    cell = f"case when typeof(columns(*)) = 'BOOLEAN' then {flag} else {words} end"
    kind = "table" if source.startswith("read_csv") else "view"
    connection.execute(
        f"create {kind} raw_{table} as select row_number() over () + 1 as file_row, {cell} from {source}"
    )


def _load(connection: duckdb.DuckDBPyConnection, files: dict[str, str]) -> tuple[Variable, ...]:
    """Checks the raw tables and puts typed ones in their place; returns the dictionary."""

    def ask(sql: str) -> list[tuple]:
        return connection.execute(sql).fetchall()

    variables, problems = variables_from(ask, files["variables"])
    columns = TABLES | {"patients": patients_columns(variables)}
    for table, file in files.items():
        problems += problems_in(ask, table, columns[table], file)
    if problems:
        raise CohortError(problems)
    for table, wanted in columns.items():
        if table in files:
            present = {row[0] for row in ask(f"select column_name from (describe raw_{table})")}
            fields = ", ".join(_typed(column, column.name in present) for column in wanted)
            connection.execute(f"create table {table} as select {fields} from raw_{table}")
        else:
            fields = ", ".join(_typed(column, present=False) for column in wanted)
            connection.execute(f"create table {table} as select {fields} limit 0")
    for table, file in files.items():
        connection.execute(f"drop {'table' if file.endswith('.csv') else 'view'} raw_{table}")
    if ask("select 1 from duckdb_databases() where database_name = 'file_to_read'"):
        connection.execute("detach file_to_read")
    return variables


def _prepare(connection: duckdb.DuckDBPyConnection, variables: tuple[Variable, ...]) -> None:
    endpoints = [row[0] for row in connection.execute("select distinct endpoint from endpoints").fetchall()]
    for statement in statements(variables, endpoints):
        connection.execute(statement)


def _typed(column: Column, present: bool) -> str:
    kind = _TYPES[column.type]
    if column.levels and column.type == "text":
        kind = f"enum ({', '.join(map(text, column.levels))})"
    return f"cast({quoted(column.name) if present else 'null'} as {kind}) as {quoted(column.name)}"


def _fingerprint(path: Path, files: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(path / name for name in files.values()):
        with file.open("rb") as content:
            digest.update(file.name.encode() + b"\0" + hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:16]


def write_database(folder: Path | str, file: Path | str) -> None:
    """
    Write a cohort as one `.duckdb` file (which must not exist yet), checked like any other.

    Raises CohortError as `open_cohort`, FileExistsError where the file is there.
    """
    file = Path(file)
    if file.exists():
        raise FileExistsError(f"{file} exists already; name another file or remove it.")
    open_cohort(folder).connection.close()
    connection = duckdb.connect(str(file))
    try:
        found = _read_as_text(connection, Path(folder))
        _load(connection, found)
    finally:
        connection.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m core.database FOLDER FILE.duckdb")
    try:
        write_database(sys.argv[1], sys.argv[2])
    except (CohortError, FileExistsError) as error:
        sys.exit(str(error))
    print(f"{sys.argv[2]} written")
