"""What one patient decides: p, hazard ratio or median with one status changed, and with one patient left out."""

from functools import partial

import streamlit as st

from core import text
from core.cohort.selection import Selection
from core.figures.frame import with_finding
from core.survival.comparison import SurvivalComparison
from core.survival.figure_what_if import ROWS, what_if_chart
from core.survival.result import SurvivalResult
from core.survival.what_if import MOST_PATIENTS, Moved, WhatIf, is_exact
from core.text import Table
from pages.shared import cached, choices, downloads, shown, style, widgets

NAMES = {"p": "Log-rank p", "ratio": "Hazard ratio", "median": "Median"}


def draw(selection: Selection, result: SurvivalResult, compared: SurvivalComparison | None) -> None:
    """The tab, for the groups that are compared, or the median of the first group."""
    measures = _measures(result, compared)
    if not measures:
        style.note("No test or median stands here that one patient could move: compare two groups, or none.")
        return
    words = {measure: NAMES[measure] for measure in measures}
    measure = next(iter(measures))
    if len(measures) > 1:
        measure = choices.choose_one("moved_measure", "Measure", words, measure)
    name, groups = measures[measure]
    with st.spinner("Moving each patient …", show_time=False):
        found = cached.what_if_one(selection, result.endpoint, choices.survival_options(), measure, groups)
    if found is None:
        style.note(f"Of more than {MOST_PATIENTS} patients no single one is moved; set a filter.")
        return
    if found.observed is None:
        style.note(f"{name} cannot be estimated of these patients, so there is nothing to move.")
        return
    how = _method(result, measure, groups)
    footer = partial(downloads.footer, selection, how, ("patients", "endpoints"), result.everyone.table.patients)
    title = _finding(found, name, measure)
    chart = what_if_chart(found, name, {"median": "months"}.get(measure, measure), len(groups) > 1)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading(title)
        downloads.save_figure(chart, title, footer, "one_patient")
    style.figure(with_finding(chart, [title]), "one patient")
    shown.table(_table(found, result, name, measure, _who(selection, result)), footer, "one_patient_table")
    style.note(how)


def _measures(result: SurvivalResult, compared: SurvivalComparison | None) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Each measure's name, and the numbers of the groups that it is of."""
    found: dict[str, tuple[str, tuple[int, ...]]] = {}
    if compared is not None and compared.test is not None:
        groups = (compared.reference, *(group for group, _ in compared.ratios))
        found["p"] = ("Log-rank p", tuple(sorted(group.number for group in groups)))
        if len(compared.ratios) == 1:
            against, group = compared.reference, compared.ratios[0][0]
            found["ratio"] = (f"Hazard ratio, {group.label} against {against.label}", (against.number, group.number))
    if not result.competing and len(result.groups) == 1:
        found["median"] = (f"Median {result.endpoint}, months", (result.groups[0].number,))
    return found


def _shown(value: float | None, measure: str) -> str:
    if value is None:
        return text.NOT_REACHED if measure == "median" else text.NOT_ESTIMABLE
    words = {"p": text.p_alone, "ratio": text.significant, "median": text.number}[measure](value)
    return text.Numeral(value, words)


def _finding(found: WhatIf, name: str, measure: str) -> str:
    ends = [sorted(found.values(kind)) for kind in ROWS]
    spans = [f"{_shown(of[0], measure)} to {_shown(of[-1], measure)}" if of else text.NOT_ESTIMABLE for of in ends]
    observed = _shown(found.observed, measure)
    return f"{name} {observed}: {spans[0]} with one status changed, {spans[1]} with one patient left out"


def _who(selection: Selection, result: SurvivalResult) -> dict[tuple[int, float, bool], list[str]]:
    """The patients by group, month and whether they had the event."""
    asked = {"endpoint": result.endpoint, "landmark": selection.landmark or 0, "most": MOST_PATIENTS}
    rows = cached.answer("survival/endings", selection, **asked)
    found: dict[tuple[int, float, bool], list[str]] = {}
    for row in rows.itertuples():
        found.setdefault((int(row.group), round(row.months, 9), row.status == 1), []).append(str(row.patient_id))
    return found


def _table(
    found: WhatIf, result: SurvivalResult, name: str, measure: str, who: dict[tuple[int, float, bool], list[str]]
) -> Table:
    """One row a way to leave the follow-up: whose it is, and what the result would be; the furthest first."""
    header = ["Patient", "Group", "Month", "With", *(f"{name}: {words.lower()}" for words in ROWS.values())]
    labels = {group.number: group.label for group in result.groups}

    def far(one: Moved) -> float:
        values = [value for value in (one.changed, one.left_out) if value is not None]
        return max((abs(value - (found.observed or 0)) for value in values), default=0.0)

    rows = [
        [
            text.some(who.get((one.group, round(one.months, 9), one.event), []), 4),
            labels[one.group],
            text.Numeral(one.months, text.number(one.months)),
            "the event" if one.event else "no event",
            _shown(one.changed, measure),
            _shown(one.left_out, measure),
        ]
        for one in sorted(found.moved, key=far, reverse=True)
    ]
    return header, rows


def _method(result: SurvivalResult, measure: str, groups: tuple[int, ...]) -> str:
    tables = {group.number: group.table for group in result.groups if group.number in groups}
    by = "permutation" if is_exact(tables) else "chi-squared, also for the line"
    how = f" p is by {by}." if measure == "p" else ""
    return (
        "Each patient in turn: the event taken as censored then, a censored patient as having had it, or the patient "
        f"left out; the line is the result as it is.{how} It shows on whom a result rests, and is no measure itself."
    )
