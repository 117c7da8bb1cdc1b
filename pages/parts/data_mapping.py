"""
What was brought, column by column: the questions it leaves, what each column is taken for, and what it becomes.
"""

from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from core.cohort.problems import CohortError
from core.figures.theme import colour
from core.importers import mapping as m
from core.importers.apply import Applied
from core.importers.becomes import Becoming, Index, becomes
from core.importers.columns import Guess
from core.importers.offered import HOLDS, offer_of, offers, taken_for
from core.importers.profile import Profile, profile_of
from core.importers.questions import Question, headings_of, questions_of
from core.importers.sheets import letters
from core.text import counted, patients
from pages.parts import data_problems
from pages.shared import own, style, widgets
from pages.shared.widgets import Markup

MOST_ROWS = 12
"""Columns that stand open; the others are a click away."""
SHOWS = ("All", "To look at", "Used", "Left out")
_SURE = ("not sure", "a guess", "likely", "sure")
_BARS = ("", "▮▯▯", "▮▮▯", "▮▮▮")


def draw(mine: own.Brought) -> None:
    made, needed = mine.applied()
    _files(mine)
    step = st.session_state.get("step", "Meaning")
    asked = questions_of(mine.found.tables, mine.mapping)
    opened = [question for question in asked if not question.answer]
    _title(mine, made, needed, step, opened)
    if made is not None:
        _sum(made)
    if step == "Check" and made is not None:
        data_problems.draw(mine, made)
        return
    _questions(asked, opened)
    index = None if made is None else Index.of(made, mine.found)
    for sheet in mine.mapping.sheets:
        _sheet(mine, sheet, index)


def _files(mine: own.Brought) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="brought"):
        names = ", ".join(mine.files[:3]) + (f" and {len(mine.files) - 3} more" if len(mine.files) > 3 else "")
        badge = '<span class="cg-badge">Only in this session</span>'
        privacy = "Never on disk, in a log or in an address; gone when you close the tab."
        line = f'<div class="cg cg-name"><b>{escape(names)}</b>{badge}<span class="cg-mute">{privacy}</span></div>'
        st.html(line, width="stretch")
        widgets.button("Undo", on_click=own.undo, icon=":material/undo:", type="tertiary", disabled=not mine.earlier)
        widgets.button("Forget these files", on_click=_forget, icon=":material/delete:", type="tertiary")
    for words in st.session_state.get("refused files", ()):
        widgets.warning(words)


def _forget() -> None:
    own.forget()
    st.session_state.pop("step", None)
    st.session_state.pop("refused files", None)


def _title(
    mine: own.Brought, made: Applied | None, needed: str, step: str, opened: list[Question]
) -> None:
    if made is None:
        widgets.title("Which column names the patients?")
        style.note(needed[:1].upper() + needed[1:])
        return
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="steps"):
        title = patients(made.patients)
        problems = counted(len(made.problems), "cell")
        if step == "Check":
            widgets.title(f"{problems} to look at among {title}" if made.problems else f"{title}, nothing to mend")
        else:
            more = f"{counted(len(opened), 'question')} left" if opened else "ready to open"
            widgets.title(f"{title}, {more}")
        with st.container(horizontal=True, gap="small", width="content"):
            if step == "Check":
                widgets.button("Back to the columns", on_click=_step, args=("Meaning",), icon=":material/arrow_back:")
            else:
                widgets.button(f"Check {problems}", on_click=_step, args=("Check",), icon=":material/rule:")
            widgets.button(f"Open {title}", key="open", on_click=_open, type="primary", icon=":material/arrow_forward:")
    if (wrong := st.session_state.pop("cannot open", None)) is not None:
        widgets.warning("These sheets cannot be opened as they are taken now:")
        st.code(wrong, language=None, wrap_lines=True)
    if st.session_state.pop("opened", False):
        st.switch_page("pages/overview.py")


def _step(step: str) -> None:
    st.session_state["step"] = step


def _open() -> None:
    try:
        own.open_cohort()
    except CohortError as error:
        st.session_state["cannot open"] = str(error)
        return
    st.session_state["opened"] = True


def _sum(made: Applied) -> None:
    """Rows in are rows used and rows listed, of each sheet."""
    parts = []
    for one in made.sums:
        name = f"{escape(one.sheet)}: " if len(made.sums) > 1 else ""
        parts.append(
            f"<span>{name}<b>{one.rows:,}</b> rows = <b>{one.used:,}</b> used + <b>{one.listed:,}</b> listed</span>"
        )
    st.html(f'<div class="cg cg-line">{"".join(parts)}</div>')


