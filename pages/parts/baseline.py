"""The baseline table of the overview, by group, with everybody beside them where groups are compared."""

from functools import partial

import streamlit as st

from core.cohort.labels import group_labels
from core.cohort.selection import CHOSEN, Selection
from core.cohort.variables import Variable
from core.patients.baseline import BaselineRow, baseline_table, side_by_side
from core.text import Table
from pages.shared import cached, choices, downloads, small_cells, style, widgets

MOST_ROWS = 70
"""Rows that are drawn unasked."""


def draw_baseline(selection: Selection) -> None:
    """The table; of more variables than it has room for those that are asked for. Its file has all."""
    variables = tuple(v for v in cached.database().variables if v.section != "after infusion")
    parts = _parts(selection)
    counted = [  # asked here: a file is made outside the run
        (cached.answer("cohort/level_counts", chosen), cached.answer("cohort/number_summaries", chosen), groups)
        for chosen, groups, _ in parts
    ]
    header = ["Characteristic"]
    for _, groups, names in parts:
        header += [f"{name} (N = {size})" for name, size in zip(names, groups.values(), strict=True)]

    def rows_of(shown: tuple[Variable, ...]) -> tuple[BaselineRow, ...]:
        return side_by_side([baseline_table(shown, *of_part) for of_part in counted])

    labels = {variable.name: variable.label for variable in variables}

    def table(rows: tuple[BaselineRow, ...]) -> Table:
        return ["Variable", *header], [[labels[row.variable], row.label, *row.cells] for row in rows]

    how, rests_on = "n (%) of the group, or median (range).", tuple(f"patients.{v.name}" for v in variables)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading("Baseline")
        footer = partial(downloads.footer, selection, how, rests_on)
        downloads.save_table(lambda: table(rows_of(variables)), footer, "baseline")
    rows = rows_of(choices.choose_variables("baseline_of", variables, MOST_ROWS))
    said = "n (%) of all patients of the group, or median (range). Differences in baseline are described, not tested."
    cells = small_cells.held(table(rows))[1]
    style.table(header, [row[1:] for row in cells], indent=[not row.heading for row in rows], said=said)


def _parts(selection: Selection) -> list[tuple[Selection, dict[int, int], list[str]]]:
    """The groups that are compared, if any, and everybody: each a selection, its sizes and their names."""
    everyone, sizes = selection.as_one_group, cached.group_sizes(selection)
    parts = [
        (everyone, cached.group_sizes(everyone), [CHOSEN.removesuffix(" patients") if everyone.filters else "All"])
    ]
    if selection.comparison is not None and len(sizes) > 1:
        labels = group_labels(selection, cached.database().variables)
        parts.insert(0, (selection, sizes, [labels[group] for group in sizes]))
    return parts
