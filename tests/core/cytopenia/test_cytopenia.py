"""CTCAE grades at their thresholds, and ICAHT by hand, on a worked patient, and over random counts."""

import numpy as np
import pandas as pd
import pytest

from core.cohort.ask import Cohort
from core.cohort.database import open_cohort
from core.cohort.selection import Selection
from core.cytopenia import tables
from core.cytopenia.answers import cytopenias
from core.cytopenia.ctcae import (
    HAEMOGLOBIN,
    LEUKOCYTES,
    NEUTROPHILS,
    PLATELETS,
    Grade,
    ctcae_grade,
    factor,
    lineage,
    standard,
)
from core.cytopenia.figure import icaht_chart
from core.cytopenia.icaht import (
    NO_EARLY,
    NO_LATE,
    Streak,
    daily,
    early_icaht,
    early_platelet_icaht,
    late_icaht,
    late_platelet_icaht,
)
from core.cytopenia.result import LEFT, NEVER, PROLONGED, RESOLVED, UNKNOWN, Asked, Lasting, PatientCounts
from core.cytopenia.tables import lasting_groups
from core.cytopenia.words import icaht_finding
from core.figures.frame import rows_of


@pytest.mark.parametrize(
    ("of", "version", "value", "grade"),
    [
        # CTCAE 5.0: < LLN-1500, < 1500-1000, < 1000-500, < 500 /mm3; a value at a limit is of the milder grade.
        (NEUTROPHILS, "5.0", 1.8, 0), (NEUTROPHILS, "5.0", 1.79, 1), (NEUTROPHILS, "5.0", 1.5, 1),
        (NEUTROPHILS, "5.0", 1.0, 2), (NEUTROPHILS, "5.0", 0.99, 3), (NEUTROPHILS, "5.0", 0.5, 3),
        (NEUTROPHILS, "5.0", 0.49, 4),
        # CTCAE 6.0: < 1500-1000, < 1000-500, < 500-100, < 100
        (NEUTROPHILS, "6.0", 1.5, 0), (NEUTROPHILS, "6.0", 1.49, 1), (NEUTROPHILS, "6.0", 0.99, 2),
        (NEUTROPHILS, "6.0", 0.49, 3), (NEUTROPHILS, "6.0", 0.1, 3), (NEUTROPHILS, "6.0", 0.09, 4),
        (LEUKOCYTES, "5.0", 1.99, 3), (PLATELETS, "5.0", 24.9, 4), (PLATELETS, "5.0", 74.9, 2),
        (HAEMOGLOBIN, "5.0", 79.9, 3), (HAEMOGLOBIN, "5.0", 20, 3),
    ],
)  # fmt: skip
def test_a_count_has_its_grade_in_its_version(of, version, value, grade):
    normal = {NEUTROPHILS: 1.8, LEUKOCYTES: 4, PLATELETS: 125, HAEMOGLOBIN: 120}[of]
    assert ctcae_grade(of, value, version, normal) == Grade(grade, grade)


def test_what_is_missing_makes_a_range_or_no_grade():
    unknown = ctcae_grade(PLATELETS, 100, "5.0")
    assert (unknown.lowest, unknown.highest, unknown.known) == (0, 1, None)
    assert ctcae_grade(PLATELETS, 60, "5.0").known == 2, "needs no limit of normal"
    none = ctcae_grade(PLATELETS, 10, "6.0")
    assert (none.known, none.reason) == (None, "CTCAE 6.0 has no rule for platelets")


@pytest.mark.parametrize(
    ("name", "of", "unit", "times"),
    [
        ("ANC", NEUTROPHILS, "/µL", 0.001), ("Neutrophils", NEUTROPHILS, "10⁹/L", 1), ("WBC", LEUKOCYTES, "K/uL", 1),
        ("PLT", PLATELETS, "G/L", 1), ("Hb", HAEMOGLOBIN, "g/dL", 10), ("Hemoglobin", HAEMOGLOBIN, "g/L", 1),
        ("ANC", NEUTROPHILS, "/ μL", 0.001), ("ANC", NEUTROPHILS, "%", None), ("Hb", HAEMOGLOBIN, "10⁹/L", None),
    ],
)  # fmt: skip
def test_counts_and_units_are_known_by_their_names(name, of, unit, times):
    assert lineage(name) == of
    assert factor(of, unit) == times


