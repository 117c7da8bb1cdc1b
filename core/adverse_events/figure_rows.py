"""
What the figures of adverse events share: a row a line, and its name at the left.

What can be clicked carries the name of its line and its band or group, and the
count of clicks so far (`turn`), so that the same place can be clicked again.
"""

from functools import partial
from math import log10
from typing import Any

import altair as alt
import pandas as pd

from core import text
from core.adverse_events.result import Line
from core.figures.frame import filled
from core.figures.grammar import NAME_SIZE, clickable, drawn_from, in_row, text_of, words, x_at
from core.figures.theme import Specification

MOST_LINES = 45

_ROW = 26
_LONGEST_NAME = 40


def placed_rows(lines: tuple[Line, ...], indented: bool, turn: int) -> tuple[pd.DataFrame, int]:
    """Each line's name and place, and the pixels that the names take."""
    rows = []
    labels = text.told_apart((line.label for line in lines), _LONGEST_NAME)
    for place, (line, label) in enumerate(zip(lines, labels, strict=True)):
        inset = 14 if indented and line.inset else 0
        heading = line.term is None or bool(line.category and not line.inset)
        rows.append((place, line.name, "any", turn, label, inset, 600 if heading else 400))
    frame = pd.DataFrame(rows, columns=["place", "name", "band", "turn", "label", "inset", "weight"])
    longest = (6.6 * frame["label"].map(text.width) + frame["inset"]).max() if rows else 0
    return frame, int(min(280, max(120, longest + 14)))


def row_names(y: partial, *fields: str) -> alt.Chart:
    """The names at the left, from the dataset `rows`; a click on one says `fields`."""
    look: dict[str, Any] = {"cursor": "pointer", "fontWeight": alt.ExprRef("datum.weight")}
    names = words(drawn_from("rows", middle=in_row(0.5, 0.26)), NAME_SIZE, **look).encode(
        x=x_at("datum.inset - gutter"),
        y=y("middle"),
        text=text_of("label"),
        tooltip=alt.Tooltip("name", type="nominal"),
    )
    return clickable(names, "names", *fields)


def filled_rows(
    template: Specification,
    description: str,
    lines: tuple[Line, ...],
    gutter: int,
    datasets: dict[str, pd.DataFrame],
    below: int = 46,
    above: int = 0,
    **numbers: Any,
) -> Specification:
    """The figure of rows from the top down; `below` is what its axis takes, `above` more rows of its legend."""
    height = _ROW * len(lines) + 46 + below + above
    return filled(template, description, height, below, gutter, datasets, narrow_gutter=0, rows=len(lines), **numbers)


def whole_ticks(most: float) -> list[int]:
    """About five ticks at round numbers of events."""
    power = 10 ** max(0, int(log10(max(most, 1) / 5)))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power * 6 >= most)
    return list(range(0, int(most) + 1, step))
