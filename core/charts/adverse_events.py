"""
Adverse events as figures: bars of worst grade by term, incidence of groups side by side, and patient by term.

What can be clicked carries the name of its line and its band or group, and the
count of clicks so far (`turn`), so that the same place can be clicked again.
"""

from math import log10
from typing import Any

import pandas as pd

from core import text
from core.adverse_event_text import grade_text
from core.adverse_events import BANDS, COUNTED, AdverseEvents, Line, Tally, compare_line
from core.charts.theme import TEXT_ON, colour, group_colour
from core.charts.vega import (
    Specification,
    at,
    between_rows,
    clicked,
    down,
    figure,
    layer,
    legend,
    legend_rows,
    number,
    own_colour,
    scaled,
)

MOST_LINES = 45
MOST_PATIENTS = 60

_ROW = 26
_LONGEST_NAME = 40
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
_COLUMNS = 316
"""Pixels that the two columns of counts take, where there is room for them."""
_ROOM = f"width > {_COLUMNS + 170}"


def grades_chart(result: AdverseEvents, lines: tuple[Line, ...], indented: bool, turn: int = 0) -> Specification:
    """
    A bar a line, most severe first, of all groups together: the share of
    patients by worst grade, or the number of events; beside it any grade and
    grade 3 or more with their limits. Single grades where every one is known,
    otherwise the bands.
    """
    lines = lines[:MOST_LINES]
    bands = _bands_drawn(lines)
    rows, gutter = _rows(lines, indented, turn)
    segments = _segments(result, lines, bands, turn)
    by_events = result.counted == "events"
    most = float(max(segments["end"].max() if len(segments) else 0, 1))
    keys = [{"label": label, "shape": "square", "fill": hue, "stroke": hue} for _, label, hue, _ in bands]
    end = f"{_ROOM} ? width - {_COLUMNS} : width"
    scale: dict[str, Any] = {"domain": [0, most], "range": [0, {"expr": end}], "nice": False}
    axis: dict[str, Any] = {
        "title": None,
        "domain": False,
        "ticks": False,
        "tickCount": 5,
        "format": "d" if by_events else ".0%",
    }
    axis |= {"values": _whole_ticks(most)} if by_events else {}
    caption = "Events" if by_events else "Patients, by worst grade"
    layers = [
        between_rows("rows", gutter),
        *_bars(most, end),
        *_names(gutter),
        *_counts("" if by_events else " (95% CI)"),
        *legend(keys, "keys", gutter, "-12", width=132 if bands and bands[0][0] == "3+" else 46, upward=True),
        _caption({"expr": end}, caption),
    ]
    scaled(layers, x=(scale, axis))
    return _finished(
        layers,
        {"rows": rows, "segments": segments, "counts": _count_texts(result, lines, turn), "keys": legend_rows(keys)},
        lines,
        gutter,
        f"Adverse events of {text.patients(result.patients)} by term and worst grade",
        [clicked(view, "name", "band") for view in ("bars", "counts", "names")],
    )


def _whole_ticks(most: float) -> list[int]:
    """About five ticks at round numbers of events."""
    power = 10 ** max(0, int(log10(max(most, 1) / 5)))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power * 6 >= most)
    return list(range(0, int(most) + 1, step))


def _finished(
    layers: list[Specification],
    datasets: dict[str, pd.DataFrame],
    lines: tuple[Line, ...],
    gutter: int,
    description: str,
    params: list[dict[str, Any]],
    below: int = 46,
    **options: Any,
) -> Specification:
    """The figure of rows from the top down, a click on which can be heard; `below` is what its axis takes."""
    scaled(layers, y=down(len(lines)))
    height = _ROW * len(lines) + 46 + below
    return figure(
        layers, datasets, height, depth=below, gutter=gutter, description=description, params=params, **options
    )


def _bands_drawn(lines: tuple[Line, ...]) -> list[tuple[str, str, str, str]]:
    """Band, its name, its colour and the colour of what is written on it, most severe first."""
    if all(line.exact for line in lines if line.everyone.bands["any"]):
        drawn = [
            (str(g), str(g), f"grade{g}") for g in range(5, 0, -1) if any(ln.everyone.bands[str(g)] for ln in lines)
        ]
    else:
        drawn = [("3+", "Grade 3 or more", "grade3"), ("1–2", "Grade 1–2", "grade2")]
        if any(line.everyone.unclear for line in lines):
            drawn.insert(1, ("unclear", "Across 2 and 3", "panel"))
    return [(band, label, colour(name), colour(TEXT_ON[name])) for band, label, name in drawn]


