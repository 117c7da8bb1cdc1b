"""Ranges and cuts: exact, true in their labels, and with somebody on both sides."""

import numpy as np
import pandas as pd
import pytest

from core.cohort.ask import ask
from core.cohort.database import open_cohort
from core.cohort.labels import group_labels
from core.cohort.ranges import Cuts, Extent, default_cut, extents, quantile_cuts, shown
from core.cohort.selection import Comparison, Selection
from core.cohort.variables import Variable
from tests.conftest import COHORT_CSV


def opened(tmp_path, **numbers: list):
    texts = {
        "cohort": COHORT_CSV,
        "variables": "name,label,kind,section\n" + "".join(f"{name},{name.title()},number,first\n" for name in numbers),
        "patients": f"patient_id,{','.join(numbers)}\n"
        + "".join(
            f"P{place},{','.join('' if value is None else repr(value) for value in row)}\n"
            for place, row in enumerate(zip(*numbers.values(), strict=True))
        ),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    database = open_cohort(tmp_path)
    return database, extents(ask(database, "cohort/number_summaries", Selection("x")))


def sizes(database, comparison: Comparison) -> list[int]:
    rows = ask(database, "cohort/group_sizes", Selection("x", (), comparison))
    return rows["patients"].tolist()


def split(database, name: str, how: str) -> Cuts:
    return quantile_cuts(ask(database, "cohort/quantiles", Selection("x")), name, how)


def test_a_median_is_the_cut_and_its_label_as_long_as_it_has_to_be(tmp_path):
    # six ages in days: rounded down to four figures the cut was 21,910 and all six stood above it
    database, _ = opened(tmp_path, age=[21911, 21912, 21913, 21917, 21918, 21919])
    cuts = split(database, "age", "median")
    assert cuts == Cuts((21915.0,), ("21915",))
    assert sizes(database, Comparison("age", "median", cuts.at, cuts.shown)) == [3, 3]


@pytest.mark.parametrize(
    ("cut", "below", "above", "label"),
    [
        (21915.0, 21913, 21917, "21915"),
        (66.23, 63.58, 66.23, "66.23"),
        (57.333333333333336, 57, 58, "57.33"),
        (0.3, 0.2, 0.30000000000000004, "0.3"),
        (100 / 3, 33.33, 33.34, "33.333"),
        (2.00004, 2.00003, 2.00004, "2.00004"),
    ],
)
def test_a_label_is_true_of_the_patients_beside_it(cut, below, above, label):
    assert shown(cut, below, above) == label


def test_a_cut_that_leaves_a_side_empty_moves_to_the_next_value_that_does_not(tmp_path):
    database, ranges = opened(tmp_path, ecog=[0, 0, 1, 1, 0, 1, 0], lesions=[0, 0, 0, 0, 1, 2, 3])
    for name in ("ecog", "lesions"):
        cuts = split(database, name, "median")
        assert sizes(database, Comparison(name, "median", cuts.at, cuts.shown)) == [4, 3]
        variable = next(v for v in database.variables if v.name == name)
        cut = default_cut(variable, ranges[name])
        assert cut == 1.0
        assert sizes(database, Comparison(name, "cut", (cut,))) == [4, 3]
    assert split(database, "lesions", "tertiles").at == (1.0,), "the lower tertile is the least value"
    assert ranges["ecog"].cuts == (1.0, 1.0)


def test_where_no_cut_can_split_there_is_none(tmp_path):
    database, ranges = opened(tmp_path, same=[3, 3, 3, None], other=[1, 2, 3, 4])
    assert split(database, "same", "median") == Cuts()
    assert "same" not in ranges
    assert group_labels(Selection("x", (), Comparison("same", "median")), database.variables) == ("Same", "Missing")


def test_a_range_ends_at_the_datas_own_values_between_round_numbers(tmp_path):
    _, ranges = opened(tmp_path, dose=[0.8491, 3.14, 4.5512345678901], whole=[3, 50, 98], near=[1.0, 1.0, 1.0 + 1e-12])
    dose = ranges["dose"]
    assert (dose.low, dose.high) == (0.8491, 4.5512345678901)
    assert (dose.start, dose.stop, dose.step) == (0.84, 4.56, 0.02) if dose.step == 0.02 else dose.start <= dose.low
    assert dose.start <= dose.low
    assert dose.stop >= dose.high
    assert dose.ends(dose.start, dose.stop) == (dose.low, dose.high), "the handles at their ends leave nobody out"
    assert dose.ends(1.0000000000000002, 2.3999999999999995) == (1.0, 2.4), "what the browser adds is removed"
    assert dose.ends(4.56, 4.56) == (dose.high, dose.high), "beyond the data are its ends"
    assert dose.ends(0.84, 0.84) == (dose.low, dose.low)
    assert ranges["whole"].ends(3, 98) == (3.0, 98.0)
    assert "near" not in ranges, "a slider cannot tell these apart"


@pytest.mark.parametrize("seed", range(40))
def test_groups_always_add_up_and_everybody_is_where_the_label_says(tmp_path, seed):
    random = np.random.default_rng(seed)
    scale = 10.0 ** random.integers(-6, 7)
    values = np.round(random.normal(3, 2, random.integers(2, 30)) * scale, int(random.integers(0, 8)))
    if random.random() < 0.5:
        values = np.abs(np.round(values / scale))
    if random.random() < 0.2:
        values = values + scale * 1e5
    database, ranges = opened(tmp_path, x=[float(value) for value in values])
    variable = database.variables[0]
    comparisons = []
    for how in ("median", "tertiles"):
        cuts = split(database, "x", how)
        assert bool(cuts.at) == (len(set(values)) > 1)
        comparisons += [Comparison("x", how, cuts.at, cuts.shown)] if cuts.at else []
    if "x" in ranges:
        extent = ranges["x"]
        assert extent.start <= values.min() == extent.low
        assert extent.high == values.max() <= extent.stop
        cut = default_cut(variable, extent)
        assert extent.low < cut <= extent.high
        for edge in extent.cuts:
            assert extent.low < edge <= extent.high
        comparisons.append(Comparison("x", "cut", (cut,)))
    for comparison in comparisons:
        rows = ask(database, "cohort/who", Selection("x", (), comparison), most=99)
        assert len(rows) == len(values)
        assert rows["group"].nunique() == len(comparison.cuts) + 1, "no side is empty"
        said = [float(label.replace("−", "-")) for label in comparison.labels]
        for number, group in zip(rows["number"], rows["group"], strict=True):
            assert np.searchsorted(said, values[number], side="right") == group, (comparison, values[number])


def test_the_dictionarys_cut_is_used_where_it_splits():
    summaries = pd.DataFrame(
        {"variable": ["x"], "patients": [3], "missing": [0], "lowest": [1.0], "highest": [9.0], "whole": [True]}
        | {"median": [4.0]}
    )
    extent = extents(summaries)["x"]
    for cut, expected in ((1.0, 4.0), (1.5, 1.5), (9.0, 9.0), (9.1, 4.0), (None, 4.0)):
        assert default_cut(Variable("x", "X", "number", default_cut=cut), extent) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 1000], 3),  # the middle of the range would leave one patient alone
        ([0, 0, 0, 1], 1),  # nobody is below the median
        ([7.3891, 7.3892, 900.5], 7.3892),
        ([-5, -4, -3], -4),
        ([year for year in range(2014, 2020) for _ in range(10)], 2016.5),  # three figures would be 2020
        ([20240101, 20240102, 20240103, 20240131], 20240102.5),
    ],
)
def test_a_number_without_a_cut_of_its_own_is_cut_at_the_median(values, expected):
    numbers = pd.Series(values, dtype=float)
    whole = bool((numbers == numbers.round()).all())
    row = {"variable": ["x"], "patients": [len(numbers)], "missing": [0], "lowest": [numbers.min()]}
    row |= {"highest": [numbers.max()], "whole": [whole], "median": [numbers.median()]}
    extent = extents(pd.DataFrame(row))["x"]
    cut = default_cut(Variable("x", "X", "number"), extent)
    assert cut == expected
    assert (numbers < cut).any()
    assert (numbers >= cut).any()


