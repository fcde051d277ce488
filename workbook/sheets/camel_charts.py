"""Charts of sheet CAMEL: the total by period over the bands of the scale, and the distance of each indicator to μ."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.camel import BEST, HIGHER, WORST, CamelReport
from xl_perlas.model import Result, Status
from xl_perlas.workbook import plan_camel
from xl_perlas.workbook.plan import HEADER_ROW, LINEAS, Plan, quoted, ref, span
from xl_perlas.workbook.plan_camel import (
    GRADES,
    LABEL,
    MU,
    PAGE,
    SIGMA,
    TITLE,
    TOTAL_ROW,
    Block,
    band_row,
    block_column,
    distance_header,
    distance_rows,
)
from xl_perlas.workbook.sheets import camel_scale, common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.graficos import chart_text, chart_title
from xl_perlas.workbook.styles import GREEN, INK, MUTED, NAVY, RED, error_rule, style
from xl_perlas.workbook.view import CELL_ERRORS, NOT_AVAILABLE, View

#: Columns of the distances: value of the latest period, distance in σ (positive is better), and each side apart.
_VALUE, _DISTANCE, _BETTER, _WORSE = 3, 4, 5, 6
_NAMES = {_BETTER: "Mejor que la media", _WORSE: "Peor que la media"}
_GRID = "E9EDF2"
_SIGNED = "+0.0;−0.0;0.0"


def formulas(plan: Plan) -> Cells:
    """Height of each band by period; distances in the latest period."""
    cells: Cells = {}
    for grade in GRADES:
        low, high = camel_scale.bounds(plan, grade)
        text = f"={high}" if grade == BEST else f"={high}-{low}"
        for k in range(plan.capacity):
            cells[(band_row(plan, grade), block_column(plan, Block.NATIVE, k))] = text
    cells.update(_latest_formulas(plan))
    rows = plan_camel.grade_rows(plan)
    for key, row in distance_rows(plan).items():
        values = span(*_place(plan, rows[key]))
        mean, deviation, value, distance = (
            ref(MU, rows[key]), ref(SIGMA, rows[key]), ref(_VALUE, row), ref(_DISTANCE, row),
        )  # fmt: skip
        more = plan.camel.directions[key] == HIGHER
        cells[(row, _VALUE)] = f"=INDEX({values},{_position(plan)})"
        cells[(row, _DISTANCE)] = f"=({value}-{mean})/{deviation}" if more else f"=({mean}-{value})/{deviation}"
        cells[(row, _BETTER)] = f"=IF({distance}>=0,{distance},NA())"
        cells[(row, _WORSE)] = f"=IF({distance}<0,{distance},NA())"
    return cells


def _place(plan: Plan, row: int) -> tuple[int, int, int, int]:
    """Arguments of `span` for the values of an indicator in every period."""
    return block_column(plan, Block.VALUE, 0), row, row, block_column(plan, Block.VALUE, plan.capacity - 1)


def _position(plan: Plan) -> str:
    return ref(_VALUE, distance_header(plan) - 1, fix_column=True, fix_row=True)


def _latest_formulas(plan: Plan) -> Cells:
    """Position of the latest period, and it in the headings of both sides."""

    def row_of_lines(row: int) -> str:
        return f"{quoted(LINEAS)}!{span(plan.line_column(0), row, row, plan.line_column(plan.capacity - 1))}"

    keys, header = row_of_lines(plan.key_row), distance_header(plan)
    when = "&\"-\"&".join(f"INDEX({row_of_lines(row)},{_position(plan)})" for row in (plan.year_row, plan.month_row))
    cells: Cells = {(header - 1, _VALUE): f"=MATCH(MAX({keys}),{keys},0)"}
    for column, name in _NAMES.items():
        cells[(header, column)] = f'="{name}, "&{when}'
    return cells


def results(view: View, seen: CamelReport) -> Cells:
    """What they show."""
    plan, last = view.plan, view.last
    cells: Cells = {}
    for grade in GRADES:
        low = 0 if grade == BEST else camel_scale.lowest(grade)
        for k in range(plan.capacity):
            place = (band_row(plan, grade), block_column(plan, Block.NATIVE, k))
            cells[place] = camel_scale.highest(grade) - low
    period = None if last is None else view.columns[last]
    header = distance_header(plan)
    cells[(header - 1, _VALUE)] = NOT_AVAILABLE if last is None else last + 1
    for column, name in _NAMES.items():
        cells[(header, column)] = f"{name}, {period.year}-{period.month}" if period else NOT_AVAILABLE
    for key, row in distance_rows(plan).items():
        position = None if last is None else view.position(last)
        shown = NOT_AVAILABLE if position is None else value_shown(seen.values.results[key][position])
        distance = _distance(seen, key, shown)
        error = distance if isinstance(distance, str) else NOT_AVAILABLE
        better = isinstance(distance, float) and distance >= 0
        cells[(row, _VALUE)], cells[(row, _DISTANCE)] = shown, distance
        cells[(row, _BETTER)], cells[(row, _WORSE)] = (distance, error) if better else (error, distance)
    return cells


def value_shown(result: Result) -> object:
    """What the cell of a value shows: the number, or the error of its status."""
    return CELL_ERRORS[result.status] if result.value is None else result.value


def _distance(seen: CamelReport, key: str, shown: object) -> object:
    """(value − μ) / σ, with the sign that makes positive better; the error that the formula gives where it has none."""
    statistic = seen.segment.statistics.get(key)
    if not isinstance(shown, float):
        return shown
    if statistic is None:
        return NOT_AVAILABLE
    if statistic.deviation == 0:
        return CELL_ERRORS[Status.ZERO_DENOMINATOR]
    distance = (shown - statistic.mean) / statistic.deviation
    return distance if seen.method.directions[key] == HIGHER else -distance


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Both charts, and their data below the scale."""
    common.section(sheet, plan_camel.charts_row(plan), "Gráficos", PAGE)
    sheet.row_breaks.append(Break(id=plan_camel.charts_row(plan) - 1))  # a page's end would cut them
    first, header = band_row(plan, BEST), distance_header(plan)
    common.section(sheet, first - 2, "Datos de los gráficos", PAGE)
    common.put(sheet, first - 1, TITLE, "Alto de las bandas del gráfico del total, por periodo", "xlp_proposito")
    for grade in GRADES:
        row = band_row(plan, grade)
        common.put(sheet, row, LABEL, grade, style("rotulo"))
        common.put(sheet, row, TITLE, f"{grade} · {camel_scale.WORDS[grade - BEST]}", style("rotulo"))
        for k in range(plan.capacity):
            common.put(sheet, row, block_column(plan, Block.NATIVE, k), None, style("calculo", "veces"))
    common.put(sheet, header - 1, LABEL, None, style("rotulo"))
    common.put(sheet, header - 1, TITLE, "Posición del último periodo en el Catálogo", style("rotulo"))
    common.put(sheet, header - 1, _VALUE, None, style("calculo"))
    common.header(sheet, "resultados", ["Id", "Indicador", "Valor", "Distancia en σ", "", ""], header)
    sheet.row_dimensions[header].height = 44
    for key, row in distance_rows(plan).items():
        common.put(sheet, row, LABEL, key, style("rotulo", "texto"))
        common.put(sheet, row, TITLE, f"{key} · {plan.camel.indicators[key].name}", style("rotulo"))
        common.put(sheet, row, _VALUE, None, style("calculo", "%"))
        for column in (_DISTANCE, _BETTER, _WORSE):
            common.put(sheet, row, column, None, style("calculo", "veces"))
            sheet.cell(row, column).number_format = _SIGNED
    error_rule(sheet, f"{ref(_VALUE, header + 1)}:{ref(_WORSE, max(distance_rows(plan).values()))}",
               ref(_VALUE, header + 1))  # fmt: skip
    top = plan_camel.charts_row(plan) + 1
    sheet.add_chart(_placed(_totals(sheet, plan), top, LABEL, MU - 1))
    sheet.add_chart(_placed(_distances(sheet, plan), top, MU, PAGE))


