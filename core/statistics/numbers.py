"""Proportions and their differences as clinicians read them."""

from core.statistics.proportions import Compared, Difference, Proportion
from core.text import NOT_ESTIMABLE, Shown, number, p_alone, percent, percent_range, signed


def in_percent(value: float | None, lower: float | None, upper: float | None) -> dict[str, float | None]:
    """A proportion, or a difference of two, and its limits as the numbers of what is shown of it, in percent."""
    numbers = {"estimate, %": value, "lower, %": lower, "upper, %": upper}
    return {name: None if number is None else 100 * number for name, number in numbers.items()}


def fraction(rate: Proportion) -> str:
    """A proportion in a table: 8/11, 72.7% (39.0–94.0); an empty group has none."""
    if rate.value is None:
        return "no patient"
    words = f"{rate.count}/{rate.total}, {percent(rate.value)} ({percent_range(rate.lower, rate.upper)})"
    return Shown(words, n=rate.count, N=rate.total, **in_percent(rate.value, rate.lower, rate.upper))


def fraction_phrase(rate: Proportion) -> str:
    """A proportion in a sentence: 8 of 11 (72.7%; 95% CI 39.0–94.0)."""
    if rate.value is None:
        return "none of 0"
    limits = percent_range(rate.lower, rate.upper)
    return f"{rate.count} of {rate.total} ({percent(rate.value)}; 95% CI {limits})"


def parts(counts: list[int], of: int) -> list[Shown]:
    """
    Cells of counts that add up to the `of` who are known: where the smallest may not be
    shown, the next would give it away (core/small_cells.py).
    """
    cells = [Shown(str(count), n=count, N=of, apart=1) for count in counts]
    some = sorted((count, place) for place, count in enumerate(counts) if count)
    if len(some) > 1:
        cells[some[1][1]] = Shown(str(some[1][0]), n=some[1][0], N=of, apart=1, beside=some[0][0])
    return cells


def n_limits(rate: Proportion) -> str:
    """A count with its percentage and limits, where the column says of how many: 8, 72.7% (39.0–94.0)."""
    if rate.value is None:
        return "–"
    words = f"{rate.count}, {percent(rate.value)} ({percent_range(rate.lower, rate.upper)})"
    return Shown(words, n=rate.count, N=rate.total, **in_percent(rate.value, rate.lower, rate.upper))


def percentage_points(difference: Difference) -> str:
    """A difference of proportions in percentage points with its limits: +22 (−43 to 65)."""
    if difference.value is None:
        return NOT_ESTIMABLE
    words, numbers = signed(100 * difference.value), in_percent(difference.value, difference.lower, difference.upper)
    if difference.lower is None or difference.upper is None:
        return Shown(f"{words} (no limits)", **numbers)
    return Shown(f"{words} ({number(100 * difference.lower, 0)} to {number(100 * difference.upper, 0)})", **numbers)


def difference_facts(minus: str, compared: Compared) -> list[tuple[str, str]]:
    """Two proportions against each other as labels and numbers; `minus` says what is taken less what."""
    test = [] if compared.p is None else [("Fisher's exact test, p", p_alone(compared.p))]
    return [(f"{minus}, % points (95% CI)", percentage_points(compared.difference)), *test]
