"""ICAHT of each patient: the longest streaks of low neutrophils, late counts by their grade, and both grades."""

from functools import partial

import altair as alt
import numpy as np
import pandas as pd

from core import text
from core.cytopenia.ctcae import NEUTROPHILS, Grade
from core.cytopenia.icaht import LATE_FROM, LATE_TO, late_grade
from core.cytopenia.result import PatientCounts
from core.figures.frame import figure, filled, template
from core.figures.grammar import (
    axis,
    between_rows,
    caption,
    down,
    drawn_from,
    legend,
    legend_rows,
    own,
    patient_ground,
    strength_of,
    text_of,
    words,
    x_at,
    y_at,
)
from core.figures.theme import TEXT_ON, Specification, colour, group_colour
from core.kinetics.figure_data import Days

MOST_ROWS = 60
"""Patients who are drawn: those with the longest streaks."""

_ROW = 22
_DAYS = Days(0, LATE_TO, True)
_COLUMNS = {"days": 28, "early": 74, "late": 122}
"""How far right of the plot each column of numbers stands."""
_CROSS = "M-1,-.65L-.65,-1L0,-.35L.65,-1L1,-.65L.35,0L1,.65L.65,1L0,.35L-.65,1L-1,.65L-.35,0Z"


def icaht_chart(
    patients: tuple[PatientCounts, ...], grouped: bool, since: str = "infusion", lit: str | None = None, turn: int = 0
) -> Specification:
    """
    The figure of a selection's patients, longest streak first; names in their
    groups' colours where `grouped`, the row of the patient `lit` on a ground.
    """
    early = {patient.number: patient.early() for patient in patients}
    streak = {number: 0 if one.below_500 is None else one.below_500.days for number, one in early.items()}
    shown = sorted(patients, key=lambda patient: -streak[patient.number])[:MOST_ROWS]
    bars, squares, ends, tiles = [], [], [], []
    for place, patient in enumerate(shown):
        found = early[patient.number]
        for run, hue in ((found.below_500, "grade2"), (found.below_100, "grade4")):
            if run is not None:
                first, last = _DAYS.place(np.array([run.first, run.last + 1.0]))
                bars.append((place, patient.patient_id, first, last, colour(hue), f"day {run.first} to {run.last}"))
        squares += [(place, *square) for square in _late_counts(patient)]
        if patient.died and patient.last_day <= LATE_TO:
            ends.append(
                (place, float(_DAYS.place(np.array([patient.last_day]))[0]), f"died day {patient.last_day:.0f}")
            )
        tiles += _tiles(place, streak[patient.number], found.grade, patient)
    frames = {
        "rows": _rows(shown, grouped, lit).assign(turn=turn),
        "bars": pd.DataFrame(bars, columns=["place", "patient_id", "start", "end", "colour", "said"]),
        "squares": pd.DataFrame(squares, columns=["place", "x", "colour", "said"]),
        "ends": pd.DataFrame(ends, columns=["place", "x", "said"]),
        "tiles": pd.DataFrame(tiles, columns=["place", "right", "label", "ground", "ink", "tile"]),
        "days": _DAYS.ticks(),
        "keys": legend_rows(_keys()),
    }
    longest = max((len(str(patient.patient_id)) for patient in shown), default=1)
    return filled(
        _template(since),
        f"Early and late ICAHT of {text.patients(len(shown))}",
        height=_ROW * len(shown) + 96,
        depth=46,
        gutter=int(min(120, 20 + 8 * longest)),
        datasets=frames,
        rows=len(shown),
        key_width=150,
    )


def _rows(shown: list[PatientCounts], grouped: bool, lit: str | None) -> pd.DataFrame:
    names = [patient.patient_id for patient in shown]
    hues = [group_colour(patient.group) if grouped else colour("ink") for patient in shown]
    rows = {"place": range(len(shown)), "label": names, "patient_id": names, "colour": hues}
    return pd.DataFrame(rows | {"strength": strength_of(names, lit)})


def _late_counts(patient: PatientCounts) -> list[tuple[float, str, str]]:
    """Each count of days 31 to 100: where it stands, the colour of the grade that it would have, and what it was."""
    rows = patient.counts.get(NEUTROPHILS)
    if rows is None:
        return []
    late = rows[(rows["day"] >= LATE_FROM) & (rows["day"] <= min(LATE_TO, patient.late_until))]
    return [
        (
            float(_DAYS.place(np.array([row.day]))[0]),
            _ground(late_grade(row.value * 1000)),
            f"{row.value * 1000:,.0f}/µL, day {row.day:g}",
        )
        for row in late.itertuples()
    ]


def _ground(grade: int) -> str:
    return colour(f"grade{grade}" if grade else "line")


