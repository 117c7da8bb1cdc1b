"""The cells that could not be taken as they are, each in its sheet, and what was read otherwise than it is written."""

from collections import Counter
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from core.importers import mapping as m
from core.importers.apply import Applied
from core.importers.findings import CellProblem
from core.importers.layout import headings_of
from core.importers.sheets import letters, number_of
from core.text import counted
from pages.shared import downloads, own, style, widgets

HEADER = ["Sheet", "Cell", "Column", "Patient", "Value", "Expected", "How to mend it", "Until then"]
_AROUND = 1
"""Rows and columns that are shown on each side of a cell."""


def draw(mine: own.Brought, made: Applied) -> None:
    if made.problems:
        _problems(mine, made)
    else:
        style.note("Every cell was understood.")
    _unused(made)
    _conversions(made)


def _problems(mine: own.Brought, made: Applied) -> None:
    kinds = Counter(problem.kind for problem in made.problems)
    options = ["all", *kinds]
    labels = {"all": f"All {len(made.problems)}"} | {kind: f"{_capital(kind)} {n}" for kind, n in kinds.items()}
    kind = widgets.pills(
        "Kind", options, "all", format_func=labels.__getitem__, key="kind of problem", label_visibility="collapsed"
    )
    shown = [problem for problem in made.problems if kind in (None, "all", problem.kind)]
    with st.container(key="cells"):
        listed, panel = st.columns([6, 4], gap="medium")
    with listed:
        several = len({problem.sheet for problem in made.problems}) > 1
        frame = pd.DataFrame([_row(problem)[:6] for problem in shown], columns=HEADER[:6])
        frame = frame.drop(columns="Patient" if several else ["Patient", "Sheet"])
        key = own.key(f"problems {kind} {len(made.problems)}")
        chosen = st.dataframe(
            frame,
            hide_index=True,
            key=key,
            on_select="rerun",
            selection_mode="single-row",
            height=min(560, 38 + 35 * len(shown)),
        )
        places = chosen["selection"]["rows"] if chosen else []
        if places:
            mine.at = places[0]
        downloads.save_table(lambda: (HEADER, [_row(one) for one in made.problems]), _footer, "cells_to_look_at")
    with panel, st.container(border=True, key="detail"):
        _detail(mine, shown[min(mine.at, len(shown) - 1)])


def _footer() -> tuple[str, ...]:
    return ("Each cell that could not be taken as it is; it is missing until it is mended.",)


def _row(problem: CellProblem) -> list:
    return [
        problem.sheet, f"{problem.column}{problem.row}", problem.heading, problem.patient,
        problem.value or "(blank)", problem.expected, problem.mend, problem.effect,
    ]  # fmt: skip


def _detail(mine: own.Brought, problem: CellProblem) -> None:
    """One cell in its sheet, and what can be read instead of it."""
    if mine.done:
        style.note(mine.done)
    cell = f"{problem.column}{problem.row}"
    widgets.markdown(f"{cell}: {problem.expected}")
    st.html(_in_its_sheet(mine, problem))
    facts = [("Patient", problem.patient), ("Stands there", problem.value or "nothing"), ("Until then", problem.effect)]
    rows = "".join(f"<dt>{name}</dt><dd>{escape(words)}</dd>" for name, words in facts if words)
    st.html(f'<dl class="cg cg-facts">{rows}</dl>')
    key = own.field_key(f"instead {problem.sheet} {cell}")

    def instead() -> None:
        said = own.said(key).strip()
        if said:
            correct(m.Correction(problem.sheet, problem.row, problem.column, said))
            mine.done = _mended(mine, problem, said)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        widgets.text_input("Read instead", "", key=key, on_change=instead, max_chars=200)
        widgets.button("Read so", key=f"so {key}")  # to leave the field is what counts
    style.note(f"{problem.mend}. A correction is kept in this session and changes nothing in your file.")
    held = [one for one in mine.mapping.corrections]
    if held:
        widgets.button(f"Take back {counted(len(held), 'correction')}", on_click=_take_back, type="tertiary")


def _mended(mine: own.Brought, problem: CellProblem, said: str) -> str:
    """What became of a cell that is read as something else now."""
    cell, made = f"{problem.column}{problem.row}", mine.now().applied
    place = (problem.sheet, problem.row, problem.column)
    left = [one for one in made.problems if (one.sheet, one.row, one.column) == place] if made is not None else []
    if left:
        return f"{cell} is read as {said!r} now, which is not understood either: {left[0].expected} is expected."
    return f"{cell} is read as {said!r} now; this is the next one."


