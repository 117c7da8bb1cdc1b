"""What a column is of by the columns beside it: units of the values before them, who died or progressed of a time."""

from dataclasses import replace

from core.importers import mapping as m
from core.importers.codes import levels_for
from core.importers.names import LIKELY, holds_units, name_of
from core.importers.profile import Profile
from core.importers.seen import Guess


def of_the_column_before(guesses: list[Guess]) -> list[Guess]:
    """The columns of units in a sheet of visits, each as that of the measurement before it."""
    found: list[Guess] = []
    before = ""
    for guess in guesses:
        before = guess.choice.column if guess.choice.role == m.MEASUREMENT else before
        if guess.choice.role == m.UNIT_BESIDE:
            guess = replace(guess, choice=replace(guess.choice, of=before), reason="its cells are units")
        found.append(guess)
    return found


def units_beside(guesses: list[Guess]) -> list[Guess]:
    """A column that only holds units belongs to the column before it."""
    found: list[Guess] = []
    for guess in guesses:
        units = tuple((text, level or text) for text, level in guess.choice.levels)
        if guess.choice.kind == "category" and found and holds_units([unit for _, unit in units]):
            of = replace(m.ColumnChoice(guess.choice.column), role=m.UNIT_BESIDE, of=found[-1].choice.column)
            guess = Guess(replace(of, levels=units), LIKELY, "its cells are units")
        found.append(guess)
    return found


_STATUS_BESIDE = {m.VITAL: ("OS",), m.PROGRESSED: ("Relapse", "TTP", "PFS")}
"""Of which times a column that says who died, or who progressed, can be the status."""


def statuses_of_times(
    guesses: list[Guess], profiles: dict[str, Profile], codes: dict[str, dict[str, str]]
) -> list[Guess]:
    """Whether somebody died or progressed, beside a time without a status and without a date, is that time's status."""
    roles = {guess.choice.role for guess in guesses}
    timed = {guess.choice.of for guess in guesses if guess.choice.role == m.MONTHS}
    told = {guess.choice.of for guess in guesses if guess.choice.role == m.STATUS}
    found = []
    for guess in guesses:
        choice = guess.choice
        dated = {m.VITAL: m.DEATH, m.PROGRESSED: m.PROGRESSION}.get(choice.role)
        of = [name for name in _STATUS_BESIDE.get(choice.role, ()) if name in timed - told]
        says_who_died = choice.role == m.STATUS and choice.of == "OS" and "OS" not in timed
        if says_who_died and {m.INFUSION, m.LAST_CONTACT} <= roles and m.VITAL not in roles:
            guess = Guess(replace(choice, role=m.VITAL, of=""), LIKELY, "no time stands beside it")
        if of and dated not in roles:
            name = name_of(choice.column).plain
            levels = levels_for(m.STATUS, of[0], profiles[choice.column].texts, codes[choice.column], name)
            told.add(of[0])
            guess = Guess(replace(choice, role=m.STATUS, of=of[0], levels=levels), LIKELY, "it stands beside a time")
        found.append(guess)
    return found
