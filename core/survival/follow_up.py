"""How long a group was followed, by reverse Kaplan-Meier and as observed."""

from dataclasses import dataclass

import pandas as pd

from core.survival.kaplan_meier import kaplan_meier
from core.survival.life_table import life_tables
from core.survival.medians import Median, median_follow_up, median_survival


@dataclass(frozen=True)
class FollowUp:
    """How long a group was followed, in months: by reverse Kaplan-Meier, and as observed with its range."""

    number: int
    label: str
    patients: int
    reverse: Median
    observed: Median
    shortest: float
    longest: float


def follow_up(counts: pd.DataFrame, labels: tuple[str, ...]) -> tuple[FollowUp, ...]:
    """Follow-up of each group from the counts of an endpoint (overall survival where there is one)."""
    of_groups = []
    for number, table in life_tables(counts, "group").items():
        reverse = median_survival(kaplan_meier(table.reversed()))
        shortest = float(table.months[0])
        of_groups.append(
            FollowUp(
                number,
                labels[number],
                table.patients,
                reverse,
                median_follow_up(table),
                shortest,
                table.last_follow_up,
            )
        )
    return tuple(of_groups)
