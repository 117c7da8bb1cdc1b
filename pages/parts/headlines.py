"""The headline numbers of the overview, each with its denominator and limits, and a way to its page."""

import pandas as pd

from core import text
from core.adverse_events.tables import reported_share
from core.adverse_events.words import headline
from core.cohort.selection import Selection
from core.cohort.vocabulary import EVENTS, PROLONGED_CYTOPENIA
from core.response.result import ResponseRates
from core.response.words import TOO_LATE
from core.statistics.proportions import Proportion
from core.survival.numbers import median_limits, median_months
from pages.shared import address, cached, choices, style


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
        "query": address.to_another_page() or None,
    }


def toxicities(selection: Selection) -> list[tuple[str, Proportion]]:
    """Severe cytokine release (or any severe event) and prolonged cytopenia, where the cohort records them."""
    shares, limits = [], choices.proportion_method()
    if cached.recorded_terms():
        shares.append(headline(cached.adverse_events(selection.filtered, "patients", limits)))
    flag = cached.reported_flag(PROLONGED_CYTOPENIA)
    if flag is not None:
        share = reported_share(flag, cached.answer("cohort/level_counts", selection.filtered), 0, limits)
        shares += [(flag.label, share)] if share.total else []
    return shares


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
                    "query": address.to_another_page(endpoint=endpoint) or None,
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
