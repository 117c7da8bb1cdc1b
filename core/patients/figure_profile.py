"""One patient on one axis of time: response, adverse events, treatments, and what was measured, under each other."""

from functools import partial

import altair as alt
import pandas as pd

from core.figures.frame import figure, filled, template
from core.figures.grammar import axis, caption, drawn_from, own, text_of, words, x_at, y_at
from core.figures.theme import Specification, colour
from core.patients.figure_profile_data import Tracks, axis_ticks, tracks
from core.patients.profile import Profile

_COLUMNS: dict[str, tuple[str, ...]] = {
    "names": ("y", "label", "aside", "weight"),
    "lines": ("y",),
    "bars": ("left", "right", "top", "bottom", "colour", "said", "firm", "label", "ink", "centre", "middle", "wide"),
    "marks": ("x", "y", "shape", "fill", "shift", "said"),
    "tiles": ("y", "top", "bottom", "label", "fill", "ink"),
    "asides": ("x", "y", "label"),
    "values": ("x", "y", "below", "line", "said"),
    "normal": ("top", "bottom"),
    "ticks": ("y", "label"),
    "extremes": ("x", "y", "label", "left"),
}
"""The figure's tables, also where they are empty."""


def profile_chart(
    profile: Profile, sources: pd.DataFrame, sources_of_events: list[str], since: str = "infusion"
) -> Specification:
    """The figure of one patient, as for `tracks`, by days and months since `since`."""
    found = tracks(profile, sources, sources_of_events)
    frames = {name: pd.DataFrame(found.rows.get(name, []), columns=list(of)) for name, of in _COLUMNS.items()}
    return filled(
        _template(since),
        f"The course of patient {profile.patient_id}: response, adverse events, treatments and measured values in time",
        height=int(found.height) + 56,
        depth=50,
        gutter=220,
        narrow_gutter=112,
        datasets={**frames, "days": axis_ticks(found.days), "break": _break(found), "infused": _infused(found)},
        total=found.height,
        above=16,
    )


def _break(found: Tracks) -> pd.DataFrame:
    return pd.DataFrame({"x": [found.place(31.0)] if found.days.breaks else []}, dtype=float)


def _infused(found: Tracks) -> pd.DataFrame:
    return pd.DataFrame({"x": [found.place(0.0)]})


@template
def _template(since: str) -> Specification:
    x = axis(alt.X, alt.Scale(domain=[0, 1], nice=False))
    y = axis(alt.Y, alt.Scale(domain=[0, alt.ExprRef("total")], reverse=True, nice=False))
    return figure(
        *_grounds(x, y),
        *_bars(x, y),
        *_values(x, y),
        *_names(x, y),
        caption(f"Days and months since {since}", "width", "height + 36"),
        numbers=("total",),
    )


def _grounds(x: partial, y: partial) -> list[alt.Chart]:
    normal = drawn_from("normal").mark_rect(color=colour("group2"), opacity=0.1)
    lines = drawn_from("lines").mark_rule(color=colour("line"))
    down = {"y": y_at(0), "y2": alt.Y2Value(alt.ExprRef("height"))}
    turn = drawn_from("break").mark_rule(color=colour("faint"), strokeDash=[2, 3])
    zero = drawn_from("infused").mark_rule(color=colour("line"))
    across = {"x2": alt.X2Value(alt.ExprRef("width"))}
    return [
        normal.encode(x=x_at(0), y=y("top"), y2=alt.Y2("bottom"), **across),
        lines.encode(x=x_at("-gutter"), y=y("y"), **across),
        zero.encode(x=x("x"), **down),
        turn.encode(x=x("x"), **down),
    ]


