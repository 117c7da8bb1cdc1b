"""What was printed of this cohort, recomputed; and what the printed results leave open."""

from functools import partial

from core.cohort.selection import Selection
from pages.parts import claims, open_outcomes
from pages.shared import cached, choices, header, small_cells, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

VIEWS = {"claims": "Printed and recomputed", "open": "What the article leaves open"}


def draw(selection: Selection) -> None:
    if small_cells.smallest():
        widgets.title(small_cells.SINGLE)
        return
    if not cached.has_claims():
        widgets.title("Nothing is printed of this cohort")
        style.note(
            "A cohort from a publication can have its printed results beside it, in a table of claims: each is then "
            "recomputed here. data/README.md says what it looks like."
        )
        return
    draws = {"claims": claims.draw, "open": partial(open_outcomes.draw, selection)}
    offered = VIEWS if cached.leaves_open() else {"claims": VIEWS["claims"]}
    draws[choices.choose_one("published_view", "View", offered, "claims")]()


require_entry()

selection = selections.selection()

if not header.nothing_to_show(selection):
    draw(selection)
