"""The main ways through the app in a real browser."""

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import settled, viewer

FILTERED = "emd=No+EMD&bcma_percent=20..90&by=sex"


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def count(page: Page) -> str:
    return " ".join(page.locator(".cg-strip").inner_text().split())


def level(page: Page, key: str, text: str):
    """A level of a filter's choice, by its words."""
    return page.locator(f'[class*="st-key-{key}-"] button').filter(has_text=re.compile(rf"^{text}$"))


HEADINGS = {
    "": "(Male) responded",
    "overview": "(Male) responded",
    "survival": "(Male) died: too few to tell",
}
"""Of the others tests/test_architecture.py says that they begin with the same guard."""


@pytest.mark.parametrize("path", HEADINGS)
def test_a_deep_link_on_a_just_started_server_shows_the_filtered_page(new_server, page, path):
    page.goto(f"{new_server()}/{path}?{FILTERED}&endpoint=OS")
    settled(page)
    expect(page.locator('[data-testid="stSidebar"]')).to_be_visible()
    expect(page.get_by_text("Compare by", exact=True).first).to_be_visible()
    assert "6 of 11 patients" in re.sub(r"^[\d ]*? (?=6 of)", "", count(page))
    expect(page.locator(".st-key-chip-emd button")).to_contain_text("Extramedullary disease: No EMD")
    expect(page.locator("h1")).to_contain_text(HEADINGS[path])
    assert query(page)["emd"] == ["No EMD"]
    assert query(page)["endpoint"] == ["OS"]


def test_a_categorical_filter_holds_while_a_slider_moves(server, page):
    page.goto(f"{server}/survival")
    settled(page)
    level(page, "prior_asct", "No").click()
    expect(page.locator(".cg-count")).to_have_text("9")
    expect(page.locator('[class*="st-key-emd-"]')).to_contain_text("EM-B")
    thumb = page.locator('[class*="st-key-bcma_percent-"] input[type="range"]').first
    thumb.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".cg-count")).to_have_text("6")
    settled(page)
    expect(page).to_have_url(re.compile(r"bcma_percent=33\.\.98\.02"))  # the last press may come after the count
    assert query(page)["prior_asct"] == ["No"]
    expect(page.locator(".st-key-chip-prior_asct")).to_be_visible()
    expect(level(page, "prior_asct", "No")).to_have_attribute("aria-pressed", "true")
    # moving on still holds it
    thumb.focus()
    for _ in range(35):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".cg-count")).to_have_text("4")
    settled(page)
    assert query(page)["prior_asct"] == ["No"]


def test_comparison_chip_and_reset(server, page):
    page.goto(f"{server}/survival?prior_asct=No&by=sex")
    settled(page)
    expect(page.locator(".cg-strip")).to_contain_text("Female 4")
    figure = page.locator('[data-testid="stVegaLiteChart"]')
    expect(figure).to_contain_text("Male")
    page.locator(".st-key-chip-prior_asct button").click()
    expect(page.locator(".cg-count")).to_have_text("11")
    expect(page.locator(".cg-strip")).to_contain_text("Female 5")
    page.locator(".st-key-reset button").click()
    expect(page.locator(".cg-strip")).not_to_contain_text("Female")
    settled(page)
    assert query(page) == {}
    expect(page.locator("h1")).to_have_text("Median PFS 6 months (95% CI 1.5–NR)")


def test_the_selection_goes_along_to_another_page_and_back(server, page):
    page.goto(f"{server}/overview?prior_asct=No")
    settled(page)
    page.get_by_role("link", name="Survival").click()
    expect(page.locator("h1")).to_contain_text("Median PFS")
    settled(page)
    assert query(page) == {"prior_asct": ["No"]}
    level(page, "prior_asct", "Yes").click()
    expect(page.locator(".cg-count")).to_have_text("11")
    page.get_by_role("link", name="Overview").click()
    expect(page.locator("h1")).to_contain_text("8 of 11 patients responded")


def test_two_viewers_do_not_meet(server, browser):
    one, two = viewer(browser).new_page(), viewer(browser).new_page()
    one.goto(f"{server}/?prior_asct=No")
    two.goto(f"{server}/?prior_asct=Yes")
    settled(one)
    settled(two)
    expect(one.locator(".cg-count")).to_have_text("9")
    expect(two.locator(".cg-count")).to_have_text("2")
    one.context.close()
    two.context.close()


