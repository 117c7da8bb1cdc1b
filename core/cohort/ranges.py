"""
Ranges and cuts of numeric variables: what a slider offers, and where a number is cut into groups.

A range's ends and a cut are exact, and so is every comparison with them; a
label shows as many digits as it takes to be true of each patient.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor, log10

import pandas as pd

from core.cohort.variables import Variable
from core.text import digits

_ALIKE = 1e-9
"""Values that differ by a smaller share of themselves cannot be told apart by a slider."""
_NOISE = 1e-9
"""Of a step: what a browser adds to a round number."""


@dataclass(frozen=True)
class Extent:
    """
    The range of a numeric variable in the whole cohort: its own least and
    largest value, the round numbers at or beyond them where a slider begins
    and ends, the slider's step, how many cells are empty, and the median.
    """

    low: float
    high: float
    start: float
    stop: float
    step: float
    missing: int
    median: float

    @property
    def coarse(self) -> "Extent":
        """The range whose ends are rounded so far outward that they tell no patient's value."""
        step = 10.0 ** floor(log10(self.high - self.low))
        first, last = floor(self.low / step), ceil(self.high / step)
        first -= _multiple(first, step) == self.low != 0  # 0 and 100 are ends of themselves
        last += _multiple(last, step) == self.high != 100
        ends = (_multiple(first, step), _multiple(last, step))
        return replace(self, low=ends[0], high=ends[1], start=ends[0], stop=ends[1])

    @property
    def cuts(self) -> tuple[float, float]:
        """The first and the last round number that leave somebody on both sides, or twice the largest value."""
        below, above = floor(self.low / self.step), ceil(self.high / self.step)
        first, last = _multiple(below, self.step), _multiple(above, self.step)
        first = first if first > self.low else self.clean(first + self.step)
        last = last if last <= self.high else self.clean(last - self.step)
        return (first, last) if first <= last else (self.high, self.high)

    def cut_within(self, cut: float) -> float:
        """The cut, or the nearest that leaves somebody on both sides."""
        first, last = self.cuts
        cut = self.clean(cut)
        return cut if self.low < cut <= self.high else first if cut <= self.low else last

    def clean(self, value: float) -> float:
        """A value of the slider without what the browser's arithmetic adds to a round number."""
        whole = round(value / self.step)
        return _multiple(whole, self.step) if abs(value / self.step - whole) < _NOISE else value

    def ends(self, low: float, high: float) -> tuple[float, float]:
        """The range that a slider's two values stand for: at its ends the variable's own least and largest value."""
        low, high = self.clean(low), self.clean(high)
        return min(max(low, self.low), self.high), max(min(high, self.high), self.low)

    def on_slider(self, ends: tuple[float, float]) -> tuple[float, float]:
        """Where a slider stands for a range: at its own end where the range holds the least or largest value."""
        low, high = ends
        return self.start if low <= self.low else low, self.stop if high >= self.high else high


def _multiple(count: int, step: float) -> float:
    """So many steps, as the decimal that it is on paper."""
    return float(count * Decimal(repr(step)))


def extents(summaries: pd.DataFrame) -> dict[str, Extent]:
    """
    The extent of each numeric variable from the answer to
    cohort/number_summaries for the whole cohort; a variable without two
    values that can be told apart has none.
    """
    extents = {}
    for row in summaries.itertuples():
        low, high = float(row.lowest), float(row.highest)
        if row.patients and high - low > _ALIKE * max(abs(low), abs(high)):
            step = slider_step(_bulk(low, high, float(row.median)), bool(row.whole))
            first, last = floor(low / step), ceil(high / step)
            first -= _multiple(first, step) > low
            last += _multiple(last, step) < high
            ends = (_multiple(first, step), _multiple(last, step))
            extents[str(row.variable)] = Extent(low, high, *ends, step, int(row.missing), float(row.median))
    return extents


def _bulk(low: float, high: float, median: float) -> float:
    """How wide the values lie where most of them are: of skewed ones less than the range, by ten at the most."""
    shorter = min(median - low, high - median)
    return max(min(high - low, 5 * shorter), (high - low) / 10)


def slider_step(width: float, whole: bool) -> float:
    """A step of 1, 2 or 5 times a power of ten: about a hundred of them, or whole numbers."""
    if whole and width <= 100:
        return 1.0
    rough = width / 100
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return max(1.0, float(f"{step:.1g}")) if whole else float(f"{step:.1g}")


def default_cut(variable: Variable, extent: Extent) -> float:
    """The dictionary's cut, or the cohort's median as it is read; somebody is on both sides of it."""
    if variable.default_cut is not None and extent.low < variable.default_cut <= extent.high:
        return variable.default_cut
    shorter = min(extent.median - extent.low, extent.high - extent.median)
    return extent.cut_within(_readable(extent.median, 2 * shorter))


def _readable(median: float, width: float) -> float:
    """A median in as few figures, three or more, as leave it where it is: within half a percent of this width."""
    rounded = (float(f"{median:.{figures}g}") for figures in range(3, 17))
    return next((cut for cut in rounded if abs(cut - median) <= width / 200), median)


@dataclass(frozen=True)
class Cuts:
    """Where a number is cut, and each cut as a label shows it."""

    at: tuple[float, ...] = ()
    shown: tuple[str, ...] = ()


def quantile_cuts(quantiles: pd.DataFrame, name: str, split: str) -> Cuts:
    """
    The median or the tertiles of a variable from the answer to
    cohort/quantiles. One that would leave a side empty (the median of
    0, 0, 0, 1) moves to the next value that does not, and of two that make the
    same groups one is kept; where all values are equal there is none.
    """
    rows = quantiles[quantiles["variable"] == name]
    by_group_above: dict[float, tuple[float, str]] = {}
    for row in rows.itertuples():
        for what in ("median",) if split == "median" else ("lower_tertile", "upper_tertile"):
            cut, below, above = (float(getattr(row, column)) for column in (what, f"{what}_below", f"{what}_above"))
            if pd.isna(below):
                cut, below, above = float(row.second), float(row.lowest), float(row.second)
            if not pd.isna(cut):
                by_group_above.setdefault(above, (cut, shown(cut, below, above)))
    cuts = sorted(by_group_above.values())
    return Cuts(tuple(cut for cut, _ in cuts), tuple(label for _, label in cuts))


def shown(cut: float, below: float, above: float) -> str:
    """A cut in four figures, or as many more as it takes to leave `below` below it and `above` not."""
    whole = len(str(int(abs(cut))))
    for figures in range(max(4, whole), 17):
        rounded = float(f"{cut:.{figures}g}")
        if below < rounded <= above:
            return digits(rounded)
    return digits(cut)
