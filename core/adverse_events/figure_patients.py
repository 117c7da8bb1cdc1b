"""Patient by term: the worst grade in each cell."""

from typing import Any

import pandas as pd

from core.adverse_events.figure_rows import MOST_LINES, figure_of_rows, placed_rows, row_names
from core.adverse_events.result import Line
from core.adverse_events.words import grade_text
from core.figures.grammar import (
    Specification,
    at,
    clicked,
    layer,
    legend,
    legend_rows,
    number,
    own_colour,
    scaled,
    words_inside,
)
from core.figures.theme import TEXT_ON, colour, group_colour

MOST_PATIENTS = 60


def grid_chart(cells: pd.DataFrame, lines: tuple[Line, ...], labels: tuple[str, ...], turn: int = 0) -> Specification:
    """
    A column a patient, a row a term, the worst grade in each cell; groups
    stand apart. `cells` answers adverse_events/grid for the terms
    of `lines`; `labels` name the groups by number.
    """
    lines = tuple(line for line in lines if line.term is not None)[:MOST_LINES]
    rows, gutter = placed_rows(lines, False, turn)
    patients, heads, width = _columns_of(cells, labels)
    places = {line.name: place for place, line in enumerate(lines)}
    found = cells.dropna(subset=["term"])
    found = found[found["term"].isin(places)]
    exact = bool((found["grade_min"] == found["grade_max"]).all())
    where = dict(zip(patients["patient_id"], patients["column"], strict=True))
    grid = pd.DataFrame(
        [
            (
                places[row.term],
                where[row.patient_id],
                str(row.patient_id),
                row.term,
                grade_text(int(row.grade_min), int(row.grade_max)),
                *_cell_colours(int(row.grade_min), int(row.grade_max), exact),
                turn,
            )
            for row in found.itertuples()
        ],
        columns=["place", "column", "patient", "name", "grade", "colour", "ink", "turn"],
    )
    empty = pd.DataFrame(
        [(place, column) for place in places.values() for column in patients["column"]], columns=["place", "column"]
    )
    keys = _grid_keys(grid)
    layers = [
        *_cells(_room(width, grid["grade"])),
        *row_names(gutter),
        *_patient_names(_room(width, patients["patient_id"])),
        *legend(keys, "keys", gutter, "height + 20", width=132),
    ]
    scaled(layers, x=({"domain": [0, width], "nice": False}, None))
    return figure_of_rows(
        layers,
        {
            "rows": rows,
            "grid": grid,
            "empty": empty,
            "patients": patients,
            "heads": heads,
            "keys": legend_rows(keys),
        },
        lines,
        gutter,
        f"Worst grade of {len(patients)} patients by term",
        [clicked("cells", "name"), clicked("names", "name")],
        below=30,
    )


def _grid_keys(grid: pd.DataFrame) -> list[dict[str, Any]]:
    """What each colour of the cells means, of those that occur."""
    names = {colour("grade2"): "Grade 1–2", colour("grade3"): "Grade 3 or more", colour("panel"): "Across 2 and 3"}
    if all(len(grade) == 1 for grade in grid["grade"]):
        names = {colour(f"grade{grade}"): f"Grade {grade}" for grade in range(1, 6)}
    seen = set(grid["colour"])
    return [
        {"label": label, "shape": "square", "fill": hue, "stroke": hue} for hue, label in names.items() if hue in seen
    ]


def _columns_of(cells: pd.DataFrame, labels: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Each patient's column with a gap between groups, each group's name above its first, and the whole width."""
    each = cells.drop_duplicates("patient_id")[["patient_id", "group"]]
    rows, heads, column, before = [], [], 0.0, None
    for patient, group in zip(each["patient_id"], each["group"], strict=True):
        if before is not None and group != before:
            column += 0.6
        if group != before and len(labels) > 1:
            heads.append((column, labels[int(group)], group_colour(int(group))))
        rows.append((str(patient), column))
        column, before = column + 1, group
    return (
        pd.DataFrame(rows, columns=["patient_id", "column"]),
        pd.DataFrame(heads, columns=["column", "label", "colour"]),
        max(column, 8.0),
    )


def _cell_colours(lowest: int, highest: int, exact: bool) -> tuple[str, str]:
    """Five colours where every grade shown is known, otherwise those of the bands."""
    name = "grade2" if highest <= 2 else "grade3" if lowest >= 3 else "panel"
    name = f"grade{lowest}" if exact else name
    return colour(name), colour(TEXT_ON[name])


def _room(columns: float, words: pd.Series) -> str:
    """True in the browser where the longest of the words fits a column: all are shown or none; one alone misleads."""
    return f"width / {columns} > {4 + 7 * max(map(len, words), default=0)}"


def _cells(room: str) -> list[Specification]:
    inside = [
        {"calculate": "datum.column + 0.04", "as": "left"},
        {"calculate": "datum.column + 0.96", "as": "right"},
        {"calculate": "datum.column + 0.5", "as": "centre"},
        {"calculate": "datum.place + 0.06", "as": "top"},
        {"calculate": "datum.place + 0.94", "as": "bottom"},
        {"calculate": "datum.place + 0.5", "as": "middle"},
    ]
    span = {"x": number("left"), "x2": {"field": "right"}, "y": number("top"), "y2": {"field": "bottom"}}
    tooltip = [
        {"field": "patient", "title": "Patient"},
        {"field": "name", "title": "Event"},
        {"field": "grade", "title": "Worst grade"},
    ]
    ground = layer("rect", "empty", span, fill=colour("panel"), cornerRadius=3)
    filled = layer("rect", "grid", span | {"fill": own_colour(), "tooltip": tooltip}, cornerRadius=3, cursor="pointer")
    digits = words_inside("grid", f"{room} ? datum.grade : ''", 11)
    return [
        ground | {"transform": inside},
        filled | {"name": "cells", "transform": inside},
        digits | {"transform": inside},
    ]


def _patient_names(room: str) -> list[Specification]:
    centre = [{"calculate": "datum.column + 0.5", "as": "centre"}]
    names = layer(
        "text",
        "patients",
        {"x": number("centre"), "y": at("-10")},
        text={"expr": f"{room} ? datum.patient_id : ''"},
        fontSize=12,
        color=colour("mute"),
        baseline="middle",
        align="center",
    )
    heads = layer(
        "text",
        "heads",
        {"x": number("column"), "y": at("-28"), "text": {"field": "label"}, "fill": own_colour()},
        fontSize=12,
        fontWeight=600,
        baseline="middle",
        align="left",
    )
    return [names | {"transform": centre}, heads]
