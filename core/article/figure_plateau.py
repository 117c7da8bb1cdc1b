"""Why software differs on a median: a curve that ends on a plateau at 50%, with what each rule makes of it."""

import altair as alt
import numpy as np
import pandas as pd

from core.figures.frame import figure, filled, template
from core.figures.grammar import axis, caption, drawn_from, label_by_width, words
from core.figures.theme import Specification, colour
from core.figures.time_axis import time_axis
from core.survival.kaplan_meier import Curve
from core.survival.medians import median_survival
from core.text import number

RULES = {"print": ("R, printed", "R"), "midpoint to last": ("GraphPad Prism, R quantile", "Prism")}
"""Of core.survival.medians those that give a month on a final plateau, by the software that has them, also short."""


def plateau_chart(curve: Curve, name: str, since: str = "infusion") -> Specification:
    """A curve called `name` that ends on a plateau at 50%, with the median by each of RULES on it."""
    months, estimate = np.append(0.0, curve.table.months), np.append(1.0, curve.survival)
    end, ticks = time_axis(float(months.max()))
    found = [(median_survival(curve, rule).months, software) for rule, software in RULES.items()]
    rules = [(at, 0.5, *(f"{name}: {number(at)}" for name in software)) for at, software in found if at is not None]
    return filled(
        _template(since),
        f"{name}: a plateau at 50%, and its median by the rules of several programs",
        height=230,
        depth=46,
        gutter=52,
        datasets={
            "steps": pd.DataFrame({"months": months, "estimate": estimate}),
            "rules": pd.DataFrame(rules, columns=["months", "estimate", "label", "narrow_label"]),
        },
        heading=name,
        end=end,
        ticks=ticks,
        above=24,
    )


@template
def _template(since: str) -> Specification:
    months = alt.Axis(values=alt.ExprRef("ticks"), title=None, grid=False, tickSize=5)
    percent = alt.Axis(values=[0, 0.5, 1], format=".0%", title=None, grid=True, domain=False, ticks=False)
    x = axis(alt.X, alt.Scale(domain=[0, alt.ExprRef("end")], nice=False), months)
    y = axis(alt.Y, alt.Scale(domain=[0, 1]), percent)
    line = drawn_from("steps").mark_line(interpolate="step-after", strokeWidth=2.4, color=colour("accent"))
    drop = drawn_from("rules").mark_rule(strokeDash=[4, 3], color=colour("mute"))
    dots = drawn_from("rules").mark_point(size=90, filled=True, color=colour("ink"), opacity=1)
    names = words(drawn_from("rules"), 12, dx=6, dy=-12)
    return figure(
        drop.encode(x=x("months"), y=y("estimate"), y2=alt.Y2Datum(0)),
        line.encode(x=x("months"), y=y("estimate")),
        dots.encode(x=x("months"), y=y("estimate")),
        names.encode(x=x("months"), y=y("estimate"), text=label_by_width()),
        caption(f"Months since {since}", "width", "height + 36"),
        numbers=("end", "ticks"),
        title=alt.TitleParams(text="", anchor="start", fontSize=13, fontWeight=600, offset=10),
    )
