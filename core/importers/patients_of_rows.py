"""The patients of a set of endpoints, one a row, without a sheet of patients: what is the same in all rows of one."""

from core.importers.layout import SheetTable, table_in
from core.importers.mapping import ENDPOINTS
from core.importers.profile import profile_of
from core.importers.shapes import patient_column, shape_of
from core.importers.sheets import Sheet, squared


def patients_among(tables: list[SheetTable]) -> SheetTable | None:
    """
    The patients of a table that holds endpoints, one row each with what never differs
    between their rows; None where it is not the only table, or holds something else.
    """
    if len(tables) != 1:
        return None
    [table] = tables
    profiles = {heading: profile_of(table, heading) for heading in table.headings}
    patient = patient_column(table, profiles)
    if patient is None:
        return None
    holds, roles = shape_of(table, profiles, patient)
    if holds != ENDPOINTS:
        return None
    cells, place = table.sheet.rows, patient.column
    first: dict[str, int] = {}
    for row in table.rows:
        first.setdefault(cells[row][place], row)
    kept = [
        heading
        for heading in table.headings
        if heading not in roles
        and all(cells[row][heading.column] == cells[first[cells[row][place]]][heading.column] for row in table.rows)
    ]
    rows = [[heading.name for heading in kept], *([cells[row][h.column] for h in kept] for row in first.values())]
    places = {
        (number, column): (row, heading.column)
        for number, row in enumerate(first.values(), 1)
        for column, heading in enumerate(kept)
    }
    title, labels = table.sheet.title, tuple(heading.label for heading in kept)
    named = f"{title}: patients"
    return table_in(Sheet(table.sheet.file, named, squared(rows), labels=labels, source=title, places=places))
