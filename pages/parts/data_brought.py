"""What was brought: its files, where each row went, what it leaves open, and its sheets column by column."""

from functools import partial
from html import escape

import streamlit as st

from core.importers import mapping as m
from core.importers.apply import Applied
from core.importers.becomes import Index
from core.importers.kept import as_workbook, as_zip, marked
from core.importers.mapping import recipe
from core.importers.offered import HOLDS
from core.importers.questions import Question
from core.importers.recognise import taken_as
from core.text import counted, patients
from pages.parts import data_columns, data_problems
from pages.shared import downloads, own, style, widgets
from pages.shared.widgets import Markup

MOST_NAMED = 3
"""Rows below the header that are no data, by name."""


def draw(mine: own.Brought) -> None:
    """The whole of it."""
    if own.just_opened():
        st.switch_page("pages/overview.py")
    with st.spinner("Reading every cell …"):
        made = mine.now()
    if mine.refused:
        each = mine.refused if len(mine.refused) == 1 else [f"- {widgets.plain(words)}" for words in mine.refused]
        widgets.warning(each[0] if len(each) == 1 else Markup("\n".join(each)))
    if made.applied is None:
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="steps"):
            named = any(one.column(m.PATIENT) for one in mine.mapping.sheets if one.holds != m.NOTHING)
            widgets.title("Who was treated?" if named else "Which column names the patients?")
            _undo(mine)
        style.note(made.needed[:1].upper() + made.needed[1:])
    else:
        _title(mine, made.applied, sum(not question.answer for question in made.questions))
        _sum(made.applied)
        if mine.looked_at == own.CELLS:
            _questions([question for question in made.questions if not question.answer])
            data_problems.draw(mine, made.applied)
            return
    _questions(made.questions)
    index = None if made.applied is None else Index.of(made.applied, mine.found)
    for place, sheet in enumerate(mine.mapping.sheets):
        if place == 0:
            _sheet(mine, sheet, index)
            continue
        rows = len(mine.found.tables[sheet.sheet].rows)
        label = f"{sheet.sheet}: {counted(rows, 'row')}, {sheet.holds}"
        fold = widgets.expander(label, key=own.key(f"fold {sheet.sheet}"), on_change="rerun")
        if fold.open:
            with fold:
                _sheet(mine, sheet, index)


def _title(mine: own.Brought, made: Applied, left: int) -> None:
    """How many patients, what is left, and the two ways on."""
    who, cells = patients(made.patients), counted(len(made.problems), "cell")
    at_cells = mine.looked_at == own.CELLS
    titles = {
        True: f"{who}, {cells} to look at" if made.problems else f"{who}, every cell understood",
        False: f"{who}, {counted(left, 'question')} left" if left else f"{who}, ready to open",
    }
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="steps"):
        widgets.title(titles[at_cells])
        with st.container(horizontal=True, gap="small", width="content"):
            _undo(mine)
            look = f"Look at {cells}" if made.problems else "How cells are read"
            other, label = (own.COLUMNS, "Back to the columns") if at_cells else (own.CELLS, look)
            icon = ":material/arrow_back:" if at_cells else ":material/rule:"
            widgets.button(label, on_click=own.look_at, args=(other,), icon=icon)
            _keep(mine, made)
            arrow = ":material/arrow_forward:"
            widgets.button(f"Open {who}", key="open", on_click=own.open_cohort, type="primary", icon=arrow)
    if own.is_behind(mine):
        style.note(
            f"The other pages show the cohort as it was opened, without what you changed since: open {who} again."
        )
    if mine.cannot_open:
        widgets.warning("The cohort cannot be opened as its columns are taken now:")
        st.code(mine.cannot_open, language=None, wrap_lines=True)


def _undo(mine: own.Brought) -> None:
    if mine.earlier:
        widgets.button("Undo", on_click=own.undo, icon=":material/undo:", type="tertiary")


