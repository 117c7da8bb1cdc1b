"""Files as sheets of cells: each kind written on the spot, and read as a spreadsheet shows it."""

import io
import re
import struct
import zipfile
from datetime import date, datetime

import olefile
import pytest
import xlsxwriter
import xlwt

from core.importers.files import sheets_of
from core.importers.sheets import UnreadableFile, letters, squared
from core.importers.text_files import read_text
from core.importers.workbooks import read_workbook

GERMAN = 'Pat-Nr;Größe (cm);Bemerkung\r\n00417;172,5;"zwei\r\nZeilen"\r\n00418;;keine\r\n'


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)  # fmt: skip
def test_a_text_file_is_read_whatever_its_encoding(encoding):
    sheet = read_text("a.csv", GERMAN.encode(encoding))
    assert sheet.rows == (
        ("Pat-Nr", "Größe (cm)", "Bemerkung"), ("00417", "172,5", "zwei\r\nZeilen"), ("00418", "", "keine"),
    )  # fmt: skip
    assert bool(sheet.remarks) == (encoding == "cp1252")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_separator_is_the_one_that_makes_a_table(separator, ends):
    """Decimal commas, and a title with every separator in it, make no table."""
    rows = [["id", "bcma", "note"], ["1", "63.5", "a"], ["2", "7.5", "b; c"], ["3", "8.1", "d"], ["4", "9.9", "e"]]
    title = "Cohort; as of | 2024, draft\tx"
    cells = [[f'"{cell}"' if ";" in cell else cell for cell in row] for row in rows]
    text = ends.join([title, *(separator.join(row) for row in cells)]) + ends
    sheet = read_text("a.txt", text.encode())
    assert [list(row[:3]) for row in sheet.rows[1:]] == rows


def test_nothing_of_a_text_file_is_a_comment_and_rows_keep_their_numbers():
    sheet = read_text("a.csv", b"id,x\n# not a comment,1\n\n2,3,4\n5\n")
    assert sheet.rows == (("id", "x", ""), ("# not a comment", "1", ""), ("", "", ""), ("2", "3", "4"), ("5", "", ""))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x00\x01\x00binary", "is not a text file"),
        (b"\xff\xfea", "ends within a letter"),
        (b'id,x\n1,"' + b"a" * 200_000, "is a quote not closed?"),
    ],
)
def test_what_is_no_text_gets_a_sentence(content, said):
    with pytest.raises(UnreadableFile, match=said):
        read_text("a.csv", content)


def workbook(write, **options) -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, **options})
    write(book)
    book.close()
    return held.getvalue()


@pytest.mark.parametrize("date_1904", [False, True])
def test_a_workbooks_cells_are_as_they_are_shown(date_1904):
    def write(book):
        sheet = book.add_worksheet("Clinical")
        sheet.merge_range("B2:C2", "Patient")
        sheet.write_row("B3", ["id", "BCMA", "when", "age", "seen", "ok", "text"])
        sheet.write_number("B4", 7, book.add_format({"num_format": "000"}))
        sheet.write_number("C4", 0.7344, book.add_format({"num_format": "0.00%"}))
        sheet.write_datetime("D4", datetime(2021, 9, 26), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_formula("E4", "=1/0", None, "#DIV/0!")
        sheet.write_datetime("F4", datetime(2021, 9, 26, 8, 30), book.add_format({"num_format": "dd/mm/yy hh:mm"}))
        sheet.write_boolean("G4", True)
        sheet.write_string("H4", " 007 ")
        sheet.set_column("E:E", None, None, {"hidden": True})
        book.add_worksheet("Empty")

    [sheet] = read_workbook("a.xlsx", workbook(write, date_1904=date_1904))
    assert (sheet.name, sheet.merged, sheet.hidden) == ("Clinical", ((1, 1, 1, 2),), frozenset({4}))
    assert sheet.rows[0] == ("",) * 8, "a place in it is the place that a spreadsheet shows"
    assert sheet.rows[3][1:] == ("007", "73.44%", "2021-09-26", "#DIV/0!", "2021-09-26 08:30", "TRUE", "007")


def test_whole_numbers_and_long_identifiers_are_not_rounded():
    def write(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [900000120317, 2.0, 0.1, 118.142857142857, -4, 1e-7, date(2020, 2, 29).isoformat()])

    [sheet] = read_workbook("a.xlsx", workbook(write))
    assert sheet.rows[0] == ("900000120317", "2", "0.1", "118.142857142857", "-4", "1e-07", "2020-02-29")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04damaged", "is damaged"),
        (b"", "cannot be read as a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "cannot be read as a workbook"),
    ],
)
def test_what_is_no_workbook_gets_a_sentence(content, said):
    with pytest.raises(UnreadableFile, match=said):
        read_workbook("a.xlsx", content)


