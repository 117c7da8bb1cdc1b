"""What the figure of courses is drawn from: days and values as shares of its room, lines, bands, ticks and legends."""

from dataclasses import dataclass, replace
from math import ceil, floor, log10

import numpy as np
import pandas as pd

from core import text
from core.figures.theme import colour, group_colour, group_turn
from core.kinetics.result import EARLY, Kinetics, nearest_to_schedule

MOST_LINES = 60
"""Patients whose values are drawn; medians and quartiles are of all."""
MOST_GROUPS = 8
"""Groups that are drawn, the largest: more lines cannot be told apart."""
FLOOR = 0.07
"""The share of a logarithmic axis that lies under its least value, for what was below the limit."""
_EARLY_SHARE = 0.62
_LONG = 60.0
_APART = 0.055
"""The least share of the axis between two of its days that are written."""
_NEAR = 0.012
"""How near to a written day a count stands under it."""
_EARLY_DAYS = (0, 7, 14, 21, 28)
_LATE_DAYS = (45, 60, 90, 120, 180, 270, 360, 540, 720, 1080, 1440, 1800, 2520, 3600, 5400)


@dataclass(frozen=True)
class Days:
    """
    The axis of days: from `first` to `end`; where it `breaks` the first month
    takes most of it and the rest is compressed.
    """

    first: float
    end: float
    breaks: bool

    def place(self, days: np.ndarray) -> np.ndarray:
        """Days as shares of the axis."""
        if not self.breaks:
            return np.interp(days, [self.first, self.end], [0, 1])
        return np.interp(days, [self.first, EARLY, self.end], [0, _EARLY_SHARE, 1])

    def ticks(self) -> pd.DataFrame:
        """The days that are written under the axis, as far apart as they can be read."""
        shown = [float(day) for day in (*_EARLY_DAYS, *_LATE_DAYS) if day <= self.end]
        kept = self._apart(shown)
        ticks = pd.DataFrame({"label": [text.number(day) for day in kept], "x": self.place(np.array(kept))})
        return ticks.assign(odd=np.arange(len(ticks)) % 2)

    def _apart(self, days: list[float]) -> list[float]:
        """Those of these days that stand far enough from the one before to be read."""
        kept: list[float] = []
        for day in days:
            if not kept or self.place(np.array([kept[-1], day])) @ (-1, 1) >= _APART:
                kept.append(day)
        return kept


def days_of(results: tuple[Kinetics, ...], until: float | None = None) -> Days:
    """The axis that all of them share, to the day `until` if they go on after it."""
    days = np.concatenate([[0.0, 1.0], *(result.values["day"].to_numpy(float) for result in results)])
    end = float(days.max()) if until is None else min(float(days.max()), until)
    early = all(result.analyte.is_early for result in results)
    return Days(float(min(0, days.min())), end, early and end > _LONG)


def within(result: Kinetics, days: Days) -> Kinetics:
    """What of an analyte lies on the axis, in the MOST_GROUPS largest groups."""
    groups = sorted(result.groups, key=lambda group: -group.patients)[:MOST_GROUPS]
    numbers = {group.number for group in groups}
    values, windows = (
        frame[(frame["day"] <= days.end) & frame["group"].isin(numbers)] for frame in (result.values, result.windows)
    )
    kept = tuple(group for group in result.groups if group.number in numbers)
    return replace(result, values=values, windows=windows, groups=kept)


def as_scheduled(result: Kinetics) -> Kinetics:
    """Each patient's values at the scheduled days, the nearest in each window."""
    nearest = nearest_to_schedule(result.values).sort_values(["number", "window"], kind="stable")
    return replace(result, values=nearest.assign(day=nearest["at"]).drop(columns=["window", "away", "at"]))


def of_patient(result: Kinetics, patient: str | None) -> Kinetics:
    """What of an analyte was measured in one patient; nothing where there is none."""
    return replace(result, values=result.values[result.values["patient_id"].astype(str) == str(patient)])


