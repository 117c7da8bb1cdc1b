"""The survival page against the article, and in every state that needs words."""

import pytest

from tests.pages.conftest import OWN_ENDPOINTS
from tests.pages.the_app import choose, figures, numbers_under_the_axis, open_app, squeezed, table_rows, tables, widget


def test_pfs_and_os_of_all_patients_are_as_printed():
    # C23, C24: median PFS 6 and OS 15 months; R print(survfit(Surv(months, status) ~ 1, conf.type = "log-log"))
    app = open_app("survival")
    assert app.title[0].value == "Median PFS 6 months (95% CI 1.5–NR)"
    assert "All patients 11 7 6 (1.5–NR)" in squeezed(app)
    app = open_app("survival", {"endpoint": "OS"})
    assert app.title[0].value == "Median OS 15 months (95% CI 2–NR)"


@pytest.mark.parametrize("endpoint", ["PFS", "OS"])
def test_the_responders_35_months_are_explained(endpoint):
    # C27, C28: printed 35, the middle of a plateau from month 7 to 63
    app = open_app("survival", {"responder": "Yes", "endpoint": endpoint})
    text = squeezed(app)
    assert "stands at exactly 50% from month 7 to its last follow-up at month 63" in text
    assert "R prints 7, first time at or below 50% 7" in text
    assert "midpoint (R quantile, GraphPad Prism) 35, SAS not estimable" in text
    printed = "The article prints 35 months, the middle of such a plateau: (7 + 63) / 2."
    assert f"{printed} No event lies near it." in text
    assert app.title[0].value == f"Median {endpoint} 7 months (95% CI 1.5–NR), at a plateau of 50%"
    app = open_app("survival", {"responder": "Yes", "endpoint": endpoint, "median": "midpoint to last"})
    assert app.title[0].value == f"Median {endpoint} 35 months (95% CI 1.5–NR), at a plateau of 50%"
    app = open_app("survival", {"responder": "Yes", "endpoint": endpoint, "median": "strict"})
    assert app.title[0].value == f"Median {endpoint} not estimable (95% CI 1.5–NR), at a plateau of 50%"


def test_a_plateau_of_other_patients_is_not_taken_for_the_articles():
    # OS of ISS stage II rests at 50% from month 15 to 55, whose middle happens to be 35
    text = squeezed(open_app("survival", {"by": "iss_stage", "endpoint": "OS"}))
    assert "The curve of ISS stage II stands at exactly 50% from month 15 to its last follow-up at month 55" in text
    assert "The article prints" not in text


def test_the_responders_follow_up_is_as_printed():
    # C25, C26: plain median 23, range 2–63 (1.5 prints as 2)
    app = open_app("survival", {"responder": "Yes", "endpoint": "OS", "tab": "Follow-up"})
    assert "8 51 (39–NR) 23 (1.5–63)" in squeezed(app)


def test_each_group_has_its_row_and_its_line():
    app = open_app("survival", {"by": "prior_asct", "endpoint": "OS"})
    assert app.title[0].value == ("5 of 9 (No prior ASCT) and 2 of 2 (Prior ASCT) died: too few to tell")
    figure = figures(app)[0]
    ends = {row["label"]: row["colour"] for row in figure["datasets"]["ends"]}
    assert ends == {"No prior ASCT": "var(--group0)", "Prior ASCT": "var(--group1)"}
    at_risk = numbers_under_the_axis(app)
    assert at_risk["No prior ASCT"][0] == 9
    assert at_risk["Prior ASCT"] == [2, 0, 0, 0, 0, 0]


def test_a_colour_stays_with_its_level_under_every_filter():
    whole = figures(open_app("survival", {"by": "iss_stage"}))[0]["datasets"]["rows"]
    part = figures(open_app("survival", {"by": "iss_stage", "iss_stage": ["II", "III"]}))[0]["datasets"]["rows"]
    colours = {row["label"]: row["colour"] for row in whole}
    assert {row["label"]: row["colour"] for row in part} == {k: colours[k] for k in ("ISS stage II", "ISS stage III")}


def test_the_comparison_names_its_test_its_events_and_its_doubt():
    text = squeezed(open_app("survival", {"by": "emd_any"}))
    assert "Compared by the exact log-rank test over all 55 groupings: p = " in text
    assert "The test rests on only 7 events: read the intervals, not the p-value." in text
    assert "Of everyone in EMD it is printed, so how many had it in each group follows from the totals" in text
    assert "Firth-penalised Cox, profile limits" in text


def test_a_cut_that_was_moved_is_exploratory():
    moved = squeezed(open_app("survival", {"by": "bcma_percent", "cut": "60"}))
    assert "The cut was chosen while looking at the curves, which makes the p-value exploratory." in moved
    assert "exploratory" not in squeezed(open_app("survival", {"by": "bcma_percent", "split": "median"}))


