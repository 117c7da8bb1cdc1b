"""
The only importer of DuckDB: opens a cohort's files in memory, checks and locks them, answers SQL.

A cohort is a folder of CSV or Parquet files, one a table, one `.duckdb`
file, or tables of text that somebody has read already. Cells are text first, so
that a bad one can be named with its row, and only the empty cell is missing ("None" and "NA" are text). Once loaded the
database can reach no file, network or extension, and no setting of it can
change.

    python -m core.cohort.database data/bcma_cart_2025 cohort.duckdb     # a folder as one file
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import duckdb
import pandas as pd
import pyarrow as pa

from core.cohort import loading
from core.cohort.cells import Read, held, read, read_duckdb
from core.cohort.checks import Check, checks_of
from core.cohort.files import files_at, fingerprint
from core.cohort.prepared import statements
from core.cohort.problems import CohortError, Problem
from core.cohort.questions import filled, question, text
from core.cohort.spelling import DEATH, PROGRESSION
from core.cohort.times import tied
from core.cohort.variables import Variable

# Size limits are generous for a cohort of patients, and stop a runaway question.
_LEAST_MEMORY, _MEMORY_FOR_EACH_BYTE, _BYTES_OF_A_CELL = 1_000_000_000, 60, 8
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


class QuestionError(RuntimeError):
    """A question that the database refused or could not answer."""


@dataclass(frozen=True)
class Database:
    """
    An open cohort: locked tables in memory, what it says of itself, its dictionary.

    `fingerprint` identifies the content of its files, so it can key a cache;
    `checks` are what a reader should look at, though it could be opened.
    """

    connection: duckdb.DuckDBPyConnection
    fingerprint: str
    about: dict[str, str]
    variables: tuple[Variable, ...]
    checks: tuple[Check, ...] = ()

    @property
    def time_origin(self) -> str:
        """From what event its months are counted."""
        return self.about["time_origin"] or "infusion"

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

    Raises CohortError with every problem found: file, rows, column, values and
    what is needed instead.
    """
    path = Path(path)
    files, remarks = files_at(path)
    before = fingerprint(files)
    size = sum(file.stat().st_size for file in set(files.values()))
    database = _opened(path.name, lambda connection: read(connection, path, files), remarks, before, size)
    if fingerprint(files) != before:
        database.connection.close()
        raise CohortError([Problem(path.name, "the files changed while they were read; open the cohort again.")])
    return database


def open_tables(columns: dict[str, tuple[str, ...]], tables: dict[str, list[tuple]]) -> Database:
    """
    Open a cohort from tables of text in memory: the rows of each, in the order of
    its `columns`, None for an empty cell.

    Returns a locked in-memory Database like that of `open_cohort`; nothing of it
    touches the disk, and its fingerprint is another each time, so that no cache
    that outlives it can be asked for it. Raises CohortError.
    """
    size = sum(len(rows) * len(columns[table]) * _BYTES_OF_A_CELL for table, rows in tables.items())
    return _opened("cohort", lambda connection: held(connection, columns, tables), (), token_hex(16), size)


def open_bytes(name: str, content: bytes) -> Database:
    """
    Open a cohort from the bytes of a `.duckdb` file called `name`, which stay in memory. Raises CohortError, also where
    the system has no files in memory (it is Linux that has).
    """
    if not hasattr(os, "memfd_create"):
        raise CohortError([Problem(name, "a DuckDB file can be taken on Linux only; bring the zip of the cohort.")])
    descriptor = os.memfd_create("cohort")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        path = Path(f"/proc/self/fd/{descriptor}")
        return _opened(name, lambda connection: read_duckdb(connection, path, name), (), token_hex(16), len(content))
    finally:
        os.close(descriptor)


