"""What each text of a column means: the levels of a category, events and censoring, responses, MRD."""

from collections.abc import Iterable

from core.importers import mapping as m
from core.importers.levels import folded, is_missing, response_in, yes_or_no
from core.importers.meanings import CAUSES, KNOWN, Known

Levels = tuple[tuple[str, str], ...]

_EVENTS = frozenset(
    "yes|y|ja|j|oui|1|x|+|true|progressed|progression|progress|pd|relapse|relapsed|event|rezidiv|dead|died|death|d"
    "|deceased|†|verstorben|tot|gestorben|exitus|décédé|fallecido|dead of disease|relapse or progression|event / dead"
    "|dcd|muerto|progressive disease|recurrence|死亡|是".split("|")
)
_CENSORED = frozenset(
    "no|n|nein|non|0|false|ongoing|none|-|alive|a|lebt|lebend|living|lost|lost to follow-up|lost to follow up|ltfu|lfu"
    "|censored|censor|free|in remission|vivant|vivo|standard|stable|without progression|否|存活|unbekannt|unknown"
    "|alive without disease|alive with disease|ongoing response".split("|")
)
_COMPETING = frozenset("death without relapse|died without relapse|competing|competing event|death without progression"
                       "|nrm|non-relapse mortality".split("|"))
_NEGATIVE = frozenset("neg|neg.|negative|negativ|mrd-|mrd -|mrd neg|mrd negative|-|no|n|nein|undetectable|0|négatif".split("|"))
_POSITIVE = frozenset("pos|pos.|positive|positiv|mrd+|mrd +|mrd pos|mrd positive|+|yes|y|ja|detectable|1|positif".split("|"))
_CAUSE_OF = {word: cause for cause, words in CAUSES.items() for word in words.split("|")}


def levels_for(role: str, of: str, texts: Iterable[str], legend: dict[str, str], name: str = "") -> Levels:
    """
    What each of the texts of a column of that role means, by its legend and its words; "" is missing, and a text
    that nothing explains is left out. `name` is the heading in small letters: a status called censored counts the other way round.
    """
    texts = [folded(text) for text in texts]
    if role == m.STATUS and not legend:
        return _by_number(texts, name)
    found = []
    for text in texts:
        word = folded(legend.get(text, text))
        level = _level(role, of, word, legend.get(text, ""))
        if level or (text in legend and is_missing(word)):
            found.append((text, level))
    return tuple(found)


def _level(role: str, of: str, word: str, told: str) -> str:
    if role in (m.BEST_RESPONSE, m.RESPONSE):
        return response_in(word) or (response_in(word.partition("(")[0]) or "" if told else "")
    if is_missing(word):
        return ""
    if role in _READERS:
        return _READERS[role](word)
    known = next((one for one in KNOWN if one.role == m.VARIABLE and one.of == of), None)
    return level_of(known, word, told)


def level_of(known: Known | None, word: str, told: str = "") -> str:
    """The level of a known variable that a word says, by what stands in brackets too; else what the legend told."""
    if known is None or not known.levels:
        return told or ""
    parts = [word, word.partition("(")[0].strip(), word.partition("(")[2].rstrip(") ")]
    for part in filter(None, parts):
        for level, words in known.levels:
            if part in words:
                return level
    return told


def _status(word: str) -> str:
    if word in _COMPETING:
        return m.COMPETING
    if word in _EVENTS:
        return m.EVENT
    if word in _CENSORED:
        return m.CENSORED
    said = yes_or_no(word)
    return "" if said is None else m.EVENT if said[0] else m.CENSORED


def _by_number(texts: list[str], name: str) -> Levels:
    """A status in words, or in numbers: 0 and 1 are censored and event, 1 and 2 as well, CNSR the other way round."""
    numbers = sorted({text for text in texts if text.isdecimal()}, key=int)
    if not numbers or len(numbers) < len([text for text in texts if _status(text) == ""]):
        return tuple((text, _status(text)) for text in texts if _status(text))
    if "cns" in name or "cens" in name:
        of = {number: m.EVENT if number == "0" else m.CENSORED for number in numbers}
    elif numbers[0] == "1":
        of = dict(zip(numbers, (m.CENSORED, m.EVENT), strict=False))
    else:
        of = dict(zip(("0", "1", "2"), (m.CENSORED, m.EVENT, m.COMPETING), strict=True))
    return tuple((text, of[text]) for text in texts if text in of)


def _mrd(word: str) -> str:
    start = word.partition("(")[0].strip()
    return "negative" if start in _NEGATIVE else "positive" if start in _POSITIVE else ""


def _cause(word: str) -> str:
    return _CAUSE_OF.get(word, word)


_READERS = {m.PROGRESSED: _status, m.VITAL: _status, m.STATUS: _status, m.MRD: _mrd, m.CAUSE: _cause}
