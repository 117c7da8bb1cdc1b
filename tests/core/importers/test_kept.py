"""What can be taken away opens again: zip, workbook, marked sheets, a recipe, the batch; hostile cells stay text."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from core.cohort.database import open_bytes, open_cohort, open_tables
from core.importers import mapping as m
from core.importers.__main__ import main
from core.importers.apply import applied
from core.importers.kept import as_workbook, as_zip, cohort_of, files_in_zip, marked
from core.importers.mapping import BadRecipe, mapping_of, recipe
from core.importers.recipes import beside, refitted
from core.importers.recognise import recognised
from core.importers.sheets import UnreadableFile
from core.importers.taking import taken
from core.importers.text_files import read_text
from tests.core.importers.clinic_sheets import ANSWERS, EXPECTED, FOLDER, LAST_DAY, answered, found, made


@pytest.mark.parametrize("workbook", sorted(ANSWERS))
def test_the_zip_of_a_cohort_is_that_cohort(workbook):
    columns, tables = made(workbook).columns, made(workbook).tables
    kept = as_zip(columns, tables)
    assert kept == as_zip(columns, tables)
    read = taken([("cohort.zip", kept)])
    assert (read.sheets, read.refused) == ([], [])
    assert read.cohort is not None
    for table, rows in tables.items():
        filled = [name for place, name in enumerate(columns[table]) if any(row[place] for row in rows)]
        held = read.cohort[0][table]
        mine = [tuple(dict(zip(columns[table], row, strict=True))[name] for name in filled) for row in rows]
        theirs = [tuple(dict(zip(held, row, strict=True))[name] for name in filled) for row in read.cohort[1][table]]
        assert mine == theirs, table
    assert open_tables(*read.cohort).variables == open_tables(columns, tables).variables


def test_files_of_a_cohort_are_one_and_others_are_sheets():
    files = files_in_zip("cohort.zip", as_zip(made("A1").columns, made("A1").tables))
    assert cohort_of(files) is not None
    assert cohort_of([file for file in files if file[0] != "variables.csv"]) is None
    assert {sheet.file for sheet in taken([*files[1:2], ("a.csv", b"ID,Age\nP1,5\n")]).sheets} == {
        "variables.csv",
        "a.csv",
    }


HOSTILE = (
    "=1+1",
    "-2+3+cmd|' /C calc'!A0",
    "+SUM(A1)",
    "@x",
    "'=1",
    "''-x",
    "-3.5",
    "+7",
    "-1e-3",
    "plain",
    "'quoted'",
)


def test_a_text_that_a_spreadsheet_would_run_is_quoted_in_the_zip_and_comes_back_as_it_was():
    columns = {"patients": ("patient_id", "word"), "variables": ("name",), "cohort": ("name",), "endpoints": ("name",)}
    tables = {table: [("x",)] for table in columns} | {"patients": [(word, word) for word in HOSTILE]}
    files = files_in_zip("cohort.zip", as_zip(columns, tables))
    written = next(content for name, content in files if name == "patients.csv").decode()
    cells = [row[0] for row in csv.reader(io.StringIO(written))][1:]
    assert [cell for cell in cells if cell[:1] in "=+-@"] == ["-3.5", "+7", "-1e-3"]
    assert cohort_of(files)[1]["patients"] == tables["patients"]


def test_a_damaged_zip_gets_a_sentence():
    kept = as_zip(made("A1").columns, made("A1").tables)
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        files_in_zip("a.zip", kept[: len(kept) // 2])
    assert taken([("a.zip", kept[: len(kept) // 2])]).refused == [
        "a.zip cannot be opened: it is damaged, or has a password."
    ]


@pytest.mark.parametrize("name", ["A1", "A5"])
def test_a_kept_workbook_has_numbers_and_opens_again_as_it_was(name):
    columns, tables = made(name).columns, made(name).tables
    content = as_workbook(columns, tables)
    months = [row[2].value for row in openpyxl.load_workbook(io.BytesIO(content))["endpoints"]][1:]
    assert months
    assert all(isinstance(one, int | float) for one in months)
    read = taken([("kept.xlsx", content)])
    assert (read.sheets, read.refused) == ([], [])
    again, rows = read.cohort
    assert (again, set(rows)) == ({table: columns[table] for table in tables}, set(tables))
    for table, of in tables.items():
        for old, new in zip(of, rows[table], strict=True):
            for before, after in zip(old, new, strict=True):  # a workbook keeps sixteen digits of a number
                is_number = before is not None and re.fullmatch(r"-?[0-9.]+", before) is not None
                assert (
                    float(after) == pytest.approx(float(before), rel=1e-14) if is_number else (before or None) == after
                )


@pytest.mark.parametrize("damage", ["flipped", "no workbook", "cohort"])
def test_a_damaged_file_takes_no_other_with_it(damage):
    whole = as_workbook(made("A1").columns, made("A1").tables)
    if damage == "cohort":
        files = dict(files_in_zip("c.zip", as_zip(made("A1").columns, made("A1").tables)))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content + (b"\x00" if name == "provenance.csv" else b""))
        read = taken([("c.zip", out.getvalue())])
        assert (read.cohort, read.sheets, len(read.refused)) == (None, [], 1)
        return
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if damage == "flipped" or entry != "xl/workbook.xml":
                new.writestr(entry, old.read(entry))
    content = bytearray(out.getvalue())
    if damage == "flipped":
        content[len(content) // 3] ^= 0xFF
        content[len(content) // 2] ^= 0xFF
    read = taken([("damaged.xlsx", bytes(content)), ("good.csv", b"ID,Age\nP1,60\nP2,70\n")])
    assert [sheet.file for sheet in read.sheets] == ["good.csv"]
    assert len(read.refused) == 1
    assert "damaged.xlsx" in read.refused[0]


def test_a_duckdb_file_is_opened_from_its_bytes(tmp_path):
    out = tmp_path / "cohort.duckdb"
    assert main([str(FOLDER / EXPECTED["A4"]["files"][0]), "--out", str(out)]) == 0
    read = taken([("cohort.duckdb", out.read_bytes())])
    assert read.database is not None
    assert open_bytes(*read.database).variables == open_cohort(out).variables


def test_a_workbook_holds_text_and_no_formula():
    columns = {"patients": ("patient_id", "=cmd()")}
    rows = {"patients": [("=1+1", "@SUM(A1)"), ("+P2", "bad\x00\x0b"), ("007", None)]}
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(columns, rows)))["patients"]
    assert [[cell.value for cell in row] for row in sheet] == [
        ["patient_id", "=cmd()"], ["=1+1", "@SUM(A1)"], ["+P2", "bad"], ["007", None],
    ]  # fmt: skip
    assert {cell.data_type for row in sheet for cell in row if cell.value} == {"s"}


def test_cells_that_were_not_understood_are_marked_in_the_sheets():
    problems = made("A1").problems
    workbook = openpyxl.load_workbook(io.BytesIO(marked(found("A1").sheets, problems)))
    sheet = workbook["Master"]
    coloured = {cell.coordinate for row in sheet for cell in row if cell.fill.fill_type == "solid"}
    assert coloured == {f"{problem.column}{problem.row}" for problem in problems}
    assert "not before progression" in sheet["AQ25"].comment.text


def test_a_recipe_answers_next_months_export_and_says_what_is_new():
    mapping = mapping_of(recipe(answered("A1")), LAST_DAY)
    changed, told = refitted(found("A1"), mapping)
    assert told == ()
    assert applied(found("A1").tables, changed).tables == made("A1").tables
    header = "Pt ID,Infusion,Date PD,PD?,Status,Date of death,Last contact,Centre\n"
    rows = f"{header}X1,2024-01-05,,no,†,2024-06-01,2024-06-01,N\n"
    rows += "X2,2024-02-05,2024-03-01,yes,A,,2024-06-01,S\n"
    old = recognised([read_text("march.csv", rows.encode())], LAST_DAY)
    kept = mapping_of(recipe(old.mapping.with_column("march.csv", m.ColumnChoice("Centre"))), LAST_DAY)
    newer = (
        rows.replace("Last contact,Centre", "Last contact,Centre,Weight")
        .replace(",N\n", ",N,70\n")
        .replace(",S\n", ",S,80\n")
    )
    changed, told = refitted(recognised([read_text("april.csv", newer.encode())], LAST_DAY), kept)
    assert told == ("april.csv: Weight is new, and guessed.",)
    roles = {column.column: column.role for column in changed.sheets[0].columns}
    assert (roles["Centre"], roles["Weight"]) == (m.LEFT_OUT, m.VARIABLE)
    _, told = refitted(recognised([read_text("b.csv", b"ID,Age\nP1,61\nP2,62\n")], LAST_DAY), kept)
    assert [words.split(":")[0].split(" of ")[0] for words in told] == ["b.csv", "march.csv"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"recipe": "CARTograph recipe 1"}', "no json", '{"recipe": "CARTograph recipe 1", "sheets": [1]}',
     json.dumps({"recipe": "CARTograph recipe 1", "name": "x", "from_dates": True,
                 "sheets": [{"sheet": "a", "holds": "b", "columns": [{}], "day_first": None, "keeps": ""}]}),
     json.dumps({"recipe": "CARTograph recipe 1", "name": "x", "from_dates": True,
                 "sheets": [{"sheet": "a", "holds": "b", "columns": [], "day_first": 7, "keeps": ""}]})],
)  # fmt: skip
def test_a_recipe_that_is_none_is_refused(text):
    with pytest.raises(BadRecipe):
        mapping_of(text, LAST_DAY)


def test_a_recipe_does_not_hold_corrections():
    mapping = replace(answered("A1"), corrections=(m.Correction("Master", 25, "AQ", "2024-01-17"),))
    assert "2024-01-17" not in recipe(mapping)
    assert "AQ" not in recipe(mapping)


def test_the_batch_says_everything_and_fails_with_a_sentence(tmp_path, capsys):
    out = tmp_path / "cohort.zip"
    kept = tmp_path / "recipe.json"
    kept.write_text(recipe(answered("A1")), encoding="utf-8")
    file = str(FOLDER / EXPECTED["A1"]["files"][0])
    assert main([file, "--recipe", str(kept), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Master: 31 rows = 30 used + 1 listed" in said
    assert "not answered" not in said
    assert "Master, AQ25: '2022-01-17', expected not before progression" in said
    assert zipfile.ZipFile(out).namelist()[0] == "cohort.csv"
    assert main([str(FOLDER / "README.md"), "--out", str(out)]) == 1
    assert "one row a patient" in capsys.readouterr().err


def test_sheets_of_two_files_under_one_title_are_two_sheets():
    def book(*rows):
        made, out = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            made.active.append(row)
        made.save(out)
        return out.getvalue()

    people, events = book(("ID", "Age"), ("P1", 60), ("P2", 61)), book(("ID", "AE", "Grade"), ("P1", "CRS", 2))
    for files in (
        [("a.xlsx", people), ("b.xlsx", events)],
        [("a.csv", b"ID,Age\nP1,60\nP2,61\n"), ("a.csv", b"ID,AE,Grade\nP1,CRS,2\n")],
    ):
        read = taken(files)
        found = recognised(read.sheets, LAST_DAY)
        assert len(found.tables) == 2
        made = applied(found.tables, found.mapping)
        assert (len(made.tables["patients"]), len(made.tables["adverse_events"])) == (2, 1)
    assert [sheet.title for sheet in taken([("a.xlsx", people)] * 3).sheets] == ["Sheet", "Sheet, a.xlsx", "Sheet (2)"]


def test_a_sheet_that_comes_later_changes_nothing_that_was_said():
    first = read_text("p.csv", b"ID,CRS grade,Weight\nP1,2,70\nP2,0,80\n")
    before = recognised([first], LAST_DAY)
    said = before.mapping.with_column("p.csv", m.ColumnChoice("Weight"))
    found = recognised([first, read_text("ae.csv", b"ID,AE,Grade\nP1,Fever,1\n")], LAST_DAY)
    mapping = beside(found, before, said)
    assert [one.sheet for one in mapping.sheets] == ["p.csv", "ae.csv"]
    roles = {column.column: column.role for column in mapping.sheets[0].columns}
    assert roles == {"ID": m.PATIENT, "CRS grade": m.GRADE, "Weight": m.LEFT_OUT}
    assert len(applied(found.tables, mapping).tables["adverse_events"]) == 2
    found = recognised([first, read_text("ae.csv", b"ID,AE,Grade\nP1,CRS,2\nP1,Fever,1\n")], LAST_DAY)
    mapping = beside(found, before, said)
    roles = {column.column: column.role for column in mapping.sheets[0].columns}
    assert roles == {"ID": m.PATIENT, "CRS grade": m.LOOKED_FOR, "Weight": m.LEFT_OUT}, "no event is counted twice"
    assert len(applied(found.tables, mapping).tables["adverse_events"]) == 2
