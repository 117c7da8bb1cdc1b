"""The page of kinetics: families, one analyte or several, groups, and what is simulated says so."""

import pytest

from core.kinetics.result import window_of
from tests.conftest import COHORT_CSV
from tests.pages.the_app import (
    choose,
    figures,
    open_app,
    query_of,
    shows_no_nonsense,
    squeezed,
    table_rows,
    tables,
    widget,
)

NEUTROPHILS = "Neutrophils, 10⁹/L"


def test_car_t_cells_come_first_and_say_that_they_are_simulated():
    app = open_app("kinetics")
    assert app.title[0].value.startswith("Simulated: CAR-T cells peaked on day ")
    text = squeezed(app)
    assert "Values are simulated from the published description; no value is printed. They are no patient's" in text
    assert "Values are simulated from the published description." in text
    assert "Exact" not in text, "nothing is compared"
    rows = table_rows(app, "Patient")
    assert list(rows) == [str(n) for n in range(1, 12)]
    assert len(figures(app)) == 1
    assert len(figures(app)[0]["datasets"]["points"]) == 105
    shows_no_nonsense(app)


@pytest.mark.parametrize("family", ["Cytokines and CRP", "B cells and IgG", "Blood counts"])
@pytest.mark.parametrize("by", [None, "sex", "bcma_percent", "iss_stage", "responder"])
def test_every_family_and_comparison_is_shown(family, by):
    app = open_app("kinetics", {"family": family} | ({"by": by} if by else {}))
    shows_no_nonsense(app)
    header = tables(app)[0][0]
    assert header[:2] == (["Patient", "Group"] if by else ["Patient", header[1]])
    choose(app, tab="Groups")
    head = tables(app)[0][0]
    assert ("Mann–Whitney" in head) == (by in ("sex", "bcma_percent")), "not of three groups, nor of what came later"
    assert ("a description, not a test" in squeezed(app)) == (by == "responder")
    for tab in ("Scheduled days", "Method"):
        choose(app, tab=tab)
        shows_no_nonsense(app)


def test_one_analyte_of_a_family_until_a_day_and_its_link():
    app = open_app("kinetics", {"family": "Blood counts", "analyte": NEUTROPHILS, "by": "sex", "until_day": "31"})
    assert app.title[0].value.startswith("Simulated: Neutrophils, lowest value by sex: ")
    days = [row["day"] for row in figures(app)[0]["datasets"]["points"]]
    assert max(days) == 31
    facts = squeezed(app)
    assert "Male minus Female, Hodges–Lehmann (95% CI)" in facts
    assert "Exact Mann–Whitney test, p" in facts
    assert query_of(app) == {
        "by": ["sex"], "family": ["Blood counts"], "analyte": [NEUTROPHILS], "until_day": ["31"],
    }  # fmt: skip
    choose(app, family="Cytokines and CRP")  # has no neutrophils, so all of its own are shown
    assert app.title[0].value.startswith("Above normal by day 31") or "by day" in app.title[0].value


def test_a_filter_follows_at_once():
    app = open_app("kinetics", {"prior_asct": "Yes"})
    assert {row["patient_id"] for row in figures(app)[0]["datasets"]["points"]} == {"7", "10"}
    assert figures(app)[0]["datasets"]["medians"] == [], "no median of two"


def test_a_cohort_without_measurements_says_what_is_missing(tmp_path, monkeypatch):
    own = tmp_path / "cohort"
    own.mkdir()
    (own / "cohort.csv").write_text(COHORT_CSV)
    (own / "variables.csv").write_text("name,label,kind,section\nage,Age,number,first\n")
    (own / "patients.csv").write_text("patient_id,age\n1,50\n2,60\n")
    monkeypatch.setenv("CARTOGRAPH_COHORT", str(own))
    app = open_app("kinetics")
    assert app.title[0].value == "Nothing was measured in time in this cohort"
    assert "Data page" in squeezed(app)


def test_a_definition_of_prolonged_cytopenia_moves():
    app = open_app("kinetics", {"family": "Blood counts", "tab": "Prolonged cytopenia"})
    rows = table_rows(app, "By day 30")
    assert rows["Prolonged"][0].startswith("5, 45.5%")
    choose(app, cytopenia_day=31.0)
    assert table_rows(app, "By day 31")["Prolonged"][0].startswith("4, 36.4%")
    choose(app, lineages=["Platelets"])
    assert table_rows(app, "By day 31")["Prolonged"][0].startswith("1, 9.1%")
    assert query_of(app)["lineages"] == ["Platelets"]
    widget(app, "multiselect", "lineages").set_value([]).run()
    assert "Choose the blood counts" in squeezed(app)
    shows_no_nonsense(app)


def test_icaht_and_grades_name_their_version():
    app = open_app("kinetics", {"family": "Blood counts", "tab": "ICAHT", "by": "prior_asct"})
    assert "G-CSF and transfusions are not in the grade" in squeezed(app)
    assert tables(app)[0][0][:3] == ["Patient", "Group", "Longest streak ≤ 500/µL, days"]
    choose(app, tab="CTCAE grades")
    assert tables(app)[0][0][0] == "Worst grade, CTCAE 5.0"
    choose(app, ctcae_version="6.0")
    assert tables(app)[0][0][0] == "Worst grade, CTCAE 6.0"
    assert "CTCAE 6.0" in squeezed(app)
    shows_no_nonsense(app)


