"""
The statements of the article that bind its patients' outcomes, as code.

Each says whether a cohort (the columns of `core.article.reconstruction.outcomes`, one
row a patient) satisfies it. Source: Hao et al., Front. Immunol. 2025;16:1650568.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.survival.kaplan_meier import kaplan_meier
from core.survival.life_table import LifeTable, life_table
from core.survival.medians import median_follow_up, median_survival


@dataclass(frozen=True)
class Statement:
    """A sentence of the article that binds the outcomes, and whether a cohort satisfies it."""

    number: str
    text: str
    holds: Callable[[pd.DataFrame], bool]


def _table(rows: pd.DataFrame, endpoint: str) -> LifeTable:
    event = rows["died"] | (rows["relapsed"] if endpoint == "pfs" else False)
    return life_table(rows[f"{endpoint}_months"], event.astype(int), (~event).astype(int))


def _median(rows: pd.DataFrame, endpoint: str, rule: str) -> float | None:
    return median_survival(kaplan_meier(_table(rows, endpoint)), rule).months


def _responders(cohort: pd.DataFrame) -> pd.DataFrame:
    return cohort[cohort["best_response"].isin(["CR", "VGPR", "PR"])]


def _complete(cohort: pd.DataFrame, died: bool | None = None) -> pd.DataFrame:
    rows = cohort[cohort["best_response"] == "CR"]
    return rows if died is None else rows[rows["died"] == died]


def _prints_as(months: float | None, printed: int) -> bool:
    """Printed months are whole numbers, read as rounded half up."""
    return months is not None and np.floor(months + 0.5) == printed


STATEMENTS = (
    Statement(
        "1a",
        "CR in six, patients 2 and 7 among them",
        lambda c: len(_complete(c)) == 6 and {2, 7} <= set(_complete(c).index),
    ),
    Statement(
        "1b",
        "PR in patient 4, and PR or VGPR in one more",
        lambda c: c.best_response[4] == "PR" and c.best_response.isin(["PR", "VGPR"]).sum() == 2,
    ),
    Statement(
        "1c",
        "SD in three, patient 10 among them",
        lambda c: (c.best_response == "SD").sum() == 3 and c.best_response[10] == "SD",
    ),
    Statement(
        "2a",
        "the three with SD progressed within 3 months",
        lambda c: bool(
            (c[c.best_response == "SD"].pfs_months <= 3).all() and c[c.best_response == "SD"].relapsed.all()
        ),
    ),
    Statement(
        "2b",
        "patient 10 died shortly after treatment, but lived beyond month 1",
        lambda c: bool(c.died[10] and 1 < c.os_months[10] <= 3),
    ),
    Statement("3a", "every patient with CR stayed relapse-free", lambda c: not _complete(c).relapsed.any()),
    Statement(
        "3b",
        "four with CR are alive at the cutoff, patient 2 among them, all for more than 3 years",
        lambda c: (
            len(_complete(c, died=False)) == 4
            and 2 in _complete(c, died=False).index
            and _complete(c, died=False).os_months.min() >= 38
        ),
    ),
    Statement(
        "3c",
        "the longest remission is 5.3 years",
        lambda c: np.floor(_complete(c, died=False).pfs_months.max() / 12 * 10 + 0.5) == 53,
    ),
    Statement(
        "4a",
        "patient 7 died at 1.5 months in CR",
        lambda c: bool(c.died[7] and c.os_months[7] == c.pfs_months[7] == 1.5),
    ),
    Statement(
        "4b",
        "the other patient who died in CR did so of liver failure shortly after MRD negativity at month 5",
        lambda c: any(
            "liver failure" in row.cause_of_death and row.mrd_month == 5 and 5 < row.os_months == row.pfs_months <= 8.5
            for row in _complete(c, died=True).itertuples()
        ),
    ),
    Statement(
        "5a",
        "both patients with PR or VGPR relapsed and died",
        lambda c: bool(
            (c.relapsed & c.died)[c.best_response.isin(["PR", "VGPR"])].all()
            and (c.pfs_months < c.os_months)[c.best_response.isin(["PR", "VGPR"])].all()
        ),
    ),
    Statement(
        "5b",
        "patient 4 had a second infusion after relapse and died one month later",
        lambda c: bool(c.pfs_months[4] <= c.second_infusion_month[4] == c.os_months[4] - 1),
    ),
    Statement(
        "5c",
        "four of eight responders are alive",
        lambda c: len(_responders(c)) == 8 and (~_responders(c).died).sum() == 4,
    ),
    Statement("6a", "median PFS 6 months", lambda c: _prints_as(_median(c, "pfs", "print"), 6)),
    Statement("6b", "median OS 15 months", lambda c: _prints_as(_median(c, "os", "print"), 15)),
    Statement(
        "6c",
        "no patient is censored before month 38",
        lambda c: bool((c[~c.died].os_months >= 38).all() and (c[~(c.died | c.relapsed)].pfs_months >= 38).all()),
    ),
    Statement(
        "7",
        "responders' follow-up: median 23, range 2–63",
        lambda c: (
            _prints_as(median_follow_up(_table(_responders(c), "os")).months, 23)
            and _prints_as(_responders(c).os_months.min(), 2)
            and _prints_as(_responders(c).os_months.max(), 63)
        ),
    ),
    Statement(
        "8a",
        "responders' median PFS 35 months, as the middle of the plateau at 50%",
        lambda c: _prints_as(_median(_responders(c), "pfs", "midpoint to last"), 35),
    ),
    Statement(
        "8b",
        "responders' median OS 35 months, as the middle of the plateau at 50%",
        lambda c: _prints_as(_median(_responders(c), "os", "midpoint to last"), 35),
    ),
    Statement(
        "9a",
        "all six with CR reached MRD negativity",
        lambda c: bool(_complete(c).mrd_month.notna().all() and c.mrd_month.notna().sum() == 6),
    ),
    Statement(
        "9b",
        "MRD negativity of those alive: median 9 months, range 6–12",
        lambda c: (
            _complete(c, died=False).mrd_month.median() == 9
            and sorted(_complete(c, died=False).mrd_month)[::3] == [6, 12]
        ),
    ),
    Statement(
        "9c",
        "MRD negativity of those who died in CR: months 1 (patient 7) and 5",
        lambda c: c.mrd_month[7] == 1 and sorted(_complete(c, died=True).mrd_month) == [1, 5],
    ),
    Statement(
        "10",
        "patient 8 is a long-term survivor",
        lambda c: bool(not c.died[8] and c.os_months[8] >= 38),
    ),
)