def _questions(asked: list[Question], opened: list[Question]) -> None:
    if not asked:
        return
    answered = len(asked) - len(opened)
    with st.container(border=True, key="questions"):
        left = f"{counted(len(opened), 'question')} open" if opened else "No question is open"
        told = f" · {answered} answered: change them if they are wrong" if answered else ""
        widgets.markdown(Markup(f"**{left}**{told}"))
        for question in asked:
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"q {question.key}"
            ):
                by = " (the file says so)" if question.by_file else ""
                said = f"<div>{escape(question.words)}<small>{escape(question.evidence)}{by}</small></div>"
                st.html(f'<div class="cg cg-question">{said}</div>', width="stretch")
                key = f"answer {question.key} {question.answer}"
                widgets.segmented_control(
                    question.words,
                    list(question.answers),
                    question.answer or None,
                    key=key,
                    label_visibility="collapsed",
                    on_change=partial(_answer, key, question),
                )


def _answer(key: str, question: Question) -> None:
    mine, said = own.brought(), st.session_state.get(key)
    if mine is not None and said in question.answers:
        own.change(question.answers[said](mine.mapping))


def _sheet(mine: own.Brought, sheet: m.SheetChoice, index: Index | None) -> None:
    table = mine.found.tables[sheet.sheet]
    with st.container(horizontal=True, vertical_alignment="center", key=f"sheet {sheet.sheet}"):
        rows = f"header in row {table.header_rows[-1] + 1}, data in rows {table.rows[0] + 1}–{table.rows[-1] + 1}"
        line = f'<div class="cg cg-name"><b>{escape(sheet.sheet)}</b><span class="cg-mute">{rows}</span></div>'
        st.html(line, width="stretch")
        key = f"holds {sheet.sheet} {sheet.holds}"
        widgets.selectbox(
            "This sheet holds", list(HOLDS) if sheet.holds in HOLDS else [sheet.holds, *HOLDS], sheet.holds, key=key,
            on_change=partial(_hold, key, sheet), label_visibility="collapsed", width=220,
        )  # fmt: skip
    if sheet.holds == m.NOTHING:
        style.note("This sheet is not used.")
        return
    listed = [(column, mine.found.guesses[sheet.sheet, column.column]) for column in sheet.columns]
    told = [(column, guess, None if index is None else becomes(index, sheet, column)) for column, guess in listed]
    first = sorted(told, key=lambda one: _rank(one[0], one[1], one[2]))
    private = [column for column in sheet.columns if column.role == m.PRIVATE]
    unused = [one for one in first if one[0].role == m.LEFT_OUT]
    used = [one for one in first if one[0].role not in (m.LEFT_OUT, m.PRIVATE)]
    _head()
    for column, guess, becoming in used[:MOST_ROWS]:
        _row(mine, sheet, column, guess, becoming)
    if private:
        _private(mine, sheet, private)
    _more(mine, sheet, used[MOST_ROWS:], f"{counted(len(used) - MOST_ROWS, 'more column')}, recognised")
    _more(mine, sheet, unused, f"{counted(len(unused), 'column')} left out")


def _rank(column: m.ColumnChoice, guess: Guess, becoming: Becoming | None) -> tuple[int, int]:
    """The patient and the dates first, then what is to be looked at, then the rest as it stands."""
    if column.role == m.PATIENT:
        return 0, 0
    if column.role in (*m.DATES, m.MONTHS, m.STATUS, m.PROGRESSED, m.VITAL):
        return 1, 0
    return 2, -(becoming.to_check if becoming else 0) + (guess.sure - 3) * 5


def _more(mine: own.Brought, sheet: m.SheetChoice, rows: list, label: str) -> None:
    if not rows:
        return
    fold = widgets.expander(label, key=f"more {sheet.sheet} {label[-10:]}", on_change="rerun")
    if fold.open:
        with fold:
            for column, guess, becoming in rows:
                _row(mine, sheet, column, guess, becoming)


_WIDTHS = (4.1, 3.0, 4.9)


def _head() -> None:
    heads = ("Yours, three values of it", "Ours, and how sure", "What it becomes")
    for place, words in zip(st.columns(_WIDTHS, gap="medium"), heads, strict=True):
        place.html(f'<div class="cg cg-head">{words}</div>')


