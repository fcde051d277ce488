"""Charts of sheets Calificación and Sensibilidad: no series is told by its colour alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumFmt, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.descriptors import Typed
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.model import COMPONENTS
from xl_perlas.score import load_scale
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook import plan_sensitivity as ps
from xl_perlas.workbook.plan import Plan, ref, span
from xl_perlas.workbook.sheets.graficos import PALETTE, chart_text, chart_title, is_crowded, space_labels
from xl_perlas.workbook.styles import INK, MUTED, NAVY

_HEIGHT = 8.4
#: Markers that stay apart in black and white, one a component.
_SYMBOLS = ("circle", "square", "triangle", "diamond", "x", "star")


class Labels(DataLabelList):
    """Labels that say that their number format is their own: without that LibreOffice takes the cells'."""

    tagname = DataLabelList.tagname
    numFmt = Typed(expected_type=NumFmt, allow_none=True)  # type: ignore[assignment]
    __elements__, __attrs__ = DataLabelList.__elements__, DataLabelList.__attrs__
    __nested__ = tuple(name for name in DataLabelList.__nested__ if name != "numFmt")


def rating_charts(sheet: Worksheet, plan: Plan) -> Iterator[tuple[Any, str]]:
    """Score of each period, and points of each component beside their maximum; each with its place."""
    yield _scores(sheet, plan), ref(1, pr.CHART_ROW)
    yield _points(sheet, plan), ref(pr.FIRST_PERIOD, pr.CHART_ROW)


def _scores(sheet: Worksheet, plan: Plan) -> BarChart:
    chart = _columns("Puntaje y calificación de cada periodo", 60)
    last = pr.period_column(plan.capacity - 1)
    values = Series(Reference(sheet, min_col=pr.FIRST_PERIOD, max_col=last, min_row=pr.NATIVE_SCORE), title="Puntaje")
    _fill(values, NAVY, "0.0", INK, is_crowded(plan))
    values.cat = _labels(pr.FIRST_PERIOD, last)
    chart.series.append(values)
    chart.legend = None
    space_labels(chart, plan)
    chart.width, chart.height = 15.2, _HEIGHT  # type: ignore[assignment]
    return chart


def _points(sheet: Worksheet, plan: Plan) -> BarChart:
    chart = _columns("Puntos de cada componente, y los posibles", 45)
    chart.grouping, chart.overlap = "stacked", 100
    last = pr.period_column(plan.capacity - 1)
    for component, (first, _) in pr.areas(plan).items():
        name = f"{component} · {COMPONENTS[component]}"
        points = Series(Reference(sheet, min_col=pr.POSSIBLE, max_col=last, min_row=first - 1), title=name)
        # the letter is part of the number's format: where there are no points there is no label
        _fill(points, PALETTE[component], f'"{component} "0.0;;', "FFFFFF", is_crowded(plan))
        points.cat = _labels(pr.POSSIBLE, last)
        chart.series.append(points)
    chart.legend.position = "r"
    chart.legend.txPr = chart_text(800, MUTED)
    space_labels(chart, plan)
    chart.width, chart.height = 15.2, _HEIGHT  # type: ignore[assignment]
    return chart


def _labels(first: int, last: int) -> AxDataSource:
    return AxDataSource(strRef=StrRef(f=pr.there(span(first, pr.LABEL, pr.LABEL, last))))


def _columns(title: str, gap: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.gapWidth = "col", gap
    chart.title = chart_title(title)
    chart.display_blanks, chart.visible_cells_only = "gap", True
    scale = load_scale().bands
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = scale[-1].lower, scale[0].upper
    _axes(chart, "0")
    return chart


def _fill(series: Any, colour: str, number_format: str, ink: str, crowded: bool) -> None:
    series.graphicalProperties = GraphicalProperties(solidFill=colour)
    series.graphicalProperties.line = LineProperties(solidFill="FFFFFF", w=6350)
    if crowded:
        return
    series.dLbls = Labels(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    series.dLbls.numFmt = NumFmt(formatCode=number_format, sourceLinked=False)
    series.dLbls.txPr = chart_text(800, ink)


def _axes(chart: Any, number_format: str) -> None:
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = chart_text(800, MUTED)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="D5DBE3"))
    chart.y_axis.number_format = number_format
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill="E9EDF2")))
    chart.x_axis.tickLblPos = "low"


def sensitivity_chart(sheet: Worksheet, plan: Plan) -> ScatterChart:
    """Score against the weight of a component, a line each, and where the band of today begins and ends.

    Not a line chart: LibreOffice draws what has no value as zero in one, whatever the chart asks for.
    """
    chart = ScatterChart()
    chart.scatterStyle = "lineMarker"
    chart.title = chart_title("Puntaje según el peso de un solo componente")
    last = ps.step_column(len(ps.STEPS) - 1)
    weights = Reference(sheet, min_col=ps.FIRST_STEP, max_col=last, min_row=ps.SCORE_SECTION + 1)

    def line(row: int, name: str, colour: str, width: int, dash: Any = None) -> Any:
        values = Reference(sheet, min_col=ps.FIRST_STEP, max_col=last, min_row=row)
        series = Series(values, weights, title=name)
        series.graphicalProperties = GraphicalProperties()
        series.graphicalProperties.line = LineProperties(solidFill=colour, w=width, prstDash=dash)
        series.smooth = False
        series.marker.symbol = "none"
        chart.series.append(series)
        return series

    for component, symbol in zip(ps.components(plan), _SYMBOLS, strict=False):
        colour = PALETTE[component]
        series = line(ps.score_row(plan, component), f"{component} · {COMPONENTS[component]}", colour, 19050)
        series.marker.symbol, series.marker.size = symbol, 7
        series.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.marker.graphicalProperties.line = LineProperties(solidFill=colour)
    line(ps.lower_row(plan), "Banda de hoy: desde", MUTED, 15875, "dash")
    line(ps.lower_row(plan) + 1, "Banda de hoy: hasta", MUTED, 15875, "sysDot")
    _axes(chart, "0")
    chart.x_axis.number_format = "0%"
    chart.x_axis.scaling.min, chart.x_axis.scaling.max = ps.STEPS[0], ps.STEPS[-1]
    chart.x_axis.majorUnit = ps.STEPS[1] - ps.STEPS[0]  # type: ignore[union-attr]
    chart.x_axis.majorGridlines = None
    chart.legend = Legend()
    chart.legend.position, chart.legend.txPr = "r", chart_text(800, MUTED)
    chart.display_blanks, chart.visible_cells_only = "gap", True
    chart.width, chart.height = 44.0, 7.4  # type: ignore[assignment]
    return chart
