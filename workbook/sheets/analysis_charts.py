"""Charts of the financial analysis: what each side of the balance is made of, and the line through a series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import NumFmt
from openpyxl.chart.legend import Legend
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.analysis import load_statements
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.plan import HEADER_ROW, VERTICAL, Plan
from xl_perlas.workbook.plan_analysis import Part, TrendColumn, TrendHelp, part_column, point_column, trend_help_row
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.graficos import chart_text, chart_title, is_crowded, space_labels
from xl_perlas.workbook.sheets.rating_charts import Labels
from xl_perlas.workbook.styles import INK, MUTED, NAVY, RED

_GRID = "E9EDF2"
#: Ink and pattern of each part of a stack: neighbours stay apart in black and white too.
_FILLS = (
    ("17365D", ""), ("9DB7D5", ""), ("3D7A57", "wdUpDiag"), ("D9E2EC", ""), ("8A5A2B", ""), ("E3C9A8", ""),
    ("6B4C9A", "dkHorz"), ("B9D8C4", ""), ("9C3D54", "pct50"), ("F2E3B3", ""), ("2B8A9E", "wdDnDiag"), ("4B5563", ""),
    ("C9BFE0", ""), ("7A4B12", "dkVert"), ("E7EEF0", ""),
)  # fmt: skip

#: Names in a legend that fit one below the other.
_SHORT = 10


def _label(key: str) -> str:
    """Format of the figure on a part: its code says what it is without colours; smaller parts have no room for it."""
    return f'[>=0.08]"{key}: "0%;[<=-0.08]"{key}: "-0%;'


def compositions(sheet: Worksheet, plan: Plan) -> None:
    """The stacks of Vertical, one chart below the other."""
    for i, chart in enumerate(stacks(sheet, plan)):
        top = pa.charts_heading() + 1 + i * pa.CHART_ROWS
        sheet.add_chart(_placed(chart, top, pa.CODE, top + pa.CHART_ROWS - 2, pa.WHOLE))


def stacks(sheet: Worksheet, plan: Plan) -> Iterator[BarChart]:
    """Assets, liabilities and equity, income and expenses: a chart each, a stack a period. `sheet` is Vertical."""
    parts = {one.id: _parts(one.line) for one in load_statements().compositions}
    wanted = (
        ("De qué se compone el activo", "Parte del activo", Part.COMPOSITION, parts["activo"]),
        ("Con qué se financia: pasivo y patrimonio", "Parte del activo", Part.SHARE,
         (*parts["pasivo"], *parts["patrimonio"])),
        ("De qué se componen los ingresos", "Parte de los ingresos", Part.COMPOSITION, parts["ingresos"]),
        ("De qué se componen los gastos", "Parte de los gastos", Part.COMPOSITION, parts["gastos"]),
    )  # fmt: skip
    for title, axis, part, keys in wanted:
        yield _stack(sheet, plan, title, axis, part, keys)


def _parts(line: str) -> tuple[str, ...]:
    found = load_statements().items[line].line
    return tuple(found.accounts) if found else ()


def _stack(sheet: Worksheet, plan: Plan, title: str, axis: str, part: Part, keys: Sequence[str]) -> Any:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 45
    chart.title = chart_title(title)
    first, last = (part_column(plan, part, k) for k in (0, plan.capacity - 1))
    for i, key in enumerate(keys):
        row = pa.rows(VERTICAL)[key]
        series = Series(Reference(sheet, min_col=first, max_col=last, min_row=row), title=f"{key} {pa.name_of(key)}")
        colour, pattern = _FILLS[i % len(_FILLS)]
        series.graphicalProperties = _filled(colour, pattern)
        series.graphicalProperties.line = LineProperties(solidFill="FFFFFF", w=6350)
        if not is_crowded(plan):
            series.dLbls = Labels(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
            series.dLbls.numFmt = NumFmt(formatCode=_label(key), sourceLinked=False)
            dark = not pattern and _is_dark(colour)
            series.dLbls.txPr = chart_text(800, "FFFFFF" if dark else INK, bold=bool(pattern))
        chart.series.append(series)
    chart.set_categories(Reference(sheet, min_col=first, max_col=last, min_row=HEADER_ROW))
    _axes(chart, "Periodo", axis)
    chart.x_axis.number_format, chart.y_axis.number_format = common.PERIOD_FORMAT, "0%"
    space_labels(chart, plan)
    framed = _framed(chart, "r")
    framed.legend.txPr = chart_text(700 if len(keys) > _SHORT else 800, MUTED)
    return framed


def _filled(colour: str, pattern: str) -> GraphicalProperties:
    if not pattern:
        return GraphicalProperties(solidFill=colour)
    ink, paper = (ColorChoice(srgbClr=one) for one in (colour, "FFFFFF"))  # type: ignore[arg-type]
    return GraphicalProperties(
        pattFill=PatternFillProperties(prst=pattern, fgClr=ink, bgClr=paper)  # type: ignore[arg-type]
    )


def _is_dark(colour: str) -> bool:
    """Whether white letters are easier to read on it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140


