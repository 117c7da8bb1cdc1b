"""
What the cohort gives now for each printed result: by the same answers as the pages show.

A printed result names its quantity; the tables here say how a quantity is
computed, and on which page and selection a reader sees the same number. Another
article's quantities would be further lines.
"""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from core.adverse_events import answers as of_adverse_events
from core.article.claims import POPULATIONS
from core.article.recompute_kinetics import MEASURED
from core.article.recomputed import Recomputed, filters_of, of_count
from core.cohort.ask import Cohort
from core.cohort.selection import Selection
from core.response import answers as of_response
from core.survival.kaplan_meier import kaplan_meier
from core.survival.life_table import LifeTable, life_table
from core.survival.medians import median_follow_up, median_survival

NUMBERS = {"age": "age_years", "prior lines": "prior_lines", "BCMA expression": "bcma_percent"}
LEVELS = {
    "male": ("sex", "Male"),
    "light-chain subtype": ("monoclonal_protein", "Light chain"),
    "IgG subtype": ("monoclonal_protein", "IgG"),
    "IgD subtype": ("monoclonal_protein", "IgD"),
    "IgM subtype": ("monoclonal_protein", "IgM"),
    "non-secretory": ("monoclonal_protein", "Non-secretory"),
    "ISS stage I": ("iss_stage", "I"),
    "ISS stage II": ("iss_stage", "II"),
    "ISS stage III": ("iss_stage", "III"),
    "extramedullary disease": ("emd_any", "EMD"),
    "prior ASCT": ("prior_asct", "Yes"),
    "prolonged cytopenia": ("prolonged_cytopenia", "Yes"),
}
RESPONSES = {
    "overall response rate": ("sCR", "CR", "VGPR", "PR"),
    "complete response": ("sCR", "CR"),
    "partial or very good partial response": ("VGPR", "PR"),
    "stable disease": ("SD",),
}
EVENTS = {
    "secondary neoplasms": "Secondary neoplasm",
    "immune effector cell-associated neurotoxicity syndrome": "ICANS",
    "neurologic events": "Neurologic events",
    "severe cytokine release syndrome": "Cytokine release syndrome",
}
"""Terms that the article calls otherwise than the cohort does."""
BANDS = {"grade 1–2": "1–2", "grade 3–5": "3+", "any grade": "any"}


def recompute(cohort: Cohort, quantity: str, population: str) -> tuple[Recomputed, ...]:
    """
    What the cohort gives for a quantity of a population, by the usual rule
    first and then by others; empty where the cohort has nothing to compute it
    from, or the quantity is no number.
    """
    whole = population.removesuffix(" alive").removesuffix(" dead")
    known = {variable.name: set(variable.levels) for variable in cohort.variables}
    chosen = POPULATIONS.get(whole)
    if chosen is None or any(not set(one.levels) <= known.get(one.variable, set()) for one in chosen):
        return ()
    selection = Selection(cohort.fingerprint, POPULATIONS[whole])
    for pattern, measure in _MEASURES.items():
        if found := re.fullmatch(pattern, quantity):
            return measure(cohort, selection, population, *found.groups())
    return ()


def _patients(cohort: Cohort, selection: Selection, _: str) -> tuple[Recomputed, ...]:
    size = int(cohort.ask("cohort/group_sizes", selection)["patients"].sum())
    return (Recomputed((float(size),), ("patients.age_years",), "overview"),)


def _number(cohort: Cohort, selection: Selection, _: str, name: str, what: str) -> tuple[Recomputed, ...]:
    rows = cohort.ask("cohort/number_summaries", selection).set_index("variable")
    if NUMBERS[name] not in rows.index:
        return ()
    row = rows.loc[NUMBERS[name]]
    values = (row["median"],) if what == "median" else (row["lowest"], row["highest"])
    return (Recomputed(tuple(map(float, values)), (f"patients.{NUMBERS[name]}",), "overview"),)


def _level(cohort: Cohort, selection: Selection, _: str, quantity: str) -> tuple[Recomputed, ...]:
    variable, level = LEVELS[quantity]
    rows = cohort.ask("cohort/level_counts", selection)
    rows = rows[rows["variable"] == variable]
    known = next((of.levels for of in cohort.variables if of.name == variable), ())
    if rows.empty or (level not in known):
        return ()
    n = int(rows.loc[rows["level"] == level, "patients"].sum())
    return of_count(n, int(rows["patients"].sum()), (f"patients.{variable}",), "overview", ((variable, level),))


def _response(cohort: Cohort, selection: Selection, _: str, quantity: str) -> tuple[Recomputed, ...]:
    rates = cohort.know(of_response.response_result, selection, "all", "Clopper–Pearson").everyone
    if not rates.evaluable:
        return ()
    n = sum(rates.best.get(level, 0) for level in RESPONSES[quantity])
    return of_count(n, rates.patients, ("responses.response",), "response", ())


def _mrd(cohort: Cohort, selection: Selection, _: str) -> tuple[Recomputed, ...]:
    rate = cohort.know(of_response.response_result, selection, "all", "Clopper–Pearson").everyone.mrd_negative_of_all
    return of_count(
        rate.count, rate.total, ("patients.mrd_negative",), "response", (*filters_of(selection), ("tab", "MRD"))
    )


