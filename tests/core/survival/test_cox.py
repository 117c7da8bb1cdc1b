"""Hazard ratios: Cox with Efron's ties, Firth's penalty where events are few."""

from math import exp, log

import numpy as np
import pytest
from lifelines import CoxPHFitter
from scipy.optimize import brentq
from scipy.stats import chi2

from core.survival import cox_likelihood
from core.survival import hazard_ratios as ratios_of_groups
from core.survival.cox import cox
from core.survival.cox_likelihood import _NODES, _tied
from core.survival.hazard_ratios import hazard_ratios
from core.survival.life_table import life_table, pooled
from tests.reference.cohorts import REFERENCE, group_tables, level_names, patients, table_of


def table(months, events):
    died = np.array(events)
    return life_table(np.array(months), died, 1 - died)


def names(record):
    return f"{record['cohort']} by {record['column']} against {record['levels'][0]}"


# -- Cox -------------------------------------------------------------------------------------------


def test_cox_without_ties_by_hand():
    # A: event at 2, one censored at 9. B: event at 1, one censored at 9. With hazard ratio r the likelihood
    # is r/(2 + 2r) at 1 (two and two at risk) and 1/(2 + r) at 2 (two and one), greatest where r^2 = 2.
    fit = cox([table([2, 9], [1, 0]), table([1, 9], [1, 0])])
    r = 2**0.5
    assert exp(fit.coefficients[0]) == pytest.approx(r, abs=1e-10)
    assert fit.log_likelihood == pytest.approx(log(r / (2 + 2 * r) / (2 + r)), abs=1e-12)
    assert fit.null_log_likelihood == pytest.approx(log(1 / 4 / 3), abs=1e-12)
    # The information is the sum of p (1 - p) for the shares r/(1 + r) and r/(2 + r) of B.
    information = r / (1 + r) ** 2 + 2 * r / (2 + r) ** 2
    assert fit.covariance[0, 0] == pytest.approx(1 / information, abs=1e-10)


def test_cox_with_tied_events_by_hand():
    # One of A and one of B have the event at 1, where one of A and two of B are at risk. Efron counts the
    # second of them against half of those tied: r / ((1 + 2r) (1/2 + 3r/2)), greatest where 6 r^2 = 1.
    # (Breslow's (1 + 2r)^2 would give r = 1/2.)
    fit = cox([table([1], [1]), table([1, 9], [1, 0])])
    assert exp(fit.coefficients[0]) == pytest.approx(6**-0.5, abs=1e-10)


@pytest.mark.parametrize("died", [9, 10, 40, 1500])
@pytest.mark.parametrize("share", [0.01, 0.25])
def test_a_few_entries_stand_for_many_tied_events(died, share):
    # What the likelihood sums over d tied events: log, inverse, square of the inverse, each with what is gone.
    gone, weight = _tied(died, _NODES)
    every = np.arange(died) / died
    assert len(gone) == _NODES
    assert weight.sum() == pytest.approx(died, rel=1e-13)
    for of in (
        lambda gone: np.log(1 - share * gone),
        lambda gone: 1 / (1 - share * gone),
        lambda gone: gone / (1 - share * gone),
        lambda gone: (gone / (1 - share * gone)) ** 2,
    ):
        assert weight @ of(gone) == pytest.approx(of(every).sum(), rel=1e-13)


def test_cox_with_many_tied_is_the_same_with_an_entry_for_each(monkeypatch):
    chance = np.random.default_rng(8)
    tables = []
    for hazard in (0.2, 0.3, 0.35):
        months = np.minimum(1 + chance.geometric(hazard * 0.3, 3000), 12)
        died = (months < 12) & (chance.random(3000) < 0.8)
        tables.append(life_table(months, died, ~died))
    few = cox(tables)
    assert max(t.events.max() for t in tables) > 100
    monkeypatch.setattr(cox_likelihood, "_NODES", 10**9)
    every = cox(tables)
    np.testing.assert_allclose(few.coefficients, every.coefficients, rtol=0, atol=1e-12)
    np.testing.assert_allclose(few.covariance, every.covariance, rtol=1e-12)
    assert few.log_likelihood == pytest.approx(every.log_likelihood, rel=1e-14)