def download(page: Page, label: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label).click()
    taken = waiting.value
    with open(taken.path(), "rb") as file:
        return taken.suggested_filename, file.read()


def test_figures_and_tables_are_taken_away_with_their_footer(server, page):
    page.goto(f"{server}/survival?responder=Yes")
    settled(page)
    page.get_by_role("button", name="Save").click()
    name, svg = download(page, "Figure for print, SVG")
    assert name == "survival_PFS.svg"
    text = re.sub(r"<[^>]+>", " ", svg.decode())
    for part in (
        "Median PFS 7 months (95% CI 1.5–NR), at a plateau of 50%", "Response, PR or better: yes. 8 of 11 patients",
        "Data cutoff 2025-02-28",
        "Kaplan–Meier, 95% limits on the log-log scale", "reconstructed from the article", "Hao Y, Wang Z",
    ):  # fmt: skip
        assert part in text, part
    assert "var(--" not in svg.decode(), "a file's colours are its own"
    name, png = download(page, "Figure for slides, PNG")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20], "big") >= 3 * 960, "three times the width on screen"
    name, table = download(page, "Table, CSV")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert name == "survival_PFS_table.csv"
    assert rows[0][:4] == ["Group", "Patients", "Events", "Median, months"]
    assert rows[1][:4] == ["Selected patients", "8", "4", "7 (1.5–NR)"]
    assert rows[-1][0].startswith("Hao Y")
    name, curve = download(page, "Curve, CSV")
    rows = list(csv.DictReader(io.StringIO(curve.decode("utf-8-sig"))))
    assert [row["estimate"] for row in rows[:3]] == ["1.0", "0.875", "0.75"]


def test_the_figure_follows_the_switch_to_dark(browser, server):
    grounds = {}
    for scheme in ("light", "dark"):
        context = viewer(browser, color_scheme=scheme, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{server}/survival")
        settled(page)
        stroke = page.evaluate(
            """() => getComputedStyle([...document.querySelectorAll('[data-testid=stVegaLiteChart] path')]
                .find(p => (p.getAttribute('stroke') || '').includes('--group0'))).stroke"""
        )
        grounds[scheme] = stroke
        context.close()
    assert grounds == {"light": "rgb(31, 90, 147)", "dark": "rgb(109, 177, 236)"}


def in_windows_of_every_width(page: Page) -> Iterator[int]:
    for width in (1920, 1280, 900):
        page.set_viewport_size({"width": width, "height": 900})
        settled(page)
        yield width


def test_the_longest_headline_stays_in_its_card(server, page):
    page.goto(f"{server}/?emd=EM-E")
    settled(page)
    parts = page.locator(".cg-headline :is(.value, .count, .limits)")
    assert "not reached" in parts.all_inner_texts()
    for width in in_windows_of_every_width(page):
        out = parts.evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)")
        assert out == [], width


@pytest.mark.parametrize(
    "path",
    [
        "overview",
        "survival?by=iss_stage",
        "response?by=iss_stage",
        "adverse_events?by=prior_asct&who=Infection",
        "adverse_events?shown_as=patients",
        "subgroups?by=sex&subgroup_outcome=PFS",
    ],
)
def test_nothing_runs_out_of_the_window_or_leaves_the_server(server, page, path):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{server}/{path}")
    for width in in_windows_of_every_width(page):
        needed, there = page.locator('[data-testid="stMain"]').evaluate("main => [main.scrollWidth, main.clientWidth]")
        assert needed <= there + 1, width
    assert page.locator('[data-testid="stException"]').count() == 0
    assert len(asked) > 10
    at_home = (server, server.replace("http", "ws", 1), "data:", "blob:")
    assert [url for url in asked if not url.startswith(at_home)] == []


