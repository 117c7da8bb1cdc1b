"""Sheets of any kind: whatever stands in them, nothing breaks, and every row is used or listed."""

import contextlib
import random
from dataclasses import replace

import pytest

from core.cohort.database import open_tables
from core.importers import mapping as m
from core.importers.apply import Applied, applied
from core.importers.becomes import Index, becomes
from core.importers.kept import as_workbook, as_zip, marked
from core.importers.layout import table_in
from core.importers.mapping import mapping_of, recipe
from core.importers.meanings import KNOWN, LONG
from core.importers.offered import HOLDS, offers, taken_for
from core.importers.questions import questions_of
from core.importers.recipes import refitted
from core.importers.recognise import Recognised, recognised
from core.importers.sheets import Sheet, squared
from core.importers.taking import taken
from core.importers.text_files import read_text
from core.importers.used_sheets import NoPatients
from tests.core.importers.clinic_sheets import LAST_DAY

NAMES = [name for known in (*KNOWN, *LONG) for name in known.names[:6]]
CELLS = [
    "", "", "", "0", "1", "2", "9", "-1", "12.5", "12,5", "1e400", "1e308", "-0", "1.34×10^8", "<0.1", ">100",
    "63%", "0.63", "150%", "yes", "no", "x", "-", "n.d.", "ja", "dead", "alive", "lost", "progressed", "CR",
    "VGPR/CR", "sCR", "PD", "NE", "mild", "2021-02-03", "03/05/22", "25/05/22", "05/25/22", "31.02.2023",
    "08/2023", "2999-01-01", "1850-01-01", "0001-01-01", "9999-12-31", "3", "Gr 2", "4 (d12)", "≥3", "1–2", "6",
    "d+7", "day 3", "#N/A", "#DIV/0!", "=1+1", "@SUM(A1)", "'; drop table patients; --",
    "<script>alert(1)</script>", "P1", "P01", "P2", "Pat 3", "p3_1", "007", "7", "ß", "İ", "名前", "\u202e", "a\nb",
    "a|b", "|", "||", "missing", "Missing", "IgG kappa", "LC λ", "mg/dL", "/µl", "CRP", "ANC", "Ferritin", "OS",
    "PFS", "BOR", "x" * 300, "0555 010137", "a b c d e f g", "44927", "-999", "nan", "inf", "None", "NULL", "1" *
    30, "1.000.000,5", "2 doses d+5", "yes (t(4;14))",
]  # fmt: skip


def any_sheet(draw: random.Random, name: str) -> Sheet:
    """A sheet whose headings are known names, names with a day, or anything, and whose cells are anything."""
    width = draw.randint(1, 14)

    def heading() -> str:
        kind = draw.random()
        if kind < 0.7:
            return draw.choice(NAMES)
        if kind < 0.8:
            return f"{draw.choice(['CRP', 'ANC', 'resp', 'MRD', 'x'])}_d{draw.randint(-9, 400)}"
        return draw.choice([*CELLS, "group", "rowid", "patient_id", "label", "by", "P: q", "a|b", "Missing"])

    headings = [heading() for _ in range(width)]
    if draw.random() < 0.8:
        headings[0] = draw.choice(["Patient", "ID", "Pt ID", "USUBJID"])
    pools = [draw.sample(CELLS, draw.randint(1, 12)) for _ in range(width)]
    rows = [[draw.choice(pool) for pool in pools] for _ in range(draw.randint(0, 25))]
    if draw.random() < 0.7:
        for number, row in enumerate(rows):
            row[0] = draw.choice([f"P{number}", f"P{draw.randint(1, 9)}", str(number), row[0]])
    above = [["Title"], ["Data cut-off: 30 Jun 2024"]] if draw.random() < 0.3 else []
    below = [["Total", "n=3"], ["EMD: 0 = none, 1 = EM-B"]] if draw.random() < 0.3 else []
    merged = ((0, 0, 0, draw.randint(1, 5)),) if draw.random() < 0.2 else ()
    return Sheet("any.xlsx", name, squared([*above, headings, *rows, *below]), merged)


