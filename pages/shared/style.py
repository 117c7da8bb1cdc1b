"""The app's own HTML and CSS: small, in its own classes, in the colours of core/charts/theme.py."""

from html import escape

import streamlit as st

from core.charts.theme import css_variables

_RULES = """
[data-testid="stMainBlockContainer"]{padding-left:2.5rem;padding-right:2.5rem;max-width:1440px;align-self:flex-start}
[data-testid="stMainBlockContainer"] h1{padding:.25rem 0 .5rem}
[data-testid="stElementToolbar"] button:is([aria-label^="Download as PNG"],[aria-label^="Copy Vega"],[aria-label="Show data"]){display:none}
.st-key-context{min-height:34px;row-gap:.25rem}
.st-key-context .stButton button{min-height:30px;padding:0 .7rem;border-radius:999px;font-size:.875rem}
.cg{font-variant-numeric:tabular-nums}
.cg-mute{color:var(--mute)}
.cg-note{font-size:13px;color:var(--mute);max-width:46rem;line-height:1.5}
.cg-note b,.cg-line b{color:var(--ink);font-weight:600}
.cg-line{font-size:14px;color:var(--mute);display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
.cg-strip{display:flex;align-items:center;flex-wrap:wrap;gap:3px}
.cg-strip i{display:flex;align-items:center;justify-content:center;height:22px;min-width:22px;padding:0 2px;border-radius:4px;font:600 11px/1 inherit;font-style:normal;color:var(--bg);background:var(--accent)}
.cg-strip i.out{background:none;box-shadow:inset 0 0 0 1px var(--line);color:var(--faint)}
.cg-strip i.small{min-width:10px;width:10px;height:18px;padding:0}
.cg-strip i.tiny{min-width:4px;width:4px;height:18px;padding:0;border-radius:1px}
.cg-bar{position:relative;width:260px;height:14px;border-radius:4px;background:var(--line);overflow:hidden}
.cg-bar i{position:absolute;inset:0 auto 0 0;background:var(--accent)}
.cg-count{font-size:22px;font-weight:650;margin:0 .35rem 0 .75rem}
.cg-key{display:inline-flex;align-items:center;gap:.35rem;margin-left:1rem;font-size:13px}
.cg-key s{width:14px;height:3px;border-radius:1px;display:inline-block}
.cg-facts{display:flex;flex-wrap:wrap;border:1px solid var(--line);border-radius:6px;overflow:hidden}
.cg-facts>div{flex:1 1 150px;padding:.7rem .9rem .6rem;box-shadow:-1px -1px 0 var(--line)}
.cg-facts .label{font-size:14px;color:var(--mute)}
.cg-facts .value{display:flex;align-items:baseline;justify-content:space-between;gap:.5rem;font-size:28px;font-weight:650;line-height:1.3;white-space:nowrap}
.cg-facts .value small{font-size:13px;font-weight:400;color:var(--mute)}
.cg-facts .track{position:relative;height:12px;margin:.15rem 0}
.cg-facts .track:before{content:"";position:absolute;left:0;right:0;top:5px;height:2px;background:var(--line)}
.cg-facts .track b{position:absolute;top:4px;height:4px;border-radius:2px;background:var(--accent);opacity:.4}
.cg-facts .track u{position:absolute;top:0;width:3px;height:12px;margin-left:-1px;border-radius:1px;background:var(--accent)}
.cg-facts .limits{font-size:13px;color:var(--mute)}
.cg-table{container-type:inline-size;overflow-x:auto}
.cg-table table{border-collapse:collapse;width:100%;font-size:15px}
.cg-table th{font-size:13px;font-weight:400;color:var(--mute);border-bottom:1px solid color-mix(in srgb,currentColor 45%,transparent);text-align:right;padding:.35rem .5rem;vertical-align:bottom}
.cg-table td{border-bottom:1px solid var(--line);text-align:right;padding:.4rem .5rem;white-space:nowrap}
.cg-table :is(th,td):first-child{text-align:left;padding-left:0;white-space:normal;min-width:9rem}
.cg-table td.sub{padding-left:1.25rem!important}
.cg-table td.text{text-align:left;white-space:normal}
.cg-table td s{display:inline-block;width:14px;height:3px;margin-right:.5rem;vertical-align:middle;border-radius:1px}
.cg-table small{font-size:.875em;color:var(--mute)}
@container (max-width:640px){.cg-table table{font-size:13px}}
.cg-range{display:flex;justify-content:space-between;font-size:14px}
.cg-bins{position:relative;height:34px;margin:2px 6px 0}
.cg-bins i{position:absolute;bottom:0;border-radius:2px 2px 0 0;background:color-mix(in srgb,var(--ink) 15%,transparent)}
.cg-bins i.in{background:var(--accent)}
.cg-kind{font-size:13px;color:var(--mute);line-height:1.4}
.cg-badge{display:inline-block;border:1px solid var(--line);border-radius:999px;padding:0 .5rem;font-size:12px;margin-right:.35rem}
"""


def apply() -> None:
    """Once in app.py: the colours as CSS variables and the rules above."""
    st.html(f"<style>.stApp{{{css_variables()}}}{_RULES}</style>")


def note(text: str) -> None:
    """A sentence or two under a figure; `**` is not interpreted."""
    st.html(f'<div class="cg cg-note">{escape(text)}</div>')


def facts(items: list[tuple[str, str]]) -> None:
    """One quiet line of label and number."""
    parts = "".join(f"<span>{escape(label)} <b>{escape(value)}</b></span>" for label, value in items)
    st.html(f'<div class="cg cg-line">{parts}</div>')


def headline(items: list[dict]) -> None:
    """
    The headline numbers in one row: each item has `label`, `value`, `count`
    ("7 of 9"), `limits` (text), and for proportions `estimate`, `lower` and
    `upper` to draw on a 0 to 100% track.
    """
    cells = []
    for item in items:
        track = ""
        if item.get("estimate") is not None:
            low, high = 100 * item["lower"], 100 * item["upper"]
            bar = f'<b style="left:{low:.2f}%;width:{high - low:.2f}%"></b>'
            track = f'{bar}<u style="left:{100 * item["estimate"]:.2f}%"></u>'
        track = f'<div class="track">{track}</div>' if track else '<div class="track" style="visibility:hidden"></div>'
        cells.append(
            f'<div><div class="label">{escape(item["label"])}</div>'
            f'<div class="value">{escape(item["value"])}<small>{escape(item["count"])}</small></div>'
            f'{track}<div class="limits">{escape(item["limits"])}</div></div>'
        )
    st.html(f'<div class="cg cg-facts">{"".join(cells)}</div>')


def table(header: list[str], rows: list[list[str]], colours: list[str] | None = None, indent: list[bool] | None = None) -> None:
    """
    A table of texts, figures to the right; `colours` puts a line before each
    first cell, `indent` sets it in. A limit in brackets is set smaller.
    """
    heads = "".join(f"<th>{escape(head)}</th>" for head in header)
    body = []
    for place, row in enumerate(rows):
        line = f'<s style="background:{colours[place]}"></s>' if colours and colours[place] else ""
        sub = ' class="sub"' if indent and indent[place] else ""
        cells = f"<td{sub}>{line}{escape(row[0])}</td>" + "".join(f"<td>{_small_limits(cell)}</td>" for cell in row[1:])
        body.append(f"<tr>{cells}</tr>")
    st.html(f'<div class="cg cg-table"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(body)}</tbody></table></div>')


def _small_limits(cell: str) -> str:
    before, bracket, after = escape(cell).partition(" (")
    return f"{before} <small>({after}</small>" if bracket else before
