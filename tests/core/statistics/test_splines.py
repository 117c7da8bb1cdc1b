"""Restricted cubic splines: straight outside of their knots, by hand, and the same curves as R's ns."""

import numpy as np
import pytest

from core.statistics.splines import restricted_cubic


@pytest.mark.parametrize("knots", [(1.0, 4.0, 6.0), (0.0, 1.0, 5.0, 7.0), (0.0, 2.0, 3.0, 8.0, 9.0)])
def test_it_is_straight_outside_of_its_knots(knots):
    below, above = np.linspace(-9, knots[0], 7), np.linspace(knots[-1], 30, 9)
    assert restricted_cubic(below, np.array(knots)) == pytest.approx(0)
    assert np.diff(restricted_cubic(above, np.array(knots)), 2, axis=0) == pytest.approx(0, abs=1e-9)
    assert restricted_cubic(above, np.array(knots)).shape == (9, len(knots) - 2)


def test_by_hand():
    knots = np.array([1.0, 4.0, 6.0])
    # At 5: 4^3 - 1^3 * 5/2, over 25.
    assert restricted_cubic(np.array([2.0, 5.0]), knots)[:, 0] == pytest.approx([1 / 25, (64 - 2.5) / 25])


def test_it_spans_the_same_curves_as_r():
    # R: b <- splines::ns(c(0, 1, 2.5, 3, 4, 6, 7), knots = c(1, 4), Boundary.knots = c(0, 7), intercept = TRUE)
    #    diag(b %*% solve(crossprod(b)) %*% t(b))
    of_r = [0.93190296670105, 0.57422674980510, 0.40476436677223, 0.32176421283597, 0.58947490318143, 0.39280261516613,
            0.78506418553808]  # fmt: skip
    x = np.array([0, 1, 2.5, 3, 4, 6, 7])
    knots = np.array([0.0, 1.0, 4.0, 7.0])
    basis = np.column_stack([np.ones(len(x)), x, restricted_cubic(x, knots)])
    assert np.linalg.matrix_rank(basis) == 4
    hat = basis @ np.linalg.solve(basis.T @ basis, basis.T)
    assert np.diag(hat) == pytest.approx(of_r, abs=1e-12)
