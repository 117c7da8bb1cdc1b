"""
The address of a view: what is wanted, spelt as a query, and back.

It is read before any widget is drawn, in a session's first run and after Back
and Forward; it is written after all of them have run. A link of ours to another
page says what it wishes beside the view: that may have changed since it was
drawn. An own cohort's choices stay in the session.
"""

from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.cohort.selection import Selection
from pages.shared import cached, link_spelling, own, reconnect, selection, wanted
from pages.shared.choices import CHOICES

NOT_FOLLOWED = (
    "What an address asks of a cohort of your own is not followed: its names and levels stay out of addresses."
)
MOST_LINKS = 100
LEAVE_IS_ASKED = "onbeforeunload = event => event.preventDefault();"
"""A reload would forget what was brought: the browser asks before it."""
LEAVE_IS_NOT_ASKED = "onbeforeunload = 0;"
NOTE_WHERE_IT_WENT = "onpopstate = () => { window.wentTo = location.search };"
PUT_RIGHT = """if ((window.wentTo ?? location.search) !== location.search)
    history.replaceState({}, '', location.pathname + window.wentTo);"""


def read(page: str) -> list[str]:
    """Want what the address asks for, where it speaks for the viewer. Returns notices of what could not be followed."""
    fresh, turned = "page" not in st.session_state, st.session_state.get("page") != page
    if fresh:
        wanted.begin()
    elif turned:
        wanted.want({"tab": None})  # the tabs of one page are not those of another
    st.session_state["page"] = page
    query = _query()
    if not cached.is_bundled():
        notices = [reconnect.NOTICE] if reconnect.just_ended() else []
        if query and not _gone_back_or_forward():
            st.query_params.clear()
            notices.append(NOT_FOLLOWED)
        return notices
    if not (fresh or _gone_back_or_forward()):
        if turned:
            wanted.want(st.session_state.get("links", {}).get(_key(query), {}))
        return []
    wishes, notices = _understood(query)
    wanted.only(wishes, wishes)
    lacking = any(selection.offered(name, value) != value for name, value in wishes.items())
    return [*notices, wanted.NOT_OFFERED] if lacking and wanted.NOT_OFFERED not in notices else notices


def write() -> None:
    """
    Put what is wanted into the address, after everything has run. After Back
    and Forward it stands there: a late word of ours would cut the way forward.
    But one that was on its way when the browser went was put where it went to,
    which only the browser knows, and puts right. On another page it is written
    although it agrees: a word of the page before may have come in between.
    """
    held = LEAVE_IS_ASKED if own.holds_anything() else LEAVE_IS_NOT_ASKED
    if not cached.is_bundled():
        st.html(f"<script>{held}</script>", unsafe_allow_javascript=True)
        return
    query, script = spelt(), f"{NOTE_WHERE_IT_WENT} {held}"
    if _gone_back_or_forward():
        turn = st.session_state["turn"] = st.session_state.get("turn", 0) + 1  # the same script is not run again
        script += f"{PUT_RIGHT} // {turn}"
    elif query != _query() or st.session_state.get("written") != st.session_state["page"]:
        st.query_params.from_dict(query)
    st.session_state["written"] = st.session_state["page"]
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def spelt() -> link_spelling.Query:
    """What is wanted and not usual, as a query; empty where none may be written."""
    if not cached.is_bundled():
        return {}
    query = link_spelling.encode(selection.selection())
    for name, choice in CHOICES.items():
        value = selection.offered(name, wanted.get(name, choice.usual))
        if value is not None and value != choice.usual:
            query[name] = [_text(part) for part in value] if isinstance(value, list) else [_text(value)]
    return query


def to_another_page(**wishes: str) -> link_spelling.Query:
    """The query of a link to another page, whose tabs are not this one's: this view there, and what else it wishes."""
    view = {name: words for name, words in spelt().items() if name != "tab"}
    if not (wishes and cached.is_bundled()):
        return view
    query = view | {name: [wish] for name, wish in wishes.items()}
    links = st.session_state.setdefault("links", {})  # what each that a browser may still show wishes beside the view
    if len(links) > MOST_LINKS:
        links.clear()
    links[_key(query)] = wishes
    return query


def _key(query: link_spelling.Query) -> str:
    return urlencode(sorted(query.items()), doseq=True)


def _query() -> link_spelling.Query:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _gone_back_or_forward() -> bool:
    """Whether the browser went through its history: its address then speaks, and not its widgets."""
    context = get_script_run_ctx()
    return bool(getattr(context, "is_history_navigation", False))


def _text(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _understood(query: link_spelling.Query) -> tuple[dict[str, Any], list[str]]:
    """What a query asks for, and a notice for each part that cannot be followed."""
    database = cached.database()
    levels = {name: set(counts) for name, counts in cached.facets(Selection(database.fingerprint)).levels.items()}
    known = (database.variables, levels, cached.extents(), tuple(CHOICES))
    chosen, notices = link_spelling.decode(query, database.fingerprint, *known)
    wishes = selection.values_of(chosen)
    for name, choice in CHOICES.items():
        values = [choice.read(words) for words in query.get(name, [])]
        legal = [value for value in values if choice.legal(value)]
        several = isinstance(choice.usual, list)
        if legal:
            wishes[name] = list(dict.fromkeys(legal)) if several else legal[0]
        if len(legal) < len(values) or (len(values) > 1 and not several):
            notices.append(wanted.NOT_OFFERED)
    if not wishes.get("adverse_event") and wishes.pop("adverse_event_had", None):
        notices.append(wanted.NOT_OFFERED)
    return wishes, list(dict.fromkeys(notices))
