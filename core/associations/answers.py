"""What is known of each patient that an association may be of, and the associations."""

import numpy as np
import pandas as pd

from core.associations.associate import Association, associate
from core.associations.measure import NUMBER, ORDERED, TIME, TWO, Measure
from core.cohort.ask import Cohort, covariates_of
from core.cohort.selection import Selection
from core.cohort.variables import Variable
from core.cohort.vocabulary import CRS, DAYS_PER_MONTH, ENDPOINTS, OVERALL_RESPONSE, RESPONSES
from core.kinetics import answers as of_kinetics
from core.kinetics.analytes import CELLS, CYTOKINES

MOST_PATIENTS = of_kinetics.MOST_PATIENTS
"""Patients of the file of whom associations are: each is drawn."""
RESPONSE, DEPTH, WORST_CRS, PEAK = "response", "depth", "crs", "peak: "
_DEEPEST_LAST = tuple(reversed(RESPONSES))


def explaining(cohort: Cohort) -> tuple[Measure, ...]:
    """What may explain: numbers, then two-sided variables known at infusion, and peaks, which come after it."""
    of_variables = [_of_variable(variable) for variable in cohort.variables if variable.known_at is None]
    known = sorted((one for one in of_variables if one is not None), key=lambda one: one.kind != NUMBER)
    return (*known, *_peaks(cohort))


def outcomes(cohort: Cohort) -> tuple[Measure, ...]:
    """What may be explained: response, its depth, endpoints, the worst grade of cytokine release, peaks of cells."""
    rows = cohort.ask(
        "associations/patients", Selection(cohort.fingerprint), covariates=(), most=MOST_PATIENTS, crs=CRS
    )
    found = []
    if rows["best_response"].notna().any():
        reached = set(rows["best_response"].dropna())
        levels = tuple(response for response in _DEEPEST_LAST if response in reached)
        found += [
            Measure(RESPONSE, "Response, PR or better", TWO, "", ("No response", "PR or better"), True, outcome=True),
            Measure(DEPTH, "Depth of response", ORDERED, "", levels, late=True, outcome=True),
        ]
    names = cohort.ask("survival/endpoints", Selection(cohort.fingerprint))["endpoint"]
    found += [Measure(name, ENDPOINTS.get(name, name), TIME, "months", outcome=True) for name in names]
    if rows["crs_min"].notna().any():
        worst = "Worst grade of cytokine release"
        found.append(Measure(WORST_CRS, worst, ORDERED, levels=_grades(rows), late=True, outcome=True))
    return (*found, *_peaks(cohort, (CELLS,)))


def associations(cohort: Cohort, selection: Selection, outcome: str) -> tuple[Association, ...]:
    """Each explaining measure against the outcome of that key, in the selected patients, whatever is compared."""
    y = next(measure for measure in cohort.know(outcomes) if measure.key == outcome)
    every = [x for x in cohort.know(explaining) if x.column != y.column]
    values = cohort.know(_values, selection.as_one_group, y)
    return tuple(associate(x, y, values) for x in every)


def _values(cohort: Cohort, selection: Selection, y: Measure) -> pd.DataFrame:
    """A row a patient, a column a measure."""
    named = {variable.name: variable for variable in cohort.variables}
    known = [x for x in cohort.know(explaining) if x.key in named]
    names = tuple(x.key for x in known)
    asked = {"covariates": names, "most": MOST_PATIENTS, "crs": CRS}
    rows = cohort.ask("associations/patients", selection, **asked)
    covariates = covariates_of(rows, names)
    columns: dict[str, object] = {"patient_id": rows["patient_id"].astype(str)}
    for x in known:
        values = covariates[x.key]
        columns[x.key] = values.astype(float) if x.kind == NUMBER else _places(values, x.levels)
    best = rows["best_response"]
    if y.outcome and y.kind != TIME:
        columns[y.column] = {
            RESPONSE: lambda: best.isin(OVERALL_RESPONSE).astype(float).where(best.notna()),
            DEPTH: lambda: _places(best, y.levels),
            WORST_CRS: lambda: _places(_grade_words(rows), _grades(rows)),
        }[y.key]()
    frame = pd.DataFrame(columns)
    if y.kind == TIME:
        ends = cohort.ask("associations/ends", selection, endpoint=y.key, most=MOST_PATIENTS)
        ends = ends.assign(patient_id=ends["patient_id"].astype(str)).set_index("patient_id")
        frame[y.column], frame[y.event] = (frame["patient_id"].map(ends[name]) for name in ("months", "event"))
    return frame.join(_peak_values(cohort, selection), on="patient_id")


def _peak_values(cohort: Cohort, selection: Selection) -> pd.DataFrame:
    """The peak of each analyte in each patient (index), a column a measure."""
    analytes = tuple(a for a in cohort.know(of_kinetics.measured) if a.family in (CELLS, CYTOKINES))
    if not analytes:
        return pd.DataFrame(index=pd.Index([], name="patient_id"))
    asked = {"analytes": tuple(a.key for a in analytes), "days": DAYS_PER_MONTH, "most": MOST_PATIENTS}
    rows = cohort.ask("associations/peaks", selection, **asked)
    columns = {}
    for analyte in analytes:
        of = rows[rows["analyte"] == analyte.key]
        columns[f"{PEAK}{analyte.label}"] = pd.Series(of["peak"].to_numpy(float), index=of["patient_id"].astype(str))
    return pd.DataFrame(columns, dtype=float)


def _of_variable(variable: Variable) -> Measure | None:
    if variable.is_number:
        return Measure(variable.name, variable.label, NUMBER, variable.unit)
    if len(variable.levels) == 2:
        flag = variable.kind == "flag"
        levels = ("No", "Yes") if flag else variable.levels
        return Measure(variable.name, variable.label, TWO, levels=levels)
    return None


def _peaks(cohort: Cohort, families: tuple[str, ...] = (CELLS, CYTOKINES)) -> tuple[Measure, ...]:
    known = [analyte for analyte in cohort.know(of_kinetics.measured) if analyte.family in families]
    return tuple(Measure(f"{PEAK}{a.label}", f"Peak of {a.name}", NUMBER, a.unit, late=True) for a in known)


def _places(values: pd.Series, levels: tuple[str, ...]) -> pd.Series:
    """The place of each value among the levels; missing where it is none of them."""
    place = {level: float(number) for number, level in enumerate(levels)}
    return values.astype(object).map(lambda value: place.get(value, np.nan)).astype(float)


def _grade_words(rows: pd.DataFrame) -> pd.Series:
    """Grades as bands; 0 where the term is recorded, but not of this patient; missing where nobody looked for it."""
    had = rows["crs_min"].notna()
    words = [
        (f"Grade {low:g}" if low == high else f"Grade {low:g}–{high:g}") if known else "Grade 0" if looked else None
        for low, high, known, looked in zip(rows["crs_min"], rows["crs_max"], had, rows["crs_looked_for"], strict=True)
    ]
    return pd.Series(words, index=rows.index)


def _grades(rows: pd.DataFrame) -> tuple[str, ...]:
    """The grades that occur, lowest first."""
    known = rows.assign(words=_grade_words(rows)).fillna({"crs_min": 0, "crs_max": 0})
    return tuple(known.sort_values(["crs_min", "crs_max"])["words"].dropna().drop_duplicates())
