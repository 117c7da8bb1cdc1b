"""What stands beside a number's words in a file are the numbers of the words."""

import re

import pytest

from core.adverse_events import answers as of_adverse_events
from core.adverse_events import tables as adverse_event_tables
from core.cohort.ask import Cohort
from core.cohort.selection import Comparison, Selection
from core.response import answers as of_response
from core.response import tables as response_tables
from core.response.result import compare_responses
from core.survival import answers as of_survival
from core.survival import tables as survival_tables
from core.survival.result import SurvivalOptions
from core.text import BESIDE, NUMBERS, Shown, with_numbers

WRITTEN = re.compile(r"−?[\d,]+(?:\.\d+)?|NR|not reached")


def tables_of(cohort: Cohort, by: str):
    selection = Selection(cohort.fingerprint, (), Comparison(by))
    options = SurvivalOptions()
    for endpoint in ("PFS", "OS", "Relapse"):
        result = of_survival.survival_result(cohort, selection, endpoint, options)
        compared = of_survival.comparison(cohort, selection, endpoint, options, None)
        yield survival_tables.summary_table(result)
        yield survival_tables.times_table(result)
        yield survival_tables.means_table(result)
        yield survival_tables.ratios_table(compared)
    response = of_response.response_result(cohort, selection, "all", "Clopper–Pearson")
    pair = compare_responses(*response.groups) if len(response.groups) == 2 else None
    yield response_tables.rates_table(response, pair)
    yield response_tables.best_table(response)
    events = of_adverse_events.adverse_events(cohort, selection, "patients", "Wilson")
    yield adverse_event_tables.grades_table(events, events.lines)
    yield adverse_event_tables.groups_table(events, events.lines, "any", (1, 0))


def reads_as(written: str, number: float | None) -> bool:
    """Whether a number's words are the number, rounded as they are."""
    if written in ("NR", "not reached") or number is None:
        return number is None
    digits = len(written.partition(".")[2])
    return abs(float(written.replace("−", "-").replace(",", "")) - number) <= 0.5000001 * 10**-digits


@pytest.mark.parametrize("by", ["emd_any", "prior_asct", "iss_stage", "sex"])
def test_the_numbers_beside_words_are_those_of_the_words(bundled, by):
    seen = 0
    for table in tables_of(Cohort(bundled), by):
        for cell in (cell for row in table[1] for cell in row if isinstance(cell, Shown)):
            assert set(cell.numbers) <= {*NUMBERS, *BESIDE}
            written = WRITTEN.findall(re.sub(r"(?<=\d)–", " ", str(cell)).replace("p < ", "p "))
            numbers = [cell.numbers[name] for name in NUMBERS if name in cell.numbers]
            if "p" in cell.numbers or len(written) != len(numbers):
                continue  # p is rounded by its size; a bare 0, an open end and missing limits are written as words
            if set(cell.numbers) == {"n", "N", "estimate", "lower", "upper"} and "/" not in cell:
                continue
            assert all(map(reads_as, written, numbers)), (str(cell), cell.numbers)
            seen += 1
    assert seen > 40


def test_no_column_of_words_is_lost_or_moved(bundled):
    for header, rows in tables_of(Cohort(bundled), "emd_any"):
        heads, cells = with_numbers((header, rows))
        kept = [place for place, head in enumerate(heads) if ": " not in head or head in header]
        assert [heads[place] for place in kept] == header
        assert [[row[place] for place in kept] for row in cells] == rows
