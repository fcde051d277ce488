"""Sheets Supervisión and Pares: ratios that stand twice, the averages, peers, and what they lend to CAMEL."""

from __future__ import annotations

import re
import shutil
import statistics
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import ShownBook, opened, package, plan_of
from charts import chart
from openpyxl.cell.cell import Cell

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile
from xl_perlas.peers import compare_with_peers, peers_from
from xl_perlas.problems import INFO
from xl_perlas.supervision import all_ratios, calculate_supervision
from xl_perlas.udfs.functions import function
from xl_perlas.workbook import plan_camel
from xl_perlas.workbook import plan_peers as pp
from xl_perlas.workbook import plan_supervision as ps
from xl_perlas.workbook.auditor_copy import make_copy
from xl_perlas.workbook.build import create
from xl_perlas.workbook.compare import compare
from xl_perlas.workbook.inputs import read_inputs
from xl_perlas.workbook.native_supervision import ratio_formula
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.plan_supervision import Block, Helper, block_column
from xl_perlas.workbook.recalc import Recalculation, recalculate
from xl_perlas.workbook.seal import input_facts
from xl_perlas.workbook.sheets import pares, segmento, supervision

RATIOS = all_ratios()
ROWS = ps.ratio_rows()
PEERS = {
    "Cooperativa A": {"MOR_TOT": 5.0, "ROE": 8.0, "LIQ": 20.0, "INTERM": 100.0, "SUF_PAT": 200.0},
    "Cooperativa B": {"MOR_TOT": 3.0, "ROE": 12.0, "LIQ": 30.0, "INTERM": 120.0},
    "Cooperativa C": {"MOR_TOT": 7.0, "ROE": 2.0, "LIQ": 24.0134, "INTERM": 90.0},
    "Cooperativa D": {"MOR_TOT": 6.0, "ROE": 5.5, "LIQ": 26.0},
}


# --- workbooks --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The bundled charts, without peers."""
    return create(tmp_path_factory.mktemp("supervision") / "x.xlsx", balance=banco_indigena, entity="Banco Indígena")