def test_more_than_two_groups_are_compared_in_pairs():
    text = squeezed(open_app("survival", {"by": "iss_stage"}))
    assert "Pair Log-rank p p, adjusted by Holm" in text
    assert "ISS stage III against ISS stage II" in text


def test_the_reference_can_be_chosen():
    app = open_app("survival", {"by": "prior_asct"})
    assert "Hazard ratio against No prior ASCT" in squeezed(app)
    choose(app, reference="prior_asct 1")
    assert "Hazard ratio against Prior ASCT (" in squeezed(app)
    choose(app, by="emd_any")
    assert "Hazard ratio against No EMD" in squeezed(app), "a reference of another comparison is forgotten"


def test_a_late_word_of_a_choice_whose_words_changed_chooses_nothing():
    """Keys on the cut rename the groups; a run given up before it drew the reference leaves its former words behind."""
    app = open_app("survival", {"by": "bcma_percent"})
    former = widget(app, "selectbox", "reference").options[0]
    widget(app, "slider", "bcma_percent: cut").set_value(51.0).run()
    reference = widget(app, "selectbox", "reference")
    assert reference.options[0] != former
    app.session_state[reference.key] = former
    reference.set_value("bcma_percent 0").run()
    assert dict(app.query_params) == {"by": "bcma_percent", "cut": "51"}
    widget(app, "selectbox", "reference").set_value("bcma_percent 1").run()
    assert app.query_params["reference"] == "bcma_percent 1"
    widget(app, "selectbox", "reference").set_value("bcma_percent 0").run()
    assert app.query_params["reference"] == "bcma_percent 0"


def test_relapse_is_cumulative_incidence_with_death_competing():
    app = open_app("survival", {"endpoint": "Relapse"})
    assert figures(app)[0]["title"]["subtitle"] == ["Dashed: death without relapse"]
    # summary(survfit(Surv(months, factor(status)) ~ 1, conf.type = "log-log"), times = 6): 0.4545 (0.1666-0.7069)
    assert "All patients 11 5 2 45.5% (16.7–70.7)" in squeezed(app)
    assert "no median" in squeezed(choose(app, tab="Median"))
    compared = squeezed(open_app("survival", {"endpoint": "Relapse", "by": "iss_stage"}))
    assert "of the cause-specific hazard" in compared


def test_an_undated_variable_is_described_and_not_tested():
    for query in ({"by": "best_response"}, {"responder": "Yes", "by": "prior_asct"}):
        text = squeezed(open_app("survival", query))
        assert "no test and no hazard ratio" in text
        assert "became known only after infusion: a description, not a test." in text
        assert " p = " not in text
        assert "Hazard ratio of" not in text


def test_the_landmark_restarts_the_clock_and_says_who_left():
    app = open_app("survival", {"by": "mrd_negative", "endpoint": "OS", "landmark": "6"})
    text = squeezed(app)
    assert "3 patients had left by month 6 (3 with the event) and are not shown." in text
    assert "Among 8 patients (followed from the landmark at month 6), 4 died." in text
    rows = {label: counts[0] for label, counts in numbers_under_the_axis(app).items()}
    assert rows == {"No MRD negativity reached": 6, "MRD negativity reached": 2}
    assert figures(app)[0]["title"]["text"] == "Overall survival, groups as known by month 6"
    for words in (
        # the strip has whom the curves have
        "MRD negativity reached by month 6, n = 2 3 with the event or last seen by month 6",
        "Median, months after the landmark",
        "12 months after the landmark",
        "Median overall survival in MRD negativity reached by month 6 was",
        "months after the landmark (95% CI",
    ):
        assert words in text
    choose(app, landmark=12.0)
    assert "Among 6 patients (followed from the landmark at month 12)" in squeezed(app)
    choose(app, clock="infusion")
    assert " p = " not in squeezed(app)


def test_prolonged_cytopenia_is_known_from_month_one():
    app = open_app("survival", {"by": "prolonged_cytopenia", "landmark": "0.5"})
    assert widget(app, "slider", "landmark").value == 3.0, "a landmark before anything is known falls back"
    assert widget(app, "slider", "landmark").min == 1.0


def test_nobody_left_at_the_landmark_reads_as_a_sentence():
    app = open_app("survival", {"prior_asct": "Yes", "by": "mrd_negative", "landmark": "6"})
    assert app.title[0].value == "Nobody is left to follow"
    assert "Choose another landmark" in squeezed(app)