@pytest.mark.parametrize("name", ["IL-6", "Rhb", "Balance", "LDH"])
def test_other_analytes_are_no_count(name):
    assert lineage(name) is None


def graded(counts, until=30.0):
    """Early ICAHT of daily counts from day 0 on."""
    return early_icaht(np.arange(len(counts), dtype=float), np.array(counts, float), until)


@pytest.mark.parametrize(
    ("low", "deep", "grade"),
    [
        (0, 0, 0),
        (1, 0, 1),
        (6, 6, 1),
        (7, 6, 2),
        (13, 0, 2),
        (14, 0, 3),
        (7, 7, 3),
        (20, 13, 3),
        (20, 14, 4),
        (26, 0, 3),
    ],
)
def test_early_grades_at_their_edges(low, deep, grade):
    counts = [2000] * 4 + [90] * deep + [500] * (low - deep) + [510] * (31 - 4 - low)
    result = graded(counts)
    assert result.grade.known == grade
    assert (0 if result.below_500 is None else result.below_500.days) == low
    assert (0 if result.below_100 is None else result.below_100.days) == deep


def test_two_days_above_are_no_recovery_and_three_are():
    two = graded([2000] * 5 + [400] * 4 + [900] * 2 + [400] * 4 + [900] * 16)
    assert two.below_500 == Streak(5, 14)
    assert two.grade.known == 2
    three = graded([2000] * 5 + [400] * 4 + [900] * 3 + [400] * 4 + [900] * 15)
    assert three.below_500 == Streak(5, 8)
    assert three.grade.known == 1


def test_never_recovered_is_grade_4_and_so_is_an_early_death_without_recovery():
    assert graded([400] * 31).grade.known == 4
    assert graded([2000] * 3 + [400] * 14, until=16).grade.known == 4
    assert graded([2000] * 4 + [400] * 13, until=16).grade.known == 2, "began on day 4"
    assert graded([2000] * 3 + [400] * 28).grade.known == 4


def test_a_worked_patient():
    # Daily counts of a published worked example (patient 5 of ten): 5 days at 500 or less, 5 at 100 or less, grade 1.
    counts = [20, 10, 10, 10, 20, 630, 5900, 6120, 4090, 2060, 1800, 1540, 1280, 1020, 860, 710, 550, 590, 630, 670,
              710, 800, 3120, 5440, 4560, 3680, 2800, 1920, 1810, 1700, 1590]  # fmt: skip
    result = graded(counts)
    assert (result.below_500, result.below_100, result.grade.known) == (Streak(0, 4), Streak(0, 4), 1)


def test_days_between_counts_are_read_off_a_line_up_to_a_week():
    filled = daily(np.array([0.0, 4, 20, 20]), np.array([100.0, 500, 300, 200]), 0, 30)
    assert filled[:5].tolist() == [100, 200, 300, 400, 500]
    assert np.isnan(filled[5:20]).all(), "fifteen days without a count"
    assert filled[20] == 200, "the lowest of a day"
    assert np.isnan(filled[21:]).all(), "ten days after the last"
    gap = early_icaht(np.array([0.0, 4, 20, 30]), np.array([3000.0, 400, 400, 3000]), 90)
    assert (gap.grade.lowest, gap.grade.highest) == (1, 4), "a day each, or all that lie between them"
    assert gap.grade.reason == "24 days without a count"
    assert early_icaht(np.array([40.0]), np.array([100.0]), 90).grade == Grade(None, None, NO_EARLY)


@pytest.mark.parametrize(
    ("counts", "grade"),
    [
        ([1600, 2000], 0),
        ([1500, 1500], 1),
        ([1000, 1500], 2),
        ([500, 1400], 3),
        ([100, 600], 4),
        ([90, 1501], 0),
        ([90], 4),
    ],
)
def test_late_grades_need_a_second_low_count(counts, grade):
    days = np.linspace(40, 90, len(counts))
    assert late_icaht(days, np.array(counts, float), 100).known == grade


def test_late_without_a_count_is_not_evaluable_and_a_death_ends_the_period():
    assert late_icaht(np.array([10.0]), np.array([100.0]), 100) == Grade(None, None, NO_LATE)
    assert late_icaht(np.array([50.0, 60]), np.array([100.0, 100]), 45) == Grade(None, None, NO_LATE)


