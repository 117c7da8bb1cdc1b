"""
A simulated cohort made to resemble what larger BCMA CAR-T cohorts report; it describes no patient.

Overall response near 95%, complete response near half, median PFS near 15
months, hazard ratios for PFS of 2.1 with extramedullary disease and 2.3 after
prior ASCT, graded and dated adverse events, measurements over time. The chances
are round numbers of our own; the same seed gives the same cohort.

Progression and death without it come at constant hazards that both ratios
multiply alike, so that PFS has exactly these ratios; death after progression
comes at a hazard of its own. Depth of response goes with the time to
progression. Nothing else has an effect on anything.
"""

import numpy as np

from core.cohort.schema import TABLES
from core.cohort.vocabulary import CRS, DAYS_PER_MONTH

HAZARD_RATIOS = {"emd": 2.1, "prior_asct": 2.3}
PROGRESSION, DEATH, DEATH_AFTER = 0.0235, 0.004, 0.035
"""Monthly hazards: of progression and of death without it, with neither EMD nor ASCT; of death after progression."""
_FOLLOWED = (10.0, 48.0)
"""Between which months the data were cut off, by the day of infusion."""

_SHARES = {"PD": 0.02, "SD": 0.03, "PR": 0.14, "VGPR": 0.31, "CR": 0.16, "sCR": 0.34}
"""Shares of patients by their best response."""
_VISITS = (1.0, 3.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0)

_VARIABLES = (
    ("emd", "Extramedullary disease", "category", None, "No EMD|EM-B|EM-E", "first", None, None, None),
    ("prior_asct", "Prior ASCT", "flag", None, None, "first", None, None, None),
    ("bcma_percent", "BCMA expression", "number", "%", None, "first", "50", None, None),
    ("dose_1e8_cells", "Infused dose", "number", "×10⁸ cells", None, "first", "1.5", None, None),
    ("high_risk", "High-risk cytogenetics", "flag", None, None, "more", None, None, None),
    ("age_years", "Age", "number", "years", None, "more", "65", None, None),
    ("sex", "Sex", "category", None, "Female|Male", "more", None, None, None),
    ("iss_stage", "ISS stage", "category", None, "I|II|III", "more", None, None, None),
    ("prior_lines", "Prior lines", "number", "lines", None, "more", "5", None, None),
    ("best_response", "Best response", "category", None, "sCR|CR|VGPR|PR|SD|PD", "after infusion", None,
     "responses.response", None),
)  # fmt: skip

# term, category, scale, chances of each worst grade from 1 to 5, mean day of onset, mean days that it lasts
_EVENTS: tuple[tuple[str, str, str, tuple[float, ...], float, float], ...] = (
    (CRS, CRS, "ASTCT 2019", (0.48, 0.27, 0.05, 0.015, 0.0), 4, 5),
    ("ICANS", "Neurotoxicity", "ASTCT 2019", (0.10, 0.05, 0.03, 0.01, 0.0), 7, 4),
    ("Neutropenia", "Haematological", "CTCAE 5.0", (0.01, 0.03, 0.16, 0.72, 0.0), 6, 24),
    ("Thrombocytopenia", "Haematological", "CTCAE 5.0", (0.12, 0.11, 0.20, 0.32, 0.0), 8, 30),
    ("Anaemia", "Haematological", "CTCAE 5.0", (0.08, 0.24, 0.48, 0.01, 0.0), 7, 28),
    ("Infection", "Infections", "CTCAE 5.0", (0.05, 0.20, 0.19, 0.03, 0.0), 40, 12),
    ("Hypogammaglobulinaemia", "Infections", "CTCAE 5.0", (0.25, 0.40, 0.04, 0.0, 0.0), 30, 150),
    ("Fatigue", "General", "CTCAE 5.0", (0.25, 0.12, 0.02, 0.0, 0.0), 6, 15),
    ("Hypocalcaemia", "General", "CTCAE 5.0", (0.15, 0.12, 0.03, 0.0, 0.0), 5, 9),
)

