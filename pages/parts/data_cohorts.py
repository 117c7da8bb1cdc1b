"""The cohorts to choose from, in the sidebar: the one the app opens on, a simulated one, and one's own."""

from html import escape

import streamlit as st

from pages.parts import data_loaded
from pages.shared import cached, own, small_cells, widgets
from pages.shared.widgets import Markup

MOST_NAMED = 3
PRIVATE = (
    "Only in this session: never on disk, in a log or in an address; out of reach when you close or reload the tab, "
    "and out of memory minutes later."
)
SIMULATED = (
    f"{cached.SIMULATED_PATIENTS} patients drawn at random to resemble what larger BCMA CAR-T cohorts report: a place "
    "to try everything. No patient is described."
)


def draw(mine: own.Brought | None) -> None:
    """Every cohort of this session with what it is, and the way to it."""
    which = cached.chosen()
    with st.sidebar:
        widgets.markdown(Markup("**Cohorts**"))
        if mine is not None or own.opened() is not None:
            _yours(mine, which)
        _offer(None, which, *_opening())
        _offer(cached.SIMULATED, which, "Simulated cohort", SIMULATED)
        small_cells.draw_choice()


def _opening() -> tuple[str, str]:
    if cached.cohort_path() == cached.BUNDLED:
        return (
            "The article's cohort",
            "Eleven patients, rebuilt from what it prints; every page reproduces its results.",
        )
    return "The cohort the app opens on", "The one that this app was started with."


def _yours(mine: own.Brought | None, which: str | None) -> None:
    """What was brought, the way to it where it was opened, and the way to forget it."""
    files = () if mine is None else mine.files
    more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    with st.container(border=True, gap="small"):
        _words(f"{', '.join(files[:MOST_NAMED])}{more}" or "Your cohort", PRIVATE)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if own.opened() is not None:
                _button(cached.OWN, which)
            if mine is not None:
                with widgets.popover("Add", icon=":material/add:", type="tertiary", key=own.key("add files")):
                    data_loaded.draw_add()
            with widgets.popover("Forget", icon=":material/delete:", type="tertiary", key="forget"):
                widgets.caption("It is cleared from this session with all that was said of it; nothing brings it back.")
                widgets.button("Forget it", on_click=own.forget, key="forget it", type="primary")


def _offer(cohort: str | None, which: str | None, name: str, words: str) -> None:
    with st.container(border=True, gap="small"):
        _words(name, words)
        _button(cohort, which)


def _words(name: str, words: str) -> None:
    st.html(f'<div class="cg cg-cohort"><b>{escape(name)}</b><small>{escape(words)}</small></div>')


def _button(cohort: str | None, which: str | None) -> None:
    label = "Shown now" if cohort == which else "Show"
    widgets.button(label, key=f"show {cohort}", on_click=own.show, args=(cohort,), disabled=cohort == which)
