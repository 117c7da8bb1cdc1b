"""The cohort bar, the strip and the chips; the URL in and out; and a cohort of the viewer's own."""

import re
from urllib.parse import parse_qs

import pytest

from core.cohort.ranges import Extent
from pages.shared import link_spelling
from tests.pages.conftest import OWN_ENDPOINTS, OWN_PATIENTS, OWN_VARIABLES
from tests.pages.the_app import choose, figures, headlines, open_app, query_of, shows_no_nonsense, squeezed, widget


def levels(app, name: str) -> dict[str, int]:
    """What a filter shows for each level, as words and a number."""
    group = next(one for one in app.get("button_group") if re.fullmatch(rf"{name} \d+\.\d+", one.key or ""))
    born = group.key.rpartition(" ")[2].replace(".", "-")
    rules = "".join(html.proto.body for html in app.get("html"))
    counts = re.findall(rf'\[class\*="-{born}"\] button:nth-of-type\((\d+)\)>div::after{{content:" (\d+)"}}', rules)
    assert [int(place) for place, _ in counts] == [*range(1, len(group.options) + 1)]
    return {level: int(count) for level, (_, count) in zip(group.options, counts, strict=True)}


def test_each_level_counts_whom_it_would_leave_given_the_other_filters():
    app = open_app()
    assert levels(app, "emd") == {"No EMD": 9, "EM-B": 1, "EM-E": 1}
    choose(app, filter__prior_asct=["Yes"])
    assert levels(app, "emd") == {"No EMD": 1, "EM-B": 1, "EM-E": 0}
    assert levels(app, "prior_asct") == {"No": 9, "Yes": 2}, "its own filter does not change its counts"


def test_only_levels_that_occur_are_offered():
    app = choose(open_app(), More__at__baseline=True)
    assert set(levels(app, "monoclonal_protein")) == {"IgG", "IgD", "Light chain"}


def test_a_folded_filter_holds():
    app = open_app("overview", {"monoclonal_protein": "IgD"})
    before = squeezed(app)
    choose(app, More__at__baseline=True)
    choose(app, More__at__baseline=False)
    choose(app, filter__prior_asct=["No"])
    assert query_of(app) == {"monoclonal_protein": ["IgD"], "prior_asct": ["No"]}
    choose(app, filter__prior_asct=[])
    assert squeezed(app) == before


def test_the_strip_has_a_cell_a_patient():
    app = open_app("overview", {"prior_asct": "No"})
    body = next(e.proto.body for e in app.get("html") if "cg-strip" in e.proto.body and "<style>" not in e.proto.body)
    assert body.count('<i class="out "') == 2
    assert body.count('<i class=""') == 9
    assert "9 of 11 patients" in squeezed(app)


def test_a_chip_removes_its_filter_and_reset_everything():
    app = open_app("overview", {"prior_asct": "No", "bcma_percent": "50..99", "by": "emd"})
    assert {b.label for b in app.button} >= {"Prior ASCT: no", "BCMA expression 50–98.02%"}
    app.button(key="chip prior_asct").click().run()
    assert query_of(app) == {"bcma_percent": ["50..98.02"], "by": ["emd"]}
    assert "7 of 11 patients" in squeezed(app)
    app.button(key="reset").click().run()
    assert "11 of 11 patients" in squeezed(app)
    assert widget(app, "selectbox", "by").value == "nothing"
    assert app.button(key="reset").disabled


def test_the_url_follows_the_selection():
    app = open_app()
    assert query_of(app) == {}
    choose(app, filter__emd=["EM-B", "EM-E"], filter__dose_1e8_cells=(1.0, 2.0), by="bcma_percent")
    assert query_of(app) == {"emd": ["EM-B", "EM-E"], "dose_1e8_cells": ["1..2"], "by": ["bcma_percent"], "cut": ["50"]}
    choose(app, split="median")
    assert query_of(app)["split"] == ["median"]
    assert "cut" not in query_of(app)


