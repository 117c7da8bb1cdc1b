"""Cohorts that the article allows: one over all others, some side by side, and how often each result comes out."""

from collections.abc import Callable

import altair as alt
import numpy as np
import pandas as pd

from core import text
from core.article.allowed import Spread
from core.article.steps import Step
from core.article.words_allowed import step_words
from core.figures.frame import figure, filled, template
from core.figures.grammar import axis, caption, down, drawn_from, own, text_of, words, x_at, y_at
from core.figures.theme import Specification, colour, group_colour
from core.figures.time_axis import time_axis
from core.survival import many_cohorts as many

_COLUMNS, _ROWS = 5, 4
_PANEL = 96
_GAP = 0.12
_BINS = 24
_LINE = ["line", "group", "x", "estimate", "colour"]
_EARLY, _EARLY_SHARE = 12.0, 0.62
"""The months in which most happens, and the share of the axis that they take."""


def curves(steps: tuple[Step, ...]) -> pd.DataFrame:
    """Each cohort's curves, a row a step of a curve: `line` numbers cohort and group."""
    lines, groups, months, estimates = [], [], [], []
    for number, step in enumerate(steps):
        for group in np.unique(step.groups):
            mine = step.groups == group
            at, estimate = many.curve(step.months[mine][None], step.events[mine][None])
            months += [np.zeros(1), at[0]]
            estimates += [np.ones(1), estimate[0]]
            lines.append(np.full(1 + len(at[0]), number * 100 + int(group)))
            groups.append(np.full(1 + len(at[0]), int(group)))
    columns = {"line": lines, "group": groups, "months": months, "estimate": estimates}
    every = pd.DataFrame({name: np.concatenate(parts) for name, parts in columns.items()})
    alone = every["group"].nunique() == 1
    return every.assign(colour=[colour("accent") if alone else group_colour(group) for group in every["group"]])


def player_chart(
    steps: tuple[Step, ...], shown: int, labels: dict[int, str], name: str, since: str = "infusion"
) -> Specification:
    """The cohort `shown` (its place in `steps`) over all others; `name` is that of the endpoint."""
    every = curves(steps)
    place, ticks = _months_axis(every)
    every["x"] = place(every["months"].to_numpy())
    own_lines = every[every["line"] // 100 == shown]
    last = own_lines.groupby("group", as_index=False).last()
    names = last.assign(label=[labels[group] for group in last["group"]]).sort_values("estimate")
    apart = np.maximum.accumulate(names["estimate"].to_numpy() + 0.05 - 0.07 * np.arange(len(names)))
    return filled(
        _player(since),
        f"{name} in one of the cohorts that the article allows, over {len(steps) - 1} others",
        height=380,
        depth=46,
        gutter=52,
        datasets={
            "ghosts": every[_LINE],
            "bold": own_lines[_LINE],
            "names": names.assign(height=apart + 0.07 * np.arange(len(names))),
            "ticks": pd.DataFrame({"x": place(np.array(ticks)), "label": [text.number(tick) for tick in ticks]}),
            "break": pd.DataFrame({"x": place(np.array([_EARLY]))}),
        },
        heading=name,
        above=24,
    )


def _months_axis(every: pd.DataFrame) -> tuple[Callable[[np.ndarray], np.ndarray], list[float]]:
    """Months as shares of an axis whose first year takes most of it, and those that are written."""
    end, later = time_axis(float(every["months"].max()))
    ticks = [0.0, 3, 6, 9, _EARLY, *(tick for tick in later if tick > _EARLY)]
    return lambda months: np.interp(months, [0, _EARLY, max(end, _EARLY + 1)], [0, _EARLY_SHARE, 1]), ticks


@template
def _player(since: str) -> Specification:
    percent = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".0%", title=None, grid=True, domain=False, ticks=False)
    x, y = axis(alt.X, alt.Scale(domain=[0, 1], nice=False)), axis(alt.Y, alt.Scale(domain=[0, 1]), percent)
    line = {"x": x("x"), "y": y("estimate"), "stroke": own(alt.Stroke), "detail": alt.Detail("line", type="nominal")}
    ghosts = drawn_from("ghosts").mark_line(interpolate="step-after", strokeWidth=1.3, opacity=0.09)
    bold = drawn_from("bold").mark_line(interpolate="step-after", strokeWidth=3.2)
    halo = {"stroke": colour("bg"), "strokeWidth": 5, "strokeJoin": "round"}
    names = [words(drawn_from("names"), 13, "right", fontWeight=600, dy=-4, **look) for look in (halo, {})]
    ticks = words(drawn_from("ticks"), 12, "center", color=colour("mute"))
    turn = drawn_from("break").mark_rule(color=colour("faint"), strokeDash=[2, 3])
    return figure(
        turn.encode(x=x("x"), y=y_at(0), y2=alt.Y2Value(alt.ExprRef("height"))),
        ghosts.encode(**line),
        bold.encode(**line),
        *(one.encode(x=x_at("width"), y=y("height"), text=text_of("label"), fill=own(alt.Fill)) for one in names),
        ticks.encode(x=x("x"), y=y_at("height + 14"), text=text_of("label")),
        caption(f"Months since {since}; from month 12 on the axis is compressed", "width", "height + 34"),
        title=alt.TitleParams(text="", anchor="start", fontSize=13, fontWeight=600, offset=10),
    )


