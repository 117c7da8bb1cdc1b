"""What pages say of a selection beside their results: who, compared by what, and what stands in doubt."""

from collections.abc import Iterable
from dataclasses import replace

from core.cohort.labels import (
    comparison_label,
    group_labels,
    missing_group,
    number_compared,
    sentence,
)
from core.cohort.provenance import (
    note_of,
    reported_patients,
    reported_terms,
    soft_sources,
    source_of,
    source_of_events,
)
from core.cohort.selection import Selection, known_later, set_against
from core.cohort.variables import adverse_event_named
from core.statistics.words import By
from core.survival.words import DESCRIBED
from core.text import lowered, some
from pages.shared import cached
from pages.shared import selection as selections


def compared_by(selection: Selection) -> str:
    """The label of what is compared, as a title says it; empty where nothing is."""
    if selection.comparison is None:
        return ""
    by = replace(selection.comparison, split="", cuts=(), shown=())
    return lowered(comparison_label(by, cached.database().variables, selection.landmark))


def by(selection: Selection) -> By:
    """What is compared, as a title names it."""
    cut = number_compared(selection, cached.database().variables)
    return By(compared_by(selection), cut, selections.is_moved_cut(selection.comparison))


def who(selection: Selection) -> str:
    """Which patients a results sentence speaks of."""
    chosen = selection if selection.against_rest else selection.as_one_group
    return sentence(chosen, cached.database().variables)


def group_name(selection: Selection, number: int) -> str:
    """A group of this comparison, by a name that stays when its cut moves."""
    return f"{selection.comparison.variable if selection.comparison else ''} {number}"


def pair(selection: Selection, described: str) -> tuple[int, int] | None:
    """The numbers of two groups to set one less the other; None where there are not two, or none may be tested."""
    numbers = [
        number
        for number in cached.group_sizes(selection)
        if number != missing_group(selection, cached.database().variables)
    ]
    if described or selection.comparison is None or len(numbers) != 2:
        return None
    return set_against(selection, numbers)


def described(selection: Selection) -> str:
    """Why these patients are described and not tested; empty where they were known at infusion."""
    return DESCRIBED if known_later(selection, cached.database().variables) else ""


def is_reconstructed(tables: tuple[str, ...]) -> bool:
    """Whether values of these tables of the cohort were reconstructed."""
    return "reconstructed" in soft_sources(cached.sources(), tables)


def rule(table: str, column: str) -> str:
    """
    That it is not printed who had what, and of whom it is; by which rule it was
    reconstructed, and what that means for a comparison.
    """
    sources = cached.sources()
    if "reconstructed" not in soft_sources(sources, (f"{table}.{column}",)):
        return ""
    note = note_of(sources, table, column)
    what, how = "event" if table == "adverse_events" else "outcome", f" ({note})" if note else ""
    known = reported_terms(sources) if table == "adverse_events" else reported_patients(sources, table, column)
    named = some([lowered(one) for one in known], 6) if table == "adverse_events" else f"patients {some(known, 6)}"
    but = f", but for {named}," if known else ""
    return (
        f"Who had which {what} is not printed{but} and was reconstructed from published summaries{how}. A difference "
        "between groups may in truth be larger, smaller or none: neither test nor limits allow for that."
    )


def how_many_reconstructed(selection: Selection, table: str, column: str) -> list[tuple[str, str]]:
    """Of how many of these patients the outcome was reconstructed, as a fact beside those of a comparison."""
    sources = cached.sources()
    if "reconstructed" not in soft_sources(sources, (f"{table}.{column}",)):
        return []
    who = cached.answer("cohort/who", selection, most=cached.MOST_NAMED)["patient_id"]
    of = source_of(sources, table, column, [str(patient) for patient in who])
    return [("Outcome reconstructed", f"in {sum(source == 'reconstructed' for source in of)} of {len(of)}")]


def assigned_event(selection: Selection) -> str:
    """That who had the adverse event which selects or compares here was assigned; empty where it is as recorded."""
    if not is_reconstructed(("adverse_events.term",)):
        return ""
    chosen = [
        *(f.variable for f in selection.filters),
        *([selection.comparison.variable] if selection.comparison else []),
    ]
    events = [event for event in map(adverse_event_named, dict.fromkeys(chosen)) if event is not None]
    parts = []
    for event in events:
        asked = {"terms": (event.term,), "most": cached.MOST_NAMED}
        cells = cached.answer("adverse_events/grid", Selection(selection.cohort), **asked).dropna(subset=["term"])
        cells = cells[(cells["grade_min"] >= event.lowest) & (cells["grade_max"] <= event.highest)]
        assigned = sum(source == "reconstructed" for source in sources_of_events(cells["patient_id"], cells["term"]))
        if assigned:
            parts.append(
                f"{event.variable.label}: which patients had it is not printed and was assigned for {assigned} of "
                f"{len(cells)}, so a result of this selection is no evidence."
            )
    return " ".join(parts)


def sources_of_events(patients: Iterable[object], terms: Iterable[object]) -> list[str]:
    """How it is known that each of these patients had the adverse event beside it (None: their events together)."""
    named = [term if isinstance(term, str) else None for term in terms]
    return source_of_events(cached.sources(), [str(patient) for patient in patients], named)


def who_had_it(sources: list[str]) -> str:
    """That adverse events were assigned to patients, of whom the `sources` tell; empty where they are as recorded."""
    assigned = sum(source == "reconstructed" for source in sources)
    if not assigned:
        return ""
    others = "Who had it is as printed but for" if assigned < len(sources) else "Which patients had it is not printed:"
    words = f"{others} {assigned} of {len(sources)}, assigned so that the counts are as printed."
    return words + (" Response and what became of them are in part reconstructed." if _outcomes_are() else "")


def _outcomes_are() -> bool:
    return is_reconstructed(("endpoints.status",))


def moved_cut(selection: Selection) -> str:
    """That a cut was moved, which makes a test of it exploratory."""
    moved = selections.is_moved_cut(selection.comparison)
    return "The cut was chosen while looking at the result, which makes the p-value exploratory." if moved else ""


def one_group(selection: Selection, with_patients: Iterable[int]) -> str:
    """
    A sentence where a comparison was asked for and only one group has anybody;
    empty otherwise. `with_patients` are the groups that do, by number.
    """
    groups = list(with_patients)
    if selection.comparison is None or len(groups) != 1:
        return ""
    if number_compared(selection, cached.database().variables) and not selection.comparison.cuts:
        by = number_compared(selection, cached.database().variables)
        return f"{by}: all patients shown have the same value, so no cut can split them."
    label = group_labels(selection, cached.database().variables)[groups[0]]
    return f"All patients shown are in one group ({label}), so there is nothing to compare it with."
