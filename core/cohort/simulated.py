"""
Simulated cohorts of any size, in the tables of core/cohort/schema.py: they describe no patient.

Progression and death come at constant hazards that extramedullary disease,
prior ASCT and dose multiply by the ratios of HAZARD_RATIOS, the same for both,
so that PFS (whichever comes first) and OS have exactly these hazard ratios.
Response is likelier with dose, severe cytokine release too. Everything else
has no effect on anything.

    python -m core.cohort.simulated FOLDER PATIENTS [SEED]     # as Parquet, one file a table
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.cohort.vocabulary import CRS, DAYS_PER_MONTH

HAZARD_RATIOS = {"emd": 2.1, "prior_asct": 1.5, "dose_doubled": 0.75}
"""What multiplies both hazards: any EMD, prior ASCT, and each doubling of the dose from 1.5 ×10⁸ cells."""

MONTHLY_HAZARDS = {"progression": 0.045, "death": 0.015}
"""Without EMD and ASCT, at 1.5 ×10⁸ cells."""

SHORTEST_FOLLOW_UP, LONGEST_FOLLOW_UP = 6.0, 60.0

VARIABLES = """name,label,kind,unit,levels,section,default_cut,known_at
emd,Extramedullary disease,category,,No EMD|EM-B|EM-E,first,,
prior_asct,Prior ASCT,flag,,No|Yes,first,,
bcma_percent,BCMA expression,number,%,,first,50,
dose_1e8_cells,Infused dose,number,×10⁸ cells,,first,1.5,
age_years,Age,number,years,,more,60,
sex,Sex,category,,Female|Male,more,,
iss_stage,ISS stage,category,,I|II|III,more,,
prior_lines,Prior lines,number,lines,,more,5,
responder,"Response, PR or better",flag,,No|Yes,after infusion,,responses.responder
"""

# term, category, scale, and the probability of each worst grade from 1 to 5
EVENTS: tuple[tuple[str, str, str, tuple[float, ...]], ...] = (
    (CRS, CRS, "ASTCT", (0.45, 0.30, 0.06, 0.02, 0.005)),
    ("ICANS", "Neurotoxicity", "ASTCT", (0.10, 0.05, 0.02, 0.01, 0.0)),
    ("Neutropenia", "Haematological", "CTCAE 5.0", (0.02, 0.06, 0.25, 0.60, 0.0)),
    ("Anemia", "Haematological", "CTCAE 5.0", (0.10, 0.25, 0.45, 0.02, 0.0)),
    ("Thrombocytopenia", "Haematological", "CTCAE 5.0", (0.10, 0.12, 0.20, 0.30, 0.0)),
    ("Infection", "Non-haematological", "CTCAE 5.0", (0.08, 0.20, 0.18, 0.03, 0.02)),
    ("Fatigue", "Non-haematological", "CTCAE 5.0", (0.25, 0.15, 0.02, 0.0, 0.0)),
    ("Nausea", "Non-haematological", "CTCAE 5.0", (0.20, 0.08, 0.01, 0.0, 0.0)),
)


AT_ONCE = 1_000_000
"""Patients drawn together; a larger cohort is drawn in parts, so that any size fits into memory."""


def simulated_cohort(patients: int, seed: int = 1) -> dict[str, pd.DataFrame]:
    """
    The tables of a cohort of this many patients, the same for the same seed.

    Months from infusion are whole days over 30.4375; follow-up ends between 6 and 60
    months, alike for everybody. Raises ValueError for fewer than one patient.
    """
    if patients < 1:
        raise ValueError(f"A cohort needs a patient, but {patients} were asked for.")
    parts = list(_parts(patients, seed, adverse_events=True))
    return _described(patients, seed, tuple(parts[0])) | {
        name: pd.concat([p[name] for p in parts], ignore_index=True) for name in parts[0]
    }


def _described(patients: int, seed: int, tables: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    about = {
        "name": [f"Simulated, {patients:,} patients"],
        "kind": ["simulated"],
        "description": [f"Drawn at random with seed {seed}: no patient is described."],
    }
    rows = [(table, "*", "simulated") for table in tables]
    return {"cohort": pd.DataFrame(about), "provenance": pd.DataFrame(rows, columns=["table", "column", "source"])}


def _parts(patients: int, seed: int, adverse_events: bool) -> Iterator[dict[str, pd.DataFrame]]:
    """The tables of the patients, part after part; who they are does not depend on how many follow."""
    for first in range(1, patients + 1, AT_ONCE):
        rng = np.random.default_rng([seed, first])
        baseline = _baseline(rng, first, min(AT_ONCE, patients + 1 - first))
        endpoints, responses = _endpoints(rng, baseline), _responses(rng, baseline)
        responded = baseline["patient_id"].isin(responses.loc[responses["response"] != "SD", "patient_id"])
        tables = {
            "patients": baseline.assign(responder=np.where(responded, "Yes", "No")),
            "endpoints": endpoints,
            "responses": responses,
        }
        yield tables | ({"adverse_events": _adverse_events(rng, baseline)} if adverse_events else {})


def log_hazard_ratio(baseline: pd.DataFrame) -> np.ndarray:
    """What the baseline adds to each patient's log hazard of progression and of death."""
    doublings = np.log2(baseline["dose_1e8_cells"].to_numpy() / 1.5)
    ratios = {name: np.log(ratio) for name, ratio in HAZARD_RATIOS.items()}
    return (
        ratios["emd"] * (baseline["emd"] != "No EMD").to_numpy()
        + ratios["prior_asct"] * (baseline["prior_asct"] == "Yes").to_numpy()
        + ratios["dose_doubled"] * doublings
    )


