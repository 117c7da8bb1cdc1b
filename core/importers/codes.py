"""What each text of a column means: the levels of a category, events and censoring, responses, MRD."""

import re
from collections.abc import Iterable

from core.importers import mapping as m
from core.importers.levels import folded, is_missing, response_in, yes_or_no
from core.importers.meanings import CAUSES, WORDS, Known, variable_called

Levels = tuple[tuple[str, str], ...]
"""Texts, folded, with what each means; "" is missing."""


def levels_for(role: str, of: str, texts: Iterable[str], legend: dict[str, str], name: str = "") -> Levels:
    """
    What each of the texts of a column of that role means, by its legend and its words; a text that nothing explains
    is left out. `name` is the heading in small letters: a status called censored counts the other way round.
    """
    texts = [folded(text) for text in texts]
    if role in (m.STATUS, m.VITAL) and not legend and _ALIVE.match(name):
        return _of_alive(texts)
    if role == m.STATUS and not legend:
        return _by_number(texts, name)
    if role == m.MRD and not legend and _NEGATIVE.search(name):
        return tuple((text, result) for text in texts if (result := _of_negative(text)))
    found = []
    for text in texts:
        word = folded(legend.get(text, text))
        level = _level(role, of, word, legend.get(text, ""))
        if level or (text in legend and is_missing(word)):
            found.append((text, level))
    return tuple(found)


_ALIVE = re.compile(r"(?:alive|living|lebt|lebend|vivant|vivo|en vie|survivor)(?!.*dead)")
"""Headings under which a yes says that nobody died."""


_NEGATIVE = re.compile(r"\bneg")
"""In a heading under which a yes says that no residual disease was found."""


def _of_negative(text: str) -> str:
    said = yes_or_no(text)
    return _mrd(text) if said is None else "negative" if said[0] else "positive"


def _of_alive(texts: list[str]) -> Levels:
    """Words under a heading that asks who is alive: yes and 1 are alive, and dead is dead all the same."""
    found = []
    for text in texts:
        said = yes_or_no(text)
        level = _status(text) if said is None else m.CENSORED if said[0] else m.EVENT
        if level:
            found.append((text, level))
    return tuple(found)


def _level(role: str, of: str, word: str, told: str) -> str:
    if role in (m.BEST_RESPONSE, m.RESPONSE):
        return response_in(word) or (response_in(word.partition("(")[0]) or "" if told else "")
    if is_missing(word):
        return ""
    if role in _READERS:
        return _READERS[role](word)
    return level_of(variable_called(of), word, told)


def level_of(known: Known | None, word: str, told: str = "") -> str:
    """The level of a known variable that a word says, by what stands in brackets too; else what the legend told."""
    if known is None or not known.levels:
        return told
    before, _, inside = word.partition("(")
    for part in filter(None, (word, before.strip(), inside.rstrip(") "))):
        for level, words in known.levels:
            if part in words:
                return level
    return told


def _status(word: str) -> str:
    for meaning in (m.COMPETING, m.EVENT, m.CENSORED):
        if word in WORDS[meaning]:
            return meaning
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
    return next((result for result in ("negative", "positive") if start in WORDS[result]), "")


def _cause(word: str) -> str:
    return CAUSES.get(word, word)


_READERS = {m.PROGRESSED: _status, m.VITAL: _status, m.STATUS: _status, m.MRD: _mrd, m.CAUSE: _cause}
