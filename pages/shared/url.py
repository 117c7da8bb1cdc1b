"""
The selection and the page's choices as a URL's query, and back.

Only names, levels and numbers stand in it, never a label with a count, so that
a link lives as long as the cohort. What a link asks for and the cohort does
not have is left out, with a notice.
"""

from core.cohort import AGAINST_REST, MISSING, SPLITS, Comparison, Filter, Levels, Range, Selection
from core.ranges import Extent, default_cut
from core.schema import Variable

Query = dict[str, list[str]]

_REST = "rest"
_MISSING = "missing"


def encode(selection: Selection) -> Query:
    """A selection as query parameters; a filter's name is its variable's."""
    query: Query = {}
    for chosen in selection.filters:
        if isinstance(chosen, Range):
            query[chosen.variable] = [f"{_written(chosen.low)}..{_written(chosen.high)}"]
            query[chosen.variable] += [_MISSING] if chosen.missing else []
        else:
            query[chosen.variable] = [_MISSING if v == MISSING else v for v in chosen.levels]
    if selection.comparison is not None:
        comparison = selection.comparison
        query["by"] = [_REST if comparison.variable == AGAINST_REST else comparison.variable]
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
            if chosen is None or (isinstance(chosen, Levels) and len(chosen.levels) < len(values)):
                notices.append(f"This link filters {known[name].label} by a value that this cohort does not have.")
            if chosen is not None:
                filters.append(chosen)
        elif name not in ("by", "cut", "split", *others):
            notices.append("This link asks for something that this cohort does not have; it was left out.")
    order = {variable.name: place for place, variable in enumerate(variables)}
    filters.sort(key=lambda chosen: order[chosen.variable])
    comparison = _comparison(query, known, extents, notices)
    return Selection(cohort, tuple(filters), comparison), list(dict.fromkeys(notices))


def _filter(variable: Variable, values: list[str], levels: set[str], extent: Extent | None) -> Filter | None:
    if not variable.is_number:
        asked = {MISSING if value == _MISSING else value for value in values} & levels
        found = tuple(level for level in (*variable.levels, MISSING) if level in asked)
        return Levels(variable.name, found) if found else None
    ends = [number(part) for value in values if ".." in value for part in value.split("..", 1)]
    if extent is None or len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] > ends[1]:
        return None
    low, high = max(extent.low, ends[0]), min(extent.high, ends[1])
    return Range(variable.name, low, high, _MISSING in values and extent.missing > 0) if low <= high else None


def _comparison(
    query: Query, known: dict[str, Variable], extents: dict[str, Extent], notices: list[str]
) -> Comparison | None:
    if "by" not in query:
        return None
    name = query["by"][0]
    if name == _REST:
        return Comparison(AGAINST_REST)
    if name not in known or (known[name].is_number and name not in extents):
        notices.append("This link compares by something that this cohort does not have; nothing is compared.")
        return None
    if not known[name].is_number:
        return Comparison(name)
    split = query.get("split", ["cut"])[0]
    cut = number(query["cut"][0]) if "cut" in query else default_cut(known[name], extents[name])
    if split not in SPLITS or (split == "cut" and cut is None):
        notices.append(f"This link cuts {known[name].label} in a way that is not known; the median is used.")
        return Comparison(name, "median")
    if split != "cut" or cut is None:
        return Comparison(name, split)
    if cut != extents[name].cut_within(cut):
        notices.append(f"This link cuts {known[name].label} beyond its range in this cohort; the end of it is used.")
    return Comparison(name, split, (extents[name].cut_within(cut),))


def _written(number: float) -> str:
    """A number that is read back as itself."""
    return repr(float(number)).removesuffix(".0")


def number(text: str) -> float | None:
    """A finite number that stands in a query, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None
