"""A model of several variables in words: its coefficients, a sentence ready to paste, and how far to trust it."""

from core import text
from core.cohort.labels import level_label
from core.cohort.selection import ALL, variable_named
from core.cohort.variables import Variable
from core.cohort.vocabulary import ENDPOINTS
from core.survival.multivariable import EVENTS_PER_COEFFICIENT, Coefficient, Multivariable
from core.survival.numbers import endpoint_name, ratio_text

METHOD = (
    "Cox's model of several variables with Efron ties (lifelines), each hazard ratio adjusted for the others and, "
    "beside it, without them, in the same patients: those with a value of every variable. With fewer than ten events, "
    "or where events separate the patients, Firth-penalised with profile limits. p of the variable: likelihood ratio "
    "test of the whole variable beside the others; proportional hazards by the score test of Grambsch and Therneau "
    "(R's cox.zph, by 1 − S(t)); straight lines against restricted cubic splines with three knots. These "
    "p-values are not adjusted for their number."
)
CAUSE_SPECIFIC = "The hazard is cause-specific: who died without the event counts as censored then."

SMALL = 0.05
"""A p-value that calls for a look at how a hazard ratio changes."""
FEW_FOR_A_CHANGE = 100
"""Events that tell only a large change of a hazard ratio over time."""


def coefficient_name(coefficient: Coefficient, variables: tuple[Variable, ...]) -> str:
    """What a coefficient compares: "Age, per 10 years"; "EMD against No EMD"."""
    variable = variable_named(coefficient.variable, variables)
    if not coefficient.level:
        return f"{variable.label}, per {variable.step(coefficient.per)}"
    return f"{level_label(variable, coefficient.level)} against {level_label(variable, coefficient.reference)}"


def results_sentence(
    model: Multivariable,
    endpoint: str,
    variables: tuple[Variable, ...],
    who: str,
    since: str = "infusion",
    reconstructed: bool = False,
    competing: bool = False,
) -> str:
    """A results sentence ready to paste: the model, whom it rests on and how much, and each adjusted hazard ratio."""
    origin = "" if since == "infusion" else f"followed from {since}"
    chosen = "; ".join(part for part in ("" if who == ALL else who, origin) if part)
    chosen = f" ({chosen})" if chosen else ""
    penalised = "Firth-penalised " if model.method == "Firth" else ""
    events = text.counted(model.events, "event")
    ratios = [f"{ratio_text(c.adjusted)} for {coefficient_name(c, variables)}" for c in model.coefficients]
    outcomes = " Outcomes were reconstructed from published summaries." if reconstructed else ""
    name = text.lowered(endpoint_name(endpoint)) if endpoint in ENDPOINTS else endpoint
    hazard = "the cause-specific hazard of " if competing else ""
    few = f" {few_events(model)}" if model.few_events else ""
    return (
        f"In a {penalised}Cox model of {hazard}{name} in {text.patients(model.patients)}{chosen} with {events}, hazard "
        f"ratios adjusted for each other (95% CI) were {text.listed(ratios)}.{few}{outcomes}"
    )


def few_events(model: Multivariable) -> str:
    """That a model rests on too little."""
    each = text.number(model.events / len(model.coefficients))
    events, coefficients = text.counted(model.events, "event"), text.counted(len(model.coefficients), "coefficient")
    return (
        f"{events} for {coefficients}, {each} each, where {EVENTS_PER_COEFFICIENT} are the rule: the model says more "
        "about chance than about its variables."
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
    if not model.adjusts:
        return [*words, "No model: one variable is left, with none to adjust it for; choose another beside it."]
    if model.few_events:
        words.append(few_events(model))
    if model.why_penalised:
        words.append(f"Firth-penalised: {model.why_penalised}.")
    return words


def doubt(model: Multivariable, variables: tuple[Variable, ...]) -> str:
    """What the tests of the model's assumptions say, and what they cannot."""
    if model.proportional is None:
        return "A penalised model's assumptions are not tested: it rests on too few events to tell."
    sentence = (
        f"That the hazards are proportional: {text.p_value(model.proportional.overall_p)} for all variables together"
    )
    changing = [name for name, test in (model.tests or {}).items() if (test.proportional_p or 1) < SMALL]
    if changing:
        names = text.listed([variable_named(name, variables).label for name in changing])
        return f"{sentence}, small for {names}: there a hazard ratio is an average over time. Look at how it changes."
    if model.proportional.overall_p < SMALL:
        return f"{sentence}: the hazard ratios are averages over time. Look at how they change."
    few = "; with so few events such a test sees only large changes" if model.events < FEW_FOR_A_CHANGE else ""
    return f"{sentence}, and for none of them small{few}."