def _bars(x: partial, y: partial) -> list[alt.Chart]:
    span = {"x": x("left"), "x2": alt.X2("right"), "y": y("top"), "y2": alt.Y2("bottom")}
    said = alt.Tooltip("said", type="nominal", title=" ")
    bars = drawn_from("bars").mark_rect(cornerRadius=2)
    soft = drawn_from("bars").transform_filter("!datum.firm")
    outline = soft.mark_rect(fillOpacity=0, stroke=colour("ink"), strokeWidth=1, strokeDash=[2, 3])
    inside = words(
        drawn_from("bars"), 12, "center", fontWeight=600,
        text=alt.ExprRef("datum.wide * width > 7 * length(datum.label) + 6 ? datum.label : ''"),
    )  # fmt: skip
    marks = [
        drawn_from("marks")
        .transform_filter(f"(datum.shift > 0) === {'true' if shift else 'false'}")
        .mark_point(size=90, opacity=1, strokeWidth=1.2, stroke=colour("ink"), xOffset=shift)
        .encode(x=x("x"), y=y("y"), shape=own(alt.Shape, "shape"), fill=own(alt.Fill, "fill"), tooltip=said)
        for shift in (0, 9)
    ]
    return [
        bars.encode(**span, fill=own(alt.Fill), tooltip=said),
        outline.encode(**span, tooltip=said),
        inside.encode(x=x("centre"), y=y("middle"), fill=own(alt.Fill, "ink")),
        *marks,
    ]


def _values(x: partial, y: partial) -> list[alt.Chart]:
    line = drawn_from("values").mark_line(strokeWidth=1.8, color=colour("ink"))
    seen = (
        drawn_from("values")
        .transform_filter("!datum.below")
        .mark_point(size=24, filled=True, color=colour("ink"), opacity=1)
    )
    under = (
        drawn_from("values")
        .transform_filter("datum.below")
        .mark_point(size=30, fill=colour("bg"), stroke=colour("ink"), opacity=1)
    )
    heard = drawn_from("values").mark_point(size=160, filled=True, opacity=0)
    at = {"x": x("x"), "y": y("y")}
    sides = (("false", "left", 7), ("true", "right", -7))
    extremes = [
        words(drawn_from("extremes"), 12, align, fontWeight=600, dx=dx)  # type: ignore[arg-type]
        .transform_filter(f"datum.left === {left}")
        .encode(**at, text=text_of("label"))
        for left, align, dx in sides
    ]
    return [
        line.encode(**at, detail=alt.Detail("line", type="nominal")),
        seen.encode(**at),
        under.encode(**at),
        *extremes,
        heard.encode(**at, tooltip=alt.Tooltip("said", type="nominal", title=" ")),
    ]


def _names(x: partial, y: partial) -> list[alt.Chart]:
    limit = alt.ExprRef("narrow ? gutter - 40 : gutter - 48")
    names = words(
        drawn_from("names"), alt.ExprRef("narrow ? 11 : 13"), fontWeight=alt.ExprRef("datum.weight"), limit=limit
    )
    units = words(drawn_from("names"), 12, color=colour("mute"), dy=17)
    ticks = words(drawn_from("ticks"), 11, "right", color=colour("mute"))
    asides = words(drawn_from("asides"), 12, color=colour("mute"), dx=6, limit=alt.ExprRef("max(60, width - 40)"))
    tiles = drawn_from("tiles").mark_rect(cornerRadius=3)
    grades = words(drawn_from("tiles"), 11, "center", fontWeight=600)
    days = words(drawn_from("days"), 12, "center", color=colour("mute"))
    return [
        names.encode(x=x_at("-gutter"), y=y("y"), text=text_of("label")),
        units.encode(x=x_at("-gutter"), y=y("y"), text=text_of("aside")),
        tiles.encode(x=x_at(-38), x2=alt.X2Value(-8), y=y("top"), y2=alt.Y2("bottom"), fill=own(alt.Fill, "fill")),
        grades.encode(x=x_at(-23), y=y("y"), text=text_of("label"), fill=own(alt.Fill, "ink")),
        ticks.encode(x=x_at(-8), y=y("y"), text=text_of("label")),
        asides.encode(x=x("x"), y=y("y"), text=text_of("label")),
        days.encode(
            x=x("x"),
            y=y_at("height + 14"),
            text=alt.TextValue(alt.ExprRef("narrow && !datum.narrow ? '' : datum.label")),
        ),
    ]
