"""
The page map, and the guard that keeps a deep link inside the app.

Streamlit runs a file of `pages/` by itself when a process has just started and
the first request is a deep link: no cohort bar, no selection. Each page
therefore calls `require_entry()` first, which starts again through app.py and
keeps the link's query.
"""

import contextvars
import gc

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.shared import widgets
from pages.shared.link_spelling import Query

_inside = contextvars.ContextVar("inside the app", default=False)
_have_run: set[str] = set()

PAGES = {
    "Overview": ("overview", "home"),  # the default page lives at "/" and would leave its own name an unknown address
    "Data": ("data", "data"),
    "Survival": ("survival", "survival"),
    "Response": ("response", "response"),
    "Adverse events": ("adverse_events", "adverse_events"),
    "Kinetics": ("kinetics", "kinetics"),
    "Subgroups": ("subgroups", "subgroups"),
    "Associations": ("associations", "associations"),
    "Patients": ("patients", "patients"),
    "Published": ("published", "published"),
}
"""Every page in the order of the top bar: its title, its file and its address."""


def page_map() -> dict[str, StreamlitPage]:
    """Every page by its title, and the overview by its own name as well."""
    pages = {
        title: st.Page(f"pages/{file}.py", title=title, url_path=address, default=title == "Overview")
        for title, (file, address) in PAGES.items()
    }
    hidden = st.Page("pages/overview.py", title="Overview", url_path="overview", visibility="hidden")
    return pages | {"Overview by its name": hidden}


def draw(pages: dict[str, StreamlitPage], query: Query) -> None:
    """
    The top bar: links that carry the view along. (Streamlit's own bar would
    leave an entry without it in the browser's history, where Back goes astray.)
    """
    with st.container(horizontal=True, gap=None, key="pages"):
        for title in PAGES:
            widgets.page_link(title, pages[title], query_params=query or None)


def run(page: StreamlitPage) -> None:
    """Run a page from app.py."""
    if page.url_path in _have_run:
        _keep_modules(page.url_path)
    token = _inside.set(True)
    try:
        page.run()
    finally:
        _inside.reset(token)
        _have_run.add(page.url_path)


@st.cache_resource(show_spinner=False)
def _keep_modules(page: str) -> None:
    """
    Once a page's modules are loaded, keep them from the collector: Streamlit
    collects garbage after every run, and to look through all that was ever
    imported costs more than the run itself. It is done as the second run
    begins, when that of the first is collected. (What sessions hold at that
    moment is kept as well, once a page.)
    """
    gc.freeze()


def require_entry() -> None:
    """First line of every page."""
    if not _inside.get():
        st.navigation(list(page_map().values()))
        st.rerun()
