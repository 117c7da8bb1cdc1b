"""What a heading says: the day or month in it, its unit, and which known meaning its words are nearest to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers.meanings import ANALYTES, KNOWN, Known

SURE, LIKELY, PERHAPS = 3, 2, 1
"""How sure a meaning is."""

_NEAR = 88.0
"""Likeness of 100 from which a name of more than a few letters is taken for another."""
_SHORT = 5
"""Letters up to which a name has to be the same: OS and AS, ISS and ASS are not alike."""
_LONGEST = 120
_IN_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_AT = re.compile(
    r"(?:^|[\s_.-])(?P<unit>d|day|tag|t|jour|j|giorno|día|dia|dag|w|wk|week|woche|m|mo|mon|month|monat|mois|mese|mes)"
    r"[\s_.]?(?P<at>[+-]?\d{1,4})"
    r"(?:-(?P<hour>\d{4}))?(?=$|[\s_(:\[])",
    re.IGNORECASE,
)
_AT_FIRST = re.compile(
    r"(?:^|[\s_.:-])(?P<at>\d{1,3})[\s-]?(?P<unit>m|months?|mths?|mo|mos|monate?n?|mois|mese|mesi|mes|meses|d|days?|tage?n?"
    r"|jours?|giorni|días|dias|w|wks?|weeks?|wochen?|y|yrs?|years?|jahre?n?|ans?|anno|anni|años?)(?=$|[\s_(\[])",
    re.IGNORECASE,
)
"""A number before its unit: 3 mesi, 12M."""
_BEFORE = re.compile(
    r"\b(?:(?:before|pre|prior(?: to)?|vor(?:her|m)?|bevor|avant|prima(?: di)?|antes(?: de)?)[\s-]*"
    r"(?:infusion|infusione|infusión|car[\s-]?t|therapie|treatment)?)\b",
    re.IGNORECASE,
)
"""Beside a day: that it is one before the infusion."""
_OF_YEARS = re.compile(r"y|ja|an|añ", re.IGNORECASE)
_AT_G = re.compile(r"(?:^|[\s_.-])(?P<unit>g)[\s_.]?(?P<at>[+-]?\d{1,3})(?=$|[\s_(\[])", re.IGNORECASE)
"""An Italian day, which beside an adverse event would be a grade: it is one beside an analyte alone."""
_DAYS_OF = {"d": 1.0, "t": 1.0, "j": 1.0, "g": 1.0, "w": 7.0, "m": DAYS_PER_MONTH}
"""Days of each unit, by the letter that it begins with."""


@dataclass(frozen=True)
class Name:
    """
    A heading in its parts: `plain` words without signs, day and unit, the `day` from infusion in it (`month`
    where it is written in months), and what stands in brackets.
    """

    plain: str
    day: float | None
    month: float | None
    in_brackets: str


def name_of(heading: str) -> Name:
    """
    The parts of a heading.

    >>> name_of("CRP_d-7 (mg/L)")
    Name(plain='crp', day=-7.0, month=None, in_brackets='mg/L')
    """
    words = bracketed(heading[:_LONGEST])
    brackets = _IN_BRACKETS.search(words)
    inside = (brackets[1] or brackets[2] or "").strip() if brackets else ""
    outside = _IN_BRACKETS.sub(" ", words)
    found = _AT.search(outside) or _AT.fullmatch(inside) or _told_at(outside)
    day = month = None
    if found is not None:
        at, unit = float(found["at"]), found["unit"][0].casefold()
        if _OF_YEARS.match(found["unit"]):
            at, unit = 12 * at, "m"
        if found.string == outside and _BEFORE.search(f"{outside[: found.start()]} {outside[found.end() :]}"):
            at = -abs(at)
        day = at * _DAYS_OF[unit]
        month = at if unit == "m" else None
        if found.string == outside:
            outside = _BEFORE.sub(" ", f"{outside[: found.start()]} {outside[found.end() :]}")
    return Name(plain(outside), day, month, inside)


_WIDE = str.maketrans("（）：，；＝／％", "():,;=/%")
"""Signs as Chinese keyboards write them."""
_CODES_BEHIND = re.compile(r"(.*[^\W\d_].*?)[\s,:;-]+((?:\d\s?=\s?[^\W\d][^=()]*?[\s,;/]*){2,})")


def bracketed(heading: str) -> str:
    """
    A heading with the codes behind it in brackets.

    >>> bracketed("PFS event 0=yes 1=no")
    'PFS event (0=yes 1=no)'
    """
    heading = heading.translate(_WIDE)
    found = _CODES_BEHIND.fullmatch(heading)
    return heading if found is None else f"{found[1]} ({found[2]})"


def _told_at(words: str) -> re.Match[str] | None:
    """A day or month that is told otherwise, beside what can be had then: an analyte, a response, MRD."""
    for pattern in (_AT_FIRST, _AT_G):
        found = pattern.search(words)
        beside = "" if found is None else plain(f"{words[: found.start()]} {words[found.end() :]}")
        beside = re.sub(r" (?:at|after|post|nach|à|a|al|a los|alle|dopo|après)$", "", beside)
        if found is not None and (beside in _judged() or beside in _followed() or analyte_named(beside) is not None):
            return found
    return None


def is_judged(words: str) -> bool:
    """Whether plain words are what a response or MRD is called."""
    return words != "" and words in _judged()


@cache
def _judged() -> frozenset[str]:
    """What a response or MRD is called, or nothing: a heading that is only a month stands under one of them."""
    return frozenset(
        {"", *(plain(name) for one in KNOWN if one.role in ("best response", "MRD") for name in one.names)}
    )


@cache
def _followed() -> frozenset[str]:
    """What is asked at a visit of who lives, and who progressed."""
    roles = ("vital status", "progressed")
    return frozenset(plain(name) for one in KNOWN if one.role in roles for name in one.names)


def plain(words: str) -> str:
    """
    Words in small letters without the signs between them.

    >>> plain("R-ISS_stage:")
    'r iss stage'
    """
    return " ".join(_SIGNS.sub(" ", words.casefold()).split())


_SIGNS = re.compile(r"[_\-–/.,:;#°()\[\]?=*]+")


class _Names(NamedTuple):
    """Of meanings: each by its plain names, and the names that are long enough to be compared by their letters."""

    known: tuple[Known, ...]
    by_name: dict[str, Known]
    long: list[str]


_NAMES: dict[int, _Names] = {}


def _names(known: tuple[Known, ...]) -> _Names:
    """The names of meanings, found once for each tuple: by the tuple itself, for to compare them all takes as long."""
    kept = _NAMES.get(id(known))
    if kept is None or kept.known is not known:
        by_name = {plain(name): one for one in reversed(known) for name in one.names}
        kept = _NAMES[id(known)] = _Names(known, by_name, [name for name in by_name if len(name) > _SHORT])
    return kept


_SAYS_STATUS = re.compile(
    r"event|ev|[eé]vt|ereignis|[eé]v[eéè]nement|evento|status|stat|statut|estado|stato|[eé]tat|indicator|cnsr|(?:cens|zens)\w*"
)
_ENDPOINTS = {"pfs": "PFS", "ssp": "PFS", "slp": "PFS", "os": "OS", "sg": "OS", "efs": "EFS", "ttp": "TTP"}
"""What endpoints are called in English, French, Spanish and Italian."""


def _status_of_endpoint(words: str) -> Known | None:
    """The status of an endpoint whose name stands beside a word for a status: événement PFS, SG statut."""
    parts = words.split()
    of = [_ENDPOINTS[part] for part in parts if part in _ENDPOINTS]
    if len(parts) != 2 or len(of) != 1 or not any(map(_SAYS_STATUS.fullmatch, parts)):
        return None
    return next((one for one in KNOWN if (one.role, one.of) == ("status", of[0])), None)


def known_by(words: Iterable[str], known: tuple[Known, ...]) -> tuple[Known | None, int]:
    """
    The meaning whose names the first of some words are nearest to, and how sure that is: the same words, or nearly
    so, or beginning with one of them.
    """
    _, names, long = _names(known)
    spoken = [one for one in words if one]
    for one in spoken:
        if one in names:
            return names[one], SURE
    for one in spoken if known is KNOWN else ():
        if (status := _status_of_endpoint(one)) is not None:
            return status, SURE
    for one in spoken:
        near = process.extractOne(one, long, scorer=fuzz.ratio, score_cutoff=_NEAR) if len(one) > _SHORT else None
        if near is not None:
            return names[near[0]], LIKELY
    for one in spoken:
        parts = one.split()
        for length in range(len(parts) - 1, 0, -1):
            start = " ".join(parts[:length])
            if start in names and len(start) > 2:
                return names[start], PERHAPS
    return None, 0


@cache
def _analytes() -> dict[str, str]:
    return {plain(name): analyte for name, analyte in ANALYTES.items()}


def analyte_named(words: str) -> str | None:
    """The analyte that words name, or begin with: ferritin of Ferritin serum; None where they name none."""
    return analyte_and_rest(words)[0]


def analyte_and_rest(words: str) -> tuple[str | None, str]:
    """The analyte that words begin with, and the words that follow."""
    parts = plain(words).split()
    for length in range(len(parts), 0, -1):
        analyte = _analytes().get(" ".join(parts[:length]))
        if analyte is not None:
            return analyte, " ".join(parts[length:])
    return None, " ".join(parts)


_UNITS = re.compile(
    r"(?:[x×]?\s?10\s?[\^*]?\s?[6-9⁶⁸⁹]\b.*|%|e[68]\b|[cdkmnpµμu]?(?:g|mol|u|iu|kat)/[cdmnpµμu]?[lg].*|gi?/l|gpt/l|g/dl|/[nµμu]l.*"
    r"|u/l|years?|months?|days?|weeks?|monate?n?|tage?n?|wochen|jahre|mois|jours|meses|días|mesi|giorni|anni|años|kg|cm|lines|mio\b.*|million\w*\b.*|copies/.*|cells/.*)",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"(?:^|[\s_(×x])(%|kg|cm|e6|e8|10\^6|10\^8|10⁸|10⁶|[UI]+/l|mg/d?l|g/d?l|ng/ml|µg/l|pg/ml|/[nµ]l|mo|months?|d|days"
    r"|wk|weeks?|years?|monate?n?|tage?n?|wochen|jahre|mois|jours|meses|días|mesi|giorni|anni|años|frac)\)?\s*$",
    re.IGNORECASE,
)


def unit_in(heading: str, name: Name, of_the_row: str) -> str:
    """The unit of a column: of its row of units, in brackets, or at the end of its name; empty where none is told."""
    if of_the_row:
        return of_the_row
    if _UNITS.match(name.in_brackets):
        return name.in_brackets
    found = _LAST.search(heading) or _FIRST.match(heading)
    return found[1] if found else ""


_FIRST = re.compile(r"(months?|monate|meses|mois|mesi|days|tage|weeks|wochen)\s", re.IGNORECASE)
"""A unit of time before what is timed: Meses SLP."""


_DEATH = re.compile(r"\b(death|died|tod|décès|deces|muerte|fallecimiento|morte|decesso)\b", re.IGNORECASE)
_LAST_SEEN = re.compile(
    r"\b(last|letzt\w*|dernier\w*|dernière\w*|[uú]ltim\w*|l?fu|follow.?up|censor\w*|contact|kontakt)\b", re.IGNORECASE
)


def ends_either_way(heading: str) -> bool:
    """Whether a column holds the last day of each patient, dead or alive, as *Date of death or last follow-up*."""
    heading = re.sub(r"[(\[][^)\]]*\d\s*=[^)\]]*[)\]]", " ", heading)  # (0=censored, 1=death) are codes
    return _DEATH.search(heading) is not None and _LAST_SEEN.search(heading) is not None


def holds_units(texts: list[str]) -> bool:
    """Whether all texts are units."""
    return bool(texts) and all(_UNITS.fullmatch(text) for text in texts)