def changed(draw: random.Random, found: Recognised, mapping: m.Mapping) -> m.Mapping:
    """The mapping with questions answered, columns taken for something else, cells corrected, by chance."""
    for question in questions_of(found.tables, mapping):
        if draw.random() < 0.5:
            mapping = draw.choice(list(question.answers.values()))
    for sheet in mapping.sheets:
        if draw.random() < 0.2:
            holds = draw.choice(HOLDS)
            mapping = mapping.with_sheet(sheet.sheet, lambda one, holds=holds: replace(one, holds=holds))
        for column in sheet.columns:
            if draw.random() < 0.15:
                offer = draw.choice(offers(sheet.holds))
                mapping = mapping.with_column(sheet.sheet, taken_for(column, offer, found.tables[sheet.sheet]))
    one = m.Correction(draw.choice(["One", "Two"]), draw.randint(1, 20), draw.choice("ABCZ"), draw.choice(CELLS))
    return replace(mapping, corrections=(one,))


def test_a_column_without_a_heading_can_be_taken_for_anything():
    """It is called by its letter then: nothing in a cohort is without a name."""
    found = recognised([read_text("a.csv", b"ID,Age,\nP1,60,1\nP2,61,2\nP3,62,1\n")], LAST_DAY)
    [sheet] = found.mapping.sheets
    [column] = [one for one in sheet.columns if one.column == "Column (C)"]
    opened = set()
    for offer in offers(sheet.holds):
        choice = taken_for(column, offer, found.tables[sheet.sheet])
        try:
            made = applied(found.tables, found.mapping.with_column(sheet.sheet, choice))
        except NoPatients:
            continue
        if (choice.role, choice.kind) not in opened:
            open_tables(made.columns, made.tables).connection.close()
        opened.add((choice.role, choice.kind))
    assert len(opened) > 20


def test_a_grade_of_events_in_a_sheet_of_patients_is_called_by_its_column():
    found = recognised([read_text("a.csv", b"ID,Term,Grade\nP1,CRS,2\nP2,CRS,1\n")], LAST_DAY)
    mapping = found.mapping.with_sheet("a.csv", lambda one: replace(one, holds=m.PATIENTS))
    made = applied(found.tables, mapping)
    assert made.tables["adverse_event_terms"] == [("Grade", None, None, None)]
    open_tables(made.columns, made.tables).connection.close()


def holds_together(found: Recognised, mapping: m.Mapping, made: Applied) -> None:
    for one in made.sums:
        assert one.rows == one.used + one.listed
        assert 0 <= one.listed <= one.rows
    assert len({row[0] for row in made.tables["patients"]}) == made.patients
    for table, rows in made.tables.items():
        assert {len(row) for row in rows} <= {len(made.columns[table])}
    index = Index.of(made, found)
    for sheet in mapping.sheets:
        for column in sheet.columns:
            becomes(index, sheet, column)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_breaks_and_every_row_is_used_or_listed(seed):
    draw = random.Random(seed)
    sheets = [any_sheet(draw, name) for name in ("One", "Two")[: draw.randint(1, 2)]]
    found = recognised(sheets, LAST_DAY)
    assert {table.sheet.source or title for title, table in found.tables.items()} <= {
        sheet.title for sheet in sheets if table_in(sheet) is not None
    }
    for mapping in (found.mapping, changed(draw, found, found.mapping)):
        refitted(found, mapping_of(recipe(mapping), LAST_DAY))
        try:
            made = applied(found.tables, mapping)
        except NoPatients:
            continue
        holds_together(found, mapping, made)
        read = taken([("cohort.zip", as_zip(made.columns, made.tables))])
        assert read.cohort is not None
        open_tables(made.columns, made.tables).connection.close()
        as_workbook(made.columns, made.tables)
        marked(found.sheets, made.problems)


@pytest.mark.parametrize("seed", range(40))
def test_any_bytes_are_taken_or_refused_with_a_sentence(seed):
    draw = random.Random(seed)
    starts = [
        b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{", b'{"columns": [{"name": "a"}]}',
        b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", bytes(12) + b"\xc2\xea\x81\x60", b"\xff\xfe", b"%PDF",
        bytes(8) + b"DUCK", "ID;Älter\nP1;5".encode("cp1252"), b'{"recipe": "CARTograph recipe 1"}', b"a,b\n1",
    ]  # fmt: skip
    content = draw.choice(starts) + draw.randbytes(draw.randint(0, 300))
    read = taken([(draw.choice(["a.csv", "patients.csv", "b.xlsx", "c"]), content)])
    for words in read.refused:
        assert words.endswith((".", "taken."))
        assert len(words) < 300
    found = recognised(read.sheets, LAST_DAY)
    if found.tables:
        with contextlib.suppress(NoPatients):
            applied(found.tables, found.mapping)
