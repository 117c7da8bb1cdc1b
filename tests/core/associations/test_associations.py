"""Associations: each pair of kinds by its own test, by hand and against R; and every patient used or left out."""

import numpy as np
import pandas as pd
import pytest

from core.associations import words
from core.associations.answers import associations, explaining, outcomes
from core.associations.associate import associate
from core.associations.figure import association_chart, scale_of
from core.associations.measure import NUMBER, ORDERED, TIME, TWO, Measure
from core.associations.tables import associations_table, patients_table
from core.cohort.ask import Cohort
from core.cohort.selection import Comparison, Levels, Selection

DOSE = Measure("dose", "Dose", NUMBER, "×10⁸ cells")
ASCT = Measure("asct", "Prior ASCT", TWO, levels=("No", "Yes"))
RESPONSE = Measure("response", "Response", TWO, levels=("No response", "PR or better"), late=True)
DEPTH = Measure("depth", "Depth", ORDERED, levels=("SD", "PR", "CR"), late=True)
PFS = Measure("PFS", "Progression-free survival", TIME, "months")
PEAK = Measure("peak", "Peak", NUMBER, "cells/µL", late=True)

VALUES = pd.DataFrame(
    {
        "patient_id": list("abcdefgh"),
        "dose": [1.0, 2, 3, 4, 5, 6, 7, np.nan],
        "asct": [0.0, 0, 0, 0, 1, 1, 1, 1],
        "response": [0.0, 0, 0, 1, 1, 1, 1, 1],
        "depth": [0.0, 0, 1, 1, 2, 2, 2, 2],
        "PFS": [2.0, 4, 6, 8, 10, 12, 14, 16],
        "PFS: event": [True, True, True, True, True, False, False, False],
        "peak": [5.0, 80, 20, 40, 10, 90, 70, 60],
    }
)


def test_a_number_against_two_groups_by_hand():
    """Doses 4, 5, 6, 7 against 1, 2, 3: all above; one in 35 ways on each side, and the middle difference is 3.5."""
    found = associate(DOSE, RESPONSE, VALUES)
    assert (found.what, found.effect, found.p) == ("shift", 3.5, pytest.approx(2 / 35))
    assert len(found.patients) == 7  # one has no dose


def test_two_groups_against_a_number():
    """R: wilcox.test(c(10, 90, 70, 60), c(5, 80, 20, 40), conf.int = TRUE): W = 11, p = 0.4857, shift 25."""
    found = associate(ASCT, PEAK, VALUES)
    assert (found.effect, found.p) == (pytest.approx(25), pytest.approx(0.4857143))
    assert found.compares_y


def test_a_number_against_levels_is_spearmans():
    """R: cor.test(1:7, c(0, 0, 1, 1, 2, 2, 2), method = "spearman"): rho 0.9449112."""
    found = associate(DOSE, DEPTH, VALUES)
    assert (found.what, found.effect) == ("rank correlation", pytest.approx(0.9449112))


def test_two_against_two_is_fishers():
    """R: fisher.test(matrix(c(4, 0, 1, 3), 2))$p.value is 0.1428571."""
    found = associate(ASCT, RESPONSE, VALUES)
    assert (found.effect, found.p) == (pytest.approx(1 - 0.25), pytest.approx(0.1428571))
    assert words.effect_text(found).startswith("+75 percentage points (")


def test_two_groups_against_a_time_is_the_exact_log_rank():
    from core.survival.life_table import life_table
    from core.survival.log_rank_permutation import permutation_log_rank

    found = associate(ASCT, PFS, VALUES)
    sides = [VALUES[VALUES["asct"] == side] for side in (0, 1)]
    tables = [life_table(s["PFS"], s["PFS: event"].astype(int), (~s["PFS: event"]).astype(int)) for s in sides]
    assert found.p == pytest.approx(permutation_log_rank(tables).p)
    assert found.effect < 1


def test_a_number_against_a_time_is_per_unit():
    found = associate(DOSE, PFS, VALUES)
    assert (found.what, found.per) == ("hazard ratio", 1.0)
    assert found.effect < 1
    assert found.test == "Firth-penalised Cox, trend per unit"