def _row(
    mine: own.Brought, sheet: m.SheetChoice, column: m.ColumnChoice, guess: Guess, becoming: Becoming | None
) -> None:
    table = mine.found.tables[sheet.sheet]
    place = headings_of(table)[column.column]
    heading = next(one for one in table.headings if one.column == place)
    profile = profile_of(table, heading)
    with st.container(key=f"row {sheet.sheet} {place}"):
        yours, ours, what = st.columns(_WIDTHS, gap="medium", vertical_alignment="center")
        yours.html(_yours(letters(place), column.column, profile))
        with ours:
            _meaning(sheet, column, guess, profile, table, place)
        what.html(_becoming(becoming))


def _yours(letter: str, name: str, profile: Profile) -> str:
    values = " · ".join(escape(text[:24]) for text in list(profile.texts)[:3])
    missing = f"{profile.missing} of {profile.rows} missing" if profile.missing else ""
    return (
        f'<div class="cg cg-yours"><i>{letter}</i><div><b>{escape(name)}</b><small>{values}</small></div>'
        f"<span>{missing}</span></div>"
    )


def _meaning(
    sheet: m.SheetChoice, column: m.ColumnChoice, guess: Guess, profile: Profile, table: Any, place: int
) -> None:
    offer = offer_of(column, sheet.holds)
    words = offer.words
    if column.role == m.MEASUREMENT:
        words = f"{column.of}, day {column.at:g}"
    elif column.role == m.RESPONSE and column.at is not None:
        words = f"Response, month {column.at:.3g}"
    elif column.role in (m.VARIABLE, m.GRADE, m.ONSET, m.TREATMENT) and (column.label or column.of):
        words = {m.GRADE: f"{column.of}: grade", m.ONSET: f"{column.of}: onset"}.get(
            column.role, column.label or column.of[:1].upper() + column.of[1:]
        )
    unit = f", {column.unit}" if column.unit and column.role in (m.MEASUREMENT, m.VARIABLE, m.MONTHS) else ""
    with widgets.popover(f"{words}{unit}", key=f"meaning {sheet.sheet} {place}", type="tertiary", on_change="rerun"):
        if st.session_state.get(f"meaning {sheet.sheet} {place}"):
            _choose(sheet, column, offer.words, profile, table)
    changed = column != guess.choice
    reason = "you said so" if changed else f"{_SURE[guess.sure]}: {guess.reason}"
    bars = _BARS[3] if changed else _BARS[guess.sure]
    st.html(f'<div class="cg cg-sure"><i>{bars}</i> {escape(reason)}</div>')


def _choose(sheet: m.SheetChoice, column: m.ColumnChoice, words: str, profile: Profile, table: Any) -> None:
    """What a column is to be taken for, and what belongs to that."""
    known = {one.words: one for one in offers(sheet.holds)}
    names = list(known) if words in known else [words, *known]
    key = f"offer {sheet.sheet} {column.column} {words}"

    def offered() -> None:
        said = known.get(st.session_state[key])
        if said is not None:
            _take(sheet, taken_for(column, said, table))

    widgets.selectbox("Take it for", names, words, key=key, on_change=offered)
    if column.role in (m.MEASUREMENT, m.VARIABLE, m.MONTHS) and column.kind in ("", "number"):
        _field(sheet, column, "unit", "Unit of its cells")
    if column.role in (m.GRADE, m.ONSET, m.TREATMENT, m.MEASUREMENT):
        _field(sheet, column, "of", "Called")
    if column.role == m.VARIABLE:
        _field(sheet, column, "label", "Called")
    if column.role in (m.RESPONSE, m.MRD, m.MEASUREMENT):
        _number(sheet, column, "Day" if column.role == m.MEASUREMENT else "Month")
    _levels(sheet, column, profile)


def _take(sheet: m.SheetChoice, column: m.ColumnChoice) -> None:
    mine = own.brought()
    if mine is not None:
        own.change(mine.mapping.with_column(sheet.sheet, column))


def _field(sheet: m.SheetChoice, column: m.ColumnChoice, name: str, label: str) -> None:
    value = getattr(column, name)
    key = f"{name} {sheet.sheet} {column.column} {value}"

    def typed() -> None:
        _take(sheet, replace(column, **{name: st.session_state[key].strip()}))

    widgets.text_input(label, value, key=key, on_change=typed, max_chars=100)


def _number(sheet: m.SheetChoice, column: m.ColumnChoice, label: str) -> None:
    key = f"at {sheet.sheet} {column.column} {column.at}"

    def typed() -> None:
        _take(sheet, replace(column, at=st.session_state[key]))

    st.number_input(label, -400.0, 40_000.0, column.at, step=1.0, key=key, on_change=typed)


