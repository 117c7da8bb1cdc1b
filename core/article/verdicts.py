"""Each printed result beside what the cohort gives now, with a verdict and why."""

import re
from dataclasses import dataclass, replace

import numpy as np

from core import text
from core.article.claims import is_of_the_article
from core.article.patient_claims import Told, course_of
from core.article.recompute import Recomputed, recompute
from core.cohort.ask import Cohort
from core.cohort.selection import Selection
from core.survival.medians import MEDIAN_RULES

VERDICTS = {
    "contradicted": "Contradicted within the article",
    "rule": "Reproduced under another rule",
    "rounding": "Differs in rounding",
    "different": "Not reproduced",
    "missing": "Cannot be recomputed",
    "reproduced": "Reproduced",
}
"""What a verdict is called; the order in which they are read."""
ASSOCIATIONS = {
    "dose vs depth and duration of remission": ("depth", "dose_1e8_cells"),
    "BCMA expression vs efficacy": ("response", "bcma_percent"),
    "prior lines vs efficacy": ("response", "prior_lines"),
    "CAR-T expansion and persistence vs outcome": ("response", "peak: CAR-T cells, cells/µL"),
    "dose vs toxicity": ("crs", "dose_1e8_cells"),
    "C-reactive protein vs CRS": ("crs", "peak: CRP, mg/L"),
}
"""Of a printed association the outcome, and what is set against it, on the page of associations."""
NO_STATISTIC = "no statistic is printed to hold a recomputed one against"
NOT_KNOWN = "how to compute it from a cohort is not known here, or this cohort lacks what it takes"
NO_NUMBER = "its value in the table of claims is no number"


@dataclass(frozen=True)
class Claim:
    """
    A printed result: its `verdict` (of VERDICTS) and the `reason`; `recomputed`
    in words, with the `page` and `query` that show it ("" where none does), and
    the `tables` that it rests on.
    """

    claim_id: str
    section: str
    population: str
    quantity: str
    printed: str
    verdict: str
    reason: str
    recomputed: str = "–"
    page: str = ""
    query: tuple[tuple[str, str], ...] = ()
    tables: tuple[str, ...] = ()


def published(cohort: Cohort) -> tuple[Claim, ...]:
    """Every printed result of the cohort with its verdict, in the order of the file."""
    rows = cohort.ask("article/claims", Selection(cohort.fingerprint)).fillna("")
    return tuple(_judged(cohort, row) for row in rows.itertuples())


def _judged(cohort: Cohort, row: object) -> Claim:
    claim_id, section, population, quantity, printed, note, kind, unit, value = (
        str(getattr(row, name))
        for name in ("claim_id", "section", "population", "quantity", "printed", "note", "kind", "unit", "value")
    )
    found = recompute(cohort, quantity, population)
    why = NO_STATISTIC if kind == "association" else NOT_KNOWN
    claim = Claim(claim_id, section, population, quantity, printed, "missing", note or why)
    told = course_of(cohort, quantity, population)
    if told is not None:
        return _of_course(claim, told, kind, note)
    if found:
        first = found[0]
        claim = replace(claim, recomputed=said(first, unit), page=first.page, query=first.query, tables=first.tables)
    if quantity in ASSOCIATIONS and is_of_the_article(cohort):
        outcome, against = ASSOCIATIONS[quantity]
        query = (("outcome", outcome), ("against", against))
        claim = replace(claim, page="associations", query=query, recomputed="its figure and test", tables=())
    if kind == "conflict":
        return replace(claim, verdict="contradicted", reason=note)
    if kind in ("context", "association") or not found:
        return claim
    wanted = tuple(number for number in map(_number, value.split(";")) if number is not None)
    if len(wanted) < value.count(";") + 1:
        return replace(claim, reason=NO_NUMBER)
    for one in found:
        verdict, reason = verdict_of(one, wanted, unit)
        if verdict != "different":
            return replace(claim, verdict=verdict, reason=reason, recomputed=said(one, unit), query=one.query)
    return replace(claim, verdict="different", reason="the cohort gives another number")


