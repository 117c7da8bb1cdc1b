"""Adverse events as filters and comparisons: by hand, at a landmark, and counted again over random cohorts."""

from itertools import combinations
from math import isnan, nan

import numpy as np
import pandas as pd
import pytest

from core.cohort.ask import ask
from core.cohort.database import open_cohort
from core.cohort.labels import filter_label, group_labels, sentence
from core.cohort.selection import Comparison, Levels, Selection, Without, earliest_landmark, known_later
from core.cohort.variables import AdverseEvent, adverse_event_named
from core.cohort.vocabulary import DAYS_PER_MONTH

VARIABLES = "name,label,kind,unit,levels,section,default_cut,known_at\nsex,Sex,category,,F|M,first,,\n"
PATIENTS = "patient_id,sex\n" + "".join(f"{n},{'FM'[n % 2]}\n" for n in range(1, 9))
EVENTS = """patient_id,term,category,grade_min,grade_max,onset_day
1,CRS,,3,3,5
2,CRS,,1,2,3
3,CRS,,2,3,4
4,CRS,,3,4,
5,CRS,,1,1,10
5,CRS,,4,4,200
6,Infection,,3,3,2
8,CRS,,1,1,2
8,CRS,,2,2,
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    tables = {"variables": VARIABLES, "patients": PATIENTS, "adverse_events": EVENTS, "cohort": "name,kind\nT,yours\n"}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_cohort(folder)


def of_levels(database, event, landmark=None):
    """The patients of each level of an event: No, Yes, Missing."""
    chosen = Selection(database.fingerprint, (), Comparison(event.name), landmark)
    who = ask(database, "cohort/who", chosen, most=100)
    return {int(group): "".join(rows["patient_id"]) for group, rows in who.groupby("group")}


@pytest.mark.parametrize(
    ("lowest", "highest", "landmark", "expected"),
    [
        # 3: band 2 to 3; 4: band 3 to 4; 5: worst 4, by day 200; 8: worst 2
        (1, 5, None, {0: "67", 1: "123458"}),
        (3, 5, None, {0: "2678", 1: "145", 2: "3"}),
        (1, 2, None, {0: "14567", 1: "28", 2: "3"}),
        (3, 3, None, {0: "25678", 1: "1", 2: "34"}),
        # by month 1: 4 and the second of 8 have no date; 5 had only grade 1 by then
        (1, 5, 1.0, {0: "67", 1: "12358", 2: "4"}),
        (3, 5, 1.0, {0: "25678", 1: "1", 2: "34"}),
        (1, 2, 1.0, {0: "1467", 1: "258", 2: "3"}),  # 4 had none or too high a grade, 8 had 1 or 2
        (3, 5, 7.0, {0: "2678", 1: "15", 2: "34"}),
    ],
)
def test_who_had_an_event_by_hand(database, lowest, highest, landmark, expected):
    assert of_levels(database, AdverseEvent("CRS", lowest, highest, dated=True), landmark) == expected


def test_an_event_without_any_date_is_as_it_turned_out_also_at_a_landmark(database):
    event = AdverseEvent("CRS", 3, 5, dated=False)
    assert of_levels(database, event, 1.0) == of_levels(database, event)
    assert earliest_landmark(known_later(Selection("x", (), Comparison(event.name)), database.variables)) is None


def test_it_filters_and_is_known_only_later(database):
    severe = AdverseEvent("CRS", 3, 5, dated=True)
    chosen = Selection(database.fingerprint, (Levels(severe.name, ("Yes", "Missing")), Without(("4", "nobody"))))
    assert "".join(ask(database, "cohort/who", chosen, most=9)["patient_id"]) == "135"
    late = known_later(chosen, database.variables)
    assert [v.label for v in late] == ["CRS, grade 3 or more"]
    assert earliest_landmark(late) == 0


def test_it_reads_as_what_it_is(database):
    severe = AdverseEvent("CRS: of any kind", 3, 5, dated=True)
    assert adverse_event_named(severe.name) == severe
    assert adverse_event_named("sex") is None
    chosen = Selection("x", (Levels(severe.name, ("No",)),), Comparison(severe.name), 6.0)
    assert group_labels(chosen, database.variables)[:2] == (
        "CRS: of any kind, grade 3 or more: no by month 6", "CRS: of any kind, grade 3 or more: yes by month 6",
    )  # fmt: skip
    assert filter_label(chosen.filters[0], database.variables) == "CRS: of any kind, grade 3 or more: no"
    assert [AdverseEvent("A", *ends, dated=False).variable.label for ends in ((1, 5), (1, 2), (4, 4), (5, 5))] == [
        "A, any grade", "A, grade 1–2", "A, grade 4", "A, grade 5",
    ]  # fmt: skip
    assert sentence(Selection("x", (Without(("7",)),)), database.variables) == "Without patient 7"
    assert filter_label(Without(("7", "9")), database.variables) == "Without patients 7, 9"


def answer(low: float, high: float, lowest: int, highest: int) -> str | None:
    """Whether a worst grade, or its band, lies in a range; none at all is no."""
    if not low >= 1 or high < lowest or low > highest:
        return "No"
    return "Yes" if lowest <= low and high <= highest else None


def worst(events: list[tuple[int, int, float]], month: float | None, lowest: int, highest: int) -> str | None:
    """
    What is known of one patient's events of a term (least and greatest grade, day or nan): the same whichever of the
    undated had come by the landmark.
    """
    dated = [event for event in events if month is None or event[2] <= month * DAYS_PER_MONTH]
    undated = [event for event in events if month is not None and isnan(event[2])]
    answers = set()
    for some in range(len(undated) + 1):
        for chosen in combinations(undated, some):
            low, high, _ = zip(*dated, *chosen, strict=True) if dated or chosen else ((nan,), (nan,), ())
            answers.add(answer(max(low), max(high), lowest, highest))
    return answers.pop() if len(answers) == 1 else None


@pytest.mark.parametrize("seed", range(40))
def test_who_had_an_event_counted_again(tmp_path, seed):
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(0, 60))
    low = rng.integers(1, 6, rows)
    events = pd.DataFrame(
        {
            "patient_id": rng.integers(1, 31, rows).astype(str),
            "term": rng.choice(["CRS", "Infection"], rows),
            "grade_min": low,
            "grade_max": np.minimum(5, low + (rng.random(rows) < 0.3) * rng.integers(1, 3, rows)),
            "onset_day": np.where(rng.random(rows) < 0.3, np.nan, rng.integers(0, 300, rows)),
        }
    )
    patients = pd.DataFrame({"patient_id": [str(n) for n in range(1, 31)], "sex": "F"})
    (tmp_path / "variables.csv").write_text(VARIABLES, encoding="utf-8")
    (tmp_path / "cohort.csv").write_text("name,kind\nT,yours\n", encoding="utf-8")
    patients.to_csv(tmp_path / "patients.csv", index=False)
    events.to_csv(tmp_path / "adverse_events.csv", index=False)
    database = open_cohort(tmp_path)
    crs: dict[str, list] = {patient: [] for patient in patients["patient_id"]}
    for patient, term, *event in events.itertuples(index=False):
        if term == "CRS":
            crs[patient].append(tuple(event))
    for lowest, highest in ((1, 5), (3, 5), (1, 2), (2, 2), (5, 5)):
        for month in (None, 0.0, 3.0):
            found = of_levels(database, AdverseEvent("CRS", lowest, highest, dated=True), month)
            expected: dict[int, str] = {}
            for patient in patients["patient_id"]:
                level = worst(crs[patient], month, lowest, highest)
                group = {"No": 0, "Yes": 1, None: 2}[level]
                expected[group] = expected.get(group, "") + patient
            assert found == expected
