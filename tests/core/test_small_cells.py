"""What is withheld of small numbers: by hand, and that no sum gives any away."""

import numpy as np
import pytest

from core.response.tables import two_way_table
from core.small_cells import WITHHELD, counts_shown, few, of_patients, tells_few, withheld
from core.statistics.numbers import fraction, n_limits, parts, percentage_points
from core.statistics.proportions import compare, proportion
from core.text import Count, Numeral, Shown, beside, marked, n_percent, with_numbers


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [(0, None, False), (1, None, True), (4, None, True), (5, None, False), (37, 40, True), (40, 40, False),
     (35, 40, False), (0, 3, True), (5, 40, False)],
)  # fmt: skip
def test_a_count_is_few_by_itself_by_what_it_leaves_and_by_what_it_is_of(count, total, expected):
    assert few(count, 5, total) is expected
    assert not few(count, 0, total), "where nothing is withheld nothing is"


@pytest.mark.parametrize(
    "words",
    ["2 of 40 progressed or died", "8 of 10 and 12 of 14 responded", "38/40, 95.0%", "4 patients without PFS recorded",
     "3 of the 40", "1 patient not assessed", "2 events", "12 of 41 had it; 4 died", "40 patients, 3 followed on"],
)  # fmt: skip
def test_words_that_tell_few(words):
    assert tells_few(words, 5)
    assert not tells_few(words, 0)


@pytest.mark.parametrize(
    "words",
    ["12 of 40 progressed or died", "0 of 40", "40 of 40", "Grade 3 or more", "median 3.5 months (1.2–4)", "p = 0.04",
     "95% CI 1.2–3", "CTCAE 5.0", "grade 3 events", "by month 4", "1,204 of 2,310 patients"],
)  # fmt: skip
def test_words_that_tell_no_few(words):
    assert not tells_few(words, 5)


def test_facts_tell_a_number_by_itself():
    assert tells_few("sCR 12, PR 3", 5, alone=True)
    assert not tells_few("sCR 12, PR 30", 5, alone=True)
    assert tells_few("4", 5, alone=True)
    assert tells_few("11 (8 PR or better, 3 No response)", 5, alone=True)
    assert not tells_few("9 (1.5–NR) months, p = 0.04, +12 (−2 to 3), 61% (32–90)", 5, alone=True)


def test_a_count_is_withheld_with_the_next_of_its_sum():
    table = (
        ["Group", "Patients", "Events", "Median"],
        [["A", Count(40), Count(3), Shown("7 (5–NR)", estimate=7.0)], ["B", Count(60), Count(30), Shown("9 (7–12)")]],
    )
    header, rows = withheld(table, 5)
    assert header == table[0]
    assert rows[0] == ["A", "40", WITHHELD, "7 (5–NR)"], "a median tells no count"
    assert rows[1] == ["B", "60", WITHHELD, "9 (7–12)"], "33 events of all less 30 of B would be the 3 of A"
    assert withheld(table, 0) == table


def test_differences_go_with_the_column_that_they_are_of():
    few_of, many = (proportion(count, 40, "Wilson") for count in (2, 20))
    pair = compare(few_of, many)
    two, twenty = marked(fraction(few_of), "apart"), marked(fraction(many), "apart")
    difference = ["A minus B", percentage_points(pair.difference), "p = 0.50"]
    table = (["Group", "CR", "ORR"], [["A", two, twenty], ["B", twenty, twenty], difference])
    rows = withheld(table, 5)[1]
    assert [row[1] for row in rows] == [WITHHELD, str(fraction(many)), WITHHELD]
    assert rows[0][2] == WITHHELD, "of a row of groups the other goes too: all of them together stand elsewhere"
    assert [row[2] for row in rows[1:]] == [str(fraction(many)), WITHHELD]


def test_a_share_goes_with_the_count_that_it_is_made_of():
    share = Shown("7.5% (1.6–20.4)", **{"estimate, %": 7.5})
    table = (["Variable", "Subgroup", "Patients", "Responses", "Share", "Remark"],
             [["EMD", "None", Count(40), Count(3, 40), share, ""], ["EMD", "Any", Count(20), Count(12, 20), share, ""],
              ["Sex", "F", Count(30), Count(17, 30), share, ""]])  # fmt: skip
    rows = withheld(table, 5)[1]
    assert [row[4] for row in rows] == [WITHHELD, WITHHELD, share]
    assert rows[1][3] == WITHHELD, "the other level, of which all less this one is the first"


def test_counts_within_each_other_tell_what_is_left():
    cells = [n_limits(proportion(count, 106, "Wilson")) for count in (65, 41, 24)]
    any_grade, low, high = cells
    row = withheld((["Term", "Any", "1–2", "3+"], [["Anaemia", any_grade, beside(low, 3), beside(high, 3)]]), 5)[1][0]
    assert row == ["Anaemia", any_grade, WITHHELD, WITHHELD]


def test_a_row_of_which_a_few_are_not_counted_is_withheld():
    row = withheld((["Group", "Tested", "Negative"], [["A", "105 of 106", fraction(proportion(57, 105))]]), 5)[1][0]
    assert row == ["A", WITHHELD, WITHHELD]


def test_counts_beside_each_other():
    assert counts_shown([106, 22, 13], 5) == ["106", "22", "13"]
    assert counts_shown([11, 2, 0], 5) == [WITHHELD, WITHHELD, "0"]
    assert counts_shown([14, 15, 1], 5) == [WITHHELD, "15", WITHHELD]


