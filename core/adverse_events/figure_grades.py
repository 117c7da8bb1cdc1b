"""Adverse events as bars of worst grade, one a term, with their counts in words."""

from typing import Any

import pandas as pd

from core import text
from core.adverse_events.figure_rows import (
    MOST_LINES,
    axis_caption,
    figure_of_rows,
    placed_rows,
    row_names,
    whole_ticks,
)
from core.adverse_events.result import AdverseEvents, Line
from core.figures.grammar import (
    Specification,
    at,
    between_rows,
    clicked,
    layer,
    legend,
    legend_rows,
    number,
    own_colour,
    scaled,
    words_inside,
)
from core.figures.theme import TEXT_ON, colour
from core.statistics.numbers import n_limits

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
    rows, gutter = placed_rows(lines, indented, turn)
    segments = _segments(result, lines, bands, turn)
    by_events = result.counted == "events"
    most = float(max(segments["end"].max() if len(segments) else 0, 1))
    keys = [{"label": label, "shape": "square", "fill": hue, "stroke": hue} for _, label, hue, _ in bands]
    end = f"{_ROOM} ? width - {_COLUMNS} : width"
    scale: dict[str, Any] = {"domain": [0, most], "range": [0, {"expr": end}], "nice": False}
    axis: dict[str, Any] = {"title": None, "domain": False, "ticks": False}
    axis |= {"format": "d", "values": whole_ticks(most)} if by_events else {"format": ".0%", "tickCount": 5}
    layers = [
        between_rows("rows", gutter),
        *_bars(most, end),
        *row_names(gutter),
        *_counts("" if by_events else " (95% CI)"),
        *legend(keys, "keys", gutter, "-12", width=132 if bands and bands[0][0] == "3+" else 46, upward=True),
        axis_caption(end, "Events" if by_events else "Patients, by worst grade"),
    ]
    scaled(layers, x=(scale, axis))
    return figure_of_rows(
        layers,
        {"rows": rows, "segments": segments, "counts": _count_texts(result, lines, turn), "keys": legend_rows(keys)},
        lines,
        gutter,
        f"Adverse events of {text.patients(result.patients)} by term and worst grade",
        [clicked(view, "name", "band") for view in ("bars", "counts", "names")],
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
                asked = "any" if band == "unclear" else band
                ends = (start / total, (start + count) / total)
                rows.append((place, line.name, asked, turn, named, said, count, *ends, hue, ink))
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
    digits = words_inside("segments", f"{room} > 6 + 7 * length('' + datum.count) ? datum.count : ''", 12)
    return [bars | {"name": "bars", "transform": inside}, digits | {"transform": inside}]


def _count_texts(result: AdverseEvents, lines: tuple[Line, ...], turn: int) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        for column, band in enumerate(("any", "3+")):
            said = str(line.everyone.bands[band])
            if result.counted == "patients":
                said = n_limits(line.everyone.share(band, result.method))
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
