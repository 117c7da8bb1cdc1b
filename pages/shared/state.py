"""
What the viewer has chosen: session state and the URL.

Each filter is one widget with a constant key. The URL is read into the widgets
before any of them is drawn and written after all of them have run; a link's
counts never stand in it. An own cohort's choices stay in the session.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.cohort import (
    AGAINST_REST,
    MISSING,
    Comparison,
    Filter,
    Levels,
    Range,
    Selection,
    variable_named,
)
from core.proportions import METHODS
from core.ranges import Extent, default_cut, quantile_cuts
from core.schema import Variable
from core.survival import INTERVALS, MEDIAN_RULES
from core.survival_result import SurvivalOptions
from pages.shared import cached, url
from pages.shared.style import plain

NOTHING = "nothing"

PAGE_DEFAULTS: dict[str, Any] = {
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
}
"""Every choice that a page offers and a link carries, with the value that needs no mention."""


_NUMBERS = ("horizon", "landmark", "rows_cut", "columns_cut", "least_percent")


def filter_key(name: str) -> str:
    return f"filter {name}"


def missing_key(name: str) -> str:
    return f"missing {name}"


def cut_key(name: str) -> str:
    return f"cut {name}"


def extents() -> dict[str, Extent]:
    """Every numeric variable's range; a variable without two values has none."""
    return cached.extents(cached.database().fingerprint)


# -- the selection ---------------------------------------------------------------------------------


def selection() -> Selection:
    """The selection as the widgets stand, with the cuts of its comparison worked out."""
    database = cached.database()
    ranges = extents()
    filters = [_filter(variable, ranges) for variable in database.variables]
    chosen = Selection(database.fingerprint, tuple(f for f in filters if f is not None))
    return Selection(database.fingerprint, chosen.filters, _comparison(database.variables, chosen))


def _filter(variable: Variable, ranges: dict[str, Extent]) -> Filter | None:
    value = st.session_state.get(filter_key(variable.name))
    if not value:
        return None
    if not variable.is_number:
        levels = tuple(level for level in (*variable.levels, MISSING) if level in value)
        return Levels(variable.name, levels) if levels else None
    extent = ranges[variable.name]
    missing = bool(extent.missing and st.session_state.get(missing_key(variable.name), True))
    if tuple(value) == (extent.low, extent.high) and missing == bool(extent.missing):
        return None
    return Range(variable.name, float(value[0]), float(value[1]), missing)


def _comparison(variables: tuple[Variable, ...], chosen: Selection) -> Comparison | None:
    by = st.session_state.get("by", NOTHING)
    if by == NOTHING:
        return None
    if by == AGAINST_REST:
        return Comparison(by) if chosen.filters else None
    variable = next(v for v in variables if v.name == by)
    if not variable.is_number:
        return Comparison(by)
    split = st.session_state.get("split") or "cut"
    if split != "cut":
        return Comparison(by, split, quantile_cuts(cached.answer("quantiles", chosen), by, split))
    extent = extents()[by]
    cut = st.session_state.get(cut_key(by), default_cut(variable, extent))
    return Comparison(by, split, (extent.within(float(cut)),))


def is_moved_cut(comparison: Comparison | None) -> bool:
    """Whether a comparison cuts a number elsewhere than where it is cut unasked."""
    if comparison is None or comparison.split != "cut":
        return False
    variable = variable_named(comparison.variable, cached.database().variables)
    return comparison.cuts != (default_cut(variable, extents()[variable.name]),)


def put(wanted: Selection) -> None:
    """Set every filter and comparison widget to a selection; the bar is then drawn first."""
    st.session_state["put"] = True
    filters = {f.variable: f for f in wanted.filters}
    ranges = extents()
    for variable in cached.database().variables:
        name, chosen = variable.name, filters.get(variable.name)
        if not variable.is_number:
            st.session_state[filter_key(name)] = list(chosen.levels) if isinstance(chosen, Levels) else []
        elif name in ranges:
            whole = Range(name, ranges[name].low, ranges[name].high, missing=True)
            asked = chosen if isinstance(chosen, Range) else whole
            st.session_state[filter_key(name)] = (float(asked.low), float(asked.high))
            st.session_state[missing_key(name)] = asked.missing
    comparison = wanted.comparison
    st.session_state["by"] = NOTHING if comparison is None else comparison.variable
    if comparison is not None and comparison.split:
        st.session_state["split"] = comparison.split
        if comparison.split == "cut":
            st.session_state[cut_key(comparison.variable)] = comparison.cuts[0]


