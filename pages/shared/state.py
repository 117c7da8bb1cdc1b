"""
What the viewer has chosen: the only user of session state.

Each filter is one widget with a constant key. The URL is read into the widgets
before any of them is drawn and written after all of them have run; a link's
counts never stand in it. An own cohort's choices stay in the session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.cohort import AGAINST_REST, MISSING, Comparison, Filter, Levels, Range, Selection
from core.schema import Variable
from pages.shared import cached, url

NOTHING = "nothing"


@dataclass(frozen=True)
class Extent:
    """The range of a numeric variable in the whole cohort, and its slider's ends and step."""

    low: float
    high: float
    step: float
    missing: int


def filter_key(name: str) -> str:
    return f"filter {name}"


def missing_key(name: str) -> str:
    return f"missing {name}"


def extents() -> dict[str, Extent]:
    """Every numeric variable's extent; a variable with no two values has none."""
    return _extents(cached.database().fingerprint)


@st.cache_resource(max_entries=20, show_spinner=False)
def _extents(cohort: str) -> dict[str, Extent]:
    summaries = cached.answer("number_summaries", Selection(cohort))
    found = {}
    for row in summaries.itertuples():
        if row.patients and row.highest > row.lowest:
            step = _step(row.highest - row.lowest, bool(row.whole))
            low, high = floor(row.lowest / step + 1e-9) * step, ceil(row.highest / step - 1e-9) * step
            found[row.variable] = Extent(round(low, 10), round(high, 10), step, int(row.missing))
    return found


def _step(width: float, whole: bool) -> float:
    """A slider step of 1, 2 or 5 times a power of ten: about a hundred of them, or whole numbers."""
    if whole and width <= 100:
        return 1.0
    rough = width / 100
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return max(1.0, step) if whole else round(step, 10)


# -- the selection ---------------------------------------------------------------------------------


def selection() -> Selection:
    """The selection as the widgets stand, with the cuts of its comparison worked out."""
    database = cached.database()
    ranges = extents()
    filters = [_filter(variable, ranges) for variable in database.variables]
    chosen = Selection(database.fingerprint, tuple(f for f in filters if f is not None))
    comparison = _comparison(database.variables, chosen)
    return Selection(database.fingerprint, chosen.filters, comparison)


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
    if split == "cut":
        return Comparison(by, split, (float(st.session_state.get(f"cut {by}", default_cut(variable))),))
    return Comparison(by, split, _quantiles(by, split, chosen))


def _quantiles(name: str, split: str, chosen: Selection) -> tuple[float, ...]:
    """Where the median or the tertiles of the selected patients lie."""
    rows = cached.answer("quantiles", chosen)
    mine = rows[rows["variable"] == name]
    if mine.empty:
        return ()
    columns = ["median"] if split == "median" else ["lower_tertile", "upper_tertile"]
    return tuple(sorted({_rounded_down(float(mine.iloc[0][column])) for column in columns}))


def _rounded_down(cut: float) -> float:
    """Four figures, rounded down so that a patient at the median stays in the upper group, and the label is the cut."""
    if not cut:
        return cut
    power = 10.0 ** (floor(log10(abs(cut))) - 3)
    return round(floor(cut / power + 1e-9) * power, 10)


def default_cut(variable: Variable) -> float:
    """The dictionary's cut, or the middle of the variable's range."""
    extent = extents()[variable.name]
    if variable.default_cut is not None and extent.low <= variable.default_cut <= extent.high:
        return variable.default_cut
    return round(extent.low + floor((extent.high - extent.low) / 2 / extent.step) * extent.step, 10)


def put(wanted: Selection) -> None:
    """Set every filter and comparison widget to a selection."""
    ranges = extents()
    filters = {f.variable: f for f in wanted.filters}
    for variable in cached.database().variables:
        name, chosen = variable.name, filters.get(variable.name)
        if variable.is_number:
            if name in ranges:
                low, high = (
                    (chosen.low, chosen.high) if isinstance(chosen, Range) else (ranges[name].low, ranges[name].high)
                )
                st.session_state[filter_key(name)] = (float(low), float(high))
                st.session_state[missing_key(name)] = chosen.missing if isinstance(chosen, Range) else True
        else:
            st.session_state[filter_key(name)] = list(chosen.levels) if isinstance(chosen, Levels) else []
    comparison = wanted.comparison
    st.session_state["by"] = NOTHING if comparison is None else comparison.variable
    if comparison is not None and comparison.split:
        st.session_state["split"] = comparison.split
        if comparison.split == "cut":
            st.session_state[f"cut {comparison.variable}"] = comparison.cuts[0]