@pytest.mark.parametrize("record", REFERENCE["coxes"], ids=names)
def test_cox_equals_r(record):
    # R: coxph(Surv(time, event) ~ by, ties = "efron"): coef, sqrt(diag(vcov)), loglik
    fit = cox(group_tables(record["cohort"], record["column"], record["levels"]))
    np.testing.assert_allclose(fit.coefficients, record["coefficients"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), record["std_errors"], rtol=0, atol=1e-6)
    assert fit.log_likelihood == pytest.approx(record["log_likelihood"], abs=1e-9)
    assert fit.null_log_likelihood == pytest.approx(record["null_log_likelihood"], abs=1e-9)


@pytest.mark.parametrize("record", REFERENCE["coxes"], ids=names)
def test_hazard_ratios_of_cox_equal_r(record):
    # R: summary(coxph(Surv(time, event) ~ by), conf.int = confidence)$conf.int, $coefficients[, "Pr(>|z|)"]
    tables = group_tables(record["cohort"], record["column"], record["levels"])
    found = hazard_ratios(tables, level=record["confidence"])[1:]
    assert {one.method for one in found} == {"Cox"}
    assert [one.ratio for one in found] == pytest.approx(record["ratios"], rel=1e-6)
    assert [one.lower for one in found] == pytest.approx(record["lower"], rel=1e-6)
    assert [one.upper for one in found] == pytest.approx(record["upper"], rel=1e-6)
    assert [one.p for one in found] == pytest.approx(record["p"], abs=1e-6)


near = [record for record in REFERENCE["coxes"] if record["cohort"] != "far"]  # lifelines oversteps that maximum


@pytest.mark.parametrize("record", near, ids=names)
def test_cox_equals_lifelines_on_the_patients_rows(record):
    rows = patients(record["cohort"]).dropna(subset=[record["column"]])
    groups = level_names(rows[record["column"]])
    design = rows[["time", "event"]].assign(
        **{level: (groups == level).astype(float) for level in record["levels"][1:]}
    )
    fitted = CoxPHFitter().fit(design, "time", "event", fit_options={"precision": 1e-12})
    fit = cox(group_tables(record["cohort"], record["column"], record["levels"]))
    np.testing.assert_allclose(fit.coefficients, fitted.params_, rtol=0, atol=1e-6)
    np.testing.assert_allclose(fit.covariance, fitted.variance_matrix_, rtol=0, atol=1e-6)


def efron(rows, levels, beta):
    """Efron's log likelihood from the patients' rows, event by event."""
    effect = dict(zip(levels, [0.0, *beta], strict=True))
    risk = rows["group"].map(effect)
    total = 0.0
    for moment in rows.loc[rows["event"] == 1, "time"].unique():
        at_risk = np.exp(risk[rows["time"] >= moment]).sum()
        tied = risk[(rows["time"] == moment) & (rows["event"] == 1)]
        for rank in range(len(tied)):
            total -= log(at_risk - rank / len(tied) * np.exp(tied).sum())
        total += tied.sum()
    return total


@pytest.mark.parametrize("seed", range(6))
def test_no_coefficients_nearby_are_likelier_than_those_of_cox(seed):
    random = np.random.default_rng(seed)
    levels = ["A", "B", "C"]
    rows = patients("veteran")[["time", "event"]].sample(40, random_state=seed)
    rows = rows.assign(time=rows["time"] // 20, group=random.choice(levels, 40))
    fit = cox([table_of(rows[rows["group"] == level]) for level in levels])
    assert efron(rows, levels, fit.coefficients) == pytest.approx(fit.log_likelihood, abs=1e-10)
    for step in 1e-3 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, 1]]):
        assert efron(rows, levels, fit.coefficients + step) < fit.log_likelihood


def test_cox_of_one_group_is_refused():
    with pytest.raises(ValueError, match=r"A hazard ratio compares at least two groups."):
        cox([table([1, 2], [1, 1])])


