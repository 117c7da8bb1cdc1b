"""Adverse events as bars of worst grade, one a term, with their counts in words."""

from functools import partial

import altair as alt
import pandas as pd

from core import text
from core.adverse_events.figure_rows import MOST_LINES, filled_rows, placed_rows, row_names, whole_ticks
from core.adverse_events.result import AdverseEvents, Line
from core.figures.frame import figure, template
from core.figures.grammar import (
    axis,
    bars_in_rows,
    between_rows,
    caption,
    clickable,
    down,
    drawn_from,
    legend,
    legend_rows,
    text_of,
    words,
    x_at,
)
from core.figures.theme import TEXT_ON, Specification, colour
from core.statistics.numbers import n_limits

_COLUMNS = 316
"""Pixels that the two columns of counts take, where there is room for them."""
_ROOM = f"width > {_COLUMNS + 170}"
_END = f"{_ROOM} ? width - {_COLUMNS} : width"
"""Where the bars end."""


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
    most = float(max(segments["end"].max() if len(segments) else 0, 1))
    keys = [{"label": label, "shape": "square", "fill": hue, "stroke": hue} for _, label, hue, _ in bands]
    counts = _count_texts(result, lines, turn)
    return filled_rows(
        _template(result.counted == "events"),
        f"Adverse events of {text.patients(result.patients)} by term and worst grade",
        lines,
        gutter,
        {"rows": rows, "segments": segments, "counts": counts, "keys": legend_rows(keys)},
        most=most,
        ticks=whole_ticks(most),
        key_width=132 if bands and bands[0][0] == "3+" else 46,
    )


_INSIDE = alt.ExprRef("narrow ? 10 : 12")


# -- what no selection changes ---------------------------------------------------------------------


@template
def _template(by_events: bool) -> Specification:
    shown = {"format": "d", "values": alt.ExprRef("ticks")} if by_events else {"format": ".0%", "tickCount": 5}
    span = alt.Scale(domain=[0, alt.ExprRef("most")], range=[0, alt.ExprRef(_END)], nice=False)
    x, y = axis(alt.X, span, alt.Axis(title=None, domain=False, ticks=False, **shown)), down()
    return figure(
        between_rows("rows", y),
        *_bars(x, y),
        row_names(y, "name", "band"),
        *_counts(y, "" if by_events else " (95% CI)"),
        *legend("keys", "gutter", "-12", "key_width", upward=True),
        caption("Events" if by_events else "Patients, by worst grade", _END, "height + 36"),
        numbers=("rows", "most", "ticks", "key_width"),
    )


def _bars(x: partial, y: partial) -> list[alt.Chart]:
    room = f"(datum.end - datum.start) / most * ({_END})"
    digits = f"{room} > 6 + 7 * length('' + datum.count) ? datum.count : ''"
    tooltip = [
        alt.Tooltip("name", type="nominal", title="Event"),
        alt.Tooltip("grade", type="nominal", title="Worst grade"),
        alt.Tooltip("said", type="nominal", title="Count"),
    ]
    bars, inside = bars_in_rows("(narrow ? 0.5 : 0.16)", 0.92, x, y, digits, _INSIDE, tooltip, cursor="pointer")
    return [clickable(bars, "bars", "name", "band"), inside]


def _counts(y: partial, limits: str) -> list[alt.Chart]:
    """Any grade and grade 3 or more in words at the right, where the figure is wide enough."""
    shown = alt.ExprRef(f"{_ROOM} ? 1 : 0")
    counts = words(drawn_from("counts", middle="datum.place + 0.5"), 13, "right", cursor="pointer", opacity=shown)
    counts = counts.encode(x=x_at("width - 160 * (1 - datum.column)"), y=y("middle"), text=text_of("said"))
    heads = [
        caption(f"{band}{limits}", x, "-12", opacity=shown)
        for x, band in (("width - 160", "Any grade"), ("width", "Grade 3 or more"))
    ]
    return [clickable(counts, "counts", "name", "band"), *heads]


# -- what each selection changes -------------------------------------------------------------------


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
                shown = f"{count} of {line.everyone.patients} patients" if result.counted == "patients" else str(count)
                clicked_band = "any" if band == "unclear" else band
                ends = (start / total, (start + count) / total)
                rows.append((place, line.name, clicked_band, turn, named, shown, count, *ends, hue, ink))
                start += count
    columns = ["place", "name", "band", "turn", "grade", "said", "count", "start", "end", "colour", "ink"]
    return pd.DataFrame(rows, columns=columns)


def _count_texts(result: AdverseEvents, lines: tuple[Line, ...], turn: int) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(lines):
        for column, band in enumerate(("any", "3+")):
            shown = str(line.everyone.bands[band])
            if result.counted == "patients":
                shown = n_limits(line.everyone.share(band, result.method))
            rows.append((place, line.name, band, turn, column, shown))
    return pd.DataFrame(rows, columns=["place", "name", "band", "turn", "column", "said"])