def test_levels_of_a_variable_are_a_sum_of_their_own():
    rows = [["EMD", "None", n_percent(120, 141)], ["EMD", "EM-B", n_percent(18, 141)],
            ["EMD", "EM-E", n_percent(3, 141)], ["Sex", "F", n_percent(70, 141)], ["Sex", "M", n_percent(71, 141)],
            ["Risk", "High", n_percent(137, 141)], ["Risk", "Low", n_percent(4, 141)]]  # fmt: skip
    cells = [row[2] for row in withheld((["Variable", "Characteristic", "All (N = 141)"], rows), 5)[1]]
    assert cells == ["120 (85.1%)", WITHHELD, WITHHELD, "70 (49.6%)", "71 (50.4%)", WITHHELD, WITHHELD]


def test_ends_of_a_range_are_single_patients():
    span = Shown("62 (34–81)", median=62.0, lowest=34.0, highest=81.0)
    dated = Shown("3 (1–9), 40 dated", n=40, median=3.0, lowest=1.0, highest=9.0)
    header, rows = withheld((["Characteristic", "All"], [["Age", span], ["Onset", dated]]), 5)
    assert [row[1] for row in rows] == ["62", "3"]
    assert with_numbers((header, rows))[0] == ["Characteristic", "All", "All: median"]


def test_an_estimate_of_few_at_risk_is_withheld():
    at = [Shown("80% (60–90)", at_risk=20), Shown("50% (20–70)", at_risk=3)]
    rows = withheld((["Group", "Patients", "12 months", "24 months"], [["A", Count(30), *at]]), 5)[1]
    assert rows[0] == ["A", "30", "80% (60–90)", WITHHELD]


def test_a_table_of_patients_is_not_shown():
    table = (["Patient", "Months"], [["P01", Numeral(3.5)]])
    assert of_patients(table[0])
    rows = withheld(table, 5)[1]
    assert "P01" not in str(rows)
    assert len(rows) == 1


@pytest.mark.parametrize("seed", range(60))
def test_no_sum_gives_a_small_number_away(seed):
    """
    Groups side by side with all of them together, of levels that add up to the
    groups: what is shown leaves no small count alone in any sum.
    """
    random = np.random.default_rng(seed)
    smallest, groups, levels = int(random.choice([3, 5, 10])), int(random.integers(2, 5)), int(random.integers(2, 6))
    counts = random.poisson(random.choice([2, 8, 30]), (levels, groups))
    whole = np.column_stack([counts, counts.sum(axis=1)])
    sizes = whole.sum(axis=0)
    shares = [[n_limits(proportion(int(c), int(s), "Wilson")) for c, s in zip(r, sizes, strict=True)] for r in whole]
    rows = [["V", f"level {n}", *cells] for n, cells in enumerate(shares)]
    shown = withheld((["Variable", "Characteristic", *map(str, range(groups + 1))], rows), smallest)[1]
    seen = np.array([[not isinstance(cell, str) or cell != WITHHELD for cell in row[2:]]
                     for row in shown])  # fmt: skip
    told = np.where(whole == 0, False, seen)
    assert not any(few(count, smallest, size) for count, size, is_told in zip(
        whole.ravel(), np.tile(sizes, levels), told.ravel(), strict=True) if is_told)  # fmt: skip
    for line, counted in [*zip(seen, whole, strict=True), *zip(seen.T, whole.T, strict=True)]:
        hidden = counted[~line & (counted > 0)]
        if len(hidden) and line[counted > 0].any():
            assert len(hidden) > 1, (shown, "one alone is the sum less the others")
            assert hidden.sum() >= smallest


def test_counts_that_add_up_to_what_is_known_give_no_small_one_away():
    def shown(counts):
        return [
            row[1] for row in withheld((["", "Patients"], [["", cell] for cell in parts(counts, sum(counts))]), 5)[1]
        ]

    assert shown([28, 2]) == [WITHHELD, WITHHELD]
    assert shown([12, 15, 3]) == [WITHHELD, "15", WITHHELD]
    assert shown([12, 15, 30]) == ["12", "15", "30"]
    assert shown([30]) == ["30"]


def test_a_hazard_ratio_of_few_is_withheld_with_them():
    table = (["Subgroup of", "Patients", "Events", "Hazard ratio (95% CI)"],
             [["A", Count(28), Count(19, 28), Shown("0.9 (0.5–2)", estimate=0.9, lower=0.5, upper=2)],
              ["B", Count(2), Count(2, 2), Shown("2.4 (0.6–11)", estimate=2.4, lower=0.6, upper=11)]])  # fmt: skip
    assert [row[3] for row in withheld(table, 5)[1]][1] == WITHHELD


def test_a_cell_that_the_whole_gives_away_takes_another_with_it():
    """Dose by BCMA of 40 patients, 30 responders: 16 of 20 withheld, and 14 of 20 beside it would tell them."""
    cells = {(1, 1): proportion(16, 20, "Wilson"), (2, 2): proportion(14, 20, "Wilson")}
    table = two_way_table("PR or better", cells, ("", "Low dose", "High dose"), ("", "Low BCMA", "High BCMA"))
    rows = withheld(table, 5)[1]
    assert rows == [["Low dose", WITHHELD, "no patient"], ["High dose", "no patient", WITHHELD]]
    cells = {(1, 1): proportion(12, 20, "Wilson"), (2, 2): proportion(14, 20, "Wilson")}
    assert WITHHELD not in str(withheld(two_way_table("PR", cells, ("", "a", "b"), ("", "c", "d")), 5)[1])
