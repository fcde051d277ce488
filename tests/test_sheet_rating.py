"""Sheets Calificación and Sensibilidad: the engine's score, what gives it, what moves it, and what flips the rating."""

from __future__ import annotations

import math
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from books import opened, package, plan_of
from ratedbooks import cells, choose_period, choose_policy, rated, view_of, write

from xl_perlas.balance import Balance
from xl_perlas.judgements import published
from xl_perlas.score import AS_FAILED, EXCLUDE, POLICIES, load_scale, score
from xl_perlas.sensitivity import component_flips, judgement_flips, verdict_flips
from xl_perlas.udfs.rating_cells import points, rating
from xl_perlas.workbook import names, plan_ahp, recalc
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook import plan_sensitivity as ps
from xl_perlas.workbook.build import create
from xl_perlas.workbook.judgement_variants import weighed_together
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.sheets import calificacion, sensibilidad
from xl_perlas.workbook.view import View

PERIODS = ("2009", "2010", "2011")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The bundled charts with the judgements of the Tulcán thesis."""
    return rated(tmp_path_factory.mktemp("libro") / "perlas.xlsx", banco_indigena)


@pytest.fixture
def unweighed(tmp_path: Path, banco_indigena: Balance) -> Path:
    """The same charts without a judgement."""
    return create(tmp_path / "sin.xlsx", balance=banco_indigena)


# --- Calificación


@pytest.mark.parametrize("policy", POLICIES)
def test_the_cell_functions_give_the_add_in_s_results(policy: str, book: Path) -> None:
    """What the file stores in the add-in's cells is what its functions make of the cells they point at."""
    choose_policy(book, policy)
    recalc.recalculate(book)
    plan, sheet, matrix, weights = plan_of(book), cells(book), cells(book, "Indicadores"), _column(book, names.WEIGHTS)
    formula = str(opened(book)[calificacion.NAME].cell(pr.SCORE, pr.period_column(0)).value)
    assert f"PERLAS_PUNTAJE(Indicadores!O$6:O$56,{names.WEIGHTS}," in formula
    for k in range(len(PERIODS)):
        column = plan.verdict_column(k)
        verdicts = [
            (matrix.cell(row, column).value,)
            for row in range(plan.indicator_first_row, plan.indicator_last_row + 1)
        ]
        found = points(verdicts, weights, f"sin_veredicto={policy}")
        assert found == pytest.approx(sheet.cell(pr.SCORE, pr.period_column(k)).value, rel=1e-12)
        assert rating(found) == sheet.cell(pr.RATING, pr.period_column(k)).value


def _column(path: Path, name: str) -> list[tuple[object]]:
    sheet, area = package(path).area(name)
    return [(row[0],) for row in sheet.values(area)]


def test_score_stands_twice_and_equals_the_engine(made: Path) -> None:
    view, sheet = view_of(made), cells(made)
    for k in range(len(PERIODS)):
        column, expected = pr.period_column(k), view.score(k)
        assert expected is not None
        for row in (pr.SCORE, pr.NATIVE_SCORE):
            assert sheet.cell(row, column).value == pytest.approx(expected.value, rel=1e-12)
        for row in (pr.RATING, pr.NATIVE_RATING):
            assert sheet.cell(row, column).value == expected.rating
        assert sheet.cell(pr.DIFFERENCE, column).value == pytest.approx(0, abs=1e-9)
        assert sheet.cell(pr.SAME_RATING, column).value == "✔"
        assert sheet.cell(pr.COVERAGE, column).value == pytest.approx(expected.coverage)


def test_points_add_up_to_the_score_and_no_verdict_is_not_zero(made: Path) -> None:
    view, sheet, plan = view_of(made), cells(made), plan_of(made)
    for k in range(len(PERIODS)):
        column = pr.period_column(k)
        points = {key: sheet.cell(row, column).value for key, row in pr.rows(plan).items()}
        assert math.fsum(v for v in points.values() if isinstance(v, float)) == pytest.approx(
            sheet.cell(pr.NATIVE_SCORE, column).value
        )
        for key, value in points.items():
            verdict, weighed = view.verdict_cell(key, k), key in view.rating.hierarchy.global_weights
            if verdict == "Sin veredicto":
                assert value == calificacion.NO_POINTS, key
            elif verdict == "No cumple" and weighed:
                assert value == 0, key
            else:
                assert value == "#N/A" if not weighed else value > 0, key
        subtotals = [sheet.cell(first - 1, column).value for first, _ in pr.areas(plan).values()]
        assert math.fsum(v for v in subtotals if v != "#N/A") == pytest.approx(sheet.cell(pr.SCORE, column).value)


