"""One's own cohort in a browser: from the sheet to the curves, for its session alone."""

import json
import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import SIZE, start_server
from tests.browser.waiting import still, viewer
from tests.core.importers.clinic_sheets import EXPECTED, FOLDER, found

SHEET = FOLDER / EXPECTED["A1"]["files"][0]
CLOSE = """() => { for (const socket of window.sockets) socket.close(); window.sockets = []; }"""
HOLD = """window.sockets = []; const Socket = window.WebSocket;
window.WebSocket = class extends Socket { constructor(...of) { super(...of); window.sockets.push(this); } };"""


def bring(page: Page, address: str, *files: Path) -> None:
    page.goto(f"{address}/data")
    page.locator("input[type=file]").set_input_files(list(files))
    expect(page.get_by_role("button", name="Open", exact=False).first).to_be_visible(timeout=60_000)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_data_page_is_for_everyone(browser: Browser, server, scheme, width):
    """Nothing serious by axe but what Streamlit's field for files is made of, and nothing wider than the screen."""
    context = viewer(browser, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/data")
    found = {}
    for step in ("start", "columns", "cells"):
        if step == "columns":
            page.locator("input[type=file]").set_input_files(SHEET)
            expect(page.get_by_role("button", name="Open", exact=False).first).to_be_visible(timeout=60_000)
        if step == "cells":
            page.get_by_role("button", name="Look at").first.click()
        still(page)
        violations = [v for v in Axe().run(page).response["violations"] if v["id"] != "presentation-role-conflict"]
        found[step] = [(v["id"], v["nodes"][0]["html"][:200]) for v in violations]
        over = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth")
        assert over <= 0, (step, over)
    context.close()
    assert found == {"start": [], "columns": [], "cells": []}


def test_from_the_sheet_to_the_curves_in_under_ten_clicks(page, server):
    page.goto(server)
    still(page)
    clicks = 0
    page.get_by_role("link", name="Data", exact=True).click()
    clicks += 1
    page.locator("input[type=file]").set_input_files(SHEET)
    clicks += 2  # a click on Upload and one in the dialogue; a drop is one
    expect(page.get_by_role("heading", name="30 patients, 2 questions left")).to_be_visible(timeout=60_000)
    for answer in ("82.17%", "Row 37"):
        page.get_by_role("radio", name=answer).or_(page.get_by_role("button", name=answer, exact=True)).first.click()
        clicks += 1
        still(page)
    expect(page.get_by_role("heading", name="30 patients, ready to open")).to_be_visible()
    expect(page.locator(".cg-line").first).to_contain_text("31 rows = 30 used + 1 listed")
    press(page, "Open 30 patients")
    clicks += 1
    expect(page.locator(".cg-count")).to_have_text("30", timeout=60_000)
    expect(page.locator(".cg-name").first).to_contain_text("Your cohort")
    page.get_by_role("link", name="Survival", exact=True).click()
    clicks += 1
    still(page)
    expect(page.get_by_role("heading", name="Median PFS 13.5 months (95% CI 3.6–17.3)")).to_be_visible()
    assert clicks < 10
    assert "?" not in page.url, "nothing of an own cohort stands in an address"


def test_a_file_that_was_forgotten_is_added_and_what_was_answered_stays(page, server):
    rows = "".join(f"P{n},2022-01-{n + 5:02d},2023-02-{n + 1:02d},alive,{800 + 10 * n}\n" for n in range(12))
    people = {
        "name": "p.csv",
        "mimeType": "text/csv",
        "buffer": b"ID,Infusion date,Last contact,Status,ANC d0\n" + rows.encode(),
    }
    events = {"name": "ae.csv", "mimeType": "text/csv", "buffer": b"ID,AE,Grade\nP1,CRS,3\nP2,CRS,1\n"}
    page.goto(f"{server}/data")
    page.locator("input[type=file]").set_input_files([people])
    expect(page.get_by_role("heading", name="12 patients, 1 question left")).to_be_visible(timeout=60_000)
    page.get_by_role("radio", name="Yes").or_(page.get_by_role("button", name="Yes", exact=True)).first.click()
    expect(page.get_by_role("heading", name="12 patients, ready to open")).to_be_visible()
    press(page, "Add")
    page.locator("input[type=file]").set_input_files([events])
    expect(page.locator(".cg-line").first).to_contain_text("ae.csv: 2 rows = 2 used + 0 listed", timeout=60_000)
    expect(page.get_by_role("heading", name="12 patients, ready to open")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(0)
    press(page, "Open 12 patients")
    expect(page.locator(".cg-count")).to_have_text("12", timeout=60_000)
    page.get_by_role("link", name="Adverse events", exact=True).click()
    expect(page.get_by_role("heading", name="CRS of grade 3 or more in 1 of 12")).to_be_visible()


def test_files_are_of_the_cohort_that_is_shown_and_withhold_what_it_does(page, server):
    """Streamlit makes a file in a thread of its own, which has to know the session that asks for it."""
    bring(page, server, SHEET)
    press(page, "Open 30 patients")
    expect(page.locator(".cg-count")).to_have_text("30", timeout=60_000)
    page.get_by_role("link", name="Survival", exact=True).click()
    still(page)
    page.get_by_role("tab", name="Follow-up").click()
    still(page)
    page.get_by_role("tabpanel").get_by_role("button", name="Table, CSV").last.wait_for()
    everybody = saved_last(page)
    assert "30 of 30 patients of A1_BCMA_CART_master" in everybody
    assert "Henan" not in everybody
    patient = EXPECTED["A1"]["patients"][0]["patient_id"]
    assert patient in everybody
    page.get_by_role("link", name="Data", exact=True).click()
    still(page)
    page.get_by_role("combobox", name="Withhold small numbers").click()
    page.get_by_text("Under 5", exact=True).click()
    still(page)
    page.get_by_role("link", name="Survival", exact=True).click()
    still(page)
    expect(page.get_by_role("button", name="Numbers under 5 withheld")).to_be_visible()
    page.get_by_role("tab", name="Follow-up").click()
    still(page)
    assert patient not in saved_last(page)


def saved_last(page: Page) -> str:
    """The last table of the tab, as CSV."""
    with page.expect_download() as waited:
        page.get_by_role("tabpanel").get_by_role("button", name="Table, CSV").last.click()
    return Path(waited.value.path()).read_text(encoding="utf-8-sig")


def test_a_cell_is_mended_and_taken_back(page, server):
    bring(page, server, SHEET)
    press(page, "Look at 23 cells")
    still(page)
    expect(page.get_by_role("heading", name="30 patients, 23 cells to look at")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Table, CSV").click()
    assert len(taken.value.path().read_text("utf-8-sig").split("\n\n")[0].splitlines()) == 24
    page.get_by_text("Contradiction 3", exact=True).click()
    still(page)
    expect(page.locator(".cg-sheet td.here")).to_have_text("2021-10-15")
    page.get_by_label("Read instead").fill("2022-10-15")
    page.get_by_label("Read instead").press("Enter")
    expect(page.get_by_role("heading", name="30 patients, 22 cells to look at")).to_be_visible()
    press(page, "Undo")
    expect(page.get_by_role("heading", name="30 patients, 23 cells to look at")).to_be_visible()


def test_an_answer_that_is_given_again_after_it_was_taken_back_counts(page, server):
    bring(page, server, SHEET)
    for _ in range(2):
        still(page)
        page.get_by_role("radio", name="82.17%").click()
        expect(page.get_by_role("heading", name="30 patients, 1 question left")).to_be_visible()
        press(page, "Undo")
        expect(page.get_by_role("heading", name="30 patients, 2 questions left")).to_be_visible()
    still(page)
    page.get_by_role("radio", name="82.17%").dblclick()
    expect(page.get_by_role("heading", name="30 patients, 1 question left")).to_be_visible()


def test_a_reload_is_asked_about_while_it_would_forget_something(page, server):
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    bring(page, server, SHEET)
    press(page, "Look at 23 cells")
    still(page)
    with page.expect_event("dialog"):
        page.evaluate("() => { setTimeout(() => location.reload(), 0) }")
    expect(page.get_by_role("heading", name="30 patients, 23 cells to look at")).to_be_visible()
    assert asked == ["beforeunload"]
    page.get_by_test_id("stSidebar").get_by_role("button", name="Forget").click()
    press(page, "Forget it")
    expect(page.get_by_role("button", name="Forget")).to_have_count(0)
    still(page)
    page.reload()
    still(page)
    assert asked == ["beforeunload"]


def test_a_column_is_taken_for_something_else(page, server):
    bring(page, server, SHEET)
    still(page)
    meaning = page.locator("[class*=st-key-meaning]").filter(has_text="Ferritin peak")
    meaning.get_by_role("button").first.click()
    still(page)
    page.get_by_label("Take it for").fill("Left")  # typed: a click on the list is lost where it is drawn anew
    page.get_by_role("option", name="Left out", exact=True).click()
    expect(page.get_by_text("3 columns left out")).to_be_visible()


def test_two_viewers_see_their_own_and_a_lost_connection_keeps_it(browser: Browser, server):
    contexts = [viewer(browser, viewport=SIZE) for _ in range(2)]
    first, second = (context.new_page() for context in contexts)
    first.add_init_script(HOLD)
    bring(first, server, SHEET)
    press(first, "Open 30 patients")
    expect(first.locator(".cg-count")).to_have_text("30", timeout=60_000)
    for name in ("Overview", "Survival", "Adverse events", "Data"):
        second.goto(f"{server}/{name.lower().replace(' ', '_')}".replace("/overview", "/"))
        still(second)
        text = second.locator("[data-testid=stApp]").inner_text()
        assert "Only in this session" not in text
        assert "030" not in text
        first.evaluate(CLOSE)
        first.wait_for_timeout(1500)
        if name != "Data":
            first.get_by_role("link", name=name, exact=True).click()
            still(first)
            expect(first.locator(".cg-count")).to_have_text("30", timeout=60_000)
    first.get_by_role("link", name="Data", exact=True).click()
    press(first, "Forget")
    press(first, "Forget it")
    expect(first.locator("input[type=file]")).to_be_attached()
    first.get_by_role("link", name="Overview", exact=True).click()
    expect(first.locator(".cg-count")).to_have_text("11", timeout=60_000)
    for context in contexts:
        context.close()


def test_nothing_of_an_upload_reaches_a_log_a_file_or_an_address(browser: Browser, tmp_path):
    places = {name: str(tmp_path / name) for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME")}
    for place in places.values():
        Path(place).mkdir()
    process, address = start_server(places)
    context = viewer(browser, viewport=SIZE)
    page = context.new_page()
    addresses: list[str] = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    bring(page, address, SHEET)
    press(page, "Look at 23 cells")
    still(page)
    press(page, "Open 30 patients")
    expect(page.locator(".cg-count")).to_have_text("30", timeout=60_000)
    for name in ("Survival", "Response", "Adverse events", "Kinetics", "Subgroups", "Patients"):
        page.get_by_role("link", name=name, exact=True).click()
        still(page)
    opened = [os.readlink(link) for link in Path(f"/proc/{process.pid}/fd").iterdir() if link.exists()]
    context.close()
    process.terminate()
    log = process.communicate(timeout=20)[0].decode()
    sheet = next(sheet for sheet in found("A1").sheets if sheet.name == "Master")
    cells = {cell for row in sheet.rows for cell in row if len(cell) > 5 and not re.fullmatch(r"[\d.\-]+", cell)}
    assert len(cells) > 200
    written = "".join(file.read_bytes().decode("utf-8", "replace") for file in tmp_path.rglob("*") if file.is_file())
    for cell in cells:
        assert cell not in log
        assert cell not in written
        assert not any(cell in address for address in addresses)
    assert not [file for file in opened if file.startswith(str(tmp_path))]
    assert not any("?" in address for address in addresses)


@pytest.fixture
def watched(context: BrowserContext) -> Page:
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    yield page
    page.close()


def test_markup_in_names_and_cells_is_shown_and_does_nothing(watched, server, tmp_path):
    bad = '<img src=x onerror="window.ran=1">'
    header = ["Patient", "Infusion date", "Last contact", "Status", bad, "**bold** [x](javascript:alert(1))", "=cmd()"]
    rows = [[f"{bad}{n}", "2024-01-01", "2024-06-01", "alive", f"{bad}{n % 2}", "$x$", "@SUM"] for n in range(6)]
    file = tmp_path / "img src=x onerror=alert(1).csv"
    file.write_text("\n".join(",".join(json.dumps(c).replace('\\"', '""') for c in row) for row in [header, *rows]))
    bring(watched, server, file)
    still(watched)
    press(watched, "Open 6 patients")
    expect(watched.locator(".cg-count")).to_have_text("6", timeout=60_000)
    for name in ("Survival", "Patients", "Data"):
        watched.get_by_role("link", name=name, exact=True).click()
        still(watched)
        assert watched.evaluate("window.ran") is None
        assert watched.locator("img[src=x]").count() == 0
