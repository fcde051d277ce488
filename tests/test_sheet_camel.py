"""Sheets Segmento and CAMEL: what is typed there, and grades and totals that stand twice."""

from __future__ import annotations

import re
import statistics
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import opened, package, plan_of, spoil, stored
from office import read_cells, running_office
from openpyxl.utils import get_column_letter

from xl_perlas.balance import Balance
from xl_perlas.camel import (
    Statistic,
    Unit,
    calculate_camel,
    convert,
    evaluate_camel,
    grade,
    limits,
    load_camel,
    load_segment,
)
from xl_perlas.load import load_profile
from xl_perlas.problems import ERROR, INFO
from xl_perlas.udfs.ranges import ErrorCell
from xl_perlas.udfs.rating_cells import camel_grade, camel_total
from xl_perlas.workbook import plan_camel, styles
from xl_perlas.workbook.build import create
from xl_perlas.workbook.camel_inputs import read_camel_inputs
from xl_perlas.workbook.cellxml import ErrorValue
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import HEADER_ROW, Plan, make_plan, ref
from xl_perlas.workbook.plan_camel import FIRST_FIGURE, TOTAL_ROW, WORD_ROW, Block, block_column
from xl_perlas.workbook.recalc import Recalculation, recalculate
from xl_perlas.workbook.sheets import camel, camel_look, segmento

