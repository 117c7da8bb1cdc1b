"""
The few words in which the figures are written: Vega-Lite specifications as plain dictionaries.

A specification made by hand costs microseconds where building and validating
one through a library costs more than all the statistics on the page; the tests
validate every figure against the schema instead. Data stand apart under
`datasets`, so that a figure whose numbers change keeps its place on the page.
"""

from typing import Any

import pandas as pd

from core.figures.theme import colour, configuration

Specification = dict[str, Any]


def layer(mark: str, data: str | None, encoding: dict[str, Any], **properties: Any) -> Specification:
    """One layer of a figure: a mark with its properties, drawn from a named dataset (None: once)."""
    source: dict[str, Any] = {"name": data} if data else {"values": [{"one": 0}]}
    if "tooltip" not in encoding:  # or whoever points at it reads our columns
        properties = {"tooltip": None, **properties}
    return {"data": source, "mark": {"type": mark, **properties}, "encoding": encoding}


def number(field: str, **options: Any) -> dict[str, Any]:
    """A numeric field on a channel."""
    return {"field": field, "type": "quantitative", **options}


def own_colour(field: str = "colour") -> dict[str, Any]:
    """A field that holds the colour itself."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def words_inside(data: str, words: str, size: int) -> Specification:
    """Words (an expression) in the middle of bars or cells; `data` has their `centre`, `middle` and `ink`."""
    encoding = {"x": number("centre"), "y": number("middle"), "fill": own_colour("ink")}
    look = {"fontSize": size, "fontWeight": 600, "baseline": "middle", "align": "center"}
    return layer("text", data, encoding, text={"expr": words}, **look)


def at(expression: str | float) -> dict[str, Any]:
    """A position in pixels of the plot; expressions of `height`, `width` and `datum` survive any resizing."""
    return {"value": {"expr": expression} if isinstance(expression, str) else expression}


def scaled(layers: list[Specification], **axes: tuple[dict[str, Any], dict[str, Any] | None]) -> None:
    """Give every layer that has a field on a channel (x, y) its scale and axis."""
    for part in layers:
        for channel, (scale, axis) in axes.items():
            encoding = part["encoding"].get(channel, {})
            if {"field", "datum"} & encoding.keys():
                encoding |= {"type": "quantitative", "scale": scale, "axis": axis}


def down(rows: int) -> tuple[dict[str, Any], None]:
    """The y scale of rows from the top down, without an axis."""
    return {"domain": [0, rows], "reverse": True, "nice": False}, None


def between_rows(data: str, gutter: int) -> Specification:
    """A thin line under each row of `data` (its `place` counts from the top)."""
    encoding = {"x": at(-gutter), "x2": at("width"), "y": number("bottom")}
    part = layer("rule", data, encoding, color=colour("grid"))
    return part | {"transform": [{"calculate": "datum.place + 1", "as": "bottom"}]}


def clicked(view: str, *fields: str) -> dict[str, Any]:
    """What a click on the layer named `view` says; `turn` is new after each, so that a mark can be clicked again."""
    select = {"type": "point", "fields": [*fields, "turn"], "on": "click", "toggle": False, "clear": False}
    return {"name": f"{view}_clicked", "select": select, "views": [view]}


def figure(
    layers: list[Specification],
    datasets: dict[str, pd.DataFrame],
    height: int,
    depth: int,
    gutter: int,
    description: str,
    **options: Any,
) -> Specification:
    """
    A figure of layers that fills its container. `height` is all of it, so the
    page never jumps; `depth` and `gutter` are how far its texts
    reach below and to the left of the plot, where a file's footer begins; `description` is what a screen reader says.
    """
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": description,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 2, "right": 14, "top": 4, "bottom": 6},
        "usermeta": {"depth": depth, "gutter": gutter, "embedOptions": {"renderer": "svg"}},
        "config": configuration(),
        "datasets": {name: records(frame) for name, frame in datasets.items()},
        "layer": layers,
        **options,
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as a figure's data, an empty cell as null."""
    columns = [[None if value != value else value for value in frame[name].tolist()] for name in frame]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def legend(
    items: list[dict[str, Any]], data: str, left: int, top: str, width: int = 138, upward: bool = False
) -> list[Specification]:
    """
    A legend of our own in rows that break where the figure ends: each item has
    `label`, `shape`, `fill`, `stroke` and `dash`; add them to the datasets as
    `data` by `legend_rows`. `top` is an expression: of the first row, or of
    the last where the legend stands above the plot and grows `upward`; a row
    is 20 pixels.
    """
    columns = f"max(1, floor((width + {left}) / {width}))"
    row = f"floor(datum.place / {columns})"
    row = f"({row} - ceil({len(items)} / {columns}) + 1)" if upward else row
    x, y = f"{width} * (datum.place % {columns}) - {left}", f"{top} + 20 * {row}"
    symbol = {
        "x": at(f"{x} + 7"),
        "y": at(y),
        "shape": {"field": "shape", "type": "nominal", "scale": None},
        "fill": own_colour("fill"),
        "stroke": own_colour("stroke"),
    }
    label = {"x": at(f"{x} + 20"), "y": at(y), "text": {"field": "label"}}
    return [
        layer("point", data, symbol, size=90, strokeWidth=1.2, opacity=1, strokeDash={"expr": "datum.dash"}),
        layer("text", data, label, align="left", baseline="middle", fontSize=12),
    ]


def legend_rows(items: list[dict[str, Any]]) -> pd.DataFrame:
    """The data of a `legend`."""
    return pd.DataFrame([{"place": place, "dash": [1, 0], **item} for place, item in enumerate(items)])
