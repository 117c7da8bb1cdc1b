"""PFS, OS and any other endpoint from columns of times with a status beside each."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from core.cohort.schema import LONGEST_MONTHS
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.importers import mapping as m
from core.importers.endpoints import Endpoint
from core.importers.findings import BOTH, CONTRADICTION, LEVEL, MISSING_VALUE, NUMBER, UNIT, Findings
from core.importers.levels import is_missing
from core.importers.numbers import number_in
from core.importers.patients import SheetRows
from core.importers.values import Read, level_reader, number_reader, values

_UNIT = re.compile(
    r"([dtwmyj])(?:ays?|age?n?|eeks?|oche?n?|k|ks|o|os|onths?|onate?n?|ears?|r|rs|ahre?n?|ois|eses|esi|ese|es|ías)?\.?"
    r"|(j)ours?|(g)iorni|(a)nn[io]|(a)ños?", re.IGNORECASE,
)  # fmt: skip
_UNITS = {"d": 1.0, "t": 1.0, "w": 7.0, "m": DAYS_PER_MONTH, "y": 365.25, "j": 365.25, "g": 1.0, "a": 365.25}
_JOURS = re.compile(r"jours?", re.IGNORECASE)
LONGEST_FOLLOWED = 240
"""Months that nobody is followed for after CAR-T cells: larger numbers are days."""
_OUTLYING, _MOST_OF_A_KIND = 2.5, 10
"""How many times the largest of the others a time is that must be of another unit, in columns of so many at least."""


def days_in(unit: str) -> float | None:
    """The days of a unit of time (d, days, wk, mo, years); None where it is none, or none is told."""
    found = _UNIT.fullmatch(unit.strip())
    if found is None or _JOURS.fullmatch(unit.strip()):
        return None if found is None else 1.0
    return _UNITS[next(filter(None, found.groups())).casefold()]


def largest_of(texts: Iterable[str]) -> float:
    """The largest of the numbers that stand in texts; 0 where none does."""
    return max((one.value for text in texts if (one := number_in(text)) is not None), default=0.0)


def from_times(sheet: SheetRows, strict: bool, found: Findings) -> list[Endpoint]:
    """Each endpoint with a column of times and one of statuses, in months; `strict` leaves out PFS longer than OS."""
    times = {column.of: column for column in sheet.choice.columns if column.role == m.MONTHS}
    states = {column.of: column for column in sheet.choice.columns if column.role == m.STATUS}
    of_all: dict[str, dict[str, Endpoint]] = {}
    for name in (name for name in times if name in states):
        if times[name].column in sheet.headings and states[name].column in sheet.headings:
            of_all[name] = _timed(sheet, name, times[name], states[name], found)
    if strict:
        _longer(sheet, times, of_all, found)
    _ended_by_death(sheet, states, of_all, found)
    _competing(of_all)
    return [endpoint for endpoints in of_all.values() for endpoint in endpoints.values()]


_MOST_UNREAD, _FEWEST_TOLD = 0.2, 5
"""Share of the patients with a time, of so many, whose status may be unread where all others are alike."""


def _one_sided(
    sheet: SheetRows, states: m.ColumnChoice, times: list, status: list, found: Findings, effect: str
) -> bool:
    """
    Whether the statuses that are read all say one thing while others are not read: times of those alone
    would be too short, or too long. It is told once.
    """
    told = [said for value, said in zip(times, status, strict=True) if value is not None]
    held = {said for said in told if said is not None}
    if len(held) != 1 or states.empty or len(told) < _FEWEST_TOLD or told.count(None) < _MOST_UNREAD * len(told):
        return False
    unread = next(row for row, value, said in zip(sheet.rows, times, status, strict=True)
                  if value is not None and said is None)  # fmt: skip
    place = sheet.place(unread, states, sheet.cells(states)[sheet.rows.index(unread)])
    wanted = f"who had an event and who had none: all {len(told) - told.count(None)} that are read are {held.pop()}"
    found.problem(place, LEVEL, wanted, "Say above what the others mean", effect)
    return True


def _timed(
    sheet: SheetRows, name: str, times: m.ColumnChoice, states: m.ColumnChoice, found: Findings
) -> dict[str, Endpoint]:
    effect = f"{name} left out"
    days = days_in(times.unit)
    if days is None:
        text = next((text for text in sheet.cells(times) if text), "")
        found.problem(
            sheet.place(sheet.rows[0], times, text), UNIT, "days, weeks, months or years", "Say which above", effect
        )
        return {}
    read = values(sheet, times, plain_numbers(sheet, times), found, effect)
    status = values(sheet, states, level_reader(states, LEVEL, "censored or event"), found, effect)
    if _one_sided(sheet, states, read, status, found, effect):
        return {}
    largest = [0.0, *sorted(value for value in read if value is not None)]
    endpoints = {}
    cells = zip(sheet.rows, sheet.cells(times), read, sheet.cells(states), status, strict=True)
    for row, text, value, state, said in cells:
        place = sheet.place(row, times, text)
        if value is None:
            if is_missing(text) and not is_missing(state):
                found.problem(place, MISSING_VALUE, "a time: a status stands beside it", "Fill it in", effect)
            continue
        if not 0 <= value * days / DAYS_PER_MONTH <= LONGEST_MONTHS:
            found.problem(place, CONTRADICTION, "from 0 to a hundred years", "Correct the time", effect)
        elif len(largest) > _MOST_OF_A_KIND and value == largest[-1] and value > _OUTLYING * largest[-2]:
            found.problem(place, UNIT, "a time like the others; is it in days?", "Correct the time", effect)
        elif said is not None:
            endpoints[row.patient] = Endpoint(row.patient, name, value * days / DAYS_PER_MONTH, STATUS[said])
        elif is_missing(state):
            wanted = "censored or event: a time stands beside it"
            found.problem(sheet.place(row, states, state), MISSING_VALUE, wanted, "Fill it in", effect)
    return endpoints


STATUS = {m.CENSORED: 0, m.EVENT: 1, m.COMPETING: 2}


def plain_numbers(sheet: SheetRows, column: m.ColumnChoice) -> Callable[[str], Read]:
    """A reader of numbers as plain values: a limit is no time."""
    reader = number_reader(sheet, column, lambda unit: None)

    def read(text: str) -> Read:
        said = reader(text)
        if said.value is None:
            return said
        if said.value.limit:
            return Read(wrong=(NUMBER, "one number", "Type the number"))
        return Read(said.value.value, said.becomes)

    return read


def _longer(
    sheet: SheetRows, times: dict[str, m.ColumnChoice], of_all: dict[str, dict[str, Endpoint]], found: Findings
) -> None:
    """Nobody is followed for longer without progression than alive: both are left out."""
    survival = of_all.get("OS", {})
    for row in sheet.rows:
        ends = survival.get(row.patient)
        free = of_all.get("PFS", {}).get(row.patient)
        if ends is None or free is None or free.months <= ends.months + 0.1:
            continue
        text = sheet.cells(times["PFS"])[sheet.rows.index(row)]
        found.problem(sheet.place(row, times["PFS"], text), CONTRADICTION,
                      f"not longer than OS, {ends.months:.1f} months", "Correct one of the two", BOTH)  # fmt: skip
        del survival[row.patient], of_all["PFS"][row.patient]


def _ended_by_death(
    sheet: SheetRows, states: dict[str, m.ColumnChoice], of_all: dict[str, dict[str, Endpoint]], found: Findings
) -> None:
    """Who died on the day to which PFS is told had an event (IMWG), though the status says who progressed alone."""
    free, survival = of_all.get("PFS", {}), of_all.get("OS", {})
    for row, text in zip(sheet.rows, sheet.cells(states["PFS"]) if free else [], strict=bool(free)):
        one, ends = free.get(row.patient), survival.get(row.patient)
        same_day = one is not None and ends is not None and abs(ends.months - one.months) < 0.05
        if one is not None and ends is not None and same_day and (one.status, ends.status) == (0, 1):
            free[row.patient] = replace(one, status=1)
            told = "an event: death that day ends PFS"
            found.problem(sheet.place(row, states["PFS"], text), CONTRADICTION, told, "Correct one of the two",
                          "counted as an event")  # fmt: skip


def _competing(of_all: dict[str, dict[str, Endpoint]]) -> None:
    """Who left the risk of a relapse or progression in the month of death died without it: that competes."""
    survival = of_all.get("OS", {})
    for name in (name for name in ("Relapse", "TTP") if name in of_all):
        for patient, one in of_all[name].items():
            ends = survival.get(patient)
            if one.status == 0 and ends is not None and ends.status == 1 and abs(ends.months - one.months) < 0.05:
                of_all[name][patient] = replace(one, status=2)