PUBLISHED = tomllib.loads((Path(__file__).parent / "published" / "tulcan_camel.toml").read_text("utf-8"))
METHOD = load_camel()
INDICATORS = list(METHOD.indicators)
ERRORS = ("#N/A", "#DIV/0!")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The bundled charts against the bundled segment."""
    return create(tmp_path_factory.mktemp("camel") / "x.xlsx", balance=banco_indigena, segment="tulcan_2016")


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """Six periods without accounts and without segment: everything is still to be typed."""
    return create(tmp_path / "b.xlsx", periods=PUBLISHED["anios"])


def fill(path: Path, sheet: str, cells: Mapping[tuple[int, int], object]) -> None:
    package = Package.open(path)
    for (row, column), value in cells.items():
        package.sheet(sheet).set_value(ref(column, row), value)
    package.save()


def type_statistics(plan: Plan, found: Mapping[str, Statistic], unit: Unit) -> dict[tuple[int, int], object]:
    """Means and deviations as cells of Segmento."""
    cells: dict[tuple[int, int], object] = {}
    for key, row in plan_camel.statistic_rows(plan).items():
        if key in found:
            cells[row, plan_camel.MEAN] = convert(found[key].mean, unit, Unit.RATIO)
            cells[row, plan_camel.DEVIATION] = convert(found[key].deviation, unit, Unit.RATIO)
    return cells


def type_values(plan: Plan, values: Mapping[str, list[float]]) -> dict[tuple[int, int], object]:
    """Values of the entity, as ratios, as cells of Segmento."""
    rows = plan_camel.typed_rows(plan)
    return {(rows[key], FIRST_FIGURE + k): value for key, row in values.items() for k, value in enumerate(row)}


def type_entities(plan: Plan, columns: Mapping[str, list[object]]) -> dict[tuple[int, int], object]:
    first = plan_camel.entity_span(plan)[0]
    return {
        (first + i, FIRST_FIGURE + INDICATORS.index(key)): value
        for key, column in columns.items()
        for i, value in enumerate(column)
        if value is not None
    }


class Shown:
    """What the cells of one sheet show."""

    def __init__(self, path: Path, sheet: str = "CAMEL"):
        self.plan, self._sheet = plan_of(path), package(path).sheet(sheet)

    def at(self, row: int, column: int) -> Any:
        return self._sheet.cell(ref(column, row)).value

    def block(self, row: int, block: Block, k: int) -> Any:
        return self.at(row, block_column(self.plan, block, k))


def codes(result: Recalculation) -> set[str]:
    return {p.code for p in result.problems}


# --- what the sheet shows


def test_grades_and_totals_are_the_engines_on_both_sides(made: Path, banco_indigena: Balance) -> None:
    report = calculate_camel(evaluate_camel(banco_indigena))
    plan, sheet = plan_of(made), Shown(made)
    rows = plan_camel.grade_rows(plan)
    for k in range(3):
        wanted: dict[int, object] = {rows[key]: report.grades[key][k].grade for key in INDICATORS}
        wanted |= {row: report.groups[g][k].value for g, row in plan_camel.group_rows(plan, rows).items()}
        wanted[TOTAL_ROW] = report.total[k].value
        for row, value in wanted.items():
            for block in (Block.GRADE, Block.NATIVE):
                found = sheet.block(row, block, k)
                assert found == ("#N/A" if value is None else pytest.approx(value, rel=1e-12)), (row, block, k)
            gap = sheet.block(row, Block.GAP, k)
            assert gap == ("#N/A" if value is None else 0)
        assert sheet.block(plan_camel.check_row(plan), Block.GAP, k) == 0
    assert [sheet.block(TOTAL_ROW, Block.NATIVE, k) for k in range(3)] == [
        "#N/A", pytest.approx(3.45), pytest.approx(3.175),
    ]  # fmt: skip
    assert [sheet.block(WORD_ROW, Block.NATIVE, k) for k in range(3)] == [
        "#N/A", "Regular", "Regular",
    ]  # fmt: skip


def test_a_missing_base_year_says_so_beside_each_gap(made: Path) -> None:
    rows = plan_camel.grade_rows(plan_of(made))
    sheet = Shown(made)
    for key in ("IF295", "IF293"):
        for block in (Block.VALUE, Block.GRADE, Block.NATIVE):
            assert sheet.block(rows[key], block, 0) == "#N/A"
        assert "2008" in sheet.block(rows[key], Block.NOTE, 0)
        assert sheet.block(rows[key], Block.NATIVE, 1) == 4
    assert "IF295, IF293" in sheet.block(TOTAL_ROW, Block.NOTE, 0)
    assert sheet.block(TOTAL_ROW, Block.NOTE, 1) == ""


def test_grades_of_the_published_table(blank: Path) -> None:
    """Tabla 4 typed as it is printed gives its 66 grades and 6 totals (Coral y Ruano, 2016, p. 55)."""
    plan, segment = plan_of(blank), load_segment()
    printed = PUBLISHED["indicador"]
    values = {key: [float(v) / 100 for v in printed[key]["valor"]] for key in INDICATORS}
    fill(blank, "Segmento", {**type_statistics(plan, segment.statistics, segment.unit), **type_values(plan, values)})
    result = recalculate(blank)
    assert not {p.code for p in result.problems if p.severity == ERROR}
    sheet, rows = Shown(blank), plan_camel.grade_rows(plan)
    for k, year in enumerate(PUBLISHED["anios"]):
        for key in INDICATORS:
            for block in (Block.GRADE, Block.NATIVE):
                assert sheet.block(rows[key], block, k) == printed[key]["calificacion"][k]
            assert sheet.block(rows[key], Block.ORIGIN, k) == camel_look.TYPED
        total = sheet.block(TOTAL_ROW, Block.NATIVE, k)
        assert total == pytest.approx(float(PUBLISHED["total"][year]), abs=0.0051)


def test_add_in_functions_give_what_their_cells_show(made: Path) -> None:
    """The functions, called with what stands in the cells: also where a value is missing, and with the headings."""
    plan, sheet = plan_of(made), Shown(made)
    rows = plan_camel.grade_rows(plan)

    def value(row: int, column: int) -> Any:
        return sheet.at(row, column)

    for k in range(3):
        grades = block_column(plan, Block.GRADE, k)
        for key, row in rows.items():
            arguments = [value(row, c) for c in (block_column(plan, Block.VALUE, k), plan_camel.MU, plan_camel.SIGMA)]
            try:
                found = camel_grade(key, *arguments)
            except ErrorCell as error:
                found = str(error)
            assert found == value(row, grades)
        span = range(plan_camel.MULTIPLE_ROW + 1, plan_camel.last_grade_row(plan) + 1)
        found = camel_total([[value(r, 1)] for r in span], [[value(r, grades)] for r in span])
        assert found == (value(TOTAL_ROW, grades) if k == 0 else pytest.approx(value(TOTAL_ROW, grades)))


def test_limits_follow_the_multiples_of_the_sheet(made: Path) -> None:
    plan, sheet = plan_of(made), opened(made)["CAMEL"]
    row = plan_camel.grade_rows(plan)["IF112"]
    assert [sheet.cell(plan_camel.MULTIPLE_ROW, plan_camel.LIMIT + i).value for i in range(4)] == [2, 1, -1, -2]
    assert sheet.cell(row, plan_camel.LIMIT).value == f"=$F{row}+H${plan_camel.MULTIPLE_ROW}*$G{row}"
    wanted = limits(Statistic(0.1501, 0.0306, METHOD.source))
    assert [Shown(made).at(row, plan_camel.LIMIT + i) for i in range(4)] == pytest.approx(wanted)


def test_one_formula_pattern_a_row(made: Path) -> None:
    plan, sheet = plan_of(made), opened(made)["CAMEL"]

    def pattern(text: str, k: int) -> str:
        def back(m: re.Match[str]) -> str:
            return f"{openpyxl.utils.column_index_from_string(m[1]) - k}|{m[2]}"

        return re.sub(r"(?<![$\w])([A-Z]{1,2})(\$?\d+)", back, text)

    rows = [TOTAL_ROW, WORD_ROW, *range(plan_camel.MULTIPLE_ROW + 1, plan_camel.check_row(plan) + 1)]
    for row in rows:
        for block in set(Block) - {Block.NOTE}:
            texts = [sheet.cell(row, block_column(plan, block, k)).value for k in range(plan.capacity)]
            assert len({pattern(str(t), k) for k, t in enumerate(texts)}) == 1, (row, block, texts[:2])


def test_every_row_says_what_it_is(made: Path) -> None:
    plan, sheet = plan_of(made), Shown(made)
    for key, row in plan_camel.grade_rows(plan).items():
        columns = (plan_camel.LABEL, plan_camel.TITLE, plan_camel.WAY, plan_camel.PAGE)
        texts = [str(sheet.at(row, column)) for column in columns]
        assert texts[0] == key
        assert "÷" in texts[1]
        assert texts[2] == segmento.DIRECTIONS[METHOD.directions[key]]
        assert "p. 5" in texts[3]
        assert sheet.at(row, plan_camel.WEIGHT) == METHOD.weights[key]


def test_only_segmento_is_open(made: Path) -> None:
    book = opened(made)
    assert all(c.protection.locked for row in book["CAMEL"].iter_rows() for c in row if c.value is not None)
    plan, sheet = plan_of(made), book["Segmento"]
    unlocked = {(c.row, c.column) for row in sheet.iter_rows() for c in row if not c.protection.locked}
    first, last = plan_camel.entity_span(plan)
    inputs = {(r, plan_camel.SOURCE) for r in (plan_camel.NAME_ROW, plan_camel.DATE_ROW, plan_camel.SOURCE_ROW)}
    for row in plan_camel.statistic_rows(plan).values():
        inputs |= {(row, c) for c in (plan_camel.SOURCE, plan_camel.MEAN, plan_camel.DEVIATION)}
    for row in plan_camel.typed_rows(plan).values():
        inputs |= {(row, c) for c in (plan_camel.SOURCE, *range(FIRST_FIGURE, FIRST_FIGURE + plan.capacity))}
    for row in range(first, last + 1):
        inputs |= {(row, c) for c in (2, 3, *range(FIRST_FIGURE, FIRST_FIGURE + len(INDICATORS)))}
    assert unlocked == inputs
    rules = sheet.data_validations.dataValidation
    assert {r.errorTitle for r in rules} == {"Porcentaje", "Desviación estándar"}
    assert all(r.error and r.type == "decimal" for r in rules)


def test_charts_show_the_total_upside_down_and_the_distances(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
    total = next(c for c in charts if "Calificación CAMEL total" in c)
    assert total.count('orientation val="maxMin"') == 1
    assert all(word in total for word in ("1 Muy buena", "5 Crítica"))
    distances = next(c for c in charts if "Distancia a la media" in c)
    assert distances.count("<c:ser>") == 2 or distances.count("<ser>") == 2
    plan, sheet = plan_of(made), Shown(made)
    rows, graded = plan_camel.distance_rows(plan), plan_camel.grade_rows(plan)
    value = sheet.block(graded["IF102"], Block.VALUE, 2)
    distance = sheet.at(rows["IF102"], 4)
    assert distance == pytest.approx(-(value - 0.0528) / 0.0408)
    assert distance == sheet.at(rows["IF102"], 6)  # worse than the mean: less is better
    assert sheet.at(plan_camel.distance_header(plan), 6).endswith("2011-12")


def test_the_name_of_the_totals(made: Path) -> None:
    plan = plan_of(made)
    place = camel.defined(plan)["xlp_camel_total"]
    first, last = (get_column_letter(block_column(plan, Block.NATIVE, k)) for k in (0, plan.capacity - 1))
    assert place == f"CAMEL!${first}${TOTAL_ROW}:${last}${TOTAL_ROW}"


# --- what is typed


def test_a_typed_value_wins_and_says_so(book: Path) -> None:
    plan = plan_of(book)
    fill(book, "Segmento", type_values(plan, {"IF112": [0.1512]}))
    recalculate(book)
    row = plan_camel.grade_rows(plan)["IF112"]
    sheet = Shown(book)
    assert sheet.block(row, Block.VALUE, 0) == 0.1512
    origins = [sheet.block(row, Block.ORIGIN, k) for k in range(3)]
    assert origins == [camel_look.TYPED, camel_look.ACCOUNTS, camel_look.ACCOUNTS]
    assert sheet.block(row, Block.GRADE, 0) == sheet.block(row, Block.NATIVE, 0) == 3
    assert "48,28 %" in sheet.block(row, Block.NOTE, 0)
    assert sheet.block(row, Block.NATIVE, 1) == 1


def test_typed_values_complete_a_missing_base_year(book: Path) -> None:
    plan = plan_of(book)
    fill(book, "Segmento", type_values(plan, {"IF295": [0.1], "IF293": [0.02]}))
    recalculate(book)
    sheet = Shown(book)
    assert sheet.block(TOTAL_ROW, Block.NATIVE, 0) == sheet.block(TOTAL_ROW, Block.GRADE, 0) == pytest.approx(3.175)
    assert sheet.block(TOTAL_ROW, Block.NOTE, 0) == ""


def test_statistics_from_entities(blank: Path) -> None:
    plan = plan_of(blank)
    sample = [0.10, 0.14, None, 0.19, 0.12]
    fill(blank, "Segmento", type_entities(plan, {"IF112": sample, "IF013": [0.05], "IF101": [0.9, 0.8]}))
    pair = type_statistics(plan, {"IF101": Statistic(0.94, 0.04, METHOD.source)}, Unit.RATIO)
    fill(blank, "Segmento", pair)
    result = recalculate(blank)
    sheet, rows = Shown(blank, "Segmento"), plan_camel.statistic_rows(plan)

    def row(key: str) -> list[object]:
        return [sheet.at(rows[key], c) for c in range(plan_camel.COUNT, plan_camel.ORIGIN + 1)]

    known = [v for v in sample if v is not None]
    mean, deviation = statistics.fmean(known), statistics.stdev(known)
    assert row("IF112") == [4, *[pytest.approx(x) for x in (mean, deviation, mean, deviation)], segmento.COMPUTED]
    assert row("IF013") == [1, "#N/A", "#N/A", "#N/A", "#N/A", segmento.ABSENT]
    assert row("IF101") == [2, pytest.approx(0.85), pytest.approx(2**0.5 / 20), 0.94, 0.04, segmento.WRITTEN]
    few = [p for p in result.problems if p.code == "K22"]
    assert ["IF013" in p.cause and p.severity == INFO for p in few] == [True]
    absent = next(p for p in result.problems if p.code == "K20")
    assert "IF013" in absent.cause
    assert "IF112" not in absent.cause


def test_half_a_pair_does_not_count(book: Path) -> None:
    plan = plan_of(book)
    row = plan_camel.statistic_rows(plan)["IF112"]
    fill(book, "Segmento", {(row, plan_camel.DEVIATION): None, **type_entities(plan, {"IF112": [0.1, 0.2]})})
    assert any(p.code == "K24" and p.where == f"Segmento!E{row}" for p in recalculate(book).problems)
    assert Shown(book, "Segmento").at(row, plan_camel.MEAN_USED) == pytest.approx(0.15)


def test_without_a_segment_nothing_is_graded_and_nothing_is_an_error(tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    result = recalculate(path)
    about = [p for p in result.problems if p.code[0] == "K"]
    assert [(p.code, p.severity) for p in about] == [("K20", INFO)]
    assert all(key in about[0].cause for key in INDICATORS)
    rows = plan_camel.grade_rows(plan_of(path))
    sheet = Shown(path)
    assert {sheet.block(row, Block.NATIVE, 2) for row in rows.values()} == {"#N/A"}
    assert sheet.block(rows["IF112"], Block.VALUE, 2) == pytest.approx(0.28090851817)
    assert "sin ellas no hay bandas" in sheet.block(rows["IF112"], Block.NOTE, 2)


def test_a_missing_total_is_a_note_not_an_error(book: Path) -> None:
    found = [p for p in recalculate(book).problems if p.code == "K23"]
    assert [(p.period, p.severity) for p in found] == [("2009", INFO)]


def test_cells_that_cannot_be_used_are_told_with_their_place(book: Path) -> None:
    plan = plan_of(book)
    rows, first = plan_camel.typed_rows(plan), plan_camel.entity_span(plan)[0]
    cells: dict[tuple[int, int], object] = {
        (rows["IF112"], FIRST_FIGURE): "15,12 %", (rows["IF112"], FIRST_FIGURE + 1): 15.12,
        (rows["IF013"], FIRST_FIGURE + plan.capacity - 1): 0.05,
        (first, FIRST_FIGURE + 1): "n/d", (first + 1, FIRST_FIGURE + 1): "n/d", (first + 2, FIRST_FIGURE + 1): 0.15,
    }  # fmt: skip
    fill(book, "Segmento", cells)
    result = recalculate(book)
    texts = [p for p in result.problems if p.code == "L37"]
    assert [p.where for p in texts] == [f"Segmento!D{rows['IF112']}", f"Segmento!E{first}"]
    assert "1 celdas más" in texts[1].cause
    doubt = next(p for p in result.problems if p.code == "L38")
    assert doubt.where == f"Segmento!E{rows['IF112']}"
    assert "1512,00 %" in doubt.cause
    assert "L39" in codes(result)
    row = plan_camel.grade_rows(plan)["IF112"]
    sheet = Shown(book)
    assert sheet.block(row, Block.ORIGIN, 0) == camel_look.ACCOUNTS
    assert sheet.block(row, Block.VALUE, 1) == 15.12
    assert Shown(book, "Segmento").at(plan_camel.statistic_rows(plan)["IF112"], plan_camel.COUNT) == 1


def test_values_and_means_in_different_units_are_doubted(blank: Path) -> None:
    plan, segment = plan_of(blank), load_segment()
    values = {key: [float(PUBLISHED["indicador"][key]["valor"][0]) / 1e4] for key in INDICATORS}
    fill(blank, "Segmento", {**type_statistics(plan, segment.statistics, segment.unit), **type_values(plan, values)})
    assert "K14" in codes(recalculate(blank))


def test_inputs_by_period_and_column(book: Path) -> None:
    plan = plan_of(book)
    fill(book, "Segmento", type_values(plan, {"IF1112": [0.1, 0.2]}))
    package = Package.open(book)
    columns = [None] * plan.capacity
    inputs = read_camel_inputs(package, plan, columns)
    assert inputs.typed == {}
    assert [p.code for p in inputs.problems] == ["L39"]
    assert inputs.segment.unit is Unit.RATIO
    assert inputs.segment.statistics["IF112"].mean == pytest.approx(0.1501)
    assert "Anexo A.2" in str(inputs.segment.statistics["IF112"].source)


def test_build_fills_what_a_segment_knows() -> None:
    plan = make_plan(load_profile(), [])
    for segment in (load_segment(), None):
        sheet = openpyxl.Workbook().active
        assert sheet is not None
        styles.register(sheet.parent)
        segmento.build(sheet, plan, segment)
        row = plan_camel.statistic_rows(plan)["IF016"]
        found = [sheet.cell(row, c).value for c in (plan_camel.MEAN, plan_camel.DEVIATION, plan_camel.SOURCE)]
        if segment is None:
            assert found == [None, None, None]
        else:
            assert found[:2] == pytest.approx([1.4892, 0.6761])
            assert "A.6" in str(found[2])


# --- native formulas, recalculated by LibreOffice


@pytest.fixture(scope="module")
def office() -> Any:
    with running_office() as running:
        yield running


def native_places(path: Path) -> list[tuple[str, int, int]]:
    """Every formula of both sheets that lives without the add-in; the light is not CAMEL's."""
    plan = plan_of(path)
    theirs = {block_column(plan, b, k) for b in (Block.GRADE, Block.GAP) for k in range(plan.capacity)}
    return [
        (module.NAME, row, column)
        for module in (segmento, camel)
        for row, column in module.formulas(plan)
        if row not in (3, HEADER_ROW) and not (module is camel and column in theirs)
    ]


