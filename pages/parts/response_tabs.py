"""What the response page shows, and its tabs: each response, two numbers at once, MRD, duration, fates."""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from core import text
from core.cohort.labels import group_labels
from core.cohort.provenance import note_of, source_of
from core.cohort.ranges import default_cut
from core.cohort.selection import Comparison, Selection
from core.cohort.variables import Variable
from core.figures.theme import group_line
from core.response import tables
from core.response.result import (
    RATES,
    ResponseComparison,
    ResponseResult,
    two_way_rates,
)
from core.response.words import method
from core.statistics.proportions import METHODS
from core.survival import tables as survival_tables
from pages.shared import cached, choices, downloads, remarks, shown, small_cells, style, widgets

TABLES = ("patients", "responses")


@dataclass(frozen=True)
class View:
    """What the page shows: the selection, its result, two groups compared, and why they are only described."""

    selection: Selection
    result: ResponseResult
    compared: ResponseComparison | None
    described: str

    @property
    def colours(self) -> list[str]:
        groups = self.result.groups
        return [group_line(group.number) for group in groups] if len(groups) > 1 else []

    def footer(self, how: str = "", rests_on: tuple[str, ...] = TABLES) -> tuple[str, ...]:
        """The footer of a figure or table; `how` is its method where it is not the figure's own."""
        own = f"{how or method(self.result, self.compared is not None)} {self.described}".strip()
        shown = self.result.everyone.evaluable if self.result.of == "evaluable" else None
        return downloads.footer(self.selection, own, rests_on, shown)


def numbers() -> list[Variable]:
    """The numeric variables known at infusion, which can be cut into rows and columns."""
    ranges = cached.extents()
    return [v for v in cached.database().variables if v.is_number and not v.known_at and v.name in ranges]


def choose_side(name: str, label: str, usual: Variable) -> Comparison:
    """One side of the two-way table: a variable and the cut that the viewer moves."""
    by_name = {variable.name: variable for variable in numbers()}
    select = partial(widgets.selectbox, label, list(by_name), format_func=lambda n: by_name[n].label)
    cut = (f"{name}_cut",)  # it was another variable's
    chosen = by_name[choices.choose(f"two_way_{name}", select, by_name.__contains__, usual.name, forgets=cut)]
    extent = cached.extents()[chosen.name]
    first, last = extent.cuts
    if first == last:
        widgets.caption(f"Cut at {chosen.value(first)}: no other splits these values.")
        return Comparison(chosen.name, "cut", (first,))
    unit = f" in {chosen.unit}" if chosen.unit else ""
    slider = partial(widgets.slider, f"Cut{unit}", first, last, step=extent.step, format="%g")
    cut = choices.choose(f"{name}_cut", slider, lambda cut: first <= cut <= last, default_cut(chosen, extent))
    return Comparison(chosen.name, "cut", (extent.cut_within(float(cut)),))


def by_dose() -> list[Variable]:
    """The numbers known at infusion, the dose first."""
    return sorted(numbers(), key=lambda v: (v.section != "first", "dose" not in v.name.lower()))


def two_way_name() -> str:
    """What the table of two numbers is called: by what it begins with, where that is what is asked for mostly."""
    names = [variable.name.lower() for variable in by_dose()[:2]]
    return "Dose by BCMA" if len(names) == 2 and "dose" in names[0] and "bcma" in names[1] else "Two numbers"


def draw_two_way(view: View) -> None:
    """A rate by two numbers at once, each cut where the viewer puts it."""
    known = by_dose()
    if len(known) < 2:
        style.note("This needs two numeric variables known at infusion, such as dose and BCMA expression.")
        return
    left, right, which = st.columns(3)
    with left:
        rows = choose_side("rows", "Rows", known[0])
    with right:
        columns = choose_side("columns", "Columns", known[1])
    with which:
        select = partial(widgets.selectbox, "Rate", list(RATES), format_func=lambda name: RATES[name][0])
        rate = choices.choose("two_way_rate", select, RATES.__contains__)
    if rows.variable == columns.variable:
        style.note("Rows and columns are the same variable: choose two.")
        return
    everyone = view.selection.as_one_group
    down, across = replace(everyone, comparison=rows), replace(everyone, comparison=columns)
    cells = two_way_rates(cached.answer("response/by_two", down, across=across), rate, view.result.method)
    variables = cached.database().variables
    table = tables.two_way_table(RATES[rate][0], cells, group_labels(down, variables), group_labels(across, variables))
    how = f"{RATES[rate][0]} of all patients in each cell, 95% limits {METHODS[view.result.method]}."
    shown.table(table, partial(view.footer, how), "response_two_way")
    style.note(
        f"{how} A description: cells are not tested, and a cut that was moved to fit them proves nothing.",
        remarks.rule("responses", "response"),
    )


