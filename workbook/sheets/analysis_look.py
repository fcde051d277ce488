"""How Horizontal, Vertical and Tendencias look: the table that they share, its blocks, and what stands below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from openpyxl.styles import Alignment, Border, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.analysis import BASES, DECEMBER, load_statements
from xl_perlas.workbook import plan_analysis as pa
from xl_perlas.workbook.plan import HEADER_ROW, HORIZONTAL, TENDENCIAS, VERTICAL, Plan, ref, span
from xl_perlas.workbook.plan_analysis import Block, Choice, Help, Part, TrendColumn, TrendHelp
from xl_perlas.workbook.sheets import analysis_charts, common
from xl_perlas.workbook.sheets.analysis_rows import (
    CHANGED_SIGN,
    FROM_ZERO,
    NO_BASE,
    NO_DATA,
    NOT_APPLICABLE,
    ZERO_TO_ZERO,
    ZERO_WHOLE,
    table_rows,
)
from xl_perlas.workbook.styles import GREY_FILL, MUTED, rule, style
from xl_perlas.workbook.view import View

_CODE_WIDTH, _NAME_WIDTH, _MONEY_WIDTH, _SHARE_WIDTH, _NOTE_WIDTH = 27, 44, 15, 17, 90
#: Points of a row under a chart, and of one in which nothing stands.
_CHART_ROW, _LOW = 10.0, 4.5
_NOTE = "Nota del último recálculo"
_PLAIN = Alignment(vertical="center", wrap_text=False)
_NO_BORDER, _NO_FILL = Border(), PatternFill(fill_type=None)
_CENTRE = Alignment(vertical="center", horizontal="center")
#: Most periods whose blocks one page across can show.
_ONE_PAGE = 12

_LEGEND = {
    FROM_ZERO: "el periodo base está en cero: ningún porcentaje mide el cambio; mire la variación absoluta.",
    ZERO_TO_ZERO: "cero en los dos periodos: no hay cambio que medir, y no es un crecimiento de 0 %.",
    CHANGED_SIGN: "de negativo a positivo: ningún porcentaje mide el cambio. Entre dos negativos es el de su tamaño.",
    NO_BASE: "el periodo con que se compara no está en el Catálogo (la fila de bases dice cuál falta).",
    NO_DATA: "falta una cuenta o su cifra no se lee; no es cero. La nota dice cuál.",
    NOT_APPLICABLE: "la cuenta significa otra cosa en otro catálogo, no es parte de un total, o la serie no da para "
                    "calcular; la nota lo dice.",
    ZERO_WHOLE: "en Vertical: el total con que se compara es cero; no es una participación de 0 %.",
}


def horizontal(sheet: Worksheet, plan: Plan) -> None:
    """Labels and styles of Horizontal."""
    common.start(
        sheet, "calculo", "Análisis horizontal",
        "Cuánto cambió cada cuenta y cada línea del estado de resultados, con el periodo con que se compara.",
    )  # fmt: skip
    _base_choice(sheet, plan)
    titles = {
        Block.AMOUNT: "Saldo", Block.ABSOLUTE: "Variación absoluta", Block.RELATIVE: "Variación relativa",
    }  # fmt: skip
    common.header(sheet, "calculo", ["Código o línea", "Cuenta"])
    for block, title in titles.items():
        _block(sheet, plan, pa.column(plan, block, 0), title, _MONEY_WIDTH if block < Block.RELATIVE else _SHARE_WIDTH)
    _headings(sheet, HORIZONTAL, pa.note_column(plan))
    units = {Block.AMOUNT: "monto", Block.ABSOLUTE: "monto", Block.RELATIVE: "%"}
    for row in _rows(sheet, HORIZONTAL):
        for block, unit in units.items():
            _periods(sheet, plan, row, pa.column(plan, block, 0), "calculo" if block is Block.AMOUNT else "resultado",
                     unit)  # fmt: skip
        _note(sheet, row, pa.note_column(plan))
    _inputs(sheet)
    _words(sheet, HORIZONTAL, pa.column(plan, Block.AMOUNT, 0), pa.note_column(plan) - 1)
    _notes(sheet, pa.note_column(plan))
    _legend(sheet)
    _horizontal_help(sheet, plan)
    common.widths(sheet, {pa.CODE: _CODE_WIDTH, pa.NAME: _NAME_WIDTH})
    common.finish(sheet, ref(pa.FIRST_PERIOD, pa.FLOW_LABEL_ROW + 1), repeat_rows=f"1:{pa.FLOW_LABEL_ROW}")
    _page(sheet, plan, pa.note_column(plan) - 1, pa.legend_row() + len(_LEGEND), len(Block))


def vertical(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and charts of Vertical."""
    common.start(
        sheet, "calculo", "Análisis vertical",
        "Qué parte del activo o de los ingresos es cada cuenta, y de qué se compone cada clase.",
    )  # fmt: skip
    common.header(sheet, "calculo", ["Código o línea", "Cuenta", "Es parte de"])
    titles = {Part.SHARE: "Porcentaje del total", Part.COMPOSITION: "Composición: parte de su clase"}
    for part, title in titles.items():
        _block(sheet, plan, pa.part_column(plan, part, 0), title, 12)
    _headings(sheet, VERTICAL, pa.vertical_note(plan))
    parts = {key for one in load_statements().compositions for key in _members(one.line, one.account)}
    fixed = {row: key for key, row in pa.rows(VERTICAL).items()}
    for row in _rows(sheet, VERTICAL):
        common.put(sheet, row, pa.WHOLE, pa.whole_of(fixed[row]) if row in fixed else None, style("rotulo"))
        _periods(sheet, plan, row, pa.part_column(plan, Part.SHARE, 0), "resultado", "%")
        if fixed.get(row) in parts:
            _periods(sheet, plan, row, pa.part_column(plan, Part.COMPOSITION, 0), "resultado", "%")
        _note(sheet, row, pa.vertical_note(plan))
    _words(sheet, VERTICAL, pa.VERTICAL_FIRST_PERIOD, pa.vertical_note(plan) - 1)
    _notes(sheet, pa.vertical_note(plan))
    common.section(sheet, pa.charts_heading(), "Gráficos", pa.WHOLE)
    common.section(sheet, pa.sums_heading(), "Sumas de los grupos: el 100 % de cada composición", pa.WHOLE)
    for one in load_statements().compositions:
        row = pa.sum_rows()[one.id]
        common.put(sheet, row, pa.NAME, load_statements().items[one.line].name, style("rotulo"))
        _periods(sheet, plan, row, pa.part_column(plan, Part.COMPOSITION, 0), "calculo", "monto")
    common.widths(sheet, {pa.CODE: _CODE_WIDTH, pa.NAME: _NAME_WIDTH, pa.WHOLE: 16})
    analysis_charts.compositions(sheet, plan)
    for row in range(pa.charts_heading() + 1, pa.sums_heading() - 1):  # lower than usual: two charts a page
        sheet.row_dimensions[row].height = _CHART_ROW
    common.finish(sheet, ref(pa.WHOLE, HEADER_ROW + 1))
    sheet.row_breaks.append(Break(id=pa.charts_heading() - 1))  # a page's end would cut them
    sheet.row_breaks.append(Break(id=pa.charts_heading() + 2 * pa.CHART_ROWS))
    _page(sheet, plan, pa.vertical_note(plan) - 1, pa.sums_heading() - 1, len(Part))