def correct(correction: m.Correction) -> None:
    """Read something else in a cell (a field's callback)."""
    mine = own.brought()
    if mine is not None:
        others = [one for one in mine.mapping.corrections if (one.sheet, one.row, one.column) != (
            correction.sheet, correction.row, correction.column)]  # fmt: skip
        own.change(replace(mine.mapping, corrections=(*others, correction)))


def _take_back() -> None:
    mine = own.brought()
    if mine is not None:
        own.change(replace(mine.mapping, corrections=()))


def _found(mine: own.Brought, problem: CellProblem) -> tuple[str, int, int] | None:
    """The table and the place in it of a problem's cell, of a sheet that was made of another too."""
    row, column = problem.row - 1, number_of(problem.column) or 0
    if problem.sheet in mine.found.tables:
        return problem.sheet, row, column
    for title, table in mine.found.tables.items():
        if table.sheet.source == problem.sheet:
            inside = (place for place, shown in table.sheet.places.items() if shown == (row, column))
            for at_row, at_column in inside:
                return title, at_row, at_column
    return None


def _in_its_sheet(mine: own.Brought, problem: CellProblem) -> str:
    """The cell with those around it, as a spreadsheet shows them; private columns are not shown."""
    found = _found(mine, problem)
    if found is None:
        return ""
    title, at_row, at_column = found
    table = mine.found.tables[title]
    choice = next(sheet for sheet in mine.mapping.sheets if sheet.sheet == title)
    names = {place: name for name, place in headings_of(table).items()}
    hidden = {column.column for column in choice.columns if column.role == m.PRIVATE}
    seen = [place for place in sorted(names) if names[place] not in hidden]
    at = seen.index(at_column) if at_column in seen else 0
    columns = seen[max(0, at - _AROUND) : at + _AROUND + 2]
    around = range(max(table.header_rows[-1] + 1, at_row - _AROUND), at_row + _AROUND + 1)
    rows = [row for row in around if row < len(table.sheet.rows)]
    head = "".join(f"<th>{letters(table.sheet.shown_at(at_row, column)[2])}</th>" for column in columns)
    named = "".join(f"<td><b>{escape(names[column].rpartition(': ')[2])}</b></td>" for column in columns)
    lines = [f"<tr><td></td>{head}</tr>", f"<tr><th>{table.header_rows[-1] + 1}</th>{named}</tr>"]
    for row in rows:
        cells = ""
        for column in columns:
            here = ' class="here"' if (row, column) == (at_row, at_column) else ""
            cells += f"<td{here}>{escape(table.sheet.rows[row][column][:40])}</td>"
        lines.append(f"<tr><th>{table.sheet.shown_at(row, at_column)[1] + 1}</th>{cells}</tr>")
    return f'<div class="cg cg-sheet"><table>{"".join(lines)}</table></div>'


def _unused(made: Applied) -> None:
    if not made.unused:
        return
    with widgets.expander(f"{counted(len(made.unused), 'row')} used for nothing, and why"):
        rows = [[row.sheet, str(row.row), _capital(row.why)] for row in made.unused]
        style.table(["Sheet", "Row", "Remark"], rows[:500])
        downloads.save_table(lambda: (["Sheet", "Row", "Why"], rows), lambda: (), "rows_not_used")


def _conversions(made: Applied) -> None:
    cells = sum(len(one.rows) for one in made.conversions)
    if not cells:
        return
    columns = len({(one.sheet, one.column) for one in made.conversions})
    label = f"Read otherwise than written: {cells:,} cells in {counted(columns, 'column')}"
    fold = widgets.expander(label, key="conversions", on_change="rerun")
    if fold.open:
        with fold:
            rows = [
                [one.sheet, one.column, one.heading, one.value, one.becomes, _rows(one.rows)]
                for one in made.conversions
            ]
            header = ["Sheet", "Column", "Heading", "Value", "Read as", "Rows"]
            st.dataframe(pd.DataFrame(rows, columns=header), hide_index=True, height=420)
            downloads.save_table(lambda: (header, rows), lambda: (), "read_otherwise")


def _rows(rows: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, rows[:8]))
    return f"{shown} and {len(rows) - 8:,} more" if len(rows) > 8 else shown


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