def test_a_link_opens_the_same_view():
    app = open_app("survival", {"emd": ["No EMD"], "bcma_percent": "20..90", "by": "sex", "endpoint": "OS"})
    again = open_app("survival", query_of(app))
    assert squeezed(again) == squeezed(app)
    assert "Among 6 patients" in squeezed(app)


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ({"emd": "EM-X"}, "filters Extramedullary disease by a value that this cohort does not have"),
        ({"monoclonal_protein": "IgM"}, "filters Monoclonal protein by a value that this cohort does not have"),
        ({"sex": "missing"}, "filters Sex by a value that this cohort does not have"),
        ({"by": "bcma_percent", "cut": "1000"}, "beyond its range in this cohort"),
        ({"horizon": "nan"}, "11 of 11"),
        ({"horizon": "-5", "tab": "Restricted mean"}, "a choice that this page does not offer"),
        ({"bcma_percent": "high"}, "filters BCMA expression by a value"),
        ({"bcma_percent": "90..20"}, "filters BCMA expression by a value"),
        ({"colour": "blue"}, "asks for something that this cohort does not have"),
        ({"by": "rest", "sex": "missing"}, "selects nobody; nothing is compared"),
        ({"by": "colour"}, "compares by something that this cohort does not have"),
        ({"by": "bcma_percent", "split": "quintiles"}, "the median is used"),
        ({"tab": "Nonsense"}, "a choice that this page does not offer"),
        ({"endpoint": "EFS"}, "a choice that this page does not offer"),
    ],
)
def test_a_bad_link_falls_back_with_a_notice(query, notice):
    app = open_app("survival", query)
    shown = squeezed(app) + " ".join(toast.value for toast in app.toast)
    assert notice in shown
    assert "11 of 11 patients" in shown
    assert app.title[0].value.startswith(("Median PFS", "BCMA expression: "))
    assert not app.exception


def test_a_range_beyond_the_cohort_is_drawn_in():
    app = open_app("overview", {"bcma_percent": "-50..60"})
    assert widget(app, "slider", "bcma_percent").value == (3.0, 60.0)


def test_encode_and_decode_are_inverse(bundled):
    extents = {
        "bcma_percent": Extent(3.17, 98.02, 3.0, 99.0, 1.0, 1, 66.2),
        "dose_1e8_cells": Extent(0.88, 4.55, 0.85, 4.55, 0.05, 0, 1.38),
    }
    levels = {"emd": {"No EMD", "EM-B", "Missing"}, "prior_asct": {"No", "Yes"}}
    for query in (
        {},
        {"emd": ["EM-B", "missing"], "bcma_percent": ["10..20.5", "missing"]},
        {"by": ["rest"], "prior_asct": ["Yes"]},
        {"by": ["bcma_percent"], "cut": ["61.5"]},
        {"by": ["dose_1e8_cells"], "split": ["tertiles"]},
        {"by": ["emd"]},
    ):
        selection, notices = link_spelling.decode(query, "x", bundled.variables, levels, extents)
        assert notices == []
        assert link_spelling.encode(selection) == query


# -- a cohort of one's own -------------------------------------------------------------------------


def test_an_own_cohort_opens_with_its_own_variables_and_endpoints(own_cohort):
    own_cohort(endpoints=OWN_ENDPOINTS)
    app = open_app("survival")
    assert app.title[0].value == "Median EFS 4 months (95% CI 3–NR), at a plateau of 50%"
    assert levels(app, "risk") == {"low": 2, "high": 1, "Missing": 1}
    assert widget(app, "checkbox", "age: missing").value is True
    shows_no_nonsense(app)
    for by in ("risk", "age"):
        shows_no_nonsense(choose(app, by=by))
    overview = open_app()
    shows_no_nonsense(overview)
    assert "Your cohort" in squeezed(overview)
    assert "Missing 1 (25.0%)" in squeezed(overview)


