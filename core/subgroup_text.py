"""A forest of subgroups in words: what is estimated, each effect, and the table."""

from dataclasses import dataclass

from core import text
from core.interaction import Interaction
from core.proportions import Difference
from core.regression import HazardRatio
from core.subgroups import Effect, Forest
from core.survival_tables import Table


@dataclass(frozen=True)
class ForestRow:
    """
    A row of the figure: the whole selection (no variable), a variable's
    heading (no number) with its interaction, or one of its levels.
    """

    label: str
    variable: str = ""
    number: int | None = None
    effect: Effect | None = None
    interaction: Interaction | None = None

    @property
    def heading(self) -> bool:
        return self.effect is None


def effect_text(effect: Effect, scale: str) -> str:
    """An effect with its limits as its scale is read, or that it is not estimable."""
    if effect.value is None:
        return text.NOT_ESTIMABLE
    if scale == "difference":
        return text.points(Difference(effect.value, effect.lower, effect.upper))
    if scale == "ratio":
        return text.ratio_text(HazardRatio(effect.value, effect.lower, effect.upper))
    if effect.lower is None or effect.upper is None:
        return f"{text.percent(effect.value)} (no limits)"
    return f"{text.percent(effect.value)} ({text.percent_range(effect.lower, effect.upper)})"


def interaction_text(interaction: Interaction | None) -> str:
    """The interaction of a variable: its p-value and test, or why there is none; empty where none is asked for."""
    if interaction is None:
        return ""
    if interaction.p is None:
        return f"interaction not estimable: {interaction.reason}"
    return f"interaction {text.p_value(interaction.p)} ({interaction.method})"


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
            counts = [str(row.effect.patients), str(row.effect.events)]
            body.append([name, level, *counts, effect_text(row.effect, scale), row.effect.reason])
    return ["Variable", "Subgroup", "Patients", counted, f"{measure} (95% CI)", "Remark"], body


def comparisons_sentence(rows: tuple[ForestRow, ...], forest: Forest) -> str:
    """How many subgroups stand here, and what that means for the one that stands out."""
    levels = [row for row in rows if row.variable and not row.heading]
    variables = {row.variable for row in levels}
    tests = [i for i in forest.interactions.values() if i.p is not None]
    said = f"{len(levels)} subgroups of {text.counted(len(variables), 'variable')}"
    said += f" and {text.counted(len(tests), 'test')} of interaction" if tests else ""
    return (
        f"{said}, none adjusted for their number: about one 95% interval in twenty misses the truth by chance, so a "
        "subgroup that stands out is a question for the next cohort, not an answer from this one."
    )


def results_sentence(rows: tuple[ForestRow, ...], forest: Forest, finding: str) -> str:
    """A results sentence ready to paste: what was estimated in all and in how many subgroups."""
    whole = forest.whole
    who = f"{text.patients(whole.patients)}, {text.counted(whole.events, 'event')}"
    unit = " points" if forest.scale == "difference" else ""
    value = (
        "" if whole.value is None else f", {effect_text(whole, forest.scale).replace(' (', f'{unit} (95% CI ')} in all"
    )
    levels = [row for row in rows if row.variable and row.effect is not None]
    known = sum(row.effect is not None and row.effect.value is not None for row in levels)
    return f"{finding} ({who}){value}; estimable in {known} of {len(levels)} subgroups, unadjusted for their number."
