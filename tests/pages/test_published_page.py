"""What was printed beside what is computed now, and what the article leaves open, through app.py."""

import pytest

from tests.pages.the_app import open_app, squeezed, table_rows, tables


def test_each_verdict_is_counted_and_leads_to_its_page():
    app = open_app("published")
    words = squeezed(app)
    assert "68 of 98 printed results are reproduced, 10 more but for rule or rounding; 9 contradict each other" in words
    assert "Outcomes that are not printed patient by patient were reconstructed" in words
    rows = next(table for table in tables(app) if table[0][0] == "Printed result")
    assert len(rows) == 1 + 98 - 68
    assert any("5 of 8 (62.5%)simulated" in row for row in rows)
    bodies = "".join(one.proto.body for one in app.get("html"))
    assert 'href="survival?responder=Yes&amp;endpoint=PFS&amp;median=midpoint+to+last"' in bodies


def test_all_printed_results_can_be_read():
    app = open_app("published", {"verdict": "all"})
    assert len(next(table for table in tables(app) if table[0][0] == "Printed result")) == 1 + 98


OPEN = {"published_view": "open"}


def test_emd_is_worse_in_most_and_never_clearly():
    app = open_app("published", {**OPEN, "by": "emd_any", "tab": "Ranges"})
    words = squeezed(app)
    assert "Whether EMD does worse than No EMD is left open: worse in 68% of the cohorts" in words
    assert "That direction holds in most of the cohorts that the article allows (67.6%)" in words
    assert "hazard ratio 1.27 (0.13–6.07), whose limits allow for chance alone" in words
    assert "no probability" in words
    assert "EMD worse in 68 of 100" in words


def test_the_bundled_cohort_stands_within_each_range():
    """Every number of the bundled cohort lies between the lowest and the highest, or is one of them."""
    for query in ({"by": "emd_any"}, {"by": "bcma_percent", "endpoint": "OS"}, {"by": "iss_stage"}):
        app = open_app("published", {**OPEN, **query, "tab": "Ranges", "times": ["3", "12", "24"]})
        rows = next(table for table in tables(app) if table[0][0] == "Result")
        told = [[_number(cell) for cell in row[2:5]] for row in rows[1:] if "–" not in row[2:5]]
        assert len(told) > 8
        assert all(low - 0.011 * max(1, low) <= own <= high + 0.011 * max(1, high) for own, low, high in told)


def _number(cell: str) -> float:
    words = {"not reached": float("inf"), "< 0.001": 0.0}
    return words[cell] if cell in words else float(cell.removesuffix("%").replace(",", ""))


def test_all_assignments_can_be_taken():
    words = squeezed(open_app("published", {**OPEN, "by": "bcma_percent", "assignments": "all"}))
    assert "Assignments of outcomes 420" in words


@pytest.mark.parametrize("tab", ["How often", "Ranges", "Side by side", "Adverse event", "Method"])
@pytest.mark.parametrize(
    "view",
    [{}, {"by": "bcma_percent", "split": "tertiles"}, {"by": "responder"}, {"by": "rest", "prior_asct": "Yes"}],
    ids=["all", "tertiles", "responder", "rest"],
)
def test_every_tab_is_drawn(tab, view):
    app = open_app("published", {**OPEN, "tab": tab, **view})
    assert not app.exception


def test_a_step_is_wanted_by_link():
    app = open_app("published", {**OPEN, "by": "emd_any", "cohort_shown": "100"})
    assert "Cohort 100 of 100: HR 0.84" in squeezed(app)


def test_the_range_of_p_stands_beside_it_on_the_survival_page():
    words = squeezed(open_app("survival", {"by": "bcma_percent", "split": "tertiles"}))
    assert "p = 0.12" in words
    assert "In all cohorts that the article allows, p is < 0.001 to 1.00." in words


def test_the_range_is_of_the_ratio_that_is_shown():
    """With the other group as the reference ratio and range are turned round."""
    usual = squeezed(open_app("survival", {"by": "prior_asct"}))
    turned = squeezed(open_app("survival", {"by": "prior_asct", "reference": "prior_asct 1"}))
    assert "p is 0.018 to 0.36, the hazard ratio 2.90 to 34." in usual
    assert "p is 0.018 to 0.36, the hazard ratio 0.03 to 0.35." in turned


def test_the_bundled_median_is_by_the_rule_of_the_others():
    """Another rule chosen on the survival page would put it outside of all allowed cohorts."""
    app = open_app("published", {**OPEN, "responder": "Yes", "median": "midpoint to last", "tab": "Ranges"})
    rows = next(table for table in tables(app) if table[0][0] == "Result")
    median = next(row for row in rows if row[0].startswith("Median"))
    assert median[2:5] == ["7", "6", "7.5"]


def test_a_described_comparison_has_no_range():
    words = squeezed(open_app("survival", {"by": "responder", "clock": "infusion"}))
    assert "In all cohorts that the article allows" not in words


def test_ranges_stand_beside_tests_on_other_pages():
    words = squeezed(open_app("response", {"by": "bcma_percent"}))
    assert "In all cohorts that the article allows, p of Fisher's test is: PR or better" in words
    app = open_app("adverse_events", {"by": "prior_asct", "shown_as": "groups"})
    rows = next(table for table in tables(app) if "p in all allowed cohorts" in table[0])
    assert any(" to " in row[-1] for row in rows[1:])
    assert "allowed" not in squeezed(open_app("adverse_events", {"by": "responder", "shown_as": "groups"}))


def test_subgroups_unfold_how_far_each_ratio_may_go():
    app = open_app("subgroups", {"subgroup_outcome": "PFS"})
    assert "Hazard ratio, all allowed" not in squeezed(app)
    app.session_state["ranges"] = True
    app.run()
    assert not app.exception
    rows = table_rows(app, "Subgroup against all others")
    assert rows["Prior ASCT"][1].startswith("2.90 to ")
    assert rows["Prior ASCT"][3] == "100%"
