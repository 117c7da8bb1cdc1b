"""Who the patients are: the baseline table by group."""

from dataclasses import dataclass

import pandas as pd

from core.cohort.selection import MISSING
from core.cohort.variables import Variable
from core.text import Shown, figures, n_percent


@dataclass(frozen=True)
class BaselineRow:
    """
    A row of the baseline table: a variable's heading or one of its levels,
    and its text in each group; `heading` rows of a category hold no text.
    """

    variable: str
    label: str
    cells: tuple[str, ...]
    heading: bool


def baseline_table(
    variables: tuple[Variable, ...],
    level_counts: pd.DataFrame,
    number_summaries: pd.DataFrame,
    sizes: dict[int, int],
) -> tuple[BaselineRow, ...]:
    """
    Categories as n (%) of the group with missing as a row of its own where
    there is any, numbers as median (range).

    `level_counts` and `number_summaries` answer the questions of those names;
    `sizes` are the patients of each group shown, by group number. Percentages
    are of all patients of the group, missing included.
    """
    rows: list[BaselineRow] = []
    for variable in variables:
        if variable.is_number:
            rows += _number_rows(variable, number_summaries, sizes)
        else:
            rows += _level_rows(variable, level_counts, sizes)
    return tuple(rows)


def side_by_side(tables: list[tuple[BaselineRow, ...]]) -> tuple[BaselineRow, ...]:
    """The rows of several tables of the same variables in one; a row that one of them lacks holds 0 there."""
    cells: dict[tuple[str, str, bool], dict[int, tuple[str, ...]]] = {}
    for place, table in enumerate(tables):
        for row in table:
            cells.setdefault((row.variable, row.label, row.heading), {})[place] = row.cells
    widths = [len(table[0].cells) if table else 0 for table in tables]
    return tuple(
        BaselineRow(
            variable,
            label,
            tuple(cell for place, width in enumerate(widths) for cell in held.get(place, ("0",) * width)),
            heading,
        )
        for (variable, label, heading), held in cells.items()
    )


def _number_rows(variable: Variable, summaries: pd.DataFrame, sizes: dict[int, int]) -> list[BaselineRow]:
    of_variable = summaries[summaries["variable"] == variable.name].set_index("group")
    unit = f", {variable.unit}" if variable.unit else ""
    cells, missing = [], []
    for group in sizes:
        row = of_variable.loc[group] if group in of_variable.index else None
        if row is None or not row["patients"]:
            cells.append("–")
        else:
            low, high = figures(row["lowest"]), figures(row["highest"])
            numbers = {"median": row["median"], "lowest": row["lowest"], "highest": row["highest"]}
            cells.append(Shown(f"{figures(row['median'])} ({low}–{high})", **numbers))
        missing.append(0 if row is None else int(row["missing"]))
    rows = [BaselineRow(variable.name, f"{variable.label}, median (range){unit}", tuple(cells), heading=True)]
    if any(missing):
        rows.append(_counts_row(variable, MISSING, missing, sizes))
    return rows


def _level_rows(variable: Variable, counts: pd.DataFrame, sizes: dict[int, int]) -> list[BaselineRow]:
    counted = counts[counts["variable"] == variable.name]
    count = {
        (int(group), MISSING if pd.isna(level) else str(level)): int(patients)
        for group, level, patients in zip(counted["group"], counted["level"], counted["patients"], strict=True)
    }
    missing = [count.get((group, MISSING), 0) for group in sizes]
    if variable.kind == "flag":
        rows = [_counts_row(variable, variable.label, [count.get((g, "Yes"), 0) for g in sizes], sizes, heading=True)]
    else:
        rows = [BaselineRow(variable.name, variable.label, ("",) * len(sizes), heading=True)]
        rows += [
            _counts_row(variable, level, [count.get((group, level), 0) for group in sizes], sizes)
            for level in variable.levels
        ]
    if any(missing):
        rows.append(_counts_row(variable, MISSING, missing, sizes))
    return rows


def _counts_row(
    variable: Variable, label: str, counts: list[int], sizes: dict[int, int], heading: bool = False
) -> BaselineRow:
    cells = [n_percent(count, total) for count, total in zip(counts, sizes.values(), strict=True)]
    return BaselineRow(variable.name, label, tuple(cells), heading)
