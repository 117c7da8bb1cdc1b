"""Best response as stacked bars, one a group, deepest response first, with the rate of response and its limits."""

import pandas as pd

from core import text
from core.cohort.vocabulary import RESPONSES
from core.figures.grammar import (
    Specification,
    at,
    down,
    figure,
    layer,
    legend,
    legend_rows,
    number,
    own_colour,
    scaled,
    words_inside,
)
from core.figures.theme import TEXT_ON, colour, group_colour
from core.response.result import NOT_ASSESSED, GroupResponse, ResponseResult
from core.statistics.numbers import fraction

_BAR = 76
_LONGEST_LABEL = 26
_LEGEND = 30


def response_chart(result: ResponseResult, by: str = "") -> Specification:
    """
    The figure of a response result: each group's patients by best response as
    a share of the denominator, the overall response written above its bar and
    its limits drawn under it. `by` is what the groups' names begin with and
    the page's title says once.
    """
    segments = _segments(result)
    groups = _groups(result, by)
    shown = [level for level in (*RESPONSES, NOT_ASSESSED) if level in set(segments["response"])]
    keys = [
        {"label": level, "shape": "square", "fill": _fill(level), "stroke": _fill(level, edge=True)} for level in shown
    ]
    gutter = int(min(200, max(70, 7.2 * max(len(label) for label in groups["label"]) + 16)))
    layers = [
        *_bars(),
        *_rates(),
        *_names(gutter),
        *legend(keys, "keys", gutter, "-16", width=78 if NOT_ASSESSED not in shown else 104, upward=True),
        _caption("height + 38", result.of),
    ]
    axis_x = {"values": [0, 0.25, 0.5, 0.75, 1], "format": ".0%", "title": None, "domain": False, "ticks": False}
    scaled(layers, x=({"domain": [0, 1], "nice": False}, axis_x), y=down(len(groups)))
    return figure(
        layers,
        {"segments": segments, "groups": groups, "keys": legend_rows(keys)},
        height=_BAR * len(groups) + _LEGEND + 66,
        depth=46,
        gutter=gutter,
        description=f"Best response of {text.patients(result.everyone.infused)}, one bar a group",
    )


def _fill(level: str, edge: bool = False) -> str:
    if level == NOT_ASSESSED:
        return colour("faint" if edge else "panel")
    return colour(level)


def _segments(result: ResponseResult) -> pd.DataFrame:
    """One row a group and best response: where it starts and ends as a share, its count and colours."""
    rows = []
    for place, group in enumerate(result.groups):
        reached = 0
        for level, count in _counts(group, result.of).items():
            start, reached = reached, reached + count
            total = group.rates.total
            ground = colour(TEXT_ON["panel" if level == NOT_ASSESSED else level])
            share = f"{count} of {total}, {text.percent(count / total)}"
            rows.append((place, group.label, level, count, share, start / total, reached / total, _fill(level), ground))
    columns = ["place", "group", "response", "count", "share", "start", "end", "colour", "ink"]
    return pd.DataFrame(rows, columns=columns)


def _counts(group: GroupResponse, of: str) -> dict[str, int]:
    missing = group.rates.infused - group.rates.evaluable if of == "infused" else 0
    return group.rates.best | ({NOT_ASSESSED: missing} if missing else {})


def _groups(result: ResponseResult, by: str) -> pd.DataFrame:
    alone = len(result.groups) == 1
    rows = []
    for place, group in enumerate(result.groups):
        rate = group.rates.overall
        label = text.shortened("All" if alone else group.label.removeprefix(f"{by} "), _LONGEST_LABEL)
        told = f"PR or better {fraction(rate)}"
        hue = colour("ink") if alone else group_colour(group.number)
        rows.append((place, label, f"n = {rate.total}", told, rate.value, rate.lower, rate.upper, hue))
    columns = ["place", "label", "size", "told", "rate", "lower", "upper", "colour"]
    return pd.DataFrame(rows, columns=columns)


def _bars() -> list[Specification]:
    place = [
        {"calculate": "datum.place + 0.36", "as": "top"},
        {"calculate": "datum.place + 0.72", "as": "bottom"},
        {"calculate": "datum.place + 0.54", "as": "middle"},
        {"calculate": "(datum.start + datum.end) / 2", "as": "centre"},
    ]
    tooltip = [
        {"field": "group", "title": "Group"},
        {"field": "response", "title": "Best response"},
        {"field": "share", "title": "Patients"},
    ]
    span = {"x": number("start"), "x2": {"field": "end"}, "y": number("top"), "y2": {"field": "bottom"}}
    bars = layer(
        "rect", "segments", span | {"fill": own_colour(), "tooltip": tooltip}, stroke=colour("bg"), strokeWidth=1
    )
    room = "(datum.end - datum.start) * width"
    label = f"{room} > 12 + 7.5 * length(datum.response) + 18 ? datum.response + ' ' + datum.count : "
    label += f"{room} > 16 ? '' + datum.count : ''"
    words = words_inside("segments", label, 13)
    return [bars | {"transform": place}, words | {"transform": place}]


def _rates() -> list[Specification]:
    """The overall response above each bar, and under it its limits as a line with a tick at the rate."""
    under = [{"calculate": "datum.place + 0.84", "as": "under"}, {"calculate": "datum.place + 0.22", "as": "over"}]
    told = layer(
        "text",
        "groups",
        {"x": at(0), "y": number("over"), "text": {"field": "told"}},
        align="left",
        baseline="middle",
        fontSize=13,
        color=colour("mute"),
    )
    line = layer(
        "rule",
        "groups",
        {"x": number("lower"), "x2": {"field": "upper"}, "y": number("under")},
        color=colour("ink"),
        strokeWidth=1.6,
        opacity=0.75,
    )
    tick = layer(
        "tick",
        "groups",
        {"x": number("rate"), "y": number("under")},
        orient="vertical",
        size=11,
        thickness=2.4,
        color=colour("ink"),
        opacity=1,
    )
    return [part | {"transform": under} for part in (told, line, tick)]


def _names(gutter: int) -> list[Specification]:
    parts = []
    for field, shift, look in (
        ("label", 0.46, {"fontSize": 13, "fontWeight": 600}),
        ("size", 0.66, {"fontSize": 12}),
    ):
        encoding = {"x": at(-gutter), "y": number("y"), "text": {"field": field}}
        encoding["fill"] = own_colour() if field == "label" else {"value": colour("mute")}
        part = layer("text", "groups", encoding, align="left", baseline="middle", **look)
        parts.append(part | {"transform": [{"calculate": f"datum.place + {shift}", "as": "y"}]})
    return parts


def _caption(y: str, of: str) -> Specification:
    words = "Share of all infused patients" if of == "infused" else "Share of evaluable patients"
    encoding = {"x": at("width"), "y": at(y), "text": {"value": f"{words}; line: 95% CI of PR or better"}}
    return layer("text", None, encoding, align="right", baseline="middle", fontSize=12, color=colour("mute"))
