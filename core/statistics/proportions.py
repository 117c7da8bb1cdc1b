"""Proportions of patients with their exact and score intervals, and two of them against each other."""

from dataclasses import dataclass

import numpy as np

from core.statistics.distributions import normal_quantile

DISAGREE = (
    "Where an interval excludes no difference and Fisher's p is above 0.05, or the other way round: the test is exact "
    "and counts tables no likelier than this one, the interval is approximate; so few patients settle neither."
)
COMPARED_METHOD = "Differences by Newcombe's hybrid score interval; Fisher's exact test, two-sided."
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

    >>> rate = proportion(8, 11)
    >>> f'{rate.value:.3f} ({rate.lower:.3f} to {rate.upper:.3f})'
    '0.727 (0.390 to 0.940)'
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
    from scipy.special import betaincinv  # not before it is needed: it slows the start

    tail = (1 - level) / 2
    lower = float(betaincinv(count, total - count + 1, tail)) if count else 0.0
    upper = float(betaincinv(count + 1, total - count, 1 - tail)) if count < total else 1.0
    return lower, upper


def _wilson(count: int, total: int, level: float) -> tuple[float, float]:
    z, p = normal_quantile(level), count / total
    centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * (p * (1 - p) / total + z**2 / (4 * total**2)) ** 0.5
    return (centre - half if count else 0.0), (centre + half if count < total else 1.0)


@dataclass(frozen=True)
class Difference:
    """A difference of two proportions, -1 to 1, with its limits; None for all where either has none."""

    value: float | None
    lower: float | None = None
    upper: float | None = None


def difference(first: Proportion, second: Proportion, level: float = 0.95) -> Difference:
    """
    `first` minus `second` with Newcombe's hybrid score interval (1998, his
    method 10), from the counts of the two whatever their own interval is.
    """
    one, two = (proportion(p.count, p.total, "Wilson", level) for p in (first, second))
    return difference_of_limits((one.value, one.lower, one.upper), (two.value, two.lower, two.upper))


Limits = tuple[float | None, float | None, float | None]
"""An estimate with its lower and upper limit."""


def difference_of_limits(first: Limits, second: Limits) -> Difference:
    """
    `first` minus `second`, its limits recovered from theirs (Zou and Donner
    2008; Newcombe's where theirs are Wilson's).
    """
    p, p_lower, p_upper = first
    q, q_lower, q_upper = second
    if p is None or q is None:
        return Difference(None)
    if p_lower is None or p_upper is None or q_lower is None or q_upper is None:
        return Difference(p - q)
    below = ((p - p_lower) ** 2 + (q_upper - q) ** 2) ** 0.5
    above = ((p_upper - p) ** 2 + (q - q_lower) ** 2) ** 0.5
    return Difference(p - q, max(-1.0, p - q - below), min(1.0, p - q + above))


def fisher(first: Proportion, second: Proportion) -> float | None:
    """
    Fisher's exact test, two-sided as in R's `fisher.test`: the probability,
    with both margins given, of tables no more likely than this one. None where
    a group is empty.
    """
    if not first.total or not second.total:
        return None
    _, logs = hypergeometric(first.total, second.total, first.count + second.count)
    observed = logs[first.count - max(0, first.count + second.count - second.total)]
    return float(min(1.0, np.exp(logs[logs <= observed + TIE]).sum()))


TIE = 1e-7
"""Tables whose log probabilities differ by less are equally likely, as in R."""


def hypergeometric(first: int, second: int, drawn: int) -> tuple[np.ndarray, np.ndarray]:
    """How many of `drawn` come from the `first` patients rather than the `second`: values, log probabilities."""
    from scipy.special import gammaln

    values = np.arange(max(0, drawn - second), min(first, drawn) + 1)

    def choose(total: int, taken: np.ndarray) -> np.ndarray:
        return gammaln(total + 1) - gammaln(taken + 1) - gammaln(total - taken + 1)

    every = choose(first + second, np.array(drawn))
    return values, choose(first, values) + choose(second, drawn - values) - every


@dataclass(frozen=True)
class Compared:
    """
    Two proportions against each other: their difference (Newcombe) and the p-value of
    Fisher's exact test, None where nobody or everybody has the outcome and
    there is nothing to test.
    """

    difference: Difference
    p: float | None

    @property
    def disagree(self) -> bool:
        """Whether the interval of the difference and the test say otherwise of no difference."""
        low, high = self.difference.lower, self.difference.upper
        return None not in (low, high, self.p) and (not low <= 0 <= high) != (self.p < 0.05)  # type: ignore[operator]


def compare(first: Proportion, second: Proportion) -> Compared:
    """`first` against `second`."""
    count, total = first.count + second.count, first.total + second.total
    return Compared(difference(first, second), fisher(first, second) if 0 < count < total else None)
