"""A survival result in words: a sentence ready to paste, and how far to trust it."""

from collections.abc import Iterable

from core import text
from core.cohort.selection import ALL, CHOSEN
from core.cohort.variables import Variable
from core.cohort.vocabulary import COMPETING, EVENTS, OTHER_COMPETING
from core.survival.comparison import SurvivalComparison
from core.survival.follow_up import FollowUp
from core.survival.hazard_ratios import FEW_EVENTS, MOST_MODELLED
from core.survival.kaplan_meier import FEW_AT_RISK
from core.survival.log_rank import LogRank
from core.survival.log_rank_permutation import MOST_PATIENTS
from core.survival.medians import MEDIAN_RULES, median_survival
from core.survival.numbers import (
    after,
    endpoint_name,
    log_rank_name,
    median_months,
    median_phrase,
    median_text,
    ratio_text,
    since,
    survival_text,
)
from core.survival.result import GroupSurvival, SurvivalResult


def results_sentence(
    result: SurvivalResult,
    compared: SurvivalComparison | None,
    followed: Iterable[FollowUp],
    who: str,
    described: bool = False,
    reconstructed: bool = False,
    by: Variable | None = None,
) -> str:
    """
    A results sentence ready to paste: who, events, medians or incidence with
    limits, the comparison if there is one, and follow-up; `described` as in
    `method`, `reconstructed` where outcomes come from published summaries, `by`
    the number that was cut into groups.
    """
    table = result.everyone.table
    origin = "" if since(result) == "infusion" else f"followed from {since(result)}"
    chosen = "; ".join(sentence for sentence in ("" if who == ALL else who, origin) if sentence)
    happened = EVENTS.get(result.endpoint, ("had the event", ""))[0]
    among = f"Among {text.patients(table.patients)}{f' ({chosen})' if chosen else ''}"
    others = int(table.competing.sum())
    first = f" and {others} {COMPETING.get(result.endpoint, OTHER_COMPETING)[1]}" if result.competing else ""
    parts = [f"{among}, {table.total_events} {happened}{first}."]
    if len(result.groups) <= text.MOST_TOLD:
        parts += [_estimates(result, group) for group in result.groups]
    else:
        parts.append(_span(result))
    if compared is not None:
        parts += _comparison(result, compared, by)
    for group in followed:
        parts.append(f"Median follow-up was {median_phrase(group.reverse)} by reverse Kaplan–Meier.")
    if described:
        parts.append(DESCRIBED)
    if reconstructed:
        parts.append("Outcomes were reconstructed from published summaries.")
    return " ".join(sentence for sentence in parts if sentence)


def _span(result: SurvivalResult) -> str:
    """The lowest and the highest median of many groups, and how many reached none."""
    reached = sorted((g for g in result.groups if g.median.months is not None), key=lambda g: g.median.months or 0.0)
    if result.competing or not reached:
        return f"{len(result.groups)} groups are compared."
    ends = [f"{median_text(group.median)} in {group.label}" for group in (reached[0], reached[-1])]
    others = len(result.groups) - len(reached)
    rest = f"; {others} did not reach it" if others else ""
    return f"Medians of {len(reached)} groups ran from {ends[0]} to {ends[1]} months{after(result)}{rest}."


def _estimates(result: SurvivalResult, group: GroupSurvival) -> str:
    name = text.lowered(endpoint_name(result.endpoint))
    free = EVENTS.get(result.endpoint, ("", "event-free"))[1]
    where = "" if len(result.groups) == 1 else f" in {group.label}"
    known = [at for at in group.at_times if at.survival is not None]
    at_times = text.listed([f"{survival_text(at)} at {text.number(at.months)} months{after(result)}" for at in known])
    if result.competing:
        return f"Cumulative incidence{where} was {at_times or text.NOT_ESTIMABLE}."
    sentence = f"Median {name}{where} was {median_phrase(group.median, after(result))}"
    return sentence + (f"; {at_times} were {free}." if at_times else ".")


def _comparison(result: SurvivalResult, compared: SurvivalComparison, by: Variable | None) -> list[str]:
    if compared.test is None:
        return [f"{why_untested(compared)}."]
    parts = [test_sentence(result, compared), number_sentence(compared, by)]
    for group, ratio in compared.ratios:
        if ratio.ratio is not None:
            how = "Firth-penalised Cox" if ratio.method == "Firth" else "Cox"
            against = f"Hazard ratio of {group.label} against {compared.reference.label}"
            parts.append(f"{against}: {ratio_text(ratio)} ({how}).")
    return parts


