"""Sheets AHP and Pesos: judgements in, weights out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from books import opened, plan_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from judgedbooks import block, choose, judge, judged, set_up, value_at
from openpyxl.worksheet.cell_range import CellRange

from xl_perlas.ahp import METHODS, Matrix, consistency, consistency_ratio, random_indices, weights
from xl_perlas.ahp_group import Expert, aggregate_judgements
from xl_perlas.ahp_review import doubts
from xl_perlas.hierarchy import from_matrices
from xl_perlas.judgements import SCALE, published, scale_words
from xl_perlas.udfs.functions import function
from xl_perlas.workbook import plan_ahp, plan_weights
from xl_perlas.workbook.build import create
from xl_perlas.workbook.native_weights import METHOD_NAMES, GroupCells, Voice, inverse, random_table
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import AHP, PESOS, Plan, ref
from xl_perlas.workbook.recalc import recalculate
from xl_perlas.workbook.sheets import ahp, pesos
from xl_perlas.workbook.sheetxml import Sheet


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return judged(tmp_path_factory.mktemp("ahp"))


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copy(made, tmp_path / "copia.xlsx"))


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nobody has judged anything."""
    return create(tmp_path_factory.mktemp("ahp") / "nuevo.xlsx", periods=("2020",))


@pytest.fixture(scope="module")
def plan(made: Path) -> Plan:
    return plan_of(made)


# --- weights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_weights_are_the_engines(method: str, book: Path, plan: Plan) -> None:
    choose(book, plan_ahp.METHOD_ROW, method)
    recalculate(book)
    hierarchy = from_matrices(published(), method)[0]
    assert hierarchy is not None
    sheet = Package.open(book).sheet(PESOS)
    for key, row in plan.indicator_rows.items():
        native, addin, gap, note = (
            sheet.cell(ref(column, row)).value
            for column in (plan_weights.NATIVE, plan_weights.ADDIN, plan_weights.DIFFERENCE, plan_weights.NOTE)
        )
        if key in ("P4", "P5", "E4", "R4", "S4"):
            assert (native, addin, gap, note) == ("#N/A", "#N/A", "", pesos.NOT_COMPARED)
        else:
            assert native == pytest.approx(hierarchy.global_weights[key], rel=1e-9)
            assert addin == pytest.approx(hierarchy.global_weights[key], rel=1e-12)
            assert abs(gap) < 1e-10
            assert not note
    total = plan_weights.total_row(plan)
    assert sheet.cell(ref(plan_weights.NATIVE, total)).value == pytest.approx(1)


def test_several_experts_count_by_their_weight(book: Path, plan: Plan) -> None:
    set_up(book, plan, "two experts")
    names = ("P1", "P2", "P3", "P4", "P5", "P6")
    none: list[list[float | None]] = [[1.0 if i == j else None for j in names] for i in names]
    second = Matrix(names, tuple(map(tuple, none)))
    for i, j, value in ((0, 1, 1 / 3), (0, 3, 5.0), (1, 3, 9.0), (3, 4, 3.0)):
        second = second.with_judgement(i, j, value)
    experts = [Expert("1", published()["P"], 2.0), Expert("2", second, 0.5)]
    group = aggregate_judgements(experts).only(names)
    where = next(b for b in plan_weights.blocks(plan) if b.group == "P")
    for i in range(6):
        for j in range(6):
            shown = value_at(book, PESOS, where.cell(plan_weights.JUDGEMENTS, i, j))
            expected = group.values[i][j]
            assert (not shown) if expected is None else shown == pytest.approx(expected, rel=1e-12), (i, j)
    assert value_at(book, PESOS, where.summary(1)) == "Faltan juicios"


def test_ratios_by_the_table_chosen(book: Path, plan: Plan) -> None:
    for name, table in random_indices().items():
        choose(book, plan_ahp.TABLE_ROW, name)
        recalculate(book)
        for where in plan_weights.blocks(plan):
            matrix = published()[where.group]
            expected = consistency(matrix).ratios[name]
            assert expected == consistency_ratio(consistency(matrix).index, matrix.size, table)
            for column in (plan_weights.RATIO, plan_weights.RATIO + 1):
                shown = value_at(book, PESOS, where.summary(column))
                assert shown == ("#N/A" if expected is None else pytest.approx(expected, rel=1e-9)), (name, where.group)


