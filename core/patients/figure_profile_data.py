"""What the figure of one patient is drawn from: tracks under each other, each with its place in pixels."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core import text
from core.cohort.provenance import FIRM
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.figures.theme import TEXT_ON, colour
from core.kinetics import figure_data as drawn
from core.kinetics.result import EARLY, Kinetics
from core.kinetics.tables import amount
from core.patients.figure_swimmer_data import AFTER_THE_BAR, marks, swimmer_bars
from core.patients.profile import Profile

ROW, RESPONSE, PANEL, GAP = 22, 30, 72, 10
_WORDS = 14
TICK = 0.002
"""Half the width of what was given on one day, as a share of the axis."""
MOST_EVENTS = 16
NO_DAY = "day not recorded"
_MONTHS = (2, 3, 6, 9, 12, 18, 24, 36, 48, 60, 84, 120, 180, 240)
_APART, _APART_ON_A_PHONE = 0.055, 0.16


@dataclass
class Tracks:
    """The rows of each of the figure's tables, gathered track by track; `height` is how far they reach."""

    days: drawn.Days
    height: float = 0.0
    rows: dict[str, list[dict]] = field(default_factory=dict)

    def add(self, table: str, **row: object) -> None:
        self.rows.setdefault(table, []).append(row)

    def place(self, day: float) -> float:
        return float(np.clip(self.days.place(np.array([day]))[0], 0, 1))

    def begin(self) -> None:
        """A new block of tracks, under a thin line."""
        if self.height:
            self.height += GAP
            self.add("lines", y=self.height - GAP / 2)


def tracks(profile: Profile, sources: pd.DataFrame, sources_of_events: list[str]) -> Tracks:
    """Every track of a patient; `sources_of_events` say of each row of `profile.episodes` how it is known."""
    found = Tracks(_days(profile))
    _response(found, profile, sources)
    _events(found, profile.episodes, sources_of_events)
    _treatments(found, profile.treatments)
    for course in profile.courses:
        _measured(found, course)
    return found


def _days(profile: Profile) -> drawn.Days:
    last = [60.0, *(float(course.values["day"].max()) for course in profile.courses)]
    first = [0.0, *(float(course.values["day"].min()) for course in profile.courses)]
    if profile.followed_months is not None:
        last.append(profile.followed_months * DAYS_PER_MONTH)
    happened = [*(profile.happened["month"].dropna() * DAYS_PER_MONTH)]
    for dated in (profile.episodes["onset_day"], profile.episodes["end_day"] + 1, pd.Series(happened, dtype=float)):
        first, last = [*first, *dated.dropna()], [*last, *dated.dropna()]
    return drawn.Days(float(min(first)), float(max(last)), max(last) > 60)


def _response(found: Tracks, profile: Profile, sources: pd.DataFrame) -> None:
    """The bar of response with what happened on it, and the end of follow-up."""
    if profile.followed_months is None:
        return
    found.begin()
    top, bottom = found.height + 5, found.height + RESPONSE - 5
    found.add("names", y=(top + bottom) / 2, label="Response", aside="", weight=600)
    bars = swimmer_bars(profile.lane, profile.responses, sources)
    progressed = profile.progressed_months
    for bar in bars.itertuples():
        label = bar.response or bar.said or "not yet assessed"
        _bar(found, bar.start, bar.end, top, bottom, bar.colour, label, bar.said or label, bar.firm)
    if progressed is not None and progressed < profile.followed_months:
        middle = (top + bottom) / 2
        said = "after progression"
        _bar(found, progressed, profile.followed_months, middle - 2, middle + 2, colour("PD"), "", said, True)
    for mark in marks(profile.lane, profile.responses, profile.milestones, sources).itertuples():
        found.add(
            "marks",
            x=found.place(mark.month * DAYS_PER_MONTH),
            y=(top + bottom) / 2,
            shape=mark.shape,
            fill=mark.fill,
            shift=AFTER_THE_BAR if mark.shift else 0,
            said=f"{mark.event} at month {text.number(mark.month)}, {mark.source}",
        )
    found.height += RESPONSE


def _bar(
    found: Tracks, start: float, end: float, top: float, bottom: float, hue: str, label: str, said: str, firm: bool
) -> None:
    left, right = (found.place(month * DAYS_PER_MONTH) for month in (start, end))
    ink = next((colour(ink) for name, ink in TEXT_ON.items() if colour(name) == hue), colour("ink"))
    months = f", month {text.number(start)} to {text.number(end)}"
    found.add(
        "bars", left=left, right=right, top=top, bottom=bottom, colour=hue, said=said + months, firm=bool(firm),
        label=label, ink=ink, centre=(left + right) / 2, middle=(top + bottom) / 2, wide=right - left,
    )  # fmt: skip


def _events(found: Tracks, episodes: pd.DataFrame, sources: list[str]) -> None:
    """A row a term: its worst grade as a tile, a bar for each dated episode, and how many have no day."""
    if episodes.empty:
        return
    found.begin()
    exact = bool((episodes["grade_min"] == episodes["grade_max"]).all())
    known = episodes.assign(source=sources)
    terms = list(known.groupby("term", sort=False))
    for term, rows in terms[:MOST_EVENTS]:
        _event(found, str(term), rows, exact)
        found.height += ROW
    if len(terms) > MOST_EVENTS:
        more = f"and {len(terms) - MOST_EVENTS} more, in the table of adverse events"
        found.add("names", y=found.height + ROW / 2, label=more, aside="", weight=400)
        found.height += ROW