def check_native(office: Any, path: Path) -> None:
    """Formulas recalculated over deliberately wrong results give what was stored."""
    places = native_places(path)
    expected = stored(path, places)
    spoil(path, places)
    for place, new, old in zip(places, read_cells(office, path, places, recalculate=True), expected, strict=True):
        assert new == (old if isinstance(old, str) else pytest.approx(old, rel=1e-9, abs=1e-12)), place


@pytest.mark.office
@pytest.mark.parametrize("periods", [("2009", "2010", "2011"), ("2009-12-31", "2010-03-31", "2010-06-30")])
@pytest.mark.parametrize("catalog", ["sbs", "seps"])
def test_native_formulas_give_the_engines_grades(
    catalog: str, periods: tuple[str, ...], office: Any, tmp_path: Path, banco_indigena: Balance
) -> None:
    """Closed years and months to be annualised, with the ages of arrears of both catalogues."""
    columns = dict(zip(periods, banco_indigena.values, strict=True))
    balance = Balance.build(banco_indigena.chart.codes, columns)
    path = create(tmp_path / "x.xlsx", balance=balance, catalog=catalog, segment="tulcan_2016")
    assert len(native_places(path)) > 300
    sheet = Shown(path)
    total = sheet.block(TOTAL_ROW, Block.NATIVE, 2)
    assert total == "#DIV/0!" if catalog == "seps" else 1 < total < 5  # no arrears under the other catalogue's codes
    check_native(office, path)


