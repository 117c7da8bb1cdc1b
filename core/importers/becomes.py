"""What a column becomes, in a sentence and a few heights of bars: what is shown beside it before anything is loaded."""

from collections import Counter
from dataclasses import dataclass, replace
from math import isfinite
from statistics import median

from core.cohort.vocabulary import RESPONSES
from core.importers import mapping as m
from core.importers.apply import Applied
from core.importers.layout import headings_of
from core.importers.recognise import Recognised
from core.importers.sheets import letters
from core.text import digits, figures, patients

_BINS = 12


@dataclass(frozen=True)
class Becoming:
    """
    What a column becomes: its words, how many of its cells are to be looked at,
    and the heights of bars (`kind` "bins", "levels" or "curve"), of levels with their `names`.
    """

    words: str
    to_check: int = 0
    bars: tuple[float, ...] = ()
    kind: str = "bins"
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Index:
    """The tables of an applied mapping as they are asked for column by column."""

    applied: Applied
    recognised: Recognised
    values: dict[str, list[str]]
    problems: Counter

    @classmethod
    def of(cls, applied: Applied, recognised: Recognised) -> "Index":
        names = applied.columns["patients"]
        rows = applied.tables["patients"]
        values = {name: [row[place] for row in rows if row[place]] for place, name in enumerate(names)}
        return cls(applied, recognised, values, Counter((p.sheet, p.column) for p in applied.problems))


def becomes(index: Index, sheet: m.SheetChoice, column: m.ColumnChoice) -> Becoming:
    """What a column of a sheet becomes."""
    table = index.recognised.tables[sheet.sheet]
    place = headings_of(table).get(column.column)
    check = 0 if place is None else index.problems[sheet.sheet, letters(place)]
    before = index.applied.doubled.get((sheet.sheet, column.column))
    told = _words(index, sheet, column) if before is None else Becoming(f"Not used: {before.words} counts")
    return replace(told, to_check=check)


def _alone(sheet: m.SheetChoice, column: m.ColumnChoice) -> str:
    """What a column lacks beside it without which it is not used; empty where it lacks nothing."""
    needs = {m.MONTHS: m.STATUS, m.STATUS: m.MONTHS, m.ONSET: m.GRADE}.get(column.role)
    if sheet.holds != m.PATIENTS or needs is None:
        return ""
    beside = any(one.role == needs and one.of == column.of for one in sheet.columns)
    return "" if beside else f"Not used: no {needs} of {column.of} stands beside it"


def _words(index: Index, sheet: m.SheetChoice, column: m.ColumnChoice) -> Becoming:
    role = column.role
    if alone := _alone(sheet, column):
        return Becoming(alone)
    if role in _SAYS:
        return Becoming(_SAYS[role])
    if role == m.PATIENT:
        return Becoming(patients(index.applied.patients))
    if (
        role in (m.VARIABLE, m.BEFORE, m.ISOTYPE, *_NAMES)
        and (role != m.MRD or column.at is None)
        and sheet.holds == m.PATIENTS
    ):
        return _variable(index, column)
    if role in _ENDPOINTS or role in (m.MONTHS, m.STATUS):
        return _endpoint(index, _ENDPOINTS.get(role, column.of))
    if role in (m.RESPONSE, m.MRD):
        return _responses(index, column, sheet.holds != m.PATIENTS)
    if role in (m.GRADE, m.TERM):
        return _events(index, column.of)
    if role in (m.ANALYTE, m.VALUE, m.MEASUREMENT):
        return _measurements(index, column)
    if role == m.TREATMENT:
        given = {row[0] for row in index.applied.tables.get("milestones", ()) if row[2] == column.of}
        return Becoming(f"{column.of[:1].upper()}{column.of[1:]}: given to {len(given)}")
    return Becoming(f"Unit of {column.of}" if role == m.UNIT_BESIDE else "")


_SAYS = {
    m.LEFT_OUT: "Not used", m.PRIVATE: "Never loaded", m.INFUSION: "Month 0 of every time", m.ONSET: "Day of onset",
    m.ENDS: "Day of its end", m.UNIT: "Unit of each value", m.DAY: "Days from infusion", m.CUTOFF: "Data cutoff",
    m.CATEGORY: "Category of the event", m.GRADING: "Scale of the grades", m.LOOKED_FOR: "Says who was looked at",
    m.SERIOUS: "Who had a serious event", m.BEST_RESPONSE_DATE: "Dates the best response",
    m.TREATED: "First day of the treatment", m.INFUSED: "Who was infused",
    m.KIND: "Which assessment a row is", m.BELOW: "Whether a value is below the limit",
    m.ENDPOINT: "Which endpoint a row is of",
}  # fmt: skip
_ENDPOINTS = {
    m.PROGRESSION: "PFS", m.PROGRESSED: "PFS", m.LAST_ASSESSMENT: "PFS", m.DEATH: "OS", m.VITAL: "OS",
    m.LAST_CONTACT: "OS",
}  # fmt: skip
_NAMES = {m.BEST_RESPONSE: "best_response", m.CAUSE: "cause_of_death", m.MRD: "mrd_best"}


