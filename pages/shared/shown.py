"""What is shown with what can be taken away of it: a table with its file, a figure with its files."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.frame import with_finding
from core.figures.theme import Specification
from core.text import Table
from pages.shared import downloads, lit, small_cells, style, widgets

Cells = Iterable[tuple[float, float]] | None
"""What a figure counts, each of a total; None where it shows single patients."""
Footer = Callable[[], tuple[str, ...]]
"""The lines under a file, worked out when it is taken away."""


def table(
    shown: Table, footer: Footer, name: str, colours: list[str] | None = None, indent: list[bool] | None = None
) -> None:
    """A table (`style.table`) and under it the button that gives it as the file `name`."""
    style.table(*shown, colours, indent)
    if not small_cells.is_held(shown[0]):
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
    cells: Cells = None,
    **options: Any,
) -> None:
    """
    A figure, which counts `cells`, and at the place `save` the button that gives it as the file
    `name` (or `key`) with its `data`. `title` and the `lines` of numbers that
    it rests on stand above it in the file, and in fullscreen.
    """
    title, lines = ("", ()) if small_cells.tell_few(title) else (title, lines)
    if small_cells.are_few(cells):
        style.note(small_cells.why_no_figure(cells))
        return
    with save:
        downloads.save_figure(chart, title, footer, name or key, data, lines)
    style.figure(with_finding(chart, [title, *lines]), key, **options)


def finding(
    heading: DeltaGenerator, title: str, facts: list[tuple[str, str]], of_single: bool = False, beside: Cells = ()
) -> None:
    """
    At the place `heading` what was found and the numbers that it rests on; `of_single` where those are single
    patients' values. `beside` is counted on the page beside it, and would be told by it.
    """
    with heading:
        few = small_cells.tell_few(title) or (of_single and bool(small_cells.smallest())) or small_cells.are_few(beside)
        widgets.title(small_cells.TOO_FEW if few else title)
        style.facts([] if few else facts)


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
