"""Courses in time: every patient's line, each group's median with its quartiles, analytes above each other."""

from functools import partial
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core import text
from core.figures.frame import figure, filled, template
from core.figures.grammar import (
    axis,
    caption,
    clickable,
    down,
    drawn_from,
    label_by_width,
    legend,
    legend_rows,
    own,
    text_of,
    words,
    wrapped,
    x_at,
    y_at,
)
from core.figures.theme import DASHES, Specification, colour, group_colour
from core.kinetics import figure_data as drawn
from core.kinetics.result import EARLY, Kinetics

_ALONE, _ONE_OF_SEVERAL, _HEAD = 380, 118, 26
_ROW = 18
_KEY = 140
_NORMAL = 0.1
"""How strongly the normal range is shaded."""


def kinetics_chart(
    results: tuple[Kinetics, ...],
    since: str = "infusion",
    until: float | None = None,
    lit: str | None = None,
    turn: int = 0,
) -> Specification:
    """
    The figure of analytes in the same groups, from `since` to the day `until`,
    each a panel over the same days, with the line of the patient `lit` above all
    others; `turn` counts the clicks on lines.
    """
    days, tall = drawn.days_of(results, until), _ALONE if len(results) == 1 else _ONE_OF_SEVERAL
    results = tuple(drawn.within(result, days) for result in results)
    panels = [drawn.panel_of(result, place, _HEAD / tall) for place, result in enumerate(results)]
    both = list(zip(results, panels, strict=True))
    rows, cells = drawn.under_the_axis(results[0], days) if len(results) == 1 else _nothing_under()
    labels = [*rows["label"], *(["Day"] if rows.empty else [])]
    keys_below = any(bool(result.values["below"].any()) for result in results)
    keys = _keys(results[0], keys_below)
    return filled(
        _template(since),
        f"{text.listed([result.analyte.name for result in results])} of {_patients(results)}, by days since {since}",
        height=tall * len(results) + 72 + _ROW * len(rows) + 20 * wrapped(len(keys), _KEY),
        depth=52 + _ROW * len(rows),
        gutter=int(min(220, max(64, 7 * max(map(text.width, labels)) + 10))),
        narrow_gutter=92 if len(rows) else 46,
        datasets={
            "points": pd.concat([drawn.points(result, panel, days) for result, panel in both]).assign(turn=turn),
            "lit": pd.concat([drawn.points(drawn.of_patient(result, lit), panel, days) for result, panel in both]),
            "medians": pd.concat([drawn.medians(result, panel, days) for result, panel in both]),
            "normal": pd.concat([drawn.normal_range(result, panel) for result, panel in both]),
            "values": pd.concat([drawn.value_ticks(panel, 5 if tall == _ALONE else 3) for panel in panels]),
            "heads": pd.concat([drawn.heads(result, panel) for result, panel in both]),
            "days": days.ticks(),
            "break": pd.DataFrame({"x": days.place(np.array([float(EARLY)]))[: int(days.breaks)]}),
            "rows": rows,
            "cells": cells,
            "keys": legend_rows(keys),
        },
        rows=len(results),
        key_width=_KEY,
    )


def _patients(results: tuple[Kinetics, ...]) -> str:
    return text.patients(max(sum(group.measured for group in result.groups) for result in results))


def _nothing_under() -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.DataFrame(columns=["row", "label", "colour", "narrow_label"]), pd.DataFrame(
        columns=["row", "x", "count", "odd"]
    )


def _keys(result: Kinetics, below: bool) -> list[dict[str, Any]]:
    line = "M-1.2,-0.3L1.2,-0.3L1.2,0.3L-1.2,0.3Z"
    alone = len(result.groups) == 1
    names = ["Median, quartiles"] if alone else text.told_apart((group.label for group in result.groups), 16)
    hues = [colour("accent")] if alone else [group_colour(group.number) for group in result.groups]
    keys: list[dict[str, Any]] = [
        {"label": name, "shape": line, "fill": hue, "stroke": hue} for name, hue in zip(names, hues, strict=True)
    ]
    mute = colour("mute")
    keys.append({"label": "One patient", "shape": "M-1.2,0L1.2,0Z", "fill": mute, "stroke": mute})
    if below:
        keys.append({"label": "Below the limit", "shape": "circle", "fill": colour("bg"), "stroke": mute})
    if result.values[["lower_normal", "upper_normal"]].notna().any(axis=None):
        keys.append({"label": "Normal range", "shape": "square", "fill": colour("bg"), "stroke": colour("group2")})
    return keys


# -- what no selection changes ---------------------------------------------------------------------


@template
def _template(since: str) -> Specification:
    x, y = axis(alt.X, alt.Scale(domain=[0, 1], nice=False)), down()
    return figure(
        *_grounds(x, y),
        *_courses(x, y),
        *_words(x, y),
        *_under(x),
        *legend("keys", "gutter", "-16", "key_width", upward=True),
        caption(f"Days since {since}", "width", "height + 34"),
        numbers=("rows", "key_width"),
    )


