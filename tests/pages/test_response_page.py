"""The response page against the article, and in every state that needs words."""

import pytest

from tests.pages.conftest import OWN_PATIENTS
from tests.pages.the_app import choose, figures, open_app, shows_no_nonsense, squeezed, table_rows, tables, widget

RESPONSES = "patient_id,month,response,mrd,mrd_threshold\n"


def table_rows_of(app, *header: str) -> dict[str, list[str]]:
    table = next(table for table in tables(app) if table[0][: len(header)] == list(header))
    return {row[0]: row[1:] for row in table[1:]}


def test_the_rates_of_all_patients_are_as_printed():
    # C19, C20: 8 (72.7%) and 6 (54.5%); R: binom.test(8, 11)$conf.int, binom.test(6, 11)$conf.int
    app = open_app("response")
    assert app.title[0].value == "8 of 11 patients responded (72.7%; 95% CI 39.0–94.0)"
    rates = table_rows(app, "Group")["All patients"]
    assert rates == ["8/11, 72.7% (39.0–94.0)", "7/11, 63.6% (30.8–89.1)", "6/11, 54.5% (23.4–83.3)"]
    # C21, C22: PR or VGPR in 2, SD in 3
    best = table_rows(app, "Best response")
    assert best["VGPR"] == best["PR"] == ["1, 9.1% (0.2–41.3)"]
    assert best["SD"] == ["3, 27.3% (6.0–61.0)"]


def test_what_became_of_the_responders_is_as_printed():
    # C29: 75% (6/8) relapse-free at cutoff; C30: 4 (50%) alive
    app = open_app("response", {"responder": "Yes", "tab": "What became of them"})
    fates = table_rows_of(app, "Best response", "Patients")
    assert fates["Responders, PR or better"] == [
        "8", "6/8, 75.0% (34.9–96.8)", "4/8, 50.0% (15.7–84.3)", "2/8, 25.0% (3.2–65.1)",
    ]  # fmt: skip


def test_mrd_is_as_printed():
    # C31: all complete responders negative at 10^-4; C32, C33: median 9, range 6–12 of those alive; C34: 1 and 5
    app = open_app("response", {"tab": "MRD"})
    whole = table_rows_of(app, "Group", "Tested")["All patients"]
    assert whole == ["6 of 11", "6/6, 100.0% (54.1–100.0)", "6/11, 54.5% (23.4–83.3)", "10⁻⁴"]
    months = table_rows(app, "MRD negative patients")
    assert months["Alive at last contact"] == ["4", "9 (6–12)"]
    assert months["Died"] == ["2", "3 (1–5)"]


def test_two_groups_have_their_difference_and_fishers_test():
    # No prior ASCT 7/9, prior ASCT 1/2. Newcombe from Wilson's limits (R: prop.test(x, n, correct = FALSE)):
    # 7/9 0.4526-0.9368, 1/2 0.0945-0.9055; -0.2778 - sqrt(0.4055^2 + 0.1590^2), + sqrt(0.4055^2 + 0.3251^2).
    # R: fisher.test(matrix(c(7, 2, 1, 1), 2))$p.value = 0.4909
    app = open_app("response", {"by": "prior_asct"})
    rates = table_rows(app, "Group")
    assert rates["Prior ASCT minus No prior ASCT, % points"][0] == "−28 (−71 to 24)"
    assert rates["Fisher's exact test"] == ["p = 0.49", "p = 1.00", "p = 1.00"]
    assert app.title[0].value == "7 of 9 (No prior ASCT) and 1 of 2 (Prior ASCT) responded: too few to tell"
    assert "Of everyone in Prior ASCT it is printed" in squeezed(app)
    by_sex = squeezed(open_app("response", {"by": "sex"}))
    assert "may in truth be larger, smaller or none: neither test nor limits allow for that" in by_sex
    assumed = "Patient 5: printed as PR or VGPR; taken as VGPR."
    assert assumed in by_sex
    assert assumed in squeezed(open_app())
    assert assumed not in squeezed(open_app("response", {"prior_asct": "Yes"}))


def test_a_selection_is_set_against_the_rest_and_not_the_other_way():
    rates = table_rows(open_app("response", {"prior_asct": "Yes", "by": "rest"}), "Group")
    assert rates["Selected minus Rest, % points"][0] == "−28 (−71 to 24)"


def test_more_than_two_groups_are_not_tested():
    text = squeezed(open_app("response", {"by": "iss_stage"}))
    assert "ISS stage III" in text
    assert " p = " not in text


@pytest.mark.parametrize("by", ["best_response", "mrd_negative", "crs_grade"])
def test_what_became_known_later_is_described_and_not_tested(by):
    text = squeezed(open_app("response", {"by": by}))
    assert "became known only after infusion: a description, not a test." in text
    assert " p = " not in text
    assert "points" not in table_rows(open_app("response", {"by": by}), "Group")


def test_a_cut_that_was_moved_is_exploratory():
    assert "exploratory" in squeezed(open_app("response", {"by": "bcma_percent", "cut": "60"}))
    assert "exploratory" not in squeezed(open_app("response", {"by": "bcma_percent", "cut": "50"}))


def test_wilson_on_request():
    # R: prop.test(8, 11, correct = FALSE)$conf.int
    app = open_app("response", {"limits": "Wilson", "tab": "Method"})
    assert table_rows(app, "Group")["All patients"][0] == "8/11, 72.7% (43.4–90.3)"
    assert "Wilson score" in squeezed(app)


