"""An adverse event filters and compares on every page; single patients are left out by name."""

import pytest

from pages.shared.wanted import NOT_OFFERED
from tests.pages.the_app import choose, open_app, query_of, squeezed, table_rows, widget


def test_an_events_link_filters_compares_and_stays(bundled):
    severe = bundled.ask("select patient_id from adverse_events where term = 'Infection' and grade_min >= 3 order by 1")
    app = open_app(
        "survival", {"adverse_event": "Infection", "adverse_event_grade": "3+", "by": "adverse_event", "endpoint": "OS"}
    )
    rows = table_rows(app, "Group")
    assert rows["Infection, grade 3 or more: yes"][0] == str(len(severe)) == "3"
    assert rows["Infection, grade 3 or more: no"][0] == "8"
    assert "became known only after infusion, and no date is recorded" in squeezed(app)
    assert app.title[0].value.endswith("described, not tested")
    assert query_of(app) == {
        "adverse_event": ["Infection"],
        "adverse_event_grade": ["3+"],
        "by": ["adverse_event"],
        "endpoint": ["OS"],
    }


@pytest.mark.parametrize("page", ["overview", "survival", "response", "adverse_events", "kinetics", "subgroups"])
def test_an_event_and_a_name_leave_out_on_every_page(page):
    app = open_app(
        page,
        {"adverse_event": "Infection", "adverse_event_grade": "3+", "adverse_event_had": "No", "left_out": ["1", "4"]},
    )
    text = squeezed(app)
    assert "6 of 11 patients" in text
    labels = [button.label for button in app.button]
    assert "Infection, grade 3 or more: no" in labels
    assert "Without patients 1, 4" in labels
    widget_of = {button.label: button for button in app.button}
    widget_of["Without patients 1, 4"].click().run()
    assert "8 of 11 patients" in squeezed(app)
    {button.label: button for button in app.button}["Infection, grade 3 or more: no"].click().run()
    assert "11 of 11 patients" in squeezed(app)


def test_the_listed_patients_become_the_selection_and_are_compared():
    app = open_app("adverse_events", {"who": "Infection", "who_grade": "3+"})
    next(button for button in app.button if button.key == "select them").click().run()
    assert "3 of 11 patients" in squeezed(app)
    assert "Infection, grade 3 or more: yes" in [button.label for button in app.button]
    next(button for button in app.button if button.key == "compare by it").click().run()
    assert query_of(app)["by"] == ["adverse_event"]
    choose(app, adverse_event_had=None)
    assert "Infection, grade 3 or more: no 8" in squeezed(app)


def test_levels_of_an_event_have_the_counts_that_other_filters_leave():
    app = open_app("overview", {"adverse_event": "Infection", "adverse_event_grade": "3+", "prior_asct": "No"})
    choose(app, **{"Events and patients": True})
    had = widget(app, "button_group", "adverse_event_had")
    assert [option.content for option in had.proto.options] == ["No", "Yes"]
    rules = " ".join(e.proto.body for e in app.get("html") if "nth-of-type" in e.proto.body)
    assert 'nth-of-type(1)>div::after{content:" 7"}' in rules
    assert 'nth-of-type(2)>div::after{content:" 2"}' in rules


@pytest.mark.parametrize(
    "query",
    [
        {"adverse_event": "No such term"},
        {"by": "adverse_event"},
        {"adverse_event": "Infection", "adverse_event_grade": "9"},
        {"left_out": "99"},
    ],
)
def test_a_link_to_an_event_or_patient_that_is_not_there_says_so(query):
    app = open_app("survival", query)
    assert "11 of 11 patients" in squeezed(app)
    shown = squeezed(app) + " ".join(toast.value for toast in app.toast)
    assert "This link" in shown


def test_who_is_left_out_is_in_neither_the_selection_nor_the_rest():
    app = open_app("survival", {"left_out": "1", "prior_asct": "No", "by": "rest", "endpoint": "OS"})
    rows = table_rows(app, "Group")
    assert (rows["Selected"][0], rows["Rest"][0]) == ("8", "2")
    alone = open_app("survival", {"left_out": "1", "by": "rest"})
    assert "Rest" not in " ".join(table_rows(alone, "Group"))


