"""
One outcome in every subgroup at once: a rate, survival at a time, or a hazard ratio, each with its limits.

Without a comparison each subgroup is estimated by itself (a hazard ratio
against everybody else); with two groups compared, their difference or hazard
ratio within each subgroup, and whether it differs between the subgroups.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pandas as pd

from core.statistics.proportions import Limits, Proportion, difference, difference_of_limits, proportion
from core.subgroups.interaction import Interaction, hazard_ratio_interaction, odds_ratio_interaction
from core.survival.cox import HazardRatio
from core.survival.hazard_ratios import hazard_ratios
from core.survival.kaplan_meier import NO_LIMITS, kaplan_meier, survival_at
from core.survival.life_table import LifeTable, life_tables, pooled

Place = tuple[str, int]
"""A subgroup: the variable and the number of its level."""
Of = TypeVar("Of")


@dataclass(frozen=True)
class Effect:
    """
    What is estimated in one subgroup, with its limits (None where open or not
    estimable, and then `reason` says why), and whom it rests on: `fewest` are
    the patients of the smaller of two groups, `sides` the follow-up of both,
    the same whichever is set against the other. Shares and differences are from -1 to 1.
    """

    patients: int
    events: int
    value: float | None
    lower: float | None = None
    upper: float | None = None
    reason: str = ""
    fewest: int | None = field(default=None, compare=False)
    sides: frozenset[bytes] = field(default=frozenset(), compare=False)

    @property
    def rests_on(self) -> int:
        """The patients that carry the effect: of two groups set against each other those of the smaller."""
        return self.patients if self.fewest is None else self.fewest


@dataclass(frozen=True)
class Forest:
    """
    Every subgroup's effect and the whole selection's. `scale` is "share",
    "difference" or "ratio"; `interactions` has each variable's test where two
    groups are compared.
    """

    scale: str
    whole: Effect
    effects: dict[Place, Effect]
    interactions: dict[str, Interaction]


NO_REST = "nobody else to set them against"
ONE_GROUP = "only one of the two groups"


# -- rates -----------------------------------------------------------------------------------------


def rate_forest(
    counts: pd.DataFrame,
    column: str,
    method: str,
    against: tuple[int, int] | None = None,
    missing: dict[str, int] | None = None,
) -> Forest:
    """
    A rate in every subgroup, or with `against` (the numbers of two groups) the
    first group's minus the second's, by Newcombe.

    `counts` answers subgroups/responses or
    subgroups/adverse_events; `column` counts who has the outcome. The
    interaction is Zelen's exact test of one odds ratio in all subgroups but
    that of an empty cell, whose number `missing` gives for each variable.
    """
    rates = {
        (str(variable), int(number)): {
            int(group): proportion(int(events), int(patients), method)
            for group, events, patients in zip(rows["group"], rows[column], rows["patients"], strict=True)
        }
        for (variable, number), rows in counts.groupby(["variable", "subgroup"])
    }
    parts = _first_variable(rates)
    whole = {
        group: _sum([part[group] for part in parts if group in part], method)
        for group in sorted({group for part in parts for group in part})
    }
    if against is None:
        effects = {place: _rate(_sum(list(groups.values()), method)) for place, groups in rates.items()}
        return Forest("share", _rate(_sum(list(whole.values()), method)), effects, {})
    nobody = proportion(0, 0, method)
    pairs = {place: (groups.get(against[0], nobody), groups.get(against[1], nobody)) for place, groups in rates.items()}
    effects = {place: _rate_difference(*pair) for place, pair in pairs.items()}
    return Forest(
        "difference",
        _rate_difference(whole.get(against[0], nobody), whole.get(against[1], nobody)),
        effects,
        _by_variable(pairs, odds_ratio_interaction, missing or {}),
    )


def _sum(parts: list[Proportion], method: str) -> Proportion:
    return proportion(sum(p.count for p in parts), sum(p.total for p in parts), method)


def _rate(rate: Proportion) -> Effect:
    return Effect(rate.total, rate.count, rate.value, rate.lower, rate.upper)


def _rate_difference(first: Proportion, second: Proportion) -> Effect:
    apart = difference(first, second)
    reason = "" if apart.value is not None else ONE_GROUP
    ends, fewest = (apart.value, apart.lower, apart.upper), min(first.total, second.total)
    return Effect(first.total + second.total, first.count + second.count, *ends, reason, fewest)


# -- survival --------------------------------------------------------------------------------------


def survival_forest(
    counts: pd.DataFrame, month: float, interval: str, against: tuple[int, int] | None = None
) -> Forest:
    """
    Kaplan-Meier survival at `month` in every subgroup, or with `against` the
    first group's minus the second's, its limits recovered from theirs (Zou and
    Donner 2008). `counts` answers subgroups/survival. Events are
    those up to the month. No interaction is tested.
    """
    tables = _life_tables(counts)

    def at(table: LifeTable | None) -> tuple[Limits, str]:
        if table is None:
            return (None, None, None), ONE_GROUP
        known = survival_at(kaplan_meier(table, interval), month)
        return (known.survival, known.lower, known.upper), known.reason

    def effect(groups: dict[int, LifeTable]) -> Effect:
        everyone = pooled(list(groups.values()))
        events = int(everyone.up_to(everyone.events, np.array([month]))[0])
        if against is None:
            limits, reason = at(everyone)
            return Effect(everyone.patients, events, *limits, reason)
        (one, why), (two, why_not) = (at(groups.get(number)) for number in against)
        apart = difference_of_limits(one, two)
        value = None if apart.lower is None else apart.value  # where a curve is at 0 it has no limits, nor has this
        reason = why or why_not
        if reason == NO_LIMITS:
            reason = f"in one of the two groups {NO_LIMITS}"
        fewest = min(groups[number].patients if number in groups else 0 for number in against)
        return Effect(everyone.patients, events, value, apart.lower, apart.upper, reason, fewest)

    scale = "share" if against is None else "difference"
    return Forest(scale, effect(_whole(tables)), {place: effect(groups) for place, groups in tables.items()}, {})


def hazard_forest(
    counts: pd.DataFrame, against: tuple[int, int] | None = None, missing: dict[str, int] | None = None
) -> Forest:
    """
    The hazard ratio of every subgroup against everybody else, or with
    `against` of the first group against the second within each subgroup (see
    core/survival/cox.py), with the likelihood ratio test of the interaction.
    `counts` answers subgroups/survival.
    """
    tables = _life_tables(counts)
    whole = _whole(tables)
    if against is None:
        together = {place: pooled(list(groups.values())) for place, groups in tables.items()}
        everyone = pooled(list(whole.values()))
        effects = {}
        for place, table in together.items():
            rest = [t for other, t in together.items() if other[0] == place[0] and other != place]
            effects[place] = _ratio(table, pooled(rest) if rest else None, table, NO_REST)
        return Forest("ratio", Effect(everyone.patients, everyone.total_events, None), effects, {})
    first, second = against
    effects = {
        place: _ratio(groups.get(first), groups.get(second), pooled(list(groups.values())), ONE_GROUP)
        for place, groups in tables.items()
    }
    pairs = {place: (groups[second], groups[first]) for place, groups in tables.items() if len(groups) == 2}
    all_of_them = _ratio(whole.get(first), whole.get(second), pooled(list(whole.values())), ONE_GROUP)
    return Forest("ratio", all_of_them, effects, _by_variable(pairs, hazard_ratio_interaction, missing or {}))


def _ratio(table: LifeTable | None, reference: LifeTable | None, counted: LifeTable, alone: str) -> Effect:
    """The hazard of `table` against `reference`, with the patients and events of `counted`."""
    hazard, fewest, sides = HazardRatio(None, reason=alone), 0, frozenset[bytes]()
    if table is not None and reference is not None:
        hazard, fewest = hazard_ratios([reference, table])[1], min(table.patients, reference.patients)
        sides = frozenset(_follow_up(side) for side in (table, reference))
    ends = (hazard.ratio, hazard.lower, hazard.upper)
    return Effect(counted.patients, counted.total_events, *ends, hazard.reason, fewest, sides)


def _follow_up(table: LifeTable) -> bytes:
    columns = (table.months, table.events, table.censored, table.competing)
    return np.concatenate([np.asarray(column, float) for column in columns]).tobytes()


def _life_tables(counts: pd.DataFrame) -> dict[Place, dict[int, LifeTable]]:
    tables: dict[Place, dict[int, LifeTable]] = {}
    for (variable, number, group), table in life_tables(counts, ["variable", "subgroup", "group"]).items():
        tables.setdefault((str(variable), int(number)), {})[int(group)] = table
    return tables


def _whole(tables: dict[Place, dict[int, LifeTable]]) -> dict[int, LifeTable]:
    """Every patient once, by group: each is in one subgroup of any variable."""
    parts = _first_variable(tables)
    numbers = sorted({number for part in parts for number in part})
    return {number: pooled([part[number] for part in parts if number in part]) for number in numbers}


def _first_variable(by_place: dict[Place, Of]) -> list[Of]:
    first = next(iter(by_place), ("", 0))[0]
    return [part for (variable, _), part in by_place.items() if variable == first]


def _by_variable(
    pairs: dict[Place, tuple[Of, Of]],
    test: Callable[[list[tuple[Of, Of]]], Interaction],
    missing: dict[str, int],
) -> dict[str, Interaction]:
    by_variable: dict[str, list[tuple[Of, Of]]] = {}
    for (variable, number), pair in pairs.items():
        of_variable = by_variable.setdefault(variable, [])
        if missing.get(variable) != number:
            of_variable.append(pair)
    return {variable: test(of_variable) for variable, of_variable in by_variable.items()}
