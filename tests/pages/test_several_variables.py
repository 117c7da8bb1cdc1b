"""The tab Several variables of the survival page."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit

from tests.pages.the_app import choose, figures, open_app, shows_no_nonsense, squeezed, table_rows, widget


def opened(**query):
    return open_app("survival", {"tab": "Several variables"} | query)


def test_nothing_is_modelled_before_variables_are_chosen():
    app = opened()
    assert "Choose two or more variables" in squeezed(app)
    assert widget(app, "multiselect", "adjusted_for").value == []
    assert len(figures(app)) == 1
    choose(app, adjusted_for=["emd"])
    assert "Choose two or more variables" in squeezed(app)
    assert len(figures(app)) == 1, "one variable is adjusted for nothing"


def test_the_comparison_is_said_to_be_ignored():
    app = opened(adjusted_for=["age_years", "bcma_percent"], by="sex", endpoint="OS")
    assert "Of all these patients, whatever is compared." in squeezed(app)


def test_eleven_patients_are_penalised_and_doubted():
    app = opened(adjusted_for=["prior_asct", "age_years"], endpoint="OS")
    text = squeezed(app)
    assert "7 events for 2 coefficients, 3.5 each" in text
    assert "Firth-penalised: fewer than 10 events." in text
    assert "In a Firth-penalised Cox model of overall survival in 11 patients with 7 events" in text
    assert "Outcomes were reconstructed from published summaries." in text
    rows = table_rows(app, "Hazard ratio (95% CI) of")
    assert list(rows) == ["No prior ASCT (reference)", "Prior ASCT against No prior ASCT", "Age, per 1 year"]
    assert rows["Prior ASCT against No prior ASCT"][:2] == ["2", "2"]
    assert rows["No prior ASCT (reference)"][:2] == ["9", "5"]
    assert len(figures(app)) == 2

    shows_no_nonsense(app)


def test_a_file_carries_the_warnings(monkeypatch):
    made = {}
    monkeypatch.setattr(streamlit, "download_button", lambda *_, data, file_name, **__: made.update({file_name: data}))
    opened(adjusted_for=["prior_asct", "age_years"], endpoint="OS")
    with ThreadPoolExecutor(1) as elsewhere:  # as a file is made, outside the run
        file = elsewhere.submit(made["several_variables_OS_table.csv"]).result().decode("utf-8-sig")
    assert "Firth-penalised Cox model of 11 patients with 7 events, months since infusion." in file
    assert "7 events for 2 coefficients, 3.5 each" in file
    assert "may in truth be larger, smaller or none" in file


def test_the_model_follows_the_filters_and_not_the_comparison():
    app = opened(adjusted_for=["age_years", "bcma_percent"], by="sex")
    whole = table_rows(app, "Hazard ratio (95% CI) of")
    choose(app, by="nothing")
    assert table_rows(app, "Hazard ratio (95% CI) of") == whole
    choose(app, filter__prior_asct=["No"])
    part = table_rows(app, "Hazard ratio (95% CI) of")
    assert part != whole
    assert {row[0] for row in part.values()} == {"9"}


def test_what_became_known_later_is_no_covariate():
    app = opened(adjusted_for=["responder"])
    assert "Responder" not in widget(app, "multiselect", "adjusted_for").options
    assert "a choice that this page does not offer" in squeezed(app)
    assert widget(app, "multiselect", "adjusted_for").value == []


def test_a_description_has_no_model():
    app = opened(adjusted_for=["age_years"], responder="Yes", clock="infusion")
    assert "a description, and no model" in squeezed(app)


def test_a_landmark_restarts_the_models_clock():
    app = opened(adjusted_for=["age_years", "bcma_percent"], mrd_negative="No", landmark="3", endpoint="OS")
    text = squeezed(app)
    assert "followed from the landmark at month 3) with" in text
    assert "Hazard ratios for OS, adjusted for each other, from the landmark at month 3" in text
    rows = table_rows(app, "Hazard ratio (95% CI) of")
    curve = table_rows(app, "Group")["Selected patients"]
    assert [row[:2] for row in rows.values()] == [curve[:2]] * 2 != [["11", "7"]] * 2


@pytest.fixture
def three_hundred(tmp_path, monkeypatch):
    from core.cohort.simulated import write

    write(tmp_path / "cohort", 300)
    monkeypatch.setenv("CARTOGRAPH_COHORT", str(tmp_path / "cohort"))


def test_three_hundred_patients_show_assumptions_and_how_ratios_change(three_hundred):
    app = choose(open_app("survival"), tab="Several variables")
    choose(app, adjusted_for=["emd", "prior_asct", "bcma_percent"])
    text = squeezed(app)
    assert "In a Cox model of progression-free survival in 300 patients with 250 events" in text
    assert "for all variables together" in text
    assert len(figures(app)) == 3
    tests = table_rows(app, "Variable")
    assert list(tests) == ["Extramedullary disease", "Prior ASCT", "BCMA expression", "All together"]
    smallest = min((row[0], name) for name, row in tests.items() if name != "All together")[1]
    assert smallest == "BCMA expression"
    assert figures(app)[2]["title"]["text"] == "Log hazard ratio of BCMA expression, per 10 percentage points"
    choose(app, change_of="emd EM-B")
    assert figures(app)[2]["title"]["text"] == "Log hazard ratio of EM-B against No EMD"
    shows_no_nonsense(app)
