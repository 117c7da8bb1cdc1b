"""Covariates that are called like the answer's own columns are kept apart from them."""

from core.cohort.ask import Cohort, ask, covariates_of
from core.cohort.database import open_cohort
from core.cohort.selection import Selection
from core.survival.answers import several_variables
from tests.conftest import COHORT_CSV


def test_a_variable_may_be_called_months_or_number(tmp_path):
    names = ("months", "event", "number", "ended")
    rows = "".join(f"P{n},{n % 7},{n % 5},{n % 3},{n}\n" for n in range(40))
    (tmp_path / "cohort.csv").write_text(COHORT_CSV)
    (tmp_path / "variables.csv").write_text(
        "name,label,kind,unit,levels,section,default_cut,known_at\n"
        + "".join(f"{name},{name.capitalize()},number,,,first,,\n" for name in names)
    )
    (tmp_path / "patients.csv").write_text(f"patient_id,{','.join(names)}\n{rows}")
    (tmp_path / "endpoints.csv").write_text(
        "patient_id,endpoint,months,status\n" + "".join(f"P{n},OS,{n + 1},{int(n % 2 == 0)}\n" for n in range(40))
    )
    database = open_cohort(tmp_path)
    everyone = Selection(database.fingerprint)
    lanes = ask(database, "patients/lanes", everyone, most=3, covariates=names)
    assert lanes["followed_months"].tolist() == [40, 39, 38]
    assert lanes["number"].tolist() == [39, 38, 37]
    assert covariates_of(lanes, names)["months"].tolist() == [39 % 7, 38 % 7, 37 % 7]
    model = several_variables(Cohort(database), everyone, "OS", ("months", "number"))
    assert (model.patients, model.events) == (40, 20)
    assert [c.variable for c in model.coefficients] == ["months", "number"]
