"""The columns of a sheet: as they are, what each is taken for and how sure that is, and what it becomes."""

from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from core.figures.theme import colour
from core.importers import mapping as m
from core.importers.becomes import Becoming, Index, becomes
from core.importers.levels import folded
from core.importers.offered import offer_of, offers, seen_in, taken_for
from core.importers.profile import Profile
from core.importers.seen import Guess, Seen
from core.importers.sheets import letters
from core.text import counted
from pages.shared import own, widgets

MOST_ROWS = 12
"""Columns that stand open; the others are a click away."""
MOST_LEVELS = 60
"""Different texts of a column whose meanings can be changed one by one."""
MISSING, NOT_SAID = "(missing)", "(not said)"
_WIDTHS = (4.1, 3.0, 4.9)
_SURE = ("not sure", "a guess", "likely", "sure")
_BARS = ("▯▯▯", "▮▯▯", "▮▮▯", "▮▮▮")
_HEADS = ("Yours, three values of it", "Ours, and how sure", "What it becomes")
_RESPONSES = ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD")
_MEANS: dict[str, tuple[str, ...]] = {
    m.PROGRESSED: (m.EVENT, m.CENSORED), m.VITAL: (m.EVENT, m.CENSORED), m.STATUS: (m.EVENT, m.CENSORED, m.COMPETING),
    m.MRD: ("negative", "positive"), m.BEST_RESPONSE: _RESPONSES, m.RESPONSE: _RESPONSES,
}  # fmt: skip
"""What the texts of a column of a role can mean."""
_COLOUR_OF = {"negative": "CR", "positive": "PD"}
Row = tuple[m.ColumnChoice, Guess, Becoming | None]


def draw(mine: own.Brought, sheet: m.SheetChoice, index: Index | None) -> None:
    """The columns that are used, the private ones in one row, and the others where they are asked for."""
    told = [
        (column, mine.found.guesses[sheet.sheet, column.column], index and becomes(index, sheet, column))
        for column in sheet.columns
    ]
    told.sort(key=_rank)
    used = [row for row in told if row[0].role not in (m.LEFT_OUT, m.PRIVATE)]
    unused = [row for row in told if row[0].role == m.LEFT_OUT]
    private = [column for column in sheet.columns if column.role == m.PRIVATE]
    for place, words in zip(st.columns(_WIDTHS, gap="medium"), _HEADS, strict=True):
        place.html(f'<div class="cg cg-head">{words}</div>')
    for row in used[:MOST_ROWS]:
        _row(mine, sheet, *row)
    if private:
        _private(mine, sheet, private)
    _folded(mine, sheet, used[MOST_ROWS:], f"{counted(len(used) - MOST_ROWS, 'more column')}, recognised")
    _folded(mine, sheet, unused, f"{counted(len(unused), 'column')} left out")


def _rank(row: Row) -> tuple[int, int]:
    """The patient and the dates first, then what is to be looked at and what is not sure."""
    column, guess, becoming = row
    if column.role == m.PATIENT:
        return 0, 0
    if column.role in (*m.DATES, m.MONTHS, m.STATUS, m.PROGRESSED, m.VITAL):
        return 1, 0
    return 2, 5 * (guess.sure - 3) - (becoming.to_check if becoming else 0)


def _folded(mine: own.Brought, sheet: m.SheetChoice, rows: list[Row], label: str) -> None:
    if not rows:
        return
    fold = widgets.expander(label, key=own.key(f"more {sheet.sheet} {label[-8:]}"), on_change="rerun")
    if fold.open:
        with fold:
            for row in rows:
                _row(mine, sheet, *row)


def _row(
    mine: own.Brought, sheet: m.SheetChoice, column: m.ColumnChoice, guess: Guess, becoming: Becoming | None
) -> None:
    seen = seen_in(mine.found.tables[sheet.sheet], column.column)
    with st.container(key=f"row {sheet.sheet} {seen.heading.column}"):
        yours, ours, what = st.columns(_WIDTHS, gap="medium", vertical_alignment="center")
        yours.html(_yours(letters(seen.heading.column), column.column, seen.profile))
        with ours:
            _meaning(sheet, column, guess, seen)
        if becoming is not None:
            what.html(_becoming(becoming))


