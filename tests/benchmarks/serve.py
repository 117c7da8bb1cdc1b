"""
A server for a measurement, started as a process of its own:

    python -m tests.benchmarks.serve MODE PORT

`app` is the app as it is. `ready` is the same for views that were seen before,
whose answers are all kept: widgets, words and charts with nothing to ask.
`timed` is the app with a clock on its parts, which appends one JSON line a run
to the file that BENCHMARK_TIMES names. `floor` and `floor_altair` are the files
of those names in tests/benchmarks.
"""

import functools
import importlib
import inspect
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from streamlit.web import cli

ROOT = Path(__file__).parents[2]
MODES = ("app", "ready", "timed", "floor", "floor_altair")


class Clock(threading.local):
    """
    Seconds spent in each part of a run, without those spent in another part called from it.

    One a thread: a run that a newer one replaces still waits for its last answer beside it.
    """

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.running: list[str] = []
        self.since = 0.0

    def part(self, name: str, function: Callable) -> Callable:
        @functools.wraps(function)
        def timed(*args: object, **named: object) -> object:
            self._switch()
            self.running.append(name)
            try:
                return function(*args, **named)
            finally:
                self._switch()
                self.running.pop()

        return timed

    def _switch(self) -> None:
        now = time.perf_counter()
        if self.running:
            name = self.running[-1]
            self.spent[name] = self.spent.get(name, 0.0) + now - self.since
        self.since = now


STATISTICS = (
    "adverse_events.result", "statistics.proportions", "response.result", "subgroups.interaction", "subgroups.result",
    "survival.competing", "survival.cox", "survival.kaplan_meier", "survival.log_rank_permutation", "survival.result",
)  # fmt: skip
FIGURES = (
    "adverse_events.figure_grades", "adverse_events.figure_groups", "adverse_events.figure_patients",
    "adverse_events.figure_rows", "figures.export", "figures.grammar", "patients.figure_swimmer",
    "patients.figure_tiles", "response.figure", "subgroups.figure", "survival.figure",
)  # fmt: skip


def put_on_a_clock() -> None:
    """Wrap the parts of the app, and write what each took at the end of every run."""
    clock = Clock()

    def wrap(module: object, part: str) -> None:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                setattr(module, name, clock.part(part, function))

    for name in STATISTICS:
        wrap(importlib.import_module(f"core.{name}"), "statistics")
    for name in FIGURES:
        wrap(importlib.import_module(f"core.{name}"), "chart")
    database = importlib.import_module("core.cohort.database").Database
    asked = database.ask

    def ask(self: object, sql: str, values: dict | None = None) -> object:
        part = "facets" if "unpivot" in sql or "grouping sets" in sql else "question"
        return clock.part(part, asked)(self, sql, values)

    database.ask = ask
    from streamlit.runtime.scriptrunner import script_runner

    whole = script_runner.ScriptRunner._run_script
    file = Path(os.environ["BENCHMARK_TIMES"])

    def run(self: object, *args: object) -> object:
        clock.spent = {}
        started, cpu = time.perf_counter(), time.thread_time()
        try:
            return whole(self, *args)
        finally:
            spent = clock.spent | {"whole run": time.perf_counter() - started, "cpu": time.thread_time() - cpu}
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(spent) + "\n")

    script_runner.ScriptRunner._run_script = run


def main(mode: str, port: str) -> None:
    os.chdir(ROOT)
    if mode == "timed":
        put_on_a_clock()
    script = f"tests/benchmarks/{mode}.py" if mode.startswith("floor") else "app.py"
    sys.argv = ["streamlit", "run", script, "--server.port", port, "--server.address", "127.0.0.1"]
    cli.main()


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in MODES:
        sys.exit(f"usage: python -m tests.benchmarks.serve {'|'.join(MODES)} PORT")
    main(*sys.argv[1:])
