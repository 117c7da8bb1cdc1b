"""The cohorts that the article allows: each fits every statement, none is left out, and all are counted rightly."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from core.article import allowed as al
from core.article import answers, claims, open_outcomes
from core.article import reconstruction as rec
from core.article.open_outcomes import PLACES, Part, columns_of, parts, places_of, ways
from core.article.statements import STATEMENTS
from core.cohort.ask import Cohort
from core.cohort.selection import AGAINST_REST, Comparison, Levels, Selection
from core.survival.hazard_ratios import hazard_ratios
from core.survival.kaplan_meier import kaplan_meier, survival_at
from core.survival.life_table import life_table
from core.survival.log_rank_permutation import permutation_log_rank
from core.survival.many_cohorts import ABSENT
from core.survival.medians import median_survival

SURVIVOR = [one for one in rec.assignments() if rec.patient_8_survives(one)]


def cohort_of(assignment: rec.Assignment, responders, progressions, deaths_of_sd) -> pd.DataFrame:
    """A whole cohort, in the columns of the statements, from months of each block."""
    cohort = rec.outcomes(assignment)
    who = [rec.PATIENTS[place] for place in places_of(assignment)]
    in_cr, death_4, other_death, shortest, relapse_4, other_relapse = responders
    months = {
        4: (in_cr, in_cr),
        5: (relapse_4, death_4),
        6: (other_relapse, other_death),
        **{place: (progressions[place], deaths_of_sd[place]) for place in range(3)},
    }
    for place, (pfs, os) in months.items():
        cohort.loc[who[place], ["pfs_months", "os_months", "died"]] = pfs, min(os, 45), np.isfinite(os)
    for place, follow_up in zip(range(7, 11), (63, 55, 47, shortest), strict=True):
        cohort.loc[who[place], ["pfs_months", "os_months"]] = follow_up
    cohort.loc[4, "second_infusion_month"] = death_4 - 1
    return cohort.astype({"died": bool})


def holds(cohort: pd.DataFrame) -> bool:
    return all(statement.holds(cohort) for statement in STATEMENTS)


def random_rows(seed: int, rows: np.ndarray, count: int) -> np.ndarray:
    return rows[np.random.default_rng(seed).integers(len(rows), size=count)]


def test_every_allowed_cohort_satisfies_every_statement():
    count = 40
    responders = random_rows(1, ways(open_outcomes.RESPONDERS), count)
    progressions = random_rows(2, ways(open_outcomes.NOT_RESPONDING), count)
    early, late = (
        random_rows(3, ways(open_outcomes.EARLY_DEATH), count),
        random_rows(4, ways(open_outcomes.LATE_DEATHS), count),
    )
    for row in range(count):
        deaths = np.append(early[row], late[row])
        first = np.minimum(progressions[row], deaths)
        cohort = cohort_of(SURVIVOR[row], responders[row], first, deaths)
        assert [s.number for s in STATEMENTS if not s.holds(cohort)] == []


def test_no_dates_are_left_out_that_the_statements_allow():
    """Of months on a wider grid those of the responders are found that satisfy all statements, and no others."""
    found = {tuple(row) for row in ways(open_outcomes.RESPONDERS)}
    random = np.random.default_rng(5)
    known = np.array(sorted(found))
    tried = allowed = 0
    for number in range(200):
        row = known[random.integers(len(known))].copy()
        for place in random.integers(6, size=number % 3):
            row[place] += random.choice([-1.0, -0.5, 0.5, 1.0])
        if row[4] <= 0 or row[5] <= 0:
            continue
        cohort = cohort_of(SURVIVOR[number % 180], row, (1.0, 1.0, 1.0), (2.0, 15.0, 28.0))
        assert holds(cohort) == (tuple(row) in found), row
        tried, allowed = tried + 1, allowed + holds(cohort)
    assert 60 < allowed < tried - 30


def test_the_plateau_is_as_the_medians_force_it():
    """Worked by hand: the last death with the shortest survivor that makes medians of 35 and 23 months."""
    rows = ways(open_outcomes.RESPONDERS)
    pairs: dict[float, set[float]] = {}
    for row in rows:
        pairs.setdefault(row[:3].max(), set()).add(row[3])
    bounds = {last: (min(shortest), max(shortest)) for last, shortest in pairs.items()}
    assert bounds == {6: (39, 40.5), 6.5: (38.5, 40), 7: (38, 39.5), 7.5: (38, 39)}


@pytest.mark.parametrize("endpoint", ["PFS", "OS"])
def test_each_place_stands_in_one_part(endpoint):
    assert sorted(place for part in parts(endpoint) for place in part.places) == list(range(len(PLACES)))


def test_a_fate_means_what_the_bundled_columns_say():
    bundled = rec.outcomes(rec.bundled_assignment(_table_1()))
    for patient, row in bundled.iterrows():
        assert columns_of(row["fate"], patient)["best_response"] == row["best_response"]
        assert (columns_of(row["fate"], patient)["mrd_negative"] == "Yes") == (row["mrd_month"] > 0)


def _table_1() -> pd.DataFrame:
    from tests.conftest import BUNDLED

    return pd.read_csv(BUNDLED / "article" / "table1.csv", keep_default_na=False).set_index("patient_id")


# -- counted rightly -------------------------------------------------------------------------------


@pytest.fixture
def few_ways(monkeypatch):
    """Few ways to date an endpoint, so that each cohort can be looked at by itself; one death late, among survivors."""
    few = (
        Part((0, 1, 2), np.array([[1.0, 1, 2], [1, 2, 3], [3, 3, 3]]), np.ones((3, 3), bool), np.array([1.0, 1, 2])),
        Part((4, 5, 6), np.array([[6.0, 3, 5], [7, 6, 6]]), np.ones((2, 3), bool), np.ones(2)),
        Part(
            (3, 7, 8, 9, 10),
            np.array([[1.5, 63, 55, 47, 39], [50, 63, 55, 47, 39], [50, 39, 47, 55, 63]]),
            np.array([[1, 0, 0, 0, 0]] * 3, bool),
            np.array([1.0, 0.5, 0.5]),
        ),
    )
    monkeypatch.setattr(al, "parts", lambda endpoint: few)
    for kept in (al._of_places, al.ways_in, al.ordered_ways):
        kept.cache_clear()
    yield few
    for kept in (al._of_places, al.ways_in, al.ordered_ways):
        kept.cache_clear()


def one_by_one(few, group_of, places):
    """Every cohort with its weight, its months and events by place, and the group of each place."""
    for who, where in zip(group_of, places, strict=True):
        for rows in product(*(range(len(part.weights)) for part in few)):
            months, events, weight = np.zeros(len(PLACES)), np.zeros(len(PLACES), bool), 1.0
            for part, row in zip(few, rows, strict=True):
                months[list(part.places)], events[list(part.places)] = part.months[row], part.events[row]
                weight *= part.weights[row]
            yield weight, months, events, who[where]


def as_spread(rows: list[tuple[float, float]]) -> al.Spread:
    return al.spread(np.array([value for value, _ in rows]), np.array([weight for _, weight in rows]))


def assert_same(found: al.Spread, expected: al.Spread) -> None:
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-6)
    np.testing.assert_allclose(found.shares, expected.shares, rtol=1e-9)


def table_of(months, events):
    return life_table(months, events.astype(int), (~events).astype(int))


@pytest.mark.parametrize(("groups", "absent"), [(2, ()), (2, (1, 6)), (3, (4,))])
def test_the_spread_is_that_of_every_cohort_by_itself(few_ways, groups, absent):
    some = SURVIVOR[::15]
    group_of = np.tile(np.array([0, 1, 0, 1, 1, 0, 2, 0, 1, 2, 0]) % groups, (len(some), 1))
    group_of[:, list(absent)] = ABSENT
    places = np.array([places_of(one) for one in some])
    found = al.allowed("PFS", group_of, places, tuple(range(groups)))
    p, ratios, medians, at = [], [], [], []
    for weight, months, events, who in one_by_one(few_ways, group_of, places):
        tables = [table_of(months[who == g], events[who == g]) for g in range(groups)]
        p.append((permutation_log_rank(tables).p, weight))
        curve = kaplan_meier(tables[1])
        medians.append((median_survival(curve, "print").months or np.inf, weight))
        estimate = survival_at(curve, 12.0).survival
        at.append((np.nan if estimate is None else estimate, weight))
        if groups == 2:
            ratios.append((hazard_ratios(tables, 0)[1].ratio, weight))
    assert_same(found.comparison.p, as_spread(p))
    assert_same(found.groups[1].median, as_spread(medians))
    assert_same(found.groups[1].at[0], as_spread(at))
    if groups == 2:
        assert_same(found.comparison.ratio, as_spread(ratios))
    assert len(found.comparison.p.values) > 5


# -- the bundled cohort ----------------------------------------------------------------------------


def of_bundled(bundled, *filters, by=None, endpoint="PFS", survivor=True, **cut):
    comparison = None if by is None else Comparison(by, *cut.values())
    selection = Selection(bundled.fingerprint, filters, comparison)
    return answers.allowed_outcomes(Cohort(bundled), selection, endpoint, survivor)


def test_how_many_cohorts_there_are(bundled):
    """216 ways to date the progressions of SD, and 271 those of the responders, as counted by hand over the grid."""
    found = of_bundled(bundled)
    assert (found.assignments, found.ways) == (180, 216 * 271)
    assert of_bundled(bundled, survivor=False).assignments == 420


def test_of_emd_the_fate_of_both_is_printed(bundled):
    """Patients 2 and 10 are told of: 1 of 2 responded in every cohort, and a test never says anything."""
    found = of_bundled(bundled, by="emd_any", survivor=False)
    emd = found.groups[1]
    assert (emd.responders.lowest, emd.responders.highest) == (1, 1)
    assert found.comparison.p.lowest > 0.6
    assert found.comparison.ratio.lowest < 1 < found.comparison.ratio.highest


def test_bcma_expression_could_have_any_direction(bundled):
    found = of_bundled(bundled, by="bcma_percent", split="cut", cuts=(50.0,))
    assert found.comparison.ratio.lowest < 0.5
    assert found.comparison.ratio.highest > 2
    assert [group.responders.lowest for group in found.groups] == [1, 5]
    assert [group.responders.highest for group in found.groups] == [3, 7]


def test_the_selection_follows_the_assignment(bundled):
    """Who responded differs from cohort to cohort: eight in each, and none without response."""
    found = of_bundled(bundled, Levels("responder", ("Yes",)))
    assert found.groups[0].patients.lowest == found.groups[0].patients.highest == 8
    assert found.groups[0].responders.lowest == 8
    low, high = found.groups[0].median.lowest, found.groups[0].median.highest
    assert (low, high) == (6, 7.5)  # the last death among them, where the plateau begins


def test_the_bundled_cohort_is_one_of_them(bundled):
    from core.survival.answers import comparison
    from core.survival.result import SurvivalOptions

    for by, cut in (("emd_any", {}), ("prior_asct", {}), ("bcma_percent", {"split": "cut", "cuts": (50.0,)})):
        for endpoint in ("PFS", "OS"):
            found = of_bundled(bundled, by=by, endpoint=endpoint, **cut)
            selection = Selection(bundled.fingerprint, (), Comparison(by, *cut.values()))
            own = comparison(Cohort(bundled), selection, endpoint, SurvivalOptions(), None)
            assert np.isclose(found.comparison.p.values, own.test.p).any()
            ratio = own.ratios[0][1].ratio
            assert found.comparison.ratio.lowest - 1e-9 <= ratio <= found.comparison.ratio.highest + 1e-9


def test_against_the_rest_and_with_nobody(bundled):
    found = of_bundled(bundled, Levels("prior_asct", ("Yes",)), by=AGAINST_REST)
    assert [group.patients.highest for group in found.groups] == [2, 9]
    assert of_bundled(bundled, Levels("prior_asct", ())) is None


def test_what_is_known_later_is_not_tested(bundled):
    found = of_bundled(bundled, by="responder")
    assert found.comparison is None
    assert len(found.groups) == 2


def test_of_another_cohort_nothing_is_known_to_be_open(bundled, monkeypatch):
    monkeypatch.setattr(claims, "OF", "10.1000/another")
    assert of_bundled(bundled) is None