@pytest.mark.parametrize("groups", [[([1], [0]), ([1], [1])], [([1], [1]), ([1, 2], [0, 0])], [([1], [1]), ([], [])]])
def test_cox_of_a_group_without_an_event_is_refused(groups):
    message = "Cox's model has no maximum where events separate the groups; use Firth's penalty."
    with pytest.raises(ValueError, match=message):
        cox([table(*group) for group in groups])


@pytest.mark.parametrize(
    "reference",
    [
        *"ABC",
        "D",
    ],
)
def test_cox_finds_the_maximum_from_far_off(reference):
    # D's one event is tied with B's first, so that its hazard is far above the others', yet not infinite.
    # R: as above, against A
    record = next(record for record in REFERENCE["coxes"] if record["cohort"] == "far")
    levels = [reference, *(level for level in record["levels"] if level != reference)]
    fit = cox(group_tables("far", "group", levels))
    found = dict(zip(levels, [0.0, *fit.coefficients], strict=True))
    against_a = [found[level] - found["A"] for level in record["levels"][1:]]
    assert against_a == pytest.approx(record["coefficients"], abs=1e-6)
    assert fit.log_likelihood == pytest.approx(record["log_likelihood"], abs=1e-9)


# -- Cox with a design -----------------------------------------------------------------------------


def test_cox_of_a_trend_by_hand():
    # One patient each, with hazards 1, r and r^2. C has the event at 1, A at 2 and B at 3:
    # r^2 / (1 + r + r^2) / (1 + r), greatest where r^3 = 2r + 2.
    fit = cox([table([2], [1]), table([3], [1]), table([1], [1])], np.array([[1.0], [2.0]]))
    r = exp(fit.coefficients[0])
    assert fit.coefficients.shape == (1,)
    assert r**3 == pytest.approx(2 * r + 2, abs=1e-9)
    assert fit.log_likelihood == pytest.approx(log(r**2 / (1 + r + r**2) / (1 + r)), abs=1e-12)
    assert fit.null_log_likelihood == pytest.approx(log(1 / 3 / 2), abs=1e-12)
    # The information is the sum over events of the variance of the score 0, 1 or 2 among those at risk.
    shares = np.array([1, r, r**2]) / (1 + r + r**2)
    information = shares @ [0, 1, 4] - (shares @ [0, 1, 2]) ** 2 + r / (1 + r) ** 2
    assert fit.covariance[0, 0] == pytest.approx(1 / information, abs=1e-9)


@pytest.mark.parametrize("record", REFERENCE["hazard_ratio_interactions"], ids=lambda record: record["cohort"])
def test_cox_of_subgroup_and_group_equals_r(record):
    # R: coxph(Surv(time, event) ~ level + arm, ties = "efron"): coef, sqrt(diag(vcov)), loglik
    rows = patients(record["cohort"])
    rows["time"] = rows["time"] // record["unit"]
    arm, level = level_names(rows[record["group"]]), level_names(rows[record["subgroup"]])
    tables, design = [], []
    for subgroup in record["subgroups"]:
        for group in record["groups"]:
            tables.append(table_of(rows[(level == subgroup) & (arm == group)]))
            own = [float(subgroup == other) for other in record["subgroups"][1:]]
            design.append([*own, float(group == record["groups"][1])])
    fit = cox(tables, np.array(design[1:]))
    np.testing.assert_allclose(fit.coefficients, record["coefficients"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), record["std_errors"], rtol=0, atol=1e-6)
    assert fit.log_likelihood == pytest.approx(record["log_likelihood"], abs=1e-9)
    assert fit.null_log_likelihood == pytest.approx(record["null_log_likelihood"], abs=1e-9)


