"""The house keeps its rooms: who may import whom, and where SQL may stand."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Every module that a file imports, also inside functions, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def importers(package: str, files: list[Path]) -> set[str]:
    return {
        file.relative_to(ROOT).as_posix()
        for file in files
        if any(name == package or name.startswith(package + ".") for name in imported(file))
    }


def test_there_is_something_to_check():
    assert len(CORE) > 15
    assert len(PAGES) > 8


def test_core_never_loads_streamlit():
    assert importers("streamlit", CORE) == set()
    assert importers("pages", CORE) == set()
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in CORE if file.name != "__init__.py"]
    code = f"import sys, {', '.join(modules)}; print('streamlit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_matrices_start_no_threads():
    """NumPy's would wait busily after each product. (pandas starts some of its own, which do not.)"""
    code = "import core, os, numpy; numpy.ones((400, 400)) @ numpy.ones((400, 400)); "
    code += "print(len(os.listdir('/proc/self/task')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("duckdb", {f"core/cohort/{name}.py" for name in ("cells", "database", "loading", "respelling")}),
        ("lifelines", {"core/survival/multivariable.py"}),
        ("vl_convert", {"core/figures/export.py"}),
    ],
)
def test_only_one_room_imports(package, allowed):
    assert importers(package, [*CORE, *PAGES, ROOT / "app.py"]) == allowed


def is_figure(file: Path) -> bool:
    return file.stem.startswith("figure") or file.parent.name == "figures"


def test_altair_draws_every_figure_and_is_nowhere_else():
    drawing = {file.relative_to(ROOT).as_posix() for file in CORE if is_figure(file)}
    assert len(drawing) > 10
    found = importers("altair", [*CORE, *PAGES, ROOT / "app.py"])
    assert found <= drawing
    without = {name for name in drawing - found if not name.endswith(("__init__.py", "_data.py"))}
    assert without == {f"core/figures/{name}.py" for name in ("ratio_axis", "theme", "time_axis")}
    for file in CORE:
        assert "vega.github.io" not in file.read_text(encoding="utf-8"), "a specification by hand"


SHARED = {"cohort", "statistics", "figures"}
"""Rooms that a subject may stand on, beside core/text.py; they stand on no other room."""
NEIGHBOURS = {
    "response": {"survival"},
    "subgroups": {"survival"},
    "article": {"survival", "response", "adverse_events", "kinetics"},
    "cytopenia": {"kinetics"},
    "patients": {"kinetics"},
    "associations": {"survival", "kinetics"},
}
"""Which subjects a subject stands on as well; README says why."""


def rooms_of(room: str) -> set[str]:
    """The other rooms of core that a room imports from."""
    names = set().union(*(imported(file) for file in (ROOT / "core" / room).glob("*.py")))
    return {name.split(".")[1] for name in names if name.startswith("core.")} - {room, "text"}


@pytest.mark.parametrize("room", sorted({file.parent.name for file in CORE} - {"core"}))
def test_a_subject_stands_on_no_other_but_where_readme_says_why(room):
    used = rooms_of(room)
    assert used - SHARED == NEIGHBOURS.get(room, set())
    assert room not in SHARED or not used


def test_statistics_know_no_database_chart_or_page():
    faces = ("answers", "tables", "words", "numbers", "figure")
    subjects = [file for room in ("survival", "response", "adverse_events", "subgroups", "statistics")
                for file in (ROOT / "core" / room).glob("*.py") if not file.stem.startswith(faces)]  # fmt: skip
    assert len(subjects) > 12
    for package in ("core.cohort.database", "core.cohort.selection", "core.cohort.ask", "core.figures", "core.text"):
        assert importers(package, subjects) == set()


def test_figures_do_not_ask_the_database():
    figures = [file for file in CORE if is_figure(file)]
    assert len(figures) > 8
    for package in ("core.cohort.database", "core.cohort.ask"):
        assert importers(package, figures) == set()


def test_nothing_points_back():
    cohort = ROOT / "core" / "cohort"
    assert importers("core.cohort.selection", [cohort / "database.py", cohort / "schema.py"]) == set()
    assert importers("core.cohort.database", [cohort / "schema.py", cohort / "validation.py"]) == set()


