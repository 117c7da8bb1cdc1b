"""
Cached questions and results: the only place where anything is cached.

Keys are a Selection and plain values, never a frame (large frames are sampled
when hashed, and answer stale). A Selection names its cohort by the content of
its files, so a changed cohort never meets an old answer.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from core.adverse_events.result import AdverseEvents, Term, terms_of
from core.adverse_events.result import adverse_events as counted_events
from core.cohort import ranges
from core.cohort.ask import ask
from core.cohort.database import Database, open_cohort
from core.cohort.files import signature
from core.cohort.labels import group_labels
from core.cohort.ranges import Extent
from core.cohort.selection import MISSING, Comparison, Selection
from core.cohort.variables import Variable
from core.figures.export import as_png, as_svg, for_file
from core.figures.grammar import Specification
from core.response.result import ResponseResult
from core.response.result import response_result as response
from core.subgroups import result as forests
from core.subgroups.result import Forest
from core.survival import result as survival
from core.survival.comparison import SurvivalComparison, compare
from core.survival.cox_per_unit import MOST_ROWS
from core.survival.follow_up import FollowUp
from core.survival.follow_up import follow_up as followed_up

BUNDLED = Path(__file__).parents[2] / "data" / "bcma_cart_2025"
COHORT_VARIABLE = "CARTOGRAPH_COHORT"
"""Environment variable that names another folder or .duckdb file to open."""


def cohort_path() -> Path:
    return Path(os.environ.get(COHORT_VARIABLE) or BUNDLED)


def is_bundled() -> bool:
    """Whether the cohort came with the app: only then may its levels stand in a URL."""
    return cohort_path() == BUNDLED


def database() -> Database:
    """
    The cohort that this session opened: it stays the same until the page is
    loaded anew, whatever becomes of its files. Raises core.cohort.schema.CohortError.
    """
    held: Database | None = st.session_state.get("cohort")
    if held is None:
        path = cohort_path()
        found = signature(path)
        held = st.session_state["cohort"] = _open(str(path), found)
        st.session_state["cohort as written"] = found
    return held


def changed() -> bool:
    """Whether the cohort's files were written since this session opened it."""
    return signature(cohort_path()) != st.session_state.get("cohort as written")


@st.cache_resource(show_spinner="Opening the cohort …", max_entries=3)
def _open(path: str, written: tuple) -> Database:
    return open_cohort(path)


@st.cache_data(max_entries=300, show_spinner=False)
def answer(question: str, selection: Selection, **values: object) -> pd.DataFrame:
    """The answer to a question about the selection, for what is not kept as a result below."""
    return ask(database(), question, selection, **values)


@st.cache_resource(max_entries=20, show_spinner=False)
def extents(cohort: str) -> dict[str, Extent]:
    """The range of every numeric variable of the cohort with this fingerprint."""
    return ranges.extents(answer("cohort/number_summaries", Selection(cohort)))


@dataclass(frozen=True)
class Facets:
    """Patients of a selection at each level of each category, and in each bin of each number (None: empty cell)."""

    levels: dict[str, dict[str, int]]
    bins: dict[str, dict[int | None, int]]


@st.cache_data(max_entries=1000, show_spinner=False)
def facets(selection: Selection) -> Facets:
    """What the cohort bar shows beside its filters."""
    numbers = {variable.name for variable in database().variables if variable.is_number}
    levels: dict[str, dict[str, int]] = {}
    bins: dict[str, dict[int | None, int]] = {}
    rows = ask(database(), "cohort/level_counts", selection)
    for variable, level, patients in zip(rows["variable"], rows["level"], rows["patients"].tolist(), strict=True):
        empty = pd.isna(level)
        if variable in numbers:
            bins.setdefault(variable, {})[None if empty else int(level)] = patients
        else:
            levels.setdefault(variable, {})[MISSING if empty else level] = patients
    return Facets(levels, bins)


@st.cache_data(max_entries=500, show_spinner=False)
def survival_result(
    selection: Selection, endpoint: str, options: survival.SurvivalOptions
) -> survival.SurvivalResult | None:
    """An endpoint in the groups of the selection, from its landmark if it has one."""
    landmark = selection.landmark or 0
    counts = answer("survival/counts", selection, endpoint=endpoint, landmark=landmark)
    everyone = answer("survival/endpoints", Selection(selection.cohort)).set_index("endpoint")
    competing = bool(everyone.loc[endpoint, "competing"] > 0)
    labels = group_labels(selection, database().variables)
    return survival.survival_result(endpoint, counts, labels, options, competing)


@st.cache_data(max_entries=500, show_spinner=False)
def duration_of_response(selection: Selection, options: survival.SurvivalOptions) -> survival.SurvivalResult | None:
    """Time from first response to progression or death in the groups of the selection."""
    counts = ask(database(), "response/duration", selection)
    competing = bool(answer("response/duration", Selection(selection.cohort))["competing"].sum())
    return survival.survival_result("DOR", counts, group_labels(selection, database().variables), options, competing)


