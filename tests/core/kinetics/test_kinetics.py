"""Courses of a cohort: every row used or told, each patient's numbers by hand, and again in pandas."""

from statistics import median

import numpy as np
import pandas as pd
import pytest

from core.cohort.ask import Cohort
from core.cohort.database import open_cohort
from core.cohort.selection import Comparison, Levels, Selection
from core.figures.frame import rows_of
from core.kinetics import tables, words
from core.kinetics.analytes import CELLS, COUNTS, CYTOKINES, HUMORAL, OTHER
from core.kinetics.answers import courses, measured
from core.kinetics.figure import kinetics_chart
from core.kinetics.figure_data import Days, days_of, panel_of
from core.kinetics.result import compare, window_of
from core.statistics.rank_sum import rank_sum
from core.statistics.words import By
from tests.conftest import COHORT_CSV

VARIABLES = "name,label,kind,unit,levels,section\narm,Arm,category,,A|B,first\n"
MEASUREMENTS = """patient_id,analyte,day,value,unit,below_limit,lower_normal,upper_normal
1,CAR-T cells,0,1,/µL,Yes,,
1,CAR-T cells,7,40,/µL,No,,
1,CAR-T cells,14,40,/µL,No,,
1,CAR-T cells,28,1,/µL,Yes,,
2,CAR-T cells,7,10,/µL,No,,
2,CAR-T cells,14,90,/µL,No,,
2,CAR-T cells,200,500,/µL,No,,
3,CAR-T cells,7,1,/µL,Yes,,
3,CAR-T cells,30,1,/µL,Yes,,
4,CAR-T cells,7,,/µL,No,,
1,CRP,-3,2,mg/L,No,,10
1,CRP,5,30,mg/L,No,,10
1,CRP,9,8,mg/L,No,,10
2,CRP,5,9,mg/L,No,,10
2,CRP,40,99,mg/L,No,,10
3,CRP,5,1.5,mg/dL,No,,1
1,ANC,0,3.0,G/L,No,1.8,7
1,ANC,8,0.2,G/L,No,1.8,7
1,ANC,20,1.9,G/L,No,1.8,7
2,ANC,8,0.4,G/L,No,1.8,7
"""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    patients = "patient_id,arm\n" + "".join(f"{n},{'AB'[n % 2]}\n" for n in range(1, 6))
    milestones = "patient_id,month,event,detail\n2,6,second infusion,\n"
    files = {"cohort": COHORT_CSV, "variables": VARIABLES, "patients": patients}
    for name, text in (files | {"measurements": MEASUREMENTS, "milestones": milestones}).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return Cohort(open_cohort(folder))


def course_of(cohort, label, *filters, by=None):
    (analyte,) = (analyte for analyte in measured(cohort) if analyte.label == label)
    selection = Selection(cohort.fingerprint, filters, Comparison(by) if by else None)
    (result,) = courses(cohort, selection, (analyte,))
    return result


def test_what_was_measured_in_two_units_is_not_one_analyte(cohort):
    known = measured(cohort)
    assert [(one.label, one.family, one.logarithmic) for one in known] == [
        ("CAR-T cells, /µL", CELLS, True),
        ("CRP, mg/L", CYTOKINES, True),
        ("CRP, mg/dL", CYTOKINES, True),
        ("ANC, G/L", COUNTS, True),
    ]
    assert sum(one.samples for one in known) == len(MEASUREMENTS.splitlines()) - 1 - 1, "all but the empty value"


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("IL-6", CYTOKINES), ("Interleukin 10", CYTOKINES), ("sIL-2R", CYTOKINES), ("Ferritin", CYTOKINES),
        ("CAR transgene", CELLS), ("CAR T", CELLS), ("IgG", HUMORAL), ("CD19+ B cells", HUMORAL), ("Hb", COUNTS),
        ("Hemoglobin", COUNTS), ("Platelets", COUNTS), ("WBC", COUNTS), ("LDH", OTHER), ("Biogenesis", OTHER),
        ("Rhb", OTHER), ("Milk-6", OTHER),
    ],
)  # fmt: skip
def test_analytes_are_known_by_the_fields_own_names(cohort, name, family):
    from core.kinetics.analytes import analytes

    row = {"analyte": [name], "unit": [""], "patients": [1], "samples": [1], "least": [1.0], "most": [2.0]}
    assert analytes(pd.DataFrame(row))[0].family == family


