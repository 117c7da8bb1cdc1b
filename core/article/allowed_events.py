"""
In how many patients of a group an adverse event may have been, as far as the article tells.

Table 3 prints how many of all patients had each term in two grade bands, the
text of whom in part. The ways to give a term to patients are counted, not gone
through.
"""

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
    mild, severe = {row[0]: (row[2], row[3]) for row in TABLE_3}[term]
    must = set(PRINTED_SEVERE.get(term, ()))
    may = set(SEVERE_CRS) if term in ONLY_IN_SEVERE_CRS else set(PATIENTS)
    free_inside, free_outside = len((may - must) & group), len(may - must - group)
    ways: dict[int, int] = {}
    for more in range(severe - len(must) + 1):
        inside = len(must & group) + more
        severe_ways = comb(free_inside, more) * comb(free_outside, severe - len(must) - more)
        if severe_only:
            ways[inside] = ways.get(inside, 0) + severe_ways
            continue
        left, outside = len(group) - inside, len(PATIENTS) - len(group) - (severe - inside)
        for other in range(mild + 1):
            number = severe_ways * comb(max(left, 0), other) * comb(max(outside, 0), mild - other)
            ways[inside + other] = ways.get(inside + other, 0) + number
    possible = {count: number for count, number in ways.items() if number}
    return spread(np.array(list(possible), float), np.array(list(possible.values()), float))