def _opened(
    name: str, cells_in: Callable[[duckdb.DuckDBPyConnection], Read], remarks: tuple[str, ...], mark: str, size: int
) -> Database:
    """The cohort whose cells of text a function puts into a connection: checked, prepared and locked."""
    memory = max(_LEAST_MEMORY, size * _MEMORY_FOR_EACH_BYTE)
    connection = duckdb.connect(":memory:", config=_SETTINGS | {"memory_limit": f"{memory}B"})
    try:
        cells = cells_in(connection)
        variables, spelled = loading.load(connection, cells)
        derived = _prepare(connection, variables)
        about = connection.execute("from cohort").df().astype(object).where(lambda f: f.notna(), "").iloc[0]
        noticed = [Check(words) for words in (*remarks, *cells.remarks, *spelled, *derived)]
        checks = (*noticed, *checks_of(lambda sql: connection.execute(sql).fetchall(), variables))
        _lock(connection)
    except duckdb.Error as error:
        connection.close()
        # DuckDB's own message may quote a value, which must not reach a log.
        reason = f"it cannot be read to its end ({type(error).__name__})."
        if isinstance(error, duckdb.OutOfMemoryException):
            reason = f"it takes more memory than the {memory / 1e9:.0f} GB it may."
        raise CohortError([Problem(name, reason)]) from None
    except BaseException:
        connection.close()
        raise
    texts = {str(k): str(v)[:10] if k == "data_cutoff" else str(v) for k, v in about.items()}
    return Database(connection, mark, texts, variables, checks)


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on no file can be reached, no setting changed, and no question takes long."""
    connection.execute("set enable_external_access = false")
    connection.execute(f"set global max_execution_time = {_LONGEST_QUESTION_MS}")  # opening may take what it takes
    connection.execute("set lock_configuration = true")


def _prepare(connection: duckdb.DuckDBPyConnection, variables: tuple[Variable, ...]) -> list[str]:
    """What no filter changes, worked out; returns what is told of it."""
    begins = {"death": lambda: text(DEATH), "progression": lambda: text(PROGRESSION)}
    connection.execute(filled("cohort/prepared/macros", begins))
    remarks = []
    derived = connection.execute(f"insert into endpoints by name {question('cohort/prepared/relapses')}").fetchone()
    if derived is not None and derived[0]:
        remarks.append("Relapse is derived from the causes of PFS events: progression the event, death competing.")
        note = text("from the causes of PFS events")
        connection.execute(f"insert into provenance values ('endpoints', 'Relapse', null, 'derived', {note}, null)")
    endpoints = [row[0] for row in connection.execute("select distinct endpoint from endpoints").fetchall()]
    connection.execute(f"create table assessments as {question('cohort/prepared/assessments')}")
    lasted = connection.execute(question("cohort/prepared/durations")).df()
    connection.register("lasted", pa.Table.from_pandas(lasted.assign(months=tied(lasted["months"].to_numpy()))))
    connection.execute("create table durations as select * from lasted")
    connection.unregister("lasted")
    before = connection.execute("select count(*) from patients").fetchone()
    for statement in statements(variables, endpoints):
        connection.execute(statement)
    if before != connection.execute("select count(*) from patients").fetchone():
        raise CohortError([Problem("patients", "not every row of this table could be used; please report this.")])
    return remarks


def write_tables(columns: dict[str, tuple[str, ...]], tables: dict[str, list[tuple]], file: Path | str) -> None:
    """Write tables of text as one `.duckdb` file, checked like any other. Raises as `write_database`."""
    open_tables(columns, tables).connection.close()
    _write(file, lambda connection: held(connection, columns, tables))


def write_database(folder: Path | str, file: Path | str) -> None:
    """
    Write a cohort as one `.duckdb` file (which must not exist yet), checked like any other.

    Raises CohortError as `open_cohort`, FileExistsError where the file is there.
    """
    if Path(file).exists():
        raise FileExistsError(f"{file} exists already; name another file or remove it.")
    open_cohort(folder).connection.close()
    files, _ = files_at(Path(folder))
    _write(file, lambda connection: read(connection, Path(folder), files))


def _write(file: Path | str, cells_in: Callable[[duckdb.DuckDBPyConnection], Read]) -> None:
    if Path(file).exists():
        raise FileExistsError(f"{file} exists already; name another file or remove it.")
    connection = duckdb.connect(str(file))
    try:
        loading.load(connection, cells_in(connection))
    finally:
        connection.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m core.cohort.database FOLDER FILE.duckdb")
    try:
        write_database(sys.argv[1], sys.argv[2])
    except (CohortError, FileExistsError) as error:
        sys.exit(str(error))
    print(f"{sys.argv[2]} written")
