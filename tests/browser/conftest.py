"""A server that has just been started, and Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.browser.waiting import viewer

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Without a window, what Debian builds for that costs a fifth less."""
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
# Without these Chromium looks for hosts of its own at every start.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         "--process-per-site"]  # fmt: skip  # what one page has compiled the next one has
SIZE: ViewportSize = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "Chromium is not installed: `apt-get install chromium-headless-shell`, or name it in CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


_used: list[int] = []


def free_port() -> int:
    """One that was used before, if it is free again: the browser still has the app's files from there."""
    for port in (*_used, 0):
        with socket.socket() as free, suppress(OSError):
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))
            port = free.getsockname()[1]
            _used[:] = dict.fromkeys((*_used, port))
            return port
    raise RuntimeError("no port is free")


def start_server(
    environment: dict[str, str] | None = None, port: int | None = None, listens: str = "127.0.0.1"
) -> tuple[subprocess.Popen, str]:
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.address", listens]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | (environment or {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
            return process, address
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError("the server did not start")


@pytest.fixture
def new_server() -> Iterator[Callable[..., str]]:
    """A function that starts a server nobody has visited yet, and returns its address."""
    started = []

    def start(environment: dict[str, str] | None = None, listens: str = "127.0.0.1") -> str:
        process, address = start_server(environment, None, listens)
        started.append(process)
        return address

    yield start
    for process in started:
        process.kill()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """One server for the tests that do not need a fresh one."""
    process, address = start_server()
    yield address
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One viewer's browser: a page of the app is loaded in half the time when its files were loaded before."""
    context = viewer(browser, viewport=SIZE, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A new tab with a history of its own."""
    page = context.new_page()
    yield page
    page.close()