def tendencias(sheet: Worksheet, plan: Plan) -> None:
    """Labels, styles and the chart of Tendencias."""
    common.start(
        sheet, "calculo", "Tendencias",
        "Hacia dónde va cada cuenta: la recta que pasa por sus cifras, y su crecimiento promedio anual.",
    )  # fmt: skip
    _chart_choice(sheet)
    analysis_charts.trend(sheet, plan)
    labels = [
        "Código o línea", "Cuenta", "Primera cifra", "Periodo", "Última cifra", "Periodo", "Promedio",
        "Pendiente por año", "R²", "Crecimiento promedio anual", "Cifras", "Se quitó la estacionalidad",
        "Posición de la primera", "Posición de la última",
    ]  # fmt: skip
    last = pa.trend_note(plan)
    for row, title in pa.headings(TENDENCIAS).items():
        common.header(sheet, "calculo", ["", title, *labels[2:]], row)
        common.period_header(sheet, "calculo", pa.point_column(plan, 0), plan.capacity, row)
        common.header(sheet, "calculo", [_NOTE], row, last)
        sheet.cell(row, pa.NAME).alignment = sheet.cell(row, last).alignment = _PLAIN
        sheet.row_dimensions[row].height = 42
    kinds = {
        TrendColumn.FIRST: ("calculo", "monto"), TrendColumn.FIRST_PERIOD: ("calculo", ""),
        TrendColumn.LAST: ("calculo", "monto"), TrendColumn.LAST_PERIOD: ("calculo", ""),
        TrendColumn.MEAN: ("resultado", "monto"), TrendColumn.SLOPE: ("resultado", "monto"),
        TrendColumn.R_SQUARED: ("resultado", "%"), TrendColumn.GROWTH: ("resultado", "%"),
        TrendColumn.COUNT: ("calculo", ""), TrendColumn.SEASONAL: ("calculo", ""),
        TrendColumn.FIRST_AT: ("calculo", ""), TrendColumn.LAST_AT: ("calculo", ""),
    }  # fmt: skip
    for row in _rows(sheet, TENDENCIAS):
        for column, (kind, unit) in kinds.items():
            common.put(sheet, row, column, None, style(kind, unit))
        for column in (TrendColumn.FIRST_PERIOD, TrendColumn.LAST_PERIOD):
            sheet.cell(row, column).number_format = common.PERIOD_FORMAT
            sheet.cell(row, column).alignment = _CENTRE
        sheet.cell(row, TrendColumn.R_SQUARED).number_format = "0.00"
        sheet.cell(row, TrendColumn.SEASONAL).number_format = '"sí";;"no"'
        _periods(sheet, plan, row, pa.point_column(plan, 0), "calculo", "monto")
        _note(sheet, row, last)
    _words(sheet, TENDENCIAS, TrendColumn.FIRST, last - 1)
    _trend_help(sheet, plan)
    common.widths(sheet, {pa.CODE: _CODE_WIDTH, pa.NAME: _NAME_WIDTH, last: _NOTE_WIDTH, last - 1: 2})
    common.widths(sheet, dict.fromkeys(range(TrendColumn.FIRST, TrendColumn.LAST_AT + 1), 11) | {
        TrendColumn.FIRST: _MONEY_WIDTH, TrendColumn.LAST: _MONEY_WIDTH, TrendColumn.MEAN: _MONEY_WIDTH,
        TrendColumn.SLOPE: _MONEY_WIDTH, TrendColumn.COUNT: 8, TrendColumn.SEASONAL: 15, TrendColumn.LAST_AT + 1: 2,
    })  # fmt: skip
    common.widths(sheet, {pa.point_column(plan, k): _MONEY_WIDTH for k in range(plan.capacity)})
    common.finish(sheet, ref(TrendColumn.FIRST, HEADER_ROW), repeat_rows="1:3")
    _page(sheet, plan, TrendColumn.SEASONAL, pa.table(TENDENCIAS)[1], 0)


