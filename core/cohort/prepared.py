"""
What no filter changes: worked out once, when a cohort is opened, so that a
question about a million patients is one pass over them.

Beside its variables `patients` then has the months and status of each endpoint
and the number of that end in `ends`, best response and progression, and the
bin of each number in its filter's histogram, how long a response lasted, and
the numbers of the worst grades that a patient had in `worst_grade_kinds`. A
colon in these names keeps them apart from any variable's. `worst_grades` has
the worst grade of each adverse event, with its days, `unassessed` who was not
looked at for one.
"""

from collections.abc import Iterable

from core.cohort.questions import question, quoted, text
from core.cohort.variables import Variable

BINS = 20
"""Bars of a range filter's histogram, over the range of the whole cohort."""


def beside(name: str, column: str) -> str:
    """The name of a column that stands beside the variables of `patients`."""
    return f"{name}: {column}"


def statements(variables: Iterable[Variable], endpoints: Iterable[str]) -> list[str]:
    """
    The SQL that works it out, in order: `ends`, `worst_grades` and their kinds, `patients` anew.

    `endpoints` are those the cohort has; PFS and OS, which questions name, get
    their columns in any case.
    """
    known = {endpoint.upper() for endpoint in endpoints}  # column names know no capitals
    columns = [_endpoint(endpoint) for endpoint in sorted({*endpoints, *({"PFS", "OS"} - known)})]
    numbers = [variable.name for variable in variables if variable.is_number]
    bins = [_bin(name) for name in numbers]
    ranges = [f"{end}({quoted(name)}) as {quoted(beside(name, end))}" for name in numbers for end in ("min", "max")]
    joined = [f"{one}.* exclude (patient_id)" for one in ("outcomes", "ended", "lasted")]
    return [
        f"create table ends as {question('cohort/prepared/ends')}",
        f"create table worst_grades as {question('cohort/prepared/worst_grades')}",
        f"create table worst_grade_kinds as {question('cohort/prepared/worst_grade_kinds')}",
        f"create or replace table worst_grades as {question('cohort/prepared/worst_grades_by_kind')}",
        f"create table unassessed as {question('cohort/prepared/unassessed')}",
        f"""create or replace table patients as
        select {", ".join(["patients.*", *joined, '"worst: kinds"', *bins])}
        from patients
        cross join (select {", ".join(["count(*)", *ranges])} from patients) as ranges
        left join ({question("cohort/prepared/outcomes")}) as outcomes using (patient_id)
        left join (
            select {", ".join(["patient_id", *columns])}
            from endpoints
            join ends using (endpoint, months, status)
            group by patient_id
        ) as ended using (patient_id)
        left join (
            select patient_id, months as "response: lasted_months", status as "response: lasted_status"
            from durations
        ) as lasted using (patient_id)
        left join (
            select "patient: number", list(kind order by kind) as "worst: kinds"
            from worst_grades
            group by "patient: number"
        ) as worst using ("patient: number")
        order by {quoted(beside("patient", "number"))}""",
    ]


def _endpoint(endpoint: str) -> str:
    return ", ".join(
        f"any_value({column}) filter (endpoint = {text(endpoint)}) as {quoted(beside(endpoint, column))}"
        for column in ("months", "status", "ending")
    )


def _bin(number: str) -> str:
    value = quoted(number)
    low, high = (quoted(beside(number, end)) for end in ("min", "max"))
    place = f"least(floor(coalesce({BINS} * ({value} - {low}) / nullif({high} - {low}, 0), 0)), {BINS - 1})"
    return f"if({value} is null, null, cast({place} as utinyint)) as {quoted(beside(number, 'bin'))}"
