"""Above every page: one cell a patient, n of N, the groups, and each active filter as a chip."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from core.cohort.labels import (
    filter_label,
    missing_group,
    number_compared,
    short_labels,
)
from core.cohort.selection import Selection
from core.cohort.vocabulary import COHORT_KINDS
from core.figures.theme import group_colour, group_line, on_group_colour
from core.text import number, patients
from pages.shared import address, cached, lit, own, reconnect, remarks, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.widgets import Markup, plain

_MOST_CELLS, _MOST_KEYS = 240, 12


@dataclass(frozen=True)
class Followed:
    """Whom a page draws from a landmark, where the strip shows them and not how patients turned out."""

    selection: Selection
    endpoint: str
    sizes: dict[int, int]

    @property
    def numbers(self) -> set[int]:
        """Their places in the file."""
        asked = {"endpoint": self.endpoint, "landmark": self.selection.landmark, "most": _MOST_CELLS}
        return set(cached.answer("survival/followed", self.selection, **asked)["number"].tolist())


def show_followed(selection: Selection, endpoint: str, sizes: dict[int, int]) -> None:
    """Called by a page that draws from a landmark: its groups with their patients, for the strip above it."""
    st.session_state["followed"] = Followed(selection, endpoint, sizes)


def forget_followed() -> None:
    """Called before a page runs: what another drew is not on this one."""
    st.session_state.pop("followed", None)


def draw(selection: Selection, notices: list[str]) -> None:
    """Name, strip, count, groups and chips; then what a link asked for in vain."""
    variables = cached.database().variables
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="name"):
        st.html(_name(cached.database().about), width="stretch")
        if own.brought() is not None and not cached.is_own():
            widgets.page_link("Your sheet is not open yet", "pages/data.py", icon=":material/upload_file:")
        idle = not selection.filters and selection.comparison is None
        icon = ":material/restart_alt:"
        reconnect.button("Reset", selections.reset, icon=icon, type="tertiary", disabled=idle, key="reset")
        if cached.is_bundled():
            st.html(style.copy_button("Link", "link", "address"), width="content")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="context"):
        st.html(_strip(selection, st.session_state.get("followed")), width="content")
        for chosen in selection.filters:
            reconnect.button(
                filter_label(chosen, variables),
                selections.drop_filter,
                chosen.variable,
                icon=":material/close:",
                icon_position="right",
                key=f"chip {chosen.variable}",
            )
        _lit()
        if small_cells.smallest():
            reconnect.button(
                f"Numbers under {small_cells.smallest()} withheld",
                small_cells.set_smallest,
                0,
                icon=":material/close:",
                icon_position="right",
                key="chip small",
            )
    style.note(remarks.assigned_event(selection))
    if notices:
        widgets.warning(Markup("  \n".join(map(plain, notices))))


def _lit() -> None:
    """Who is lit in the figures, the way to that patient, and the way out."""
    who = lit.patient()
    if who is None:
        return
    if st.session_state.get("page") != "patients":
        course = address.to_another_page() or None
        widgets.page_link(f"Patient {who}", "pages/patients.py", icon=":material/person:", query_params=course)
    reconnect.button(
        f"Release patient {who}", lit.release, icon=":material/close:", icon_position="right", key="chip lit"
    )


def _name(about: dict[str, str]) -> str:
    """The cohort's name and kind."""
    remark = f'<span class="cg-mute">{escape(about["description"])}</span>' if about["description"] else ""
    return (
        f'<div class="cg cg-name"><b>{escape(about["name"])}</b>'
        f'<span class="cg-badge">{COHORT_KINDS[about["kind"]]}</span>{remark}</div>'
    )


def counts(selection: Selection) -> tuple[int, int]:
    """How many patients are selected, and how many the cohort has."""
    chosen, everyone = cached.group_sizes(selection.filtered), cached.group_sizes(Selection(selection.cohort))
    return sum(chosen.values()), sum(everyone.values())


