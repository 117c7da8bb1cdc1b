"""One analyte of one patient in time, and what is read from it: peak, area under the curve, last day detected."""

from dataclasses import dataclass

import numpy as np

AREA_TO = 28
"""The last day of the area under the curve, as the field reports expansion."""

NO_START = "no value on or before the day of infusion"
ENDS_BEFORE = "sampling ends before day {to}, and not below the limit after a value above it"
NOTHING = "nothing measured"


@dataclass(frozen=True)
class Course:
    """
    The values of one analyte in one patient, in the order of their days since
    infusion. Where `below` the value was under the limit of the assay, and
    `values` has 0.
    """

    days: np.ndarray
    values: np.ndarray
    below: np.ndarray


@dataclass(frozen=True)
class Area:
    """The area under a curve, in days times the values' unit; None with a `reason` where it cannot be estimated."""

    value: float | None
    reason: str = ""


def course(days: np.ndarray, values: np.ndarray, below: np.ndarray) -> Course:
    """The values in the order of their days; those below the limit count as 0 and never as a part of the limit."""
    order = np.argsort(days, kind="stable")
    below = np.asarray(below, bool)[order]
    return Course(np.asarray(days, float)[order], np.where(below, 0.0, np.asarray(values, float)[order]), below)


def peak(of: Course) -> tuple[float, float | None]:
    """
    The highest value since infusion (Cmax) and the first day it was measured
    (Tmax): a day on which a sample was taken, so the true peak may lie between
    two. 0 and None where nothing was above the limit; NaN and None without a value.
    """
    since = of.days >= 0
    days, values = of.days[since], of.values[since]
    if not len(values):
        return float("nan"), None
    highest = int(values.argmax())
    return float(values[highest]), float(days[highest]) if values[highest] else None


def lowest(of: Course) -> tuple[float, float | None]:
    """The lowest value since infusion and the first day it was measured; NaN and None without a value."""
    since = of.days >= 0
    days, values = of.days[since], of.values[since]
    return (float(values.min()), float(days[values.argmin()])) if len(values) else (float("nan"), None)


def last_detected(of: Course) -> float | None:
    """The day of the last value above the limit (Tlast); None where there was none since infusion."""
    detected = of.days[(of.days >= 0) & (of.values > 0)]
    return float(detected[-1]) if len(detected) else None


def area(of: Course, to: float = AREA_TO, from_zero: bool = False) -> Area:
    """
    The area under the curve from infusion to day `to`: trapezoids where values
    rise, logarithmic ones where they fall between two above the limit (the
    linear-up, log-down rule of non-compartmental analysis, as in PKNCA).

    Below the limit is 0 before the first value above it and at the first sample
    after the last one; between two values above it, it is passed over. The
    curve starts with the last value on or before day 0, `from_zero` (of cells
    that were not there before) with 0. A missing value at day `to` is read
    off the same curve. Not estimable where sampling ends before day `to`, unless
    the analyte had been detected and was below the limit again.

    >>> oracle = course(np.arange(6), np.array([0, 2, 0, 1, 2, 1]), np.zeros(6, bool))
    >>> round(area(oracle, to=5).value, 4)
    5.4427
    """
    if not len(of.days):
        return Area(None, NOTHING)
    curve = _from_infusion(of, from_zero)
    if not len(curve.days) or curve.days[0] > 0:
        return Area(None, NO_START)
    detected = np.flatnonzero(curve.values > 0)
    if curve.days[-1] < to and (not len(detected) or curve.values[-1] > 0):
        return Area(None, ENDS_BEFORE.format(to=f"{to:g}"))
    if not len(detected):
        return Area(0.0)
    place = np.arange(len(curve.days))
    kept = ~(curve.below & (detected[0] < place) & (place < detected[-1]))
    return Area(_trapezoids(*_ended(curve.days[kept], curve.values[kept], to)))


def _from_infusion(of: Course, from_zero: bool) -> Course:
    """The curve from day 0 on: the last value on or before it stands at day 0."""
    before, since = np.flatnonzero(of.days <= 0), of.days > 0
    start = before[-1:]
    if from_zero and not len(start):
        start_values, start_below = np.zeros(1), np.ones(1, bool)
    else:
        start_values, start_below = of.values[start], of.below[start]
    return Course(
        np.concatenate([np.zeros(len(start_values)), of.days[since]]),
        np.concatenate([start_values, of.values[since]]),
        np.concatenate([start_below, of.below[since]]),
    )


def _ended(days: np.ndarray, values: np.ndarray, to: float) -> tuple[np.ndarray, np.ndarray]:
    """The curve up to day `to`, read off between the samples before and after it."""
    after = int(np.searchsorted(days, to))
    if after == len(days) or days[after] == to:
        return days[: after + 1], values[: after + 1]
    share = (to - days[after - 1]) / (days[after] - days[after - 1])
    first, last = values[after - 1], values[after]
    falls = 0 < last < first
    at = first * (last / first) ** share if falls else first + (last - first) * share
    return np.append(days[:after], to), np.append(values[:after], at)


def _trapezoids(days: np.ndarray, values: np.ndarray) -> float:
    widths, first, last = np.diff(days), values[:-1], values[1:]
    falls = (last > 0) & (last < first)
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithmic = widths * (first - last) / np.log(first / last)
    return float(np.where(falls, logarithmic, widths * (first + last) / 2).sum())
