"""Back, Forward and reload: every view that was shown is found again, and all that the page says agrees."""

import csv
import re
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from tests.browser import test_private
from tests.browser.test_in_chromium import click_in_figure, level
from tests.browser.waiting import settled
from tests.conftest import BUNDLED

restarted = test_private.restarted  # the fixture

SEEN = """() => {
    const all = (within, what) => [...within.querySelectorAll(what)];
    const name = element => element.closest('[class*="st-key-"]').className.match(/st-key-(\\S+)/)[1];
    const key = element => name(element).replace(/-\\d+-\\d+$/, '');  // without the widget's birth
    const words = element => element.innerText.replace(/\\s+/g, ' ').trim();
    const kept = (what, value) => Object.fromEntries(all(document, what).map(e => [key(e), value(e)]));
    const ends = slider => all(slider, 'input[type=range]').flatMap(e => [e.value, e.min, e.max].map(Number));
    const text = what => all(document, what).map(words).join(' / ');
    return {
        page: location.pathname,
        query: location.search,
        heading: text('h1'),
        strip: text('.cg-strip'),
        count: text('.cg-count'),
        chips: kept('[class*="st-key-chip-"] button', e => words(e.querySelector('p'))),
        levels: kept('[data-testid=stSidebar] [role=toolbar]', e => all(e, '[aria-pressed=true]').map(words)),
        ranges: kept('[data-testid=stSidebar] [data-testid=stSlider]', ends),
        by: all(document, '[class*="st-key-by-"] input').map(e => e.value).join(),
        segments: kept('[data-testid=stMain] [role=radiogroup]', e => all(e, '[aria-checked=true]').map(words).join()),
        tab: text('[role=tab][aria-selected=true]'),
        behind: all(document, '.st-key-behind tbody tr').length,
        figure: all(document, '[data-testid=stVegaLiteChart] svg text').map(e => e.textContent).join('|'),
        wrong: text('[data-testid=stException], [data-testid=stAlert]'),
    };
}"""

QUIET = f"""() => {{
    const app = document.querySelector('[data-testid=stApp]').dataset;
    const bar = document.querySelector('[data-testid=stSidebar]');
    const drawn = ['[data-testid=stVegaLiteChart] svg text', '.cg-strip'].every(part => document.querySelector(part))
        && ['[role=combobox]', '[role=toolbar]', 'input[type=range]'].every(part => bar?.querySelector(part));
    window.answered ||= app.testScriptState === 'running' || performance.now() - window.sentAt > 3000;
    const rests = window.answered && app.testScriptState === 'notRunning' && app.testConnectionState === 'CONNECTED';
    if (app.testConnectionState === 'DISCONNECTED_FOREVER') {{
        return {{...({SEEN})(), wrong: 'The connection is lost for good.'}};
    }}
    const seen = rests && drawn ? ({SEEN})() : null;
    const words = JSON.stringify(seen);
    if (words !== window.lastSeen) {{
        [window.lastSeen, window.seenSince] = [words, performance.now()];
    }}
    return performance.now() - window.seenSince > 200 && seen;
}}"""
"""What is seen, once the app has answered and nothing has changed for a while."""


class Seen(NamedTuple):
    """What a viewer sees of a view, and its address."""

    page: str
    query: dict[str, list[str]]
    heading: str
    strip: str
    count: str
    chips: dict[str, str]
    levels: dict[str, list[str]]
    ranges: dict[str, list[float]]
    by: str
    segments: dict[str, str]
    tab: str
    behind: int
    figure: str
    wrong: str

    def __repr__(self) -> str:
        """Short, so that a walk that went wrong can be read."""
        query = "&".join(f"{name}={value}" for name, values in self.query.items() for value in values)
        chosen = [self.count, *self.chips.values(), *self.segments.values(), self.by, self.tab]
        return f"\n    {self.page}?{query} | {self.heading[:40]} | {', '.join(filter(None, chosen))}"


ADDRESSES = {"Overview": ""}


# -- small verbs -----------------------------------------------------------------------------------


def opened(page: Page, address: str) -> Seen:
    page.goto(address)
    return seen(page)