@pytest.mark.parametrize("policy", POLICIES)
def test_gain_is_what_meeting_the_goal_would_add(policy: str, book: Path) -> None:
    choose_policy(book, policy)
    choose_period(book, 2010)
    recalc.recalculate(book)
    view, sheet, plan = view_of(book), cells(book), plan_of(book)
    weights = view.rating.hierarchy.global_weights
    now = view.score(1)
    verdicts = {t.indicator: t.meets for t in now.terms}
    assert set(verdicts.values()) == {True, False, None}
    for key, row in pr.rows(plan).items():
        gain, then, change = (
            sheet.cell(row, c(plan)).value for c in (pr.gain_column, pr.then_column, pr.change_column)
        )
        if key not in weights:
            assert (gain, then, change) == ("#N/A",) * 3
            continue
        met = score({**verdicts, key: True}, weights, policy)
        assert now.value + gain == pytest.approx(met.value), key
        assert then == met.rating
        assert ("▲" in change) is (met.rating != now.rating)


def test_the_policy_stands_beside_the_rating_and_decides_it(book: Path) -> None:
    before = cells(book)
    choose_policy(book, AS_FAILED)
    recalc.recalculate(book)
    after = cells(book)
    for sheet, policy in ((before, EXCLUDE), (after, AS_FAILED)):
        text = sheet.cell(pr.POLICY_TEXT_ROW, 1).value
        assert policy in text
        assert POLICIES[policy] in text
    column = pr.period_column(0)
    assert after.cell(pr.NATIVE_SCORE, column).value < before.cell(pr.NATIVE_SCORE, column).value
    assert after.cell(pr.COVERAGE, column).value == before.cell(pr.COVERAGE, column).value < 1


def test_a_changed_judgement_flows_to_the_rating(book: Path) -> None:
    before, plan = cells(book), plan_of(book)
    flip = judgement_flips(view_of(book).rating.inputs.matrices, _verdicts(view_of(book), 2))[0]
    block = next(b for b in plan_ahp.blocks(plan, 0) if b.group == flip.group)
    cell = block.cell(block.criteria.index(flip.row), block.criteria.index(flip.column))
    write(book, "AHP", cell, float(flip.value))
    recalc.recalculate(book)
    after, column = cells(book), pr.period_column(2)
    assert before.cell(pr.RATING, column).value != flip.rating
    for row in (pr.RATING, pr.NATIVE_RATING):
        assert after.cell(row, column).value == flip.rating
    assert cells(book, sensibilidad.NAME).cell(ps.RATING, ps.VALUE).value == flip.rating
    found = opened(book)[calificacion.NAME].cell(pr.LABEL, column).value
    assert str(found).startswith("=")


def test_bands_are_the_scale_and_say_which_is_the_period_chosen(made: Path) -> None:
    sheet, plan = cells(made), plan_of(made)
    first = pr.band_first_row(plan)
    marked = []
    for row, band in enumerate(load_scale().bands, first):
        values = [sheet.cell(row, column).value for column in (pr.ID, pr.WEIGHT, pr.POSSIBLE)]
        assert values == [band.rating, pytest.approx(band.lower), pytest.approx(band.upper)]
        marked += [band.rating] * bool(sheet.cell(row, pr.TITLE).value)
    assert marked == [view_of(made).score(2).rating]
    assert "p. 99" in sheet.cell(pr.band_last_row(plan) + 1, 1).value
    assert "banda mejor" in sheet.cell(pr.band_last_row(plan) + 2, 1).value


def _verdicts(view: View, k: int) -> dict[str, bool | None]:
    return {term.indicator: term.meets for term in view.score(k).terms}


# --- Sensibilidad


def test_flips_are_the_engine_s(made: Path) -> None:
    view, plan, sheet = view_of(made), plan_of(made), cells(made, sensibilidad.NAME)
    inputs, hierarchy, verdicts = view.rating.inputs, view.rating.hierarchy, _verdicts(view, 2)

    def column(section: int, number: int, count: int) -> list[object]:
        return [sheet.cell(section + 3 + i, number).value for i in range(count)]

    moved = component_flips(hierarchy, verdicts)
    section = ps.component_section(plan)
    assert column(section, ps.ID, len(moved)) == [f.component for f in moved]
    assert column(section, ps.NEW, len(moved)) == [pytest.approx(f.weight) if f.weight else "–" for f in moved]
    assert column(section, ps.THEN_RATING, len(moved)) == [f.rating or "no cambia" for f in moved]
    judged = judgement_flips(inputs.matrices, verdicts)[: ps.SHOWN]
    section = ps.judgement_section(plan)
    assert column(section, ps.NAME, ps.SHOWN) == [f"{f.row} frente a {f.column}" for f in judged]
    assert column(section, ps.MOVE, ps.SHOWN) == [f"{f.steps:+d}".replace("-", "−") for f in judged]
    assert column(section, ps.THEN_RATING, ps.SHOWN) == [f.rating for f in judged]
    changed = verdict_flips(verdicts, hierarchy.global_weights)[: ps.SHOWN]
    section = ps.verdict_section(plan)
    assert column(section, ps.ID, ps.SHOWN) == [f.indicator for f in changed]
    assert column(section, ps.THEN_SCORE, ps.SHOWN) == [pytest.approx(f.value) for f in changed]