def _baseline(rng: np.random.Generator, first: int, n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient_id": [f"S{number}" for number in range(first, first + n)],
            "emd": rng.choice(["No EMD", "EM-B", "EM-E"], n, p=[0.72, 0.13, 0.15]),
            "prior_asct": rng.choice(["No", "Yes"], n, p=[0.6, 0.4]),
            "bcma_percent": np.round(100 * rng.beta(2.2, 1.2, n), 1),
            "dose_1e8_cells": np.round(np.exp(rng.normal(np.log(1.7), 0.45, n)), 2).clip(0.3, 9),
            "age_years": np.round(rng.normal(60, 9, n)).clip(30, 85),
            "sex": rng.choice(["Female", "Male"], n),
            "iss_stage": rng.choice(["I", "II", "III"], n, p=[0.3, 0.4, 0.3]),
            "prior_lines": 2.0 + rng.poisson(2.5, n),
        }
    )


def _endpoints(rng: np.random.Generator, baseline: pd.DataFrame) -> pd.DataFrame:
    """PFS and OS by the day, as dates give them; an event never before the first day."""
    n, ratio = len(baseline), np.exp(log_hazard_ratio(baseline))
    progressed = rng.exponential(1 / (MONTHLY_HAZARDS["progression"] * ratio), n)
    died = rng.exponential(1 / (MONTHLY_HAZARDS["death"] * ratio), n)
    followed = rng.uniform(SHORTEST_FOLLOW_UP, LONGEST_FOLLOW_UP, n)
    first = np.minimum(progressed, died)
    tables = []
    for endpoint, event in (("PFS", first), ("OS", died)):
        seen = event <= followed
        months = np.ceil(np.where(seen, event, followed) * DAYS_PER_MONTH) / DAYS_PER_MONTH
        cause = np.where(event == died, "death", "progression").astype(object)
        cause[~seen] = None
        tables.append(
            pd.DataFrame(
                {
                    "patient_id": baseline["patient_id"],
                    "endpoint": endpoint,
                    "months": months,
                    "status": seen.astype(np.int8),
                    "cause": cause,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _responses(rng: np.random.Generator, baseline: pd.DataFrame) -> pd.DataFrame:
    """One assessment at month 1, deeper with dose; one in twenty patients has none."""
    depth = 0.6 * np.log2(baseline["dose_1e8_cells"].to_numpy() / 1.5) + rng.logistic(size=len(baseline))
    levels = np.array(["SD", "PR", "VGPR", "CR", "sCR"])
    response = levels[np.searchsorted([-1.6, -0.8, 0.0, 0.9], depth)]
    frame = pd.DataFrame({"patient_id": baseline["patient_id"], "month": 1.0, "response": response})
    return frame[rng.random(len(frame)) >= 0.05].reset_index(drop=True)


def _adverse_events(rng: np.random.Generator, baseline: pd.DataFrame) -> pd.DataFrame:
    """At most one episode a term; cytokine release of a higher dose is the worse of two draws."""
    tables = []
    for term, category, scale, chances in EVENTS:
        ends = np.cumsum(chances)
        grade = _grades(rng, ends, len(baseline))
        if term == CRS:
            high = (baseline["dose_1e8_cells"] >= 2.5).to_numpy()
            grade = np.where(high, np.maximum(grade, _grades(rng, ends, len(baseline))), grade)
        onset = 1.0 + rng.poisson(4 if scale == "ASTCT" else 12, len(baseline))
        had = grade > 0
        tables.append(
            pd.DataFrame(
                {
                    "patient_id": baseline.loc[had, "patient_id"],
                    "term": term,
                    "category": category,
                    "grade_min": grade[had],
                    "grade_max": grade[had],
                    "grading": scale,
                    "onset_day": onset[had],
                    "end_day": onset[had] + rng.poisson(5, int(had.sum())),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _grades(rng: np.random.Generator, ends: np.ndarray, n: int) -> np.ndarray:
    """Grades 1 to 5 whose chances add up to `ends`, 0 for no event."""
    grade = np.searchsorted(ends, rng.random(n), side="right") + 1
    return np.where(grade > len(ends), 0, grade).astype(np.int8)


def write(folder: Path, patients: int, seed: int = 1, adverse_events: bool = True) -> None:
    """
    Write a simulated cohort into `folder` (made if absent) as Parquet, with
    its dictionary as CSV; without its adverse events where they are not wanted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "variables.csv").write_text(VARIABLES, encoding="utf-8")
    with ExitStack() as files:
        writers: dict[str, pq.ParquetWriter] = {}
        for tables in _parts(patients, seed, adverse_events):
            for name, table in tables.items():
                rows = pa.Table.from_pandas(table, preserve_index=False)
                if name not in writers:
                    file = pq.ParquetWriter(folder / f"{name}.parquet", rows.schema)
                    writers[name] = files.enter_context(file)
                writers[name].write_table(rows.cast(writers[name].schema))
    for name, table in _described(patients, seed, tuple(writers)).items():
        table.to_parquet(folder / f"{name}.parquet", index=False)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4) or not all(word.isdecimal() for word in sys.argv[2:]):
        sys.exit("usage: python -m core.cohort.simulated FOLDER PATIENTS [SEED]")
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) == 4 else 1)
    print(f"{sys.argv[1]} written")
