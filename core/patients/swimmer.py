"""The swimmer plot: one lane a patient, response over time, and what happened when."""

import pandas as pd

from core import text
from core.cohort.provenance import FIRM, source_of
from core.cohort.variables import Variable
from core.cohort.vocabulary import RESPONSES
from core.figures.grammar import (
    Specification,
    at,
    down,
    figure,
    layer,
    legend,
    legend_rows,
    number,
    own_colour,
    scaled,
)
from core.figures.theme import colour, group_colour
from core.figures.time_axis import time_axis
from core.patients.tiles import LONGEST_TILE, head, tile_columns, tile_layers, tile_rows

MOST_LANES = 60

_LANE = 26
_CROSS = "M-.8,-.6L-.6,-.8L0,-.2L.6,-.8L.8,-.6L.2,0L.8,.6L.6,.8L0,.2L-.6,.8L-.8,.6L-.2,0Z"
_SHAPES = {
    "MRD negative": "diamond",
    "Progression": "triangle-down",
    "Second infusion": "triangle-up",
    "Death": _CROSS,
    "Alive, ongoing": "triangle-right",
    "Last contact": "circle",
}
_ENDS = {"death": "Death", "alive": "Alive, ongoing", "last contact": "Last contact"}
_AFTER_THE_BAR = {"Alive, ongoing": 9}


def swimmer_chart(
    lanes: pd.DataFrame,
    responses: pd.DataFrame,
    milestones: pd.DataFrame,
    patients: pd.DataFrame,
    tiles: tuple[Variable, ...],
    sources: pd.DataFrame,
    longest_months: float,
    groups: tuple[str, ...],
) -> Specification:
    """
    The figure of the swimmer questions' answers (patients/lanes, responses, milestones and
    cohort/selected_patients), a lane for each row of `lanes` in its order.

    `tiles` are the variables shown beside each lane; `groups` the names of the
    groups by number; times that `sources` does
    not call reported or derived are drawn with a dashed outline or a hollow
    marker.
    """
    place = {patient: lane for lane, patient in enumerate(lanes["patient_id"])}
    bars = swimmer_bars(lanes, responses, sources)
    after = lanes[lanes["progressed_months"] < lanes["followed_months"]]
    datasets = {
        "bars": bars.assign(lane=bars["patient_id"].map(place)),
        "after": after.assign(lane=after["patient_id"].map(place)),
        "marks": _marks(lanes, responses, milestones, sources).assign(
            lane=lambda frame: frame["patient_id"].map(place)
        ),
    }
    ids = 14 + int(8 * max(len(text.shortened(str(patient), LONGEST_TILE)) for patient in lanes["patient_id"]))
    columns, gutter = tile_columns(tiles, patients, max(46, ids))
    datasets["tiles"] = tile_rows(columns, patients, place)
    datasets["heads"] = pd.DataFrame([(head(v), x, w) for v, x, w in columns], columns=["head", "x", "width"])
    datasets["names"] = pd.DataFrame(
        {
            "patient_id": lanes["patient_id"],
            "name": [text.shortened(str(patient), LONGEST_TILE) for patient in lanes["patient_id"]],
            "lane": range(len(lanes)),
            "colour": [group_colour(g) if lanes["group"].nunique() > 1 else colour("ink") for g in lanes["group"]],
        }
    )
    shown = [r for r in RESPONSES if r in set(bars["response"])]
    above = [{"label": r, "shape": "square", "fill": colour(r), "stroke": colour(r)} for r in shown] + [
        {"label": "Not yet assessed", "shape": "square", "fill": colour("panel"), "stroke": colour("faint")}
    ]
    shown_groups = sorted(set(lanes["group"].astype(int))) if lanes["group"].nunique() > 1 else []
    keys = [(text.shortened(groups[n], 20), group_colour(n)) for n in shown_groups]
    below = [{"label": label, "shape": "square", "fill": hue, "stroke": hue} for label, hue in keys]
    below += _marker_legend(datasets["marks"], len(after) > 0, bool((~bars["firm"]).any()))
    datasets |= {"above": legend_rows(above), "below": legend_rows(below)}
    end, ticks = time_axis(longest_months)
    layers = [
        *_bars(),
        *_events(),
        *tile_layers(gutter),
        *legend(above, "above", 0, "-44", width=72 if len(above) < 6 else 66),
        *legend(below, "below", gutter, "height + 58", width=142),
        layer(
            "text",
            None,
            {"x": at("width"), "y": at("height + 36"), "text": {"value": "Months since infusion"}},
            align="right",
            fontSize=12,
            color=colour("mute"),
        ),
    ]
    axis_x = {"values": ticks, "title": None, "grid": True, "domain": False, "ticks": False}
    scaled(layers, x=({"domain": [0, end], "nice": False}, axis_x), y=down(len(lanes)))
    return figure(
        layers,
        datasets,
        height=_LANE * len(lanes) + 152,
        depth=92,
        gutter=gutter,
        description=f"Response over time of {text.patients(len(lanes))}, one lane a patient",
    )


