"""What a comparison says in plain words: a difference, none that is clear, or too few patients to tell."""

from core.statistics.proportions import Compared

NOTHING = "nothing to compare"
TOO_FEW = "too few to tell"
NO_CLEAR = "no clear difference"
NOT_SHOWN = "no difference shown"
"""Of a test alone, without a ratio whose limits could say how large a difference is excluded."""
DISAGREEING = "test and interval disagree"
FEWEST = 5
"""Patients whom each group needs before a difference is named: of fewer, one patient more would turn it."""
UNCLEAR_RATIOS = (0.5, 2.0)
"""Hazard ratios that limits must exclude before a difference is called unlikely: half, or twice, the hazard."""
UNCLEAR_SHARES = (-0.2, 0.2)
"""Differences of proportions that limits must exclude for that: a fifth of the patients, either way."""


def verdict(
    clear: str, p: float, lower: float, upper: float, no_difference: float, unclear: tuple[float, float]
) -> str:
    """
    What two groups' comparison says: `clear` where the test's p and the limits
    both exclude no difference; that they disagree where only one does; and else
    whether the limits exclude a difference that would matter (within `unclear`).

    >>> verdict("more in A", 0.01, 0.1, 0.6, 0, UNCLEAR_SHARES), verdict("more in A", 0.6, -0.1, 0.1, 0, UNCLEAR_SHARES)
    ('more in A', 'no clear difference')
    >>> verdict("sooner in A", 0.6, 0.2, 3, 1, UNCLEAR_RATIOS), verdict("sooner in A", 0.03, 0.9, 3, 1, UNCLEAR_RATIOS)
    ('too few to tell', 'test and interval disagree')
    """
    excluded = not lower <= no_difference <= upper
    if excluded != (p < 0.05):
        return DISAGREEING
    if excluded:
        return clear
    return NO_CLEAR if unclear[0] < lower and upper < unclear[1] else TOO_FEW


def more_often(first: str, second: str, compared: Compared, fewest: int, aside: str = "") -> str:
    """
    Which of two groups has the larger proportion, `first` against `second`, in
    the words of `verdict`; `fewest` are the patients of the smaller.
    """
    change, p = compared.difference, compared.p
    if p is None or change.value is None or change.lower is None or change.upper is None:
        return NOTHING
    if fewest < FEWEST:
        return TOO_FEW
    clear = f"more often in {first if change.value > 0 else second}{aside}"
    return verdict(clear, p, change.lower, change.upper, 0.0, UNCLEAR_SHARES)
