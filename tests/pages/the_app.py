"""Driving the app through app.py with the real core, and reading what a viewer would."""

import html
import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

config.set_option("server.address", "localhost")  # as README says to start the app
# Each app of a test would look through every installed package for components: two thirds of the time of its start.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
ROOT = Path(__file__).parents[2]
PAGES = (
    "Overview", "Data", "Survival", "Response", "Adverse events", "Kinetics", "Subgroups", "Associations", "Patients",
    "Published",
)  # fmt: skip
"""The links of the top bar."""
FOLDS = ("More at baseline", "After infusion", "Events and patients")
"""What is unfolded is not wanted of the cohort: it is nobody's but the screen's."""
NONSENSE = re.compile(r"\b(nan|NaN|inf|Infinity|None|NaT|null|undefined)\b|<NA>")


def open_app(page: str = "overview", query: dict | None = None) -> AppTest:
    """The app on a page, opened by a link with this query (values: a string or a list of them)."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in (query or {}).items():
        app.query_params[name] = value
    if page != "overview":
        app.switch_page(f"pages/{page}.py")
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def choose(app: AppTest, **wanted: object) -> AppTest:
    """Want for the viewer, as a link or a click on a figure does (a space written as two underscores), and rerun."""
    state = app.session_state
    now = dict(state["wanted"]) if "wanted" in state else {}
    births = dict(state["births"]) if "births" in state else {}
    for written, value in wanted.items():
        name = written.replace("__", " ").removeprefix("filter ")
        if name in FOLDS:
            state[name] = value
            continue
        kind, _, of = name.partition(" ")
        name = f"{of}: {kind}" if kind in ("missing", "cut") and of else name
        now[name], births[name] = value, births.get(name, 0) + 1
    state["wanted"], state["births"] = now, births
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def widget(app: AppTest, kind: str, name: str) -> Any:
    """The widget of a choice, by what it chooses."""
    return next(one for one in app.get(kind) if re.fullmatch(rf"{re.escape(name)} \d+\.\d+", one.key or ""))


def query_of(app: AppTest) -> dict[str, list[str]]:
    """The address's query as it stands."""
    return {name: [v] if isinstance(v, str) else list(v) for name, v in app.query_params.items()}


def words(app: AppTest) -> str:
    """Every text on the page, HTML without its tags, one element a line."""
    found = []
    for kind in ("title", "header", "markdown", "caption", "warning", "info", "code"):
        found += [element.value for element in app.get(kind)]
    for kind in ("html",):
        found += [element.proto.body for element in app.get(kind)]
    whole = (re.sub(r'<span class="cg-term"[^>]*>(.*?)</span>', r"\1", text) for text in found)
    return "\n".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)) for text in whole)


def squeezed(app: AppTest) -> str:
    """`words` with runs of white space as one space."""
    return re.sub(r"\s+", " ", words(app))


def tables(app: AppTest) -> list[list[list[str]]]:
    """Each table of the page as rows of texts, its header first."""
    found = []
    for element in app.get("html"):
        for table in re.findall(r"<table>(.*?)</table>", element.proto.body, flags=re.DOTALL):
            rows = re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)
            cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in rows]
            texts = [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row] for row in cells]
            found.append([[text.replace("\u00a0", " ").strip() for text in row] for row in texts])
    return found


def table_rows(app: AppTest, head: str) -> dict[str, list[str]]:
    """The first table whose header begins so, by the first cell of each row."""
    table = next(table for table in tables(app) if table[0][0].startswith(head))
    return {row[0]: row[1:] for row in table[1:]}


def headlines(app: AppTest) -> dict[str, tuple[str, str]]:
    """The headline numbers by their labels, each with the address of the page that it leads to."""
    links = [(e.proto.label, f"{e.proto.page}?{e.proto.query_string}".rstrip("?")) for e in app.get("page_link")]
    links = [link for link in links if link[0] not in (*PAGES, "Bring your own cohort")]
    bodies = [e.proto.body for e in app.get("html") if "cg-headline" in e.proto.body and "<style>" not in e.proto.body]
    texts = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip() for body in bodies]
    return {label: (words, page) for (label, page), words in zip(links, texts, strict=True)}


def figures(app: AppTest) -> list[dict]:
    """Each figure's specification with its datasets as rows."""
    found = []
    for element in app.get("vega_lite_chart"):
        specification = json.loads(element.proto.spec)
        specification["datasets"] = {
            named.name: pa.ipc.open_stream(named.data.data).read_all().to_pylist() for named in element.proto.datasets
        }
        found.append(specification)
    return found


def numbers_under_the_axis(app: AppTest) -> dict[str, list[int]]:
    """The rows under a survival figure's axis: label -> a count at each tick."""
    datasets = figures(app)[0]["datasets"]
    cells = datasets["cells"]
    return {
        row["label"]: [int(cell["count"]) for cell in cells if cell["row"] == row["row"]] for row in datasets["rows"]
    }


def shows_no_nonsense(app: AppTest) -> None:
    """No value reads nan, inf or None, in text or in a figure."""
    text = words(app)
    hit = NONSENSE.search(text)
    assert hit is None, text[max(0, hit.start() - 80) : hit.end() + 40]
    for figure in figures(app):
        for name, rows in figure["datasets"].items():
            for row in rows:
                shown = [v for v in row.values() if isinstance(v, str)]
                assert not any(NONSENSE.search(v) for v in shown), (name, row)
                assert not any(isinstance(v, float) and v in (float("inf"), float("-inf")) for v in row.values())