def _grounds(x: partial, y: partial) -> list[alt.Chart]:
    normal = drawn_from("normal").mark_rect(color=colour("group2"), opacity=_NORMAL)
    lines = drawn_from("values").mark_rule(color=colour("line"), strokeWidth=0.6)
    turn = drawn_from("break").mark_rule(color=colour("faint"), strokeDash=[2, 3])
    return [
        normal.encode(x=x_at(0), x2=alt.X2Value(alt.ExprRef("width")), y=y("top"), y2=alt.Y2("bottom")),
        lines.encode(x=x_at(0), x2=alt.X2Value(alt.ExprRef("width")), y=y("y")),
        turn.encode(x=x("x"), y=y_at(0), y2=alt.Y2Value(alt.ExprRef("height"))),
    ]


def _courses(x: partial, y: partial) -> list[alt.Chart]:
    shared = {"detail": alt.Detail("line", type="nominal")}
    hue = alt.Stroke("colour", type="nominal", scale=None, legend=None)
    every = alt.Scale(domain=list(range(len(DASHES))), range=[dash or [1, 0] for dash in DASHES])
    band = drawn_from("medians").mark_area(opacity=0.16)
    one = drawn_from("points").mark_line(strokeWidth=1, opacity=0.5)
    median = drawn_from("medians").mark_line(strokeWidth=3)
    seen = drawn_from("points").transform_filter("!datum.below").mark_point(size=14, filled=True, opacity=0.7)
    under = drawn_from("points").transform_filter("datum.below").mark_point(size=26, fill=colour("bg"), opacity=1)
    said = [
        alt.Tooltip("patient_id", type="nominal", title="Patient"),
        alt.Tooltip("analyte", type="nominal", title="Measured"),
        alt.Tooltip("day", type="quantitative", title="Day"),
        alt.Tooltip("said", type="nominal", title="Value"),
    ]
    between = drawn_from("points").mark_line(strokeWidth=9, opacity=0, cursor="pointer")
    heard = drawn_from("points").mark_point(size=160, filled=True, opacity=0, cursor="pointer")
    return [
        band.encode(x=x("x"), y=y("lower"), y2=alt.Y2("upper"), fill=own(alt.Fill), **shared),
        one.encode(x=x("x"), y=y("y"), stroke=hue, **shared),
        median.encode(
            x=x("x"),
            y=y("y"),
            stroke=hue,
            strokeDash=alt.StrokeDash("dash", type="ordinal", scale=every, legend=None),
            **shared,
        ),
        seen.encode(x=x("x"), y=y("y"), color=alt.Color("colour", type="nominal", scale=None, legend=None)),
        under.encode(x=x("x"), y=y("y"), stroke=hue),
        *_lit(x, y),
        between.encode(x=x("x"), y=y("y"), **shared),
        clickable(heard.encode(x=x("x"), y=y("y"), tooltip=said), "heard", "patient_id"),
    ]


def _lit(x: partial, y: partial) -> list[alt.Chart]:
    """The line and values of the patient who is lit, in ink, so that it works with and without groups."""
    line = drawn_from("lit").mark_line(strokeWidth=2.2, color=colour("ink"))
    seen = drawn_from("lit").mark_point(size=34, filled=True, color=colour("ink"), opacity=1)
    return [
        line.encode(x=x("x"), y=y("y"), detail=alt.Detail("line", type="nominal")),
        seen.encode(x=x("x"), y=y("y")),
    ]


def _words(x: partial, y: partial) -> list[alt.Chart]:
    ticks = words(drawn_from("values"), 12, "right", color=colour("mute"))
    names = words(drawn_from("heads"), 13, fontWeight=600, dy=9)
    asides = words(drawn_from("heads"), 12, "right", color=colour("mute"), dy=9)
    days = words(drawn_from("days"), 12, "center", color=colour("mute"))
    return [
        ticks.encode(x=x_at(-8), y=y("y"), text=text_of("label")),
        names.encode(x=x_at(0), y=y("y"), text=text_of("label")),
        asides.encode(x=x_at("width"), y=y("y"), text=text_of("said")),
        days.encode(x=x("x"), y=y_at("height + 14"), text=_every_second("label")),
    ]


def _every_second(field: str) -> alt.TextValue:
    """A narrow figure has room for every second of the words along its axis."""
    return alt.TextValue(alt.ExprRef(f"narrow && datum.odd ? '' : datum.{field}"))


def _under(x: partial) -> list[alt.Chart]:
    place = f"height + 52 + {_ROW} * datum.row"
    names = words(drawn_from("rows"), 12)
    counts = words(drawn_from("cells"), 12, "center")
    return [
        names.encode(x=x_at("-gutter"), y=y_at(place), text=label_by_width(), fill=own(alt.Fill)),
        counts.encode(x=x("x"), y=y_at(place), text=_every_second("count")),
    ]
