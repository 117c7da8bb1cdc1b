"""
The engine without a page: a filter, four Kaplan-Meier curves with limits and medians, and the log-rank test from
DuckDB; the incidence of adverse events; Cox's model. Beside it lifelines, scikit-survival and R on the same patients
in the same run, each with its rows already in memory, and the results compared.
"""

import gc
import json
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from core.adverse_events.result import Term, adverse_events, terms_of
from core.cohort.ask import ask
from core.cohort.database import Database, open_cohort
from core.cohort.labels import group_labels
from core.cohort.selection import Comparison, Range, Selection, variable_named
from core.cohort.simulated import write
from core.survival.cox import cox
from core.survival.life_table import life_tables
from core.survival.log_rank import log_rank
from core.survival.result import SurvivalOptions, survival_result

CUTS = (50.0, 65.0, 80.0)
KEPT = Range("bcma_percent", 20, 99)
SELECTION = Selection("engine", (KEPT,), Comparison("bcma_percent", "cut", CUTS))
COVARIATES = ("emd", "prior_asct", "sex", "iss_stage")
HERE = Path(__file__).parent


def milliseconds(run: Callable[[], object], rounds: int) -> float:
    """The median of at least so many rounds and a second of them, after one that is not counted."""
    run()
    spent: list[float] = []
    while len(spent) < rounds or sum(spent) < 1:
        gc.collect()
        started = time.perf_counter()
        run()
        spent.append(time.perf_counter() - started)
    return 1000 * float(np.median(spent))


# -- ours ------------------------------------------------------------------------------------------


def our_curves(database: Database) -> dict:
    """Survival at 12 months with its lower limit, median, and the log-rank statistic, of the four groups."""
    counts = ask(database, "survival/counts", SELECTION, endpoint="PFS", landmark=0)
    labels = group_labels(SELECTION, database.variables)
    result = survival_result("PFS", counts, labels, SurvivalOptions(times=(12.0,)), competing=False)
    test = log_rank([group.table for group in result.groups])
    at_12 = [group.at_times[0] for group in result.groups]
    return {
        "survival": [at.survival for at in at_12],
        "lower": [at.lower for at in at_12],
        "median": [group.median.months for group in result.groups],
        "chi2": test.statistic,
    }


def our_cox(database: Database) -> dict:
    """Cox's model of four categorical covariates, from counts by their combination and time."""
    levels = [variable_named(name, database.variables).levels for name in COVARIATES]
    sizes = [len(mine) for mine in levels]
    codes = ", ".join(f"cast(enum_code({name}) as utinyint) as {name}" for name in COVARIATES)
    counts = database.ask(
        f"""select {codes}, "PFS: months" as months, count(*) filter ("PFS: status" = 1) as events,
            count(*) filter ("PFS: status" = 0) as censored, count(*) filter ("PFS: status" = 2) as competing
        from patients group by all"""
    )
    counts["combination"] = np.ravel_multi_index([counts[name] for name in COVARIATES], sizes)
    tables = life_tables(counts, "combination")
    columns = []
    for mine, code in zip(levels, np.unravel_index(list(tables), sizes), strict=True):
        columns += [np.array(mine)[code] == level for level in sorted(mine)[1:]]  # sorted, as the others have them
    design = np.array(columns, float).T
    fit = cox(list(tables.values()), (design - design[0])[1:])
    return {"coefficients": fit.coefficients.tolist(), "errors": np.sqrt(np.diag(fit.covariance)).tolist()}


def our_incidence(database: Database, terms: tuple[Term, ...]) -> list[tuple[int, ...]]:
    """Patients with each adverse event in each of the four groups, and with grade 3 or more."""
    counts = ask(database, "adverse_events/patients", SELECTION)
    sizes = ask(database, "cohort/group_sizes", SELECTION)
    labels = group_labels(SELECTION, database.variables)
    groups = dict(zip(sizes["group"], sizes["patients"], strict=True))
    result = adverse_events(terms, counts, groups, labels, "patients", "Wilson")
    lines = {line.term: line for line in result.lines if line.term}
    return [
        tuple(tally.bands[band] for tally in lines[term].tallies for band in ("any", "3+")) for term in sorted(lines)
    ]


