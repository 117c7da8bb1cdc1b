"""Proportions and their differences as clinicians read them."""

from core.statistics.proportions import Compared, Difference, Proportion
from core.text import NOT_ESTIMABLE, number, p_alone, percent, percent_range, signed


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


def percentage_points(difference: Difference) -> str:
    """A difference of proportions in percentage points with its limits: +22 (−43 to 65)."""
    if difference.value is None:
        return NOT_ESTIMABLE
    value = signed(100 * difference.value)
    if difference.lower is None or difference.upper is None:
        return f"{value} (no limits)"
    return f"{value} ({number(100 * difference.lower, 0)} to {number(100 * difference.upper, 0)})"


def difference_facts(minus: str, compared: Compared) -> list[tuple[str, str]]:
    """Two proportions against each other as labels and numbers; `minus` says what is taken less what."""
    test = [] if compared.p is None else [("Fisher's exact test, p", p_alone(compared.p))]
    return [(f"{minus}, % points (95% CI)", percentage_points(compared.difference)), *test]
