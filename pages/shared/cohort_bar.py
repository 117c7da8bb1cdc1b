"""
The cohort bar in the sidebar of every page, made from the `variables` table.

Each level shows how many patients it would leave given the other filters, each
range its histogram; what is known only after infusion stands apart.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from core.adverse_events.result import BANDS
from core.cohort.labels import range_words
from core.cohort.ranges import Extent
from core.cohort.schema import COMPARISONS, FLAG_LEVELS
from core.cohort.selection import AGAINST_REST, MISSING, Comparison, Selection
from core.cohort.variables import Variable
from pages.shared import cached, small_cells, style, wanted, widgets
from pages.shared import selection as selections
from pages.shared.widgets import Markup, plain

FOLD = "Events and patients"
MOST_OPEN, MOST_UNFOLDED = 8, 12
"""Filters that stand open, and that are drawn together where they are unfolded; of more the viewer finds theirs."""
MOST_PILLS = 12
"""Levels that are offered side by side; of more they are found by their words."""


def draw(selection: Selection) -> None:
    """The whole bar."""
    database = cached.database()
    baseline = [v for section in ("first", "more") for v in database.variables if v.section == section]
    first = [v for v in baseline if v.section == "first"][:MOST_OPEN]
    with st.sidebar:
        _compare_by(database.variables, selection)
        widgets.markdown(Markup("**Patients**"))
        _filters(first, selection)
        _folded([v for v in baseline if v not in first], selection, "More at baseline")
        late = (
            "A patient has to live long enough to have these. Survival takes them at a landmark, where they are dated."
        )
        _folded([v for v in database.variables if v.section == "after infusion"], selection, "After infusion", late)
        _events_and_patients(selection)


def _events_and_patients(selection: Selection) -> None:
    """Who had an adverse event, to filter and compare by, and patients to leave out by name."""
    fold = widgets.expander("Adverse event, single patients", key=FOLD, on_change="rerun")
    if fold.open:
        with fold:
            if cached.recorded_terms():
                _adverse_event(selection)
            if small_cells.smallest():
                widgets.caption(small_cells.SINGLE)
                return
            known = cached.first_patients()
            first = f" (of the first {len(known):,})" if len(known) == cached.MOST_NAMED else ""
            draw = partial(widgets.multiselect, f"Leave out patients{first}", known)
            wanted.choose("left_out", draw, known.__contains__, [])


def _adverse_event(selection: Selection) -> None:
    """Who had an adverse event, at which worst grade."""
    terms = {term.name: term for term in cached.recorded_terms()}
    select = partial(widgets.selectbox, "Adverse event", ["", *terms], format_func=lambda term: term or "None")
    term = wanted.choose("adverse_event", select, ["", *terms].__contains__, "")
    if not term:
        return
    bands = terms[term].bands
    grade = partial(widgets.selectbox, "Worst grade", list(bands), format_func=lambda band: BANDS[band][0])
    wanted.choose("adverse_event_grade", grade, bands.__contains__, "any")
    happened = selections.event()
    if happened is None:
        return
    others = replace(selection.without(happened.name), comparison=Comparison(happened.name), landmark=None)
    counts = {level: cached.group_sizes(others).get(n, 0) for n, level in enumerate((*FLAG_LEVELS, MISSING))}
    options = list(selections.event_levels(happened))
    had = partial(widgets.segmented_control, "Had it", options, selection_mode="multi", width="stretch")
    wanted.choose("adverse_event_had", had, options.__contains__, [])
    key = wanted.key_of("adverse_event_had", had)
    st.html(f"<style>{style.behind_levels(key, [counts[level] for level in options])}</style>")
    widgets.caption("Choose No or Yes to filter; it can be compared by as well, above.")


def _folded(variables: list[Variable], selection: Selection, label: str, remark: str = "") -> None:
    """More filters, drawn while they are unfolded: each costs as much as the figure's own title."""
    if variables:
        fold = widgets.expander(label, key=label, on_change="rerun")
        if fold.open:
            with fold:
                if remark:
                    widgets.caption(remark)
                _filters(_found(variables, selection, label), selection)


def _found(variables: list[Variable], selection: Selection, label: str) -> list[Variable]:
    """Of many variables those that are asked for, and those that filter."""
    if len(variables) <= MOST_UNFOLDED:
        return variables
    labels = {variable.name: variable.label for variable in variables}
    find = partial(widgets.multiselect, f"Find among {len(labels):,}", list(labels), format_func=labels.__getitem__)
    asked_for = {*wanted.choose(f"found: {label}", find, labels.__contains__, [])}
    asked_for |= {chosen.variable for chosen in selection.filters}
    return [variable for variable in variables if variable.name in asked_for]


