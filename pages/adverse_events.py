"""Who was harmed: adverse events by term and worst grade, by group, by patient, and who is behind each count."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import text
from core.adverse_events import words
from core.adverse_events.figure_grades import grades_chart
from core.adverse_events.figure_groups import groups_chart
from core.adverse_events.figure_patients import MOST_PATIENTS, grid_chart
from core.adverse_events.figure_rows import MOST_LINES
from core.adverse_events.result import (
    BANDS,
    COUNTED,
    ORDERS,
    AdverseEvents,
    Group,
    Line,
    Term,
    compare_line,
    shown_lines,
)
from core.adverse_events.tables import flag_table, grades_table, grid_table, groups_table, own_scale_table, who_table
from core.cohort.labels import group_labels
from core.cohort.provenance import note_of, notes_of_patients
from core.cohort.selection import Selection
from core.cohort.vocabulary import PROLONGED_CYTOPENIA, TOXICITY_TREATMENTS
from core.figures.grammar import Specification
from core.statistics.proportions import DISAGREE
from core.text import Table
from pages.shared import cached, choices, downloads, header, reconnect, remarks, style, wanted, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

TABLES = ("patients", "adverse_events")
VIEWS = {"grades": "By grade", "groups": "By group", "patients": "By patient"}
MOST_WHO = 200


@dataclass(frozen=True)
class View:
    """What the page shows: patients and what is counted, the lines asked for, the band, two groups compared."""

    selection: Selection
    terms: tuple[Term, ...]
    incidence: AdverseEvents
    result: AdverseEvents
    lines: tuple[Line, ...]
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
        own = f"{own} {words.scales(self.terms)} {self.described}".strip()
        return downloads.footer(self.selection, own, TABLES)


def choose_view(groups: int) -> tuple[str, str]:
    """Which figure, and the method of the limits."""
    views = {name: said for name, said in VIEWS.items() if name != "groups" or groups > 1}
    view = choices.choose_one("shown_as", "Show", views, "groups" if groups > 1 else "grades")
    st.space("stretch")
    return view, choices.choose_limits()


def choose_lines(view: str, groups: int) -> tuple[str, str, float, str, str]:
    """What is shown: order, search, least incidence, the band that is compared, and patients or events."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = partial(widgets.text_input, "Find", placeholder="Term or category", width=160)
        found = choices.choose("search", search, lambda words: isinstance(words, str))
        orders = [order for order in ORDERS if order != "difference" or groups > 1]
        sort = partial(widgets.selectbox, "Sort by", orders, format_func=ORDERS.__getitem__, width=150)
        order = choices.choose("sorted_by", sort, orders.__contains__, "category")
        slider = partial(widgets.slider, "At least % of patients", 0.0, 100.0, step=5.0, format="%g", width=160)
        least = choices.choose("least_percent", slider, lambda percent: 0 <= percent <= 100, 0.0)
        band, counted = "any", "patients"
        if view == "groups":
            band = choices.choose_one("compared_grade", "Compare", {"any": "Any", "3+": "Grade ≥ 3"}, labelled=True)
        if view != "patients":
            counted = choices.choose_one("counted", "Count", COUNTED, labelled=True)
    return order, found, float(least), band, counted


# -- the figure and its table ----------------------------------------------------------------------


def figure_and_table(view: View, shown_as: str) -> tuple[Specification, Table]:
    """What the viewer asked to see, and the same as a table."""
    clicks = choices.clicks()
    if shown_as == "groups":
        chart = groups_chart(view.result, view.lines, view.band, view.against, view.indented, clicks)
        return chart, groups_table(view.result, view.lines, view.band, view.against)
    if shown_as == "patients":
        names = tuple(line.term for line in view.lines if line.term is not None)
        cells = cached.answer("adverse_events/grid", view.selection, terms=names, most=MOST_PATIENTS)
        labels = group_labels(view.selection, cached.database().variables)
        return grid_chart(cells, view.lines, labels, clicks), grid_table(cells, labels)
    chart = grades_chart(view.result, view.lines, view.indented, clicks)
    return chart, grades_table(view.result, view.lines)


def draw_figure(view: View, shown_as: str, title: str, save: DeltaGenerator) -> Table:
    """The figure, a click on which shows who is behind a count; returns the same as a table."""
    chart, table = figure_and_table(view, shown_as)
    name = f"adverse_events_{shown_as}"
    with save:
        downloads.save_figure(chart, title, view.footer, name, {"Table, CSV": lambda: table})
    asked = bool(choices.kept("who"))
    if asked:  # above the figure, where a click on it is seen to do something
        draw_who(view)
    heard = partial(choices.take_click, name, partial(take_count, view.selection, view.result.groups))
    style.figure(chart, name, on_select=heard)
    style.note(*hidden(view, shown_as))
    if not asked:
        draw_who(view)
    return table


