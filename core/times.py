"""Times that are equal are tied, however they were worked out: one rule, asked once, where times enter."""

import numpy as np

TOLERANCE = 1.5e-8
"""R's sqrt(.Machine$double.eps), to two figures."""
_DECIMALS, _NOISE = 6, 1e-13
"""A time within noise of one of so many decimals is that one: 5.999999999999999 is 6."""


def tied(months: np.ndarray) -> np.ndarray:
    """
    Each of `months` (any order, none missing) as the time that it is tied to.

    Months computed by two formulas from the same days, or as differences of
    decimals, differ in the last digits. As R's `survfit` and `coxph` do
    (timefix, `aeqSurv`), neighbours closer than 1.5e-8, or than 1.5e-8 of the
    mean of the different times, are one time, the earliest of them; noise in its
    last digits is removed.
    """
    distinct, place = np.unique(np.asarray(months, float), return_inverse=True)
    if not len(distinct):
        return distinct
    apart = np.diff(distinct) > TOLERANCE * max(1.0, float(np.abs(distinct).mean()))
    first = distinct[np.concatenate([[True], apart])]
    clean = np.round(first, _DECIMALS)
    first = np.where(np.abs(clean - first) <= _NOISE * np.maximum(1.0, np.abs(first)), clean, first) + 0.0  # no −0
    return first[np.concatenate([[0], np.cumsum(apart)])][place]
