"""Who is here and how they did: denominators, headline outcomes, swimmer plot, baseline table."""

from functools import partial

import pandas as pd
import streamlit as st

from core import text
from core.adverse_events.tables import reported_share
from core.adverse_events.words import headline
from core.cohort.ask import covariates_of
from core.cohort.labels import group_labels
from core.cohort.provenance import sources_sentence
from core.cohort.selection import Selection, known_later
from core.cohort.vocabulary import EVENTS, PROLONGED_CYTOPENIA
from core.patients.baseline import BaselineRow, baseline_table, side_by_side
from core.patients.figure_swimmer import MOST_LANES, swimmer_chart
from core.response.result import ResponseRates
from core.response.words import TOO_LATE
from core.statistics.proportions import Proportion
from core.survival.numbers import median_limits, median_months
from core.survival.words import DESCRIBED
from pages.shared import address, cached, choices, downloads, header, remarks, style, widgets
from pages.shared import selection as selections
from pages.shared.navigation import require_entry

MOST_NAMED = 12


def share_item(label: str, share: Proportion, page: str) -> dict:
    """A proportion as a headline that leads to its page."""
    return {
        "label": label,
        "value": text.percent(share.value),
        "count": f"{share.count} of {share.total}",
        "limits": f"95% CI {text.percent_range(share.lower, share.upper)}",
        "estimate": share.value,
        "lower": share.lower,
        "upper": share.upper,
        "page": page,
        "query": None,
    }


def toxicities(selection: Selection) -> list[tuple[str, Proportion]]:
    """Severe cytokine release (or any severe event) and prolonged cytopenia, where the cohort records them."""
    found, limits = [], choices.proportion_method()
    if cached.recorded_terms():
        found.append(headline(cached.adverse_events(selection.filtered, "patients", limits)))
    flag = cached.reported_flag(PROLONGED_CYTOPENIA)
    if flag is not None:
        share = reported_share(flag, cached.answer("cohort/level_counts", selection.filtered), 0, limits)
        found += [(flag.label, share)] if share.total else []
    return found


def draw_checks() -> None:
    """What is odd in the cohort, or was read otherwise than it is written, on request."""
    checks = cached.database().checks
    if not checks:
        return
    with widgets.expander(f"{text.counted(len(checks), 'thing')} to check in this cohort", icon=":material/rule:"):
        rows = [[check.words[:1].upper() + check.words[1:], text.some(check.patients, MOST_NAMED)] for check in checks]
        style.table(["Remark", "Patients"], rows)
        full = [[check.words, "; ".join(check.patients)] for check in checks]
        lines = partial(downloads.footer, Selection(cached.database().fingerprint), "What to look at in the files.", ())
        downloads.save_table(["What to check", "Patients"], full, lines, "to_check")


def draw_headlines(selection: Selection, rates: ResponseRates) -> None:
    """Response with exact intervals, and median survival with its limits."""
    items = [
        share_item(label, value, "pages/response.py")
        for label, value in (("Overall response", rates.overall), ("Complete response", rates.complete))
        if rates.evaluable
    ]
    options = choices.survival_options()
    for endpoint, label in (("PFS", "Median PFS, months"), ("OS", "Median OS, months")):
        has = endpoint in endpoints()
        result = cached.survival_result(selection.filtered, endpoint, options) if has else None
        if result is not None and not result.competing:
            median, table = result.everyone.median, result.everyone.table
            items.append(
                {
                    "label": label,
                    "value": median_months(median),
                    "count": f"{table.total_events} of {table.patients} {EVENTS[endpoint][0]}",
                    "limits": median_limits(median.lower, median.upper),
                    "page": "pages/survival.py",
                    "query": address.spelt(endpoint=endpoint) or None,
                }
            )
    items += [share_item(label, share, "pages/adverse_events.py") for label, share in toxicities(selection)]
    if items:
        style.headline(items)


def draw_denominators(selection: Selection, rates: ResponseRates) -> None:
    late = f" ({rates.too_late} more {TOO_LATE})" if rates.too_late else ""
    facts = [
        ("Infused", str(rates.infused)),
        ("Evaluable for response", f"{rates.evaluable}{late}"),
        ("MRD tested", f"{rates.mrd_negative.total}, negative {rates.mrd_negative.count}"),
    ]
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
        limits = median_limits(reverse.lower, reverse.upper)
        facts.append(("by reverse Kaplan–Meier", f"{median_months(reverse)} ({limits}) months"))
    cutoff = cached.database().about["data_cutoff"]
    if cutoff:
        facts.append(("Data cutoff", cutoff))
    style.facts(facts)


