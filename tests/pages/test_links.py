"""
Links that nobody wrote: whatever stands in an address, a page is drawn, nothing of it is shown that is no choice of
this cohort, each part that is not followed is said, and then gone from the address.

    python -m pytest tests/pages/test_links.py --links 500     # as many as are wanted a page; a few run with the suite
"""

import json

import numpy as np
import pytest

from pages.shared import choices
from tests.pages.the_app import figures, open_app, shows_no_nonsense, words

PAGES = (
    "overview", "survival", "response", "adverse_events", "kinetics", "subgroups", "associations", "patients",
    "published",
)  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>",
    "![](http://evil.example/x)",
    ":red[evil]",
    "$evil$",
    "{months}",
    "{levels} evil",
    "evil' or 1=1 --",
    '"; drop table patients; --evil',
    "../../etc/evil",
    "evil" * 1500,
    "ev\u202eil",
    "evil%00",
    "=cmd|'evil'!A0",
    "EM-B evil",
)
ODD = (
    "",
    "..",
    "5..",
    "9..2",
    "nan..inf",
    "1_0..9_0",
    "1e400",
    "-1",
    "NaN",
    "inf",
    "0x10",
    "1,5",
    "٣",
    "True",
    "false",
    "None",
)
LEGAL = {
    "emd": ["No EMD", "EM-B", "EM-E"],
    "prior_asct": ["No", "Yes"],
    "bcma_percent": ["20..80", "3.17..66.23"],
    "age_years": ["54..60"],
    "responder": ["Yes"],
    "by": ["emd", "prior_asct", "responder"],
    "endpoint": ["PFS", "OS", "Relapse"],
    "interval": ["log", "plain"],
    "median": ["first", "strict"],
    "times": ["6", "18", "7.5"],
    "band": ["False"],
    "denominator": ["evaluable"],
    "counted": ["events"],
    "sorted_by": ["name"],
    "least_percent": ["20"],
    "who": ["Infection"],
    "subgroup_outcome": ["OS", "adverse"],
    "subgroup_measure": ["12"],
    "tab": ["Method"],
}
SEVERAL = ("emd", "prior_asct", "times")


def query_of(seed: int) -> tuple[dict[str, list[str]], set[str]]:
    """A query of one to six parts, and those of them that no cohort or page has."""
    random = np.random.default_rng(seed)
    query: dict[str, list[str]] = {}
    wrong: set[str] = set()
    names = sorted({*LEGAL, *choices.CHOICES, "cut", "split", "evil", "patient_id", "months"} - {"search"})
    for name in map(str, random.choice(names, random.integers(1, 7), replace=False)):
        if name in LEGAL and random.random() < 0.5:
            most = 2 if name in SEVERAL else 1
            query[name] = [str(value) for value in random.choice(LEGAL[name], most, replace=False)]
        else:
            query[name] = [str(random.choice([*HOSTILE, *ODD]))]
            wrong |= {name} if query[name][0] in HOSTILE else set()
    return query, wrong


def test_a_link_that_nobody_wrote_is_put_right_and_said(link_seed):
    page = PAGES[link_seed % len(PAGES)]
    query, wrong = query_of(link_seed)
    app = open_app(page, query)
    shows_no_nonsense(app)
    said = [notice.value for notice in app.warning] + [toast.value for toast in app.get("toast")]
    assert said or not wrong, query
    legal = {name: value for name, value in query.items() if name not in wrong}
    shown = words(app) + json.dumps(figures(app), default=str)
    if not any("evil" in str(value) for value in legal.values()):
        assert "evil" not in shown.casefold(), query
    address = dict(app.query_params)
    assert not wrong & set(address), (query, address)


@pytest.mark.parametrize("name", choices.CHOICES)
def test_what_a_choice_is_by_default_is_a_choice(name):
    default = choices.CHOICES[name].usual
    for value in default if isinstance(default, list) else [default]:
        assert value is None or choices.CHOICES[name].legal(value)


@pytest.mark.parametrize("page", ["survival", "response", "adverse_events", "kinetics", "subgroups"])
def test_every_tab_is_one_that_a_link_may_ask_for(page):
    assert {tab.label for tab in open_app(page).tabs} <= set(choices.TABS)
