"""Sheets Auditoría and Detalle, and the seal in Bitácora: what an auditor reads to trust a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from books import ShownBook, opened, plan_of, spoil
from office import Office, read_cells, running_calc
from openpyxl.utils import get_column_letter

from xl_perlas.balance import Balance
from xl_perlas.evaluate import NUMERATOR
from xl_perlas.load import load_profile, profile_names, with_parameters
from xl_perlas.model import Kind
from xl_perlas.report import calculate
from xl_perlas.udfs.libreoffice import oxt
from xl_perlas.workbook import plan_ahp, plan_detail, seal
from xl_perlas.workbook.build import create
from xl_perlas.workbook.inputs import read_inputs
from xl_perlas.workbook.native_values import direct_formula
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.perlas import make_view
from xl_perlas.workbook.plan import make_plan
from xl_perlas.workbook.recalc import recalculate
from xl_perlas.workbook.sheets import auditoria, bitacora, detalle
from xl_perlas.workbook.view import View

#: The longest formula that Excel takes.
_LONGEST = 8192
#: A judgement of the first expert.
JUDGEMENT = next(plan_ahp.blocks(make_plan(load_profile(), []), 0)).cell(0, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, banco_indigena: Balance) -> Path:
    folder = tmp_path_factory.mktemp("libro")
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    return create(
        folder / "x.xlsx", balance=banco_indigena, profile=profile, judgements="tulcan_2016", segment="tulcan_2016"
    )


def view_of(path: Path) -> View:
    inputs = read_inputs(Package.open(path))
    return make_view(inputs, calculate(inputs.balance, inputs.profile, inputs.catalog))


# --- Auditoría --------------------------------------------------------------------------------------------------------


def test_everything_agrees_and_one_light_says_so(made: Path) -> None:
    sheet, plan = ShownBook(made)["Auditoría"], view_of(made).plan
    assert sheet["A4"].value == "✔ Todo coincide"
    row = auditoria.light_row(plan)
    assert [sheet.cell(row + 1 + i, auditoria.RESIDUAL).value for i in range(3)] == [0, 0, 0]
    residuals = [sheet.cell(r, auditoria.RESIDUAL).value for r in auditoria.residual_rows(plan).values()]
    assert all(isinstance(value, float | int) and value < 1e-12 for value in residuals)


def test_a_formula_holds_the_accounts_of_the_definition(made: Path) -> None:
    """Nothing between the cell and the balance: no sheet Líneas, no add-in."""
    plan = view_of(made).plan
    sheet = opened(made)["Auditoría"]
    text = str(sheet.cell(plan.indicator_rows["L1"], auditoria.direct_column(plan, 0)).value)
    for code in ("1103", "110305", "1101", "1102", "2504", "250315", "2506"):
        assert f'"{code}"' in text
    assert "PERLAS" not in text
    assert "Definiciones" not in text


@pytest.mark.parametrize("name", profile_names())
def test_formulas_fit_in_a_cell(name: str) -> None:
    plan = replace(make_plan(load_profile(name), [f"{y}-{m:02d}-28" for y in range(2013, 2023) for m in range(1, 13)]),
                   rows=100_000)  # fmt: skip
    lengths = {i.id: len(direct_formula(plan, i, 100)) for i in plan.indicators}
    assert max(lengths.values()) <= _LONGEST, max(lengths, key=lambda key: lengths[key])


def test_a_balance_that_native_formulas_cannot_read_turns_the_light_red(book: Path) -> None:
    package = Package.open(book)
    sheet = package.sheet("Catálogo")
    row = next(r for r in range(12, 300) if sheet.cell(f"A{r}").value == "14")
    sheet.set_value(f"E{row}", "90.897,58")
    package.save()
    recalculate(book)
    shown = ShownBook(book)["Auditoría"]
    assert shown["A4"].value == "✖ Hay diferencias"


# --- Detalle ----------------------------------------------------------------------------------------------------------


def test_every_indicator_adds_up_to_its_value(made: Path) -> None:
    view = view_of(made)
    plan = view.plan
    for indicator in plan.indicators:
        for k in view.used:
            cells = detalle.results(replace(view, detail_choice=(indicator.id, view.headers[k])))
            rows = [
                [cells[(r, c)] for c in range(1, 9)]
                for r in range(plan_detail.FIRST_ROW, plan_detail.FIRST_ROW + plan_detail.ROWS)
                if cells[(r, plan_detail.PART)]
            ]
            assert rows, indicator.id
            result = view.result(indicator.id, k)
            assert result is not None
            word = str(cells[(plan_detail.SAME_ROW, plan_detail.VALUE)])
            assert word.startswith("—" if result.value is None else "✔"), (indicator.id, k, word)
            if result.value is not None:
                top = sum(row[6] for row in rows if row[0] == NUMERATOR)
                bottom = sum(row[6] for row in rows if row[0] != NUMERATOR)
                value = top if indicator.kind is Kind.AMOUNT else top / bottom - (indicator.kind is Kind.GROWTH)
                assert value == pytest.approx(result.value, rel=1e-12, abs=1e-12)


def test_blank_zero_and_absent_are_told_apart(book: Path) -> None:
    package = Package.open(book)
    sheet = package.sheet("Catálogo")
    row = next(r for r in range(12, 300) if sheet.cell(f"A{r}").value == "1499")
    sheet.set_value(f"E{row}", None)
    package.sheet("Detalle").set_value("C5", "E9")
    package.save()
    recalculate(book)
    shown = ShownBook(book)["Detalle"]
    rows = shown.rows(f"A{plan_detail.FIRST_ROW}:H{plan_detail.FIRST_ROW + plan_detail.ROWS - 1}")
    state = {row[1]: row[7] for row in rows if row[0]}
    assert (state["1499"], state["33"]) == ("en blanco", "figura")
    assert "34" not in state, "in a long definition, an account that the chart lacks is only counted"
    assert shown.cell(plan_detail.UNLISTED_ROW, plan_detail.VALUE).value > 0
    package = Package.open(book)
    package.sheet("Detalle").set_value("C5", "E8")
    package.save()
    recalculate(book)
    detail, rows = ShownBook(book)["Detalle"], range(plan_detail.FIRST_ROW, plan_detail.FIRST_ROW + 3)
    states = [("33", 463.27, "figura"), ("34", 0, "no figura"), ("1", 111766.18, "figura")]
    assert [tuple(detail.cell(row, column).value for column in (2, 6, 8)) for row in rows] == states


def test_a_choice_stays_and_a_wrong_one_becomes_the_first(book: Path) -> None:
    package = Package.open(book)
    for cell, value in (("C5", "R12"), ("C6", 2010.0)):
        package.sheet("Detalle").set_value(cell, value)
    package.save()
    recalculate(book)
    sheet = ShownBook(book)["Detalle"]
    assert (sheet["C5"].value, sheet["C6"].value) == ("R12", 2010)
    package = Package.open(book)
    for cell, value in (("C5", "Z99"), ("C6", 1999.0)):
        package.sheet("Detalle").set_value(cell, value)
    package.save()
    recalculate(book)
    sheet = ShownBook(book)["Detalle"]
    assert (sheet["C5"].value, sheet["C6"].value) == ("P1", 2011)


# --- the seal ---------------------------------------------------------------------------------------------------------


def log_rows(path: Path) -> list[list[Any]]:
    sheet = Package.open(path).sheet("Bitácora")
    last = get_column_letter(bitacora.LINK)
    return [
        [cell.value for cell in row]
        for row in sheet.rows(f"A{bitacora.FIRST_ROW}:{last}{bitacora.FIRST_ROW + 20}")
        if row[0].value is not None
    ]


def test_each_row_is_linked_to_the_one_before(book: Path) -> None:
    for _ in range(3):
        recalculate(book)
    rows = log_rows(book)
    assert len(rows) == 3
    before = ""
    for row in rows:
        assert row[-1] == seal.chained(before, row[:-1])
        before = row[-1]
    assert rows[0][12:15] == rows[2][12:15], "the same inputs give the same digests"
    assert rows[0][-1] != rows[2][-1]
    start = Package.open(book).sheet("Inicio")
    assert {rows[2][12], rows[2][14]} <= {start.cell(f"C{row}").value for row in range(5, 15)}


@pytest.mark.parametrize(
    "sheet, cell, value",
    [
        ("Catálogo", "E20", 1.0), ("Catálogo", "B20", "Otro nombre"), ("Catálogo", "A20", "999999"),
        ("Parámetros", "F15", 0.5), ("Parámetros", "D15", "otra fuente"), ("AHP", JUDGEMENT, 7.0),
        ("Segmento", "C6", 0.123), ("Parámetros", "F6", "Otra entidad"),
    ],
)  # fmt: skip
def test_what_is_typed_changes_the_digest_of_inputs(sheet: str, cell: str, value: object, book: Path) -> None:
    package = Package.open(book)
    assert package.sheet(sheet).cell(cell).formula is None, "a cell for input"
    before = seal.input_facts(read_inputs(package))
    package.sheet(sheet).set_value(cell, value)
    package.save()
    assert seal.input_facts(read_inputs(Package.open(book))) != before


def test_the_order_of_rows_and_formats_do_not_change_it(book: Path, made: Path) -> None:
    package = Package.open(book)
    sheet = package.sheet("Catálogo")
    one, other = ([c.value for c in row] for row in sheet.rows("A20:E21"))
    for row, values in ((20, other), (21, one)):
        for letter, value in zip("ABCDE", values, strict=True):
            sheet.set_value(f"{letter}{row}", value)
    sheet.set_style("B20", style_of="A5")
    package.save()
    recalculate(book)
    recalculate_copy = made.with_name("otra.xlsx")
    recalculate_copy.write_bytes(made.read_bytes())
    recalculate(recalculate_copy)
    assert log_rows(book)[0][12:15] == log_rows(recalculate_copy)[0][12:15]


# --- LibreOffice ------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def calc() -> Iterator[Office]:
    with running_calc(oxt.build()) as office:
        yield office


@pytest.mark.office
@pytest.mark.parametrize(
    "name, choice", [("woccu", "E9"), ("woccu", "S1"), ("tulcan_2016", "R8"), ("banco_indigena_2013", "P3")]
)
def test_both_sheets_live(name: str, choice: str, calc: Office, tmp_path: Path, banco_indigena: Balance) -> None:
    """Every formula of both sheets, from deliberately wrong results: values, verdicts, residuals, states, texts."""
    path = create(tmp_path / "x.xlsx", balance=banco_indigena, profile=name, judgements="tulcan_2016")
    package = Package.open(path)
    package.sheet("Detalle").set_value("C5", choice)
    package.save()
    recalculate(path)
    plan = plan_of(path)
    view = view_of(path)
    expected = {}
    for module in (auditoria, detalle):
        shown = module.results(view)
        rows = (place for place in module.formulas(plan) if place[0] <= plan_detail.FIRST_ROW + 60)
        expected.update({(module.NAME, *place): shown[place] for place in rows})
    spoil(path, expected)
    found = read_cells(calc, path, list(expected), recalculate=True)
    for (place, value), shown in zip(expected.items(), found, strict=True):
        if isinstance(value, float | int) and not isinstance(value, bool):
            assert shown == pytest.approx(value, rel=1e-9, abs=1e-9), place
        else:
            assert shown == str(value), place
