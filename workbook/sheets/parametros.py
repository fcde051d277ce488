"""Parámetros: what the user sets once, with source and date: catalogue, market rates, inflation, provisions."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.workbook import names
from xl_perlas.workbook.plan import DEFINICIONES, PARAMETROS, Plan, ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.styles import style
from xl_perlas.workbook.view import View

NAME = PARAMETROS
VALUE = 6
ENTITY_ROW, PROFILE_ROW, CHOICE_ROW, IN_USE_ROW = 6, 7, 8, 9
HEADER_ROW = 12


def formulas(plan: Plan) -> Cells:
    """The catalogue in force, and the years after the first."""
    choice = ref(VALUE, CHOICE_ROW)
    cells: Cells = {(IN_USE_ROW, VALUE): f'=IF({choice}="auto",{DEFINICIONES}!$J$9,{choice})'}
    for k in range(1, plan.capacity):
        cells[(HEADER_ROW, plan.year_first_column + k)] = f"={ref(plan.year_first_column + k - 1, HEADER_ROW)}+1"
    return common.light(cells)


def results(view: View) -> Cells:
    """What they show."""
    cells: Cells = {(IN_USE_ROW, VALUE): view.report.choice.catalog.id}
    first = view.parameter_years[0] or 0
    for k in range(1, view.plan.capacity):
        cells[(HEADER_ROW, view.plan.year_first_column + k)] = first + k
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


def _validation(sheet: Worksheet, plan: Plan) -> None:
    catalog = DataValidation(type="list", formula1='"auto,sbs,seps"', allow_blank=False)
    catalog.add(ref(VALUE, CHOICE_ROW))
    rows = plan.parameter_rows.values()
    rate = DataValidation(type="decimal", operator="between", formula1="-1", formula2="10", allow_blank=True)
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
    }


NAME_QUOTED = f"'{PARAMETROS}'"


def _fixed(row: int) -> str:
    return ref(VALUE, row, fix_column=True, fix_row=True)
