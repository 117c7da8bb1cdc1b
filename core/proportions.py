"""Proportions of patients with their exact and score intervals."""

from dataclasses import dataclass

from scipy.special import betaincinv

from core.survival import normal_quantile

METHODS = {"Clopper–Pearson": "exact (Clopper–Pearson)", "Wilson": "Wilson score"}


@dataclass(frozen=True)
class Proportion:
    """`count` of `total` patients with the limits of the proportion; None for all three where total is 0."""

    count: int
    total: int
    value: float | None
    lower: float | None
    upper: float | None
    method: str


def proportion(count: int, total: int, method: str = "Clopper–Pearson", level: float = 0.95) -> Proportion:
    """
    A proportion with its two-sided interval: exact (Clopper and Pearson 1934,
    R's `binom.test`) or the score interval (Wilson 1927, R's `prop.test`
    without continuity correction).

    Raises ValueError where count is not within 0 and total, or the method unknown.
    """
    if not 0 <= count <= total:
        raise ValueError(f"A proportion needs a count from 0 to {total}, but was {count}.")
    if method not in METHODS:
        raise ValueError(f"The method must be one of {', '.join(METHODS)}, but was {method!r}.")
    if total == 0:
        return Proportion(0, 0, None, None, None, method)
    limits = _wilson if method == "Wilson" else _clopper_pearson
    return Proportion(count, total, count / total, *limits(count, total, level), method)


def _clopper_pearson(count: int, total: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    lower = float(betaincinv(count, total - count + 1, tail)) if count else 0.0
    upper = float(betaincinv(count + 1, total - count, 1 - tail)) if count < total else 1.0
    return lower, upper


def _wilson(count: int, total: int, level: float) -> tuple[float, float]:
    z, p = normal_quantile(level), count / total
    centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * (p * (1 - p) / total + z**2 / (4 * total**2)) ** 0.5
    return (centre - half if count else 0.0), (centre + half if count < total else 1.0)
