"""
The immortal-time guard.

A patient had to live to a response, or to a grade, to be in that group: curves
from infusion favour it whatever its merit. What became known only later is
therefore taken at a landmark, with the clock started there; where no date is
recorded the curves are shown as a description, without a test.
"""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from core import text
from core.cohort.selection import Selection, earliest_landmark, known_later
from pages.shared import cached, choices, style, widgets

LATEST = 24.0
_USUAL = 3.0
_CLOCKS = {"landmark": "From a landmark", "infusion": "From infusion, described"}


@dataclass(frozen=True)
class Guarded:
    """The selection to analyse, and whether it is a description that no test may follow."""

    selection: Selection
    described: bool = False


def guard(selection: Selection, endpoint: str) -> Guarded:
    """Draw the guard where the selection calls for it."""
    late = known_later(selection, cached.database().variables)
    if not late:
        return Guarded(selection)
    names = text.listed([f"“{variable.label}”" for variable in late])
    first = earliest_landmark(late)
    with st.container(border=True, key="guard"):
        if first is None:
            style.note(
                f"{names} became known only after infusion, and no date is recorded. A patient had to live to it, "
                "so these curves are a description: no test and no hazard ratio."
            )
            return Guarded(selection, described=True)
        style.note(
            f"{names} became known only after infusion, and a patient had to live to it. From a landmark, the groups "
            "are what was known by then, and the clock starts there."
            + (" “No” holds those without a result as well." if any(v.known_at.what == "mrd" for v in late) else "")
        )
        return _at_landmark(selection, endpoint, max(first, 1.0))


def _at_landmark(selection: Selection, endpoint: str, first: float) -> Guarded:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        if choices.choose_one("clock", "Clock", _CLOCKS) == "infusion":
            return Guarded(selection, described=True)
        latest = max(LATEST, first + 12)
        slider = partial(
            widgets.slider, "Landmark, months after infusion", first, latest, step=0.5, format="%g", width=320
        )
        month = choices.choose(
            "landmark", slider, lambda month: first <= month <= latest, _usual(selection, endpoint, first)
        )
    return Guarded(replace(selection, landmark=month))


def _usual(selection: Selection, endpoint: str, first: float) -> float:
    """Three months, or the first later month by which more than one group is known and followed."""
    candidates = [max(first, month) for month in (_USUAL, 6.0, 9.0, 12.0, 18.0, LATEST)]
    for month in candidates:
        known = replace(selection, landmark=month)
        if cached.answer("survival/counts", known, endpoint=endpoint, landmark=month)["group"].nunique() > 1:
            return month
    return candidates[0]


def left_before(selection: Selection, endpoint: str) -> str:
    """A sentence on who had left by the landmark, and how; empty without a landmark."""
    if selection.landmark is None:
        return ""
    month = text.number(selection.landmark)
    rows = cached.answer("survival/left_before_landmark", selection, endpoint=endpoint, landmark=selection.landmark)
    if rows.empty:
        return f"Nobody had left by month {month}."
    by_status = rows.groupby("status")["patients"].sum()
    words = {1: "with the event", 0: "censored", 2: "with the competing event"}
    how = [f"{int(by_status[status])} {status_words}" for status, status_words in words.items() if status in by_status]
    total = text.patients(int(rows["patients"].sum()))
    patients = int(rows["patients"].sum())
    return f"{total} had left by month {month} ({text.listed(how)}) and {'is' if patients == 1 else 'are'} not shown."
