"""Figures say what their results say, keep to the schema, and become files with their footer."""

import json
import re

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert

from core.adverse_events import answers as of_adverse_events
from core.adverse_events.figure_grades import grades_chart
from core.article.answers import allowed_outcomes, allowed_steps
from core.article.figure_allowed import player_chart, spread_chart, still_chart
from core.article.figure_plateau import plateau_chart
from core.associations.answers import associations
from core.associations.figure import association_chart
from core.cohort.ask import Cohort, ask
from core.cohort.labels import group_labels
from core.cohort.selection import Comparison, Selection
from core.cytopenia.answers import cytopenias
from core.cytopenia.figure import icaht_chart
from core.figures import frame
from core.figures.export import ONE_COLUMN, SLIDE, TWO_COLUMNS, as_png, as_svg, for_file, lacks_letters
from core.figures.frame import filled, rows_of, template, with_rows
from core.figures.grammar import drawn_from
from core.figures.theme import DARK, LIGHT, in_light_colours
from core.figures.time_axis import time_axis
from core.kinetics.analytes import COUNTS
from core.kinetics.answers import courses, measured
from core.kinetics.figure import kinetics_chart
from core.patients.answers import profile
from core.patients.figure_profile import profile_chart
from core.patients.figure_swimmer import swimmer_chart
from core.patients.figure_swimmer_data import swimmer_bars
from core.survival.figure import survival_chart
from core.survival.result import SurvivalOptions, curve_table, survival_result


def result_of(database, endpoint="PFS", by=None, competing=False, **options):
    selection = Selection(database.fingerprint, (), Comparison(*by) if by else None)
    counts = ask(database, "survival/counts", selection, endpoint=endpoint, landmark=0)
    labels = group_labels(selection, database.variables)
    return survival_result(endpoint, counts, labels, SurvivalOptions(**options), competing)


def swimmer_of(database, selection=None):
    selection = selection or Selection(database.fingerprint)
    lanes = ask(database, "patients/lanes", selection, most=60, covariates=())
    drawn, patients = tuple(lanes["number"].tolist()), tuple(lanes["patient_id"])
    return swimmer_chart(
        lanes,
        ask(database, "patients/responses", selection, numbers=drawn),
        ask(database, "patients/milestones", selection, numbers=drawn),
        ask(database, "cohort/selected_patients", selection, patients=patients),
        tuple(v for v in database.variables if v.section == "first"),
        ask(database, "cohort/sources", Selection(database.fingerprint)),
        63,
        group_labels(selection, database.variables),
    )


def figures_of(database):
    yield survival_chart(result_of(database), 63)
    yield survival_chart(result_of(database, "OS", ("emd",)), 63, band=False, details=True)
    yield survival_chart(
        result_of(database, "Relapse", ("bcma_percent", "cut", (50.0,)), competing=True), 63, "month 3"
    )
    yield swimmer_of(database)
    yield swimmer_of(database, Selection(database.fingerprint, (), Comparison("prior_asct")))
    cohort, by_sex = Cohort(database), Selection(database.fingerprint, (), Comparison("sex"))
    counts = tuple(one for one in measured(cohort) if one.family == COUNTS)
    yield kinetics_chart(courses(cohort, Selection(database.fingerprint), counts[:1]), until=31)
    yield kinetics_chart(courses(cohort, by_sex, counts))
    yield icaht_chart(cytopenias(cohort, by_sex), True)
    yield from new_figures_of(cohort, by_sex)


def new_figures_of(cohort, by_sex):
    """Of one patient, of an association of each kind, and of the cohorts that the article allows."""
    whole = Selection(cohort.fingerprint)
    one = profile(cohort, 7, (), measured(cohort))
    yield profile_chart(one, ask(cohort.database, "cohort/sources", whole), ["reported"] * len(one.episodes))
    of = {(a.x.kind, a.y.kind): a for y in ("depth", "OS") for a in associations(cohort, whole, y) if len(a.patients)}
    yield from map(association_chart, of.values())
    found, steps = allowed_outcomes(cohort, by_sex, "OS"), allowed_steps(cohort, by_sex, "OS")
    yield player_chart(steps, 3, {0: "Female", 1: "Male"}, "Overall survival")
    yield still_chart(steps, "Overall survival")
    yield spread_chart({"Female": (found.groups[0].median, "red")}, {"Female": np.inf}, "Median", False)
    yield plateau_chart(result_of(cohort.database).everyone.curve, "Progression-free survival")