def test_missing_is_never_zero(blank: Path, plan: Plan) -> None:
    sheet = Package.open(blank).sheet(PESOS)
    for row in plan.indicator_rows.values():
        columns = (plan_weights.COMPONENT, plan_weights.LOCAL, plan_weights.ADDIN, plan_weights.NATIVE)
        assert {sheet.cell(ref(column, row)).value for column in columns} == {"#N/A"}
        assert sheet.cell(ref(plan_weights.NOTE, row)).value == pesos.NOT_COMPARED
    for where in plan_weights.blocks(plan):
        assert sheet.cell(where.summary(1)).value == "Sin juicios"


@pytest.mark.parametrize("case", ["thesis", "missing", "two experts", "half filled"])
def test_stored_results_are_what_the_functions_give(case: str, book: Path, plan: Plan) -> None:
    set_up(book, plan, case)
    package = Package.open(book)
    sheet, together = package.sheet(AHP), package.sheet(PESOS)
    options = sheet.cell(ref(plan_ahp.CHOICE_COLUMN, plan_ahp.OPTIONS_ROW)).value

    def call(name: str, source: Sheet, area: str) -> Any:
        rows = [[cell.value for cell in row] for row in source.rows(area.replace("$", ""))]
        return function(name)(rows, options)

    for where in [*plan_ahp.blocks(plan, 0), *plan_ahp.blocks(plan, 1)]:
        if sheet.cell(ref(ahp.COUNT, where.summary_row)).value:
            diagnosis = call("AHP_DIAGNOSTICO", sheet, where.named_area)
            for column, (row, place) in ahp.DIAGNOSIS.items():
                same([sheet.cell(ref(column, where.summary_row)).value], [diagnosis[row - 1][place - 1]])
            same([sheet.cell(ref(ahp.RATIO, where.summary_row)).value], call("AHP_RC", sheet, where.named_area))
            shown = [sheet.cell(ref(plan_ahp.WEIGHT_COLUMN, where.first_row + i)).value for i in range(where.size)]
            same(shown, call("AHP_PESOS", sheet, where.named_area))
            for k in range(where.reviewed):
                columns = range(where.review_column, where.review_column + plan_ahp.REVIEW_WIDTH)
                same([sheet.cell(ref(c, where.first_row + k)).value for c in columns], diagnosis[9 + k][:4])
    for at in plan_weights.blocks(plan):
        if together.cell(at.summary(plan_weights.LINKED)).value:
            area = at.named_area(plan_weights.JUDGEMENTS)
            shown = [together.cell(ref(plan_weights.ADDIN, at.first_row + i)).value for i in range(at.size)]
            same(shown, call("AHP_PESOS", together, area))
            for column, name in ((plan_weights.LAMBDA, "AHP_LAMBDA"), (plan_weights.RATIO, "AHP_RC")):
                same([together.cell(ref(column, at.summary_row)).value], call(name, together, area))


def same(shown: list[Any], given: Any) -> None:
    """Cells are what a function gives: a column, a row, or one value for all of them. No text is a blank one."""
    values = given if isinstance(given, list) else [given] * len(shown)
    for one, value in zip(shown, values, strict=True):
        other = value[0] if isinstance(value, list) else value
        assert str(one).strip() == str(other).strip() or one == pytest.approx(other, rel=1e-12)


def test_with_gaps_only_the_eigenvector_has_native_weights(book: Path, plan: Plan) -> None:
    set_up(book, plan, "missing, geometric mean")
    row = plan.indicator_rows["L1"]
    assert value_at(book, PESOS, ref(plan_weights.NATIVE, row)) == "#N/A"
    assert isinstance(value_at(book, PESOS, ref(plan_weights.ADDIN, row)), float)
    assert "Faltan juicios" in str(value_at(book, PESOS, ref(plan_weights.NOTE, row)))
    choose(book, plan_ahp.METHOD_ROW, "eigenvector")
    recalculate(book)
    assert abs(value_at(book, PESOS, ref(plan_weights.DIFFERENCE, row))) < 1e-10


