"""
After the server was started anew, a browser that still shows the page connects
to a new session and sends the values of its widgets with the first click. That
session then takes them as they are: what it would set itself would undo the click,
and lose the view of a cohort whose choices stand in no address.
"""

import re
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.shared import widgets

NOTICE = (
    "The connection was lost and taken up again. What you see is as it was, but filters that were folded away, and who "
    "was lit, may be gone: look at the count of patients."
)


def begin() -> tuple[str, ...]:
    """In a session's first run: hold the values of the widgets of a browser that came back, and name them."""
    st.session_state["held"] = _sent()
    return st.session_state["held"]


def any_held() -> bool:
    """Whether this run takes the browser's values of any widgets."""
    return bool(st.session_state.get("held"))


def end() -> bool:
    """At the end of a run: whether it was the first of a browser that came back, and the next shows its view."""
    came_back = bool(st.session_state.pop("held", None))
    st.session_state["came back"] = came_back
    return came_back


def just_ended() -> bool:
    """Whether this run is the one that shows the view of a browser that came back."""
    return bool(st.session_state.get("came back")) and "held" not in st.session_state


def held(key: str) -> bool:
    """Whether the browser's value of this widget is to be taken in this run."""
    return key in st.session_state.get("held", ())


def button(label: object, take: Callable[..., object], *of: object, **options: Any) -> None:
    """A button that does `take`, also where its click is the first that a new session hears, before it knows it."""
    if widgets.button(label, on_click=take, args=of, **options) and any_held():
        take(*of)


def _sent() -> tuple[str, ...]:
    """The keys of the widgets whose values came with the message that began this run."""
    context = get_script_run_ctx()
    try:
        states = context.session_state._state._new_widget_state.states  # type: ignore[union-attr]
    except AttributeError:  # another version keeps them elsewhere: the view then comes from the address alone
        return ()
    keys = (re.fullmatch(r"\$\$ID-[^-]*-(.+)", name) for name in states)
    return tuple(key[1] for key in keys if key is not None and key[1] != "None")