def test_every_figure_keeps_to_the_vega_lite_schema(bundled):
    for figure in figures_of(bundled):
        # What the schema says of is the template: a row of each table is enough, and the whole takes a minute.
        few = {name: frame.head(1) for name, frame in figure["datasets"].items()}
        alt.LayerChart.from_dict(with_rows(figure | {"datasets": few}))


def test_every_figure_fills_its_container_with_named_data_and_an_svg(bundled):
    for figure in figures_of(bundled):
        assert figure["width"] == "container"
        assert figure["autosize"] == {"type": "fit", "contains": "padding"}
        assert figure["usermeta"]["embedOptions"]["renderer"] == "svg"
        assert figure["description"]
        used = {part["data"]["name"] for part in figure["layer"] if "name" in part["data"]}
        assert used <= set(figure["datasets"])


def test_a_template_is_built_once_and_no_figure_changes_it(bundled):
    built = [0]

    @template
    def one(structure):
        built[0] += 1
        points = drawn_from("points").mark_point()
        return frame.figure(points, numbers=("rows",), title=alt.TitleParams(text=""))

    first = filled(one("a"), "First", 100, 10, 20, {"points": pd.DataFrame({"x": [1]})}, heading="A", rows=3)
    second = filled(one("a"), "Second", 200, 30, 40, {"points": pd.DataFrame({"x": [2]})}, heading="B", rows=4)
    assert built == [1]
    assert [first[part] for part in ("description", "height")] == ["First", 100]
    assert [second[part] for part in ("description", "height")] == ["Second", 200]
    for chart, heading, gutter, rows in ((first, "A", 20, 3), (second, "B", 40, 4)):
        assert chart["title"]["text"] == heading
        values = {param["name"]: param.get("value", param.get("expr")) for param in chart["params"]}
        assert values["rows"] == rows
        assert values["gutter"] == f"narrow ? {gutter} : {gutter}"
    assert one("a")["title"]["text"] == ""
    assert "datasets" not in one("a")


def test_colours_are_the_themes_own(bundled):
    assert LIGHT.keys() == DARK.keys()
    for figure in figures_of(bundled):
        names = set(re.findall(r"var\(--(\w+)\)", str(with_rows(figure))))
        assert names <= set(LIGHT)
        assert not re.search(r"#[0-9A-Fa-f]{6}", str(with_rows(figure))), "a colour of no theme"
        assert "var(--" not in str(in_light_colours(with_rows(figure)))


@pytest.mark.parametrize(
    ("longest", "end", "ticks"),
    [
        (11, 12, [0, 3, 6, 9, 12]),
        (18, 18, [0, 3, 6, 9, 12, 15, 18]),
        (40, 42, [0, 6, 12, 18, 24, 30, 36, 42]),
        (63, 66, [0, 12, 24, 36, 48, 60]),
        (0, 3, [0, 3]),
        (500, 510, [0, 60, 120, 180, 240, 300, 360, 420, 480]),
    ],
)
def test_the_time_axis_ticks_every_3_6_or_12_months(longest, end, ticks):
    assert time_axis(longest) == (end, ticks)


def test_the_survival_axis_runs_from_0_to_100_percent(bundled):
    figure = survival_chart(result_of(bundled), 63)
    scales = [part["encoding"]["y"]["scale"] for part in figure["layer"] if "scale" in part["encoding"].get("y", {})]
    assert scales
    assert all(scale == {"domain": [0, 1]} for scale in scales)
    lines = [part for part in figure["layer"] if part["mark"]["type"] == "line"]
    assert {part["mark"]["interpolate"] for part in lines} == {"step-after"}


