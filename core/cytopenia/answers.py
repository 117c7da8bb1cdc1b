"""What is known of the cytopenias of a selection."""

from core.cohort.ask import Cohort
from core.cohort.selection import Selection
from core.cohort.vocabulary import DAYS_PER_MONTH
from core.cytopenia.ctcae import factor, lineage
from core.cytopenia.result import PatientCounts, patient_counts
from core.kinetics.analytes import Analyte
from core.kinetics.answers import MOST_PATIENTS, courses, measured


def graded_analytes(known: tuple[Analyte, ...]) -> dict[str, Analyte]:
    """The analyte of each lineage that can be graded: the first whose unit is one of counts."""
    found: dict[str, Analyte] = {}
    for analyte in known:
        of = lineage(analyte.name)
        if of is not None and factor(of, analyte.unit) is not None:
            found.setdefault(of, analyte)
    return found


def cytopenias(cohort: Cohort, selection: Selection) -> tuple[PatientCounts, ...]:
    """Every selected patient with the blood counts that can be graded."""
    graded = graded_analytes(cohort.know(measured))
    shown = cohort.know(courses, selection, tuple(graded.values()))
    values = {}
    for (of, analyte), result in zip(graded.items(), shown, strict=True):
        times = factor(of, analyte.unit) or 1.0
        rows = result.values[~result.values["below"] | (result.values["value"] > 0)]
        values[of] = rows.assign(value=rows["value"] * times, lower_normal=rows["lower_normal"] * times)
    followed = cohort.ask("cytopenia/followed", selection, days=DAYS_PER_MONTH, most=MOST_PATIENTS)
    return patient_counts(values, followed)
