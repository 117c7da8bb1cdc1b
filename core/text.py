"""Numbers as clinicians read them, and sentences made from results."""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import floor, log10
from os.path import commonprefix
from typing import Any
from unicodedata import east_asian_width

Table = tuple[list[str], list[list[Any]]]
"""A header and rows of text, the same on screen and in a file."""

NUMBERS = (
    "n",
    "N",
    "estimate",
    "estimate, %",
    "lower",
    "lower, %",
    "upper",
    "upper, %",
    "median",
    "lowest",
    "highest",
    "p",
)


BESIDE = ("at_risk", "beside", "apart")
"""What a cell carries for core/small_cells.py, and no file shows."""


class Shown(str):
    """
    A number as it is read, which carries the numbers that it was made of:
    `estimate`, `lower` and `upper`, or `median`, `lowest` and `highest`, in the
    unit of its words, `n` of `N`, `p`.

    >>> Shown("8/11, 72.7%", n=8, N=11).numbers
    {'n': 8, 'N': 11}
    """

    numbers: dict[str, float | int | None]

    def __new__(cls, words: str, **numbers: float | int | None) -> "Shown":
        shown = super().__new__(cls, words)
        shown.numbers = numbers
        return shown


def beside(cell: str, least: int) -> str:
    """A cell that tells, with those beside it, a count as small as `least` (core/small_cells.py)."""
    if not isinstance(cell, Shown):
        return cell
    told = [count for count in (least, cell.numbers.get("beside")) if count]
    return Shown(cell, **cell.numbers | {"beside": min(told, default=0)})


def marked(cell: str, mark: str) -> str:
    """A cell marked for core/small_cells.py: "apart" from what is above and below it, or "of_whole" with all others."""
    return Shown(cell, **cell.numbers | {mark: 1}) if isinstance(cell, Shown) else cell


class Numeral(str):
    """A cell that is one number, by the number that it is: a workbook has it as such, and never an identifier."""

    number: float | int

    def __new__(cls, number: float | int, words: str | None = None) -> "Numeral":
        numeral = super().__new__(cls, str(number) if words is None else words)
        numeral.number = number
        return numeral


class Count(Numeral):
    """A cell that counts patients, or those `of` so many to whom something happened."""

    of: int | None

    def __new__(cls, number: int, of: int | None = None) -> "Count":
        count = str.__new__(cls, number)
        count.number, count.of = number, of
        return count


def with_numbers(table: Table) -> Table:
    """
    A table for a file: after each column of words for numbers, columns of the numbers.

    >>> with_numbers((["Group", "CR"], [["A", Shown("1 of 2", n=1, N=2)], ["B", "none"]]))
    (['Group', 'CR', 'CR: n', 'CR: N'], [['A', '1 of 2', 1, 2], ['B', 'none', None, None]])
    """
    header, rows = table
    columns = [[row[place] for row in rows] for place in range(len(header))]
    heads, cells = [], []
    for head, column in zip(header, columns, strict=True):
        carried = {name for cell in column if isinstance(cell, Shown) for name in cell.numbers}
        names = [name for name in NUMBERS if name in carried]
        heads += [head, *(f"{head}: {name}" for name in names)]
        cells += [column, *([getattr(cell, "numbers", {}).get(name) for cell in column] for name in names)]
    return heads, [list(row) for row in zip(*cells, strict=True)]


MOST_TOLD = 6
"""Groups of which a sentence gives each estimate; of more their table has them."""

NOT_REACHED = "not reached"

NOT_ESTIMABLE = "not estimable"


def _rounded(value: float, digits: int) -> Decimal:
    """Rounded half up, away from 0, as on paper: what a double adds in its last digits does not count."""
    return Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def number(value: float, digits: int = 1) -> str:
    """
    Rounded half up, with no trailing zero and a true minus: 7, 1.5, −0.3.

    >>> number(7.0), number(1.25), number(-0.3)
    ('7', '1.3', '−0.3')
    """
    text = f"{_rounded(value, digits):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def figures(value: float) -> str:
    """
    A measured value with its own precision: four figures at the most, 66.23, 0.0012, 1,250.

    >>> figures(66.234), figures(0.00123), figures(1250.4)
    ('66.23', '0.00123', '1,250')
    """
    if abs(value) >= 999.95:
        return f"{_rounded(value, 0):,f}".replace("-", "−")
    if value and abs(value) < 1e-4:
        return f"{value:.4g}".replace("-", "−")
    return number(value, 3 - floor(log10(abs(value)))) if value else "0"


def fixed(value: float, digits: int = 1) -> str:
    """Rounded half up with its zeros: 39.0."""
    return f"{abs(_rounded(value, digits)):f}"


def percent(value: float | None, digits: int = 1) -> str:
    """A proportion as a percentage: 72.7%."""
    return "–" if value is None else f"{fixed(100 * value, digits)}%"


def percent_range(lower: float | None, upper: float | None, digits: int = 1) -> str:
    """Limits of a proportion, the sign left to the estimate: 39.0–94.0."""
    if lower is None or upper is None:
        return "no limits"
    return f"{fixed(100 * lower, digits)}–{fixed(100 * upper, digits)}"


