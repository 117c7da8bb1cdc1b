"""Tables as files: what a spreadsheet would run is made safe, and the footer goes along."""

import csv
import io

import openpyxl
import pytest

from core.statistics.numbers import fraction
from core.statistics.proportions import proportion
from core.text import Numeral, with_numbers
from pages.shared.downloads import as_csv, as_xlsx, safe


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "=cmd|' /C calc'!A0"])
def test_a_formula_is_made_text(cell):
    assert safe(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell", ["7 (1.5–NR)", "−0.3", "EM-B", "a=b", 5, -0.3, "p < 0.001", "+50 (−12 to 80)", "+50 (no limits)"]
)
def test_everything_else_is_left_alone(cell):
    assert safe(cell) == cell


@pytest.mark.parametrize(("cell", "expected"), [("x;=1+1", "x;'=1+1"), ("x; @y", "x;' @y"), ("x\n+1", "x\n'+1")])
def test_what_another_separator_would_make_a_formula_is_made_text(cell, expected):
    assert safe(cell) == expected


def test_missing_cells_are_empty():
    assert safe(None) == safe(float("nan")) == ""


def test_a_workbook_has_numbers_as_numbers_and_words_as_words():
    table = with_numbers(
        (["Group", "Patients", "CR"], [["=cmd()", Numeral(9), fraction(proportion(2, 9))], ["-x", None, "no patient"]])
    )
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(*table, ("Selection: all.", "=evil"))))
    rows = [[cell.value for cell in row] for row in book["Table"].iter_rows()]
    assert rows[0] == ["Group", "Patients", "CR", "CR: n", "CR: N", "CR: estimate, %", "CR: lower, %", "CR: upper, %"]
    # R: binom.test(2, 9)$conf.int is 0.02814 to 0.60009
    assert rows[1][:5] == ["=cmd()", 9, "2/9, 22.2% (2.8–60.0)", 2, 9]
    assert rows[1][5:] == pytest.approx([200 / 9, 2.814497, 60.009357], rel=1e-6)
    assert rows[2] == ["-x", None, "no patient", *[None] * 5]
    assert {cell.data_type for row in book["Table"].iter_rows() for cell in row} <= {"s", "n"}
    assert [row[0].value for row in book["About"].iter_rows()] == ["Selection: all.", "=evil"]


def test_identifiers_stay_as_they_are_written():
    ids = ["007", "7", "20240100000000001", "20240100000000002", "1e5"]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(["Patient", "Events"], [[one, Numeral(3)] for one in ids], ())))
    assert [[cell.value for cell in row] for row in book["Table"].iter_rows(min_row=2)] == [[one, 3] for one in ids]
    alone = openpyxl.load_workbook(io.BytesIO(as_xlsx(["What to check", "Patients"], [["died twice", "12"]], ())))
    assert alone["Table"]["B2"].value == "12", "who is named in a column of patients is no number"


def test_a_table_carries_its_footer():
    text = as_csv(["=Group", "n"], [["A, b", 1], ["-x", None]], ("Selection: all.", "=evil")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [["'=Group", "n"], ["A, b", "1"], ["'-x", ""], [], ["Selection: all."], ["'=evil"]]
