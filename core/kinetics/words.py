"""Courses in words: the finding, what it rests on, the method, and a sentence ready to paste."""

from core import text
from core.cohort.selection import ALL
from core.kinetics.course import AREA_TO
from core.kinetics.result import EARLY, FEW_FOR_MEDIAN, FEW_FOR_QUARTILES, Kinetics, compare, of_value
from core.kinetics.tables import BELOW, amount, extreme_name, median_range, shift_text
from core.statistics.rank_sum import RankSum
from core.statistics.verdicts import FEWEST, NOT_SHOWN, NOTHING, TOO_FEW
from core.statistics.words import LONGEST_TITLE, By

Pair = tuple[int, int]


def finding(results: tuple[Kinetics, ...], family: str, pair: Pair | None, by: By) -> str:
    """The page's title: of one analyte its extreme and when; of several in how many each left the normal range."""
    if len(results) > 1:
        return _of_several(results, family)
    (result,) = results
    if not any(len(result.measured(group.number, "extreme")) for group in result.groups):
        return f"{result.analyte.name} of none of these patients since infusion"
    if pair is not None:
        return f"{_what(result)} by {by.label or 'group'}: {_verdict(result, pair, by)}"
    if len(result.groups) > 1:
        return f"{_what(result)} by {by.label or 'group'}"
    return _of_one(result)


def _what(result: Kinetics) -> str:
    name = text.lowered(extreme_name(result))
    return f"{result.analyte.name}, {name}{' value' if result.analyte.falls else ''}"


def _of_one(result: Kinetics) -> str:
    days = sorted(patient.extreme_day for patient in result.patients if patient.extreme_day is not None)
    values = sorted(result.measured(result.groups[0].number, "extreme"))
    unit = f" {result.analyte.unit}" if result.analyte.unit else ""
    if not days:
        return f"{result.analyte.name} in none of {text.patients(len(result.patients))}"
    span = "" if days[0] == days[-1] else f" ({text.number(days[0])}–{text.number(days[-1])})"
    when = f"day {text.number(_median(days))}{span}"
    below = any(patient.below and not patient.extreme for patient in result.patients)
    middle = amount(_median(values), below)
    if middle == BELOW and result.analyte.falls:
        return f"{result.analyte.name} fell below the limit of the assay, first on {when}"
    if middle == BELOW:
        of = f"{len(days)} of {text.patients(len(values))}"
        return f"{result.analyte.name} above the limit of the assay in {of}, peak on {when}"
    if result.analyte.falls:
        return f"{result.analyte.name} fell to a median of {middle}{unit}, lowest on {when}"
    return f"{result.analyte.name} peaked on {when}, at a median of {middle}{unit}"


def _median(values: list[float]) -> float:
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def _of_several(results: tuple[Kinetics, ...], family: str) -> str:
    parts = []
    for result in results:
        known = [patient.outside for patient in result.patients if patient.outside is not None]
        if known:
            parts.append((sum(known), len(known), result.analyte.name, "below" if result.analyte.falls else "above"))
    whole = f"{family}: {text.listed([f'{name} {side} normal in {n} of {of}' for n, of, name, side in parts])}"
    if parts and len(whole) <= LONGEST_TITLE:
        return whole
    if len({(of, side) for _, of, _, side in parts}) == 1:
        _, of, _, side = parts[0]
        counts = ", ".join(f"{name} in {n}" for n, _, name, _ in parts)
        whole = f"{side.capitalize()} normal by day {EARLY}: {counts} of {text.patients(of)}"
        if len(whole) <= LONGEST_TITLE:
            return whole
    return f"{family} of {text.patients(of_value(results))} by day"


def _verdict(result: Kinetics, pair: Pair, by: By) -> str:
    """Which group lies higher, where test and limits both say so and each has enough patients."""
    shift = compare(result, "extreme", *pair)
    labels = {group.number: by.short(group.label) for group in result.groups}
    if shift.p is None or shift.difference is None:
        return NOTHING
    if min(shift.first, shift.second) < FEWEST:
        return TOO_FEW
    if shift.lower is None or shift.upper is None or shift.p >= 0.05 or shift.lower <= 0 <= shift.upper:
        return NOT_SHOWN
    return f"higher in {labels[pair[0] if shift.difference > 0 else pair[1]]}{by.aside}"


