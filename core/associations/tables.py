"""Associations as tables."""

from core import text
from core.associations.associate import Association
from core.associations.measure import TIME
from core.associations.words import effect_name, effect_text
from core.text import Table


def associations_table(every: tuple[Association, ...], remark: str = "", of: int | None = None) -> Table:
    """
    One row an explaining measure: p, effect with limits, test and patients, `of` so many who are selected;
    `remark` stands with those that were measured in time.
    """
    header = ["Against it", "p", "Effect (95% CI)", "Test", "Patients"]
    rows = []
    for one in every:
        effect = effect_text(one)
        words = f"{effect_name(one)}: {effect}" if one.effect is not None else effect
        rows.append(
            [
                f"{one.x.heading}{', ' + remark if remark and one.x.late else ''}",
                "–" if one.p is None else text.p_alone(one.p),
                text.Shown(words, **effect.numbers) if isinstance(effect, text.Shown) else words,
                one.test or "not tested",
                text.Shown(str(len(one.patients)), n=len(one.patients), N=of, beside=_fewest(one)),
            ]
        )
    return header, rows


def _fewest(one: Association) -> int:
    """The smallest count that the test is made of: of both sides, and of who had the outcome on each."""
    patients = one.patients
    sides = [patients["x"]] if one.x.levels else []
    outcome = [patients["event"] if one.y.kind == TIME else patients["y"]] if one.y.levels or one.y.kind == TIME else []
    by = [*sides, *outcome]
    return int(patients.groupby(by).size().min()) if by and len(patients) else 0


def patients_table(found: Association) -> Table:
    """One row a patient: both values, and for a time whether it ended with the event."""
    header = ["Patient", found.x.heading, found.y.heading, *(["Event"] if found.y.kind == TIME else [])]
    rows = []
    for row in found.patients.itertuples():
        own = [_value(found.x.levels, row.x), _value(found.y.levels, row.y)]
        rows.append([str(row.patient_id), *own, *(["Yes" if row.event else "No"] if found.y.kind == TIME else [])])
    return header, rows


def _value(levels: tuple[str, ...], value: float) -> str:
    return levels[int(value)] if levels else text.Numeral(value, text.digits(value))
