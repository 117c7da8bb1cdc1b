"""A cohort as files that can be kept: a zip of CSV that opens again without questions, a workbook, marked sheets."""

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterable

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from core.cohort.schema import NEEDED, TABLES
from core.importers.findings import CellProblem
from core.importers.sheets import MOST_BYTES, Sheet, UnreadableFile
from core.importers.text_files import read_text

_WHEN = (2020, 1, 1, 0, 0, 0)
"""The time of every file of a zip: the same cohort is the same bytes."""
_MARK = PatternFill("solid", fgColor="FFF2C94C")
_LONGEST_TITLE = 31

Tables = dict[str, list[tuple]]
Columns = dict[str, tuple[str, ...]]


def as_zip(columns: Columns, tables: Tables) -> bytes:
    """A cohort as a zip of CSV files, one a table, as `cohort_of` and core/cohort/database.py read them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in tables.items():
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(columns[table])
            writer.writerows([["" if cell is None else _quoted(cell) for cell in row] for row in rows])
            entry = zipfile.ZipInfo(f"{table}.csv", _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.getvalue())
    return out.getvalue()


_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_RUNS = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a spreadsheet runs as a formula, with the quotes before it that keep it a text."""


def _quoted(cell: str) -> str:
    """A cell with a quote before what a spreadsheet would run; a number is none; `_unquoted` takes it off."""
    return f"'{cell}" if _RUNS.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell


def files_in_zip(file: str, content: bytes) -> list[tuple[str, bytes]]:
    """The files of a zip by their names without folders. Raises UnreadableFile for one that is damaged or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
            size = sum(entry.file_size for entry in entries)
            found = [(one.filename.rpartition("/")[2], archive.read(one)) for one in entries if size <= MOST_BYTES]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise UnreadableFile(f"{file} cannot be opened: it is damaged, or has a password.") from None
    if size > MOST_BYTES:
        raise UnreadableFile(f"{file} holds more than {MOST_BYTES // 1_000_000} MB when it is opened: split it.")
    return found


def cohort_of(files: Iterable[tuple[str, bytes]]) -> tuple[Columns, Tables] | None:
    """
    The tables of a cohort as core/cohort/schema.py names them, from CSV files
    called after them; None where the needed ones are not among the files.
    """
    csvs = [(name, content) for name, content in files if name.casefold().endswith(".csv")]
    named = {name[: -len(".csv")].casefold(): (name, content) for name, content in csvs}
    if not set(NEEDED) <= set(named):
        return None
    return _tables({table: read_text(*named[table]) for table in TABLES if table in named})


def cohort_in(sheets: list[Sheet]) -> tuple[Columns, Tables] | None:
    """The same from the sheets of one workbook, as `as_workbook` writes them; None where they are not."""
    named = {sheet.name: sheet for sheet in sheets}
    whole = set(NEEDED) <= set(named) <= set(TABLES) and len({sheet.file for sheet in sheets}) == 1
    return _tables(named) if whole else None


def _tables(sheets: dict[str, Sheet]) -> tuple[Columns, Tables]:
    columns = {table: sheet.rows[0] if sheet.rows else () for table, sheet in sheets.items()}
    rows = {table: [row for row in sheet.rows[1:] if any(row)] for table, sheet in sheets.items()}
    return columns, {
        table: [tuple(_unquoted(cell) or None for cell in row) for row in of] for table, of in rows.items()
    }


def as_workbook(columns: Columns, tables: Tables) -> bytes:
    """A cohort as a workbook, a sheet a table: its numbers are numbers, all else is text, and nothing a formula."""
    workbook = Workbook(write_only=False)
    workbook.remove(workbook.active)
    for table, rows in tables.items():
        sheet = workbook.create_sheet(table[:_LONGEST_TITLE])
        numbers = _numbers_of(table, columns, tables)
        _append(sheet, columns[table])
        for row in rows:
            _append(sheet, row, numbers)
        sheet.freeze_panes = "B2"
    return _bytes(workbook)


def _numbers_of(table: str, columns: Columns, tables: Tables) -> set[int]:
    """The places of the columns of a table that hold numbers."""
    names = {column.name for column in TABLES.get(table, ()) if column.type in ("number", "whole")}
    if table == "patients" and {"name", "kind"} <= set(columns.get("variables", ())):
        name, kind = (columns["variables"].index(one) for one in ("name", "kind"))
        names |= {row[name] for row in tables.get("variables", ()) if row[kind] == "number"}
    return {place for place, column in enumerate(columns[table]) if column in names}


def marked(sheets: Iterable[Sheet], problems: Iterable[CellProblem]) -> bytes:
    """The sheets as a workbook with each problem's cell coloured, and what was expected as its comment."""
    by_sheet: dict[str, list[CellProblem]] = {}
    for problem in problems:
        by_sheet.setdefault(problem.sheet, []).append(problem)
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, sheet in enumerate(sheets, 1):
        title = "".join("_" if sign in "[]:*?/\\" else sign for sign in sheet.title)[: _LONGEST_TITLE - 4]
        page = workbook.create_sheet(title or f"Sheet {number}")
        for row in sheet.rows:
            _append(page, row)
        for problem in by_sheet.get(sheet.title, ()):
            cell = page[f"{problem.column}{problem.row}"]
            cell.fill = _MARK
            cell.comment = Comment(f"Expected {problem.expected}. {problem.mend}. Until then: {problem.effect}.", "")
    return _bytes(workbook)


def _append(sheet, row: Iterable[str | None], numbers: Collection[int] = ()) -> None:  # type: ignore[no-untyped-def]
    """
    A row of text, in `numbers` of numbers: a cell that begins with = is no formula, nor does a spreadsheet take it for
    one later.
    """
    cells = ["" if cell is None else _plain(cell) for cell in row]
    sheet.append([_number(cell) if place in numbers else cell for place, cell in enumerate(cells)])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"
            cell.quotePrefix = cell.value[:1] in "=+-@"


def _number(cell: str) -> float | str:
    return float(cell) if _NUMBER.fullmatch(cell) else cell


def _plain(cell: str) -> str:
    """A cell without the control characters that a workbook cannot hold."""
    return "".join(sign for sign in cell if sign >= " " or sign in "\t\n\r")[:32_767]


def _bytes(workbook: Workbook) -> bytes:
    for sheet in workbook.worksheets:
        for column in range(1, min(sheet.max_column, 200) + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 16
    if not workbook.worksheets:
        workbook.create_sheet("Empty")
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
