"""A result with one patient moved, as strips of all its values: one status changed, one patient left out."""

from functools import partial
from typing import Any

import altair as alt
import pandas as pd

from core import text
from core.figures.frame import figure, filled, template
from core.figures.grammar import axis, caption, clickable, down, drawn_from, own, text_of, words, x_at
from core.figures.ratio_axis import ratio_axis
from core.figures.theme import Specification, colour, group_colour
from core.survival.what_if import MOVES, Moved, WhatIf

_HEIGHT = 62
MOVED = ("kind", "group", "months", "event")
"""What a click on a dot says: how which patient was moved."""


def what_if_chart(found: WhatIf, name: str, scale: str, grouped: bool, turn: int = 0) -> Specification:
    """
    The strips of a result called `name`, on a linear scale of "p" or "months"
    or the logarithmic one of a "ratio", in the colours of groups where `grouped`;
    `turn` counts the clicks on dots.
    """
    dots = _dots(found, grouped).assign(turn=turn)
    values = [*dots["value"], found.observed]
    low, high, ticks = _extent([value for value in values if value is not None], scale)
    dots["value"] = dots["value"].astype(float).clip(low, high)
    dots["stack"] = dots.groupby(["place", dots["value"].round(6)]).cumcount() % 6
    observed = pd.DataFrame({"value": [found.observed]}).dropna()
    return filled(
        _template(name, scale == "ratio"),
        f"{name} with one patient moved",
        height=_HEIGHT * len(MOVES) + 76,
        depth=46,
        gutter=150,
        narrow_gutter=0,
        datasets={
            "dots": dots,
            "rows": pd.DataFrame({"place": range(len(MOVES)), "label": [move.capitalize() for move in MOVES.values()]}),
            "observed": observed.assign(said=f"{name} as it is"),
        },
        rows=len(MOVES),
        low=low,
        high=high,
        ticks=ticks,
    )


def _dots(found: WhatIf, grouped: bool) -> pd.DataFrame:
    """A dot a way to leave the follow-up and a way to move who left so."""
    rows = [
        (place, getattr(one, kind), group_colour(one.group) if grouped else colour("accent"), _said(one),
         kind, one.group, one.months, one.event)
        for place, kind in enumerate(MOVES)
        for one in found.moved
        if getattr(one, kind) is not None
    ]  # fmt: skip
    columns = ["place", "value", "colour", "said", *MOVED]
    return pd.DataFrame(rows, columns=columns).sort_values("value", kind="stable")


def _said(one: Moved) -> str:
    how = "the event" if one.event else "no event"
    many = f", as {one.patients} patients" if one.patients > 1 else ""
    return f"{how} at month {text.number(one.months)}{many}"


def _extent(values: list[float], scale: str) -> tuple[float, float, list[float]]:
    if scale == "ratio":
        return ratio_axis(values, ())
    high = max(values, default=1.0) * 1.08 or 1.0
    step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 500) if high / s <= 8)
    return 0.0, high, [step * n for n in range(int(high / step) + 1)]


@template
def _template(name: str, logarithmic: bool) -> Specification:
    scale = alt.Scale(
        type="log" if logarithmic else "linear", domain=[alt.ExprRef("low"), alt.ExprRef("high")], nice=False
    )
    shown: dict[str, Any] = {"labelExpr": "datum.value < 1 ? '1/' + round(1 / datum.value) : format(datum.value, '~g')"}
    ticks = alt.Axis(
        values=alt.ExprRef("ticks"), title=None, grid=True, domain=False, ticks=False, **(shown if logarithmic else {})
    )
    x, y = axis(alt.X, scale, ticks), down()
    return figure(*_marks(x, y), caption(name, "width", "height + 36"), numbers=("rows", "low", "high", "ticks"))


def _marks(x: partial, y: partial) -> list[alt.Chart]:
    line = drawn_from("observed").mark_rule(color=colour("ink"), strokeWidth=1.6)
    told = words(drawn_from("observed"), 12, "center", dy=-10, color=colour("mute"))
    dots = drawn_from("dots", middle="datum.place + 0.66 - datum.stack * 0.12").mark_point(
        size=80, opacity=0.9, stroke=colour("bg"), strokeWidth=0.8, cursor="pointer"
    )
    names = words(drawn_from("rows", middle="datum.place + (narrow ? 0.2 : 0.62)"), 13)
    return [
        line.encode(x=x("value")),
        told.encode(x=x("value"), y=alt.YValue(0), text=text_of("said")),
        clickable(
            dots.encode(
                x=x("value"),
                y=y("middle"),
                fill=own(alt.Fill),
                tooltip=[
                    alt.Tooltip("said", type="nominal", title="Patient with"),
                    alt.Tooltip("value", type="quantitative", title="Then", format=".3~g"),
                ],
            ),
            "dots",
            *MOVED,
        ),
        names.encode(x=x_at("-gutter"), y=y("middle"), text=text_of("label")),
    ]
