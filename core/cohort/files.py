"""The files of a cohort: which holds which table, and whether they changed."""

import hashlib
import os
import re
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from core.cohort.problems import CohortError, Problem
from core.cohort.reading import unreadable
from core.cohort.schema import NEEDED, TABLES

MOST_FILES = 10_000
"""In a cohort's folder; one with more is not a cohort's."""


def files_of(folder: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """
    The file of each table in a folder, whatever the capitals of its name, and
    what is to be told of files that are not read.

    Raises CohortError where a needed table has no file, where a table has two,
    and where a file is called almost like a table that has none.
    """
    files: dict[str, Path] = {}
    others: list[str] = []
    problems: list[Problem] = []
    for entry in _entries(folder):
        name, ending = os.path.splitext(entry.casefold())
        if ending not in (".csv", ".parquet"):
            others += (
                [entry] if ending in _TABLES_OF_OTHERS or (ending == ".txt" and _meant(entry, tuple(TABLES))) else []
            )
        elif name not in TABLES:
            others.append(entry)
        elif name in files:
            first = files[name].name
            problems.append(Problem(entry, f"this table stands in {first} as well; keep one of the two."))
        else:
            files[name] = folder / entry
    absent = tuple(table for table in TABLES if table not in files)
    for entry in others:
        meant = _meant(entry, absent)
        if meant:
            problems.append(Problem(entry, f"save this file as {meant}.csv, or remove it: it would not be read."))
    if not problems:
        problems = [
            Problem(f"{table}.csv", "this table is needed and was not found.") for table in NEEDED if table in absent
        ]
    if problems:
        raise CohortError(problems)
    return files, tuple(f"{entry} is not one of the tables of a cohort and was not read." for entry in others)


_TABLES_OF_OTHERS = (".tsv", ".xlsx", ".xls", ".ods", ".sav", ".duckdb")


def _meant(entry: str, tables: tuple[str, ...]) -> str:
    """The table that a file is called almost like: endpoint.csv, endpoints (1).csv; empty for any other."""
    name = re.sub(r"[\s_-]*(\(\d+\)|copy|final|v?\d+)$", "", os.path.splitext(entry.casefold())[0])
    return next(iter(get_close_matches(name, tables, 1, 0.8)), "")


def _entries(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as listing:
            entries = [entry.name for entry, _ in zip(listing, range(MOST_FILES + 1), strict=False)]
    except OSError:
        raise CohortError([Problem(folder.name, "this folder may not be read; change its permissions.")]) from None
    if len(entries) > MOST_FILES:
        many = f"this folder holds more than {MOST_FILES:,} files; name the one that holds only the cohort's."
        raise CohortError([Problem(folder.name, many)])
    return sorted(entries)


def files_at(path: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """The file of each table (one for all of a `.duckdb` file), and what is told of others. Raises CohortError."""
    try:
        folder, file = path.is_dir(), path.is_file()
    except (OSError, ValueError):  # a name that is too long, a link in a circle, a folder that may not be entered
        folder = file = False
    if folder:
        return files_of(path)
    if file:
        return {"": path}, ()
    raise CohortError([Problem(path.name[:60], "there is no such folder or .duckdb file, or it may not be read.")])


def fingerprint(files: dict[str, Path]) -> str:
    """What identifies the content of the files. Raises CohortError where one cannot be read."""
    digest = hashlib.sha256()
    for table, file in sorted(files.items()):
        try:
            with file.open("rb") as content:
                digest.update((table or file.name).encode() + b"\0" + hashlib.file_digest(content, "sha256").digest())
        except OSError:
            raise unreadable(file) from None
    return digest.hexdigest()[:16]


def signature(path: Path) -> tuple:
    """What changes when a file of the cohort does, without reading it: sizes and times of writing."""
    try:
        files = (
            sorted(file for file in islice(path.iterdir(), MOST_FILES) if file.is_file()) if path.is_dir() else [path]
        )
        return tuple((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files)
    except OSError:
        return ()
