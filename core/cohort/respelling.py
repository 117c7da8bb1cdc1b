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
    ("adverse_event_terms", "adverse_events"): {"term": (CRS,), "category": (), "grading": ()},
    ("responses",): {"mrd_threshold": ()},
    ("measurements",): {"analyte": (), "unit": ()},
    ("provenance",): {"table": tuple(TABLES)},
}
"""Words that a cohort chooses itself, by the tables that share them, with those that the app gives a meaning to."""


class Spelling:
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


def terms_as_spelled(variables: tuple[Variable, ...], ask: Callable[[str], list[tuple]]) -> tuple[Variable, ...]:
    """The variables, those by the onset of an adverse event with its term as the tables now have it."""
    terms = {folded(term): term for (term,) in ask("select distinct term from adverse_events")}

    def spelled(variable: Variable) -> Variable:
        known = variable.known_at
        if known is None or known.table != "adverse_events":
            return variable
        return replace(variable, known_at=replace(known, what=terms.get(folded(known.what), known.what)))

    return tuple(map(spelled, variables))
