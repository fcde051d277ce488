"""FODA: strengths and weaknesses that the figures show, each with its evidence, and whether it still stands."""

from __future__ import annotations

from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.worksheet import Worksheet

from xl_perlas.strengths import Remark, Side
from xl_perlas.workbook import names
from xl_perlas.workbook.plan import FODA, HEADER_ROW, INDICADORES, Plan, ref, span
from xl_perlas.workbook.sheets import common
from xl_perlas.workbook.sheets.common import Cells, once_a_view
from xl_perlas.workbook.styles import AMBER, AMBER_FILL, FORMATS, GREEN, GREEN_FILL, RED, RED_FILL, rule
from xl_perlas.workbook.view import NOT_AVAILABLE, View

NAME = FODA
SIDE, SUBJECT, TITLE, TEXT, EVIDENCE, SOURCE, UNIT, THEN, NOW, SAME = range(1, 11)
PERIOD_ROW = HEADER_ROW - 1
HEADER = HEADER_ROW + 1
FIRST_ROW = HEADER + 1
ROWS = 100
LAST_ROW = FIRST_ROW + ROWS - 1
#: Symbol and word: a print in grey says the same.
WORDS = {Side.STRENGTH: "▲ Fortaleza", Side.WATCH: "● Vigilar", Side.WEAKNESS: "▼ Debilidad"}
_COLOURS = {Side.STRENGTH: (GREEN_FILL, GREEN), Side.WATCH: (AMBER_FILL, AMBER), Side.WEAKNESS: (RED_FILL, RED)}
_CHANGED, _AS_BEFORE = "✖ Cambió: recalcule", "✔ Sí"
_TOLERANCE = "1E-09"
#: Running text takes less room than the figures that widths count.
_ROOM = 1.15
_WIDTHS = {SIDE: 14, SUBJECT: 12, TITLE: 30, TEXT: 52, EVIDENCE: 60, SOURCE: 40, UNIT: 8, THEN: 13, NOW: 13, SAME: 20}
_HEADINGS = (
    "Qué es", "Id", "Sobre qué", "Qué se ve", "Evidencia", "Fuente", "Unidad", "Valor citado", "Valor ahora", "¿Sigue?",
)  # fmt: skip


# --- formulas ---------------------------------------------------------------------------------------------------------


def formulas(plan: Plan) -> Cells:
    """What each remark's indicator is worth now, beside what it was worth when the remark was written."""
    rows = (plan.indicator_first_row, plan.indicator_last_row)
    block = span(plan.native_column(0), *rows, plan.native_column(plan.capacity - 1))
    cells: Cells = {}
    for row in range(FIRST_ROW, LAST_ROW + 1):
        subject, then, now = ref(SUBJECT, row), ref(THEN, row), ref(NOW, row)
        found = f"MATCH({subject},{INDICADORES}!{span(1, *rows)},0)"
        cells[(row, NOW)] = f'=IFERROR(INDEX({INDICADORES}!{block},{found},{names.DECISION_POSITION}),"")'
        differs = f"ABS({now}-{then})>{_TOLERANCE}*MAX(1,ABS({then}))"
        cells[(row, SAME)] = f'=IFERROR(CHOOSE(1+({differs}),"{_AS_BEFORE}","{_CHANGED}"),"")'
    return common.light(cells)


# --- results ----------------------------------------------------------------------------------------------------------


def listed(view: View) -> list[Remark]:
    """The remarks as the sheet lists them: strengths, what to watch, weaknesses; of each, what counts most first."""
    found = view.strengths
    return [] if found is None else [remark for side in WORDS for remark in found.of(side)][:ROWS]


@once_a_view
def results(view: View) -> Cells:
    """The remarks, and what the formulas beside them show."""
    found = view.strengths
    cells: Cells = {(PERIOD_ROW, 1): "" if found is None else f"Periodo: {found.period}"}
    remarks = listed(view)
    for i in range(ROWS):
        values = _row(view, remarks[i]) if i < len(remarks) else (*[None] * 8, "", "")
        cells.update({(FIRST_ROW + i, 1 + j): value for j, value in enumerate(values)})
    return common.light(cells, view.state)