@pytest.mark.office
def test_native_results_where_a_balance_is_text(office: Any, book: Path) -> None:
    """Figures written as text add nothing in native formulas: grades follow what the sheet shows."""
    catalog = opened(book)["Catálogo"]
    row = next(r for r in range(12, 300) if str(catalog.cell(r, 1).value) == "3")
    fill(book, "Catálogo", {(row, 5): "34.567,89"})
    assert "L30" in codes(recalculate(book))
    plan = plan_of(book)
    sheet = Shown(book)
    assert sheet.block(plan_camel.grade_rows(plan)["IF112"], Block.NATIVE, 2) == 5
    check_native(office, book)


@pytest.mark.office
def test_native_with_typed_values_entities_and_errors(office: Any, book: Path) -> None:
    """Typed values, statistics from entities, half a pair, an error among the entities, a denominator of zero."""
    plan = plan_of(book)
    rows = plan_camel.statistic_rows(plan)
    entities: dict[str, list[object]] = {
        "IF112": [0.10, 0.14, 0.19], "IF013": [0.05], "IF101": [0.9, 0.9, 0.9], "IF016": [1.1, "n/d", 1.4],
        "IF688": [1.1, ErrorValue("#N/A"), 1.2, 1.3],
    }  # fmt: skip
    cells = {(rows[key], c): None for key in entities for c in (plan_camel.MEAN, plan_camel.DEVIATION)}
    cells |= {(rows["IF016"], plan_camel.MEAN): 1.5, **type_entities(plan, entities)}
    fill(book, "Segmento", {**cells, **type_values(plan, {"IF295": [0.1], "IF1111": [0.5, "x"]})})
    catalog = opened(book)["Catálogo"]
    at = {str(catalog.cell(r, 1).value): r for r in range(12, 300)}
    fill(book, "Catálogo", {(at[code], 5): 0.0 for code in ("2101", "210305", "210306", "210310") if code in at})
    result = recalculate(book)
    assert {"K24", "L37"} <= codes(result)
    graded = plan_camel.grade_rows(plan)
    sheet = Shown(book)
    assert sheet.block(graded["IF1112"], Block.NATIVE, 2) == "#DIV/0!"
    assert sheet.block(TOTAL_ROW, Block.NATIVE, 2) in ERRORS
    assert sheet.block(graded["IF101"], Block.NATIVE, 2) == "#N/A"  # no spread, no bands
    check_native(office, book)


