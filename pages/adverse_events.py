"""Who was harmed: adverse events by term and worst grade, by group, by patient, and who is behind each count."""

from dataclasses import replace
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
    COUNTED,
    ORDERS,
    AdverseEvents,
    Group,
    Line,
    in_bands,
    shown_lines,
)
from core.adverse_events.tables import grades_table, grid_table, groups_table
from core.article.words_allowed import span
from core.cohort.labels import group_labels
from core.cohort.selection import Selection
from core.figures.theme import Specification
from pages.parts.adverse_events_tabs import SEVERAL_MARK, TABLES, Tables, View, draw_notes, draw_tabs, hidden
from pages.parts.patients_behind import draw_who
from pages.shared import cached, choices, header, lit, remarks, shown, small_cells, style, wanted, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

NOTHING_LEFT = [(1, 1)]  # what a figure counts from which every line was taken: too little to be shown
VIEWS = {"grades": "By grade", "groups": "By group", "patients": "By patient"}


def choose_view(groups: int) -> tuple[str, str]:
    """Which figure, and the method of the limits."""
    views = {name: label for name, label in VIEWS.items() if name != "groups" or groups > 1}
    view = choices.choose_one("shown_as", "Show", views, "groups" if groups > 1 else "grades")
    st.space("stretch")
    return view, choices.choose_limits()


def choose_lines(view: str, groups: int) -> tuple[str, str, float, str, str]:
    """What is shown: order, search, least incidence, the band that is compared, and patients or events."""
    with st.container(horizontal=True, vertical_alignment="top"):
        search = partial(widgets.text_input, "Find", placeholder="Term or category", width=160)
        search_words = choices.choose("search", search, lambda words: isinstance(words, str))
        orders = [order for order in ORDERS if order != "difference" or groups > 1]
        sort = partial(widgets.selectbox, "Sort by", orders, format_func=ORDERS.__getitem__, width=150)
        many = len(cached.recorded_terms()) > MOST_LINES
        order = choices.choose("sorted_by", sort, orders.__contains__, "any" if many else "category")
        slider = partial(widgets.slider, "At least % of patients", 0.0, 100.0, step=5.0, format="%g", width=160)
        least = 0.0
        if not small_cells.smallest():  # when a line goes would tell how many it counts
            least = choices.choose("least_percent", slider, lambda percent: 0 <= percent <= 100, 0.0)
        band, counted = "any", "patients"
        if view == "groups":
            band = choices.choose_one("compared_grade", "Compare", {"any": "Any", "3+": "Grade ≥ 3"}, labelled=True)
        if view != "patients":
            counted = choices.choose_one("counted", "Count", COUNTED, labelled=True)
    return order, search_words, float(least), band, counted


