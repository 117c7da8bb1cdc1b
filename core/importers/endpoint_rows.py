"""Sheets with one row an endpoint: an ADTTE, or any list of patients, endpoints, times and statuses."""

from core.cohort.schema import LONGEST_MONTHS
from core.cohort.vocabulary import DAYS_PER_MONTH, ENDPOINTS
from core.importers import mapping as m
from core.importers.endpoints import Endpoint
from core.importers.findings import (
    BOTH,
    CONTRADICTION,
    DUPLICATE,
    LEVEL,
    MISSING_VALUE,
    Findings,
)
from core.importers.happenings import Clock
from core.importers.levels import folded, is_missing
from core.importers.long_sheets import LongSheet
from core.importers.names import name_of
from core.importers.patients import SheetRows
from core.importers.times import STATUS, days_in, plain_numbers
from core.importers.values import level_reader, values

_LONGEST_NAME = 200


def of_endpoints(sheet: SheetRows, strict: bool, found: Findings, before: list[Endpoint]) -> list[Endpoint]:
    """
    Endpoints, one a row: a name, a time and a status; `strict` leaves out PFS longer than OS. Those of an
    earlier sheet count, and are not doubled.
    """
    of = LongSheet.of(sheet, Clock({}, None), found)  # type: ignore[arg-type]
    if not {m.ENDPOINT, m.MONTHS, m.STATUS} <= set(of.columns):
        of.nothing("no column is taken for endpoint, time and status")
        return []
    times, states = of.columns[m.MONTHS], of.columns[m.STATUS]
    numbers = values(sheet, times, plain_numbers(sheet, times), found, "endpoint left out")
    status = values(sheet, states, level_reader(states, LEVEL, "censored or event"), found, "endpoint left out")
    known = {name.casefold(): name for name in ENDPOINTS}
    endpoints: dict[tuple[str, str], Endpoint] = {}
    taken = {(one.patient, one.endpoint) for one in before}
    causes = dict(of.columns[m.CAUSE].levels) if m.CAUSE in of.columns else {}
    cells = zip(*(of.texts(role) for role in (m.ENDPOINT, m.MONTHS, m.UNIT, m.CAUSE)), strict=True)
    for row, value, said, told in zip(sheet.rows, numbers, status, cells, strict=True):
        name, written, unit, told_cause = told
        name = known.get(name.strip().casefold(), name.strip()[:_LONGEST_NAME])
        if value is None and is_missing(written):
            of.wrong(row, m.MONTHS, written, MISSING_VALUE, "a time", "Fill it in", f"{name} left out")
        if is_missing(name) or value is None or said is None:
            of.unused(row, "has no endpoint, time or status that can be read")
        elif value < 0:
            of.wrong(row, m.MONTHS, written, CONTRADICTION, "0 or more", "Correct the time")
            of.unused(row, "a negative time")
        elif (row.patient, name) in endpoints or (row.patient, name) in taken:
            of.wrong(row, m.ENDPOINT, name, DUPLICATE, "each endpoint of a patient once", "Delete one of the two")
            of.unused(row, f"{name} of this patient stands in an earlier row")
        else:
            days = days_in(unit or times.unit or name_of(name).in_brackets)
            if days is None:
                of.unused(row, "no time: its unit is none")
                continue
            months = value * days / DAYS_PER_MONTH
            if months > LONGEST_MONTHS:
                of.wrong(row, m.MONTHS, written, CONTRADICTION, "a hundred years at most", "Correct the time")
                of.unused(row, "a time of more than a hundred years")
                continue
            cause = causes.get(folded(told_cause), "") if said == m.EVENT else ""
            endpoints[row.patient, name] = Endpoint(row.patient, name, months, STATUS[said], cause)
    if strict:
        _longer(of, endpoints)
    return list(endpoints.values())


def _longer(of: LongSheet, endpoints: dict[tuple[str, str], Endpoint]) -> None:
    """Nobody is followed for longer without progression than alive: both are left out, and what ends with the OS."""
    written = of.texts(m.MONTHS)
    for row, name, text in zip(of.sheet.rows, of.texts(m.ENDPOINT), written, strict=True):
        free, ends = endpoints.get((row.patient, "PFS")), endpoints.get((row.patient, "OS"))
        if name.strip() == "PFS" and free is not None and ends is not None and free.months > ends.months + 0.1:
            expected = f"not longer than OS, {ends.months:.1f} months"
            of.wrong(row, m.MONTHS, text, CONTRADICTION, expected, "Correct one of the two", BOTH)
            of_death = [one.endpoint for one in endpoints.values() if one.patient == row.patient and ends.status == 1
                        and one.months == ends.months]  # fmt: skip
            for doubtful in {*of_death, "PFS", "OS"}:
                del endpoints[row.patient, doubtful]
