"""What a status says: that there was an event, none until then, or what competes with it."""

import re
from collections.abc import Iterable

from core.importers import mapping as m
from core.importers.levels import is_missing, yes_or_no
from core.importers.meanings import WORDS

Levels = tuple[tuple[str, str], ...]
"""Texts, folded, with what each means; "" is missing."""
NOT_TOLD = "not told by the legend"
"""What a number means that a legend passes over: no word that means anything, and none that says missing."""
ASKS_WHO_IS_CENSORED = re.compile(r"(?<!un)(?<!not )(?:cns|cens|zensiert|zensur)")
"""Headings under which 1 and yes say that there was no event."""
_ENDED = re.compile(
    r"\b(?:progres\w*|progred\w*|relaps\w*|death|died|dead|deceased|event\w*|ereignis|rezidiv\w*|tod|verstorben|gestorben"
    r"|décès|décédée?|rechute|recidiva|morte|morto|muerte|muert[oa]|pd)\b|进展|死亡|复发"
)
_NOT_ENDED = re.compile(r"\b(?:censor\w*|zensiert|alive)\b|^(?:no|not|without|ohne|kein\w*|sans|senza|sin)\b")
_DENIED = re.compile(
    r"(?:no longer|not|no|nicht mehr|nicht|non|pas|plus|ne|n.est plus|keine?r?|ohne|sans|senza|sin|without"
    r"|absen[ct]\w* (?:of|de|di)|libero da|libre de|freedom from|free (?:of|from)|frei von)\b[\s-]*(?P<denied>.*)"
    r"|(?:无|未)(?P<denied_too>.*)"
)
"""What turns the word behind it round: no longer alive, absence de progression."""
_IS_FREE = re.compile(
    r".*(?:progress|relaps|rezidiv|event|ereignis|disease|failure|krankheit)\w*[\s-]*(?:free|frei)\w*"
)
_BUT = re.compile(r"[,;]|\b(?:but|then|aber|dann|mais|puis|ma|pero|before|vor|prior|known|data|info\w*)\b")
"""After which something else is said: no relapse, died."""
_LIVES = re.compile(
    r"\b(?:alive|living|lebt|lebend|am leben|vivant|vivante|vivo|viva|en vie|in vita|levend|survivor)\b|存活"
)
_DIED = re.compile(r"\b(?:death|died|dead|tod|verstorben|décès|morte|muerte)\b")
_OF_PROGRESSION = re.compile(r"progress|progred|relaps|rezidiv|rechute|recidiva|\bpd\b")
_EITHER = re.compile(r"\b(?:or|nor|and|oder|und|ou|et|o|y|e)\b|/")
_WITHOUT = re.compile(r"\b(?:without|before|no|ohne|vor|sans|senza|sin)\b")


def of_sentence(words: str, of: str) -> str:
    """
    What a legend says of a code of an endpoint in several words: progression or death is an event, death without
    relapse competes, and so does a death alone with relapse; nothing where it says an event and none.
    """
    died = _DIED.search(words)
    only_died = died is not None and len(set(_ENDED.findall(words))) == 1
    both = _EITHER.search(words) is not None or _OF_PROGRESSION.search(words) is None
    if died and both and _DENIED.match(words) and not _BUT.search(words):
        return m.CENSORED  # no death, no progression or death
    if "compet" in words or (died and _WITHOUT.search(words)) or (only_died and of in ("Relapse", "TTP")):
        return m.COMPETING
    if words == NOT_TOLD or (said := status_of(words.partition("(")[0].strip())):
        return "" if words == NOT_TOLD else said
    ended, not_ended = _ENDED.search(words) is not None, _NOT_ENDED.search(words) is not None
    if ended and not_ended and not words.startswith(("no ", "alive")):
        return ""
    return m.CENSORED if not_ended else m.EVENT if ended else ""


_NOTED = re.compile(
    r"([^\W\d_]{2,})(?:\s*[,;(/–-]|\s+(?:w/|(?:with|of|from|due|on|in|under|mit|an|unter|de|du|di|avec|con)\b))(.*)"
)
"""A status with a remark: dead - PD, alive, on treatment, died of sepsis."""


def _by_what_is_denied(word: str) -> str:
    """What words say that turn others round: progression-free and no relapse are censored, no longer alive is dead."""
    found = _DENIED.fullmatch(word)
    denied = "" if found is None else found["denied"] or found["denied_too"] or ""
    if _LIVES.match(denied):
        return m.EVENT
    is_denied = _ENDED.search(denied) and not _BUT.search(word)
    if _IS_FREE.fullmatch(word) or is_denied:
        return m.CENSORED
    return ""


def status_of(word: str) -> str:
    """What one word or two of a status say, by what they deny too; nothing where no word of them is known."""
    for meaning in (m.COMPETING, m.EVENT, m.CENSORED):
        if word in WORDS[meaning]:
            return meaning
    if (denied := _by_what_is_denied(word)) != "":
        return denied
    said = yes_or_no(word)
    if said is not None and _BUT.search(said[1]) and _DIED.search(said[1]):
        return ""  # no relapse, died
    if said is not None:
        return m.EVENT if said[0] else m.CENSORED
    noted = _NOTED.fullmatch(word)
    if noted is None or "?" in word:
        return ""
    for meaning, against in ((m.EVENT, _NOT_ENDED), (m.CENSORED, _ENDED)):
        if noted[1] in WORDS[meaning] and not against.search(noted[2]):
            return meaning
    return ""


