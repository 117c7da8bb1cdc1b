"""Several variables in one model: choose them, their hazard ratios adjusted for each other, how far to trust them."""

from functools import partial

import streamlit as st

from core import text
from core.cohort.selection import Selection
from core.cohort.variables import Variable
from core.survival.figure_multivariable import multivariable_chart
from core.survival.figure_residuals import residuals_chart
from core.survival.multivariable import Coefficient, Multivariable
from core.survival.tables_multivariable import assumptions_table, coefficients_table
from core.survival.words_multivariable import CAUSE_SPECIFIC, METHOD, coefficient_name, doubt, results_sentence, trust
from pages.shared import cached, choices, downloads, remarks, shown, small_cells, style, widgets

TOO_FEW_CHOSEN = (
    "Choose two or more variables: each hazard ratio is then adjusted for the others, and stands beside the one "
    "without them. Numbers are taken as they are, not cut."
)


def draw(selection: Selection, endpoint: str, since: str, described: bool, competing: bool) -> None:
    """The tab, for the patients of a selection, whatever is compared."""
    variables = cached.database().variables
    labels = {v.name: v.label for v in variables if v.known_at is None}
    choice = partial(
        widgets.multiselect,
        "Variables known at infusion",
        list(labels),
        format_func=labels.__getitem__,
        placeholder="Choose variables",
    )
    names = tuple(choices.choose("adjusted_for", choice, labels.__contains__))
    if described:
        style.note("These patients were chosen by what became known only after infusion: a description, and no model.")
        return
    if len(names) < 2:
        style.note(TOO_FEW_CHOSEN)
        return
    with st.spinner("Fitting the model …", show_time=False):
        model = cached.several_variables(selection, endpoint, names)
    everybody = "Of all these patients, whatever is compared." if selection.comparison is not None else ""
    style.note(everybody, *trust(model, variables))
    if model.adjusts:
        method = f"{METHOD} {CAUSE_SPECIFIC}" if competing else METHOD
        footer = partial(_footer, selection, model, since, method)
        _draw_ratios(model, variables, footer, endpoint, since)
        style.note(remarks.rule("endpoints", "status"))
        who, reconstructed = remarks.who(selection.as_one_group), remarks.is_reconstructed(("endpoints",))
        sentence = results_sentence(model, endpoint, variables, who, since, reconstructed, competing)
        style.sentence(sentence)
        _draw_assumptions(model, variables, footer, since)
        style.note(method)


def _footer(selection: Selection, model: Multivariable, since: str, method: str) -> tuple[str, ...]:
    penalised = "Firth-penalised Cox" if model.method == "Firth" else "Cox"
    variables, rule = cached.database().variables, remarks.rule("endpoints", "status")
    on = f"{text.patients(model.patients)} with {text.counted(model.events, 'event')}"
    fit = f"{penalised} model of {on}, months since {since}."
    how = " ".join(words for words in (fit, *trust(model, variables), rule, method) if words)
    return downloads.footer(selection.as_one_group, how, ("patients", "endpoints"), model.patients)


def _draw_ratios(
    model: Multivariable, variables: tuple[Variable, ...], footer: shown.Footer, endpoint: str, since: str
) -> None:
    origin = "" if since == "infusion" else f", from {since}"
    chart, table = multivariable_chart(model, variables), coefficients_table(model, variables)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading(f"Hazard ratios for {endpoint}, adjusted for each other{origin}")
        save = st.container(width="content")
    title, name = f"Hazard ratios for {endpoint}, adjusted for each other{origin}", f"several_variables_{endpoint}"
    cells = [(c.events, c.patients) for c in model.coefficients]
    cells += [(events, patients) for patients, events in (c.against for c in model.coefficients if c.against)]
    shown.figure(chart, "several_variables", title, footer, save, {"Table": lambda: table}, name, cells=cells)
    style.table(*table)


def _draw_assumptions(model: Multivariable, variables: tuple[Variable, ...], footer: shown.Footer, since: str) -> None:
    widgets.heading("What the model takes for granted")
    style.note(doubt(model, variables))
    if model.proportional is None:
        return
    shown.table(assumptions_table(model, variables), footer, "several_variables_tests")
    by_name = {_key(c): place for place, c in enumerate(model.coefficients)}
    words = {_key(c): coefficient_name(c, variables) for c in model.coefficients}
    select = partial(
        widgets.selectbox, "How a hazard ratio changes", list(words), format_func=words.__getitem__, width=420
    )
    least = min(model.coefficients, key=lambda c: (model.tests or {})[c.variable].proportional_p or 1)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        name = choices.choose("change_of", select, words.__contains__, _key(least))
        save = st.container(width="content")
    place = by_name[name]
    chart = residuals_chart(model.proportional, place, model.coefficients[place].per, words[name], since)
    if small_cells.smallest():
        return
    shown.figure(chart, "residuals", f"How the hazard ratio of {words[name]} changes", footer, save)
    style.note(
        "A point an event (scaled Schoenfeld residuals), the line a natural spline through them with its 95% limits. "
        "Where the line keeps to the dashed one the hazard ratio is the same at all times."
    )


def _key(coefficient: Coefficient) -> str:
    return f"{coefficient.variable} {coefficient.level}".strip()