@pytest.mark.parametrize(
    ("below_50", "below_20", "grade"), [(0, 0, 0), (1, 0, 1), (6, 0, 1), (7, 0, 2), (7, 1, 3), (20, 13, 3), (20, 14, 4)]
)
def test_platelets_count_days_together(below_50, below_20, grade):
    counts = [200] + [10] * below_20 + [30] * (below_50 - below_20)
    spread = counts + [200] * (31 - len(counts))
    assert early_platelet_icaht(np.arange(31.0), np.array(spread, float), 90).known == grade


def test_platelets_add_up_over_streaks_where_neutrophils_take_the_longest():
    counts = np.array([200] * 2 + [30] * 4 + [200] * 6 + [30] * 4 + [200] * 15, float)
    assert early_platelet_icaht(np.arange(31.0), counts, 90).known == 2, "8 days in two streaks"
    assert early_icaht(np.arange(31.0), counts * 10, 90).below_500 == Streak(2, 5)


@pytest.mark.parametrize(
    ("counts", "lowest", "highest"),
    [([150, 150], 0, 0), ([90, 150], 0, 0), ([90, 90], 1, 1), ([40, 45], 2, 2), ([10, 15], 3, 4), ([10], 0, 3)],
)
def test_late_platelets_need_two_tests(counts, lowest, highest):
    days = np.array([40.0, 42.0])[: len(counts)]
    found = late_platelet_icaht(days, np.array(counts, float), 100)
    assert (found.lowest, found.highest) == (lowest, highest)


@pytest.mark.parametrize("seed", range(30))
def test_lower_counts_never_make_a_milder_grade_and_the_range_holds(seed):
    rng = np.random.default_rng(seed)
    days = np.unique(rng.integers(0, 31, rng.integers(1, 25))).astype(float)
    counts = rng.choice([50, 300, 480, 520, 900, 3000], len(days)).astype(float)
    until = float(rng.integers(5, 60))
    grade = early_icaht(days, counts, until).grade
    if grade.lowest is None:
        assert not (days <= until).any()
        return
    assert 0 <= grade.lowest <= grade.highest <= 4
    lower = early_icaht(days, counts * 0.5, until).grade
    assert lower.highest >= grade.highest
    shuffled = rng.permutation(len(days))
    assert early_icaht(days[shuffled], counts[shuffled], until).grade == grade


# -- patients of a cohort ------------------------------------------------------------------------------

COUNTS = """patient_id,analyte,day,value,unit,below_limit,lower_normal,upper_normal
1,ANC,0,3000,/µL,No,1800,7000
1,ANC,8,400,/µL,No,1800,7000
1,ANC,14,900,/µL,No,1800,7000
1,ANC,29,1200,/µL,No,1800,7000
2,ANC,0,3000,/µL,No,1800,7000
2,ANC,10,300,/µL,No,1800,7000
2,ANC,20,300,/µL,No,1800,7000
3,ANC,5,400,/µL,No,1800,7000
3,ANC,12,450,/µL,No,1800,7000
3,ANC,35,1600,/µL,No,1800,7000
3,ANC,40,900,/µL,No,1800,7000
4,ANC,5,2500,/µL,No,1800,7000
4,ANC,33,2500,/µL,No,1800,7000
1,Platelets,20,30,10⁹/L,No,,
2,Platelets,20,200,%,No,,
"""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    files = {
        "cohort": "name,kind\nT,yours\n",
        "variables": "name,label,kind,levels,section\narm,Arm,category,A|B,first\n",
        "patients": "patient_id,arm\n" + "".join(f"{n},{'AB'[n % 2]}\n" for n in range(1, 6)),
        "endpoints": "patient_id,endpoint,months,status\n1,OS,20,0\n2,OS,0.8,1\n3,OS,20,0\n4,OS,20,0\n5,OS,9,0\n",
        "measurements": COUNTS,
    }
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return Cohort(open_cohort(folder))


