"""Who is here and how they did: denominators, headline outcomes, swimmer plot, baseline table."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from core import text
from core.cohort.ask import covariates_of
from core.cohort.labels import short_labels
from core.cohort.provenance import sources_sentence
from core.cohort.selection import Selection, known_later
from core.figures.frame import with_finding
from core.patients.figure_swimmer import MOST_LANES, swimmer_chart
from core.patients.tables import courses_table
from core.response.result import ResponseRates, compare_responses
from core.response.words import finding as response_finding
from core.survival.words import DESCRIBED
from core.text import Table
from pages.parts.baseline import draw_baseline
from pages.parts.headlines import draw_denominators, draw_headlines, endpoints, split, together
from pages.shared import cached, choices, downloads, header, lit, remarks, shown, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

MOST_NAMED = 12


def draw_checks() -> None:
    """What is odd in the cohort, or was read otherwise than it is written, on request."""
    checks = cached.database().checks
    if not checks or small_cells.smallest():
        return
    with widgets.expander(f"{text.counted(len(checks), 'thing')} to check in this cohort", icon=":material/rule:"):
        rows = [[check.words[:1].upper() + check.words[1:], text.some(check.patients, MOST_NAMED)] for check in checks]
        style.table(["Remark", "Patients"], rows)
        full = [[check.words, "; ".join(check.patients)] for check in checks]
        footer = partial(
            downloads.footer, Selection(cached.database().fingerprint), "What to look at in the files.", ()
        )
        downloads.save_table(lambda: (["What to check", "Patients"], full), footer, "to_check")


def draw_swimmer(selection: Selection, title: str) -> None:
    tiles = tuple(v for v in cached.database().variables if v.section == "first")[:5]
    names = tuple(variable.name for variable in tiles)
    lanes = cached.answer("patients/lanes", selection, most=MOST_LANES, covariates=names)
    lanes = lanes.dropna(subset=["followed_months"])
    if lanes.empty:
        style.note("No follow-up is recorded for these patients, so there are no lanes to draw.")
        return
    sources = cached.sources()
    chosen, everybody = header.counts(selection)
    # Of few patients all are asked for, once for all selections.
    drawn = tuple(range(everybody)) if everybody <= MOST_LANES else tuple(lanes["number"].tolist())
    among = Selection(selection.cohort)
    happened = (
        cached.answer("patients/responses", among, numbers=drawn),
        cached.answer("patients/milestones", among, numbers=drawn),
    )
    values = covariates_of(lanes, names)
    chart = swimmer_chart(
        lanes,
        *happened,
        values.assign(patient_id=lanes["patient_id"]),
        tiles,
        sources,
        max(endpoints().values()),
        short_labels(selection, cached.database().variables),
        cached.database().time_origin,
        lit.patient(),
        shown.clicks(),
    )
    tables = ("patients", "endpoints", "responses", "milestones")
    how = f"Best response by IMWG criteria; time from {cached.database().time_origin}."
    footer = partial(downloads.footer, selection, how, tables, len(lanes))
    by = (f"Lanes by {remarks.compared_by(selection)}.",) if lanes["group"].nunique() > 1 else ()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading("Response over time, one lane a patient")
        downloads.save_figure(chart, title, footer, "response_over_time", numbers=by)
    style.figure(with_finding(chart, [title, *by]), "swimmer", on_select=shown.heard("swimmer"))
    more = chosen - len(lanes)
    why = f"the figure shows at most {MOST_LANES}" if len(lanes) >= MOST_LANES else "no follow-up that can be drawn"
    missing = f" {text.patients(more)} not drawn: {why}." if more > 0 else ""
    sources_words = sources_sentence(sources, tables, cached.database().about["kind"])
    dated = " Response dates are drawn at the first assessment." if happened[0]["month"].notna().any() else ""
    style.note(f"{sources_words}{dated}{missing}")
    _draw_courses(lambda causes: courses_table(lanes, *happened, causes, values, tiles, sources), drawn, footer)


def _draw_courses(table: Callable[[pd.DataFrame], Table], drawn: tuple[int, ...], footer: shown.Footer) -> None:
    """The lanes in words, for who reads and does not point, while they are unfolded."""
    fold = widgets.expander("Each patient's course in words", key="courses", on_change="rerun")
    if fold.open:
        with fold:
            causes = cached.answer("patients/causes", Selection(cached.database().fingerprint), numbers=drawn)
            shown.table(table(causes), footer, "courses")


def _finding(selection: Selection, rates: ResponseRates) -> str:
    """The title: who responded, of each group where groups are compared as on the page of response."""
    if not rates.evaluable:
        return f"{text.patients(rates.patients)}; no response recorded"
    of = split(selection).selection
    if of.comparison is not None:
        result = cached.response_result(of, "all", choices.proportion_method())
        pair = remarks.pair(of, remarks.described(selection))
        by_number = {group.number: group for group in result.groups}
        compared = None if pair is None else compare_responses(by_number[pair[0]], by_number[pair[1]])
        return response_finding(result, compared, remarks.by(selection))
    return f"{rates.overall.count} of {rates.patients} patients responded; {rates.complete.count} reached CR or better"


def draw(selection: Selection) -> None:
    rates = cached.response_result(selection.filtered, "all", choices.proportion_method()).everyone
    finding = _finding(selection, rates)
    reached = [(rates.complete.count, rates.overall.count)]
    few = small_cells.tell_few(finding) or small_cells.are_few(reached)
    widgets.title(small_cells.TOO_FEW if few else finding)
    numbers = st.container()
    if small_cells.smallest():
        style.note(small_cells.SINGLE)
    else:
        draw_swimmer(selection, finding)  # first: the browser draws it while the numbers above it are worked out
    with numbers:
        if cached.is_bundled():
            widgets.page_link("Bring your own cohort", "pages/data.py", icon=":material/upload_file:")
        draw_checks()
        draw_denominators(selection, rates)
        draw_headlines(selection, rates)
        style.note(
            remarks.one_group(selection, cached.group_sizes(selection)),
            DESCRIBED if known_later(selection, cached.database().variables) else "",
            together(selection),
            remarks.rule("endpoints", "status", selection) if selection.comparison else "",
            remarks.assumed(selection, "patients", "best_response"),
        )
    draw_baseline(selection)


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
