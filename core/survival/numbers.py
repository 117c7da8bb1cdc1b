"""Medians, survival, means, hazard ratios and tests as clinicians read them."""

from core.cohort.vocabulary import ENDPOINTS
from core.statistics.numbers import in_percent
from core.survival.cox import HazardRatio
from core.survival.kaplan_meier import SurvivalAt
from core.survival.log_rank import LogRank
from core.survival.medians import Median
from core.survival.restricted_mean import Estimate
from core.survival.result import SurvivalResult
from core.text import NOT_ESTIMABLE, NOT_REACHED, Shown, number, percent, percent_range, significant


def since(result: SurvivalResult) -> str:
    """Where the clock of a result starts."""
    return result.origin if result.landmark is None else f"the landmark at month {number(result.landmark)}"


def after(result: SurvivalResult) -> str:
    """What follows a number of months that could be taken for months from infusion."""
    return "" if result.landmark is None else " after the landmark"


def months_range(lower: float | None, upper: float | None) -> str:
    """Limits of a time in months, NR where a limit is not reached: 1.5–NR; NR alone where neither is."""
    if lower is None and upper is None:
        return "NR"
    return f"{'NR' if lower is None else number(lower)}–{'NR' if upper is None else number(upper)}"


def median_months(median: Median) -> str:
    """The median alone, without its limits."""
    if median.months is not None:
        return number(median.months)
    return NOT_ESTIMABLE if median.final else NOT_REACHED


def endpoint_name(endpoint: str) -> str:
    """Progression-free survival, for PFS; an endpoint of a cohort's own goes by its name."""
    return ENDPOINTS.get(endpoint, endpoint)


def at_half(median: Median) -> str:
    """What follows a median of a curve that ends on 50%, which software tells differently."""
    return ", at a plateau of 50%" if median.final else ""


def median_phrase(median: Median, after: str = "") -> str:
    """The median in a sentence, with its limits: 6 months (95% CI 1.5–NR)."""
    shown = median_months(median)
    unit = "" if median.months is None else f" month{'' if shown == '1' else 's'}"
    return f"{shown}{unit}{after} ({median_limits(median)})"


def median_text(median: Median) -> str:
    """The median with its limits: 6 (1.5–NR)."""
    if median.rule == "plain":
        return median_months(median)
    words = f"{median_months(median)} ({limits_of(median)})"
    return Shown(words, estimate=median.months, lower=median.lower, upper=median.upper)


def survival_text(at: SurvivalAt) -> str:
    """Survival at a time with its limits: 45.5% (16.7–70.7)."""
    if at.survival is None:
        return NOT_ESTIMABLE
    limits = "no limits" if at.lower is None else percent_range(at.lower, at.upper)
    numbers = in_percent(at.survival, at.lower, at.upper)
    return Shown(f"{percent(at.survival)} ({limits})", at_risk=at.at_risk, **numbers)


def estimate_text(estimate: Estimate) -> str:
    """An estimate in months with its limits, or that there is none."""
    if estimate.value is None:
        return NOT_ESTIMABLE
    limits = "no limits"
    if estimate.lower is not None and estimate.upper is not None:
        limits = f"{number(estimate.lower)}–{number(estimate.upper)}"
    numbers = {"estimate": estimate.value, "lower": estimate.lower, "upper": estimate.upper}
    return Shown(f"{number(estimate.value)} ({limits})", **numbers)


def ratio_text(ratio: HazardRatio) -> str:
    """A hazard ratio with its limits; an open end reads as such, never as infinity."""
    if ratio.ratio is None:
        return NOT_ESTIMABLE
    lower = "0" if ratio.lower is None else significant(ratio.lower)
    upper = "open" if ratio.upper is None else significant(ratio.upper)
    between = " to " if upper.startswith(">") else "–"
    words = f"{significant(ratio.ratio)} ({lower}{between}{upper})"
    return Shown(words, estimate=ratio.ratio, lower=ratio.lower, upper=ratio.upper)


def log_rank_name(test: LogRank) -> str:
    """How a log-rank p-value was found, in words."""
    if test.method == "exact":
        return f"exact log-rank test over all {test.permutations:,} groupings"
    if test.method == "Monte Carlo":
        return f"log-rank test by {test.permutations:,} random groupings"
    return f"log-rank test (chi-squared, {test.degrees} df)"


def limits_of(median: Median) -> str:
    """
    A median's limits: 1.5–NR; NR where neither is reached, as the median; none
    where the median is reached and too few patients leave no limit.
    """
    if median.months is not None and median.lower is None and median.upper is None:
        return "no limits"
    return months_range(median.lower, median.upper)


def median_limits(median: Median) -> str:
    """Limits of a median by themselves: 95% CI 1.5–NR."""
    limits = limits_of(median)
    return limits if limits == "no limits" else f"95% CI {limits}"