def test_each_patients_fate_by_hand(cohort):
    patients = {patient.patient_id: patient for patient in cytopenias(cohort, Selection(cohort.fingerprint))}
    assert list(patients) == ["1", "2", "3", "4", "5"], "who has no count is there, and not evaluable"
    asked = Asked((NEUTROPHILS,), 3, 28)
    assert [patient.lasting(asked) for patient in patients.values()] == [
        Lasting(PROLONGED, 29.0),  # grade 3 on day 14, 2 on day 29
        Lasting(LEFT),  # dead on day 24, never silently recovered
        Lasting(PROLONGED),  # 900 on day 40 is grade 3 again
        Lasting(NEVER),
        Lasting(UNKNOWN),
    ]
    assert patients["1"].lasting(Asked((NEUTROPHILS,), 3, 29)) == Lasting(RESOLVED, 29.0)
    assert patients["1"].lasting(Asked((NEUTROPHILS, PLATELETS), 3, 30)).status == UNKNOWN, "platelets once, so low"
    assert patients["1"].worst(NEUTROPHILS, "5.0").known == 4
    assert patients["1"].worst(NEUTROPHILS, "6.0").known == 3
    assert patients["5"].worst(NEUTROPHILS, "5.0").reason == "no count"
    early = patients["2"].early().grade  # counts ten days apart, and no more after day 24
    assert (early.lowest, early.highest, patients["2"].late().reason) == (1, 4, NO_LATE)
    assert patients["3"].late().known == 0, "900 once, and a second count above 1500"


def test_percentages_are_no_counts_and_every_patient_is_in_one_line(cohort):
    patients = cytopenias(cohort, Selection(cohort.fingerprint))
    assert [set(patient.counts) for patient in patients] == [
        {NEUTROPHILS, PLATELETS}, {NEUTROPHILS}, {NEUTROPHILS}, {NEUTROPHILS}, set(),
    ]  # fmt: skip
    groups, limits = {0: "All patients"}, "Clopper–Pearson"
    for table in (
        tables.lasting_groups(patients, groups, Asked((NEUTROPHILS,), 3, 30), limits),
        tables.worst_grades(patients, (NEUTROPHILS,), groups, "5.0", limits),
    ):
        assert sum(int(row[1].split(",")[0]) for row in table[1] if not row[0].startswith("Median day")) == 5
    _, rows = tables.icaht_groups(patients, groups, limits)
    for kind in ("Early", "Late"):
        assert sum(int(row[1].split(",")[0]) for row in rows if row[0].startswith(kind)) == 5
    assert {row[0]: row[1].split(",")[0] for row in rows}[f"Late ICAHT: {LEFT}"] == "1"


def test_the_bundled_cohort_has_the_cytopenias_that_are_printed(bundled):
    patients = cytopenias(Cohort(bundled), Selection(bundled.fingerprint))

    def prolonged(day):
        asked = Asked((LEUKOCYTES, PLATELETS, HAEMOGLOBIN), 3, day)
        return {patient.patient_id for patient in patients if patient.lasting(asked).status == PROLONGED}

    reported = bundled.ask("select patient_id from patients where prolonged_cytopenia = 'Yes'")
    assert prolonged(30) == set(reported["patient_id"]) == {"3", "6", "7", "9", "10"}
    assert prolonged(31) == {"3", "6", "7", "10"}, "with which seven of eleven had resolved within 31 days"


def test_the_figure_has_every_streak_count_and_death(bundled):
    patients = cytopenias(Cohort(bundled), Selection(bundled.fingerprint))
    drawn = icaht_chart(patients, False)
    rows = [row["label"] for row in rows_of(drawn, "rows")]
    days = {patient.patient_id: patient.early().below_500 for patient in patients}
    lengths = [0 if days[name] is None else days[name].days for name in rows]
    assert lengths == sorted(lengths, reverse=True)
    assert len(rows) == 11
    bars = {row["patient_id"]: row["said"] for row in rows_of(drawn, "bars") if "grade2" in row["colour"]}
    assert bars == {name: f"day {run.first} to {run.last}" for name, run in days.items() if run is not None}
    late = bundled.ask(
        "select count(*) as n from measurements where analyte = 'Neutrophils' and day between 31 and 100"
    )
    other = bundled.ask(
        "select count(*) as n from measurements m where analyte = 'Neutrophils' and day between 31 and 100 and day > "
        "(select min(months) * 30.4375 from endpoints e where e.patient_id = m.patient_id and endpoint = 'PFS')"
    )
    assert len(rows_of(drawn, "squares")) == late["n"][0] - other["n"][0], "to progression"
    assert [row["said"] for row in rows_of(drawn, "ends")] == ["died day 61", "died day 46"]


