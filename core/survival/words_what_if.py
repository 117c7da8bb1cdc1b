"""A result with one patient moved, in words: its span, and how it was found."""

from core import text
from core.survival.what_if import MOVES, WhatIf


def moved_text(value: float | None, measure: str) -> str:
    """A result of the measure "p", "ratio" or "median" as it is read."""
    if value is None:
        return text.NOT_REACHED if measure == "median" else text.NOT_ESTIMABLE
    words = {"p": text.p_alone, "ratio": text.significant, "median": text.number}[measure](value)
    return text.Numeral(value, words)


def finding(found: WhatIf, name: str, measure: str) -> str:
    """The result, called `name`, as it is, and from where to where it goes with one patient moved."""
    spans = []
    for kind, words in MOVES.items():
        values = sorted(found.values(kind))
        ends = [moved_text(values[place], measure) for place in (0, -1)] if values else [text.NOT_ESTIMABLE]
        spans.append(f"{' to '.join(ends)} with {words}")
    return f"{name} {moved_text(found.observed, measure)}: {', '.join(spans)}"


def moved_words(kind: str, months: float, event: bool) -> str:
    """How one patient was moved: of whom by the end of follow-up, since a result knows no names."""
    how = "the event" if event else "no event"
    if kind == "left_out":
        return f"Without the patient with {how} at month {text.number(months)}"
    after = "no event" if event else "the event"
    return f"The patient with {how} at month {text.number(months)} taken as having {after} then"


def method(measure: str, exact: bool) -> str:
    """How each patient was moved, and p found."""
    by = "permutation" if exact else "chi-squared, also for the line"
    how = f" p is by {by}." if measure == "p" else ""
    return (
        "Each patient in turn: the event taken as censored then, a censored patient as having had it, or the patient "
        f"left out; the line is the result as it is.{how} It shows on whom a result rests, and is no measure itself."
    )
