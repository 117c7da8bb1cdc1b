"""
Cohorts as people send them: the bundled one with one to three things changed at random, the same for the same seed.

A `Sheet` is one table as a spreadsheet shows it, so what the file really says is known without reading it again:
its records, its cells and the row that each stands in.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

from tests.conftest import BUNDLED

FREE_TEXT = ("description", "detail", "cause", "note", "unit", "mrd_threshold", "grading")
"""Columns that take any words: an umlaut is put there before a file is written in another encoding."""


@dataclass
class Sheet:
    """One table: `grid` has its rows as written, an empty list for a blank line, the header at row `top`."""

    table: str
    grid: list[list[str]]
    name: str
    top: int = 0
    separator: str = ","
    all_quoted: bool = False
    line_ends: tuple[str, ...] = ("\n",)  # taken in turn
    final_newline: bool = True
    encoding: str = "utf-8"
    damage: Callable[[bytes], bytes] = bytes
    countable: bool = True  # broken quotes: no number of records is the right one
    place: str = "file"  # or folder, dangling link
    beside: list[str] = field(default_factory=list)  # other files of the same table, one record shorter
    beside_is_shorter: bool = True

    @property
    def header(self) -> list[str]:
        return self.grid[self.top] if self.top < len(self.grid) else []

    @property
    def records(self) -> list[list[str]]:
        """Rows of data: not blank, not the header again."""
        return [row for row in self.grid[self.top + 1 :] if any(map(str.strip, row)) and row != self.header]

    def at(self, name: str) -> int | None:
        return self.header.index(name) if name in self.header else None

    def content(self) -> bytes:
        text = ""
        for number, row in enumerate(self.grid):
            last = number == len(self.grid) - 1
            text += self.separator.join(map(self._cell, row))
            text += "" if last and not self.final_newline else self.line_ends[number % len(self.line_ends)]
        return self.damage(text.encode(self.encoding))

    def _cell(self, cell: str) -> str:
        if self.all_quoted or any(sign in cell for sign in (self.separator, '"', "\n", "\r")):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def write(self, folder: Path) -> None:
        file = folder / self.name
        if self.place == "folder":
            file.mkdir()
        elif self.place == "dangling link":
            file.symlink_to(folder / "moved away.csv")
        else:
            file.write_bytes(self.content())
        rows = self.records[:-1] if self.beside_is_shorter else self.records
        for name in self.beside:
            if name.endswith(".parquet"):
                _write_parquet(folder / name, self.header, rows)
            else:
                (folder / name).write_text("".join(",".join(map(self._cell, r)) + "\n" for r in [self.header, *rows]))


def _write_parquet(file: Path, header: list[str], rows: list[list[str]]) -> None:
    cells = [[row[i] if i < len(row) else "" for row in rows] for i in range(len(header))]
    pyarrow.parquet.write_table(pyarrow.table([pyarrow.array(c, pyarrow.string()) for c in cells], header), file)


@dataclass
class Mutation:
    """What was done, and what the files then really hold."""

    seed: int
    folder: Path
    sheets: dict[str, Sheet]
    steps: list[tuple[str, str]] = field(default_factory=list)  # kind and words
    tables: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)  # tables with something that an open cohort must mention
    must_open: bool = True

    @property
    def words(self) -> str:
        return "; ".join(words for _, words in self.steps)

    @property
    def rows(self) -> dict[str, int | None]:
        known = {t: s.countable and s.place == "file" for t, s in self.sheets.items()}
        return {table: len(self.sheets[table].records) if known[table] else None for table in self.sheets}


class Draw:
    """The dice of one mutation: what it picks is remembered in its words."""

    def __init__(self, mutation: Mutation, rng: np.random.Generator, folder_name: str) -> None:
        self.mutation, self.rng, self.folder_name = mutation, rng, folder_name

    def pick(self, items):
        items = list(items)
        return items[int(self.rng.integers(len(items)))]

    def number(self, low: int, high: int) -> int:
        """From low to high, both included; low where there is nothing between."""
        return int(self.rng.integers(low, max(low, high) + 1))

    def sheet(self) -> Sheet:
        """A table: half of the time one that is changed already, else oftener one that the curves are made from."""
        names = [*self.mutation.sheets, "patients", "patients", "endpoints", "endpoints", "responses", "adverse_events"]
        if self.mutation.tables and self.rng.random() < 0.5:
            names = sorted(self.mutation.tables)
        sheet = self.mutation.sheets[self.pick(names)]
        self.mutation.tables.add(sheet.table)
        return sheet

    def row(self, sheet: Sheet) -> int | None:
        """The place in the grid of one record."""
        rows = [i for i, row in enumerate(sheet.grid) if i > sheet.top and len(row) > 1]
        return self.pick(rows) if rows else None


# What a cell becomes. Each takes the cell and returns another.
CELLS: dict[str, Callable[[str], str]] = {
    "empty": lambda c: "",
    "words": lambda c: "abc",
    "a number": lambda c: "12",
    "0": lambda c: "0",
    "huge": lambda c: "1e300",
    "beyond huge": lambda c: "1e999",
    "20250228": lambda c: "20250228",
    "nan": lambda c: "nan",
    "inf": lambda c: "inf",
    "-5": lambda c: "-5",
    "minus sign": lambda c: "−5",
    "decimal comma": lambda c: c.replace(".", ",") if "." in c else "1,5",
    "underscore": lambda c: "1_0",
    "hexadecimal": lambda c: "0x10",
    "Arabic digits": lambda c: "٣",
    "percent": lambda c: f"{c}%",
    "unit": lambda c: f"{c} months",
    "less than": lambda c: "<1",
    "date": lambda c: "2025-02-28",
    "date with points": lambda c: "28.02.2025",
    "date with slashes": lambda c: "02/28/2025",
    "date and time": lambda c: "2025-02-28 13:45:00",
    "epoch": lambda c: "epoch",
    "infinity": lambda c: "infinity",
    "NA": lambda c: "NA",
    "NULL": lambda c: "NULL",
    "true": lambda c: "true",
    "quotes": lambda c: f'"{c}"',
    "one quote": lambda c: f'{c}"',
    "apostrophe": lambda c: f"O'{c}",
    "a line end inside": lambda c: f"{c}\nb",
    "#": lambda c: f"#{c}",
    "formula": lambda c: "=1+1",
    "5000 signs": lambda c: "x" * 5000,
    "NUL": lambda c: f"{c}\0b",
    "tab": lambda c: f"{c}\tb",
    "tabs around": lambda c: f"\t{c}\t",
    "non-breaking spaces around": lambda c: f"\u00a0{c}\u00a0",
    "non-breaking space for a blank": lambda c: c.replace(" ", "\u00a0") if " " in c else f"{c}\u00a0",
    "emoji": lambda c: f"{c}🙂",
    "right-to-left mark": lambda c: f"{c}\u200f",
    "capitals changed": str.swapcase,
    "blanks around": lambda c: f"  {c} ",
    "1.0 for 1": lambda c: f"{c}.0",
    "decomposed umlaut": lambda c: f"{c}u\u0308",
}
IDS = ("#{}", "{:0>3}", "P {}", "O'{}", "é{}", "{},x", '"{}"', "{}.0", "={}", "1e{}", "-{}", "NA{}", "𝟙{}", "//{}")
FOLDERS = ("{}[1]", "{}*", "{}?", "key={}", "patient_id={}", "{} with spaces", "{}üöä", "{}'s", '{}"', "{}.csv",
           "{{{}}}", "%20{}", "~{}")  # fmt: skip


def cells(draw: Draw) -> str | None:
    """A cell, or the cells of a column, written otherwise."""
    sheet, words = draw.sheet(), draw.pick(CELLS)
    row, column = draw.row(sheet), draw.number(0, len(sheet.header) - 1)
    if row is None:
        return None
    whole = draw.rng.random() < 0.3
    for i in range(sheet.top + 1, len(sheet.grid)) if whole else [row]:
        cells = sheet.grid[i]
        if column < len(cells) and (cells[column] or not whole):
            cells[column] = CELLS[words](cells[column])
    where = f"column {sheet.header[column]}" if whole else f"{sheet.header[column]} in row {row + 1}"
    return f"{sheet.name}: {words} in {where}"


def ids(draw: Draw) -> str:
    """Every patient by another name, in all tables alike."""
    style = draw.pick(IDS)
    for sheet in draw.mutation.sheets.values():
        column = sheet.at("patient_id")
        for row in sheet.grid[sheet.top + 1 :]:
            if column is not None and column < len(row) and row[column] and row != sheet.header:
                row[column] = style.format(row[column])
    return f"ids as {style.format(7)}"


def headers(draw: Draw) -> str | None:  # noqa: C901
    sheet = draw.sheet()
    if not sheet.header:
        return None
    header, told = sheet.header, draw.mutation.told
    column = draw.number(0, len(header) - 1)
    name = header[column]
    what = draw.pick(["missing", "renamed", "doubled name", "capitals", "blanks around names", "reordered",
                      "extra column", "empty column", "header repeated",
                      "title above", "blank line above", "no header", "empty name"])  # fmt: skip
    full = [row for row in sheet.grid[sheet.top :] if len(row) == len(header)]
    match what:
        case "missing":
            for row in full:
                del row[column]
            told.discard(sheet.table)  # what was there to mention may be gone with it
        case "renamed":
            header[column] = f"{name}_new"
        case "doubled name":
            for row in full:
                row.append(name if row is header else row[column][::-1])
            told.add(sheet.table)
        case "capitals":
            header[:] = [draw.pick([str.upper, str.capitalize])(name) for name in header]
        case "blanks around names":
            header[:] = [f" {name} " for name in header]
        case "reordered":  # names only: every cell then stands under a wrong name
            header[:] = [header[i] for i in draw.rng.permutation(len(header))]
        case "extra column":
            for row in full:
                row.append("comment" if row is header else "seen")
        case "empty column":
            for row in full:
                row.append("")
        case "header repeated":
            sheet.grid.insert(draw.number(sheet.top + 1, len(sheet.grid)), list(header))
        case "title above":
            sheet.grid.insert(0, ["Table of the cohort, exported 2025-02-28"])
            sheet.top += 1
        case "blank line above":
            sheet.grid.insert(0, [])
            sheet.top += 1
        case "no header":
            del sheet.grid[sheet.top]
            sheet.countable = False
            told.add(sheet.table)
        case "empty name":
            header[column] = ""
            told.add(sheet.table)
    about = f" {name}" if what in ("missing", "renamed", "doubled name", "empty name") else ""
    return f"{sheet.name}: {what}{about}"


def encodings(draw: Draw) -> str | None:
    sheet = draw.sheet()
    column = next((sheet.at(name) for name in FREE_TEXT if sheet.at(name) is not None), None)
    row = draw.row(sheet)
    if column is not None and row is not None and column < len(sheet.grid[row]):
        sheet.grid[row][column] += "Müller"
    what = draw.pick(
        ["utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "mac_roman", "half a letter", "cut in a letter"]
    )
    if what in ("half a letter", "cut in a letter"):
        if "ü" not in str(sheet.grid):
            return None
        halves = {
            "half a letter": lambda b: b.replace(b"\xc3\xbc", b"\xc3"),
            "cut in a letter": lambda b: b[: b.rfind(b"\xc3\xbc") + 1],
        }
        sheet.damage, sheet.countable = halves[what], False
        draw.mutation.told.add(sheet.table)
    else:
        sheet.encoding = what
        sheet.grid = [[cell.encode(what, "replace").decode(what) for cell in row] for row in sheet.grid]
    return f"{sheet.name}: {what}"


def separators(draw: Draw) -> str:
    sheet, what = draw.sheet(), draw.pick([";", "\t", "|", "all quoted", "; and decimal commas"])
    if what == "all quoted":
        sheet.all_quoted = True
    else:
        sheet.separator = what[0]
    if what.endswith("commas"):
        for row in sheet.grid[sheet.top + 1 :]:
            row[:] = [cell.replace(".", ",") if cell.replace(".", "").isdecimal() else cell for cell in row]
    return f"{sheet.name}: {what!r} as separator" if what != "all quoted" else f"{sheet.name}: {what}"


def line_ends(draw: Draw) -> str:
    sheet = draw.sheet()
    what = draw.pick([r"\r", r"\r\n", "mixed", "no final newline", "blank lines at the end", "blank lines inside",
                      "rows of empty cells at the end", "row of empty cells inside"])  # fmt: skip
    empty = [""] * len(sheet.header)
    match what:
        case r"\r":
            sheet.line_ends = ("\r",)
        case r"\r\n":
            sheet.line_ends = ("\r\n",)
        case "mixed":
            sheet.line_ends = ("\n", "\r\n", "\r")[: draw.number(2, 3)]
        case "no final newline":
            sheet.final_newline = False
        case "blank lines at the end":
            sheet.grid += [[] for _ in range(draw.number(1, 5))]
        case "blank lines inside":
            for _ in range(draw.number(1, 3)):
                sheet.grid.insert(draw.number(sheet.top + 1, len(sheet.grid)), [])
        case "rows of empty cells at the end":
            sheet.grid += [list(empty) for _ in range(draw.number(1, 5))]
        case "row of empty cells inside":
            sheet.grid.insert(draw.number(sheet.top + 1, len(sheet.grid)), empty)
    return f"{sheet.name}: {what}"


def sizes(draw: Draw) -> str | None:  # noqa: C901
    sheet = draw.sheet()
    row = draw.row(sheet)
    if row is None:
        return None
    cells, told = sheet.grid[row], draw.mutation.told
    before = {sheet.table}
    what = draw.pick(["empty file", "header only", "one row", "rows x 50", "cut in a row", "a cell too few",
                      "a cell too many", "a cell too many, empty", "unclosed quote", "a stray quote"])  # fmt: skip
    match what:
        case "empty file":
            sheet.grid, sheet.top = [], 0
        case "header only":
            del sheet.grid[sheet.top + 1 :]
        case "one row":
            sheet.grid[sheet.top + 1 :] = [cells]
            told -= before  # what was there to mention is gone, or in the one row that is left
        case "rows x 50":
            sheet.grid[sheet.top + 1 :] = [list(row) for _ in range(50) for row in sheet.grid[sheet.top + 1 :]]
        case "cut in a row":
            end = draw.number(0, len(cells) - 2)
            sheet.grid[row:] = [[*cells[:end], cells[end][: len(cells[end]) // 2] or "x"]]
            sheet.final_newline = False
        case "a cell too few":
            del cells[draw.number(0, len(cells) - 1)]
        case "a cell too many":
            cells.insert(draw.number(0, len(cells)), "more")
        case "a cell too many, empty":
            cells.append("")
        case "unclosed quote" | "a stray quote":  # as bytes, since a cell is always written with its quotes closed
            at = "\n" if what == "unclosed quote" else "a"
            sheet.damage = lambda content: content.replace(at.encode(), at.encode() + b'"', 1)
            sheet.countable = False
    if what in ("cut in a row", "a cell too few", "a cell too many", "unclosed quote", "a stray quote"):
        told.add(sheet.table)
    return f"{sheet.name}: {what}" + (f" (row {row + 1})" if what.startswith(("cut", "a cell")) else "")


def order(draw: Draw) -> str:
    sheet, what = draw.sheet(), draw.pick(["rows shuffled", "columns shuffled"])
    if what == "rows shuffled":
        body = sheet.grid[sheet.top + 1 :]
        sheet.grid[sheet.top + 1 :] = [body[i] for i in draw.rng.permutation(len(body))]
    else:
        places = draw.rng.permutation(len(sheet.header))
        sheet.grid = [[row[i] for i in places] if len(row) == len(places) else row for row in sheet.grid]
    return f"{sheet.name}: {what}"


def doubled(draw: Draw) -> str:
    sheet, what = draw.sheet(), draw.pick(["whole file twice", "rows twice", "one row twice"])
    rows = {"whole file twice": sheet.grid[sheet.top :], "rows twice": sheet.grid[sheet.top + 1 :]}.get(what)
    place = draw.row(sheet)
    rows = rows if rows is not None else [] if place is None else [sheet.grid[place]]
    sheet.grid += [list(row) for row in rows]
    return f"{sheet.name}: {what}"


def file_names(draw: Draw) -> str | None:
    sheet = draw.sheet()
    table, told, name = sheet.table, draw.mutation.told, sheet.name
    if name != f"{table}.csv" or sheet.beside or sheet.place != "file":
        return None
    what = draw.pick(["Capital.csv", "ending.CSV", "singular", "ending.txt", "ending.tsv", "(1).csv",
                      "two in other capitals", "Parquet beside it",
                      "other Parquet beside it", "folder", "dangling link"])  # fmt: skip
    match what:
        case "Capital.csv":
            sheet.name = f"{table.capitalize()}.csv"
        case "ending.CSV" | "ending.txt" | "ending.tsv":
            sheet.name = table + what.removeprefix("ending")
        case "singular":
            sheet.name = f"{table.removesuffix('s')}.csv" if table.endswith("s") else f"{table}s.csv"
        case "(1).csv":
            sheet.name = f"{table} (1).csv"
        case "two in other capitals":
            sheet.beside.append(f"{table.capitalize()}.csv")
            told.add(table)
        case "Parquet beside it" | "other Parquet beside it":
            sheet.beside.append(f"{table}.parquet")
            sheet.beside_is_shorter = what.startswith("other")
            told |= {table} if sheet.beside_is_shorter else set()
        case _:
            sheet.place = what
            told.add(table)
    return f"{name}: {what}" + (f" ({sheet.name})" if sheet.name != name else "")


def folder_name(draw: Draw) -> str:
    draw.mutation.folder = draw.mutation.folder.with_name(draw.pick(FOLDERS).format(draw.folder_name))
    return f"folder called {draw.mutation.folder.name.replace(draw.folder_name, 'F')}"


KINDS = {
    "cells": cells, "ids": ids, "headers": headers, "encodings": encodings, "separators": separators,
    "line ends": line_ends, "sizes": sizes, "order": order, "doubled": doubled, "file names": file_names,
    "folder name": folder_name,
}  # fmt: skip
OFTENER = ("cells", "cells", "cells", "headers", "sizes", "file names")
HARMLESS = ("ids as", "folder called", "rows shuffled", "columns shuffled", "all quoted", r"\r\n", "no final newline",
            "blank lines at the end", "utf-8-sig")  # fmt: skip
"""What keeps to data/README.md all the same: a cohort with nothing but these must open."""


def mutate(seed: int, folder: Path) -> Mutation:
    """Writes the bundled cohort, changed, to `folder` or beside it under another name; says what was done."""
    rng = np.random.default_rng(seed)
    sheets = {}
    for file in sorted(BUNDLED.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            sheets[file.stem] = Sheet(file.stem, list(csv.reader(text)), file.name)
    mutation = Mutation(seed, folder, sheets)
    for _ in range(int(rng.integers(1, 4))):
        draw = Draw(mutation, rng, folder.name)
        kind = draw.pick([*KINDS, *OFTENER])
        words = KINDS[kind](draw)
        if words is None:  # an earlier change left nothing to change
            continue
        mutation.steps.append((kind, words))
        mutation.must_open &= any(harmless in words for harmless in HARMLESS)
    for sheet in sheets.values():  # a cell changed last may not exist in the encoding: the file then has "?"
        sheet.grid = [[cell.encode(sheet.encoding, "replace").decode(sheet.encoding) for cell in r] for r in sheet.grid]
    mutation.folder.mkdir(parents=True)
    for sheet in sheets.values():
        sheet.write(mutation.folder)
    return mutation