def test_the_day_of_recovery_is_a_number_of_its_own(bundled):
    """Of those whose recovery was seen: the middle day, first and last; as each patient's row has it."""
    patients = cytopenias(Cohort(bundled), Selection(bundled.fingerprint))
    asked, groups = Asked((LEUKOCYTES, PLATELETS, HAEMOGLOBIN), 3, 30), {0: "All patients"}
    row = tables.lasting_groups(patients, groups, asked, "Wilson")[1][-1]
    days = sorted(d for d in (patient.lasting(asked).recovered for patient in patients) if d is not None)
    assert row[0] == "Median day of recovery to grade 2 or less (range)"
    assert row[1].numbers == {"median": np.median(days), "lowest": days[0], "highest": days[-1]}
    assert row[1].endswith(f"n = {len(days)}")


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Absolute neutrophil count", NEUTROPHILS),
        ("ANC", NEUTROPHILS),
        ("Neutrophils, absolute", NEUTROPHILS),
        ("Platelet count", PLATELETS),
        ("Total WBC", LEUKOCYTES),
        ("Hb", HAEMOGLOBIN),
        ("Leukocytes in urine", None),
        ("CD4 lymphocytes", None),
        ("Glycated haemoglobin", None),
        ("Immature platelets", None),
        ("HBV DNA", None),
        ("HbA1c", None),
        ("ANCA", None),
    ],
)
def test_only_the_whole_name_of_a_blood_count_is_graded(name, of):
    assert lineage(name) == of


@pytest.mark.parametrize(
    ("unit", "times"),
    [("10*9/L", 1), ("10*3/uL", 1), ("×10⁹/L", 1), ("x10e9/L", 1), ("10³/µL", 1), ("10^6/L", 0.001), ("/cumm", 0.001),
     ("cells/mcL", 0.001), ("/µL", 0.001), ("K/uL", 1), ("x 10^9 / L", 1), ("IU/mL", None), ("%", None)],
)  # fmt: skip
def test_units_are_known_however_they_are_written(unit, times):
    assert factor(NEUTROPHILS, unit) == times


def test_haemoglobin_in_mmol_is_graded_by_its_own_limits():
    """CTCAE 5.0: under 6.2 is grade 2, under 4.9 grade 3; at these limits it is the milder grade."""
    grades = [
        ctcae_grade(HAEMOGLOBIN, float(standard(HAEMOGLOBIN, "mmol/L", np.array([value]))[0]), "5.0", 130.0).known
        for value in (6.2, 6.1, 4.9, 4.8)
    ]
    assert grades == [1, 2, 2, 3]


def test_values_in_two_units_are_one_count_and_none_after_a_second_infusion(cohort_folder):
    """Patient A in both units; B infused again on day 15, when counts fall: neither grade has anything of that."""
    rows = [("A", day, 0.2, "10^9/L") for day in range(0, 10)] + [("A", day, 3000, "/µL") for day in range(10, 31)]
    rows += [("B", day, 3000, "/µL") for day in range(0, 16)] + [("B", day, 50, "/µL") for day in range(16, 31)]
    lines = "".join(f"{who},Neutrophils,{day},{value},{unit},No,,\n" for who, day, value, unit in rows)
    folder = cohort_folder(
        variables="name,label,kind,unit,levels,section,default_cut,known_at\narm,Arm,category,,x|y,first,,\n",
        patients="patient_id,arm\nA,x\nB,y\n",
        milestones="patient_id,month,event,detail\nB,0.4928131,second infusion,\n",
        measurements="patient_id,analyte,day,value,unit,below_limit,lower_normal,upper_normal\n" + lines,
    )
    cohort = Cohort(open_cohort(folder))
    a, b = cytopenias(cohort, Selection(cohort.fingerprint))
    assert (a.early().below_500.days, a.early().grade.known) == (10, 2)
    assert b.early().below_500 is None
    assert (b.early().grade.lowest, b.early().grade.highest) == (0, 4), "of days 16 to 30 nothing is known"


def test_a_count_a_little_over_a_limit_is_over_it():
    """505 per µL on every day is no streak at or below 500: only what is read off a line is rounded."""
    days = np.arange(0.0, 31)
    found = early_icaht(days, np.full(31, 505.0), 100)
    assert (found.grade.known, found.below_500) == (0, None)