# --- what the three share ---------------------------------------------------------------------------------------------


def _members(line: str, account: str) -> tuple[str, ...]:
    found = load_statements().items[line].line
    return (account, *(found.accounts if found else ()))


def _block(sheet: Worksheet, plan: Plan, first: int, title: str, width: float) -> None:
    """Headings of a block of periods, and its widths."""
    common.put(sheet, HEADER_ROW - 1, first, title, "xlp_proposito")
    common.period_header(sheet, "calculo", first, plan.capacity)
    common.widths(sheet, {first + k: width for k in range(plan.capacity)} | {first + plan.capacity: 2})


def _headings(sheet: Worksheet, name: str, last: int) -> None:
    """The heading of each section; column A stays empty, for the chart's choice lists what stands in it."""
    for row, title in pa.headings(name).items():
        common.section(sheet, row, "", last - 1)
        sheet.cell(row, pa.CODE).value, sheet.cell(row, pa.NAME).value = None, title


def _rows(sheet: Worksheet, name: str) -> Iterable[int]:
    """Code and name of each row of the table; the rows, to choose included."""
    classes = {section.keys[0] for section in pa.sections() if section.keys and section.keys[0].isdigit()}
    subtotals = {key for key, item in load_statements().items.items() if item.subtotal}
    for key, row in pa.rows(name).items():
        kind = "resultado" if key in classes | subtotals else "rotulo"
        common.put(sheet, row, pa.CODE, key, style(kind, "texto"))
        common.put(sheet, row, pa.NAME, pa.name_of(key), style(kind))
        sheet.cell(row, pa.CODE).alignment = _PLAIN
        yield row
    for row in pa.choice_rows(name):
        common.put(sheet, row, pa.CODE, None, style("rotulo", "texto"))
        common.put(sheet, row, pa.NAME, None, style("rotulo"))
        sheet.cell(row, pa.NAME).alignment = _PLAIN
        yield row
        if name != HORIZONTAL:  # the rows that nobody uses are low, and then lines would be a pattern
            for cell in sheet[row]:
                cell.border, cell.fill = _NO_BORDER, _NO_FILL


