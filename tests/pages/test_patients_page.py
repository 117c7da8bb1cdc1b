"""One patient and all patients, through app.py."""

import pytest

from tests.pages.the_app import figures, open_app, shows_no_nonsense, squeezed


def light(app, who):
    app.session_state["lit"] = who
    app.session_state["turn of lit"] = 1
    app.run()
    assert not app.exception
    return app


def test_the_first_patient_is_shown_unasked_and_nobody_is_lit():
    app = open_app("patients")
    assert app.title[0].value == "Patient 1: best response CR, alive at month 63 (reconstructed)"
    assert "Release" not in squeezed(app)
    assert figures(app)[0]["description"].startswith("The course of patient 1")


def test_a_lit_patient_is_shown_with_the_course_as_the_files_have_it():
    app = light(open_app("patients"), "7")
    assert app.title[0].value == "Patient 7: best response CR, died at month 1.5"
    data = figures(app)[0]["datasets"]
    terms = {row["label"] for row in data["names"]}
    assert {"Response", "Infection", "Corticosteroids", "CAR-T cells", "IgG"} <= terms
    tiles = [row["label"] for row in data["tiles"]]
    assert tiles[0] == "3–5"  # the fatal infection
    said = {row["label"] for row in data["asides"]}
    assert "day not recorded" in said
    assert "day not recorded, given to this patient by rule" in said
    last = max(row["x"] for row in data["values"])
    assert last <= 1  # nothing after death
    shows_no_nonsense(app)


def test_values_that_are_simulated_say_so():
    assert "simulated from the published description" in squeezed(open_app("patients"))


def test_who_is_filtered_out_is_said():
    app = light(open_app("patients", {"prior_asct": "No"}), "7")
    words = squeezed(app)
    assert "Patient 7, who is lit, is not among those selected; this is the first who is." in words
    assert app.title[0].value.startswith("Patient 1:")


def test_next_and_previous_skip_who_is_filtered_out():
    app = light(open_app("patients", {"prior_asct": "Yes"}), "7")
    buttons = {button.key: button for button in app.button}
    assert (buttons["next patient"].label, buttons["previous patient"].disabled) == ("10", True)
    buttons["next patient"].click().run()
    assert app.title[0].value.startswith("Patient 10:")


@pytest.mark.parametrize(
    ("page", "query", "data"),
    [
        ("overview", {}, "lanes"),
        ("kinetics", {}, "lit"),
        ("adverse_events", {"shown_as": "patients"}, "patients"),
        ("survival", {}, "lit"),
        ("survival", {"endpoint": "Relapse", "by": "prior_asct"}, "lit"),
    ],
)
def test_who_is_lit_is_lit_on_every_page(page, query, data):
    app = open_app(page, query)
    before = figures(app)[0]["datasets"][data]
    after = figures(light(app, "8"))[0]["datasets"][data]
    assert before != after
    assert "8" not in {value for values in app.query_params.values() for value in values}
    shows_no_nonsense(app)


def test_the_end_of_a_lit_patients_follow_up_is_on_the_curve():
    app = light(open_app("survival", {"endpoint": "OS"}), "7")
    (mark,) = figures(app)[0]["datasets"]["lit"]
    assert (mark["months"], mark["label"]) == (1.5, "Patient 7: event at 1.5")
    assert mark["estimate"] == pytest.approx(10 / 11)  # the first of eleven to die


def test_other_tracks_can_be_chosen():
    data = figures(open_app("patients", {"tracks": ["IL-2, pg/mL"]}))[0]["datasets"]
    assert [row["label"] for row in data["names"] if row["weight"] == 600] == ["Response", "IL-2"]


EVENTS = (
    "patient_id,term,category,grade_min,grade_max,grading,onset_day,end_day\n"
    "X1,Fever,,1,1,CTCAE 5.0,0,1\nX1,Fever,,3,3,CTCAE 5.0,200,201\n"
    "X1,Rash,,1,1,CTCAE 5.0,3,\nX1,Rash,,1,1,CTCAE 5.0,90,95\n"
)


def test_each_episode_is_a_bar_of_its_own_within_the_axis(own_cohort):
    """Two fevers far apart, a rash without an end, and a treatment after all else."""
    own_cohort(adverse_events=EVENTS, milestones="patient_id,month,event,detail\nX1,20,tocilizumab,\n")
    data = figures(open_app("patients"))[0]["datasets"]
    said = [row["said"] for row in data["bars"]]
    assert said == [
        "Fever, grade 1, day 0 to 1", "Fever, grade 3, day 200 to 201",
        "Rash, grade 1, day 3 to 3, end not recorded", "Rash, grade 1, day 90 to 95", "tocilizumab, day 609",
    ]  # fmt: skip
    assert all(row["left"] < row["right"] <= 1.002 for row in data["bars"])
    assert [row["label"] for row in data["tiles"]] == ["3", "1"]
    assert data["bars"][-1]["centre"] == 1  # the last thing that happened ends the axis


MEASURED = "patient_id,analyte,day,value,unit,below_limit,lower_normal,upper_normal\n" + "".join(
    f"X1,CAR-T cells,{day},{value},cells/µL,No,,\n" for day, value in [(7, 50), (28, 4), (70, 900)]
)


def test_a_peak_is_of_the_first_infusion_as_on_the_page_of_kinetics(own_cohort):
    """Infused again in month 2: what rose after it is drawn, and the peak is that of day 7."""
    own_cohort(measurements=MEASURED, milestones="patient_id,month,event,detail\nX1,2,second infusion,\n")
    data = figures(open_app("patients"))[0]["datasets"]
    assert [row["label"] for row in data["extremes"]] == ["50 at day 7"]
    assert len(data["values"]) == 3
