"""The axis of hazard ratios: by powers of two, symmetrical about 1."""

from collections.abc import Iterable
from math import log2

LABEL = "datum.value < 1 ? '1/' + round(1 / datum.value) : '' + datum.value"
"""How a tick reads, as an expression: 1/4, 1, 4."""


_WIDEST = 16
"""Powers of two: beyond 10,000, which words do not tell apart either."""


def ratio_axis(ratios: Iterable[float | None], limits: Iterable[float | None]) -> tuple[float, float, list[float]]:
    """
    Where the axis of these ratios and their limits begins and ends, and its ticks: from 1/4 to 4 up to 1/64 to 64,
    and wider where a ratio itself lies beyond. A limit may run off, a ratio never: the next one would be read for it.

    >>> ratio_axis([1.5], [0.8, 3.9])
    (0.25, 4.0, [0.25, 0.5, 1.0, 2.0, 4.0])
    >>> ratio_axis([101], [4, 80_000])
    (0.00390625, 256.0, [0.00390625, 0.015625, 0.0625, 0.25, 1.0, 4.0, 16.0, 64.0, 256.0])
    """
    widest = max(2, min(6, _power(limits)), min(_WIDEST, _power(ratios)))
    step = 1 if widest <= 3 else 2 if widest <= 8 else 4
    if step == 2:
        widest += widest % 2  # so that the outermost ticks stand at the ends
    outermost = widest // step * step
    return 2.0**-widest, 2.0**widest, [2.0**power for power in range(-outermost, outermost + 1, step)]


def _power(ends: Iterable[float | None]) -> int:
    """The power of two beyond which none of these lies, above 1 or below it."""
    return max((int(abs(log2(end))) + 1 for end in ends if end), default=0)
