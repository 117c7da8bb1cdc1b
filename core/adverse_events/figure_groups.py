"""Incidence of adverse events in groups side by side, and the difference between two."""

from typing import Any

import pandas as pd

from core import text
from core.adverse_events.figure_rows import (
    MOST_LINES,
    axis_caption,
    figure_of_rows,
    placed_rows,
    row_names,
    whole_ticks,
)
from core.adverse_events.result import BANDS, COUNTED, AdverseEvents, Line, Tally, compare_line
from core.figures.grammar import (
    Specification,
    at,
    between_rows,
    clicked,
    layer,
    legend,
    legend_rows,
    number,
    own_colour,
)
from core.figures.theme import colour, group_colour
from core.statistics.numbers import fraction, percentage_points

_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
_WORDS = 134
"""Pixels that a difference in words takes at the right."""
_BOTH = f"width > {_WORDS + 250}"
"""Where the figure is narrower the differences stand in the table alone."""


def groups_chart(
    result: AdverseEvents,
    lines: tuple[Line, ...],
    band: str,
    against: tuple[int, int] | None,
    indented: bool,
    turn: int = 0,
) -> Specification:
    """
    The incidence of a band in each group as dots on one line a term; for two
    groups (`against`: their places) the difference with its limits beside it.
    """
    lines = lines[:MOST_LINES]
    rows, gutter = placed_rows(lines, indented, turn)
    dots = _dots(result, lines, band, turn)
    keys = [
        {
            "label": f"{text.shortened(g.label, 30)}, n = {g.patients}",
            "shape": _shape(place),
            "fill": hue,
            "stroke": hue,
        }
        for place, g in enumerate(result.groups)
        for hue in [group_colour(g.number)]
    ]
    longest = max(len(key["label"]) for key in keys)
    end = f"({_BOTH} ? (width - {_WORDS + 40}) * 0.48 : width)" if against is not None else "width"
    by_events = result.counted == "events"
    most = float(max(dots["share"].max(), 1)) if by_events else 1.0
    share = {"scale": {"domain": [0, most], "range": [0, {"expr": end}], "nice": False}}
    axis: dict[str, Any] = {"title": None, "domain": False, "ticks": False}
    axis |= {"format": "d", "values": whole_ticks(most)} if by_events else {"format": ".0%", "values": [0, 0.5, 1]}
    layers = [
        between_rows("rows", gutter),
        *row_names(gutter),
        *_dot_layers(share, axis),
        *legend(keys, "keys", gutter, "-12", width=min(290, int(6.4 * longest) + 44), upward=True),
        axis_caption(end, f"{COUNTED[result.counted]}, {BANDS[band][0].lower()}"),
    ]
    datasets = {"rows": rows, "dots": dots, "spans": _spans(dots), "keys": legend_rows(keys)}
    if against is not None:
        datasets["differences"] = _differences(lines, band, against)
        first, second = (result.groups[place].label for place in against)
        layers += _difference_layers(
            f"{end} + 46", f"{text.shortened(first, 24)} minus {text.shortened(second, 24)}, % points"
        )
    return figure_of_rows(
        layers,
        datasets,
        lines,
        gutter,
        f"Incidence of adverse events in {len(result.groups)} groups",
        [clicked("dots", "name", "group"), clicked("names", "name")],
        resolve={"scale": {"x": "independent"}},
    )


def _shape(place: int) -> str:
    return _SHAPES[place % len(_SHAPES)]


def _dots(result: AdverseEvents, lines: tuple[Line, ...], band: str, turn: int) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        for order, (group, tally) in enumerate(zip(result.groups, line.tallies, strict=True)):
            value, said = _counted_in(result, tally, band)
            if value is not None:
                # A small square on a large circle shows both of two where they are equal; more stand apart.
                pair = len(result.groups) < 3
                size = 64 if order or not pair else 190
                shift = 0.0 if pair else (order - (len(result.groups) - 1) / 2) * min(0.2, 0.7 / len(result.groups))
                look = (group_colour(group.number), _shape(order), size)
                rows.append((place + shift, line.name, group.label, turn, value, said, *look))
    columns = ["place", "name", "group", "turn", "share", "said", "colour", "shape", "size"]
    return pd.DataFrame(rows, columns=columns)


