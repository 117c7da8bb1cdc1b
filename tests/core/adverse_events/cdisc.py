"""
Cohorts in which outcomes are counted twice, here and in core: a study of three arms, public or made, and random ones.

The public study is that of random.cdisc.data (400 simulated patients, Apache-2.0) in CDISC's tables. It is read from
the folder that CARTOGRAPH_CDISC names, and never copied; where it names none the tests skip it and run on the made one.
Everything here that places patients is plain pandas.
"""

import html
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest

from core.cohort.database import Database, open_cohort
from core.cohort.selection import Comparison, Levels, Range, Selection
from core.cohort.vocabulary import DAYS_PER_MONTH, RESPONSES
from core.figures.export import as_svg, for_file
from core.figures.frame import rows_of, with_rows
from core.figures.theme import LIGHT

SOURCES = ("made", "public")
TABLES = ("patients", "adverse_events", "endpoints", "responses", "milestones")

CATEGORIES = {
    "ARM": ("A: Drug X", "B: Placebo", "C: Combination"),
    "SEX": ("F", "M"),
    "BMRKR2": ("LOW", "MEDIUM", "HIGH"),
    "STRATA1": ("A", "B", "C"),
    "REGION1": ("Africa", "Asia", "Eurasia", "Europe", "North America", "South America"),
}
FLAG = "BEP01FL"
CUTS = {"AGE": 35.0, "BMRKR1": 5.0}
VARIABLES = (*CATEGORIES, FLAG, *CUTS)


@dataclass(frozen=True)
class Cohort:
    """The tables that were written to a folder, and the cohort opened from there."""

    patients: pd.DataFrame
    adverse_events: pd.DataFrame
    endpoints: pd.DataFrame
    responses: pd.DataFrame
    milestones: pd.DataFrame
    database: Database

    def selection(self, by: str | None = None, filtered: bool = False) -> Selection:
        """Everybody, or women with the marker from 2 to 8 or unknown; compared by a variable."""
        filters = (Levels("SEX", ("F",)), Range("BMRKR1", 2, 8, missing=True)) if filtered else ()
        return Selection(self.database.fingerprint, filters, comparison(by) if by else None)

    def groups(self, by: str | None = None, filtered: bool = False) -> pd.Series:
        """What `selection` says, in pandas: the number of the group of each patient who is in."""
        numbers = place(self.patients, by) if by else pd.Series(0, self.patients["patient_id"])
        if not filtered:
            return numbers
        marker = self.patients["BMRKR1"]
        kept = (self.patients["SEX"] == "F") & ((marker >= 2) & (marker <= 8) | marker.isna())
        return numbers[kept.to_numpy()]


def place(patients: pd.DataFrame, variable: str) -> pd.Series:
    """The number of each patient's level in clinical order, or below 0 or from 1 the cut; the empty cell comes last."""
    values = patients.set_index("patient_id")[variable]
    if variable in CUTS:
        return (values >= CUTS[variable]).astype(int).mask(values.isna(), 2)
    levels = CATEGORIES.get(variable, ("No", "Yes"))
    return values.map({level: number for number, level in enumerate(levels)}).fillna(len(levels)).astype(int)


def comparison(variable: str) -> Comparison:
    return Comparison(variable, "cut", (CUTS[variable],)) if variable in CUTS else Comparison(variable)


def levels_of(variable: str) -> tuple[str, ...]:
    """The levels by number, Missing last."""
    named = ("below", "above") if variable in CUTS else CATEGORIES.get(variable, ("No", "Yes"))
    return (*named, "Missing")


# -- writing ---------------------------------------------------------------------------------------


NOTHING = pd.DataFrame(columns=["patient_id", "month", "event"])
"""No milestone at all."""


def cohort(source: str, folder: Path) -> Cohort:
    """The study written to `folder` and opened from there; skips the test where the public one is not at hand."""
    tables = made() if source == "made" else public()
    described = [
        *(f"{name},{name},category,{'|'.join(levels)},first," for name, levels in CATEGORIES.items()),
        f"{FLAG},{FLAG},flag,,first,",
        *(f"{name},{name},number,,more,{cut}" for name, cut in CUTS.items()),
    ]
    return written(folder, "\n".join(["name,label,kind,levels,section,default_cut", *described]), tables)


def written(folder: Path, variables: str, tables: dict[str, pd.DataFrame]) -> Cohort:
    """Writes a simulated cohort of these tables and opens it."""
    (folder / "cohort.csv").write_text("name,kind\nThree arms,simulated\n", encoding="utf-8")
    (folder / "variables.csv").write_text(variables, encoding="utf-8")
    for name in TABLES:
        tables[name].to_csv(folder / f"{name}.csv", index=False)
    return Cohort(*(tables[name] for name in TABLES), open_cohort(folder))


