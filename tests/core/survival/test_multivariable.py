"""Several variables in one model, as R has them, by our own likelihood, and where there is no maximum."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from core.cohort.variables import Variable
from core.survival.cox import maximum
from core.survival.cox_likelihood import of_patients
from core.survival.multivariable import (
    MOST_COEFFICIENTS,
    Multivariable,
    multivariable,
)
from core.survival.proportional_hazards import proportional_hazards
from tests.reference.cohorts import HERE, level_names

R = json.loads((HERE / "several_variables.json").read_text())
MODELS, FIRTHS = R["models"], R["firths"]


def rows_of(record: dict) -> pd.DataFrame:
    """A cohort as the model takes it; a category's levels as R names them."""
    rows = pd.read_csv(HERE / "data" / f"{record['dataset']}.csv")
    found = pd.DataFrame({"months": rows["time"].astype(float), "event": rows["event"] == 1})
    for variable in record["variables"]:
        column = rows[variable["name"]]
        if variable["levels"] is None:
            found[variable["name"]] = column.astype(float)
        else:
            found[variable["name"]] = level_names(column).where(column.notna(), None)
    return found


def variables_of(record: dict) -> tuple[Variable, ...]:
    return tuple(
        Variable(v["name"], v["name"], "number" if v["levels"] is None else "category", "", tuple(v["levels"] or ()))
        for v in record["variables"]
    )


def modelled(rows: pd.DataFrame, variables: tuple[Variable, ...]) -> Multivariable:
    """The model of rows that have `months` and `event` beside the variables."""
    return multivariable(rows.drop(columns=["months", "event"]), rows["months"], rows["event"], variables)


def fitted(record: dict) -> Multivariable:
    return _fitted(json.dumps(record))


@cache
def _fitted(record: str) -> Multivariable:
    """Each model once, for all that is held against R."""
    return modelled(rows_of(json.loads(record)), variables_of(json.loads(record)))


named = pytest.mark.parametrize("record", MODELS, ids=lambda record: record["name"])
cox = pytest.mark.parametrize(
    "record", [record for record in MODELS if record["events"] >= 10], ids=lambda record: record["name"]
)


def same_ratio(found, expected: dict, per: float, relative: float = 1e-9) -> None:
    for name in ("ratio", "lower", "upper"):
        assert getattr(found, name) ** (1 / per) == pytest.approx(expected[name], rel=relative), name
    assert np.log(found.p) == pytest.approx(np.log(expected["p"]), rel=1e-7)


@cox
def test_adjusted_and_unadjusted_ratios_are_those_of_r(record):
    found = fitted(record)
    assert (found.patients, found.without_value, found.events) == (record["rows"], record["missing"], record["events"])
    assert found.method == "Cox"
    assert len(found.coefficients) == len(record["coefficients"])
    alone = {c["name"]: c for one in record["unadjusted"] for c in one["coefficients"]}
    for coefficient, expected in zip(found.coefficients, record["coefficients"], strict=True):
        assert (coefficient.variable, coefficient.level) == (expected["variable"], expected["level"] or "")
        same_ratio(coefficient.adjusted, expected, coefficient.per)
        same_ratio(coefficient.unadjusted, alone[expected["name"]], coefficient.per)


@cox
def test_what_each_variable_adds_is_rs_likelihood_ratio_test(record):
    found = fitted(record)
    for expected in record["drop1"]:
        assert found.tests[expected["variable"]].p == pytest.approx(expected["p"], rel=1e-7)


@cox
def test_proportional_hazards_are_tested_as_by_cox_zph(record):
    found = fitted(record)
    for expected in record["zph"]["km"]:
        if expected["term"] == "GLOBAL":
            assert found.proportional.overall_p == pytest.approx(expected["p"], rel=1e-7)
        else:
            assert found.tests[expected["term"]].proportional_p == pytest.approx(expected["p"], rel=1e-7)
            assert found.proportional.statistics[expected["term"]] == pytest.approx(expected["chisq"], rel=1e-7)


