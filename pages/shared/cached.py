"""
The open cohort, and what is kept of its answers: the only place where anything is cached.

Keys are the cohort's fingerprint, a Selection and plain values, never a frame:
a changed cohort never meets an old answer. What is kept is shared by all who
see that cohort and is not to be changed. A page asks `answer` a question by its
name, or a room of core what it knows (core/*/answers.py).
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import lru_cache, partial, wraps
from pathlib import Path
from threading import current_thread
from typing import Any, Concatenate

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from core.adverse_events import answers as of_adverse_events
from core.article import answers as of_article
from core.article import verdicts as of_claims
from core.associations import answers as of_associations
from core.cohort import answers as of_cohort
from core.cohort.ask import Cohort, Known, Of, ask
from core.cohort.database import Database, open_cohort, open_tables
from core.cohort.files import signature
from core.cohort.ranges import Extent
from core.cohort.resembling import simulated_tables
from core.cohort.selection import Selection
from core.cytopenia import answers as of_cytopenia
from core.kinetics import answers as of_kinetics
from core.patients import answers as of_patients
from core.response import answers as of_response
from core.subgroups import answers as of_subgroups
from core.survival import answers as of_survival
from pages.shared import small_cells

BUNDLED = Path(__file__).parents[2] / "data" / "bcma_cart_2025"
COHORT_VARIABLE = "CARTOGRAPH_COHORT"
"""Environment variable that names another folder or .duckdb file to open."""


def cohort_path() -> Path:
    return Path(os.environ.get(COHORT_VARIABLE) or BUNDLED)


def is_bundled() -> bool:
    """Whether the cohort is the one that the app opens on: only then may its levels stand in a URL."""
    return cohort_path() == BUNDLED and chosen() is None


def is_own() -> bool:
    """Whether the cohort was brought into this session: it and every answer about it are this session's alone."""
    return chosen() == OWN


def chosen() -> str | None:
    """Which cohort this session chose, OWN or SIMULATED; None where it shows the one that the app opens on."""
    return st.session_state.get("chosen cohort")


OWN, SIMULATED = "own", "simulated"
"""The cohorts that a session can choose beside the one that the app opens on."""
SIMULATED_PATIENTS = 141


def choose(which: str | None, cohort: Database | None = None) -> None:
    """Show another cohort from now on: an own one, the simulated one, or with None the one that the app opens on."""
    for name in ("cohort", "cohort as written", "chosen cohort", "own answers"):
        st.session_state.pop(name, None)
    if which is not None:
        st.session_state["chosen cohort"] = which
        st.session_state["cohort"] = _simulated() if cohort is None else cohort


@st.cache_resource(show_spinner="Opening the cohort …")
def _simulated() -> Database:
    return open_tables(*simulated_tables(SIMULATED_PATIENTS))


def database() -> Database:
    """
    The cohort that this session opened: it stays the same until the page is
    loaded anew, whatever becomes of its files. Raises CohortError.
    """
    held: Database | None = st.session_state.get("cohort")
    if held is None:
        held = st.session_state["cohort"] = opening()
        st.session_state["cohort as written"] = signature(cohort_path())
    return held


def opening() -> Database:
    """The cohort that the app opens on, as it stands in its files. Raises CohortError."""
    path = cohort_path()
    return _open(str(path), signature(path))


def changed() -> bool:
    """Whether the cohort's files were written since this session opened it."""
    if chosen() is not None:
        return False
    return signature(cohort_path()) != st.session_state.get("cohort as written")


@st.cache_resource(show_spinner="Opening the cohort …", max_entries=3)
def _open(path: str, written: tuple) -> Database:
    return open_cohort(path)


MOST_KEPT = 2_000
"""Answers that are kept, of all cohorts and views: the last ones asked for."""


def _asked(known: Callable[..., Any], fingerprint: str, *of: Any, **named: Any) -> Any:
    return known(_Kept(database()), *of, **named)


_of_all = lru_cache(MOST_KEPT)(_asked)
"""What is known of the cohorts that anybody may see."""


