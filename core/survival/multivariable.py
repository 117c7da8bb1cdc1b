"""
Several variables in one Cox model: each hazard ratio adjusted for the others, beside the one without them.

lifelines fits the model. Our own likelihood is the second opinion, says first
whether there is a maximum to be found, and penalises where there is none or
where events are few; likelihood ratio tests are its own.
"""

from dataclasses import dataclass, replace
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd

from core.cohort.variables import Variable
from core.statistics.distributions import chi_squared_p, normal_quantile
from core.statistics.splines import restricted_cubic
from core.survival.covariates import Column, columns_of, standardised
from core.survival.cox import CoxFit, HazardRatio, maximum
from core.survival.cox_likelihood import Likelihood, of_patients
from core.survival.firth import penalised_maximum, penalised_ratios
from core.survival.hazard_ratios import FEW_EVENTS
from core.survival.proportional_hazards import ProportionalHazards, proportional_hazards

MOST_PATIENTS = 2_000
MOST_COEFFICIENTS = 12
EVENTS_PER_COEFFICIENT = 10
"""Fewer, and a model says more about chance than about its variables (Peduzzi 1995)."""
_EXACT = {"precision": 1e-20, "r_precision": 1e-30}
"""How lifelines stops: when nothing changes any more. With a precision of 1e-12 it is off in the eighth digit."""
_AGREE = 1e-6
"""How far, in standard errors, two implementations may lie apart."""


@dataclass(frozen=True)
class Coefficient:
    """
    One coefficient of the model: a number (its hazard ratio over `per` of its
    units) or one `level` of a category against its `reference`; whom it rests
    on (and of a reference: how many it is set against), and its hazard ratio
    with and without the other variables.
    """

    variable: str
    level: str
    reference: str
    per: float
    patients: int
    events: int
    against: tuple[int, int] | None
    adjusted: HazardRatio
    unadjusted: HazardRatio


@dataclass(frozen=True)
class VariableTest:
    """
    p-values about one variable, each by likelihood ratio or score: that it
    says nothing beyond the others; that its hazards are proportional; that a
    number's effect is linear. None where not tested.
    """

    p: float | None
    proportional_p: float | None = None
    linear_p: float | None = None


@dataclass(frozen=True)
class Multivariable:
    """
    A model of several variables: whom it rests on, its coefficients, and a
    test a variable. `left_out` has the variables that are not in the model and
    why; `reason` says why there is no model at all; `method` is "Cox" or
    "Firth", and `why_penalised` the reason for the latter.
    """

    patients: int
    events: int
    without_value: int
    coefficients: tuple[Coefficient, ...] = ()
    tests: dict[str, VariableTest] | None = None
    left_out: dict[str, str] | None = None
    proportional: ProportionalHazards | None = None
    method: str = "Cox"
    why_penalised: str = ""
    reason: str = ""

    @property
    def adjusts(self) -> bool:
        """Whether there are several variables."""
        return len({coefficient.variable for coefficient in self.coefficients}) > 1

    @property
    def few_events(self) -> bool:
        return self.events < EVENTS_PER_COEFFICIENT * len(self.coefficients)


