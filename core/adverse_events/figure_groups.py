"""Incidence of adverse events in groups side by side, and the difference between two."""

from functools import partial

import altair as alt
import pandas as pd

from core import text
from core.adverse_events.figure_rows import MOST_LINES, filled_rows, placed_rows, row_names, whole_ticks
from core.adverse_events.result import BANDS, COUNTED, AdverseEvents, Line, Tally, compare_line
from core.figures.frame import figure, template
from core.figures.grammar import (
    axis,
    between_rows,
    caption,
    clickable,
    down,
    drawn_from,
    drawn_once,
    in_row,
    legend,
    legend_rows,
    own,
    text_of,
    words,
    wrapped,
    x_at,
    y_at,
)
from core.figures.theme import Specification, colour, group_colour
from core.statistics.numbers import fraction, percentage_points

_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
MOST_GROUPS = len(_SHAPES)
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
    keys = _keys(result)
    key_width = min(290, int(6.4 * max(text.width(key["label"]) for key in keys)) + 44)
    by_events = result.counted == "events"
    most = float(max(dots["share"].max(), 1)) if by_events else 1.0
    datasets = {"rows": rows, "dots": dots, "spans": _spans(dots), "keys": legend_rows(keys)}
    if against is not None:
        datasets["differences"] = _differences(lines, band, against)
        first, second = text.told_apart((result.groups[place].label for place in against), 24)
        datasets["compared"] = pd.DataFrame({"said": [f"{first} minus {second}, % points"]})
    return filled_rows(
        _template(f"{COUNTED[result.counted]}, {BANDS[band][0].lower()}", by_events, against is not None),
        f"Incidence of adverse events in {len(result.groups)} groups",
        lines,
        gutter,
        datasets,
        below=46 if against is None else 62,
        above=20 * (wrapped(len(keys), key_width) - 1),
        most=most,
        ticks=whole_ticks(most),
        key_width=key_width,
    )


# -- what no selection changes ---------------------------------------------------------------------


@template
def _template(measured: str, by_events: bool, differences: bool) -> Specification:
    end = f"({_BOTH} ? (width - {_WORDS + 40}) * 0.48 : width)" if differences else "width"
    y = down()
    return figure(
        between_rows("rows", y),
        row_names(y, "name"),
        *_dot_layers(y, end, by_events),
        *legend("keys", "gutter", "-12", "key_width", upward=True),
        caption(measured, end, "height + 36"),
        *(_difference_layers(y, f"{end} + 46") if differences else []),
        numbers=("rows", "most", "ticks", "key_width"),
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent")),
    )


def _dot_layers(y: partial, end: str, by_events: bool) -> list[alt.Chart]:
    span = alt.Scale(domain=[0, alt.ExprRef("most")], range=[0, alt.ExprRef(end)], nice=False)
    shown = {"format": "d", "values": alt.ExprRef("ticks")} if by_events else {"format": ".0%", "values": [0, 0.5, 1]}
    spans = drawn_from("spans", middle=in_row(0.5, 0.72)).mark_rule(color=colour("faint"), strokeWidth=2)
    points = drawn_from("dots", middle=in_row(0.5, 0.72))
    dots = points.mark_point(opacity=1, stroke=colour("bg"), strokeWidth=1, cursor="pointer").encode(
        x=axis(alt.X, span, alt.Axis(title=None, domain=False, ticks=False, **shown))("share"),
        y=y("middle"),
        fill=own(alt.Fill),
        shape=own(alt.Shape, "shape"),
        size=alt.Size("size", type="quantitative", scale=None, legend=None),
        tooltip=[
            alt.Tooltip("name", type="nominal", title="Event"),
            alt.Tooltip("group", type="nominal", title="Group"),
            alt.Tooltip("said", type="nominal", title="Count"),
        ],
    )
    return [
        spans.encode(x=axis(alt.X, span)("low"), x2=alt.X2("high"), y=y("middle")),
        clickable(dots, "dots", "name", "group"),
    ]


