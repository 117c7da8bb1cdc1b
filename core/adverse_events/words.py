"""Adverse events in words: the finding, the method, a sentence ready to paste, and what to remark."""

from core import text
from core.adverse_events.result import BANDS, AdverseEvents, Line, Term, compare_line
from core.cohort.provenance import FIRM
from core.cohort.selection import ALL
from core.cohort.vocabulary import CRS
from core.statistics.numbers import difference_facts, fraction_phrase, percentage_points
from core.statistics.proportions import COMPARED_METHOD, METHODS, Proportion
from core.statistics.verdicts import more_often
from core.statistics.words import By

UNTESTED_EVENTS = "Events of one patient are not independent, so counts of events have no interval and no test."


def headline(result: AdverseEvents) -> tuple[str, Proportion]:
    """Grade 3 or more of what readers look for first, as a label and a proportion."""
    line = result.headline
    return f"{'CRS' if line.term == CRS else 'Any event'}, grade 3 or more", line.everyone.share("3+", result.method)


def finding(
    result: AdverseEvents, shown_as: str, band: str, against: tuple[int, int] | None = None, by: By | None = None
) -> str:
    """
    The page's title: of one group the severe syndrome; of two compared
    (`against`: their places) who had it, and what that says in plain words; of
    others, or patient by patient, what is shown.
    """
    by = by or By()
    if shown_as == "patients":
        return "Adverse events of each patient, worst grade"
    if shown_as == "grades":
        label, share = headline(result)
        if share.value is None:
            return "Nobody of these patients was looked at for adverse events"
        return f"{label.replace(', grade', ' of grade')} in {fraction_phrase(share)}{_unclear(result)}"
    if against is None:
        return f"Adverse events, {BANDS[band][0][0].lower()}{BANDS[band][0][1:]}, by {by.label or 'group'}"
    label, band = _telling(result, band)
    groups = {place: result.groups[place].label for place in sorted(against)}
    tallies = {place: result.headline.tallies[place] for place in groups}
    counts = [(tally.bands[band], tally.patients, groups[place]) for place, tally in tallies.items()]
    first, second = (by.short(groups[place]) for place in against)
    fewest = min(tally.patients for tally in tallies.values())
    says = more_often(first, second, compare_line(result.headline, *against, band), fewest, by.aside)
    says = f": {says}" if band == "any" or not result.headline.everyone.unclear else _unclear(result)
    return by.title(counts, says, label, before=f"{label} in ")


def _unclear(result: AdverseEvents) -> str:
    """In how many more it may have been of grade 3 or more: they have a band across it."""
    unclear = result.headline.everyone.unclear
    return f"; {unclear} more cannot be told" if unclear else ""


def _telling(result: AdverseEvents, band: str) -> tuple[str, str]:
    """What the title speaks of, and its band: where nobody or everybody had it at any grade, grade 3 or more."""
    line = result.headline
    if not 0 < line.everyone.bands[band] < line.everyone.patients:
        band = "3+"
    return f"{'CRS' if line.term == CRS else 'Any event'}{' of grade 3 or more' * (band == '3+')}", band


def key_numbers(result: AdverseEvents, band: str, against: tuple[int, int] | None) -> list[tuple[str, str]]:
    """What a comparison's title rests on, as labels and numbers; nothing where none is made."""
    if against is None:
        return []
    label, band = _telling(result, band)
    first, second = (result.groups[place].label for place in against)
    return difference_facts(f"{label}, {first} minus {second}", compare_line(result.headline, *against, band))


def method(result: AdverseEvents, tested: bool = False) -> str:
    """How events were counted, as captions and files carry it; `tested` where two groups stand against each other."""
    if result.counted == "events":
        return f"Every episode counted once. {UNTESTED_EVENTS}"
    how = f"Each patient counted once a line, at the worst grade; of all patients, 95% limits {METHODS[result.method]}."
    return f"{how} {COMPARED_METHOD}" if tested else how


MOST_UNLOOKED = 4
"""Terms of which it is said one by one how many patients were not looked at."""


def not_looked_for(result: AdverseEvents) -> str:
    """Of which terms some patients are in no denominator, because nobody looked for it; empty where there are none."""
    missed = [(line.name, result.patients - line.everyone.patients) for line in result.lines if line.term is not None]
    missed = [(name, patients) for name, patients in missed if patients]
    if not missed or result.counted != "patients":
        return ""
    shown = [f"{name} in {text.patients(patients)}" for name, patients in missed[:MOST_UNLOOKED]]
    more = f", and {len(missed) - MOST_UNLOOKED} more terms" if len(missed) > MOST_UNLOOKED else ""
    return f"Not looked for, or without a grade: {', '.join(shown)}{more}; they are in no denominator of it."


