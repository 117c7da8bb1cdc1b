"""
The selection and the page's choices as a URL's query, and back.

Only names, levels and numbers stand in it, never a label with a count, so that
a link lives as long as the cohort. What a link asks for and the cohort does
not have is left out, with a notice.
"""

import re

from core.cohort.ranges import Extent, default_cut
from core.cohort.selection import AGAINST_REST, MISSING, SPLITS, Comparison, Filter, Levels, Range, Selection
from core.cohort.variables import Variable, adverse_event_named

Query = dict[str, list[str]]

_REST, _EVENT = "rest", "adverse_event"
BY_EVENT = "adverse event"
"""What is compared where that is the adverse event that the page's choices name."""
_MISSING = "missing"


def encode(selection: Selection) -> Query:
    """A selection as query parameters; a filter's name is its variable's."""
    query: Query = {}
    for chosen in selection.filters:
        if isinstance(chosen, Range):
            query[chosen.variable] = [f"{_written(chosen.low)}..{_written(chosen.high)}"]
            query[chosen.variable] += [_MISSING] if chosen.missing else []
        elif isinstance(chosen, Levels) and adverse_event_named(chosen.variable) is None:
            query[chosen.variable] = [_MISSING if v == MISSING else v for v in chosen.levels]
    if selection.comparison is not None:
        comparison = selection.comparison
        event = adverse_event_named(comparison.variable) is not None
        query["by"] = [_REST if comparison.variable == AGAINST_REST else _EVENT if event else comparison.variable]
        if comparison.split == "cut":
            query["cut"] = [_written(comparison.cuts[0])]
        elif comparison.split:
            query["split"] = [comparison.split]
    return query


def decode(
    query: Query,
    cohort: str,
    variables: tuple[Variable, ...],
    levels: dict[str, set[str]],
    extents: dict[str, Extent],
    others: tuple[str, ...] = (),
) -> tuple[Selection, list[str]]:
    """
    The selection that a query asks for, and a notice for each part that could
    not be followed. `levels` are those that occur in the cohort, `extents` the
    ranges of its numbers; `others` are parameters that belong to somebody else.
    """
    notices: list[str] = []
    known = {variable.name: variable for variable in variables}
    filters: list[Filter] = []
    for name, values in query.items():
        if name in known:
            chosen = _filter(known[name], values, levels.get(name, set()), extents.get(name))
            if chosen is None or _more_than(chosen, values):
                notices.append(f"This link filters {known[name].label} by a value that this cohort does not have.")
            if chosen is not None:
                filters.append(chosen)
        elif name not in ("by", "cut", "split", *others):
            notices.append("This link asks for something that this cohort does not have; it was left out.")
    order = {variable.name: place for place, variable in enumerate(variables)}
    filters.sort(key=lambda chosen: order[chosen.variable])
    filtered = bool(filters) or {"adverse_event", "adverse_event_had"} <= query.keys()
    comparison = _comparison(query, known, extents, filtered, notices)
    return Selection(cohort, tuple(filters), comparison), list(dict.fromkeys(notices))


def _more_than(chosen: Filter, values: list[str]) -> bool:
    """Whether a filter was asked for more than it follows."""
    followed = len(chosen.levels) if isinstance(chosen, Levels) else 1 + chosen.missing
    return followed < len(values)


def _filter(variable: Variable, values: list[str], levels: set[str], extent: Extent | None) -> Filter | None:
    if not variable.is_number:
        wanted = {MISSING if value == _MISSING else value for value in values} & levels
        ordered = tuple(level for level in (*variable.levels, MISSING) if level in wanted)
        return Levels(variable.name, ordered) if ordered else None
    ranges = [value.split("..", 1) for value in values if ".." in value]
    ends = [number(part) for part in ranges[0]] if ranges else []
    if extent is None or len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] > ends[1]:
        return None
    low, high = max(extent.low, ends[0]), min(extent.high, ends[1])
    return Range(variable.name, low, high, _MISSING in values and extent.missing > 0) if low <= high else None


def _comparison(
    query: Query, known: dict[str, Variable], extents: dict[str, Extent], filtered: bool, notices: list[str]
) -> Comparison | None:
    name = query.get("by", [""])[0]
    is_number = name in known and known[name].is_number and name in extents
    followed = 1 if is_number else 0
    if any(len(query.get(part, [])) > most for part, most in (("by", 1), ("cut", followed), ("split", followed))):
        notices.append(
            "This link cuts or compares by more than one thing, or cuts what is no number; that was left out."
        )
    if "by" not in query:
        return None
    if name == _REST:
        if not filtered:
            notices.append("This link compares a selection with the rest but selects nobody; nothing is compared.")
            return None
        return Comparison(AGAINST_REST)
    if name == _EVENT and "adverse_event" in query:
        return Comparison(BY_EVENT)
    if name not in known or (known[name].is_number and not is_number):
        notices.append("This link compares by something that this cohort does not have; nothing is compared.")
        return None
    return _cut(query, known[name], extents[name], notices) if is_number else Comparison(name)


def _cut(query: Query, variable: Variable, extent: Extent, notices: list[str]) -> Comparison:
    """A number compared: cut where the link says, or where it is cut unasked."""
    split = query.get("split", ["cut"])[0]
    cut = number(query["cut"][0]) if "cut" in query else default_cut(variable, extent)
    if split not in SPLITS or cut is None:
        notices.append(f"This link cuts {variable.label} in a way that is not known; the median is used.")
        return Comparison(variable.name, "median")
    if split != "cut":
        return Comparison(variable.name, split)
    if cut != extent.cut_within(cut):
        notices.append(f"This link cuts {variable.label} beyond its range in this cohort; the end of it is used.")
    return Comparison(variable.name, split, (extent.cut_within(cut),))


def _written(number: float) -> str:
    """A number that is read back as itself."""
    return repr(float(number)).removesuffix(".0")


def number(text: str) -> float | None:
    """A number as it stands in a query, or None."""
    written = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?", text, re.IGNORECASE)
    value = float(text) if written else None
    return value if value is not None and abs(value) < 1e15 else None