def _filters(variables: Iterable[Variable], selection: Selection) -> None:
    ranges = cached.extents()
    everyone = cached.facets(Selection(selection.cohort))
    left = cached.facets(Selection(selection.cohort, selection.filters))
    filtered = {chosen.variable for chosen in selection.filters}
    counts = ""
    for variable in variables:
        name, others = variable.name, left
        if name in filtered:
            others = cached.facets(Selection(selection.cohort, selection.without(name).filters))
        if not variable.is_number:
            counts += _levels(variable, everyone.levels.get(name, {}), others.levels.get(name, {}))
        elif name in ranges:
            _range(variable, ranges[name], others.bins.get(name, {}), left.bins.get(name, {}))
    if counts:
        st.html(f"<style>{counts}</style>")


def _levels(variable: Variable, everyone: dict[str, int], others: dict[str, int]) -> str:
    """
    A choice of levels. Returns the rules that put behind each the patients it
    would leave given the other filters: a browser says which was clicked by its
    words, and a count in them may have changed on the way.
    """
    options = [level for level in (*variable.levels, MISSING) if level in everyone]
    if len(options) > MOST_PILLS:
        find = partial(widgets.multiselect, variable.label, options, help=plain(variable.note) or None)
        wanted.choose(variable.name, find, options.__contains__, [])
        return ""
    widget = widgets.segmented_control if len("".join(options)) < 22 and len(options) <= 3 else widgets.pills
    draw = partial(
        widget,
        variable.label,
        options,
        selection_mode="multi",
        width="stretch",
        help=plain(variable.note) or None,
    )
    wanted.choose(variable.name, draw, options.__contains__, [])
    return style.behind_levels(wanted.key_of(variable.name, draw), [others.get(level, 0) for level in options])


def _range(variable: Variable, extent: Extent, others: dict[int | None, int], left: dict[int | None, int]) -> None:
    """A range with its histogram: whom the other filters leave, and in the accent colour whom this one leaves too."""
    low, high = wanted.get(variable.name, (extent.low, extent.high))
    with st.container(gap=None):
        st.html(
            f'<div class="cg cg-range"><span title="{escape(variable.note)}">{escape(variable.label)}</span>'
            f'<span class="cg-mute">{escape(range_words(variable, low, high))}</span></div>'
            f'<div class="cg-bins">{style.bars("", others, others)}{style.bars("in", left, others)}</div>'
        )
        slider = partial(
            widgets.slider,
            variable.label,
            extent.start,
            extent.stop,
            step=extent.step,
            format=" ",
            label_visibility="collapsed",
        )
        wanted.choose(
            variable.name,
            slider,
            wanted.anything,
            (extent.start, extent.stop),
            shown=extent.on_slider,
            meant=lambda ends: extent.ends(*ends),
        )
        if extent.missing:
            missing = plain(small_cells.counted(others.get(None, 0)))
            box = partial(widgets.checkbox, Markup(f"{MISSING} :gray[{missing}]"))
            wanted.choose(selections.missing_key(variable.name), box, wanted.anything, True)


def _compare_by(variables: tuple[Variable, ...], selection: Selection) -> None:
    labels = dict(zip((selections.NOTHING, AGAINST_REST), COMPARISONS, strict=True))
    ranges = cached.extents()
    labels |= {v.name: v.label for v in variables if not v.is_number or v.name in ranges}
    happened = selections.event()
    if happened is not None:
        labels[selections.BY_EVENT] = happened.label
    widgets.markdown(Markup("**Compare by**"))
    box = partial(
        widgets.selectbox, "Compare by", list(labels), format_func=labels.__getitem__, label_visibility="collapsed"
    )
    by = wanted.choose("by", box, labels.__contains__, selections.NOTHING)
    if by == AGAINST_REST and not selection.choosing:
        widgets.caption("Set a filter first: the patients it keeps are then compared with the rest.")
    variable = next((v for v in variables if v.name == by), None)
    if variable is None or not variable.is_number:
        return
    words = {"cut": "At a cut", "median": "Median", "tertiles": "Tertiles"}
    segments = partial(
        widgets.segmented_control,
        "Groups",
        list(words),
        format_func=words.__getitem__,
        required=True,
        width="stretch",
        label_visibility="collapsed",
    )
    if wanted.choose("split", segments, words.__contains__, "cut") == "cut":
        _cut(variable, ranges[variable.name])


def _cut(variable: Variable, extent: Extent) -> None:
    first, last = extent.cuts
    if first == last:
        widgets.caption(f"Cut at {variable.value(first)}: no other splits these values.")
        return
    label = f"{variable.label}, cut{' in ' + variable.unit if variable.unit else ''}"
    slider = partial(widgets.slider, label, first, last, step=extent.step, format="%g")
    cut = selections.cut_of(variable)
    wanted.choose(
        selections.cut_key(variable.name), slider, wanted.anything, cut, shown=lambda _: cut, meant=extent.cut_within
    )