def n_percent(count: int, total: int) -> str:
    """2 (18.2%), and a bare 0."""
    words = f"{count} ({percent(count / total)})" if count else "0"
    return Shown(words, n=count, N=total, **{"estimate, %": 100 * count / total if total else None})


def signed(value: float) -> str:
    """A whole number with its sign: +22, −4, and 0 without one."""
    rounded = number(value, 0)
    return f"+{rounded}" if value > 0 and rounded != "0" else rounded


def power_of_ten(value: str) -> str:
    """A threshold as it is read: 1e-5 as 10⁻⁵; any other text as it is."""
    exponent = re.fullmatch(r"1e([+-]?\d+)", value.lower())
    if exponent is None:
        return value
    return "10" + str(int(exponent[1])).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def width(words: str) -> int:
    """
    How many Latin letters words are as wide as: a Chinese, Japanese or Korean one counts for two.

    >>> width("EMD"), width("髄外病変")
    (3, 8)
    """
    return len(words) + sum(east_asian_width(letter) in "WF" for letter in words)


def shortened(words: str, most: int) -> str:
    """Words that fit a figure, the rest of them an ellipsis."""
    return words if len(words) <= most else words[: most - 1] + "…"


def told_apart(names: Iterable[str], most: int) -> list[str]:
    """
    Names that fit a figure. Those that would be cut to the same words go
    without the words that they share at their beginning, or show their ends.

    >>> told_apart(["STUDY-SITE-0017", "STUDY-SITE-0018"], 8), told_apart(["A long name", "B"], 6)
    (['…0017', '…0018'], ['A lon…', 'B'])
    >>> told_apart(["Infection, grade 3 or more: no", "Infection, grade 3 or more: yes"], 20)
    ['… no', '… yes']
    """
    whole = list(names)
    cut = {name: shortened(name, most) for name in whole}
    families = [[name for name in cut if cut[name] == words] for words in set(cut.values())]
    for family in (family for family in families if len(family) > 1):
        shared = re.sub(r"\w*\Z", "", commonprefix(family))  # noqa: RUF071 (letter by letter)
        rest = {name: shortened(f"…{' ' * shared.endswith(' ')}{name[len(shared) :]}", most) for name in family}
        ends = {name: f"…{name[1 - most :]}" for name in family}
        cut |= rest if len(set(rest.values())) == len(family) else ends
    return [cut[name] for name in whole]


def significant(value: float) -> str:
    """Two decimals, fewer for large numbers, and more where two would read 0: 0.10, 6.81, 42, 0.004."""
    if value >= 10_000:
        return "> 10,000"
    if value >= 10:
        return f"{_rounded(value, 0):,f}"
    if value >= 0.01:
        return fixed(value, 2)
    return f"{value:.1g}" if value >= 0.0001 else "< 0.0001"


def p_value(p: float | None) -> str:
    """
    p = 0.042; p < 0.001; three decimals below 0.1, two above.

    >>> p_value(0.0424), p_value(0.0004), p_value(0.31)
    ('p = 0.042', 'p < 0.001', 'p = 0.31')
    """
    if p is None:
        return f"p {NOT_ESTIMABLE}"
    return Shown("p < 0.001" if p < 0.001 else f"p = {fixed(p, 3 if p < 0.0995 else 2)}", p=p)


def p_alone(p: float) -> str:
    """The p-value under a heading that says p: 0.042, < 0.001."""
    return Shown(p_value(p).removeprefix("p ").removeprefix("= "), p=p)


def patients(count: int) -> str:
    """1 patient, 8 patients."""
    return counted(count, "patient")


def counted(count: int, noun: str) -> str:
    """1 event, 7 events."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def lowered(name: str) -> str:
    """
    A name in the middle of a sentence: prior ASCT for Prior ASCT; EMD and M protein as they are.

    >>> lowered('Prior ASCT'), lowered('EMD')
    ('prior ASCT', 'EMD')
    """
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def facts_line(facts: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Labels and their numbers in one line, which is left out where there are none."""
    return (";  ".join(f"{label} {value}" for label, value in facts),) if facts else ()


def listed(parts: list[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def some(names: Sequence[str], most: int) -> str:
    """
    The first of many names: A, B, C and 4 more.

    >>> some(['A', 'B', 'C', 'D'], 2)
    'A, B and 2 more'
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def digits(number: float) -> str:
    """A number with as many digits as it has, and no more: 66.23, 21915, −0.5."""
    return repr(float(number)).removesuffix(".0").replace("-", "−")


def months(typed: object) -> float | None:
    """
    A time that was typed, with a point or a comma, as months; None for what is none.

    >>> months("1,5"), months("soon"), months("-3")
    (1.5, None, None)
    """
    words = str(typed).replace(",", ".")
    is_time = words.isascii() and words.replace(".", "", 1).isdecimal() and 0 < float(words) < 1200
    return float(words) if is_time else None