def key_numbers(results: tuple[Kinetics, ...], pair: Pair | None) -> list[tuple[str, str]]:
    """What a title rests on, as labels and numbers: each group's median and range, of two groups shift and test."""
    if len(results) > 1:
        return []
    (result,) = results
    unit = f", {result.analyte.unit}" if result.analyte.unit else ""
    name = f"{extreme_name(result)}{unit}, median (range)"
    facts = [(f"{name}, {group.label}" if len(result.groups) > 1 else name, median_range(result, group, "extreme"))
             for group in result.groups[:4]]  # fmt: skip
    if pair is not None:
        shift, labels = compare(result, "extreme", *pair), {group.number: group.label for group in result.groups}
        facts.append((f"{labels[pair[0]]} minus {labels[pair[1]]}, Hodges–Lehmann (95% CI)", shift_text(shift)))
        facts.append((f"{test_name(shift)}, p", "–" if shift.p is None else text.p_alone(shift.p)))
    return facts


def test_name(shift: RankSum) -> str:
    """The test's name, whether or not it goes through every way to deal the ranks."""
    return "Exact Mann–Whitney test" if shift.exact else "Mann–Whitney test"


def method(results: tuple[Kinetics, ...], since: str, compared: bool) -> str:
    """How the numbers were found, as captions and files carry it."""
    parts = [
        f"Days since {since}; medians (of {FEW_FOR_MEDIAN} patients or more) and quartiles (of {FEW_FOR_QUARTILES}) by "
        "scheduled day, of each patient's nearest value."
    ]
    if any(not result.analyte.falls for result in results):
        parts.append(
            f"Peak: the highest value, on the day it was sampled. AUC to day {AREA_TO}: linear trapezoids where values "
            "rise, logarithmic where they fall; below the limit is 0 before the first value above it and at the first "
            "after the last, and passed over between."
        )
    if any(result.values["later"].any() for result in results):
        parts.append("Values after a second infusion or new therapy are drawn and count in nothing else.")
    if compared:
        parts.append("Differences between groups by Hodges and Lehmann, limits and p of the exact Mann–Whitney test.")
    return " ".join(parts)


def results_sentence(
    results: tuple[Kinetics, ...], pair: Pair | None, who: str, simulated: bool, described: str
) -> str:
    """A results sentence ready to paste: each analyte's extreme in each group, the comparison if there is one."""
    chosen = "" if who == ALL else f" ({who})"
    of = "Simulated values, no patient's: among" if simulated else "Among"
    parts = [f"{of} {text.patients(of_value(results))}{chosen} with values since infusion:"]
    for result in results:
        groups = [
            f"{median_range(result, group, 'extreme')}{f' in {group.label}' * (len(result.groups) > 1)}"
            for group in result.groups
        ]
        unit = f" {result.analyte.unit}" if result.analyte.unit else ""
        measured = f"{result.analyte.name}, {text.lowered(extreme_name(result))}{unit}"
        sentence = f"{measured}, median (range) {text.listed(groups)}"
        if pair is not None:
            shift = compare(result, "extreme", *pair)
            if shift.p is not None:
                test = f"{test_name(shift)[0].lower()}{test_name(shift)[1:]}, {text.p_value(shift.p)}"
                sentence += f"; Hodges–Lehmann difference {shift_text(shift)}, {test}"
        parts.append(f"{sentence}.")
    parts.append(described)
    parts.append("Values are simulated from the published description." if simulated else "")
    return " ".join(part for part in parts if part)


def outside_note(results: tuple[Kinetics, ...]) -> str:
    """What the mark * in a table of several analytes says."""
    sides = {"below" if result.analyte.falls else "above" for result in results}
    return f"* {' or '.join(sorted(sides))} normal within {EARLY} days of infusion."
