"""
The vocabulary: the tables of a cohort, their columns, units and allowed levels.

One schema for the bundled cohort and for anybody's. A variable of `patients`
is described by a row of `variables`, and the app is made from those rows:
filters, comparisons, baseline table and dictionary. Time is in months of
30.4375 days from infusion, and in days where the field uses days.
"""

from dataclasses import dataclass

from core.cohort.vocabulary import COHORT_KINDS, RESPONSES

MOST, LEAST = 1e12, 1e-12
"""How large a number may be, and how small if it is not 0: whatever is measured, another unit brings it between."""

LONGEST_MONTHS, LONGEST_DAYS = 1_200.0, 36_525.0
"""A hundred years: no follow-up is longer, but a date or a number of days typed in its place is."""

SOURCES = ("reported", "derived", "reconstructed", "assumed", "simulated")

KINDS = ("number", "category", "flag")

SECTIONS = ("first", "more", "after infusion")

FLAG_LEVELS = ("No", "Yes")


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
        Column("note"),
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
        Column("month", "number", lowest=0, highest=LONGEST_MONTHS),
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
    "not_assessed": _columns(
        _PATIENT,
        Column("term", required=True),
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
        Column("term"),
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
    "subgroup_grade", "adjusted_for", "change_of", "first_line", "subgroups_by", "baseline_of", "adverse_event",
    "adverse_event_grade", "adverse_event_had", "left_out",
    "family", "analyte", "until_day", "lineages", "cytopenia_grade",
    "cytopenia_day", "ctcae_version", "moved_measure", "published_view", "verdict", "tracks", "days_as",
    "outcome", "against", "assignments", "cohort_shown", "often", "open_event", "open_grade",
    "adverse event", "nothing",
    "selection against the rest",
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
    "not_assessed": ("patient_id", "term"),
    "claims": ("claim_id",),
}
"""What must not be repeated in a table."""
