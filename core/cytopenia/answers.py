"""What is known of the cytopenias of a selection."""

import pandas as pd

from core.cohort.ask import Cohort
from core.cohort.selection import Selection
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.cytopenia.ctcae import factor, lineage, standard
from core.cytopenia.result import PatientCounts, patient_counts
from core.kinetics.analytes import Analyte
from core.kinetics.answers import MOST_PATIENTS, courses, measured


def graded_analytes(known: tuple[Analyte, ...]) -> dict[str, tuple[Analyte, ...]]:
    """The analytes of each lineage that can be graded: every one whose unit is one of counts."""
    found: dict[str, tuple[Analyte, ...]] = {}
    for analyte in known:
        of = lineage(analyte.name)
        if of is not None and factor(of, analyte.unit) is not None:
            found[of] = (*found.get(of, ()), analyte)
    return found


def not_graded(known: tuple[Analyte, ...]) -> tuple[Analyte, ...]:
    """The blood counts in a unit that no grade has a limit in."""
    return tuple(a for a in known if (of := lineage(a.name)) is not None and factor(of, a.unit) is None)


def cytopenias(cohort: Cohort, selection: Selection) -> tuple[PatientCounts, ...]:
    """Every selected patient with the blood counts that can be graded."""
    graded = graded_analytes(cohort.know(measured))
    every = tuple(analyte for analytes in graded.values() for analyte in analytes)
    shown = dict(zip(every, cohort.know(courses, selection, every), strict=True))
    values = {}
    for of, analytes in graded.items():
        parts = [_standard(of, analyte, shown[analyte].values) for analyte in analytes]
        values[of] = pd.concat(parts).sort_values(["number", "day"], kind="stable")
    followed = cohort.ask("cytopenia/followed", selection, days=DAYS_PER_MONTH, most=MOST_PATIENTS)
    return patient_counts(values, followed)


def _standard(of: str, analyte: Analyte, values: pd.DataFrame) -> pd.DataFrame:
    """The values that count (none after a second infusion or new therapy), in the units of the grades."""
    rows = values[(~values["below"] | (values["value"] > 0)) & ~values["later"]]
    columns = ("value", "lower_normal")
    return rows.assign(**{name: standard(of, analyte.unit, rows[name].to_numpy(float)) for name in columns})
