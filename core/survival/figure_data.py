"""What the figure of survival is drawn from, for each selection."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core import text
from core.cohort.labels import by_then
from core.figures.theme import colour, group_colour, group_turn
from core.survival.kaplan_meier import FEW_AT_RISK
from core.survival.result import GroupSurvival, SurvivalResult

_LONGEST_LABEL, _NARROW_LABEL = 28, 11
_MOST_NAMED_AT_ENDS = 4
"""Curves whose names stand at their ends; the names of more stand beside their lines under the axis alone."""


MOST_CURVES = 8
"""Curves that can be told apart, and named at their ends."""


@dataclass(frozen=True)
class Lit:
    """The patient who is lit: where the follow-up ends, in months, with which status (0, 1, 2), in which group."""

    patient_id: str
    group: int
    months: float
    status: int


def end_of(result: SurvivalResult, lit: Lit | None, end: float) -> pd.DataFrame:
    """Where the follow-up of the patient who is lit ends on its group's curve; nothing where it is not drawn."""
    columns = ["months", "estimate", "label", "inside"]
    group = next((group for group in result.groups if lit is not None and group.number == lit.group), None)
    if lit is None or group is None:
        return pd.DataFrame([], columns=columns)
    incidence = group.incidence
    heights, start = (group.curve.survival, 1.0) if incidence is None else (incidence.event, 0.0)
    place = int(np.searchsorted(group.table.months, lit.months + 1e-9, side="right")) - 1
    height = float(heights[place]) if place >= 0 else start
    how = ("no event", "event", "competing event")[lit.status]
    label = f"Patient {lit.patient_id}: {how} at {text.number(lit.months)}"
    return pd.DataFrame([(lit.months, height, label, lit.months > end / 2)], columns=columns)


def drawn(result: SurvivalResult) -> SurvivalResult:
    """The groups whose curves are drawn: the largest, of more than can be told apart."""
    largest = sorted(result.groups, key=lambda group: -group.table.patients)[:MOST_CURVES]
    return replace(result, groups=tuple(group for group in result.groups if group in largest))


def named_once(result: SurvivalResult, by: str) -> SurvivalResult:
    """
    The groups by names short enough to stand beside their numbers at risk:
    without what they begin with, and end with, and the heading says once.
    """
    labels = [group.label.removeprefix(f"{by} ").removesuffix(by_then(result.landmark)) for group in result.groups]
    short = text.told_apart(labels, _LONGEST_LABEL)
    groups = tuple(replace(group, label=label) for group, label in zip(result.groups, short, strict=True))
    return replace(result, groups=groups)


def as_drawn(steps: pd.DataFrame) -> pd.DataFrame:
    """
    The steps with their colours; with `band_lower` and `band_upper`, the
    limits up to the last step (where a curve reaches 0 the limits before it
    hold until then); and which lines they belong to: the `thick` one while
    enough are at risk, the `thin` one after, both where it turns.

    The horizontal stretch that follows a step is carried by those at risk
    after it, so a line turns thin where its next time has too few.
    """
    group, few = steps["group"].to_numpy(), steps["at_risk"].to_numpy() < FEW_AT_RISK
    turn = np.zeros(len(steps), int)
    for line in pd.unique(group):
        rows = np.flatnonzero(group == line)
        turn[rows] = rows[few[rows[1:]].argmax()] if few[rows[1:]].any() else rows[-1]
    place = np.arange(len(steps))
    limits = steps.groupby("group")[["lower", "upper"]].ffill()
    return steps.assign(
        colour=[group_colour(number) for number in group],
        dash=[group_turn(number) for number in group],
        band_lower=limits["lower"],
        band_upper=limits["upper"],
        thick=place <= turn,
        thin=place >= turn,
    ).round(6)  # a millionth of the plot's height; the table that is taken away has every digit


def reached_by(steps: pd.DataFrame, medians: pd.DataFrame) -> pd.DataFrame:
    """The medians that curves reach where these steps end."""
    last = steps.groupby("colour")["months"].max()
    return medians[medians["months"] <= medians["colour"].map(last) + 1e-6]


