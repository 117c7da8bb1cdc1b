"""One result and its faces: table, sentence and curve say the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import text
from core.statistics.multiplicity import holm
from core.statistics.verdicts import FEWEST
from core.statistics.words import By
from core.survival import tables
from core.survival import words as survival_text
from core.survival.comparison import compare
from core.survival.follow_up import follow_up
from core.survival.hazard_ratios import MOST_MODELLED
from core.survival.numbers import ratio_text
from core.survival.result import SurvivalOptions, curve_table, survival_result
from core.survival.words import plateau_explanation, results_sentence, trust
from core.survival.words_finding import finding, key_numbers

LABELS = ("A", "B", "C")


def counts(*groups: list[tuple[float, int]]) -> pd.DataFrame:
    """Groups of (months, status) as the survival question answers them."""
    rows = [
        (number, months, int(status == 1), int(status == 0), int(status == 2))
        for number, group in enumerate(groups)
        for months, status in group
    ]
    return pd.DataFrame(rows, columns=["group", "months", "events", "censored", "competing"])


EARLY = [(1, 1), (2, 1), (3, 1), (10, 0)]
LATE = [(5, 1), (12, 0), (12, 0), (14, 0)]


def test_more_groups_than_a_model_takes_are_not_too_few():
    many = [(month, month % 5 < 4) for month in range(1, 41)]
    labels = tuple(f"Site {n}" for n in range(MOST_MODELLED + 1))
    result = survival_result("OS", counts(*[many] * len(labels)), labels, SurvivalOptions(), False)
    assert finding(result, compare(result)).endswith("no difference shown")
    fewer = survival_result("OS", counts(*[EARLY] * 3), LABELS, SurvivalOptions(), False)
    assert finding(fewer, compare(fewer)).endswith("too few to tell")


@pytest.mark.parametrize(
    ("endpoint", "happened"), [("PFS", "progressed or died"), ("Relapse", "relapsed or progressed")]
)
def test_an_incidence_is_not_titled_as_survival(endpoint, happened):
    # One of four has the event by month 2, another the competing one: 25% have had it.
    competing = survival_result(endpoint, counts([(1, 1), (2, 2), (9, 0), (9, 0)]), ("All",), SurvivalOptions(), True)
    assert "25.0% (" in finding(competing)
    assert finding(competing).endswith(f") {happened} by month 6")


def test_few_patients_have_no_limits_where_limits_are_normal():
    result = survival_result("OS", counts([(1.5, 1), (2, 1)], EARLY, [*EARLY, *LATE]), LABELS, SurvivalOptions(), False)
    _, rows = tables.means_table(result)
    # 1.75 months on average: the standard error of two deaths half a month apart would say 1.4 to 2.1
    assert [row[1].endswith("(no limits)") for row in rows] == [True, True, False]
    assert rows[0][1:] == ["1.8 (no limits)", f"fewer than {FEWEST} patients leave no limits"]
    assert key_numbers(*groups_of([(2, 1)], EARLY))[0][1].endswith(", of one patient")


def test_nobody_selected_gives_no_result():
    assert survival_result("OS", counts(), ("All",), SurvivalOptions(), False) is None


def test_the_faces_of_a_result_agree():
    result = survival_result("OS", counts(EARLY, LATE), LABELS, SurvivalOptions(times=(2.0,)), False)
    header, rows = tables.summary_table(result)
    assert header == ["Group", "Patients", "Events", "Median, months", "2 months"]
    # A: half have died by month 2 and the curve drops again at 3, so R prints the middle, 2.5
    assert rows[0][:4] == ["A", "4", "3", "2.5 (1–NR)"]
    assert rows[1][3].startswith("not reached")
    assert rows[0][4].startswith("50.0%")
    steps = curve_table(result)
    assert steps[(steps["group"] == 0) & (steps["months"] == 2)]["estimate"].item() == 0.5
    compared = compare(result)
    sentence = results_sentence(result, compared, (), "All patients")
    assert sentence.startswith("Among 8 patients, 4 died. Median overall survival in A was 2.5 months")
    assert "50.0%" in sentence
    assert finding(result, compared) == "3 of 4 (A) and 1 of 4 (B) died: too few to tell"
    assert finding(replace(result, landmark=3.0), compared) == (
        "3 of 4 (A) and 1 of 4 (B) died, from the landmark at month 3: too few to tell"
    )
    assert finding(result, None, described=True) == "3 of 4 (A) and 1 of 4 (B) died: described, not tested"
    names = ("a name that is rather long for a title", "and another that is hardly any shorter")
    long = survival_result("OS", counts(EARLY, LATE), names, SurvivalOptions(), False)
    assert finding(long, compare(long), By("ISS stage")) == "Overall survival by ISS stage: too few to tell"
    (ratio, p, events) = key_numbers(result, compared)
    assert ratio == ("Hazard ratio, B against A (95% CI)", ratio_text(compared.ratios[0][1]))
    assert p == ("Exact log-rank test over all 70 groupings, p", text.p_alone(compared.test.p))
    assert events == ("Events", "4")


def groups_of(*groups):
    result = survival_result("OS", counts(*groups), ("A", "B", "C"), SurvivalOptions(), False)
    return result, compare(result)


EARLIER, LATER = [(month, 1) for month in range(1, 21)], [(month + 20, 1) for month in range(1, 21)]


def test_a_title_names_who_has_the_event_sooner_only_where_test_and_limits_do():
    clear = "20 of 20 (A) and 20 of 20 (B) died: sooner in A"
    assert finding(*groups_of(EARLIER, LATER)) == clear
    assert finding(*groups_of(LATER, EARLIER)).endswith("sooner in B")
    assert finding(*groups_of(EARLIER, LATER), By(moved=True)) == f"{clear}, by a cut chosen here"
    assert finding(*groups_of([(1, 1)] * 5, [(9, 0)] * 5)) == (
        "5 of 5 (A) and 0 of 5 (B) died: sooner in A, on only 5 events"
    )
    assert finding(*groups_of([(1, 1)] * 4, [(9, 0)] * 9)) == "4 of 4 (A) and 0 of 9 (B) died: too few to tell"
    assert finding(*groups_of([(4, 0)], [(9, 0)])).endswith("nothing to compare")


def test_no_clear_difference_is_said_only_where_the_limits_exclude_one_that_matters():
    many = [(month + part / 10, 1) for month in range(1, 21) for part in range(8)]
    assert finding(*groups_of(many, many)).endswith("no clear difference")
    few = many[::20]
    assert finding(*groups_of(few, few)).endswith("too few to tell")
    assert finding(*groups_of(many, many, many)).endswith("no clear difference")
    assert finding(*groups_of(EARLIER, LATER, EARLIER)).endswith("the groups differ")


@pytest.mark.parametrize("seed", range(30))
def test_a_title_never_names_a_group_that_its_own_numbers_do_not(seed):
    rng = np.random.default_rng(seed)
    groups = [
        [(int(rng.integers(1, 30 * scale)), int(rng.random() < 0.7)) for _ in range(rng.integers(2, 40))]
        for scale in (1, rng.choice([1, 3]))
    ]
    result, compared = groups_of(*groups)
    title = finding(result, compared)
    ratio = compared.ratios[0][1]
    excludes_1 = (ratio.lower or 0) > 1 or (ratio.upper or np.inf) < 1
    sooner = next((label for label in "AB" if f"sooner in {label}" in title), None)
    if compared.test is None:
        assert title.endswith("nothing to compare")
    elif sooner:
        assert compared.test.p < 0.05
        assert excludes_1
        other = compared.ratios[0][0].label
        assert (ratio.ratio > 1) == (sooner == other)
    elif min(group.table.patients for group in result.groups) < FEWEST:
        assert title.endswith("too few to tell")
    else:
        assert not (excludes_1 and max(compared.test.p, compared.test.asymptotic_p) < 0.05)


def test_the_reference_is_the_first_group_or_the_one_asked_for():
    result = survival_result("OS", counts(EARLY, [*LATE, (15, 0)]), LABELS, SurvivalOptions(), False)
    assert compare(result).reference.label == "A"
    assert compare(result, 0).reference.label == "A"
    assert compare(result, 9).reference.label == "A"
    assert compare(result, 1).reference.label == "B"
    forth, back = compare(result, 0).ratios[0][1], compare(result, 1).ratios[0][1]
    assert forth.ratio * back.ratio == pytest.approx(1, rel=1e-6)


def test_one_group_is_not_compared():
    assert compare(survival_result("OS", counts(EARLY), LABELS, SurvivalOptions(), False)) is None


def test_groups_without_any_event_are_not_tested():
    compared = compare(survival_result("OS", counts([(3, 0)], [(4, 0)]), LABELS, SurvivalOptions(), False))
    assert compared.test is None
    assert compared.ratios[0][1].ratio is None


def test_a_group_gone_before_the_first_event_is_not_tested():
    result = survival_result("OS", counts([(1, 0), (2, 0)], [(5, 1), (6, 0)]), LABELS, SurvivalOptions(), False)
    compared = compare(result)
    assert compared.test is None
    assert "Nobody of a second group was left at the first event" in results_sentence(
        result, compared, (), "All patients"
    )


def test_many_groups_are_not_compared_in_pairs():
    labels = tuple("ABCDEFG")
    many = survival_result("OS", counts(*[EARLY] * 7), labels, SurvivalOptions(), False)
    assert compare(many).pairs == ()


def test_holm_by_hand():
    # R: p.adjust(c(0.01, 0.04, 0.03), "holm") is 0.03 0.06 0.06
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, None, 0.9]) == [1.0, None, 1.0]
    assert holm([]) == []


def test_pairs_are_given_for_more_than_two_groups():
    compared = compare(survival_result("OS", counts(EARLY, LATE, EARLY), LABELS, SurvivalOptions(), False))
    assert [(p.first.label, p.second.label) for p in compared.pairs] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert all(p.adjusted_p >= p.test.p for p in compared.pairs)


def test_the_horizon_is_within_every_groups_follow_up():
    result = survival_result("OS", counts(EARLY, LATE), LABELS, SurvivalOptions(), False)
    assert result.horizon == result.longest_horizon == 10
    ended = survival_result("OS", counts([(1, 1), (2, 1)], LATE), LABELS, SurvivalOptions(horizon=12), False)
    assert ended.horizon == 12, "a curve that has reached 0 limits nothing"
    assert ended.groups[0].mean.value == 1.5


def test_a_plateau_is_explained_only_where_there_is_one():
    result = survival_result("OS", counts(EARLY, LATE), LABELS, SurvivalOptions(), False)
    assert plateau_explanation(result.groups[0]) == "", "a plateau that the curve leaves again has one usual median"
    assert plateau_explanation(result.groups[1]) == ""
    final = survival_result("OS", counts([(7, 1), (63, 0)]), LABELS, SurvivalOptions(), False).groups[0]
    assert "The article prints 35 months, the middle" in plateau_explanation(final, [35.0])
    assert "The article" not in plateau_explanation(final, [34.0])


def test_follow_up_names_both_methods():
    followed = follow_up(counts([(1.5, 1), (4, 1), (5, 1), (7, 1), (39, 0), (45, 0), (50, 0), (63, 0)]), ("All",))[0]
    # R: quantile(survfit(Surv(time, 1 - event) ~ 1), 0.5) is 47.5; median(time) is 23
    assert followed.observed.months == 23
    assert (followed.shortest, followed.longest) == (1.5, 63)
    assert followed.reverse.months == pytest.approx(47.5)


@pytest.mark.parametrize("seed", range(10))
def test_competing_events_and_survival_add_up(seed):
    rng = np.random.default_rng(seed)
    rows = [(float(m), int(s)) for m, s in zip(rng.integers(1, 12, 40), rng.integers(0, 3, 40), strict=True)]
    result = survival_result("Relapse", counts(rows), ("All",), SurvivalOptions(), True)
    group = result.groups[0]
    assert result.competing
    _header, shown = tables.summary_table(result)
    assert shown[0][2:4] == [str(sum(s == 1 for _, s in rows)), str(sum(s == 2 for _, s in rows))]
    merged = np.cumprod(1 - (group.table.events + group.table.competing) / group.table.at_risk)
    assert group.incidence.event + group.incidence.competing + merged == pytest.approx(np.ones(len(merged)))


# -- what it means where p-values, interval and follow-up do not agree -------------------------------


def compared_as(p: float, asymptotic_p: float):
    compared = compare(survival_result("OS", counts(EARLY, LATE), LABELS, SurvivalOptions(), False))
    return replace(compared, test=replace(compared.test, p=p, asymptotic_p=asymptotic_p))


@pytest.mark.parametrize(
    ("p", "usual", "explained"),
    [
        (0.018, 0.0004, True),
        (0.04, 0.06, True),
        (0.06, 0.04, True),
        (0.5, 0.2, False),
        (0.03, 0.04, False),
        (0.24, 0.067, True),
        (0.0002, 0.00001, False),
    ],
)
def test_p_values_that_a_reader_would_take_for_different_are_explained(p, usual, explained):
    assert ("p-values differ because" in trust(compared_as(p, usual), False)) == explained


@pytest.mark.parametrize(
    ("p", "lower", "upper", "words"),
    [
        (0.13, 2.6, 4759.0, "p is above 0.05 and the hazard ratio's interval excludes 1"),
        (0.03, 0.9, 40.0, "p is below 0.05 and the hazard ratio's interval includes 1"),
        (0.03, 1.1, 40.0, ""),
        (0.3, 0.9, None, ""),
    ],
)
def test_an_interval_that_does_not_agree_with_the_test_is_explained(p, lower, upper, words):
    compared = compared_as(p, p)
    ((group, ratio),) = compared.ratios
    said = trust(replace(compared, ratios=((group, replace(ratio, lower=lower, upper=upper)),)), False)
    assert ("Test and interval disagree" in said) == bool(words)
    assert words in said


def test_follow_up_that_differs_clearly_is_told_with_both_medians():
    long = [(m, m % 3 == 0) for m in range(20, 60)]
    short = [(m / 10, m % 3 == 0) for m in range(20, 60)]
    compared = compare(survival_result("OS", counts(long, short), LABELS, SurvivalOptions(), False))
    assert len(compared.unlike_follow_up) == 2
    assert "Follow-up differs between the groups (median 4" in trust(compared, False)
    alike = compare(survival_result("OS", counts(long, long), LABELS, SurvivalOptions(), False))
    assert alike.unlike_follow_up == ()


def test_who_all_had_the_event_at_once_is_not_tested_and_told_why():
    result = survival_result("OS", counts([(2, 1), (2, 1)], [(2, 1), (1, 0)]), LABELS, SurvivalOptions(), False)
    assert survival_text.test_sentence(result, compare(result)).startswith("All who were left had the event at once")


def test_a_number_uncut_stands_beside_its_groups():
    values = pd.DataFrame(
        {
            "value": [50.0, 55.0, 60.0, 70.0],
            "months": [9, 7, 4, 2],
            "events": [1, 1, 1, 1],
            "without_event": [0, 0, 0, 0],
        }
    )
    result = survival_result("OS", counts([(9, 1), (7, 1)], [(4, 1)], [(2, 1)]), LABELS, SurvivalOptions(), False)
    compared = compare(result, None, values, missing=2)
    assert (compared.gradient.per, compared.gradient.ratio.method) == (10.0, "Firth")
    assert compared.gradient.ratio.ratio > 1
    assert compared.gradient.trend_p is None, "two groups and the empty cells: the trend is the test itself"
    assert compare(result, None, values, missing=3).gradient.trend_p < 0.1


def test_who_has_no_value_is_drawn_and_not_compared():
    result = survival_result("OS", counts(EARLY, LATE, [(1, 1), (2, 1)]), LABELS, SurvivalOptions(), False)
    compared, of_two = (
        compare(result, missing=2),
        compare(survival_result("OS", counts(EARLY, LATE), LABELS, SurvivalOptions(), False)),
    )
    assert len(result.groups) == 3
    assert compared.without_value == 2
    assert compared.test.p == of_two.test.p
    assert [group.label for group, _ in compared.ratios] == ["B"]
    assert "2 patients without a value are not compared." in trust(compared, False)
    assert compare(result, missing=1).test.permutations == 15


def test_the_horizon_is_not_that_of_the_empty_cells_who_are_not_compared():
    rows = [[(10, 0), (40, 0)], [(12, 1), (38, 0)], [(3, 0), (4, 0)]]
    labels = ("A", "B", "Missing")
    assert survival_result("OS", counts(*rows), labels, SurvivalOptions(), False).longest_horizon == 4
    result = survival_result("OS", counts(*rows), labels, SurvivalOptions(), False, missing=2)
    assert (result.longest_horizon, result.horizon) == (38, 36)
    assert result.groups[2].mean.value is None


def of_one(group: list[tuple[float, int]]):
    return survival_result("PFS", counts(group), LABELS[:1], SurvivalOptions(), False)


def test_where_numbers_are_withheld_no_time_is_that_of_a_censored_patient():
    result = of_one([(n + 0.5, int(n % 2 == 0)) for n in range(1, 13)])
    every = tables.curve_columns(result)[1]
    header, shown = tables.curve_columns(result, 3)
    assert [row[1] for row in every] == [0, *(n + 0.5 for n in range(1, 13))]
    assert [row[header.index("months")] for row in shown] == [0, 2.5, 4.5, 6.5, 8.5, 10.5]
    assert not {"at_risk", "events", "censored"} & set(header)
    later = of_one([(1.5, 1), *((7.2 + n, 0) for n in range(6))])
    header, shown = tables.curve_columns(later, 3)
    assert [row[header.index("months")] for row in shown] == [0, 1.5, 10], "on to the month before three are left"
