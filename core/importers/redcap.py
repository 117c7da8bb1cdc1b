"""
A REDCap export with its dictionary: codes as their labels, a sheet of patients, and one for each form that repeats.

The sheets that come out know where each of their cells stands in the export.
Fields that the dictionary calls identifiers are never in them.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

from core.importers.levels import folded
from core.importers.meanings import known_as
from core.importers.names import SURE, known_by, plain
from core.importers.redcap_forms import parted
from core.importers.sheets import Built, Sheet

_FIELD, _FORM, _TYPE, _LABEL, _CHOICES, _NOTE, _IDENTIFIER = (
    "Variable / Field Name", "Form Name", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Identifier?",
)  # fmt: skip
_OWN = re.compile(r"redcap_\w+|\w+_complete|\w+_timestamp")
"""Columns of REDCap itself."""
_NO_DATA = ("descriptive", "file")
_INFUSION = known_as("infusion date")
_PATIENT = known_as("patient")
_HIGH_RISK = re.compile(r"17\s*p|\b4\s*;\s*14\b|\b14\s*;\s*16\b")
"""What boxes of a field of cytogenetics name that make the risk high (IMWG 2016)."""
_TRIPLE = (("proteasome", "pi"), ("imid", "immunomodul"), ("cd38",))
"""Classes of drugs that a triple-class refractory myeloma is refractory to, by words of their boxes."""


@dataclass(frozen=True, eq=False)
class Field:
    """A field of the dictionary: its form, kind, label without markup, choices by code, and its note."""

    name: str
    form: str
    kind: str
    label: str
    choices: dict[str, str]
    note: str
    is_identifier: bool


@dataclass(frozen=True)
class Column:
    """A column of the export: its place, its field, and of a checkbox the code of the box."""

    place: int
    field: Field
    box: str = ""


def unfolded(sheets: list[Sheet]) -> list[Sheet]:
    """
    The sheets with a REDCap export in place of which stand its patients and its repeating forms; as they are where
    none is among them.
    """
    dictionary = next((sheet for sheet in sheets if sheet.rows and sheet.rows[0][0] == _FIELD), None)
    if dictionary is None:
        return [part for sheet in sheets for part in parted(sheet)]
    fields = _fields(dictionary)
    export = next((one for one in sheets if one is not dictionary and one.rows and one.rows[0][0] in fields), None)
    if export is None:
        return [sheet for sheet in sheets if sheet is not dictionary]
    others = [sheet for sheet in sheets if sheet is not dictionary and sheet is not export]
    return [*_sheets(export, fields), *others]


def _fields(dictionary: Sheet) -> dict[str, Field]:
    place = {name: column for column, name in enumerate(dictionary.rows[0])}
    found = {}
    for row in dictionary.rows[1:]:
        cell = {name: row[place[name]] if name in place else "" for name in (
            _FIELD, _FORM, _TYPE, _LABEL, _CHOICES, _NOTE, _IDENTIFIER)}  # fmt: skip
        label = re.sub(r"<[^>]*>", " ", cell[_LABEL]).strip()
        found[cell[_FIELD]] = Field(
            cell[_FIELD], cell[_FORM], cell[_TYPE], label, _choices(cell[_TYPE], cell[_CHOICES]), cell[_NOTE],
            cell[_IDENTIFIER].casefold().startswith("y"),
        )  # fmt: skip
    return found


def _choices(kind: str, told: str) -> dict[str, str]:
    if kind in ("yesno", "truefalse"):
        return {"1": "Yes", "0": "No"}
    if kind not in ("radio", "dropdown", "checkbox"):
        return {}
    pairs = (one.partition(",") for one in told.split("|"))
    return {code.strip(): label.strip() for code, sign, label in pairs if sign}


def _sheets(export: Sheet, fields: dict[str, Field]) -> list[Sheet]:
    header = export.rows[0]
    columns, unknown = [], []
    for place, name in enumerate(header):
        base, _, box = name.partition("___")
        if base in fields:
            columns.append(Column(place, fields[base], box))
        elif not _OWN.fullmatch(name):
            unknown.append(name)
    columns = [one for one in columns if not one.field.is_identifier and one.field.kind not in _NO_DATA]
    if (
        known_by([plain(columns[0].field.name)], _PATIENT)[1] < SURE
    ):  # whatever it is called, the first field is the record
        columns[0] = replace(columns[0], field=replace(columns[0].field, name="record_id"))
    by_form: dict[str, list[Column]] = {}
    for column in columns[1:]:
        by_form.setdefault(column.field.form, []).append(column)
    repeat = header.index("redcap_repeat_instrument") if "redcap_repeat_instrument" in header else None
    long = {form for form, of_form in by_form.items() if _repeats(export, of_form, repeat, form)}
    told = [f"{export.title}: {', '.join(unknown)} is in no dictionary and was not used."] if unknown else []
    patients = _patients(export, columns[0], {form: of for form, of in by_form.items() if form not in long})
    forms = [_form(export, columns[0], form, by_form[form]) for form in by_form if form in long]
    return [replace(patients, remarks=(*export.remarks, *told)), *forms]


def _repeats(export: Sheet, columns: list[Column], repeat: int | None, form: str) -> bool:
    """Whether any record fills a form more than once."""
    filled: Counter[str] = Counter()
    for row in export.rows[1:]:
        if repeat is not None and row[repeat] == form:
            return True
        filled[row[0]] += any(_is_filled(row[column.place], column) for column in columns)
    return max(filled.values(), default=0) > 1


def _is_filled(cell: str, column: Column) -> bool:
    """Whether a cell says anything: a box that is not ticked does not."""
    return bool(cell) and not (column.box and cell == "0")


def _meaning(cell: str, column: Column) -> str:
    """A cell as its label: the code, 1.0 for 1, or the whole choice."""
    field = column.field
    if column.box:
        return {"1": "Yes", "0": "No"}.get(cell, cell)
    if not field.choices or not cell:
        return "" if cell and cell in field.note and cell.startswith("-") else cell
    code = re.sub(r"\.0+$", "", cell)
    whole = cell.partition(",")[2].strip()
    return field.choices.get(code) or (whole if whole in field.choices.values() else cell)


def _title(column: Column) -> str:
    field = column.field
    several = column.box and len(field.choices) > 1
    return f"{field.label}: {field.choices.get(column.box, column.box)}" if several else field.name


def _label(column: Column) -> str:
    """What the dictionary says of a field: its label, and its note, in which its unit may stand."""
    field = column.field
    return "" if column.box else f"{field.label} ({field.note})" if field.note else field.label


def _form(export: Sheet, record: Column, form: str, columns: list[Column]) -> Sheet:
    """A form that repeats: a row each time it is filled."""
    named = [column for column in columns if not column.field.name.endswith("_other")]
    header = export.rows[0]
    instance = header.index("redcap_repeat_instance") if "redcap_repeat_instance" in header else 0
    headings = [record.field.name, *map(_title, named), "redcap_repeat_instance"]
    built = Built(export, form.replace("_", " "), headings, ["", *map(_label, named), ""])
    other = {c.field.name.removesuffix("_other"): c for c in columns if c.field.name.endswith("_other")}
    for number, row in enumerate(export.rows[1:], 1):
        if not any(_is_filled(row[column.place], column) for column in columns):
            continue
        cells = [(row[0], number, 0)]
        for column in named:
            text = _meaning(row[column.place], column)
            of_other = other.get(column.field.name.removesuffix("_term")) or other.get(column.field.name)
            if of_other is not None and folded(text).startswith("other") and row[of_other.place]:
                text = row[of_other.place]
            cells.append((text, number, column.place))
        built.add([*cells, (row[instance] if instance else str(number), number, instance)])
    return built.sheet()


def _patients(export: Sheet, record: Column, by_form: dict[str, list[Column]]) -> Sheet:
    """The forms that are filled once a record, in one row a record; boxes that mean something together, together."""
    columns = [column for of_form in by_form.values() for column in of_form]
    names = {column.field.name for column in columns}
    denied = {f"{name.removesuffix('_grade')}_yn" for name in names if name.endswith("_grade")}
    together = _together(columns)
    infusion = _infusion_form(by_form)
    group = next((n for n, name in enumerate(export.rows[0]) if name == "redcap_data_access_group"), None)
    kept = [column for column in columns if column.field.name not in denied]
    headings = [record.field.name, *map(_title, kept), *together, *(["infused"] if infusion else [])]
    headings += ["centre"] if group is not None else []
    labels = ["", *map(_label, kept)]
    built = Built(export, "patients", headings, labels + [""] * (len(headings) - len(labels)))
    rows: dict[str, list[int]] = {}
    for number, row in enumerate(export.rows[1:], 1):
        rows.setdefault(row[0], []).append(number)
    for name, numbers in rows.items():
        at = {column: _row_of(export, numbers, column, by_form[column.field.form]) for column in columns}
        held = {column: _meaning(export.rows[at[column]][column.place], column) for column in columns}
        _fill_grades(held)
        cells = [(name, numbers[0], 0)]
        cells += [(held[column], at[column], column.place) for column in kept]
        cells += [(_all_or_any(held, boxes, every), at[boxes[0]], boxes[0].place) for boxes, every in together.values()]
        if infusion:
            was = any(_is_filled(export.rows[n][c.place], c) for c in by_form[infusion] for n in numbers)
            cells.append(("Yes" if was else "No", numbers[0], 0))
        if group is not None:
            cells.append((export.rows[numbers[0]][group], numbers[0], group))
        built.add(cells)
    return built.sheet()


def _row_of(export: Sheet, numbers: list[int], column: Column, of_form: list[Column]) -> int:
    """In which of a record's rows a field stands: where it is filled, or its form is, or else the first."""
    filled = next((number for number in numbers if export.rows[number][column.place]), None)
    form = (n for n in numbers if any(_is_filled(export.rows[n][one.place], one) for one in of_form))
    return filled or next(form, numbers[0])


