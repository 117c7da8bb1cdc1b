"""
The patient who is lit in the figures of every page, until released.

An identifier is patient data: it stays in the session, and in no address.
"""

from typing import Any

import streamlit as st


def patient() -> str | None:
    """Who is lit; None where nobody is."""
    return st.session_state.get("lit")


def light(who: str | None) -> None:
    """Light a patient, or nobody, in a callback."""
    st.session_state["lit"] = who
    st.session_state["turn of lit"] = turn() + 1


def release() -> None:
    light(None)


def turn() -> int:
    """How often another patient was lit: a table that shows who is begins anew with each."""
    return st.session_state.get("turn of lit", 0)


def take(clicked: dict[str, Any]) -> None:
    """A mark of a patient that was clicked; a click on who is lit releases."""
    who = clicked.get("patient_id")
    if who is not None:
        light(None if str(who) == patient() else str(who))


def chosen(key: str) -> str | None:
    """What a widget of patients says, in its callback."""
    return st.session_state.get(key)


def rows_of(key: str) -> list[int]:
    """The rows that are chosen in a table, by themselves or by a cell, in its callback."""
    chosen = st.session_state[key].selection
    return [*(row for row, _ in chosen.cells), *chosen.rows]


def come_back(sent: tuple[str, ...]) -> None:
    """In the first run of a session whose browser came back: the choice of a patient is the one that it was."""
    turns = [int(turn) for key in sent if (turn := key.removeprefix(CHOICE)).isdecimal() and key.startswith(CHOICE)]
    if turns:
        st.session_state["turn of lit"] = turns[-1]


def choice() -> str:
    """The key of the choice of a patient."""
    return f"{CHOICE}{turn()}"


def hold(who: str) -> None:
    """Who was chosen in a browser that came back is lit, with nothing else changed."""
    st.session_state["lit"] = who


CHOICE = "patient "
"""What the key of the choice of a patient begins with; its turn follows."""
