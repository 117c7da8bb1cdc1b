"""What is known of adverse events in a selection."""

from core.adverse_events import result
from core.adverse_events.result import AdverseEvents, Term
from core.cohort.answers import group_sizes
from core.cohort.ask import Cohort
from core.cohort.labels import group_labels
from core.cohort.selection import Selection


def recorded_terms(cohort: Cohort) -> tuple[Term, ...]:
    """Every adverse event that the cohort looked for or recorded."""
    return result.terms_of(cohort.ask("adverse_events/recorded_terms", Selection(cohort.fingerprint)))


def adverse_events(cohort: Cohort, selection: Selection, counted: str, method: str) -> AdverseEvents:
    """Adverse events in the groups of the selection, `counted` as patients or as events, with limits by `method`."""
    question = "adverse_events/patients" if counted == "patients" else "adverse_events/episodes"
    counts, sizes = cohort.ask(question, selection), cohort.know(group_sizes, selection)
    labels = group_labels(selection, cohort.variables)
    terms = cohort.know(recorded_terms)
    unassessed = cohort.ask("adverse_events/unassessed", selection) if any(term.unlooked for term in terms) else None
    return result.adverse_events(terms, counts, sizes, labels, counted, method, unassessed)
