"""
Adverse events handed to patients: what the article documents first, the rest by rule.

Table 3 prints how many of the 11 patients had each term, in two grade bands.
Each term goes to the patients for whom it makes the least association with
extramedullary disease, prior ASCT, BCMA expression and dose; among equals
where the burden so far is least associated with them too; then to the first
in order of patient numbers.
"""

from itertools import combinations

import numpy as np
import pandas as pd

SEVERE_CRS = (7, 8)
PROLONGED_CYTOPENIA = (3, 6, 7, 9, 10)
CRS = "Cytokine release syndrome"

# term, category, patients at grade 1–2, patients at grade 3 or more, the upper band as printed,
# and who is documented at grade 3 or more. The text prints grade 3–4 for CRS and the cytopenias
# and grade 3 for fever and infection; elsewhere Table 3's band of 3–5 is kept.
TABLE_3: tuple[tuple[str, str, int, int, tuple[int, int], tuple[int, ...]], ...] = (
    (CRS, "Cytokine release syndrome", 9, 2, (3, 4), SEVERE_CRS),
    # Leukopenia is documented in patient 7; that the others with prolonged cytopenia had it too
    # gives each of them the cytopenia of grade 3 or more that they must have had.
    ("Leukopenia", "Haematological", 3, 8, (3, 4), PROLONGED_CYTOPENIA),
    ("Anemia", "Haematological", 6, 5, (3, 4), ()),
    ("Thrombocytopenia", "Haematological", 2, 6, (3, 4), (7,)),
    ("Fever", "Non-haematological", 8, 1, (3, 3), ()),
    ("Nausea", "Non-haematological", 3, 0, (3, 5), ()),
    ("Vomiting", "Non-haematological", 2, 0, (3, 5), ()),
    ("Hypotension", "Non-haematological", 1, 1, (3, 5), ()),
    ("Hypoxaemia", "Non-haematological", 1, 1, (3, 5), ()),
    ("Aspartate aminotransferase increased", "Non-haematological", 0, 2, (3, 5), ()),
    ("Alanine aminotransferase increased", "Non-haematological", 1, 1, (3, 5), ()),
    ("Infection", "Non-haematological", 5, 3, (3, 3), (7,)),
)
RULE = "counts as in Table 3; given to patients so that they are related least to EMD, ASCT, BCMA and dose"
# term, category, grading, note: what Table 3 and the text say was looked for and not seen.
NOT_SEEN: tuple[tuple[str, str, str, str], ...] = (
    (
        "Neurologic events",
        "Non-haematological",
        "CTCAE 5.0",
        "none in Table 3; the text mentions hallucinations and blurred vision in two patients, without grade",
    ),
    ("ICANS", "", "", ""),
    ("Secondary neoplasm", "", "", ""),
)
# Hypotension or hypoxaemia of grade 3 or more makes the syndrome severe by Lee's criteria.
ONLY_IN_SEVERE_CRS = ("Hypotension", "Hypoxaemia")


def terms() -> pd.DataFrame:
    """Every term that the article says was looked for, in the order of Table 3 and the text."""
    seen = [(term, category, "Lee 2014" if term == CRS else "CTCAE 5.0", "") for term, category, *_ in TABLE_3]
    return pd.DataFrame([*seen, *NOT_SEEN], columns=["term", "category", "grading", "note"])


