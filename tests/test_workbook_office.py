"""Native formulas recalculated by LibreOffice give the engine's numbers; the file opens complete without the add-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from books import plan_of, spoil, stored
from office import Office, convert, read_cells, running_office
from openpyxl.utils import get_column_letter

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.report import calculate
from xl_perlas.workbook import recalc
from xl_perlas.workbook.build import create
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.sheets import verificacion

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def office() -> Any:
    with running_office() as running:
        yield running


def cells(plan: Plan, periods: int) -> list[tuple[str, int, int]]:
    """Lines and native indicators of every period."""
    lines = [("Líneas", r, plan.line_column(k)) for r in plan.line_rows.values() for k in range(periods)]
    return lines + [
        ("Indicadores", r, plan.native_column(k)) for r in plan.indicator_rows.values() for k in range(periods)
    ]


@pytest.mark.parametrize("name", ["woccu", "tulcan_2016", "banco_indigena_2013"])
def test_native_formulas_equal_the_engine(
    name: str, office: Office, tmp_path: Path, banco_indigena: Balance
) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena, profile=name, catalog="sbs")
    plan = plan_of(path)
    places = cells(plan, 3)
    expected = stored(path, places)
    spoil(path, places)
    _compare(places, read_cells(office, path, places, recalculate=True), expected)
    report = calculate(banco_indigena, name, "sbs")
    for key, row in plan.indicator_rows.items():
        shown = expected[places.index(("Indicadores", row, plan.native_column(2)))]
        value = report.results[key][2].value
        assert isinstance(shown, str) if value is None else shown == pytest.approx(value, rel=1e-12), key


def test_monthly_charts_compare_with_december(office: Office, tmp_path: Path) -> None:
    codes = ("1", "11", "14", "2", "3", "4", "45", "5", "51", "5104")
    columns: dict[object, tuple[float, ...]] = {
        "2022-12-31": (100, 40, 60, 50, 50, 20, 20, 20, 20, 20),
        "2023-03-31": (120, 50, 70, 60, 55, 4, 4, 9, 9, 9),
        "2023-06-30": (140, 60, 80, 70, 60, 8, 8, 18, 18, 18),
    }
    balance = Balance.build(codes, columns)
    path = create(tmp_path / "m.xlsx", balance=balance, catalog="seps")
    plan = plan_of(path)
    places = cells(plan, 3)
    expected = stored(path, places)
    spoil(path, places)
    found = read_cells(office, path, places, recalculate=True)
    _compare(places, found, expected)
    r9 = found[places.index(("Indicadores", plan.indicator_rows["R9"], plan.native_column(2)))]
    assert r9 == pytest.approx(8 * 2 / ((140 + 100) / 2))


def _compare(places: list[tuple[str, int, int]], found: list[Any], expected: list[Any]) -> None:
    for place, new, old in zip(places, found, expected, strict=True):
        if isinstance(old, str):
            assert new == old, place
        else:
            assert new == pytest.approx(old, rel=1e-9, abs=1e-9), place


def test_opens_complete_without_the_add_in(office: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    path = create(tmp_path / "x.xlsx", balance=banco_indigena, profile=profile)
    plan = plan_of(path)
    places = [
        ("Indicadores", row, block(k))
        for row in plan.indicator_rows.values()
        for block in (plan.value_column, plan.verdict_column)
        for k in range(3)
    ]
    places += [("Verificación", verificacion.STATE_ROW, 3), ("Inicio", 3, 1)]
    found = read_cells(office, path, places, recalculate=False)
    assert "#ERROR" not in found
    assert "" not in found
    assert found[-1] == "✖ 2 errores: vea Verificación"


def test_native_checks_see_a_changed_balance(office: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    """Without Python: an account changed in the sheet moves the native indicator and breaks the equation's check."""
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    plan = plan_of(path)
    package = Package.open(path)
    sheet = package.sheet("Catálogo")
    row = next(r for r in range(12, 300) if sheet.cell(f"A{r}").value == "1")
    sheet.set_value(f"E{row}", 200000.0)
    package.save()
    places = [
        ("Indicadores", plan.indicator_rows["E1"], plan.native_column(2)),
        ("Verificación", verificacion.BALANCED, verificacion.CHECK_PERIOD + 2),
    ]
    e1, check = read_cells(office, path, places, recalculate=True)
    assert e1 == pytest.approx(90897.58 / 200000)
    assert check == "✖"


