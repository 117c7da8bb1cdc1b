"""Where the table stands in a sheet: titles, two header rows, units, totals, legends, each by hand; no row is lost."""

import numpy as np
import pytest

from core.importers.layout import table_in
from core.importers.other_rows import LEGEND, REPEATED, TITLE, TOTALS, UNITS
from core.importers.sheets import Sheet, squared

PATIENTS = [["P1", "51", "2021-02-03", "CR"], ["P2", "62", "2021-03-04", "PR"], ["P3", "49", "", "SD"]]
HEADER = ["ID", "Age", "Infusion", "Best"]


def sheet(*rows: list[str], merged=()) -> Sheet:
    return Sheet("a.xlsx", "One", squared([list(row) for row in rows]), merged)


def test_a_plain_table():
    found = table_in(sheet(HEADER, *PATIENTS))
    assert [heading.words for heading in found.headings] == HEADER
    assert (found.header_rows, found.rows, found.others, found.units) == ((0,), (1, 2, 3), {}, {})


def test_titles_stand_above_and_totals_and_legends_below():
    found = table_in(
        sheet(
            ["CAR-T master table, do not sort"], ["cut-off 30 Jun 2024", "", "", "KM"], [], HEADER, *PATIENTS, [],
            ["Total", "n=3", "", "2/3"], [], ["Legend"], ["Best: IMWG 2016; n.d. not done"],
        )
    )  # fmt: skip
    assert (found.header_rows, found.rows) == ((3,), (4, 5, 6))
    assert found.others == {0: TITLE, 1: TITLE, 8: TOTALS, 10: LEGEND, 11: LEGEND}


def test_a_merged_row_over_the_header_groups_its_columns():
    rows = [["Patient", "", "Day 30", "", "Day 90", ""], ["", "Sex", "Resp", "MRD", "Resp", "MRD"]]
    rows += [[f"P{n}", "f", "CR", "neg", "PR", ""] for n in range(5)]
    found = table_in(sheet(*rows, merged=((0, 2, 0, 3), (0, 4, 0, 5), (0, 0, 1, 0))))
    assert [heading.words for heading in found.headings] == [
        "Patient", "Sex", "Day 30: Resp", "Day 30: MRD", "Day 90: Resp", "Day 90: MRD",
    ]  # fmt: skip
    assert found.header_rows == (0, 1)


def test_a_row_of_units_is_no_patient():
    found = table_in(sheet(["Pat-ID", "CRP_d0", "ANC_d0", "Hb"], ["", "mg/l", "/µl", "g/dl"], ["P1", "3", "900", "9"]))
    assert (found.rows, found.others, found.units[1], found.units[2]) == ((2,), {1: UNITS}, "mg/l", "/µl")


def test_codes_explained_below_a_table_are_no_patients():
    rows = [[str(n), "1", "2", str(50 + n)] for n in range(1, 9)]
    found = table_in(
        sheet(["pat_id", "Race", "Sex", "glucose"], *rows, ["", "Code", "Code"], ["", "1= White", "1=Male"])
    )
    assert found.rows == tuple(range(1, 9))
    assert found.others == {9: LEGEND, 10: LEGEND}


def test_dashes_are_no_units():
    found = table_in(sheet(["ID", "CRS", "ICANS", "Fever"], ["1", "-", "-", "-"], ["2", "1", "-", "2"]))
    assert found.rows == (1, 2)


def test_a_patient_with_hardly_anything_is_a_patient_and_a_note_is_not():
    header = ["ID", *(f"v{n}" for n in range(20))]
    rows = [[f"P-{n}", *map(str, range(20))] for n in range(1, 6)]
    found = table_in(sheet(header, *rows, ["P-6", "1"], ["P-3_1", "2"], ["Remarks: see Key"]))
    assert found.rows == tuple(range(1, 8))
    assert found.others == {8: LEGEND}


def test_a_table_that_does_not_begin_at_a1_keeps_the_places_of_the_sheet():
    found = table_in(sheet([], ["", "", ""], ["", *HEADER], *([["", *row] for row in PATIENTS])))
    assert [heading.column for heading in found.headings] == [1, 2, 3, 4]
    assert found.rows == (3, 4, 5)


def test_an_empty_column_is_none_and_one_without_a_name_is_there():
    found = table_in(sheet(["ID", "", "Age", ""], ["P1", "", "50", "x"], ["P2", "", "60", "y"]))
    assert [(heading.column, heading.words) for heading in found.headings] == [(0, "ID"), (2, "Age"), (3, "")]


def test_a_header_that_stands_again_is_no_patient():
    assert table_in(sheet(HEADER, *PATIENTS, HEADER, ["P4", "1", "", "CR"])).others == {4: REPEATED}


@pytest.mark.parametrize(
    "rows", [[], [["Read me"], ["written by KM"]], [["1", "2"], ["3", "4"]], [HEADER], [["a"], ["b"], ["c"]]],
)  # fmt: skip
def test_what_holds_no_table(rows):
    assert table_in(sheet(*rows)) is None


@pytest.mark.parametrize("seed", range(60))
def test_every_row_that_holds_anything_is_of_the_header_of_the_table_or_listed(seed):
    rng = np.random.default_rng(seed)
    kinds = ["", "12", "P1", "Total", "mg/l", "–", "2021-02-03", "a note with words", "CR", "#N/A", "ID"]
    width, height = int(rng.integers(1, 9)), int(rng.integers(0, 30))
    rows = [[str(cell) for cell in rng.choice(kinds, width)] for _ in range(height)]
    merged = ((0, 0, 0, width - 1),) if seed % 3 == 0 else ()
    one = sheet(*rows, merged=merged)
    found = table_in(one)
    if found is not None:
        places = [*found.header_rows, *found.rows, *found.others]
        assert sorted(places) == [place for place, row in enumerate(one.rows) if any(row)]
        assert len(set(places)) == len(places)


def test_a_list_of_names_alone_is_a_table_and_any_other_list_is_none():
    assert table_in(sheet(["Patient"], ["P1"], ["P2"])).rows == (1, 2)
    assert table_in(sheet(["Remarks"], ["P1"], ["P2"])) is None
    assert table_in(sheet(["Patient"], ["P1"], ["P1"])) is None


def test_levels_that_are_called_as_a_total_is_are_no_totals():
    rows = [[("All patients", "Cohort 2")[n % 2], f"P{n}", str(60 + n)] for n in range(20)]
    assert len(table_in(sheet(["Arm", "Patient", "Age"], *rows)).rows) == 20
    sums = [["All patients", "20", "64"], ["Mean", "", "64"]]
    assert len(table_in(sheet(["Arm", "Patient", "Age"], *rows[1::2], *sums)).rows) == 10
