"""A response result in words: the finding, the comparison, a sentence ready to paste, and its method."""

from core import text
from core.cohort.selection import ALL
from core.response.result import DENOMINATORS, RATES, ResponseComparison, ResponseRates, ResponseResult
from core.statistics.numbers import difference_facts, fraction_phrase, percentage_points
from core.statistics.proportions import COMPARED_METHOD, METHODS
from core.statistics.verdicts import more_often
from core.statistics.words import By

RULE = "Best response up to progression, death or new therapy, by IMWG criteria as recorded"
TOO_LATE = "assessed only after progression, death or new therapy, which does not count"
"""Why somebody with assessments is not evaluable."""


def finding(result: ResponseResult, compared: ResponseComparison | None = None, by: By | None = None) -> str:
    """
    The page's title: who responded, and of two groups compared what that says
    in plain words; where that is longer than two lines what is compared, and the words.
    """
    everyone = result.everyone
    if not everyone.evaluable:
        return "No response is recorded for these patients"
    if len(result.groups) == 1:
        rate = everyone.overall
        limits = text.percent_range(rate.lower, rate.upper)
        return f"{rate.count} of {rate.total} patients responded ({text.percent(rate.value)}; 95% CI {limits})"
    by, says = by or By(), ""
    if compared is not None:
        pair = (by.short(compared.first.label), by.short(compared.second.label))
        fewest = min(compared.first.rates.evaluable, compared.second.rates.evaluable)
        says = f": {more_often(*pair, compared.rates['overall'], fewest, by.aside)}"
        of_evaluable = compared.of_evaluable if result.of == "all" else compared.rates["overall"]
        if " more often" in says and says != f": {more_often(*pair, of_evaluable, fewest, by.aside)}":
            says += ", not among the evaluable"
    groups = result.groups
    if compared is not None:  # who has no value is in neither of the two
        groups = tuple(group for group in groups if group in (compared.first, compared.second))
    counts = [(group.rates.overall.count, group.rates.overall.total, group.label) for group in groups]
    return by.title(counts, says, "Response", after=" responded")


def key_numbers(compared: ResponseComparison | None) -> list[tuple[str, str]]:
    """What a comparison's title rests on, as labels and numbers; nothing where none is made."""
    if compared is None:
        return []
    minus = f"Overall response, {compared.first.label} minus {compared.second.label}"
    return difference_facts(minus, compared.rates["overall"])


def method(result: ResponseResult, tested: bool = False) -> str:
    """How the rates were found, as captions and files carry it; `tested` where two groups stand against each other."""
    of = DENOMINATORS[result.of].lower() + (" patients" if result.of == "evaluable" else "")
    how = f"{RULE}; rates of {of}, 95% limits {METHODS[result.method]}."
    return f"{how} {COMPARED_METHOD}" if tested else how


def tested(comparison: ResponseComparison) -> str:
    """Two groups' overall response against each other, in a sentence."""
    rate = comparison.rates["overall"]
    words = f"Overall response in {comparison.first.label} minus that in {comparison.second.label}: "
    words += f"{percentage_points(rate.difference)} percentage points (Newcombe)"
    return words + ("." if rate.p is None else f"; Fisher's exact test, {text.p_value(rate.p)}.")


def results_sentence(
    result: ResponseResult, compared: ResponseComparison | None, who: str, reconstructed: bool, described: str
) -> str:
    """A results sentence ready to paste: who, each rate with its interval, the comparison if there is one."""
    everyone = result.everyone
    chosen = "" if who == ALL else f" ({who})"
    of = "evaluable " if result.of == "evaluable" else ""
    parts = [f"Among {text.counted(everyone.total, of + 'patient')}{chosen}, {_rates(everyone)}."]
    if 1 < len(result.groups) <= text.MOST_TOLD:
        shares = [f"{fraction_phrase(g.rates.overall)} in {g.label}" for g in result.groups]
        parts.append(f"PR or better was reached by {text.listed(shares)}.")
    if compared is not None:
        parts.append(tested(compared))
    mrd = everyone.mrd_negative
    if mrd.total:
        parts.append(f"Of those with an MRD result, {fraction_phrase(mrd)} were negative.")
    parts.append(described)
    parts.append("Outcomes were reconstructed from published summaries." if reconstructed else "")
    return " ".join(sentence for sentence in parts if sentence)


def _rates(rates: ResponseRates) -> str:
    reached = [f"{fraction_phrase(getattr(rates, name))} reached {label}" for name, (label, _) in RATES.items()]
    return text.listed(reached)
