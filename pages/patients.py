"""One patient across everything, on one axis of time; and all patients, to find one."""

from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import text
from core.cohort.ask import covariates_of
from core.cohort.labels import group_labels
from core.cohort.provenance import FIRM, source_of, sources_sentence
from core.cohort.selection import MISSING, Selection
from core.cohort.variables import Variable
from core.kinetics.analytes import CELLS, COUNTS, CYTOKINES, HUMORAL, Analyte
from core.patients.figure_profile import profile_chart
from core.patients.profile import Profile
from core.patients.tables import patients_table
from core.patients.words import finding
from pages.shared import cached, choices, downloads, header, lit, reconnect, remarks, shown, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

MOST_TRACKS, MOST_STRIPS, MOST_FACTS, MOST_COLUMNS = 7, 6, 16, 4
TABLES = ("patients", "endpoints", "responses", "milestones", "adverse_events", "measurements")
AFTERWARDS = "Values after a second infusion or new therapy are drawn, and count in no peak or lowest value."
MARKS = (
    "On the bar: diamond MRD negative, triangle down progression, triangle up second infusion, cross death, triangle "
    "right alive; hollow or with a dashed outline where not reported. Tiles: worst grade as recorded, a band where "
    "only that is known. Shaded: normal range. Open circles: below the limit of the assay. From day 31 on the axis is "
    "compressed."
)
# What is drawn unasked, where it is measured under these names; otherwise the first of each family.
FIRST = ("CAR-T cells", "IL-6", "CRP", "Neutrophils", "Platelets", "B cells", "IgG")


def usual_tracks(known: tuple[Analyte, ...]) -> list[str]:
    """The analytes that are drawn unasked, by their labels."""
    named = [analyte.label for name in FIRST for analyte in known if analyte.name == name]
    if named:
        return named[:MOST_TRACKS]
    families = [[a.label for a in known if a.family == family] for family in (CELLS, CYTOKINES, COUNTS, HUMORAL)]
    return [label for labels in families for label in labels[:2]][:MOST_TRACKS] or [a.label for a in known][:2]


def choose_tracks(known: tuple[Analyte, ...]) -> tuple[Analyte, ...]:
    """Which analytes are drawn, behind one button."""
    labels = {analyte.label: analyte for analyte in known}
    if not labels:
        return ()
    with widgets.popover("Measured", icon=":material/tune:", type="tertiary"):
        find = partial(widgets.multiselect, "Measured values to draw", list(labels))
        chosen = choices.choose("tracks", find, labels.__contains__, usual_tracks(known))
    usual = usual_tracks(known)
    in_order = [*usual, *(label for label in labels if label not in usual)]
    return tuple(labels[label] for label in in_order if label in chosen)


def choose_patient(patients: list[str], shown_one: str) -> str:
    """The one before, any by name, the one after; each is lit when it is chosen. Returns who is shown."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content", key="which patient"):
        before, key = st.container(width="content"), lit.choice()
        name = lambda who: f"Patient {who}"  # noqa: E731
        options = {"format_func": name, "label_visibility": "collapsed", "width": 200}
        who = widgets.selectbox("Patient", patients, shown_one, key=key, on_change=_chosen, **options)
        if reconnect.held(key):
            lit.hold(who)
        place = patients.index(who)
        with before:
            draw_step(patients, place - 1, "left")
        draw_step(patients, place + 1, "right")
    return who


def draw_step(patients: list[str], place: int, side: str) -> None:
    """A button to the patient at a place of the list, if there is one."""
    exists = 0 <= place < len(patients)
    which = "previous" if side == "left" else "next"
    reconnect.button(
        patients[place] if exists else " ", lit.light, patients[place] if exists else None,
        icon=f":material/chevron_{side}:", icon_position=side, help=f"{which.capitalize()} patient",
        disabled=not exists, key=f"{which} patient",
    )  # fmt: skip


def _chosen() -> None:
    lit.light(lit.chosen(lit.choice()))


def facts_of(profile: Profile, number: int, variables: tuple[Variable, ...]) -> list[tuple[str, str]]:
    """The patient's categories and flags at baseline, and after infusion; of what the patient died."""
    among, who = Selection(cached.database().fingerprint), [profile.patient_id]
    source = source_of(cached.sources(), "endpoints", "cause", who)[0]
    cause_source = "" if source in FIRM else f" ({source})"
    names = tuple(v.name for v in variables)
    values = covariates_of(profile.lane, names).iloc[0]
    shown_ones = [v for v in variables if not v.is_number][:MOST_FACTS]
    facts = [(v.label, MISSING.lower() if pd.isna(values[v.name]) else str(values[v.name])) for v in shown_ones]
    causes = cached.answer("patients/causes", among, numbers=(number,))["cause"].tolist()
    told = any(v.name == "cause_of_death" for v in shown_ones)
    return [*facts, *(("Cause of death", f"{cause}{cause_source}") for cause in causes if not told)]


