"""Ranges and cuts of numeric variables: slider ends and steps, and cuts that a label can state."""

from dataclasses import dataclass
from math import ceil, floor, log10

import pandas as pd

from core.schema import Variable


@dataclass(frozen=True)
class Extent:
    """The range of a numeric variable in the whole cohort as a slider has it, and how many cells are empty."""

    low: float
    high: float
    step: float
    missing: int

    def within(self, value: float) -> float:
        """The value, or the end of the range that it lies beyond."""
        return min(max(value, self.low), self.high)


def extents(summaries: pd.DataFrame) -> dict[str, Extent]:
    """
    The extent of each numeric variable from the answer to
    core/sql/number_summaries.sql for the whole cohort; a variable without two
    different values has none.
    """
    found = {}
    for row in summaries.itertuples():
        if row.patients and row.highest > row.lowest:
            step = slider_step(row.highest - row.lowest, bool(row.whole))
            low, high = floor(row.lowest / step + 1e-9) * step, ceil(row.highest / step - 1e-9) * step
            found[str(row.variable)] = Extent(float(f"{low:.10g}"), float(f"{high:.10g}"), step, int(row.missing))
    return found


def slider_step(width: float, whole: bool) -> float:
    """A step of 1, 2 or 5 times a power of ten: about a hundred of them, or whole numbers."""
    if whole and width <= 100:
        return 1.0
    rough = width / 100
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return max(1.0, step) if whole else float(f"{step:.1g}")


def default_cut(variable: Variable, extent: Extent) -> float:
    """The dictionary's cut, or the middle of the variable's range."""
    if variable.default_cut is not None and extent.low <= variable.default_cut <= extent.high:
        return variable.default_cut
    steps = floor((extent.high - extent.low) / 2 / extent.step)
    return float(f"{extent.low + steps * extent.step:.10g}")


def quantile_cuts(quantiles: pd.DataFrame, name: str, split: str) -> tuple[float, ...]:
    """The median or the tertiles of a variable from the answer to core/sql/quantiles.sql; none without a value."""
    mine = quantiles[quantiles["variable"] == name]
    if mine.empty:
        return ()
    columns = ["median"] if split == "median" else ["lower_tertile", "upper_tertile"]
    return tuple(sorted({rounded_down(float(mine.iloc[0][column])) for column in columns}))


def rounded_down(cut: float) -> float:
    """Four figures, rounded down: a patient at the median stays in the upper group, and the label is the cut."""
    if not cut:
        return cut
    power = 10.0 ** (floor(log10(abs(cut))) - 3)
    return float(f"{floor(cut / power + 1e-9) * power:.10g}")
