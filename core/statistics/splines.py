"""Restricted cubic splines: smooth curves that are straight beyond their outer knots."""

import numpy as np


def restricted_cubic(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """
    What a restricted cubic spline adds to a straight line (Harrell 2015): a row
    a value of `x` and a column for each of the (different, ascending) `knots`
    but two. R: `rms::rcs`, and the same curves as `splines::ns`.

    >>> restricted_cubic(np.array([0.0, 2.0]), np.array([1.0, 4.0, 6.0]))
    array([[0.  ],
           [0.04]])
    """
    last, middle = knots[-1], knots[-2]
    cubes = [np.maximum(x - knot, 0) ** 3 for knot in knots]
    columns = [
        cube - (cubes[-2] * (last - knot) - cubes[-1] * (middle - knot)) / (last - middle)
        for knot, cube in zip(knots[:-2], cubes[:-2], strict=True)
    ]
    return np.column_stack(columns) / (last - knots[0]) ** 2
