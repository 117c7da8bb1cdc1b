"""A response result as tables: header and rows of text, the same on screen and in a file."""

import pandas as pd

from core import text
from core.cohort.vocabulary import OVERALL_RESPONSE, RESPONSES
from core.response.result import NOT_ASSESSED, RATES, ResponseComparison, ResponseRates, ResponseResult
from core.statistics.numbers import fraction, n_limits, percentage_points
from core.statistics.proportions import Proportion, proportion
from core.text import Table

TOGETHER = "PR or VGPR, together"


def rates_table(result: ResponseResult, compared: ResponseComparison | None) -> Table:
    """Each group's rates, n/N with percentage and limits; with two groups their difference and Fisher's test."""
    header = ["Group", *(label for label, _ in RATES.values())]
    rows = [[g.label, *_rates(g.rates)] for g in result.groups]
    if len(result.groups) > 1:
        least = min(count for g in result.groups for count in (g.rates.fewest, _fewest(g.rates)) if count)
        rows.append(["All", *(text.beside(cell, least) for cell in _rates(result.everyone))])
    if compared is not None:
        minus = f"{compared.first.label} minus {compared.second.label}, % points"
        rows.append([minus, *(percentage_points(compared.rates[name].difference) for name in RATES)])
        rows.append(["Fisher's exact test", *(_p(compared.rates[name].p) for name in RATES)])
    return header, rows


def _fewest(rates: ResponseRates) -> int:
    """The smaller of who responded and who did not, or of all where nobody did either."""
    counts = (rates.overall.count, rates.total - rates.overall.count, rates.total)
    return min((count for count in counts if count), default=1)


def _rates(rates: ResponseRates) -> list[str]:
    """The rates, of which each less the next is the patients of one response."""
    counts = [getattr(rates, name).count for name in RATES]
    cells = [text.marked(fraction(getattr(rates, name)), "apart") for name in RATES]
    return [
        cells[0],
        *(text.beside(cell, more - less) for cell, more, less in zip(cells[1:], counts, counts[1:], strict=False)),
    ]


def _p(p: float | None) -> str:
    return "–" if p is None else text.p_value(p)


def best_table(result: ResponseResult) -> Table:
    """Patients of each group at each best response, deepest first, and with a response short of CR, with limits."""
    header = ["Best response", *(f"{g.label} (N = {g.rates.total})" for g in result.groups)]
    counts = {level: [g.rates.best.get(level, 0) for g in result.groups] for level in result.everyone.best}
    if result.of == "all" and result.everyone.evaluable < result.everyone.patients:
        counts[NOT_ASSESSED] = [g.rates.patients - g.rates.evaluable for g in result.groups]
    counts[TOGETHER] = [g.rates.overall.count - g.rates.complete.count for g in result.groups]
    rows = [
        [
            level,
            *(
                text.beside(
                    text.marked(n_limits(proportion(count, g.rates.total, result.method)), "apart"),
                    _given_away(level, {name: of[place] for name, of in counts.items()}, g.rates),
                )
                for place, (count, g) in enumerate(zip(of_groups, result.groups, strict=True))
            ),
        ]
        for level, of_groups in counts.items()
    ]
    return header, rows


_NOT_RESPONDED = ("MR", "SD", "PD", NOT_ASSESSED)


def _given_away(level: str, counts: dict[str, int], rates: ResponseRates) -> int:
    """
    The small count that the count of a level would give away with what the rates tell; 0 where none. The rates tell
    the responders down to each level, so that one small level of theirs holds all of them back.
    """
    if level == TOGETHER:
        return rates.total - rates.overall.count
    if level in OVERALL_RESPONSE:
        return min((count for name, count in counts.items() if name in OVERALL_RESPONSE and count), default=0)
    some = sorted((counts[name], name) for name in _NOT_RESPONDED if counts.get(name))
    return some[0][0] if len(some) > 1 and some[1][1] == level else 0


def two_way_table(
    corner: str, cells: dict[tuple[int, int], Proportion], down: tuple[str, ...], across: tuple[str, ...]
) -> Table:
    """A rate (`corner`) in each cell of two groupings; only groups that hold somebody have a row or a column."""
    rows = sorted({row for row, _ in cells})
    columns = sorted({column for _, column in cells})
    shown = {place: text.marked(fraction(rate), "of_whole") for place, rate in cells.items()}
    body = [[down[r], *(shown.get((r, c), "no patient") for c in columns)] for r in rows]
    return [corner, *(across[c] for c in columns)], body


def mrd_table(result: ResponseResult, thresholds: pd.DataFrame) -> Table:
    """MRD negativity of the tested and of all patients, with the threshold of the assay."""
    header = ["Group", "Tested", "Negative, of those tested", "Negative, of all patients", "Threshold"]
    rows = []
    for group in result.groups:
        rates, own_thresholds = group.rates, thresholds[thresholds["group"] == group.number]
        named = [text.power_of_ten(value) for value in own_thresholds["threshold"].dropna()]
        tested = f"{rates.mrd_negative.total} of {rates.patients}"
        of_all = fraction(rates.mrd_negative_of_all) if rates.mrd_negative.total else "–"
        of_tested = fraction(rates.mrd_negative) if rates.mrd_negative.total else "–"
        rows.append([group.label, tested, of_tested, of_all, ", ".join(named) or "not recorded"])
    return header, rows


def mrd_months_table(months: pd.DataFrame) -> Table:
    """Months from infusion to MRD negativity by what became of the patient, as response/mrd_months answers."""
    rows = []
    for row in months.itertuples():
        fate = "Fate not recorded" if pd.isna(row.died) else "Died" if row.died else "Alive at last contact"
        span = f"{text.number(row.median)} ({text.number(row.lowest)}–{text.number(row.highest)})"
        ends = {"median": row.median, "lowest": row.lowest, "highest": row.highest}
        rows.append([fate, text.Count(int(row.patients)), text.Shown(span, **ends)])
    return ["MRD negative patients", "Patients", "Months to MRD negativity, median (range)"], rows


def fates_table(fates: pd.DataFrame, method: str) -> Table:
    """
    What became of the patients by best response, at last contact: patients
    followed, free of relapse and progression, alive, and died in remission.
    `fates` answers response/fates; the limits are by `method`.
    """
    header = ["Best response", "Patients", "No relapse or progression", "Alive", "Died without relapse"]
    by_level = fates.fillna({"response": NOT_ASSESSED}).groupby("response").sum(numeric_only=True)
    rows = []
    for level in (*RESPONSES, NOT_ASSESSED):
        if level in by_level.index:
            rows.append([level, *_fate(by_level.loc[level], method)])
    responders = by_level[by_level.index.isin(OVERALL_RESPONSE)]
    if len(responders):
        rows.insert(0, ["Responders, PR or better", *_fate(responders.sum(), method)])
    return header, rows


def _fate(row: pd.Series, method: str) -> list[str]:
    followed = int(row["followed"])
    counts = (followed - int(row["progressed"]), followed - int(row["died"]), int(row["died_free"]))
    return [text.Count(int(row["patients"])), *(fraction(proportion(count, followed, method)) for count in counts)]