def test_of_one_group_of_a_comparison_no_selection_is_offered():
    listed = {"who": "Infection", "by": "prior_asct"}
    assert "select them" in [button.key for button in open_app("adverse_events", listed).button]
    one_group = open_app("adverse_events", listed | {"who_group": "prior_asct 0"})
    assert "select them" not in [button.key for button in one_group.button]


def test_a_selection_by_an_assigned_event_says_so_everywhere():
    for page in ("overview", "survival", "response"):
        text = squeezed(open_app(page, {"adverse_event": "Infection", "adverse_event_had": "Yes"}))
        assert "Infection, any grade: which patients had it is not printed and was assigned for 7 of 8" in text
    severe = {"adverse_event": "Cytokine release syndrome", "adverse_event_grade": "3+", "adverse_event_had": "Yes"}
    assert "was assigned for" not in squeezed(open_app("survival", severe)), "the article prints who had it"


def test_a_grade_that_an_event_does_not_offer_neither_filters_nor_stays_in_the_address():
    app = open_app("survival", {"adverse_event": "ICANS", "adverse_event_grade": "3"})
    assert query_of(app) == {"adverse_event": ["ICANS"], "adverse_event_grade": ["3"]}
    choose(app, **{"Events and patients": True})
    choose(app, adverse_event="Infection")
    choose(app, adverse_event_had=["Yes"])
    assert widget(app, "selectbox", "adverse_event_grade").value == "any"
    assert "Infection, any grade: yes" in [button.label for button in app.button]
    assert "8 of 11 patients" in squeezed(app)
    assert query_of(app) == {"adverse_event": ["Infection"], "adverse_event_had": ["Yes"]}


@pytest.mark.parametrize(
    "lacking", [{"adverse_event_grade": "4", "adverse_event_had": "Yes"}, {"adverse_event_had": "Missing"}]
)
def test_a_link_that_asks_of_an_event_what_it_does_not_offer_is_told(lacking):
    app = open_app("survival", {"adverse_event": "Infection"} | lacking)
    assert NOT_OFFERED in squeezed(app)
    kept = {"adverse_event_had": ["Yes"]} if "adverse_event_grade" in lacking else {}
    assert query_of(app) == {"adverse_event": ["Infection"]} | kept
    assert f"{8 if kept else 11} of 11 patients" in squeezed(app)


@pytest.mark.parametrize(
    "view",
    [
        {"best_response": "CR", "by": "rest"},
        {"adverse_event": "Infection", "adverse_event_had": "Yes", "by": "rest"},
        {"adverse_event": "Infection", "adverse_event_had": "Yes", "by": "prior_asct"},
        {"by": "responder"},
    ],
)
def test_the_overview_judges_no_groups_that_were_made_after_infusion(view):
    app = open_app("overview", view)
    title = app.title[0].value
    assert "responded" in title
    assert not any(verdict in title for verdict in ("tell", "often", "difference", "disagree", "compare"))
    assert "a description, not a test" in squeezed(app)
    assert ("The numbers above are of all 11 patients" in squeezed(app)) == (view.get("by") in ("rest", "responder"))


def test_a_variable_called_as_the_patients_left_out_is_a_variable(tmp_path, monkeypatch):
    own = tmp_path / "cohort"
    own.mkdir()
    (own / "cohort.csv").write_text("name,kind\nOwn,yours\n")
    (own / "variables.csv").write_text("name,label,kind,unit,levels,section\nsingle patients,Room,flag,,,first\n")
    rooms = "".join(f"{n},{'Yes' if n % 2 else 'No'}\n" for n in range(1, 9))
    (own / "patients.csv").write_text(f"patient_id,single patients\n{rooms}")
    monkeypatch.setenv("CARTOGRAPH_COHORT", str(own))
    app = open_app("overview", {})
    choose(app, **{"single patients": ["Yes"]})
    choose(app, **{"Events and patients": True})
    choose(app, left_out=["1"])
    assert not app.exception
    assert "3 of 8 patients" in squeezed(app)
    next(button for button in app.button if button.label == "Room: yes").click().run()
    assert "7 of 8 patients" in squeezed(app)
