"""What is counted of the ways to give an adverse event to patients is what going through them finds."""

from collections import Counter

import numpy as np
import pytest

from core.article.adverse_events import ONLY_IN_SEVERE_CRS, SEVERE_CRS, TABLE_3, _allocations
from core.article.allowed_events import PRINTED_SEVERE, TERMS, allowed_count
from core.article.reconstruction import PATIENTS

GROUPS = {"EMD": {2, 10}, "ASCT": {7, 10}, "everyone": set(PATIENTS), "high BCMA": {1, 2, 4, 6, 7, 9, 11}, "one": {8}}


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("term", TERMS)
def test_every_way_is_counted(term, group):
    mild, severe = next((row[2], row[3]) for row in TABLE_3 if row[0] == term)
    must = np.isin(PATIENTS, PRINTED_SEVERE.get(term, ()))
    may = np.isin(PATIENTS, SEVERE_CRS) if term in ONLY_IN_SEVERE_CRS else np.ones(len(PATIENTS), bool)
    ways = _allocations(mild, severe, must, may)
    inside = np.isin(PATIENTS, list(GROUPS[group]))
    for severe_only in (False, True):
        counts = Counter(((ways >= (2 if severe_only else 1)) & inside).sum(1).tolist())
        found = allowed_count(term, frozenset(GROUPS[group]), severe_only)
        assert dict(zip(found.values, found.shares, strict=True)) == pytest.approx(
            {count: number / len(ways) for count, number in counts.items()}
        )


def test_what_is_printed_of_everyone_has_one_value():
    """Cytokine release: all eleven had it, patients 7 and 8 at grade 3 or more (the text)."""
    crs = TERMS[0]
    assert allowed_count(crs, frozenset({7, 10}), severe_only=True).values.tolist() == [1]
    assert allowed_count(crs, frozenset({2, 10}), severe_only=False).values.tolist() == [2]


def test_a_term_that_is_not_printed_is_refused():
    with pytest.raises(KeyError):
        allowed_count("Headache", frozenset({1}), severe_only=False)
