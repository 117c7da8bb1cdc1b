"""What is known of response in a selection: best response, and how long responses lasted."""

from dataclasses import replace

from core.cohort.ask import Cohort
from core.cohort.labels import group_labels
from core.cohort.selection import Selection
from core.response import result as response
from core.response.result import ResponseResult
from core.survival.result import SurvivalOptions, SurvivalResult, survival_result


def response_result(cohort: Cohort, selection: Selection, of: str, method: str) -> ResponseResult:
    """Best response in the groups of the selection, of all patients or of the evaluable, with limits by `method`."""
    counts = cohort.ask("response/best", selection)
    return response.response_result(counts, group_labels(selection, cohort.variables), of, method)


def duration_of_response(cohort: Cohort, selection: Selection, options: SurvivalOptions) -> SurvivalResult | None:
    """Time from first response to progression or death in the groups of the selection; None without a response."""
    counts = cohort.ask("response/duration", selection)
    competing = bool(cohort.ask("response/duration", Selection(selection.cohort))["competing"].sum())
    result = survival_result("DOR", counts, group_labels(selection, cohort.variables), options, competing)
    return result and replace(result, origin="first response")
