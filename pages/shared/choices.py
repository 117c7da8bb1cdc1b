"""
What a page offers to choose, and what the viewer or a link wants of it.

A wish lives as long as the session: a widget that is not drawn for a while, or
whose choice a filter makes impossible, comes back with it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from core.adverse_events.result import BANDS, COUNTED, ORDERS
from core.cohort.schema import MOST
from core.cohort.selection import AGAINST_REST, Selection
from core.cohort.vocabulary import ANY_EVENT, ANY_OF
from core.response.result import DENOMINATORS, RATES
from core.statistics.proportions import METHODS
from core.subgroups.outcome import MEASURES, OUTCOMES
from core.survival.kaplan_meier import INTERVALS
from core.survival.medians import MEDIAN_RULES
from core.survival.result import SurvivalOptions
from pages.shared import cached, reconnect, widgets

DEFAULTS: dict[str, Any] = {
    "endpoint": "PFS",
    "interval": "log-log",
    "median": "print",
    "times": ["6", "12", "24"],
    "horizon": None,
    "reference": None,
    "landmark": None,
    "clock": "landmark",
    "band": True,
    "details": False,
    "tab": None,
    "limits": "Clopper–Pearson",
    "denominator": "infused",
    "two_way_rows": None,
    "two_way_columns": None,
    "two_way_rate": "overall",
    "rows_cut": None,
    "columns_cut": None,
    "shown_as": None,
    "counted": "patients",
    "sorted_by": "category",
    "search": "",
    "least_percent": 0.0,
    "compared_grade": "any",
    "who": "",
    "who_grade": "any",
    "who_group": "all",
    "subgroup_outcome": None,
    "subgroup_measure": "hazard",
    "subgroup_event": None,
    "subgroup_grade": "3+",
    "adjusted_for": [],
    "change_of": None,
}
"""Every choice that a page offers and a link carries, with the value that needs no mention."""

TABS = (
    "Comparison", "At fixed times", "Median", "Restricted mean", "Several variables", "Follow-up", "Method",
    "Each response", "Dose by BCMA", "MRD", "Duration of response", "What became of them", "Table", "Cytokine release",
    "Prolonged cytopenia",
)  # fmt: skip
"""Every tab of every page."""

LONGEST_SEARCH = 100


def months(typed: object) -> float | None:
    """A time that was typed, with a point or a comma, as months."""
    words = str(typed).replace(",", ".")
    return (
        float(words) if words.isascii() and words.replace(".", "", 1).isdecimal() and 0 < float(words) < 1200 else None
    )


def is_a_choice(name: str, value: Any) -> bool:
    """Whether any page could offer this value of a choice for this cohort: what a link may ask for."""
    words = _WORDS.get(name)
    if words is not None:
        return value in words
    variables = cached.database().variables
    if name in ("reference", "who_group"):
        variable, _, number = str(value).rpartition(" ")
        known = variable in {AGAINST_REST, *(v.name for v in variables)} and number.isdecimal() and len(number) < 5
        return known or (name == "who_group" and value == "all")
    if name == "adjusted_for":
        return value in {v.name for v in variables if v.known_at is None}
    if name == "change_of":
        levels = {v.name: v.levels for v in variables}
        return value in levels or any(value == f"{one} {level}" for one, known in levels.items() for level in known)
    if name in ("two_way_rows", "two_way_columns"):
        return value in {v.name for v in variables if v.is_number}
    if name == "endpoint":
        return value in set(cached.answer("survival/endpoints", Selection(cached.database().fingerprint))["endpoint"])
    if name in ("who", "subgroup_event"):
        terms = cached.recorded_terms()
        return value in {"", ANY_EVENT, *(t.name for t in terms), *(f"{t.category}{ANY_OF}" for t in terms)}
    if name == "times":
        return months(value) is not None
    if name == "search":
        return len(value) <= LONGEST_SEARCH
    least, most = {"least_percent": (0, 100), "horizon": (1, 1200), "landmark": (0, 1200)}.get(name, (-MOST, MOST))
    return value is not None and least <= value <= most


_WORDS: dict[str, Any] = {
    "interval": INTERVALS,
    "median": MEDIAN_RULES,
    "clock": ("landmark", "infusion"),
    "band": (True, False),
    "details": (True, False),
    "tab": TABS,
    "limits": METHODS,
    "denominator": DENOMINATORS,
    "two_way_rate": RATES,
    "shown_as": ("grades", "groups", "patients"),
    "counted": COUNTED,
    "sorted_by": ORDERS,
    "compared_grade": ("any", "3+"),
    "who_grade": BANDS,
    "subgroup_outcome": OUTCOMES,
    "subgroup_measure": MEASURES,
    "subgroup_grade": ("any", "3+"),
}


def kept(name: str, allowed: Callable[[Any], bool] | None = None) -> Any:
    """
    What the viewer or the link wants of a page's choice, also before its
    widget is drawn. A value that came from the widget and is not `allowed` is
    a label of before the choices were renamed, and nobody's wish.
    """
    wishes, drawn = _store("wishes"), _store("drawn")
    if name in st.session_state and name in drawn and st.session_state[name] != drawn[name]:
        drawn[name] = st.session_state[name]
        if allowed is None or isinstance(drawn[name], list) or allowed(drawn[name]):
            wishes[name] = drawn[name]
    return wishes.get(name, DEFAULTS[name])


def survival_options() -> SurvivalOptions:
    """The limits' scale and the median rule that the viewer wants, on every page alike."""
    interval, rule = kept("interval"), kept("median")
    return SurvivalOptions(
        interval if interval in INTERVALS else DEFAULTS["interval"],
        rule if rule in MEDIAN_RULES else DEFAULTS["median"],
    )


