"""What is measured in time: the family of an analyte, whether it rises or falls, and the axis on which it is read."""

import re
from dataclasses import dataclass, replace

import pandas as pd

CELLS, CYTOKINES, HUMORAL, COUNTS, OTHER = (
    "CAR-T cells",
    "Cytokines and CRP",
    "B cells and IgG",
    "Blood counts",
    "Other",
)
_NAMES = {
    CELLS: r"car[- ]?\+?[- ]?t\b|car\+|car|transgenes?|vector copies|car copies",
    CYTOKINES: r"il-?\d+|interleukin|tnf[ab]?|ifn[abg]?|interferon|crp|c-reactive|ferritin|mcp-?1|gm-csf|sil-?2r",
    HUMORAL: r"b[- ]cells?|cd19|cd20|ig[gamde]\b|immunoglobulin",
    COUNTS: r"leu[kc]ocytes?|wbc|neutrophils?|anc|lymphocytes?|alc|ha?emoglobin|hgb?|hb|platelets?|plt",
}
FALLING = (HUMORAL, COUNTS)
"""Families of which the lowest value is looked for, and not the highest."""
_LINEAR = r"ha?emoglobin|hgb?|hb|ig[gamde]\b|immunoglobulin"
_WIDE = 50.0
"""How many times its least value the largest is, of an unknown analyte that is read on a logarithmic axis."""


@dataclass(frozen=True)
class Analyte:
    """
    Something measured in time, in one unit ("" where none is recorded), in how
    many patients and samples of the whole cohort. `apart` tells it from another
    that would have the same label.
    """

    name: str
    unit: str
    family: str
    logarithmic: bool
    patients: int
    samples: int
    apart: str = ""

    @property
    def key(self) -> str:
        """How questions name it: nothing is read as one analyte that was measured in two units."""
        return f"{self.name}\t{self.unit}"

    @property
    def label(self) -> str:
        return (f"{self.name}, {self.unit}" if self.unit else self.name) + self.apart

    @property
    def falls(self) -> bool:
        """Whether its lowest value after infusion is what is looked for."""
        return self.family in FALLING

    @property
    def is_early(self) -> bool:
        """Whether most of it happens in the first month, which then takes most of the axis."""
        return self.family in (CELLS, CYTOKINES, COUNTS)

    @property
    def is_of_the_product(self) -> bool:
        """Whether nothing of it was there before infusion."""
        return self.family == CELLS


def analytes(rows: pd.DataFrame) -> tuple[Analyte, ...]:
    """The analytes of a cohort from the answer to kinetics/analytes, in its order."""
    found: dict[str, Analyte] = {}
    for row in rows.itertuples():
        family = _family(row.analyte)
        logarithmic = _is_logarithmic(row.analyte, family, row.least, row.most)
        one = Analyte(row.analyte, row.unit, family, logarithmic, int(row.patients), int(row.samples))
        while one.label in found:  # "IL-6, pg/mL" without a unit beside IL-6 in pg/mL
            one = replace(one, apart=f"{one.apart} (no unit)" if not one.unit else f"{one.apart} (with its unit)")
        found[one.label] = one
    return tuple(found.values())


def _family(name: str) -> str:
    return next((family for family, known in _NAMES.items() if _called(known, name)), OTHER)


def _is_logarithmic(name: str, family: str, least: float, most: float) -> bool:
    if pd.isna(least) or _called(_LINEAR, name):
        return False
    return family != OTHER or most >= _WIDE * least


def _called(known: str, name: str) -> bool:
    return re.search(rf"(?<![a-z])(?:{known})(?![a-z0-9])", name.casefold()) is not None
