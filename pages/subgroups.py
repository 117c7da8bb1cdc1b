"""Does any subgroup stand out? One outcome in every baseline variable and level at once."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.article.answers import ENDPOINTS as ALLOWED
from core.article.tables_allowed import allowed_subgroups_table
from core.article.words_allowed import SHARE
from core.cohort.labels import group_labels
from core.cohort.selection import Selection
from core.subgroups import words
from core.subgroups.figure import forest_chart
from core.subgroups.outcome import ForestRow, Outcome
from core.subgroups.result import Forest
from core.subgroups.tables import forest_table
from pages.parts.subgroup_outcome import choose_outcome, estimate, forest_rows, subgroup_comparisons
from pages.shared import cached, choices, downloads, header, remarks, shown, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

TABLES = {"overall": "responses", "complete": "responses", "adverse": "adverse_events"}


@dataclass(frozen=True)
class View:
    """The page's outcome, two groups set against each other (their names, or None), rows, and how it was estimated."""

    selection: Selection
    outcome: Outcome
    pair: tuple[str, str] | None
    forest: Forest
    rows: tuple[ForestRow, ...]
    method: str

    def footer(self) -> tuple[str, ...]:
        return downloads.footer(self.selection, self.method, ("patients", TABLES.get(self.outcome.name, "endpoints")))


def take_row(clicked: dict[str, Any]) -> None:
    """A level that was clicked becomes the selection, a variable the comparison."""
    number, variable = int(clicked["number"]), str(clicked["variable"])
    if number < 0 or not selections.select_level(variable, number):
        selections.compare_by(variable)


def draw_notes(view: View) -> None:
    groups = cached.group_sizes(view.selection)
    many = f"{len(groups)} groups are compared; a forest sets two against each other, so all are shown together."
    table = TABLES.get(view.outcome.name, "endpoints")
    column = {"responses": "response", "adverse_events": "term"}.get(table, "status")
    style.note(
        "Click a level to select its patients, or a variable's name to compare by it. Hollow: fewer than 5 patients on "
        "either side." + (" The dashed line is the whole selection's." if view.forest.scale == "share" else ""),
        words.comparisons_sentence(view.rows, view.forest),
        many if view.selection.comparison is not None and view.pair is None and len(groups) > 2 else "",
        remarks.one_group(view.selection, groups),
        remarks.described(view.selection),
        remarks.rule(table, column),
    )


def cells_of(rows: tuple[ForestRow, ...], one: ForestRow | None = None) -> list[tuple[int, int]]:
    """What rows count, each of its total: all of them, or those of the same variable as `one`."""
    alike = [row for row in rows if one is None or (row.variable or row.label) == (one.variable or one.label)]
    return [(row.effect.events, row.effect.patients) for row in alike if row.effect is not None]


def draw_result(view: View, title: str, save: DeltaGenerator) -> None:
    if view.pair is not None and small_cells.smallest():
        style.note("Differences between two groups are withheld: they tell the counts that they are made of.")
        return
    measure, sides = words.measure_words(view.outcome, view.pair)
    header, body = forest_table(view.rows, view.forest.scale, measure, view.outcome.counted)
    drawn = tuple(row for row in view.rows if not small_cells.are_few(cells_of(view.rows, row)))
    cells = cells_of(drawn) or [(1, 1)]  # of nothing left: too little to be shown
    chart = forest_chart(
        view.forest, drawn if cells_of(drawn) else view.rows, measure, view.outcome.counted, sides, shown.clicks()
    )
    files, heard = {"Table": lambda: (header, body)}, partial(shown.take_click, "subgroups", take_row)
    shown.figure(chart, "subgroups", title, view.footer, save, files, cells=cells, on_select=heard)
    draw_notes(view)
    sentence = words.results_sentence(view.rows, view.forest, view.outcome, view.pair)
    style.sentence(f"{sentence} {view.method} {remarks.described(view.selection)}".strip())

    def draw_table() -> None:
        held = small_cells.held((header, body))[1]
        style.table(header[1:], [[row[1] or row[0], *row[2:]] for row in held], indent=[bool(row[1]) for row in body])
        downloads.save_table(files["Table"], view.footer, "subgroups_table")

    choices.tabs({"Table": draw_table, "Method": lambda: style.note(*view.footer())})
    draw_ranges(view)


def draw_ranges(view: View) -> None:
    """Where each hazard ratio goes in the cohorts that the article allows, while it is unfolded."""
    open_ones = view.outcome.is_ratio and view.pair is None and view.outcome.name in ALLOWED and cached.leaves_open()
    if not open_ones:
        return
    fold = widgets.expander("Each in all cohorts that the article allows", key="ranges", on_change="rerun")
    if not fold.open:
        return
    by_name = {comparison.variable: comparison for comparison in subgroup_comparisons(view.selection)}
    rows = [row for row in view.rows if row.variable and row.effect is not None and row.number is not None]
    subgroups = tuple((by_name[row.variable], int(row.number or 0)) for row in rows)
    with fold:
        with st.spinner("Going through the cohorts that the article allows …", show_time=False):
            found = cached.allowed_subgroups(view.selection, subgroups, view.outcome.name)
        shown.table(allowed_subgroups_table(rows, found), view.footer, "subgroups_allowed")
        style.note(SHARE)


def draw(selection: Selection) -> None:
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome = choose_outcome(selection)
        st.space("stretch")
        with st.container(horizontal=True, width="content"):
            limits = choices.choose_limits()
            save = st.container(width="content")
    if outcome is None:
        with heading:
            widgets.title("No outcome is recorded")
        style.note("Subgroups need responses, PFS, OS or adverse events. Bring them on the Data page.")
        return
    described = remarks.described(selection)
    if outcome.is_ratio and described:
        with heading:
            widgets.title("No hazard ratio of patients known by their outcome")
        style.note(described, "The survival page compares such patients from a landmark.")
        return
    comparisons = subgroup_comparisons(selection)
    against = remarks.pair(selection, described)
    forest = estimate(selection, outcome, comparisons, limits, against)
    rows = forest_rows(forest, comparisons) if forest is not None else ()
    if forest is None or len(rows) < 2:
        with heading:
            widgets.title("No subgroup to compare")
        style.note("These patients are alike in every baseline variable, or none of them was followed.")
        return
    labels = group_labels(selection, cached.database().variables)
    pair = None if against is None else (labels[against[0]], labels[against[1]])
    method = words.method(outcome, pair, limits, choices.survival_options().interval)
    view = View(selection, outcome, pair, forest, rows, method)
    title = words.finding(outcome, forest, rows, pair)
    shown.finding(heading, title, [])
    draw_result(view, title, save)


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