def _variable(index: Index, column: m.ColumnChoice) -> Becoming:
    name = _NAMES.get(column.role, column.of)
    held = index.values.get(name, [])
    if not held:
        return Becoming("No value that can be read")
    if column.kind == "number":
        numbers = sorted(float(value) for value in held if _is_number(value))
        if not numbers:
            return Becoming("No value that can be read")
        unit = next((row[3] or "" for row in index.applied.tables["variables"] if row[0] == name), "")
        words = f"{figures(numbers[0])}–{figures(numbers[-1])}{'' if unit == '%' else ' ' if unit else ''}{unit}"
        return Becoming(f"{words}, median {figures(median(numbers))}", bars=_bins(numbers))
    counts = Counter(held)
    order = [level for level in RESPONSES if level in counts] if column.role == m.BEST_RESPONSE else []
    names = order or [name for name, _ in counts.most_common()]
    shown = ", ".join(f"{level} {counts[level]}" for level in names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    bars = tuple(float(counts[level]) for level in names[:_BINS])
    return Becoming(shown + more, 0, bars, "levels" if order else "bins", tuple(order))


def _is_number(value: str) -> bool:
    """Whether a value of the table is a number: a variable of another sheet may have the same name."""
    try:
        return isfinite(float(value))
    except ValueError:
        return False


def _bins(numbers: list[float]) -> tuple[float, ...]:
    low, high = numbers[0], numbers[-1]
    if high == low:
        return (float(len(numbers)),)
    counts = [0.0] * _BINS
    for number in numbers:
        counts[min(_BINS - 1, int((number - low) / (high - low) * _BINS))] += 1
    return tuple(counts)


def _endpoint(index: Index, name: str) -> Becoming:
    rows = [row for row in index.applied.tables.get("endpoints", ()) if row[1] == name]
    if not rows:
        return Becoming(f"{name} cannot be told of anybody")
    events = sum(row[3] == "1" for row in rows)
    words = f"{name}: {events} events among {patients(len(rows))}"
    left = index.applied.patients - len(rows)
    return Becoming(f"{words}; {left} without" if left else words, bars=_curve(rows), kind="curve")


def _curve(rows: list[tuple]) -> tuple[float, ...]:
    """The share without an event at each twelfth of the follow-up, by Kaplan and Meier: a picture, no result."""
    ends = sorted((float(row[2]), row[3] == "1") for row in rows)
    longest = ends[-1][0] or 1.0
    share, at_risk, heights, place = 1.0, len(ends), [], 0
    for step in range(_BINS):
        while place < len(ends) and ends[place][0] <= longest * step / _BINS:
            share *= 1 - ends[place][1] / at_risk
            at_risk, place = at_risk - 1, place + 1
        heights.append(share)
    return tuple(heights)


def _responses(index: Index, column: m.ColumnChoice, long: bool) -> Becoming:
    at = None if column.at is None or long else column.at
    every = index.applied.tables.get("responses", ())
    rows = [row for row in every if at is None or (row[1] is not None and abs(float(row[1]) - at) < 1e-6)]
    place = 2 if column.role == m.RESPONSE else 3
    counts = Counter(row[place] for row in rows if row[place])
    order = [level for level in (*RESPONSES, "negative", "positive") if level in counts]
    when = "" if at is None else f"Month {at:.3g}: "
    words = ", ".join(f"{level} {counts[level]}" for level in order)
    bars = tuple(float(counts[level]) for level in order)
    return Becoming(f"{when}{words or 'none'}", 0, bars, "levels", tuple(order))


def _events(index: Index, term: str) -> Becoming:
    rows = [row for row in index.applied.tables.get("adverse_events", ()) if not term or row[1] == term]
    who = len({row[0] for row in rows})
    grades = Counter(row[4] for row in rows)
    bars = tuple(float(grades[str(grade)]) for grade in range(1, 6))
    names = tuple(f"grade{grade}" for grade in range(1, 6))
    severe = len({row[0] for row in rows if int(row[3]) >= 3})
    what = term or f"{len({row[1] for row in rows})} terms, {len(rows)} events"
    return Becoming(f"{what}: {who} patients, grade 3 or more in {severe}", 0, bars, "levels", names)


def _measurements(index: Index, column: m.ColumnChoice) -> Becoming:
    rows = index.applied.tables.get("measurements", ())
    if column.role != m.MEASUREMENT:
        return Becoming(f"{len(rows):,} values of {len({row[1] for row in rows})} analytes")
    if column.at is None or not column.of:
        of = [row for row in rows if (row[1] == column.of if column.of else float(row[2]) == column.at)]
        named = column.of or f"Day {digits(column.at or 0)}"
        return Becoming(f"{named}: {len(of):,} values of {patients(len({row[0] for row in of}))}")
    at = [row for row in rows if row[1] == column.of and column.at is not None and float(row[2]) == column.at]
    unit = next((f" {row[4]}" for row in at if row[4]), "")
    values = sorted(float(row[3]) for row in at if row[3])
    if not values:
        return Becoming(f"{column.of}, day {digits(column.at or 0)}: no value")
    words = f"{column.of}, day {digits(column.at or 0)}: {len(values)} values, median {figures(median(values))}{unit}"
    return Becoming(words, bars=_bins(values))
