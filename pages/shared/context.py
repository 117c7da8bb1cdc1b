"""Above every page: one cell a patient, n of N, the groups, and each active filter as a chip."""

from collections.abc import Iterable
from dataclasses import replace
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.cohort.labels import (
    comparison_label,
    filter_label,
    group_labels,
    missing_group,
    number_compared,
    sentence,
    short_labels,
)
from core.cohort.provenance import note_of, soft_sources
from core.cohort.selection import Selection, known_later, set_against
from core.cohort.vocabulary import COHORT_KINDS
from core.figures.theme import group_colour
from core.survival.words import DESCRIBED
from core.text import lowered, patients
from pages.shared import address, cached, state, widgets
from pages.shared.widgets import Markup, plain

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
        widgets.button("Reset", icon=icon, type="tertiary", disabled=idle, on_click=state.reset, key="reset")
        place = widgets.popover("Link", icon=":material/link:", type="tertiary") if cached.is_bundled() else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="context"):
        st.html(_strip(selection), width="content")
        for chosen in selection.filters:
            widgets.button(
                filter_label(chosen, variables),
                icon=":material/close:",
                icon_position="right",
                key=f"chip {chosen.variable}",
                on_click=state.drop_filter,
                args=(chosen.variable,),
            )
    if notices:
        widgets.warning(Markup("  \n".join(map(plain, notices))))
    return place


def draw_link(place: DeltaGenerator | None, selection: Selection) -> None:
    """The link to the view as it now stands, to copy."""
    if place is not None:
        with place:
            widgets.caption("Opens this view, filters and all.")
            st.code(address.link(selection), language=None, wrap_lines=True)


def _name(about: dict[str, str]) -> str:
    """The cohort's name and kind."""
    remark = f'<span class="cg-mute">{escape(about["description"])}</span>' if about["description"] else ""
    return (
        f'<div class="cg cg-name"><b>{escape(about["name"])}</b>'
        f'<span class="cg-badge">{COHORT_KINDS[about["kind"]]}</span>{remark}</div>'
    )


def counts(selection: Selection) -> tuple[int, int]:
    """How many patients are selected, and how many the cohort has."""
    mine, everyone = cached.group_sizes(selection.filtered), cached.group_sizes(Selection(selection.cohort))
    return sum(mine.values()), sum(everyone.values())


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
        for group, size in cached.group_sizes(selection).items():
            line = f'<s style="background:{group_colour(group)}"></s>'
            keys += f'<span class="cg-key">{line}{escape(labels[group])} {size}</span>'
    return (
        f'<div class="cg cg-strip">{cells}<span class="cg-count">{chosen:,}</span>'
        f'<span class="cg-mute" style="font-size:14px">of {everyone:,} patients</span>{keys}</div>'
    )


def _cells(selection: Selection, everyone: int) -> str:
    size = "" if everyone <= 40 else "small" if everyone <= 80 else "tiny"
    cells = []
    chosen = cached.answer("cohort/who", selection, most=_MOST_CELLS)
    group_of = dict(zip(chosen["number"].tolist(), chosen["group"].tolist(), strict=True))
    whole = cached.answer("cohort/who", Selection(selection.cohort), most=_MOST_CELLS)
    for number, patient in zip(whole["number"].tolist(), whole["patient_id"], strict=True):
        name = escape(str(patient)) if not size and len(str(patient)) <= 4 else ""
        if number not in group_of:
            cells.append(f'<i class="out {size}">{name}</i>')
        else:
            colour = f' style="background:{group_colour(group_of[number])}"' if selection.comparison else ""
            cells.append(f'<i class="{size}"{colour}>{name}</i>')
    return "".join(cells)


def nobody(selection: Selection) -> bool:
    """Where nobody is selected: say which filter to relax, in place of the page. True if so."""
    if counts(selection)[0]:
        return False
    variables = cached.database().variables
    widgets.title("No patient matches these filters")
    with st.container(border=True):
        gains = {f: counts(selection.without(f.variable))[0] for f in selection.filters}
        best = max(gains, key=lambda f: gains[f])
        if gains[best]:
            label = filter_label(best, variables)
            widgets.markdown(f"Without “{label}” there would be {patients(gains[best])}.")
        widgets.button("Clear all filters", on_click=state.clear_filters, key="clear filters")
    return True


def compared_by(selection: Selection) -> str:
    """The label of what is compared, as a title says it; empty where nothing is."""
    if selection.comparison is None:
        return ""
    label = comparison_label(replace(selection.comparison, split="", cuts=(), shown=()), cached.database().variables)
    return lowered(label)


def who(selection: Selection) -> str:
    """Which patients a results sentence speaks of."""
    chosen = selection if selection.against_rest else selection.as_one_group
    return sentence(chosen, cached.database().variables)


def group_name(selection: Selection, number: int) -> str:
    """A group of this comparison, by a name that stays when its cut moves."""
    return f"{selection.comparison.variable if selection.comparison else ''} {number}"


def pair(selection: Selection, described: str) -> tuple[int, int] | None:
    """The numbers of two groups to set one less the other; None where there are not two, or none may be tested."""
    numbers = [
        number
        for number in cached.group_sizes(selection)
        if number != missing_group(selection, cached.database().variables)
    ]
    if described or selection.comparison is None or len(numbers) != 2:
        return None
    return set_against(selection, numbers)


def described(selection: Selection) -> str:
    """Why these patients are described and not tested; empty where they were known at infusion."""
    return DESCRIBED if known_later(selection, cached.database().variables) else ""


def is_reconstructed(tables: tuple[str, ...]) -> bool:
    """Whether values of these tables of the cohort were reconstructed."""
    return "reconstructed" in soft_sources(cached.sources(), tables)


def rule(table: str, column: str) -> str:
    """By which rule the values of a column were reconstructed, and what that means for a comparison."""
    sources = cached.sources()
    if "reconstructed" not in soft_sources(sources, (f"{table}.{column}",)):
        return ""
    note = note_of(sources, table, column)
    how = f": {note}. Neither test nor limits allow for that" if note else ""
    return f"Reconstructed from published summaries{how}, and another cohort that the article allows could differ."


def moved_cut(selection: Selection) -> str:
    """That a cut was moved, which makes a test of it exploratory."""
    moved = state.is_moved_cut(selection.comparison)
    return "The cut was chosen while looking at the result, which makes the p-value exploratory." if moved else ""


def one_group(selection: Selection, with_patients: Iterable[int]) -> str:
    """
    A sentence where a comparison was asked for and only one group has anybody;
    empty otherwise. `with_patients` are the groups that do, by number.
    """
    groups = list(with_patients)
    if selection.comparison is None or len(groups) != 1:
        return ""
    if number_compared(selection, cached.database().variables) and not selection.comparison.cuts:
        by = number_compared(selection, cached.database().variables)
        return f"{by}: all patients shown have the same value, so no cut can split them."
    label = group_labels(selection, cached.database().variables)[groups[0]]
    return f"All patients shown are in one group ({label}), so there is nothing to compare it with."
