"""Files that are tables already: SAS transport and sas7bdat by pyreadstat, Parquet by pyarrow, CDISC Dataset-JSON."""

import io
import json
import os
from collections.abc import Callable
from datetime import date, datetime, time
from math import isnan
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from core.importers.sheets import MOST_CELLS, Sheet, UnreadableFile, number_shown, squared


def read_sas(file: str, content: bytes, transport: bool) -> Sheet:
    """
    The cells of a SAS file under the names of its columns, with their labels;
    formats of dates and times are followed. It is read from memory: Linux alone
    has files there, and elsewhere CSV is asked for. Raises UnreadableFile.
    """
    if not hasattr(os, "memfd_create"):
        raise UnreadableFile(f"{file} can be read on Linux only: save it as CSV.")
    read: Callable[..., tuple[Any, Any]] = pyreadstat.read_xport if transport else pyreadstat.read_sas7bdat
    descriptor = os.memfd_create("sheet")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as copy:
            copy.write(content)
        frame, about = read(f"/proc/self/fd/{descriptor}")
    except Exception:  # whatever pyreadstat finds: its words may quote the file
        raise UnreadableFile(f"{file} cannot be read as a SAS file: save it anew, or as CSV.") from None
    finally:
        os.close(descriptor)
    if frame.size > MOST_CELLS:
        raise UnreadableFile(f"{file} has more than {MOST_CELLS:,} cells: split it, or save it as Parquet.")
    columns = [[shown(value) for value in frame[name].tolist()] for name in frame.columns]
    labels = tuple((about.column_labels or [""] * len(columns))[place] or "" for place in range(len(columns)))
    return _sheet(file, [str(name) for name in frame.columns], columns, labels)


def read_parquet(file: str, content: bytes) -> Sheet:
    """The cells of a Parquet file under the names of its columns. Raises UnreadableFile."""
    try:
        parquet = pq.ParquetFile(io.BytesIO(content))
        if parquet.metadata.num_rows * parquet.metadata.num_columns > MOST_CELLS:
            raise UnreadableFile(f"{file} has more than {MOST_CELLS:,} cells: split it.")
        table = parquet.read()
        columns = [[shown(value) for value in column.to_pylist()] for column in table.columns]
    except (pa.ArrowException, OSError, TypeError, OverflowError):
        raise UnreadableFile(f"{file} cannot be read as Parquet: write it again.") from None
    return _sheet(file, table.column_names, columns)


def read_dataset_json(file: str, content: bytes) -> Sheet:
    """The cells of a CDISC Dataset-JSON file (1.0 or 1.1), with the labels of its columns. Raises UnreadableFile."""
    try:
        told = json.loads(content.decode("utf-8-sig"))
        if "columns" not in told:
            told = next(iter((told.get("clinicalData") or told["referenceData"])["itemGroupData"].values()))
        described = told.get("columns") or told["items"]
        rows = told.get("rows") or told["itemData"]
        names, labels = ([str(one.get(key, "")) for one in described] for key in ("name", "label"))
        columns = [[shown(row[place]) for row in rows] for place in range(len(names))]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration, RecursionError):
        raise UnreadableFile(f"{file} is no table: of JSON, CDISC Dataset-JSON and recipes are taken.") from None
    return _sheet(file, names, columns, tuple(labels))


def _sheet(file: str, names: list[str], columns: list[list[str]], labels: tuple[str, ...] = ()) -> Sheet:
    rows = [names, *map(list, zip(*columns, strict=True))]
    return Sheet(file, "", squared(rows), labels=labels)


def shown(value: object) -> str:
    """A value as text: a date as ISO, a whole number without its point, what is no value as nothing."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):  # pandas' NaT is one too, and is not equal to itself
        is_day = value == value and value.time() == time(0)
        return "" if value != value else value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return number_shown(value)
    return str(value).strip()