def test_a_workbook_that_is_too_large_when_opened_is_refused(monkeypatch):
    content = workbook(lambda book: book.add_worksheet().write_row(0, 0, ["a"] * 100))
    monkeypatch.setattr("core.importers.workbooks.MOST_BYTES", 1_000)
    with pytest.raises(UnreadableFile, match="when it is opened"):
        read_workbook("a.xlsx", content)


def test_rows_are_as_wide_as_the_widest_that_holds_anything():
    assert squared([["a", "", ""], ["", "b", ""], ["", "", ""]]) == (("a", ""), ("", "b"))
    assert squared([]) == ()
    assert squared([["", ""]]) == ()


def test_columns_have_the_names_that_a_spreadsheet_shows():
    assert [letters(column) for column in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a"])
def test_a_file_is_what_it_holds_and_not_what_it_is_called(name):
    book = workbook(lambda book: book.add_worksheet("One").write_row(0, 0, ["id", "x"]))
    assert [sheet.name for sheet in sheets_of(name, book)] == ["One"]
    assert sheets_of(name, b"id,x\n1,2\n")[0].rows == (("id", "x"), ("1", "2"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b" \n", "is empty"),
        (b"PAR1....", "cannot be read as Parquet"),
        (b"%PDF-1.7", "is not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "has a password"),
    ],
)
def test_what_cannot_be_taken_says_why(content, said):
    with pytest.raises(UnreadableFile, match=said):
        sheets_of("a.xlsx", content)


def test_a_file_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr("core.importers.files.MOST_BYTES", 10)
    with pytest.raises(UnreadableFile, match="more than"):
        sheets_of("a.csv", b"id,x\n1,2\n3,4\n")


def ods(rows: str) -> bytes:
    """A workbook of OpenDocument with one sheet."""
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument'
    )
    spaces += ':xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    body = f'<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml", f"<office:document-content {spaces}>{body}</office:body></office:document-content>"
        )
    return out.getvalue()


CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
EMPTY = '<table:table-cell table:number-columns-repeated="16383"/>'
ROWS = f"<table:table-row>{CELL}{CELL}</table:table-row><table:table-row>{CELL}{CELL}</table:table-row>"


@pytest.mark.parametrize(
    ("far", "is_refused"),
    [((1_048_575, 16_383), True), ((5, 16_383), False), ((600_000, 3), False), ((600_000, 40), True)],
)
def test_a_cell_far_from_the_others_is_refused_before_room_is_asked_for_it(far, is_refused):
    def write(book):
        sheet = book.add_worksheet("S")
        for row in range(4):
            sheet.write_row(row, 0, ["a", "b", "c"])
        sheet.write(*far, "x")

    content = workbook(write)
    if is_refused:
        with pytest.raises(UnreadableFile, match="a cell far from the others"):
            read_workbook("a.xlsx", content)
    else:
        [sheet] = read_workbook("a.xlsx", content)
        assert sheet.rows[far[0]][far[1]] == "x"


def repeated(rows: int, cells: str) -> str:
    return f'<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>'


def test_so_is_one_of_an_open_document_whose_empty_rows_at_the_end_are_none():
    [sheet] = read_workbook("a.ods", ods(ROWS + repeated(1_048_574, EMPTY)))
    assert sheet.rows == (("x", "x"), ("x", "x"))
    many = CELL.replace("cell ", 'cell table:number-columns-repeated="9000" ', 1)
    for far in (repeated(1_048_000, EMPTY) + repeated(1, EMPTY + CELL), repeated(1_048_000, many)):
        with pytest.raises(UnreadableFile, match="a cell far from the others"):
            read_workbook("a.ods", ods(ROWS + far))


