"""An own cohort stays on its machine, and a view outlives the server."""

import base64
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import CHROMIUM, QUIET, ROOT, start_server
from tests.browser.test_in_chromium import level, query
from tests.browser.waiting import settled
from tests.pages.conftest import OWN_ENDPOINTS, OWN_PATIENTS, OWN_VARIABLES


@pytest.fixture
def own(cohort_folder) -> Path:
    return cohort_folder(variables=OWN_VARIABLES, patients=OWN_PATIENTS, endpoints=OWN_ENDPOINTS)


@pytest.fixture
def restarted():
    """A function that starts a server, or the one that runs anew at the same address."""
    running: list[tuple[subprocess.Popen, str]] = []

    def start(environment: dict[str, str] | None = None) -> str:
        port = None
        if running:
            process, address = running.pop()
            process.kill()
            start.logged = process.communicate(timeout=10)[0].decode()
            port = int(address.rsplit(":", 1)[1])
        running.append(start_server(environment, port))
        return running[0][1]

    yield start
    for process, _ in running:
        process.kill()
        process.wait(timeout=10)


def test_the_first_click_after_a_restart_is_taken_and_the_view_is_as_it_was(restarted, page):
    address = restarted()
    page.goto(f"{address}/survival?by=bcma_percent&cut=60&endpoint=OS")
    settled(page)
    level(page, "prior_asct", "No").click()
    expect(page.locator(".cg-count")).to_have_text("9")
    settled(page)
    restarted()
    page.wait_for_timeout(3000)
    level(page, "emd", "No EMD").click()
    expect(page.locator(".cg-count")).to_have_text("8", timeout=60_000)
    settled(page)
    expect(page.locator(".cg-strip")).to_contain_text("≥ 60%")
    assert query(page) == {
        "by": ["bcma_percent"], "cut": ["60"], "endpoint": ["OS"], "prior_asct": ["No"], "emd": ["No EMD"],
    }  # fmt: skip


def test_an_own_cohorts_view_outlives_a_restart_and_says_so(restarted, page, own):
    environment = {"CARTOGRAPH_COHORT": str(own)}
    address = restarted(environment)
    page.goto(f"{address}/survival")
    settled(page)
    level(page, "risk", "low").click()
    expect(page.locator(".cg-count")).to_have_text("2")
    settled(page)
    restarted(environment)
    page.wait_for_timeout(3000)
    level(page, "risk", "high").click()
    expect(page.locator(".cg-count")).to_have_text("3", timeout=60_000)
    expect(page.get_by_text("The connection was lost and taken up again.")).to_be_visible()
    assert query(page) == {}
    settled(page)
    restarted(environment)
    assert "risk" not in restarted.logged, "a variable's name is the cohort's own"


# -- who is let in ---------------------------------------------------------------------------------


def handshake(address: str, host: str) -> str:
    """The first line of the answer to a WebSocket that asks for the app by this host."""
    machine, port = address.removeprefix("http://").rsplit(":", 1)
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nOrigin: http://{host}:{port}\r\n\r\n"
    )
    with socket.create_connection((machine, int(port)), timeout=10) as connection:
        connection.sendall(request.encode())
        return connection.recv(200).decode(errors="replace").split("\r\n")[0]


def test_the_start_of_readme_lets_only_this_machine_in(new_server):
    commands = re.findall(r"streamlit run app\.py(.*?)`?\.?$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(commands) == {" --server.address localhost --server.allowedHosts localhost"}
    address = new_server({"STREAMLIT_SERVER_ALLOWED_HOSTS": "localhost"})
    assert "101" in handshake(address, "localhost")
    for host in ("evil.example", "192.168.1.5"):
        assert "403" in handshake(address, host)


def test_an_own_cohort_is_not_shown_where_others_could_reach_it(new_server, page, own):
    address = new_server({"CARTOGRAPH_COHORT": str(own)}, "0.0.0.0")
    page.goto(address)
    expect(page.locator("h1")).to_have_text("This cohort is not shown here")
    expect(page.get_by_text("README.md says how to serve it to others")).to_be_visible()
    assert "Risk" not in page.locator("body").inner_text()


def test_an_own_cohort_is_not_shown_under_a_name_that_only_leads_here(browser, new_server, own):
    address = new_server({"CARTOGRAPH_COHORT": str(own)})
    port = address.rsplit(":", 1)[1]
    rebound = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*QUIET, "--host-resolver-rules=MAP evil.example 127.0.0.1"]
    )
    page = rebound.new_page()
    page.goto(f"http://evil.example:{port}")
    expect(page.locator("h1")).to_have_text("This cohort is not shown here")
    rebound.close()


def test_the_start_asks_nobody_and_looks_up_no_name(tmp_path, page):
    (tmp_path / "sitecustomize.py").write_text(
        "import socket, sys\n"
        f"LOG = {str(tmp_path / 'asked')!r}\n"
        "def hook(event, values):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.gethostbyname', 'socket.sendto'):\n"
        "        who = str(values[1] if event in ('socket.connect', 'socket.sendto') else values[0])\n"
        "        if not any(name in who for name in ('127.0.0.1', 'localhost', 'None', '::1')):\n"
        "            open(LOG, 'a').write(f'{event} {who}\\n')\n"
        "sys.addaudithook(hook)\n"
    )
    environment = {"PYTHONPATH": str(tmp_path)}
    probe = "import socket\ntry: socket.getaddrinfo('a.example', 1)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", probe], env=os.environ | environment, check=True)
    assert (tmp_path / "asked").read_text() == "socket.getaddrinfo a.example\n", "the hook hears"
    (tmp_path / "asked").unlink()
    process, address = start_server(environment)
    page.goto(f"{address}/survival")
    settled(page)
    process.terminate()
    process.wait(timeout=10)
    assert not (tmp_path / "asked").exists(), (tmp_path / "asked").read_text()
