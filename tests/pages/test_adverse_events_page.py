"""The adverse events page against Table 3, and in every state that needs words."""

import re

import pytest

from core.cohort.database import open_cohort
from tests.conftest import BUNDLED
from tests.pages.the_app import choose, figures, open_app, shows_no_nonsense, squeezed, table_rows, tables

EVENTS = "patient_id,term,category,grade_min,grade_max,grading,onset_day,end_day\n"
BANDS = {"any grade": 0, "grade 1–2": 1, "grade 3–5": 2}


def claims_on_adverse_events() -> list[tuple[str, str, int, int, str]]:
    """Every recomputable claim that is a count of patients with an event: id, term, column, count, printed."""
    rows = open_cohort(BUNDLED).ask(
        "select claim_id, quantity, numerator, printed from claims where kind = 'recompute' "
        "and (section = 'Table 3' or section like 'Results: adverse events%' or section like 'Results / Table 3%') "
        "and denominator = '11' and numerator is not null order by claim_id"
    )
    found = []
    for row in rows.itertuples():
        term = next((band for band in BANDS if row.quantity.endswith(f" {band}")), None)
        if term is not None:
            name = row.quantity.removesuffix(f" {term}").capitalize()
            found.append((row.claim_id, name, BANDS[term], int(row.numerator), row.printed))
    return found


@pytest.fixture(scope="module")
def table_3() -> dict[str, list[str]]:
    return table_rows(open_app("adverse_events"), "Adverse event")


@pytest.mark.parametrize(("claim", "term", "column", "count", "printed"), claims_on_adverse_events())
def test_every_cell_of_table_3_stands_on_the_page(table_3, claim, term, column, count, printed):
    cell = table_3[term][column]
    assert cell.startswith(f"{count}, ")
    percent = re.search(r"\((\d+)(?:\.(\d))?%\)", printed)
    if percent:  # "9%" is printed without its decimal
        assert cell.split(", ")[1].startswith(percent[1] + ("." + percent[2] + "%" if percent[2] else "."))


def test_enough_claims_were_found():
    found = {claim for claim, *_ in claims_on_adverse_events()}
    assert len(found) >= 25
    assert {"C36", "C37", "C56", "C80", "C81", "C82", "C84", "C86"} <= found


def test_the_exact_intervals_are_right(table_3):
    # R: binom.test(11, 11)$conf.int, binom.test(2, 11)$conf.int, binom.test(0, 11)$conf.int
    assert table_3["Cytokine release syndrome"][0] == "11, 100.0% (71.5–100.0)"
    assert table_3["Cytokine release syndrome"][2] == "2, 18.2% (2.3–51.8)"
    assert table_3["Nausea"][2] == "0, 0.0% (0.0–28.5)"


def test_what_was_looked_for_and_not_seen_is_a_row_of_zeros(table_3):
    # C35: no secondary neoplasm; C83: no ICANS; Table 3: no neurologic event
    for term in (
        "Secondary neoplasm",
        "ICANS",
        "Neurologic events",
    ):
        assert table_3[term] == ["0, 0.0% (0.0–28.5)"] * 3
    assert "hallucinations and blurred vision in two patients, without grade" in squeezed(open_app("adverse_events"))


def test_prolonged_cytopenia_is_shown_as_reported():
    # C59: five patients
    app = open_app("adverse_events", {"tab": "Prolonged cytopenia"})
    assert table_rows(app, "As reported")["Prolonged cytopenia"] == ["5/11, 45.5% (16.7–76.6)"]
    assert "no resolution to grade 2 or less within one month; patients 3, 6, 7, 9 and 10" in squeezed(app)


def test_cytokine_release_has_its_own_scale_and_treatments():
    app = open_app("adverse_events", {"by": "prior_asct", "tab": "Cytokine release"})
    rows = table_rows(app, "Cytokine release syndrome, Lee 2014")
    assert rows["Grade 3 or more"] == ["1, 11.1% (0.3–48.2)", "1, 50.0% (1.3–98.7)"]
    assert rows["Tocilizumab"] == ["1, 11.1% (0.3–48.2)", "0, 0.0% (0.0–84.2)"]
    assert "no onset or end is recorded" in squeezed(app)


