"""How sheet Supervisión looks: labels, styles and colours; charts below the table."""

from __future__ import annotations

import math

from openpyxl.styles import Alignment
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import Indicator
from xl_perlas.supervision import Average
from xl_perlas.supervision_load import load_supervision
from xl_perlas.words import indicator_words, line_words
from xl_perlas.workbook import plan_supervision
from xl_perlas.workbook.plan import HEADER_ROW, SPARE_PERIODS, Plan, ref
from xl_perlas.workbook.plan_supervision import (
    CATALOG_ROW,
    ID,
    PAGE,
    RULE_COLUMN,
    RULE_ROW,
    TITLE,
    UNIT,
    USED_ROW,
    WORDS,
    Block,
    Helper,
    average_rows,
    block_column,
    catalogs_of,
    check_row,
    groups,
    heading_rows,
    helper_row,
    members,
    ratio_rows,
)
from xl_perlas.workbook.sheets import common, supervision_charts
from xl_perlas.workbook.sheets.auditoria import ONE_SIDE
from xl_perlas.workbook.styles import RED, RED_FILL, error_rule, rule, style
from xl_perlas.workbook.view import SAME

#: A difference of nothing is shown as such.
GAP_FORMAT = "[=0]0;0.0E+00"
_WIDTHS = {ID: 15, TITLE: 42, WORDS: 56, UNIT: 8, PAGE: 32}
_COLUMN, _NOTE = 12, 70
#: Characters that a page shows at a size that can be read.
_PAGE_WIDTH = 240
_BLOCKS = {
    Block.VALUE: "Valor (función del complemento)",
    Block.NATIVE: "Con una fórmula nativa",
    Block.GAP: "Diferencia (relativa si pasa de 1)",
    Block.MISSING: "Cuentas sin dato al recalcular",
    Block.NOTE: "Nota del último recálculo",
}
_RULES = {
    Average.YEAR_END: "la media del diciembre anterior y el periodo",
    Average.MONTHLY: "la media de todos los meses, del diciembre anterior al periodo, como publica el supervisor",
}
_CATALOG = ("", "Catálogo de cuentas del periodo", "El que muestran sus cuentas, según el último recálculo.", "", "")
_HELPERS = {
    Helper.CLOSED: ("Año cerrado", "1 en un diciembre con resultado en 3603 o 3604: ya está en el patrimonio."),
    Helper.EMPTIED: ("Cuentas 4 y 5 en cero por el cierre", "1: lo que pide ingresos o gastos no se puede calcular."),
    Helper.MONTHS: ("Meses que hay en el libro", "Del diciembre anterior al periodo; el mensual los pide todos."),
    Helper.FIRST_MONTH: ("Primera columna de esos meses", "Para el promedio mensual de la función."),
    Helper.LAST_MONTH: ("Última columna de esos meses", "Para el promedio mensual de la función."),
    Helper.OPTIONS: ("Opciones", "Texto que reciben las funciones SEPS_INDICADOR del periodo."),
}


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels and styles; charts below."""
    common.start(
        sheet, "calculo", "Indicadores de supervisión",
        "Lo que el supervisor publica de cada cooperativa. Un indicador que el catálogo del periodo no tiene es #N/A.",
    )  # fmt: skip
    common.header(sheet, "calculo", ["Id", "Indicador", "Fórmula en palabras", "Unidad", "Fuente"])
    for block, title in _BLOCKS.items():
        common.put(sheet, HEADER_ROW - 1, block_column(plan, block, 0), title, "xlp_proposito")
        common.period_header(sheet, "calculo", block_column(plan, block, 0), plan.capacity)
        width = _NOTE if block is Block.NOTE else _COLUMN
        common.widths(sheet, {block_column(plan, block, k): width for k in range(plan.capacity)})
        common.widths(sheet, {block_column(plan, block, plan.capacity): 2})
    common.widths(sheet, _WIDTHS)
    _rule_rows(sheet)
    _row(sheet, plan, CATALOG_ROW, _CATALOG, "texto")
    common.section(sheet, helper_row(Helper.CLOSED) - 1, "En qué se apoya el cálculo de cada periodo", PAGE)
    for one, (label, how) in _HELPERS.items():
        _row(sheet, plan, helper_row(one), ("", label, how, "", ""), "")
    for k in range(plan.capacity):  # a long text that no cell can show whole: what fits, and no more
        at = sheet.cell(helper_row(Helper.OPTIONS), block_column(plan, Block.NATIVE, k))
        at.alignment = Alignment(horizontal="fill", vertical="center")
    _average_rows(sheet, plan)
    last, rows = block_column(plan, Block.NOTE, plan.capacity - 1), ratio_rows()
    for group, row in heading_rows(rows).items():
        common.section(sheet, row, groups()[group].name, last)
        for key, indicator in members(group).items():
            _ratio_row(sheet, plan, key, indicator, rows[key])
    _check_row(sheet, plan)
    _conditional(sheet, plan)
    supervision_charts.build(sheet, plan)
    common.finish(sheet, ref(WORDS, HEADER_ROW + 1))
    sheet.print_area = f"A1:{ref(block_column(plan, Block.NATIVE, plan.capacity - 1), plan_supervision.last_row())}"
    # a long series on one page could not be read: the ids and names are repeated on each
    wide = sum(_WIDTHS.values()) + 2 * _COLUMN * (plan.capacity - SPARE_PERIODS)
    sheet.page_setup.fitToWidth = math.ceil(wide / _PAGE_WIDTH)
    sheet.print_title_cols = f"A:{ref(TITLE, 1)[:-1]}"


def _rule_rows(sheet: Worksheet) -> None:
    """The rule of averages to choose, and the one in use."""
    texts = {
        RULE_ROW: ("Promedio (elija)", str(Average.YEAR_END), "entrada"),
        USED_ROW: ("Promedio en uso", None, "calculo"),
    }
    for row, (label, value, kind) in texts.items():
        for column in range(ID, PAGE + 1):
            common.put(sheet, row, column, None, style("rotulo"))
        common.put(sheet, row, TITLE, label, style("rotulo"))
        common.put(sheet, row, RULE_COLUMN, value, style(kind))
        sheet.merge_cells(start_row=row, start_column=UNIT, end_row=row, end_column=PAGE)
        sheet.row_dimensions[row].height = 32
    for row, average in ((RULE_ROW, Average.YEAR_END), (USED_ROW, Average.MONTHLY)):
        common.put(sheet, row, UNIT, f"{average}: {_RULES[average]}.", style("rotulo"))
    choices = DataValidation(type="list", formula1=f'"{",".join(Average)}"', allow_blank=False, showErrorMessage=True)
    choices.errorTitle, choices.error = "Promedio", f"Elija {' o '.join(Average)}."
    choices.add(ref(RULE_COLUMN, RULE_ROW))
    sheet.add_data_validation(choices)


def _average_rows(sheet: Worksheet, plan: Plan) -> None:
    profile = load_supervision().profile
    for line, (balance, average) in average_rows().items():
        one = profile.lines[line]
        _row(sheet, plan, balance, (line, one.name, line_words(profile, one), "USD", str(one.source)), "monto")
        _row(sheet, plan, average, (line, f"{one.name}, promedio", "Según el promedio en uso.", "USD", ""), "monto")
        for k in range(plan.capacity):
            common.put(sheet, balance, block_column(plan, Block.MISSING, k), 1, style("calculo"))


def _row(sheet: Worksheet, plan: Plan, row: int, labels: tuple[str, ...], unit: str) -> None:
    """A helper: labels, and a cell a period in the native block."""
    for column, text in enumerate(labels, 1):
        common.put(sheet, row, column, text, style("rotulo", "texto" if column == ID else ""))
    common.fit_height(sheet, row, [(text, _WIDTHS[column]) for column, text in enumerate(labels, 1)])
    for k in range(plan.capacity):
        common.put(sheet, row, block_column(plan, Block.NATIVE, k), None, style("calculo", unit))


def _ratio_row(sheet: Worksheet, plan: Plan, key: str, indicator: Indicator, row: int) -> None:
    catalogs = catalogs_of(key)
    words = indicator_words(load_supervision(catalogs[0]).profile, indicator)
    only = f" (solo catálogo {catalogs[0]})" if len(catalogs) == 1 else ""
    texts = (key, indicator.name + only, words, indicator.unit, str(indicator.source))
    for column, text in enumerate(texts, 1):
        common.put(sheet, row, column, text, style("rotulo", "texto" if column == ID else ""))
    common.fit_height(sheet, row, [(text, _WIDTHS[column]) for column, text in enumerate(texts, 1)], 30)
    kinds = {
        Block.VALUE: ("resultado", indicator.unit), Block.NATIVE: ("calculo", indicator.unit),
        Block.GAP: ("control", ""), Block.MISSING: ("calculo", ""), Block.NOTE: ("rotulo", ""),
    }  # fmt: skip
    for k in range(plan.capacity):
        for block, (kind, unit) in kinds.items():
            initial = 1 if block is Block.MISSING else None
            common.put(sheet, row, block_column(plan, block, k), initial, style(kind, unit))
        sheet.cell(row, block_column(plan, Block.GAP, k)).number_format = GAP_FORMAT


def _check_row(sheet: Worksheet, plan: Plan) -> None:
    row = check_row()
    common.put(sheet, row, TITLE, "Cuántos difieren entre función y fórmula (Diferencia)", style("rotulo"))
    common.put(sheet, row, WORDS, None, style("control"))
    sheet.row_dimensions[row].height = 30
    for k in range(plan.capacity):
        common.put(sheet, row, block_column(plan, Block.GAP, k), None, style("control"))


def _conditional(sheet: Worksheet, plan: Plan) -> None:
    rows = ratio_rows().values()

    def area(block: Block, first: int = min(rows), last: int = max(rows)) -> tuple[str, str]:
        start = ref(block_column(plan, block, 0), first)
        return f"{start}:{ref(block_column(plan, block, plan.capacity - 1), last)}", start

    for block in (Block.VALUE, Block.NATIVE):
        error_rule(sheet, *area(block))
    averages = average_rows().values()
    error_rule(sheet, *area(Block.NATIVE, min(averages)[0], max(averages)[1]))
    gap_rules(sheet, *area(Block.GAP))


def gap_rules(sheet: Worksheet, cells: str, first: str) -> None:
    """Red where the add-in's value is not the native one, or only one of them is there."""
    rule(sheet, cells, f'OR({first}="{ONE_SIDE}",N({first})>{SAME:.0E})', RED_FILL, RED)