@pytest.mark.parametrize("shared", [1, 2, 3])
def test_cox_of_groups_that_share_a_coefficient_is_that_of_one_group(shared):
    tables = group_tables("veteran", "celltype", ["squamous", "smallcell", "adeno", "large"])
    design = np.vstack([np.ones((shared, 1)), np.zeros((3 - shared, 1))])
    together = cox([pooled([tables[0], *tables[1 + shared :]]), pooled(tables[1 : 1 + shared])])
    fit = cox(tables, design)
    assert fit.coefficients == pytest.approx(together.coefficients, abs=1e-9)
    assert fit.covariance == pytest.approx(together.covariance, abs=1e-9)
    assert fit.log_likelihood == pytest.approx(together.log_likelihood, abs=1e-9)


def test_cox_of_a_design_that_says_one_thing_twice_is_refused():
    tables = group_tables("lung", "ph_ecog", ["0", "1", "2"])
    with pytest.raises(ValueError, match="Cox's model has no maximum"):
        cox(tables, np.array([[1.0, 2.0], [2.0, 4.0]]))


# -- Firth -----------------------------------------------------------------------------------------


def test_firth_of_a_single_event_by_hand():
    # One event, in B, with two of A and one of B at risk. B's share is p = r/(2 + r), the likelihood p, the
    # information p (1 - p), so 3/2 log p + 1/2 log(1 - p) is greatest at p = 3/4: r = 2p/(1 - p) = 6.
    reference, found = hazard_ratios([table([5, 5], [0, 0]), table([1], [1])])
    assert (reference.ratio, reference.method, reference.lower, reference.p) == (1.0, "reference", None, None)
    assert found.method == "Firth"
    assert found.ratio == pytest.approx(6, rel=1e-6)

    def penalised(p):
        return 1.5 * log(p) + 0.5 * log(1 - p)

    # The limits lie where this has dropped by half the 95% quantile; at a ratio of 1 the share is 1/3.
    def short_of(p):
        return penalised(p) - penalised(3 / 4) + chi2.ppf(0.95, 1) / 2

    lower, upper = brentq(short_of, 1e-9, 3 / 4, xtol=1e-15), brentq(short_of, 3 / 4, 1 - 1e-12, xtol=1e-15)
    assert found.lower == pytest.approx(2 * lower / (1 - lower), rel=1e-8)
    assert found.upper == pytest.approx(2 * upper / (1 - upper), rel=1e-8)
    assert found.p == pytest.approx(chi2.sf(2 * (penalised(3 / 4) - penalised(1 / 3)), 1), abs=1e-12)


@pytest.mark.parametrize(
    ("others", "own"),
    [
        (1, 1),
        (2, 1),
        (20, 1),
        (50, 50),
        (100, 1),
        (5, 1),
        (8, 3),
        (3, 8),
    ],
)
def test_firth_of_a_single_event_is_three_times_the_odds_of_being_at_risk(others, own):
    # As above with a of A and b of B at risk: b r/(a + b r) = 3/4, so r = 3a/b.
    found = hazard_ratios([table([5] * others, [0] * others), table(range(1, own + 1), [1] + [0] * (own - 1))])[1]
    assert found.ratio == pytest.approx(3 * others / own, rel=1e-6)


def firth_tables(record):
    rows = patients(record["cohort"])
    if record["last"] is not None:  # follow-up ended there
        within = rows["time"] <= record["last"]
        rows = rows.assign(event=rows["event"].where(within, 0), time=rows["time"].clip(upper=record["last"]))
    groups = level_names(rows[record["column"]])
    return [table_of(rows[groups == level]) for level in record["levels"]]


def assert_firth(found, record):
    assert {one.method for one in found} == {"Firth"}
    assert [log(one.ratio) for one in found] == pytest.approx(record["coefficients"], abs=1e-6)
    assert [one.ratio for one in found] == pytest.approx(record["ratios"], rel=1e-6)
    assert [one.lower for one in found] == pytest.approx(record["lower"], rel=1e-6)
    assert [one.upper for one in found] == pytest.approx(record["upper"], rel=1e-6)
    assert [one.p for one in found] == pytest.approx(record["p"], abs=1e-6)


def firths(kept):
    """The reference values that are `kept`, as parameters; one of them is not reached."""
    return pytest.mark.parametrize(
        "record",
        [pytest.param(record, id=names(record)) for record in REFERENCE["firths"] if kept(record)],
    )


