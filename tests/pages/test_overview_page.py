"""The overview against the article: who they are and how they did."""

import pytest

from core.cohort.database import open_cohort
from tests.conftest import BUNDLED
from tests.pages.the_app import choose, figures, headlines, open_app, squeezed, tables


@pytest.fixture(scope="module")
def text() -> str:
    return squeezed(open_app())


@pytest.mark.parametrize(
    ("claims", "shown"),
    [
        ("C01", "Infused 11"),
        ("C02 C03", "Age, median (range), years 58 (54–70)"),
        ("C04", "Male 6 (54.5%)"),
        ("C05", "Light chain 5 (45.5%)"),
        ("C06", "IgG 4 (36.4%)"),
        ("C07", "IgD 2 (18.2%)"),
        ("C08 C09 C10", "I 1 (9.1%) II 6 (54.5%) III 4 (36.4%)"),
        ("C11", "EMD 2 (18.2%)"),
        ("C12 C13", "Prior lines, median (range), lines 4 (2–9)"),
        ("C14", "Prior ASCT 2 (18.2%)"),
        ("C15 C16", "BCMA expression, median (range), % 66.23 (3.17–98.02)"),
        ("C32 C33", "Months to MRD negativity, median (range), 4 patients, alive 9 (6–12)"),
        ("C34", "Months to MRD negativity, median (range), 2 patients, died 3 (1–5)"),
        ("C31", "With an MRD result 6, negative 6"),
        ("C21 C22", "Best response CR 6, VGPR 1, PR 1, SD 3"),
        ("C87 C88", "IgM 0 Light chain 5 (45.5%) Non-secretory 0"),
    ],
)
def test_a_printed_result_stands_on_the_page(text, claims, shown):
    assert shown in text


@pytest.mark.parametrize(
    ("claims", "label", "shown", "page"),
    [
        ("C19", "Overall response", "72.7% 8 of 11 95% CI 39.0–94.0", "response"),
        ("C20", "Complete response", "54.5% 6 of 11 95% CI 23.4–83.3", "response"),
        ("C23", "Median PFS, months", "6 7 of 11 progressed or died 95% CI 1.5–NR", "survival?endpoint=PFS"),
        ("C24", "Median OS, months", "15 7 of 11 died 95% CI 2–NR", "survival?endpoint=OS"),
        ("C37", "CRS, grade 3 or more", "18.2% 2 of 11 95% CI 2.3–51.8", "adverse_events"),
        ("C59", "Prolonged cytopenia", "45.5% 5 of 11 95% CI 16.7–76.6", "adverse_events"),
    ],
)
def test_a_headline_is_as_printed_and_leads_to_its_page(claims, label, shown, page):
    assert headlines(open_app())[label] == (shown, page)


def test_the_claims_named_above_are_the_articles(bundled):
    claims = bundled.ask("select claim_id, printed from claims").set_index("claim_id")["printed"]
    assert claims["C19"] == "8 (72.7%)"
    assert claims["C20"] == "6 (54.5%)"
    assert claims["C23"] == "6"
    assert claims["C15"] == "66.23%"


def test_responses_of_responders_and_complete_responders():
    # C21, C22: two PR or VGPR, three SD; C29, C30: 6 of 8 relapse-free, 4 of 8 alive; C32–C34: MRD months
    bundled = open_cohort(BUNDLED)
    counts = bundled.ask("select best_response::varchar as r, count(*) as n from patients group by all")
    by = dict(zip(counts["r"], counts["n"], strict=True))
    assert (by["CR"], by["VGPR"] + by["PR"], by["SD"]) == (6, 2, 3)
    text = squeezed(open_app("survival", {"responder": "Yes", "endpoint": "OS"}))
    assert "Selected patients 8 4 7" in text
    relapse = squeezed(open_app("survival", {"responder": "Yes", "endpoint": "Relapse"}))
    assert "Selected patients 8 2 2" in relapse
    marks = figures(open_app("overview", {"best_response": "CR"}))[0]["datasets"]["marks"]
    months = sorted(row["month"] for row in marks if row["event"] == "MRD negative")
    assert months == [1, 5, 6, 8, 10, 12]


