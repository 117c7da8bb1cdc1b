"""Patient by term: the worst grade in each cell."""

from functools import partial
from typing import Any

import altair as alt
import pandas as pd

from core.adverse_events.figure_rows import MOST_LINES, filled_rows, placed_rows, row_names
from core.adverse_events.result import Line
from core.adverse_events.words import WHO_HAD_IT, grade_text, who_had_it
from core.cohort.provenance import FIRM
from core.figures.frame import figure, template
from core.figures.grammar import (
    axis,
    clickable,
    down,
    drawn_from,
    in_row,
    legend,
    legend_rows,
    own,
    strength_of,
    text_of,
    words,
    words_inside,
    y_at,
)
from core.figures.theme import TEXT_ON, Specification, colour, group_colour

MOST_PATIENTS = 60
_USUAL_WIDTH = 700
"""Points within which names stand beside each other; where they do not fit they stand upright below the columns."""
_LEAST_UPRIGHT, _LONGEST_UPRIGHT = 11, 16
"""Points of a column that an upright name takes, and letters of it that have room."""


def grid_chart(
    cells: pd.DataFrame,
    lines: tuple[Line, ...],
    labels: tuple[str, ...],
    sources: list[str],
    turn: int = 0,
    lit: str | None = None,
) -> Specification:
    """
    A column a patient, a row a term, the worst grade in each cell, pale and
    dashed where the patient was assigned it; groups stand apart. `cells` answers
    adverse_events/grid for the terms of `lines`; `labels` name the groups by
    number, `sources` say of each row of `cells` how it is known. The column of
    the patient `lit` has a ground.
    """
    lines = tuple(line for line in lines if line.term is not None)[:MOST_LINES]
    rows, gutter = placed_rows(lines, False, turn)
    patients, heads, width = _columns_of(cells, labels)
    places = {line.name: place for place, line in enumerate(lines)}
    known = cells.assign(assigned=[source not in FIRM for source in sources], who=who_had_it(sources) or "as recorded")
    grid = _graded(known, patients, places, turn)
    patients = patients.assign(turn=turn, strength=strength_of(patients["patient_id"], lit))
    empty = pd.DataFrame({"place": list(places.values())}).merge(patients, how="cross")
    keys = _grid_keys(grid)
    longest = _longest(patients["patient_id"])
    upright = 8 + 6 * min(longest, _LONGEST_UPRIGHT) if (4 + 7 * longest) * width > _USUAL_WIDTH else 0
    return filled_rows(
        _template(),
        f"Worst grade of {len(patients)} patients by term",
        lines,
        gutter,
        {
            "rows": rows,
            "grid": grid,
            "empty": empty,
            "patients": patients,
            "heads": heads,
            "keys": legend_rows(keys),
        },
        below=30 + upright,
        columns=width,
        longest_grade=_longest(grid["grade"]),
        longest_name=longest,
        upright=upright,
    )


# -- what no selection changes ---------------------------------------------------------------------


@template
def _template() -> Specification:
    x, y = axis(alt.X, alt.Scale(domain=[0, alt.ExprRef("columns")], nice=False)), down()
    return figure(
        *_cells(x, y),
        row_names(y, "name"),
        *_patient_names(x),
        *legend("keys", "gutter", "height + 20 + upright", "132"),
        numbers=("rows", "columns", "longest_grade", "longest_name", "upright"),
    )


def _room(longest: str) -> str:
    """True in the browser where the longest of the words fits a column: all are shown or none; one alone misleads."""
    return f"width / columns > 4 + 7 * {longest}"


