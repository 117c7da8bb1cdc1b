"""A forest: one row a subgroup, its patients and events, its effect with limits, and the whole selection's line."""

from functools import partial
from typing import Any

import altair as alt
import pandas as pd

from core import text
from core.figures.frame import figure, filled, template
from core.figures.grammar import (
    NAME_SIZE,
    Align,
    axis,
    between_rows,
    caption,
    clickable,
    down,
    drawn_from,
    in_row,
    own,
    text_of,
    words,
    x_at,
    y_at,
)
from core.figures.ratio_axis import LABEL as ratio_label
from core.figures.ratio_axis import ratio_axis
from core.figures.theme import Specification, colour
from core.subgroups.outcome import ForestRow
from core.subgroups.result import Forest
from core.subgroups.words import effect_text, interaction_text
from core.survival.kaplan_meier import FEW_AT_RISK

_ROW = 24
_COUNTS = 154
"""Pixels for patients and events, left of the plot."""
_WORDS = 168
"""Pixels for the effect in words, right of the plot."""
_ROOM = f"(!narrow && width > {_WORDS + 150})"
"""Where the plot is narrower the effects in words stand in the table alone."""
_END = f"({_ROOM} ? width - {_WORDS} : width)"
"""Where the plot ends."""
_PATIENTS, _EVENTS = "(narrow ? width - 82 : -94)", "(narrow ? width : -28)"
"""Where the columns of counts end."""
_LONGEST_NAME = 34
_AXIS_TWICE = 25
"""Rows from which on the axis stands above them as well."""
_NO_DIFFERENCE = {"ratio": 1.0, "difference": 0.0}


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
    middle = _NO_DIFFERENCE.get(forest.scale, forest.whole.value)
    beside = [f"← {sides[0]}", f"{sides[1]} →"] if sides else []
    return filled(
        _template(forest.scale, measure, counted),
        f"{measure} in {sum(not row.heading for row in rows)} groups of patients",
        height=_ROW * len(rows) + 92,
        depth=52,
        gutter=int(min(230, max(130, 7.0 * max(text.width(name) for name in frame["name"]) + 18))) + _COUNTS,
        narrow_gutter=0,
        datasets={
            "rows": frame,
            "middle": pd.DataFrame({"value": [] if middle is None else [middle]}, dtype=float),
            "ticks above": pd.DataFrame({"value": ticks if len(rows) > _AXIS_TWICE else []}, dtype=float),
            "sides": pd.DataFrame({"said": beside, "right": [False, True][: len(beside)]}),
        },
        rows=len(rows),
        low=low,
        high=high,
        ticks=ticks,
        side_letters=sum(map(len, sides or ())),
    )


# -- what no selection changes ---------------------------------------------------------------------


@template
def _template(scale: str, measure: str, counted: str) -> Specification:
    span: dict[str, Any] = {"type": "log", "base": 2} if scale == "ratio" else {}
    span |= {"domain": [alt.ExprRef("low"), alt.ExprRef("high")], "range": [0, alt.ExprRef(_END)], "nice": False}
    ticks = alt.Axis(
        values=alt.ExprRef("ticks"), title=None, grid=True, domain=False, ticks=False, labelExpr=_label(scale)
    )
    x, y = axis(alt.X, alt.Scale(**span), ticks), down()
    return figure(
        between_rows("rows", y),
        _middle(x, scale),
        _ticks_above(x, scale),
        *_effects(x, y),
        *_words(y),
        *_heads(measure, counted),
        *_sides(),
        _rows_to_click(y),
        numbers=("rows", "low", "high", "ticks", "side_letters"),
    )


def _label(scale: str) -> str:
    if scale == "ratio":
        return ratio_label
    if scale == "difference":
        return "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + round(100 * abs(datum.value))"
    return "round(100 * datum.value) + '%'"


def _ticks_above(x: partial, scale: str) -> alt.Chart:
    """The axis a second time, where its end is far below."""
    ticks = words(
        drawn_from("ticks above"),
        12,
        "center",
        color=colour("mute"),
        text=alt.ExprRef(f"narrow ? '' : {_label(scale)}"),
    )
    return ticks.encode(x=x("value"), y=y_at("-12"))


def _middle(x: partial, scale: str) -> alt.Chart:
    """No difference, or for shares the whole selection's."""
    dash = [] if scale in _NO_DIFFERENCE else [4, 3]
    return drawn_from("middle").mark_rule(color=colour("faint"), strokeDash=dash).encode(x=x("value"))


def _effects(x: partial, y: partial) -> list[alt.Chart]:
    rows = drawn_from("rows", middle=in_row(0.5, 0.74))
    line = rows.mark_rule(color=colour("ink"), strokeWidth=1.8)
    ink: dict[str, Any] = {"size": 60, "fill": colour("ink"), "stroke": colour("ink"), "opacity": 1}
    marks = rows.mark_point(stroke=colour("accent"), strokeWidth=1.6, opacity=1)
    return [
        line.encode(x=x("lower"), x2=alt.X2("upper"), y=y("middle")),
        rows.mark_point(shape="triangle-left", **ink).encode(x=x("over_left"), y=y("middle")),
        rows.mark_point(shape="triangle-right", **ink).encode(x=x("over_right"), y=y("middle")),
        marks.encode(
            x=x("value"),
            y=y("middle"),
            size=alt.Size("size", type="quantitative", scale=None, legend=None),
            shape=own(alt.Shape, "shape"),
            fill=own(alt.Fill, "fill"),
        ),
    ]