def test_values_can_stand_at_their_scheduled_days():
    sampled = figures(open_app("kinetics", {"family": "Blood counts", "analyte": NEUTROPHILS}))[0]["datasets"]["points"]
    scheduled = figures(
        open_app("kinetics", {"family": "Blood counts", "analyte": NEUTROPHILS, "days_as": "scheduled"})
    )[0]["datasets"]["points"]
    days = {row["day"] for row in scheduled}
    assert len(days) < len({row["day"] for row in sampled}), "weekly and yearly counts meet in windows"
    assert len({window_of(day) for day in days}) == len(days)  # one day a window
    assert 0 < len(scheduled) <= len(sampled)
    seen = {(row["patient_id"], row["day"]) for row in scheduled}
    assert len(seen) == len(scheduled)  # one value a patient and window


def own_measurements(own_cohort, rows: list[str], **tables: str) -> None:
    own_cohort(measurements="patient_id,analyte,day,value,unit,below_limit\n" + "\n".join(rows) + "\n", **tables)


def test_below_the_limit_is_said_and_a_zero_is_a_zero(own_cohort):
    rows = [f"X{n},B cells,{day},1,cells/µL,Yes" for n in (1, 2, 3) for day in (7, 14)]
    rows += [f"X{n},CD19 cells,{day},{value},%,No" for n in (1, 2, 3) for day, value in ((7, 5), (14, 0))]
    own_measurements(own_cohort, rows)
    app = choose(open_app("kinetics"), analyte="B cells, cells/µL")
    assert "below the limit in all, n = 3" in squeezed(app)
    assert app.title[0].value == "B cells fell below the limit of the assay, first on day 7"
    assert table_rows(app, "Patient")["X1"][1] == "below the limit"
    app = choose(open_app("kinetics"), analyte="CD19 cells, %")
    assert table_rows(app, "Patient")["X1"][1] == "0"
    assert "below the limit" not in " ".join(table_rows(app, "Patient")["X1"])
    assert "0 (0–0), n = 3" in squeezed(app)


def test_a_sentence_is_of_everyone_with_a_value_of_any_and_the_rest_are_counted(own_cohort):
    """X1 has one analyte, X2 another, X3 a value from before infusion only, X4 none."""
    own_measurements(own_cohort, ["X1,IL-6,3,5,pg/mL,No", "X2,IL-10,3,5,pg/mL,No", "X3,IL-6,-3,5,pg/mL,No"])
    app = open_app("kinetics")
    assert "Among 2 patients with values since infusion:" in squeezed(app)
    assert "2 patients without a value since infusion that counts." in squeezed(app)


def test_two_analytes_that_would_have_one_name_are_both_there(own_cohort):
    own_measurements(own_cohort, ["X1,IL-6,3,5,pg/mL,No", 'X1,"IL-6, pg/mL",3,9,,No', "X2,IL-6,3,7,pg/mL,No"])
    offered = widget(open_app("kinetics"), "selectbox", "analyte").options
    assert offered[1:] == ["IL-6, pg/mL", "IL-6, pg/mL (no unit)"]


def test_counts_whose_unit_has_no_grade_are_named(own_cohort):
    rows = [f"X{n},ANC,{day},2000,/µL,No" for n in (1, 2) for day in (0, 14, 40)] + [
        "X3,ANC,5,2,10^12/L,No",
        "X3,Hb,5,9,,No",
    ]
    own_measurements(own_cohort, rows)
    app = open_app("kinetics", {"family": "Blood counts"})
    for tab in ("ICAHT", "Prolonged cytopenia", "CTCAE grades"):
        assert "Not graded, for their unit: ANC in 10^12/L and Hb without a unit." in squeezed(choose(app, tab=tab)), (
            tab
        )


def test_a_sentence_of_simulated_values_begins_so():
    assert "Simulated values, no patient's: among 11 patients with values since infusion:" in squeezed(
        open_app("kinetics")
    )


@pytest.mark.parametrize(
    "more",
    [
        {"by": "best_response"},
        {"cytopenia_grade": "4", "lineages": "Haemoglobin"},
        {"by": "prior_asct", "lineages": "Haemoglobin"},
    ],
)
def test_a_group_in_which_nobody_was_seen_to_recover_is_shown(more):
    app = open_app("kinetics", {"family": "Blood counts", "tab": "Prolonged cytopenia", **more})
    assert "–" in next(
        row for name, row in table_rows(app, "By day").items() if name.startswith("Median day of recovery")
    )


def test_of_what_few_had_above_the_limit_no_median_is_given(own_cohort):
    values = {1: "2,pg/mL,Yes", 2: "2,pg/mL,Yes", 3: "2,pg/mL,Yes", 4: "8,pg/mL,No"}
    own_measurements(own_cohort, [f"X{n},IL-6,{day},{value}" for n, value in values.items() for day in (1, 3)])
    title = open_app("kinetics").title[0].value
    assert title == "IL-6 above the limit of the assay in 1 of 4 patients, peak on day 1"