@dataclass(frozen=True)
class Panel:
    """
    Where one analyte stands in the figure: its place from the top, the share of
    it that its name takes, and the least and largest value of its axis.
    """

    place: int
    head: float
    low: float
    high: float
    logarithmic: bool

    def height(self, values: np.ndarray, below: np.ndarray | None = None) -> np.ndarray:
        """Values as heights of the figure, counted down from its top; those below the limit at the foot."""
        values = np.asarray(values, float)
        if self.logarithmic:
            with np.errstate(divide="ignore"):
                share = (np.log(values) - np.log(self.low)) / (np.log(self.high) - np.log(self.low))
            share = FLOOR + (1 - FLOOR) * np.clip(share, -1, 1)
            under = values <= 0 if below is None else np.asarray(below, bool) | (values <= 0)
            share = np.where(under, 0.0, np.clip(share, FLOOR / 2, 1))
        else:
            share = np.clip((values - self.low) / (self.high - self.low), 0, 1)
        return self.place + self.head + (0.97 - self.head) * (1 - share)

    def ticks(self, most: int) -> list[float]:
        """At the most so many round values on the axis."""
        if not self.logarithmic:
            return [tick for tick in _steps(self.high, most) if self.low <= tick <= self.high]
        first, last = floor(log10(self.low)), ceil(log10(self.high))
        decades = [10.0**power for power in range(first, last + 1) if self.low <= 10.0**power <= self.high]
        if len(decades) < 2:
            decades = [factor * 10.0**power for power in range(first, last + 1) for factor in (1, 2, 5)]
            decades = [tick for tick in decades if self.low <= tick <= self.high]
        return decades[:: ceil(len(decades) / most)] if decades else []


def _steps(high: float, most: int) -> list[float]:
    rough = high / most
    power = 10 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [step * n for n in range(int(high / step) + 1)]


def panel_of(result: Kinetics, place: int, head: float) -> Panel:
    """The panel of an analyte, whose axis holds every value and normal limit of it."""
    values, logarithmic = result.values, result.analyte.logarithmic
    normal = values[["lower_normal", "upper_normal"]].to_numpy(float).ravel()
    shown = np.concatenate([values["value"].to_numpy(float), normal])
    shown = shown[np.isfinite(shown) & ((shown > 0) | (not logarithmic))]
    if not len(shown) or shown.max() <= 0:
        return Panel(place, head, 0.0, 1.0, False)
    if logarithmic:
        return Panel(place, head, float(shown.min()) / 1.15, float(shown.max()) * 1.3, True)
    return Panel(place, head, min(0.0, float(shown.min())), float(shown.max()) * 1.08, False)


def points(result: Kinetics, panel: Panel, days: Days) -> pd.DataFrame:
    """Each value of the first MOST_LINES patients: x, y, whether below the limit, and what is said of it."""
    first = np.unique(result.values["number"])[:MOST_LINES]
    values = result.values[result.values["number"].isin(first)]
    said = [
        f"{'< ' if below else ''}{text.figures(value)} {result.analyte.unit}".strip()
        for value, below in zip(values["value"].fillna(0), values["below"], strict=True)
    ]
    return pd.DataFrame(
        {
            "x": days.place(values["day"].to_numpy(float)),
            "y": panel.height(values["value"].fillna(0).to_numpy(), values["below"].to_numpy()),
            "below": values["below"].to_numpy(),
            "day": values["day"].to_numpy(float),
            "patient_id": values["patient_id"].to_numpy(),
            "analyte": result.analyte.label,
            "said": said,
            "line": [f"{panel.place} {number}" for number in values["number"]],
            "colour": _colours(result, values["group"]),
        }
    )


