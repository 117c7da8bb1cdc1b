"""What the cohorts that an article allows have in common, in words."""

import numpy as np

from core import text
from core.article.allowed import Allowed, Spread
from core.article.allowed_associations import AllowedAssociation
from core.article.steps import Step
from core.survival.cox import HazardRatio
from core.survival.numbers import ratio_text

SHARE = "Shares are of the cohorts that the article allows: how many there are, and no probability."
ALL, CLEAR = 0.99995, 0.95


def finding(found: Allowed, labels: dict[int, str], compared: tuple[int, ...]) -> str:
    """The title: what holds in all, most or some of the cohorts that the article allows."""
    comparison = found.comparison
    if comparison is not None and comparison.ratio is not None:
        reference, other = (labels[number] for number in compared)
        share = comparison.ratio.share(lambda ratio: ratio > 1)
        if share > ALL or share < 1 - ALL:
            does = "worse" if share > ALL else "better"
            return f"{other} does {does} than {reference} in every cohort that the article allows"
        does, rest, most = ("worse", "better", share) if share >= 0.5 else ("better", "worse", 1 - share)
        if most < CLEAR:
            shares = f"{does} in {text.percent(most, 0)} of the cohorts that the article allows, {rest} in the others"
            return f"Whether {other} does worse than {reference} is left open: {shares}"
        most_of = f"{text.percent(most, 0)} of the cohorts that the article allows"
        return f"{other} does {does} than {reference} in {most_of}, {rest} in the others"
    if comparison is not None:
        return f"The log-rank p may be anything from {span(comparison.p, 'p')}, as far as the article tells"
    if len(found.groups) > 1:
        return f"{len(found.groups)} groups, which what is known after infusion makes: described, not compared"
    group = found.groups[0]
    return f"Median {found.endpoint} {span(group.median, 'months')} months in every cohort that the article allows"


def span(spread: Spread, measure: str) -> str:
    """From where to where a result goes, of the measure "p", "ratio", "months", "percent" or "count"."""
    low, high = value(spread.lowest, measure), value(_highest(spread), measure)
    return low if low == high else f"{low} to {high}"


def _highest(spread: Spread) -> float:
    told = spread.values[~np.isnan(spread.values)]
    return float(told[-1]) if len(told) else float("nan")


def value(of: float | None, measure: str) -> str:
    """A result as it is read."""
    if of is None or np.isnan(of):
        return text.NOT_ESTIMABLE
    if np.isinf(of):
        return text.NOT_REACHED
    words = {
        "p": text.p_alone,
        "ratio": text.significant,
        "months": text.number,
        "percent": lambda share: text.percent(share, 0),
        "count": lambda count: text.number(count, 0),
    }[measure](of)
    return text.Numeral(of, words)


def conclusion(found: Allowed, ratio: HazardRatio | None, labels: dict[int, str], compared: tuple[int, ...]) -> str:
    """Whether the direction that the bundled cohort shows (its hazard `ratio`) holds in all, most or some."""
    comparison = found.comparison
    if comparison is None or comparison.ratio is None or ratio is None or ratio.ratio is None:
        return ""
    observed = ratio.ratio
    group = labels[compared[1]]
    share = comparison.ratio.share(lambda ratio: (ratio > 1) == (observed > 1))
    much = "all" if share > ALL else "most" if share > 0.5 else "some"
    does = "worse" if observed > 1 else "better"
    if text.significant(observed) == text.significant(1):
        return (
            f"In the bundled cohort neither does better: hazard ratio {ratio_text(ratio)}. Over all cohorts that the "
            f"article allows the ratio is {span(comparison.ratio, 'ratio')} and the exact log-rank p "
            f"{span(comparison.p, 'p')}."
        )
    return (
        f"In the bundled cohort {group} does {does}: hazard ratio {ratio_text(ratio)}, whose limits allow for chance "
        f"alone. That direction holds in {much} of the cohorts that the article allows ({text.percent(share)}). Over "
        f"all of them, whichever way they go, the ratio is {span(comparison.ratio, 'ratio')} and the exact log-rank p "
        f"{span(comparison.p, 'p')}: that is what is not printed, on top of chance."
    )


