"""How sheet CAMEL looks: labels, styles and colours; scale and charts below the table."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import Indicator
from xl_perlas.words import indicator_words
from xl_perlas.workbook import plan_camel
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.plan_camel import (
    GROUP_WEIGHT,
    LABEL,
    LIMIT,
    MARGIN,
    MU,
    MULTIPLE_ROW,
    PAGE,
    SEGMENT_ROW,
    SIGMA,
    TITLE,
    TOTAL_ROW,
    WAY,
    WEIGHT,
    WORD_ROW,
    Block,
    block_column,
)
from xl_perlas.workbook.sheets import camel_charts, camel_scale, common, segmento
from xl_perlas.workbook.styles import KINDS, RED, RED_FILL, error_rule, missing_rule, rule, style

#: Where a value comes from, and a grade that only one side has.
TYPED, ACCOUNTS, ONE_SIDE = "escrito", "cuentas", "un lado"
_LINE = 13.5
_WIDTHS = {LABEL: 8, TITLE: 52, GROUP_WEIGHT: 9, WEIGHT: 8, WAY: 10, MARGIN: 8, PAGE: 28}
_BLOCKS = {
    Block.VALUE: "Valor (nativo, o el escrito)",
    Block.GRADE: "Calificación (función del complemento)",
    Block.NATIVE: "Calificación con fórmulas nativas",
    Block.GAP: "Diferencia",
    Block.ORIGIN: "Origen del valor",
    Block.NOTE: "Nota del último recálculo",
}


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels and styles; scale and charts below."""
    common.start(
        sheet, "resultados", "CAMEL",
        "Cada indicador se califica de 1 (la mejor) a 5 según cuántas desviaciones (σ) dista de la media (μ) de su "
        "segmento.",
    )  # fmt: skip
    common.put(sheet, SEGMENT_ROW, LABEL, None, "xlp_proposito")
    labels = ["Id", "Indicador y fórmula en palabras", "Peso del grupo", "Peso", "Sentido", "μ", "σ"]
    limit_labels = [f"Límite {i}" for i in range(1, len(plan.camel.limits) + 1)]
    common.header(sheet, "resultados", [*labels, *limit_labels, "Margen", "Fuente"])
    for block, title in _BLOCKS.items():
        common.put(sheet, HEADER_ROW - 1, block_column(plan, block, 0), title, "xlp_proposito")
        common.period_header(sheet, "resultados", block_column(plan, block, 0), plan.capacity)
    _top_rows(sheet, plan)
    last = block_column(plan, Block.NOTE, plan.capacity - 1)
    rows = plan_camel.grade_rows(plan)
    for group, row in plan_camel.group_rows(plan, rows).items():
        _group_row(sheet, plan, group, row, last)
    for key, row in rows.items():
        _indicator_row(sheet, plan, plan.camel.indicators[key], row)
    _check_row(sheet, plan)
    _conditional(sheet, plan)
    common.widths(sheet, _WIDTHS | dict.fromkeys(range(MU, MARGIN), 10))
    for block in Block:
        width = {Block.NOTE: 70, Block.VALUE: 11}.get(block, 10)
        common.widths(sheet, {block_column(plan, block, k): width for k in range(plan.capacity)})
        common.widths(sheet, {block_column(plan, block, plan.capacity): 2})
    camel_charts.build(sheet, plan)
    camel_scale.build(sheet, plan)
    common.finish(sheet, ref(GROUP_WEIGHT, HEADER_ROW + 1))
    sheet.print_area = (
        f"A1:{ref(block_column(plan, Block.NATIVE, plan.capacity - 1), plan_camel.tolerance_row(plan) + 2)}"
    )


def _top_rows(sheet: Worksheet, plan: Plan) -> None:
    """Total, what it means, and the multiples of σ."""
    texts = {
        TOTAL_ROW: "Calificación total", WORD_ROW: "Qué significa (escala al pie)",
        MULTIPLE_ROW: "Límites: μ más estas desviaciones",
    }  # fmt: skip
    for row, text in texts.items():
        for column in range(LABEL, PAGE + 1):
            common.put(sheet, row, column, None, style("rotulo"))
        common.put(sheet, row, TITLE, text, style("resultado"))
        sheet.row_dimensions[row].height = 28 if row == TOTAL_ROW else 20
    for i, multiple in enumerate(plan.camel.limits):
        common.put(sheet, MULTIPLE_ROW, LIMIT + i, multiple, style("calculo"))
        sheet.cell(MULTIPLE_ROW, LIMIT + i).number_format = '+0.##"σ";−0.##"σ"'
    common.put(sheet, MULTIPLE_ROW, PAGE, str(plan.camel.bands_source), style("rotulo"))
    common.put(sheet, TOTAL_ROW, PAGE, str(plan.camel.source), style("rotulo"))
    for k in range(plan.capacity):
        for block, kind in ((Block.GRADE, "resultado"), (Block.NATIVE, "resultado"), (Block.GAP, "control")):
            common.put(sheet, TOTAL_ROW, block_column(plan, block, k), None, style(kind, "veces"))
        common.put(sheet, TOTAL_ROW, block_column(plan, Block.NOTE, k), None, style("rotulo"))
        common.put(sheet, WORD_ROW, block_column(plan, Block.NATIVE, k), None, style("resultado", "veces"))