@st.cache_data(max_entries=500, show_spinner=False)
def response_result(selection: Selection, of: str, method: str) -> ResponseResult:
    """Best response in the groups of the selection."""
    return response(
        ask(database(), "response/best", selection), group_labels(selection, database().variables), of, method
    )


@st.cache_data(max_entries=500, show_spinner=False)
def group_sizes(selection: Selection) -> dict[int, int]:
    """Patients of each group that has any, by group number in clinical order."""
    rows = ask(database(), "cohort/group_sizes", selection)
    return dict(zip(rows["group"].astype(int), rows["patients"].astype(int), strict=True))


def reported_flag(name: str) -> Variable | None:
    """The flag of `patients` called so, if the cohort has one."""
    return next((v for v in database().variables if v.name == name and v.kind == "flag"), None)


@st.cache_resource(max_entries=20, show_spinner=False)
def sources(cohort: str) -> pd.DataFrame:
    """What the cohort with this fingerprint says of where its values come from; not to be changed."""
    return answer("cohort/sources", Selection(cohort))


@st.cache_resource(max_entries=20, show_spinner=False)
def adverse_event_terms(cohort: str) -> tuple[Term, ...]:
    """Every adverse event that the cohort with this fingerprint looked for or recorded."""
    return terms_of(answer("adverse_events/recorded_terms", Selection(cohort)))


@st.cache_data(max_entries=300, show_spinner=False)
def adverse_events(selection: Selection, counted: str, method: str) -> AdverseEvents:
    """Adverse events in the groups of the selection, as patients or as events."""
    question = "adverse_events/patients" if counted == "patients" else "adverse_events/episodes"
    return counted_events(
        adverse_event_terms(selection.cohort),
        ask(database(), question, selection),
        group_sizes(selection),
        group_labels(selection, database().variables),
        counted,
        method,
    )


@st.cache_data(max_entries=300, show_spinner=False)
def rate_forest(
    selection: Selection,
    subgroups: tuple[Comparison, ...],
    column: str,
    term: str,
    lowest: int,
    method: str,
    against: tuple[int, int] | None,
) -> Forest:
    """A rate of response, or (`column` "affected") of an adverse event of `lowest` grade or more, in every subgroup."""
    if column == "affected":
        counts = ask(
            database(), "subgroups/adverse_events", selection, subgroups=subgroups, term=term or None, lowest=lowest
        )
    else:
        counts = ask(database(), "subgroups/responses", selection, subgroups=subgroups)
    return forests.rate_forest(counts, column, method, against, _missing(subgroups))


@st.cache_data(max_entries=300, show_spinner=False)
def survival_forest(
    selection: Selection,
    subgroups: tuple[Comparison, ...],
    endpoint: str,
    month: float | None,
    interval: str,
    against: tuple[int, int] | None,
) -> Forest | None:
    """Survival at a month in every subgroup, or (without a month) hazard ratios; None where nobody is followed."""
    counts = ask(database(), "subgroups/survival", selection, subgroups=subgroups, endpoint=endpoint)
    if counts.empty:
        return None
    if month is None:
        return forests.hazard_forest(counts, against, _missing(subgroups))
    return forests.survival_forest(counts, month, interval, against)


def _missing(subgroups: tuple[Comparison, ...]) -> dict[str, int]:
    """The number of the empty cell's group in each grouping."""
    variables = database().variables
    return {one.variable: len(group_labels(Selection("", (), one), variables)) - 1 for one in subgroups}


def missing_group(selection: Selection) -> int | None:
    """The number of the group of the empty cells; None where nothing is compared, or a selection with the rest."""
    if selection.comparison is None or selection.against_rest:
        return None
    return len(group_labels(selection, database().variables)) - 1


@st.cache_data(max_entries=500, show_spinner=False)
def comparison(
    selection: Selection, endpoint: str, options: survival.SurvivalOptions, reference: int | None
) -> SurvivalComparison | None:
    """The groups of a survival result compared."""
    result = survival_result(selection, endpoint, options)
    if result is None:
        return None
    by_number, missing = None, missing_group(selection)
    if selection.comparison is not None and selection.comparison.cuts:
        measured, patients = selection.comparison.variable, result.everyone.table.patients
        if patients <= MOST_ROWS:
            landmark = selection.landmark or 0
            by_number = ask(
                database(), "survival/by_number", selection, endpoint=endpoint, measured=measured, landmark=landmark
            )
    return compare(result, reference, by_number, missing)


@st.cache_data(max_entries=500, show_spinner=False)
def follow_up(selection: Selection, endpoint: str) -> tuple[FollowUp, ...]:
    """Follow-up of each group by an endpoint."""
    counts = answer("survival/counts", selection, endpoint=endpoint, landmark=selection.landmark or 0)
    return followed_up(counts, group_labels(selection, database().variables))


@st.cache_data(max_entries=20, show_spinner=False)
def figure_file(kind: str, specification: Specification, title: str, footer: tuple[str, ...]) -> bytes:
    """A figure as SVG or PNG."""
    write: Callable[[Specification], bytes] = {"svg": as_svg, "png": as_png}[kind]
    return write(for_file(specification, title, footer))
