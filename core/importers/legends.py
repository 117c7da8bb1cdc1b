"""What codes mean where a sheet says so itself: a legend below it or beside it, or a heading: Sex (1=m, 2=f)."""

import re
from collections.abc import Iterable
from dataclasses import replace

from core.importers.layout import Heading, SheetTable, is_value, table_in
from core.importers.meanings import known_as
from core.importers.names import SURE, bracketed, known_by, plain
from core.importers.other_rows import LEGEND, TITLE
from core.importers.sheets import Sheet

TOLD = "told"
"""Under which a legend keeps the whole line of a name, beside the codes in it."""
_CODE = re.compile(r"\s*(?P<code>[\w.+†–-]{1,12})\s*(?:[=:]\s*|\s)(?P<meaning>[^,;=]+?)\s*(?=$|[,;])")
_AFTER_WORDS = re.compile(r".*[^\d\W].*?\s(?P<code>\d{1,2})\s*[=:]?\s*(?P<meaning>[^\d,;=]+)")
"""The first code of a line after words that say what it is of: high-risk cytogenetics 1 yes."""
_BOTH = re.compile(r"(?<!\d)(\d)\s*/\s*(\d)\s*[=:]\s*([^\W\d][^/,;=]*?)\s*/\s*([^\W\d][^/,;=]*?)\s*(?=$|[,;)])")
"""Two codes and what each means: 1/0 = alive/dead."""
_ONE = re.compile(r"\s*\d\s*[=:]\s*[^\W\d_][^=:|;]*")
"""A line that tells one code: 0=event."""
_NAMED_ONE = re.compile(r"[^\W\d][\w ./-]*?[\s:]+\d\s*=\s*[^\W\d_][^=]*")
"""One code behind the name of what it is of: Status 0 = dead."""
_MOST_TOLD = 500
"""Letters of a line of a legend; a longer one is a text."""
_UNIT_ALONE = re.compile(r"(?:in\s)?\S*(?:/|%|10\^?\d)\S*", re.IGNORECASE)
"""A line that is a unit: mg/dl, /µl, in 10^6."""
_UNIT = re.compile(
    r"(?:in\s+)?(?P<per>per\s*)?(?P<unit>/?[cdkmnpµμu]?(?:g|mol|u|l)(?:/[cdmnpµμu]?[lg])?)\b", re.IGNORECASE
)
_CELLS = re.compile(r"(?:in\s+|[x×]\s*)?(mio|million|10\s?\^?[68]\b|10[⁶⁸])", re.IGNORECASE)
"""A number of cells that a dose is counted in."""
_BELOW = re.compile(r"(?:below|under|less than|<|unter)\s*([\d.,]+)", re.IGNORECASE)


def codes_in(text: str, least: int = 2) -> dict[str, str]:
    """
    The codes of a line and what they mean; empty where it has fewer than `least`.

    >>> codes_in("0 = none, 1 paraskeletal (EM-B)")
    {'0': 'none', '1': 'paraskeletal (EM-B)'}
    """
    text = _BOTH.sub(r"\1=\3, \2=\4", text[:_MOST_TOLD])
    texts = re.split(r"[,;|](?![^()]*\))|\s*/\s*(?=\d{1,2}\s*[=:])|(?<=[^\W\d])\s+(?=\d{1,2}\s*=)", text)
    parts = [_CODE.fullmatch(part) for part in texts]
    found = dict(_told_by(part) for part in parts if part is not None)
    others = [code for code in found if code.isdecimal()]
    first = _AFTER_WORDS.fullmatch(texts[0]) if others and len(others) >= len(texts) - 1 else None
    if first is not None:
        found = {first["code"]: first["meaning"].strip()} | {code: found[code] for code in others}
    return found if len(found) >= least else {}


def _told_by(part: re.Match[str]) -> tuple[str, str]:
    """A code and its meaning, whichever stands first: 0 = dead, dead = 0."""
    code, meaning = part["code"].casefold(), part["meaning"].strip()
    return (meaning, code) if meaning.isdecimal() and not code.isdecimal() else (code, meaning)