def test_missing_numbers_can_be_left_out(own_cohort):
    own_cohort(endpoints=OWN_ENDPOINTS)
    app = open_app()
    choose(app, missing__age=False)
    assert "3 of 4 patients" in squeezed(app)
    choose(app, missing__age=True, filter__age=(55.0, 70.0))
    assert "3 of 4 patients" in squeezed(app)


def test_an_own_cohorts_words_stay_out_of_the_url_and_are_escaped(own_cohort):
    own_cohort(endpoints=OWN_ENDPOINTS)
    app = open_app()
    choose(app, filter__risk=["low"], by="age")
    assert query_of(app) == {}
    body = "".join(element.proto.body for element in app.get("html"))
    assert "<b>site</b>" not in body


def test_an_address_asks_nothing_of_an_own_cohort_and_is_told_so(own_cohort):
    own_cohort(endpoints=OWN_ENDPOINTS)
    app = open_app("survival", {"risk": "low", "by": "age"})
    assert "4 of 4 patients" in squeezed(app)
    assert "What an address asks of a cohort of your own is not followed" in squeezed(app)
    assert query_of(app) == {}, "its words are not left standing there"
    choose(app, filter__risk=["low"])
    assert "is not followed" not in squeezed(app), "it is said once"


def test_a_number_that_no_cut_splits_is_named_once():
    app = open_app("survival", {"emd": "EM-E", "by": "bcma_percent", "split": "median"})
    strip = squeezed(app)
    assert "BCMA expression uncut 1" in strip
    assert "BCMA expression BCMA expression" not in strip


def test_a_cohort_without_outcomes_still_opens(own_cohort):
    own_cohort()
    overview = open_app()
    assert overview.title[0].value == "4 patients; no response recorded"
    shows_no_nonsense(overview)
    survival = open_app("survival")
    assert survival.title[0].value == "No survival endpoint"


def test_a_cohort_that_cannot_be_opened_says_what_to_correct(own_cohort):
    own_cohort(patients=OWN_PATIENTS.replace("high", "medium"))
    app = open_app()
    assert app.title[0].value == "This cohort cannot be opened"
    assert "patients.csv, row 3, column risk: the value must be one of low, high. Found 'medium'." in squeezed(app)


def test_words_of_a_cohort_are_shown_as_they_are(own_cohort):
    variables = OWN_VARIABLES.replace("Risk & <b>site</b>", "Risk_score $x$ *").replace("low|high", "lo_w $1$|high")
    own_cohort(variables=variables, patients=OWN_PATIENTS.replace("low", "lo_w $1$"), endpoints=OWN_ENDPOINTS)
    app = open_app("survival")
    choose(app, filter__risk=["lo_w $1$"])
    chip = app.button(key="chip risk").label
    assert chip == r"Risk\_score \$x\$ \*: lo\_w \$1\$"
    choose(app, filter__risk=["lo_w $1$", "high"], by="risk", split="cut")
    assert r"lo_w $1$" in squeezed(app), "HTML shows it as it is"


@pytest.mark.parametrize(
    ("endpoints", "events"),
    [
        (
            "X1,PFS,3,1,death X2,PFS,9,0, X3,PFS,4,1,progression",
            {("X1", "Death"), ("X2", "Last contact"), ("X3", "Progression"), ("X3", "Last contact")},
        ),
        (
            "X1,PFS,3,1, X1,OS,3,1, X2,PFS,2,1, X2,OS,8,0,",
            {("X1", "Death"), ("X2", "Progression"), ("X2", "Alive, ongoing")},
        ),
    ],
)
def test_a_death_is_drawn_as_a_death_with_or_without_os(own_cohort, endpoints, events):
    own_cohort(endpoints="patient_id,endpoint,months,status,cause\n" + endpoints.replace(" ", "\n") + "\n")
    marks = figures(open_app())[0]["datasets"]["marks"]
    assert {(row["patient_id"], row["event"]) for row in marks} == events