def public() -> dict[str, pd.DataFrame]:
    folder = Path(os.environ.get("CARTOGRAPH_CDISC", ""))
    if not (folder / "adsl.csv").exists():
        pytest.skip("random.cdisc.data is not at hand: CARTOGRAPH_CDISC names its folder")

    def read(name: str, columns: dict[str, str], parameters: tuple[str, ...] = ()) -> pd.DataFrame:
        rows = pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""], low_memory=False)
        rows = rows[rows["PARAMCD"].isin(parameters)] if parameters else rows
        return rows[["USUBJID", *columns]].rename(columns={"USUBJID": "patient_id", **columns}).reset_index(drop=True)

    patients = read("adsl", {name: name for name in VARIABLES})
    patients[FLAG] = patients[FLAG].map({"N": "No", "Y": "Yes"})
    terms = {
        "AEDECOD": "term",
        "AEBODSYS": "category",
        "AETOXGR": "grade_min",
        "ASTDY": "onset_day",
        "AENDY": "end_day",
    }
    events = read("adae", terms).assign(grading="CTCAE 5.0")
    events["grade_max"] = events["grade_min"]
    followed = read("adtte", {"PARAMCD": "endpoint", "AVAL": "months", "CNSR": "status"}, ("OS", "PFS"))
    followed["months"] /= DAYS_PER_MONTH
    followed["status"] = 1 - followed["status"]
    best = read("adrs", {"ADY": "month", "AVALC": "response"}, ("BESRSPI",))
    best = best[best["response"] != "NE"]
    best["month"] = best["month"].clip(lower=0) / DAYS_PER_MONTH  # some are dated before the first day
    return dict(zip(TABLES, (patients, events, followed, best.assign(mrd=None), NOTHING), strict=True))


# -- made from a seed ------------------------------------------------------------------------------

TERMS = {
    "Anemia": "Blood", "Neutropenia": "Blood", "Fever": "General", "Fatigue": "General", "Nausea": "Gastrointestinal",
    "Vomiting": "Gastrointestinal", "Pneumonia": "Infections", "Headache": "Nervous system", "Rash": "Skin",
    "Hypotension": "Vascular",
}  # fmt: skip


def made() -> dict[str, pd.DataFrame]:
    """A study like the public one, with empty cells, several assessments a patient, MRD and second infusions."""
    rng = np.random.default_rng(20250228)
    ids = np.array([f"P{number:03d}" for number in range(1, 401)])
    columns = {name: rng.choice(levels, 400) for name, levels in CATEGORIES.items()}
    columns["ARM"] = rng.permutation(np.repeat(CATEGORIES["ARM"], [134, 134, 132]))
    patients = pd.DataFrame({"patient_id": ids, **columns, FLAG: rng.choice(["No", "Yes"], 400)})
    patients["AGE"] = rng.integers(20, 70, 400).astype(float)
    patients["BMRKR1"] = rng.gamma(3, 2, 400).round(3)
    for name, share in (("BMRKR2", 0.1), ("BMRKR1", 0.05), (FLAG, 0.03), ("AGE", 0.02)):
        patients.loc[rng.random(400) < share, name] = None
    endpoints = _followed(rng, ids[:-6])
    responses = _assessed(rng, ids[rng.random(400) > 0.04])
    again = rng.choice(ids, 25, replace=False)
    months = pd.Series(rng.uniform(0.5, 9, 25)).mask(rng.random(25) < 0.2)
    infusions = pd.DataFrame({"patient_id": again, "month": months, "event": "second infusion"})
    return dict(zip(TABLES, (patients, _events(rng, ids), endpoints, responses, infusions), strict=True))


def _events(rng: np.random.Generator, ids: np.ndarray) -> pd.DataFrame:
    chances = np.array([[40, 30, 15, 10, 5], [10, 20, 30, 35, 5], [60, 30, 8, 2, 0]]) / 100
    terms = rng.choice(list(TERMS), 1934, p=np.array([20, 18, 14, 12, 10, 8, 6, 5, 4, 3]) / 100)
    grades = np.array([rng.choice(5, p=chances[len(term) % 3]) + 1 for term in terms])
    onset = pd.Series(rng.integers(-3, 400, 1934).astype(float))
    end = onset + rng.geometric(0.08, 1934) - 1
    return pd.DataFrame(
        {
            "patient_id": rng.choice(rng.choice(ids, 365, replace=False), 1934),
            "term": terms,
            "category": [TERMS[term] for term in terms],
            "grade_min": grades,
            "grade_max": grades,
            "grading": "CTCAE 5.0",
            "onset_day": onset.mask(rng.random(1934) < 0.1),
            "end_day": end.mask(rng.random(1934) < 0.15),
        }
    )


def _followed(rng: np.random.Generator, ids: np.ndarray) -> pd.DataFrame:
    """OS and PFS in whole days; a PFS event is a death where PFS is as long as an OS that ended in one."""
    died, progressed = rng.exponential(500, len(ids)), rng.exponential(300, len(ids))
    left = rng.uniform(100, 600, len(ids))
    frames = []
    for endpoint, event in (("OS", died), ("PFS", np.minimum(died, progressed))):
        days = np.maximum(1, np.minimum(event, left).round())
        status = (event <= left).astype(int)
        frames.append(pd.DataFrame({"patient_id": ids, "endpoint": endpoint, "months": days, "status": status}))
    return pd.concat(frames, ignore_index=True).assign(months=lambda f: f["months"] / DAYS_PER_MONTH)


