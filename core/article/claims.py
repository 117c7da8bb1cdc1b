"""Whose printed results a selection can be held against."""

from dataclasses import replace

from core.article.open_outcomes import OF
from core.article.reconstruction import PATIENTS
from core.cohort.ask import Cohort
from core.cohort.selection import Levels, Selection, variable_named
from core.cohort.variables import Variable

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


def population_of_group(selection: Selection, variables: tuple[Variable, ...], number: int) -> str | None:
    """The same of one of the groups that are compared, by its number; of the whole where nothing is."""
    if selection.comparison is None:
        return population(selection)
    if selection.against_rest or selection.landmark is not None:
        return None
    variable = variable_named(selection.comparison.variable, variables)
    if variable.is_number or number >= len(variable.levels):
        return None
    level = Levels(variable.name, (variable.levels[number],))
    return population(replace(selection, filters=(*selection.filters, level), comparison=None))


def is_of_the_article(cohort: Cohort) -> bool:
    """Whether these are the patients of the article, under its numbers: what it says of one is said of this one."""
    if OF not in str(cohort.database.about["citation"]):
        return False
    who = cohort.ask("cohort/who", Selection(cohort.fingerprint), most=len(PATIENTS) + 1)
    return [str(patient) for patient in who["patient_id"]] == [str(patient) for patient in PATIENTS]
