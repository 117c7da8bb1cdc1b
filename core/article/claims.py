"""Whose printed results a selection can be held against."""

from core.cohort.selection import Levels, Selection

POPULATIONS = {
    "all infused": (),
    "responders": (Levels("responder", ("Yes",)),),
    "complete responders": (Levels("best_response", ("CR",)),),
}
"""The populations of the claims table, as filters."""


def population(selection: Selection) -> str | None:
    """The name under which a publication would print this selection's results; None where nothing is printed of it."""
    if selection.comparison is not None or selection.landmark is not None:
        return None
    return next((name for name, filters in POPULATIONS.items() if filters == selection.filters), None)
