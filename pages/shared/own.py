"""
A cohort of the viewer's own: the sheets that were brought, what they are taken for, and the cohort made of them.

All of it lives in this session: in no file, no address, no log and nothing that another session can reach.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import streamlit as st

from core.cohort.database import Database, open_bytes, open_tables
from core.cohort.problems import CohortError
from core.importers import mapping as m
from core.importers.apply import Applied, applied
from core.importers.mapping import BadRecipe, mapping_of
from core.importers.questions import Question, questions_of
from core.importers.recipes import beside, refitted
from core.importers.recognise import Recognised, recognised
from core.importers.sheets import Sheet
from core.importers.taking import Taken, taken, told_apart
from core.importers.used_sheets import NoPatients
from core.text import counted
from pages.shared import cached, held, lit, wanted

MOST_UNDONE = 50
COLUMNS, CELLS = "columns", "cells"
"""What of a brought cohort is looked at: what its columns are taken for, or the cells that were not understood."""


@dataclass(frozen=True)
class Made:
    """What a mapping makes of the sheets (or why it cannot), and what it leaves open."""

    mapping: m.Mapping
    applied: Applied | None
    needed: str
    questions: list[Question]


@dataclass
class Brought:
    """
    What this session was given: its files by name and what could not be read of them, what was found in which
    `sheets`, the mapping as it stands with the earlier ones, and what is looked at: columns, or the cell
    `at` this place of the list, with what was `done` last; `turn` counts the changes of the mapping, of which the
    pages show what held at `opened_at`.
    """

    files: tuple[str, ...]
    refused: list[str]
    found: Recognised
    mapping: m.Mapping
    sheets: list[Sheet] = field(default_factory=list)
    earlier: list[m.Mapping] = field(default_factory=list)
    looked_at: str = COLUMNS
    at: int = 0
    done: str = ""
    cannot_open: str = ""
    was_opened: bool = False
    turn: int = 0
    opened_at: int | None = None
    made: Made | None = None

    def now(self) -> Made:
        """What the mapping as it stands makes of the sheets, worked out once."""
        if self.made is None or self.made.mapping != self.mapping:
            asked = questions_of(self.found.tables, self.mapping)
            try:
                self.made = Made(self.mapping, applied(self.found.tables, self.mapping), "", asked)
            except NoPatients as error:
                self.made = Made(self.mapping, None, str(error), asked)
        return self.made


def brought() -> Brought | None:
    """What this session was given; None where nothing was."""
    return st.session_state.get("brought")


def uploader() -> str:
    """The key of the widget that takes files: another one after each time, so that it forgets what it was given."""
    return f"upload {st.session_state.get('uploads', 0)}"


def take(files: list[tuple[str, bytes]]) -> list[str]:
    """
    Read the files of these names together, and with what was brought before: sheets are held to be mapped, a cohort
    that is one already is opened. Returns what could not be read, a sentence each.
    """
    read, mine = taken(files), brought()
    if read.cohort is not None or read.database is not None:
        return _open_as_it_is(read)
    sheets = told_apart([*(mine.sheets if mine else []), *read.sheets])
    found = recognised(sheets, date.today().isoformat())
    if not found.tables:
        nothing = "No table was found in these files: a table has a row of headings, and rows below it."
        return read.refused or [nothing]
    mapping = found.mapping if mine is None else beside(found, mine.found, mine.mapping)
    if read.recipe:
        try:
            mapping, told = refitted(found, mapping_of(read.recipe, mapping.last_day))
            read.refused += told
        except BadRecipe as error:
            read.refused.append(f"The recipe was not used: {error}")
    read.refused += found.remarks
    sheeted = (name for name, _ in files if not (read.recipe and name.casefold().endswith(".json")))
    names = (*(mine.files if mine else ()), *sheeted)
    earlier = [] if mine is None else [beside(found, mine.found, one) for one in mine.earlier]
    st.session_state["brought"] = brought_now = Brought(names, read.refused, found, mapping, sheets, earlier)
    held.hold(brought_now)
    _forget_uploads()
    return read.refused


def _open_as_it_is(read: Taken) -> list[str]:
    """Show a cohort that was brought as one. Returns what keeps it from opening."""
    try:
        _show(open_bytes(*read.database) if read.database else open_tables(*(read.cohort or ({}, {}))))
    except CohortError as error:
        return [*read.refused, *map(str, error.problems)]
    _forget_uploads()
    st.session_state["opened as it is"] = True
    return read.refused


def _forget_uploads() -> None:
    """The widget that takes files begins anew, and holds none of them."""
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1


def opened_as_it_is() -> bool:
    """Whether the files of this run were a cohort already, which is open now; told once."""
    return bool(st.session_state.pop("opened as it is", False))


def key(words: str) -> str:
    """The key of a widget of what was brought: a browser remembers nothing of what was brought before."""
    return f"{words} #{st.session_state.get('uploads', 0)}"


def field_key(words: str) -> str:
    """The key of a field that shows what holds now: another one after each change, which its browser must not undo."""
    mine = brought()
    return key(f"{words} {mine.turn if mine else 0}")


def said(key: str) -> Any:
    """What a widget of this page says, in its callback."""
    return st.session_state.get(key)


def change(mapping: m.Mapping) -> None:
    """Take the sheets for something else; what they were taken for can be had back."""
    mine = brought()
    if mine is not None and mapping != mine.mapping:
        mine.earlier = [*mine.earlier, mine.mapping][-MOST_UNDONE:]
        mine.mapping, mine.turn = mapping, mine.turn + 1


def change_column(sheet: str, column: m.ColumnChoice) -> None:
    """Take one column for something else."""
    mine = brought()
    if mine is not None:
        change(mine.mapping.with_column(sheet, column))


def undo() -> None:
    """Take the last change back."""
    mine = brought()
    if mine is not None and mine.earlier:
        mine.mapping, mine.done, mine.turn = mine.earlier.pop(), "", mine.turn + 1


def look_at(what: str) -> None:
    """Look at the columns, or at the cells."""
    mine = brought()
    if mine is not None:
        mine.looked_at = what


def begin_anew() -> None:
    """Nothing that was wanted of one cohort is wanted of another."""
    wanted.only({})
    lit.release()


def left_open(questions: list[Question], made: Applied) -> str:
    """What is to be known of a cohort on every page: questions that are open, rows and cells that are in no number."""
    left, listed = sum(not one.answer for one in questions), sum(one.listed for one in made.sums)
    rows = sum(one.rows for one in made.sums)
    parts = [f"{counted(left, 'question')} open"] if left else []
    parts += [f"{listed:,} of {rows:,} rows not used"] if listed else []
    parts += [f"{counted(len(made.problems), 'cell')} to look at"] if made.problems else []
    return ", ".join(parts)


def open_cohort() -> None:
    """Show the cohort that was brought on every page (a button's callback); what keeps it from opening is kept."""
    mine = brought()
    made = None if mine is None else mine.now().applied
    if mine is None or made is None:
        return
    row = made.tables["cohort"][0]
    told = (*row[:-1], left_open(mine.now().questions, made) or None)
    try:
        made_of = open_tables(made.columns, made.tables | {"cohort": [told]})
    except CohortError as error:
        mine.cannot_open = str(error)
        return
    mine.cannot_open, mine.was_opened, mine.opened_at = "", True, mine.turn
    _show(made_of)


def just_opened() -> bool:
    """Whether the cohort was opened by the click that began this run."""
    mine = brought()
    was_opened = mine is not None and mine.was_opened
    if mine is not None:
        mine.was_opened = False
    return was_opened


def opened() -> Database | None:
    """The cohort that was brought and opened, whichever is shown now; None where none was."""
    return st.session_state.get("own cohort")


def is_behind(mine: Brought) -> bool:
    """Whether the pages show the cohort as it was before it was changed here."""
    return cached.is_own() and mine.opened_at not in (None, mine.turn)


def holds_anything() -> bool:
    """Whether this session holds what a reload would forget."""
    return brought() is not None or opened() is not None


def _show(cohort: Database) -> None:
    """Show a cohort of the viewer's own, and keep it beside the others."""
    begin_anew()
    st.session_state["own cohort"] = cohort
    held.hold(cohort)
    cached.choose(cached.OWN, cohort)


def show(which: str | None) -> None:
    """Show the cohort that the app opens on, the simulated one, or the one that was opened (a button's callback)."""
    begin_anew()
    st.session_state["opened as it is"] = True
    cached.choose(which, opened() if which == cached.OWN else None)


def forget() -> None:
    """Forget what was brought, and what was made of it (a button's callback)."""
    if cached.is_own():
        begin_anew()
        cached.choose(None)
    for name in ("brought", "own cohort"):
        st.session_state.pop(name, None)
    _forget_uploads()
    held.let_go()
