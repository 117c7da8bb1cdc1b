"""Who responded: best response by group, its rates, dose by BCMA, MRD, duration, and what became of them."""

import streamlit as st

from core import text
from core.article.words_allowed import beside_response
from core.cohort.selection import Selection
from core.response import tables
from core.response.figure import response_chart
from core.response.result import (
    DENOMINATORS,
    RATES,
    ResponseComparison,
    ResponseResult,
    compare_responses,
)
from core.response.words import TOO_LATE, finding, key_numbers, results_sentence
from core.statistics.proportions import DISAGREE
from pages.parts.response_tabs import TABLES, View, draw_tabs
from pages.shared import cached, choices, header, remarks, shown, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry


def choose_options(selection: Selection) -> tuple[str, str]:
    """Of whom the rates are, and how their limits are found; the evaluable alone where the others may be told."""
    groups = cached.response_result(selection, "all", "Wilson").groups
    left_out = [(group.rates.patients - group.rates.evaluable, group.rates.patients) for group in groups]
    offered = {"all": DENOMINATORS["all"]} if small_cells.are_few(left_out) else DENOMINATORS
    of = choices.choose_one("denominator", "Rates of", offered)
    st.space("stretch")
    return of, choices.choose_limits()


def draw_rates(view: View) -> None:
    table = tables.rates_table(view.result, view.compared)
    shown.table(table, view.footer, "response_rates", [*view.colours, *[""] * (len(table[1]) - len(view.colours))])


def draw_notes(view: View, one_group: str) -> None:
    missing = view.result.everyone.patients - view.result.everyone.evaluable
    unassessed = ""
    if missing:
        how = "left out" if view.result.of == "evaluable" else "counted as no response"
        late = view.result.everyone.too_late
        why = f" ({late} of them {TOO_LATE})" if late else ""
        unassessed = f"{text.patients(missing)} not assessed for response{why}, {how}."
    style.note(
        remarks.moved_cut(view.selection) if view.compared else "",
        DISAGREE if view.compared and any(rate.disagree for rate in view.compared.rates.values()) else "",
        remarks.rule("responses", "response", view.selection) if view.compared else "",
        range_of(view),
        remarks.assumed(view.selection, "patients", "best_response"),
        unassessed,
        one_group,
        view.described,
    )


def range_of(view: View) -> str:
    """Beside tests of reconstructed response, where they go in the cohorts that the article allows."""
    if view.compared is None or not cached.leaves_open():
        return ""
    pair = (view.compared.first.number, view.compared.second.number)
    return beside_response(cached.allowed_response(view.selection, pair), {name: RATES[name][0] for name in RATES})


def comparison(selection: Selection, result: ResponseResult, described: str) -> ResponseComparison | None:
    """Two groups compared; None where there are not two with patients, or none may be tested."""
    pair = remarks.pair(selection, described)
    by_number = {group.number: group for group in result.groups}
    return None if pair is None else compare_responses(by_number[pair[0]], by_number[pair[1]])


def draw(selection: Selection) -> None:
    if not cached.response_result(Selection(selection.cohort), "all", "Wilson").everyone.evaluable:
        widgets.title("No response is recorded in this cohort")
        style.note("Rates need responses. Bring them on the Data page: a column of best responses is enough.")
        return
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        of, limits = choose_options(selection)
        save = st.container(width="content")
    result = cached.response_result(selection, of, limits)
    described = remarks.described(selection)
    view = View(selection, result, comparison(selection, result, described), described)
    by = remarks.by(selection)
    title = finding(result, view.compared, by)
    facts = key_numbers(view.compared)
    facts += remarks.how_many_reconstructed(selection, "responses", "response") if len(result.groups) > 1 else []
    shown.finding(heading, title, facts)
    if not result.everyone.total:
        style.note("Nobody of these patients was assessed for response. Choose all patients, or other filters.")
        return
    chart = response_chart(result, by.cut)
    files = {"Table": lambda: tables.rates_table(result, view.compared)}
    cells = [(count, group.rates.total) for group in result.groups for count in group.rates.best.values()]
    lines = text.facts_line(facts)
    shown.figure(chart, "response", title, view.footer, save, files, "best_response_by_group", lines, cells)
    draw_rates(view)
    draw_notes(view, remarks.one_group(selection, [group.number for group in result.groups]))
    draw_sentence(view)
    draw_tabs(view)


def draw_sentence(view: View) -> None:
    who = remarks.who(view.selection)
    style.sentence(results_sentence(view.result, view.compared, who, remarks.is_reconstructed(TABLES), view.described))


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