def censored(steps: pd.DataFrame, most: int) -> pd.DataFrame:
    """Where somebody was censored, at the most so many places of a group."""
    censored = steps.loc[steps["censored"] > 0, ["group", "months", "estimate", "colour"]]
    kept = [
        rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), most)).round().astype(int))]
        for _, rows in censored.groupby("group")
    ]
    return pd.concat(kept, ignore_index=True) if kept else censored


def medians(result: SurvivalResult, end: float) -> pd.DataFrame:
    """Each group's median, where it is reached within the axis."""
    reached = [
        (group.median.months, 0.5, group_colour(group.number))
        for group in result.groups
        if group.median.months is not None and group.median.months <= end
    ]
    return pd.DataFrame(reached, columns=["months", "half", "colour"])


def ends(result: SurvivalResult, steps: pd.DataFrame, end: float) -> pd.DataFrame:
    """Where each curve ends and its name stands, moved apart where two would cover each other."""
    columns = ["months", "estimate", "label", "colour"]
    if not 1 < len(result.groups) <= _MOST_NAMED_AT_ENDS:
        return pd.DataFrame(columns=[*columns, "height", "inside"])
    ends = steps.groupby("group", sort=False).tail(1)[columns].sort_values("estimate").reset_index(drop=True)
    inside = ends["months"] > 0.75 * end
    heights: list[float] = []
    for estimate in ends["estimate"]:
        heights.append(max(estimate, 0.03) if not heights else max(estimate, heights[-1] + 0.065))
    ceiling = 1.0
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], ceiling, 0.915)
        ceiling = heights[place] - 0.065
    return ends.assign(height=heights, inside=inside)


def plateau(result: SurvivalResult, end: float) -> pd.DataFrame:
    """A curve that levels off for more than six months with at least three patients says so, once."""
    columns = ["months", "height", "note"]
    if len(result.groups) > 1 or result.competing:
        return pd.DataFrame(columns=columns)
    table, curve = result.everyone.table, result.everyone.curve
    event_months = table.months[table.events > 0]
    if not len(event_months):
        return pd.DataFrame(columns=columns)
    last = float(event_months[-1])
    followed = int((table.events + table.censored)[table.months > last + 6].sum())
    if followed < 3 or last > 0.6 * end:
        return pd.DataFrame(columns=columns)
    note = f"No event after {text.number(last)} mo, {followed} patients followed on"
    height = float(curve.survival[np.searchsorted(table.months, last)])
    return pd.DataFrame([(last, height, note)], columns=columns)


def rows_under_the_axis(result: SurvivalResult, ticks: list[float], details: bool) -> pd.DataFrame:
    """The risk table, one row a group (three with `details`): label, colour, and a count at each tick."""
    rows: list[dict] = []
    for group in result.groups:
        label = group.label.removesuffix(" patients") if len(result.groups) == 1 else group.label
        counts = _counts_at(group, ticks)
        dash = group_turn(group.number) if len(result.groups) > 1 else -1
        row = {"label": label, "colour": group_colour(group.number), "weight": 600, "dash": dash}
        rows.append(row | {"count": counts["At risk"]})
        if details:
            for what in ("Events", "Censored"):
                rows.append(
                    {
                        "label": f"\u2003{what}",
                        "colour": colour("mute"),
                        "weight": 400,
                        "dash": -1,
                        "count": counts[what],
                    }
                )
    frame = pd.DataFrame(rows)
    frame["narrow_label"] = text.told_apart(frame["label"], _NARROW_LABEL)
    frame["row"] = range(len(frame))
    frame["month"] = [ticks] * len(frame)
    return frame


def _counts_at(group: GroupSurvival, ticks: list[float]) -> dict[str, list[int]]:
    table, months = group.table, np.array(ticks)
    return {
        "At risk": table.at_risk_at(months).tolist(),
        "Events": table.up_to(table.events, months).tolist(),
        "Censored": table.up_to(table.censored, months).tolist(),
    }
