"""The dictionary of a cohort: its table `variables`, read and checked."""

from dataclasses import replace

from core.cohort.problems import Problem
from core.cohort.questions import quoted
from core.cohort.schema import COMPARISONS, FLAG_LEVELS, TABLES, TAKEN_NAMES
from core.cohort.spelling import folded
from core.cohort.validation import LONGEST_NAME, Ask, problems_in
from core.cohort.variables import DATED_RESPONSES, KnownAt, Variable

MOST_LEVELS = 1_000

_KNOWN_AT_WORDS = (
    "empty, undated, month N, responses.mrd, responses.response, responses.responder or adverse_events.TERM"
)


def variables_from(ask: Ask, present: list[str], file: str) -> tuple[tuple[Variable, ...], list[Problem]]:
    """The dictionary as raw_variables, of the columns `present`, gives it, and what is wrong with it."""
    problems = problems_in(ask, "variables", TABLES["variables"], present, file)
    if problems:
        return (), problems
    names = [c.name for c in TABLES["variables"]]
    fields = ", ".join(quoted(name) if name in present else "null" for name in names)
    variables = []
    for row, *cells in ask(f"select file_row, {fields} from raw_variables order by file_row"):
        cell = dict(zip(names, ("" if value is None else value for value in cells), strict=True))
        levels = tuple(level.strip() for level in cell["levels"].split("|")) if cell["levels"] else ()
        if cell["kind"] == "flag":
            levels = FLAG_LEVELS if [folded(level) for level in levels] in ([], ["no", "yes"]) else levels
        variable = Variable(
            name=cell["name"],
            label=cell["label"],
            kind=cell["kind"],
            unit=cell["unit"],
            levels=() if cell["kind"] == "number" else levels,
            section=cell["section"],
            default_cut=float(cell["default_cut"]) if cell["default_cut"] else None,
            note=cell["note"],
        )
        try:
            when = KnownAt.parsed(cell["known_at"])
        except ValueError:
            wrong = f"the value must be {_KNOWN_AT_WORDS}."
            problems.append(Problem(file, wrong, (row,), "known_at", (cell["known_at"],)))
            continue
        if variable.section == "after infusion" and when is None:
            when = KnownAt()  # undated, until the dictionary says otherwise
        variable = replace(variable, known_at=when)
        problems += _variable_problems(variable, cell, levels, file, row)
        variables.append(variable)
    return _labelled_apart(variables), problems


def _labelled_apart(variables: list[Variable]) -> tuple[Variable, ...]:
    """The variables with labels that no two of them share, nor the app's own choices: the name is added."""
    taken = [*map(folded, COMPARISONS), *(folded(variable.label) for variable in variables)]
    return tuple(
        replace(variable, label=f"{variable.label} ({variable.name})")
        if taken.count(folded(variable.label)) > 1
        else variable
        for variable in variables
    )


def _variable_problems(
    variable: Variable, cell: dict[str, str], levels: tuple[str, ...], file: str, row: int
) -> list[Problem]:
    """What is wrong with one row of `variables`."""
    name, kind, known = variable.name, variable.kind, variable.known_at or KnownAt()
    needed = "flag" if known.table == "adverse_events" else DATED_RESPONSES[known.what] if known.table else kind
    folds = [folded(level) for level in levels]
    rules = [
        (":" in name, "a name has no colon; choose another.", "name", name),
        (name.lower() in TAKEN_NAMES, "this name is taken by the app; choose another.", "name", name),
        (kind == "category" and not levels, "a category needs its levels, separated by |.", "levels", None),
        ("" in levels, "a level has no name; remove the | beside it.", "levels", cell["levels"]),
        (len(set(folds)) < len(folds), "a level is named twice.", "levels", cell["levels"]),
        (len(levels) > MOST_LEVELS, f"a category has {MOST_LEVELS:,} levels at most.", "levels", None),
        (
            max(map(len, levels), default=0) > LONGEST_NAME,
            f"a level has {LONGEST_NAME} letters at most.",
            "levels",
            None,
        ),
        (
            "missing" in folds,
            "Missing is what an empty cell is called; leave the cell empty instead.",
            "levels",
            cell["levels"],
        ),
        (kind == "flag" and levels != FLAG_LEVELS, "a flag's levels are No|Yes.", "levels", cell["levels"]),
        (kind != needed, f"{cell['known_at']} needs a {needed}.", "kind", kind),
    ]
    if known.what == "response" and known.table == "responses" and kind == "category":
        wrong = "levels by responses.response name responses, each once: CR|VGPR/PR|SD."
        rules.append((_names_no_response(variable), wrong, "levels", cell["levels"]))
    return [
        Problem(file, message, (row,), column, () if value is None else (value,))
        for wrong, message, column, value in rules
        if wrong
    ]


def _names_no_response(variable: Variable) -> bool:
    try:
        return not variable.responses
    except ValueError:
        return True
