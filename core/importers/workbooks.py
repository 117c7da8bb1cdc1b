"""XLSX, XLS and ODS: cells by calamine; what it leaves out of XLSX (errors, formats, hidden) by openpyxl."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import python_calamine

from core.importers.far_cells import not_too_far
from core.importers.sheets import (
    HAS_A_PASSWORD,
    MOST_BYTES,
    MOST_CELLS,
    Sheet,
    UnreadableFile,
    number_of,
    number_shown,
    squared,
)

_MOST_FORMATTED = 2_000_000
"""Cells of a workbook whose formats are looked at: openpyxl takes a minute for more."""


def read_workbook(file: str, content: bytes) -> list[Sheet]:
    """Every sheet that holds anything, in the order of the workbook. Raises UnreadableFile."""
    is_xlsx = content.startswith(b"PK")
    if is_xlsx:
        _not_too_large(file, content)
    not_too_far(file, content)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError:
        raise UnreadableFile(HAS_A_PASSWORD.format(file)) from None
    except Exception:  # whatever calamine finds: its words may quote the file
        raise UnreadableFile(
            f"{file} cannot be read as a workbook: open it in a spreadsheet and save it anew."
        ) from None
    cells = 0
    sheets = []
    for described in workbook.sheets_metadata:
        if described.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = _sheet(file, workbook, described.name)
        cells += sum(map(len, sheet.rows))
        if cells > MOST_CELLS:
            raise UnreadableFile(f"{file} has more than {MOST_CELLS:,} cells: split it, or save it as Parquet.")
        sheets.append(sheet)
    if is_xlsx and "openxmlformats" in _content_types(content) and cells <= _MOST_FORMATTED:
        sheets = _as_formatted(sheets, content)
    return [sheet for sheet in sheets if sheet.rows]


def _sheet(file: str, workbook: Any, name: str) -> Sheet:
    try:
        read = workbook.get_sheet_by_name(name)
        rows = [[shown(value) for value in row] for row in read.to_python(skip_empty_area=False)]
        merged = tuple((*first, *last) for first, last in read.merged_cell_ranges or ())
    except Exception:
        raise UnreadableFile(f"{file} cannot be read to its end: open it in a spreadsheet and save it anew.") from None
    return Sheet(file, name, squared(rows), merged)


def shown(value: object) -> str:
    """A cell as text: a date without its midnight, a whole number without its point, blanks around removed."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_shown(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 3600:g} h"
    return "" if value is None else str(value)


def _as_formatted(sheets: list[Sheet], content: bytes) -> list[Sheet]:
    """The sheets of an XLSX with its errors, percentages and numbers as their formats show them."""
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception:  # calamine reads files that openpyxl does not
        told = f"{sheets[0].file}: formats of its cells could not be read; look at percentages and leading zeros."
        return [replace(sheet, remarks=(told,)) for sheet in sheets]
    formulas = _formulas(content)
    formatted = []
    for sheet in sheets:
        worksheet = workbook[sheet.name]
        rows = [list(row) for row in sheet.rows]
        hidden = set()
        for name, dimension in worksheet.column_dimensions.items():
            if dimension.hidden:
                first, last = dimension.min or 1, dimension.max or 1
                hidden |= {n for n in range(first - 1, min(last, sheet.width)) if name}
        for cells in worksheet.iter_rows(max_row=len(rows), max_col=sheet.width):
            for cell in cells:
                if cell.value is not None:
                    _format(rows, cell)
        unstored = {
            (r, c) for r, c in formulas.get(sheet.name, ()) if r < len(rows) and c < len(rows[r]) and not rows[r][c]
        }
        from_1904 = workbook.epoch.year == 1904
        formatted.append(
            replace(
                sheet, rows=squared(rows), hidden=frozenset(hidden), unstored=frozenset(unstored), from_1904=from_1904
            )
        )
    return formatted


_WITHOUT_RESULT = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?"
    rb"\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')


def _formulas(content: bytes) -> dict[str, set[tuple[int, int]]]:
    """The places of formulas whose result the file does not hold, by the names of their sheets; "" is a result."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        if not any(_WITHOUT_RESULT.search(archive.read(name)) for name in parts):
            return {}
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return {sheet.title: _without_result(archive.read(sheet._worksheet_path)) for sheet in workbook.worksheets}


def _without_result(part: bytes) -> set[tuple[int, int]]:
    places = set()
    for cell in _WITHOUT_RESULT.finditer(part):
        place = _PLACE.search(cell[1])
        if place is not None and not (b't="str"' in cell[1] and cell[2]):
            places.add((int(place[2]) - 1, number_of(place[1].decode()) or 0))
    return places


def _format(rows: list[list[str]], cell: Any) -> None:
    row, column, format = cell.row - 1, cell.column - 1, cell.number_format
    if cell.data_type == "e":
        rows[row][column] = str(cell.value)
    elif isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        if "%" in format:
            rows[row][column] = f"{float(repr(cell.value)) * 100:.10g}%"
        elif re.fullmatch("0{2,}", format) and float(cell.value).is_integer():
            rows[row][column] = f"{int(cell.value):0{len(format)}d}"


def _not_too_large(file: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise UnreadableFile(f"{file} is damaged: open it in a spreadsheet and save it anew.") from None
    if size > MOST_BYTES:
        raise UnreadableFile(f"{file} holds more than {MOST_BYTES // 1_000_000} MB when it is opened: split it.")


def _content_types(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            return archive.read("[Content_Types].xml").decode("utf-8", "replace")
        except KeyError:
            return ""