def test_one_group_and_no_patient_read_as_sentences():
    one = squeezed(open_app("survival", {"prior_asct": "Yes", "by": "prior_asct"}))
    assert "All patients shown are in one group (Prior ASCT), so there is nothing to compare it with." in one
    empty = open_app("survival", {"emd": "EM-B", "bcma_percent": "60..80"})
    assert empty.title[0].value == "No patient matches these filters"
    assert "Without “Extramedullary disease: EM-B” there would be 4 patients." in squeezed(empty)
    empty.button(key="clear filters").click().run()
    assert empty.title[0].value == "Median PFS 6 months (95% CI 1.5–NR)"


def test_one_patient_alone():
    app = open_app("survival", {"emd": "EM-E"})
    text = squeezed(app)
    assert "Median PFS not reached" in text
    # one of one event-free: exact one-sided 97.5% bound 0.025^(1/1)
    assert "100.0% (2.5–100.0)" in text
    assert "exact one-sided 97.5% bound" in squeezed(choose(app, tab="Method"))


def test_a_wish_that_a_filter_makes_impossible_comes_back():
    app = open_app("survival", {"horizon": "30", "tab": "Restricted mean"})
    assert widget(app, "slider", "horizon").value == 30
    choose(app, filter__responder=["No"])
    assert widget(app, "slider", "horizon").value < 30
    choose(app, filter__responder=[])
    assert widget(app, "slider", "horizon").value == 30
    assert list(app.query_params) == ["horizon", "tab"]


def test_a_chosen_reference_stands_in_the_link_and_survives_a_change_of_page():
    app = open_app("survival", {"by": "iss_stage"})
    choose(app, reference="iss_stage 2")
    assert app.query_params["reference"] in ("iss_stage 2", ["iss_stage 2"])
    app.switch_page("pages/overview.py").run()
    app.switch_page("pages/survival.py").run()
    assert "Hazard ratio against ISS stage III" in squeezed(app)
    linked = open_app("survival", {"by": "iss_stage", "reference": "iss_stage 2"})
    assert "Hazard ratio against ISS stage III" in squeezed(linked)


def test_the_address_is_of_the_view_as_it_stands():
    app = open_app("survival")
    choose(app, endpoint="OS")
    assert app.query_params["endpoint"] in ("OS", ["OS"])


def test_the_default_cut_is_not_called_exploratory():
    assert "exploratory" not in squeezed(open_app("survival", {"by": "bcma_percent", "cut": "50"}))


def test_follow_up_is_by_overall_survival_whatever_the_endpoint():
    text = squeezed(open_app("survival", {"responder": "Yes", "tab": "Follow-up"}))
    assert "Follow-up by OS." in text
    assert "8 51 (39–NR) 23 (1.5–63)" in text


def test_the_horizon_stays_within_follow_up():
    app = open_app("survival", {"by": "emd", "horizon": "60", "tab": "Restricted mean"})
    assert widget(app, "slider", "horizon").max == 55
    assert widget(app, "slider", "horizon").value == 36


def test_times_and_rule_are_kept_across_pages():
    app = open_app("survival", {"times": ["12", "36"], "endpoint": "OS"})
    assert "36 months" in squeezed(app)
    app.switch_page("pages/overview.py").run()
    app.switch_page("pages/survival.py").run()
    assert app.title[0].value == "Median OS 15 months (95% CI 2–NR)"
    assert "36 months" in squeezed(app)


def test_the_footer_says_how_many_are_shown_and_by_when_they_were_known():
    app = open_app("survival", {"by": "mrd_negative", "landmark": "6", "tab": "Method"})
    text = squeezed(app)
    assert "compared by MRD negativity reached by month 6. 11 of 11 patients" in text
    assert "5 of them are shown." in text


def test_the_usual_p_stands_beside_the_exact_one_and_why_they_differ():
    text = squeezed(open_app("survival", {"by": "prior_asct", "endpoint": "OS"}))
    assert "p = 0.018 (by chi-squared p < 0.001), resting on 7 events" in text
    assert "the smallest here has 2 patients: of 55 groupings only this one differs as much." in text
    assert "Test and interval disagree" not in text
    assert "p-values differ" not in squeezed(open_app("survival", {"by": "emd_any", "endpoint": "OS"}))


def test_a_number_that_is_cut_is_also_told_uncut():
    app = open_app("survival", {"by": "age_years", "split": "tertiles", "endpoint": "OS"})
    text = squeezed(app)
    assert "Age as it is, uncut: hazard ratio 1.06 (0.91–1.20) per 1 year (Firth-penalised Cox, p = 0.44)." in text
    assert "Test for trend over the groups: p = 0.43." in text
    assert table_rows(app, "Group")["Age < 57.33 years"][0] == "4"
    assert next(rows for rows in tables(app) if rows[0][-1] == "Method")[-1][0] == "Age, per 1 year"


def test_the_band_reaches_the_step_to_zero():
    bands = figures(open_app("survival", {"by": "prior_asct", "endpoint": "OS"}))[0]["datasets"]["steps"]
    last = [row for row in bands if row["group"] == 1][-1]
    assert last["months"] == 2.0
    assert last["band_lower"] is not None
    assert last["band_upper"] is not None