@firths(lambda record: True)
def test_firth_equals_the_penalised_likelihood_of_r(record, monkeypatch):
    # R: coxph(Surv(time, event) ~ by, init = b, iter.max = 0)$loglik[1] - log(det(its var)) / 2, maximised;
    # limits and p from its profile (reference.R).
    monkeypatch.setattr(ratios_of_groups, "FEW_EVENTS", 1_000)
    tables = firth_tables(record)
    assert [group.total_events for group in tables] == record["events"]
    assert_firth(hazard_ratios(tables, level=record["confidence"])[1:], record)


@firths(lambda record: sum(record["events"]) < 10 or 0 in record["events"])
def test_firth_is_used_where_events_are_few_or_a_group_has_none(record):
    # R: as above
    assert_firth(hazard_ratios(firth_tables(record), level=record["confidence"])[1:], record)


@pytest.mark.parametrize(("events", "method"), [(4, "Firth"), (5, "Cox")])
def test_ten_events_are_enough_for_cox(events, method):
    groups = [table(np.arange(1, 13) + shift, np.arange(12) < events) for shift in (0, 0.5)]
    assert hazard_ratios(groups)[1].method == method


separated = [record for record in REFERENCE["firths"] if record["cohort"] == "separated"]


@pytest.mark.parametrize("record", separated, ids=lambda record: " ".join(record["levels"]))
def test_firth_is_used_where_a_group_has_its_events_after_all_others(record):
    # R: coxph warns "Loglik converged before variable 1; coefficient may be infinite"; Firth as above
    assert_firth(hazard_ratios(firth_tables(record))[1:], record)


# -- which is estimated, which is not --------------------------------------------------------------


@pytest.mark.parametrize("reference", [0, 1, 2])
def test_ratios_stand_in_the_order_of_the_groups_whatever_the_reference(reference):
    tables = group_tables("lung", "ph_ecog", ["0", "1", "2"])
    coefficients = np.append(0, cox(tables).coefficients)
    found = hazard_ratios(tables, reference)
    assert (found[reference].ratio, found[reference].method) == (1.0, "reference")
    expected = np.exp(coefficients - coefficients[reference])
    assert [one.ratio for one in found] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("groups", [2, 3])
def test_without_an_event_no_ratio_is_estimable(groups):
    found = hazard_ratios([table([1, 2], [0, 0])] * groups)
    assert [(one.ratio, one.lower, one.upper, one.p) for one in found] == [(None, None, None, None)] * groups
    assert {one.reason for one in found} == {"no event in any group"}


@pytest.mark.parametrize("early", [([1, 2], [0, 0]), ([], [])], ids=["left before the first event", "nobody"])
@pytest.mark.parametrize("place", [0, 1])
def test_groups_never_at_risk_together_have_no_ratio(place, early):
    groups = [table([5, 6, 7], [1, 1, 0])]
    groups.insert(place, table(*early))
    found = hazard_ratios(groups)[1]
    assert (found.ratio, found.lower, found.upper, found.p) == (None, None, None, None)
    assert found.reason.endswith("was left at the first event")


def test_a_third_group_that_left_before_the_first_event_leaves_the_others_comparable():
    # R: coxph gives the third group NA and the second what it has without it; Firth of the two as above
    record = next(record for record in REFERENCE["firths"] if record["cohort"] == "left_early")
    found = hazard_ratios(group_tables("left_early", "group", ["A", "B", "C"]))
    assert_firth(found[1:2], record)
    assert found[2].ratio is None


def test_a_reference_that_left_before_the_first_event_leaves_no_ratio():
    early = table([1, 2], [0, 0])
    random = np.random.default_rng(0)
    for size in [4, 5, 6, 7, 8, 9, 10] * 10:
        later = [table(random.integers(3, 9, size), [1, *random.integers(0, 2, size - 1)]) for _ in range(2)]
        found = hazard_ratios([early, *later])
        assert [one.ratio for one in found[1:]] == [None, None]