def test_sentence(result: SurvivalResult, compared: SurvivalComparison) -> str:
    """The test of a comparison, its p-value and the usual one beside it, and the events that it rests on."""
    test = compared.test
    if test is None:
        return f"{why_untested(compared)}."
    cause = " of the cause-specific hazard" if result.competing else ""
    events = text.counted(compared.events, "event")
    usual = "" if test.method == "asymptotic" else f" (by chi-squared {text.p_value(test.asymptotic_p)})"
    return f"Compared by the {log_rank_name(test)}{cause}: {text.p_value(test.p)}{usual}, resting on {events}."


def number_sentence(compared: SurvivalComparison, by: Variable | None) -> str:
    """What the number that was cut into groups says uncut, and whether the groups show a trend; empty without one."""
    gradient = compared.gradient
    if gradient is None or by is None:
        return ""
    if gradient.ratio.ratio is None:
        sentence = f"{by.label} as it is: {text.NOT_ESTIMABLE} ({gradient.ratio.reason})."
    else:
        how = "Firth-penalised Cox" if gradient.ratio.method == "Firth" else "Cox"
        sentence = f"{by.label} as it is, uncut: hazard ratio {ratio_text(gradient.ratio)} per "
        sentence += f"{by.step(gradient.per)} ({how}, {text.p_value(gradient.ratio.p)})."
    if gradient.trend_p is not None:
        sentence += f" Test for trend over the groups: {text.p_value(gradient.trend_p)}."
    return sentence


def why_untested(compared: SurvivalComparison) -> str:
    """Why a comparison has no test."""
    if not compared.events:
        return "No event in any group, so there is nothing to compare"
    if compared.together:
        return "All who were left had the event at once, so no group can be told from another"
    return "Nobody of a second group was left at the first event, so the curves cannot be compared"


def plateau_explanation(group: GroupSurvival, printed: Iterable[float] = ()) -> str:
    """
    For a curve that ends on a plateau at 50%: where from and to, and the median
    under each rule; empty for any other curve. `printed` are the medians, in
    months, that a publication prints of these patients, named where the middle
    of the plateau is one of them.
    """
    if group.median.plateau is None or not group.median.final:
        return ""
    start, end = group.median.plateau
    who = "The curve" if group.label in (ALL, CHOSEN) else f"The curve of {group.label}"
    by_rule = [f"{RULE_NAMES[rule]} {median_months(median_survival(group.curve, rule))}" for rule in MEDIAN_RULES]
    sentence = (
        f"{who} stands at exactly 50% from month {text.number(start)} to its last follow-up at month "
        f"{text.number(end)}, so software differs on the median: {', '.join(by_rule)}."
    )
    middle = text.number((start + end) / 2, 0)
    if middle in [text.number(months, 0) for months in printed]:
        sentence += (
            f" The article prints {middle} months, the middle of such a plateau: "
            f"({text.number(start)} + {text.number(end)}) / 2. No event lies near it."
        )
    return sentence


RULE_NAMES = {
    "print": "R prints",
    "first": "first time at or below 50%",
    "midpoint to last": "midpoint (R quantile, GraphPad Prism)",
    "strict": "SAS",
}


def method(result: SurvivalResult, described: bool = False) -> str:
    """
    How a figure's numbers were found; `described` says that its groups were
    known only later and are not compared.
    """
    if result.competing:
        competing = COMPETING.get(result.endpoint, OTHER_COMPETING)[0]
        how = f"Cumulative incidence by Aalen–Johansen, {competing} dashed; 95% limits on the log-log scale."
    else:
        how = (
            f"Kaplan–Meier, 95% limits on the {result.options.interval} scale from Greenwood's variance (before the "
            "first event the exact one-sided 97.5% bound); "
            f"median: {MEDIAN_RULES[result.options.median_rule]}; drawn thin below {FEW_AT_RISK} at risk."
        )
    return (
        f"{endpoint_name(result.endpoint)}, months since {since(result)}. {how}{' ' + DESCRIBED if described else ''}"
    )


DESCRIBED = "What these patients were chosen or grouped by became known only after infusion: a description, not a test."

