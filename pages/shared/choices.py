"""What the pages offer to choose: a line a choice, and the widgets that several pages have."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any

import streamlit as st

from core import text
from core.adverse_events.result import BANDS, COUNTED, ORDERS
from core.article.allowed_events import TERMS
from core.article.verdicts import VERDICTS
from core.cohort.schema import FLAG_LEVELS, MOST
from core.cohort.selection import AGAINST_REST, MISSING, Selection
from core.cohort.variables import Variable, adverse_event_named
from core.cohort.vocabulary import ANY_EVENT, ANY_OF
from core.cytopenia.ctcae import LINEAGES, REPORTED_LINEAGES, VERSIONS
from core.response.result import DENOMINATORS, RATES
from core.statistics.proportions import METHODS
from core.subgroups.outcome import MEASURES, OUTCOMES
from core.survival.kaplan_meier import INTERVALS
from core.survival.medians import MEDIAN_RULES
from core.survival.result import SurvivalOptions
from pages.shared import cached, link_spelling, wanted, widgets

TABS = (
    "Comparison", "At fixed times", "Median", "Restricted mean", "Several variables", "One patient", "Follow-up",
    "Method",
    "Each response", "Dose by BCMA", "Two numbers", "MRD", "Duration of response", "What became of them", "Table",
    "Cytokine release", "Prolonged cytopenia", "Each patient", "Groups", "Scheduled days",
    "ICAHT", "CTCAE grades",
    "How often", "Ranges", "Side by side", "Adverse event",
)  # fmt: skip
"""Every tab of every page."""

LONGEST_SEARCH = 100

UNTIL: dict[str, float | None] = {"31": 31.0, "100": 100.0, "365": 365.0, "all": None}
"""How far the axis of days goes, by the word that a link has for it."""


@dataclass(frozen=True)
class Choice:
    """
    A choice that a page offers and a link carries: the value that needs no
    mention, whether any page could offer a value for this cohort, and how a
    link's words are read.
    """

    usual: Any
    legal: Callable[[Any], bool]
    read: Callable[[str], Any] = str


def _number(least: float, most: float, usual: float | None = None) -> Choice:
    return Choice(usual, lambda value: value is not None and least <= value <= most, link_spelling.number)


def _switch(usual: bool) -> Choice:
    return Choice(usual, lambda value: value is not None, lambda words: {"True": True, "False": False}.get(words))


def _one_of(names: Any, usual: Any = None) -> Choice:
    return Choice(usual, names.__contains__)


def _known_endpoint(value: str) -> bool:
    rows = cached.answer("survival/endpoints", Selection(cached.database().fingerprint))
    return value in set(rows["endpoint"])


def _known_event(value: str) -> bool:
    terms = cached.recorded_terms()
    return value in {"", ANY_EVENT, *(t.name for t in terms), *(f"{t.category}{ANY_OF}" for t in terms)}


def _known_group(value: str) -> bool:
    """A group by the variable that makes it and its number (`remarks.group_name`)."""
    variable, _, number = value.rpartition(" ")
    known = variable in {AGAINST_REST, *_variables()} or adverse_event_named(variable) is not None
    return known and number.isdecimal() and len(number) < 5


def _known_coefficient(value: str) -> bool:
    levels = {v.name: v.levels for v in cached.database().variables}
    return value in levels or any(value == f"{name} {level}" for name, known in levels.items() for level in known)


def _variables(only: Callable[[Any], bool] = wanted.anything) -> set[str]:
    return {v.name for v in cached.database().variables if only(v)}


CHOICES: dict[str, Choice] = {
    "endpoint": Choice("PFS", _known_endpoint),
    "interval": _one_of(INTERVALS, "log-log"),
    "median": _one_of(MEDIAN_RULES, "print"),
    "times": Choice(["6", "12", "24"], lambda value: text.months(value) is not None),
    "horizon": _number(1, 1200),
    "reference": Choice(None, _known_group),
    "landmark": _number(0, 1200),
    "clock": _one_of(("landmark", "infusion"), "landmark"),
    "band": _switch(True),
    "details": _switch(False),
    "tab": _one_of(TABS),
    "adjusted_for": Choice([], lambda value: value in _variables(lambda v: v.known_at is None)),
    "moved_measure": _one_of(("p", "ratio", "median"), "p"),
    "change_of": Choice(None, _known_coefficient),
    "limits": _one_of(METHODS, "Clopper–Pearson"),
    "denominator": _one_of(DENOMINATORS, "all"),
    "two_way_rows": Choice(None, lambda value: value in _variables(lambda v: v.is_number)),
    "two_way_columns": Choice(None, lambda value: value in _variables(lambda v: v.is_number)),
    "two_way_rate": _one_of(RATES, "overall"),
    "rows_cut": _number(-MOST, MOST),
    "columns_cut": _number(-MOST, MOST),
    "shown_as": _one_of(("grades", "groups", "patients")),
    "counted": _one_of(COUNTED, "patients"),
    "sorted_by": _one_of(ORDERS, "category"),
    "first_line": _number(1, 1e6, 1.0),
    "search": Choice("", lambda value: len(value) <= LONGEST_SEARCH),
    "least_percent": _number(0, 100, 0.0),
    "compared_grade": _one_of(("any", "3+"), "3+"),
    "who": Choice("", _known_event),
    "who_grade": _one_of(BANDS, "any"),
    "who_group": Choice("all", lambda value: value == "all" or _known_group(value)),
    "subgroup_outcome": _one_of(OUTCOMES),
    "subgroup_measure": _one_of(MEASURES, "hazard"),
    "subgroup_event": Choice(None, _known_event),
    "subgroup_grade": _one_of(("any", "3+"), "3+"),
    "subgroups_by": Choice([], lambda value: value in _variables()),
    "baseline_of": Choice([], lambda value: value in _variables()),
    "adverse_event": Choice(None, lambda value: value in {term.name for term in cached.recorded_terms()}),
    "adverse_event_grade": _one_of(BANDS, "any"),
    "adverse_event_had": Choice([], lambda value: value in (*FLAG_LEVELS, MISSING)),
    "family": Choice(None, lambda value: value in {analyte.family for analyte in cached.measured()}),
    "analyte": Choice("", lambda value: value == "" or value in {analyte.label for analyte in cached.measured()}),
    "until_day": Choice(None, UNTIL.__contains__),
    "days_as": _one_of(("sampled", "scheduled"), "sampled"),
    "lineages": Choice(list(REPORTED_LINEAGES), LINEAGES.__contains__),
    "cytopenia_grade": _one_of(("2", "3", "4"), "3"),
    "cytopenia_day": _number(14, 100, 30.0),
    "ctcae_version": _one_of(VERSIONS, "5.0"),
    "outcome": Choice(None, lambda value: value in {y.key for y in cached.outcomes()}),
    "against": Choice(None, lambda value: value in {x.key for x in cached.explaining()}),
    "tracks": Choice([], lambda value: value in {analyte.label for analyte in cached.measured()}),
    "published_view": _one_of(("claims", "open")),
    "verdict": _one_of(("noted", *VERDICTS, "all")),
    "assignments": _one_of(("survivor", "all"), "survivor"),
    "cohort_shown": _number(1, 100),
    "often": _one_of(("ratio", "p", "median", "responders", "12", "24"), "ratio"),
    "open_event": _one_of(TERMS),
    "open_grade": _one_of(("any", "3+"), "3+"),
    "left_out": Choice([], lambda value: value in cached.first_patients()),
}


def kept(name: str) -> Any:
    """What is wanted of a page's choice, also before its widget is drawn."""
    return wanted.get(name, CHOICES[name].usual)


