"""Datos: figures of the entity that no account holds (members, losses to be written off, …)."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.balance import Balance
from xl_perlas.chart import ENTITY_DATA, ENTITY_DATA_NAMES
from xl_perlas.formula import names as formula_names
from xl_perlas.workbook.plan import CATALOGO, DATOS, HEADER_ROW, Plan, quoted, ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import style
from xl_perlas.workbook.view import View

NAME = DATOS
FIRST_ROW = HEADER_ROW + 1


def typed_period(plan: Plan, k: int) -> str:
    """The cell of Catálogo where the period of column `k` is typed."""
    return f"{quoted(CATALOGO)}!{ref(plan.catalog_column(k), HEADER_ROW, fix_row=True)}"


def period_headers(plan: Plan, column: int, row: int = HEADER_ROW) -> Cells:
    """Headings that repeat the periods typed on Catálogo, one a column from `column` on."""
    cells: Cells = {}
    for k in range(plan.capacity):
        typed = typed_period(plan, k)
        cells[(row, column + k)] = f'=IF({typed}="","",{typed})'
    return cells


def header_results(view: View, column: int, row: int = HEADER_ROW) -> Cells:
    """What those headings show."""
    return {(row, column + k): "" if h is None else h for k, h in enumerate(view.headers)}


def given(view: View, code: str, k: int) -> float | None:
    """What the entity gave for `code` in column `k`."""
    position = view.position(k)
    row = view.report.balance.chart.row.get(code)
    if position is None or row is None:
        return None
    value = view.report.balance.values[position][row]
    return None if value is None or value != value else value


def formulas(plan: Plan) -> Cells:
    """Period headings."""
    return common.light(period_headers(plan, plan.catalog_first_period))


def results(view: View) -> Cells:
    """What they show."""
    return common.light(header_results(view, view.plan.catalog_first_period), view.state)


def build(sheet: Worksheet, plan: Plan, periods: list[object], balance: Balance | None) -> None:
    """One row a figure, with what it is for."""
    common.start(
        sheet, "entradas", "Datos de la entidad",
        "Cifras que el balance no trae. Deje vacío lo que no tenga: vacío es «no se sabe», cero es «no hay».",
    )  # fmt: skip
    common.header(sheet, "entradas", ["Código", "Dato"])
    common.period_header(sheet, "entradas", plan.catalog_first_period, plan.capacity)
    for i, code in enumerate(ENTITY_DATA):
        common.put(sheet, FIRST_ROW + i, 1, code, style("rotulo", "texto"))
        use = f"{ENTITY_DATA_NAMES[code]}. Lo usan: {_users(plan, code)}"
        common.put(sheet, FIRST_ROW + i, 2, use, style("rotulo"))
        sheet.row_dimensions[FIRST_ROW + i].height = 30
        for k in range(plan.capacity):
            value = None
            if balance and code in balance.chart.row and k < len(periods):
                value = balance.values[k][balance.chart.row[code]]
            common.put(sheet, FIRST_ROW + i, plan.catalog_column(k), value, style("entrada", "monto"))
    last = ref(plan.catalog_column(plan.capacity - 1), FIRST_ROW + len(ENTITY_DATA) - 1)
    rule = DataValidation(
        showErrorMessage=True, type="decimal", operator="between", formula1="-1E15", formula2="1E15", allow_blank=True,
    )
    rule.errorTitle, rule.error = "Dato", "Escriba un número; deje vacía la celda si no lo tiene."
    rule.add(f"{ref(plan.catalog_first_period, FIRST_ROW)}:{last}")
    sheet.add_data_validation(rule)
    common.widths(sheet, {1: 30, 2: 62, **{plan.catalog_column(k): 15 for k in range(plan.capacity)}})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(plan.catalog_first_period, FIRST_ROW))


def _users(plan: Plan, code: str) -> str:
    """Indicators whose formula reaches the line that holds `code`."""
    holders = {line.id for line in plan.lines if code in line.accounts}
    grown = True
    while grown:
        more = {n.id for n in plan.lines if n.formula and holders & set(formula_names(n.formula))} - holders
        holders |= more
        grown = bool(more)
    users = [
        i.id
        for i in plan.indicators
        if holders & {n for node in (i.numerator, i.denominator) if node for n in formula_names(node)}
    ]
    return ", ".join(users) or "ningún indicador de este perfil"
