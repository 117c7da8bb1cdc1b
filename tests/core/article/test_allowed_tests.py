"""Where tests of response and adverse events go in the cohorts that the article allows, by going through them."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import fisher_exact

from core.article import answers
from core.article import reconstruction as rec
from core.article.adverse_events import ONLY_IN_SEVERE_CRS, SEVERE_CRS, TABLE_3, _allocations
from core.article.allowed_events import PRINTED_SEVERE, TERMS
from core.article.allowed_tests import event_p
from core.cohort.ask import Cohort
from core.cohort.selection import Comparison, Levels, Selection


def p_of(a, n, b, m) -> float:
    return float(fisher_exact([[a, n - a], [b, m - b]])[1])


@pytest.mark.parametrize("severe_only", [False, True])
@pytest.mark.parametrize("term", TERMS)
def test_every_way_to_give_a_term_is_counted(term, severe_only):
    first, second = frozenset({7, 10, 3}), frozenset({1, 2, 8})
    mild, severe = next((row[2], row[3]) for row in TABLE_3 if row[0] == term)
    must = np.isin(rec.PATIENTS, PRINTED_SEVERE.get(term, ()))
    may = np.isin(rec.PATIENTS, SEVERE_CRS) if term in ONLY_IN_SEVERE_CRS else np.ones(11, bool)
    had = _allocations(mild, severe, must, may) >= (2 if severe_only else 1)
    sides = [had[:, np.isin(rec.PATIENTS, list(side))].sum(1) for side in (first, second)]
    expected = Counter(round(p_of(a, 3, b, 3), 9) for a, b in zip(*map(np.ndarray.tolist, sides), strict=True))
    found = event_p(term, first, second, severe_only)
    assert dict(zip(found.values.round(9), found.shares, strict=True)) == pytest.approx(
        {p: count / len(had) for p, count in expected.items()}
    )


def test_response_by_a_cut_is_gone_through(bundled):
    selection = Selection(bundled.fingerprint, (), Comparison("bcma_percent", "cut", (50.0,)))
    found = answers.allowed_response(Cohort(bundled), selection, (1, 0))
    high = [1, 2, 4, 6, 7, 9, 11]
    expected: Counter = Counter()
    for assignment in filter(rec.patient_8_survives, rec.assignments()):
        fate = dict(zip(rec.PATIENTS, assignment, strict=True))
        a = sum(fate[patient] != "SD" for patient in high)
        expected[round(p_of(a, 7, 8 - a, 4), 9)] += 1
    assert dict(zip(found["overall"].values.round(9), found["overall"].shares, strict=True)) == pytest.approx(
        {p: count / 180 for p, count in expected.items()}
    )


def test_of_a_group_that_is_printed_p_is_one_number(bundled):
    """Patients 2 and 10 are told of: 1 of 2 against 7 of 9, in every assignment."""
    found = answers.allowed_response(Cohort(bundled), Selection(bundled.fingerprint, (), Comparison("emd_any")), (1, 0))
    assert found["overall"].values.tolist() == pytest.approx([p_of(1, 2, 7, 9)])


def test_subgroups_go_as_their_comparisons_do(bundled):
    cohort, whole = Cohort(bundled), Selection(bundled.fingerprint)
    emd = Comparison("emd_any")
    found = answers.allowed_subgroups(cohort, whole, ((emd, 1), (emd, 0), (Comparison("sex"), 0)), "PFS")
    alone = answers.allowed_outcomes(cohort, Selection(bundled.fingerprint, (), emd), "PFS").comparison
    assert found[0].ratio.values == pytest.approx(alone.ratio.values)
    assert found[0].ratio.lowest == pytest.approx(1 / found[1].ratio.highest)
    only = Selection(bundled.fingerprint, (Levels("emd_any", ("EMD",)),))
    assert answers.allowed_subgroups(cohort, only, ((emd, 1),), "PFS") == (None,)


def test_adverse_events_of_groups_that_are_known_later_have_no_range(bundled):
    cohort = Cohort(bundled)
    late = Selection(bundled.fingerprint, (), Comparison("responder"))
    assert answers.allowed_events(cohort, late, (1, 0), False) == {}
    found = answers.allowed_events(cohort, Selection(bundled.fingerprint, (), Comparison("prior_asct")), (1, 0), True)
    assert found["Cytokine release syndrome"].values.tolist() == pytest.approx([p_of(1, 2, 1, 9)])
