"""
What it costs, measured and written down: tests/benchmarks/RESULTS.md, its plots, and results.json with every line.

    python -m tests.benchmarks                  # everything: about an hour
    python -m tests.benchmarks engine start     # some of latency, engine, viewers, start
    python -m tests.benchmarks --quick          # small cohorts and few rounds: whether it runs, not how fast
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from core.cohort.simulated import write
from tests.benchmarks import engine, latency, report, start, viewers
from tests.browser.conftest import CHROMIUM, QUIET

FILE = Path(__file__).parent / "results.json"


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def simulated(folder: Path, patients: int) -> Path:
    path = folder / f"simulated_{patients}"
    if not path.exists():
        write(path, patients)
    return path


def measure_latency(folder: Path, quick: bool) -> list[dict]:
    lines = []
    for patients in (None, 1000) if quick else (None, 1000, 100_000, 1_000_000):
        cohort = None if patients is None else simulated(folder, patients)
        for page in latency.PAGES:
            with chromium() as browser:
                line = latency.latencies(browser, page, cohort, 6 if quick else 30, folder)
            lines.append({"patients": patients or 11} | line)
            print(lines[-1], flush=True)
    return lines


def measure_engine(folder: Path, quick: bool) -> dict[str, list[dict]]:
    sizes = (10_000,) if quick else (10_000, 100_000, 1_000_000, 10_000_000)
    found: dict[str, list[dict]] = {"curves": [], "cox": [], "incidence": []}
    for patients in sizes:
        path = folder / "engine"
        database = engine.cohort_of(patients, path, adverse=False)
        found["curves"] += engine.curves(patients, database, rounds=5)
        if patients in (sizes[0], 1_000_000):
            found["cox"] += engine.regressions(patients, database, rounds=5)
        database.connection.close()
        print(found, flush=True)
    patients = 2_000 if quick else 2_150_000  # 10 million events
    database = engine.cohort_of(patients, folder / "events", adverse=True)
    found["incidence"] = engine.incidences(database, folder / "events", rounds=5)
    return found


def measure_viewers(folder: Path, quick: bool) -> list[dict]:
    return viewers.viewers((1, 2), 5) if quick else viewers.viewers((1, 10, 20, 50), 60)


def measure_start(folder: Path, quick: bool) -> list[dict]:
    charts = folder / "charts.json"
    charts.write_text(json.dumps(latency.charts_of("survival", None)), encoding="utf-8")
    with chromium() as browser:
        return start.starts(browser, charts, 1 if quick else 7)


MEASURES: dict[str, Callable[[Path, bool], object]] = {
    "latency": measure_latency,
    "engine": measure_engine,
    "viewers": measure_viewers,
    "start": measure_start,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("measures", nargs="*", help=f"any of {', '.join(MEASURES)}; all of them if none is named")
    parser.add_argument("--quick", action="store_true", help="small and short, and nothing is written down")
    asked = parser.parse_args()
    unknown = set(asked.measures) - set(MEASURES)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))} cannot be measured; choose from {', '.join(MEASURES)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.measures or MEASURES:
            print(f"{name} …", flush=True)
            lines = MEASURES[name](Path(folder), asked.quick)
            if asked.quick:
                print(json.dumps(lines, indent=1))
                continue
            results = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
            results[name] = {"when": date.today().isoformat(), "machine": report.machine(), "lines": lines}
            FILE.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
            report.write(results)


if __name__ == "__main__":
    main()
