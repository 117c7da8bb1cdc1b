"""Sheets with one row an adverse event, an assessment, a measurement or an endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.cohort.vocabulary import DAYS_PER_MONTH, ENDPOINTS
from core.importers import mapping as m
from core.importers.codes import levels_for
from core.importers.columns import term_named
from core.importers.endpoints import BOTH, Endpoint
from core.importers.findings import (
    CONTRADICTION,
    DATE,
    DUPLICATE,
    GRADE,
    LEVEL,
    MISSING_VALUE,
    RESPONSE,
    UNIT,
    Findings,
)
from core.importers.happenings import Clock, Happenings, factor_of, limit_of, onset_reader
from core.importers.levels import folded, is_missing, yes_or_no
from core.importers.meanings import POSSIBLE
from core.importers.names import analyte_named
from core.importers.numbers import Number
from core.importers.patients import Row, SheetRows
from core.importers.times import STATUS, days_in, plain_numbers
from core.importers.units import STANDARD
from core.importers.values import grade_reader, level_reader, number_reader, response_reader, values

ROW = "row left out"


@dataclass(frozen=True)
class _Long:
    """A long sheet, its columns by role, and what is found in it."""

    sheet: SheetRows
    columns: dict[str, m.ColumnChoice]
    clock: Clock
    found: Findings

    @classmethod
    def of(cls, sheet: SheetRows, clock: Clock, found: Findings) -> "_Long":
        columns = {column.role: column for column in sheet.choice.columns if column.column in sheet.headings}
        return cls(sheet, columns, clock, found)

    def texts(self, role: str) -> list[str]:
        """The cells of a role as they are; empty where no column has it."""
        return self.sheet.cells(self.columns[role]) if role in self.columns else [""] * len(self.sheet.rows)

    def days(self, role: str, effect: str) -> list:
        """The dates or days of a role, as they are read."""
        if role not in self.columns:
            return [None] * len(self.sheet.rows)
        reader = onset_reader(self.sheet, self.columns[role], self.clock)
        return values(self.sheet, self.columns[role], reader, self.found, effect)

    def wrong(self, row: Row, role: str, text: str, kind: str, expected: str, mend: str, effect: str = ROW) -> None:
        """A problem with a cell of a row."""
        self.found.problem(self.sheet.place(row, self.columns[role], text), kind, expected, mend, effect)

    def unused(self, row: Row, why: str) -> None:
        """That a row is used for nothing."""
        self.found.unused(self.sheet.table.sheet.title, row.place, why)


def of_events(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Adverse events, one a row."""
    of = _Long.of(sheet, clock, found)
    if not {m.TERM, m.GRADE} <= set(of.columns):
        return
    grades = values(sheet, of.columns[m.GRADE], grade_reader(of.columns[m.GRADE]), found, ROW)
    starts, ends = of.days(m.ONSET, "day left out"), of.days(m.ENDS, "day left out")
    cells = zip(*(of.texts(role) for role in (m.TERM, m.GRADE, m.ENDS, m.CATEGORY, m.GRADING)), strict=True)
    for row, grade, start, end, told in zip(sheet.rows, grades, starts, ends, cells, strict=True):
        term, written, end_written, group, scale = told
        if is_missing(term):
            of.wrong(row, m.TERM, term, MISSING_VALUE, "an adverse event", "Name it")
            of.unused(row, "names no adverse event")
        elif grade is None:
            if is_missing(written):
                of.wrong(row, m.GRADE, written, GRADE, "a grade from 1 to 5", "Type the grade")
            of.unused(row, "an adverse event without a grade")
        elif grade.high == 0:
            of.unused(row, "grade 0: no adverse event")
        else:
            begins, stops = clock.day(row.patient, start), clock.day(row.patient, end)
            if begins is not None and stops is not None and stops < begins:
                of.wrong(row, m.ENDS, end_written, DATE, "not before its start", "Correct one of the two",
                         "end left out")  # fmt: skip
                stops = None
            event = (row.patient, term_named(term), _words(group), max(1, grade.low), grade.high, _words(scale))
            into.adverse_events.append((*event, begins, stops))


def _words(text: str) -> str | None:
    return None if is_missing(text) else text.strip()


