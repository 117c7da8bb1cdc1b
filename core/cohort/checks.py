"""
What a reader should look at in a cohort that could be opened: what cannot be, what is odd, what was read otherwise
than it is written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.cohort.questions import filled, listed, quoted, text
from core.cohort.variables import Variable
from core.cohort.vocabulary import DAYS_PER_MONTH, INFUSED, OVERALL_RESPONSE

_WORDS = {
    "os_ends_first": "overall survival is shorter than another endpoint, for which nobody can be followed longer.",
    "died_progression_free": "died, but PFS is censored at death or later: a death is an event of PFS.",
    "relapse_against_pfs": "relapse and PFS contradict each other: not the same event, or not in the same month.",
    "pfs_death_not_os": "the PFS event is a death by its cause, but OS does not end in death in that month.",
    "progression_before_pfs": "progressive disease or relapse is recorded, but PFS has no event then: is it missing?",
    "assessed_after_pfs": "assessed for response after PFS was censored: PFS could be followed for longer.",
    "cause_unknown": "the cause of the PFS event is neither death nor progression: taken as death where OS ends in the "
    "same month, and as progression otherwise.",
    "assessed_after_death": "assessed for response after death.",
    "milestone_after_death": "a milestone after death.",
    "adverse_event_after_death": "an adverse event that begins after death.",
    "measured_after_death": "a measurement after death.",
    "assessed_after_follow_up": "assessed for response after the end of follow-up.",
    "milestone_after_follow_up": "a milestone after the end of follow-up.",
    "adverse_event_after_follow_up": "an adverse event that begins after the end of follow-up.",
    "measured_after_follow_up": "a measurement after the end of follow-up.",
    "death_but_alive": "a milestone death, but alive by OS.",
    "therapy_undated": "new therapy or a second infusion without a month: assessments after it count all the same.",
    "fatal_but_alive": "an adverse event of grade 5, which is death, but alive by OS.",
    "assessed_twice": "two different responses or MRD results in one month; the deeper, and negative, count.",
    "event_twice": "the same adverse event twice, with the same grade and days: counted as two episodes.",
    "event_before_infusion": "an adverse event that begins before day 0: counted as one of the treatment.",
    "longer_than_the_therapy": "followed for longer than BCMA CAR-T cells exist (since 2014) before the data cutoff: "
    "are these days?",
    "assessed_too_late": "assessed for response only after progression, death or new therapy, which does not count: "
    "not evaluable.",
    "names_alike": "names that differ only by capitals or blanks, taken as different patients.",
    "without_endpoint": "no endpoint is known: in no survival curve.",
}
"""What is said of the patients of each check of core/cohort/sql/prepared/checks.sql."""

_NEVER_INFUSED = "not infused, yet with an endpoint, a response or an adverse event: these count from the infusion."


@dataclass(frozen=True)
class Check:
    """One thing to look at, in words, and the patients whom it concerns (none where it is of a file)."""

    words: str
    patients: tuple[str, ...] = ()


def checks_of(ask: Callable[[str], list[tuple]], variables: tuple[Variable, ...]) -> tuple[Check, ...]:
    """What is odd in an open cohort: impossible orders of dates, and values that contradict each other."""
    patients_of: dict[str, list[str]] = {name: [] for name in _WORDS}
    for name, patient in ask(filled("cohort/prepared/checks", {"days": lambda: str(DAYS_PER_MONTH)})):
        patients_of[name].append(patient)
    checks = [Check(_WORDS[name], tuple(patients)) for name, patients in patients_of.items() if patients]
    checks += _of_the_dictionary(ask, variables)
    conditions = {words: odd for variable in variables for odd, words in _odd(variable)}
    return (*checks, *(Check(words, who) for words, who in _who(ask, conditions).items()))


def _who(ask: Callable[[str], list[tuple]], conditions: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The patients of whom each condition holds, by its words; without those that hold of nobody."""
    if not conditions:
        return {}
    odd = ", ".join(f"({condition})" for condition in conditions.values())
    rows = ask(filled("cohort/prepared/check_of_variables", {"odd": partial(str, odd)}))
    who = {words: tuple(row[0] for row in rows if row[1][place]) for place, words in enumerate(conditions)}
    return {words: patients for words, patients in who.items() if patients}


def _odd(variable: Variable) -> list[tuple[str, str]]:
    """The conditions under which a value of the variable is odd, each with its words."""
    column, known = quoted(variable.name), variable.known_at
    if variable.is_number and variable.unit == "%":
        return [(f"{column} < 0 or {column} > 100", f"{variable.label}: a percentage below 0 or above 100.")]
    if variable.name == INFUSED:
        tables = ("endpoints", "responses", "adverse_events")
        after = " or ".join(f"patient_id in (select patient_id from {table})" for table in tables)
        return [(f"cast({column} as varchar) = 'No' and ({after})", _NEVER_INFUSED)]
    if known is None or not known.table:
        return []
    words = f"cast({column} as varchar)"
    source = "the assessments that count say (up to progression, death or new therapy)"
    if known.table == "adverse_events":
        severe = f"term = {text(known.what)} and grade_min >= 3 and patient_id = patients.patient_id"
        odd = f"exists (select 1 from adverse_events where {severe}) != ({words} = 'Yes')"
        source = f"adverse_events say of {known.what} of grade 3 or more"
    elif known.what == "mrd":
        odd = f"coalesce(\"response: mrd_negative\", false) != ({words} = 'Yes')"
    elif known.what == "responder":
        odd = f"coalesce(\"response: best\" in ({listed(OVERALL_RESPONSE)}), false) != ({words} = 'Yes')"
    else:
        same = [
            f'("response: best" = {text(one)} and {words} = {text(level)})' for one, level in variable.responses.items()
        ]
        odd = f"{words} is not null and not coalesce({' or '.join(same)}, false)"
    return [(odd, f"{variable.label}: not what {source}; at a landmark only that counts.")]


def _of_the_dictionary(ask: Callable[[str], list[tuple]], variables: tuple[Variable, ...]) -> list[Check]:
    """What the dictionary says and the data have not: a cut beyond all values, a term that nobody had."""
    terms = {row[0] for row in ask(filled("cohort/prepared/terms_recorded", {}))}
    cuts = {v.name: v.default_cut for v in variables if v.is_number and v.default_cut is not None}
    useless = _who(ask, {name: _beyond_all(name, cut) for name, cut in cuts.items()})
    checks = []
    for variable in variables:
        known = variable.known_at
        if known is not None and known.table == "adverse_events" and known.what not in terms:
            checks.append(Check(f"{variable.label}: known_at names {known.what}, which is no term of adverse_events."))
        if variable.name in useless:
            cut = variable.value(cuts[variable.name])
            words = f"default_cut {cut} leaves nobody on one side; the middle of the range is used."
            checks.append(Check(f"{variable.label}: {words}"))
    return checks


def _beyond_all(number: str, cut: float) -> str:
    """The condition that the cut leaves nobody on one side."""
    least, most = (f"(select {end}({quoted(number)}) from patients)" for end in ("min", "max"))
    return f"not coalesce({least} < {cut!r} and {most} >= {cut!r}, true)"
