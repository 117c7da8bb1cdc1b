"""
`selected`: the SQL of the patients chosen, with their group, and the questions asked of it.

It is built here and nowhere else, from the dictionary's quoted identifiers and
bound values. Every question (core/cohort/questions.py) is about it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from core.cohort.database import Database
from core.cohort.prepared import beside
from core.cohort.questions import filled, quoted
from core.cohort.selection import MISSING, Comparison, Filter, Range, Selection, Without, variable_named
from core.cohort.variables import AdverseEvent, Variable
from core.cohort.vocabulary import DAYS_PER_MONTH, OVERALL_RESPONSE

Of = ParamSpec("Of")
Known = TypeVar("Known")


@dataclass(frozen=True)
class Cohort:
    """An open cohort, of which a room's `answers` ask what they rest on."""

    database: Database

    @property
    def fingerprint(self) -> str:
        return self.database.fingerprint

    @property
    def variables(self) -> tuple[Variable, ...]:
        return self.database.variables

    def ask(self, question: str, selection: Selection, **values: Any) -> pd.DataFrame:
        """The answer to a question about the selection, as `ask` gives it."""
        return ask(self.database, question, selection, **values)

    def know(self, known: Callable[Concatenate["Cohort", Of], Known], *of: Of.args, **named: Of.kwargs) -> Known:
        """What another answer rests on; whoever keeps answers keeps this one, too."""
        return known(self, *of, **named)


def ask(
    database: Database,
    question: str,
    selection: Selection,
    across: Selection | None = None,
    subgroups: tuple[Comparison, ...] = (),
    **values: object,
) -> pd.DataFrame:
    """
    The answer to a question (by its room and name) about the selected patients.

    `values` are bound to the question's parameters; the question's own header
    says what a row of the answer means and its units. `across` are the same
    patients grouped in a second way, `subgroups` many more ways at once, for
    the questions that ask for them; `endpoint`, `measured` and `covariates` name columns
    where a question has a place for them.
    """
    chosen, bound = selected(selection, database.variables)
    numbers = [quoted(v.name) for v in database.variables if v.is_number]
    endpoint, measured = (str(values.pop(name, "")) for name in ("endpoint", "measured"))
    covariates: Any = values.pop("covariates", ())
    sql = filled(
        question,
        {
            "selected": lambda: chosen,
            "across": lambda: selected(across or selection, database.variables, bound)[0],
            "subgroups": lambda: _subgroups(selection, subgroups, database.variables, bound),
            "numbers": lambda: ", ".join(numbers) or "null::double as none",
            "levels": lambda: ", ".join(map(_level, database.variables)) or "null::varchar as none",
            "measured": lambda: quoted(measured),
            "covariates": lambda: ", ".join(map(_covariate, covariates)) or "null as none",
            **{column: partial(quoted, beside(endpoint, column)) for column in ("months", "status", "ending")},
        },
    )
    named = {"endpoint": endpoint} if "$endpoint" in sql else {}
    return database.ask(sql, bound | named | values)


def _covariate(name: str) -> str:
    return f"{quoted(name)} as {quoted(beside(name, 'value'))}"