@pytest.fixture(scope="module")
def compared(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same beside four entities."""
    path = tmp_path_factory.mktemp("pares") / "p.xlsx"
    shutil.copy(made, path)
    fill(path, "Pares", entities(PEERS))
    recalculate(path)
    return path


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    """A copy of the workbook without peers."""
    path = tmp_path / "b.xlsx"
    shutil.copy(made, path)
    return path


def fill(path: Path, sheet: str, cells: Mapping[tuple[int, int], object]) -> None:
    """Type cells (row, column) of a sheet."""
    package = Package.open(path)
    for (row, column), value in cells.items():
        package.sheet(sheet).set_value(ref(column, row), value)
    package.save()


def entities(rows: Mapping[str, Mapping[str, object]], first: int = 0) -> dict[tuple[int, int], object]:
    """Entities as cells of Pares."""
    cells: dict[tuple[int, int], object] = {}
    for i, (name, figures) in enumerate(rows.items(), pp.entity_span()[0] + first):
        cells[i, pp.NAME] = name
        cells |= {(i, pp.figure_columns()[key]): value for key, value in figures.items()}
    return cells


def means(rows: Mapping[str, tuple[float, float | None]]) -> dict[tuple[int, int], object]:
    """Typed means and deviations as cells of Pares."""
    columns, row = pp.figure_columns(), pp.mean_row()
    return {(row + i, columns[key]): pair[i] for key, pair in rows.items() for i in (0, 1) if pair[i] is not None}


def choose(row: int, value: object) -> dict[tuple[int, int], object]:
    """A choice on Pares."""
    return {(row, pp.VALUE): value}


MONTHLY = {(ps.RULE_ROW, ps.RULE_COLUMN): "mensual"}


class Shown:
    """What the cells of one sheet show."""

    def __init__(self, path: Path, sheet: str = "Supervisión"):
        self.plan, self._sheet = plan_of(path), package(path).sheet(sheet)

    def at(self, row: int, column: int) -> Any:
        return self._sheet.cell(ref(column, row)).value

    def block(self, row: int, block: Block, k: int) -> Any:
        return self.at(row, block_column(self.plan, block, k))

    def peer(self, key: str, *columns: int) -> Any:
        found = [self.at(pp.result_rows()[key], column) for column in columns]
        return found if len(columns) > 1 else found[0]


def codes(result: Recalculation) -> list[str]:
    return [p.code for p in result.problems]


# --- ratios -----------------------------------------------------------------------------------------------------------


def test_every_ratio_stands_twice_as_the_engine_gives_it(made: Path, banco_indigena: Balance) -> None:
    report, sheet = calculate_supervision(banco_indigena), Shown(made)
    assert set(ROWS) == set(RATIOS)
    numbers = 0
    for key, row in ROWS.items():
        for k, moment in enumerate(report.moments):
            result = moment.result(key)
            own, native = (sheet.block(row, block, k) for block in (Block.VALUE, Block.NATIVE))
            if result.value is None:
                assert own == native in ("#N/A", "#DIV/0!")
                assert sheet.block(row, Block.GAP, k) in (None, "")
                assert sheet.block(row, Block.NOTE, k) == result.note != ""
            else:
                numbers += 1
                assert own == native == pytest.approx(result.value, rel=1e-14)
                assert sheet.block(row, Block.GAP, k) == 0
    assert numbers > 50
    assert sheet.at(ps.check_row(), ps.WORDS) == 0


def test_a_ratio_of_another_catalogue_does_not_apply_and_says_so(made: Path) -> None:
    sheet = Shown(made)
    assert [sheet.block(ROWS["MOR_PROD"], b, 2) for b in (Block.VALUE, Block.NATIVE)] == ["#N/A", "#N/A"]
    assert "[S03]" in sheet.block(ROWS["MOR_PROD"], Block.NOTE, 2)
    assert [sheet.block(ps.CATALOG_ROW, Block.NATIVE, k) for k in range(4)] == ["sbs", "sbs", "sbs", ""]


def test_a_row_says_formula_unit_and_page(made: Path) -> None:
    sheet = opened(made)["Supervisión"]
    for key, row in ROWS.items():
        words, page = (str(sheet.cell(row, c).value) for c in (ps.WORDS, ps.PAGE))
        assert sheet.cell(row, ps.ID).value == key
        assert "÷" in words, key
        assert sheet.cell(row, ps.UNIT).value == "%"
        assert re.search(r"\bpp?\. \d+|SEPS", page), key
    assert "llevado a un año" in str(sheet.cell(ROWS["ROE"], ps.WORDS).value)


def test_accounts_stand_in_the_cell_and_one_pattern_fills_a_row(made: Path) -> None:
    sheet, plan = opened(made)["Supervisión"], plan_of(made)
    text = str(sheet.cell(ROWS["MOR_MICRO"], block_column(plan, Block.NATIVE, 0)).value)
    for part in ('{"1414","1418","1424","1428"}', '{"1428","1436","1444","1452","1460","1468"}', "CHOOSE("):
        assert part in text
    for row in ROWS.values():
        for block in (Block.VALUE, Block.NATIVE, Block.GAP):
            patterns = {
                _relative(str(sheet.cell(row, block_column(plan, block, k)).value), k) for k in range(plan.capacity)
            }
            assert len(patterns) == 1


def _relative(formula: str, shift: int) -> str:
    def back(match: re.Match[str]) -> str:
        number = openpyxl.utils.column_index_from_string(match[1]) - shift
        return f"{openpyxl.utils.get_column_letter(max(number, 1))}{match[2]}"

    return re.sub(r"(?<![$\w])([A-Z]{1,2})(\$?\d+)", back, formula)


def test_formulas_fit_in_a_cell_with_a_hundred_and_twenty_periods() -> None:
    plan = Plan(load_profile(), 120, 1500)
    texts = [str(text) for module in (supervision, pares) for text in module.formulas(plan).values()]
    assert max(map(len, texts)) < 8192
    assert max(len(ratio_formula(plan, key, row, 119)) for key, row in ROWS.items()) > 1000


def test_the_function_of_each_cell_gives_what_is_stored(made: Path, tmp_path: Path) -> None:
    """`SEPS_INDICADOR` with the very ranges that the formulas name: one period, or the months of an average."""
    path = create(tmp_path / "m.xlsx", balance=monthly(4), catalog="seps")
    fill(path, "Supervisión", MONTHLY)
    recalculate(path)
    for which, averaged in ((made, False), (path, True)):
        book, plan = ShownBook(which), plan_of(which)
        catalog, lines, sheet, shown = book["Catálogo"], book["Líneas"], book["Supervisión"], Shown(which)

        def ranges(columns: list[int], header: bool, catalog: Any = catalog, plan: Plan = plan) -> list[list[Any]]:
            first = HEADER_ROW if header else plan.entity_first_row
            return [[catalog.cell(row, c).value for c in columns] for row in range(first, plan.data_last_row + 1)]

        for key in ("ROE", "GO_ACT", "MOR_TOT", "MOR_PROD", "FK"):
            for k in (1, 2):
                column = block_column(plan, Block.NATIVE, k)
                options = sheet.cell(ps.helper_row(Helper.OPTIONS), column).value
                months = averaged and key in ("ROE", "GO_ACT")
                bounds = (Helper.FIRST_MONTH, Helper.LAST_MONTH)
                first, last = (sheet.cell(ps.helper_row(bound), column).value for bound in bounds)
                at, base = plan.catalog_column(0), lines.cell(plan.base_column_row, plan.line_column(k)).value
                columns = list(range(at + int(first) - 1, at + int(last))) if months else [at + k]
                before = None if months else ranges([at + int(base) - 1], False)
                given = function("SEPS_INDICADOR")(key, ranges([1], months), ranges(columns, months), before, options)
                kept = shown.block(ROWS[key], Block.VALUE, k)
                assert given == (kept if isinstance(kept, str) else pytest.approx(kept, rel=1e-14)), (key, k)


def monthly(months: int = 26, skip: tuple[int, ...] = ()) -> Balance:
    """A balance of the SEPS by month, from December 2023, with a year that is closed on the way."""
    ends = [(2023 + (11 + i) // 12, (11 + i) % 12 + 1) for i in range(months)]
    labels = [f"{y}-{m:02d}-28" for y, m in ends]
    rows: dict[str, list[float | None]] = {
        "1": [1000.0 + 7 * i + i * i for i in range(months)], "11": [50.0 + i for i in range(months)],
        "1103": [30.0] * months, "14": [700.0 + 5 * i for i in range(months)],
        "1404": [600.0 + i for i in range(months)], "1428": [20.0 + i / 3 for i in range(months)],
        "142805": [20.0 + i / 3 for i in range(months)],
        "1499": [-15.0] * months, "149920": [-15.0] * months, "16": [4.0] * months, "18": [20.0] * months,
        "21": [800.0] * months, "2101": [500.0] * months, "2103": [300.0] * months, "210305": [60.0] * months,
        "3": [150.0 + i for i in range(months)], "36": [9.0] * months,
        "3603": [9.0 if m == 12 and y == 2024 else 0.0 for y, m in ends],
        "4": [6.0 * m for _, m in ends], "45": [4.0 * m for _, m in ends], "4501": [2.0 * m for _, m in ends],
        "5": [7.0 * m for _, m in ends], "51": [7.0 * m for _, m in ends],
    }  # fmt: skip
    kept = [i for i in range(months) if i not in skip]
    return chart({code: [row[i] for i in kept] for code, row in rows.items()}, *[labels[i] for i in kept])


def test_the_rule_chosen_moves_what_is_averaged_and_nothing_else(tmp_path: Path) -> None:
    balance = monthly(15, skip=(4,))
    path = create(tmp_path / "m.xlsx", balance=balance, catalog="seps")
    before = Shown(path)
    assert before.at(ps.USED_ROW, ps.RULE_COLUMN) == "fin_de_anio"
    fill(path, "Supervisión", MONTHLY)
    result = recalculate(path)
    after = Shown(path)
    assert after.at(ps.USED_ROW, ps.RULE_COLUMN) == "mensual"
    report = calculate_supervision(balance, "mensual", "seps")
    for k, label in enumerate(report.periods):
        for key, row in ROWS.items():
            if key not in report.indicators:
                continue
            wanted = report.result(key, label).value
            assert after.block(row, Block.NATIVE, k) == (
                pytest.approx(wanted, rel=1e-12) if wanted is not None else after.block(row, Block.VALUE, k)
            )
    assert before.block(ROWS["LIQ"], Block.NATIVE, 3) == after.block(ROWS["LIQ"], Block.NATIVE, 3)
    assert before.block(ROWS["ROA"], Block.NATIVE, 3) != after.block(ROWS["ROA"], Block.NATIVE, 3)
    assert after.block(ROWS["ROA"], Block.NATIVE, 5) == "#N/A"  # April is not there
    assert "2024-04-30" in after.block(ROWS["ROA"], Block.NOTE, 5)
    assert "S02" in codes(result)
    fill(path, "Supervisión", {(ps.RULE_ROW, ps.RULE_COLUMN): "trimestral"})
    told = recalculate(path)
    assert [p.where for p in told.problems if p.code == "L35"] == [f"Supervisión!{ref(ps.RULE_COLUMN, ps.RULE_ROW)}"]
    assert Shown(path).at(ps.USED_ROW, ps.RULE_COLUMN) == "fin_de_anio"


def test_a_balance_that_changes_catalogue_is_told_and_each_period_has_its_own(tmp_path: Path) -> None:
    path = create(tmp_path / "c.xlsx", balance=changing())
    sheet = Shown(path)
    assert [sheet.block(ps.CATALOG_ROW, Block.NATIVE, k) for k in (0, 1)] == ["sbs", "seps"]
    found = [sheet.block(ROWS["MOR_MICRO"], Block.NATIVE, k) for k in (0, 1)]
    assert found == [pytest.approx(100 / 500), pytest.approx(100 / 600)]
    assert [sheet.block(ROWS["MOR_COM"], Block.NATIVE, k) for k in (0, 1)] == ["#DIV/0!", "#N/A"]
    assert "S01" in codes(recalculate(path))


def changing() -> Balance:
    """1414 is unproductive microcredit until 2012, and refinanced performing credit from 2013 on."""
    old = {"1": 1000.0, "14": 480.0, "1404": 400.0, "1414": 60.0, "1424": 40.0, "1499": -20.0, "149920": -20.0,
           "3": 100.0}  # fmt: skip
    new = {"1": 1100.0, "14": 570.0, "1404": 500.0, "1428": 60.0, "1452": 40.0, "1499": -30.0, "149920": -30.0,
           "3": 110.0}  # fmt: skip
    rows = {code: [old.get(code), new.get(code)] for code in sorted({*old, *new})}
    return chart(rows, "2012", "2013")


def test_charts_show_segments_and_percentiles(compared: Path) -> None:
    with zipfile.ZipFile(compared) as archive:
        found = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
    segments = [c for c in found if "'Supervisión'!" in c and "segmento" in c]
    assert any("Morosidad por segmento" in c for c in segments)
    assert any("Cobertura" in c for c in segments)
    for one in segments:
        assert one.count("<ser>") == len(ps.SEGMENTS) + 1
        assert len(set(re.findall(r'prstDash val="(\w+)"', one))) > 3  # told apart without colour
    bars = next(c for c in found if "Percentil entre los pares" in c)
    assert bars.count("<ser>") == len(pp.LIGHTS)
    assert "pattFill" in bars
    rows, sheet = pp.bar_rows(), Shown(compared, "Pares")
    assert [sheet.at(rows["MOR_TOT"], c) for c in pp.BARS.values()] == [75, "#N/A", "#N/A", "#N/A"]
    assert [sheet.at(rows["COB_TOT"], c) for c in pp.BARS.values()] == ["#N/A"] * 4


# --- peers ------------------------------------------------------------------------------------------------------------


def test_where_each_ratio_stands(compared: Path, banco_indigena: Balance) -> None:
    report = compare_with_peers(calculate_supervision(banco_indigena), peers_from(PEERS))
    sheet = Shown(compared, "Pares")
    assert sheet.at(pp.PEERS_ROW, pp.VALUE) == 4
    for key, found in report.standings.items():
        if found.count == 0 or RATIOS[key].direction == "rango":
            continue
        shown = sheet.peer(key, pp.OWN, pp.COUNT, pp.POSITION, pp.PERCENTILE, pp.ADDIN)
        assert shown == [pytest.approx(found.value), found.count, found.position, found.percentile, found.percentile]
        assert sheet.peer(key, pp.GAP) == 0
    figures = sheet.peer("MOR_TOT", pp.MEAN, pp.DEVIATION, pp.POINTS, pp.SIGMAS)
    sample = [0.05, 0.03, 0.07, 0.06]
    own = calculate_supervision(banco_indigena).result("MOR_TOT", "2011").value
    mean, deviation = statistics.fmean(sample), statistics.stdev(sample)
    assert own is not None
    assert figures == pytest.approx([mean, deviation, 100 * (own - mean), (own - mean) / deviation])
    assert sheet.peer("MOR_TOT", pp.LIGHT, pp.RULE) == ["✔ verde", "percentil"]
    assert sheet.peer("SUF_PAT", pp.COUNT, pp.POSITION, pp.PERCENTILE, pp.MEAN) == [1, 1, 100, "#N/A"]
    assert sheet.peer("SUF_PAT", pp.LIGHT, pp.RULE) == ["— sin luz", ""]
    assert "3 de 4 pares" in sheet.peer("SUF_PAT", pp.NOTE)
    assert sheet.peer("INTERM", pp.POSITION, pp.PERCENTILE, pp.RULE) == ["no aplica", "no aplica", "lejos"]
    assert sheet.peer("COB_TOT", pp.COUNT, pp.POSITION, pp.MEAN, pp.LIGHT) == [0, "#N/A", "#N/A", "— sin luz"]
    assert sheet.peer("MOR_PROD", pp.OWN) == "#N/A"


def test_without_peers_nothing_is_compared_and_nothing_is_told(made: Path) -> None:
    sheet = Shown(made, "Pares")
    for key in RATIOS:
        assert sheet.peer(key, pp.COUNT, pp.MEAN, pp.DEVIATION, pp.LIGHT) == [0, "#N/A", "#N/A", "— sin luz"]
    assert sheet.peer("LIQ", pp.OWN) == pytest.approx(0.240134, abs=1e-6)
    assert sheet.at(pp.POSITION_ROW, pp.VALUE) == 3
    assert not {p.where.partition("!")[0] for p in recalculate(made).problems} & {"Pares", "Supervisión"}


def test_rows_that_are_no_peers_are_told_and_do_not_count(book: Path) -> None:
    first = pp.entity_span()[0]
    odd = {" banco  INDÍGENA ": {"MOR_TOT": 4.0}, "Cooperativa a": {"MOR_TOT": 40.0},
           "Total del segmento": {"ROE": 9.0}, "Sin cifras": {}}  # fmt: skip
    cells = {**entities(PEERS), **entities(odd, 4), (first + 20, pp.figure_columns()["LIQ"]): 10.0}
    fill(book, "Pares", cells)
    result = recalculate(book)
    sheet = Shown(book, "Pares")
    uses = [sheet.at(first + i, pp.USE) for i in (*range(8), 20)]
    assert uses == ["sí"] * 4 + ["la propia", "repetida", "resumen", "", "sí"]
    about = {p.code: p for p in result.problems if p.where.startswith("Pares")}
    assert {"S13", "L55", "K08"} <= set(about)
    assert about["S13"].severity == INFO
    assert f"fila {first}" in about["L55"].cause
    assert about["L55"].where == f"Pares!B{first + 5}"
    assert sheet.peer("MOR_TOT", pp.COUNT) == 4
    assert sheet.peer("LIQ", pp.COUNT) == 5
    assert sheet.at(pp.PEERS_ROW, pp.VALUE) == 5


def test_bad_cells_are_told_with_their_place_and_not_used(book: Path) -> None:
    first, columns = pp.entity_span()[0], pp.figure_columns()
    cells = entities(PEERS) | {
        (first, columns["ROE"]): "8 %", (pp.UNIT_ROW, pp.VALUE): "por mil", (pp.PERIOD_ROW, pp.VALUE): 2005,
        (pp.DEVIATION_ROW, pp.VALUE): "POBLACIONAL",
    } | means({"ROA": (1.0, -2.0)})  # fmt: skip
    cells[pp.mean_row() + 1, columns["ROE"]] = 3.0
    fill(book, "Pares", cells)
    result = recalculate(book)
    found = {(p.code, p.where) for p in result.problems if p.where.startswith("Pares!")}
    assert found == {
        ("L59", f"Pares!{ref(columns['ROE'], first)}"), ("L35", f"Pares!{ref(pp.VALUE, pp.UNIT_ROW)}"),
        ("L35", f"Pares!{ref(pp.VALUE, pp.PERIOD_ROW)}"), ("L56", f"Pares!{ref(columns['ROA'], pp.mean_row() + 1)}"),
        ("L56", f"Pares!{ref(columns['ROE'], pp.mean_row() + 1)}"), ("L57", f"Pares!D{pp.mean_row()}"),
    }  # fmt: skip
    assert Shown(book, "Pares").peer("ROE", pp.COUNT) == 3


def test_the_period_compared_the_unit_and_the_deviation_are_chosen(book: Path, banco_indigena: Balance) -> None:
    ratios = {name: {key: v / 100 for key, v in row.items()} for name, row in PEERS.items()}
    cells = {**entities(ratios), **choose(pp.PERIOD_ROW, 2010), **choose(pp.UNIT_ROW, "razón"),
             **choose(pp.DEVIATION_ROW, "poblacional")}  # fmt: skip
    fill(book, "Pares", cells)
    recalculate(book)
    sheet = Shown(book, "Pares")
    own = calculate_supervision(banco_indigena).result("MOR_TOT", "2010").value
    sample = [0.05, 0.03, 0.07, 0.06]
    shown = sheet.peer("MOR_TOT", pp.OWN, pp.MEAN, pp.DEVIATION)
    assert shown == pytest.approx([own, statistics.fmean(sample), statistics.pstdev(sample)])
    assert [sheet.at(row, pp.VALUE) for row in (pp.POSITION_ROW, pp.DIVISOR_ROW)] == [2, 1]


def test_the_wrong_unit_is_doubted(book: Path) -> None:
    ratios = {name: {key: v / 100 for key, v in row.items()} for name, row in PEERS.items()}
    fill(book, "Pares", entities(ratios))
    assert "K14" in codes(recalculate(book))
    fill(book, "Pares", choose(pp.UNIT_ROW, "razón"))
    assert "K14" not in codes(recalculate(book))


def test_typed_means_count_where_there_are_no_entities(book: Path, banco_indigena: Balance) -> None:
    fill(book, "Pares", means({"MOR_TOT": (5.0, 1.5), "ROA": (1.0, None)}))
    recalculate(book)
    sheet, own = Shown(book, "Pares"), calculate_supervision(banco_indigena).result("MOR_TOT", "2011").value or 0.0
    assert sheet.peer("MOR_TOT", pp.COUNT, pp.PERCENTILE) == [0, "#N/A"]
    shown = sheet.peer("MOR_TOT", pp.MEAN, pp.DEVIATION, pp.POINTS, pp.SIGMAS)
    assert shown == pytest.approx([0.05, 0.015, 100 * (own - 0.05), (own - 0.05) / 0.015])
    assert sheet.peer("MOR_TOT", pp.LIGHT, pp.RULE) == ["✔ verde", "desviaciones"]
    assert sheet.peer("ROA", pp.MEAN, pp.DEVIATION, pp.SIGMAS, pp.RULE) == [0.01, "#N/A", "#N/A", "media"]


# --- CAMEL ------------------------------------------------------------------------------------------------------------


def test_peers_feed_camel_where_segmento_has_nothing(book: Path) -> None:
    """MOR_TOT is IF013, ROE is IF295, LIQ is IF1112: one is typed on Segmento, the others come from Pares."""
    plan = plan_of(book)
    rows = plan_camel.statistic_rows(plan)
    fill(book, "Pares", {**entities(PEERS), **choose(pp.CAMEL_ROW, "sí")})
    fill(book, "Segmento", {(rows["IF013"], plan_camel.MEAN): 0.04, (rows["IF013"], plan_camel.DEVIATION): 0.01})
    recalculate(book)
    sheet = Shown(book, "Segmento")

    def used(key: str) -> list[object]:
        return [sheet.at(rows[key], c) for c in (plan_camel.MEAN_USED, plan_camel.DEVIATION_USED, plan_camel.ORIGIN)]

    sample = [0.08, 0.12, 0.02, 0.055]
    assert used("IF295") == [
        pytest.approx(statistics.fmean(sample)), pytest.approx(statistics.stdev(sample)), segmento.LENT,
    ]  # fmt: skip
    assert used("IF013") == [0.04, 0.01, segmento.WRITTEN]
    assert used("IF114") == ["#N/A", "#N/A", segmento.ABSENT]  # one entity has no deviation
    graded = Shown(book, "CAMEL")
    grade = plan_camel.block_column(plan, plan_camel.Block.NATIVE, 2)
    assert graded.at(plan_camel.grade_rows(plan)["IF295"], grade) in range(1, 6)
    fill(book, "Pares", choose(pp.CAMEL_ROW, "no"))
    recalculate(book)
    sheet = Shown(book, "Segmento")
    assert used("IF295") == ["#N/A", "#N/A", segmento.ABSENT]


def test_asking_for_what_the_table_cannot_give_is_told(book: Path) -> None:
    fill(book, "Pares", choose(pp.CAMEL_ROW, "sí"))
    assert "L58" in codes(recalculate(book))


# --- what else reads them ---------------------------------------------------------------------------------------------


def test_what_is_typed_is_sealed_compared_and_copied(compared: Path, tmp_path: Path) -> None:
    other = tmp_path / "o.xlsx"
    shutil.copy(compared, other)
    first = pp.entity_span()[0]
    fill(other, "Pares", {
        (first, pp.figure_columns()["ROE"]): 9.0, (pp.NAME_ROW, pp.VALUE): "Segmento 1",
        (first + 9, pp.NAME): "Nueva", (first + 9, pp.figure_columns()["LIQ"]): 5.0,
        **choose(pp.CAMEL_ROW, "sí"), **means({"ROA": (1.0, 0.5)}),
    })  # fmt: skip
    fill(other, "Supervisión", MONTHLY)
    facts = [input_facts(read_inputs(Package.open(path))) for path in (compared, other)]
    assert facts[0]["pares"] != facts[1]["pares"]
    assert facts[0]["supervision"] != facts[1]["supervision"]
    found = {c.id: c for c in compare(compared, other).changes}
    assert "8 → 9" in found["par:Cooperativa A, ROE:"].text
    assert found["par:Cooperativa A, ROE:"].where == f"Pares!{ref(pp.figure_columns()['ROE'], first)}"
    assert "no figuraba → 5" in found["par:Nueva, LIQ:"].text
    assert "fin_de_anio → mensual" in found["supervision:promedio de los indicadores de supervisión:"].text
    assert {"supervision:pares en CAMEL:", "supervision:pares, nombre:", "par:media publicada, ROA:",
            "segmento:IF013:"} <= set(found)  # fmt: skip
    assert "(de la hoja Pares)" in found["segmento:IF013:"].text
    assert compare(compared, compared).changes == ()


def test_an_auditors_copy_holds_values_and_lives_without_the_add_in(compared: Path, tmp_path: Path) -> None:
    copy = make_copy(compared, tmp_path / "c.xlsx").path
    plan, ours = plan_of(copy), opened(copy)
    own = block_column(plan, Block.VALUE, 2)
    assert ours["Supervisión"].cell(ROWS["ROE"], own).value == Shown(compared).block(ROWS["ROE"], Block.VALUE, 2)
    assert str(ours["Supervisión"].cell(ROWS["ROE"], block_column(plan, Block.NATIVE, 2)).value).startswith("=IF(")
    row = pp.result_rows()["MOR_TOT"]
    assert ours["Pares"].cell(row, pp.ADDIN).value == 75
    assert str(ours["Pares"].cell(row, pp.PERCENTILE).value).startswith("=IF(")
    assert ours["Pares"].cell(pp.entity_span()[0], pp.NAME).protection.locked
    labels = {str(c.value) for sheet in ("Supervisión", "Pares") for r in ours[sheet].iter_rows() for c in r}
    assert not [text for text in labels if re.search("complemento|función", text)]


def test_only_what_is_typed_can_be_typed(made: Path) -> None:
    book = opened(made)

    def unlocked(sheet: str) -> set[tuple[int, int]]:
        cells = (cell for row in book[sheet].iter_rows() for cell in row)
        return {(c.row, c.column) for c in cells if type(c) is Cell and not c.protection.locked}

    assert unlocked("Supervisión") == {(ps.RULE_ROW, ps.RULE_COLUMN)}
    first, last = pp.entity_span()
    figures = {(r, c) for r in range(pp.mean_row(), last + 1) for c in pp.figure_columns().values()}
    choices = {(row, pp.VALUE) for row in range(pp.NAME_ROW, pp.CAMEL_ROW + 1)}
    assert unlocked("Pares") == figures | choices | {(r, pp.NAME) for r in range(first, last + 1)}
    kinds = {r.type for r in book["Pares"].data_validations.dataValidation}
    assert kinds == {"list", "decimal"}


def test_columns_put_in_are_noticed(book: Path) -> None:
    package = Package.open(book)
    package.sheet("Pares").set_value(ref(pp.FIRST_FIGURE, pp.table_header()), "MOR_TOT")
    package.save()
    with pytest.raises(Exception, match="L23"):
        recalculate(book)