def multivariable(
    patients: pd.DataFrame,
    months: pd.Series,
    event: pd.Series,
    variables: tuple[Variable, ...],
    level: float = 0.95,
) -> Multivariable:
    """
    Fit Cox's model (1972) with Efron's ties to several variables at once.

    `patients` has a row a patient and a column a variable, empty where it is not
    known; whoever has an empty one is left out. `months` is how long each was
    followed, `event` whether it ended so. A category's reference is its first
    level that occurs; a variable that those before it say (all but one part in
    ten thousand of its variance) is left out. With fewer than ten events, or where events separate the patients,
    Firth's penalised estimate (Heinze and Schemper 2001).

    R: `coxph(Surv(months, event) ~ ...)`, `drop1(test = "Chisq")`, `cox.zph`,
    and against linearity a restricted cubic spline with knots at the 10%, 50%
    and 90% quantiles.
    """
    complete = patients[[variable.name for variable in variables]].notna().all(axis=1).to_numpy()
    known, months, event = patients[complete], months.to_numpy(float)[complete], event.to_numpy(bool)[complete]
    about = (len(known), int(event.sum()), len(patients) - len(known))
    columns, left_out = columns_of(known, variables)
    reason = _why_not(*about[:2], columns, left_out)
    if reason:
        return Multivariable(*about, left_out=left_out, reason=reason)
    model = _Model(columns, months, event)
    coefficients = _coefficients(model, level)
    proportional = model.proportional()
    tests = {
        name: VariableTest(
            model.without(name),
            None if proportional is None else proportional.p(name),
            model.linear(name, known[name].to_numpy(float)) if any(not c.level for c in model.of(name)) else None,
        )
        for name in dict.fromkeys(column.variable for column in columns)
    }
    return Multivariable(*about, coefficients, tests, left_out, proportional, model.method, model.why_penalised)


def _coefficients(model: "_Model", level: float) -> tuple[Coefficient, ...]:
    """Each coefficient, adjusted for the others, and unadjusted in a model of its variable alone."""
    coefficients = []
    for column, adjusted in zip(model.columns, model.ratios(level), strict=True):
        alone = _Model(model.of(column.variable), model.months, model.event)
        unadjusted = alone.ratios(level)[alone.columns.index(column)]
        among = column.values > 0 if column.level else np.ones(len(model.event), bool)
        at_reference = ~np.any([other.values > 0 for other in alone.columns], axis=0)
        against = _counted(at_reference, model.event) if column.level else None
        what = (column.variable, column.level, column.reference, column.per, *_counted(among, model.event))
        coefficients.append(Coefficient(*what, against, adjusted, unadjusted))
    return tuple(coefficients)


def _counted(among: np.ndarray, event: np.ndarray) -> tuple[int, int]:
    """Patients and events."""
    return int(among.sum()), int(event[among].sum())


def _why_not(patients: int, events: int, columns: list[Column], left_out: dict[str, str]) -> str:
    if not patients:
        return "nobody has a value of every variable"
    if not columns:
        return "no variable differs between these patients" if left_out else "no variable is chosen"
    if len(columns) > MOST_COEFFICIENTS:
        return f"{len(columns)} coefficients are more than a model takes ({MOST_COEFFICIENTS}); choose fewer variables"
    if events <= len(columns):
        return f"there are too few events ({events}) for its coefficients ({len(columns)}); choose fewer variables"
    return ""