def seen(page: Page) -> Seen:
    """What is seen once the app rests; all of it agrees."""
    page.evaluate("window.lastSeen = ''")
    found: dict[str, Any] = page.wait_for_function(QUIET, polling=50).json_value()
    shown = Seen(**(found | {"query": parse_qs(found["query"].removeprefix("?"))}))
    agree(shown)
    return shown


def visit(page: Page, name: str) -> Seen:
    """Choose a page in the top bar."""
    link = page.locator(".st-key-pages").get_by_role("link", name=name, exact=True)
    link.click()
    page.wait_for_url(re.compile(f"/{ADDRESSES.get(name, name.lower().replace(' ', '_'))}(\\?|$)"))
    return seen(page)


def choose(page: Page, variable: str, words: str) -> Seen:
    """Click on a level of a filter."""
    level(page, variable, words).click()
    return seen(page)


def choose_segment(page: Page, key: str, words: str) -> Seen:
    page.locator(f'[class*="st-key-{key}-"] button').filter(has_text=re.compile(f"^{words}$")).click()
    return seen(page)


def compare_by(page: Page, words: str) -> Seen:
    page.locator('[class*="st-key-by-"] input').click()
    page.get_by_role("option", name=words, exact=True).click()
    return seen(page)


def open_tab(page: Page, name: str) -> Seen:
    page.get_by_role("tab", name=name, exact=True).click()
    return seen(page)


PRESS = """([presses, milliseconds]) => new Promise(done => {
    let left = presses.length;
    addEventListener('popstate', () => --left || done());
    presses.forEach((way, turn) => setTimeout(() => history[way](), turn * milliseconds));
    setTimeout(done, 1500);  // where there is nothing to go to, or the browser drops a press for the next one
})"""


def press(page: Page, way: str, times: int = 1) -> list[Seen]:
    """Press Back or Forward, and see each time what comes."""
    steps = []
    for _ in range(times):
        page.evaluate(PRESS, [[way], 0])
        steps.append(seen(page))
    return steps


def hurried(page: Page, pattern: str, milliseconds: int) -> Seen:
    """Press Back (<) and Forward (>) one after the other, without waiting for what comes."""
    page.evaluate(PRESS, [[{"<": "back", ">": "forward"}[sign] for sign in pattern], milliseconds])
    return seen(page)


def keys(page: Page, times: int, milliseconds: int) -> None:
    """Move the lower end of the filter by BCMA up, a percent a key."""
    page.locator('[class*="st-key-bcma_percent-"] input[type="range"]').first.focus()
    for _ in range(times):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(milliseconds)


def back_and_forward(page: Page, shown: list[Seen]) -> None:
    """From the last of the views that were shown, Back through all of them, and Forward again: each, in order."""
    way_back = press(page, "back", len(shown) - 1)
    assert way_back == shown[-2::-1]
    assert press(page, "forward", len(shown) - 1) == shown[1:]


# -- what has to agree -----------------------------------------------------------------------------


