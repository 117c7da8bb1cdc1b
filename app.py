"""CARTograph: the page map, the page, and the cohort bar beside it."""

from pathlib import Path

import streamlit as st

from pages.shared import ahead

loading = ahead.begin()

# ruff: noqa: E402
from core.cohort.problems import CohortError
from pages.shared import (
    address,
    cached,
    cohort_bar,
    header,
    messages,
    navigation,
    private,
    reconnect,
    selection,
    style,
    widgets,
)

loading.empty()
messages.read_to_the_end()
LOGO = Path(__file__).parent / "pages" / "shared" / "logo.svg"
ICON = Path(__file__).parent / "pages" / "shared" / "icon.svg"

st.set_page_config("CARTograph", page_icon=str(ICON), layout="wide", initial_sidebar_state=300)
st.logo(LOGO, size="large")
pages = navigation.page_map()
page = st.navigation(list(pages.values()), position="hidden")
style.apply()

# Here a cohort is chosen: it draws whatever became of the one that the app was started with.
if page.url_path == "data":
    address.read(page.url_path)
    navigation.draw(pages, address.to_another_page())
    navigation.run(page)
    address.write()
    st.stop()

if not private.may_be_shown():
    widgets.title("This cohort is not shown here")
    widgets.markdown(private.WHY_NOT)
    st.stop()
try:
    cached.database()
except CohortError as error:
    widgets.title("This cohort cannot be opened")
    widgets.markdown("Nothing was loaded and nothing was changed. What to correct:")
    st.code(str(error), language=None, wrap_lines=True)
    widgets.page_link("Bring another cohort, or see a simulated one", "pages/data.py", icon=":material/upload_file:")
    st.stop()

notices = address.read(page.url_path)
if cached.changed():
    notices.append("The files of this cohort were changed after this page was loaded: load it again to see them.")
chosen = selection.selection()
navigation.draw(pages, address.to_another_page())
above = st.container(gap="small")
failure = None
header.forget_followed()
# The page first, so that the answer does not wait for the counts above and beside it.
try:
    navigation.run(page)
except Exception as error:  # what was chosen can be changed; but a run that gives way to a newer one ends at once
    failure = error
with above:
    header.draw(chosen, notices)
cohort_bar.draw(chosen)
if failure:
    raise failure
if reconnect.end():
    st.rerun()  # what the browser's widgets say is known now
address.write()
