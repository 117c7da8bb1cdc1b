"""PFS, OS and relapse: curves with numbers at risk, medians, times, tests, hazard ratios, follow-up."""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import text
from core.article.claims import population
from core.cohort.labels import number_compared
from core.cohort.selection import Selection, variable_named
from core.cohort.variables import Variable
from core.figures.grammar import Specification
from core.figures.theme import group_colour
from core.survival import tables
from core.survival.comparison import MOST_PAIRED, SurvivalComparison
from core.survival.figure import survival_chart
from core.survival.kaplan_meier import INTERVALS
from core.survival.medians import MEDIAN_RULES
from core.survival.result import SurvivalOptions, SurvivalResult
from core.survival.words import (
    DESCRIBED,
    FOLLOW_UP_METHOD,
    MEAN_METHOD,
    PAIRS_METHOD,
    RATIO_METHOD,
    TEST_METHOD,
    finding,
    method,
    number_sentence,
    plateau_explanation,
    results_sentence,
    test_sentence,
    trust,
)
from core.text import Table
from pages.shared import cached, choices, downloads, header, landmark, remarks, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry
from pages.tabs import several_variables

TIMES = ["3", "6", "12", "18", "24", "36", "48", "60"]
SWITCH = (True, False).__contains__


def choose_options(competing: bool) -> tuple[SurvivalOptions, bool, bool]:
    """How to estimate, and what the figure shows, behind one button."""
    with widgets.popover("Options", icon=":material/tune:", type="tertiary"):
        choice = partial(widgets.multiselect, "Estimates at months (type any other)", TIMES, accept_new_options=True)
        typed = choices.choose("times", choice, lambda time: choices.months(time) is not None)
        if not competing:
            scale = partial(widgets.segmented_control, "95% limits on the scale", INTERVALS, required=True)
            choices.choose("interval", scale, INTERVALS.__contains__)
            rules = partial(widgets.radio, "Median", list(MEDIAN_RULES), format_func=MEDIAN_RULES.__getitem__)
            choices.choose("median", rules, MEDIAN_RULES.__contains__)
        band = choices.choose("band", partial(widgets.toggle, "Confidence band"), SWITCH)
        details = choices.choose("details", partial(widgets.toggle, "Events and censored under the axis"), SWITCH)
    times = sorted({time for time in map(choices.months, typed) if time is not None})
    horizon = choices.kept("horizon")
    horizon = horizon if horizon is not None and horizon >= 1 else None
    return replace(choices.survival_options(), times=tuple(times), horizon=horizon), band, details


@dataclass(frozen=True)
class View:
    """What the page shows: the guarded selection, its result, the comparison, and whose follow-up is told."""

    guarded: landmark.Guarded
    result: SurvivalResult
    compared: SurvivalComparison | None
    followed_by: str

    @property
    def selection(self) -> Selection:
        return self.guarded.selection

    @property
    def number(self) -> Variable | None:
        """The number that the groups are cut from, if they are."""
        comparison = self.selection.comparison
        if comparison is None or not comparison.cuts:
            return None
        return variable_named(comparison.variable, cached.database().variables)

    @property
    def colours(self) -> list[str]:
        groups = self.result.groups
        return [group_colour(group.number) for group in groups] if len(groups) > 1 else []

    def lines(self, how: str = "") -> tuple[str, ...]:
        """The footer of a figure or table; `how` is its method where it is not the figure's own."""
        own = method(self.result, self.guarded.since, self.guarded.described)
        tables = ("patients", "endpoints")
        return downloads.footer(self.selection, how or own, tables, self.result.everyone.table.patients)


def draw_table(table: Table, view: View, name: str, colours: list[str], how: str = "") -> None:
    """A table with its groups' colours and its file."""
    style.table(*table, colours)
    downloads.save_table(*table, partial(view.lines, how), name)


def draw_comparison(view: View, compared: SurvivalComparison) -> None:
    tested = test_sentence(view.result, compared)
    by = view.number
    style.note(tested, number_sentence(compared, by))
    if compared.test is None:
        return
    names = {remarks.group_name(view.selection, group.number): group.label for group in view.result.groups}
    largest = max(view.result.groups, key=lambda group: group.table.patients)
    select = partial(widgets.selectbox, "Reference", list(names), format_func=names.__getitem__, width=360)
    choices.choose("reference", select, names.__contains__, remarks.group_name(view.selection, largest.number))
    colours = [*(group_colour(group.number) for group, _ in compared.ratios), ""]  # the last is the number's own
    draw_table(tables.ratios_table(compared, by), view, "hazard_ratios", colours, f"{tested} {RATIO_METHOD}")
    if compared.pairs:
        draw_table(tables.pairs_table(compared), view, "pairs", [], PAIRS_METHOD)
    elif len(view.result.groups) > MOST_PAIRED:
        style.note(f"With more than {MOST_PAIRED} groups no pairs are compared.")


def draw_means(view: View) -> None:
    if view.result.competing:
        style.note("Restricted means are for survival, where no event competes.")
        return
    longest = float(int(view.result.longest_horizon))
    if longest > 1:
        slider = partial(widgets.slider, "Horizon, months", 1.0, longest, step=1.0, format="%.0f", width=360)
        choices.choose("horizon", slider, lambda months: 1 <= months <= longest, min(36.0, longest))
    draw_table(tables.means_table(view.result), view, "restricted_mean", view.colours, MEAN_METHOD)
    style.note("The area under the curve: months lived without the event, on average, up to the horizon.")