@cox
def test_linearity_is_tested_against_a_restricted_cubic_spline_as_in_r(record):
    found = fitted(record)
    for expected in record.get("linearity", ()):
        assert found.tests[expected["variable"]].linear_p == pytest.approx(expected["p"], rel=1e-6)
    categories = [v["name"] for v in record["variables"] if v["levels"] is not None]
    assert all(found.tests[name].linear_p is None for name in categories)


def test_residuals_are_those_of_cox_zph():
    record = next(record for record in MODELS if record["name"] == "veteran")
    found, expected = fitted(record).proportional, record["zph_per_coefficient"]["residuals"]
    np.testing.assert_allclose(found.months, expected["time"], rtol=1e-12)
    np.testing.assert_allclose(found.share, expected["x"], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.residuals, expected["y"], rtol=1e-6, atol=1e-8)


@cox
def test_residuals_are_around_the_coefficients(record):
    found = fitted(record)
    log_ratios = [np.log(c.adjusted.ratio) / c.per for c in found.coefficients]
    assert found.proportional.residuals.mean(0) == pytest.approx(log_ratios, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("record", FIRTHS, ids=lambda record: f"{record['dataset']} {record['variables'][0]['levels']}")
def test_the_penalised_model_is_that_of_r(record):
    found = fitted(record)
    assert found.method == "Firth"
    assert found.proportional is None
    for coefficient, expected in zip(found.coefficients, record["coefficients"], strict=True):
        same_ratio(coefficient.adjusted, expected, coefficient.per, 1e-7)
    for expected in record["tests"]:
        assert found.tests[expected["variable"]].p == pytest.approx(expected["p"], rel=1e-6)


def made_up(seed: int, patients: int = 60, ties: bool = True) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "age": rng.integers(40, 80, patients).astype(float),
            "bcma": rng.uniform(0, 100, patients),
            "stage": rng.choice(["I", "II", "III"], patients),
        }
    )
    hazard = np.exp(0.03 * (rows["age"] - 60) + 0.5 * (rows["stage"] == "III"))
    months, left = rng.exponential(12 / hazard), rng.uniform(1, 40, patients)
    ended = np.minimum(months, left)
    return rows.assign(months=np.ceil(ended) if ties else ended, event=months <= left)


AGE, BCMA = Variable("age", "Age", "number", "years"), Variable("bcma", "BCMA", "number", "%")
STAGE = Variable("stage", "Stage", "category", "", ("I", "II", "III"))


@pytest.mark.parametrize("seed", range(8))
def test_lifelines_and_our_own_likelihood_agree(seed):
    rows = made_up(seed)
    found = modelled(rows, (AGE, BCMA, STAGE))
    values = np.column_stack([rows["age"], rows["bcma"], rows["stage"] == "II", rows["stage"] == "III"]).astype(float)
    centred = values - values.mean(0)
    own = maximum(of_patients(centred, rows["months"].to_numpy(), rows["event"].to_numpy()))
    log_ratios = [np.log(c.adjusted.ratio) / c.per for c in found.coefficients]
    assert log_ratios == pytest.approx(own.coefficients, rel=1e-7)
    assert {c.adjusted.method for c in found.coefficients} == {"Cox"}


@pytest.mark.parametrize("seed", range(4))
def test_order_of_patients_and_of_variables_and_units_change_nothing(seed):
    rows = made_up(seed)
    found = modelled(rows, (AGE, BCMA, STAGE))
    mixed = rows.sample(frac=1, random_state=seed).assign(age=lambda frame: frame["age"] / 1000)
    again = modelled(mixed, (STAGE, replace(AGE, unit="millennia"), BCMA))
    by_name = {(c.variable, c.level): c for c in again.coefficients}
    for c in found.coefficients:
        other = by_name[c.variable, c.level]
        scale = c.per / other.per / (1000 if c.variable == "age" else 1)
        for end in ("ratio", "lower", "upper"):
            assert getattr(other.adjusted, end) ** scale == pytest.approx(getattr(c.adjusted, end), rel=1e-6)
    for name, test in found.tests.items():
        for end in ("p", "proportional_p", "linear_p"):
            one, two = getattr(test, end), getattr(again.tests[name], end)
            assert one == two is None or one == pytest.approx(two, rel=1e-5)