def endpoints() -> dict[str, float]:
    """The cohort's endpoints with the longest follow-up of each, in months."""
    rows = cached.answer("survival/endpoints", Selection(cached.database().fingerprint))
    return dict(zip(rows["endpoint"], rows["longest_months"], strict=True))


def draw_swimmer(selection: Selection, title: str) -> None:
    tiles = tuple(v for v in cached.database().variables if v.section == "first")[:5]
    names = tuple(variable.name for variable in tiles)
    lanes = cached.answer("patients/lanes", selection, most=MOST_LANES, covariates=names)
    lanes = lanes.dropna(subset=["followed_months"])
    if lanes.empty:
        style.note("No follow-up is recorded for these patients, so there are no lanes to draw.")
        return
    sources = cached.sources()
    drawn = tuple(lanes["number"].tolist())
    chart = swimmer_chart(
        lanes,
        cached.answer("patients/responses", selection, numbers=drawn),
        cached.answer("patients/milestones", selection, numbers=drawn),
        covariates_of(lanes, names).assign(patient_id=lanes["patient_id"]),
        tiles,
        sources,
        max(endpoints().values()),
        group_labels(selection, cached.database().variables),
    )
    tables = ("patients", "endpoints", "responses", "milestones")
    how = "Best response by IMWG criteria; time from infusion."
    lines = partial(downloads.footer, selection, how, tables, len(lanes))
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.subheader("Response over time, one lane a patient")
        downloads.save_figure(chart, title, lines, "response_over_time")
    style.figure(chart, "swimmer")
    more = header.counts(selection)[0] - len(lanes)
    missing = (
        f" {text.patients(more)} not drawn: the figure shows at most {MOST_LANES} with follow-up." if more > 0 else ""
    )
    told = sources_sentence(sources, tables, cached.database().about["kind"])
    style.note(f"{told} Response dates are drawn at the first assessment.{missing}")


def draw_baseline(selection: Selection) -> None:
    """The baseline table by group, with everybody beside them where groups are compared."""
    variables = tuple(v for v in cached.database().variables if v.section != "after infusion")
    everyone = selection.as_one_group
    sizes = cached.group_sizes(selection)
    compared = selection.comparison is not None and len(sizes) > 1
    labels = group_labels(selection, cached.database().variables)
    parts = [(everyone, cached.group_sizes(everyone), ["All"])]
    if compared:
        parts.insert(0, (selection, sizes, [labels[group] for group in sizes]))
    tables: list[tuple[BaselineRow, ...]] = []
    header = ["Characteristic"]
    for chosen, groups, names in parts:
        rows = baseline_table(
            variables,
            cached.answer("cohort/level_counts", chosen),
            cached.answer("cohort/number_summaries", chosen),
            groups,
        )
        tables.append(rows)
        header += [f"{name} (N = {size})" for name, size in zip(names, groups.values(), strict=True)]
    rows = side_by_side(tables)
    cells = [[row.label, *row.cells] for row in rows]
    lines = partial(
        downloads.footer,
        selection,
        "n (%) of the group, or median (range).",
        tuple(f"patients.{v.name}" for v in variables),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        widgets.subheader("Baseline")
        downloads.save_table(header, cells, lines, "baseline")
    style.table(header, cells, indent=[not row.heading for row in rows])
    style.note(
        "n (%) of all patients of the group, or median (range). Differences in baseline are described, not tested."
    )


def draw(selection: Selection) -> None:
    rates = cached.response_result(selection.filtered, "infused", choices.proportion_method()).everyone
    finding = f"{text.patients(rates.infused)}; no response recorded"
    if rates.evaluable:
        finding = f"{rates.overall.count} of {rates.infused} patients responded"
        finding += f"; {rates.complete.count} reached CR or better"
    widgets.title(finding)
    draw_checks()
    draw_denominators(selection, rates)
    draw_headlines(selection, rates)
    later = known_later(selection, cached.database().variables)
    style.note(
        remarks.one_group(selection, cached.group_sizes(selection)),
        DESCRIBED if later else "",
    )
    draw_swimmer(selection, finding)
    draw_baseline(selection)


require_entry()
selection = selections.selection()
if not header.nobody(selection):
    draw(selection)
