"""The few words that every figure shares, written in Altair: where a layer's data stand, rows, words, legends."""

from collections.abc import Iterable
from functools import partial
from math import ceil
from typing import Any, Literal

import altair as alt
import pandas as pd

from core.figures.theme import colour

Align = Literal["left", "center", "right"]
ONCE = "once"
"""The data of a layer that is one mark."""


def drawn_from(data: str, **calculated: str) -> alt.Chart:
    """A layer's data by its name, with columns that the browser calculates (name=expression)."""
    chart = alt.Chart(alt.NamedData(data))
    return chart.transform_calculate(**calculated) if calculated else chart


def drawn_once() -> alt.Chart:
    """The data of a layer that is one mark: a caption, a line."""
    return drawn_from(ONCE)


# Channels are made as Altair's own classes: a plain text or dictionary it has to look up in its schema, 5 ms each.


def x_at(expression: str | float) -> alt.XValue:
    """A place in pixels of the plot; expressions of `height`, `width`, `gutter` and `datum` survive any resizing."""
    return alt.XValue(_place(expression))


def y_at(expression: str | float) -> alt.YValue:
    """A height in pixels of the plot, from its top down, as `x_at`."""
    return alt.YValue(_place(expression))


def _place(expression: str | float) -> Any:
    return alt.ExprRef(expression) if isinstance(expression, str) else expression


def own(channel: Any, field: str = "colour", **options: Any) -> Any:
    """A channel whose field holds the colour, shape or size itself."""
    return channel(field, type="nominal", scale=None, legend=None, **options)


def text_of(field: str) -> alt.Text:
    """A field that is text to be written."""
    return alt.Text(field, type="nominal")


def label_by_width() -> alt.TextValue:
    """The field `label`, in a narrow figure `narrow_label`."""
    return alt.TextValue(alt.ExprRef("narrow ? datum.narrow_label : datum.label"))


def axis(channel: type, scale: alt.Scale, shown: alt.Axis | None = None) -> partial:
    """A channel for number fields, all on one scale: `axis(alt.X, ...)("months")`."""
    return partial(channel, type="quantitative", scale=scale, axis=shown)


def down() -> partial:
    """The y channel of rows from the top down, as many as the number `rows` says, without an axis."""
    return axis(alt.Y, alt.Scale(domain=[0, alt.ExprRef("rows")], reverse=True, nice=False))


def words(chart: alt.Chart, size: float | alt.ExprRef, align: Align = "left", **look: Any) -> alt.Chart:
    """Text marks as figures set them, in the middle of their line."""
    return chart.mark_text(align=align, baseline="middle", fontSize=size, **look)


def caption(words_of_it: str, x: str | float, y: str, align: Align = "right", **look: Any) -> alt.Chart:
    """Words that stand once beside a plot, such as what its axis measures."""
    return words(drawn_once(), 12, align, color=colour("mute"), **look).encode(
        x=x_at(x), y=y_at(y), text=alt.TextValue(words_of_it)
    )


def words_inside(chart: alt.Chart, expression: str, size: int | alt.ExprRef, x: partial, y: partial) -> alt.Chart:
    """Words (an `expression`) in the middle of bars or cells, whose data have `centre`, `middle` and `ink`."""
    inside = words(chart, size, "center", fontWeight=600, text=alt.ExprRef(expression))
    return inside.encode(x=x("centre"), y=y("middle"), fill=own(alt.Fill, "ink"))


def bars_in_rows(
    top: float | str,
    bottom: float,
    x: partial,
    y: partial,
    inside: str,
    size: int | alt.ExprRef,
    tooltip: list[alt.Tooltip],
    **look: Any,
) -> tuple[alt.Chart, alt.Chart]:
    """
    Stacked bars, one to a row, and the words (an expression) `inside` them,
    from `segments`, whose data have `start`, `end`, `place`, `colour` and
    `ink`; `top` and `bottom` say where in its row a bar begins and ends.
    """
    segments = drawn_from(
        "segments",
        top=f"datum.place + {top}",
        bottom=f"datum.place + {bottom}",
        middle=f"datum.place + ({top} + {bottom}) / 2",
        centre="(datum.start + datum.end) / 2",
    )
    drawn = segments.mark_rect(stroke=colour("bg"), strokeWidth=1, **look).encode(
        x=x("start"), x2=alt.X2("end"), y=y("top"), y2=alt.Y2("bottom"), fill=own(alt.Fill), tooltip=tooltip
    )
    return drawn, words_inside(segments, inside, size, x, y)


