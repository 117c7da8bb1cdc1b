"""Cohorts wider than a screen: many variables, groups and terms are found, paged and named, and nothing is lost."""

import numpy as np
import pandas as pd
import pytest

from tests.pages.the_app import choose, figures, open_app, squeezed, tables, widget

PATIENTS, VARIABLES, TERMS, GROUPS = 60, 40, 120, 14


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """40 variables, one of 14 levels, and 120 terms of which the last is the most frequent."""
    rng, folder = np.random.default_rng(3), tmp_path_factory.mktemp("wide")
    ids = [f"P{n:03d}" for n in range(PATIENTS)]
    centres = "|".join(f"Centre {chr(65 + n)}" for n in range(GROUPS))
    rows = [("centre", "Centre", "category", centres, "first")]
    data: dict[str, object] = {"patient_id": ids, "centre": [f"Centre {chr(65 + n % GROUPS)}" for n in range(PATIENTS)]}
    for number in range(VARIABLES - 1):
        flag = number % 2 == 0
        rows.append((f"v{number}", f"Marker {number}", "flag" if flag else "number", "", "more"))
        data[f"v{number}"] = rng.choice(["No", "Yes"], PATIENTS) if flag else rng.lognormal(2, 2, PATIENTS).round(3)
    pd.DataFrame(rows, columns=["name", "label", "kind", "levels", "section"]).to_csv(
        folder / "variables.csv", index=False
    )
    pd.DataFrame(data).to_csv(folder / "patients.csv", index=False)
    months = rng.exponential(20, PATIENTS).round(2) + 0.1
    endpoints = pd.DataFrame({"patient_id": ids, "endpoint": "OS", "months": months, "status": 1})
    endpoints.to_csv(folder / "endpoints.csv", index=False)
    events = [(ids[n % PATIENTS], f"Term {n:03d}", 1) for n in range(TERMS - 1)]
    events += [(patient, f"Term {TERMS - 1:03d}", 3) for patient in ids[:50]]
    table = pd.DataFrame(events, columns=["patient_id", "term", "grade_min"])
    table.assign(grade_max=table["grade_min"]).to_csv(folder / "adverse_events.csv", index=False)
    (folder / "cohort.csv").write_text("name,kind\nWide,simulated\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _opened(wide, monkeypatch):
    monkeypatch.setenv("CARTOGRAPH_COHORT", str(wide))


def test_the_most_frequent_event_stands_first_unasked_and_every_line_is_reached():
    app = open_app("adverse_events")
    names = [row["name"] for row in figures(app)[0]["datasets"]["rows"]]
    assert names[:2] == ["Any adverse event", f"Term {TERMS - 1:03d}"]
    assert f"45 of {TERMS + 1} lines are shown" in squeezed(app)
    seen = set(names)
    for first in (46, 91):
        choose(app, first_line=first)
        seen |= {row["name"] for row in figures(app)[0]["datasets"]["rows"]}
    assert len(seen) == TERMS + 1
    choose(app, search="Term 007")
    assert [row["name"] for row in figures(app)[0]["datasets"]["rows"]] == ["Term 007"]


def test_the_file_holds_every_line(wide):
    app = open_app("adverse_events")
    assert len(next(rows for rows in tables(app) if rows[0][0].startswith("Adverse event"))) == 46


def test_of_many_variables_the_first_are_drawn_and_the_others_are_found():
    app = open_app("subgroups")
    first = {row["variable"] for row in figures(app)[0]["datasets"]["rows"]} - {""}
    assert 5 < len(first) < VARIABLES
    choose(app, subgroups_by=["v37", "v38"])
    assert {row["variable"] for row in figures(app)[0]["datasets"]["rows"]} - {""} == {"v37", "v38"}
    app = open_app("overview")
    baseline = next(rows for rows in tables(app) if rows[0][0] == "Characteristic")
    assert len(baseline) < 75
    choose(app, baseline_of=["v38"])
    assert len(next(rows for rows in tables(app) if rows[0][0] == "Characteristic")) == 2


def test_of_many_filters_those_are_drawn_that_are_found_or_that_filter():
    app = open_app("overview")
    choose(app, **{"More at baseline": True})
    assert not any((one.key or "").startswith("v4 ") for one in app.get("button_group"))
    choose(app, **{"found: More at baseline": ["v4"]})
    assert widget(app, "button_group", "v4")
    choose(app, v6=["Yes"])
    assert widget(app, "button_group", "v6")


def test_of_many_groups_those_are_drawn_that_can_be_told_apart():
    app = open_app("survival", None)
    choose(app, by="centre")
    datasets = figures(app)[0]["datasets"]
    assert len(datasets["rows"]) == 8
    assert len({(row["colour"], row["dash"]) for row in datasets["rows"]}) == 8
    assert datasets["ends"] == []
    text = squeezed(app)
    assert "8 curves are drawn, those of the largest groups: the table has all 14" in text
    assert "and 2 more groups" in text
    assert "Medians of 14 groups ran from" in text
    assert len(next(rows for rows in tables(app) if rows[0][:2] == ["Group", "Patients"])) == 1 + GROUPS
    toggles = {one.label: one.value for one in app.toggle}
    assert toggles["Confidence band"] is False, "the control says that no limits are drawn"
    app = open_app("adverse_events", None)
    choose(app, by="centre")
    assert len({row["group"] for row in figures(app)[0]["datasets"]["dots"]}) == 8
    assert "8 groups are drawn, the largest: the table has all 14" in squeezed(app)
