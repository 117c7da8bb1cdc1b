"""
What a browser can load while this process loads what makes figures, at its
first visit: it is drawn before anything else is imported.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def begin() -> DeltaGenerator:
    """An empty figure, too small to see, in a session's first run; returns its place, which is to be emptied."""
    place = st.empty()
    if "page" not in st.session_state:
        place.vega_lite_chart({"data": {"values": []}, "mark": "point", "width": 1, "height": 1})
    return place
