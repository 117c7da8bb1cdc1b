"""Numbers as clinicians read them, and sentences made from results."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import floor, log10
from typing import Any

from core.statistics.proportions import Difference, Proportion
from core.survival.cox import HazardRatio
from core.survival.kaplan_meier import Estimate, LogRank, Median, SurvivalAt

Table = tuple[list[str], list[list[Any]]]
"""A header and rows of text, the same on screen and in a file."""

NOT_REACHED = "not reached"
NOT_ESTIMABLE = "not estimable"


def _rounded(value: float, digits: int) -> Decimal:
    """Rounded half up, away from 0, as on paper: what a double adds in its last digits does not count."""
    return Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def number(value: float, digits: int = 1) -> str:
    """Rounded half up, with no trailing zero and a true minus: 7, 1.5, −0.3."""
    text = f"{_rounded(value, digits):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def figures(value: float) -> str:
    """A measured value with its own precision: four figures at the most, 66.23, 0.0012, 1,250."""
    if abs(value) >= 999.95:
        return f"{_rounded(value, 0):,f}".replace("-", "−")
    if value and abs(value) < 1e-4:
        return f"{value:.4g}".replace("-", "−")
    return number(value, 3 - floor(log10(abs(value)))) if value else "0"


def fixed(value: float, digits: int = 1) -> str:
    """Rounded half up with its zeros: 39.0."""
    return f"{abs(_rounded(value, digits)):f}"


def percent(value: float | None, digits: int = 1) -> str:
    """A proportion as a percentage: 72.7%."""
    return "–" if value is None else f"{fixed(100 * value, digits)}%"


def percent_range(lower: float | None, upper: float | None, digits: int = 1) -> str:
    """Limits of a proportion, the sign left to the estimate: 39.0–94.0."""
    if lower is None or upper is None:
        return "no limits"
    return f"{fixed(100 * lower, digits)}–{fixed(100 * upper, digits)}"


def n_percent(count: int, total: int) -> str:
    """2 (18.2%), and a bare 0."""
    return f"{count} ({percent(count / total)})" if count else "0"


def fraction(rate: Proportion) -> str:
    """A proportion in a table: 8/11, 72.7% (39.0–94.0); an empty group has none."""
    if rate.value is None:
        return "no patient"
    return f"{rate.count}/{rate.total}, {percent(rate.value)} ({percent_range(rate.lower, rate.upper)})"


def fraction_phrase(rate: Proportion) -> str:
    """A proportion in a sentence: 8 of 11 (72.7%; 95% CI 39.0–94.0)."""
    if rate.value is None:
        return "none of 0"
    limits = percent_range(rate.lower, rate.upper)
    return f"{rate.count} of {rate.total} ({percent(rate.value)}; 95% CI {limits})"


def n_limits(rate: Proportion) -> str:
    """A count with its percentage and limits, where the column says of how many: 8, 72.7% (39.0–94.0)."""
    if rate.value is None:
        return "–"
    return f"{rate.count}, {percent(rate.value)} ({percent_range(rate.lower, rate.upper)})"


def points(difference: Difference) -> str:
    """A difference of proportions in percentage points with its limits: +22 (−43 to 65)."""
    if difference.value is None:
        return NOT_ESTIMABLE
    value = signed(100 * difference.value)
    if difference.lower is None or difference.upper is None:
        return f"{value} (no limits)"
    return f"{value} ({number(100 * difference.lower, 0)} to {number(100 * difference.upper, 0)})"


def signed(value: float) -> str:
    """A whole number with its sign: +22, −4, and 0 without one."""
    rounded = number(value, 0)
    return f"+{rounded}" if value > 0 and rounded != "0" else rounded


def power_of_ten(value: str) -> str:
    """A threshold as it is read: 1e-5 as 10⁻⁵; any other text as it is."""
    exponent = re.fullmatch(r"1e([+-]?\d+)", value.lower())
    if exponent is None:
        return value
    return "10" + str(int(exponent[1])).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def shortened(words: str, most: int) -> str:
    """Words that fit a figure, the rest of them an ellipsis."""
    return words if len(words) <= most else words[: most - 1] + "…"


def months_range(lower: float | None, upper: float | None) -> str:
    """Limits of a time in months, NR where a limit is not reached: 1.5–NR."""
    return f"{'NR' if lower is None else number(lower)}–{'NR' if upper is None else number(upper)}"


def median_months(median: Median) -> str:
    """The median alone, without its limits."""
    if median.months is not None:
        return number(median.months)
    return NOT_ESTIMABLE if median.final else NOT_REACHED


def median_text(median: Median) -> str:
    """The median with its limits: 6 (1.5–NR)."""
    if median.rule == "plain":
        return median_months(median)
    return f"{median_months(median)} ({months_range(median.lower, median.upper)})"


def survival_text(at: SurvivalAt) -> str:
    """Survival at a time with its limits: 45.5% (16.7–70.7)."""
    if at.survival is None:
        return NOT_ESTIMABLE
    if at.lower is None:
        return f"{percent(at.survival)} (no limits)"
    return f"{percent(at.survival)} ({percent_range(at.lower, at.upper)})"


def estimate_text(estimate: Estimate) -> str:
    """An estimate in months with its limits, or that there is none."""
    if estimate.value is None:
        return NOT_ESTIMABLE
    if estimate.lower is None or estimate.upper is None:
        return f"{number(estimate.value)} (no limits)"
    return f"{number(estimate.value)} ({number(estimate.lower)}–{number(estimate.upper)})"


def ratio_text(ratio: HazardRatio) -> str:
    """A hazard ratio with its limits; an open end reads as such, never as infinity."""
    if ratio.ratio is None:
        return NOT_ESTIMABLE
    lower = "0" if ratio.lower is None else significant(ratio.lower)
    upper = "open" if ratio.upper is None else significant(ratio.upper)
    return f"{significant(ratio.ratio)} ({lower}–{upper})"


def significant(value: float) -> str:
    """Two decimals, fewer for large numbers, and more where two would read 0: 0.10, 6.81, 42, 0.004."""
    if value >= 10_000:
        return "> 10,000"
    if value >= 10:
        return f"{_rounded(value, 0):,f}"
    if value >= 0.01:
        return fixed(value, 2)
    return f"{value:.1g}" if value >= 0.0001 else "< 0.0001"


def p_value(p: float | None) -> str:
    """p = 0.042; p < 0.001; three decimals below 0.1, two above."""
    if p is None:
        return f"p {NOT_ESTIMABLE}"
    if p < 0.001:
        return "p < 0.001"
    return f"p = {fixed(p, 3 if p < 0.0995 else 2)}"


def test_name(test: LogRank) -> str:
    """How a log-rank p-value was found, in words."""
    if test.method == "exact":
        return f"exact log-rank test over all {test.permutations:,} groupings"
    if test.method == "Monte Carlo":
        return f"log-rank test by {test.permutations:,} random groupings"
    return f"log-rank test (chi-squared, {test.degrees} df)"


def patients(count: int) -> str:
    """1 patient, 8 patients."""
    return counted(count, "patient")


def counted(count: int, noun: str) -> str:
    """1 event, 7 events."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def limits(low: float | None, high: float | None) -> str:
    """Limits of a median by themselves: 95% CI 1.5–NR."""
    return f"95% CI {months_range(low, high)}"


def listed(parts: list[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def some(names: Sequence[str], most: int) -> str:
    """The first of many names: A, B, C and 4 more."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
