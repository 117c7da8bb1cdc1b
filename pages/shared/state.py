"""
The selection as its widgets hold it: each filter is one widget with a constant
key, and what selects for the viewer (a chip, a click on a figure, Reset) sets
the widgets.
"""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.cohort.ranges import Extent, default_cut, quantile_cuts
from core.cohort.selection import (
    AGAINST_REST,
    MISSING,
    Comparison,
    Filter,
    Levels,
    Range,
    Selection,
    variable_named,
)
from core.cohort.variables import Variable
from pages.shared import cached, choices, reconnect

NOTHING = "nothing"


def filter_key(name: str) -> str:
    return f"filter {name}"


def missing_key(name: str) -> str:
    return f"missing {name}"


def cut_key(name: str) -> str:
    return f"cut {name}"


def extents() -> dict[str, Extent]:
    """Every numeric variable's range; a variable without two values has none."""
    return cached.extents()


def selection() -> Selection:
    """The selection as the widgets stand, with the cuts of its comparison worked out."""
    database = cached.database()
    ranges = extents()
    filters = [_filter(variable, ranges) for variable in database.variables]
    chosen = Selection(database.fingerprint, tuple(f for f in filters if f is not None))
    return Selection(database.fingerprint, chosen.filters, _comparison(database.variables, chosen))


def _filter(variable: Variable, ranges: dict[str, Extent]) -> Filter | None:
    value = st.session_state.get(filter_key(variable.name))
    if not value:
        return None
    if not variable.is_number:
        levels = tuple(level for level in (*variable.levels, MISSING) if level in value)
        return Levels(variable.name, levels) if levels else None
    extent = ranges[variable.name]
    missing = bool(extent.missing and st.session_state.get(missing_key(variable.name), True))
    exact = st.session_state.get("exact", {}).get((variable.name, tuple(value)))
    ends = exact or extent.ends(float(value[0]), float(value[1]))
    if ends == (extent.low, extent.high) and missing == bool(extent.missing):
        return None
    return Range(variable.name, *ends, missing)


def _comparison(variables: tuple[Variable, ...], chosen: Selection) -> Comparison | None:
    by = st.session_state.get("by", NOTHING)
    if by == NOTHING:
        return None
    if by == AGAINST_REST:
        return Comparison(by) if chosen.filters else None
    variable = next(v for v in variables if v.name == by)
    if not variable.is_number:
        return Comparison(by)
    split = st.session_state.get("split") or "cut"
    if split != "cut":
        cuts = quantile_cuts(cached.answer("cohort/quantiles", chosen), by, split)
        return Comparison(by, split, cuts.at, cuts.shown)
    extent = extents()[by]
    cut = st.session_state.get(cut_key(by), default_cut(variable, extent))
    return Comparison(by, split, (extent.cut_within(float(cut)),))


def is_moved_cut(comparison: Comparison | None) -> bool:
    """Whether a comparison cuts a number elsewhere than where it is cut unasked."""
    if comparison is None or comparison.split != "cut":
        return False
    variable = variable_named(comparison.variable, cached.database().variables)
    return comparison.cuts != (default_cut(variable, extents()[variable.name]),)


def put(wanted: Selection) -> None:
    """Set every filter and comparison widget to a selection; the bar is then drawn first."""
    st.session_state["put"] = True
    levels = {filter_key(v.name): (*v.levels, MISSING) for v in cached.database().variables if not v.is_number}
    for key, value in _widgets_of(wanted).items():
        if not reconnect.held(key):
            st.session_state[key] = value
        elif key in levels:
            st.session_state[key] = reconnect.chosen(key, levels[key])