def draw_mrd(view: View) -> None:
    if not view.result.everyone.mrd_negative.total:
        style.note("No MRD assessment is recorded for these patients.")
        return
    how = (
        "MRD negative at any assessment up to progression, death or new therapy. Whoever has no result counts as "
        "not negative among all patients."
    )
    note = note_of(cached.sources(), "responses", "mrd")
    table = tables.mrd_table(view.result, cached.answer("response/mrd_thresholds", view.selection))
    shown.table(table, partial(view.footer, how), "mrd", view.colours)
    style.note(how, f"Results: {note}." if note else "")
    months = tables.mrd_months_table(cached.answer("response/mrd_months", view.selection.as_one_group))
    how = partial(view.footer, "Months from infusion to MRD negativity.", (*TABLES, "endpoints"))
    shown.table(months, how, "mrd_months")
    style.note(
        "A patient has to live to be found negative late, so early negativity cannot be set against survival from "
        "infusion. The survival page compares by MRD from a landmark."
    )


def tells_of_few(view: View) -> bool:
    """Whether the numbers of responders tell a small one; says so in place of a tab that rests on them."""
    rates = [group.rates for group in view.result.groups]
    few = small_cells.are_few((count, of.total) for of in rates for count in (of.overall.count, of.fewest))
    if few:
        style.note(small_cells.TOO_FEW)
    return few


def draw_duration(view: View) -> None:
    """Duration of response as recorded, or from the first response to progression or death where that is dated."""
    if tells_of_few(view):
        return
    options = choices.survival_options()
    endpoints = set(cached.answer("survival/endpoints", Selection(view.selection.cohort))["endpoint"])
    if "DOR" in endpoints:
        result, how = cached.survival_result(view.selection, "DOR", options), "DOR as recorded."
    elif responses_are_dated() and "PFS" in endpoints:
        result = cached.duration_of_response(view.selection, options)
        how = "From the first response of PR or better to progression or death (PFS)."
    else:
        style.note(
            "No date of response is recorded for these patients, so how long their responses lasted cannot be "
            "estimated from the first response on. The survival page has progression-free survival from infusion."
        )
        return
    if result is None:
        style.note("No responder is followed, so there is no duration to estimate.")
        return
    table = survival_tables.summary_table(result)
    by = "Cumulative incidence (Aalen–Johansen)" if result.competing else "Kaplan–Meier"
    how = f"{how} {by}, 95% limits on the {options.interval} scale; months from first response."
    colours = [group_line(g.number) for g in result.groups] if len(result.groups) > 1 else []
    shown.table(table, partial(view.footer, how, (*TABLES, "endpoints")), "duration_of_response", colours)
    responders = view.result.everyone.overall.count
    missing = responders - result.everyone.table.patients
    style.note(
        how,
        f"{text.patients(missing)} of {responders} who responded without follow-up after it: left out."
        if missing > 0
        else "",
        "Responders only: a description of those who responded, never a comparison with those who did not.",
        "NR: not reached.",
    )


def responses_are_dated() -> bool:
    """Whether the months of response assessments are more than assumed."""
    sources = cached.sources()
    return source_of(sources, "responses", "month", [""]) != ["assumed"]


def draw_fates(view: View) -> None:
    if tells_of_few(view):
        return
    table = tables.fates_table(cached.answer("response/fates", view.selection.as_one_group), view.result.method)
    how = (
        "At last contact, however long each was followed; for time see the survival page. Who died without relapse "
        "counts as free of it."
    )
    shown.table(table, partial(view.footer, how, (*TABLES, "endpoints")), "response_fates")
    style.note(how)


def draw_best(view: View) -> None:
    table = tables.best_table(view.result)
    shown.table(table, view.footer, "best_response")


def draw_tabs(view: View) -> None:
    draws = {
        "Each response": draw_best,
        two_way_name(): draw_two_way,
        "MRD": draw_mrd,
        "Duration of response": draw_duration,
        "What became of them": draw_fates,
        "Method": lambda view: style.note(*view.footer()),
    }
    choices.tabs({name: partial(draw, view) for name, draw in draws.items()})
