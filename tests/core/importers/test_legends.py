"""Sheets that explain codes, as people write them: more columns, other orders, other languages, remarks."""

import io

import openpyxl
import pytest

from core.importers.apply import applied
from core.importers.recognise import recognised
from core.importers.taking import taken
from tests.core.importers.clinic_sheets import EXPECTED, FOLDER, LAST_DAY, found
from tests.core.importers.test_shapes import brought

LEGENDS = (
    "Variabile,Codice,Significato\nsex,1,maschio\n,2,femmina\nstatus,1,deceduto\n,2,vivo\n",
    "Name,Description,Codes\nsex,Sex,1: male | 2: female\nstatus,Vital status,1: dead | 2: alive\n",
    'Variable,Codes,Remark\nsex,"1=male, 2=female",checked\nstatus,"1=dead, 2=alive",\n',
    'Codes,Variable\n"1=male, 2=female",sex\n"1=dead, 2=alive",status\n',
    "变量,编码,含义\nsex,1,男\nsex,2,女\nstatus,1,死亡\nstatus,2,存活\n",
    "Variable,Code,Meaning,Remark\nsex,1,male,x\nsex,2,female,\nstatus,1,dead,\nstatus,2,alive,\n",
    'sex,"1=male, 2=female"\nstatus,"1=dead, 2=alive"\n',
)


@pytest.mark.parametrize("legend", LEGENDS)
def test_a_legend_is_one_however_it_is_laid_out(legend):
    rows = "".join(f"P{n},{n % 2 + 1},{n + 10},{n % 2 + 1}\n" for n in range(8))
    read = brought(p=f"ID,sex,OS months,status\n{rows}", legend=legend)
    made = applied(read.tables, read.mapping)
    assert [row[1] for row in made.tables["patients"]] == ["Male", "Female"] * 4
    assert [row[3] for row in made.tables["endpoints"]] == ["1", "0"] * 4


@pytest.mark.parametrize("workbook", ["A4", "A5", "A7"])
@pytest.mark.parametrize("change", ["remark", "swapped"])
def test_a_column_more_or_another_order_of_a_legend_changes_nothing(workbook, change):
    [name] = EXPECTED[workbook]["files"]
    book = openpyxl.load_workbook(FOLDER / name)
    legend = next(sheet for sheet in book if sheet.title.casefold() in ("legend", "legende", "key", "codes"))
    for row in legend.iter_rows(min_col=1, max_col=2):
        if change == "swapped" and row[1].value:
            row[0].value, row[1].value = row[1].value, row[0].value
    if change == "remark":
        legend.cell(1, 3, "Remark")
        legend.cell(2, 3, "checked in May")
    out = io.BytesIO()
    book.save(out)
    read = recognised(taken([(name, out.getvalue())]).sheets, LAST_DAY)
    assert set(read.tables) == set(found(workbook).tables)
    told = {(one.sheet, c.column): (c.role, c.of, c.unit, c.levels) for one in read.mapping.sheets for c in one.columns}
    usual = {
        (s.sheet, c.column): (c.role, c.of, c.unit, c.levels) for s in found(workbook).mapping.sheets for c in s.columns
    }
    assert {place: (told.get(place), of) for place, of in usual.items() if told.get(place) != of} == {}


def test_a_legend_of_status_is_of_os_status_too():
    rows = "".join(f"P{n},{n + 10},{n % 2}\n" for n in range(8))
    read = brought(
        p=f"ID,OS months,OS status\n{rows}", legend="Column,Codes\nStatus,0 = dead; 1 = alive\nID,the patient\n"
    )
    made = applied(read.tables, read.mapping)
    assert [row[3] for row in made.tables["endpoints"]] == ["1", "0"] * 4


BESIDE = (
    [["Legend"], ["sex", "1 = male; 2 = female"], ["status", "1 = dead; 2 = alive"]],
    [["Key"], ["sex: 1 = male; 2 = female"], ["status: 1 = dead; 2 = alive"]],
    [["Variable", "Code", "Meaning"], ["sex", "1", "male"], ["", "2", "female"], ["status", "1", "dead"],
     ["", "2", "alive"]],
    [["Legend"], ["sex"], ["1 = male"], ["2 = female"], [""], ["status"], ["1 = dead"], ["2 = alive"]],
    [["sex", "1 = male"], ["", "2 = female"], ["status", "1 = dead"], ["", "2 = alive"]],
)  # fmt: skip


@pytest.mark.parametrize("legend", BESIDE)
@pytest.mark.parametrize("patients", [3, 8, 40])
def test_a_legend_beside_the_table_is_read_and_is_no_column_of_it(legend, patients):
    table = [["ID", "sex", "OS months", "status"]]
    table += [[f"P{n}", str(n % 2 + 1), str(n + 10), str(n % 2 + 1)] for n in range(patients)]
    rows = [
        (table[n] if n < len(table) else [""] * 4) + [""] + ((legend[n] if n < len(legend) else []) + [""] * 3)[:3]
        for n in range(max(len(table), len(legend)))
    ]
    read = brought(p="\n".join(",".join(f'"{cell}"' for cell in row) for row in rows))
    assert [column.column for column in read.mapping.sheets[0].columns] == ["ID", "sex", "OS months", "status"]
    made = applied(read.tables, read.mapping)
    assert [row[1] for row in made.tables["patients"]] == (["Male", "Female"] * patients)[:patients]
    assert [row[3] for row in made.tables["endpoints"]] == (["1", "0"] * patients)[:patients]
    assert (made.problems, [(one.rows, one.used) for one in made.sums]) == ((), [(patients, patients)])


CODED = "ID,sex,OS months,{}\n" + "".join(f"P{n},{n % 2 + 1},{n + 10},{n % 2}\n" for n in range(8))


