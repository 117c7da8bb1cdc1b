"""A cohort whose variables are called as the columns of the other tables: their values stay their own on every page."""

import pytest

from core.cohort.schema import TABLES, TAKEN_NAMES
from tests.pages.the_app import PAGES, choose, open_app, shows_no_nonsense, table_rows

NAMES = sorted({c.name for columns in TABLES.values() for c in columns} - {n.casefold() for n in TAKEN_NAMES})
OF_OUTCOMES = ("depth", "crs", "os", "peak", "best", "number", "ended", "followed_months", "best_response", "crs_min")
NUMBERS = sorted({*NAMES, *OF_OUTCOMES} - {"responder", "best_response"})


@pytest.fixture
def alike(own_cohort):
    """Twelve patients with a number under each name: 5, 15, … 115 in every column."""
    everyone = range(12)
    variables = "name,label,kind,unit,levels,section\n" + "".join(f"{n},Of {n},number,mm,,first\n" for n in NUMBERS)
    rows = [f"P{n}," + ",".join([str(10 * n + 5)] * len(NUMBERS)) for n in everyone]
    own_cohort(
        variables=variables,
        patients=f"patient_id,{','.join(NUMBERS)}\n" + "\n".join(rows) + "\n",
        endpoints="patient_id,endpoint,months,status,cause\n"
        + "".join(f"P{n},{e},{n + 1},{n % 2},\n" for n in everyone for e in ("PFS", "OS")),
        responses="patient_id,month,response,mrd\n"
        + "".join(f"P{n},1,{'SD' if n % 2 else 'CR'},negative\n" for n in everyone),
        milestones="patient_id,month,event,detail\nP1,1,tocilizumab,once\nP2,2,second infusion,\n",
        adverse_events="patient_id,term,category,grade_min,grade_max,grading,onset_day,end_day\n"
        + "".join(f"P{n},Cytokine release syndrome,CRS,{1 + n % 3},{1 + n % 3},ASTCT,2,9\n" for n in everyone),
        measurements="patient_id,analyte,day,value,unit,below_limit,lower_normal,upper_normal\n"
        + "".join(f"P{n},ANC,{day},{1 + n},10^9/L,No,1.5,8\nP{n},IL-6,{day},{n},pg/mL,No,,7\n"
                  for n in everyone for day in (0, 7)),
    )  # fmt: skip


@pytest.mark.parametrize("page", [page.casefold().replace(" ", "_") for page in PAGES])
def test_every_page_is_drawn(alike, page):
    app = open_app(page)
    assert "cannot be opened" not in app.title[0].value, app.code[0].value
    shows_no_nonsense(app)
    shows_no_nonsense(choose(app, by="value"))


@pytest.mark.parametrize("outcome", ["response", "depth", "crs", "OS", "PFS"])
def test_an_association_is_of_the_variables_own_values(alike, outcome):
    """Whatever it is called: all have the same values, so all have the same result."""
    app = choose(open_app("associations"), outcome=outcome)
    rows = {name: row for name, row in table_rows(app, "Against it").items() if name.startswith("Of ")}
    assert len(rows) == len(NUMBERS)
    assert len({tuple(row[1:]) for row in rows.values()}) == 1
