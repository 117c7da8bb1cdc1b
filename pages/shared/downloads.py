"""Figures and tables as files, each with where it comes from: selection, N, cutoff, method, source, citation."""

import csv
import io
import math
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import partial
from threading import current_thread
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from core.cohort.labels import sentence
from core.cohort.provenance import sources_sentence
from core.cohort.selection import Selection
from core.cohort.vocabulary import COHORT_KINDS
from core.figures.export import ONE_COLUMN, SLIDE, TWO_COLUMNS, Size, figure_file, lacks_letters
from core.figures.theme import Specification
from core.text import Numeral, Table, with_numbers
from pages.shared import cached, header, remarks, small_cells, widgets

FIGURES = (
    ("Figure for slides", "png", SLIDE),
    ("Figure for print", "svg", SLIDE),
    ("Journal, one column", "png", ONE_COLUMN),
    ("Journal, one column", "svg", ONE_COLUMN),
    ("Journal, two columns", "png", TWO_COLUMNS),
    ("Journal, two columns", "svg", TWO_COLUMNS),
)
LETTERS = (
    "PNG needs type for these letters on the machine that runs the app, such as Noto Sans CJK (Debian: "
    "fonts-noto-cjk), and shows boxes where it has none. SVG takes that of the machine that opens it."
)


def footer(selection: Selection, method: str, tables: tuple[str, ...], shown: int | None = None) -> tuple[str, ...]:
    """
    The lines under every file: `method` says how its numbers were found,
    `tables` are the cohort's tables that it rests on, `shown` how many of the
    selected patients it shows where that is not all of them.
    """
    database = cached.database()
    chosen, everyone = header.counts(selection)
    about = database.about
    who, chosen_by = sentence(selection, database.variables), remarks.columns_of(selection)
    whole = shown is None or shown == chosen or small_cells.are_few([(shown, chosen)])
    shown_words = "" if whole else f" {shown} of them are shown."
    cutoff = f"Data cutoff {about['data_cutoff']}. " if about["data_cutoff"] else ""
    lines = [
        f"Selection: {who}. {chosen} of {everyone} patients of {about['name']}.{shown_words}",
        f"{cutoff}{method}",
        f"{COHORT_KINDS[about['kind']]}. {sources_sentence(cached.sources(), (*tables, *chosen_by), about['kind'])}",
        f"{about['citation']} {about['licence']}".strip(),
    ]
    return tuple(line for line in lines if line)


def save_figure(
    specification: Specification,
    title: str,
    lines: Callable[[], tuple[str, ...]],
    name: str,
    data: "dict[str, Callable[[], Table]] | None" = None,
    numbers: tuple[str, ...] = (),
) -> None:
    """
    A button that opens to the figure for slides and in a journal's widths, and
    to the `data` behind it as CSV; each file is made when it is asked for, and
    its footer `lines` with it. `numbers` stand under its title.
    """
    with widgets.popover("Save", icon=":material/download:", type="tertiary"):
        for words, kind, size in FIGURES:
            make = partial(_figure, kind, specification, title, lines, numbers, size)
            file_name = f"{name}{f'_{size.millimetres}mm' if size.millimetres else ''}.{kind}"
            _file(
                f"{words}, {kind.upper()}", make, file_name, f"image/{kind.replace('svg', 'svg+xml')}", width="stretch"
            )
        if lacks_letters(specification, title):
            widgets.caption(LETTERS)
        for words, table in (data or {}).items():
            _table(words, table, lines, f"{name}_{words.lower()}", width="stretch")


def _figure(
    kind: str,
    specification: Specification,
    title: str,
    lines: Callable[[], tuple[str, ...]],
    numbers: tuple[str, ...],
    size: Size,
) -> bytes:
    return figure_file(kind, specification, title, lines(), numbers, size)


