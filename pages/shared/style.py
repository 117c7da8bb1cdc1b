"""The app's own HTML and CSS: small, in its own classes, in the colours of core/figures/theme.py."""

import re
from html import escape
from itertools import compress
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st

from core.cohort.prepared import BINS
from core.cohort.vocabulary import GLOSSARY
from core.figures.theme import Specification, css_variables
from core.text import figures
from pages.shared import small_cells, widgets

_WRAPPED = ("Remark", "Given", "Events", "Course", "Cause of death", "Effect", "Test")
"""Columns whose words may take several lines; numbers under the same name do not."""
_NAME = re.compile(r"(?!p |not |NR)[^\W\d]")
"""A cell that is no figure, nor what may stand for one: p = 0.04, not reached, NR."""
_RULES = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")

MOST_DOTS = 300
"""Patients who are drawn beside one."""
_TERMS = {term: re.compile(rf"(?<!\w){re.escape(term)}(?!\w)", re.IGNORECASE) for term in GLOSSARY}
_SCRIPTS = "".join(
    (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8") for name in ("copy", "tabs", "pages")
)


def apply() -> None:
    """Once in app.py: the colours as CSS variables, the rules of style.css, what copies, and what tabs keep."""
    rules, scripts = f".stApp{{{css_variables()}}}{_RULES}", f"<script>{_SCRIPTS}</script>"
    st.html(f"<style>{rules}</style>{scripts}", unsafe_allow_javascript=True)
    st.session_state["explained"] = set()


def note(*sentences: str) -> None:
    """What is to be said under a figure, a paragraph each."""
    shown = [sentence for sentence in sentences if sentence and not small_cells.tell_few(sentence)]
    paragraphs = "".join(f'<p class="cg cg-note">{_explained(sentence)}</p>' for sentence in shown)
    if paragraphs:
        st.html(paragraphs)


def _explained(words: str) -> str:
    """Words as HTML, in which each term of the glossary that stands for the first time on the page can be opened."""
    explained = st.session_state.setdefault("explained", set())
    found = [(at.start(), term) for term in GLOSSARY if term not in explained and (at := _TERMS[term].search(words))]
    for start, term in sorted(found)[:1]:
        explained |= {name for name in GLOSSARY if name.lower() in term.lower()}
        written, end = words[start : start + len(term)], start + len(term)
        why = escape(GLOSSARY[term])
        opens = f'<span class="cg-term" tabindex="0" role="note" aria-label="{why}" data-why="{why}">'
        return f"{escape(words[:start])}{opens}{escape(written)}</span>{_explained(words[end:])}"
    return escape(words)


def _cited(citation: str) -> str:
    """A citation whose DOI leads to the article; nothing without one."""
    if not citation:
        return ""
    parts = re.split(r"(10\.\d{4,9}/[^\s;,]+)", escape(citation))
    parts[1::2] = [f'<a href="https://doi.org/{doi}" target="_blank" rel="noopener">{doi}</a>' for doi in parts[1::2]]
    return f'<p class="cg cg-note">{"".join(parts)}</p>'


def sentence(words: str) -> None:
    """A results sentence ready to paste, and the button that copies it."""
    if small_cells.smallest():
        return  # it tells all of it at once
    st.html(f'<div><p class="cg cg-sentence">{escape(words)}</p>{copy_button("Copy", "content_copy")}</div>')


def copy_button(label: str, icon: str, what: str = "") -> str:
    """
    A button that copies at one press the words before it, or `what` is "address"
    the browser's address, and says so; HTML, which `apply` makes hear.
    """
    look = f'<span class="cg-icon" aria-hidden="true">{icon}</span><span>{label}</span>'
    return f'<button class="cg cg-copy" data-copy="{what}" aria-live="polite">{look}</button>'


def figure(chart: Specification, key: str, **options: Any) -> None:
    """A figure as wide as the page; its data go to the browser as Arrow tables."""
    datasets = {name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in chart["datasets"].items()}
    st.vega_lite_chart(chart | {"datasets": datasets}, theme=None, width="stretch", key=key, **options)


def facts(items: list[tuple[str, str]], citation: str = "") -> None:
    """One quiet line of label and number, with the `citation` that it is from; nothing where there is none."""
    items = [item for item in items if not small_cells.is_held_fact(*item)]
    if not items:
        return
    parts = "".join(f"<span>{_explained(label)} <b>{escape(value)}</b></span>" for label, value in items)
    st.html(f'<div class="cg cg-line">{parts}</div>{_cited(citation)}')


def strips(items: list[tuple[str, str, float, list[float]]]) -> None:
    """
    Numbers side by side, each with this patient's value among those of all: an
    item has a label, a unit, the value (missing as NaN) and everybody's values.
    """
    parts = []
    for label, unit, own, everybody in items:
        low, high = min(everybody), max(everybody)
        span = high - low or 1.0
        dots = "".join(f'<i style="left:{100 * (value - low) / span:.1f}%"></i>' for value in everybody[:MOST_DOTS])
        known = own == own
        dots += f'<u style="left:{100 * (own - low) / span:.1f}%"></u>' if known else ""
        value = figures(own) if known else "missing"
        name = f"{label}, {unit}" if unit else label
        parts.append(
            f'<div><div class="head"><span>{escape(name)}</span><b>{value}</b></div><div class="dots">{dots}</div>'
            f'<div class="ends"><span>{figures(low)}</span><span>{figures(high)}</span></div></div>'
        )
    if parts:
        st.html(f'<div class="cg cg-strips">{"".join(parts)}</div>')


def headline(items: list[dict]) -> None:
    """
    The headline numbers in rows, each a way to its own page: an item has
    `label`, `page` and `query`, where a click leads, and `numbers`, one or one
    a group: `value`, `count` ("7 of 9"), `limits` (text), for proportions
    `estimate`, `lower` and `upper` to draw on a 0 to 100% track (the count
    stands in its place where there is none), and of a group `group` and `colour`.
    """
    with st.container(gap=None, key=f"headlines {len(items)}"):
        for place, item in enumerate(items):
            with st.container(gap=None, key=f"headline {place}"):
                widgets.page_link(item["label"], item["page"], query_params=item["query"])
                few = any(small_cells.are_few(number.get("cells", ())) for number in item["numbers"])
                numbers = [number | small_cells.HELD if few else number for number in item["numbers"]]
                st.html("".join(map(_headline, numbers)))


def _headline(number: dict) -> str:
    value, count = escape(number["value"]), escape(number["count"])
    limits = f'<div class="limits">{escape(number["limits"])}</div>'
    if "group" in number:
        name = f'<s style="background:{number["colour"]}"></s>{escape(number["group"])}'
        under = f'<div class="limits">{count}; {escape(number["limits"])}</div>' if number["limits"] else count
        return f'<div class="cg cg-headline of-group"><div>{name}</div><b>{value}</b>{under}</div>'
    under = f'<div class="count">{count}</div>'
    if number.get("estimate") is not None:
        low, high = 100 * number["lower"], 100 * number["upper"]
        bar = f'<b style="left:{low:.2f}%;width:{high - low:.2f}%"></b>'
        value += f"<small>{count}</small>"
        under = f'<div class="track">{bar}<u style="left:{100 * number["estimate"]:.2f}%"></u></div>'
    return f'<div class="cg cg-headline"><div class="value">{value}</div>{under}{limits}</div>'


def table(
    header: list[str],
    rows: list[list[str]],
    colours: list[str] | None = None,
    indent: list[bool] | None = None,
    said: str = "",
) -> None:
    """
    A table of texts, names to the left and figures to the right; `colours`
    puts a line before each first cell, `indent` sets it in. A limit in
    brackets is set smaller, and a column without any cell is left out; what is
    `said` of all of it stands under it.
    """
    if small_cells.is_held(header):
        return note(small_cells.SINGLE)
    header, rows = small_cells.held((header, rows))
    has_words = [not rows or any(row[place] for row in rows) for place in range(len(header))]
    header, rows = list(compress(header, has_words)), [list(compress(row, has_words)) for row in rows]
    columns = zip(header, zip(*rows, strict=True), strict=True) if rows else ((head, ()) for head in header)
    kinds = [f' class="{_kind(head, cells)}"' for head, cells in columns]
    heads = "".join(f"<th{kind}>{_together(head)}</th>" for kind, head in zip(kinds, header, strict=True))
    body = []
    for place, row in enumerate(rows):
        line = f'<s style="background:{colours[place]}"></s>' if colours and colours[place] else ""
        sub = ' class="sub"' if indent and indent[place] else kinds[0]
        rest = zip(kinds[1:], row[1:], strict=True)
        cells = f"<td{sub}>{line}{_together(row[0])}</td>" + "".join(f"<td{k}>{_small_limits(c)}</td>" for k, c in rest)
        body.append(f"<tr>{cells}</tr>")
    wide = " wide" if len(header) > 3 else ""
    width = f"max-width:{380 + 170 * (len(header) - 1)}px"
    inside = f"<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody>"
    under = f'<p class="cg cg-note cg-under">{_explained(said)}</p>' if said else ""
    named = f'tabindex="0" role="group" aria-label="Table: {escape(header[0])}"'  # it scrolls where it is wide
    st.html(f'<div class="cg cg-table{wide}" style="{width}" {named}><table>{inside}</table></div>{under}')


def _together(name: str) -> str:
    """A group's name whose cut or size does not part from its sign at the end of a line."""
    return escape(re.sub(r"(?<=[<≥=]) (?=\d)|(?<=N) (?==)", "\u00a0", name))


def _kind(head: str, cells: tuple[str, ...]) -> str:
    """How a column is set: words over several lines, names to the left, figures to the right."""
    told = [cell for cell in cells if cell and cell not in ("–", small_cells.WITHHELD) and cell[0] != "<"]
    if head in _WRAPPED and not all(cell.isdecimal() for cell in told):
        return "words"
    names = told
    return "names" if names and all(map(_NAME.match, names)) else "figures"


def _small_limits(cell: str) -> str:
    before, bracket, after = escape(cell).partition(" (")
    return f"{before} <small>({after}</small>" if bracket else before


def behind_levels(key: str, counts: list[int]) -> str:
    """Rules that put a count behind each level of the choice with this key."""
    born = key.rpartition(" ")[2].replace(".", "-")
    return "".join(
        f'[class*="-{born}"] button:nth-of-type({place})>div::after{{content:" {count}"}}'
        for place, count in enumerate(small_cells.counts_shown(counts), 1)
    )


def bars(style: str, counts: dict[int | None, int], others: dict[int | None, int]) -> str:
    """A histogram by the place of each bar, in this style and as high as beside `others`; HTML."""
    highest = max([1, *(patients for place, patients in others.items() if place is not None)])
    drawn = []
    for place, patients in counts.items():
        if place is not None and not small_cells.are_few([(patients, patients)]):
            left, height = 100 * place / BINS, max(8, 100 * patients / highest)
            size = f"left:{left:.1f}%;width:{72 / BINS:.1f}%;height:{height:.0f}%"
            drawn.append(f'<i class="{style}" style="{size}"></i>')
    return "".join(drawn)
