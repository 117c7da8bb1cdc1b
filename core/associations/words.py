"""Associations in words."""

from core import text
from core.associations.associate import CORRELATION, DIFFERENCE, RATIO, SHIFT, Association
from core.associations.measure import TWO, Measure
from core.text import Shown

CHANCE = 0.05


def effect_text(found: Association, named: bool = False) -> str:
    """The effect with its limits (`named` as such where nothing else says it), or why there is none."""
    if found.effect is None:
        return found.reason or text.NOT_ESTIMABLE
    numbers = {"estimate": found.effect, "lower": found.lower, "upper": found.upper}
    if found.what == DIFFERENCE:
        numbers = {f"{name}, %": None if value is None else 100 * value for name, value in numbers.items()}
    if found.lower is None and found.upper is None:
        limits = "no limits"
    else:
        limits = " to ".join("no limit" if end is None else _number(found, end) for end in (found.lower, found.upper))
        limits = f"95% CI {limits}" if named else limits
    return Shown(f"{_number(found, found.effect, signed=True)}{_unit(found)} ({limits})", **numbers)


def _number(found: Association, value: float, signed: bool = False) -> str:
    if found.what == RATIO:
        return text.significant(value)
    if found.what == DIFFERENCE:
        return text.signed(100 * value) if signed else text.number(100 * value, 0)
    written = text.fixed(abs(value), 2) if found.what == CORRELATION else text.figures(abs(value))
    sign = "−" if value < 0 and float(written.replace(",", "")) else "+" if signed and value > 0 else ""
    return f"{sign}{written}"


def _unit(found: Association) -> str:
    if found.what == DIFFERENCE:
        return " percentage points"
    if found.what == SHIFT:
        of = found.y if found.compares_y else found.x
        unit = "levels" if of.levels else "percentage points" if of.unit == "%" else of.unit
        return f" {unit}" if unit else ""
    return ""


def effect_name(found: Association) -> str:
    """What the effect is, with which group it is of, or per how many units."""
    if found.what == CORRELATION:
        return "Rank correlation ρ"
    if found.what == DIFFERENCE:
        return f"Difference, {_side(found.x, 1)} less {_side(found.x, 0)}"
    if found.what == SHIFT:
        by = found.x if found.compares_y else found.y
        return f"Shift, {_side(by, 1)} against {_side(by, 0)}"
    if found.what == RATIO and found.x.levels:
        return f"Hazard ratio, {_side(found.x, 1)} against {_side(found.x, 0)}"
    if found.what == RATIO:
        unit = "percentage points" if found.x.unit == "%" else found.x.unit
        unit = unit.removesuffix("s") if found.per == 1 and unit.isalpha() else unit
        return f"Hazard ratio per {text.digits(found.per)} {unit}".strip()
    return "Effect"


def _side(measure: Measure, side: int) -> str:
    level = measure.levels[side]
    if measure.levels == ("No", "Yes"):
        return measure.label if side else f"no {text.lowered(measure.label)}"
    return level


def finding(found: Association) -> str:
    """The title: the two measures and how they go together."""
    pair = f"{found.x.label} and {text.lowered(found.y.label.partition(',')[0])}"
    if found.effect is None:
        return f"{pair}: {found.reason or text.NOT_ESTIMABLE}"
    effect = effect_text(found, named=True)
    if found.what == SHIFT:
        of, by = (found.y, found.x) if found.compares_y else (found.x, found.y)
        return f"{of.label}: {effect} in {_side(by, 1)} against {_side(by, 0)}"
    return f"{pair}: {text.lowered(effect_name(found))} {effect}"


def _sizes(found: Association) -> str:
    """The patients, of two groups each."""
    for measure, values in ((found.y, found.patients["y"]), (found.x, found.patients["x"])):
        if measure.kind == TWO:
            of = (f"{int((values == side).sum())} {_side(measure, side)}" for side in (1, 0))
            return f"{len(found.patients)} ({', '.join(of)})"
    return str(len(found.patients))


def key_numbers(found: Association, looks: int) -> list[tuple[str, str]]:
    """Label and number of what stands under the title; `looks` is how many associations the page tests."""
    facts = [("Patients", _sizes(found))]
    if found.p is not None:
        facts += [(found.test, text.p_value(found.p))]
    return [*facts, ("Tests on this page", str(looks))]


def looks_note(every: tuple[Association, ...]) -> str:
    """How many associations are tested here, and how many chance alone would let stand out."""
    tested = sum(one.p is not None for one in every)
    if not tested:
        return "Of so few patients nothing can be tested."
    by_chance = text.number(CHANCE * tested, 1)
    return (
        f"{tested} associations are tested on this page. If none were real, up to about {by_chance} of them would "
        f"have p below {CHANCE:g} by chance: no p here is adjusted for that."
    )


def method(found: Association) -> str:
    """How it was tested."""
    how = {
        SHIFT: "exact Mann–Whitney test with the Hodges–Lehmann shift and its limits",
        CORRELATION: "Spearman's rank correlation, p over permutations, limits by Bonett and Wright",
        DIFFERENCE: "Fisher's exact test, difference with Newcombe's limits",
        RATIO: "Cox's model per unit of a number (Firth-penalised with few events), or the exact log-rank test of two "
        "groups with their hazard ratio",
    }.get(found.what, "not tested")
    return f"{found.x.heading} against {found.y.heading}: {how}."