def _counted_in(result: AdverseEvents, tally: Tally, band: str) -> tuple[float | None, str]:
    """A group's share of patients, or its number of events, and how it reads."""
    if result.counted == "events":
        return float(tally.bands[band]), text.counted(tally.bands[band], "event")
    share = tally.share(band, result.method)
    return share.value, fraction(share)


def _spans(dots: pd.DataFrame) -> pd.DataFrame:
    """From the lowest to the highest share of each line."""
    if dots.empty:
        return pd.DataFrame(columns=["place", "low", "high"])
    found = dots.assign(place=dots["place"].round()).groupby("place")["share"].agg(low="min", high="max")
    return found.reset_index()


def _dot_layers(share: dict[str, Any], axis: dict[str, Any]) -> list[Specification]:
    middle = [{"calculate": "datum.place + 0.5", "as": "middle"}]
    tooltip = [
        {"field": "name", "title": "Event"},
        {"field": "group", "title": "Group"},
        {"field": "said", "title": "Count"},
    ]
    spans = layer(
        "rule",
        "spans",
        {"x": number("low", axis=None, **share), "x2": {"field": "high"}, "y": number("middle")},
        color=colour("faint"),
        strokeWidth=2,
    )
    dots = layer(
        "point",
        "dots",
        {
            "x": number("share", axis=axis, **share),
            "y": number("middle"),
            "fill": own_colour(),
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "size": number("size", scale=None, legend=None),
            "tooltip": tooltip,
        },
        opacity=1,
        stroke=colour("bg"),
        strokeWidth=1,
        cursor="pointer",
    )
    return [spans | {"transform": middle}, dots | {"name": "dots", "transform": middle}]


def _differences(lines: tuple[Line, ...], band: str, against: tuple[int, int]) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        found = compare_line(line, *against, band).difference
        rows.append((place, found.value, found.lower, found.upper, percentage_points(found)))
    return pd.DataFrame(rows, columns=["place", "value", "lower", "upper", "said"])


def _difference_layers(start: str, words: str) -> list[Specification]:
    stop = f"width - {_WORDS}"
    scale = {"domain": [-1, 1], "range": [{"expr": start}, {"expr": stop}], "nice": False}
    sign = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '')"
    labels = f"{_BOTH} ? {sign} + round(100 * abs(datum.value)) : ''"
    axis = {
        "values": [-1, -0.5, 0, 0.5, 1],
        "labelExpr": labels,
        "title": None,
        "domain": False,
        "grid": False,
        "ticks": False,
        "orient": "bottom",
    }
    shown = {"expr": f"{_BOTH} ? 1 : 0"}
    middle = [{"calculate": "datum.place + 0.5", "as": "middle"}]

    def x(field: str, shown: dict[str, Any] | None = None) -> dict[str, Any]:
        return number(field, scale=scale, axis=shown)

    zero = f"({start} + {stop}) / 2"
    parts = [
        layer("rule", None, {"x": at(zero), "y": at(0), "y2": at("height")}, color=colour("faint")),
        layer("rule", "differences", {"x": x("lower"), "x2": {"field": "upper"}, "y": number("middle")},
              color=colour("ink"), strokeWidth=1.8) | {"transform": middle},
        layer("point", "differences", {"x": x("value", axis), "y": number("middle")}, shape="square", size=56,
              fill=colour("ink"), stroke=colour("ink"), opacity=1) | {"transform": middle},
        layer("text", "differences", {"x": at("width"), "y": number("middle"), "text": {"field": "said"}},
              align="right", baseline="middle", fontSize=13) | {"transform": middle},
        layer("text", None, {"x": at("width"), "y": at("height + 36"), "text": {"value": words}}, align="right",
              baseline="middle", fontSize=12, color=colour("mute")),
    ]  # fmt: skip
    for part in parts:
        part["mark"]["opacity"] = shown
    return parts