def marked(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines of several terms have a mark where it is not recorded who had which of them."""
    assigned = remarks.is_reconstructed(("adverse_events.term",))
    return tuple(replace(line, mark=SEVERAL_MARK) if assigned and line.term is None else line for line in lines)


def choose_part(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Of more lines than a figure holds, those that are shown."""
    starts = list(range(1, len(lines) + 1, MOST_LINES))
    if len(starts) < 2:
        return lines
    words_of = {start: f"{start}–{min(start + MOST_LINES - 1, len(lines))} of {len(lines):,}" for start in starts}
    select = partial(widgets.selectbox, "Lines", starts, format_func=words_of.__getitem__, width=160)
    first = int(choices.choose("first_line", select, starts.__contains__, 1))
    return lines[first - 1 : first - 1 + MOST_LINES]


def ranges_of(view: View) -> dict[str, str]:
    """Of each term, where p goes in all ways to give it to patients that the article allows."""
    if view.against is None or view.described or view.band not in ("any", "3+") or not cached.leaves_open():
        return {}
    first, second = (view.result.groups[place].number for place in view.against)
    found = cached.allowed_events(view.selection, (first, second), view.band == "3+")
    return {term: span(p, "p") for term, p in found.items()}


def cells_of(line: Line, shown_as: str, band: str) -> list[tuple[int, int]]:
    """What the figure counts of a line, each of its total."""
    if shown_as == "groups":
        beside = [(tally.fewest, tally.patients) for tally in line.tallies if band != "any"]
        return [*((tally.bands[band], tally.patients) for tally in line.tallies), *beside]
    counts = (*(line.everyone.bands[band] for band in ("any", "1–2", "3+")), line.everyone.unclear)
    return [(count, line.everyone.patients) for count in counts]


def beside_title(incidence: AdverseEvents, shown_as: str) -> list[tuple[int, int]]:
    """What the title would tell with the table beside it: the smallest of any grade, and who was not looked at."""
    line = incidence.headline
    of_groups = zip(line.tallies, (group.patients for group in incidence.groups), strict=True)
    told = of_groups if shown_as == "groups" else [(line.everyone, incidence.patients)]
    return [(count, count) for tally, size in told for count in (tally.fewest, size - tally.patients)]


def unlooked_of(view: View, line: Line, shown_as: str) -> list[tuple[int, int]]:
    """How many were not looked at for a line, whom the number of patients beside it tells."""
    if shown_as == "groups":
        sizes = zip(view.result.groups, line.tallies, strict=True)
        counts = [group.patients - tally.patients for group, tally in sizes]
    else:
        counts = [view.result.patients - line.everyone.patients]
    return [(count, count) for count in counts if count]


def drawn(view: View, shown_as: str) -> tuple[Line, ...]:
    """The lines of the figure: where small numbers are withheld those without any."""
    return tuple(
        line
        for line in view.lines
        if not small_cells.are_few([*cells_of(line, shown_as, view.band), *unlooked_of(view, line, shown_as)])
    )


def figure_and_tables(view: View, shown_as: str) -> tuple[Specification, Tables]:
    """What the viewer asked to see, and the same as tables, of the lines that are shown and of all."""
    clicks = shown.clicks()
    if shown_as == "groups":
        chart = groups_chart(view.result, drawn(view, shown_as), view.band, view.against, view.indented, clicks)
        ranges = ranges_of(view)
        return chart, Tables(lambda lines: groups_table(view.result, lines, view.band, view.against, ranges), view)
    if shown_as == "patients":
        names = tuple(line.term for line in view.lines if line.term is not None)
        cells = cached.answer("adverse_events/grid", view.selection, terms=names, most=MOST_PATIENTS)
        labels = group_labels(view.selection, cached.database().variables)
        sources = remarks.sources_of_events(cells["patient_id"], cells["term"])
        chart = grid_chart(cells, view.lines, labels, sources, clicks, lit.patient())
        return chart, Tables(lambda _: grid_table(cells, labels, sources), view)
    chart = grades_chart(view.result, drawn(view, shown_as), view.indented, clicks)
    return chart, Tables(lambda lines: grades_table(view.result, lines), view)


def draw_figure(view: View, shown_as: str, title: str, numbers: tuple[str, ...], save: DeltaGenerator) -> Tables:
    """The figure, a click on which shows who is behind a count; returns the same as tables."""
    chart, tables = figure_and_tables(view, shown_as)
    counted = [cell for line in drawn(view, shown_as) for cell in cells_of(line, shown_as, view.band)]
    cells = None if shown_as == "patients" else counted or NOTHING_LEFT
    name = f"adverse_events_{shown_as}"
    list_is_wanted = bool(choices.kept("who"))
    if list_is_wanted:  # above the figure, where a click on it is seen to do something
        draw_who(view)
    heard = partial(shown.take_click, name, partial(take_count, view.selection, view.result.groups))
    files = {"Table": tables.whole}
    shown.figure(chart, name, title, view.footer, save, files, lines=numbers, cells=cells, on_select=heard)
    style.note(*(hidden(view, shown_as) if not small_cells.are_few(cells) else ()))
    if not list_is_wanted:
        draw_who(view)
    return tables


def take_count(selection: Selection, groups: tuple[Group, ...], clicked: dict[str, Any]) -> None:
    """A count that was clicked: whose patients are asked for; or a patient, who is lit."""
    lit.take(clicked)
    if "name" not in clicked:
        return
    group = next((group for group in groups if group.label == clicked.get("group")), None)
    grade = clicked.get("band") or (choices.kept("compared_grade") if group else "any")
    name = "all" if group is None else remarks.group_name(selection, group.number)
    wanted.want({"who": clicked["name"], "who_grade": grade, "who_group": name})


def against_of(selection: Selection, result: AdverseEvents, described: str) -> tuple[int, int] | None:
    """The places of two groups to set one less the other; None where there are none, or events are counted."""
    pair = remarks.pair(selection, described) if result.counted == "patients" else None
    numbers = [group.number for group in result.groups]
    return None if pair is None else (numbers.index(pair[0]), numbers.index(pair[1]))


def draw(selection: Selection) -> None:
    terms = cached.recorded_terms()
    if not terms:
        widgets.title("No adverse event is recorded")
        style.note("Bring them on the Data page: a sheet with a row an event, or a column a term with its worst grade.")
        return
    sizes = cached.group_sizes(selection)
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown_as, limits = choose_view(len(sizes))
        save = st.container(width="content")
    order, search, least, band, counted = choose_lines(shown_as, len(sizes))
    incidence = cached.adverse_events(selection, "patients", limits)
    result = cached.adverse_events(selection, counted, limits)
    if small_cells.smallest():
        incidence = result = in_bands(incidence)
    described = remarks.described(selection)
    every_line = marked(shown_lines(result, incidence, order, search, least, band))
    lines = choose_part(every_line)
    against = against_of(selection, result, described)
    view = View(selection, terms, incidence, result, lines, every_line, band, order, against, described)
    compared = against_of(selection, incidence, described) if shown_as == "groups" else None
    title = words.finding(incidence, shown_as, band, compared, remarks.by(selection))
    facts = words.key_numbers(incidence, band, compared)
    beside = beside_title(incidence, shown_as)
    shown.finding(heading, title, facts, beside=beside)
    if not lines:
        style.note("No event matches: search for something else, or lower the share of patients.")
        return
    tables = draw_figure(view, shown_as, title, text.facts_line(facts), save)
    draw_notes(view, shown_as)
    who = remarks.who(selection)
    reconstructed, against = remarks.is_reconstructed(TABLES[1:]), against_of(selection, incidence, described)
    if not small_cells.are_few(beside):
        style.sentence(words.results_sentence(incidence, who, reconstructed, described, against))
    draw_tabs(view, tables, shown_as)


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
