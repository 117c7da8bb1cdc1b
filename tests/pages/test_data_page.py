"""The Data page through the app: which cohort is shown, what was brought, and that it stays in its session."""

import pytest
from streamlit.testing.v1 import AppTest

from core.importers.questions import questions_of
from pages.parts.data_loaded import KINDS
from pages.shared import cached
from pages.shared.own import Brought
from tests.core.importers.clinic_sheets import EXPECTED, answered, found
from tests.pages.the_app import PAGES, open_app


def data_page(workbook: str | None = None) -> AppTest:
    """The page, where a workbook was brought."""
    app = open_app("data")
    if workbook is not None:
        names = tuple(EXPECTED[workbook]["files"])
        app.session_state["brought"] = Brought(names, [], found(workbook), found(workbook).mapping)
        app.run()
        assert not app.exception, app.exception[0].value
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label.replace("\\", "") == label).click().run()
    assert not app.exception, app.exception[0].value
    return app


def words(app: AppTest) -> str:
    bodies = [e.proto.body for e in app.get("html") if "<style>" not in e.proto.body]
    return " ".join([*(e.value for e in app.title), *bodies])


def test_the_page_says_what_is_loaded_and_offers_another_cohort():
    app = data_page()
    assert app.title[0].value == "Your cohort, from the spreadsheet you have"
    assert "11 patients" in words(app)
    assert "never on disk" in words(app)
    shown = press(app, "Show")
    assert "Simulated" in words(shown), "the overview of the cohort that was chosen"
    shown.switch_page("pages/data.py").run()
    assert "Simulated, 141 patients" in " ".join(e.value for e in shown.header)
    assert "adverse events" in words(shown)
    for page in (one for one in PAGES if one != "Data"):
        shown.switch_page(f"pages/{page.lower().replace(' ', '_')}.py").run()
        assert not shown.exception, (page, shown.exception[0].value)
        assert dict(shown.query_params) == {}, "only the cohort that the app opens on has addresses"
    shown.switch_page("pages/data.py").run()
    back = press(shown, "Show")  # the first of the two: the article's
    assert "BCMA CAR-T, Henan 2025" in words(back)


@pytest.mark.parametrize("workbook", ["A1", "A2", "A3", "A4", "A5", "A6", "A7"])
def test_every_workbook_is_mapped_opened_and_seen_on_every_page(workbook):
    app = data_page(workbook)
    patients = len(EXPECTED[workbook]["patients"])
    left = sum(not q.answer for q in questions_of(found(workbook).tables, found(workbook).mapping))
    assert app.title[0].value.startswith(f"{patients} patients, {f'{left} question' if left else 'ready to open'}")
    app.session_state["brought"].mapping = answered(workbook)
    press(app.run(), next(b.label for b in app.button if b.label.startswith("Look at")))
    press(app, f"Open {patients} patients")
    for page in (one for one in PAGES if one != "Data"):
        app.switch_page(f"pages/{page.lower().replace(' ', '_')}.py").run()
        assert not app.exception, (page, app.exception[0].value)
        assert "Your cohort" in words(app)
        assert dict(app.query_params) == {}


def test_answers_of_an_own_cohort_are_kept_in_its_session_alone():
    kept = cached._of_all.cache_info().currsize
    app = press(data_page("A1"), "Open 30 patients")
    app.switch_page("pages/survival.py").run()
    assert app.session_state["own answers"].cache_info().currsize > 5
    other = open_app("survival")
    assert "own answers" not in other.session_state
    assert "Your cohort" not in words(other)
    forgotten = press(app.switch_page("pages/data.py").run(), "Forget it")
    assert "own answers" not in forgotten.session_state
    assert "brought" not in forgotten.session_state
    assert "11 patients" in words(forgotten)
    fresh = cached._of_all.cache_info().currsize - kept
    assert fresh < 60, "what was asked of the cohort that all may see, and nothing of the own one"


def test_a_question_is_answered_and_undone():
    app = data_page("A1")
    control = next(c for c in app.get("button_group") if "0.8217" in c.proto.label)
    assert control is not None
    mapping = app.session_state["brought"].mapping
    question = next(q for q in questions_of(found("A1").tables, mapping) if q.key.startswith("fractions"))
    app.session_state["brought"].earlier = [mapping]
    app.session_state["brought"].mapping = question.answers["82.17%"]
    app.run()
    assert app.title[0].value == "30 patients, 1 question left"
    assert press(app, "Undo").title[0].value == "30 patients, 2 questions left"


def test_no_value_of_a_private_column_is_on_the_page():
    app = data_page("A1")
    sheet = next(sheet for sheet in found("A1").sheets if sheet.name == "Master")
    shown = words(app)
    assert "values not shown" in shown
    for row in sheet.rows[5:37]:
        for place in (2, 3, 4):
            assert not row[place] or row[place] not in shown


def test_a_cohort_that_cannot_be_opened_leads_to_the_data_page(monkeypatch, tmp_path):
    monkeypatch.setenv(cached.COHORT_VARIABLE, str(tmp_path / "nothing"))
    app = open_app()
    assert app.title[0].value == "This cohort cannot be opened"
    assert [link.proto.page for link in app.get("page_link")][-1] == "data"
    page = open_app("data")
    assert "What to correct in the cohort" in " ".join(e.value for e in page.header)
    shown = press(page, "Show")
    assert not shown.exception


