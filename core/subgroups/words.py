"""A forest of subgroups in words: what is estimated, each effect, and a sentence ready to paste."""

from collections.abc import Iterable

from core import text
from core.statistics.numbers import in_percent, percentage_points
from core.statistics.proportions import METHODS, Difference
from core.subgroups.interaction import Interaction
from core.subgroups.outcome import ForestRow, Outcome, Pair
from core.subgroups.result import Effect, Forest
from core.survival.cox import HazardRatio
from core.survival.numbers import ratio_text
from core.survival.words import RATIO_ESTIMATE


def effect_text(effect: Effect, scale: str) -> str:
    """An effect with its limits as its scale is read, or that it is not estimable; empty where none is meant."""
    if effect.value is None:
        return text.NOT_ESTIMABLE if effect.reason else ""
    if scale == "difference":
        return percentage_points(Difference(effect.value, effect.lower, effect.upper))
    if scale == "ratio":
        return ratio_text(HazardRatio(effect.value, effect.lower, effect.upper))
    limits = text.percent_range(effect.lower, effect.upper)
    return text.Shown(
        f"{text.percent(effect.value)} ({limits})", **in_percent(effect.value, effect.lower, effect.upper)
    )


def interaction_text(interaction: Interaction | None) -> str:
    """The interaction of a variable: its p-value and test, or why there is none; empty where none is asked for."""
    if interaction is None:
        return ""
    if interaction.p is None:
        return f"interaction not estimable: {interaction.reason}"
    return f"interaction {text.p_value(interaction.p)} ({interaction.method})"


def comparisons_sentence(rows: tuple[ForestRow, ...], forest: Forest) -> str:
    """How many subgroups stand here, and what that means for the one that stands out."""
    levels = [row for row in rows if row.variable and not row.heading]
    variables = {row.variable for row in levels}
    tests = [i for i in forest.interactions.values() if i.p is not None]
    looks = f"{len(levels)} subgroups of {text.counted(len(variables), 'variable')}"
    looks += f" and {text.counted(len(tests), 'test')} of interaction" if tests else ""
    return (
        f"{looks}, none adjusted for their number: about one 95% interval in twenty misses the truth by chance, so a "
        "subgroup that stands out is a question for the next cohort, not an answer from this one."
    )


def comparisons(rows: tuple[ForestRow, ...]) -> list[ForestRow]:
    """
    The subgroups whose hazard ratio against the rest is known, one a
    comparison: the two levels of a variable are one, the other way round, and
    so are those of two variables that part the patients alike.
    """
    known: dict[frozenset[bytes], ForestRow] = {}
    for row in rows:
        if row.variable and row.effect is not None and row.effect.value is not None:
            known.setdefault(row.effect.sides, row)
    return list(known.values())


def excluding_1(rows: Iterable[ForestRow]) -> list[ForestRow]:
    """The subgroups whose hazard ratio's interval excludes 1."""
    levels = [(row, row.effect) for row in rows if row.variable and row.effect is not None]
    return [row for row, effect in levels if (effect.lower or 0) > 1 or (effect.upper is not None and effect.upper < 1)]


def finding(outcome: Outcome, forest: Forest, rows: tuple[ForestRow, ...], pair: Pair) -> str:
    """The page's title: how many subgroups stand out, and would by chance; or of shares those of all selected."""
    if pair is not None:
        tests = [i.p for i in forest.interactions.values() if i.p is not None]
        low = f", {sum(p < 0.05 for p in tests)} of {len(tests)} tests of interaction below 0.05" if tests else ""
        return f"{outcome.words}: {pair[0]} against {pair[1]}{low}"
    if outcome.is_ratio:
        known = comparisons(rows)
        chance, found = text.number(len(known) / 20), len(excluding_1(known))
        many = text.counted(len(known), "comparison")
        return (
            f"{outcome.words}: {found} of {many} {'excludes' if found == 1 else 'exclude'} 1, {chance} would by chance"
        )
    return f"{outcome.words} by subgroup; all selected {_phrase(forest)}"


def _phrase(forest: Forest) -> str:
    """The whole selection's effect in a sentence: 72.7% (95% CI 39.0–94.0)."""
    value, bracket, limits = effect_text(forest.whole, forest.scale).partition(" (")
    unit = " percentage points" if forest.scale == "difference" else ""
    if not bracket or limits.startswith("no limits"):
        return f"{value}{unit}{bracket}{limits}"
    return f"{value}{unit} (95% CI {limits}"


def measure_words(outcome: Outcome, pair: Pair) -> tuple[str, tuple[str, str] | None]:
    """The head of the effect's column, and what lies left and right of no difference."""
    if outcome.is_ratio:
        sides = pair or ("the subgroup", "the rest")
        return "Hazard ratio", (f"longer in {sides[0]}", f"longer in {sides[1]}")
    if pair is not None:
        return "Difference, % points", (f"higher in {pair[1]}", f"higher in {pair[0]}")
    return "Share", None


def method(outcome: Outcome, pair: Pair, limits: str, interval: str) -> str:
    """How the effects were estimated, as captions and files carry it."""
    if outcome.is_ratio:
        what = f"{pair[0]} against {pair[1]}" if pair else "each subgroup against the rest"
        return f"{outcome.words} of {what}. {RATIO_ESTIMATE}"
    minus = f"{pair[0]} minus {pair[1]}, " if pair else ""
    if outcome.name in ("PFS", "OS"):
        recovered = ", limits of differences recovered from theirs" if pair else ""
        return (
            f"{outcome.words}: {minus}Kaplan–Meier, 95% limits on the {interval} scale{recovered}; where nobody had "
            "the event, the exact one-sided 97.5% bound from the number at risk."
        )
    how = "Newcombe's 95% limits" if pair else f"95% limits {METHODS[limits]}"
    return f"{outcome.words}, of all patients: {minus}{how}."


def results_sentence(rows: tuple[ForestRow, ...], forest: Forest, outcome: Outcome, pair: Pair) -> str:
    """A results sentence ready to paste: what was estimated in all and in how many subgroups."""
    whole = forest.whole
    of = f", {pair[0]} against {pair[1]}" if pair else ""
    levels = [row for row in rows if row.variable and row.effect is not None]
    known = sum(row.effect is not None and row.effect.value is not None for row in levels)
    who = f"{text.patients(whole.patients)} ({outcome.counted.lower()}: {whole.events})"
    subgroups = f"could be estimated in {known} of {len(levels)} subgroups, unadjusted for their number."
    found = excluding_1(comparisons(rows)) if outcome.is_ratio else []
    apart = [f"{row.label}, {effect_text(row.effect, forest.scale)}" for row in found if row.effect]
    if outcome.is_ratio and pair is None and apart:
        subgroups += f" Intervals exclude 1 in {'; '.join(apart[:4])}."
    if whole.value is None:
        return f"Among {who}, the {outcome.words}{of} {subgroups}"
    return f"Among {who}, {outcome.words}{of} was {_phrase(forest)}; it {subgroups}"