def _periods(sheet: Worksheet, plan: Plan, row: int, first: int, kind: str, unit: str) -> None:
    for k in range(plan.capacity):
        common.put(sheet, row, first + k, None, style(kind, unit))


def _note(sheet: Worksheet, row: int, column: int) -> None:
    common.put(sheet, row, column, None, style("rotulo"))
    sheet.cell(row, column).alignment = _PLAIN


def _notes(sheet: Worksheet, column: int) -> None:
    common.header(sheet, "calculo", [_NOTE], column=column)
    common.widths(sheet, {column: _NOTE_WIDTH})


def _words(sheet: Worksheet, name: str, first: int, last: int) -> None:
    """Grey where there is no figure: an error or a word, but not an empty text."""
    headings = [*pa.headings(name), pa.table(name)[1] + 1]
    areas = [f"{ref(first, top + 1)}:{ref(last, below - 1)}" for top, below in pairwise(headings)]
    start = ref(first, headings[0] + 1)
    rule(sheet, " ".join(areas), f'IFERROR(ISTEXT({start})*({start}<>""),1)', GREY_FILL, MUTED)


def _page(sheet: Worksheet, plan: Plan, last: int, bottom: int, blocks: int) -> None:
    """What is printed: blocks of many periods on several pages across, with code and name on all of them."""
    sheet.print_area = f"A1:{ref(last, bottom)}"
    if blocks and plan.capacity > _ONE_PAGE:
        sheet.page_setup.fitToWidth = blocks * -(-plan.capacity // (2 * _ONE_PAGE))
        sheet.print_title_cols = "A:B"


def heights(view: View, sheet: str) -> dict[int, float | None]:
    """Height of each row for an account to choose on a sheet that repeats them: low while nothing stands in it."""
    return {row.at(sheet): _LOW if row.blank else None for row in table_rows(view) if row.choice is not None}


# --- Horizontal -------------------------------------------------------------------------------------------------------


def _base_choice(sheet: Worksheet, plan: Plan) -> None:
    common.put(sheet, pa.BASE_ROW, pa.CODE, "Se compara con", style("rotulo"))
    common.put(sheet, pa.BASE_ROW, pa.NAME, DECEMBER, style("entrada"))
    choice = DataValidation(showErrorMessage=True, type="list", formula1=f'"{",".join(BASES)}"', allow_blank=True)
    choice.errorTitle, choice.error = "Base", f"Elija {', '.join(BASES)}."
    choice.promptTitle, choice.prompt = "Se compara con", (
        "Los saldos, con el último diciembre anterior, con el mismo mes del año anterior o con el periodo anterior. "
        "Los ingresos y gastos se acumulan desde enero: siempre con el mismo mes del año anterior."
    )
    choice.showInputMessage = True
    choice.add(ref(pa.NAME, pa.BASE_ROW))
    sheet.add_data_validation(choice)
    labels = {
        pa.BALANCE_LABEL_ROW: "Base de los saldos (activo, pasivo y patrimonio)",
        pa.FLOW_LABEL_ROW: "Base de los ingresos y gastos",
    }
    for row, label in labels.items():
        common.put(sheet, row, pa.CODE, None, style("rotulo"))
        common.put(sheet, row, pa.NAME, label, style("rotulo"))
        for block in (Block.ABSOLUTE, Block.RELATIVE):
            for k in range(plan.capacity):
                common.put(sheet, row, pa.column(plan, block, k), None, style("calculo"))
                cell = sheet.cell(row, pa.column(plan, block, k))
                cell.number_format, cell.alignment = common.PERIOD_FORMAT, _CENTRE


def _inputs(sheet: Worksheet) -> None:
    rows = pa.choice_rows(HORIZONTAL)
    for row in rows:
        common.put(sheet, row, pa.CODE, None, style("entrada", "texto"))
    hint = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="15", allow_blank=True)
    hint.showErrorMessage, hint.errorTitle, hint.error = True, "Cuenta", "Escriba solo los dígitos del código."
    hint.showInputMessage, hint.promptTitle = True, "Cuenta"
    hint.prompt = "Código de una cuenta de cualquier nivel, solo dígitos (1103). Después recalcule el libro."
    hint.add(f"{ref(pa.CODE, rows[0])}:{ref(pa.CODE, rows[-1])}")
    sheet.add_data_validation(hint)
    heading = max(pa.headings(HORIZONTAL))
    sheet.cell(heading, pa.NAME).value = f"{pa.CHOICES_TITLE}: escriba su código a la izquierda y recalcule"


