"""
Latency as a viewer has it: a key press on a filter until the new figure is painted, in Chromium.

The app, the app with ready results and the floor run beside each other, and
each press is made on one after the other, so that all meet the same machine.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
from playwright.sync_api import Browser, Page

from core.cohort.ask import ask
from core.cohort.database import Database, open_cohort
from core.cohort.ranges import extents
from core.cohort.selection import Selection
from pages.shared.cached import BUNDLED
from tests.pages.the_app import choose, figures, open_app

ROOT = Path(__file__).parents[2]
WATCH = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
PAGES = {
    "overview": "",
    "survival": "survival",
    "response": "response",
    "adverse_events": "adverse_events",
    "kinetics": "kinetics",
    "subgroups": "subgroups",
    "associations": "associations",
    "patients": "patients",
    "published": "published?published_view=open&by=sex",
}
PARTS = ("facets", "question", "statistics", "chart")
"""What serve.py puts on a clock."""
QUIET_MS = 150
"""A page is at rest when no run goes on and nothing on it has changed for so long."""


@contextmanager
def server(mode: str, **environment: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """A server of tests/benchmarks/serve.py and its address, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.benchmarks.serve", mode, str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise RuntimeError(f"the server {mode} did not start")
        yield process, address
    finally:
        process.terminate()
        process.wait(timeout=20)


def charts_of(page: str, cohort: Path | None) -> list[dict]:
    """The largest figure of a page as it is drawn for everybody and for those with prior ASCT."""
    if cohort is not None:
        os.environ["CARTOGRAPH_COHORT"] = str(cohort)
    try:
        _, _, query = PAGES[page].partition("?")
        app = open_app(page, dict(parse_qsl(query)))
        drawn = [figures(app), figures(choose(app, filter__prior_asct=["Yes"]))]
        return [max(one, key=lambda chart: len(json.dumps(chart))) for one in drawn]
    finally:
        os.environ.pop("CARTOGRAPH_COHORT", None)


@dataclass(frozen=True)
class Press:
    """A key on the handle of a range filter: `before` times to pass over where nobody is, then once to be measured."""

    handle: int
    key: str
    before: int = 0


FEWEST = 2
"""Patients that a press leaves: below that most figures are empty."""


def presses(cohort: Database, count: int) -> list[Press]:
    """
    A way of the lower handles of the cohort's first two range filters on which
    every measured press changes who is selected, and no selection comes twice.

    The first handle goes up past one patient (or one step) a press and down
    again; at each end the second goes up past a patient.
    """
    names = [v.name for v in cohort.variables if v.is_number and v.section == "first"][:2]
    ranges = extents(ask(cohort, "cohort/number_summaries", Selection(cohort.fingerprint)))
    values = [cohort.ask(f'select "{name}" as v from patients')["v"].to_numpy() for name in names]
    steps = [ranges[name].step for name in names]
    low = [ranges[name].low for name in names]
    way: list[Press] = []
    up = True
    while len(way) < count:
        inside = [~(one < at - 1e-9) for one, at in zip(values, low, strict=True)]
        handle, key, presses = 0, "ArrowRight" if up else "ArrowLeft", 0
        if up and (inside[0] & inside[1]).sum() > FEWEST:
            passed = np.nanmin(values[0][inside[0] & inside[1]])
            presses = int((passed - low[0]) / steps[0] + 1e-9) + 1
            low[0] += presses * steps[0]
        elif not up and (~inside[0] & inside[1]).any():
            passed = np.nanmax(values[0][~inside[0] & inside[1]])
            presses = int(np.ceil((low[0] - passed) / steps[0] - 1e-9))
            low[0] -= presses * steps[0]
        else:
            remaining = inside[0] & inside[1]
            if remaining.sum() < 2:
                break
            handle, key, up = 2, "ArrowRight", not up
            passed = np.nanmin(values[1][remaining])
            presses = int((passed - low[1]) / steps[1] + 1e-9) + 1
            low[1] += presses * steps[1]
        way.append(Press(handle, key, presses - 1))
    return way


