"""What each text of a column means: the levels of a category, events and censoring, responses, MRD."""

import re
from collections.abc import Callable, Iterable

from core.cohort.schema import TAKEN_NAMES
from core.importers import mapping as m
from core.importers.levels import ANY_GRADE, folded, grade_in, is_missing, response_in, yes_or_no
from core.importers.meanings import CAUSES, WORDS, Known, variable_called
from core.importers.statuses import (
    ASKS_WHO_IS_CENSORED,
    NOT_TOLD,
    Levels,
    asks_either,
    asks_who_is_alive,
    by_number,
    of_alive,
    of_sentence,
    of_who_lives,
    status_of,
)  # fmt: skip


def levels_for(role: str, of: str, texts: Iterable[str], legend: dict[str, str], name: str = "") -> Levels:
    """
    What each of the texts of a column of that role means, by its legend and its words; a text that nothing explains
    is left out. `name` is the heading in small letters: a status called censored counts the other way round, and
    whether a yes of MRD is good is for the heading to say.
    """
    texts = list(texts)
    levels = _levels_for(role, of, texts, legend, name)
    if role == m.VITAL or (role == m.STATUS and of == "OS"):
        words = {text: folded(legend.get(text, text)) for text in map(folded, texts)}
        levels = of_who_lives(words, levels)
    if role != m.VITAL and (role != m.STATUS or of not in _END_WITH_DEATH):
        return levels
    return tuple(
        (text, m.EVENT if level == m.COMPETING and "compet" not in folded(legend.get(text, text)) else level)
        for text, level in levels
    )


def _levels_for(role: str, of: str, texts: Iterable[str], legend: dict[str, str], name: str) -> Levels:
    texts = [folded(text) for text in texts]
    turned = _turned_round(role, name, legend, texts)
    if (with_remarks := _with_remarks(role, of, texts, legend, name)) is not None:
        return with_remarks
    if role in (m.STATUS, m.VITAL) and not legend and asks_either(name) and all(map(str.isdecimal, texts)):
        return ()
    are_codes = role in (m.VITAL, m.PROGRESSED) and {"1", "2"} <= {text for text in texts if text.isdecimal()}
    if (role == m.STATUS or are_codes) and not legend and turned is None:
        return by_number(texts, name, "OS" if role == m.VITAL else of)

    def read(word: str, told: str = "") -> str:
        return turned(word) if turned else _level(role, of, word, told)

    found = []
    texts += [code for code in legend if is_missing(code) and code not in texts]  # NC, which a legend tells
    legend = _completed(role, legend, texts, read) | (_letters_of_sexes(texts, name) if of == "sex" else {})
    for text in texts:
        word = folded(legend.get(text, text))
        level = read(word, legend.get(text, ""))
        if level or (text in legend and is_missing(word)) or (role == m.CAUSE and _is_no_cause(word)):
            found.append((text, level))
    found += _other_number(role, texts, dict(found))
    if role == m.MRD and ("+", "positive") in found:
        found += [(dash, "negative") for dash in "-–−"]  # which alone would say that there is no result
    return tuple(found)


_END_WITH_DEATH = ("OS", "PFS", "EFS", "DFS")
"""Endpoints of which each death is an event: a death without relapse (NRM) competes with others alone."""


def _letters_of_sexes(texts: list[str], name: str) -> dict[str, str]:
    """What m is beside h (hombre, mujer) and beside v, in Spanish (varón, mujer) and in Dutch (man, vrouw)."""
    if {"h", "m"} <= set(texts):
        return {"h": "male", "m": "female"}
    in_dutch = "geslacht" in name or {"man", "vrouw"} & set(texts)
    if "v" in texts and ("sexo" in name or in_dutch):
        return {"v": "female", "m": "male"} if in_dutch else {"v": "male", "m": "female"}
    return {}


