"""How sheet Sensibilidad looks: labels, styles, rules and the chart."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.judgements import SCALE, written
from xl_perlas.model import COMPONENTS
from xl_perlas.workbook import plan_sensitivity as ps
from xl_perlas.workbook import styles
from xl_perlas.workbook.plan import Plan, ref
from xl_perlas.workbook.sheets import common, rating_charts
from xl_perlas.workbook.styles import style

_WIDTHS = {
    ps.ID: 9, ps.NAME: 42, ps.NOW: 10, ps.MET: 12, ps.JUDGED: 12, ps.REST_MET: 13, ps.REST_JUDGED: 13,
    **{ps.step_column(j): 7.2 for j in range(len(SCALE))},
}  # fmt: skip
_SHARES = ["Peso hoy", "Cumple", "Con veredicto", "Cumple el resto", "Con veredicto el resto"]


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and the chart."""
    common.start(
        sheet, "resultados", "Sensibilidad",
        "Cuánto aguanta la calificación del periodo elegido: se cambia una sola cosa y lo demás queda como está.",
    )  # fmt: skip
    _today(sheet)
    _score_block(sheet, plan)
    _rating_block(sheet, plan)
    _coverage_block(sheet, plan)
    sheet.add_chart(rating_charts.sensitivity_chart(sheet, plan), ref(1, ps.chart_row(plan)))
    for row in range(ps.chart_row(plan), ps.component_section(plan)):  # lower than usual: tables and chart on one page
        sheet.row_dimensions[row].height = 10.5
    _component_table(sheet, plan)
    _judgement_table(sheet, plan)
    _verdict_table(sheet, plan)
    common.widths(sheet, _WIDTHS)
    common.finish(sheet, "A5", repeat_rows="1:3")
    sheet.row_breaks.append(Break(id=ps.component_section(plan) - 1))
    sheet.print_area = f"A1:{ref(ps.LAST, ps.last_row(plan))}"


def _today(sheet: Worksheet) -> None:
    labels = {
        ps.PERIOD: "Periodo elegido en Decisiones", ps.SCORE: "Puntaje", ps.RATING: "Calificación",
        ps.POLICY: "Indicadores sin veredicto", ps.CALCULATED: "Periodo y puntaje del último recálculo",
    }  # fmt: skip
    for row, label in labels.items():
        for column in range(ps.LABEL, ps.HOW_LAST + 1):
            kind = "rotulo" if column < ps.VALUE or row == ps.CALCULATED else "resultado"
            common.put(sheet, row, column, label if column == ps.LABEL else None, style(kind))
        sheet.merge_cells(start_row=row, start_column=ps.LABEL, end_row=row, end_column=ps.VALUE - 1)
        first = ps.STATE if row == ps.CALCULATED else ps.VALUE
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=ps.HOW_LAST)
        for column in (ps.VALUE, ps.CALCULATED_SCORE, ps.STATE):
            sheet.cell(row, column).alignment = Alignment(horizontal="left", vertical="center")
        sheet.row_dimensions[row].height = 16
    for row, column in ((ps.PERIOD, ps.VALUE), (ps.CALCULATED, ps.VALUE)):
        sheet.cell(row, column).number_format = common.PERIOD_FORMAT
    for row, column in ((ps.SCORE, ps.VALUE), (ps.CALCULATED, ps.CALCULATED_SCORE)):
        sheet.cell(row, column).number_format = styles.FORMATS["veces"]
    styles.light_rules(sheet, ref(ps.STATE, ps.CALCULATED))


def _steps_header(sheet: Worksheet, row: int, labels: list[str]) -> None:
    common.header(sheet, "resultados", ["", "Componente", *labels], row)
    common.header(sheet, "resultados", [""] * len(ps.STEPS), row, ps.FIRST_STEP)
    for j, weight in enumerate(ps.STEPS):
        cell = sheet.cell(row, ps.step_column(j))
        cell.value, cell.number_format = weight, "0%"