def covariates_of(answer: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """The `covariates` that were asked for, each under its own name: the answer keeps them apart from its columns."""
    return answer[[beside(name, "value") for name in names]].set_axis(list(names), axis=1)


def _level(variable: Variable) -> str:
    """A variable as text: its level, or the bin of a number."""
    column = quoted(beside(variable.name, "bin") if variable.is_number else variable.name)
    return f"cast({column} as varchar) as {quoted(variable.name)}"


def _subgroups(
    selection: Selection,
    subgroups: tuple[Comparison, ...],
    variables: tuple[Variable, ...],
    bound: dict[str, object],
) -> str:
    """A column a comparison: the number of the group that a patient would be in."""
    columns = [
        f"cast({_group(replace(selection, comparison=one), variables, bound)} as usmallint) as {quoted(one.variable)}"
        for one in subgroups
    ]
    return ", ".join(columns) or "null::utinyint as none"


def selected(
    selection: Selection, variables: tuple[Variable, ...], bound: dict[str, object] | None = None
) -> tuple[str, dict]:
    """
    The SQL of `selected` (every column of `patients`, and `group` as the
    number of its label in `group_labels`) with the values to bind, put into
    `bound` if there are some already.

    For AGAINST_REST the filters move into the group, and nobody is left out but by name.
    """
    bound = {} if bound is None else bound

    def all_of(filters: tuple[Filter, ...]) -> str:
        return " and ".join(_condition(f, variables, selection.landmark, bound) for f in filters) or "true"

    if selection.against_rest:
        group = f"case when coalesce({all_of(selection.choosing)}, false) then 0 else 1 end"
        where = all_of(selection.leaving_out)
    else:
        where = all_of(selection.filters)
        group = _group(selection, variables, bound)
    return f'select *, cast({group} as usmallint) as "group" from patients where {where}', bound


def _bind(value: object, bound: dict[str, object]) -> str:
    name = f"v{len(bound)}"
    bound[name] = value
    return f"${name}"


def _condition(
    chosen: Filter, variables: tuple[Variable, ...], landmark: float | None, bound: dict[str, object]
) -> str:
    if isinstance(chosen, Without):
        return f"not list_contains({_bind(list(chosen.patients), bound)}, patient_id)"
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
    missing = len(tests) + 1 if variable.is_number else len(tests)
    when = " ".join(f"when {test} then {number}" for number, test in enumerate(tests))
    return f"case when {value} is null then {missing} {when} else {len(tests)} end"


def _value(variable: Variable, landmark: float | None, bound: dict[str, object]) -> str:
    """
    The variable's column, or with a landmark what was known of it by then.

    What is missing stays missing, and so does a severe event or a response
    without a date: nobody knows whether it had come by the landmark.
    """
    if variable.event is not None:
        return _had(variable.event, landmark if variable.event.dated else None, bound)
    column, known = quoted(variable.name), variable.known_at
    if landmark is None or known is None or not known.table:
        return column
    month = _bind(landmark, bound)
    if known.what == "response" and known.table == "responses":
        best = "select min(response) from assessments where patient_id = patients.patient_id"
        names, levels = (_bind(list(words), bound) for words in (variable.responses, variable.responses.values()))
        value = f"map({names}, {levels})[cast(({best} and month <= {month}) as varchar)]"
        dated = f"not {_exists('assessments', 'response is not null and month is null')}"
        return f"(case when {column} is not null and {dated} then {value} end)"
    undated = "false"
    if known.table == "adverse_events":
        severe = f"term = {_bind(known.what, bound)} and grade_min >= 3"
        reached = _exists(known.table, f"{severe} and onset_day <= {month} * {DAYS_PER_MONTH}")
        undated = _exists(known.table, f"{severe} and onset_day is null")
    elif known.what == "mrd":
        reached = _exists("assessments", f"mrd = 'negative' and month <= {month}")
        undated = _exists("assessments", "mrd = 'negative' and month is null")
    else:
        reached = _exists("assessments", f"response in {OVERALL_RESPONSE} and month <= {month}")
        undated = _exists("assessments", f"response in {OVERALL_RESPONSE} and month is null")
    known_then = f"when {reached} then 'Yes' when {undated} then null else 'No'"
    return f"(case when {column} is null then null {known_then} end)"


def _had(event: AdverseEvent, landmark: float | None, bound: dict[str, object]) -> str:
    """
    Whether a patient's worst grade of a term lies in a range, or with a landmark
    what was known of it by then. Missing where nobody looked for it, a band reaches
    beyond the range, or an event without a date would change it, had it come before the landmark.
    """
    term, lowest, highest = (_bind(value, bound) for value in (event.term, event.lowest, event.highest))
    if landmark is None:
        kinds = f"select list(kind) from worst_grade_kinds where term = {term} and grade_"
        certain = f"({kinds}min >= {lowest} and grade_max <= {highest})"
        possible = f"({kinds}max >= {lowest} and grade_min <= {highest})"
        tests = [f"list_has_any({quoted('worst: kinds')}, {kind})" for kind in (certain, possible)]
        unknown = f"{tests[1]} or exists ({_missed(term)})"
        return f"(case when {tests[0]} then 'Yes' when {unknown} then null else 'No' end)"
    by_then = f"filter (onset_day <= {_bind(landmark, bound)} * {DAYS_PER_MONTH})"
    least, most = (f"max(grade_{end}) {by_then}" for end in ("min", "max"))
    undated = "bool_or(onset_day is null and grade_max"
    unlooked = f"exists ({_missed(term)})"
    return f"""(
        select case
            when {unlooked} then null
            when {least} >= {lowest} and {most} <= {highest}
                then if({undated} > {highest}), null, 'Yes')
            when {least} > {highest} then 'No'
            when {most} >= {lowest} then null
            when {undated} >= {lowest} and grade_min <= {highest}) then null
            else 'No' end
        from adverse_events
        where adverse_events.patient_id = patients.patient_id and term = {term}
    )"""


def _missed(term: str) -> str:
    """Who was not looked at for a term."""
    return f'select 1 from unassessed where unassessed."patient: number" = patients."patient: number" and term = {term}'


def _exists(table: str, condition: str) -> str:
    return f"exists (select 1 from {table} where {table}.patient_id = patients.patient_id and {condition})"