# -- the others ------------------------------------------------------------------------------------


def rows_of(database: Database) -> pd.DataFrame:
    """A row a patient, as the other packages take them."""
    names = ", ".join(f"cast({name} as varchar) as {name}" for name in COVARIATES)
    rows = database.ask(f'select "PFS: months" as months, "PFS: status" as status, bcma_percent, {names} from patients')
    rows["group"] = np.searchsorted(CUTS, rows["bcma_percent"], side="right")
    return rows


def kept(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["bcma_percent"] >= KEPT.low) & (rows["bcma_percent"] <= KEPT.high)]


def lifelines_curves(rows: pd.DataFrame) -> dict:
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test

    chosen, found = kept(rows), {"survival": [], "lower": [], "median": []}
    for _, mine in chosen.groupby("group"):
        fit = KaplanMeierFitter().fit(mine["months"], mine["status"])
        found["survival"].append(float(fit.predict(12.0)))
        limits = fit.confidence_interval_survival_function_
        found["lower"].append(float(limits.iloc[limits.index.searchsorted(12.0, side="right") - 1, 0]))
        found["median"].append(float(fit.median_survival_time_))
    test = multivariate_logrank_test(chosen["months"], chosen["group"], chosen["status"])
    return found | {"chi2": float(test.test_statistic)}


def scikit_curves(rows: pd.DataFrame) -> dict:
    from sksurv.compare import compare_survival
    from sksurv.nonparametric import kaplan_meier_estimator
    from sksurv.util import Surv

    chosen, found = kept(rows), {"survival": [], "lower": []}
    for _, mine in chosen.groupby("group"):
        event, months = mine["status"].to_numpy(bool), mine["months"].to_numpy()
        times, survival, limits = kaplan_meier_estimator(event, months, conf_type="log-log")
        at = np.searchsorted(times, 12.0, side="right") - 1
        found["survival"].append(float(survival[at]))
        found["lower"].append(float(limits[0, at]))
    outcome = Surv.from_arrays(chosen["status"].to_numpy(bool), chosen["months"].to_numpy())
    return found | {"chi2": float(compare_survival(outcome, chosen["group"].to_numpy())[0])}


