"""Whatever stands in a cell is read or not, and never an error; what is read is finite and in its bounds."""

from math import isfinite
from time import perf_counter

import numpy as np
import pytest

from core.importers.dates import DAY_FIRST, order_of, when
from core.importers.levels import grade_in, is_missing, response_in, yes_or_no
from core.importers.numbers import COMMA, POINT, decimals_of, number_in

SIGNS = [*"0123456789.,-/ '<>≤≥%eExX×*^()dDgGIVyYnN°µ?:;#=+\n", "10", "⁸", "−", "–", "٣", "½", "\u200b", "Mar", "CR"]


@pytest.mark.parametrize("seed", range(40))
def test_no_cell_is_an_error(seed):
    rng = np.random.default_rng(seed)
    cells = ["".join(rng.choice(SIGNS, rng.integers(0, 14))) for _ in range(200)]
    for cell in cells:
        for decimal in (POINT, COMMA):
            number = number_in(cell, decimal)
            assert number is None or isfinite(number.value)
        found = when(cell, 2026)
        assert found is None or found.by(DAY_FIRST) is None or 1 <= found.by(DAY_FIRST).year <= 9999
        grade = grade_in(cell)
        assert grade is None or (grade.low >= 0 and grade.high >= 0)
        assert yes_or_no(cell) is None or isinstance(yes_or_no(cell)[0], bool)
        assert response_in(cell) in (None, "CR")
        assert isinstance(is_missing(cell), bool)
    decimals_of(cells)
    order_of(cells, 2026)


@pytest.mark.parametrize("part", ["1", "1,", "1,000", "((((", "x 10^", "a "])
def test_a_long_cell_takes_no_time(part):
    cell = part * (50_000 // len(part))
    began = perf_counter()
    for decimal in (POINT, COMMA):
        assert number_in(cell, decimal) is None
    decimals_of([cell])
    assert when(cell, 2026) is None
    assert grade_in(cell) is None
    assert yes_or_no(cell) is None
    assert perf_counter() - began < 1
