"""
The cohort bar in the sidebar of every page, made from the `variables` table.

Each level shows how many patients it would leave given the other filters, each
range its histogram; what is known only after infusion stands apart.
"""

from collections.abc import Iterable
from html import escape

import pandas as pd
import streamlit as st

from core.cohort import AGAINST_REST, MISSING, Selection
from core.schema import Variable
from core.text import number
from pages.shared import cached, state

_BINS = 20


def draw(selection: Selection) -> None:
    """The whole bar."""
    database = cached.database()
    with st.sidebar:
        st.markdown("**Patients**")
        _filters([v for v in database.variables if v.section == "first"], selection)
        more = [v for v in database.variables if v.section == "more"]
        if more:
            with st.expander(_named("More at baseline", more, selection)):
                _filters(more, selection)
        later = [v for v in database.variables if v.section == "after infusion"]
        if later:
            with st.expander(_named("After infusion", later, selection)):
                st.caption("A patient has to live long enough to have these. Survival takes them at a landmark.")
                _filters(later, selection)
        _compare_by(database.variables, selection)


def _named(title: str, variables: list[Variable], selection: Selection) -> str:
    active = sum(f.variable in {v.name for v in variables} for f in selection.filters)
    return f"{title} · {active} active" if active else title


def _filters(variables: Iterable[Variable], selection: Selection) -> None:
    ranges = state.extents()
    for variable in variables:
        others = Selection(selection.cohort, selection.without(variable.name).filters)
        if not variable.is_number:
            _levels(variable, others)
        elif variable.name in ranges:
            _range(variable, ranges[variable.name], others, selection)


def _levels(variable: Variable, others: Selection) -> None:
    counts = cached.answer("level_counts", others)
    mine = counts[counts["variable"] == variable.name]
    patients = {
        MISSING if pd.isna(level) else level: int(n) for level, n in zip(mine["level"], mine["patients"], strict=True)
    }
    everybody = cached.answer("level_counts", Selection(others.cohort))
    present = everybody.loc[everybody["variable"] == variable.name, "level"]
    options = [level for level in variable.levels if level in set(present.dropna())]
    options += [MISSING] if present.isna().any() else []
    widget = st.segmented_control if len("".join(options)) < 22 and len(options) <= 3 else st.pills
    widget(
        variable.label,
        options,
        selection_mode="multi",
        format_func=lambda level: f"{level} :gray[{patients.get(level, 0)}]",
        key=state.filter_key(variable.name),
        width="stretch",
    )


def _range(variable: Variable, extent: state.Extent, others: Selection, selection: Selection) -> None:
    low, high = st.session_state[state.filter_key(variable.name)]
    with st.container(gap=None):
        st.html(
            f'<div class="cg cg-range"><span>{escape(variable.label)}</span>'
            f'<span class="cg-mute">{number(low, 2)}–{escape(variable.value(round(high, 10)))}</span></div>'
            + _histogram(variable.name, others, selection)
        )
        st.slider(
            variable.label,
            min_value=extent.low,
            max_value=extent.high,
            step=extent.step,
            format=" ",
            label_visibility="collapsed",
            key=state.filter_key(variable.name),
        )
        if extent.missing:
            histogram = cached.answer("histograms", others, bins=_BINS)
            missing = histogram[(histogram["variable"] == variable.name) & histogram["bin"].isna()]["patients"].sum()
            st.checkbox(f"{MISSING} :gray[{int(missing)}]", key=state.missing_key(variable.name))


def _histogram(name: str, others: Selection, selection: Selection) -> str:
    """Two layers of bars: whom the other filters leave, and in the accent colour whom this one leaves too."""
    behind, front = (
        {int(row.bin): int(row.patients) for row in rows[(rows["variable"] == name) & rows["bin"].notna()].itertuples()}
        for rows in (
            cached.answer("histograms", others, bins=_BINS),
            cached.answer("histograms", Selection(selection.cohort, selection.filters), bins=_BINS),
        )
    )
    highest = max([1, *behind.values()])
    bars = []
    for style, counts in (("", behind), ("in", front)):
        for place, patients in counts.items():
            left, height = 100 * place / _BINS, max(8, 100 * patients / highest)
            bars.append(
                f'<i class="{style}" style="left:{left:.1f}%;width:{72 / _BINS:.1f}%;height:{height:.0f}%"></i>'
            )
    return f'<div class="cg-bins">{"".join(bars)}</div>'


def _compare_by(variables: tuple[Variable, ...], selection: Selection) -> None:
    labels = {state.NOTHING: "Nothing: one group", AGAINST_REST: "Selection against the rest"}
    labels |= {v.name: v.label for v in variables if not v.is_number or v.name in state.extents()}
    st.markdown("**Compare by**")
    by = st.selectbox(
        "Compare by", list(labels), format_func=labels.__getitem__, key="by", label_visibility="collapsed"
    )
    if by == AGAINST_REST and not selection.filters:
        st.caption("Set a filter first: the patients it keeps are then compared with the rest.")
    variable = next((v for v in variables if v.name == by), None)
    if variable is None or not variable.is_number:
        return
    st.session_state.setdefault("split", "cut")
    words = {"cut": "At a cut", "median": "Median", "tertiles": "Tertiles"}
    split = st.segmented_control(
        "Groups",
        list(words),
        format_func=words.__getitem__,
        key="split",
        required=True,
        width="stretch",
        label_visibility="collapsed",
    )
    if split == "cut":
        extent = state.extents()[variable.name]
        key = f"cut {variable.name}"
        now = float(st.session_state.get(key, state.default_cut(variable)))
        st.session_state[key] = min(max(now, extent.low), extent.high)
        st.slider(
            f"{variable.label}, cut{' in ' + variable.unit if variable.unit else ''}",
            min_value=extent.low,
            max_value=extent.high,
            step=extent.step,
            key=key,
        )
