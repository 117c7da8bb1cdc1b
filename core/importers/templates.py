"""Workbooks to fill in: a sheet of patients, one of adverse events, one of responses, every column explained."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.cohort.database import Database
from core.cohort.vocabulary import DAYS_PER_MONTH, RESPONSES

_ROWS = 2_000
"""Rows for which a column offers its levels."""
_WIDTH = 20
YES_NO = ("Yes", "No")


@dataclass(frozen=True)
class TemplateColumn:
    """A column of a template: its heading, what is said of it, and the levels it offers."""

    heading: str
    told: str
    levels: tuple[str, ...] = ()


DATES = (
    TemplateColumn("Infusion date", "Day 0 of every time. Any usual form; 2024-05-31 can be read one way only."),
    TemplateColumn("Progression date", "First progression or relapse by IMWG; empty where there was none."),
    TemplateColumn("Date of death", "Empty for who is alive."),
    TemplateColumn("Last contact", "Until when the patient is known to be alive."),
)
_BASELINE = (
    TemplateColumn("EMD", "Extramedullary disease at infusion: EM-B bone related, EM-E extraosseous. Empty: unknown.",
                   ("No EMD", "EM-B", "EM-E")),
    TemplateColumn("Prior ASCT", "Autologous transplantation before. Empty: unknown.", YES_NO),
    TemplateColumn("BCMA expression (%)", "Of plasma cells, 0 to 100."),
    TemplateColumn("Dose (10^8 cells)", "CAR-T cells infused; not per kg."),
    TemplateColumn("Age (years)", "At infusion. A date of birth is not needed, and is left out."),
    TemplateColumn("Sex", "", ("Female", "Male")),
    TemplateColumn("ISS", "Stage at infusion.", ("I", "II", "III")),
    TemplateColumn("Prior lines", "Lines of therapy before."),
    TemplateColumn("CRS grade", "Worst grade, ASTCT: 0 none, empty not assessed.", ("0", "1", "2", "3", "4", "5")),
    TemplateColumn("ICANS grade", "Worst grade, ASTCT: 0 none, empty not assessed.", ("0", "1", "2", "3", "4", "5")),
)  # fmt: skip
_PATIENT = TemplateColumn("Patient", "A name of the patient that nobody outside can read: the same in all sheets.")
EVENTS = (
    _PATIENT,
    TemplateColumn("Adverse event", "One row an episode, as CTCAE or ASTCT calls it."),
    TemplateColumn("Grade", "", ("1", "2", "3", "4", "5")),
    TemplateColumn("Start day", "Days from infusion, or a date."),
    TemplateColumn("End day", "Days from infusion, or a date."),
    TemplateColumn("Scale", "ASTCT, CTCAE 5.0, …"),
)
ASSESSMENTS = (
    _PATIENT,
    TemplateColumn("Day", "Days from infusion, or a date."),
    TemplateColumn("Response", "By IMWG; progression too.", RESPONSES),
    TemplateColumn("MRD", "", ("negative", "positive")),
)


def empty_template() -> bytes:
    """A workbook to fill in, with dates from which PFS and OS are worked out."""
    return _workbook({"Patients": ((_PATIENT, *DATES, *_BASELINE), ()), "Adverse events": (EVENTS, ()),
                      "Responses": (ASSESSMENTS, ())})  # fmt: skip


def filled_template(database: Database) -> bytes:
    """A workbook filled with an open cohort; times stand as months with a status."""
    rows = {table: _rows(database, table) for table in ("patients", "endpoints", "adverse_events", "responses")}
    kept = [v for v in database.variables if v.section != "after infusion"]
    names = list(dict.fromkeys(row["endpoint"] for row in rows["endpoints"]))
    times = [
        column
        for name in names
        for column in (
            TemplateColumn(f"{name} (months)", f"Months from infusion until the end of {name}."),
            TemplateColumn(f"{name} status", "0 censored, 1 event, 2 competing event.", ("0", "1", "2")),
        )
    ]
    columns = [
        _PATIENT,
        *times,
        *(TemplateColumn(f"{v.label} ({v.unit})" if v.unit else v.label, v.note, v.levels) for v in kept),
    ]
    ends = {(row["patient_id"], row["endpoint"]): row for row in rows["endpoints"]}
    patients = []
    for row in rows["patients"]:
        of = [ends.get((row["patient_id"], name), {}) for name in names]
        given = [one.get(key) for one in of for key in ("months", "status")]
        patients.append([row["patient_id"], *given, *(row[v.name] for v in kept)])
    events = [
        [row["patient_id"], row["term"], _band(row), row["onset_day"], row["end_day"], row["grading"]]
        for row in rows["adverse_events"]
    ]
    assessed = [
        [row["patient_id"], round(row["month"] * DAYS_PER_MONTH, 2), row["response"], row["mrd"]]
        for row in rows["responses"]
        if row["month"] is not None
    ]
    return _workbook({"Patients": (tuple(columns), patients), "Adverse events": (EVENTS, events),
                      "Responses": (ASSESSMENTS, assessed)})  # fmt: skip


def _rows(database: Database, table: str) -> list[dict]:
    frame = database.ask(f"from {table}").astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def _band(row: dict) -> str:
    low, high = int(row["grade_min"]), int(row["grade_max"])
    return str(low) if low == high else f"{low}–{high}"


def _workbook(sheets: dict[str, tuple[tuple[TemplateColumn, ...], Iterable[list]]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, (columns, rows) in sheets.items():
        sheet = workbook.create_sheet(title)
        for number, column in enumerate(columns, 1):
            cell = sheet.cell(1, number, column.heading)
            cell.font = Font(bold=True)
            if column.told:
                cell.comment = Comment(column.told, "", width=320)
            letter = get_column_letter(number)
            sheet.column_dimensions[letter].width = _WIDTH
            if column.levels and sum(map(len, column.levels)) + len(column.levels) < 250:
                offered = DataValidation("list", formula1=f'"{",".join(column.levels)}"', allow_blank=True)
                offered.showErrorMessage = False
                sheet.add_data_validation(offered)
                offered.add(f"{letter}2:{letter}{_ROWS}")
        for row, cells in enumerate(rows, 2):
            for number, value in enumerate(cells, 1):
                cell = sheet.cell(row, number, None if value != value else value)  # a missing number is not itself
                if isinstance(value, str):
                    cell.data_type = "s"
        sheet.freeze_panes = "B2"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
