"""The tab on what one patient decides: whose move goes furthest stands first, and the line is the page's own result."""

import pytest

from tests.pages.the_app import figures, open_app, shows_no_nonsense, squeezed, tables


@pytest.mark.parametrize(
    ("view", "head"),
    [
        ({"by": "bcma_percent", "split": "tertiles"}, "Log-rank p"),
        ({"by": "sex", "moved_measure": "ratio"}, "Hazard ratio, Female against Male"),
        ({}, "Median PFS, months"),
        ({"by": "mrd_negative", "endpoint": "OS", "landmark": "6"}, "Log-rank p"),
    ],
)
def test_every_patient_is_moved_once_and_named(view, head):
    app = open_app("survival", view | {"tab": "One patient"})
    header, rows = tables(app)[-1][0], tables(app)[-1][1:]
    assert header[-2:] == [f"{head}: one status changed", f"{head}: one patient left out"]
    named = [name for row in rows for name in row[0].replace(" and ", ", ").split(", ")]
    assert len(named) == len(set(named)) == (8 if "landmark" in view else 11)
    observed = figures(app)[-1]["datasets"]["observed"]
    assert len(observed) == 1
    assert f"{head} " in squeezed(app)
    shows_no_nonsense(app)


def test_the_line_is_the_pages_own_p():
    app = open_app("survival", {"by": "emd_any", "endpoint": "OS", "tab": "One patient"})
    (line,) = figures(app)[-1]["datasets"]["observed"]
    text = squeezed(app)
    shown = f"{line['value']:.2f}"
    assert f"groupings, p {shown}" in text
    assert "p is by permutation." in text


def test_groups_that_are_described_have_nothing_to_move():
    app = open_app("survival", {"by": "responder", "tab": "One patient"})
    assert "No test or median stands here" in squeezed(app)
