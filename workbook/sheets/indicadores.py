"""Indicadores: the matrix. Every value stands twice: from the add-in's function and from native formulas."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.formula import Binary, Node, spreadsheet
from xl_perlas.goals import goal_text
from xl_perlas.load import load_profile
from xl_perlas.model import Indicator, Kind
from xl_perlas.words import indicator_words
from xl_perlas.workbook import names
from xl_perlas.workbook.copy_view import as_copy
from xl_perlas.workbook.hosts import is_copy, spelling
from xl_perlas.workbook.plan import AUDITORIA, CATALOGO, HEADER_ROW, INDICADORES, LINEAS, Plan, quoted, ref
from xl_perlas.workbook.sheets import auditoria, common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.sheets.lineas import line_cell
from xl_perlas.workbook.styles import error_rule, style, verdict_rules
from xl_perlas.workbook.view import View

NAME = INDICADORES
ID, TITLE, FORMULA, UNIT, GOAL, DIRECTION, SOURCE = range(1, 8)
_WIDTHS = {ID: 6, TITLE: 40, FORMULA: 52, UNIT: 8, GOAL: 28, DIRECTION: 14, SOURCE: 32}
_LINES, _AUDIT = f"{quoted(LINEAS)}!", f"{quoted(AUDITORIA)}!"
_DIRECTIONS = {"mayor": "más es mejor", "menor": "menos es mejor", "rango": "dentro del rango", "relativa": "según E"}


def formulas(plan: Plan) -> Cells:
    """Three blocks: the add-in's value, its verdict, and the native check.

    In an auditor's copy value and verdict are those of Auditoría, by native formulas.
    """
    cells: Cells = {}
    for block in (plan.value_column(0), plan.verdict_column(0), plan.native_column(0), plan.note_column(0)):
        cells.update(period_headers(plan, block))
    for indicator in plan.indicators:
        row = plan.indicator_rows[indicator.id]
        for k in range(plan.capacity):
            cells[(row, plan.value_column(k))] = value_formula(plan, indicator, k)
            cells[(row, plan.verdict_column(k))] = _verdict_formula(plan, row, k)
            cells[(row, plan.native_column(k))] = native_formula(plan, indicator, k)
    return common.light(cells)


def results(view: View) -> Cells:
    """What they show, and the notes."""
    plan, shown = view.plan, as_copy(view)
    cells: Cells = {}
    for block in (plan.value_column(0), plan.verdict_column(0), plan.native_column(0), plan.note_column(0)):
        cells.update(header_results(view, block))
    for indicator in plan.indicators:
        row = plan.indicator_rows[indicator.id]
        for k in range(plan.capacity):
            cells[(row, plan.value_column(k))] = shown.value_cell(indicator.id, k)
            cells[(row, plan.verdict_column(k))] = shown.verdict_cell(indicator.id, k)
            cells[(row, plan.native_column(k))] = view.native_cell(indicator.id, k)
            cells[(row, plan.note_column(k))] = view.note_cell(indicator.id, k)
    return common.light(cells, view.state)


def value_formula(plan: Plan, indicator: Indicator, k: int) -> str:
    """`PERLAS_E9(codigos, saldos, saldos_previos, opciones)`; `PERLAS("R5.1", …)` for those WOCCU does not number."""
    row = plan.indicator_rows[indicator.id]
    if is_copy(plan):
        return _when_used(plan, k, _AUDIT + ref(auditoria.direct_column(plan, k), row))
    if indicator.id in load_profile("woccu").indicators:
        return _when_used(plan, k, f"{spelling(plan, f'PERLAS_{indicator.id}')}({_arguments(plan, k)})")
    return _when_used(plan, k, _call(plan, "PERLAS", row, k))


def _verdict_formula(plan: Plan, row: int, k: int) -> str:
    if is_copy(plan):
        return "=" + _AUDIT + ref(auditoria.verdict_column(plan, k), row)
    return _when_used(plan, k, _call(plan, "PERLAS_CUMPLE", row, k))


def _call(plan: Plan, function: str, row: int, k: int) -> str:
    return f"{spelling(plan, function)}({ref(ID, row, fix_column=True)},{_arguments(plan, k)})"


def _when_used(plan: Plan, k: int, text: str) -> str:
    return f'=IF({_LINES}{ref(plan.line_column(k), HEADER_ROW, fix_row=True)}="","",{text})'


def _arguments(plan: Plan, k: int) -> str:
    at, column = plan.catalog_column(k), plan.line_column(k)
    balances = (
        f"{quoted(CATALOGO)}!{ref(at, plan.entity_first_row, fix_row=True)}:{ref(at, plan.data_last_row, fix_row=True)}"
    )
    previous = f"INDEX({names.BALANCES},0,{_LINES}{ref(column, plan.base_column_row, fix_row=True)})"
    options = f"{_LINES}{ref(column, plan.options_row, fix_row=True)}"
    return f"{names.CODES},{balances},{previous},{options}"


def native_formula(plan: Plan, indicator: Indicator, k: int) -> str:
    """The same definition as plain arithmetic over the cells of Líneas."""
    column = plan.line_column(k)
    cell = line_cell(plan, column, _LINES)
    numerator = spreadsheet(indicator.numerator, cell)
    if indicator.denominator is None:
        return f"={numerator}"
    denominator = spreadsheet(indicator.denominator, cell)
    if indicator.kind is Kind.GROWTH:
        return f"=IF({denominator}<0,NA(),{_grouped(numerator, indicator.numerator)}/{denominator}-1)"
    factor = f"*{_LINES}{ref(column, plan.factor_row, fix_row=True)}" if indicator.flow else ""
    return f"={_grouped(numerator, indicator.numerator)}{factor}/{_grouped(denominator, indicator.denominator)}"


def _grouped(text: str, node: Node) -> str:
    return f"({text})" if isinstance(node, Binary) else text


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, areas and styles."""
    common.start(
        sheet, "calculo", "Indicadores PERLAS",
        "Valor de cada indicador y periodo, su veredicto, y el mismo valor con fórmulas nativas para comprobarlo.",
    )  # fmt: skip
    common.header(
        sheet, "calculo", ["Id", "Indicador", "Fórmula en palabras", "Unidad", "Meta", "Sentido", "Fuente"]
    )
    blocks = (
        (plan.value_column(0), "Valor (función del complemento)"), (plan.verdict_column(0), "Veredicto"),
        (plan.native_column(0), "Comprobación con fórmulas nativas"),
        (plan.note_column(0), "Nota del último recálculo"),
    )  # fmt: skip
    for column, title in blocks:
        common.put(sheet, HEADER_ROW - 1, column, title, "xlp_proposito")
        common.period_header(sheet, "calculo", column, plan.capacity)
    last = plan.note_column(plan.capacity - 1)
    common.area_sections(sheet, plan, plan.indicator_rows, last)
    for indicator in plan.indicators:
        row = plan.indicator_rows[indicator.id]
        _indicator_row(sheet, plan, indicator, row)
    _conditional(sheet, plan)
    common.widths(sheet, _WIDTHS)
    for k in range(plan.capacity):
        common.widths(sheet, dict.fromkeys((plan.value_column(k), plan.verdict_column(k), plan.native_column(k)), 12))
        common.widths(sheet, {plan.note_column(k): 80})
    gaps = [plan.value_column(plan.capacity), plan.verdict_column(plan.capacity), plan.native_column(plan.capacity)]
    common.widths(sheet, dict.fromkeys(gaps, 2))
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(FORMULA, HEADER_ROW + 1))  # a frozen part wider than the screen hides the rest
    sheet.print_area = f"A1:{ref(plan.verdict_column(plan.capacity - 1), plan.indicator_last_row)}"


