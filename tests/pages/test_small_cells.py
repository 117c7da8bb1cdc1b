"""Where small numbers are withheld no page, tab, figure or file shows one, nor a single patient."""

import re
from itertools import chain

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import downloads, small_cells
from tests.pages.the_app import PAGES, choose, figures, open_app, tables, words

SMALLEST = 5
TABS = {
    "Survival": ("Comparison", "At fixed times", "Median", "Restricted mean", "Several variables", "One patient",
                 "Follow-up"),
    "Response": ("Each response", "Dose by BCMA", "MRD", "Duration of response", "What became of them"),
    "Adverse events": ("Table", "Cytokine release", "Prolonged cytopenia"),
    "Kinetics": ("Each patient", "Groups", "Scheduled days", "ICAHT", "CTCAE grades"),
    "Subgroups": ("Table",),
}  # fmt: skip
OF_PATIENTS = re.compile(r"\bS\d{3}\b")


@pytest.fixture(scope="module")
def simulated() -> AppTest:
    """The app on the simulated cohort of 141."""
    app = open_app("data")
    next(button for button in app.button if button.label == "Show").click().run()
    return app


def withholding(app: AppTest, smallest: int) -> AppTest:
    app.session_state[small_cells.KEY] = smallest
    return app


def values(app: AppTest) -> str:
    """Every value that a figure of the page is drawn from."""
    rows = chain.from_iterable(chain.from_iterable(figure["datasets"].values()) for figure in figures(app))
    return " | ".join(str(value) for row in rows for value in row.values())


def shows_nothing_small(app: AppTest, where: str, smallest: int = SMALLEST) -> None:
    said = words(app)
    assert "Among " not in said, (where, "the sentence tells all at once")
    assert "(range) " not in said.partition("Baseline")[0], (where, "the ends of a range are single patients")
    assert not OF_PATIENTS.search(said), (where, OF_PATIENTS.search(said))
    assert not OF_PATIENTS.search(values(app)), where
    for line in said.splitlines():
        for found in re.finditer(r"(?<![\d.–])(\d+)(?: of |/)(\d+)(?![\d.])", line):
            count, total = map(int, found.groups())
            told = [count, total - count, total]
            assert not any(0 < number < smallest for number in told), (where, found[0], line[:200])
    for table in tables(app):
        counts = [place for place, head in enumerate(table[0]) if head in ("Patients", "Events", "Measured in")]
        for row in table[1:]:
            for place in counts:
                assert not row[place].isdecimal() or int(row[place]) in (0, *range(smallest, 999)), (where, row)
            for cell in row[1:]:
                count = re.match(r"(\d+)(?:, \d+\.\d%| \(\d+\.\d%)", cell)
                assert not count or int(count[1]) in (0, *range(smallest, 999)), (where, row)


@pytest.mark.parametrize("page", [page for page in PAGES if page != "Data"])
@pytest.mark.parametrize("by", ["emd", "prior_asct"])
@pytest.mark.parametrize("smallest", [SMALLEST, 11])
def test_nothing_small_is_on_any_page(simulated, page, by, smallest):
    app = withholding(simulated, smallest)
    app.switch_page(f"pages/{page.lower().replace(' ', '_')}.py").run()
    for tab in TABS.get(page, ("",)):
        choose(app, by=by, tab=tab, adjusted_for=["emd", "prior_asct"])
        shows_nothing_small(app, f"{page} {by} {tab}", smallest)


@pytest.mark.parametrize("page", [page for page in PAGES if page != "Data"])
def test_of_eleven_patients_next_to_nothing_is_left_and_every_page_says_so(page):
    app = withholding(open_app(page.lower().replace(" ", "_")), SMALLEST)
    app.run()
    assert not app.exception
    shows_nothing_small(app, page)
    assert not re.search(r"[Pp]atients? \(?\d+[,:)]", words(app))


def test_who_is_left_out_is_not_named(simulated):
    app = withholding(simulated, 3)
    app.switch_page("pages/survival.py").run()
    choose(app, by="nothing", **{"filter left_out": ["S001", "S002", "S003"]})
    assert any("Without 3 patients" in button.label for button in app.button)
    assert not OF_PATIENTS.search(words(app) + "".join(button.label for button in app.button))
    choose(app, **{"filter left_out": []})


def test_without_it_the_same_pages_show_patients_and_small_numbers(simulated):
    app = withholding(simulated, 0)
    app.switch_page("pages/overview.py").run()
    choose(app, by="emd")
    assert OF_PATIENTS.search(values(app)), "the lanes"
    with pytest.raises(AssertionError):
        shows_nothing_small(app, "overview")


def test_curves_end_where_few_are_at_risk(simulated):
    app = withholding(simulated, SMALLEST)
    app.switch_page("pages/survival.py").run()
    choose(app, by="prior_asct")
    data = figures(app)[0]["datasets"]
    assert min(step["at_risk"] for step in data["steps"]) >= SMALLEST
    assert {cell["count"] for cell in data["cells"]} & {-5.0}, "read <5"
    assert not {cell["count"] for cell in data["cells"]} & {1.0, 2.0, 3.0, 4.0}
    app = withholding(app, 0)
    app.run()
    assert min(step["at_risk"] for step in figures(app)[0]["datasets"]["steps"]) < SMALLEST


