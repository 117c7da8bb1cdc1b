"""Tiles beside a patient's lane: a few baseline values, short enough to stand in a figure."""

from functools import partial
from typing import Any

import altair as alt
import pandas as pd

from core.cohort.variables import Variable
from core.figures.grammar import drawn_from, own, text_of, words, x_at, y_at
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
    """
    A column head short enough for a tile: ASCT of prior ASCT, or of what every level says of it; dose of infused
    dose; a numbered label whole.
    """
    of_levels = [{word for word in level.split() if word.isupper()} for level in variable.levels]
    said = set.intersection(*of_levels) if of_levels else set()
    capitals = "".join(word for word in variable.label.split() if word.isupper()) or "".join(sorted(said))
    if capitals or len(variable.name) <= 4:
        return capitals or variable.name.upper()
    last = variable.label.split()[-1]
    return last.capitalize() if last.isalpha() else shortened(variable.label, LONGEST_TILE)


def _tile_text(variable: Variable, value: Any, column: pd.Series) -> str:
    if pd.isna(value):
        return "?"
    if variable.kind == "flag":
        return "●" if value == "Yes" else ""
    if variable.is_number:
        largest = float(column.abs().max())
        shown = f"{value:.0f}" if largest >= 10 else f"{value:.2f}" if largest >= 0.1 else f"{value:.2g}"
        return shown.replace("-", "−") + ("%" if variable.unit == "%" else "")
    return "" if str(value).split()[0] == "No" else shortened(str(value), LONGEST_TILE)


def _meaning(variable: Variable, value: Any) -> str:
    if pd.isna(value):
        return f"{variable.label}: missing"
    shown = variable.value(value) if variable.is_number else str(value)
    return shown if shown.casefold().startswith(variable.label.casefold()) else f"{variable.label}: {shown}"


def tile_data(columns: list, patients: pd.DataFrame, place: dict) -> dict[str, pd.DataFrame]:
    """The `heads` of tiles, and each patient's `tiles`: lane, place, text, and its meaning in full."""
    drawn = patients[patients["patient_id"].isin(place)]
    rows = [
        (
            place[patient],
            x,
            width,
            _tile_text(variable, value, drawn[variable.name]),
            _meaning(variable, value),
        )
        for variable, x, width in columns
        for patient, value in zip(drawn["patient_id"], drawn[variable.name].astype(object), strict=True)
    ]
    heads = [(head(variable), x, width) for variable, x, width in columns]
    return {
        "tiles": pd.DataFrame(rows, columns=["lane", "x", "width", "text", "meaning"]),
        "heads": pd.DataFrame(heads, columns=["head", "x", "width"]),
    }


def tile_layers(y: partial) -> list[alt.Chart]:
    """The layers of tiles, their heads and patients' names, from datasets so called; of a narrow figure the names."""
    tiles = drawn_from("tiles", top="datum.lane + 0.13", bottom="datum.lane + 0.87", middle="datum.lane + 0.5")
    ground = tiles.mark_rect(fill=colour("panel"), cornerRadius=3).encode(
        x=x_at("narrow ? 0 : -datum.x"),
        x2=alt.X2Value(alt.ExprRef("narrow ? 0 : datum.width - datum.x")),
        y=y("top"),
        y2=alt.Y2("bottom"),
        tooltip=alt.Tooltip("meaning", type="nominal"),
    )
    unless_narrow = "narrow ? '' : datum."
    heads = drawn_from("heads").mark_text(
        fontSize=11, color=colour("mute"), baseline="bottom", text=alt.ExprRef(f"{unless_narrow}head")
    )
    names = words(drawn_from("names", middle="datum.lane + 0.5"), 13, fontWeight=600)
    middle = x_at("narrow ? 0 : datum.width / 2 - datum.x")
    return [
        ground,
        words(tiles, 11, "center", fontWeight=600, text=alt.ExprRef(f"{unless_narrow}text")).encode(
            x=middle, y=y("middle")
        ),
        heads.encode(x=middle, y=y_at("-10")),
        names.encode(
            x=x_at("-gutter"),
            y=y("middle"),
            text=text_of("name"),
            fill=own(alt.Fill),
            tooltip=[
                alt.Tooltip("patient_id", type="nominal", title="Patient"),
                alt.Tooltip("course", type="nominal", title="Course"),
            ],
        ),
    ]