def test_a_variable_alone_is_adjusted_for_nothing():
    found = modelled(made_up(3), (AGE,))
    assert found.coefficients[0].adjusted == found.coefficients[0].unadjusted
    assert found.coefficients[0].patients == found.patients == 60


def test_proportional_hazards_by_hand():
    """Three events with one covariate 1, 0, 1 and nobody censored, at a coefficient of 0."""
    values = np.array([[1.0], [0.0], [1.0]])
    months, event = np.array([1.0, 2.0, 3.0]), np.array([True, True, True])
    found = proportional_hazards(values, months, event, np.zeros(1), {"x": [0]})
    assert found.share.tolist() == pytest.approx([0, 1 / 3, 2 / 3])
    # Means at risk 2/3, 1/2, 1: residuals 1/3, -1/2, 0; variances 2/9, 1/4, 0; 1 - S(t-) about its mean -1/3, 0, 1/3.
    turn = np.array([-1, 0, 1]) / 3
    residual, spread = np.array([1 / 3, -1 / 2, 0]), np.array([2 / 9, 1 / 4, 0])
    whole = np.array([[spread.sum(), turn @ spread], [turn @ spread, turn**2 @ spread]])
    slope = np.array([0, turn @ residual])
    assert found.statistic == pytest.approx(slope @ np.linalg.solve(whole, slope))
    assert found.residuals[:, 0] == pytest.approx(residual / spread.sum() * 3)


def test_who_has_no_value_is_left_out_and_counted():
    rows = made_up(1)
    rows.loc[[0, 5], "stage"] = None
    rows.loc[[5, 9], "age"] = np.nan
    found = modelled(rows, (AGE, STAGE))
    assert (found.patients, found.without_value) == (57, 3)
    whole = modelled(rows.drop([0, 5, 9]), (AGE, STAGE))
    assert [c.adjusted for c in found.coefficients] == [c.adjusted for c in whole.coefficients]


def test_a_level_without_an_event_is_penalised_and_says_so():
    rows = made_up(2)
    rows.loc[rows["stage"] == "II", "event"] = False
    found = modelled(rows, (AGE, STAGE))
    assert found.method == "Firth"
    assert "separate" in found.why_penalised
    second = next(c for c in found.coefficients if c.level == "II")
    assert second.events == 0
    assert 0 < second.adjusted.ratio < 1
    assert second.adjusted.upper is not None


def test_fewer_than_ten_events_are_penalised():
    rows = made_up(4)
    rows["event"] = rows["event"] & (rows["event"].cumsum() <= 7)
    found = modelled(rows, (AGE, BCMA))
    assert (found.method, found.why_penalised, found.events) == ("Firth", "fewer than 10 events", 7)
    assert found.few_events
    assert found.tests["age"].linear_p is None


def test_what_cannot_be_modelled_says_why():
    rows = made_up(5)
    nothing = modelled(rows, ())
    assert nothing.reason == "no variable is chosen"
    same = modelled(rows.assign(age=50.0), (AGE,))
    assert same.left_out == {"age": "all of these patients have the same value"}
    assert same.reason == "no variable differs between these patients"
    twice = modelled(rows.assign(weeks=rows["age"] * 52), (AGE, Variable("weeks", "Weeks", "number")))
    assert twice.left_out == {"weeks": "the other variables say all, or nearly all, that it says"}
    assert len(twice.coefficients) == 1
    none = modelled(rows.assign(event=False), (AGE,))
    assert none.reason == "there are too few events (0) for its coefficients (1); choose fewer variables"
    nobody = modelled(rows.assign(age=np.nan), (AGE,))
    assert (nobody.patients, nobody.left_out) == (0, {})
    assert nobody.reason == "nobody has a value of every variable"