def dummies(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.get_dummies(rows[list(COVARIATES)], drop_first=True, dtype=float)


def lifelines_cox(rows: pd.DataFrame) -> dict:
    from lifelines import CoxPHFitter

    fit = CoxPHFitter().fit(dummies(rows).assign(months=rows["months"], status=rows["status"]), "months", "status")
    return {"coefficients": fit.params_.tolist(), "errors": fit.standard_errors_.tolist()}


def scikit_cox(rows: pd.DataFrame) -> dict:
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    outcome = Surv.from_arrays(rows["status"].to_numpy(bool), rows["months"].to_numpy())
    return {"coefficients": CoxPHSurvivalAnalysis(ties="efron").fit(dummies(rows), outcome).coef_.tolist()}


def in_r(rows: pd.DataFrame, with_cox: bool, rounds: int) -> dict | None:
    """What tests/benchmarks/peers.R says; None where R or its survival package is not installed."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        rows.to_csv(file, index=False)
        file.flush()
        command = ["Rscript", str(HERE / "peers.R"), file.name, str(with_cox).upper(), str(rounds)]
        done = subprocess.run(command, capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def pandas_incidence(patients: pd.DataFrame, events: pd.DataFrame) -> list[tuple[int, ...]]:
    chosen = kept(patients)
    chosen = chosen.assign(group=np.searchsorted(CUTS, chosen["bcma_percent"], side="right"))
    joined = events.merge(chosen[["patient_id", "group"]], on="patient_id")
    worst = joined.groupby(["group", "term", "patient_id"], observed=True)["grade_min"].max()
    any_grade = worst.groupby(["term", "group"], observed=True).size().unstack()
    severe = worst[worst >= 3].groupby(["term", "group"], observed=True).size().unstack().reindex(any_grade.index)
    both = [(any_grade[g], severe[g].fillna(0).astype(int)) for g in any_grade]
    return [tuple(int(part[term]) for pair in both for part in pair) for term in any_grade.index]


# -- the run ---------------------------------------------------------------------------------------


def difference(ours: dict, theirs: dict) -> float:
    """The largest difference of what both report, relative where a number is above 1."""
    largest = 0.0
    for name in ours.keys() & theirs.keys():
        mine, other = np.atleast_1d(ours[name]).astype(float), np.atleast_1d(theirs[name]).astype(float)
        largest = max(largest, float(np.max(np.abs(mine - other) / np.maximum(np.abs(other), 1.0))))
    return largest


def cohort_of(patients: int, folder: Path, adverse: bool) -> Database:
    """A simulated cohort, opened; its adverse events only where asked for."""
    write(folder, patients, seed=7, adverse_events=adverse)
    return open_cohort(folder)


def curves(patients: int, database: Database, rounds: int) -> list[dict]:
    """A line a package: milliseconds for the curves and the test, and how far the results are apart."""
    ours = our_curves(database)
    lines = [{"patients": patients, "package": "CARTograph", "ms": milliseconds(lambda: our_curves(database), rounds)}]
    if patients > 1_000_000:
        return lines
    rows = rows_of(database)
    others: list[tuple[str, Callable[[pd.DataFrame], dict]]] = [("lifelines", lifelines_curves)]
    if find_spec("sksurv"):
        others.append(("scikit-survival", scikit_curves))
    for name, run in others:
        theirs = run(rows)
        spent = milliseconds(lambda run=run: run(rows), rounds)
        lines.append({"patients": patients, "package": name, "ms": spent, "apart": difference(ours, theirs)})
    told = in_r(rows, with_cox=False, rounds=rounds)
    if told is not None:
        theirs = {name: told[name] for name in ("survival", "lower", "median", "chi2")}
        apart = difference(ours, theirs)
        lines.append({"patients": patients, "package": "R survival", "ms": 1000 * told["curves"], "apart": apart})
    return lines


def regressions(patients: int, database: Database, rounds: int) -> list[dict]:
    ours = our_cox(database)
    lines = [{"patients": patients, "package": "CARTograph", "ms": milliseconds(lambda: our_cox(database), rounds)}]
    rows = rows_of(database)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, spent = lifelines_cox(rows), milliseconds(lambda: lifelines_cox(rows), 3)
    lines.append({"patients": patients, "package": "lifelines", "ms": spent, "apart": difference(ours, theirs)})
    if find_spec("sksurv"):
        started = time.perf_counter()  # minutes: once
        theirs = scikit_cox(rows)
        spent = 1000 * (time.perf_counter() - started)
        lines.append(
            {"patients": patients, "package": "scikit-survival", "ms": spent, "apart": difference(ours, theirs)}
        )
    told = in_r(rows, with_cox=True, rounds=3)
    if told is not None:
        apart = difference(ours, {name: told[name] for name in ("coefficients", "errors")})
        lines.append({"patients": patients, "package": "R survival", "ms": 1000 * told["cox"], "apart": apart})
    return lines


def incidences(database: Database, folder: Path, rounds: int) -> list[dict]:
    patients = pd.read_parquet(folder / "patients.parquet", columns=["patient_id", "bcma_percent"])
    events = pd.read_parquet(folder / "adverse_events.parquet", columns=["patient_id", "term", "grade_min"])
    terms = terms_of(ask(database, "adverse_events/recorded_terms", Selection("engine")))
    ours, theirs = our_incidence(database, terms), pandas_incidence(patients, events)
    count = len(events)
    return [
        {"events": count, "package": "CARTograph", "ms": milliseconds(lambda: our_incidence(database, terms), rounds)},
        {
            "events": count,
            "package": "pandas",
            "ms": milliseconds(lambda: pandas_incidence(patients, events), 1),
            "apart": float(ours != theirs),
        },
    ]