def test_each_patients_numbers_by_hand(cohort):
    one, two, three = course_of(cohort, "CAR-T cells, /µL").patients
    # Up to 40 by day 7 (140), 40 for a week (280), down to 0 at day 28 (280).
    assert (one.extreme, one.extreme_day, one.area.value, one.last_detected) == (40, 7, pytest.approx(700), 14)
    # After the second infusion at month 6 (day 183) a value is drawn and counts in nothing.
    assert (two.extreme, two.extreme_day, two.last_detected, two.samples) == (90, 14, 14, 2)
    assert two.area.value is None
    assert "before day 28" in two.area.reason
    assert (three.extreme, three.extreme_day, three.area.value, three.last_detected) == (0, None, 0.0, None)
    crp = course_of(cohort, "CRP, mg/L").patients
    assert [(p.outside, p.back) for p in crp] == [(True, 9), (False, None)], "99 on day 40 is after the first month"
    anc = course_of(cohort, "ANC, G/L").patients
    assert [(p.extreme, p.extreme_day, p.outside, p.back) for p in anc] == [(0.2, 8, True, 20), (0.4, 8, True, None)]


def test_rows_in_are_rows_drawn(cohort):
    result = course_of(cohort, "CAR-T cells, /µL")
    assert len(result.values) == 9
    assert result.values["later"].sum() == 1
    assert [(g.label, g.patients, g.measured) for g in result.groups] == [("All patients", 5, 3)]
    drawn = rows_of(kinetics_chart((result,)), "points")
    assert sorted(row["day"] for row in drawn) == sorted(result.values["day"])
    assert sum(row["below"] for row in drawn) == 4
    assert len(tables.values_table((result,))[1]) == 9
    assert len(course_of(cohort, "CAR-T cells, /µL", Levels("arm", ("A",))).values) == 3


@pytest.mark.parametrize(
    ("day", "window"),
    [(-1, None), (0, 0), (1, 0), (2, 3), (7, 7), (9, 10), (13, 14), (28, 28), (30, 28), (45, 45), (182, 180),
     (365, 360), (700, 720), (1826, 1800)],
)  # fmt: skip
def test_a_day_is_in_one_scheduled_window(day, window):
    assert window_of(day) == window


@pytest.mark.parametrize("analyte", ["IL-6, pg/mL", "CAR-T cells, cells/µL", "Platelets, 10⁹/L", "IgG, g/L"])
@pytest.mark.parametrize("by", [None, "sex", "prior_asct"])
def test_medians_and_numbers_again_in_pandas(bundled, analyte, by):
    cohort = Cohort(bundled)
    result = course_of(cohort, analyte, by=by)
    name = analyte.split(",")[0]
    rows = bundled.ask(f"select * from measurements join patients using (patient_id) where analyte = '{name}'")
    rows["shown"] = np.where(rows["below_limit"] == "Yes", 0.0, rows["value"])
    rows["group"] = 0 if by is None else [("Female", "Male", "No", "Yes").index(level) % 2 for level in rows[by]]
    again = {"4": 5.0 * 30.4375}  # the only second infusion
    rows = rows[rows["day"] <= rows["patient_id"].map(again).fillna(1e9)]
    for window in result.windows.itertuples():
        near = rows[(rows["group"] == window.group) & (rows["day"].map(window_of) == window.day)]
        near = near.assign(away=(near["day"] - window.day).abs()).sort_values(["away", "day"], kind="stable")
        values = near.drop_duplicates("patient_id")["shown"].tolist()
        assert window.measured == len(values)
        assert window.median == pytest.approx(median(values)) if len(values) >= 3 else np.isnan(window.median)
    since = rows[rows["day"] >= 0]
    by_patient = since.groupby("patient_id")["shown"]
    extreme = by_patient.min() if result.analyte.falls else by_patient.max()
    assert {p.patient_id: p.extreme for p in result.patients} == extreme.to_dict()
    if by is not None:
        group_of = rows.drop_duplicates("patient_id").set_index("patient_id")["group"]
        second, first = (extreme[group_of[group_of == number].index].to_numpy() for number in (1, 0))
        assert compare(result, "extreme", 1, 0) == rank_sum(second, first)