def swimmer_bars(lanes: pd.DataFrame, responses: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """
    The stretches of each lane, one row a stretch: `patient_id`, `start` and
    `end` in months, `response` ("" before the first assessment), `colour`,
    `firm` (whether its times are reported or derived) and `source`. A lane's
    response ends with progression, death or last contact.
    """
    ends = lanes["progressed_months"].fillna(lanes["followed_months"])
    patients = lanes["patient_id"]
    ended = dict(zip(patients, source_of(sources, "endpoints", "months", patients), strict=True))
    answered = dict(zip(patients, source_of(sources, "responses", "month", patients), strict=True))
    assessed = dict(tuple(responses.dropna(subset=["response"]).groupby("patient_id")))
    rows = []
    for patient, end in zip(lanes["patient_id"], ends, strict=True):
        changes = [(0.0, "")]
        if patient in assessed:
            mine = assessed[patient]
            changes += [(m, r) for m, r in zip(mine["month"], mine["response"], strict=True) if m < end]
        merged = [c for i, c in enumerate(changes) if i == 0 or c[1] != changes[i - 1][1]]
        stops = [month for month, _ in merged[1:]] + [end]
        for (start, response), stop in zip(merged, stops, strict=True):
            if stop > start:
                source = answered[patient] if answered[patient] not in FIRM else ended[patient]
                rows.append((patient, start, stop, response, colour(response or "panel"), source))
    columns = ["patient_id", "start", "end", "response", "colour", "source"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(firm=frame["source"].isin(FIRM))


def _marks(
    lanes: pd.DataFrame, responses: pd.DataFrame, milestones: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    negative = responses[responses["mrd"] == "negative"].groupby("patient_id", as_index=False)["month"].min()
    again = milestones[milestones["event"] == "second infusion"]
    progressed = lanes.dropna(subset=["progressed_months"])
    ended = lanes.dropna(subset=["followed_months"])
    kinds = [
        ("MRD negative", negative["patient_id"], negative["month"], ("responses", "mrd")),
        ("Progression", progressed["patient_id"], progressed["progressed_months"], ("endpoints", "months")),
        ("Second infusion", again["patient_id"], again["month"], ("milestones", "month")),
    ]
    for end, event in _ENDS.items():
        mine = ended[ended["ended"] == end]
        kinds.append((event, mine["patient_id"], mine["followed_months"], ("endpoints", "months")))
    frames = [
        pd.DataFrame(
            {
                "patient_id": who,
                "month": months,
                "event": event,
                "source": source_of(sources, *where, who),
                "shape": _SHAPES[event],
                "shift": _AFTER_THE_BAR.get(event, 0),
            }
        )
        for event, who, months, where in kinds
        if len(who)
    ]
    marks = pd.concat(frames, ignore_index=True)
    firm = marks["source"].isin(FIRM)
    return marks.assign(fill=[colour("ink") if f else colour("bg") for f in firm])


def _bars() -> list[Specification]:
    tooltip = [
        {"field": "patient_id", "title": "Patient"},
        {"field": "response", "title": "Response"},
        {"field": "start", "title": "From month", "type": "quantitative"},
        {"field": "end", "title": "To month", "type": "quantitative"},
        {"field": "source", "title": "Times"},
    ]
    span = {"x": number("start"), "x2": {"field": "end"}, "y": number("top"), "y2": {"field": "bottom"}}
    lane = [
        {"calculate": "datum.lane + 0.17", "as": "top"},
        {"calculate": "datum.lane + 0.83", "as": "bottom"},
    ]
    filled = layer("rect", "bars", span | {"fill": own_colour(), "tooltip": tooltip})
    outline = layer(
        "rect",
        "bars",
        span | {"tooltip": tooltip},
        fillOpacity=0,
        stroke=colour("ink"),
        strokeWidth=1,
        strokeDash=[2, 3],
    )
    after = layer(
        "rule",
        "after",
        {"x": number("progressed_months"), "x2": {"field": "followed_months"}, "y": number("middle")},
        color=colour("PD"),
        strokeWidth=4,
    )
    return [
        filled | {"transform": lane},
        outline | {"transform": [{"filter": "!datum.firm"}, *lane]},
        after | {"transform": [{"calculate": "datum.lane + 0.5", "as": "middle"}]},
    ]


def _events() -> list[Specification]:
    tooltip = [
        {"field": "patient_id", "title": "Patient"},
        {"field": "event", "title": "Event"},
        {"field": "month", "title": "Month", "type": "quantitative"},
        {"field": "source", "title": "Time"},
    ]
    encoding = {
        "x": number("month"),
        "y": number("middle"),
        "shape": {"field": "shape", "type": "nominal", "scale": None},
        "fill": own_colour("fill"),
        "tooltip": tooltip,
    }
    parts = []
    for shift in (0, 9):
        part = layer(
            "point", "marks", dict(encoding), size=90 if shift == 0 else 72, opacity=1, strokeWidth=1.2,
            stroke=colour("ink"), xOffset=shift,
        )  # fmt: skip
        part["transform"] = [
            {"filter": f"datum.shift === {shift}"},
            {"calculate": "datum.lane + 0.5", "as": "middle"},
        ]
        parts.append(part)
    return parts


def _marker_legend(marks: pd.DataFrame, after: bool, soft: bool) -> list[dict]:
    events = set(marks["event"])
    ink, ground = colour("ink"), colour("bg")
    items: list[dict] = [
        {"label": event, "shape": shape, "fill": ink, "stroke": ink}
        for event, shape in _SHAPES.items()
        if event in events
    ]
    if after:
        line = "M-1.2,-0.3L1.2,-0.3L1.2,0.3L-1.2,0.3Z"
        items.append({"label": "After progression", "shape": line, "fill": colour("PD"), "stroke": colour("PD")})
    if soft:
        items.append(
            {
                "label": "Reconstructed: dashed, hollow",
                "shape": "square",
                "fill": ground,
                "stroke": ink,
                "dash": [2, 2],
            }
        )
    return items
