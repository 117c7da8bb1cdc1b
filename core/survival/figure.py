"""Kaplan-Meier curves and cumulative incidence, with numbers at risk under the ticks."""

from functools import partial
from typing import Any

import altair as alt
import pandas as pd

from core import text
from core.cohort.labels import by_then
from core.cohort.vocabulary import COMPETING, ENDPOINTS, OTHER_COMPETING
from core.figures.frame import figure, filled, template
from core.figures.grammar import (
    Align,
    axis,
    caption,
    drawn_from,
    drawn_once,
    label_by_width,
    own,
    text_of,
    words,
    x_at,
    y_at,
)
from core.figures.theme import DASHES, Specification, colour
from core.figures.time_axis import time_axis
from core.survival.figure_data import (
    Lit,
    as_drawn,
    censored,
    drawn,
    end_of,
    ends,
    medians,
    named_once,
    plateau,
    reached_by,
    rows_under_the_axis,
)
from core.survival.numbers import since
from core.survival.result import SurvivalResult, curve_table, while_enough

_PLOT_HEIGHT = 406  # plot, axis and heading; each row under the axis adds to it
_ROW = 20
_MOST_TICKS, _FEWEST_TICKS = 200, 40
_MOST_STEPS, _FEWEST_STEPS = 800, 160  # of all groups together, and for each of many
_MOST_STEPS_OF_ONE = 400
_DRAWN = ["group", "label", "months", "at_risk", "estimate", "lower", "upper", "colour", "dash", "band_lower",
          "band_upper", "thick", "thin"]  # fmt: skip


def survival_chart(
    result: SurvivalResult,
    longest_months: float,
    band: bool = True,
    details: bool = False,
    by: str = "",
    lit: Lit | None = None,
    smallest: int = 0,
) -> Specification:
    """
    The figure of a result: curves, limits, censoring ticks, medians, numbers
    at risk and, with `details`, cumulative events and censored.

    Of more groups than can be told apart it draws the largest. `longest_months`
    fixes the axis, so that it stays under every filter; `by` is what the
    groups' names begin with and the heading can say once. Where the follow-up of
    the patient who is `lit` ends is marked on its curve. Curves end where fewer
    than the `smallest` number that may be shown are at risk, and numbers read so.
    """
    result = drawn(result)
    then = by_then(result.landmark)
    known = f", groups as known{then}" if then and any(g.label.endswith(then) for g in result.groups) else ""
    result = named_once(result, by)
    end, ticks = time_axis(longest_months)
    rows = rows_under_the_axis(result, ticks, details)
    name = ENDPOINTS.get(result.endpoint, result.endpoint)
    heading = f"{name}, cumulative incidence" if result.competing else name
    heading += f", by {text.lowered(by)}" if by else known
    return filled(
        _template(since(result), band, COMPETING.get(result.endpoint, OTHER_COMPETING)[0] if result.competing else ""),
        f"{name} of {text.patients(result.everyone.table.patients)}, by months since {since(result)}",
        height=_PLOT_HEIGHT + _ROW * len(rows),
        depth=62 + _ROW * len(rows),
        gutter=int(min(230, max(84, 7.4 * max(text.width(label) for label in rows["label"]) + 34))),
        narrow_gutter=112,
        datasets=_datasets(result, end, rows, smallest) | {"lit": end_of(result, lit, end)},
        heading=heading,
        end=end,
        ticks=ticks,
        above=24,
    )