def test_the_first_landmark_offered_has_groups_to_compare():
    app = open_app("survival", {"by": "mrd_negative", "endpoint": "OS"})
    assert widget(app, "slider", "landmark").value == 6.0
    assert "Compared by the exact log-rank test" in squeezed(app)


def test_a_cut_is_remembered_and_its_reference_holds_while_it_moves():
    app = open_app("survival", {"by": "bcma_percent"})
    choose(app, reference="bcma_percent 0")
    widget(app, "slider", "bcma_percent: cut").set_value(75.0).run()
    assert "Hazard ratio against BCMA expression < 75%" in squeezed(app)
    assert "horizon" not in app.query_params, "other bounds of a slider are no choice of the viewer's"
    choose(app, split="median")
    choose(app, split="cut")
    assert widget(app, "slider", "bcma_percent: cut").value == 75.0


def test_reset_takes_hidden_options_along():
    app = open_app("survival", {"median": "strict", "band": "False", "prior_asct": "No"})
    app.button(key="reset").click().run()
    assert dict(app.query_params) == {}
    assert widget(app, "toggle", "band").value is True


def test_typed_times_are_months_or_say_so():
    app = open_app("survival", {"times": ["7,5", "soon"]})
    assert "7.5 months" in squeezed(app)
    widget(app, "multiselect", "times").set_value(["6", "soon"]).run()
    assert "no choice here: soon" in " ".join(toast.value for toast in app.toast)


def test_time_starts_where_the_cohort_says(own_cohort):
    cohort = "name,kind,citation,licence,data_cutoff,time_origin,description\nTest cohort,yours,,,,leukapheresis,\n"
    own_cohort(cohort=cohort, endpoints=OWN_ENDPOINTS)
    app = open_app("survival")
    assert "followed from leukapheresis" in squeezed(app)
    assert "Months since leukapheresis" in str(figures(app)[0])
    assert "Months since leukapheresis" in str(figures(open_app("overview"))[0])


@pytest.mark.parametrize(
    ("view", "reconstructed", "printed"),
    [
        (
            {"by": "mrd_negative", "endpoint": "OS", "landmark": "6"},
            "7 of 8",
            False,
        ),  # without 4, 7, 10: printed
        ({"by": "prolonged_cytopenia", "endpoint": "OS", "landmark": "3"}, "7 of 9", False),
        ({"by": "sex"}, "7 of 11", False),
        ({"by": "prior_asct"}, "7 of 11", True),  # 7 and 10
        ({"by": "emd"}, "7 of 11", True),  # 10; 2
    ],
)
def test_what_is_reconstructed_is_told_of_those_who_are_shown(view, reconstructed, printed):
    text = squeezed(open_app("survival", view))
    assert f"Outcome reconstructed in {reconstructed}" in text
    assert ("it is printed, so how many had it in each group follows" in text) == printed
    assert ("may in truth be larger, smaller or none" in text) != printed
    assert ("The months of “MRD negativity reached”, which make these groups, are in part reconstructed." in text) == (
        view["by"] == "mrd_negative"
    )


def test_where_nobodys_outcome_is_printed_nobody_is_named(tmp_path, monkeypatch):
    own = tmp_path / "cohort"
    own.mkdir()
    months = "".join(f"{n},OS,{n},{n % 2}\n" for n in range(1, 9))
    for name, text in {
        "cohort": "name,kind\nOwn,published\n",
        "variables": "name,label,kind,levels,section\narm,Arm,category,A|B,first\n",
        "patients": "patient_id,arm\n" + "".join(f"{n},{'AB'[n % 2]}\n" for n in range(1, 9)),
        "endpoints": f"patient_id,endpoint,months,status\n{months}",
        "provenance": "table,column,patient_id,source,note\nendpoints,status,,reconstructed,by a rule\n",
    }.items():
        (own / f"{name}.csv").write_text(text)
    monkeypatch.setenv("CARTOGRAPH_COHORT", str(own))
    app = choose(open_app("survival"), by="arm")
    assert (
        "Who had which outcome is not printed and was reconstructed from published summaries (by a rule)."
        in squeezed(app)
    )


def test_the_data_set_that_is_analysed_can_be_taken_away_from_follow_up():
    app = open_app("survival", {"tab": "Follow-up"})
    files = [button.proto.file_name if hasattr(button.proto, "file_name") else button.label
             for button in app.get("download_button")]  # fmt: skip
    assert len([name for name in files if name.startswith("Table, ")]) == 6, (
        files
    )  # of the Save, of the table, of the patients
    assert "Each patient's months, status and group for PFS" in squeezed(app)