def remarks_of(profile: Profile) -> str:
    """What the outcome of this patient is, where it was not reported: reconstructed, assumed or simulated."""
    sources, who = cached.sources(), [profile.patient_id]
    columns = (("responses", "response"), ("endpoints", "status"), ("endpoints", "months"))
    soft = [source for column in columns if (source := source_of(sources, *column, who)[0]) not in FIRM]
    return text.listed(list(dict.fromkeys(soft)))


def draw_strips(profile: Profile, everybody: pd.DataFrame, variables: tuple[Variable, ...]) -> None:
    """Each number at baseline, this patient's among all selected."""
    numbers = [v for v in variables if v.is_number and v.known_at is None][:MOST_STRIPS]
    own = covariates_of(profile.lane, tuple(v.name for v in numbers)).iloc[0]
    items = [(v.label, v.unit, own[v.name], everybody[v.name].dropna().tolist()) for v in numbers]
    style.strips([item for item in items if item[3]])


def draw_patient(selection: Selection, profile: Profile, save: DeltaGenerator) -> None:
    sources = cached.sources()
    episodes = profile.episodes
    known = remarks.sources_of_events([profile.patient_id] * len(episodes), episodes["term"])
    title, since = finding(profile, remarks_of(profile)), cached.database().time_origin
    chart = profile_chart(profile, sources, known, since)
    how = f"Time from {since}; best response by IMWG criteria; open symbols are below the limit of the assay."
    footer = partial(downloads.footer, Selection(selection.cohort), how, TABLES, 1)
    shown.figure(chart, "profile", title, footer, save)
    kind = cached.database().about["kind"]
    style.note(
        remarks.simulated(("measurements",)) if profile.courses else "",
        AFTERWARDS if any(course.values["later"].any() for course in profile.courses) else "",
        sources_sentence(sources, TABLES[:-1], kind),
        remarks.assumed(Selection(selection.cohort), "patients", "best_response")
        if profile.best_response == "VGPR"
        else "",
        MARKS,
    )


def draw_all(selection: Selection, lanes: pd.DataFrame, shown_one: str) -> None:
    """All patients as a table that sorts and searches; a row that is chosen is lit."""
    variables = [v for v in cached.database().variables if v.section == "first"][:MOST_COLUMNS]
    late = [v for v in cached.database().variables if v.name == "best_response"]
    labels = group_labels(selection, cached.database().variables) if selection.comparison else ()
    frame = patients_table(lanes, tuple(variables + [v for v in late if v not in variables]), labels)
    places = frame["Patient"].tolist()
    chosen = [places.index(shown_one)] if shown_one in places else []
    key = f"table of patients {lit.turn()}"
    st.dataframe(
        frame, key=key, hide_index=True, selection_mode=["single-row", "single-cell"],
        selection_default={"selection": {"rows": chosen, "columns": [], "cells": []}},
        on_select=partial(_row_chosen, key, places), height=min(35 * (len(frame) + 1) + 3, 460), placeholder="–",
    )  # fmt: skip
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    footer = partial(downloads.footer, selection, "One row a patient.", TABLES[:4], len(frame))
    downloads.save_table(lambda: (list(frame.columns), rows), footer, "patients")


def _row_chosen(key: str, places: list[str]) -> None:
    rows = lit.rows_of(key)
    lit.light(places[rows[0]] if rows else None)


def _cell(value: object) -> str:
    if pd.isna(value):
        return "–"
    return text.Numeral(value, text.digits(value)) if isinstance(value, (int, float)) else str(value)


def draw(selection: Selection) -> None:
    if small_cells.smallest():
        widgets.title(small_cells.SINGLE)
        style.note("Release it above to see them.")
        return
    variables = cached.database().variables
    names = tuple(variable.name for variable in variables)
    lanes = cached.answer("patients/lanes", selection, most=cached.MOST_NAMED, covariates=names).sort_values("number")
    patients = [str(who) for who in lanes["patient_id"]]
    who = lit.patient()
    filtered_out = who is not None and who not in patients
    shown_one = who if who in patients else patients[0]
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown_one = choose_patient(patients, shown_one)
        st.space("stretch")
        tracks = choose_tracks(cached.measured())
        save = st.container(width="content")
    number = int(lanes["number"].iloc[patients.index(shown_one)])
    profile = cached.profile(number, names, tracks)
    values = covariates_of(lanes, names)
    with heading:
        widgets.title(finding(profile, remarks_of(profile)))
        style.facts(facts_of(profile, number, variables))
        draw_strips(profile, values, variables)
    style.note(
        f"Patient {who}, who is lit, is not among those selected; this is the first who is." if filtered_out else "",
        f"The {len(patients):,} with the longest follow-up can be opened here."
        if header.counts(selection)[0] > len(patients)
        else "",
    )
    draw_patient(selection, profile, save)
    fold = widgets.expander("All patients: sort, search, open", key="all patients", on_change="rerun")
    if fold.open:  # a table that sorts and searches takes longer than all the rest
        with fold:
            draw_all(selection, lanes, shown_one)


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
