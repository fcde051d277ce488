"""Segmento: whom the entity is graded against, its own values where accounts give none, the segment's entities."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.camel import HIGHER, LOWER, Segment, Unit, convert
from xl_perlas.supervision_load import load_supervision
from xl_perlas.workbook import names, plan_camel, plan_peers
from xl_perlas.workbook.plan import PARES, SEGMENTO, Plan, ref, span
from xl_perlas.workbook.plan_camel import (
    COMPUTED_DEVIATION,
    COMPUTED_MEAN,
    COUNT,
    DATE_ROW,
    DEVIATION,
    DEVIATION_USED,
    DIRECTION,
    ENTITY_ROWS,
    FIRST_FIGURE,
    ID,
    MEAN,
    MEAN_USED,
    NAME_ROW,
    ORIGIN,
    SOURCE,
    SOURCE_ROW,
    STATISTIC_HEADER,
    TITLE,
)
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.datos import header_results, period_headers
from xl_perlas.workbook.styles import error_rule, style
from xl_perlas.workbook.supervision_inputs import YesNo
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = SEGMENTO
DIRECTIONS = {HIGHER: "más es mejor", LOWER: "menos es mejor"}
#: Where the mean and deviation in use come from.
WRITTEN, COMPUTED, LENT, ABSENT = "escritas", "calculadas", "de la hoja Pares", "faltan"
#: Largest ratio that people may type, either way: 1.000.000 %.
_LARGEST = 10_000
_WIDTHS = {ID: 9, TITLE: 50, SOURCE: 40, DIRECTION: 14}
_FIGURE_WIDTH = 13
_ENTITY_HEADER_HEIGHT = 84


def formulas(plan: Plan) -> Cells:
    """Statistics of the entities, those in use, and the periods over typed values."""
    cells = period_headers(plan, FIRST_FIGURE, plan_camel.typed_header(plan))
    peers = {camel: plan_peers.result_rows()[key] for key, camel in load_supervision().camel.items()}
    for i, (key, row) in enumerate(plan_camel.statistic_rows(plan).items()):
        entities = span(FIRST_FIGURE + i, *plan_camel.entity_span(plan))
        mean, deviation = (ref(column, row, fix_column=True) for column in (MEAN, DEVIATION))
        computed = ref(COMPUTED_DEVIATION, row)
        both = f"AND(ISNUMBER({mean}),ISNUMBER({deviation}))"
        cells[(row, COUNT)] = f"=COUNT({entities})"
        cells[(row, COMPUTED_MEAN)] = f"=IF(ISNUMBER({computed}),AVERAGE({entities}),NA())"
        cells[(row, COMPUTED_DEVIATION)] = f"=IFERROR(STDEV({entities}),NA())"
        lent = [f"{PARES}!{ref(column, peers[key])}" for column in (plan_peers.MEAN, plan_peers.DEVIATION)]
        lends = f'({names.PEERS_IN_CAMEL}="{YesNo.YES}")*ISNUMBER({lent[1]})'
        origin = f"MAX(1,2*{lends},3*ISNUMBER({computed}))"
        for column, typed, other, own in (
            (MEAN_USED, mean, lent[0], ref(COMPUTED_MEAN, row)), (DEVIATION_USED, deviation, lent[1], computed),
        ):  # fmt: skip
            cells[(row, column)] = f"=IF({both},{typed},CHOOSE({origin},NA(),{other},{own}))"
        cells[(row, ORIGIN)] = f'=IF({both},"{WRITTEN}",CHOOSE({origin},"{ABSENT}","{LENT}","{COMPUTED}"))'
    return common.light(cells)


def results(view: View) -> Cells:
    """What they show."""
    plan, inputs = view.plan, view.camel_inputs
    cells = header_results(view, FIRST_FIGURE, plan_camel.typed_header(plan))
    for key, row in plan_camel.statistic_rows(plan).items():
        computed, used = inputs.computed.get(key), inputs.segment.statistics.get(key)
        cells[(row, COUNT)] = inputs.counts[key]
        cells[(row, COMPUTED_MEAN)] = computed.mean if computed else NOT_AVAILABLE
        cells[(row, COMPUTED_DEVIATION)] = computed.deviation if computed else NOT_AVAILABLE
        cells[(row, MEAN_USED)] = used.mean if used else NOT_AVAILABLE
        cells[(row, DEVIATION_USED)] = used.deviation if used else NOT_AVAILABLE
        lent = LENT if key in inputs.lent else ABSENT
        cells[(row, ORIGIN)] = WRITTEN if key in inputs.written else COMPUTED if computed else lent
    return common.light(cells, view.state)


def build(sheet: Worksheet, plan: Plan, segment: Segment | None = None) -> None:
    """The segment, its statistics, the entity's own values, and the entities; `segment` fills what it knows."""
    common.start(
        sheet, "entradas", "Segmento",
        "Con quién se compara la entidad en CAMEL. Escriba media y desviación, o las entidades del segmento.",
    )  # fmt: skip
    common.widths(sheet, {**{FIRST_FIGURE + i: _FIGURE_WIDTH for i in range(_width(plan))}, **_WIDTHS})
    _head(sheet, plan, segment)
    _statistics(sheet, plan, segment)
    _typed_values(sheet, plan)
    _entities(sheet, plan)
    _validation(sheet, plan)
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, "C4", repeat_rows="1:3")
    sheet.row_breaks.append(Break(id=plan_camel.entity_header(plan) - 2))
    sheet.print_area = f"A1:{ref(_width(plan), plan_camel.entity_span(plan)[1])}"


