"""Associations through app.py: the figure of a pair, everything against an outcome, and what is not tested."""

import pytest

from tests.pages.the_app import figures, open_app, shows_no_nonsense, squeezed, tables


@pytest.mark.parametrize("outcome", ["response", "depth", "PFS", "OS", "Relapse", "crs", "peak: CAR-T cells, cells/µL"])
def test_every_outcome_has_its_table_and_figure(outcome):
    app = open_app("associations", {"outcome": outcome})
    rows = next(table for table in tables(app) if table[0][0] == "Against it")
    assert len(rows) > 14
    assert len(figures(app)[0]["datasets"]["dots"]) == 11
    assert "associations are tested on this page" in squeezed(app)
    shows_no_nonsense(app)


@pytest.mark.parametrize("against", ["bcma_percent", "prior_asct", "sex", "peak: CRP, mg/L"])
@pytest.mark.parametrize("outcome", ["response", "depth", "PFS"])
def test_every_kind_of_pair(outcome, against):
    app = open_app("associations", {"outcome": outcome, "against": against})
    shows_no_nonsense(app)
    words = squeezed(app)
    if outcome == "PFS" and against.startswith("peak"):
        assert "known only after infusion: a patient had to live to it" in words
    else:
        assert "Tests on this page" in words


def test_what_rests_on_reconstructed_or_simulated_values_says_so():
    words = squeezed(open_app("associations", {"outcome": "response", "against": "peak: CRP, mg/L"}))
    assert "was reconstructed from published summaries" in words
    assert "simulated from the published description" in words


def test_a_filter_is_used_and_a_comparison_is_not():
    words = squeezed(open_app("associations", {"prior_asct": "No", "by": "sex"}))
    assert "Patients 9" in words
    assert "What is compared in the sidebar is not used here; filters are." in words


def test_a_filter_that_leaves_too_few_says_so():
    words = squeezed(open_app("associations", {"emd": ["EM-B", "EM-E"]}))
    assert "both are known of 2 only" in words


def test_a_peak_that_was_simulated_says_so_first_and_the_range_has_the_p_that_is_shown():
    app = open_app("associations", {"outcome": "crs", "against": "peak: CRP, mg/L"})
    assert app.title[0].value.startswith("Simulated: ")
    app = open_app("associations", {"outcome": "depth", "against": "dose_1e8_cells"})
    assert not app.title[0].value.startswith("Simulated")
    assert "p is 0.069 to 1.00" in squeezed(app), "1.00 is of the cohort that is shown"


def test_of_two_patients_nothing_is_tested_and_the_title_has_both_groups():
    assert "Of so few patients nothing can be tested." in squeezed(open_app("associations", {"prior_asct": "Yes"}))
    app = open_app("associations", {"outcome": "response", "against": "bcma_percent"})
    assert " in PR or better against No response" in app.title[0].value
    assert "(95% CI −30.35 to 64.5)" in app.title[0].value
    assert "11 (8 PR or better, 3 No response)" in squeezed(app)