def still_chart(steps: tuple[Step, ...], name: str, since: str = "infusion") -> Specification:
    """Cohorts side by side for print, evenly taken from `steps` in their order."""
    most = _COLUMNS * _ROWS
    taken = [steps[place] for place in np.linspace(0, len(steps) - 1, min(most, len(steps))).round().astype(int)]
    every = curves(tuple(taken))
    end, _ = time_axis(float(every["months"].max()))
    number = every["line"] // 100
    share = 1 - _GAP
    every["x"] = number % _COLUMNS + share * every["months"] / end
    every["y"] = number // _COLUMNS + 0.2 + 0.74 * (1 - every["estimate"])
    panels = pd.DataFrame({"number": range(len(taken))})
    panels["x"], panels["top"] = panels["number"] % _COLUMNS, panels["number"] // _COLUMNS
    rows = int(panels["top"].max()) + 1
    return filled(
        _still(f"Each panel: 0 to 100%, months 0 to {text.number(end)} since {since}"),
        f"{name} in {len(taken)} of the cohorts that the article allows",
        height=_PANEL * rows + 40,
        depth=26,
        gutter=4,
        datasets={
            "lines": every[["line", "x", "y", "colour"]],
            "panels": panels.assign(
                right=panels["x"] + share,
                foot=panels["top"] + 0.94,
                head=panels["top"] + 0.09,
                label=[step_words(step) for step in taken],
            ),
        },
        rows=rows,
    )


@template
def _still(foot: str) -> Specification:
    x, y = axis(alt.X, alt.Scale(domain=[0, _COLUMNS - _GAP], nice=False)), down()
    line = drawn_from("lines").mark_line(interpolate="step-after", strokeWidth=1.8)
    ground = drawn_from("panels", begin="datum.top + 0.2").mark_rect(color=colour("panel"), opacity=0.7)
    head = words(drawn_from("panels"), alt.ExprRef("narrow ? 9 : 12"), color=colour("mute"))
    return figure(
        ground.encode(x=x("x"), x2=alt.X2("right"), y=y("begin"), y2=alt.Y2("foot")),
        line.encode(x=x("x"), y=y("y"), stroke=own(alt.Stroke), detail=alt.Detail("line", type="nominal")),
        head.encode(x=x("x"), y=y("head"), text=text_of("label")),
        caption(foot, "width", "height + 16"),
        numbers=("rows",),
    )


# -- how often each result comes out ---------------------------------------------------------------


def spread_chart(
    spreads: dict[str, tuple[Spread, str]], bundled: dict[str, float | None], name: str, logarithmic: bool
) -> Specification:
    """
    Bars of the share of allowed cohorts by the value of a result called `name`,
    a row for each of `spreads` (its label: the spread, and its colour), with the
    `bundled` cohort's value marked. Where it is not reached it stands at the right.
    """
    finite = np.concatenate([one.values[np.isfinite(one.values)] for one, _ in spreads.values()] or [np.ones(1)])
    marks = [value for value in bundled.values() if value is not None and np.isfinite(value)]
    low, high, ticks = _extent(np.concatenate([finite, marks]) if len(finite) else np.ones(1), logarithmic)
    place = _placed(low, high, logarithmic)
    bars = pd.concat([_bars(one, row, hue, place) for row, (one, hue) in enumerate(spreads.values())])
    marked = [
        (row, float(place(np.array([value]))[0]), "bundled cohort")
        for row, label in enumerate(spreads)
        if (value := bundled.get(label)) is not None
    ]
    return filled(
        _spread(name),
        f"{name} in the cohorts that the article allows, by share of them",
        height=(150 if len(spreads) == 1 else 104) * len(spreads) + 60,
        depth=46,
        gutter=6,
        datasets={
            "bars": bars,
            "marks": pd.DataFrame(marked, columns=["row", "x", "label"]),
            "rows": pd.DataFrame({"row": range(len(spreads)), "label": list(spreads)}),
            "ticks": pd.DataFrame({"x": place(np.array(ticks)), "label": [text.figures(tick) for tick in ticks]}),
        },
        rows=len(spreads),
    )