def _width(plan: Plan) -> int:
    """Columns of the widest table."""
    return FIRST_FIGURE - 1 + max(plan.capacity, len(plan.camel.indicators))


def _head(sheet: Worksheet, plan: Plan, segment: Segment | None) -> None:
    common.section(sheet, NAME_ROW - 1, "Segmento: cooperativas semejantes a la entidad", _width(plan))
    rows = (
        (NAME_ROW, "Nombre", segment.name if segment else None),
        (DATE_ROW, "Fecha o periodo de los datos", None),
        (SOURCE_ROW, "Fuente", str(segment.source) if segment else None),
    )
    for row, label, value in rows:
        common.put(sheet, row, ID, None, style("rotulo"))
        common.put(sheet, row, TITLE, label, style("rotulo"))
        common.put(sheet, row, SOURCE, value, style("entrada"))
        sheet.row_dimensions[row].height = 30


def _statistics(sheet: Worksheet, plan: Plan, segment: Segment | None) -> None:
    text = (
        "Media (μ) y desviación estándar (σ). La pareja escrita gana a la calculada con las entidades de abajo; sin "
        "ninguna de las dos puede valer la de la hoja Pares («Usar en CAMEL»)."
    )
    common.section(sheet, STATISTIC_HEADER - 1, text, _width(plan))
    common.header(
        sheet, "entradas",
        ["Id", "Indicador", "Fuente", "Sentido", "μ escrita", "σ escrita", "Entidades con dato", "μ calculada",
         "σ calculada", "μ en uso", "σ en uso", "Origen de las que se usan"], STATISTIC_HEADER,
    )  # fmt: skip
    rows = plan_camel.statistic_rows(plan)
    _labels(sheet, plan, rows)
    for key, row in rows.items():
        known = segment.statistics.get(key) if segment else None
        common.put(sheet, row, SOURCE, str(known.source) if known else None, style("entrada"))
        common.put(sheet, row, DIRECTION, DIRECTIONS[plan.camel.directions[key]], style("rotulo"))
        for column in (MEAN, DEVIATION):
            common.put(sheet, row, column, None, style("entrada", "%"))
        if segment and known:
            sheet.cell(row, MEAN).value = convert(known.mean, segment.unit, Unit.RATIO)
            sheet.cell(row, DEVIATION).value = convert(known.deviation, segment.unit, Unit.RATIO)
        common.put(sheet, row, COUNT, None, style("calculo"))
        for column in (COMPUTED_MEAN, COMPUTED_DEVIATION, MEAN_USED, DEVIATION_USED):
            common.put(sheet, row, column, None, style("calculo", "%"))
        common.put(sheet, row, ORIGIN, None, style("calculo"))
    first, last = min(rows.values()), max(rows.values())
    area, top = f"{ref(COMPUTED_MEAN, first)}:{ref(DEVIATION_USED, last)}", ref(COMPUTED_MEAN, first)
    error_rule(sheet, area, top)


