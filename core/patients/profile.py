"""One patient across everything: follow-up, response, adverse events, treatments and what was measured."""

from dataclasses import dataclass

import pandas as pd

from core.cohort.vocabulary import NEW_THERAPY, PROGRESSED, RESPONSES
from core.kinetics.result import Kinetics

_DRAWN_ELSEWHERE = {*NEW_THERAPY, *PROGRESSED, "death", "last contact"}
"""Milestones that stand in the track of response."""


@dataclass(frozen=True)
class Profile:
    """
    One patient: `lane` is the answer to patients/one, `responses` and
    `milestones` those to the questions so called, `episodes` and `treatments`
    likewise, `courses` what was measured, an analyte each.
    """

    lane: pd.DataFrame
    responses: pd.DataFrame
    milestones: pd.DataFrame
    episodes: pd.DataFrame
    happened: pd.DataFrame
    courses: tuple[Kinetics, ...]

    @property
    def patient_id(self) -> str:
        return str(self.lane["patient_id"].iloc[0])

    @property
    def best_response(self) -> str:
        """The deepest response that was assessed; empty where none was."""
        reached = set(self.responses["response"].dropna())
        return next((response for response in RESPONSES if response in reached), "")

    @property
    def followed_months(self) -> float | None:
        months = self.lane["followed_months"].iloc[0]
        return None if pd.isna(months) else float(months)

    @property
    def progressed_months(self) -> float | None:
        months = self.lane["progressed_months"].iloc[0]
        return None if pd.isna(months) else float(months)

    @property
    def ended(self) -> str:
        """death, alive or last contact."""
        return str(self.lane["ended"].iloc[0])

    @property
    def treatments(self) -> pd.DataFrame:
        """What else was done, a row a milestone: event, month (missing where none is recorded), detail."""
        return self.happened[~self.happened["event"].isin(_DRAWN_ELSEWHERE)]