def _keep(mine: own.Brought, made: Applied) -> None:
    """What can be taken away: made when it is asked for."""
    with widgets.popover("Keep", icon=":material/download:"):
        zipped = lambda: as_zip(made.columns, made.tables)  # noqa: E731
        workbook = lambda: as_workbook(made.columns, made.tables)  # noqa: E731
        sheets = lambda: marked(mine.found.sheets, made.problems)  # noqa: E731
        words = lambda: recipe(mine.mapping).encode()  # noqa: E731
        downloads.save_file("Recipe for next time, JSON", words, "recipe.json", "application/json")
        downloads.save_file("Cohort that opens again, ZIP", zipped, "cohort.zip", "application/zip")
        downloads.save_file("Cohort, a sheet a table, XLSX", workbook, "cohort.xlsx", downloads.XLSX)
        downloads.save_file("Your sheets, cells to look at marked, XLSX", sheets, "to_look_at.xlsx", downloads.XLSX)
        widgets.caption("The recipe holds names of columns and what their words mean: no patient, and no mended cell.")
        widgets.caption(
            "Your sheets marked are whole: names, births and whatever else stands in them are in that file."
        )


def _sum(made: Applied) -> None:
    """Rows in are rows used and rows listed, of each sheet."""
    parts = []
    for one in made.sums:
        name = f"{escape(one.sheet)}: " if len(made.sums) > 1 else ""
        sum_of = f"<b>{one.rows:,}</b> rows = <b>{one.used:,}</b> used + <b>{one.listed:,}</b> listed"
        parts.append(f"<span>{name}{sum_of}</span>")
    st.html(f'<div class="cg cg-line">{"".join(parts)}</div>')


def _questions(asked: list[Question]) -> None:
    if not asked:
        return
    left = sum(not question.answer for question in asked)
    with st.container(border=True, key="questions"):
        title = f"{counted(left, 'question')} open" if left else "No question is open"
        answered = len(asked) - left
        told = f" · {answered} answered: change them if they are wrong" if answered else ""
        widgets.markdown(Markup(f"**{title}**{told}"))
        for question in asked:
            _question(question)


def _question(question: Question) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"q {question.key}"
    ):
        by = " (the file says so)" if question.by_file else ""
        words = f"<div>{escape(question.words)}<small>{escape(question.evidence)}{by}</small></div>"
        st.html(f'<div class="cg cg-question">{words}</div>', width="stretch")
        key = own.field_key(f"answer {question.key}")
        answers = list(question.answers)
        chosen = partial(_answer, key, question)
        widgets.segmented_control(
            question.words, answers, question.answer or None, key=key, label_visibility="collapsed", on_change=chosen,
            required=True,
        )  # fmt: skip


def _answer(key: str, question: Question) -> None:
    answer = own.said(key)
    if answer in question.answers:
        own.change(question.answers[answer])


def _sheet(mine: own.Brought, sheet: m.SheetChoice, index: Index | None) -> None:
    table = mine.found.tables[sheet.sheet]
    with st.container(horizontal=True, vertical_alignment="center", key=f"sheet {sheet.sheet}"):
        rows = f"header in row {table.header_rows[-1] + 1}, data in rows {table.rows[0] + 1} to {table.rows[-1] + 1}"
        others = [f"row {row + 1}: {why}" for row, why in sorted(table.others.items()) if row > table.header_rows[-1]]
        more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
        rows += f"; no data: {', '.join(others[:MOST_NAMED])}{more}" if others else ""
        name = f'<b>{escape(sheet.sheet)}</b><span class="cg-mute">{rows}</span>'
        st.html(f'<div class="cg cg-name">{name}</div>', width="stretch")
        key = own.field_key(f"holds {sheet.sheet}")
        options = list(HOLDS) if sheet.holds in HOLDS else [sheet.holds, *HOLDS]
        widgets.selectbox(
            "This sheet holds", options, sheet.holds, key=key, on_change=partial(_hold, key, sheet.sheet),
            label_visibility="collapsed", width=220,
        )  # fmt: skip
    if sheet.holds == m.NOTHING:
        style.note("This sheet is not used.")
    else:
        data_columns.draw(mine, sheet, index)


def _hold(key: str, sheet: str) -> None:
    mine = own.brought()
    if mine is not None:
        own.change(mine.mapping.with_sheet(sheet, lambda one: taken_as(mine.found, one, own.said(key))))
