"""What the page of adverse events shows: its notes, and its tabs, of which some are on a scale of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core import text
from core.adverse_events import words
from core.adverse_events.figure_groups import MOST_GROUPS
from core.adverse_events.figure_patients import MOST_PATIENTS
from core.adverse_events.result import (
    AdverseEvents,
    Line,
    Term,
    compare_line,
)
from core.adverse_events.tables import flag_table, own_scale_table
from core.cohort.provenance import note_of
from core.cohort.selection import Selection
from core.cohort.vocabulary import CRS, PROLONGED_CYTOPENIA, TOXICITY_TREATMENTS
from core.statistics.proportions import DISAGREE
from core.text import Table
from pages.shared import cached, choices, downloads, remarks, shown, small_cells, style

TABLES = ("patients", "adverse_events")
SEVERAL_MARK = "*"
SEVERAL = (
    "* Of several events together: not printed, and would differ if other patients had them than those assigned here."
)


@dataclass(frozen=True)
class View:
    """What the page shows: patients and what is counted, the lines shown of those asked for, the band, two groups."""

    selection: Selection
    terms: tuple[Term, ...]
    incidence: AdverseEvents
    result: AdverseEvents
    lines: tuple[Line, ...]
    every_line: tuple[Line, ...]
    band: str
    order: str
    against: tuple[int, int] | None
    described: str

    @property
    def indented(self) -> bool:
        return self.order == "category"

    def footer(self, how: str = "") -> tuple[str, ...]:
        """The footer of a figure or table; `how` is its method where it is not the page's own."""
        own = how or words.method(self.result, self.against is not None)
        several = SEVERAL if any(line.mark for line in self.lines) and not how else ""
        own = " ".join(part for part in (own, words.scales(self.terms), self.described, several) if part)
        return downloads.footer(self.selection, own, TABLES)


@dataclass(frozen=True)
class Tables:
    """The figure as a table: of the lines that are shown, and of every line that was asked for."""

    of_lines: Callable[[tuple[Line, ...]], Table]
    view: View

    def part(self) -> Table:
        return self.of_lines(self.view.lines)

    def whole(self) -> Table:
        return self.of_lines(self.view.every_line)


def draw_syndromes(view: View) -> None:
    """Cytokine release and whatever else is graded on its own scale, with what was given for it."""
    own = {term.name: term for term in view.terms if term.own_scale or term.name == CRS}
    if not own:
        style.note("This cohort records no cytokine release, nor another event on a scale of its own.")
        return
    given = cached.answer("adverse_events/treatments", view.selection, treatments=TOXICITY_TREATMENTS)
    days = cached.answer("adverse_events/days", view.selection)
    for line in view.incidence.lines:
        term = own.get(line.term or "")
        if term is not None:
            table = own_scale_table(line, term.grading, view.incidence, given, days)
            shown.table(table, view.footer, f"own_scale_{list(own).index(term.name)}")
            undated = f"{term.name}: no onset or end is recorded, so neither day nor duration can be shown."
            style.note("" if term.grading else f"{term.name}: the cohort does not say by which scale it was graded.")
            style.note("" if term.dated else undated)
    treatments = text.listed(list(TOXICITY_TREATMENTS)).replace(" and ", " or ")
    nothing = f"No treatment of toxicity ({treatments}) is recorded."
    style.note("Treatments are of all patients, whatever they were given for." if len(given) else nothing)


def draw_cytopenia(view: View) -> None:
    """Prolonged cytopenia as the cohort reports it."""
    flag = cached.reported_flag(PROLONGED_CYTOPENIA)
    if flag is None:
        style.note("No column says who had prolonged cytopenia. Where blood counts are given, Kinetics works it out.")
        return
    table = flag_table(flag, cached.answer("cohort/level_counts", view.selection), view.incidence)
    note = note_of(cached.sources(), "patients", PROLONGED_CYTOPENIA)
    how = f"As reported: {note}." if note else "As reported; the cohort does not say how it was defined."
    shown.table(table, partial(downloads.footer, view.selection, how, ("patients",)), "prolonged_cytopenia")
    style.note(f"{how} Definitions differ between centres in threshold, cell line and day.")


def draw_tabs(view: View, tables: Tables, shown_as: str) -> None:
    def draw_table() -> None:
        by_line = shown_as != "patients"
        indent = [view.indented and line.inset for line in view.lines] if by_line else None
        style.table(*tables.part(), indent=indent)
        downloads.save_table(tables.whole, view.footer, f"adverse_events_{shown_as}_table")

    choices.tabs(
        {
            "Table": draw_table,
            "Cytokine release": partial(draw_syndromes, view),
            "Prolonged cytopenia": partial(draw_cytopenia, view),
            "Method": lambda: style.note(*view.footer()),
        },
    )


def hidden(view: View, shown_as: str) -> list[str]:
    """What the figure does not show."""
    patients = view.result.patients - MOST_PATIENTS
    part = len(view.lines) < len(view.every_line)
    all_in_files = "Tables that are taken away hold every line" if shown_as != "patients" else "So are their files"
    not_drawn = [f"{len(view.lines)} of {len(view.every_line):,} lines are shown. {all_in_files}."] if part else []
    groups = len(view.result.groups)
    if shown_as == "groups" and groups > MOST_GROUPS:
        not_drawn.append(f"{MOST_GROUPS} groups are drawn, the largest: the table has all {groups}.")
    if shown_as == "patients" and patients > 0:
        not_drawn.append(f"{text.patients(patients)} not drawn: the {MOST_PATIENTS} with the most severe events are.")
    return not_drawn


def draw_notes(view: View, shown_as: str) -> None:
    tests = ""
    if shown_as == "groups" and view.against is not None:
        compared = [compare_line(line, *view.against, view.band) for line in view.every_line]
        tests = (
            f"{text.counted(sum(one.p is not None for one in compared), 'line')} tested by Fisher's exact test without "
            "adjustment: up to one p-value in twenty falls below 0.05 by chance alone."
            f"{f' {DISAGREE}' if any(one.disagree for one in compared) else ''}"
        )
    style.note(
        SEVERAL if any(line.mark for line in view.lines) else "",
        "" if small_cells.smallest() else words.not_looked_for(view.result),
        tests,
        remarks.moved_cut(view.selection) if tests else "",
        remarks.rule("adverse_events", "term") if view.selection.comparison or shown_as == "patients" else "",
        words.UNTESTED_EVENTS if view.result.counted == "events" else "",
        remarks.one_group(view.selection, [group.number for group in view.result.groups]),
        view.described,
        *words.remarks(view.lines, view.terms),
        words.scales(view.terms),
    )
