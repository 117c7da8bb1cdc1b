"""Does any subgroup stand out? One outcome in every baseline variable and level at once."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.adverse_events.result import BANDS
from core.cohort.labels import group_labels, short_labels
from core.cohort.ranges import default_cut
from core.cohort.selection import Comparison, Selection
from core.cohort.vocabulary import ANY_EVENT
from core.subgroups import words
from core.subgroups.figure import forest_chart
from core.subgroups.outcome import MEASURES, OUTCOMES, ForestRow, Outcome
from core.subgroups.result import Forest
from core.subgroups.tables import forest_table
from pages.shared import cached, choices, downloads, header, remarks, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

TABLES = {"overall": "responses", "complete": "responses", "adverse": "adverse_events"}


@dataclass(frozen=True)
class View:
    """The page's outcome, two groups set against each other (their names, or None), rows, and how it was estimated."""

    selection: Selection
    outcome: Outcome
    pair: tuple[str, str] | None
    forest: Forest
    rows: tuple[ForestRow, ...]
    method: str

    def footer(self) -> tuple[str, ...]:
        return downloads.footer(self.selection, self.method, ("patients", TABLES.get(self.outcome.name, "endpoints")))


# -- the outcome -----------------------------------------------------------------------------------


def choose_outcome(selection: Selection) -> Outcome | None:
    """The outcome among those that the cohort has; None without any."""
    endpoints = cached.answer("survival/endpoints", Selection(selection.cohort)).set_index("endpoint")
    survival = [name for name in ("PFS", "OS") if name in endpoints.index and not endpoints.loc[name, "competing"]]
    responses = cached.response_result(Selection(selection.cohort), "infused", "Wilson").everyone.evaluable
    terms = [term.name for term in cached.recorded_terms()]
    names = [*(("overall", "complete") if responses else ()), *survival, *(("adverse",) if terms else ())]
    if not names:
        return None
    name = choices.choose_one("subgroup_outcome", "Outcome", {name: OUTCOMES[name][0] for name in names}, names[0])
    if name in survival:
        measure = choices.choose_one("subgroup_measure", "Measure", MEASURES, "hazard")
        said = "hazard ratio" if measure == "hazard" else f"at {measure} months"
        return Outcome(name, measure, f"{name} {said}")
    if name == "adverse":
        return choose_event(terms)
    return Outcome(name, "rate", OUTCOMES[name][1])


def choose_event(terms: list[str]) -> Outcome:
    """Any adverse event, or one of them, of any grade or of grade 3 or more."""
    names = [ANY_EVENT, *terms]
    select = partial(widgets.selectbox, "Adverse event", names, label_visibility="collapsed", width=260)
    event = choices.choose("subgroup_event", select, names.__contains__, ANY_EVENT)
    grade = choices.choose_one("subgroup_grade", "Grade", {band: BANDS[band][0] for band in ("3+", "any")}, "3+")
    said = f"{event}, {BANDS[grade][0][0].lower()}{BANDS[grade][0][1:]}"
    return Outcome("adverse", grade, said, "" if event == ANY_EVENT else event)


# -- the forest ------------------------------------------------------------------------------------


def subgroup_comparisons(selection: Selection) -> tuple[Comparison, ...]:
    """Every variable known at infusion but the one compared, numbers at their usual cut."""
    ranges = cached.extents()
    compared = selection.comparison.variable if selection.comparison else ""
    return tuple(
        Comparison(v.name, "cut", (default_cut(v, ranges[v.name]),)) if v.is_number else Comparison(v.name)
        for v in cached.database().variables
        if v.section != "after infusion"
        and not v.known_at
        and v.name != compared
        and (not v.is_number or v.name in ranges)
    )


def forest_rows(forest: Forest, comparisons: tuple[Comparison, ...]) -> tuple[ForestRow, ...]:
    """The whole selection, then each variable that divides it with its levels in clinical order."""
    variables = {v.name: v for v in cached.database().variables}
    rows = [ForestRow("All selected patients", effect=forest.whole)]
    for comparison in comparisons:
        labels = short_labels(Selection("", (), comparison), cached.database().variables)
        levels = [number for number in range(len(labels)) if (comparison.variable, number) in forest.effects]
        if len(levels) > 1:
            name = comparison.variable
            rows.append(ForestRow(variables[name].label, name, interaction=forest.interactions.get(name)))
            rows += [ForestRow(labels[n], name, n, forest.effects[name, n]) for n in levels]
    return tuple(rows)