MEAN_METHOD = "Restricted mean: the area under the Kaplan–Meier curve up to the horizon, with its variance as in R."
FOLLOW_UP_METHOD = (
    "Reverse Kaplan–Meier takes censoring as the event and estimates how long patients could be followed (limits on "
    "the log-log scale); the plain median of observed follow-up is shortened by every event."
)
RATIO_ESTIMATE = (
    "Hazard ratios by Cox's model with Efron ties; with fewer than ten events, or where events separate the groups, "
    "Firth-penalised with profile limits."
)
RATIO_METHOD = f"{RATIO_ESTIMATE} More than {MOST_MODELLED} groups are described, not modelled."
TEST_METHOD = (
    "Log-rank test: the share of all groupings of the patients whose chi-squared (R's survdiff, its variance worked "
    f"out for each) is as large; all of them where they can be counted, 20,000 random ones up to {MOST_PATIENTS:,} "
    "patients (fewer in more than three groups), and by chi-squared itself beyond. To count groupings takes follow-up "
    "to be alike in the groups. Trend: Tarone's test over the groups in their order."
)
PAIRS_METHOD = "Log-rank tests of each pair of groups, adjusted by Holm's method for their number."


def trust(compared: SurvivalComparison | None, moved_cut: bool) -> str:
    """
    How far a comparison can be trusted: how many events it rests on, what it
    means where its p-values or its interval differ, whether its cut was moved.
    """
    if compared is None or compared.test is None:
        return ""
    events = text.counted(compared.events, "event")
    few = compared.events < FEW_EVENTS
    parts = [f"The test rests on {'only ' if few else ''}{events}{': read the intervals, not the p-value' * few}."]
    if compared.without_value:
        one = compared.without_value == 1
        parts.append(f"{text.patients(compared.without_value)} without a value {'is' if one else 'are'} not compared.")
    parts += [_why_p_differs(compared, compared.test), _against_interval(compared, compared.test)]
    if compared.unlike_follow_up:
        medians = text.listed([f"{median_months(median)}" for median in compared.unlike_follow_up])
        parts.append(
            f"Follow-up differs between the groups (median {medians} months by reverse Kaplan–Meier), and to count "
            "groupings takes it to be alike: trust a difference only where both p-values show it."
        )
    if moved_cut:
        parts.append("The cut was chosen while looking at the curves, which makes the p-value exploratory.")
    return " ".join(sentence for sentence in parts if sentence)


def _why_p_differs(compared: SurvivalComparison, test: LogRank) -> str:
    """Why a permuted p is not the chi-squared's; empty where a reader would not notice."""
    low, high = sorted((test.p, test.asymptotic_p))
    alike = text.p_value(low) == text.p_value(high) or (high < 2 * low and (low < 0.05) == (high < 0.05))
    if test.method == "asymptotic" or low >= 0.2 or alike:
        return ""
    smallest = min(group.table.patients for group in (compared.reference, *(g for g, _ in compared.ratios)))
    sentence = (
        "The p-values differ because chi-squared is an approximation for large groups, and the smallest here has "
    )
    sentence += text.patients(smallest)
    if test.method == "exact":
        extreme = round(test.p * test.permutations)
        as_much = "only this one differs" if extreme == 1 else f"{extreme:,} differ"
        sentence += f": of {test.permutations:,} groupings {as_much} as much"
    return f"{sentence}."


def _against_interval(compared: SurvivalComparison, test: LogRank) -> str:
    """What it means that a hazard ratio's limits say otherwise than p; empty where they agree."""
    known = [ratio for _, ratio in compared.ratios if ratio.ratio is not None]
    excludes_1 = any((r.lower or 0) > 1 or (r.upper is not None and r.upper < 1) for r in known)
    if not known or excludes_1 == (test.p < 0.05):
        return ""
    if len(compared.ratios) > 1:
        if excludes_1:
            return "One group's interval excludes 1 though the test of all groups together does not: see the pairs."
        return "The groups differ together though no interval against the reference excludes 1: see the pairs."
    one = "the hazard ratio's interval excludes 1" if excludes_1 else "the hazard ratio's interval includes 1"
    return (
        f"Test and interval disagree: p is {'above' if excludes_1 else 'below'} 0.05 and {one}. The one counts how "
        "rarely groups put together at random differ as much, the other asks which ratios fit the data: so few "
        "events settle neither."
    )