def adverse_events(baseline: pd.DataFrame) -> pd.DataFrame:
    """
    One row a patient and term, in the columns of core/cohort/schema.py's
    `adverse_events`; onset and end are not printed and stay empty.
    `baseline` is the article's Table 1 indexed by `patient_id`.
    """
    patients = baseline.index.to_numpy()
    covariates = _ranks(
        np.column_stack(
            [
                baseline["emd"].ne("No"),
                baseline["prior_asct"].eq("Yes"),
                baseline["bcma_percent"],
                baseline["dose_1e8_cells"],
            ]
        ).T.astype(float)
    )
    burden = np.zeros(len(patients))
    rows = []
    for term, category, low, high, band, documented in TABLE_3:
        must = np.isin(patients, documented)
        may = np.isin(patients, SEVERE_CRS) if term in ONLY_IN_SEVERE_CRS else np.full(len(patients), True)
        grades = _least_associated(_allocations(low, high, must, may), burden, covariates)
        burden += grades
        grading = "Lee 2014" if term == CRS else "CTCAE 5.0"
        for patient, grade in zip(patients, grades, strict=True):
            if grade:
                lowest, highest = band if grade == 2 else (1, 2)
                if term == "Infection" and patient == 7:
                    highest = 5  # fatal, though the text counts it among three of grade 3
                rows.append((patient, term, category, lowest, highest, grading, "", ""))
    columns = ["patient_id", "term", "category", "grade_min", "grade_max", "grading", "onset_day", "end_day"]
    return pd.DataFrame(rows, columns=columns)


def _allocations(low: int, high: int, must: np.ndarray, may: np.ndarray) -> np.ndarray:
    """Every way to give `high` patients band 2 (all of `must`, none outside `may`) and `low` band 1."""
    n = len(must)
    allocations = []
    for severe in combinations(range(n), high):
        if not set(np.flatnonzero(must)) <= set(severe) <= set(np.flatnonzero(may)):
            continue
        for mild in combinations([i for i in range(n) if i not in severe], low):
            grades = np.zeros(n)
            grades[list(severe)], grades[list(mild)] = 2, 1
            allocations.append(grades)
    return np.array(allocations)


def _least_associated(candidates: np.ndarray, burden: np.ndarray, covariates: np.ndarray) -> np.ndarray:
    alone = _largest_correlation(candidates, covariates)
    with_burden = _largest_correlation(candidates + burden, covariates)
    order = np.lexsort((np.arange(len(candidates)), with_burden, alone))
    return candidates[order[0]]


def _largest_correlation(rows: np.ndarray, covariates: np.ndarray) -> np.ndarray:
    """Largest absolute rank correlation of each row with any covariate (given as centred ranks)."""
    ranks = _ranks(rows)
    scale = np.sqrt((ranks**2).sum(1))[:, None] * np.sqrt((covariates**2).sum(1))
    correlation = np.divide(ranks @ covariates.T, scale, out=np.zeros_like(scale), where=scale > 0)
    return np.abs(correlation).max(1).round(12)


def _ranks(rows: np.ndarray) -> np.ndarray:
    """Mean ranks within each row, centred at zero."""
    ranks = pd.DataFrame(rows).rank(axis=1).to_numpy()
    return ranks - ranks.mean(1, keepdims=True)


def provenance(events: pd.DataFrame) -> list[tuple]:
    """Rows of the provenance table: what is printed for a patient and what was handed out by rule."""
    rows: list[tuple] = [
        ("adverse_events", "term", "", "reconstructed", RULE),
        ("adverse_events", "category", "", "reported", "as in Table 3"),
        ("adverse_event_terms", "term", "", "reported", "Table 3; ICANS and secondary neoplasms in the text"),
        ("adverse_events", "grading", "", "reported", "CTCAE 5.0; the syndrome by Lee 2014"),
        ("adverse_events", "grade_min", "", "reconstructed", "grade bands as printed"),
        ("adverse_events", "grade_max", "", "reconstructed", "grade bands as printed"),
    ]
    rows = [(*row, "") for row in rows]
    rows.append(("adverse_events", "term", "", "reported", "grade 3–4 in patients 7 and 8, 1–2 in all others", CRS))
    printed = {
        "Leukopenia": "leukopenia",
        "Thrombocytopenia": "thrombocytopenia",
        "Infection": "a fatal infection (grade 5 by CTCAE; the text says 3)",
    }
    rows += [("adverse_events", "term", patient, "reported", "severe CRS", CRS) for patient in SEVERE_CRS]
    return rows + [("adverse_events", "term", 7, "reported", note, term) for term, note in printed.items()]
