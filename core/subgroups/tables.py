"""A forest of subgroups as a table, the same on screen and in a file."""

from core.subgroups.outcome import ForestRow
from core.subgroups.words import effect_text, interaction_text
from core.text import Count, Table


def forest_table(rows: tuple[ForestRow, ...], scale: str, measure: str, counted: str) -> Table:
    """One row a subgroup: variable, level, patients, events (called `counted`), effect, remark."""
    body = []
    variable = ""
    for row in rows:
        if row.effect is None:
            variable = row.label
            body.append([variable, "", "", "", "", interaction_text(row.interaction)])
        else:
            level = row.label if row.variable else ""
            name = variable if row.variable else row.label
            counts = [Count(row.effect.patients), Count(row.effect.events, row.effect.patients)]
            body.append([name, level, *counts, effect_text(row.effect, scale), row.effect.reason])
    return ["Variable", "Subgroup", "Patients", counted, f"{measure} (95% CI)", "Remark"], body
