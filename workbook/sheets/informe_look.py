"""How sheet Informe looks: A4 pages, each section whole, and nothing told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.chart import RadarChart, Reference, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import COMPONENTS
from xl_perlas.supervision_load import all_ratios
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook import plan_informe as pi
from xl_perlas.workbook import styles
from xl_perlas.workbook.plan import SUPERVISION, VERTICAL, Plan, ref
from xl_perlas.workbook.plan_supervision import groups, heading_rows
from xl_perlas.workbook.sheets import analysis_charts, common, foda, supervision_charts, tablero
from xl_perlas.workbook.sheets.graficos import chart_text, chart_title
from xl_perlas.workbook.styles import INK, MUTED, NAVY, style

#: Column of the facts of the last section; their labels stand before it.
FACT = 4
_FACTS = ("Perfil de indicadores", "Programa", "Último recálculo", "Huella de las entradas", "Huella de los resultados")
#: Colour of the bars behind percentiles.
BAR = "9DB7D5"
#: How far a chart reaches into its last row, in EMU: it ends just above the next.
_TOUCHING = 120000


def build(sheet: Worksheet, plan: Plan) -> None:
    """Title, cards, tables and charts; one page a section where it fills one."""
    common.start(
        sheet, "resultados", "Informe financiero",
        "El periodo elegido en Decisiones, para imprimir: cada cifra está también en la hoja de donde viene.",
        light_to="F3",
    )  # fmt: skip
    at = pi.layout(plan)
    tablero.head(sheet, pi.HEAD_ROW)
    for column, label in tablero.CARDS.items():
        tablero.card(sheet, column, label, pi.LABEL_ROW)
    _remarks(sheet, plan, at.remarks)
    _components(sheet, plan, at.components)
    _indicators(sheet, plan, at.indicators)
    _structure(sheet, plan, at.structure)
    _ratios(sheet, plan, at.ratios)
    _findings(sheet, at.findings)
    _sources(sheet, at.sources)
    common.widths(sheet, dict.fromkeys(range(1, pi.COLUMNS + 1), pi.WIDTH))
    common.finish(sheet, landscape=False, repeat_rows="1:1")
    middle = list(pi.components(plan).values())[len(pi.components(plan)) // 2]  # where a page of indicators ends
    tops = (at.indicators, pi.indicator_rows(plan)[middle[0]] - 1, at.structure, at.result, at.ratios, at.findings)
    for row in tops:
        sheet.row_breaks.append(Break(id=row - 1))
    sheet.print_area = f"A1:{ref(pi.COLUMNS, at.last)}"


def _section(sheet: Worksheet, row: int, text: str, parts: Mapping[str, pi.Part], headings: Mapping[str, str]) -> None:
    common.section(sheet, row, text, pi.COLUMNS)
    for part, label in headings.items():
        _spread(sheet, row + 1, parts[part], label, "xlp_encabezado_resultados")
    sheet.row_dimensions[row + 1].height = 18


def _spread(sheet: Worksheet, row: int, part: pi.Part, value: object, look: str) -> None:
    """A value across the columns of its part."""
    column, wide = part
    for c in range(column, column + wide):
        common.put(sheet, row, c, None, look)
    if wide > 1:
        common.merge(sheet, row, column, column + wide - 1)
    sheet.cell(row, column).value = value  # type: ignore[assignment]


def _remarks(sheet: Worksheet, plan: Plan, row: int) -> None:
    headings = {"side": "Qué es", "name": "Sobre qué", "text": "Qué se ve (la evidencia, en FODA)"}
    _section(sheet, row, "Fortalezas, lo que hay que vigilar y debilidades", pi.REMARK_PARTS, headings)
    first, last = row + 2, row + 1 + len(foda.WORDS) * pi.REMARKS
    for r in range(first, last + 1):
        for part, look in (("side", "texto"), ("name", ""), ("text", "")):
            _spread(sheet, r, pi.REMARK_PARTS[part], None, style("rotulo", look))
        sheet.row_dimensions[r].height = 30
    foda.side_rules(sheet, f"{ref(1, first)}:{ref(2, last)}", ref(1, first, fix_column=True))


def _components(sheet: Worksheet, plan: Plan, row: int) -> None:
    headings = {"id": "Id", "name": "Componente", "met": "Cumplen", "failed": "No", "share": "Parte"}
    _section(sheet, row, "Metas que se cumplen en cada componente", pi.COMPONENT_PARTS, headings)
    for component, r in pi.component_rows(plan).items():
        _spread(sheet, r, pi.COMPONENT_PARTS["id"], component, style("rotulo", "texto"))
        _spread(sheet, r, pi.COMPONENT_PARTS["name"], COMPONENTS[component], style("rotulo"))
        for part, unit in (("met", ""), ("failed", ""), ("share", "%")):
            _spread(sheet, r, pi.COMPONENT_PARTS[part], None, style("resultado", unit))
        sheet.row_dimensions[r].height = 30
        sheet.cell(r, pi.COMPONENT_PARTS["share"][0]).number_format = "0%"
    sheet.add_chart(_radar(sheet, plan), ref(8, row + 1))


def _radar(sheet: Worksheet, plan: Plan) -> RadarChart:
    """The share of goals met, a spoke each component."""
    chart = RadarChart()
    chart.type = "marker"
    rows = list(pi.component_rows(plan).values())
    share, _ = pi.COMPONENT_PARTS["share"]
    values = Series(Reference(sheet, min_col=share, min_row=rows[0], max_row=rows[-1]), title="Metas que se cumplen")
    values.graphicalProperties = GraphicalProperties()
    values.graphicalProperties.line = LineProperties(solidFill=NAVY, w=28575)
    values.marker.symbol, values.marker.size = "circle", 7
    values.marker.graphicalProperties = GraphicalProperties(solidFill=NAVY)
    chart.series.append(values)
    chart.set_categories(Reference(sheet, min_col=1, min_row=rows[0], max_row=rows[-1]))
    chart.title = chart_title("Parte de las metas que se cumple")
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.majorUnit, chart.y_axis.number_format = 0.25, "0%"
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.x_axis.txPr, chart.y_axis.txPr = chart_text(1000, INK, bold=True), chart_text(700, MUTED)
    chart.legend = None
    chart.width, chart.height = 8.6, 8.2  # type: ignore[assignment]
    return chart


def _indicators(sheet: Worksheet, plan: Plan, row: int) -> None:
    headings = {"id": "Id", "title": "Indicador", "before": "", "value": "", "goal": "Meta", "verdict": "Veredicto"}
    _section(sheet, row, "Indicadores PERLAS", pi.INDICATOR_PARTS, headings)
    for part in ("before", "value"):
        sheet.cell(row + 1, pi.INDICATOR_PARTS[part][0]).number_format = common.PERIOD_FORMAT
    rows = pi.indicator_rows(plan)
    for component, own in pi.components(plan).items():
        common.section(sheet, rows[own[0]] - 1, f"{component} · {COMPONENTS[component]}", pi.COLUMNS)
    for key, r in rows.items():
        indicator = plan.profile.indicators[key]
        looks = {
            "id": style("rotulo", "texto"), "title": style("rotulo"), "before": style("calculo", indicator.unit),
            "value": style("resultado", indicator.unit), "goal": style("rotulo"), "verdict": style("resultado"),
        }  # fmt: skip
        texts = {"id": key, "title": indicator.name}
        for part, look in looks.items():
            _spread(sheet, r, pi.INDICATOR_PARTS[part], texts.get(part), look)
        sheet.cell(r, pi.INDICATOR_PARTS["goal"][0]).alignment = Alignment(indent=1, vertical="center", wrap_text=True)
        sheet.row_dimensions[r].height = 28
    first, last = min(rows.values()), max(rows.values())
    verdict = pi.INDICATOR_PARTS["verdict"][0]
    styles.verdict_rules(sheet, f"{ref(verdict, first)}:{ref(verdict + 1, last)}", ref(verdict, first, fix_column=True))
    value = pi.INDICATOR_PARTS["value"][0]
    styles.missing_rule(sheet, f"{ref(value, first)}:{ref(value, last)}", ref(value, first))


def _structure(sheet: Worksheet, plan: Plan, row: int) -> None:
    headings = {
        "name": "Cuenta o margen", "amount": "Saldo", "absolute": "Variación", "relative": "Variación, %",
        "share": "Del activo o ingresos",
    }  # fmt: skip
    _section(sheet, row, "Estructura y resultados", pi.STRUCTURE_PARTS, headings)
    units = {"amount": "monto", "absolute": "monto", "relative": "%", "share": "%"}
    rows = pi.structure_rows(plan)
    for key, r in rows.items():
        label = f"{key} {pa.name_of(key)}" if key.isdigit() else pa.name_of(key)
        _spread(sheet, r, pi.STRUCTURE_PARTS["name"], label, style("rotulo"))
        for part, unit in units.items():
            _spread(sheet, r, pi.STRUCTURE_PARTS[part], None, style("resultado", unit))
    first, last = min(rows.values()), max(rows.values())
    styles.error_rule(sheet, f"{ref(5, first)}:{ref(pi.COLUMNS, last)}", ref(5, first))
    charts = list(analysis_charts.stacks(sheet.parent[VERTICAL], plan))  # type: ignore[index]
    at = pi.layout(plan)
    _charts(sheet, at.balance, "Composición del balance", charts[:2])
    _charts(sheet, at.result, "Composición de los ingresos y los gastos", charts[2:])


def _ratios(sheet: Worksheet, plan: Plan, row: int) -> None:
    headings = {"id": "Id", "title": "Razón", "value": "Valor", "percentile": "Percentil", "light": "Entre sus pares"}
    _section(sheet, row, "Razones de supervisión, y dónde está la entidad entre sus pares", pi.RATIO_PARTS, headings)
    rows = pi.ratio_rows(plan)
    for group, r in heading_rows(rows).items():
        common.section(sheet, r, groups()[group].name, pi.COLUMNS)
        sheet.row_dimensions[r].height = 14
    for key, r in rows.items():
        indicator = all_ratios()[key]
        looks = {
            "id": style("rotulo", "texto"), "title": style("rotulo"), "value": style("resultado", indicator.unit),
            "percentile": style("resultado"), "light": style("rotulo", "texto"),
        }  # fmt: skip
        for part, look in looks.items():
            texts = {"id": key, "title": indicator.name}
            _spread(sheet, r, pi.RATIO_PARTS[part], texts.get(part), look)
        sheet.cell(r, pi.RATIO_PARTS["percentile"][0]).number_format = "0"
        common.fit_height(sheet, r, [(indicator.name, pi.RATIO_PARTS["title"][1] * pi.WIDTH * 1.3)], 14)
    first, last = min(rows.values()), max(rows.values())
    value = pi.RATIO_PARTS["value"][0]
    styles.missing_rule(sheet, f"{ref(value, first)}:{ref(value, last)}", ref(value, first))
    percentile = pi.RATIO_PARTS["percentile"][0]
    bar = DataBarRule(start_type="num", start_value=0, end_type="num", end_value=100, color=BAR)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"{ref(percentile, first)}:{ref(percentile, last)}", bar)
    charts = supervision_charts.segment_charts(sheet.parent[SUPERVISION], plan)  # type: ignore[index]
    _charts(sheet, pi.layout(plan).segments, "Morosidad y cobertura por segmento de crédito", charts)


def _charts(sheet: Worksheet, row: int, title: str, charts: Sequence[Any]) -> None:
    """Charts one below the other across the page, as wide as each program draws it, with a little space between."""
    common.section(sheet, row, title, pi.COLUMNS)
    for i, chart in enumerate(charts):
        top = row + i * pi.CHART_ROWS
        start, end = AnchorMarker(col=0, row=top), AnchorMarker(col=pi.COLUMNS, row=top + pi.CHART_ROWS - 1)
        end.rowOff = _TOUCHING
        chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)
        sheet.add_chart(chart)


def _findings(sheet: Worksheet, row: int) -> None:
    headings = {"code": "Código", "severity": "Gravedad", "cause": "Qué pasa", "effect": "Efecto, y qué hacer"}
    title = "Lo que no cuadra o conviene revisar: lo que más mueve la calificación (todo, en Verificación)"
    _section(sheet, row, title, pi.FINDING_PARTS, headings)
    first, last = row + 2, row + 1 + pi.FINDINGS
    for r in range(first, last + 1):
        for part in pi.FINDING_PARTS:
            _spread(sheet, r, pi.FINDING_PARTS[part], None, style("rotulo"))
        sheet.row_dimensions[r].height = 30
    severity = ref(pi.FINDING_PARTS["severity"][0], first, fix_column=True)
    styles.severity_rules(sheet, f"{ref(1, first)}:{ref(pi.COLUMNS, last)}", severity)


def _sources(sheet: Worksheet, row: int) -> None:
    common.section(sheet, row, "De dónde sale este informe", pi.COLUMNS)
    for i, label in enumerate(_FACTS):
        _spread(sheet, row + 1 + i, (1, FACT - 1), label, style("rotulo"))
        _spread(sheet, row + 1 + i, (FACT, pi.COLUMNS - FACT + 1), None, style("rotulo", "texto"))
    sheet.row_dimensions[row + 1].height = 30
    sheet.cell(row + 1, FACT).alignment = Alignment(wrap_text=True, vertical="center")
    common.signatures(sheet, row + 9, pi.COLUMNS)
