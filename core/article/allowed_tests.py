"""Where tests other than of survival go in the cohorts that the article allows: of response, and of adverse events."""

import numpy as np

from core.article.allowed import AllowedComparison, Spread, compare_allowed, spread
from core.article.allowed_events import ways_to_give
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
    ways = ways_to_give(term, (first, second, frozenset(PATIENTS) - first - second), severe_only)
    p = [_fisher(a, len(first), b, len(second)) for a, b in ways]
    return spread(np.array(p), np.array(list(ways.values()), float))


def _fisher(a: int, n: int, b: int, m: int) -> float:
    """Fisher's exact p, which is 1 where nobody or everybody has it; 1 also of an empty group."""
    return fisher(proportion(a, n, "Wilson"), proportion(b, m, "Wilson")) or 1.0


def against_others(endpoint: str, group_of: np.ndarray, places: np.ndarray, number: int) -> AllowedComparison:
    """One group against everybody else who is selected, in every allowed cohort."""
    others = np.where(group_of == number, 1, np.where(group_of < 0, group_of, 0))
    return compare_allowed(endpoint, others, places, (0, 1))
