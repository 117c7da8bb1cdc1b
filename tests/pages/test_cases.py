"""
Small invented cohorts, each with a fault that tools have met in public, and the right answer: on screen, in the figure
and in the file. tests/cases/README.md says what they stand for.
"""

from pathlib import Path

import pytest

from core.cohort.database import open_cohort
from core.cohort.problems import CohortError
from pages.shared.downloads import as_csv
from tests.pages.the_app import choose, figures, headlines, open_app, shows_no_nonsense, squeezed, table_rows, tables

CASES = Path(__file__).parents[1] / "cases"
PAGES = (
    "overview", "survival", "response", "adverse_events", "kinetics", "subgroups", "associations", "patients",
    "published",
)  # fmt: skip


@pytest.fixture
def case(monkeypatch):
    """A function that opens a page of the app on a case."""

    def open_case(name: str, page: str = "overview", **widgets: object):
        monkeypatch.setenv("CARTOGRAPH_COHORT", str(CASES / name))
        app = open_app(page)
        return choose(app, **widgets) if widgets else app

    return open_case


def test_two_header_blocks_are_refused_with_the_row(case):
    app = case("01-two-blocks")
    assert app.title[0].value == "This cohort cannot be opened"
    assert "endpoints.csv, row 4: a header stands here again" in app.code[0].value


def test_a_folder_called_key_value_adds_no_column(case):
    assert "of 4 patients" in squeezed(case("03-equals-folder/cutoff=2025-02-28"))


def test_near_ties_of_a_duration_are_ties(case):
    # R: survfit(Surv(c(5.2, 5.2, ...), ...)) with timefix: 66.7% after the event, median not reached
    app = case("04-near-ties", "response", tab="Duration of response")
    row = next(rows for rows in tables(app) if rows[0][:3] == ["Group", "Patients", "Events"])[1]
    assert row[1:4] == ["3", "1", "not reached (5.2–NR)"]
    assert row[4].startswith("66.7%")


def test_a_median_split_is_at_the_median(case):
    app = case("05-median-split-rounded", "survival", by="age_days", split="median")
    assert {name: row[0] for name, row in table_rows(app, "Group").items() if name.startswith("Age")} == {
        "Age in days < 21915 days": "3",
        "Age in days ≥ 21915 days": "3",
    }
    cells = {row["label"] for row in figures(app)[0]["datasets"]["rows"]}
    assert cells == {"< 21915 days", "≥ 21915 days"}


@pytest.mark.parametrize(("by", "label"), [("ecog", "ECOG"), ("lesions", "Lesions")])
@pytest.mark.parametrize("split", ["cut", "median"])
def test_a_number_that_is_mostly_its_least_value_is_split_above_it(case, by, label, split):
    app = case("06-tied-at-minimum", "survival", by=by, split=split)
    sizes = {name: row[0] for name, row in table_rows(app, "Group").items() if name.startswith(label)}
    assert sizes == {f"{label} < 1": "4", f"{label} ≥ 1": "3"}
    assert "ECOG" in str(figures(case("06-tied-at-minimum", "subgroups"))[0]["datasets"]["rows"])


@pytest.mark.parametrize("spelling", ["small", "capital", "PFS-OS", "pfs-os"])
def test_key_words_mean_the_same_whatever_their_capitals(case, spelling):
    app = case(f"08-capitals-of-key-words/{spelling}", "response")
    assert app.title[0].value.startswith("1 of 4 patients responded")


def test_what_counts_for_best_response_counts_at_a_landmark(case):
    app = case("09-landmark-after-second-infusion", "survival", by="responder")
    app = choose(app, landmark=6.0)
    sizes = {name: row[0] for name, row in table_rows(app, "Group").items()}
    assert (sizes["Responder by month 6"], sizes["No responder by month 6"]) == ("1", "3")
    assert headlines(case("09-landmark-after-second-infusion"))["Overall response"][0].startswith("25.0% 1 of 4")


