"""What is known of an endpoint in a selection: its curves, the groups compared, follow-up."""

from dataclasses import replace

import pandas as pd

from core.cohort.ask import Cohort, covariates_of
from core.cohort.labels import group_labels, missing_group
from core.cohort.selection import Selection, variable_named
from core.survival import comparison as compared
from core.survival import follow_up as followed
from core.survival import result as survival
from core.survival import what_if as moved
from core.survival.comparison import SurvivalComparison
from core.survival.cox_per_unit import MOST_ROWS
from core.survival.follow_up import FollowUp
from core.survival.multivariable import MOST_PATIENTS, Multivariable, multivariable
from core.survival.result import SurvivalOptions, SurvivalResult
from core.survival.what_if import WhatIf
from core.survival.what_if import with_one_moved as moved_tables


def survival_result(
    cohort: Cohort, selection: Selection, endpoint: str, options: SurvivalOptions
) -> SurvivalResult | None:
    """An endpoint in the groups of the selection, from its landmark if it has one; None where nobody is followed."""
    endpoints = cohort.ask("survival/endpoints", Selection(selection.cohort)).set_index("endpoint")
    competing = bool(endpoints.loc[endpoint, "competing"] > 0)
    labels = group_labels(selection, cohort.variables)
    missing = missing_group(selection, cohort.variables)
    counts = _counts(cohort, selection, endpoint)
    result = survival.survival_result(endpoint, counts, labels, options, competing, missing)
    return result and replace(result, origin=cohort.database.time_origin, landmark=selection.landmark)


def comparison(
    cohort: Cohort, selection: Selection, endpoint: str, options: SurvivalOptions, reference: int | None
) -> SurvivalComparison | None:
    """The groups of an endpoint compared, against the group of number `reference`, the rest, or the first."""
    result = cohort.know(survival_result, selection, endpoint, options)
    if result is None:
        return None
    by_number, cut = None, selection.comparison
    if reference is None and selection.against_rest:
        reference = result.groups[-1].number
    if cut is not None and cut.cuts and result.everyone.table.patients <= MOST_ROWS:
        landmark = selection.landmark or 0
        named = {"endpoint": endpoint, "measured": cut.variable, "landmark": landmark}
        by_number = cohort.ask("survival/by_number", selection, **named)
    return compared.compare(result, reference, by_number, missing_group(selection, cohort.variables))


def follow_up(cohort: Cohort, selection: Selection, endpoint: str) -> tuple[FollowUp, ...]:
    """Follow-up of each group by an endpoint."""
    return followed.follow_up(_counts(cohort, selection, endpoint), group_labels(selection, cohort.variables))


def what_if_one(
    cohort: Cohort, selection: Selection, endpoint: str, options: SurvivalOptions, measure: str, groups: tuple[int, ...]
) -> WhatIf | None:
    """
    A result with one patient moved: "p" of these groups, the hazard "ratio" of
    the second against the first, or the "median" of the first; None of more
    than MOST_PATIENTS patients.
    """
    result = cohort.know(survival_result, selection, endpoint, options)
    if result is None or result.everyone.table.patients > moved.MOST_PATIENTS:
        return None
    tables = {group.number: group.table for group in result.groups if group.number in groups}
    of = {
        "p": lambda: moved.p_value,
        "ratio": lambda: moved.ratio_of(*groups[:2]),
        "median": lambda: moved.median_of(groups[0], options.interval, options.median_rule),
    }[measure]
    return moved.what_if(tables, of())


def moved_result(
    result: SurvivalResult, groups: tuple[int, ...], moved: tuple[str, int, float, bool]
) -> SurvivalResult | None:
    """The curves of these groups with one patient moved: how, of which group, at which month, with the event or not."""
    kind, group, months, event = moved
    tables = {one.number: one.table for one in result.groups if one.number in groups}
    after = moved_tables(tables, group, months, event, kind)
    counts = pd.concat(
        [
            pd.DataFrame({"group": number, "months": t.months, "events": t.events, "censored": t.censored,
                          "competing": t.competing})
            for number, t in after.items()
        ]
    )  # fmt: skip
    names = {one.number: one.label for one in result.groups}
    labels = tuple(names.get(number, "") for number in range(max(names) + 1))
    made = survival.survival_result(result.endpoint, counts, labels, result.options, result.competing)
    return made and replace(made, origin=result.origin, landmark=result.landmark)


def several_variables(cohort: Cohort, selection: Selection, endpoint: str, names: tuple[str, ...]) -> Multivariable:
    """A model of the endpoint by the variables of these names, of all selected patients, whatever is compared."""
    named = {"endpoint": endpoint, "covariates": names, "landmark": selection.landmark or 0, "most": MOST_PATIENTS + 1}
    patients = cohort.ask("survival/patients", selection.as_one_group, **named)
    if len(patients) > MOST_PATIENTS:
        reason = f"more than {MOST_PATIENTS:,} patients; set a filter, or export the cohort to a statistics package"
        return Multivariable(len(patients), int(patients["event"].sum()), 0, reason=reason)
    variables = tuple(variable_named(name, cohort.variables) for name in names)
    return multivariable(covariates_of(patients, names), patients["months"], patients["event"], variables)


def _counts(cohort: Cohort, selection: Selection, endpoint: str) -> pd.DataFrame:
    return cohort.ask("survival/counts", selection, endpoint=endpoint, landmark=selection.landmark or 0)
