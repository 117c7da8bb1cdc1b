"""Each printed result beside what the cohort gives now, with a verdict, why, and where it is seen."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from core import text
from core.article.claims import POPULATIONS
from core.article.figure_plateau import plateau_chart
from core.article.tables_claims import claims_table, verdict_words
from core.article.verdicts import VERDICTS, Claim, counted, finding
from core.cohort.labels import sentence
from core.cohort.provenance import soft_sources
from core.cohort.selection import Selection
from core.cohort.vocabulary import ENDPOINTS
from core.figures.frame import with_finding
from pages.shared import cached, choices, downloads, style, widgets
from pages.shared.navigation import PAGES

COLOURS = {"reproduced": "accent", "rule": "VGPR", "rounding": "PR", "contradicted": "PD", "different": "grade4",
           "missing": ""}  # fmt: skip
"""No traffic light: the word repeats each colour."""
METHOD = (
    "Each result is recomputed from the cohort by the answers that the pages show, and compared with what is printed, "
    "to its own decimals. Outcomes that are not printed patient by patient were reconstructed so that these results "
    "hold: that they are reproduced says that they fit together, and no more."
)


def draw() -> None:
    with st.spinner("Recomputing each printed result …", show_time=False):
        claims = cached.published()
    title = finding(claims)
    widgets.title(title)
    st.html(_strip(claims))
    style.note(METHOD, "Printed results are of their own patients: filters and comparisons change nothing here.")
    footer = _footer
    offered = {"noted": "All but reproduced", **verdict_words(counted(claims)), "all": f"All {len(claims)}"}
    wanted = choices.choose_one("verdict", "Verdict", offered, "noted")
    kept = tuple(c for c in claims if wanted in ("all", c.verdict) or (wanted == "noted" and c.verdict != "reproduced"))
    st.html(_table(tuple(sorted(kept, key=lambda claim: list(VERDICTS).index(claim.verdict)))))
    downloads.save_table(lambda: claims_table(claims, _rests_on), footer, "printed_results")
    _draw_plateau()


def _footer() -> tuple[str, ...]:
    tables = ("patients", "responses", "endpoints", "adverse_events", "measurements")
    return downloads.footer(Selection(cached.database().fingerprint), METHOD, tables)


def _rests_on(claim: Claim) -> str:
    soft = soft_sources(cached.sources(), claim.tables)
    return ", ".join(soft) or "reported"


def _strip(claims: tuple[Claim, ...]) -> str:
    """A cell a printed result in the order of verdicts, and how many have each."""
    order = ["reproduced", "rule", "rounding", "different", "contradicted", "missing"]
    counts = counted(claims)
    cells = "".join(_square(verdict) * counts.get(verdict, 0) for verdict in order)
    keys = "".join(
        f"<span>{_square(verdict)}<b>{counts[verdict]}</b> {escape(VERDICTS[verdict].lower())}</span>"
        for verdict in order
        if verdict in counts
    )
    return f'<div class="cg cg-verdicts" aria-hidden="true">{cells}</div><div class="cg cg-verdict-keys">{keys}</div>'


def _square(verdict: str) -> str:
    ground = f' style="background:var(--{COLOURS[verdict]})"' if COLOURS[verdict] else ' class="open"'
    return f"<i{ground}></i>"


def _table(claims: tuple[Claim, ...]) -> str:
    heads = "".join(f"<th>{head}</th>" for head in ("Printed result", "Printed", "Recomputed", "Verdict", "Seen on"))
    body = "".join(map(_row, claims))
    named = 'tabindex="0" role="group" aria-label="Table: Printed results"'
    return (
        f'<div class="cg cg-claims" {named}><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(claim: Claim) -> str:
    """A result; where no number is recomputed its reason says what is missing."""
    whose = f" of {claim.population}" if claim.population.startswith("patient ") else ""
    name = escape(claim.quantity[:1].upper() + claim.quantity[1:] + whose)
    rests = f" · {escape(_rests_on(claim))}" if claim.tables and _rests_on(claim) != "reported" else ""
    reason = f"<small>{escape(claim.reason[:1].upper() + claim.reason[1:])}</small>" if claim.reason else ""
    return (
        f"<tr><td>{name}<small>{escape(claim.section)} · {escape(claim.population)}</small></td>"
        f"<td>{escape(claim.printed)}</td><td>{escape(claim.recomputed)}<small>{rests.removeprefix(' · ')}</small></td>"
        f"<td>{_square(claim.verdict)}<b>{escape(VERDICTS[claim.verdict])}</b>{reason}</td><td>{_link(claim)}</td></tr>"
    )


def _link(claim: Claim) -> str:
    """A link to the page and selection that compute it; of an own cohort, whose names stay out of addresses, none."""
    if not claim.page or not cached.is_bundled():
        return ""
    title, (_, address) = next(page for page in PAGES.items() if page[1][0] == claim.page)
    where = "." if address == "home" else address
    query = f"?{urlencode(claim.query)}" if claim.query else ""
    return f'<a href="{where}{escape(query)}" target="_self">{escape(title)}</a>'


def _draw_plateau() -> None:
    """The medians that only one rule gives, on their curve."""
    by_rule = [claim for claim in cached.published() if claim.verdict == "rule"]
    if not by_rule:
        return
    selection = Selection(cached.database().fingerprint, POPULATIONS[by_rule[0].population])
    endpoint = dict(by_rule[0].query)["endpoint"]
    result = cached.survival_result(selection, endpoint, choices.survival_options())
    if result is None:
        return
    printed = text.listed(list(dict.fromkeys(claim.printed for claim in by_rule)))
    title = f"{text.counted(len(by_rule), 'printed median')} of {printed} months: the middle of a plateau at 50%"
    who = sentence(selection, cached.database().variables)
    chart = plateau_chart(
        result.everyone.curve, f"{ENDPOINTS.get(endpoint, endpoint)}, {who}", cached.database().time_origin
    )
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.heading(title)
        downloads.save_figure(chart, title, lambda: downloads.footer(selection, METHOD, ("endpoints",)), "plateau")
    style.figure(with_finding(chart, [title]), "plateau")
    style.note(
        f"After {text.counted(result.everyone.table.total_events, 'event')} in "
        f"{text.patients(result.everyone.table.patients)} the curve stays at 50% until the last follow-up. R prints "
        "where the plateau begins; GraphPad Prism, with which the article was made, and R's quantile take its middle; "
        "SAS says that the median cannot be estimated. All three describe the same patients."
    )
