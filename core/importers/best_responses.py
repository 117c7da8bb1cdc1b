"""Best responses: as a column gives them, as rows of their own, or as the deepest of the assessments."""

import re

from core.cohort.vocabulary import DAYS_PER_MONTH, RESPONSES
from core.importers import mapping as m
from core.importers.endpoints import Endpoint
from core.importers.findings import CONTRADICTION, Findings
from core.importers.found_variables import FoundVariable, compared, counted, derived, later, unlike
from core.importers.happenings import Clock, Happenings, onset_reader
from core.importers.levels import NOT_DONE, NOT_EVALUABLE, why_missing
from core.importers.patients import SheetRows
from core.importers.values import response_reader, values


def best_response(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> list[FoundVariable]:
    """The best response that a column gives: a variable, and where it has a date an assessment."""
    columns = _columns(sheet)
    if not columns:
        return []
    each = [values(sheet, column, response_reader(column), found, "not evaluable") for column in columns]
    read = [min(filter(None, told), key=RESPONSES.index, default=None) for told in zip(*each, strict=True)]
    column = columns[0]
    of = {row.patient: response for row, response in zip(sheet.rows, read, strict=True) if response is not None}
    levels = tuple(response for response in RESPONSES if response in of.values())
    variables = [later("best_response", "Best response", "category", levels, "undated", of)] if levels else []
    variables += _why_none(sheet, column, of)
    dated = next(
        (c for c in sheet.choice.columns if c.role == m.BEST_RESPONSE_DATE and c.column in sheet.headings), None
    )
    if dated is None or len(columns) > 1:
        return variables
    days = values(sheet, dated, onset_reader(sheet, dated, clock), found)
    for row, response, day in zip(sheet.rows, read, days, strict=True):
        since = clock.day(row.patient, day)
        if response is not None and since is not None and since >= 0:
            into.responses.append((row.patient, since / DAYS_PER_MONTH, response, None, None))
    return variables


def _columns(sheet: SheetRows) -> list[m.ColumnChoice]:
    """The columns of best responses: Response 1, Response 2, of which the best counts."""
    return [c for c in sheet.choice.columns if c.role == m.BEST_RESPONSE and c.column in sheet.headings]


def _best_of(counting: list[tuple], place: int, order: tuple[str, ...]) -> dict[str, str]:
    """The best of each patient's assessments that count."""
    best: dict[str, str] = {}
    for row in counting:
        if row[place] is not None:
            best[row[0]] = min(row[place], best.get(row[0], row[place]), key=order.index)
    return best


def _exceeded(sheet: SheetRows, counting: list[tuple], found: Findings) -> None:
    """Lists each best response of a column that an assessment exceeds, which counts; and tells what none reaches."""
    columns = _columns(sheet)
    if len(columns) != 1 or sheet.choice.holds != m.PATIENTS:
        return
    [column] = columns
    reached = _best_of(counting, 2, RESPONSES)
    read = values(sheet, column, response_reader(column), Findings())  # what is wrong with them is told already
    for row, text, given in zip(sheet.rows, sheet.cells(column), read, strict=True):
        best = reached.get(row.patient)
        if given is not None and best is not None and RESPONSES.index(best) < RESPONSES.index(given):
            wanted = f"{best} or better, as an assessment says"
            found.problem(sheet.place(row, column, text), CONTRADICTION, wanted, "Correct one of the two",
                          f"{best} counts")  # fmt: skip
        elif given is not None and best is not None and best != given:
            found.convert(sheet.place(row, column, text), f"{given} without a date: the assessments reach {best}")


def _why_none(sheet: SheetRows, column: m.ColumnChoice, has: dict[str, str]) -> list[FoundVariable]:
    """Why patients have no best response, where the column says that they were not evaluable, or not looked at."""
    told = zip(sheet.rows, map(why_missing, sheet.cells(column)), strict=True)
    of = {row.patient: why for row, why in told if why is not None and row.patient not in has}
    levels = tuple(why for why in (NOT_EVALUABLE, NOT_DONE) if why in of.values())
    return [later("no_response_why", "No best response because", "category", levels, "undated", of)] if of else []


def settled(
    variables: list[FoundVariable], into: Happenings, endpoints: list[Endpoint], sheets: list[SheetRows],
    found: Findings,
) -> list[FoundVariable]:  # fmt: skip
    """
    The variables with best response and MRD as they are given, or derived where they are not; what no assessment
    reaches becomes one without a month, and a best response that assessments exceed is told.
    """
    into.responses = _merged(into.responses)
    counting = counted(into.responses, endpoints)
    for sheet in sheets:
        _exceeded(sheet, counting, found)
    if into.best:
        levels = tuple(response for response in RESPONSES if response in into.best.values())
        variables = [*variables, later("best_response", "Best response", "category", levels, "undated", into.best)]
    variables = [*variables, *derived(variables, counting)]
    _undated(variables, counting, into)
    if (threshold := _threshold(sheets)) is not None:
        into.responses = [(*row[:4], threshold) if row[3] else row for row in into.responses]
    return unlike([compared(variable, into.responses) for variable in variables])


_TOLD_THRESHOLD = re.compile(r"10\s?\^?\s?[-−–]\s?([4-6])(?!\d)|10⁻([⁴⁵⁶])|1e-0?([4-6])(?!\d)", re.IGNORECASE)


def _threshold(sheets: list[SheetRows]) -> str | None:
    """The threshold of MRD that the headings of all its columns tell (MRD (10^-5)); None where they do not all."""
    columns = [(sheet, column) for sheet in sheets for column in sheet.choice.columns if column.role == m.MRD]
    found = [_TOLD_THRESHOLD.search(column.column) for sheet, column in columns if column.column in sheet.headings]
    told = {None if one is None else next(filter(None, one.groups())) for one in found}
    said = told.pop() if len(told) == 1 else None
    return None if said is None else f"1e-{said.translate(_RAISED)}"


_RAISED = str.maketrans("⁴⁵⁶", "456")


def _merged(responses: list[tuple]) -> list[tuple]:
    """A response and an MRD result of one patient and month, which stand in two rows, as one assessment."""
    waiting: dict[tuple, int] = {}
    merged: list[tuple] = []
    for row in responses:
        is_half = (row[2] is None) != (row[3] is None)
        other = waiting.pop((row[0], row[1], row[2] is not None), None) if is_half else None
        if other is None:
            if is_half:
                waiting.setdefault((row[0], row[1], row[2] is None), len(merged))
            merged.append(row)
        else:
            merged[other] = (*row[:2], row[2] or merged[other][2], row[3] or merged[other][3], row[4])
    return merged


_ORDERS = (("best_response", 2, RESPONSES), ("mrd_best", 3, ("negative", "positive")))
"""What is given of a patient, where assessments have it, and its values from the best on."""


def _undated(variables: list[FoundVariable], counting: list[tuple], into: Happenings) -> None:
    """A best response and an MRD result that no assessment that counts reaches are assessments without a month."""
    told: dict[str, dict[int, str]] = {}
    for name, place, order in _ORDERS:
        reached = _best_of(counting, place, order)
        given = next((variable.of for variable in variables if variable.name == name), {})
        for patient, value in given.items():
            if (
                value in order and order.index(value) < order.index(reached.get(patient, order[-1]))
            ) or patient not in reached:
                told.setdefault(patient, {})[place] = value
    into.responses += [(patient, None, of.get(2), of.get(3), None) for patient, of in told.items()]
