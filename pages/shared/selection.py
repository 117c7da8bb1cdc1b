"""The selection that is wanted, and what selects for the viewer: a chip, a click on a figure, Reset."""

from dataclasses import replace
from typing import Any

from core.adverse_events.result import BANDS, Term
from core.cohort.ranges import default_cut, quantile_cuts
from core.cohort.schema import FLAG_LEVELS
from core.cohort.selection import (
    AGAINST_REST,
    MISSING,
    Comparison,
    Filter,
    Levels,
    Range,
    Selection,
    Without,
    variable_named,
)
from core.cohort.variables import AdverseEvent, Variable, adverse_event_named
from pages.shared import cached, small_cells, wanted
from pages.shared.link_spelling import BY_EVENT

NOTHING = "nothing"


def missing_key(name: str) -> str:
    """The name of what is wanted of a number's empty cells: no variable has a colon."""
    return f"{name}: missing"


def cut_key(name: str) -> str:
    """The name of where a number is cut that is compared."""
    return f"{name}: cut"


def selection() -> Selection:
    """The selection that is wanted, with the cuts of its comparison worked out."""
    database = cached.database()
    filters = [*(_filter(variable) for variable in database.variables), _event_filter(), _without()]
    chosen = Selection(database.fingerprint, tuple(f for f in filters if f is not None))
    return replace(chosen, comparison=_comparison(database.variables, chosen))


def event() -> Variable | None:
    """The adverse event that filters or compares, at the grades that are wanted; None where none is."""
    term = _term()
    if term is None:
        return None
    _, lowest, highest = BANDS[_offered_band(term)]
    return AdverseEvent(term.name, lowest, highest, term.dated).variable


def event_levels(happened: Variable) -> tuple[str, ...]:
    """What can be asked of an adverse event: who had it and who had not, and of whom that is missing, if of anybody."""
    everyone = Selection(cached.database().fingerprint, (), Comparison(happened.name))
    return (*FLAG_LEVELS, MISSING) if len(FLAG_LEVELS) in cached.group_sizes(everyone) else FLAG_LEVELS


def offered(name: str, value: Any) -> Any:
    """What is wanted of the adverse event as far as it is offered of it, whether or not its widgets are drawn."""
    if name == "adverse_event_grade" and (term := _term()) is not None:
        return _offered_band(term)
    if name == "adverse_event_had" and value and (happened := event()) is not None:
        return [level for level in event_levels(happened) if level in value]
    return value


def _term() -> Term | None:
    name = wanted.get("adverse_event")
    return None if name is None else next((term for term in cached.recorded_terms() if term.name == name), None)


def _offered_band(term: Term) -> str:
    band = wanted.get("adverse_event_grade", "any")
    return band if band in term.bands else "any"


def _event_filter() -> Filter | None:
    happened = event() if wanted.get("adverse_event_had") else None
    levels = tuple(offered("adverse_event_had", wanted.get("adverse_event_had")) if happened else ())
    return Levels(happened.name, levels) if happened and levels else None


def _without() -> Filter | None:
    left_out = wanted.get("left_out")
    return Without(tuple(left_out), named=not small_cells.smallest()) if left_out else None


def _filter(variable: Variable) -> Filter | None:
    """What is wanted of a variable as a filter; None where that leaves nobody out."""
    value = wanted.get(variable.name)
    if not value:
        value = ()
    if not variable.is_number:
        levels = tuple(level for level in (*variable.levels, MISSING) if level in value)
        return Levels(variable.name, levels) if levels else None
    extent = cached.extents().get(variable.name)
    if extent is None:
        return None
    low, high = value or (extent.low, extent.high)
    missing = bool(extent.missing) and wanted.get(missing_key(variable.name), True)
    whole = (low, high) == (extent.low, extent.high) and missing == bool(extent.missing)
    return None if whole else Range(variable.name, low, high, missing)