def _extent(values: np.ndarray, logarithmic: bool) -> tuple[float, float, list[float]]:
    if logarithmic:
        low, high = float(values.min()) / 1.1, float(values.max()) * 1.1
        steps = ((1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 2, 5), (1,))
        every = ([factor * 10.0**power for power in range(-4, 5) for factor in factors] for factors in steps)
        inside = [[tick for tick in ticks if low <= tick <= high] for ticks in every]
        return low, high, next(ticks for ticks in inside if len(ticks) < 9 or ticks is inside[-1])
    high = max(float(values.max()) * 1.04, 1e-9)
    step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 500, 1e9) if high / s <= 9)
    return 0.0, high, [step * number for number in range(int(high / step) + 1)]


def _placed(low: float, high: float, logarithmic: bool) -> Callable[[np.ndarray], np.ndarray]:
    """Values as shares of the axis; what is not reached stands at its right end."""

    def place(values: np.ndarray) -> np.ndarray:
        if logarithmic:
            share = (np.log(values) - np.log(low)) / (np.log(high) - np.log(low))
        else:
            share = (values - low) / (high - low)
        return np.where(np.isfinite(values), 0.02 + 0.86 * share, 0.97)

    return place


def _bars(one: Spread, row: int, hue: str, place: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:
    told = ~np.isnan(one.values)
    at = place(one.values[told])
    bins = np.round(at * _BINS * 2).astype(int)
    distinct, of = np.unique(bins, return_inverse=True)
    shares = np.bincount(of, one.shares[told])
    middle = np.bincount(of, at * one.shares[told]) / shares
    lowest = [text.figures(value) if np.isfinite(value) else text.NOT_REACHED for value in one.values[told]]
    spans = [[lowest[n] for n in np.flatnonzero(of == number)] for number in range(len(distinct))]
    said = [f"{span[0]} to {span[-1]}" if len(span) > 1 else span[0] for span in spans]
    frame = pd.DataFrame({"x": middle, "said": said, "share": shares, "height": shares / shares.max()})
    return frame.assign(row=row, colour=hue, left=frame["x"] - 0.009, right=frame["x"] + 0.009)


@template
def _spread(name: str) -> Specification:
    x, y = axis(alt.X, alt.Scale(domain=[0, 1], nice=False)), down()
    bars = drawn_from("bars", top="datum.row + 0.92 - 0.52 * datum.height", foot="datum.row + 0.92")
    mark = drawn_from("marks", top="datum.row + 0.32", foot="datum.row + 0.92").mark_rule(
        color=colour("ink"), strokeWidth=1.6
    )
    told = words(drawn_from("marks", middle="datum.row + 0.24"), 12, "center", color=colour("mute"))
    foot = drawn_from("rows", middle="datum.row + 0.92").mark_rule(color=colour("line"))
    names = words(drawn_from("rows", middle="datum.row + 0.08"), 13, fontWeight=600)
    ticks = words(drawn_from("ticks"), 12, "center", color=colour("mute"))
    said = [
        alt.Tooltip("said", type="nominal", title=name),
        alt.Tooltip("share", type="quantitative", title="Share of allowed cohorts", format=".1%"),
    ]
    return figure(
        foot.encode(x=x_at(0), x2=alt.X2Value(alt.ExprRef("width")), y=y("middle")),
        bars.mark_rect().encode(
            x=x("left"), x2=alt.X2("right"), y=y("top"), y2=alt.Y2("foot"), fill=own(alt.Fill), tooltip=said
        ),
        mark.encode(x=x("x"), y=y("top"), y2=alt.Y2("foot")),
        told.encode(x=x("x"), y=y("middle"), text=text_of("label")),
        names.encode(x=x_at(0), y=y("middle"), text=text_of("label")),
        ticks.encode(x=x("x"), y=y_at("height + 14"), text=text_of("label")),
        caption(name, "width", "height + 34"),
        numbers=("rows",),
    )
