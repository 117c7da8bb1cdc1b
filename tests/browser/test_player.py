"""The player of what the article leaves open, and the strips of one patient, in a real browser."""

import re

from playwright.sync_api import expect

from tests.browser.waiting import settled


def test_the_player_steps_through_cohorts_by_keyboard(server, page):
    page.goto(f"{server}/published?published_view=open&by=emd_any")
    settled(page)
    expect(page.locator("h1")).to_contain_text("Whether EMD does worse than No EMD is left open: worse in 68%")
    facts = page.locator(".cg-line").filter(has_text="worse in 68 of 100")
    before = facts.inner_text()
    handle = page.locator('[class*="st-key-cohort_shown"]').get_by_role("slider")
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"[?&]cohort_shown=\d+"))
    settled(page)
    assert facts.inner_text() != before
    figure = page.locator('[data-testid="stVegaLiteChart"]').first
    expect(figure).to_contain_text(re.compile(r"cohort \d+ of 100"))
    page.get_by_role("tab", name="Side by side").click()
    expect(page.get_by_text("in cohorts that the article allows, in order").first).to_be_visible()


def test_a_dot_of_a_strip_shows_the_curves_so(server, page):
    page.goto(f"{server}/survival?by=emd_any&endpoint=OS&tab=One+patient")
    settled(page)
    strip = page.locator('[data-testid="stVegaLiteChart"]').nth(1)
    strip.scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    strip.locator('svg path[aria-roledescription="point"]').first.click(force=True)
    expect(page.get_by_text(re.compile(r"(taken as having|Without the patient)")).first).to_be_visible()
    assert "moved=" not in page.url
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Click a dot to see the curves so.")).to_be_visible()
