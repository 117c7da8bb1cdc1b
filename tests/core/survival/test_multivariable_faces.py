"""A model of several variables in words, tables and figures: all of one result."""

from dataclasses import replace
from types import SimpleNamespace

import altair as alt
import pytest

from core import text
from core.cohort.variables import Variable
from core.figures.export import as_svg, for_file
from core.figures.frame import rows_of, with_rows
from core.survival.cox import HazardRatio
from core.survival.figure_multivariable import multivariable_chart
from core.survival.figure_residuals import residuals_chart
from core.survival.multivariable import Multivariable
from core.survival.numbers import ratio_text
from core.survival.tables_multivariable import assumptions_table, coefficients_table
from core.survival.words_multivariable import coefficient_name, doubt, results_sentence, trust
from tests.core.survival.test_multivariable import AGE, BCMA, STAGE, made_up, modelled

ASCT = Variable("asct", "Prior ASCT", "flag", "", ("No", "Yes"))
VARIABLES = (AGE, BCMA, STAGE, ASCT)


@pytest.fixture(scope="module")
def model() -> Multivariable:
    return modelled(made_up(1, 200), (AGE, STAGE))


@pytest.fixture(scope="module")
def penalised() -> Multivariable:
    rows = made_up(4)
    rows["event"] = rows["event"] & (rows["event"].cumsum() <= 7)
    return modelled(rows.assign(asct=["Yes"] * 2 + ["No"] * 58), (AGE, ASCT))


def test_coefficients_read_as_what_they_compare(model, penalised):
    names = [coefficient_name(c, VARIABLES) for c in model.coefficients]
    assert names == ["Age, per 10 years", "Stage II against Stage I", "Stage III against Stage I"]
    assert coefficient_name(penalised.coefficients[1], VARIABLES) == "Prior ASCT against No prior ASCT"
    tested = {row[0]: row[5] for row in coefficients_table(penalised, VARIABLES)[1]}
    assert tested["No prior ASCT (reference)"] == "", "of two levels the test is that of the ratio"
    p = text.p_value(penalised.tests["asct"].p).removeprefix("p ").removeprefix("= ")
    assert tested["Prior ASCT against No prior ASCT"] == p


def test_table_sentence_and_figure_hold_the_same_ratios(model):
    header, [first, reference, *others] = coefficients_table(model, VARIABLES)
    sentence = results_sentence(model, "PFS", VARIABLES, "All patients")
    drawn = rows_of(multivariable_chart(model, VARIABLES), "effects")
    against = model.coefficients[1].against
    assert reference[:5] == ["Stage I (reference)", *map(str, against), "1", "1"]
    assert [row[5] for row in others] == ["", ""], "a variable of several levels is tested once, in its reference's row"
    for row, test in ((first, model.tests["age"]), (reference, model.tests["stage"])):
        assert text.p_value(test.p).removeprefix("p ").removeprefix("= ") == row[5]
    for c, row in zip(model.coefficients, [first, *others], strict=True):
        adjusted, unadjusted = ratio_text(c.adjusted), ratio_text(c.unadjusted)
        assert dict(zip(header, row, strict=True)) == {
            "Hazard ratio (95% CI) of": coefficient_name(c, VARIABLES),
            "Patients": str(c.patients),
            "Events": str(c.events),
            "Unadjusted": unadjusted,
            "Adjusted": adjusted,
            "p of the variable": row[5],
            "Method": "Cox",
        }
        assert f"{adjusted} for {coefficient_name(c, VARIABLES)}" in sentence
        said = {row["kind"]: row["said"] for row in drawn if row["name"] == coefficient_name(c, VARIABLES)}
        assert said == {"Adjusted": adjusted, "Unadjusted": unadjusted}
    assert sentence.startswith("In a Cox model of progression-free survival in 200 patients with ")
    assert "reconstructed" not in sentence
    assert "reconstructed" in results_sentence(model, "PFS", VARIABLES, "All patients", reconstructed=True)


def test_the_sentence_carries_landmark_filters_and_warning(model, penalised):
    sentence = results_sentence(model, "PFS", VARIABLES, "Sex: male", "month 3")
    assert "in 200 patients (Sex: male; followed from month 3) with" in sentence
    assert "the rule" not in sentence
    assert "7 events for 2 coefficients, 3.5 each, where 10 are the rule" in results_sentence(
        penalised, "PFS", VARIABLES, "All patients"
    )
    relapse = results_sentence(model, "Relapse", VARIABLES, "All patients", competing=True)
    assert "Cox model of the cause-specific hazard of relapse" in relapse
    assert "Cox model of Tied in" in results_sentence(model, "Tied", VARIABLES, "All patients"), "an own name as it is"


def test_one_variable_alone_adjusts_for_nothing():
    alone = modelled(made_up(1, 200), (AGE,))
    assert not alone.adjusts
    assert trust(alone, VARIABLES)[-1].startswith("No model: one variable is left")


