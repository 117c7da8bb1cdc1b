"""
The vocabulary: the tables of a cohort, their columns, units and allowed levels.

One schema for the bundled cohort and for anybody's. A variable of `patients`
is described by a row of `variables`, and the app is made from those rows:
filters, comparisons, baseline table and dictionary. Time is in months of
30.4375 days from infusion, and in days where the field uses days.
"""

import re
from dataclasses import dataclass

DAYS_PER_MONTH = 30.4375

MOST, LEAST = 1e12, 1e-12
"""How large a number may be, and how small if it is not 0: whatever is measured, another unit brings it between."""
LONGEST_MONTHS, LONGEST_DAYS = 1_200.0, 36_525.0
"""A hundred years: no follow-up is longer, but a date or a number of days typed in its place is."""

RESPONSES = ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD")
"""Deepest first: the order of every response on every page."""

NEW_THERAPY = ("second infusion", "new therapy")
"""Milestones from which on a response is no longer to the first infusion."""
PROGRESSED = ("relapse", "progression")
"""Milestones that end a response where no endpoint dates it."""
RELAPSE_ENDPOINTS = ("Relapse", "TTP")
"""Endpoints whose event is a relapse or progression and never a death."""
OVERALL_RESPONSE = ("sCR", "CR", "VGPR", "PR")
VERY_GOOD_RESPONSE = ("sCR", "CR", "VGPR")
COMPLETE_RESPONSE = ("sCR", "CR")

CRS = "Cytokine release syndrome"
"""The term under which the syndrome is recorded, if it is."""
ANY_EVENT, ANY_OF = "Any adverse event", ", any"
"""The line of all events, and what ends the line of a category: no term may be called so."""
PROLONGED_CYTOPENIA = "prolonged_cytopenia"
"""The flag of `patients` that reports it, if there is one."""
TOXICITY_TREATMENTS = ("tocilizumab", "corticosteroids", "anakinra")
"""Milestones that are treatments of cytokine release or neurotoxicity."""

SOURCES = ("reported", "derived", "reconstructed", "assumed", "simulated")
COHORT_KINDS = {"published": "Published cohort", "simulated": "Simulated cohort", "yours": "Your cohort"}
KINDS = ("number", "category", "flag")
SECTIONS = ("first", "more", "after infusion")
FLAG_LEVELS = ("No", "Yes")

ENDPOINTS = {
    "PFS": "Progression-free survival",
    "OS": "Overall survival",
    "EFS": "Event-free survival",
    "DOR": "Duration of response",
    "Relapse": "Relapse or progression",
    "TTP": "Time to progression",
}
"""Full names of common endpoints; a cohort's other endpoints go by the name it gives them."""

EVENTS = {
    "PFS": ("progressed or died", "progression-free"),
    "OS": ("died", "alive"),
    "DOR": ("progressed or died", "still in response"),
    "Relapse": ("relapsed or progressed", "free of relapse"),
    "TTP": ("progressed", "progression-free"),
}
"""What an endpoint's event is called, and who has not had it."""


