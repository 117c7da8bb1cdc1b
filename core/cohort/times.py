"""Times that are equal are tied, however they were worked out: one rule, asked once, where times enter."""

import numpy as np

TOLERANCE = 1.5e-8
"""R's sqrt(.Machine$double.eps), to two figures."""
_SINGLE = 1.2e-7
"""Of a number in single precision: its last binary digit."""
_DECIMALS, _NOISE = 6, 1e-13
"""A time within noise of one of so many decimals is that one: 5.999999999999999 is 6."""


def tied(months: np.ndarray, single: bool = False) -> np.ndarray:
    """
    Each of `months` (any order, none missing) as the time that it is tied to.

    Months computed by two formulas from the same days, or as differences of
    decimals, differ in the last digits. As R's `survfit` and `coxph` do
    (timefix, `aeqSurv`), neighbours closer than 1.5e-8, or than 1.5e-8 of the
    mean of the different times, are one time, the earliest of them; noise in its
    last digits is removed. Where some were stored in `single` precision (half of
    the digits of the others), neighbours closer than that are one time as well.

    >>> tied(np.array([2.2, 2.2 + 1e-12, 3.0])).tolist()
    [2.2, 2.2, 3.0]
    """
    distinct, place = np.unique(np.asarray(months, float), return_inverse=True)
    if not len(distinct):
        return distinct
    near = np.full(len(distinct) - 1, TOLERANCE * max(1.0, float(np.abs(distinct).mean())))
    if single:
        near = np.maximum(near, _SINGLE * np.abs(distinct[1:]))
    apart = np.diff(distinct) > near
    first = distinct[np.concatenate([[True], apart])]
    clean = np.round(first, _DECIMALS)
    first = np.where(np.abs(clean - first) <= _NOISE * np.maximum(1.0, np.abs(first)), clean, first) + 0.0  # no −0
    return first[np.concatenate([[0], np.cumsum(apart)])][place]
