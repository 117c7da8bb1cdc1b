"""What codes mean where a sheet says so itself: a legend below it or beside it, or a heading: Sex (1=m, 2=f)."""

import re

from core.importers.layout import LEGEND, TITLE, SheetTable
from core.importers.sheets import Sheet

_CODE = re.compile(r"\s*(?P<code>[\w.+†-]{1,12})\s*(?:[=:]\s*|\s)(?P<meaning>[^,;=]+?)\s*(?=$|[,;])")
_MOST_TOLD = 500
"""Letters of a line of a legend; a longer one is a text."""


def codes_in(text: str) -> dict[str, str]:
    """
    The codes of a line and what they mean; empty where it has fewer than two.

    >>> codes_in("0 = none, 1 paraskeletal (EM-B)")
    {'0': 'none', '1': 'paraskeletal (EM-B)'}
    """
    parts = [_CODE.fullmatch(part) for part in re.split(r"[,;](?![^()]*\))", text[:_MOST_TOLD])]
    found = {part["code"].casefold(): part["meaning"].strip() for part in parts if part is not None}
    return found if len(found) > 1 else {}


def legend_of(sheets: list[Sheet], tables: list[SheetTable]) -> dict[str, dict[str, str]]:
    """What the codes of each column mean, by its name in small letters, of all lines that say so for a column."""
    lines: list[tuple[str, str]] = []
    tabled = {table.sheet.title: table for table in tables}
    for sheet in sheets:
        table = tabled.get(sheet.title)
        rows = range(len(sheet.rows)) if table is None or is_legend(table) else _others(table)
        for row in rows:
            told = [cell for cell in sheet.rows[row] if cell]
            names, sign, codes = told[0].partition(":") if len(told) == 1 else ("", "", "")
            if len(told) == 2:
                lines.append((told[0], told[1]))
            elif sign:
                lines.append((names, codes))
            elif len(told) == 1 and (found := re.match(r"([^\W\d][\w /-]*?)\s+(?=\S{1,4}\s*=)", told[0])):
                lines.append((found[1], told[0][found.end() :]))
    for table in tables:
        for heading in table.headings:
            name, sign, codes = heading.name.partition("(")
            if sign:
                lines.append((heading.name, codes.rstrip(") ")))
                lines.append((name, codes.rstrip(") ")))
    legend: dict[str, dict[str, str]] = {}
    for names, line in lines:
        codes_of = codes_in(line) or {TOLD: line}
        for name in re.split(r"[,/]", names):
            legend.setdefault(name.strip().casefold(), {}).update(codes_of)
            legend[name.strip().casefold()].setdefault(TOLD, line)
    return legend


TOLD = "told"
"""Under which a legend keeps the whole line of a name beside the codes in it."""


def unit_told(legend: dict[str, dict[str, str]], name: str) -> str:
    """The unit that a legend names first for a column (mg/l, per µl); empty where it names none."""
    line = legend.get(name, {}).get(TOLD, "")
    found = re.match(r"(?:per\s*)?(/?[cdkmnpµμu]?(?:g|mol|u|l)(?:/[cdmnpµμu]?[lg])?)\b", line.strip(), re.IGNORECASE)
    if found is None or not ("/" in found[1] or line.strip().casefold().startswith("per")):
        return ""
    return f"/{found[1]}" if line.strip().casefold().startswith("per") else found[1]


def limit_told(legend: dict[str, dict[str, str]], text: str) -> str:
    """What a text (neg) stands for where a legend says that it is below a limit: <25."""
    found = re.match(r"(?:below|under|less than|<|unter)\s*([\d.,]+)", legend.get(text, {}).get(TOLD, ""), re.IGNORECASE)
    return f"<{found[1]}" if found else ""


def _others(table: SheetTable) -> list[int]:
    return [row for row, why in table.others.items() if why in (LEGEND, TITLE)]


def is_legend(table: SheetTable) -> bool:
    """Whether a table explains codes and holds no patients: two columns, the second of which is lines of codes or words."""
    if len(table.headings) != 2:
        return False
    columns = [[table.sheet.rows[row][heading.column] for row in table.rows] for heading in table.headings]
    explained = sum(bool(codes_in(text)) or len(text.split()) > 2 for text in columns[1])
    return explained >= max(1, len(table.rows) / 3)