def drop_filter(name: str) -> None:
    """Remove one filter (a chip's callback)."""
    put(selection().without(name))


def clear_filters() -> None:
    """Remove every filter, and keep the comparison unless it rested on them."""
    now = selection()
    put(Selection(now.cohort, (), None if now.against_rest else now.comparison))


def reset() -> None:
    """Remove every filter and the comparison."""
    put(Selection(cached.database().fingerprint))


# -- the page's own choices ------------------------------------------------------------------------


def kept(name: str) -> Any:
    """A page's choice as it stands, also before its widget is drawn."""
    return st.session_state.get(name, _kept().get(name, PAGE_DEFAULTS[name]))


def choose(name: str, draw: Callable[..., Any], allowed: Callable[[Any], bool], default: object = None) -> Any:
    """
    Draw a page's widget and return its value. `draw` takes the widget's `key`;
    what the viewer or the link chose stands in it, and the default where that
    is not `allowed`. The choice stands in the URL and survives a change of page.
    """
    default = PAGE_DEFAULTS[name] if default is None else default
    value = kept(name)
    if isinstance(value, list):
        value = [part for part in value if allowed(part)] or default
    elif value is None or not allowed(value):
        if name in st.session_state.pop("from link", ()):
            st.toast("This link asks for a choice that this page does not offer; the usual one is shown.")
        value = default
    st.session_state[name] = value
    chosen = draw(key=name)
    _kept()[name] = PAGE_DEFAULTS[name] if chosen == default else chosen
    return chosen


def _kept() -> dict[str, Any]:
    return st.session_state.setdefault("page options", {})


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
    st.session_state["page"] = page
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if not cached.is_bundled() or query == st.session_state["written"]:
        return []
    if not fresh and (_widgets() != st.session_state.get("widgets as written") or (moved and not query)):
        return []
    database = cached.database()
    ranges = {name: (extent.low, extent.high) for name, extent in extents().items()}
    wanted, notices = url.decode(query, database.fingerprint, database.variables, ranges, PAGE_PARAMETERS)
    put(wanted)
    st.session_state["from link"] = tuple(name for name in PAGE_PARAMETERS if name in query)
    for name in PAGE_PARAMETERS:
        if name in query:
            _kept()[name] = _parsed(name, query[name])
            st.session_state.pop(name, None)
    return notices


def query_of(chosen: Selection) -> url.Query:
    """The selection and the pages' choices as a URL's query."""
    query = url.encode(chosen)
    for name, value in _kept().items():
        if value != PAGE_DEFAULTS.get(name):
            query[name] = [_shown(part) for part in value] if isinstance(value, list) else [_shown(value)]
    return query


def link(chosen: Selection) -> str:
    """The address that opens this view."""
    address = (st.context.url or "").split("?")[0]
    query = urlencode(query_of(chosen), doseq=True)
    return f"{address}?{query}" if query else address


def write_url(chosen: Selection) -> None:
    """Put the selection and the page's choices into the URL, after everything has run."""
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
    names = ("by", "split", *PAGE_PARAMETERS)
    own = [str(key) for key in st.session_state if str(key).startswith(("filter ", "missing ", "cut ")) or key in names]
    return {key: st.session_state[key] for key in own}


PAGE_DEFAULTS: dict[str, object] = {
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
}
"""Every choice that a page offers and a link carries, with the value that needs no mention."""

PAGE_PARAMETERS = tuple(PAGE_DEFAULTS)


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _parsed(name: str, values: list[str]) -> object:
    """A parameter as its widget's value; what is no number or choice is put right by `option`."""
    default = PAGE_DEFAULTS[name]
    if isinstance(default, bool):
        return values[0] == "True"
    if isinstance(default, list):
        return values
    return _number(values[0]) if name in ("horizon", "landmark") else values[0]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
