"""For everyone: on a phone, on a projector, with a keyboard, with a screen reader."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.waiting import settled, viewer

PHONE = {"width": 390, "height": 844}
VIEWS = {
    "overview": "?by=emd_any",
    "survival": "survival?by=iss_stage&tab=Several+variables&adjusted_for=prior_asct",
    "landmark": "survival?by=mrd_negative&endpoint=OS",
    "response": "response?by=bcma_percent&split=tertiles",
    "adverse events": "adverse_events?by=prior_asct",
    "who": "adverse_events?shown_as=patients&by=best_response&who=Infection",
    "kinetics": "kinetics?by=prior_asct",
    "counts": "kinetics?family=Blood+counts&by=sex",
    "subgroups": "subgroups?subgroup_outcome=PFS",
    "associations": "associations?outcome=depth&against=bcma_percent",
    "patients": "patients",
    "published": "published",
    "open": "published?published_view=open&by=bcma_percent&often=median",
    "nobody": "survival?emd=EM-B&bcma_percent=60..80",
}
WIDE = (
    "overview", "landmark", "adverse events", "kinetics", "subgroups", "associations", "patients", "published", "open",
)  # fmt: skip
NARROW = ("survival", "response", "who", "patients", "nobody")
OUTSIDE = """svg => { const room = svg.getBoundingClientRect()
    return [...svg.querySelectorAll('text')].filter(text => text.textContent).filter(text => {
        const box = text.getBoundingClientRect()
        return box.left < room.left - 2 || box.right > room.right + 2 || box.bottom > room.bottom + 2
            || box.top < room.top - 2 }).map(text => text.textContent) }"""
OVER_EACH_OTHER = """svg => { const boxes = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim()
        && getComputedStyle(text).opacity !== '0' && text.getAttribute('opacity') !== '0'
        && !text.getAttribute('stroke'))
        .map(text => [text.textContent, text.getBoundingClientRect()])
    return boxes.flatMap(([a, one], i) => boxes.slice(i + 1).filter(([b, two]) =>
        Math.min(one.right, two.right) - Math.max(one.left, two.left) > 3
        && Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 6).map(([b]) => [a, b])) }"""


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=["light, wide", "dark, phone"])
def seen(request, browser, server):
    scheme, width = request.param
    context = viewer(browser, color_scheme=scheme, viewport={"width": width, "height": 900})
    yield context.new_page()
    context.close()


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("h1")).to_be_visible()
    if "emd=EM-B" not in address:
        settled(page)
    return page


def test_axe_finds_nothing_serious_on_any_page(seen, server):
    found, wide = {}, (seen.viewport_size or PHONE)["width"] > PHONE["width"]
    for name, path in VIEWS.items():
        if name not in (WIDE if wide else NARROW):
            continue
        opened(seen, f"{server}/{path}")
        violations = Axe().run(seen).response["violations"]
        found[name] = [(v["id"], v["nodes"][0]["html"][:200]) for v in violations]
    assert found == {name: [] for name in found}
    assert len(found) > 3


def test_on_a_phone_every_figure_is_whole_and_its_words_are_apart(browser, server):
    context = viewer(browser, viewport=PHONE)
    page = context.new_page()
    for name, path in VIEWS.items():
        if name == "nobody":
            continue
        opened(page, f"{server}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        for figure in page.locator('[data-testid="stVegaLiteChart"] svg.marks').all():
            assert figure.evaluate(OUTSIDE) == [], name
            assert figure.evaluate(OVER_EACH_OTHER) == [], name
    context.close()


def test_on_a_phone_groups_are_told_apart_by_their_shares(browser, server):
    context = viewer(browser, viewport=PHONE)
    page = opened(context.new_page(), f"{server}/adverse_events?by=prior_asct&compared_grade=any")
    fever = page.locator('svg [aria-label*="Fever"][aria-label*="Count"]')
    places = [dot.bounding_box() for dot in fever.all()]
    middles = [place["x"] + place["width"] / 2 for place in places]
    # 7 of 9 and 2 of 2: 22 points of a plot that takes nearly the whole phone
    assert abs(middles[0] - middles[1]) == pytest.approx(0.22 * 340, abs=15)
    context.close()


@pytest.mark.parametrize(
    ("path", "finding"),
    [
        ("survival?by=prior_asct&endpoint=OS", "too few to tell"),
        ("adverse_events?shown_as=patients", "worst grade"),
        ("?by=emd", "7 of 9 (No EMD), 0 of 1 (EM-B) and 1 of 1 (EM-E) responded"),
    ],
)
def test_in_fullscreen_every_figure_is_whole(browser, server, path, finding):
    context = viewer(browser, viewport=PHONE)
    page = opened(context.new_page(), f"{server}/{path}")
    outside = OUTSIDE.replace(
        "svg.getBoundingClientRect()", "{left: 0, top: 0, right: innerWidth, bottom: innerHeight}"
    )
    for width, height in ((390, 844), (920, 700), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        page.locator('button[aria-label="Fullscreen"]').first.evaluate("button => button.click()")
        figure = page.locator('[data-testid="stVegaLiteChart"]').first
        expect(page.get_by_role("button", name="Close fullscreen")).to_be_visible()
        page.wait_for_timeout(800)
        assert figure.locator("svg.marks").evaluate(outside) == [], width
        assert (finding in figure.inner_text().replace("\n", " ")) == (width > 900)
        page.get_by_role("button", name="Close fullscreen").click()
    context.close()


def test_a_legend_is_whole_after_the_window_was_made_narrow(browser, server):
    context = viewer(browser, viewport={"width": 1280, "height": 900})
    page = opened(context.new_page(), f"{server}/adverse_events?by=prior_asct")
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(1200)
    figure = page.locator('[data-testid="stVegaLiteChart"] svg.marks').first
    expect(figure).to_contain_text("No prior ASCT, n = 9")
    assert figure.evaluate(OUTSIDE) == []
    context.close()


def test_in_fullscreen_text_grows_and_the_finding_stays(browser, server):
    context = viewer(browser, viewport={"width": 1920, "height": 1080})
    page = opened(context.new_page(), f"{server}/survival?by=emd_any")
    figure = page.locator('[data-testid="stVegaLiteChart"]').first
    label = figure.get_by_text("Number at risk")
    size = "text => text.getBoundingClientRect().height"
    on_the_page = label.evaluate(size)
    expect(figure).not_to_contain_text("too few to tell")
    figure.hover()
    page.get_by_role("button", name="Fullscreen").first.click()
    finding = figure.get_by_text("6 of 9 (No EMD) and 1 of 2 (EMD) progressed or died: too few")
    expect(finding).to_be_visible()
    expect(figure).to_contain_text(
        "Median PFS, months (95% CI), No EMD 6 (1.5–NR), EMD 1.5 (1.5–NR), at a plateau of 50%"
    )
    expect(figure).to_contain_text("Hazard ratio, EMD against No EMD (95% CI) 1.27 (0.13–6.07)")
    assert label.evaluate(size) == pytest.approx(on_the_page * 1.5 / 1.15, rel=0.1)
    room = figure.bounding_box()
    for text in figure.locator("svg text").all():
        if text.text_content():
            box = text.bounding_box()
            assert box["x"] >= room["x"] - 2
            assert box["x"] + box["width"] <= room["x"] + room["width"] + 2
            assert box["y"] + box["height"] <= room["y"] + room["height"] + 2
    context.close()


def test_a_keyboard_sees_where_it_is(server, page):
    opened(page, f"{server}/survival?by=emd_any")
    seen = set()
    for _ in range(45):
        page.keyboard.press("Tab")
        where, width, style = page.evaluate(
            """() => { const e = document.activeElement, c = getComputedStyle(e)
                const within = e.closest('[data-baseweb], label, div')
                return [e.tagName + ' ' + (e.textContent || e.getAttribute('aria-label') || ''), c.outlineWidth,
                        c.outlineStyle + c.boxShadow + (within ? getComputedStyle(within).boxShadow : '')] }"""
        )
        if where.startswith("BODY"):
            break
        seen.add(where)
        assert (width != "0px" and not style.startswith("none")) or "rgb" in style, where
    assert any("Survival" in where for where in seen)
    assert any("Relapse" in where for where in seen)


def test_tabs_keep_the_keyboard(server, page):
    opened(page, f"{server}/survival?by=prior_asct&endpoint=OS")
    page.get_by_role("tab", name="Comparison").focus()
    for name in ("At fixed times", "Median", "Restricted mean"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        settled(page)
        expect(page.get_by_role("tab", name=name)).to_be_focused()
    expect(page.get_by_text("fewer than 5 patients leave no limits").first).to_be_visible()


def test_a_tab_that_a_long_run_makes_unusable_gets_the_keyboard_back(server, page):
    """As Streamlit does while a run takes long: the tab leaves the order of the keyboard, and comes back to it."""
    opened(page, f"{server}/survival?by=prior_asct&endpoint=OS")
    tab = page.get_by_role("tab", name="Comparison")
    for elsewhere in (False, True):
        tab.focus()
        tab.evaluate("tab => tab.removeAttribute('tabindex')")
        expect(tab).not_to_be_focused()
        page.wait_for_timeout(100)
        if elsewhere:
            page.get_by_role("button", name="Save").first.focus()
        tab.evaluate("tab => tab.setAttribute('tabindex', '0')")
        page.wait_for_timeout(100)
        assert tab.evaluate("tab => document.activeElement === tab") is not elsewhere


def test_a_patients_course_is_reached_by_the_keyboard(server, page):
    opened(page, f"{server}/")
    fold = page.locator("summary", has_text="Each patient's course in words")
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("cardiac arrest, persistent infection")).to_be_visible()
    expect(page.get_by_text("CR from month 1; MRD negative at month 1; Death at month 1.5")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390, 900, 1280])
def test_the_link_of_the_page_is_in_sight_and_under_nothing(browser, server, width):
    context = viewer(browser, viewport={"width": width, "height": 844})
    page = opened(context.new_page(), f"{server}/published?published_view=open&by=sex")
    link = page.locator(".st-key-pages").get_by_role("link", name="Published")
    page.wait_for_function("link => link.getBoundingClientRect().right <= innerWidth", arg=link.element_handle())
    on_top = (
        "link => { const box = link.getBoundingClientRect()\n"
        "return link.contains(document.elementFromPoint(box.right - 8, box.top + box.height / 2)) }"
    )
    assert link.evaluate(on_top)
    context.close()
