"""The patients behind a count of adverse events, and the way back."""

from functools import partial

import streamlit as st

from core import text
from core.adverse_events import words
from core.adverse_events.result import (
    BANDS,
    Line,
)
from core.adverse_events.tables import who_table
from core.cohort.labels import group_labels
from core.cohort.provenance import reported_events
from core.cohort.vocabulary import TOXICITY_TREATMENTS
from pages.parts.adverse_events_tabs import View
from pages.shared import cached, choices, reconnect, remarks, shown, small_cells, style, wanted, widgets
from pages.shared import selection as selections

MOST_WHO = 200


def draw_who(view: View) -> None:
    """The patients behind a count that was clicked or chosen, and the way back."""
    if small_cells.smallest():
        return
    by_name = {line.name: line for line in view.incidence.lines if line.everyone.bands["any"]}
    if not by_name:
        return
    with st.container(border=bool(choices.kept("who")), key="behind"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = ["", *by_name]
            select = partial(
                widgets.selectbox,
                "Who had it: click a count, or choose",
                names,
                format_func=lambda name: name or "Nobody chosen",
                width=300,
            )
            name = choices.choose("who", select, names.__contains__, "")
            if not name:
                return
            bands = ["any", "1–2", "3+", *("12345" if by_name[name].exact else "")]
            grade = partial(widgets.selectbox, "Worst grade", bands, format_func=lambda band: BANDS[band][0], width=150)
            band = choices.choose("who_grade", grade, bands.__contains__, "any")
            number = choose_group(view)
            if by_name[name].term is not None and number is None:
                reconnect.button(
                    "Select",
                    selections.select_event,
                    name,
                    band,
                    icon=":material/filter_alt:",
                    type="tertiary",
                    key="select them",
                )
                reconnect.button(
                    "Compare",
                    selections.compare_by_event,
                    name,
                    band,
                    icon=":material/compare_arrows:",
                    type="tertiary",
                    key="compare by it",
                )
            reconnect.button("Back", forget_who, icon=":material/close:", type="tertiary", key="nobody")
        draw_patients_behind(view, by_name[name], band, number)


def choose_group(view: View) -> int | None:
    """Of which group the patients are listed; None for all."""
    if len(view.result.groups) < 2:
        return None
    names = {remarks.group_name(view.selection, group.number): group for group in view.result.groups}
    labels = {"all": "All groups"} | {name: group.label for name, group in names.items()}
    select = partial(widgets.selectbox, "Group", list(labels), format_func=labels.__getitem__, width=170)
    chosen = choices.choose("who_group", select, labels.__contains__, "all")
    return names[chosen].number if chosen in names else None


def forget_who() -> None:
    wanted.want(dict.fromkeys(("who", "who_grade", "who_group")))


def draw_patients_behind(view: View, line: Line, band: str, number: int | None) -> None:
    band_words, lowest, highest = BANDS[band]
    who = cached.answer(
        "adverse_events/who",
        view.selection,
        term=line.term,
        category=line.category,
        number=number,
        lowest=lowest,
        highest=highest,
        treatments=TOXICITY_TREATMENTS,
        most=MOST_WHO,
    )
    if who.empty:
        style.note(f"{line.name}, {band_words.lower()}: nobody of these patients.")
        return
    labels = group_labels(view.selection, cached.database().variables)
    dated = any(term.dated for term in view.terms)
    several = line.term is None  # then the events take the room of the baseline values
    first = () if several else tuple(v for v in cached.database().variables if v.section == "first")
    baseline = cached.answer("cohort/selected_patients", view.selection.as_one_group, patients=tuple(who["patient_id"]))
    known = remarks.sources_of_events(who["patient_id"], [line.term] * len(who))
    header, rows = who_table(who, labels, several, dated, first, baseline, known)
    groups = zip(view.incidence.groups, line.tallies, strict=True)
    everybody = sum(tally.bands[band] for group, tally in groups if number in (None, group.number))
    most = f" The first {MOST_WHO} are listed." if everybody > MOST_WHO else ""
    how = f"{line.name}, {band_words.lower()}: {text.patients(everybody)}.{most}"
    shown.table((header, rows), partial(view.footer, how), "patients_behind_count")
    reported = reported_events(cached.sources(), [str(patient) for patient in who["patient_id"]])
    style.note(remarks.who_had_it(known), how, *words.reported_of(reported))
