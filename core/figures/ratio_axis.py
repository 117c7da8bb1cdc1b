"""The axis of hazard ratios: by powers of two, symmetrical about 1."""

from collections.abc import Iterable
from math import log2

LABEL = "datum.value < 1 ? '1/' + round(1 / datum.value) : '' + datum.value"
"""How a tick reads, as an expression: 1/4, 1, 4."""


def ratio_axis(ends: Iterable[float | None]) -> tuple[float, float, list[float]]:
    """
    Where the axis of these ratios and limits begins and ends, and its ticks: from 1/4 to 4 up to 1/64 to 64.

    >>> ratio_axis([1.5, 0.8, 3.9])
    (0.25, 4.0, [0.25, 0.5, 1.0, 2.0, 4.0])
    """
    powers = [abs(log2(end)) for end in ends if end]
    widest = min(6, max(2, int(max(powers, default=2)) + 1))
    step = 1 if widest <= 3 else 2
    widest += widest % step
    return 2.0**-widest, 2.0**widest, [2.0**power for power in range(-widest, widest + 1, step)]
