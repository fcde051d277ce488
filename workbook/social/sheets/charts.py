"""Charts of the Balance Social: no series is told by its colour alone."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, RadarChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumFmt, NumRef, StrRef
from openpyxl.chart.legend import Legend
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.social import Light
from xl_perlas.social.thresholds import TOP
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets.graficos import chart_text, chart_title
from xl_perlas.workbook.sheets.rating_charts import Labels
from xl_perlas.workbook.social.plan import RESULTADOS, SocialPlan
from xl_perlas.workbook.social.sheets import resultados
from xl_perlas.workbook.social.view import LIGHTS
from xl_perlas.workbook.styles import INK, MUTED, NAVY

#: The year before is light and hatched, the one that is reported dark and plain.
_BEFORE, _NOW = "A9B8CC", NAVY
_COLOURS = {Light.GREEN: "1E7B34", Light.AMBER: "E0A526", Light.RED: "B42318", Light.NONE: "B8C0CA"}
_INKS = {Light.GREEN: "FFFFFF", Light.AMBER: INK, Light.RED: "FFFFFF", Light.NONE: INK}
_GRID = "E9EDF2"

def results(sheet: Worksheet, plan: SocialPlan) -> None:
    """The charts of the principles under their table, and that of the lights under theirs."""
    top = resultados.total_row(plan) + 2
    sheet.add_chart(principle_bars(sheet, plan, 16.8, 8.6), ref(1, top))
    sheet.add_chart(principle_radar(sheet, plan, 11.4, 8.6), ref(resultados.before_column(plan) - 1, top))
    sheet.add_chart(light_bars(sheet, plan, 28.5, 4.6), ref(1, _light_chart_row(plan)))


def _light_chart_row(plan: SocialPlan) -> int:
    return resultados.split_header(plan) + len(plan.method.principles) + 2


def last_row(plan: SocialPlan) -> int:
    """Last row under a chart."""
    return _light_chart_row(plan) + 10


def principle_bars(source: Worksheet, plan: SocialPlan, width: float, height: float) -> Any:
    """Mark of each principle in both years."""
    chart = BarChart()
    chart.type, chart.gapWidth, chart.overlap = "col", 60, -5
    chart.title = chart_title("Nota de cada principio, de 0 a 10")
    for i, colour in enumerate((_BEFORE, _NOW)):
        series = _principle_series(source, plan, i)
        series.graphicalProperties = GraphicalProperties()
        if i:
            series.graphicalProperties.solidFill = colour
        else:
            series.graphicalProperties.pattFill = PatternFillProperties(prst="wdUpDiag")
            series.graphicalProperties.pattFill.fgClr = _colour("6B7785")
            series.graphicalProperties.pattFill.bgClr = _colour("FFFFFF")
        series.graphicalProperties.line = LineProperties(solidFill="6B7785", w=9525)
        series.dLbls = Labels(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        series.dLbls.numFmt, series.dLbls.txPr = NumFmt(formatCode="0.0", sourceLinked=False), chart_text(700, INK)
        chart.series.append(series)
    _axes(chart, "0")
    chart.y_axis.scaling.min, chart.y_axis.scaling.max, chart.y_axis.majorUnit = 0, TOP, 2
    return _sized(chart, width, height)


def principle_radar(source: Worksheet, plan: SocialPlan, width: float, height: float) -> Any:
    """The same, a spoke each principle."""
    chart = RadarChart()
    chart.type = "marker"
    chart.title = chart_title("Los dos años, principio a principio")
    looks: tuple[tuple[str, str, Any], ...] = (("6B7785", "diamond", "sysDash"), (_NOW, "circle", "solid"))
    for i, (colour, symbol, dash) in enumerate(looks):
        series = _principle_series(source, plan, i)
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=25400, prstDash=dash))
        series.marker.symbol, series.marker.size = symbol, 7
        series.marker.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
        chart.series.append(series)
    chart.y_axis.scaling.min, chart.y_axis.scaling.max, chart.y_axis.majorUnit = 0, TOP, 2.5
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill="D5DBE3")))
    chart.x_axis.txPr, chart.y_axis.txPr = chart_text(900, INK, bold=True), chart_text(700, MUTED)
    chart.y_axis.number_format = "0"
    return _sized(chart, width, height)


def light_bars(source: Worksheet, plan: SocialPlan, width: float, height: float) -> Any:
    """What part of the indicators has each light, in both years."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "percentStacked", 100, 40
    chart.title = chart_title("Parte de los indicadores con cada luz")
    for light, row in resultados.light_rows(plan).items():
        first = resultados.before_column(plan) + 2
        series = Series(Reference(source, min_col=first, max_col=first + 1, min_row=row), title=LIGHTS[light])
        series.cat = _years(plan)
        series.graphicalProperties = GraphicalProperties(solidFill=_COLOURS[light])
        series.graphicalProperties.line = LineProperties(solidFill="FFFFFF", w=12700)
        series.dLbls = Labels(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        symbol = LIGHTS[light][:1]
        series.dLbls.numFmt = NumFmt(formatCode=f'"{symbol} "0%;;', sourceLinked=False)
        series.dLbls.txPr = chart_text(900, _INKS[light], bold=True)
        chart.series.append(series)
    _axes(chart, "0%")
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.majorGridlines = None
    return _sized(chart, width, height)


def _principle_series(source: Worksheet, plan: SocialPlan, i: int) -> Any:
    rows = list(resultados.principle_rows(plan).values())
    column = resultados.before_column(plan) + i
    series = Series(Reference(source, min_col=column, min_row=rows[0], max_row=rows[-1]))
    head = ref(column, resultados.HEADER, fix_column=True, fix_row=True)
    series.tx = SeriesLabel(strRef=StrRef(f=f"{RESULTADOS}!{head}"))
    series.cat = _categories(rows)
    return series


def _categories(rows: list[int]) -> Any:
    return AxDataSource(strRef=StrRef(f=f"{RESULTADOS}!$A${rows[0]}:$A${rows[-1]}"))


def _years(plan: SocialPlan) -> Any:
    start = resultados.before_column(plan)
    first, last = (ref(c, resultados.HEADER, fix_column=True, fix_row=True) for c in (start, start + 1))
    return AxDataSource(numRef=NumRef(f=f"{RESULTADOS}!{first}:{last}"))


def _colour(rgb: Any) -> Any:
    return ColorChoice(srgbClr=rgb)


def _axes(chart: Any, number_format: str) -> None:
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = chart_text(900, MUTED)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="D5DBE3"))
    chart.y_axis.number_format = number_format
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=_GRID)))
    chart.x_axis.tickLblPos = "low"
    chart.x_axis.number_format = "[<3000]0;mm/yyyy"


def _sized(chart: Any, width: float, height: float) -> Any:
    chart.legend = Legend()
    chart.legend.position, chart.legend.txPr = "b", chart_text(900, MUTED)
    chart.display_blanks, chart.visible_cells_only = "gap", False
    chart.width, chart.height = width, height
    return chart
