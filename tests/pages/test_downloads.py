"""Tables as files: what a spreadsheet would run is made safe, and the footer goes along."""

import csv
import io

import pytest

from pages.shared.downloads import as_csv, safe


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


def test_a_table_carries_its_footer():
    text = as_csv(["=Group", "n"], [["A, b", 1], ["-x", None]], ("Selection: all.", "=evil")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [["'=Group", "n"], ["A, b", "1"], ["'-x", ""], [], ["Selection: all."], ["'=evil"]]