def draw_times(view: View) -> None:
    colours = [colour for colour in view.colours for _ in view.result.options.times]
    draw_table(tables.times_table(view.result), view, "at_fixed_times", colours)


def draw_medians(view: View) -> None:
    if view.result.competing:
        style.note("Where another event competes, half of the patients need never have this one: no median.")
    else:
        draw_table(tables.medians_table(view.result), view, "medians", view.colours)


def draw_follow_up(view: View) -> None:
    followed = cached.follow_up(view.selection, view.followed_by)
    how_followed = f"Follow-up by {view.followed_by}. {FOLLOW_UP_METHOD}"
    draw_table(tables.follow_up_table(followed), view, "follow_up", view.colours, how_followed)
    style.note(how_followed)


def draw_tabs(view: View, why_not: str) -> None:
    compared = view.compared
    choices.tabs(
        {
            "Comparison": lambda: style.note(why_not) if compared is None else draw_comparison(view, compared),
            "At fixed times": partial(draw_times, view),
            "Median": partial(draw_medians, view),
            "Restricted mean": partial(draw_means, view),
            "Several variables": partial(
                several_variables.draw,
                view.selection,
                view.result.endpoint,
                view.guarded.since,
                view.guarded.described,
            ),
            "Follow-up": partial(draw_follow_up, view),
            "Method": lambda: style.note(*view.lines(), RATIO_METHOD, TEST_METHOD),
        },
    )


def draw_notes(view: View, one_group: str) -> None:
    """What the figure cannot say: who left, why nothing is compared, plateaus, how far to trust it."""
    cohort, result, comparison = Selection(view.selection.cohort), view.result, view.selection.comparison
    who = population(view.selection) or ""
    printed = cached.answer("article/printed_medians", cohort, endpoint=result.endpoint, population=who)["months"]
    plateaus = [] if result.competing else [plateau_explanation(group, printed) for group in result.groups]
    style.note(
        landmark.left_before(view.selection, result.endpoint),
        unrecorded(view),
        one_group,
        *plateaus,
        trust(view.compared, selections.is_moved_cut(comparison)),
        remarks.rule("endpoints", "status") if view.compared is not None else "",
        "Brackets hold 95% confidence limits; NR: not reached.",
    )


def unrecorded(view: View) -> str:
    """How many of the selected patients have no follow-up for this endpoint; empty where all have, or at a landmark."""
    if view.selection.landmark is not None:
        return ""
    chosen, cohort = header.counts(view.selection)
    shown = view.result.everyone.table.patients
    everybody = cohort if view.selection.against_rest else chosen
    if shown == everybody:
        return ""
    return f"{text.patients(everybody - shown)} without {view.result.endpoint} recorded: in no curve and no test."


def draw_sentence(view: View) -> None:
    chosen = view.selection
    who = remarks.who(chosen)
    followed = cached.follow_up(chosen.as_one_group, view.followed_by)
    guarded = view.guarded
    words = results_sentence(
        view.result,
        view.compared,
        followed,
        who,
        guarded.since,
        guarded.described,
        remarks.is_reconstructed(("endpoints",)),
        view.number,
    )
    style.sentence(words)


def draw_result(view: View, chart: Specification, save: DeltaGenerator) -> None:
    result, summary = view.result, tables.summary_table(view.result)
    with save:
        files = {"Curve, CSV": lambda: tables.curve_columns(result), "Table, CSV": lambda: summary}
        downloads.save_figure(
            chart, finding(result, view.guarded.since), view.lines, f"survival_{result.endpoint}", files
        )
    style.figure(chart, "survival")
    style.table(*summary, view.colours)
    one_group = remarks.one_group(view.selection, [group.number for group in result.groups])
    draw_notes(view, one_group)
    draw_sentence(view)
    ask_for = "Choose what to compare by in the cohort bar."
    draw_tabs(view, one_group or (DESCRIBED if view.guarded.described else ask_for))


def draw(selection: Selection) -> None:
    endpoints = cached.answer("survival/endpoints", Selection(selection.cohort)).set_index("endpoint")
    names = list(endpoints.index)
    if not names:
        widgets.title("No survival endpoint")
        style.note("This cohort has no table of endpoints, so there is no curve to draw.")
        return
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        control = partial(widgets.segmented_control, "Endpoint", names, required=True, label_visibility="collapsed")
        endpoint = choices.choose("endpoint", control, names.__contains__, names[0])
        st.space("stretch")
        options, band, details = choose_options(bool(endpoints.loc[endpoint, "competing"]))
        save = st.container(width="content")
    guarded = landmark.guard(selection, endpoint)
    analysed = guarded.selection
    result = cached.survival_result(analysed, endpoint, options)
    if result is None:
        with heading:
            widgets.title("Nobody is left to follow")
        left = landmark.left_before(analysed, endpoint)
        style.note(f"{left} Choose another landmark, or another endpoint.")
        return
    title = finding(result, guarded.since, remarks.compared_by(analysed))
    with heading:
        widgets.title(title)
    groups = {remarks.group_name(analysed, group.number): group.number for group in result.groups}
    reference = groups.get(choices.kept("reference"))
    compared = None if guarded.described else cached.comparison(analysed, endpoint, options, reference)
    by = number_compared(analysed, cached.database().variables)
    longest = float(endpoints.loc[endpoint, "longest_months"]) - (analysed.landmark or 0)
    chart = survival_chart(result, longest, guarded.since, band, details, by)
    draw_result(
        View(guarded, result, compared, "OS" if "OS" in names and analysed.landmark is None else endpoint), chart, save
    )


require_entry()
selection = selections.selection()
if not header.nobody(selection):
    draw(selection)
