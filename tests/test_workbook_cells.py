"""What the sheet's own formulas would show in a host: the functions, given the very ranges the formulas name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from books import ShownBook, opened, plan_of

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.udfs.functions import function
from xl_perlas.workbook import recalc
from xl_perlas.workbook.build import create
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import Plan


def column(sheet: Any, index: int, first: int, last: int) -> list[list[Any]]:
    return [[sheet.cell(row, index).value] for row in range(first, last + 1)]


def live(path: Path, name: str, plan: Plan, k: int, *first: str) -> Any:
    """`name` called as the formulas of period `k` call it."""
    book = ShownBook(path)
    catalog, lines = book["Catálogo"], book["Líneas"]
    rows = (plan.entity_first_row, plan.data_last_row)
    base = lines.cell(plan.base_column_row, plan.line_column(k)).value
    return function(name)(
        *first,
        column(catalog, 1, *rows),
        column(catalog, plan.catalog_column(k), *rows),
        column(catalog, plan.catalog_first_period + base - 1, *rows),
        lines.cell(plan.options_row, plan.line_column(k)).value,
    )


def stored(path: Path, plan: Plan, key: str, block: int) -> Any:
    return ShownBook(path)["Indicadores"].cell(plan.indicator_rows[key], block).value


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> tuple[Path, Plan]:
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    path = create(tmp_path_factory.mktemp("celdas") / "x.xlsx", balance=banco_indigena, profile=profile)
    return path, plan_of(path)


@pytest.mark.parametrize("key", list(load_profile().indicators))
def test_stored_values_are_what_the_functions_return(key: str, made: tuple[Path, Plan]) -> None:
    path, plan = made
    for k in (0, 2):
        value = live(path, f"PERLAS_{key}", plan, k)
        kept = stored(path, plan, key, plan.value_column(k))
        assert value == (kept if isinstance(kept, str) else pytest.approx(kept, rel=1e-14)), k


@pytest.mark.parametrize("key", ["P1", "R1", "R5", "R7", "R8", "R10", "S5", "S10", "S11"])
def test_stored_verdicts_are_what_the_functions_return(key: str, made: tuple[Path, Plan]) -> None:
    path, plan = made
    for k in (0, 1, 2):
        assert live(path, "PERLAS_CUMPLE", plan, k, key) == stored(path, plan, key, plan.verdict_column(k)), k


def test_stored_goals_are_what_the_functions_return(made: tuple[Path, Plan]) -> None:
    path, plan = made
    book = ShownBook(path)
    options = book["Líneas"].cell(plan.options_row, plan.line_column(2)).value
    from xl_perlas.workbook.sheets import decisiones

    for key, row in decisiones.rows(plan).items():
        shown = book["Decisiones"].cell(row, decisiones.GOAL).value
        assert function("PERLAS_META")(key, options) == shown, key


def test_an_indicator_of_another_profile_is_asked_by_name(tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena, profile="banco_indigena_2013")
    plan = plan_of(path)
    formula = opened(path)["Indicadores"].cell(plan.indicator_rows["R5.1"], plan.value_column(2)).value
    assert "PERLAS($A" in str(formula)
    value = live(path, "PERLAS", plan, 2, "R5.1")
    assert value == pytest.approx(stored(path, plan, "R5.1", plan.value_column(2)), rel=1e-14)
    assert value == pytest.approx(0.0724, abs=5e-5)


def test_months_are_annualised_in_the_cell_too(tmp_path: Path) -> None:
    columns: dict[object, tuple[float, ...]] = {"2022-12": (100, 100, 9, 9, 9), "2023-03": (140, 140, 6, 6, 6)}
    balance = Balance.build(("1", "14", "4", "45", "4501"), columns)
    path = create(tmp_path / "m.xlsx", balance=balance)
    plan = plan_of(path)
    value = live(path, "PERLAS_R9", plan, 1)
    assert value == pytest.approx(6 * 4 / 120)
    assert value == pytest.approx(stored(path, plan, "R9", plan.value_column(1)))


def test_own_accounts_reach_the_cell(tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    plan = plan_of(path)
    package = Package.open(path)
    sheet = package.sheet("Parámetros")
    for cell, value in (("A", "ingresos_prestamos"), ("B", "540110"), ("C", 1), ("D", "prueba")):
        sheet.set_value(f"{cell}{plan.own_first_row}", value)
    package.save()
    recalc.recalculate(path)
    value = live(path, "PERLAS_R1", plan, 2)
    assert value == pytest.approx(0.26822498, abs=1e-8)
    assert value == pytest.approx(stored(path, plan, "R1", plan.value_column(2)), rel=1e-14)
