"""
The address of a view: read into the widgets before any of them is drawn, and
written after all of them have run. A link's counts never stand in it; an own
cohort's choices stay in the session.
"""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.cohort.selection import Selection
from pages.shared import cached, choices, reconnect, state, url

_NUMBERS = ("horizon", "landmark", "rows_cut", "columns_cut", "least_percent")


def read(page: str) -> list[str]:
    """
    Take what the URL asks for into the widgets, before any is drawn: on the
    first run of a session, and when the address alone has changed since (back
    and forward). While the viewer moves a widget the browser's address lags
    behind and is not read. Returns notices of what could not be followed.
    """
    fresh = "written" not in st.session_state
    if fresh:
        reconnect.begin()
        state.put(Selection(cached.database().fingerprint))
        st.session_state["written"] = {}
    moved = st.session_state.get("page") != page
    if moved and not fresh:
        choices.forget_tab()
    st.session_state["page"] = page
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if not cached.is_bundled() or query == st.session_state["written"]:
        return [reconnect.NOTICE] if reconnect.just_ended() and not cached.is_bundled() else []
    if not fresh and (_widgets() != st.session_state.get("widgets as written") or (moved and not query)):
        return []
    database = cached.database()
    levels = {name: set(counts) for name, counts in cached.facets(Selection(database.fingerprint)).levels.items()}
    others = tuple(choices.DEFAULTS)
    wanted, notices = url.decode(query, database.fingerprint, database.variables, levels, state.extents(), others)
    state.put(wanted)
    choices.from_link(_choices_of(query, notices))
    # As of now, not of the end of this run: it may be cut short by the next step back or forward.
    st.session_state["written"], st.session_state["widgets as written"] = query, _widgets()
    return notices


def query_of(chosen: Selection) -> url.Query:
    """The selection and the pages' choices as a URL's query."""
    query = url.encode(chosen)
    for name, default in choices.DEFAULTS.items():
        value = choices.kept(name)
        if value is not None and value != default:
            query[name] = [_shown(part) for part in value] if isinstance(value, list) else [_shown(value)]
    return query


def query_with(chosen: Selection, **others: str) -> url.Query | None:
    """The query of this view with other choices, for a link within the app; None where no query may be written."""
    if not cached.is_bundled():
        return None
    return query_of(chosen) | {name: [value] for name, value in others.items()}


def link(chosen: Selection) -> str:
    """The address that opens this view."""
    address = (st.context.url or "").split("?")[0]
    query = urlencode(query_of(chosen), doseq=True)
    return f"{address}?{query}" if query else address


def write(chosen: Selection) -> None:
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
    names = ("by", "split", *choices.DEFAULTS)
    own = [str(key) for key in st.session_state if str(key).startswith(("filter ", "missing ", "cut ")) or key in names]
    return {key: st.session_state[key] for key in own}


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _choices_of(query: url.Query, notices: list[str]) -> dict[str, Any]:
    """The choices that a query asks for; a notice where one is none of any page, or is asked for twice."""
    found: dict[str, Any] = {}
    for name in choices.DEFAULTS:
        asked = [_parsed(name, value) for value in query.get(name, [])]
        legal = [value for value in asked if choices.is_a_choice(name, value)]
        several = isinstance(choices.DEFAULTS[name], list)
        if legal:
            found[name] = list(dict.fromkeys(legal)) if several else legal[0]
        if len(legal) < len(asked) or (len(asked) > 1 and not several):
            notices.append("This link asks for a choice that this page does not offer; the usual one is shown.")
    notices[:] = dict.fromkeys(notices)
    return found


def _parsed(name: str, value: str) -> Any:
    """A parameter as its widget's value."""
    if isinstance(choices.DEFAULTS[name], bool):
        return {"True": True, "False": False}.get(value)
    return url.number(value) if name in _NUMBERS else value
