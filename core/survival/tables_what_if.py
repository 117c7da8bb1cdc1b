"""A result with one patient moved as a table, the same on screen and in a file."""

import pandas as pd

from core import text
from core.survival.what_if import MOVES, WhatIf
from core.survival.words_what_if import moved_text
from core.text import Table


def moved_table(found: WhatIf, name: str, measure: str, labels: dict[int, str], endings: pd.DataFrame) -> Table:
    """
    One row a way to leave the follow-up: whose it is, and what the result,
    called `name`, would be; whose move goes furthest first. `labels` name the
    groups by number, `endings` answers survival/endings.
    """
    header = ["Patient", "Group", "Month", "With", *(f"{name}: {words}" for words in MOVES.values())]
    who: dict[tuple[int, float, bool], list[str]] = {}
    for row in endings.itertuples():
        who.setdefault((int(row.group), round(row.months, 9), row.status == 1), []).append(str(row.patient_id))
    rows = [
        [
            text.some(who.get((one.group, round(one.months, 9), one.event), []), 4),
            labels[one.group],
            text.Numeral(one.months, text.number(one.months)),
            "the event" if one.event else "no event",
            *(moved_text(getattr(one, kind), measure) for kind in MOVES),
        ]
        for one in found.furthest_first()
    ]
    return header, rows
