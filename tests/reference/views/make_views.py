"""Five hundred random views of the cohorts: who is selected, compared how, and what is asked of which endpoint."""

import csv
import json
import random
from pathlib import Path

HERE = Path(__file__).parent
VIEWS = 500
LANDMARKS = [1, 2, 3, 6, 9, 11]
TIMES = [1, 3, 6, 9, 12, 15, 18, 24, 36, 48]

draw = random.Random(20250228)


def table(cohort: str, name: str) -> list[dict]:
    with (HERE / "cohorts" / cohort / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(cohort: str, variable: str) -> list[float]:
    return sorted(float(row[variable]) for row in table(cohort, "patients") if row[variable])


def random_filter(cohort: str, variable: dict) -> dict:
    """Some of the levels, Missing among them; or a range whose ends are values that occur."""
    if variable["kind"] == "number":
        values = numbers(cohort, variable["name"])
        low, high = sorted([draw.choice(values[: len(values) // 2]), draw.choice(values)])
        return {"variable": variable["name"], "low": low, "high": high, "missing": draw.random() < 0.3}
    levels = [*variable["levels"].split("|"), "Missing"]
    return {"variable": variable["name"], "levels": draw.sample(levels, draw.randint(1, len(levels) - 1))}


def random_comparison(cohort: str, variable: dict) -> dict:
    """By a variable; a number is cut at one or two values that occur."""
    cuts = []
    if variable["kind"] == "number":
        values = sorted(set(numbers(cohort, variable["name"])))
        cuts = sorted(draw.sample(values[1:], min(draw.choice([1, 1, 2]), len(values) - 1)))
    return {"variable": variable["name"], "cuts": cuts}


def random_view() -> dict:
    cohort = draw.choices(["tiny", "small", "middle", "competing", "large"], [1, 2, 3, 3, 2])[0]
    variables = table(cohort, "variables")
    late = {variable["name"] for variable in variables if variable["known_at"]}
    filters = [random_filter(cohort, v) for v in draw.sample(variables, draw.choice([0, 0, 1, 1, 2]))]
    how = draw.choices(["none", "variable", "rest"], [2, 6, 2])[0]
    comparison = None
    if how == "variable":
        comparison = random_comparison(cohort, draw.choice(variables))
    elif how == "rest" and filters:
        comparison = {"variable": "rest", "cuts": []}
    by_late = comparison is not None and comparison["variable"] in late
    by_late = by_late or (how == "rest" and any(one["variable"] in late for one in filters))
    endpoints = ["PFS", "PFS", "OS", "OS"] + ["Relapse"] * 3 * (cohort == "competing") + ["DOR"] * (not by_late)
    endpoint = draw.choice(endpoints)
    landmark = draw.choice(LANDMARKS) if by_late or (endpoint != "DOR" and draw.random() < 0.35) else None
    return {
        "cohort": cohort,
        "filters": filters,
        "comparison": comparison,
        "endpoint": endpoint,
        "landmark": landmark,
        "interval": draw.choice(["log-log", "log", "plain"]),
        "times": sorted(draw.sample(TIMES, 3)),
    }


views = ",\n".join(json.dumps(random_view(), ensure_ascii=False) for _ in range(VIEWS))
(HERE / "views.json").write_text(f"[\n{views}\n]\n", encoding="utf-8")
