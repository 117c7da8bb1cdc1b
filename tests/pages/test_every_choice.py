"""Every single filter level and every comparison of the cohort, on every page: no exception, no nonsense."""

import pytest
from streamlit.elements.lib.mutable_tab_container import TabContainer
from streamlit.testing.v1 import AppTest

from core.adverse_events.result import ORDERS
from core.cohort.database import open_cohort
from core.cohort.selection import AGAINST_REST, MISSING
from tests.conftest import BUNDLED
from tests.pages.the_app import choose, open_app, shows_no_nonsense


@pytest.fixture(autouse=True)
def every_tab_is_open(monkeypatch):
    """A page draws the open tab only; here all of them, so that no choice goes unseen in one that is closed."""
    monkeypatch.setattr(TabContainer, "open", property(lambda tab: True, lambda tab, is_open: None))


VARIABLES = open_cohort(BUNDLED).variables
PAGES = (
    "overview",
    "survival",
    "response",
    "adverse_events",
    "subgroups",
)  # kinetics: by comparison, and its own tests
LEVELS = [(variable.name, level) for variable in VARIABLES if not variable.is_number for level in variable.levels]
LEVELS.append((LEVELS[0][0], MISSING))
NUMBERS = [variable.name for variable in VARIABLES if variable.is_number]


def turn_of(place: int) -> tuple[str, str]:
    """Two of the pages, other ones for the next of a row: what a variable does to a page is seen by its comparison."""
    return PAGES[place % len(PAGES)], PAGES[(place + 2) % len(PAGES)]


def on_pages(query: dict, pages: tuple[str, ...] = PAGES) -> AppTest:
    """One viewer who opens a link and goes through these pages; ends on the last."""
    app = open_app(pages[0], query)
    shows_no_nonsense(app)
    for page in pages[1:]:
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, app.exception[0].value
        assert app.title, page
        shows_no_nonsense(app)
    return app


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_every_level(name, level):
    pages = turn_of(LEVELS.index((name, level)))
    on_pages({name: "missing" if level == MISSING else level}, pages)


@pytest.mark.parametrize("name", NUMBERS)
def test_every_range(name):
    for place, ends in enumerate(("0..1.2", "30..60", "62..64", "5..9", "-5..1000")):
        on_pages({name: ends}, turn_of(place))


@pytest.mark.parametrize("name", [variable.name for variable in VARIABLES])
def test_every_comparison(name):
    app = on_pages({"by": name})
    for outcome in ("PFS", "adverse"):
        shows_no_nonsense(choose(app, subgroup_outcome=outcome))
    shows_no_nonsense(app.switch_page("pages/kinetics.py").run())
    app.switch_page("pages/survival.py").run()
    for endpoint in ("OS", "Relapse"):
        shows_no_nonsense(choose(app, endpoint=endpoint))


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("split", ["median", "tertiles"])
def test_every_split(name, split):
    on_pages({"by": name, "split": split}, turn_of(NUMBERS.index(name) + (split == "median")))


@pytest.mark.parametrize("name", [v.name for v in VARIABLES if not v.is_number])
def test_every_selection_against_the_rest(name):
    level = next(v for v in VARIABLES if v.name == name).levels[0]
    on_pages({name: level, "by": "rest"}, turn_of(LEVELS.index((name, level))))


@pytest.mark.parametrize("query", [{"by": AGAINST_REST}, {"by": "rest"}, {"by": "mrd_negative", "landmark": "24"}])
def test_odd_choices(query):
    on_pages(query)


@pytest.mark.parametrize("by", [None, "prior_asct", "bcma_percent"])
@pytest.mark.parametrize("shown_as", ["grades", "groups", "patients"])
@pytest.mark.parametrize("order", ORDERS)
def test_every_sort_of_adverse_events(by, shown_as, order):
    query = {"shown_as": shown_as, "sorted_by": order} | ({"by": by} if by else {})
    for extra in ({"counted": "events"}, {"compared_grade": "any", "limits": "Wilson"}):
        shows_no_nonsense(open_app("adverse_events", query | extra))


@pytest.mark.parametrize("search", ["cyto", "HAEM", "no such event", "<b>", "%", "'", "ICANS"])
@pytest.mark.parametrize("least", ["0", "20", "100"])
def test_every_search_of_adverse_events(search, least):
    for by in ({}, {"by": "sex"}):
        shows_no_nonsense(open_app("adverse_events", {"search": search, "least_percent": least, **by}))


@pytest.mark.parametrize("who", ["Any adverse event", "Haematological, any", "Infection", "Secondary neoplasm", "odd"])
@pytest.mark.parametrize("grade", ["any", "1–2", "3+", "4", "odd"])
def test_everybody_behind_a_count(who, grade):
    for extra in ({"by": "sex", "who_group": "Male"}, {"emd": "EM-B"}):
        shows_no_nonsense(open_app("adverse_events", {"who": who, "who_grade": grade, **extra}))


@pytest.mark.parametrize("outcome", ["overall", "complete", "PFS", "OS", "adverse"])
@pytest.mark.parametrize("measure", ["hazard", "12"])
def test_every_outcome_of_subgroups(outcome, measure):
    query = {"subgroup_outcome": outcome, "subgroup_measure": measure, "subgroup_event": "Infection"}
    for extra in ({}, {"by": "sex"}, {"emd": "EM-E"}, {"responder": "Yes"}, {"sex": "Male", "by": "rest"}):
        shows_no_nonsense(open_app("subgroups", query | extra))


@pytest.mark.parametrize("rate", ["overall", "very_good", "complete"])
@pytest.mark.parametrize("denominator", ["all", "evaluable"])
def test_every_rate_of_response(rate, denominator):
    query = {"denominator": denominator, "two_way_rate": rate, "limits": "Wilson"}
    for extra in (
        {"two_way_rows": "age_years", "rows_cut": "60", "columns_cut": "97.5"},
        {"two_way_rows": "bcma_percent"},
        {"rows_cut": "1e9"},
        {"by": "iss_stage", "prior_asct": "Yes"},
    ):
        shows_no_nonsense(open_app("response", query | extra))


@pytest.mark.parametrize("interval", ["log", "plain"])
@pytest.mark.parametrize("rule", ["first", "midpoint to last", "strict"])
def test_every_interval_and_rule(interval, rule):
    for extra in ({}, {"responder": "Yes"}, {"by": "emd"}):
        shows_no_nonsense(open_app("survival", {"interval": interval, "median": rule, **extra}))