def test_numbers_under_the_axis_are_plain_counts(bundled):
    result = result_of(bundled, "OS", ("prior_asct",))
    figure = survival_chart(result, 63, details=True)
    columns = "months, status, prior_asct::varchar as asct"
    rows = bundled.ask(f"select {columns} from endpoints join patients using (patient_id) where endpoint = 'OS'")
    cells = pd.DataFrame(rows_of(figure, "cells"))
    named = enumerate(rows_of(figure, "rows"))
    table = {(row["label"], place): cells.loc[cells["row"] == place, "count"].tolist() for place, row in named}
    for first, level in ((0, "No"), (3, "Yes")):
        mine = rows[rows["asct"] == level]
        ticks = cells.loc[cells["row"] == first, "month"].tolist()
        assert ticks == [0, 12, 24, 36, 48, 60]
        assert table[{"No": "No prior ASCT", "Yes": "Prior ASCT"}[level], first] == [
            int((mine["months"] >= t).sum()) for t in ticks
        ]
        events = [int(((mine["months"] <= t) & (mine["status"] == 1)).sum()) for t in ticks]
        assert table["\u2003Events", first + 1] == events
        assert table["\u2003Censored", first + 2][-1] == int((mine["status"] == 0)[mine["months"] <= 60].sum())


def test_a_curve_is_thin_where_fewer_than_five_are_at_risk(bundled):
    lines = pd.DataFrame(rows_of(survival_chart(result_of(bundled), 63), "steps"))
    # PFS: 1.5 ×2, 2.5, 3, 4, 6, 7: after the event at 6 five are at risk, after 7 four.
    assert lines[lines["thick"]]["months"].max() == 7
    assert lines[lines["thin"]]["months"].min() == 7


def test_limits_are_drawn_before_the_first_event_by_the_exact_bound(bundled):
    steps = curve_table(result_of(bundled))
    assert steps["lower"].iloc[0] == pytest.approx(0.025 ** (1 / 11))
    assert steps["upper"].iloc[0] == 1


def test_long_curves_are_thinned():
    rng = np.random.default_rng(1)
    counts = pd.DataFrame({"group": 0, "months": np.sort(rng.uniform(0, 60, 5000)), "events": 1, "censored": 1})
    result = survival_result("OS", counts.assign(competing=0), ("All patients",), SurvivalOptions(), False)
    figure = survival_chart(result, 60)
    assert len(rows_of(figure, "steps")) <= 400
    assert len(rows_of(figure, "censored")) <= 200


def test_names_at_the_ends_do_not_cover_each_other(bundled):
    for by in (("emd",), ("iss_stage",), ("best_response",), ("monoclonal_protein",)):
        figure = survival_chart(result_of(bundled, "OS", by), 63)
        heights = sorted(row["height"] for row in rows_of(figure, "ends"))
        assert np.diff(heights).min() >= 0.065 - 1e-9
        assert heights[-1] <= 1


def test_a_swimmer_lane_ends_with_progression(bundled):
    selection = Selection(bundled.fingerprint)
    lanes = ask(bundled, "patients/lanes", selection, most=60, covariates=())
    sources = ask(bundled, "cohort/sources", selection)
    bars = swimmer_bars(lanes, ask(bundled, "patients/responses", selection, numbers=tuple(range(7))), sources)
    ends = bars.groupby("patient_id")["end"].max()
    assert ends["4"] == 4
    assert ends["7"] == 1.5
    assert ends["1"] == 63
    assert bars[bars["patient_id"] == "4"]["response"].tolist() == ["", "PR"]


def test_a_figure_becomes_svg_and_png_with_its_footer(bundled):
    footer = ("Selection: all patients. 11 of 11.", "A citation.")
    for figure in figures_of(bundled):
        file = for_file(figure, "The finding", footer)
        svg = as_svg(file).decode()
        text = re.sub(r"<[^>]+>", " ", svg)
        for part in ("The finding", *footer):
            assert part in text
        assert "var(--" not in svg
        assert "NaN" not in svg
        assert "Infinity" not in svg
    png = as_png(file)
    width = int.from_bytes(png[16:20], "big")
    assert width >= 3 * 960


@pytest.mark.parametrize(("size", "dots"), [(ONE_COLUMN, 2008), (TWO_COLUMNS, 4110)])
def test_a_journals_figure_is_as_wide_as_its_column_with_600_dots_an_inch(bundled, size, dots):
    # 85 mm / 25.4 mm * 600 = 2,008 dots, 174 mm: 4,110
    numbers, footer = ("Median, months (95% CI): " + "a long name " * 9,), ("A footer that is long. " * 20,)
    figure = survival_chart(result_of(bundled, "OS", ("emd",)), 63)
    drawn = for_file(figure, "The finding", footer, numbers, size)
    png = as_png(drawn, size)
    assert abs(int.from_bytes(png[16:20], "big") - dots) <= 1
    assert png[png.index(b"pHYs") + 4 :][:4] == (23622).to_bytes(4, "big")  # 600 dots an inch, by the metre
    svg = as_svg(drawn, size).decode()
    assert f'width="{size.millimetres}mm"' in svg
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    assert width == size.pixels
    shown = " ".join(re.sub(r"<[^>]+>", " ", svg).split())
    assert "The finding" in shown
    assert " ".join(numbers[0].split()) in shown
    assert footer[0].strip() in shown