def legend_of(sheets: list[Sheet], tables: list[SheetTable]) -> dict[str, dict[str, str]]:
    """What the codes of each column mean, by its name in small letters, of all lines that say so for a column."""
    tabled = {table.sheet.title: table for table in tables}
    lines = [line for sheet in sheets for line in _of_sheet(sheet, tabled.get(sheet.title))]
    lines += [line for table in tables if is_code_list(table) for line in _of_code_list(table)]
    lines += [line for table in tables for line in _of_headings(table)]
    legend: dict[str, dict[str, str]] = {}
    for names, told in lines:
        for name in dict.fromkeys((names, *re.split(r"[,/]", names))):
            of_name = legend.setdefault(name.strip().casefold(), {})
            of_name.update(codes_in(told, 1 if _ONE.fullmatch(told) else 2))
            of_name.setdefault(TOLD, told)
    return legend


def _of_sheet(sheet: Sheet, table: SheetTable | None) -> list[tuple[str, str]]:
    """The lines of a sheet that is a legend, or of the legend around a table, each with what it is of."""
    rows = range(len(sheet.rows))
    if table is not None and not is_legend(table):
        others = {row for row, why in table.others.items() if why in (LEGEND, TITLE)}
        rows = [row for row in rows if row in others]  # type: ignore[assignment]
    if by_column := _a_column_each(sheet) if table is None or is_legend(table) else []:
        return by_column
    lines: list[tuple[str, str]] = []
    name = ""
    filled = [_with_its_code([cell for cell in sheet.rows[row] if cell]) for row in rows]
    filled += [] if table is None else _below_their_columns(table, rows)
    first, second = (sum(lists_codes(told[place]) for told in filled if len(told) > 1) for place in (0, 1))
    for told in filled:
        if len(told) > 2 and all(map(_ONE.fullmatch, told[1:])):
            lines.append((told[0], ", ".join(told[1:])))  # Sex | 1: female | 2: male
        elif 1 < len(told) <= _MOST_COLUMNS:
            lines += _named_line(told, usual=0 if first > second else 1)
            name = told[1] if len(told) == 2 and _CODES_HEAD.search(told[0].casefold()) else lines[-1][0]
        elif len(told) == 1 and _ONE.fullmatch(told[0]):
            lines += [(name, told[0])] if name else []
        elif len(told) == 1:
            own = _of_line(told[0])
            lines += own
            name = own[0][0] if own else told[0]
    return lines


def _below_their_columns(table: SheetTable, rows: Iterable[int]) -> list[list[str]]:
    """The codes that stand alone in a row, below the column that they are of."""
    alone = {row: [c for c, cell in enumerate(table.sheet.rows[row]) if cell] for row in rows if row not in table.rows}
    of = {heading.column: heading.name for heading in table.headings if heading.name}
    codes = ((of[at[0]], table.sheet.rows[row][at[0]]) for row, at in alone.items() if len(at) == 1 and at[0] in of)
    return [[name, cell] for name, cell in codes if _ONE.fullmatch(cell) or lists_codes(cell)]


def _a_column_each(sheet: Sheet) -> list[tuple[str, str]]:
    """The lines of a legend that has a column for each variable, with a code in each cell below its name."""
    rows = [row for row in sheet.rows if any(row)]
    if len(rows) < 3 or not sum(map(bool, rows[0])) > 1 or any(map(tells_codes, rows[0])):
        return []
    lines = [(name, row[column]) for column, name in enumerate(rows[0]) if name for row in rows[1:] if row[column]]
    return lines if all(_ONE.fullmatch(cell) for _, cell in lines) else []


def _has_codes_in_cells(table: SheetTable) -> bool:
    """Whether a table, with its header, is a legend with one code a cell."""
    rows = tuple(table.sheet.rows[row] for row in (*table.header_rows, *table.rows))
    whole = replace(table.sheet, rows=rows)
    return bool(_a_column_each(whole)) or _a_row_each(whole)


def _a_row_each(sheet: Sheet) -> bool:
    """Whether each row is a name and codes, one a cell."""
    filled = [[cell for cell in row if cell] for row in sheet.rows if any(row)]
    return all(len(cells) > 2 and all(map(_ONE.fullmatch, cells[1:])) for cells in filled)


