"""What the survival page shows, and its tabs: comparison, times, medians, means, follow-up."""

from dataclasses import dataclass
from functools import partial

from core.cohort.selection import Selection, variable_named
from core.cohort.variables import Variable
from core.figures.theme import group_line
from core.survival import tables
from core.survival.comparison import MOST_PAIRED, SurvivalComparison
from core.survival.numbers import since
from core.survival.result import SurvivalResult
from core.survival.words import (
    FOLLOW_UP_METHOD,
    MEAN_METHOD,
    PAIRS_METHOD,
    RATIO_METHOD,
    TEST_METHOD,
    method,
    number_sentence,
    test_sentence,
)
from core.text import Table
from pages.parts import one_patient, several_variables
from pages.shared import cached, choices, downloads, landmark, remarks, shown, style, widgets


@dataclass(frozen=True)
class View:
    """What the page shows: the guarded selection, its result, the comparison, and whose follow-up is told."""

    guarded: landmark.Guarded
    result: SurvivalResult
    compared: SurvivalComparison | None
    followed_by: str

    @property
    def selection(self) -> Selection:
        return self.guarded.selection

    @property
    def number(self) -> Variable | None:
        """The number that the groups are cut from, if they are."""
        comparison = self.selection.comparison
        if comparison is None or not comparison.cuts:
            return None
        return variable_named(comparison.variable, cached.database().variables)

    @property
    def colours(self) -> list[str]:
        groups = self.result.groups
        return [group_line(group.number) for group in groups] if len(groups) > 1 else []

    def footer(self, how: str = "") -> tuple[str, ...]:
        """The footer of a figure or table; `how` is its method where it is not the figure's own."""
        own = method(self.result, self.guarded.described)
        tables = ("patients", "endpoints")
        return downloads.footer(self.selection, how or own, tables, self.result.everyone.table.patients)


def draw_table(table: Table, view: View, name: str, colours: list[str], how: str = "") -> None:
    """A table with its groups' colours and its file."""
    shown.table(table, partial(view.footer, how), name, colours)


def draw_comparison(view: View, compared: SurvivalComparison) -> None:
    tested = test_sentence(view.result, compared)
    by = view.number
    style.note(tested, number_sentence(compared, by))
    if compared.test is None:
        return
    names = {remarks.group_name(view.selection, group.number): group.label for group in view.result.groups}
    select = partial(widgets.selectbox, "Reference", list(names), format_func=names.__getitem__, width=360)
    choices.choose(
        "reference", select, names.__contains__, remarks.group_name(view.selection, compared.reference.number)
    )
    colours = [*(group_line(group.number) for group, _ in compared.ratios), ""]  # the last is the number's own
    draw_table(tables.ratios_table(compared, by), view, "hazard_ratios", colours, f"{tested} {RATIO_METHOD}")
    if compared.pairs:
        draw_table(tables.pairs_table(compared), view, "pairs", [], PAIRS_METHOD)
    elif len(view.result.groups) > MOST_PAIRED:
        style.note(f"With more than {MOST_PAIRED} groups no pairs are compared.")


def draw_means(view: View) -> None:
    if view.result.competing:
        style.note("Restricted means are for survival, where no event competes.")
        return
    longest = float(int(view.result.longest_horizon))
    if longest > 1:
        slider = partial(widgets.slider, "Horizon, months", 1.0, longest, step=1.0, format="%.0f", width=360)
        choices.choose("horizon", slider, lambda months: 1 <= months <= longest, min(36.0, longest))
    draw_table(tables.means_table(view.result), view, "restricted_mean", view.colours, MEAN_METHOD)
    style.note("The area under the curve: months lived without the event, on average, up to the horizon.")


def draw_times(view: View) -> None:
    colours = [colour for colour in view.colours for _ in view.result.options.times]
    draw_table(tables.times_table(view.result), view, "at_fixed_times", colours)


def draw_medians(view: View) -> None:
    if view.result.competing:
        style.note("Where another event competes, half of the patients need never have this one: no median.")
    else:
        draw_table(tables.medians_table(view.result), view, "medians", view.colours)


def draw_follow_up(view: View) -> None:
    followed = cached.follow_up(view.selection, view.followed_by)
    how_followed = f"Follow-up by {view.followed_by}. {FOLLOW_UP_METHOD}"
    draw_table(tables.follow_up_table(followed), view, "follow_up", view.colours, how_followed)
    style.note(how_followed)
    at, endpoint = view.selection.landmark or 0, view.result.endpoint
    analysed = cached.answer("survival/analysed", view.selection, endpoint=endpoint, landmark=at)
    style.note(f"Each patient's months, status and group for {endpoint}, as they are analysed here:")
    patients = partial(tables.analysis_table, analysed, view.result)
    downloads.save_table(patients, view.footer, f"survival_{endpoint}_patients")


def draw_tabs(view: View, why_not: str) -> None:
    compared = view.compared
    choices.tabs(
        {
            "Comparison": lambda: style.note(why_not) if compared is None else draw_comparison(view, compared),
            "At fixed times": partial(draw_times, view),
            "Median": partial(draw_medians, view),
            "Restricted mean": partial(draw_means, view),
            "Several variables": partial(
                several_variables.draw,
                view.selection,
                view.result.endpoint,
                since(view.result),
                view.guarded.described,
                view.result.competing,
            ),
            "One patient": partial(one_patient.draw, view.selection, view.result, compared),
            "Follow-up": partial(draw_follow_up, view),
            "Method": lambda: style.note(*view.footer(), RATIO_METHOD, TEST_METHOD),
        },
    )
