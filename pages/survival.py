"""How long they live without an event."""
import streamlit as st
from pages.shared.navigation import require_entry
require_entry()
st.title("Survival")
