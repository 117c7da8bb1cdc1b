"""
A cohort of the viewer's own: the sheets that were brought, what they are taken for, and the cohort made of them.

All of it lives in this session: in no file, no address, no log and nothing that another session can reach.
"""

import gc
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import streamlit as st

from core.cohort.database import open_tables
from core.importers import mapping as m
from core.importers.apply import Applied, NoPatients, applied
from core.importers.files import sheets_of
from core.importers.recognise import Recognised, recognised
from core.importers.sheets import UnreadableFile
from pages.shared import cached, lit, wanted

MOST_UNDONE = 50


@dataclass
class Brought:
    """
    What this session was given: its files by name, what was found in them, the
    mapping as it stands with the earlier ones, and what the mapping makes of the sheets (or why it cannot).
    """

    files: tuple[str, ...]
    found: Recognised
    mapping: m.Mapping
    earlier: list[m.Mapping] = field(default_factory=list)
    made: tuple[m.Mapping, Applied | None, str] | None = None

    def applied(self) -> tuple[Applied | None, str]:
        """What the mapping makes of the sheets, or None and what is needed."""
        if self.made is None or self.made[0] != self.mapping:
            try:
                self.made = (self.mapping, applied(self.found.tables, self.mapping), "")
            except NoPatients as error:
                self.made = (self.mapping, None, str(error))
        return self.made[1], self.made[2]


def brought() -> Brought | None:
    """What this session was given; None where nothing was."""
    return st.session_state.get("brought")


def take(files: list[Any]) -> list[str]:
    """Read uploaded files together. Returns what could not be read, a sentence each."""
    sheets, refused = [], []
    for file in files:
        try:
            sheets += sheets_of(file.name, file.getvalue())
        except UnreadableFile as error:
            refused.append(str(error))
    if sheets:
        found = recognised(sheets, date.today().isoformat())
        if found.tables:
            st.session_state["brought"] = Brought(tuple(file.name for file in files), found, found.mapping)
        else:
            refused.append("No table was found in what was brought: a table has a row of headings and rows below it.")
    return refused


def change(mapping: m.Mapping) -> None:
    """Take the sheets for something else; what they were taken for can be had back."""
    own = brought()
    if own is not None and mapping != own.mapping:
        own.earlier = [*own.earlier, own.mapping][-MOST_UNDONE:]
        own.mapping = mapping


def undo() -> None:
    """Take the last change back."""
    own = brought()
    if own is not None and own.earlier:
        own.mapping = own.earlier.pop()


def begin_anew() -> None:
    """Nothing that was wanted of one cohort is wanted of another."""
    wanted.only({})
    lit.release()


def open_cohort() -> None:
    """Show the cohort that was brought on every page. Raises CohortError."""
    own = brought()
    made = own.applied()[0] if own is not None else None
    if made is not None:
        opened = open_tables(made.columns, made.tables)
        begin_anew()
        cached.choose(cached.OWN, opened)


def show(which: str | None) -> None:
    """Show the cohort that the app opens on, or the simulated one (a button's callback)."""
    begin_anew()
    cached.choose(which)


def forget() -> None:
    """Forget what was brought, and what was made of it."""
    if cached.is_own():
        show(None)
    st.session_state.pop("brought", None)
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1
    gc.collect()