def test_values_of_before_infusion_alone_and_negative_ones(tmp_path):
    rows = "".join(f"{n},Before,-20,{n},U\n{n},Base excess,{n},{-n},mmol/L\n" for n in range(1, 6))
    files = {
        "cohort": COHORT_CSV,
        "variables": VARIABLES,
        "patients": "patient_id,arm\n" + "".join(f"{n},A\n" for n in range(1, 6)),
        "measurements": f"patient_id,analyte,day,value,unit\n{rows}",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    cohort = Cohort(open_cohort(tmp_path))
    before, excess = course_of(cohort, "Before, U"), course_of(cohort, "Base excess, mmol/L")
    assert words.finding((before,), OTHER, None, By()) == "Before of none of these patients since infusion"
    assert words.finding((excess,), OTHER, None, By()) == (
        "Base excess peaked on day 3 (1–5), at a median of −3 mmol/L"
    )
    for result in (before, excess):
        assert len(rows_of(kinetics_chart((result,)), "points")) == 5
        assert all(np.isfinite(row["y"]) for row in rows_of(kinetics_chart((result,)), "points"))
        tables.patients_table((result,), {0: "All patients"})
        tables.groups_table((result,), None)


def test_a_title_says_no_more_than_the_test(bundled):
    cohort = Cohort(bundled)
    result = course_of(cohort, "CAR-T cells, cells/µL", by="prior_asct")
    assert words.finding((result,), CELLS, (1, 0), By("prior ASCT")) == (
        "CAR-T cells, peak by prior ASCT: too few to tell"
    )
    assert words.finding((result,), CELLS, None, By("prior ASCT")) == "CAR-T cells, peak by prior ASCT"
    cytokines = tuple(one for one in measured(cohort) if one.family == CYTOKINES)
    several = courses(cohort, Selection(cohort.fingerprint), cytokines)
    assert words.finding(several, CYTOKINES, None, By()) == (
        "Above normal by day 31: IL-6 in 11, IL-10 in 8, TNF-α in 4, IFN-γ in 7, IL-2 in 2, IL-4 in 1, "
        "CRP in 10 of 11 patients"
    )
    header, rows = tables.patients_table(several, {0: "All patients"})
    assert sum(row[header.index("TNF-α: peak, pg/mL (day)")].count("*") for row in rows) == 4


def test_the_axis_breaks_where_days_are_many_and_early(bundled):
    cohort = Cohort(bundled)
    counts = course_of(cohort, "Neutrophils, 10⁹/L")
    assert days_of((counts,), 31).breaks is False
    assert days_of((counts,), 365).breaks is True
    assert days_of((course_of(cohort, "IgG, g/L"),), 365).breaks is False
    days = Days(-5, 100, True)
    places = days.place(np.array([-5.0, 31, 100]))
    assert places.tolist() == [0, pytest.approx(0.62), 1]
    assert (np.diff(days.ticks()["x"]) > 0.05).all()
    panel = panel_of(counts, 0, 0.1)
    heights = panel.height(np.array([0.0, 0.3, 3.0]))
    assert (np.diff(heights) < 0).all(), "larger values stand higher"
    assert panel.height(np.array([0.3]), np.array([True]))[0] == heights[0], "below the limit is at the foot"