def _strip(selection: Selection, followed: Followed | None) -> str:
    chosen, everyone = counts(selection)
    grouped = followed.selection if followed else selection
    if everyone > _MOST_CELLS or small_cells.smallest():
        cells = f'<div class="cg-bar"><i style="width:{100 * chosen / everyone:.1f}%"></i></div>'
    else:
        cells = _cells(grouped, everyone, followed and followed.numbers)
    keys = ""
    if selection.comparison is not None:
        variables = cached.database().variables
        by = number_compared(grouped, variables)
        keys = f'<span class="cg-key">{escape(by)}</span>' if by else ""
        labels = short_labels(grouped, variables)
        sizes = followed.sizes if followed else cached.group_sizes(selection)
        left = chosen - sum(sizes.values())
        told = small_cells.counts_shown([*sizes.values(), left])
        for group, size in list(zip(sizes, told, strict=False))[:_MOST_KEYS]:
            line = f'<s style="background:{group_line(group)}"></s>'
            size_of = f"{_of(labels[group])}{escape(size)}"
            keys += f'<span class="cg-key">{line}{escape(labels[group])}{size_of}</span>'
        more = len(sizes) - _MOST_KEYS
        keys += f'<span class="cg-key cg-mute">and {more} more groups</span>' if more > 0 else ""
    if followed and chosen > sum(followed.sizes.values()):
        left = escape(small_cells.counts_shown([*followed.sizes.values(), chosen - sum(followed.sizes.values())])[-1])
        month = number(followed.selection.landmark or 0)
        keys += f'<span class="cg-key cg-mute">{left} with the event or last seen by month {month}</span>'
    return (
        f'<div class="cg cg-strip">{cells}<span class="cg-count">{escape(small_cells.counted(chosen, everyone))}</span>'
        f'<span class="cg-mute" style="font-size:14px">of {everyone:,} patients</span>{keys}</div>'
    )


def _of(label: str) -> str:
    """What stands between a group's label and its patients: more than a blank where the label ends in a number."""
    return ", n = " if label[-1:].isdigit() else " "


def _cells(selection: Selection, everyone: int, followed: set[int] | None) -> str:
    size = "" if everyone <= 40 else "small" if everyone <= 80 else "tiny"
    cells = []
    chosen = cached.answer("cohort/who", selection, most=_MOST_CELLS)
    group_of = dict(zip(chosen["number"].tolist(), chosen["group"].tolist(), strict=True))
    whole = cached.answer("cohort/who", Selection(selection.cohort), most=_MOST_CELLS)
    shown = lit.patient()
    for place, patient in zip(whole["number"].tolist(), whole["patient_id"], strict=True):
        name = escape(str(patient)) if not size and len(str(patient)) <= 4 else ""
        size_of = f"{size} lit" if str(patient) == shown else size
        if place not in group_of or (followed is not None and place not in followed):
            cells.append(f'<i class="out {size_of}">{name}</i>')
        else:
            number = group_of[place]
            ground = f"background:{group_colour(number)};color:{on_group_colour(number)}"
            colour = f' style="{ground}"' if selection.comparison else ""
            cells.append(f'<i class="{size_of}"{colour}>{name}</i>')
    return "".join(cells)


def nothing_to_show(selection: Selection) -> bool:
    """Where nobody is selected, or so few that they are not to be shown: say so in place of the page. True if so."""
    return _too_few(selection) if counts(selection)[0] else _nobody(selection)


def _too_few(selection: Selection) -> bool:
    chosen, everyone = counts(selection)
    sizes = cached.group_sizes(selection)
    if not small_cells.are_few([(chosen, everyone), *((size, chosen) for size in sizes.values() if size < chosen)]):
        return False
    widgets.title(small_cells.TOO_FEW)
    nothing = missing_group(selection, cached.database().variables)
    without = 0 if nothing is None else sizes.get(nothing, 0)
    style.note(
        f"Fewer than {small_cells.smallest()} patients are chosen, left out, or in a group that is compared. Choose "
        "others, or compare by something else.",
        "Whoever has no value of what is compared is such a group." if 0 < without < small_cells.smallest() else "",
    )
    return True


def _nobody(selection: Selection) -> bool:
    variables = cached.database().variables
    widgets.title("No patient matches these filters")
    with st.container(border=True):
        gains = {f: counts(selection.without(f.variable))[0] for f in selection.filters}
        best = max(gains, key=lambda f: gains[f])
        if gains[best]:
            label = filter_label(best, variables)
            widgets.markdown(f"Without “{label}” there would be {patients(gains[best])}.")
        reconnect.button("Clear all filters", selections.clear_filters, key="clear filters")
    return True