def test_who_is_behind_a_count_and_back():
    app = open_app("adverse_events", {"who": "Cytokine release syndrome", "who_grade": "3+"})
    who = table_rows(app, "Patient")
    assert set(who) == {"7", "8"}
    # C90: corticosteroids and tocilizumab
    assert who["8"][:2] == ["3–4", "1"]
    assert who["8"][-1] == "corticosteroids, tocilizumab for cytokine release syndrome"
    table = next(e.proto.body for e in app.get("html") if "<table>" in e.proto.body)
    kinds = {head: kind for kind, head in re.findall(r'<th class="(\w+)">([^<]+)</th>', table)}
    assert kinds["Patient"] == kinds["Worst grade"] == kinds["Infused dose, ×10⁸ cells"] == "figures"
    assert (kinds["Extramedullary disease"], kinds["Prior ASCT"], kinds["Given"]) == ("names", "names", "words")
    assert "Reported of patient 8: severe CRS." in squeezed(app)
    next(button for button in app.button if button.label == "Back").click().run()
    assert not any(table[0][0] == "Patient" for table in tables(app))
    assert "who" not in app.query_params


def test_everybody_behind_a_category_is_told_with_the_events():
    app = open_app("adverse_events", {"who": "Any adverse event", "by": "prior_asct", "who_group": "prior_asct 1"})
    who = table_rows(app, "Patient")
    assert set(who) == {"7", "10"}
    assert "Infection" in who["7"][-2]


def test_groups_stand_side_by_side_with_difference_and_test():
    # Prior ASCT 1/2 less 7/9 as on the response page; thrombocytopenia 2/2 less 6/9
    app = open_app("adverse_events", {"by": "prior_asct", "compared_grade": "any"})
    rows = table_rows(app, "Any grade")
    assert rows["Infection"][:-1] == ["7, 77.8% (40.0–97.2)", "1, 50.0% (1.3–98.7)", "−28 (−71 to 24)", "p = 0.49"]
    assert rows["Infection"][-1] == "0.49 to 1.00"  # 1 or 2 of 2: patient 7's infection is printed
    dots = [row for row in figures(app)[0]["datasets"]["dots"] if row["name"] == "Infection"]
    assert [round(row["share"], 4) for row in dots] == [0.7778, 0.5]
    assert [row["colour"] for row in dots] == ["var(--group0)", "var(--group1)"]
    assert "exact test without adjustment" in squeezed(app)


def test_events_have_neither_interval_nor_test():
    app = open_app("adverse_events", {"by": "prior_asct", "counted": "events"})
    text = squeezed(app)
    assert "Events of one patient are not independent" in text
    assert "Fisher" not in str(tables(app)[0])
    alone = open_app("adverse_events", {"counted": "events"})
    assert table_rows(alone, "Adverse event")["Any adverse event*"] == ["71", "41", "30"]


@pytest.mark.parametrize("by", ["responder", "crs_grade"])
def test_what_became_known_later_is_described_and_not_tested(by):
    text = squeezed(open_app("adverse_events", {"by": by}))
    assert "a description, not a test" in text
    assert " p = " not in text


def test_a_search_a_share_and_an_order():
    app = open_app("adverse_events", {"search": "aminotransferase"})
    assert list(table_rows(app, "Adverse event")) == [
        "Aspartate aminotransferase increased", "Alanine aminotransferase increased",
    ]  # fmt: skip
    choose(app, search="", least_percent=80.0)
    assert "Infection" not in table_rows(app, "Adverse event")
    assert "Fever" in table_rows(app, "Adverse event")
    choose(app, least_percent=0.0, sorted_by="3+")
    names = list(table_rows(app, "Adverse event"))
    assert names[:4] == ["Any adverse event*", "Cytokine release syndrome", "Leukopenia", "Thrombocytopenia"]
    choose(app, search="no such thing")
    assert "No event matches" in squeezed(app)