def _other_number(role: str, texts: list[str], read: dict[str, str]) -> list[tuple[str, str]]:
    """Of two numbers of a status of which one is read, what the other must be: under Alive 1 lives, so 2 does not."""
    numbers = [text for text in texts if text.isdecimal()]
    left = [text for text in numbers if text not in read]
    other = _OPPOSITE.get(next((read[text] for text in numbers if text in read), ""), "")
    is_status = role in (m.STATUS, m.VITAL, m.PROGRESSED) and len(numbers) == 2 and len(left) == 1
    return [(left[0], other)] if is_status and other else []


_LED = re.compile(r"(\d)(?:\s*[-–=:(.]\s*|\s+)?(.*?)\)?")
"""A code with a remark: 2 (sepsis), 1 - alive."""


def _with_remarks(role: str, of: str, texts: list[str], legend: dict[str, str], name: str) -> Levels | None:
    """What codes of a status mean some of which have a remark, which may tell it; None where not all begin with one."""
    led = {text: found for text in texts if (found := _LED.fullmatch(text)) is not None}
    remarks = {found[1]: found[2] for found in led.values() if found[2]}
    if role not in (m.STATUS, m.VITAL, m.PROGRESSED) or legend or len(led) < len(texts) or not remarks:
        return None
    told = {code: remark for code, remark in remarks.items() if status_of(remark)}
    of_codes = dict(levels_for(role, of, sorted({found[1] for found in led.values()}), told, name))
    return tuple((text, of_codes[found[1]]) for text, found in led.items() if found[1] in of_codes)


_OPPOSITE = {m.EVENT: m.CENSORED, m.CENSORED: m.EVENT, "negative": "positive", "positive": "negative"}


def _completed(role: str, legend: dict[str, str], texts: list[str], read: Callable[[str], str]) -> dict[str, str]:
    """A legend that tells one of two numbers (0 = event), with what the other one must be."""
    numbers = {text for text in texts if text.isdecimal()}
    others = numbers - set(legend)
    if role not in (m.STATUS, m.VITAL, m.PROGRESSED, m.MRD) or not others or others == numbers:
        return legend
    said = {read(folded(legend[number])) for number in numbers & set(legend)}
    other = _OPPOSITE.get(said.pop()) if len(said) == 1 else None
    return legend | {number: other if other and len(others) == 1 else NOT_TOLD for number in others}


_NEGATIVE = re.compile(r"\bneg|undetect|not detect|clear|eradicat|free|frei|mrd\s?[-−–](?![a-z0-9])|[<≤]\s?1[0e]")
"""In a heading under which a yes says that no residual disease was found."""
_POSITIVE = re.compile(r"\bpos|\bdetect|mrd\s?\+")


def _of_negative(text: str) -> str:
    said = None if is_missing(text) else yes_or_no(text)
    return _mrd(text) if said is None else "negative" if said[0] else "positive"


def _of_positive(text: str) -> str:
    return _OPPOSITE.get(_of_negative(text), "") if yes_or_no(text) else _mrd(text)


def _turned_round(role: str, name: str, legend: dict[str, str], texts: list[str]) -> Callable[[str], str] | None:
    """The reader of a column whose heading asks a question: alive, censored, MRD negative; None where it asks none."""
    in_words = bool(legend) or not all(text.isdecimal() for text in texts)
    is_turned = asks_who_is_alive(name, in_words) or (in_words and ASKS_WHO_IS_CENSORED.search(name))
    if role in (m.STATUS, m.VITAL) and is_turned:
        return of_alive
    if role != m.MRD:
        return None
    return _of_negative if _NEGATIVE.search(name) else _of_positive if _POSITIVE.search(name) else None


def _level(role: str, of: str, word: str, told: str) -> str:
    if role in (m.BEST_RESPONSE, m.RESPONSE):
        return response_in(word) or (response_in(word.partition("(")[0]) or "" if told else "")
    if is_missing(word):
        return ""
    if told and role in (m.STATUS, m.VITAL, m.PROGRESSED):
        return of_sentence(word, of)
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


def _mrd(word: str) -> str:
    start = word.partition("(")[0].strip()
    return next((result for result in ("negative", "positive") if start in WORDS[result]), "")


def _is_no_cause(word: str) -> bool:
    """Whether a cause of death says that nobody died: none, alive."""
    return word in ("0", "alive", "lebt", "vivant", "vivo") or yes_or_no(word) == (False, "")


