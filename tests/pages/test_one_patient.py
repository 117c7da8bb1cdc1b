"""The tab on what one patient decides: whose move goes furthest stands first, and the line is the page's own result."""

import pytest

from tests.pages.the_app import choose, figures, open_app, query_of, shows_no_nonsense, squeezed, tables


@pytest.mark.parametrize(
    ("view", "head"),
    [
        ({"by": "bcma_percent", "split": "tertiles"}, "Log-rank p"),
        ({"by": "sex", "moved_measure": "ratio"}, "Hazard ratio, Male against Female"),
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


def test_a_dot_that_is_clicked_shows_the_curves_so():
    """Both in the order of a link: the first who left moved; the curve has one event less, and p as the dot says."""
    view = {"by": "emd_any", "endpoint": "OS", "tab": "One patient"}
    app = open_app("survival", view)
    dot = figures(app)[-1]["datasets"]["dots"][0]
    moved = tuple(dot[name] for name in ("kind", "group", "months", "event"))
    choose(app, moved=moved)
    steps = figures(app)[-1]["datasets"]["steps"]
    whole = figures(app)[0]["datasets"]["steps"]
    assert sum(row["at_risk"] for row in steps) != 0
    assert [row["estimate"] for row in steps] != [row["estimate"] for row in whole]
    assert f"log-rank p {dot['value']:.2f}" in squeezed(app)
    assert "moved" not in query_of(app)
    shows_no_nonsense(app)
    choose(app, moved=("changed", 0, 99.0, True))
    assert "Click a dot to see the curves so." in squeezed(app)
