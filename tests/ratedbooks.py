"""Workbooks with a rating for tests: made, read and changed as people would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from books import ShownBook, plan_of
from openpyxl.utils import get_column_letter

from xl_perlas.balance import Balance
from xl_perlas.load import load_profile, with_parameters
from xl_perlas.report import calculate
from xl_perlas.workbook import perlas, plan_ahp
from xl_perlas.workbook.build import create
from xl_perlas.workbook.inputs import read_inputs
from xl_perlas.workbook.package import Package
from xl_perlas.workbook.sheets import calificacion, decisiones
from xl_perlas.workbook.view import View


def rated(path: Path, balance: Balance) -> Path:
    """A workbook with the judgements of the Tulcán thesis."""
    profile = with_parameters(load_profile(), "banco_indigena_2013")
    return create(path, balance=balance, profile=profile, judgements="tulcan_2016")


def view_of(path: Path) -> View:
    inputs = read_inputs(Package.open(path))
    return perlas.make_view(inputs, calculate(inputs.balance, inputs.profile, inputs.catalog))


def cells(path: Path, sheet: str = calificacion.NAME) -> Any:
    return ShownBook(path)[sheet]


def write(path: Path, sheet: str, cell: str, value: object) -> None:
    package = Package.open(path)
    package.sheet(sheet).set_value(cell, value)
    package.save()


def choose_policy(path: Path, policy: str) -> None:
    write(path, "AHP", f"{get_column_letter(plan_ahp.CHOICE_COLUMN)}{plan_ahp.POLICY_ROW}", policy)


def choose_period(path: Path, period: int) -> None:
    write(path, "Decisiones", f"C{decisiones.CHOICE_ROW}", period)


def judge(path: Path, value: object) -> None:
    """Protección against Estructura, in the first expert's matrix of components."""
    block = next(plan_ahp.blocks(plan_of(path), 0))
    write(path, "AHP", block.cell(0, 1), value)