def _widgets_of(wanted: Selection) -> dict[str, Any]:
    """The value of each filter and comparison widget for a selection."""
    values: dict[str, Any] = {}
    filters = {f.variable: f for f in wanted.filters}
    ranges = extents()
    for variable in cached.database().variables:
        name, chosen = variable.name, filters.get(variable.name)
        if not variable.is_number:
            values[filter_key(name)] = list(chosen.levels) if isinstance(chosen, Levels) else []
        elif name in ranges:
            extent = ranges[name]
            asked = chosen if isinstance(chosen, Range) else Range(name, extent.low, extent.high, missing=True)
            low = extent.start if asked.low <= extent.low else asked.low
            high = extent.stop if asked.high >= extent.high else asked.high
            values[filter_key(name)] = (low, high)
            # What was set to a patient's own value is that value, where a slider would take it for a round number.
            st.session_state.setdefault("exact", {})[name, (low, high)] = (asked.low, asked.high)
            values[missing_key(name)] = asked.missing
    comparison = wanted.comparison
    values["by"] = NOTHING if comparison is None else comparison.variable
    if comparison is not None and comparison.split:
        values["split"] = comparison.split
        if comparison.split == "cut":
            values[cut_key(comparison.variable)] = comparison.cuts[0]
    return values


def take_put() -> bool:
    """
    Whether the widgets were set by `put` and not by the viewer. The browser
    must learn their values before the page is drawn: until then its next
    message still carries the old ones. (In its first run it has none yet, but
    where it came back.)
    """
    first = "ran" not in st.session_state
    st.session_state["ran"] = True
    return bool(st.session_state.pop("put", False)) and (not first or bool(st.session_state.get("held")))


def drop_filter(name: str) -> None:
    """Remove one filter (a chip's callback)."""
    put(selection().without(name))


def compare_by(name: str) -> None:
    """Compare by a variable, a number at its usual cut (a figure's callback)."""
    chosen, variable = selection(), variable_named(name, cached.database().variables)
    cut = (default_cut(variable, extents()[name]),) if variable.is_number else ()
    put(replace(chosen, comparison=Comparison(name, "cut" if cut else "", cut)))


def select_level(name: str, number: int) -> bool:
    """
    Filter by one level of a variable, its number in `group_labels`, among the
    patients that are selected (a figure's callback); a number's level is a
    side of its usual cut. False for the empty cells of a number, which no
    range holds alone, and where nobody is on that side.
    """
    chosen, variable = selection(), variable_named(name, cached.database().variables)
    wanted: Filter | None
    if variable.is_number:
        wanted = _side_of_cut(chosen, variable, number)
    else:
        wanted = Levels(name, (variable.levels[number] if number < len(variable.levels) else MISSING,))
    if wanted is None:
        return False
    filters = (*chosen.without(name).filters, wanted)
    order = {v.name: place for place, v in enumerate(cached.database().variables)}
    put(replace(chosen, filters=tuple(sorted(filters, key=lambda f: order[f.variable]))))
    return True


def _side_of_cut(chosen: Selection, variable: Variable, number: int) -> Range | None:
    """The range of the patients below (0) or above (1) the usual cut, within the range that is chosen already."""
    extent = extents()[variable.name]
    cut = default_cut(variable, extent)
    at_cut = replace(chosen.as_one_group, comparison=Comparison(variable.name, "cut", (cut,)))
    rows = cached.answer("cohort/number_summaries", at_cut)
    below = rows.loc[(rows["variable"] == variable.name) & (rows["group"] == 0), "highest"].dropna()
    old = next((f for f in chosen.filters if f.variable == variable.name and isinstance(f, Range)), None)
    low, high = (extent.low, extent.high) if old is None or chosen.against_rest else (old.low, old.high)
    if number == 0 and len(below):
        return Range(variable.name, low, float(below.iloc[0]))  # a filter holds its ends, and the cut is not below it
    return Range(variable.name, max(cut, low), high) if number == 1 and cut <= high else None


def clear_filters() -> None:
    """Remove every filter, and keep the comparison unless it rested on them."""
    now = selection()
    put(Selection(now.cohort, (), None if now.against_rest else now.comparison))


def reset() -> None:
    """Remove every filter, the comparison, and what was chosen on pages except the endpoint."""
    put(Selection(cached.database().fingerprint))
    choices.reset()
