"""A REDCap export that comes without its dictionary: a sheet of its patients, and one for each form that repeats."""

import re

from core.importers.names import name_of
from core.importers.sheets import Built, Sheet

_INSTRUMENT = ("redcap_repeat_instrument", "repeat instrument")
_INSTANCE = ("redcap_repeat_instance", "repeat instance")
_EVENT = ("redcap_event_name", "event name")
"""The columns of REDCap itself, in an export of codes and in one of labels."""
_ARM = re.compile(r"_arm_\d+$|\s*\(arm \d+:.*\)$", re.IGNORECASE)
"""What stands behind the name of an event."""


def parted(sheet: Sheet) -> list[Sheet]:
    """
    The sheet as its patients, a row a record, and its repeating forms; as it is where it is no REDCap export with
    forms that repeat or events of a day or month.
    """
    header = sheet.rows[0] if sheet.rows else ()
    instrument, instance, event = (_place(header, names) for names in (_INSTRUMENT, _INSTANCE, _EVENT))
    timed = event is not None and any(name_of(_event(name)).day is not None for name in _different(sheet, event))
    if instrument is None and (event is None or header[event] != _EVENT[0]):
        return [sheet]
    if instrument is None and event is not None and not timed:
        return _of_no_day(sheet, event)
    of_form: dict[str, list[int]] = {}
    for number, row in enumerate(sheet.rows[1:], 1):
        form = row[instrument] if instrument is not None else ""
        again = _event(row[event]) if event is not None and instance is not None and row[instance] else ""
        of_form.setdefault(form or again, []).append(number)
    own = {place for place in (0, instrument, instance, event) if place is not None}
    patients = of_form.pop("", [])
    visits = {(sheet.rows[number][0], sheet.rows[number][event] if event is not None else "") for number in patients}
    if len(visits) < len(patients):
        return [sheet]  # a record twice is asked about, as in any sheet
    of_patients = []
    if patients and timed and event is not None:
        of_patients = [_visits(sheet, patients, own, event)]
    elif patients:
        told = own - {event} if len(_different(sheet, event or 0)) > 1 else own
        of_patients = [_form(sheet, "patients", patients, told, None)]
    return [*of_patients, *(_form(sheet, form, numbers, own, instance) for form, numbers in of_form.items())]


def _of_no_day(sheet: Sheet, event: int) -> list[Sheet]:
    """
    An export with events that tell no day (visit 1, visit 2): what is filled at several of them and not at the first is
    a sheet with a row a visit; as it is where nothing is.
    """
    rows = list(range(1, len(sheet.rows)))
    columns = (column for column in range(sheet.width) if column not in (0, event))
    at = {column: {sheet.rows[n][event] for n in rows if sheet.rows[n][column]} for column in columns}
    first = sheet.rows[1][event] if rows else ""
    again = {column for column, events in at.items() if len(events) > 1 and first not in events}
    if not again or len({(sheet.rows[n][0], sheet.rows[n][event]) for n in rows}) < len(rows):
        return [sheet]
    told = [number for number in rows if any(sheet.rows[number][column] for column in again)]
    others = set(range(sheet.width)) - again
    return [_visits(sheet, rows, {0, event} | again, event), _form(sheet, "visits", told, others, None)]


def _different(sheet: Sheet, column: int) -> dict[str, None]:
    return dict.fromkeys(row[column] for row in sheet.rows[1:])


def _place(header: tuple[str, ...], names: tuple[str, str]) -> int | None:
    return next((place for place, cell in enumerate(header) if cell.casefold().strip() in names), None)


def _event(name: str) -> str:
    """
    An event without its arm.

    >>> _event("month_3_arm_1")
    'month 3'
    """
    return _ARM.sub("", name).replace("_", " ").strip()


def _form(sheet: Sheet, form: str, numbers: list[int], own: set[int], instance: int | None) -> Sheet:
    """A form that repeats: a row each time it is filled, with the columns that it fills."""
    filled = [c for c in range(sheet.width) if c not in own and any(sheet.rows[number][c] for number in numbers)]
    columns = [0, *filled, *([instance] if instance is not None else [])]
    built = Built(sheet, form.replace("_", " "), [sheet.rows[0][column] for column in columns], [""] * len(columns))
    for number in numbers:
        built.add([(sheet.rows[number][column], number, column) for column in columns])
    return built.sheet()


def _visits(sheet: Sheet, numbers: list[int], own: set[int], event: int) -> Sheet:
    """The rows of the events of each record in one. What a record fills at several is a column for each of them."""
    of_record: dict[str, list[int]] = {}
    for number in numbers:
        of_record.setdefault(sheet.rows[number][0], []).append(number)
    visit = {number: _event(sheet.rows[number][event]) for number in numbers}
    columns: list[tuple[int, str]] = []
    for column in (column for column in range(sheet.width) if column not in own):
        filled = [[number for number in rows if sheet.rows[number][column]] for rows in of_record.values()]
        several = any(len(rows) > 1 for rows in filled)
        names = dict.fromkeys(visit[number] for rows in filled for number in rows)
        columns += [(column, name) for name in names] if several else [(column, "")]
    headings = [f"{sheet.rows[0][column]} {name}".strip() for column, name in columns]
    built = Built(sheet, "patients", [sheet.rows[0][0], *headings], [""] * (len(columns) + 1))
    for record, rows in of_record.items():
        cells = [(record, rows[0], 0)]
        for column, name in columns:
            at = [number for number in rows if name in ("", visit[number]) and sheet.rows[number][column]]
            cells.append((sheet.rows[at[0]][column] if at else "", at[0] if at else rows[0], column))
        built.add(cells)
    return built.sheet()
