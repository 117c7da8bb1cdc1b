"""A selection in words: its groups, filters and comparison as a reader sees them."""

from itertools import pairwise

from core.cohort.selection import (
    AGAINST_REST,
    ALL,
    CHOSEN,
    MISSING,
    REST,
    SELECTED,
    Comparison,
    Filter,
    Range,
    Selection,
    Without,
    variable_named,
)
from core.cohort.variables import Variable
from core.cohort.vocabulary import INFUSED
from core.text import digits, lowered, number, patients, some


def group_labels(selection: Selection, variables: tuple[Variable, ...]) -> tuple[str, ...]:
    """
    The name of each group by its number in `selected."group"`, in clinical
    order and with groups that may be empty; without a comparison ALL or CHOSEN alone.
    """
    comparison = selection.comparison
    if comparison is None:
        return (CHOSEN if selection.filters else ALL,)
    if selection.against_rest:
        return (SELECTED, REST)
    variable = variable_named(comparison.variable, variables)
    if not variable.is_number:
        known = _known_by(variable, selection.landmark)
        return (*(f"{level_label(variable, level)}{known}" for level in variable.levels), f"{MISSING}{known}")
    if not comparison.cuts:
        return (variable.label, MISSING)
    cuts = [variable.with_unit(cut) for cut in comparison.labels]
    below, above = f"{variable.label} < {cuts[0]}", f"{variable.label} ≥ {cuts[-1]}"
    ends = pairwise(comparison.labels)
    between = [f"{variable.label} {low} to < {variable.with_unit(high)}" for low, high in ends]
    return (below, *between, above, MISSING)


def number_compared(selection: Selection, variables: tuple[Variable, ...]) -> str:
    """The label of the numeric variable that is cut into groups; empty for any other comparison."""
    comparison = selection.comparison
    if comparison is None or comparison.variable == AGAINST_REST:
        return ""
    variable = variable_named(comparison.variable, variables)
    return variable.label if variable.is_number else ""


def short_labels(selection: Selection, variables: tuple[Variable, ...]) -> tuple[str, ...]:
    """
    The groups' labels where what they are cut by stands beside them: "< 50%"
    for "BCMA expression < 50%", and "uncut" where no cut can split them.
    """
    by = number_compared(selection, variables)
    return tuple(label.removeprefix(by).strip() or "uncut" for label in group_labels(selection, variables))


def level_label(variable: Variable, level: str) -> str:
    """A level that stands by itself: "Prior ASCT", "No prior ASCT", "ISS stage II", "EM-B"."""
    if variable.kind == "flag" and "," in variable.label:  # "No response, PR or better" would read as those who had PR
        return f"{variable.label}: {level.lower()}"
    if variable.kind == "flag":
        no = "Not" if variable.name == INFUSED else "No"
        return variable.label if level == "Yes" else f"{no} {lowered(variable.label)}"
    return f"{variable.label} {level}" if max(map(len, variable.levels)) <= 3 else level


def filter_label(chosen: Filter, variables: tuple[Variable, ...], landmark: float | None = None) -> str:
    """A filter as a chip: "EM-B or EM-E", "Prior ASCT: no", "BCMA expression 20–80%"; from a landmark as known then."""
    if isinstance(chosen, Without):
        if not chosen.named:
            return f"Without {patients(len(chosen.patients))}"
        return f"Without patient{'s' * (len(chosen.patients) > 1)} {some(chosen.patients, 4)}"
    variable = variable_named(chosen.variable, variables)
    if isinstance(chosen, Range):
        text = f"{variable.label} {range_words(variable, chosen.low, chosen.high)}"
        return text + " or missing" if chosen.missing else text
    words = " or ".join(level.lower() if variable.kind == "flag" else level for level in chosen.levels)
    return f"{variable.label}{_known_by(variable, landmark)}: {words}"


def range_words(variable: Variable, low: float, high: float) -> str:
    """The ends of a range with the unit, to six figures: what more digits a file has nobody reads."""
    low, high = (float(f"{end:.6g}") for end in (low, high))
    return f"{digits(low)}–{variable.value(high)}"


def by_then(landmark: float | None) -> str:
    """How the label of what was known by a landmark ends; empty without one."""
    return "" if landmark is None else f" by month {number(landmark)}"


def _known_by(variable: Variable, landmark: float | None) -> str:
    """The same of this variable: empty where no dates tell what was known of it when."""
    return by_then(landmark) if variable.known_at is not None and variable.known_at.table else ""


def sentence(selection: Selection, variables: tuple[Variable, ...]) -> str:
    """The selection in words, as captions and files carry it."""
    who = "; ".join(filter_label(f, variables, selection.landmark) for f in selection.filters) or ALL
    if selection.against_rest:
        return f"{who}, against the rest of the cohort"
    if selection.comparison is None:
        return who
    return f"{who}, compared by {comparison_label(selection.comparison, variables, selection.landmark)}"


def comparison_label(comparison: Comparison, variables: tuple[Variable, ...], landmark: float | None = None) -> str:
    """What a comparison is by: "prior ASCT" reads "Prior ASCT", a number with its cut or split."""
    if comparison.variable == AGAINST_REST:
        return AGAINST_REST
    variable = variable_named(comparison.variable, variables)
    if not variable.is_number:
        return f"{variable.label}{_known_by(variable, landmark)}"
    how = {"median": " at the median", "tertiles": " in tertiles"}.get(comparison.split, "")
    cuts = " and ".join(map(variable.with_unit, comparison.labels))
    return f"{variable.label}{how}" + (f" ({cuts})" if how and cuts else f" at {cuts}" if cuts else "")


def missing_group(selection: Selection, variables: tuple[Variable, ...]) -> int | None:
    """The number of the group of the empty cells; None where nothing is compared, or a selection with the rest."""
    if selection.comparison is None or selection.against_rest:
        return None
    return len(group_labels(selection, variables)) - 1