def test_scores_meet_today_s_at_today_s_judgement(made: Path) -> None:
    plan, sheet = plan_of(made), cells(made, sensibilidad.NAME)
    today = sheet.cell(ps.SCORE, ps.VALUE).value
    header = ps.judgement_section(plan) + 2
    for row in range(header + 1, header + 1 + ps.SHOWN):
        now = str(sheet.cell(row, ps.NOW).value)
        column = next(c for c in range(ps.FIRST_STEP, ps.LAST + 1) if str(sheet.cell(header, c).value) == now)
        assert sheet.cell(row, column).value == pytest.approx(today)


def test_nothing_flips_a_perfect_score_but_failing(made: Path) -> None:
    """With every goal met weights do not matter: the sheet says so, and still lists which verdicts would."""
    view, plan = view_of(made), plan_of(made)
    weights = view.rating.hierarchy.global_weights
    perfect = score(dict.fromkeys(weights, True), weights)
    shown = sensibilidad.results(replace(view, rating=replace(view.rating, scores=(perfect,) * 3)))
    assert shown[(ps.component_section(plan) + 1, 1)].startswith("Ningún cambio")
    assert shown[(ps.judgement_section(plan) + 1, 1)].startswith("Ningún cambio")
    assert shown[(ps.component_section(plan) + 3, ps.THEN_RATING)] == "no cambia"
    assert "cambian la calificación por sí solos" in shown[(ps.verdict_section(plan) + 1, 1)]


@pytest.mark.parametrize("method", ["eigenvector", "geometric_mean", "column_mean"])
@pytest.mark.parametrize("missing", [False, True])
def test_variants_weighed_together_flip_as_one_by_one(method: str, missing: bool) -> None:
    matrices = dict(published())
    if missing:
        matrices["R"] = matrices["R"].with_judgement(0, 1, None)
    indicators = [name for group, matrix in matrices.items() if group != "PERLAS" for name in matrix.names]
    verdicts = {name: i % 3 == 0 for i, name in enumerate(indicators)}
    expected = judgement_flips(matrices, verdicts, method)
    assert judgement_flips(weighed_together(matrices, method), verdicts, method) == expected
    assert any(flip.steps for flip in expected)


# --- without judgements


def test_without_judgements_there_is_no_score_and_it_says_so(unweighed: Path) -> None:
    plan, sheet = plan_of(unweighed), cells(unweighed)
    for k in range(len(PERIODS)):
        for row in (pr.SCORE, pr.RATING, pr.NATIVE_SCORE, pr.NATIVE_RATING, pr.COVERAGE, pr.MET, pr.COUNTED):
            assert sheet.cell(row, pr.period_column(k)).value == "#N/A", (row, k)
        assert sheet.cell(pr.LABEL, pr.period_column(k)).value == f"{PERIODS[k]} · sin puntaje"
    for row in pr.rows(plan).values():
        values = [sheet.cell(row, column).value for column in range(pr.WEIGHT, pr.period_column(3))]
        assert set(values) <= {"#N/A", calificacion.NO_POINTS}
    sensitivity = cells(unweighed, sensibilidad.NAME)
    assert sensitivity.cell(ps.CALCULATED, ps.STATE).value == sensibilidad.NO_SCORE
    for section in (ps.component_section(plan), ps.judgement_section(plan), ps.verdict_section(plan)):
        assert "AHP" in sensitivity.cell(section + 1, 1).value
        assert sensitivity.cell(section + 3, 1).value is None
    steps = [sensitivity.cell(ps.score_row(plan, c), ps.FIRST_STEP).value for c in ps.components(plan)]
    assert set(steps) == {"#N/A"}


def test_flips_go_when_the_judgements_do(book: Path) -> None:
    plan = plan_of(book)
    package = Package.open(book)
    for block in plan_ahp.blocks(plan, 0):
        for i in range(block.size):
            for j in range(i + 1, block.size):
                package.sheet("AHP").set_value(block.cell(i, j), None)
    package.save()
    recalc.recalculate(book)
    sheet = cells(book, sensibilidad.NAME)
    for section in (ps.component_section(plan), ps.judgement_section(plan), ps.verdict_section(plan)):
        assert sheet.cell(section + 3, 1).value is None


# --- charts


def test_no_series_is_told_by_its_colour_alone(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        parts = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
    points = next(p for p in parts if "Puntos de cada componente" in p)
    formats = re.findall(r'<(?:c:)?numFmt formatCode="(&quot;[A-Z] &quot;0\.0;;)"', points)
    assert [f[6] for f in formats] == list("PERLAS")
    lines = next(p for p in parts if "Puntaje según el peso" in p)
    symbols = [s for s in re.findall(r'symbol val="(\w+)"', lines) if s != "none"]
    assert len(symbols) == len(set(symbols)) == 6
    scores = next(p for p in parts if "Puntaje y calificación" in p)
    assert f"$E${pr.LABEL}" in scores
