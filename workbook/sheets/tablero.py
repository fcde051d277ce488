"""Tablero: one page for a manager: rating, trend, the five gaps that weigh most, and what to do about them."""

from __future__ import annotations

from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.goals import FAILS, MEETS
from xl_perlas.workbook import names
from xl_perlas.workbook import plan_rating as pr
from xl_perlas.workbook.plan import CALIFICACION, DECISIONES, INDICADORES, LINEAS, TABLERO, Plan, quoted, ref, span
from xl_perlas.workbook.sheets import common, decisiones, indicadores
from xl_perlas.workbook.sheets.common import Cells
from xl_perlas.workbook.sheets.rating_charts import rating_charts
from xl_perlas.workbook.styles import FONT, FORMATS, MUTED, NAVY, missing_rule, style
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = TABLERO
COLUMNS = 12
HEAD_ROW = 5
#: Cards: label, value over two rows, note; each three columns wide.
LABEL_ROW, VALUE_ROW, NOTE_ROW = 7, 8, 10
RATING, SCORE, MET, CAMEL = 1, 4, 7, 10
CARDS = {
    RATING: "Calificación de riesgo", SCORE: "Puntaje (de 0 a 100)", MET: "Metas que se cumplen",
    CAMEL: "CAMEL (1 la mejor, 5 la peor)",
}  # fmt: skip
_CARD_WIDTH = 3
GAPS = 5
GAP_HEADER = 13
GAP_FIRST = GAP_HEADER + 1
ID, TITLE, REACHED, GOAL, GAIN, ACTION = 1, 2, 5, 6, 8, 9
#: Heading and columns of each part of a gap.
_PARTS = {
    ID: ("Id", 1), TITLE: ("Indicador", 3), REACHED: ("Valor", 1), GOAL: ("Meta", 2), GAIN: ("Daría, en puntos", 1),
    ACTION: ("Qué hacer", 4),
}  # fmt: skip
CHART_ROW = GAP_FIRST + GAPS + 2
_CHART_ROWS = 17
#: To the right of the page: the unit of each gap, and the order of the goals not met.
UNIT = 14
RANK_ID, RANK = 15, 16
RANK_FIRST = 6


def rank_rows(plan: Plan) -> dict[str, int]:
    """Row of each indicator in the list that orders the gaps."""
    return {indicator.id: RANK_FIRST + i for i, indicator in enumerate(plan.indicators)}


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """Everything follows from the period chosen on Decisiones."""
    at = names.DECISION_POSITION
    found = decisiones.rows(plan).values()
    verdicts = f"{DECISIONES}!{span(decisiones.VERDICT, min(found), max(found))}"
    base = f"INDEX({quoted(LINEAS)}!{_across(plan, plan.base_column_row)},{at})"
    cells: Cells = {
        (HEAD_ROW, 1): f'={names.ENTITY}&""',
        (HEAD_ROW, CAMEL): f"={names.DECISION_PERIOD}",
        (VALUE_ROW, RATING): f"=INDEX({names.RATINGS},{at})",
        (NOTE_ROW, RATING): f'=IFERROR("antes: "&INDEX({names.RATINGS},{base}),"sin periodo anterior")',
        (VALUE_ROW, SCORE): f"=INDEX({names.SCORES},{at})",
        (NOTE_ROW, SCORE): f'=IFERROR("con veredicto, "&ROUND(INDEX({names.COVERAGE},{at})*{_hundred(plan)},1)'
                           f'&"% del peso","sin juicios en AHP")',
        (VALUE_ROW, MET): f'=COUNTIF({verdicts},"{MEETS}")&" de "&ROWS({_ranks(plan, RANK_ID)})',
        (NOTE_ROW, MET): f'=COUNTIF({verdicts},"{FAILS}")&" no se cumplen"',
        (VALUE_ROW, CAMEL): f"=INDEX({names.CAMEL_TOTALS},{at})",
        (NOTE_ROW, CAMEL): f'=IFERROR("antes: "&ROUND(INDEX({names.CAMEL_TOTALS},{base}),2),"sin nota anterior")',
    }  # fmt: skip
    for key, row in rank_rows(plan).items():
        verdict, gain = (pr.there(pr.fixed(c, pr.rows(plan)[key])) for c in (pr.verdict_column(plan),
                                                                            pr.gain_column(plan)))  # fmt: skip
        # of equal gains the first: rows further down lose a trifle
        cells[(row, RANK)] = f'=IF({verdict}="{FAILS}",IFERROR({gain},0)-ROW()/1000000000,"")'
    for i in range(GAPS):
        cells.update({(GAP_FIRST + i, column): text for column, text in _gap_formulas(plan, i).items()})
    return common.light(cells)