def test_what_leaves_so_few_is_not_shown(simulated):
    app = withholding(simulated, SMALLEST)
    app.switch_page("pages/survival.py").run()
    choose(app, by="nothing", **{"filter left_out": ["S001", "S002"]})
    assert app.title[0].value == small_cells.TOO_FEW
    assert not figures(app)
    assert ">136" in words(app)
    choose(app, **{"filter left_out": []})
    assert figures(app)


def test_it_is_released_by_its_chip(simulated):
    app = withholding(simulated, SMALLEST)
    app.switch_page("pages/patients.py").run()
    assert app.title[0].value == small_cells.SINGLE
    chip = next(button for button in app.button if "withheld" in button.label)
    chip.click().run()
    assert app.title[0].value.startswith("Patient")
    assert app.session_state[small_cells.KEY] == 0


def test_files_are_withheld_as_tables_are(monkeypatch):
    made = {}
    monkeypatch.setattr(downloads, "_file", lambda words, make, name, mime, *a, **k: made.update({name: make()}))
    monkeypatch.setattr(downloads.small_cells, "smallest", lambda: SMALLEST)
    downloads.save_table(lambda: (["Patient", "Months"], [["S001", "3"]]), lambda: ("Selection: all.",), "patients")
    downloads._table("Curve", lambda: (["label", "at_risk", "events"], [["A", 3, 1]]), lambda: (), "curve")
    assert b"S001" not in made["patients.csv"]
    assert small_cells.SINGLE.encode() in made["patients.csv"]
    assert b"3" not in made["curve.csv"]


def test_a_title_tells_nothing_that_a_number_beside_it_withholds(own_cohort):
    """Of 40 patients 30 responded, 28 with CR; CRS of any grade in 20, of grade 3 in 18; 20 relapsed, 2 died before."""
    people = [f"X{n}" for n in range(40)]
    responses = "".join(f"{who},1,{'CR' if n < 28 else 'PR' if n < 30 else 'SD'},,\n" for n, who in enumerate(people))
    events = "".join(f"{who},Cytokine release syndrome,,{3 if n < 18 else 1},{3 if n < 18 else 1},ASTCT,1,\n"
                     for n, who in enumerate(people[:20]))  # fmt: skip
    endpoints = "".join(
        f"{who},Relapse,{n + 1},{1 if n < 20 else 2 if n < 22 else 0},\n" for n, who in enumerate(people)
    )
    own_cohort(
        variables="name,label,kind,unit,levels,section,default_cut,known_at\nage,Age,number,years,,first,,\n",
        patients="patient_id,age\n" + "".join(f"{who},{50 + n}\n" for n, who in enumerate(people)),
        endpoints=f"patient_id,endpoint,months,status,cause\n{endpoints}",
        responses=f"patient_id,month,response,mrd,mrd_threshold\n{responses}",
        adverse_events="patient_id,term,category,grade_min,grade_max,grading,onset_day,end_day\n" + events,
    )
    for page, told in (("overview", "28 reached"), ("adverse_events", "18 of 40"), ("survival", "%")):
        app = open_app(page)
        assert told in app.title[0].value
        app = withholding(app, SMALLEST)
        app.run()
        assert app.title[0].value == small_cells.TOO_FEW
        assert not re.search(r"\b(28|18|20 of 40)\b", words(app).partition("Baseline")[0]), page


def test_who_was_not_looked_at_is_told_by_no_number_of_those_who_were(own_cohort):
    """CRS in 20 of 39 beside N = 40 would tell one who was not looked at for it."""
    people = [f"X{n}" for n in range(40)]
    own_cohort(
        variables="name,label,kind,unit,levels,section,default_cut,known_at\nage,Age,number,years,,first,,\n",
        patients="patient_id,age\n" + "".join(f"{who},{50 + n}\n" for n, who in enumerate(people)),
        adverse_events="patient_id,term,category,grade_min,grade_max,grading,onset_day,end_day\n"
        + "".join(f"{who},Cytokine release syndrome,,3,3,ASTCT,1,\n" for who in people[:20]),
        not_assessed="patient_id,term\nX39,Cytokine release syndrome\n",
    )
    app = open_app("adverse_events")
    assert "20 of 39" in app.title[0].value
    app = withholding(app, SMALLEST)
    app.run()
    assert app.title[0].value == small_cells.TOO_FEW
    assert not re.search(r"20(?:/| of )39", words(app) + str(tables(app)) + values(app))


def test_rates_of_the_evaluable_are_not_offered_where_they_tell_who_was_not(own_cohort):
    """39 of 40 were assessed: 20 of 40 beside 20 of 39 would tell the one who was not."""
    people = [f"X{n}" for n in range(40)]
    responses = "".join(f"{who},1,{'CR' if n < 20 else 'SD'},,\n" for n, who in enumerate(people[:39]))
    own_cohort(
        variables="name,label,kind,unit,levels,section,default_cut,known_at\nage,Age,number,years,,first,,\n",
        patients="patient_id,age\n" + "".join(f"{who},{50 + n}\n" for n, who in enumerate(people)),
        responses=f"patient_id,month,response,mrd,mrd_threshold\n{responses}",
    )
    app = choose(open_app("response"), denominator="evaluable")
    assert "39" in words(app)
    app = withholding(app, SMALLEST)
    app.run()
    assert not app.exception
    assert "Evaluable" not in words(app)
    assert not re.search(r"(?<!\d)39(?!\d)", words(app))