def medians(result: Kinetics, panel: Panel, days: Days) -> pd.DataFrame:
    """Each group's median, and its quartiles where there are enough, at the scheduled days."""
    windows = result.windows.dropna(subset=["median"])
    return pd.DataFrame(
        {
            "x": days.place(windows["at"].to_numpy(float)),
            "y": panel.height(windows["median"].to_numpy(float)),
            "lower": panel.height(windows["lower"].fillna(windows["median"]).to_numpy(float)),
            "upper": panel.height(windows["upper"].fillna(windows["median"]).to_numpy(float)),
            "line": [f"{panel.place} {group}" for group in windows["group"]],
            "colour": [_median_colour(result, group) for group in windows["group"]],
            "dash": [group_turn(int(group)) if len(result.groups) > 1 else 0 for group in windows["group"]],
        }
    )


def _colours(result: Kinetics, groups: pd.Series) -> list[str]:
    if len(result.groups) == 1:
        return [colour("mute")] * len(groups)
    return [group_colour(int(group)) for group in groups]


def _median_colour(result: Kinetics, group: int) -> str:
    return colour("accent") if len(result.groups) == 1 else group_colour(int(group))


def normal_range(result: Kinetics, panel: Panel) -> pd.DataFrame:
    """The range within every laboratory's normal, from the highest lower limit to the lowest upper one."""
    values = result.values
    lower, upper = values["lower_normal"].max(), values["upper_normal"].min()
    if pd.isna(lower) and pd.isna(upper):
        return pd.DataFrame(columns=["top", "bottom"], dtype=float)
    top = panel.place + panel.head if pd.isna(upper) else panel.height(np.array([upper]))[0]
    bottom = panel.place + 0.97 if pd.isna(lower) else panel.height(np.array([lower]))[0]
    return pd.DataFrame({"top": [top], "bottom": [bottom]})


def value_ticks(panel: Panel, most: int) -> pd.DataFrame:
    """The round values that are written beside a panel, and where."""
    ticks = panel.ticks(most)
    return pd.DataFrame({"label": [text.figures(tick) for tick in ticks], "y": panel.height(np.array(ticks, float))})


def heads(result: Kinetics, panel: Panel) -> pd.DataFrame:
    """The analyte's name over its panel, and in how many it left the normal range in the first month."""
    outside = [patient.outside for patient in result.patients if patient.outside is not None]
    side = "below" if result.analyte.falls else "above"
    said = f"{sum(outside)} of {len(outside)} {side} normal by day {EARLY}" if outside else ""
    aside = ", ".join(part for part in (result.analyte.unit, said) if part)
    return pd.DataFrame({"label": [result.analyte.name], "said": [aside], "y": [panel.place]})


def under_the_axis(result: Kinetics, days: Days) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How many were measured, and detected where anything was below the limit, at the scheduled days that fit."""
    detected, alone = bool(result.values["below"].any()), len(result.groups) == 1
    written = days.ticks()["x"].to_numpy()
    rows: list[tuple] = []
    cells: list[tuple] = []
    scheduled = sorted(set(result.windows["day"]))
    kept = [day for day in scheduled if np.abs(days.place(np.array([day])) - written).min() < _NEAR]
    for group in result.groups:
        of_group = result.windows[result.windows["group"] == group.number].set_index("day")
        for what in ("measured", *(["detected"] if detected else [])):
            row, name = len(rows), what.capitalize() if alone else f"{group.label}, {what}"
            narrow = group.label if what == "measured" and not alone else what.capitalize()
            rows.append((row, name, narrow, colour("mute") if alone else group_colour(group.number)))
            for place, day in enumerate(kept):
                count = int(of_group[what].get(day, 0))
                cells.append((row, float(days.place(np.array([day]))[0]), str(count), place % 2))
    frame = pd.DataFrame(rows, columns=["row", "label", "narrow_label", "colour"])
    frame["narrow_label"] = text.told_apart(frame["narrow_label"], 11)
    frame["label"] = text.told_apart(frame["label"], 30)
    return frame, pd.DataFrame(cells, columns=["row", "x", "count", "odd"])
