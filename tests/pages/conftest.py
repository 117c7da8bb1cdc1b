"""A cohort of the viewer's own, written on the spot."""

import pytest

from tests.conftest import COHORT_CSV

OWN_VARIABLES = """name,label,kind,unit,levels,section,default_cut,known_at
risk,Risk & <b>site</b>,category,,low|high,first,,
age,Age,number,years,,first,,
constant,Constant,number,,,more,,
empty,Never recorded,category,,a|b,more,,
"""
OWN_PATIENTS = "patient_id,risk,age,constant,empty\nX1,low,50,1,\nX2,high,,1,\nX3,,70,1,\nX4,low,61,1,\n"
OWN_ENDPOINTS = "patient_id,endpoint,months,status,cause\n" + "".join(
    f"X{i},EFS,{m},{s},\n" for i, m, s in [(1, 3, 1), (2, 9, 0), (3, 4, 1), (4, 12, 0)]
)


@pytest.fixture
def own_cohort(cohort_folder, monkeypatch):
    def open_own(**tables: str):
        folder = cohort_folder(**{"variables": OWN_VARIABLES, "patients": OWN_PATIENTS, "cohort": COHORT_CSV} | tables)
        monkeypatch.setenv("CARTOGRAPH_COHORT", str(folder))

    return open_own


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "link_seed" in metafunc.fixturenames:
        metafunc.parametrize("link_seed", range(5 * metafunc.config.getoption("--links")))
