"""Which outcome is shown of each subgroup, chosen and estimated, and the rows that it makes."""

from functools import partial

from core.adverse_events.result import BANDS
from core.cohort.labels import short_labels
from core.cohort.ranges import default_cut
from core.cohort.selection import Comparison, Selection
from core.cohort.vocabulary import ANY_EVENT
from core.subgroups.outcome import MEASURES, OUTCOMES, ForestRow, Outcome
from core.subgroups.result import Forest
from pages.shared import cached, choices, widgets

MOST_ROWS = 80
"""Rows of a forest that are drawn unasked."""


def choose_outcome(selection: Selection) -> Outcome | None:
    """The outcome among those that the cohort has; None without any."""
    endpoints = cached.answer("survival/endpoints", Selection(selection.cohort)).set_index("endpoint")
    survival = [name for name in ("PFS", "OS") if name in endpoints.index and not endpoints.loc[name, "competing"]]
    responses = cached.response_result(Selection(selection.cohort), "all", "Wilson").everyone.evaluable
    terms = [term.name for term in cached.recorded_terms()]
    names = [*(("overall", "complete") if responses else ()), *survival, *(("adverse",) if terms else ())]
    if not names:
        return None
    name = choices.choose_one("subgroup_outcome", "Outcome", {name: OUTCOMES[name][0] for name in names}, names[0])
    if name in survival:
        measure = choices.choose_one("subgroup_measure", "Measure", MEASURES, "hazard")
        measure_words = "hazard ratio" if measure == "hazard" else f"at {measure} months"
        return Outcome(name, measure, f"{name} {measure_words}")
    if name == "adverse":
        return choose_event(terms)
    return Outcome(name, "rate", OUTCOMES[name][1])


def choose_event(terms: list[str]) -> Outcome:
    """Any adverse event, or one of them, of any grade or of grade 3 or more."""
    names = [ANY_EVENT, *terms]
    select = partial(widgets.selectbox, "Adverse event", names, label_visibility="collapsed", width=260)
    event = choices.choose("subgroup_event", select, names.__contains__, ANY_EVENT)
    grade = choices.choose_one("subgroup_grade", "Grade", {band: BANDS[band][0] for band in ("3+", "any")}, "3+")
    event_words = f"{event}, {BANDS[grade][0][0].lower()}{BANDS[grade][0][1:]}"
    return Outcome("adverse", grade, event_words, "" if event == ANY_EVENT else event)


def subgroup_comparisons(selection: Selection) -> tuple[Comparison, ...]:
    """Every variable known at infusion but the one compared, or of many those asked for; numbers at their usual cut."""
    ranges = cached.extents()
    compared = selection.comparison.variable if selection.comparison else ""
    variables = tuple(
        v
        for v in cached.database().variables
        if v.section != "after infusion"
        and not v.known_at
        and v.name != compared
        and (not v.is_number or v.name in ranges)
    )
    return tuple(
        Comparison(v.name, "cut", (default_cut(v, ranges[v.name]),)) if v.is_number else Comparison(v.name)
        for v in choices.choose_variables("subgroups_by", variables, MOST_ROWS)
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
