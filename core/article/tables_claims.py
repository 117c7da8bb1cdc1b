"""Printed results beside what the cohort gives now, as a table."""

from collections.abc import Callable

from core import text
from core.article.verdicts import VERDICTS, Claim
from core.text import Table


def claims_table(claims: tuple[Claim, ...], rests_on: Callable[[Claim], str]) -> Table:
    """One row a printed result; `rests_on` says of what kind the values are that it is recomputed from."""
    header = ["Result", "Section", "Of", "Printed", "Recomputed", "Verdict", "Why", "Rests on"]
    rows = [
        [
            claim.quantity[:1].upper() + claim.quantity[1:],
            claim.section,
            claim.population,
            claim.printed,
            claim.recomputed,
            VERDICTS[claim.verdict],
            claim.reason,
            rests_on(claim) if claim.tables else "–",
        ]
        for claim in claims
    ]
    return header, rows


def verdict_words(counts: dict[str, int]) -> dict[str, str]:
    """Each verdict that occurs with its count, as what is chosen by it reads."""
    return {verdict: f"{VERDICTS[verdict]} {text.number(count, 0)}" for verdict, count in counts.items()}
