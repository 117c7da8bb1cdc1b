"""What a column is of by the columns beside it: units of the values before them, who died or progressed of a time."""

import re
from dataclasses import replace
from statistics import median

from core.importers import mapping as m
from core.importers.codes import levels_for
from core.importers.levels import folded
from core.importers.names import LIKELY, holds_units, name_of
from core.importers.numbers import number_in
from core.importers.profile import Profile
from core.importers.seen import Guess
from core.importers.statuses import says_who_lives


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


def units_of_sisters(guesses: list[Guess], profiles: dict[str, Profile]) -> list[Guess]:
    """
    An analyte whose unit one of its columns tells (CRP d0 (mg/dL), CRP d7) is in that unit in all of them whose
    values are of that size; where they are not, nothing tells it.
    """
    told: dict[str, dict[str, float]] = {}
    beside = {guess.choice.of for guess in guesses if guess.choice.role == m.UNIT_BESIDE}
    for choice in (guess.choice for guess in guesses):
        if choice.role == m.MEASUREMENT and choice.unit:
            told.setdefault(choice.of, {})[choice.unit] = _middle(profiles[choice.column])
    found = []
    for guess in guesses:
        choice, units = guess.choice, told.get(guess.choice.of, {})
        if choice.role == m.MEASUREMENT and not choice.unit and len(units) == 1 and choice.column not in beside:
            [(unit, usual)] = units.items()
            here = _middle(profiles[choice.column])
            alike = not usual or not here or 1 / _FAR < here / usual < _FAR
            if alike and not (unit == "%" and here > 100):
                guess = replace(guess, choice=replace(choice, unit=unit))
        found.append(guess)
    return found


_FAR = 40.0
"""How many times larger values of another day may be: cell counts fall so far after lymphodepletion."""


def _middle(profile: Profile) -> float:
    """The median of the numbers of a column; 0 where it holds none above 0."""
    numbers = [one.value for text in profile.texts if (one := number_in(text)) is not None and one.value > 0]
    return median(numbers) if numbers else 0.0


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
    PFS months, Event, OS months, Event. That of a time that makes no endpoint (DOR months, Event) is left out; one
    alone beside several times says of which by its words, or not at all.
    """
    bare = [place for place, guess in enumerate(guesses) if _is_nameless(guess, profiles)]
    times = {place for place, guess in enumerate(guesses) if _is_a_time(guess)}
    of_endpoints = {place: guesses[place].choice.of for place in times if guesses[place].choice.role == m.MONTHS}
    others = sum(guess.choice.role in _STATUSES for place, guess in enumerate(guesses) if place not in bare)
    if not bare or not of_endpoints or (len(bare) == 1 and others < len(times) - 1):
        return guesses
    before = bare[0] < min(times) and bare[-1] < max(times)
    roles = {guess.choice.role for place, guess in enumerate(guesses) if place not in bare}
    named = {one.choice.of for place, one in enumerate(guesses) if one.choice.role == m.STATUS and place not in bare}
    named |= {"OS"} if m.VITAL in roles else set()
    found = list(guesses)
    for place in bare:
        beside = place + 1 if before else _time_before(guesses, place, times)
        of, guess = of_endpoints.get(beside), guesses[place]
        if beside in times and of is None:
            words = f"the status of {guesses[beside].choice.column}, which makes no endpoint"
            found[place] = Guess(m.ColumnChoice(guess.choice.column), LIKELY, words)
        elif of is not None and of not in named and (guess.choice.role, guess.choice.of) != (m.STATUS, of):
            choice = m.ColumnChoice(guess.choice.column, m.STATUS, of)
            name, texts = name_of(choice.column).plain, profiles[choice.column].texts
            levels = levels_for(m.STATUS, of, texts, codes[choice.column], name)
            told = all(text.strip().isdecimal() for text in texts) or 2 * len(levels) > len(texts)
            if told and (of == "OS" or not says_who_lives([codes[choice.column].get(folded(t), t) for t in texts])):
                guess = Guess(replace(choice, levels=levels), max(LIKELY, guess.sure), "it stands beside a time")
                found[place] = guess
    return found


_STATUSES = (m.STATUS, m.VITAL, m.PROGRESSED)


def _is_nameless(guess: Guess, profiles: dict[str, Profile]) -> bool:
    """Whether a column is a status of which no word says of what; one of a visit is that of the patient then."""
    name = name_of(guess.choice.column)
    may_be = name.day is None and guess.choice.role not in (m.PRIVATE, m.MONTHS)
    few = 0 < profiles[guess.choice.column].different <= _MOST_WORDS
    return may_be and few and _NAMELESS.fullmatch(name.plain) is not None


_OF_A_TIME = re.compile(
    r"\b(?:months?|mo|days|weeks|years|monate|tage|mois|mesi|meses|dor|duration|time to)\b", re.IGNORECASE
)


def _is_a_time(guess: Guess) -> bool:
    """Whether a column is a time, of an endpoint or of anything else: DOR months."""
    choice = guess.choice
    is_number = choice.role == m.VARIABLE and choice.kind == "number"
    return choice.role == m.MONTHS or (is_number and _OF_A_TIME.search(choice.column) is not None)


def _time_before(guesses: list[Guess], place: int, times: set[int]) -> int:
    """The place of the time before a status, with nothing but dates between them; -1 where there is none."""
    for earlier in range(place - 1, -1, -1):
        if earlier in times:
            return earlier
        if guesses[earlier].choice.role not in (*m.DATES, m.LEFT_OUT):
            break
    return -1


_STATUS_BESIDE = {m.VITAL: ("OS",), m.PROGRESSED: ("Relapse", "TTP", "PFS")}
"""Of which times a column that says who died, or who progressed, can be the status."""


def _latest(guesses: list[Guess], profiles: dict[str, Profile]) -> dict[str, str]:
    """
    Of several columns that say who died, or progressed, the one of the last visit (Status M24), or of those of no visit
    the one whose words are understood best: PD and CR are of a disease.
    """
    best: dict[str, tuple[tuple[float, float], str]] = {}
    for choice in (guess.choice for guess in guesses if guess.choice.role in _STATUS_BESIDE):
        told = len(choice.levels) / max(1, profiles[choice.column].different)
        rank = (name_of(choice.column).day or 0.0, told)
        if choice.role not in best or rank > best[choice.role][0]:
            best[choice.role] = rank, choice.column
    return {role: column for role, (_, column) in best.items()}


def statuses_of_times(
    guesses: list[Guess], profiles: dict[str, Profile], codes: dict[str, dict[str, str]]
) -> list[Guess]:
    """Whether somebody died or progressed, beside a time without a status and without a date, is that time's status."""
    roles = {guess.choice.role for guess in guesses}
    timed = {guess.choice.of for guess in guesses if guess.choice.role == m.MONTHS}
    told = {guess.choice.of for guess in guesses if guess.choice.role == m.STATUS}
    found = []
    latest = _latest(guesses, profiles)
    for guess in guesses:
        choice = guess.choice
        if choice.column not in latest.get(choice.role, choice.column):
            found.append(guess)
            continue
        dates_tell = m.INFUSION in roles and bool({m.LAST_CONTACT, m.LAST_ASSESSMENT} & roles)
        dated = {m.VITAL: m.DEATH, m.PROGRESSED: m.PROGRESSION}.get(choice.role) if dates_tell else None
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
