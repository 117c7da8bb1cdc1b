"""
Cells too small to be shown to others: counts of fewer patients than the viewer allows, and what would give them away.

The rules are those of published tables: a count of 1 up to one less than the
smallest is withheld, so is one that leaves so few beside it, whatever the same
line makes of it, and a second count where a sum would give the first away (as
in A. Hundepool and others, Statistical Disclosure Control, 2012, chapter 4).
0 is shown. Steps of curves are times, not cells.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from core.text import Count, Numeral, Shown, Table

CHOICES = (0, 3, 5, 10, 11)
"""The smallest counts that are offered; 0 withholds none."""

WITHHELD = "withheld"
SINGLE = "Single patients are not shown while small numbers are withheld."

_RANGE = " (range)"
_LABELS = frozenset({"Subgroup", "Group", "Scheduled day", "Month", "Test", "Method", "Measured", "Characteristic"})
"""Columns after the first that name a row, and tell no number of its patients."""
_RATIO = re.compile(r"ratio|adjusted", re.IGNORECASE)
_OF = re.compile(r"(?<![\d.,–−])(\d[\d,]*)(?: of (?:the |these |those |all )?|/)(\d[\d,]*)(?![\d.,]*\d)")
_COUNTED = re.compile(
    r"(?<![\d.,–−≥])(?<!grade )(\d[\d,]*) (?:(?:more|other|evaluable|infused|further) )?"
    r"(?:patients?|events?|deaths?|responders?|episodes?|others?|of them|dated|without|with|followed|died|had|not"
    r"|progressed|relapsed|responded|censored|responses?|out of)\b"
)
_ALONE = re.compile(r"(?<![<>≥≤=] )(?<![\d.,–−<>≥≤/])(?<! to )(\d[\d,]*)(?![\d.,]*[\d%])(?!–| to )")


def few(count: float, smallest: int, total: float | None = None) -> bool:
    """
    Whether a count of patients, of a `total` where one is given, is too small to
    be shown: 1 to `smallest` - 1, or so few that it leaves, or that it is of.
    """
    told = [count] if total is None else [count, total - count, total]
    return any(0 < number < smallest for number in told)


def any_few(cells: Iterable[tuple[float, float]], smallest: int) -> bool:
    """Whether any count of a total is too small to be shown."""
    return any(few(count, smallest, total) for count, total in cells)


def tells_few(words: str, smallest: int, alone: bool = False) -> bool:
    """
    Whether words tell a count that is too small to be shown: "2 of 40", "38/40",
    "3 patients"; with `alone` also a number by itself, as in a line of facts.
    """
    single = [*_COUNTED.findall(words), *(_ALONE.findall(words) if alone else [])]
    pairs = [(_number(count), _number(total)) for count, total in _OF.findall(words)]
    return any_few(pairs, smallest) or any(few(_number(count), smallest) for count in single)


def _number(written: str) -> int:
    return int(written.replace(",", ""))


def of_patients(header: list[str]) -> bool:
    """Whether a table has a row a patient, or lists patients."""
    return "Patient" in header[:1] or "at_risk" in header or header == ["Remark", "Patients"]


def withheld(table: Table, smallest: int) -> Table:
    """
    A table without its small cells, and without what would give them away, which
    reads the same, so that neither tells how large it is; medians without the ends of their
    range, which are single patients; a table of patients has one row that says why.
    """
    header, rows = table
    if not smallest:
        return table
    if of_patients(header):
        return ["Withheld"], [[SINGLE]]
    hidden = _hidden(header, rows, smallest)
    told = [any(not _is_typed(cell) and tells_few(str(cell), smallest) for cell in cells[1:]) for cells in rows]
    return [head.replace(_RANGE, "") for head in header], [
        [
            WITHHELD
            if (row, place) in hidden or (place and (told[row] or _is_derived(header, rows, row, place, hidden)))
            else _without_ends(cell)
            for place, cell in enumerate(cells)
        ]
        for row, cells in enumerate(rows)
    ]


def _counts(cell: Any) -> tuple[float, float | None] | None:
    """The count that a cell tells, and of how many; None where it tells none."""
    if isinstance(cell, Count):
        return cell.number, cell.of
    numbers = getattr(cell, "numbers", {})
    count = numbers.get("n", numbers.get("at_risk"))
    return None if count is None else (count, numbers.get("N"))


def _is_few(cell: Any, smallest: int) -> bool:
    """Whether a cell tells a count that is few, or another, with those beside it, that is."""
    counts = _counts(cell)
    beside = getattr(cell, "numbers", {}).get("beside")
    return counts is not None and (few(counts[0], smallest, counts[1]) or (beside or 0) in range(1, smallest))


def _hidden(header: list[str], rows: list[list[Any]], smallest: int) -> set[tuple[int, int]]:
    """The cells of counts that are withheld: small ones, and of each sum those that would give so few away."""
    told = {
        (row, place): counts
        for row, cells in enumerate(rows)
        for place, cell in enumerate(cells)
        if (counts := _counts(cell)) is not None and (counts[0] or _is_few(cell, smallest))
    }
    hidden = {(row, place) for row, place in told if _is_few(rows[row][place], smallest)}
    summed = [at for at in told if not _at_risk(header[at[1]], rows[at[0]][at[1]])]
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for line in _sums(rows, summed):
            gone = [at for at in line if at in hidden]
            others = sorted((at for at in line if at not in hidden), key=lambda at: (told[at][0], at))
            if others and gone and (len(gone) == 1 or sum(told[at][0] for at in gone) < smallest):
                hidden.add(others[0])
    return hidden


def _sums(rows: list[list[Any]], told: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """
    Cells that may add up to a number which is known: those of a row, and those below each other, of what
    begins with the same words where a table has several of that kind; not those that stand apart. Of a table whose
    cells are a whole, all of them.
    """
    begins = _begins(rows)
    several = any(one == another for one, another in pairwise(begins))
    lines: dict[tuple[str, Any], list[tuple[int, int]]] = {}
    for row, place in told:
        counts = _counts(rows[row][place])
        if counts is not None and counts[1] is not None:  # not how many patients the row is of
            lines.setdefault(("row", row), []).append((row, place))
        if "of_whole" in getattr(rows[row][place], "numbers", {}):
            lines.setdefault(("whole", "table"), []).append((row, place))
        if "apart" not in getattr(rows[row][place], "numbers", {}):
            lines.setdefault((begins[row] if several else "column", place), []).append((row, place))
    return list(lines.values())


def _begins(rows: list[list[Any]]) -> list[str]:
    """What each row begins with: those of one variable, or of one kind, begin alike."""
    return [re.split("[,:]", str(cells[0]))[0] for cells in rows]


def _at_risk(head: str, cell: Any) -> bool:
    """Whether a cell tells how many were followed then: no sum gives that away."""
    return head == "At risk" or "n" not in getattr(cell, "numbers", {"n": 0})


def _is_derived(header: list[str], rows: list[list[Any]], row: int, place: int, hidden: set[tuple[int, int]]) -> bool:
    """Whether a share or test is made of a count that is withheld: of its row, or its column where that has none."""
    cell = rows[row][place]
    numbers = getattr(cell, "numbers", {})
    is_ratio = _RATIO.search(header[place]) is not None and "estimate" in numbers
    is_made = (
        is_ratio
        or bool({"estimate, %", "p"} & {*numbers})
        or (not _is_typed(cell) and bool(re.search(r"\d", str(cell))))
    )
    tells_count = _counts(cell) is not None and "at_risk" not in numbers
    if tells_count or header[place] in _LABELS or not is_made:
        return False
    if any(_counts(other) is not None for other in rows[row]):
        return any(at == row for at, _ in hidden)
    begins = _begins(rows)
    return any(of == place or (begins[at] == begins[row] and at != row) for at, of in hidden)


def _without_ends(cell: Any) -> Any:
    """A median alone, of one with the ends of its range and how many it is of."""
    numbers = getattr(cell, "numbers", {})
    if "lowest" in numbers:
        return Shown(cell.partition(" (")[0], median=numbers["median"])
    return cell.replace(_RANGE, "") if isinstance(cell, str) and not _is_typed(cell) else cell


def counts_shown(counts: Iterable[int], smallest: int) -> list[str]:
    """Counts that add up to a known number as they are shown beside each other."""
    return [row[1] for row in withheld((["", "Patients"], [["", Count(number)] for number in counts]), smallest)[1]]


def _is_typed(cell: str) -> bool:
    return isinstance(cell, (Shown, Numeral))
