"""What one patient decides: p, hazard ratio or median with one status changed, and with one patient left out."""

from functools import partial
from typing import Any

import streamlit as st

from core import text
from core.cohort.selection import Selection
from core.figures.frame import with_finding
from core.survival import words_what_if as words
from core.survival.answers import moved_result
from core.survival.comparison import SurvivalComparison
from core.survival.figure import survival_chart
from core.survival.figure_what_if import MOVED, what_if_chart
from core.survival.result import SurvivalResult
from core.survival.tables_what_if import moved_table
from core.survival.what_if import MOST_PATIENTS, WhatIf, is_exact
from pages.shared import cached, choices, downloads, reconnect, shown, small_cells, style, wanted, widgets

NAMES = {"p": "Log-rank p", "ratio": "Hazard ratio", "median": "Median"}


def draw(selection: Selection, result: SurvivalResult, compared: SurvivalComparison | None) -> None:
    """The tab, for the groups that are compared, or the median of the first group."""
    if small_cells.smallest():
        style.note(small_cells.SINGLE)
        return
    measures = _measures(result, compared)
    if not measures:
        style.note("No test or median stands here that one patient could move: compare two groups, or none.")
        return
    measure = next(iter(measures))
    if len(measures) > 1:
        measure = choices.choose_one("moved_measure", "Measure", {one: NAMES[one] for one in measures}, measure)
    name, groups = measures[measure]
    with st.spinner("Moving each patient …", show_time=False):
        found = cached.what_if_one(selection, result.endpoint, choices.survival_options(), measure, groups)
    if found is None:
        style.note(f"Of more than {MOST_PATIENTS} patients no single one is moved; set a filter.")
        return
    if found.observed is None:
        style.note(f"{name} cannot be estimated of these patients, so there is nothing to move.")
        return
    tables = {group.number: group.table for group in result.groups if group.number in groups}
    how = words.method(measure, is_exact(tables))
    footer = partial(downloads.footer, selection, how, ("patients", "endpoints"), result.everyone.table.patients)
    title = words.finding(found, name, measure)
    chart = what_if_chart(found, name, {"median": "months"}.get(measure, measure), len(groups) > 1, shown.clicks())
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading(title)
        downloads.save_figure(chart, title, footer, "one_patient")
    asked = {"endpoint": result.endpoint, "landmark": selection.landmark or 0, "most": MOST_PATIENTS}
    endings, labels = cached.answer("survival/endings", selection, **asked), {g.number: g.label for g in result.groups}
    table = moved_table(found, name, measure, labels, endings)
    style.note(f"First in the table below, and moving it furthest: {table[1][0][0]}.")
    heard = partial(shown.take_click, "one patient", take_moved)
    style.figure(with_finding(chart, [title]), "one patient", on_select=heard)
    draw_moved(result, groups, found, name, measure)
    shown.table(table, footer, "one_patient_table")
    style.note(how)


def take_moved(clicked: dict[str, Any]) -> None:
    """A dot that was clicked: the curves are shown with this patient moved so."""
    if "kind" in clicked:
        wanted.want({"moved": tuple(clicked[name] for name in MOVED)})


def draw_moved(result: SurvivalResult, groups: tuple[int, ...], found: WhatIf, name: str, measure: str) -> None:
    """The curves with one patient moved, as was clicked in the strips."""
    moved = wanted.get("moved")
    exact = next((o for o in found.moved if moved and (o.group, o.months, o.event) == tuple(moved[1:])), None)
    if exact is None:
        style.note("Click a dot to see the curves so.")
        return
    after = moved_result(result, groups, (moved[0], exact.group, exact.months, exact.event))
    if after is None:
        style.note("Without this patient nobody is left.")
        return
    value = words.moved_text(getattr(exact, moved[0]), measure)
    title = f"{words.moved_words(moved[0], exact.months, exact.event)}: {text.lowered(name)} {value}"
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading(title)
        reconnect.button("Close", wanted.want, {"moved": None}, icon=":material/close:", type="tertiary", key="unmove")
    longest = max(group.table.last_follow_up for group in result.groups)
    chart = survival_chart(after, longest, band=False)
    style.figure(with_finding(chart, [title]), "moved curves")


def _measures(result: SurvivalResult, compared: SurvivalComparison | None) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Each measure's name, and the numbers of the groups that it is of."""
    found: dict[str, tuple[str, tuple[int, ...]]] = {}
    if compared is not None and compared.test is not None:
        groups = (compared.reference, *(group for group, _ in compared.ratios))
        found["p"] = ("Log-rank p", tuple(sorted(group.number for group in groups)))
        if len(compared.ratios) == 1:
            against, group = compared.reference, compared.ratios[0][0]
            found["ratio"] = (f"Hazard ratio, {group.label} against {against.label}", (against.number, group.number))
    if not result.competing and len(result.groups) == 1:
        found["median"] = (f"Median {result.endpoint}, months", (result.groups[0].number,))
    return found
