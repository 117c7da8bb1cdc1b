"""Does any subgroup stand out? One outcome in every baseline variable and level at once."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from core.adverse_events import ANY_EVENT, BANDS
from core.charts.forest import forest_chart
from core.cohort import Comparison, Selection, group_labels, known_later, set_against, short_labels
from core.proportions import METHODS
from core.ranges import default_cut
from core.subgroup_text import ForestRow, comparisons_sentence, effect_text, forest_table, results_sentence
from core.subgroups import Forest
from core.survival_text import DESCRIBED, RATIO_METHOD
from pages.shared import cached, context, downloads, state, style
from pages.shared.navigation import require_entry

# Each outcome as it is chosen, as a title says it, and what its events are called.
OUTCOMES = {
    "overall": ("ORR", "Overall response", "Responses"),
    "complete": ("CR", "Complete response", "Responses"),
    "PFS": ("PFS", "PFS", "Events"),
    "OS": ("OS", "OS", "Deaths"),
    "adverse": ("Adverse event", "", "Affected"),
}
MEASURES = {"hazard": "HR", "6": "6 mo", "12": "12 mo", "24": "24 mo"}
ADVERSE = "adverse"


@dataclass(frozen=True)
class Outcome:
    """What is shown of each subgroup: the outcome, how it is measured, and in words."""

    name: str
    measure: str
    words: str
    event: str = ""
    tables: tuple[str, ...] = ("patients", "responses")

    @property
    def is_ratio(self) -> bool:
        return self.measure == "hazard"


def choose_outcome(selection: Selection) -> Outcome | None:
    """The outcome among those that the cohort has."""
    endpoints = cached.answer("endpoints", Selection(selection.cohort)).set_index("endpoint")
    survival = [name for name in ("PFS", "OS") if name in endpoints.index and not endpoints.loc[name, "competing"]]
    responses = cached.response_result(Selection(selection.cohort), "infused", "Clopper–Pearson").everyone.evaluable
    terms = cached.adverse_event_terms(selection.cohort)
    names = [*(("overall", "complete") if responses else ()), *survival, *((ADVERSE,) if terms else ())]
    if not names:
        return None
    control = partial(
        st.segmented_control,
        "Outcome",
        names,
        format_func=lambda name: OUTCOMES[name][0],
        required=True,
        label_visibility="collapsed",
    )
    name = state.choose("subgroup_outcome", control, names.__contains__, names[0])
    if name in survival:
        control = partial(
            st.segmented_control,
            "Measure",
            list(MEASURES),
            format_func=MEASURES.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
        measure = state.choose("subgroup_measure", control, MEASURES.__contains__)
        words = f"{name} hazard ratio" if measure == "hazard" else f"{name} at {measure} months"
        return Outcome(name, measure, words, tables=("patients", "endpoints"))
    if name == ADVERSE:
        return choose_event([term.name for term in terms])
    return Outcome(name, "rate", OUTCOMES[name][1])


def choose_event(terms: list[str]) -> Outcome:
    """Any adverse event, or one of them, of any grade or of grade 3 or more."""
    select = partial(st.selectbox, "Adverse event", [ANY_EVENT, *terms], label_visibility="collapsed", width=260)
    event = state.choose("subgroup_event", select, [ANY_EVENT, *terms].__contains__, ANY_EVENT)
    grades = partial(
        st.segmented_control,
        "Grade",
        ["3+", "any"],
        format_func=lambda name: BANDS[name][0],
        required=True,
        label_visibility="collapsed",
    )
    grade = state.choose("subgroup_grade", grades, ("3+", "any").__contains__)
    words = f"{event}, {BANDS[grade][0].lower()}"
    return Outcome(ADVERSE, grade, words, event, ("patients", "adverse_events"))


# -- the forest ------------------------------------------------------------------------------------


def subgroup_comparisons(selection: Selection) -> tuple[Comparison, ...]:
    """Every baseline variable but the one compared, numbers at the dictionary's cut."""
    ranges = state.extents()
    compared = selection.comparison.variable if selection.comparison else ""
    return tuple(
        Comparison(v.name, "cut", (default_cut(v, ranges[v.name]),)) if v.is_number else Comparison(v.name)
        for v in cached.database().variables
        if v.section != "after infusion" and v.name != compared and (not v.is_number or v.name in ranges)
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


def against_of(selection: Selection) -> tuple[int, int] | None:
    """Two groups to set against each other within each subgroup; None where there are not two."""
    sizes = context.group_sizes(selection)
    return set_against(selection, list(sizes)) if selection.comparison is not None and len(sizes) == 2 else None


def estimate(selection: Selection, outcome: Outcome, comparisons: tuple[Comparison, ...], limits: str) -> Forest | None:
    against = against_of(selection)
    analysed = selection if against is not None else selection.as_one_group
    if outcome.measure == "rate":
        return cached.rate_forest(analysed, comparisons, outcome.name, "", 1, limits, against)
    if outcome.name == ADVERSE:
        event = "" if outcome.event == ANY_EVENT else outcome.event
        lowest = BANDS[outcome.measure][1]
        return cached.rate_forest(analysed, comparisons, "affected", event, lowest, limits, against)
    month = None if outcome.is_ratio else float(outcome.measure)
    interval = state.survival_options().interval
    return cached.survival_forest(analysed, comparisons, outcome.name, month, interval, against)


# -- clicks ----------------------------------------------------------------------------------------


def take_row(clicked: dict[str, Any]) -> None:
    """A level that was clicked becomes the selection, a variable the comparison."""
    number, variable = int(clicked["number"]), str(clicked["variable"])
    if number < 0 or not state.select_level(variable, number):
        state.compare_by(variable)


# -- the page --------------------------------------------------------------------------------------


def finding(outcome: Outcome, forest: Forest, selection: Selection) -> str:
    against = against_of(selection)
    if against is not None:
        labels = group_labels(selection, cached.database().variables)
        return f"{outcome.words}: {labels[against[0]]} against {labels[against[1]]}"
    if outcome.is_ratio:
        return f"{outcome.words} of each subgroup against the rest"
    value = effect_text(forest.whole, forest.scale).replace(" (", "; 95% CI ").removesuffix(")")
    return f"{outcome.words} by subgroup ({value} in all)"


def measure_words(outcome: Outcome, selection: Selection) -> tuple[str, tuple[str, str] | None]:
    """The head of the effect's column, and what lies left and right of no difference."""
    against = against_of(selection)
    labels = group_labels(selection, cached.database().variables)
    if outcome.is_ratio:
        sides = (labels[against[0]], labels[against[1]]) if against else ("the subgroup", "the rest")
        return "Hazard ratio", (f"longer in {sides[0]}", f"longer in {sides[1]}")
    if against is not None:
        return "Points", (f"higher in {labels[against[1]]}", f"higher in {labels[against[0]]}")
    return "Share", None


def method(outcome: Outcome, limits: str, selection: Selection) -> str:
    against = against_of(selection)
    labels = group_labels(selection, cached.database().variables)
    pair = f"{labels[against[0]]} less {labels[against[1]]}" if against else ""
    cuts = "Numbers are cut at the dictionary's cut, or in the middle of their range."
    if outcome.is_ratio:
        what = f"{labels[against[0]]} against {labels[against[1]]}" if against else "each subgroup against the rest"
        return f"{outcome.words} of {what}. {RATIO_METHOD} {cuts}"
    if outcome.name in ("PFS", "OS"):
        how = f"Kaplan–Meier, 95% limits on the {state.survival_options().interval} scale"
        return f"{outcome.words}: {how}{'; ' + pair + ', limits recovered from theirs' if pair else ''}. {cuts}"
    how = f"95% limits {METHODS[limits]}" if against is None else f"{pair}, Newcombe's 95% limits"
    return f"{outcome.words}, of all infused: {how}. {cuts}"


def draw_notes(rows: tuple[ForestRow, ...], forest: Forest, outcome: Outcome, selection: Selection) -> None:
    groups = len(context.group_sizes(selection))
    many = f"{groups} groups are compared; a forest sets two against each other, so all are shown together."
    style.note(
        "Click a level to select its patients, or a variable's name to compare by it.",
        comparisons_sentence(rows, forest),
        many if selection.comparison is not None and groups > 2 else "",
        context.one_group(selection, context.group_sizes(selection)),
        DESCRIBED if known_later(selection, cached.database().variables) else "",
        context.trust(selection, outcome.tables, "the outcome"),
        "The dashed line is the whole selection's." if forest.scale == "share" else "",
    )


def draw(selection: Selection) -> None:
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome = choose_outcome(selection)
        st.space("stretch")
        limits = state.choose_limits()
        save = st.container(width="content")
    if outcome is None:
        heading.title("No outcome is recorded")
        style.note("Subgroups need responses, PFS, OS or adverse events. data/README.md says what each looks like.")
        return
    if outcome.is_ratio and known_later(selection, cached.database().variables):
        heading.title("No hazard ratio of patients known by their outcome")
        style.note(DESCRIBED, "Choose an outcome at a fixed time, or take the filter away.")
        return
    comparisons = subgroup_comparisons(selection)
    forest = estimate(selection, outcome, comparisons, limits)
    rows = forest_rows(forest, comparisons) if forest is not None else ()
    if forest is None or len(rows) < 2:
        heading.title("No subgroup to compare")
        style.note("These patients are alike in every baseline variable, or none of them was followed.")
        return
    title = finding(outcome, forest, selection)
    heading.title(style.plain(title))
    measure, sides = measure_words(outcome, selection)
    table = forest_table(rows, forest.scale, measure, OUTCOMES[outcome.name][2])
    how = method(outcome, limits, selection)
    lines = downloads.footer(selection, how, outcome.tables)
    chart = forest_chart(forest, rows, measure, OUTCOMES[outcome.name][2], sides, state.clicks())
    with save:
        downloads.save_figure(chart, title, lines, "subgroups", {"Table, CSV": lambda: table})
    heard = partial(state.take_click, "subgroups", take_row)
    st.vega_lite_chart(chart, theme=None, width="stretch", key="subgroups", on_select=heard)
    draw_notes(rows, forest, outcome, selection)
    style.sentence(f"{results_sentence(rows, forest, title)} {how}")
    as_table, method_tab = st.tabs(["Table", "Method"])
    with as_table:
        header, body = table
        style.table(header[1:], [[row[1] or row[0], *row[2:]] for row in body], indent=[bool(row[1]) for row in body])
        downloads.save_table(*table, lines, "subgroups_table")
    with method_tab:
        style.note(*lines)


require_entry()
selection = state.selection()
if not context.nobody(selection):
    draw(selection)