_PATIENT = known_as("patient")
_MOST_CODES = 30
"""Rows of such a legend."""


def _with_its_code(told: list[str]) -> list[str]:
    """A line in which a code and its meaning stand in two cells, with them in one: 1 and male as 1=male."""
    if not 1 < len(told) <= _MOST_COLUMNS or lists_codes(told[-1]):
        return told
    *before, code, meaning = told
    return [*before, f"{code}={meaning}"] if _ONE.fullmatch(f"{code}={meaning}") and code.isdecimal() else told


_MOST_COLUMNS = 4
"""Columns of a legend: a name, its codes, and remarks beside them."""
_PAIR = re.compile(r"(?<!\w)[\w.+†–-]{1,12}\s*[=:]\s*\S|(?:^|[,;|])\s*\d{1,2}\s+[^\W\d]")
_OF_CODES = 1 / 3
"""Share of the cells of a column that tell codes, which makes a table a legend."""


def lists_codes(cell: str) -> bool:
    """Whether a cell tells codes: 0=no, 1=yes; 1 male, 2 female."""
    return len(_PAIR.findall(cell)) > 1 and bool(codes_in(cell))


def tells_codes(cell: str) -> bool:
    """Whether a cell tells codes, or one: 1 = male."""
    return any(one.fullmatch(cell) for one in (_ONE, _NAMED_ONE)) or lists_codes(cell)


def names_told(sheet: Sheet) -> set[str]:
    """What a legend tells codes of, in plain words."""
    table = table_in(sheet)
    lines = _of_code_list(table) if table is not None and is_code_list(table) else _of_sheet(sheet, None)
    return {plain(name) for name, _ in lines} - {""}


def line_tells_codes(cells: Iterable[str]) -> bool:
    """Whether a line tells codes, in one of its cells or in two beside each other."""
    return any(map(tells_codes, _with_its_code([cell for cell in cells if cell])))


def _named_line(told: list[str], usual: int) -> list[tuple[str, str]]:
    """The name and the codes of a line, wherever they stand in it; of a line without codes where they `usual`ly do."""
    codes = next((place for place, cell in enumerate(told) if lists_codes(cell)), usual)
    own = [] if codes or told[0][0].isdecimal() else _of_line(told[0])  # MRD 0 = negative, and a remark beside it
    return own or [(told[0 if codes else 1], told[codes])]


def is_code_list(table: SheetTable) -> bool:
    """Whether a table has a row a code: the name of a variable (once, or in each row), a code and its meaning."""
    return _of_what(table) is not None


def _of_what(table: SheetTable) -> tuple[Heading, Heading, Heading] | None:
    """The columns of the variables, codes and meanings of a list of codes: in that order, or called so."""
    head = [heading.name.casefold() for heading in table.headings]
    if not 3 <= len(head) <= _MOST_COLUMNS:
        return None
    if _CODES_HEAD.search(head[1]) and _MEANS_HEAD.search(head[2]):
        return table.headings[0], table.headings[1], table.headings[2]
    places = [[n for n, name in enumerate(head) if of.search(name)] for of in (_NAME_HEAD, _CODES_HEAD, _MEANS_HEAD)]
    first = [of[0] for of in places if of]
    if len(first) < 3 or len(set(first)) < 3:
        return None
    return table.headings[first[0]], table.headings[first[1]], table.headings[first[2]]


_NAME_HEAD = re.compile(r"varia|field|feld|column|spalte|colonn|columna|merkmal|item|param|变量|字段")
_CODES_HEAD = re.compile(r"code|value|wert|kode|valor|valeur|codice|c[óo]digo|编码|编号|代码|取值")
_MEANS_HEAD = re.compile(r"mean|label|bedeutung|text|descri|signific|explan|libell|etichetta|etiqueta|含义|说明|标签")


def _of_code_list(table: SheetTable) -> list[tuple[str, str]]:
    """The codes of each variable of a list as one line: 1=CR, 2=PR."""
    told: dict[str, list[str]] = {}
    name = ""
    for row in table.rows:
        cells = [table.sheet.rows[row][heading.column] for heading in _of_what(table) or ()]
        name = cells[0] or name
        if cells[1] and cells[2]:
            told.setdefault(name, []).append(f"{cells[1]}={cells[2].replace(',', ' ').replace(';', ' ')}")
    return [(of, ", ".join(codes)) for of, codes in told.items()]


