"""Tiles beside a patient's lane: a few baseline values, short enough to stand in a figure."""

from typing import Any

import pandas as pd

from core.cohort.variables import Variable
from core.figures.grammar import Specification, at, layer, number, own_colour
from core.figures.theme import colour
from core.text import shortened

LONGEST_TILE = 12


def tile_columns(
    tiles: tuple[Variable, ...], patients: pd.DataFrame, ids: int
) -> tuple[list[tuple[Variable, int, int]], int]:
    """Each tile's variable, left edge (pixels left of the plot) and width; and the gutter they need."""
    widths = []
    for variable in tiles:
        texts = [_tile_text(variable, value, patients[variable.name]) for value in patients[variable.name]]
        widths.append(max(30, int(6.6 * max((len(t) for t in texts), default=0)) + 12, 6 * len(head(variable))))
    gutter = ids + sum(width + 4 for width in widths) + 10
    left, columns = gutter - ids, []
    for variable, width in zip(tiles, widths, strict=True):
        columns.append((variable, left, width))
        left -= width + 4
    return columns, gutter


def head(variable: Variable) -> str:
    """A column head short enough for a tile: ASCT of prior ASCT, EMD by its name, dose of infused dose."""
    capitals = "".join(word for word in variable.label.split() if word.isupper())
    if capitals or len(variable.name) <= 4:
        return capitals or variable.name.upper()
    return variable.label.split()[-1].capitalize()


def _tile_text(variable: Variable, value: Any, column: pd.Series) -> str:
    if pd.isna(value):
        return "?"
    if variable.kind == "flag":
        return "●" if value == "Yes" else ""
    if variable.is_number:
        largest = float(column.abs().max())
        shown = f"{value:.0f}" if largest >= 10 else f"{value:.2f}" if largest >= 0.1 else f"{value:.2g}"
        return shown.replace("-", "−") + ("%" if variable.unit == "%" else "")
    return "" if str(value).split()[0] in ("No", "None") else shortened(str(value), LONGEST_TILE)


def _meaning(variable: Variable, value: Any) -> str:
    if pd.isna(value):
        return f"{variable.label}: missing"
    return f"{variable.label}: {variable.value(value) if variable.is_number else value}"


def tile_rows(columns: list, patients: pd.DataFrame, place: dict) -> pd.DataFrame:
    """Each patient's tiles: lane, place, text, and its meaning in full for who points at it."""
    mine = patients[patients["patient_id"].isin(place)]
    rows = [
        (
            place[patient],
            x,
            width,
            _tile_text(variable, value, mine[variable.name]),
            _meaning(variable, value),
        )
        for variable, x, width in columns
        for patient, value in zip(mine["patient_id"], mine[variable.name].astype(object), strict=True)
    ]
    return pd.DataFrame(rows, columns=["lane", "x", "width", "text", "meaning"])


def tile_layers(gutter: int) -> list[Specification]:
    """The layers of the tiles, their heads and the patients' names, from datasets of those names."""
    lane = [
        {"calculate": "datum.lane + 0.13", "as": "top"},
        {"calculate": "datum.lane + 0.87", "as": "bottom"},
        {"calculate": "datum.lane + 0.5", "as": "middle"},
    ]
    ground = {
        "x": at("-datum.x"),
        "x2": at("datum.width - datum.x"),
        "y": number("top"),
        "y2": {"field": "bottom"},
        "tooltip": {"field": "meaning"},
    }
    digits = {"x": at("datum.width / 2 - datum.x"), "y": number("middle"), "text": {"field": "text"}}
    heads = {"x": at("datum.width / 2 - datum.x"), "y": at("-10"), "text": {"field": "head"}}
    names = {"x": at(-gutter), "y": number("middle"), "text": {"field": "name"}, "fill": own_colour()}
    return [
        layer("rect", "tiles", ground, fill=colour("panel"), cornerRadius=3) | {"transform": lane},
        layer("text", "tiles", digits, fontSize=11, fontWeight=600, baseline="middle") | {"transform": lane},
        layer("text", "heads", heads, fontSize=11, color=colour("mute"), baseline="bottom"),
        layer("text", "names", names, fontSize=13, fontWeight=600, align="left", baseline="middle")
        | {"transform": lane},
    ]