def _cause(word: str) -> str:
    return "" if _is_no_cause(word) else CAUSES.get(word, word)


_READERS = {m.PROGRESSED: status_of, m.VITAL: status_of, m.STATUS: status_of, m.MRD: _mrd, m.CAUSE: _cause}


def flag_levels(known: Known | None, texts: Iterable[str], codes: dict[str, str]) -> Levels:
    """What the texts of a flag mean that say neither yes nor no by themselves; those that nothing explains left out."""
    said = {word: level for level, words in (known.levels if known is not None else ()) for word in words}
    levels = []
    texts = [folded(text) for text in texts]
    texts += [code for code in codes if is_missing(code)]  # a dash that the legend calls no
    codes = codes | _other_of_two(texts, codes)
    for text in texts:
        word = folded(codes.get(text, text))
        answer = yes_or_no(word) or yes_or_no(word.partition(" ")[0])
        level = said.get(word) or ("" if answer is None else "Yes" if answer[0] else "No")
        if (text in codes and (level or is_missing(word))) or (yes_or_no(text) is None and level):
            levels.append((text, level))
    return tuple(levels)


def _other_of_two(texts: list[str], codes: dict[str, str]) -> dict[str, str]:
    """Of two numbers of a flag, of which the legend tells one, what the other must be."""
    numbers = {text for text in texts if text.isdecimal()}
    others = numbers - set(codes)
    answers = [yes_or_no(folded(codes[number])) for number in numbers & set(codes)]
    if len(others) != 1 or len(answers) != 1 or answers[0] is None:
        return {}
    return {others.pop(): "no" if answers[0][0] else "yes"}


def as_written(texts: Iterable[str], codes: dict[str, str]) -> Levels:
    """Each text of a category as a level of its own, as it is written first, or as its legend calls it."""
    levels: dict[str, str] = {}
    for text in texts:
        small = folded(text)
        told = codes.get(small, "")
        levels.setdefault(small, "" if told and is_missing(told) else told or text.strip())
    return tuple(levels.items())


_NO_GRADE = re.compile(r"(?:grade|grad)\s+(?:is\s+)?(?:not|un|nicht)|ungraded|without (?:a )?grade|ohne grad", re.I)
"""What a legend says of a code for an event of which nobody wrote the grade."""
_GRADED = re.compile(r"(?:grade|grad|gr|g)\W*(\d(?:\s*(?:-|–|to|/)\s*\d)?)", re.I)
_NONE = re.compile(r"(?:no|none|kein|keine|nein|absent|non|never)\b", re.I)
_SOME = re.compile(r"(?:yes|any|ja|present|oui|sí|positive)\b", re.I)


def grade_levels(codes: dict[str, str]) -> Levels:
    """The codes of a column of grades that are no grades themselves: 2 = no, 1 = grade 1-2, 9 = unknown."""
    levels = {code: _graded(said) for code, said in codes.items()}
    return tuple((code, grade) for code, grade in levels.items() if grade is not None and grade != code)


def _graded(said: str) -> str | None:
    """What the legend says of a code as a grade: "" for missing, None where that cannot be told."""
    if is_missing(said):
        return ""
    if _NO_GRADE.search(said) or (_SOME.match(said) and not _GRADED.search(said)):
        return ANY_GRADE
    if _NONE.match(said):
        return "0"
    found = _GRADED.search(said)
    band = grade_in(found[1] if found else said.partition("(")[0])
    if band is None or not band.exists:
        return None
    return str(band.low) if band.low == band.high else f"{band.low}-{band.high}"


def slug(label: str) -> str:
    """A name for a variable: small letters and underscores, none that the app has taken."""
    slug = re.sub(r"\W+", "_", label.casefold()).strip("_")[:60] or "variable"
    return f"{slug}_value" if slug in (*TAKEN_NAMES, *_DERIVED) or variable_called(slug) is not None else slug


_DERIVED = ("patient_id", "best_response", "mrd_best", "mrd_negative", "cause_of_death", "serious_event")
"""Names of variables that are made of other tables, too."""
