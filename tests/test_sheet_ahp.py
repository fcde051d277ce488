"""Sheets AHP and Pesos: judgements in, weights out, and every native cell as a spreadsheet program computes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office import Office, running_office
from openpyxl.utils import get_column_letter

from xl_perlas.ahp import METHODS, Matrix, consistency, weights
from xl_perlas.hierarchy import COMPONENTS_GROUP, from_matrices
from xl_perlas.judgements import published, scale_words
from xl_perlas.load import load_profile
from xl_perlas.workbook import plan_ahp, plan_weights
from xl_perlas.workbook.build import create
from xl_perlas.workbook.inputs import read_plan
from xl_perlas.workbook.native_weights import GroupCells, Voice, passes, random_table
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.plan import AHP, PESOS, Plan, ref
from xl_perlas.workbook.recalc import recalculate
from xl_perlas.workbook.sheets import ahp

ADDIN = ("PERLAS_", "AHP_")


def words(value: object) -> object:
    """A judgement as the dropdown writes it."""
    return scale_words()[Fraction(value)] if isinstance(value, int | str) else value


def new_book(path: Path, profile: str = "woccu", judgements: str = "tulcan_2016") -> tuple[Path, Plan]:
    create(path, periods=("2020", "2021"), profile=profile, judgements=judgements)
    return path, read_plan(Package.open(path))


def block(plan: Plan, expert: int, group: str) -> plan_ahp.Block:
    return next(b for b in plan_ahp.blocks(plan, expert) if b.group == group)


def judge(path: Path, plan: Plan, expert: int, judgements: dict[str, object]) -> None:
    """Type judgements: `{"P1/P3": 5, "R/A": "1/3", "P/E": None}`."""
    package = Package.open(path)
    sheet = package.sheet(AHP)
    for pair, value in judgements.items():
        row, column = pair.split("/")
        where = block(plan, expert, row[0] if len(row) > 1 else COMPONENTS_GROUP)
        i, j = where.criteria.index(row), where.criteria.index(column)
        sheet.set_value(where.cell(i, j), words(value))
    package.save()


def set_cell(path: Path, sheet: str, cell: str, value: object) -> None:
    package = Package.open(path)
    package.sheet(sheet).set_value(cell, value)
    package.save()


def choose(path: Path, row: int, value: object) -> None:
    set_cell(path, AHP, ref(plan_ahp.CHOICE_COLUMN, row), value)


def value(path: Path, sheet: str, row: int, column: int) -> Any:
    return Package.open(path).sheet(sheet).cell(ref(column, row)).value


def native_weights(path: Path, plan: Plan) -> dict[str, Any]:
    """Native weights of components and, inside their component, of indicators."""
    sheet = Package.open(path).sheet(PESOS)
    rows = plan_weights.places(plan)
    return {key: sheet.cell(ref(plan_weights.NATIVE, row)).value for key, row in rows.items()}


def formula_cells(path: Path, sheet: str) -> Iterator[tuple[int, int, str]]:
    for row in openpyxl.load_workbook(path)[sheet].iter_rows():
        for cell in row:
            if cell.data_type == "f":
                yield cell.row, cell.column, str(cell.value)


# --- native parity in LibreOffice -------------------------------------------------------------------------------------

_READ = """
document = desktop.loadComponentFromURL(url(arguments["path"]), "_blank", 0, (prop("Hidden", True),))
if arguments["recalculate"]:
    document.calculateAll()
found = []
for sheet, row, column in arguments["cells"]:
    cell = document.Sheets.getByName(sheet).getCellByPosition(column - 1, row - 1)
    if cell.getError():
        found.append({32767: "#N/A", 532: "#DIV/0!", 502: "#NUM!", 519: "#VALUE!"}.get(cell.getError(), "#ERROR"))
    elif cell.Type.value == "FORMULA" and cell.FormulaResultType2 == 1 or cell.Type.value == "VALUE":
        found.append(cell.Value)
    else:
        found.append(cell.String)