def test_the_drawer_of_a_phone_covers_the_pages_links_and_takes_the_taps(server, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/survival")
    settled(page)
    link = page.locator(".st-key-pages").get_by_role("link", name="Survival")
    link.click(trial=True)
    place = link.bounding_box()
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_timeout(800)
    on_top = (
        f"document.elementFromPoint({place['x'] + 5}, {place['y'] + 5}).closest('[data-testid=stSidebar]') !== null"
    )
    assert page.evaluate(on_top)
    level(page, "prior_asct", "Yes").click()
    expect(page.locator(".cg-count")).to_have_text("2")


def test_back_and_forward_restore_the_view(server, page):
    page.goto(f"{server}/survival")
    settled(page)
    level(page, "prior_asct", "No").click()
    expect(page.locator(".cg-count")).to_have_text("9")
    settled(page)
    level(page, "emd", "No EMD").click()
    expect(page.locator(".cg-count")).to_have_text("8")
    page.wait_for_url(re.compile("emd="))
    settled(page)
    page.go_back()
    expect(page.locator(".cg-count")).to_have_text("9")
    page.go_forward()
    expect(page.locator(".cg-count")).to_have_text("8")


def test_the_link_opens_the_same_view_for_a_colleague(server, page, browser):
    page.goto(f"{server}/survival?prior_asct=No&endpoint=OS&times=9")
    settled(page)
    heading = page.locator("h1").inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = viewer(browser, viewport={"width": 1280, "height": 900}).new_page()
    other.goto(link)
    settled(other)
    expect(other.locator("h1")).to_have_text(heading)
    expect(other.locator(".cg-count")).to_have_text("9")
    expect(other.locator(".cg-table").first).to_contain_text("9 months")
    assert query(other) == {"prior_asct": ["No"], "endpoint": ["OS"], "times": ["9"]}
    other.context.close()


def test_a_sentence_is_copied_at_one_press(server, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server}/survival?by=emd_any")
    settled(page)
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".cg-sentence").first.inner_text()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()


def test_a_term_says_what_it_means_where_it_first_stands(server, page):
    page.goto(f"{server}/survival?by=emd_any&endpoint=Relapse")
    settled(page)
    terms = page.locator(".cg-term")
    said = [term.inner_text() for term in terms.all()]
    assert said[:2] == ["Cause-specific hazard ratio", "log-rank test"]
    assert len(set(said)) == len(said)
    terms.first.focus()
    drawn = terms.first.evaluate("term => getComputedStyle(term, '::after').content")
    assert drawn.startswith('"How many times as often this event comes')
    expect(page.locator(".cg-table").first).to_contain_text("Competing: death without relapse")


def test_the_article_is_one_press_from_the_overview(server, page):
    page.goto(f"{server}/")
    settled(page)
    expect(page.locator('a[href="https://doi.org/10.3389/fimmu.2025.1650568"]')).to_be_visible()


def test_keys_pressed_fast_on_a_slider_are_all_taken(server, page):
    page.goto(f"{server}/survival?by=bcma_percent")
    settled(page)
    thumb = page.locator('[class*="st-key-bcma_percent--cut-"] input[type="range"]')
    thumb.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".cg-strip")).to_contain_text("≥ 70%")
    settled(page)
    assert query(page) == {"by": ["bcma_percent"], "cut": ["70"]}
    page.get_by_role("tab", name="Restricted mean").click()
    horizon = page.locator('[class*="st-key-horizon-"] input[type="range"]')
    horizon.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"[?&]horizon=26(&|$)"))


def click_in_figure(page: Page, words: str, place: int = 0) -> None:
    """Click on a text of the figure, brought out from under the top bar first."""
    exactly = re.compile(rf"^\s*{re.escape(words)}\s*$")
    text = page.locator('[data-testid="stVegaLiteChart"] svg text').filter(has_text=exactly).nth(place)
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    page.wait_for_timeout(300)
    text.click(force=True)


def test_from_a_count_to_the_patients_behind_it_and_back_and_again(server, page):
    page.goto(f"{server}/adverse_events")
    settled(page)
    behind = page.locator(".st-key-behind")
    for _ in range(2):
        click_in_figure(page, "2, 18.2% (2.3–51.8)")
        expect(behind).to_contain_text("Cytokine release syndrome, grade 3 or more: 2 patients.")
        expect(behind.locator("tbody tr")).to_have_count(2)
        settled(page)
        assert query(page) == {"who": ["Cytokine release syndrome"], "who_grade": ["3+"]}
        behind.get_by_role("button", name="Back").click()
        expect(behind.locator("table")).to_have_count(0)
        settled(page)
    bar = page.locator('[data-testid="stVegaLiteChart"] svg .mark-rect path[aria-roledescription="rect mark"]').first
    bar.click()
    expect(behind).to_contain_text("Any adverse event, grade 3 or more: 9 patients.")


