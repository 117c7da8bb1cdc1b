"""Blood counts graded, as tabs of the page of kinetics: ICAHT, prolonged cytopenia, CTCAE grades."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core import text
from core.cohort.selection import Selection
from core.cytopenia import tables, words
from core.cytopenia.answers import graded_analytes, not_graded
from core.cytopenia.ctcae import LINEAGES, VERSIONS
from core.cytopenia.figure import MOST_ROWS, icaht_chart
from core.cytopenia.result import Asked, PatientCounts
from core.figures.frame import with_finding
from pages.shared import cached, choices, downloads, lit, remarks, shown, small_cells, style, widgets

TABLES = ("measurements",)


@dataclass(frozen=True)
class View:
    """The patients of a selection with their counts, and the groups' names by number."""

    selection: Selection
    groups: dict[int, str]

    @property
    def patients(self) -> tuple[PatientCounts, ...]:
        """Graded where a tab asks for them."""
        return cached.cytopenias(self.selection)

    def footer(self, how: str) -> Callable[[], tuple[str, ...]]:
        return partial(downloads.footer, self.selection, how, TABLES)


def tabs_of(view: View) -> dict[str, Callable[[], object]]:
    """The tabs by their names; none where no blood count can be graded."""
    if not graded_analytes(cached.measured()):
        return {}
    return {
        "ICAHT": partial(draw_icaht, view),
        "Prolonged cytopenia": partial(draw_lasting, view),
        "CTCAE grades": partial(draw_grades, view),
    }


def draw_icaht(view: View) -> None:
    footer = view.footer(words.ICAHT)
    if not small_cells.smallest():
        draw_rows(view, footer)
    shown.table(tables.icaht_groups(view.patients, view.groups, choices.proportion_method()), footer, "icaht_groups")
    style.note(words.ICAHT, words.left_out(not_graded(cached.measured())))


def draw_rows(view: View, footer: shown.Footer) -> None:
    """The days of each patient's neutropenia, drawn and as a table."""
    title = remarks.marked_simulated(words.icaht_finding(view.patients), TABLES)
    chart = icaht_chart(
        view.patients, len(view.groups) > 1, cached.database().time_origin, lit.patient(), shown.clicks()
    )
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading(title)
        downloads.save_figure(chart, title, footer, "icaht")
    style.figure(with_finding(chart, [title]), "icaht", on_select=shown.heard("icaht"))
    more = len(view.patients) - MOST_ROWS
    style.note(f"{text.patients(more)} not drawn: those with the longest streaks are." if more > 0 else "")
    shown.table(tables.icaht_patients(view.patients, view.groups), footer, "icaht_patients")


def draw_lasting(view: View) -> None:
    """Prolonged cytopenia by a definition that can be moved."""
    known = [lineage for lineage in LINEAGES if any(lineage in patient.counts for patient in view.patients)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        select = partial(widgets.multiselect, "Counts", known, width=320)
        usual = [lineage for lineage in choices.CHOICES["lineages"].usual if lineage in known] or known
        lineages = tuple(choices.choose("lineages", select, known.__contains__, usual))
        grades = {grade: f"Grade {grade} or more" for grade in ("2", "3", "4")}
        grade = choices.choose_one("cytopenia_grade", "CTCAE 5.0", grades, labelled=True)
        slider = partial(widgets.slider, "Assessed on day", 14.0, 100.0, step=1.0, format="%g", width=200)
        day = float(choices.choose("cytopenia_day", slider, lambda chosen: 14 <= chosen <= 100))
    if not lineages:
        style.note("Choose the blood counts that the definition speaks of.")
        return
    asked = Asked(lineages, int(grade), day)
    how = words.lasting_method(asked)
    limits = choices.proportion_method()
    shown.table(tables.lasting_groups(view.patients, view.groups, asked, limits), view.footer(how), "lasting_groups")
    shown.table(tables.lasting_patients(view.patients, view.groups, asked), view.footer(how), "lasting_patients")
    style.note(how, words.left_out(not_graded(cached.measured())))


def draw_grades(view: View) -> None:
    """The worst grade of each count, by the version that is chosen."""
    versions = {version: f"CTCAE {version}" for version in VERSIONS}
    version = choices.choose_one("ctcae_version", "Version", versions)
    lineages = tuple(one for one in LINEAGES if any(one in patient.counts for patient in view.patients))
    how = words.grades_method(version)
    table = tables.worst_grades(view.patients, lineages, view.groups, version, choices.proportion_method())
    shown.table(table, view.footer(how), "ctcae_grades")
    style.note(how, words.left_out(not_graded(cached.measured())))
