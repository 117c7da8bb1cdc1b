"""How a hazard ratio changes over time: scaled Schoenfeld residuals with a smooth curve through them."""

from functools import partial

import altair as alt
import numpy as np
import pandas as pd

from core.figures.frame import figure, filled, template
from core.figures.grammar import axis, caption, drawn_from
from core.figures.theme import Specification, colour
from core.figures.time_axis import time_axis
from core.survival.proportional_hazards import ProportionalHazards

_HEIGHT = 320
_MOST_DRAWN = 600


def residuals_chart(
    proportional: ProportionalHazards, column: int, per: float, name: str, since: str = "infusion"
) -> Specification:
    """
    The figure of one coefficient (its `column`), as a log hazard ratio over
    `per` of its units: a point an event, the curve through them with its
    limits, and dashed the ratio that the model takes for all times.
    """
    residuals = proportional.residuals[:, column] * per
    points = pd.DataFrame({"months": proportional.months, "residual": residuals})
    changing = proportional.changing(column)
    columns = ["months", "estimate", "lower", "upper"]
    curve = pd.DataFrame(columns=columns, dtype=float)
    if changing is not None:
        curve = pd.DataFrame(np.column_stack([proportional.months, changing * per]), columns=columns)
        curve = curve.drop_duplicates("months")
    end, ticks = time_axis(float(proportional.months.max()))
    return filled(
        _template(since),
        f"Log hazard ratio of {name} at {len(points)} events",
        height=_HEIGHT,
        depth=46,
        gutter=52,
        datasets={
            "points": points.iloc[:: max(1, len(points) // _MOST_DRAWN)],
            "curve": curve,
            "mean": pd.DataFrame({"residual": [residuals.mean()]}),
        },
        heading=f"Log hazard ratio of {name}",
        end=end,
        ticks=ticks,
    )


@template
def _template(since: str) -> Specification:
    months = alt.Axis(values=alt.ExprRef("ticks"), title=None, grid=False, tickSize=5)
    x = axis(alt.X, alt.Scale(domain=[0, alt.ExprRef("end")], nice=False), months)
    y = axis(alt.Y, alt.Scale(zero=False), alt.Axis(title=None, domain=False, ticks=False, tickCount=6))
    band = drawn_from("curve").mark_area(opacity=0.13, fill=colour("accent"))
    line = drawn_from("curve").mark_line(strokeWidth=2.4, stroke=colour("accent"))
    mean = drawn_from("mean").mark_rule(strokeDash=[4, 3], color=colour("ink"), strokeWidth=1.2)
    point = drawn_from("points").mark_point(size=42, fill=colour("mute"), stroke=colour("bg"), opacity=0.8)
    number = partial(alt.Tooltip, type="quantitative", format=".2f")
    return figure(
        band.encode(x=x("months"), y=y("lower"), y2=alt.Y2("upper")),
        mean.encode(y=y("residual")),
        line.encode(x=x("months"), y=y("estimate")),
        point.encode(
            x=x("months"),
            y=y("residual"),
            tooltip=[number("months", title="Month"), number("residual", title="Log ratio")],
        ),
        caption(f"Months since {since}; dashed: the same at all times", "width", "height + 36"),
        numbers=("end", "ticks"),
        title=alt.TitleParams(text="", anchor="start", fontSize=13, fontWeight=600, offset=10),
    )
