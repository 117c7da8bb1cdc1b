"""The cohorts to choose from, where to bring one's own, and what is loaded."""

import os

import pandas as pd
import streamlit as st

from core.cohort.database import Database
from core.cohort.problems import CohortError
from core.cohort.selection import Selection
from core.cohort.vocabulary import COHORT_KINDS
from core.importers.templates import empty_template, filled_template
from core.text import counted, patients, some
from pages.shared import cached, downloads, own, private, style, widgets

KINDS = [
    "csv",
    "tsv",
    "txt",
    "xlsx",
    "xlsm",
    "xls",
    "ods",
    "parquet",
    "xpt",
    "sas7bdat",
    "json",
    "zip",
    "duckdb",
]
"""Endings of the files that are taken; what a file is, is told by what it holds."""

PRIVATE = (
    "What you bring stays in the memory of this session: never on disk, in a log or in an address, out of reach when "
    "you close or reload the tab, and out of memory minutes later."
)
CLOUD = (
    "This app runs on a public server, which is no place for data of patients: bring only what has no names, numbers "
    "or dates of patients in it, or run the app on your own machine."
)
EXAMPLE = "cartograph_example.xlsx"
MOST_NAMED = 12
_QUIET = {"type": "tertiary", "icon": ":material/download:", "width": "content"}


def on_public_server() -> bool:
    """Whether the app runs on Streamlit Community Cloud, by the name it is asked for or its folder there."""
    host = (st.context.headers.get("Host") or "").partition(":")[0].casefold()
    return host.endswith(".streamlit.app") or os.environ.get("HOSTNAME", "").startswith("streamlit")


def draw_bring() -> None:
    """Where files are dropped."""
    if on_public_server():
        widgets.warning(CLOUD)
    style.note(
        "A sheet with one row a patient is enough: dates of infusion, progression, death and last contact become PFS "
        "and OS. Sheets of adverse events, responses or laboratory values can come in the same workbook or beside it.",
        PRIVATE,
    )
    with st.container(horizontal=True, gap="small", width="content"):
        downloads.save_file(
            "Empty template, XLSX", empty_template, "cartograph_template.xlsx", downloads.XLSX, **_QUIET
        )
        if cached.cohort_path() == cached.BUNDLED:
            example = lambda: filled_template(cached.opening())  # noqa: E731
            label = "Template with the article's cohort, XLSX"
            downloads.save_file(label, example, EXAMPLE, downloads.XLSX, **_QUIET)
            widgets.button("Try it with this one", on_click=_try, icon=":material/play_arrow:", type="tertiary")
    _take("Drop your workbook or CSV files here, one or several, and the recipe of last time if there is one")


def draw_add() -> None:
    """Where more files are dropped, beside those that were brought."""
    _take("More sheets of these patients, or the recipe of last time; what you answered stays")


def _take(label: str) -> None:
    key = own.uploader()
    uploaded = st.file_uploader(label, type=KINDS, accept_multiple_files=True, key=key)
    if uploaded:
        with st.spinner("Reading the files …"):
            refused = own.take([(file.name, file.getvalue()) for file in uploaded])
        if own.opened_as_it_is():
            st.switch_page("pages/overview.py")
        if own.uploader() != key:
            st.rerun()
        for words in refused:
            widgets.warning(words)


def _try() -> None:
    """Bring the filled template, as if it had been dropped."""
    own.take([(EXAMPLE, filled_template(cached.opening()))])


def draw_loaded() -> None:
    """What the cohort that is shown holds: tables, variables, what is to check."""
    if not private.may_be_shown():
        style.note(private.WHY_NOT)
        return
    try:
        database = cached.database()
    except CohortError as error:
        widgets.heading("What to correct in the cohort that the app was started with")
        st.code(str(error), language=None, wrap_lines=True)
        return
    about = database.about
    widgets.heading(f"Loaded: {about['name']}")
    style.facts(_facts(database), about["citation"])
    _draw_checks(database)
    with widgets.expander("Dictionary of the variables", icon=":material/menu_book:"):
        header = ["Variable", "Name", "Kind", "Unit or levels", "When it is known"]
        rows = [
            [v.label, v.name, v.kind, v.unit if v.is_number else " · ".join(v.levels), v.section]
            for v in database.variables
        ]
        style.table(header, rows)
    _draw_sources(cached.sources())


def _draw_sources(sources: pd.DataFrame) -> None:
    """Where values come from that were not recorded as they stand, of everybody."""
    told = sources[sources["patient_id"].isna() & sources["term"].isna() & sources["note"].notna()]
    if told.empty:
        return
    with widgets.expander("Where values come from", icon=":material/source:"):
        rows = [[f"{row.table}: {row.column}", row.source, row.note] for row in told.itertuples()]
        style.table(["Table and column", "Source", "How"], rows)


def _facts(database: Database) -> list[tuple[str, str]]:
    counts = cached.answer("cohort/loaded", Selection(database.fingerprint))
    of = dict(zip(counts["table_name"], counts["rows"].astype(int), strict=True))
    facts = [("", patients(of.pop("patients"))), ("variables", str(len(database.variables)))]
    facts += [(name.replace("_", " "), f"{rows:,}") for name, rows in of.items() if rows]
    return [("kind", COHORT_KINDS[database.about["kind"]]), *facts]


def _draw_checks(database: Database) -> None:
    if not database.checks:
        return
    title = f"{counted(len(database.checks), 'thing')} to check in this cohort"
    with widgets.expander(title, icon=":material/rule:", expanded=len(database.checks) < 4):
        rows = [[c.words[:1].upper() + c.words[1:], some(c.patients, MOST_NAMED)] for c in database.checks]
        style.table(["Remark", "Patients"], rows)