def _of_line(line: str) -> list[tuple[str, str]]:
    """A line with a name before its codes: EMD: 0 none; MRD 0 = negative."""
    name, sign, codes = line.partition(":")
    if sign:
        return [(name, codes)]
    told = codes_in(line)
    if any(word in told for word in ("empty", "blank", "leer", "vide")):
        return [(next(iter(told)), line)]  # of no column: what a mark means wherever it stands
    found = re.match(r"([^\W\d][\w /-]*?)\s+(?=\S{1,4}\s*=)", line)
    return [(found[1], line[found.end() :])] if found else []


def _of_headings(table: SheetTable) -> list[tuple[str, str]]:
    """What stands in brackets after headings."""
    lines = []
    for heading in table.headings:
        if told := _of_answers(heading.name):
            lines.append((heading.name, told))
            continue
        name, sign, codes = bracketed(heading.name).partition("(")
        if sign:
            lines += [(heading.name, codes.rstrip(") ")), (name, codes.rstrip(") "))]
    return lines


_ANSWER = re.compile(r"([^\W\d][^()/]*?)\s*\((\d)\)")
_ANSWERS = re.compile(r"([^\W\d]\w*)\s*/\s*([^\W\d]\w*)\s*\((\d)\s*/\s*(\d)\)")


_ENDS = re.compile(
    r"^(?:progress\w*|relaps\w*|rezidiv|pd|death|dead|died|tod|tot|décès|rechute|recidiva|mort\w*|muerte)$", re.I
)


def _of_answers(name: str) -> str:
    """The codes of a heading that is its answers: Alive (1) / Dead (0), Alive/Dead (1/0); empty for any other."""
    both = _ANSWERS.fullmatch(name.strip())
    each = _ANSWER.findall(name) if re.fullmatch(rf"(?:{_ANSWER.pattern}\s*[/,;]?\s*){{2,}}", name.strip()) else []
    if both and _ENDS.search(both[1]) and _ENDS.search(both[2]):
        return ""  # Progression/death (1/0): one question, of which 1 is the yes
    pairs = [(both[3], both[1]), (both[4], both[2])] if both else [(code, word.strip()) for word, code in each]
    return ", ".join(f"{code}={word}" for code, word in pairs)


def unit_told(legend: dict[str, dict[str, str]], name: str) -> str:
    """The unit that a legend names first for a column (mg/l, per µl); empty where it names none."""
    told = legend.get(name, {}).get(TOLD, "").strip()
    if (cells := _CELLS.match(told)) is not None:
        return cells[1]
    found = _UNIT.match(told)
    if found is None or not (found["per"] or "/" in found["unit"]):
        return ""
    return f"/{found['unit']}" if found["per"] else found["unit"]


def limit_told(legend: dict[str, dict[str, str]], text: str) -> str:
    """What a text (neg) stands for where a legend says that it is below a limit: <25."""
    found = _BELOW.match(legend.get(text, {}).get(TOLD, ""))
    return f"<{found[1]}" if found else ""


def is_legend(table: SheetTable) -> bool:
    """Whether a table explains codes and holds no patients: few columns, one of them lines of codes, or of words."""
    if table.headings and known_by([plain(table.headings[0].name)], _PATIENT)[1] == SURE:
        return False
    if is_code_list(table) or (len(table.rows) <= _MOST_CODES and _has_codes_in_cells(table)):
        return True
    if len(table.headings) <= _MOST_COLUMNS:
        for heading in table.headings:
            cells = [table.sheet.rows[row][heading.column] for row in table.rows]
            if sum(map(lists_codes, cells)) >= max(1, _OF_CODES * len(cells)):
                return True
    if len(table.headings) != 2:
        return False
    second = [table.sheet.rows[row][table.headings[1].column] for row in table.rows]
    explained = sum(
        bool(codes_in(text))
        or (not is_value(text) and (len(text.split()) > 2 or _UNIT_ALONE.fullmatch(text) is not None))
        for text in second
    )
    return explained >= max(1, len(table.rows) / 3)
