"""Every single filter level and every comparison of the cohort, on every page: no exception, no nonsense."""

import pytest

from core.cohort import AGAINST_REST, MISSING
from core.database import open_cohort
from tests.conftest import BUNDLED
from tests.pages.the_app import open_app, shows_no_nonsense

VARIABLES = open_cohort(BUNDLED).variables
PAGES = ("overview", "survival")
LEVELS = [
    (variable.name, level) for variable in VARIABLES if not variable.is_number for level in (*variable.levels, MISSING)
]
NUMBERS = [variable.name for variable in VARIABLES if variable.is_number]


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_every_level(name, level):
    level = "missing" if level == MISSING else level
    for page in PAGES:
        shows_no_nonsense(open_app(page, {name: level}))


@pytest.mark.parametrize("name", NUMBERS)
def test_every_range(name):
    for ends in ("0..1.2", "30..60", "62..64", "5..9", "-5..1000"):
        for page in PAGES:
            shows_no_nonsense(open_app(page, {name: ends}))


@pytest.mark.parametrize("name", [variable.name for variable in VARIABLES])
def test_every_comparison(name):
    for endpoint in ("PFS", "OS", "Relapse"):
        shows_no_nonsense(open_app("survival", {"by": name, "endpoint": endpoint}))
    shows_no_nonsense(open_app("overview", {"by": name}))


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("split", ["median", "tertiles"])
def test_every_split(name, split):
    for page in PAGES:
        shows_no_nonsense(open_app(page, {"by": name, "split": split}))


@pytest.mark.parametrize("name", [v.name for v in VARIABLES if not v.is_number])
def test_every_selection_against_the_rest(name):
    level = next(v for v in VARIABLES if v.name == name).levels[0]
    for page in PAGES:
        shows_no_nonsense(open_app(page, {name: level, "by": "rest"}))


@pytest.mark.parametrize("query", [{"by": AGAINST_REST}, {"by": "rest"}, {"by": "mrd_negative", "landmark": "24"}])
def test_odd_choices(query):
    for page in PAGES:
        shows_no_nonsense(open_app(page, query))


@pytest.mark.parametrize("interval", ["log", "plain"])
@pytest.mark.parametrize("rule", ["first", "midpoint to last", "strict"])
def test_every_interval_and_rule(interval, rule):
    for extra in ({}, {"responder": "Yes"}, {"by": "emd"}):
        shows_no_nonsense(open_app("survival", {"interval": interval, "median": rule, **extra}))
