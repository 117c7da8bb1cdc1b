"""What is known of any cohort and any selection: ranges, counts beside filters, sizes of groups, sources."""

from dataclasses import dataclass

import pandas as pd

from core.cohort import ranges
from core.cohort.ask import Cohort
from core.cohort.ranges import Extent
from core.cohort.selection import MISSING, Selection
from core.cohort.variables import Variable


def extents(cohort: Cohort) -> dict[str, Extent]:
    """The range of every numeric variable; a variable without two values has none."""
    return ranges.extents(cohort.ask("cohort/number_summaries", Selection(cohort.fingerprint)))


def sources(cohort: Cohort) -> pd.DataFrame:
    """What the cohort says of where its values come from."""
    return cohort.ask("cohort/sources", Selection(cohort.fingerprint))


def reported_flag(cohort: Cohort, name: str) -> Variable | None:
    """The flag of `patients` called so, if the cohort has one."""
    return next((v for v in cohort.variables if v.name == name and v.kind == "flag"), None)


@dataclass(frozen=True)
class Facets:
    """Patients of a selection at each level of each category, and in each bin of each number (None: empty cell)."""

    levels: dict[str, dict[str, int]]
    bins: dict[str, dict[int | None, int]]


def facets(cohort: Cohort, selection: Selection) -> Facets:
    """What the cohort bar shows beside its filters."""
    numbers = {variable.name for variable in cohort.variables if variable.is_number}
    levels: dict[str, dict[str, int]] = {}
    bins: dict[str, dict[int | None, int]] = {}
    rows = cohort.ask("cohort/level_counts", selection)
    for variable, level, patients in zip(rows["variable"], rows["level"], rows["patients"].tolist(), strict=True):
        empty = pd.isna(level)
        if variable in numbers:
            bins.setdefault(variable, {})[None if empty else int(level)] = patients
        else:
            levels.setdefault(variable, {})[MISSING if empty else level] = patients
    return Facets(levels, bins)


def group_sizes(cohort: Cohort, selection: Selection) -> dict[int, int]:
    """Patients of each group that has any, by group number in clinical order."""
    rows = cohort.ask("cohort/group_sizes", selection)
    return dict(zip(rows["group"].astype(int), rows["patients"].astype(int), strict=True))
