"""
What the article leaves open of its patients' outcomes: the months that its statements allow, on a grid.

Data for `core.article.allowed`: the fates and whose they are, the grid of each
unknown month, and the printed statements that bind several of them. Another
article would fill the same. Statements are numbered as in
`core.article.statements`; source: Hao et al., Front. Immunol. 2025;16:1650568.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import permutations

import numpy as np

from core.article.reconstruction import (
    DOCUMENTED,
    FATES,
    LONGEST_FOLLOW_UP,
    MEDIAN_OS,
    MEDIAN_PFS,
    PATIENTS,
    SHORTEST_SURVIVOR,
    Assignment,
)

ALIVE = np.inf
"""In place of a month of death."""

PLACES = (
    ("SD", 10), ("SD", None), ("SD", None),
    ("CR, died", 7), ("CR, died", None),
    ("PR or VGPR", 4), ("PR or VGPR", None),
    ("CR, alive", 2), ("CR, alive", None), ("CR, alive", None), ("CR, alive", None),
)  # fmt: skip
"""The fates that the article tells, each as often as it tells it, with the patient of whom it is printed."""

OF = "10.3389/fimmu.2025.1650568"
"""The article whose outcomes these are."""

DIED_AT = 1.5  # patient 7


@dataclass(frozen=True)
class Condition:
    """A printed statement, by its number, as a condition on the unknowns `of` (arrays of months)."""

    statement: str
    of: tuple[str, ...]
    holds: Callable[..., np.ndarray]


@dataclass(frozen=True)
class Block:
    """Unknown months that printed statements bind to each other, each with its grid."""

    months: dict[str, np.ndarray]
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Part:
    """
    Months of an endpoint in some of the PLACES that no other part depends on:
    `months` and `events` have a row a way to date them and a column a place,
    `weights` how many ways a row stands for.
    """

    places: tuple[int, ...]
    months: np.ndarray
    events: np.ndarray
    weights: np.ndarray


def _grid(first: float, last: float) -> np.ndarray:
    """Half months, the last included."""
    return np.arange(2 * first, 2 * last + 1) / 2


def _prints_as(months: np.ndarray, printed: float) -> np.ndarray:
    """Printed months are whole numbers, read as rounded half up."""
    return np.floor(months + 0.5) == printed


def _last(*months: np.ndarray) -> np.ndarray:
    return np.maximum.reduce(months)


RESPONDERS = Block(
    {
        "death in CR": _grid(5.5, 8.5),
        "death 4": _grid(1.5, 8.5),
        "other death": _grid(1.5, 8.5),
        "shortest survivor": _grid(38, 45),
        "relapse 4": _grid(0.5, 7.5),
        "other relapse": _grid(0.5, 8),
    },
    (
        Condition(
            "7",
            ("death in CR", "death 4", "other death", "shortest survivor"),
            lambda a, b, c, shortest: _prints_as((_last(a, b, c) + shortest) / 2, 23),
        ),
        Condition(
            "8b",
            ("death in CR", "death 4", "other death"),
            lambda a, b, c: _prints_as((_last(a, b, c) + LONGEST_FOLLOW_UP) / 2, 35),
        ),
        Condition("5b", ("relapse 4", "death 4"), lambda relapse, death: relapse <= death - 1),
        Condition("5a", ("other relapse", "other death"), lambda relapse, death: relapse < death),
        Condition(
            "8a",
            ("death in CR", "relapse 4", "other relapse"),
            lambda a, b, c: _prints_as((_last(a, b, c) + LONGEST_FOLLOW_UP) / 2, 35),
        ),
        Condition(
            "6a",
            ("death in CR", "relapse 4", "other relapse"),
            lambda a, b, c: _prints_as(np.sort(np.stack([a, b, c]), axis=0)[1], MEDIAN_PFS),
        ),
    ),
)
"""
Whoever responded: the fourth death is the last of them, and with the shortest
survivor the middle of follow-up. The sixth of seven events of PFS is the second
last among responders, because the three with SD progressed within 3 months.
"""

NOT_RESPONDING = Block({"progression 10": _grid(0.5, 3), "progression": _grid(0.5, 3), "another": _grid(0.5, 3)})
"""Statement 2a."""

EARLY_DEATH = Block({"death 10": _grid(1.5, 3)})
"""Statement 2b: beyond month 1, and shortly after treatment."""

# The eleventh patient's death comes with or after the median; from month 15 on in steps that widen.
_LATER = np.concatenate([_grid(14.5, 18), [20.0, 22, 24, 26, 30, 34, 38, 42, 46, 50, 54, 58, 62], [ALIVE]])
LATE_DEATHS = Block(
    {"death": _LATER, "another": _LATER},
    (Condition("6b", ("death", "another"), lambda a, b: _prints_as(np.minimum(a, b), MEDIAN_OS)),),
)
"""Two of SD: the sixth death of all is the median of OS, and the eleventh patient's fate is open."""


