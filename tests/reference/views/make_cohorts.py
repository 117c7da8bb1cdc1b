"""
Five random cohorts, written as folders of CSV files into cohorts/.

Times are days turned into months by one of three formulas, drawn anew for each number, so that the same day is often
written as numbers that differ in the last digit. Few different days are drawn, so that events and censorings are tied;
some patients' days are whole months, and so lie on the landmarks.
"""

import csv
import random
from pathlib import Path

HERE = Path(__file__).parent / "cohorts"
SIZES = {"tiny": 8, "small": 23, "middle": 61, "competing": 120, "large": 250}
COMPETING = "competing"

COHORT = ["name", "kind", "citation", "licence", "data_cutoff", "time_origin", "description"]
VARIABLES = [
    ["name", "label", "kind", "unit", "levels", "section", "default_cut", "known_at"],
    ["stage", "Stage", "category", "", "I|II|III|IV", "first", "", ""],
    ["site", "Site", "category", "", "North|South|Sea", "first", "", ""],
    ["pretreated", "Pretreated", "flag", "", "No|Yes", "first", "", ""],
    ["age", "Age", "number", "years", "", "first", "60", ""],
    ["dose", "Dose", "number", "×10⁸ cells", "", "more", "1.5", ""],
    ["marker", "Marker", "number", "", "", "more", "0", ""],
    ["responder", "Responder", "flag", "", "No|Yes", "after infusion", "", "responses.responder"],
    ["mrd_negative", "MRD negative", "flag", "", "No|Yes", "after infusion", "", "responses.mrd"],
]
RESPONSES = ["sCR", "CR", "VGPR", "PR", "MR", "SD", "PD"]
PR_OR_BETTER = RESPONSES[:4]

draw = random.Random(20250912)


def months(day: float) -> str:
    """One day in three differs between the first two formulas; whole months only in the third, 11 and 15 among them."""
    return repr(draw.choice((day / 30.4375, day / 365.25 * 12, day / 7 / (30.4375 / 7))))


def day_after(mean: float) -> int:
    """A day with an exponential wait; two in three on a grid of fifteen days."""
    day = int(draw.expovariate(1 / mean))
    return day if draw.random() < 1 / 3 else 15 * round(day / 15)


def baseline() -> dict:
    cells = {
        "stage": draw.choices(["I", "II", "III", "IV"], [4, 3, 2, 1])[0],
        "site": draw.choice(["North", "South", "Sea"]),
        "pretreated": draw.choice(["No", "Yes"]),
        "age": draw.randint(40, 80),
        "dose": round(draw.uniform(0.5, 4), 2),
        "marker": round(draw.gauss(0, 1), 1),
    }
    return {name: "" if draw.random() < 0.08 else cell for name, cell in cells.items()}


def assessments(progression: float | None, last: float) -> list[tuple[float, str, str]]:
    """Day, response and MRD of one to four assessments (rarely none): none after `last`, some at the progression."""
    if draw.random() < 0.06:
        return []
    days = {day_after(60) + 14}
    for _ in range(draw.randint(0, 3)):
        days.add(max(days) + day_after(90) + 1)
    if progression is not None and draw.random() < 0.4:
        days.add(progression)
    weights = draw.choice(([3, 4, 4, 4, 1, 1, 1], [0, 0, 1, 2, 3, 4, 3]))
    return [
        (
            day,
            "" if draw.random() < 0.1 else draw.choices(RESPONSES, weights)[0],
            draw.choice(["", "negative", "positive"]),
        )
        for day in sorted(days)
        if day <= last
    ][:4]


def patient(number: int, competes: bool) -> tuple[dict, list[list], list[list]]:
    """Rows of patients, endpoints and responses."""
    cells, unit = {"patient_id": f"P{number}"} | baseline(), draw.choices([1, 30.4375], [85, 15])[0]
    harder = {"I": 0.7, "IV": 1.8}.get(cells["stage"], 1.0)
    end = draw.choice((90, 365, 540, 730, 1461, 100 + day_after(700), 100 + day_after(700)))
    days = (day_after(420 / harder), day_after(1100 / harder), end)
    progressed, died, left = (round(day / unit) * unit for day in days)
    first, last = min(progressed, died, left), min(died, left)
    progression = first if first < left or left in (progressed, died) else None
    ends = {
        "PFS": (first, int(progression is not None)),
        "OS": (last, int(died <= left)),
        "Relapse": (first, 0 if progression is None else 1 if progressed <= died else 2),
    }
    known = [name for name in ends if draw.random() > 0.02 and (competes or name != "Relapse")]
    own = [(round(day / unit) * unit, *found) for day, *found in assessments(progression, last)]
    stops = [day for name, (day, status) in ends.items() if name in known and status]
    counted = [one for one in own if one[0] <= min(stops, default=one[0])]
    tested = [mrd for _, _, mrd in counted if mrd]
    reached = any(response in PR_OR_BETTER for _, response, _ in counted)
    cells["responder"] = ("Yes" if reached else "No") if any(response for _, response, _ in own) else ""
    cells["mrd_negative"] = ("Yes" if "negative" in tested else "No") if tested else ""
    endpoints = [[cells["patient_id"], name, months(ends[name][0]), ends[name][1], ""] for name in known]
    responses = [[cells["patient_id"], months(day), response, mrd, ""] for day, response, mrd in own]
    return cells, endpoints, responses


def write(folder: Path, table: str, header: list[str], rows: list[list]) -> None:
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


ENDPOINTS = ["patient_id", "endpoint", "months", "status", "cause"]
ASSESSMENTS = ["patient_id", "month", "response", "mrd", "mrd_threshold"]
for name, size in SIZES.items():
    folder = HERE / name
    folder.mkdir(parents=True, exist_ok=True)
    made = [patient(number, name == COMPETING) for number in range(1, size + 1)]
    write(folder, "cohort", COHORT, [[name, "simulated", "", "", "", "infusion", "Random views"]])
    write(folder, "variables", VARIABLES[0], VARIABLES[1:])
    write(folder, "patients", list(made[0][0]), [list(cells.values()) for cells, _, _ in made])
    write(folder, "endpoints", ENDPOINTS, [row for _, rows, _ in made for row in rows])
    write(folder, "responses", ASSESSMENTS, [row for _, _, rows in made for row in rows])