def open_page(browser: Browser, address: str, path: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(f"{address}/{path}")
    page.wait_for_selector("[data-testid=stVegaLiteChart] svg", timeout=120_000)
    page.wait_for_timeout(1000)
    return page


def press(page: Page, one: Press) -> dict[str, float | None]:
    """Press, and wait until the page is at rest again."""
    handle = page.locator("[data-testid=stSidebar] [data-testid=stSlider] input").nth(one.handle)
    handle.focus()
    for _ in range(one.before):
        page.keyboard.press(one.key)
    if one.before:
        page.wait_for_timeout(500)
    page.evaluate(f"benchmark.arm({QUIET_MS})")
    page.keyboard.press(one.key)
    return page.evaluate("benchmark.pressed")


def latencies(browser: Browser, page: str, cohort: Path | None, count: int, folder: Path) -> dict:
    """
    A line for a page on a cohort (None: the bundled one): median and 95th
    percentile in milliseconds of the app, of the app with ready results and of
    the floor, pressed in turns; `charts_kb` is the size of the figure that the
    floor shows, and `parts` where the app's own time goes, in milliseconds.
    """
    charts = charts_of(page, cohort)
    file = folder / f"{page}.json"
    file.write_text(json.dumps(charts), encoding="utf-8")
    way = presses(open_cohort(cohort or BUNDLED), count)
    environment = {"CARTOGRAPH_COHORT": str(cohort)} if cohort else {}
    seen: dict[str, list[dict]] = {"app": [], "ready": [], "floor": []}
    with (
        server("app", **environment) as (_, app),
        server("ready", **environment) as (_, ready),
        server("floor", FLOOR_CHARTS=str(file)) as (_, floor),
    ):
        once = open_page(browser, ready, PAGES[page])
        for one in way:
            press(once, one)
        once.context.close()
        opened = {
            "app": open_page(browser, app, PAGES[page]),
            "ready": open_page(browser, ready, PAGES[page]),
            "floor": open_page(browser, floor, ""),
        }
        for one in way:
            for mode, tab in opened.items():
                seen[mode].append(press(tab, one if mode != "floor" else Press(0, "ArrowRight")))
        for tab in opened.values():
            tab.context.close()
    line = {"page": page, "charts_kb": len(json.dumps(charts[0])) / 1000}
    for mode, all_presses in seen.items():
        painted = [one["painted"] for one in all_presses if one["painted"] is not None] or [float("nan")]
        line |= {
            f"{mode}_ms": float(np.median(painted)),
            f"{mode}_p95_ms": float(np.percentile(painted, 95)),
            f"{mode}_settled_ms": float(np.median([one["settled"] for one in all_presses])),
            f"{mode}_presses": sum(one["painted"] is not None for one in all_presses),
        }
    return line | {"parts": parts(browser, page, way[:12], folder / "times.jsonl", environment)}


def parts(browser: Browser, page: str, way: list[Press], file: Path, environment: dict[str, str]) -> dict[str, float]:
    """Median milliseconds of each part of the server's run after a press; the browser's is what is left."""
    file.unlink(missing_ok=True)
    runs = []
    with server("timed", BENCHMARK_TIMES=str(file), **environment) as (_, address):
        tab = open_page(browser, address, PAGES[page])
        for one in way:
            seen = press(tab, one)
            if seen["painted"] is not None:
                times = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
                run = {name: 1000 * times.get(name, 0.0) for name in (*PARTS, "whole run")}
                run["rest"] = run["whole run"] - sum(run[name] for name in PARTS)
                runs.append(run | {"painted": seen["painted"]})
        tab.context.close()
    return {name: float(np.median([run[name] for run in runs])) for name in (runs[0] if runs else ())}
