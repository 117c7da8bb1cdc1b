"""
Dates as clinicians write them: 2021-09-26, 26.9.21, 27 Aug 2021, 11-Dec-21, 08/2023.

Whether 03/05/22 is in March or in May is a question to the whole column: one 25/05/22 in it proves that the day comes
first, and one 09/26/2021 beside it is a finding, not a second order.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

DAY_FIRST, MONTH_FIRST = "day first", "month first"

_MONTHS = {  # their first letters in English, German, French, Spanish, Italian, Dutch and Portuguese
    1: ("jan", "jän", "ene", "gen"), 2: ("feb", "fév", "fev"), 3: ("mar", "mär", "mrz", "maa", "mrt"),
    4: ("apr", "avr", "abr"), 5: ("may", "mai", "mag", "mei"), 6: ("jun", "juin", "giu"), 7: ("jul", "juil", "lug"),
    8: ("aug", "aoû", "aou", "ago"), 9: ("sep", "set"), 10: ("oct", "okt", "ott", "out"), 11: ("nov",),
    12: ("dec", "dez", "déc", "dic"),
}  # fmt: skip
_NAMES = sorted(((name, month) for month, names in _MONTHS.items() for name in names), key=lambda one: -len(one[0]))
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}.*)?")
_EAST = re.compile(r"(\d{4})\s*[./年]\s*(\d{1,2})\s*[./月]\s*(\d{1,2})日?")
_DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})")
_CLOCK = re.compile(r",?\s+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?|uhr|h)?", re.IGNORECASE)
"""A time of day behind a date."""
_SIGNS = re.compile(r"(\d{1,2})\s?([/-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})")
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
"""20220105, as programs write it."""
_NAMED = re.compile(
    r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?[\s-]*(?:de\s+)?(?P<month>[^\W\d_]{3,})\.?[\s,-]*(?:del?\s+)?(?P<year>\d{4}|\d{2})"
)
_NAME_FIRST = re.compile(
    r"(?P<month>[^\W\d_]{3,})\.?[\s-]*(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s,-]+(?P<year>\d{4}|\d{2})"
)
_MONTH_ONLY = re.compile(
    r"(?:0?[1-9]|1[0-2])\s?[/.-]\s?(?:19|20)\d\d|(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])|([^\W\d_]{3,})\.?\s*\d{4}"
)
"""A month of these hundred years or those before: 0.6358 is a number, and 7/2013 a month."""
_LONGEST = 40
"""Letters of a date."""


@dataclass(frozen=True)
class When:
    """
    What a cell says of a day: by each of the two orders, which are the same
    where the cell leaves no choice; None where it is no day by that order.
    `month_only` where it names a month or a year and no day.
    """

    day_first: date | None
    month_first: date | None
    month_only: bool = False

    @property
    def is_open(self) -> bool:
        """Whether both orders give a day, and another one."""
        return self.day_first is not None and self.month_first is not None and self.day_first != self.month_first

    def by(self, order: str) -> date | None:
        """The day by an order, or by the other where it is none by this."""
        first, second = (self.day_first, self.month_first)[:: 1 if order == DAY_FIRST else -1]
        return first or second

    def fits(self, order: str) -> bool:
        """Whether it is a day by that order."""
        return (self.day_first if order == DAY_FIRST else self.month_first) is not None


def when(text: str, last_year: int) -> When | None:
    """
    The day that a whole cell says, or None where it is no date. Two digits of a
    year are of the hundred years that end with `last_year`. 30.02.2023 is a date
    that is no day: both of its orders are None.
    """
    words = _CLOCK.sub("", text.strip())
    if len(words) > _LONGEST:
        return None

    def day(year: str, month: str | int, of_month: str) -> date | None:
        whole = int(year) if len(year) == 4 else last_year - (last_year - int(year)) % 100
        try:
            return date(whole, int(month), int(of_month))
        except ValueError:
            return None

    def sure(only: date | None) -> When:
        return When(only, only)

    if found := _ISO.fullmatch(words) or _EAST.fullmatch(words) or _COMPACT.fullmatch(words):
        return sure(day(found[1], found[2], found[3]))
    if found := _DOTS.fullmatch(words):
        return sure(day(found[3], found[2], found[1]))
    if found := _SIGNS.fullmatch(words):
        return When(day(found[4], found[3], found[1]), day(found[4], found[1], found[3]))
    named = _NAMED.fullmatch(words) or _NAME_FIRST.fullmatch(words)
    if named and (month := _month(named["month"])):
        return sure(day(named["year"], month, named["day"]))
    return When(None, None, month_only=True) if _is_month(words) else None


def middle_of(text: str) -> date | None:
    """The 15th of a month that is all a cell names (11.2019, 2019-11, Nov 2019); None where it names none."""
    words = text.strip()
    if not _is_month(words):
        return None
    year = int(re.search(r"\d{4}", words)[0])  # type: ignore[index]
    other = re.search(r"(?<!\d)\d{1,2}(?!\d)", words)
    month = int(other[0]) if other else _month(re.match(r"[^\W\d_]+", words)[0])  # type: ignore[index]
    return date(year, month, 15) if month is not None and 1 <= month <= 12 and year > 0 else None


def _is_month(words: str) -> bool:
    found = _MONTH_ONLY.fullmatch(words)
    return found is not None and (found[1] is None or _month(found[1]) is not None)


def _month(name: str) -> int | None:
    small = name.casefold()
    return next((month for start, month in _NAMES if small.startswith(start)), None)


def order_of(texts: Iterable[str], last_year: int) -> tuple[str | None, int, int]:
    """
    Whether day or month comes first in a column, None where nothing proves it (or
    as much proves either), with how many cells fit that order only and how many
    the other only. Nothing is to be asked where no cell is open.
    """
    only_day = only_month = 0
    for text, often in Counter(texts).items():
        one = when(text, last_year)
        if one is not None and one.day_first != one.month_first:
            only_day += often * (one.month_first is None)
            only_month += often * (one.day_first is None)
    if only_day == only_month:
        return None, only_day, only_month
    order = DAY_FIRST if only_day > only_month else MONTH_FIRST
    return order, max(only_day, only_month), min(only_day, only_month)
