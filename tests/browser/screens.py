"""
Screenshots of every page, light and dark, at four widths and in fullscreen, for a look before a change is finished.

    python -m tests.browser.screens            # into tests/browser/screens/, and README's picture
"""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET, start_server
from tests.browser.test_own_cohort import SHEET

HERE = Path(__file__).parent
VIEWS = {
    "overview": "",
    "overview_compared": "?by=prior_asct&bcma_percent=20..99",
    "survival": "survival",
    "survival_event": "survival?adverse_event=Infection&adverse_event_grade=3%2B&by=adverse_event&endpoint=OS",
    "survival_compared": "survival?by=iss_stage&endpoint=OS",
    "survival_landmark": "survival?by=mrd_negative&endpoint=OS&landmark=6",
    "survival_responders": "survival?responder=Yes",
    "survival_relapse": "survival?endpoint=Relapse&by=bcma_percent&split=median",
    "survival_several": "survival?tab=Several+variables&adjusted_for=prior_asct&adjusted_for=age_years",
    "response": "response",
    "response_compared": "response?by=iss_stage",
    "adverse_events": "adverse_events",
    "adverse_events_compared": "adverse_events?by=prior_asct&compared_grade=3%2B&sorted_by=difference",
    "adverse_events_who": "adverse_events?shown_as=patients&by=sex&who=Infection&who_grade=3%2B",
    "kinetics": "kinetics",
    "kinetics_cytokines": "kinetics?family=Cytokines+and+CRP",
    "kinetics_compared": "kinetics?family=Blood+counts&by=sex",
    "subgroups": "subgroups",
    "subgroups_hazard": "subgroups?subgroup_outcome=PFS",
    "subgroups_compared": "subgroups?by=sex&subgroup_outcome=adverse",
    "associations": "associations",
    "associations_time": "associations?outcome=PFS&against=bcma_percent",
    "patients": "patients",
    "published": "published",
    "published_open": "published?published_view=open&by=emd_any",
    "published_ranges": "published?published_view=open&by=bcma_percent&tab=Side+by+side",
    "data": "data",
    "data_columns": "data",
    "data_cells": "data",
    "empty": "survival?emd=EM-B&bcma_percent=60..80",
}


def bring_for(page: Page, name: str) -> None:
    """A workbook on the Data page, at its columns or its cells, for the views of those names."""
    if name not in ("data_columns", "data_cells"):
        return
    page.locator("input[type=file]").set_input_files(SHEET)
    page.get_by_role("button", name="Look at").first.wait_for(timeout=60_000)
    if name == "data_cells":
        page.get_by_role("button", name="Look at").first.click()
    page.wait_for_timeout(1500)


def main() -> None:
    folder = HERE / "screens"
    folder.mkdir(exist_ok=True)
    process, address = start_server()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for scheme in ("light", "dark"):
                for width in (390, 900, 1280, 1920):
                    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
                    page = context.new_page()
                    for name, path in VIEWS.items():
                        page.set_viewport_size({"width": width, "height": 800})
                        page.goto(f"{address}/{path}")
                        page.wait_for_selector("h1")
                        page.wait_for_timeout(2000)
                        bring_for(page, name)
                        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                        page.set_viewport_size({"width": width, "height": max(800, height)})
                        page.wait_for_timeout(600)
                        page.screenshot(path=folder / f"{name}_{scheme}_{width}.png")
                        if width == 1920 and name != "empty" and not name.startswith("data"):
                            page.set_viewport_size({"width": width, "height": 1080})
                            page.get_by_role("button", name="Fullscreen").first.press("Enter")
                            page.wait_for_timeout(800)
                            page.screenshot(path=folder / f"{name}_{scheme}_fullscreen.png")
                            page.keyboard.press("Escape")
                    context.close()
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(f"{address}/survival?by=prior_asct&endpoint=OS")
            page.wait_for_selector("h1")
            page.wait_for_timeout(2500)
            page.screenshot(path=HERE / "survival.png")
            browser.close()
    finally:
        process.terminate()


if __name__ == "__main__":
    main()
