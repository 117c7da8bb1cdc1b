"""The subgroups page: every subgroup's number is the one its own page would show."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit

from tests.pages.the_app import choose, figures, open_app, shows_no_nonsense, squeezed, table_rows, tables


def rows_of(app) -> dict[str, dict]:
    """The figure's rows by their names; a level has its variable before it."""
    return {f"{row['variable']} {row['name']}".strip(): row for row in figures(app)[0]["datasets"]["rows"]}


def test_the_whole_cohort_has_its_line():
    app = open_app("subgroups")
    assert app.title[0].value == "Overall response by subgroup; all selected 72.7% (95% CI 39.0–94.0)"
    whole = rows_of(app)["All selected patients"]
    assert (whole["patients"], whole["events"], whole["told"]) == ("11", "8", "72.7% (39.0–94.0)")


def test_every_baseline_variable_that_divides_the_patients_is_there():
    names = [row["name"] for row in figures(open_app("subgroups"))[0]["datasets"]["rows"] if row["number"] < 0]
    assert names == [
        "All selected patients", "Extramedullary disease", "Prior ASCT", "BCMA expression", "Infused dose",
        "Any extramedullary disease", "Age", "Sex", "Monoclonal protein", "Light chain", "ISS stage", "Prior lines",
        "Transduction efficiency", "Trial",
    ]  # fmt: skip
    alike = [row["name"] for row in figures(open_app("subgroups", {"sex": "Male"}))[0]["datasets"]["rows"]]
    assert "Sex" not in alike


@pytest.mark.parametrize(
    ("outcome", "level", "query"),
    [("overall", "emd No EMD", {"emd": "No EMD"}), ("complete", "sex Male", {"sex": "Male"})],
)
def test_a_rate_is_the_one_of_the_response_page(outcome, level, query):
    row = rows_of(open_app("subgroups", {"subgroup_outcome": outcome}))[level]
    rates = table_rows(open_app("response", query), "Group")["Selected patients"]
    assert f"{row['events']}/{row['patients']}, {row['told']}" == rates[0 if outcome == "overall" else 2]


@pytest.mark.parametrize("endpoint", ["PFS", "OS"])
@pytest.mark.parametrize(
    ("level", "query"),
    [
        ("prior_asct Prior ASCT", {"prior_asct": "Yes"}),
        ("iss_stage ISS stage II", {"iss_stage": "II"}),
        ("bcma_percent ≥ 50%", {"bcma_percent": "50..99"}),
    ],
)
def test_a_hazard_ratio_is_the_one_against_the_rest_of_the_survival_page(endpoint, level, query):
    row = rows_of(open_app("subgroups", {"subgroup_outcome": endpoint}))[level]
    reference = {"by": "rest", "endpoint": endpoint, "reference": "selection against the rest 1"}
    compared = squeezed(open_app("survival", query | reference))
    assert row["told"].replace(" (", " (") in compared


def test_the_sentence_says_how_many_hazard_ratios_there_are():
    told = squeezed(open_app("subgroups", {"subgroup_outcome": "PFS"}))
    assert "Among 11 patients (events: 7), the PFS hazard ratio could be estimated in 29 of 29 subgroups" in told


def test_survival_at_a_time_is_the_one_of_the_survival_page():
    row = rows_of(open_app("subgroups", {"subgroup_outcome": "PFS", "subgroup_measure": "12"}))["sex Female"]
    at_12 = table_rows(open_app("survival", {"sex": "Female"}), "Group")["Selected patients"]
    assert row["told"] == at_12[-2]


def test_two_groups_are_compared_within_each_subgroup():
    app = open_app("subgroups", {"by": "sex"})
    assert app.title[0].value == "Overall response: Male against Female, 0 of 9 tests of interaction below 0.05"
    rows = rows_of(app)
    assert not any(name.startswith("sex ") for name in rows)
    within = table_rows(open_app("response", {"by": "sex", "prior_asct": "No"}), "Group")
    assert rows["prior_asct No prior ASCT"]["told"] == within["Male minus Female, % points"][0]
    assert rows["prior_asct Prior ASCT"]["told"] == "+100 (−12 to 100)"
    assert rows["light_chain Light chain"]["told"] == "interaction p = 0.33 (exact)"
    assert "tests of interaction" in squeezed(app)


