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
_OF_A_RELAPSE = re.compile(r"relap|rezidiv|rechut|recid|rückfall|progress|\bpd\b", re.I)


def any_emd(known: Known, texts: dict[str, int]) -> Levels:
    """What the texts of a column mean that tells of extramedullary disease and never which; empty where it does."""
    no = next(words for level, words in known.levels if level == "No EMD")
    levels = {}
    for text in map(folded, texts):
        answer = yes_or_no(text)
        said = answer[0] if answer is not None else False if text in no else True if text in _ANY_EMD else None
        if answer is not None and _OF_A_RELAPSE.search(answer[1]):
            levels[text] = ""  # without a relapse nobody looks for EMD at relapse
        elif said is not None:
            levels[text] = "EMD" if said else "No EMD"
    told = sum(often for text, often in texts.items() if folded(text) in levels)
    only_no = "EMD" not in levels.values() and not all(map(yes_or_no, levels))
    of_kinds = (text.isdecimal() or level_of(known, folded(text)) not in ("", "No EMD") for text in texts)
    names_a_kind = any(of_kinds)  # a number may be a code of one
    return tuple(levels.items()) if told > 0.5 * sum(texts.values()) and not (only_no or names_a_kind) else ()