def _comparison(variables: tuple[Variable, ...], chosen: Selection) -> Comparison | None:
    by = wanted.get("by", NOTHING)
    if by == AGAINST_REST:
        return Comparison(by) if chosen.choosing else None
    variable = event() if by == BY_EVENT else next((v for v in variables if v.name == by), None)
    if variable is not None and by == BY_EVENT:
        return Comparison(variable.name)
    if variable is None or not variable.is_number:
        return None if variable is None else Comparison(by)
    if by not in cached.extents():
        return None  # all its values are the same
    split = wanted.get("split", "cut")
    if split != "cut":
        cuts = quantile_cuts(cached.answer("cohort/quantiles", chosen), by, split)
        return Comparison(by, split, cuts.at, cuts.shown)
    return Comparison(by, split, (cut_of(variable),))


def cut_of(variable: Variable) -> float:
    """Where a number that is compared is cut: as wanted, within its range, or where it is cut unasked."""
    extent = cached.extents()[variable.name]
    return extent.cut_within(float(wanted.get(cut_key(variable.name), default_cut(variable, extent))))


def is_moved_cut(comparison: Comparison | None) -> bool:
    """Whether a comparison cuts a number elsewhere than where it is cut unasked."""
    if comparison is None or comparison.split != "cut":
        return False
    variable = variable_named(comparison.variable, cached.database().variables)
    return comparison.cuts != (default_cut(variable, cached.extents()[variable.name]),)


def values_of(chosen: Selection) -> dict[str, Any]:
    """What is wanted where this selection is."""
    values: dict[str, Any] = {}
    for one in chosen.filters:
        if isinstance(one, Range):
            values |= {one.variable: (one.low, one.high), missing_key(one.variable): one.missing}
        elif isinstance(one, Levels):
            values[one.variable] = list(one.levels)
    comparison = chosen.comparison
    if comparison is not None:
        values |= {"by": comparison.variable, "split": comparison.split or None}
        if comparison.split == "cut":
            values[cut_key(comparison.variable)] = comparison.cuts[0]
    return values


def drop_filter(name: str) -> None:
    """Remove one filter (a chip's callback)."""
    if adverse_event_named(name):
        wanted.want({"adverse_event_had": None})
    elif name == Without.variable:
        wanted.want({"left_out": None})
    else:
        wanted.want({name: None, missing_key(name): None})


def select_event(term: str, band: str) -> None:
    """Select who had an adverse event at a worst grade of BANDS (a list's button)."""
    by = {"by": None} if wanted.get("by") == BY_EVENT else {}
    wanted.want({"adverse_event": term, "adverse_event_grade": band, "adverse_event_had": ["Yes"]} | by)


def compare_by_event(term: str, band: str) -> None:
    """Compare who had an adverse event with who had not (a list's button)."""
    event = {"adverse_event": term, "adverse_event_grade": band, "adverse_event_had": None}
    wanted.want(event | {"by": BY_EVENT, "split": None})


def compare_by(name: str) -> None:
    """Compare by a variable, a number at its usual cut (a figure's callback)."""
    wanted.want({"by": name, "split": None, cut_key(name): None})


def select_level(name: str, number: int) -> bool:
    """
    Filter by one level of a variable, its number in `group_labels`, among the
    patients that are selected (a figure's callback); a number's level is a
    side of its usual cut. False for the empty cells of a number, which no
    range holds alone, and where nobody is on that side.
    """
    variable = variable_named(name, cached.database().variables)
    if variable.is_number:
        side = cached.side_of_cut(selection(), name, number)
        if side is not None:
            wanted.want({name: side, missing_key(name): False})
        return side is not None
    wanted.want({name: [variable.levels[number] if number < len(variable.levels) else MISSING]})
    return True


def clear_filters() -> None:
    """Remove every filter, and keep the comparison unless it rested on them."""
    names = ["adverse_event_had", "left_out", *(v.name for v in cached.database().variables)]
    rested = {"by": None} if wanted.get("by") == AGAINST_REST else {}
    wanted.want(dict.fromkeys([*names, *map(missing_key, names)]) | rested)


def reset() -> None:
    """Back to the usual view, except for the endpoint."""
    wanted.only({"endpoint": wanted.get("endpoint")})
