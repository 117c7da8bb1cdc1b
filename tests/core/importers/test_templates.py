"""Templates open again without a question, and say what each column is."""

import io

import openpyxl

from core.cohort.database import open_tables
from core.importers.apply import applied
from core.importers.questions import questions_of
from core.importers.recognise import recognised
from core.importers.templates import empty_template, filled_template
from core.importers.workbooks import read_workbook
from tests.core.importers.clinic_sheets import LAST_DAY


def test_the_empty_template_explains_its_columns_and_offers_levels():
    workbook = openpyxl.load_workbook(io.BytesIO(empty_template()))
    assert workbook.sheetnames == ["Patients", "Adverse events", "Responses"]
    sheet = workbook["Patients"]
    heads = {cell.value: cell for cell in sheet[1]}
    assert "Day 0 of every time" in heads["Infusion date"].comment.text
    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert offered[f"{heads['EMD'].column_letter}2:{heads['EMD'].column_letter}2000"] == '"No EMD,EM-B,EM-E"'


def test_a_filled_template_needs_no_answer(tmp_path):
    workbook = openpyxl.load_workbook(io.BytesIO(empty_template()))
    sheet = workbook["Patients"]
    first = ["P1", "2024-01-31", "2024-06-30", None, "2025-01-31", "EM-B", "Yes", 55, 2.5, 60, "Female", "II", 4, 2, 0]
    other = ["P2", "2024-02-28", None, "2024-12-31", "2024-12-31", "No EMD", "No", 80, 1, 61, "Male", "I", 3, 0, 0]
    sheet.append(first)
    sheet.append(other)
    workbook["Adverse events"].append(["P1", "Neutropenia", 4, 3, 20, "CTCAE 5.0"])
    workbook["Responses"].append(["P2", 30, "CR", "negative"])
    out = io.BytesIO()
    workbook.save(out)
    found = recognised(read_workbook("template.xlsx", out.getvalue()), LAST_DAY)
    assert [q.words for q in questions_of(found.tables, found.mapping) if not q.answer] == []
    made = applied(found.tables, found.mapping)
    assert made.problems == ()
    assert {(row[0], row[1], row[3]) for row in made.tables["endpoints"]} == {
        ("P1", "PFS", "1"), ("P1", "OS", "0"), ("P2", "PFS", "1"), ("P2", "OS", "1"),
    }  # fmt: skip
    assert {(row[1], row[3]) for row in made.tables["adverse_events"]} == {
        ("Cytokine release syndrome", "2"), ("Neutropenia", "4"),
    }  # fmt: skip
    assert [row[2:4] for row in made.tables["responses"]] == [("CR", "negative")]


def test_the_article_in_the_template_is_the_article(bundled):
    found = recognised(read_workbook("article.xlsx", filled_template(bundled)), LAST_DAY)
    assert [q.words for q in questions_of(found.tables, found.mapping) if not q.answer] == []
    made = applied(found.tables, found.mapping)
    again = open_tables(made.columns, made.tables)
    for table, columns in {
        "endpoints": "patient_id, endpoint, round(months, 6) as months, status",
        "adverse_events": "patient_id, term, grade_min, grade_max",
        "responses": "patient_id, round(month, 3) as month, cast(response as varchar) as response, mrd",
    }.items():
        sql = f"select {columns} from {table} order by all"
        assert again.ask(sql).to_csv() == bundled.ask(sql).to_csv(), table
    for name in ("emd", "prior_asct", "bcma_percent", "dose_1e8_cells", "age_years", "sex", "iss_stage", "prior_lines"):
        sql = f"select patient_id, cast({name} as varchar) as v from patients order by all"
        assert again.ask(sql).to_csv() == bundled.ask(sql).to_csv(), name