def estimate(
    selection: Selection,
    outcome: Outcome,
    comparisons: tuple[Comparison, ...],
    limits: str,
    against: tuple[int, int] | None,
) -> Forest | None:
    """The outcome in every subgroup; None where nobody is followed for it."""
    analysed = selection if against is not None else selection.as_one_group
    if outcome.measure == "rate":
        return cached.rate_forest(analysed, comparisons, outcome.name, "", 1, limits, against)
    if outcome.name == "adverse":
        lowest = BANDS[outcome.measure][1]
        return cached.rate_forest(analysed, comparisons, "affected", outcome.event, lowest, limits, against)
    month = None if outcome.is_ratio else float(outcome.measure)
    interval = choices.survival_options().interval
    return cached.survival_forest(analysed, comparisons, outcome.name, month, interval, against)


def take_row(clicked: dict[str, Any]) -> None:
    """A level that was clicked becomes the selection, a variable the comparison."""
    number, variable = int(clicked["number"]), str(clicked["variable"])
    if number < 0 or not selections.select_level(variable, number):
        selections.compare_by(variable)


# -- the page --------------------------------------------------------------------------------------


def draw_notes(view: View) -> None:
    groups = cached.group_sizes(view.selection)
    many = f"{len(groups)} groups are compared; a forest sets two against each other, so all are shown together."
    table = TABLES.get(view.outcome.name, "endpoints")
    column = {"responses": "response", "adverse_events": "term"}.get(table, "status")
    style.note(
        "Click a level to select its patients, or a variable's name to compare by it. Hollow: fewer than 5 patients."
        + (" The dashed line is the whole selection's." if view.forest.scale == "share" else ""),
        words.comparisons_sentence(view.rows, view.forest),
        many if view.selection.comparison is not None and len(groups) > 2 else "",
        remarks.one_group(view.selection, groups),
        remarks.described(view.selection),
        remarks.rule(table, column),
    )


def draw_result(view: View, title: str, save: DeltaGenerator) -> None:
    measure, sides = words.measure_words(view.outcome, view.pair)
    header, body = forest_table(view.rows, view.forest.scale, measure, view.outcome.counted)
    chart = forest_chart(view.forest, view.rows, measure, view.outcome.counted, sides, choices.clicks())
    with save:
        downloads.save_figure(chart, title, view.footer, "subgroups", {"Table, CSV": lambda: (header, body)})
    heard = partial(choices.take_click, "subgroups", take_row)
    style.figure(chart, "subgroups", on_select=heard)
    draw_notes(view)
    sentence = words.results_sentence(view.rows, view.forest, view.outcome, view.pair)
    style.sentence(f"{sentence} {view.method} {remarks.described(view.selection)}".strip())

    def draw_table() -> None:
        style.table(header[1:], [[row[1] or row[0], *row[2:]] for row in body], indent=[bool(row[1]) for row in body])
        downloads.save_table(header, body, view.footer, "subgroups_table")

    choices.tabs({"Table": draw_table, "Method": lambda: style.note(*view.footer())})


def draw(selection: Selection) -> None:
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome = choose_outcome(selection)
        st.space("stretch")
        with st.container(horizontal=True, width="content"):
            limits = choices.choose_limits()
            save = st.container(width="content")
    if outcome is None:
        with heading:
            widgets.title("No outcome is recorded")
        style.note("Subgroups need responses, PFS, OS or adverse events. data/README.md says what each looks like.")
        return
    described = remarks.described(selection)
    if outcome.is_ratio and described:
        with heading:
            widgets.title("No hazard ratio of patients known by their outcome")
        style.note(described, "The survival page compares such patients from a landmark.")
        return
    comparisons = subgroup_comparisons(selection)
    against = remarks.pair(selection, described)
    forest = estimate(selection, outcome, comparisons, limits, against)
    rows = forest_rows(forest, comparisons) if forest is not None else ()
    if forest is None or len(rows) < 2:
        with heading:
            widgets.title("No subgroup to compare")
        style.note("These patients are alike in every baseline variable, or none of them was followed.")
        return
    labels = group_labels(selection, cached.database().variables)
    pair = None if against is None else (labels[against[0]], labels[against[1]])
    method = words.method(outcome, pair, limits, choices.survival_options().interval)
    view = View(selection, outcome, pair, forest, rows, method)
    title = words.finding(outcome, forest, pair)
    with heading:
        widgets.title(title)
    draw_result(view, title, save)


require_entry()
selection = selections.selection()
if not header.nobody(selection):
    draw(selection)