def _gap_formulas(plan: Plan, i: int) -> dict[int, str]:
    key = ref(ID, GAP_FIRST + i, fix_column=True)
    ranks = _ranks(plan, RANK)
    decisions, matrix = decisiones.rows(plan).values(), plan.indicator_rows.values()

    def found(sheet: str, column: int, rows: tuple[int, int], ids: int) -> str:
        place = f"MATCH({key},{sheet}!{span(ids, *rows)},0)"
        return f'=IF({key}="","",INDEX({sheet}!{span(column, *rows)},{place}))'

    def decided(column: int) -> str:
        return found(DECISIONES, column, (min(decisions), max(decisions)), decisiones.ID)

    table = (min(pr.rows(plan).values()), max(pr.rows(plan).values()))
    return {
        ID: f'=IFERROR(INDEX({_ranks(plan, RANK_ID)},MATCH(LARGE({ranks},{i + 1}),{ranks},0)),"")',
        TITLE: decided(decisiones.TITLE), REACHED: decided(decisiones.REACHED), GOAL: decided(decisiones.GOAL),
        GAIN: found(quoted(CALIFICACION), pr.gain_column(plan), table, pr.ID),
        ACTION: decided(decisiones.ACTION),
        UNIT: found(INDICADORES, indicadores.UNIT, (min(matrix), max(matrix)), indicadores.ID),
    }  # fmt: skip


def _ranks(plan: Plan, column: int) -> str:
    return span(column, min(rank_rows(plan).values()), max(rank_rows(plan).values()))


def _across(plan: Plan, row: int) -> str:
    return span(plan.line_column(0), row, row, plan.line_column(plan.capacity - 1))


def _hundred(plan: Plan) -> str:
    """The highest score, which is also what makes a share a percentage."""
    return pr.there(pr.highest(plan))


# --- results ----------------------------------------------------------------------------------------------------------


def results(view: View) -> Cells:
    """What they show."""
    plan, k = view.plan, view.decision_column
    cells: Cells = {(HEAD_ROW, 1): view.report.balance.entity}
    cells[(HEAD_ROW, CAMEL)] = NOT_AVAILABLE if k is None else view.headers[k]
    cells.update({(row, column): value for (row, column), value in _cards(view).items()})
    order = _order(view)
    for key, row in rank_rows(plan).items():
        cells[(row, RANK)] = order[key] - row / 1_000_000_000 if key in order else ""
    ranked = sorted(order, key=lambda key: rank_rows(plan)[key] / 1_000_000_000 - order[key])[:GAPS]
    for i in range(GAPS):
        values = _gap(view, ranked[i]) if i < len(ranked) else dict.fromkeys((*_PARTS, UNIT), "")
        cells.update({(GAP_FIRST + i, column): value for column, value in values.items()})
    return common.light(cells, view.state)


def _cards(view: View) -> Cells:
    plan, k = view.plan, view.decision_column
    score = None if k is None else view.score(k)
    words = [view.verdict_cell(i.id, k) if k is not None else None for i in plan.indicators]
    base = _base(view, k)
    before = None if base is None else view.score(base)
    camel, camel_before = view.camel_total(k), view.camel_total(base)
    covered = None if score is None else round(score.coverage * 100 + 1e-9, 1)
    return {
        (VALUE_ROW, RATING): _shown(score and score.rating),
        (NOTE_ROW, RATING): f"antes: {before.rating}" if before and before.rating else "sin periodo anterior",
        (VALUE_ROW, SCORE): NOT_AVAILABLE if score is None else _shown(score.value),
        (NOTE_ROW, SCORE): "sin juicios en AHP" if covered is None else f"con veredicto, {covered:g}% del peso",
        (VALUE_ROW, MET): f"{words.count(MEETS)} de {len(words)}",
        (NOTE_ROW, MET): f"{words.count(FAILS)} no se cumplen",
        (VALUE_ROW, CAMEL): _shown(camel),
        (NOTE_ROW, CAMEL): "sin nota anterior" if camel_before is None else f"antes: {round(camel_before, 2):g}",
    }


def _shown(value: object) -> object:
    return NOT_AVAILABLE if value is None else value


def _base(view: View, k: int | None) -> int | None:
    """Column of the December before the period chosen."""
    period = None if k is None else view.columns[k]
    if period is None:
        return None
    found = [j for j in view.used if (p := view.columns[j]) is not None and p.key == (period.year - 1, 12)]
    return found[0] if found else None


def _order(view: View) -> dict[str, float]:
    """Points that meeting each goal not met would give; 0 where there are no weights."""
    k = view.decision_column
    if k is None:
        return {}
    score = view.score(k)
    gains = {term.indicator: term.gain or 0.0 for term in score.terms} if score else {}
    return {i.id: gains.get(i.id, 0.0) for i in view.plan.indicators if view.verdict_cell(i.id, k) == FAILS}