def labels(plan: Plan, indicator: Indicator) -> dict[int, str]:
    """What the sheet says of an indicator: name, formula in words and source, by column."""
    source = str(indicator.source) + (f". {indicator.reason}" if indicator.reason else "")
    return {TITLE: indicator.name, FORMULA: indicator_words(plan.profile, indicator), SOURCE: source}


def _indicator_row(sheet: Worksheet, plan: Plan, indicator: Indicator, row: int) -> None:
    year = 0
    goal = goal_text(indicator, plan.profile, year)
    if indicator.goal.note:
        goal += f". {indicator.goal.note}"
    known = labels(plan, indicator)
    texts = (
        (ID, indicator.id, "texto"),
        (TITLE, known[TITLE], ""),
        (FORMULA, known[FORMULA], ""),
        (UNIT, indicator.unit, ""),
        (GOAL, goal.replace(" (sin dato)", ""), ""),
        (DIRECTION, _DIRECTIONS[indicator.direction], ""),
        (SOURCE, known[SOURCE], ""),
    )
    for column, text, unit in texts:
        common.put(sheet, row, column, text, style("rotulo", unit))
    common.fit_height(sheet, row, [(text, _WIDTHS[column]) for column, text, _ in texts], 30)
    for k in range(plan.capacity):
        common.put(sheet, row, plan.value_column(k), None, style("resultado", indicator.unit))
        common.put(sheet, row, plan.verdict_column(k), None, style("resultado"))
        common.put(sheet, row, plan.native_column(k), None, style("calculo", indicator.unit))
        common.put(sheet, row, plan.note_column(k), None, style("rotulo"))


def _conditional(sheet: Worksheet, plan: Plan) -> None:
    first, last = plan.indicator_first_row, plan.indicator_last_row

    def block(column: int) -> tuple[str, str]:
        return f"{ref(column, first)}:{ref(column + plan.capacity - 1, last)}", ref(column, first)

    verdict_rules(sheet, *block(plan.verdict_column(0)))
    error_rule(sheet, *block(plan.value_column(0)))
    error_rule(sheet, *block(plan.native_column(0)))
