"""Where values come from: reported, derived, reconstructed, assumed or simulated."""

import pandas as pd

FIRM = ("reported", "derived")
"""Sources that another allowed cohort could not change."""


def source_of(sources: pd.DataFrame, table: str, column: str, patients: "pd.Series | list[str]") -> list[str]:
    """
    The source of a value for each of `patients`: what the provenance table
    (columns `table`, `column`, `patient_id`, `source`) says of that patient,
    otherwise of every patient, otherwise "reported".
    """
    of_column = (sources["table"].to_numpy() == table) & (sources["column"].to_numpy() == column)
    who, source = (sources[name].to_numpy()[of_column] for name in ("patient_id", "source"))
    own = {None if pd.isna(patient) else patient: str(said) for patient, said in zip(who, source, strict=True)}
    usual = own.get(None, "reported")
    return [own.get(patient, usual) for patient in patients]


def note_of(sources: pd.DataFrame, table: str, column: str) -> str:
    """What the provenance table remarks on a column for every patient; empty where it says nothing."""
    rows = sources[(sources["table"] == table) & (sources["column"] == column) & sources["patient_id"].isna()]
    notes = [str(note) for note in rows["note"].dropna()]
    return notes[-1] if notes else ""


def notes_of_patients(sources: pd.DataFrame, table: str, column: str, patients: list[str]) -> dict[str, str]:
    """What the provenance table reports of single patients: patient -> note, in the order of `patients`."""
    rows = sources[(sources["table"] == table) & (sources["column"] == column) & (sources["source"] == "reported")]
    note = dict(zip(rows["patient_id"], rows["note"], strict=True))
    return {patient: str(note[patient]) for patient in patients if isinstance(note.get(patient), str)}


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