def _totals(sheet: Worksheet, plan: Plan) -> BarChart:
    """The total as a line over coloured bands; the axis is upside down, because 1 is the best."""
    first, last = (block_column(plan, Block.NATIVE, k) for k in (0, plan.capacity - 1))

    def by_period(row: int) -> Reference:
        return Reference(sheet, min_col=first, max_col=last, min_row=row)

    bands = BarChart()
    bands.type, bands.grouping, bands.overlap, bands.gapWidth = "col", "stacked", 100, 0
    bands.title = chart_title("Calificación CAMEL total: 1 es la mejor")
    for grade in GRADES:
        band = Series(by_period(band_row(plan, grade)), title=f"{grade} {camel_scale.WORDS[grade - BEST]}")
        band.graphicalProperties = GraphicalProperties(solidFill=camel_scale.fill_of(grade))
        band.graphicalProperties.line = LineProperties(noFill=True)
        bands.series.append(band)
    bands.set_categories(by_period(HEADER_ROW))
    line = LineChart()
    total = Series(by_period(TOTAL_ROW), title="Total")
    total.graphicalProperties = GraphicalProperties()
    total.graphicalProperties.line = LineProperties(solidFill=NAVY, w=28575)
    total.marker.symbol, total.marker.size = "circle", 8
    total.marker.graphicalProperties = GraphicalProperties(solidFill=NAVY)
    total.marker.graphicalProperties.line = LineProperties(solidFill="FFFFFF")
    total.smooth = False
    total.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False, dLblPos="t")
    total.dLbls.numFmt, total.dLbls.txPr = "0.00", chart_text(1000, INK, bold=True)
    line.series.append(total)
    line.set_categories(by_period(HEADER_ROW))
    bands += line
    for axis in (bands.x_axis, bands.y_axis):
        _plain(axis)
    bands.x_axis.number_format, bands.x_axis.tickLblPos = common.PERIOD_FORMAT, "high"
    bands.y_axis.scaling.orientation = "maxMin"
    bands.y_axis.scaling.min, bands.y_axis.scaling.max, bands.y_axis.majorUnit = BEST, WORST, 1
    bands.y_axis.number_format = "0"
    bands.y_axis.majorGridlines = None
    return _framed(bands)