def wish(name: str, value: Any) -> None:
    """Choose for the viewer, in a callback; None for the usual choice."""
    _store("wishes")[name] = value


def from_link(asked: dict[str, Any]) -> None:
    """What a link asks for, in place of every wish; what the page does not offer is put right where it is drawn."""
    st.session_state["page wishes"], st.session_state["page drawn"] = asked, {}
    st.session_state["from link"] = tuple(asked)


def forget_tab() -> None:
    """The tabs of one page are not those of another."""
    for store in ("wishes", "drawn"):
        _store(store).pop("tab", None)


def reset() -> None:
    """Back to the usual choices, except for the endpoint."""
    st.session_state["page wishes"] = {name: wish for name, wish in _store("wishes").items() if name == "endpoint"}


def clicks() -> int:
    """How many clicks on figures were taken: what a figure's data carry, so that the same place is heard again."""
    return st.session_state.get("clicks", 0)


def take_click(key: str, take: Callable[[dict[str, Any]], None]) -> None:
    """A figure's callback: hand what was clicked to `take`."""
    picked = [mark for marks in st.session_state[key].selection.values() for mark in marks]
    newest = [mark for mark in picked if mark.get("turn") == clicks()]  # the others are earlier clicks
    if newest:
        st.session_state["clicks"] = clicks() + 1
        take(max(newest, key=len))  # every layer hears a click; the one that it fell on knows most of it


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


def tabs(draws: dict[str, Callable[[], object]]) -> None:
    """Tabs by their names, each with what draws it; only the open one is drawn, and a link opens it again."""
    names = list(draws)
    places = choose("tab", partial(widgets.tabs, names, on_change="rerun"), draws.__contains__, names[0])
    for place, draw in zip(places, draws.values(), strict=True):
        if place.open:
            with place:
                draw()


def choose_limits() -> str:
    """How the limits of proportions are found, on every page alike, behind one button."""
    with widgets.popover("Options", icon=":material/tune:", type="tertiary"):
        words = {method: method for method in METHODS}
        return choose_one("limits", "95% limits of proportions", words, labelled=True)


def proportion_method() -> str:
    """How the viewer wants the limits of proportions found."""
    wanted = kept("limits")
    return wanted if wanted in METHODS else DEFAULTS["limits"]


def choose(name: str, draw: partial, allowed: Callable[[Any], bool], default: Any = None) -> Any:
    """
    Draw a page's widget and return its value. `draw` is a widget short of its
    `key`, with its bounds or choices among its positional arguments.

    It shows what the viewer or the link wants, and `default` while that is not
    `allowed`: a wish that a filter makes impossible comes back with its filter.
    """
    if reconnect.held(name):
        value = draw(key=name)
        _store("drawn")[name], _store("bounds")[name] = value, f"{st.session_state.get('page')} {draw.args}"
        if value != (DEFAULTS[name] if default is None else default):
            _store("wishes")[name] = value
        return value
    wish = kept(name, allowed)
    value = DEFAULTS[name] if default is None else default
    asked = st.session_state.get("from link", ())
    if isinstance(wish, list):
        refused = [str(part) for part in wish if not allowed(part)]
        value = [part for part in wish if allowed(part)] or value
        if refused:
            which = "what the link asks for" if name in asked else ", ".join(refused)  # a link's words are anybody's
            widgets.toast(f"Left out, because it is no choice here: {which}")
            _store("wishes")[name] = value
    elif wish is not None and allowed(wish):
        value = wish
    elif name in asked:
        widgets.toast("This link asks for a choice that this page does not offer; the usual one is shown.")
        _store("wishes").pop(name, None)
    st.session_state["from link"] = tuple(other for other in asked if other != name)
    # A value set anew overtakes keys that are still being pressed, so it is set only where it has to be: where it
    # differs, or where another page or other bounds or choices make it another widget.
    bounds = f"{st.session_state.get('page')} {draw.args}"
    if st.session_state.get(name) != value or _store("bounds").get(name) != bounds:
        st.session_state[name] = value
    _store("drawn")[name], _store("bounds")[name] = value, bounds
    return draw(key=name)


def _store(name: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"page {name}", {})