def _in_session(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """
    The same, made when it is asked for in the session that offers it: Streamlit makes it in a thread that knows none,
    where the cohort would be the one that the app opens on, and nothing withheld.
    """
    context = copy(get_script_run_ctx())
    if context is not None:
        context.parallel_coordinator = None  # of a run that is over, it would stop what asks in its name

    def made() -> bytes:
        with ThreadPoolExecutor(1, initializer=lambda: add_script_run_ctx(current_thread(), context)) as worker:
            return worker.submit(make).result()

    return made if context is not None else make


def _file(words: str, make: Callable[[], bytes], file_name: str, mime: str, place: str = "saved", **look: Any) -> None:
    widgets.download_button(
        words,
        data=_in_session(make),
        file_name=file_name,
        mime=mime,
        on_click="ignore",
        key=f"{place} {file_name}",
        **look,
    )


def save_file(words: str, make: Callable[[], bytes], file_name: str, mime: str, **look: Any) -> None:
    """A button that gives a file, made when it is asked for."""
    _file(words, make, file_name, mime, **({"width": "stretch"} | look))


def save_table(table: Callable[[], Table], lines: Callable[[], tuple[str, ...]], name: str) -> None:
    """Two buttons that give a table with its footer as CSV and as a workbook, made when they are asked for."""
    with st.container(horizontal=True, gap="small", width="content"):
        _table("Table", table, lines, name, place="table", type="tertiary", icon=":material/download:")


def _table(
    words: str, table: Callable[[], Table], lines: Callable[[], tuple[str, ...]], name: str, **look: Any
) -> None:
    for kind, write, mime in TABLES:
        make = lambda write=write: write(*with_numbers(small_cells.held(table())), lines())  # noqa: E731
        _file(f"{words}, {kind.upper()}", make, f"{name}.{kind}", mime, **look)


def as_csv(header: list[str], rows: list[list[object]], lines: tuple[str, ...]) -> bytes:
    """
    A table as CSV that spreadsheets open (UTF-8 with a mark), the footer's
    lines after an empty one. No text is left that a spreadsheet would run as a
    formula, whichever separator it goes by.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([[safe(cell) for cell in row] for row in rows])
    writer.writerow([])
    writer.writerows([[safe(line)] for line in lines])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(header: list[str], rows: list[list[object]], lines: tuple[str, ...]) -> bytes:
    """A table as a workbook, numbers as numbers, words as words and never as formulas, the footer on a second sheet."""
    import xlsxwriter  # only for those who take a table away

    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, plain) as workbook:
        bold, wrapped = workbook.add_format({"bold": True, "text_wrap": True}), workbook.add_format({"text_wrap": True})
        sheet, about = workbook.add_worksheet("Table"), workbook.add_worksheet("About")
        for place, words in enumerate(header):
            sheet.write_string(0, place, words, bold)
        for row, cells in enumerate(rows, 1):
            for place, written in enumerate(cells):
                cell = _number_or_words(written)
                if isinstance(cell, str):
                    sheet.write_string(row, place, cell)
                elif cell is not None:
                    sheet.write_number(row, place, cell)
        sheet.freeze_panes(1, 1)
        sheet.autofit(400)
        about.set_column(0, 0, 100)
        for row, line in enumerate(lines):
            about.write_string(row, 0, line, wrapped)
    return out.getvalue()


def _number_or_words(cell: object) -> str | float | None:
    """A cell of a workbook: a finite number, or words; a patient's identifier is words, whatever it looks like."""
    number = cell.number if isinstance(cell, Numeral) else cell
    if isinstance(number, (int, float)):
        return float(number) if math.isfinite(number) else None
    return None if cell is None else str(cell)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = (("csv", as_csv, "text/csv"), ("xlsx", as_xlsx, XLSX))
"""The kinds of file that a table can be taken away as."""

_OUR_NUMBER = re.compile(r"[+−-]?[\d.,]+%? \([^=;@\t\r\n]*\)")
"""A number with its limits as this app writes it, +50 (−12 to 80): its sign is no formula's."""


def safe(cell: object) -> object:
    """
    Text that begins with = + - @ (or a tab or return) gets a quote before it,
    also after a semicolon, where another spreadsheet would begin a cell;
    numbers stay numbers.
    """
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, str) and not _OUR_NUMBER.fullmatch(cell):
        cell = re.sub(r"(^|[;\t\r\n])(\s*[=+\-@])", r"\1'\2", cell)
        return "'" + cell if cell[:1] in ("\t", "\r") else cell
    return cell
