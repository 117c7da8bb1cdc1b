"""
In how many patients of a group an adverse event may have been, as far as the article tells.

Table 3 prints how many of all patients had each term in two grade bands, the
text of whom in part. The ways to give a term to patients are counted, not gone
through.
"""

from itertools import product
from math import comb

import numpy as np

from core.article.adverse_events import ONLY_IN_SEVERE_CRS, SEVERE_CRS, TABLE_3
from core.article.allowed import Spread, spread
from core.article.reconstruction import PATIENTS

PRINTED_SEVERE = {TABLE_3[0][0]: SEVERE_CRS, "Leukopenia": (7,), "Thrombocytopenia": (7,), "Infection": (7,)}
"""Of whom the article prints a term at grade 3 or more."""

TERMS = tuple(row[0] for row in TABLE_3)


def allowed_count(term: str, group: frozenset[int], severe_only: bool) -> Spread:
    """
    How many patients of the `group` (their numbers) had a term of Table 3, at
    any grade or with `severe_only` at grade 3 or more: each number that the
    printed counts allow, with its share of all ways to give the term to patients.

    Raises KeyError for a term that Table 3 does not have.

    >>> fever = allowed_count("Fever", frozenset({2, 10}), severe_only=False)
    >>> fever.values.tolist(), fever.shares.round(3).tolist()
    ([0.0, 1.0, 2.0], [0.018, 0.327, 0.655])
    """
    nobody: frozenset[int] = frozenset()
    ways = ways_to_give(term, (group, nobody, frozenset(PATIENTS) - group), severe_only)
    return spread(np.array([count for count, _ in ways], float), np.array(list(ways.values()), float))


def ways_to_give(term: str, cells: tuple[frozenset[int], ...], severe_only: bool) -> dict[tuple[int, int], int]:
    """
    In how many ways so many of the first two `cells` (patients by number, three
    sets that hold everybody) have a term of Table 3. Raises KeyError for another term.
    """
    mild, severe = {row[0]: (row[2], row[3]) for row in TABLE_3}[term]
    must = set(PRINTED_SEVERE.get(term, ()))
    may = (set(SEVERE_CRS) if term in ONLY_IN_SEVERE_CRS else set(PATIENTS)) - must
    documented, free = [len(must & cell) for cell in cells], [len(may & cell) for cell in cells]
    found: dict[tuple[int, int], int] = {}
    for more in _shared(severe - len(must), free):
        inside = [a + b for a, b in zip(documented, more, strict=True)]
        ways = np.prod([comb(n, k) for n, k in zip(free, more, strict=True)])
        left = [len(cell) - n for cell, n in zip(cells, inside, strict=True)]
        for other in [(0, 0, 0)] if severe_only else _shared(mild, left):
            times = 1 if severe_only else np.prod([comb(n, k) for n, k in zip(left, other, strict=True)])
            key = (inside[0] + other[0], inside[1] + other[1])
            found[key] = found.get(key, 0) + int(ways * times)
    return found


def _shared(total: int, room: list[int]) -> list[tuple[int, ...]]:
    """Every way to share a number out over cells that hold so many each."""
    return [parts for parts in product(*(range(n + 1) for n in room)) if sum(parts) == total]