def _legend(sheet: Worksheet) -> None:
    common.section(sheet, pa.legend_row(), "Qué dicen las palabras", pa.NAME)
    for i, (word, meaning) in enumerate(_LEGEND.items(), 1):
        common.put(sheet, pa.legend_row() + i, pa.CODE, word, style("rotulo"))
        common.put(sheet, pa.legend_row() + i, pa.NAME, meaning, style("rotulo"))
        common.fit_height(sheet, pa.legend_row() + i, [(meaning, _NAME_WIDTH)])


def _horizontal_help(sheet: Worksheet, plan: Plan) -> None:
    common.section(sheet, pa.help_heading(), "Ayudas del cálculo", pa.note_column(plan) - 1)
    _helpers(sheet, {pa.help_row(what): text for what, text in pa.HELP_TEXTS.items()})
    for what in (Help.STEP, Help.ROUNDING):
        common.put(sheet, pa.help_row(what), pa.CODE, None, style("calculo"))
    sheet.cell(pa.help_row(Help.ROUNDING), pa.CODE).number_format = "0E+00"
    first = pa.column(plan, Block.AMOUNT, 0)
    for what in Help:
        if what > Help.ROUNDING:
            _periods(sheet, plan, pa.help_row(what), first, "calculo", "")
    common.section(sheet, pa.flags_heading(), "Cuentas sin dato, según el último recálculo (1: no hay cifra)",
                   pa.note_column(plan) - 1)  # fmt: skip
    titles = {
        Choice.WRITTEN: "Código recalculado", Choice.SAME: "Significa lo mismo en los dos catálogos",
        Choice.STATE: "Estado: 1 vacía, 2 por recalcular, 3 en uso", Choice.FLOW: "Se acumula desde enero",
    }  # fmt: skip
    heading = pa.choice_flag_rows()[0] - 1
    common.header(sheet, "calculo", titles.values(), heading, pa.choice_column(plan, Choice.WRITTEN))
    for key, row in pa.flag_rows().items():
        common.put(sheet, row, pa.CODE, key, style("rotulo", "texto"))
        common.put(sheet, row, pa.NAME, pa.name_of(key), style("rotulo"))
        _periods(sheet, plan, row, first, "calculo", "")
    for row in pa.choice_flag_rows():
        for column in (pa.CODE, pa.NAME):
            common.put(sheet, row, column, None, style("calculo", "texto"))
        _periods(sheet, plan, row, first, "calculo", "")
        for choice in Choice:
            unit = "texto" if choice is Choice.WRITTEN else ""
            common.put(sheet, row, pa.choice_column(plan, choice), None, style("calculo", unit))
    common.widths(sheet, {pa.choice_column(plan, what): 16 for what in Choice})


