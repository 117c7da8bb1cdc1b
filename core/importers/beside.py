"""What a column is of by the columns beside it: units of the values before them, who died or progressed of a time."""

import re
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


def units_of_sisters(guesses: list[Guess]) -> list[Guess]:
    """An analyte whose unit one of its columns tells (CRP d0 (mg/dL), CRP d7) is in that unit in all of them."""
    told: dict[str, set[str]] = {}
    beside = {guess.choice.of for guess in guesses if guess.choice.role == m.UNIT_BESIDE}
    for choice in (guess.choice for guess in guesses):
        if choice.role == m.MEASUREMENT and choice.unit:
            told.setdefault(choice.of, set()).add(choice.unit)
    return [
        replace(guess, choice=replace(choice, unit=next(iter(told[choice.of]))))
        if choice.role == m.MEASUREMENT
        and not choice.unit
        and len(told.get(choice.of, ())) == 1
        and choice.column not in beside
        else guess
        for guess in guesses
        for choice in (guess.choice,)
    ]


_NAMELESS = re.compile(
    r"(?:(?:status|event|ereignis|événement|evenement|evento|stato|statut|estado|state|outcome|cnsr|indicator)"
    r"|(?:cens|zens)\w*|event (?:status|indicator)|status event)(?: \w{1,2})?"
)
"""Headings of a status that do not say of which time it is."""
_MOST_WORDS = 8
"""Different texts of a status."""


def by_their_place(guesses: list[Guess], profiles: dict[str, Profile], codes: dict[str, dict[str, str]]) -> list[Guess]:
    """
    A status that does not say of what is that of the time before it (or behind it, where a status stands before each):
    PFS months, Event, OS months, Event.
    """
    times = {place: guess.choice.of for place, guess in enumerate(guesses) if guess.choice.role == m.MONTHS}
    bare = [
        place
        for place, guess in enumerate(guesses)
        if _NAMELESS.fullmatch(name_of(guess.choice.column).plain)
        and guess.choice.role not in (m.PRIVATE, m.MONTHS)
        and 0 < profiles[guess.choice.column].different <= _MOST_WORDS
    ]
    if not times or not bare:
        return guesses
    before = bare[0] < min(times) and bare[-1] < max(times)
    found = list(guesses)
    named = {one.choice.of for n, one in enumerate(guesses) if one.choice.role == m.STATUS and n not in bare}
    for place in bare:
        of = times.get(place + 1 if before else place - 1)
        guess = guesses[place]
        if of is not None and of not in named and (guess.choice.role, guess.choice.of) != (m.STATUS, of):
            choice = m.ColumnChoice(guess.choice.column, m.STATUS, of)
            name = name_of(choice.column).plain
            levels = levels_for(m.STATUS, of, profiles[choice.column].texts, codes[choice.column], name)
            found[place] = Guess(replace(choice, levels=levels), max(LIKELY, guess.sure), "it stands beside a time")
    return found


_STATUS_BESIDE = {m.VITAL: ("OS",), m.PROGRESSED: ("Relapse", "TTP", "PFS")}
"""Of which times a column that says who died, or who progressed, can be the status."""


def _latest(guesses: list[Guess]) -> dict[str, str]:
    """Of the statuses of several visits (Status M12, Status M24) the last, by what they say."""
    last: dict[str, tuple[float, str]] = {}
    for guess in guesses:
        day = name_of(guess.choice.column).day
        if guess.choice.role in _STATUS_BESIDE and day is not None:
            last[guess.choice.role] = max((day, guess.choice.column), last.get(guess.choice.role, (day, "")))
    return {role: column for role, (_, column) in last.items()}


def statuses_of_times(
    guesses: list[Guess], profiles: dict[str, Profile], codes: dict[str, dict[str, str]]
) -> list[Guess]:
    """Whether somebody died or progressed, beside a time without a status and without a date, is that time's status."""
    roles = {guess.choice.role for guess in guesses}
    timed = {guess.choice.of for guess in guesses if guess.choice.role == m.MONTHS}
    told = {guess.choice.of for guess in guesses if guess.choice.role == m.STATUS}
    found = []
    latest = _latest(guesses)
    for guess in guesses:
        choice = guess.choice
        if choice.column not in latest.get(choice.role, choice.column):
            found.append(guess)
            continue
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