_MEANS: dict[str, tuple[str, ...]] = {
    m.PROGRESSED: (m.EVENT, m.CENSORED),
    m.VITAL: (m.EVENT, m.CENSORED),
    m.STATUS: (m.EVENT, m.CENSORED, m.COMPETING),
    m.MRD: ("negative", "positive"),
    m.BEST_RESPONSE: ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD"),
    m.RESPONSE: ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD"),
}
MISSING = "(missing)"


def _levels(sheet: m.SheetChoice, column: m.ColumnChoice, profile: Profile) -> None:
    """Each text of a coded column, and what it means."""
    is_coded = column.role in _MEANS or column.role == m.CAUSE or (
        column.role == m.VARIABLE and column.kind in ("category", "flag")
    )
    if not is_coded or len(profile.texts) > 60:
        return
    from core.importers.levels import folded

    held = dict(column.levels)
    rows = [
        {"Yours": text, "Means": MISSING if held.get(folded(text)) == "" else held.get(folded(text), "")}
        for text in dict.fromkeys(folded(text) for text in profile.texts)
    ]
    options = _MEANS.get(column.role) or (("Yes", "No") if column.kind == "flag" else None)
    key = f"levels {sheet.sheet} {column.column} {hash(column.levels)}"
    config: dict[str, Any] = {"Yours": st.column_config.TextColumn(disabled=True)}
    if options is not None:
        config["Means"] = st.column_config.SelectboxColumn(options=[*options, MISSING])

    def edited() -> None:
        levels = dict(held)
        for place, changed in st.session_state[key]["edited_rows"].items():
            said = changed.get("Means")
            text = str(rows[int(place)]["Yours"])
            if said is None or said == "":
                levels.pop(text, None)
            else:
                levels[text] = "" if said == MISSING else said.strip()
        _take(sheet, replace(column, levels=tuple(levels.items())))

    st.data_editor(rows, column_config=config, hide_index=True, key=key, on_change=edited, num_rows="fixed")


def _private(mine: own.Brought, sheet: m.SheetChoice, private: list[m.ColumnChoice]) -> None:
    names = ", ".join(column.column for column in private)
    with st.container(key=f"row {sheet.sheet} private"):
        yours, ours, what = st.columns(_WIDTHS, gap="medium", vertical_alignment="center")
        small = "values not shown"
        yours.html(f'<div class="cg cg-yours"><i></i><div><b>{escape(names)}</b><small>{small}</small></div></div>')
        with ours, widgets.popover("Private, left out", icon=":material/lock:", type="tertiary",
                                   key=f"private {sheet.sheet}", on_change="rerun"):  # fmt: skip
            if st.session_state.get(f"private {sheet.sheet}"):
                for column in private:
                    table = mine.found.tables[sheet.sheet]
                    heading = next(h for h in table.headings if h.column == headings_of(table)[column.column])
                    widgets.markdown(column.column)
                    _choose(sheet, column, "Private, left out", profile_of(table, heading), table)
        what.html(_becoming(Becoming("Never loaded: names, births, numbers or free text")))


def _becoming(what: Becoming | None) -> str:
    if what is None:
        return ""
    check = f' <em>{counted(what.to_check, "cell")} to look at</em>' if what.to_check else ""
    return f'<div class="cg cg-becomes"><div>{escape(what.words)}{check}</div>{_bars(what)}</div>'


def _bars(what: Becoming) -> str:
    """A picture of the values, in boxes: bars, levels of response or grade side by side, or a curve."""
    if not what.bars or not max(what.bars):
        return ""
    if what.kind == "levels":
        whole = sum(what.bars)
        named = {"negative": "CR", "positive": "PD"}
        parts = [(100 * bar / whole, colour(named.get(n, n))) for bar, n in zip(what.bars, what.names, strict=True)]
        cells = "".join(f'<i style="width:{width:.1f}%;background:{hue}"></i>' for width, hue in parts)
        return f'<span class="cg-levels">{cells}</span>'
    high = max(what.bars)
    cells = "".join(f'<i style="height:{max(4, 100 * bar / high):.0f}%"></i>' for bar in what.bars)
    return f'<span class="cg-small {what.kind}">{cells}</span>'


def _hold(key: str, sheet: m.SheetChoice) -> None:
    mine = own.brought()
    if mine is not None:
        own.change(mine.mapping.with_sheet(sheet.sheet, lambda one: replace(one, holds=st.session_state[key])))