def _distances(sheet: Worksheet, plan: Plan) -> BarChart:
    """How many σ better (right) or worse (left) than the mean of the segment each indicator is."""
    rows = distance_rows(plan).values()
    bars = BarChart()
    bars.type, bars.grouping, bars.overlap, bars.gapWidth = "bar", "clustered", 100, 45
    bars.title = chart_title("Distancia a la media del segmento, en σ")
    for column, colour in ((_BETTER, GREEN), (_WORSE, RED)):
        side = Series(
            Reference(sheet, min_col=column, min_row=distance_header(plan), max_row=max(rows)), title_from_data=True
        )
        side.graphicalProperties = GraphicalProperties(solidFill=colour)
        side.graphicalProperties.line = LineProperties(noFill=True)
        side.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        side.dLbls.numFmt, side.dLbls.txPr = _SIGNED, chart_text(800, INK)
        bars.series.append(side)
    bars.set_categories(Reference(sheet, min_col=TITLE, min_row=min(rows), max_row=max(rows)))
    for axis in (bars.x_axis, bars.y_axis):
        _plain(axis)
    bars.x_axis.scaling.orientation, bars.x_axis.tickLblPos = "maxMin", "low"
    bars.y_axis.crosses, bars.y_axis.majorUnit = "max", 1
    bars.y_axis.number_format = "+0;−0;0"
    bars.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=_GRID)))
    return _framed(bars)


def _plain(axis: Any) -> None:
    axis.delete = False
    axis.txPr = chart_text(800, MUTED)
    axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="D5DBE3"))


def _placed(chart: BarChart, row: int, first: int, last: int) -> BarChart:
    """Over the columns from `first` to `last`, as wide as each program draws them."""
    start = AnchorMarker(col=first - 1, row=row - 1)
    end = AnchorMarker(col=last, row=row - 1 + plan_camel.CHART_ROWS - 1)
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)  # type: ignore[assignment]
    return chart


def _framed(chart: BarChart) -> BarChart:
    chart.legend.position = "b"
    chart.legend.txPr = chart_text(800, MUTED)
    chart.display_blanks, chart.visible_cells_only = "gap", True
    return chart
