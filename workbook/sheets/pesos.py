"""Pesos."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.workbook.plan import PESOS, Plan
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.view import View

NAME = PESOS


def formulas(plan: Plan) -> Cells:
    """Formula of each cell that has one."""
    return common.light({})


def results(view: View) -> Cells:
    """What they show."""
    return common.light({}, view.state)


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels and styles."""
    common.start(sheet, "calculo", "Pesos", "")
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet)


def defined(plan: Plan) -> dict[str, str]:
    return {}
