"""Associations as tables."""

from core import text
from core.associations.associate import Association
from core.associations.measure import TIME
from core.associations.words import effect_name, effect_text
from core.text import Table


def associations_table(every: tuple[Association, ...]) -> Table:
    """One row an explaining measure: patients, effect with limits, test and p."""
    header = ["Against it", "Patients", "Effect", "With 95% limits", "Test", "p"]
    rows = [
        [
            one.x.heading,
            text.Numeral(len(one.patients)),
            effect_name(one) if one.effect is not None else "–",
            effect_text(one),
            one.test or "not tested",
            "–" if one.p is None else text.p_alone(one.p),
        ]
        for one in every
    ]
    return header, rows


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
