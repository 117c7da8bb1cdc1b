"""
The vocabulary: the tables of a cohort, their columns, units and allowed levels.

One schema for the bundled cohort and for anybody's. A variable of `patients`
is described by a row of `variables`, and the app is made from those rows:
filters, comparisons, baseline table and dictionary. Time is in months of
30.4375 days from infusion, and in days where the field uses days.
"""

from dataclasses import dataclass

DAYS_PER_MONTH = 30.4375

RESPONSES = ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD")
"""Deepest first: the order of every response on every page."""

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
    """One thing that is wrong in a cohort's files: where it is, what was found and what is needed."""

    file: str
    message: str
    row: int | None = None  # as in a spreadsheet: the header is row 1
    column: str = ""
    value: str | None = None

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column:
            where += f", column {self.column}"
        found = "" if self.value is None else f" Found {self.value!r}."
        return f"{where}: {self.message}{found}"


@dataclass(frozen=True)
class Column:
    """A column of a table: its type, whether a cell may be empty, its allowed levels and range."""

    name: str
    type: str = "text"  # text, number, whole, date
    required: bool = False
    levels: tuple[str, ...] = ()
    lowest: float | None = None


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
        Column("months", "number", required=True, lowest=0),
        Column("status", "whole", required=True, levels=("0", "1", "2")),
        Column("cause"),
    ),
    "responses": _columns(
        _PATIENT,
        Column("month", "number", required=True, lowest=0),
        Column("response", levels=RESPONSES),
        Column("mrd", levels=("negative", "positive")),
        Column("mrd_threshold"),
    ),
    "milestones": _columns(
        _PATIENT,
        Column("month", "number", lowest=0),
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
        Column("onset_day", "number"),
        Column("end_day", "number"),
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
        Column("day", "number", required=True),
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


@dataclass(frozen=True)
class Variable:
    """
    A column of `patients`, as its row of `variables` describes it.

    `levels` are in clinical order (a flag's are No, Yes; a number has none).
    `known_at` is empty for what is known at infusion; data/README.md has what
    it may say otherwise.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    levels: tuple[str, ...] = ()
    section: str = "more"
    default_cut: float | None = None
    known_at: str = ""

    @property
    def is_number(self) -> bool:
        return self.kind == "number"

    @property
    def column(self) -> Column:
        """How a cell of this variable is read."""
        return Column(self.name, "number") if self.is_number else Column(self.name, levels=self.levels)

    @property
    def heading(self) -> str:
        """What stands over a column of its values: Infused dose, ×10⁸ cells."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    def digits(self, number: float) -> str:
        """A number of this variable without its unit: 66.23."""
        return f"{number:.10g}".replace("-", "−")

    def value(self, number: float) -> str:
        """A number of this variable with its unit: 66.23%, 1.5 ×10⁸ cells."""
        return f"{self.digits(number)}{'' if self.unit == '%' else ' ' if self.unit else ''}{self.unit}"

    def step(self, number: float) -> str:
        """A difference of this variable, for "per": 10%, 10 years, 1 year."""
        words = self.value(number)
        return words.removesuffix("s") if number == 1 and self.unit.isalpha() and self.unit.isascii() else words


def patients_columns(variables: "tuple[Variable, ...] | list[Variable]") -> tuple[Column, ...]:
    """The columns of `patients` for a cohort with these variables."""
    return (_PATIENT, *(variable.column for variable in variables))
