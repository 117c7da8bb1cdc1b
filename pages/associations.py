"""Whether a number goes with an outcome: every patient shown, the test that suits, and how many looks were taken."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from core import text
from core.article.words_allowed import beside_association
from core.associations import words
from core.associations.answers import MOST_PATIENTS
from core.associations.associate import RATIO, Association
from core.associations.figure import association_chart
from core.associations.measure import NUMBER, TIME, TWO, Measure
from core.associations.tables import associations_table, patients_table
from core.cohort.selection import Selection
from pages.shared import cached, choices, downloads, header, lit, remarks, shown, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

TOGETHER = "Both became known only after infusion: that they go together does not say which came of which."
# The table and column of an outcome, where it is no endpoint.
RESTS_ON = {"response": ("responses", "response"), "depth": ("responses", "response")}


@dataclass(frozen=True)
class View:
    """The associations of one outcome, and the one that is drawn."""

    selection: Selection
    every: tuple[Association, ...]
    found: Association

    @property
    def tables(self) -> tuple[str, ...]:
        of = [f"patients.{self.found.x.key}"]
        if "peak: " in self.found.x.key + self.found.y.key:
            of.append("measurements")
        if self.found.y.kind == TIME:
            of.append("endpoints")
        if self.found.y.key in RESTS_ON:
            of.append("responses")
        if self.found.y.key == "crs":
            of.append("adverse_events.term")
        return tuple(of)

    def footer(self) -> tuple[str, ...]:
        return downloads.footer(
            self.selection.as_one_group, words.method(self.found), self.tables, len(self.found.patients)
        )


def choose_pair(xs: tuple[Measure, ...], ys: tuple[Measure, ...]) -> tuple[str, str]:
    """Which outcome, and what is set against it."""
    outcomes = {y.key: y.label for y in ys}
    select = partial(widgets.selectbox, "Outcome", list(outcomes), format_func=outcomes.__getitem__, width=260)
    outcome = choices.choose("outcome", select, outcomes.__contains__, next(iter(outcomes)))
    column = next(y.column for y in ys if y.key == outcome)
    against = {x.key: x.label for x in xs if x.column != column}
    select = partial(widgets.selectbox, "Against", list(against), format_func=against.__getitem__, width=240)
    return outcome, choices.choose("against", select, against.__contains__, next(iter(against)))


def range_of(found: Association) -> str:
    """Beside a test of reconstructed outcomes, where it goes in the cohorts that the article allows."""
    if found.p is None or found.x.late or not cached.leaves_open():
        return ""
    values = tuple(zip(found.patients["patient_id"], found.patients["x"], strict=True))
    allowed = cached.allowed_association(values, found.x.kind == TWO, found.y.key)
    return "" if allowed is None else beside_association(allowed, "ratio" if found.what == RATIO else "", found.p)


def draw_notes(view: View) -> None:
    most = MOST_PATIENTS if header.counts(view.selection)[1] > MOST_PATIENTS else 0
    missing = sum(cached.group_sizes(view.selection.as_one_group).values()) - len(view.found.patients)
    peak = "peak: " in view.found.x.key + view.found.y.key
    rule = remarks.rule("endpoints", "status") if view.found.y.kind == TIME else ""
    rule = remarks.rule(*RESTS_ON[view.found.y.key]) if view.found.y.key in RESTS_ON else rule
    style.note(
        words.looks_note(view.every),
        f"All numbers here are of the first {most} patients of the file." if most else "",
        f"{text.patients(missing)} without one of the two values." if missing > 0 and not most else "",
        TOGETHER if view.found.x.late and view.found.y.late else "",
        remarks.simulated(("measurements",)) if peak else "",
        rule,
        range_of(view.found),
        "What is compared in the sidebar is not used here; filters are." if view.selection.comparison else "",
        _key(view.found),
    )


def _key(found: Association) -> str:
    """What the figure's marks mean, where they need words."""
    if small_cells.smallest():
        return ""
    if found.y.kind == TIME:
        return "Hollow: censored."
    of_rows = NUMBER in (found.x.kind, found.y.kind) and {found.x.kind, found.y.kind} != {NUMBER}
    return "Dashed: median." if of_rows else ""


def draw(selection: Selection) -> None:
    xs, ys = cached.explaining(), cached.outcomes()
    if not xs or not ys:
        widgets.title("Nothing to set against each other")
        style.note("Associations need a number or a two-sided variable at baseline, and a response or an endpoint.")
        return
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome, against = choose_pair(xs, ys)
        st.space("stretch")
        save = st.container(width="content")
    with st.spinner("Testing …", show_time=False):
        every = cached.associations(selection.as_one_group, outcome)
    found = next(one for one in every if one.x.key == against)
    view = View(selection, every, found)
    is_peak = "measurements" in view.tables
    title = remarks.marked_simulated(words.finding(found), ("measurements",) if is_peak else ())
    facts = words.key_numbers(found, sum(one.p is not None for one in every))
    shown.finding(heading, title, facts, of_single=True)
    if found.patients.empty:
        style.note("Of none of these patients both are known. Choose another pair, or other filters.")
    else:
        chart = association_chart(found, lit.patient(), shown.clicks())
        files = {"Patients": partial(patients_table, found)}
        heard, lines = shown.heard("association"), text.facts_line(facts)
        shown.figure(chart, "association", title, view.footer, save, files, "association", lines, on_select=heard)
    draw_notes(view)
    widgets.heading(f"Everything against {text.lowered(found.y.label)}")
    remark = "simulated" if remarks.simulated(("measurements",)) else ""
    shown.table(
        associations_table(every, remark, sum(cached.group_sizes(selection.as_one_group).values())),
        view.footer,
        "associations",
    )
    style.note(words.method(found))


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
