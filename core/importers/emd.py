"""Extramedullary disease of which nobody says which kind it is."""

import re

from core.importers.codes import Levels, level_of
from core.importers.levels import folded, yes_or_no
from core.importers.meanings import Known

_ANY_EMD = frozenset([
    "emd", "present", "positive", "emd positive", "emd+", "with emd", "any emd", "vorhanden", "nachweisbar", "mit emd",
    "présente", "présent", "presente", "aanwezig", "mem", "yes emd", "emd yes",
])  # fmt: skip
"""What says that there is extramedullary disease, and not of which kind."""
_NO_OR_YES = ("0", "1")
"""Beside these a number may be the code of a kind."""
_OF_A_RELAPSE = re.compile(r"relap|rezidiv|rechut|recid|rückfall|progress|\bpd\b", re.I)


def any_emd(known: Known, texts: dict[str, int], codes: dict[str, str]) -> Levels:
    """
    What the texts of a column mean that tells of extramedullary disease and never which, by what its codes mean;
    empty where it does.
    """
    no = next(words for level, words in known.levels if level == "No EMD")
    levels = {}
    words = {text: folded(codes.get(text, text)) for text in map(folded, texts)}
    for text, word in words.items():
        answer = yes_or_no(word)
        said = answer[0] if answer is not None else False if word in no else True if word in _ANY_EMD else None
        if answer is not None and _OF_A_RELAPSE.search(answer[1]):
            levels[text] = ""  # without a relapse nobody looks for EMD at relapse
        elif said is not None:
            levels[text] = "EMD" if said else "No EMD"
    told = sum(often for text, often in texts.items() if folded(text) in levels)
    only_no = "EMD" not in levels.values() and not all(map(yes_or_no, levels))
    names_a_kind = any(
        level_of(known, word) not in ("", "No EMD") or (word.isdecimal() and word not in _NO_OR_YES)
        for word in words.values()
    )
    return tuple(levels.items()) if told > 0.5 * sum(texts.values()) and not (only_no or names_a_kind) else ()