def _component_rows(sheet: Worksheet, plan: Plan, first: int, kind: str, unit: str, shares: bool = False) -> None:
    for i, component in enumerate(ps.components(plan)):
        common.put(sheet, first + i, ps.ID, component, style("rotulo", "texto"))
        common.put(sheet, first + i, ps.NAME, COMPONENTS[component], style("rotulo"))
        for column in range(ps.NOW, ps.FIRST_STEP) if shares else ():
            common.put(sheet, first + i, column, None, style("calculo", "%"))
        for j in range(len(ps.STEPS)):
            common.put(sheet, first + i, ps.step_column(j), None, style(kind, unit))
        sheet.row_dimensions[first + i].height = 16


def _steps_area(plan: Plan, first: int) -> str:
    last = first + len(ps.components(plan)) - 1
    return f"{ref(ps.FIRST_STEP, first)}:{ref(ps.step_column(len(ps.STEPS) - 1), last)}"


def _score_block(sheet: Worksheet, plan: Plan) -> None:
    common.section(
        sheet, ps.SCORE_SECTION,
        "1 · Puntaje si un componente pesara otra cosa y los demás el resto (subrayado: fuera de la banda de hoy)",
        ps.LAST,
    )  # fmt: skip
    _steps_header(sheet, ps.SCORE_SECTION + 1, _SHARES)
    first, lower = ps.SCORE_SECTION + 2, ps.lower_row(plan)
    _component_rows(sheet, plan, first, "resultado", "veces", shares=True)
    for row, label in ((lower, "Banda de hoy: desde"), (lower + 1, "Banda de hoy: hasta")):
        common.put(sheet, row, ps.NAME, label, style("rotulo"))
        for j in range(len(ps.STEPS)):
            common.put(sheet, row, ps.step_column(j), None, style("calculo", "veces"))
        sheet.row_dimensions[row].height = 16
    _mark_outside(sheet, plan, _steps_area(plan, first), ref(ps.FIRST_STEP, first))
    last = ref(ps.step_column(len(ps.STEPS) - 1), lower + 1)
    styles.missing_rule(sheet, f"{ref(ps.NOW, first)}:{last}", ref(ps.NOW, first))


def _mark_outside(sheet: Worksheet, plan: Plan, area: str, first: str) -> None:
    """Scores outside the band of today: shaded and, for who does not see the colour, underlined."""
    low, high = (
        ref(ps.FIRST_STEP, row, fix_column=True, fix_row=True) for row in (ps.lower_row(plan), ps.lower_row(plan) + 1)
    )
    rule = f"AND(ISNUMBER({first}),ISNUMBER({low}),OR({first}<{low},{first}>={high}))"
    found = FormulaRule(  # type: ignore[no-untyped-call]
        formula=[rule], font=Font(underline="single"),
        fill=PatternFill(bgColor=Color(rgb=f"FF{styles.AMBER_FILL}"), fill_type="solid"),
    )  # fmt: skip
    sheet.conditional_formatting.add(area, found)


def _rating_block(sheet: Worksheet, plan: Plan) -> None:
    section = ps.rating_section(plan)
    common.section(sheet, section, "… y la calificación que tendría (resaltada, la que no es la de hoy)", ps.LAST)
    _steps_header(sheet, section + 1, [])
    _component_rows(sheet, plan, section + 2, "resultado", "")
    for row in range(section + 2, section + 2 + len(ps.components(plan))):
        for j in range(len(ps.STEPS)):
            sheet.cell(row, ps.step_column(j)).alignment = Alignment(horizontal="center", vertical="center")
    first = ref(ps.FIRST_STEP, section + 2)
    rule = f"AND(NOT(ISERROR({first})),{first}<>{ps.value(ps.RATING)})"
    styles.rule(sheet, _steps_area(plan, section + 2), rule, styles.AMBER_FILL, styles.INK)
    styles.missing_rule(sheet, _steps_area(plan, section + 2), first)


