"""Kaplan-Meier curves and cumulative incidence, with numbers at risk under the ticks."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core import text
from core.cohort.vocabulary import ENDPOINTS
from core.figures.grammar import Specification, at, figure, layer, number, own_colour, scaled
from core.figures.theme import colour, group_colour, group_dash
from core.figures.time_axis import time_axis
from core.survival.kaplan_meier import FEW_AT_RISK
from core.survival.result import GroupSurvival, SurvivalResult, curve_table

_PLOT_HEIGHT = 406  # plot, axis and heading; each row under the axis adds to it

_ROW = 20

_MOST_TICKS, _FEWEST_TICKS = 200, 40

_MOST_STEPS, _FEWEST_STEPS = 800, 160  # of all groups together, and for each of many

_MOST_STEPS_OF_ONE = 400

_LONGEST_LABEL = 28

_DRAWN = ["group", "label", "months", "at_risk", "estimate", "lower", "upper", "colour", "band_lower", "band_upper",
          "thick", "thin"]  # fmt: skip


def survival_chart(
    result: SurvivalResult,
    longest_months: float,
    since: str = "infusion",
    band: bool = True,
    details: bool = False,
    by: str = "",
) -> Specification:
    """
    The figure of a result: curves, limits, censoring ticks, medians, numbers
    at risk and, with `details`, cumulative events and censored.

    `longest_months` fixes the axis, so that it stays under every filter;
    `since` is the origin of time; `by` is what the groups' names begin with
    and the heading can say once.
    """
    result = _named_once(result, by)
    each = max(_FEWEST_STEPS, min(_MOST_STEPS_OF_ONE, _MOST_STEPS // len(result.groups)))
    steps = _as_drawn(curve_table(result, most=each))
    end, ticks = time_axis(longest_months)
    rows = _rows_under_the_axis(result, ticks, details)
    gutter = int(min(230, max(84, 7.4 * max(len(label) for label in rows["label"]) + 12)))
    layers = [
        *(_limits() if band else []),
        *([] if result.competing else [_half()]),
        *_curves(result),
        *_censoring_ticks(),
        *([] if result.competing else _median_lines()),
        *_hover(since),
        *_end_labels(),
        _plateau_note(),
        *_risk_table(gutter, since),
    ]
    axis_x = {"values": ticks, "title": None, "grid": False, "tickSize": 5}
    axis_y = {
        "values": [0, 0.25, 0.5, 0.75, 1],
        "format": ".0%",
        "title": None,
        "grid": True,
        "domain": False,
        "ticks": False,
    }
    scaled(layers, x=({"domain": [0, end], "nice": False}, axis_x), y=({"domain": [0, 1]}, axis_y))
    name = ENDPOINTS.get(result.endpoint, result.endpoint)
    heading = f"{name}, cumulative incidence" if result.competing else name
    return figure(
        layers,
        {
            "steps": steps[[*_DRAWN, *(["competing_estimate"] if result.competing else [])]],
            "censored": _ticks(steps, max(_FEWEST_TICKS, _MOST_TICKS // len(result.groups))),
            "medians": _medians(result, end),
            "ends": _ends(result, steps, end),
            "rows": rows,
            "cells": rows.explode(["month", "count"]),
            "plateau": _plateau(result, end),
        },
        height=_PLOT_HEIGHT + _ROW * len(rows),
        depth=62 + _ROW * len(rows),
        gutter=gutter,
        description=f"{name} of {text.patients(result.everyone.table.patients)}, by months since {since}",
        title={
            "text": f"{heading}, by {by[0].lower() + by[1:] if by[1:2].islower() else by}" if by else heading,
            "subtitle": ["Dashed: the competing event"] if result.competing else [],
            "anchor": "start",
            "fontSize": 13,
            "fontWeight": 600,
            "offset": 10,
        },
    )


def _named_once(result: SurvivalResult, by: str) -> SurvivalResult:
    """The groups by names short enough to stand beside their numbers at risk."""
    labels = [group.label.removeprefix(f"{by} ") for group in result.groups]
    short = [text.shortened(label, _LONGEST_LABEL) for label in labels]
    groups = tuple(replace(group, label=label) for group, label in zip(result.groups, short, strict=True))
    return replace(result, groups=groups)


def _half() -> Specification:
    return layer("rule", None, {"y": {"datum": 0.5}}, strokeDash=[2, 3], color=colour("faint"), opacity=0.8)


def _limits() -> list[Specification]:
    encoding = {
        "x": number("months"),
        "y": number("band_lower"),
        "y2": {"field": "band_upper"},
        "fill": own_colour(),
        "detail": {"field": "group"},
    }
    return [layer("area", "steps", encoding, interpolate="step-after", opacity=0.13)]


def _as_drawn(steps: pd.DataFrame) -> pd.DataFrame:
    """
    The steps with their colours; with `band_lower` and `band_upper`, the
    limits up to the last step (where a curve reaches 0 the limits before it
    hold until then); and which lines they belong to: the `thick` one while
    enough are at risk, the `thin` one after, both where it turns.

    The horizontal stretch that follows a step is carried by those at risk
    after it, so a line turns thin where its next time has too few.
    """
    group, few = steps["group"].to_numpy(), steps["at_risk"].to_numpy() < FEW_AT_RISK
    turn = np.zeros(len(steps), int)
    for line in pd.unique(group):
        rows = np.flatnonzero(group == line)
        turn[rows] = rows[few[rows[1:]].argmax()] if few[rows[1:]].any() else rows[-1]
    place = np.arange(len(steps))
    limits = steps.groupby("group")[["lower", "upper"]].ffill()
    return steps.assign(
        colour=[group_colour(number) for number in group],
        band_lower=limits["lower"],
        band_upper=limits["upper"],
        thick=place <= turn,
        thin=place >= turn,
    ).round(6)  # a millionth of the plot's height; the table that is taken away has every digit


def _curves(result: SurvivalResult) -> list[Specification]:
    parts = []
    for group in result.groups:
        for thin in (False, True):
            encoding = {"x": number("months"), "y": number("estimate"), "stroke": own_colour()}
            part = layer(
                "line",
                "steps",
                encoding,
                interpolate="step-after",
                strokeWidth=1.3 if thin else 2.6,
                strokeDash=group_dash(group.number),
            )
            mine = "thin" if thin else "thick"
            part["transform"] = [{"filter": f"datum.group === {group.number} && datum.{mine}"}]
            parts.append(part)
    if result.competing:
        encoding = {
            "x": number("months"),
            "y": number("competing_estimate"),
            "stroke": own_colour(),
            "detail": {"field": "group"},
        }
        parts.append(
            layer(
                "line",
                "steps",
                encoding,
                interpolate="step-after",
                strokeWidth=1.3,
                strokeDash=[3, 3],
                opacity=0.8,
            )
        )
    return parts


def _censoring_ticks() -> list[Specification]:
    encoding = {"x": number("months"), "y": number("estimate"), "fill": own_colour()}
    return [layer("tick", "censored", encoding, orient="vertical", size=11, thickness=1.8, opacity=1)]


def _ticks(steps: pd.DataFrame, most: int) -> pd.DataFrame:
    censored = steps.loc[steps["censored"] > 0, ["group", "months", "estimate", "colour"]]
    kept = [
        rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), most)).round().astype(int))]
        for _, rows in censored.groupby("group")
    ]
    return pd.concat(kept, ignore_index=True) if kept else censored


def _median_lines() -> list[Specification]:
    encoding = {"x": number("months"), "y": number("half"), "y2": {"datum": 0}, "stroke": own_colour()}
    return [layer("rule", "medians", encoding, strokeDash=[4, 3], strokeWidth=1.2, opacity=0.85)]


def _medians(result: SurvivalResult, end: float) -> pd.DataFrame:
    reached = [
        (group.median.months, 0.5, group_colour(group.number))
        for group in result.groups
        if group.median.months is not None and group.median.months <= end
    ]
    return pd.DataFrame(reached, columns=["months", "half", "colour"])


def _hover(since: str) -> list[Specification]:
    tooltip = [
        {"field": "label", "title": "Group"},
        {"field": "months", "type": "quantitative", "title": f"Months since {since}", "format": ".1f"},
        {"field": "estimate", "type": "quantitative", "title": "Estimate", "format": ".1%"},
        {"field": "limits", "title": "95% CI, %"},
        {"field": "at_risk", "type": "quantitative", "title": "At risk"},
    ]
    encoding = {"x": number("months"), "y": number("estimate"), "tooltip": tooltip}
    ends = "format(100 * datum.lower, '.1f') + '–' + format(100 * datum.upper, '.1f')"
    limits = f"isValid(datum.lower) && isValid(datum.upper) ? {ends} : 'no limits'"
    part = layer("point", "steps", encoding, opacity=0, size=260, filled=True)
    return [part | {"transform": [{"calculate": limits, "as": "limits"}]}]


def _end_labels() -> list[Specification]:
    """Each curve's name above its end, on the side where there is room."""
    parts = []
    for inside in (False, True):
        encoding = {"x": number("months"), "y": number("height"), "text": {"field": "label"}, "fill": own_colour()}
        place = {"align": "right", "dx": -2, "dy": -12} if inside else {"align": "left", "dx": 4, "dy": -12}
        part = layer("text", "ends", encoding, baseline="middle", fontSize=13, fontWeight=600, **place)
        parts.append(part | {"transform": [{"filter": f"datum.inside === {str(inside).lower()}"}]})
    return parts


