"""A model of several variables in words: its coefficients, a sentence ready to paste, and how far to trust it."""

from core import text
from core.cohort.labels import level_label
from core.cohort.selection import ALL, variable_named
from core.cohort.variables import Variable
from core.survival.multivariable import EVENTS_PER_COEFFICIENT, Coefficient, Multivariable
from core.survival.numbers import ratio_text
from core.survival.words import endpoint_name

METHOD = (
    "Cox's model of several variables with Efron ties (lifelines), each hazard ratio adjusted for the others and, "
    "beside it, without them, in the same patients: those with a value of every variable. With fewer than ten events, "
    "or where events separate the patients, Firth-penalised with profile limits. Likelihood ratio test of each "
    "variable; proportional hazards by the score test of Grambsch and Therneau (R's cox.zph, by 1 − S(t)); straight "
    "lines against restricted cubic splines with three knots. These p-values are not adjusted for their number."
)


def coefficient_name(coefficient: Coefficient, variables: tuple[Variable, ...]) -> str:
    """What a coefficient compares: "Age, per 10 years"; "EMD against No EMD"."""
    variable = variable_named(coefficient.variable, variables)
    if not coefficient.level:
        return f"{variable.label}, per {variable.step(coefficient.per)}"
    return f"{level_label(variable, coefficient.level)} against {level_label(variable, coefficient.reference)}"


def results_sentence(
    model: Multivariable, endpoint: str, variables: tuple[Variable, ...], who: str, reconstructed: bool = False
) -> str:
    """A results sentence ready to paste: the model, whom it rests on, and each adjusted hazard ratio."""
    chosen = "" if who == ALL else f" ({who})"
    penalised = "Firth-penalised " if model.method == "Firth" else ""
    events = text.counted(model.events, "event")
    ratios = [f"{ratio_text(c.adjusted)} for {coefficient_name(c, variables)}" for c in model.coefficients]
    outcomes = " Outcomes were reconstructed from published summaries." if reconstructed else ""
    name = text.lowered(endpoint_name(endpoint))
    return (
        f"In a {penalised}Cox model of {name} in {text.patients(model.patients)}{chosen} with {events}, hazard ratios "
        f"adjusted for each other (95% CI) were {text.listed(ratios)}.{outcomes}"
    )


def trust(model: Multivariable, variables: tuple[Variable, ...]) -> list[str]:
    """What stands beside a model before its numbers are read: whom it leaves out, and how much it rests on."""
    words = []
    if model.without_value:
        one = model.without_value == 1
        words.append(
            f"{text.patients(model.without_value)} without a value of every variable {'is' if one else 'are'} left out."
        )
    for name, reason in (model.left_out or {}).items():
        words.append(f"{variable_named(name, variables).label} is not in the model: {reason}.")
    if model.reason:
        return [*words, f"No model: {model.reason}."]
    if model.few_events:
        events, coefficients = text.counted(model.events, "event"), text.counted(len(model.coefficients), "coefficient")
        each = text.number(model.events / len(model.coefficients))
        words.append(
            f"{events} for {coefficients}, {each} each, where {EVENTS_PER_COEFFICIENT} are the rule: the model says "
            "more about chance than about its variables."
        )
    if model.why_penalised:
        words.append(f"Firth-penalised: {model.why_penalised}.")
    return words


def doubt(model: Multivariable) -> str:
    """What the tests of the model's assumptions say, and what they cannot."""
    if model.proportional is None:
        return "A penalised model's assumptions are not tested: the events are too few, or too far apart."
    p = text.p_value(model.proportional.overall_p)
    sentence = f"That the hazards are proportional: {p} for all variables together."
    if model.proportional.overall_p < 0.05 or any((t.proportional_p or 1) < 0.05 for t in (model.tests or {}).values()):
        return f"{sentence} Where it is small, a hazard ratio is an average over time: look at how it changes below."
    return f"{sentence} With few events such a test sees only large changes."