def _words(y: partial) -> list[alt.Chart]:
    rows = drawn_from("rows", middle=in_row(0.5, 0.3))
    names = words(rows, NAME_SIZE, fontWeight=alt.ExprRef("datum.weight"))
    # On a phone the counts stand on the plot: a ground under them keeps its lines from striking them through.
    ground = {"stroke": colour("bg"), "strokeWidth": 4, "strokeJoin": "round", "aria": False}
    columns = [
        words(rows, 13, "right", opacity=alt.ExprRef(shown), **look).encode(
            x=x_at(x), y=y("middle"), text=text_of(field), fill=own(alt.Fill, "ink")
        )
        for look in (ground, {})
        for field, x, shown in (
            ("patients", _PATIENTS, "1"),
            ("events", _EVENTS, "1"),
            ("told", "width", f"{_ROOM} ? 1 : 0"),
        )
    ]
    return [names.encode(x=x_at("datum.inset - gutter"), y=y("middle"), text=text_of("name")), *columns]


def _heads(measure: str, counted: str) -> list[alt.Chart]:
    heads = [
        (_PATIENTS, "Patients", "1"),
        (_EVENTS, counted, "1"),
        ("width", f"{measure} (95% CI)", f"{_ROOM} ? 1 : 0"),
    ]
    return [caption(head, x, "-12", opacity=alt.ExprRef(shown)) for x, head, shown in heads]


def _sides() -> list[alt.Chart]:
    """What lies left and right of no difference, where both fit."""
    shown = alt.ExprRef(f"{_END} > 7 * side_letters ? 1 : 0")
    sides: tuple[tuple[str, str, Align], ...] = (("false", "0", "left"), ("true", _END, "right"))
    return [
        words(drawn_from("sides"), 12, align, color=colour("mute"), opacity=shown)
        .transform_filter(f"datum.right === {right}")
        .encode(x=x_at(x), y=y_at("height + 40"), text=text_of("said"))
        for right, x, align in sides
    ]


def _rows_to_click(y: partial) -> alt.Chart:
    """A transparent band over each row, which hears a click anywhere on it."""
    rows = drawn_from("rows", bottom="datum.place + 1").transform_filter("datum.variable !== ''")
    band = rows.mark_rect(fill=colour("bg"), fillOpacity=0, cursor="pointer").encode(
        x=x_at("-gutter"),
        x2=alt.X2Value(alt.ExprRef("width")),
        y=y("place"),
        y2=alt.Y2("bottom"),
        tooltip=[
            alt.Tooltip("hint", type="nominal", title="Click"),
            alt.Tooltip("reason", type="nominal", title="Remark"),
        ],
    )
    return clickable(band, "subgroups", "variable", "number")


# -- what each selection changes -------------------------------------------------------------------


def _extent(forest: Forest, rows: tuple[ForestRow, ...]) -> tuple[float, float, list[float]]:
    """Where the axis begins and ends, and its ticks."""
    if forest.scale == "share":
        return 0.0, 1.0, [0, 0.25, 0.5, 0.75, 1]
    if forest.scale == "difference":
        return -1.0, 1.0, [-1, -0.5, 0, 0.5, 1]
    effects = [row.effect for row in rows if row.effect is not None and row.effect.value is not None]
    return ratio_axis((e.value for e in effects), (end for e in effects for end in (e.lower, e.upper)))


def _frame(forest: Forest, rows: tuple[ForestRow, ...], low: float, high: float, turn: int) -> pd.DataFrame:
    made = []
    names = text.told_apart((row.label for row in rows), _LONGEST_NAME)
    for place, (row, name) in enumerate(zip(rows, names, strict=True)):
        effect = row.effect
        level = bool(row.variable) and not row.heading
        effect_words = interaction_text(row.interaction).partition(":")[0]
        effect_words = effect_words if effect is None else effect_text(effect, forest.scale)
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
                "told": effect_words,
                "ink": colour("mute" if effect is None or value is None else "ink"),
                "value": clipped[0] if value is not None and low <= value <= high else None,
                "lower": clipped[1] if clipped[2] is not None else None,
                "upper": clipped[2] if clipped[1] is not None else None,
                "over_left": low if lower is not None and lower < low else None,
                "over_right": high if upper is not None and upper > high else None,
                "fill": colour("bg" if effect is not None and effect.rests_on < FEW_AT_RISK else "accent"),
                "size": 0 if effect is None else 30 + 130 * effect.patients / max(1, forest.whole.patients),
                "shape": "square" if row.variable else "diamond",
            }
        )
    return pd.DataFrame(made)