def facts(found: Allowed) -> list[tuple[str, str]]:
    """Label and number of what was gone through, and of where the test goes."""
    rows = [("Assignments of outcomes", f"{found.assignments:,}"), ("Ways to date each", f"{found.ways:,}")]
    if found.comparison is not None:
        rows.append(("Range of log-rank p", span(found.comparison.p, "p")))
        if found.comparison.ratio is not None:
            rows.append(("Range of hazard ratio", span(found.comparison.ratio, "ratio")))
    return rows


def beside_test(found: Allowed) -> str:
    """What stands beside a test and its ratio elsewhere: where they go in the cohorts that the article allows."""
    if found.comparison is None:
        return ""
    ratio = found.comparison.ratio
    more = f", the hazard ratio {span(ratio, 'ratio')}" if ratio is not None else ""
    return f"In all cohorts that the article allows, p is {span(found.comparison.p, 'p')}{more}."


def beside_response(found: dict[str, Spread], names: dict[str, str]) -> str:
    """Where Fisher's p of each rate goes, by what the rates are called."""
    if not found:
        return ""
    parts = [f"{names[rate]} {span(p, 'p')}" for rate, p in found.items()]
    return f"In all cohorts that the article allows, p of Fisher's test is: {'; '.join(parts)}."


def beside_association(found: AllowedAssociation, measure: str, p: float) -> str:
    """
    Where an association goes, that of the bundled cohort (`p`) among them; `measure` is that of its effect: "ratio" or
    another number. (A p over drawn permutations differs from draw to draw.)
    """
    of = "all" if found.sample is None else f"{found.sample}, evenly spread,"
    effect = ""
    if found.effect is not None and not np.isnan(found.effect.lowest):
        ends = f"{text.figures(found.effect.lowest)} to {text.figures(_highest(found.effect))}"
        effect = f", the hazard ratio {span(found.effect, 'ratio')}" if measure == "ratio" else f", the effect {ends}"
    return f"In {of} of the cohorts that the article allows, p is {_with(found.p, p)}{effect}."


def _with(spread: Spread, p: float) -> str:
    low, high = (value(end, "p") for end in (min(spread.lowest, p), max(_highest(spread), p)))
    return low if low == high else f"{low} to {high}"


def step_words(step: Step) -> str:
    """The test of one allowed cohort, short."""
    parts = [f"HR {text.significant(step.ratio)}"] if step.ratio is not None else []
    return ", ".join(parts + ([text.p_value(step.p)] if step.p is not None and not np.isnan(step.p) else []))


def place_of_bundled(found: Allowed, ratio: float | None, p: float | None, most: int) -> int:
    """The place among so many cohorts in order (`core.article.steps`) where the bundled one stands, from 1."""
    comparison, share = found.comparison, 0.5
    if comparison is not None and comparison.ratio is not None and ratio is not None:
        share = comparison.ratio.share(lambda other: other > ratio + 1e-9)
    elif comparison is not None and p is not None:
        share = comparison.p.share(lambda other: other < p - 1e-9)
    return min(most, 1 + int(share * most))


def counter(steps: tuple[Step, ...], group: str) -> str:
    """In how many of the cohorts that are stepped through the second group does worse; empty without a ratio."""
    if not steps or steps[0].ratio is None:
        return ""
    return f"{group} worse in {sum(step.worse for step in steps)} of {len(steps)}"


def method(found: Allowed, survivor: bool) -> str:
    """What was gone through, and how a cohort's results are found."""
    whose = "with patient 8 a long-term survivor, as the discussion suggests" if survivor else "patient 8 any of them"
    return (
        f"Every way to hand the printed fates to the patients of whom none is printed ({found.assignments}, {whose}), "
        f"with every way to date {found.endpoint} on half months within the printed medians and ranges "
        f"({found.ways:,}: the eleventh patient alive, or dead from month 14.5 on in steps that widen; survivors' "
        "follow-up evenly between the printed shortest and longest, in any order). p is the exact log-rank test, "
        f"the hazard ratio Firth's. {SHARE}"
    )
