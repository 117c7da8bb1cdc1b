"""The printed courses of single patients, part by part, each with whether the cohort holds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.article.claims import is_of_the_article
from core.cohort.ask import Cohort
from core.cohort.selection import Selection


@dataclass(frozen=True)
class Told:
    """What of a printed course the cohort holds, in words, and whether that is all of it."""

    words: str
    all_held: bool


_PARTS: dict[tuple[str, str], tuple[tuple[str, Callable[[Any], bool]], ...]] = {
    ("4", "outcome"): (
        ("PR", lambda of: of.best_response == "PR"),
        ("relapsed", lambda of: pd.notna(of.progressed)),
        ("second infusion", lambda of: pd.notna(of.again) and of.again >= of.progressed),
        ("died one month later", lambda of: of.died and round(of.followed - of.again, 9) == 1),
    ),
    ("2", "outcome"): (("CR", lambda of: of.best_response == "CR"), ("alive", lambda of: not of.died)),
    ("10", "outcome"): (
        ("no response", lambda of: of.best_response in ("SD", "PD")),
        ("died by month 3", lambda of: bool(of.died) and of.followed <= 3),
    ),
    ("7", "outcome"): (
        ("CR", lambda of: of.best_response == "CR"),
        ("died 1.5 months after infusion", lambda of: of.died and of.followed == 1.5),
    ),
    ("8", "course"): (
        ("CRS grade 3–4", lambda of: pd.notna(of.crs_grade) and of.crs_grade >= 3),
        (
            "corticosteroids and tocilizumab",
            lambda of: {"corticosteroids", "tocilizumab"} <= set(of.events.split(", ")),
        ),
    ),
}
"""By patient and quantity of the claims: the printed course in its parts."""


def course_of(cohort: Cohort, quantity: str, population: str) -> Told | None:
    """What the cohort holds of a patient's printed course; None where none is printed of this population."""
    patient = population.removeprefix("patient ")
    parts = _PARTS.get((patient, quantity)) if is_of_the_article(cohort) else None
    rows = cohort.ask("article/patient_course", Selection(cohort.fingerprint), patient=patient) if parts else None
    if parts is None or rows is None or rows.empty:
        return None
    of = rows.iloc[0]
    if pd.isna(of.best_response) and pd.isna(of.followed):
        return None
    held = [words for words, holds in parts if holds(of)]
    return Told("; ".join(held), len(held) == len(parts))
