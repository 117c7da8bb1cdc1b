"""From the start of a process to the first chart in an empty browser, and the memory that it then holds."""

import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

from tests.benchmarks.latency import server
from tests.benchmarks.viewers import resident

PAINTED = """() => new Promise((done) => {
  const look = () => document.querySelector("[data-testid=stVegaLiteChart] svg .mark-line")
    ? requestAnimationFrame(() => requestAnimationFrame(done)) : requestAnimationFrame(look);
  look();
})"""


def first_chart(browser: Browser, mode: str, path: str, **environment: str) -> tuple[float, float, float]:
    """Seconds to a healthy server and to the first chart, and resident MB a second later."""
    started = time.perf_counter()
    with server(mode, **environment) as (process, address):
        healthy = time.perf_counter() - started
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{address}/{path}")
        page.evaluate(PAINTED)
        painted = time.perf_counter() - started
        page.wait_for_timeout(1000)
        memory = resident(process.pid)
        context.close()
    return healthy, painted, memory


def starts(browser: Browser, charts: Path, rounds: int) -> list[dict]:
    """A line for the app and for each floor, their starts taken in turns."""
    seen: dict[str, list[tuple[float, float, float]]] = {"app": [], "floor": [], "floor_altair": []}
    for _ in range(rounds + 1):
        seen["app"].append(first_chart(browser, "app", "survival"))
        seen["floor"].append(first_chart(browser, "floor", "", FLOOR_CHARTS=str(charts)))
        seen["floor_altair"].append(first_chart(browser, "floor_altair", ""))
    lines = []
    for mode, all_rounds in seen.items():
        healthy, painted, memory = np.median(np.array(all_rounds[1:]), axis=0)  # the first finds cold files
        lines.append({"what": mode, "healthy_s": healthy, "first_chart_s": painted, "mb": memory})
    return lines