class _Model:
    """A model of some columns, which are standardised for it."""

    def __init__(self, columns: list[Column], months: np.ndarray, event: np.ndarray) -> None:
        self.columns, self.months, self.event = columns, months, event
        self.values, self.spread = standardised(columns)
        self.likelihood = self._likelihood(self.values)
        self.fit: CoxFit | None = None
        self.why_penalised = f"fewer than {FEW_EVENTS} events" if event.sum() < FEW_EVENTS else ""
        if not self.why_penalised:
            try:
                self.fit = maximum(self.likelihood)
            except ValueError:
                self.why_penalised = "events separate the patients, so the likelihood has no maximum"

    @property
    def method(self) -> str:
        return "Firth" if self.fit is None else "Cox"

    def of(self, variable: str) -> list[Column]:
        return [column for column in self.columns if column.variable == variable]

    def _likelihood(self, values: np.ndarray) -> Likelihood:
        return of_patients(values, self.months, self.event)

    def ratios(self, level: float) -> list[HazardRatio]:
        """Each coefficient's hazard ratio, of a number over its step."""
        steps = np.array([column.per for column in self.columns]) / self.spread
        if self.fit is None:
            ratios = penalised_ratios(self.likelihood, level)
            return [_over(ratio, step) for ratio, step in zip(ratios, steps, strict=True)]
        beta, errors = _by_lifelines(self.values, self.months, self.event)
        own = np.sqrt(np.diag(self.fit.covariance))
        apart = np.maximum(abs(beta - self.fit.coefficients), abs(errors - own)) / own
        if not (apart < _AGREE).all():
            return [HazardRatio(None, reason="two ways to fit the model disagree; please report this")] * len(beta)
        z = normal_quantile(level)
        ratios = []
        for b, error, step in zip(beta, errors, steps, strict=True):
            ratio, lower, upper = (float(np.exp((b + side * z * error) * step)) for side in (0, -1, 1))
            ratios.append(HazardRatio(ratio, lower, upper, chi_squared_p((b / error) ** 2, 1)))
        return ratios

    def without(self, variable: str) -> float | None:
        """
        p of the likelihood ratio test (penalised, where the model is) that the variable says nothing; None where a
        penalised model has no maximum.
        """
        free = np.array([column.variable != variable for column in self.columns])
        degrees = int((~free).sum())
        if self.fit is None:
            start = np.zeros(len(free))
            try:
                top = penalised_maximum(self.likelihood, start, np.ones(len(free), bool))[1]
                fallen = top - penalised_maximum(self.likelihood, start, free)[1]
            except np.linalg.LinAlgError:
                return None
        else:
            rest = self._likelihood(self.values[:, free]) if free.any() else None
            fallen = self.fit.log_likelihood
            fallen -= maximum(rest).log_likelihood if rest else self.fit.null_log_likelihood
        return chi_squared_p(max(0.0, 2 * fallen), degrees)

    def proportional(self) -> ProportionalHazards | None:
        if self.fit is None:
            return None
        names = [column.variable for column in self.columns]
        terms = {name: [place for place, other in enumerate(names) if other == name] for name in dict.fromkeys(names)}
        values = self.values * self.spread
        return proportional_hazards(values, self.months, self.event, self.fit.coefficients / self.spread, terms)

    def linear(self, variable: str, number: np.ndarray) -> float | None:
        """p of a likelihood ratio test against a restricted cubic spline; None where its knots are not three."""
        knots = np.quantile(number, (0.1, 0.5, 0.9))
        if self.fit is None or len(set(knots)) < 3:
            return None
        bent = restricted_cubic(number, knots)[:, 0]
        try:
            curved = maximum(self._likelihood(np.column_stack([self.values, (bent - bent.mean()) / bent.std()])))
        except ValueError:
            return None
        return chi_squared_p(max(0.0, 2 * (curved.log_likelihood - self.fit.log_likelihood)), 1)


def _over(ratio: HazardRatio, step: float) -> HazardRatio:
    """A hazard ratio over one of the model's units as one over `step` of them."""
    value, lower, upper = (None if end is None else float(end**step) for end in (ratio.ratio, ratio.lower, ratio.upper))
    return replace(ratio, ratio=value, lower=lower, upper=upper)


def _by_lifelines(values: np.ndarray, months: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Log hazard ratios and their standard errors. The columns are first made
    independent of each other: where two are much alike lifelines stops far
    from the maximum.
    """
    from lifelines import CoxPHFitter  # takes a second to load, and few ask for it

    independent, mixed = np.linalg.qr(values)
    scale = np.sqrt(len(values))
    rows = pd.DataFrame(independent * scale, columns=[f"x{place}" for place in range(values.shape[1])])
    rows = rows.assign(months=months, event=event)
    with catch_warnings():
        simplefilter("ignore")  # its doubts about a maximum have been settled by our own likelihood
        fitted = CoxPHFitter().fit(rows, "months", "event", fit_options=_EXACT)
    back = np.linalg.inv(mixed / scale)
    covariance = back @ fitted.variance_matrix_.to_numpy() @ back.T
    return back @ fitted.params_.to_numpy(), np.sqrt(np.diag(covariance))
