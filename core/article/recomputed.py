"""A printed result as the cohort gives it now."""

from dataclasses import dataclass

import numpy as np

from core.cohort.selection import Selection

Query = tuple[tuple[str, str], ...]
"""What a link says, by name and value."""


@dataclass(frozen=True)
class Recomputed:
    """
    The numbers of a result, in the unit in which it is printed, or a count `n`
    of `N`; the columns that it rests on (`tables`), `page` and `query` that show
    it, `rule` where another than the usual one was needed, and `what` of whom a
    count is where its name does not say it.
    """

    values: tuple[float, ...]
    tables: tuple[str, ...]
    page: str
    query: Query = ()
    n: int | None = None
    N: int | None = None
    rule: str = ""
    what: str = ""


def of_count(n: int, of: int, tables: tuple[str, ...], page: str, query: Query) -> tuple[Recomputed, ...]:
    """A count of patients, in percent."""
    return (Recomputed((100 * n / of if of else np.nan,), tables, page, query, n, of),)


def filters_of(selection: Selection) -> Query:
    """The filters of a population, as a link has them."""
    return tuple((chosen.variable, level) for chosen in selection.choosing for level in getattr(chosen, "levels", ()))
