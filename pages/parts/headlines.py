"""The headline numbers of the overview, each with its denominator and limits, and a way to its page."""

from dataclasses import dataclass, replace

import pandas as pd

from core import text
from core.adverse_events.tables import reported_share
from core.adverse_events.words import headline
from core.cohort.labels import short_labels
from core.cohort.selection import Selection, known_later
from core.cohort.vocabulary import EVENTS, INFUSED, PROLONGED_CYTOPENIA
from core.figures.theme import group_line
from core.response.result import ResponseRates
from core.response.words import TOO_LATE
from core.statistics.proportions import Proportion
from core.survival.numbers import at_half, median_limits, median_months
from core.survival.result import GroupSurvival
from pages.shared import address, cached, choices, small_cells, style

MOST_SPLIT = 6
"""Groups that a headline is split into; of more the page of each has the room."""


@dataclass(frozen=True)
class Split:
    """The groups that the headlines are split into, whose numbers are those of all selected where nothing is."""

    selection: Selection
    labels: tuple[str, ...]

    def item(self, label: str, page: str, numbers: list[dict], **view: str) -> dict:
        """A headline: one number, or one a group, that leads to its page."""
        numbered = cached.group_sizes(self.selection) if self.labels else ()
        groups = zip(self.labels, numbered, strict=True)
        named = [{"group": name, "colour": group_line(number)} for name, number in groups] or [{}]
        sizes = cached.group_sizes(self.selection).values()
        together = [of | number for of, number in zip(named, numbers, strict=True)]
        for number, size in zip(together, sizes, strict=True):
            number["cells"] = [*number.get("cells", ()), *((total, size) for _, total in number.get("cells", ()))]
        return {"label": label, "page": page, "query": address.to_another_page(**view) or None, "numbers": together}


def split(selection: Selection) -> Split:
    """The groups compared, up to MOST_SPLIT and where they were known at infusion; otherwise all selected together."""
    sizes = cached.group_sizes(selection)
    makes_groups = selection if selection.against_rest else replace(selection, filters=())
    known = not known_later(makes_groups, cached.database().variables)
    if selection.comparison is None or not 1 < len(sizes) <= MOST_SPLIT or not known:
        return Split(selection.filtered, ())
    labels = short_labels(selection, cached.database().variables)
    return Split(selection, tuple(labels[number] for number in sizes))


def together(selection: Selection) -> str:
    """That the headlines are of all patients although groups are compared; empty where they are split, or none are."""
    sizes = cached.group_sizes(selection)
    if len(sizes) < 2 or split(selection).labels:
        return ""
    why = "of more groups than they have room for" if len(sizes) > MOST_SPLIT else "of groups known only after infusion"
    return f"The numbers above are of all {text.patients(sum(sizes.values()))}, {why} the other pages show each."


def share_number(share: Proportion, beside: int = 0) -> dict:
    """A proportion as a headline's number; its page tells, with others, a count as small as `beside`."""
    return {
        "value": text.percent(share.value),
        "count": f"{share.count} of {share.total}",
        "limits": f"95% CI {text.percent_range(share.lower, share.upper)}",
        "estimate": share.value,
        "lower": share.lower,
        "upper": share.upper,
        "cells": [(share.count, share.total), (beside, share.total)],
    }


def median_number(group: GroupSurvival, happened: str) -> dict:
    """A median as a headline's number, with who had the event."""
    return {
        "value": median_months(group.median),
        "count": f"{group.table.total_events} of {group.table.patients} {happened}",
        "limits": f"{median_limits(group.median)}{at_half(group.median)}",
        "cells": [(group.table.total_events, group.table.patients)],
    }


def toxicities(of: Split) -> list[tuple[str, list[dict]]]:
    """Severe cytokine release (or any severe event) and prolonged cytopenia, where the cohort records them."""
    shares, limits = [], choices.proportion_method()
    if cached.recorded_terms():
        result = cached.adverse_events(of.selection, "patients", limits)
        label, of_all = headline(result)
        tallies = result.headline.tallies
        if of_all.value is not None:
            shares.append((label, [share_number(tally.share("3+", limits), tally.fewest) for tally in tallies]))
    flag = cached.reported_flag(PROLONGED_CYTOPENIA)
    if flag is not None:
        counts, groups = cached.answer("cohort/level_counts", of.selection), cached.group_sizes(of.selection)
        reported = [reported_share(flag, counts, group, limits) for group in groups]
        shares += [(flag.label, list(map(share_number, reported)))] if any(share.total for share in reported) else []
    return shares