def _gap(view: View, key: str) -> dict[int, object]:
    k = view.decision_column
    shown = decisiones.results(view)
    row = decisiones.rows(view.plan)[key]
    score = None if k is None else view.score(k)
    gains = {term.indicator: term.gain for term in score.terms} if score else {}
    indicator = view.plan.profile.indicators[key]
    return {
        ID: key, TITLE: indicator.name, REACHED: shown[(row, decisiones.REACHED)],
        GOAL: shown[(row, decisiones.GOAL)], GAIN: _shown(gains.get(key)), ACTION: indicator.action,
        UNIT: indicator.unit,
    }  # fmt: skip


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Cards, gaps and charts on one page."""
    common.start(
        sheet, "resultados", "Tablero",
        "El periodo elegido en Decisiones, en una página: dónde está la cooperativa, qué pesa más y qué hacer.",
        light_to="F3",
    )  # fmt: skip
    head(sheet, HEAD_ROW)
    for column, label in CARDS.items():
        card(sheet, column, label, LABEL_ROW)
    _gaps(sheet)
    common.section(sheet, CHART_ROW - 1, "Tendencia, y de dónde salen los puntos", COLUMNS)
    anchors = (ref(1, CHART_ROW), ref(COLUMNS // 2 + 1, CHART_ROW))
    book: Any = sheet.parent
    for (chart, _), anchor in zip(rating_charts(book[CALIFICACION], plan), anchors, strict=True):
        sheet.add_chart(chart, anchor)
    for key, row in rank_rows(plan).items():
        common.put(sheet, row, RANK_ID, key, style("calculo", "texto"))
        common.put(sheet, row, RANK, None, style("calculo"))
    common.header(sheet, "calculo", ["Id", "Orden"], RANK_FIRST - 1, RANK_ID)
    common.widths(sheet, dict.fromkeys(range(1, COLUMNS + 1), 13) | {UNIT: 8, RANK_ID: 8, RANK: 14})
    common.hide(sheet, range(COLUMNS + 1, RANK + 1))
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, repeat_rows="1:3")
    sheet.page_setup.fitToHeight = 1
    sheet.print_area = f"A1:{ref(COLUMNS, CHART_ROW + _CHART_ROWS)}"


def head(sheet: Worksheet, row: int) -> None:
    """Room for the entity and the period."""
    for column in range(1, COLUMNS + 1):
        common.put(sheet, row, column, None, "xlp_seccion")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=CAMEL - 1)
    sheet.merge_cells(start_row=row, start_column=CAMEL, end_row=row, end_column=COLUMNS)
    sheet.cell(row, CAMEL).number_format = '[<3000]"Periodo: "0;"Periodo: "dd/mm/yyyy'
    sheet.cell(row, CAMEL).alignment = Alignment(horizontal="right", vertical="center")


def card(sheet: Worksheet, column: int, label: str, top: int) -> None:
    """A card from row `top` on: its label, room for a value over two rows, and for a note."""
    last, figure, below = column + _CARD_WIDTH - 1, top + 1, top + 3
    for row, look in ((top, "xlp_encabezado_resultados"), (figure, style("resultado")),
                      (figure + 1, style("resultado")), (below, style("rotulo"))):  # fmt: skip
        for c in range(column, last + 1):
            common.put(sheet, row, c, None, look)
    sheet.cell(top, column).value = label
    sheet.merge_cells(start_row=top, start_column=column, end_row=top, end_column=last)
    sheet.merge_cells(start_row=figure, start_column=column, end_row=figure + 1, end_column=last)
    sheet.merge_cells(start_row=below, start_column=column, end_row=below, end_column=last)
    value, note = sheet.cell(figure, column), sheet.cell(below, column)
    value.font = Font(name=FONT, size=26, bold=True, color=NAVY)
    value.alignment = Alignment(horizontal="center", vertical="center")
    value.number_format = FORMATS["veces"]
    note.font = Font(name=FONT, size=10, italic=True, color=MUTED)
    note.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for row in (figure, figure + 1):
        sheet.row_dimensions[row].height = 24
    missing_rule(sheet, ref(column, figure), ref(column, figure))


def _gaps(sheet: Worksheet) -> None:
    common.section(sheet, GAP_HEADER - 1, "Las cinco metas no cumplidas que más puntos darían", COLUMNS)
    for column, (title, width) in _PARTS.items():
        for row in range(GAP_HEADER, GAP_FIRST + GAPS):
            kind = {REACHED: style("resultado", "%"), GAIN: style("resultado", "veces"), ID: style("resultado")}
            look = "xlp_encabezado_resultados" if row == GAP_HEADER else kind.get(column, style("rotulo"))
            for c in range(column, column + width):
                common.put(sheet, row, c, None, look)
            if width > 1:
                sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=column + width - 1)
        sheet.cell(GAP_HEADER, column).value = title
    for i in range(GAPS):
        sheet.row_dimensions[GAP_FIRST + i].height = 42
        common.put(sheet, GAP_FIRST + i, UNIT, None, style("calculo"))
    sheet.row_dimensions[GAP_HEADER].height = 28
    amounts = DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode=FORMATS["monto"]))
    first = ref(UNIT, GAP_FIRST, fix_column=True)
    rule = Rule(type="expression", dxf=amounts, formula=[f'{first}<>"%"'])
    sheet.conditional_formatting.add(f"{ref(REACHED, GAP_FIRST)}:{ref(REACHED, GAP_FIRST + GAPS - 1)}", rule)