@cache
def parts(endpoint: str) -> tuple[Part, ...]:
    """
    Every way to date PFS or OS on the grid: what may be combined freely, of
    each part its ways. Raises KeyError for another endpoint.
    """
    return {"PFS": _of_pfs, "OS": _of_os}[endpoint]()


def _of_pfs() -> tuple[Part, ...]:
    responders = ways(RESPONDERS, ("death in CR", "relapse 4", "other relapse"))
    rest = np.array([[DIED_AT, *_follow_up()]])
    return (
        _all_events((0, 1, 2), ways(NOT_RESPONDING)),
        _all_events((4, 5, 6), responders),
        Part((3, 7, 8, 9, 10), rest, rest == DIED_AT, np.ones(1)),
    )


def _of_os() -> tuple[Part, ...]:
    return (
        _all_events((0,), ways(EARLY_DEATH)),
        _all_events((4, 5, 6), ways(RESPONDERS, ("death in CR", "death 4", "other death"))),
        _all_events((3,), np.array([[DIED_AT]])),
        _late_part((1, 2), (7, 8, 9, 10), ways(LATE_DEATHS)),
    )


def _late_part(places: tuple[int, ...], survivors: tuple[int, ...], deaths: np.ndarray) -> Part:
    """
    Late deaths beside the survivors, of whom any may be followed for any of the
    times: all that matters is who was still followed when somebody died.
    """
    orders = np.array(list(permutations(_follow_up())))
    rows: dict[tuple, tuple[np.ndarray, float]] = {}
    for dead in deaths:
        last = np.where(np.isfinite(dead), dead, 0).max()
        for order in orders:
            key = (*dead, *(order >= last))
            row, weight = rows.get(key, (np.append(dead, order), 0.0))
            rows[key] = row, weight + 1 / len(orders)
    months = np.array([row for row, _ in rows.values()])
    events = np.isfinite(months) & (np.arange(months.shape[1]) < len(places))
    followed = np.where(np.isfinite(months), months, LONGEST_FOLLOW_UP)
    return Part((*places, *survivors), followed, events, np.array([weight for _, weight in rows.values()]))


def _follow_up() -> np.ndarray:
    """The survivors' follow-up: the shortest and longest are printed, the others evenly between."""
    return np.floor(2 * np.linspace(LONGEST_FOLLOW_UP, SHORTEST_SURVIVOR, 4) + 0.5) / 2


def _all_events(places: tuple[int, ...], months: np.ndarray) -> Part:
    return Part(places, months, np.ones(months.shape, bool), np.ones(len(months)))


def ways(block: Block, of: tuple[str, ...] = ()) -> np.ndarray:
    """
    The months that satisfy a block's conditions, a row a way and a column an
    unknown: of all, or of those named, for which the others exist.
    """
    found: dict[str, np.ndarray] = {}
    rows = 1
    left = list(block.conditions)
    for name, grid in block.months.items():
        found = {known: np.repeat(months, len(grid)) for known, months in found.items()} | {name: np.tile(grid, rows)}
        now = [condition for condition in left if set(condition.of) <= found.keys()]
        left = [condition for condition in left if condition not in now]
        holds = np.ones(rows * len(grid), bool)
        for condition in now:
            holds &= condition.holds(*(found[known] for known in condition.of))
        found = {known: months[holds] for known, months in found.items()}
        rows = int(holds.sum())
    return np.unique(np.column_stack([found[name] for name in of or tuple(block.months)]), axis=0)


def places_of(assignment: Assignment) -> np.ndarray:
    """Which patient has each of the PLACES in an assignment, by number in PATIENTS: those of one fate in order."""
    left = {fate: [p for p, f in zip(PATIENTS, assignment, strict=True) if f == fate] for fate in FATES}
    for patient, fate in DOCUMENTED.items():
        left[fate].remove(patient)
    who = [left[fate].pop(0) if patient is None else patient for fate, patient in PLACES]
    return np.array([PATIENTS.index(patient) for patient in who])


def columns_of(fate: str, patient: int) -> dict[str, str]:
    """What a fate means for the columns of `patients`: patient 4 has a printed PR, the other may have had VGPR."""
    partial = "PR" if patient == 4 else "VGPR"
    best = {"SD": "SD", "PR or VGPR": partial}.get(fate, "CR")
    responder, negative = "No" if best == "SD" else "Yes", "Yes" if best == "CR" else "No"
    return {"best_response": best, "responder": responder, "mrd_negative": negative}