def test_a_later_dip_does_not_undo_a_recovery():
    rows = [(3, 20.0), (10, 20.0), (11, 200.0), (59, 200.0), (60, 40.0), (61, 200.0)]
    counts = pd.DataFrame(rows, columns=["day", "value"]).assign(lower_normal=150.0)
    patient = PatientCounts("1", 0, 0, 400.0, False, 400.0, 400.0, {PLATELETS: counts})
    assert patient.lasting(Asked((PLATELETS,), 3, 30)) == Lasting(RESOLVED, 11.0)
    assert patient.lasting(Asked((PLATELETS,), 3, 60)) == Lasting(PROLONGED, 61.0)


@pytest.mark.parametrize(("died", "lowest", "highest"), [(True, 4, 4), (False, 1, 4)])
def test_who_was_lost_alive_may_have_recovered_and_who_died_did_not(died, lowest, highest):
    """Counts fell by day 2, and then nothing: only of who died is it known that they stayed low to the end."""
    grade = early_icaht(np.array([0.0, 2]), np.array([3000.0, 480]), 2.0, died).grade
    assert (grade.lowest, grade.highest) == (lowest, highest)
    platelets = early_platelet_icaht(np.array([0.0, 2]), np.array([90.0, 40]), 2.0, died)
    assert (platelets.lowest, platelets.highest) == ((1, 1) if died else (1, 4))


RECOVERIES = [  # by the day of assessment, 14: neutrophils are low until, platelets are low until (None: for ever)
    (10, 40, 40, "prolonged"),
    (40, 10, 40, "prolonged"),
    (20, 60, 60, "prolonged"),
    (60, 20, 60, "prolonged"),
    (20, None, None, "prolonged"),
    (None, 20, None, "prolonged"),
    (5, 10, 10, "resolved"),
]


@pytest.mark.parametrize(("neutrophils", "platelets", "day", "status"), RECOVERIES)
@pytest.mark.parametrize("lineages", [(NEUTROPHILS, PLATELETS), (PLATELETS, NEUTROPHILS)])
def test_a_patient_recovers_with_the_last_lineage_in_whatever_order(neutrophils, platelets, day, status, lineages):
    def counts(until, low, normal):
        days = np.arange(0.0, 101, 5)
        return pd.DataFrame(
            {"day": days, "value": np.where(days < (until or 200), low, normal), "lower_normal": np.nan}
        )

    of = {NEUTROPHILS: counts(neutrophils, 0.2, 3.0), PLATELETS: counts(platelets, 10.0, 200.0)}
    patient = PatientCounts("A", 0, 0, 400.0, False, 400.0, 400.0, of)
    found = patient.lasting(Asked(lineages, 3, 14.0))
    assert (found.status, found.recovered) == (status, day)


def test_a_table_says_of_a_group_without_a_recovery_that_there_is_none():
    never = pd.DataFrame({"day": [0.0, 20, 40], "value": [0.2, 0.2, 0.2], "lower_normal": np.nan})
    patients = (PatientCounts("A", 0, 0, 400.0, False, 400.0, 400.0, {NEUTROPHILS: never}),)
    _, rows = lasting_groups(patients, {0: "All"}, Asked((NEUTROPHILS,), 3, 30.0), "Clopper–Pearson")
    assert rows[-1][1:] == ["–"]


def test_a_grade_that_cannot_be_told_is_no_mild_one_in_the_title():
    def patient(name: str, days: list[float], values: list[float]) -> PatientCounts:
        counts = pd.DataFrame({"day": days, "value": values, "lower_normal": np.nan})
        return PatientCounts(name, 0, 0, 400.0, False, 400.0, 400.0, {NEUTROPHILS: counts})

    days = list(np.arange(31.0))
    mild, severe = patient("A", days, [3.0] * 31), patient("B", days, [0.3] * 20 + [3.0] * 11)
    open_one = patient("C", [0.0, 14.0, 28.0], [3.0, 0.4, 3.0])
    assert icaht_finding((mild, severe)) == "Early ICAHT of grade 3 or more in 1 of 2 patients"
    assert open_one.early().grade.lowest < 3 <= open_one.early().grade.highest
    assert icaht_finding((mild, severe, open_one)).endswith("in 1 of 3 patients; 1 more cannot be told")
