"""
Which patients, compared how: a frozen value that every question, cache and caption takes.

`selected` is built here and nowhere else, from the dictionary's quoted
identifiers and bound values. Every file of core/sql is a question asked of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from core.database import Database
from core.schema import DAYS_PER_MONTH, OVERALL_RESPONSE, Variable
from core.validation import quoted

MISSING = "Missing"
"""The level of an empty cell: a level of its own in filters, comparisons and tables."""

ALL, SELECTED, REST = "All patients", "Selected", "Rest"
AGAINST_REST = "selection against the rest"
"""In place of a variable's name in a Comparison."""

SPLITS = ("cut", "median", "tertiles")


@dataclass(frozen=True)
class Levels:
    """Keep the patients whose category or flag is one of `levels` (MISSING for an empty cell)."""

    variable: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Range:
    """Keep the patients whose number lies in [low, high]; those with an empty cell if `missing`."""

    variable: str
    low: float
    high: float
    missing: bool = False


Filter = Levels | Range


@dataclass(frozen=True)
class Comparison:
    """
    The groups: the levels of a variable, a number cut at `cuts` (a patient at
    the cut belongs to the upper group), or AGAINST_REST.

    `split` says where the cuts come from: moved by the user ("cut"), or the
    median or tertiles of the patients selected.
    """

    variable: str
    split: str = ""
    cuts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Selection:
    """
    Which cohort (by fingerprint), which filters, which comparison.

    With a `landmark` (months), what is known only after infusion is taken as
    known by then; without one, as it turned out.
    """

    cohort: str
    filters: tuple[Filter, ...] = ()
    comparison: Comparison | None = None
    landmark: float | None = None

    def without(self, variable: str) -> "Selection":
        """The same selection with no filter on `variable`."""
        return replace(self, filters=tuple(f for f in self.filters if f.variable != variable))

    @property
    def filtered(self) -> "Selection":
        """Only whom the filters keep, as they turned out, with nothing compared."""
        return Selection(self.cohort, self.filters)

    @property
    def as_one_group(self) -> "Selection":
        """The same patients with nothing compared."""
        return replace(self, filters=() if self.against_rest else self.filters, comparison=None)

    @property
    def against_rest(self) -> bool:
        return self.comparison is not None and self.comparison.variable == AGAINST_REST


def variable_named(name: str, variables: Iterable[Variable]) -> Variable:
    """The variable of that name. Raises KeyError."""
    for variable in variables:
        if variable.name == name:
            return variable
    raise KeyError(name)


# -- groups and sentences --------------------------------------------------------------------------


def group_labels(selection: Selection, variables: tuple[Variable, ...]) -> tuple[str, ...]:
    """
    The name of each group by its number in `selected."group"`, in clinical
    order and with groups that may be empty; a single ALL without a comparison.
    """
    comparison = selection.comparison
    if comparison is None:
        return (ALL,)
    if selection.against_rest:
        return (SELECTED, REST)
    variable = variable_named(comparison.variable, variables)
    if not variable.is_number:
        return (*(level_label(variable, level) for level in variable.levels), MISSING)
    if not comparison.cuts:
        return (variable.label, MISSING)
    cuts = [variable.value(cut) for cut in comparison.cuts]
    below, above = f"{variable.label} < {cuts[0]}", f"{variable.label} ≥ {cuts[-1]}"
    between = [f"{variable.label} {low} to < {high}" for low, high in pairwise(cuts)]
    return (below, *between, above, MISSING)


def number_compared(selection: Selection, variables: tuple[Variable, ...]) -> str:
    """The label of the numeric variable that is cut into groups; empty for any other comparison."""
    comparison = selection.comparison
    if comparison is None or comparison.variable == AGAINST_REST:
        return ""
    variable = variable_named(comparison.variable, variables)
    return variable.label if variable.is_number else ""


def short_labels(selection: Selection, variables: tuple[Variable, ...]) -> tuple[str, ...]:
    """The groups' labels where what they are cut by stands beside them: "< 50%" for "BCMA expression < 50%"."""
    by = number_compared(selection, variables)
    return tuple(label.removeprefix(f"{by} ") for label in group_labels(selection, variables))


def level_label(variable: Variable, level: str) -> str:
    """A level that stands by itself: "Prior ASCT", "No prior ASCT", "ISS stage II", "EM-B"."""
    if variable.kind == "flag":
        label = variable.label
        lower = label if label[1:2].isupper() else label[0].lower() + label[1:]
        return label if level == "Yes" else f"No {lower}"
    return f"{variable.label} {level}" if max(map(len, variable.levels)) <= 3 else level


def filter_label(chosen: Filter, variables: tuple[Variable, ...]) -> str:
    """A filter as a chip: "EM-B or EM-E", "Prior ASCT: no", "BCMA expression 20–80%"."""
    variable = variable_named(chosen.variable, variables)
    if isinstance(chosen, Range):
        text = f"{variable.label} {chosen.low:.10g}–{variable.value(chosen.high)}"
        return text + " or missing" if chosen.missing else text
    words = " or ".join(level.lower() if variable.kind == "flag" else level for level in chosen.levels)
    return f"{variable.label}: {words}"


def sentence(selection: Selection, variables: tuple[Variable, ...]) -> str:
    """The selection in words, as captions and files carry it."""
    who = "; ".join(filter_label(f, variables) for f in selection.filters) or ALL
    if selection.against_rest:
        return f"{who}, against the rest of the cohort"
    if selection.comparison is None:
        return who
    return f"{who}, compared by {comparison_label(selection.comparison, variables)}"


