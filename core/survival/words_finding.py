"""The finding of a survival result, as the page's title says it, and the numbers that it rests on."""

from core import text
from core.cohort.vocabulary import ENDPOINTS, EVENTS
from core.statistics.verdicts import FEWEST, NO_CLEAR, NOT_SHOWN, NOTHING, TOO_FEW, UNCLEAR_RATIOS, verdict
from core.statistics.words import By
from core.survival.comparison import SurvivalComparison
from core.survival.cox import HazardRatio
from core.survival.hazard_ratios import FEW_EVENTS, MOST_MODELLED
from core.survival.log_rank import LogRank
from core.survival.numbers import (
    after,
    at_half,
    endpoint_name,
    log_rank_name,
    median_phrase,
    median_text,
    ratio_text,
    since,
    survival_text,
)
from core.survival.result import GroupSurvival, SurvivalResult

_MOST_RATIOS = 3
_MOST_MEDIANS = 4


def finding(
    result: SurvivalResult, compared: SurvivalComparison | None = None, by: By | None = None, described: bool = False
) -> str:
    """
    The page's title. Of one group its median, or incidence, with limits. Of
    several who had the event, and in plain words what that says (`_verdict`);
    where that is longer than two lines only what is compared, and the words.
    `described` says that the groups are not to be tested.
    """
    if len(result.groups) == 1:
        return _finding_of_one(result)
    by = by or By()
    groups = result.groups if compared is None else _compared_groups(compared)
    counts = [(group.table.total_events, group.table.patients, group.label) for group in groups]
    happened = EVENTS.get(result.endpoint, ("had the event", ""))[0]
    says = "described, not tested" if described else NOTHING if compared is None else _verdict(compared, by)
    what = endpoint_name(result.endpoint)
    return by.title(counts, f"{_origin(result)}: {says}", what, after=f" {happened}")


def _origin(result: SurvivalResult) -> str:
    return "" if since(result) == "infusion" else f", from {since(result)}"


def _finding_of_one(result: SurvivalResult) -> str:
    group, name = result.groups[0], result.endpoint if result.endpoint in ENDPOINTS else endpoint_name(result.endpoint)
    if result.competing:
        at = next((a for a in reversed(group.at_times) if a.survival is not None), None)
        happened = EVENTS.get(result.endpoint, ("had the event", ""))[0]
        shown = "" if at is None else f": {survival_text(at)} {happened} by month {text.number(at.months)}"
        return endpoint_name(result.endpoint) + shown + _origin(result)
    return f"Median {name} {median_phrase(group.median)}{at_half(group.median)}{_origin(result)}"


def _compared_groups(compared: SurvivalComparison) -> tuple[GroupSurvival, ...]:
    groups = (compared.reference, *(group for group, _ in compared.ratios))
    return tuple(sorted(groups, key=lambda group: group.number))


def _ends(ratio: HazardRatio) -> tuple[float, float]:
    return ratio.lower or 0.0, float("inf") if ratio.upper is None else ratio.upper


def _p(compared: SurvivalComparison, test: LogRank) -> float:
    """The p-value that a verdict goes by: the larger of the two where follow-up differs between the groups."""
    return max(test.p, test.asymptotic_p) if compared.unlike_follow_up else test.p


def _verdict(compared: SurvivalComparison, by: By) -> str:
    """
    Who has the event sooner, where test and limits both say so; on how few
    events, and by a cut that was moved while looking, as it must not be.
    """
    if compared.test is None:
        return NOTHING
    p, known = _p(compared, compared.test), [ratio for _, ratio in compared.ratios if ratio.ratio is not None]
    on_few = f", on only {text.counted(compared.events, 'event')}" if compared.events < FEW_EVENTS else ""
    aside = on_few + by.aside
    if len(compared.ratios) > 1:
        narrow = all(UNCLEAR_RATIOS[0] < low and high < UNCLEAR_RATIOS[1] for low, high in map(_ends, known))
        unclear = NOT_SHOWN if len(compared.ratios) >= MOST_MODELLED else TOO_FEW
        clear = NO_CLEAR if narrow and len(known) == len(compared.ratios) else unclear
        large = sum(group.table.patients >= FEWEST for group in _compared_groups(compared)) > 1
        return f"the groups differ{aside}" if p < 0.05 and large else clear
    if not known or min(group.table.patients for group in _compared_groups(compared)) < FEWEST:
        return TOO_FEW
    (group, ratio), (low, high) = compared.ratios[0], _ends(known[0])
    sooner = group if (ratio.ratio or 0) > 1 else compared.reference
    return verdict(f"sooner in {by.short(sooner.label)}{aside}", p, low, high, 1.0, UNCLEAR_RATIOS)


def key_numbers(result: SurvivalResult, compared: SurvivalComparison | None) -> list[tuple[str, str]]:
    """
    What a title rests on, as labels and numbers: hazard ratios with their
    limits (and whether one is of a single patient), the test, and the events; of groups that
    are only described their medians.
    """
    if compared is None or compared.test is None:
        return [] if len(result.groups) == 1 else _medians(result)
    ratios = compared.ratios if len(compared.ratios) <= _MOST_RATIOS else ()
    ratio_name = "Cause-specific hazard ratio" if result.competing else "Hazard ratio"
    shown = []
    for group, ratio in ratios:
        alone = min(group.table.patients, compared.reference.table.patients) == 1
        against = f"{ratio_name}, {group.label} against {compared.reference.label} (95% CI)"
        shown.append((against, f"{ratio_text(ratio)}{', of one patient' * alone}"))
    test = log_rank_name(compared.test)
    named = (f"{test[0].upper()}{test[1:]}, p", text.p_alone(compared.test.p))
    return [*shown, named, ("Events", str(compared.events))]


def _medians(result: SurvivalResult) -> list[tuple[str, str]]:
    """Each group's median with its limits; none of many groups, or where an event competes."""
    if result.competing or len(result.groups) > _MOST_MEDIANS:
        return []
    name = f"Median {result.endpoint}, months{after(result)} (95% CI)"
    medians = [(group.label, f"{median_text(group.median)}{at_half(group.median)}") for group in result.groups]
    return [(f"{name}, {medians[0][0]}", medians[0][1]), *medians[1:]]


def medians_line(result: SurvivalResult) -> tuple[str, ...]:
    """The line of medians that goes with the figure where its page does not: of several groups, but not of many."""
    if len(result.groups) == 1 or not (medians := _medians(result)):
        return ()
    return (", ".join(f"{label} {value}" for label, value in medians),)