def test_sql_stands_in_its_files():
    """Beside the rooms' questions only the loader, its rules and the one builder of `selected` hold SQL."""
    sql = re.compile(r"\bselect\b.+\bfrom\b|\bgroup by\b|\bcreate table\b", re.IGNORECASE | re.DOTALL)
    holders = set()
    for file in [*CORE, *PAGES, ROOT / "app.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                text = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if re.match(r"\s*\(?(select|with|create|from|insert)\s", text, re.IGNORECASE) and sql.search(text):
                holders.add(file.relative_to(ROOT).as_posix())
    names = "ask cells checks database dictionary loading prepared respelling validation"
    assert holders == {f"core/cohort/{name}.py" for name in names.split()}


QUESTIONS = sorted((ROOT / "core").glob("*/sql/*.sql"))
PARTS = sorted((ROOT / "core").glob("cohort/sql/parts/*.sql"))
ASKED_OF_THE_COHORT = {
    "survival/endpoints", "cohort/sources", "article/printed_medians", "article/claims",
    "adverse_events/recorded_terms",
}  # fmt: skip


def test_there_are_questions_to_check():
    assert len(QUESTIONS) > 20
    assert PARTS


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda file: f"{file.parts[-3]}/{file.stem}")
def test_each_question_states_its_grain_and_starts_from_selected(file):
    text = file.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert "\n-- Grain: one row " in text
    of_the_cohort = f"{file.parts[-3]}/{file.stem}" in ASKED_OF_THE_COHORT
    assert ("with selected as ({selected})" in text) == (not of_the_cohort)


@pytest.mark.parametrize("file", PARTS, ids=lambda file: file.stem)
def test_each_part_of_questions_states_its_grain_and_is_shared(file):
    text = file.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert "\n-- Grain: one row " in text
    holders = (ROOT / "core").rglob("*.sql")
    users = [sql for sql in holders if "{" + file.stem + "}" in sql.read_text(encoding="utf-8")]
    assert len(users) > 1


def test_only_pages_shared_touches_state_and_caches():
    for file in [*PAGES, ROOT / "app.py"]:
        if "shared" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        assert "session_state" not in text, file
        assert "st.cache" not in text, file
        assert "query_params" not in text, file


MARKDOWN = (
    "title|header|subheader|markdown|caption|warning|info|error|success|toast|write|button|download_button|link_button|"
    "popover|expander|tabs|segmented_control|pills|radio|selectbox|multiselect|slider|select_slider|text_input|"
    "number_input|toggle|checkbox|page_link|metric|badge"
)


def test_words_meet_markdown_in_one_place_only():
    for file in [*PAGES, ROOT / "app.py"]:
        if file.name != "widgets.py":
            nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            named = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
            found = {
                name
                for name in named
                if re.fullmatch(rf"(?!widgets\.|choices\.|reconnect\.|address\.).*\.({MARKDOWN})", name)
            }
            assert not found, (file.name, found)


def test_a_page_alone_only_calls_the_entry_guard_first():
    """Nothing of a page runs before the guard, and no page stops the script: app.py still has the URL to write."""
    for file in (ROOT / "pages").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        calls = [n.value for n in tree.body if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
        assert ast.unparse(calls[0]) == "require_entry()", file
        run = [
            n
            for n in tree.body
            if not isinstance(n, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.Assign)
        ]
        assert ast.unparse(run[1]) == "require_entry()", file  # run[0] is the docstring
        assert "st.stop" not in file.read_text(encoding="utf-8"), file


def test_the_top_level_holds_only_what_belongs_there():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {line.split("/")[0] for line in listed.splitlines()}
    assert top <= {
        "app.py", "pages", "core", "data", "tests", "requirements.txt", "requirements-dev.txt", "README.md",
        "LICENSE", "pyproject.toml", ".streamlit", ".ci", ".gitignore",
    }  # fmt: skip


def test_public_core_functions_have_docstrings():
    for file in CORE:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{file.name}: {node.name}"


LONGEST_FILE, MEDIAN_FILE, LONGEST_FUNCTION = 300, 150, 45


def test_files_and_functions_stay_short():
    sizes = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in [*CORE, *PAGES, ROOT / "app.py"]}
    lines = sorted(size for size in sizes.values() if size > 1)
    assert lines[len(lines) // 2] < MEDIAN_FILE
    assert {file.name for file, size in sizes.items() if size > LONGEST_FILE} == set()
    long = {
        f"{file.name}: {node.name}"
        for file in sizes
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == set()
