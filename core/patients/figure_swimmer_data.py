"""What the lanes of the swimmer plot are drawn from: stretches of response, what happened when, and its legends."""

import pandas as pd

from core import text
from core.cohort.provenance import FIRM, source_of
from core.cohort.vocabulary import RESPONSES
from core.figures.theme import colour, group_colour

_CROSS = "M-1.2,-.75L-.75,-1.2L0,-.45L.75,-1.2L1.2,-.75L.45,0L1.2,.75L.75,1.2L0,.45L-.75,1.2L-1.2,.75L-.45,0Z"
"""Thick enough to be seen hollow."""
_SHAPES = {
    "MRD negative": "diamond",
    "Progression": "triangle-down",
    "Second infusion": "triangle-up",
    "Death": _CROSS,
    "Alive, ongoing": "triangle-right",
    "Last contact": "circle",
}
_ENDS = {"death": "Death", "alive": "Alive, ongoing", "last contact": "Last contact"}
AFTER_THE_BAR = 9
"""Pixels by which the mark of who is alive stands after the end of a bar."""


def swimmer_bars(lanes: pd.DataFrame, responses: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """
    The stretches of each lane, one row a stretch: `patient_id`, `start` and
    `end` in months, `response` ("" before the first assessment), `colour`,
    `firm` (whether its times are reported or derived) and `source`. A lane's
    response ends with progression, death or last contact; `said` is the
    response with its own source, where that is not firm, or the one that has no date.
    """
    ends = lanes["progressed_months"].fillna(lanes["followed_months"])
    patients = lanes["patient_id"]
    ended = dict(zip(patients, source_of(sources, "endpoints", "months", patients), strict=True))
    answered = dict(zip(patients, source_of(sources, "responses", "month", patients), strict=True))
    given = dict(zip(patients, source_of(sources, "responses", "response", patients), strict=True))
    assessed = dict(tuple(responses.dropna(subset=["response"]).groupby("patient_id")))
    rows = []
    for patient, end in zip(lanes["patient_id"], ends, strict=True):
        changes = [(0.0, "")]
        if patient in assessed:
            assessments = assessed[patient]
            changes += [(m, r) for m, r in zip(assessments["month"], assessments["response"], strict=True) if m < end]
        merged = [c for i, c in enumerate(changes) if i == 0 or c[1] != changes[i - 1][1]]
        stops = [month for month, _ in merged[1:]] + [end]
        undated = _undated(assessed[patient]) if patient in assessed and len(merged) == 1 else ""
        for (start, response), stop in zip(merged, stops, strict=True):
            if stop > start:
                source = answered[patient] if answered[patient] not in FIRM else ended[patient]
                said = f"{response}{_unless_firm(given[patient])}" if response else undated
                rows.append((patient, start, stop, response, colour(response or "panel"), source, said))
    columns = ["patient_id", "start", "end", "response", "colour", "source", "said"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(firm=frame["source"].isin(FIRM))


def _undated(assessments: pd.DataFrame) -> str:
    """The deepest response of a patient of whom none has a month."""
    reached = set(assessments["response"])
    return next((f"{one}, without a date" for one in RESPONSES if one in reached), "")


def marks(
    lanes: pd.DataFrame, responses: pd.DataFrame, milestones: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """What happened when in these lanes, a row a mark: `patient_id`, `month`, `event`, `source`, and its look."""
    negative = responses[responses["mrd"] == "negative"].drop_duplicates("patient_id")  # they come in order of time
    again = milestones[milestones["event"] == "second infusion"]
    kinds = [
        ("MRD negative", _dated(negative, "month"), ("responses", "mrd")),
        ("Progression", _dated(lanes, "progressed_months"), ("endpoints", "months")),
        ("Second infusion", _dated(again, "month"), ("milestones", "month")),
    ]
    for end, event in _ENDS.items():
        ended = _dated(lanes[lanes["ended"] == end], "followed_months")
        kinds.append((event, ended, ("endpoints", "months")))
    drawn, rows = set(lanes["patient_id"]), []
    for event, dated, where in kinds:
        shift = AFTER_THE_BAR if event == "Alive, ongoing" else 0
        for (patient, month), source in zip(dated, source_of(sources, *where, [who for who, _ in dated]), strict=True):
            if patient in drawn:
                fill = colour("ink" if source in FIRM else "bg")
                rows.append((patient, month, event, source, _SHAPES[event], shift, fill))
    return pd.DataFrame(rows, columns=["patient_id", "month", "event", "source", "shape", "shift", "fill"])


def _dated(rows: pd.DataFrame, months: str) -> list[tuple[str, float]]:
    """The patients who have a month in that column, with it."""
    return [(who, month) for who, month in zip(rows["patient_id"], rows[months], strict=True) if pd.notna(month)]


def keys_above(bars: pd.DataFrame) -> list[dict]:
    """The legend of the stretches: each response that is drawn, deepest first."""
    shown = [response for response in RESPONSES if response in set(bars["response"])]
    keys = [{"label": r, "shape": "square", "fill": colour(r), "stroke": colour(r)} for r in shown]
    undated = bars.loc[bars["response"] == "", "said"].astype(bool)
    label = "Response without a date" if len(undated) and undated.all() else "Not yet assessed"
    label = "Not yet assessed, or without a date" if undated.any() and not undated.all() else label
    return [*keys, {"label": label, "shape": "square", "fill": colour("panel"), "stroke": colour("faint")}]


def keys_below(bars: pd.DataFrame, marks: pd.DataFrame, lanes: pd.DataFrame, groups: tuple[str, ...]) -> list[dict]:
    """The legend of groups, where there are several, and of marks."""
    numbers = sorted(set(lanes["group"].astype(int)))
    names = text.told_apart(groups, 20)
    keys: list[dict] = [
        {"label": names[n], "shape": "square", "fill": group_colour(n), "stroke": group_colour(n)}
        for n in (numbers if len(numbers) > 1 else [])
    ]
    events, ink = set(marks["event"]), colour("ink")
    keys += [{"label": e, "shape": shape, "fill": ink, "stroke": ink} for e, shape in _SHAPES.items() if e in events]
    if (lanes["progressed_months"] < lanes["followed_months"]).any():
        line = "M-1.2,-0.3L1.2,-0.3L1.2,0.3L-1.2,0.3Z"
        keys.append({"label": "After progression", "shape": line, "fill": colour("PD"), "stroke": colour("PD")})
    if not bars["firm"].all():
        soft = {"label": "Reconstructed: dashed, hollow", "shape": "square", "fill": colour("bg"), "stroke": ink}
        keys.append(soft | {"dash": [2, 2]})
    return keys


def after_progression(lanes: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The lanes that go on after progression, and whether their months are `firm`."""
    after = lanes[lanes["progressed_months"] < lanes["followed_months"]]
    return after.assign(firm=[s in FIRM for s in source_of(sources, "endpoints", "months", after["patient_id"])])


def _unless_firm(source: str) -> str:
    return "" if source in FIRM else f", {source}"


def courses(lanes: pd.DataFrame, bars: pd.DataFrame, happened: pd.DataFrame) -> list[str]:
    """
    What became of each patient, in words: each response and what happened, by
    month, with what is not firm of it, in the order of `lanes`.
    """
    told: dict[object, list[tuple[float, str]]] = {}
    for bar in bars[bars["response"] != ""].itertuples():
        told.setdefault(bar.patient_id, []).append(
            (bar.start, f"{bar.response} from month {text.number(bar.start)}{bar.said.removeprefix(bar.response)}")
        )
    for mark in happened.itertuples():
        what = f"{mark.event} at month {text.number(mark.month)}{_unless_firm(mark.source)}"
        told.setdefault(mark.patient_id, []).append((mark.month, what))
    return ["; ".join(words for _, words in sorted(told.get(patient, []))) for patient in lanes["patient_id"]]
