"""
Units of what a myeloma clinic measures, and what turns a value in one into the unit it is kept in.

Two dozen factors by hand. What is not here is kept in its own unit: a wrong
factor is worse than two analytes. Nothing is converted unasked.
"""

from core.cohort.units import COUNTS, plain_unit

_PROTEIN = {"g/l": 1.0, "g/dl": 10.0, "mg/dl": 0.01, "mg/l": 0.001}

STANDARD: dict[str, tuple[str, dict[str, float]]] = {
    "CRP": ("mg/L", {"mg/l": 1.0, "mg/dl": 10.0, "ug/ml": 1.0}),
    "Ferritin": ("ng/mL", {"ng/ml": 1.0, "ug/l": 1.0, "ng/dl": 0.01, "ug/dl": 10.0, "ug/ml": 1e3, "mg/l": 1e3}),
    "Haemoglobin": ("g/dL", {"g/dl": 1.0, "g/l": 0.1, "mmol/l": 1.6114}),
    "ANC": ("10^9/L", COUNTS),
    "Leukocytes": ("10^9/L", COUNTS),
    "Lymphocytes": ("10^9/L", COUNTS),
    "Platelets": ("10^9/L", COUNTS),
    "IgG": ("g/L", _PROTEIN),
    "IgA": ("g/L", _PROTEIN),
    "IgM": ("g/L", _PROTEIN),
    "M-protein": ("g/L", _PROTEIN),
    "Albumin": ("g/L", _PROTEIN),
    "LDH": ("U/L", {"u/l": 1.0, "iu/l": 1.0, "ie/l": 1.0, "ui/l": 1.0, "ukat/l": 60.0}),
    "Creatinine": ("mg/dL", {"mg/dl": 1.0, "mg/l": 0.1, "umol/l": 1 / 88.42}),
    "Free light chains": ("mg/L", {"mg/l": 1.0, "mg/dl": 10.0, "g/l": 1000.0}),
    "β2-microglobulin": ("mg/L", {"mg/l": 1.0, "ug/ml": 1.0}),
    "IL-6": ("pg/mL", {"pg/ml": 1.0, "ng/l": 1.0, "ng/ml": 1000.0}),
    "CAR-T copies": ("copies/µg", {"copies/ug": 1.0, "copies/ng": 1000.0, "copies/uggdna": 1.0, "copies/ugdna": 1.0}),
    "CAR-T cells": ("cells/µL", {"/ul": 1.0, "10^6/l": 1.0, "/ml": 0.001, "10^9/l": 1000.0}),
}
"""
The unit that an analyte is kept in, and what a value in another is multiplied
by. Haemoglobin by its monomer of 16,114 g/mol, creatinine by 113.12 g/mol,
1 µkat is 60 U.
"""


def factor_to_standard(analyte: str, unit: str) -> float | None:
    """
    What a value of an analyte of STANDARD in a unit is multiplied by to be in
    the unit it is kept in; None where analyte or unit is not known.

    >>> factor_to_standard("CRP", "mg/dl")
    10.0
    """
    known = STANDARD.get(analyte)
    return known[1].get(plain_unit(unit)) if known else None
