"""Two measures of the same patients, a dot a patient: rows by outcome, a scatter, or cells of two groups by levels."""

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from core import text
from core.associations.associate import Association
from core.associations.measure import ORDERED, TIME, TWO, Measure
from core.cohort.vocabulary import RESPONSES
from core.figures.frame import figure, filled, template
from core.figures.grammar import axis, caption, clickable, down, drawn_from, own, text_of, words, x_at, y_at
from core.figures.theme import Specification, colour, group_colour

_ROW, _SCATTER = 84, 340
_WIDE = 40.0
"""How many times its least value the largest is of a number that is read on a logarithmic axis."""
_STACKED, _APART = 0.022, 0.13
_GOLDEN = 2.399963


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`, on which values are shares."""

    low: float
    high: float
    logarithmic: bool

    def place(self, values: np.ndarray) -> np.ndarray:
        if self.logarithmic:
            return np.interp(np.log(values), [np.log(self.low), np.log(self.high)], [0, 1])
        return np.interp(values, [self.low, self.high], [0, 1])

    def ticks(self) -> list[float]:
        if self.logarithmic:
            every = [factor * 10.0**power for power in range(-9, 13) for factor in (1, 2, 5)]
            inside = [tick for tick in every if self.low <= tick <= self.high]
            return inside if len(inside) < 9 else [tick for tick in inside if f"{tick:e}".startswith("1")]
        rough = (self.high - self.low) / 6
        power = 10.0 ** np.floor(np.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
        return [float(tick) for tick in np.arange(np.ceil(self.low / step), self.high / step + 1e-9) * step]


def scale_of(measure: Measure, values: np.ndarray) -> Scale:
    """An axis that holds all of a measure's numbers, from 0 where they come near it; of months never logarithmic."""
    low, high = float(values.min()), float(values.max())
    if low > 0 and high >= _WIDE * low and measure.kind != TIME:
        return Scale(low / 1.3, high * 1.3, True)
    low = 0.0 if 0 <= low <= 0.4 * high else low
    room = (high - low) * 0.04 or abs(high) * 0.1 or 1.0
    return Scale(low if low == 0 else low - room, high + room, False)


def association_chart(found: Association, lit: str | None = None, turn: int = 0) -> Specification:
    """The figure of an association, the dot of the patient `lit` ringed; `turn` counts the clicks on dots."""
    x, y = found.x, found.y
    if x.kind == TWO and y.kind in (TWO, ORDERED):
        rows, labels, dots, ticks, below = _cells(found)
    elif y.kind in (TWO, ORDERED):
        rows, labels, dots, ticks, below = _strips(found, y, "y", x, "x")
    elif x.kind == TWO:
        rows, labels, dots, ticks, below = _strips(found, x, "x", y, "y")
    else:
        rows, labels, dots, ticks, below = _scatter(found)
    dots = dots.assign(patient_id=found.patients["patient_id"].to_numpy(), said=_said(found), turn=turn, **_look(found))
    of_time = y.kind == TIME  # who is censored has no time of the event yet
    medians = pd.DataFrame(columns=["x", "row"]) if of_time or not below else _medians(dots, labels)
    widest = max(map(text.width, labels["label"].dropna()), default=4)
    scatter = y.kind not in (TWO, ORDERED) and x.kind != TWO
    return filled(
        _template(below, y.heading if scatter else ""),
        f"{x.heading} against {y.heading}, {text.patients(len(found.patients))}",
        height=(_SCATTER if scatter else _ROW * rows) + 70,
        depth=46,
        gutter=int(min(240, max(56, 7.4 * widest + 14))),
        narrow_gutter=60 if scatter else 108,
        datasets={
            "dots": dots,
            "lit": dots[dots["patient_id"].astype(str) == str(lit)].assign(label=f"Patient {lit}"),
            "labels": labels.dropna(subset=["label"]),
            "ticks": ticks,
            "medians": medians,
        },
        rows=rows,
    )


def _strips(
    found: Association, by: Measure, by_name: str, of: Measure, of_name: str
) -> tuple[int, pd.DataFrame, pd.DataFrame, pd.DataFrame, str]:
    """Rows by the levels of `by`, the highest above, dots along the axis of `of`."""
    scale = scale_of(of, found.patients[of_name].to_numpy(float))
    place = scale.place(found.patients[of_name].to_numpy(float))
    rows = len(by.levels)
    row = rows - 1 - found.patients[by_name].to_numpy(int)
    near = pd.DataFrame({"row": row, "bin": np.round(place / _STACKED)})
    order = near.groupby(["row", "bin"]).cumcount().to_numpy()
    offset = np.where(order % 2 == 0, 1, -1) * np.ceil(order / 2) * _APART
    dots = pd.DataFrame({"x": place, "y": row + 0.5 + np.clip(offset, -0.42, 0.42), "row": row})
    return rows, _row_labels(by), dots, _ticks(scale), of.heading


def _cells(found: Association) -> tuple[int, pd.DataFrame, pd.DataFrame, pd.DataFrame, str]:
    """Rows by the levels of y and two columns by x, each cell's dots packed in it."""
    x, y = found.x, found.y
    rows = len(y.levels)
    row = rows - 1 - found.patients["y"].to_numpy(int)
    column = found.patients["x"].to_numpy(int)
    order = pd.DataFrame({"row": row, "column": column}).groupby(["row", "column"]).cumcount().to_numpy()
    radius, angle = np.sqrt(order) * 0.017, order * _GOLDEN
    dots = pd.DataFrame(
        {
            "x": 0.25 + 0.5 * column + radius * np.cos(angle),
            "y": row + 0.5 + np.clip(4.5 * radius * np.sin(angle), -0.44, 0.44),
            "row": row,
        }
    )
    names = [level if x.levels != ("No", "Yes") else f"{x.label}: {level.lower()}" for level in x.levels]
    return rows, _row_labels(y), dots, pd.DataFrame({"x": [0.25, 0.75], "label": names, "grid": [0.5, 0.5]}), ""


def _scatter(found: Association) -> tuple[int, pd.DataFrame, pd.DataFrame, pd.DataFrame, str]:
    both = (("x", found.x), ("y", found.y))
    across, up = (scale_of(measure, found.patients[name].to_numpy(float)) for name, measure in both)
    dots = pd.DataFrame(
        {
            "x": across.place(found.patients["x"].to_numpy(float)),
            "y": 1 - up.place(found.patients["y"].to_numpy(float)),
            "row": 0,
        }
    )
    marks = up.ticks()
    labels = pd.DataFrame({"y": 1 - up.place(np.array(marks)), "label": [text.figures(tick) for tick in marks]})
    return 1, labels.assign(line=labels["y"]), dots, _ticks(across), found.x.heading


def _row_labels(measure: Measure) -> pd.DataFrame:
    names = list(reversed(measure.levels))
    if measure.levels == ("No", "Yes"):
        names = [measure.label, f"No {text.lowered(measure.label)}"]
    places = np.arange(len(names))
    return pd.DataFrame({"y": places + 0.5, "label": names, "line": places + 1.0})


def _ticks(scale: Scale) -> pd.DataFrame:
    marks = scale.ticks()
    x = scale.place(np.array(marks))
    return pd.DataFrame({"x": x, "label": [text.figures(tick) for tick in marks], "grid": x})


def _medians(dots: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """The median of each row of a figure of rows."""
    if len(labels) < 2 or dots["row"].nunique() < 2:
        return pd.DataFrame(columns=["x", "row"])
    return dots.groupby("row", as_index=False)["x"].median()


def _look(found: Association) -> dict[str, list[str]]:
    """Each dot's fill and stroke: by the outcome; a time without the event is hollow."""
    y, rows = found.y, found.patients
    if y.kind == TIME:
        fills = [colour("accent") if event else colour("bg") for event in rows["event"]]
        return {"fill": fills, "stroke": [colour("accent")] * len(rows)}
    if y.kind == ORDERED:
        levels = [y.levels[int(value)] for value in rows["y"]]
        hues = [colour(level) if level in RESPONSES else colour("accent") for level in levels]
        return {"fill": hues, "stroke": [colour("ink")] * len(rows)}
    if y.kind == TWO:
        hues = [group_colour(0) if value else group_colour(1) for value in rows["y"]]
        return {"fill": hues, "stroke": hues}
    return {"fill": [colour("accent")] * len(rows), "stroke": [colour("accent")] * len(rows)}


def _said(found: Association) -> list[str]:
    """Both values of each patient in words."""
    x, y = found.x, found.y

    def one(measure: Measure, value: float) -> str:
        shown = measure.levels[int(value)] if measure.levels else text.figures(value)
        return f"{measure.label} {shown}{'' if measure.unit == '%' else ' ' if measure.unit else ''}{measure.unit}"

    ends = found.patients["event"] if y.kind == TIME else [None] * len(found.patients)
    how = {True: ", event", False: ", no event"}
    return [
        f"{one(x, a)}; {one(y, b)}{how.get(end, '')}"
        for a, b, end in zip(found.patients["x"], found.patients["y"], ends, strict=True)
    ]


@template
def _template(below: str, above: str) -> Specification:
    x, y = axis(alt.X, alt.Scale(domain=[0, 1], nice=False)), down()
    at = {"x": x("x"), "y": y("y")}
    lines = drawn_from("labels").mark_rule(color=colour("grid"))
    grid = drawn_from("ticks").mark_rule(color=colour("grid"))
    medians = drawn_from("medians", top="datum.row + 0.12", bottom="datum.row + 0.88")
    middle = medians.mark_rule(color=colour("ink"), strokeWidth=1.6, strokeDash=[4, 3])
    dots = drawn_from("dots").mark_point(size=110, opacity=0.92, strokeWidth=1.6, cursor="pointer")
    said = [
        alt.Tooltip("patient_id", type="nominal", title="Patient"),
        alt.Tooltip("said", type="nominal", title=" "),
    ]
    ring = drawn_from("lit").mark_point(size=330, strokeWidth=2.2, stroke=colour("ink"), opacity=1)
    named = words(drawn_from("lit"), 12, fontWeight=600, dx=13, dy=-10)
    names = words(drawn_from("labels"), alt.ExprRef("narrow ? 11 : 13"), limit=alt.ExprRef("gutter - 10"))
    ticks = words(drawn_from("ticks"), 12, "center", color=colour("mute"))
    return figure(
        lines.encode(x=x_at("-gutter"), x2=alt.X2Value(alt.ExprRef("width")), y=y("line")),
        grid.encode(x=x("grid"), y=y_at(0), y2=alt.Y2Value(alt.ExprRef("height"))),
        middle.encode(x=x("x"), y=y("top"), y2=alt.Y2("bottom")),
        clickable(
            dots.encode(**at, fill=own(alt.Fill, "fill"), stroke=own(alt.Stroke, "stroke"), tooltip=said),
            "dots",
            "patient_id",
        ),
        ring.encode(**at),
        named.encode(**at, text=text_of("label")),
        names.encode(x=x_at("-gutter"), y=y("y"), text=text_of("label")),
        ticks.encode(x=x("x"), y=y_at("height + 14"), text=text_of("label")),
        caption(below, "width", "height + 34"),
        caption(above, "-gutter", "-14", "left"),
        numbers=("rows",),
    )
