"""Native formulas of the Balance Social, recalculated by LibreOffice from wrong results, give the engine's numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from books import stored
from office import Office, read_cells, running_office
from socialbooks import change, demo_book, plan_of, spoilt, typed

from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.social.plan import ADDIN, DECLARED, GAP, SocialPlan
from xl_perlas.workbook.social.sheets import indicadores
from xl_perlas.workbook.templates import template_of

pytestmark = pytest.mark.office

Cells = dict[tuple[str, str], object]


@pytest.fixture(scope="module")
def office() -> Any:
    with running_office() as running:
        yield running


def native_cells(path: Path) -> list[tuple[str, int, int]]:
    """Every cell with a formula but the add-in's and what is compared with it."""
    book = Package.open(path)
    kind, plan = template_of(book), plan_of(path)
    addin = {plan.column(block, k) for block in (ADDIN, GAP) for k in range(plan.capacity)}
    return [
        (module.NAME, row, column)
        for module in kind.modules for row, column in module.formulas(plan)
        if module.NAME != "Indicadores" or column not in addin or row < plan.indicator_span[0]
    ]  # fmt: skip


def assert_parity(office: Office, path: Path, tmp_path: Path) -> None:
    places = native_cells(path)
    wanted = stored(path, places)
    found = read_cells(office, spoilt(path, tmp_path / "malo.xlsx", places), places, recalculate=True)
    assert [p for p, f in zip(places, found, strict=True) if f == 123456.0] == []
    wrong = [(p, f, w) for p, f, w in zip(places, found, wanted, strict=True) if not same(f, w)]
    assert wrong == []


def same(found: Any, wanted: Any) -> bool:
    if isinstance(found, str) or isinstance(wanted, str):
        return bool(found == wanted)
    return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("country", ["co", "ec"])
def test_a_filled_workbook(country: str, office: Office, tmp_path: Path) -> None:
    assert_parity(office, demo_book(tmp_path / "x.xlsx", country), tmp_path)


# --- bad input --------------------------------------------------------------------------------------------------------


def bad_cells(plan: SocialPlan) -> Cells:
    """In the last year, one of each thing that cannot be used: each input is its own."""
    k, cells = plan.capacity - 1, Cells()
    counts = [key for key, one in plan.method.inputs.items() if one.kind == "conteo"]
    bad: list[object] = [-3, "cuarenta", "1.234", 2.5, True, "no aplica", "N/A", "  ", 1e19, None]
    cells.update({typed(plan, key, k): value for key, value in zip(counts, bad, strict=False)})
    percents = [key for key, one in plan.method.inputs.items() if one.kind == "porcentaje"]
    cells.update({typed(plan, key, k): value for key, value in zip(percents, [89, "89 %"], strict=False)})
    answers = [key for key, one in plan.method.inputs.items() if one.kind == "si_no"]
    given: list[object] = ["quizás", 1, True, " SÍ ", "si", "NO", "No aplica"]
    cells.update({typed(plan, key, k): value for key, value in zip(answers, given, strict=False)})
    others = {"texto": 5, "opcion": "a veces"}
    words = {key: others[one.kind] for key, one in plan.method.inputs.items() if one.kind in others}
    cells.update({typed(plan, key, k): value for key, value in words.items()})
    return cells


def everything_bad(plan: SocialPlan) -> Cells:
    return bad_cells(plan)


def no_year_before(plan: SocialPlan) -> Cells:
    """Only the last year is left; the choices name years that are not there."""
    heads: Cells = {("Datos", ref(plan.typed_column(k), plan.data_header)): None for k in range(plan.capacity - 1)}
    return heads | {("Datos", f"C{plan.now_row}"): 1999, ("Datos", f"C{plan.before_row}"): "antes"}


def years_that_are_none(plan: SocialPlan) -> Cells:
    """A year as text, and another one twice."""
    places = [ref(plan.typed_column(k), plan.data_header) for k in range(plan.capacity)]
    return {("Datos", places[0]): "2019", ("Datos", places[1]): 2023.5, ("Datos", places[2]): 2025} | {
        ("Datos", place): 2025 for place in places[3:]
    }  # fmt: skip


def nothing_applies(plan: SocialPlan) -> Cells:
    """All of the last year is N/A, by inputs; one principle of the year before, by declaring its indicators."""
    k = plan.capacity - 1
    cells: Cells = {typed(plan, key, k): "no aplica" for key in plan.method.inputs}
    principle = next(iter(plan.method.principles))
    for one in plan.method.of_principle(principle):
        if not one.repeats:
            cells["Indicadores", ref(plan.column(DECLARED, k - 1), plan.indicator_rows[one.id])] = "No aplica"
    cells["Indicadores", ref(plan.column(DECLARED), plan.indicator_rows["CO12" if "CO12" in plan.indicator_rows
                                                                        else "P201"])] = "No aplica"  # fmt: skip
    return cells


