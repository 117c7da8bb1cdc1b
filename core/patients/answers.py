"""What is known of one patient."""

from core.cohort.ask import Cohort
from core.cohort.selection import Selection
from core.kinetics.analytes import Analyte
from core.kinetics.result import kinetics
from core.patients.profile import Profile


def profile(cohort: Cohort, number: int, names: tuple[str, ...], shown: tuple[Analyte, ...]) -> Profile:
    """The patient at a place of the file, with the variables of these names and the courses of analytes."""
    among = Selection(cohort.fingerprint)
    values = cohort.ask("patients/measured", among, number=number, analytes=tuple(analyte.key for analyte in shown))
    return Profile(
        cohort.ask("patients/one", among, number=number, covariates=names),
        cohort.ask("patients/responses", among, numbers=(number,)),
        cohort.ask("patients/milestones", among, numbers=(number,)),
        cohort.ask("patients/episodes", among, number=number),
        cohort.ask("patients/treatments", among, number=number),
        tuple(kinetics(analyte, values, ("",), {0: 1}) for analyte in shown if analyte.key in set(values["analyte"])),
    )
