"""The axis of months that figures over time share."""

from math import ceil

import numpy as np


def time_axis(longest_months: float) -> tuple[float, list[float]]:
    """
    Where the axis ends and its ticks: every 3, 6 or 12 months by range, then every 24 or 60.

    >>> time_axis(40)
    (42.0, [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0])
    """
    step = next((s for s, most in ((3, 18), (6, 48), (12, 120), (24, 240)) if longest_months <= most), 60)
    end = max(step, ceil(longest_months / step * 2) * step / 2)
    return float(end), [float(tick) for tick in np.arange(0, end + 1e-9, step)]
