"""RESULTS.md and its plots, from results.json."""

import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import vl_convert

from tests.benchmarks.latency import PARTS

HERE = Path(__file__).parent
PACKAGES = ("streamlit", "duckdb", "pandas", "numpy", "scipy", "lifelines", "scikit-survival", "playwright")
COLOURS = {"CARTograph": "#1F5A93", "lifelines": "#C2620E", "scikit-survival": "#0F7B6C", "R survival": "#CC79A7"}

OTHER_COLOURS = ("#1F5A93", "#C2620E", "#0F7B6C", "#CC79A7", "#6A4C93", "#7C8896")


def machine() -> str:
    """Processor, cores, memory, and the versions of what was measured."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    name = (
        cpu.split("model name")[1].split(":")[1].splitlines()[0].strip() if "model name" in cpu else platform.machine()
    )
    memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]) / 1e6
    words = [f"{name}, {cpu.count('processor	')} cores, {memory:.0f} GB, Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            words.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            words.append(f"{package} not installed")
    for command in (["chromium", "--version"], ["Rscript", "--version"]):
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True)
            words.append((done.stdout or done.stderr).strip().splitlines()[0])
    return "; ".join(words)


def table(header: list[str], rows: list[list[object]]) -> str:
    def cell(value: object) -> str:
        if isinstance(value, float):
            return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
        return f"{value:,}" if isinstance(value, int) else str(value)

    lines = [header, ["---"] * len(header), *([cell(value) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


# -- what was to be reached ------------------------------------------------------------------------


Row = list[object]


def row(measure: str, limit: float, measured: float, most: bool = True) -> Row:
    """A measure, what was to be reached (at most, or at least), what was measured, and whether it was reached."""
    kept = measured <= limit if most else measured >= limit
    return [measure, f"{'≤' if most else '≥'} {limit:g}", f"{measured:.3g}", "yes" if kept else "**no**"]


def reached_in_latency(lines: list[dict]) -> list[Row]:
    rows = []
    for line in lines:
        app, ready, floor = (line[f"{mode}_ms"] for mode in ("app", "ready", "floor"))
        small, who = line["patients"] == 11, f"{line['page'].replace('_', ' ')}, {line['patients']:,} patients"
        if not small and line["patients"] != 1_000_000:
            continue
        rows.append(row(f"{who}: median against the bare floor", 1.6 if small else 2.3, app / floor))
        if small:
            rows.append(row(f"{who}: 95th percentile against its median", 1.5, line["app_p95_ms"] / app))
        if line["page"] == "survival":
            rows.append(row(f"{who}: median against ready results", 1.3 if small else 1.5, app / ready))
            rows += [] if small else [row(f"{who}: figure and its data, kB", 150, line["charts_kb"])]
    return rows


def reached_in_engine(found: dict[str, list[dict]]) -> list[Row]:
    rows = []
    for kind, words, apart, limits in (
        ("curves", "Kaplan–Meier ×4 and log-rank", 1e-9, {"lifelines": 12, "R survival": 100}),
        ("cox", "Cox, four categorical covariates", 1e-6, {"lifelines": 50, "R survival": 15}),
    ):
        lines = {line["package"]: line for line in found[kind] if line["patients"] == 1_000_000}
        for other, limit in limits.items():
            if other in lines:
                ratio = lines[other]["ms"] / lines["CARTograph"]["ms"]
                rows.append(row(f"{words}, 1,000,000 patients: times faster than {other}", limit, ratio, most=False))
                rows.append(row(f"{words}: difference from {other}", apart, lines[other]["apart"]))
    ours = {line["patients"]: line["ms"] for line in found["curves"] if line["package"] == "CARTograph"}
    if {1_000_000, 10_000_000} <= ours.keys():
        rows.append(row("engine, 10,000,000 against 1,000,000 patients", 11, ours[10_000_000] / ours[1_000_000]))
    return rows


def reached_in_viewers(lines: list[dict]) -> list[Row]:
    by_number = {line["viewers"]: line for line in lines}
    ratio = by_number[10]["median_ms"] / by_number[1]["median_ms"]
    trouble = sum(line["errors"] + line["wrong"] for line in lines)
    return [
        row("ten viewers against one, median", 2.5, ratio),
        row("errors and wrong numbers, all viewers", 0, trouble),
    ]


def reached_in_start(lines: list[dict]) -> list[Row]:
    seconds = {line["what"]: line["first_chart_s"] for line in lines}
    app = {line["what"]: line for line in lines}["app"]
    altair = [
        row("start to first chart, against the smallest app with one Altair chart", 1.4, seconds["app"] / seconds[one])
        for one in ("floor_altair",)
        if one in seconds
    ]
    return [
        row("start to first chart, against the floor", 1.5, seconds["app"] / seconds["floor"]),
        *altair,
        row("resident memory after it, MB", 320, app["mb"]),
    ]


LIMITS = {
    "Cox, four categorical covariates, 1,000,000 patients: times faster than lifelines": (
        "from run to run 35 to 51, so at the limit rather than safely above it. Half of the time is DuckDB's, which "
        "hashes a million rows by four covariates and a time. Tried and no faster: "
        "one combined key, codes in place of levels, the numbered ends of follow-up, an array in place of the hash "
        "table (the combinations and times are more than it holds). The likelihood itself takes 1 ms a step since "
        "tied events are summed by eight nodes; before, it took 15."
    ),
}
"""What stands in the way of a measure that is not safely reached, and what was tried."""


# -- sections --------------------------------------------------------------------------------------


def latency_section(lines: list[dict]) -> str:
    rows, parts = [], []
    for line in lines:
        page, app = line["page"].replace("_", " "), line["app_ms"]
        rows.append(
            [line["patients"], page, app, line["app_p95_ms"], line["app_settled_ms"], line["ready_ms"],
             line["floor_ms"], f"{app / line['ready_ms']:.2f}", f"{app / line['floor_ms']:.2f}", line["charts_kb"],
             line["app_presses"]]
        )  # fmt: skip
        times = line["parts"]
        if not times:  # no press changed what is drawn: the figure shows a few of many patients
            continue
        browser = max(0.0, times["painted"] - times["whole run"])
        parts.append([line["patients"], page, *(times[name] for name in (*PARTS, "rest", "whole run")), browser])
    header = "patients|page|median, ms|p95|at rest|ready results|floor|× ready|× floor|figure, kB|presses"
    of = "patients|page|facets|questions|statistics|chart|Streamlit and page|whole run|browser after it"
    return f"""## Latency