def _event(found: Tracks, term: str, rows: pd.DataFrame, exact: bool) -> None:
    middle = found.height + ROW / 2
    low, high = int(rows["worst_min"].iloc[0]), int(rows["worst_max"].iloc[0])
    tile = _ground(low, high, exact)
    found.add("names", y=middle, label=term, aside="", weight=400)
    found.add("tiles", y=middle, top=middle - 9, bottom=middle + 9, label=str(low) if low == high else f"{low}–{high}",
              fill=colour(tile), ink=colour(TEXT_ON[tile]))  # fmt: skip
    assigned = "" if rows["source"].iloc[0] in FIRM else ", given to this patient by rule"
    for row in rows.dropna(subset=["onset_day"]).itertuples():
        end = row.end_day if pd.notna(row.end_day) else row.onset_day
        days = f"day {row.onset_day:g} to {end:g}" + ("" if pd.notna(row.end_day) else ", end not recorded")
        grade = str(row.grade_min) if row.grade_min == row.grade_max else f"{row.grade_min}–{row.grade_max}"
        found.add(
            "bars", left=found.place(row.onset_day), right=found.place(end + 1), top=middle - 6, bottom=middle + 6,
            colour=colour(_ground(int(row.grade_min), int(row.grade_max), exact)), firm=True, label="",
            said=f"{term}, grade {grade}, {days}{assigned}", ink=colour("ink"), centre=0.0, middle=middle, wide=0.0,
        )  # fmt: skip
    undated = int(rows["onset_day"].isna().sum())
    if undated == len(rows):
        found.add("asides", x=found.place(0), y=middle, label=f"{NO_DAY}{assigned}")


def _ground(low: int, high: int, exact: bool) -> str:
    """The name of a grade's colour, or of that of its band."""
    return f"grade{low}" if exact else "grade3" if low >= 3 else "grade2" if high <= 2 else "panel"


def _treatments(found: Tracks, treatments: pd.DataFrame) -> None:
    """A row a kind of treatment, a tick each time."""
    if treatments.empty:
        return
    found.begin()
    for event, rows in treatments.groupby("event", sort=False):
        middle = found.height + ROW / 2
        found.add("names", y=middle, label=str(event)[:1].upper() + str(event)[1:], aside="", weight=400)
        dated = rows.dropna(subset=["month"])
        for row in dated.itertuples():
            day = row.month * DAYS_PER_MONTH
            x, said = found.place(day), f"{event}, day {day:.0f}"
            found.add(
                "bars", left=x - TICK, right=x + TICK, top=middle - 7, bottom=middle + 7, colour=colour("group1"),
                said=said, firm=True, label="", ink=colour("ink"), centre=x, middle=middle, wide=0.0,
            )  # fmt: skip
        if dated.empty:
            detail = f", {rows['detail'].iloc[0]}" if rows["detail"].iloc[0] else ""
            found.add("asides", x=found.place(0), y=middle, label=f"{NO_DAY}{detail}")
        found.height += ROW


def _measured(found: Tracks, course: Kinetics) -> None:
    """The values of one analyte, its normal range, and where it was furthest from it."""
    found.begin()
    top = found.height
    panel = drawn.panel_of(course, 0, 0.06)
    values = course.values

    room = PANEL - (_WORDS if course.analyte.falls else 0)  # the lowest value is written under it

    def height(shares: np.ndarray) -> np.ndarray:
        return top + room * shares

    found.add("names", y=top + 14, label=course.analyte.name, aside=course.analyte.unit, weight=600)
    y = height(panel.height(values["value"].fillna(0).to_numpy(float), values["below"].to_numpy(bool)))
    x = np.clip(found.days.place(values["day"].to_numpy(float)), 0, 1)
    for row, left, at in zip(values.itertuples(), x, y, strict=True):
        said = f"{'< ' if row.below else ''}{text.figures(row.value or 0)} {course.analyte.unit}".strip()
        found.add(
            "values", x=float(left), y=float(at), below=bool(row.below), line=course.analyte.label,
            said=f"{course.analyte.name} {said}, day {row.day:g}",
        )  # fmt: skip
    for row in drawn.normal_range(course, panel).itertuples():
        edges = height(np.array([row.top, row.bottom]))
        found.add("normal", top=float(edges[0]), bottom=float(edges[1]))
    for tick in drawn.value_ticks(panel, 3).itertuples():
        found.add("ticks", y=float(height(np.array([tick.y]))[0]), label=tick.label)
    for patient in course.patients:
        if patient.extreme_day is not None:
            word = "lowest " if course.analyte.falls else ""
            at = values["day"].to_numpy(float) == patient.extreme_day
            x = found.place(patient.extreme_day)
            label = f"{word}{amount(patient.extreme, patient.below)} at day {patient.extreme_day:g}"
            down = 12 if course.analyte.falls else -9
            found.add("extremes", x=x, y=float(y[at][0]) + down, label=label, left=x > 0.55)
    found.height += PANEL


def axis_ticks(days: drawn.Days) -> pd.DataFrame:
    """Days of the first month, and months after it, as far apart as they can be read."""
    written = [(float(day), str(day)) for day in (0, 7, 14, 21, 28) if day <= days.end]
    written += [(m * DAYS_PER_MONTH, f"{m} mo") for m in _MONTHS if EARLY < m * DAYS_PER_MONTH <= days.end]
    kept: list[tuple[float, str]] = []
    for day, label in written:
        x = float(days.place(np.array([day]))[0])
        if not kept or x - kept[-1][0] >= _APART:
            kept.append((x, label))
    shown, last = [], -1.0
    for x, _ in kept:
        shown.append(x - last >= _APART_ON_A_PHONE)
        last = x if shown[-1] else last
    return pd.DataFrame(kept, columns=["x", "label"]).assign(narrow=shown)
