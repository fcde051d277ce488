"""Sheets Calificación and Sensibilidad in LibreOffice: native formulas give the engine's numbers without the add-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from books import ShownBook, plan_of, spoil, stored
from office import Office, read_cells, running_office
from openpyxl.utils import get_column_letter
from ratedbooks import cells, choose_period, choose_policy, judge, rated

from xl_perlas.balance import Balance
from xl_perlas.score import AS_FAILED, EXCLUDE
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook import plan_sensitivity as ps
from xl_perlas.workbook import recalc
from xl_perlas.workbook.build import create
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import Plan
from xl_perlas.workbook.sheets import calificacion, sensibilidad

pytestmark = pytest.mark.office

_FROM_THE_ADD_IN = (pr.SCORE, pr.RATING, pr.DIFFERENCE, pr.SAME_RATING)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    """The bundled charts with the judgements of the Tulcán thesis."""
    return rated(tmp_path_factory.mktemp("libro") / "perlas.xlsx", banco_indigena)


@pytest.fixture
def unweighed(tmp_path: Path, banco_indigena: Balance) -> Path:
    """The same charts without a judgement."""
    return create(tmp_path / "sin.xlsx", balance=banco_indigena)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with running_office() as running:
        yield running


def native_places(plan: Plan) -> list[tuple[str, int, int]]:
    """Every cell of both sheets whose formula needs no add-in."""
    places = []
    for module in (calificacion, sensibilidad):
        for row, column in module.formulas(plan):
            if row != 3 and not (module is calificacion and row in _FROM_THE_ADD_IN):
                places.append((module.NAME, row, column))
    return places


def freeze_verdicts(path: Path) -> None:
    """Verdicts as values: without the add-in LibreOffice could not recalculate them."""
    plan, package = plan_of(path), Package.open(path)
    sheet = package.sheet("Indicadores")
    for row in plan.indicator_rows.values():
        for k in range(plan.capacity):
            cell = f"{get_column_letter(plan.verdict_column(k))}{row}"
            sheet.set_value(cell, sheet.cell(cell).value or None)
    package.save()


def compare(places: list[tuple[str, int, int]], found: list[Any], expected: list[Any]) -> None:
    for place, new, old in zip(places, found, expected, strict=True):
        if isinstance(old, str):
            assert new == old, place
        else:
            assert new == pytest.approx(old, rel=1e-9, abs=1e-9), place


@pytest.mark.parametrize("policy, period", [(EXCLUDE, 2011), (EXCLUDE, 2009), (AS_FAILED, 2009)])
def test_native_formulas_equal_the_engine(policy: str, period: int, office: Office, book: Path) -> None:
    choose_policy(book, policy)
    choose_period(book, period)
    recalc.recalculate(book)
    places = native_places(plan_of(book))
    expected = stored(book, places)
    freeze_verdicts(book)
    spoil(book, places)
    compare(places, read_cells(office, book, places, recalculate=True), expected)


@pytest.mark.parametrize("judged", [True, False])
def test_opens_complete_without_the_add_in(judged: bool, office: Office, book: Path, unweighed: Path) -> None:
    path = book if judged else unweighed
    plan = plan_of(path)
    places = [
        (module.NAME, row, column) for module in (calificacion, sensibilidad) for row, column in module.formulas(plan)
    ]
    stored = ShownBook(path)
    shown = [stored[sheet].cell(row, column).value for sheet, row, column in places]
    compare(places, read_cells(office, path, places, recalculate=False), ["" if v is None else v for v in shown])


def test_without_judgements_native_formulas_have_no_score_either(office: Office, unweighed: Path) -> None:
    assert "AHP" in cells(unweighed).cell(pr.POLICY_TEXT_ROW, 1).value
    places = native_places(plan_of(unweighed))
    expected = stored(unweighed, places)
    freeze_verdicts(unweighed)
    spoil(unweighed, places)
    compare(places, read_cells(office, unweighed, places, recalculate=True), expected)


def test_a_changed_judgement_flows_to_the_rating_without_python(office: Office, book: Path, tmp_path: Path) -> None:
    by_engine = tmp_path / "motor.xlsx"
    by_engine.write_bytes(book.read_bytes())
    judge(by_engine, 7)
    recalc.recalculate(by_engine)
    judge(book, 7)
    freeze_verdicts(book)
    places = native_places(plan_of(book))
    state = places.index((sensibilidad.NAME, ps.CALCULATED, ps.STATE))
    found = read_cells(office, book, places, recalculate=True)
    expected = stored(by_engine, places)
    assert found.pop(state) == sensibilidad.OUTDATED
    assert expected.pop(state) == sensibilidad.CURRENT
    places.pop(state)
    compare(places, found, expected)
