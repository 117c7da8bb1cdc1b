"""A forest of a model of several variables: each hazard ratio adjusted for the others, and beside it without them."""

from functools import partial

import altair as alt
import pandas as pd

from core import text
from core.cohort.variables import Variable
from core.figures.frame import figure, filled, template
from core.figures.grammar import (
    axis,
    between_rows,
    caption,
    down,
    drawn_from,
    drawn_once,
    in_row,
    legend,
    legend_rows,
    own,
    text_of,
    words,
    x_at,
)
from core.figures.ratio_axis import LABEL, ratio_axis
from core.figures.theme import Specification, colour
from core.survival.cox import HazardRatio
from core.survival.multivariable import Multivariable
from core.survival.numbers import ratio_text
from core.survival.words_multivariable import coefficient_name

_ROW = 40
_WORDS = 150
"""Pixels for the adjusted ratio in words, right of the plot."""
_ROOM = f"(narrow || width > {_WORDS + 150})"
"""Where the plot is narrower the ratios in words stand in the table alone; on a phone they stand above it."""
_END = f"(!narrow && {_ROOM} ? width - {_WORDS} : width)"
_LONGEST_NAME = 44


def multivariable_chart(model: Multivariable, variables: tuple[Variable, ...]) -> Specification:
    """The figure of a model's coefficients, in their order."""
    both = [ratio for c in model.coefficients for ratio in (c.adjusted, c.unadjusted)]
    low, high, ticks = ratio_axis((r.ratio for r in both), (end for r in both for end in (r.lower, r.upper)))
    names = text.told_apart((coefficient_name(c, variables) for c in model.coefficients), _LONGEST_NAME)
    keys = [
        {"label": "Adjusted", "shape": "square", "fill": colour("accent"), "stroke": colour("accent")},
        {"label": "Unadjusted", "shape": "circle", "fill": colour("bg"), "stroke": colour("mute")},
    ]
    rows = pd.DataFrame(
        {"place": range(len(names)), "name": names, "said": [ratio_text(c.adjusted) for c in model.coefficients]}
    )
    effects = pd.DataFrame(
        [
            {"place": place + shift, "said": ratio_text(ratio), "name": names[place]}
            | {"shape": key["shape"], "fill": key["fill"], "stroke": key["stroke"], "kind": key["label"]}
            | _within(ratio, low, high)
            for place, c in enumerate(model.coefficients)
            for shift, ratio, key in ((0.42, c.adjusted, keys[0]), (0.74, c.unadjusted, keys[1]))
        ]
    )
    return filled(
        _template(),
        f"Hazard ratios of {text.counted(len(names), 'coefficient')}, adjusted for each other and unadjusted",
        height=_ROW * len(rows) + 86,
        depth=46,
        gutter=int(min(300, max(130, 7.0 * max(map(text.width, names)) + 18))),
        narrow_gutter=0,
        datasets={"rows": rows, "effects": effects, "keys": legend_rows(keys)},
        rows=len(rows),
        low=low,
        high=high,
        ticks=ticks,
    )


def _within(ratio: HazardRatio, low: float, high: float) -> dict[str, float | None]:
    """A ratio with its limits on the axis: an open end, or one beyond it, runs off with an arrow."""
    if ratio.ratio is None:
        return dict.fromkeys(("value", "lower", "upper", "over_left", "over_right"))
    lower, upper = ratio.lower or 0.0, float("inf") if ratio.upper is None else ratio.upper
    return {
        "value": ratio.ratio if low <= ratio.ratio <= high else None,
        "lower": min(max(lower, low), high),
        "upper": max(min(upper, high), low),
        "over_left": low if lower < low else None,
        "over_right": high if upper > high else None,
    }


@template
def _template() -> Specification:
    span = alt.Scale(
        type="log",
        base=2,
        domain=[alt.ExprRef("low"), alt.ExprRef("high")],
        range=[0, alt.ExprRef(_END)],
        nice=False,
    )
    ticks = alt.Axis(values=alt.ExprRef("ticks"), title=None, domain=False, ticks=False, labelExpr=LABEL)
    x, y = axis(alt.X, span, ticks), down()
    rows = drawn_from("rows", middle=in_row(0.5, 0.16))
    return figure(
        between_rows("rows", y),
        _no_difference(x),
        *_effects(x, y),
        words(rows, 13).encode(x=x_at("-gutter"), y=y("middle"), text=text_of("name")),
        words(rows, 13, "right", opacity=alt.ExprRef(f"{_ROOM} ? 1 : 0")).encode(
            x=x_at("width"), y=y("middle"), text=text_of("said")
        ),
        *legend("keys", "gutter", "-14", "104"),
        caption("Adjusted (95% CI)", "width", "-14", opacity=alt.ExprRef(f"{_ROOM} ? 1 : 0")),
        caption("← event later  ·  hazard ratio  ·  event sooner →", f"{_END} / 2", "height + 36", "center"),
        numbers=("rows", "low", "high", "ticks"),
    )


def _no_difference(x: partial) -> alt.Chart:
    return drawn_once().mark_rule(color=colour("faint")).encode(x=alt.XDatum(1, **x.keywords))


def _effects(x: partial, y: partial) -> list[alt.Chart]:
    effects = drawn_from("effects")
    tooltip = [
        alt.Tooltip("name", type="nominal", title="Hazard ratio of"),
        alt.Tooltip("kind", type="nominal", title="Model"),
        alt.Tooltip("said", type="nominal", title="95% CI"),
    ]
    arrows = [
        effects.mark_point(shape=shape, size=50, opacity=1, filled=True).encode(
            x=x(side), y=y("place"), color=own(alt.Color, "stroke")
        )
        for side, shape in (("over_left", "triangle-left"), ("over_right", "triangle-right"))
    ]
    marks = effects.mark_point(size=80, strokeWidth=1.6, opacity=1)
    return [
        effects.mark_rule(strokeWidth=1.8).encode(
            x=x("lower"), x2=alt.X2("upper"), y=y("place"), color=own(alt.Color, "stroke")
        ),
        *arrows,
        marks.encode(
            x=x("value"),
            y=y("place"),
            shape=own(alt.Shape, "shape"),
            fill=own(alt.Fill, "fill"),
            stroke=own(alt.Stroke, "stroke"),
            tooltip=tooltip,
        ),
    ]