def test_the_swimmer_has_a_lane_a_patient_with_its_source():
    figure = figures(open_app())[0]
    names = [row["patient_id"] for row in figure["datasets"]["names"]]
    assert sorted(names, key=int) == [str(n) for n in range(1, 12)]
    firm = {row["patient_id"] for row in figure["datasets"]["bars"] if row["firm"]}
    assert firm == set(), "every response is drawn at an assumed month"
    reported = {(row["patient_id"], row["event"]) for row in figure["datasets"]["marks"] if row["source"] == "reported"}
    assert reported == {("7", "MRD negative"), ("7", "Death")}
    events = {(row["patient_id"], row["event"]) for row in figure["datasets"]["marks"]}
    assert ("4", "Second infusion") in events
    assert ("7", "Death") in events
    assert ("2", "Alive, ongoing") in events
    assert {row["label"] for row in figure["datasets"]["below"]} == {
        "MRD negative", "Progression", "Second infusion", "Death", "Alive, ongoing", "After progression",
        "Reconstructed: dashed, hollow",
    }  # fmt: skip
    assert [row["label"] for row in figure["datasets"]["above"]] == ["CR", "VGPR", "PR", "SD", "Not yet assessed"]


def test_the_baseline_table_has_a_column_a_group():
    text = squeezed(open_app("overview", {"by": "prior_asct"}))
    assert "Characteristic No prior ASCT (N = 9) Prior ASCT (N = 2) All (N = 11)" in text
    assert "Male 5 (55.6%) 1 (50.0%) 6 (54.5%)" in text


def test_against_the_rest_the_table_covers_everybody():
    text = squeezed(open_app("overview", {"prior_asct": "No", "by": "rest"}))
    assert "Selected (N = 9) Rest (N = 2) All (N = 11)" in text


def test_headlines_are_of_each_group_that_is_compared():
    app = open_app("overview", {"by": "emd_any"})
    assert app.title[0].value == "7 of 9 (No EMD) and 1 of 2 (EMD) responded: too few to tell"
    shown = headlines(app)
    assert shown["Overall response"][0] == (
        "No EMD 77.8% 7 of 9; 95% CI 40.0–97.2 EMD 50.0% 1 of 2; 95% CI 1.3–98.7"  # R: binom.test(7, 9), (1, 2)
    )
    assert shown["Median OS, months"][0].startswith("No EMD 15 6 of 9 died; 95% CI 1.5–NR EMD 2 1 of 2 died")
    assert shown["CRS, grade 3 or more"][0].startswith("No EMD 22.2% 2 of 9; 95% CI 2.8–60.0 EMD 0.0% 0 of 2")
    assert shown["Median OS, months"][1] == "survival?by=emd_any&endpoint=OS"


def test_headlines_are_not_split_by_what_became_known_later():
    assert headlines(open_app("overview", {"by": "responder"}))["Median OS, months"][0].startswith("15 7 of 11 died")


def test_a_filter_moves_every_number():
    app = open_app("overview", {"prior_asct": "No"})
    assert app.title[0].value == "7 of 9 patients responded; 5 reached CR or better"
    assert "Infused 9" in squeezed(app)
    choose(app, filter__bcma_percent=(50.0, 99.0))
    assert app.title[0].value == "5 of 6 patients responded; 4 reached CR or better"


def test_each_patients_course_is_there_in_words():
    app = open_app()
    app.session_state["courses"] = True
    app.run()
    rows = {row[0]: row[1:] for table in tables(app) if table[0][-1] == "Cause of death" for row in table[1:]}
    assert len(rows) == 11
    assert rows["7"] == [
        "No EMD", "Yes", "94.83", "1.16",
        "CR from month 1; MRD negative at month 1; Death at month 1.5",
        "cardiac arrest, persistent infection",
    ]  # fmt: skip
    assert rows["5"][4] == (
        "VGPR from month 1, reconstructed; Progression at month 6, reconstructed; Death at month 6.5, reconstructed"
    )


def test_who_was_never_infused_counts_among_all_patients_and_can_be_filtered_out(own_cohort):
    own_cohort(
        variables="name,label,kind,section\ninfused,Infused,flag,first\n",
        patients="patient_id,infused\nX1,Yes\nX2,Yes\nX3,No\nX4,Yes\n",
        responses="patient_id,month,response,mrd,mrd_threshold\nX1,1,CR,,\nX2,1,SD,,\n",
    )
    app = open_app("overview")
    assert app.title[0].value == "1 of 4 patients responded; 1 reached CR or better"
    assert "Patients 4 Infused 3 Evaluable for response 2" in squeezed(app)
    choose(app, filter__infused=["Yes"])
    assert app.title[0].value == "1 of 3 patients responded; 1 reached CR or better"
    assert "Patients 3 Infused 3 Evaluable for response 2" in squeezed(app)
