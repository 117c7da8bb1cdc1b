"""What a survival figure cannot say: who left, why nothing is compared, plateaus, how far to trust it."""

from core import text
from core.article.claims import population_of_group
from core.article.words_allowed import beside_test
from core.cohort.selection import Selection
from core.survival.figure_data import MOST_CURVES
from core.survival.result import SurvivalResult
from core.survival.words import plateau_explanation, trust
from pages.parts.survival_tabs import View
from pages.shared import cached, landmark, remarks, style
from pages.shared import selection as selections


def draw_notes(view: View, one_group: str) -> None:
    """What this figure cannot say; `one_group` is why nothing is compared, if so."""
    cohort, result, comparison = Selection(view.selection.cohort), view.result, view.selection.comparison
    plateaus = []
    for group in () if result.competing else result.groups:
        who = population_of_group(view.selection, cached.database().variables, group.number) or ""
        printed = cached.answer("article/printed_medians", cohort, endpoint=result.endpoint, population=who)["months"]
        plateaus.append(plateau_explanation(group, printed))
    style.note(
        landmark.left_before(view.selection, result.endpoint),
        unrecorded(view),
        one_group,
        undrawn(result),
        *plateaus,
        trust(view.compared, selections.is_moved_cut(comparison)),
        remarks.rule("endpoints", "status", view.selection) if view.compared is not None else "",
        range_of(view),
        remarks.dates_of_groups(view.selection),
        "Brackets hold 95% confidence limits; NR: not reached, or too few to estimate; at risk: followed and without "
        "the event until then; thin line: fewer than 5 at risk.",
    )


def range_of(view: View) -> str:
    """Beside a test of reconstructed outcomes, where it goes in the cohorts that the article allows."""
    if view.compared is None or view.compared.test is None or not cached.leaves_open():
        return ""
    reference = view.compared.reference.number
    found = cached.allowed_outcomes(view.selection, view.result.endpoint, reference=reference)
    return beside_test(found) if found is not None else ""


def undrawn(result: SurvivalResult) -> str:
    """That not every group's curve is drawn; empty where all are."""
    more = len(result.groups) - MOST_CURVES
    many = f"{MOST_CURVES} curves are drawn, those of the largest groups: the table has all {len(result.groups)}."
    return many if more > 0 else ""


def unrecorded(view: View) -> str:
    """How many of the selected patients have no follow-up for this endpoint; empty where all have, or at a landmark."""
    if view.selection.landmark is not None:
        return ""
    shown, everybody = view.result.everyone.table.patients, sum(cached.group_sizes(view.selection).values())
    if shown == everybody:
        return ""
    return f"{text.patients(everybody - shown)} without {view.result.endpoint} recorded: in no curve and no test."
