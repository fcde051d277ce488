"""Gráficos: one native chart an indicator, its goal drawn in; a period without value is a gap, never a zero."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import Indicator
from xl_perlas.workbook.plan import GRAFICOS, HEADER_ROW, INDICADORES, Plan, ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.styles import AMBER, GREEN, INK, MUTED, style
from xl_perlas.workbook.view import View

NAME = GRAFICOS
ACROSS, COLUMNS_EACH, ROWS_EACH = 3, 6, 17
FIRST_CHART_ROW = 5
ROWS_A_PAGE = 5
#: Data of the charts stand to the right of them: id, series, then periods.
DATA_ID, DATA_SERIES, DATA_PERIOD = 21, 22, 23
#: More periods than these, with those left free, leave no room for a figure on each, and for so many names at most.
_ROOMY, _NAMES = 15, 8
_TINT = 0.45
SHORT_FORMAT = "[<3000]0;mm/yy"
#: Lowest and highest value that meets the goal: apart in black and white too.
_GOALS: dict[int, tuple[str, str, Any, str]] = {
    1: ("Meta mínima", GREEN, "dash", "triangle"), 2: ("Meta máxima", AMBER, "sysDot", "diamond"),
}  # fmt: skip
PALETTE = {"P": "2F5D8C", "E": "3D7A57", "R": "8A5A2B", "L": "2B8A9E", "A": "9C3D54", "S": "6B4C9A"}


def data_row(plan: Plan, i: int) -> int:
    """First of the data rows of indicator `i`: value, lowest and highest value that meet the goal, and zero."""
    return HEADER_ROW + 1 + 4 * i


def formulas(plan: Plan) -> Cells:
    """Headings and values, brought from Indicadores."""
    cells = period_headers(plan, DATA_PERIOD)
    for i, indicator in enumerate(plan.indicators):
        row = plan.indicator_rows[indicator.id]
        for k in range(plan.capacity):
            cells[(data_row(plan, i), DATA_PERIOD + k)] = f"={INDICADORES}!{ref(plan.native_column(k), row)}"
    return common.light(cells)


def results(view: View) -> Cells:
    """Values, and the goals as they stand in each period."""
    plan = view.plan
    cells = header_results(view, DATA_PERIOD)
    for i, indicator in enumerate(plan.indicators):
        for k in range(plan.capacity):
            column, row, position = DATA_PERIOD + k, data_row(plan, i), view.position(k)
            cells[(row, column)] = view.native_cell(indicator.id, k)
            low, high = (None, None) if position is None else view.report.bounds(indicator.id, position)
            cells[(row + 1, column)], cells[(row + 2, column)], cells[(row + 3, column)] = low, high, 0
    return common.light(cells, view.state)


def build(sheet: Worksheet, plan: Plan) -> None:
    """Charts in a grid, and their data beside them."""
    common.start(
        sheet, "resultados", "Gráficos",
        "Barras: valor del indicador. Líneas de trazos: meta (verde, mínimo; ámbar, máximo). Sin barra: no hay dato.",
        light_to="D3",
    )  # fmt: skip
    common.header(sheet, "resultados", ["Id", "Serie"], column=DATA_ID)
    common.period_header(sheet, "resultados", DATA_PERIOD, plan.capacity)
    common.put(sheet, HEADER_ROW - 1, DATA_ID, "Datos de los gráficos", "xlp_proposito")
    for i, indicator in enumerate(plan.indicators):
        for offset, series in enumerate(("valor", "meta mínima", "meta máxima", "cero")):
            row = data_row(plan, i) + offset
            common.put(sheet, row, DATA_ID, indicator.id, style("rotulo", "texto"))
            common.put(sheet, row, DATA_SERIES, series, style("rotulo", "texto"))
            for k in range(plan.capacity):
                common.put(sheet, row, DATA_PERIOD + k, None, style("calculo", indicator.unit))
        sheet.add_chart(_chart(sheet, plan, i, indicator), _anchor(i))
    common.widths(sheet, dict.fromkeys(range(1, 20), 9.3) | {DATA_SERIES: 14})
    common.widths(sheet, {DATA_PERIOD + k: 12 for k in range(plan.capacity)})
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, landscape=False, repeat_rows="1:3")
    for page in range(1, -(-len(plan.indicators) // (ACROSS * ROWS_A_PAGE))):
        sheet.row_breaks.append(Break(id=FIRST_CHART_ROW - 1 + page * ROWS_A_PAGE * ROWS_EACH))
    last = FIRST_CHART_ROW + ROWS_EACH * -(-len(plan.indicators) // ACROSS)
    sheet.print_area = f"A1:{get_column_letter(ACROSS * COLUMNS_EACH)}{last}"


def _anchor(i: int) -> str:
    column = 1 + (i % ACROSS) * COLUMNS_EACH
    return ref(column, FIRST_CHART_ROW + (i // ACROSS) * ROWS_EACH)


def _chart(sheet: Worksheet, plan: Plan, i: int, indicator: Indicator) -> BarChart:
    row, last = data_row(plan, i), DATA_PERIOD + plan.capacity - 1
    bars = BarChart()
    bars.type, bars.gapWidth = "col", 60
    bars.title = chart_title(f"{indicator.id} · {indicator.name}")
    value = Series(Reference(sheet, min_col=DATA_PERIOD, max_col=last, min_row=row), title="Valor")
    colour = PALETTE[indicator.component]
    value.graphicalProperties = GraphicalProperties(solidFill=_tint(colour) if is_crowded(plan) else colour)
    value.graphicalProperties.line = LineProperties(noFill=True)
    if not is_crowded(plan):
        value.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        value.dLbls.numFmt, value.dLbls.txPr = _number_format(indicator), chart_text(800, INK)
    bars.series.append(value)
    periods = Reference(sheet, min_col=DATA_PERIOD, max_col=last, min_row=HEADER_ROW)
    bars.set_categories(periods)
    lines = LineChart()
    for offset, (name, colour, dash, symbol) in ((o, _GOALS[o]) for o in _sides(indicator)):
        goal = Series(Reference(sheet, min_col=DATA_PERIOD, max_col=last, min_row=row + offset), title=name)
        goal.graphicalProperties = GraphicalProperties()
        goal.graphicalProperties.line = LineProperties(solidFill=colour, w=22225, prstDash=dash)
        goal.marker.symbol, goal.marker.size = "none" if is_crowded(plan) else symbol, 6
        goal.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
        goal.marker.graphicalProperties.line = LineProperties(solidFill=colour)
        goal.smooth = False
        lines.series.append(goal)
    lines.series.append(_zero(sheet, row + 3, last))
    lines.set_categories(periods)
    bars += lines
    bars.legend.legendEntry = [LegendEntry(idx=len(bars.series) + len(lines.series) - 1, delete=True)]
    _axes(bars, indicator)
    space_labels(bars, plan)
    bars.legend.position = "b"
    bars.legend.txPr = chart_text(800, MUTED)
    bars.display_blanks, bars.visible_cells_only = "gap", True
    bars.width, bars.height = 11.3, 7.6  # type: ignore[assignment]
    return bars


def is_crowded(plan: Plan) -> bool:
    """Whether a chart of so many periods has no room for a figure on each."""
    return plan.capacity > _ROOMY


def _tint(colour: str) -> str:
    """A lighter colour, over which the line of a goal can be followed."""
    return "".join(f"{round(255 - (255 - int(colour[i : i + 2], 16)) * _TINT):02X}" for i in (0, 2, 4))


def space_labels(chart: Any, plan: Plan) -> None:
    """Of many periods, only as many names as there is room for, and short ones: `12/24`."""
    if is_crowded(plan):
        chart.gapWidth = 25
        chart.x_axis.number_format = SHORT_FORMAT
        chart.x_axis.tickLblSkip = chart.x_axis.tickMarkSkip = -(-plan.capacity // _NAMES)


def _sides(indicator: Indicator) -> list[int]:
    """Which goal lines the chart has: 1 the lowest value that meets the goal, 2 the highest."""
    goal = indicator.goal
    operators = {c.operator for c in goal.conditions}
    low = bool(goal.structure or operators & {">", ">=", "="})
    high = bool(goal.structure or operators & {"<", "<=", "="})
    return [1] * low + [2] * high


def _zero(sheet: Worksheet, row: int, last: int) -> Any:
    """An invisible line at zero: bars are only honest on an axis that starts there."""
    zero = Series(Reference(sheet, min_col=DATA_PERIOD, max_col=last, min_row=row), title="cero")
    zero.graphicalProperties = GraphicalProperties()
    zero.graphicalProperties.line = LineProperties(noFill=True)
    zero.marker.symbol = "none"
    zero.smooth = False
    return zero


def _axes(chart: BarChart, indicator: Indicator) -> None:
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = chart_text(800, MUTED)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="D5DBE3"))
    chart.y_axis.number_format = "0%" if indicator.unit == "%" else "#,##0"
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill="E9EDF2")))
    chart.x_axis.tickLblPos = "low"
    chart.x_axis.number_format = common.PERIOD_FORMAT


def _number_format(indicator: Indicator) -> str:
    return "0.0%" if indicator.unit == "%" else "#,##0"


def chart_text(size: int, colour: str, bold: bool = False) -> RichText:
    """How text in a chart looks; `size` in hundredths of a point."""
    properties = CharacterProperties(sz=size, b=bold, solidFill=colour)
    return RichText(
        bodyPr=RichTextProperties(), p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)]
    )


def chart_title(text: str) -> Title:
    """A chart's title, cut at a word where it would not fit."""
    words = text if len(text) <= 64 else text[:61].rsplit(" ", 1)[0] + "…"
    properties = CharacterProperties(sz=1000, b=True, solidFill=INK)
    run = RegularTextRun(rPr=properties, t=words)
    rich = RichText(bodyPr=RichTextProperties(), p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), r=[run])])
    return Title(tx=Text(rich=rich), overlay=False)