def draw_headlines(selection: Selection, rates: ResponseRates) -> None:
    """Response with exact intervals, and median survival with its limits; of each group where groups are compared."""
    of, items = split(selection), []
    groups = cached.response_result(of.selection, "all", choices.proportion_method()).groups
    for label, name in (("Overall response", "overall"), ("Complete response", "complete")):
        if rates.evaluable:
            rates_of = [getattr(group.rates, name) for group in groups]
            less = [group.rates.very_good.count - group.rates.complete.count for group in groups]
            numbers = list(map(share_number, rates_of, less if name == "complete" else [0] * len(groups)))
            items.append(of.item(label, "pages/response.py", numbers))
    options = choices.survival_options()
    for endpoint, label in (("PFS", "Median PFS, months"), ("OS", "Median OS, months")):
        has = endpoint in endpoints()
        result = cached.survival_result(of.selection, endpoint, options) if has else None
        if result is not None and not result.competing:
            numbers = _in_order(of, {g.number: median_number(g, EVENTS[endpoint][0]) for g in result.groups})
            items.append(of.item(label, "pages/survival.py", numbers, endpoint=endpoint))
    for label, shares in toxicities(of):
        items.append(of.item(label, "pages/adverse_events.py", shares))
    if items:
        style.headline(items)


def _in_order(of: Split, numbers: dict[int, dict]) -> list[dict]:
    """A number a group, also of one in which nobody is followed."""
    nobody = {"value": text.NOT_ESTIMABLE, "count": "nobody followed", "limits": ""}
    return [numbers.get(group, nobody) for group in cached.group_sizes(of.selection)]


def _patients(selection: Selection, rates: ResponseRates) -> list[tuple[str, str]]:
    """How many were infused; before it of how many patients, where others are counted, too."""
    if cached.reported_flag(INFUSED) is None:
        return [("Infused", str(rates.patients))]
    infused = cached.facets(selection.filtered).levels[INFUSED].get("Yes", 0)
    return [("Patients", str(rates.patients)), ("Infused", str(infused))]


def draw_denominators(selection: Selection, rates: ResponseRates) -> None:
    late = f" ({rates.too_late} more {TOO_LATE})" if rates.too_late else ""
    if small_cells.smallest():
        style.facts(_patients(selection, rates)[:1], cached.database().about["citation"] or "")
        return
    facts = [
        *_patients(selection, rates),
        ("Evaluable for response", f"{rates.evaluable}{late}"),
    ]
    if rates.mrd_negative.total:
        facts.append(("With an MRD result", f"{rates.mrd_negative.total}, negative {rates.mrd_negative.count}"))
    if rates.evaluable:
        facts.append(("Best response", ", ".join(f"{level} {count}" for level, count in rates.best.items())))
    for row in cached.answer("response/mrd_months", selection.filtered).itertuples():
        fate = "" if pd.isna(row.died) else ", died" if row.died else ", alive"
        span = f"{text.number(row.lowest)}–{text.number(row.highest)}"
        label = f"Months to MRD negativity, median (range), {text.patients(row.patients)}{fate}"
        facts.append((label, f"{text.number(row.median)} ({span})"))
    for followed in cached.follow_up(selection.filtered, "OS") if "OS" in endpoints() else ():
        span = f"{text.number(followed.shortest)}–{text.number(followed.longest)}"
        facts.append(("Follow-up, median (range)", f"{median_months(followed.observed)} ({span}) months"))
        reverse = followed.reverse
        limits = median_limits(reverse)
        facts.append(("by reverse Kaplan–Meier", f"{median_months(reverse)} ({limits}) months"))
    about = cached.database().about
    if about["data_cutoff"]:
        facts.append(("Data cutoff", about["data_cutoff"]))
    style.facts(facts, about["citation"] or "")


def endpoints() -> dict[str, float]:
    """The cohort's endpoints with the longest follow-up of each, in months."""
    rows = cached.answer("survival/endpoints", Selection(cached.database().fingerprint))
    return dict(zip(rows["endpoint"], rows["longest_months"], strict=True))