def _rows(lines: tuple[Line, ...], indented: bool, turn: int) -> tuple[pd.DataFrame, int]:
    """Each line's name and place, and the pixels that the names take."""
    rows = []
    for place, line in enumerate(lines):
        inset = 14 if indented and line.inset else 0
        heading = line.term is None or bool(line.category and not line.inset)
        label = text.shortened(line.name, _LONGEST_NAME)
        rows.append((place, line.name, "any", turn, label, inset, 600 if heading else 400))
    frame = pd.DataFrame(rows, columns=["place", "name", "band", "turn", "label", "inset", "weight"])
    longest = (6.6 * frame["label"].str.len() + frame["inset"]).max() if rows else 0
    return frame, int(min(280, max(120, longest + 14)))


def _segments(
    result: AdverseEvents, lines: tuple[Line, ...], bands: list[tuple[str, str, str, str]], turn: int
) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        total = 1 if result.counted == "events" else max(1, line.everyone.patients)
        start = 0
        for band, label, hue, ink in bands:
            count = line.everyone.unclear if band == "unclear" else line.everyone.bands[band]
            if count:
                named = label if label.startswith(("Grade", "Across")) else f"Grade {label}"
                said = f"{count} of {line.everyone.patients} patients" if result.counted == "patients" else str(count)
                clicked = "any" if band == "unclear" else band
                ends = (start / total, (start + count) / total)
                rows.append((place, line.name, clicked, turn, named, said, count, *ends, hue, ink))
                start += count
    columns = ["place", "name", "band", "turn", "grade", "said", "count", "start", "end", "colour", "ink"]
    return pd.DataFrame(rows, columns=columns)


def _bars(most: float, end: str) -> list[Specification]:
    inside = [
        {"calculate": "datum.place + 0.16", "as": "top"},
        {"calculate": "datum.place + 0.84", "as": "bottom"},
        {"calculate": "datum.place + 0.5", "as": "middle"},
        {"calculate": "(datum.start + datum.end) / 2", "as": "centre"},
    ]
    tooltip = [
        {"field": "name", "title": "Event"},
        {"field": "grade", "title": "Worst grade"},
        {"field": "said", "title": "Count"},
    ]
    span = {"x": number("start"), "x2": {"field": "end"}, "y": number("top"), "y2": {"field": "bottom"}}
    bars = layer(
        "rect",
        "segments",
        span | {"fill": own_colour(), "tooltip": tooltip},
        stroke=colour("bg"),
        strokeWidth=1,
        cursor="pointer",
    )
    room = f"(datum.end - datum.start) / {most} * ({end})"
    digits = layer(
        "text",
        "segments",
        {"x": number("centre"), "y": number("middle"), "fill": own_colour("ink")},
        text={"expr": f"{room} > 6 + 7 * length('' + datum.count) ? datum.count : ''"},
        fontSize=12,
        fontWeight=600,
        baseline="middle",
        align="center",
    )
    return [bars | {"name": "bars", "transform": inside}, digits | {"transform": inside}]


def _names(gutter: int) -> list[Specification]:
    encoding = {
        "x": at(f"datum.inset - {gutter}"),
        "y": number("middle"),
        "text": {"field": "label"},
        "tooltip": {"field": "name"},
    }
    look = {"fontSize": 13, "cursor": "pointer", "fontWeight": {"expr": "datum.weight"}}
    names = layer("text", "rows", encoding, align="left", baseline="middle", **look)
    return [names | {"name": "names", "transform": [{"calculate": "datum.place + 0.5", "as": "middle"}]}]


def _count_texts(result: AdverseEvents, lines: tuple[Line, ...], turn: int) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        for column, band in enumerate(("any", "3+")):
            said = str(line.everyone.bands[band])
            if result.counted == "patients":
                said = text.n_limits(line.everyone.share(band, result.method))
            rows.append((place, line.name, band, turn, column, said))
    return pd.DataFrame(rows, columns=["place", "name", "band", "turn", "column", "said"])


def _counts(limits: str) -> list[Specification]:
    """Any grade and grade 3 or more in words at the right, where the figure is wide enough."""
    encoding = {"x": at("width - 160 * (1 - datum.column)"), "y": number("middle"), "text": {"field": "said"}}
    look = {"align": "right", "baseline": "middle", "opacity": {"expr": f"{_ROOM} ? 1 : 0"}}
    counts = layer("text", "counts", encoding, fontSize=13, cursor="pointer", **look)
    heads = [
        layer("text", None, {"x": at(x), "y": at("-12"), "text": {"value": words}}, fontSize=12,
              color=colour("mute"), **look)
        for x, words in (("width - 160", f"Any grade{limits}"), ("width", f"Grade 3 or more{limits}"))
    ]  # fmt: skip
    return [
        counts | {"name": "counts", "transform": [{"calculate": "datum.place + 0.5", "as": "middle"}]},
        *heads,
    ]