def _assessed(rng: np.random.Generator, ids: np.ndarray) -> pd.DataFrame:
    """One to four assessments a patient at months 1, 3, 6 and 12, some with MRD alone."""
    rows = pd.DataFrame(
        [(patient, month) for patient in ids for month in (1.0, 3.0, 6.0, 12.0)[: rng.integers(1, 5)]],
        columns=["patient_id", "month"],
    )
    rows["response"] = pd.Series(
        rng.choice(RESPONSES, len(rows), p=[0.1, 0.2, 0.2, 0.2, 0.05, 0.15, 0.1]), dtype=object
    )
    rows["mrd"] = pd.Series(rng.choice(["negative", "positive", None], len(rows), p=[0.2, 0.2, 0.6]), dtype=object)
    rows.loc[rows["mrd"].notna() & (rng.random(len(rows)) < 0.3), "response"] = None
    return rows


# -- small and random ------------------------------------------------------------------------------

SMALL_VARIABLES = """name,label,kind,levels,section,default_cut
arm,Arm,category,A|B|C,first,
stage,Stage,category,I|II|III,first,
flag,Flag,flag,,first,
marker,Marker,number,,more,5
"""
SMALL_TERMS = {"CRS": "", "Fever": "General", "Fatigue": "General", "Chills": "General", "Anemia": "Blood"}


def small(seed: int, folder: Path) -> Cohort:
    """3 to 30 patients with bands of grades, empty cells, ties, and possibly nobody in a group or with an event."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 31))
    ids = np.array([str(number) for number in range(1, size + 1)])
    patients = pd.DataFrame({"patient_id": ids})
    for name, levels in (("arm", "A B C"), ("stage", "I II III"), ("flag", "No Yes")):
        patients[name] = pd.Series(rng.choice(levels.split(), size), dtype=object).mask(rng.random(size) < 0.15)
    patients["marker"] = pd.Series(rng.integers(0, 11, size).astype(float)).mask(rng.random(size) < 0.15)
    events = int(rng.integers(0, 4 * size))
    grades = np.sort(rng.integers(1, 6, (events, 2)), axis=1)
    grades[rng.random(events) < 0.3, 1] = 0
    terms = rng.choice(list(SMALL_TERMS), events)
    adverse = pd.DataFrame(
        {
            "patient_id": rng.choice(ids, events),
            "term": terms,
            "category": [SMALL_TERMS[term] for term in terms],
            "grade_min": grades[:, 0],
            "grade_max": grades.max(axis=1, initial=1),
        }
    )
    followed = pd.DataFrame(
        {
            "patient_id": ids,
            "endpoint": "PFS",
            "months": rng.integers(0, 13, size) / 2,
            "status": rng.choice([0, 1, 2], size, p=[0.4, 0.5, 0.1]),
        }
    )[rng.random(size) > 0.1]
    assessed = pd.DataFrame({"patient_id": rng.choice(ids, 2 * size), "month": rng.integers(0, 13, 2 * size) / 2})
    assessed["response"] = pd.Series(rng.choice(RESPONSES, 2 * size), dtype=object)
    assessed["mrd"] = pd.Series(rng.choice(["negative", "positive", None], 2 * size), dtype=object)
    return written(
        folder, SMALL_VARIABLES, dict(zip(TABLES, (patients, adverse, followed, assessed, NOTHING), strict=True))
    )


# -- figures ---------------------------------------------------------------------------------------


def drawn(figure: dict) -> list[str]:
    """
    The texts of a figure as its file shows them, after what every figure must
    keep to: the schema, the theme's colours, and numbers that are numbers.
    """
    written = json.dumps(with_rows(figure), allow_nan=False)
    alt.LayerChart.from_dict(with_rows(figure))
    assert set(re.findall(r"var\(--(\w+)\)", written)) <= set(LIGHT)
    assert not re.search(r"#[0-9A-Fa-f]{6}\b", written), "a colour of no theme"
    svg = as_svg(for_file(figure, "The finding", ("Who: all patients.", "A citation."))).decode()
    assert "var(--" not in svg
    assert not re.search(r"NaN|Infinity|undefined", svg)
    texts = [html.unescape(text) for text in re.findall(r">([^<>]+)</text>", svg)]
    assert not [text for text in texts if re.search(r"\b(nan|None|null|inf)\b", text)]
    assert {"The finding", "A citation."} <= set(texts)
    return texts


def colours(figure: dict, dataset: str, field: str = "colour") -> set[str]:
    """The names of the colours that a dataset holds."""
    return {row[field].removeprefix("var(--").removesuffix(")") for row in rows_of(figure, dataset)}