def _difference_layers(y: partial, start: str) -> list[alt.Chart]:
    stop = f"width - {_WORDS}"
    scale = alt.Scale(domain=[-1, 1], range=[alt.ExprRef(start), alt.ExprRef(stop)], nice=False)
    sign = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '')"
    shown_axis = alt.Axis(
        values=[-1, -0.5, 0, 0.5, 1],
        labelExpr=f"{_BOTH} ? {sign} + round(100 * abs(datum.value)) : ''",
        title=None,
        domain=False,
        grid=False,
        ticks=False,
        orient="bottom",
    )
    shown = alt.ExprRef(f"{_BOTH} ? 1 : 0")
    differences = drawn_from("differences", middle="datum.place + 0.5")
    zero = drawn_once().mark_rule(color=colour("faint"), opacity=shown)
    limits = differences.mark_rule(color=colour("ink"), strokeWidth=1.8, opacity=shown)
    point = differences.mark_point(shape="square", size=56, fill=colour("ink"), stroke=colour("ink"), opacity=shown)
    compared = words(drawn_from("compared"), 12, "right", color=colour("mute"), opacity=shown)
    return [
        zero.encode(x=x_at(f"({start} + {stop}) / 2"), y=y_at(0), y2=alt.Y2Value(alt.ExprRef("height"))),
        limits.encode(x=axis(alt.X, scale)("lower"), x2=alt.X2("upper"), y=y("middle")),
        point.encode(x=axis(alt.X, scale, shown_axis)("value"), y=y("middle")),
        words(differences, 13, "right", opacity=shown).encode(x=x_at("width"), y=y("middle"), text=text_of("said")),
        compared.encode(x=x_at("width"), y=y_at("height + 54"), text=text_of("said")),
    ]


# -- what each selection changes -------------------------------------------------------------------


def _drawn(result: AdverseEvents) -> list[int]:
    """The places of the groups that are drawn: the largest, of more than can be told apart."""
    largest = sorted(range(len(result.groups)), key=lambda place: -result.groups[place].patients)
    return sorted(largest[:MOST_GROUPS])


def _keys(result: AdverseEvents) -> list[dict]:
    drawn = [result.groups[number] for number in _drawn(result)]
    names = text.told_apart((group.label for group in drawn), 30)
    return [
        {
            "label": f"{names[place]}, n = {group.patients}",
            "shape": _shape(place),
            "fill": group_colour(group.number),
            "stroke": group_colour(group.number),
        }
        for place, group in enumerate(drawn)
    ]


def _shape(place: int) -> str:
    return _SHAPES[place % len(_SHAPES)]


def _dots(result: AdverseEvents, lines: tuple[Line, ...], band: str, turn: int) -> pd.DataFrame:
    rows, groups = [], _drawn(result)
    for place, line in enumerate(lines):
        for order, number in enumerate(groups):
            group, tally = result.groups[number], line.tallies[number]
            value, count_text = _counted_in(result, tally, band)
            if value is not None:
                # A small square on a large circle shows both of two where they are equal; more stand apart.
                pair = len(groups) < 3
                size = 64 if order or not pair else 190
                shift = 0.0 if pair else (order - (len(groups) - 1) / 2) * min(0.2, 0.7 / len(groups))
                look = (group_colour(group.number), _shape(order), size)
                rows.append((place + shift, line.name, group.label, turn, value, count_text, *look))
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
    spans = dots.assign(place=dots["place"].round()).groupby("place")["share"].agg(low="min", high="max")
    return spans.reset_index()


def _differences(lines: tuple[Line, ...], band: str, against: tuple[int, int]) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        difference = compare_line(line, *against, band).difference
        rows.append((place, difference.value, difference.lower, difference.upper, percentage_points(difference)))
    return pd.DataFrame(rows, columns=["place", "value", "lower", "upper", "said"])
