"""Who responded: counts of best response and the rates made from them."""

from dataclasses import dataclass

import pandas as pd

from core.proportions import Proportion, proportion
from core.schema import COMPLETE_RESPONSE, OVERALL_RESPONSE, RESPONSES


@dataclass(frozen=True)
class ResponseRates:
    """
    Response among all infused patients that are selected: overall (PR or
    better) and complete (CR or better), the patients evaluable for response,
    how many reached each best response (deepest first), and MRD negativity
    among those tested.
    """

    infused: int
    evaluable: int
    best: dict[str, int]
    overall: Proportion
    complete: Proportion
    mrd_negative: Proportion


def response_rates(counts: pd.DataFrame) -> ResponseRates:
    """
    Rates from the answer to core/sql/best_responses.sql, all groups together,
    with exact intervals. Patients never assessed count as infused, not as responders.
    """
    infused = int(counts["patients"].sum())
    evaluable = int(counts.loc[counts["response"].notna(), "patients"].sum())

    def reached(levels: tuple[str, ...]) -> Proportion:
        return proportion(int(counts.loc[counts["response"].isin(levels), "patients"].sum()), infused)

    by_level = counts.dropna(subset=["response"]).groupby("response")["patients"].sum()
    best = {level: int(by_level[level]) for level in RESPONSES if level in by_level.index}
    tested, negative = int(counts["mrd_tested"].sum()), int(counts["mrd_negative"].sum())
    return ResponseRates(
        infused,
        evaluable,
        best,
        reached(OVERALL_RESPONSE),
        reached(COMPLETE_RESPONSE),
        proportion(negative, tested),
    )
