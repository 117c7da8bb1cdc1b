"""
The cohorts that the article's statements allow, and the one that is bundled.

The article prints baseline values for each patient but outcomes only as
summaries. This module holds the printed statements as code, enumerates every
way to hand the outcomes to the patients, and chooses one by a rule that needs
no taste: among the assignments allowed, the one whose outcomes are least
associated with BCMA expression, prior lines and dose, so that whatever a
reader finds in the bundled cohort was not put there by us. Times follow from
the stated medians and are otherwise evenly spaced.

    python -m core.article.bundled_cohort            # writes data/bcma_cart_2025 anew, the same bytes

Source: Hao et al., Front. Immunol. 2025;16:1650568, and for the reading of
the plateau medians core/survival/kaplan_meier.py.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

PATIENTS = tuple(range(1, 12))

FATES = ("SD", "PR or VGPR", "CR, died", "CR, alive")  # in order of depth and duration

DOCUMENTED = {2: "CR, alive", 4: "PR or VGPR", 7: "CR, died", 10: "SD"}

OPEN = tuple(patient for patient in PATIENTS if patient not in DOCUMENTED)

# An outcome's months are on a grid of half a month: printed months are whole numbers.
LONGEST_FOLLOW_UP = 63.0  # "5.3 years", and the end of the printed range

LAST_RESPONDER_DEATH, SHORTEST_SURVIVOR = 7.0, 39.0  # what the medians of 35 and 23 force together

MEDIAN_PFS, MEDIAN_OS = 6.0, 15.0

RULE = "of all that fit the article, the outcomes related least to BCMA expression, prior lines and dose"

PROLONGED = "no resolution to grade 2 or less within one month; patients 3, 6, 7, 9 and 10"

Assignment = tuple[str, ...]
"""The fate of each patient, in the order of PATIENTS."""


def assignments() -> Iterator[Assignment]:
    """
    Every way to hand the open outcomes to the seven patients that the article
    leaves open: three CR alive, one CR dead, one PR or VGPR, two SD (420).
    """
    for alive in combinations(OPEN, 3):
        rest = [patient for patient in OPEN if patient not in alive]
        for died in rest:
            for partial in rest:
                if partial == died:
                    continue
                fates = dict(DOCUMENTED)
                fates |= {patient: "SD" for patient in rest}
                fates |= {patient: "CR, alive" for patient in alive}
                fates |= {died: "CR, died", partial: "PR or VGPR"}
                yield tuple(fates[patient] for patient in PATIENTS)


def patient_8_survives(assignment: Assignment) -> bool:
    """
    The article names patient 8, alone in the second trial, as one who may have
    swayed the long-term result: a long-term survivor.
    """
    return assignment[PATIENTS.index(8)] == "CR, alive"


def rank_correlation(x: np.ndarray, y: np.ndarray) -> float:
    """
    Spearman's rank correlation of two arrays of the same length, ties at
    their mean rank; 0 where one of them does not vary.
    """
    ranks = [pd.Series(values).rank().to_numpy() for values in (x, y)]
    centred = [r - r.mean() for r in ranks]
    scale = np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum())
    return float((centred[0] * centred[1]).sum() / scale) if scale else 0.0


def association(assignment: Assignment, baseline: pd.DataFrame) -> float:
    """
    The largest absolute rank correlation of the fate (SD lowest, CR alive
    highest) with BCMA expression, prior lines or dose.
    """
    depth = np.array([FATES.index(fate) for fate in assignment])
    columns = ("bcma_percent", "prior_lines", "dose_1e8_cells")
    largest = max(abs(rank_correlation(depth, baseline[column].to_numpy(float))) for column in columns)
    return round(largest, 12)  # so that equal associations compare equal on any machine


def bundled_assignment(baseline: pd.DataFrame) -> Assignment:
    """
    The assignment that is bundled: patient 8 a survivor; among those (180) the
    least associated with BCMA expression, prior lines and dose; among equals
    the first in the order of enumeration.
    """
    return min(filter(patient_8_survives, assignments()), key=lambda a: association(a, baseline))


def _evenly(first: float, last: float, count: int) -> list[float]:
    """`count` times from first to last, evenly spaced and rounded half up to half months."""
    return [float(np.floor(2 * t + 0.5) / 2) for t in np.linspace(first, last, count)]


def outcomes(assignment: Assignment) -> pd.DataFrame:
    """
    Complete times for one assignment, in months after infusion.

    Returns one row a patient (index `patient_id`): `fate`, `best_response`,
    `pfs_months`, `relapsed`, `os_months`, `died`, `cause_of_death`,
    `mrd_month`, `second_infusion_month` (missing where there is none).
    Patients of the same fate take their times in the order of their numbers,
    the survivors the longest follow-up first.
    """
    rows: dict[int, dict] = {}
    by_fate = {fate: [p for p, f in zip(PATIENTS, assignment, strict=True) if f == fate] for fate in FATES}

    # Alive in CR: from the longest follow-up (63) down to the shortest that the medians allow (39).
    follow_up = _evenly(LONGEST_FOLLOW_UP, SHORTEST_SURVIVOR, 4)
    for patient, months, mrd_month in zip(by_fate["CR, alive"], follow_up, _evenly(6, 12, 4), strict=True):
        rows[patient] = _row("CR", months, months, relapsed=False, died=False, mrd_month=mrd_month)

    other_cr_death = next(p for p in by_fate["CR, died"] if p != 7)
    rows[7] = _row("CR", 1.5, 1.5, cause="cardiac arrest, persistent infection", mrd_month=1.0)
    rows[other_cr_death] = _row(
        "CR",
        LAST_RESPONDER_DEATH,
        LAST_RESPONDER_DEATH,
        cause="liver failure, hepatitis B reactivation",
        mrd_month=5.0,
    )

    # The sixth of seven PFS events is at the median, the seventh the last death in CR. Patient 4 needs
    # time for a second infusion and a month after it, so the other partial response relapses at 6 and
    # patient 4 halfway between the responders' first event (1.5) and that one.
    other_partial = next(p for p in by_fate["PR or VGPR"] if p != 4)
    relapse_4 = _evenly(1.5, MEDIAN_PFS, 3)[1]
    death_4 = _evenly(relapse_4 + 1, LAST_RESPONDER_DEATH, 3)[1]
    rows[4] = _row("PR", relapse_4, death_4, relapsed=True, cause="myeloma", second_infusion=death_4 - 1)
    death_other = _evenly(MEDIAN_PFS, LAST_RESPONDER_DEATH, 3)[1]
    rows[other_partial] = _row("VGPR", MEDIAN_PFS, death_other, relapsed=True, cause="myeloma")

    rows |= _without_response(by_fate["SD"])
    frame = pd.DataFrame.from_dict(rows, orient="index").sort_index()
    frame.insert(0, "fate", list(assignment))
    return frame.rename_axis("patient_id")


def _without_response(patients: list[int]) -> dict[int, dict]:
    """
    Progression spread over months 1 to 3, patient 10 first and dead by month 2;
    the sixth death is the median of 15, and the last one as long again after it.
    """
    in_order = [10] + [p for p in patients if p != 10]
    times = zip(in_order, _evenly(1, 3, 4)[1:], _evenly(2, 2 * MEDIAN_OS - 2, 3), strict=True)
    return {p: _row("SD", progressed, died, relapsed=True, cause="myeloma") for p, progressed, died in times}


def _row(
    response: str,
    pfs: float,
    os: float,
    relapsed: bool = False,
    died: bool = True,
    cause: str = "",
    mrd_month: float = np.nan,
    second_infusion: float = np.nan,
) -> dict:
    return {
        "best_response": response,
        "pfs_months": pfs,
        "relapsed": relapsed,
        "os_months": os,
        "died": died,
        "cause_of_death": cause,
        "mrd_month": mrd_month,
        "second_infusion_month": second_infusion,
    }
