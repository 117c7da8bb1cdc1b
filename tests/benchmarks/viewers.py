"""
Many viewers of one server: sessions over a WebSocket, as a browser opens them but without drawing, each moving the
lower end of the BCMA filter once a second and checking that the numbers it gets are its own.
"""

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.cohort.ask import ask
from core.cohort.database import Database, open_cohort
from core.cohort.labels import group_labels
from core.cohort.ranges import extents
from core.cohort.selection import Range, Selection
from core.survival.result import SurvivalOptions, survival_result
from core.survival.words_finding import finding
from pages.shared.cached import BUNDLED
from tests.benchmarks.latency import server

FILTER = "bcma_percent"


@dataclass
class Seen:
    """What the viewers met: milliseconds from a move to the end of its run, errors, and answers to another question."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Expected:
    """The title and the count that belong to a lower end of the filter."""

    def __init__(self, cohort: Path) -> None:
        self.database: Database = open_cohort(cohort)
        nobody = Selection(self.database.fingerprint)
        self.extent = extents(ask(self.database, "cohort/number_summaries", nobody))[FILTER]
        self.of = cache(self._of)

    def _of(self, low: float) -> tuple[str, int]:
        chosen = (Range(FILTER, low, self.extent.high, missing=True),) if low > self.extent.low else ()
        selection = Selection(self.database.fingerprint, chosen)
        counts = ask(self.database, "survival/counts", selection, endpoint="PFS", landmark=0)
        labels = group_labels(selection, self.database.variables)
        result = survival_result("PFS", counts, labels, SurvivalOptions(), competing=False)
        assert result is not None
        return finding(result), int(ask(self.database, "cohort/group_sizes", selection)["patients"].sum())


class Viewer:
    """One session: what its page shows, and its filter's place."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.shown: dict[str, str] = {}
        self.slider = ""
        self.page = ""
        self.query = ""  # the address bar: what the app last wrote there

    async def run(self, low: float | None = None, high: float = 0.0) -> None:
        """Ask for a run, with the filter moved where `low` says so, and take in what comes until it has ended."""
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self.page
        asked.rerun_script.query_string = self.query
        if not self.page:
            asked.rerun_script.page_name = "survival"
        if low is not None:
            state = asked.rerun_script.widget_states.widgets.add()
            state.id = self.slider
            state.double_array_value.data.extend([low, high])
        await self.socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(self.socket.recv(), timeout=60))
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.page = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta":
                self._take(message)
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _take(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "slider" and not self.slider:
            self.slider = element.slider.id  # the first filter with a range
        elif kind == "heading" and element.heading.tag == "h1":
            self.shown["title"] = element.heading.body
        elif kind == "html" and "cg-count" in element.html.body and "<style>" not in element.html.body:
            self.shown["count"] = re.search(r'cg-count">([\d,]+)<', element.html.body)[1].replace(",", "")
        elif kind == "exception":
            self.shown["exception"] = element.exception.type


async def visit(address: str, expected: Expected, seed: int, seconds: float, seen: Seen) -> None:
    """One viewer who comes, moves the filter every second at a moment of their own, and goes."""
    rng = random.Random(seed)
    places = np.arange(expected.extent.low, expected.extent.high - 30, expected.extent.step)
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    async with websockets.connect(url, origin=address, max_size=None) as socket:
        viewer = Viewer(socket)
        await viewer.run()
        await asyncio.sleep(rng.random())
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            low = float(rng.choice(places))
            started = time.perf_counter()
            await viewer.run(low, expected.extent.high)
            spent = time.perf_counter() - started
            seen.milliseconds.append(1000 * spent)
            title, count = expected.of(low)
            if "exception" in viewer.shown:
                seen.errors.append(viewer.shown.pop("exception"))
            if (viewer.shown.get("title"), viewer.shown.get("count")) != (title, str(count)):
                seen.wrong.append(f"{low}: {viewer.shown} and not {title}, {count}")
            await asyncio.sleep(max(0.0, 1.0 - spent))


async def crowd(address: str, expected: Expected, viewers: int, seconds: float) -> Seen:
    seen = Seen()
    visits = [visit(address, expected, seed, seconds, seen) for seed in range(viewers)]
    for outcome in await asyncio.gather(*visits, return_exceptions=True):
        if isinstance(outcome, BaseException):
            seen.errors.append(f"{type(outcome).__name__}: {outcome}")
    return seen


def resident(process: int) -> float:
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


def viewers(numbers: tuple[int, ...], seconds: float, cohort: Path | None = None) -> list[dict]:
    """A line for each number of viewers at once; the server stays up from one to the next."""
    expected = Expected(cohort or BUNDLED)
    environment = {"CARTOGRAPH_COHORT": str(cohort)} if cohort else {}
    lines = []
    with server("app", **environment) as (process, address):
        asyncio.run(crowd(address, expected, 1, 2))
        for number in numbers:
            before = resident(process.pid)
            seen = asyncio.run(crowd(address, expected, number, seconds))
            lines.append(
                {
                    "viewers": number,
                    "moves": len(seen.milliseconds),
                    "median_ms": float(np.median(seen.milliseconds)),
                    "p95_ms": float(np.percentile(seen.milliseconds, 95)),
                    "errors": len(seen.errors),
                    "wrong": len(seen.wrong),
                    "mb_before": before,
                    "mb_after": resident(process.pid),
                    "first_trouble": (seen.errors + seen.wrong)[:1],
                }
            )
    return lines