class CohortError(ValueError):
    """A cohort cannot be opened; `problems` says where and what to do."""

    def __init__(self, problems: "list[Problem]") -> None:
        self.problems = problems
        shown = [str(problem) for problem in problems[:20]]
        if len(problems) > len(shown):
            shown.append(f"… and {len(problems) - len(shown)} more problems")
        super().__init__("\n".join(shown))


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong in a cohort's files: where it is, what was found
    and what is needed. `rows` are as in a spreadsheet, the header row 1, with
    `more` that are not named; `values` are some of what stands there.
    """

    file: str
    message: str
    rows: tuple[int, ...] = ()
    column: str = ""
    values: tuple[str, ...] = ()
    more: int = 0

    def __str__(self) -> str:
        where = self.file
        if self.rows:
            named = [str(row) for row in self.rows] + ([f"{self.more:,} more"] if self.more else [])
            listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
            where += f", row{'' if len(named) == 1 else 's'} {listed}"
        if self.column:
            where += f", column {self.column}"
        found = ", ".join(repr(value if len(value) <= 60 else f"{value[:59]}…") for value in self.values)
        return f"{where}: {self.message}{f' Found {found}.' if found else ''}"


@dataclass(frozen=True)
class Column:
    """A column of a table: its type, whether a cell may be empty, its allowed levels and range."""

    name: str
    type: str = "text"  # text, number, whole, date
    required: bool = False
    levels: tuple[str, ...] = ()
    lowest: float = -MOST
    highest: float = MOST


def _columns(*columns: Column) -> tuple[Column, ...]:
    return columns


_PATIENT = Column("patient_id", required=True)

TABLES: dict[str, tuple[Column, ...]] = {
    "cohort": _columns(
        Column("name", required=True),
        Column("kind", required=True, levels=tuple(COHORT_KINDS)),
        Column("citation"),
        Column("licence"),
        Column("data_cutoff", "date"),
        Column("time_origin"),
        Column("description"),
    ),
    "variables": _columns(
        Column("name", required=True),
        Column("label", required=True),
        Column("kind", required=True, levels=KINDS),
        Column("unit"),
        Column("levels"),
        Column("section", required=True, levels=SECTIONS),
        Column("default_cut", "number"),
        Column("known_at"),
    ),
    "patients": _columns(_PATIENT),
    "endpoints": _columns(
        _PATIENT,
        Column("endpoint", required=True),
        Column("months", "number", required=True, lowest=0, highest=LONGEST_MONTHS),
        Column("status", "whole", required=True, levels=("0", "1", "2")),
        Column("cause"),
    ),
    "responses": _columns(
        _PATIENT,
        Column("month", "number", required=True, lowest=0, highest=LONGEST_MONTHS),
        Column("response", levels=RESPONSES),
        Column("mrd", levels=("negative", "positive")),
        Column("mrd_threshold"),
    ),
    "milestones": _columns(
        _PATIENT,
        Column("month", "number", lowest=0, highest=LONGEST_MONTHS),
        Column("event", required=True),
        Column("detail"),
    ),
    "adverse_events": _columns(
        _PATIENT,
        Column("term", required=True),
        Column("category"),
        Column("grade_min", "whole", required=True, levels=("1", "2", "3", "4", "5")),
        Column("grade_max", "whole", required=True, levels=("1", "2", "3", "4", "5")),
        Column("grading"),
        Column("onset_day", "number", lowest=-LONGEST_DAYS, highest=LONGEST_DAYS),
        Column("end_day", "number", lowest=-LONGEST_DAYS, highest=LONGEST_DAYS),
    ),
    "adverse_event_terms": _columns(
        Column("term", required=True),
        Column("category"),
        Column("grading"),
        Column("note"),
    ),
    "measurements": _columns(
        _PATIENT,
        Column("analyte", required=True),
        Column("day", "number", required=True, lowest=-LONGEST_DAYS, highest=LONGEST_DAYS),
        Column("value", "number"),
        Column("unit"),
        Column("below_limit", levels=FLAG_LEVELS),
        Column("lower_normal", "number"),
        Column("upper_normal", "number"),
    ),
    "provenance": _columns(
        Column("table", required=True),
        Column("column", required=True),
        Column("patient_id"),
        Column("source", required=True, levels=SOURCES),
        Column("note"),
    ),
    "claims": _columns(
        Column("claim_id", required=True),
        Column("section"),
        Column("population"),
        Column("quantity", required=True),
        Column("printed"),
        Column("value"),
        Column("numerator"),
        Column("denominator"),
        Column("unit"),
        Column("kind"),
        Column("note"),
    ),
}
TAKEN_NAMES = (
    "patient_id", "group", "file_row", "rowid", "by", "cut", "split", "endpoint", "interval", "median", "times",
    "horizon", "reference", "landmark", "clock", "band", "details", "tab", "limits", "denominator", "two_way_rows",
    "two_way_columns",
    "two_way_rate", "rows_cut", "columns_cut", "shown_as", "counted", "sorted_by", "search", "least_percent",
    "compared_grade", "who", "who_grade", "who_group", "subgroup_outcome", "subgroup_measure", "subgroup_event",
    "subgroup_grade",
)  # fmt: skip
"""What a variable cannot be called, in any case: the app's own columns and the words of its links."""

COMPARISONS = ("Nothing: one group", "Selection against the rest")
"""What can be compared beside the variables: no label of a variable is shown as one of these."""

NEEDED = ("cohort", "variables", "patients")
"""A cohort without these cannot be opened; every other table may be absent and is then empty."""