def take_put() -> bool:
    """
    Whether the widgets were set by `put` and not by the viewer. The browser
    must learn their values before the page is drawn: until then its next
    message still carries the old ones. (In its first run it has none yet.)
    """
    first = "ran" not in st.session_state
    st.session_state["ran"] = True
    return bool(st.session_state.pop("put", False)) and not first


def drop_filter(name: str) -> None:
    """Remove one filter (a chip's callback)."""
    put(selection().without(name))


def compare_by(name: str) -> None:
    """Compare by a variable, a number at its usual cut (a figure's callback)."""
    chosen, variable = selection(), variable_named(name, cached.database().variables)
    cut = (default_cut(variable, extents()[name]),) if variable.is_number else ()
    put(replace(chosen, comparison=Comparison(name, "cut" if cut else "", cut)))


def select_level(name: str, number: int) -> bool:
    """
    Filter by one level of a variable, its number in `group_labels`, among the
    patients that are selected (a figure's callback); a number's level is a
    side of its usual cut. False for the empty cells of a number, which no
    range holds alone, and where nobody is on that side.
    """
    chosen, variable = selection(), variable_named(name, cached.database().variables)
    wanted: Filter | None
    if variable.is_number:
        wanted = _side_of_cut(chosen, variable, number)
    else:
        wanted = Levels(name, (variable.levels[number] if number < len(variable.levels) else MISSING,))
    if wanted is None:
        return False
    filters = (*chosen.without(name).filters, wanted)
    order = {v.name: place for place, v in enumerate(cached.database().variables)}
    put(replace(chosen, filters=tuple(sorted(filters, key=lambda f: order[f.variable]))))
    return True


def _side_of_cut(chosen: Selection, variable: Variable, number: int) -> Range | None:
    """The range of the patients below (0) or above (1) the usual cut, within the range that is chosen already."""
    extent = extents()[variable.name]
    cut = default_cut(variable, extent)
    at_cut = replace(chosen.as_one_group, comparison=Comparison(variable.name, "cut", (cut,)))
    rows = cached.answer("number_summaries", at_cut)
    below = rows.loc[(rows["variable"] == variable.name) & (rows["group"] == 0), "highest"].dropna()
    old = next((f for f in chosen.filters if f.variable == variable.name and isinstance(f, Range)), None)
    low, high = (extent.low, extent.high) if old is None or chosen.against_rest else (old.low, old.high)
    if number == 0 and len(below):
        return Range(variable.name, low, float(below.iloc[0]))  # a filter holds its ends, and the cut is not below it
    return Range(variable.name, max(cut, low), high) if number == 1 and cut <= high else None


def clear_filters() -> None:
    """Remove every filter, and keep the comparison unless it rested on them."""
    now = selection()
    put(Selection(now.cohort, (), None if now.against_rest else now.comparison))


def reset() -> None:
    """Remove every filter, the comparison, and what was chosen on pages except the endpoint."""
    put(Selection(cached.database().fingerprint))
    wishes = _store("wishes")
    st.session_state["page wishes"] = {name: wishes[name] for name in ("endpoint",) if name in wishes}


# -- a page's own choices --------------------------------------------------------------------------


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
    return wishes.get(name, PAGE_DEFAULTS[name])


def survival_options() -> SurvivalOptions:
    """The limits' scale and the median rule that the viewer wants, on every page alike."""
    interval, rule = kept("interval"), kept("median")
    return SurvivalOptions(
        interval if interval in INTERVALS else PAGE_DEFAULTS["interval"],
        rule if rule in MEDIAN_RULES else PAGE_DEFAULTS["median"],
    )


def wish(name: str, value: Any) -> None:
    """Choose for the viewer, in a callback; None for the usual choice."""
    _store("wishes")[name] = value


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
        st.segmented_control,
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
    places = choose("tab", partial(st.tabs, names, on_change="rerun"), draws.__contains__, names[0])
    for place, draw in zip(places, draws.values(), strict=True):
        if place.open:
            with place:
                draw()


def choose_limits() -> str:
    """How the limits of proportions are found, on every page alike, behind one button."""
    with st.popover("Options", icon=":material/tune:", type="tertiary"):
        words = {method: method for method in METHODS}
        return choose_one("limits", "95% limits of proportions", words, labelled=True)


def proportion_method() -> str:
    """How the viewer wants the limits of proportions found."""
    wanted = kept("limits")
    return wanted if wanted in METHODS else PAGE_DEFAULTS["limits"]