def _helpers(sheet: Worksheet, texts: Mapping[int, str]) -> None:
    for row, text in texts.items():
        common.put(sheet, row, pa.NAME, text, style("rotulo"))
        common.fit_height(sheet, row, [(text, _NAME_WIDTH)])


# --- Tendencias -------------------------------------------------------------------------------------------------------


def _chart_choice(sheet: Worksheet) -> None:
    """The choice of what the chart shows, and its facts."""
    facts = ("Promedio", "Pendiente por año", "R²", "Crecimiento promedio anual")
    labels = {
        pa.CHOICE_ROW: "Se grafica la fila", pa.NAME_ROW: "Cuenta",
        **{pa.FACT_ROW + i: label for i, label in enumerate(facts)},
        pa.INDEX_ROW: "Lugar en la tabla", pa.INTERCEPT_ROW: "La recta en el primer periodo",
    }  # fmt: skip
    units = {pa.FACT_ROW: "monto", pa.FACT_ROW + 1: "monto", pa.FACT_ROW + 3: "%", pa.INTERCEPT_ROW: "monto"}
    for row, label in labels.items():
        kind = "entrada" if row == pa.CHOICE_ROW else "calculo" if row == pa.INDEX_ROW else "resultado"
        common.put(sheet, row, pa.CODE, label, style("rotulo"))
        common.put(sheet, row, pa.NAME, None, style(kind, "texto" if kind == "entrada" else units.get(row, "")))
        sheet.cell(row, pa.NAME).alignment = Alignment(vertical="center", horizontal="left")
    sheet.cell(pa.CHOICE_ROW, pa.NAME).value = next(iter(pa.rows(TENDENCIAS)))
    sheet.cell(pa.FACT_ROW + 2, pa.NAME).number_format = "0.00"
    choice = DataValidation(
        showErrorMessage=True, type="list", formula1=f"={span(pa.CODE, *pa.table(TENDENCIAS))}", allow_blank=True
    )
    choice.errorTitle, choice.error = "Fila", "Elija una de la lista: el código de una cuenta o una línea de la tabla."
    choice.add(ref(pa.NAME, pa.CHOICE_ROW))
    sheet.add_data_validation(choice)


def _trend_help(sheet: Worksheet, plan: Plan) -> None:
    common.section(sheet, pa.trend_help_heading(), "Ayudas del cálculo y datos del gráfico", pa.trend_note(plan) - 1)
    _helpers(sheet, {pa.trend_help_row(what): text for what, text in pa.TREND_HELP_TEXTS.items()})
    for what in (TrendHelp.STEADY, TrendHelp.CATALOGS):
        common.put(sheet, pa.trend_help_row(what), pa.CODE, None, style("calculo"))
    sheet.cell(pa.trend_help_row(TrendHelp.STEADY), pa.CODE).number_format = "0E+00"
    for what in TrendHelp:
        if what > TrendHelp.CATALOGS:
            unit = "monto" if what >= TrendHelp.FIGURE else ""
            _periods(sheet, plan, pa.trend_help_row(what), pa.point_column(plan, 0), "calculo", unit)