# analyte, unit, lower and upper normal, value before infusion, and how many times that on each day
_ANALYTES: tuple[tuple[str, str, float | None, float | None, float, dict[int, float]], ...] = (
    ("CRP", "mg/L", None, 5.0, 6, {-5: 1, 0: 1.2, 3: 6, 7: 9, 10: 3, 14: 1.2, 21: 0.8, 28: 0.7}),
    ("Ferritin", "ng/mL", 15.0, 300.0, 450, {-5: 1, 0: 1.1, 3: 2.2, 7: 4.5, 10: 5, 14: 3, 21: 1.8, 28: 1.3}),
    ("IL-6", "pg/mL", None, 7.0, 6, {0: 1, 3: 25, 7: 40, 10: 6, 14: 2, 28: 1}),
    ("ANC", "10^9/L", 1.5, 7.5, 2.6, {-5: 1, 0: 0.5, 3: 0.15, 7: 0.06, 10: 0.08, 14: 0.25, 21: 0.5, 28: 0.6, 60: 0.8}),
    ("Platelets", "10^9/L", 150.0, 400.0, 160, {-5: 1, 0: 0.8, 7: 0.45, 14: 0.3, 21: 0.35, 28: 0.5, 60: 0.7, 90: 0.8}),
    ("Haemoglobin", "g/dL", 12.0, 17.0, 10.8, {-5: 1, 0: 0.95, 7: 0.82, 14: 0.8, 28: 0.9, 60: 1, 90: 1.05}),
    ("CAR-T copies", "copies/µg", None, None, 400, {3: 2, 7: 60, 10: 180, 14: 150, 21: 60, 28: 25, 60: 5, 90: 2}),
)


def simulated_tables(patients: int, seed: int = 136) -> tuple[dict[str, tuple[str, ...]], dict[str, list[tuple]]]:
    """
    The cohort as tables of text: the columns of each table, and its rows. Months and days are from infusion.

    Raises ValueError for fewer than two patients.
    """
    if patients < 2:
        raise ValueError(f"A cohort to compare needs two patients, but {patients} were asked for.")
    rng = np.random.default_rng(seed)
    names = [f"S{number:03d}" for number in range(1, patients + 1)]
    baseline = _baseline(rng, patients)
    progressed, died, followed = _times(rng, baseline)
    best = _best(rng, progressed)
    seen = (progressed <= died) & (progressed <= followed)
    best = ["SD" if one == "PD" and not saw else one for one, saw in zip(best, seen, strict=True)]
    columns = {name: tuple(column.name for column in of) for name, of in TABLES.items()}
    columns["patients"] = ("patient_id", *(row[0] for row in _VARIABLES))
    about = f"Drawn at random with seed {seed}: no patient is described."
    rows: dict[str, list[tuple]] = {
        "cohort": [(f"Simulated, {patients} patients", "simulated", None, None, None, "infusion", about)],
        "variables": list(_VARIABLES),
        "patients": [(name, *(baseline[v[0]][n] for v in _VARIABLES[:-1]), best[n]) for n, name in enumerate(names)],
        "endpoints": _endpoints(names, progressed, died, followed),
        "responses": _responses(rng, names, best, np.minimum(progressed, died), followed, progressed <= died),
        "adverse_events": _adverse_events(rng, names, np.minimum(died, followed)),
        "measurements": _measurements(rng, names, np.minimum(died, followed)),
    }
    rows["provenance"] = [(table, "*", None, "simulated", None, None) for table in rows if table != "variables"]
    return columns, {name: [tuple(map(_text, row)) for row in of] for name, of in rows.items()}


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    return str(int(number)) if number.is_integer() else repr(number)


def _baseline(rng: np.random.Generator, n: int) -> dict[str, list]:
    dose = np.exp(rng.normal(np.log(2.4), 0.4, n)).clip(0.4, 8)
    drawn = {
        "emd": rng.choice(["No EMD", "EM-B", "EM-E"], n, p=[0.72, 0.15, 0.13]),
        "prior_asct": rng.choice(["No", "Yes"], n, p=[0.68, 0.32]),
        "bcma_percent": np.round(100 * rng.beta(2.6, 1.1, n), 1),
        "dose_1e8_cells": np.round(dose, 2),
        "high_risk": rng.choice(["No", "Yes"], n, p=[0.66, 0.34]),
        "age_years": np.round(rng.normal(61, 9, n)).clip(33, 82),
        "sex": rng.choice(["Female", "Male"], n, p=[0.43, 0.57]),
        "iss_stage": rng.choice(["I", "II", "III"], n, p=[0.3, 0.4, 0.3]),
        "prior_lines": 2 + rng.poisson(2.6, n),
    }
    return {name: values.tolist() for name, values in drawn.items()}