def test_a_file_writes_powers_of_ten_as_the_screen_does(bundled):
    svg = as_svg(for_file(swimmer_of(bundled), "×10⁸", ("Dose, ×10⁸ cells",))).decode()
    assert "Dose, ×10⁸ cells" in svg


def test_names_stand_above_their_bars_where_a_figure_is_narrow(bundled):
    result = of_adverse_events.adverse_events(Cohort(bundled), Selection(bundled.fingerprint), "patients", "Wilson")
    places = {}
    for size in (SLIDE, ONE_COLUMN):
        svg = as_svg(for_file(grades_chart(result, result.lines, True), "", (), (), size)).decode()
        name = re.search(r'transform="translate\((-?[\d.]+),([\d.]+)\)"[^>]*>Aspartate aminotransferase', svg)
        places[size] = float(name[1])
    assert places[SLIDE] < -100
    assert places[ONE_COLUMN] == 14  # set in under its category, within the plot


@pytest.mark.parametrize("size", [SLIDE, ONE_COLUMN])
@pytest.mark.parametrize("names", ["Infection, grade 3 or more:", "Complex karyotype:"])
def test_names_that_begin_alike_are_told_apart_under_the_axis_at_every_width(bundled, size, names):
    by_sex = Selection(bundled.fingerprint, (), Comparison("sex"))
    counts = ask(bundled, "survival/counts", by_sex, endpoint="OS", landmark=0)
    result = survival_result("OS", counts, (f"{names} no", f"{names} yes"), SurvivalOptions(), False)
    svg = as_svg(for_file(survival_chart(result, 63), "", (), (), size)).decode()
    under_the_axis = svg[svg.index(">Number at risk<") :]
    whole = size is SLIDE and names.startswith("Complex")
    for end in ("no", "yes"):
        assert f">{names} {end}<" in under_the_axis if whole else f">… {end}<" in under_the_axis


def texts_of(specification):
    """Every text of a figure with the height at which it stands in its file."""
    drawn = vl_convert.vegalite_to_scenegraph(json.dumps(specification), vl_version="6.4")
    drawn = drawn if isinstance(drawn, dict) else json.loads(drawn)
    found = []

    def walk(mark, y):
        for item in mark["items"]:
            if mark["marktype"] == "text":
                found.append((str(item.get("text")), y + item.get("y", 0)))
            for inner in item.get("items", []):
                walk(inner, y + item.get("y", 0))

    walk(drawn["scenegraph"], drawn["origin"][1])
    return drawn["height"], found


@pytest.mark.parametrize("by", [None, "prior_asct", "monoclonal_protein", "best_response"])
@pytest.mark.parametrize("size", [SLIDE, ONE_COLUMN, TWO_COLUMNS])
def test_a_files_footer_stands_under_every_row_of_the_legend(bundled, by, size):
    selection = Selection(bundled.fingerprint, (), Comparison(by) if by else None)
    height, texts = texts_of(for_file(swimmer_of(bundled, selection), "Title", ("Selection: all.",), (), size))
    last = max(y for text, y in texts if text in ("Death", "After progression", "Reconstructed: dashed, hollow"))
    (footer,) = (y for text, y in texts if text == "Selection: all.")
    assert last + 8 <= footer <= height - 10


@pytest.mark.parametrize(
    ("words", "lacking"), [("Extramedullary", False), ("κ ≥ 50 % ×10⁸ «Ж»", False), ("髄外病変", True), ("العمر", True)]
)
def test_it_is_known_which_letters_a_png_may_not_have(bundled, words, lacking):
    figure = survival_chart(result_of(bundled), 63)
    assert lacks_letters(figure, words) == lacking
    named = figure | {"datasets": figure["datasets"] | {"rows": pd.DataFrame({"label": [words], "place": [1]})}}
    assert lacks_letters(named) == lacking
