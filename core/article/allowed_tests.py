"""Where tests other than of survival go in the cohorts that the article allows: of response, and of adverse events."""

from itertools import product
from math import comb

import numpy as np

from core.article.adverse_events import ONLY_IN_SEVERE_CRS, SEVERE_CRS, TABLE_3
from core.article.allowed import AllowedComparison, Spread, compare_allowed, spread
from core.article.allowed_events import PRINTED_SEVERE
from core.article.open_outcomes import PLACES
from core.article.reconstruction import PATIENTS
from core.statistics.proportions import fisher, proportion

RESPONDED = {"overall": ("PR or VGPR", "CR, died", "CR, alive"), "complete": ("CR, died", "CR, alive")}
"""The fates that count, by the rate of core.response.result.RATES that they make."""


def response_p(group_of: np.ndarray, places: np.ndarray, pair: tuple[int, int], rate: str) -> Spread:
    """
    Fisher's exact p of a response rate (of RESPONDED) in the first group of a
    pair against the second, in each assignment; `group_of` and `places` as for
    `core.article.allowed.allowed`.
    """
    in_places = np.take_along_axis(group_of, places, 1)
    had = np.array([fate in RESPONDED[rate] for fate, _ in PLACES])
    counts = np.column_stack(
        [((in_places == group) & of).sum(1) for group in pair for of in (had, np.ones(len(had), bool))]
    )
    rows, times = np.unique(counts, axis=0, return_counts=True)
    return spread(np.array([_fisher(*row) for row in rows.tolist()]), times.astype(float))


def event_p(term: str, first: frozenset[int], second: frozenset[int], severe_only: bool) -> Spread:
    """
    Fisher's exact p of a term of Table 3 in two groups without a patient in
    common, at any grade or at grade 3 or more, for each way to give the term to patients.
    """
    ways = _ways(term, (first, second, frozenset(PATIENTS) - first - second), severe_only)
    p = [_fisher(a, len(first), b, len(second)) for a, b in ways]
    return spread(np.array(p), np.array(list(ways.values()), float))


def _ways(term: str, cells: tuple[frozenset[int], ...], severe_only: bool) -> dict[tuple[int, int], int]:
    """In how many ways so many of the first two cells have the term."""
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


def _fisher(a: int, n: int, b: int, m: int) -> float:
    """Fisher's exact p, which is 1 where nobody or everybody has it; 1 also of an empty group."""
    return fisher(proportion(a, n, "Wilson"), proportion(b, m, "Wilson")) or 1.0


def against_others(endpoint: str, group_of: np.ndarray, places: np.ndarray, number: int) -> AllowedComparison:
    """One group against everybody else who is selected, in every allowed cohort."""
    others = np.where(group_of == number, 1, np.where(group_of < 0, group_of, 0))
    return compare_allowed(endpoint, others, places, (0, 1))