NAME_SIZE = alt.ExprRef("narrow ? 11 : 13")


def in_row(wide: float, narrow: float) -> str:
    """A height within the row of `datum.place`: a narrow figure has names above what they name, not beside it."""
    return f"datum.place + (narrow ? {narrow} : {wide})"


def between_rows(data: str, y: partial) -> alt.Chart:
    """A thin line under each row of `data` (its `place` counts from the top)."""
    rule = drawn_from(data, bottom="datum.place + 1").mark_rule(color=colour("grid"))
    return rule.encode(x=x_at("-gutter"), x2=alt.X2Value(alt.ExprRef("width")), y=y("bottom"))


def clickable(chart: alt.Chart, view: str, *fields: str) -> alt.Chart:
    """A layer a click on which says these fields; `turn` is new after each, so that a mark can be clicked again."""
    click = alt.selection_point(name=f"{view}_clicked", fields=[*fields, "turn"], on="click", toggle=False, clear=False)
    return chart.properties(name=view).add_params(click)


LIT = 0.14
"""How strong the ground is of the patient who is lit."""


def patient_ground(data: str, row: str, y: partial, right: str = "width") -> alt.Chart:
    """
    The row of each patient in `data` (columns `patient_id`, `strength` by
    `strength_of` and `turn`) from end to end, where a click on it is heard, and
    which shows who is lit; `row` names the column of its place from the top.
    """
    ground = drawn_from(data, bottom=f"datum.{row} + 1").mark_rect(
        fill=colour("accent"), cursor="pointer", opacity=alt.ExprRef("datum.strength")
    )
    across = {"x": x_at("-gutter"), "x2": alt.X2Value(alt.ExprRef(right))}
    return clickable(ground.encode(**across, y=y(row), y2=alt.Y2("bottom")), data, "patient_id")


def strength_of(patients: Iterable[object], lit: str | None) -> list[float]:
    """How strong the ground of each patient is: of nobody's but who is `lit`."""
    return [LIT * (str(who) == lit) for who in patients]


PHONE_ROOM, PRINTED_ROOM = 330, 800
"""The pixels that a legend has on a phone and in a journal's column, and in a file of a page's width."""
SPARE = 44
"""The pixels by which the last item of a row may be wider than the others."""


def legend(data: str, left: str, top: str, width: str, upward: bool = False) -> list[alt.Chart]:
    """
    A legend of our own in rows that break where the figure ends, from `data`
    made by `legend_rows`. `left` is how far left of the plot it begins, `top`
    the place of the first row, or of the last where the legend stands above
    the plot and grows `upward`; `width` is that of an item, a row 20 pixels.
    All are expressions. Room is kept for a second row above: when a window is
    made narrow, a figure does not look again how far its texts reach.
    """
    columns = f"max(1, floor((room - gutter + {left} - {SPARE}) / ({width})))"
    row = f"floor(datum.place / {columns})"
    row = f"({row} - ceil(datum.of / {columns}) + 1)" if upward else row
    x, y = f"({width}) * (datum.place % {columns}) - {left}", f"{top} + 20 * {row}"
    room = drawn_from(data).mark_rule(opacity=0).encode(x=x_at(0), y=y_at(f"{top} - (datum.of > 1 ? 30 : 10)"))
    symbols = drawn_from(data).mark_point(size=90, strokeWidth=1.2, opacity=1, strokeDash=alt.ExprRef("datum.dash"))
    return [
        *([room] if upward else []),
        symbols.encode(
            x=x_at(f"{x} + 7"),
            y=y_at(y),
            shape=own(alt.Shape, "shape"),
            fill=own(alt.Fill, "fill"),
            stroke=own(alt.Stroke, "stroke"),
        ),
        words(drawn_from(data), 12).encode(x=x_at(f"{x} + 20"), y=y_at(y), text=text_of("label")),
    ]


def wrapped(items: int, width: float, room: int = PHONE_ROOM) -> int:
    """Rows that a `legend` of so many items takes where it has so much room."""
    return ceil(items / max(1, int((room - SPARE) // width)))


def legend_rows(items: list[dict[str, Any]]) -> pd.DataFrame:
    """The data of a `legend`: each item has `label`, `shape`, `fill`, `stroke` and perhaps `dash`."""
    rows = [{"place": place, "of": len(items), "dash": [1, 0], **item} for place, item in enumerate(items)]
    return pd.DataFrame(rows, columns=["place", "of", "label", "shape", "fill", "stroke", "dash"])
