"""
Words that mean the same, however they are written.

What the app gives a meaning to (a response, an endpoint, a milestone) is known
whatever its capitals and blanks. Other words that differ by these only are one
word as well, in the way that stands first; the reader is told what was taken
together.
"""

import re
from collections.abc import Iterable

DEATH = r"^(death|dead|died|deceased|fatal)"
PROGRESSION = r"^(progress|relaps|recurr|pd([^a-z]|$))"
"""How a cause of an endpoint begins that is a death, or a progression, in small letters."""


def folded(words: str) -> str:
    """Words without what does not tell them apart: capitals, and blanks but one."""
    return re.sub(r"\s+", " ", words.strip()).casefold()


def respelled(written: Iterable[str], known: Iterable[str] = ()) -> dict[str, str]:
    """
    For each of `written` that means a word written otherwise, that word: one of
    `known`, or of `written` the first that it is folded like. A whole number
    may carry decimals: 1.0 is 1.

    >>> respelled(['pr', 'PR', ' p r'], known=['PR'])
    {'pr': 'PR', ' p r': 'p r'}
    """
    meant: dict[str, str] = {}
    for word in known:
        meant.setdefault(folded(word), word)
    numbers = {word for word in meant if word.isdecimal()}
    changed: dict[str, str] = {}
    for word in written:
        fold = folded(word)
        whole = re.fullmatch(r"\+?(\d+)\.0*", fold) if numbers else None
        if whole is not None and str(int(whole[1])) in numbers:
            fold = str(int(whole[1]))
        right = meant.setdefault(fold, re.sub(r"\s+", " ", word.strip()))
        if right != word:
            changed[word] = right
    return changed