def by_number(texts: list[str], name: str, of_endpoint: str) -> Levels:
    """
    A status in words, or in numbers: 0 and 1 are censored and event, 1 and 2 of a status as well, CNSR the other way
    round. A 2 competes, but not with what ends with death. What 1 alone says, or 1 and 2 of a question, is to be asked.
    """
    numbers = sorted({text for text in texts if text.isdecimal()}, key=int)
    if not numbers or len(numbers) < len([text for text in texts if status_of(text) == ""]):
        return tuple((text, status_of(text)) for text in texts if status_of(text))
    is_open = (
        numbers == ["1"]
        or (len(numbers) > 2 and numbers[0] != "0")
        or (numbers == ["1", "2"] and _ASKS.search(name) is not None)
    )
    if is_open or (ASKS_WHO_IS_CENSORED.search(name) and numbers[0] != "0"):
        return ()
    if ASKS_WHO_IS_CENSORED.search(name):
        of = {number: m.EVENT if number == "0" else m.CENSORED for number in numbers}
    elif numbers[0] == "1":
        of = dict(zip(numbers, (m.CENSORED, m.EVENT), strict=False))
    else:
        third = {} if of_endpoint in ("OS", "PFS", "EFS") else {"2": m.COMPETING}
        of = {"0": m.CENSORED, "1": m.EVENT} | third
    return tuple((text, of[text]) for text in texts if text in of)


_DEAD = re.compile(
    r"\b(?:dead|died|deceased|death|tot|tod|verstorben|gestorben|décédée?|décès|mort[oea]?|muert[oae]|fallec\w*"
    r"|decedut[oa]|exitus|éxitus|mortal\w*|nrm|trm)\b|†|死"
)
"""Words of death, in a heading or a cell."""
_SURVIVAL = re.compile(r"(?:surviv|überleb|survie|sopravviv|superviv|overlev)\w*|生存")


_ASKS = re.compile(
    r"^(?!.*stat).*(?:\b(?:dead|died|death|deceased|tod|tot|exitus|pd|event|ereignis)\b|verstorben|gestorben|décéd|fallec"
    r"|deced|progress|relaps|rezidiv)"
)
"""A heading that is a question, which 1 may answer with yes and 2 with no."""


def asks_either(heading: str) -> bool:
    """Whether a heading names life and death without codes: what 1 says under Dead/alive is to be asked."""
    return _LIVES.search(heading) is not None and _DEAD.search(heading) is not None


def asks_who_is_alive(heading: str, in_words: bool) -> bool:
    """
    Whether a yes, or a 1, in a column of that heading (in small letters) says that who is meant lives. Under Overall
    survival a yes does; what a 1 does there is told by no word.
    """
    if _DEAD.search(heading):
        return False
    said = (_SURVIVAL.search if in_words else _SURVIVAL.fullmatch)(heading.strip())
    is_free = re.search(r"free of|frei von|libre de|libero da", heading) or _IS_FREE.fullmatch(heading.strip())
    return is_free is not None or _LIVES.search(heading) is not None or (said is not None and "event" not in heading)


_OF_A_DISEASE = re.compile(
    r"\b(?:progres\w*|relaps\w*|rezidiv\w*|rechute|recidiva|recaída|pd|remission|rémission|remissione|remisión|rc|s?cr|vgpr"
    r"|pr|sd|stable|disease)\b"
)


_LETTERS = {frozenset(pair): pair[0] for pair in ("vd", "vm", "lv", "lt", "ad", "am")}
"""Letters for the living and the dead, of which one tells the other: V and D (vivant), L and V (verstorben)."""


def says_who_lives(texts: Iterable[str]) -> bool:
    """Whether all texts say alive or dead, and none of them anything of a progression."""
    said = [text.casefold() for text in texts]
    return all(_LIVES.search(one) or _DEAD.search(one) for one in said) and not any(map(_OF_A_DISEASE.search, said))


def of_who_lives(words: dict[str, str], levels: Levels) -> Levels:
    """
    The levels of a status of life and death, by the words of each text: who lives with a progression lives, and where
    death has a word of its own so does who is in remission or progresses.
    """
    if (alive := _LETTERS.get(frozenset(words.values()))) is not None:
        return tuple((text, m.CENSORED if said == alive else m.EVENT) for text, said in words.items())
    died = {text for text, said in words.items() if _DEAD.search(said)}
    others = {text: said for text, said in words.items() if text not in died}
    lives = {text for text, said in others.items() if _LIVES.search(said) and not _DENIED.match(said)}
    lives |= {text for text, said in others.items() if died and _OF_A_DISEASE.search(said)}
    told = dict(levels) | dict.fromkeys(lives, m.CENSORED)
    return tuple(told.items()) if lives else levels


def of_alive(word: str) -> str:
    """A word under a heading that asks who is alive, or censored: yes and 1 are, and dead is dead all the same."""
    if is_missing(word):
        return ""
    said = yes_or_no(word)
    return status_of(word) if said is None else m.CENSORED if said[0] else m.EVENT
