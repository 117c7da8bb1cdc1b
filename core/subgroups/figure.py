"""A forest: one row a subgroup, its patients and events, its effect with limits, and the whole selection's line."""

from math import log2
from typing import Any

import pandas as pd

from core import text
from core.figures.grammar import (
    Specification,
    at,
    between_rows,
    clicked,
    down,
    figure,
    layer,
    number,
    own_colour,
    scaled,
)
from core.figures.theme import colour
from core.subgroups.outcome import ForestRow
from core.subgroups.result import Forest
from core.subgroups.words import effect_text, interaction_text
from core.survival.kaplan_meier import FEW_AT_RISK

_ROW = 24
_COUNTS = 140
"""Pixels for patients and events, left of the plot."""
_WORDS = 168
"""Pixels for the effect in words, right of the plot."""
_ROOM = f"width > {_WORDS + 150}"
"""Where the plot is narrower the effects in words stand in the table alone."""
_LONGEST_NAME = 34


def forest_chart(
    forest: Forest,
    rows: tuple[ForestRow, ...],
    measure: str,
    counted: str = "Events",
    sides: tuple[str, str] | None = None,
    turn: int = 0,
) -> Specification:
    """
    The figure of a forest's `rows` in their order. `measure` names what is
    estimated, `counted` the events; `sides` says what lies left and right of
    no difference; `turn` counts the clicks so far, so that the same row can be
    clicked again.
    """
    low, high, ticks = _extent(forest, rows)
    frame = _frame(forest, rows, low, high, turn)
    names = 7.0 * max(len(name) for name in frame["name"]) + 18
    gutter = int(min(230, max(130, names))) + _COUNTS
    end = f"({_ROOM} ? width - {_WORDS} : width)"
    scale: dict[str, Any] = {"domain": [low, high], "range": [0, {"expr": end}], "nice": False}
    if forest.scale == "ratio":
        scale |= {"type": "log", "base": 2}
    axis: dict[str, Any] = {"values": ticks, "title": None, "grid": True, "domain": False, "ticks": False}
    axis |= {"labelExpr": _label(forest.scale)}
    layers = [
        between_rows("rows", gutter),
        _middle(forest, end),
        *_effects(),
        *_words(gutter),
        *_heads(measure, counted),
        *_sides(sides, end),
        _rows_to_click(gutter),
    ]
    scaled(layers, x=(scale, axis), y=down(len(rows)))
    return figure(
        layers,
        {"rows": frame},
        height=_ROW * len(rows) + 92,
        depth=52,
        gutter=gutter,
        description=f"{measure} in {sum(not row.heading for row in rows)} groups of patients",
        params=[clicked("subgroups", "variable", "number")],
    )


def _label(scale: str) -> str:
    if scale == "ratio":
        return "datum.value < 1 ? '1/' + round(1 / datum.value) : '' + datum.value"
    if scale == "difference":
        return "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + round(100 * abs(datum.value))"
    return "round(100 * datum.value) + '%'"


def _extent(forest: Forest, rows: tuple[ForestRow, ...]) -> tuple[float, float, list[float]]:
    """Where the axis begins and ends, and its ticks; a ratio's is symmetrical, from 1/4 to 4 up to 1/64 to 64."""
    if forest.scale == "share":
        return 0.0, 1.0, [0, 0.25, 0.5, 0.75, 1]
    if forest.scale == "difference":
        return -1.0, 1.0, [-1, -0.5, 0, 0.5, 1]
    effects = [row.effect for row in rows if row.effect is not None and row.effect.value is not None]
    ends = [abs(log2(x)) for e in effects for x in (e.value, e.lower, e.upper) if x]
    widest = min(6, max(2, int(max(ends, default=2)) + 1))
    step = 1 if widest <= 3 else 2
    widest += widest % step
    return 2.0**-widest, 2.0**widest, [2.0**power for power in range(-widest, widest + 1, step)]


def _frame(forest: Forest, rows: tuple[ForestRow, ...], low: float, high: float, turn: int) -> pd.DataFrame:
    made = []
    for place, row in enumerate(rows):
        effect, name = row.effect, text.shortened(row.label, _LONGEST_NAME)
        level = bool(row.variable) and not row.heading
        told = interaction_text(row.interaction).partition(":")[0]
        told = told if effect is None else effect_text(effect, forest.scale)
        value = None if effect is None else effect.value
        lower, upper = (effect.lower, effect.upper) if effect is not None else (None, None)
        if value is not None and forest.scale == "ratio":
            lower, upper = lower or low / 2, upper or high * 2  # open ends run off the axis, with an arrow
        clipped = [None if x is None else min(max(x, low), high) for x in (value, lower, upper)]
        made.append(
            {
                "place": place,
                "variable": row.variable,
                "number": -1 if row.number is None else row.number,
                "turn": turn,
                "name": name,
                "hint": f"{'Select' if level else 'Compare by'} {row.label}",
                "reason": interaction_text(row.interaction) if effect is None else effect.reason,
                "inset": 14 if level else 0,
                "weight": 400 if level else 600,
                "patients": "" if effect is None else f"{effect.patients:,}",
                "events": "" if effect is None else f"{effect.events:,}",
                "told": told,
                "ink": colour("mute" if effect is None or value is None else "ink"),
                "value": clipped[0] if value is not None and low <= value <= high else None,
                "lower": clipped[1] if clipped[2] is not None else None,
                "upper": clipped[2] if clipped[1] is not None else None,
                "over_left": low if lower is not None and lower < low else None,
                "over_right": high if upper is not None and upper > high else None,
                "fill": colour("bg" if effect is not None and effect.patients < FEW_AT_RISK else "accent"),
                "size": 0 if effect is None else 30 + 130 * effect.patients / max(1, forest.whole.patients),
                "shape": "square" if row.variable else "diamond",
            }
        )
    return pd.DataFrame(made)