def hidden(view: View, shown_as: str) -> list[str]:
    """What the figure does not show."""
    lines, patients = len(view.lines) - MOST_LINES, view.result.patients - MOST_PATIENTS
    said = [f"{text.counted(lines, 'more line')} not drawn."] if lines > 0 else []
    if shown_as == "patients" and patients > 0:
        said.append(f"{text.patients(patients)} not drawn: the {MOST_PATIENTS} with the most severe events are.")
    return said


def take_count(selection: Selection, groups: tuple[Group, ...], clicked: dict[str, Any]) -> None:
    """A count that was clicked: whose patients are asked for."""
    group = next((group for group in groups if group.label == clicked.get("group")), None)
    grade = clicked.get("band") or (choices.kept("compared_grade") if group else "any")
    name = "all" if group is None else remarks.group_name(selection, group.number)
    wanted.want({"who": clicked["name"], "who_grade": grade, "who_group": name})


# -- who is behind a count -------------------------------------------------------------------------


def draw_who(view: View) -> None:
    """The patients behind a count that was clicked or chosen, and the way back."""
    by_name = {line.name: line for line in view.incidence.lines if line.everyone.bands["any"]}
    if not by_name:
        return
    with st.container(border=bool(choices.kept("who")), key="behind"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = ["", *by_name]
            select = partial(
                widgets.selectbox,
                "Who had it: click a count, or choose",
                names,
                format_func=lambda name: name or "Nobody chosen",
                width=300,
            )
            name = choices.choose("who", select, names.__contains__, "")
            if not name:
                return
            bands = ["any", "1–2", "3+", *("12345" if by_name[name].exact else "")]
            grade = partial(widgets.selectbox, "Worst grade", bands, format_func=lambda band: BANDS[band][0], width=150)
            band = choices.choose("who_grade", grade, bands.__contains__, "any")
            number = choose_group(view)
            reconnect.button("Back", forget_who, icon=":material/close:", type="tertiary", key="nobody")
        draw_patients_behind(view, by_name[name], band, number)


def choose_group(view: View) -> int | None:
    """Of which group the patients are listed; None for all."""
    if len(view.result.groups) < 2:
        return None
    names = {remarks.group_name(view.selection, group.number): group for group in view.result.groups}
    labels = {"all": "All groups"} | {name: group.label for name, group in names.items()}
    select = partial(widgets.selectbox, "Group", list(labels), format_func=labels.__getitem__, width=170)
    chosen = choices.choose("who_group", select, labels.__contains__, "all")
    return names[chosen].number if chosen in names else None


def forget_who() -> None:
    wanted.want(dict.fromkeys(("who", "who_grade", "who_group")))


def draw_patients_behind(view: View, line: Line, band: str, number: int | None) -> None:
    said, lowest, highest = BANDS[band]
    who = cached.answer(
        "adverse_events/who",
        view.selection,
        term=line.term,
        category=line.category,
        number=number,
        lowest=lowest,
        highest=highest,
        treatments=TOXICITY_TREATMENTS,
        most=MOST_WHO,
    )
    if who.empty:
        style.note(f"{line.name}, {said.lower()}: nobody of these patients.")
        return
    labels = group_labels(view.selection, cached.database().variables)
    dated = any(term.dated for term in view.terms)
    several = line.term is None  # then the events take the room of the baseline values
    first = () if several else tuple(v for v in cached.database().variables if v.section == "first")
    told = cached.answer("cohort/selected_patients", view.selection.as_one_group, patients=tuple(who["patient_id"]))
    header, rows = who_table(who, labels, several, dated, first, told)
    groups = zip(view.incidence.groups, line.tallies, strict=True)
    everybody = sum(tally.bands[band] for group, tally in groups if number in (None, group.number))
    most = f" The first {MOST_WHO} are listed." if everybody > MOST_WHO else ""
    style.table(header, rows)
    how = f"{line.name}, {said.lower()}: {text.patients(everybody)}.{most}"
    downloads.save_table(header, rows, partial(view.footer, how), "patients_behind_count")
    sources = cached.sources()
    reported = notes_of_patients(sources, "adverse_events", "term", [str(patient) for patient in who["patient_id"]])
    style.note(how, *words.reported_of(reported))


# -- syndromes on their own scale, prolonged cytopenia ----------------------------------------------


def draw_syndromes(view: View) -> None:
    """Cytokine release and whatever else is graded on its own scale, with what was given for it."""
    own = {term.name: term for term in view.terms if term.own_scale}
    if not own:
        style.note("No event of this cohort is graded on a scale of its own.")
        return
    given = cached.answer("adverse_events/treatments", view.selection, treatments=TOXICITY_TREATMENTS)
    days = cached.answer("adverse_events/days", view.selection)
    for line in view.incidence.lines:
        term = own.get(line.term or "")
        if term is not None:
            table = own_scale_table(line, term.grading, view.incidence, given, days)
            style.table(*table)
            downloads.save_table(*table, view.footer, f"own_scale_{list(own).index(term.name)}")
            undated = f"{term.name}: no onset or end is recorded, so neither day nor duration can be shown."
            style.note("" if term.dated else undated)
    treatments = text.listed(list(TOXICITY_TREATMENTS)).replace(" and ", " or ")
    nothing = f"No treatment of toxicity ({treatments}) is recorded."
    style.note("Treatments are of all infused, whatever they were given for." if len(given) else nothing)


def draw_cytopenia(view: View) -> None:
    """Prolonged cytopenia as the cohort reports it."""
    flag = cached.reported_flag(PROLONGED_CYTOPENIA)
    if flag is None:
        style.note("This cohort does not report prolonged cytopenia (a flag named prolonged_cytopenia in patients).")
        return
    table = flag_table(flag, cached.answer("cohort/level_counts", view.selection), view.incidence)
    style.table(*table)
    note = note_of(cached.sources(), "patients", PROLONGED_CYTOPENIA)
    how = f"As reported: {note}." if note else "As reported; the cohort does not say how it was defined."
    lines = partial(downloads.footer, view.selection, how, ("patients",))
    downloads.save_table(*table, lines, "prolonged_cytopenia")
    style.note(f"{how} Definitions differ between centres in threshold, cell line and day.")


# -- the page --------------------------------------------------------------------------------------


def draw_notes(view: View, shown_as: str) -> None:
    tests = ""
    if shown_as == "groups" and view.against is not None:
        compared = [compare_line(line, *view.against, view.band) for line in view.lines]
        tests = (
            f"{text.counted(sum(one.p is not None for one in compared), 'line')} tested by Fisher's exact test without "
            "adjustment: about one p-value in twenty falls below 0.05 by chance alone."
            f"{f' {DISAGREE}' if any(one.disagree for one in compared) else ''}"
        )
    style.note(
        tests,
        remarks.moved_cut(view.selection) if tests else "",
        remarks.rule("adverse_events", "term") if view.selection.comparison else "",
        words.UNTESTED_EVENTS if view.result.counted == "events" else "",
        remarks.one_group(view.selection, [group.number for group in view.result.groups]),
        view.described,
        *words.remarks(view.lines, view.terms),
        words.scales(view.terms),
    )


def against_of(selection: Selection, result: AdverseEvents, described: str) -> tuple[int, int] | None:
    """The places of two groups to set one less the other; None where there are none, or events are counted."""
    pair = remarks.pair(selection, described) if result.counted == "patients" else None
    numbers = [group.number for group in result.groups]
    return None if pair is None else (numbers.index(pair[0]), numbers.index(pair[1]))


def draw(selection: Selection) -> None:
    terms = cached.recorded_terms()
    if not terms:
        widgets.title("No adverse event is recorded")
        style.note("This cohort has no table of adverse events. data/README.md says what one looks like.")
        return
    sizes = cached.group_sizes(selection)
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown_as, limits = choose_view(len(sizes))
        save = st.container(width="content")
    order, search, least, band, counted = choose_lines(shown_as, len(sizes))
    incidence = cached.adverse_events(selection, "patients", limits)
    result = cached.adverse_events(selection, counted, limits)
    described = remarks.described(selection)
    lines = shown_lines(result, incidence, order, search, least, band)
    view = View(
        selection, terms, incidence, result, lines, band, order, against_of(selection, result, described), described
    )
    title = words.finding(incidence, shown_as, band, remarks.compared_by(selection))
    with heading:
        widgets.title(title)
    if not lines:
        style.note("No event matches: search for something else, or lower the share of patients.")
        return
    table = draw_figure(view, shown_as, title, save)
    draw_notes(view, shown_as)
    who = remarks.who(selection)
    style.sentence(words.results_sentence(incidence, who, remarks.is_reconstructed(TABLES[1:]), described))
    draw_tabs(view, table, shown_as)


def draw_tabs(view: View, table: Table, shown_as: str) -> None:
    def draw_table() -> None:
        by_line = shown_as != "patients"
        style.table(*table, indent=[view.indented and line.inset for line in view.lines] if by_line else None)
        downloads.save_table(*table, view.footer, f"adverse_events_{shown_as}_table")

    choices.tabs(
        {
            "Table": draw_table,
            "Cytokine release": partial(draw_syndromes, view),
            "Prolonged cytopenia": partial(draw_cytopenia, view),
            "Method": lambda: style.note(*view.footer()),
        },
    )


require_entry()
selection = selections.selection()
if not header.nobody(selection):
    draw(selection)