def choose(
    name: str, draw: partial, allowed: Callable[[Any], bool], usual: Any = None, forgets: tuple[str, ...] = ()
) -> Any:
    """Draw a page's widget and return what it says (see `wanted.choose`)."""
    usual = CHOICES[name].usual if usual is None else usual
    return wanted.choose(name, draw, allowed, usual, place=st.session_state["page"], forgets=forgets)


def survival_options() -> SurvivalOptions:
    """The limits' scale and the median rule that the viewer wants, on every page alike."""
    return SurvivalOptions(kept("interval"), kept("median"))


def proportion_method() -> str:
    """How the viewer wants the limits of proportions found."""
    return kept("limits")


def choose_one(name: str, label: str, options: dict[str, str], usual: str | None = None, labelled: bool = False) -> str:
    """One of a few (name -> its words) as segments in a row; `labelled` where the words need their label above them."""
    control = partial(
        widgets.segmented_control,
        label,
        list(options),
        format_func=options.__getitem__,
        required=True,
        label_visibility="visible" if labelled else "collapsed",
    )
    return choose(name, control, options.__contains__, usual)


def choose_variables(name: str, variables: tuple[Variable, ...], most_rows: int) -> tuple[Variable, ...]:
    """
    Of more variables than `most_rows` rows hold (a heading and its levels each)
    those that the viewer finds, or the first; all where they fit.
    """
    rows = list(accumulate(3 if variable.is_number else 1 + len(variable.levels) for variable in variables))
    fit = [variable.name for variable, reached in zip(variables, rows, strict=True) if reached <= most_rows]
    if len(fit) == len(variables):
        return variables
    labels = {variable.name: variable.label for variable in variables}
    label = f"Variables shown, of {len(labels):,}"
    find = partial(widgets.multiselect, label, list(labels), format_func=labels.__getitem__)
    chosen = choose(name, find, labels.__contains__, fit)
    return tuple(variable for variable in variables if variable.name in chosen)


def tabs(draws: dict[str, Callable[[], object]]) -> None:
    """Tabs by their names, each with what draws it; only the open one is drawn, and a link opens it again."""
    names = list(draws)
    places = choose("tab", partial(widgets.tabs, names), draws.__contains__, names[0])
    for place, draw in zip(places, draws.values(), strict=True):
        if place.open:
            with place:
                draw()


def choose_limits() -> str:
    """How the limits of proportions are found, on every page alike, behind one button."""
    with widgets.popover("Options", icon=":material/tune:", type="tertiary"):
        words = {method: method for method in METHODS}
        return choose_one("limits", "95% limits of proportions", words, labelled=True)