def _coverage_block(sheet: Worksheet, plan: Plan) -> None:
    section = ps.coverage_section(plan)
    common.section(sheet, section, "… y la parte del peso con veredicto", ps.LAST)
    _steps_header(sheet, section + 1, [])
    _component_rows(sheet, plan, section + 2, "calculo", "%")
    for component in ps.components(plan):
        for j in range(len(ps.STEPS)):
            sheet.cell(ps.coverage_row(plan, component), ps.step_column(j)).number_format = "0.0%"
    styles.missing_rule(sheet, _steps_area(plan, section + 2), ref(ps.FIRST_STEP, section + 2))


def _table(sheet: Worksheet, section: int, title: str, labels: list[str], units: list[str], rows: int) -> None:
    """A heading, a line for what is said of the list, headings of columns, and an empty list."""
    common.section(sheet, section, f"{title} · según el último recálculo", ps.LAST)
    sheet.cell(section + 1, 1).style = "xlp_luz"
    sheet.row_dimensions[section + 1].height = 18
    common.header(sheet, "resultados", labels, section + 2)
    for i in range(rows):
        for column, unit in enumerate(units, 1):
            common.put(sheet, section + 3 + i, column, None, style("rotulo", unit))
            if column > ps.NAME:
                side = "center" if column == ps.THEN_RATING else "right"
                sheet.cell(section + 3 + i, column).alignment = Alignment(horizontal=side, vertical="center")
        sheet.cell(section + 3 + i, ps.NAME).alignment = Alignment(vertical="center", shrink_to_fit=True)
        sheet.row_dimensions[section + 3 + i].height = 16


def _component_table(sheet: Worksheet, plan: Plan) -> None:
    section, rows = ps.component_section(plan), 2 * len(ps.components(plan))
    labels = ["", "Componente", "Peso hoy", "Peso nuevo", "Cambio", "Calificación entonces", "Cómo", "", "", "", ""]
    _table(sheet, section, "2 · El menor cambio del peso de cada componente que cambia la calificación", labels,
           ["texto", "", "%", "%", "%", *["texto"] * 6], rows)  # fmt: skip
    sheet.merge_cells(start_row=section + 2, start_column=ps.HOW, end_row=section + 2, end_column=ps.HOW_LAST)
    for row in range(section + 3, section + 3 + rows):
        sheet.cell(row, ps.MOVE).number_format = '+0.00%;"−"0.00%'
        sheet.cell(row, ps.HOW).alignment = Alignment(horizontal="left", vertical="center")
        sheet.merge_cells(start_row=row, start_column=ps.HOW, end_row=row, end_column=ps.HOW_LAST)


def _judgement_table(sheet: Worksheet, plan: Plan) -> None:
    section = ps.judgement_section(plan)
    labels = ["Matriz", "Juicio", "Hoy", "Cambiado a", "Pasos", "Calificación entonces", "Puntaje entonces"]
    _table(sheet, section, "3 · Los juicios que con menos pasos la cambian, y el puntaje con cada valor de la escala",
           [*labels, *map(written, SCALE)],
           ["texto", "", "texto", "texto", "texto", "texto", "veces", *["veces"] * len(SCALE)], ps.SHOWN)  # fmt: skip
    first = ref(ps.FIRST_STEP, section + 3)
    _mark_outside(sheet, plan, f"{first}:{ref(ps.LAST, section + 2 + ps.SHOWN)}", first)


def _verdict_table(sheet: Worksheet, plan: Plan) -> None:
    labels = ["Id", "Indicador", "Peso global", "Hoy", "Si fuera", "Calificación entonces", "Puntaje entonces"]
    _table(sheet, ps.verdict_section(plan), "4 · Los veredictos de menor peso que la cambian", labels,
           ["texto", "", "%", "texto", "texto", "texto", "veces"], ps.SHOWN)  # fmt: skip