document.close(True)
answer(found)
"""

_EXPERT_2 = {
    "P/E": 3, "P/R": 1, "P/A": "1/5", "E/R": 2, "R/L": 4, "A/S": 7, "L/S": "1/2",
    "P1/P2": "1/3", "P1/P4": 5, "P2/P4": 9, "P4/P5": 3, "L1/L2": "1/7", "S1/S2": 8, "S2/S4": "1/9",
}  # fmt: skip
#: name -> method, index table, judgements changed for expert 1, judgements of expert 2, weights of both
CASES: dict[str, tuple[str, str, dict[str, object], dict[str, object], tuple[object, object]]] = {
    "thesis": ("eigenvector", "saaty", {}, {}, (None, None)),
    "geometric mean": ("geometric_mean", "tabla7", {}, {}, (None, None)),
    "column mean": ("column_mean", "formula_1_98", {}, {}, (None, None)),
    "two experts": ("eigenvector", "formula_1_98", {}, _EXPERT_2, (2, 0.5)),
    "an expert without weight": ("column_mean", "saaty", {}, _EXPERT_2, (None, 0)),
    "missing": ("eigenvector", "saaty", {"R1/R3": None, "R5/R9": None, "P/A": None, "P1/P3": None}, {}, (3, None)),
    "missing, geometric": ("geometric_mean", "saaty", {"R1/R3": None, "L1/L2": None}, {}, (None, None)),
    "numbers": ("eigenvector", "saaty", {"P1/P3": 2.5, "R/A": 4.0, "L1/L3": 0.25}, {}, (None, None)),
}


@pytest.fixture(scope="module")
def office() -> Any:
    with running_office() as running:
        yield running


def native_places(path: Path, plan: Plan) -> list[tuple[str, int, int]]:
    """Formula cells that do not rest on the add-in: it is not there."""
    products = {(row, plan_weights.ADDIN) for row in range(plan.indicator_first_row, plan_weights.total_row(plan) + 1)}
    products.add((plan_weights.total_row(plan), plan_weights.DIFFERENCE))
    light = (3, 1)
    return [
        (sheet, row, column)
        for sheet in (PESOS, AHP)
        for row, column, text in formula_cells(path, sheet)
        if not any(name in text for name in ADDIN)
        and not text.startswith("=IF(ISNUMBER(") | (sheet == PESOS and (row, column) in products)
        and (row, column) != light
    ] + [(PESOS, row, plan_weights.NOTE) for row in plan.indicator_rows.values()]


def check_native(office: Office, path: Path, plan: Plan) -> int:
    """Cells spoilt on purpose and recalculated by LibreOffice are what was stored before; how many were compared."""
    places = native_places(path, plan)
    expected = office.run(_READ, {"path": str(path), "cells": places, "recalculate": False})
    package = Package.open(path)
    for sheet, row, column in places:
        assert package.sheet(sheet).set_cached(f"{get_column_letter(column)}{row}", 123456.0)
    package.save()
    found = office.run(_READ, {"path": str(path), "cells": places, "recalculate": True})
    for place, new, old in zip(places, found, expected, strict=True):
        if isinstance(old, str):
            assert new == old, place
        else:
            assert new == pytest.approx(old, rel=1e-9, abs=1e-12), place
    return len(places)


@pytest.mark.office
@pytest.mark.parametrize("case", CASES)
def test_native_cells_are_what_libreoffice_computes(case: str, office: Office, tmp_path: Path) -> None:
    method, table, first, second, (weight, other) = CASES[case]
    path, plan = new_book(tmp_path / "x.xlsx")
    choose(path, plan_ahp.METHOD_ROW, method)
    choose(path, plan_ahp.TABLE_ROW, table)
    judge(path, plan, 0, first)
    judge(path, plan, 1, second)
    for expert, typed in ((0, weight), (1, other)):
        if typed is not None:
            choose(path, plan_ahp.effective_row(plan, expert) - 1, float(str(typed)))
    recalculate(path)
    assert check_native(office, path, plan) > 6500
