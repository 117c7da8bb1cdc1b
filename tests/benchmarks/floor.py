"""
The smallest app there can be: a slider, a title, and a chart that was made before. What the platform itself costs.

FLOOR_CHARTS names a JSON file with two charts of the page that is measured; the slider turns from one to the other.
"""

import json
import os
from pathlib import Path

import streamlit as st


@st.cache_resource
def charts() -> list[dict]:
    return json.loads(Path(os.environ["FLOOR_CHARTS"]).read_text(encoding="utf-8"))


place = st.sidebar.slider("Place", 0, 200, 0)
st.title(f"Place {place}")
st.vega_lite_chart(charts()[place % 2], theme=None, width="stretch", key="chart")