def own_thresholds(plan: SocialPlan) -> Cells:
    """Thresholds changed, and others that cannot be used; settings too."""
    numbers = [one.id for one in plan.indicators if one.kind in ("razon", "valor") and not one.repeats][:8]
    cells: Cells = {("Notas", "C6"): 8, ("Notas", "C7"): 3, ("Notas", "C8"): "cero"}
    first, mark = plan.note_point, plan.note_mark

    def row(key: str, *cells_of: tuple[int, object]) -> None:
        cells.update({("Notas", ref(column, plan.note_rows[key])): value for column, value in cells_of})

    linear: list[tuple[int, object]] = [(first + i, v) for i, v in enumerate((0, 0.3, 0.7, 1))]
    linear += [(mark + i, m) for i, m in enumerate((1, 4, 9, 2))]
    for key in numbers[:3]:
        row(key, (plan.note_subject, "valor"), (plan.note_mode, "Lineal"), *linear)
    row(numbers[3], (plan.note_mode, "escalones"), (first, 5), (first + 1, 1))  # out of order
    row(numbers[4], (mark, 11))
    row(numbers[5], (mark, "diez"))
    row(numbers[6], (plan.note_mode, "curvo"))
    row(numbers[7], *((first + i, None) for i in range(plan.points)), *((mark + i, None) for i in range(plan.points)))
    return cells


def bad_settings(plan: SocialPlan) -> Cells:
    return {("Notas", "C6"): 3, ("Notas", "C7"): 8, ("Notas", "C8"): "depende"}


def listed(plan: SocialPlan) -> Cells:
    """What people type on Plan de mejora and Actividades, with figures that are none."""
    cells: Cells = {}
    for i, key in enumerate(list(plan.action_rows)[::5]):
        row = plan.action_rows[key]
        cells["Plan de mejora", ref(plan.action_responsible, row)] = f"Comisión {i}"
        cells["Plan de mejora", ref(plan.action_date, row)] = 46000.0 + i
        cells["Plan de mejora", ref(plan.action_follow_up, row)] = "En marcha"
    rows: list[tuple[object, ...]] = [
        (46010, "P1", "Charla", 30, 500.5, 480.25), (None, "p2", "Feria", None, 100, None),
        (None, "P99", "Otra", 5, 10, 10), (None, None, "Sin principio", 1, "mil", 3),
        (None, "P7", None, "muchos", 0, 50),
    ]  # fmt: skip
    for i, values in enumerate(rows):
        for j, value in enumerate(values):
            cells["Actividades", ref(plan.activity_date + j, plan.activity_span[0] + i)] = value
    return cells


CASES: list[Callable[[SocialPlan], Cells]] = [
    everything_bad, no_year_before, years_that_are_none, nothing_applies, own_thresholds, bad_settings, listed,
]  # fmt: skip


@pytest.mark.parametrize("country", ["co", "ec"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_bad_input(case: Callable[[SocialPlan], Cells], country: str, office: Office, tmp_path: Path) -> None:
    path = demo_book(tmp_path / "x.xlsx", country)
    change(path, case(plan_of(path)))
    assert_parity(office, path, tmp_path)


@pytest.mark.parametrize("country", ["co", "ec"])
def test_an_empty_workbook(country: str, office: Office, tmp_path: Path) -> None:
    from xl_perlas.workbook.social.build import create_social

    assert_parity(office, create_social(tmp_path / "x.xlsx", country), tmp_path)


def test_accounts_that_formulas_do_not_see(office: Office, tmp_path: Path) -> None:
    """A balance as text, a code with points, one twice, one without its parent: nothing is taken for zero."""
    path = demo_book(tmp_path / "x.xlsx", "ec")
    plan = plan_of(path)
    sheet = Package.open(path).sheet("Cuentas")
    rows = {sheet.cell(f"A{r}").value: r for r in range(*plan.account_span)}
    last = plan.account_first_balance + plan.capacity - 1
    cells: Cells = {
        ("Cuentas", ref(last, rows["13"])): "25.683,75", ("Cuentas", f"A{rows['26']}"): "2.6",
        ("Cuentas", f"A{rows['3301']}"): "31", ("Cuentas", ref(last, rows["1402"])): None,
    }  # fmt: skip
    found = change(path, cells)
    assert {"N44", "N45", "N46"} <= {p.code for p in found.problems}
    assert_parity(office, path, tmp_path)


def test_lists_of_balances(office: Office, tmp_path: Path) -> None:
    """Holders of 80 %: ties, zeros, overdrafts and texts in the list; a typed count wins in the other."""
    path = demo_book(tmp_path / "x.xlsx", "co")
    plan = plan_of(path)
    k = plan.capacity - 1
    first = plan.list_span[0]
    balances: list[object] = [100, 100, 100, 100, 100, 0, -50, "abc", 0.1, 0.2, 1000, 12.35, 7, 7, 7]
    cells: Cells = {("Saldos", ref(plan.list_column(0, k), first + i)): b for i, b in enumerate(balances)}
    cells |= {("Saldos", ref(plan.list_column(1, k), first + i)): float(1 + i % 37) for i in range(4500)}
    cells |= {typed(plan, key, k): None for key in ("mayores_ahorradores", "ahorradores")}
    found = change(path, cells)
    assert {"N22", "N32", "N34"} <= {p.code for p in found.problems}
    assert found.view.in_use("mayores_ahorradores", k) == 4
    assert_parity(office, path, tmp_path)


def test_without_the_add_in_only_its_own_column_says_so(office: Office, tmp_path: Path) -> None:
    path = demo_book(tmp_path / "x.xlsx", "co")
    plan = plan_of(path)
    row, k = plan.indicator_rows["CO02"], plan.capacity - 1
    places = [("Indicadores", row, plan.column(GAP, k)), ("Inicio", 3, 1)]
    gap, state = read_cells(office, spoilt(path, tmp_path / "y.xlsx", places), places, recalculate=True)
    assert gap == indicadores.NO_ADDIN
    assert state.startswith("▲")