def _datasets(result: SurvivalResult, end: float, rows: pd.DataFrame, smallest: int) -> dict[str, pd.DataFrame]:
    """What is drawn of the groups, each with as many steps as many groups leave it."""
    groups = len(result.groups)
    each = max(_FEWEST_STEPS, min(_MOST_STEPS_OF_ONE, _MOST_STEPS // groups))
    steps = as_drawn(while_enough(curve_table(result, most=each), smallest))
    cells = rows[["row", "month", "count"]].explode(["month", "count"]).astype(float)
    return {
        "steps": steps[[*_DRAWN, *(["competing_estimate"] if result.competing else [])]],
        "censored": censored(steps, 0 if smallest else max(_FEWEST_TICKS, _MOST_TICKS // groups)),
        "medians": reached_by(steps, medians(result, end)) if smallest else medians(result, end),
        "ends": ends(result, steps, end),
        "rows": rows.drop(columns=["month", "count"]),
        "cells": cells.assign(count=cells["count"].mask(cells["count"].between(1, smallest - 1), -smallest)),
        "plateau": plateau(result, end) if not smallest else plateau(result, 0),
    }


@template
def _template(since: str, band: bool, competing: str) -> Specification:
    months = alt.Axis(values=alt.ExprRef("ticks"), title=None, grid=False, tickSize=5)
    percent = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".0%", title=None, grid=True, domain=False, ticks=False)
    x = axis(alt.X, alt.Scale(domain=[0, alt.ExprRef("end")], nice=False), months)
    y = axis(alt.Y, alt.Scale(domain=[0, 1]), percent)
    return figure(
        *([_limits(x, y)] if band else []),
        *([] if competing else [_half(y)]),
        *_curves(x, y, bool(competing)),
        _censoring(x, y),
        *([] if competing else [_median_lines(x, y)]),
        _hover(x, y, since),
        *_end_labels(x, y),
        *_lit(x, y),
        _plateau_note(x, y),
        *_risk_table(x, since),
        numbers=("end", "ticks"),
        title=alt.TitleParams(
            text="",
            subtitle=[f"Dashed: {competing}"] if competing else [],
            anchor="start",
            fontSize=13,
            fontWeight=600,
            offset=10,
        ),
    )


def _dash() -> alt.StrokeDash:
    """How a group's line is dashed, by its turn of the colours."""
    every = alt.Scale(domain=list(range(len(DASHES))), range=[dash or [1, 0] for dash in DASHES])
    return alt.StrokeDash("dash", type="ordinal", scale=every, legend=None)


def _limits(x: partial, y: partial) -> alt.Chart:
    area = drawn_from("steps").mark_area(interpolate="step-after", opacity=0.13)
    return area.encode(
        x=x("months"), y=y("band_lower"), y2=alt.Y2("band_upper"), fill=own(alt.Fill), detail=_each_group()
    )


def _each_group() -> alt.Detail:
    return alt.Detail("group", type="nominal")


def _half(y: partial) -> alt.Chart:
    return drawn_once().mark_rule(strokeDash=[2, 3], color=colour("faint"), opacity=0.8).encode(y=_datum(y, 0.5))


def _datum(y: partial, value: float) -> alt.YDatum:
    return alt.YDatum(value, type="quantitative", scale=y.keywords["scale"], axis=y.keywords["axis"])


def _curves(x: partial, y: partial, competing: bool) -> list[alt.Chart]:
    """Each group's line, thick and then thin; colours come round again dashed."""

    def line(estimate: str, width: float, **look: Any) -> alt.Chart:
        mark = drawn_from("steps").mark_line(interpolate="step-after", strokeWidth=width, **look)
        return mark.encode(x=x("months"), y=y(estimate), stroke=own(alt.Stroke), detail=_each_group())

    curves = [
        line("estimate", 2.6).transform_filter("datum.thick").encode(strokeDash=_dash()),
        line("estimate", 1.3).transform_filter("datum.thin").encode(strokeDash=_dash()),
    ]
    return [*curves, line("competing_estimate", 1.3, strokeDash=[3, 3], opacity=0.8)] if competing else curves


def _censoring(x: partial, y: partial) -> alt.Chart:
    tick = drawn_from("censored").mark_tick(orient="vertical", size=11, thickness=1.8, opacity=1)
    return tick.encode(x=x("months"), y=y("estimate"), fill=own(alt.Fill))


def _median_lines(x: partial, y: partial) -> alt.Chart:
    rule = drawn_from("medians").mark_rule(strokeDash=[4, 3], strokeWidth=1.2, opacity=0.85)
    return rule.encode(x=x("months"), y=y("half"), y2=alt.Y2Datum(0), stroke=own(alt.Stroke))


def _hover(x: partial, y: partial, since: str) -> alt.Chart:
    ends = "format(100 * datum.lower, '.1f') + '–' + format(100 * datum.upper, '.1f')"
    limits = f"isValid(datum.lower) && isValid(datum.upper) ? {ends} : 'no limits'"
    number = partial(alt.Tooltip, type="quantitative")
    tooltip = [
        alt.Tooltip("label", type="nominal", title="Group"),
        number("months", title=f"Months since {since}", format=".1f"),
        number("estimate", title="Estimate", format=".1%"),
        alt.Tooltip("limits", type="nominal", title="95% CI, %"),
        number("at_risk", title="At risk"),
    ]
    points = drawn_from("steps", limits=limits).mark_point(opacity=0, size=260, filled=True)
    return points.encode(x=x("months"), y=y("estimate"), tooltip=tooltip)


def _end_labels(x: partial, y: partial) -> list[alt.Chart]:
    """Each curve's name above its end, on the side where there is room."""
    sides: tuple[tuple[str, Align, int], ...] = (("false", "left", 4), ("true", "right", -2))
    return [
        words(drawn_from("ends"), 13, align, fontWeight=600, dx=dx, dy=-12)
        .transform_filter(f"datum.inside === {inside}")
        .encode(x=x("months"), y=y("height"), text=text_of("label"), fill=own(alt.Fill))
        for inside, align, dx in sides
    ]


def _lit(x: partial, y: partial) -> list[alt.Chart]:
    """Where the follow-up of the patient who is lit ends."""
    ring = drawn_from("lit").mark_point(size=130, fill=colour("bg"), stroke=colour("ink"), strokeWidth=2, opacity=1)
    sides: tuple[tuple[str, Align, int], ...] = (("false", "left", 9), ("true", "right", -9))
    names = [
        words(drawn_from("lit"), 12, align, fontWeight=600, dx=dx, dy=14)
        .transform_filter(f"datum.inside === {inside}")
        .encode(x=x("months"), y=y("estimate"), text=text_of("label"))
        for inside, align, dx in sides
    ]
    return [ring.encode(x=x("months"), y=y("estimate")), *names]


def _plateau_note(x: partial, y: partial) -> alt.Chart:
    note = drawn_from("plateau").mark_text(
        align="left", baseline="bottom", dx=6, dy=-5, fontSize=12, color=colour("mute")
    )
    return note.encode(x=x("months"), y=y("height"), text=text_of("note"))


def _risk_table(x: partial, since: str) -> list[alt.Chart]:
    below = f"height + 62 + {_ROW} * datum.row"
    names = words(drawn_from("rows"), 13, fontWeight=alt.ExprRef("datum.weight"), limit=alt.ExprRef("gutter - 32"))
    lines = drawn_from("rows").transform_filter("datum.dash >= 0").mark_rule(strokeWidth=2.2)
    counts = words(drawn_from("cells"), 13, "center")
    number = alt.TextValue(alt.ExprRef("datum.count < 0 ? '<' + -datum.count : format(datum.count, ',')"))
    return [
        caption("Number at risk", "-gutter", "height + 38", "left"),
        caption(f"Months since {since}", "width", "height + 38"),
        names.encode(
            x=x_at("(datum.dash >= 0 ? 22 : 0) - gutter"), y=y_at(below), text=label_by_width(), fill=own(alt.Fill)
        ),
        lines.encode(
            x=x_at("-gutter"),
            x2=alt.X2Value(alt.ExprRef("16 - gutter")),
            y=y_at(below),
            stroke=own(alt.Stroke),
            strokeDash=_dash(),
        ),
        counts.encode(x=x("month"), y=y_at(below), text=number),
    ]
