"""The smallest app there can be with one chart that Altair makes: what the platform and the library cost together."""

import altair as alt
import pandas as pd
import streamlit as st

points = pd.DataFrame({"months": range(12), "survival": [1 - place / 12 for place in range(12)]})
st.title("One chart")
st.altair_chart(alt.Chart(points).mark_line(interpolate="step-after").encode(x="months", y="survival"), key="chart")
