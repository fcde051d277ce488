"""Parámetros: what the user sets once, with source and date: catalogue, market rates, inflation, provisions."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import OwnAccount
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import DEFINICIONES, LINEAS, PARAMETROS, Plan, ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import style
from xl_perlas.workbook.view import View

NAME = PARAMETROS
VALUE = 6
ENTITY_ROW, PROFILE_ROW, CHOICE_ROW, IN_USE_ROW = 6, 7, 8, 9
HEADER_ROW = 12
#: Column with an own account as text for the functions.
OWN_TEXT = 5


def formulas(plan: Plan) -> Cells:
    """The catalogue in force, and the years after the first."""
    choice = ref(VALUE, CHOICE_ROW)
    cells: Cells = {(IN_USE_ROW, VALUE): f'=IF({choice}="auto",{DEFINICIONES}!$J$9,{choice})'}
    for k in range(1, plan.capacity):
        cells[(HEADER_ROW, plan.year_first_column + k)] = f"={ref(plan.year_first_column + k - 1, HEADER_ROW)}+1"
    for row in range(plan.own_first_row, plan.own_first_row + plan.own_rows):
        line, code, sign = (ref(c, row) for c in (1, 2, 3))
        cells[(row, OWN_TEXT)] = f'=IF({line}="","",{line}&":"&MID("-+",1+({sign}>0),1)&{code}&",")'
    return common.light(cells)


def own_account_text(own: OwnAccount) -> str:
    """`ingresos_prestamos:+540110,`: an own account as the option `cuentas` of the functions takes it."""
    return f"{own.line}:{'+' if own.coefficient > 0 else '-'}{own.code},"


def results(view: View) -> Cells:
    """What they show."""
    cells: Cells = {(IN_USE_ROW, VALUE): view.report.choice.catalog.id}
    first = view.parameter_years[0] or 0
    for k in range(1, view.plan.capacity):
        cells[(HEADER_ROW, view.plan.year_first_column + k)] = first + k
    for row in range(view.plan.own_first_row, view.plan.own_first_row + view.plan.own_rows):
        cells[(row, OWN_TEXT)] = own_account_text(view.own[row]) if row in view.own else ""
    return common.light(cells, view.state)


def build(sheet: Worksheet, plan: Plan, first_year: int, entity: str, catalog: str) -> None:
    """General choices, and one row a parameter."""
    common.start(
        sheet, "entradas", "Parámetros",
        "Tasas, inflación y porcentajes que usan las metas y las fórmulas. Cada uno con su fuente y su fecha.",
    )  # fmt: skip
    common.section(sheet, 5, "General", plan.year_first_column + plan.capacity - 1)
    general = (
        (ENTITY_ROW, "Entidad", entity, "entrada", ""),
        (PROFILE_ROW, "Perfil de definiciones", f"{plan.profile.id}: {plan.profile.name}", "rotulo",
         "Se elige al crear el libro (xl-perlas nuevo --perfil)."),
        (CHOICE_ROW, "Catálogo de cuentas", catalog, "entrada", "auto: según las cuentas del balance; o sbs, o seps."),
        (IN_USE_ROW, "Catálogo en uso", None, "calculo", "El que usan las líneas de morosidad."),
    )  # fmt: skip
    for row, label, value, kind, note in general:
        common.put(sheet, row, 1, label, style("rotulo"))
        for column in range(2, VALUE):
            common.put(sheet, row, column, note if column == 2 else None, style("rotulo"))
        for column in range(VALUE, plan.year_first_column + plan.capacity):
            common.put(sheet, row, column, value if column == VALUE else None, style(kind, "texto"))
        sheet.merge_cells(
            start_row=row, start_column=VALUE, end_row=row, end_column=plan.year_first_column + plan.capacity - 1
        )
    common.section(sheet, 11, "Tasas y porcentajes (0,05 es 5 %). La columna de un año gana a la general.",
                   plan.year_first_column + plan.capacity - 1)  # fmt: skip
    common.header(sheet, "entradas", ["Id", "Parámetro", "Unidad", "Fuente", "Fecha", "General"], HEADER_ROW)
    common.header(sheet, "entradas", [""] * plan.capacity, HEADER_ROW, plan.year_first_column)
    common.put(sheet, HEADER_ROW, plan.year_first_column, first_year, "xlp_encabezado_entradas")
    _parameter_rows(sheet, plan, first_year)
    _own_accounts(sheet, plan)
    _validation(sheet, plan)
    common.widths(sheet, {1: 27, 2: 50, 3: 8, 4: 56, 5: 24, 6: 12})
    common.widths(sheet, {plan.year_first_column + k: 9 for k in range(plan.capacity)})
    common.hide(sheet, [plan.year_first_column + plan.capacity])
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(3, plan.parameter_first_row), repeat_rows="1:3")


def _parameter_rows(sheet: Worksheet, plan: Plan, first_year: int) -> None:
    for p in plan.parameters:
        row = plan.parameter_rows[p.id]
        common.put(sheet, row, 1, p.id, style("rotulo", "texto"))
        common.put(sheet, row, 2, p.name, style("rotulo"))
        common.put(sheet, row, 3, p.unit, style("rotulo"))
        common.put(sheet, row, 4, p.source, style("entrada"))
        common.put(sheet, row, 5, p.date, style("entrada", "texto"))
        common.put(sheet, row, VALUE, p.value, style("entrada", p.unit))
        sheet.row_dimensions[row].height = 30
        for k in range(plan.capacity):
            value = p.values.get(first_year + k)
            common.put(sheet, row, plan.year_first_column + k, value, style("entrada", p.unit))


def _own_accounts(sheet: Worksheet, plan: Plan) -> None:
    """Where an entity adds accounts of its own to a line: its commissions sit in another account, say."""
    head = plan.own_first_row - 2
    text = "Cuentas propias: cuentas que la entidad agrega a una línea (1) o le quita (-1), con su motivo"
    common.section(sheet, head, text, plan.year_first_column + plan.capacity - 1)
    common.header(sheet, "entradas", ["Línea", "Cuenta", "1 / -1", "Motivo", "Para las funciones"], head + 1)
    last = plan.own_first_row + plan.own_rows - 1
    for row in range(plan.own_first_row, last + 1):
        for column, unit in ((1, "texto"), (2, "texto"), (3, ""), (4, "")):
            common.put(sheet, row, column, None, style("entrada", unit))
        common.put(sheet, row, OWN_TEXT, None, style("calculo", "texto"))
    lines = [plan.line_rows[line.id] for line in plan.profile_lines if line.formula is None]
    choice = DataValidation(
        showErrorMessage=True, type="list", formula1=f"='{LINEAS}'!$A${min(lines)}:$A${max(lines)}", allow_blank=True,
    )
    choice.errorTitle, choice.error = "Línea", "Elija una línea de la lista."
    choice.add(f"A{plan.own_first_row}:A{last}")
    sign = DataValidation(showErrorMessage=True, type="list", formula1='"1,-1"', allow_blank=True)
    sign.add(f"C{plan.own_first_row}:C{last}")
    sheet.add_data_validation(choice)
    sheet.add_data_validation(sign)


def _validation(sheet: Worksheet, plan: Plan) -> None:
    catalog = DataValidation(showErrorMessage=True, type="list", formula1='"auto,sbs,seps"', allow_blank=False)
    catalog.add(ref(VALUE, CHOICE_ROW))
    rows = plan.parameter_rows.values()
    rate = DataValidation(
        showErrorMessage=True, type="decimal", operator="between", formula1="-1", formula2="10", allow_blank=True,
    )
    rate.errorTitle, rate.error = "Parámetro", "Escriba una razón: 0,05 o 5%. Deje vacío lo que no sepa."
    last = plan.year_first_column + plan.capacity - 1
    rate.add(f"{ref(VALUE, min(rows))}:{ref(last, max(rows))}")
    sheet.add_data_validation(catalog)
    sheet.add_data_validation(rate)


def defined(plan: Plan) -> dict[str, str]:
    """Names that other sheets use."""
    return {
        names.ENTITY: f"{NAME_QUOTED}!{_fixed(ENTITY_ROW)}",
        names.CATALOG_CHOICE: f"{NAME_QUOTED}!{_fixed(CHOICE_ROW)}",
        names.CATALOG_IN_USE: f"{NAME_QUOTED}!{_fixed(IN_USE_ROW)}",
        **{
            name: f"{NAME_QUOTED}!{span(column, plan.own_first_row, plan.own_first_row + plan.own_rows - 1)}"
            for column, name in enumerate((names.OWN_LINES, names.OWN_CODES, names.OWN_SIGNS), 1)
        },
    }


NAME_QUOTED = f"'{PARAMETROS}'"


def _fixed(row: int) -> str:
    return ref(VALUE, row, fix_column=True, fix_row=True)