def _of_course(claim: Claim, told: Told, kind: str, note: str) -> Claim:
    verdict = "contradicted" if kind == "conflict" else "reproduced" if told.all_held else "different"
    reason = note if kind == "conflict" or told.all_held else "not every part of the printed course is held"
    return replace(claim, verdict=verdict, reason=reason, recomputed=told.words, page="overview", tables=("endpoints",))


def verdict_of(of: Recomputed, wanted: tuple[float, ...], unit: str) -> tuple[str, str]:
    """
    Whether a recomputed result is the printed one (`wanted`), and why it is said
    so. Shares of patients are compared to one decimal, as most are printed;
    everything else to the decimals that are printed.
    """
    values = (float(of.n),) if unit == "patients" and of.n is not None else of.values
    if len(values) != len(wanted) or np.isnan(values).any():
        return "different", ""
    decimals = max(len(text.digits(number).partition(".")[2]) for number in wanted)
    if unit == "days" and wanted[0] <= values[0] and values[-1] <= wanted[-1]:
        return "reproduced", "within the printed days"
    close = 1 if unit == "%" and of.n is not None else decimals
    if _rounded(values, close) == wanted:
        return ("rule", MEDIAN_RULES[of.rule]) if of.rule else ("reproduced", _rounding_of(values, wanted))
    exact = f"{text.fixed(values[0])}%"
    if unit == "%" and not decimals and _rounded(values, 0) == wanted:
        return "rounding", f"printed without a decimal; {exact}"
    if unit == "%" and tuple(np.floor(np.array(values) * 10) / 10) == wanted:
        return "rounding", f"cut off after one decimal; {exact} when rounded"
    return "different", ""


def _number(written: str) -> float | None:
    """A number as the table of claims has it, or None."""
    return float(written) if re.fullmatch(r"-?\d+(\.\d+)?", written.strip()) else None


def _rounded(values: tuple[float, ...], decimals: int) -> tuple[float, ...]:
    """Rounded half up, as printed."""
    return tuple(float(np.floor(round(value * 10**decimals, 6) + 0.5) / 10**decimals) for value in values)


def _rounding_of(values: tuple[float, ...], wanted: tuple[float, ...]) -> str:
    """That a recomputed number is printed with fewer decimals; empty where it is as printed, or a percentage."""
    apart = [
        f"{text.digits(round(value, 2))} prints as {text.digits(as_printed)}"
        for value, as_printed in zip(values, wanted, strict=True)
        if abs(value - as_printed) > 0.2
    ]
    return text.listed(apart)


def said(of: Recomputed, unit: str) -> str:
    """A recomputed result as it is read."""
    if of.n is not None:
        share = "" if unit == "patients" else f" ({text.percent(of.n / of.N)})" if of.n and of.N else ""
        return f"{of.n} of {of.N}{share} {of.what}".strip()
    words = "–".join(text.number(value, 2) for value in of.values) if not np.isnan(of.values).any() else "–"
    return f"{words}%" if unit == "%" else f"{words} {unit}".strip()


def counted(claims: tuple[Claim, ...]) -> dict[str, int]:
    """How many results have each verdict, in the order of VERDICTS; those that none has are left out."""
    counts = {verdict: sum(claim.verdict == verdict for claim in claims) for verdict in VERDICTS}
    return {verdict: count for verdict, count in counts.items() if count}


def finding(claims: tuple[Claim, ...]) -> str:
    """The title: how many printed results the cohort reproduces."""
    counts = counted(claims)
    nearly = counts.get("rule", 0) + counts.get("rounding", 0)
    more = f", {nearly} more but for rule or rounding" if nearly else ""
    contradicted = counts.get("contradicted", 0)
    return (
        f"{counts.get('reproduced', 0)} of {len(claims)} printed results are reproduced{more}; "
        f"{contradicted} contradict each other"
    )