@pytest.mark.parametrize("seed", range(4))
def test_a_number_ever_farther_apart_between_groups_that_events_separate(seed):
    """A shift in one group says nothing more of it; where its profile has no maximum any more, a reason stands."""
    rng = np.random.default_rng(seed)
    early = np.arange(40) < 20
    rows = pd.DataFrame(
        {
            "months": np.where(early, rng.uniform(0.05, 0.5, 40), rng.uniform(20, 60, 40)),
            "event": early | (np.arange(40) % 4 == 0),
            "stage": np.where(early, "I", "II"),
            "age": rng.normal(size=40),
        }
    )
    near, apart, far = (
        modelled(rows.assign(age=rows["age"] + gap * early), (AGE, STAGE)).coefficients for gap in (3, 20, 100)
    )
    first, second = (
        [np.log(end) / age.per for end in (age.adjusted.ratio, age.adjusted.lower, age.adjusted.upper)]
        for age in (near[0], apart[0])
    )
    assert first == pytest.approx(second, rel=1e-5, abs=1e-7)
    assert near[0].adjusted.p == pytest.approx(apart[0].adjusted.p, rel=1e-5)
    assert far[0].adjusted.ratio is None
    assert far[0].adjusted.reason == "the variables say nearly the same, and events separate the patients"


@pytest.mark.parametrize("patients", [30, 80, 200])
def test_variables_that_say_nearly_the_same_are_told_apart_or_one_is_left_out(patients):
    """Days of age beside years, or noise on a number: never a word of separation, nor two fits that disagree."""
    rng = np.random.default_rng(patients)
    twin = Variable("twin", "Twin", "number")
    seen = set()
    for share in np.geomspace(0.3, 1e-8, 25):
        rows = made_up(int(rng.integers(1_000)), patients)
        noise = rng.normal(size=patients) * share
        model = modelled(rows.assign(twin=rows["age"] + noise * rows["age"].std()), (AGE, twin))
        left_out = "twin" in (model.left_out or {})
        assert left_out or share > 0.008
        assert not left_out or share < 0.013
        assert model.why_penalised in ("", "fewer than 10 events")
        assert all(c.adjusted.reason == "" for c in model.coefficients)
        seen.add(left_out)
    assert seen == {True, False}


def test_a_reference_is_counted():
    rows = made_up(2, 200)
    model = modelled(rows, (STAGE, AGE))
    reference = rows[rows["stage"] == "I"]
    counted = (len(reference), int(reference["event"].sum()))
    assert [c.against for c in model.coefficients] == [counted, counted, None]


def test_more_coefficients_than_a_model_takes_are_refused():
    rows = made_up(6, patients=400)
    numbers = [Variable(f"n{k}", f"Number {k}", "number") for k in range(MOST_COEFFICIENTS + 1)]
    rng = np.random.default_rng(1)
    rows = rows.assign(**{v.name: rng.normal(size=400) for v in numbers})
    assert "more than a model takes" in modelled(rows, tuple(numbers)).reason
    assert len(modelled(rows, tuple(numbers[:-1])).coefficients) == MOST_COEFFICIENTS


def test_how_a_coefficient_changes_is_drawn_as_in_r():
    record = next(record for record in MODELS if record["name"] == "veteran")
    found = fitted(record).proportional
    changing = found.changing(4)
    # R: x <- zph$x; m <- lm(zph$y[, "karno"] ~ ns(x, knots = quantile(x, c(1/3, 2/3)), Boundary.knots = range(x)))
    #    with terms = FALSE; fitted(m)[c(1, 128)], and sqrt(zph$var[5, 5] * rowSums((b %*% solve(crossprod(b))) * b))
    assert changing[[0, -1], 0] == pytest.approx([-0.0599852034, -0.0280540783], abs=1e-9)
    half = (changing[:, 2] - changing[:, 1]) / 2 / 1.959963984540054
    assert half[[0, -1]] == pytest.approx([0.0181835484, 0.0195561357], abs=1e-9)
    assert changing[:, 0].mean() == pytest.approx(found.residuals[:, 4].mean())


def test_few_events_are_not_smoothed():
    rows = made_up(7, patients=60)
    rows["event"] = rows["event"] & (rows["event"].cumsum() <= 12)
    rows["months"] = np.ceil(rows["months"] / 8)  # many events at a few times
    found = modelled(rows, (AGE,))
    assert found.method == "Cox"
    assert found.proportional.changing(0) is None
