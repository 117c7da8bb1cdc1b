"""Dates that a spreadsheet of the other order took for its own: 03/05/2022 is 5 March, 15/03/2022 stayed a text."""

import io
import random
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from core.importers.apply import applied
from core.importers.questions import questions_of
from core.importers.recognise import recognised
from core.importers.taking import taken


def workbook(shown, patients: int = 20) -> tuple[bytes, dict[str, float]]:
    """A sheet whose dates stand as `shown` gives them, and the months of each patient."""
    rng, book = random.Random(3), openpyxl.Workbook()
    page, months = book.active, {}
    page.append(["ID", "Infusion date", "Last contact", "Status"])
    for number in range(patients):
        first = date(2022, 1, 1) + timedelta(rng.randint(0, 330))
        last = first + timedelta(rng.randint(200, 400))
        months[f"P{number}"] = (last - first).days / 30.4375
        page.append([f"P{number}", shown(first), shown(last), "alive"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), months


def turned(day: date) -> object:
    """A date typed day first, as a spreadsheet that reads the month first keeps it."""
    return datetime(day.year, day.day, day.month) if day.day <= 12 else day.strftime("%d/%m/%Y")


def read(content: bytes):
    found = recognised(taken([("a.xlsx", content)]).sheets, "2026-11-27")
    asked = [one for one in questions_of(found.tables, found.mapping) if one.key.startswith("turned")]
    return found, asked


def test_they_are_asked_about_left_out_until_then_and_turned_back():
    content, months = workbook(turned)
    found, [question] = read(content)
    assert question.answer == ""
    until_then = applied(found.tables, found.mapping)
    for row in until_then.tables["endpoints"]:
        assert float(row[2]) == pytest.approx(months[row[0]]), "no wrong time is made of any"
    assert len(until_then.tables["endpoints"]) < len(months)
    made = applied(found.tables, question.answers["Yes: turn them back"])
    assert {row[0]: float(row[2]) for row in made.tables["endpoints"]} == pytest.approx(months)
    assert not made.problems
    as_they_stand = applied(found.tables, question.answers["No: they are right"])
    assert {row[0]: float(row[2]) for row in as_they_stand.tables["endpoints"]} != pytest.approx(months)


@pytest.mark.parametrize(
    "shown",
    [lambda day: datetime(day.year, day.month, day.day), lambda day: day.strftime("%d/%m/%Y"),
     lambda day: day.strftime("%d/%m/%Y") if day.month == 3 else datetime(day.year, day.month, day.day)],
    ids=["dates", "texts", "both"],
)  # fmt: skip
def test_others_are_not(shown):
    content, months = workbook(shown)
    found, asked = read(content)
    assert not asked
    made = applied(found.tables, found.mapping)
    assert {row[0]: float(row[2]) for row in made.tables["endpoints"]} == pytest.approx(months)