@pytest.mark.parametrize(
    ("heading", "legend"),
    [
        ("OS status", "sex,OS status\n1 = male,0 = dead\n2 = female,1 = alive\n"),
        ("OS status", "sex,1: male,2: female\nOS status,0: dead,1: alive\nEMD,0: none,1: EM-B,2: EM-E\n"),
        ("OS_status", 'Variable,Codes\nOS status,"0 = dead, 1 = alive"\nsex,"1=male,2=female"\n'),
        ("OS.status", 'Variable,Codes\nOS status,"0 = dead, 1 = alive"\nsex,"1=male,2=female"\n'),
        ("OS status (coded)", 'Variable,Codes\nOS status,"0 = dead, 1 = alive"\nsex,"1=male,2=female"\n'),
        ("OS status", "Code,Label,Variable\n0,dead,OS status\n1,alive,OS status\n1,male,sex\n2,female,sex\n"),
    ],
)
def test_a_legend_is_read_however_its_sheet_is_laid_out(heading, legend):
    read = brought(p=CODED.format(heading), legend=legend)
    made = applied(read.tables, read.mapping)
    assert list(read.tables) == ["p.csv"]
    assert [row[1] for row in made.tables["patients"]] == ["Male", "Female"] * 4
    assert [row[3] for row in made.tables["endpoints"]] == ["1", "0"] * 4


@pytest.mark.parametrize(
    "below",
    [",,,0 = dead\n,,,1 = alive\n", ",,,0 = dead; 1 = alive\n", "OS status,0,dead,\n,1,alive,\n",
     "\nOS status,0,dead,\n,1,alive,\n", "\nOS status: 0 = dead; 1 = alive,,,\n"],
)  # fmt: skip
def test_a_legend_below_a_table_is_read_and_is_no_patient(below):
    read = brought(p=CODED.format("OS status") + below)
    made = applied(read.tables, read.mapping)
    assert [row[0] for row in made.tables["patients"]] == [f"P{n}" for n in range(8)]
    assert [row[3] for row in made.tables["endpoints"]] == ["1", "0"] * 4


def test_a_legend_in_the_last_column_or_the_second_row_is_none_of_the_data():
    head, *rows = CODED.format("OS status").strip().split("\n")
    told = ['"OS status: 0 = dead, 1 = alive"', '"sex: 1 = male, 2 = female"', *[""] * 6]
    beside = [f"{row},{legend}" for row, legend in zip(rows, told, strict=True)]
    for lines in ((head, ",,,0 = dead; 1 = alive", *rows), (f"{head},Legend", *beside)):
        read = brought(p="\n".join(lines))
        made = applied(read.tables, read.mapping)
        assert len(read.mapping.sheets[0].columns) == 4
        assert [row[3] for row in made.tables["endpoints"]] == ["1", "0"] * 4


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("ID,Infusion date,Remission,Age,Sex",
         ('"PET: CR, MRD: neg",66,m', '"PET: PD, MRD: pos",55,f', '"PET: CR, MRD: pos",71,f')),
        ("ID,Infusion date,Toxicity,Age,CRS grade",
         ('"CRS: 2, ICANS: 1",66,2', '"CRS: 1, ICANS: 0",55,1', '"CRS: 0, ICANS: 2",71,0')),
        ("ID,Infusion date,Age,Prior therapies",
         ('66,"VRd: PR, KRd: PD"', '55,"Rd: CR, DVd: PD"', '71,"VCd: PR, Rd: SD"')),
        ("ID,Infusion date,Age,CRS grade,,Response,MRD", ("66,1,,1=CR,0=neg", "55,2,,3=PR,1=pos", "71,3,,1=CR,0=neg")),
        ("ID,OS months,Dead,Bridging", ('"DPd: 2, RT: 1"', "none", '"DPd: 1, RT: 0"')),
        ("ID,Infusion date,Sex,Cytogenetics", ('m,"del17p=1, t414=0"', 'f,"del17p=0, t414=0"', 'f,"del17p=0, t414=1"')),
    ],
)  # fmt: skip
def test_data_that_look_like_a_legend_stay_data(head, rows):
    before = {"OS months": "8,1,", "Infusion date": "2022-01-05,"}[head.split(",")[1]]
    read = brought(p="\n".join((head, *(f"{name},{before}{row}" for name, row in zip("ABC", rows, strict=True)))))
    assert [column.column for column in read.mapping.sheets[0].columns] == [name for name in head.split(",") if name]
    assert applied(read.tables, read.mapping).patients == 3


@pytest.mark.parametrize("below", ["sex,1,male,\n,2,female,\nOS status,0,dead,\n,1,alive,\n",
                                   "OS status,0=dead,1=alive,9=not known\n"])  # fmt: skip
def test_a_legend_in_cells_of_its_own_below_the_table_is_no_patient(below):
    read = brought(p=CODED.format("OS status") + "\n" + below)
    made = applied(read.tables, read.mapping)
    assert [row[0] for row in made.tables["patients"]] == [f"P{n}" for n in range(8)]
    assert [row[3] for row in made.tables["endpoints"]] == ["1", "0"] * 4


def test_a_legend_that_is_wider_than_its_table_is_below_it_all_the_same():
    rows = "".join(f"P{n},{n % 2 + 1},{n % 6 + 1}\n" for n in range(6))
    read = brought(p=f"ID,Sex,Response M3\n{rows}\nResponse,1=sCR,2=CR,3=VGPR,4=PR,5=SD,6=PD\n")
    made = applied(read.tables, read.mapping)
    assert [row[2] for row in made.tables["responses"]] == ["sCR", "CR", "VGPR", "PR", "SD", "PD"]
