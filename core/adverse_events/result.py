"""
Who was harmed: adverse events by term and worst grade, by group, and two groups against each other.

A grade is recorded as a band (1 to 2, 3 to 5) or exactly. A count of grade 3
or more takes in only who certainly had it; who may have had it, because their
band begins below 3 and ends above 2, is counted apart as unclear.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from core.cohort.vocabulary import ANY_EVENT, ANY_OF, CRS
from core.statistics.proportions import Compared, Proportion, compare, proportion

BANDS: dict[str, tuple[str, int, int]] = {
    "any": ("Any grade", 1, 5),
    "1–2": ("Grade 1–2", 1, 2),
    "3+": ("Grade 3 or more", 3, 5),
    **{str(grade): (f"Grade {grade}", grade, grade) for grade in range(1, 6)},
}
"""What can be counted: its name, and the lowest and highest worst grade."""

COUNTED = {"patients": "Patients", "events": "Events"}
ORDERS = {
    "category": "As recorded",
    "any": "Any grade",
    "3+": "Grade 3 or more",
    "difference": "Difference",
    "name": "A to Z",
}


MOST_OF_ONE_SCALE = 3
"""Terms that a scale of syndromes grades (cytokine release, ICANS, haematotoxicity); one of more is a general scale."""


@dataclass(frozen=True)
class Term:
    """
    An adverse event that the cohort looked for or recorded: its category and
    scale ("" where none is recorded), whether every grade of it is known
    exactly, whether any onset is dated, a remark, and whether it is graded on a
    scale of its own, as a syndrome is, and not on one that grades much else;
    `unlooked` where some patients were not looked at for it.
    """

    name: str
    category: str
    grading: str
    exact: bool
    dated: bool
    note: str
    own_scale: bool = False
    unlooked: bool = False

    @property
    def bands(self) -> tuple[str, ...]:
        """The worst grades of BANDS that patients can be asked for: single ones where each is known exactly."""
        return ("any", "1–2", "3+", *("12345" if self.exact else ""))


@dataclass(frozen=True)
class Tally:
    """
    Counts of one line in one group, by band of worst grade; `unclear` may or
    may not be of grade 3 or more. `patients` is how many the group has who were looked at for it.
    """

    bands: dict[str, int]
    unclear: int
    patients: int

    @property
    def fewest(self) -> int:
        """The smallest count of a band, which those of other bands tell less each other."""
        counts = (self.bands["1–2"], self.bands["3+"], self.unclear, self.bands["any"] - self.bands["3+"])
        return min((count for count in counts if count), default=0)

    def share(self, band: str, method: str) -> Proportion:
        """The proportion of the group's patients with this band (only where patients are counted)."""
        return proportion(self.bands[band], self.patients, method)


@dataclass(frozen=True)
class Line:
    """
    A line of the table: a term, a category (any of its terms) or any event at
    all. `term` and `category` are None where they do not narrow it; `exact`
    says that every grade of it is known, `inset` that it stands under its
    category's line, `mark` follows its name where it is read.
    """

    name: str
    category: str | None
    term: str | None
    own_scale: bool
    exact: bool
    inset: bool
    tallies: tuple[Tally, ...]
    everyone: Tally
    mark: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}{self.mark}"


@dataclass(frozen=True)
class Group:
    """A group that is shown: its number in clinical order (and so its colour), its name and its patients."""

    number: int
    label: str
    patients: int


@dataclass(frozen=True)
class AdverseEvents:
    """
    Every line in the order of the cohort's files, in each group; `counted`
    is patients (each once, at the worst grade) or events (each episode).
    """

    groups: tuple[Group, ...]
    lines: tuple[Line, ...]
    counted: str
    method: str

    @property
    def exact_grades(self) -> bool:
        """Whether single grades can be shown for any line."""
        return any(line.exact for line in self.lines if line.everyone.bands["any"])

    @property
    def patients(self) -> int:
        return sum(group.patients for group in self.groups)

    @property
    def headline(self) -> Line:
        """What readers look for first: cytokine release syndrome, or any event."""
        return next((line for line in self.lines if line.term == CRS), self.lines[0])


def in_bands(result: AdverseEvents) -> AdverseEvents:
    """Terms alone, by bands of grades: what can be shown where categories and single grades would tell small counts."""
    lines = (replace(line, exact=False) for line in result.lines if line.term is not None)
    return replace(result, lines=tuple(lines))


def terms_of(rows: pd.DataFrame) -> tuple[Term, ...]:
    """The answer to adverse_events/recorded_terms as terms."""
    graded = {str(scale): int(terms) for scale, terms in rows["gradings"].value_counts().items()}
    own = {scale for scale, terms in graded.items() if scale and terms <= MOST_OF_ONE_SCALE}
    own -= {scale for scale in own if "CTCAE" in scale.upper()}
    return tuple(
        Term(
            row.term,
            row.category,
            row.gradings,
            bool(row.exact),
            bool(row.dated),
            row.note,
            row.gradings in own,
            row.unlooked,
        )
        for row in rows.itertuples()
    )


