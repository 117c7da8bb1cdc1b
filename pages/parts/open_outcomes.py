"""What the article leaves open: the current selection and comparison in every cohort that its statements allow."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from core import text
from core.article import tables_allowed, words_allowed
from core.article.allowed import Allowed, Spread
from core.article.allowed_events import TERMS, allowed_count
from core.article.answers import ENDPOINTS
from core.article.figure_allowed import player_chart, spread_chart, still_chart
from core.article.steps import Step
from core.cohort.labels import group_labels
from core.cohort.selection import Selection
from core.cohort.vocabulary import ENDPOINTS as NAMES
from core.figures.frame import with_finding
from core.figures.theme import Specification, colour, group_colour
from core.survival.comparison import SurvivalComparison
from core.survival.cox import HazardRatio
from core.survival.result import SurvivalOptions, SurvivalResult
from pages.shared import cached, choices, downloads, remarks, shown, style, widgets

TABLES = ("patients", "endpoints")
ASSIGNMENTS = {"survivor": "Patient 8 a survivor, 180", "all": "All 420"}
MEASURES = {"ratio": "Hazard ratio", "p": "Log-rank p", "median": "Median", "responders": "Responders",
            "12": "At 12 months", "24": "At 24 months"}  # fmt: skip


@dataclass(frozen=True)
class View:
    """A selection in every allowed cohort, beside what the bundled one has."""

    selection: Selection
    found: Allowed
    steps: tuple[Step, ...]
    result: SurvivalResult | None
    compared: SurvivalComparison | None
    survivor: bool

    @property
    def labels(self) -> dict[int, str]:
        return dict(enumerate(group_labels(self.selection, cached.database().variables)))

    @property
    def pair(self) -> tuple[int, ...]:
        """The groups that are compared, the reference first."""
        if self.compared is None or self.found.comparison is None:
            return ()
        return (self.compared.reference.number, *(group.number for group, _ in self.compared.ratios))

    @property
    def hazard(self) -> HazardRatio | None:
        """The bundled cohort's hazard ratio of the second group against the reference."""
        return self.compared.ratios[0][1] if self.compared is not None and len(self.pair) == 2 else None

    @property
    def ratio(self) -> float | None:
        return None if self.hazard is None else self.hazard.ratio

    @property
    def p(self) -> float | None:
        return self.compared.test.p if self.compared is not None and self.compared.test is not None else None

    def footer(self) -> tuple[str, ...]:
        return downloads.footer(self.selection, words_allowed.method(self.found, self.survivor), TABLES)


def draw(selection: Selection) -> None:
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        endpoint = choices.choose_one("endpoint", "Endpoint", {name: name for name in ENDPOINTS}, "PFS")
        survivor = choices.choose_one("assignments", "Assignments", ASSIGNMENTS) == "survivor"
        st.space("stretch")
        save = st.container(width="content")
    with st.spinner("Going through the cohorts that the article allows …", show_time=False):
        found = cached.allowed_outcomes(selection, endpoint, survivor)
        steps = cached.allowed_steps(selection, endpoint, survivor)
    if found is None:
        with heading:
            widgets.title("Nobody is left to follow in these cohorts")
        style.note("Relax a filter: who is selected may depend on outcomes that the article leaves open.")
        return
    options = SurvivalOptions()  # as in all the others, whatever the viewer chose on another page
    described = bool(remarks.described(selection))
    compared = None if described else cached.comparison(selection, endpoint, options, None)
    view = View(selection, found, steps, cached.survival_result(selection, endpoint, options), compared, survivor)
    title, facts = words_allowed.finding(found, view.labels, view.pair), words_allowed.facts(found)
    shown.finding(heading, title, facts)
    draw_player(view, title, save, text.facts_line(facts))
    style.note(
        words_allowed.conclusion(found, view.hazard, view.labels, view.pair),
        words_allowed.SHARE,
        remarks.described(selection),
    )
    draw_tabs(view)


def draw_player(view: View, title: str, save: st.delta_generator.DeltaGenerator, facts: tuple[str, ...]) -> None:
    """One allowed cohort over a hundred, which a slider steps through."""
    most = len(view.steps)
    slider = partial(widgets.slider, "Cohort", 1.0, float(most), step=1.0, format="%d", width=420)
    with st.container(horizontal=True, vertical_alignment="center"):
        usual = words_allowed.place_of_bundled(view.found, view.ratio, view.p, most)
        number = int(choices.choose("cohort_shown", slider, lambda step: 1 <= step <= most, float(usual)))
        step = view.steps[number - 1]
        group = view.labels[view.pair[1]] if len(view.pair) == 2 else ""
        counter, said = words_allowed.counter(view.steps, group), words_allowed.step_words(step)
        style.facts(
            [("Cohort", f"{number} of {most}{': ' + said if said else ''}"), *([("", counter)] if counter else [])]
        )
    endpoint, since = view.found.endpoint, cached.database().time_origin
    name = f"{NAMES.get(endpoint, endpoint)}, cohort {number} of {most}"
    chart = player_chart(view.steps, number - 1, view.labels, name, since)
    shown.figure(chart, "allowed", title, view.footer, save, None, "allowed_cohorts", facts)


