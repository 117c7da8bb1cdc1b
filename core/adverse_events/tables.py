"""Adverse events as tables, the same on screen and in a file."""

from typing import Any

import pandas as pd

from core import text
from core.adverse_events.result import BANDS, AdverseEvents, Line, Tally, compare_line
from core.adverse_events.words import WHO_HAD_IT, grade_text, who_had_it
from core.cohort.variables import Variable
from core.statistics.numbers import fraction, n_limits, percentage_points
from core.statistics.proportions import Proportion, proportion
from core.text import Table, digits


def grades_table(result: AdverseEvents, lines: tuple[Line, ...]) -> Table:
    """All groups together: any grade, 1–2, 3 or more, and each grade where grades are known exactly."""
    bands = ["any", "1–2", "3+", *("12345" if result.exact_grades else "")]
    what = "Adverse event" if result.counted == "patients" else "Adverse event (events)"
    header = [f"{what}, N = {result.patients}", *(BANDS[band][0] for band in bands)]
    everyone = result.patients
    rows = [[line.label, *(_cell(result, line, line.everyone, band, everyone) for band in bands)] for line in lines]
    return header, rows


def _cell(result: AdverseEvents, line: Line, tally: Tally, band: str, patients: int) -> str:
    if band in "12345" and not line.exact:
        return "–"
    if result.counted == "events":
        return text.Count(tally.bands[band])
    return _of_band(tally, band, result.method, patients)


def _of_band(tally: Tally, band: str, method: str, patients: int) -> str:
    """
    A band's count, with of how many where not all were looked at; with the others it tells what is left of any, and
    with how many there are who was not looked at.
    """
    share = tally.share(band, method)
    shown = text.marked(n_limits(share) if tally.patients in (0, patients) else fraction(share), "apart")
    unlooked = patients - tally.patients
    if band == "any":
        return text.beside(shown, unlooked) if unlooked else shown
    none = tally.patients - tally.bands["any"]  # which any grade would tell, and so the two that make it
    own = min(tally.fewest or none, none) if band == "1–2" and none else tally.fewest
    return text.beside(shown, min(filter(None, (own, unlooked)), default=0))


RANGE = "p in all allowed cohorts"


def groups_table(
    result: AdverseEvents,
    lines: tuple[Line, ...],
    band: str,
    against: tuple[int, int] | None,
    ranges: dict[str, str] | None = None,
) -> Table:
    """
    One band side by side by group; `against` are the places of two groups
    whose difference and test stand beside them, with how far p may go by the
    `ranges` of terms, where it rests on who was assigned an event.
    """
    header = [BANDS[band][0], *(f"{g.label} (N = {g.patients})" for g in result.groups)]
    if against is not None:
        first, second = (result.groups[place].label for place in against)
        header += [f"{first} minus {second}, % points", "Fisher's exact test", *([RANGE] if ranges else [])]
    rows = []
    for line in lines:
        sizes = (group.patients for group in result.groups)
        cells = [_cell(result, line, tally, band, size) for tally, size in zip(line.tallies, sizes, strict=True)]
        if against is not None:
            pair = compare_line(line, *against, band)
            cells += [
                percentage_points(pair.difference),
                text.p_value(pair.p) if pair.p is not None else "–",
                *([ranges.get(line.term or "", "–") if pair.p is not None else "–"] if ranges else []),
            ]
        rows.append([line.label, *cells])
    return header, rows


def who_table(
    who: pd.DataFrame,
    labels: tuple[str, ...],
    several: bool,
    dated: bool,
    baseline: tuple[Variable, ...],
    patients: pd.DataFrame,
    sources: list[str],
) -> Table:
    """
    The patients behind a count, each with its worst grade, best response, what
    became of it and its values of `baseline`; `who` answers adverse_events/who,
    `patients` cohort/selected_patients, and `sources` say for each how it is known
    that the patient had it. `several` adds the events, `dated` their days; what
    was given stands last where anything was.
    """
    grouped, treated, told = len(labels) > 1, bool(who["given"].notna().any()), who_had_it(sources)
    header = ["Patient", *([WHO_HAD_IT] if told else []), *(["Group"] if grouped else []), "Worst grade", "Episodes"]
    header += [*(["First onset, day", "Last end, day"] if dated else []), "Best response", "What became of them"]
    header += [v.heading for v in baseline]
    header += [*(["Events"] if several else []), *(["Given"] if treated else [])]
    values = {str(row["patient_id"]): row for row in patients.astype(object).to_dict("records")}
    rows = []
    for place, row in enumerate(who.itertuples()):
        cells = [str(row.patient_id), *told[place : place + 1], *([labels[int(row.group)]] if grouped else [])]
        cells += [grade_text(int(row.grade_min), int(row.grade_max)), text.Numeral(int(row.episodes))]
        if dated:
            days = (row.onset_day, row.end_day)
            cells += ["–" if pd.isna(day) else text.Numeral(float(day), text.number(day, 0)) for day in days]
        cells += [row.response if isinstance(row.response, str) else "–", _fate(row)]
        own_values = values[str(row.patient_id)]
        cells += [_value(variable, own_values[variable.name]) for variable in baseline]
        cells += [row.terms] if several else []
        cells += [row.given if isinstance(row.given, str) else "–"] if treated else []
        rows.append(cells)
    return header, rows


