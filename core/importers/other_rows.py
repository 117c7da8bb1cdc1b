"""What a row of a sheet is that is none of its table: blank, of units or totals, a legend, the header again."""

import re
from collections import Counter
from dataclasses import dataclass
from statistics import median_high

from core.importers.levels import is_missing
from core.importers.sheets import Sheet

MOST_COMPARED = 1_000
"""Rows that say what an ordinary row is."""
_HARDLY_FILLED, _UNITS_OF_A_ROW = 0.15, 0.6
"""Shares: that a legend fills of an ordinary row, and of a row of units that are units."""
TITLE, BLANK, UNITS, TOTALS, LEGEND, REPEATED, EXAMPLE = (
    "above the header", "blank", "row of units", "row of totals", "legend or footnote", "the header again",
    "an example",
)  # fmt: skip
"""What a row that is none of the table is taken for."""

_TOTALS = re.compile(
    r"%|(?:n\s*\(\s*%\s*\)|ø|m(?:ean|edian|w)\s*(?:±|\+/-|\().*).*"
    r"|(\d+\s*(?:patients|patienten|pazienti|pacientes|subjects|pts)\b"
    r"|(?:sub-?)?total[es]?|sum|(?:zwischen|gesamt)?summe|gesamt(?:zahl)?|mean|mittel(?:wert)?|median|average|count|n\s*="
    r"|anzahl|min|max|range|sd|all patients|durchschnitt\w*|insgesamt|promedio|totaux|effectifs?|percent|prozent"
    r"|合计|总计|小计|平均|均值|mw|avg|iqr|moyenne|médiane|media|mediana|somme|suma|std\.?|standardabweichung|écart.type)"
    r"(?:\s*[:(\[=±/,].*|\s+(?:±.*|\d+(?:[.,]\d+)?\s*(?:%.*|\(.*|patients?)?|(?:of|age|n|und|and|et|sd|range|iqr|patients?|values?|rows?|all|gener\w*)\b.*))?",
    re.I,
)
"""A word that sums up, alone or with what it is of; SD-1 and Max M. are patients."""

_FEW_TOTALS, _MOST_TOTALS = 8, 0.2
"""Rows, or share of them, up to which those that begin as a total does are totals."""

_EXAMPLES = re.compile(
    r"\W*(?:example|beispiel|exemple|ejemplo|esempio|muster|voorbeeld|dummy|test|test\s?patient)\W*", re.I
)
"""What a row is called that shows how the sheet is filled in."""

_UNIT = re.compile(
    r"(?:[x×]?\s?10\s?[\^*⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}\s?\d{0,2}\s*)?/?"
    r"(?:[cdkmnpfµμu]?(?:g|mol|l|m|u|iu|eq)|cells|copies|g/l|%|days?|months?|years?)(?:\s*/\s*(?:[dmnpµμu]?(?:l|g|mol)|kg|m2|m²|h|d|mm3|mm³).*)?",
    re.IGNORECASE,
)

_WORDS_OF_A_TEXT = 4
"""Words from which on a cell alone in its row is no name, where names are single words."""


@dataclass(frozen=True)
class Ordinary:
    """
    What rows under a header are like: how many cells they fill, their first column, and the shapes of its cells; and
    of what else begins a row, what such a row is taken for. `headings` are the names of columns but the first.
    """

    filled: int
    column: int
    shapes: tuple[str, ...]
    others: dict[str, str]
    headings: frozenset[str] = frozenset()


def ordinary_in(sheet: Sheet, header: int, filled: list[int]) -> Ordinary:
    """What the rows under a header are like."""
    typical = median_high([count for count in filled[header + 1 :] if count > 1] or [1])
    full = [sheet.rows[row] for row in range(header + 1, len(sheet.rows)) if filled[row] > typical / 2][:MOST_COMPARED]
    begins = Counter(next(filter(None, cells), "") for cells in sheet.rows[header + 1 :])
    others = {cell: taken_for for cell in begins if (taken_for := _begins_another(cell))}
    if sum(begins[cell] for cell in others) > max(_FEW_TOTALS, _MOST_TOTALS * begins.total()):
        others = {}  # levels of a first column that is called so, not rows that sum up
    full = [cells for cells in full if others.get(next(filter(None, cells))) != TOTALS]
    often = (column for column in range(sheet.width) if sum(bool(cells[column]) for cells in full) >= 0.8 * len(full))
    column = next(often, 0)
    shapes = tuple({_shape(cells[column]) for cells in full if cells[column]})
    headings = frozenset(sheet.rows[header]) - {"", sheet.rows[header][0]}
    return Ordinary(typical, column, shapes, others, headings)


def taken_for_what(sheet: Sheet, row: int, header: int, filled: int, ordinary: Ordinary) -> str:
    """What a row under the header is taken for; empty for a row of the table."""
    cells = sheet.rows[row]
    if not filled:
        return BLANK
    if cells == sheet.rows[header]:
        return REPEATED
    if taken_for := ordinary.others.get(next(filter(None, cells))):
        return taken_for
    is_named = cells[0] in ordinary.headings and filled > 1
    alone = filled == 1 and _A_CODE.fullmatch(next(filter(None, cells)))
    if is_named or alone or ("=" in "".join(cells[1:3]) and is_of_codes(cells)):
        return LEGEND  # the name of a column, with what its codes mean
    told = [cell for cell in cells if cell and not is_missing(cell)] if row == header + 1 else []
    first = cells[ordinary.column]
    units = sum(map(is_unit, told))
    if (len(told) > 1 and units >= _UNITS_OF_A_ROW * len(told)) or (units and is_missing(first)):
        return UNITS
    if ordinary.filled > 2 and filled <= ordinary.filled / 2 and not first:
        return LEGEND
    if ordinary.filled > 2 and filled <= max(1, _HARDLY_FILLED * ordinary.filled):
        is_text = len(first.split()) >= _WORDS_OF_A_TEXT and not any(" " in shape for shape in ordinary.shapes)
        return "" if _shape(first).startswith(ordinary.shapes) and not is_text else LEGEND
    return ""


_A_CODE = re.compile(r"\s*\d\s*=\s*[^\W\d_].*")
"""A line of a legend: 3 = dead."""


def is_of_codes(cells: tuple[str, ...]) -> bool:
    """Whether a row is a legend's, with a code in each cell but the first: Response, 1=sCR, 2=CR."""
    told = [cell for cell in cells if cell][1:] if any("=" in cell for cell in cells) else []
    return len(told) > 1 and all("=" in cell and cell.lstrip()[:1].isdecimal() for cell in told)


def _begins_another(cell: str) -> str:
    """What a row that begins with a cell is taken for by it alone; empty for a row of the table."""
    if _TOTALS.fullmatch(cell):
        return TOTALS
    return EXAMPLE if _EXAMPLES.fullmatch(cell) else ""


def is_unit(cell: str) -> bool:
    """Whether a cell is a unit and nothing else."""
    return _UNIT.fullmatch(cell) is not None


def _shape(cell: str) -> str:
    """A cell with each number as 9 and each word as a."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell))
