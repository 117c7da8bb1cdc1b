"""One patient, clicked in a figure: lit on every page until released, opened, and in no address."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_in_chromium import click_in_figure
from tests.browser.waiting import settled, viewer


def go(page: Page, name: str) -> None:
    page.locator(".st-key-pages").get_by_role("link", name=name, exact=True).click()
    expect(
        page.locator(f'.st-key-pages a[aria-current="page"], .st-key-pages a:has-text("{name}")').first
    ).to_be_visible()
    settled(page)


def lit_marks(page: Page) -> str:
    return page.locator('[data-testid="stVegaLiteChart"] svg').first.inner_html()


def test_a_lane_that_is_clicked_is_lit_everywhere_until_released(server, page):
    page.goto(server)
    settled(page)
    click_in_figure(page, "8")
    settled(page)
    expect(page.get_by_role("button", name="Release patient 8")).to_be_visible()
    expect(page.locator(".cg-strip i.lit")).to_have_text("8")

    go(page, "Survival")
    expect(page.locator('[data-testid="stVegaLiteChart"]').first).to_contain_text("Patient 8: no event at")
    go(page, "Kinetics")
    expect(page.locator(".cg-strip i.lit")).to_have_text("8")
    page.get_by_role("link", name="Patient 8").click()
    expect(page.locator("h1")).to_contain_text("Patient 8: best response CR, alive at month")
    assert "8" not in re.sub(r"^https?://[^/]*", "", page.url)

    page.locator(".st-key-next-patient button").first.click()
    expect(page.locator("h1")).to_contain_text("Patient 9:")
    page.get_by_role("button", name="Release patient 9").click()
    expect(page.locator(".cg-strip i.lit")).to_have_count(0)
    go(page, "Survival")
    expect(page.locator('[data-testid="stVegaLiteChart"]').first).not_to_contain_text("Patient 9")


def test_back_keeps_who_is_lit(server, page):
    page.goto(f"{server}/patients")
    settled(page)
    page.locator(".st-key-next-patient button").first.click()
    expect(page.locator("h1")).to_contain_text("Patient 2:")
    go(page, "Survival")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Patient 2:")


def test_a_cell_of_the_grid_lights_its_patient(server, page):
    page.goto(f"{server}/adverse_events?shown_as=patients")
    settled(page)
    click_in_figure(page, "10")
    expect(page.get_by_role("button", name="Release patient 10")).to_be_visible()
    click_in_figure(page, "10")
    expect(page.get_by_role("button", name="Release patient 10")).to_have_count(0)


def test_a_line_is_heard_between_two_of_its_values(server, page):
    page.goto(f"{server}/kinetics?family=CAR-T+cells")
    settled(page)
    # The longest line of the layer that hears: its path's middle is far from any value.
    place = page.evaluate(
        """() => { const paths = [...document.querySelectorAll('[data-testid=stVegaLiteChart] svg path')]
            .filter(path => path.getAttribute('stroke-width') === '9')
        const path = paths.sort((a, b) => b.getTotalLength() - a.getTotalLength())[0]
        const at = path.getPointAtLength(path.getTotalLength() * 0.05).matrixTransform(path.getScreenCTM())
        return [at.x, at.y] }"""
    )
    page.mouse.click(*place)
    expect(page.get_by_role("button", name=re.compile("Release patient"))).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_table_opens_a_patient(server, browser, width):
    context = viewer(browser, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/patients")
    settled(page)
    page.get_by_text("All patients: sort, search, open").click()
    table = page.get_by_test_id("stDataFrame")
    table.click(position={"x": 18, "y": 35 * 4 + 17})  # the box of the fourth row
    expect(page.locator("h1")).to_contain_text("Patient 4:")
    settled(page)
    table.click(position={"x": 150, "y": 35 * 6 + 17})  # a cell of the sixth
    expect(page.locator("h1")).to_contain_text("Patient 6:")
    context.close()
