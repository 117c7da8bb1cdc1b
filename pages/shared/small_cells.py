"""How small a number may be that this session shows: set for a cohort before it is shown to others, or taken away."""

import re
from collections.abc import Iterable

import streamlit as st

from core import small_cells
from core.small_cells import CHOICES, SINGLE, WITHHELD
from core.text import Table
from pages.shared import lit, widgets

KEY = "smallest shown"
TOO_FEW = "Withheld: a number here is too small to be shown"
_NAMED = re.compile(r"\b[Pp]atients? \(?[\w-]*\d")
HELD = {"value": WITHHELD, "count": "", "limits": "", "estimate": None}
"""In place of a headline's number."""


def smallest() -> int:
    """The smallest count of patients that is shown; 0 where all are."""
    return st.session_state.get(KEY, 0)


def set_smallest(number: int) -> None:
    """Withhold counts under this number, and single patients with them (0: nothing)."""
    st.session_state[KEY] = number
    if number:
        lit.release()


def _chosen() -> None:
    set_smallest(st.session_state[f"{KEY} chosen"])


def draw_choice() -> None:
    """The choice of it."""
    words = {number: f"Under {number}" if number else "None" for number in CHOICES}
    widgets.selectbox(
        "Withhold small numbers",
        list(words),
        smallest(),
        format_func=words.__getitem__,
        key=f"{KEY} chosen",
        on_change=_chosen,
        help="On every figure, table and file: counts of fewer patients, what would give them away, single patients.",
    )


def counted(number: int, total: int | None = None) -> str:
    """A count of patients, or that it is below what is shown, or leaves so few of the total."""
    if small_cells.few(number, smallest()):
        return f"<{smallest()}"
    few_left = total is not None and small_cells.few(total - number, smallest())
    return f">{total - smallest():,}" if few_left else f"{number:,}"


def are_few(cells: Iterable[tuple[float, float]] | None) -> bool:
    """Whether a figure of these counts (each of a total) is not to be shown; None: it shows single patients."""
    return bool(smallest()) and (cells is None or small_cells.any_few(cells, smallest()))


def tell_few(words: str, alone: bool = False) -> bool:
    """Whether words tell a number that is not to be shown (`small_cells.tells_few`), or name a patient."""
    if not smallest():
        return False  # as on nearly every run: no sentence is looked through
    return small_cells.tells_few(words, smallest(), alone) or _NAMED.search(words) is not None


def is_held_fact(label: str, value: str) -> bool:
    """Whether a label with its number tells a small count, or the ends of a range, which are single patients."""
    return bool(smallest()) and ("(range)" in label or tell_few(label) or tell_few(value, alone=True))


def counts_shown(counts: list[int]) -> list[str]:
    """Counts side by side that add up to what is known."""
    return small_cells.counts_shown(counts, smallest()) if smallest() else list(map(str, counts))


def is_held(header: list[str]) -> bool:
    """Whether a table with this header is not shown at all."""
    return bool(smallest()) and small_cells.of_patients(header)


def held(table: Table) -> Table:
    """A table as it is shown and taken away."""
    return small_cells.withheld(table, smallest())


def why_no_figure(cells: Iterable[tuple[float, float]] | None) -> str:
    """Why a figure is not shown."""
    if cells is None:
        return SINGLE
    return f"The figure is withheld: it would show a number under {smallest()}."