def _matrix(values: list[list[float | None]]) -> Matrix:
    """Comparisons whose upper triangle is that of `values`."""
    size = len(values)
    rows = tuple(tuple(1.0 if i == j else None for j in range(size)) for i in range(size))
    matrix = Matrix(tuple(f"C{i}" for i in range(size)), rows)
    for i, j in matrix.pairs:
        matrix = matrix.with_judgement(i, j, values[i][j])
    return matrix


@st.composite
def _complete(draw: st.DrawFn) -> Matrix:
    """Any judgements whatever, none missing."""
    size = draw(st.integers(2, 13))
    scale = st.sampled_from([float(value) for value in SCALE])
    return _matrix([[draw(scale) if i < j else None for j in range(size)] for i in range(size)])


@st.composite
def _coherent(draw: st.DrawFn) -> Matrix:
    """Coherent judgements, of which any may be missing but those that link each criterion with the next."""
    size = draw(st.integers(2, 13))
    w = [draw(st.floats(1, 9)) for _ in range(size)]
    given = [[j == i + 1 or draw(st.booleans()) for j in range(size)] for i in range(size)]
    return _matrix([[w[i] / w[j] if given[i][j] else None for j in range(size)] for i in range(size)])


def _voice(matrix: Matrix, weight: float = 1.0) -> Voice:
    return Voice(weight, [["" if v is None else v for v in row[:i]] for i, row in enumerate(matrix.values)])


@settings(max_examples=60, deadline=None)
@given(_complete() | _coherent(), st.sampled_from(METHOD_NAMES))
@example(_matrix([[None, 9.0, 1 / 9], [None, None, 9.0], [None] * 3]), "eigenvector")
@example(_matrix([[1 / 9 if j == i + 1 else None for j in range(13)] for i in range(13)]), "eigenvector")
def test_native_steps_reach_the_engines_weights(matrix: Matrix, method: str) -> None:
    voices = (_voice(matrix), _voice(matrix, 0.0))
    group = GroupCells(matrix.size, voices, METHOD_NAMES.index(method), random_table("saaty"))
    if method != "eigenvector" and matrix.missing:
        assert set(group.weights) == {"#N/A"}
        return
    assert group.weights == pytest.approx(weights(matrix, method), rel=1e-9, abs=1e-10)
    assert group.largest == pytest.approx(consistency(matrix).lambda_max, rel=1e-10)
    assert group.quotients == pytest.approx([consistency(matrix).lambda_max] * matrix.size, rel=1e-7)


def test_criteria_that_nothing_links_have_no_weights() -> None:
    names = ("A", "B", "C", "D")
    rows = tuple(tuple(1.0 if i == j else None for j in range(4)) for i in range(4))
    apart = Matrix(names, rows).with_judgement(0, 1, 3.0).with_judgement(2, 3, 5.0)
    group = GroupCells(4, (_voice(apart),), 0, random_table("saaty"))
    assert set(group.weights) == {"#N/A"}
    assert group.state == "Los juicios no enlazan todos los criterios"


def test_a_judgement_that_is_none_shows_in_every_weight() -> None:
    """A wrong cell is not a missing judgement: weights without it would be silently other weights."""
    matrix = published()["L"]
    voice = Voice(1.0, [[inverse(v) if (i, j) != (2, 1) else inverse("hola") for j, v in enumerate(row[:i])]
                        for i, row in enumerate(matrix.values)])  # fmt: skip
    group = GroupCells(3, (voice,), 0, random_table("saaty"))
    assert voice.inverses[2][1] == "#DIV/0!"
    assert group.state == "Con errores"
    assert set(group.weights) == {"#N/A"}


def test_experts_who_link_criteria_only_together(book: Path, plan: Plan) -> None:
    """The first compares P1 with P2 and P3 with P6 alone, the second P2 with P3."""
    none = {f"P{i}/P{j}": None for i in (1, 2, 3) for j in (2, 3, 6) if i < j}
    judge(book, plan, 0, {**none, "P1/P2": 3, "P3/P6": 5})
    recalculate(book)
    where = next(b for b in plan_weights.blocks(plan) if b.group == "P")
    assert value_at(book, PESOS, where.summary(1)) == "Los juicios no enlazan todos los criterios"
    judge(book, plan, 1, {"P2/P3": 2})
    result = recalculate(book)
    assert not [p for p in result.problems if p.code == "J09"]
    shown = [value_at(book, PESOS, ref(plan_weights.NATIVE, plan_weights.places(plan)[k])) for k in ("P1", "P2", "P3")]
    assert shown[0] / shown[1] == pytest.approx(3)
    assert shown[1] / shown[2] == pytest.approx(2)