def test_who_had_it_says_who_was_assigned_it_and_what_became_of_them():
    app = open_app("adverse_events", {"who": "Infection", "who_grade": "3+"})
    rows = [dict(zip(tables(app)[0][0], row, strict=True)) for row in tables(app)[0][1:]]
    told = {row["Patient"]: (row["Who had it"], row["Best response"], row["What became of them"]) for row in rows}
    assert told["7"] == ("as printed", "CR", "death at 1.5 months (cardiac arrest, persistent infection)")
    assert told["2"] == ("assigned, not printed", "CR", "alive at 55 months")
    assert "Printed for 1 of 3 patients only: the others were given it so that the counts are as printed." in squeezed(
        app
    )
    crs = open_app("adverse_events", {"who": "Cytokine release syndrome"})
    assert "Who had it" not in tables(crs)[0][0], "printed for every patient"
    assert "so that the counts" not in squeezed(crs)


def test_the_list_knows_its_columns_from_variables_of_the_same_names(own_cohort):
    names = ("status", "months", "cause", "grade_max", "terms", "response", "ended")
    own_cohort(
        variables="name,label,kind,unit,levels,section\n" + "".join(f"{n},Own {n},number,,,more\n" for n in names),
        patients=f"patient_id,{','.join(names)}\n" + "".join(f"X{i}{f',{i}' * len(names)}\n" for i in (1, 2)),
        adverse_events="patient_id,term,category,grade_min,grade_max\nX1,Nausea,Gut,1,1\nX2,Nausea,Gut,3,3\n",
        endpoints="patient_id,endpoint,months,status,cause\nX1,OS,9,0,\nX2,OS,7,1,myeloma\n",
    )
    rows = table_rows(open_app("adverse_events", {}), "Adverse event, N = 2")
    assert rows["Nausea"][0].startswith("2, 100.0%")
    listed = table_rows(choose(open_app("adverse_events"), who="Nausea"), "Patient")
    assert [listed[patient][-1] for patient in ("X2", "X1")] == ["death at 7 months (myeloma)", "alive at 9 months"]


def test_the_grid_has_each_patients_worst_grade():
    figure = figures(open_app("adverse_events", {"shown_as": "patients"}))[0]
    cells = {(row["patient_id"], row["name"]): row["grade"] for row in figure["datasets"]["grid"]}
    assert cells["7", "Infection"] == "≥ 3"
    printed = {(row["patient_id"], row["name"]) for row in figure["datasets"]["grid"] if not row["assigned"]}
    of_7 = {("7", term) for term in ("Leukopenia", "Thrombocytopenia", "Infection")}
    assert printed == of_7 | {(str(patient), "Cytokine release syndrome") for patient in range(1, 12)}
    assert cells["8", "Cytokine release syndrome"] == "3–4"
    assert len(cells) == 71
    assert len(figure["datasets"]["empty"]) == 11 * 15


def test_known_grades_have_a_column_each(own_cohort):
    rows = "X1,Nausea,Gut,1,1,CTCAE 5.0,3,5\nX1,Nausea,Gut,4,4,CTCAE 5.0,9,\nX2,Rash,Skin,2,4,CTCAE 5.0,,\n"
    own_cohort(adverse_events=EVENTS + rows)
    app = open_app("adverse_events")
    shows_no_nonsense(app)
    header = tables(app)[0][0]
    assert header[-5:] == ["Grade 1", "Grade 2", "Grade 3", "Grade 4", "Grade 5"]
    rows = table_rows(app, "Adverse event")
    assert rows["Nausea"][:3] == ["1, 25.0% (0.6–80.6)", "0, 0.0% (0.0–60.2)", "1, 25.0% (0.6–80.6)"]
    assert rows["Nausea"][6] == "1, 25.0% (0.6–80.6)", "once, at the worst grade"
    assert rows["Rash"][:3] == ["1, 25.0% (0.6–80.6)", "0, 0.0% (0.0–60.2)", "0, 0.0% (0.0–60.2)"]
    assert rows["Rash"][3:] == ["–"] * 5
    assert "Recorded only as a band across grades 2 and 3: Rash in 1." in squeezed(app)