def draw_tabs(view: View) -> None:
    choices.tabs(
        {
            "How often": partial(draw_spread, view),
            "Ranges": partial(draw_ranges, view),
            "Side by side": partial(draw_still, view),
            "Adverse event": partial(draw_event, view),
            "Method": lambda: style.note(*view.footer()),
        }
    )


def draw_ranges(view: View) -> None:
    rates = cached.response_result(view.selection, "all", choices.proportion_method())
    responders = {group.number: group.rates.overall.count for group in rates.groups}
    table = tables_allowed.allowed_table(view.found, view.labels, view.result, view.compared, responders)
    shown.table(table, view.footer, "allowed_ranges")


def draw_spread(view: View) -> None:
    """How often a result comes out as what, with the bundled cohort's marked."""
    comparison = view.found.comparison
    lacking = {"p"} if comparison is None else set()
    lacking |= {"ratio"} if comparison is None or comparison.ratio is None else set()
    offered = {name: words for name, words in MEASURES.items() if name not in lacking}
    measure = choices.choose_one("often", "Result", offered, next(iter(offered)))
    spreads, bundled = _spreads(view, measure)
    endpoint = view.found.endpoint
    name = {"median": f"Median {endpoint}, months", "responders": "Responders, patients"}.get(
        measure, MEASURES[measure]
    )
    name += f", {endpoint}" if measure in ("12", "24") else ""
    _draw_named(spread_chart(spreads, bundled, name, measure == "ratio"), name, view.footer, "how_often")


def _spreads(view: View, measure: str) -> tuple[dict[str, tuple[Spread, str]], dict[str, float | None]]:
    """The spreads of a result by what its rows are called, and what the bundled cohort has."""
    comparison = view.found.comparison
    if comparison is not None and measure == "ratio" and comparison.ratio is not None:
        label = " against ".join(view.labels[number] for number in reversed(view.pair))
        return {label: (comparison.ratio, colour("accent"))}, {label: view.ratio}
    if comparison is not None and measure == "p":
        return {"All groups": (comparison.p, colour("accent"))}, {"All groups": view.p}
    rates = cached.response_result(view.selection, "all", choices.proportion_method())
    responders = {group.number: float(group.rates.overall.count) for group in rates.groups}
    own = {group.number: group for group in view.result.groups} if view.result is not None else {}
    spreads, bundled = {}, {}
    for group in view.found.groups:
        label, curve = view.labels[group.number], own.get(group.number)
        hue = group_colour(group.number) if len(view.found.groups) > 1 else colour("accent")
        if measure == "responders":
            spreads[label], bundled[label] = (group.responders, hue), responders.get(group.number)
        elif measure == "median":
            median = None if curve is None else curve.median.months
            spreads[label] = (group.median, hue)
            bundled[label] = None if curve is None else np.inf if median is None else median
        else:
            place = ("12", "24").index(measure)
            at = next((a.survival for a in curve.at_times if a.months == float(measure)), None) if curve else None
            spreads[label], bundled[label] = (group.at[place], hue), at
    return spreads, bundled


def draw_still(view: View) -> None:
    """Some of the cohorts beside each other, for print."""
    endpoint = view.found.endpoint
    name = f"{NAMES.get(endpoint, endpoint)} in cohorts that the article allows, in order"
    chart = still_chart(view.steps, name, cached.database().time_origin)
    _draw_named(chart, name, view.footer, "allowed_side_by_side")


def draw_event(view: View) -> None:
    """In how many patients of each group an adverse event may have been."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        select = partial(widgets.selectbox, "Adverse event", list(TERMS), width=300)
        term = choices.choose("open_event", select, TERMS.__contains__, TERMS[1])
        grades = {"any": "Any grade", "3+": "Grade 3 or more"}
        severe = choices.choose_one("open_grade", "Grade", grades, labelled=True) == "3+"
    who = cached.answer("cohort/who", view.selection, most=cached.MOST_NAMED)
    spreads, bundled = {}, {}
    grid = cached.answer("adverse_events/grid", Selection(view.selection.cohort), terms=(term,), most=cached.MOST_NAMED)
    had = set(grid[(grid["term"] == term) & (grid["grade_min"] >= (3 if severe else 1))]["patient_id"].astype(str))
    for number, of in who.groupby("group")["patient_id"]:
        ids = set(of.astype(str))
        hue = group_colour(int(number)) if who["group"].nunique() > 1 else colour("accent")
        label = view.labels[int(number)]
        spreads[f"{label}, of {len(ids)}"] = (allowed_count(term, frozenset(map(int, ids)), severe), hue)
        bundled[f"{label}, of {len(ids)}"] = float(len(ids & had))
    name = f"Patients with {text.lowered(term)}{', grade 3 or more' if severe else ''}"
    _draw_named(spread_chart(spreads, bundled, name, False), name, view.footer, "allowed_event")
    style.note("Shares of all ways to give this event, by itself, to patients so that what is printed of it holds.")


def _draw_named(chart: Specification, name: str, footer: Callable[[], tuple[str, ...]], file: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading(name)
        downloads.save_figure(chart, name, footer, file)
    style.figure(with_finding(chart, [name]), file)