def test_a_competing_cause_of_os_gives_no_median_on_the_overview(own_cohort):
    rows = "X1,OS,3,1,myeloma\nX2,OS,9,2,other\nX3,OS,4,2,other\nX4,OS,12,0,\n"
    own_cohort(endpoints="patient_id,endpoint,months,status,cause\n" + rows)
    assert "Median OS" not in squeezed(open_app())


def test_long_names_are_cut_in_figures_only(own_cohort):
    long = "a level whose name is far too long to stand beside a curve"
    own_cohort(
        variables=OWN_VARIABLES.replace("low|high", f"{long}|high"),
        patients=OWN_PATIENTS.replace("low", long),
        endpoints=OWN_ENDPOINTS,
    )
    app = open_app("survival")
    choose(app, by="risk")
    labels = [row["label"] for row in figures(app)[0]["datasets"]["rows"]]
    assert max(map(len, labels)) == 28
    assert long in squeezed(app)


def test_a_message_of_a_widget_that_is_no_more_undoes_nothing():
    """A browser that has not learned of a wish sends the old widget's value with its next message."""
    app = open_app("overview", {"bcma_percent": "50..99"})
    old = widget(app, "slider", "bcma_percent")
    next(b for b in app.button if b.label.startswith("BCMA")).click().run()
    assert query_of(app) == {}
    old.set_value((70.0, 99.0))
    app.run()
    assert query_of(app) == {}
    assert "11 of 11 patients" in squeezed(app)


def test_a_widget_says_what_it_is_moved_to():
    app = open_app("overview")
    widget(app, "slider", "bcma_percent").set_value((50.0, 99.0)).run()
    assert query_of(app) == {"bcma_percent": ["50..98.02"]}
    widget(app, "selectbox", "by").select("prior_asct").run()
    assert query_of(app) == {"bcma_percent": ["50..98.02"], "by": ["prior_asct"]}
    assert "7 of 11 patients" in squeezed(app)


def test_a_tab_belongs_to_its_page():
    app = open_app("survival", {"tab": "Median"})
    assert query_of(app) == {"tab": ["Median"]}
    app.switch_page("pages/response.py").run()
    assert query_of(app) == {}
    choose(app, tab="Method")
    app.switch_page("pages/survival.py").run()
    assert query_of(app) == {}
    assert not app.toast


def test_a_link_that_was_drawn_before_the_last_wishes_takes_them_along():
    """Its query is of the view that it was drawn for: of it only what the link itself wishes is followed."""
    app = open_app("overview", {"bcma_percent": "50..98.02"})
    top_bar, tile = query_of(app), parse_qs(headlines(app)["Median OS, months"][1].partition("?")[2])
    assert tile == top_bar | {"endpoint": ["OS"]}
    for query, page, endpoint in ((top_bar, "response", {}), (tile, "survival", {"endpoint": ["OS"]})):
        app = choose(open_app("overview", {"bcma_percent": "50..98.02"}), emd=["No EMD"])
        for name, values in query.items():
            app.query_params[name] = values
        del app.query_params["emd"]
        app.switch_page(f"pages/{page}.py").run()
        assert query_of(app) == {"emd": ["No EMD"], "bcma_percent": ["50..98.02"]} | endpoint


def test_files_that_change_are_told_and_the_next_session_opens_them(own_cohort, cohort_folder):
    own_cohort(endpoints=OWN_ENDPOINTS)
    app = open_app("survival")
    assert not app.warning
    (cohort_folder() / "patients.csv").write_text(f"{OWN_PATIENTS}X5,low,40,1,\n", encoding="utf-8")
    app.run()
    assert "were changed after this page was loaded" in app.warning[0].value
    assert "of 4 patients" in squeezed(app), "the session stays with what it opened"
    again = open_app("survival")
    assert "of 5 patients" in squeezed(again)
    assert not again.warning
