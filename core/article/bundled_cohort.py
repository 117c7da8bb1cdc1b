"""The bundled cohort: its tables from the article's Table 1 and the outcomes that were chosen, written as CSV."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.article import adverse_events, measurements
from core.article.provenance import provenance
from core.article.reconstruction import bundled_assignment, outcomes

FOLDER = Path(__file__).parents[2] / "data" / "bcma_cart_2025"


def tables(table_1: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """
    The bundled cohort as the tables of core/cohort/schema.py, from the article's
    Table 1 (one row a patient): patients, endpoints, responses, milestones,
    adverse_events, adverse_event_terms, measurements and provenance.
    """
    baseline = table_1.set_index("patient_id")
    outcome = outcomes(bundled_assignment(baseline))
    events = adverse_events.adverse_events(baseline)
    return {
        "patients": _patients(table_1, outcome),
        "endpoints": _endpoints(outcome),
        "responses": _responses(outcome),
        "milestones": _milestones(outcome),
        "adverse_events": events,
        "adverse_event_terms": adverse_events.terms(),
        "measurements": measurements.measurements(outcome, events),
        "provenance": provenance(outcome, events),
    }


def _patients(table_1: pd.DataFrame, outcome: pd.DataFrame) -> pd.DataFrame:
    patients = table_1.copy()
    patients["emd"] = patients["emd"].replace({"No": "No EMD"})
    patients["emd_any"] = np.where(patients["emd"] == "No EMD", "No EMD", "EMD")
    patients["sex"] = patients["sex"].map({"F": "Female", "M": "Male"})
    protein = patients["monoclonal_protein"]
    patients["light_chain"] = protein.str[-1]
    patients["monoclonal_protein"] = protein.str.extract(r"^(Light chain|Ig[A-Z])", expand=False)
    response = outcome["best_response"].to_numpy()
    patients["best_response"] = response
    patients["responder"] = np.where(response == "SD", "No", "Yes")
    patients["mrd_negative"] = np.where(outcome["mrd_month"].notna(), "Yes", "No")
    severe = patients["patient_id"].isin(adverse_events.SEVERE_CRS)
    patients["crs_grade"] = np.where(severe, "Grade 3–4", "Grade 1–2")
    prolonged = patients["patient_id"].isin(adverse_events.PROLONGED_CYTOPENIA)
    patients["prolonged_cytopenia"] = np.where(prolonged, "Yes", "No")
    return patients


def _endpoints(outcome: pd.DataFrame) -> pd.DataFrame:
    """PFS and OS, and relapse with death in remission as its competing event."""
    rows = []
    for patient, row in outcome.iterrows():
        first = "progression" if row.relapsed else ("death" if row.died else "")
        status = {"progression": 1, "death": 2, "": 0}[first]
        rows.append((patient, "PFS", row.pfs_months, int(status > 0), first))
        rows.append((patient, "OS", row.os_months, int(row.died), row.cause_of_death))
        rows.append((patient, "Relapse", row.pfs_months, status, first))
    return pd.DataFrame(rows, columns=["patient_id", "endpoint", "months", "status", "cause"])


def _responses(outcome: pd.DataFrame) -> pd.DataFrame:
    """Best response at month 1 (assumed: the article prints no date), MRD negativity at its month."""
    rows = []
    for patient, row in outcome.iterrows():
        reached = {1.0: (row.best_response, "", "")}
        if not np.isnan(row.mrd_month):
            reached[row.mrd_month] = ("CR", "negative", "1e-4")
        rows += [(patient, month, *values) for month, values in sorted(reached.items())]
    return pd.DataFrame(rows, columns=["patient_id", "month", "response", "mrd", "mrd_threshold"])


def _milestones(outcome: pd.DataFrame) -> pd.DataFrame:
    rows: list[tuple] = [
        (patient, "", "corticosteroids", "for cytokine release syndrome") for patient in adverse_events.SEVERE_CRS
    ]
    rows.append((8, "", "tocilizumab", "for cytokine release syndrome"))
    infused_again = outcome["second_infusion_month"].dropna()
    rows += [(patient, month, "second infusion", "no response") for patient, month in infused_again.items()]
    return pd.DataFrame(
        sorted(rows, key=lambda row: (row[0], row[2])), columns=["patient_id", "month", "event", "detail"]
    )


def write(folder: Path = FOLDER) -> None:
    """Writes the bundled cohort's tables into `folder`, beside article/table1.csv, one CSV a table."""
    table_1 = pd.read_csv(folder / "article" / "table1.csv", keep_default_na=False)
    for name, table in tables(table_1).items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    write()
