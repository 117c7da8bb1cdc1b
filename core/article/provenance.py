"""Where each value of the bundled cohort comes from: reported, derived, reconstructed or assumed."""

from typing import Any

import pandas as pd

from core.article import adverse_events, measurements
from core.article.reconstruction import DOCUMENTED, PROLONGED, RULE

_EVERYONE = ""
_OF_ALL: list[tuple] = [
    ("patients", column, _EVERYONE, "reported", "Table 1")
    for column in (
        "age_years", "sex", "iss_stage", "prior_lines", "prior_asct", "emd", "bcma_percent",
        "dose_1e8_cells", "transduction_percent", "trial",
    )
]  # fmt: skip
_OF_ALL += [
    ("patients", "emd_any", _EVERYONE, "derived", "EM-B or EM-E in Table 1"),
    (
        "patients",
        "monoclonal_protein",
        _EVERYONE,
        "derived",
        "heavy chain class of Table 1, as in Table 2",
    ),
    ("patients", "light_chain", _EVERYONE, "derived", "light chain of Table 1"),
    (
        "patients",
        "crs_grade",
        _EVERYONE,
        "reported",
        "grade 3–4 in patients 7 and 8, grade 1–2 in all others",
    ),
    ("patients", "prolonged_cytopenia", _EVERYONE, "reported", PROLONGED),
    ("responses", "month", _EVERYONE, "assumed", "no response date is printed; drawn at month 1"),
    ("responses", "response", _EVERYONE, "reconstructed", RULE),
    ("responses", "mrd", _EVERYONE, "reported", "printed for complete responders only"),
    ("endpoints", "status", _EVERYONE, "reconstructed", RULE),
    ("responses", "mrd_threshold", _EVERYONE, "reported", "10⁻⁴ by flow cytometry of marrow"),
    ("endpoints", "cause", _EVERYONE, "reconstructed", "goes with the outcome handed to the patient"),
    ("endpoints", "cause", 7, "reported", "cardiac arrest, persistent infection"),
    ("milestones", "event", _EVERYONE, "reported", "patients 4, 7 and 8"),
    ("milestones", "detail", _EVERYONE, "reported", "patients 4, 7 and 8"),
    ("milestones", "month", 4, "reconstructed", "one month before death, between relapse and month 7"),
]
"""What does not depend on the outcomes that were chosen."""


def provenance(outcome: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """The rows of `provenance` for the outcomes (a row a patient) and adverse events of the bundled cohort."""
    rows = [
        *_OF_ALL,
        *measurements.provenance(),
        *(row for patient, fate in outcome["fate"].items() for row in _of_patient(patient, fate)),
    ]
    rows = [(*row, "") for row in rows] + adverse_events.provenance(events)
    return pd.DataFrame(rows, columns=["table", "column", "patient_id", "source", "note", "term"])


def _of_patient(patient: Any, fate: str) -> list[tuple]:
    rows: list[tuple] = []
    documented = patient in DOCUMENTED
    source = "reported" if documented else "reconstructed"
    note = "printed for this patient" if documented else "one of the assignments that the article allows"
    for column in ("best_response", "responder", "mrd_negative"):
        rows.append(("patients", column, patient, source, note))
    if fate == "PR or VGPR" and not documented:
        rows.append(("patients", "best_response", patient, "assumed", "printed as PR or VGPR; taken as VGPR"))
    rows.append(("responses", "response", patient, source, note))
    if fate.startswith("CR"):
        mrd = (
            ("reported", "month 1 printed") if patient == 7 else ("reconstructed", "evenly spaced in the printed range")
        )
        rows.append(("responses", "mrd", patient, *mrd))
    rows.append(("endpoints", "status", patient, source, note))
    months = (
        ("reported", "1.5 months printed") if patient == 7 else ("reconstructed", "from the medians, evenly spaced")
    )
    rows.append(("endpoints", "months", patient, *months))
    return rows