def _tiles(place: int, days: int, early: Grade, patient: PatientCounts) -> list[tuple]:
    late = patient.late()
    told = "died" if patient.died and patient.left_early and late.lowest is None else _words(late)
    cells = [("days", str(days) if early.lowest is not None else "–", None), ("early", _words(early), early.known)]
    cells.append(("late", told, late.known))
    made = []
    for column, label, grade in cells:
        name = f"grade{grade}" if grade else "panel"
        made.append(
            (place, _COLUMNS[column], label, colour(name), colour(TEXT_ON[name] if grade else "ink"), column != "days")
        )
    return made


def _words(grade: Grade) -> str:
    if grade.lowest is None:
        return "–"
    return str(grade.known) if grade.known is not None else f"{grade.lowest}–{grade.highest}"


def _keys() -> list[dict]:
    square = {"shape": "square"}
    return [
        square | {"label": "≤ 500 per µL in a row", "fill": colour("grade2"), "stroke": colour("grade2")},
        square | {"label": "≤ 100 in a row", "fill": colour("grade4"), "stroke": colour("grade4")},
        square | {"label": "Late count, its grade", "fill": colour("grade3"), "stroke": colour("grade3")},
    ]


# -- what no selection changes ---------------------------------------------------------------------


@template
def _template(since: str) -> Specification:
    span = f"(width - {_COLUMNS['late'] + 22})"
    x = axis(alt.X, alt.Scale(domain=[0, 1], range=[0, alt.ExprRef(span)], nice=False))
    y = down()
    return figure(
        between_rows("rows", y),
        patient_ground("rows", "place", y),
        *_marks(x, y),
        *_numbers(y, span),
        *legend("keys", "gutter", "-34", "key_width", upward=True),
        caption("Days ≤ 500", f"{span} + {_COLUMNS['days'] + 14}", "-12"),
        caption("Early", f"{span} + {_COLUMNS['early'] + 14}", "-12"),
        caption("Late", f"{span} + {_COLUMNS['late'] + 14}", "-12"),
        caption(f"Days since {since}", span, "height + 34"),
        words(drawn_from("days"), 12, "center", color=colour("mute")).encode(
            x=x("x"), y=y_at("height + 14"), text=alt.TextValue(alt.ExprRef("narrow && datum.odd ? '' : datum.label"))
        ),
        numbers=("rows", "key_width"),
    )


def _marks(x: partial, y: partial) -> list[alt.Chart]:
    bars = drawn_from("bars", top="datum.place + 0.28", bottom="datum.place + 0.72").mark_rect()
    middle = "datum.place + 0.5"
    squares = drawn_from("squares", middle=middle).mark_point(
        shape="square", size=alt.ExprRef("narrow ? 16 : 70"), filled=True, opacity=1
    )
    crosses = drawn_from("ends", middle=middle).mark_point(
        shape=_CROSS, size=60, filled=True, opacity=1, color=colour("ink")
    )
    died = words(drawn_from("ends", middle=middle), 11, dx=9, color=colour("mute"))
    said = [
        alt.Tooltip("patient_id", type="nominal", title="Patient"),
        alt.Tooltip("said", type="nominal", title="Streak"),
    ]
    return [
        bars.encode(x=x("start"), x2=alt.X2("end"), y=y("top"), y2=alt.Y2("bottom"), fill=own(alt.Fill), tooltip=said),
        squares.encode(
            x=x("x"),
            y=y("middle"),
            color=alt.Color("colour", type="nominal", scale=None, legend=None),
            tooltip=alt.Tooltip("said", type="nominal", title="Count"),
        ),
        crosses.encode(x=x("x"), y=y("middle")),
        died.encode(x=x("x"), y=y("middle"), text=alt.TextValue(alt.ExprRef("narrow ? '' : datum.said"))),
    ]


def _numbers(y: partial, span: str) -> list[alt.Chart]:
    middle = "datum.place + 0.5"
    names = words(drawn_from("rows", middle=middle), 13)
    ground = drawn_from("tiles", top="datum.place + 0.16", bottom="datum.place + 0.84").transform_filter("datum.tile")
    cells = words(drawn_from("tiles", middle=middle), 12, "center")
    return [
        names.encode(x=x_at("-gutter"), y=y("middle"), text=text_of("label"), fill=own(alt.Fill)),
        ground.mark_rect(cornerRadius=3).encode(
            x=x_at(f"{span} + datum.right - 17"),
            x2=alt.X2Value(alt.ExprRef(f"{span} + datum.right + 17")),
            y=y("top"),
            y2=alt.Y2("bottom"),
            fill=own(alt.Fill, "ground"),
        ),
        cells.encode(x=x_at(f"{span} + datum.right"), y=y("middle"), text=text_of("label"), fill=own(alt.Fill, "ink")),
    ]