def test_own_accounts_count_in_native_formulas(office: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    plan = plan_of(path)
    package = Package.open(path)
    sheet = package.sheet("Parámetros")
    for column, value in (("A", "ingresos_prestamos"), ("B", "540110"), ("C", 1), ("D", "prueba")):
        sheet.set_value(f"{column}{plan.own_first_row}", value)
    package.save()
    recalc.recalculate(path)
    places = [*cells(plan, 3), ("Líneas", plan.options_row, plan.line_column(2))]
    expected = stored(path, places)
    spoil(path, places)
    found = read_cells(office, path, places, recalculate=True)
    assert found.pop() == expected.pop()
    _compare(places[:-1], found, expected)


def test_a_file_that_libreoffice_saved_recalculates(tmp_path: Path, banco_indigena: Balance) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    saved = convert(path, "xlsx", tmp_path / "guardado", tmp_path / "perfil")
    package = Package.open(saved)
    sheet = package.sheet("Catálogo")
    row = next(r for r in range(12, 300) if sheet.cell(f"A{r}").value == "1499")
    sheet.set_value(f"E{row}", -5000.0)
    package.save()
    result = recalc.recalculate(saved)
    expected = (463.27 + 5000 - 308 - 0.35 * 4290.12) / 111766.18
    assert result.view.report.result("E9", "2011").value == pytest.approx(expected)
    plan = plan_of(saved)
    column = get_column_letter(plan.value_column(2))
    shown = Package.open(saved).sheet("Indicadores").cell(f"{column}{plan.indicator_rows['E9']}")
    assert shown.value == pytest.approx(expected)
    assert "perlas_e9(" in str(shown.formula).lower()


def test_what_native_formulas_do_not_understand_is_stored_as_they_show_it(
    office: Office, tmp_path: Path, banco_indigena: Balance
) -> None:
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    plan = plan_of(path)
    package = Package.open(path)
    sheet = package.sheet("Catálogo")
    rows = {sheet.cell(f"A{r}").value: r for r in range(12, 300)}
    sheet.set_value(f"E{rows['33']}", "463,27")
    sheet.set_value(f"A{rows['1499']}", "14.99")
    package.save()
    result = recalc.recalculate(path)
    assert {"L28", "L30"} <= {p.code for p in result.problems}
    places = [*cells(plan, 3), *[("Verificación", r, verificacion.CHECK_PERIOD + 2) for r in range(16, 20)]]
    expected = stored(path, places)
    spoil(path, places)
    _compare(places, read_cells(office, path, places, recalculate=True), expected)
    engine, native = result.view.report.result("E8", "2011").value, expected[
        places.index(("Indicadores", plan.indicator_rows["E8"], plan.native_column(2)))
    ]
    assert engine == pytest.approx(463.27 / 111766.18)
    assert native == 0
    state = stored(path, [("Verificación", verificacion.NATIVE_ROW, 3)])
    assert state[0] > 0


def test_periods_pasted_as_text(office: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    """A year or a date that is text is the period that it says, here and in native formulas; and it is told."""
    path = create(tmp_path / "x.xlsx", balance=banco_indigena)
    plan, package = plan_of(path), Package.open(path)
    for k, text in enumerate(("2009", "2010-12-31", " 2011 ")):
        package.sheet("Catálogo").set_value(ref(plan.catalog_column(k), HEADER_ROW), text)
    package.save()
    result = recalc.recalculate(path)
    assert [p.where for p in result.problems if p.code == "L60"] == ["Catálogo!C5", "Catálogo!D5", "Catálogo!E5"]
    rows = (HEADER_ROW, plan.year_row, plan.month_row, plan.key_row, plan.base_column_row, plan.year_column_row)
    places = [*cells(plan, 3), *[("Líneas", row, plan.line_column(k)) for row in rows for k in range(3)]]
    expected = stored(path, places)
    years = [expected[places.index(("Líneas", plan.year_row, plan.line_column(k)))] for k in range(3)]
    assert years == [2009, 2010, 2011]
    spoil(path, places)
    _compare(places, read_cells(office, path, places, recalculate=True), expected)