def _yours(letter: str, name: str, profile: Profile) -> str:
    values = " · ".join(f"<em>{escape(text[:24])}</em>" for text in list(profile.texts)[:3])  # none breaks within
    missing = f"{profile.missing} of {profile.rows} missing" if profile.missing else ""
    named = f"<div><b>{escape(name)}</b><small>{values}</small></div>"
    return f'<div class="cg cg-yours"><i>{letter}</i>{named}<span>{missing}</span></div>'


def _meaning(sheet: m.SheetChoice, column: m.ColumnChoice, guess: Guess, seen: Seen) -> None:
    key = own.key(f"meaning {sheet.sheet} {seen.heading.column}")
    with widgets.popover(_words(column, sheet.holds), key=key, type="tertiary", on_change="rerun"):
        if own.said(key):
            _choose(sheet, column, seen)
    changed = column != guess.choice
    reason = "you said so" if changed else f"{_SURE[guess.sure]}: {guess.reason}"
    bars = _BARS[3] if changed else _BARS[guess.sure]
    st.html(f'<div class="cg cg-sure"><i>{bars}</i> {escape(reason)}</div>')


def _words(column: m.ColumnChoice, holds: str) -> str:
    """What a column is taken for, in a few words."""
    words = {
        m.MEASUREMENT: f"{column.of or 'Values'}, {'by its day' if column.at is None else f'day {column.at:g}'}",
        m.RESPONSE: "Response" if column.at is None else f"Response, month {column.at:.3g}",
        m.MRD: "MRD" if column.at is None else f"MRD, month {column.at:.3g}",
        m.VARIABLE: column.label or column.of,
        m.GRADE: f"{column.of}: grade" if column.of else "Grade",
        m.ONSET: f"{column.of}: onset" if column.of else "Start",
        m.TREATMENT: column.of[:1].upper() + column.of[1:],
    }.get(column.role, offer_of(column, holds).words)
    has_unit = column.unit and column.role in (m.MEASUREMENT, m.VARIABLE, m.MONTHS)
    return f"{words}, {column.unit}" if has_unit else words


def _choose(sheet: m.SheetChoice, column: m.ColumnChoice, seen: Seen) -> None:
    """What a column is to be taken for, and what belongs to that."""
    words = offer_of(column, sheet.holds).words
    known = {one.words: one for one in offers(sheet.holds)}
    key = own.field_key(f"offer {sheet.sheet} {column.column}")

    def offered() -> None:
        chosen = known.get(own.said(key))
        if chosen is not None:
            own.change_column(sheet.sheet, taken_for(column, chosen, seen.table))

    names = list(known) if words in known else [words, *known]
    widgets.selectbox("Take it for", names, words, key=key, on_change=offered)
    if column.role in (m.GRADE, m.ONSET, m.TREATMENT, m.MEASUREMENT) and sheet.holds == m.PATIENTS:
        _field(sheet, column, "of", "Called")
    if column.role == m.VARIABLE:
        _field(sheet, column, "label", "Called")
    if column.role in (m.MEASUREMENT, m.MONTHS) or column.kind == "number":
        _field(sheet, column, "unit", "Unit of its cells")
    if column.at is not None:
        at = own.field_key(f"at {sheet.sheet} {column.column}")
        label = "Day from infusion" if column.role == m.MEASUREMENT else "Month from infusion"
        move = lambda: own.change_column(sheet.sheet, replace(column, at=own.said(at)))  # noqa: E731
        widgets.number_input(label, -400.0, 40_000.0, column.at, step=1.0, key=at, on_change=move)
    _levels(sheet, column, seen.profile)


def _field(sheet: m.SheetChoice, column: m.ColumnChoice, name: str, label: str) -> None:
    value = getattr(column, name)
    key = own.field_key(f"{name} {sheet.sheet} {column.column}")
    typed = lambda: own.change_column(sheet.sheet, replace(column, **{name: own.said(key).strip()}))  # noqa: E731
    widgets.text_input(label, value, key=key, on_change=typed, max_chars=100)


