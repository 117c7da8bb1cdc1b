"""Times that are equal are tied: by hand, as R's survfit does it, and through an opened cohort."""

import numpy as np
import pytest

from core.cohort.ask import ask
from core.cohort.database import open_cohort
from core.cohort.selection import Selection
from core.cohort.times import tied
from core.survival.life_table import life_table
from tests.conftest import COHORT_CSV
from tests.reference.cohorts import REFERENCE, numbers

VARIABLES = "name,label,kind,section\nage,Age,number,first\n"


def test_what_differs_in_the_last_digits_is_one_time():
    found = tied(np.array([7.2 - 2.0, 6.3 - 1.1, 5.2, 5.3, 0.1 + 0.2, -0.0]))
    assert found.tolist() == [5.2, 5.2, 5.2, 5.3, 0.3, 0.0]
    assert tied(np.array([])).tolist() == []
    assert tied(np.array([5.999999999999999])).tolist() == [6.0], "at 6 months the patient is still followed"


def test_days_as_months_by_two_formulas_are_tied_and_no_two_days_are():
    days = np.arange(1, 4001)
    one, other = tied(np.concatenate([days / 30.4375, days / 365.25 * 12])).reshape(2, -1)
    assert (days / 30.4375 != days / 365.25 * 12).sum() > 1000
    np.testing.assert_array_equal(one, other)
    assert len(np.unique(one)) == 4000 == REFERENCE["ties"]["two_formulas"]["times"]
    np.testing.assert_allclose(one, days / 30.4375, rtol=1e-14)


def test_differences_of_decimals_are_tied_as_in_r():
    # R: survfit(Surv((starts + lasting) - starts, c(1, 0, 0)) ~ 1) with timefix
    starts, lasting = np.tile(np.arange(61) / 10, 30), np.repeat(np.arange(1, 31) / 10, 61)
    months = tied((starts + lasting) - starts)
    events = np.resize([1, 0, 0], len(months))
    table = life_table(months, events, 1 - events)
    assert table.at_risk.tolist() == REFERENCE["ties"]["decimals"]["at_risk"]
    assert table.events.tolist() == REFERENCE["ties"]["decimals"]["events"]


def test_near_times_are_tied_where_r_ties_them():
    # R: aeqSurv(Surv(near, 1))
    case = REFERENCE["ties"]["near"]
    np.testing.assert_allclose(tied(numbers(case["months"])), numbers(case["tied"]), rtol=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_order_and_distance_are_kept_and_a_second_time_changes_nothing(seed):
    random = np.random.default_rng(seed)
    months = np.concatenate([random.integers(0, 900, 400) / 30.4375, random.random(200) * 60])
    found = tied(months)
    assert np.abs(found - months).max() < 1e-6
    assert (np.diff(found[np.argsort(months, kind="stable")]) >= 0).all()
    np.testing.assert_array_equal(tied(found), found)


def opened(tmp_path, endpoints: str, responses: str = ""):
    ids = sorted({row.split(",")[0] for row in endpoints.split()})
    texts = {
        "cohort": COHORT_CSV,
        "variables": VARIABLES,
        "patients": "patient_id,age\n" + "".join(f"{one},50\n" for one in ids),
        "endpoints": f"patient_id,endpoint,months,status\n{endpoints}",
        "responses": f"patient_id,month,response\n{responses}",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_cohort(tmp_path)


def test_a_death_of_the_day_of_the_pfs_event_is_a_death_by_either_formula(tmp_path):
    day = 105
    database = opened(tmp_path, f"A,PFS,{day / 30.4375!r},1\nA,OS,{day / 365.25 * 12!r},1\n")
    assert database.ask('select "progressed: month" as month from patients')["month"].isna().all()


def test_an_assessment_of_the_day_of_progression_counts_by_either_formula(tmp_path):
    day = 105
    assert day / 365.25 * 12 != day / 30.4375
    database = opened(tmp_path, f"A,PFS,{day / 365.25 * 12!r},1\n", f"A,{day / 30.4375!r},CR\n")
    assert database.ask('select "response: best" as best from patients')["best"].tolist() == ["CR"]


def test_times_in_single_precision_are_tied_to_the_same_days(tmp_path):
    days = np.arange(1, 4001)
    single = (days / 30.4375).astype(np.float32).astype(float)
    one, other = tied(np.concatenate([days / 30.4375, single]), single=True).reshape(2, -1)
    np.testing.assert_array_equal(one, other)
    assert len(np.unique(one)) == 4000


def test_at_a_landmark_a_time_is_as_many_months_later_as_on_paper(tmp_path):
    database = opened(tmp_path, "A,OS,2.2,1\nB,OS,5,0\n")
    counts = ask(database, "survival/counts", Selection("x"), endpoint="OS", landmark=1.0)
    assert sorted(counts["months"]) == [1.2, 4.0], "and not 1.2000000000000002"


def test_equal_durations_of_response_are_tied(tmp_path):
    # R: 50% after the event. Response on day 20 and progression on day 190 lasts as long as from day 21 to day 191.
    days = {"A": (20, 190, 1), "B": (21, 191, 0)}
    endpoints = "".join(f"{one},PFS,{end / 30.4375!r},{status}\n" for one, (_, end, status) in days.items())
    responses = "".join(f"{one},{first / 30.4375!r},PR\n" for one, (first, _, _) in days.items())
    counts = ask(opened(tmp_path, endpoints, responses), "response/duration", Selection("x"))
    assert counts[["events", "censored"]].to_numpy().tolist() == [[1, 1]]
