"""
What the columns of somebody's sheets are taken for: a frozen value that can be kept as JSON and applied again.

The JSON holds names of sheets and columns, and the words of categories and codes; no patient, date or number of a cell.
Corrections of single cells are of this session and are not in it.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

PATIENTS, EVENTS, MEASUREMENTS, RESPONSES, ENDPOINTS, NOTHING = (
    "one row a patient", "adverse events", "measurements", "responses", "endpoints", "nothing",
)  # fmt: skip
"""What a sheet holds: the first is one row a patient, the others a row a thing that happened to one."""

HOLDS = (PATIENTS, EVENTS, MEASUREMENTS, RESPONSES, ENDPOINTS, NOTHING)

PATIENT, LEFT_OUT, PRIVATE, VARIABLE, ISOTYPE = "patient", "left out", "private", "variable", "isotype"
INFUSION, PROGRESSION, DEATH, LAST_CONTACT, LAST_ASSESSMENT, CUTOFF = (
    "infusion date", "progression date", "date of death", "last contact", "last assessment", "data cutoff",
)  # fmt: skip
PROGRESSED, VITAL, CAUSE = "progressed", "vital status", "cause of death"
MONTHS, STATUS = "time", "status"
BEST_RESPONSE, BEST_RESPONSE_DATE, RESPONSE, MRD = "best response", "date of best response", "response", "MRD"
GRADE, ONSET, TREATMENT, MEASUREMENT, LOOKED_FOR = (
    "grade", "onset", "treatment", "measurement", "looked for",
)  # fmt: skip
TERM, ENDS, CATEGORY, GRADING, SERIOUS = "term", "end", "category", "grading", "serious"
ANALYTE, VALUE, UNIT, DAY, UNIT_BESIDE = "analyte", "value", "unit", "day", "unit of the column before"
ENDPOINT, KIND, BELOW = "endpoint", "kind of assessment", "below limit"
OF_SEVERAL = (LAST_CONTACT, LAST_ASSESSMENT, PROGRESSED, VITAL)
"""What can stand once for each visit: the latest day counts, and that it happened at any."""
INFUSED, TREATED, BEFORE = "infused", "date of treatment", "date before infusion"
"""
What a column is: of a sheet with one row a patient up to LOOKED_FOR, of the longer ones the rest (GRADE, ONSET,
RESPONSE, MRD, MONTHS and STATUS of both).
"""

ROLES = frozenset({
    PATIENT, LEFT_OUT, PRIVATE, VARIABLE, ISOTYPE, INFUSION, PROGRESSION, DEATH, LAST_CONTACT, LAST_ASSESSMENT, CUTOFF,
    PROGRESSED, VITAL, CAUSE, MONTHS, STATUS, BEST_RESPONSE, BEST_RESPONSE_DATE, RESPONSE, MRD, GRADE, ONSET,
    TREATMENT, MEASUREMENT, LOOKED_FOR, TERM, ENDS, CATEGORY, GRADING, SERIOUS, ANALYTE, VALUE, UNIT, DAY,
    UNIT_BESIDE, ENDPOINT, KIND, BELOW, INFUSED, TREATED, BEFORE,
})  # fmt: skip

DATES = (INFUSION, PROGRESSION, DEATH, LAST_CONTACT, LAST_ASSESSMENT, CUTOFF)
"""The columns that are read as days."""

TOGETHER, SECOND = "together", "second infusion"
"""That the rows of a patient complete each other."""
SAME, OWN, APART = "the same patients", "own names", "names after the sheet"
"""Whose rows those of a second sheet of patients are."""

NOT_INFUSED, COUNTED, NOT_KNOWN = "not infused", "counted", "not known"
"""Who has no date of infusion (or `INFUSED`); that who was not infused is counted among the patients."""

EVENT, CENSORED, COMPETING = "event", "censored", "competing event"
"""What a value of a status means."""


@dataclass(frozen=True)
class ColumnChoice:
    """
    What one column is taken for. `of` names the variable, term, analyte, endpoint
    or treatment, `at` the day of a measurement or the month of a response; `unit` is that of the cells;
    `levels` what each text means ("" is missing), folded; `empty` what an empty cell does; `fractions`
    whether a value of 1 or less among percentages is a fraction; `other_unit` that of the rows
    `other_rows` (first and last as the spreadsheet shows them), where the unit changes.
    """

    column: str
    role: str = LEFT_OUT
    of: str = ""
    at: float | None = None
    label: str = ""
    kind: str = ""
    section: str = "more"
    unit: str = ""
    levels: tuple[tuple[str, str], ...] = ()
    empty: str = ""
    fractions: bool | None = None
    other_unit: str = ""
    other_rows: tuple[int, int] | None = None


@dataclass(frozen=True)
class SheetChoice:
    """
    What a sheet holds, and its columns. `day_first` says how 03/05/22 is read; `keeps`
    which of two rows of one patient counts: "first", "last", `TOGETHER`, `SECOND`, or "" while that is to be said;
    `by` the column that tells patients of one number apart, such as the centre; `dies_at_last_contact`
    whether who is dead died on the day of the last contact, where no column has dates of death;
    `decimal` what 1.200 is where its column proves nothing: "." or "," before the decimals, or "" where that is still
    to be said; `alike_are_one` whether 1 and P01 are one patient; `fills_down` whether a row without a name is of
    the patient above; `adds` whether its patients join those of the first such sheet: `OWN` under their own
    names, `APART` with the sheet's before theirs, `SAME` or "" (still to be said) where they are those; `all_alive`
    whether everybody is, where no column says who died; `undated` whether none of its days is the infusion;
    `blank_infusion` whether who has no date of it was infused: `INFUSED`, `NOT_INFUSED`, or "" while that is to be
    said; `not_infused` is `COUNTED` where who was not is among the patients; `turned_round` whether a spreadsheet took
    the days of its dates for months.
    """

    sheet: str
    holds: str
    columns: tuple[ColumnChoice, ...] = ()
    day_first: bool | None = None
    keeps: str = ""
    by: str = ""
    dies_at_last_contact: bool | None = None
    decimal: str = ""
    alike_are_one: bool | None = None
    fills_down: bool | None = None
    adds: str = ""
    all_alive: bool | None = None
    undated: bool | None = None
    blank_infusion: str = ""
    not_infused: str = ""
    turned_round: bool | None = None

    def column(self, role: str) -> ColumnChoice | None:
        """The first column of a role."""
        return next((column for column in self.columns if column.role == role), None)


@dataclass(frozen=True)
class Correction:
    """What is read instead of what stands in a cell: of the sheet, its row and column as the spreadsheet shows them."""

    sheet: str
    row: int
    column: str
    value: str


@dataclass(frozen=True)
class Mapping:
    """
    What all sheets are taken for. `last_day` (ISO) is the day of the import, after
    which nothing can have happened, `cutoff` that of the data; `from_dates` whether
    endpoints come from dates where there are times as well, `strict` whether those that
    contradict each other are left out; `pd_progresses` whether progressive disease among the responses of who has no
    date of progression is one, None while that is to be said.
    """

    sheets: tuple[SheetChoice, ...]
    last_day: str
    name: str = "Your cohort"
    from_dates: bool = True
    cutoff: str = ""
    strict: bool = True
    pd_progresses: bool | None = None
    corrections: tuple[Correction, ...] = ()

    def with_column(self, sheet: str, column: ColumnChoice) -> "Mapping":
        """The same with another choice for one column."""
        return self.with_sheet(sheet, lambda one: replace(one, columns=_with(one.columns, column)))

    def with_sheet(self, sheet: str, change: Callable[[SheetChoice], SheetChoice]) -> "Mapping":
        """The same with one sheet changed by a function of it."""
        return replace(self, sheets=tuple(change(one) if one.sheet == sheet else one for one in self.sheets))


def _with(columns: tuple[ColumnChoice, ...], changed: ColumnChoice) -> tuple[ColumnChoice, ...]:
    return tuple(changed if column.column == changed.column else column for column in columns)


class BadRecipe(ValueError):
    """A recipe that cannot be read: the words say what is wrong with it."""


RECIPE = "CARTograph recipe 1"


def recipe(mapping: Mapping) -> str:
    """The mapping as JSON without the corrections of cells and the day of the import."""
    sheets = [_without_defaults(asdict(sheet)) for sheet in mapping.sheets]
    kept = {
        "recipe": RECIPE,
        "name": mapping.name,
        "from_dates": mapping.from_dates,
        "strict": mapping.strict,
        "pd_progresses": mapping.pd_progresses,
        "sheets": sheets,
    }
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def _without_defaults(sheet: dict) -> dict:
    plain = asdict(ColumnChoice(""))
    columns = [{k: v for k, v in column.items() if v != plain[k]} for column in sheet["columns"]]
    return sheet | {"columns": columns}


def mapping_of(text: str, last_day: str) -> Mapping:
    """The mapping of a recipe. Raises BadRecipe."""
    try:
        kept = json.loads(text)
    except ValueError:
        raise BadRecipe("this is no JSON file; a recipe is what was downloaded beside a cohort.") from None
    if not isinstance(kept, dict) or kept.get("recipe") != RECIPE:
        raise BadRecipe(f"this file is no recipe: it does not begin with {RECIPE!r}.")
    try:
        sheets = tuple(_sheet(sheet) for sheet in kept["sheets"])
        return Mapping(
            sheets, last_day, str(kept["name"]), bool(kept["from_dates"]), strict=bool(kept["strict"]),
            pd_progresses=kept["pd_progresses"] if isinstance(kept.get("pd_progresses"), bool) else None,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadRecipe("this recipe is damaged: a sheet or a column of it cannot be read.") from None


def _sheet(kept: dict) -> SheetChoice:
    columns = tuple(_column(column) for column in kept["columns"])
    said = {name: kept.get(name, may_be[0]) for name, may_be in _MAY_BE.items()}
    if any(said[name] not in may_be for name, may_be in _MAY_BE.items()) or str(kept["holds"]) not in HOLDS:
        raise ValueError
    return SheetChoice(str(kept["sheet"]), str(kept["holds"]), columns, by=str(kept.get("by", "")), **said)


_YES_NO = (None, True, False)
_MAY_BE: dict[str, tuple] = {
    "day_first": _YES_NO, "keeps": ("", "first", "last", TOGETHER, SECOND), "dies_at_last_contact": _YES_NO,
    "decimal": ("", ".", ","),
    "alike_are_one": _YES_NO, "fills_down": _YES_NO, "adds": ("", SAME, OWN, APART),
    "all_alive": _YES_NO, "undated": _YES_NO, "not_infused": ("", COUNTED),
    "blank_infusion": ("", INFUSED, NOT_INFUSED), "turned_round": _YES_NO,
}  # fmt: skip
"""What each answer about a sheet can be, first where a recipe does not say it."""


def _column(kept: dict) -> ColumnChoice:
    levels = tuple((str(text), str(level)) for text, level in kept.get("levels", ()))
    at = kept.get("at")
    if str(kept.get("role", LEFT_OUT)) not in ROLES:
        raise ValueError
    words = {
        key: str(kept[key])
        for key in ("column", "role", "of", "label", "kind", "section", "unit", "empty")
        if key in kept
    }
    rows = kept.get("other_rows")
    return ColumnChoice(
        **words,
        at=None if at is None else float(at),
        levels=levels,
        fractions=kept.get("fractions"),
        other_unit=str(kept.get("other_unit", "")),
        other_rows=None if rows is None else (int(rows[0]), int(rows[1])),
    )