def _group_row(sheet: Worksheet, plan: Plan, group: str, row: int, last: int) -> None:
    common.section(sheet, row, f"{group} · {plan.camel.groups[group].name}", last)
    sheet.cell(row, GROUP_WEIGHT).value = plan.camel.groups[group].weight
    sheet.cell(row, GROUP_WEIGHT).number_format = "0%"
    for k in range(plan.capacity):
        for block in (Block.GRADE, Block.NATIVE, Block.GAP):
            sheet.cell(row, block_column(plan, block, k)).number_format = "0.00"


def _indicator_row(sheet: Worksheet, plan: Plan, indicator: Indicator, row: int) -> None:
    words = indicator_words(plan.camel.profile, indicator)
    text = f"{indicator.name}\n= {words}"
    source = str(indicator.source)
    fixed = (
        (LABEL, indicator.id, "rotulo", "texto"), (TITLE, text, "rotulo", ""), (GROUP_WEIGHT, None, "rotulo", ""),
        (WEIGHT, plan.camel.weights[indicator.id], "calculo", "%"),
        (WAY, segmento.DIRECTIONS[indicator.direction], "rotulo", ""), (MU, None, "calculo", "%"),
        (SIGMA, None, "calculo", "%"), (MARGIN, None, "calculo", ""), (PAGE, source, "rotulo", ""),
    )  # fmt: skip
    for column, value, kind, unit in fixed:
        common.put(sheet, row, column, value, style(kind, unit))
    for i in range(len(plan.camel.limits)):
        common.put(sheet, row, LIMIT + i, None, style("calculo", "%"))
    sheet.cell(row, WEIGHT).number_format, sheet.cell(row, MARGIN).number_format = "0%", "0E+00"
    common.fit_height(sheet, row, [(words, _WIDTHS[TITLE]), (source, _WIDTHS[PAGE])])
    sheet.row_dimensions[row].height = (sheet.row_dimensions[row].height or 0) + _LINE  # the name, above the words
    kinds = {
        Block.VALUE: ("resultado", "%"), Block.ORIGIN: ("calculo", "texto"), Block.GRADE: ("resultado", "veces"),
        Block.NATIVE: ("resultado", "veces"), Block.GAP: ("control", "veces"), Block.NOTE: ("rotulo", ""),
    }  # fmt: skip
    for k in range(plan.capacity):
        for block, (kind, unit) in kinds.items():
            common.put(sheet, row, block_column(plan, block, k), None, style(kind, unit))
        for block in (Block.GRADE, Block.NATIVE, Block.GAP):
            sheet.cell(row, block_column(plan, block, k)).number_format = "0"


def _check_row(sheet: Worksheet, plan: Plan) -> None:
    row = plan_camel.check_row(plan)
    text = "Cuántas difieren entre función y fórmula (Diferencia)"
    common.put(sheet, row, TITLE, text, style("rotulo"))
    sheet.row_dimensions[row].height = 20
    for k in range(plan.capacity):
        common.put(sheet, row, block_column(plan, Block.GAP, k), None, style("control"))


def _conditional(sheet: Worksheet, plan: Plan) -> None:
    first, last = TOTAL_ROW, plan_camel.last_grade_row(plan)

    def area(block: Block, top: int = first) -> tuple[str, str]:
        start = ref(block_column(plan, block, 0), top)
        return f"{start}:{ref(block_column(plan, block, plan.capacity - 1), last)}", start

    for block in (Block.GRADE, Block.NATIVE):
        camel_scale.colours(sheet, plan, *area(block))
        error_rule(sheet, *area(block, MULTIPLE_ROW + 1))
    values, first_value = area(Block.VALUE, MULTIPLE_ROW + 1)
    typed = f'{ref(block_column(plan, Block.ORIGIN, 0), MULTIPLE_ROW + 1)}="{TYPED}"'
    rule(sheet, values, typed, KINDS["entrada"].fill, KINDS["entrada"].ink)
    error_rule(sheet, values, first_value)
    gaps, first_gap = area(Block.GAP)
    missing_rule(sheet, gaps, first_gap)
    differs = f'OR({first_gap}="{ONE_SIDE}",N({first_gap})>{camel_scale.tolerance(plan)})'
    rule(sheet, gaps, differs, RED_FILL, RED)
    error_rule(sheet, f"{ref(MU, MULTIPLE_ROW + 1)}:{ref(MARGIN, last)}", ref(MU, MULTIPLE_ROW + 1))