def test_what_is_known_only_later_is_not_tested_against_a_time():
    found = associate(PEAK, PFS, VALUES)
    assert found.p is None
    assert "had to live to it" in found.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"dose": 1.0}, "the same in all"), ({"dose": np.nan}, "known of 0 only"), ({"response": 1.0}, "the same in all")],
)
def test_what_cannot_be_tested_says_why(change, reason):
    found = associate(DOSE, RESPONSE, VALUES.assign(**change))
    assert found.p is None
    assert reason in found.reason
    assert words.finding(found).endswith(found.reason)


@pytest.mark.parametrize("seed", range(6))
def test_numbers_and_order_of_rows_do_not_matter(seed):
    """With ties: a monotone change of x, and another order of patients, leave p as it is."""
    random = np.random.default_rng(seed)
    values = pd.DataFrame(
        {
            "patient_id": [str(n) for n in range(14)],
            "dose": random.integers(1, 6, 14).astype(float),
            "response": random.integers(0, 2, 14).astype(float),
        }
    )
    p = associate(DOSE, RESPONSE, values).p
    assert associate(DOSE, RESPONSE, values.assign(dose=np.exp(values["dose"]))).p == pytest.approx(p)
    assert associate(DOSE, RESPONSE, values.sample(frac=1, random_state=seed)).p == pytest.approx(p)
    assert associate(DOSE, RESPONSE, values.assign(response=1 - values["response"])).p == pytest.approx(p)


PAIRS = [(x, y) for x in (DOSE, ASCT, PEAK) for y in (RESPONSE, DEPTH, PFS, PEAK) if x is not y]


@pytest.mark.parametrize(("x", "y"), PAIRS, ids=lambda one: one.key)
def test_every_pair_is_drawn_with_each_patient_once(x, y):
    found = associate(x, y, VALUES)
    chart = association_chart(found, lit="a", turn=3)
    dots = chart["datasets"]["dots"]
    assert sorted(dots["patient_id"]) == sorted(found.patients["patient_id"])
    assert dots[["x", "y"]].notna().all(axis=None)
    assert dots["x"].between(0, 1).all()
    assert list(chart["datasets"]["lit"]["patient_id"]) == ["a"]
    header, rows = patients_table(found)
    assert len(rows) == len(found.patients)
    assert len(header) == len(rows[0])


def test_time_is_never_logarithmic():
    values = np.array([1.0, 100.0])
    assert scale_of(PEAK, values).logarithmic
    assert not scale_of(PFS, values).logarithmic


# -- the bundled cohort ----------------------------------------------------------------------------


def test_every_outcome_of_the_bundled_cohort(bundled):
    cohort = Cohort(bundled)
    assert [y.key for y in outcomes(cohort)] == [
        "response", "depth", "PFS", "OS", "Relapse", "crs", "peak: CAR-T cells, cells/µL",
    ]  # fmt: skip
    assert next(y for y in outcomes(cohort) if y.key == "crs").levels == ("Grade 1–2", "Grade 3–4")
    assert [x.key for x in explaining(cohort)][:2] == ["bcma_percent", "dose_1e8_cells"]
    for y in outcomes(cohort):
        every = associations(cohort, Selection(bundled.fingerprint), y.key)
        assert all(len(one.patients) == 11 for one in every)
        header, rows = associations_table(every)
        assert len(rows) == len(every) > 15
        assert {len(row) for row in rows} == {len(header)}


def test_bcma_against_response_as_in_table_1(bundled):
    """R: wilcox.test(BCMA of responders, of others): by the bundled outcomes, exactly as rank_sum has it."""
    from core.statistics.rank_sum import rank_sum

    found = next(o for o in associations(Cohort(bundled), Selection(bundled.fingerprint), "response"))
    assert found.x.key == "bcma_percent"
    rows = found.patients
    groups = [rows.loc[rows["y"] == side, "x"].to_numpy() for side in (1, 0)]
    assert [len(group) for group in groups] == [8, 3]
    assert found.p == rank_sum(*groups).p


def test_filters_count_and_comparisons_do_not(bundled):
    cohort = Cohort(bundled)
    filtered = Selection(bundled.fingerprint, (Levels("prior_asct", ("No",)),), Comparison("emd_any"))
    assert len(associations(cohort, filtered, "depth")[0].patients) == 9


def test_looks_are_counted(bundled):
    every = associations(Cohort(bundled), Selection(bundled.fingerprint), "PFS")
    tested = sum(one.p is not None for one in every)
    assert words.looks_note(every).startswith(f"{tested} associations are tested on this page.")
    assert any("had to live to it" in one.reason for one in every)