def test_what_cannot_be_estimated_says_so():
    app = open_app("subgroups", {"by": "sex", "subgroup_outcome": "PFS"})
    rows = rows_of(app)
    assert rows["emd EM-B"]["told"] == "not estimable"
    assert rows["emd EM-B"]["reason"] == "only one of the two groups"
    assert rows["prior_asct Prior ASCT"]["value"] is not None
    table = tables(app)[0]
    assert next(row for row in table if row[0] == "EM-B")[-1] == "only one of the two groups"
    heading = next(row for row in table if row[0] == "Prior ASCT")
    assert heading[-1] == "interaction not estimable: fewer than 10 events"


def test_the_number_of_comparisons_is_stated():
    assert "29 subgroups of 13 variables, none adjusted for their number" in squeezed(open_app("subgroups"))


def test_adverse_events_by_term_and_grade():
    app = open_app("subgroups", {"subgroup_outcome": "adverse"})
    assert rows_of(app)["All selected patients"]["told"] == "81.8% (48.2–97.7)"
    choose(app, subgroup_event="Infection", subgroup_grade="any")
    whole = rows_of(app)["All selected patients"]
    assert (whole["events"], whole["told"]) == ("8", "72.7% (39.0–94.0)")


def test_patients_known_by_their_outcome_have_no_hazard_ratio():
    app = open_app("subgroups", {"responder": "Yes", "subgroup_outcome": "OS"})
    assert app.title[0].value == "No hazard ratio of patients known by their outcome"
    assert figures(app) == []
    choose(app, subgroup_measure="24")
    assert "a description, not a test" in squeezed(app)
    shows_no_nonsense(app)


def test_more_groups_than_two_are_shown_together():
    text = squeezed(open_app("subgroups", {"by": "iss_stage"}))
    assert "3 groups are compared; a forest sets two against each other" in text


def test_a_cohort_without_outcomes_reads_as_a_sentence(own_cohort):
    own_cohort()
    assert open_app("subgroups").title[0].value == "No outcome is recorded"


def test_a_missing_value_is_a_subgroup_of_its_own(own_cohort):
    own_cohort(responses="patient_id,month,response,mrd,mrd_threshold\nX1,1,PR,,\nX3,1,CR,,\n")
    rows = rows_of(open_app("subgroups"))
    assert rows["risk Missing"]["told"] == "100.0% (2.5–100.0)"
    assert rows["age Missing"]["patients"] == "1"


def test_patients_grouped_by_their_outcome_are_not_compared():
    app = open_app("subgroups", {"by": "responder"})
    text = squeezed(app)
    assert "a description, not a test" in text
    assert "interaction" not in text
    assert app.title[0].value.startswith("Overall response by subgroup")


def test_few_patients_are_drawn_hollow():
    rows = rows_of(open_app("subgroups"))
    assert rows["emd EM-B"]["fill"] == "var(--bg)"
    assert rows["emd No EMD"]["fill"] == "var(--accent)"


def test_a_file_says_how_it_was_estimated_wherever_it_is_made(monkeypatch):
    # A file is made outside the run, where the viewer's choices are out of reach.
    made = {}
    monkeypatch.setattr(streamlit, "download_button", lambda *_, data, file_name, **__: made.update({file_name: data}))
    open_app("subgroups", {"subgroup_outcome": "PFS", "subgroup_measure": "12", "interval": "plain"})
    with ThreadPoolExecutor(1) as elsewhere:
        file = elsewhere.submit(made["subgroups_table.csv"]).result().decode("utf-8-sig")
    assert "95% limits on the plain scale" in file


@pytest.mark.parametrize("endpoint", ["PFS", "OS"])
def test_the_title_counts_comparisons_and_not_their_two_sides(bundled, endpoint):
    app = open_app("subgroups", {"subgroup_outcome": endpoint})
    patients = bundled.ask("select * from patients").set_index("patient_id")
    followed = bundled.ask(f"select patient_id, status from endpoints where endpoint = '{endpoint}'")
    status = followed.set_index("patient_id")["status"].reindex(patients.index)
    partings = set()
    for variable in bundled.variables:
        if variable.section == "after infusion":
            continue
        column = patients[variable.name]
        levels = [column < variable.default_cut] if variable.is_number else [column == v for v in variable.levels]
        for inside in levels:
            if inside.any() and not inside.all():
                partings.add(frozenset([frozenset(patients.index[inside]), frozenset(patients.index[~inside])]))
    assert (status == 1).sum() > 0
    found = re.search(r"(\d+) of (\d+) comparisons? excludes? 1", app.title[0].value)
    assert int(found[2]) == len(partings)
    assert f"{len(partings) / 20:.1f}".rstrip("0").rstrip(".") in app.title[0].value
    if endpoint == "OS":  # prior ASCT and no prior ASCT are one, the other way round
        assert found[1] == "1"
