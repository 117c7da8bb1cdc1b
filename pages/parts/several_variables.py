"""Several variables in one model: choose them, their hazard ratios adjusted for each other, how far to trust them."""

from functools import partial

import streamlit as st

from core.cohort.selection import Selection
from core.cohort.variables import Variable
from core.survival.figure_multivariable import multivariable_chart
from core.survival.figure_residuals import residuals_chart
from core.survival.multivariable import Coefficient, Multivariable
from core.survival.tables_multivariable import assumptions_table, coefficients_table
from core.survival.words_multivariable import METHOD, coefficient_name, doubt, results_sentence, trust
from pages.shared import cached, choices, downloads, remarks, shown, style, widgets

NOTHING_CHOSEN = (
    "Choose two or more variables: each hazard ratio is then adjusted for the others, and stands beside the one "
    "without them. Numbers are taken as they are, not cut."
)


def draw(selection: Selection, endpoint: str, since: str, described: bool) -> None:
    """The tab, for the patients of a selection, whatever is compared."""
    variables = cached.database().variables
    labels = {v.name: v.label for v in variables if v.known_at is None}
    choice = partial(widgets.multiselect, "Variables known at infusion", list(labels), format_func=labels.__getitem__)
    names = tuple(choices.choose("adjusted_for", choice, labels.__contains__))
    if described:
        style.note("These patients were chosen by what became known only after infusion: a description, and no model.")
        return
    if not names:
        style.note(NOTHING_CHOSEN)
        return
    with st.spinner("Fitting the model …", show_time=False):
        model = cached.several_variables(selection, endpoint, names)
    style.note(*trust(model, variables))
    if not model.reason:
        footer = partial(_footer, selection, model, since)
        _draw_ratios(model, variables, footer, endpoint)
        rule = remarks.rule("endpoints", "status")
        reconstructed = remarks.is_reconstructed(("endpoints",))
        style.note(rule)
        style.sentence(
            results_sentence(model, endpoint, variables, remarks.who(selection), reconstructed), "several variables"
        )
        _draw_assumptions(model, variables, footer, since)
        style.note(METHOD)


def _footer(selection: Selection, model: Multivariable, since: str) -> tuple[str, ...]:
    how = f"Months since {since}. {METHOD}"
    return downloads.footer(selection.as_one_group, how, ("patients", "endpoints"), model.patients)


def _draw_ratios(model: Multivariable, variables: tuple[Variable, ...], footer: shown.Footer, endpoint: str) -> None:
    chart, table = multivariable_chart(model, variables), coefficients_table(model, variables)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.subheader("Hazard ratios, adjusted for each other")
        save = st.container(width="content")
    title, name = f"Hazard ratios for {endpoint}, adjusted for each other", f"several_variables_{endpoint}"
    shown.figure(chart, "several_variables", title, footer, save, {"Table, CSV": lambda: table}, name)
    style.table(*table)


def _draw_assumptions(model: Multivariable, variables: tuple[Variable, ...], footer: shown.Footer, since: str) -> None:
    widgets.subheader("What the model takes for granted")
    style.note(doubt(model))
    table = assumptions_table(model, variables)
    shown.table(table, footer, "several_variables_tests")
    if model.proportional is None:
        return
    by_name = {_key(c): place for place, c in enumerate(model.coefficients)}
    words = {_key(c): coefficient_name(c, variables) for c in model.coefficients}
    select = partial(
        widgets.selectbox, "How a hazard ratio changes", list(words), format_func=words.__getitem__, width=420
    )
    name = choices.choose("change_of", select, words.__contains__, next(iter(words)))
    place = by_name[name]
    chart = residuals_chart(model.proportional, place, model.coefficients[place].per, words[name], since)
    save = st.container(width="content")
    shown.figure(chart, "residuals", f"How the hazard ratio of {words[name]} changes", footer, save)
    style.note(
        "A point an event (scaled Schoenfeld residuals), the line a natural spline through them with its 95% limits. "
        "Where the line keeps to the dashed one the hazard ratio is the same at all times."
    )


def _key(coefficient: Coefficient) -> str:
    return f"{coefficient.variable} {coefficient.level}".strip()
