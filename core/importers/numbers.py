"""
Numbers as clinicians write them: 63.58%, <0.6, 1.34 × 10⁸, 2.861 or 2,861, 4 (d12).

What a comma or a point means is a question to the whole column, never to a cell: 2,861 is two numbers.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

POINT, COMMA = ".", ","
"""What stands before the decimals."""

LONGEST = 200
"""Letters of a cell that begins with a number; a longer one is a text."""
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = str.maketrans(
    {
        "μ": "µ",
        "＜": "<",
        "＞": ">",
        "．": ".",
        "，": ",",
        "−": "-",
        "–": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "’": "'",
        "⋅": "·",
    }
)
_DIGITS = r"(?:\d{1,3}(?P<set_apart>[ '.,])\d{3}(?:(?P=set_apart)\d{3})*|\d+)(?:[.,]\d+)?|[.,]\d+"
_NUMBER = re.compile(
    rf"(?P<limit><=|>=|≤|≥|<|>)?\s*(?P<sign>[-+])?\s*(?P<digits>{_DIGITS})"
    r"(?:\s*(?:[eE](?P<e>[-+]?\d{1,3})|[xX×*·]\s*10\s*(?:\^|\*\*|[eE])\s*(?P<power>[-+]?\d{1,2})(?!\d)))?"
    r"(?P<percent>\s*%)?(?P<rest>(?:[\s(/*°µ].*|[A-Za-zµ].*)?)",
    re.DOTALL,
)
_MILLIONS = re.compile(r"(?i:mio|mill|million(?:en|s|i|es)?|millones|milioni)\b\.?")
_THOUSANDS = re.compile(r"(?:k|K|(?i:tsd|thousand))(?=$|\s)\.?")
_SUPERSCRIPT = re.compile(r"10\s*([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+)")


@dataclass(frozen=True)
class Number:
    """
    What a cell says: `value` as it is written (63.58% is 63.58), `limit` "below"
    or "above" where it is an end and no value (`or_equal`: with the end itself), `is_percent` by a percent sign,
    and the `rest` of the cell, a unit or a note; `in_thousands` where a k says so (5 k).
    """

    value: float
    limit: str = ""
    or_equal: bool = False
    is_percent: bool = False
    rest: str = ""
    in_thousands: bool = False


def decimals_of(texts: Iterable[str]) -> tuple[str, bool]:
    """
    What stands before the decimals in a column, and whether any of its cells proves it.

    A sign proves that it is decimal where other than three digits follow it, or a 0
    or nothing stands before it, or the other sign stands before it (1.234,5); that
    it is not where it comes twice. Without a proof a point is decimal; where both
    are proved, what most cells prove.
    """
    votes = {POINT: 0, COMMA: 0}
    for text, often in Counter(texts).items():
        found = re.search(r"[\d.,]*[.,]\d[\d.,]*", text[:LONGEST])
        digits = found.group().rstrip(".,") if found else ""
        for sign, other in ((POINT, COMMA), (COMMA, POINT)):
            votes[sign] += often * (_is_proved(digits, sign) or _is_repeated(digits, other))
    if votes[POINT] == votes[COMMA]:
        return POINT, False
    return max(votes, key=lambda sign: votes[sign]), True


def _is_proved(digits: str, sign: str) -> bool:
    before, found, after = digits.rpartition(sign)
    if not found or sign in before or not after.isdigit():
        return False
    return len(after) != 3 or before in ("", "0") or (POINT in before or COMMA in before) or len(before) > 3


def _is_repeated(digits: str, sign: str) -> bool:
    """Whether a sign stands between thousands: twice, each time before three digits."""
    parts = digits.split(sign)
    return len(parts) > 2 and all(len(part) == 3 and part.isdigit() for part in parts[1:])


def number_in(text: str, decimal: str = POINT) -> Number | None:
    """
    The number that a cell begins with, or None where it begins with none, or
    with what could be another (12,5,3; 1O.4; 2 ???; 10/07/2021). Thousands are set
    apart in threes by the other sign, a blank or an apostrophe. A cell that proves
    the other sign decimal is read so (72.5 where commas are).

    >>> number_in("1.34 × 10⁸").value
    134000000.0
    """
    if len(text) > LONGEST:
        return None
    words = text.strip().rstrip("↑↓▲▼").rstrip()
    words = _SUPERSCRIPT.sub(lambda found: f"10^{found[1].translate(_SUPERSCRIPTS)}", words).translate(_SIGNS)
    found = _NUMBER.fullmatch(words)
    if found is None:
        return None
    plain = _plain(found["digits"], decimal)
    other = COMMA if decimal == POINT else POINT
    if plain is None and _is_proved(found["digits"], other):  # 72.5 among decimal commas
        plain = _plain(found["digits"], other)
    rest = found["rest"].strip()
    if plain is None or (found["rest"] and _is_doubtful(found["rest"])):
        return None
    power = int(found["e"] or found["power"] or 0)
    in_thousands = False
    if rest and (millions := _MILLIONS.match(rest)) is not None:
        power, rest = power + 6, rest[millions.end() :].strip()
    elif rest and (thousands := _THOUSANDS.match(rest)) is not None:
        power, rest, in_thousands = power + 3, rest[thousands.end() :].strip(), True
    value = float(f"{found['sign'] or ''}{plain}e{power}")
    if not isfinite(value):
        return None
    limit = {"<": "below", "≤": "below", ">": "above", "≥": "above"}.get((found["limit"] or " ")[0], "")
    return Number(
        value, limit, (found["limit"] or "") in ("<=", ">=", "≤", "≥"), bool(found["percent"]), rest, in_thousands
    )


def is_open(text: str) -> bool:
    """Whether a cell alone can be read two ways: 1.200 is a thousand and more, or one and more."""
    by_point, by_comma = number_in(text, POINT), number_in(text, COMMA)
    return by_point is not None and by_comma is not None and by_point.value != by_comma.value


_COUNTED_IN = re.compile(r"10|\bg/l|giga|/nl", re.IGNORECASE)
"""Units that count in thousands already: 120k of 10⁹/L is 120 of them."""


def doubt_of(number: Number, text: str, unit: str, is_told: bool) -> tuple[str, str] | None:
    """What was expected of a cell that may be another number than it begins with, and how to mend it."""
    if not is_told and is_open(text):
        return "a number that can be read one way only", "Say above what its sign means"
    if number.in_thousands and _COUNTED_IN.search(unit):
        return f"a number in {unit}", "Type it without the k"
    return None


_NUMERAL = re.compile(r"-?\d+(?:\.\d+)?")


def written_as_it_is(value: float, text: str) -> bool:
    """Whether a text is a plain numeral of that value: 12.50 is 12.5, and not read otherwise than written."""
    return _NUMERAL.fullmatch(text) is not None and float(text) == value


_FEWEST_SIZES, _TIMES = 3, 3.0


def decimal_by_size(texts: Iterable[str]) -> str:
    """
    What stands before the decimals where only one reading makes the open cells of a column numbers like its others, up
    to three times smaller or larger; "" where both do, or neither.

    >>> decimal_by_size(["500", "800", "640", "1.200"])
    ','
    """
    texts = list(texts)
    opened = [text for text in texts if is_open(text)]
    others = [one.value for text in texts if not is_open(text) and (one := number_in(text)) is not None]
    if not opened or len(others) < _FEWEST_SIZES:
        return ""
    least, most = min(others) / _TIMES, max(others) * _TIMES
    fits = [
        sign
        for sign in (POINT, COMMA)
        if all((one := number_in(text, sign)) is not None and least <= one.value <= most for text in opened)
    ]
    return fits[0] if len(fits) == 1 else ""


def _plain(digits: str, decimal: str) -> str | None:
    """The digits with a point for decimals; None where the signs between them make no number of that column."""
    other = COMMA if decimal == POINT else POINT
    whole, sign, fraction = digits.rpartition(decimal)
    if not sign:
        whole, fraction = digits, ""
    if other in fraction or decimal in whole:
        if sign and not _is_repeated(digits, decimal):
            return None
        whole, fraction = digits, ""
    groups = re.split(r"[ '.,]", whole)
    if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
        return None
    return f"{''.join(groups) or '0'}.{fraction or '0'}"


def _is_doubtful(rest: str) -> bool:
    """
    Whether what follows goes on with the digits, doubts or scales them: a letter O for a 0, a date, a power as
    digits, times the upper limit, another value after an arrow.
    """
    scaled = re.search(r"(?i:[x×]\s*(?:uln|lln|ogn|n)\b|\b[ul]ln\b)|(?:=>|->|→)\s*\d", rest) is not None
    return scaled or re.match(r"[Ool](?![a-z])|\s*T$|\s*[.,/xX×*·^]?\s*\d", rest) is not None or "?" in rest