def _cells(x: partial, y: partial) -> list[alt.Chart]:
    inside = {
        "left": "datum.column + 0.04",
        "right": "datum.column + 0.96",
        "centre": "datum.column + 0.5",
        "top": in_row(0.06, 0.52),
        "bottom": "datum.place + 0.94",
        "middle": in_row(0.5, 0.72),
    }
    span = {"x": x("left"), "x2": alt.X2("right"), "y": y("top"), "y2": alt.Y2("bottom")}
    grid = drawn_from("grid", **inside)
    tooltip = [
        alt.Tooltip("patient_id", type="nominal", title="Patient"),
        alt.Tooltip("name", type="nominal", title="Event"),
        alt.Tooltip("grade", type="nominal", title="Worst grade"),
        alt.Tooltip("who", type="nominal", title=WHO_HAD_IT),
    ]

    def cells(assigned: str, **look: Any) -> alt.Chart:
        kind = grid.transform_filter(f"datum.assigned === {assigned}")
        mark = kind.mark_rect(cornerRadius=3, cursor="pointer", **look)
        return mark.encode(**span, fill=own(alt.Fill), stroke=own(alt.Stroke), tooltip=tooltip)

    lit = drawn_from("patients", left="datum.column", right="datum.column + 1").mark_rect(
        fill=colour("accent"), opacity=alt.ExprRef("datum.strength"), cursor="pointer"
    )
    whole = lit.encode(x=x("left"), x2=alt.X2("right"), y=y_at(-20), y2=alt.Y2Value(alt.ExprRef("height + 4")))
    return [
        drawn_from("empty", **inside).mark_rect(fill=colour("panel"), cornerRadius=3, cursor="pointer").encode(**span),
        clickable(whole, "columns", "patient_id"),
        clickable(cells("false", strokeWidth=0), "cells", "name", "patient_id"),
        clickable(cells("true", fillOpacity=0.3, strokeDash=[3, 2]), "assigned", "name", "patient_id"),
        words_inside(grid, f"!narrow && {_room('longest_grade')} ? datum.grade : ''", 11, x, y),
    ]


def _patient_names(x: partial) -> list[alt.Chart]:
    shown = alt.ExprRef(f"{_room('longest_name')} ? datum.patient_id : ''")
    below = alt.ExprRef(
        f"!({_room('longest_name')}) && upright && width / columns > {_LEAST_UPRIGHT} ? datum.patient_id : ''"
    )
    placed = drawn_from("patients", centre="datum.column + 0.5")
    names = words(placed, 12, "center", text=shown, color=colour("mute"))
    turned = words(placed, 11, "right", text=below, color=colour("mute"), angle=270)
    heads = words(drawn_from("heads"), 12, fontWeight=600)
    return [
        names.encode(x=x("centre"), y=y_at("-10")),
        turned.encode(x=x("centre"), y=y_at("height + 6")),
        heads.encode(x=x("column"), y=y_at("-28"), text=text_of("label"), fill=own(alt.Fill)),
    ]


# -- what each selection changes -------------------------------------------------------------------


def _graded(cells: pd.DataFrame, patients: pd.DataFrame, places: dict[str, int], turn: int) -> pd.DataFrame:
    """A row a patient and term: where it stands, its worst grade and colours."""
    graded = cells.dropna(subset=["term"])
    graded = graded[graded["term"].isin(places)]
    exact = bool((graded["grade_min"] == graded["grade_max"]).all())
    where = dict(zip(patients["patient_id"], patients["column"], strict=True))
    return pd.DataFrame(
        [
            (
                places[row.term],
                where[row.patient_id],
                str(row.patient_id),
                row.term,
                grade_text(int(row.grade_min), int(row.grade_max)),
                *_cell_colours(int(row.grade_min), int(row.grade_max), exact, row.assigned),
                row.assigned,
                row.who,
                turn,
            )
            for row in graded.itertuples()
        ],
        columns=["place", "column", "patient_id", "name", "grade", "colour", "ink", "assigned", "who", "turn"],
    )


def _longest(words: pd.Series) -> int:
    return max(map(len, words), default=0)


def _grid_keys(grid: pd.DataFrame) -> list[dict[str, Any]]:
    """What each colour of the cells means, of those that occur."""
    names = {colour("grade2"): "Grade 1–2", colour("grade3"): "Grade 3 or more", colour("panel"): "Across 2 and 3"}
    if all(len(grade) == 1 for grade in grid["grade"]):
        names = {colour(f"grade{grade}"): f"Grade {grade}" for grade in range(1, 6)}
    seen = set(grid["colour"])
    keys = [
        {"label": label, "shape": "square", "fill": hue, "stroke": hue} for hue, label in names.items() if hue in seen
    ]
    pale = {"label": "Dashed, pale: assigned", "shape": "square", "fill": colour("bg"), "stroke": colour("mute")}
    return keys + ([pale] if grid["assigned"].any() else [])


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


def _cell_colours(lowest: int, highest: int, exact: bool, pale: bool) -> tuple[str, str]:
    """Five colours where every grade shown is known, otherwise those of the bands; and the ink on them."""
    name = "grade2" if highest <= 2 else "grade3" if lowest >= 3 else "panel"
    name = f"grade{lowest}" if exact else name
    return colour(name), colour("ink" if pale else TEXT_ON[name])
