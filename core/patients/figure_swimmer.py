"""The swimmer plot: one lane a patient, response over time, and what happened when."""

from functools import partial

import altair as alt
import pandas as pd

from core import text
from core.cohort.variables import Variable
from core.figures.frame import figure, filled, template
from core.figures.grammar import (
    PHONE_ROOM,
    PRINTED_ROOM,
    axis,
    caption,
    down,
    drawn_from,
    legend,
    legend_rows,
    own,
    patient_ground,
    strength_of,
    wrapped,
)
from core.figures.theme import Specification, colour, group_colour
from core.figures.time_axis import time_axis
from core.patients.figure_swimmer_data import (
    AFTER_THE_BAR,
    after_progression,
    courses,
    keys_above,
    keys_below,
    marks,
    swimmer_bars,
)
from core.patients.figure_tiles import LONGEST_TILE, tile_columns, tile_data, tile_layers

MOST_LANES = 60

_LANE = 26
_LEGEND, _KEY = 58, 142
"""How far under the plot the legend stands, and the width of its items."""


def swimmer_chart(
    lanes: pd.DataFrame,
    responses: pd.DataFrame,
    milestones: pd.DataFrame,
    patients: pd.DataFrame,
    tiles: tuple[Variable, ...],
    sources: pd.DataFrame,
    longest_months: float,
    groups: tuple[str, ...],
    since: str = "infusion",
    lit: str | None = None,
    turn: int = 0,
) -> Specification:
    """
    The figure of the swimmer questions' answers (patients/lanes, responses and
    milestones), a lane for each row of `lanes` in its order, from `since` on.
    `tiles` are the variables shown beside each lane, `patients` has a column of
    each beside `patient_id`; `groups` are the names of the groups by number. What
    `sources` does not call firm is dashed or hollow. The lane of the patient
    `lit` has a ground; `turn` counts the clicks on lanes.
    """
    place = {patient: lane for lane, patient in enumerate(lanes["patient_id"])}
    bars, happened = swimmer_bars(lanes, responses, sources), marks(lanes, responses, milestones, sources)
    names, after = _names(lanes).assign(course=courses(lanes, bars, happened)), after_progression(lanes, sources)
    above, below = keys_above(bars), legend_rows(keys_below(bars, happened, lanes, groups))
    columns, gutter = tile_columns(tiles, patients, ids := max(46, 14 + 8 * int(names["name"].str.len().max())))
    on_a_phone, (end, ticks) = _legend_depth(len(below), PHONE_ROOM), time_axis(longest_months)
    return filled(
        _template(since),
        f"Response over time of {text.patients(len(lanes))}, one lane a patient",
        height=_LANE * len(lanes) + 12 + on_a_phone,
        depth=_legend_depth(len(below), PRINTED_ROOM),
        gutter=gutter,
        narrow_gutter=ids,
        narrow_depth=on_a_phone,
        datasets={
            **_in_lanes(place, turn, lanes=_grounds(lanes, lit), bars=bars, after=after, marks=happened, names=names),
            **tile_data(columns, patients, place) | {"above": legend_rows(above), "below": below},
        },
        rows=len(lanes),
        end=end,
        ticks=ticks,
        key_width=72 if len(above) < 6 else 66,
    )


def _legend_depth(keys: int, room: int) -> int:
    """How far the legend reaches under the plot."""
    return _LEGEND + 20 * wrapped(keys, _KEY, room) + 2


def _in_lanes(place: dict[object, int], turn: int, **frames: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What is drawn of patients, each in the lane of its own."""
    return {name: frame.assign(lane=frame["patient_id"].map(place), turn=turn) for name, frame in frames.items()}


def _grounds(lanes: pd.DataFrame, lit: str | None) -> pd.DataFrame:
    patients = lanes["patient_id"]
    return pd.DataFrame({"patient_id": patients, "strength": strength_of(patients, lit)})


def _names(lanes: pd.DataFrame) -> pd.DataFrame:
    grouped = lanes["group"].nunique() > 1
    return pd.DataFrame(
        {
            "patient_id": lanes["patient_id"],
            "name": text.told_apart([str(patient) for patient in lanes["patient_id"]], LONGEST_TILE),
            "colour": [group_colour(group) if grouped else colour("ink") for group in lanes["group"]],
        }
    )


@template
def _template(since: str) -> Specification:
    months = alt.Axis(values=alt.ExprRef("ticks"), title=None, grid=True, domain=False, ticks=False)
    x, y = axis(alt.X, alt.Scale(domain=[0, alt.ExprRef("end")], nice=False), months), down()
    return figure(
        patient_ground("lanes", "lane", y),
        *_bars(x, y),
        *_events(x, y),
        *tile_layers(y),
        *legend("above", "(narrow ? gutter : 0)", "(narrow ? -16 : -24)", "key_width", upward=True),
        *legend("below", "gutter", f"height + {_LEGEND}", str(_KEY)),
        caption(f"Months since {since}", "width", "height + 36"),
        numbers=("rows", "end", "ticks", "key_width"),
    )


def _bars(x: partial, y: partial) -> list[alt.Chart]:
    stretches = drawn_from("bars", top="datum.lane + 0.17", bottom="datum.lane + 0.83")
    span = {
        "x": x("start"),
        "x2": alt.X2("end"),
        "y": y("top"),
        "y2": alt.Y2("bottom"),
        "tooltip": [
            alt.Tooltip("patient_id", type="nominal", title="Patient"),
            alt.Tooltip("said", type="nominal", title="Response"),
            alt.Tooltip("start", type="quantitative", title="From month"),
            alt.Tooltip("end", type="quantitative", title="To month"),
            alt.Tooltip("source", type="nominal", title="Times"),
        ],
    }
    outline = stretches.mark_rect(fillOpacity=0, stroke=colour("ink"), strokeWidth=1, strokeDash=[2, 3])
    line = drawn_from("after", middle="datum.lane + 0.5").mark_rule(color=colour("PD"), strokeWidth=4)
    dashed = drawn_from("after", middle="datum.lane + 0.5").mark_rule(
        color=colour("PD"), strokeWidth=4, strokeDash=[4, 3]
    )
    along = {"x": x("progressed_months"), "x2": alt.X2("followed_months"), "y": y("middle")}
    return [
        stretches.mark_rect().encode(**span, fill=own(alt.Fill)),
        outline.transform_filter("!datum.firm").encode(**span),
        line.transform_filter("datum.firm").encode(**along),
        dashed.transform_filter("!datum.firm").encode(**along),
    ]


def _events(x: partial, y: partial) -> list[alt.Chart]:
    """The marks at their months, and those that stand after the end of a bar."""
    return [
        drawn_from("marks", middle="datum.lane + 0.5")
        .transform_filter(f"datum.shift === {shift}")
        .mark_point(size=size, opacity=1, strokeWidth=1.2, stroke=colour("ink"), xOffset=shift)
        .encode(
            x=x("month"),
            y=y("middle"),
            shape=own(alt.Shape, "shape"),
            fill=own(alt.Fill, "fill"),
            tooltip=[
                alt.Tooltip("patient_id", type="nominal", title="Patient"),
                alt.Tooltip("event", type="nominal", title="Event"),
                alt.Tooltip("month", type="quantitative", title="Month"),
                alt.Tooltip("source", type="nominal", title="Time"),
            ],
        )
        for shift, size in ((0, 90), (AFTER_THE_BAR, 72))
    ]
