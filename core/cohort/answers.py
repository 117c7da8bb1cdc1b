"""What is known of any cohort and any selection: ranges, counts beside filters, sizes of groups, sources."""

from dataclasses import dataclass, replace

import pandas as pd

from core.cohort import ranges
from core.cohort.ask import Cohort
from core.cohort.ranges import Extent, default_cut
from core.cohort.selection import MISSING, Comparison, Range, Selection, variable_named
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


def side_of_cut(cohort: Cohort, selection: Selection, name: str, number: int) -> tuple[float, float] | None:
    """
    The range of the patients below (0) or above (1) the usual cut of a
    numeric variable, within the range that is selected already; None where
    nobody is on that side.
    """
    extent = cohort.know(extents)[name]
    cut = default_cut(variable_named(name, cohort.variables), extent)
    at_cut = replace(selection.as_one_group, comparison=Comparison(name, "cut", (cut,)))
    rows = cohort.ask("cohort/number_summaries", at_cut)
    below = rows.loc[(rows["variable"] == name) & (rows["group"] == 0), "highest"].dropna()
    old = next((f for f in selection.filters if f.variable == name and isinstance(f, Range)), None)
    low, high = (extent.low, extent.high) if old is None or selection.against_rest else (old.low, old.high)
    if number == 0 and len(below):
        return low, float(below.iloc[0])  # a filter holds its ends, and the cut is not below it
    return (max(cut, low), high) if number == 1 and cut <= high else None


def group_sizes(cohort: Cohort, selection: Selection) -> dict[int, int]:
    """Patients of each group that has any, by group number in clinical order."""
    rows = cohort.ask("cohort/group_sizes", selection)
    return dict(zip(rows["group"].astype(int), rows["patients"].astype(int), strict=True))
