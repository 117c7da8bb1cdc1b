"""What rose and fell after infusion: CAR-T cells, cytokines, immunoglobulins and blood counts, patient by patient."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core import text
from core.cohort.labels import group_labels
from core.cohort.selection import Selection
from core.kinetics import tables, words
from core.kinetics.analytes import CELLS, COUNTS, CYTOKINES, HUMORAL, OTHER, Analyte
from core.kinetics.answers import MOST_PATIENTS
from core.kinetics.figure import kinetics_chart
from core.kinetics.figure_data import MOST_GROUPS, MOST_LINES, as_scheduled
from core.kinetics.result import Kinetics, of_value
from pages.parts import cytopenia_tabs
from pages.shared import cached, choices, downloads, header, lit, remarks, shown, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

TABLES = ("measurements",)
FAMILIES = (CELLS, CYTOKINES, HUMORAL, COUNTS, OTHER)
USUAL_UNTIL = {CELLS: "all", CYTOKINES: "100", HUMORAL: "365", COUNTS: "100", OTHER: "all"}
MOST_PANELS = 8  # analytes of a family that are drawn above each other


@dataclass(frozen=True)
class View:
    """What the page shows: patients, analytes of one family, and two groups set against each other or why none are."""

    selection: Selection
    family: str
    results: tuple[Kinetics, ...]
    pair: tuple[int, int] | None
    described: str

    def footer(self) -> tuple[str, ...]:
        since = cached.database().time_origin
        how = words.method(self.results, since, self.pair is not None)
        return downloads.footer(self.selection, f"{how} {self.described}".strip(), TABLES)


def choose_analytes(known: tuple[Analyte, ...]) -> tuple[str, tuple[Analyte, ...], float | None, bool]:
    """Which family, which of its analytes, until which day, and whether at scheduled days."""
    families = [family for family in FAMILIES if any(analyte.family == family for analyte in known)]
    family = choices.choose_one("family", "Family", {name: name for name in families}, families[0])
    members = {analyte.label: analyte for analyte in known if analyte.family == family}
    labels = {"": "Side by side"} if len(members) > 1 else {}
    labels |= {label: label for label in members}
    chosen = next(iter(members))
    if len(members) > 1:
        select = partial(widgets.selectbox, "Measured", list(labels), format_func=labels.__getitem__, width=190)
        chosen = choices.choose("analyte", select, labels.__contains__, "")
    shown_ones = (members[chosen],) if chosen else tuple(members.values())[:MOST_PANELS]
    names = {"31": "31 days", "100": "100 days", "365": "1 year", "all": "All"}
    until = choices.choose_one("until_day", "Until", names, USUAL_UNTIL[family], labelled=True)
    days = {"sampled": "As sampled", "scheduled": "Scheduled"}
    scheduled = choices.choose_one("days_as", "Days", days, labelled=True) == "scheduled"
    return family, shown_ones, choices.UNTIL[until], scheduled


def draw_notes(view: View, known: tuple[Analyte, ...], one_group: str) -> None:
    """What these figures cannot say: what they rest on, and who or what is left out."""
    of_family = [analyte for analyte in known if analyte.family == view.family]
    more = len(of_family) - MOST_PANELS if len(view.results) > 1 else 0
    patients, everybody = of_value(view.results), sum(group.patients for group in view.results[0].groups)
    missing = everybody - patients
    groups = len(view.results[0].groups)
    most = MOST_PATIENTS if header.counts(view.selection)[1] > MOST_PATIENTS else 0
    style.note(
        remarks.simulated(TABLES),
        f"All numbers here are of the first {most} patients of the file." if most else "",
        f"{MOST_GROUPS} groups are drawn, the largest: the tables have all {groups}." if groups > MOST_GROUPS else "",
        f"Lines are of the first {MOST_LINES} of them, medians and tests of all {patients}."
        if patients > MOST_LINES and not small_cells.smallest()
        else "",
        f"{text.patients(missing)} without a value since infusion that counts." if missing > 0 else "",
        f"{more} more can be chosen one by one." if more > 0 else "",
        one_group,
        view.described,
        remarks.moved_cut(view.selection) if view.pair else "",
        ""
        if small_cells.smallest()
        else "Shaded: quartiles, of at least 5 patients. Open circles at the foot: below the limit of the assay.",
    )


def graded_tabs(view: View) -> dict[str, Callable[[], object]]:
    """The tabs of graded counts, of the family that has them."""
    if view.family != COUNTS:
        return {}
    labels = {group.number: group.label for group in view.results[0].groups}
    return cytopenia_tabs.tabs_of(cytopenia_tabs.View(view.selection, labels))


def draw_tabs(view: View) -> None:
    labels = {group.number: group.label for group in view.results[0].groups}

    def each_patient() -> None:
        shown.table(tables.patients_table(view.results, labels), view.footer, "kinetics_patients")
        if len(view.results) > 1:
            style.note(words.outside_note(view.results))

    choices.tabs(
        {
            "Each patient": each_patient,
            "Groups": lambda: shown.table(tables.groups_table(view.results, view.pair), view.footer, "kinetics_groups"),
            "Scheduled days": lambda: shown.table(
                tables.windows_table(view.results), view.footer, "kinetics_scheduled_days"
            ),
            **graded_tabs(view),
            "Method": lambda: style.note(*view.footer()),
        }
    )


def draw(selection: Selection) -> None:
    known = cached.measured()
    if not known:
        widgets.title("Nothing was measured in time in this cohort")
        style.note("Bring laboratory values with their days on the Data page: a row a visit, or a row a value.")
        return
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        family, analytes, until, scheduled = choose_analytes(known)
        st.space("stretch")
        save = st.container(width="content")
    results = cached.courses(selection, analytes)
    described = remarks.described(selection)
    pair = remarks.pair(selection, described)
    view = View(selection, family, results, pair, described)
    title = remarks.marked_simulated(words.finding(results, family, pair, remarks.by(selection)), TABLES)
    facts = words.key_numbers(results, pair)
    shown.finding(heading, title, facts, of_single=True)
    if not any(len(result.values) for result in results):
        style.note("None of these patients has a value of it. Choose something else, or other filters.")
        return
    in_time = tuple(map(as_scheduled, results)) if scheduled else results
    chart = kinetics_chart(in_time, cached.database().time_origin, until, lit.patient(), shown.clicks())
    files = {
        "Values": partial(tables.values_table, results),
        "Patients": partial(
            tables.patients_table, results, dict(enumerate(group_labels(selection, cached.database().variables)))
        ),
    }
    heard, lines = shown.heard("kinetics"), text.facts_line(facts)
    shown.figure(chart, "kinetics", title, view.footer, save, files, "kinetics", lines, on_select=heard)
    sizes = cached.group_sizes(selection)
    draw_notes(view, known, remarks.one_group(selection, sizes))
    who, simulated = remarks.who(selection), bool(remarks.simulated(TABLES))
    style.sentence(words.results_sentence(results, pair, who, simulated, described))
    draw_tabs(view)


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