def _caption(x: dict[str, Any], words: str) -> Specification:
    encoding = {"x": {"value": x}, "y": at("height + 36"), "text": {"value": words}}
    return layer("text", None, encoding, align="right", baseline="middle", fontSize=12, color=colour("mute"))


# -- groups side by side ---------------------------------------------------------------------------

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
    rows, gutter = _rows(lines, indented, turn)
    dots = _dots(result, lines, band, turn)
    keys = [
        {
            "label": f"{text.shortened(g.label, 30)}, n = {g.patients}",
            "shape": _shape(place),
            "fill": hue,
            "stroke": hue,
        }
        for place, g in enumerate(result.groups)
        for hue in [group_colour(g.number)]
    ]
    longest = max(len(key["label"]) for key in keys)
    end = f"({_BOTH} ? (width - {_WORDS + 40}) * 0.48 : width)" if against is not None else "width"
    by_events = result.counted == "events"
    most = float(max(dots["share"].max(), 1)) if by_events else 1.0
    share = {"scale": {"domain": [0, most], "range": [0, {"expr": end}], "nice": False}}
    axis: dict[str, Any] = {"title": None, "domain": False, "ticks": False}
    axis |= {"format": "d", "values": _whole_ticks(most)} if by_events else {"format": ".0%", "values": [0, 0.5, 1]}
    layers = [
        between_rows("rows", gutter),
        *_names(gutter),
        *_dot_layers(share, axis),
        *legend(keys, "keys", gutter, "-12", width=min(290, int(6.4 * longest) + 44), upward=True),
        _caption({"expr": end}, f"{COUNTED[result.counted]}, {BANDS[band][0].lower()}"),
    ]
    datasets = {"rows": rows, "dots": dots, "spans": _spans(dots), "keys": legend_rows(keys)}
    if against is not None:
        datasets["differences"] = _differences(lines, band, against)
        first, second = (result.groups[place].label for place in against)
        layers += _difference_layers(
            f"{end} + 46", f"{text.shortened(first, 24)} less {text.shortened(second, 24)}, % points"
        )
    return _finished(
        layers,
        datasets,
        lines,
        gutter,
        f"Incidence of adverse events in {len(result.groups)} groups",
        [clicked("dots", "name", "group"), clicked("names", "name")],
        resolve={"scale": {"x": "independent"}},
    )


def _shape(place: int) -> str:
    return _SHAPES[place % len(_SHAPES)]


def _dots(result: AdverseEvents, lines: tuple[Line, ...], band: str, turn: int) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        for order, (group, tally) in enumerate(zip(result.groups, line.tallies, strict=True)):
            value, said = _counted_in(result, tally, band)
            if value is not None:
                # A small square on a large circle shows both of two where they are equal; more stand apart.
                pair = len(result.groups) < 3
                size = 64 if order or not pair else 190
                shift = 0.0 if pair else (order - (len(result.groups) - 1) / 2) * min(0.2, 0.7 / len(result.groups))
                look = (group_colour(group.number), _shape(order), size)
                rows.append((place + shift, line.name, group.label, turn, value, said, *look))
    columns = ["place", "name", "group", "turn", "share", "said", "colour", "shape", "size"]
    return pd.DataFrame(rows, columns=columns)


def _counted_in(result: AdverseEvents, tally: Tally, band: str) -> tuple[float | None, str]:
    """A group's share of patients, or its number of events, and how it reads."""
    if result.counted == "events":
        return float(tally.bands[band]), text.counted(tally.bands[band], "event")
    share = tally.share(band, result.method)
    return share.value, text.fraction(share)


def _spans(dots: pd.DataFrame) -> pd.DataFrame:
    """From the lowest to the highest share of each line."""
    if dots.empty:
        return pd.DataFrame(columns=["place", "low", "high"])
    found = dots.assign(place=dots["place"].round()).groupby("place")["share"].agg(low="min", high="max")
    return found.reset_index()


