"""Dates as clinicians write them, each by hand, and random columns in every order."""

from datetime import date, timedelta

import numpy as np
import pytest

from core.importers.dates import DAY_FIRST, MONTH_FIRST, When, order_of, when

LAST_YEAR = 2026


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-09-26", date(2021, 9, 26)), ("2021-09-26 08:30", date(2021, 9, 26)), ("22.08.2022", date(2022, 8, 22)),
        ("19.3.22", date(2022, 3, 19)), ("27 Aug 2021", date(2021, 8, 27)), ("11-Dec-21", date(2021, 12, 11)),
        ("Sept 3, 2021", date(2021, 9, 3)), ("3. März 2021", date(2021, 3, 3)), ("1 févr. 2021", date(2021, 2, 1)),
        ("2021年3月5日", date(2021, 3, 5)), ("2021/03/05", date(2021, 3, 5)), ("29.02.2024", date(2024, 2, 29)),
        ("1.7.50", date(1950, 7, 1)), ("1.7.26", date(2026, 7, 1)), ("1.7.27", date(1927, 7, 1)),
        ("3rd May 2021", date(2021, 5, 3)), ("9.3.22, 8:05 Uhr", date(2022, 3, 9)),
        ("26 Sep 2021 10:30 PM", date(2021, 9, 26)),
        ("07. Okt. 2021", date(2021, 10, 7)),
    ],
)  # fmt: skip
def test_what_leaves_no_choice(text, day):
    assert when(text, LAST_YEAR) == When(day, day)


@pytest.mark.parametrize("text", ["30.02.2023", "31.06.2024", "31/31/2022", "2021-13-01", "29 Feb 2023", "0.0.2021"])
def test_a_date_that_is_no_day_is_a_date_of_no_day(text):
    found = when(text, LAST_YEAR)
    assert found is not None
    assert (found.by(DAY_FIRST), found.by(MONTH_FIRST), found.month_only) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "day"),
    [("20220105", date(2022, 1, 5)), ("31 de julio de 2021", date(2021, 7, 31)), ("3 de mayo 2022", date(2022, 5, 3)),
     ("1 de marzo del 2020", date(2020, 3, 1))],
)  # fmt: skip
def test_what_programs_and_spaniards_write(text, day):
    assert when(text, LAST_YEAR) == When(day, day)


@pytest.mark.parametrize("text", ["08/2023", "2022-11", "Aug 2023", "11.2022"])
def test_a_month_is_no_day(text):
    assert when(text, LAST_YEAR) == When(None, None, month_only=True)


@pytest.mark.parametrize(
    "text",
    ["", "?", "alive", "no", "01.O6.2023", "dead 07.10.2021", "42672", "2021", "1.5", "12.5.", "Jim 3, 2021",
     "3 of 2021", "1.1.1", "03/05-22", "1/2/345", "20221340", "19001301",
     "0.6358", "13.2022", "1.3450", "11.0925", "2022-13"],
)  # fmt: skip
def test_what_is_no_date(text):
    assert when(text, LAST_YEAR) is None


def test_an_open_cell_has_both_days_and_goes_by_the_order_of_its_column():
    found = when("03/05/22", LAST_YEAR)
    assert found.is_open
    assert (found.by(DAY_FIRST), found.by(MONTH_FIRST)) == (date(2022, 5, 3), date(2022, 3, 5))
    odd = when("09/26/2021", LAST_YEAR)
    assert (odd.by(DAY_FIRST), odd.fits(DAY_FIRST), odd.is_open) == (date(2021, 9, 26), False, False)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["03/05/22", "25/05/22", "13/04/23", "09/26/2021"], (DAY_FIRST, 2, 1)),
        (["03/05/22", "04/06/22"], (None, 0, 0)),
        (["05/25/22"], (MONTH_FIRST, 1, 0)),
        (["25/05/22", "05/25/22"], (None, 1, 1)),
        (["2021-09-26", "22.08.2022", "7 Jun 2023"], (None, 0, 0)),
        (["04/04/22", "31/31/22"], (None, 0, 0)),
    ],
)
def test_a_column_says_its_order_or_that_nothing_does(texts, expected):
    assert order_of(texts, LAST_YEAR) == expected


@pytest.mark.parametrize("seed", range(40))
def test_a_random_column_is_read_back_in_its_order(seed):
    rng = np.random.default_rng(seed)
    days = [date(2015, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 4_000, 60)]
    order = DAY_FIRST if seed % 2 else MONTH_FIRST
    sign = str(rng.choice(["/", "-"]))
    form = sign.join(["%d", "%m", "%Y"] if order == DAY_FIRST else ["%m", "%d", "%Y"])
    texts = [day.strftime(form) for day in days]
    found, fits, others = order_of(texts, LAST_YEAR)
    assert (found, others) == (order, 0)
    assert fits == sum(day.day > 12 for day in days)
    assert [when(text, LAST_YEAR).by(order) for text in texts] == days
