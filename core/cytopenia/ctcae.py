"""
Blood counts graded by CTCAE 5.0 and 6.0, which differ by a whole grade for neutrophils: the version stands wherever a
grade does.
"""

import re
from dataclasses import dataclass

import numpy as np

from core.cohort.units import COUNTS, plain_unit

NEUTROPHILS, LEUKOCYTES, LYMPHOCYTES, PLATELETS, HAEMOGLOBIN = (
    "Neutrophils",
    "Leukocytes",
    "Lymphocytes",
    "Platelets",
    "Haemoglobin",
)
LINEAGES = {
    NEUTROPHILS: r"neutrophils?|anc",
    LEUKOCYTES: r"leu[kc]ocytes?|wbc",
    LYMPHOCYTES: r"lymphocytes?|alc",
    PLATELETS: r"platelets?|plt|thrombocytes?",
    HAEMOGLOBIN: r"ha?emoglobin|hgb?|hb",
}
"""What the field calls each."""
_BEFORE, _AFTER = (
    r"(?:(?:absolute|abs|total|peripheral|blood|serum) )*",
    r"(?: (?:count|absolute|abs|total|blood|conc))*",
)
"""What may stand beside the name: of leukocytes in urine, or CD4 lymphocytes, nothing is graded."""
REPORTED_LINEAGES = (LEUKOCYTES, PLATELETS, HAEMOGLOBIN)
"""Of which reports of prolonged cytopenia usually speak."""
VERSIONS = ("5.0", "6.0")
LOWER_NORMAL = "the lower limit of normal"

_HAEMOGLOBIN = {"g/l": 1.0, "g/dl": 10.0, "mmol/l": 16.114}
"""What haemoglobin is multiplied by to be in g/L."""

# Grade 1 begins under the first threshold (None: the laboratory's lower limit of normal), and so on; 10⁹/L and g/L.
# A haemoglobin has no grade 4 by its value.
_THRESHOLDS: dict[tuple[str, str], tuple[float | None, ...]] = {
    (NEUTROPHILS, "5.0"): (None, 1.5, 1.0, 0.5),
    (NEUTROPHILS, "6.0"): (1.5, 1.0, 0.5, 0.1),
    (LEUKOCYTES, "5.0"): (None, 3.0, 2.0, 1.0),
    (LYMPHOCYTES, "5.0"): (None, 0.8, 0.5, 0.2),
    (PLATELETS, "5.0"): (None, 75.0, 50.0, 25.0),
    (HAEMOGLOBIN, "5.0"): (None, 100.0, 80.0),
}


@dataclass(frozen=True)
class Grade:
    """A grade, or the range it lies in where something is missing (`reason`); None where nothing can be said."""

    lowest: int | None
    highest: int | None
    reason: str = ""

    @property
    def known(self) -> int | None:
        """The grade where it is one."""
        return self.lowest if self.lowest == self.highest else None


def lineage(name: str) -> str | None:
    """Which blood count an analyte of this name is; None for any other."""
    words = re.sub(r"[^a-z]+", " ", name.casefold()).strip()
    called = (count for count, known in LINEAGES.items() if re.fullmatch(rf"{_BEFORE}(?:{known}){_AFTER}", words))
    return next(called, None)


def factor(of: str, unit: str) -> float | None:
    """What a count's values in a unit are multiplied by to be in 10⁹/L (haemoglobin: g/L); None for an unknown unit."""
    units = _HAEMOGLOBIN if of == HAEMOGLOBIN else COUNTS
    return units.get(plain_unit(unit))


def standard(of: str, unit: str, values: np.ndarray) -> np.ndarray:
    """
    Values of a blood count in 10⁹/L, haemoglobin in g/L. Raises KeyError for an unknown unit.

    CTCAE prints limits of haemoglobin in mmol/L of their own, 6.2 and 4.9: they become 100 and 80 g/L.
    """
    if of == HAEMOGLOBIN and plain_unit(unit) == "mmol/l":
        return np.interp(values, [0, 4.9, 6.2, 62.0], [0, 80, 100, 62.0 * _HAEMOGLOBIN["mmol/l"]])
    times = factor(of, unit)
    if times is None:
        raise KeyError(unit)
    return values * times


def ctcae_grade(of: str, value: float, version: str, lower_normal: float | None = None) -> Grade:
    """
    The grade of one blood count, 0 to 4 (NCI CTCAE, thresholds as in
    pharmaverse/admiral's ncictcaev5 and v6): `value` and `lower_normal` in
    10⁹/L, haemoglobin in g/L. Without the laboratory's lower limit of normal a
    value that may lie on either side of it is of grade 0 or 1. A version without
    a rule for this count gives no grade.

    >>> ctcae_grade("Neutrophils", 0.7, "5.0").known, ctcae_grade("Neutrophils", 0.7, "6.0").known
    (3, 2)
    """
    thresholds = _THRESHOLDS.get((of, version))
    if thresholds is None:
        return Grade(None, None, f"CTCAE {version} has no rule for {of.lower()}")
    under = [place for place, limit in enumerate(thresholds, 1) if limit is not None and value < limit]
    if under:
        return Grade(under[-1], under[-1])
    if thresholds[0] is not None:
        return Grade(0, 0)
    if lower_normal is None:
        return Grade(0, 1, f"{LOWER_NORMAL} is not recorded")
    grade = int(value < lower_normal)
    return Grade(grade, grade)
