"""What is known of one outcome in every subgroup of a selection."""

from core.cohort.ask import Cohort
from core.cohort.labels import group_labels
from core.cohort.selection import Comparison, Selection
from core.subgroups import result
from core.subgroups.result import Forest

Subgroups = tuple[Comparison, ...]
"""The ways in which a selection is cut into subgroups, a variable each."""


def rate_forest(
    cohort: Cohort,
    selection: Selection,
    subgroups: Subgroups,
    column: str,
    term: str,
    lowest: int,
    method: str,
    against: tuple[int, int] | None,
) -> Forest:
    """
    A rate of response (`column` "overall" or "complete"), or ("affected") of an
    adverse event `term` (empty: any) of `lowest` grade or more, in every
    subgroup; `against` are two groups whose difference is taken.
    """
    if column == "affected":
        event = {"term": term or None, "lowest": lowest}
        counts = cohort.ask("subgroups/adverse_events", selection, subgroups=subgroups, **event)
    else:
        counts = cohort.ask("subgroups/responses", selection, subgroups=subgroups)
    return result.rate_forest(counts, column, method, against, _missing(cohort, subgroups))


def survival_forest(
    cohort: Cohort,
    selection: Selection,
    subgroups: Subgroups,
    endpoint: str,
    month: float | None,
    interval: str,
    against: tuple[int, int] | None,
) -> Forest | None:
    """Survival at a month in every subgroup, or (without a month) hazard ratios; None where nobody is followed."""
    counts = cohort.ask("subgroups/survival", selection, subgroups=subgroups, endpoint=endpoint)
    if counts.empty:
        return None
    if month is None:
        return result.hazard_forest(counts, against, _missing(cohort, subgroups))
    return result.survival_forest(counts, month, interval, against)


def _missing(cohort: Cohort, subgroups: Subgroups) -> dict[str, int]:
    """The number of the empty cell's group in each grouping."""
    return {one.variable: len(group_labels(Selection("", (), one), cohort.variables)) - 1 for one in subgroups}