def comparison_label(comparison: Comparison, variables: tuple[Variable, ...]) -> str:
    """What a comparison is by: "prior ASCT" reads "Prior ASCT", a number with its cut or split."""
    if comparison.variable == AGAINST_REST:
        return AGAINST_REST
    variable = variable_named(comparison.variable, variables)
    if not variable.is_number:
        return variable.label
    how = {"median": " at the median", "tertiles": " in tertiles"}.get(comparison.split, "")
    cuts = " and ".join(variable.value(cut) for cut in comparison.cuts)
    return f"{variable.label}{how}" + (f" ({cuts})" if how and cuts else f" at {cuts}" if cuts else "")


# -- the guard -------------------------------------------------------------------------------------


def known_later(selection: Selection, variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """The variables of the filters and the comparison that are known only after infusion."""
    names = {f.variable for f in selection.filters}
    if selection.comparison is not None:
        names.add(selection.comparison.variable)
    return tuple(variable for variable in variables if variable.name in names and variable.known_at)


def earliest_landmark(late: Iterable[Variable]) -> float | None:
    """
    The first month at which all of `late` can be known: 0 where each is dated,
    the stated month where one is; None where one has no date at all.
    """
    first = 0.0
    for variable in late:
        if variable.known_at == "undated":
            return None
        if variable.known_at.startswith("month "):
            first = max(first, float(variable.known_at.removeprefix("month ")))
    return first


# -- questions -------------------------------------------------------------------------------------


def ask(database: Database, question: str, selection: Selection, **values: object) -> pd.DataFrame:
    """
    The answer to a question of core/sql about the selected patients.

    `values` are bound to the question's parameters; the question's own header
    says what a row of the answer means and its units.
    """
    chosen, bound = selected(selection, database.variables)
    sql = _question(question).replace("{selected}", chosen)
    numbers = [quoted(v.name) for v in database.variables if v.is_number]
    levels = [quoted(v.name) for v in database.variables if not v.is_number]
    as_texts = [f"cast({name} as varchar) as {name}" for name in levels]
    sql = sql.replace("{numbers}", ", ".join(numbers) or "null::double as none")
    sql = sql.replace("{levels}", ", ".join(as_texts) or "null::varchar as none")
    return database.ask(sql, bound | values)


@cache
def _question(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def selected(selection: Selection, variables: tuple[Variable, ...]) -> tuple[str, dict]:
    """
    The SQL of `selected` (every column of `patients`, and `group` as the
    number of its label in `group_labels`) with the values to bind.

    For AGAINST_REST the filters move into the group and nobody is left out.
    """
    bound: dict[str, object] = {}
    where = " and ".join(_condition(f, variables, selection.landmark, bound) for f in selection.filters) or "true"
    if selection.against_rest:
        group, where = f"case when coalesce({where}, false) then 0 else 1 end", "true"
    else:
        group = _group(selection, variables, bound)
    return f'select *, cast({group} as utinyint) as "group" from patients where {where}', bound


def _bind(value: object, bound: dict[str, object]) -> str:
    name = f"v{len(bound)}"
    bound[name] = value
    return f"${name}"


def _condition(
    chosen: Filter, variables: tuple[Variable, ...], landmark: float | None, bound: dict[str, object]
) -> str:
    value = _value(variable_named(chosen.variable, variables), landmark, bound)
    if isinstance(chosen, Range):
        inside = f"{value} between {_bind(chosen.low, bound)} and {_bind(chosen.high, bound)}"
        return f"({inside} or {value} is null)" if chosen.missing else f"({inside})"
    levels = [level for level in chosen.levels if level != MISSING]
    parts = [f"cast({value} as varchar) = {_bind(level, bound)}" for level in levels]
    if MISSING in chosen.levels:
        parts.append(f"{value} is null")
    return "(" + " or ".join(parts or ["false"]) + ")"


def _group(selection: Selection, variables: tuple[Variable, ...], bound: dict[str, object]) -> str:
    comparison = selection.comparison
    if comparison is None:
        return "0"
    variable = variable_named(comparison.variable, variables)
    value = _value(variable, selection.landmark, bound)
    if variable.is_number:
        tests = [f"{value} < {_bind(cut, bound)}" for cut in comparison.cuts]
    else:
        tests = [f"cast({value} as varchar) = {_bind(level, bound)}" for level in variable.levels]
    groups = len(tests) + 1 if variable.is_number else len(tests)
    when = " ".join(f"when {test} then {number}" for number, test in enumerate(tests))
    last = len(tests) if variable.is_number else groups
    return f"case when {value} is null then {groups} {when} else {last} end"


def _value(variable: Variable, landmark: float | None, bound: dict[str, object]) -> str:
    """
    The variable's column, or with a landmark what was known of it by then.

    What is missing stays missing, and so does a severe event without a date:
    nobody knows whether it had come by the landmark.
    """
    column = quoted(variable.name)
    table, _, what = variable.known_at.partition(".")
    if landmark is None or not what:
        return column
    month = _bind(landmark, bound)
    if what == "response":
        return f"(select min(response) from responses where patient_id = patients.patient_id and month <= {month})"
    undated = "false"
    if table == "adverse_events":
        severe = f"term = {_bind(what, bound)} and grade_min >= 3"
        reached = _exists(table, f"{severe} and onset_day <= {month} * {DAYS_PER_MONTH}")
        undated = _exists(table, f"{severe} and onset_day is null")
    elif what == "mrd":
        reached = _exists(table, f"mrd = 'negative' and month <= {month}")
    else:
        reached = _exists(table, f"response in {OVERALL_RESPONSE} and month <= {month}")
    return f"(case when {reached} then 'Yes' when {column} is null or {undated} then null else 'No' end)"


def _exists(table: str, condition: str) -> str:
    return f"exists (select 1 from {table} where {table}.patient_id = patients.patient_id and {condition})"