def extent_of(values):
    low, high, median = min(values), max(values), float(np.median(values))
    row = pd.DataFrame(
        {
            "variable": ["x"], "lowest": [low], "highest": [high], "median": [median], "patients": [len(values)],
            "missing": [0], "whole": [all(float(value).is_integer() for value in values)],
        }
    )  # fmt: skip
    return extents(row)["x"]


@pytest.mark.parametrize(
    "values",
    [
        [*range(12_301, 12_360), 250_000],  # one outlier, and every other value alike in three figures
        [0.001, 0.1, 0.2, 0.3, 0.374, 0.5, 0.9, 1.2, 41.8],
        [-41.8, -1.2, -0.9, -0.5, -0.374, -0.3, -0.2, -0.1, -0.001],
        [*[1.0] * 3, 2, 3, 4, 5, 1_000],
        [3.17, 25.7, 27.56, 33.52, 63.58, 66.23, 78.4, 78.77, 89.64, 94.83, 98.02],
    ],
)
def test_the_usual_cut_halves_skewed_values_and_the_slider_reaches_where_they_lie(values):
    extent = extent_of(values)
    cut = default_cut(Variable("x", "X", "number", "", (), "more", None, None), extent)
    below = sum(value < cut for value in values)
    strictly, at_most = (sum(v < np.median(values) for v in values), sum(v <= np.median(values) for v in values))
    assert strictly <= below <= at_most
    first, last = extent.cuts
    reached = [first + extent.step * n for n in range(int((last - first) / extent.step) + 2)]
    assert len(reached) <= 1_100
    if max(values) < 100_000:  # a slider of a thousand steps cannot part values that are a thousandth of its range
        assert min(abs(len(values) / 2 - sum(value < at for value in values)) for at in reached) <= 2


def test_coarse_ends_are_no_patients_value():
    for low, high, ends in (
        (43, 72, (40, 80)),
        (1.37, 94.37, (0, 100)),
        (0.88, 4.55, (0, 5)),
        (40, 80, (30, 90)),
        (0, 100, (0, 100)),
    ):
        extent = Extent(low, high, low, high, 1, 0, (low + high) / 2).coarse
        assert (extent.low, extent.high) == (extent.start, extent.stop) == ends
