"""
The page map, and the guard that keeps a deep link inside the app.

Streamlit runs a file of `pages/` by itself when a process has just started and
the first request is a deep link: no cohort bar, no selection. Each page
therefore calls `require_entry()` first, which starts again through app.py and
keeps the link's query.
"""

import atexit
import contextvars
import gc

import streamlit as st
from streamlit.navigation.page import StreamlitPage

atexit.register(gc.unfreeze)  # or extension modules report at the end what they find alive
_inside = contextvars.ContextVar("inside the app", default=False)


def page_map() -> list[StreamlitPage]:
    """Every page in the order of the top bar; the address of a page is its file's name."""
    return [
        # The default page lives at "/" and would leave its own name an unknown address.
        st.Page("pages/overview.py", title="Overview", url_path="home", default=True),
        st.Page("pages/survival.py", title="Survival"),
        st.Page("pages/response.py", title="Response"),
        st.Page("pages/adverse_events.py", title="Adverse events"),
        st.Page("pages/subgroups.py", title="Subgroups"),
        st.Page("pages/overview.py", title="Overview", url_path="overview", visibility="hidden"),
    ]


def run(page: StreamlitPage) -> None:
    """Run a page from app.py."""
    token = _inside.set(True)
    try:
        page.run()
    finally:
        _inside.reset(token)
    _settle(page.url_path)


@st.cache_resource(show_spinner=False)
def _settle(page: str) -> None:
    """
    Once a page's modules are loaded, keep them from the collector: Streamlit
    collects garbage after every run, and to look through all that was ever
    imported costs more than the run itself. (What sessions hold at that moment
    is kept as well, once a page.)
    """
    gc.collect()
    gc.freeze()


def require_entry() -> None:
    """First line of every page."""
    if not _inside.get():
        st.navigation(page_map())
        st.rerun()