def _typed_values(sheet: Worksheet, plan: Plan) -> None:
    header = plan_camel.typed_header(plan)
    text = "Valores de la entidad que sus cuentas no permiten calcular. Vacío: se calcula con las cuentas del Catálogo."
    common.section(sheet, header - 1, text, _width(plan))
    common.header(sheet, "entradas", ["Id", "Indicador", "Fuente del valor"], header)
    common.period_header(sheet, "entradas", FIRST_FIGURE, plan.capacity, header)
    rows = plan_camel.typed_rows(plan)
    _labels(sheet, plan, rows)
    for row in rows.values():
        common.put(sheet, row, SOURCE, None, style("entrada"))
        for k in range(plan.capacity):
            common.put(sheet, row, FIRST_FIGURE + k, None, style("entrada", "%"))


def _entities(sheet: Worksheet, plan: Plan) -> None:
    header = plan_camel.entity_header(plan)
    text = f"Entidades del segmento (hasta {ENTITY_ROWS}). Deje vacío lo que no sepa: vacío no es cero."
    common.section(sheet, header - 1, text, _width(plan))
    names = [f"{key}\n{one.name}" for key, one in plan.camel.indicators.items()]
    common.header(sheet, "entradas", ["N.º", "Entidad", "Fuente", *names], header)
    sheet.row_dimensions[header].height = _ENTITY_HEADER_HEIGHT
    first, last = plan_camel.entity_span(plan)
    for row in range(first, last + 1):
        common.put(sheet, row, ID, row - first + 1, style("rotulo"))
        common.put(sheet, row, TITLE, None, style("entrada"))
        common.put(sheet, row, SOURCE, None, style("entrada"))
        for i in range(len(names)):
            common.put(sheet, row, FIRST_FIGURE + i, None, style("entrada", "%"))


def _labels(sheet: Worksheet, plan: Plan, rows: dict[str, int]) -> None:
    """Id and name of each indicator, under the heading of its group."""
    for group, row in plan_camel.group_rows(plan, rows).items():
        common.section(sheet, row, f"{group} · {plan.camel.groups[group].name}", _width(plan))
    for key, row in rows.items():
        common.put(sheet, row, ID, key, style("rotulo", "texto"))
        common.put(sheet, row, TITLE, plan.camel.indicators[key].name, style("rotulo"))
        sheet.row_dimensions[row].height = 30


def _validation(sheet: Worksheet, plan: Plan) -> None:
    statistics, typed = plan_camel.statistic_rows(plan).values(), plan_camel.typed_rows(plan).values()
    first, last = plan_camel.entity_span(plan)
    figure = DataValidation(
        type="decimal", operator="between", formula1=str(-_LARGEST), formula2=str(_LARGEST), allow_blank=True
    )
    figure.errorTitle = "Porcentaje"
    figure.error = "Escriba un porcentaje, como 15,12 %. Deje vacía la celda si no lo tiene."
    figure.add(f"{ref(MEAN, min(statistics))}:{ref(MEAN, max(statistics))}")
    figure.add(f"{ref(FIRST_FIGURE, min(typed))}:{ref(FIRST_FIGURE + plan.capacity - 1, max(typed))}")
    figure.add(f"{ref(FIRST_FIGURE, first)}:{ref(FIRST_FIGURE + len(plan.camel.indicators) - 1, last)}")
    spread = DataValidation(type="decimal", operator="greaterThan", formula1="0", allow_blank=True)
    spread.errorTitle = "Desviación estándar"
    spread.error = "Escriba un porcentaje mayor que cero, como 3,06 %."
    spread.add(f"{ref(DEVIATION, min(statistics))}:{ref(DEVIATION, max(statistics))}")
    sheet.add_data_validation(figure)
    sheet.add_data_validation(spread)
