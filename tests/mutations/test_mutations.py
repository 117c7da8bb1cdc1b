"""
Cohorts as people send them are opened with every row accounted for, or refused with file, row and cause.

    python -m pytest tests/mutations --mutations 3000     # as many as are wanted; a few dozen run with the suite

A cohort is refused well where every problem names a file, and a cell's problem its row, rightly, and none the folder's
path. It is opened well where each table holds what its file holds, or the database mentions the difference.
"""

import re
import signal
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from core.cohort.database import Database, open_cohort
from core.cohort.problems import CohortError, Problem
from core.cohort.schema import TABLES, Column
from core.cohort.variables import patients_columns
from tests.mutations.cohorts import Mutation, Sheet, mutate
from tests.pages.the_app import open_app

LIMIT_S = 10
PAGES = ("overview", "survival", "response", "adverse_events", "subgroups")
ONCE_WRONG = (51, 69, 121, 135, 200, 212, 231, 360, 398, 515, 609, 793, 853, 873, 1281)
"""Seeds that a reader before this one lost rows of, took for another table, or answered with nobody's words."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass
class Outcome:
    """What became of one cohort, and what was wrong with that: a kind and its details each."""

    result: str = "refused"
    failures: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, kind: str, details: object = "") -> None:
        self.failures.append((kind, str(details)[:300]))


def plain(cell: object, number: bool = False) -> str:
    """A cell for comparison: nothing unseen, no capitals, a number by its value."""
    words = "" if cell is None else str(cell)
    words = "".join(" " if sign == "\u00a0" else sign for sign in words if unicodedata.category(sign) != "Cf")
    words = words.strip().casefold()
    return repr(float(words)) if number and NUMBER.fullmatch(words) else words


def check_refusal(outcome: Outcome, error: CohortError, mutation: Mutation) -> None:
    """Each problem must say where, rightly, and nothing of the folder's path."""
    if not error.problems:
        outcome.fail("refused without a problem")
    if mutation.must_open:
        outcome.fail("refused what keeps to data/README.md", error.problems[0])
    files = {f"{t}.csv" for t in TABLES} | {n for s in mutation.sheets.values() for n in (s.name, *s.beside)}
    if any(str(place) in str(error) for place in (mutation.folder, mutation.folder.parent)):
        outcome.fail("a message has the folder's path", error)
    for problem in error.problems:
        if not any(name in problem.file for name in files):
            outcome.fail("a problem names no file", problem)
        rows, values = problem.rows, problem.values
        if values and not rows:
            outcome.fail("a cell's problem without its row", problem)
        check_place(outcome, problem, mutation)
        if len(str(problem)) > 1200:
            outcome.fail("a message too long to read", str(problem)[:100])


def check_place(outcome: Outcome, problem: Problem, mutation: Mutation) -> None:
    """The values must stand where the problem says, as a spreadsheet numbers the rows."""
    sheet = next((s for s in mutation.sheets.values() if s.name == problem.file and s.countable), None)
    names = [plain(name) for name in sheet.header] if sheet else []
    rows, values = problem.rows, problem.values
    if not rows or sheet is None or not sheet.encoding.startswith("utf"):  # another reader sees other letters
        return
    if not all(0 < row <= len(sheet.grid) for row in rows):
        outcome.fail("a problem names a row that the file has not", f"{problem} — {len(sheet.grid)} rows")
    elif names.count(plain(problem.column)) == 1:
        place = names.index(plain(problem.column))
        cells = [plain(row[place]) if place < len(row) else "" for row in (sheet.grid[row - 1] for row in rows)]
        found = [plain(value).rstrip("…. ")[:15] for value in values]
        if found and not any(cells[0].startswith(value) for value in found):
            outcome.fail("a problem names the wrong row", f"{problem} — there stands {cells[0][:40]!r}")
        if not problem.more and not all(any(c.startswith(v) for c in cells) for v in found):
            outcome.fail("a problem gives a value that is not there", f"{problem} — there stands {cells[:5]}")
        if "must not be empty" in problem.message and any(cells):
            outcome.fail("a problem names the wrong row", f"{problem} — there stands {cells[:5]}")


def check_opened(outcome: Outcome, database: Database, mutation: Mutation) -> None:
    """Each table must hold what its file holds, unless the database mentions the file."""
    checks = [check.words for check in database.checks]
    if checks:
        outcome.result = "opened, with checks"
    if any(str(mutation.folder.parent) in check for check in checks):
        outcome.fail("a check has the folder's path", checks)
    for table, sheet in mutation.sheets.items():
        files = (f"{table}.csv", sheet.name, *sheet.beside)
        mentions = " ".join(check for check in checks if any(file in check for file in files))
        for kind, details in differences_in(database, sheet, mutation):
            rows_are_told = re.search(r"\brows?\b|not read|skipped|left out", mentions)
            if not mentions or (kind in ("number of rows", "patients") and not rows_are_told):
                outcome.fail(f"silent: {kind}", f"{table}: {details}")
                break  # the others follow from the first