def test_limits_that_are_open_run_off_the_axis(model):
    first, second, third = model.coefficients
    opened = replace(first, adjusted=HazardRatio(2.0, None, None), unadjusted=HazardRatio(None, reason="nothing"))
    chart = multivariable_chart(replace(model, coefficients=(opened, second, third)), VARIABLES)
    low, high = (next(p["value"] for p in chart["params"] if p["name"] == name) for name in ("low", "high"))
    adjusted, unadjusted = rows_of(chart, "effects")[:2]
    ends = ("value", "lower", "upper", "over_left", "over_right")
    assert [adjusted[end] for end in ends] == [2.0, low, high, low, high]
    assert [unadjusted[end] for end in ends] == [None] * 5
    assert unadjusted["said"] == "not estimable"
    far = replace(first, adjusted=HazardRatio(300.0, 4.0, 80_000.0), unadjusted=HazardRatio(34.0, 3.0, 4_759.0))
    adjusted, unadjusted = rows_of(multivariable_chart(replace(model, coefficients=(far,)), VARIABLES), "effects")
    assert [row[end] for row in (adjusted, unadjusted) for end in ends] == [
        *(300.0, 4.0, 512.0, None, 512.0),
        *(34.0, 3.0, 512.0, None, 512.0),
    ], "a ratio is on the axis, however far, or the other would be read for it"
    assert adjusted["said"] == "300 (4.00 to > 10,000)"
    assert rows_of(chart, "effects")[2]["over_right"] is None


def test_how_far_to_trust_it_is_said(model, penalised):
    assert trust(model, VARIABLES) == []
    few = trust(penalised, VARIABLES)
    assert few[0].startswith("7 events for 2 coefficients, 3.5 each, where 10 are the rule")
    assert few[1] == "Firth-penalised: fewer than 10 events."
    rows = made_up(1)
    rows.loc[0, "stage"] = None
    left = modelled(rows.assign(age=50.0), (AGE, STAGE))
    assert trust(left, VARIABLES)[:2] == [
        "1 patient without a value of every variable is left out.",
        "Age is not in the model: all of these patients have the same value.",
    ]
    assert trust(modelled(made_up(1), ()), VARIABLES) == ["No model: no variable is chosen."]
    assert "proportional: p = " in doubt(model, VARIABLES)
    assert "not tested" in doubt(penalised, VARIABLES)


def test_doubt_names_the_variables_whose_hazards_change(model):
    def with_p(overall: float, age: float, events: int = 150) -> str:
        tests = {name: replace(test, proportional_p=0.5) for name, test in model.tests.items()}
        tests["age"] = replace(tests["age"], proportional_p=age)
        proportional = SimpleNamespace(overall_p=overall)
        return doubt(replace(model, tests=tests, proportional=proportional, events=events), VARIABLES)

    assert with_p(0.4, 0.5).endswith("and for none of them small.")
    assert with_p(0.4, 0.5, events=20).endswith("small; with so few events such a test sees only large changes.")
    assert "p = 0.13 for all variables together, small for Age: there" in with_p(0.13, 0.04)
    assert with_p(0.02, 0.2).endswith("the hazard ratios are averages over time. Look at how they change.")


def test_tests_stand_in_a_row_a_variable(model):
    header, rows = assumptions_table(model, VARIABLES)
    assert [row[0] for row in rows] == ["Age", "Stage", "All together"]
    assert header[1:] == ["Hazards proportional, p", "Effect linear, p"]
    assert rows[1][2] == "–", "a category is no line"
    assert all(len(row) == len(header) for row in rows)


def test_figures_keep_to_the_schema_and_become_files(model, penalised):
    charts = [multivariable_chart(model, VARIABLES), multivariable_chart(penalised, VARIABLES)]
    charts += [residuals_chart(model.proportional, place, 1.0, "Age") for place in range(3)]
    for chart in charts:
        alt.LayerChart.from_dict(with_rows(chart))
        svg = as_svg(for_file(chart, "The finding", ("A citation.",))).decode()
        assert "A citation." in svg
        assert not any(word in svg for word in ("NaN", "Infinity", "undefined", "var(--"))


def test_residuals_are_drawn_one_an_event_and_over_the_step(model):
    per = model.coefficients[0].per
    chart = residuals_chart(model.proportional, 0, per, "Age, per 10 years", "month 3")
    points = rows_of(chart, "points")
    assert len(points) == model.events
    assert [p["residual"] for p in points] == pytest.approx(model.proportional.residuals[:, 0] * per)
    assert chart["title"]["text"] == "Log hazard ratio of Age, per 10 years"
    assert "Months since month 3" in str(chart["layer"])
    assert len(rows_of(chart, "curve")) == len({p["months"] for p in points})
