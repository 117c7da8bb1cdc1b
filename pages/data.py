"""Which cohort is shown: the one that the app opens on, a simulated one, or one's own, brought for this session."""

import streamlit as st

from pages.parts import data_brought, data_cohorts, data_loaded
from pages.shared import own, widgets
from pages.shared.navigation import require_entry

TITLE = "Your cohort, from the spreadsheet you have"


def draw() -> None:
    if own.opened_as_it_is():
        st.switch_page("pages/overview.py")
    mine = own.brought()
    data_cohorts.draw(mine)
    if mine is not None:
        data_brought.draw(mine)
        return
    widgets.title(TITLE)
    data_loaded.draw_bring()
    data_loaded.draw_loaded()


require_entry()

draw()
