"""Figures and tables as files, each with where it comes from: selection, N, cutoff, method, source, citation."""

import csv
import io
import re
from collections.abc import Callable

from core.cohort.labels import sentence
from core.cohort.provenance import sources_sentence
from core.cohort.selection import Selection
from core.cohort.vocabulary import COHORT_KINDS
from core.figures.export import figure_file
from core.figures.theme import Specification
from core.text import Table
from pages.shared import cached, header, widgets


def footer(selection: Selection, method: str, tables: tuple[str, ...], shown: int | None = None) -> tuple[str, ...]:
    """
    The lines under every file: `method` says how its numbers were found,
    `tables` are the cohort's tables that it rests on, `shown` how many of the
    selected patients it shows where that is not all of them.
    """
    database = cached.database()
    chosen, everyone = header.counts(selection)
    about = database.about
    who = sentence(selection, database.variables)
    shown_words = "" if shown is None or shown == chosen else f" {shown} of them are shown."
    cutoff = f"Data cutoff {about['data_cutoff']}. " if about["data_cutoff"] else ""
    lines = [
        f"Selection: {who}. {chosen} of {everyone} patients of {about['name']}.{shown_words}",
        f"{cutoff}{method}",
        f"{COHORT_KINDS[about['kind']]}. {sources_sentence(cached.sources(), tables, about['kind'])}",
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
    A button that opens to the figure as SVG and PNG, and to the `data` behind
    it as CSV; each file is made when it is asked for, and its footer `lines` with it.
    """
    with widgets.popover("Save", icon=":material/download:", type="tertiary"):
        for kind, words, mime in (
            ("svg", "Figure for print, SVG", "image/svg+xml"),
            ("png", "Figure for slides, PNG", "image/png"),
        ):
            make = lambda kind=kind: figure_file(kind, specification, title, lines(), numbers)  # noqa: E731
            _file(words, make, f"{name}.{kind}", mime)
        for words, table in (data or {}).items():
            file_name = f"{name}_{words.split(',')[0].lower()}.csv"
            _file(words, lambda table=table: as_csv(*table(), lines()), file_name, "text/csv")


def _file(words: str, make: Callable[[], bytes], file_name: str, mime: str) -> None:
    widgets.download_button(
        words, data=make, file_name=file_name, mime=mime, on_click="ignore", key=f"file {file_name}", width="stretch"
    )


def save_table(
    header: list[str],
    rows: list[list[object]],
    lines: Callable[[], tuple[str, ...]],
    name: str,
    label: str = "Table, CSV",
) -> None:
    """A button that gives a table as CSV with its footer, both made when it is asked for."""
    widgets.download_button(
        label,
        data=lambda: as_csv(header, rows, lines()),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"{name} csv",
        icon=":material/download:",
        type="tertiary",
    )


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