KEYS: dict[str, tuple[str, ...]] = {
    "variables": ("name",),
    "patients": ("patient_id",),
    "endpoints": ("patient_id", "endpoint"),
    "adverse_event_terms": ("term",),
    "claims": ("claim_id",),
}
"""What must not be repeated in a table."""


def digits(number: float) -> str:
    """A number with as many digits as it has, and no more: 66.23, 21915, −0.5."""
    return repr(float(number)).removesuffix(".0").replace("-", "−")


@dataclass(frozen=True)
class KnownAt:
    """
    When a variable's value is known, where that is only after infusion: from
    `month` on, or by the dates of `what` in `table` (a response, or a term of
    adverse events); with neither, no date exists.
    """

    month: float | None = None
    table: str = ""
    what: str = ""

    @classmethod
    def parsed(cls, words: str) -> "KnownAt | None":
        """From how `variables` says it; None for what is known at infusion. Raises ValueError for any other words."""
        words = words.strip()
        table, point, what = words.partition(".")
        table = table.strip().casefold()
        if point and table == "responses" and what.strip().casefold() in DATED_RESPONSES:
            return cls(table=table, what=what.strip().casefold())
        if point and table == "adverse_events" and what.strip():
            return cls(table=table, what=what.strip())
        month = re.fullmatch(r"month\s+(\d+(?:\.\d+)?)", words.casefold())
        if month is not None and float(month[1]) <= LONGEST_MONTHS:
            return cls(month=float(month[1]))
        if words.casefold() not in ("", "undated"):
            raise ValueError(f"{words!r} does not say when a value is known.")
        return cls() if words else None

    @property
    def dated(self) -> bool:
        """Whether the value can be told by some month."""
        return self.month is not None or bool(self.table)


DATED_RESPONSES = {"mrd": "flag", "responder": "flag", "response": "category"}
"""What the dates of `responses` can tell, and the kind of variable that it needs."""


@dataclass(frozen=True)
class Variable:
    """
    A column of `patients`, as its row of `variables` describes it.

    `levels` are in clinical order (a flag's are No, Yes; a number has none).
    `known_at` is None for what is known at infusion.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    levels: tuple[str, ...] = ()
    section: str = "more"
    default_cut: float | None = None
    known_at: KnownAt | None = None

    @property
    def is_number(self) -> bool:
        return self.kind == "number"

    @property
    def column(self) -> Column:
        """How a cell of this variable is read."""
        return Column(self.name, "number") if self.is_number else Column(self.name, levels=self.levels)

    @property
    def responses(self) -> dict[str, str]:
        """
        Of a category known by the dates of responses: response -> its level,
        "VGPR/PR" for VGPR and PR, and sCR among CR where it has no level of its own.
        Raises ValueError for a level that names no response, or one named twice.
        """
        found: dict[str, str] = {}
        known = {response.casefold(): response for response in RESPONSES}
        for level in self.levels:
            for part in re.split(r"\s*(?:[/,;+&]|\bor\b|\band\b)\s*", level):
                response = known.get(part.strip().casefold())
                if response is None or response in found:
                    raise ValueError(f"{level!r} names no response, or one that another level has.")
                found[response] = level
        return found | ({"sCR": found["CR"]} if "CR" in found and "sCR" not in found else {})

    @property
    def heading(self) -> str:
        """What stands over a column of its values: Infused dose, ×10⁸ cells."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    def value(self, number: float) -> str:
        """A number of this variable with its unit: 66.23%, 1.5 ×10⁸ cells."""
        return self.with_unit(digits(number))

    def with_unit(self, shown: str) -> str:
        """A number that is written already, with this variable's unit."""
        return f"{shown}{'' if self.unit == '%' else ' ' if self.unit else ''}{self.unit}"

    def step(self, number: float) -> str:
        """A difference of this variable, for "per": 10 percentage points, 10 years, 1 year."""
        words = f"{digits(number)} percentage points" if self.unit == "%" else self.value(number)
        return words.removesuffix("s") if number == 1 and self.unit.isalpha() and self.unit.isascii() else words


def patients_columns(variables: "tuple[Variable, ...] | list[Variable]") -> tuple[Column, ...]:
    """The columns of `patients` for a cohort with these variables."""
    return (_PATIENT, *(variable.column for variable in variables))
