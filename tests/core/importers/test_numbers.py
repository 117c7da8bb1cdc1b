"""Numbers as clinicians write them, each by hand, and those of random columns written in every way."""

import numpy as np
import pytest

from core.importers.numbers import COMMA, POINT, Number, decimals_of, number_in


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("72.45%", POINT, 72.45), ("0.8%", POINT, 0.8), ("3.02x10^8", POINT, 3.02e8), ("1.73 × 10⁸", POINT, 1.73e8),
        ("0.75E8", POINT, 0.75e8), ("7.10E+04", POINT, 71_000.0), ("2,861", POINT, 2_861.0), ("2,861", COMMA, 2.861),
        ("12,714", POINT, 12_714.0), ("1.234,5", COMMA, 1_234.5), ("1.234", COMMA, 1_234.0),
        ("12'569", POINT, 12_569.0),
        ("1 234 567", POINT, 1_234_567.0), ("1\u202f234,5", COMMA, 1_234.5), ("164,000,000", POINT, 164e6),
        ("2644 µg/L", POINT, 2_644.0), ("−61", POINT, -61.0), (".5", POINT, 0.5), ("1.34·10⁻²", POINT, 0.0134),
        ("72.5", COMMA, 72.5), ("328,5", POINT, 328.5), ("5 lines", POINT, 5.0),
        ("215 x 10e6", POINT, 215e6), ("1.5*10**8", POINT, 1.5e8), ("2X10^8", POINT, 2e8),
    ],
)  # fmt: skip
def test_what_is_understood(text, decimal, value):
    assert number_in(text, decimal).value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", "alive", "12,5,3", "48,6,1", "1O.4", "01.O6.2023", "2 ???", "10/07/2021", "2021-05-01", "0555 010137", "1–2",
     "#DIV/0!", "1.234.56", "II", "d+7", "1,23,456", "½", "1.2.3", "10 000 00",
     "1.5x108", "5 x 100", "10^8", "2 x 3"],
)  # fmt: skip
@pytest.mark.parametrize("decimal", [POINT, COMMA])
def test_what_could_be_something_else_is_none(text, decimal):
    assert number_in(text, decimal) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<0.6", Number(0.6, "below")), ("> 12000", Number(12_000, "above")), ("≥5", Number(5, "above", True)),
        ("<=3", Number(3, "below", True)), ("63.58 %", Number(63.58, is_percent=True)),
        ("4 (d12)", Number(4, rest="(d12)")), ("2.1×10^6/kg", Number(2.1e6, rest="/kg")), ("3*", Number(3, rest="*")),
        ("6.67 mg/dL", Number(6.67, rest="mg/dL")),
    ],
)  # fmt: skip
def test_limits_percent_signs_and_what_follows_are_kept(text, found):
    assert number_in(text) == found


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,5", "2,25"], (COMMA, True)),
        (["2,861", "9,565", "20.2"], (POINT, True)),
        (["2,861", "9,565"], (POINT, False)),
        (["1.234,5", "1.234"], (COMMA, True)),
        (["0,345"], (COMMA, True)),
        (["1.234.567"], (COMMA, True)),
        (["1,234,567"], (POINT, True)),
        (["12345,678"], (COMMA, True)),
        (["63,6", "72,1", "72.5"], (COMMA, True)),
        (["7", "8", "alive", ""], (POINT, False)),
        ([">40.000", "1.250", "0,6"], (COMMA, True)),
    ],
)
def test_a_column_says_what_stands_before_its_decimals_or_that_nothing_does(texts, expected):
    assert decimals_of(texts) == expected


def written(value: float, decimal: str, thousands: str) -> str:
    digits = f"{value:,.2f}" if thousands else f"{value:.2f}"
    return digits.translate(str.maketrans({",": thousands or None, ".": decimal}))


@pytest.mark.parametrize("seed", range(60))
def test_a_random_column_is_read_back_whatever_its_signs(seed):
    rng = np.random.default_rng(seed)
    values = np.round(10 ** rng.uniform(-2, 7, rng.integers(3, 40)), 2)
    decimal = str(rng.choice([POINT, COMMA]))
    thousands = str(rng.choice(["", " ", "'", COMMA if decimal == POINT else POINT]))
    texts = [written(value, decimal, thousands) for value in values]
    assert decimals_of(texts) == (decimal, True)
    assert [number_in(text, decimal).value for text in texts] == pytest.approx(values.tolist(), rel=1e-12)
