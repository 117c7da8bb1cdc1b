"""A survival result as tables: header and rows of text, the same on screen and in a file."""

import pandas as pd

from core import text
from core.cohort.variables import Variable
from core.cohort.vocabulary import COMPETING, OTHER_COMPETING
from core.survival.comparison import SurvivalComparison
from core.survival.follow_up import FollowUp
from core.survival.medians import MEDIAN_RULES, median_survival
from core.survival.numbers import (
    after,
    estimate_text,
    limits_of,
    median_months,
    median_text,
    ratio_text,
    survival_text,
)
from core.survival.result import SurvivalResult, curve_table, while_enough
from core.text import Table


def analysis_table(rows: pd.DataFrame, result: SurvivalResult) -> Table:
    """
    The analysis data set of a result, for Prism and R: each patient whom it shows,
    months, status (0 censored, 1 event, 2 competing event) and group; `rows` answer survival/analysed.
    """
    labels = {group.number: group.label for group in result.groups}
    header = ["Patient", f"Months{after(result)}", "Status", "Group"]
    cells = zip(rows["patient_id"], rows["months"], rows["status"], rows["group"], strict=True)
    return header, [
        [str(patient), text.Numeral(float(months), repr(float(months))), text.Numeral(int(status)), labels[group]]
        for patient, months, status, group in cells
    ]


def summary_table(result: SurvivalResult) -> Table:
    """Each group's patients, events, median, and estimates at the chosen times with the number at risk."""
    header = ["Group", "Patients", "Events"]
    competing = f"Competing: {COMPETING.get(result.endpoint, OTHER_COMPETING)[0].removeprefix('the competing ')}"
    header += [competing] if result.competing else [f"Median, months{after(result)}"]
    header += [f"{text.number(month)} months{after(result)}" for month in result.options.times]
    rows = []
    for group in result.groups:
        middle = (
            text.Count(int(group.table.competing.sum()), group.table.patients)
            if result.competing
            else median_text(group.median)
        )
        row = [
            group.label,
            text.Count(group.table.patients),
            text.Count(group.table.total_events, group.table.patients),
            middle,
        ]
        rows.append(row + [survival_text(at) for at in group.at_times])
    return header, rows


def times_table(result: SurvivalResult) -> Table:
    """One row a group and time: at risk, the estimate, its limits, and why where there is none."""
    name = "Cumulative incidence" if result.competing else "Event-free"
    months = f"Months{after(result)}" if after(result) else "Month"
    header = ["Group", months, "At risk", f"{name} (95% CI)", "Remark"]
    rows = []
    for group in result.groups:
        for at in group.at_times:
            bound = "limit: exact one-sided 97.5% bound from the number at risk" if at.exact_bound else ""
            estimate = survival_text(at)
            month = text.Numeral(at.months, text.number(at.months))
            rows.append([group.label, month, text.Count(at.at_risk), estimate, at.reason or bound])
    return header, rows


def medians_table(result: SurvivalResult) -> Table:
    """Each group's median in months under each rule."""
    header = [
        "Group",
        f"As R prints it, months{after(result)}" if after(result) else "As R prints it",
        "First at or below 50%",
        "Midpoint (R quantile, Prism)",
        "SAS",
        "95% CI",
    ]
    rows = []
    for group in result.groups:
        medians = [median_survival(group.curve, rule) for rule in MEDIAN_RULES]
        limits = limits_of(group.median)
        cells = [
            text.NOT_REACHED
            if m.months is None and not m.final
            else median_months(m)
            if m.months is None
            else text.Numeral(m.months, median_months(m))
            for m in medians
        ]
        rows.append([group.label, *cells, limits])
    return header, rows


def means_table(result: SurvivalResult) -> Table:
    """Each group's restricted mean in months to the horizon."""
    header = ["Group", f"Restricted mean to {text.number(result.horizon)} months{after(result)} (95% CI)", "Remark"]
    return header, [[g.label, estimate_text(g.mean), g.mean.reason] for g in result.groups]


def follow_up_table(followed: tuple[FollowUp, ...]) -> Table:
    """How long each group was followed, in months, by both methods."""
    header = ["Group", "Patients", "Reverse Kaplan–Meier (95% CI)", "Plain median (range)"]
    rows = []
    for group in followed:
        span = f"{median_months(group.observed)} ({text.number(group.shortest)}–{text.number(group.longest)})"
        ends = {"median": group.observed.months, "lowest": group.shortest, "highest": group.longest}
        rows.append([group.label, text.Count(group.patients), median_text(group.reverse), text.Shown(span, **ends)])
    return header, rows


def ratios_table(compared: SurvivalComparison, by: Variable | None = None) -> Table:
    """
    Hazard ratios against the reference, without a p-value each (one test a
    comparison, the log-rank test), and of the number `by` that was cut, uncut.
    """
    header = ["Group", f"Hazard ratio against {compared.reference.label} (95% CI)", "Method"]
    methods = {"Cox": "Cox, Efron ties", "Firth": "Firth-penalised Cox, profile limits"}
    rows = [[g.label, ratio_text(r), r.reason or methods.get(r.method, "")] for g, r in compared.ratios]
    if compared.gradient is not None and by is not None:
        ratio = compared.gradient.ratio
        how = ratio.reason or f"{ratio.method}, uncut"
        rows.append([f"{by.label}, per {by.step(compared.gradient.per)}", ratio_text(ratio), how])
    return header, rows


def pairs_table(compared: SurvivalComparison) -> Table:
    """Every pair of groups: the log-rank p-value as it is, adjusted by Holm for all pairs, and by chi-squared."""
    header = ["Pair", "Log-rank p", "p, adjusted by Holm", "p, by chi-squared"]
    rows = []
    for pair in compared.pairs:
        values = (None, None, None) if pair.test is None else (pair.test.p, pair.adjusted_p, pair.test.asymptotic_p)
        shown = [text.NOT_ESTIMABLE if value is None else text.p_alone(value) for value in values]
        rows.append([f"{pair.second.label} against {pair.first.label}", *shown])
    return header, rows


def curve_columns(result: SurvivalResult, smallest: int = 0) -> Table:
    """
    Every step of every curve, as numbers; where small numbers are withheld those of `while_enough`, without
    their counts.
    """
    frame = while_enough(curve_table(result), smallest).drop(columns="group")
    if smallest:
        frame = frame.drop(columns=["at_risk", "events", "censored", "competing"])
    return list(frame.columns), frame.to_numpy(object).tolist()
