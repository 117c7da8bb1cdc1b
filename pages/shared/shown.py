"""What is shown with what can be taken away of it: a table with its file, a figure with its files."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.frame import with_finding
from core.figures.theme import Specification
from core.text import Table
from pages.shared import downloads, lit, style

Footer = Callable[[], tuple[str, ...]]
"""The lines under a file, worked out when it is taken away."""


def table(
    shown: Table, footer: Footer, name: str, colours: list[str] | None = None, indent: list[bool] | None = None
) -> None:
    """A table (`style.table`) and under it the button that gives it as the file `name`."""
    style.table(*shown, colours, indent)
    downloads.save_table(lambda: shown, footer, name)


def figure(
    chart: Specification,
    key: str,
    title: str,
    footer: Footer,
    save: DeltaGenerator,
    data: dict[str, Callable[[], Table]] | None = None,
    name: str = "",
    lines: tuple[str, ...] = (),
    **options: Any,
) -> None:
    """
    A figure, and at the place `save` the button that gives it as the file
    `name` (or `key`) with its `data`. `title` and the `lines` of numbers that
    it rests on stand above it in the file, and in fullscreen.
    """
    with save:
        downloads.save_figure(chart, title, footer, name or key, data, lines)
    style.figure(with_finding(chart, [title, *lines]), key, **options)


def clicks() -> int:
    """How many clicks on figures were taken: what a figure's data carry, so that the same place is heard again."""
    return st.session_state.get("clicks", 0)


def take_click(key: str, take: Callable[[dict[str, Any]], None]) -> None:
    """A figure's callback: hand what was clicked to `take`."""
    picked = [mark for marks in st.session_state[key].selection.values() for mark in marks]
    newest = [mark for mark in picked if mark.get("turn") == clicks()]  # the others are earlier clicks
    if newest:
        st.session_state["clicks"] = clicks() + 1
        take(max(newest, key=len))  # every layer hears a click; the one that it fell on knows most of it


def heard(key: str) -> Callable[[], None]:
    """What a figure of patients does on a click, as its `on_select`: light the patient whose mark was clicked."""
    return partial(take_click, key, lit.take)
