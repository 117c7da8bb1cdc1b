"""
A whole figure: its layers in the room that a page, a phone or a projector gives it, and its data.

A figure has two parts. Its *template* is what no selection changes: marks,
scales, axes and texts; Altair builds it once for each structure, and it is kept.
Its *data* come with each selection: tables and numbers, put in by their names.
So a page pays for Altair once, and the browser keeps its figure.
"""

from collections.abc import Callable
from functools import cache, wraps
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from core.figures.grammar import ONCE, drawn_from, x_at, y_at
from core.figures.theme import Specification, configuration

NARROW_BELOW = 560
_NARROW = alt.VariableParameter(name="narrow", expr=f"containerSize()[0] < {NARROW_BELOW} && width > 0")
"""Asks for the width, so that it is asked again when that changes; a file has no container and is never narrow."""
_FULLSCREEN = alt.VariableParameter(
    name="fullscreen", expr="windowSize()[0] > 900 && windowSize()[0] - containerSize()[0] < 60 && width + height > 0"
)
_GROWN = alt.VariableParameter(
    name="grown", expr="fullscreen && !tall ? 1.5 : windowSize()[0] >= 1700 && width > 0 ? 1.15 : 1"
)
"""
How much larger text and lines are on a large screen, and in fullscreen where the
figure is not too tall for it: it is drawn into as much less of its room, and
pages/shared/style.css, which knows the tall ones by their layer, enlarges the whole.
"""
_ROOM = alt.VariableParameter(
    name="room", expr="containerSize()[0] > 0 && width > 0 ? containerSize()[0] / grown - 16 : width + gutter"
)
"""The pixels from the left end of the texts to the right end of the plot, known before Vega has laid them out."""
_TALL = 720
_FINDING = ["line", "up", "head"]
_HEAD_LETTERS, _LINE_LETTERS = 62, 88
"""Letters of the finding's lines that fit the smallest window in which it is shown."""
_FREE = "(1 - 1 / grown) * (grown > 1 ? containerSize()"


def template(build: Callable[..., Specification]) -> Callable[..., Specification]:
    """
    A figure's template, built once for each structure (its arguments).

    It is not checked while the app runs, which would take twice the time: the
    tests hold every figure against Vega-Lite's schema.
    """

    @cache
    @wraps(build)
    def built(*structure: Any) -> Specification:
        with debug_mode(False):
            return build(*structure)

    return built


def figure(*layers: alt.Chart, numbers: tuple[str, ...] = (), **options: Any) -> Specification:
    """
    Layers as a figure that fills its container, without data. Expressions may
    speak of `narrow` (whether it is as narrow as on a phone), of `gutter` (the
    pixels that texts take left of the plot) and of the other `numbers` that
    `filled` puts in.
    """
    chart = alt.LayerChart(
        layer=[*layers, *_on_a_projector()],
        params=[
            _NARROW,
            _FULLSCREEN,
            _GROWN,
            _ROOM,
            *(alt.VariableParameter(name=name, value=0) for name in ("gutter", "tall", "above", *numbers)),
        ],
        width="container",
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        padding=alt.ExprRef(f"{{left: 2, top: 4, right: 14 + {_FREE}[0] : 0), bottom: 6 + {_FREE}[1] : 0)}}"),
        config=configuration(),
        **options,
    )
    whole = chart.to_dict(validate=False)
    for layer in whole["layer"]:
        if layer["mark"]["type"] != "text" and "tooltip" not in layer.get("encoding", {}):
            layer["mark"]["aria"] = False  # a line or mark without words is not read out
    return whole


def _on_a_projector() -> list[alt.Chart]:
    """
    In fullscreen the finding stands above the figure, which has left its page;
    and a mark without ink tells the page's style that it is tall.
    """
    lines = drawn_from("finding").mark_text(
        align="left",
        baseline="bottom",
        fontSize=alt.ExprRef("datum.head ? 18 : 13"),
        fontWeight=alt.ExprRef("datum.head ? 600 : 400"),
        text=alt.ExprRef("fullscreen ? datum.line : ''"),
    )
    tall = drawn_from("tall").mark_rule(opacity=0).properties(name="tall")
    place = {"x": x_at("-gutter"), "y": y_at("fullscreen ? -above - 20 * datum.up : 0")}
    return [lines.encode(**place), tall.encode(x=x_at(0), y=y_at(0), x2=alt.X2Value(1))]


def with_finding(specification: Specification, lines: list[str]) -> Specification:
    """The figure with its finding and the numbers that this rests on, which stand above it in fullscreen."""
    heads = wrap(lines[0], _HEAD_LETTERS)
    shown = [*heads, *(part for line in lines[1:] for part in wrap(line, _LINE_LETTERS))]
    last = len(shown) - 1
    rows = [(line, last - place, place < len(heads)) for place, line in enumerate(shown)]
    finding = pd.DataFrame(rows, columns=_FINDING)
    return specification | {"datasets": specification["datasets"] | {"finding": finding}}


def filled(
    template: Specification,
    description: str,
    height: int,
    depth: int,
    gutter: int,
    datasets: dict[str, pd.DataFrame],
    heading: str = "",
    narrow_gutter: int | None = None,
    narrow_depth: int | None = None,
    **numbers: float | list[float],
) -> Specification:
    """
    A template with its data; the template itself is shared and stays as it is.

    `description` is what a screen reader says; `height` is all of the figure,
    so that the page never jumps; `depth` and `gutter` are how far its texts
    reach below and to the left of the plot, where a file's footer begins, and
    `narrow_gutter` and `narrow_depth` the same in a narrow figure, where they
    differ; `heading` stands above it. The number `above` is how far its texts
    reach above the plot.
    """
    tall = height > _TALL
    narrow = gutter if narrow_gutter is None else min(gutter, narrow_gutter)
    given: dict[str, Any] = {name: {"value": value} for name, value in ({"above": 60} | numbers).items()}
    given |= {"tall": {"value": int(tall)}, "gutter": {"expr": f"narrow ? {narrow} : {gutter}"}}
    shown = {"depth": depth, "narrow_depth": narrow_depth or depth, "embedOptions": {"renderer": "svg"}}
    title = {"title": template["title"] | {"text": heading}} if heading else {}
    return (
        template
        | title
        | {
            "description": description,
            "height": height,
            "usermeta": shown,
            "params": [{"name": param["name"]} | given.get(param["name"], param) for param in template["params"]],
            "datasets": {
                ONCE: pd.DataFrame({"one": [0]}),
                "finding": pd.DataFrame([], columns=_FINDING),
                "tall": pd.DataFrame({"one": [0] if tall else []}, dtype=float),
                **datasets,
            },
        }
    )


def with_rows(specification: Specification) -> Specification:
    """The whole figure as plain values: its tables as rows."""
    return specification | {"datasets": {name: rows_of(specification, name) for name in specification["datasets"]}}


def rows_of(specification: Specification, data: str) -> list[dict[str, Any]]:
    """The rows of one of a figure's tables, an empty cell as null."""
    frame = specification["datasets"][data]
    columns = [[None if value != value else value for value in frame[name].tolist()] for name in frame]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]