def _fate(row: Any) -> str:
    """Relapse and the end of follow-up, each with its month since infusion, and the cause of death."""
    if pd.isna(row.months):
        return "–"
    progressed = "" if pd.isna(row.progressed_months) else f"progression at {text.number(row.progressed_months)}, "
    cause = f" ({row.cause})" if row.ended == "death" and isinstance(row.cause, str) else ""
    return f"{progressed}{row.ended} at {text.number(row.months)} months{cause}"


def _value(variable: Variable, value: Any) -> str:
    if pd.isna(value):
        return "–"
    return text.Numeral(float(value), digits(value)) if variable.is_number else str(value)


def own_scale_table(
    line: Line, grading: str, result: AdverseEvents, treatments: pd.DataFrame, days: pd.DataFrame
) -> Table:
    """
    A syndrome graded on its own scale, by group: grades, what was given for
    toxicity, and when it began and how long it lasted where that is dated.
    `treatments` answers adverse_events/treatments, `days`
    adverse_events/days.
    """
    header = [", ".join(filter(None, (line.name, grading))), *(f"{g.label} (N = {g.patients})" for g in result.groups)]
    bands = ["any", *("12345" if line.exact else ("1–2", "3+"))]
    sizes = [group.patients for group in result.groups]
    rows = [
        [BANDS[b][0], *(_of_band(t, b, result.method, n) for t, n in zip(line.tallies, sizes, strict=True))]
        for b in bands
    ]
    for treatment in dict.fromkeys(treatments["treatment"]):
        rows_of_treatment = treatments[treatments["treatment"] == treatment]
        given = dict(zip(rows_of_treatment["group"], rows_of_treatment["patients"], strict=True))
        shares = [proportion(int(given.get(g.number, 0)), g.patients, result.method) for g in result.groups]
        rows.append([treatment.capitalize(), *(text.marked(n_limits(share), "apart") for share in shares)])
    dated = days[days["term"] == line.term].set_index("group")
    for words, measure, known in (
        ("Onset, day, median (range)", "onset", "dated"),
        ("Duration, days, median (range)", "duration", "ended"),
    ):
        if len(dated) and dated[known].sum():
            cells = [_span(dated, g.number, measure, known) for g in result.groups]
            rows.append([words, *cells])
    return header, rows


def _span(days: pd.DataFrame, group: int, measure: str, known: str) -> str:
    if group not in days.index or not days.loc[group, known]:
        return "–"
    row = days.loc[group]
    numbers = {name: float(row[f"{measure}_{name}"]) for name in ("median", "lowest", "highest")}
    middle, low, high = map(text.number, numbers.values())
    return text.Shown(f"{middle} ({low}–{high}), {int(row[known])} dated", n=int(row[known]), **numbers)


def grid_table(cells: pd.DataFrame, labels: tuple[str, ...], sources: list[str]) -> Table:
    """
    One row a patient and event with its worst grade; `cells` answers
    adverse_events/grid, `sources` say for each of its rows how it is known.
    """
    told, rows = who_had_it(sources), []
    for place, row in enumerate(cells.itertuples()):
        if isinstance(row.term, str):
            grade = grade_text(int(row.grade_min), int(row.grade_max))
            rows.append([str(row.patient_id), labels[int(row.group)], row.term, grade, *told[place : place + 1]])
    return ["Patient", "Group", "Adverse event", "Worst grade", *([WHO_HAD_IT] if told else [])], rows


def reported_share(variable: Variable, counts: pd.DataFrame, group: int, method: str) -> Proportion:
    """A flag's share of a group's patients for whom it is reported; `counts` answers cohort/level_counts."""
    rows_of_group = counts[(counts["variable"] == variable.name) & (counts["group"] == group) & counts["level"].notna()]
    yes = int(rows_of_group.loc[rows_of_group["level"] == "Yes", "patients"].sum())
    return proportion(yes, int(rows_of_group["patients"].sum()), method)


def flag_table(variable: Variable, counts: pd.DataFrame, result: AdverseEvents) -> Table:
    """A toxicity that the cohort reports as a flag, by group, of those for whom it is reported."""
    shares = [reported_share(variable, counts, group.number, result.method) for group in result.groups]
    header = ["As reported", *(f"{group.label} (N = {group.patients})" for group in result.groups)]
    return header, [[variable.label, *(fraction(share) for share in shares)]]
