"""Who responded: best response by group, the rates made from it, and two groups against each other."""

from dataclasses import dataclass

import pandas as pd

from core.cohort.vocabulary import COMPLETE_RESPONSE, OVERALL_RESPONSE, RESPONSES, VERY_GOOD_RESPONSE
from core.statistics.proportions import Compared, Proportion, compare, proportion

RATES = {
    "overall": ("PR or better", OVERALL_RESPONSE),
    "very_good": ("VGPR or better", VERY_GOOD_RESPONSE),
    "complete": ("CR or better", COMPLETE_RESPONSE),
}
"""The rates of a response table: what a reader calls them, and the responses that count."""

DENOMINATORS = {"all": "All patients", "evaluable": "Evaluable"}
NOT_ASSESSED = "Not assessed"


@dataclass(frozen=True)
class ResponseRates:
    """
    Response of one group: all patients and the evaluable (ever assessed), how
    many reached each best response (deepest first), the rates of RATES, and
    MRD negativity among those tested and among all patients. `too_late` counts
    those of the others whose assessments all came after progression, death or
    new therapy.
    """

    patients: int
    evaluable: int
    best: dict[str, int]
    overall: Proportion
    very_good: Proportion
    complete: Proportion
    mrd_negative: Proportion
    mrd_negative_of_all: Proportion
    too_late: int

    @property
    def total(self) -> int:
        """The denominator of the rates."""
        return self.overall.total

    @property
    def fewest(self) -> int:
        """The smallest count of a best response, or of nobody assessed: rates less each other tell it."""
        return min((count for count in (*self.best.values(), self.patients - self.evaluable) if count), default=0)


def response_rates(counts: pd.DataFrame, of: str = "all", method: str = "Clopper–Pearson") -> ResponseRates:
    """
    Rates from the answer to response/best, its groups together,
    of all patients or of the evaluable, with intervals by a method of
    core/statistics/proportions.py. Patients never assessed count among all, not as
    responders.
    """
    patients = int(counts["patients"].sum())
    by_level = counts.dropna(subset=["response"]).groupby("response")["patients"].sum()
    best = {level: int(by_level[level]) for level in RESPONSES if level in by_level.index}
    evaluable = sum(best.values())
    total = evaluable if of == "evaluable" else patients
    rates = {
        name: proportion(sum(best.get(level, 0) for level in levels), total, method)
        for name, (_, levels) in RATES.items()
    }
    tested, negative = int(counts["mrd_tested"].sum()), int(counts["mrd_negative"].sum())
    return ResponseRates(
        patients,
        evaluable,
        best,
        rates["overall"],
        rates["very_good"],
        rates["complete"],
        mrd_negative=proportion(negative, tested, method),
        mrd_negative_of_all=proportion(negative, patients, method),
        too_late=int(counts["too_late"].sum()),
    )


@dataclass(frozen=True)
class GroupResponse:
    """What one group shows: `number` is its place in the clinical order, and so its colour."""

    number: int
    label: str
    rates: ResponseRates


@dataclass(frozen=True)
class ResponseComparison:
    """Two groups compared: `first` minus `second` for each of RATES; overall response among the evaluable, too."""

    first: GroupResponse
    second: GroupResponse
    rates: dict[str, Compared]
    of_evaluable: Compared


@dataclass(frozen=True)
class ResponseResult:
    """Response in each group and in all of them together; `of` is the denominator, `method` that of the intervals."""

    groups: tuple[GroupResponse, ...]
    everyone: ResponseRates
    of: str
    method: str


def response_result(counts: pd.DataFrame, labels: tuple[str, ...], of: str, method: str) -> ResponseResult:
    """
    Everything the response page shows of best response; `counts` answers
    response/best, `labels` name its groups by number.
    """
    groups = tuple(
        GroupResponse(int(number), labels[int(number)], response_rates(rows, of, method))
        for number, rows in counts.groupby("group", sort=True)
    )
    return ResponseResult(groups, response_rates(counts, of, method), of, method)


def _of_evaluable(rates: ResponseRates) -> Proportion:
    return proportion(rates.overall.count, rates.evaluable)


def compare_responses(first: GroupResponse, second: GroupResponse) -> ResponseComparison:
    """The rates of `first` minus those of `second` (Newcombe), each with Fisher's exact test."""
    rates = {name: compare(getattr(first.rates, name), getattr(second.rates, name)) for name in RATES}
    of_evaluable = compare(_of_evaluable(first.rates), _of_evaluable(second.rates))
    return ResponseComparison(first, second, rates, of_evaluable)


def two_way_rates(counts: pd.DataFrame, rate: str, method: str) -> dict[tuple[int, int], Proportion]:
    """
    A rate of RATES among all patients of each cell, from the answer to
    response/by_two: (group, group across) -> proportion; a cell
    without a patient is left out.
    """
    _, levels = RATES[rate]
    return {
        (int(row), int(column)): proportion(
            int(cell.loc[cell["response"].isin(levels), "patients"].sum()), int(cell["patients"].sum()), method
        )
        for (row, column), cell in counts.groupby(["group", "across"])
    }
