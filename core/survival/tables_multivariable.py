"""A model of several variables as tables, the same on screen and in a file."""

from core import text
from core.cohort.labels import level_label
from core.cohort.selection import variable_named
from core.cohort.variables import Variable
from core.statistics.numbers import parts
from core.survival.multivariable import Coefficient, Multivariable
from core.survival.numbers import ratio_text
from core.survival.words_multivariable import coefficient_name
from core.text import Table


def coefficients_table(model: Multivariable, variables: tuple[Variable, ...]) -> Table:
    """
    A row a coefficient, and one before those of a category for its reference: whom it rests on, its hazard ratio
    without and with the other variables, and the test of the whole variable, of several levels in the reference's row.
    """
    header = ["Hazard ratio (95% CI) of", "Patients", "Events", "Unadjusted", "Adjusted", "p of the variable", "Method"]
    tests = {name: _p(test.p) for name, test in (model.tests or {}).items()}
    rows: list[list[object]] = []
    for variable in dict.fromkeys(c.variable for c in model.coefficients):
        of_variable = [c for c in model.coefficients if c.variable == variable]
        against = of_variable[0].against
        patients, events = _counts(of_variable, against)
        if against is not None:
            name = f"{level_label(variable_named(variable, variables), of_variable[0].reference)} (reference)"
            test = tests.pop(variable) if len(of_variable) > 1 else ""
            rows.append([name, patients.pop(0), events.pop(0), "1", "1", test, ""])
        for c, of, had in zip(of_variable, patients, events, strict=True):
            ratios = [ratio_text(c.unadjusted), ratio_text(c.adjusted), tests.pop(variable, "")]
            rows.append([coefficient_name(c, variables), of, had, *ratios, _method(c)])
    return header, rows


def _counts(
    of_variable: list[Coefficient], against: tuple[int, int] | None
) -> tuple[list[text.Shown], list[text.Shown]]:
    """How many patients and events each row of a variable rests on, its reference first: they add up to all."""
    counts = [*([against] if against is not None else []), *((c.patients, c.events) for c in of_variable)]
    patients, events = ([count[place] for count in counts] for place in (0, 1))
    return parts(patients, sum(patients)), parts(events, sum(events))


def _method(coefficient: Coefficient) -> str:
    """How the ratios were estimated, or why the adjusted one was not."""
    adjusted, unadjusted = coefficient.adjusted, coefficient.unadjusted
    if adjusted.reason:
        return adjusted.reason
    return adjusted.method if adjusted.method == unadjusted.method else f"{adjusted.method}; alone {unadjusted.method}"


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
    return "–" if p is None else text.p_alone(p)