def _known(known: Callable[..., Any], fingerprint: str, *of: Any, **named: Any) -> Any:
    """An answer that is kept: with the cohorts of all, or of an own one in its session, and gone with it."""
    if not is_own():
        return _of_all(known, fingerprint, *of, **named)
    if "own answers" not in st.session_state:
        st.session_state["own answers"] = lru_cache(MOST_KEPT)(_asked)
    return st.session_state["own answers"](known, fingerprint, *of, **named)


def kept(known: Callable[Concatenate[Cohort, Of], Known]) -> Callable[Of, Known]:
    """What a room knows of a cohort, asked of the session's, and kept."""

    @wraps(known)
    def of_session(*of: Of.args, **named: Of.kwargs) -> Known:
        return _known(known, database().fingerprint, *of, **named)

    return of_session


def beside(answered: Callable[Of, Known]) -> Callable[Of, Known]:
    """The same answer for what takes seconds: worked out beside the run, which gives way to a newer one meanwhile."""

    @wraps(answered)
    def of_session(*of: Of.args, **named: Of.kwargs) -> Known:
        context = get_script_run_ctx()
        worker = ThreadPoolExecutor(1, initializer=lambda: add_script_run_ctx(current_thread(), context))
        at_work = worker.submit(partial(answered, *of, **named))
        worker.shutdown(wait=False)
        while not wait([at_work], timeout=0.05).done:
            st.session_state.get("page")  # a word with the state is where a run gives way
        return at_work.result()

    return of_session


def forget() -> None:
    """Keep nothing of what is known so far."""
    _of_all.cache_clear()


class _Kept(Cohort):
    """The session's cohort, whose answers are kept: what two of them rest on is asked once."""

    def ask(self, question: str, selection: Selection, **values: Any) -> pd.DataFrame:
        return answer(question, selection, **values)

    def know(self, known: Callable[Concatenate[Cohort, Of], Known], *of: Of.args, **named: Of.kwargs) -> Known:
        return _known(known, self.fingerprint, *of, **named)


@kept
def answer(cohort: Cohort, question: str, selection: Selection, **values: Any) -> pd.DataFrame:
    """The answer to a question by its room and name, about the selection."""
    return ask(cohort.database, question, selection, **values)


MOST_NAMED = 1_000
"""Patients who can be left out by name: the first of the cohort."""


def first_patients() -> list[str]:
    """The identifiers of the first patients of the cohort, in the order of its file."""
    return list(answer("cohort/who", Selection(database().fingerprint), most=MOST_NAMED)["patient_id"])


_extents = kept(of_cohort.extents)
sources = kept(of_cohort.sources)
reported_flag = kept(of_cohort.reported_flag)
facets = kept(of_cohort.facets)
group_sizes = kept(of_cohort.group_sizes)
side_of_cut = kept(of_cohort.side_of_cut)
survival_result = kept(of_survival.survival_result)
comparison = kept(of_survival.comparison)
follow_up = kept(of_survival.follow_up)
several_variables = beside(kept(of_survival.several_variables))
what_if_one = beside(kept(of_survival.what_if_one))
response_result = kept(of_response.response_result)
duration_of_response = kept(of_response.duration_of_response)
measured = kept(of_kinetics.measured)
courses = kept(of_kinetics.courses)
profile = kept(of_patients.profile)
cytopenias = kept(of_cytopenia.cytopenias)
recorded_terms = kept(of_adverse_events.recorded_terms)
adverse_events = kept(of_adverse_events.adverse_events)
explaining = kept(of_associations.explaining)
outcomes = kept(of_associations.outcomes)
associations = beside(kept(of_associations.associations))
has_claims = kept(of_article.has_claims)
published = beside(kept(of_claims.published))
leaves_open = kept(of_article.leaves_open)
allowed_outcomes = beside(kept(of_article.allowed_outcomes))
allowed_association = beside(kept(of_article.allowed_association))
allowed_response = kept(of_article.allowed_response)
allowed_events = kept(of_article.allowed_events)
allowed_subgroups = beside(kept(of_article.allowed_subgroups))
allowed_steps = beside(kept(of_article.allowed_steps))
rate_forest = kept(of_subgroups.rate_forest)
survival_forest = kept(of_subgroups.survival_forest)


def extents() -> dict[str, Extent]:
    """The range of every numeric variable, its ends rounded outward while small numbers are withheld."""
    found = _extents()
    return {name: extent.coarse for name, extent in found.items()} if small_cells.smallest() else found