def differences_in(database: Database, sheet: Sheet, mutation: Mutation) -> Iterator[tuple[str, str]]:
    """What a table of the database has otherwise than its file: a kind and its details."""
    columns = {"patients": patients_columns(database.variables)}.get(sheet.table, TABLES[sheet.table])
    names = [column.name for column in columns]
    quoted = ", ".join(f'cast("{name}" as varchar)' for name in names)
    table = database.ask(f"select {quoted} from {sheet.table}").astype(object)
    there = [dict(zip(names, row, strict=True)) for row in table.where(table.notna(), None).values.tolist()]
    derived = [w for check in database.checks for w in re.findall(r"(\w+) is derived", check.words)]
    there = [row for row in there if row.get("endpoint") not in derived]  # not of the file, and said so
    if derived and sheet.table == "provenance":  # has a row more for it
        return
    expected = mutation.rows[sheet.table]
    if expected is not None and len(there) != expected:
        yield "number of rows", f"{len(there)} in the database, {expected} in the file"
    if sheet.table in mutation.told:
        yield "something to mention", f"{len(there)} rows in the database, {expected} in the file"
    if expected is None:
        return
    header = [plain(name) for name in sheet.header]
    unknown = [name for name in header if name and name not in map(str.casefold, names)]
    if unknown:
        yield "a column left out", str(unknown)
    for column in columns:
        if header.count(column.name.casefold()) == 1:
            place = header.index(column.name.casefold())
            cells = [row[place] if place < len(row) else "" for row in sheet.records]
            yield from cells_otherwise(column, cells, [row[column.name] for row in there])


def cells_otherwise(column: Column, file: list[str], database: list[object]) -> Iterator[tuple[str, str]]:
    """The same cells must stand in the file and the database, in any order."""
    number = column.type in ("number", "whole")
    ours, theirs = (Counter(plain(cell, number) for cell in cells) for cells in (file, database))
    lost, new = list(ours - theirs), list(theirs - ours)
    if lost or new:
        yield "patients" if column.name == "patient_id" else "cells", f"{column.name}: {lost[:2]} read as {new[:2]}"
    if number and any(NUMBER.fullmatch(cell) and abs(float(cell)) > 1e6 for cell in theirs):
        yield "a number beyond all measure", f"{column.name}: {max(theirs, key=len)}"


def outcome_of(mutation: Mutation) -> tuple[Outcome, Database | None]:
    """What becomes of a cohort within the limit of time."""
    outcome, database = Outcome(), None

    def too_long(*_: object) -> None:
        raise TimeoutError(f"{mutation.words} takes more than {LIMIT_S} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT_S)
    try:
        database = open_cohort(mutation.folder)
        outcome.result = "opened"
        check_opened(outcome, database, mutation)
    except CohortError as error:
        check_refusal(outcome, error, mutation)
    finally:
        signal.alarm(0)
    return outcome, database


def test_a_changed_cohort_is_opened_whole_or_refused_with_the_cause(seed, tmp_path):
    mutation = mutate(seed, tmp_path / f"cohort{seed}")
    outcome, _ = outcome_of(mutation)
    assert not outcome.failures, (seed, mutation.words)


def test_what_was_opened_is_drawn_on_every_page(drawn_seeds, tmp_path, monkeypatch):
    opened = 0
    for seed in drawn_seeds:
        mutation = mutate(seed, tmp_path / f"{seed}" / f"cohort{seed}")
        if outcome_of(mutation)[1] is not None:
            opened += 1
            monkeypatch.setenv("CARTOGRAPH_COHORT", str(mutation.folder))
            for page in PAGES:
                app = open_app(page)  # with no exception; a cohort may call a term nan
                assert "not shown here" not in app.title[0].value
                assert "cannot be opened" not in app.title[0].value
    assert opened or len(drawn_seeds) < 10


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda sheet: sheet.grid.pop(), "silent: number of rows"),
        (lambda sheet: sheet.grid[3].__setitem__(0, "elsewhere"), "silent: "),
    ],
)
def test_a_lost_row_and_a_changed_cell_are_heard(tmp_path, harm, said):
    mutation = mutate(200, tmp_path / "cohort")  # only the folder's name is another
    database = open_cohort(mutation.folder)
    harm(mutation.sheets["responses"])
    outcome = Outcome()
    check_opened(outcome, database, mutation)
    assert any(kind.startswith(said) for kind, _ in outcome.failures)
