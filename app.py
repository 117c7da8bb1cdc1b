"""CARTograph: the page map, the page, and the cohort bar beside it."""

from functools import partial
from pathlib import Path

import streamlit as st

from core.cohort.problems import CohortError
from pages.shared import address, cached, cohort_bar, context, navigation, private, reconnect, state, style, widgets

LOGO = Path(__file__).parent / "pages" / "shared" / "logo.svg"
ICON = Path(__file__).parent / "pages" / "shared" / "icon.svg"

st.set_page_config("CARTograph", page_icon=str(ICON), layout="wide", initial_sidebar_state=300)
st.logo(LOGO, size="large")
page = st.navigation(navigation.page_map(), position="top")
style.apply()

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
    st.stop()

notices = address.read(page.url_path)
if cached.changed():
    notices.append("The files of this cohort were changed after this page was loaded: load it again to see them.")
selection = state.selection()
above = st.container(gap="small")
# The page first, so that the answer does not wait for the counts above and beside it.
draws = [partial(navigation.run, page), partial(cohort_bar.draw, selection)]
if state.take_put():
    draws.reverse()
try:
    draws[0]()
finally:
    with above:
        place = context.draw(selection, notices)
    draws[1]()
if reconnect.end():
    st.rerun()  # the widgets now have the browser's values
context.draw_link(place, selection)
address.write(selection)
