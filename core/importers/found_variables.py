"""The variables of patients as they are found: rows of the dictionary with each patient's value, named as it allows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from core.cohort.validation import LONGEST_NAME
from core.cohort.vocabulary import RESPONSES
from core.importers.endpoints import Endpoint
from core.importers.levels import folded


@dataclass(frozen=True)
class FoundVariable:
    """A row of `variables`, each patient's value as text, and what it was `derived` from, if it was."""

    name: str
    label: str
    kind: str
    unit: str
    levels: tuple[str, ...]
    section: str
    known_at: str
    of: dict[str, str] = field(default_factory=dict)
    derived: str = ""

    @property
    def row(self) -> tuple:
        """The row, in the order of the columns of core/cohort/schema.py."""
        levels = "|".join(self.levels) if self.kind == "category" else None
        return (
            self.name,
            self.label,
            self.kind,
            self.unit or None,
            levels,
            self.section,
            None,
            self.known_at or None,
            None,
        )


def counted(responses: list[tuple], endpoints: list[Endpoint]) -> list[tuple]:
    """The assessments up to progression, and the progression itself."""
    ends = {one.patient: one.months for one in endpoints if one.endpoint == "PFS" and one.status == 1}
    return [row for row in responses if row[1] is None or row[1] <= ends.get(row[0], row[1]) or row[2] == "PD"]


def derived(variables: list[FoundVariable], counting: list[tuple]) -> list[FoundVariable]:
    """Best response and MRD negativity by the assessments that count, where no column gives them."""
    given = {variable.name for variable in variables}
    best: dict[str, str] = {}
    mrd: dict[str, str] = {}
    for patient, _, response, result, _ in counting:
        if response is not None:
            best[patient] = min(response, best.get(patient, response), key=RESPONSES.index)
        if result is not None:
            mrd[patient] = "Yes" if result == "negative" or mrd.get(patient) == "Yes" else "No"
    found = []
    if best and "best_response" not in given:
        levels = tuple(one for one in RESPONSES if one in best.values())
        of_deepest = later("best_response", "Best response", "category", levels, "responses.response", best)
        found.append(replace(of_deepest, derived="the deepest of the assessments up to progression"))
    if mrd and not {"mrd_best", "mrd_negative"} & given:
        of_any = later("mrd_negative", "MRD negativity reached", "flag", (), "responses.mrd", mrd)
        found.append(replace(of_any, derived="negative at any assessment up to progression"))
    return found


def serious(patients: Iterable[str], said: dict[str, set[str | None]]) -> list[FoundVariable]:
    """
    Who had a serious adverse event, where any event says whether it was: Yes with one, missing where
    an event says nothing and none says yes, and No for everybody else.
    """
    if not any(words - {None} for words in said.values()):
        return []
    of = {}
    for patient in patients:
        words = said.get(patient, {"No"})
        if "Yes" in words or None not in words:
            of[patient] = "Yes" if "Yes" in words else "No"
    return [later("serious_event", "Serious adverse event", "flag", (), "undated", of)]


def compared(variable: FoundVariable, responses: list[tuple]) -> FoundVariable:
    """A best response that is given, known by the dates of the assessments, so that the two are compared."""
    recorded = {row[2] for row in responses if row[2] is not None}
    if variable.name != "best_response" or not recorded:
        return variable
    levels = tuple(one for one in RESPONSES if one in recorded or one in variable.of.values())
    return replace(variable, levels=levels, known_at="responses.response")


def later(
    name: str, label: str, kind: str, levels: tuple[str, ...], known_at: str, of: dict[str, str]
) -> FoundVariable:
    """A variable that is known only after infusion."""
    return FoundVariable(name, label, kind, "", levels, "after infusion", known_at, of)


def level_named(text: str) -> str:
    """A text as the name of a level: without the bar that parts levels, not Missing, and not too long."""
    name = " ".join(text.replace("|", "/").split())[: LONGEST_NAME - 20] or "(blank)"
    return f"{name} (as written)" if folded(name) == "missing" else name


def unlike(variables: list[FoundVariable]) -> list[FoundVariable]:
    """The variables under names that no two of them share, whatever their capitals, and that fit the dictionary."""
    taken: set[str] = set()
    named = []
    for variable in variables:
        name, number = variable.name.replace(":", " ")[:60] or "variable", 2
        while name.casefold() in taken:
            name, number = f"{variable.name[:55]}_{number}", number + 1
        taken.add(name.casefold())
        label = " ".join(variable.label.split())[:LONGEST_NAME] or name
        named.append(replace(variable, name=name, label=label))
    return named