def test_dose_by_bcma_with_cuts_that_move():
    app = open_app("response", {"tab": "Dose by BCMA"})
    cells = table_rows(app, "PR or better")
    # Doses of 1.5 or more: patients 2, 4, 5, 8, 10; BCMA of 50% or more: 1, 2, 4, 6, 7, 9, 11; SD: 3, 9, 10
    assert cells["Infused dose < 1.5 ×10⁸ cells"] == ["0/1, 0.0% (0.0–97.5)", "4/5, 80.0% (28.4–99.5)"]
    assert cells["Infused dose ≥ 1.5 ×10⁸ cells"] == ["2/3, 66.7% (9.4–99.2)", "2/2, 100.0% (15.8–100.0)"]
    choose(app, rows_cut=3.0, two_way_rate="complete")
    cells = table_rows(app, "CR or better")
    assert cells["Infused dose ≥ 3 ×10⁸ cells"] == ["0/1, 0.0% (0.0–97.5)", "1/1, 100.0% (2.5–100.0)"]
    assert app.query_params["rows_cut"] in ("3", ["3"])


def test_undated_responses_have_no_duration_and_say_so():
    assert "No date of response is recorded for these patients" in squeezed(
        open_app("response", {"tab": "Duration of response"})
    )


def test_dated_responses_have_a_duration(own_cohort):
    # Responders X1 (PR at 1, progressed at 5) and X4 (CR at 2, followed to 12): 4 months with the event, 10 without.
    endpoints = "patient_id,endpoint,months,status,cause\nX1,PFS,5,1,\nX2,PFS,3,1,\nX4,PFS,12,0,\n"
    own_cohort(endpoints=endpoints, responses=RESPONSES + "X1,1,PR,,\nX2,1,SD,,\nX4,2,CR,negative,1e-5\n")
    app = choose(open_app("response"), tab="Duration of response")
    row = table_rows_of(app, "Group", "Patients", "Events")["All patients"]
    assert row[:2] == ["2", "1"]
    assert row[2].startswith("4 (")
    assert "10⁻⁵" in squeezed(choose(app, tab="MRD"))


def test_whoever_was_never_assessed_counts_among_all_patients_only(own_cohort):
    own_cohort(responses=RESPONSES + "X1,1,PR,,\nX2,1,SD,,\n")
    app = open_app("response")
    assert app.title[0].value.startswith("1 of 4 patients responded (25.0%")
    assert "2 patients not assessed for response" in squeezed(app)
    assert [row["response"] for row in figures(app)[0]["datasets"]["segments"]] == ["PR", "SD", "Not assessed"]
    choose(app, denominator="evaluable")
    assert app.title[0].value.startswith("1 of 2 patients responded (50.0%")
    assert [row["response"] for row in figures(app)[0]["datasets"]["segments"]] == ["PR", "SD"]


def test_a_cohort_without_responses_reads_as_a_sentence(own_cohort):
    own_cohort(patients=OWN_PATIENTS)
    app = open_app("response")
    assert app.title[0].value == "No response is recorded in this cohort"
    for denominator in ("all", "evaluable"):
        shows_no_nonsense(choose(app, denominator=denominator))


def test_the_results_sentence_carries_denominators_and_limits():
    text = squeezed(open_app("response"))
    assert "Among 11 patients, 8 of 11 (72.7%; 95% CI 39.0–94.0) reached PR or better" in text
    assert "6 of 6 (100.0%; 95% CI 54.1–100.0) were negative" in text
    assert "Outcomes were reconstructed from published summaries." in text


def test_a_cut_belongs_to_its_variable():
    app = open_app("response", {"rows_cut": "0.9", "tab": "Dose by BCMA"})
    widget(app, "selectbox", "two_way_rows").select("age_years").run()
    assert widget(app, "slider", "rows_cut").value == 60


def test_a_selection_against_the_rest_leaves_nobody_out_of_any_table():
    app = open_app("response", {"bcma_percent": "50..99", "by": "rest", "tab": "What became of them"})
    assert table_rows_of(app, "Best response", "Patients")["CR"][0] == "6"
    assert "6/6, 100.0% (54.1–100.0)" in table_rows_of(app, "Best response", "Patients")["CR"]


def test_an_mrd_month_counts_where_its_result_counts(own_cohort):
    # X1 negative at 2, X2 only after progression at 3: one of them is MRD negative, in either table.
    responses = RESPONSES + "X1,2,CR,negative,1e-5\nX2,1,PR,,\nX2,6,PR,negative,1e-5\n"
    endpoints = "patient_id,endpoint,months,status,cause\nX1,PFS,9,0,\nX2,PFS,3,1,progression\nX1,OS,9,0,\nX2,OS,9,0,\n"
    own_cohort(responses=responses, endpoints=endpoints)
    app = choose(open_app("response"), tab="MRD")
    assert table_rows_of(app, "Group", "Tested")["All patients"][1] == "1/1, 100.0% (2.5–100.0)"
    assert table_rows(app, "MRD negative patients") == {"Alive at last contact": ["1", "2 (2–2)"]}


def test_a_table_of_two_other_numbers_is_not_called_dose_by_bcma(own_cohort):
    own_cohort(
        variables="name,label,kind,unit,levels,section,default_cut,known_at\nage,Age,number,years,,first,,\n"
        "lines,Prior lines,number,,,first,,\n",
        patients="patient_id,age,lines\n" + "".join(f"X{n},{50 + n},{n % 5 + 1}\n" for n in range(1, 9)),
        responses="patient_id,month,response,mrd,mrd_threshold\nX1,1,PR,,\nX2,1,SD,,\n",
    )
    app = choose(open_app("response"), tab="Two numbers")
    assert not app.exception
    assert "Two numbers" in [tab.label for tab in app.tabs]
    assert "Dose by BCMA" not in [tab.label for tab in app.tabs]
    assert table_rows(app, "PR or better")