def _row(view: View, remark: Remark) -> tuple[object, ...]:
    evidence = "\n".join(f"• {one.text}" for one in remark.evidence)
    sources = "\n".join(dict.fromkeys(one.source for one in remark.evidence))
    k = view.decision_column
    known = remark.subject in view.plan.indicator_rows and k is not None
    value = view.native_cell(remark.subject, k) if known and k is not None else None
    now: object = value if isinstance(value, float) else "" if value in (None, NOT_AVAILABLE, "#DIV/0!") else value
    cited = value if isinstance(value, float) else None
    same = _AS_BEFORE if cited is not None else ""
    unit = view.plan.profile.indicators[remark.subject].unit if known else None
    return (WORDS[remark.side], remark.subject, remark.name, remark.text, evidence, sources, unit, cited, now, same)


def heights(view: View) -> dict[int, float | None]:
    """Height of the row of each remark, by its longest text; None for the rows that are left over."""
    shown = results(view)
    return {row: _height(shown, row) for row in range(FIRST_ROW, LAST_ROW + 1)}


def _height(shown: Cells, row: int) -> float | None:
    if shown[(row, SIDE)] is None:
        return None
    return common.height([(shown[(row, c)], _WIDTHS[c] * _ROOM) for c in (TITLE, TEXT, EVIDENCE, SOURCE)])


# --- the sheet --------------------------------------------------------------------------------------------------------


def build(sheet: Worksheet, plan: Plan) -> None:
    """Labels and styles."""
    common.start(
        sheet, "resultados", "Fortalezas y debilidades",
        "La mitad interna del FODA: lo que dicen metas, tendencias y pares en el periodo elegido en Decisiones. Cada "
        "asunto está una sola vez, con sus cifras.",
        light_to="C3",
    )  # fmt: skip
    common.put(sheet, PERIOD_ROW, 1, None, "xlp_proposito")
    common.put(
        sheet, HEADER_ROW, 1,
        "Lo escribe xl-perlas al recalcular; no juzga lo que no tiene dato. Las oportunidades y amenazas están fuera "
        "de la contabilidad: añádalas en otra hoja.", "xlp_proposito",
    )  # fmt: skip
    common.header(sheet, "resultados", _HEADINGS, HEADER)
    for row in range(FIRST_ROW, LAST_ROW + 1):
        for column in _WIDTHS:  # without borders: rows left over are not printed
            common.put(sheet, row, column, None, "xlp_texto_libre")
        for column in (THEN, NOW):
            sheet.cell(row, column).number_format = FORMATS["%"]
    amounts = DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode=FORMATS["monto"]))
    other = Rule(type="expression", dxf=amounts, formula=[f'{ref(UNIT, FIRST_ROW, fix_column=True)}<>"%"'])
    sheet.conditional_formatting.add(f"{ref(THEN, FIRST_ROW)}:{ref(NOW, LAST_ROW)}", other)
    side_rules(sheet, f"{ref(SIDE, FIRST_ROW)}:{ref(SIDE, LAST_ROW)}", ref(SIDE, FIRST_ROW))
    check = ref(SAME, FIRST_ROW)
    rule(sheet, f"{check}:{ref(SAME, LAST_ROW)}", f'LEFT({check},1)="✖"', RED_FILL, RED)
    common.widths(sheet, _WIDTHS)
    common.write_formulas(sheet, formulas(plan))
    common.finish(sheet, ref(TEXT, FIRST_ROW), repeat_rows=f"1:{HEADER}")


def side_rules(sheet: Worksheet, cells: str, first: str) -> None:
    """Green, amber or red for `cells` by what `first`, the first of them, says."""
    for side, (fill, ink) in _COLOURS.items():
        rule(sheet, cells, f'{first}="{WORDS[side]}"', fill, ink)