def _infusion_form(by_form: dict[str, list[Column]]) -> str:
    """The form that holds the date of infusion: a record that never filled it was not infused."""
    for form, columns in by_form.items():
        if any(known_by([plain(c.field.name), plain(c.field.label)], _INFUSION)[1] > 1 for c in columns):
            return form
    return ""


def _fill_grades(held: dict[Column, str]) -> None:
    """A syndrome that a yes-no field denies is of grade 0, and not without a grade."""
    by_name = {column.field.name: column for column in held}
    for name, column in by_name.items():
        grade = by_name.get(f"{name.removesuffix('_yn')}_grade")
        if name.endswith("_yn") and grade is not None and held[column] == "No" and not held[grade]:
            held[grade] = "0"


def _together(columns: list[Column]) -> dict[str, tuple[list[Column], bool]]:
    """The boxes that make a high risk (any of them) and a triple-class refractory myeloma (all), by their names."""
    found: dict[str, tuple[list[Column], bool]] = {}
    boxes: dict[str, list[Column]] = {}
    for column in columns:
        if column.box:
            boxes.setdefault(column.field.name, []).append(column)
    for of_field in boxes.values():
        label = {column: folded(column.field.choices.get(column.box, column.box)) for column in of_field}
        risky = [column for column in of_field if _HIGH_RISK.search(label[column])]
        classes = [[c for c in of_field if any(word in label[c] for word in words)][:1] for words in _TRIPLE]
        if len(risky) > 1:
            found["high risk cytogenetics"] = (_with_none(of_field, risky), False)
        elif all(classes):
            found["triple class refractory"] = ([one[0] for one in classes], True)
    return found


def _with_none(of_field: list[Column], risky: list[Column]) -> list[Column]:
    """The risky boxes first, then the others of their field, which say whether anything was looked for."""
    return [*risky, *(column for column in of_field if column not in risky)]


def _all_or_any(held: dict[Column, str], boxes: list[Column], every: bool) -> str:
    """Yes and No of boxes together; nothing where none is ticked that says so, or one says that it was not done."""
    ticked = [held[box] == "Yes" for box in boxes]
    if every:
        return ("Yes" if all(ticked) else "No") if any(held[box] for box in boxes) else ""
    labels = [folded(box.field.choices.get(box.box, "")) for box in boxes]
    if any(tick and _HIGH_RISK.search(label) for tick, label in zip(ticked, labels, strict=True)):
        return "Yes"
    not_done = any(tick and "not done" in label for tick, label in zip(ticked, labels, strict=True))
    return "" if not_done or not any(ticked) else "No"
