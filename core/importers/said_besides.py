"""What a heading says besides the name of a known meaning, and whether it is that meaning still."""

import re
from collections.abc import Iterable

from core.importers import mapping as m
from core.importers.levels import ANY_GRADE, HIGHEST_GRADE, GradeBand, folded, grade_in, yes_or_no
from core.importers.meanings import Known
from core.importers.names import Name, analyte_and_rest, analyte_named, name_of, plain
from core.importers.units import STANDARD, factor_to_standard

_BY_ITS_BEGINNING = (m.VARIABLE, m.LEFT_OUT, m.PRIVATE, m.PATIENT)
"""Roles for which it is enough that a heading begins with their name."""
_CLOSER = {
    "grade", "grad", "gr", "max", "maximum", "worst", "highest", "best", "overall", "imwg", "astct", "ctcae", "date",
    "months", "mo", "days", "d", "weeks", "years", "status", "event", "result", "given", "yes", "no", "y", "n", "of",
    "to", "the", "or", "and", "by", "last", "contact", "follow", "up",
}  # fmt: skip


_OF_TIME = {"months", "mo", "days", "d", "weeks", "years", "of", "last", "follow", "contact"}
"""Of a grade they say that it is none: CRS no. of days."""
_FREE = re.compile(r"\b(free|without|no|ohne|sans|sin|senza)\b|frei", re.I)
"""Words that turn a heading round: progression-free says who did not progress."""
_TURNED = (m.PROGRESSED, m.VITAL, m.PROGRESSION, m.DEATH)


_SCALES = re.compile(r"(?<![a-z/])(x?\s*uln|mfi|s?abc|lbs?|pounds?|z.?score)(?![a-z/])", re.I)


_DENIED = re.compile(
    r"^(?:no|not|non|kein\w*|ohne|sans|pas de|senza|sin|without|nicht|never)\b(?!\s*(?:of\b|\.|\d))"
    r"|\b(?:not|nicht|never|ohne|without)\b"
)
_YES_OR_NO = re.compile(r"\b(?:y(?:es)?|ja?|oui|o|s[iìí])\W+(?:n(?:o|ein|on)?)\b")
_SECOND = re.compile(
    r"(?<![\w.])(?:2nd|2\.|second|zweite\w*|deuxième|2e|2ème|segund[oa]|second[oa]|third|3rd|3\.|dritte\w*|next)(?!\w)"
    r"|\bre-?infus"
)
"""A heading of what happened again: the first counts."""
_ONCE = (*m.DATES, m.BEST_RESPONSE, m.BEST_RESPONSE_DATE, m.MONTHS, m.STATUS, m.MRD)


EARLIER = re.compile(r"\b(?:prior|previous|history|before|bridging|anamn\w*|baseline)\b", re.I)
"""Of a grade, that it is of another treatment."""
_ALL_OF_THEM = ("high_risk", "emd", "emd_any", "triple_refractory")
"""What is asked of several at once."""
_ONE_OF_THEM = re.compile(r"17p|p53|t\s*\(?\d+\s*;|\d+\s*;\s*\d+|1q|13q", re.I)


def says_otherwise(words: str, known: Known) -> bool:
    """Whether a heading asks who did not progress, or die; or where there is no disease, naive or refractory."""
    if known.kind == "number" and re.search(r"[<>≤≥]", words):
        return True  # Ferritin > 1000 asks a question
    if known.role == m.GRADE and EARLIER.search(words):
        return True  # CRS grade (bridging) is of another treatment
    if known.of in _ALL_OF_THEM and (_ONE_OF_THEM.search(words) or re.search(r":\s*[^\s:]", words)):
        return True  # High-risk cytogenetics: del17p tells one of them, EMD: none one of its boxes
    if known.of == "bcma_percent" and "bcma" not in words.casefold():
        return True  # plasma cells in the marrow are another percentage
    asks = known.role == m.TREATMENT or known.kind == "flag"
    if asks and _DENIED.search(_YES_OR_NO.sub(" ", words)) and plain(words) not in map(plain, known.names):
        return True  # No tocilizumab, not refractory
    if known.role in _ONCE and _SECOND.search(words):
        return True
    if known.role == m.TREATMENT or known.of == "emd":
        return re.search(r"naive|refractory|before|absent|without", words, re.I) is not None
    return known.role in _TURNED and _FREE.search(words) is not None