def _ends(result: SurvivalResult, steps: pd.DataFrame, end: float) -> pd.DataFrame:
    """Where each curve ends and its name stands, moved apart where two would cover each other."""
    columns = ["months", "estimate", "label", "colour"]
    if len(result.groups) == 1:
        return pd.DataFrame(columns=[*columns, "height", "inside"])
    ends = steps.groupby("group", sort=False).tail(1)[columns].sort_values("estimate").reset_index(drop=True)
    inside = ends["months"] > 0.75 * end
    heights: list[float] = []
    for estimate in ends["estimate"]:
        heights.append(max(estimate, 0.03) if not heights else max(estimate, heights[-1] + 0.065))
    ceiling = 1.0
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], ceiling, 0.915)
        ceiling = heights[place] - 0.065
    return ends.assign(height=heights, inside=inside)


def _plateau_note() -> Specification:
    encoding = {"x": number("months"), "y": number("height"), "text": {"field": "note"}}
    return layer(
        "text",
        "plateau",
        encoding,
        align="left",
        baseline="bottom",
        dx=6,
        dy=-5,
        fontSize=12,
        color=colour("mute"),
    )


def _plateau(result: SurvivalResult, end: float) -> pd.DataFrame:
    """A curve that levels off for more than six months with at least three patients says so, once."""
    columns = ["months", "height", "note"]
    if len(result.groups) > 1 or result.competing:
        return pd.DataFrame(columns=columns)
    table, curve = result.everyone.table, result.everyone.curve
    event_months = table.months[table.events > 0]
    if not len(event_months):
        return pd.DataFrame(columns=columns)
    last = float(event_months[-1])
    followed = int((table.events + table.censored)[table.months > last + 6].sum())
    if followed < 3 or last > 0.6 * end:
        return pd.DataFrame(columns=columns)
    note = f"No event after {text.number(last)} mo, {followed} patients followed on"
    height = float(curve.survival[np.searchsorted(table.months, last)])
    return pd.DataFrame([(last, height, note)], columns=columns)


