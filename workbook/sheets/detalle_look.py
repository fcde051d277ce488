"""How sheet Detalle looks: the choice, its summary, and rows that take a colour when they hold an account."""

from __future__ import annotations

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.workbook import names
from xl_perlas.workbook import plan_detail as pd
from xl_perlas.workbook.plan import INDICADORES, Plan, ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.indicadores import UNIT
from xl_perlas.workbook.styles import FONT, INK, MUTED, error_rule, light_rules, rule, style


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, areas and styles."""
    common.start(
        sheet, "calculo", "Detalle de un indicador",
        "Elija indicador y periodo: cada cuenta con su coeficiente, su saldo y lo que aporta, hasta el valor.",
    )  # fmt: skip
    _summary_look(sheet, plan)
    _rows_look(sheet)
    _list_look(sheet)
    common.widths(sheet, dict(enumerate((14, 26, 50, 12, 12, 18, 18, 12, 3, 3), pd.PART)))
    common.widths(sheet, dict(enumerate((10, 6, 10, 10, 14, 26, 9, 12, 9), pd.INDICATOR)))
    common.finish(sheet, repeat_rows=f"{pd.HEADER}:{pd.HEADER}")  # frozen, the summary would fill a small screen
    sheet.print_area = f"A1:{ref(pd.LISTED, pd.FIRST_ROW + 119)}"


_UNITS = {pd.NUMERATOR_ROW: "monto", pd.DENOMINATOR_ROW: "monto", pd.VALUE_ROW: "%", pd.OTHER_ROW: "%"}
_PLAIN, _NO_BORDER = PatternFill(fill_type=None), Border()
_LABELS = (
    "Indicador", "Periodo", "Nombre", "Fórmula en palabras", "Fuente", "Nota del último recálculo",
    "Otras cuentas de la definición que el plan no trae (valen cero)", "Numerador", "Denominador",
    "Valor según estas cuentas", "Valor en Indicadores", "¿Coinciden?",
)  # fmt: skip
_HELPERS = ("Posición del periodo", "Primera fila en la lista", "Cuentas", "Tipo (1 cociente, 2 crecimiento, 3 monto)",
            "Fila en Indicadores")  # fmt: skip


def _summary_look(sheet: Worksheet, plan: Plan) -> None:
    for i, label in enumerate(_LABELS):
        row = pd.INDICATOR_ROW + i
        last = pd.AMOUNT - 1 if row <= pd.MATRIX_ROW else pd.LISTED
        common.put(sheet, row, pd.PART, label, style("rotulo"))
        common.put(sheet, row, pd.CODE, None, style("rotulo"))
        common.merge(sheet, row, pd.PART, pd.CODE)
        kind = "entrada" if row <= pd.PERIOD_ROW else "rotulo" if row <= pd.NOTE_ROW else "resultado"
        unit = _UNITS.get(row, "")
        for column in range(pd.VALUE, last + 1):
            common.put(sheet, row, column, None, style(kind, unit))
        common.merge(sheet, row, pd.VALUE, last)
        sheet.cell(row, pd.VALUE).alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        sheet.row_dimensions[row].height = 30 if pd.WORDS_ROW <= row <= pd.UNLISTED_ROW else 18
    for i, label in enumerate(_HELPERS):
        common.put(sheet, pd.POSITION_ROW + i, pd.AMOUNT, label, style("rotulo"))
        common.put(sheet, pd.POSITION_ROW + i, pd.HELPER, None, style("calculo"))
    sheet.cell(pd.PERIOD_ROW, pd.VALUE).number_format = common.PERIOD_FORMAT
    keys = f"{INDICADORES}!{span(1, plan.indicator_first_row + 1, plan.indicator_last_row)}"
    for cell, choices in ((pd.INDICATOR_ROW, keys), (pd.PERIOD_ROW, names.PERIODS)):
        choice = DataValidation(showErrorMessage=True, type="list", formula1=f"={choices}", allow_blank=False)
        choice.add(ref(pd.VALUE, cell))
        sheet.add_data_validation(choice)
    units = span(UNIT, plan.indicator_first_row, plan.indicator_last_row)
    unit = f"INDEX({INDICADORES}!{units},{pd.fixed(pd.MATRIX_ROW, pd.HELPER)})"
    money = DifferentialStyle(numFmt=NumberFormat(numFmtId=190, formatCode="#,##0.00"))
    place = f"{ref(pd.VALUE, pd.VALUE_ROW)}:{ref(pd.VALUE, pd.OTHER_ROW)}"
    sheet.conditional_formatting.add(place, Rule(type="expression", dxf=money, formula=[f'{unit}<>"%"']))
    error_rule(sheet, place, ref(pd.VALUE, pd.VALUE_ROW))
    light_rules(sheet, ref(pd.VALUE, pd.SAME_ROW))


def _rows_look(sheet: Worksheet) -> None:
    common.header(
        sheet, "calculo",
        ["Parte", "Cuenta", "Nombre", "Periodo", "Coeficiente", "Saldo", "Aporte", "En el plan"], pd.HEADER,
    )  # fmt: skip
    kinds = ("texto", "texto", "", "", "", "monto", "monto", "")
    for row in range(pd.FIRST_ROW, pd.FIRST_ROW + pd.ROWS):
        for column, unit in enumerate(kinds, 1):
            common.put(sheet, row, column, None, style("calculo", unit))
            sheet.cell(row, column).fill, sheet.cell(row, column).border = _PLAIN, _NO_BORDER
        sheet.cell(row, pd.PERIOD).number_format = common.PERIOD_FORMAT
        sheet.cell(row, pd.COEFFICIENT).number_format = "0.######"
    first, last = pd.FIRST_ROW, pd.FIRST_ROW + pd.ROWS - 1
    block = f"A{first}:{ref(pd.LISTED, last)}"
    absent = f"OR(${ref(pd.LISTED, first)}=\"{pd.LISTED_WORDS[0]}\",${ref(pd.LISTED, first)}=\"{pd.LISTED_WORDS[1]}\")"
    rule(sheet, block, absent, "EDEFF2", "6B7280")
    rule(sheet, block, f'$A{first}<>""', "F4F6F9", INK)


def _list_look(sheet: Worksheet) -> None:
    title = "Cuentas de cada indicador, según el último recálculo: de aquí elige la tabla de la izquierda"
    common.put(sheet, pd.LIST_HEADER - 1, pd.INDICATOR, title, "xlp_proposito")
    common.header(
        sheet, "calculo",
        ["Indicador", "Tipo", "No figuran", "Indicador", "Parte", "Cuenta", "Periodo previo", "Coeficiente",
         "Se anualiza"], pd.LIST_HEADER, pd.INDICATOR,
    )  # fmt: skip
    sheet.row_dimensions[pd.LIST_HEADER].height = 18
    for column in range(pd.INDICATOR, pd.YEARLY + 1):  # cells that recalculating adds take their column's style
        sheet.column_dimensions[get_column_letter(column)].font = Font(name=FONT, size=9, color=MUTED)
