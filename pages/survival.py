"""PFS, OS and relapse: curves with numbers at risk, medians, times, tests, hazard ratios, follow-up."""

from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import text
from core.cohort.labels import number_compared
from core.cohort.selection import Selection
from core.figures.theme import Specification
from core.survival import tables
from core.survival.figure import survival_chart
from core.survival.figure_data import Lit
from core.survival.kaplan_meier import INTERVALS
from core.survival.medians import MEDIAN_RULES
from core.survival.result import SurvivalOptions, SurvivalResult
from core.survival.words import DESCRIBED, results_sentence
from core.survival.words_finding import finding, key_numbers, medians_line
from pages.parts.survival_notes import draw_notes, unrecorded
from pages.parts.survival_tabs import View, draw_tabs
from pages.shared import cached, choices, header, landmark, lit, remarks, shown, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

TIMES = ["3", "6", "12", "18", "24", "36", "48", "60"]

MOST_BANDS = 4  # groups whose limits are drawn unasked: of more they cover each other
SWITCH = (True, False).__contains__


def choose_options(competing: bool, groups: int) -> tuple[SurvivalOptions, bool, bool]:
    """How to estimate, and what the figure shows, behind one button."""
    with widgets.popover("Options", icon=":material/tune:", type="tertiary"):
        choice = partial(widgets.multiselect, "Estimates at months (type any other)", TIMES, accept_new_options=True)
        typed = choices.choose("times", choice, lambda time: text.months(time) is not None)
        if not competing:
            scale = partial(widgets.segmented_control, "95% limits on the scale", INTERVALS, required=True)
            choices.choose("interval", scale, INTERVALS.__contains__)
            rules = partial(widgets.radio, "Median", list(MEDIAN_RULES), format_func=MEDIAN_RULES.__getitem__)
            choices.choose("median", rules, MEDIAN_RULES.__contains__)
        band = choices.choose("band", partial(widgets.toggle, "Confidence band"), SWITCH, groups <= MOST_BANDS)
        details = choices.choose("details", partial(widgets.toggle, "Events and censored under the axis"), SWITCH)
    times = sorted({time for time in map(text.months, typed) if time is not None})
    horizon = choices.kept("horizon")
    horizon = horizon if horizon is not None and horizon >= 1 else None
    return replace(choices.survival_options(), times=tuple(times), horizon=horizon), band, details


def lit_end(selection: Selection, endpoint: str) -> Lit | None:
    """Where the follow-up of the patient who is lit ends; None where nobody is, or who is lit is not followed here."""
    who = lit.patient()
    if who is None:
        return None
    asked = {"endpoint": endpoint, "landmark": selection.landmark or 0, "patient": who}
    ends = cached.answer("survival/end_of", selection, **asked)
    return next((Lit(who, int(row.group), row.months, int(row.status)) for row in ends.itertuples()), None)


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
        guarded.described,
        remarks.is_reconstructed(("endpoints",)),
        view.number,
    )
    style.sentence(f"{words} {unrecorded(view)}".strip())


def cells_of(result: SurvivalResult) -> list[tuple[int, int]]:
    """What the curves count: who had the event, or the competing one; those left are fewer than are followed on."""
    kinds = [kind for group in result.groups for kind in (group.table.events, group.table.competing)]
    return [(int(kind.sum()), int(kind.sum())) for kind in kinds]


def competing_of(result: SurvivalResult) -> list[tuple[int, int]]:
    """Who had a competing event: what the other events leave."""
    counts = [int(group.table.competing.sum()) for group in result.groups]
    return [(count, count) for count in counts]


def draw_result(view: View, title: str, facts: tuple[str, ...], chart: Specification, save: DeltaGenerator) -> None:
    result, summary = view.result, tables.summary_table(view.result)
    files = {"Curve": lambda: tables.curve_columns(result, small_cells.smallest()), "Table": lambda: summary}
    name = f"survival_{result.endpoint}"
    numbers = (*(medians_line(result) if view.compared is not None else ()), *facts)
    shown.figure(chart, "survival", title, view.footer, save, files, name, numbers, cells_of(result))
    style.table(*summary, view.colours)
    one_group = remarks.one_group(view.selection, [group.number for group in result.groups])
    draw_notes(view, one_group)
    if small_cells.are_few(competing_of(result)):
        style.note(small_cells.TOO_FEW)  # what a curve of them says at any time would tell them
        return
    draw_sentence(view)
    ask_for = "Choose what to compare by, at the top of the sidebar."
    draw_tabs(view, one_group or (DESCRIBED if view.guarded.described else ask_for))


def draw(selection: Selection) -> None:
    endpoints = cached.answer("survival/endpoints", Selection(selection.cohort)).set_index("endpoint")
    names = list(endpoints.index)
    if not names:
        widgets.title("No survival endpoint")
        style.note("This cohort has no table of endpoints, so there is no curve to draw.")
        return
    heading, sizes = st.container(), cached.group_sizes(selection)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        control = partial(widgets.segmented_control, "Endpoint", names, required=True, label_visibility="collapsed")
        usual = choices.CHOICES["endpoint"].usual
        endpoint = choices.choose("endpoint", control, names.__contains__, usual if usual in names else names[0])
        st.space("stretch")
        options, band, details = choose_options(bool(endpoints.loc[endpoint, "competing"]), len(sizes))
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
    if analysed.landmark is not None:
        header.show_followed(analysed, endpoint, {group.number: group.table.patients for group in result.groups})
    groups = {remarks.group_name(analysed, group.number): group.number for group in result.groups}
    reference = groups.get(choices.kept("reference"))
    compared = None if guarded.described else cached.comparison(analysed, endpoint, options, reference)
    by = number_compared(analysed, cached.database().variables)
    title = finding(result, compared, remarks.by(analysed), guarded.described)
    known = remarks.how_many_reconstructed(analysed, "endpoints", "status", endpoint) if len(result.groups) > 1 else []
    facts = [*key_numbers(result, compared), *known]
    shown.finding(heading, title, facts, beside=competing_of(result))
    longest = float(endpoints.loc[endpoint, "longest_months"]) - (analysed.landmark or 0)
    few = small_cells.smallest()
    chart = survival_chart(result, longest, band, details and not few, by, lit_end(analysed, endpoint), few)
    followed_by = "OS" if "OS" in names and analysed.landmark is None else endpoint
    draw_result(View(guarded, result, compared, followed_by), title, text.facts_line(facts), chart, save)


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