def xls(cells: dict[tuple[int, int], object]) -> bytes:
    """A workbook of Excel 97 to 2003 with one sheet."""
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("S")
    for (row, column), value in cells.items():
        is_day = isinstance(value, date)
        sheet.write(row, column, value, xlwt.easyxf(num_format_str="d.m.yy") if is_day else xlwt.Style.default_style)
    book.save(out)
    return out.getvalue()


def with_record(content: bytes, kind: int, old: bytes, new: bytes) -> bytes:
    """The workbook with what a record of a kind says in place of what it said."""
    with olefile.OleFileIO(io.BytesIO(content)) as parts:
        assert parts.openstream("Workbook").read().count(struct.pack("<HH", kind, len(old)) + old) == 1
    start = struct.pack("<HH", kind, len(old))
    return content.replace(start + old, start + new)


def test_an_old_workbook_is_read_as_a_new_one():
    cells = {(0, 0): "id", (0, 1): "day", (0, 2): "x", (1, 0): "P1", (1, 1): date(2021, 9, 26), (1, 2): 1.5}
    [sheet] = read_workbook("a.xls", xls(cells | {(3, 2): "last"}))
    assert sheet.rows == (("id", "day", "x"), ("P1", "2021-09-26", "1.5"), ("", "", ""), ("", "", "last"))


def test_an_old_workbook_is_refused_before_room_is_asked_for_it():
    """Its records can name columns and sizes that no spreadsheet has."""
    content = xls({(0, 0): "id", (1, 0): 2.25, (7, 3): 3})
    number = struct.pack("<HHH", 7, 3, 17)
    far = with_record(content, 0x27E, number + content[content.index(number) + 6 :][:4],
                      struct.pack("<HHH", 65535, 65535, 17) + content[content.index(number) + 6 :][:4])  # fmt: skip
    size = struct.pack("<IIHHH", 0, 8, 0, 4, 0)
    large = with_record(content, 0x200, size, struct.pack("<IIHHH", 0, 2**32 - 1, 0, 65535, 0))
    backwards = with_record(content, 0x200, size, struct.pack("<IIHHH", 9, 8, 0, 4, 0))
    for hostile in (far, large, backwards):
        with pytest.raises(UnreadableFile, match="a cell far from the others"):
            read_workbook("a.xls", hostile)
    for torn in (content[:600], content[: len(content) // 2], content[:30] + b"\xff" * 100 + content[130:]):
        with pytest.raises(UnreadableFile, match="open it in a spreadsheet and save it anew"):
            read_workbook("a.xls", torn)


def test_an_old_workbook_with_a_password_is_told_so():
    content = xls({(0, 0): "id", (1, 0): 2.25})
    start = content.index(struct.pack("<HH", 0x42, 2))  # its code page, which nothing needs
    with pytest.raises(UnreadableFile, match="has a password"):
        read_workbook("a.xls", content[:start] + struct.pack("<H", 0x2F) + content[start + 2 :])


def test_a_binary_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.bin", b"")
    with pytest.raises(UnreadableFile, match="save it as XLSX"):
        read_workbook("a.xlsb", out.getvalue())


def test_a_formula_whose_result_is_no_text_has_an_empty_cell_and_one_without_a_result_is_told():
    """Excel stores an empty text as t="str" with an empty <v>."""

    def write(book):
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["ID", "Date"])
        sheet.write_row(1, 0, ["1", "x"])
        sheet.write_string(2, 0, "2")
        sheet.write_formula(2, 1, '=IF(A3="2","",A3)', None, "")
        sheet.write_string(3, 0, "3")
        sheet.write_formula(3, 1, "=A3", None, "")

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(write))) as book, zipfile.ZipFile(out, "w") as changed:
        for name in book.namelist():
            part = book.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(
                    rb'<c r="B3"[^>]*>(<f>[^<]*</f>)<v>[^<]*</v></c>', rb'<c r="B3" t="str">\1<v></v></c>', part
                )
                part = re.sub(rb'<c r="B4"[^>]*>(<f>[^<]*</f>)<v>[^<]*</v></c>', rb'<c r="B4">\1</c>', part)
            changed.writestr(name, part)
    [sheet] = read_workbook("a.xlsx", out.getvalue())
    assert sheet.rows[2][1] == "" == sheet.rows[3][1]
    assert sheet.unstored == {(3, 1)}