@pytest.mark.office
def test_native_grades_of_values_on_a_limit(office: Any, blank: Path) -> None:
    """On a limit, a rounding away from it, and truly off it: both sides put the value in the same band."""
    plan, segment = plan_of(blank), load_segment()
    values: dict[str, list[float]] = {}
    for key, known in segment.statistics.items():
        own = Statistic(known.mean / 100, known.deviation / 100, known.source)
        edges = limits(own)
        values[key] = [*edges, edges[0] * (1 - 2e-15), edges[1] - 1e-9]
    fill(blank, "Segmento", {**type_statistics(plan, segment.statistics, segment.unit), **type_values(plan, values)})
    recalculate(blank)
    sheet = Shown(blank)
    for key, row in plan_camel.grade_rows(plan).items():
        more = METHOD.directions[key] == "mayor"
        wanted = [1, 2, 3, 4, 1, 3] if more else [5, 4, 3, 2, 5, 3]
        assert [sheet.block(row, Block.NATIVE, k) for k in range(6)] == wanted, key
    check_native(office, blank)


@pytest.mark.office
def test_native_sees_a_typed_value_without_python(office: Any, book: Path) -> None:
    """Changed in the sheet and never recalculated by this program: the native grade and total follow."""
    plan = plan_of(book)
    fill(book, "Segmento", type_values(plan, {"IF112": [0, 0, 0.15]} | {"IF101": [0, 0, 0.95]}))
    rows = plan_camel.grade_rows(plan)
    column = block_column(plan, Block.NATIVE, 2)
    found = read_cells(office, book, [("CAMEL", r, column) for r in (rows["IF112"], rows["IF101"], TOTAL_ROW)], True)
    assert found == [3, 3, pytest.approx(3.175 + 0.2 * 0.5 * 2 - 0.3 * 0.25 * 2)]


# --- the engine's rule, in the cells' words


def test_grade_counts_limits_as_the_cells_say() -> None:
    """1 plus the limits above the value where more is better; 1 plus the limits it reaches where less is."""
    own = Statistic(0.15, 0.03, METHOD.source)
    for value in (0.0, 0.09, 0.1, 0.12, 0.15, 0.18, 0.2, 0.21, 0.5):
        above = sum(value < limit - 1e-12 for limit in limits(own))
        assert grade(value, own, "mayor") == 1 + above
        assert grade(value, own, "menor") == 1 + 4 - above