def test_spellings_of_a_term_are_one_term(case):
    app = case("10-term-capitals", "adverse_events")
    row = table_rows(app, "Adverse event")["Neutropenia"]
    assert row[0].startswith("3, 75.0%")
    assert row[2].startswith("2, 50.0%")
    assert app.title[0].value.startswith("CRS of grade 3 or more in ")
    overview = squeezed(case("10-term-capitals"))
    assert "“NEUTROPENIA” as Neutropenia (1 row)" in overview


def test_a_curve_at_0_says_that_it_has_no_limits(case):
    app = case("11-tooltip-null", "survival")
    [chart] = figures(app)
    hover = next(part for part in chart["layer"] if "tooltip" in part["encoding"])
    assert {field["field"] for field in hover["encoding"]["tooltip"]} >= {"limits"}
    assert "'no limits'" in hover["transform"][0]["calculate"]
    assert chart["datasets"]["steps"][-1]["lower"] is None
    assert "0.0% (no limits)" in squeezed(choose(app, times=["36"]))


def test_os_that_ends_before_pfs_is_named_with_its_patients(case):
    text = squeezed(case("12-os-before-pfs"))
    assert "to check in this cohort" in str([e.label for e in case("12-os-before-pfs").expander])
    assert "is shorter than another endpoint, for which nobody can be followed longer. A, B, C" in text
    assert "Died, but PFS is censored at death or later: a death is an event of PFS. B" in text
    survival = case("12-os-before-pfs", "survival")
    assert survival.title[0].value.startswith("Median PFS"), "wherever it stands in the file, it is shown first"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("blank-line", "patients.csv, row 4, column risk"),
        ("title-line", "patients.csv, row 4, column risk"),
        ("one-comma-too-few", "patients.csv, row 4: this row has too few cells"),
        ("one-too-many", "patients.csv, row 3: this row has too many cells"),
    ],
)
def test_messages_name_the_row_of_the_spreadsheet_and_the_cause(case, name, said):
    with pytest.raises(CohortError):
        open_cohort(CASES / "13-rows-in-messages" / name)
    assert case(f"13-rows-in-messages/{name}").code[0].value.startswith(said)


def test_what_can_be_read_is_read(case):
    assert "of 2 patients" in squeezed(case("13-rows-in-messages/mixed-line-ends"))
    text = squeezed(case("13-rows-in-messages/latin1"))
    assert "of 1 patients" in text
    assert "Windows-1252" in text


def test_whole_numbers_may_be_written_as_doubles(case):
    assert "of 2 patients" in squeezed(case("14-whole-numbers-as-doubles"))
    app = case("14-whole-numbers-as-doubles/csv", "adverse_events")
    assert app.title[0].value.startswith("Any event of grade 3 or more in 1 of 2")
    assert table_rows(case("14-whole-numbers-as-doubles/csv"), "Characteristic")["1"][0] == "1 (50.0%)"


@pytest.mark.parametrize(("name", "median"), [("17-half-rounding", "1,235"), ("17-half-rounding/odd", "1,236")])
def test_medians_are_rounded_half_up(case, name, median):
    rows = table_rows(case(name), "Characteristic")
    assert rows["LDH, median (range), U/L"][0].startswith(f"{median} (")
    assert name.endswith("odd") or rows["Ratio, median (range)"][0].startswith("10.13 (")


def test_a_difference_is_a_number_in_the_file_too(case):
    app = case("25-apostrophe", "response", by="risk")
    table = next(rows for rows in tables(app) if rows[0][0] == "Group")
    row = next(cells for cells in table if "minus" in cells[0])
    assert any(cell.startswith("+") for cell in row)
    assert "'+" not in as_csv(table[0], table[1:], ()).decode()


@pytest.mark.parametrize("folder", sorted({file.parent for file in CASES.rglob("cohort.csv")}), ids=lambda f: f.name)
def test_every_page_of_a_case_is_drawn_or_the_cohort_refused(case, folder):
    app = case(str(folder.relative_to(CASES)))
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, (page, app.exception[0].value)
        shows_no_nonsense(app)
