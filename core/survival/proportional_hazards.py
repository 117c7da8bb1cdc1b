"""
Whether hazards are proportional: the score test of Grambsch and Therneau (1994), and the residuals that show it.

As R's `cox.zph` has it since survival 3.0: each coefficient is let to change
with 1 - S(t-), and the score of that change is tested with the joint
information of the coefficients and their changes.
"""

from dataclasses import dataclass

import numpy as np

from core.statistics.distributions import chi_squared_p, normal_quantile
from core.statistics.splines import restricted_cubic
from core.survival.cox_likelihood import Likelihood, of_patients
from core.survival.kaplan_meier import product_limit
from core.survival.life_table import life_table


@dataclass(frozen=True)
class ProportionalHazards:
    """
    The test of each term and of all together, and one row an event, in order
    of time: `months`, the `share` of patients who had the event before (1 -
    S(t-)), and each coefficient's scaled Schoenfeld residual (around the
    coefficient itself); `error` is a coefficient's standard deviation in them.
    """

    statistics: dict[str, float]
    degrees: dict[str, int]
    statistic: float
    months: np.ndarray
    share: np.ndarray
    residuals: np.ndarray
    error: np.ndarray

    def p(self, term: str) -> float:
        return chi_squared_p(self.statistics[term], self.degrees[term])

    def changing(self, column: int) -> np.ndarray | None:
        """
        How a coefficient changes: at each event the estimate and its limits (a
        column each) by a natural spline of `share` with four degrees of
        freedom, as R's `plot(cox.zph)` has it; None with too few events.
        """
        knots = np.quantile(self.share, (0, 1 / 3, 2 / 3, 1))
        if len(np.unique(self.share)) < 8 or len(set(knots)) < 4:
            return None
        basis = np.column_stack([np.ones(len(self.share)), self.share, restricted_cubic(self.share, knots)])
        weights, *_ = np.linalg.lstsq(basis, self.residuals[:, column], rcond=None)
        middle = basis @ weights
        spread = np.einsum("ij,jk,ik->i", basis, np.linalg.inv(basis.T @ basis), basis)
        half = normal_quantile(0.95) * self.error[column] * np.sqrt(spread)
        return np.column_stack([middle, middle - half, middle + half])

    @property
    def overall_p(self) -> float:
        return chi_squared_p(self.statistic, sum(self.degrees.values()))


def proportional_hazards(
    values: np.ndarray, months: np.ndarray, event: np.ndarray, beta: np.ndarray, terms: dict[str, list[int]]
) -> ProportionalHazards:
    """
    Test the hazards of a fitted Cox model: `values` has a row a patient and a
    column a coefficient, `beta` its log hazard ratios at the maximum, `terms`
    the columns of each variable. R: `cox.zph(fit, transform = "km")`, its
    residuals with `terms = FALSE`.
    """
    likelihood: Likelihood = of_patients(values, months, event)
    score, information = likelihood.by_time(beta)
    times, place = np.unique(months[event], return_inverse=True)
    died = np.bincount(place)
    table = life_table(months, event, ~event)
    before = np.concatenate([[1.0], product_limit(table)])[np.searchsorted(table.months, times)]
    share = 1 - before
    turn = share - np.average(share, weights=died)
    once, twice = (np.tensordot(turn**power, information, 1) for power in (1, 2))
    whole = np.block([[information.sum(0), once], [once, twice]])
    change = turn @ score

    def statistic(columns: list[int]) -> float:
        kept = [*range(len(beta)), *(len(beta) + column for column in columns)]
        slope = np.concatenate([np.zeros(len(beta)), change[columns]])
        return float(slope @ np.linalg.solve(whole[np.ix_(kept, kept)], slope))

    order = np.lexsort((np.flatnonzero(event), months[event]))
    place = place[order]
    covariates = values[event][order]
    mean = (np.stack([covariates[place == one].sum(0) for one in range(len(times))]) - score) / died[:, None]
    spread = np.linalg.inv(information.sum(0)) * len(place)
    return ProportionalHazards(
        {term: statistic(columns) for term, columns in terms.items()},
        {term: len(columns) for term, columns in terms.items()},
        statistic(list(range(len(beta)))),
        times[place],
        share[place],
        (covariates - mean[place]) @ spread + beta,
        np.sqrt(np.diag(spread)),
    )
