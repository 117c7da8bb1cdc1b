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
    patients_with_reported_events,
    reported_patients,
    reported_terms,
    soft_sources,
    source_of,
    source_of_events,
)
from core.cohort.selection import Selection, known_later, set_against
from core.cohort.variables import adverse_event_named
from core.cohort.vocabulary import INFUSED
from core.statistics.words import By
from core.survival.words import DESCRIBED
from core.text import listed, lowered, some
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
    if selection.comparison is not None and selection.comparison.variable == INFUSED:
        return "Nothing that follows an infusion is known of who had none: described, and not tested."
    return DESCRIBED if known_later(selection, cached.database().variables) else ""


def columns_of(selection: Selection) -> tuple[str, ...]:
    """The columns that say who is selected and in which group, as `soft_sources` takes them."""
    names = [f.variable for f in selection.choosing] + ([selection.comparison.variable] if selection.comparison else [])
    return tuple("adverse_events.term" if adverse_event_named(name) else f"patients.{name}" for name in names)


def simulated(tables: tuple[str, ...]) -> str:
    """That values of these tables are simulated, and from what; empty where none are."""
    sources = cached.sources()
    if "simulated" not in soft_sources(sources, tables):
        return ""
    notes = [note_of(sources, table, "value") for table in tables]
    how = next((note for note in notes if note), "simulated")
    return f"Values are {how}. They are no patient's, and a difference between groups says nothing about patients."


def marked_simulated(title: str, tables: tuple[str, ...]) -> str:
    """A title that says so where what it tells of is simulated."""
    return f"Simulated: {title}" if simulated(tables) else title


def is_reconstructed(tables: tuple[str, ...]) -> bool:
    """Whether values of these tables of the cohort were reconstructed."""
    return "reconstructed" in soft_sources(cached.sources(), tables)


def rule(table: str, column: str, selection: Selection | None = None) -> str:
    """
    That it is not printed who had what, and of whom it is; by which rule it was
    reconstructed, and what that means for a comparison: for that of `selection`,
    where all of a group are printed.
    """
    sources = cached.sources()
    if "reconstructed" not in soft_sources(sources, (f"{table}.{column}",)):
        return ""
    note = note_of(sources, table, column)
    what, how = "event" if table == "adverse_events" else "outcome", f" ({note})" if note else ""
    if table == "adverse_events":
        terms = reported_terms(sources)
        single = [f"some of patient {patient}" for patient in patients_with_reported_events(sources, terms)]
        known = [*map(lowered, terms), *single]
    else:
        known = [f"patient {patient}" for patient in reported_patients(sources, table, column)]
    but = f", but for {some(known, 6)}," if known else ""
    printed = "" if selection is None else _printed_groups(selection, table, column)
    means = printed or (
        "A difference between groups may in truth be larger, smaller or none: neither test nor limits allow for that."
    )
    return f"Who had which {what} is not printed{but} and was reconstructed from published summaries{how}. {means}"


def _printed_groups(selection: Selection, table: str, column: str) -> str:
    """That a comparison's counts stand on print: all of its groups but one are of patients of whom it is printed."""
    if selection.comparison is None:
        return ""
    who = cached.answer("cohort/who", selection, most=cached.MOST_NAMED)
    known = set(reported_patients(cached.sources(), table, column))
    groups = {int(g): {str(p) for p in of} <= known for g, of in who.groupby("group")["patient_id"]}
    if not 0 < sum(groups.values()) >= len(groups) - 1:
        return ""
    labels = group_labels(selection, cached.database().variables)
    names = some([labels[group] for group, printed in groups.items() if printed], 6)
    return (
        f"Of everyone in {names} it is printed, so how many had it in each group follows from the totals, where those "
        "are printed; in which month does not."
    )


def assumed(selection: Selection, table: str, column: str) -> str:
    """What is assumed of single patients of this selection; empty where nothing is."""
    sources = cached.sources()
    rows = sources[(sources["table"] == table) & (sources["column"] == column) & (sources["source"] == "assumed")]
    if rows.empty:
        return ""
    who = cached.answer("cohort/who", selection.filtered, most=cached.MOST_NAMED)["patient_id"]
    rows = rows[rows["patient_id"].isin([str(patient) for patient in who])]
    return " ".join(f"Patient {row.patient_id}: {row.note}." for row in rows.itertuples())


def dates_of_groups(selection: Selection) -> str:
    """That the dates which put patients into their groups at a landmark are not recorded; empty where they are."""
    late = known_later(selection, cached.database().variables) if selection.landmark is not None else ()
    parts = []
    for variable in late:
        when = variable.known_at
        column = "mrd" if when is not None and when.what == "mrd" else "month"
        soft = soft_sources(cached.sources(), (f"responses.{column}",)) if when and when.table == "responses" else ()
        if soft:
            parts.append(
                f"The months of “{variable.label}”, which make these groups, are in part {listed(list(soft))}."
            )
    return " ".join(parts)


def how_many_reconstructed(
    selection: Selection, table: str, column: str, endpoint: str | None = None
) -> list[tuple[str, str]]:
    """
    Of how many of these patients the outcome was reconstructed, as a fact
    beside those of a comparison; from a landmark, of those whom its curve of
    `endpoint` shows.
    """
    sources = cached.sources()
    if "reconstructed" not in soft_sources(sources, (f"{table}.{column}",)):
        return []
    who = cached.answer("cohort/who", selection, most=cached.MOST_NAMED)
    if selection.landmark is not None and endpoint is not None:
        asked = {"endpoint": endpoint, "landmark": selection.landmark, "most": cached.MOST_NAMED}
        who = who[who["number"].isin(cached.answer("survival/followed", selection, **asked)["number"])]
    of = source_of(sources, table, column, [str(patient) for patient in who["patient_id"]])
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
    printed = len(sources) - assigned
    who = f"Printed for {printed} of {len(sources)} patients only: the others" if printed else "Not printed: they"
    words = f"{who} were given it so that the counts are as printed."
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
