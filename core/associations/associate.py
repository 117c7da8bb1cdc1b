"""Two measures of the same patients against each other, by the exact test that suits their kinds."""

from dataclasses import dataclass, replace

import pandas as pd

from core.associations.measure import TIME, TWO, Measure
from core.statistics.proportions import compare, proportion
from core.statistics.rank_correlation import rank_correlation
from core.statistics.rank_sum import rank_sum
from core.survival.cox_per_unit import hazard_ratio_per_unit, readable_step
from core.survival.hazard_ratios import hazard_ratios
from core.survival.life_table import LifeTable, life_table
from core.survival.log_rank_permutation import permutation_log_rank

SHIFT, CORRELATION, DIFFERENCE, RATIO = "shift", "rank correlation", "difference", "hazard ratio"
"""What an effect is: by how much one group lies above the other, Spearman's rho, of two shares, of two hazards."""
FEWEST = 3
"""Patients from whom on anything is tested."""


@dataclass(frozen=True)
class Association:
    """
    `x` against `y` in the `patients` of whom both are known (patient_id, x, y,
    and event for a time). `effect` is of the kind `what`: a shift in the unit of
    the number, rho, a difference of shares, or a ratio of hazards `per` so many
    units of x; with limits (None where too few leave none). `reason` stands where
    nothing is tested.
    """

    x: Measure
    y: Measure
    patients: pd.DataFrame
    what: str = ""
    test: str = ""
    effect: float | None = None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    per: float = 1.0
    reason: str = ""

    @property
    def compares_y(self) -> bool:
        """Whether a shift is of y between two groups of x, and not of x between two of y."""
        return self.x.kind == TWO and self.y.kind != TWO


def associate(x: Measure, y: Measure, values: pd.DataFrame) -> Association:
    """
    Test whether `x` goes with `y`; `values` has a row a patient (`patient_id`)
    and a column for each measure, missing where not known.

    A number against two groups, or two groups against levels or a number:
    Mann–Whitney exactly, with the Hodges–Lehmann shift. A number against levels
    or a number: Spearman's rho over permutations. Two groups against two:
    Fisher's exact test, with Newcombe's difference. A number against a time: Cox's
    model per unit (Firth's with few events); two groups against a time: the exact
    log-rank test with their hazard ratio. What is known only after infusion is
    not tested against a time: a patient had to live to it.
    """
    columns = {"patient_id": "patient_id", x.column: "x", y.column: "y"} | (
        {y.event: "event"} if y.kind == TIME else {}
    )
    known = values[list(columns)].set_axis(list(columns.values()), axis=1).dropna(subset=["x", "y"])
    known = known.reset_index(drop=True)
    found = Association(x, y, known)
    if len(known) < FEWEST:
        return _untested(found, f"both are known of {len(known)} only")
    if known["x"].nunique() < 2 or (y.kind != TIME and known["y"].nunique() < 2):
        return _untested(found, "one of them is the same in all")
    if y.kind == TIME and x.late:
        return _untested(found, "known only after infusion: a patient had to live to it")
    if y.kind == TIME:
        return _time_by_two(found) if x.kind == TWO else _time_by_number(found)
    if x.kind == TWO and y.kind == TWO:
        return _two_by_two(found)
    return _ranks(found)


def _untested(found: Association, reason: str) -> Association:
    return replace(found, reason=reason)


def _made(
    found: Association, what: str, test: str, effect: float | None, lower: float | None, upper: float | None,
    p: float | None, per: float = 1.0,
) -> Association:  # fmt: skip
    return replace(found, what=what, test=test, effect=effect, lower=lower, upper=upper, p=p, per=per)


def _ranks(found: Association) -> Association:
    rows = found.patients
    if found.y.kind == TWO or found.x.kind == TWO:
        by, of = ("y", "x") if found.y.kind == TWO else ("x", "y")
        groups = [rows.loc[rows[by] == side, of].to_numpy(float) for side in (1, 0)]
        shift = rank_sum(*groups)
        test = "Mann–Whitney, exact" if shift.exact else "Mann–Whitney"
        return _made(found, SHIFT, test, shift.difference, shift.lower, shift.upper, shift.p)
    rho = rank_correlation(rows["x"].to_numpy(float), rows["y"].to_numpy(float))
    how = {"exact": "all permutations", "Monte Carlo": "100,000 permutations"}.get(rho.method, rho.method)
    return _made(found, CORRELATION, f"Spearman, {how}", rho.rho, rho.lower, rho.upper, rho.p)


def _two_by_two(found: Association) -> Association:
    rows = found.patients
    sides = [rows.loc[rows["x"] == side, "y"] for side in (1, 0)]
    result = compare(*(proportion(int(side.sum()), len(side), "Wilson") for side in sides))
    apart = result.difference
    return _made(found, DIFFERENCE, "Fisher, exact", apart.value, apart.lower, apart.upper, result.p)


def _time_by_number(found: Association) -> Association:
    rows = found.patients
    per = readable_step(rows["x"].to_numpy(float))
    event = rows["event"].astype(int)
    ratio = hazard_ratio_per_unit(rows["x"], rows["y"], event, 1 - event, per)
    if ratio.ratio is None:
        return _untested(found, ratio.reason)
    test = f"{'Firth-penalised Cox' if ratio.method == 'Firth' else 'Cox'}, trend per unit"
    return _made(found, RATIO, test, ratio.ratio, ratio.lower, ratio.upper, ratio.p, per=per)


def _time_by_two(found: Association) -> Association:
    tables = [_table(found.patients[found.patients["x"] == side]) for side in (0, 1)]
    if not sum(table.total_events for table in tables):
        return _untested(found, "no event in either group")
    ratio, test = hazard_ratios(tables, 0)[1], permutation_log_rank(tables)
    if not test.degrees:
        return _untested(found, "nobody of a second group was left at the first event")
    return _made(found, RATIO, f"log-rank, {test.method}", ratio.ratio, ratio.lower, ratio.upper, test.p)


def _table(rows: pd.DataFrame) -> LifeTable:
    event = rows["event"].astype(int)
    return life_table(rows["y"], event, 1 - event)
