"""Conversions, each by hand from what the units say."""

import pytest

from core.cohort.units import plain_unit
from core.importers.units import STANDARD, factor_to_standard


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "standard"),
    [
        ("CRP", 6.67, "mg/dL", 66.7), ("CRP", 3.0, "mg/l", 3.0), ("Ferritin", 2214, "µg/L", 2214),
        ("Ferritin", 28.1, "µg/dL", 281), ("Haemoglobin", 105, "g/L", 10.5), ("Haemoglobin", 6.2, "mmol/l", 9.99068),
        ("ANC", 900, "/µl", 0.9), ("ANC", 0.9, "G/l", 0.9), ("ANC", 900, "cells/mcL", 0.9),
        ("Platelets", 42, "×10⁹/L", 42), ("Platelets", 42, "/nl", 42), ("Platelets", 42_000, "/mm³", 42),
        ("IgG", 640, "mg/dl", 6.4), ("LDH", 4.0, "µkat/L", 240), ("Creatinine", 88.42, "µmol/L", 1.0),
        ("Free light chains", 1.2, "mg/dL", 12), ("IL-6", 35, "ng/L", 35), ("CAR-T copies", 2, "copies/ng", 2000),
        ("CAR-T cells", 35, "cells/µL", 35), ("CAR-T cells", 0.05, "10^9/L", 50),
    ],
)  # fmt: skip
def test_a_value_in_the_unit_it_is_kept_in(analyte, value, unit, standard):
    assert value * factor_to_standard(analyte, unit) == pytest.approx(standard, rel=1e-12)


@pytest.mark.parametrize(
    ("analyte", "unit"),
    [("CRP", ""), ("CRP", "ng/L"), ("CAR-T copies", "copies/µL"), ("Troponin", "ng/L"), ("ANC", "%")],
)
def test_what_is_not_known_is_not_converted(analyte, unit):
    assert factor_to_standard(analyte, unit) is None


@pytest.mark.parametrize("analyte", STANDARD)
def test_a_value_that_is_in_its_unit_stays(analyte):
    assert factor_to_standard(analyte, STANDARD[analyte][0]) == 1.0
    assert all(factor > 0 for factor in STANDARD[analyte][1].values())
    assert {plain_unit(unit) for unit in STANDARD[analyte][1]} == set(STANDARD[analyte][1])