From key press on a range filter to the new figure painted (marks and words changed, two frames later), in Chromium at
1280×900, each press on a selection never seen before. The app, the app with ready results and the floor are pressed in
turns. *At rest*: until nothing on the page changes any more. The overview draws 60 patients, so in a
large cohort few presses change its figure: *presses* are those that did.

{table(header.split("|"), rows)}

![Latency by size of the cohort](plots/latency.svg)

Where the server's run goes, median in milliseconds, with a clock on each part (which costs some itself). The figure is
painted before the run has ended, so parts and browser do not add up to the latency: facets come after it.

{table(of.split("|"), parts)}
"""


def engine_section(found: dict[str, list[dict]]) -> str:
    def rows(kind: str, size: str) -> list[list[object]]:
        ours = {line[size]: line["ms"] for line in found[kind] if line["package"] == "CARTograph"}
        return [
            [line[size], line["package"], line["ms"], f"{line['ms'] / ours[line[size]]:.1f}", line.get("apart", "")]
            for line in found[kind]
        ]

    header = ["package", "ms, median", "× ours", "largest difference"]
    return f"""## Engine

A filter, four Kaplan–Meier curves with log-log limits, medians and the log-rank test: ours from DuckDB's tables, the
others from rows that are in memory already (R timed inside R). Results are compared in the same run.

{table(["patients", *header], rows("curves", "patients"))}

![Curves and test by size of the cohort](plots/engine.svg)

Cox's model with Efron's ties and four categorical covariates, from counts (R and scikit-survival agree with ours to
more digits than lifelines, which ends its steps sooner):

{table(["patients", *header], rows("cox", "patients"))}

Patients with each adverse event, any grade and grade 3 or more, in four groups:

{table(["events", *header], rows("incidence", "events"))}
"""


def viewers_section(lines: list[dict]) -> str:
    header = ["viewers", "moves", "median, ms", "p95", "errors", "wrong numbers", "MB before", "MB after"]
    names = ("viewers", "moves", "median_ms", "p95_ms", "errors", "wrong", "mb_before", "mb_after")
    return f"""## Many viewers

Sessions over a WebSocket on loopback, each moving the BCMA filter of the survival page once a second for a minute and
checking title and count against its own. Milliseconds to the end of the run, on the bundled cohort.

{table(header, [[line[name] for name in names] for line in lines])}
"""


def start_section(lines: list[dict]) -> str:
    header = ["", "server healthy, s", "first chart, s", "resident, MB"]
    return f"""## Start

From the start of the process to the first chart in an empty browser, which opens as soon as the server answers.

{table(header, [[line["what"], line["healthy_s"], line["first_chart_s"], line["mb"]] for line in lines])}
"""


SECTIONS = {
    "latency": (reached_in_latency, latency_section),
    "engine": (reached_in_engine, engine_section),
    "viewers": (reached_in_viewers, viewers_section),
    "start": (reached_in_start, start_section),
}


def plot(name: str, values: list[dict], colour: str, title: str, most: float | None = None) -> None:
    """Milliseconds against patients, both logarithmic, a line for each `colour`."""
    names = list(dict.fromkeys(value[colour] for value in values))
    given = [COLOURS.get(name, other) for name, other in zip(names, OTHER_COLOURS, strict=False)]
    axis = {"gridColor": "#E4E9EF", "domainColor": "#7C8896"}
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": 560,
        "height": 300,
        "background": "white",
        "config": {"font": "Arial, Liberation Sans, sans-serif", "view": {"stroke": None}},
        "data": {"values": values},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "patients", "type": "quantitative", "scale": {"type": "log"},
                  "axis": {**axis, "format": "~s"}},
            "y": {"field": "ms", "type": "quantitative", "title": title, "axis": axis,
                  "scale": {"type": "log"} if most is None else {"domain": [0, most]}},
            "color": {"field": colour, "type": "nominal", "title": None, "sort": names,
                      "scale": {"domain": names, "range": given}},
        },
    }  # fmt: skip
    (HERE / "plots").mkdir(exist_ok=True)
    (HERE / "plots" / f"{name}.svg").write_text(vl_convert.vegalite_to_svg(specification), encoding="utf-8")


def write(results: dict) -> None:
    """RESULTS.md and the plots of what has been measured so far."""
    if "engine" in results:
        plot("engine", results["engine"]["lines"]["curves"], "package", "ms, curves and log-rank")
    if "latency" in results:
        lines = results["latency"]["lines"]
        values = [{"patients": x["patients"], "page": x["page"], "ms": x["app_ms"]} for x in lines]
        values += [
            {"patients": x["patients"], "page": "floor (survival)", "ms": x["floor_ms"]}
            for x in lines
            if x["page"] == "survival"
        ]
        plot("latency", values, "page", "ms, key press to figure", 1.1 * max(value["ms"] for value in values))
    when = [f"- {name}: {part['when']}, {part['machine']}" for name, part in results.items()]
    measured = [(*SECTIONS[name], results[name]["lines"]) for name in SECTIONS if name in results]
    rows = [row for reached, _, lines in measured for row in reached(lines)]
    sections = [section(lines) for _, section, lines in measured]
    text = f"""# What it costs

Written by `python -m tests.benchmarks`; every line is in results.json. Times differ between machines, so each measure
is a ratio to something measured in the same run: the *floor* is the smallest Streamlit app (a slider, a title and a
ready figure of the page's own size), *ready results* is the app with nothing to ask and nothing to estimate.

{chr(10).join(when)}

{table(["measure", "to reach", "measured", "reached"], rows)}

{chr(10).join(f"*{row[0]}*: {LIMITS[row[0]]}{chr(10)}" for row in rows if row[0] in LIMITS)}
{chr(10).join(sections)}"""
    (HERE / "RESULTS.md").write_text(text.rstrip() + "\n", encoding="utf-8")