def test_onset_and_duration_where_they_are_dated(own_cohort):
    rows = "X1,Cytokine release syndrome,,2,2,ASTCT,1,4\nX2,Cytokine release syndrome,,3,3,ASTCT,3,9\n"
    own_cohort(adverse_events=EVENTS + rows, milestones="patient_id,month,event,detail\nX2,0.1,tocilizumab,\n")
    app = choose(open_app("adverse_events"), tab="Cytokine release")
    syndrome = table_rows(app, "Cytokine release syndrome, ASTCT")
    assert syndrome["Onset, day, median (range)"] == ["2 (1–3), 2 dated"]
    assert syndrome["Duration, days, median (range)"] == ["5.5 (4–7), 2 dated"]
    assert syndrome["Tocilizumab"] == ["1, 25.0% (0.6–80.6)"]
    assert app.title[0].value == "CRS of grade 3 or more in 1 of 4 (25.0%; 95% CI 0.6–80.6)"


def test_cytokine_release_without_a_scale_has_its_tab_and_says_so(own_cohort):
    rows = "X1,Cytokine release syndrome,,1,1,,2,4\nX2,Cytokine release syndrome,,3,3,,6,\n"
    own_cohort(adverse_events=EVENTS + rows)
    app = choose(open_app("adverse_events"), tab="Cytokine release")
    header, *rows = tables(app)[0]
    assert header[0] == "Cytokine release syndrome"
    assert dict(row[:2] for row in rows)["Any grade"].startswith("2, 50.0%")
    assert "Cytokine release syndrome: the cohort does not say by which scale it was graded." in squeezed(app)


def test_a_cohort_without_adverse_events_reads_as_a_sentence(own_cohort):
    own_cohort()
    app = open_app("adverse_events")
    assert app.title[0].value == "No adverse event is recorded"


def test_an_own_cohorts_terms_never_reach_the_address(own_cohort):
    own_cohort(adverse_events=EVENTS + "X1,Secret syndrome,,2,2,CTCAE 5.0,,\n")
    app = open_app("adverse_events")
    choose(app, who="Secret syndrome", search="secret")
    assert dict(app.query_params) == {}


def test_the_number_behind_a_count_is_the_count(own_cohort):
    patients = "patient_id,age\n" + "".join(f"P{i},{40 + i % 30}\n" for i in range(300))
    variables = "name,label,kind,unit,levels,section,default_cut,known_at\nage,Age,number,years,,first,50,\n"
    events = EVENTS + "".join(f"P{i},Fever,,1,2,CTCAE 5.0,,\n" for i in range(250))
    own_cohort(patients=patients, variables=variables, adverse_events=events)
    app = open_app("adverse_events")
    choose(app, who="Fever")
    assert "Fever, any grade: 250 patients. The first 200 are listed." in squeezed(app)


def test_titles_say_what_the_figure_shows():
    assert open_app("adverse_events").title[0].value == "CRS of grade 3 or more in 2 of 11 (18.2%; 95% CI 2.3–51.8)"
    compared = open_app("adverse_events", {"by": "prior_asct", "compared_grade": "3+"})
    assert compared.title[0].value == (
        "CRS of grade 3 or more in 1 of 9 (No prior ASCT) and 1 of 2 (Prior ASCT): too few to tell"
    )
    # R: fisher.test(matrix(c(1, 1, 1, 8), 2))$p.value is 0.3455
    shown = squeezed(compared)
    assert "CRS of grade 3 or more, Prior ASCT minus No prior ASCT, % points (95% CI) +39 (−13 to 80)" in shown
    assert "Fisher's exact test, p 0.35" in shown
    each = open_app("adverse_events", {"shown_as": "patients"})
    assert each.title[0].value == "Adverse events of each patient, worst grade"


def test_events_handed_out_by_rule_say_that_no_test_can_tell():
    text = squeezed(open_app("adverse_events", {"by": "prior_asct"}))
    assert "related least to EMD, ASCT, BCMA and dose). A difference between groups may in truth be larger" in text


def test_what_all_or_none_had_is_not_tested():
    app = open_app("adverse_events", {"by": "prior_asct", "compared_grade": "any"})
    rows = table_rows(app, "Any grade")
    assert rows["Anemia"][-1] == rows["ICANS"][-1] == "–"
    tested = sum(cells[-1] != "–" for cells in rows.values())
    assert f"{tested} lines tested by" in squeezed(app)
