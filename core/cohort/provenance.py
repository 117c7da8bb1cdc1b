"""Where values come from: reported, derived, reconstructed, assumed or simulated."""

import pandas as pd

from core.text import listed

FIRM = ("reported", "derived")
"""Sources that another allowed cohort could not change."""


def source_of(sources: pd.DataFrame, table: str, column: str, patients: "pd.Series | list[str]") -> list[str]:
    """
    The source of a value for each of `patients`: what the provenance table
    (columns `table`, `column`, `patient_id`, `source`) says of that patient,
    otherwise of every patient, otherwise "reported".
    """
    of_column = (sources["table"].to_numpy() == table) & (sources["column"].to_numpy() == column)
    of_column &= sources["term"].isna().to_numpy()
    who, source = (sources[name].to_numpy()[of_column] for name in ("patient_id", "source"))
    own = {None if pd.isna(patient) else patient: str(said) for patient, said in zip(who, source, strict=True)}
    usual = own.get(None, "reported")
    return [own.get(patient, usual) for patient in patients]


def note_of(sources: pd.DataFrame, table: str, column: str) -> str:
    """What the provenance table remarks on a column for every patient; empty where it says nothing."""
    rows = sources[(sources["table"] == table) & (sources["column"] == column)]
    rows = rows[rows["patient_id"].isna() & rows["term"].isna()]
    notes = [str(note) for note in rows["note"].dropna()]
    return notes[-1] if notes else ""


def source_of_events(sources: pd.DataFrame, patients: list[str], terms: list[str | None]) -> list[str]:
    """
    The source of each patient's having had each adverse event: what the
    provenance table says of that event in that patient or in everybody, and
    otherwise of the patient's events; of the latter alone where a term is None.
    """
    rows = sources[(sources["table"] == "adverse_events") & sources["term"].notna()]
    whom = [None if pd.isna(patient) else str(patient) for patient in rows["patient_id"]]
    of_term = dict(zip(zip(rows["term"], whom, strict=True), map(str, rows["source"]), strict=True))
    usual = source_of(sources, "adverse_events", "term", patients)
    return [
        of_term.get((term, patient), of_term.get((term, None), otherwise))
        for patient, term, otherwise in zip(patients, terms, usual, strict=True)
    ]


def reported_events(sources: pd.DataFrame, patients: list[str]) -> dict[str, str]:
    """What is reported of single patients' adverse events: patient -> notes, in the order of `patients`."""
    rows = sources[(sources["table"] == "adverse_events") & (sources["source"] == "reported")]
    notes = rows.dropna(subset=["patient_id", "note"]).groupby("patient_id")["note"].agg(list)
    return {patient: listed(notes[patient]) for patient in patients if patient in notes}


def patients_with_reported_events(sources: pd.DataFrame, but: list[str]) -> list[str]:
    """The patients of whom single adverse events are firm, other than the terms of which that is so of everybody."""
    rows = sources[(sources["table"] == "adverse_events") & sources["source"].isin(FIRM)]
    rows = rows[rows["patient_id"].notna() & rows["term"].notna() & ~rows["term"].isin(but)]
    return list(dict.fromkeys(str(patient) for patient in rows["patient_id"]))


def soft_sources(sources: pd.DataFrame, tables: tuple[str, ...]) -> tuple[str, ...]:
    """
    Which of reconstructed, assumed and simulated occur among the values of
    `tables`, in that order; a table may be narrowed to a column, as in
    "patients.emd".
    """
    named = sources["table"] + "." + sources["column"]
    kinds = set(sources.loc[sources["table"].isin(tables) | named.isin(tables), "source"])
    return tuple(kind for kind in ("reconstructed", "assumed", "simulated") if kind in kinds)


def sources_sentence(sources: pd.DataFrame, tables: tuple[str, ...], kind: str) -> str:
    """How far a figure's values are reported, in a cohort of this kind, as its caption and its files say it."""
    soft = soft_sources(sources, tables)
    if kind == "simulated" or soft == ("simulated",):
        return "Simulated values: they describe no patient."
    if not soft:
        return "Values as recorded in the cohort."
    reasons = {
        "reconstructed": "reconstructed from the article's summaries",
        "assumed": "assumed where it prints none",
        "simulated": "simulated",
    }
    return f"Not all values are printed for each patient: some are {', some '.join(reasons[s] for s in soft)}."


def reported_patients(sources: pd.DataFrame, table: str, column: str) -> list[str]:
    """The patients of whom a column is firm where that of everybody else is not."""
    rows = sources[(sources["table"] == table) & (sources["column"] == column) & sources["term"].isna()]
    return [str(patient) for patient in rows.loc[rows["source"].isin(FIRM), "patient_id"].dropna()]


def reported_terms(sources: pd.DataFrame) -> list[str]:
    """The adverse events of which it is firm who had them, where of others it is not."""
    rows = sources[(sources["table"] == "adverse_events") & sources["patient_id"].isna()]
    return [str(term) for term in rows.loc[rows["source"].isin(FIRM), "term"].dropna()]