def _dot_layers(share: dict[str, Any], axis: dict[str, Any]) -> list[Specification]:
    middle = [{"calculate": "datum.place + 0.5", "as": "middle"}]
    tooltip = [
        {"field": "name", "title": "Event"},
        {"field": "group", "title": "Group"},
        {"field": "said", "title": "Count"},
    ]
    spans = layer(
        "rule",
        "spans",
        {"x": number("low", axis=None, **share), "x2": {"field": "high"}, "y": number("middle")},
        color=colour("faint"),
        strokeWidth=2,
    )
    dots = layer(
        "point",
        "dots",
        {
            "x": number("share", axis=axis, **share),
            "y": number("middle"),
            "fill": own_colour(),
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "size": number("size", scale=None, legend=None),
            "tooltip": tooltip,
        },
        opacity=1,
        stroke=colour("bg"),
        strokeWidth=1,
        cursor="pointer",
    )
    return [spans | {"transform": middle}, dots | {"name": "dots", "transform": middle}]


def _differences(lines: tuple[Line, ...], band: str, against: tuple[int, int]) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        found = compare_line(line, *against, band).difference
        rows.append((place, found.value, found.lower, found.upper, text.points(found)))
    return pd.DataFrame(rows, columns=["place", "value", "lower", "upper", "said"])


def _difference_layers(start: str, words: str) -> list[Specification]:
    stop = f"width - {_WORDS}"
    scale = {"domain": [-1, 1], "range": [{"expr": start}, {"expr": stop}], "nice": False}
    sign = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '')"
    labels = f"{_BOTH} ? {sign} + round(100 * abs(datum.value)) : ''"
    axis: dict[str, Any] = {"values": [-1, -0.5, 0, 0.5, 1], "labelExpr": labels, "title": None}
    axis |= {"domain": False, "grid": False}
    shown = {"expr": f"{_BOTH} ? 1 : 0"}
    axis |= {"orient": "bottom", "ticks": False}
    middle = [{"calculate": "datum.place + 0.5", "as": "middle"}]

    def x(field: str, shown: dict[str, Any] | None = None) -> dict[str, Any]:
        return number(field, scale=scale, axis=shown)

    zero = f"({start} + {stop}) / 2"
    parts = [
        layer("rule", None, {"x": at(zero), "y": at(0), "y2": at("height")}, color=colour("faint")),
        layer("rule", "differences", {"x": x("lower"), "x2": {"field": "upper"}, "y": number("middle")},
              color=colour("ink"), strokeWidth=1.8) | {"transform": middle},
        layer("point", "differences", {"x": x("value", axis), "y": number("middle")}, shape="square", size=56,
              fill=colour("ink"), stroke=colour("ink"), opacity=1) | {"transform": middle},
        layer("text", "differences", {"x": at("width"), "y": number("middle"), "text": {"field": "said"}},
              align="right", baseline="middle", fontSize=13) | {"transform": middle},
        layer("text", None, {"x": at("width"), "y": at("height + 36"), "text": {"value": words}}, align="right",
              baseline="middle", fontSize=12, color=colour("mute")),
    ]  # fmt: skip
    for part in parts:
        part["mark"]["opacity"] = shown
    return parts


# -- patient by term -------------------------------------------------------------------------------


def grid_chart(cells: pd.DataFrame, lines: tuple[Line, ...], labels: tuple[str, ...], turn: int = 0) -> Specification:
    """
    A column a patient, a row a term, the worst grade in each cell; groups
    stand apart. `cells` answers core/sql/adverse_event_grid.sql for the terms
    of `lines`; `labels` name the groups by number.
    """
    lines = tuple(line for line in lines if line.term is not None)[:MOST_LINES]
    rows, gutter = _rows(lines, False, turn)
    patients, heads, width = _columns_of(cells, labels)
    places = {line.name: place for place, line in enumerate(lines)}
    found = cells.dropna(subset=["term"])
    found = found[found["term"].isin(places)]
    exact = bool((found["grade_min"] == found["grade_max"]).all())
    where = dict(zip(patients["patient_id"], patients["column"], strict=True))
    grid = pd.DataFrame(
        [
            (
                places[row.term],
                where[row.patient_id],
                str(row.patient_id),
                row.term,
                grade_text(int(row.grade_min), int(row.grade_max)),
                *_cell_colours(int(row.grade_min), int(row.grade_max), exact),
                turn,
            )
            for row in found.itertuples()
        ],
        columns=["place", "column", "patient", "name", "grade", "colour", "ink", "turn"],
    )
    empty = pd.DataFrame(
        [(place, column) for place in places.values() for column in patients["column"]], columns=["place", "column"]
    )
    keys = _grid_keys(grid)
    layers = [
        *_cells(width),
        *_names(gutter),
        *_patient_names(width),
        *legend(keys, "keys", gutter, "height + 20", width=132),
    ]
    scaled(layers, x=({"domain": [0, width], "nice": False}, None))
    return _finished(
        layers,
        {
            "rows": rows,
            "grid": grid,
            "empty": empty,
            "patients": patients,
            "heads": heads,
            "keys": legend_rows(keys),
        },
        lines,
        gutter,
        f"Worst grade of {len(patients)} patients by term",
        [clicked("cells", "name"), clicked("names", "name")],
        below=30,
    )


