"""Words of a cohort are words in Chromium too: nothing is made of them, and nothing calls out."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import still

HOSTILE = (
    "**bold** evil", ":red[evil]", "![evil](http://evil.example/i.png)", "[evil](http://evil.example)", "`evil`",
    "# evil", "$evil^2$", "~~evil~~", "a -- evil -> b <- c <-> d >= e", ":+1: evil :material/home: :smile:",
    "&lt;evil&gt; &amp;", "<b>evil</b>", "www.evil.example", "evil@b.example http://evil.example/x", "1. evil",
    "{months} {levels} evil", "x;=1+evil", "_evil_ *evil*", "'evil' \\evil",
)  # fmt: skip
MADE = "a[href*='evil'], img[src*='evil'], main strong, main em, main del, main code:not(.stCode code), .katex"


def quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


@pytest.fixture
def hostile(tmp_path) -> Path:
    """A cohort with odd words in every field."""
    rows = ["name,label,kind,unit,levels,section"]
    cells = []
    for place, words in enumerate(HOSTILE):
        other = HOSTILE[(place + 3) % len(HOSTILE)].replace("|", "/")
        if place % 2:
            rows.append(f"v{place},{quoted(words)},number,{quoted(other)},,first")
        else:
            rows.append(f"v{place},{quoted(words)},category,,{quoted(f'{other}|other {place}')},first")
        cells.append(
            [quoted(other) if patient % 2 else f"other {place}" for patient in range(8)]
            if place % 2 == 0
            else [str(patient + place) for patient in range(8)]
        )
    ids = [quoted(f"{HOSTILE[patient]} {patient}") for patient in range(8)]
    names = ",".join(f"v{place}" for place in range(len(HOSTILE)))
    patients = [
        f"patient_id,{names}",
        *(",".join([one, *row]) for one, row in zip(ids, zip(*cells, strict=True), strict=True)),
    ]
    ends = [
        f"{one},{quoted(e)},{3 + n + k},{n % 2}"
        for n, one in enumerate(ids)
        for k, e in enumerate((*HOSTILE[:5], "OS"))
    ]
    events = [
        f"{one},{quoted(HOSTILE[n])},{quoted(HOSTILE[-n - 1])},{1 + n % 4},{1 + n % 4}" for n, one in enumerate(ids)
    ]
    texts = {
        "cohort": [
            "name,kind,citation,description,time_origin",
            f"{quoted(HOSTILE[2])},yours,{quoted(HOSTILE[3])},{quoted(HOSTILE[0])},{quoted(HOSTILE[11])}",
        ],
        "variables": rows,
        "patients": patients,
        "endpoints": ["patient_id,endpoint,months,status", *ends],
        "responses": [
            "patient_id,month,response",
            *(f"{one},1,{'CR' if n % 3 else 'SD'}" for n, one in enumerate(ids)),
        ],
        "adverse_events": ["patient_id,term,category,grade_min,grade_max", *events],
    }
    for name, lines in texts.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def shown(page: Page, place: str) -> list[str]:
    """What stands there, without the joiners that have no width."""
    return [text.replace("\u2060", "") for text in page.locator(place).all_inner_texts()]


def test_nothing_is_made_of_a_cohorts_words(new_server, page, hostile):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = new_server({"CARTOGRAPH_COHORT": str(hostile)})
    for path in ("", "survival", "response", "adverse_events", "kinetics", "subgroups", "associations", "patients"):
        page.goto(f"{address}/{path}")
        still(page)
        assert page.locator(MADE).count() == 0, [
            page.locator(MADE).evaluate_all("e => e.map(x => x.outerHTML.slice(0, 200))"),
            path,
        ]
        page.get_by_text("More at baseline", exact=True).click()  # where those stand that are too many
        for _ in range(40):  # the bar is drawn after the page
            labels = "\n".join(shown(page, "[data-testid=stWidgetLabel]") + shown(page, ".cg-range span"))
            absent = [words for words in HOSTILE if words not in labels]
            if not absent:
                break
            page.wait_for_timeout(250)
        assert not absent
        if path == "survival":
            choices = shown(page, '[class*="st-key-endpoint-"] button')
            assert choices == [*HOSTILE[:5], "OS"]
            for name in choices[:5]:
                page.locator('[class*="st-key-endpoint-"] button').nth(choices.index(name)).click()
                still(page)
                assert name in shown(page, "h1")[0]
                assert page.locator(MADE).count() == 0, name
        page.locator('[class*="st-key-v0-"] button').first.click()
        still(page)
        assert any(HOSTILE[0] in chip for chip in shown(page, ".st-key-context button")), "the chip reads as written"
        assert page.locator(MADE).count() == 0
        assert "evil" not in page.url
        assert "#" not in page.url
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_a_long_level_and_one_of_an_icon_alone_have_their_counts(new_server, page, cohort_folder):
    long = "progressed after proteasome inhibitor, immunomodulatory drug and anti-CD38 antibody, all three in one year"
    folder = cohort_folder(
        variables=f'name,label,kind,unit,levels,section\nprior,Prior,category,,"{long}|:material/home:|none",first\n',
        patients=f'patient_id,prior\n1,"{long}"\n2,"{long}"\n3,:material/home:\n4,none\n',
        endpoints="patient_id,endpoint,months,status\n1,OS,3,1\n2,OS,4,0\n3,OS,5,1\n4,OS,6,0\n",
    )
    page.goto(new_server({"CARTOGRAPH_COHORT": str(folder)}))
    levels = page.locator('[class*="st-key-prior-"] button')
    expect(levels).to_have_count(3)
    page.wait_for_function(  # the counts come with the style of the page, a moment after the buttons
        """() => [...document.querySelectorAll('[class*="st-key-prior-"] button')]
        .every(button => getComputedStyle(button.firstElementChild, '::after').content !== 'none')"""
    )
    counts, widths = [
        levels.evaluate_all(f"buttons => buttons.map(button => {what})")
        for what in (
            "getComputedStyle(button.firstElementChild, '::after').content",
            "[button.scrollWidth, button.offsetWidth]",
        )
    ]
    words = [text.replace("\u2060", "") for text in levels.all_inner_texts()]
    assert dict(zip(words, counts, strict=True)) == {long: '" 2"', ":material/home:": '" 1"', "none": '" 1"'}
    assert all(needed <= width for needed, width in widths), "nothing is cut off"
