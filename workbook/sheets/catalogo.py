"""Catálogo: the trial balance. People paste codes, names and balances; the entity's data come from Datos."""

from __future__ import annotations

import datetime as dt

from openpyxl.styles import Alignment
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.balance import Balance
from xl_perlas.chart import ENTITY_DATA, ENTITY_DATA_NAMES
from xl_perlas.workbook.plan import CATALOGO, DATOS, HEADER_ROW, Plan, ref
from xl_perlas.workbook.sheets import common, datos
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import style
from xl_perlas.workbook.view import View

NAME = CATALOGO

#: Stands where the source had a figure that could not be read.
UNREADABLE = "ilegible"


def formulas(plan: Plan) -> Cells:
    """Rows of entity data, brought from Datos so that one table holds everything that formulas read."""
    cells: Cells = {}
    for i in range(len(ENTITY_DATA)):
        for k in range(plan.capacity):
            source = f"{DATOS}!{ref(plan.catalog_column(k), datos.FIRST_ROW + i)}"
            cells[(plan.entity_first_row + i, plan.catalog_column(k))] = f'=IF({source}="","",{source})'
    return common.light(cells)


def results(view: View) -> Cells:
    """What those rows show."""
    cells: Cells = {}
    for i, code in enumerate(ENTITY_DATA):
        for k in range(view.plan.capacity):
            value = datos.given(view, code, k)
            cells[(view.plan.entity_first_row + i, view.plan.catalog_column(k))] = "" if value is None else value
    return common.light(cells, view.state)


def build(sheet: Worksheet, plan: Plan, periods: list[object], balance: Balance | None) -> None:
    """The empty table, or the table filled with `balance`."""
    common.start(
        sheet, "entradas", "Catálogo de cuentas y saldos",
        "Pegue aquí el balance: una fila por cuenta, una columna por periodo. Escriba el año o la fecha de cierre "
        f"en la fila {HEADER_ROW}.",
    )  # fmt: skip
    common.header(sheet, "entradas", ["Código", "Cuenta"])
    for k in range(plan.capacity):
        value = periods[k] if k < len(periods) else None
        common.put(sheet, HEADER_ROW, plan.catalog_column(k), value, style("entrada"))
        if isinstance(value, dt.date):
            sheet.cell(HEADER_ROW, plan.catalog_column(k)).number_format = "dd/mm/yyyy"
    _entity_rows(sheet, plan)
    note = f"Balance: pegue desde la fila {plan.data_first_row}"
    common.section(sheet, plan.data_note_row, note, plan.catalog_column(plan.capacity - 1))
    _data_rows(sheet, plan, periods, balance)
    _validation(sheet, plan)
    common.widths(sheet, {1: 16, 2: 52, **{plan.catalog_column(k): 15 for k in range(plan.capacity)}})
    common.hide(sheet, [plan.catalog_column(plan.capacity)])
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(plan.catalog_first_period, HEADER_ROW + 1))


def entity_name(code: str) -> str:
    """What stands beside the code of a figure that comes from Datos."""
    return f"{ENTITY_DATA_NAMES[code]} (viene de Datos)"


def _entity_rows(sheet: Worksheet, plan: Plan) -> None:
    for i, code in enumerate(ENTITY_DATA):
        row = plan.entity_first_row + i
        common.put(sheet, row, 1, code, style("calculo", "texto"))
        sheet.cell(row, 1).alignment = Alignment(vertical="center", shrink_to_fit=True)
        common.put(sheet, row, 2, entity_name(code), style("calculo"))
        for k in range(plan.capacity):
            common.put(sheet, row, plan.catalog_column(k), None, style("calculo", "monto"))


def _data_rows(sheet: Worksheet, plan: Plan, periods: list[object], balance: Balance | None) -> None:
    code_style, name_style, money = style("entrada", "texto"), style("entrada"), style("entrada", "monto")
    accounts = [c for c in balance.chart.codes if c not in ENTITY_DATA] if balance else []
    rows = balance.chart.row if balance else {}
    for i in range(plan.rows):
        row = plan.data_first_row + i
        code = accounts[i] if i < len(accounts) else None
        common.put(sheet, row, 1, code, code_style)
        common.put(sheet, row, 2, balance.name(code) if balance and code else None, name_style)
        for k in range(plan.capacity):
            figure = balance.values[k][rows[code]] if balance and code and k < len(periods) else None
            # a figure that could not be read must not be taken for an account that is not there
            value = UNREADABLE if figure is not None and figure != figure else figure
            cell = sheet.cell(row, plan.catalog_column(k), value)
            cell.style = money


def _validation(sheet: Worksheet, plan: Plan) -> None:
    last = plan.catalog_column(plan.capacity - 1)
    block = f"{ref(plan.catalog_first_period, plan.data_first_row)}:{ref(last, plan.data_last_row)}"
    number = DataValidation(
        showErrorMessage=True, type="decimal", operator="between", formula1="-1E15", formula2="1E15", allow_blank=True,
    )
    number.errorTitle, number.error = "Saldo", "Escriba un número; deje vacía la celda si la cuenta no figura."
    number.add(block)
    period = DataValidation(
        showErrorMessage=True, type="decimal", operator="between", formula1="1900", formula2="80000", allow_blank=True,
    )
    period.errorTitle, period.error = "Periodo", "Escriba un año (2024) o la fecha de cierre (31/12/2024)."
    period.add(f"{ref(plan.catalog_first_period, HEADER_ROW)}:{ref(last, HEADER_ROW)}")
    sheet.add_data_validation(number)
    sheet.add_data_validation(period)