def adverse_events(
    terms: tuple[Term, ...],
    counts: pd.DataFrame,
    sizes: dict[int, int],
    labels: tuple[str, ...],
    counted: str = "patients",
    method: str = "Clopper–Pearson",
    unassessed: pd.DataFrame | None = None,
) -> AdverseEvents:
    """
    The table of adverse events: any event, then each category with its terms.

    `counts` answers adverse_events/patients or, for `counted`
    "events", adverse_events/episodes; `sizes` are the patients of each
    group by number, so that who had no event counts in the denominators, and
    `labels` name the groups; `unassessed` answers adverse_events/unassessed: who
    was not looked at for a line is not in its denominator. A category of one term has no line of its own.
    """
    groups = tuple(Group(number, labels[number], size) for number, size in sizes.items())
    counted_bands, missed = _bands(counts), _missed(unassessed)

    def line(name: str, category: str | None, term: Term | None, exact: bool, inset: bool = False) -> Line:
        named = None if term is None else term.name
        of = [(group.number, category, named) for group in groups]
        patients = [g.patients - missed.get(key, 0) for g, key in zip(groups, of, strict=True)]
        tallies = tuple(_tally(counted_bands.get(key, []), n) for key, n in zip(of, patients, strict=True))
        bands = {band: sum(t.bands[band] for t in tallies) for band in BANDS}
        everyone = Tally(bands, sum(t.unclear for t in tallies), sum(patients))
        own = term is not None and term.own_scale
        return Line(name, category, named, own, exact, inset, tallies, everyone)

    lines = [line(ANY_EVENT, None, None, all(term.exact for term in terms))]
    for category in dict.fromkeys(term.category for term in terms):
        in_category = [term for term in terms if term.category == category]
        several = bool(category) and len(in_category) > 1
        if several:
            lines.append(line(f"{category}{ANY_OF}", category, None, all(term.exact for term in in_category)))
        lines += [line(term.name, category, term, term.exact, several) for term in in_category]
    return AdverseEvents(groups, tuple(lines), counted, method)


def _missed(unassessed: pd.DataFrame | None) -> dict[tuple[int, str | None, str | None], int]:
    """(group, category, term) -> patients who were not looked at for it; None where rolled up."""
    rows = [] if unassessed is None else list(unassessed.itertuples())
    none = [(pd.isna(row.category), pd.isna(row.term)) for row in rows]
    return {
        (int(row.group), None if no_category else str(row.category), None if no_term else str(row.term)): int(
            row.patients
        )
        for row, (no_category, no_term) in zip(rows, none, strict=True)
    }


def _bands(counts: pd.DataFrame) -> dict[tuple[int, str | None, str | None], list[tuple[int, int, int]]]:
    """(group, category, term) -> lowest grade, highest grade and count of each band; None where rolled up."""
    bands: dict[tuple[int, str | None, str | None], list[tuple[int, int, int]]] = {}
    for row in counts.itertuples():
        category = None if pd.isna(row.category) else str(row.category)
        term = None if pd.isna(row.term) else str(row.term)
        band = (int(row.grade_min), int(row.grade_max), int(row.counted))
        bands.setdefault((int(row.group), category, term), []).append(band)
    return bands


def _tally(rows: list[tuple[int, int, int]], patients: int) -> Tally:
    bands = {
        band: sum(count for low, high, count in rows if lowest <= low and high <= highest)
        for band, (_, lowest, highest) in BANDS.items()
    }
    unclear = sum(count for low, high, count in rows if low < 3 <= high)
    return Tally(bands, unclear, patients)


def shown_lines(
    result: AdverseEvents,
    incidence: AdverseEvents,
    order: str = "category",
    search: str = "",
    least_percent: float = 0.0,
    band: str = "any",
) -> tuple[Line, ...]:
    """
    The lines that a reader asks for: terms or categories that hold `search`,
    of an incidence of `least_percent` or more of any group's patients (from
    `incidence`, the result that counts patients), in one of ORDERS.

    As recorded, terms stand under their category; in any other order they
    stand by themselves, those graded on a scale of their own first. The
    difference is the largest between any two groups, of `band`.
    """
    words = search.strip().casefold()
    highest = {
        line.name: max((100 * t.bands["any"] / t.patients for t in line.tallies if t.patients), default=0.0)
        for line in incidence.lines
    }
    kept = [
        line
        for line in result.lines
        if highest[line.name] >= least_percent
        and (words in line.name.casefold() or words in (line.category or "").casefold())
    ]
    if order == "category":
        return tuple(kept)
    terms = [line for line in kept if line.term is not None]
    keys: dict[str, Callable[[Line], object]] = {
        "name": lambda line: line.name.casefold(),
        "difference": lambda line: -_spread(line, band),
    }
    key = keys.get(order, lambda line: -line.everyone.bands[order])
    return tuple(
        [line for line in kept if line.name == ANY_EVENT]
        + sorted(terms, key=lambda line: (not line.own_scale, key(line)))
    )


def _spread(line: Line, band: str) -> float:
    shares = [tally.bands[band] / tally.patients for tally in line.tallies if tally.patients]
    return max(shares) - min(shares) if shares else 0.0


def compare_line(line: Line, first: int, second: int, band: str) -> Compared:
    """
    The band's incidence in the group at place `first` minus that at `second`.
    Only where patients are counted: events of one patient are not independent.
    """
    return compare(line.tallies[first].share(band, "Wilson"), line.tallies[second].share(band, "Wilson"))