def test_on_a_public_server_the_page_warns_before_it_takes_a_file(monkeypatch):
    monkeypatch.setenv("HOSTNAME", "streamlit")
    app = data_page()
    assert any("no place for data of patients" in one.value for one in app.warning)


def test_the_other_cohorts_stay_at_hand_and_the_own_one_comes_back_until_it_is_forgotten():
    app = press(data_page("A1"), "Open 30 patients").switch_page("pages/data.py").run()
    press(app, "Show")
    assert "BCMA CAR-T, Henan 2025" in words(app)
    app.switch_page("pages/data.py").run()
    assert app.session_state["own cohort"] is not None
    assert "A1_BCMA_CART_master.xlsx" in words(app)
    app.button(key="show own").click().run()
    app.switch_page("pages/overview.py").run()
    assert "Your cohort" in words(app)
    app.switch_page("pages/data.py").run()
    press(app, "Forget it")
    assert "own cohort" not in app.session_state
    assert "A1_BCMA_CART_master.xlsx" not in words(app)


def test_the_example_is_brought_at_a_press_and_needs_no_answer():
    app = press(data_page(), "Try it with this one")
    assert app.title[0].value == "11 patients, ready to open"


def test_a_cell_that_is_mended_says_so_and_the_next_one_is_shown():
    app = press(data_page("A1"), "Look at 23 cells")
    field = next(one for one in app.text_input if one.label == "Read instead")
    key = field.key
    field.set_value("040").run()
    assert not app.exception
    assert app.title[0].value.startswith("31 patients, ")
    assert "is read as &#x27;040&#x27; now" in words(app)
    assert next(one for one in app.text_input if one.label == "Read instead").key != key


def test_a_mend_that_is_not_understood_says_so_and_undo_takes_its_words_back():
    app = press(data_page("A1"), "Look at 23 cells")
    cell = next(b for b in app.get("button_group") if "All 23" in str(b.proto))
    assert cell is not None
    app.session_state["brought"].at = 9  # V6, a grade of 6
    app.run()
    next(one for one in app.text_input if one.label == "Read instead").set_value("3 Unt").run()
    assert "which is not understood either" in words(app)
    assert "which is not understood either" not in words(press(app, "Undo"))


def test_a_correction_can_be_given_again_after_it_was_taken_back():
    """A browser remembers what was typed under a key, and does not tell the same again."""
    app = press(data_page("A1"), "Look at 23 cells")
    field = next(one for one in app.text_input if one.label == "Read instead")
    first = field.key
    field.set_value("040").run()
    press(app, "Undo")
    field = next(one for one in app.text_input if one.label == "Read instead")
    assert (field.value, field.key == first) == ("", False)
    field.set_value("040").run()
    assert app.title[0].value.startswith("31 patients, ")


def test_a_change_after_the_cohort_was_opened_says_that_it_is_not_on_the_pages_yet():
    app = press(data_page("A1"), "Open 30 patients")
    app.switch_page("pages/data.py").run()
    press(app, "Look at 23 cells")
    assert "as it was opened" not in words(app)
    next(one for one in app.text_input if one.label == "Read instead").set_value("040").run()
    assert "The other pages show the cohort as it was opened" in words(app)
    press(app, "Open 31 patients")
    app.switch_page("pages/data.py").run()
    assert "as it was opened" not in words(app)


def test_a_page_of_another_cohort_says_that_a_sheet_waits_to_be_opened():
    waits = "Your sheet is not open yet"
    app = data_page("A1")
    app.switch_page("pages/survival.py").run()
    assert waits in [link.label for link in app.get("page_link")]
    app.switch_page("pages/data.py").run()
    press(app, "Open 30 patients")
    app.switch_page("pages/survival.py").run()
    assert waits not in [link.label for link in app.get("page_link")]


def test_what_is_left_open_stands_beside_the_name_of_the_cohort_on_every_page():
    app = press(data_page("A1"), "Open 30 patients")
    assert "2 questions open, 1 of 31 rows not used, 23 cells to look at" in words(app)
    app.switch_page("pages/survival.py").run()
    assert "2 questions open" in words(app)


@pytest.mark.parametrize("workbook", sorted(EXPECTED))
def test_the_page_takes_a_file_of_every_kind_that_can_be_read(workbook):
    endings = {file.rpartition(".")[2].casefold() for file in EXPECTED[workbook]["files"]}
    assert endings | {"parquet", "sas7bdat", "ods", "xls", "json"} <= set(KINDS)


def test_a_sheet_that_names_no_patients_is_asked_about_and_a_change_that_leaves_none_is_undone():
    app = data_page("A1")
    holds = next(box for box in app.selectbox if box.value == "one row a patient")
    holds.set_value("adverse events").run()
    assert not app.exception
    assert app.title[0].value == "Who was treated?"
    press(app, "Undo")
    assert app.title[0].value.startswith("30 patients")
