"""Best response as stacked bars, one a group, deepest response first, with the rate of response and its limits."""

from functools import partial

import altair as alt
import pandas as pd

from core import text
from core.cohort.vocabulary import RESPONSES
from core.figures.frame import figure, filled, template
from core.figures.grammar import (
    axis,
    bars_in_rows,
    caption,
    down,
    drawn_from,
    label_by_width,
    legend,
    legend_rows,
    own,
    text_of,
    words,
    x_at,
)
from core.figures.theme import TEXT_ON, Specification, colour, group_colour
from core.response.result import NOT_ASSESSED, GroupResponse, ResponseResult
from core.statistics.numbers import fraction

_BAR = 76
_LONGEST_LABEL, _NARROW_LABEL = 26, 12
_LEGEND = 30


def response_chart(result: ResponseResult, by: str = "") -> Specification:
    """
    The figure of a response result: each group's patients by best response as
    a share of the denominator, the overall response written above its bar and
    its limits drawn under it. `by` is what the groups' names begin with and
    the page's title says once.
    """
    segments, groups = _segments(result), _groups(result, by)
    shown = [level for level in (*RESPONSES, NOT_ASSESSED) if level in set(segments["response"])]
    keys = [
        {"label": level, "shape": "square", "fill": _fill(level), "stroke": _fill(level, edge=True)} for level in shown
    ]
    return filled(
        _template(result.of),
        f"Best response of {text.patients(result.everyone.patients)}, one bar a group",
        height=_BAR * len(groups) + _LEGEND + 66,
        depth=46,
        gutter=int(min(200, max(70, 7.2 * max(text.width(label) for label in groups["label"]) + 16))),
        narrow_gutter=104,
        datasets={"segments": segments, "groups": groups, "keys": legend_rows(keys)},
        rows=len(groups),
        key_width=78 if NOT_ASSESSED not in shown else 104,
    )


# -- what no selection changes ---------------------------------------------------------------------


@template
def _template(of: str) -> Specification:
    shares = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".0%", title=None, domain=False, ticks=False)
    x, y = axis(alt.X, alt.Scale(domain=[0, 1], nice=False), shares), down()
    share = "Share of all patients" if of == "all" else "Share of evaluable patients"
    return figure(
        *_bars(x, y),
        *_rates(x, y),
        *_names(y),
        *legend("keys", "gutter", "-16", "key_width", upward=True),
        caption(f"{share}; line: 95% CI of PR or better", "width", "height + 38"),
        numbers=("rows", "key_width"),
    )


def _bars(x: partial, y: partial) -> list[alt.Chart]:
    room = "(datum.end - datum.start) * width"
    label = f"{room} > 12 + 7.5 * length(datum.response) + 18 ? datum.response + ' ' + datum.count : "
    label += f"{room} > 16 ? '' + datum.count : ''"
    tooltip = [
        alt.Tooltip("group", type="nominal", title="Group"),
        alt.Tooltip("response", type="nominal", title="Best response"),
        alt.Tooltip("share", type="nominal", title="Patients"),
    ]
    return [*bars_in_rows(0.36, 0.72, x, y, label, 13, tooltip)]


def _rates(x: partial, y: partial) -> list[alt.Chart]:
    """The overall response above each bar, and under it its limits as a line with a tick at the rate."""
    groups = drawn_from("groups", under="datum.place + 0.84", over="datum.place + 0.22")
    line = groups.mark_rule(color=colour("ink"), strokeWidth=1.6, opacity=0.75)
    tick = groups.mark_tick(orient="vertical", size=11, thickness=2.4, color=colour("ink"), opacity=1)
    return [
        words(groups, 13, color=colour("mute")).encode(x=x_at(0), y=y("over"), text=text_of("told")),
        line.encode(x=x("lower"), x2=alt.X2("upper"), y=y("under")),
        tick.encode(x=x("rate"), y=y("under")),
    ]


def _names(y: partial) -> list[alt.Chart]:
    label = words(drawn_from("groups", y="datum.place + 0.46"), 13, fontWeight=600, limit=alt.ExprRef("gutter - 8"))
    size = words(drawn_from("groups", y="datum.place + 0.66"), 12)
    place = {"x": x_at("-gutter"), "y": y("y")}
    return [
        label.encode(**place, text=label_by_width(), fill=own(alt.Fill)),
        size.encode(**place, text=text_of("size"), fill=alt.FillValue(colour("mute"))),
    ]


# -- what each selection changes -------------------------------------------------------------------


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
    missing = group.rates.patients - group.rates.evaluable if of == "all" else 0
    return group.rates.best | ({NOT_ASSESSED: missing} if missing else {})


def _groups(result: ResponseResult, by: str) -> pd.DataFrame:
    alone = len(result.groups) == 1
    rows = []
    names = [g.label.removesuffix(" patients") if alone else g.label.removeprefix(f"{by} ") for g in result.groups]
    labels = [text.told_apart(names, most) for most in (_LONGEST_LABEL, _NARROW_LABEL)]
    for place, (group, label, narrow) in enumerate(zip(result.groups, *labels, strict=True)):
        rate = group.rates.overall
        rate_text = f"PR or better {fraction(rate)}"
        hue = colour("ink") if alone else group_colour(group.number)
        rows.append((place, label, narrow, f"n = {rate.total}", rate_text, rate.value, rate.lower, rate.upper, hue))
    columns = ["place", "label", "narrow_label", "size", "told", "rate", "lower", "upper", "colour"]
    return pd.DataFrame(rows, columns=columns)