def _grid_keys(grid: pd.DataFrame) -> list[dict[str, Any]]:
    """What each colour of the cells means, of those that occur."""
    names = {colour("grade2"): "Grade 1–2", colour("grade3"): "Grade 3 or more", colour("panel"): "Across 2 and 3"}
    if all(len(grade) == 1 for grade in grid["grade"]):
        names = {colour(f"grade{grade}"): f"Grade {grade}" for grade in range(1, 6)}
    seen = set(grid["colour"])
    return [
        {"label": label, "shape": "square", "fill": hue, "stroke": hue} for hue, label in names.items() if hue in seen
    ]


def _columns_of(cells: pd.DataFrame, labels: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Each patient's column with a gap between groups, each group's name above its first, and the whole width."""
    each = cells.drop_duplicates("patient_id")[["patient_id", "group"]]
    rows, heads, column, before = [], [], 0.0, None
    for patient, group in zip(each["patient_id"], each["group"], strict=True):
        if before is not None and group != before:
            column += 0.6
        if group != before and len(labels) > 1:
            heads.append((column, labels[int(group)], group_colour(int(group))))
        rows.append((str(patient), column))
        column, before = column + 1, group
    return (
        pd.DataFrame(rows, columns=["patient_id", "column"]),
        pd.DataFrame(heads, columns=["column", "label", "colour"]),
        max(column, 8.0),
    )


def _cell_colours(lowest: int, highest: int, exact: bool) -> tuple[str, str]:
    """Five colours where every grade shown is known, otherwise those of the bands."""
    name = "grade2" if highest <= 2 else "grade3" if lowest >= 3 else "panel"
    name = f"grade{lowest}" if exact else name
    return colour(name), colour(TEXT_ON[name])


def _cells(width: float) -> list[Specification]:
    inside = [
        {"calculate": "datum.column + 0.04", "as": "left"},
        {"calculate": "datum.column + 0.96", "as": "right"},
        {"calculate": "datum.column + 0.5", "as": "centre"},
        {"calculate": "datum.place + 0.06", "as": "top"},
        {"calculate": "datum.place + 0.94", "as": "bottom"},
        {"calculate": "datum.place + 0.5", "as": "middle"},
    ]
    span = {"x": number("left"), "x2": {"field": "right"}, "y": number("top"), "y2": {"field": "bottom"}}
    tooltip = [
        {"field": "patient", "title": "Patient"},
        {"field": "name", "title": "Event"},
        {"field": "grade", "title": "Worst grade"},
    ]
    ground = layer("rect", "empty", span, fill=colour("panel"), cornerRadius=3)
    filled = layer("rect", "grid", span | {"fill": own_colour(), "tooltip": tooltip}, cornerRadius=3, cursor="pointer")
    room = f"width / {width} > 8 + 7 * length(datum.grade)"
    digits = layer(
        "text",
        "grid",
        {"x": number("centre"), "y": number("middle"), "fill": own_colour("ink")},
        text={"expr": f"{room} ? datum.grade : ''"},
        fontSize=11,
        fontWeight=600,
        baseline="middle",
        align="center",
    )
    return [
        ground | {"transform": inside},
        filled | {"name": "cells", "transform": inside},
        digits | {"transform": inside},
    ]


def _patient_names(width: float) -> list[Specification]:
    centre = [{"calculate": "datum.column + 0.5", "as": "centre"}]
    names = layer(
        "text",
        "patients",
        {"x": number("centre"), "y": at("-10")},
        text={"expr": f"width / {width} > 8 + 7 * length(datum.patient_id) ? datum.patient_id : ''"},
        fontSize=12,
        color=colour("mute"),
        baseline="middle",
        align="center",
    )
    heads = layer(
        "text",
        "heads",
        {"x": number("column"), "y": at("-28"), "text": {"field": "label"}, "fill": own_colour()},
        fontSize=12,
        fontWeight=600,
        baseline="middle",
        align="left",
    )
    return [names | {"transform": centre}, heads]
