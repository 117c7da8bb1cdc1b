"""Above every page: one cell a patient, n of N, the groups, and each active filter as a chip."""

from collections.abc import Iterable
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.charts.theme import group_colour
from core.cohort import (
    Selection,
    comparison_label,
    filter_label,
    group_labels,
    number_compared,
    short_labels,
)
from core.provenance import soft_sources
from core.schema import COHORT_KINDS
from core.text import patients
from pages.shared import cached, state
from pages.shared.style import plain

_MOST_CELLS = 240


def draw(selection: Selection, notices: list[str]) -> DeltaGenerator | None:
    """
    Name, strip, count, groups and chips; then what a link asked for in vain.
    Returns the place of the link, which is known when the page has been drawn.
    """
    variables = cached.database().variables
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="name"):
        st.html(_name(cached.database().about), width="stretch")
        idle = not selection.filters and selection.comparison is None
        icon = ":material/restart_alt:"
        st.button("Reset", icon=icon, type="tertiary", disabled=idle, on_click=state.reset, key="reset")
        place = st.popover("Link", icon=":material/link:", type="tertiary") if cached.is_bundled() else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="context"):
        st.html(_strip(selection), width="content")
        for chosen in selection.filters:
            st.button(
                plain(filter_label(chosen, variables)),
                icon=":material/close:",
                icon_position="right",
                key=f"chip {chosen.variable}",
                on_click=state.drop_filter,
                args=(chosen.variable,),
            )
    if notices:
        st.warning("  \n".join(plain(notice) for notice in notices))
    return place


def draw_link(place: DeltaGenerator | None, selection: Selection) -> None:
    """The link to the view as it now stands, to copy."""
    if place is not None:
        place.caption("Opens this view, filters and all.")
        place.code(state.link(selection), language=None, wrap_lines=True)


def _name(about: dict[str, str]) -> str:
    """The cohort's name and kind."""
    remark = f'<span class="cg-mute">{escape(about["description"])}</span>' if about["description"] else ""
    return (
        f'<div class="cg cg-name"><b>{escape(about["name"])}</b>'
        f'<span class="cg-badge">{COHORT_KINDS[about["kind"]]}</span>{remark}</div>'
    )


def counts(selection: Selection) -> tuple[int, int]:
    """How many patients are selected, and how many the cohort has."""
    everyone = cached.answer("group_sizes", Selection(selection.cohort))["patients"].sum()
    mine = cached.answer("group_sizes", selection.filtered)["patients"].sum()
    return int(mine), int(everyone)


def group_sizes(selection: Selection) -> dict[int, int]:
    """Patients of each group that has any, by group number in clinical order."""
    rows = cached.answer("group_sizes", selection)
    return dict(zip(rows["group"].astype(int), rows["patients"].astype(int), strict=True))


def _strip(selection: Selection) -> str:
    chosen, everyone = counts(selection)
    if everyone > _MOST_CELLS:
        cells = f'<div class="cg-bar"><i style="width:{100 * chosen / everyone:.1f}%"></i></div>'
    else:
        cells = _cells(selection, everyone)
    keys = ""
    if selection.comparison is not None:
        variables = cached.database().variables
        by = number_compared(selection, variables)
        keys = f'<span class="cg-key">{escape(by)}</span>' if by else ""
        labels = short_labels(selection, variables)
        for group, size in group_sizes(selection).items():
            line = f'<s style="background:{group_colour(group)}"></s>'
            keys += f'<span class="cg-key">{line}{escape(labels[group])} {size}</span>'
    return (
        f'<div class="cg cg-strip">{cells}<span class="cg-count">{chosen:,}</span>'
        f'<span class="cg-mute" style="font-size:14px">of {everyone:,} patients</span>{keys}</div>'
    )


def _cells(selection: Selection, everyone: int) -> str:
    size = "" if everyone <= 40 else "small" if everyone <= 80 else "tiny"
    cells = []
    who = cached.answer("who", selection, most=_MOST_CELLS)
    for patient, group in zip(who["patient_id"], who["group"], strict=True):
        name = escape(str(patient)) if not size and len(str(patient)) <= 4 else ""
        if pd.isna(group):
            cells.append(f'<i class="out {size}">{name}</i>')
        else:
            colour = f' style="background:{group_colour(int(group))}"' if selection.comparison else ""
            cells.append(f'<i class="{size}"{colour}>{name}</i>')
    return "".join(cells)


def nobody(selection: Selection) -> bool:
    """Where nobody is selected: say which filter to relax, in place of the page. True if so."""
    if counts(selection)[0]:
        return False
    variables = cached.database().variables
    st.title("No patient matches these filters")
    with st.container(border=True):
        gains = {f: counts(selection.without(f.variable))[0] for f in selection.filters}
        best = max(gains, key=lambda f: gains[f])
        if gains[best]:
            label = plain(filter_label(best, variables))
            st.markdown(f"Without “{label}” there would be {patients(gains[best])}.")
        st.button("Clear all filters", on_click=state.clear_filters, key="clear filters")
    return True


def compared_by(selection: Selection) -> str:
    """The label of what is compared, as a title says it; empty where nothing is."""
    if selection.comparison is None:
        return ""
    label = comparison_label(replace(selection.comparison, split="", cuts=()), cached.database().variables)
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def is_reconstructed(tables: tuple[str, ...]) -> bool:
    """Whether values of these tables of the cohort were reconstructed."""
    sources = cached.answer("sources", Selection(cached.database().fingerprint))
    return "reconstructed" in soft_sources(sources, tables)


def trust(selection: Selection, tables: tuple[str, ...], what: str) -> str:
    """How far a test can be trusted: a cut that was moved, and `what` (a noun phrase) where it was reconstructed."""
    parts = []
    if state.is_moved_cut(selection.comparison):
        parts.append("The cut was chosen while looking at the result, which makes the p-value exploratory.")
    if is_reconstructed(tables):
        parts.append(
            f"In this cohort {what} was reconstructed from published summaries: another cohort that the article "
            "allows could give another answer."
        )
    return " ".join(parts)


def one_group(selection: Selection, with_patients: Iterable[int]) -> str:
    """
    A sentence where a comparison was asked for and only one group has anybody;
    empty otherwise. `with_patients` are the groups that do, by number.
    """
    groups = list(with_patients)
    if selection.comparison is None or len(groups) != 1:
        return ""
    label = group_labels(selection, cached.database().variables)[groups[0]]
    return f"All patients shown are in one group ({label}), so there is nothing to compare it with."
