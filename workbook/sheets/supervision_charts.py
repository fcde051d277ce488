"""Charts of sheet Supervisión: delinquency and coverage of each credit segment over the periods."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import LineChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.legend import Legend, LegendEntry
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.catalogs import CATALOGS
from xl_perlas.workbook import plan_supervision
from xl_perlas.workbook.plan import HEADER_ROW, Plan, ref
from xl_perlas.workbook.plan_supervision import (
    CATALOG_ROW,
    CHARTS,
    PAGE,
    SEGMENTS,
    TITLE,
    WORDS,
    Block,
    block_column,
    charts_row,
    data_row,
    native_cell,
    ratio_rows,
)
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.graficos import chart_text, chart_title
from xl_perlas.workbook.styles import INK, MUTED, error_rule, style
from xl_perlas.workbook.view import NOT_AVAILABLE, View

#: Colour, dash and marker of each segment: each can be told without its colour.
_LOOKS = (
    (INK, "solid", "circle"), ("2F5D8C", "solid", "square"), ("B45F06", "dash", "triangle"),
    ("3D7A57", "sysDot", "diamond"), ("9C3D54", "lgDash", "x"), ("6B4C9A", "dashDot", "plus"),
    ("2B8A9E", "sysDash", "star"),
)  # fmt: skip
_GRID = "E9EDF2"
#: Where the two charts meet inside the column of words, in EMU.
_MIDDLE = 1_350_000
_WHOLE, _PART = 28575, 15875  # width of a line in EMU: the whole portfolio stands out


def formulas(plan: Plan) -> Cells:
    """The ratio of each segment under the catalogue of the period."""
    cells: Cells = {}
    rows = ratio_rows()
    for chart, (kind, _) in enumerate(CHARTS):
        for segment, (_, ids) in enumerate(SEGMENTS):
            for k in range(plan.capacity):
                column = block_column(plan, Block.NATIVE, k)
                places = [ref(column, rows[f"{kind}_{one}"]) if one else "NA()" for one in ids]
                chosen = f'CHOOSE(1+({native_cell(plan, CATALOG_ROW, k)}="{CATALOGS[1]}"),{",".join(places)})'
                cells[(data_row(chart, segment), column)] = f"={places[0] if len(set(places)) == 1 else chosen}"
    return cells


def results(view: View, shown: Cells) -> Cells:
    """What they show; `shown` are the ratios of the sheet."""
    plan, rows = view.plan, ratio_rows()
    cells: Cells = {}
    for chart, (kind, _) in enumerate(CHARTS):
        for segment, (_, ids) in enumerate(SEGMENTS):
            for k in range(plan.capacity):
                column = block_column(plan, Block.NATIVE, k)
                one = ids[shown[(CATALOG_ROW, column)] == CATALOGS[1]]
                place = (data_row(chart, segment), column)
                cells[place] = shown[(rows[f"{kind}_{one}"], column)] if one else NOT_AVAILABLE
    return cells


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Both charts, and their data below."""
    common.section(sheet, charts_row(), "Gráficos", PAGE)
    sheet.row_breaks.append(Break(id=charts_row() - 1))  # a page's end would cut them
    common.section(sheet, data_row(0, 0) - 2, "Datos de los gráficos", PAGE)
    for chart, (_, title) in enumerate(CHARTS):
        common.put(sheet, data_row(chart, 0) - 1, TITLE, title, "xlp_proposito")
        for segment, (name, _) in enumerate(SEGMENTS):
            row = data_row(chart, segment)
            common.put(sheet, row, TITLE, name, style("rotulo"))
            for k in range(plan.capacity):
                common.put(sheet, row, block_column(plan, Block.NATIVE, k), None, style("calculo", "%"))
        first = ref(block_column(plan, Block.NATIVE, 0), data_row(chart, 0))
        last = ref(block_column(plan, Block.NATIVE, plan.capacity - 1), data_row(chart, len(SEGMENTS) - 1))
        error_rule(sheet, f"{first}:{last}", first)
    for chart, lines in enumerate(segment_charts(sheet, plan)):
        sheet.add_chart(_placed(lines, left=chart == 0))


def segment_charts(sheet: Worksheet, plan: Plan) -> list[LineChart]:
    """Delinquency, and coverage, of each credit segment. `sheet` is Supervisión."""
    return [_lines(sheet, plan, chart) for chart in range(len(CHARTS))]


def _lines(sheet: Worksheet, plan: Plan, chart: int) -> LineChart:
    """A line a segment; a period without value is a gap."""
    first, last = (block_column(plan, Block.NATIVE, k) for k in (0, plan.capacity - 1))
    lines = LineChart()
    lines.title = chart_title(CHARTS[chart][1])
    for segment, (colour, dash, marker) in enumerate(_LOOKS):
        row = data_row(chart, segment)
        line = Series(Reference(sheet, min_col=first, max_col=last, min_row=row), title=SEGMENTS[segment][0])
        width = _PART if segment else _WHOLE
        line.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=colour, w=width, prstDash=dash)  # type: ignore[arg-type]
        )
        line.marker.symbol, line.marker.size = marker, 7
        line.marker.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
        line.smooth = False
        lines.series.append(line)
    lines.series.append(_nothing(sheet, first, last))
    lines.set_categories(Reference(sheet, min_col=first, max_col=last, min_row=HEADER_ROW))
    for axis in (lines.x_axis, lines.y_axis):
        axis.delete = False
        axis.txPr = chart_text(800, MUTED)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="D5DBE3"))
    lines.x_axis.number_format, lines.x_axis.tickLblPos = common.PERIOD_FORMAT, "low"
    lines.y_axis.number_format = "0%"
    lines.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=_GRID)))
    lines.legend = Legend(legendEntry=[LegendEntry(idx=len(_LOOKS), delete=True)])
    lines.legend.position, lines.legend.txPr = "b", chart_text(800, MUTED)
    lines.display_blanks, lines.visible_cells_only = "gap", True
    return lines


def _nothing(sheet: Worksheet, first: int, last: int) -> Any:
    """A series of blank cells, unseen: only in a chart that has some does Calc leave a gap where another has errors."""
    nothing = Series(Reference(sheet, min_col=first, max_col=last, min_row=plan_supervision.blank_row()), title=" ")
    nothing.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    nothing.marker.symbol, nothing.smooth = "none", False
    return nothing


def _placed(chart: LineChart, left: bool) -> LineChart:
    """Over half of the fixed columns, as wide as each program draws them."""
    top, middle = charts_row(), WORDS - 1
    start = AnchorMarker(col=0 if left else middle, row=top, colOff=0 if left else _MIDDLE + 60_000)
    end = AnchorMarker(
        col=middle if left else PAGE, row=top + plan_supervision.CHART_ROWS - 1, colOff=_MIDDLE if left else 0
    )  # fmt: skip
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)  # type: ignore[assignment]
    return chart