def choose(name: str, draw: partial, allowed: Callable[[Any], bool], default: Any = None) -> Any:
    """
    Draw a page's widget and return its value. `draw` is a widget short of its
    `key`, with its bounds or choices among its positional arguments.

    It shows what the viewer or the link wants, and `default` while that is not
    `allowed`: a wish that a filter makes impossible comes back with its filter.
    """
    wish = kept(name, allowed)
    value = PAGE_DEFAULTS[name] if default is None else default
    from_link = st.session_state.get("from link", ())
    if isinstance(wish, list):
        refused = [str(part) for part in wish if not allowed(part)]
        value = [part for part in wish if allowed(part)] or value
        if refused:
            st.toast(f"Left out, because it is no choice here: {plain(', '.join(refused))}")
            _store("wishes")[name] = value
    elif wish is not None and allowed(wish):
        value = wish
    elif name in from_link:
        st.toast("This link asks for a choice that this page does not offer; the usual one is shown.")
        _store("wishes").pop(name, None)
    st.session_state["from link"] = tuple(other for other in from_link if other != name)
    # A value set anew overtakes keys that are still being pressed, so it is set only where it has to be: where it
    # differs, or where another page or other bounds or choices make it another widget.
    bounds = f"{st.session_state.get('page')} {draw.args}"
    if st.session_state.get(name) != value or _store("bounds").get(name) != bounds:
        st.session_state[name] = value
    _store("drawn")[name], _store("bounds")[name] = value, bounds
    return draw(key=name)


def _store(name: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"page {name}", {})


# -- the URL ---------------------------------------------------------------------------------------


def read_url(page: str) -> list[str]:
    """
    Take what the URL asks for into the widgets, before any is drawn: on the
    first run of a session, and when the address alone has changed since (back
    and forward). While the viewer moves a widget the browser's address lags
    behind and is not read. Returns notices of what could not be followed.
    """
    fresh = "written" not in st.session_state
    if fresh:
        put(Selection(cached.database().fingerprint))
        st.session_state["written"] = {}
    moved = st.session_state.get("page") != page
    if moved and not fresh:
        for store in ("wishes", "drawn"):
            _store(store).pop("tab", None)  # tabs of one page are not those of another
    st.session_state["page"] = page
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if not cached.is_bundled() or query == st.session_state["written"]:
        return []
    if not fresh and (_widgets() != st.session_state.get("widgets as written") or (moved and not query)):
        return []
    database = cached.database()
    levels = {name: set(counts) for name, counts in cached.facets(Selection(database.fingerprint)).levels.items()}
    others = tuple(PAGE_DEFAULTS)
    wanted, notices = url.decode(query, database.fingerprint, database.variables, levels, extents(), others)
    put(wanted)
    asked = {name: _parsed(name, query[name]) for name in PAGE_DEFAULTS if name in query}
    st.session_state["page wishes"] = asked
    st.session_state["page drawn"] = {}
    st.session_state["from link"] = tuple(asked)
    # As of now, not of the end of this run: it may be cut short by the next step back or forward.
    st.session_state["written"], st.session_state["widgets as written"] = query, _widgets()
    return notices


def query_of(chosen: Selection) -> url.Query:
    """The selection and the pages' choices as a URL's query."""
    query = url.encode(chosen)
    for name, default in PAGE_DEFAULTS.items():
        value = kept(name)
        if value is not None and value != default:
            query[name] = [_shown(part) for part in value] if isinstance(value, list) else [_shown(value)]
    return query


def query_with(chosen: Selection, **choices: str) -> url.Query | None:
    """The query of this view with other choices, for a link within the app; None where no query may be written."""
    if not cached.is_bundled():
        return None
    return query_of(chosen) | {name: [value] for name, value in choices.items()}


def link(chosen: Selection) -> str:
    """The address that opens this view."""
    address = (st.context.url or "").split("?")[0]
    query = urlencode(query_of(chosen), doseq=True)
    return f"{address}?{query}" if query else address


def write_url(chosen: Selection) -> None:
    """Put the selection and the pages' choices into the URL, after everything has run."""
    if not cached.is_bundled():
        return
    query = query_of(chosen)
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    if now != query:
        st.query_params.from_dict(query)
    st.session_state["written"] = query
    st.session_state["widgets as written"] = _widgets()


def _widgets() -> dict[str, Any]:
    """The value of every widget that the URL speaks of."""
    names = ("by", "split", *PAGE_DEFAULTS)
    own = [str(key) for key in st.session_state if str(key).startswith(("filter ", "missing ", "cut ")) or key in names]
    return {key: st.session_state[key] for key in own}


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _parsed(name: str, values: list[str]) -> Any:
    """A parameter as its widget's value; what the page does not offer is put right where it is drawn."""
    default = PAGE_DEFAULTS[name]
    if isinstance(default, bool):
        return values[0] == "True"
    if isinstance(default, list):
        return values
    return url.number(values[0]) if name in _NUMBERS else values[0]