def _levels(sheet: m.SheetChoice, column: m.ColumnChoice, profile: Profile) -> None:
    """Each text of a coded column, and what it means."""
    is_variable = column.role == m.VARIABLE and column.kind in ("category", "flag")
    if not (column.role in _MEANS or column.role == m.CAUSE or is_variable) or profile.different > MOST_LEVELS:
        return
    held = dict(column.levels)
    texts = list(dict.fromkeys(folded(text) for text in profile.texts))
    means = [MISSING if held.get(text) == "" else held.get(text, NOT_SAID) for text in texts]
    options = _MEANS.get(column.role) or (("Yes", "No") if column.kind == "flag" else ())
    choices = (
        st.column_config.SelectboxColumn(options=[*options, MISSING, NOT_SAID])
        if options
        else st.column_config.TextColumn()
    )
    config: dict[str, Any] = {"Yours": st.column_config.TextColumn(disabled=True), "Means": choices}
    key = own.field_key(f"levels {sheet.sheet} {column.column}")
    rows = [{"Yours": text, "Means": level} for text, level in zip(texts, means, strict=True)]
    edited = partial(_edit, key, sheet.sheet, column, texts)
    st.data_editor(rows, column_config=config, hide_index=True, key=key, on_change=edited, num_rows="fixed")


def _edit(key: str, sheet: str, column: m.ColumnChoice, texts: list[str]) -> None:
    levels = dict(column.levels)
    for place, changed in own.said(key)["edited_rows"].items():
        meaning = (changed.get("Means") or "").strip()
        levels[texts[int(place)]] = "" if meaning == MISSING else meaning
        if meaning in ("", NOT_SAID):
            levels.pop(texts[int(place)])
    own.change_column(sheet, replace(column, levels=tuple(levels.items())))


def _private(mine: own.Brought, sheet: m.SheetChoice, private: list[m.ColumnChoice]) -> None:
    """The columns that are left out because they may name somebody, in one row without their values."""
    names = escape(", ".join(column.column for column in private))
    key = own.key(f"private {sheet.sheet}")
    with st.container(key=f"row {sheet.sheet} private"):
        yours, ours, what = st.columns(_WIDTHS, gap="medium", vertical_alignment="center")
        named = f"<div><b>{names}</b><small>values not shown</small></div>"
        yours.html(f'<div class="cg cg-yours"><i></i>{named}</div>')
        lock = ":material/lock:"
        with ours, widgets.popover("Private, left out", icon=lock, type="tertiary", key=key, on_change="rerun"):
            for column in private if own.said(key) else ():
                widgets.markdown(column.column)
                _choose(sheet, column, seen_in(mine.found.tables[sheet.sheet], column.column))
        what.html(_becoming(Becoming("Never loaded: names, births, numbers or free text")))


def _becoming(what: Becoming) -> str:
    check = f" <em>{counted(what.to_check, 'cell')} to look at</em>" if what.to_check else ""
    return f'<div class="cg cg-becomes"><div>{escape(what.words)}{check}</div>{_picture(what)}</div>'


def _picture(what: Becoming) -> str:
    """The values in boxes: bars, levels side by side in their colours, or a curve."""
    if not what.bars or not max(what.bars):
        return ""
    if what.kind == "levels":
        whole = sum(what.bars)
        parts = [(100 * bar / whole, _COLOUR_OF.get(n, n)) for bar, n in zip(what.bars, what.names, strict=True)]
        cells = "".join(f'<i style="width:{width:.1f}%;background:{colour(name)}"></i>' for width, name in parts)
        return f'<span class="cg-levels">{cells}</span>'
    high = max(what.bars)
    cells = "".join(f'<i style="height:{max(4, 100 * bar / high):.0f}%"></i>' for bar in what.bars)
    return f'<span class="cg-small {what.kind}">{cells}</span>'