def only_closer(name: str, known: Known) -> bool:
    """Whether what follows a known name in a heading only says it closer: CRS grade, worst, but not CRS duration."""
    if known.role in _BY_ITS_BEGINNING:
        return True
    start = max((n for n in map(plain, known.names) if name.startswith(f"{n} ")), key=len, default=name)
    more = set(name[len(start) :].split())
    return more <= _CLOSER and not (known.role == m.GRADE and more & _OF_TIME)


def has_another_scale(words: str) -> bool:
    """Whether a heading says a scale that a value in the usual unit is not on: multiples of the normal, intensity."""
    return _SCALES.search(words) is not None


def in_another_unit(words: str, known: Known, unit: str = "") -> bool:
    """Whether a heading says a unit that the variable of that name is not kept in, and cannot be turned into."""
    others = r"months?|monate?|days?|tage?|weeks?" if known.unit == "years" else ""
    others = r"[mµu]?g|kg" if known.of == "dose_1e8_cells" else others
    said = others and re.search(rf"(?<![a-z])({others})(?![a-z])", words, re.I)
    brackets, analyte = name_of(words).in_brackets, analyte_named(known.label)
    told = unit or (brackets if "/" in brackets else "")
    unknown = analyte in STANDARD and told != "" and factor_to_standard(analyte, told) is None
    return bool(said) or has_another_scale(words) or unknown


_NEUTRAL = {
    "serum", "blood", "plasma", "value", "level", "abs", "absolute", "absolut", "count", "total", "result", "conc",
    "wert", "blut", "s", "p", "log", "log10", "cells", "copies", "conventional", "lab", "labor",
}  # fmt: skip
"""Words beside an analyte's name that make it no other."""
_PER = re.compile(
    r"(?:per |pro |par |por )?(?:(?P<mass>[µμu]g(?: (?:g ?)?(?:dna|adn|dns))?)"
    r"|(?P<thousand>k )?[µμu]l(?: (?:blood|blut|sang|sangre))?)"
)
"""What a number is counted in, behind a stroke that is no letter."""
_UNIT_AS_WORDS = re.compile(r"\b([mnpµu]?g|[mµun]?mol|i?u(?=\s)|µkat)\s?(100\s?ml|[dmµun]?l)\b", re.I)


def measured_in(name: Name, over: Name, unit: str) -> tuple[str | None, str]:
    """
    The analyte of a heading and its unit. What stands in brackets is the unit even where nobody knows it; and with
    other words beside it (Ferritin fold change) an analyte's name is of something else: None, to be called as it is.
    """
    beside = name if analyte_named(name.plain) else over
    analyte, rest = analyte_and_rest(beside.plain)
    if analyte is None:
        return None, unit
    per = _PER.fullmatch(rest)
    if not unit and per is not None and (analyte == "CAR-T copies" or not per["mass"]):
        return analyte, "copies/µg" if per["mass"] else "k/µl" if per["thousand"] else "/µl"
    said = _UNIT_AS_WORDS.search(rest)
    if said is not None and not unit:
        return analyte, f"{said[1]}/{said[2]}"
    left = set(_UNIT_AS_WORDS.sub(" ", rest).split()) - _NEUTRAL
    if left and not unit:
        return None, unit
    return analyte, unit or beside.in_brackets


_OF_NO_GRADE = (None, GradeBand(0, 0), GradeBand(1, HIGHEST_GRADE))
"""What is no grade of its own: yes (2) is one."""


def ones_as_yes(words: str, texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """
    A 1 among zeros under a heading that does not say grade is a yes of any grade, until it is said otherwise; yes and
    x are.
    """
    texts = list(texts)
    told = [text for text in texts if not text.strip().isdecimal() and grade_in(text) in _OF_NO_GRADE]
    said = {folded(text): answer for text in told if (answer := yes_or_no(text))}
    if said:
        return tuple((text, ANY_GRADE if answer[0] else "0") for text, answer in said.items())
    only = {text.strip() for text in texts} == {"0", "1"}
    graded = re.search(r"grad|\bgr\b|max|worst|ctcae|astct|分级", words, re.I)
    return (("1", ANY_GRADE),) if only and not graded else ()
