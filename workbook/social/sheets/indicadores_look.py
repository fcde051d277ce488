"""How sheet Indicadores looks: labels, styles, colours of lights, and what may be declared."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.social import SocialIndicator
from xl_perlas.social.model import HIGHER, LOWER
from xl_perlas.social.texts import definition_words
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.social.plan import (
    ADDIN,
    ANALYSIS,
    CHANGE,
    DECLARED,
    GAP,
    LIGHT,
    MARK,
    MARKED,
    NOTE,
    PREVIOUS,
    REASON,
    SOURCE,
    VALUE,
    SocialPlan,
    is_number,
)
from xl_perlas.workbook.social.sheets.looks import block, light_rules, put, year_head
from xl_perlas.workbook.styles import missing_rule, style

#: Blocks with a heading of years, and what stands over them.
BLOCKS = {
    VALUE: "Valor (fórmula nativa)", MARK: "Nota de 0 a 10", LIGHT: "Luz", REASON: "Por qué no hay valor",
    DECLARED: "Declare aquí «no aplica»", NOTE: "Nota de lectura", ADDIN: "Valor (función del complemento)",
    GAP: "Diferencia entre los dos", PREVIOUS: "Valor un año antes", MARKED: "Lo que se califica",
}  # fmt: skip
_WIDTHS = {1: 8, 2: 40, 3: 48, 4: 14, 5: 14}
_SENTENCE_WIDTH, _SOURCE_WIDTH, _NOTE_WIDTH = 70, 44, 40
_DIRECTIONS = {HIGHER: "más es mejor", LOWER: "menos es mejor"}


def local(plan: SocialPlan, kind: int, row: int, k: int = 0) -> str:
    """A cell of a block, on this sheet."""
    return ref(plan.column(kind, k), row)


def height(one: SocialIndicator, plan: SocialPlan, sentence: str, notes: list[str]) -> float:
    """Height of the row of an indicator, by its longest text."""
    texts: list[tuple[object, float]] = [
        (one.name, _WIDTHS[2]), (definition_words(one, plan.method.inputs), _WIDTHS[3]), (sentence, _SENTENCE_WIDTH),
        (source_of(one), _SOURCE_WIDTH), *((text, _NOTE_WIDTH) for text in notes),
    ]  # fmt: skip
    return common.height(texts, 18)


def build(sheet: Worksheet, plan: SocialPlan) -> None:
    """Labels, styles, formulas."""
    common.start(
        sheet, "calculo", "Indicadores",
        "Cada indicador, con su fórmula y su fuente. El valor, la nota y la luz son fórmulas sobre Datos y Notas.",
        light_to="B3",
    )  # fmt: skip
    common.header(sheet, "calculo", ["Id", "Indicador", "Fórmula", "Unidad", "Sentido"], plan.indicator_header)
    singles = {CHANGE: "Cambio", ANALYSIS: "Análisis del año que se informa", SOURCE: "Fuente y lectura"}
    for kind, text in singles.items():
        common.header(sheet, "calculo", [text], plan.indicator_header, plan.column(kind))
    for kind, text in BLOCKS.items():
        group = "entradas" if kind == DECLARED else "resultados" if kind in (VALUE, MARK, LIGHT) else "calculo"
        common.put(sheet, plan.indicator_header - 1, plan.column(kind), text, "xlp_proposito")
        year_head(sheet, group, plan.indicator_header, plan.column(kind), plan.capacity)
    width = plan.column(MARKED, plan.capacity - 1)
    for key, row in plan.principle_rows.items():
        common.section(sheet, row, f"{key} · {plan.method.principles[key].name}", width)
    for one in plan.indicators:
        _row(sheet, plan, one)
    _scales(sheet, plan)
    _rules(sheet, plan)
    _widths(sheet, plan)
    common.finish(sheet, ref(3, plan.indicator_header + 1), repeat_rows=f"4:{plan.indicator_header}")
    sheet.print_title_cols = "A:B"
    sheet.page_setup.fitToWidth = 2
    sheet.print_area = f"A1:{ref(plan.column(SOURCE), plan.indicator_span[1])}"


def source_of(one: SocialIndicator) -> str:
    """Where the formula comes from, and what was decided where that is not clear."""
    return f"{one.source}. {one.note}".strip().rstrip(".") + "." if one.note else str(one.source)


def _row(sheet: Worksheet, plan: SocialPlan, one: SocialIndicator) -> None:
    row, words = plan.indicator_rows[one.id], definition_words(one, plan.method.inputs)
    if one.repeats:
        words = f"El mismo valor que {one.repeats}: {words}"
    for column, text in enumerate((one.id, one.name, words, one.unit, _DIRECTIONS.get(one.direction, "neutro")), 1):
        common.put(sheet, row, column, text, style("rotulo", "texto" if column == 1 else ""))
    unit = one.unit if is_number(one) else "veces"  # which stands to the right, as figures do
    for k in range(plan.capacity):
        looks = {VALUE: ("resultado", unit), ADDIN: ("calculo", unit), PREVIOUS: ("calculo", unit)}
        for kind, (look, shown) in looks.items():
            put(sheet, row, plan.column(kind, k), None, look, shown)
        for kind in (REASON, NOTE):
            put(sheet, row, plan.column(kind, k), None, "calculo")
        put(sheet, row, plan.column(DECLARED, k), None, "calculo" if one.repeats else "entrada", "texto")
        put(sheet, row, plan.column(MARK, k), None, "resultado", "veces")
        put(sheet, row, plan.column(LIGHT, k), None, "resultado", "texto")
        put(sheet, row, plan.column(MARKED, k), None, "calculo")
        sheet.cell(row, plan.column(MARKED, k)).number_format = "0.0000"
        put(sheet, row, plan.column(GAP, k), None, "control")
        sheet.cell(row, plan.column(GAP, k)).number_format = "0.0E+00"
    put(sheet, row, plan.column(CHANGE), None, "resultado", unit)
    if unit == "%":
        sheet.cell(row, plan.column(CHANGE)).number_format = '+0.00%;-0.00%;0.00%'
    put(sheet, row, plan.column(ANALYSIS), None, "calculo")
    common.put(sheet, row, plan.column(SOURCE), source_of(one), style("rotulo"))
    common.fit_height(sheet, row, [(words, _WIDTHS[3]), (one.name, _WIDTHS[2]), (source_of(one), 44)], 18)


def _scales(sheet: Worksheet, plan: SocialPlan) -> None:
    if not plan.scale_rows:
        return
    top = min(plan.scale_rows.values()) - 1
    common.section(sheet, top, "Escalas: nivel según cuánto supera el valor a su referencia (los dos límites, a la "
                   "derecha)", plan.column(SOURCE))  # fmt: skip
    for key, row in plan.scale_rows.items():
        scale = plan.method.scales[key]
        texts = (scale.indicator, scale.name, f"Niveles {', '.join(map(str, scale.levels))}. {scale.source}")
        for column, text in enumerate(texts, 1):
            common.put(sheet, row, column, text, style("rotulo"))
        for column, limit in zip((4, 5), scale.limits, strict=True):
            common.put(sheet, row, column, limit, style("calculo", "%"))
        for k in range(plan.capacity):
            put(sheet, row, plan.column(VALUE, k), None, "calculo", "nivel")
        sheet.row_dimensions[row].height = 30


def _rules(sheet: Worksheet, plan: SocialPlan) -> None:
    first, last = plan.indicator_span[0] - 1, plan.indicator_span[1]
    end = plan.capacity - 1
    for kind in (VALUE, ADDIN, PREVIOUS, MARKED):
        missing_rule(sheet, block(first, plan.column(kind), last, plan.column(kind, end)), local(plan, kind, first))
    light_rules(sheet, block(first, plan.column(LIGHT), last, plan.column(LIGHT, end)), local(plan, LIGHT, first))
    declared = DataValidation(type="list", formula1='"No aplica"', allow_blank=True)
    declared.error, declared.errorTitle = "Elija «No aplica» o deje vacía la celda.", "No aplica"
    for one in plan.indicators:
        if not one.repeats:
            row = plan.indicator_rows[one.id]
            declared.add(f"{local(plan, DECLARED, row)}:{local(plan, DECLARED, row, end)}")
    sheet.add_data_validation(declared)


def _widths(sheet: Worksheet, plan: SocialPlan) -> None:
    common.widths(sheet, _WIDTHS)
    sizes = {VALUE: 14, MARK: 8, LIGHT: 12, REASON: 15, DECLARED: 11, NOTE: 40, ADDIN: 14, GAP: 11, PREVIOUS: 13,
             MARKED: 11}  # fmt: skip
    for kind, size in sizes.items():
        common.widths(sheet, {plan.column(kind, k): size for k in range(plan.capacity)})
    common.widths(sheet, {plan.column(CHANGE): 13, plan.column(ANALYSIS): _SENTENCE_WIDTH, plan.column(SOURCE): 44})