def trend(sheet: Worksheet, plan: Plan) -> None:
    """The figures of the chosen row in time, and the line through them.

    Not a line chart: LibreOffice draws what has no value as zero in one, whatever the chart asks for.
    """
    chart = ScatterChart()
    chart.scatterStyle = "lineMarker"
    chart.title = chart_title("Cifras de la fila elegida, y su recta")
    first, last = (point_column(plan, k) for k in (0, plan.capacity - 1))

    def by_period(what: TrendHelp) -> Reference:
        return Reference(sheet, min_col=first, max_col=last, min_row=trend_help_row(what))

    figures = Series(by_period(TrendHelp.FIGURE), by_period(TrendHelp.DATE), title="Cifra del periodo")
    figures.graphicalProperties = GraphicalProperties()
    figures.graphicalProperties.line = LineProperties(noFill=True)
    figures.marker.symbol, figures.marker.size = "circle", 8
    figures.marker.graphicalProperties = GraphicalProperties(solidFill=NAVY)
    figures.marker.graphicalProperties.line = LineProperties(solidFill=NAVY)
    line = Series(by_period(TrendHelp.LINE), by_period(TrendHelp.DATE), title="Recta ajustada")
    line.graphicalProperties = GraphicalProperties()
    line.graphicalProperties.line = LineProperties(solidFill=RED, w=22225, prstDash="dash")
    line.marker.symbol = "none"
    for series in (figures, line):
        series.smooth = False
        chart.series.append(series)
    _axes(chart, "Fin del periodo: 2011 es el 31 de diciembre de 2011", "Cifra")
    chart.x_axis.number_format, chart.y_axis.number_format = "0", "#,##0"
    chart.x_axis.majorUnit = 1  # type: ignore[union-attr]
    chart.x_axis.majorGridlines = None
    sheet.add_chart(
        _placed(_framed(chart, "b"), pa.CHART_TOP, TrendColumn.FIRST, pa.CHART_BOTTOM, TrendColumn.SEASONAL)
    )


def _axes(chart: Any, across: str, up: str) -> None:
    for axis, text in ((chart.x_axis, across), (chart.y_axis, up)):
        axis.delete = False
        axis.txPr = chart_text(800, MUTED)
        axis.title = _axis_title(text)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="D5DBE3"))
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=_GRID)))
    chart.x_axis.tickLblPos = "low"


def _axis_title(text: str) -> Any:
    title: Any = chart_title(text)
    for paragraph in title.tx.rich.p:
        for properties in (paragraph.pPr.defRPr, *(run.rPr for run in paragraph.r)):
            properties.sz, properties.b = 800, False
    return title


def _framed(chart: Any, legend: str) -> Any:
    chart.legend = Legend()
    chart.legend.position, chart.legend.txPr = legend, chart_text(800, MUTED)
    chart.display_blanks, chart.visible_cells_only = "gap", True
    return chart


def _placed(chart: Any, top: int, left: int, bottom: int, right: int) -> Any:
    """Over columns that are never hidden, as wide as each program draws them."""
    start, end = AnchorMarker(col=left - 1, row=top - 1), AnchorMarker(col=right, row=bottom)
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)
    return chart
