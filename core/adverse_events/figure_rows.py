"""
What the figures of adverse events share: a row a line, and its name at the left.

What can be clicked carries the name of its line and its band or group, and the
count of clicks so far (`turn`), so that the same place can be clicked again.
"""

from math import log10
from typing import Any

import pandas as pd

from core import text
from core.adverse_events.result import Line
from core.figures.grammar import Specification, at, down, figure, layer, number, scaled
from core.figures.theme import colour

MOST_LINES = 45

_ROW = 26
_LONGEST_NAME = 40


def placed_rows(lines: tuple[Line, ...], indented: bool, turn: int) -> tuple[pd.DataFrame, int]:
    """Each line's name and place, and the pixels that the names take."""
    rows = []
    for place, line in enumerate(lines):
        inset = 14 if indented and line.inset else 0
        heading = line.term is None or bool(line.category and not line.inset)
        label = text.shortened(line.name, _LONGEST_NAME)
        rows.append((place, line.name, "any", turn, label, inset, 600 if heading else 400))
    frame = pd.DataFrame(rows, columns=["place", "name", "band", "turn", "label", "inset", "weight"])
    longest = (6.6 * frame["label"].str.len() + frame["inset"]).max() if rows else 0
    return frame, int(min(280, max(120, longest + 14)))


def row_names(gutter: int) -> list[Specification]:
    """The names at the left, from the dataset `rows`."""
    encoding = {
        "x": at(f"datum.inset - {gutter}"),
        "y": number("middle"),
        "text": {"field": "label"},
        "tooltip": {"field": "name"},
    }
    look = {"fontSize": 13, "cursor": "pointer", "fontWeight": {"expr": "datum.weight"}}
    names = layer("text", "rows", encoding, align="left", baseline="middle", **look)
    return [names | {"name": "names", "transform": [{"calculate": "datum.place + 0.5", "as": "middle"}]}]


def figure_of_rows(
    layers: list[Specification],
    datasets: dict[str, pd.DataFrame],
    lines: tuple[Line, ...],
    gutter: int,
    description: str,
    params: list[dict[str, Any]],
    below: int = 46,
    **options: Any,
) -> Specification:
    """The figure of rows from the top down, a click on which can be heard; `below` is what its axis takes."""
    scaled(layers, y=down(len(lines)))
    height = _ROW * len(lines) + 46 + below
    return figure(
        layers, datasets, height, depth=below, gutter=gutter, description=description, params=params, **options
    )


def whole_ticks(most: float) -> list[int]:
    """About five ticks at round numbers of events."""
    power = 10 ** max(0, int(log10(max(most, 1) / 5)))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power * 6 >= most)
    return list(range(0, int(most) + 1, step))


def axis_caption(end: str, words: str) -> Specification:
    """What an axis measures, under its end (an expression)."""
    encoding = {"x": at(end), "y": at("height + 36"), "text": {"value": words}}
    return layer("text", None, encoding, align="right", baseline="middle", fontSize=12, color=colour("mute"))
