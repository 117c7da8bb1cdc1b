"""Where each result goes in the cohorts that an article allows, as a table."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from core.article.allowed import AT, Allowed, AllowedComparison, AllowedGroup, Spread
from core.article.words_allowed import span, value
from core.survival.comparison import SurvivalComparison
from core.survival.result import GroupSurvival, SurvivalResult
from core.text import Table, percent


def allowed_table(
    found: Allowed,
    labels: dict[int, str],
    result: SurvivalResult | None,
    compared: SurvivalComparison | None,
    responders: dict[int, int],
) -> Table:
    """
    One row a result and group: the bundled cohort's (from its survival `result`
    at the months of AT, `compared`, and its `responders` by group), from where to
    where it goes, and the value that most cohorts have with their share.
    """
    own = {group.number: group for group in result.groups} if result is not None else {}
    rows: list[list[str]] = []
    for group in found.groups:
        rows += _of_group(group, found.endpoint, labels[group.number], own.get(group.number), responders)
    if found.comparison is not None:
        test = compared.test.p if compared is not None and compared.test is not None else None
        rows.append(_row("Log-rank p", "", test, found.comparison.p, "p"))
        if found.comparison.ratio is not None:
            ratio = compared.ratios[0][1].ratio if compared is not None and compared.ratios else None
            rows.append(_row("Hazard ratio", "", ratio, found.comparison.ratio, "ratio"))
    return ["Result", "Group", "Bundled cohort", "Lowest", "Highest", "Most often", "Share of allowed"], rows


def _of_group(
    group: AllowedGroup, endpoint: str, label: str, own: GroupSurvival | None, responders: dict[int, int]
) -> list[list[str]]:
    median = None if own is None else np.inf if own.median.months is None else own.median.months
    rows = []
    if group.patients.lowest < group.patients.highest:  # who is selected follows from the outcome
        rows.append(_row("Patients", label, None if own is None else own.table.patients, group.patients, "count"))
    rows += [
        _row("Responders", label, responders.get(group.number), group.responders, "count"),
        _row(f"Median {endpoint}, months", label, median, group.median, "months"),
    ]
    for place, month in enumerate(AT):
        at = None if own is None else next((at.survival for at in own.at_times if at.months == month), None)
        rows.append(_row(f"{month:g}-month {endpoint}", label, at, group.at[place], "percent"))
    return rows


def _row(result: str, label: str, bundled: float | None, spread: Spread, measure: str) -> list[str]:
    most = int(spread.shares.argmax())
    told = spread.values[~np.isnan(spread.values)]
    ends = (float(told[0]), float(told[-1])) if len(told) else (np.nan, np.nan)
    often = float(spread.values[most])
    return [
        result,
        label,
        "–" if bundled is None else value(bundled, measure),
        *(value(end, measure) for end in ends),
        value(often, measure),
        percent(float(spread.shares[most])),
    ]


class Row(Protocol):
    """A subgroup: what it is called, its variable, and what was estimated of it."""

    @property
    def label(self) -> str: ...
    @property
    def effect(self) -> Any: ...


def allowed_subgroups_table(rows: Sequence[Row], found: tuple[AllowedComparison | None, ...]) -> Table:
    """One row a subgroup: the hazard ratio of the bundled cohort, and where it and p go in all that are allowed."""
    header = [
        "Subgroup against all others",
        "Bundled cohort",
        "Hazard ratio, all allowed",
        "p, all allowed",
        "Above 1 in",
    ]
    body = []
    for row, allowed in zip(rows, found, strict=True):
        own = "–" if row.effect is None or row.effect.value is None else value(row.effect.value, "ratio")
        if allowed is None or allowed.ratio is None:
            body.append([row.label, own, "–", "–", "–"])
            continue
        above = allowed.ratio.share(lambda ratio: ratio > 1)
        body.append([row.label, own, span(allowed.ratio, "ratio"), span(allowed.p, "p"), percent(above, 0)])
    return header, body