_MIDDLE = [{"calculate": "datum.place + 0.5", "as": "middle"}]


def _middle(forest: Forest, end: str) -> Specification:
    """No difference, or for shares the whole selection's."""
    values = {"ratio": 1.0, "difference": 0.0}
    value = values.get(forest.scale, forest.whole.value)
    dash = [] if forest.scale in values else [4, 3]
    if value is None:
        return layer("rule", None, {"x": at(end)}, opacity=0)
    return layer("rule", None, {"x": {"datum": value}}, color=colour("faint"), strokeDash=dash)


def _effects() -> list[Specification]:
    line = layer(
        "rule",
        "rows",
        {"x": number("lower"), "x2": {"field": "upper"}, "y": number("middle")},
        color=colour("ink"),
        strokeWidth=1.8,
    )
    marks = layer(
        "point",
        "rows",
        {
            "x": number("value"),
            "y": number("middle"),
            "size": number("size", scale=None, legend=None),
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "fill": own_colour("fill"),
        },
        stroke=colour("accent"),
        strokeWidth=1.6,
        opacity=1,
    )
    arrows = [
        layer("point", "rows", {"x": number(field), "y": number("middle")}, shape=shape, size=60,
              fill=colour("ink"), stroke=colour("ink"), opacity=1)
        for field, shape in (("over_left", "triangle-left"), ("over_right", "triangle-right"))
    ]  # fmt: skip
    return [part | {"transform": _MIDDLE} for part in (line, *arrows, marks)]


def _words(gutter: int) -> list[Specification]:
    name = {"x": at(f"datum.inset - {gutter}"), "y": number("middle"), "text": {"field": "name"}}
    parts = [
        layer("text", "rows", name, align="left", baseline="middle", fontSize=13, fontWeight={"expr": "datum.weight"})
    ]
    for field, x in (("patients", "-82"), ("events", "-12"), ("told", "width")):
        encoding = {"x": at(x), "y": number("middle"), "text": {"field": field}, "fill": own_colour("ink")}
        shown = {"expr": f"{_ROOM} ? 1 : 0" if field == "told" else "1"}
        parts.append(layer("text", "rows", encoding, align="right", baseline="middle", fontSize=13, opacity=shown))
    return [part | {"transform": _MIDDLE} for part in parts]


def _heads(measure: str, counted: str) -> list[Specification]:
    heads = [("-82", "Patients", "1"), ("-12", counted, "1"), ("width", f"{measure} (95% CI)", f"{_ROOM} ? 1 : 0")]
    return [
        layer(
            "text",
            None,
            {"x": at(x), "y": at("-12"), "text": {"value": words}},
            align="right",
            baseline="middle",
            fontSize=12,
            color=colour("mute"),
            opacity={"expr": shown},
        )
        for x, words, shown in heads
    ]


def _sides(sides: tuple[str, str] | None, end: str) -> list[Specification]:
    if sides is None:
        return []
    shown = {"expr": f"{end} > {7 * (len(sides[0]) + len(sides[1]))} ? 1 : 0"}
    look = {"baseline": "middle", "fontSize": 12, "color": colour("mute"), "opacity": shown}
    left, right = (f"← {sides[0]}", f"{sides[1]} →")
    return [
        layer("text", None, {"x": at("0"), "y": at("height + 40"), "text": {"value": left}}, align="left", **look),
        layer("text", None, {"x": at(end), "y": at("height + 40"), "text": {"value": right}}, align="right", **look),
    ]


def _rows_to_click(gutter: int) -> Specification:
    """A transparent band over each row, which hears a click anywhere on it."""
    band = [{"calculate": "datum.place + 1", "as": "bottom"}, {"filter": "datum.variable !== ''"}]
    encoding = {
        "x": at(-gutter),
        "x2": at("width"),
        "y": number("place"),
        "y2": {"field": "bottom"},
        "tooltip": [{"field": "hint", "title": "Click"}, {"field": "reason", "title": "Remark"}],
    }
    part = layer("rect", "rows", encoding, fill=colour("bg"), fillOpacity=0, cursor="pointer")
    return part | {"name": "subgroups", "transform": band}
