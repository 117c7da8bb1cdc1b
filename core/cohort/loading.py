"""
From a cohort's files to typed tables: read as text, words put right, every rule asked, times tied.

What is wrong is named with its file, rows, column and values; what was read
otherwise than it is written is told.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from core.cohort.reading import MOST_FILES, files_of, read_csv, unreadable
from core.cohort.schema import (
    CRS,
    ENDPOINTS,
    NEEDED,
    NEW_THERAPY,
    PROGRESSED,
    TABLES,
    TOXICITY_TREATMENTS,
    CohortError,
    Column,
    Problem,
    Variable,
    patients_columns,
)
from core.cohort.spelling import folded, respelled
from core.cohort.times import tied
from core.cohort.validation import (
    Ask,
    problems_in,
    quoted,
    responses_without_level,
    text,
    unknown_patients,
    variables_from,
)

_TYPES = {"text": "varchar", "number": "double", "whole": "tinyint", "date": "date"}

# -- files to tables of text -----------------------------------------------------------------------


def files_at(path: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """The file of each table (one for all of a `.duckdb` file), and what is told of others. Raises CohortError."""
    try:
        folder, file = path.is_dir(), path.is_file()
    except (OSError, ValueError):  # a name that is too long, a link in a circle, a folder that may not be entered
        folder = file = False
    if folder:
        return files_of(path)
    if file:
        return {"": path}, ()
    raise CohortError([Problem(path.name[:60], "there is no such folder or .duckdb file, or it may not be read.")])


def fingerprint(files: dict[str, Path]) -> str:
    """What identifies the content of the files. Raises CohortError where one cannot be read."""
    digest = hashlib.sha256()
    for table, file in sorted(files.items()):
        try:
            with file.open("rb") as content:
                digest.update((table or file.name).encode() + b"\0" + hashlib.file_digest(content, "sha256").digest())
        except OSError:
            raise unreadable(file) from None
    return digest.hexdigest()[:16]


def signature(path: Path) -> tuple:
    """What changes when a file of the cohort does, without reading it: sizes and times of writing."""
    try:
        files = (
            sorted(file for file in islice(path.iterdir(), MOST_FILES) if file.is_file()) if path.is_dir() else [path]
        )
        return tuple((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files)
    except OSError:
        return ()


@dataclass(frozen=True)
class Read:
    """
    What was read: the name of each table's file, what is told of them, and
    whether times were stored in single precision.
    """

    files: dict[str, str]
    told: tuple[str, ...]
    single: bool = False


def read(connection: duckdb.DuckDBPyConnection, path: Path, files: dict[str, Path]) -> Read:
    """
    Every table as cells_<table> of text with its row.

    Raises CohortError with whatever keeps a file from being read whole.
    """
    if path.is_file():
        return _read_duckdb(connection, path)
    told: list[str] = []
    problems: list[Problem] = []
    single = False
    for table, file in files.items():
        try:
            if file.suffix.casefold() == ".csv":
                cells = read_csv(file, tuple(column.name for column in TABLES[table] if column.required))
                connection.register("cells", cells.table)
                connection.execute(f"create table cells_{table} as select * from cells")
                connection.unregister("cells")
                told += cells.told
            else:
                literal = re.sub(r"([\[*?])", r"[\1]", str(file))  # or DuckDB takes the path for a pattern
                single |= _as_text(connection, table, f"read_parquet({text(literal)}, hive_partitioning = false)")
        except CohortError as error:
            problems += error.problems
        except duckdb.Error:
            problems.append(Problem(file.name, "this file cannot be read as Parquet; write it again."))
    if problems:
        raise CohortError(problems)
    return Read({table: file.name for table, file in files.items()}, tuple(told), single)


def _read_duckdb(connection: duckdb.DuckDBPyConnection, path: Path) -> Read:
    try:
        connection.execute(f"attach {text(path)} as file_to_read (read_only)")
    except duckdb.Error as error:
        reason = "this file cannot be read as a DuckDB database."
        if "lock" in str(error).casefold():
            reason = "this file is open in another program; close it there, or give a copy."
        raise CohortError([Problem(path.name, reason)]) from None
    connection.execute("set enable_external_access = false")  # a view of the file may name other files
    listed = """select schema_name, table_name from duckdb_tables() where database_name = 'file_to_read'
        union all
        select schema_name, view_name from duckdb_views() where database_name = 'file_to_read' and not internal
        order by all"""
    found: dict[str, str] = {}
    told = []
    single = False
    for schema, name in connection.execute(listed).fetchall():
        table = name.casefold()
        if table not in TABLES:
            told.append(f"{path.name}: {name} is not one of the tables of a cohort and was not read.")
        elif table in found:
            raise CohortError([Problem(f"{path.name}: {name}", "this table stands here twice; keep one of the two.")])
        else:
            single |= _as_text(connection, table, f"file_to_read.{quoted(schema)}.{quoted(name)}")
            found[table] = f"{path.name}: {name}"
    absent = [f"{path.name}: {table}" for table in NEEDED if table not in found]
    missing = [Problem(name, "this table is needed and was not found.") for name in absent]
    if missing:
        raise CohortError(missing)
    return Read(found, tuple(told), single)


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


# -- text to tables --------------------------------------------------------------------------------


def load(connection: duckdb.DuckDBPyConnection, found: Read) -> tuple[tuple[Variable, ...], list[str]]:
    """
    Checks the tables of text and puts typed ones in their place; returns the
    dictionary, and what is told of words that were read as others.

    Raises CohortError with everything that is wrong.
    """

    def ask(sql: str) -> list[tuple]:
        return connection.execute(sql).fetchall()

    files = found.files
    spelling = _Spelling(connection, files)
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
    return _terms_as_spelled(variables, ask), spelling.told


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


_OPEN_WORDS: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {
    ("endpoints",): {"endpoint": tuple(ENDPOINTS), "cause": ()},
    ("milestones",): {"event": (*NEW_THERAPY, *PROGRESSED, *TOXICITY_TREATMENTS, "death", "last contact")},
    ("adverse_event_terms", "adverse_events"): {"term": (CRS,), "category": (), "grading": ()},
    ("responses",): {"mrd_threshold": ()},
    ("measurements",): {"analyte": (), "unit": ()},
    ("provenance",): {"table": tuple(TABLES)},
}
"""Words that a cohort chooses itself, by the tables that share them, with those that the app gives a meaning to."""


class _Spelling:
    """Makes raw_<table> of cells_<table>: the same rows with words that mean the same written in one way."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: dict[str, str]) -> None:
        self.connection, self.files = connection, files
        self.told: list[str] = []
        self.open: dict[str, dict[str, dict[str, str]]] = {}
        for tables, columns in _OPEN_WORDS.items():
            for column, known in columns.items():
                held = [table for table in tables if table in files and column in self._columns(table)]
                right = respelled((word for table in held for word, _ in self._words(table, column)), known)
                for table in held:
                    self.open.setdefault(table, {})[column] = right

    def put_right(self, table: str, levels: dict[str, tuple[str, ...]], names: "list[str] | None" = None) -> None:
        """The columns with `levels`, and those of words that the cohort chooses; `names` as its variables have them."""
        called = {folded(name): name for name in names or ()}
        fields = []
        for written in self._columns(table):
            column = called.get(folded(written), written)
            cell = quoted(written)
            right = self.open.get(table, {}).get(column) or {}
            if column in levels:
                words = [word for word, _ in self._words(table, written)] if written != "file_row" else []
                known = set(levels[column])
                right = {word: meant for word, meant in respelled(words, levels[column]).items() if meant in known}
            if right:
                self._tell(table, written, right)
                cases = " ".join(f"when {text(word)} then {text(meant)}" for word, meant in right.items())
                cell = f"case {cell} {cases} else {cell} end"
            elif column != written:
                cell = f"nullif({cell}, '')"  # DuckDB keeps the capitals of a column that is only called otherwise
            fields.append(f"{cell} as {quoted(column)}")
        self.connection.execute(f"create view raw_{table} as select {', '.join(fields)} from cells_{table}")

    def _columns(self, table: str) -> list[str]:
        return [row[0] for row in self.connection.execute(f"describe cells_{table}").fetchall()]

    def _words(self, table: str, column: str) -> list[tuple[str, int]]:
        """The different words of a column with their rows, as they come."""
        name = quoted(column)
        sql = f"select {name}, count(*) from cells_{table} where {name} is not null group by 1 order by min(file_row)"
        return self.connection.execute(sql).fetchall()

    def _tell(self, table: str, column: str, right: dict[str, str]) -> None:
        rows = dict(self._words(table, column))
        said = [
            f"“{word}” as {meant} ({rows[word]:,} row{'' if rows[word] == 1 else 's'})"
            for word, meant in right.items()
            if word in rows and not re.fullmatch(r"\+?\d+\.0*", word)
        ]
        if said:
            more = f" and {len(said) - 5} more" if len(said) > 5 else ""
            self.told.append(f"{self.files[table]}, column {column}: read {', '.join(said[:5])}{more}.")


def _terms_as_spelled(variables: tuple[Variable, ...], ask: Callable[[str], list[tuple]]) -> tuple[Variable, ...]:
    """The variables, those by the onset of an adverse event with its term as the tables now have it."""
    terms = {folded(term): term for (term,) in ask("select distinct term from adverse_events")}

    def spelled(variable: Variable) -> Variable:
        known = variable.known_at
        if known is None or known.table != "adverse_events":
            return variable
        return replace(variable, known_at=replace(known, what=terms.get(folded(known.what), known.what)))

    return tuple(map(spelled, variables))


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