def _mrd_months(cohort: Cohort, selection: Selection, population: str, what: str) -> tuple[Recomputed, ...]:
    rows = cohort.ask("response/mrd_months", selection)
    rows = rows[rows["died"] == population.endswith("dead")]
    if rows.empty:
        return ()
    row = rows.iloc[0]
    values = (row["median"],) if what.strip() == "median" else (row["lowest"], row["highest"])
    query = (*filters_of(selection), ("tab", "MRD"))
    return (Recomputed(tuple(map(float, values)), ("responses.mrd",), "response", query),)


def _ends(cohort: Cohort, selection: Selection, endpoint: str) -> pd.DataFrame:
    """How each patient's follow-up ended; nobody's where the cohort does not have the endpoint."""
    if endpoint not in set(cohort.ask("survival/endpoints", Selection(cohort.fingerprint))["endpoint"]):
        return pd.DataFrame({"months": [], "status": []})
    return cohort.ask("survival/endings", selection, endpoint=endpoint, landmark=0, most=100_000)


def _table(rows: pd.DataFrame) -> LifeTable:
    return life_table(rows["months"], (rows["status"] == 1).astype(int), (rows["status"] == 0).astype(int))


def _median(cohort: Cohort, selection: Selection, _: str, endpoint: str) -> tuple[Recomputed, ...]:
    rows = _ends(cohort, selection, endpoint)
    if rows.empty:
        return ()
    curve, found = kaplan_meier(_table(rows)), []
    for rule in ("print", "midpoint to last", "first"):
        months = median_survival(curve, rule).months
        query = (*filters_of(selection), ("endpoint", endpoint), *((("median", rule),) if rule != "print" else ()))
        named = "" if rule == "print" else rule
        value = np.nan if months is None else months
        found.append(Recomputed((value,), ("endpoints.months",), "survival", query, rule=named))
    return tuple(found)


def _follow_up(cohort: Cohort, selection: Selection, _: str, what: str) -> tuple[Recomputed, ...]:
    rows = _ends(cohort, selection, "OS")
    if rows.empty:
        return ()
    if what == "median":
        observed = median_follow_up(_table(rows)).months
        values: tuple[float, ...] = (np.nan if observed is None else observed,)
    else:
        values = (float(rows["months"].min()), float(rows["months"].max()))
    query = (*filters_of(selection), ("endpoint", "OS"), ("tab", "Follow-up"))
    return (Recomputed(values, ("endpoints.months",), "survival", query),)


def _without_event(cohort: Cohort, selection: Selection, _: str, what: str) -> tuple[Recomputed, ...]:
    endpoint = "OS" if what == "alive" else "Relapse"
    rows = _ends(cohort, selection, endpoint)
    if rows.empty:
        return ()
    n = int((rows["status"] != 1).sum())
    query = (*filters_of(selection), ("endpoint", endpoint))
    return of_count(n, len(rows), ("endpoints.status",), "survival", query)


def _longest(cohort: Cohort, selection: Selection, population: str) -> tuple[Recomputed, ...]:
    rows = _ends(cohort, selection, "PFS")
    if rows.empty:
        return ()
    query = (*filters_of(selection), ("endpoint", "PFS"))
    years = float(rows.loc[rows["status"] == 0, "months"].max()) / 12
    return (Recomputed((years,), ("endpoints.months",), "survival", query),)


def _event(cohort: Cohort, selection: Selection, _: str, quantity: str, band: str | None) -> tuple[Recomputed, ...]:
    wanted = EVENTS.get(quantity, quantity)
    found = cohort.know(of_adverse_events.adverse_events, selection, "patients", "Clopper–Pearson")
    line = next((line for line in found.lines if (line.term or "").lower() == wanted.lower()), None)
    if line is None:
        return ()
    named = "3+" if quantity.startswith("severe") else BANDS[band or "any grade"]
    tables = ("adverse_event_terms.term",)  # how many is printed; who they are does not matter here
    return of_count(line.everyone.bands[named], line.everyone.patients, tables, "adverse_events", ())


def _resolved(cohort: Cohort, selection: Selection, _: str) -> tuple[Recomputed, ...]:
    prolonged = _level(cohort, selection, "", "prolonged cytopenia")
    if not prolonged:
        return ()
    n, of = prolonged[0].n or 0, prolonged[0].N or 0
    query = (("family", "Blood counts"), ("tab", "Prolonged cytopenia"))
    (found,) = of_count(of - n, of, ("patients.prolonged_cytopenia",), "kinetics", query)
    return (replace(found, what="without prolonged cytopenia"),)


def _any_of(names: dict) -> str:
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))


_MEASURES: dict[str, Callable[..., tuple[Recomputed, ...]]] = {
    "patients": _patients,
    rf"({_any_of(NUMBERS)}) (median|range)": _number,
    rf"({_any_of(LEVELS)})": _level,
    rf"({_any_of(RESPONSES)})": _response,
    r"MRD negative \(10\^-4\)": _mrd,
    r"months to MRD negativity( median| range|)": _mrd_months,
    r"(PFS|OS) median": _median,
    r"follow-up (median|range)": _follow_up,
    "(relapse-free|alive) at cutoff": _without_event,
    "ongoing response": _longest,
    r"cytopenia resolved to grade ≤2 within 31 days": _resolved,
    **MEASURED,
    rf"(.+?)(?: ({_any_of(BANDS)}))": _event,
    rf"({_any_of(EVENTS)})()": _event,
}
"""How each quantity is computed, by a pattern of its whole name; the first that fits."""
