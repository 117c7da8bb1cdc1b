"""An own cohort is shown on the machine where it lies, unless whoever starts the app names other hosts."""

import streamlit as st

from pages.shared import cached

LOCAL = ("localhost", "127.0.0.1", "::1")

WHY_NOT = (
    "A cohort of your own is shown on this machine only, and the app was started so that others could reach it, or "
    "is asked for by another name. Start it with --server.address localhost --server.allowedHosts localhost and open "
    "http://localhost:8501. README.md says how to serve it to others, behind a password."
)


def may_be_shown() -> bool:
    """
    Whether the cohort may be shown to whoever asks: one that came with the app
    to everybody, one that was brought to who brought it; one that the app was
    started with where it listens on this machine alone and is asked for by its
    name, or where other hosts were named at the start.
    """
    if cached.cohort_path() == cached.BUNDLED or cached.chosen() is not None:
        return True
    if any(host not in LOCAL for host in st.get_option("server.allowedHosts") or ()):
        return True
    hostname = (st.context.headers.get("Host") or "localhost").rsplit(":", 1)[0].strip("[]").casefold()
    return st.get_option("server.address") in LOCAL and hostname in LOCAL