def test_a_dot_of_a_group_shows_who_of_that_group_had_it(server, page):
    page.goto(f"{server}/adverse_events?by=prior_asct&compared_grade=3%2B")
    settled(page)
    dots = page.locator('[data-testid="stVegaLiteChart"] svg .mark-symbol path[aria-roledescription="point"]')
    dots.nth(1).click(force=True)  # any adverse event, prior ASCT
    behind = page.locator(".st-key-behind")
    expect(behind).to_contain_text("Any adverse event, grade 3 or more: 2 patients.")
    expect(behind.locator("tbody tr")).to_have_count(2)


def test_a_subgroup_row_becomes_the_selection_and_its_variable_the_comparison(server, page):
    page.goto(f"{server}/subgroups")
    settled(page)
    click_in_figure(page, "Male")
    expect(page.locator(".cg-count")).to_have_text("6")
    expect(page.locator(".st-key-chip-sex")).to_contain_text("Sex: Male")
    settled(page)
    click_in_figure(page, "Prior ASCT")
    expect(page.locator("h1")).to_have_text("Overall response: Prior ASCT against No prior ASCT")
    page.wait_for_url(re.compile("by=prior_asct"))  # written when all has run
    assert query(page) == {"sex": ["Male"], "by": ["prior_asct"]}


def test_a_level_of_a_number_selects_the_very_patients_of_its_row(server, page):
    page.goto(f"{server}/subgroups")
    settled(page)
    click_in_figure(page, "< 50%")
    expect(page.locator(".cg-count")).to_have_text("4")
    settled(page)
    assert query(page) == {"bcma_percent": ["3.17..33.52"]}
    thumb = page.locator('[class*="st-key-bcma_percent-"] input[type="range"]').last
    thumb.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".cg-count")).to_have_text("4")


@pytest.mark.parametrize(
    ("label", "address", "heading"),
    [
        ("Overall response", "response", "7 of 9 patients responded"),
        ("Median OS, months", "survival", "Median OS"),
        ("CRS, grade 3 or more", "adverse_events", "CRS of grade 3 or more in 1 of 9"),
    ],
)
def test_a_headline_leads_to_its_page_with_the_selection(server, page, label, address, heading):
    page.goto(f"{server}/overview?prior_asct=No")
    settled(page)
    card = page.locator('[class*="st-key-headline-"]').filter(has_text=label).last
    box = card.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 12, box["y"] + box["height"] - 8)  # anywhere on the card
    page.wait_for_url(f"**/{address}?*")
    expect(page.locator("h1")).to_contain_text(heading)
    settled(page)
    assert query(page)["prior_asct"] == ["No"]
    page.go_back()
    page.wait_for_url("**/overview?prior_asct=No")
    expect(page.locator('[class*="st-key-headline-"]').first).to_be_visible()


def test_choices_shared_by_pages_survive_every_move_between_them(server, page):
    page.goto(f"{server}/overview?limits=Wilson&prior_asct=No")
    settled(page)
    names = [
        "Response",
        "Adverse events",
        "Subgroups",
        "Response",
        "Survival",
        "Adverse events",
        "Overview",
        "Subgroups",
    ]
    for name in names:
        page.locator(".st-key-pages").get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(re.compile({"Overview": r"/\?"}.get(name, name.lower().replace(" ", "_"))))
        settled(page)
        assert page.locator('[data-testid="stException"]').count() == 0, name
        assert query(page) == {"limits": ["Wilson"], "prior_asct": ["No"]}, name


@pytest.mark.parametrize(
    "path", ["survival?by=prior_asct", "response?by=sex", "adverse_events?by=sex", "subgroups?subgroup_outcome=PFS"]
)
def test_pointing_at_a_figure_shows_no_internals(server, page, path):
    page.goto(f"{server}/{path}")
    settled(page)
    box = page.locator('[data-testid="stVegaLiteChart"] svg').first.bounding_box()
    for across in (0.3, 0.5, 0.7, 0.9):
        for down in (0.2, 0.4, 0.6):
            page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
            page.wait_for_timeout(60)
            tooltip = page.locator("#vg-tooltip-element")
            shown = tooltip.inner_text() if tooltip.count() and tooltip.is_visible() else ""
            assert "var(--" not in shown
            assert "colour" not in shown
