"""Chart of sheet Pares: the percentile of each ratio among its peers, a bar that says its light by pattern too."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.peers import Light
from xl_perlas.supervision_load import all_ratios
from xl_perlas.workbook import plan_peers as pp
from xl_perlas.workbook.plan import ref
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.graficos import chart_text, chart_title
from xl_perlas.workbook.styles import AMBER, AMBER_FILL, GREEN, INK, MUTED, RED, error_rule, style
from xl_perlas.workbook.view import NOT_AVAILABLE

#: Fill and line of each light: dark, pale, striped and grey, so that a print in greys tells them apart.
_LOOKS = {
    Light.GREEN: (GREEN, GREEN), Light.YELLOW: (AMBER_FILL, AMBER), Light.RED: ("", RED),
    Light.NONE: ("9AA5B1", "9AA5B1"),
}  # fmt: skip
_GRID = "E9EDF2"


def formulas() -> Cells:
    """The percentile of each ratio, in the column of its light."""
    cells: Cells = {}
    results = pp.result_rows()
    for key, row in pp.bar_rows().items():
        light, share = ref(pp.LIGHT, results[key]), ref(pp.PERCENTILE, results[key])
        for one, column in pp.BARS.items():
            cells[(row, column)] = f'=IF({light}="{pp.LIGHTS[one]}",{share},NA())'
    return cells


def results(shown: Cells) -> Cells:
    """What they show; `shown` are the results of the sheet."""
    cells: Cells = {}
    rows = pp.result_rows()
    for key, row in pp.bar_rows().items():
        light, share = shown[(rows[key], pp.LIGHT)], shown[(rows[key], pp.PERCENTILE)]
        for one, column in pp.BARS.items():
            cells[(row, column)] = share if light == pp.LIGHTS[one] else NOT_AVAILABLE
    return cells


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet) -> None:
    """The chart, and its data at the foot of the sheet."""
    row = pp.chart_row()
    common.section(sheet, row, "Gráfico: de cada cien pares, a cuántos supera la entidad (100 es el mejor)", pp.LAST)
    sheet.row_breaks.append(Break(id=row - 1))  # a page's end would cut it
    header, rows = pp.bars_header(), pp.bar_rows()
    common.section(sheet, header - 1, "Datos del gráfico", pp.LAST)
    common.header(sheet, "entradas", ["Id", "Indicador", *(pp.LIGHTS[light] for light in pp.BARS)], header)
    for key, at in rows.items():
        common.put(sheet, at, pp.ID, key, style("rotulo", "texto"))
        common.put(sheet, at, pp.TITLE, all_ratios()[key].name, style("rotulo"))
        common.fit_height(sheet, at, [(all_ratios()[key].name, 40)])
        for column in pp.BARS.values():
            common.put(sheet, at, column, None, style("calculo", "veces"))
            sheet.cell(at, column).number_format = "0"
    first, last = min(pp.BARS.values()), max(pp.BARS.values())
    area = f"{ref(first, min(rows.values()))}:{ref(last, max(rows.values()))}"
    error_rule(sheet, area, ref(first, min(rows.values())))
    chart = _bars(sheet)
    start, end = AnchorMarker(col=0, row=row), AnchorMarker(col=pp.LAST, row=row + pp.CHART_ROWS - 1)
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)  # type: ignore[assignment]
    sheet.add_chart(chart)


def _bars(sheet: Worksheet) -> BarChart:
    rows = pp.bar_rows().values()
    bars = BarChart()
    bars.type, bars.grouping, bars.overlap, bars.gapWidth = "bar", "clustered", 100, 40
    bars.title = chart_title("Percentil entre los pares")
    for light, column in pp.BARS.items():
        bar = Series(
            Reference(sheet, min_col=column, min_row=pp.bars_header(), max_row=max(rows)), title_from_data=True
        )
        colour, edge = _LOOKS[light]
        fill = GraphicalProperties(solidFill=colour) if colour else GraphicalProperties(pattFill=_stripes(edge))
        fill.line = LineProperties(solidFill=edge)
        bar.graphicalProperties = fill
        bar.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        bar.dLbls.numFmt, bar.dLbls.txPr = "0", chart_text(800, INK)
        bars.series.append(bar)
    bars.set_categories(Reference(sheet, min_col=pp.TITLE, min_row=min(rows), max_row=max(rows)))
    for axis in (bars.x_axis, bars.y_axis):
        axis.delete = False
        axis.txPr = chart_text(1000, MUTED)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="D5DBE3"))
    bars.x_axis.scaling.orientation, bars.x_axis.tickLblPos = "maxMin", "low"
    bars.y_axis.crosses = "max"
    bars.y_axis.scaling.min, bars.y_axis.scaling.max, bars.y_axis.majorUnit = 0, 100, 25
    bars.y_axis.number_format = "0"
    bars.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=_GRID)))
    bars.legend.position, bars.legend.txPr = "b", chart_text(800, MUTED)
    bars.display_blanks, bars.visible_cells_only = "gap", True
    return bars


def _stripes(colour: str) -> PatternFillProperties:
    ink, paper = (ColorChoice(srgbClr=one) for one in (colour, "FFFFFF"))  # type: ignore[arg-type]
    return PatternFillProperties(prst="wdUpDiag", fgClr=ink, bgClr=paper)
