"""A model of several variables as tables, the same on screen and in a file."""

from core import text
from core.cohort.selection import variable_named
from core.cohort.variables import Variable
from core.survival.multivariable import Multivariable
from core.survival.numbers import ratio_text
from core.survival.words_multivariable import coefficient_name
from core.text import Table


def coefficients_table(model: Multivariable, variables: tuple[Variable, ...]) -> Table:
    """A row a coefficient: whom it rests on, and its hazard ratio without and with the other variables."""
    header = ["Hazard ratio (95% CI) of", "Patients", "Events", "Unadjusted", "Adjusted", "Method"]
    methods = {"Cox": "Cox", "Firth": "Firth-penalised"}
    rows = []
    for c in model.coefficients:
        how = c.adjusted.reason or methods[c.adjusted.method]
        if c.unadjusted.method != c.adjusted.method and not c.adjusted.reason:
            how = f"{how}; unadjusted {methods[c.unadjusted.method]}"
        counts = [str(c.patients), str(c.events)]
        rows.append([coefficient_name(c, variables), *counts, ratio_text(c.unadjusted), ratio_text(c.adjusted), how])
    return header, rows


def assumptions_table(model: Multivariable, variables: tuple[Variable, ...]) -> Table:
    """A row a variable: p of what it adds to the others, and, unless penalised, of the model's assumptions."""
    header = ["Variable", "Adds to the others, p"]
    if model.proportional is None:
        return header, [
            [variable_named(name, variables).label, _p(test.p)] for name, test in (model.tests or {}).items()
        ]
    header += ["Hazards proportional, p", "Effect linear, p"]
    rows = [
        [variable_named(name, variables).label, _p(test.p), _p(test.proportional_p), _p(test.linear_p)]
        for name, test in (model.tests or {}).items()
    ]
    return header, [*rows, ["All together", "", _p(model.proportional.overall_p), ""]]


def _p(p: float | None) -> str:
    return "–" if p is None else text.p_value(p).removeprefix("p ").removeprefix("= ")