def results_sentence(
    result: AdverseEvents, who: str, reconstructed: bool, described: str, against: tuple[int, int] | None = None
) -> str:
    """
    A results sentence ready to paste: any event, cytokine release, each by
    group, and the three most frequent events of grade 3 or more with their
    ties; `result` counts patients, `against` are the places of two groups compared.
    """
    everything, syndrome = result.lines[0], result.headline

    def share(line: Line, band: str) -> str:
        return fraction_phrase(line.everyone.share(band, result.method))

    chosen = "" if who == ALL else f" ({who})"
    parts = [
        f"Among {text.patients(result.patients)}{chosen}, {share(everything, 'any')} had {_any_of(result)} and "
        f"{share(everything, '3+')} one of grade 3 or more."
    ]
    if syndrome.term == CRS:
        severe = share(syndrome, "3+")
        parts.append(f"{CRS} occurred in {share(syndrome, 'any')}, of grade 3 or more in {severe}.")
    named = {line.name: line for line in (everything, syndrome)}
    parts += (
        [_by_group(result, line, against) for line in named.values()]
        if 1 < len(result.groups) <= text.MOST_TOLD
        else []
    )
    severe_terms = [line for line in result.lines if line.term not in (None, CRS) and line.everyone.bands["3+"]]
    ranked = sorted((line.everyone.bands["3+"] for line in severe_terms), reverse=True)
    frequent = [line for line in severe_terms if line.everyone.bands["3+"] >= ranked[:3][-1]]  # the third and its ties
    if frequent and len(frequent) <= 6:
        frequent.sort(key=lambda line: -line.everyone.bands["3+"])
        shares = [f"{line.name} in {share(line, '3+')}" for line in frequent]
        parts.append(f"Most frequent at grade 3 or more: {text.listed(shares)}.")
    parts.append(described)
    parts.append("Who had which event was in part reconstructed from published summaries." if reconstructed else "")
    return " ".join(sentence for sentence in parts if sentence)


MOST_NAMED = 3
"""Terms up to which a cohort's adverse events are those alone, and named."""


def _any_of(result: AdverseEvents) -> str:
    """An adverse event; where only a few were recorded, one of these."""
    names = [line.name for line in result.lines if line.term is not None]
    return f"one of {text.listed(names)}" if 1 < len(names) <= MOST_NAMED else "an adverse event"


def _by_group(result: AdverseEvents, line: Line, against: tuple[int, int] | None) -> str:
    """Grade 3 or more of a line in each group, and in one less the other where two are compared."""
    groups = zip(result.groups, line.tallies, strict=True)
    shares = [f"{fraction_phrase(tally.share('3+', result.method))} in {group.label}" for group, tally in groups]
    sentence = f"{line.name} of grade 3 or more by group: {text.listed(shares)}"
    if against is None:
        return f"{sentence}."
    pair, (first, second) = compare_line(line, *against, "3+"), (result.groups[place].label for place in against)
    test = "" if pair.p is None else f"; Fisher's exact test, {text.p_value(pair.p)}"
    difference = f"{percentage_points(pair.difference)} percentage points (Newcombe)"
    return f"{sentence}; {first} minus {second}: {difference}{test}."


def scales(terms: tuple[Term, ...]) -> str:
    """Which scale graded what: Graded by CTCAE 5.0. Cytokine release syndrome is graded by Lee 2014."""
    usual = sorted({term.grading for term in terms if term.grading and not term.own_scale})
    own = [f"{term.name} is graded by {term.grading}." for term in terms if term.own_scale]
    return " ".join([*([f"Graded by {text.listed(usual)}."] if usual else []), *own])


def remarks(lines: tuple[Line, ...], terms: tuple[Term, ...]) -> list[str]:
    """What a term's own note says, and what a band leaves unclear."""
    shown = {line.name for line in lines}
    notes = [f"{term.name}: {term.note}." for term in terms if term.note and term.name in shown]
    unclear = [f"{line.name} in {line.everyone.unclear}" for line in lines if line.everyone.unclear and line.term]
    if unclear:
        notes.append(
            f"Recorded only as a band across grades 2 and 3: {text.listed(unclear)}. They count in any grade, and in "
            "neither of the others."
        )
    return notes


def grade_text(lowest: int, highest: int) -> str:
    """A grade, or the band that it is recorded as: 3, 1–2, ≥ 3."""
    if 3 <= lowest < highest == 5:
        return f"≥ {lowest}"
    return str(lowest) if lowest == highest else f"{lowest}–{highest}"


WHO_HAD_IT = "Who had it"
"""The heading over how it is known that this patient, and no other, had an event."""


def who_had_it(sources: list[str]) -> list[str]:
    """That heading's words for the source of each; nothing where all are as recorded."""
    words = {"reconstructed": "assigned, not printed", "reported": "as printed"}
    return [] if set(sources) <= set(FIRM) else [words.get(source, source) for source in sources]


def reported_of(notes: dict[str, str]) -> list[str]:
    """What is reported of single patients, in sentences: patient -> note."""
    return [f"Reported of patient {patient}: {note}." for patient, note in notes.items()]
