"""
Workbooks whose farthest cell is so far that all cells before it, empty or not, have no room in memory.

calamine asks for that room at once, and where it gets none it takes every session down with it: what a file says of its
cells is looked at first.
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import olefile

from core.importers.sheets import HAS_A_PASSWORD, MOST_CELLS, UnreadableFile, letters


def not_too_far(file: str, content: bytes) -> None:
    """Raises UnreadableFile for a workbook (XLSX, ODS or XLS) with a sheet of more cells than can be read."""
    if any(_far_parts(file, content)):
        raise UnreadableFile(
            f"{file} has a cell far from the others, which leaves room for more than {MOST_CELLS:,} cells: "
            "clear it, or delete the rows and columns behind the table."
        )


def _far_parts(file: str, content: bytes) -> Iterator[bool]:
    """Whether each part of a file that holds cells reaches too far."""
    if content.startswith(olefile.MAGIC):
        yield from (_reaches_far_in_xls(file, stream) for stream in _streams(file, content))
    if not content.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(name.endswith(".bin") and name.startswith("xl/worksheets/") for name in archive.namelist()):
            raise UnreadableFile(f"{file} is a binary workbook: save it as XLSX.")
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                yield _reaches_far(archive.read(name))
            elif name == "content.xml":
                yield _reaches_far_in_ods(archive.read(name))


def _streams(file: str, content: bytes) -> list[bytes]:
    """What a workbook of Excel 97 to 2003 consists of."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as parts:
            books = [name for name in parts.listdir() if name[0].casefold() in ("workbook", "book")]
            return [parts.openstream(name).read() for name in books]
    except Exception:  # whatever is wrong with it: it must not reach calamine
        told = f"{file} cannot be read as a workbook: open it in a spreadsheet and save it anew."
        raise UnreadableFile(told) from None


_ROW = re.compile(rb'<(?:\w+:)?row\b(?:[^>]*?\br="(\d+)")?[^>]*>\s*<(?:\w+:)?c\b')


def _reaches_far(part: bytes) -> bool:
    """Whether the rows of a sheet, as wide as the widest, have more cells than can be read."""
    rows = 1
    for number, row in enumerate(_ROW.finditer(part), 1):
        rows = max(rows, number, int(row[1] or 0))
    last = letters(max(1, MOST_CELLS // rows) - 1).encode()
    beyond = [rb"[A-Z]{%d,}" % (len(last) + 1)]
    for place in range(len(last)):
        if last[place : place + 1] != b"Z":
            beyond.append(last[:place] + rb"[%c-Z]" % (last[place] + 1) + rb"[A-Z]{%d}" % (len(last) - place - 1))
    return re.search(rb'\br="(?:%s)\d+"[^>]*(?<!/)>' % b"|".join(beyond), part) is not None


def _reaches_far_in_ods(part: bytes) -> bool:
    """The same of a workbook of OpenDocument, which repeats cells and rows; empty ones at the end are not read."""
    repeated = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}number-%s-repeated"
    rows = widest = row = column = 0
    for event, element in ElementTree.iterparse(io.BytesIO(part), ("start", "end")):
        kind = element.tag.rpartition("}")[2]
        if event == "start" and kind == "table":
            rows = widest = row = 0
        elif event == "start" and kind == "table-row":
            column = filled = 0
        elif event == "end" and kind in ("table-cell", "covered-table-cell"):
            column += int(element.get(repeated % "columns", "1"))
            filled = column if len(element) or any("value" in name for name in element.attrib) else filled
            element.clear()
        elif event == "end" and kind == "table-row":
            row += int(element.get(repeated % "rows", "1"))
            rows, widest = (row, max(widest, filled)) if filled else (rows, widest)
            if rows * widest > MOST_CELLS:
                return True
            element.clear()
    return False


_BEGINS, _SIZE, _PASSWORD = 0x0809, 0x0200, 0x002F
"""Records of XLS: where a sheet begins, from where to where it says that it has cells, and that all is encrypted."""
_OF_A_CELL = {0x0006, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, 0x027E, 0x00BD}
"""Records of a cell that holds anything, by row and column; the last of several."""
_SEVERAL = 0x00BD


def _reaches_far_in_xls(file: str, stream: bytes) -> bool:
    """The same of the records of a workbook of Excel 97 to 2003, each a kind, a length and its bytes."""
    rows = columns = place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        body = stream[place + 4 : place + 4 + length]
        place += 4 + length
        if kind == _PASSWORD:
            raise UnreadableFile(HAS_A_PASSWORD.format(file))
        if kind == _BEGINS:
            rows = columns = 0
        elif kind == _SIZE and length >= 10:
            first, last, left, right = struct.unpack_from("<IIHH" if length >= 12 else "<HHHH", body)
            if last < first or right < left or (last - first) * (right - left) > MOST_CELLS:
                return True
        elif kind in _OF_A_CELL and length >= 4:
            row, column = struct.unpack_from("<HH", body)
            column = struct.unpack("<H", body[-2:])[0] if kind == _SEVERAL else column
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if rows * columns > MOST_CELLS:
                return True
    return False
