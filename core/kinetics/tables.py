"""Courses as tables, the same on screen and in a file."""

from collections.abc import Callable

import numpy as np

from core import text
from core.kinetics.course import AREA_TO
from core.kinetics.result import EARLY, Group, Kinetics, PatientCourse, compare
from core.statistics.rank_sum import RankSum
from core.text import Table

MEASURES = {"extreme": "Peak", "area": f"AUC, day 0–{AREA_TO}", "last_detected": "Last detected, day"}
"""What is compared between groups: the peak is the lowest value of an analyte that falls."""


BELOW = "below the limit"
"""In place of a number that is under the limit of the assay."""


def amount(value: float, below: bool) -> str:
    """A value, or that it was below the limit of the assay (and is 0 here)."""
    return BELOW if below and not value else text.figures(value)


def measures_of(result: Kinetics) -> tuple[str, ...]:
    """Which of MEASURES mean something for an analyte."""
    if result.analyte.falls:
        return ("extreme",)
    below = bool(result.values["below"].any())
    return ("extreme", "area", *(("last_detected",) if below else ()))


def extreme_name(result: Kinetics) -> str:
    """What the extreme of an analyte is called: the lowest value where it falls."""
    return "Lowest" if result.analyte.falls else "Peak"


def patients_table(results: tuple[Kinetics, ...], labels: dict[int, str]) -> Table:
    """One row a patient: of one analyte all its numbers, of several the extreme of each; `labels` name the groups."""
    grouped = len(labels) > 1
    return _of_one(results[0], labels, grouped) if len(results) == 1 else _of_several(results, labels, grouped)


def _of_one(result: Kinetics, labels: dict[int, str], grouped: bool) -> Table:
    analyte, unit = result.analyte, f", {result.analyte.unit}" if result.analyte.unit else ""
    name = extreme_name(result)
    columns: list[tuple[str, Callable[[PatientCourse], str]]] = [
        ("Values", lambda p: text.Numeral(p.samples)),
        (f"{name}{unit}", _extreme),
        (f"Day of {'the lowest' if analyte.falls else 'peak'}", lambda p: _day(p.extreme_day)),
    ]
    if not analyte.falls:
        columns.append((f"{MEASURES['area']}, days{f' × {analyte.unit}' * bool(analyte.unit)}", _area))
    if result.values["below"].any():
        columns.append(("Last detected, day", lambda p: _day(p.last_detected)))
    if any(p.outside is not None for p in result.patients):
        side = "Below" if analyte.falls else "Above"
        columns.append((f"{side} normal by day {EARLY}", lambda p: _yes(p.outside)))
        columns.append((f"Normal again after the {name.lower()}, day", _back))
    header = ["Patient", *(["Group"] if grouped else []), *(head for head, _ in columns)]
    rows = [
        [p.patient_id, *([labels[p.group]] if grouped else []), *(cell(p) for _, cell in columns)]
        for p in result.patients
    ]
    return header, rows


def _of_several(results: tuple[Kinetics, ...], labels: dict[int, str], grouped: bool) -> Table:
    header = ["Patient", *(["Group"] if grouped else [])]
    header += [
        f"{r.analyte.name}: {extreme_name(r).lower()}{f', {r.analyte.unit}' * bool(r.analyte.unit)} (day)"
        for r in results
    ]
    by_patient = [{p.number: p for p in result.patients} for result in results]
    everyone = {p.number: p for of in by_patient for p in of.values()}
    rows = []
    for number in sorted(everyone):
        first = everyone[number]
        cells = [
            _with_day(of[number], result) if number in of else "–"
            for of, result in zip(by_patient, results, strict=True)
        ]
        rows.append([first.patient_id, *([labels[first.group]] if grouped else []), *cells])
    return header, rows


def _with_day(patient: PatientCourse, result: Kinetics) -> str:
    value = _extreme(patient)
    mark = "*" * bool(patient.outside)
    return f"{value}{mark} ({_day(patient.extreme_day)})" if patient.extreme_day is not None else value


def _extreme(patient: PatientCourse) -> str:
    value = patient.extreme
    if np.isnan(value):
        return "–"
    return text.Numeral(value, text.figures(value)) if value or not patient.below else BELOW


def _day(day: float | None) -> str:
    return "–" if day is None else text.Numeral(day, text.number(day))


def _area(patient: PatientCourse) -> str:
    value = patient.area.value
    return text.NOT_ESTIMABLE if value is None else text.Numeral(value, text.figures(value))


def _yes(outside: bool | None) -> str:
    return "–" if outside is None else "Yes" if outside else "No"


