"""Words of a cohort put into the spelling that they are known by, and told where that changed them."""

import re
from collections.abc import Callable
from dataclasses import replace

import duckdb

from core.cohort.questions import quoted, text
from core.cohort.schema import TABLES
from core.cohort.spelling import folded, respelled
from core.cohort.variables import Variable
from core.cohort.vocabulary import CRS, ENDPOINTS, NEW_THERAPY, PROGRESSED, TOXICITY_TREATMENTS

_OPEN_WORDS: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {
    ("endpoints",): {"endpoint": tuple(ENDPOINTS), "cause": ()},
    ("milestones",): {"event": (*NEW_THERAPY, *PROGRESSED, *TOXICITY_TREATMENTS, "death", "last contact")},
    ("adverse_event_terms", "adverse_events", "not_assessed"): {"term": (CRS,), "category": (), "grading": ()},
    ("responses",): {"mrd_threshold": ()},
    ("measurements",): {"analyte": (), "unit": ()},
    ("provenance",): {"table": tuple(TABLES)},
}
"""Words that a cohort chooses itself, by the tables that share them, with those that the app gives a meaning to."""


class Spelling:
    """Makes raw_<table> of cells_<table>: the same rows with words that mean the same written in one way."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: dict[str, str]) -> None:
        self.connection, self.files = connection, files
        self.remarks: list[str] = []
        self.columns = {
            table: [row[0] for row in connection.execute(f"describe cells_{table}").fetchall()] for table in files
        }
        self.open: dict[str, dict[str, dict[str, str]]] = {}
        self.words: dict[str, dict[str, dict[str, int]]] = {}
        """The different words of each table's columns with their rows, as they come."""
        for table in files:
            chosen = {column for tables, columns in _OPEN_WORDS.items() if table in tables for column in columns}
            self._count(table, chosen | {column.name for column in TABLES[table] if column.levels})
        for tables, columns in _OPEN_WORDS.items():
            for column, known in columns.items():
                held = [table for table in tables if column in self.words.get(table, {})]
                right = respelled((word for table in held for word in self.words[table][column]), known)
                for table in held:
                    self.open.setdefault(table, {})[column] = right

    def put_right(self, table: str, levels: dict[str, tuple[str, ...]], names: "list[str] | None" = None) -> list[str]:
        """
        The columns with `levels`, and those of words that the cohort chooses; `names` as its variables have them.

        Returns the columns of raw_<table>.
        """
        called = {folded(name): name for name in names or ()}
        columns = {written: called.get(folded(written), written) for written in self.columns[table]}
        self._count(table, {written for written, column in columns.items() if column in levels})
        fields = []
        for written, column in columns.items():
            cell = quoted(written)
            right = self.open.get(table, {}).get(column) or {}
            if column in levels:
                known = set(levels[column])
                meant = respelled(self.words[table].get(written, ()), levels[column])
                right = {word: level for word, level in meant.items() if level in known}
            if right:
                self._tell(table, written, right)
                cases = " ".join(f"when {text(word)} then {text(meant)}" for word, meant in right.items())
                cell = f"case {cell} {cases} else {cell} end"
            elif column != written:
                cell = f"nullif({cell}, '')"  # DuckDB keeps the capitals of a column that is only called otherwise
            fields.append(f"{cell} as {quoted(column)}")
        self.connection.execute(f"create view raw_{table} as select {', '.join(fields)} from cells_{table}")
        return list(columns.values())

    def _count(self, table: str, columns: set[str]) -> None:
        """The words of those of `columns` that the table has and that were not counted yet, in one statement."""
        counted = self.words.setdefault(table, {})
        new = [column for column in self.columns[table] if column in columns - {"file_row", *counted}]
        counted |= {column: {} for column in new}
        parts = [
            f"select {place}, {quoted(column)}, count(*), min(file_row) from cells_{table} "
            f"where {quoted(column)} is not null group by 2"
            for place, column in enumerate(new)
        ]
        if parts:
            by_place_and_first_row = f"{' union all '.join(parts)} order by 1, 4"
            for place, word, rows, _ in self.connection.execute(by_place_and_first_row).fetchall():
                counted[new[place]][word] = rows

    def _tell(self, table: str, column: str, right: dict[str, str]) -> None:
        rows = self.words[table][column]
        readings = [
            f"“{word}” as {meant} ({rows[word]:,} row{'' if rows[word] == 1 else 's'})"
            for word, meant in right.items()
            if word in rows and not re.fullmatch(r"\+?\d+\.0*", word)
        ]
        if readings:
            more = f" and {len(readings) - 5} more" if len(readings) > 5 else ""
            self.remarks.append(f"{self.files[table]}, column {column}: read {', '.join(readings[:5])}{more}.")


def terms_as_spelled(variables: tuple[Variable, ...], ask: Callable[[str], list[tuple]]) -> tuple[Variable, ...]:
    """The variables, those by the onset of an adverse event with its term as the tables now have it."""
    terms = {folded(term): term for (term,) in ask("select distinct term from adverse_events")}

    def spelled(variable: Variable) -> Variable:
        known = variable.known_at
        if known is None or known.table != "adverse_events":
            return variable
        return replace(variable, known_at=replace(known, what=terms.get(folded(known.what), known.what)))

    return tuple(map(spelled, variables))