def _rows_under_the_axis(result: SurvivalResult, ticks: list[float], details: bool) -> pd.DataFrame:
    """The risk table, one row a group (three with `details`): label, colour, and a count at each tick."""
    rows: list[dict] = []
    for group in result.groups:
        label = "All" if len(result.groups) == 1 else group.label
        counts = _counts_at(group, ticks)
        rows.append({"label": label, "colour": group_colour(group.number), "weight": 600, "count": counts["At risk"]})
        if details:
            for what in ("Events", "Censored"):
                rows.append({"label": f"\u2003{what}", "colour": colour("mute"), "weight": 400, "count": counts[what]})
    frame = pd.DataFrame(rows)
    frame["row"] = range(len(frame))
    frame["month"] = [ticks] * len(frame)
    return frame


def _counts_at(group: GroupSurvival, ticks: list[float]) -> dict[str, list[int]]:
    table, months = group.table, np.array(ticks)
    return {
        "At risk": table.at_risk_at(months).tolist(),
        "Events": table.up_to(table.events, months).tolist(),
        "Censored": table.up_to(table.censored, months).tolist(),
    }


def _risk_table(gutter: int, since: str) -> list[Specification]:
    below = f"height + 62 + {_ROW} * datum.row"
    caption = {"fontSize": 12, "color": colour("mute"), "baseline": "middle"}
    return [
        layer(
            "text",
            None,
            {"x": at(-gutter), "y": at("height + 38"), "text": {"value": "Number at risk"}},
            align="left",
            **caption,
        ),
        layer(
            "text",
            None,
            {"x": at("width"), "y": at("height + 38"), "text": {"value": f"Months since {since}"}},
            align="right",
            **caption,
        ),
        layer(
            "text",
            "rows",
            {"x": at(-gutter), "y": at(below), "text": {"field": "label"}, "fill": own_colour()},
            align="left",
            baseline="middle",
            fontSize=13,
            fontWeight={"expr": "datum.weight"},
        ),
        layer(
            "text",
            "cells",
            {
                "x": number("month"),
                "y": at(below),
                "text": {"field": "count", "type": "quantitative", "format": ","},
            },
            align="center",
            baseline="middle",
            fontSize=13,
        ),
    ]