def _back(patient: PatientCourse) -> str:
    if not patient.outside:
        return "–"
    return f"not by day {text.number(patient.last_day)}" if patient.back is None else _day(patient.back)


def median_range(result: Kinetics, group: Group, measure: str) -> str:
    """A measure in a group: its median and range, and of how many."""
    found = result.measured(group.number, measure)
    if not len(found):
        return "–"
    numbers = {"median": float(np.median(found)), "lowest": float(found.min()), "highest": float(found.max())}
    below = measure == "extreme" and any(p.below and not p.extreme for p in result.patients if p.group == group.number)
    if below and not numbers["highest"]:
        return text.Shown(f"{BELOW} in all, n = {len(found)}", n=len(found), **numbers)
    middle, *ends = (amount(numbers[name], below) for name in ("median", "lowest", "highest"))
    between = " to " if BELOW in ends else "–"
    return text.Shown(f"{middle} ({between.join(ends)}), n = {len(found)}", n=len(found), **numbers)


def shift_text(shift: RankSum) -> str:
    """A Hodges–Lehmann difference with its limits."""
    if shift.difference is None:
        return text.NOT_ESTIMABLE
    limits = "no limits"
    if shift.lower is not None and shift.upper is not None:
        limits = f"{_signed(shift.lower)} to {_signed(shift.upper)}"
    return text.Shown(
        f"{_signed(shift.difference)} ({limits})", estimate=shift.difference, lower=shift.lower, upper=shift.upper
    )


def _signed(value: float) -> str:
    return f"+{text.figures(value)}" if value > 0 else text.figures(value)


def groups_table(results: tuple[Kinetics, ...], pair: tuple[int, int] | None) -> Table:
    """Each measure in each group, and of two groups (`pair`: first against second, by number) their shift and test."""
    groups = results[0].groups
    header = ["Measured", *(f"{g.label} (N = {g.patients}), median (range)" for g in groups)]
    labels = {g.number: g.label for g in groups}
    if pair is not None:
        header += [f"{labels[pair[0]]} minus {labels[pair[1]]} (95% CI)", "Mann–Whitney"]
    rows = []
    for result in results:
        for measure in measures_of(result):
            name = extreme_name(result) if measure == "extreme" else MEASURES[measure]
            unit = f", {result.analyte.unit}" if result.analyte.unit and measure == "extreme" else ""
            row = [f"{result.analyte.name}: {name}{unit}", *(median_range(result, g, measure) for g in groups)]
            if pair is not None:
                shift = compare(result, measure, *pair)
                row += [shift_text(shift), text.p_value(shift.p) if shift.p is not None else "–"]
            rows.append(row)
    return header, rows


def windows_table(results: tuple[Kinetics, ...]) -> Table:
    """The medians and quartiles that the figure draws, one row an analyte, group and scheduled day."""
    header = ["Measured", "Group", "Scheduled day", "Measured in", "Detected in", "Median (quartiles)"]
    rows = []
    for result in results:
        labels = {group.number: group.label for group in result.groups}
        sizes = {group.number: group.patients for group in result.groups}
        for row in result.windows.itertuples():
            rows.append(
                [
                    result.analyte.label,
                    labels[int(row.group)],
                    text.Numeral(float(row.day), text.number(row.day)),
                    text.Count(int(row.measured), sizes[int(row.group)]),
                    text.Count(int(row.detected), int(row.measured)),
                    _quartiles(row.median, row.lower, row.upper),
                ]
            )
    return header, rows


def _quartiles(median: float, lower: float, upper: float) -> str:
    if np.isnan(median):
        return "–"
    shown = text.figures(median) if median else BELOW
    if np.isnan(lower):
        return text.Shown(shown, estimate=median)
    ends = f"{text.figures(lower)}–{text.figures(upper)}"
    return text.Shown(f"{shown} ({ends})", estimate=median, lower=float(lower), upper=float(upper))


def values_table(results: tuple[Kinetics, ...]) -> Table:
    """Every value that the figure draws."""
    header = ["Patient", "Measured", "Unit", "Day", "Value", "Below the limit", "After new therapy"]
    rows = [
        [
            str(row.patient_id),
            result.analyte.name,
            result.analyte.unit,
            text.Numeral(float(row.day), text.number(row.day)),
            text.Numeral(float(row.value), text.digits(row.value)) if row.value == row.value else "",
            _yes(bool(row.below)),
            _yes(bool(row.later)),
        ]
        for result in results
        for row in result.values.itertuples()
    ]
    return header, rows
