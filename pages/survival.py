"""PFS, OS and relapse: curves with numbers at risk, medians, times, tests, hazard ratios, follow-up."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import survival_tables as tables
from core import text
from core.charts.survival import survival_chart
from core.charts.theme import group_colour
from core.cohort import Selection, number_compared, sentence
from core.provenance import soft_sources
from core.survival import INTERVALS, MEDIAN_RULES
from core.survival_result import SurvivalComparison, SurvivalOptions, SurvivalResult, drawn
from core.survival_text import finding, method, plateau_explanation, results_sentence, trust
from pages.shared import cached, context, downloads, landmark, state, style
from pages.shared.navigation import require_entry

TIMES = ["3", "6", "12", "18", "24", "36", "48", "60"]
SWITCH = (True, False).__contains__


def is_month(typed: object) -> bool:
    """Whether a time that was typed is a number of months."""
    return isinstance(typed, str) and typed.replace(".", "", 1).isdecimal() and 0 < float(typed) < 1200


def choose_options() -> tuple[SurvivalOptions, bool, bool]:
    """How to estimate, and what the figure shows, behind one button."""
    with st.popover("Options", icon=":material/tune:", type="tertiary"):
        choice = partial(st.multiselect, "Estimates at months (type any other)", TIMES, accept_new_options=True)
        times = state.choose("times", choice, is_month)
        scale = partial(st.segmented_control, "95% limits on the scale", INTERVALS, required=True)
        interval = state.choose("interval", scale, INTERVALS.__contains__)
        rules = partial(st.radio, "Median", list(MEDIAN_RULES), format_func=MEDIAN_RULES.__getitem__)
        rule = state.choose("median", rules, MEDIAN_RULES.__contains__)
        band = state.choose("band", partial(st.toggle, "Confidence band"), SWITCH)
        details = state.choose("details", partial(st.toggle, "Events and censored under the axis"), SWITCH)
    return (
        SurvivalOptions(interval, rule, tuple(sorted(map(float, filter(is_month, times)))), state.kept("horizon")),
        band,
        details,
    )


def draw_table(table: tables.Table, groups: list[int], lines: tuple[str, ...], name: str) -> None:
    """A table with its groups' colours and its file; `groups` names each row's group, none without a comparison."""
    style.table(*table, [group_colour(group) for group in groups])
    downloads.save_table(*table, lines, name)


def draw_comparison(compared: SurvivalComparison, result: SurvivalResult, lines: tuple[str, ...]) -> None:
    if compared.test is None:
        style.note("No event in any group, so there is nothing to compare.")
        return
    cause = ", cause-specific hazard" if result.competing else ""
    name = text.test_name(compared.test)
    style.facts([(name[0].upper() + name[1:] + cause, text.p_value(compared.test.p)), ("Events", str(compared.events))])
    labels = [group.label for group in result.groups]
    select = partial(st.selectbox, "Reference", labels, width=360)
    state.choose("reference", select, labels.__contains__, compared.reference.label)
    draw_table(tables.ratios_table(compared), [group.number for group, _ in compared.ratios], lines, "hazard_ratios")
    if compared.pairs:
        draw_table(tables.pairs_table(compared), [], lines, "pairs")


def draw_horizon(result: SurvivalResult) -> None:
    longest = float(int(result.longest_horizon))
    if longest > 1:
        slider = partial(st.slider, "Horizon, months", 1.0, longest, step=1.0, width=360)
        state.choose("horizon", slider, lambda months: 1 <= months <= longest, min(36.0, longest))


def draw_tabs(
    result: SurvivalResult, compared: SurvivalComparison | None, analysed: Selection, lines: tuple[str, ...], why: str
) -> None:
    names = ["Comparison", "At fixed times", "Median", "Restricted mean", "Follow-up", "Method"]
    comparison, times, medians, means, followed, how = st.tabs(names)
    groups = [group.number for group in result.groups] if len(result.groups) > 1 else []
    with comparison:
        if compared is None:
            style.note(why)
        else:
            draw_comparison(compared, result, lines)
    with times:
        each = [group for group in groups for _ in result.options.times]
        draw_table(tables.times_table(result), each, lines, "at_fixed_times")
    if result.competing:
        medians.caption("Where another event competes, half of the patients need never have this one: no median.")
        means.caption("Restricted means are for survival, where no event competes.")
    else:
        with medians:
            draw_table(tables.medians_table(result), groups, lines, "medians")
        with means:
            draw_horizon(result)
            draw_table(tables.means_table(result), groups, lines, "restricted_mean")
            style.note("The area under the curve: months lived without the event, on average, up to the horizon.")
    with followed:
        draw_table(tables.follow_up_table(cached.follow_up(analysed, result.endpoint)), groups, lines, "follow_up")
        style.note(
            "Reverse Kaplan–Meier takes censoring as the event and estimates how long patients could be followed; "
            "the plain median of observed follow-up is shortened by every event."
        )
    with how:
        style.note(*lines)


def draw_notes(result: SurvivalResult, compared: SurvivalComparison | None, analysed: Selection, why: str) -> None:
    """What the figure cannot say: who left, why nothing is compared, plateaus, how far to trust it."""
    cohort = Selection(analysed.cohort)
    printed = cached.answer("printed_medians", cohort, endpoint=result.endpoint)["months"]
    soft = bool(soft_sources(cached.answer("sources", cohort), ("endpoints",)))
    moved = analysed.comparison is not None and analysed.comparison.split == "cut"
    plateaus = [] if result.competing else [plateau_explanation(group, printed) for group in result.groups]
    left = landmark.left_before(analysed, result.endpoint)
    style.note(left, why, *plateaus, trust(compared, moved, soft), "Intervals in brackets are 95% confidence limits.")


def draw_result(
    result: SurvivalResult, guarded: landmark.Guarded, longest: float, band: bool, details: bool, save: DeltaGenerator
) -> None:
    analysed, title = guarded.selection, finding(result)
    by = number_compared(analysed, cached.database().variables)
    chart = survival_chart(result, longest - (analysed.landmark or 0), guarded.since, band, details, by)
    lines = downloads.footer(analysed, method(result, guarded.since), ("endpoints",))
    summary = tables.summary_table(result)
    with save:
        data = {"Curve, CSV": drawn(result).drop(columns="group"), "Table, CSV": summary}
        downloads.save_figure(chart, title, lines, f"survival_{result.endpoint}", data)
    st.vega_lite_chart(chart, theme=None, width="stretch", key="survival")
    style.table(*summary, [group_colour(g.number) for g in result.groups] if len(result.groups) > 1 else [])

    options, one_group = result.options, context.one_group(analysed)
    reference = state.kept("reference")
    compared = cached.comparison(analysed, result.endpoint, options, reference) if guarded.testable else None
    draw_notes(result, compared, analysed, one_group)
    plain = analysed if analysed.against_rest else analysed.as_one_group
    who = sentence(plain, cached.database().variables)
    followed = cached.follow_up(analysed.as_one_group, result.endpoint)
    with st.container(key="sentence"):
        st.code(results_sentence(result, compared, followed, who, guarded.since), language=None, wrap_lines=True)
    why = one_group or (
        "Choose what to compare by in the cohort bar."
        if guarded.testable
        else "These groups became known only after infusion, so they are described and not compared."
    )
    draw_tabs(result, compared, analysed, lines, why)


def draw(selection: Selection) -> None:
    endpoints = cached.answer("endpoints", Selection(selection.cohort)).set_index("endpoint")["longest_months"]
    if endpoints.empty:
        st.title("No survival endpoint")
        style.note("This cohort has no table of endpoints, so there is no curve to draw.")
        return
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = list(endpoints.index)
        control = partial(st.segmented_control, "Endpoint", names, required=True, label_visibility="collapsed")
        endpoint = state.choose("endpoint", control, names.__contains__, names[0])
        st.space("stretch")
        options, band, details = choose_options()
        save = st.container(width="content")
    guarded = landmark.guard(selection)
    result = cached.survival_result(guarded.selection, endpoint, options)
    if result is None:
        heading.title("Nobody is left to follow")
        left = landmark.left_before(guarded.selection, endpoint)
        style.note(f"{left} Choose an earlier landmark, or another endpoint.")
        return
    heading.title(finding(result))
    draw_result(result, guarded, float(endpoints[endpoint]), band, details, save)


require_entry()
selection = state.selection()
if not context.nobody(selection):
    draw(selection)
