"""A file of any kind as sheets of cells, by what it holds and not by what it is called."""

from core.importers.sheets import HAS_A_PASSWORD, MOST_BYTES, Sheet, UnreadableFile
from core.importers.table_files import read_dataset_json, read_parquet, read_sas
from core.importers.text_files import read_text
from core.importers.workbooks import read_workbook

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_TRANSPORT, _SAS7BDAT = b"HEADER RECORD*******", bytes(12) + b"\xc2\xea\x81\x60"
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")


def sheets_of(file: str, content: bytes) -> list[Sheet]:
    """
    The sheets of an uploaded file: CSV and its kin, XLSX, XLS or ODS,
    SAS transport or sas7bdat, Parquet, CDISC Dataset-JSON.

    Raises UnreadableFile, with what to do, for whatever else it is.
    """
    if not content.strip():
        raise UnreadableFile(f"{file} is empty.")
    if len(content) > MOST_BYTES:
        raise UnreadableFile(f"{file} has more than {MOST_BYTES // 1_000_000} MB: split it, or leave out columns.")
    if content.startswith(_NO_TABLES):
        raise UnreadableFile(f"{file} is not a table: save what it shows as CSV or XLSX.")
    if content.startswith((_TRANSPORT, _SAS7BDAT)):
        return [read_sas(file, content, content.startswith(_TRANSPORT))]
    if content.startswith(b"PAR1"):
        return [read_parquet(file, content)]
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return [read_dataset_json(file, content)]
    if content.startswith(_WORKBOOKS):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableFile(HAS_A_PASSWORD.format(file))
        return read_workbook(file, content)
    return [read_text(file, content)]
