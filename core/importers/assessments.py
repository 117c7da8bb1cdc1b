"""Sheets with one row an assessment: responses, MRD results, and best responses in rows of their own."""

from dataclasses import replace

from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.codes import levels_for
from core.importers.findings import (
    DATE,
    RESPONSE,
    Findings,
)
from core.importers.happenings import Clock, Happenings
from core.importers.levels import folded
from core.importers.long_sheets import ROW, LongSheet, of_visits
from core.importers.patients import SheetRows
from core.importers.values import level_reader, response_reader, values


def of_assessments(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Responses and MRD, one assessment a row."""
    of = LongSheet.of(sheet, clock, found)
    if m.DAY not in of.columns or not {m.RESPONSE, m.MRD} & set(of.columns):
        of.nothing("no column is taken for the response and its day")
        return
    nothing: list = [None] * len(sheet.rows)
    response, mrd = of.columns.get(m.RESPONSE), of.columns.get(m.MRD)
    if response is not None and m.KIND in of.columns:  # what says of MRD is no response, and no wrong one
        words = levels_for(m.MRD, "", sheet.cells(response), {})
        response = replace(response, levels=(*response.levels, *((text, "") for text, _ in words)))
    responses = values(sheet, response, response_reader(response), found, "not evaluable then") if response else nothing
    results = values(sheet, mrd, level_reader(mrd), found) if mrd else nothing
    days, written = of.days(m.DAY, ROW), of.texts(m.DAY)
    best = _best(of, responses, into) if m.KIND in of.columns else set()
    responses, results = _by_kind(of, responses, results)
    measured = [c for c in sheet.choice.columns if c.role == m.MEASUREMENT and c.column in sheet.headings]
    held = of_visits(of, measured, days, into)
    for row, day, text, said, result in zip(sheet.rows, days, written, responses, results, strict=True):
        if row.place in best or (row.place in held and said is None and result is None):
            continue
        since = clock.day(row.patient, day)
        if said is None and result is None:
            of.unused(row, "neither a response nor an MRD result")
        elif since is None and day is not None:
            into.responses.append((row.patient, None, said, result, None))  # of a day, and from an unknown infusion
        elif since is None:
            of.unused(row, "no day of the assessment")
        elif since < 0:
            of.wrong(row, m.DAY, text, DATE, "on or after the infusion", "Correct the date")
            of.unused(row, "an assessment before infusion")
        elif since == 0:
            of.unused(row, "an assessment on the day of infusion: no response to it")
        else:
            into.responses.append((row.patient, since / DAYS_PER_MONTH, said, result, None))


def _by_kind(of: LongSheet, responses: list, results: list) -> tuple[list, list]:
    """Responses and MRD results where both stand in one column, and the kind of the assessment says which it is."""
    if m.KIND not in of.columns:
        return responses, results
    texts, kinds = of.texts(m.RESPONSE), of.texts(m.KIND)
    levels = dict(levels_for(m.MRD, "", texts, {}))
    is_mrd = [kind.strip().casefold().startswith("mrd") for kind in kinds]
    said = [levels.get(folded(text)) or None for text in texts]
    return (
        [None if mrd else response for mrd, response in zip(is_mrd, responses, strict=True)],
        [result if mrd else given for mrd, result, given in zip(is_mrd, said, results, strict=True)],
    )


_BEST = ("bor", "besrspi", "bestresp", "best", "cbor", "best overall response", "best response")
"""What the kind of an assessment is called that is the best of all."""


def _best(of: LongSheet, responses: list, into: Happenings) -> set[int]:
    """Takes the rows that are best responses; of two that differ none counts. Returns the places of these rows."""
    told: dict[str, set[str]] = {}
    places = set()
    rows = list(zip(of.sheet.rows, of.texts(m.KIND), of.texts(m.RESPONSE), responses, strict=True))
    for row, kind, text, said in rows:
        if kind.strip().casefold() not in _BEST:
            continue
        places.add(row.place)
        before = told.setdefault(row.patient, set())
        if said is not None and before and said not in before:
            expected, mend = "one best response: another stands above", "Delete one of the two"
            of.wrong(row, m.RESPONSE, text, RESPONSE, expected, mend, "not evaluable")
        if said is None:
            of.unused(row, "no response")
        else:
            before.add(said)
    into.best |= {patient: said.pop() for patient, said in told.items() if len(said) == 1}
    return places