def of_assessments(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Responses and MRD, one assessment a row."""
    of = _Long.of(sheet, clock, found)
    if m.DAY not in of.columns or not {m.RESPONSE, m.MRD} & set(of.columns):
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
    for row, day, text, said, result in zip(sheet.rows, days, written, responses, results, strict=True):
        if row.place in best:
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
        else:
            into.responses.append((row.patient, since / DAYS_PER_MONTH, said, result, None))


def _by_kind(of: _Long, responses: list, results: list) -> tuple[list, list]:
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


_BEST = ("bor", "bestresp", "best", "cbor", "best overall response", "best response")
"""What the kind of an assessment is called that is the best of all."""


def _best(of: _Long, responses: list, into: Happenings) -> set[int]:
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


def of_measurements(sheet: SheetRows, clock: Clock, found: Findings, into: Happenings) -> None:
    """Measurements, one a row: the unit of each row says what it is converted by."""
    of = _Long.of(sheet, clock, found)
    if not {m.ANALYTE, m.VALUE, m.DAY} <= set(of.columns):
        return
    undated: dict[str, list[Row]] = {}
    below = of.texts(m.BELOW)
    for (row, day, number, analyte, unit, kept), is_below in zip(_measured(of), below, strict=True):
        if number is not None and (limited := yes_or_no(is_below)) is not None and limited[0]:
            number = replace(number, limit="below")
        since = clock.day(row.patient, day)
        if not analyte:
            of.unused(row, "names no analyte")
        elif number is None:
            of.unused(row, "holds no value that can be read")
        elif day is None:
            of.unused(row, "has no day that can be read")
        elif since is None:
            undated.setdefault(row.patient, []).append(row)
        elif kept is None:
            if m.UNIT in of.columns:
                of.wrong(row, m.UNIT, unit, UNIT, "a unit", "Fill in the unit")
            of.unused(row, "has no unit")
        else:
            _keep(of, into, (row, since, number, analyte), kept)
    _undated(of, undated)


def _undated(of: _Long, undated: dict[str, list[Row]]) -> None:
    """The rows of patients of whom no day can be counted, told once of each."""
    for patient, rows in undated.items():
        left_out = f"{len(rows)} row{'' if len(rows) == 1 else 's'} left out"
        expected = f"a day of infusion of {patient}: no day can be counted"
        of.wrong(rows[0], m.DAY, "", MISSING_VALUE, expected, "Fill it in", left_out)
        for row in rows:
            of.unused(row, "the patient has no day of infusion")


def _measured(of: _Long) -> Iterator[tuple]:
    """Each row with its day, number, analyte, unit as written, and the factor and unit it is kept in."""
    value = of.columns[m.VALUE]
    numbers = values(of.sheet, value, number_reader(of.sheet, value, lambda unit: None), of.found, ROW)
    texts, units, days = of.texts(m.ANALYTE), of.texts(m.UNIT), of.days(m.DAY, ROW)
    named = {text: analyte_named(text) or text.strip() for text in set(texts)}
    kept = {(text, unit): _kept_in(named[text], unit) for text, unit in set(zip(texts, units, strict=True))}
    for row, day, number, text, unit in zip(of.sheet.rows, days, numbers, texts, units, strict=True):
        yield row, day, number, named[text], unit, kept[text, unit]


def _kept_in(analyte: str, unit: str) -> tuple[float, str] | None:
    """What a value in a unit is multiplied by, and the unit it is kept in; None where it has none and needs one."""
    if analyte not in STANDARD:
        return 1.0, "" if is_missing(unit) else unit.strip()
    if is_missing(unit):
        return None
    factor = factor_of(analyte)(unit)
    return (1.0, unit.strip()) if factor is None else (factor, STANDARD[analyte][0])


def _keep(of: _Long, into: Happenings, told: tuple[Row, float, Number, str], kept: tuple[float, str]) -> None:
    """A measurement in the unit it is kept in, unless no patient can have such a value."""
    row, since, number, analyte = told
    factor, unit = kept
    value = number.value if factor == 1 else float(f"{number.value * factor:.12g}")
    possible = POSSIBLE.get(analyte) if unit == STANDARD.get(analyte, ("",))[0] else None
    if possible and not number.limit and not possible[0] <= value <= possible[1]:
        place = of.sheet.headings[of.columns[m.VALUE].column].column
        text = of.sheet.mended.get((row.place, place), of.sheet.table.sheet.rows[row.place][place])
        expected = f"{analyte} from {possible[0]:g} to {possible[1]:g} {unit}: is the unit right?"
        of.wrong(row, m.VALUE, text, UNIT, expected, "Correct the value or its unit")
        of.unused(row, "holds an impossible value")
        return
    into.measurements.append((row.patient, analyte, since, value, unit or None, limit_of(number), None, None))


def of_endpoints(sheet: SheetRows, found: Findings) -> list[Endpoint]:
    """Endpoints, one a row: its name, a time in the column's unit, and a status."""
    of = _Long.of(sheet, Clock({}, None), found)  # type: ignore[arg-type]
    if not {m.ENDPOINT, m.MONTHS, m.STATUS} <= set(of.columns):
        return []
    times, states = of.columns[m.MONTHS], of.columns[m.STATUS]
    numbers = values(sheet, times, plain_numbers(sheet, times), found, "endpoint left out")
    status = values(sheet, states, level_reader(states, LEVEL, "censored or event"), found, "endpoint left out")
    known = {name.casefold(): name for name in ENDPOINTS}
    endpoints: dict[tuple[str, str], Endpoint] = {}
    causes = dict(of.columns[m.CAUSE].levels) if m.CAUSE in of.columns else {}
    cells = zip(*(of.texts(role) for role in (m.ENDPOINT, m.MONTHS, m.UNIT, m.CAUSE)), strict=True)
    for row, value, said, told in zip(sheet.rows, numbers, status, cells, strict=True):
        name, written, unit, told_cause = told
        name = known.get(name.strip().casefold(), name.strip())
        if value is None and is_missing(written):
            of.wrong(row, m.MONTHS, written, MISSING_VALUE, "a time", "Fill it in", f"{name} left out")
        if is_missing(name) or value is None or said is None:
            of.unused(row, "has no endpoint, time or status that can be read")
        elif value < 0:
            of.wrong(row, m.MONTHS, written, CONTRADICTION, "0 or more", "Correct the time")
            of.unused(row, "a negative time")
        elif (row.patient, name) in endpoints:
            of.wrong(row, m.ENDPOINT, name, DUPLICATE, "each endpoint of a patient once", "Delete one of the two")
            of.unused(row, f"{name} of this patient stands in an earlier row")
        else:
            months = value * days_in(unit or times.unit) / DAYS_PER_MONTH
            cause = causes.get(folded(told_cause), "") if said == m.EVENT else ""
            endpoints[row.patient, name] = Endpoint(row.patient, name, months, STATUS[said], cause)
    _longer(of, endpoints)
    return list(endpoints.values())


def _longer(of: _Long, endpoints: dict[tuple[str, str], Endpoint]) -> None:
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
