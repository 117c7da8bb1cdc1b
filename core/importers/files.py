"""A file of any kind as sheets of cells, by what it holds and not by what it is called."""

from core.importers.sheets import MOST_BYTES, Sheet, UnreadableFile
from core.importers.text_files import read_text
from core.importers.workbooks import read_workbook

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_LATER = {b"PAR1": "Parquet", b"HEADER RECORD*******": "SAS transport"}
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")


def sheets_of(file: str, content: bytes) -> list[Sheet]:
    """
    The sheets of an uploaded file: CSV and its kin, XLSX, XLS, XLSB or ODS.

    Raises UnreadableFile, with what to do, for whatever else it is.
    """
    if not content.strip():
        raise UnreadableFile(f"{file} is empty.")
    if len(content) > MOST_BYTES:
        raise UnreadableFile(f"{file} has more than {MOST_BYTES // 1_000_000} MB: split it, or leave out columns.")
    later = next((kind for mark, kind in _LATER.items() if content.startswith(mark)), None)
    if later is not None:
        raise UnreadableFile(f"{file} is {later}, which cannot be taken yet: save it as CSV.")
    if content.startswith(_NO_TABLES):
        raise UnreadableFile(f"{file} is not a table: save what it shows as CSV or XLSX.")
    if content.startswith(_WORKBOOKS):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableFile(f"{file} has a password: save it without one, and take this copy away again.")
        return read_workbook(file, content)
    return [read_text(file, content)]
