"""A model of several variables as tables, the same on screen and in a file."""

from core import text
from core.cohort.selection import variable_named
from core.cohort.variables import Variable
from core.survival.multivariable import Multivariable
from core.survival.numbers import ratio_text
from core.survival.words_multivariable import coefficient_name
from core.text import Table


def coefficients_table(model: Multivariable, variables: tuple[Variable, ...]) -> Table:
    """
    A row a coefficient: whom it rests on, its hazard ratio without and with the other variables, and in a variable's
    first row the test of the whole variable.
    """
    header = ["Hazard ratio (95% CI) of", "Patients", "Events", "Unadjusted", "Adjusted", "p, adjusted", "Method"]
    methods = {"Cox": "Cox", "Firth": "Firth-penalised"}
    tests = dict(model.tests or {})
    rows: list[list[object]] = []
    for c in model.coefficients:
        how = c.adjusted.reason or methods[c.adjusted.method]
        if c.unadjusted.method != c.adjusted.method and not c.adjusted.reason:
            how = f"{how}; unadjusted {methods[c.unadjusted.method]}"
        counts = [str(c.patients), str(c.events)]
        if c.against is not None:
            counts = [f"{count} against {other}" for count, other in zip(counts, c.against, strict=True)]
        test = tests.pop(c.variable, None)
        ratios = [ratio_text(c.unadjusted), ratio_text(c.adjusted), _p(test.p) if test else ""]
        rows.append([coefficient_name(c, variables), *counts, *ratios, how])
    return header, rows


def assumptions_table(model: Multivariable, variables: tuple[Variable, ...]) -> Table:
    """A row a variable: p of what a model that is not penalised takes for granted of it."""
    header = ["Variable", "Hazards proportional, p", "Effect linear, p"]
    rows = [
        [variable_named(name, variables).label, _p(test.proportional_p), _p(test.linear_p)]
        for name, test in (model.tests or {}).items()
    ]
    overall = None if model.proportional is None else model.proportional.overall_p
    return header, [*rows, ["All together", _p(overall), ""]]


def _p(p: float | None) -> str:
    return "–" if p is None else text.p_value(p).removeprefix("p ").removeprefix("= ")