def rows(table: str) -> list[dict[str, str]]:
    with open(BUNDLED / f"{table}.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


LABELS = {row["name"]: row["label"] for row in rows("variables")}
PATIENTS = rows("patients")


def holds(patient: dict[str, str], variable: str, asked: list[str]) -> bool:
    """Whether a patient of the cohort's file is in a filter of an address."""
    value = patient[variable]
    ranges = [tuple(map(float, words.split(".."))) for words in asked if ".." in words]
    return any(low <= float(value) <= high for low, high in ranges) or value in asked


def agree(shown: Seen) -> None:
    """The address, chips, pills, sliders, the patients counted and the figure: all of the same patients."""
    assert shown.wrong == "", shown
    filters = {name: asked for name, asked in shown.query.items() if name in LABELS}
    left = sum(all(holds(patient, name, asked) for name, asked in filters.items()) for patient in PATIENTS)
    assert shown.count == str(left), (shown, f"the address asks for {left} patients")
    assert f"{left} of {len(PATIENTS)} patients" in shown.strip, shown
    assert set(shown.chips) == {f"chip-{name}" for name in filters}, (shown, "chips are not those of the address")
    for key, pressed in shown.levels.items():
        assert pressed == filters.get(key, []), (shown, f"{key} stands at {pressed}")
    for key, (low, least, _, high, _, most) in shown.ranges.items():
        asked = filters.get(key, [f"{least}..{most}"])[0].split("..")
        step = 1 if most > 10 else 0.1  # a slider's ends are the cohort's, rounded outwards
        far = max(abs(low - float(asked[0])), abs(high - float(asked[1])))
        assert far < step, (shown, f"{key} stands at {low}–{high}")
    by = shown.query.get("by", [""])[0]
    assert shown.by == LABELS.get(by, "Nothing: one group"), (shown, f"compared by {shown.by}")
    if "endpoint" in shown.segments:
        assert shown.segments["endpoint"] == shown.query.get("endpoint", ["PFS"])[0], (shown, shown.segments)
    said = {"/survival": rf"\|(All|Selected)\|{left}\|", "/response": rf"\|n = {left}\|"}.get(shown.page, "")
    assert by or re.search(said, shown.figure), (shown, shown.figure)


# -- Back and Forward ------------------------------------------------------------------------------


def test_back_and_forward_over_pages_and_past_the_moment_of_the_filter(server, page):
    """A filter is there on every page where it was set, and not before; forward the same again."""
    shown = [opened(page, f"{server}/"), visit(page, "Survival"), choose(page, "prior_asct", "Yes")]
    shown += [visit(page, "Response"), visit(page, "Adverse events")]
    assert [view.count for view in shown] == ["11", "11", "2", "2", "2"]
    back_and_forward(page, shown)


def test_no_press_of_back_is_dead_and_every_view_is_reached(server, page):
    """Filter, endpoint, comparison, tab, page: each a step of its own, each step visible."""
    shown = [
        opened(page, f"{server}/survival"),
        choose(page, "prior_asct", "No"),
        choose_segment(page, "endpoint", "OS"),
    ]
    shown += [compare_by(page, "Sex"), open_tab(page, "Follow-up"), visit(page, "Response")]
    assert all(before != after for before, after in pairwise(shown))
    back_and_forward(page, shown)


def test_five_filters_back_and_forward_by_their_counts(server, page):
    """Five filters one after the other, five times Back, five times Forward."""
    shown = [opened(page, f"{server}/survival")]
    page.get_by_text("More at baseline").click()
    settled(page)
    steps = [
        ("prior_asct", "No"),
        ("emd", "No EMD"),
        ("sex", "Male"),
        ("iss_stage", "II"),
        ("monoclonal_protein", "IgG"),
    ]
    shown += [choose(page, *step) for step in steps]
    assert [view.count for view in shown] == ["11", "9", "8", "4", "2", "1"]
    assert [view.count for view in press(page, "back", 5)] == ["2", "4", "8", "9", "11"]
    assert [view.count for view in press(page, "forward", 5)] == ["9", "8", "4", "2", "1"]


def test_presses_in_a_hurry_end_where_they_lead(server, page):
    """Nobody waits between presses; once all is quiet, the view is the one that so many presses lead to."""
    shown = [opened(page, f"{server}/survival"), choose(page, "prior_asct", "No"), choose(page, "emd", "No EMD")]
    shown += [
        choose_segment(page, "endpoint", "OS"),
        choose(page, "prior_asct", "Yes"),
        choose(page, "prior_asct", "No"),
    ]
    assert hurried(page, "<<<<<", 50) == shown[0]
    assert hurried(page, ">>>>>", 100) == shown[-1]
    for pattern in ("<<><<", ">><>>"):  # the browser may drop a press when the next one turns round
        assert hurried(page, pattern, 70) in shown


def test_presses_in_a_hurry_over_pages_end_at_a_view_that_was_shown(server, page):
    """Over pages Streamlit may lose the way forward; what is seen was shown before, and all of it agrees."""
    shown = [opened(page, f"{server}/survival"), choose(page, "prior_asct", "No"), visit(page, "Response")]
    shown += [visit(page, "Subgroups"), choose(page, "emd", "No EMD"), visit(page, "Adverse events")]
    for pattern, milliseconds in (("<<<<<", 50), (">>>>>", 100)):
        assert hurried(page, pattern, milliseconds) in shown


def test_back_while_a_click_is_still_computed(server, page):
    """Whoever clicks and goes back, as fast as a hand can, is at a view that was shown, and what he sees agrees."""
    shown = [opened(page, f"{server}/survival"), choose(page, "prior_asct", "No"), choose(page, "emd", "No EMD")]
    level(page, "prior_asct", "Yes").click()
    page.wait_for_timeout(150)
    [now] = press(page, "back")
    assert now in shown


# -- several wishes at once ------------------------------------------------------------------------


@pytest.mark.parametrize("milliseconds", [30, 60])
def test_a_chip_goes_while_keys_move_a_slider(server, page, milliseconds):
    """The last wish wins: the chip's filter is gone, and the slider stands where the keys left it."""
    opened(page, f"{server}/survival?prior_asct=No&emd=No+EMD")
    thumb = page.locator('[class*="st-key-bcma_percent-"] input[type="range"]').first
    thumb.focus()
    for turn in range(24):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(milliseconds)
        if turn == 11:
            # Clicked by script, so that the slider keeps the keys that follow.
            page.locator(".st-key-chip-prior_asct button").evaluate("chip => chip.click()", timeout=5_000)
    now = seen(page)
    assert now.query == {"emd": ["No EMD"], "bcma_percent": ["27..98.02"]}
    assert now.ranges["bcma_percent"][0] == 27


def test_a_chip_clicked_right_after_the_keys(server, page):
    """The slider's wish is on its way when the chip is clicked with the mouse."""
    opened(page, f"{server}/survival?prior_asct=No")
    page.locator('[class*="st-key-bcma_percent-"] input[type="range"]').first.focus()
    for _ in range(24):
        page.keyboard.press("ArrowRight")
    page.locator(".st-key-chip-prior_asct button").click()
    assert seen(page).query == {"bcma_percent": ["27..98.02"]}


@pytest.mark.parametrize(("milliseconds", "name"), [(0, "Response"), (50, "Adverse events"), (150, "Overview")])
def test_another_page_is_chosen_while_the_first_still_computes(server, page, milliseconds, name):
    """The filter that was clicked just before is in force on the new page, and in its address."""
    opened(page, f"{server}/survival")
    level(page, "prior_asct", "Yes").click()
    page.wait_for_timeout(milliseconds)
    now = visit(page, name)
    assert (now.count, now.query) == ("2", {"prior_asct": ["Yes"]})


@pytest.mark.parametrize("milliseconds", [0, 100])
def test_two_levels_clicked_one_after_the_other_both_count(server, page, milliseconds):
    """The second is clicked by the words that it has before the first has changed its count."""
    opened(page, f"{server}/survival")
    places = [level(page, *choice).bounding_box() for choice in (("prior_asct", "No"), ("emd", "No EMD"))]
    for place in places:
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        page.wait_for_timeout(milliseconds)
    now = seen(page)
    assert (now.count, now.query) == ("8", {"emd": ["No EMD"], "prior_asct": ["No"]})


def test_wishes_of_a_moment_ago_go_along_to_another_page(server, page):
    """The page's link was drawn before them: a key, a level, the page; and Reset, the page."""
    opened(page, f"{server}/response")
    keys(page, 5, 20)
    page.wait_for_timeout(400)
    level(page, "emd", "No EMD").click()
    page.wait_for_timeout(100)
    now = visit(page, "Subgroups")
    assert (now.count, now.query) == ("8", {"emd": ["No EMD"], "bcma_percent": ["8..98.02"]})
    page.locator(".st-key-reset button").click()
    page.wait_for_timeout(100)
    now = visit(page, "Response")
    assert (now.count, now.query) == ("11", {})


@pytest.mark.parametrize("milliseconds", [20, 200])
def test_a_tile_leads_to_its_endpoint_and_takes_the_wishes_of_a_moment_ago_along(server, page, milliseconds):
    """The link may be drawn anew, and the page before may write its address, while the browser is on its way."""
    opened(page, f"{server}/?endpoint=PFS")
    level(page, "prior_asct", "No").click()
    page.wait_for_timeout(milliseconds)
    page.get_by_role("link", name="Median OS, months").click()
    page.wait_for_url(re.compile("/survival"))
    now = seen(page)
    assert (now.count, now.query) == ("9", {"prior_asct": ["No"], "endpoint": ["OS"]})


@pytest.mark.parametrize("milliseconds", [40, 60, 100])
def test_back_to_another_page_right_after_a_chip(server, page, milliseconds):
    """What the chip's run writes may meet the browser on the page that it went back to: the screen is right."""
    opened(page, f"{server}/response?emd=No+EMD&by=sex")
    visit(page, "Subgroups")
    page.locator(".st-key-chip-emd button").click()
    page.wait_for_timeout(milliseconds)
    page.evaluate("history.back()")
    now = seen(page)
    page.wait_for_timeout(1500)
    assert seen(page) == now
    agree(now)


LATE_WORD = """() => new Promise(done => {
    const late = () => done(history.replaceState({}, '', location.pathname + '?sex=Male'));
    addEventListener('popstate', late, {once: true});
    history.back();
})"""


def test_an_address_that_comes_when_the_browser_went_on_is_put_right(server, page):
    """Put by the test, in the moment in which a word of the server meets the browser on another view."""
    shown = [opened(page, f"{server}/survival"), choose(page, "prior_asct", "No"), choose(page, "emd", "No EMD")]
    for before in shown[-2::-1]:
        page.evaluate(LATE_WORD)
        assert seen(page) == before
    assert press(page, "forward", 2) == shown[1:]


def test_two_tabs_do_not_meet_when_one_goes_back(server, context, page):
    """The same browser, the same server, other filters."""
    other = context.new_page()
    before = opened(page, f"{server}/survival"), opened(other, f"{server}/survival?emd=No+EMD")
    mine, theirs = choose(page, "prior_asct", "Yes"), choose(other, "prior_asct", "No")
    assert press(page, "back") == [before[0]]
    assert seen(other) == theirs
    assert press(other, "back") == [before[1]]
    assert press(page, "forward") == [mine]
    other.close()


# -- restart and reload ----------------------------------------------------------------------------


def restart(page: Page, restarted) -> None:
    """Start the server anew and wait until the page is connected again."""
    restarted()
    expect(page.locator('[data-testid="stApp"][data-test-connection-state="CONNECTED"]')).to_be_visible(timeout=60_000)


def test_the_first_click_after_a_restart_counts_and_so_does_back(restarted, page):
    """A chip's X, another page, Back: each the first that a new server hears of this page."""
    opened(page, f"{restarted()}/survival?by=sex&prior_asct=No&emd=No+EMD")
    restart(page, restarted)
    page.locator(".st-key-chip-prior_asct button").click()
    chip_clicked = seen(page)
    restart(page, restarted)
    page_chosen = visit(page, "Response")
    restart(page, restarted)
    [gone_back] = press(page, "back")
    taken = {
        "a chip's X": chip_clicked.query,
        "another page": (page_chosen.page, page_chosen.query),
        "Back": gone_back,
    }
    assert taken == {
        "a chip's X": {"by": ["sex"], "emd": ["No EMD"]},
        "another page": ("/response", chip_clicked.query),
        "Back": chip_clicked,
    }


def test_reload_shows_the_same_view_at_any_point(server, page):
    """The address is complete: a reload changes nothing, after choices of every kind and after Back."""

    def reloaded(before: Seen) -> None:
        page.reload()
        assert seen(page) == before

    opened(page, f"{server}/survival?by=sex")
    choose(page, "prior_asct", "No")
    choose_segment(page, "endpoint", "OS")
    reloaded(open_tab(page, "Follow-up"))
    visit(page, "Adverse events")
    reloaded(choose_segment(page, "shown_as", "By patient"))
    reloaded(press(page, "back")[0])


# -- clicks on figures -----------------------------------------------------------------------------


def test_back_after_a_row_of_the_forest_became_the_selection(server, page):
    shown = [opened(page, f"{server}/subgroups")]
    for words, expected in (("Male", {"sex": ["Male"]}), ("Prior ASCT", {"sex": ["Male"], "by": ["prior_asct"]})):
        click_in_figure(page, words)
        shown.append(seen(page))
        assert shown[-1].query == expected
    back_and_forward(page, shown)


def test_back_after_a_count_was_asked_who_is_behind_it(server, page):
    shown = [opened(page, f"{server}/adverse_events")]
    click_in_figure(page, "2, 18.2% (2.3–51.8)")
    shown.append(seen(page))
    assert shown[-1].behind == 2
    assert shown[-1].query == {"who": ["Cytokine release syndrome"], "who_grade": ["3+"]}
    back_and_forward(page, shown)
