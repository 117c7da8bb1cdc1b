"""
What a reader should look at in a cohort that could be opened: what cannot be, what is odd, what was read otherwise
than it is written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.questions import filled
from core.schema import DAYS_PER_MONTH, OVERALL_RESPONSE, Variable
from core.validation import listed, quoted, text

_WORDS = {
    "os_ends_first": "overall survival ends before another endpoint: followed there after death, or a date is wrong.",
    "died_progression_free": "died, but PFS is censored at death or later: a death is an event of PFS.",
    "relapse_against_pfs": "the relapse is not the event of PFS, or not in its month.",
    "cause_unknown": "the cause of the PFS event is neither death nor progression: taken as death where OS ends in the "
    "same month, and as progression otherwise.",
    "assessed_after_death": "assessed for response after death.",
    "milestone_after_death": "a milestone after death.",
    "adverse_event_after_death": "an adverse event that begins after death.",
    "measured_after_death": "a measurement after death.",
    "assessed_after_follow_up": "assessed for response after the end of follow-up.",
    "milestone_after_follow_up": "a milestone after the end of follow-up.",
    "fatal_but_alive": "an adverse event of grade 5, which is death, but alive by OS.",
    "assessed_twice": "two different responses in one month; the deeper one counts.",
    "event_twice": "the same adverse event twice, with the same grade and days: counted as two episodes.",
    "longer_than_the_therapy": "followed for longer than BCMA CAR-T cells exist (since 2014) before the data cutoff.",
    "assessed_too_late": "assessed for response only after progression, death or new therapy, which does not count: "
    "not evaluable.",
    "names_alike": "names that differ only by capitals or blanks, taken as different patients.",
    "without_endpoint": "no endpoint is recorded: in no survival curve.",
}
"""What is said of the patients of each check of core/sql/prepared/checks.sql."""


@dataclass(frozen=True)
class Check:
    """One thing to look at, in words, and the patients whom it concerns (none where it is of a file)."""

    words: str
    patients: tuple[str, ...] = ()


def checks_of(ask: Callable[[str], list[tuple]], variables: tuple[Variable, ...]) -> tuple[Check, ...]:
    """What is odd in an open cohort: impossible orders of dates, and values that contradict each other."""
    found: dict[str, list[str]] = {name: [] for name in _WORDS}
    for name, patient in ask(filled("prepared/checks", {"days": lambda: str(DAYS_PER_MONTH)})):
        found[name].append(patient)
    checks = [Check(_WORDS[name], tuple(patients)) for name, patients in found.items() if patients]
    for variable in variables:
        for odd, words in _odd(variable):
            rows = ask(filled("prepared/check_of_variable", {"odd": partial(str, odd)}))
            patients = tuple(row[0] for row in rows)
            checks += [Check(words, patients)] if patients else []
    return tuple(checks)


def _odd(variable: Variable) -> list[tuple[str, str]]:
    """The conditions under which a value of the variable is odd, each with its words."""
    column, known = quoted(variable.name), variable.known_at
    if variable.is_number and variable.unit == "%":
        return [(f"{column} < 0 or {column} > 100", f"{variable.label}: a percentage below 0 or above 100.")]
    if known is None or known.table != "responses":
        return []
    said = f"cast({column} as varchar)"
    if known.what == "mrd":
        odd = f'"response: mrd_tested" and ("response: mrd_negative" != ({said} = \'Yes\'))'
    elif known.what == "responder":
        odd = f"(\"response: best\" in ({listed(OVERALL_RESPONSE)})) != ({said} = 'Yes')"
    else:
        same = [
            f'("response: best" = {text(one)} and {said} = {text(level)})' for one, level in variable.responses.items()
        ]
        odd = f'"response: best" is not null and {said} is not null and not ({" or ".join(same)})'
    words = f"{variable.label}: not what the assessments that count say (up to progression, death or new therapy)."
    return [(odd, words)]
