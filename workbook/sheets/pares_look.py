"""How sheet Pares looks: labels, styles, lists to choose from and colours."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.camel import HIGHER, LOWER, Unit
from xl_perlas.model import Indicator
from xl_perlas.peers import SAME, Deviation, Light
from xl_perlas.supervision_load import BOTH, all_ratios, load_supervision
from xl_perlas.workbook import names, plan_supervision
from xl_perlas.workbook import plan_peers as pp
from xl_perlas.workbook.plan import Plan, ref
from xl_perlas.workbook.sheets import common, pares_chart
from xl_perlas.workbook.sheets.supervision_look import GAP_FORMAT, gap_rules
from xl_perlas.workbook.styles import (
    AMBER,
    AMBER_FILL,
    GREEN,
    GREEN_FILL,
    GREY_FILL,
    MUTED,
    RED,
    RED_FILL,
    error_rule,
    rule,
    style,
)
from xl_perlas.workbook.supervision_inputs import YesNo

_WIDTHS = {pp.ID: 14, pp.TITLE: 42, pp.WAY: 14, pp.ADDIN: 13, pp.LIGHT: 12, pp.RULE: 13}
_FIGURE_WIDTH = 10.5
_NOTE_WIDTH = _FIGURE_WIDTH * (pp.LAST - pp.NOTE + 1)
_LARGEST = 1_000_000
_WAYS = {HIGHER: "más es mejor", LOWER: "menos es mejor", BOTH: "sin lado mejor"}
_NO_SIDE = "no aplica"
_NAMES_HEIGHT = 112
_FILLS = {
    Light.GREEN: (GREEN_FILL, GREEN), Light.YELLOW: (AMBER_FILL, AMBER), Light.RED: (RED_FILL, RED),
    Light.NONE: (GREY_FILL, MUTED),
}  # fmt: skip

_CHOICES = (
    (pp.NAME_ROW, "Nombre de la tabla", None, "Por ejemplo: cooperativas del segmento 1."),
    (pp.DATE_ROW, "Fecha de los datos", None, "La misma del periodo que se compara."),
    (pp.SOURCE_ROW, "Fuente", None, "De dónde salen las cifras, con su página o su enlace."),
    (pp.UNIT_ROW, "Unidad de las cifras", Unit.PERCENT,
     "porcentaje: 15,12 es 15,12 %. razón: 0,1512 es 15,12 %; es lo que guarda una celda con formato de porcentaje."),
    (pp.DEVIATION_ROW, "Desviación estándar", Deviation.SAMPLE,
     "muestral divide para n − 1; poblacional, para n."),
    (pp.PERIOD_ROW, "Periodo que se compara", None, "Vacío: el último."),
    (pp.CAMEL_ROW, "Usar en CAMEL", YesNo.NO,
     "sí: la media y la desviación de esta hoja valen en CAMEL donde Segmento no tiene ni escritas ni calculadas."),
)  # fmt: skip
_FOLLOWING = (
    (pp.POSITION_ROW, "Columna del periodo", "Su lugar en el Catálogo."),
    (pp.DIVISOR_ROW, "Divisor", "Lleva las cifras de la tabla a razones."),
    (pp.PEERS_ROW, "Entidades que cuentan", "Sin ninguna se usan la media y la desviación escritas sobre la tabla."),
)
_HEADINGS = (
    "Id", "Indicador", "Sentido", "Valor de la entidad", "Pares con cifra", "Posición (1 es la mejor)",
    "Percentil (fórmula nativa)", "Percentil (función del complemento)", "Diferencia", "Media (μ)",
    "Desviación (σ)", "Distancia a μ, puntos", "Distancia a μ, en σ", "Luz", "Criterio", "Nota del último recálculo",
)  # fmt: skip


def build(sheet: Worksheet, plan: Plan) -> None:
    """Everything but the formulas."""
    common.start(
        sheet, "entradas", "Pares",
        "Con quién se compara la entidad. Escriba abajo las entidades, o la media y la desviación de su segmento.",
    )  # fmt: skip
    common.widths(sheet, dict.fromkeys(range(1, pp.last_column() + 1), _FIGURE_WIDTH) | _WIDTHS)
    _choices(sheet)
    _results(sheet)
    _limits(sheet)
    pares_chart.build(sheet)
    _table(sheet)
    _counted(sheet)
    _validation(sheet)
    _conditional(sheet)
    common.finish(sheet, "C4", repeat_rows="1:3")
    sheet.row_breaks.append(Break(id=pp.table_header() - 3))
    sheet.print_area = f"A1:{ref(pp.LAST, pp.chart_row() + pp.CHART_ROWS)}"


def _choices(sheet: Worksheet) -> None:
    section = "Tabla de pares: qué es y cómo se lee. Las cifras se escriben al pie, desde la fila {row}."
    common.section(sheet, pp.NAME_ROW - 1, section.format(row=pp.mean_row()), pp.LAST)
    rows = (*((*one, "entrada") for one in _CHOICES), *((r, text, None, how, "calculo") for r, text, how in _FOLLOWING))
    for row, label, value, hint, kind in rows:
        for column in range(1, pp.LAST + 1):
            common.put(sheet, row, column, None, style("rotulo"))
        common.put(sheet, row, pp.LABEL, label, style("rotulo"))
        common.put(sheet, row, pp.VALUE, None if value is None else str(value), style(kind))
        common.put(sheet, row, pp.HINT, hint, style("rotulo"))
        common.merge(sheet, row, pp.VALUE, pp.HINT - 1)
        common.merge(sheet, row, pp.HINT, pp.LAST)
        sheet.row_dimensions[row].height = 20
    sheet.cell(pp.PERIOD_ROW, pp.VALUE).number_format = common.PERIOD_FORMAT


def _results(sheet: Worksheet) -> None:
    header, rows = pp.RESULT_HEADER, pp.result_rows()
    common.section(sheet, header - 1, "Dónde está la entidad entre sus pares", pp.LAST)
    common.header(sheet, "entradas", [*_HEADINGS, *[""] * (pp.LAST - pp.NOTE)], header)
    common.merge(sheet, header, pp.NOTE, pp.LAST)
    sheet.row_dimensions[header].height = 58
    for group, row in plan_supervision.heading_rows(rows).items():
        common.section(sheet, row, plan_supervision.groups()[group].name, pp.LAST)
    for key, row in rows.items():
        _result_row(sheet, key, all_ratios()[key], row)
    row = pp.check_row()
    common.put(sheet, row, pp.TITLE, "Cuántos percentiles difieren entre función y fórmula", style("rotulo"))
    common.put(sheet, row, pp.GAP, None, style("control"))
    sheet.row_dimensions[row].height = 20


def _result_row(sheet: Worksheet, key: str, indicator: Indicator, row: int) -> None:
    kinds = {
        pp.ID: ("rotulo", "texto"), pp.TITLE: ("rotulo", ""), pp.WAY: ("rotulo", ""), pp.OWN: ("calculo", "%"),
        pp.COUNT: ("calculo", ""), pp.POSITION: ("calculo", ""), pp.PERCENTILE: ("calculo", "veces"),
        pp.ADDIN: ("resultado", "veces"), pp.GAP: ("control", ""), pp.MEAN: ("calculo", "%"),
        pp.DEVIATION: ("calculo", "%"), pp.POINTS: ("calculo", "veces"), pp.SIGMAS: ("calculo", "veces"),
        pp.LIGHT: ("resultado", ""), pp.RULE: ("calculo", ""),
    }  # fmt: skip
    texts = {pp.ID: key, pp.TITLE: indicator.name, pp.WAY: _WAYS[indicator.direction]}
    if indicator.direction == BOTH:
        texts |= dict.fromkeys((pp.POSITION, pp.PERCENTILE, pp.ADDIN, pp.GAP), _NO_SIDE)
    for column, (kind, unit) in kinds.items():
        common.put(sheet, row, column, texts.get(column), style(kind, unit))
    for column in range(pp.NOTE, pp.LAST + 1):
        common.put(sheet, row, column, None, style("rotulo"))
    common.merge(sheet, row, pp.NOTE, pp.LAST)
    for column in (pp.POINTS, pp.SIGMAS):
        sheet.cell(row, column).number_format = "+0.00;−0.00;0.00"
    sheet.cell(row, pp.GAP).number_format = GAP_FORMAT
    common.fit_height(sheet, row, [(indicator.name, _WIDTHS[pp.TITLE])], 30)


def _limits(sheet: Worksheet) -> None:
    """The limits of the lights, in cells that formulas read."""
    lights = load_supervision().lights
    header = pp.limits_header()
    common.section(sheet, header - 1, "Límites de las luces", pp.LAST)
    common.header(sheet, "entradas", ["", "Criterio", "Verde desde", "Amarillo desde", "Qué se mira"], header)
    common.merge(sheet, header, pp.LIMIT_SOURCE, pp.LAST)
    percentile, sigmas, mean, far = pp.CRITERIA
    rows = (
        (pp.PERCENTILE_LIMIT, percentile, lights.percentile, "El percentil, cuando hay pares suficientes."),
        (pp.SIGMA_LIMIT, sigmas, lights.deviations, "La distancia a la media en σ, con el signo en que más es mejor."),
        (pp.MEAN_LIMIT, mean, (0, 0), "Sin desviación: el lado de la media, con el mismo signo; no hay amarillo."),
        (pp.FAR_LIMIT, far, lights.far,
         "Indicador sin lado mejor: σ de distancia, a cualquier lado; aquí es verde hasta y amarillo hasta."),
        (pp.MINIMUM, "pares suficientes", (lights.minimum,), f"Con menos no decide el percentil. {lights.source}."),
        (pp.TIE, "empate", (SAME,), "Dos razones que distan menos que esto (o esto × la mayor) son la misma."),
    )  # fmt: skip
    for which, name, figures, text in rows:
        row = pp.limit_row(which)
        for column in range(pp.ID, pp.LAST + 1):
            common.put(sheet, row, column, None, style("rotulo"))
        common.put(sheet, row, pp.CRITERION, name, style("rotulo"))
        for column, figure in zip((pp.GREEN, pp.YELLOW), figures, strict=False):
            common.put(sheet, row, column, figure, style("calculo"))
        common.put(sheet, row, pp.LIMIT_SOURCE, text, style("rotulo"))
        common.merge(sheet, row, pp.LIMIT_SOURCE, pp.LAST)
        sheet.row_dimensions[row].height = 18
    sheet.cell(pp.limit_row(pp.TIE), pp.GREEN).number_format = "0E+00"


def _table(sheet: Worksheet) -> None:
    header, last = pp.table_header(), pp.last_column()
    text = (
        f"Entidades (hasta {pp.ENTITY_ROWS}), o la media y la desviación que publica el supervisor. Deje vacío lo que "
        "no sepa: vacío no es cero."
    )
    common.section(sheet, header - 2, text, last)
    columns = pp.figure_columns()
    for column, label in ((pp.NUMBER, ""), (pp.NAME, ""), (pp.USE, "")):
        common.put(sheet, header - 1, column, label, style("rotulo"))
    for key, column in columns.items():
        common.put(sheet, header - 1, column, all_ratios()[key].name, style("rotulo"))
    sheet.row_dimensions[header - 1].height = _NAMES_HEIGHT
    common.header(sheet, "entradas", ["N.º", "Entidad", "¿Cuenta?", *columns], header)
    for row, label in enumerate(("Media (μ) publicada", "Desviación estándar (σ) publicada"), pp.mean_row()):
        common.put(sheet, row, pp.NUMBER, None, style("rotulo"))
        common.put(sheet, row, pp.NAME, label, style("rotulo"))
        common.put(sheet, row, pp.USE, None, style("rotulo"))
        _figures(sheet, row, columns.values(), "entrada")
    first, until = pp.entity_span()
    for row in range(first, until + 1):
        common.put(sheet, row, pp.NUMBER, row - first + 1, style("rotulo"))
        common.put(sheet, row, pp.NAME, None, style("entrada"))
        common.put(sheet, row, pp.USE, None, style("calculo"))
        _figures(sheet, row, columns.values(), "entrada")


def _figures(sheet: Worksheet, row: int, columns: Iterable[int], kind: str) -> None:
    for column in columns:
        common.put(sheet, row, column, None, style(kind, "veces" if kind == "entrada" else "%"))
        if kind == "entrada":
            sheet.cell(row, column).number_format = "0.00##"


def _counted(sheet: Worksheet) -> None:
    header, columns = pp.counted_header(), pp.figure_columns()
    text = "Cifras que cuentan, como razones: las de las entidades que no son la propia, ni repetidas, ni resúmenes"
    common.section(sheet, header - 1, text, pp.last_column())
    common.header(sheet, "entradas", ["N.º", "", "", *columns], header)
    first, last = pp.entity_span()
    for row in range(first, last + 1):
        common.put(sheet, pp.counted_row(row), pp.NUMBER, row - first + 1, style("rotulo"))
        _figures(sheet, pp.counted_row(row), columns.values(), "calculo")


def _validation(sheet: Worksheet) -> None:
    lists = (
        (pp.UNIT_ROW, f'"{",".join(Unit)}"', "Unidad"), (pp.DEVIATION_ROW, f'"{",".join(Deviation)}"', "Desviación"),
        (pp.PERIOD_ROW, names.PERIODS, "Periodo"), (pp.CAMEL_ROW, f'"{",".join(YesNo)}"', "Usar en CAMEL"),
    )  # fmt: skip
    for row, source, title in lists:
        one = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        one.errorTitle, one.error = title, "Elija de la lista."
        one.add(ref(pp.VALUE, row))
        sheet.add_data_validation(one)
    figure = DataValidation(
        type="decimal", operator="between", formula1=str(-_LARGEST), formula2=str(_LARGEST), allow_blank=True,
        showErrorMessage=True,
    )  # fmt: skip
    figure.errorTitle = "Cifra"
    figure.error = "Escriba un número en la unidad que eligió arriba. Deje vacía la celda si no lo tiene."
    figure.add(f"{ref(pp.FIRST_FIGURE, pp.mean_row())}:{ref(pp.last_column(), pp.entity_span()[1])}")
    sheet.add_data_validation(figure)


def _conditional(sheet: Worksheet) -> None:
    rows = pp.result_rows().values()

    def area(first: int, last: int) -> tuple[str, str]:
        return f"{ref(first, min(rows))}:{ref(last, max(rows))}", ref(first, min(rows))

    cells, first = area(pp.LIGHT, pp.LIGHT)
    for light, (fill, ink) in _FILLS.items():
        rule(sheet, cells, f'{first}="{pp.LIGHTS[light]}"', fill, ink)
    error_rule(sheet, *area(pp.OWN, pp.ADDIN))
    gap_rules(sheet, *area(pp.GAP, pp.GAP))
    error_rule(sheet, *area(pp.MEAN, pp.SIGMAS))
