"""Which cohort is shown: the one that came with the app, a simulated one, or one's own, brought here for this session."""

from pages.parts import data_loaded, data_mapping
from pages.shared import own, widgets
from pages.shared.navigation import require_entry

TITLE = "Your cohort, from the spreadsheet you have"


def draw() -> None:
    mine = own.brought()
    if mine is not None:
        data_mapping.draw(mine)
        return
    widgets.title(TITLE)
    data_loaded.draw_bring()
    data_loaded.draw_choices()
    data_loaded.draw_loaded()


require_entry()

draw()
