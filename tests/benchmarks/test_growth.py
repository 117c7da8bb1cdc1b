"""
That nothing grows unawares: work is counted here, not seconds, which differ from machine to machine.

Questions asked, rows fetched, elements drawn, the size of figures, and modules loaded before the first figure. A limit
that is met with good reason is raised here, beside the reason.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.cohort.database import Database
from core.cohort.simulated import write
from pages.shared import cached
from tests.pages.the_app import PAGES, choose, open_app, squeezed

ROOT = Path(__file__).parents[2]
PATIENTS = 20_000

# page: questions of a selection that was never seen, elements on the page
MOST = {
    "overview": (15, 66),  # six headlines of a group each, a citation, tables as CSV and as workbooks
    "survival": (5, 62),
    "response": (5, 60),  # one of them who is selected, where the best response of somebody is assumed
    "adverse_events": (4, 63),
    "kinetics": (4, 60),
    "subgroups": (4, 54),
    "associations": (5, 60),
    "patients": (4, 60),
    "published": (4, 60),
}
MOST_ROWS = 14_000  # the overview's headlines of two endpoints, each in all patients and in each group
"""Of a selection's answers together, whatever the size: a row is a day of five years and an end, never a patient."""
MOST_KB = 150
"""Of a figure with its data, as they are sent to the browser."""
NOT_AT_THE_START = {"vl_convert", "lifelines", "scipy", "pytest", "tests"}


@dataclass
class Asked:
    questions: list[str] = field(default_factory=list)
    rows: int = 0


@pytest.fixture
def asked(monkeypatch) -> Asked:
    """What was asked of the database since `questions` was last cleared, with nothing answered before."""
    cached.forget()
    seen, ask = Asked(), Database.ask

    def counted(self: Database, sql: str, values: dict | None = None) -> object:
        answer = ask(self, sql, values)
        seen.questions.append(sql)
        seen.rows += len(answer)
        return answer

    monkeypatch.setattr(Database, "ask", counted)
    return seen


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    write(folder, PATIENTS)
    return folder


def elements(app: AppTest) -> int:
    """Elements of a run but for the top bar, a box and a link a page."""
    return sum(1 for _ in every_element(app)) - len(PAGES) - 1


def every_element(app: AppTest) -> Iterator[object]:
    waiting = [app.main, app.sidebar]
    while waiting:
        for child in waiting.pop().children.values():
            if hasattr(child, "children"):
                waiting.append(child)
            yield child


def kilobytes(app: AppTest) -> list[float]:
    """Each figure with its data, as it is sent."""
    return [element.proto.ByteSize() / 1000 for element in app.get("vega_lite_chart")]


@pytest.mark.parametrize("page", MOST)
def test_a_filter_asks_a_few_questions_once(page, asked):
    most_questions, most_elements = MOST[page]
    app = open_app(page)
    choose(app, filter__bcma_percent=(7.0, 98.0))
    choose(app, filter__bcma_percent=(8.0, 97.0))
    asked.questions.clear()
    choose(app, filter__bcma_percent=(9.0, 96.0))
    assert len(asked.questions) <= most_questions, asked.questions
    assert elements(app) <= most_elements
    asked.questions.clear()
    choose(app, filter__bcma_percent=(8.0, 97.0))
    assert asked.questions == [], "a selection that was seen is not asked again"


@pytest.mark.parametrize(
    "page", [page for page in MOST if page not in ("kinetics", "published")]
)  # of which the cohort has nothing
@pytest.mark.parametrize("by", ["nothing", "emd"])
def test_answers_and_figures_stay_small_whatever_the_cohorts_size(page, by, asked, many, monkeypatch):
    monkeypatch.setenv("CARTOGRAPH_COHORT", str(many))
    app = choose(open_app(page), by=by)
    asked.questions.clear()
    asked.rows = 0
    choose(app, filter__bcma_percent=(20.0, 90.0))
    assert asked.questions, "the cohort is not the one that was asked before"
    assert asked.rows <= MOST_ROWS
    assert all(size <= MOST_KB for size in kilobytes(app)), kilobytes(app)
    assert kilobytes(app), "the page has a figure"


def test_courses_of_many_patients_stay_small(tmp_path, monkeypatch):
    (tmp_path / "cohort.csv").write_text("name,kind\nMany,yours\n")
    (tmp_path / "variables.csv").write_text("name,label,kind,levels,section\narm,Arm,category,A|B,first\n")
    ids = range(1_000)
    (tmp_path / "patients.csv").write_text("patient_id,arm\n" + "".join(f"{n},{'AB'[n % 2]}\n" for n in ids))
    days = (0, 4, 7, 10, 14, 21, 28, 60, 90, 180)
    rows = "".join(f"{n},CAR-T cells,{day},{1 + (n * 7 + day * 13) % 97},/µL\n" for n in ids for day in days)
    (tmp_path / "measurements.csv").write_text(f"patient_id,analyte,day,value,unit\n{rows}", encoding="utf-8")
    monkeypatch.setenv("CARTOGRAPH_COHORT", str(tmp_path))
    app = choose(open_app("kinetics"), by="arm")
    assert max(kilobytes(app)) <= MOST_KB
    assert "All numbers here are of the first 400 patients of the file." in squeezed(app)
    assert "Lines are of the first 60 of them, medians and tests of all 400." in squeezed(app)


def test_what_a_few_need_is_not_loaded_before_the_first_figure():
    code = """
import logging, sys
logging.disable(logging.CRITICAL)
from streamlit.testing.v1 import AppTest
before = set(sys.modules)
app = AppTest.from_file("app.py", default_timeout=60)
app.switch_page("pages/survival.py")
app.run()
assert not app.exception and app.get("vega_lite_chart")
print("\\n".join(set(sys.modules) - before))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "core.survival.result" in loaded, "the page was drawn"
    assert loaded & NOT_AT_THE_START == set()