# --- the sheet of judgements ------------------------------------------------------------------------------------------


def test_published_judgements_are_typed_in_words(made: Path, plan: Plan) -> None:
    where = block(plan, 0, "L")
    assert value_at(made, AHP, where.cell(0, 1)) == "3 · solo un poco más"
    assert value_at(made, AHP, where.cell(1, 0)) == pytest.approx(1 / 3)
    typed = sum(
        value_at(made, AHP, b.cell(i, j)) is not None
        for b in plan_ahp.blocks(plan, 0) for i, j in ((i, j) for i in range(b.size) for j in range(i + 1, b.size))
    )  # fmt: skip
    assert typed == sum(len(matrix.pairs) for matrix in published().values())


def test_each_judgement_has_its_dropdown_and_is_open(made: Path, plan: Plan) -> None:
    sheet = opened(made)[AHP]
    rule = next(v for v in sheet.data_validations.dataValidation if v.promptTitle == "Fila frente a columna")
    assert rule.showErrorMessage
    assert rule.errorStyle in (None, "stop")
    source = sheet[str(rule.formula1).lstrip("=").replace("$", "")][0]
    assert [cell.value for cell in source] == [scale_words()[value] for value in reversed(SCALE)]
    covered = {place for area in rule.sqref.ranges for place in CellRange(str(area)).cells}
    for expert in range(plan_ahp.EXPERTS):
        for where in plan_ahp.blocks(plan, expert):
            for i in range(where.size):
                for j in range(where.size):
                    cell = sheet[where.cell(i, j)]
                    assert ((cell.row, cell.column) in covered) is (i < j), cell.coordinate
                    assert cell.protection.locked is (i >= j), cell.coordinate


def test_worst_judgements_are_listed_and_marked(made: Path, plan: Plan) -> None:
    where = block(plan, 0, "R")
    shown = [value_at(made, AHP, ref(where.review_column, where.first_row + k)) for k in range(plan_ahp.REVIEWED)]
    assert shown == [f"{d.row}/{d.column}" for d in doubts(published()["R"])[: plan_ahp.REVIEWED]]
    assert value_at(made, AHP, ref(ahp.STATE, where.summary_row)) == "Inconsistente"
    rules = opened(made)[AHP].conditional_formatting[where.area]
    assert any("COUNTIF" in rule.formula[0] and rule.dxf.font.b for rule in rules)


def test_changing_a_judgement_reaches_the_weights(book: Path, plan: Plan) -> None:
    judge(book, plan, 0, {"L1/L3": 1})
    recalculate(book)
    expected = weights(published()["L"].with_judgement(0, 2, 1.0))
    shown = [value_at(book, PESOS, ref(plan_weights.NATIVE, plan_weights.places(plan)[k])) for k in ("L1", "L2", "L3")]
    assert shown == pytest.approx(list(expected), rel=1e-9)
    assert value_at(book, AHP, block(plan, 0, "L").cell(2, 0)) == 1


def test_one_formula_pattern_a_column(made: Path, plan: Plan) -> None:
    sheet = opened(made)[PESOS]
    for where in plan_weights.blocks(plan):
        for column in range(plan_weights.GIVEN, plan_weights.ROW_MEAN + 1):
            patterns = {
                re.sub(rf"(?<=[A-Z]){row}(?!\d)", "#", str(sheet.cell(row, column).value))
                for row in range(where.first_row, where.last_row + 1)
            }
            assert len(patterns) == 1, (where.group, column, patterns)


@pytest.mark.parametrize("profile", ["tulcan_2016", "banco_indigena_2013"])
def test_every_profile_has_its_matrices(profile: str, tmp_path: Path) -> None:
    path = create(tmp_path / "x.xlsx", periods=("2020",), profile=profile, judgements="tulcan_2016")
    plan = plan_of(path)
    where = next(b for b in plan_weights.blocks(plan) if b.group == "L")
    shown = [value_at(path, PESOS, ref(plan_weights.NATIVE, where.first_row + i)) for i in range(3)]
    assert shown == pytest.approx(list(weights(published()["L"])), rel=1e-9)