def _times(rng: np.random.Generator, baseline: dict[str, list]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Months of progression and of death, both without end of follow-up, and that end."""
    has_emd = np.array(baseline["emd"]) != "No EMD"
    has_asct = np.array(baseline["prior_asct"]) == "Yes"
    ratio = HAZARD_RATIOS["emd"] ** has_emd * HAZARD_RATIOS["prior_asct"] ** has_asct
    n = len(ratio)
    progressed = rng.exponential(1 / (PROGRESSION * ratio), n)
    died = rng.exponential(1 / (DEATH * ratio), n)
    died = np.where(progressed < died, progressed + rng.exponential(1 / DEATH_AFTER, n), died)
    return progressed, died, rng.uniform(*_FOLLOWED, n)


def _best(rng: np.random.Generator, progressed: np.ndarray) -> list[str]:
    """Best responses in the shares of _SHARES, deeper the later progression comes, with as much chance."""
    depth = np.argsort(np.argsort(np.log(progressed) + rng.normal(0, 1.2, len(progressed)))) + 0.5
    ends = np.cumsum(list(_SHARES.values())) * len(progressed)
    return np.array(list(_SHARES))[np.searchsorted(ends, depth)].tolist()


def _day(month: float) -> float:
    """A month on the first whole day from it on, as dates give it; never the day of infusion."""
    return float(max(1, np.ceil(month * DAYS_PER_MONTH)) / DAYS_PER_MONTH)


def _endpoints(names: list[str], progressed: np.ndarray, died: np.ndarray, followed: np.ndarray) -> list[tuple]:
    rows = []
    for name, relapse, death, end in zip(names, progressed, died, followed, strict=True):
        first = min(relapse, death)
        cause = None if first > end else "progression" if relapse < death else "death"
        rows.append((name, "PFS", _day(min(first, end)), int(first <= end), cause))
        rows.append((name, "OS", _day(min(death, end)), int(death <= end), "death" if death <= end else None))
    return rows


def _responses(
    rng: np.random.Generator, names: list[str], best: list[str], ends: np.ndarray, followed: np.ndarray,
    is_progression: np.ndarray,
) -> list[tuple]:  # fmt: skip
    """Assessments by visit up to progression, the deepest by the second or third; who has PD is assessed once."""
    order = list(_SHARES)
    rows: list[tuple] = []
    for name, depth, end, last, progressed in zip(names, best, ends, followed, is_progression, strict=True):
        reached = order.index(depth)
        deepest_at = int(rng.integers(0, 3))
        negative = reached >= order.index("VGPR") and rng.random() < (0.85 if reached >= order.index("CR") else 0.4)
        visits = [visit for visit in _VISITS if visit < min(end, last)] or [min(0.95 * end, last, 1.0)]
        if depth == "PD":  # of whom nothing is known but that
            rows.append((name, _day(end), "PD", None, None))
            continue
        for place, visit in enumerate(visits):
            level = reached if place >= min(deepest_at, len(visits) - 1) else max(reached - 1, min(reached, 2))
            mrd = ("negative" if negative else "positive") if place == 1 or len(visits) == 1 else None
            rows.append((name, visit, order[level], mrd, "10^-5" if mrd else None))
        if progressed and end <= last:
            rows.append((name, _day(end), "PD", None, None))
    return rows


def _adverse_events(rng: np.random.Generator, names: list[str], last: np.ndarray) -> list[tuple]:
    rows = []
    for term, category, scale, chances, onset, lasts in _EVENTS:
        grades = np.searchsorted(np.cumsum(chances), rng.random(len(names)), side="right") + 1
        begins = 1 + rng.poisson(onset - 1, len(names))
        ends = begins + 1 + rng.poisson(lasts, len(names))
        for name, grade, start, end, month in zip(names, grades, begins, ends, last, strict=True):
            if grade <= len(chances) and start <= month * DAYS_PER_MONTH:
                stop = min(float(end), float(np.floor(month * DAYS_PER_MONTH)))
                rows.append((name, term, category, grade, grade, scale, float(start), stop))
    return rows


def _measurements(rng: np.random.Generator, names: list[str], last: np.ndarray) -> list[tuple]:
    """Each analyte by its course, a level of its own for each patient and noise for each value."""
    rows = []
    for analyte, unit, lower, upper, level, course in _ANALYTES:
        own = np.exp(rng.normal(np.log(level), 0.12 if analyte == "Haemoglobin" else 0.5, len(names)))
        for name, start, month in zip(names, own, last, strict=True):
            for day, times in course.items():
                if day <= month * DAYS_PER_MONTH and rng.random() < 0.94:
                    noise = np.exp(rng.normal(0, 0.06 if analyte == "Haemoglobin" else 0.35))
                    value = float(f"{start * times * noise:.3g}")
                    rows.append((name, analyte, float(day), value, unit, None, lower, upper))
    return rows
